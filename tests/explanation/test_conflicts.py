"""Planted conflicts, every rule at least twice, more than forty alone and twenty times two at once.

Each explanation must name exactly the planted rule instances, be irreducible (drop any one and a plan exists), and come
with a remedy that has been tried out wherever one of its rules may give.
"""

from __future__ import annotations

from collections import Counter
from functools import cache
from itertools import product
from typing import Any

import pytest

from scheduler.changes import apply, change_from, parse_change
from scheduler.constraints import RULES
from scheduler.constraints.conflict import Conflict
from scheduler.explanation.conflicts import find_conflicts
from scheduler.explanation.explain import remedy_entry
from scheduler.explanation.reasons import Telling
from scheduler.explanation.remedies import find_remedies, may_give
from scheduler.explanation.sentences import conflict_entry, conflict_phrase
from scheduler.files import read_instance
from scheduler.instance.offices import with_offices_changing
from scheduler.instance.rule_key import RuleKey
from scheduler.instance.types import Instance
from scheduler.model import build_model
from scheduler.month import format_span
from scheduler.solver.engine import Settings, Stop, run
from scheduler.texts import LANGUAGES
from scheduler.variables import Scope
from tests.helpers.planted import ALONE, NEVER_IN_THE_WAY, PLANTS, Plant, planted
from tests.helpers.tiny import make, person, plan_and_reasons

SETTINGS = Settings(workers=1)

TIME_LIMIT_S = 60.0
SIDE_BY_SIDE = [name for name in PLANTS if name not in ALONE]
MIXED = [(name, SIDE_BY_SIDE[(7 * n + 3) % len(SIDE_BY_SIDE)]) for n, name in enumerate(SIDE_BY_SIDE)]
PAIRS = [(first, second) for first, second in MIXED if first != second][:20]
ONLY_OFFICE: dict[str, Any] = {
    "arenas": {"office-01": {"places": [{"places": 0}]}, "ward": None, "clinic": None},
    "rotations": {"ward": None, "clinic": None},
}
CASES = [*((name,) for name in PLANTS), *PAIRS]


@cache
def explained(names: tuple[str, ...]) -> tuple[dict[str, object], Instance, list[Plant], tuple[Conflict, ...]]:
    tree, instance, plants = planted(*names)
    instance = with_offices_changing(instance)  # there is no plan however offices change
    findings = find_conflicts(instance, SETTINGS, Stop(TIME_LIMIT_S))
    assert findings.impossible is True
    return tree, instance, plants, findings.conflicts


def test_sixty_conflicts_and_every_rule_at_least_twice() -> None:
    assert len(CASES) >= 60
    rules: Counter[str] = Counter()
    for name in PLANTS:
        (conflict,) = explained((name,))[3]
        rules.update({key.rule for key in conflict.instances})
    assert {rule.id for rule in RULES if rules[rule.id] < 2} == NEVER_IN_THE_WAY


@pytest.mark.parametrize("names", CASES, ids="+".join)
def test_exactly_the_planted_rule_instances_are_named(names: tuple[str, ...]) -> None:
    _, _, plants, conflicts = explained(names)
    assert Counter(conflict.keys for conflict in conflicts) == Counter(frozenset(plant.expected) for plant in plants)
    assert all(conflict.minimal and conflict.proved for conflict in conflicts)


@pytest.mark.parametrize("names", CASES, ids="+".join)
def test_without_any_one_of_them_there_is_a_plan(names: tuple[str, ...]) -> None:
    """One left out of each conflict, everything else stated: shifts month by month, all candidates."""
    _, instance, _, conflicts = explained(names)
    longest = max(len(conflict.keys) for conflict in conflicts)
    ordered = [sorted(conflict.keys, key=str) for conflict in conflicts]
    for n in range(longest):
        without = [keys[n % len(keys)] for keys in ordered]
        there = [
            candidate
            for candidate in instance.candidates.values()
            if RuleKey("one-rotation", candidate.id) not in without
        ]
        variables = build_model(Scope(instance, there, without=without, explicit_shifts=True))
        assert run(variables.model, Settings(workers=1, seed=3), Stop(TIME_LIMIT_S)).values is not None, without


@pytest.mark.parametrize("names", CASES, ids="+".join)
def test_a_remedy_is_tried_out_wherever_a_rule_may_give(names: tuple[str, ...]) -> None:
    tree, instance, plants, conflicts = explained(names)
    remedies = find_remedies(tree, instance, conflicts, SETTINGS, Stop(TIME_LIMIT_S), enough=1)
    can_give = all({key.rule for key in conflict.instances} & may_give(instance) for conflict in conflicts)
    assert can_give == all(plant.gives for plant in plants)
    assert [each_remedy.verified for each_remedy in remedies][:1] == ([True] if can_give else [])
    for remedy in remedies[:1]:
        entry = remedy_entry(remedy, "nb")
        spelled = entry["change"] if isinstance(entry["change"], list) else [entry["change"]]
        changes = [change_from(one) for one in spelled]
        assert changes == [parse_change(one) for one in entry["inline"]] == list(remedy.changes)
        changed = with_offices_changing(read_instance(apply(tree, changes)))
        assert changed.rules == instance.rules  # the law stays
        variables = build_model(Scope(changed, explicit_shifts=True))
        assert run(variables.model, Settings(workers=1, seed=3), Stop(TIME_LIMIT_S)).values is not None


@pytest.mark.parametrize(("names", "lang"), list(product(CASES[::3], LANGUAGES)))
def test_it_is_told_in_words_with_the_names_in_them(names: tuple[str, ...], lang: str) -> None:
    _, instance, _, conflicts = explained(names)
    for conflict in conflicts:
        said = conflict_phrase(instance, conflict).said(lang)  # type: ignore[arg-type]
        assert all(candidate in said for candidate in conflict.candidates)
        assert said.endswith(".")
        entry = conflict_entry(instance, conflict, lang)  # type: ignore[arg-type]
        assert {rule["id"] for rule in entry["rules"]} == {key.rule for key in conflict.instances}


def test_the_sentence_of_the_contract() -> None:
    """Two candidates, one place, one time: who, what, how many there is room for."""
    _, instance, _, (conflict,) = explained(("institution_for_two_in_one_place",))
    said = conflict_phrase(instance, conflict).said("nb")
    assert said == "ward-B: 2 ALIS (AB1, AB2) må ha 2 måneder institusjonstjeneste; det er plass til 1."
    capacity = conflict_entry(instance, conflict, "nb")["rules"][0]
    assert capacity == {
        "id": "capacity",
        "arena": "ward-B",
        "from": "2027-01",
        "to": "2028-12",
        "have": 1,
        "need": 2,
        "candidates": ["AB1", "AB2"],
    }


def test_the_same_conflict_of_others_is_told_once() -> None:
    from tests.helpers.planted import CLOSED, Site, world

    site = Site("B")
    people = [site.person(n) for n in (1, 2, 3)]
    site.ward["places"] = CLOSED
    findings = find_conflicts(read_instance(world([site.plant()])), SETTINGS, Stop(TIME_LIMIT_S))
    (conflict,) = findings.conflicts
    assert (conflict.candidates, conflict.also) == ((people[0],), (people[1], people[2]))


def test_a_plan_is_explained_when_asked() -> None:
    _, instance, _ = planted("institution_without_a_ward")
    plan = plan_and_reasons(instance, Telling(without_plan_s=30.0))
    assert plan.explanation is not None
    assert plan.explanation["certainty"] == "proved"
    assert [rule["id"] for rule in plan.explanation["conflicts"][0]["rules"]] == ["capacity", "institution"]
    assert plan.explanation["remedies"][0]["change"] == {
        "arena": "ward-B",
        "places": 1,
        "from": "2027-01",
        "to": "2027-02",
    }
    assert plan.explanation["remedies"][0]["verified"] is True


def test_out_of_time_nothing_is_called_impossible() -> None:
    _, instance, _ = planted("institution_for_two_in_one_place")
    assert find_conflicts(instance, SETTINGS, Stop(0.0)).impossible is None


def test_a_conflict_that_is_nobody_s_is_not_said_of_anybody() -> None:
    """A floor where no rotation leads: whoever is looked at, it stands, and it is no candidate's."""
    floor = {"service": "institution", "min_places": [{"places": 1, "from": "2027-03", "to": "2027-03"}]}
    instance = make(person(), person(), arenas={"home": floor})
    (conflict,) = find_conflicts(instance, SETTINGS, Stop(TIME_LIMIT_S)).conflicts
    assert (conflict.candidates, conflict.also) == ((), ())
    assert "A02" not in conflict_phrase(instance, conflict).said("nb")


@pytest.mark.parametrize(
    ("instance", "window"),
    [
        # nobody can be anywhere but in the office, from the first month on
        (
            make(person(), rules={"institution_min": 0, "open_practice_cap": 12, "general_cap": 12}, **ONLY_OFFICE),
            "2027-01",
        ),
        # two months in the ward by 2027-08, which has a place from then on: one of the months before
        (
            make(
                person(finish_by="2027-08"),
                rules={"total": 8, "open_practice_min": 0, "institution_min": 2, "open_practice_cap": 6},
                arenas={"clinic": None, "ward": {"places": [{"places": 0}, {"places": 1, "from": "2027-08"}]}},
                rotations={"clinic": None, "ward": {"min_months": 2}},
            ),
            "2027-01..2027-07",
        ),
    ],
)
def test_no_more_months_are_told_than_it_takes(instance: Instance, window: str) -> None:
    (conflict,) = find_conflicts(instance, SETTINGS, Stop(TIME_LIMIT_S)).conflicts
    (key,) = (key for key in conflict.instances if key.rule == "capacity")
    assert format_span(*conflict.window(instance, key)) == window
