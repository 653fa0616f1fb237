"""Nothing is planned after the finish: what must still be missing a month, or a block, before it.

Where delay is made small before all else, a plan that runs on is never best and this costs nothing by being left out.
Where something else comes first (another order of the levels, a floor under an arena), it has to be said.

A plan is complete when its minima hold and no block is broken off. Minima only grow, so it is enough to look at the
latest cut that breaks no block: a month before the finish, or the start of the last block where any cut would leave it
too short. There, something must be missing; or nothing has been planned yet, since one month always is.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING

from scheduler.accounting import published_for
from scheduler.constraints.legevakt import most_shifts
from scheduler.instance.timeline import Timeline
from scheduler.instance.types import COUNTED_SERVICES, PRACTICE, Candidate, Instance, Rotation, Service

if TYPE_CHECKING:
    from scheduler.variables import CandidateVariables, IntVar, Linear, Literal


MINIMA = ("service-total", "open-practice", "institution", "part-time", "group", "goals", "legevakt")


def may_drag(candidate: CandidateVariables) -> bool:
    """Whether a best plan could run on after everything holds, and no minimum that says when that is is left out."""
    gains = gains_by_staying(candidate.variables.instance, candidate.candidate, candidate.timeline)
    return candidate.must_complete and gains and _minima_stand(candidate)


def gains_by_staying(instance: Instance, candidate: Candidate, timeline: Timeline) -> bool:
    """Whether a plan may be the better for a late finish: for a floor, for another level, to stay as published."""
    levels = [level for level in instance.objective_order if level != "changes"]
    return instance.has_floors or levels[:1] != ["delay"] or _was_longer(instance, candidate, timeline)


def _was_longer(instance: Instance, candidate: Candidate, timeline: Timeline) -> bool:
    """Whether the published plan goes on after the earliest possible end: months that it would be a change to drop."""
    published = published_for(instance, candidate)
    return published is not None and published.end - instance.start > min(timeline.earliest_end.values())


def _minima_stand(candidate: CandidateVariables) -> bool:
    """Whether nothing that a finish waits for has been left out of the model: without it, what is the finish is not
    said.
    """
    states, person = candidate.states, candidate.candidate
    rows = [row for row in candidate.variables.instance.requirements if row.names(candidate.id)]
    return (
        not _office_decides(candidate)
        and all(map(states, MINIMA))
        and all(states("goals", goal=goal) for goal in person.rules.goals - person.goals_done)
        and all(states("requirement", requirement=row.id) for row in rows)
        and all(states("fixed", row=number) for number in range(len(person.fixed)))
        and all(states("block-length", rotation=block.rotation.id) for block in candidate.blocks if block.least > 1)
    )


def _office_decides(candidate: CandidateVariables) -> bool:
    """Whether it is left open in which office somebody is, and a goal still missing hangs on that."""
    person = candidate.candidate
    in_practice = any(rotation.uses_practice for rotation in candidate.variables.instance.rotations_of(person))
    return in_practice and any(arena.goals & person.rules.goals - person.goals_done for arena in candidate.any_office)


def state_finish(candidate: CandidateVariables) -> None:
    """At the latest whole cut before the finish nothing has been planned yet, or at least one minimum does not hold."""
    cut = _Cut(candidate)
    candidate.model.add_bool_or(cut.before_anything, *_missing(candidate, cut))


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

    @property
    def before_anything(self) -> Literal:
        """Implies that the cut leaves no month."""
        literal = self.candidate.model.new_bool_var("")
        self.candidate.model.add(self.at <= self.candidate.start).only_enforce_if(literal)
        return literal

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
    yield literal(cut.at, _end_of_fixed(candidate))
    if candidate.shifts_missing:
        yield _shift_after(candidate, cut)


def _end_of_fixed(candidate: CandidateVariables) -> int:
    """The end of the last service month that the coordinator has fixed; 0 without any."""
    timeline, origin = candidate.timeline, candidate.variables.instance.start
    rows = [range(max(row.span.start - origin, 0), row.span.end - origin) for row in candidate.candidate.fixed]
    return max((t + 1 for row in rows for t in row if t < timeline.end and timeline.works(t)), default=0)


def _shift_after(candidate: CandidateVariables, cut: _Cut) -> Literal:
    """Implies that a shift is taken after the cut, or, where shifts are not planned month by month, can be."""
    model = candidate.model
    later = model.new_bool_var("")
    if candidate.variables.scope.explicit_shifts:
        after = []
        for t, shifts in candidate.shifts.items():
            taken = model.new_bool_var("")
            model.add(shifts >= 1).only_enforce_if(taken)
            model.add(cut.at <= t).only_enforce_if(taken)
            after.append(taken)
        model.add_bool_or(~later, *after)
    else:
        most = [most_shifts(candidate.variables, candidate, t) for t in range(candidate.timeline.end)]
        room = cut.removed(lambda rotation: int(rotation.legevakt), tuple(accumulate(most, initial=0)))
        model.add(room >= 1).only_enforce_if(later)
    return later


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
    for arena_ids in {frozenset(candidate.goal_arenas[goal]) for goal in goals}:
        arenas = [instance.arenas[arena_id] for arena_id in sorted(arena_ids)]
        if any(arena.service is Service.PARALLEL for arena in arenas):
            continue  # missing only as long as a shift is
        missing = model.new_bool_var("")
        for arena in arenas:
            least, chosen = max(arena.exposure, 1), candidate.practices.get(arena.id)
            model.add(_exposure_left(candidate, cut, arena.id, own=False) <= least - 1).only_enforce_if(missing)
            if chosen is not None:
                own = _exposure_left(candidate, cut, arena.id, own=True)
                model.add(own <= least - 1).only_enforce_if(missing, chosen)
        yield missing


def _exposure_left(candidate: CandidateVariables, cut: _Cut, arena_id: str, own: bool) -> Linear:
    """Credit earned in an arena before the cut; in ``own`` practice, too, if the arena is the candidate's office."""

    def share(rotation: Rotation) -> int:
        return rotation.mix.get(arena_id, 0) + (rotation.mix.get(PRACTICE, 0) if own else 0)

    return candidate.weighted_work(share) - cut.removed(share, candidate.work_table)


def _requirements_missing(candidate: CandidateVariables, cut: _Cut) -> Iterator[Literal]:
    """A requirement's least work is missing, or its least number of blocks."""
    model = candidate.model
    for row in candidate.variables.instance.requirements:
        if not row.names(candidate.id):
            continue
        if row.min_work is not None:

            def full(rotation: Rotation, ids: tuple[str, ...] = row.rotations) -> int:
                return 100 if rotation.id in ids else 0

            missing = model.new_bool_var("")
            left = candidate.weighted_work(full) - cut.removed(full, candidate.work_table)
            model.add(left <= row.min_work - 1).only_enforce_if(missing)
            yield missing
        if row.min_blocks is not None:
            fewer = model.new_bool_var("")
            n_left = candidate.n_blocks_of(row.rotations) - cut.blocks_removed(row.rotations)
            model.add(n_left <= row.min_blocks - 1).only_enforce_if(fewer)
            yield fewer
