"""A plan for everybody, by a planner's hand: each institution block goes to the first slot that is free.

What is planted here proves that an instance is feasible, so it is simple on purpose: whoever could be done first
chooses first; everybody else's months are in the office. Of a candidate's possible slots the one with the earliest
finish is taken, and of those the earliest. Whoever finds no free slot in time tells how many places are too few.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import accumulate

from benchmarks.generate.cast import (
    FTE,
    GP_SHARE,
    INSTITUTION,
    INSTITUTION_MIN,
    OPEN,
    OPEN_MIN,
    OTHER,
    SHIFTS,
    TOTAL,
    Group,
    Person,
    counted,
)
from benchmarks.generate.places import BASE, HOSPITAL, KAD4A, sarpsborg

BEDS = "nursing-home"  # where the rare requirement of three months with beds is met
BEDS_WORK = 3 * FTE
QUARTER, HALF_YEAR = 3, 6
LEAVE_IN_GROUP_YEAR = 2

Path = list[str | None]


@dataclass(frozen=True)
class Slot:
    """One way through for one candidate: an institution block (or none) and what follows from it."""

    end: int  # the month after the finish (of the horizon, for who does not finish)
    begin: int
    arena: str | None  # the arena whose place is taken
    stop: int
    path: tuple[str | None, ...]  # Sarpsborg's rotation ids from the first month on
    groups: tuple[str, ...]  # that end by the finish


@dataclass
class Planting:
    """Who takes which slot, who found none, and the groups and shifts that go with it."""

    slots: dict[str, Slot] = field(default_factory=dict)
    without: list[Person] = field(default_factory=list)
    groups: dict[str, str] = field(default_factory=dict)
    shifts: dict[str, dict[int, int]] = field(default_factory=dict)


# --- one candidate --------------------------------------------------------------------------------------------------


class Course:
    """One candidate's months as tables, and the slots there are."""

    def __init__(self, person: Person, groups: Iterable[Group], n_months: int) -> None:
        self.person = person
        self.n = n_months
        self.groups = [group for group in groups if group.region == person.town.region]
        self.percent = [person.percent(t) for t in range(n_months)]
        self.service = list(
            accumulate((int(p > 0 and t >= person.first) for t, p in enumerate(self.percent)), initial=0)
        )
        self.unfinished = person.earliest_end() > n_months
        self.hold = self._hold()
        self.beds = self._beds()

    def _hold(self) -> int:
        """Months (from the first) that the running block must still have: the first one, and up to its shortest."""
        current, first = self.person.current, self.person.first
        if current is None or not self.percent[first]:
            return 0
        if current[0] == BASE:
            return 1
        least: int = next(row["min_months"] for row in sarpsborg()["rotations"] if row["id"] == current[0])
        elapsed = sum(self.person.percent(t) > 0 for t in range(current[1], 0))
        return max(1, least - elapsed)

    def _beds(self) -> range:
        """The block with beds of those who need it: six service months in the office, then three FTE-months."""
        if not self.person.wants_beds or self.unfinished:
            return range(0)
        begin = next(t for t in range(self.n) if self.service[t] >= 6 + self.hold and self.percent[t])
        return range(begin, self.until(begin, BEDS_WORK, 3) or begin)

    def until(self, begin: int, work: int, least: int) -> int | None:
        """Where a block from ``begin`` on has the work and the length; None if leave or the horizon comes first."""
        done, t = 0, begin
        while done < work or t - begin < least:
            if t >= self.n or not self.percent[t]:
                return None
            done += self.percent[t] * 100
            t += 1
        return t

    def slots(self) -> list[Slot]:
        """Every way through, the earliest finish first; empty if the candidate cannot be done within the horizon."""
        person = self.person
        if self.unfinished or not person.needs_institution:
            found = [self._slot(0, 0, None)]
        elif person.fixed_at is not None:
            found = [self._slot(person.fixed_at, person.fixed_at + HALF_YEAR, person.town.hospital)]
        else:
            begins = [(t, person.town.hospital) for t in range(0, self.n, HALF_YEAR)]  # the horizon begins in September
            if KAD4A in person.town.arenas:
                begins += [(t, person.town.id(KAD4A)) for t in range(1, self.n, QUARTER)]
            found = [self._block(t, arena) for t, arena in begins]
        return sorted((slot for slot in found if slot is not None), key=lambda slot: (slot.end, slot.begin))

    def _block(self, begin: int, arena: str) -> Slot | None:
        person = self.person
        stop = self.until(begin, INSTITUTION_MIN, HALF_YEAR)
        if stop is None or stop - begin > 12 or person.months_done + self.service[begin] < 12:
            return None
        if begin < person.first + self.hold or not self._base_long_enough(begin, stop):
            return None
        return self._slot(begin, stop, arena)

    def _base_long_enough(self, begin: int, stop: int) -> bool:
        """Base months before the block, between it and the beds: none or six; a running base has had its own."""
        person = self.person
        in_base = person.current is None or person.current[0] == BASE
        edges = [person.first if in_base else person.first + self.hold]
        if self.beds:
            if begin < self.beds.stop and stop > self.beds.start - 6:
                return False
            edges.append(self.beds.stop)
        before = max(edge for edge in edges if edge <= begin)
        base = self.service[begin] - self.service[before]
        running = person.current is not None and person.current[0] == BASE and before == person.first
        return base == 0 or base >= 6 or (running and base + person.months_done >= 6)

    def _slot(self, begin: int, stop: int, arena: str | None) -> Slot | None:
        """The path with this block, cut at the finish; None without a finish inside the horizon."""
        first = self.person.first
        kind = HOSPITAL if arena == self.person.town.hospital else KAD4A
        path: Path = []
        for t in range(first, self.n):
            held = self.person.current[0] if self.person.current and t < first + self.hold else BASE
            name = kind if begin <= t < stop else BEDS if t in self.beds else held
            path.append(name if self.percent[t] else None)
        if self.unfinished:
            groups = self._fitting_groups(path)
            named = groups or self.person.group in ("free", "done")
            return Slot(self.n, begin, arena, stop, tuple(path), tuple(groups)) if named else None
        end, groups = self.finish(path, max(stop, self.beds.stop if self.beds else 0))
        if end is None:
            return None
        return Slot(end, begin, arena, stop, tuple(path[: end - first]), tuple(groups))

    def finish(self, path: Path, stop: int) -> tuple[int | None, list[str]]:
        """The month after the finish of a path whose last block elsewhere ends at ``stop``, and the groups for it."""
        served = self._served(path)
        if served is None:
            return None, []
        end, groups = self._with_group(path, max(served, stop))
        if end is None or end > self.n or not self._shifts_fit(path, end):
            return None, []
        return end, groups

    def _served(self, path: Path) -> int | None:
        """The month after the one at whose end total, open practice and institution are reached."""
        credit = dict(self.person.credit)
        for t, rotation in enumerate(path, self.person.first):
            if rotation is not None:
                work = self.percent[t] * 100
                share = GP_SHARE.get(rotation, 0)
                credit[OPEN] += work * share // 100
                credit[INSTITUTION if rotation in (HOSPITAL, KAD4A) else OTHER] += work * (100 - share) // 100
            if counted(credit) >= TOTAL and credit[OPEN] >= OPEN_MIN and credit[INSTITUTION] >= INSTITUTION_MIN:
                return t + 1
        return None

    def _with_group(self, path: Path, served: int) -> tuple[int | None, list[str]]:
        """The finish once the group is over as well, and the groups that allow it."""
        person = self.person
        if person.group == "done":
            return served, []
        fitting = self._fitting_groups(path)
        ends = {each_group.id: max(served, each_group.end) for each_group in self.groups if each_group.id in fitting}
        if not ends:
            return None, []
        end = min(ends.values())
        return end, [group for group in fitting if ends[group] == end]

    def _fitting_groups(self, path: Path) -> list[str]:
        person = self.person
        if person.group == "done":
            return []
        if person.group != "free":
            fixed = next(group for group in self.groups if group.id == person.group)
            return [fixed.id] if person.group_year_done or self._open_year(path, fixed) else []
        after = [
            group for group in self.groups if group.start >= person.first + person.start_window and group.end <= self.n
        ]
        return [group.id for group in after if self._little_leave(group) and self._open_year(path, group)]

    def _little_leave(self, group: Group) -> bool:
        years = (range(group.start, group.start + 12), range(group.start + 12, group.end))
        return all(sum(not self.percent[t] for t in year) <= LEAVE_IN_GROUP_YEAR for year in years)

    def _open_year(self, path: Path, group: Group) -> bool:
        return any(
            all(self._open(path, t) for t in range(begin, begin + 12)) for begin in (group.start, group.start + 12)
        )

    def _open(self, path: Path, t: int) -> bool:
        """A month of leave or of office; before the horizon, of an office block that runs."""
        person = self.person
        if t < 0:
            current = person.current
            return person.percent(t) == 0 or (current is not None and current[0] in GP_SHARE and current[1] <= t)
        if not person.first <= t < person.first + len(path):
            return self.unfinished and t >= person.first
        rotation = path[t - person.first]
        return rotation is None or rotation in GP_SHARE

    def duty_months(self, path: Iterable[str | None]) -> list[int]:
        """The months in which a shift may be had."""
        start = self.person.legevakt_from or 0
        return [t for t, one in enumerate(path, self.person.first) if one not in (None, HOSPITAL) and t >= start]

    def _shifts_fit(self, path: Path, end: int) -> bool:
        return 3 * len(self.duty_months(path[: end - self.person.first])) >= SHIFTS - self.person.shifts_done


# --- everybody ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Field:
    """All candidates with their slots."""

    courses: Mapping[str, Course]
    slots: Mapping[str, list[Slot]]

    def plant(self, places: Mapping[str, int]) -> Planting:
        """Everybody's slot within the places given per arena (an arena not named has no ceiling)."""
        planting = Planting()
        room: dict[str, Counter[int]] = defaultdict(Counter)
        away: dict[str, Counter[int]] = defaultdict(Counter)
        members: Counter[str] = Counter()
        for course in sorted(self.courses.values(), key=_urgency):
            person = course.person
            slot = next(
                (each_slot for each_slot in self.slots[person.id] if _free(course, each_slot, places, room, away)), None
            )
            if slot is None:
                planting.without.append(person)
                continue
            planting.slots[person.id] = slot
            if slot.arena is not None:
                room[slot.arena].update(range(slot.begin, slot.stop))
            away[person.office_unit() or ""].update(_away(course, slot))
            if slot.groups:
                planting.groups[person.id] = min(slot.groups, key=lambda group: (members[group], group))
                members[planting.groups[person.id]] += 1
        return planting

    def add_shifts(self, planting: Planting) -> None:
        """Everybody's missing shifts, each in the month in which the roster has fewest."""
        taken: dict[str, Counter[int]] = defaultdict(Counter)
        for candidate, slot in sorted(planting.slots.items(), key=lambda item: item[1].end):
            course = self.courses[candidate]
            roster, mine = taken[course.person.town.roster], Counter[int]()
            months = course.duty_months(slot.path)
            for _ in range(0 if course.unfinished else SHIFTS - course.person.shifts_done):
                month = min((t for t in months if mine[t] < 4), key=lambda t: (mine[t] // 2, roster[t], t))
                mine[month] += 1
                roster[month] += 1
            planting.shifts[candidate] = dict(mine)


def _urgency(course: Course) -> tuple[bool, int, str]:
    return (course.person.fixed_at is None, course.person.earliest_end(), course.person.id)


def _away(course: Course, slot: Slot) -> list[int]:
    """Months in which the candidate serves where the own office is not in the mix."""
    return [t for t, one in enumerate(slot.path, course.person.first) if one is not None and one not in GP_SHARE]


def _free(
    course: Course,
    slot: Slot,
    places: Mapping[str, int],
    room: Mapping[str, Counter[int]],
    away: Mapping[str, Counter[int]],
) -> bool:
    if slot.arena is not None and slot.arena in places:
        taken = room[slot.arena]
        if any(taken[t] >= places[slot.arena] for t in range(slot.begin, slot.stop)):
            return False
    others = away[course.person.office_unit() or ""]
    in_office = course.person.post is None
    return not in_office or all(not others[t] for t in _away(course, slot))
