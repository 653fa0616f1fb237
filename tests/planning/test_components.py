"""Parts that share nothing: who is in the same one, and that planning them side by side loses nothing."""

from typing import Any

import pytest

from scheduler.instance.occupancy import Ceilings
from scheduler.instance.types import Instance
from scheduler.plan import FoundBy, Plan, Status
from scheduler.planning import parallel
from scheduler.planning.assign.groups import earliest_groups
from scheduler.planning.components import split
from scheduler.solve import Options, solve
from scheduler.solver.engine import Settings, Stop
from scheduler.solver.strategy import Strategy
from tests.helpers.planting import plant
from tests.helpers.tiny import faults, make, months, person, planned

GROUP = {"id": "G1", "start": "2027-01", "months": 12, "places": 1}
LACKING_TWO: dict[str, Any] = {"credited": {"open_practice": 10.0}, "months_done": 10}
ROTATIONS = {"ward-b": {"mix": {"ward-b": 100}, "min_months": 2, "max_months": 8}}


def two_towns(places: int = 1, **tables: Any) -> Instance:
    """Two candidates in each of two towns with a ward and an office each; ``places`` in both wards."""
    here, there = ["gp", "ward"], ["gp", "ward-b"]
    people = [person(allowed=here, **LACKING_TWO)] * 2 + [
        person(practice="office-02", allowed=there, **LACKING_TWO)
    ] * 2
    arenas = {
        "ward": {"places": [{"places": places}]},
        "ward-b": {"service": "institution", "places": [{"places": places}]},
        "office-02": {"service": "open_practice"},
    }
    return make(*people, arenas=arenas, rotations=ROTATIONS, **tables)


def members(parts: list[Instance]) -> set[frozenset[str]]:
    return {frozenset(part.candidates) for part in parts}


def test_towns_that_share_nothing_are_two_parts() -> None:
    parts = split(two_towns())
    assert members(parts) == {frozenset({"A01", "A02"}), frozenset({"A03", "A04"})}
    assert set(parts[0].rotations) == {"gp", "ward"}
    assert "office-02" not in parts[0].arenas


def test_a_limit_over_both_wards_makes_them_one() -> None:
    limit = {"id": "both", "arenas": ["ward", "ward-b"], "places": [{"places": 3}]}
    assert len(split(two_towns(limits=[limit]))) == 1


def test_a_ceiling_that_cannot_bind_binds_nobody() -> None:
    """Four places are enough for four at once, three are not."""
    roomy = {"id": "both", "arenas": ["ward", "ward-b"], "places": [{"places": 4}]}
    assert len(split(two_towns(limits=[roomy]))) == 2
    assert len(split(two_towns(places=2))) == 4


def test_a_supervisor_of_all_makes_them_one_and_enough_of_them_do_not() -> None:
    assert len(split(two_towns(supervisors=[{"id": "V1", "places": 3}]))) == 1
    own = [{"id": "V1", "places": 2, "arenas": ["office-01", "ward"]}]
    other = [{"id": "V2", "places": 2, "arenas": ["office-02", "ward-b"]}]
    assert len(split(two_towns(supervisors=own + other))) == 2


def test_what_others_use_counts_in_a_part() -> None:
    """A limit over a ward of nobody here: its reservation is off the limit in the part as well."""
    limit = {"id": "all", "arenas": ["ward", "clinic"], "places": [{"places": 2}]}
    reservation = {"arena": "clinic", "who": "LIS1", "from": "2027-01", "to": "2028-12", "places": 1}
    instance = two_towns(limits=[limit], reservations=[reservation])
    part = next(part for part in split(instance) if "A01" in part.candidates)
    assert Ceilings(part).limit_places["all"] == Ceilings(instance).limit_places["all"]
    assert set(Ceilings(part).limit_places["all"].values()) == {1}


def planned_in_parts(instance: Instance, workers: int = 1) -> Plan:
    options = Options(workers=workers, time_limit_s=60.0, strategy=Strategy.DECOMPOSED)
    return solve(instance, options)


@pytest.mark.parametrize("workers", [1, 2])
def test_parts_side_by_side_find_what_one_model_finds(workers: int) -> None:
    """In each town one waits two months for the other; in processes (2 workers) as in this one."""
    instance = two_towns()
    plan = planned_in_parts(instance, workers)
    assert faults(instance, plan) == []
    assert plan.run.strategy is FoundBy.PARTS
    exact = solve(instance, Options(workers=1, time_limit_s=60.0, strategy=Strategy.EXACT))
    assert [(objective.id, objective.value) for objective in plan.objectives] == [
        (objective.id, objective.value) for objective in exact.objectives
    ]
    delay, wishes, *_ = plan.objectives
    assert (delay.value, delay.proved, wishes.proved) == (4, True, True)


def test_a_part_need_not_be_fairer_than_the_worst_off_elsewhere() -> None:
    """A05 is four months late whatever the plan; so A01 and A02 may be as late as that for a wish."""
    fixed = months("2027-01", "2027-04", rotation="ward-b")
    late = person(practice="office-02", allowed=["gp", "ward-b"], fixed=[fixed], **LACKING_TWO)
    here = [person(allowed=["gp", "ward"], **LACKING_TWO)] * 2
    arenas = {
        "ward": {"places": [{"places": 1}]},
        "ward-b": {"service": "institution", "places": [{"places": 1}]},
        "office-02": {"service": "open_practice"},
    }
    instance = make(*here, late, person(practice="office-02", allowed=["gp"]), arenas=arenas, rotations=ROTATIONS)
    plan, exact = planned_in_parts(instance), solve(instance, Options(workers=1, time_limit_s=60.0))
    assert [(objective.id, objective.value, objective.worst) for objective in plan.objectives][:2] == [
        (objective.id, objective.value, objective.worst) for objective in exact.objectives
    ][:2]


def test_every_part_is_told_how_badly_off_somebody_is_at_least(monkeypatch: pytest.MonkeyPatch) -> None:
    """A03 has four months in the other ward of which two count: two late whatever the plan, and both parts know."""
    told: list[dict[str, int]] = []

    plan = parallel.plan_by_recipe

    def listening(*arguments: Any) -> Any:
        told.append(dict(arguments[-1].least_worst))
        return plan(*arguments)

    monkeypatch.setattr(parallel, "plan_by_recipe", listening)
    fixed = months("2027-01", "2027-04", rotation="ward-b")
    late = person(practice="office-02", allowed=["gp", "ward-b"], fixed=[fixed], **LACKING_TWO)
    instance = make(
        person(allowed=["gp", "ward"], **LACKING_TWO),
        late,
        arenas={"ward-b": {"service": "institution"}, "office-02": {"service": "open_practice"}},
        rotations=ROTATIONS,
    )
    planned_in_parts(instance)
    assert [one["delay"] for one in told] == [2, 2]


def test_somebody_who_cannot_be_planned_is_found_in_the_part() -> None:
    instance = make(
        person(allowed=["gp", "ward"], finish_by="2027-05"),
        person(practice="office-02", allowed=["gp", "ward-b"]),
        arenas={"ward-b": {"service": "institution"}, "office-02": {"service": "open_practice"}},
        rotations=ROTATIONS,
    )
    plan = planned_in_parts(instance)
    assert plan.status is Status.INFEASIBLE
    assert plan.explanation is not None
    assert plan.explanation["certainty"] == "proved"


def test_a_floor_that_nobody_can_hold_up_is_not_forgotten() -> None:
    """The prison needs somebody from 2027-03, and nobody has a rotation there: no plan, in parts as in one model."""
    floor = {"service": "other_general", "min_places": [{"from": "2027-03", "to": "2027-04", "places": 1}]}
    instance = make(
        person(allowed=["gp", "ward"]),
        person(practice="office-02", allowed=["gp", "ward-b"]),
        arenas={"ward-b": {"service": "institution"}, "office-02": {"service": "open_practice"}, "prison": floor},
        rotations=ROTATIONS,
    )
    assert planned_in_parts(instance).status is Status.INFEASIBLE


def test_places_in_groups_are_given_out_after_the_parts() -> None:
    """Each town alone would take the first group's one place; the second group goes with the same months."""
    groups = [GROUP, {**GROUP, "id": "G2"}]
    people = [person(allowed=["gp", "ward"]), person(practice="office-02", allowed=["gp", "ward-b"])]
    instance = make(
        *people,
        rules={"group_required": True},
        groups=groups,
        arenas={"ward-b": {"service": "institution"}, "office-02": {"service": "open_practice"}},
        rotations=ROTATIONS,
    )
    assert len(split(instance)) == 2
    plan = planned_in_parts(instance)
    assert faults(instance, plan) == []
    assert {entry.group for entry in plan.candidates} == {"G1", "G2"}


def test_more_members_than_places_is_not_hidden() -> None:
    instance = make(person(), person(), rules={"group_required": True}, groups=[GROUP])
    alone = solve(make(person(), rules={"group_required": True}, groups=[GROUP]), Options(workers=1))
    (entry,) = alone.candidates
    from scheduler.instance.assignment import Assignment

    rotations = tuple(month.rotation for month in entry.months)
    both = {
        candidate_id: Assignment(candidate_id, entry.months[0].month, rotations, entry.practice, entry.group)
        for candidate_id in instance.candidates
    }
    assert earliest_groups(instance, both) is None


@pytest.mark.parametrize("seed", [1, 3, 10, 12, 16, 21, 27, 33])
def test_a_decomposed_plan_is_valid_and_its_bounds_are_below_the_optimum(seed: int) -> None:
    instance = plant(seed).instance
    exact = solve(instance, Options(workers=1, time_limit_s=60.0))
    assert exact.status is Status.OPTIMAL
    plan = planned_in_parts(instance)
    assert faults(instance, plan) == []
    for mine, best in zip(plan.objectives, exact.objectives, strict=True):
        if mine.value != best.value:
            break  # bounds of the next level are for plans that have this much of this one
        assert (mine.bound or 0) >= best.value if best.id == "breadth" else (mine.bound or 0) <= best.value
    first = plan.objectives[0]
    assert (first.bound or 0) <= exact.objectives[0].value <= first.value


def test_one_worker_and_a_seed_give_the_same_plan_in_parts_too() -> None:
    made = [planned_in_parts(two_towns()).model_copy(update={"run": None}) for _ in range(2)]
    assert made[0] == made[1]


def test_what_the_worst_off_of_all_parts_is_thought_to_have() -> None:
    """Everybody lacks two months of ward, which are a row of two; whoever starts late has no delay alone."""
    parts = split(two_towns())
    alone = {number: parallel._alone((part, Settings(workers=1)), Stop(60.0)) for number, part in enumerate(parts)}
    worst = parallel._worst(parts, alone, Settings(workers=1), Stop(60.0))
    assert worst == {"delay": 0, "wishes": 0, "away-worst": 2}


def test_the_longest_row_of_parts_alike_is_proved_by_one_of_them() -> None:
    """Two who share nothing, two months in the ward each: what both believe the other has, one of them has to prove."""
    plan = planned(make(person(), person()), strategy=Strategy.DECOMPOSED)
    assert plan.run.strategy is FoundBy.PARTS
    (away,) = (level for level in plan.objectives if level.id == "away")
    assert away.worst is not None
    assert (away.value, away.worst.value, away.worst.bound) == (4, 2, 2)
