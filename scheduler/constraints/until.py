"""A contract that ends, ends the plan; what is missing then is told."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from scheduler.accounting import PlanRead, Trajectory, earliest_finish
from scheduler.constraints.complete import complete
from scheduler.constraints.lack import Lack
from scheduler.constraints.rule import Rule, Violation
from scheduler.files.goals import format_goals
from scheduler.instance.types import Candidate, Instance
from scheduler.month import format_month
from scheduler.texts import OWN, Phrase, category_name, phrase_of

if TYPE_CHECKING:
    from scheduler.variables import Variables


class Until(Rule):
    """No month after ``until``. What is then missing is reported, not enforced; no delay.

    The candidate's clock ends with the contract (``Instance.end_for``), as everybody's ends with the horizon; so who
    cannot be done by then is planned to its end. Who can be done by then is to be, but need not: a ward that has no
    place in time makes nobody else's plan impossible.
    """

    id = "until"
    tells_figures = True
    blamed = None

    def __init__(self, others: Sequence[Rule]) -> None:
        self._others = others  # each says what a finish waits for

    def build(self, variables: Variables) -> None:
        """Who does not complete the training stays to the contract's end."""
        for candidate in variables.candidates:
            if candidate.may_leave:
                end = candidate.timeline.end
                variables.model.add(candidate.finish == end).only_enforce_if(~candidate.completes)

    def check(self, read: PlanRead) -> Iterator[Violation]:
        """No month after the contract; who is not complete by then is told to be unfinished, and stays to its end."""
        for trajectory in read.trajectories:
            until = trajectory.candidate.until
            if until is None:
                continue
            if trajectory.end > until + 1 and trajectory.entry.months:
                yield _violation(trajectory, "until-beyond", start=until + 1, end=trajectory.end)
            if ends_inside(read.instance, trajectory.candidate):
                yield from self._check_end(trajectory)

    def _check_end(self, trajectory: Trajectory) -> Iterator[Violation]:
        told, right = trajectory.entry.unfinished, trajectory.unfinished
        if told and right and not trajectory.leaving:
            right = not complete(self._others, trajectory)
        if told != right:
            earliest = earliest_finish(trajectory.candidate, trajectory.instance.first_month(trajectory.candidate))
            key = "until-unfinished" if right else "until-finished"
            yield _violation(trajectory, key, earliest=format_month(earliest))
        end = trajectory.instance.end_for(trajectory.candidate)
        if trajectory.leaving and trajectory.end < end and trajectory.entry.months:
            yield _violation(trajectory, "until-stops", start=trajectory.end, end=end)

    def report(self, read: PlanRead) -> Iterator[Violation]:
        """What everybody lacks whose contract ends before the training."""
        for trajectory in read.trajectories:
            if trajectory.leaves:
                yield _violation(trajectory, "reported.until", missing=self.missing(trajectory))

    def missing(self, trajectory: Trajectory) -> list[Phrase]:
        """What a finish waits for and is not there at the trajectory's end, each in a few words."""
        own = category_name(trajectory.candidate.rules.own_practice)
        return [told(lack, own) for rule in self._others for lack in rule.lacks(trajectory)]


def ends_inside(instance: Instance, candidate: Candidate) -> bool:
    """Whether the contract ends within the horizon."""
    return candidate.until is not None and candidate.until < instance.end


def told(lack: Lack, own: Phrase) -> Phrase:
    """What is not done, in a few words: ``service 12 of 60 FTE-months``."""
    fields = {
        "have": float(lack.have),
        "need": float(lack.need),
        "subject": lack.subject,
        "goals": format_goals(lack.goals),
        OWN: own,
        "month": "" if lack.month is None else format_month(lack.month),
    }
    return phrase_of(f"reported.{lack.key}", fields)


def _violation(
    trajectory: Trajectory, key: str, start: int | None = None, end: int | None = None, **fields: object
) -> Violation:
    until = trajectory.candidate.until
    fields["until"] = "" if until is None else format_month(until)
    whole = key if "." in key else f"violations.{key}"
    return Violation("until", whole, fields, trajectory.candidate.id, start=start, end=end)
