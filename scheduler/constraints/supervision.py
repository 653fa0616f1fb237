"""Every service month has one supervisor."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from scheduler.accounting import ServiceMonth, Trajectory, arena_shares, spans, spans_by_key, trajectories
from scheduler.changes.change import Action, Change
from scheduler.constraints.conflict import Conflict
from scheduler.constraints.count import Count, CountedPerson
from scheduler.constraints.facts import Facts, Numbers, Telling
from scheduler.constraints.proposal import FOR_ALL, MOST_PLACES, Proposal, added, at_once, each_month, set_to
from scheduler.constraints.rule import Rule, Violation
from scheduler.instance.pools import Reach, joined, resolved_mix
from scheduler.instance.rule_key import Keys, RuleKey
from scheduler.instance.timeline import Timeline, surely_in_service
from scheduler.instance.types import Candidate, Instance, Rotation, Supervisor
from scheduler.month import Month
from scheduler.plan import Plan
from scheduler.texts import Phrase, phrase

if TYPE_CHECKING:
    from scheduler.variables import CandidateVariables, Linear, Variables


MOST_MORE_SUPERVISED = 4


class Supervision(Rule):
    """Every service month has exactly one supervisor, a specialist, within places and availability; fixed ones stay."""

    id = "supervision"
    telling = 35
    blamed = 55
    by_month = True

    def build(self, variables: Variables) -> None:
        """Each month has supervisors enough for those in service; who supervises whom is settled afterwards."""
        if variables.instance.supervisors:
            for candidate in variables.candidates:
                fixed = candidate.candidate.supervisor
                if fixed is not None and candidate.states(self.id, supervisor=fixed):
                    _hold_fixed(variables, candidate, variables.instance.supervisors[fixed])
            for t in range(variables.n_months):
                _enough_in_month(variables, t)

    def check(self, instance: Instance, plan: Plan) -> Iterator[Violation]:
        """Whoever the plan names is known; who supervises each service month, then the places of every supervisor:
        nothing of these without supervisors.
        """
        for trajectory in trajectories(instance, plan):
            yield from self._check_known(instance, trajectory)
        if not instance.supervisors:
            return
        used: dict[str, dict[Month, list[str]]] = defaultdict(lambda: defaultdict(list))
        for trajectory in trajectories(instance, plan):
            by_month = _supervisors_by_month(trajectory)
            yield from self._check_cover(trajectory, by_month)
            yield from self._check_persons(instance, trajectory, by_month)
            for month, supervisors in by_month.items():
                for supervisor in dict.fromkeys(supervisors):
                    used[supervisor][month].append(trajectory.candidate.id)
        yield from self._check_places(instance, used)

    def _check_known(self, instance: Instance, trajectory: Trajectory) -> Iterator[Violation]:
        """Nobody is named whom the instance does not have, in whatever months, and whether supervision is planned or
        not.
        """
        rows = [row for row in trajectory.entry.supervisors if row.id not in instance.supervisors]
        months = ((row.id, month) for row in rows for month in range(row.from_, row.to + 1))
        for supervisor, span in spans_by_key(months):
            fields = {"supervisor": supervisor}
            key, who = "violations.supervisor-unknown", trajectory.candidate.id
            yield Violation(self.id, key, fields, who, supervisor, span.start, span.end)

    def _check_cover(self, trajectory: Trajectory, by_month: Mapping[Month, list[str]]) -> Iterator[Violation]:
        """Exactly one in every service month."""
        for span in spans(month for month, who in by_month.items() if not who):
            yield Violation(
                self.id, "violations.supervisor-none", {}, trajectory.candidate.id, start=span.start, end=span.end
            )
        several = ((tuple(who), month) for month, who in by_month.items() if len(who) > 1)
        for who, span in spans_by_key(several):
            fields = {"who": ", ".join(who)}
            yield Violation(
                self.id,
                "violations.supervisor-several",
                fields,
                trajectory.candidate.id,
                start=span.start,
                end=span.end,
            )

    def _check_persons(
        self, instance: Instance, trajectory: Trajectory, by_month: Mapping[Month, list[str]]
    ) -> Iterator[Violation]:
        """Known, specialist, there where the candidate serves, and the fixed one if one is."""
        faults = (
            ((fault, supervisor), month)
            for month, supervisors in by_month.items()
            for supervisor in supervisors
            for fault in _faults(instance, trajectory, trajectory.by_month[month], supervisor)
        )
        for (fault, supervisor), span in spans_by_key(faults):
            fields = {"supervisor": supervisor, "given": trajectory.candidate.supervisor}
            yield Violation(
                self.id, f"violations.{fault}", fields, trajectory.candidate.id, supervisor, span.start, span.end
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

    # --- where it stands against a plan ---

    def shared(self, instance: Instance) -> Iterator[RuleKey]:
        """The supervisors all together, and each that somebody is held to."""
        if instance.supervisors:
            yield RuleKey(self.id)
            held_to = {c.supervisor for c in instance.candidates.values() if c.supervisor is not None}
            yield from (RuleKey(self.id, supervisor=supervisor) for supervisor in sorted(held_to))

    def own(self, instance: Instance, candidate: Candidate, timeline: Timeline) -> Iterator[RuleKey]:
        """The supervisor that the candidate is held to."""
        if candidate.supervisor is not None:
            yield RuleKey(self.id, candidate.id, supervisor=candidate.supervisor)

    def lies_fast(self, key: RuleKey) -> bool:
        """Supervisors come and go."""
        return True

    def clause(self, facts: Facts, key: RuleKey) -> Phrase:
        """The places of one supervisor, or of all together, and when."""
        places = facts.places(_places(facts, key))
        if key.candidate is not None:
            return facts.say("supervisor-fixed", supervisor=key.supervisor, places=places)
        if key.supervisor is None:
            return facts.say(self.id, places=places, months=facts.span(key))
        return facts.say("supervisor", supervisor=key.supervisor, places=places, months=facts.span(key))

    def numbers(self, facts: Facts, key: RuleKey) -> Numbers | None:
        """Places that there are, and candidates who need one."""
        if key.candidate is not None:
            return 0, 1
        return min(_places(facts, key), default=0), len(facts.conflict.candidates)

    def shape(self, telling: Telling, shared: Sequence[RuleKey]) -> Phrase | None:
        """There are more candidates than supervisors have places for."""
        if len(shared) != 1 or shared[0].part is not None or telling.untold(shared):
            return None
        (key,), numbers, facts = shared, telling.numbers(shared[0]), telling.facts
        if numbers is None:
            return None
        number, have = len(facts.conflict.candidates), numbers[0]
        return facts.say("heads", number=number, who=telling.who, months=facts.span(key), have=have, more="")

    def names(self, instance: Instance, keys: Keys) -> Iterator[Phrase | str]:
        """Supervisors."""
        if keys:
            yield phrase("intake.supervisors")

    def counts(self, instance: Instance, people: Sequence[CountedPerson]) -> Iterator[Count]:
        """Months in which more candidates are surely in service than all supervisors together have places."""
        if not instance.supervisors:
            return
        specialists = [supervisor for supervisor in instance.supervisors.values() if supervisor.specialist]
        short: dict[tuple[int, tuple[str, ...]], list[int]] = defaultdict(list)
        for t in range(instance.end - instance.start):
            month = instance.start + t
            places = sum(max(supervisor.places.at(month), 0) for supervisor in specialists)
            there = tuple(person.id for person in people if surely_in_service(person.timeline, t))
            if len(there) > places:
                short[places, there].append(t)
        for (places, there), months in short.items():
            for span in spans(months):
                keys = frozenset(
                    {RuleKey("supervision")}
                    | {
                        RuleKey(rule, candidate_id)
                        for candidate_id in there
                        for rule in ("one-rotation", "service-total", "part-time", "leave", "horizon")
                    }
                )
                start, end = instance.start + span.start, instance.start + span.end
                yield Count(self.id, "count-supervisors", places, len(there), start, end, there, keys=keys)
                return

    def remedies(self, instance: Instance, conflict: Conflict, key: RuleKey) -> Iterator[Proposal]:
        """Another supervisor for one who is held to this one, more places, or a new supervisor."""
        if key.supervisor is None:
            yield _new_supervisors(instance)
            return
        held_to = [key.candidate] if key.candidate is not None else conflict.candidates
        for candidate_id in held_to:
            if instance.candidates[candidate_id].supervisor == key.supervisor:
                yield Proposal(set_to("candidate", candidate_id, "supervisor", lambda _: None), at_once(2))
        if key.candidate is None:
            more = added("supervisor", key.supervisor, "places")
            yield Proposal(more, each_month(0.5), MOST_MORE_SUPERVISED, (instance.start, instance.end))


def _places(facts: Facts, key: RuleKey) -> list[int]:
    """The places of the supervisor, or of all together, month by month."""
    chosen = [v for v in facts.instance.supervisors.values() if v.specialist and key.supervisor in (None, v.id)]
    return [sum(v.places.at(month) for v in chosen) for month in range(*facts.window(key))]


def _new_supervisors(instance: Instance) -> Proposal:
    new_id = next(f"V-ny-{n}" for n in range(1, 1000) if f"V-ny-{n}" not in instance.supervisors)

    def make(amount: int, _start: Month | None, _end: Month | None) -> list[Change]:
        return [Change(Action.NEW, "supervisor", new_id, value={"id": new_id, "places": amount, "specialist": True})]

    return Proposal(make, lambda amount, _: FOR_ALL * amount, MOST_PLACES)


def _supervisors_by_month(trajectory: Trajectory) -> dict[Month, list[str]]:
    """The supervisors that the plan names for each service month."""
    by_month: dict[Month, list[str]] = {month.month: [] for month in trajectory.service}
    for row in trajectory.entry.supervisors:
        for month in range(max(row.from_, trajectory.first), min(row.to + 1, trajectory.end)):
            if month in by_month:
                by_month[month].append(row.id)
    return by_month


def _faults(instance: Instance, trajectory: Trajectory, month: ServiceMonth, supervisor_id: str) -> Iterator[str]:
    """What is wrong with this supervisor in this month."""
    supervisor = instance.supervisors.get(supervisor_id)
    if supervisor is None:
        return  # told already
    if not supervisor.specialist:
        yield "supervisor-not-specialist"
    if supervisor.arenas and supervisor.arenas.isdisjoint(arena_shares(trajectory, month.rotation)):
        yield "supervisor-elsewhere"
    if trajectory.candidate.supervisor not in (None, supervisor_id):
        yield "supervisor-other"


# --- stating it in the model ---------------------------------------------------------------------------------------


def _hold_fixed(variables: Variables, candidate: CandidateVariables, supervisor: Supervisor) -> None:
    """A fixed supervisor supervises every service month: only where, and while, there is one."""
    for t in range(candidate.timeline.first, candidate.timeline.end):
        there = supervisor.specialist and supervisor.places.at(variables.month(t)) > 0
        suits = [arena.id for arena in candidate.any_office] or [""]
        choices = [([office], chosen) for office, chosen in candidate.practices.items()] or [(suits, variables.true)]
        for offices, chosen in choices:

            def out_of_reach(rotation: Rotation, there: bool = there, offices: list[str] = offices) -> int:
                return int(not (there and any(_reaches(supervisor, rotation, office) for office in offices)))

            if candidate.may_be_in(t, out_of_reach):
                variables.model.add(candidate.month_sum(t, out_of_reach) == 0).only_enforce_if(chosen)


def _reaches(supervisor: Supervisor, rotation: Rotation, office: str | None) -> bool:
    """Whether the supervisor may supervise in the rotation of a candidate with the office."""
    return not supervisor.arenas or not supervisor.arenas.isdisjoint(resolved_mix(rotation, office))


def _enough_in_month(variables: Variables, t: int) -> None:
    """Fixed supervisors hold, and the other candidates share what is left of those who reach them."""
    month = variables.month(t)
    own: dict[str, list[Linear]] = {}
    for candidate in variables.candidates:
        if candidate.candidate.supervisor is not None and candidate.may_be_in(t, _one):
            own.setdefault(candidate.candidate.supervisor, []).append(candidate.month_sum(t, _one))
    for supervisor_id, taken in own.items():
        supervisor = variables.instance.supervisors[supervisor_id]
        places = supervisor.places.at(month) if supervisor.specialist else 0
        room = places - variables.held.supervised[supervisor_id, month]
        if (
            places > 0
            and len(taken) > room
            and variables.states_in(RuleKey("supervision", supervisor=supervisor_id), t)
        ):
            variables.model.add(sum(taken) <= room)  # without any place: see _hold_fixed
    if variables.states_in(RuleKey("supervision"), t):
        others = [c for c in variables.candidates if c.candidate.supervisor is None]
        held = variables.held.reached(month)
        for reaches in joined([*held, *(reach for c in others for reach in c.reaches)]):
            _share(variables, t, reaches, others, held, own)


def _one(_rotation: Rotation) -> int:
    return 1


def _share(
    variables: Variables,
    t: int,
    reaches: list[Reach],
    others: list[CandidateVariables],
    held: Mapping[Reach, int],
    own: Mapping[str, list[Linear]],
) -> None:
    """Candidates reached by pools that overlap: each is taken by one of its pools, none of which takes too many.

    Nothing is said where even the smallest set of pools that reaches anybody could take everybody.
    """
    month, pools = variables.month(t), variables.held.pools
    near = [candidate for candidate in others if not candidate.reaches.isdisjoint(reaches)]
    numbers = sorted(frozenset().union(*reaches))
    n_own = sum(len(own.get(supervisor.id, ())) for number in numbers for supervisor in pools.supervisors[number])
    if not near and not n_own:  # those who are held were planned beside each other
        return
    certain = {number: pools.places([number], month) - variables.held.n_supervised(number, month) for number in numbers}
    most = len(near) + sum(held.get(reach, 0) for reach in reaches)
    if all(most + n_own <= sum(certain[number] for number in reach) for reach in reaches):
        return
    left = {number: _left(variables, number, month, own) for number in numbers}
    demand = {
        reach: held.get(reach, 0) + sum(each_candidate.reached_by(t, reach) for each_candidate in near)
        for reach in reaches
    }
    if len(demand) == 1:
        variables.model.add(sum(demand.values()) <= sum(left.values()))
        return
    taken = {
        (number, reach): variables.model.new_int_var(0, max(certain[number], 0), "")
        for reach in reaches
        for number in sorted(reach)
    }
    for reach, amount in demand.items():
        variables.model.add(amount <= sum(taken[number, reach] for number in sorted(reach)))
    for number, room in left.items():
        variables.model.add(sum(n for (pool, _), n in taken.items() if pool == number) <= room)


def _left(variables: Variables, number: int, month: Month, own: Mapping[str, list[Linear]]) -> Linear:
    """What a pool has left for candidates without a fixed supervisor."""
    pools, held = variables.held.pools, variables.held
    fixed = [term for supervisor in pools.supervisors[number] for term in own.get(supervisor.id, ())]
    return pools.places([number], month) - held.n_supervised(number, month) - sum(fixed)
