"""Why this group: what the plan says in words about choices that follow from plain arithmetic."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from scheduler.accounting import leave_months_in, members, objections, open_years, trajectory_of
from scheduler.constraints.group import remark_fields, remark_key
from scheduler.instance.membership import begins_in_time
from scheduler.instance.types import Group, Instance
from scheduler.month import Month, format_month, format_span
from scheduler.plan import PlanCandidate, PlanGroupRemark, Sentence
from scheduler.texts import Language, Phrase, category_name, chained, phrase, text


def with_group_reasons(instance: Instance, entries: list[PlanCandidate], lang: Language) -> list[PlanCandidate]:
    """The candidates' plans with the reason why each has the group it has."""
    n_members = {
        group: len(who)
        for group, who in members([trajectory_of(instance, each_entry) for each_entry in entries]).items()
    }
    told = []
    for entry in entries:
        reason = None if entry.membership is None else _reason(instance, entry, n_members)
        told.append(entry if reason is None else entry.model_copy(update={"group_reason": Sentence.of(reason, lang)}))
    return told


def _reason(instance: Instance, entry: PlanCandidate, n_members: Mapping[str, int]) -> Phrase | None:
    candidate, group = instance.candidates[entry.id], instance.group_named(entry.membership)
    if group is None:
        return None
    if not candidate.group.free:
        return phrase(f"reasons.group-{'kept' if candidate.group.kept else 'fixed'}", group=group.id)
    trajectory = trajectory_of(instance, entry)
    chosen = phrase(
        "reasons.group-chosen",
        group=group.id,
        start=format_month(group.span.start),
        end=format_month(group.span.end - 1),
        leave=sum(leave_months_in(trajectory, year) for year in group.years()),
        year=next(iter(open_years(trajectory, group)), "–"),
        own=category_name(candidate.rules.own_practice),
    )
    earlier = [
        other
        for other in instance.groups.values()
        if other.span.start < group.span.start and begins_in_time(instance, candidate, other)
    ]
    against = {other.id: _against(instance, entry, other, n_members) for other in earlier}
    reasons = [reason for reason in against.values() if reason is not None]
    possible = [group_id for group_id, reason in against.items() if reason is None]
    sentences = [chosen]
    if reasons:
        sentences.append(phrase("reasons.group-others", reasons=reasons))
    if possible:
        sentences.append(phrase("reasons.group-possible", groups=possible))
    return chained("reasons.then", sentences)


def _against(instance: Instance, entry: PlanCandidate, group: Group, n_members: Mapping[str, int]) -> Phrase | None:
    """What stands against a group that was offered earlier than the one chosen; None if it would do as well."""
    trajectory = trajectory_of(instance, entry)
    objection = next(objections(trajectory, group), None)
    kind = None if objection is None else objection.kind
    if objection is not None and kind == "leave":
        most = trajectory.candidate.rules.group_leave_months_max
        fields = {"have": objection.months, "year": objection.year, "max": most}
        return phrase("reasons.group-leave", group=group.id, **fields)
    if kind == "start":
        return phrase("reasons.group-not-yet", group=group.id)
    if n_members.get(group.id, 0) >= group.places:
        return phrase("reasons.group-full", group=group.id, places=group.places)
    if kind == "open-year":
        own = category_name(trajectory.candidate.rules.own_practice)
        return phrase("reasons.group-closed-practice", group=group.id, own=own)
    return phrase("reasons.group-late", group=group.id) if kind == "end" else None


def group_remark_text(
    remark: PlanGroupRemark, lang: Language, period: Callable[[Month, Month], str] = format_span
) -> str:
    """A remark on a membership in words: ``5 leave months in group year 1 (2027-02..2027-06), at most 2``."""
    return text(f"reasons.{remark_key(remark)}", lang, **remark_fields(remark, period))
