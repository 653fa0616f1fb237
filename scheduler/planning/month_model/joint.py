"""The ceilings that all keep together, month by month."""

from __future__ import annotations

import operator
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise

from ortools.sat.python import cp_model

from scheduler.exact import Exact, whole_row
from scheduler.instance.occupancy import Occupancy
from scheduler.instance.order import alike
from scheduler.instance.pools import Asked, Reach, joined, joint
from scheduler.instance.quotas import quotas_of
from scheduler.instance.rule_key import Keys, RuleKey
from scheduler.instance.types import Candidate, Instance
from scheduler.planning.month_model.candidate import CandidateMonths, MonthPlan, Window
from scheduler.solver.engine import Run, Settings, Stop, Values, run
from scheduler.variables import Linear

Part = tuple[Exact, cp_model.IntVar]


class MonthModel:
    """A model of where the ``free`` candidates could be, month by month, beside those who are held.

    ``without``: keys of rule instances to leave out. ``on_time``: demand that nobody has to go on for longer, which a
    plan need not keep but a good one does. ``in_order``: of candidates who are alike, look at one order only.
    """

    def __init__(
        self,
        instance: Instance,
        free: Sequence[Candidate],
        held: Occupancy,
        window: Window | None = None,
        without: Keys = frozenset(),
        on_time: bool = False,
        in_order: bool = True,
    ) -> None:
        self.model = cp_model.CpModel()
        self._instance, self._held, self._without = instance, held, without
        self.window = window or (0, instance.end - instance.start)
        self.people = [CandidateMonths(self.model, instance, candidate, self.window) for candidate in free]
        self._offices = {arena.id for arena in instance.offices}
        self.keys: set[RuleKey] = set()  # of the rule instances that are stated somewhere
        for t in range(*self.window):
            there = [person for person in self.people if t in person.at]
            if there:
                self._keep_places(t, there)
                self._keep_quotas(t, there)
                self._keep_at_home(t, there)
                self._supervise(t, there)
        for person in self.people if on_time else ():
            person.be_on_time()
        for each_person, other in pairwise(self.people) if in_order else ():
            if alike(each_person.candidate, other.candidate):
                _in_order(self.model, each_person, other)

    def search(self, settings: Settings, stop: Stop, effort: float) -> Run:
        """Search for a month plan with at most so much effort; infeasible means that there is no plan either."""
        return run(self.model, settings, stop.worth(effort))

    def month_plans(self, values: Values) -> dict[str, MonthPlan]:
        """Every free candidate's office and blocks in a solution."""
        return {person.candidate.id: person.month_plan(values) for person in self.people}

    def _state(self, key: RuleKey, terms: Iterable[Linear], left: int | None) -> None:
        terms = list(terms)
        if left is None or key in self._without or not terms:
            return
        self.keys.add(key)
        self.model.add(sum(terms) <= max(left, 0))

    def _state_credit(self, key: RuleKey, parts: Sequence[Part], left: Exact | None) -> None:
        if left is not None:
            amounts, room = whole_row([amount for amount, _ in parts], left)
            self._state(key, map(operator.mul, amounts, (literal for _, literal in parts)), room)

    def _keep_places(self, t: int, there: Sequence[CandidateMonths]) -> None:
        """Ceilings in heads and percent; percent in offices, and limits that offices are under, are left out."""
        held, month = self._held, self._instance.start + t
        limits_by_arena = held.ceilings.limits_by_arena
        heads, limit_heads = (defaultdict[str, list[Linear]](list) for _ in range(2))
        credit, limit_credit = (defaultdict[str, list[Part]](list) for _ in range(2))
        for person in there:
            percent = person.candidate.percent_at(month)
            for office, literal in person.present[t].items():
                heads[office].append(literal)
            for rotation_id, literal in person.at[t].items():
                shares = self._outside_offices(rotation_id)
                for arena, share in shares.items():
                    heads[arena].append(literal)
                    credit[arena].append((percent * share, literal))
                    for limit in limits_by_arena.get(arena, ()):
                        limit_credit[limit].append((percent * share, literal))
                for limit in {limit_id for arena in shares for limit_id in limits_by_arena.get(arena, ())}:
                    limit_heads[limit].append(literal)
        for arena in heads:
            self._state(RuleKey("capacity", arena=arena), heads[arena], held.places_left(arena, month))
            self._state_credit(RuleKey("capacity", arena=arena), credit[arena], held.credit_left(arena, month))
        for limit in limit_heads:
            if self._offices.isdisjoint(self._instance.limits[limit].arenas):
                self._state(RuleKey("capacity", limit=limit), limit_heads[limit], held.limit_places_left(limit, month))
                left = held.limit_credit_left(limit, month)
                self._state_credit(RuleKey("capacity", limit=limit), limit_credit[limit], left)

    def _keep_quotas(self, t: int, there: Sequence[CandidateMonths]) -> None:
        """Heads of a municipality in shared arenas; quotas that offices are under are left out."""
        heads: defaultdict[str, list[Linear]] = defaultdict(list)
        for person in there:
            for rotation_id, literal in person.at[t].items():
                shares = self._outside_offices(rotation_id)
                for quota in quotas_of(self._instance, person.candidate, shares):
                    heads[quota].append(literal)
        for quota, literals in heads.items():
            if self._offices.isdisjoint(self._instance.quotas[quota].arenas):
                left = self._held.quota_left(quota, self._instance.start + t)
                self._state(RuleKey("quota", quota=quota), literals, left)

    def _outside_offices(self, rotation_id: str) -> Mapping[str, Exact]:
        mix = self._instance.rotations[rotation_id].mix
        return {
            arena_id: share
            for arena_id, share in mix.items()
            if arena_id in self._instance.arenas and arena_id not in self._offices
        }

    def _keep_at_home(self, t: int, there: Sequence[CandidateMonths]) -> None:
        """Away is who has the unit as post, or without a post as office, and serves in a rotation without it."""
        away: defaultdict[str, list[Linear]] = defaultdict(list)
        for person in there:
            post = person.candidate.post
            for unit, is_theirs in person.office_at(t).items() if post is None else [(post, 1)]:
                inside: list[Linear] = [
                    literal
                    for rotation_id, literal in person.at[t].items()
                    if unit in self._instance.rotations[rotation_id].mix
                ]
                if unit in person.present[t]:
                    inside.append(person.present[t][unit])
                away[unit].append(is_theirs - sum(inside))
        for unit, terms in away.items():
            most = self._instance.arenas[unit].max_away
            if most is not None:
                self._state(RuleKey("away", arena=unit), terms, most - self._held.away[unit, self._instance.start + t])

    def _supervise(self, t: int, there: Sequence[CandidateMonths]) -> None:
        """Everybody is taken by a pool that may reach them, wherever their office is."""
        held, pools, month = self._held, self._held.pools, self._instance.start + t
        everybody, own = RuleKey("supervision"), {arena: RuleKey("supervision", arena=arena) for arena in pools.own}
        keys = {everybody, *own.values()} - self._without
        if not self._instance.supervisors or not keys:
            return
        self.keys |= keys
        arenas = frozenset(arena for arena, key in own.items() if key in keys)
        needed = self._in_need(t, there, Asked(arenas, everybody in keys))
        for reaches in joined(needed):
            taken: defaultdict[int, list[cp_model.IntVar]] = defaultdict(list)
            for reach in reaches:
                shares = {pool: self.model.new_int_var(0, len(there) + len(held.assignments), "") for pool in reach}
                self.model.add(sum(shares.values()) >= needed[reach])
                for number, share in shares.items():
                    taken[number].append(share)
            for number, all_taken in taken.items():
                self.model.add(sum(all_taken) <= pools.places([number], month))

    def _in_need(self, t: int, there: Sequence[CandidateMonths], asked: Asked) -> dict[Reach, Linear]:
        """How many are to be taken by one of certain pools; those whom nobody reaches are the model's to refuse."""
        pools = self._held.pools
        demand: defaultdict[Reach, list[Linear]] = defaultdict(list)
        for person in there:
            for rotation_id, literal in person.at[t].items():
                uses = self._instance.rotations[rotation_id].uses_practice
                offices: list[str | None] = [*person.office_at(t)] if uses else [None]
                reach = joint(pools.reach_asked(rotation_id, office_id, asked) for office_id in offices)
                if reach is not None:
                    demand[reach].append(literal)
        for reach, number in self._held.reached(self._instance.start + t, asked).items():
            demand[reach].append(number)
        return {reach: sum(terms) for reach, terms in demand.items() if reach}


def _in_order(model: cp_model.CpModel, each_person: CandidateMonths, other: CandidateMonths) -> None:
    """Of two who are alike, the first has the office that comes first."""

    def place(person: CandidateMonths) -> Linear:
        return sum(number * literal for number, literal in enumerate(person.first_office.values(), start=1))

    model.add(place(each_person) <= place(other))
