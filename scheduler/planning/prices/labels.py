"""Labels of paths that are made of blocks: what there has been of each rule, packed into whole numbers, and the
cheapest way to it; whole layers of them in one step of numpy.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

Costs = npt.NDArray[np.float64]
Keys = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

WORD = 62  # bits of a whole number that are used
SPARE = 4  # times as many as are kept go on before those that are the same are told apart
_MIX = np.int64(-7046029254386353131)  # an odd number with its bits well mixed (2**64 over the golden ratio)


@dataclass(frozen=True, slots=True)
class Counter:
    """Something that blocks are counted for: at most so many, at least so many in the end; where it stands in a key.

    It begins at ``2**bits - 1 - most``, so that one too many reaches the bit above, the ``guard``.
    """

    word: int
    shift: int
    bits: int
    most: int
    least: int

    @property
    def guard(self) -> int:
        """The bit that says that there are too many."""
        return 1 << self.shift + self.bits

    @property
    def begun(self) -> int:
        """What stands there at first."""
        return (1 << self.bits) - 1 - self.most << self.shift

    def counted(self, keys: Sequence[Keys]) -> Keys:
        """How many have been counted."""
        counted: Keys = (keys[self.word] >> self.shift & (1 << self.bits + 1) - 1) - (self.begun >> self.shift)
        return counted

    def reached(self, keys: Sequence[Keys], number: int) -> Flags:
        """Whether so many have been counted."""
        reached: Flags = self.counted(keys) >= number
        return reached


@dataclass(slots=True)
class Counters:
    """The counters of a candidate, handed out one after another."""

    made: list[Counter] = field(default_factory=list)

    def new(self, most: int, least: int = 0) -> Counter:
        """One more; what has no room in a word stands at the beginning of the next."""
        bits = max(most.bit_length(), 1)
        word, shift = 0, 0
        if self.made:
            last = self.made[-1]
            word, shift = last.word, last.shift + last.bits + 1
        if shift + bits + 1 > WORD:
            word, shift = word + 1, 0
        counter = Counter(word, shift, bits, most, least)
        self.made.append(counter)
        return counter

    @property
    def words(self) -> int:
        """How many whole numbers a key is."""
        return self.made[-1].word + 1 if self.made else 1

    def sums(self, of: Callable[[Counter], int], some: Iterable[Counter]) -> tuple[int, ...]:
        """What some of them have in each word."""
        words = [0] * self.words
        for counter in some:
            words[counter.word] += of(counter)
        return tuple(words)


@dataclass(frozen=True, slots=True)
class Effect:
    """What a block does: it ``adds`` to each word of a key, if none of ``after`` is at nothing, and lasts so long."""

    adds: tuple[int, ...]
    after: tuple[Counter, ...]
    months: int


@dataclass(frozen=True, slots=True)
class Layer:
    """The labels of a month, by months served and place: what each costs, its key by word, and how it came about:
    by which block (-1: a month in base), out of which label, of those of the month in which that began.
    """

    cost: Costs
    keys: tuple[Keys, ...]
    block: Keys
    before: Keys

    @staticmethod
    def first(n_rows: int, key: Sequence[int]) -> Layer:
        """Nothing has been served, and nothing costs."""
        cost = np.full((n_rows, 1), np.inf)
        cost[0] = 0.0
        nothing = np.zeros((n_rows, 1), np.int64)
        return Layer(cost, tuple(np.full((n_rows, 1), word, np.int64) for word in key), nothing - 1, nothing)

    @staticmethod
    def of(some: Sequence[Layer]) -> Layer:
        """All of some as one."""
        if len(some) == 1:
            return some[0]
        return Layer(
            np.concatenate([each.cost for each in some], axis=1),
            tuple(np.concatenate(words, axis=1) for words in zip(*(each.keys for each in some), strict=True)),
            np.concatenate([each.block for each in some], axis=1),
            np.concatenate([each.before for each in some], axis=1),
        )

    def taken(self, places: Keys) -> Layer:
        """Those at places, row by row."""
        return Layer(
            np.take_along_axis(self.cost, places, axis=1),
            tuple(np.take_along_axis(word, places, axis=1) for word in self.keys),
            np.take_along_axis(self.block, places, axis=1),
            np.take_along_axis(self.before, places, axis=1),
        )

    def cheapest(self, n: int) -> Layer:
        """Of each row so many of the cheapest, in no order."""
        if self.cost.shape[1] <= n:
            return self
        return self.taken(np.argpartition(self.cost, n - 1, axis=1)[:, :n])

    def told_apart(self, n: int) -> Layer:
        """Of each row so many of the cheapest, where of those with one key only the cheapest counts."""
        some = self.cheapest(SPARE * n)
        some = some.taken(np.argsort(some.cost, axis=1, kind="stable"))
        mixed = np.zeros_like(some.block)
        for word in some.keys:
            mixed = (mixed ^ word) * _MIX
            mixed ^= mixed >> 29
        order = np.argsort(mixed, axis=1, kind="stable")
        sorted_ = np.take_along_axis(mixed, order, axis=1)
        again = np.zeros_like(sorted_, dtype=bool)
        again[:, 1:] = sorted_[:, 1:] == sorted_[:, :-1]
        dearer = np.empty_like(again)
        np.put_along_axis(dearer, order, again, axis=1)
        some.cost[dearer] = np.inf
        return some.taken(np.argsort(some.cost, axis=1, kind="stable")[:, :n])

    def stayed(self, cost: float) -> Layer:
        """A month in base later."""
        before = np.arange(self.cost.size).reshape(self.cost.shape)
        return Layer(self.cost + cost, self.keys, np.full_like(self.block, -1), before)

    def grown(self, effects: Sequence[Effect], blocks: Keys, costs: Costs, guards: Sequence[int]) -> Layer:
        """By a block of each of some effects, where that may follow; ``blocks``, ``costs``: of which rotation, and what
        it costs.
        """
        total = self.cost[:, :, None] + costs
        keys = []
        for number, (word, guard) in enumerate(zip(self.keys, guards, strict=True)):
            key = word[:, :, None] + np.array([effect.adds[number] for effect in effects], np.int64)
            total[(key & guard) != 0] = np.inf
            keys.append(key)
        for place, effect in enumerate(effects):
            for counter in effect.after:
                total[~counter.reached(self.keys, 1), place] = np.inf
        shape = total.shape
        before = np.repeat(np.arange(self.cost.size), len(effects)).reshape(shape)
        flat = (shape[0], -1)
        return Layer(
            total.reshape(flat),
            tuple(key.reshape(flat) for key in keys),
            np.broadcast_to(blocks, shape).reshape(flat),
            before.reshape(flat),
        )

    def rows(self, since: int, until: int) -> Layer:
        """Those who have served so long."""
        some = slice(since, until)
        keys = tuple(word[some] for word in self.keys)
        return Layer(self.cost[some], keys, self.block[some], self.before[some])

    def in_one_row(self) -> Layer:
        """All in one row."""
        keys = tuple(word.reshape(1, -1) for word in self.keys)
        return Layer(self.cost.reshape(1, -1), keys, self.block.reshape(1, -1), self.before.reshape(1, -1))

    def among(self, row: int, n_rows: int) -> Layer:
        """The same from a row on, among rows in which there is nobody."""
        around = ((row, n_rows - row - self.cost.shape[0]), (0, 0))
        keys = tuple(np.pad(word, around) for word in self.keys)
        cost = np.pad(self.cost, around, constant_values=np.inf)
        return Layer(cost, keys, np.pad(self.block, around), np.pad(self.before, around))
