"""Each row of `[[requirements]]` holds."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from scheduler.accounting import Trajectory, blocks_in, fte_months, trajectories, work_in
from scheduler.constraints.rule import Rule, Violation
from scheduler.instance.types import Instance, Requirement
from scheduler.plan import Plan

if TYPE_CHECKING:
    from scheduler.variables import CandidateVariables, Variables


class RequirementRule(Rule):
    """Each `[[requirements]]` row holds, for each candidate it names."""

    id = "requirement"

    def build(self, variables: Variables) -> None:
        """Bound work and blocks in the rotations of each row, for each candidate it names."""
        for row in variables.instance.requirements:
            for candidate in variables.candidates:
                stated = variables.states(self.id, row.id) and variables.states(self.id, f"{row.id}:{candidate.id}")
                if row.names(candidate.id) and stated:
                    _require(candidate, row)

    def check(self, instance: Instance, plan: Plan) -> Iterator[Violation]:
        """Work and blocks in the row's rotations together; the least is not asked of the unfinished."""
        for trajectory in trajectories(instance, plan):
            for row in instance.requirements:
                if row.names(trajectory.candidate.id):
                    yield from self._check_row(trajectory, row)

    def _check_row(self, trajectory: Trajectory, row: Requirement) -> Iterator[Violation]:
        work, blocks = work_in(trajectory, row.rotations), blocks_in(trajectory, row.rotations)
        if not trajectory.unfinished:
            if row.min_work is not None and work < row.min_work:
                yield self._violation(
                    trajectory, row, "requirement-min-months", fte_months(work), fte_months(row.min_work)
                )
            if row.min_blocks is not None and blocks < row.min_blocks:
                yield self._violation(trajectory, row, "requirement-min-blocks", blocks, row.min_blocks)
        if row.max_work is not None and work > row.max_work:
            yield self._violation(trajectory, row, "requirement-max-months", fte_months(work), fte_months(row.max_work))
        if row.max_blocks is not None and blocks > row.max_blocks:
            yield self._violation(trajectory, row, "requirement-max-blocks", blocks, row.max_blocks)

    def _violation(self, trajectory: Trajectory, row: Requirement, key: str, have: float, limit: float) -> Violation:
        fields = {"have": have, "limit": limit, "rotations": ", ".join(row.rotations)}
        return Violation(self.id, f"violations.{key}", fields, trajectory.candidate.id, row.id)


# --- stating it in the model ---------------------------------------------------------------------------------------


def _require(candidate: CandidateVariables, row: Requirement) -> None:
    model = candidate.model
    work = candidate.weighted_work(lambda rotation: 100 if rotation.id in row.rotations else 0)
    n_blocks = candidate.n_blocks_of(row.rotations)
    if candidate.must_complete:
        if row.min_work is not None:
            model.add(work >= row.min_work)
        if row.min_blocks is not None:
            model.add(n_blocks >= row.min_blocks)
    if row.max_work is not None:
        if not candidate.variables.states("part-time", candidate.id):  # then months count in full, but only upwards
            table = candidate.timeline.work_in_horizon
            work = candidate.weighted(lambda rotation: 100 if rotation.id in row.rotations else 0, table)
        model.add(work <= row.max_work)
    if row.max_blocks is not None:
        model.add(n_blocks <= row.max_blocks)
