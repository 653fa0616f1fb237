"""Every service month has one supervisor."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from scheduler.accounting import PlanRead, Trajectory, arena_shares, reckoned_once, spans, spans_by_key
from scheduler.changes.change import Action, Change
from scheduler.constraints.conflict import Conflict
from scheduler.constraints.count import Count, CountedPerson
from scheduler.constraints.facts import ConflictTeller, Facts, Numbers
from scheduler.constraints.proposal import FOR_ALL, MOST_PLACES, Make, Proposal, added, each_month, set_to
from scheduler.constraints.rule import Rule, Violation
from scheduler.exact import Exact
from scheduler.instance.named import called
from scheduler.instance.pools import Asked, Reach, joined, own_arenas, unions
from scheduler.instance.rule_key import Keys, RuleKey
from scheduler.instance.timeline import surely_in_service
from scheduler.instance.types import Instance, Supervisor
from scheduler.month import Month, format_month
from scheduler.texts import Phrase, phrase

if TYPE_CHECKING:
    from scheduler.variables import Variables


MOST_MORE_SUPERVISED = 4
HALF = 50  # percent of the mix
MOST_REACHES = 8  # of more it is not asked what some of them need together
Taken = Mapping[str, Mapping[Month, list[str]]]  # supervisor -> month -> candidates


class Supervision(Rule):
    """Every service month has exactly one supervisor, a specialist or exempted, within places and availability.

    In an arena with supervisors of its own it is one of these. A fixed one stays as long as there is a place.
    """

    id = "supervision"
    telling = 35
    blamed = 55
    settled_anew = True
    by_month = True

    def build(self, variables: Variables) -> None:
        """Each month has supervisors enough for those in service; who supervises whom is settled afterwards."""
        if variables.instance.supervisors:
            own, known = variables.held.pools.own, dict[Asked, _Asking]()
            for t in range(variables.n_months):
                arenas = (arena for arena in own if variables.states_in(RuleKey(self.id, arena=arena), t))
                asked = Asked(frozenset(arenas), variables.states_in(RuleKey(self.id), t))
                if asked.arenas or asked.others:
                    if asked not in known:
                        known[asked] = _Asking(variables, asked)
                    _enough_in_month(known[asked], t)

    def check(self, read: PlanRead) -> Iterator[Violation]:
        """Whoever the plan names is known; who supervises each service month, then the places of every supervisor:
        nothing of these without supervisors.
        """
        for trajectory in read.trajectories:
            yield from self._check_known(trajectory)
        if not read.instance.supervisors:
            return
        people = {trajectory.candidate.id: trajectory for trajectory in read.trajectories}
        who = {candidate_id: _supervisors_by_month(trajectory) for candidate_id, trajectory in people.items()}
        taken = _taken(who)
        for candidate_id, trajectory in people.items():
            yield from _faults_of(trajectory)
            yield from self._check_fixed(people, trajectory, who[candidate_id], taken)
        yield from self._check_places(read.instance, taken)

    def report(self, read: PlanRead) -> Iterator[Violation]:
        """The months in which another than the fixed supervisor has taken over, and why."""
        for trajectory in read.trajectories:
            named = trajectory.candidate.supervisor
            others = (
                ((_why_another(trajectory, month, given), given.name, people[0]), month)
                for month, people in (_supervisors_by_month(trajectory) if named else {}).items()
                if (given := read.instance.supervisors.get(named.at(month) or "")) is not None
                and len(people) == 1
                and people[0] != given.id
            )
            for (why, name, other), span in spans_by_key(others):
                fields = {"given": name, "other": _name(read.instance, other)}
                yield Violation(
                    self.id, f"reported.{why}", fields, trajectory.candidate.id, other, span.start, span.end
                )

    def _check_known(self, trajectory: Trajectory) -> Iterator[Violation]:
        """Nobody is named whom the instance does not have, in whatever months, and whether supervision is planned or
        not.
        """
        rows = [row for row in trajectory.entry.supervisors if row.id not in trajectory.instance.supervisors]
        months = ((row.id, month) for row in rows for month in range(row.from_, row.to + 1))
        for supervisor, span in spans_by_key(months):
            fields = {"supervisor": supervisor}
            key, who = "violations.supervisor-unknown", trajectory.candidate.id
            yield Violation(self.id, key, fields, who, supervisor, span.start, span.end)

    def _check_fixed(
        self,
        people: Mapping[str, Trajectory],
        trajectory: Trajectory,
        by_month: Mapping[Month, list[str]],
        taken: Taken,
    ) -> Iterator[Violation]:
        """Months with another than the fixed one although there is a place with that one."""
        named = trajectory.candidate.supervisor
        others = (
            ((supervisors[0], given), month)
            for month, supervisors in by_month.items()
            if (given := named.at(month)) is not None
            and len(supervisors) == 1
            and supervisors[0] in trajectory.instance.supervisors
            and supervisors[0] != given
            and _may_take(trajectory, month, given)
            and _has_a_place(trajectory.instance, people, month, given, supervisors[0], taken)
        )
        for (supervisor, given), span in spans_by_key(others):
            fields = {"supervisor": _name(trajectory.instance, supervisor), "given": _name(trajectory.instance, given)}
            yield Violation(
                self.id,
                "violations.supervisor-other",
                fields,
                trajectory.candidate.id,
                supervisor,
                span.start,
                span.end,
            )

    def _check_places(self, instance: Instance, used: Taken) -> Iterator[Violation]:
        for supervisor in instance.supervisors.values():
            months = used.get(supervisor.id, {}).items()
            numbers = ((tuple(who), supervisor.places.at(month), month) for month, who in months)
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
        """The supervisors all together, and those of each arena that has its own."""
        if instance.supervisors:
            yield RuleKey(self.id)
            yield from (RuleKey(self.id, arena=arena.id) for arena in instance.arenas.values() if arena.own_supervisor)

    def lies_fast(self, key: RuleKey) -> bool:
        """Supervisors come and go."""
        return True

    def clause(self, facts: Facts, key: RuleKey) -> Phrase:
        """The places of all supervisors together, or of an arena's own, and when."""
        places, months = facts.places(_places(facts, key)), facts.span(key)
        if key.arena is None:
            return facts.say(self.id, places=places, months=months)
        return facts.say("supervision-own", arena=facts.place(key), places=places, months=months)

    def numbers(self, facts: Facts, key: RuleKey) -> Numbers | None:
        """Places that there are, and candidates who need one."""
        return min(_places(facts, key), default=0), len(facts.conflict.candidates)

    def shape(self, telling: ConflictTeller, shared: Sequence[RuleKey]) -> Phrase | None:
        """There are more candidates than all supervisors together have places for."""
        if list(shared) != [RuleKey(self.id)] or telling.untold(shared):
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
        short: dict[tuple[int, tuple[str, ...]], list[int]] = defaultdict(list)
        for t in range(instance.end - instance.start):
            places = sum(supervisor.places_at(instance.start + t) for supervisor in instance.supervisors.values())
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
        """A new supervisor, or a longer exemption of one who has one; of an arena's own ones also more places."""
        yield _new_supervisors(instance, key.arena)
        yield from _longer_exemptions(instance, _attached(instance, key))
        for supervisor in _attached(instance, key) if key.arena is not None else ():
            more = added("supervisor", supervisor.id, "places")
            yield Proposal(more, each_month(0.5), MOST_MORE_SUPERVISED, (instance.start, instance.end))


def _attached(instance: Instance, key: RuleKey) -> list[Supervisor]:
    """The arena's own supervisors, or all."""
    people = instance.supervisors.values()
    return [supervisor for supervisor in people if key.arena is None or key.arena in supervisor.arenas]


def _places(facts: Facts, key: RuleKey) -> list[int]:
    """The places of the arena's own supervisors, or of all together, month by month."""
    chosen = _attached(facts.instance, key)
    return [sum(supervisor.places_at(month) for supervisor in chosen) for month in range(*facts.window(key))]


def _longer_exemptions(instance: Instance, people: Sequence[Supervisor]) -> Iterator[Proposal]:
    """For each who is no specialist, and is to supervise after the exemption is over: a later month, to the horizon."""
    for supervisor in people:
        over = supervisor.exempt_end
        if supervisor.specialist or over is None:
            continue
        last = max((month for month in range(over, instance.end) if supervisor.places.at(month) > 0), default=None)
        if last is not None:
            yield Proposal(_exempt_to(supervisor.id, over), lambda amount, _: amount, last + 1 - over)


def _exempt_to(supervisor: str, over: Month) -> Make:
    return set_to("supervisor", supervisor, "exempt_to", lambda amount: format_month(over - 1 + amount))


def _new_supervisors(instance: Instance, arena: str | None) -> Proposal:
    new_id = next(f"V-ny-{n}" for n in range(1, 1000) if f"V-ny-{n}" not in instance.supervisors)

    def make(amount: int, _start: Month | None, _end: Month | None) -> list[Change]:
        row: dict[str, object] = {"id": new_id, "places": amount, "specialist": True}
        if arena is not None:
            row["arenas"] = [arena]
        return [Change(Action.NEW, "supervisor", new_id, value=row)]

    return Proposal(make, lambda amount, _: FOR_ALL * amount, MOST_PLACES)


# --- counting in a plan ----------------------------------------------------------------------------------------------


@reckoned_once
def _faults_of(trajectory: Trajectory) -> tuple[Violation, ...]:
    """What is wrong with whom the plan names for one candidate, whoever else there is."""
    by_month = _supervisors_by_month(trajectory)
    return (*_cover_faults(trajectory, by_month), *_person_faults(trajectory, by_month))


def _cover_faults(trajectory: Trajectory, by_month: Mapping[Month, list[str]]) -> Iterator[Violation]:
    """Exactly one in every service month."""
    for span in spans(month for month, who in by_month.items() if not who):
        yield Violation(
            Supervision.id, "violations.supervisor-none", {}, trajectory.candidate.id, start=span.start, end=span.end
        )
    several = ((tuple(who), month) for month, who in by_month.items() if len(who) > 1)
    for who, span in spans_by_key(several):
        fields = {"who": ", ".join(who)}
        yield Violation(
            Supervision.id,
            "violations.supervisor-several",
            fields,
            trajectory.candidate.id,
            start=span.start,
            end=span.end,
        )


def _person_faults(trajectory: Trajectory, by_month: Mapping[Month, list[str]]) -> Iterator[Violation]:
    """A specialist or exempted, there where the candidate serves, and of the arena that asks for its own."""
    faults = (
        ((fault, supervisor, arena), month)
        for month, supervisors in by_month.items()
        for supervisor in supervisors
        for fault, arena in _faults(trajectory, month, supervisor)
    )
    for (fault, supervisor, arena), span in spans_by_key(faults):
        fields: dict[str, object] = {"supervisor": _name(trajectory.instance, supervisor)}
        if arena is not None:
            fields["arena"] = trajectory.instance.arenas[arena].name
        known = trajectory.instance.supervisors.get(supervisor)
        if known is not None and known.exempt_end is not None:
            fields["to"] = format_month(known.exempt_end - 1)
        yield Violation(
            Supervision.id, f"violations.{fault}", fields, trajectory.candidate.id, supervisor, span.start, span.end
        )


@reckoned_once
def _supervisors_by_month(trajectory: Trajectory) -> Mapping[Month, list[str]]:
    """The supervisors that the plan names for each service month."""
    by_month: dict[Month, list[str]] = {month.month: [] for month in trajectory.service}
    for row in trajectory.entry.supervisors:
        for month in range(max(row.from_, trajectory.first), min(row.to + 1, trajectory.end)):
            if month in by_month:
                by_month[month].append(row.id)
    return by_month


def _taken(who: Mapping[str, Mapping[Month, list[str]]]) -> Taken:
    taken: dict[str, dict[Month, list[str]]] = defaultdict(lambda: defaultdict(list))
    for candidate_id, by_month in who.items():
        for month, supervisors in by_month.items():
            for supervisor in dict.fromkeys(supervisors):
                taken[supervisor][month].append(candidate_id)
    return taken


def _faults(trajectory: Trajectory, month: Month, supervisor_id: str) -> Iterator[tuple[str, str | None]]:
    """What is wrong with this supervisor in this month, and the arena that it is about."""
    supervisor = trajectory.instance.supervisors.get(supervisor_id)
    if supervisor is None:
        return  # told already
    if not supervisor.specialist and supervisor.exempt_end is None:
        yield "supervisor-not-specialist", None
    elif not supervisor.specialist and supervisor.exempt_end is not None and month >= supervisor.exempt_end:
        yield "supervisor-exempt-no-longer", None
    shares = arena_shares(trajectory, trajectory.by_month[month])
    without_own = [arena for arena in _asking(trajectory.instance, shares) if arena not in supervisor.arenas]
    yield from (("supervisor-not-of-arena", arena) for arena in without_own)
    if not without_own and supervisor.arenas and supervisor.arenas.isdisjoint(shares):
        yield "supervisor-elsewhere", None


def _asking(instance: Instance, shares: Mapping[str, Exact]) -> list[str]:
    """The arenas of half the mix or more that have supervisors of their own."""
    return [arena for arena, share in shares.items() if share >= HALF and instance.arenas[arena].own_supervisor]


def _may_take(trajectory: Trajectory, month: Month, supervisor_id: str) -> bool:
    supervisor = trajectory.instance.supervisors.get(supervisor_id)
    there = supervisor is not None and supervisor.places.at(month) > 0
    return there and not any(_faults(trajectory, month, supervisor_id))


def _has_a_place(
    instance: Instance, people: Mapping[str, Trajectory], month: Month, given: str, other: str, taken: Taken
) -> bool:
    """Whether one is free with the fixed supervisor, or with somebody who might as well be with the other one."""
    there = taken.get(given, {}).get(month, [])
    return len(there) < instance.supervisors[given].places.at(month) or any(
        each.candidate.supervisor.at(month) != given and _may_take(each, month, other)
        for each in map(people.__getitem__, there)
    )


def _why_another(trajectory: Trajectory, month: Month, given: Supervisor) -> str:
    shares = arena_shares(trajectory, trajectory.by_month[month])
    if any(arena not in given.arenas for arena in _asking(trajectory.instance, shares)):
        return "supervisor-of-arena"
    return "supervisor-full" if _may_take(trajectory, month, given.id) else "supervisor-away"


def _name(instance: Instance, supervisor_id: str) -> str:
    return called(instance.supervisors, supervisor_id)


# --- stating it in the model ---------------------------------------------------------------------------------------


def _enough_in_month(asking: _Asking, t: int) -> None:
    """Everybody who needs one is taken by a supervisor whom they can have."""
    held = asking.variables.held.reached(asking.variables.month(t), asking.asked)
    for together in asking.together(frozenset(held)):
        if together.near:  # those who are held were planned beside each other
            _share(together, t, held)


class _Asking:
    """What the free candidates may need of supervisors, where so much is asked; the same for every month."""

    def __init__(self, variables: Variables, asked: Asked) -> None:
        self.variables = variables
        self.asked = asked
        self._mine = [reach for person in variables.candidates for reach in person.reaches(asked)]
        self._together: dict[frozenset[Reach], list[_Together]] = {}

    def together(self, held: frozenset[Reach]) -> list[_Together]:
        """Reaches that share pools, together; ``held``: of those who are held."""
        if held not in self._together:
            self._together[held] = [_Together(self, reaches) for reaches in joined([*held, *self._mine])]
        return self._together[held]


class _Together:
    """Some reaches that share pools, and the free candidates who may need one of them."""

    def __init__(self, asking: _Asking, reaches: list[Reach]) -> None:
        self.variables, self.asked, self.reaches = asking.variables, asking.asked, reaches
        self.numbers = sorted(frozenset().union(*reaches))
        self._of = [
            (person, needs)
            for person in self.variables.candidates
            if not (needs := person.reaches(self.asked)).isdisjoint(reaches)
        ]
        self.near = [person for person, _ in self._of]
        self._n_needing = {reach: sum(reach in needs for _, needs in self._of) for reach in reaches}
        self._arenas = {reach: self._where_asked(reach) for reach in reaches}

    @cached_property
    def unions(self) -> list[tuple[Reach, list[Reach], int]]:
        """What some of them reach together, which lie within it, and how many candidates may need one of these."""
        found = []
        for union in unions(self.reaches):
            inside = [reach for reach in self.reaches if reach <= union]
            found.append((union, inside, sum(not needs.isdisjoint(inside) for _, needs in self._of)))
        return found

    def _where_asked(self, reach: Reach) -> frozenset[str] | None:
        """Arenas in one of which whoever needs one of these pools is; None: anywhere."""
        arenas: set[str] = set()
        for person in self.near:
            for rotation in person.rotations_reached_by(reach, self.asked):
                asking = own_arenas(self.variables.instance, rotation.mix) & self.asked.arenas
                if not asking:
                    return None
                arenas.add(min(asking))
        return frozenset(arenas)

    def most_at_once(self, reach: Reach, t: int) -> int:
        """As many as may need one of these pools in month t: all, or as many as have places in arenas that ask."""
        people, arenas = self._n_needing[reach], self._arenas[reach]
        if arenas is None:
            return people
        rooms = [_room(self.variables, t, arena) for arena in arenas]
        return people if None in rooms else min(people, sum(room for room in rooms if room is not None))

    def surely_enough(self, t: int, held: Mapping[Reach, int], places: Mapping[int, int]) -> bool:
        """Whether no reaches together could ask for more than there is in all that they reach (P. Hall, 1935)."""
        if len(self.reaches) > MOST_REACHES:
            people = len(self.near) + sum(held.get(reach, 0) for reach in self.reaches)
            return all(people <= sum(places[number] for number in reach) for reach in self.reaches)
        most = {reach: held.get(reach, 0) + self.most_at_once(reach, t) for reach in self.reaches}
        for union, inside, n_near in self.unions:
            people = n_near + sum(held.get(reach, 0) for reach in inside)
            if min(people, sum(most[reach] for reach in inside)) > sum(places[number] for number in union):
                return False
        return True


def _room(variables: Variables, t: int, arena: str) -> int | None:
    """Heads that the model lets into the arena; None: as many as like."""
    stated = variables.states_in(RuleKey("capacity", arena=arena), t)
    left = variables.held.places_left(arena, variables.month(t)) if stated else None
    return None if left is None else max(left, 0)


def _share(together: _Together, t: int, held: Mapping[Reach, int]) -> None:
    """Candidates reached by pools that overlap: each is taken by one of its pools, none of which takes too many.

    Nothing is said where the pools could take as many as may ever need them.
    """
    variables, asked, reaches = together.variables, together.asked, together.reaches
    pools = variables.held.pools
    places = {number: pools.places([number], variables.month(t)) for number in together.numbers}
    if together.surely_enough(t, held, places):
        return
    demand = {
        reach: held.get(reach, 0) + sum(person.reached_by(t, reach, asked) for person in together.near)
        for reach in reaches
    }
    if len(demand) == 1:
        variables.model.add(sum(demand.values()) <= sum(places.values()))
        return
    taken = {
        (number, reach): variables.model.new_int_var(0, places[number], "")
        for reach in reaches
        for number in sorted(reach)
    }
    for reach, amount in demand.items():
        variables.model.add(amount <= sum(taken[number, reach] for number in sorted(reach)))
    for number, room in places.items():
        variables.model.add(sum(n for (pool, _), n in taken.items() if pool == number) <= room)
