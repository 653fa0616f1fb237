"""Frozen months of a published plan: they have been served, so they join the past (decision 0008).

They stand as published, whatever today's file says of them. What they take of places, rosters and supervisors is taken
for those who are planned beside them: newcomers who begin before the freeze.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from scheduler.exact import Exact
from scheduler.files.past import credit_of
from scheduler.instance.past import Frozen, PastMonth
from scheduler.instance.past_blocks import open_block
from scheduler.instance.types import Candidate, Group, Instance, Named, NamedStep, Quota, StepOf, StepsOf
from scheduler.month import Month, runs
from scheduler.plan import PlanPublished, membership, practice_in


def frozen_before(instance: Instance, freeze_to: Month | None) -> Month:
    """The month after the last one that is frozen; the horizon's first where none is."""
    return instance.start if freeze_to is None else max(freeze_to + 1, instance.start)


def with_frozen(instance: Instance, entries: Iterable[PlanPublished], freeze_to: Month | None) -> Instance:
    """The instance in which the published plans have been served up to that month; None: up to the horizon."""
    before = min(frozen_before(instance, freeze_to), instance.end)
    published = [entry for entry in entries if entry.id in instance.candidates]
    candidates, joined = dict(instance.candidates), dict[str, Frozen]()
    for entry in published:
        candidate = candidates[entry.id]
        frozen = _frozen(instance, candidate, entry, before)
        if frozen is not None:
            joined[entry.id] = frozen
            candidate = _served(instance, candidate, frozen, entry.start)
        candidates[entry.id] = replace(candidate, released=_ends_its_block(instance, candidate, entry))
    return _beside(_without_floors(replace(instance, candidates=candidates), freeze_to), joined, before)


def _frozen(instance: Instance, candidate: Candidate, entry: PlanPublished, before: Month) -> Frozen | None:
    """The months of the plan from the candidate's door up to that month; None without any."""
    rotations = {month: run.rotation for run in entry.runs for month in range(run.from_, run.to + 1)}
    percents = {month: row.percent for row in entry.percents for month in range(row.from_, row.to + 1)}
    first = min([*rotations, *percents], default=entry.start)
    last = max(rotations, default=first - 1) if entry.to is None else entry.to
    months = range(max(first, instance.door(candidate)), min(last + 1, before))
    if not months:
        return None
    supervisors = {month: row.id for row in entry.supervisors for month in range(row.from_, row.to + 1)}
    offices = {month: practice_in(entry.practices, entry.practice, month) for month in months}
    rows = {
        month: PastMonth(
            month,
            rotations[month],
            percents.get(month, candidate.percent_at(month)),
            offices[month],
            supervisors.get(month),
        )
        if rotations.get(month) in instance.rotations
        else None
        for month in months
    }
    frozen = Frozen(
        rows=rows,
        horizon=instance.start,
        offices={month: office for month, office in offices.items() if office is not None},
        shifts={row.month: row.shifts for row in entry.shifts if row.month in rows},
        supervisors={month: name for month, name in supervisors.items() if month in rows},
        group=membership(entry.group, entry.second_group),
        finish=entry.finish if entry.finish is not None and entry.finish < before else None,
        running=None if candidate.current is None else candidate.current.rotation,
        since=None if candidate.current is None else candidate.current.since,
    )
    return replace(frozen, rows=_as_counted(candidate, frozen))


def _as_counted(candidate: Candidate, frozen: Frozen) -> dict[Month, PastMonth | None]:
    """The months less the days absent; those that were leave use up nothing of what is free."""
    known = replace(candidate, frozen=frozen)
    return {
        month: None if row is None else replace(row, deducted=known.deducted_at(month))
        for month, row in frozen.rows.items()
    }


def _served(instance: Instance, candidate: Candidate, frozen: Frozen, start: Month) -> Candidate:
    """The candidate with these months as past; those that were frozen before are among them already."""
    earned = credit_of(frozen.served, instance.rotations)
    shifts = sum(frozen.shifts.values())
    whole = frozen if candidate.frozen is None else _joined(candidate.frozen, frozen)
    return replace(
        candidate,
        start_earliest=start,
        start_latest=start,
        window_from=min(candidate.window_from, start),
        current=None,
        practice=Named((*candidate.practice.rows, *_seats(frozen))),
        past=(*candidate.past, *frozen.served),
        past_credit=_sum(candidate.past_credit, earned),
        credited=_sum(candidate.credited, earned),
        months_done=candidate.months_done + len(frozen.served),
        shifts_done=candidate.shifts_done + shifts,
        shifts_served=candidate.shifts_served + shifts,
        frozen=whole,
    )


def _seats(frozen: Frozen) -> Iterator[NamedStep]:
    """The offices of the months, whatever the file names in them."""
    return (NamedStep(office, start, end) for start, end, office in runs(sorted(frozen.offices.items())))


def _joined(before: Frozen, later: Frozen) -> Frozen:
    return replace(
        later,
        rows={**before.rows, **later.rows},
        offices={**before.offices, **later.offices},
        shifts={**before.shifts, **later.shifts},
        supervisors={**before.supervisors, **later.supervisors},
        running=before.running,
        since=before.since,
    )


def _sum(one: Mapping[str, Exact], other: Mapping[str, Exact]) -> dict[str, Exact]:
    return {service: one.get(service, 0) + other.get(service, 0) for service in dict.fromkeys((*one, *other))}


def _ends_its_block(instance: Instance, candidate: Candidate, entry: PlanPublished) -> bool:
    """Whether the published plan does not go on with the block that the past ends in; base may, after leave."""
    going_on, door = open_block(instance, candidate), instance.door(candidate)
    rotations = {month: run.rotation for run in entry.runs for month in range(run.from_, run.to + 1)}
    later = [month for month in rotations if month >= door]
    if going_on is None or not later:
        return False
    following = min(later) if instance.rotations[going_on.rotation].base else door
    return rotations.get(following) != going_on.rotation


# --- for those who are planned beside them ---------------------------------------------------------------------------


def _without_floors(instance: Instance, freeze_to: Month | None) -> Instance:
    """The instance that asks for nobody up to that month: what is frozen cannot be mended."""
    if freeze_to is None or freeze_to < instance.start or not instance.has_floors:
        return instance
    frozen = StepOf(0, instance.start, freeze_to + 1)
    arenas = {
        arena.id: arena
        if arena.min_places is None
        else replace(arena, min_places=replace(arena.min_places, rows=(*arena.min_places.rows, frozen)))
        for arena in instance.arenas.values()
    }
    return replace(instance, arenas=arenas)


def _beside(instance: Instance, joined: Mapping[str, Frozen], before: Month) -> Instance:
    """The instance with what frozen months leave of rosters, supervisors and groups."""
    if not joined:
        return instance
    ends = max(frozen.end for frozen in joined.values())
    contested = range(min(map(instance.first_month, instance.candidates.values())), ends)
    shifts, supervised = _taken(instance, joined, contested)
    arenas = {
        arena.id: replace(arena, shifts=_less(arena.shifts, shifts.get(arena.id, {})))
        for arena in instance.arenas.values()
    }
    supervisors = {
        each.id: replace(each, places=_less(each.places, supervised.get(each.id, {})) or each.places)
        for each in instance.supervisors.values()
    }
    groups, quotas = dict(_groups(instance, joined, before)), dict(_quotas(instance, joined, before))
    return replace(instance, arenas=arenas, supervisors=supervisors, groups=groups, quotas=quotas)


Taken = Mapping[str, Mapping[Month, int]]


def _taken(instance: Instance, joined: Mapping[str, Frozen], months: range) -> tuple[Taken, Taken]:
    """Shifts by roster, and candidates by supervisor, in these months."""
    shifts: defaultdict[str, Counter[Month]] = defaultdict(Counter)
    supervised: defaultdict[str, Counter[Month]] = defaultdict(Counter)
    for candidate_id, frozen in joined.items():
        roster = instance.candidates[candidate_id].legevakt_arena
        for month, number in frozen.shifts.items():
            if month in months and roster is not None:
                shifts[roster][month] += number
        for month, who in frozen.supervisors.items():
            supervised[who][month] += month in months
    return shifts, supervised


def _less(steps: StepsOf[int] | None, taken: Mapping[Month, int]) -> StepsOf[int] | None:
    if steps is None or not any(taken.values()):
        return steps
    rows = (StepOf(number, month, month + 1) for month, number in sorted(taken.items()) if number)
    return replace(steps, reserved=(*steps.reserved, *rows))


def _standing(instance: Instance, joined: Mapping[str, Frozen], before: Month) -> Iterator[tuple[Candidate, Group]]:
    """Those who stay in the group that they are in, whatever the file says now: it is under way, or they are done."""
    for candidate_id, frozen in joined.items():
        candidate, group = instance.candidates[candidate_id], instance.group_named(frozen.group)
        if group is None or not candidate.group.free:
            continue
        if group.span.start < before or frozen.finish is not None:
            yield candidate, group


def _groups(instance: Instance, joined: Mapping[str, Frozen], before: Month) -> Iterator[tuple[str, Group]]:
    """The groups, those under way with room for all who are in them."""
    stays = Counter(year for _, group in _standing(instance, joined, before) for year in group.attended())
    for row in instance.groups.values():
        here = max((number for (group_id, _), number in stays.items() if group_id == row.id), default=0)
        yield row.id, replace(row, places=max(row.places, here))


def _quotas(instance: Instance, joined: Mapping[str, Frozen], before: Month) -> Iterator[tuple[str, Quota]]:
    """The quotas, those of groups under way with room for all of the municipality who are in them."""
    standing = list(_standing(instance, joined, before))
    for row in instance.quotas.values():
        years = Counter(
            number
            for candidate, group in standing
            if row.is_for(candidate)
            for group_id, number in group.attended()
            if group_id == row.group
        )
        yield row.id, replace(row, standing=max(years.values(), default=0))
