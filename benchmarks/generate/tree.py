"""From a world to the tree of an instance file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from benchmarks.generate.cast import Person, candidate_row
from benchmarks.generate.places import (
    BASE,
    HOSPITAL,
    KAD4A,
    Row,
    Town,
    base_row,
    hospital_rotation,
    in_proportion,
    office_rows,
    service_row,
    shared_row,
    templates,
)
from benchmarks.generate.planting import Planting
from benchmarks.generate.region import with_municipalities
from benchmarks.generate.world import KINDS, START, Peaks, World, make_world, month_text, peaks
from scheduler.instance.assignment import Assignment

LIS1_PERCENT = 80  # four doctors a day a week each, in Sarpsborg


@dataclass(frozen=True)
class Planted:
    """An instance's tree, and two plans made by hand: ``tight`` fits at every tightness, ``at_ease`` at 0."""

    tree: Row
    tight: dict[str, Assignment]
    at_ease: dict[str, Assignment]
    supervision: dict[str, dict[str, list[str]]]


def generate(
    kind: str, seed: int = 1, tightness: float = 0.5, candidates: int | None = None, *, municipalities: bool = False
) -> Row:
    """The tree of an instance; the same arguments give the same tree. Candidates do not depend on the tightness.

    With ``municipalities`` towns are the municipalities of a region, with places of their own and quotas of what they
    share (:mod:`benchmarks.generate.region`).
    """
    if kind not in KINDS:
        raise ValueError(f"unknown kind {kind!r}: one of {', '.join(KINDS)}")
    if not 0 <= tightness <= 1:
        raise ValueError(f"tightness {tightness} is not between 0 (slack) and 1 (just feasible)")
    if municipalities and kind == "municipality":
        raise ValueError("one municipality is no region")
    world = _world(kind, candidates or KINDS[kind], seed)
    tree = _tree(world, seed, tightness)
    return with_municipalities(tree, world, tightness) if municipalities else tree


def planted(
    kind: str, seed: int = 1, tightness: float = 0.5, candidates: int | None = None, *, municipalities: bool = False
) -> Planted:
    """The tree with the plans that prove it feasible."""
    world = _world(kind, candidates or KINDS[kind], seed)
    tree = generate(kind, seed, tightness, candidates, municipalities=municipalities)
    return Planted(tree, _assignments(world, world.tight), _assignments(world, world.at_ease), _supervision(world))


@lru_cache(maxsize=4)
def _world(kind: str, n_candidates: int, seed: int) -> World:
    return make_world(kind, n_candidates, seed)


def _tree(world: World, seed: int, tightness: float) -> Row:
    most = peaks(world)
    places = world.places(tightness)
    return {
        "schema": 1,
        "name": _name(world, seed, tightness),
        "horizon": {"start": month_text(0), "months": world.n_months},
        "rules": {"ruleset": "forskrift-2019"},
        "arenas": list(_arenas(world, places, most)),
        "limits": list(_limits(world, most)),
        "reservations": list(_reservations(world)),
        "rotations": list(_rotations(world)),
        "requirements": _requirements(world),
        "groups": _groups(world, most),
        "supervisors": list(_supervisors(world)),
        "candidates": [_candidate(world, person, number) for number, person in enumerate(world.people, 1)],
    }


def _name(world: World, seed: int, tightness: float) -> str:
    """What the instance is called: where it stands for a place, as people read it; else by what it was drawn with."""
    if world.kind == "ostfold":
        return f"Østfold, {len(world.towns)} kommuner (oppdiktede personer)"
    return f"{world.kind} {len(world.people)}, seed {seed}, tightness {tightness:g}"


# --- places ---------------------------------------------------------------------------------------------------------


def _arenas(world: World, places: dict[str, int], most: Peaks) -> Iterator[Row]:
    yield from templates()
    for hospital in world.hospitals:
        yield shared_row(hospital, HOSPITAL, places=places[hospital])
    for roster in world.rosters:
        n = sum(town.n_candidates for town in world.towns if town.roster == roster)
        yield {
            **shared_row(roster, "legevakt"),
            "shifts": [{"shifts": max(in_proportion(24, n, least=8), most.shifts[roster])}],
        }
    for town in world.towns:
        yield from office_rows(town)
        yield from _town_arenas(town, places, most)


def _town_arenas(town: Town, places: dict[str, int], most: Peaks) -> Iterator[Row]:
    """Sarpsborg's ceilings in proportion, and room for those who are there now beside the reservations."""
    lis1 = _lis1(town)
    for arena in town.arenas:
        arena_id = town.id(arena)
        used = most.percent[arena_id]
        if arena == "nursing-home":
            yield service_row(town, arena, percent=lis1 + max(100 * in_proportion(2, town.n_candidates), used))
        elif arena == "family-centre":
            heads = max(in_proportion(2, town.n_candidates, least=2), most.heads[arena_id])
            yield service_row(town, arena, places=heads, percent=lis1 + max(100 * heads, used))
        elif arena == KAD4A:
            yield service_row(town, arena, places=places[arena_id])
        elif arena == "prison":
            yield service_row(town, arena, places=1, percent=30)
        elif arena == "refugee":
            yield service_row(town, arena, places=1, percent=20)
        else:
            yield service_row(town, arena, **({"places": 1} if arena == "administration" else {}))


def _lis1(town: Town) -> int:
    """What LIS1 take of wards and clinics: a day a week each, four for Sarpsborg's size."""
    return 20 * in_proportion(LIS1_PERCENT / 20, town.n_candidates)


def _limits(world: World, most: Peaks) -> Iterator[Row]:
    """Sarpsborg's three posts for candidates in the KAD, both services together."""
    for town in world.towns:
        if "kad4" in town.arenas:
            arenas = [town.id(arena) for arena in ("kad4", KAD4A) if arena in town.arenas]
            now = most.percent[town.id("kad4")] + 100 * world.slack_places.get(town.id(KAD4A), 0)
            percent = max(100 * in_proportion(3, town.n_candidates), now)
            rows = {"arenas": arenas, "percent": [{"percent": percent}]}
            yield {"id": town.id("helsehuset-alis"), "name": f"ALIS på Helsehuset, {town.name}", **rows}


def _reservations(world: World) -> Iterator[Row]:
    for town in world.towns:
        for arena in ("nursing-home", "family-centre"):
            yield {
                "arena": town.id(arena),
                "who": "LIS1",
                "from": month_text(0),
                "to": month_text(world.n_months - 1),
                "percent": _lis1(town),
            }


def _rotations(world: World) -> Iterator[Row]:
    yield base_row()
    yield from (hospital_rotation(hospital) for hospital in world.hospitals)
    for town in world.towns:
        yield from town.rotations


def _requirements(world: World) -> list[Row]:
    """Three months with beds for a few of those who have just begun, in their own town's wards."""
    rows = []
    for town in world.towns:
        people = [person.id for person in world.people if person.town is town and world.field.courses[person.id].beds]
        if people:
            beds = [town.id(one) for one in ("nursing-home", "kad4") if one in town.arenas]
            row = {"id": town.id("three-months-with-beds"), "rotations": beds, "min_months": 3.0, "candidates": people}
            rows.append(row)
    return rows


# --- people ---------------------------------------------------------------------------------------------------------


def _groups(world: World, most: Peaks) -> list[Row]:
    """Sarpsborg's eight places for 18 candidates in proportion; more only where more are members already."""
    rows = []
    for group in world.groups:
        n = sum(town.n_candidates for town in world.towns if town.region == group.region)
        places = max(in_proportion(8, n), most.members[group.id])
        rows.append({"id": group.id, "start": month_text(group.start), "months": 24, "places": places})
    return rows


def _supervisors(world: World) -> Iterator[Row]:
    """Two candidates each. Where there are several towns, a town's supervisors are for those who serve in the town."""
    for town in world.towns:
        for number in range(n_supervisors(town)):
            arenas = [*dict.fromkeys(town.seats), *(town.id(arena) for arena in town.arenas)]
            yield {
                "id": town.id(f"V{number + 1:02d}"),
                "name": f"Veileder {number + 1}, {town.name}",
                "places": 2,
            } | ({"arenas": arenas} if town.prefix else {})
    for hospital in world.hospitals:
        for number in range(-(-world.slack_places[hospital] // 2)):
            where = f"sykehuset{hospital.removeprefix(HOSPITAL).replace('-', ' ')}"
            name = f"Veileder {number + 1}, {where}"
            yield {"id": f"V-{hospital}-{number + 1}", "name": name, "places": 2, "arenas": [hospital]}


def n_supervisors(town: Town) -> int:
    """Sarpsborg's fourteen for 18 candidates in proportion: 28 places, ten more than needed."""
    return in_proportion(14, town.n_candidates)


def _candidate(world: World, person: Person, number: int) -> Row:
    town = person.town
    several = len(world.towns) > 1
    allowed = [BASE, town.hospital, *(row["id"] for row in town.rotations)] if several else []
    row = candidate_row(person, number, START, allowed, town.roster if len(world.rosters) > 1 else None)
    if person.fixed_at is not None:
        window = {"from": month_text(person.fixed_at), "to": month_text(person.fixed_at + 5)}
        row["fixed"] = [{"rotation": town.hospital, **window}]
    if person.has_deadline and not world.field.courses[person.id].unfinished:
        latest = max(plan.slots[person.id].end for plan in (world.tight, world.at_ease))
        row["finish_by"] = month_text(latest + 3)
    return row


# --- the plans made by hand -----------------------------------------------------------------------------------------


def _assignments(world: World, planting: Planting) -> dict[str, Assignment]:
    assignments = {}
    for person in world.people:
        slot = planting.slots[person.id]
        assignments[person.id] = Assignment(
            candidate=person.id,
            first=START + person.first,
            rotations=tuple(None if one is None else _rotation_id(person, one) for one in slot.path),
            practice=person.practice,
            group=planting.groups.get(person.id),
            shifts={START + t: n for t, n in sorted(planting.shifts[person.id].items())},
        )
    return assignments


def _rotation_id(person: Person, of_sarpsborg: str) -> str:
    if of_sarpsborg == HOSPITAL:
        return person.town.hospital
    return BASE if of_sarpsborg == BASE else person.town.id(of_sarpsborg)


def _supervision(world: World) -> dict[str, dict[str, list[str]]]:
    """Who may supervise whom: the town's own seat by number, and in hospital months any of the hospital's."""
    seats: Counter[str] = Counter()
    table = {}
    for person in world.people:
        own = person.town.id(f"V{seats[person.town.name] // 2 + 1:02d}")
        seats[person.town.name] += 1
        n = -(-world.slack_places[person.town.hospital] // 2)
        hospital = person.town.hospital
        table[person.id] = {"own": [own], hospital: [f"V-{hospital}-{number + 1}" for number in range(n)]}
    return table
