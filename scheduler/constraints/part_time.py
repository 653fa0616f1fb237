"""Credit in a month is percent x share, and the sums add up."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from scheduler.accounting import FULL_POST, PlanRead, Trajectory, plan_absence, plan_service, spans, spans_by_key
from scheduler.constraints.facts import Facts
from scheduler.constraints.rule import Rule, Violation
from scheduler.instance.rule_key import RuleKey
from scheduler.instance.timeline import Timeline, timeline_of
from scheduler.instance.types import Candidate, Instance
from scheduler.month import format_span
from scheduler.plan import same_figure
from scheduler.texts import Phrase

if TYPE_CHECKING:
    from scheduler.variables import Variables


class PartTime(Rule):
    """Credit in a month is percent x share, never above 100 %; so 80 % needs 75 months and 60 % needs 100."""

    id = "part-time"
    tells_figures = True
    builds_first = True
    telling = 60
    blamed = None
    awaited = True

    def build(self, variables: Variables) -> None:
        """Let each service month earn the candidate's own percent of it, no more."""
        for candidate in variables.candidates:
            if candidate.states(self.id):
                candidate.work_table = candidate.timeline.work_in_horizon

    def check(self, read: PlanRead) -> Iterator[Violation]:
        """The percent of a month is the candidate's, no month earns more than a full one, and the sums are right."""
        for trajectory in read.trajectories:
            yield from self._check_percent(trajectory)
            yield from self._check_absence(trajectory)
            yield from self._check_credit(trajectory)
            yield from self._check_sums(trajectory)

    def _check_percent(self, trajectory: Trajectory) -> Iterator[Violation]:
        candidate = trajectory.candidate
        wrong = (
            ((row.percent, candidate.percent_at(row.month)), row.month)
            for row in trajectory.entry.months
            if row.rotation is not None and not candidate.on_leave(row.month)
        )
        for (have, need), span in spans_by_key(pair for pair in wrong if pair[0][0] != pair[0][1]):
            fields = {"have": have, "need": need}
            yield Violation(self.id, "violations.percent", fields, candidate.id, start=span.start, end=span.end)

    def _check_absence(self, trajectory: Trajectory) -> Iterator[Violation]:
        """Every month counts what days absent leave of it, and the plan says so of just these."""
        told = {row.month: row.earned for row in trajectory.entry.absence}
        right = {row.month: row.earned for row in plan_absence(trajectory)}
        percents = {row.month: row.percent for row in trajectory.entry.months}
        wrong = (
            ((told.get(month, percents.get(month, 0)), right.get(month, percents.get(month, 0))), month)
            for month in sorted(told.keys() | right.keys())
            if told.get(month) != right.get(month)
        )
        for (have, need), span in spans_by_key(wrong):
            fields = {"have": have, "need": need}
            candidate = trajectory.candidate.id
            yield Violation(self.id, "violations.earned", fields, candidate, start=span.start, end=span.end)

    def _check_credit(self, trajectory: Trajectory) -> Iterator[Violation]:
        full = FULL_POST * FULL_POST
        above = (month.month for month in trajectory.service if month.percent * sum(month.rotation.mix.values()) > full)
        for span in spans(above):
            yield Violation(
                self.id,
                "violations.credit-above-full",
                candidate=trajectory.candidate.id,
                start=span.start,
                end=span.end,
            )

    def _check_sums(self, trajectory: Trajectory) -> Iterator[Violation]:
        file, right = trajectory.entry.service.model_dump(), plan_service(trajectory).model_dump()
        for name in dict.fromkeys((*right, *file)):
            have, need = float(file.get(name, 0.0)), float(right.get(name, 0.0))
            if not same_figure(have, need):
                fields = {"figure": f"service.{name}", "have": have, "need": need}
                yield Violation(self.id, "violations.figure", fields, trajectory.candidate.id)

    # --- where it stands against a plan ---

    def own(self, instance: Instance, candidate: Candidate, timeline: Timeline) -> Iterator[RuleKey]:
        """That the candidate works less than full time in some months, or is absent on some days."""
        if set(timeline.earned[timeline.first :]) - {0, 100}:
            yield RuleKey(self.id, candidate.id)

    def clause(self, facts: Facts, key: RuleKey) -> Phrase:
        """The percents below a full post, and the months with days absent."""
        candidate, instance = facts.candidate(key), facts.instance
        timeline = timeline_of(instance, candidate)
        percents = sorted({percent for percent in timeline.percent[timeline.first :] if 0 < percent < 100})
        absent = (
            instance.start + t for t in range(timeline.first, timeline.end) if timeline.earned[t] < timeline.percent[t]
        )
        months = [format_span(span.start, span.end) for span in spans(absent)]
        if not months:
            return facts.say(self.id, percents=percents)
        return facts.say("part-time-absent" if percents else "absent", percents=percents, months=months)
