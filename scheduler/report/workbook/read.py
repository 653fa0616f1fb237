"""An edited plan workbook read back: the grid is the truth for rotations, the other sheets for what stands on them.

Every figure is recomputed. What stands in a cell that cannot be understood is a problem with the cell's name.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import permutations
from pathlib import Path

from pydantic import ValidationError

from scheduler.accounting import open_group_years, trajectory_of, with_figures
from scheduler.accounting.baseline import with_own_baseline
from scheduler.accounting.guidance import guidance
from scheduler.files import read_instance
from scheduler.instance.problems import InputError, Problem, shown
from scheduler.instance.spelling import Known, nearest, plain
from scheduler.instance.types import Arena, Instance, Supervisor, split_group
from scheduler.month import Month, format_month, parse_month
from scheduler.plan import Plan, PlanCandidate, PlanService, Status, groups_in
from scheduler.planning.assemble import as_left, objectives_of_edited
from scheduler.report.workbook.layout import LEAVE_SPELLINGS, SUPERVISOR_HEADS, rotation_codes
from scheduler.report.workbook.lists import unpack
from scheduler.report.workbook.opened import Opened, Table, as_month
from scheduler.texts import LANGUAGES, text

LARGEST_PLAN = 100_000_000
_MOST_NAMED = 20
_MOST_SHIFTS = 99
_LONGEST_NUMBER = 3
_FROM_MONTH = re.compile(r"(\d{4}-(?:0[1-9]|1[0-2])):\s*(.+)")
_NO_SERVICE = PlanService.none()


@dataclass
class _Row:
    """What the sheets say of a candidate."""

    id: str
    start: Month
    offices: list[tuple[Month | None, str]]
    months: dict[Month, str | None]
    group: str | None = None
    shifts: dict[Month, int] = dataclasses.field(default_factory=dict)
    supervisors: list[dict[str, object]] = dataclasses.field(default_factory=list)


def read_workbook(path: Path) -> Plan:
    """The plan of a workbook that was written here and people may have edited; InputError with every problem."""
    try:
        return _read(Opened(path))
    except InputError as error:
        raise InputError(error.problems, str(path)) from None


def _read(opened: Opened) -> Plan:
    told = _told(opened)
    instance = _instance(told)
    tables = [_Reader(instance, opened, key) for key in ("plan", "groups", "shifts", "supervisors")]
    plan, groups, shifts, supervisors = tables
    rows = plan.grid()
    groups.groups(rows)
    shifts.shifts(rows)
    supervisors.supervisors(rows)
    problems = [problem for table in tables for problem in table.table.problems]
    if problems:
        raise InputError(problems)
    return _plan(instance, told, rows.values())


def _told(opened: Opened) -> Plan:
    """The plan as it was when the workbook was written, from its hidden sheet."""
    packed = "".join(opened.chunks("source"))
    try:
        plan = Plan.from_json(unpack(packed, LARGEST_PLAN))
    except (ValueError, ValidationError):
        raise InputError([Problem("planbook-damaged")]) from None
    if plan.instance.source is None:
        raise InputError([Problem("planbook-damaged")])
    return plan


def _instance(told: Plan) -> Instance:
    """The instance the workbook carries; InputError if it is not the one the plan was made for."""
    assert told.instance.source is not None
    instance = read_instance(told.instance.source, told.instance.name)
    if instance.sha256 != told.instance.sha256:
        raise InputError([Problem("planbook-damaged")])
    return with_own_baseline(instance, told)


# --- the sheets


class _Reader:
    """One sheet and what its cells may say."""

    def __init__(self, instance: Instance, opened: Opened, key: str) -> None:
        self.instance = instance
        self.table = Table(opened.grid(key), opened.lang)

    def grid(self) -> dict[str, _Row]:
        """The plan itself: who, where, from when, and the rotation of every month."""
        table = self.table
        heads = {key: table.column(key) for key in ("id", "practice", "start")}
        months = self._months()
        if None in heads.values():
            return {}
        at = {key: column for key, column in heads.items() if column is not None}
        lines = dict(self._lines(at["id"]))
        self._refuse_merged(lines, [*at.values(), *months.values()])
        rotations = Known(
            (rotation.id, name)
            for rotation in self.instance.rotations.values()
            for name in (rotation_codes(self.instance)[rotation.id], rotation.name)
        )
        offices = _named(self.instance.offices)
        rows: dict[str, _Row] = {}
        for line, candidate_id in lines.items():
            if candidate_id in rows:
                table.note("planbook-twice", line, at["id"], candidate_id)
                continue
            start = self._start(line, at["start"])
            practices = self._offices(line, at["practice"], offices)
            rows[candidate_id] = _Row(candidate_id, start, practices, self._rotations(line, months, rotations))
        return rows

    def groups(self, rows: Mapping[str, _Row]) -> None:
        """The guidance group of each candidate."""
        at_id, at_group = self.table.column("id"), self.table.column("group")
        if at_id is None or at_group is None:
            return
        lines = dict(self._lines(at_id))
        self._refuse_merged(lines, [at_id, at_group])
        pairs = permutations(self.instance.groups.values(), 2)
        split = [pair.id for first, second in pairs if (pair := split_group(first, second)) is not None]
        known = Known((group, None) for group in (*self.instance.groups, *split))
        for line, candidate_id in lines.items():
            group = self._one_of(line, at_group, known)
            if candidate_id in rows:
                rows[candidate_id].group = group

    def shifts(self, rows: Mapping[str, _Row]) -> None:
        """The shifts of each candidate and month."""
        at_id, months = self.table.column("id"), self._months()
        if at_id is None:
            return
        lines = dict(self._lines(at_id))
        self._refuse_merged(lines, [at_id, *months.values()])
        for line, candidate_id in lines.items():
            for month, column in months.items():
                number = self._number(line, column)
                if number and candidate_id in rows:
                    rows[candidate_id].shifts[month] = number

    def supervisors(self, rows: Mapping[str, _Row]) -> None:
        """The periods with a supervisor, in the order of the sheet."""
        table = self.table
        found = {key: table.column(key) for key in SUPERVISOR_HEADS if key != "name"}
        at = {key: column for key, column in found.items() if column is not None}
        if len(at) < len(found):
            return
        lines = dict(self._lines(at["id"]))
        self._refuse_merged(lines, at.values())
        known = _named(self.instance.supervisors.values())
        for line, candidate_id in lines.items():
            supervisor = self._one_of(line, at["supervisor"], known, needed=True)
            start, to = (self._needed_month(line, at[key]) for key in ("from", "to"))
            if candidate_id in rows and supervisor is not None and start is not None and to is not None:
                rows[candidate_id].supervisors.append({"id": supervisor, "from": start, "to": to})

    # --- rows, columns, cells

    def _lines(self, at_id: int) -> Iterator[tuple[int, str]]:
        """Rows with a candidate, down to the words under the table; ids that nobody has are problems."""
        known = Known((candidate, None) for candidate in self.instance.candidates)
        ends = {plain(text(f"workbook_out.{key}", lang)) for key in ("legend", "rosters") for lang in LANGUAGES}
        for line in range(self.table.head_row + 1, self.table.n_rows + 1):
            said = self.table.text(line, at_id)
            if said is None:
                continue
            if plain(said) in ends:
                return
            candidate = known.meant(said)
            if candidate is not None:
                yield line, candidate
            else:
                self._unknown(line, at_id, said, known)

    def _months(self) -> dict[Month, int]:
        """The column of every month of the horizon; a problem where months are missing or come twice."""
        table, row = self.table, self.table.head_row
        columns: dict[Month, int] = {}
        for column in range(1, table.n_columns + 1):
            month = as_month(table.value(row, column))
            if month is None:
                continue
            if month in columns or not self.instance.start <= month < self.instance.end:
                code = "planbook-month-twice" if month in columns else "planbook-month-outside"
                table.note(code, row, column, format_month(month))
            else:
                columns[month] = column
        expected_at = min(columns.values(), default=table.n_columns + 1)
        missing = False
        for month in range(self.instance.start, self.instance.end):
            if month in columns:
                expected_at, missing = columns[month] + 1, False
            elif not missing:
                table.note("planbook-month-missing", row, expected_at, month=format_month(month))
                missing = True
        return columns

    def _refuse_merged(self, lines: Mapping[int, str], columns: Iterable[int]) -> None:
        if lines and (wanted := list(columns)):
            rows = range(self.table.head_row, max(lines) + 1)
            self.table.refuse_merged(rows, range(min(wanted), max(wanted) + 1))

    def _rotations(self, line: int, months: Mapping[Month, int], known: Known) -> dict[Month, str | None]:
        """The row's months from the first to the last in which anything stands; leave and gaps are None."""
        found: dict[Month, str | None] = {}
        for month, column in sorted(months.items()):
            said = self.table.text(line, column)
            if said is None:
                continue
            rotation = None if said in LEAVE_SPELLINGS else known.meant(said)
            if rotation is not None or said in LEAVE_SPELLINGS:
                found[month] = rotation
            else:
                self._unknown(line, column, said, known, rotation_codes(self.instance).values())
        return found

    def _offices(self, line: int, column: int, known: Known) -> list[tuple[Month | None, str]]:
        """The office that a cell names, or several, the later ones with their first months: ``o1; 2028-06: o2``."""
        said = self.table.text(line, column)
        if said is None or said in LEAVE_SPELLINGS:
            return []
        found: list[tuple[Month | None, str]] = []
        for part in said.split(";") if known.meant(said) is None else [said]:
            later = _FROM_MONTH.fullmatch(part.strip()) if found else None
            word = later[2] if later else part.strip()
            office = known.meant(word)
            if office is None or (found and later is None):
                self._unknown(line, column, word, known)
                return []
            found.append((parse_month(later[1]) if later else None, office))
        return found

    def _one_of(self, line: int, column: int, known: Known, *, needed: bool = False) -> str | None:
        """The id that a cell names; a problem if nobody has it, or if there must be one."""
        said = self.table.text(line, column)
        if said is None or said in LEAVE_SPELLINGS:
            if needed:
                self._unknown(line, column, said or "", known)
            return None
        found = known.meant(said)
        if found is None:
            self._unknown(line, column, said, known)
        return found

    def _unknown(self, line: int, column: int, said: str, known: Known, named: Collection[str] | None = None) -> None:
        """A word that is none of those known, with these and the one that looks most like it."""
        allowed = list(known if named is None else named)
        more = ", …" if len(allowed) > _MOST_NAMED else ""
        fields = {"allowed": ", ".join(shown(rotation_id) for rotation_id in allowed[:_MOST_NAMED]) + more}
        near = nearest(said, named or ()) or nearest(said, known)
        self.table.problems.append(
            Problem(
                "workbook-not-a-choice",
                found=shown(said),
                nearest=None if near is None else shown(near),
                fields=fields,
                cell=self.table.at(line, column),
            )
        )

    def _start(self, line: int, column: int) -> Month:
        month = self._needed_month(line, column)
        return self.instance.start if month is None else month

    def _needed_month(self, line: int, column: int) -> Month | None:
        n_problems = len(self.table.problems)
        month = self.table.month(line, column)
        if month is None and len(self.table.problems) == n_problems:
            self.table.note("workbook-not-a-month", line, column, "")
        return month

    def _number(self, line: int, column: int) -> int | None:
        """A whole number of shifts; nothing is none."""
        value = self.table.value(line, column)
        if value is None or value in LEAVE_SPELLINGS:
            return None
        if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) <= _LONGEST_NUMBER:
            value = int(value)
        if isinstance(value, bool) or not isinstance(value, int | float) or value not in range(_MOST_SHIFTS + 1):
            self.table.note("planbook-number", line, column, value, most=_MOST_SHIFTS)
            return None
        return int(value)


def _named(subjects: Iterable[Arena | Supervisor]) -> Known:
    """Offices or supervisors by id and by name."""
    return Known((subject.id, subject.name) for subject in subjects)


# --- from rows to a plan


def _plan(instance: Instance, told: Plan, rows: Iterable[_Row]) -> Plan:
    """The plan with every figure recomputed; as it was if nothing has been edited.

    What the run said of the plan that it made is not said of an edited one.
    """
    before = {entry.id: entry for entry in told.candidates}
    entries = [_entry(instance, row, before.get(row.id)) for row in rows]
    if entries == told.candidates:
        return told
    edited = told.model_copy(
        update={
            "status": Status.FEASIBLE,
            "candidates": entries,
            "guidance": guidance(instance, entries) if told.guidance else [],
            "messages": [],
        }
    )
    return edited.model_copy(update={"objectives": objectives_of_edited(instance, edited, told.objectives)})


def _entry(instance: Instance, row: _Row, before: PlanCandidate | None) -> PlanCandidate:
    """A candidate's plan from the sheets; words about choices that still stand are kept."""
    candidate = instance.candidates[row.id]
    first = min([max(row.start, instance.start), *row.months]) if row.months else 0
    planned = range(first, max(row.months) + 1) if row.months else range(0)
    months = [
        {
            "month": month,
            "rotation": row.months.get(month),
            "percent": 0 if row.months.get(month) is None else candidate.percent_at(month),
        }
        for month in planned
    ]
    tree = {
        "id": row.id,
        "start": row.start,
        "finish": None,
        "earliest_finish": row.start,
        "delay": 0,
        "practice": row.offices[0][1] if row.offices else None,
        "practices": list(_practices(row.offices, planned)),
        "group": groups_in(row.group)[0],
        "second_group": groups_in(row.group)[1],
        "months": months,
        "blocks": [],
        "service": _NO_SERVICE,
        "shifts": [{"month": month, "shifts": number} for month, number in sorted(row.shifts.items())],
        "supervisors": row.supervisors,
    }
    fresh = as_left(instance, with_figures(instance, PlanCandidate.model_validate(tree)))
    return fresh if before is None else _with_reasons(instance, fresh, before)


def _practices(offices: list[tuple[Month | None, str]], months: range) -> Iterator[dict[str, object]]:
    """The rows of a plan file: each office up to the month before the next one."""
    if not months:
        return
    begins = [month or months[0] for month, _ in offices]
    for (_, office), start, end in zip(offices, begins, [*begins[1:], months[-1] + 1], strict=False):
        yield {"practice": office, "from": start, "to": end - 1}


def _with_reasons(instance: Instance, fresh: PlanCandidate, before: PlanCandidate) -> PlanCandidate:
    """Reasons and the open year as they were told, where what they explain has not changed."""
    reasons = {(wish.rotation, wish.from_, wish.to, wish.met): wish.reason for wish in before.wishes}
    wishes = [
        wish.model_copy(update={"reason": reasons.get((wish.rotation, wish.from_, wish.to, wish.met))})
        for wish in fresh.wishes
    ]
    update: dict[str, object] = {"wishes": wishes, "away_needed": before.away_needed}
    if not before.practices and len(fresh.practices) < 2:
        update["practices"] = []  # of a file older than the field
    if (fresh.membership, fresh.months) == (before.membership, before.months):
        update["group_reason"] = before.group_reason
    years = open_group_years(trajectory_of(instance, fresh))
    if fresh.membership == before.membership and (before.open_group_year in years or before.open_group_year is None):
        update["open_group_year"] = before.open_group_year
    told = fresh.model_copy(update=update)
    same_but_for_remarks = told.model_copy(update={"group_remarks": before.group_remarks}) == before
    return before if before.group_remarks is None and same_but_for_remarks else told  # of a file older than the field
