"""Who gets which block: one each, no place twice, what it costs as little as it goes.

A stage is one objective of the Benders search: the sum of the delays, the longest of them, the sum of wishes lost. The
stages before are held while one is made small.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ortools.sat.python import cp_model

from scheduler.accounting.proof import Target
from scheduler.instance.types import Instance
from scheduler.planning.benders.remaining import CeilingMonth, Remaining
from scheduler.planning.benders.slots import CandidateSlots, Slot
from scheduler.planning.benders.subproblems import Subproblem, Subproblems, exactly
from scheduler.solver.engine import Values, evaluate
from scheduler.variables import Linear

DELAY, WORST_DELAY = Target("delay"), Target("delay", worst=True)
WISHES, WORST_WISHES = Target("wishes"), Target("wishes", worst=True)
MOST_WISHES = 10**6


@dataclass(frozen=True, slots=True)
class Solution:
    """Each competing candidate's blocks, and the delay and the wishes thought to go with them.

    Two where the first is too short; ``extra`` are those beyond that, for a wish.
    """

    blocks: Mapping[str, tuple[Slot, ...]]
    extra: Mapping[str, tuple[Slot, ...]]
    delays: Mapping[str, int]
    wishes: Mapping[str, int]


class Master:
    """Everybody's blocks and the room for them; ``Round`` puts on top what is known of costs."""

    def __init__(self, instance: Instance, competing: Iterable[CandidateSlots]) -> None:
        self.model = cp_model.CpModel()
        self.competing = list(competing)
        self.horizon = instance.end - instance.start
        self.literals: defaultdict[str, list[tuple[Slot, cp_model.IntVar]]] = defaultdict(list)
        self.first: dict[str, list[tuple[Slot, cp_model.IntVar]]] = {}
        self.second: defaultdict[str, list[tuple[Slot, cp_model.IntVar]]] = defaultdict(list)
        self.extra: defaultdict[str, list[tuple[Slot, cp_model.IntVar]]] = defaultdict(list)
        self.delays: dict[str, cp_model.IntVar] = {}
        self.wishes: dict[str, cp_model.IntVar] = {}
        self._instance = instance
        self._room = Remaining(instance)
        self._stakes: defaultdict[CeilingMonth, list[tuple[int, cp_model.IntVar]]] = defaultdict(list)
        for slots in self.competing:
            self._add(slots)
        self._keep_places()

    def _add(self, slots: CandidateSlots) -> None:
        delay = self.delays[slots.id] = self.model.new_int_var(slots.delay, max(slots.delay, self.horizon), "")
        self.first[slots.id] = [(slot, self._literal(slot)) for slot in slots.first_blocks()]
        self.literals[slots.id] += self.first[slots.id]
        self.model.add_exactly_one(literal for _, literal in self.first[slots.id])
        self._add_second(slots, [(slot, lit) for slot, lit in self.first[slots.id] if slot.more], delay)
        if slots.has_wishes:
            self._add_wishes(slots, delay)

    def _add_wishes(self, slots: CandidateSlots, delay: cp_model.IntVar) -> None:
        """A wish for institution service is met by a block for it: one of those above, or one more."""
        lost = self.wishes[slots.id] = self.model.new_int_var(0, MOST_WISHES, "")
        weights: list[Linear] = []
        blocks = list(self.literals[slots.id])
        for wish in slots.contested_wishes:
            more = [(slot, self._literal(slot)) for slot in slots.blocks_for(wish)]
            meeting = [literal for slot, literal in blocks if slots.may_meet(wish, slot.rotation, slot.start)]
            met = self.model.new_bool_var("")
            self.model.add_at_most_one(literal for _, literal in more)
            self.model.add(met <= sum(literal for _, literal in more) + sum(meeting))
            self.model.add(delay >= sum(slot.delay * literal for slot, literal in more))
            weights.append(wish.weight * ~met)
            self.extra[slots.id] += more
        self.model.add(lost >= sum(weights))
        self.literals[slots.id] += self.extra[slots.id]
        for rotation in slots.rotations:
            if rotation.max_blocks is not None and self.extra[slots.id]:
                here = [literal for slot, literal in self.literals[slots.id] if slot.rotation == rotation.id]
                self.model.add(sum(here) <= rotation.max_blocks)

    def _add_second(
        self, slots: CandidateSlots, begun: list[tuple[Slot, cp_model.IntVar]], delay: cp_model.IntVar
    ) -> None:
        """Whoever begins with a block too short has another one, too."""
        if not begun:
            return
        second = [(slot, self._literal(slot)) for slot in slots.second_blocks()]
        n_begun = sum(literal for _, literal in begun)
        self.model.add(sum(literal for _, literal in second) == n_begun)
        whole = [(slot, literal) for slot, literal in self.first[slots.id] if not slot.more]
        self.model.add(delay >= sum(slot.delay * literal for slot, literal in [*whole, *second]))
        self._in_order(begun, second, n_begun)
        for rotation in slots.rotations:
            if rotation.max_blocks == 1:
                here = [literal for slot, literal in [*begun, *second] if slot.rotation == rotation.id]
                self.model.add_at_most_one(here)
        self.second[slots.id] = second
        self.literals[slots.id] += second

    def _in_order(
        self,
        begun: list[tuple[Slot, cp_model.IntVar]],
        second: list[tuple[Slot, cp_model.IntVar]],
        n_begun: Linear,
    ) -> None:
        """The second not before the first one ends: whenever it may start, not both early and after a late end.

        Row by row this is what a fraction of a block has to keep as well, which one sum of months does not see to.
        """
        for start in sorted({slot.start for slot, _ in second}):
            late = [literal for slot, literal in begun if slot.start + slot.length > start]
            if late:
                early = [literal for slot, literal in second if slot.start <= start]
                self.model.add(sum(late) + sum(early) <= n_begun)

    def _literal(self, slot: Slot) -> cp_model.IntVar:
        literal = self.model.new_bool_var("")
        for t in range(slot.start, slot.start + slot.length):
            for ceiling, amount in self._room.taken(slot, self._instance.start + t):
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

    def __init__(self, master: Master, subproblems: Subproblems) -> None:
        self.model = master.model.clone()
        self._master, self._subproblems = master, subproblems
        for slots in master.competing:
            self._add_delays(slots)
            if slots.has_wishes:
                self._add_wishes(slots)

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
        for slots in self._master.competing:
            delays, wishes = (self._subproblems.about(slots.id, of_delay=kind) for kind in (True, False))
            told = {q.first for q in delays if not q.others}
            if step.level == WISHES.level and slots.has_wishes:
                told &= {q.first for q in wishes}
            first = self._master.first[slots.id]
            unknown += [literal for slot, literal in first if slot.more or exactly(slot.key) not in told]
            unknown += [literal for _, literal in self._master.extra[slots.id]]
        return unknown

    def solution(self, values: Values) -> Solution:
        """What the values say."""

        def chosen(literals: Mapping[str, list[tuple[Slot, cp_model.IntVar]]]) -> dict[str, tuple[Slot, ...]]:
            return {
                candidate_id: tuple(c for c, lit in mine if evaluate(lit, values))
                for candidate_id, mine in literals.items()
            }

        return Solution(
            chosen(self._master.literals),
            chosen(self._master.extra),
            {candidate_id: evaluate(delay, values) for candidate_id, delay in self._master.delays.items()},
            {candidate_id: evaluate(lost, values) for candidate_id, lost in self._master.wishes.items()},
        )

    def hint(self, solution: Solution) -> None:
        """Begin where the round before ended."""
        for candidate_id, literals in self._master.literals.items():
            for slot, literal in literals:
                self.model.add_hint(literal, slot in solution.blocks[candidate_id])

    def _of(self, step: Target) -> Mapping[str, cp_model.IntVar]:
        return self._master.wishes if step.level == WISHES.level else self._master.delays

    def _add_delays(self, slots: CandidateSlots) -> None:
        """With a first block at least the most that is known of it; with two of them, whatever that pair costs."""
        delay, first = self._master.delays[slots.id], self._master.first[slots.id]
        answers = self._subproblems.about(slots.id, of_delay=True)
        least = [max([c.delay, *(a for q, a in answers.items() if not q.others and q.has(c.key))]) for c, _ in first]
        self.model.add(delay >= sum(months * literal for months, (_, literal) in zip(least, first, strict=True)))
        for question, months in answers.items():
            if question.others:
                begun = [literal for slot, literal in first if slot.more and question.has(slot.key)]
                after = [lit for slot, lit in self._master.second[slots.id] if slot.key in question.others]
                conditions = [sum(begun), sum(after)]
                self.model.add(delay >= slots.delay + (months - slots.delay) * (sum(conditions) - 1))

    def _add_wishes(self, slots: CandidateSlots) -> None:
        """What has been answered: with such a first block and a delay of no more than that, at least so much is lost.

        In linear rows, not under conditions: so the linear relaxation sees them, too.
        """
        delay, lost = self._master.delays[slots.id], self._master.wishes[slots.id]
        self.model.add(lost >= slots.wishes)
        within: dict[int, cp_model.IntVar] = {}
        for question, least in self._subproblems.about(slots.id, of_delay=False).items():
            if question.first is None or question.most is None or least <= slots.wishes:
                continue
            if question.most not in within:
                within[question.most] = self.model.new_bool_var("")
                more = max(question.most + 1 - slots.delay, 0)
                self.model.add(delay >= slots.delay + more * ~within[question.most])
            first = [literal for slot, literal in self._master.first[slots.id] if question.has(slot.key)]
            extra = [literal for slot, literal in self._master.extra[slots.id] if slot.key in question.others]
            conditions = [sum(first), within[question.most], *extra]
            self.model.add(lost >= least * (sum(conditions) - (len(conditions) - 1)))


def about_delays(solution: Solution) -> dict[Subproblem, int]:
    """What to ask of each competing candidate's delay, and what it is thought to be: with the first block, then with
    both."""
    asked = {}
    for who, blocks in solution.blocks.items():
        first, *others = [slot.key for slot in blocks if slot not in solution.extra.get(who, ())]
        asked[Subproblem(who, None, exactly(first))] = solution.delays[who]
        if others:
            asked[Subproblem(who, None, exactly(first), tuple(others))] = solution.delays[who]
    return asked


def about_wishes(solution: Solution) -> dict[Subproblem, int]:
    """What to ask of each candidate with wishes, and what is thought to be lost."""
    asked = {}
    for who, lost in solution.wishes.items():
        extra = tuple(slot.key for slot in solution.extra.get(who, ()))
        asked[Subproblem(who, solution.delays[who], exactly(solution.blocks[who][0].key), extra)] = lost
    return asked
