"""The rounds of the Benders search: give out the blocks, ask what they cost, give them out again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from scheduler.accounting.proof import Target
from scheduler.instance.types import Instance
from scheduler.planning.benders.from_below import FromBelow, at_once
from scheduler.planning.benders.master import Master
from scheduler.planning.benders.result import DELAY, WISHES, WORST_DELAY, BendersResult, Solution, stages_of
from scheduler.planning.benders.round import Round, about_delays, about_wishes
from scheduler.planning.benders.scarce import scarcest
from scheduler.planning.benders.slots import CandidateSlots, Key
from scheduler.planning.benders.subproblems import Subproblem, Subproblems, exactly
from scheduler.planning.own_best import BestAlone
from scheduler.solver.engine import Settings, Stop


def solve_benders(
    instance: Instance,
    alone: Mapping[str, BestAlone],
    settings: Settings,
    stop: Stop,
    least_worst: Mapping[str, int] | None = None,
    at_hand: Mapping[Target, int] | None = None,
) -> Iterator[BendersResult]:
    """Yield what is found level by level, as long as the instance's first levels are delay and then wishes.

    ``alone``: each candidate's own best plan, proved. ``least_worst``: per level, a share that some candidate outside
    the instance has at least. ``at_hand``: what a plan of these candidates comes to; nothing is looked for at a level
    at which it has what all have alone. Yields nothing if nothing was found before ``stop``.
    """
    rounds = _Loop(instance, alone, settings, stop, least_worst or {}, at_hand or {})
    stages = stages_of(instance)
    for level in dict.fromkeys(step.level for step in stages):
        whole = rounds.play([step for step in stages if step.level == level])
        if rounds.found.solution is not None:
            yield replace(rounds.found, bounds=dict(rounds.found.bounds))
        if not whole:
            return


class _Loop:
    def __init__(
        self,
        instance: Instance,
        alone: Mapping[str, BestAlone],
        settings: Settings,
        stop: Stop,
        least_worst: Mapping[str, int],
        at_hand: Mapping[Target, int],
    ) -> None:
        self.found = BendersResult()
        self._at_hand = at_hand
        self._held: list[tuple[Target, int]] = []
        self._instance = instance
        self._alone = alone
        self._least_worst = least_worst
        self._settings = replace(settings, linearization=2)
        self._stop = stop
        self._subproblems = Subproblems(instance, settings, stop)
        demand = scarcest(instance)
        everybody = [
            CandidateSlots(instance, instance.candidates[candidate_id], demand, alone[candidate_id].totals["delay"])
            for candidate_id in alone
        ]
        self._competing = [slots for slots in everybody if slots.lacking]
        inside = {slots.id for slots in self._competing}
        self._outside = {
            candidate_id: dict(alone[candidate_id].totals) for candidate_id in alone if candidate_id not in inside
        }
        self._subproblems.settle_in_one(self._competing)
        self._master = Master(instance, self._competing)
        self._literals = [literal for mine in self._master.literals.values() for _, literal in mine]
        self._small = len(self._literals) <= settings.limits.benders_small_choices
        self._know_what_is_alone()

    def play(self, stages: list[Target]) -> bool:
        """Repeat master and subproblems, one stage after another, until no subproblem costs more than the master
        assumed.

        Return False if that was not reached within the limit of rounds or before the stop.
        """
        for step in stages:
            if step == WISHES:
                self._bound_wishes(self.found.bounds[DELAY])
            if self._is_at_hand(step) or self._is_least(step):
                self._held.append((step, self._inside(step, self.found.bounds[step])))
                continue
            for _ in range(self._settings.limits.benders_rounds):
                outcome = self._round(step)
                if outcome is None:
                    return False
                if outcome:
                    break
            else:
                return False
            self._held.append((step, self._inside(step, self.found.bounds[step])))
        return True

    def _is_at_hand(self, step: Target) -> bool:
        """Whether the plan at hand has what all have alone, at the stages before as well; that then is the bound."""
        inside = self._least_inside(step)
        least = self._with_outside(step, max(inside, default=0) if step.worst else sum(inside))
        enough = max(least, self._least_worst.get(step.level, 0) if step.worst else 0)
        if step not in self._at_hand or self._at_hand[step] > enough:
            self._at_hand = {}  # from here on, who is later than alone may have less at the next level
            return False
        self.found.bounds[step] = least
        return True

    def _is_least(self, step: Target) -> bool:
        """Whether the largest share is already as low as it can be, which then is its bound."""
        found = self.found
        if not step.worst or found.solution is None:
            return False
        shares = found.solution.delays if step == WORST_DELAY else found.solution.wishes
        least = self._with_outside(step, max(self._least_inside(step), default=0))
        if max(shares.values(), default=0) > max(least, self._least_worst.get(step.level, 0)):
            return False
        found.bounds[step] = least
        return True

    def _least_inside(self, step: Target) -> list[int]:
        """What each competing candidate has at least; whoever is later than alone may lose fewer wishes than alone."""
        return [slots.delay if step.level == DELAY.level else slots.wishes for slots in self._competing]

    def _round(self, step: Target) -> bool | None:
        """Solve the master once and ask what its solution costs; True if it costs what was assumed, None if the search
        was stopped.
        """
        found = self.found
        model = Round(self._master, self._subproblems)
        for earlier, most in self._held:
            model.hold(earlier, most)
        if found.solution is not None:
            model.hint(found.solution)
        target, stop = model.target(step), self._stop.worth(self._settings.limits.benders_round_effort)
        if self._small:
            least = at_once(model.model, target, model.unknown(step), self._settings, stop)
        else:
            search = FromBelow(model.model, target, self._literals, self._settings, stop)
            least = search.search(self._least_so_far(step))
        found.bounds[step] = max(self._with_outside(step, least.bound), found.bounds.get(step, 0))
        if least.values is None:
            return None
        found.solution = model.solution(least.values)
        as_thought = self._ask(step, found.solution)
        return None if self._stop.over or not least.proved else as_thought

    def _least_so_far(self, step: Target) -> int:
        """What the rounds before have proved of the competing candidates' part: costs only rise from round to round."""
        found = self.found
        return self._inside(step, found.bounds[step]) if step in found.bounds and not step.worst else 0

    def _ask(self, step: Target, solution: Solution) -> bool:
        """Ask the subproblems of the solution, and return whether none of them costs more than assumed.

        Wishes are asked only of those whose delay is as assumed: the others will get other blocks in the next round.
        """
        dearer = self._subproblems.dearer(about_delays(solution))
        if step.level == WISHES.level:
            later = {question.candidate for question in dearer}
            thought = {
                each_question: lost
                for each_question, lost in about_wishes(solution).items()
                if each_question.candidate not in later
            }
            dearer += self._subproblems.dearer(thought)
        return not dearer

    def _inside(self, step: Target, bound: int) -> int:
        """The competing candidates' part of a stage's least."""
        return bound if step.worst else bound - sum(totals[step.level] for totals in self._outside.values())

    def _with_outside(self, step: Target, inside: int) -> int:
        others = [totals[step.level] for totals in self._outside.values()]
        if not step.worst:
            return inside + sum(others)
        # nobody is less late than alone, but who is later than alone may lose fewer wishes
        elsewhere = self._least_worst.get(step.level, 0) if step == WORST_DELAY else 0
        return max([inside, elsewhere, *others])

    def _know_what_is_alone(self) -> None:
        """What is known from the start: the block that each had alone goes with the least delay and its wishes."""
        for slots in self._competing:
            key, totals = self._block_alone(slots), self._alone[slots.id].totals
            if key is not None:
                self._subproblems.known[Subproblem(slots.id, None, exactly(key))] = slots.delay
                if "wishes" in totals:
                    self._subproblems.known[Subproblem(slots.id, slots.delay, exactly(key))] = totals["wishes"]

    def _block_alone(self, slots: CandidateSlots) -> Key | None:
        assignment, ids = self._alone[slots.id].assignment, {rotation.id for rotation in slots.rotations}
        for offset, rotation_id in enumerate(assignment.rotations if assignment is not None else ()):
            if rotation_id in ids and assignment is not None:
                return slots.id, rotation_id, assignment.first + offset - self._instance.start
        return None

    def _bound_wishes(self, least_delays: int) -> None:
        """What each loses at least with as much delay as the sum leaves them if all others have their least."""
        slack = least_delays - sum(own_best.totals["delay"] for own_best in self._alone.values())
        losing = [slots for slots in self._competing if self._alone[slots.id].totals["wishes"]]
        asked = [Subproblem(slots.id, slots.delay + slack) for slots in losing]
        if slack:
            self._subproblems.ask(asked)
        for slots, question in zip(losing, asked, strict=True):
            slots.wishes = self._subproblems.known[question] if slack else self._alone[slots.id].totals["wishes"]
