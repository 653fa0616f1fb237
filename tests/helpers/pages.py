"""A small town with a plan written by hand, for pages and documents: no solver, and figures one can add up.

Horizon 2026-09 .. 2030-08. 24 counted FTE-months, at least 12 open practice (with other general 18 count) and 6
institution. Goals 1-3 in an office (3 with all four shifts), 4 in hospital after 6 FTE-months, 3 on the legevakt.

A01  2026-09 .. 2028-08, gp*12 hospital*6 gp80-clinic20*6: open 12 + 4.8, other 1.2, institution 6 = 24. No delay.
A02  since 2026-03 with 6 open; 80 % from 2027-11; on leave 2027-01 .. 2027-10. gp*4 -*10 hospital*8 gp*10:
     open 6 + 4 + 8 = 18, institution 6.4 = 24.4, until 2029-04: no delay.
A03  2026-09 .. 2028-10, gp*20 hospital*6: open 20 of which 18 count, institution 6; two months later than possible.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, TypeVar

from scheduler.accounting import levels, trajectories, with_figures
from scheduler.files import read_instance
from scheduler.files.schema import FileInstance
from scheduler.instance.types import Instance
from scheduler.month import Month, parse_month
from scheduler.plan import Plan, PlanCandidate, PlanService, PlanShifts, PlanSupervision, Sentence

Row = dict[str, Any]
T = TypeVar("T")
START = parse_month("2026-09")
PATHS = {"A01": "gp*12 hospital*6 mixed*6", "A02": "gp*4 -*10 hospital*8 gp*10", "A03": "gp*20 hospital*6"}
SHIFTS = {"A01": ("2026-10", "2026-11", "2026-12", "2027-01"), "A02": ("2028-09",), "A03": ("2026-10", "2027-10")}


def tree(names: dict[str, str] | None = None, **changes: Any) -> Row:
    """The instance as a file's tree; ``names`` by candidate id."""
    candidates: list[Row] = [
        {
            "id": "A01",
            "start": "2026-09",
            "practice": "office-1",
            "wishes": [{"rotation": "hospital", "weight": 2, "from": "2027-09", "to": "2028-02"}],
        },
        {
            "id": "A02",
            "start": "2026-03",
            "practice": "office-2",
            "percent": [{"percent": 100}, {"percent": 80, "from": "2027-11"}],
            "leave": [{"from": "2027-01", "to": "2027-10"}],
            "credited": {"open_practice": 6.0},
            "months_done": 6,
            "goals_done": "001",
            "group": "done",
            "shifts_done": 3,
            "current": {"rotation": "gp", "since": "2026-03"},
        },
        {
            "id": "A03",
            "start": "2026-09",
            "practice": "office-2",
            "shifts_done": 2,
            "wishes": [{"rotation": "hospital", "weight": 3, "from": "2027-09", "to": "2028-02"}],
        },
    ]
    for row in candidates:
        row["name"] = (names or {}).get(row["id"], f"Kandidat {row['id'][-1]}")
    given: Row = {
        "schema": 1,
        "name": "Lilleby",
        "horizon": {"start": "2026-09", "months": 48},
        "rules": {
            "total": 24, "open_practice_min": 12, "institution_min": 6, "open_practice_cap": 18,
            "other_general_cap": 10, "general_cap": 18, "institution_cap": 12, "goals": "001-004",
            "legevakt_shifts": 4,
        },
        "arenas": [
            {"id": "office-1", "name": "Kontor 1", "service": "open_practice", "goals": "001-003",
             "goals_with_shifts": "003", "places": [{"places": 1}]},
            {"id": "office-2", "name": "Kontor 2", "service": "open_practice", "goals": "001-003",
             "goals_with_shifts": "003", "places": [{"places": 2}]},
            {"id": "hospital", "name": "Sykehuset", "service": "institution", "goals": "004", "exposure": 6.0,
             "places": [{"places": 2}]},
            {"id": "clinic", "name": "Helsestasjonen", "service": "other_general", "goals": "001",
             "percent": [{"percent": 40}]},
            {"id": "legevakt", "name": "Legevakten", "service": "parallel", "goals": "003",
             "shifts": [{"shifts": 4}]},
        ],
        "rotations": [
            {"id": "gp", "name": "Fastlege", "mix": {"practice": 100}, "base": True},
            {"id": "hospital", "name": "Sykehus", "mix": {"hospital": 100}, "min_months": 6, "max_months": 12},
            {"id": "mixed", "name": "Fastlege 80 %, helsestasjon 20 %", "mix": {"practice": 80, "clinic": 20}},
        ],
        "groups": [{"id": "G1", "start": "2026-09", "months": 24, "places": 2}],
        "supervisors": [
            {"id": "V01", "name": "Veileder 1", "places": 3, "specialist": True},
            {"id": "V02", "name": "Veileder 2", "places": 1, "specialist": True},
        ],
        "candidates": candidates,
    }  # fmt: skip
    return {**given, **changes}


def town(names: dict[str, str] | None = None, **changes: Any) -> Instance:
    """The instance; every text of it may be changed."""
    return read_instance(tree(names, **changes))


def with_every_name(instance: Instance, name: str) -> Instance:
    """The instance with that name on everything that has one, past what a file may hold."""

    def renamed(rows: Mapping[str, T]) -> dict[str, T]:
        return {key: replace(row, name=name) for key, row in rows.items()}  # type: ignore[type-var]

    return replace(
        instance,
        name=name,
        arenas=renamed(instance.arenas),
        rotations=renamed(instance.rotations),
        supervisors=renamed(instance.supervisors),
        candidates=renamed(instance.candidates),
    )


def months_of(instance: Instance, candidate_id: str, path: str, start: Month) -> list[Row]:
    """The rows of ``"gp*4 - hospital*6"`` (``-``: a month of leave)."""
    names: list[str] = []
    for part in path.split():
        name, _, times = part.partition("*")
        names += [name] * int(times or 1)
    person = instance.candidates[candidate_id]
    return [
        {"month": start + at, "rotation": None if name == "-" else name, "percent": person.percent_at(start + at)}
        for at, name in enumerate(names)
    ]


def entry(instance: Instance, candidate_id: str, path: str | None = None) -> PlanCandidate:
    """One candidate's plan, every figure from the ledger."""
    person = instance.candidates[candidate_id]
    first = max(person.start_earliest, instance.start)
    rows = months_of(instance, candidate_id, path or PATHS[candidate_id], first)
    bare = PlanCandidate(
        id=candidate_id, start=person.start_earliest, finish=None, earliest_finish=first, delay=0,
        practice=person.practice.at(first), group=None if person.group.done else "G1",
        months=rows,  # type: ignore[arg-type]
        blocks=[], service=PlanService.none(),
        shifts=[PlanShifts(month=parse_month(one), shifts=1) for one in SHIFTS[candidate_id]],
        supervisors=[
            PlanSupervision.model_validate({"id": "V01", "from": first, "to": rows[-1]["month"]}),
        ],
    )  # fmt: skip
    made = with_figures(instance, bare)
    lost = [
        wish if wish.met else wish.model_copy(update={"reason": Sentence(text="plassene er gitt til A01")})
        for wish in made.wishes
    ]
    return made.model_copy(update={"wishes": lost})


def plan_of(instance: Instance, *entries: PlanCandidate, source: Row | None = None, **fields: Any) -> Plan:
    """The plan file of these entries (all three by default), its levels right and proved."""
    rows = entries or tuple(entry(instance, candidate_id) for candidate_id in instance.candidates)
    made = Plan.model_validate(
        {
            "tool": {"name": "alis-scheduler", "version": "0", "ortools": "0"},
            "instance": {
                "name": instance.name,
                "sha256": instance.sha256,
                "source": None if source is None else FileInstance.model_validate(source).tree(),
            },
            "status": "optimal",
            "run": {"seconds": 1.5, "seed": 0, "workers": 1, "strategy": "otherwise"},
            "candidates": [row.model_dump(by_alias=True) for row in rows],
        }
    )
    figures = levels(instance, trajectories(instance, made))
    objectives = [
        {"id": name, "value": level.value, "bound": level.value, "proved": True} for name, level in figures.items()
    ]
    return Plan.model_validate({**made.model_dump(by_alias=True), "objectives": objectives, **fields})
