"""What stands above and below the rows: whose plan it is, how good it is, and from which input it came."""

from __future__ import annotations

import datetime
from collections.abc import Iterator

from scheduler import __version__
from scheduler.files.resolve import OBJECTIVES
from scheduler.plan import Plan, PlanObjective
from scheduler.report import style
from scheduler.report.gantt.before import changed_people, gone
from scheduler.report.gantt.chart import Chart
from scheduler.report.gantt.page import ChartPage
from scheduler.report.sheet import clean
from scheduler.report.standing import PlanStanding, StandingKind
from scheduler.report.style import Box


def draw_title(page: ChartPage) -> None:
    """The plan's name, and under it what is shown and how good it is."""
    chart, paper, content = page.chart, page.paper, page.frame.content
    title = Box(content.x, content.y, content.width, paper.title * style.LINE)
    page.sheet.text(title, _title(chart), paper.title, bold=True)
    under = Box(content.x, content.y + paper.title * 1.42, content.width, paper.label * 1.4)
    if alarm := " ".join(_alarms(chart)):
        used = page.sheet.text(under, alarm, paper.label * 1.1, bold=True, colour=style.ALARM)
        under = under.from_x(under.x + used + paper.label)
    page.sheet.text(under, "  ·  ".join(_subtitle(chart)), paper.label * 1.1, colour=style.QUIET)


def _title(chart: Chart) -> str:
    name = clean(chart.plan.instance.name) if chart.plan is not None else ""
    return name or clean(chart.instance.name)


def _subtitle(chart: Chart) -> list[str]:
    period = chart.say("period", start=chart.month(chart.start), end=chart.month(chart.end - 1))
    if chart.plan is None:
        who = " ".join(filter(None, chart.names[chart.people[0].id])) if chart.people else ""
        return [chart.say("title_paths", count=len(chart.people), who=who), period]
    n = len(chart.people)
    people = chart.say("candidates", count=n)
    parts = [chart.say(f"title_{chart.by}"), period, people]
    if chart.before is not None:
        return [*parts, chart.say("compared", changed=changed_people(chart), count=n + len(gone(chart)))]
    if chart.standing is None or chart.standing.alarming:
        return parts
    return [*parts, chart.standing.label(chart.lang)]


def _alarms(chart: Chart) -> Iterator[str]:
    """That the plan breaks rules, or is a draft, or the one before it does."""
    if chart.standing is not None and chart.standing.alarming:
        yield chart.standing.sentence(chart.lang)
    if chart.before_standing is not None and chart.before_standing.broken:
        yield chart.say("before_broken", label=chart.before_standing.label(chart.lang))


def draw_nothing(page: ChartPage, top: float) -> None:
    """Why there is nothing to show."""
    chart = page.chart
    words = chart.say("nothing", status=chart.standing.label(chart.lang) if chart.standing is not None else "–")
    box = Box(page.frame.plot_left, top + 20, page.frame.plot_right - page.frame.plot_left, page.paper.title)
    page.sheet.text(box, words, page.paper.label * 1.3, align="center")


def draw_footer(page: ChartPage, number: int, count: int) -> None:
    """How good the plan is on the left; day, input, program and page on the right."""
    chart, size, content = page.chart, page.paper.small, page.frame.content
    right = "  ·  ".join(_provenance(chart, number, count))
    line = Box(content.x, content.bottom - size * 1.4, content.width, size * 1.4)
    used = page.sheet.text(line, right, size, colour=style.QUIET, align="right")
    left = Box(line.x, line.y, line.width - used - 20, line.height)
    verdicts = _verdicts(chart)
    wrong = chart.standing is not None and chart.standing.alarming
    colour = style.ALARM if wrong else style.INK
    page.sheet.text(left, _first_fitting(page, verdicts, left.width, size), size, bold=wrong, colour=colour)


def _first_fitting(page: ChartPage, choices: list[str], width: float, size: float) -> str:
    return next((words for words in choices if page.sheet.ruler.fits(words, width, size)), choices[-1])


def _provenance(chart: Chart, number: int, count: int) -> list[str]:
    plan = chart.plan
    sha256 = chart.instance.sha256 if plan is None else plan.instance.sha256
    program = f"alis-scheduler {__version__}" if plan is None else f"{plan.tool.name} {plan.tool.version}"
    inputs = [chart.say("footer_input", hash=clean(sha256)[:8])]
    if chart.before is not None:
        inputs.append(chart.say("footer_before", hash=clean(chart.before.instance.sha256)[:8]))
    return [
        *([chart.say("footer_drawn", date=chart.date(chart.today))] if isinstance(chart.today, datetime.date) else []),
        *inputs,
        clean(program),
        *([chart.say("footer_page", page=number, pages=count)] if count > 1 else []),
    ]


def _verdicts(chart: Chart) -> list[str]:
    """The plan's standing with every level, with the delay only, and alone; of a broken one only its gaps are told."""
    if chart.plan is None or chart.standing is None:
        return [""]
    if not chart.standing.tells_proofs:
        sentence, gaps = chart.standing.sentence(chart.lang).rstrip("."), _gaps(chart)
        return [*([f"{sentence}  ·  {gaps}"] if gaps else []), sentence]
    status = _status(chart, chart.plan, chart.standing)
    levels = {objective.id: _level(chart, objective) for objective in chart.plan.objectives}
    shown = [list(levels.values()), [levels[key] for key in levels if key == "delay"], []]
    return ["  ·  ".join([status, *several]) for several in shown]


def _gaps(chart: Chart) -> str:
    """How many months lack a rotation; nothing if none does."""
    months = sum(chart.gaps(candidate) for candidate in chart.people)
    return chart.say("footer_gaps", months=months) if months else ""


def _status(chart: Chart, plan: Plan, standing: PlanStanding) -> str:
    """``Bevist best mulig``, or of a plan that is not: how many months of delay it may be from the best possible."""
    delay = next((objective for objective in plan.objectives if objective.id == "delay"), None)
    if standing.kind is StandingKind.VALID and delay is not None:
        if delay.proved:
            return chart.say("status_delay_proved")
        months = _decimal(chart, abs(delay.value - delay.bound))
        if months != "0":
            return chart.say("status_months", months=months)
    return standing.sentence(chart.lang).rstrip(".")


def _level(chart: Chart, objective: PlanObjective) -> str:
    """One level of the objective: ``utsettelse i md. 5 (bevist)``."""
    known = objective.id in OBJECTIVES
    name = chart.say(f"level_{objective.id}") if known else clean(objective.id)
    value, bound = _decimal(chart, objective.value), _decimal(chart, objective.bound)
    return chart.say("level_proved" if objective.proved else "level_open", name=name, value=value, bound=bound)


def _decimal(chart: Chart, figure: float) -> str:
    """At most one decimal, after a comma in Norwegian."""
    spelled = f"{figure:.1f}".removesuffix(".0")
    return spelled.replace(".", ",") if chart.lang == "nb" else spelled
