"""The view by candidate: a row for each, with the old plan above the new one where two are compared."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from scheduler.plan import PlanCandidate
from scheduler.report import style
from scheduler.report.gantt.bars import draw_band, draw_bars, draw_marks, draw_moved, draw_old_bars
from scheduler.report.gantt.before import Comparison, change_of, other_offices
from scheduler.report.gantt.chart import Chart
from scheduler.report.gantt.page import SEPARATOR, ChartPage, ChartRow, figures, two_lines
from scheduler.report.sheet import clean
from scheduler.report.standing import broken
from scheduler.report.style import Box


def candidate_rows(chart: Chart, people: Iterable[PlanCandidate], indent: float = 0.0) -> Iterator[ChartRow]:
    """A row for each; the titles of alternative paths are given to them in order."""
    for at, candidate in enumerate(people):
        title = chart.titles[at] if chart.titles else None
        yield CandidateRow(chart, candidate, indent, title, change_of(chart, candidate))


@dataclass(frozen=True)
class CandidateRow:
    """One candidate's path through the months, below the one before it if two plans are compared."""

    chart: Chart
    candidate: PlanCandidate
    indent: float = 0.0
    title: str | None = None
    change: Comparison | None = None

    @property
    def least(self) -> float:
        """The least height that holds two lines of label, and the plan before if it was another."""
        return self.chart.paper.row_min * (1.4 if self._compares else 1.0)

    @property
    def most(self) -> float:
        """The height above which more only looks empty."""
        return self.chart.paper.row_max * (1.4 if self._compares else 1.0)

    @property
    def _compares(self) -> bool:
        return self.change is not None and self.change.kind in ("moved", "gone")

    @property
    def muted(self) -> bool:
        """Whether others are highlighted."""
        return self.chart.muted(self.candidate.id)

    @property
    def marked(self) -> bool:
        """Whether the candidate is highlighted."""
        return self.candidate.id in self.chart.highlight

    @property
    def _n_broken(self) -> int:
        """How many of the rules that the plan breaks are the candidate's own."""
        return 0 if self.chart.standing is None else len(self.chart.standing.about(self.candidate.id))

    @property
    def right_texts(self) -> tuple[str, ...]:
        """The finish, and what is to be said of it: rules broken, another before, none yet, a delay."""
        if self.change is not None and self.change.kind == "gone":
            return "–", self.chart.say("gone")
        finish = finish_words(self.chart, self.candidate)
        if not self.chart.is_done(self.candidate):
            finish = self.chart.say("unfinished")
        if self.candidate.until is not None:
            finish = self.chart.say("leaves", month=self.chart.month(self.candidate.until))
        if self._n_broken:
            return finish, broken("label", self._n_broken, self.chart.lang)
        if self.change is not None and self.change.old is not None and self._compares:
            before = finish_words(self.chart, self.change.old)
            return finish, self.chart.say("finish_before", finish=before) if before != finish else ""
        remarks = [self.chart.say("unfinished")] if self.candidate.unfinished else []
        if self.candidate.delay > 0:
            remarks.append(self.chart.say("delay", months=self.candidate.delay))
        return finish, ", ".join(remarks)

    def draw(self, page: ChartPage, box: Box) -> None:
        """Label, bars, group band, marks and finish."""
        two_lines(page, page.left(box).from_x(box.x + self.indent), self.left_texts)
        finish, remark = self.right_texts
        figures(page, page.right(box), finish, remark, style.ALARM if self._n_broken else style.INK)
        if self.change is not None and self.change.kind == "gone":
            draw_old_bars(page, self.candidate, box.inset(0, box.height * 0.24))
            return
        if self.change is not None and self._compares:
            box = self._draw_before(page, box, self.change)
        pad, band = max(1.6, box.height * 0.11), max(1.8, box.height * 0.11)
        bars = Box(box.x, box.y + pad, box.width, box.height - 2 * pad - band - 0.8)
        draw_bars(page, self.candidate, bars)
        draw_band(page, self.candidate, bars.bottom + 0.8, band)
        draw_marks(page, self.candidate, bars)

    def _draw_before(self, page: ChartPage, box: Box, change: Comparison) -> Box:
        """The plan before in the upper part, and what moved; return the part that is left."""
        height = box.height * 0.3
        if change.old is not None:
            draw_old_bars(page, change.old, Box(box.x, box.y + 2, box.width, height - 2))
        draw_moved(page, change.moved, box.y + height + 1.6)
        return Box(box.x, box.y + height + 2.2, box.width, box.height - height - 2.2)

    @property
    def left_texts(self) -> tuple[str, str, str]:
        """Id, name, and the second line: what moved, group, and supervisor or practice (neither when anonymous)."""
        shown_id, name = self.chart.names[self.candidate.id]
        parts = [*self._change_words(), *self._group_words()]
        if not self.chart.anonymise and (guide := _guide(self.chart, self.candidate)):
            parts.append(guide)
        if self.title is not None:
            shown_id, name = clean(self.title), ""
        return shown_id, "" if name == shown_id else name, clean(SEPARATOR.join(parts))

    def _change_words(self) -> list[str]:
        if self.change is None or self.change.kind in ("same", "gone"):
            return []
        if self.change.kind == "new":
            return [self.chart.say("new")]
        old = self.change.old
        moved = [self.chart.say("moved", months=len(self.change.moved))] if self.change.moved else []
        other_office = old is not None and other_offices(old, self.candidate)
        return [*moved, *([self.chart.say("new_practice")] if other_office else [])]

    def _group_words(self) -> list[str]:
        """The group, after another one before it if it changed."""
        old = self.change.old if self.change is not None and self.change.kind == "moved" else None
        if old is not None and old.membership != self.candidate.membership:
            return [f"{old.membership or '–'} → {self.candidate.membership or '–'}"]
        return [self.candidate.membership] if self.candidate.membership is not None else []


def finish_words(chart: Chart, candidate: PlanCandidate) -> str:
    """The month of the finish, after an arrow if it is projected."""
    last = candidate.finish_or_projected
    arrow = "→ " if candidate.finish is None else ""
    return arrow + chart.month(last) if last is not None else "–"


def _guide(chart: Chart, candidate: PlanCandidate) -> str:
    """The supervisor, or the first and the last of several; without one the practice, likewise."""
    ids = list(dict.fromkeys(part.id for part in candidate.supervisors))
    known = chart.instance.supervisors
    names = [(known[key].name if key in known else "") or key for key in ids]
    if not names:
        arenas = chart.instance.arenas
        names = [(arenas[key].name if key in arenas else "") or key for key in candidate.offices]
    return "" if not names else names[0] if len(names) == 1 else f"{names[0]} → {names[-1]}"
