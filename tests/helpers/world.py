"""A tiny world whose plans can be added up by hand, and short ways of changing it.

Horizon 2026-09 .. 2028-08 (24 months). 12 counted FTE-months, of them at least 6 in open practice (at most 10 count)
and 2 in institution (at most 3 count); other general service counts up to 6. Goals 1-4: 1, 2 and (with both shifts) 3
in an office, 4 in the ward, 3 also on the legevakt. Two shifts, one a month. No groups, no supervisors unless a test
adds them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from scheduler.accounting import levels, trajectories, with_figures
from scheduler.check import check_plan
from scheduler.constraints.rule import Violation
from scheduler.files.past import running
from scheduler.instance.types import (
    PRACTICE,
    Arena,
    Candidate,
    Group,
    GroupChoice,
    Instance,
    Named,
    Rotation,
    Rules,
    Span,
    Step,
    Steps,
    Supervisor,
)
from scheduler.month import Month, parse_month
from scheduler.plan import Plan, PlanCandidate, PlanService
from tests.helpers.categories import INSTITUTION, OPEN, OTHER, PARALLEL, categories

FTE = 10_000
START = parse_month("2026-09")
END = START + 24

RULES_HERE = Rules(
    ruleset="tiny",
    total=12 * FTE,
    categories=categories(
        open_practice_min=6 * FTE,
        institution_min=2 * FTE,
        open_practice_cap=10 * FTE,
        other_general_cap=6 * FTE,
        general_cap=10 * FTE,
        institution_cap=3 * FTE,
    ),
    goals=frozenset({1, 2, 3, 4}),
    goal_exposure=FTE,
    legevakt_shifts=2,
    legevakt_max_per_month=1,
    group_required=True,
    group_leave_months_max=2,
    group_open_share_min=50,
    finish_by=None,
    leave_credited_share=0,
    guidance_hours_per_year=0.0,
    preparation_hours_per_year=0.0,
)


def m(text: str) -> Month:
    return parse_month(text)


def span(start: str, to: str) -> Span:
    """Both ends inclusive, as in files."""
    return Span(m(start), m(to) + 1)


def steps(value: int, default: int = 0) -> Steps:
    return Steps((Step(value),), default)


def arena(arena_id: str, service: str, goals: set[int] = frozenset(), **fields: Any) -> Arena:  # type: ignore[assignment]
    given: dict[str, Any] = {
        "name": arena_id.capitalize(),
        "site": None,
        "goals_partial": frozenset(),
        "goals_with_shifts": frozenset(),
        "exposure": FTE,
        "places": None,
        "percent": None,
        "min_places": None,
        "shifts": None,
        "max_away": None,
    }
    given["is_office"] = service == OPEN
    return Arena(id=arena_id, service=service, goals=frozenset(goals), **{**given, **fields})


def rotation(rotation_id: str, mix: dict[str, int], services: dict[str, int], **fields: Any) -> Rotation:
    given: dict[str, Any] = {
        "name": rotation_id.capitalize(),
        "base": False,
        "min_months": 1,
        "max_months": None,
        "max_blocks": 1,
        "starts": frozenset(),
        "not_before": 0,
        "legevakt": True,
        "after": (),
    }
    return Rotation(
        id=rotation_id, mix=mix, share_by_service=services, open_share=services.get(OPEN, 0), **{**given, **fields}
    )


def candidate(candidate_id: str, **fields: Any) -> Candidate:
    given: dict[str, Any] = {
        "name": candidate_id,
        "start_earliest": START,
        "start_latest": START,
        "practice": "office1",
        "post": None,
        "percent": steps(100, 100),
        "leave": (),
        "credited": {},
        "months_done": 0,
        "goals_done": frozenset(),
        "group": GroupChoice(done=True),
        "shifts_done": 2,
        "legevakt_arena": "legevakt",
        "legevakt_from": None,
        "supervisor": None,
        "current": None,
        "fixed": (),
        "wishes": (),
        "allowed": ("gp", "mixed", "ward", "clinic", "hospital"),
        "finish_by": None,
        "rules": RULES_HERE,
    }
    together = {**given, **fields}
    if together["current"] is not None:
        current, leave = together["current"], together["leave"]
        months = running(current.rotation, current.since, START, together["percent"]).values()
        together["past"] = tuple(row for row in months if not any(row.month in span for span in leave))
    for name in ("practice", "supervisor"):
        if not isinstance(together[name], Named):
            together[name] = Named.always(together[name])
    return Candidate(id=candidate_id, **{"window_from": together["start_earliest"], **together})


ARENAS = [
    arena("office1", OPEN, {1, 2, 3}, goals_with_shifts=frozenset({3})),
    arena("office2", OPEN, {1, 2, 3}, goals_with_shifts=frozenset({3})),
    arena("ward", INSTITUTION, {4}),
    arena("clinic", OTHER, {2}),
    arena("hospital", INSTITUTION, {4}),
    arena("legevakt", PARALLEL, {3}),
]
ROTATIONS = [
    rotation("gp", {PRACTICE: 100}, {OPEN: 100}, base=True, max_blocks=None),
    rotation("mixed", {PRACTICE: 80, "clinic": 20}, {OPEN: 80, OTHER: 20}),
    rotation("ward", {"ward": 100}, {INSTITUTION: 100}, min_months=2, max_months=3),
    rotation("clinic", {"clinic": 100}, {OTHER: 100}, max_blocks=2),
    rotation("hospital", {"hospital": 100}, {INSTITUTION: 100}, legevakt=False),
]

STANDARD = "gp*6 ward*2 gp*4"  # 10 open + 2 institution = 12 by 2027-08, the earliest finish


def world(*candidates: Candidate, **fields: Any) -> Instance:
    """The tiny world with these candidates (one, A01, if none is given)."""
    given: dict[str, Any] = {
        "name": "tiny",
        "start": START,
        "end": END,
        "rules": RULES_HERE,
        "arenas": {row.id: row for row in ARENAS},
        "limits": {},
        "reservations": (),
        "rotations": {row.id: row for row in ROTATIONS},
        "requirements": (),
        "groups": {},
        "supervisors": {},
        "candidates": {row.id: row for row in candidates or [candidate("A01")]},
        "objective_order": ("delay", "wishes", "away", "moves", "uncounted", "breadth"),
        "sha256": "0" * 64,
    }
    return Instance(**{**given, **fields})


def with_rotation(instance: Instance, rotation_id: str, **fields: Any) -> Instance:
    changed = replace(instance.rotations[rotation_id], **fields)
    return replace(instance, rotations={**instance.rotations, rotation_id: changed})


def with_arena(instance: Instance, arena_id: str, **fields: Any) -> Instance:
    changed = replace(instance.arenas[arena_id], **fields)
    return replace(instance, arenas={**instance.arenas, arena_id: changed})


def group(group_id: str = "G1", start: str = "2026-09", months: int = 24, places: int = 8) -> dict[str, Group]:
    return {group_id: Group(group_id, Span(m(start), m(start) + months), places)}


def supervisor(supervisor_id: str = "V01", **fields: Any) -> Supervisor:
    given: dict[str, Any] = {"name": supervisor_id, "places": steps(1), "specialist": True, "arenas": frozenset()}
    return Supervisor(id=supervisor_id, **{**given, **fields})


def entry(instance: Instance, candidate_id: str, path: str, **fields: Any) -> PlanCandidate:
    """A candidate's plan from ``"gp*6 ward*2 - gp*4"`` (``-`` is a month of leave); figures come from the ledger."""
    person = instance.candidates[candidate_id]
    start = fields.pop("start", person.start_earliest)
    first = max(start, instance.start)
    names: list[str] = []
    for part in path.split():
        name, _, times = part.partition("*")
        names += [name] * int(times or 1)
    months = [
        {
            "month": first + number,
            "rotation": None if name == "-" else name,
            "percent": 0 if name == "-" else person.percent_at(first + number),
        }
        for number, name in enumerate(names)
    ]
    tree: dict[str, Any] = {
        "id": candidate_id,
        "start": start,
        "finish": None,
        "earliest_finish": start,
        "delay": 0,
        "practice": person.practice.at(START) or "office1",
        "group": person.group.group_id,
        "months": months,
        "blocks": [],
        "service": PlanService.none(),
    }
    return with_figures(instance, PlanCandidate.model_validate({**tree, **fields}))


def plan_of(instance: Instance, *entries: PlanCandidate) -> Plan:
    """A plan file for these entries, its levels right."""
    tree: dict[str, Any] = {
        "tool": {"name": "test", "version": "0", "ortools": "0"},
        "instance": {"name": instance.name, "sha256": instance.sha256},
        "status": "optimal",
        "run": {"seconds": 0.0, "seed": 0, "workers": 1, "strategy": "otherwise"},
        "candidates": [row.model_dump(by_alias=True) for row in entries],
    }
    plan = Plan.model_validate(tree)
    return with_levels(instance, plan)


def with_levels(instance: Instance, plan: Plan) -> Plan:
    objectives = [
        {
            "id": name,
            "value": level.value,
            "bound": level.value,
            "proved": True,
            "worst": None if level.worst is None else {"value": level.worst, "bound": level.worst, "proved": True},
        }
        for name, level in levels(instance, trajectories(instance, plan)).items()
    ]
    return Plan.model_validate({**plan.model_dump(by_alias=True), "objectives": objectives})


def plan(instance: Instance, *paths: str, **fields: Any) -> Plan:
    """A plan with one path per candidate, in the instance's order; ``fields`` go to all entries."""
    rows = [
        entry(instance, candidate_id, path, **fields)
        for candidate_id, path in zip(instance.candidates, paths, strict=True)
    ]
    return plan_of(instance, *rows)


def violations(instance: Instance, subject: Plan) -> list[Violation]:
    """All violations; every one of them can say what it is in both languages."""
    found = check_plan(instance, subject)
    for violation in found:
        assert violation.text_key != "violations.unreadable", violation
        for lang in ("nb", "en"):
            sentence = violation.sentence(lang)  # type: ignore[arg-type]
            assert "None" not in sentence
            assert "{" not in sentence
    return found


def keys(found: list[Violation]) -> list[tuple[str, str]]:
    """Rule and text of each violation: ``[("capacity", "places")]``."""
    return [(violation.rule, violation.text_key.removeprefix("violations.")) for violation in found]


def months_of(violation: Violation) -> str:
    return violation.months()


def passes(instance: Instance, subject: Plan) -> bool:
    """Whether nothing at all is found (the message shows what was)."""
    found = violations(instance, subject)
    assert found == [], [violation.sentence("en") for violation in found]
    return True


def only(instance: Instance, subject: Plan, rule: str, key: str) -> Violation:
    """The one violation there is, of this rule and text."""
    found = violations(instance, subject)
    assert keys(found) == [(rule, key)], [violation.sentence("en") for violation in found]
    return found[0]


def edited(subject: Plan, changes: Mapping[str, Any], number: int = 0) -> Plan:
    """The plan with some fields of one candidate replaced in the file."""
    tree = subject.model_dump(by_alias=True)
    tree["candidates"][number].update(changes)
    return Plan.model_validate(tree)


def with_rows(instance: Instance, subject: Plan, rows: list[dict[str, Any]], number: int = 0) -> Plan:
    """The plan with other rows in one candidate's ``months``; all figures recomputed."""
    entries = [row.model_dump(by_alias=True) for row in subject.candidates]
    entries[number]["months"] = rows
    fresh = [with_figures(instance, PlanCandidate.model_validate(tree)) for tree in entries]
    return plan_of(instance, *fresh)


def rows_of(subject: Plan, number: int = 0) -> list[dict[str, Any]]:
    return [row.model_dump() for row in subject.candidates[number].months]
