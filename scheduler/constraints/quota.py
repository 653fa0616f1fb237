"""A municipality takes no more of what is shared than its quota."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from scheduler.accounting import PlanRead, Trajectory, group_of, joint_use, spans_by_key, use_by_arena
from scheduler.constraints.ceilings import quota_ceilings
from scheduler.constraints.conflict import Conflict
from scheduler.constraints.facts import ConflictTeller, Facts, Numbers
from scheduler.constraints.proposal import MOST_PLACES, Proposal, added, each_month
from scheduler.constraints.rule import Rule, Violation
from scheduler.instance.frozen_use import frozen_use
from scheduler.instance.quotas import judged_months, places_in_group
from scheduler.instance.rule_key import Keys, RuleKey
from scheduler.instance.types import Group, Instance, Quota
from scheduler.month import Month
from scheduler.texts import Phrase, chained, phrase

if TYPE_CHECKING:
    from scheduler.variables import Variables

Crowd = tuple[tuple[tuple[str, ...], int], Month]
"""Who is there, how many places there are for them, and the month."""


class QuotaRule(Rule):
    """In every month, heads of a municipality's candidates in an arena, under a limit or in a group <= its quota.

    What frozen months have used is judged by no quota of today; a group year by its months that are planned.
    """

    id = "quota"
    telling = 96
    blamed = 64
    by_month = True

    def build(self, variables: Variables) -> None:
        """Keep the heads of each municipality in arenas within what is left, month by month, and its members."""
        for ceiling in quota_ceilings(variables):
            if variables.states(ceiling.key):
                ceiling.state(variables)
        for quota in variables.instance.quotas.values():
            if quota.group is not None and quota.places is not None and variables.states(_key(quota)):
                _keep_members(variables, quota, variables.instance.groups[quota.group])

    def check(self, read: PlanRead) -> Iterator[Violation]:
        """Add up the municipality's heads month by month."""
        instance, people = read.instance, read.trajectories
        for quota in instance.quotas.values():
            own = [trajectory for trajectory in people if quota.is_for(trajectory.candidate)]
            crowds = _in_arenas(instance, quota, own) if quota.group is None else _in_group(instance, quota, own)
            for (who, places), span in spans_by_key(crowds):
                fields = {
                    "municipality": instance.municipalities[quota.municipality].name,
                    "what": _shared(instance, quota),
                    "have": len(who),
                    "places": places,
                }
                yield Violation(
                    self.id, "violations.quota", fields, None, quota.id, span.start, span.end, people=tuple(who)
                )

    # --- where it stands against a plan ---

    def shared(self, instance: Instance) -> Iterator[RuleKey]:
        """Each quota."""
        yield from (_key(quota) for quota in instance.quotas.values() if quota.places is not None)

    def clause(self, facts: Facts, key: RuleKey) -> Phrase:
        """The municipality, what it shares, and how many places of it are its own, and when."""
        quota = _of(facts.instance, key)
        fields = {
            "municipality": facts.instance.municipalities[quota.municipality].name,
            "what": _shared(facts.instance, quota),
            "places": facts.places(facts.values(quota.places, key)),
        }
        return facts.say(self.id, months=facts.span(key), **fields)

    def details(self, facts: Facts, key: RuleKey) -> dict[str, Any]:
        """Whose quota it is, and of what."""
        quota = _of(facts.instance, key)
        return {"of": quota.of, "municipality": quota.municipality}

    def numbers(self, facts: Facts, key: RuleKey) -> Numbers | None:
        """Of n candidates who do not all fit, any n - 1 do: that is what a smallest conflict says."""
        n = len(facts.conflict.candidates)
        alone = sum(other.rule in (self.id, "capacity") for other in facts.conflict.instances) == 1
        if n > 1 and alone and facts.conflict.minimal:
            return n - 1, n
        return min(facts.values(_of(facts.instance, key).places, key), default=0), max(n, 1)

    def shape(self, telling: ConflictTeller, shared: Sequence[RuleKey]) -> Phrase | None:
        """More of a municipality's candidates need certain places than its quota has: what makes them need these."""
        needs, facts = telling.needs(), telling.facts
        if not shared or not needs:
            return None
        number = len(facts.conflict.candidates)
        fields = {
            "quotas": list(map(telling.clause, shared)),
            "who": telling.who,
            "needs": chained("explain.or", list(dict.fromkeys(map(telling.need, needs)))),
            "more": telling.more([*shared, *needs]),
        }
        return facts.say("quota-one" if number == 1 else "quota-full", number=number, have=number - 1, **fields)

    def names(self, instance: Instance, keys: Keys) -> Iterator[Phrase | str]:
        """The municipality, and what its quota is of."""
        for quota in instance.quotas.values():
            if _key(quota) in keys:
                name = instance.municipalities[quota.municipality].name
                yield phrase("intake.quota", municipality=name, what=_shared(instance, quota))

    def remedies(self, instance: Instance, conflict: Conflict, key: RuleKey) -> Iterator[Proposal]:
        """More places of the quota."""
        quota, window = _of(instance, key), conflict.window(instance, key)
        yield Proposal(added("quota", quota.id, "places"), each_month(), MOST_PLACES, window)


def _key(quota: Quota) -> RuleKey:
    return RuleKey(QuotaRule.id, quota=quota.id)


def _of(instance: Instance, key: RuleKey) -> Quota:
    assert key.quota is not None
    return instance.quotas[key.quota]


def _shared(instance: Instance, quota: Quota) -> str:
    """What people call the thing that is shared: an arena or a limit by its name, a group by its id."""
    shared = None if quota.group is not None else instance.arenas.get(quota.of) or instance.limits.get(quota.of)
    return quota.of if shared is None else shared.name


def _in_arenas(instance: Instance, quota: Quota, own: Sequence[Trajectory]) -> Iterator[Crowd]:
    """Months with more of the municipality's heads than its places, less what frozen months have used."""
    if quota.places is None:
        return
    use, frozen = use_by_arena(own), frozen_use(instance).quotas
    for month in sorted({month for arena in quota.arenas for month in use.get(arena, {})}):
        who = joint_use(use, quota.arenas, month).heads
        places = max(quota.places.at(month) - frozen.get((quota.id, month), 0), 0)
        if len(who) > places:
            yield (tuple(who), places), month


def _in_group(instance: Instance, quota: Quota, own: Sequence[Trajectory]) -> Iterator[Crowd]:
    """The months of group years with more members of the municipality than it has places in one of them."""
    assert quota.group is not None
    if quota.places is None:
        return
    group = instance.groups[quota.group]
    for number in range(1, len(group.years()) + 1):
        who = [each.candidate.id for each in own if (group.id, number) in _attended(each)]
        for month in judged_months(instance, group, number):
            if len(who) > places_in_group(quota, month):
                yield (tuple(who), places_in_group(quota, month)), month


def _attended(trajectory: Trajectory) -> list[tuple[str, int]]:
    group = group_of(trajectory)
    return [] if group is None else group.attended()


# --- stating it in the model ---------------------------------------------------------------------------------------


def _keep_members(variables: Variables, quota: Quota, group: Group) -> None:
    """Members of the municipality in each of the group's years within the fewest places of its months."""
    instance, key = variables.instance, _key(quota)
    for number in range(1, len(group.years()) + 1):
        members = [
            joined
            for candidate in variables.candidates
            if quota.is_for(candidate.candidate)
            for group_id, joined in candidate.groups.items()
            if (named := instance.group_named(group_id)) is not None and (group.id, number) in named.attended()
        ]
        asked = [m for m in judged_months(instance, group, number) if variables.states_in(key, m - instance.start)]
        room = min((places_in_group(quota, month) for month in asked), default=len(members))
        left = room - variables.held.quota_members[quota.id, number]
        if len(members) > left:
            variables.model.add(sum(members) <= max(left, 0))
