"""An instance of the benchmark said as one of ours, and a plan of ours said as what everybody does there.

A period is a month; a ward, a hospital's discipline, is an arena with places and the least it needs; a discipline in a
hospital is a rotation of exactly its duration, taken at most once. Free periods are the base rotation, which counts for
nothing; a student is done when the disciplines asked for are. What cannot be said is told in docs/benchmarks.md.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

from benchmarks.mss.read import MssCase
from benchmarks.mss.score import Clerkship
from scheduler.month import format_month, parse_month
from scheduler.plan import Plan

Row = dict[str, Any]

START = "2027-01"
LEVELS = ("wishes", "delay")
FREE = "free"
_ORIGIN = parse_month(START)


def instance_tree(case: MssCase) -> Row:
    """The instance as the tree of a file."""
    asked = [student for student in range(case.students) if case.periods_asked(student)]
    total = max((case.periods_asked(student) for student in asked), default=0)
    nothing = {"open_practice_min": 0, "institution_min": 0, "open_practice_cap": 0, "institution_cap": 0}
    return {
        "schema": 1,
        "name": f"MSS {case.name}",
        "horizon": {"start": START, "months": case.periods},
        "rules": {
            "total": total,
            "other_general_cap": total,
            "general_cap": total,
            **nothing,
            "goals": "",
            "legevakt_shifts": 0,
            "group_required": False,
        },
        "objective": {"order": list(LEVELS)},
        "arenas": [{"id": FREE, "service": "open_practice"}, *_wards(case)],
        "rotations": [{"id": FREE, "mix": {"practice": 100}, "base": True}, *_rotations(case)],
        "requirements": [*_once(case), *_of_groups(case, asked), *_of_hospitals(case)],
        "candidates": [_candidate(case, student, total) for student in asked],
    }


def rotas_of(case: MssCase, plan: Plan) -> dict[int, list[Clerkship]]:
    """Who does what where by a plan, each block one discipline."""
    wards = {_ward(hospital, discipline): (hospital, discipline) for hospital, discipline in _all_wards(case)}
    rotas: dict[int, list[Clerkship]] = defaultdict(list)
    for entry in plan.candidates:
        for block in entry.blocks:
            if block.rotation in wards:
                hospital, discipline = wards[block.rotation]
                rotas[int(entry.id[1:]) - 1].append(Clerkship(block.from_ - _ORIGIN, discipline, hospital))
    return dict(rotas)


# --- wards -----------------------------------------------------------------------------------------------------------


def _all_wards(case: MssCase) -> Iterator[tuple[int, int]]:
    return ((hospital, discipline) for hospital in range(case.hospitals) for discipline in range(case.disciplines))


def _ward(hospital: int, discipline: int) -> str:
    return f"h{hospital + 1}-d{discipline + 1:02d}"


def _in_all_hospitals(case: MssCase, discipline: int) -> list[str]:
    return [_ward(hospital, discipline) for hospital in range(case.hospitals)]


def _wards(case: MssCase) -> Iterator[Row]:
    for hospital, discipline in _all_wards(case):
        row: Row = {"id": _ward(hospital, discipline), "service": "other_general"}
        row["places"] = _steps(case.most[hospital, discipline])
        if case.least[hospital, discipline].any():
            row["min_places"] = _steps(case.least[hospital, discipline])
        yield row


def _steps(by_period: Sequence[int]) -> list[Row]:
    """Numbers by month, those that are alike in one row."""
    rows: list[Row] = []
    for period, number in enumerate(by_period):
        month = _month(period)
        if rows and rows[-1]["places"] == number:
            rows[-1]["to"] = month
        else:
            rows.append({"from": month, "to": month, "places": int(number)})
    return rows


def _month(period: int) -> str:
    return format_month(_ORIGIN + period)


def _rotations(case: MssCase) -> Iterator[Row]:
    """Each ward's; after a discipline, in whatever hospital that was, where it has to be."""
    for hospital, discipline in _all_wards(case):
        ward = _ward(hospital, discipline)
        before = [
            _in_all_hospitals(case, earlier) for earlier in range(case.disciplines) if case.after[discipline, earlier]
        ]
        yield {
            "id": ward,
            "mix": {ward: 100},
            "min_months": case.duration,
            "max_months": case.duration,
            "max_blocks": 1,
            **({"after": before} if before else {}),
        }


# --- what is asked ---------------------------------------------------------------------------------------------------


def _once(case: MssCase) -> Iterator[Row]:
    """A discipline in one hospital only."""
    if case.hospitals > 1:
        for discipline in range(case.disciplines):
            rotations = _in_all_hospitals(case, discipline)
            yield {"id": f"once-d{discipline + 1:02d}", "rotations": rotations, "max_blocks": 1}


def _of_groups(case: MssCase, students: Sequence[int]) -> Iterator[Row]:
    """So many disciplines of a group, for those who are asked for the same number."""
    for group in range(case.groups):
        rotations = [
            _ward(hospital, discipline)
            for hospital, discipline in _all_wards(case)
            if case.group_of[discipline] == group
        ]
        by_number: dict[int, list[str]] = defaultdict(list)
        for student in students:
            by_number[int(case.asked[student, group])].append(_student(student))
        for number, who in sorted(by_number.items()):
            row = {"id": f"group-{group + 1}-{number}", "rotations": rotations, "candidates": who}
            yield row | {"min_blocks": number, "max_blocks": number}


def _of_hospitals(case: MssCase) -> Iterator[Row]:
    if case.most_in_one_hospital < case.disciplines:
        for hospital in range(case.hospitals):
            rotations = [_ward(hospital, discipline) for discipline in range(case.disciplines)]
            yield {"id": f"most-h{hospital + 1}", "rotations": rotations, "max_blocks": case.most_in_one_hospital}


# --- students --------------------------------------------------------------------------------------------------------


def _student(student: int) -> str:
    return f"S{student + 1:03d}"


def _candidate(case: MssCase, student: int, total: int) -> Row:
    """Whoever is asked for fewer disciplines than the one with the most is credited with the others."""
    open_to = [ward for ward in _all_wards(case) if case.may(student, *ward)]
    wishes = [(ward, _worth(case, student, *ward)) for ward in open_to]
    row: Row = {
        "id": _student(student),
        "start": START,
        "practice": FREE,
        "group": "done",
        "credited": {"other_general": float(total - case.periods_asked(student))},
        "allowed": [FREE, *(_ward(*ward) for ward in open_to)],
        "wishes": [{"rotation": _ward(*ward), "weight": worth} for ward, worth in wishes if worth],
    }
    away = [period for period in range(case.periods) if not case.present[student, period]]
    if away:
        row["leave"] = [{"from": _month(first), "to": _month(last)} for first, last in _runs(away)]
    return row


def _worth(case: MssCase, student: int, hospital: int, discipline: int) -> int:
    """What a discipline in a hospital adds to the value."""
    of_disciplines, of_hospitals = case.weights[student, :2]
    liked = of_disciplines * case.likes_discipline[student, discipline]
    return int(liked + of_hospitals * case.likes_hospital[student, hospital] + case.school_likes[discipline])


def _runs(periods: Sequence[int]) -> Iterator[tuple[int, int]]:
    """First and last of periods in a row."""
    first = before = periods[0]
    for period in periods[1:]:
        if period > before + 1:
            yield first, before
            first = period
        before = period
    yield first, before
