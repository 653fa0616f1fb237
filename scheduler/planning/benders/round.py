"""One round of the Benders search: the master with what is known of costs, and what to ask about its solution.

A stage is one objective: the sum of the delays, the longest of them, the sum of wishes lost. The stages before are held
while one is made small.
"""

from __future__ import annotations

from collections.abc import Mapping

from ortools.sat.python import cp_model

from scheduler.accounting.proof import Target
from scheduler.planning.benders.master import MOST_WISHES, Master
from scheduler.planning.benders.result import WISHES, Solution
from scheduler.planning.benders.slots import CandidateSlots, Slot
from scheduler.planning.benders.subproblems import Subproblem, Subproblems, exactly
from scheduler.solver.engine import Values, evaluate
from scheduler.variables import Linear


class Round:
    """The master with all answers so far; the cost of a block not asked about yet is what the calendar alone says."""

    def __init__(self, master: Master, subproblems: Subproblems) -> None:
        self.model = master.model.clone()
        self._master, self._subproblems = master, subproblems
        for slots in master.competing:
            self._add_delays(slots)
            if slots.has_wishes:
                self._add_wishes(slots)

    # --- stages ----------------------------------------------------------------------------------------------------

    def hold(self, step: Target, most: int) -> None:
        """Demand that an earlier stage has no more than ``most``."""
        if step.worst:
            for share in self._of(step).values():
                self.model.add(share <= most)
        else:
            self.model.add(sum(self._of(step).values()) <= most)

    def target(self, step: Target) -> Linear:
        """The expression that the stage minimises."""
        if not step.worst:
            return sum(self._of(step).values())
        target = self.model.new_int_var(0, MOST_WISHES, "")
        for share in self._of(step).values():
            self.model.add(share <= target)
        return target

    def unknown(self, step: Target) -> list[cp_model.IntVar]:
        """The literals of blocks about whose cost nothing has been asked yet, which a solution should have few of."""
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
        """The blocks that the values choose."""

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
        """Let the search begin at the solution of the round before."""
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
