"""The chart for meetings: who is where in which month, on A3, A4 or a screen.

A page is a stack of rows under a calendar. What a row shows depends on the view: a candidate's path, an arena with its
places, or a guidance group with its members. Rows know the height they need; pages are filled from that.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path

from scheduler.accounting import reading_once
from scheduler.instance.types import Instance
from scheduler.month import Month
from scheduler.plan import Plan, PlanCandidate
from scheduler.report.gantt.chart import By, Chart, Today
from scheduler.report.gantt.files import SUFFIXES, require_chart_file, write_chart
from scheduler.report.gantt.pages import draw_pages
from scheduler.report.standing import PlanStanding
from scheduler.report.style import PaperName
from scheduler.texts import Language

__all__ = ["SUFFIXES", "By", "Chart", "Today", "draw_gantt", "draw_pages", "draw_paths"]


@reading_once()
def draw_gantt(
    instance: Instance,
    plan: Plan,
    path: Path,
    *,
    by: By = "candidate",
    start: Month | None = None,
    end: Month | None = None,
    paper: PaperName = "a3",
    lang: Language = "nb",
    anonymise: bool = False,
    today: Today | None = None,
    highlight: Collection[str] = (),
    before: Plan | None = None,
    standing: PlanStanding | None = None,
    dpi: float | None = None,
) -> list[Path]:
    """Draw the plan into a PNG, PDF or SVG file (by suffix) and return the paths written.

    Months run from ``start`` up to, not including, ``end``; without them the whole plan is shown. ``today``, a month or
    a date, is marked by a line; a date is also printed as the day of drawing. ``highlight`` are ids of candidates (or
    of arenas in that view), everything else is muted. ``before`` is an earlier plan to compare with: its bars are drawn
    above this one's, and what moved is marked. ``standing`` is what the check said of the plan; without it the plan is
    checked now. When the rows need several pages, a PDF holds them all and pictures are
    numbered: ``gantt.png``, ``gantt-2.png`` … Each file is written whole or not at all. ValueError for another suffix
    or an empty range of months.
    """
    require_chart_file(path)
    chart = Chart.of(
        instance, plan, by=by, start=start, end=end, paper=paper, lang=lang, anonymise=anonymise, today=today,
        highlight=highlight, before=before, standing=standing,
    )  # fmt: skip
    return write_chart(chart, path, dpi)


def draw_paths(
    instance: Instance,
    candidate_plans: Sequence[PlanCandidate],
    path: Path,
    lang: Language = "nb",
    titles: Sequence[str] = (),
    *,
    paper: PaperName = "a4",
    today: Today | None = None,
    dpi: float | None = None,
) -> list[Path]:
    """Draw alternative paths of one candidate under each other, as :func:`draw_gantt` draws a plan.

    ``titles`` name the paths, one each; without them they are numbered. ValueError if there are more or fewer titles
    than paths.
    """
    require_chart_file(path)
    chart = Chart.of_paths(instance, candidate_plans, titles=titles, paper=paper, lang=lang, today=today)
    return write_chart(chart, path, dpi)
