"""A planner's greedy pass by start date: each candidate in turn takes the first way through that is free.

The planner puts everybody in the office and looks for what must be elsewhere: fixed months, a required block, and the
institution block, the first one with a place. Wishes are not looked at. Whoever began first chooses first; nothing that
has been given away is taken back, so a tight instance may be left with somebody unplaced.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from benchmarks.contenders.textbook_variables import office_named
from benchmarks.plans import plan_of
from scheduler.accounting import (
    Ceiling,
    PlanRead,
    ceiling,
    current_applies,
    cut,
    earliest_finish,
    group_fits,
    trajectory_of,
)
from scheduler.constraints import RULES
from scheduler.constraints.complete import complete
from scheduler.instance.assignment import Assignment
from scheduler.instance.past_blocks import open_block
from scheduler.instance.types import PRACTICE, Candidate, Instance, Requirement, Rotation
from scheduler.month import Month
from scheduler.plan import Plan, PlanCandidate, PlanShifts
from scheduler.planning.assemble import plan_candidate

SHARED = ("capacity", "away", "supervision", "one-rotation")  # judged over all candidates, here by Room
OWN_RULES = [rule for rule in RULES if rule.id not in SHARED]
SHIFTS_A_MONTH = 2

Path = list[str | None]


@dataclass
class Room:
    """What is taken so far of arenas, limits, units, rosters and groups."""

    instance: Instance
    heads: Counter[tuple[str, Month]] = field(default_factory=Counter)
    credit: Counter[tuple[str, Month]] = field(default_factory=Counter)
    away: Counter[tuple[str, Month]] = field(default_factory=Counter)
    shifts: Counter[tuple[str, Month]] = field(default_factory=Counter)
    members: Counter[str] = field(default_factory=Counter)
    chosen: Counter[str | None] = field(default_factory=Counter)
    ceilings: dict[str, list[tuple[str, Ceiling]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for arena in self.instance.arenas.values():
            room = ceiling(self.instance, arena)
            self.ceilings.setdefault(arena.id, []).append((arena.id, room))
        for limit in self.instance.limits.values():
            room = ceiling(self.instance, limit)
            for arena_id in limit.arenas:
                self.ceilings.setdefault(arena_id, []).append((f"limit {limit.id}", room))

    def uses(self, assignment: Assignment) -> Iterator[tuple[Month, str, Ceiling, int]]:
        """Month, ceiling and credit taken of it, month by month."""
        candidate = self.instance.candidates[assignment.candidate]
        for month in range(assignment.first, assignment.end):
            rotation = assignment.rotation_at(month)
            if rotation is None:
                continue
            for name, share in self.instance.rotations[rotation].mix.items():
                arena = assignment.practice if name == PRACTICE else name
                for subject, room in self.ceilings[arena or ""]:
                    yield month, subject, room, candidate.percent_at(month) * share

    def fits(self, assignment: Assignment) -> bool:
        """Whether there is room for all of it."""
        for month, subject, room, credit in self.uses(assignment):
            places, percent = room.places_at(month), room.percent_at(month)
            if places is not None and self.heads[subject, month] + 1 > places:
                return False
            if percent is not None and self.credit[subject, month] + credit > 100 * percent:
                return False
        unit, months = self._gone(assignment)
        most = None if unit is None else self.instance.arenas[unit].max_away
        return most is None or all(self.away[unit or "", month] < most for month in months)

    def take(self, assignment: Assignment) -> None:
        """Book it."""
        for month, subject, _, credit in self.uses(assignment):
            self.heads[subject, month] += 1
            self.credit[subject, month] += credit
        unit, months = self._gone(assignment)
        self.away.update((unit or "", month) for month in months)
        if assignment.group is not None:
            self.members[assignment.group] += 1
        candidate = self.instance.candidates[assignment.candidate]
        self.chosen.update([assignment.practice] if office_named(candidate) is None else [])
        roster = candidate.legevakt_arena
        for month, n in assignment.shifts.items():
            self.shifts[roster or "", month] += n

    def _gone(self, assignment: Assignment) -> tuple[str | None, list[Month]]:
        unit = self.instance.candidates[assignment.candidate].post or assignment.practice
        gone = []
        for month in range(assignment.first, assignment.end):
            rotation = assignment.rotation_at(month)
            if rotation is not None:
                mix = self.instance.rotations[rotation].mix
                if unit not in mix and not (PRACTICE in mix and unit == assignment.practice):
                    gone.append(month)
        return unit, gone


def plan_greedily(instance: Instance) -> tuple[Plan | None, int]:
    """The plan, without supervisors; None and how many were left unplaced if there is none."""
    room = Room(instance)
    assignments: dict[str, Assignment] = {}
    for candidate in sorted(
        instance.candidates.values(), key=lambda each_candidate: (each_candidate.start_earliest, each_candidate.id)
    ):
        assignment = next(_ways(instance, candidate, room), None)
        if assignment is not None:
            room.take(assignment)
            assignments[candidate.id] = assignment
    unplaced = len(instance.candidates) - len(assignments)
    return (None if unplaced else plan_of(instance, assignments, {}, "greedy by start date")), unplaced


# --- one candidate --------------------------------------------------------------------------------------------------


def _ways(instance: Instance, candidate: Candidate, room: Room) -> Iterator[Assignment]:
    """Valid ways with room, the earliest institution block first."""
    skeleton = _skeleton(instance, candidate)
    for path in _paths(instance, candidate, skeleton, room):
        for office in _offices(instance, candidate, room):
            assignment = Assignment(candidate.id, instance.first_month(candidate), tuple(path), office, None)
            whole = _completed(instance, assignment, room)
            if whole is not None and room.fits(whole) and _valid(instance, whole):
                yield whole
                break


def _offices(instance: Instance, candidate: Candidate, room: Room) -> list[str | None]:
    """The office named, or those with more places than candidates who name or have got them."""
    own = office_named(candidate)
    if own is not None:
        return [own]
    named = Counter(office_named(other) for other in instance.candidates.values()) + room.chosen
    month = instance.first_month(candidate)
    return [arena.id for arena in instance.offices if arena.places is None or arena.places.at(month) > named[arena.id]]


def _skeleton(instance: Instance, candidate: Candidate) -> Path:
    """Office throughout, but for leave, the running block as long as it must last, and fixed months."""
    base, first = instance.base_of(candidate).id, instance.first_month(candidate)
    path: Path = [None if candidate.on_leave(month) else base for month in range(first, instance.end)]
    if candidate.current is not None and current_applies(instance, candidate):
        rotation, going_on = instance.rotations[candidate.current.rotation], open_block(instance, candidate)
        left = max(rotation.min_months - (0 if going_on is None else going_on.elapsed), 1)
        path[:left] = [None if one is None else rotation.id for one in path[:left]]
    for row in candidate.fixed:
        for month in row.span.months():
            if first <= month < instance.end and path[month - first] is not None:
                path[month - first] = row.rotation
    return path


def _paths(instance: Instance, candidate: Candidate, path: Path, room: Room) -> Iterator[Path]:
    """The skeleton with the blocks that must be there, at every place where they can be."""
    for row in instance.requirements:
        if row.min_work and row.names(candidate.id):
            path = _with_required(instance, candidate, path, row, room)
    served = {rotation for rotation in path if rotation is not None}
    asked_for = next(category for category in candidate.rules.minima if not category.own_practice)
    giving = [
        each_rotation
        for each_rotation in instance.rotations_of(candidate)
        if each_rotation.share_by_service.get(asked_for.id)
    ]
    enough = candidate.credited.get(asked_for.id, 0) >= asked_for.minimum
    unfinished = earliest_finish(candidate, instance.first_month(candidate)) >= instance.end
    if unfinished or enough or any(each_rotation.id in served for each_rotation in giving):
        yield path
        return
    for begin in range(len(path)):
        for rotation in giving:
            longer = _insert(instance, candidate, path, rotation, begin, asked_for.minimum)
            if longer is not None:
                yield longer


def _with_required(instance: Instance, candidate: Candidate, path: Path, row: Requirement, room: Room) -> Path:
    """The required work in the first of its rotations, as early as it can be after six months."""
    rotation = instance.rotations[row.rotations[0]]
    for begin in range(6, len(path)):
        longer = _insert(instance, candidate, path, rotation, begin, row.min_work or 0)
        if longer is not None:
            assignment = Assignment(
                candidate.id, instance.first_month(candidate), tuple(longer), office_named(candidate), None
            )
            if room.fits(assignment):
                return longer
    return path


def _insert(
    instance: Instance, candidate: Candidate, path: Path, rotation: Rotation, begin: int, work: int
) -> Path | None:
    """A block with enough work from a month on, in place of office months; None where it cannot be."""
    base, first = instance.base_of(candidate).id, instance.first_month(candidate)
    if (first + begin) % 12 + 1 not in rotation.starts:
        return None
    longer, end = list(path), begin
    while work > 0 or end - begin < rotation.min_months:
        if end >= len(path) or path[end] != base or (rotation.max_months and end - begin >= rotation.max_months):
            return None
        longer[end] = rotation.id
        work -= candidate.percent_at(first + end) * 100
        end += 1
    return longer


def _completed(instance: Instance, assignment: Assignment, room: Room) -> Assignment | None:
    """With a group and shifts, cut at the first month at whose end all holds; None if there is none."""
    candidate = instance.candidates[assignment.candidate]
    unfinished = earliest_finish(candidate, instance.first_month(candidate)) >= instance.end
    shifts = _shifts(instance, assignment, room) if not unfinished else {}
    for group in _groups(instance, assignment, room):
        entry = plan_candidate(instance, assignment, {})
        rows = [PlanShifts(month=month, shifts=n) for month, n in shifts.items()]
        trajectory = trajectory_of(instance, entry.model_copy(update={"group": group, "shifts": rows}))
        if group is not None and not group_fits(trajectory, instance.groups[group]):
            continue
        if unfinished:
            return Assignment(assignment.candidate, assignment.first, assignment.rotations, assignment.practice, group)
        first = earliest_finish(candidate, assignment.first)
        for end in range(first + 1, instance.end + 1):
            if complete(RULES, cut(trajectory, end)):
                rotations = assignment.rotations[: end - assignment.first]
                return Assignment(assignment.candidate, assignment.first, rotations, assignment.practice, group, shifts)
    return None


def _groups(instance: Instance, assignment: Assignment, room: Room) -> list[str | None]:
    choice = instance.candidates[assignment.candidate].group
    if choice.group_id is not None:
        return [choice.group_id]
    if choice.done:
        return [None]
    start = assignment.first
    inside = [
        group for group in instance.groups.values() if group.span.start >= start and group.span.end <= instance.end
    ]
    free = [group for group in inside if room.members[group.id] < group.places]
    return [group.id for group in sorted(free, key=lambda group: group.span.start)]


def _shifts(instance: Instance, assignment: Assignment, room: Room) -> dict[Month, int]:
    """The missing shifts as soon as there are any, two a month."""
    candidate = instance.candidates[assignment.candidate]
    left = candidate.shifts_missing
    roster = None if candidate.legevakt_arena is None else instance.arenas[candidate.legevakt_arena]
    found: dict[Month, int] = {}
    for month in range(max(assignment.first, candidate.legevakt_from or 0), assignment.end):
        rotation = assignment.rotation_at(month)
        if left <= 0 or roster is None or rotation is None or not instance.rotations[rotation].legevakt:
            continue
        most = min(SHIFTS_A_MONTH, candidate.rules.legevakt_max_per_month, left)
        if roster.shifts is not None:
            most = min(most, roster.shifts.at(month) - room.shifts[roster.id, month])
        if most > 0:
            found[month] = most
            left -= most
    return found


def _valid(instance: Instance, assignment: Assignment) -> bool:
    """Whether no rule about one candidate is broken."""
    entry: PlanCandidate = plan_candidate(instance, assignment, {})
    plan = Plan.model_construct(candidates=[entry])
    return not any(True for rule in OWN_RULES for _ in rule.check(PlanRead(instance, plan)))
