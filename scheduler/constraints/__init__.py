"""The rules of the contract's section 3, in its reading order, and their instances."""

from scheduler.constraints.away import Away
from scheduler.constraints.block_count import BlockCount
from scheduler.constraints.block_length import BlockLength
from scheduler.constraints.block_start import BlockStart
from scheduler.constraints.capacity import Capacity
from scheduler.constraints.category_minimum import CategoryMinimum
from scheduler.constraints.finish_by import FinishBy
from scheduler.constraints.fixed import Fixed
from scheduler.constraints.goals import Goals
from scheduler.constraints.group import GroupRule
from scheduler.constraints.horizon import Horizon
from scheduler.constraints.leave import Leave
from scheduler.constraints.legevakt import Legevakt
from scheduler.constraints.one_rotation import OneRotation
from scheduler.constraints.part_time import PartTime
from scheduler.constraints.practice import Practice
from scheduler.constraints.quota import QuotaRule
from scheduler.constraints.requirement import RequirementRule
from scheduler.constraints.rule import Rule
from scheduler.constraints.service_total import ServiceTotal
from scheduler.constraints.supervision import Supervision
from scheduler.constraints.until import Until
from scheduler.instance.rule_key import RuleKey
from scheduler.instance.timeline import timeline_of
from scheduler.instance.types import Instance
from scheduler.rulesets import minimum_rules


def _with_ends(*others: Rule, horizon: Rule) -> tuple[Rule, ...]:
    """All rules; two are told the others, since which months there are hangs on what each asks for."""
    return (OneRotation(others), *others, Until(others), horizon)


RULES = _with_ends(
    ServiceTotal(),
    *(CategoryMinimum(rule_id, telling=65, needed=80) for rule_id in minimum_rules(own_practice=True)),
    *(CategoryMinimum(rule_id, telling=75, needed=90) for rule_id in minimum_rules(own_practice=False)),
    PartTime(),
    Leave(),
    BlockLength(),
    BlockStart(),
    BlockCount(),
    RequirementRule(),
    Capacity(),
    Practice(),
    Away(),
    GroupRule(),
    QuotaRule(),
    Goals(),
    Legevakt(),
    Supervision(),
    Fixed(),
    FinishBy(),
    horizon=Horizon(),
)

BY_ID = {rule.id: rule for rule in RULES}


def rule_of(key: RuleKey) -> Rule:
    """The rule that it is an instance of."""
    return BY_ID[key.rule]


def speaks_of_months(key: RuleKey) -> bool:
    """Whether it speaks of months one by one, so that it can be narrowed to a window."""
    return key.candidate is None and rule_of(key).by_month


def rule_instances(instance: Instance) -> list[RuleKey]:
    """Every rule instance that can take part in a conflict, those best told last."""
    people = [(candidate, timeline_of(instance, candidate)) for candidate in instance.candidates.values()]
    found = [key for rule in RULES for key in rule.shared(instance)]
    found += [
        key for candidate, timeline in people for rule in RULES for key in rule.own(instance, candidate, timeline)
    ]
    return sorted(found, key=lambda key: rule_of(key).telling)


__all__ = ["RULES", "Rule", "rule_instances", "rule_of", "speaks_of_months"]
