"""A generated tree's towns as the municipalities of a region: whose is what, and how much of what is shared is whose.

Offices, wards, supervisors and candidates are their town's; hospitals and rosters are nobody's and shared by all.
Guidance groups are held by the large towns in turn and open to all. Where a candidate has a municipal post, the plan
chooses the office, one of the own municipality.

**Quotas** are what the two plans made by hand use, so both stay valid. In a *hospital* each town has

    places = tight + round((1 - tightness) x (at ease - tight))

places, where *tight* is the most of its candidates there at once in the tight plan (one at least: nobody is shut out),
and *at ease* in either plan. They add up to more than there are: a quota is the most, not a share set aside. In a
*group* a town of middle size has its part of the places by candidates, rounded up, and no fewer than its members in
either plan.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from benchmarks.generate.cast import Person
from benchmarks.generate.places import HOSPITAL, LARGE_TOWN, MIDDLE_TOWN, TEMPLATE, Row, Town

if TYPE_CHECKING:
    from benchmarks.generate.planting import Planting
    from benchmarks.generate.world import World


KIND_NAMES = {
    HOSPITAL: "Sykehuset",
    "legevakt": "Legevakt",
    "kad4a": "KAD/ØHD, institusjon",
    "kad4": "KAD/ØHD",
    "nursing-home": "Sykehjem",
    "family-centre": "Helsestasjon",
    "prison": "Fengselshelsetjeneste",
    "refugee": "Flyktninghelsetjeneste",
    "administration": "Kommuneoverlegen",
}
"""What places are called where they are several towns'; Sarpsborg's have its own homes and wards in their names."""


def with_municipalities(tree: Row, world: World, tightness: float) -> Row:
    """The tree with municipalities and quotas; the same world gives the same."""
    by_prefix = {town.prefix: town.municipality for town in world.towns}
    own = {row["id"]: _owner(row["id"], by_prefix) for table in ("arenas", "supervisors") for row in tree[table]}
    names: dict[str | None, str] = {town.municipality: town.name for town in world.towns}
    people = {person.id: person for person in world.people}
    return {
        **tree,
        "municipalities": [{"id": town.municipality, "name": town.name} for town in world.towns],
        "arenas": [_of(_called(row, names.get(own[row["id"]]), names), own[row["id"]]) for row in tree["arenas"]],
        "groups": list(_hosted(tree["groups"], world)),
        "supervisors": [_of(row, own[row["id"]]) for row in tree["supervisors"]],
        "candidates": [_candidate(row, people[row["id"]]) for row in tree["candidates"]],
        "quotas": [*_in_hospitals(world, tightness), *_in_groups(world, tree["groups"])],
    }


def _owner(row_id: str, by_prefix: dict[str, str]) -> str | None:
    """The town with the longest prefix of the id."""
    fitting = [prefix for prefix in by_prefix if row_id.startswith(prefix)]
    return by_prefix[max(fitting, key=len)] if fitting else None


def _called(row: Row, town: str | None, names: Mapping[str | None, str]) -> Row:
    """The row with a name that is no place's of Sarpsborg, and with the town's where it is, or is called, a town's."""
    kind = str(row.get("like", row["id"])).removeprefix(TEMPLATE)
    if row.get("abstract"):
        return {**row, "name": KIND_NAMES.get(kind, row["name"])}
    if kind == "gp":
        return row
    if town is None:
        which = row["id"].removeprefix(kind).removeprefix("-")
        called = f", {names[which]}" if which in names else f" {which.replace('-', ' ')}" if which else ""
        return {**row, "name": f"{KIND_NAMES[kind]}{called}"}
    return {**row, "name": f"{KIND_NAMES[kind]}, {town}"}


def _of(row: Row, municipality: str | None) -> Row:
    return row if municipality is None else {**row, "municipality": municipality}


def _hosted(groups: list[Row], world: World) -> Iterator[Row]:
    """Each group held by one of its region's large towns, in turn; by its largest where none is large."""
    hosts: dict[str, list[Town]] = defaultdict(list)
    for town in sorted(world.towns, key=lambda town: -town.n_candidates):
        if not hosts[town.region] or town.n_candidates >= LARGE_TOWN:
            hosts[town.region].append(town)
    held: Counter[str] = Counter()
    for group, row in zip(world.groups, groups, strict=True):
        turn = hosts[group.region][held[group.region] % len(hosts[group.region])]
        held[group.region] += 1
        yield {**row, "municipality": turn.municipality}


def _candidate(row: Row, person: Person) -> Row:
    """Whose the candidate is; who has a municipal post is given an office by the plan."""
    chosen = {key: value for key, value in row.items() if key != "practice" or person.post is None}
    return {**chosen, "municipality": person.town.municipality}


def _in_hospitals(world: World, tightness: float) -> Iterator[Row]:
    tight, at_ease = _most_in_hospital(world, world.tight), _most_in_hospital(world, world.at_ease)
    for town in world.towns:
        least = max(1, tight[town.municipality])
        most = max(least, at_ease[town.municipality])
        places = least + round((1 - tightness) * (most - least))
        yield {"of": town.hospital, "municipality": town.municipality, "places": [{"places": places}]}


def _most_in_hospital(world: World, planting: Planting) -> dict[str, int]:
    """The most candidates of each town in hospital in one month"""
    heads: dict[str, Counter[int]] = defaultdict(Counter)
    for candidate, slot in planting.slots.items():
        person = world.field.courses[candidate].person
        months = (t for t, rotation in enumerate(slot.path, person.first) if rotation == HOSPITAL)
        heads[person.town.municipality].update(months)
    return {town.municipality: max(heads[town.municipality].values(), default=0) for town in world.towns}


def _in_groups(world: World, groups: list[Row]) -> Iterator[Row]:
    members: Counter[tuple[str, str]] = Counter()
    for planting in (world.tight, world.at_ease):
        there = Counter(
            (group, world.field.courses[candidate].person.town.municipality)
            for candidate, group in planting.groups.items()
        )
        members |= there
    for group, row in zip(world.groups, groups, strict=True):
        towns = [town for town in world.towns if town.region == group.region]
        everybody = sum(town.n_candidates for town in towns)
        for town in towns:
            if town.n_candidates >= MIDDLE_TOWN:
                share = math.ceil(row["places"] * town.n_candidates / everybody)
                places = max(share, members[group.id, town.municipality])
                quota = {"of": group.id, "municipality": town.municipality, "places": [{"places": places}]}
                yield quota
