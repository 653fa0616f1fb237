"""Nothing is planned after the finish: what must still be missing a month, or a block, before it.

Where delay is made small before all else, a plan that runs on is never best and this costs nothing by being left out.
Where something else comes first (another order of the levels, a floor under an arena), it has to be said.

A plan is complete when what each rule asks for by the finish holds (``Rule.open_at``) and no block is broken off. That
only grows, so it is enough to look at the latest cut that breaks no block: a month before the finish, or the start of
the last block where any cut would leave it too short. There, something must be missing; or nothing has been planned
yet, since one month always is.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING

from scheduler.accounting import published_for
from scheduler.exact import Exact
from scheduler.instance.timeline import Timeline
from scheduler.instance.types import Candidate, Instance, Rotation

if TYPE_CHECKING:
    from scheduler.constraints.rule import Rule
    from scheduler.variables import CandidateVariables, IntVar, Linear, Literal


def may_drag(candidate: CandidateVariables, rules: Iterable[Rule]) -> bool:
    """Whether a best plan could run on after everything holds, and no rule that says when that is is left out."""
    gains = gains_by_staying(candidate.variables.instance, candidate.candidate, candidate.timeline)
    return candidate.must_complete and gains and all(_stands(rule, candidate) for rule in rules if rule.awaited)


def gains_by_staying(instance: Instance, candidate: Candidate, timeline: Timeline) -> bool:
    """Whether a plan may be the better for a late finish: for a floor, for another level, to stay as published or to
    be where a question asks.
    """
    levels = [level for level in instance.objective_order if level != "changes"]
    asked = any(not row.awaited for row in candidate.fixed)
    return asked or instance.has_floors or levels[:1] != ["delay"] or _was_longer(instance, candidate, timeline)


def _was_longer(instance: Instance, candidate: Candidate, timeline: Timeline) -> bool:
    """Whether the published plan goes on after the earliest possible end: months that it would be a change to drop."""
    published = published_for(instance, candidate)
    return published is not None and published.end - instance.start > min(timeline.earliest_end.values())


def _stands(rule: Rule, candidate: CandidateVariables) -> bool:
    """Whether nothing of the rule has been left out of the model for the candidate."""
    return candidate.variables.scope.states_rule(rule.id) and rule.stands(candidate)


def state_finish(candidate: CandidateVariables, rules: Iterable[Rule]) -> None:
    """At the latest whole cut before the finish nothing has been planned yet, or at least one rule asks for more.

    Of who leaves, at the end as well: somebody who is complete then has not left without.
    """
    cut = Cut(candidate)
    candidate.model.add_bool_or(cut.before_anything, *(literal for rule in rules for literal in rule.open_at(cut)))
    if candidate.may_leave:
        end = End(candidate)
        still_open = (literal for rule in rules for literal in rule.open_at(end))
        candidate.model.add_bool_or(candidate.completes, *end.broken_off, *still_open)


class Cut:
    """The latest cut that breaks no block: ``at`` is where it is, ``removed`` what it takes away of a sum."""

    def __init__(self, candidate: CandidateVariables) -> None:
        self.candidate = candidate
        model, variables = candidate.model, candidate.variables
        self.last: list[Literal] = []
        self.whole: list[Literal] = []
        self.at = model.new_int_var(0, candidate.timeline.end, f"{candidate.id}.cut")
        for block in candidate.blocks:
            ends_plan = model.new_bool_var("")
            model.add(block.end == candidate.finish).only_enforce_if(ends_plan)
            model.add(block.end <= candidate.finish - 1).only_enforce_if(~ends_plan)
            last = variables.both(block.present, ends_plan)
            whole = variables.both(last, variables.at_most(block.length, block.least))
            model.add(self.at == block.start).only_enforce_if(whole)
            self.last.append(last)
            self.whole.append(whole)
        model.add(self.at == candidate.finish - 1).only_enforce_if(*(~whole for whole in self.whole))

    @property
    def before_anything(self) -> Literal:
        """Implies that the cut leaves no month."""
        literal = self.candidate.model.new_bool_var("")
        self.candidate.model.add(self.at <= self.candidate.start).only_enforce_if(literal)
        return literal

    def below(self, amount: Linear, least: int) -> Literal:
        """Implies that the amount is less than the least."""
        literal = self.candidate.model.new_bool_var("")
        self.candidate.model.add(amount <= least - 1).only_enforce_if(literal)
        return literal

    def credit(self, amount: Exact) -> int:
        """Credit in the candidate's grain, which is that of all amounts here."""
        return self.candidate.grain.credit(amount)

    def work_left(self, share: Callable[[Rotation], Exact], table: Sequence[int]) -> Linear:
        """What a running total of work comes to before the cut, times the share that counts of each rotation."""
        weight = self.candidate.by_grain(share)
        return self.candidate.weighted(weight, table) - self.removed(weight, table)

    def _work_removed(self, share: Callable[[Rotation], Exact]) -> Linear:
        return self.removed(self.candidate.by_grain(share), self.candidate.work_table)

    @cached_property
    def amounts_left(self) -> dict[str | None, Linear]:
        """Exactly what there is of each category at the cut, credited time included; under None what counts in all.

        (``candidate.counted`` may be anything up to what counts.)
        """
        candidate, model = self.candidate, self.candidate.model

        def earned(service: str) -> Linear:
            removed = self._work_removed(lambda rotation: rotation.share_by_service.get(service, 0))
            return candidate.credit_in(service) - removed

        def capped(cap: int, amount: Linear) -> IntVar:
            part = model.new_int_var(0, cap, "")
            model.add_min_equality(part, [cap, amount])
            return part

        return candidate.amounts_under_caps(earned, capped)

    def blocks_removed(self, rotations: Collection[str]) -> Linear:
        """How many blocks of the rotations go whole: the last one, or a base tail of a single month."""
        candidate, model = self.candidate, self.candidate.model
        gone: list[Literal] = [
            whole for block, whole in zip(candidate.blocks, self.whole, strict=True) if block.rotation.id in rotations
        ]
        if candidate.base.id in rotations:
            emptied = model.new_bool_var("")
            model.add_implication(emptied, candidate.has_tail)
            tail = candidate.service_before(candidate.finish) - candidate.tail_start
            left = tail - self._last_month(candidate.timeline.service)
            model.add(left <= 0).only_enforce_if(emptied)
            model.add(left >= 1).only_enforce_if(candidate.has_tail, ~emptied)
            gone.append(emptied)
        return sum(gone)

    def removed(self, weight: Callable[[Rotation], int], table: Sequence[int]) -> Linear:
        """How much of ``weighted(weight, table)`` lies after the cut."""
        candidate, model = self.candidate, self.candidate.model
        n, first = candidate.timeline.end, candidate.timeline.first
        table = tuple(table[: n + 1])
        last_month = self._last_month(table)
        most = max(weight(rotation) for rotation in (candidate.base, *(b.rotation for b in candidate.blocks)))
        amount = model.new_int_var(0, max(most * (table[-1] - table[first]), 0), "")
        for block, last, whole in zip(candidate.blocks, self.last, self.whole, strict=True):
            model.add(amount == weight(block.rotation) * block.over(table)).only_enforce_if(whole)
            model.add(amount == weight(block.rotation) * last_month).only_enforce_if(last, ~whole)
        in_base = [~last for last in self.last]
        model.add(amount == weight(candidate.base) * last_month).only_enforce_if(*in_base)
        return amount

    def _last_month(self, table: Sequence[int]) -> Linear:
        """What the month before the finish adds to a running total."""
        monthly = (0, *(after - before for before, after in pairwise(table[: self.candidate.timeline.end + 1])))
        return self.candidate.variables.at(monthly, self.candidate.finish, self.candidate.timeline.first)


class End(Cut):
    """The end of the plan itself, with nothing cut away: what is missing there is missing for good."""

    def __init__(self, candidate: CandidateVariables) -> None:
        self.candidate = candidate
        self.at = candidate.finish
        self.last = []
        self.whole = []

    @property
    def broken_off(self) -> Iterator[Literal]:
        """Literals, each of which implies that the last block is too short."""
        model = self.candidate.model
        for block in self.candidate.blocks:
            literal = model.new_bool_var("")
            model.add_implication(literal, block.present)
            model.add(block.end == self.candidate.finish).only_enforce_if(literal)
            model.add(block.length <= block.least - 1).only_enforce_if(literal)
            yield literal

    def blocks_removed(self, rotations: Collection[str]) -> Linear:
        """None."""
        return 0

    def removed(self, weight: Callable[[Rotation], int], table: Sequence[int]) -> Linear:
        """Nothing."""
        return 0
