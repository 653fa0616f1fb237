"""One candidate in a month plan: which rotation in which month, and whose office."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace

from ortools.sat.python import cp_model

from scheduler.instance.offices import stretches_of
from scheduler.instance.timeline import surely_in_service, timeline_of
from scheduler.instance.types import Candidate, Instance, Rotation
from scheduler.month import Month, calendar_month
from scheduler.planning.reserved import HeldBlock
from scheduler.solver.engine import Values, evaluate
from scheduler.variables import Linear, amounts_under_caps

Window = tuple[int, int]  # months since the horizon's start, end exclusive


@dataclass(frozen=True, slots=True)
class MonthPlan:
    """One candidate's months in a month plan: the offices, each until its month, and the blocks, base or not."""

    offices: tuple[tuple[Month, str | None], ...]
    blocks: tuple[HeldBlock, ...]

    def practice_at(self, month: Month) -> str | None:
        """The office in a month; None where there is none."""
        return next((office for end, office in self.offices if month < end), None)


class CandidateMonths:
    """One candidate's Booleans: ``at[t][rotation]``, ``office_at(t)[id]``, ``present[t][office]`` (in the own office).

    Where the office may become another one, any may follow any.
    """

    def __init__(self, model: cp_model.CpModel, instance: Instance, candidate: Candidate, window: Window) -> None:
        self.candidate, self.instance, self.model = candidate, instance, model
        self.timeline = timeline_of(instance, candidate)
        self.rotations = instance.rotations_of(candidate)
        self._offices = [
            (stretch.end, {office_id: model.new_bool_var("") for office_id in stretch.offices})
            for stretch in stretches_of(instance, candidate)
        ]
        self._never = model.new_constant(0)
        self.at: dict[int, dict[str, cp_model.IntVar]] = {}
        self.present: dict[int, dict[str, cp_model.IntVar]] = {}
        for _, office in self._offices:
            model.add_at_most_one(office.values())
            if len(office) == 1 and candidate.practice:
                model.add(sum(office.values()) == 1)
        for t in range(*window):
            if surely_in_service(self.timeline, t):
                self._add_month(t)
        for rotation in self.rotations:
            if self._is_as_said(rotation):
                self._bound_blocks(rotation)

    def office_at(self, t: int) -> dict[str, cp_model.IntVar]:
        """The choice of office in month t."""
        return next(office for end, office in self._offices if self.instance.start + t < end)

    @property
    def first_office(self) -> dict[str, cp_model.IntVar]:
        """The choice of office in the first month."""
        return self._offices[0][1]

    def _add_month(self, t: int) -> None:
        able = [rotation for rotation in self.rotations if self._may_be_in(rotation, t)]
        self.at[t] = {rotation.id: self.model.new_bool_var("") for rotation in able}
        self.present[t] = {office_id: self.model.new_bool_var("") for office_id in self.office_at(t)}
        self.model.add_exactly_one(self.at[t].values())
        in_practice = [self.at[t][rotation.id] for rotation in able if rotation.uses_practice]
        self.model.add(sum(self.present[t].values()) == sum(in_practice))
        for office_id, literal in self.present[t].items():
            self.model.add_implication(literal, self.office_at(t)[office_id])

    def _may_be_in(self, rotation: Rotation, t: int) -> bool:
        month = self.instance.start + t
        fixed = {row.rotation for row in self.candidate.fixed if month in row.span}
        if fixed:
            return rotation.id in fixed
        served = self.candidate.months_done + self.timeline.service[t] - self.timeline.service[self.timeline.first]
        return not self._begins_here(rotation) or served >= rotation.not_before

    def _begins_here(self, rotation: Rotation) -> bool:
        """Whether blocks of the rotation begin as the plan likes: none is past, running, fixed or frozen."""
        candidate, baseline = self.candidate, self.instance.baseline
        if baseline is not None and candidate.id in baseline.published:
            return False
        served = {month.rotation for month in candidate.past} | (
            {candidate.current.rotation} if candidate.current else set()
        )
        return rotation.id not in served and all(row.rotation != rotation.id for row in candidate.fixed)

    def _is_as_said(self, rotation: Rotation) -> bool:
        """Whether its blocks last as the rotation says, too: no leave cuts them short."""
        works = all(self.timeline.works(t) for t in range(self.timeline.first, self.timeline.n_months))
        return works and self._begins_here(rotation)

    def _bound_blocks(self, rotation: Rotation) -> None:
        begins = {t: begin for t in self.at if (begin := self._begin(rotation.id, t)) is not None}
        for t, begin in begins.items():
            if rotation.starts and calendar_month(self.instance.start + t) not in rotation.starts:
                self.model.add(begin == 0)
            for later in range(t + 1, t + rotation.min_months):
                if later in self.at:
                    self.model.add_implication(begin, self.at[later].get(rotation.id, self._never))
        if rotation.max_blocks is not None:
            self.model.add(sum(begins.values()) <= rotation.max_blocks)
        if rotation.max_months is not None:
            self._bound_stretches(rotation.id, rotation.max_months)

    def _bound_stretches(self, rotation_id: str, most: int) -> None:
        for t in self.at:
            months = [u for u in range(t, t + most + 1) if rotation_id in self.at.get(u, {})]
            if len(months) > most:
                self.model.add(sum(self.at[u][rotation_id] for u in months) <= most)

    def _begin(self, rotation_id: str, t: int) -> cp_model.IntVar | None:
        """Whether a block begins in the month; None if it cannot be there, or may have begun before what is seen."""
        here = self.at[t].get(rotation_id)
        if here is None or (t - 1 not in self.at and t > self.timeline.first):
            return None
        before = self.at.get(t - 1, {}).get(rotation_id)
        if before is None:
            return here
        begin = self.model.new_bool_var("")
        self.model.add_implication(begin, here)
        self.model.add_implication(begin, ~before)
        self.model.add_bool_or(begin, before, ~here)
        return begin

    def be_on_time(self) -> None:
        """Demand that all service lacking is earned in the months of the model, and no more of any kind than counts."""
        rules, credited, grain = self.candidate.rules, self.candidate.credited, self.timeline.grain
        work: defaultdict[str, list[Linear]] = defaultdict(list)
        for t, at in self.at.items():
            percent = self.candidate.earned_at(self.instance.start + t)
            for rotation_id, literal in at.items():
                for service, share in self.instance.rotations[rotation_id].share_by_service.items():
                    work[service].append(grain.credit(percent * share) * literal)

        def all_of_it(cap: int, amount: Linear) -> Linear:
            self.model.add(amount <= cap)
            return amount

        def earned(service: str) -> Linear:
            return grain.credit(credited.get(service, 0)) + sum(work[service])

        done = amounts_under_caps(rules, grain, earned, all_of_it)
        for category in rules.minima:
            self.model.add(done[category.id] >= grain.credit(category.minimum))

    def month_plan(self, values: Values) -> MonthPlan:
        """The candidate's office and blocks in a solution."""
        offices = tuple(
            (end, next((office_id for office_id, literal in office.items() if evaluate(literal, values)), None))
            for end, office in self._offices
        )
        where = {
            t: next(rotation_id for rotation_id, lit in at.items() if evaluate(lit, values))
            for t, at in self.at.items()
        }
        blocks: list[HeldBlock] = []
        for t, rotation in where.items():
            if blocks and blocks[-1].end == t and blocks[-1].rotation == rotation:
                blocks[-1] = replace(blocks[-1], end=t + 1)
            else:
                blocks.append(HeldBlock(rotation, t, t + 1))
        return MonthPlan(offices, tuple(blocks))
