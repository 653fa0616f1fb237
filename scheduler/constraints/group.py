"""Every candidate follows one guidance group, well."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from scheduler.accounting import (
    Objection,
    PlanRead,
    Trajectory,
    group_complete,
    group_needed,
    group_of,
    members_by_year,
    objections,
    plan_group_remarks,
)
from scheduler.constraints.conflict import Conflict
from scheduler.constraints.count import Count, CountedPerson
from scheduler.constraints.facts import ConflictTeller, Facts, Numbers
from scheduler.constraints.lack import Lack
from scheduler.constraints.proposal import MOST_PLACES, Proposal, added, at_once, set_to
from scheduler.constraints.rule import Rule, Violation
from scheduler.fields import SPLIT
from scheduler.instance.membership import begins_in_time, longest_leave, may_join, open_to, too_much_leave
from scheduler.instance.rule_key import RuleKey, candidate_of
from scheduler.instance.timeline import Timeline
from scheduler.instance.types import Candidate, Group, Instance
from scheduler.month import Month, format_month, format_span
from scheduler.plan import PlanGroupRemark
from scheduler.texts import OWN, Phrase, category_name

if TYPE_CHECKING:
    from scheduler.constraints.finishing import Cut
    from scheduler.variables import CandidateVariables, Literal, Variables


class GroupRule(Rule):
    """Exactly one guidance group unless done; it starts no earlier than the candidate, ends no later than the finish.

    Members <= places; at most 2 leave months in each group year; in at least one of the years every month is leave or
    has >= 50 % of the mix in open practice. A settled membership's start and leave months are reported, not enforced:
    one that the coordinator has fixed, or that stands in a published plan and has begun.
    """

    id = "group"
    telling = 45
    blamed = 30
    awaited = True

    def build(self, variables: Variables) -> None:
        """One group each, within its places, ended by the finish, with one of its years in open practice."""
        for candidate in variables.candidates:
            if candidate.states(self.id):
                _join_one(candidate)
        for group in variables.instance.groups.values():
            if variables.states(RuleKey(self.id, group=group.id)):
                _keep_places(variables, group)

    def check(self, read: PlanRead) -> Iterator[Violation]:
        """Membership, start, end, leave and open year of every candidate, then the places of every group."""
        plan_trajectories, full = read.trajectories, set[tuple[str, ...]]()
        for trajectory in plan_trajectories:
            group = group_of(trajectory)
            yield from self._check_membership(trajectory, group)
            if group is not None and not trajectory.candidate.group.done:
                for objection in objections(trajectory, group):
                    if not (trajectory.leaves and objection.kind == "open-year"):  # told as missing
                        yield self._objected(trajectory, group, objection)
        for (group_id, _), who in members_by_year(plan_trajectories).items():
            places = read.instance.groups[group_id].places
            if len(who) > places and (group_id, *who) not in full:  # once for both years, where they are the same
                full.add((group_id, *who))
                fields = {"have": len(who), "places": places}
                yield Violation(self.id, "violations.group-places", fields, None, group_id, people=tuple(who))

    def report(self, read: PlanRead) -> Iterator[Violation]:
        """Start and leave months of the memberships that are settled, where a free one would break the rule."""
        for trajectory in read.trajectories:
            choice, group = trajectory.candidate.group, group_of(trajectory)
            if group is None or choice.done or choice.free:
                continue
            for remark in plan_group_remarks(trajectory):
                key, months = f"reported.{remark_key(remark)}", remark.spans
                yield Violation(
                    self.id,
                    key,
                    remark_fields(remark),
                    trajectory.candidate.id,
                    group.id,
                    months[0].from_,
                    months[-1].to + 1,
                )

    def _check_membership(self, trajectory: Trajectory, group: Group | None) -> Iterator[Violation]:
        choice, named = trajectory.candidate.group, trajectory.entry.membership
        if named is not None and group is None:
            yield self._violation(trajectory, named, "group-unknown")
        elif choice.done and named is not None:
            yield self._violation(trajectory, named, "group-done")
        elif choice.free and group is not None and group.parts and not choice.split:
            yield self._violation(trajectory, group.id, "group-split")
        elif choice.group_id is not None and named != choice.group_id:
            yield self._violation(trajectory, choice.group_id, "group-other", named=named or "-")
        elif choice.free and named is None and group_needed(trajectory) and not trajectory.unfinished:
            yield self._violation(trajectory, None, "group-none")

    def _objected(self, trajectory: Trajectory, group: Group, objection: Objection) -> Violation:
        rules, fields = trajectory.candidate.rules, dict[str, object]()
        match objection.kind:
            case "start":
                earliest = max(trajectory.entry.start, trajectory.instance.start)
                fields = {"start": format_month(group.span.start), "earliest": format_month(earliest)}
            case "leave":
                fields = {"year": objection.year, "have": objection.months, "max": rules.group_leave_months_max}
            case "end":
                fields = {"end": format_month(group.span.end - 1), "finish": format_month(trajectory.end - 1)}
            case "open-year":
                fields = {"share": rules.group_open_share_min, OWN: category_name(rules.own_practice)}
        violation, year = self._violation(trajectory, group.id, f"group-{objection.kind}", **fields), objection.span
        return violation if year is None else replace(violation, start=year.start, end=year.end)

    def _violation(self, trajectory: Trajectory, group_id: str | None, key: str, **fields: object) -> Violation:
        return Violation(self.id, f"violations.{key}", fields, trajectory.candidate.id, group_id)

    # --- what a finish waits for ---

    def open_at(self, cut: Cut) -> Iterator[Literal]:
        """The group joined is not over. Of one who may leave also: there is none, or it is none that counts."""
        instance, model = cut.candidate.variables.instance, cut.candidate.model
        for group_id, joined in cut.candidate.groups.items():
            running = cut.below(cut.at, _named(instance, group_id).span.end - instance.start)
            model.add_implication(running, joined)
            yield running
        if cut.candidate.may_leave and not cut.candidate.candidate.group.done:
            yield from _without_group(cut.candidate)

    def lacks(self, trajectory: Trajectory) -> Iterator[Lack]:
        """There is no group where one is needed, or it is not over, or it is none that counts."""
        if group_complete(trajectory):
            return
        group = group_of(trajectory)
        if group is None:
            yield Lack("lack-no-group")
        elif group.span.end > trajectory.end:
            yield Lack("lack-group-ends", subject=group.id, month=group.span.end - 1)
        else:
            yield Lack("lack-group-unfit", subject=group.id)

    # --- where it stands against a plan ---

    def shared(self, instance: Instance) -> Iterator[RuleKey]:
        """The places of each group."""
        yield from (RuleKey(self.id, group=group) for group in instance.groups)

    def own(self, instance: Instance, candidate: Candidate, timeline: Timeline) -> Iterator[RuleKey]:
        """A membership still to be had."""
        choice = candidate.group
        if not choice.done and (candidate.rules.group_required or choice.group_id is not None):
            yield RuleKey(self.id, candidate.id)

    def clause(self, facts: Facts, key: RuleKey) -> Phrase:
        """A group's places, or the membership."""
        if key.group is not None:
            return facts.say(
                "group-places", group=key.group, places=facts.places([facts.instance.groups[key.group].places])
            )
        fixed = facts.candidate(key).group.group_id
        if fixed is None:
            most = facts.candidate(key).rules.group_leave_months_max
            return facts.say("group-leave", most=most) if facts.candidate(key).leave else facts.say(self.id)
        span = _named(facts.instance, fixed).span
        return facts.say("group-fixed", group=fixed, months=format_span(span.start, span.end))

    def numbers(self, facts: Facts, key: RuleKey) -> Numbers | None:
        """A group's places, and how many need one."""
        if key.group is None:
            return None
        return facts.instance.groups[key.group].places, len(facts.conflict.candidates)

    def shape(self, telling: ConflictTeller, shared: Sequence[RuleKey]) -> Phrase | None:
        """More candidates than places in the groups that they could be in."""
        facts = telling.facts
        number = len(facts.conflict.candidates)
        if not shared or number < 2:
            return None
        own = [key for key in facts.conflict.instances if key.rule == self.id]
        fields = {"number": number, "have": number - 1, "who": telling.who, "before": "", "more": telling.more(own)}
        return facts.say("groups-full", groups=[key.group for key in shared], **fields)

    def counts(self, instance: Instance, people: Sequence[CountedPerson]) -> Iterator[Count]:
        """There is no group for somebody, or there are not enough places for all."""
        needing = [person for person in people if person.finishes and _needs_group(person)]
        for person in needing:
            yield from _no_group(instance, person)
        yield from _too_few_places(instance, needing)

    def remedies(self, instance: Instance, conflict: Conflict, key: RuleKey) -> Iterator[Proposal]:
        """More places; another group than the one fixed; a group settled, where too much leave is no bar; two."""
        if key.group is not None:
            yield Proposal(added("group", key.group, "places"), lambda amount, _: 2 * amount, MOST_PLACES)
            return
        candidate = candidate_of(instance, key)
        if candidate.group.free and not candidate.group.split and len(instance.groups) > 1:
            yield Proposal(set_to("candidate", candidate.id, "group", lambda _amount: {"split": True}), at_once(2))
        for group in instance.groups.values():
            other = group.id != candidate.group.group_id and begins_in_time(instance, candidate, group)
            if other and not (candidate.group.free and may_join(instance, candidate, group)):
                yield Proposal(set_to("candidate", candidate.id, "group", _always(group.id)), at_once(3))


def _always(group_id: str) -> Callable[[int], str]:
    return lambda _amount: group_id


# --- what is reported, in words ------------------------------------------------------------------------------------


def remark_key(remark: PlanGroupRemark) -> str:
    """What the text of a remark is called, in each chapter that has one."""
    return f"group-remark-{remark.kind}"


def remark_fields(remark: PlanGroupRemark, period: Callable[[Month, Month], str] = format_span) -> dict[str, object]:
    """What fills in the text of a remark: 5 leave months of group year 1 in 2027-02..2027-06, at most 2."""
    months = ", ".join(period(span.from_, span.to + 1) for span in remark.spans)
    return {"number": remark.months, "year": remark.year, "max": remark.max, "months": months}


def _named(instance: Instance, group_id: str) -> Group:
    group = instance.group_named(group_id)
    assert group is not None, group_id  # of a checked instance
    return group


# --- stating it in the model ---------------------------------------------------------------------------------------


def _keep_places(variables: Variables, group: Group) -> None:
    """Members in each of the group's years within its places; all are alike where nobody is there for one only."""
    instance = variables.instance
    for number in range(1, len(group.years()) + 1 if instance.groups_split else 2):
        members = [
            joined
            for candidate in variables.candidates
            for group_id, joined in candidate.groups.items()
            if (group.id, number) in _named(instance, group_id).attended()
        ]
        room = group.places - variables.held.group_members[group.id, number]
        if len(members) > room:
            variables.model.add(sum(members) <= max(room, 0))


def _join_one(candidate: CandidateVariables) -> None:
    variables, choice = candidate.variables, candidate.candidate.group
    if choice.group_id is not None:
        candidate.groups = {choice.group_id: variables.true}
        _attend(candidate, _named(variables.instance, choice.group_id), variables.true, choice.open_year_done)
    elif choice.free and candidate.candidate.rules.group_required:
        groups = {group.id: group for group in open_to(variables.instance, candidate.candidate)}
        candidate.groups = {group_id: variables.model.new_bool_var(f"{candidate.id}.{group_id}") for group_id in groups}
        for group_id, joined in candidate.groups.items():
            _attend(candidate, groups[group_id], joined, open_year_done=False)
        if candidate.must_complete and not candidate.may_leave:
            variables.model.add_exactly_one(candidate.groups.values())
            return
        variables.model.add_at_most_one(candidate.groups.values())
        if candidate.must_complete:
            candidate.asked(variables.model.add_bool_or(*candidate.groups.values()))


def _attend(candidate: CandidateVariables, group: Group, joined: Literal, open_year_done: bool) -> None:
    """If joined: the group has ended by the finish, and one of its years is spent in open practice."""
    variables, origin = candidate.variables, candidate.variables.instance.start
    if candidate.must_complete:
        when = [joined, candidate.completes] if candidate.may_leave else [joined]
        variables.model.add(candidate.finish >= group.span.end - origin).only_enforce_if(*when)
    if candidate.candidate.group.free:
        variables.model.add(candidate.start <= group.span.start - origin).only_enforce_if(joined)
    if not open_year_done and not candidate.timeline.leaving:
        years = [candidate.open_throughout(year) for year in group.years()]
        candidate.asked(variables.model.add_bool_or(*years, ~joined))


def _without_group(candidate: CandidateVariables) -> Iterator[Literal]:
    """Literals, each of which implies that no group is joined where one is needed, or none that counts."""
    model, choice = candidate.model, candidate.candidate.group
    if choice.free and candidate.candidate.rules.group_required:
        nowhere = model.new_bool_var("")
        for joined in candidate.groups.values():
            model.add_implication(nowhere, ~joined)
        yield nowhere
    for group_id, joined in candidate.groups.items():
        if not choice.open_year_done:
            unfit = model.new_bool_var("")
            model.add_implication(unfit, joined)
            for year in _named(candidate.variables.instance, group_id).years():
                model.add_implication(unfit, candidate.not_open_throughout(year))
            yield unfit


# --- counting ------------------------------------------------------------------------------------------------------


def _needs_group(person: CountedPerson) -> bool:
    choice = person.candidate.group
    if choice.split or (choice.group_id is not None and SPLIT in choice.group_id):
        return False  # a year in each of two groups: not for sums of whole places
    return not choice.done and (choice.group_id is not None or person.candidate.rules.group_required)


def _open_groups(instance: Instance, person: CountedPerson) -> list[Group]:
    """The groups a candidate could be in as far as start, end and leave tell."""
    candidate = person.candidate
    if candidate.group.group_id is not None:
        return [instance.groups[candidate.group.group_id]]
    return [group for group in _groups_in_time(instance, person) if not too_much_leave(candidate, group)]


def _groups_in_time(instance: Instance, person: CountedPerson) -> list[Group]:
    return [
        group
        for group in instance.groups.values()
        if begins_in_time(instance, person.candidate, group) and group.span.end <= instance.start + person.end
    ]


def _no_group(instance: Instance, person: CountedPerson) -> Iterator[Count]:
    """No group begins after the candidate and ends in time; or each that does has too much leave in it."""
    if _open_groups(instance, person):
        return
    in_time, most = _groups_in_time(instance, person), person.candidate.rules.group_leave_months_max
    leave = min((longest_leave(person.candidate, group) for group in in_time), default=0)
    yield Count(
        "group",
        "count-group-leave" if in_time else "count-no-group",
        most if in_time else 0,
        leave if in_time else 1,
        instance.start + person.first,
        instance.start + person.end,
        (person.id,),
        tuple(group.id for group in in_time),
        keys=person.keys("group"),
    )


def _too_few_places(instance: Instance, people: Sequence[CountedPerson]) -> Iterator[Count]:
    """More candidates than places in the groups they could be in: seat one after the other, moving others on."""
    able = {person.id: [group.id for group in _open_groups(instance, person)] for person in people}
    seated: dict[str, list[str]] = defaultdict(list)
    for candidate_id, group_ids in able.items():
        if not group_ids:
            continue
        seen: dict[str, None] = {}
        if not _seat(instance, able, seated, candidate_id, seen):
            who = sorted({candidate_id, *(each_candidate_id for group in seen for each_candidate_id in seated[group])})
            places = sum(instance.groups[group_id].places for group_id in seen)
            spans = [instance.groups[group_id].span for group_id in seen]
            persons = {person.id: person for person in people}
            yield Count(
                "group",
                "count-groups",
                places,
                len(who),
                min(span.start for span in spans),
                max(span.end for span in spans),
                tuple(who),
                tuple(seen),
                keys=frozenset(RuleKey("group", group=group_id) for group_id in seen).union(
                    *(persons[each_candidate_id].keys("group") for each_candidate_id in who)
                ),
            )
            return


def _seat(
    instance: Instance,
    able: Mapping[str, list[str]],
    seated: dict[str, list[str]],
    candidate_id: str,
    seen: dict[str, None],
) -> bool:
    """Give the candidate a place, if need be by moving somebody to another group (augmenting path)."""
    for group_id in able[candidate_id]:
        if group_id in seen:
            continue
        seen[group_id] = None
        if len(seated[group_id]) < instance.groups[group_id].places:
            seated[group_id].append(candidate_id)
            return True
        for other in list(seated[group_id]):
            if _seat(instance, able, seated, other, seen):
                seated[group_id].remove(other)
                seated[group_id].append(candidate_id)
                return True
    return False
