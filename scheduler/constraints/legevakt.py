"""Everybody takes the legevakt shifts, where and when they can."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from itertools import accumulate
from typing import TYPE_CHECKING

from scheduler.accounting import (
    PlanRead,
    Trajectory,
    has_full_shifts,
    roster_of,
    shifts_asked,
    shifts_by_month,
    shifts_planned,
    spans_by_key,
)
from scheduler.constraints.conflict import Conflict
from scheduler.constraints.count import Count, CountedPerson
from scheduler.constraints.facts import Facts, Numbers
from scheduler.constraints.lack import Lack
from scheduler.constraints.proposal import Proposal, added, each_month
from scheduler.constraints.rule import Rule, Violation
from scheduler.instance.rule_key import RuleKey
from scheduler.instance.timeline import Timeline
from scheduler.instance.types import Arena, Candidate, Instance
from scheduler.month import Month, format_month
from scheduler.texts import Phrase

if TYPE_CHECKING:
    from scheduler.constraints.finishing import Cut
    from scheduler.variables import CandidateVariables, Linear, Literal, Variables


MOST_SHIFTS_MORE = 40


class Legevakt(Rule):
    """Shifts done + planned >= 40; at most 4 a month; only in months that allow them; within the roster's shifts."""

    id = "legevakt"
    telling = 30
    blamed = 40
    settled_anew = True
    awaited = True
    by_month = True

    def build(self, variables: Variables) -> None:
        """Room for the shifts still missing: their number only, or month by month where asked for."""
        for candidate in variables.candidates:
            if candidate.candidate.shifts_missing > 0 and candidate.states(self.id):
                if variables.scope.explicit_shifts:
                    _plan_shifts(candidate)
                elif candidate.must_complete:
                    room = _room_for_shifts(candidate)
                    candidate.asked(variables.model.add(room >= candidate.candidate.shifts_missing))
        if variables.scope.explicit_shifts:
            for arena in variables.instance.parallel_arenas:
                if arena.shifts is not None and variables.states(RuleKey(self.id, arena=arena.id)):
                    _share_roster(variables, arena)

    def check(self, read: PlanRead) -> Iterator[Violation]:
        """The number and the months of every candidate's shifts, then the shifts of every roster."""
        plan_trajectories = read.trajectories
        for trajectory in plan_trajectories:
            yield from self._check_number(trajectory)
            yield from self._check_months(trajectory)
        yield from self._check_rosters(read.instance, plan_trajectories)

    def _check_number(self, trajectory: Trajectory) -> Iterator[Violation]:
        candidate, short = trajectory.candidate, not (trajectory.unfinished or has_full_shifts(trajectory))
        if roster_of(trajectory.instance, candidate) is None and (trajectory.entry.shifts or short):
            yield Violation(self.id, "violations.legevakt-no-roster", {}, candidate.id)
        if short:
            have = candidate.shifts_done + shifts_planned(trajectory)
            fields = {"have": have, "need": shifts_asked(candidate.rules)}
            yield Violation(self.id, "violations.legevakt-number", fields, candidate.id)

    def _check_months(self, trajectory: Trajectory) -> Iterator[Violation]:
        most = trajectory.candidate.rules.legevakt_max_per_month
        shifts = shifts_by_month(trajectory)
        wrong = ((fault, month) for month in shifts if (fault := _fault(trajectory, month)) is not None)
        for fault, span in spans_by_key(wrong):
            yield Violation(self.id, f"violations.{fault}", {}, trajectory.candidate.id, start=span.start, end=span.end)
        above = ((number, month) for month, number in shifts.items() if number > most)
        for number, span in spans_by_key(above):
            fields = {"have": number, "max": most}
            yield Violation(
                self.id, "violations.legevakt-month", fields, trajectory.candidate.id, start=span.start, end=span.end
            )

    def _check_rosters(self, instance: Instance, plan_trajectories: list[Trajectory]) -> Iterator[Violation]:
        taken: dict[str, Counter[Month]] = defaultdict(Counter)
        for trajectory in plan_trajectories:
            roster = roster_of(instance, trajectory.candidate)
            if roster is not None:
                taken[roster.id].update(shifts_by_month(trajectory))
        for roster in instance.parallel_arenas:
            if roster.shifts is None:
                continue
            numbers = ((number, roster.shifts.at(month), month) for month, number in taken[roster.id].items())
            above = (((have, room), month) for have, room, month in numbers if have > room)
            for (have, room), span in spans_by_key(above):
                fields = {"arena": roster.name, "have": have, "max": room}
                yield Violation(self.id, "violations.legevakt-roster", fields, None, roster.id, span.start, span.end)

    # --- what a finish waits for ---

    def open_at(self, cut: Cut) -> Iterator[Literal]:
        """A shift is taken after the cut, or, where shifts are not planned month by month, can be.

        Of one who may leave also: not all of them are taken, or, where that is not planned, need be.
        """
        if cut.candidate.candidate.shifts_missing:
            yield _shift_after(cut)
            if cut.candidate.may_leave:
                yield _too_few(cut)

    def lacks(self, trajectory: Trajectory) -> Iterator[Lack]:
        """Not all shifts have been taken."""
        if not has_full_shifts(trajectory):
            rules, done = trajectory.candidate.rules, trajectory.candidate.shifts_done + shifts_planned(trajectory)
            key = "lack-shifts-planned" if "legevakt_shifts" in rules.planning else "lack-shifts"
            yield Lack(key, done, rules.legevakt_shifts)

    # --- where it stands against a plan ---

    def shared(self, instance: Instance) -> Iterator[RuleKey]:
        """The shifts of each roster."""
        for roster in instance.parallel_arenas:
            if roster.shifts is not None:
                yield RuleKey(self.id, arena=roster.id)

    def own(self, instance: Instance, candidate: Candidate, timeline: Timeline) -> Iterator[RuleKey]:
        """The number of shifts still to take."""
        if candidate.shifts_missing:
            yield RuleKey(self.id, candidate.id)

    def clause(self, facts: Facts, key: RuleKey) -> Phrase:
        """The roster's shifts, or those that the candidate still has to take."""
        if key.arena is not None:
            shifts = facts.values(facts.instance.arenas[key.arena].shifts, key)
            low, high = min(shifts, default=0), max(shifts, default=0)
            number = low if low == high else f"{low}–{high}"
            return facts.say("roster", arena=facts.place(key), shifts=number, months=facts.span(key))
        candidate = facts.candidate(key)
        fields = {"shifts": candidate.shifts_missing, "max": candidate.rules.legevakt_max_per_month}
        if candidate.legevakt_from is None:
            return facts.say(self.id, **fields)
        return facts.say("legevakt-from", month=format_month(candidate.legevakt_from), **fields)

    def numbers(self, facts: Facts, key: RuleKey) -> Numbers | None:
        """Shifts that there are, and that are needed."""
        if key.arena is None:
            candidate = facts.candidate(key)
            return candidate.shifts_done, candidate.rules.legevakt_shifts
        people = [facts.instance.candidates[who] for who in facts.conflict.candidates]
        have = sum(facts.values(facts.instance.arenas[key.arena].shifts, key))
        return have, sum(person.shifts_missing for person in people)

    def counts(self, instance: Instance, people: Sequence[CountedPerson]) -> Iterator[Count]:
        """The months from the course on have too few shifts in them, for one or for all of a roster."""
        finishing = [person for person in people if person.finishes]
        for person in finishing:
            yield from _too_few_months(instance, person)
        yield from _too_few_in_rosters(instance, finishing)

    def remedies(self, instance: Instance, conflict: Conflict, key: RuleKey) -> Iterator[Proposal]:
        """More shifts in the roster."""
        if key.arena is not None:
            more = added("arena", key.arena, "shifts")
            yield Proposal(more, each_month(0.25), MOST_SHIFTS_MORE, conflict.window(instance, key))


def _fault(trajectory: Trajectory, month: Month) -> str | None:
    """Why there can be no shift in a month, or None."""
    candidate = trajectory.candidate
    if not trajectory.first <= month < trajectory.end:
        return "legevakt-outside"
    if candidate.on_leave(month):
        return "legevakt-leave"
    if candidate.legevakt_from is not None and month < candidate.legevakt_from:
        return "legevakt-early"
    served = trajectory.by_month.get(month)
    return "legevakt-rotation" if served is not None and not served.rotation.legevakt else None


# --- stating it in the model ---------------------------------------------------------------------------------------


def _most_shifts(variables: Variables, candidate: CandidateVariables, t: int) -> int:
    """The most shifts the candidate may have in month t beside those who are held, as far as the data tells."""
    person, month = candidate.candidate, variables.month(t)
    most = 0 if t < candidate.timeline.first else person.most_shifts(month)
    if not most or person.legevakt_arena is None:
        return 0
    steps = variables.instance.arenas[person.legevakt_arena].shifts
    if steps is None or not variables.states_in(RuleKey("legevakt", arena=person.legevakt_arena), t):
        return most
    return max(min(most, steps.at(month) - variables.held.shifts[person.legevakt_arena, month]), 0)


def _room_for_shifts(candidate: CandidateVariables) -> Linear:
    """The most shifts that fit between start and finish outside rotations without shifts."""
    most = [_most_shifts(candidate.variables, candidate, t) for t in range(candidate.timeline.end)]
    return candidate.weighted(lambda rotation: int(rotation.legevakt), tuple(accumulate(most, initial=0)))


def _plan_shifts(candidate: CandidateVariables) -> None:
    variables, model = candidate.variables, candidate.model
    for t in range(candidate.timeline.first, candidate.timeline.end):
        most = _most_shifts(variables, candidate, t)
        if most > 0:
            candidate.shifts[t] = model.new_int_var(0, most, f"{candidate.id}.shifts.{t}")
            on_duty = candidate.month_sum(t, lambda rotation: int(rotation.legevakt))
            model.add(candidate.shifts[t] <= most * on_duty)
    n_shifts, missing = sum(candidate.shifts.values()), candidate.candidate.shifts_missing
    if candidate.must_complete:
        candidate.asked(model.add(n_shifts == missing))
    if candidate.may_leave or not candidate.must_complete:
        model.add(n_shifts <= missing)


def _shift_after(cut: Cut) -> Literal:
    """Implies that a shift is taken after the cut, or, where shifts are not planned month by month, can be."""
    candidate, model = cut.candidate, cut.candidate.model
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
        most = [_most_shifts(candidate.variables, candidate, t) for t in range(candidate.timeline.end)]
        room = cut.removed(lambda rotation: int(rotation.legevakt), tuple(accumulate(most, initial=0)))
        model.add(room >= 1).only_enforce_if(later)
    return later


def _too_few(cut: Cut) -> Literal:
    """Implies that fewer shifts are taken in all than are missing, or that who leaves need not take the last one."""
    candidate = cut.candidate
    if not candidate.variables.scope.explicit_shifts:
        return ~candidate.completes
    return cut.below(sum(candidate.shifts.values()), candidate.candidate.shifts_missing)


def _share_roster(variables: Variables, arena: Arena) -> None:
    key = RuleKey("legevakt", arena=arena.id)
    for t in range(variables.n_months):
        if not variables.states_in(key, t):
            continue
        month = variables.month(t)
        wanted = [c.shifts[t] for c in variables.candidates if t in c.shifts and c.candidate.legevakt_arena == arena.id]
        if wanted and arena.shifts is not None:
            left = max(arena.shifts.at(month) - variables.held.shifts[arena.id, month], 0)
            variables.model.add(sum(wanted) <= left)


# --- counting ------------------------------------------------------------------------------------------------------


def _too_few_months(instance: Instance, person: CountedPerson) -> Iterator[Count]:
    """The months from the course on have too few shifts in them."""
    candidate = person.candidate
    missing = candidate.shifts_missing
    if not missing:
        return
    most = sum(_shifts_possible(instance, person, t) for t in range(person.first, person.end))
    if most < missing:
        first = max(candidate.legevakt_from or 0, instance.start + person.first)
        keys = person.keys("legevakt", "leave", "one-rotation", "service-total")
        keys |= {RuleKey("legevakt", arena=candidate.legevakt_arena)}
        subjects = () if candidate.legevakt_arena is None else (candidate.legevakt_arena,)
        yield Count(
            "legevakt",
            "count-shifts",
            most,
            missing,
            first,
            instance.start + person.end,
            (person.id,),
            subjects,
            keys=keys,
        )


def _shifts_possible(instance: Instance, person: CountedPerson, t: int) -> int:
    candidate, month = person.candidate, instance.start + t
    most = candidate.most_shifts(month)
    steps = None if candidate.legevakt_arena is None else instance.arenas[candidate.legevakt_arena].shifts
    return most if steps is None else max(min(most, steps.at(month)), 0)


def _too_few_in_rosters(instance: Instance, people: Sequence[CountedPerson]) -> Iterator[Count]:
    """All shifts still missing against those of the roster until the last of them must be done."""
    for roster in instance.parallel_arenas:
        if roster.shifts is None:
            continue
        mine = [
            (person, person.candidate.shifts_missing)
            for person in people
            if person.candidate.legevakt_arena == roster.id
        ]
        for end in sorted({person.end for person, missing in mine if missing > 0}):
            inside = [(person, missing) for person, missing in mine if missing > 0 and person.end <= end]
            begin = min(person.first for person, _ in inside)
            supply = sum(max(roster.shifts.at(instance.start + t), 0) for t in range(begin, end))
            need = sum(missing for _, missing in inside)
            if need > supply:
                keys = frozenset([RuleKey("legevakt", arena=roster.id)]).union(*(p.keys("legevakt") for p, _ in inside))
                start, over = instance.start + begin, instance.start + end
                who = tuple(person.id for person, _ in inside)
                yield Count("legevakt", "count-roster", supply, need, start, over, who, (roster.id,), keys=keys)
                break
