"""Places in guidance groups, where the parts of an instance were planned without looking at each other's members."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import replace

from ortools.sat.python import cp_model

from scheduler.assemble import plan_candidate
from scheduler.draft import Draft
from scheduler.instance.types import Group, Instance
from scheduler.ledger import course_of, leave_months_in, open_years
from scheduler.search.engine import Settings, Stop, evaluate, run
from scheduler.timeline import timeline_of


def give_places(instance: Instance, drafts: Mapping[str, Draft], settings: Settings) -> dict[str, Draft] | None:
    """The drafts with as few in another group as the places ask for; None if no such choice was found.

    The rotations stay: only groups that start, end and leave open practice as they must with them are looked at. Its
    time is its own: plans of all parts are not to be lost because the clock or the user said stop.
    """
    members = Counter(draft.group for draft in drafts.values() if draft.group is not None)
    if all(n <= instance.groups[group].places for group, n in members.items()):
        return dict(drafts)
    free = [draft for draft in drafts.values() if draft.group and instance.candidates[draft.candidate].group.free]
    room = {group.id: group.places - members[group.id] for group in instance.groups.values()}
    for draft in free:
        room[draft.group or ""] += 1
    chosen = _assigned(instance, free, room, settings)
    if chosen is None:
        return None
    return {one: replace(draft, group=chosen.get(one, draft.group)) for one, draft in drafts.items()}


def _assigned(
    instance: Instance, free: list[Draft], room: Mapping[str, int], settings: Settings
) -> dict[str, str] | None:
    model = cp_model.CpModel()
    takers: defaultdict[str, list[cp_model.IntVar]] = defaultdict(list)
    literals: dict[tuple[str, str], cp_model.IntVar] = {}
    for draft in free:
        mine = {group: model.new_bool_var("") for group in _possible(instance, draft)}
        model.add_exactly_one(mine.values())
        for group, literal in mine.items():
            takers[group].append(literal)
            literals[draft.candidate, group] = literal
    for group, taking in takers.items():
        model.add(sum(taking) <= max(room[group], 0))
    model.maximize(sum(literals[draft.candidate, draft.group] for draft in free if draft.group))
    outcome = run(model, replace(settings, workers=1), Stop(), settings.limits.groups_effort)
    if outcome.values is None:
        return None
    return {one: group for (one, group), literal in literals.items() if evaluate(literal, outcome.values)}


def _possible(instance: Instance, draft: Draft) -> list[str]:
    """The groups that go with the draft's months; the one it has among them."""
    candidate = instance.candidates[draft.candidate]
    finished = not timeline_of(instance, candidate).unfinished
    course = course_of(instance, plan_candidate(instance, draft, {}, finished))

    def fits(group: Group) -> bool:
        in_time = group.span.start >= max(course.entry.start, instance.start)
        ended = not finished or group.span.end <= course.end
        most = candidate.rules.group_leave_months_max
        present = all(leave_months_in(course, year) <= most for year in group.years())
        return in_time and ended and present and bool(open_years(instance, course, group))

    return [one.id for one in instance.groups.values() if one.id == draft.group or fits(one)]
