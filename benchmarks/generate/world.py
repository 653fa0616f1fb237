"""The three sizes: who lives where, which hospital is whose, and how many places there are between slack and tight.

``municipality`` is Sarpsborg; ``region`` thirteen municipalities around one hospital (Østfold and Vestby: about five
times Sarpsborg); ``ostfold`` the same with their names, sizes and rosters; ``country`` 350 municipalities, twenty
hospital trusts, six regions with groups of their own and a roster for every four municipalities or so. With another
number of candidates, a country has municipalities and trusts in proportion, and a region keeps its thirteen as long as
each has somebody.

**Tightness** is about the places that are contested, those for institution service. Ceilings are constant over time, as
real arenas' are. For each hospital and each kad4a,

    places = tight + round((1 - tightness) x (slack - tight))

*tight*: as many as a planner's pass (:mod:`benchmarks.generate.planting`) needs so that everybody is done within the
horizon: one in each kad4a, and in each hospital first the arithmetic least, months of institution service still to
serve / months of the horizon, then one more as often as somebody found no slot. *slack*: Sarpsborg's two for 18
in each kad4a, and in each hospital one more as often as somebody in the pass finishes later than with no ceiling there.
So both ends have a plan made by hand, the tight one holds at every tightness, and at 0 nobody waits for a place.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from random import Random

from benchmarks.generate.cast import Group, Person, draw_person, draw_wishes, join_running
from benchmarks.generate.places import (
    HOSPITAL,
    KAD4A,
    LARGE_TOWN,
    MIDDLE_TOWN,
    Town,
    in_proportion,
    make_town,
)
from benchmarks.generate.planting import Course, Field, Planting, Slot
from scheduler.month import format_month, parse_month

START = parse_month("2026-09")
KINDS = {"municipality": 18, "region": 100, "ostfold": 84, "country": 1800}
MONTHS = {"municipality": 96, "region": 96, "ostfold": 96, "country": 84}
REGION_WEIGHTS = (
    60,
    33,
    31,
    20,
    15,
    9,
    8,
    7,
    5,
    4,
    3,
    2,
    2,
)  # thousands of inhabitants, roughly, of Østfold and Vestby
OSTFOLD = (  # name, id, thousands of inhabitants (rounded), whose emergency clinic: general knowledge, to be corrected
    ("Fredrikstad", "fredrikstad", 84, "fredrikstad"),
    ("Sarpsborg", "sarpsborg", 60, "sarpsborg"),
    ("Moss", "moss", 51, "moss"),
    ("Indre Østfold", "indre-ostfold", 47, "indre-ostfold"),
    ("Halden", "halden", 32, "halden"),
    ("Vestby", "vestby", 19, "moss"),
    ("Rakkestad", "rakkestad", 8, "sarpsborg"),
    ("Råde", "rade", 8, "moss"),
    ("Våler", "valer", 6, "moss"),
    ("Hvaler", "hvaler", 5, "fredrikstad"),
    ("Skiptvet", "skiptvet", 4, "indre-ostfold"),
    ("Marker", "marker", 4, "indre-ostfold"),
    ("Aremark", "aremark", 1, "halden"),
)
COUNTRY_TOWNS, COUNTRY_TRUSTS, COUNTRY_REGIONS = 350, 20, ("nord", "midt", "vest", "sor", "ost", "oslo")
TOWNS_PER_ROSTER = 4
FEW_SLOTS = 5  # half-years; with fewer, a colleague's absence from the same office could rule all of them out


ByMonth = dict[str, Counter[int]]


@dataclass
class World:
    """Everything but the rows: towns, people with their wishes, groups, and both plans."""

    kind: str
    n_months: int
    towns: list[Town]
    people: list[Person]
    groups: list[Group]
    field: Field
    tight: Planting
    at_ease: Planting
    tight_places: dict[str, int]
    slack_places: dict[str, int]

    def places(self, tightness: float) -> dict[str, int]:
        """Places in each contested arena."""
        return {
            arena: tight + round((1 - tightness) * (self.slack_places[arena] - tight))
            for arena, tight in self.tight_places.items()
        }

    @property
    def hospitals(self) -> list[str]:
        """Each once."""
        return list(dict.fromkeys(town.hospital for town in self.towns))

    @property
    def rosters(self) -> list[str]:
        """Each once."""
        return list(dict.fromkeys(town.roster for town in self.towns))


def make_world(kind: str, n_candidates: int, seed: int) -> World:
    """Draw the towns and the people, and plan them by hand twice: with as few places as can be, and with enough."""
    rng = Random(f"{kind}/{n_candidates}/{seed}")
    n_months = MONTHS[kind]
    towns = _towns(kind, n_candidates, rng)
    groups = running_groups(list(dict.fromkeys(town.region for town in towns)), n_months)
    courses: dict[str, Course] = {}
    slots: dict[str, list[Slot]] = {}
    for town, municipal in _posts(towns):
        person_id = f"A{len(courses) + 1:0{max(2, len(str(n_candidates)))}d}"
        course, ways = _settle(person_id, town, municipal, kind, groups, n_months, rng)
        courses[person_id], slots[person_id] = course, ways
    field = Field(courses, slots)
    tight_places, tight = _tighten(field, towns)
    slack_places, at_ease = _loosen(field, towns, tight_places)
    field.add_shifts(tight)
    field.add_shifts(at_ease)
    people = [course.person for course in courses.values()]
    return World(kind, n_months, towns, people, groups, field, tight, at_ease, tight_places, slack_places)


# --- towns ----------------------------------------------------------------------------------------------------------


def _towns(kind: str, n_candidates: int, rng: Random) -> list[Town]:
    if kind == "municipality":
        return [make_town("Sarpsborg", "", n_candidates, HOSPITAL, "legevakt", "sor", rng)]
    if kind == "region":
        sizes = _shares(n_candidates, [float(weight) for weight in REGION_WEIGHTS])
        return [
            make_town(f"Kommune {number}", f"m{number:02d}-", size, HOSPITAL, f"legevakt-{number % 4 + 1}", "sor", rng)
            for number, size in enumerate(sizes, 1)
        ]
    if kind == "ostfold":
        sizes = _shares(n_candidates, [float(thousands) for _, _, thousands, _ in OSTFOLD])
        return [
            make_town(name, f"{town_id}-", size, HOSPITAL, f"legevakt-{roster}", "sor", rng)
            for (name, town_id, _, roster), size in zip(OSTFOLD, sizes, strict=False)
        ]
    return _country_towns(n_candidates, rng)


def _country_towns(n_candidates: int, rng: Random) -> list[Town]:
    """Sizes fall off with the rank as Norwegian municipalities' do; trusts take turns, so each has a large town."""
    n_towns = max(1, round(COUNTRY_TOWNS * n_candidates / KINDS["country"]))
    n_trusts = max(1, round(COUNTRY_TRUSTS * n_candidates / KINDS["country"]))
    sizes = _shares(n_candidates, [1 / (rank + 4) ** 0.9 for rank in range(n_towns)])
    seen: Counter[int] = Counter()
    towns = []
    for number, size in enumerate(sizes, 1):
        trust = (number - 1) % n_trusts
        roster = f"legevakt-{trust + 1:02d}-{seen[trust] // TOWNS_PER_ROSTER + 1}"
        seen[trust] += 1
        region = COUNTRY_REGIONS[trust * len(COUNTRY_REGIONS) // n_trusts]
        hospital = f"{HOSPITAL}-{trust + 1:02d}"
        towns.append(make_town(f"Kommune {number}", f"m{number:03d}-", size, hospital, roster, region, rng))
    return towns


def _shares(total: int, weights: list[float]) -> list[int]:
    """The total split by weight, at least one each (fewer parts if there is less to share); the first get the rest."""
    weights = weights[:total]
    shares = [max(1, math.floor(total * weight / sum(weights))) for weight in weights]
    number = 0
    while sum(shares) != total:
        step = 1 if sum(shares) < total else -1
        index = number % len(shares)
        number += 1
        if shares[index] + step >= 1:
            shares[index] += step
    return shares


def _posts(towns: Iterable[Town]) -> Iterable[tuple[Town, bool]]:
    """One (town, in a municipal post) for each candidate: every third in a large town, every sixth in a middle one."""
    for town in towns:
        every = 3 if town.n_candidates >= LARGE_TOWN else 6 if town.n_candidates >= MIDDLE_TOWN else 0
        for number in range(1, town.n_candidates + 1):
            yield town, bool(every) and number % every == 0


def running_groups(regions: Iterable[str], n_months: int) -> list[Group]:
    """One for each region and half-year, from September 2025 to the last that ends within the horizon.

    It stands for all the region's local groups of that half-year together, and is named for the region if there are
    several: ``G2027V-vest``.
    """
    regions = list(regions)
    groups = []
    for start in range(-12, n_months - 23, 6):
        month = START + start - (1 if (START + start) % 12 == 2 else 0)  # September and February
        name = f"G{month // 12}{'H' if month % 12 == 8 else 'V'}"
        groups += [Group(name if len(regions) == 1 else f"{name}-{r}", month - START, r) for r in regions]
    return groups


# --- people ---------------------------------------------------------------------------------------------------------


def _settle(
    person_id: str, town: Town, municipal: bool, kind: str, groups: list[Group], n_months: int, rng: Random
) -> tuple[Course, list[Slot]]:
    """A candidate who has a way through, drawn until there is one, with a seat in an office."""
    while True:
        person = draw_person(person_id, town, municipal, n_months, rng)
        join_running(person, groups, rng)
        course = Course(person, groups, n_months)
        slots = course.slots()
        if slots and _running_block_whole(course):
            break
    person.practice = town.take_seat(alone=bool(course.beds) or _in_hospital(slots) < FEW_SLOTS)
    person.names_practice = person.post is None or kind != "municipality"  # elsewhere the plan could choose any town's
    rotations = [town.id(row) for row in ("gp80-nursing20", "gp80-clinic20", "nursing-home", KAD4A, "gp80-refugee20")]
    known = {row["id"] for row in town.rotations}
    draw_wishes(
        person, [town.hospital, *(rotation_id for rotation_id in rotations if rotation_id in known)], n_months, rng
    )
    return course, slots


def _in_hospital(slots: Iterable[Slot]) -> int:
    return sum(slot.arena is not None and slot.arena.startswith(HOSPITAL) for slot in slots)


def _running_block_whole(course: Course) -> bool:
    """Whether no leave breaks the months that a running block must still have."""
    first = course.person.first
    return all(course.percent[first : first + course.hold])


# --- how few places, how many ---------------------------------------------------------------------------------------


def _tighten(field: Field, towns: Iterable[Town]) -> tuple[dict[str, int], Planting]:
    """The fewest places with which the pass finds a slot for everybody."""
    places = dict(_least(field, towns))
    while True:
        planting = field.plant(places)
        if not planting.without:
            return places, planting
        for arena in {_would_help(field.slots[person.id]) for person in planting.without}:
            places[arena] += 1


def _would_help(slots: list[Slot]) -> str:
    """The arena of which somebody needs one more place: the hospital, or the kad4a of who has no slot there."""
    arenas = [slot.arena for slot in slots if slot.arena is not None]
    return next((arena for arena in arenas if arena.startswith(HOSPITAL)), arenas[0])


def _least(field: Field, towns: Iterable[Town]) -> dict[str, int]:
    """One in each kad4a; in a hospital, the months to be served by those who have no kad4a over those there are.

    98 candidates of towns without a kad4a with 6 months each are 588 months; a horizon of 96 has 16 half-years = 96
    months to offer in a place: 6.1, at least 7 places.
    """
    towns = list(towns)
    places = {town.hospital: 1 for town in towns} | {town.id(KAD4A): 1 for town in towns if KAD4A in town.arenas}
    months: Counter[str] = Counter()
    for candidate, course in field.courses.items():
        needed = [slot.stop - slot.begin for slot in field.slots[candidate]]
        if KAD4A not in course.person.town.arenas:
            months[course.person.town.hospital] += min(needed)
    n_months = next(iter(field.courses.values())).n
    for hospital, to_serve in months.items():
        places[hospital] = max(1, math.ceil(to_serve / (n_months // 6 * 6)))
    return places


def _loosen(field: Field, towns: Iterable[Town], tight: Mapping[str, int]) -> tuple[dict[str, int], Planting]:
    """As many places as it takes for nobody to wait, and one more in each hospital for wishes of the same half-year."""
    places = dict(tight)
    for town in towns:
        if KAD4A in town.arenas:
            places[town.id(KAD4A)] = in_proportion(2, town.n_candidates, least=2)
    hospitals = {town.hospital for town in towns}
    unlimited = field.plant({arena: n for arena, n in places.items() if arena not in hospitals})
    while True:
        planting = field.plant(places)
        waiting = [
            field.courses[each_slot].person.town.hospital
            for each_slot, slot in unlimited.slots.items()
            if each_slot not in planting.slots or planting.slots[each_slot].end > slot.end
        ]
        if not waiting:
            break
        for hospital in set(waiting):
            places[hospital] += 1
    for hospital in hospitals:
        places[hospital] += 1
    return places, planting


# --- peaks of both plans --------------------------------------------------------------------------------------------


@dataclass
class Peaks:
    """The most in one month of either plan, by arena (percent and heads), roster and group."""

    percent: Counter[str] = field(default_factory=Counter)
    heads: Counter[str] = field(default_factory=Counter)
    shifts: Counter[str] = field(default_factory=Counter)
    members: Counter[str] = field(default_factory=Counter)


def peaks(world: World) -> Peaks:
    """What both plans need of wards and clinics, rosters and groups."""
    most = Peaks()
    for planting in (world.tight, world.at_ease):
        percent, heads, shifts = _by_month(world, planting)
        for table, used in ((most.percent, percent), (most.heads, heads), (most.shifts, shifts)):
            for key, by_month in used.items():
                table[key] = max(table[key], *by_month.values())
        for group, n in Counter(planting.groups.values()).items():
            most.members[group] = max(most.members[group], n)
    return most


def _by_month(world: World, planting: Planting) -> tuple[ByMonth, ByMonth, ByMonth]:
    """Percent and heads in each town's wards, and shifts of each roster."""
    percent: ByMonth = defaultdict(Counter)
    heads: ByMonth = defaultdict(Counter)
    shifts: ByMonth = defaultdict(Counter)
    for candidate, slot in planting.slots.items():
        course = world.field.courses[candidate]
        for t, rotation in enumerate(slot.path, course.person.first):
            for arena, share in _wards(rotation):
                percent[course.person.town.id(arena)][t] += course.percent[t] * share // 100
                heads[course.person.town.id(arena)][t] += 1
        for t, n in planting.shifts[candidate].items():
            shifts[course.person.town.roster][t] += n
    return percent, heads, shifts


def _wards(rotation: str | None) -> list[tuple[str, int]]:
    table = {
        "nursing-home": [("nursing-home", 100)],
        "kad4": [("kad4", 100)],
        "clinic": [("family-centre", 100)],
        "gp80-nursing20": [("nursing-home", 20)],
        "gp80-clinic20": [("family-centre", 20)],
        KAD4A: [("kad4a", 100)],
    }
    return table.get(rotation or "", [])


def month_text(t: int) -> str:
    """A month of the horizon as files spell it."""
    return format_month(START + t)
