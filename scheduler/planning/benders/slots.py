"""Every block of what is scarcest that a candidate may begin with.

Everything but the calendar is left out here: a slot costs at least what the calendar says. A 60 % candidate lacking
6 FTE-months who begins in March is through in December at the earliest; with an earliest finish in October, that slot
costs at least two months.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from scheduler.exact import Exact
from scheduler.instance.timeline import Timeline, running_months, timeline_of
from scheduler.instance.types import Candidate, Instance, Rotation, Wish
from scheduler.month import calendar_month
from scheduler.planning.benders.scarce import Demand

Key = tuple[str, str, int]  # candidate, rotation, start of the block


@dataclass(frozen=True, slots=True)
class Slot:
    """A block of the scarce service: its places are taken for ``length`` months from ``start`` (in the horizon).

    ``delay``: the candidate's at least. ``more``: whether a second block must follow, somewhere else.
    """

    candidate: str
    rotation: str
    start: int
    length: int
    delay: int
    more: bool = False

    @property
    def key(self) -> Key:
        """What the candidate's own model is asked about: the block whatever its length."""
        return self.candidate, self.rotation, self.start


class CandidateSlots:
    """One candidate: what is lacking, and every block that may begin it.

    ``delay`` and ``wishes``: the least there can be for the candidate in any plan with the least sum of delays.
    ``in_one``: no plan divides what is lacking between blocks, so the first block is the one that has all of it.
    """

    def __init__(self, instance: Instance, candidate: Candidate, demand: Demand, delay: int, wishes: int = 0) -> None:
        self.id = candidate.id
        self.delay = delay
        self.wishes = wishes
        self.in_one = False
        self.has_wishes = bool(candidate.wishes)
        self._instance = instance
        self._candidate = candidate
        self._demand = demand
        self.timeline: Timeline = timeline_of(instance, candidate)
        giving = [rotation for rotation in instance.rotations_of(candidate) if self.share(rotation)]
        self.rotations = [rotation for rotation in giving if not rotation.base and rotation.max_blocks != 0]
        self.lacking = self._lacking()
        once = {rotation.id for rotation in self.rotations if rotation.max_blocks == 1}  # one block meets it or none
        self.contested_wishes = [wish for wish in candidate.wishes if wish.rotation in once]

    def _lacking(self) -> Exact:
        """Credit of such service still to be earned; 0 for those whose case is not as simple as that."""
        candidate, ids = self._candidate, {rotation.id for rotation in self.rotations}
        settled = {row.rotation for row in candidate.fixed} | {month.rotation for month in candidate.past}
        settled |= {candidate.current.rotation} if candidate.current else set()
        if (
            self.timeline.unfinished
            or self.timeline.may_leave
            or settled & ids
            or self.share(self._instance.base_of(candidate))
        ):
            return 0
        return self._demand.missing.get(candidate.id, 0)

    def share(self, rotation: Rotation) -> Exact:
        """Percent of a rotation that is such service."""
        return self._demand.shares.get(rotation.id, 0)

    @property
    def may_divide(self) -> bool:
        """Whether it is worth asking if all must be in one block: one of each rotation, and more than one rotation."""
        return len(self.rotations) > 1 and all(rotation.max_blocks == 1 for rotation in self.rotations)

    def first_blocks(self) -> Iterator[Slot]:
        """Every block that may be the first: all of what lacks in one, or its shortest and a second one."""
        several = not self.in_one and sum(rotation.max_blocks or 2 for rotation in self.rotations) > 1
        for rotation in self.rotations:
            for start in self._starts(rotation):
                stretch, whole = self._stretch(start), self._whole(rotation, start)
                if whole <= min(stretch, rotation.max_months or whole) and whole >= 0:
                    length = max(whole, rotation.min_months)
                    if length <= stretch:
                        yield self._slot(rotation, start, length, start + length)
                if several and max(rotation.min_months, 1) < max(whole, 1) and rotation.min_months <= stretch:
                    end = start + whole if whole >= 0 else start + rotation.min_months
                    yield self._slot(rotation, start, max(rotation.min_months, 1), end, more=True)

    def second_blocks(self) -> Iterator[Slot]:
        """The shortest block of every rotation, wherever it may begin."""
        for rotation in self.rotations:
            for start in self._starts(rotation):
                length = max(rotation.min_months, 1)
                if length <= self._stretch(start):
                    yield self._slot(rotation, start, length, start + length)

    def blocks_for(self, wish: Wish) -> Iterator[Slot]:
        """The shortest block with which a wish for such service may be met, wherever it may begin."""
        rotation = self._instance.rotations[wish.rotation]
        for start in self._starts(rotation):
            length = max(rotation.min_months, 1)
            if length <= self._stretch(start) and self.may_meet(wish, rotation.id, start):
                yield self._slot(rotation, start, length, start + length)

    def may_meet(self, wish: Wish, rotation_id: str, start: int) -> bool:
        """Whether a block that begins there, as long as it may be, has enough of the months wished for."""
        rotation = self._instance.rotations[rotation_id]
        enough, longest = max(rotation.min_months, 1), self._stretch(start)
        end = start + min(longest, rotation.max_months or longest)
        if wish.span is not None:
            enough = min(enough, wish.span.end - wish.span.start)
            start, end = (
                max(start, wish.span.start - self._instance.start),
                min(end, wish.span.end - self._instance.start),
            )
        return rotation_id == wish.rotation and end - start >= enough

    def _slot(self, rotation: Rotation, start: int, length: int, end: int, more: bool = False) -> Slot:
        return Slot(self.id, rotation.id, start, length, max(self.delay, end - self.timeline.due), more)

    def _starts(self, rotation: Rotation) -> Iterator[int]:
        timeline, begin = self.timeline, self._instance.start
        for t in range(timeline.first + running_months(self._instance, self._candidate), timeline.end):
            served = self._candidate.months_done + timeline.service[t]
            in_season = not rotation.starts or calendar_month(begin + t) in rotation.starts
            if timeline.works(t) and in_season and served >= rotation.not_before:
                yield t

    def _stretch(self, start: int) -> int:
        """Months from the start to the next leave or the end of the horizon."""
        timeline = self.timeline
        return next((t for t in range(start, timeline.end) if not timeline.works(t)), timeline.end) - start

    def _whole(self, rotation: Rotation, start: int) -> int:
        """Calendar months from the start until all that lacks is earned; -1 if that is beyond the horizon."""
        timeline, share = self.timeline, self.share(rotation)
        for end in range(start + 1, timeline.end + 1):
            if share * (timeline.work[end] - timeline.work[start]) >= self.lacking:
                return end - start
        return -1
