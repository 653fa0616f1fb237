"""One candidate's path month by month, and everything that is reckoned from it: blocks, credit, finish, wishes,
breadth.

Readings of our own, where the contract and decision 0001 are silent:

- A finish may be a month of leave: it is a month at whose end everything holds (a group that ends in it, say).
- The window of a wish is as long as it is written, leave or not.
- No more shifts are planned than are needed, so the roster counts for breadth exactly when some were needed.
- Whether a candidate with a start window is unfinished is settled by the window's earliest month, whatever start the
  plan chooses (the contract's "earliest finish").
- A group that the coordinator has named, or that had begun in the published plan, holds even where
  `[rules] group_required` is false; that only says whether a free candidate must join one.
- A fixed row over leave (the base rotation's, which runs on) asks nothing of the months of leave.
- Who leaves (`until` before the earliest finish) has no delay. Who could be done by then, by time alone, may leave
  without being done; that is as late as to be done the month after, so later than any finish.
- `extra_months` of open practice count into nothing; the file of a plan tells them beside what counts, in one number.
- The contract ends like the horizon: nothing is planned after it, so nothing there speaks against a group year.
- After the horizon percent rows without an end go on, and so do leave rows.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from .readings import TODAY
from .stays import Stay, stay_of
from .world import CATEGORIES, UNIT, Arena, Candidate, Group, Wish, World

TOLD = UNIT // 10_000
"""The least that is told of service above a cap."""

FAR = 1200
"""Months that are looked at from the first of the start window on; a later finish, or none, is told as then."""


@dataclass(frozen=True)
class Path:
    """What the plan says of one candidate: a rotation (None: leave) for each month from `first`."""

    candidate: Candidate
    start: int
    first: int
    months: tuple[str | None, ...]
    offices: Stay
    group: str | None
    unfinished: bool
    leaving: bool = False

    def at(self, month: int) -> str | None:
        index = month - self.first
        return self.months[index] if 0 <= index < len(self.months) else None

    @property
    def last(self) -> int:
        return self.first + len(self.months) - 1

    @property
    def finish(self) -> int | None:
        return None if self.unfinished else self.last

    def items(self) -> Iterable[tuple[int, str | None]]:
        return ((self.first + index, rotation) for index, rotation in enumerate(self.months))

    def until(self, last: int) -> Path:
        """The shorter prefix that ends with that month."""
        return Path(
            self.candidate,
            self.start,
            self.first,
            self.months[: last - self.first + 1],
            self.offices,
            self.group,
            self.unfinished,
            self.leaving,
        )

    @cached_property
    def percent(self) -> dict[str, int]:
        """Rotation -> percent worked in it, in hundredths, over all months."""
        sums: dict[str, int] = {}
        for month, rotation in self.items():
            if rotation is not None:
                sums[rotation] = sums.get(rotation, 0) + self.candidate.counts(month)
        return sums


@dataclass
class Block:
    """A run of one rotation; `served` counts its service months, `before` those of them before the plan.

    `running`: the file says that it ran when the horizon began. `at_the_door`: no month before the plan has ended it.
    `first` is the first month that the plan settles, `shown` the first of the horizon.
    """

    rotation: str
    first: int | None
    last: int
    served: int
    shown: int | None = None
    before: int = 0
    running: bool = False
    at_the_door: bool = False
    ended_by_leave: bool = False

    def go_on(self, world: World, month: int) -> None:
        """A month of service more."""
        self.last = month
        self.served += 1
        if self.shown is None and month >= world.first:
            self.shown = month

    @property
    def in_plan(self) -> bool:
        return self.first is not None

    @property
    def is_told(self) -> bool:
        """Whether it is a block for those who count blocks: one without a month is none."""
        return self.served > 0

    @property
    def is_old(self) -> bool:
        """Whether it had begun when the plan began: its beginning is not judged."""
        return self.running or self.before > 0


@dataclass(frozen=True)
class Service:
    """Credit by category, in units of a 10^-8 FTE-month; `counted` is what is left under the caps."""

    open_practice: int
    other_general: int
    institution: int
    counted: int

    @property
    def worked(self) -> int:
        return self.open_practice + self.other_general + self.institution

    @property
    def uncounted(self) -> int:
        """In whole ten-thousandths of a month, rounded up (decision 0001, percents)."""
        return -((self.counted - self.worked) // TOLD) * TOLD


def first_month(world: World, start: int) -> int:
    return max(start, world.first)


def shown_months(path: Path) -> list[tuple[int, str | None]]:
    """Those of the horizon: the frozen ones, and the planned."""
    frozen = path.candidate.frozen
    served = [] if frozen is None else [(month, rotation) for month, (rotation, _) in frozen.months.items()]
    return [*served, *path.items()]


def first_planned(world: World, candidate: Candidate, start: int) -> int:
    """The first month that the plan settles: after those that are frozen."""
    if candidate.frozen is not None:
        return candidate.frozen.door
    return first_month(world, start)


def first_seated(world: World, candidate: Candidate, start: int) -> int:
    """The first month of the horizon in which the candidate has an office, frozen or not."""
    return first_month(world, start) if candidate.frozen is None else candidate.frozen.start


def had_all(world: World, candidate: Candidate) -> Path | None:
    """The path of somebody who was done within the frozen months: nothing is planned any more."""
    frozen = candidate.frozen
    if frozen is None or frozen.finish is None:
        return None
    return Path(candidate, frozen.start, frozen.door, (), stay_of(frozen.offices), frozen.group, False)


# blocks


def past_blocks(world: World, candidate: Candidate, first: int) -> list[Block]:
    """The blocks from before a plan that begins with that month; the last of them may be at its door.

    A month that was not served ends a block that is not base, but not one of which the file says that it runs.
    """
    blocks: list[Block] = []
    open_block: Block | None = None
    current = candidate.current
    for month in range(min([*candidate.past, world.first]), first + 1):
        if month == world.first and current is not None:
            open_block = running_one(blocks, open_block, current[0], month)
        if month == first:
            break
        done = candidate.past.get(month)
        if done is None:
            base = open_block is not None and world.rotations[open_block.rotation].base
            runs = open_block is not None and current is not None and open_block.last >= current[1]
            if not base and not (runs and month < world.first):
                open_block = None
            continue
        if open_block is None or open_block.rotation != done.rotation:
            open_block = Block(done.rotation, None, month, 0)
            blocks.append(open_block)
        open_block.go_on(world, month)
        open_block.before += 1
    if open_block is not None:
        open_block.at_the_door = True
    return blocks


def running_one(blocks: list[Block], open_block: Block | None, rotation: str, first: int) -> Block:
    """The block that the file says is running; without a month of service yet, one of none."""
    if open_block is None or open_block.rotation != rotation:
        open_block = Block(rotation, None, first - 1, 0)
        blocks.append(open_block)
    open_block.running = True
    return open_block


def door_block(world: World, candidate: Candidate, first: int) -> Block | None:
    """The block that may go on when the plan begins."""
    return next((block for block in past_blocks(world, candidate, first) if block.at_the_door), None)


def runs_on(world: World, block: Block, candidate: Candidate, first: int) -> bool:
    """Whether a block has not ended with the past: not on leave (unless base), nor at its longest."""
    rotation = world.rotations[block.rotation]
    at_longest = rotation.max_months is not None and block.before >= rotation.max_months
    return block.at_the_door and not at_longest and (rotation.base or not candidate.on_leave(first))


def must_go_on(world: World, block: Block, candidate: Candidate, first: int) -> bool:
    """Whether a block of the past has to reach its shortest length in the plan."""
    return runs_on(world, block, candidate, first) and block.rotation in candidate.allowed and not candidate.released


def blocks_of(world: World, path: Path) -> list[Block]:
    """Every block, those of the past first: a base block runs on across leave, any other ends there."""
    blocks = past_blocks(world, path.candidate, path.first)
    open_block = next((block for block in blocks if block.at_the_door), None)
    for month, rotation in path.items():
        if rotation is None:
            if open_block is not None and not world.rotations[open_block.rotation].base:
                open_block.ended_by_leave = True
                open_block = None
        elif open_block is not None and open_block.rotation == rotation:
            open_block.first = month if open_block.first is None else open_block.first
            open_block.go_on(world, month)
        else:
            open_block = Block(rotation, month, month, 0)
            open_block.go_on(world, month)
            blocks.append(open_block)
    return blocks


# credit


def past_work(candidate: Candidate, rotations: Collection[str]) -> int:
    """What was done of these rotations before the plan, in units."""
    return sum(d.percent for d in candidate.past.values() if d.works and d.rotation in rotations) * 10_000


def service_of(world: World, candidate: Candidate, percent: dict[str, int]) -> Service:
    sums = dict(candidate.credited)
    earned = [(done.rotation, done.percent) for done in candidate.past.values() if done.earns]
    for rotation, worked in [*earned, *percent.items()]:
        for place, share in world.rotations[rotation].mix.items():
            category = world.category(place)
            if category in sums:
                sums[category] += worked * share
    return Service(**sums, counted=counted_of(world, candidate, sums))


def counted_of(world: World, candidate: Candidate, sums: dict[str, int]) -> int:
    """What counts once the extra time is taken off the open practice; and that time, which is told with it."""
    rest = {**sums, "open_practice": sums["open_practice"] - candidate.extra}
    return counted(world, rest) + candidate.extra


def counted(world: World, sums: dict[str, int]) -> int:
    """min(54, min(54, open) + min(30, other)) + min(12, institution)."""
    cap = {
        name: world.rules[name] * 10**8
        for name in ("open_practice_cap", "other_general_cap", "general_cap", "institution_cap")
    }
    open_practice = min(cap["open_practice_cap"], sums["open_practice"])
    other = min(cap["other_general_cap"], sums["other_general"])
    return int(min(cap["general_cap"], open_practice + other) + min(cap["institution_cap"], sums["institution"]))


def rule_units(world: World, name: str) -> int:
    return int(world.rules[name] * 10**8)


def asked_of(world: World, candidate: Candidate, name: str) -> int:
    """The total, or the least of a category, with the candidate's own extra time in open practice."""
    return rule_units(world, name) + (0 if name == "institution_min" else candidate.extra)


def leaves(world: World, path: Path) -> bool:
    """Whether the contract ends with the plan, and the training is not over."""
    return path.leaving or (path.unfinished and may_leave(world, path.candidate))


def may_leave(world: World, candidate: Candidate) -> bool:
    """Whether the contract ends within the horizon; a date to finish by that comes before it holds all the same."""
    until, by = candidate.until, candidate.finish_by
    return until is not None and until < world.end and (by is None or by >= until)


def is_leaving(world: World, candidate: Candidate, start: int, starts: Iterable[int] | None = None) -> bool:
    """Whether the contract ends before the training can, wherever the horizon does."""
    first = min(start, *(candidate.starts if starts is None else starts))
    earliest = earliest_from(world, candidate, first)
    return candidate.until is not None and (earliest is None or earliest > candidate.until)


def earliest_finish(world: World, candidate: Candidate) -> int | None:
    """The earliest finish from the first month of the start window, whatever start the plan chooses.

    That month, and the earliest finish itself, may lie before the horizon.
    """
    opened, last = min(candidate.starts), max(candidate.starts)
    if candidate.frozen is not None:
        opened = min(opened, candidate.frozen.start)
    begun = min([world.first, last, *(month for month in candidate.past if month >= opened)])
    could = {month: candidate.counts(month) for month in range(opened, begun)} if last > opened else {}
    first = first_month(world, opened)
    could |= {month: done.percent for month, done in candidate.past.items() if done.earns and month < first}
    missing = asked_of(world, candidate, "total") - counted_of(world, candidate, candidate.credited)
    for month in sorted(could) if missing > 0 else ():
        missing -= could[month] * 10_000
        if missing <= 0:
            return month
    return worked_off(candidate, max(missing, 0), first)


def earliest_from(world: World, candidate: Candidate, start: int) -> int:
    """The first month at whose end credit and all percent worked reach the total, whatever the rotations."""
    month = first_month(world, start)
    missing = asked_of(world, candidate, "total") - counted_of(world, candidate, candidate.credited)
    missing -= sum(done.percent for before, done in candidate.past.items() if done.earns and before < month) * 10_000
    return month if missing <= 0 else worked_off(candidate, missing, month)


def worked_off(candidate: Candidate, missing: int, month: int) -> int:
    """The first month, from that one on, at whose end so much has been worked; what takes longer is as late as FAR."""
    latest = max(min(candidate.starts) + FAR, month)
    for later in range(month, latest):
        missing -= candidate.counts(later) * 10_000
        if missing <= 0:
            return later
    return latest


def projected_finish(world: World, path: Path, percent: dict[str, int] | None = None, with_group: bool = True) -> int:
    """When somebody unfinished at the horizon will be done: the missing time worked off, and the group ended.

    ``percent``: what the months of each rotation count, where that is not what was worked in them. ``with_group``:
    whether a group is asked of anybody.
    """
    service = service_of(world, path.candidate, path.percent if percent is None else percent)
    lacking = max(0, asked_of(world, path.candidate, "open_practice_min") - service.open_practice)
    lacking += max(0, rule_units(world, "institution_min") - service.institution)
    missing = max(asked_of(world, path.candidate, "total") - service.counted, lacking)
    if missing > 0 or path.candidate.frozen is not None:  # what else is missing than service takes a month, too
        done = worked_off(path.candidate, missing, world.end)
    else:
        done = world.last
    return max(done, group_end(world, path)) if with_group else done


def group_end(world: World, path: Path) -> int:
    """The group's last month; 24 months after the horizon if one is to be joined yet."""
    if path.group is not None:
        return world.joined(path.group).end
    needed = world.rules["group_required"] and path.candidate.group != "done"
    return world.last + 24 if needed else world.last


def ends(world: World, path: Path) -> int | None:
    """The finish, or the projected one; who leaves and could have been done is done no sooner than the month after."""
    if leaves(world, path):
        return path.last + 1
    return projected_finish(world, path) if path.unfinished else path.last


def is_unfinished(world: World, candidate: Candidate, start: int, starts: Iterable[int] | None = None) -> bool:
    """Whether the earliest finish lies beyond the horizon; with a start window, that of its earliest month.

    ``starts``: the months of the window that the frozen ones leave.
    """
    first = min(start, *(candidate.starts if starts is None else starts))
    earliest = earliest_from(world, candidate, first)
    return earliest >= world.end_for(candidate)


# groups


def group_months_open(world: World, path: Path, months: Iterable[int]) -> bool:
    return all(open_or_leave(world, path, month) for month in months)


def open_or_leave(world: World, path: Path, month: int) -> bool:
    """Within the plan: leave, or enough of the mix in open practice. Before the horizon: leave, or a month of the past
    that has it; from the first of them on, leave is what was not served. After the horizon nothing is planned yet for
    the unfinished, so nothing speaks against it.
    """
    candidate = path.candidate
    if path.first <= month <= path.last:
        rotation = path.at(month)
        return candidate.on_leave(month) if rotation is None else opens(world, rotation)
    if month in candidate.past:
        return opens(world, candidate.past[month].rotation)
    if month < world.first:
        return candidate.on_leave(month) or month > min(candidate.past, default=month)
    if candidate.is_frozen(month):
        return candidate.on_leave(month)
    return month >= world.end_for(candidate) and path.unfinished and not TODAY.beyond_horizon_is_closed


def opens(world: World, rotation: str) -> bool:
    return world.open_share(rotation) >= world.rules["group_open_share_min"] * 100


def open_years(world: World, path: Path, group: Group) -> list[int]:
    """The group years, counted from 1, that are wholly open practice or leave."""
    return [n for n, year in enumerate(group.years, 1) if group_months_open(world, path, year)]


def leave_fits(world: World, candidate: Candidate, group: Group) -> bool:
    most = world.rules["group_leave_months_max"]
    return all(sum(candidate.on_leave(month) for month in year) <= most for year in group.years)


# goals


Served = Sequence[tuple[str, str | None, int]]
"""Rotation, office, and percent worked there in all."""


def served_in(path: Path) -> Served:
    return [
        (rotation, path.offices.at(month), path.candidate.counts(month))
        for month, rotation in path.items()
        if rotation is not None
    ]


def exposed(world: World, candidate: Candidate, served: Served) -> list[Arena]:
    """The arenas in which so much service is enough for their goals to count."""
    credit: dict[str, int] = {}
    past = [(done.rotation, done.practice, done.percent) for done in candidate.past.values() if done.works]
    for rotation, office, worked in [*past, *served]:
        for arena, share in world.mix(rotation, office).items():
            credit[arena] = credit.get(arena, 0) + worked * share
    return [
        world.arenas[arena] for arena, units in credit.items() if units > 0 and units >= world.arenas[arena].exposure
    ]


def met_in(arena: Arena, full_shifts: bool) -> frozenset[int]:
    return arena.goals if full_shifts else arena.goals - arena.shift_goals


def goals_met(world: World, candidate: Candidate, served: Served, full_shifts: bool) -> frozenset[int]:
    met: set[int] = set(candidate.goals_done)
    for arena in exposed(world, candidate, served):
        met |= met_in(arena, full_shifts)
    roster = world.roster_of(candidate)
    if roster is not None and full_shifts:
        met |= roster.goals
    return frozenset(met)


def breadth(world: World, path: Path, shifts_planned: bool, full_shifts: bool = True) -> int:
    """Goals met in two arenas or more, of somebody who finishes within the horizon.

    Own practice is one arena, in however many offices it is planned, unless a rotation names the office, too.
    """
    if path.unfinished:
        return 0
    named = {place for rotation in path.candidate.allowed for place in world.rotations[rotation].mix}
    arenas = exposed(world, path.candidate, served_in(path))
    sat = {path.offices.at(month) for month in range(path.first, path.last + 1)}
    own = [arena for arena in arenas if arena.id in sat and arena.id not in named]
    one = frozenset[int]().union(*(met_in(arena, full_shifts) for arena in own))
    lists = [one, *(met_in(arena, full_shifts) for arena in arenas if arena not in own)]
    roster = world.roster_of(path.candidate)
    if roster is not None and full_shifts and shifts_planned:
        lists.append(roster.goals)
    return sum(1 for goal in world.goals if sum(goal in listed for listed in lists) >= 2)


# wishes


def wish_met(world: World, path: Path, wish: Wish) -> bool:
    past = path.candidate.past
    first = min([*past, world.first]) if wish.span[0] is None else wish.span[0]
    last = world.last if wish.span[1] is None else wish.span[1]
    months = [*((month, done.rotation) for month, done in past.items()), *path.items()]
    served = sum(1 for month, rotation in months if rotation == wish.rotation and first <= month <= last)
    shortest = world.rotations[wish.rotation].min_months
    windowed = wish.span != (None, None)
    return served >= max(1, min(shortest, last - first + 1) if windowed else shortest)


def wishes_lost(world: World, path: Path) -> int:
    return sum(wish.weight for wish in path.candidate.wishes if not wish_met(world, path, wish))


__all__ = ["CATEGORIES", "Block", "Path", "Service"]
