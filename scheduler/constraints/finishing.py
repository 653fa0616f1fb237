"""Nothing is planned after the finish: what must still be missing a month, or a block, before it.

Where delay is made small before all else, a plan that runs on is never best and this costs nothing by being left out.
Where something else comes first (another order of the levels, a floor under an arena), it has to be said.

A plan is complete when its minima hold and no block is broken off. Minima only grow, so it is enough to look at the
latest cut that breaks no block: a month before the finish, or the start of the last block where any cut would leave it
too short. There, something must be missing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING

from scheduler.constraints.legevakt import most_shifts
from scheduler.instance.types import COUNTED_SERVICES, PRACTICE, Rotation, Service
from scheduler.ledger import published_for

if TYPE_CHECKING:
    from scheduler.variables import CandidateVariables, IntVar, Linear, Literal


MINIMA = ("service-total", "open-practice", "institution", "part-time", "group", "goals", "legevakt")


def may_drag(candidate: CandidateVariables) -> bool:
    """Whether a best plan could run on after everything holds: for a floor, for another level, to stay as published."""
    instance = candidate.variables.instance
    levels = [level for level in instance.objective_order if level != "changes"]
    floors = any(arena.min_places is not None for arena in instance.arenas.values())
    gains = floors or levels[:1] != ["delay"] or _was_longer(candidate)
    return candidate.must_complete and gains and _minima_stand(candidate)


def _was_longer(candidate: CandidateVariables) -> bool:
    """Whether the published plan goes on after the earliest possible end: months that it would be a change to drop."""
    published = published_for(candidate.variables.instance, candidate.candidate)
    if published is None:
        return False
    return published.end - candidate.variables.instance.start > min(candidate.timeline.earliest_end.values())


def _minima_stand(candidate: CandidateVariables) -> bool:
    """Whether no minimum has been left out of the model: without one, what is the finish is not said."""
    states = candidate.variables.states
    rows = candidate.variables.instance.requirements
    return all(states(rule, candidate.id) for rule in MINIMA) and all(
        states("requirement") and states("requirement", row.id) and states("requirement", f"{row.id}:{candidate.id}")
        for row in rows
        if row.names(candidate.id)
    )


def state_finish(candidate: CandidateVariables) -> None:
    """At the latest whole cut before the finish, at least one minimum does not hold."""
    cut = _Cut(candidate)
    candidate.model.add_bool_or(*_missing(candidate, cut))


class _Cut:
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

    def removed(self, weight: Callable[[Rotation], int], table: Sequence[int]) -> Linear:
        """How much of ``weighted(weight, table)`` lies after the cut."""
        candidate, model = self.candidate, self.candidate.model
        n, first = candidate.timeline.end, candidate.timeline.first
        table = tuple(table[: n + 1])
        monthly = (0, *(after - before for before, after in pairwise(table)))
        last_month = candidate.variables.at(monthly, candidate.finish, first)
        most = max(weight(rotation) for rotation in (candidate.base, *(b.rotation for b in candidate.blocks)))
        amount = model.new_int_var(0, max(most * (table[-1] - table[first]), 0), "")
        for block, last, whole in zip(candidate.blocks, self.last, self.whole, strict=True):
            model.add(amount == weight(block.rotation) * block.over(table)).only_enforce_if(whole)
            model.add(amount == weight(block.rotation) * last_month).only_enforce_if(last, ~whole)
        in_base = [~last for last in self.last]
        model.add(amount == weight(candidate.base) * last_month).only_enforce_if(*in_base)
        return amount


def _missing(candidate: CandidateVariables, cut: _Cut) -> Iterator[Literal]:
    """Literals, each of which implies that a minimum does not hold at the cut."""
    model, rules = candidate.model, candidate.candidate.rules

    def literal(amount: Linear, least: int) -> Literal:
        below = model.new_bool_var("")
        model.add(amount <= least - 1).only_enforce_if(below)
        return below

    left = {service: _credit_left(candidate, cut, service) for service in COUNTED_SERVICES}
    yield literal(left[Service.OPEN_PRACTICE], rules.open_practice_min)
    yield literal(left[Service.INSTITUTION], rules.institution_min)
    yield literal(_counted(candidate, left), rules.total)
    yield from _group_missing(candidate, cut)
    yield from _goals_missing(candidate, cut)
    yield from _requirements_missing(candidate, cut)
    for row in candidate.candidate.fixed:
        yield literal(cut.at, min(row.span.end, candidate.variables.instance.end) - candidate.variables.instance.start)
    if candidate.shifts_missing:
        most = [most_shifts(candidate.variables, candidate, t) for t in range(candidate.timeline.end)]
        table = tuple(accumulate(most, initial=0))
        room = candidate.weighted(_on_duty, table) - cut.removed(_on_duty, table)
        yield literal(room, candidate.shifts_missing)


def _on_duty(rotation: Rotation) -> int:
    return int(rotation.legevakt)


def _credit_left(candidate: CandidateVariables, cut: _Cut, service: Service) -> Linear:
    def share(rotation: Rotation) -> int:
        return rotation.share_by_service.get(service, 0)

    return candidate.credit_in(service) - cut.removed(share, candidate.work_table)


def _counted(candidate: CandidateVariables, left: dict[Service, Linear]) -> Linear:
    """Exactly what counts under the caps (``candidate.counted`` may be anything up to it)."""
    model, rules = candidate.model, candidate.candidate.rules

    def capped(cap: int, amount: Linear) -> IntVar:
        part = model.new_int_var(0, cap, "")
        model.add_min_equality(part, [cap, amount])
        return part

    open_practice = capped(rules.open_practice_cap, left[Service.OPEN_PRACTICE])
    other = capped(rules.other_general_cap, left[Service.OTHER_GENERAL])
    general = capped(rules.general_cap, open_practice + other)
    return general + capped(rules.institution_cap, left[Service.INSTITUTION])


def _group_missing(candidate: CandidateVariables, cut: _Cut) -> Iterator[Literal]:
    variables = candidate.variables
    for group_id, joined in candidate.groups.items():
        end = variables.instance.groups[group_id].span.end - variables.instance.start
        running = candidate.model.new_bool_var("")
        candidate.model.add(cut.at <= end - 1).only_enforce_if(running)
        candidate.model.add_implication(running, joined)
        yield running


def _goals_missing(candidate: CandidateVariables, cut: _Cut) -> Iterator[Literal]:
    """A goal is missing where no arena that lists it has given exposure enough."""
    instance, model = candidate.variables.instance, candidate.model
    goals = candidate.candidate.rules.goals - candidate.candidate.goals_done
    if len(candidate.practices) > 1:
        return  # a chosen office: its goals are left to the other minima
    for arena_ids in {frozenset(candidate.goal_arenas[goal]) for goal in goals}:
        arenas = [instance.arenas[arena_id] for arena_id in sorted(arena_ids)]
        if any(arena.service is Service.PARALLEL for arena in arenas):
            continue
        missing = model.new_bool_var("")
        for arena in arenas:

            def share(rotation: Rotation, arena_id: str = arena.id) -> int:
                own = rotation.mix.get(PRACTICE, 0) if arena_id in candidate.practices else 0
                return rotation.mix.get(arena_id, 0) + own

            left = candidate.weighted_work(share) - cut.removed(share, candidate.work_table)
            model.add(left <= max(arena.exposure, 1) - 1).only_enforce_if(missing)
        yield missing


def _requirements_missing(candidate: CandidateVariables, cut: _Cut) -> Iterator[Literal]:
    model = candidate.model
    for row in candidate.variables.instance.requirements:
        if not row.names(candidate.id) or row.min_work is None:
            continue

        def full(rotation: Rotation, ids: tuple[str, ...] = row.rotations) -> int:
            return 100 if rotation.id in ids else 0

        missing = model.new_bool_var("")
        left = candidate.weighted_work(full) - cut.removed(full, candidate.work_table)
        model.add(left <= row.min_work - 1).only_enforce_if(missing)
        yield missing
