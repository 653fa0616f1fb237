"""The model's variables, in the words of the field. (Relaxations and what is given out afterwards have their own.)

A candidate's plan is a row of *blocks* laid on the candidate's own service months: every block that is not base is an
optional interval, and the base months directly before it are its *lead*. Lead and block together tile the candidate's
time from start to the *tail*, the base months before the finish; so nothing is left over and nothing is counted twice.
Absent blocks are parked at the candidate's first month with length 0, which makes every sum over blocks a plain linear
expression.

Times are months since the start of the horizon, ends exclusive. Work is in percent-months (100 = one FTE-month), credit
in percent x share (10,000 = one FTE-month); where percents have decimals, both in the candidate's own ``Grain``.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import pairwise
from math import gcd
from typing import Any

from ortools.sat.python import cp_model
from ortools.sat.python.cp_model_helper import Literal as Literal

from scheduler.accounting import past_exposure, remaining_goals
from scheduler.exact import Exact
from scheduler.instance.assignment import Assignment
from scheduler.instance.occupancy import Occupancy
from scheduler.instance.offices import may_be_offices
from scheduler.instance.past_blocks import OpenBlock, PastBlock, not_served, open_block, past_blocks, still_to_last
from scheduler.instance.pools import Asked, Reach
from scheduler.instance.rule_key import RuleKey
from scheduler.instance.timeline import Grain, Timeline, timeline_of
from scheduler.instance.types import PRACTICE, Arena, Candidate, Category, Instance, Rotation, Rules, Span
from scheduler.month import Month, calendar_month, runs

Linear = cp_model.LinearExpr | int
IntVar = cp_model.IntVar
IntervalVar = cp_model.IntervalVar
GROUP_MONTHS = 24
ValueOf = Callable[[Linear], int]
_ReachCase = tuple[Rotation, Callable[[int], Literal] | None, Reach]  # None: whatever the office


class Scope:
    """What a model is about: the free candidates, what the others already use, and which rules are left out.

    ``without`` holds single instances of rules, ``without_rules`` the ids of whole ones. ``windows`` narrows instances
    that speak of months one by one to some of them: ``{RuleKey("capacity", arena="hospital"): (0, 6)}``.
    ``explicit_shifts`` asks for shifts month by month; otherwise only their number is modelled. ``floors``, which all
    candidates hold up together, are asked for only if nobody is missing: who is ``absent`` holds them up where the data
    let them. Where ``block-count`` is left out there may be one block more, or, slower, ``any_number`` of them.
    """

    def __init__(
        self,
        instance: Instance,
        free: Iterable[Candidate] | None = None,
        held: Occupancy | None = None,
        without: Collection[RuleKey] = (),
        explicit_shifts: bool = False,
        windows: Mapping[RuleKey, tuple[int, int]] | None = None,
        floors: bool = True,
        absent: Iterable[Candidate] = (),
        any_number: bool = False,
        without_rules: Collection[str] = (),
    ) -> None:
        self.instance = instance
        self.free = tuple(instance.candidates.values() if free is None else free)
        self.held = held if held is not None else Occupancy(instance)
        self.without = frozenset(without)
        self.without_rules = frozenset(without_rules)
        self.explicit_shifts = explicit_shifts
        self.windows = dict(windows or {})
        self.absent = tuple(absent)
        self.any_number = any_number
        self.floors = floors and len(self.free) + len(self.absent) == len(instance.candidates)

    def states_rule(self, rule: str) -> bool:
        """Whether the model holds the rule at all."""
        return rule not in self.without_rules

    def states(self, key: RuleKey) -> bool:
        """Whether the model holds the rule for this candidate, arena, group …"""
        return key not in self.without and self.states_rule(key.rule)

    def states_in(self, key: RuleKey, t: int) -> bool:
        """Whether the model holds the rule instance in month t."""
        begin, end = self.windows.get(key, (t, t + 1))
        return begin <= t < end and self.states(key)


class BlockVariables:
    """One possible block of a rotation that is not base.

    ``lead_start`` is the service month (counted from the candidate's first) at which the base months directly before
    the block begin; ``least`` is how many months the rotation asks of it, ``shortest`` what the model holds it to.
    """

    def __init__(self, owner: CandidateVariables, rotation: Rotation, copy: int, running: bool) -> None:
        model, timeline = owner.model, owner.timeline
        name = f"{owner.candidate.id}.{rotation.id}.{copy}"
        first, n = timeline.first, timeline.end
        self.owner = owner
        self.rotation = rotation
        self.copy = copy
        self.running = running
        self.shortest = 1
        self.least = max(rotation.min_months - (timeline.elapsed if running else 0), 1)
        self.forbidden: set[int] = set()
        self._over: dict[int, Linear] = {}
        self.allowed_starts = {first} if running else set(range(first, n))
        self.present = model.new_bool_var(f"{name}.present")
        self.start = model.new_int_var(first, n, f"{name}.start")
        self.end = model.new_int_var(first, n, f"{name}.end")
        self.length = model.new_int_var(0, n - first, f"{name}.length")
        self.interval = model.new_optional_interval_var(
            self.start, self.length, self.end, self.present, f"{name}.interval"
        )
        self.lead_start = model.new_int_var(0, timeline.service[n], f"{name}.lead_start")
        self.has_lead = model.new_bool_var(f"{name}.has_lead")
        self._park()

    def _park(self) -> None:
        model, first = self.owner.model, self.owner.timeline.first
        for parked, place in ((self.start, first), (self.end, first), (self.length, 0), (self.lead_start, 0)):
            model.add(parked == place).only_enforce_if(~self.present)
        model.add(self.length >= 1).only_enforce_if(self.present)
        model.add_implication(self.has_lead, self.present)
        if self.running and self.owner.runs_on and self.owner.timeline.first == self.owner.timeline.last_start:
            model.add(self.present == 1)

    @property
    def lead(self) -> Linear:
        """Service months of base directly before the block."""
        return self.owner.service_before(self.start) - self.lead_start

    def over(self, table: Sequence[int]) -> Linear:
        """What a running total adds up to inside the block: its step times the length where it is a straight line.

        Elsewhere a variable of its own, also held between the smallest and the largest step times the length: start and
        end apart say little about what lies between them, and without this the search has been a hundred times longer.
        """
        variables, timeline = self.owner.variables, self.owner.timeline
        lines = _lines(table, timeline.first)
        if len(lines) == 1:
            return lines[0].step * self.length
        key = id(table)
        if key not in self._over:
            at_end, at_start = (variables.at(table, when, timeline.first) for when in (self.end, self.start))
            steps = [after - before for before, after in pairwise(table[timeline.first :])]
            unit = gcd(*steps)
            amount = variables.model.new_int_var(0, (table[-1] - table[timeline.first]) // unit, "")
            variables.model.add(unit * amount == at_end - at_start)
            variables.model.add(unit * amount >= min(steps) * self.length)
            variables.model.add(unit * amount <= max(steps) * self.length)
            self._over[key] = unit * amount
        return self._over[key]

    def keep_out_of(self, months: Iterable[int]) -> None:
        """Forbid the block to cover any of the months."""
        self.forbidden.update(months)

    def start_only_in(self, months: Iterable[int]) -> None:
        """Allow the block to begin in these months only."""
        self.allowed_starts &= set(months)

    def possible_in(self, t: int) -> bool:
        """Whether the block may cover month t, as far as the data tells."""
        return self.owner.timeline.first <= t < self.owner.timeline.end and t not in self.forbidden

    def close(self) -> None:
        """State where the block may lie: in a stretch without forbidden months, beginning in an allowed one."""
        model, n = self.owner.model, self.owner.timeline.end
        next_forbidden = _next_forbidden(self.forbidden, n)
        starts = [t for t in sorted(self.allowed_starts) if next_forbidden[t] - t >= self.shortest]
        model.add_linear_expression_in_domain(self.start, cp_model.Domain.from_values(starts)).only_enforce_if(
            self.present
        )
        ends = {next_forbidden[t] for t in starts}
        if len(ends) == 1:
            model.add(self.end <= ends.pop()).only_enforce_if(self.present)
        elif ends:
            limit = self.owner.variables.at(next_forbidden, self.start, self.owner.timeline.first)
            model.add(self.end <= limit).only_enforce_if(self.present)


@dataclass(frozen=True, slots=True)
class _Line:
    """A stretch ``[start, end)`` of a table that is a straight line: ``value`` at its start, ``step`` a month."""

    start: int
    end: int
    value: int
    step: int


@lru_cache(maxsize=4096)  # asked of the same few tables again and again, also by one model after another
def _lines(table: tuple[int, ...], first: int) -> list[_Line]:
    """Cut a table into straight stretches: 0, 1, 2, 2, 2 gives 0..2 with step 1 and 3..4 with step 0."""
    lines = []
    start = first
    while start < len(table):
        step = table[start + 1] - table[start] if start + 1 < len(table) else 0
        end = start + 1
        while end < len(table) and table[end] - table[end - 1] == step:
            end += 1
        lines.append(_Line(start, end, table[start], step))
        start = end
    return lines


def _on_line(line: _Line, when: IntVar) -> Linear:
    return line.step * when + (line.value - line.step * line.start)


def _next_forbidden(forbidden: Collection[int], n: int) -> tuple[int, ...]:
    """For each month the first forbidden month from it on: {2} and n = 4 give (2, 2, 2, 4, 4)."""
    table = [n] * (n + 1)
    for t in range(n - 1, -1, -1):
        table[t] = t if t in forbidden else table[t + 1]
    return tuple(table)


def amounts_under_caps(
    rules: Rules, grain: Grain, earned: Callable[[str], Linear], capped: Callable[[int, Linear], Linear]
) -> dict[str | None, Linear]:
    """Service in each category with what counts into it, before its own cap; under None what counts in all.

    The model's own walk of the tree: ``earned`` is what is served of a category, ``capped`` what counts of an amount,
    both in credit of the grain.
    """
    found: dict[str | None, Linear] = {row.id: earned(row.id) if row.served else 0 for row in rules.categories}
    found[None] = 0
    for row in rules.from_below:
        amount = found[row.id]
        found[row.counts_into] += amount if row.cap is None else capped(grain.credit(row.cap), amount)
    return found


@dataclass(frozen=True, slots=True)
class Seat:
    """Months ``[start, end)`` in which the office does not change: which one it is, with the literal of each choice."""

    start: int
    end: int
    chosen: Mapping[str, Literal]


class CandidateVariables:
    """Everything the plan decides for one candidate."""

    def __init__(self, variables: Variables, candidate: Candidate) -> None:
        self.variables = variables
        self.model = variables.model
        self.candidate = candidate
        self.timeline: Timeline = timeline_of(variables.instance, candidate)
        self.grain = self.timeline.grain
        self.work_table: Sequence[int] = self.timeline.service_at_full_time
        self.base = variables.instance.base_of(candidate)
        self._make_start_and_finish()
        self.blocks = [
            BlockVariables(self, rotation, copy, running)
            for rotation in variables.instance.rotations_of(candidate)
            if not rotation.base
            for copy, running in enumerate(self._copies(rotation))
        ]
        self._first: dict[int, Literal] = {}
        self.seats: list[Seat] = []
        self.groups: dict[str, Literal] = {}
        self.shifts: dict[int, IntVar] = {}
        self._seats: dict[tuple[frozenset[str], int], Literal] = {}
        self._either: dict[frozenset[int], Literal] = {}
        self._within: dict[tuple[tuple[int, ...], int, int], tuple[int, ...]] = {}
        self._choices: dict[int, dict[str, Literal]] = {}
        self._open_windows: dict[tuple[int, int], Literal] = {}
        self._exposed: dict[str, Literal] = {}
        self._cases: dict[Asked, list[_ReachCase]] = {}
        self._reaches: dict[Asked, frozenset[Reach]] = {}

    def _make_start_and_finish(self) -> None:
        model, timeline, n = self.model, self.timeline, self.timeline.end
        name = self.candidate.id
        first_finish = ("horizon",) if timeline.unfinished else ("service-total", "part-time")
        complete = all(self.states(rule) for rule in first_finish)
        latest = max(self.candidate.start_latest - self.variables.instance.start, timeline.first)
        last_start = timeline.last_start if complete else min(latest, n - 1)  # late ones would not finish in time
        self.start = model.new_int_var(timeline.first, last_start, f"{name}.start")
        low = min(min(timeline.earliest_end.values()), n) if complete else timeline.first + 1
        self.finish = model.new_int_var(low, n, f"{name}.finish")
        self.tail_start = model.new_int_var(0, timeline.service[n], f"{name}.tail_start")
        self.has_tail = model.new_bool_var(f"{name}.has_tail")

    @property
    def id(self) -> str:
        """The candidate's id."""
        return self.candidate.id

    def states(self, rule: str, **subject: Any) -> bool:
        """Whether the model holds the candidate's own instance of a rule (for a rotation, a row …)."""
        return self.variables.states(RuleKey(rule, self.id, **subject))

    @property
    def must_complete(self) -> bool:
        """Whether the minima hold: not for a candidate whose earliest finish lies beyond the horizon, or the contract.

        Nor for one who leaves although there were time to finish (``completes``): asked of the model, not of the data.
        """
        return not (self.timeline.unfinished and self.variables.scope.states_rule("horizon"))

    @cached_property
    def completes(self) -> Literal:
        """Whether the training ends before the contract does: true where that is not for the plan to decide."""
        return self.model.new_bool_var(f"{self.id}.completes") if self.may_leave else self.variables.true

    @property
    def may_leave(self) -> bool:
        """Whether the plan decides if the training is over before the contract ends."""
        return self.timeline.may_leave and self.must_complete and self.variables.scope.states_rule("until")

    def asked(self, minimum: cp_model.Constraint) -> None:
        """Ask a minimum only of who completes the training."""
        if self.may_leave:
            minimum.only_enforce_if(self.completes)

    @cached_property
    def past_blocks(self) -> tuple[PastBlock, ...]:
        """The blocks before the horizon."""
        return past_blocks(self.variables.instance, self.candidate)

    @cached_property
    def open_block(self) -> OpenBlock | None:
        """The block of the past that the plan may go on with."""
        return open_block(self.variables.instance, self.candidate)

    @cached_property
    def open_rotation(self) -> Rotation | None:
        """The rotation of that block."""
        return None if self.open_block is None else self.variables.instance.rotations[self.open_block.rotation]

    @cached_property
    def open_ended(self) -> bool:
        """Whether the open block ended with the month before the horizon: it was full, or leave began."""
        rotation = self.open_rotation
        if rotation is None:
            return False
        full = rotation.max_months is not None and self.timeline.elapsed >= rotation.max_months
        return full or not (rotation.base or self._begins_at_work)

    @property
    def _begins_at_work(self) -> bool:
        """Whether the first month to plan, if there is one, is no leave."""
        return self.timeline.first < self.timeline.end and self.timeline.works(self.timeline.first)

    @cached_property
    def runs_on(self) -> bool:
        """Whether the plan must go on with the open block: the file says that it runs, or it is too short to end."""
        if self.open_block is None or self.open_ended:
            return False
        if self.open_block.given:
            return self.states("fixed", part="current")
        short = still_to_last(self.variables.instance, self.candidate, self.open_block) > 0
        return short and self.states("block-length", rotation=self.open_block.rotation)

    @property
    def running(self) -> Rotation | None:
        """The rotation of the block that is sure to run on into the horizon, if there is one."""
        return self.open_rotation if self.runs_on else None

    @cached_property
    def surely_ended(self) -> frozenset[str]:
        """The rotations of which a block has ended wherever a block of the plan begins that does not go on with one."""
        goes_on = self.open_block is not None and self.open_block.elapsed > 0 and not self.open_ended
        ended = self.past_blocks[:-1] if goes_on else self.past_blocks
        begun = self.open_rotation if self.open_block is not None and self.open_block.elapsed else None
        if begun is not None and begun.base:  # having run into the horizon, it has ended wherever another block begins
            ended = self.past_blocks
        return frozenset(block.rotation for block in ended)

    @cached_property
    def goes_on(self) -> Linear:
        """1 if the first block of the plan is the one that the past ended in, which then is one block with it."""
        if self.open_block is None or not self.open_block.elapsed or self.open_rotation is None:
            return 0
        if not self.open_rotation.base:
            return sum(block.present for block in self.blocks if block.running)
        both = self.variables.both
        leads: list[Linear] = [both(block.has_lead, self.begins_plan(block.lead_start)) for block in self.blocks]
        return sum(leads) + both(self.has_tail, self.begins_plan(self.tail_start))

    def begins_plan(self, served: IntVar) -> Literal:
        """Whether so many service months from the first one on are those before the start."""
        if self.timeline.first == self.timeline.last_start:
            return self.variables.at_most(served, 0)
        if served.index not in self._first:
            literal = self._first[served.index] = self.model.new_bool_var("")
            before = self.service_before(self.start)
            self.model.add(served <= before).only_enforce_if(literal)
            self.model.add(served >= before + 1).only_enforce_if(~literal)
        return self._first[served.index]

    def n_past_blocks_of(self, rotations: Collection[str]) -> int:
        """Blocks of the past in any of the rotations."""
        return sum(block.rotation in rotations for block in self.past_blocks)

    def _copies(self, rotation: Rotation) -> Iterator[bool]:
        """One entry for each possible block of the rotation: whether it is the running one."""
        going_on = self.open_block is not None and self.open_block.rotation == rotation.id and not self.open_ended
        n_copies = rotation.max_blocks if rotation.max_blocks is not None else 1
        if not self.states("block-count", rotation=rotation.id):
            n_copies = self._most_blocks(rotation) if self.variables.scope.any_number else n_copies + 1
        n_copies -= self.n_past_blocks_of({rotation.id})
        began_before = going_on and self.open_block is not None and self.open_block.elapsed > 0
        if began_before:
            yield True
        for copy in range(n_copies):
            yield copy == 0 and going_on and not began_before

    def _most_blocks(self, rotation: Rotation) -> int:
        """As many blocks as there is time for, a month between them; three of them may have been, or be, cut short."""
        shortest = max(rotation.min_months, 1) if self.states("block-length", rotation=rotation.id) else 1
        return (self.timeline.end - self.timeline.first + 1) // (shortest + 1) + 3

    def blocks_of(self, rotation_id: str) -> list[BlockVariables]:
        """The possible blocks of a rotation, in the order they must come."""
        return [block for block in self.blocks if block.rotation.id == rotation_id]

    # --- the candidate's own clock -------------------------------------------------------------------------------

    def service_before(self, when: IntVar) -> Linear:
        """Service months from the first planned month up to ``when``."""
        return self.variables.at(self.timeline.service, when, self.timeline.first)

    def weighted(self, weight: Callable[[Rotation], int], table: Sequence[int]) -> Linear:
        """What the months of a running total add up to, each times the weight of the rotation it was spent in.

        ``table[t]`` is the total up to month t. The base takes every month that no block takes. With weight 1 for
        hospital, 0 for all else and ``table[t] = t`` this is the number of months in hospital.
        """
        base = weight(self.base)
        extras = [(weight(block.rotation) - base, block) for block in self.blocks]
        total = sum(extra * block.over(table) for extra, block in extras if extra)
        if not base:
            return total
        first = self.timeline.first
        whole = self.variables.at(table, self.finish, first) - self.variables.at(table, self.start, first)
        return total + base * whole

    def weighted_work(self, share: Callable[[Rotation], Exact]) -> Linear:
        """Work (percent-months) times the share that counts of the rotation it was done in."""
        return self.weighted(self.by_grain(share), self.work_table)

    def by_grain(self, share: Callable[[Rotation], Exact]) -> Callable[[Rotation], int]:
        """Shares of rotations as the weights of work that give credit in the candidate's grain."""
        return lambda rotation: self.grain.weight(share(rotation))

    def credit_in(self, service: str) -> Linear:
        """Credit in a service category, credited time included."""
        planned = self.weighted_work(lambda rotation: rotation.share_by_service.get(service, 0))
        return self.grain.credit(self.candidate.credited.get(service, 0)) + planned

    def credit_at(self, arena_id: str) -> Linear:
        """Credit earned in an arena (``"practice"`` for the own office) inside the plan."""
        return self.weighted_work(lambda rotation: rotation.mix.get(arena_id, 0))

    @cached_property
    def counted(self) -> Linear:
        """Service that counts under the caps: a variable that may be anything up to it, pushed up by whoever asks."""
        return self._amounts[None]

    def amount_in(self, category: Category) -> Linear:
        """Credit in a category and, as far as it counts, in those that count into it."""
        below = any(row.counts_into == category.id for row in self.candidate.rules.categories)
        return self._amounts[category.id] if below else self.credit_in(category.id)

    @cached_property
    def _amounts(self) -> dict[str | None, Linear]:
        model, step = self.model, self.credit_step

        def capped(cap: int, amount: Linear) -> Linear:
            part = model.new_int_var(0, cap // step, "")
            model.add(step * part <= amount)
            return step * part

        return self.amounts_under_caps(self.credit_in, capped)

    def amounts_under_caps(
        self, earned: Callable[[str], Linear], capped: Callable[[int, Linear], Linear]
    ) -> dict[str | None, Linear]:
        """What there is in each category by the candidate's rules, as :func:`amounts_under_caps` has it."""
        return amounts_under_caps(self.candidate.rules, self.grain, earned, capped)

    @cached_property
    def credit_step(self) -> int:
        """What every amount of the candidate's credit is a multiple of: coarse numbers are quick numbers."""
        rules, percents = self.candidate.rules, set(self.timeline.earned)
        if not self.states("part-time"):  # then months count in full
            percents.add(100)
        shares = {share for rotation in self._rotations for share in rotation.mix.values()}
        caps = (row.cap for row in rules.categories if row.cap is not None)
        earned = (percent * share for percent in percents for share in shares)
        return gcd(*map(self.grain.credit, (*earned, *caps, *self.candidate.credited.values())))

    @property
    def n_base_blocks(self) -> Linear:
        """Blocks of the base rotation."""
        return sum(block.has_lead for block in self.blocks) + self.has_tail

    def n_blocks_of(self, rotations: Collection[str]) -> Linear:
        """Blocks of any of the rotations, those before the horizon included."""
        n_blocks: Linear = sum(block.present for block in self.blocks if block.rotation.id in rotations)
        n_blocks += self.n_base_blocks if self.base.id in rotations else 0
        goes_on = self.goes_on if self.open_block is not None and self.open_block.rotation in rotations else 0
        return n_blocks + self.n_past_blocks_of(rotations) - goes_on

    @cached_property
    def completion(self) -> Linear:
        """The finish; for an unfinished candidate the projected one (decision 0001), which may be anything above it."""
        if not self.must_complete:
            return self._project()
        return self.finish + ~self.completes if self.may_leave else self.finish

    def _project(self) -> IntVar:
        model, rules, grain, n = self.model, self.candidate.rules, self.grain, self.timeline.end
        total = grain.credit(rules.total)
        most = max(total, sum(max(grain.credit(row.minimum), 0) for row in rules.minima))
        missing = model.new_int_var(0, most, "")
        model.add(missing >= total - self.counted)
        model.add(missing >= sum(self._shortfalls()))
        work = [grain.of_work(amount - self.timeline.work[n]) for amount in self.timeline.work[n:]]
        full = grain.weight(100)
        reach = 1 + next((t for t, amount in enumerate(work) if full * amount >= most), len(work) - 1) + 24
        end = model.new_int_var(n, n + reach, f"{self.id}.projected")
        worked = model.new_int_var(0, max(work), "")
        model.add_element(end - n, work[: reach + 1], worked)
        model.add(full * worked >= missing)
        self._project_group(end)
        return end

    def _shortfalls(self) -> Iterator[IntVar]:
        for category in self.candidate.rules.minima:
            minimum = self.grain.credit(category.minimum)
            short = self.model.new_int_var(0, max(minimum, 0), "")
            self.model.add(short >= minimum - self.amount_in(category))
            yield short

    def _project_group(self, end: IntVar) -> None:
        """A group joined must have ended; one not joined yet takes two years after the horizon."""
        origin = self.variables.instance.start
        for group_id, joined in self.groups.items():
            group = self.variables.instance.group_named(group_id)
            assert group is not None
            over = group.span.end - origin
            self.model.add(end >= over).only_enforce_if(joined)
        needed = self.candidate.group.free and self.candidate.rules.group_required
        if needed and self.states("group"):
            later = self.timeline.end + GROUP_MONTHS
            self.model.add(end >= later).only_enforce_if(*(~joined for joined in self.groups.values()))

    @cached_property
    def goal_arenas(self) -> dict[int, list[str]]:
        """For each goal the arenas that cover it; an office stands under its own id, the roster needs its shifts only.

        A parallel arena's goals, and those an office lists in ``goals_with_shifts``, ask for the full number of shifts,
        which ``legevakt`` sees to for everyone who finishes.
        """
        instance = self.variables.instance
        arena_ids = {arena_id for rotation in self._rotations for arena_id in rotation.mix if arena_id != PRACTICE}
        arena_ids.update(self.practices or (office.id for office in self.any_office))
        if self.candidate.legevakt_arena is not None:
            arena_ids.add(self.candidate.legevakt_arena)
        arena_ids.update(self.past_exposure)
        arenas_by_goal: dict[int, list[str]] = {goal: [] for goal in self.candidate.rules.goals}
        for arena_id in sorted(arena_ids):
            for goal in instance.arenas[arena_id].goals & arenas_by_goal.keys():
                arenas_by_goal[goal].append(arena_id)
        return arenas_by_goal

    def sit(self, start: int, end: int, chosen: Mapping[str, Literal]) -> None:
        """Say in which office the candidate is in the months that come next."""
        self.seats.append(Seat(start, end, chosen))

    @cached_property
    def practices(self) -> tuple[str, ...]:
        """The offices that the candidate may be in at some time, where the candidate is held to one at a time."""
        return tuple(dict.fromkeys(office for seat in self.seats for office in seat.chosen))

    def in_office(self, offices: Collection[str], t: int) -> Literal:
        """A literal that is true exactly when the candidate's office in month t is one of these."""
        seat = next((seat for seat in self.seats if t < seat.end), None)
        return self.variables.false if seat is None else self.any_of(seat.chosen, offices)

    def any_of(self, chosen: Mapping[str, Literal], offices: Collection[str]) -> Literal:
        """A literal that is true exactly when one of these is the one that is chosen."""
        here = [literal for office, literal in chosen.items() if office in offices]
        if len(here) in (0, len(chosen)):
            return self.variables.true if here else self.variables.false
        if len(here) == 1:
            return here[0]
        key = frozenset(literal.index for literal in here)
        if key not in self._either:
            self._either[key] = self.model.new_bool_var("")
            self.model.add(sum(here) == self._either[key])
        return self._either[key]

    def ever_in(self, office: str) -> Literal:
        """A literal that is true exactly when the office is the candidate's in a month of the plan."""
        variables, ever = self.variables, self.model.new_bool_var("")
        there = []
        for seat in self.seats:
            if office in seat.chosen:
                begun, not_over = (
                    variables.at_most(self.start, seat.end - 1),
                    ~variables.at_most(self.finish, seat.start),
                )
                there.append(variables.both(seat.chosen[office], variables.both(begun, not_over)))
        self.model.add_bool_or(~ever, *there)
        for literal in there:
            self.model.add_implication(literal, ever)
        return ever

    @property
    def seat_starts(self) -> list[int]:
        """A month of each stretch in which the office does not change; the first of all where there is none."""
        return [seat.start for seat in self.seats] or [0]

    @property
    def any_office(self) -> list[Arena]:
        """Every office that may be theirs, where the candidate is not held to one."""
        instance = self.variables.instance
        return [] if self.practices or self.states("practice") else instance.offices_for(self.candidate)

    def sits_in(self, offices: Collection[str], t: int) -> Literal:
        """Whether one who is not held to one office is in one of these in month t; in one of all there are."""
        key = (frozenset(offices), t)
        if key not in self._seats:
            literal = self._seats[key] = self.model.new_bool_var("")
            self.model.add(sum(self._seats_of(t)[office] for office in offices) == literal)
        return self._seats[key]

    def _seats_of(self, t: int) -> dict[str, Literal]:
        """The choice of office in month t, of those that may be the candidate's then."""
        if t not in self._choices:
            instance, none = self.variables.instance, self.variables.false
            here = may_be_offices(instance, self.candidate, instance.start + t)
            self._choices[t] = {
                office.id: self.model.new_bool_var("") if office.id in here else none for office in self.any_office
            }
            self.model.add_exactly_one(self._choices[t][office] for office in here)
        return self._choices[t]

    @property
    def _rotations(self) -> list[Rotation]:
        return self.variables.instance.rotations_of(self.candidate)

    @cached_property
    def past_exposure(self) -> dict[str, Exact]:
        """Credit per arena before the horizon; own practice by the office it was, if that is told."""
        return past_exposure(self.variables.instance, self.candidate)

    @cached_property
    def remaining_goals(self) -> frozenset[int]:
        """Goals that the plan has yet to meet."""
        return remaining_goals(self.variables.instance, self.candidate)

    def exposed(self, arena_id: str) -> Literal:
        """A literal that implies: the candidate serves in the arena as long as its goals ask."""
        if arena_id not in self._exposed:
            self._exposed[arena_id] = self._make_exposed(arena_id)
        return self._exposed[arena_id]

    def _make_exposed(self, arena_id: str) -> Literal:
        arena, variables = self.variables.instance.arenas[arena_id], self.variables
        if arena.is_parallel:
            return variables.true
        least = self.exposure(arena) - self.grain.credit(self.past_exposure.get(arena_id, 0))
        if least <= 0:
            return variables.true
        if arena_id not in self.practices:
            if arena not in self.any_office:
                return self._with_credit(arena_id, least=least)
            return self._with_credit(arena_id, PRACTICE, least=least)  # own practice is wherever it suits
        elsewhere = any(arena_id in rotation.mix for rotation in self._rotations)
        if len(self.seats) == 1 and not elsewhere:
            return variables.both(self.seats[0].chosen[arena_id], self._with_credit(PRACTICE, least=least))
        literal = self.model.new_bool_var("")  # some months elsewhere, or a rotation names what is also somebody's own
        total = self.credit_at(arena_id) + self.credit_in_office(arena_id)
        self.model.add(total >= least).only_enforce_if(literal)
        return literal

    def exposure(self, arena: Arena) -> int:
        """Credit after which the arena's goals count."""
        return max(self.grain.credit(arena.exposure), 1)

    def credit_in_office(self, office: str) -> Linear:
        """Credit earned in own practice while it is this office."""
        return self.while_in_office(
            office, lambda table: self.weighted(self.by_grain(lambda rotation: rotation.mix.get(PRACTICE, 0)), table)
        )

    def while_in_office(self, office: str, amount: Callable[[Sequence[int]], Linear]) -> Linear:
        """What an amount of work comes to in the months in which the office is this one."""
        total: Linear = 0
        for seat in self.seats:
            if office in seat.chosen:
                table = self.within(self.work_table, seat)
                most = self.grain.weight(100) * (table[-1] - table[0])
                total += self.variables.only_if(seat.chosen[office], amount(table), most)
        return total

    def within(self, table: Sequence[int], seat: Seat) -> Sequence[int]:
        """The running total with nothing added outside the months of a seat; as it is where there is but one seat."""
        if len(self.seats) == 1:
            return table
        key = (tuple(table), seat.start, seat.end)
        if key not in self._within:
            low, high = (table[min(t, len(table) - 1)] for t in (seat.start, seat.end))  # a contract may end before
            self._within[key] = tuple(min(max(amount, low), high) for amount in table)
        return self._within[key]

    def _with_credit(self, *arena_ids: str, least: int) -> Literal:
        """A literal that implies: all that is earned in the arenas together is enough."""
        if least <= 0:
            return self.variables.true
        key = f"{'+'.join(arena_ids)}>={least}"
        if key not in self._exposed:
            literal = self.model.new_bool_var(f"{self.id}.{key}")
            earned = sum(self.credit_at(arena_id) for arena_id in arena_ids)
            self.model.add(earned >= least).only_enforce_if(literal)
            if self.base.mix.keys().isdisjoint(arena_ids):  # said by the row above too, but a search sees this at once
                visits = [block.present for block in self.blocks if not block.rotation.mix.keys().isdisjoint(arena_ids)]
                self.model.add_bool_or(~literal, *visits)
            self._exposed[key] = literal
        return self._exposed[key]

    @property
    def most_credit(self) -> int:
        """More credit than any plan inside the horizon can earn."""
        return self.grain.weight(100) * max(self.work_table)

    def reaches(self, asked: Asked) -> frozenset[Reach]:
        """The sets of supervisors, as pools, one of whom is needed in some rotation by what is asked."""
        if asked not in self._reaches:
            self._reaches[asked] = frozenset(reach for _, _, reach in self._reach_cases(asked))
        return self._reaches[asked]

    def rotations_reached_by(self, reach: Reach, asked: Asked) -> list[Rotation]:
        """The rotations in which one of just these pools is needed."""
        return [rotation for rotation, _, found in self._reach_cases(asked) if found == reach]

    def _reach_cases(self, asked: Asked) -> list[_ReachCase]:
        """For each rotation (and office, where it matters) the pools that reach it, and whether it is that office."""
        if asked not in self._cases:
            self._cases[asked] = [case for rotation in self._rotations for case in self._cases_of(rotation, asked)]
        return self._cases[asked]

    def _cases_of(self, rotation: Rotation, asked: Asked) -> Iterator[_ReachCase]:
        pools = self.variables.held.pools
        mine = [*self.practices, *(office.id for office in self.any_office)] if rotation.uses_practice else []
        offices: defaultdict[Reach | None, list[str]] = defaultdict(list)
        for office in mine:
            offices[pools.reach_asked(rotation.id, office, asked)].append(office)
        if len(offices) < 2:
            always = next(iter(offices)) if offices else pools.reach_asked(rotation.id, None, asked)
            if always is not None:
                yield rotation, None, always
            return
        for reach, there in offices.items():
            if reach is not None:
                yield from ((rotation, chosen, reach) for chosen in self._choosing(there))

    def _choosing(self, offices: list[str]) -> list[Callable[[int], Literal]]:
        """Choices of office, month by month, one of which is made where it is one of these."""
        if self.any_office:
            return [lambda t: self.sits_in(offices, t)]
        return [lambda t, office=office: self.in_office([office], t) for office in offices]  # type: ignore[misc]

    def reached_by(self, t: int, reach: Reach, asked: Asked) -> Linear:
        """1 if the candidate is in month t where just these pools reach, and one of them is asked for."""
        cases = [(rotation.id, chosen) for rotation, chosen, found in self._reach_cases(asked) if found == reach]
        always = {rotation_id for rotation_id, chosen in cases if chosen is None}
        total = self.month_sum(t, lambda rotation: int(rotation.id in always))
        for rotation_id, chosen in cases:
            if chosen is not None:
                here = self.month_sum(t, lambda rotation, which=rotation_id: int(rotation.id == which))  # type: ignore[misc]
                total += self.variables.only_if(chosen(t), here, 1)
        return total

    # --- month by month, made only where a rule asks -------------------------------------------------------------

    def active(self, t: int) -> Literal:
        """Start has come and the finish has not."""
        variables = self.variables
        return variables.both(variables.at_most(self.start, t), ~variables.at_most(self.finish, t))

    def month_sum(self, t: int, weight: Callable[[Rotation], int]) -> Linear:
        """The weight of the rotation the candidate is in in month t; 0 on leave and outside the plan."""
        if not self.timeline.first <= t < self.timeline.end or not self.timeline.works(t):
            return 0
        base = weight(self.base)
        blocks = [(weight(block.rotation) - base, block) for block in self.blocks if block.possible_in(t)]
        terms = [extra * self.variables.in_block(block, t) for extra, block in blocks if extra]
        if base:
            terms.append(base * self.active(t))
        return sum(terms)

    def may_be_in(self, t: int, weight: Callable[[Rotation], int]) -> int:
        """The largest weight month t may have, as far as the data tells."""
        if not self.timeline.first <= t < self.timeline.end or not self.timeline.works(t):
            return 0
        return max([weight(self.base), *(weight(b.rotation) for b in self.blocks if b.possible_in(t))])

    def open_throughout(self, span: Span) -> Literal:
        """A literal that implies: every service month of the span has enough of its mix in open practice."""
        key = (span.start, span.end)
        if key not in self._open_windows:
            self._open_windows[key] = self._make_open_window(span)
        return self._open_windows[key]

    def _make_open_window(self, span: Span) -> Literal:
        variables, timeline = self.variables, self.timeline
        share = self.candidate.rules.group_open_share_min
        begin, end = self._ahead(span)
        if not self._was_open(span, share) or (begin < end and begin < timeline.first):
            return variables.false
        literal = self.model.new_bool_var(f"{self.id}.open.{begin}.{end}")
        if begin < end:
            self.model.add(self.start <= begin).only_enforce_if(literal)
        for t in range(begin, end) if self.base.open_share < share else ():
            if t >= timeline.end or not timeline.works(t):
                continue
            is_open = self.month_sum(t, lambda rotation: int(rotation.open_share >= share))
            self.model.add(is_open >= 1).only_enforce_if(literal)
        if self.base.open_share >= share:
            for block in self.blocks:
                if block.rotation.open_share < share:
                    variables.keep_apart(block, begin, end, literal)
        return literal

    def not_open_throughout(self, span: Span) -> Literal:
        """A literal that implies: some month of the span has not enough of its mix in open practice."""
        variables, timeline = self.variables, self.timeline
        share = self.candidate.rules.group_open_share_min
        begin, end = self._ahead(span)
        if not self._was_open(span, share) or (begin < end and begin < timeline.first):
            return variables.true
        shut = [] if begin >= end else [~variables.at_most(self.start, begin)]
        for t in range(begin, min(end, timeline.end)):
            if timeline.works(t):
                elsewhere = self.model.new_bool_var("")
                is_open = self.month_sum(t, lambda rotation: int(rotation.open_share >= share))
                self.model.add(is_open <= 0).only_enforce_if(elsewhere)
                shut.append(elsewhere)
        literal = self.model.new_bool_var("")
        self.model.add_bool_or(~literal, *shut)
        return literal

    def _ahead(self, span: Span) -> tuple[int, int]:
        """The part of the span that is not the candidate's past, as months of the horizon."""
        instance = self.variables.instance
        door = instance.door(self.candidate)
        begin, end = (max(month, door) - instance.start for month in (span.start, span.end))
        return begin, end

    def _was_open(self, span: Span, share: Exact) -> bool:
        """Whether the span's months of the past are known to be leave or open practice."""
        instance, candidate = self.variables.instance, self.candidate
        served = {month.month: instance.rotations[month.rotation].open_share for month in candidate.past}
        idle = not_served(candidate, instance.start)
        frozen = candidate.frozen

        def was_open(month: Month) -> bool:
            if month in served:
                return served[month] >= share
            if month >= instance.start:
                return frozen is not None and frozen.was_leave(month)
            return month in idle or (month >= candidate.start_earliest and candidate.on_leave(month))

        return all(map(was_open, range(span.start, min(span.end, instance.door(candidate)))))

    # --- reading and writing a solution --------------------------------------------------------------------------

    def keys_of(self, assignment: Assignment) -> Iterator[tuple[Literal, int]]:
        """The decisions that an assignment is: each variable with its value; everything else follows from them."""
        origin = self.variables.instance.start
        yield self.start, assignment.first - origin
        yield self.finish, assignment.end - origin
        if self.may_leave:
            yield self.completes, int(assignment.completes)
        blocks: defaultdict[str, list[tuple[int, int]]] = defaultdict(list)
        for start, end, rotation_id in runs(enumerate(assignment.rotations, assignment.first - origin)):
            if rotation_id is not None:
                blocks[rotation_id].append((start, end))
        for block in self.blocks:
            mine = blocks[block.rotation.id]
            if block.copy < len(mine):
                yield from zip((block.present, block.start, block.end), (1, *mine[block.copy]), strict=True)
            else:
                yield block.present, 0
        offices = [(seat.chosen, assignment.practice_at(origin + seat.start)) for seat in self.seats]
        for choices, chosen in (*offices, (self.groups, assignment.group)):
            if len(choices) > 1:  # a single one is settled, perhaps as another seat that is just as good
                yield from ((literal, int(choice == chosen)) for choice, literal in choices.items())

    def assignment(self, value: ValueOf) -> Assignment:
        """The candidate's plan in a solution, given a function that reads values."""
        first, end = value(self.start), value(self.finish)
        months: list[str | None] = [self.base.id if self.timeline.works(t) else None for t in range(first, end)]
        for block in self.blocks:
            if value(block.present):
                for t in range(value(block.start), value(block.end)):
                    months[t - first] = block.rotation.id
        origin = self.variables.instance.start
        offices = {
            seat.end: next((office for office, chosen in seat.chosen.items() if value(chosen)), None)
            for seat in self.seats
        }
        found = Assignment(
            candidate=self.id,
            first=origin + first,
            rotations=tuple(months),
            practice=None,
            group=next((group for group, chosen in self.groups.items() if value(chosen)), None),
            shifts={origin + t: value(shifts) for t, shifts in self.shifts.items() if value(shifts)},
            completes=bool(value(self.completes)),
        )
        return found.seated(
            lambda month: next((office for seat_end, office in offices.items() if month - origin < seat_end), None)
        )


class Variables:
    """All solver variables of a model, and the helpers that rules speak through."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self.instance = scope.instance
        self.held = scope.held
        self.model = cp_model.CpModel()
        self.true = self.model.new_bool_var("true")
        self.model.add(self.true == 1)
        self.false = ~self.true
        self._at_most: dict[tuple[int, int], Literal] = {}
        self._both: dict[tuple[int, int], Literal] = {}
        self._at: dict[tuple[int, int], Linear] = {}
        self._tables: dict[int, Sequence[int]] = {}
        self._in_block: dict[tuple[int, int], Literal] = {}
        self.candidates = [CandidateVariables(self, candidate) for candidate in scope.free]

    @property
    def n_months(self) -> int:
        """Length of the horizon in months."""
        return self.instance.end - self.instance.start

    def month(self, t: int) -> Month:
        """The calendar month of time t."""
        return self.instance.start + t

    def calendar_month(self, t: int) -> int:
        """1 to 12."""
        return calendar_month(self.month(t))

    def states(self, key: RuleKey) -> bool:
        """Whether the model holds the rule instance."""
        return self.scope.states(key)

    def states_in(self, key: RuleKey, t: int) -> bool:
        """Whether the model holds the rule instance in month t."""
        return self.scope.states_in(key, t)

    def all_blocks(self) -> Iterator[BlockVariables]:
        """Every possible block of every free candidate."""
        for candidate in self.candidates:
            yield from candidate.blocks

    def close(self) -> None:
        """State what rules have gathered about where blocks may lie; called once, after all rules."""
        for block in self.all_blocks():
            block.close()

    # --- helpers -------------------------------------------------------------------------------------------------

    def at(self, table: Sequence[int], when: IntVar, first: int = 0) -> Linear:
        """``table[when]`` for ``when >= first``.

        Where the table is a straight line from ``first`` on, that is a linear expression and costs nothing; otherwise
        one variable, tied to the line of the piece that ``when`` lies in. (An element constraint would have the solver
        make a Boolean of every month: measured three times slower on a candidate with one leave.)
        """
        pieces = _lines(table, first)
        if len(pieces) == 1:
            return _on_line(pieces[0], when)
        self._tables[id(table)] = table  # keeps the id from being given to another table
        key = (id(table), when.index)
        if key not in self._at:
            low, unit = min(table[first:]), gcd(*(amount - table[first] for amount in table[first:])) or 1
            low -= (low - table[first]) % unit
            target = self.model.new_int_var(0, (max(table[first:]) - low) // unit, "")
            inside = [
                self.both(~self.at_most(when, piece.start - 1), self.at_most(when, piece.end - 1)) for piece in pieces
            ]
            self.model.add_exactly_one(inside)
            for piece, literal in zip(pieces, inside, strict=True):
                self.model.add(unit * target + low == _on_line(piece, when)).only_enforce_if(literal)
            self._at[key] = unit * target + low
        return self._at[key]

    def at_most(self, variable: IntVar, value: int) -> Literal:
        """A literal that is true exactly when the variable is <= value."""
        key = (variable.index, value)
        if key not in self._at_most:
            self._at_most[key] = self._make_at_most(variable, value)
        return self._at_most[key]

    def _make_at_most(self, variable: IntVar, value: int) -> Literal:
        low, *_, high = variable.proto.domain  # no negative index: the native list gives nonsense for it
        if value >= high:
            return self.true
        if value < low:
            return self.false
        literal = self.model.new_bool_var("")
        self.model.add(variable <= value).only_enforce_if(literal)
        self.model.add(variable >= value + 1).only_enforce_if(~literal)
        return literal

    def both(self, each_literal: Literal, other: Literal) -> Literal:
        """A literal that is true exactly when both are."""
        for this, that in ((each_literal, other), (other, each_literal)):
            if this.index == self.true.index:
                return that
            if this.index == self.false.index:
                return self.false
        key = (min(each_literal.index, other.index), max(each_literal.index, other.index))
        if key not in self._both:
            literal = self.model.new_bool_var("")
            self.model.add_implication(literal, each_literal)
            self.model.add_implication(literal, other)
            self.model.add_bool_or(literal, ~each_literal, ~other)
            self._both[key] = literal
        return self._both[key]

    def in_block(self, block: BlockVariables, t: int) -> Literal:
        """A literal that is true exactly when the block is present and covers month t."""
        key = (block.present.index, t)
        if key not in self._in_block:
            covers = self.both(self.at_most(block.start, t), ~self.at_most(block.end, t))
            self._in_block[key] = self.both(block.present, covers)
        return self._in_block[key]

    def keep_apart(self, block: BlockVariables, begin: int, end: int, when: Literal) -> None:
        """If ``when`` holds, the block, where present, ends by ``begin`` or starts no earlier than ``end``."""
        before, after = self.at_most(block.end, begin), ~self.at_most(block.start, end - 1)
        self.model.add_bool_or(~when, ~block.present, before, after)

    def only_if(self, condition: Literal, amount: Linear, most: int) -> Linear:
        """``amount`` (0 .. ``most``) if the condition holds, else 0."""
        if condition.index == self.true.index:
            return amount
        if condition.index == self.false.index:
            return 0
        product = self.model.new_int_var(0, most, "")
        self.model.add(product == amount).only_enforce_if(condition)
        self.model.add(product == 0).only_enforce_if(~condition)
        return product

    def keys(self, assignments: Mapping[str, Assignment]) -> Iterator[tuple[Linear, int]]:
        """The decisions that assignments of all free candidates are."""
        for candidate in self.candidates:
            yield from candidate.keys_of(assignments[candidate.id])

    def assignments(self, value: ValueOf) -> list[Assignment]:
        """Every free candidate's plan in a solution."""
        return [candidate.assignment(value) for candidate in self.candidates]
