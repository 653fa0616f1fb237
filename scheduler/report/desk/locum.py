"""The locum need: what each unit lacks, in weeks by half-year with a chart, and month by month with who could cover."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from scheduler.accounting import trajectories
from scheduler.accounting.locum import Gap, There, by_unit, gaps, there, total_weeks
from scheduler.accounting.shown import as_shown
from scheduler.instance.types import Instance
from scheduler.month import Month, calendar_month, year
from scheduler.plan import Plan
from scheduler.report.desk.sheets import Cell, MonthCell, Sheets
from scheduler.report.standing import PlanStanding
from scheduler.report.words import Words
from scheduler.texts import text

HalfYear = tuple[int, int]
"""A calendar year and its half, 1 or 2."""


def half_year(month: Month) -> HalfYear:
    """The calendar half-year of a month: 2027-06 is (2027, 1)."""
    return year(month), 1 if calendar_month(month) <= 6 else 2


def half_year_name(words: Words, half: HalfYear) -> str:
    """``våren 2027``, ``høsten 2027``."""
    return text(f"locum.half-{half[1]}", words.lang, year=half[0])


def locum_notes(words: Words, found: Sequence[Gap]) -> Iterator[str]:
    """The need in all, and the unit that has most of it."""
    units = by_unit(found)
    weeks = {unit: total_weeks(gap for rows in months.values() for gap in rows) for unit, months in units.items()}
    if not weeks:
        yield text("locum.none", words.lang)
        return
    shown = words.number(float(round(total_weeks(found), 1)))
    yield text("locum.total", words.lang, weeks=shown, units=len(weeks))
    most = max(weeks, key=lambda unit: weeks[unit])
    yield text("locum.most", words.lang, unit=words.arena(most), weeks=words.number(float(round(weeks[most], 1))))


def locum_book(words: Words, plan: Plan, standing: PlanStanding | None = None) -> bytes:
    """The workbook: weeks by unit and half-year with a chart, and a row for each unit and month."""
    instance = words.instance
    found, covering = gaps_of(instance, plan)
    title = text("locum.title", words.lang, name=plan.instance.name)
    sheets = Sheets(title, words.lang, instance.start, standing)
    notes = [*locum_notes(words, found), text("locum.note", words.lang)]
    _half_years(sheets, words, title, notes, by_unit(found))
    heads = [
        (text(f"locum.head-{key}", words.lang), width)
        for key, width in (("unit", 30), ("month", 12), ("missing", 11), ("weeks", 9), ("who", 40), ("cover", 60))
    ]
    rows = _months(words, by_unit(found), covering)
    name, about, note = (text(f"locum.{key}", words.lang) for key in ("sheet-months", "months-title", "cover-note"))
    sheets.sheet(name, about, [note], heads, rows)
    return sheets.content()


def gaps_of(instance: Instance, plan: Plan) -> tuple[list[Gap], Mapping[tuple[str, Month], list[There]]]:
    """What is missing, and who is where."""
    people = trajectories(as_shown(instance, plan), plan)
    return gaps(people), there(people)


def _half_years(
    sheets: Sheets, words: Words, title: str, notes: Sequence[str], units: Mapping[str, Mapping[Month, list[Gap]]]
) -> None:
    """A row for each unit, the most first; a column for each half-year; and the same as stacked columns."""
    weeks: dict[str, dict[HalfYear, float]] = {}
    for unit, months in units.items():
        by_half: dict[HalfYear, float] = defaultdict(float)
        for month, lacking in months.items():
            by_half[half_year(month)] += float(total_weeks(lacking))
        weeks[unit] = by_half
    halves = sorted({half for by_half in weeks.values() for half in by_half})
    heads = [(text("locum.head-unit", words.lang), 32), *((half_year_name(words, half), 9) for half in halves)]
    heads.append((text("locum.head-sum", words.lang), 10))
    order = sorted(weeks, key=lambda unit: -sum(weeks[unit].values()))
    rows: list[list[Cell]] = [
        [words.arena(unit), *(weeks[unit].get(half) for half in halves), sum(weeks[unit].values())] for unit in order
    ]
    column = [sum(weeks[unit].get(half, 0.0) for unit in order) for half in halves]
    sums: list[Cell] = [text("locum.head-sum", words.lang), *column, sum(column)]
    name = text("locum.sheet-units", words.lang)
    sheets.sheet(name, title, notes, heads, rows, sums)
    first = sheets.first_row(len(notes)) - 1
    if rows:
        chart = text("locum.sheet-chart", words.lang)
        sheets.stacked(chart, text("locum.chart", words.lang), name, first, len(rows), len(halves))


def _months(
    words: Words, units: Mapping[str, Mapping[Month, list[Gap]]], covering: Mapping[tuple[str, Month], list[There]]
) -> Iterator[list[Cell]]:
    for unit, months in units.items():
        for month, rows in months.items():
            missing = sum(row.missing for row in rows)
            who = ", ".join(words.candidate(row.candidate) for row in rows)
            cover = ", ".join(_covers(words, unit, month, covering))
            yield [
                words.arena(unit), MonthCell(month), missing * 100, total_weeks(rows), who,
                cover or text("locum.nobody", words.lang),
            ]  # fmt: skip


def _covers(words: Words, unit: str, month: Month, covering: Mapping[tuple[str, Month], list[There]]) -> Iterator[str]:
    """Those who serve in the unit then, with what they have left of a full post; and others who have places there."""
    for one in covering.get((unit, month), []):
        percent = words.percent(float(one.present * 100))
        key = "there-spare" if one.spare else "there"
        spare = words.percent(float(one.spare * 100))
        yield text(f"locum.{key}", words.lang, who=words.candidate(one.candidate), percent=percent, spare=spare)
    others = (row for row in words.instance.reservations if row.arena == unit and month in row.span)
    yield from dict.fromkeys(row.who or text("locum.others", words.lang) for row in others)
