"""A plan grown one candidate at a time: each against what the others have left."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from scheduler.instance.assignment import Assignment
from scheduler.instance.occupancy import Occupancy
from scheduler.instance.types import Candidate, Instance
from scheduler.plan import FoundBy
from scheduler.planning.own_best import BestAlone, plan_alone, sum_of
from scheduler.planning.placed import packed
from scheduler.planning.procedure import Budget
from scheduler.planning.reserved import reserved_months
from scheduler.planning.state import Found, State
from scheduler.solver.engine import Settings, Stop


def greedy_plan(
    instance: Instance,
    alone: Mapping[str, BestAlone],
    held: Occupancy,
    stop: Stop,
    settings: Settings,
    reserved: Mapping[str, Assignment] | None = None,
    expected: Mapping[str, int] | None = None,
    rounds: int | None = None,
    wishes_first: bool = False,
    effort_each: float | None = None,
    on_stuck: Callable[[Mapping[str, BestAlone]], None] = lambda _: None,
) -> dict[str, BestAlone] | None:
    """Place the candidates one after another, each as well as what the others have left allows; None if somebody does
    not fit in any of the ``rounds`` orders tried (None: as many as the limits say).

    The first order puts those with fixed months and the latest finish in front; whoever did not fit goes to the front
    of the next. With ``reserved``, every candidate has these months held until it is their turn; ``wishes_first`` then
    lets those with wishes choose before the others, which costs nobody a scarce place. Whoever ends up later than
    ``expected`` (months of delay) goes to the front too, a few times, and the plan with the least delay is kept (D.
    Joslin & D. Clements, Squeaky wheel optimization, 1999). ``effort_each``: the most effort for one candidate, whose
    plan may then not be proved best. ``on_stuck`` hears who had been placed where an order has led to somebody who does
    not fit.
    """
    greedy = _Greedy(instance, alone, held, stop, settings, reserved or {}, expected or {}, effort_each)
    order = sorted(
        alone, key=lambda candidate_id: _urgency(instance.candidates[candidate_id], alone[candidate_id], wishes_first)
    )
    for _ in range(settings.limits.greedy_rounds if rounds is None else rounds):
        placed, stuck = greedy.place(order)
        if stuck is None:
            return greedy.sooner(placed, order) if expected else placed
        on_stuck(placed)
        if stop.over or order[0] == stuck:
            break
        order = _in_front([stuck], order)
    return None


def _in_front(ahead: Sequence[str], order: Sequence[str]) -> list[str]:
    return [*ahead, *(candidate_id for candidate_id in order if candidate_id not in ahead)]


def _urgency(candidate: Candidate, own_best: BestAlone, wishes_first: bool) -> tuple[int, int, int]:
    wished = sum(wish.weight for wish in candidate.wishes) if wishes_first else 0
    return -len(candidate.fixed), -wished, -(own_best.assignment.end if own_best.assignment is not None else 0)


@dataclass(frozen=True, slots=True)
class _Greedy:
    """Beside ``held``, what everybody not placed yet is bound to, and the months held for them."""

    instance: Instance
    alone: Mapping[str, BestAlone]
    held: Occupancy
    stop: Stop
    settings: Settings
    reserved: Mapping[str, Assignment]
    expected: Mapping[str, int]
    effort_each: float | None = None
    before: dict[str, BestAlone] = field(default_factory=dict)  # of the plan grown last, whoever has what was expected

    @property
    def _stop_for_one(self) -> Stop:
        return self.stop if self.effort_each is None else self.stop.worth(self.effort_each)

    def place(self, order: Sequence[str]) -> tuple[dict[str, BestAlone], str | None]:
        """Those placed, and the first candidate who did not fit."""
        placed: dict[str, BestAlone] = {}
        occupancy = self._beside(placed, order)
        for position, candidate_id in enumerate(order):
            occupancy.remove(candidate_id)
            own_best = self.fit(candidate_id, occupancy)
            if own_best.assignment is None and self.reserved:
                own_best = self.fit(candidate_id, self._beside(placed, order[position + 1 :], advised=False))
            if own_best.assignment is None:
                return placed, candidate_id
            placed[candidate_id] = own_best
            if occupancy.fits(own_best.assignment):
                occupancy.add(own_best.assignment)
            else:
                occupancy = self._beside(placed, order[position + 1 :])
        return placed, None

    def sooner(self, placed: dict[str, BestAlone], order: Sequence[str]) -> dict[str, BestAlone]:
        """Once more with those in front who are later than expected, as long as it helps or has not been tried much."""
        best = placed
        for _ in range(self.settings.limits.sooner_rounds):
            late = [
                candidate_id
                for candidate_id in order
                if placed[candidate_id].totals["delay"] > self._expected_of(candidate_id)
            ]
            if not late or self.stop.over:
                break
            self.before.update(
                {candidate_id: own_best for candidate_id, own_best in placed.items() if candidate_id not in late}
            )
            order = _in_front(late, order)
            placed, stuck = self.place(order)
            if stuck is not None:
                break
            best = min(best, placed, key=lambda plan: sum_of(plan, "delay"))
        return best

    def _expected_of(self, candidate_id: str) -> int:
        return self.expected.get(candidate_id, self.alone[candidate_id].totals["delay"])

    def fit(self, candidate_id: str, occupancy: Occupancy) -> BestAlone:
        """The plan the candidate has alone if it fits, or had before, else the best one that does."""
        own_best = self.alone[candidate_id]
        for known in (own_best, self.before.get(candidate_id)):
            if known is not None and known.assignment is not None and occupancy.fits(known.assignment):
                return known
        if self.stop.over:
            return BestAlone.unknown(candidate_id)
        candidate = self.instance.candidates[candidate_id]
        return plan_alone(self.instance, candidate, occupancy, self._stop_for_one, self.settings, own_best)

    def _beside(self, placed: Mapping[str, BestAlone], waiting: Sequence[str], advised: bool = True) -> Occupancy:
        """The placed and, as far as there is room for them, the months held for those who wait."""
        occupancy = self.held.copy()
        for own_best in placed.values():
            if own_best.assignment is not None:
                occupancy.add(own_best.assignment)
        bound = {
            candidate_id: reserved_months(self.instance, self.instance.candidates[candidate_id])
            for candidate_id in waiting
        }
        for assignment in bound.values():
            occupancy.add(assignment)
        for candidate_id in waiting if advised else ():
            wanted = self.reserved.get(candidate_id)
            if wanted is not None:
                occupancy.remove(candidate_id)
                occupancy.add(wanted if occupancy.fits(wanted) else bound[candidate_id])
        return occupancy


def placed_more(state: State, budget: Budget) -> State:
    """The state with as many more placed, beside those that it has, as fit and there is time to try.

    Everybody's own best is tried first, then what is best beside the others.
    """
    task, unknown = state.task, BestAlone.unknown
    alone = {candidate.id: state.alone.get(candidate.id) or unknown(candidate.id) for candidate in task.free}
    own = [own_best.assignment for own_best in alone.values() if own_best.assignment is not None]
    placed = packed(task.held, [*state.placed.values(), *own])
    greedy = _Greedy(task.instance, alone, task.held, budget.stop, budget.settings, {}, {})
    beside = Occupancy(task.instance, [*task.held.assignments.values(), *placed.values()])
    for candidate_id in alone:
        if candidate_id in placed or budget.stop.over:
            continue
        fitting = greedy.fit(candidate_id, beside).assignment
        if fitting is not None and beside.fits(fitting):
            beside.add(fitting)
            placed[candidate_id] = fitting
    return state.with_placed(placed)


def _assignments(grown: Mapping[str, BestAlone]) -> dict[str, Assignment]:
    placed = (own_best.assignment for own_best in grown.values())
    return {assignment.candidate: assignment for assignment in placed if assignment is not None}


def as_found(grown: Mapping[str, BestAlone], by: FoundBy = FoundBy.GROWN) -> Found:
    """The plan that the greedy search made, as the plan at hand."""
    return Found(_assignments(grown), by)


@dataclass(slots=True)
class Most:
    """The state with the most who were placed in any of the orders tried."""

    state: State

    def note(self, grown: Mapping[str, BestAlone]) -> None:
        """An order has led to somebody who does not fit beside these."""
        self.state = self.state.with_placed(_assignments(grown))


@dataclass(frozen=True, slots=True)
class Greedy:
    """Place one candidate after another. ``at_once``: in one order only and quickly, where a better step follows."""

    at_once: bool = False

    def applies(self, state: State) -> bool:
        """Until there is a plan; at once not where many are to have the scarce places given out to them first."""
        if state.plan is not None or not state.alone:
            return False
        return not self.at_once or state.task.exact or not (state.alone_proved and state.task.contested_levels)

    def improve(self, state: State, budget: Budget) -> State:
        """The state with the plan, if one was found; else with the most who were placed."""
        task, limits = state.task, budget.limits
        most = Most(state)
        grown = greedy_plan(
            task.instance,
            state.alone,
            task.held,
            budget.stop,
            budget.settings,
            rounds=1 if self.at_once else None,
            effort_each=limits.first_fit_effort if self.at_once and task.contested_levels else None,
            on_stuck=most.note,
        )
        budget.happened("grown")
        return most.state if grown is None else state.improved(as_found(grown))
