"""A draft: as many as were placed when time ran out, written out, and what stands in the way of each of the others."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from scheduler.check import check_draft
from scheduler.instance.assignment import Assignment
from scheduler.instance.occupancy import Occupancy
from scheduler.instance.order import with_only
from scheduler.instance.pools import resolved_mix
from scheduler.instance.types import Instance
from scheduler.month import Month, format_span, runs
from scheduler.plan import Plan, PlanDraft, PlanNotPlaced, Sentence
from scheduler.planning.assemble import ended, plan_candidate
from scheduler.planning.assign.in_turn import Supervision
from scheduler.planning.assign.shifts import spread_shifts
from scheduler.planning.settle import settled
from scheduler.planning.state import Unknown
from scheduler.solver.engine import Settings, Stop
from scheduler.solver.limits import LIMITS
from scheduler.texts import Phrase, phrase


def drafted(instance: Instance, found: Unknown, settings: Settings, stop: Stop) -> PlanDraft:
    """Who is placed and where, who is not, and what stands in the way of each of these."""
    only = with_only(instance, found.placed)
    assignments, supervision = _settled(only, found.placed, settings, stop)
    entries = [ended(only, plan_candidate(only, path, supervision.get(who, {}))) for who, path in assignments.items()]
    beside = Occupancy(instance, found.placed.values())
    not_placed = [_not_placed(found, who, beside) for who in instance.candidates if who not in assignments]
    return PlanDraft(candidates=entries, not_placed=not_placed)


def with_broken(instance: Instance, plan: Plan) -> Plan:
    """The same, with what the independent check finds in its draft, if it has one."""
    if plan.draft is None:
        return plan
    broken = [Sentence.of(violation.phrase(), "nb") for violation in check_draft(instance, plan)]
    return plan.model_copy(update={"draft": plan.draft.model_copy(update={"broken": broken})})


def _settled(
    only: Instance, placed: Mapping[str, Assignment], settings: Settings, stop: Stop
) -> tuple[Mapping[str, Assignment], Supervision]:
    """With groups, offices, shifts and supervisors; where these do not suffice, with shifts, or with neither."""
    in_order = {who: placed[who] for who in only.candidates}
    whole = settled(only, in_order, settings, in_order)
    return whole or (spread_shifts(only, in_order) or in_order, {})


def _not_placed(found: Unknown, who: str, beside: Occupancy) -> PlanNotPlaced:
    own_best = found.alone.get(who)
    if own_best is None or own_best.assignment is None:
        return PlanNotPlaced(id=who, in_the_way=[Sentence.of(phrase("draft.not-looked-at"), "nb")])
    best = own_best.assignment
    told = [Sentence.of(each, "nb") for each in _in_the_way(beside, best)][: LIMITS.draft_reasons]
    return PlanNotPlaced(id=who, finish=best.end - 1 if best.completes else None, in_the_way=told)


def _in_the_way(beside: Occupancy, best: Assignment) -> Iterator[Phrase]:
    """What is too full for the candidate's best plan, in which months, and who is there."""
    found: defaultdict[tuple[str, str], list[Month]] = defaultdict(list)
    for full in beside.too_full_for(best):
        months = found[full.kind, full.subject]
        if full.month is not None and full.month not in months:
            months.append(full.month)
    for (kind, subject), months in found.items():
        spans = ", ".join(format_span(start, end) for start, end, _ in runs((month, True) for month in months))
        there = _there(beside, kind, subject, months)
        who = ", ".join(there[: LIMITS.draft_named]) + (" …" if len(there) > LIMITS.draft_named else "")
        yield phrase(f"draft.full-{kind}", what=_name(beside.instance, subject), months=spans, who=who or "–")


def _name(instance: Instance, subject: str) -> str:
    named = instance.arenas.get(subject)
    return subject if named is None else named.name


def _there(beside: Occupancy, kind: str, subject: str, months: Sequence[Month]) -> list[str]:
    """The ids of those who are placed there in any of the months."""
    placed = beside.assignments.values()
    if kind == "group":
        return [path.candidate for path in placed if path.group and subject in _groups(beside.instance, path.group)]
    return [path.candidate for path in placed if any(_uses(beside.instance, kind, subject, path, at) for at in months)]


def _groups(instance: Instance, membership: str) -> set[str]:
    group = instance.group_named(membership)
    return set() if group is None else {group_id for group_id, _ in group.attended()}


def _uses(instance: Instance, kind: str, subject: str, path: Assignment, month: Month) -> bool:
    rotation = path.rotations[month - path.first] if path.first <= month < path.end else None
    if rotation is None:
        return False
    office = path.practice_at(month)
    mix = resolved_mix(instance.rotations[rotation], office)
    if kind == "away":
        return (instance.candidates[path.candidate].post or office) == subject and subject not in mix
    limit = instance.limits.get(subject)
    return subject in mix if limit is None else not mix.keys().isdisjoint(limit.arenas)
