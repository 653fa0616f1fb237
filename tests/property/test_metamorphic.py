"""Plans of an instance and of a changed one, side by side: the relations are in ``metamorphic``, the cases beside it.

A failure names the case as it is called, the relation, and the seed of the change.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from random import Random

import pytest
from metamorphic import (
    AGAIN,
    ANOTHER_ORDER,
    CHOICES,
    LIKE,
    LOOSER,
    TOGETHER,
    WITH_A_PLAN,
    Case,
    Changed,
    Relation,
    carried_over,
    contradictions,
)
from metamorphic_cases import (
    drawn,
    generated_case,
    on_top_of_the_planted_plan,
    planted_case,
    with_a_place_fewer,
    without_floors,
)

from scheduler.accounting import levels, trajectories
from scheduler.check import FIGURES, check_plan
from scheduler.plan import Plan, PlanBound, Status
from scheduler.solve import Options, solve
from tests.helpers.planting import plant
from tests.helpers.tiny import faults

EVERY = (*LIKE, TOGETHER, AGAIN, ANOTHER_ORDER, *LOOSER, *CHOICES)
ONE_MORE, ONE_FEWER, LONGER = LOOSER
OTHER_SEED = 5
QUICK = Options(workers=1, time_limit_s=300.0)  # a second or two where nothing else runs
KNOWN: dict[tuple[str, Options], Plan] = {}


def named(relation: Relation) -> str:
    return relation.name


def planned(case: Case, options: Options) -> Plan:
    """The plan; if there is one, it passes the checker."""
    instance = case.instance()
    plan = solve(instance, options)
    assert plan.status not in WITH_A_PLAN or faults(instance, plan) == [], case.name
    return plan


def first_plan(case: Case, options: Options = QUICK) -> Plan:
    """The plan of an unchanged instance, whose name says all of it: looked for once."""
    if (case.name, options) not in KNOWN:
        KNOWN[case.name, options] = planned(case, options)
    return KNOWN[case.name, options]


def side_by_side(
    relation: Relation, case: Case, seed: int = 0, options: Options = QUICK, again: Options = QUICK
) -> tuple[Plan, Plan] | None:
    """The two plans, which do not contradict each other; None where the relation is not for the case."""
    plan = first_plan(case, options)
    changed = relation.change(case, plan, Random(seed))
    if changed is None:
        return None
    plan_after = planned(changed.case, again)
    told = f"{changed.case.name} (relation {relation.name}, seed {seed}, {options}, then {again})"
    assert list(contradictions(relation, case, changed, plan, plan_after)) == [], told
    return plan, plan_after


def both(relation: Relation, case: Case, seed: int = 0, again: Options = QUICK) -> tuple[Plan, Plan]:
    """The same where the relation is for the case and everything is proved, so that nothing is left out."""
    plans = side_by_side(relation, case, seed, again=again)
    assert plans is not None, f"{relation.name} says nothing of {case.name}"
    assert {plan.status for plan in plans} <= {Status.OPTIMAL, Status.INFEASIBLE}, case.name
    return plans


# --- alike -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("relation", LIKE, ids=named)
@pytest.mark.parametrize("seed", [30, 32, 67, 72])
def test_order_names_and_years_change_no_value(seed: int, relation: Relation) -> None:
    plan, plan_after = both(relation, planted_case(seed), seed)
    assert values(plan) == values(plan_after)


@pytest.mark.parametrize("which", ["every table", "eight planted", "eight of a municipality"])
def test_nor_do_they_all_at_once(which: str) -> None:
    if which == "eight of a municipality":
        case = generated_case("municipality", 1, 0.5, 8)
    else:
        case = planted_case(204) if which == "eight planted" else planted_case(9, every_table=True)
    plan, plan_after = both(TOGETHER, case, seed=1)
    assert values(plan) == values(plan_after)


@pytest.mark.parametrize("seed", [1, 8, 10, 15])
def test_nor_do_they_on_top_of_a_published_plan(seed: int) -> None:
    plan, plan_after = both(TOGETHER, on_top_of_the_planted_plan(seed), seed)
    assert plan.objectives[0].id == "changes"
    assert values(plan) == values(plan_after)


@pytest.mark.parametrize("relation", LIKE, ids=named)
@pytest.mark.parametrize("seed", [203, 222, 242])
def test_what_is_impossible_stays_so(seed: int, relation: Relation) -> None:
    """One place fewer than planted."""
    plan, plan_after = both(relation, with_a_place_fewer(planted_case(seed), seed), seed)
    assert plan.status is plan_after.status is Status.INFEASIBLE


@pytest.mark.parametrize("seed", [30, 72])
def test_another_seed_finds_the_same_values(seed: int) -> None:
    plan, plan_after = both(AGAIN, planted_case(seed), again=replace(QUICK, seed=OTHER_SEED))
    assert values(plan) == values(plan_after)


def values(plan: Plan) -> list[tuple[str, float, float | None]]:
    return [
        (objective.id, objective.value, None if objective.worst is None else objective.worst.value)
        for objective in plan.objectives
    ]


# --- looser ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("relation", LOOSER, ids=named)
@pytest.mark.parametrize("seed", [58, 67, 72])
def test_more_places_fewer_candidates_or_more_time_make_nothing_worse(seed: int, relation: Relation) -> None:
    both(relation, without_floors(planted_case(seed)), seed)


def test_one_more_place_is_of_use_somewhere() -> None:
    """It is not that places never matter: two candidates, two months of delay, and one with one more everywhere."""
    plan, plan_after = both(ONE_MORE, without_floors(planted_case(67)), 67)
    assert plan_after.objectives[0].value < plan.objectives[0].value


@pytest.mark.parametrize("relation", LOOSER, ids=named)
def test_so_it_is_with_the_numbers_of_the_regulation(relation: Relation) -> None:
    both(relation, generated_case("municipality", 1, 0.5, 8), 1)


@pytest.mark.parametrize(("relation", "seed"), [(ONE_MORE, 203), (ONE_FEWER, 242)])
def test_what_is_impossible_may_become_possible(relation: Relation, seed: int) -> None:
    plan, plan_after = both(relation, without_floors(with_a_place_fewer(planted_case(seed), seed)), seed)
    assert (plan.status, plan_after.status) == (Status.INFEASIBLE, Status.OPTIMAL)


# --- choices ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("relation", CHOICES, ids=named)
@pytest.mark.parametrize("seed", [30, 67, 72])
def test_what_is_left_open_or_done_anyway_makes_nothing_worse(seed: int, relation: Relation) -> None:
    both(relation, planted_case(seed), seed)


@pytest.mark.parametrize("seed", [30, 67])
def test_the_order_of_the_levels_changes_no_plan(seed: int) -> None:
    both(ANOTHER_ORDER, planted_case(seed), seed)


# --- the checker -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(12))
def test_the_planted_plan_carries_over(seed: int) -> None:
    """Without any search: the checker passes it in the changed instance, with the same figures where all is alike."""
    case, plan = planted_case(seed, every_table=seed % 2 == 1), plant(seed, every_table=seed % 2 == 1).plan
    figures = levels(case.instance(), trajectories(case.instance(), plan))
    for relation, changed in _changed(EVERY, case, plan, seed):
        after, wrong = carried_over(changed, changed.case.instance(), plan)
        assert wrong == [], (relation.name, changed.case.name)
        assert not relation.alike or after == figures, (relation.name, changed.case.name)


@pytest.mark.parametrize("seed", range(2, 12))
def test_a_plan_that_breaks_rules_breaks_the_same_ones(seed: int) -> None:
    """The planted plan where a place is missing, and its first candidate begins where the last months are spent."""
    case, plan = with_a_place_fewer(planted_case(seed), seed), _spoilt(plant(seed).plan)
    broken = Counter(violation.rule for violation in check_plan(case.instance(), plan, without={FIGURES}))
    assert broken
    for relation, changed in _changed((*LIKE, TOGETHER), case, plan, seed):
        entries = [entry for each_entry in plan.candidates if (entry := changed.carry(each_entry)) is not None]
        carried = plan.model_copy(update={"candidates": entries})
        again = check_plan(changed.case.instance(), carried, without={FIGURES})
        assert Counter(violation.rule for violation in again) == broken, (relation.name, changed.case.name)


def _changed(relations: tuple[Relation, ...], case: Case, plan: Plan, seed: int) -> Iterator[tuple[Relation, Changed]]:
    for relation in relations:
        changed = relation.change(case, plan, Random(seed))
        if changed is not None:
            yield relation, changed


def _spoilt(plan: Plan) -> Plan:
    """The plan with the first candidate's first month spent where the last one is."""
    first = plan.candidates[0]
    served = [row.rotation for row in first.months if row.rotation is not None]
    months = [row.model_copy(update={"rotation": served[-1]}) for row in first.months[:1]] + first.months[1:]
    return plan.model_copy(update={"candidates": [first.model_copy(update={"months": months}), *plan.candidates[1:]]})


# --- the relations themselves: what they find ------------------------------------------------------------------------


def found(relation: Relation, plan: Plan, plan_after: Plan) -> list[str]:
    case = planted_case(72)
    changed = relation.change(case, plan, Random(1))
    assert changed is not None
    return list(contradictions(relation, case, changed, plan, plan_after))


def with_level(plan: Plan, number: int, **told: float | bool) -> Plan:
    objectives = [
        objective.model_copy(update=told if i == number else {}) for i, objective in enumerate(plan.objectives)
    ]
    return plan.model_copy(update={"objectives": objectives})


def test_false_proofs_are_found() -> None:
    """1 month of delay, then 4 of wishes lost: another value, a bound above it, "impossible", all told as proved."""
    plan = first_plan(planted_case(72))
    assert [objective.value for objective in plan.objectives][:2] == [1, 4]
    assert found(AGAIN, plan, plan) == []
    assert len(found(AGAIN, plan, with_level(plan, 0, value=2, bound=2))) == 1
    assert len(found(AGAIN, plan, with_level(plan, 0, value=3, bound=2, proved=False))) == 1
    assert found(AGAIN, plan, with_level(plan, 0, value=3, bound=1, proved=False)) == []
    assert len(found(AGAIN, plan, with_level(plan, 1, value=5, bound=5))) == 1
    assert len(found(AGAIN, with_level(plan, 1, value=5, bound=5), plan)) == 1
    worst = PlanBound(value=9, bound=9, proved=True)
    assert len(found(AGAIN, plan, with_level(plan, 0, worst=worst))) == 1
    breadth = len(plan.objectives) - 1
    assert plan.objectives[breadth].id == "breadth"
    assert len(found(AGAIN, plan, with_level(plan, breadth, bound=plan.objectives[breadth].value - 1))) == 1
    impossible = plan.model_copy(update={"status": Status.INFEASIBLE, "candidates": [], "objectives": []})
    assert len(found(AGAIN, plan, impossible)) == 1
    assert len(found(AGAIN, impossible, plan)) == 1
    assert len(found(ONE_MORE, plan, impossible)) == 1
    assert found(ONE_MORE, impossible, plan) == []


def test_nothing_is_said_of_a_level_after_one_that_differs_or_is_not_proved() -> None:
    """Delay 0 instead of 1 may cost wishes; so may any delay that is not proved."""
    plan = first_plan(planted_case(72))
    less = with_level(with_level(plan, 0, value=0, bound=0), 1, value=9, bound=9)
    assert found(ONE_MORE, plan, less) == []
    assert found(ONE_MORE, plan, with_level(with_level(plan, 0, proved=False), 1, value=9, bound=9)) == []


def test_a_relation_is_not_for_every_case() -> None:
    """One candidate cannot be left out, and under a floor nobody; while somebody is unfinished no months are added."""
    trees = {seed: plant(seed) for seed in range(30)}
    alone = [seed for seed, planted in trees.items() if len(planted.plan.candidates) == 1]
    floors = [seed for seed, planted in trees.items() if any(row.get("min_places") for row in planted.tree["arenas"])]
    unfinished = [seed for seed, planted in trees.items() if any(entry.unfinished for entry in planted.plan.candidates)]
    assert alone
    assert floors
    assert unfinished
    for relation, seeds in ((ONE_FEWER, [*alone, *floors]), (LONGER, unfinished)):
        assert [seed for seed in seeds if relation.change(planted_case(seed), trees[seed].plan, Random(0))] == []


# --- many of them: minutes, or an hour for all -----------------------------------------------------------------------

N_EACH, N_EVERY_TABLE, N_DRAWN = 40, 200, 200
LIMIT_S = 20.0


@pytest.mark.slow
@pytest.mark.parametrize("relation", EVERY, ids=named)
@pytest.mark.parametrize("seed", range(1000, 1000 + N_EACH))
def test_every_relation_on_small_ones(seed: int, relation: Relation) -> None:
    case = planted_case(seed, every_table=seed % 4 == 3)
    case = without_floors(case) if seed % 2 else case
    options = Options(workers=1, time_limit_s=LIMIT_S)
    again = Options(workers=1, time_limit_s=LIMIT_S, seed=OTHER_SEED) if relation is AGAIN else options
    if side_by_side(relation, case, seed, options, again) is None:
        pytest.skip(f"{relation.name} says nothing of {case.name}")


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(N_EVERY_TABLE))
def test_order_names_and_years_change_nothing_with_every_table_in_use(seed: int) -> None:
    both(TOGETHER, planted_case(seed, every_table=True), seed)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(N_DRAWN))
def test_any_of_them_on_anything_of_up_to_forty_candidates(seed: int) -> None:
    """Planted or generated, in any order of the levels, on a published plan or not, with other seeds and workers."""
    case, rng = drawn(seed), Random(seed)
    options, again = (
        Options(workers=rng.choice([1, 2, 4]), time_limit_s=LIMIT_S, seed=rng.randint(0, 99)) for _ in range(2)
    )
    relations = rng.sample(EVERY, len(EVERY))
    assert any(side_by_side(relation, case, seed, options, again) is not None for relation in relations)
