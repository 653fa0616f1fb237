"""One candidate's best path under prices where every block has one length and months in base count for nothing.

Labels of month, blocks and cost are set one after another and the dearer of two that ask for the same is dropped
(M. Desrochers & F. Soumis, 1988). Of those who have served as long, only so many of the cheapest go on, so a path need
not be the best; what it breaks of the candidate's own rules is nothing. A model takes a hundred times as long where
there are dozens of such rotations.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from scheduler.instance.assignment import Assignment
from scheduler.instance.types import Candidate, Instance
from scheduler.planning.prices.block_tables import BlockTables
from scheduler.planning.prices.labels import SPARE, Effect, Keys, Layer
from scheduler.planning.prices.resources import Amounts
from scheduler.solver.engine import Stop
from scheduler.solver.limits import EFFORT_PER_LABEL


@dataclass(frozen=True, slots=True)
class Costs:
    """What a path costs: a rotation by month (base included), a block of it, and each month of delay."""

    by_month: Mapping[str, Amounts]
    of_block: Mapping[str, float]
    month_late: float


def best_path(instance: Instance, candidate: Candidate, costs: Costs, labels: int, stop: Stop) -> Assignment | None:
    """The cheapest path that is found with so many ``labels`` of each month and length of service, if one is."""
    return _Search(instance.remembered(candidate, BlockTables), costs, labels).run(stop)


@dataclass(slots=True)
class _Best:
    """The cheapest way found to the end: its last month, its last block and the label out of which that came."""

    cost: float = np.inf
    end: int = 0
    block: int = -1
    before: int = 0


class _Search:
    """The labels of one path, month after month, under some costs."""

    def __init__(self, tables: BlockTables, costs: Costs, labels: int) -> None:
        self._tables, self._labels, self._line = tables, labels, tables.line
        self._month_late = costs.month_late
        running = {each: self._running(costs.by_month[each]) for each in costs.by_month}
        self._base = np.diff(running[tables.base])
        self._by_effect = self._ways(costs, running)
        self._kept: dict[int, Layer] = {}
        self._coming: defaultdict[int, list[Layer]] = defaultdict(list)
        self._best = _Best()
        self._tried = 0

    def _running(self, by_month: Amounts) -> Amounts:
        """The running total over the months in which the candidate works."""
        works = [self._line.works(t) for t in range(self._line.end)]
        return np.concatenate([[0.0], np.cumsum(np.where(works, by_month[: self._line.end], 0.0))])

    def _ways(self, costs: Costs, running: Mapping[str, Amounts]) -> list[tuple[Effect, Keys, Amounts]]:
        """By effect: the cheapest rotation for it and what it costs, by the month in which a block of it begins."""
        ways = []
        for effect, members in self._tables.effects.items():
            rows = []
            for number in members:
                over = running[(rotation := self._tables.rotations[number]).id]
                cost = np.full(self._line.end, np.inf)
                n = max(self._line.end + 1 - rotation.min_months, 0)
                cost[:n] = over[rotation.min_months :] - over[:n] + costs.of_block[rotation.id]
                rows.append(cost + self._tables.may_begin[number])
            by_month = np.array(rows)
            least = by_month.argmin(axis=0)
            cheapest = np.take_along_axis(by_month, least[None], axis=0)[0]
            ways.append((effect, np.array(members, np.int64)[least], cheapest))
        return ways

    def run(self, stop: Stop) -> Assignment | None:
        """The cheapest path found."""
        line = self._line
        self._coming[line.first].append(Layer.first(self._tables.asked + 1, self._tables.key))
        for t in range(line.first, line.end):
            layer = self._layer(t)
            if layer is None:
                continue
            self._kept[t] = layer
            self._coming[t + 1].append(layer.stayed(self._base[t]))
            for months, some in self._open_at(t).items():
                self._grow(t, layer, months, some)
        stop.spend(self._tried * EFFORT_PER_LABEL)
        return None if self._best.cost == np.inf else self._traced()

    def _layer(self, t: int) -> Layer | None:
        """Of those who have served as long the cheapest, if there is time for the rest."""
        some = self._coming.pop(t, None)
        if not some:
            return None
        layer = Layer.of(some)
        left = self._line.service[self._line.end] - self._line.service[t]
        layer.cost[: max(self._tables.asked - left, 0)] = np.inf
        layer.cost[self._tables.is_late(layer, t)] = np.inf
        layer = layer.told_apart(self._labels)
        return layer if np.isfinite(layer.cost).any() else None

    def _open_at(self, t: int) -> dict[int, list[tuple[Effect, int, float]]]:
        """By length: the effects of blocks that may begin in a month, the rotation, and what it costs."""
        some: defaultdict[int, list[tuple[Effect, int, float]]] = defaultdict(list)
        for effect, numbers, costs in self._by_effect:
            if np.isfinite(costs[t]):
                some[effect.months].append((effect, int(numbers[t]), float(costs[t])))
        return some

    def _grow(self, t: int, layer: Layer, months: int, some: Sequence[tuple[Effect, int, float]]) -> None:
        """The labels after a block of such a length, and the ends that are reached by one."""
        (rows,) = np.nonzero(np.isfinite(layer.cost).any(axis=1))
        since, until = int(rows[0]), int(rows[-1]) + 1
        effects, numbers, costs = zip(*some, strict=True)
        base = since * layer.cost.shape[1]  # where its first label stands
        part = layer.rows(since, until)
        grown = part.grown(effects, np.array(numbers, np.int64), np.array(costs), self._tables.guards)
        grown.before[:] += base
        self._tried += int(np.isfinite(part.cost).sum()) * len(effects)
        asked = self._tables.asked
        enough = min(max(asked - months - since, 0), until - since)  # from this row on all is served
        served = grown.rows(enough, until - since)
        if enough:
            self._push(t + months, grown.rows(0, enough).cheapest(SPARE * self._labels), since + months)
        if served.cost.size:
            done = self._tables.is_done(served) & np.isfinite(served.cost)
            self._end(t + months, served, np.where(done, served.cost, np.inf))
            served.cost[done] = np.inf
            if np.isfinite(served.cost).any():
                self._push(t + months, served.in_one_row().cheapest(SPARE * self._labels), asked)

    def _end(self, end: int, layer: Layer, costs: Amounts) -> None:
        place = int(costs.argmin())
        cost = float(costs.flat[place]) + self._month_late * (end - self._line.due)
        if cost < self._best.cost:
            self._best = _Best(cost, end, int(layer.block.flat[place]), int(layer.before.flat[place]))

    def _push(self, t: int, layer: Layer, row: int) -> None:
        """Those labels, of rows from one on, are there from a month on."""
        self._coming[t].append(layer.among(row, self._tables.asked + 1))

    def _traced(self) -> Assignment:
        """The blocks, from the last one on."""
        t, block, before = self._best.end, self._best.block, self._best.before
        blocks = []
        while t > self._line.first:
            t -= 1 if block < 0 else self._tables.rotations[block].min_months
            if block >= 0:
                blocks.append((t, block))
            layer = self._kept[t]
            block, before = int(layer.block.flat[before]), int(layer.before.flat[before])
        return self._tables.of_blocks(blocks, self._best.end)
