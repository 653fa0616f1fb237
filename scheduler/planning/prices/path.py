"""One candidate's best months where a head in a month that is full costs; every rule of the candidate is kept."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import accumulate
from random import Random

import numpy as np

from scheduler.instance.assignment import Assignment
from scheduler.instance.occupancy import Occupancy
from scheduler.instance.offices import offices_of
from scheduler.instance.types import Candidate, Instance
from scheduler.model import build_model
from scheduler.objective import delay_of, wishes_of
from scheduler.planning.prices.block_paths import Costs, best_path
from scheduler.planning.prices.by_blocks import is_by_blocks
from scheduler.planning.prices.resources import Amounts, Load, Place
from scheduler.solver.engine import Settings, Stop, evaluate, run
from scheduler.variables import BlockVariables, CandidateVariables, Linear, Scope

MONTH_LATE = 1000
"""What a month of delay costs, in the same money as a head in a full month."""

WISH_LOST = 40  # for each of its weight
HEAVIEST_WISH = 300
"""What the heaviest wish of somebody is worth at most: a quarter of a head in a full month, or one that lacks."""

BLOCK = 10


def wish_lost(candidate: Candidate) -> int:
    """What a wish that is lost costs for each of its weight."""
    heaviest = max((wish.weight for wish in candidate.wishes), default=1)
    return max(1, min(WISH_LOST, HEAVIEST_WISH // max(heaviest, 1)))


@dataclass(frozen=True, slots=True)
class Prices:
    """What a head costs by row and month (less than nothing where heads are lacking), and a membership by group year;
    ``off_duty`` by candidate and month: what a month in which no shift can be taken costs (less than nothing: gains).
    """

    heads: Amounts
    groups: Mapping[tuple[str, int], int]
    on_duty: Mapping[str, Amounts]


@dataclass(frozen=True, slots=True)
class PathOracle:
    """The best path of a candidate under prices, beside those who are ``held`` as they are."""

    instance: Instance
    held: Occupancy
    load: Load
    settings: Settings
    random: Random

    def best(self, candidate: Candidate, prices: Prices, stop: Stop) -> Assignment | None:
        """None if there was no time, or there is no path at all."""
        if stop.over:
            return None
        path = self._by_blocks(candidate, prices, stop) if is_by_blocks(self.instance, candidate) else None
        return self._by_model(candidate, prices, stop) if path is None else path

    def _by_blocks(self, candidate: Candidate, prices: Prices, stop: Stop) -> Assignment | None:
        """A path without a model, for whom nothing else matters than which blocks there are; None if there is none
        beside those who are held.
        """
        (office,) = offices_of(self.instance, candidate)
        rotations = self.instance.rotations_of(candidate)
        gained: defaultdict[str, int] = defaultdict(int)
        for wish in candidate.wishes:
            gained[wish.rotation] += wish_lost(candidate) * wish.weight
        costs = Costs(
            {each.id: self._by_month(candidate, (each.id, office), prices) for each in rotations},
            {each.id: BLOCK - gained[each.id] for each in rotations},
            MONTH_LATE,
        )
        path = best_path(self.instance, candidate, costs, self.settings.limits.path_labels, stop)
        return path if path is not None and self.held.fits(path) else None

    def _by_model(self, candidate: Candidate, prices: Prices, stop: Stop) -> Assignment | None:
        variables = build_model(Scope(self.instance, [candidate], self.held, floors=False))
        person = variables.candidates[0]
        office = self._office(person, prices)
        for seat in person.seats:
            if office is not None and office in seat.chosen and len(seat.chosen) > 1:
                variables.model.add(seat.chosen[office] == 1)
        variables.model.minimize(self._cost(person, prices, office))
        outcome = run(variables.model, self.settings.for_few, stop, self.settings.limits.path_effort)
        if outcome.values is None:
            return None
        values = outcome.values
        return variables.assignments(lambda expression: evaluate(expression, values))[0]

    def _cost(self, person: CandidateVariables, prices: Prices, office: str | None) -> Linear:
        total: Linear = MONTH_LATE * delay_of(person) + wish_lost(person.candidate) * wishes_of(person)
        base = self._by_month(person.candidate, (person.base.id, office), prices)
        for block in person.blocks:
            by_month = self._by_month(person.candidate, (block.rotation.id, office), prices)
            total += BLOCK * block.present + self._over(person, by_month - base, block)
        total += self._from_start_to_finish(person, base)
        for group_id, joined in person.groups.items():
            total += sum(prices.groups.get(year, 0) for year in self.load.years(group_id)) * joined
        return total

    def _from_start_to_finish(self, person: CandidateVariables, by_month: Amounts) -> Linear:
        running, first = self._running(person, by_month), person.timeline.first
        if not any(running):
            return 0
        return person.variables.at(running, person.finish, first) - person.variables.at(running, person.start, first)

    def _over(self, person: CandidateVariables, by_month: Amounts, block: BlockVariables) -> Linear:
        """What the months of a block cost; what is gained by itself, since a running total must not fall."""
        costs, gains = (self._running(person, np.maximum(part, 0)) for part in (by_month, -by_month))
        return (block.over(costs) if any(costs) else 0) - (block.over(gains) if any(gains) else 0)

    def _running(self, person: CandidateVariables, by_month: Amounts) -> tuple[int, ...]:
        """The running total of a price, over the months in which the candidate works."""
        n, works = person.timeline.end, person.timeline.works
        return tuple(accumulate((int(by_month[t]) if works(t) else 0 for t in range(n)), initial=0))

    def _by_month(self, candidate: Candidate, place: Place, prices: Prices) -> Amounts:
        """What a month in a place costs."""
        total = np.zeros(self.load.n_months)
        for row, share in self.load.table(candidate).get(place, ()):
            total += np.round(prices.heads[row] * (share / self.load.step[row, 0]))
        duty = prices.on_duty.get(candidate.id)
        if duty is not None and self.instance.rotations[place[0]].legevakt:
            total += duty
        return total

    def _office(self, person: CandidateVariables, prices: Prices) -> str | None:
        """The office in which base is cheapest, of those that may be chosen; one of them where several are."""
        offices = [office for office in person.practices if any(office in seat.chosen for seat in person.seats[:1])]
        if not offices:
            return None
        months = slice(person.timeline.first, person.timeline.end)
        cost = {
            office: float(self._by_month(person.candidate, (person.base.id, office), prices)[months].sum())
            for office in offices
        }
        least = min(cost.values())
        return self.random.choice([office for office in offices if cost[office] == least])
