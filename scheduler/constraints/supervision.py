"""Every service month has one supervisor."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import partial
from typing import TYPE_CHECKING

from scheduler.constraints.rule import Rule, Violation
from scheduler.instance.types import Instance, Rotation, Supervisor
from scheduler.ledger import Course, ServiceMonth, arena_shares, courses, spans, spans_by_key
from scheduler.month import Month
from scheduler.occupancy import resolved_mix
from scheduler.plan import Plan

if TYPE_CHECKING:
    from scheduler.variables import CandidateVariables, IntVar, Linear, Variables


ALL = "*"  # what a scope calls the supervisors all together


class Supervision(Rule):
    """Every service month has exactly one supervisor, a specialist, within places and availability; fixed ones stay."""

    id = "supervision"

    def build(self, variables: Variables) -> None:
        """Each month has supervisors enough for those in service; who supervises whom is settled afterwards."""
        if variables.instance.supervisors and variables.states(self.id):
            for candidate in variables.candidates:
                if candidate.candidate.supervisor is not None and variables.states(self.id, candidate.id):
                    _hold_fixed(variables, candidate, variables.instance.supervisors[candidate.candidate.supervisor])
            for t in range(variables.n_months):
                _enough_in_month(variables, t)

    def check(self, instance: Instance, plan: Plan) -> Iterator[Violation]:
        """Who supervises each service month, then the places of every supervisor; nothing without supervisors."""
        if not instance.supervisors:
            return
        used: dict[str, dict[Month, list[str]]] = defaultdict(lambda: defaultdict(list))
        for course in courses(instance, plan):
            by_month = _supervisors_by_month(course)
            yield from self._check_cover(course, by_month)
            yield from self._check_persons(instance, course, by_month)
            for month, supervisors in by_month.items():
                for supervisor in dict.fromkeys(supervisors):
                    used[supervisor][month].append(course.candidate.id)
        yield from self._check_places(instance, used)

    def _check_cover(self, course: Course, by_month: Mapping[Month, list[str]]) -> Iterator[Violation]:
        """Exactly one in every service month."""
        for span in spans(month for month, who in by_month.items() if not who):
            yield Violation(
                self.id, "violations.supervisor-none", {}, course.candidate.id, start=span.start, end=span.end
            )
        several = ((tuple(who), month) for month, who in by_month.items() if len(who) > 1)
        for who, span in spans_by_key(several):
            fields = {"who": ", ".join(who)}
            yield Violation(
                self.id, "violations.supervisor-several", fields, course.candidate.id, start=span.start, end=span.end
            )

    def _check_persons(
        self, instance: Instance, course: Course, by_month: Mapping[Month, list[str]]
    ) -> Iterator[Violation]:
        """Known, specialist, there where the candidate serves, and the fixed one if one is."""
        faults = (
            ((fault, supervisor), month)
            for month, supervisors in by_month.items()
            for supervisor in supervisors
            for fault in _faults(instance, course, course.by_month[month], supervisor)
        )
        for (fault, supervisor), span in spans_by_key(faults):
            fields = {"supervisor": supervisor, "given": course.candidate.supervisor}
            yield Violation(
                self.id, f"violations.{fault}", fields, course.candidate.id, supervisor, span.start, span.end
            )

    def _check_places(self, instance: Instance, used: Mapping[str, Mapping[Month, list[str]]]) -> Iterator[Violation]:
        for supervisor in instance.supervisors.values():
            numbers = ((tuple(who), supervisor.places.at(month), month) for month, who in used[supervisor.id].items())
            above = (((who, places), month) for who, places, month in numbers if len(who) > places)
            for (who, places), span in spans_by_key(above):
                fields = {
                    "supervisor": supervisor.name,
                    "have": len(who),
                    "places": places,
                    "who": ", ".join(who),
                }
                yield Violation(
                    self.id, "violations.supervisor-places", fields, None, supervisor.id, span.start, span.end
                )


def _supervisors_by_month(course: Course) -> dict[Month, list[str]]:
    """The supervisors that the plan names for each service month."""
    by_month: dict[Month, list[str]] = {month.month: [] for month in course.service}
    for row in course.entry.supervisors:
        for month in range(max(row.from_, course.first), min(row.to + 1, course.end)):
            if month in by_month:
                by_month[month].append(row.id)
    return by_month


def _faults(instance: Instance, course: Course, month: ServiceMonth, supervisor_id: str) -> Iterator[str]:
    """What is wrong with this supervisor in this month."""
    supervisor = instance.supervisors.get(supervisor_id)
    if supervisor is None:
        yield "supervisor-unknown"
        return
    if not supervisor.specialist:
        yield "supervisor-not-specialist"
    if supervisor.arenas and supervisor.arenas.isdisjoint(arena_shares(course, month.rotation)):
        yield "supervisor-elsewhere"
    if course.candidate.supervisor not in (None, supervisor_id):
        yield "supervisor-other"


# --- stating it in the model ---------------------------------------------------------------------------------------


def _hold_fixed(variables: Variables, candidate: CandidateVariables, supervisor: Supervisor) -> None:
    """A fixed supervisor supervises every service month: only where, and while, there is one."""
    for t in range(candidate.timeline.first, candidate.timeline.end):
        there = supervisor.specialist and supervisor.places.at(variables.month(t)) > 0
        for office, chosen in (candidate.practices or {"": variables.true}).items():

            def out_of_reach(rotation: Rotation, there: bool = there, office: str = office) -> int:
                return int(not (there and _reaches(supervisor, rotation, office)))

            if candidate.may_be_in(t, out_of_reach):
                variables.model.add(candidate.month_sum(t, out_of_reach) == 0).only_enforce_if(chosen)


def _reaches(supervisor: Supervisor, rotation: Rotation, office: str | None) -> bool:
    """Whether the supervisor may supervise in the rotation of a candidate with the office."""
    return not supervisor.arenas or not supervisor.arenas.isdisjoint(resolved_mix(rotation, office))


def _enough_in_month(variables: Variables, t: int) -> None:
    """Fixed supervisors hold; the rest share the others, of whom those tied to arenas take only who serves there."""
    month, supervisors = variables.month(t), variables.instance.supervisors.values()
    left: dict[str, Linear] = {}
    for supervisor in supervisors:
        places = supervisor.places.at(month) if supervisor.specialist else 0
        own = [c.month_sum(t, _one) for c in variables.candidates if c.candidate.supervisor == supervisor.id]
        left[supervisor.id] = places - variables.held.supervised[supervisor.id, month] - sum(own)
        if len(own) > places and variables.states_in("supervision", supervisor.id, t):
            variables.model.add(left[supervisor.id] >= 0)
    if not variables.states_in("supervision", ALL, t):
        return
    others = [c for c in variables.candidates if c.candidate.supervisor is None]
    held = {key: n for key, n in variables.held.served(month).items() if n}
    at_most = sum(c.may_be_in(t, _one) for c in others) + sum(held.values())
    n_fixed = sum(c.may_be_in(t, _one) for c in variables.candidates if c.candidate.supervisor is not None)
    certain = sum(s.places.at(month) for s in supervisors if s.specialist and not s.arenas)
    certain -= n_fixed + sum(variables.held.supervised[s.id, month] for s in supervisors)
    if at_most > certain:
        general = sum(left[s.id] for s in supervisors if not s.arenas)
        in_service = sum(held.values()) + sum(c.month_sum(t, _one) for c in others)
        variables.model.add(in_service - _taken_by_attached(variables, t, others, held, left) <= general)


def _one(_rotation: Rotation) -> int:
    return 1


def _taken_by_attached(
    variables: Variables,
    t: int,
    others: list[CandidateVariables],
    held: dict[tuple[str, str | None], int],
    left: dict[str, Linear],
) -> Linear:
    """How many candidates supervisors tied to arenas take: at most their places, at most those who serve there."""
    month, model = variables.month(t), variables.model
    attached = [s for s in variables.instance.supervisors.values() if s.arenas and s.specialist and s.places.at(month)]
    present: dict[tuple[str, str | None], Linear] = dict(held)
    for candidate in others:
        for kind, amount in _whereabouts(candidate, t):
            present[kind] = present.get(kind, 0) + amount
    taken: dict[tuple[str, tuple[str, str | None]], IntVar] = {}
    for kind, amount in present.items():
        rotation = variables.instance.rotations[kind[0]]
        able = [s for s in attached if _reaches(s, rotation, kind[1])]
        for supervisor in able:
            taken[supervisor.id, kind] = model.new_int_var(0, supervisor.places.at(month), "")
        if able:
            model.add(sum(taken[s.id, kind] for s in able) <= amount)
    for supervisor in attached:
        model.add(sum(n for (who, _), n in taken.items() if who == supervisor.id) <= left[supervisor.id])
    return sum(taken.values())


def _whereabouts(candidate: CandidateVariables, t: int) -> Iterator[tuple[tuple[str, str | None], Linear]]:
    """For each rotation, with the office where the practice is part of it: 1 if the candidate is there in month t."""
    variables = candidate.variables
    for rotation in variables.instance.rotations_of(candidate.candidate):
        here = partial(_is, rotation.id)
        if not candidate.may_be_in(t, here):
            continue
        if not rotation.uses_practice:
            yield (rotation.id, None), candidate.month_sum(t, here)
            continue
        for office, chosen in candidate.practices.items():
            yield (rotation.id, office), variables.only_if(chosen, candidate.month_sum(t, here), 1)


def _is(rotation_id: str, rotation: Rotation) -> int:
    return int(rotation.id == rotation_id)
