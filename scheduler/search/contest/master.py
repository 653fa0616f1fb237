"""Who gets which block: one each, no place twice, what it costs as little as it goes.

A stage is one objective of the contest: the sum of the delays, the longest of them, the sum of wishes lost. The stages
before are held while one is made small.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ortools.sat.python import cp_model

from scheduler.instance.types import Instance
from scheduler.proof import Target
from scheduler.search.contest.choices import Choice, Contender
from scheduler.search.contest.costs import Costs, Question, exactly
from scheduler.search.contest.places import Ceiling, Room
from scheduler.search.engine import Values, evaluate
from scheduler.variables import Linear

DELAY, WORST_DELAY = Target("delay"), Target("delay", worst=True)
WISHES, WORST_WISHES = Target("wishes"), Target("wishes", worst=True)
MOST_WISHES = 10**6


@dataclass(frozen=True, slots=True)
class Solution:
    """Each contender's blocks, and the delay and the wishes thought to go with them.

    Two where the first is too short; ``extra`` are those beyond that, for a wish.
    """

    blocks: Mapping[str, tuple[Choice, ...]]
    extra: Mapping[str, tuple[Choice, ...]]
    delays: Mapping[str, int]
    wishes: Mapping[str, int]


class Master:
    """Everybody's blocks and the room for them; ``Round`` puts on top what is known of costs."""

    def __init__(self, instance: Instance, contenders: Iterable[Contender]) -> None:
        self.model = cp_model.CpModel()
        self.contenders = list(contenders)
        self.horizon = instance.end - instance.start
        self.literals: defaultdict[str, list[tuple[Choice, cp_model.IntVar]]] = defaultdict(list)
        self.first: dict[str, list[tuple[Choice, cp_model.IntVar]]] = {}
        self.second: defaultdict[str, list[tuple[Choice, cp_model.IntVar]]] = defaultdict(list)
        self.extra: defaultdict[str, list[tuple[Choice, cp_model.IntVar]]] = defaultdict(list)
        self.delays: dict[str, cp_model.IntVar] = {}
        self.wishes: dict[str, cp_model.IntVar] = {}
        self._instance = instance
        self._room = Room(instance)
        self._stakes: defaultdict[Ceiling, list[tuple[int, cp_model.IntVar]]] = defaultdict(list)
        for one in self.contenders:
            self._add(one)
        self._keep_places()

    def _add(self, one: Contender) -> None:
        delay = self.delays[one.id] = self.model.new_int_var(one.delay, max(one.delay, self.horizon), "")
        self.first[one.id] = [(choice, self._literal(choice)) for choice in one.first_blocks()]
        self.literals[one.id] += self.first[one.id]
        self.model.add_exactly_one(literal for _, literal in self.first[one.id])
        self._add_second(one, [(choice, lit) for choice, lit in self.first[one.id] if choice.more], delay)
        if one.has_wishes:
            self._add_wishes(one, delay)

    def _add_wishes(self, one: Contender, delay: cp_model.IntVar) -> None:
        """A wish for institution service is met by a block for it: one of those above, or one more."""
        lost = self.wishes[one.id] = self.model.new_int_var(0, MOST_WISHES, "")
        weights: list[Linear] = []
        blocks = list(self.literals[one.id])
        for wish in one.contested_wishes:
            more = [(choice, self._literal(choice)) for choice in one.blocks_for(wish)]
            meeting = [literal for choice, literal in blocks if one.may_meet(wish, choice.rotation, choice.start)]
            met = self.model.new_bool_var("")
            self.model.add_at_most_one(literal for _, literal in more)
            self.model.add(met <= sum(literal for _, literal in more) + sum(meeting))
            self.model.add(delay >= sum(choice.delay * literal for choice, literal in more))
            weights.append(wish.weight * ~met)
            self.extra[one.id] += more
        self.model.add(lost >= sum(weights))
        self.literals[one.id] += self.extra[one.id]
        for rotation in one.rotations:
            if rotation.max_blocks is not None and self.extra[one.id]:
                here = [literal for choice, literal in self.literals[one.id] if choice.rotation == rotation.id]
                self.model.add(sum(here) <= rotation.max_blocks)

    def _add_second(self, one: Contender, begun: list[tuple[Choice, cp_model.IntVar]], delay: cp_model.IntVar) -> None:
        """Whoever begins with a block too short has another one, too."""
        if not begun:
            return
        second = [(choice, self._literal(choice)) for choice in one.second_blocks()]
        n_begun = sum(literal for _, literal in begun)
        self.model.add(sum(literal for _, literal in second) == n_begun)
        whole = [(choice, literal) for choice, literal in self.first[one.id] if not choice.more]
        self.model.add(delay >= sum(choice.delay * literal for choice, literal in [*whole, *second]))
        self._in_order(begun, second, n_begun)
        for rotation in one.rotations:
            if rotation.max_blocks == 1:
                here = [literal for choice, literal in [*begun, *second] if choice.rotation == rotation.id]
                self.model.add_at_most_one(here)
        self.second[one.id] = second
        self.literals[one.id] += second

    def _in_order(
        self,
        begun: list[tuple[Choice, cp_model.IntVar]],
        second: list[tuple[Choice, cp_model.IntVar]],
        n_begun: Linear,
    ) -> None:
        """The second not before the first one ends: whenever it may start, not both early and after a late end.

        Row by row this is what a fraction of a block has to keep as well, which one sum of months does not see to.
        """
        for start in sorted({choice.start for choice, _ in second}):
            late = [literal for choice, literal in begun if choice.start + choice.length > start]
            if late:
                early = [literal for choice, literal in second if choice.start <= start]
                self.model.add(sum(late) + sum(early) <= n_begun)

    def _literal(self, choice: Choice) -> cp_model.IntVar:
        literal = self.model.new_bool_var("")
        for t in range(choice.start, choice.start + choice.length):
            for ceiling, amount in self._room.taken(choice, self._instance.start + t):
                self._stakes[ceiling].append((amount, literal))
        return literal

    def _keep_places(self) -> None:
        seen: set[tuple[str, str, int, frozenset[int]]] = set()
        for ceiling, stakes in self._stakes.items():
            left = max(self._room.left(ceiling), 0)
            key = (ceiling.kind, ceiling.subject, left, frozenset(literal.index for _, literal in stakes))
            if sum(amount for amount, _ in stakes) > left and key not in seen:
                seen.add(key)
                self.model.add(sum(amount * literal for amount, literal in stakes) <= left)


class Round:
    """The model of one round. Costs not known yet are those of the calendar."""

    def __init__(self, master: Master, costs: Costs) -> None:
        self.model = master.model.clone()
        self._master, self._costs = master, costs
        for one in master.contenders:
            self._add_delays(one)
            if one.has_wishes:
                self._add_wishes(one)

    # --- stages ----------------------------------------------------------------------------------------------------

    def hold(self, step: Target, most: int) -> None:
        """No more of an earlier stage than its least."""
        if step.worst:
            for share in self._of(step).values():
                self.model.add(share <= most)
        else:
            self.model.add(sum(self._of(step).values()) <= most)

    def target(self, step: Target) -> Linear:
        """What the stage makes small."""
        if not step.worst:
            return sum(self._of(step).values())
        target = self.model.new_int_var(0, MOST_WISHES, "")
        for share in self._of(step).values():
            self.model.add(share <= target)
        return target

    def unknown(self, step: Target) -> list[cp_model.IntVar]:
        """Blocks of which the delay, or in the stage of wishes the wishes of who has any, would have to be asked."""
        unknown = []
        for one in self._master.contenders:
            delays, wishes = (self._costs.about(one.id, of_delay=kind) for kind in (True, False))
            told = {q.first for q in delays if not q.others}
            if step.level == WISHES.level and one.has_wishes:
                told &= {q.first for q in wishes}
            first = self._master.first[one.id]
            unknown += [literal for choice, literal in first if choice.more or exactly(choice.key) not in told]
            unknown += [literal for _, literal in self._master.extra[one.id]]
        return unknown

    def solution(self, values: Values) -> Solution:
        """What the values say."""

        def chosen(literals: Mapping[str, list[tuple[Choice, cp_model.IntVar]]]) -> dict[str, tuple[Choice, ...]]:
            return {one: tuple(c for c, lit in mine if evaluate(lit, values)) for one, mine in literals.items()}

        return Solution(
            chosen(self._master.literals),
            chosen(self._master.extra),
            {one: evaluate(delay, values) for one, delay in self._master.delays.items()},
            {one: evaluate(lost, values) for one, lost in self._master.wishes.items()},
        )

    def hint(self, solution: Solution) -> None:
        """Begin where the round before ended."""
        for one, literals in self._master.literals.items():
            for choice, literal in literals:
                self.model.add_hint(literal, choice in solution.blocks[one])

    def _of(self, step: Target) -> Mapping[str, cp_model.IntVar]:
        return self._master.wishes if step.level == WISHES.level else self._master.delays

    def _add_delays(self, one: Contender) -> None:
        """With a first block at least the most that is known of it; with two of them, whatever that pair costs."""
        delay, first = self._master.delays[one.id], self._master.first[one.id]
        answers = self._costs.about(one.id, of_delay=True)
        least = [max([c.delay, *(a for q, a in answers.items() if not q.others and q.has(c.key))]) for c, _ in first]
        self.model.add(delay >= sum(months * literal for months, (_, literal) in zip(least, first, strict=True)))
        for question, months in answers.items():
            if question.others:
                begun = [literal for choice, literal in first if choice.more and question.has(choice.key)]
                after = [lit for choice, lit in self._master.second[one.id] if choice.key in question.others]
                conditions = [sum(begun), sum(after)]
                self.model.add(delay >= one.delay + (months - one.delay) * (sum(conditions) - 1))

    def _add_wishes(self, one: Contender) -> None:
        """What has been answered: with such a first block and a delay of no more than that, at least so much is lost.

        In linear rows, not under conditions: so the linear relaxation sees them, too.
        """
        delay, lost = self._master.delays[one.id], self._master.wishes[one.id]
        self.model.add(lost >= one.wishes)
        within: dict[int, cp_model.IntVar] = {}
        for question, least in self._costs.about(one.id, of_delay=False).items():
            if question.first is None or question.most is None or least <= one.wishes:
                continue
            if question.most not in within:
                within[question.most] = self.model.new_bool_var("")
                more = max(question.most + 1 - one.delay, 0)
                self.model.add(delay >= one.delay + more * ~within[question.most])
            first = [literal for choice, literal in self._master.first[one.id] if question.has(choice.key)]
            extra = [literal for choice, literal in self._master.extra[one.id] if choice.key in question.others]
            conditions = [sum(first), within[question.most], *extra]
            self.model.add(lost >= least * (sum(conditions) - (len(conditions) - 1)))


def about_delays(one: Solution) -> dict[Question, int]:
    """What to ask of each contender's delay, and what it is thought to be: with the first block, then with both."""
    asked = {}
    for who, blocks in one.blocks.items():
        first, *others = [choice.key for choice in blocks if choice not in one.extra.get(who, ())]
        asked[Question(who, None, exactly(first))] = one.delays[who]
        if others:
            asked[Question(who, None, exactly(first), tuple(others))] = one.delays[who]
    return asked


def about_wishes(one: Solution) -> dict[Question, int]:
    """What to ask of each contender with wishes, and what is thought to be lost."""
    asked = {}
    for who, lost in one.wishes.items():
        extra = tuple(choice.key for choice in one.extra.get(who, ()))
        asked[Question(who, one.delays[who], exactly(one.blocks[who][0].key), extra)] = lost
    return asked
