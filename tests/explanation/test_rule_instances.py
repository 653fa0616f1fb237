"""A rule without instances, or with some that no model can leave out, would have others blamed for what it forbids."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict
from functools import cache

import pytest

from scheduler.constraints import RULES, Rule, rule_instances, speaks_of_months
from scheduler.instance.rule_key import RuleKey
from scheduler.model import build_model
from scheduler.variables import Scope
from tests.helpers.planted import NEVER_IN_THE_WAY, PLANTS, planted

A_FACT = "one-rotation"  # stated of everybody in the model: leaving it out is leaving the candidate out


class Asked(Scope):
    """A scope that remembers which rule instances the model asks for, and which of them month by month."""

    def states(self, key: RuleKey) -> bool:
        asked.add(key)
        return super().states(key)

    def states_in(self, key: RuleKey, t: int) -> bool:
        by_month.add(key)
        return super().states_in(key, t)


asked: set[RuleKey] = set()
by_month: set[RuleKey] = set()


@cache
def instances_of_all() -> tuple[RuleKey, ...]:
    found: list[RuleKey] = []
    for name in PLANTS:
        _, instance, _ = planted(name)
        found += rule_instances(instance)
        whole = (0, instance.end - instance.start)
        windows = {key: whole for key in rule_instances(instance) if speaks_of_months(key)}
        for explicit_shifts in (False, True):
            build_model(Asked(instance, explicit_shifts=explicit_shifts, windows=windows))
    return tuple(found)


def kinds(keys: Iterable[RuleKey]) -> set[tuple[str, ...]]:
    """Of which rule, and about what; of one kind only those may be asked for that can bind."""
    return {(key.rule, *(name for name, value in asdict(key).items() if value is not None)) for key in keys}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_every_rule_has_instances(rule: Rule) -> None:
    n_instances = Counter(key.rule for key in instances_of_all())[rule.id]
    named = rule.id not in NEVER_IN_THE_WAY
    assert (n_instances > 0) is named, f"{rule.id}: say what it has instances of (`shared`, `own`)"


@pytest.mark.parametrize("rule", [rule for rule in RULES if rule.id != A_FACT], ids=lambda rule: rule.id)
def test_the_model_asks_for_every_instance(rule: Rule) -> None:
    mine = kinds(key for key in instances_of_all() if key.rule == rule.id)
    assert mine - kinds(asked) == set(), f"{rule.id}: `build` states what a scope cannot leave out (`states`)"


def test_what_can_be_narrowed_to_some_months_is_asked_for_month_by_month() -> None:
    narrowed = kinds(key for key in instances_of_all() if speaks_of_months(key))
    assert kinds(by_month) == narrowed


def test_no_two_instances_are_the_same() -> None:
    for name in PLANTS:
        found = rule_instances(planted(name)[1])
        assert len(set(found)) == len(found)


def test_an_instance_reads_as_what_it_is() -> None:
    assert str(RuleKey("capacity", arena="hospital", part="floor")) == "capacity:hospital:floor"
    assert str(RuleKey("fixed", "A01", row=0)) == "fixed:A01:0"
