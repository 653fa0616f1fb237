"""Who gets which block: one each, no place twice."""

from __future__ import annotations

import operator
from collections import defaultdict
from collections.abc import Iterable

from ortools.sat.python import cp_model

from scheduler.exact import Exact, whole_row
from scheduler.instance.types import Instance
from scheduler.planning.benders.remaining import CeilingMonth, Remaining
from scheduler.planning.benders.slots import CandidateSlots, Slot
from scheduler.variables import Linear

MOST_WISHES = 10**6


class Master:
    """The model that gives out blocks: one first block for each candidate, no place twice. ``Round`` adds the costs
    known.
    """

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
        self._stakes: defaultdict[CeilingMonth, list[tuple[Exact, cp_model.IntVar]]] = defaultdict(list)
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
        """A wish for the scarce service is met by a block for it: one of those above, or one more of its rotation."""
        lost = self.wishes[slots.id] = self.model.new_int_var(0, MOST_WISHES, "")
        weights: list[Linear] = []
        for rotation_id in dict.fromkeys(wish.rotation for wish in slots.contested_wishes):
            wishes = [wish for wish in slots.contested_wishes if wish.rotation == rotation_id]
            helpful = dict.fromkeys(slot for wish in wishes for slot in slots.blocks_for(wish))
            more = [(slot, self._literal(slot)) for slot in helpful]
            self.model.add_at_most_one(literal for _, literal in more)
            self.model.add(delay >= sum(slot.delay * literal for slot, literal in more))
            self.extra[slots.id] += more
        self.literals[slots.id] += self.extra[slots.id]
        for wish in slots.contested_wishes:
            blocks = self.literals[slots.id]
            meeting = [literal for slot, literal in blocks if slots.may_meet(wish, slot.rotation, slot.start)]
            met = self.model.new_bool_var("")
            self.model.add(met <= sum(meeting))
            weights.append(wish.weight * ~met)
        self.model.add(lost >= sum(weights))
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
        seen: set[tuple[str, str, Exact, frozenset[int]]] = set()
        for ceiling, stakes in self._stakes.items():
            left = max(self._room.left(ceiling), 0)
            key = (ceiling.kind, ceiling.subject, left, frozenset(literal.index for _, literal in stakes))
            if sum(amount for amount, _ in stakes) > left and key not in seen:
                seen.add(key)
                amounts, room = whole_row([amount for amount, _ in stakes], left)
                literals = (literal for _, literal in stakes)
                self.model.add(sum(map(operator.mul, amounts, literals)) <= room)
