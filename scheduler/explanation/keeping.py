"""What keeping the published months costs one candidate: when could they be done, if as many moved as that takes?

One question for each of those who are late and whom the repair concerns: the candidate is to be done in the first
month in which they could be if nobody else were there, with the fewest changes. Where that is impossible, later months
follow, the distance halved each time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from scheduler.instance.occupancy import Occupancy
from scheduler.instance.types import Instance
from scheduler.month import Month, format_month
from scheduler.plan import Plan, PlanCandidate, Status
from scheduler.planning.over import over
from scheduler.planning.own_best import plan_alone
from scheduler.replanning.guard import Moved, moved
from scheduler.replanning.price import is_worse, sooner_or_later
from scheduler.solver.engine import Settings, Stop
from scheduler.texts import Phrase, phrase

FEWEST = ("changes", "delay")
"""What a plan in which somebody is done by a month is judged by."""
Planner = Callable[[Instance, Stop], Plan]


@dataclass(frozen=True, slots=True)
class Keeping:
    """What is known of one candidate who is late in a repair.

    ``won``: months earlier in the ``other`` plan, in which more move (None: none was found). ``most``: no more can be
    won. ``proved``: no more can, and not with fewer changes.
    """

    candidate: str
    won: int
    most: int
    other: Plan | None = None
    proved: bool = False

    def phrase(self, instance: Instance, made: Plan) -> Phrase:
        """In words: 5 months earlier in a plan in which 4 published months have moved instead of 2, and whose."""
        if self.other is None:
            if not self.most:
                return phrase("replan.keeping-none", who=self.candidate)
            return phrase("replan.keeping-at-most", who=self.candidate, number=self.most)
        (total, *each), before = moved(instance, self.other), moved(instance, made)[0]
        entry = self.other.candidate(self.candidate)
        return phrase(
            "replan.keeping" if self.proved else "replan.keeping-likely",
            who=self.candidate,
            number=self.won,
            month=format_month(entry.earliest_finish + entry.delay),
            moved=total.months,
            instead=before.months,
            what=[*map(_moves, each), *self._others(made)] or [phrase("replan.moves-nobody")],
        )

    def _others(self, made: Plan) -> Iterator[Phrase]:
        """By how much the others are done sooner, or later."""
        if self.other is not None:
            yield from (told for told in sooner_or_later(made, self.other) if told.fields["who"] != self.candidate)


def _moves(of: Moved) -> Phrase:
    return phrase("replan.moves", who=of.candidate, number=of.months)


def asked(instance: Instance, published: Plan, made: Plan) -> list[PlanCandidate]:
    """Who is late in a repair, and has moved in it, is worse off than in the published plan, or new."""
    moving = {each.candidate for each in moved(instance, made)}
    before = {entry.id: entry for entry in published.candidates}
    nothing_left = over(instance)
    return [
        entry
        for entry in made.candidates
        if entry.delay > 0
        and entry.until is None
        and entry.id not in nothing_left
        and (entry.id in moving or is_worse(before.get(entry.id), entry))
    ]


def keeping(
    instance: Instance, published: Plan, made: Plan, planner: Planner, settings: Settings, stop: Stop
) -> Iterator[Keeping]:
    """What keeping the published months costs each of those who are asked about, within ``stop`` together.

    ``planner`` makes a plan of an instance, and has it checked.
    """
    waiting = asked(instance, published, made)
    for position, entry in enumerate(waiting):
        left = stop.seconds_left
        share = stop if left is None else stop.within(left / (len(waiting) - position))
        yield _Question(instance, entry, planner, settings, share).answer()


class _Question:
    def __init__(
        self, instance: Instance, entry: PlanCandidate, planner: Planner, settings: Settings, stop: Stop
    ) -> None:
        self._instance, self._entry, self._planner = instance, entry, planner
        self._settings, self._stop = settings, stop
        finish = entry.projected_finish if entry.finish is None else entry.finish
        self._now: Month = entry.earliest_finish + entry.delay if finish is None else finish

    def answer(self) -> Keeping:
        """The earliest finish that is found, halving the months between what is impossible and what is known."""
        first = tried = known = self._first()  # before ``known`` it is proved to be impossible
        soonest, best = self._now, None
        while tried < soonest and not self._stop.over:
            other = self._planner(self._by(tried), self._stop)
            if other.status.has_plan:
                soonest, best = self._finish_in(other), other
            else:
                first, known = tried + 1, tried + 1 if _is_proved_impossible(other) else known
            tried = (first + soonest) // 2
        fewest = best is None or all(level.proved for level in best.objectives if level.id == "changes")
        proved = known >= soonest and fewest
        return Keeping(self._entry.id, self._now - soonest, self._now - min(known, soonest), best, proved)

    def _first(self) -> Month:
        """No finish comes before it: the least if nobody else were there."""
        alone = replace(self._instance, objective_order=("delay",))
        candidate = alone.candidates[self._entry.id]
        least = plan_alone(alone, candidate, Occupancy(alone), self._stop, self._settings)
        late = least.totals["delay"] if least.proved else 0
        return self._now - self._entry.delay + late

    def _by(self, month: Month) -> Instance:
        """The instance in which the candidate has to be done by the month, and is concerned by it."""
        who, baseline = self._entry.id, self._instance.baseline
        hurried = replace(self._instance.candidates[who], finish_by=month)
        if baseline is not None:
            baseline = baseline.concerning({*baseline.affected, who}, self._instance.end)
        return replace(
            self._instance,
            candidates={**self._instance.candidates, who: hurried},
            baseline=baseline,
            objective_order=FEWEST,
        )

    def _finish_in(self, other: Plan) -> Month:
        return self._now - self._entry.delay + other.candidate(self._entry.id).delay


def _is_proved_impossible(plan: Plan) -> bool:
    return plan.status is Status.INFEASIBLE and (plan.explanation or {}).get("certainty") == "proved"
