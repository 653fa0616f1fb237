"""Everything that is scarce as one notion: a row of months with room, or a least, and what a candidate takes of it.

Heads and percent of arenas and limits, places with supervisors, units' own people away, floors: none is special by
name.
Which rows can bind at all is found from the numbers; the others are left out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from scheduler.exact import Exact
from scheduler.instance.assignment import Assignment
from scheduler.instance.occupancy import Occupancy
from scheduler.instance.offices import offices_of
from scheduler.instance.pools import Pools, Reach, joined, resolved_mix, unions
from scheduler.instance.types import Candidate, Instance, Quota
from scheduler.solver.limits import LIMITS

Amounts = npt.NDArray[np.float64]  # by month of the horizon, or by row and month
Place = tuple[str, str | None]  # a rotation, and the office that is the candidate's meanwhile
Mix = Mapping[str, float]
Whose = tuple[str | None, str | None]
"""The own post, and the municipality: by these and the place alone do candidates differ in what they take."""
Share = Callable[[Whose, Place, Mix], float]

CREDIT = 10_000  # of one head at full time
UNLIMITED = np.inf
SLACK = 1e-6  # what sums of shares may be off


@dataclass(frozen=True, slots=True)
class Resource:
    """Something that candidates use together: ``room`` and ``least`` by month, in heads, or in full posts.

    ``share``: what one who serves in a mix takes of it; ``by_percent``: that times the candidate's percent.
    """

    name: str
    room: Amounts
    least: Amounts
    share: Share
    by_percent: bool = False


def resources_of(instance: Instance) -> list[Resource]:
    """Every ceiling and floor of the instance over heads in months."""
    return [
        *_of_arenas(instance),
        *_of_limits(instance),
        *_of_quotas(instance),
        *_of_units(instance),
        *_of_supervisors(instance),
    ]


def _row(instance: Instance, value: Callable[[int], float]) -> Amounts:
    return np.array([value(month) for month in range(instance.start, instance.end)], dtype=np.float64)


def _nothing(instance: Instance) -> Amounts:
    return np.zeros(instance.end - instance.start)


def _endless(instance: Instance) -> Amounts:
    return np.full(instance.end - instance.start, UNLIMITED)


def _of_arenas(instance: Instance) -> Iterator[Resource]:
    ceilings = Occupancy(instance).ceilings
    for arena in instance.arenas.values():
        if arena.is_parallel:
            continue
        head, part = _head_in([arena.id]), _part_in([arena.id])
        places, credit = ceilings.arena_places.get(arena.id), ceilings.arena_credit.get(arena.id)
        least = arena.min_places
        if places is not None or least is not None:
            room = _endless(instance) if places is None else _row(instance, places.__getitem__)
            lowest = _nothing(instance) if least is None else _row(instance, least.at)
            yield Resource(f"{arena.id} heads", np.maximum(room, 0), lowest, head)
        if credit is not None:
            room = _row(instance, _in_posts(credit))
            yield Resource(f"{arena.id} percent", room, _nothing(instance), part, by_percent=True)


def _of_limits(instance: Instance) -> Iterator[Resource]:
    ceilings = Occupancy(instance).ceilings
    for limit in instance.limits.values():
        places, credit = ceilings.limit_places.get(limit.id), ceilings.limit_credit.get(limit.id)
        if places is not None:
            room = np.maximum(_row(instance, places.__getitem__), 0)
            yield Resource(f"{limit.id} heads", room, _nothing(instance), _head_in(limit.arenas))
        if credit is not None:
            room = _row(instance, _in_posts(credit))
            yield Resource(f"{limit.id} percent", room, _nothing(instance), _part_in(limit.arenas), by_percent=True)


def _of_quotas(instance: Instance) -> Iterator[Resource]:
    """Heads of one municipality in shared arenas."""
    for quota_id, places in Occupancy(instance).ceilings.quota_places.items():
        room = _row(instance, places.__getitem__)
        yield Resource(f"{quota_id} quota", room, _nothing(instance), _own_head(instance.quotas[quota_id]))


def _own_head(quota: Quota) -> Share:
    wanted = frozenset(quota.arenas)
    return lambda whose, _place, mix: float(whose[1] == quota.municipality and bool(wanted & mix.keys()))


def _of_units(instance: Instance) -> Iterator[Resource]:
    """``max_away``: those whose post it is, and who serve elsewhere."""
    for arena in instance.arenas.values():
        if arena.max_away is not None:
            room = _row(instance, lambda _, most=arena.max_away: most)  # type: ignore[misc]
            yield Resource(f"{arena.id} away", room, _nothing(instance), _away_from(arena.id))


def _of_supervisors(instance: Instance) -> Iterator[Resource]:
    """Supervisors who reach the same places, together (P. Hall, 1935)."""
    if not instance.supervisors:
        return
    pools = Occupancy(instance).pools
    for union in sorted(_together(instance), key=sorted):
        room = _row(instance, lambda month, numbers=union: pools.places(numbers, month))  # type: ignore[misc]
        yield Resource(f"supervisors {sorted(union)}", room, _nothing(instance), _reached_by(pools, union))


def _together(instance: Instance) -> set[Reach]:
    pools = Occupancy(instance).pools
    reaches = {
        pools.reach(rotation, office)
        for candidate in instance.candidates.values()
        for rotation, office in places_of(instance, candidate)
    }
    found: set[Reach] = set()
    for family in joined(reaches):
        found |= unions(family) if len(family) <= LIMITS.reaches_together else {*family, Reach().union(*family)}
    return found - {Reach()}


def _in_posts(credit: Mapping[int, Exact]) -> Callable[[int], float]:
    return lambda month: max(float(credit[month]), 0.0) / CREDIT


def _head_in(arenas: Iterable[str]) -> Share:
    wanted = frozenset(arenas)
    return lambda _post, _place, mix: float(bool(wanted & mix.keys()))


def _part_in(arenas: Iterable[str]) -> Share:
    wanted = frozenset(arenas)
    return lambda _post, _place, mix: sum(share for arena, share in mix.items() if arena in wanted) / 100


def _away_from(unit: str) -> Share:
    def share(whose: Whose, place: Place, mix: Mix) -> float:
        return float((whose[0] or place[1]) == unit and unit not in mix)

    return share


def _reached_by(pools: Pools, union: Reach) -> Share:
    def share(_: Whose, place: Place, __: Mix) -> float:
        reach = pools.reach_asked(*place, pools.all_asked)
        return float(reach is not None and reach <= union)

    return share


def places_of(instance: Instance, candidate: Candidate) -> list[Place]:
    """Where the candidate may be: each rotation, with each office that may be theirs meanwhile."""
    offices: list[str | None] = list(offices_of(instance, candidate)) or [None]
    return [(rotation.id, office) for rotation in instance.rotations_of(candidate) for office in offices]


class Takings:
    """What one takes of which rows: the same for all whose post is the same, so each place is looked at once.

    ``rows``: those that all of the people together could overfill, or leave short.
    """

    def __init__(self, instance: Instance, people: Sequence[Candidate]) -> None:
        self._instance = instance
        self._known: dict[tuple[Whose, Place], list[tuple[int, float]]] = {}
        self.rows = resources_of(instance)
        most = self._most_of_all(people)
        self.rows = [row for row, n in zip(self.rows, most, strict=True) if _binds(row, n)]
        self._known.clear()

    def of(self, whose: Whose, place: Place) -> list[tuple[int, float]]:
        """The numbers of the rows, and how much of each, at full time."""
        key = whose, place
        if key not in self._known:
            rotation, office = place
            mix = {
                arena: float(share) for arena, share in resolved_mix(self._instance.rotations[rotation], office).items()
            }
            shares = ((number, row.share(whose, place, mix)) for number, row in enumerate(self.rows))
            self._known[key] = [(number, share) for number, share in shares if share > 0]
        return self._known[key]

    def _most_of_all(self, people: Sequence[Candidate]) -> list[float]:
        """What all take of each row if everybody is where that is most."""
        most = [0.0] * len(self.rows)
        alike = Counter((_whose(candidate), tuple(places_of(self._instance, candidate))) for candidate in people)
        for (whose, places), n in alike.items():
            of_one: dict[int, float] = {}
            for place in places:
                for number, share in self.of(whose, place):
                    of_one[number] = max(of_one.get(number, 0.0), share)
            for number, share in of_one.items():
                most[number] += n * share
        return most


def _whose(candidate: Candidate) -> Whose:
    return candidate.post, candidate.municipality


def _binds(row: Resource, most: float) -> bool:
    return bool(most and (row.room.min() < most or row.least.max() > 0))


class Load:
    """What everybody takes of every resource that can bind, by row and month, and of the groups' places.

    ``fixed``: those who stay as they are. A row binds where all together could take more than there is room for.
    """

    def __init__(self, instance: Instance, free: Sequence[Candidate], fixed: Iterable[Assignment] = ()) -> None:
        self.instance = instance
        self._tables: dict[str, dict[Place, list[tuple[int, float]]]] = {}
        staying = list(fixed)
        people = [*free, *(instance.candidates[assignment.candidate] for assignment in staying)]
        self._takings = Takings(instance, people)
        self.rows = self._takings.rows
        self.room = np.array([row.room for row in self.rows]).reshape(len(self.rows), self.n_months)
        self.least = np.array([row.least for row in self.rows]).reshape(len(self.rows), self.n_months)
        self.used = np.zeros((len(self.rows), self.n_months))
        self.groups = {year: group.places for group in instance.groups.values() for year in group.attended()}
        self.members = dict.fromkeys(self.groups, 0)
        for assignment in staying:
            self.add(assignment)

    @property
    def n_months(self) -> int:
        """Length of the horizon."""
        return self.instance.end - self.instance.start

    @cached_property
    def step(self) -> Amounts:
        """What one more candidate takes of each row at most."""
        most = [0.0] * len(self.rows)
        for candidate in self.instance.candidates.values():
            for taken in self.table(candidate).values():
                for row, share in taken:
                    most[row] = max(most[row], share)
        return np.array(most)[:, None]

    def table(self, candidate: Candidate) -> dict[Place, list[tuple[int, float]]]:
        """What the candidate takes of which rows in each place, at full time."""
        if candidate.id not in self._tables:
            places = places_of(self.instance, candidate)
            self._tables[candidate.id] = {place: self._takings.of(_whose(candidate), place) for place in places}
        return self._tables[candidate.id]

    def add(self, assignment: Assignment) -> None:
        """Put a candidate's months in."""
        self._tally(assignment, 1)

    def remove(self, assignment: Assignment) -> None:
        """Take them out again."""
        self._tally(assignment, -1)

    def _tally(self, assignment: Assignment, sign: int) -> None:
        for row, t, amount in self.cells(assignment):
            self.used[row, t] += sign * amount
        for year in self.years(assignment.group):
            self.members[year] += sign

    def years(self, group: str | None) -> list[tuple[str, int]]:
        """The group years of a membership."""
        found = self.instance.group_named(group)
        return [] if found is None else list(found.attended())

    def cells(self, assignment: Assignment) -> Iterator[tuple[int, int, float]]:
        """Rows and months that an assignment uses, and how much."""
        candidate = self.instance.candidates[assignment.candidate]
        table = self.table(candidate)
        for offset, rotation_id in enumerate(assignment.rotations):
            if rotation_id is None:
                continue
            month = assignment.first + offset
            for row, share in table.get((rotation_id, assignment.practice_at(month)), ()):
                part = float(candidate.percent_at(month)) / 100 if self.rows[row].by_percent else 1.0
                yield row, month - self.instance.start, share * part

    @property
    def too_much(self) -> Amounts:
        """What is used above the room, or lacks of the least, by row and month."""
        above: Amounts = np.maximum(self.used - self.room - SLACK, 0)
        below: Amounts = np.maximum(self.least - self.used - SLACK, 0)
        return above + below

    @property
    def crowded(self) -> dict[tuple[str, int], int]:
        """Members above the places of each group year."""
        return {year: n - self.groups[year] for year, n in self.members.items() if n > self.groups[year]}

    @property
    def full(self) -> npt.NDArray[np.bool_]:
        """Where one more would be too many."""
        full: npt.NDArray[np.bool_] = self.used + self.step > self.room + SLACK
        return full

    @property
    def lacking(self) -> npt.NDArray[np.bool_]:
        """Where more are needed."""
        return self.used < self.least - SLACK
