"""From a world with something scarce to the tree of an instance file, and the plan that was planted in it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from benchmarks.generate.cast import FTE, candidate_row
from benchmarks.generate.places import HOSPITAL, KAD4A, Row, base_row, hospital_rotation, templates
from benchmarks.generate.scarce import (
    INSTITUTION,
    N_MONTHS,
    RESOURCES,
    Load,
    ScarceWorld,
    half_years,
    make_scarce,
    room_for,
)
from benchmarks.generate.visits import CLINIC, WARD, WORK
from benchmarks.generate.world import START, month_text
from scheduler.instance.assignment import Assignment

ARENAS = {CLINIC: "family-centre", WARD: "nursing-home", KAD4A: "kad4a", HOSPITAL: HOSPITAL}
POOLS = (("clinic", (CLINIC,)), ("institution", INSTITUTION))
SEATS_OF_ONE = 2  # candidates of one supervisor at the same time


@dataclass(frozen=True)
class Scarce:
    """An instance's tree, and the plan that was planted in it; ``delay`` is the least there can be, in months."""

    tree: Row
    plan: dict[str, Assignment]
    supervision: dict[str, dict[str, list[str]]]
    delay: int = 0


def plant_scarce(
    resources: tuple[str, ...] | list[str], candidates: int, seed: int = 1, tightness: float = 1
) -> Scarce:
    """An instance in which the ``resources`` are scarce (``RESOURCES``); the same arguments give the same tree."""
    unknown = [name for name in resources if name not in RESOURCES]
    if unknown or not resources:
        raise ValueError(f"unknown resource {', '.join(unknown)!r}: some of {', '.join(RESOURCES)}")
    if not 0 < tightness <= 1:
        raise ValueError(f"tightness {tightness} is not above 0 and at most 1 (what the planted plan uses)")
    world = _world(tuple(dict.fromkeys(resources)), candidates, seed)
    return Scarce(_tree(world, seed, tightness), _assignments(world), _supervision(world, tightness))


@lru_cache(maxsize=4)
def _world(resources: tuple[str, ...], candidates: int, seed: int) -> ScarceWorld:
    return make_scarce(resources, candidates, seed)


def _tree(world: ScarceWorld, seed: int, tightness: float) -> Row:
    scarce = " and ".join(world.resources)
    tree = {
        "schema": 1,
        "name": f"scarce {scarce} {len(world.people)}, seed {seed}, tightness {tightness:g}",
        "horizon": {"start": month_text(0), "months": N_MONTHS},
        "rules": {"ruleset": "forskrift-2019"},
        "arenas": list(_arenas(world, tightness)),
        "rotations": [base_row(), hospital_rotation(HOSPITAL), *world.town.rotations],
        "groups": _groups(world, tightness),
        "supervisors": [row for rows in _pools(world, tightness).values() for row in rows],
        "candidates": [candidate_row(person, number, START, [], None) for number, person in enumerate(world.people, 1)],
    }
    asked = [
        {"id": f"everybody-{name}", "rotations": [name], "min_months": WORK[name] / FTE, "candidates": _ids(world)}
        for name in world.asked
    ]
    tree |= {"requirements": asked} if asked else {}
    return tree | ({"limits": list(_limits(world, tightness))} if "limit" in world.resources else {})


def _ids(world: ScarceWorld) -> list[str]:
    return [person.id for person in world.people]


# --- places ---------------------------------------------------------------------------------------------------------


def _steps(load: Load, tightness: float, key: str = "places") -> list[Row]:
    """Room for what is used, a row for each run of half-years."""
    return _rows(half_years(load, lambda part: room_for(int(part.max()), tightness)), key)


def _rows(steps: Iterator[tuple[int, int, int]], key: str) -> list[Row]:
    return [{"from": month_text(begin), "to": month_text(end), key: value} for begin, end, value in steps]


def _arenas(world: ScarceWorld, tightness: float) -> Iterator[Row]:
    for row in templates():
        yield {key: value for key, value in row.items() if key != "max_away"}  # two of an office may be elsewhere
    for office, seats in world.offices.items():
        yield {"id": office, "like": "template-gp", "name": office, "places": [{"places": seats}]}
    roster: Row = {"id": "legevakt", "like": "template-legevakt"}
    cut = "shifts" in world.resources
    yield roster | {
        "shifts": _steps(world.shifts(), tightness, "shifts") if cut else [{"shifts": 4 * len(world.people)}]
    }
    for rotation, of in ((HOSPITAL, "institution"), (KAD4A, "institution"), (CLINIC, "clinic"), (WARD, "ward")):
        row: Row = {"id": ARENAS[rotation], "like": f"template-{ARENAS[rotation]}"}
        if of in world.resources:
            row["places"] = _steps(world.heads(rotation), tightness)
        if rotation == CLINIC and "floors" in world.resources:
            row["min_places"] = _floors(world.heads(CLINIC), tightness)
        yield row
    for arena in ("kad4", "prison", "refugee", "administration"):
        yield {"id": arena, "like": f"template-{arena}"}


def _floors(load: Load, tightness: float) -> list[Row]:
    """At least as many as the planted plan has there in every month of a half-year; nothing where that is nobody."""
    steps = half_years(load, lambda part: int(int(part.min()) * tightness + 1e-9))
    return _rows((step for step in steps if step[2]), "places")


def _limits(world: ScarceWorld, tightness: float) -> Iterator[Row]:
    arenas = [ARENAS[CLINIC], ARENAS[WARD]]
    yield {"id": "clinic-and-ward", "arenas": arenas, "places": _steps(world.heads(CLINIC, WARD), tightness)}


# --- people ---------------------------------------------------------------------------------------------------------


def _groups(world: ScarceWorld, tightness: float) -> list[Row]:
    members = list(world.planting.groups.values())
    cut = "groups" in world.resources
    return [
        {
            "id": group.id,
            "start": month_text(group.start),
            "months": 24,
            "places": room_for(members.count(group.id), tightness) if cut else len(world.people),
        }
        for group in world.groups
    ]


def _pools(world: ScarceWorld, tightness: float) -> dict[str, list[Row]]:
    """Supervisors of the office, and those attached to the clinic and to institution service: two candidates each."""
    if "supervisors" not in world.resources:
        return {"own": _pool("V", [(0, N_MONTHS - 1, 2 * len(world.people))], ())}
    loads = {name: world.heads(*rotations) for name, rotations in POOLS} | {"own": world.supervised_at_home()}
    attached = {name: tuple(ARENAS[rotation] for rotation in rotations) for name, rotations in POOLS} | {"own": ()}
    return {
        name: _pool(
            f"V-{name}" if name != "own" else "V",
            list(half_years(load, lambda part: room_for(int(part.max()), tightness))),
            attached[name],
        )
        for name, load in loads.items()
    }


def _pool(prefix: str, steps: list[tuple[int, int, int]], arenas: tuple[str, ...]) -> list[Row]:
    """So many supervisors that together they have the places: nine places are four with two and one with one."""
    rows = []
    for number in range(-(-max(places for _, _, places in steps) // SEATS_OF_ONE)):
        mine = [(b, e, min(SEATS_OF_ONE, max(0, places - SEATS_OF_ONE * number))) for b, e, places in steps]
        name = f"{prefix}{number + 1:02d}" if prefix == "V" else f"{prefix}-{number + 1}"
        row: Row = {"id": name, "name": f"Veileder {name}", "places": _rows(iter(_joined(mine)), "places")}
        rows.append(row | ({"arenas": list(arenas)} if arenas else {}))
    return rows


def _joined(steps: list[tuple[int, int, int]]) -> list[tuple[int, int, int]]:
    joined: list[tuple[int, int, int]] = []
    for begin, end, value in steps:
        if joined and joined[-1][2] == value:
            joined[-1] = (joined[-1][0], end, value)
        else:
            joined.append((begin, end, value))
    return joined


# --- the plan that was planted --------------------------------------------------------------------------------------


def _assignments(world: ScarceWorld) -> dict[str, Assignment]:
    planting = world.planting
    return {
        person.id: Assignment(
            candidate=person.id,
            first=START + person.first,
            rotations=planting.slots[person.id].path,
            practice=person.practice,
            group=planting.groups.get(person.id),
            shifts={START + t: n for t, n in sorted(planting.shifts[person.id].items())},
        )
        for person in world.people
    }


def _supervision(world: ScarceWorld, tightness: float) -> dict[str, dict[str, list[str]]]:
    """Who may supervise whom: anybody of the pool for the rotation."""
    names = {name: [row["id"] for row in rows] for name, rows in _pools(world, tightness).items()}
    table = {"own": names["own"]}
    for name, rotations in POOLS:
        if name in names:
            table |= dict.fromkeys(rotations, names[name])
    return {person.id: table for person in world.people}
