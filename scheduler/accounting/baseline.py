"""Planning on top of a published plan: what is frozen, what is held, and the published plan as a plan file carries it.

A published plan goes with the instance (``Instance.baseline``), so that whoever plans, checks or counts sees it:

- Months up to the freeze have been served (``accounting.frozen``). A group that had begun is kept, too.
- A published practice stays, unless the new data name another or have no room for all who were to be there; then it is
  open from the first month without room. In frozen months it is as published whatever the data name.
- What comes after the freeze may move, and the level ``changes`` makes that as little as possible.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace

from scheduler.accounting import ceiling
from scheduler.accounting.frozen import frozen_before, with_frozen
from scheduler.accounting.served import history, with_served
from scheduler.exact import Exact
from scheduler.instance.pools import resolved_mix
from scheduler.instance.published import Baseline, Published
from scheduler.instance.timeline import FAR_MONTHS
from scheduler.instance.types import Candidate, GroupChoice, Instance, Named, NamedStep
from scheduler.month import Month, runs
from scheduler.plan import (
    Plan,
    PlanBaseline,
    PlanBlock,
    PlanCandidate,
    PlanPercent,
    PlanPublished,
    membership,
    practice_in,
)


def with_own_baseline(instance: Instance, plan: Plan) -> Instance:
    """The instance with the published plan that the plan file carries; as it is if that has none, or it has one."""
    if instance.baseline is not None or plan.baseline is None:
        return instance
    return instance.once_of(plan.baseline, with_published)


def with_published(instance: Instance, carried: PlanBaseline) -> Instance:
    """The instance with a published plan as a plan file carries it; what lies before, or is frozen, is served."""
    instance = with_frozen(with_served(instance, carried), carried.candidates, carried.freeze_to)
    published = {
        each_published.id: _published(instance, each_published)
        for each_published in carried.candidates
        if each_published.id in instance.candidates and _has_months(each_published)
    }
    baseline = Baseline(
        frozen_before=frozen_before(instance, carried.freeze_to),
        published=published,
        affected=frozenset(carried.affected) & published.keys(),
        carried=carried,
    )
    baseline = replace(baseline, prefers_delay=carried.prefer == "delay").concerning(baseline.affected, instance.end)
    return _on_top_of(instance, baseline)


def with_baseline_of(instance: Instance, other: Instance) -> Instance:
    """The instance on top of what the other one is on top of, if it is: the same plan for data changed on trial."""
    return instance if other.baseline is None else with_published(instance, other.baseline.carried)


def _on_top_of(instance: Instance, baseline: Baseline) -> Instance:
    published = baseline.published
    crowded = _crowded(instance, baseline)
    candidates = {
        candidate.id: _held(instance, candidate, baseline, crowded) if candidate.id in published else candidate
        for candidate in instance.candidates.values()
    }
    order = _order(instance.objective_order, baseline.prefers_delay)
    return replace(instance, candidates=candidates, baseline=baseline, objective_order=order)


def _order(named: tuple[str, ...], prefers_delay: bool) -> tuple[str, ...]:
    """The levels on top of a published plan: changes where the file names them, else first; delay before if preferred.

    (delay, wishes) -> (changes, delay, wishes), or (delay, changes, wishes).
    """
    order = named if "changes" in named else ("changes", *named)
    if not prefers_delay or "delay" in order[: order.index("changes")]:
        return order
    order = tuple(level for level in order if level != "delay")
    at = order.index("changes")
    return (*order[:at], "delay", *order[at:])


def to_stay_near(instance: Instance, plan: Plan) -> Instance:
    """The instance with the plan to stay near to, nothing of it frozen or held, and everybody free to move."""
    everybody = [entry.id for entry in plan.candidates]
    carried = carried_by_successor(plan, None, everybody)
    published = {
        each_published.id: _published(instance, each_published)
        for each_published in carried.candidates
        if _has_months(each_published)
    }
    return replace(instance, baseline=Baseline(instance.start, published, frozenset(published), carried=carried))


def with_groups_begun(instance: Instance, plan: Plan, freeze_to: Month | None) -> Instance:
    """The instance in which whoever joined a group in the plan stays in it, if it has begun by that month."""
    before, candidates = frozen_before(instance, freeze_to), dict(instance.candidates)
    for entry in plan.candidates:
        if entry.id in candidates:
            candidate = candidates[entry.id]
            candidates[entry.id] = replace(candidate, group=_kept_group(instance, candidate, entry.membership, before))
    return replace(instance, candidates=candidates)


def _has_months(carried: PlanPublished) -> bool:
    """Whether the published plan places the candidate at all, be it on leave throughout; older files tell no end."""
    return bool(carried.runs) or carried.to is not None


def _published(instance: Instance, carried: PlanPublished) -> Published:
    """The part of a candidate's published plan that lies in the horizon."""
    rotations = {
        month: run.rotation
        for run in carried.runs
        for month in range(max(run.from_, instance.start), min(run.to + 1, instance.end))
    }
    return Published(
        candidate=carried.id,
        start=max(carried.start, instance.start),
        end=(max(run.to for run in carried.runs) if carried.to is None else carried.to) + 1,
        rotations=dict(sorted(rotations.items())),
        offices=_offices(carried),
        group=membership(carried.group, carried.second_group),
        shifts={row.month: row.shifts for row in carried.shifts},
        supervisors={month: row.id for row in carried.supervisors for month in range(row.from_, row.to + 1)},
    )


def _first_told(carried: PlanPublished) -> Month:
    """The first month of which the published plan tells the office; leave counts, where it is told month by month."""
    told = [row.from_ for row in carried.practices] or [run.from_ for run in carried.runs]
    return told[0] if told else carried.start


def _offices(carried: PlanPublished) -> dict[Month, str]:
    last = max((run.to for run in carried.runs), default=carried.start) if carried.to is None else carried.to
    offices = ((m, practice_in(carried.practices, carried.practice, m)) for m in range(_first_told(carried), last + 1))
    return {month: office for month, office in offices if office is not None}


# --- what is held ----------------------------------------------------------------------------------------------------


def _held(instance: Instance, candidate: Candidate, baseline: Baseline, crowded: Mapping[str, Month]) -> Candidate:
    """The candidate with everything that stays as published."""
    published = baseline.published[candidate.id]
    earliest, latest = _start(candidate, published, baseline.frozen_before)
    return replace(
        candidate,
        start_earliest=earliest,
        start_latest=latest,
        practice=_kept_practice(instance, candidate, published, baseline.frozen_before, crowded),
        group=_kept_group(instance, candidate, published.group, baseline.frozen_before),
    )


def _start(candidate: Candidate, published: Published, before: Month) -> tuple[Month, Month]:
    """A start that was not frozen does not move into the frozen months."""
    earliest, latest = candidate.start_earliest, candidate.start_latest
    if not earliest <= published.start <= latest:
        return earliest, latest
    if published.start < before:
        return published.start, published.start
    return min(max(earliest, before), latest), latest


def _kept_practice(
    instance: Instance, candidate: Candidate, published: Published, before: Month, crowded: Mapping[str, Month]
) -> Named:
    """The offices by months: frozen as published; later as the file names them, else as published while there is room.

    Who had left the office that the file names, because there was no room, does not go back to it.
    """
    left = _left_before(candidate, _was_in(candidate, published, before), before)

    def office_in(month: Month) -> str | None:
        known = published.office_in(month)
        office = known if known is not None and _is_office(instance, known) else None
        if month < before and office is not None:
            return office
        named = candidate.practice.at(month) if month < before or month >= left else None
        return named or (office if office is not None and month < crowded.get(office, instance.end) else None)

    first = min(instance.start, candidate.start_earliest, *published.offices)
    by_month = ((month, office_in(month)) for month in range(first, instance.end))
    return Named(tuple(NamedStep(office, start, end) for start, end, office in runs(by_month) if office is not None))


def _was_in(candidate: Candidate, published: Published, before: Month) -> dict[Month, str]:
    """The offices of the months before that one, as far as they are told: of the past, and of the published plan."""
    told = {row.month: row.practice for row in candidate.past if row.practice is not None}
    return told | {month: office for month, office in published.offices.items() if month < before}


def _left_before(candidate: Candidate, was: Mapping[Month, str], before: Month) -> Month:
    """The month until which the file's name for the office does not hold any more: it had been left by then."""
    named = candidate.practice.at(before)
    if named is None or was.get(before - 1, named) == named or named not in was.values():
        return before
    ends = (edge for edge in sorted(candidate.practice.edges()) if edge > before)
    return next((edge for edge in ends if candidate.practice.at(edge) != named), before + FAR_MONTHS)


def _is_office(instance: Instance, office: str) -> bool:
    arena = instance.arenas.get(office)
    return arena is not None and arena.is_office


def _kept_group(instance: Instance, candidate: Candidate, published: str | None, before: Month) -> GroupChoice:
    """A group that had begun by the freeze is joined for good: its start and leave months are no longer questioned."""
    group = instance.group_named(published)
    if not candidate.group.free or group is None or group.span.start >= before:
        return candidate.group
    return GroupChoice(group_id=group.id, kept=True)


def _crowded(instance: Instance, baseline: Baseline) -> dict[str, Month]:
    """Offices that no longer have room for everybody who was published there, and from which month."""
    there: defaultdict[tuple[str, Month], list[Exact]] = defaultdict(list)
    for published in baseline.published.values():
        candidate = instance.candidates[published.candidate]
        for month, rotation_id in published.rotations.items():
            rotation = instance.rotations.get(rotation_id)
            office = candidate.practice.at(month) or published.office_in(month)
            if month < baseline.frozen_before or office is None or rotation is None or candidate.on_leave(month):
                continue
            share = resolved_mix(rotation, office).get(office)
            if share is not None:
                there[office, month].append(candidate.percent_at(month) * share)
    rooms = {office.id: ceiling(instance, office) for office in instance.offices}
    found: dict[str, Month] = {}
    for (office, month), credit in there.items():
        places, percent = rooms[office].places_at(month), rooms[office].percent_at(month)
        too_many = places is not None and len(credit) > places
        if too_many or (percent is not None and sum(credit) > 100 * percent):
            found[office] = min(month, found.get(office, month))
    return found


# --- the published plan in a plan file -------------------------------------------------------------------------------


def carried_by_successor(
    plan: Plan, freeze_to: Month | None, affected: Iterable[str], own: Instance | None = None
) -> PlanBaseline:
    """A plan as the file of its successor carries it; ``own``: its instance, which tells what had been before it."""
    entries = [
        _carried(entry).model_copy(update={} if own is None else history(own, entry)) for entry in plan.candidates
    ]
    return PlanBaseline(freeze_to=freeze_to, affected=sorted(affected), candidates=entries)


def _carried(entry: PlanCandidate) -> PlanPublished:
    return PlanPublished(
        id=entry.id,
        start=entry.start,
        to=entry.months[-1].month if entry.months else None,
        finish=entry.finish,
        practice=entry.practice,
        practices=entry.practices if len(entry.practices) > 1 else [],
        group=entry.group,
        second_group=entry.second_group,
        runs=[
            PlanBlock.model_validate({"rotation": rotation, "from": start, "to": end - 1})
            for start, end, rotation in runs((row.month, row.rotation) for row in entry.months if row.rotation)
        ],
        percents=[
            PlanPercent.model_validate({"percent": percent, "from": start, "to": end - 1})
            for start, end, percent in runs((row.month, row.percent if row.rotation else 0) for row in entry.months)
        ],
        shifts=list(entry.shifts),
        supervisors=list(entry.supervisors),
    )
