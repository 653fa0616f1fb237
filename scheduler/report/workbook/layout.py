"""Where things stand in the plan workbook, shared by those who write it and those who read it back.

Rows and columns are counted from 0. Every sheet with a row for each candidate has its heads in ``HEAD_ROW`` and the
candidates from ``FIRST_ROW`` on, in the plan's order.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator
from itertools import count

from scheduler.instance.types import Instance, Rotation, Rules
from scheduler.month import MONTHS_PER_YEAR, Month, calendar_month, format_month, year
from scheduler.plan import PlanCandidate
from scheduler.texts import LANGUAGES, Language, text

CHAPTER = "workbook_out"
SHEETS = (
    "plan",
    "service",
    "goals",
    "shifts",
    "groups",
    "supervisors",
    "wishes",
    "changes",
    "levels",
    "readings",
    "about",
)
HIDDEN_SHEETS = ("lists", "percent", "source")
OFFICES = "offices"
"""A hidden sheet that is there only where somebody's office becomes another one."""

MUNICIPALITIES = "municipalities"
"""A sheet after the others, which only a region's workbook has."""

EARNED = "earned"
"""A hidden sheet with the percent that each month counts as; only where somebody is absent on some days."""

YEAR_ROW = 4
HEAD_ROW = 5
FIRST_ROW = 6
PLAN_HEADS = ("id", "name", "practice", "start", "counted", "lacking")
FIRST_MONTH = len(PLAN_HEADS)
SHIFT_HEADS = ("id", "name", "roster", "shifts_before", "shifts_total", "shifts_needed")
GROUP_HEADS = ("id", "name", "group", "group_start", "group_end", "open_year", "reason")
SUPERVISOR_HEADS = ("id", "name", "supervisor", "from", "to")
assert len(SHIFT_HEADS) == FIRST_MONTH, "the months stand in the same columns on both sheets"

LEAVE = "–"
LEAVE_SPELLINGS = frozenset({"–", "-", "—", "−"})
CHUNK = 30_000
"""Letters in a cell of the sheet that holds the plan file; a cell takes 32,767."""

_LONGEST_CODE = 5
_WORDS = re.compile(r"[^\W\d_]+")
_CODE = re.compile(r"[^\W\d_]{2}[^\W_]*")
_LOGICAL = frozenset({"true", "false", "sann", "usann"})
_MONTHS = frozenset(
    ["jan", "feb", "mar", "apr", "mai", "may", "jun", "jul", "aug", "sep", "okt", "oct", "nov", "des", "dec"]
)


def spelled_offices(entry: PlanCandidate) -> str:
    """The office as the plan's sheet has it; with the months from which it is another: ``o1; 2028-06: o2``."""
    later = [f"{format_month(row.from_)}: {row.practice}" for row in entry.practices[1:]]
    return "; ".join([entry.practice or "", *later])


def sheet_title(key: str, lang: Language) -> str:
    """The name on a sheet's tab."""
    return text(f"{CHAPTER}.sheet-{key}", lang)


def sheet_titles(key: str) -> list[str]:
    """The name of a sheet in every language: a workbook may be read back in another one than it was written in."""
    return [sheet_title(key, lang) for lang in LANGUAGES]


def head_titles(key: str) -> list[str]:
    """The head of a column in every language."""
    return [text(f"{CHAPTER}.head-{key}", lang) for lang in LANGUAGES]


def services_of(instance: Instance) -> list[str]:
    """The categories of service by anybody's rules, those of the instance first."""
    return list(dict.fromkeys(service for rules in _everybodys(instance) for service in rules.services))


def service_heads(instance: Instance) -> tuple[str, ...]:
    """Columns of the sheet of service sums: of each category what is served, asked for, counted at most, missing."""
    rows = dict.fromkeys(row for rules in _everybodys(instance) for row in rules.categories)
    minima = dict.fromkeys(("total", *(row.id for row in rows if row.rule is not None)))
    caps = dict.fromkeys(row.id for row in rows if row.cap is not None)
    services = services_of(instance)
    return (
        "id", "name", "service_months", *(f"before_{key}" for key in services), *(f"sum_{key}" for key in services),
        "counted", "uncounted", *(f"need_{key}" for key in minima), *(f"cap_{key}" for key in caps),
        *(f"lack_{key}" for key in minima), "shifts_total", "shifts_needed", "earliest", "finish", "delay", "state",
    )  # fmt: skip


def _everybodys(instance: Instance) -> list[Rules]:
    return [instance.rules, *(candidate.rules for candidate in instance.candidates.values())]


def month_column(instance: Instance, month: Month) -> int:
    """The column of a month on the sheets with a calendar."""
    return FIRST_MONTH + month - instance.start


def date_of(month: Month) -> datetime.date:
    """The first day of a month, as spreadsheets keep months."""
    return datetime.date(year(month), calendar_month(month), 1)


def serial(month: Month) -> int:
    """The first day of a month as the number that spreadsheets keep for it: days since the end of 1899."""
    return (date_of(month) - datetime.date(1899, 12, 30)).days


def month_of(day: datetime.date) -> Month:
    """The month a date lies in."""
    return day.year * MONTHS_PER_YEAR + day.month - 1


def rotation_codes(instance: Instance) -> dict[str, str]:
    """A short and unambiguous code for each rotation, to stand in a narrow cell.

    An id of up to five letters is its own code; ``sykehus`` is ``syke``, and ``fastlege80-sykehjem20``, a
    shared week, ``fa+s``. A code never looks like a number, a date or a formula, and is no other rotation's id.
    """
    codes: dict[str, str] = {}
    taken = {rotation_id.casefold() for rotation_id in instance.rotations}
    for rotation in instance.rotations.values():
        own = rotation.id.casefold()
        for code in _attempts(rotation):
            free = code.casefold() == own or code.casefold() not in taken
            if free and not _like_a_cell_value(code):
                break
        codes[rotation.id] = code
        taken.add(code.casefold())
    return codes


def _attempts(rotation: Rotation) -> Iterator[str]:
    """Codes to try, the best first; the numbered ones never end."""
    words = _WORDS.findall(rotation.id) or ["r"]
    if len(rotation.id) <= _LONGEST_CODE and _CODE.fullmatch(rotation.id):
        yield rotation.id
    if len(words) > 1 and len(rotation.mix) > 1:
        yield f"{words[0][:2]}+{words[-1][:1]}"
        yield f"{words[0][:2]}+{words[-1][:2]}"
    elif len(words[0]) > 1:
        yield words[0][:4]
        yield words[0][:5]
    for number in count(2):
        yield f"{words[0][:2]}+{number}"


def _like_a_cell_value(code: str) -> bool:
    """Whether a spreadsheet would take a code that is typed for true or false, or for a date."""
    spelled = code.casefold()
    return spelled in _LOGICAL or (spelled[:3] in _MONTHS and spelled[-1].isdigit())
