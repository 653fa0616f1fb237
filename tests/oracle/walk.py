"""Every path of one candidate, month by month, in the order of the calendar.

A walk goes through the months of the horizon and tries each rotation in each of them; it is broken off where a rule
of the candidate's own is broken for good. A walk ends at the first month at whose end the candidate is complete, once
for each group that may be joined. Of the paths that ask the same of everything shared only the best is kept, for each
length of the longest row away: a shorter row may not be needed, where somebody else has a longer one.

Readings of our own, where the contract and decision 0001 are silent:

- A running block without a month of service yet (it begins with the horizon) is a block of the plan, only that its
  beginning is not judged; where leave keeps it from beginning it is none: no month, no block.
- A block of the past that ended before the plan began (leave in the first month, or at its longest) is not measured
  again. A *base* block is still running after leave in the first month: to go elsewhere then breaks it off.
- A block is fixed if its first month is. Only that exempts it from `block-start`.
- A ceiling of blocks or of a requirement's months is broken by the plan only: what the past has above it stands.
- A block begun in frozen months that leave cuts short stands, counts as one of its blocks, and has ended for `after`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from . import levels
from .found import Budget
from .paths import (
    Block,
    Path,
    Service,
    asked_of,
    earliest_from,
    first_planned,
    goals_met,
    is_leaving,
    is_unfinished,
    leave_fits,
    may_leave,
    must_go_on,
    open_years,
    past_blocks,
    past_work,
    projected_finish,
    runs_on,
    service_of,
)
from .shared import Need, Shared
from .stays import Stay
from .world import Candidate, Requirement, Rotation, World

LEAVE = -1
"""A month of leave; it ends a block that is not base."""
UNPAID = -10
"""This less a rotation's number: a month of leave in a block of that rotation, only where `leave` is left out."""


@dataclass(frozen=True)
class Kept:
    """A path with what it asks of everything shared, and what it comes to by itself."""

    path: Path
    value: tuple[float, ...]
    uses: tuple[tuple[int, int], ...]
    supervisors: tuple[tuple[int, frozenset[str]], ...]
    need: Need | None


@dataclass
class Run:
    """The block that is running; `frozen`: begun in frozen months; `let_go`: nobody asks for its shortest length."""

    rotation: int
    served: int
    frozen: bool = False
    is_open: bool = True
    let_go: bool = False


@dataclass
class State:
    """Where a walk stands; changed going down and put back coming up."""

    months: list[int] = field(default_factory=list)
    percent: list[int] = field(default_factory=list)
    blocks: list[int] = field(default_factory=list)
    visits: list[int] = field(default_factory=list)
    ended: list[int] = field(default_factory=list)
    service_months: int = 0


class Walk:
    """All paths of one candidate with one start and one stay in offices."""

    def __init__(
        self,
        world: World,
        shared: Shared,
        candidate: Candidate,
        start: int,
        offices: Stay,
        order: tuple[str, ...],
        budget: Budget,
    ) -> None:
        self.world, self.shared, self.candidate = world, shared, candidate
        self.start, self.offices, self.order, self.budget = start, offices, order, budget
        self.scope, self.held = shared.scope, shared.held(candidate)
        self.names = list(world.rotations)
        here = dict.fromkeys(office for _, office in offices.rows)
        self.options = [
            option
            for r, rotation in enumerate(world.rotations.values())
            for option in dict.fromkeys((r, seat) for office in here for seat in self._seats(rotation, office))
        ]
        self.rotations: list[Rotation] = list(world.rotations.values())
        self.first = first_planned(world, candidate, start)
        self.n = world.end_for(candidate) - self.first
        self.leaving = is_leaving(world, candidate, start, self.held.starts)
        self.unfinished = is_unfinished(world, candidate, start, self.held.starts)
        self.may_leave = not self.unfinished and may_leave(world, candidate)
        self.earliest = earliest_from(world, candidate, start)
        self.requirements = [
            r for r in world.requirements if r.concerns(candidate.id) and self.on("requirement", requirement=r.id)
        ]
        self.past_work = [past_work(candidate, r.rotations) for r in self.requirements]
        self.past_visits = [0] * len(self.requirements)
        self.strict = self.scope.everything
        self._tabulate()
        self.kept: dict[Any, Kept] = {}

    def on(self, rule: str, **subject: Any) -> bool:
        return self.scope.own(rule, self.candidate.id, **subject)

    def _seats(self, rotation: Rotation, office: str | None, month: int | None = None) -> list[str | None]:
        """The offices that a month in the rotation may be in, or be away from, when that is the office of the month."""
        shared, candidate = self.shared, self.candidate
        return shared.seats(candidate, office, month) if rotation.in_practice else [shared.unit(candidate, office)]

    # tables

    def _tabulate(self) -> None:
        candidate, months = self.candidate, range(self.first, self.first + self.n)
        self.worked = [self._worked(month) for month in months]
        self.ahead = [sum(self.worked[index + 1 :]) * 10_000 for index in range(self.n)]
        self.fixed = [self._fixed(month) for month in months]
        self.uses = [
            [self.shared.uses(candidate, month, self.names[r], seat) for r, seat in self.options] for month in months
        ]
        self.supervisors = [
            [self.shared.supervisors(candidate, month, self.names[r], seat) for r, seat in self.options]
            for month in months
        ]
        self.choices = [self._choices(index) for index in range(self.n)]
        self.last_fixed = max((index for index, rotation in enumerate(self.fixed) if rotation is not None), default=-1)
        self.beyond = (
            self.on("fixed")
            and any(last is not None and last > self.world.last for _, _, last in candidate.fixed)
            and self.world.end_for(candidate) == self.world.end
        )
        self._classes: dict[Any, int] = {}
        self.classes = [[self._class(index, o) for o in range(len(self.options))] for index in range(self.n)]
        self.shift_caps = [[self._shift_cap(index, r) for r, _ in self.options] for index in range(self.n)]
        self.totals: dict[tuple[int, ...], Service] = {}
        self.covered: dict[tuple[int, ...], bool] = {}
        self.broad: dict[tuple[int, ...], int] = {}

    def _worked(self, month: int) -> int:
        worked = self.candidate.counts(month)
        return worked if self.on("part-time") or not worked else 10_000

    def _fixed(self, month: int) -> int | None:
        """The rotation a month is fixed to by the data or frozen at."""
        rotation = self.candidate.fixed_in(month) or self.held.rotations.get(month)
        if rotation is None or not self.on("fixed", month=month, rotation=rotation, current=False):
            return None
        return self.names.index(rotation)

    def _choices(self, index: int) -> list[int]:
        if not self.worked[index]:
            return [LEAVE, *(() if self.on("leave") else self._unpaid())]
        return [option for option in range(len(self.options)) if self._may(index, option)]

    def _unpaid(self) -> list[int]:
        """A block that leave does not end, or keep from beginning: base runs on as it is."""
        return [
            UNPAID - r
            for r, rotation in enumerate(self.rotations)
            if not rotation.base and rotation.id in self.candidate.allowed
        ]

    def _may(self, index: int, option: int) -> bool:
        """Whether nothing stands against that rotation in that month, whatever comes before and after."""
        rotation, seat = self.options[option]
        if self.fixed[index] is not None and self.fixed[index] != rotation:
            return False
        month = self.first + index
        if seat not in self._seats(self.rotations[rotation], self.offices.at(month), month):
            return False
        if self.names[rotation] not in self.candidate.allowed or (
            self.rotations[rotation].in_practice and seat is None
        ):
            return False
        supervisors = self.supervisors[index][option]
        return (supervisors is None or bool(supervisors)) and self.shared.fits_alone(self.uses[index][option])

    def _class(self, index: int, option: int) -> int:
        """A number for what the month asks of everything shared that matters; 0 for nothing."""
        shared = tuple(
            sorted(
                (self.shared.index[key], n) for key, n in self.uses[index][option].items() if key in self.shared.index
            )
        )
        month = self.first + index
        supervisors = self.supervisors[index][option] if month in self.shared.supervised else None
        if not shared and supervisors is None:
            return 0
        return self._classes.setdefault((index, shared, supervisors), len(self._classes) + 1)

    # shifts

    def _shift_cap(self, index: int, rotation: int) -> int:
        month = self.first + index
        roster = self.world.roster_of(self.candidate)
        if roster is None or not self.rotations[rotation].shifts or month < (self.candidate.legevakt_from or month):
            return 0
        most: int = self.world.rules["legevakt_max_per_month"]
        ceiling = self.shared.roster_ceiling(roster.id, month)
        return most if ceiling is None else min(most, ceiling)

    def _frozen_shifts(self, index: int, rotation: int) -> int | None:
        """The published number of shifts in a frozen month."""
        month = self.first + index
        return self.held.shifts.get(month) if self.held.rotations.get(month) == self.names[rotation] else None

    def need(self, months: list[int], everything: bool = True) -> Need | None:
        """What the months ask of the roster; None where no shift is asked for or taken."""
        roster = self.world.roster_of(self.candidate)
        if not self.on("legevakt") or roster is None:
            return None
        most, taken = [0] * self.world.months, [0] * self.world.months
        offset = self.first - self.world.first
        for index, option in enumerate(months):
            if option >= 0:
                frozen = self._frozen_shifts(index, self.options[option][0])
                most[offset + index] = self.shift_caps[index][option] if frozen is None else 0
                taken[offset + index] = frozen or 0
        wanted = max(0, self.world.shifts_needed(self.candidate) - sum(taken)) if everything else 0
        return Need(roster.id, wanted, tuple(most), tuple(taken)) if wanted or any(taken) else None

    def _ways_to_take(self, state: State, before: int | None) -> list[Need | None]:
        """What the months may ask of the roster when the last of them is the finish, none if that is too much for them.

        ``before`` is the last earlier month at whose end all but shifts held: one shift at least was still to be taken.
        """
        if not self.on("legevakt") or not self.world.shifts_needed(self.candidate):
            return [None]
        need = self.need(state.months)
        if need is None:
            return []
        ways = [need] if before is None else self._late_ones(need, self.first - self.world.first + before + 1)
        return [way for way in ways if sum(way.most) >= way.shifts]

    def _late_ones(self, need: Need, late: int) -> list[Need]:
        """The need with one of its shifts in a month from that one on, each such month by itself."""
        if sum(need.taken[:late]) >= self.world.shifts_needed(self.candidate):
            return []
        if sum(need.taken[late:]):
            return [need]
        return [
            replace(
                need, shifts=need.shifts - 1, most=changed(need.most, month, -1), taken=changed(need.taken, month, 1)
            )
            for month in range(late, self.world.months)
            if need.most[month]
        ]

    # the walk

    def go(self) -> Iterator[Kept]:
        if self.n <= 0 and self.candidate.frozen is None:
            return iter(())
        state = State(percent=[0] * len(self.options), blocks=[0] * len(self.names), visits=[0] * len(self.names))
        state.service_months = self.candidate.months_served
        run = self._begin(state)
        if run is not False:
            groups = self._at_the_freeze(state, run, [(group, None) for group in self._groups()])
            if groups and self.n:
                self._step(0, state, run, groups)
        return iter(self.kept.values())

    def _at_the_freeze(self, state: State, run: Run | None, groups: Any) -> Any:
        """Those groups with which months are planned after the frozen ones: not if all is done, or the horizon over."""
        if self.candidate.frozen is None:
            return groups
        none = not groups  # with which a training could end
        if not self.unfinished:
            groups = self._finish(-1, state, run, groups)
        if (groups or none) and not self.n:
            self.unfinished = True
            groups = groups or [(group, None) for group in self._groups()]
            for group, _ in groups:
                self._keep(state, group, self.need(state.months, everything=False))
        return groups

    def _begin(self, state: State) -> Any:
        """The block at the door; False if it, or so late a start, is already against the rules."""
        before = range(self.world.first, self.first if self.candidate.frozen is None else self.world.first)
        if any(self._fixed(month) is not None for month in before):
            return False
        blocks = past_blocks(self.world, self.candidate, self.first)
        for block in blocks:
            state.blocks[self.names.index(block.rotation)] += block.is_told
            state.visits[self.names.index(block.rotation)] += block.is_told
        self.past_visits = [self._blocks_in(state, requirement) for requirement in self.requirements]
        state.ended = [self.names.index(block.rotation) for block in blocks if not block.at_the_door]
        return self._at_door(state, blocks[-1]) if blocks and blocks[-1].at_the_door else None

    def _at_door(self, state: State, block: Block) -> Any:
        rotation = self.names.index(block.rotation)
        most = self.rotations[rotation].max_blocks
        if block.running and most is not None and most < 1 and self.on("block-count", rotation=block.rotation):
            return False
        run = Run(
            rotation,
            block.served,
            frozen=self.candidate.frozen is not None and block.served > 0,
            is_open=runs_on(self.world, block, self.candidate, self.first),
            let_go=not must_go_on(self.world, block, self.candidate, self.first),
        )
        if run.is_open and self.n and self.worked[0] and self._held():
            self.choices[0] = [
                choice for choice in self.choices[0] if choice >= 0 and self.options[choice][0] == rotation
            ]
        if not run.is_open and run.served:
            state.ended.append(rotation)
        return run

    def _step(self, index: int, state: State, run: Run | None, groups: list[tuple[str | None, int | None]]) -> None:
        self.budget.spend()
        for choice in self.choices[index]:
            if choice != LEAVE:
                self._serve(index, state, run, choice, groups)
            else:
                self._rest(index, state, run, groups)

    def _rest(self, index: int, state: State, run: Run | None, groups: Any) -> None:
        """A month in no rotation."""
        after = run
        if run is not None and run.is_open and not self.rotations[run.rotation].base:
            if self._too_short(run) and not run.frozen:
                return
            after = Run(run.rotation, run.served, run.frozen, is_open=False)
        state.months.append(LEAVE)
        self._next(index, state, after, groups)
        state.months.pop()

    def _serve(self, index: int, state: State, run: Run | None, option: int, groups: Any) -> None:
        rotation = self.options[option][0] if option >= 0 else UNPAID - option
        if run is not None and run.rotation == rotation and self._goes_on(state, run):
            most = self.rotations[rotation].max_months
            if most is not None and run.served + 1 > most and self.on("block-length", rotation=self.names[rotation]):
                return
            entered = not run.served
            if entered and self._no_more(state, rotation):
                return
            state.blocks[rotation] += entered
            state.visits[rotation] += entered
            self._with(index, state, longer(run), option, groups)
            state.visits[rotation] -= entered
            state.blocks[rotation] -= entered
            return
        if run is not None and run.is_open and self._too_short(run) and not self._not_held(state):
            return
        ended = state.ended if run is None or not run.served else [*state.ended, run.rotation]
        if not self._may_begin(index, state, ended, rotation):
            return
        kept, state.ended = state.ended, ended
        state.blocks[rotation] += 1
        state.visits[rotation] += 1
        self._with(index, state, Run(rotation, 1), option, groups)
        state.visits[rotation] -= 1
        state.blocks[rotation] -= 1
        state.ended = kept

    def _goes_on(self, state: State, run: Run) -> bool:
        """The same rotation goes on in the same block; one at its longest at the door would, too, and be too long."""
        if run.is_open or not self.on("block-length", rotation=self.names[run.rotation]):
            return run.is_open
        return self._at_the_door(state) and (not state.months or self.rotations[run.rotation].base)

    def _at_the_door(self, state: State) -> bool:
        """No month of service yet, so that the run is the one from before the plan."""
        return all(month == LEAVE for month in state.months)

    def _not_held(self, state: State) -> bool:
        """Without `fixed` a running block that has no month in the plan may have ended before it."""
        runs = self.candidate.current is not None and self.candidate.frozen is None
        return runs and not self._held() and self._at_the_door(state)

    def _held(self) -> bool:
        """Whether a running block is held in the first month."""
        current = self.candidate.current
        runs = current is not None and self.candidate.frozen is None
        return current is not None and runs and self.on("fixed", month=self.first, rotation=current[0], current=True)

    def _too_short(self, run: Run) -> bool:
        short = 0 < run.served < self.rotations[run.rotation].min_months and not run.let_go
        return short and self.on("block-length", rotation=self.names[run.rotation])

    def _may_begin(self, index: int, state: State, ended: list[int], choice: int) -> bool:
        rotation, name = self.rotations[choice], self.names[choice]
        if self._no_more(state, choice):
            return False
        if self._too_many(state, choice):
            return False
        given = self.fixed[index] == choice and self.candidate.exempt_in(self.first + index)
        if given or not self.on("block-start", rotation=name):
            return True
        month = self.first + index
        if rotation.starts and month % 12 + 1 not in rotation.starts:
            return False
        done = {self.names[r] for r in ended}
        return state.service_months >= rotation.not_before and all(done & set(some) for some in rotation.after)

    def _no_more(self, state: State, choice: int) -> bool:
        most = self.rotations[choice].max_blocks
        return most is not None and state.blocks[choice] >= most and self.on("block-count", rotation=self.names[choice])

    def _too_many(self, state: State, choice: int) -> bool:
        return any(
            r.max_blocks is not None and self.names[choice] in r.rotations and self._blocks_in(state, r) >= r.max_blocks
            for r in self.requirements
        )

    def _blocks_in(self, state: State, requirement: Requirement) -> int:
        return sum(n for name, n in zip(self.names, state.visits, strict=True) if name in requirement.rotations)

    def _months_in(self, state: State, requirement: Requirement) -> int:
        return (
            sum(
                p
                for (r, _), p in zip(self.options, state.percent, strict=True)
                if self.names[r] in requirement.rotations
            )
            * 10_000
        )

    def _with(self, index: int, state: State, run: Run, option: int, groups: Any) -> None:
        served = option >= 0
        if served:
            state.percent[option] += self.worked[index]
        if not self._too_much(state):
            state.months.append(option)
            state.service_months += served
            self._next(index, state, run, groups)
            state.service_months -= served
            state.months.pop()
        if served:
            state.percent[option] -= self.worked[index]

    def _too_much(self, state: State) -> bool:
        """Whether the plan goes over a requirement's ceiling; what the past alone has above it stands."""
        for requirement, work, visits in zip(self.requirements, self.past_work, self.past_visits, strict=True):
            months, blocks = requirement.max_months, requirement.max_blocks
            if months is not None and self._months_in(state, requirement) > max(0, months - work):
                return True
            if blocks is not None and self._blocks_in(state, requirement) > max(blocks, visits):
                return True
        return False

    def _next(self, index: int, state: State, run: Run | None, groups: list[tuple[str | None, int | None]]) -> None:
        """The month is placed: is this the finish, and if not, on."""
        if self.unfinished:
            if index == self.n - 1 or (index >= self.last_fixed and self._may_stop(run)):
                for group, _ in groups:
                    self._keep(state, group, self.need(state.months, everything=False))
        else:
            groups = self._finish(index, state, run, groups)
            if self.may_leave and index == self.n - 1:
                for group, _ in groups:
                    self._keep(state, group, self.need(state.months, everything=False), leaves=True)
        goes_on = self.unfinished or self.may_leave or self._still_can(index, state)
        if groups and index < self.n - 1 and goes_on:
            self._step(index + 1, state, run, groups)

    def _may_stop(self, run: Run | None) -> bool:
        """Without `horizon` the plan may end earlier, but only the horizon itself cuts a block that is not base."""
        whole = run is None or self.rotations[run.rotation].base or not self._too_short(run)
        return whole and not self.on("horizon")

    def _finish(self, index: int, state: State, run: Run | None, groups: Any) -> Any:
        """Those groups with which the walk goes on, after keeping it for those with which it is complete."""
        month = self.first + index
        by = self.candidate.finish_by
        if by is not None and month > by and self.on("finish-by"):
            return []
        if not self._complete(index, state, run):
            return groups
        on = []
        for group, before in groups:
            if not self._group_complete(index, state, group):
                on.append((group, before))
                continue
            for need in self._ways_to_take(state, before):
                self._keep(state, group, need)
            if not self.strict and not self._all_minima(month):
                on.append((group, None))
            elif self.on("legevakt") and self.world.shifts_needed(self.candidate):
                on.append((group, index))
        return on

    def _all_minima(self, month: int) -> bool:
        """With everything enforced that a finish still waits for in this month it is known, and nothing is planned
        after it.
        """
        candidate, world = self.candidate, self.world
        asked = self.scope.goals(candidate.id)
        given = [m for m in range(month + 1, world.end) if candidate.fixed_in(m) is not None]
        had = service_of(world, candidate, {})
        minima = ["service-total"] if had.counted < asked_of(world, candidate, "total") else []
        minima += ["open-practice"] if had.open_practice < asked_of(world, candidate, "open_practice_min") else []
        minima += ["institution"] if had.institution < asked_of(world, candidate, "institution_min") else []
        minima += ["part-time"] if any(0 < candidate.counts(self.first + n) < 10_000 for n in range(self.n)) else []
        minima += ["legevakt"] if world.shifts_needed(candidate) else []
        minima += ["group"] if candidate.group_fixed or self._must_join() else []
        minima += ["practice"] if self._office_decides() else []
        return (
            all(self.on(rule) for rule in minima)
            and (asked is None or asked >= world.goals - goals_met(world, candidate, [], full_shifts=True))
            and all(self._fixed(later) is not None for later in given)
            and all(self.on("block-length", rotation=name) for name in candidate.allowed if self._may_break_off(name))
            and len([r for r in world.requirements if r.concerns(candidate.id)]) == len(self.requirements)
        )

    def _may_break_off(self, name: str) -> bool:
        """Whether the finish may have to wait for a block of that rotation."""
        return not self.world.rotations[name].base and self.world.rotations[name].min_months > 1

    def _office_decides(self) -> bool:
        """Whether somebody without a named office may meet a goal in one, and not in another."""
        offices = [office for office in self.shared.offices(self.candidate) if office is not None]
        missing = self.world.goals - goals_met(self.world, self.candidate, [], full_shifts=True)
        if len(set(self.shared.offices(self.candidate))) < 2:
            return False
        return not self.shared.is_settled(self.candidate) and any(
            self.world.arenas[office].goals & missing for office in offices
        )

    def _must_join(self) -> bool:
        return self.candidate.group == "free" and bool(self.world.rules["group_required"])

    def _still_can(self, index: int, state: State) -> bool:
        """Whether the percent that is left can bring what is missing."""
        service, ahead = self._service(state), self.ahead[index]
        rules = (
            ("service-total", self._asked_for("total") - service.counted),
            ("open-practice", self._asked_for("open_practice_min") - service.open_practice),
            ("institution", self._asked_for("institution_min") - service.institution),
        )
        return all(missing <= ahead or not self.on(rule) for rule, missing in rules)

    def _asked_for(self, name: str) -> int:
        return asked_of(self.world, self.candidate, name)

    def _service(self, state: State) -> Service:
        key = tuple(state.percent)
        found = self.totals.get(key)
        if found is None:
            found = self.totals[key] = service_of(self.world, self.candidate, self._by_rotation(key))
        return found

    def _by_rotation(self, percent: tuple[int, ...]) -> dict[str, int]:
        sums = dict.fromkeys(self.names, 0)
        for (rotation, _), worked in zip(self.options, percent, strict=True):
            sums[self.names[rotation]] += worked
        return sums

    # complete

    def _complete(self, index: int, state: State, run: Run | None) -> bool:
        """Everything but shifts and group."""
        if self.strict and (self.earliest is None or self.first + index < self.earliest):
            return False
        if index < self.last_fixed or self.beyond:
            return False
        if run is not None and run.is_open and self._broken_off(state, run):
            return False
        return self._served_enough(state) and self._requirements_met(state) and self._goals_met(state)

    def _broken_off(self, state: State, run: Run) -> bool:
        return not self.rotations[run.rotation].base and self._too_short(run) and not self._not_held(state)

    def _served_enough(self, state: State) -> bool:
        service = self._service(state)
        return (
            (service.counted >= self._asked_for("total") or not self.on("service-total"))
            and (service.open_practice >= self._asked_for("open_practice_min") or not self.on("open-practice"))
            and (service.institution >= self._asked_for("institution_min") or not self.on("institution"))
        )

    def _requirements_met(self, state: State) -> bool:
        return all(
            (r.min_months is None or work + self._months_in(state, r) >= r.min_months)
            and (r.min_blocks is None or self._blocks_in(state, r) >= r.min_blocks)
            for r, work in zip(self.requirements, self.past_work, strict=True)
        )

    def _goals_met(self, state: State) -> bool:
        if not self.on("goals"):
            return True
        key = tuple(state.percent)
        if key not in self.covered:
            asked = self.scope.goals(self.candidate.id)
            wanted = self.world.goals if asked is None else self.world.goals & asked
            self.covered[key] = wanted <= self._met(key)
        return self.covered[key]

    def _met(self, percent: tuple[int, ...]) -> frozenset[int]:
        """Goals met; where `practice` is left out, all service in own practice is in whichever office suits a goal."""
        seats = {seat for _, seat in self.options if seat is not None} or {None}
        chosen = [None] if self.on("practice") or self.shared.is_settled(self.candidate) else seats
        met: frozenset[int] = frozenset()
        for office in chosen:
            served = [
                (self.names[r], seat if office is None or seat is None else office, worked)
                for (r, seat), worked in zip(self.options, percent, strict=True)
            ]
            met |= goals_met(self.world, self.candidate, served, full_shifts=True)
        return met

    def _group_complete(self, index: int, state: State, group: str | None) -> bool:
        if group is None:
            return not (self.may_leave and self._must_join() and self.on("group") and self.held.group is None)
        each_group = self.world.joined(group)
        if each_group.end > self.first + index:
            return False
        return self._year_open(state, group)

    def _year_open(self, state: State, group: str) -> bool:
        if self.candidate.open_year_done and self.candidate.group == group:
            return True
        return bool(open_years(self.world, self._path(state, group), self.world.joined(group)))

    def _groups(self) -> list[str | None]:
        """The groups that may be this candidate's, None for nobody's."""
        candidate, world = self.candidate, self.world
        if candidate.group == "done" or not self.on("group"):
            return [None]
        if candidate.group_fixed:
            return [candidate.group]
        if self.held.group is not None:
            return [self.held.group]
        if not world.rules["group_required"]:
            return [None]
        free: list[str | None] = [
            g.id
            for g in map(world.joined, [*world.groups, *(self.shared.pairs() if candidate.may_split else [])])
            if g.start >= max(self.start, world.first) and leave_fits(world, candidate, g)
        ]
        return [*free, None] if self.unfinished or self.may_leave else free

    # keeping

    def _path(self, state: State, group: str | None, leaves: bool = False) -> Path:
        months = tuple(self.names[self.options[m][0]] if m >= 0 else None for m in state.months)
        unfinished = self.unfinished or leaves
        return Path(self.candidate, self.start, self.first, months, self.offices, group, unfinished, self.leaving)

    def _keep(self, state: State, group: str | None, need: Need | None, leaves: bool = False) -> None:
        self.budget.spend()
        path = self._path(state, group, leaves)
        if self.unfinished and not self.leaving and not self._may_stay_unfinished(state, path):
            return
        tight = need is not None and self.shared.roster_tight(need.roster)
        need = need if tight else None
        classes = tuple(self.classes[index][m] if m >= 0 else 0 for index, m in enumerate(state.months))
        shared_group = group if self.shared.seat(self.candidate, group) else None
        value = levels.own_values(self.world, self.shared.baseline, path, self.order) if self.order else ()
        rows = levels.of_others(value, self.order)
        key = (tuple(c for c in enumerate(classes) if c[1]), shared_group, need, rows)
        kept = self.kept.get(key)
        if kept is None or value < kept.value:
            self.kept[key] = Kept(path, value, self._columns(state, group), self._asked(state), need)

    def _may_stay_unfinished(self, state: State, path: Path) -> bool:
        """Ceilings hold for those who do not finish: the date, and what a membership asks."""
        by = self.candidate.finish_by
        if by is not None and self.on("finish-by"):
            end = projected_finish(self.world, path, self._by_rotation(tuple(state.percent)), self.on("group"))
            if end is None or end > by:
                return False
        return levels.membership_holds(self.world, path)

    def _columns(self, state: State, group: str | None) -> tuple[tuple[int, int], ...]:
        uses: dict[int, int] = {}
        for index, option in enumerate(state.months):
            if option >= 0:
                for key, amount in self.uses[index][option].items():
                    if key in self.shared.index:
                        uses[self.shared.index[key]] = amount
        uses.update(self.shared.seat(self.candidate, group))
        return tuple(sorted(uses.items()))

    def _asked(self, state: State) -> tuple[tuple[int, frozenset[str]], ...]:
        found = []
        for index, option in enumerate(state.months):
            month = self.first + index
            names = self.supervisors[index][option] if option >= 0 and month in self.shared.supervised else None
            if names is not None:
                found.append((month, names))
        return tuple(found)


def longer(run: Run) -> Run:
    """The block a month longer; what goes on in the plan is the plan's to end."""
    return replace(run, served=run.served + 1, let_go=False)


def changed(months: tuple[int, ...], month: int, by: int) -> tuple[int, ...]:
    """The numbers with another one in that month."""
    return (*months[:month], months[month] + by, *months[month + 1 :])
