"""The bound from scarce places: exact where the arithmetic is short, never above a plan that is known to be valid."""

from dataclasses import replace

import pytest

from scheduler.accounting import levels, trajectories
from scheduler.accounting.proof import Target
from scheduler.instance.assignment import Assignment
from scheduler.instance.occupancy import Occupancy
from scheduler.instance.types import Instance
from scheduler.planning.alone import plan_each_alone
from scheduler.planning.benders import BendersResult, solve_benders
from scheduler.planning.benders.scarce import scarcest
from scheduler.planning.benders.slots import CandidateSlots
from scheduler.planning.benders.subproblems import Subproblems
from scheduler.planning.greedy import greedy_plan
from scheduler.planning.own_best import BestAlone, sum_of
from scheduler.solve import Options, solve
from scheduler.solver.engine import Settings, Stop
from scheduler.solver.strategy import Strategy
from tests.helpers.planting import plant
from tests.helpers.tiny import make, months, person, planned

ONE_WORKER = Settings(workers=1)
LACKING_TWO = person(credited={"open_practice": 10.0}, months_done=10)  # two months in the ward are left


def alone(instance: Instance) -> dict[str, BestAlone]:
    return plan_each_alone(instance, instance.candidates.values(), Occupancy(instance), Stop(60.0), ONE_WORKER)


def settled(instance: Instance) -> BendersResult:
    *_, last = solve_benders(instance, alone(instance), ONE_WORKER, Stop(60.0))
    return last


@pytest.mark.parametrize(("n", "places", "delay"), [(1, 1, 0), (2, 1, 2), (3, 1, 2 + 4), (3, 2, 2), (4, 2, 2 + 2)])
def test_who_waits_for_a_place_waits_two_months(n: int, places: int, delay: int) -> None:
    """Everybody could be done in 2027-02; a place takes one of them in two months."""
    instance = make(*[LACKING_TWO] * n, arenas={"ward": {"places": [{"places": places}]}})
    assert settled(instance).bounds[Target("delay")] == delay
    plan = planned(instance)
    assert plan.objectives[0].value == delay


TWO_IN_THE_CLINIC = {"id": "two-in-the-clinic", "rotations": ["clinic"], "min_months": 2}
ONE_PLACE = {"places": [{"places": 1}]}


@pytest.mark.parametrize(("n", "delay"), [(1, 0), (2, 2), (3, 2 + 4)])
def test_a_requirement_may_be_what_is_scarce(n: int, delay: int) -> None:
    """Nothing of a category is missing, but everybody has to be in the clinic, which takes one at a time."""
    nearly = person(credited={"open_practice": 8.0, "institution": 2.0}, months_done=10)
    instance = make(*[nearly] * n, arenas={"clinic": ONE_PLACE}, requirements=[TWO_IN_THE_CLINIC])
    assert settled(instance).bounds[Target("delay")] == delay
    assert planned(instance).objectives[0].value == delay


@pytest.mark.parametrize(("ward", "clinic", "scarce"), [(1, 3, "ward"), (3, 1, "clinic"), (1, None, "ward")])
def test_the_places_given_out_are_those_that_most_is_asked_of(ward: int, clinic: int | None, scarce: str) -> None:
    """Two months in each for each of two; where no ceiling is, nothing is scarce."""
    arenas = {"ward": {"places": [{"places": ward}]}}
    arenas |= {} if clinic is None else {"clinic": {"places": [{"places": clinic}]}}
    instance = make(LACKING_TWO, LACKING_TWO, arenas=arenas, requirements=[TWO_IN_THE_CLINIC])
    demand = scarcest(instance)
    assert {rotation for rotation, share in demand.shares.items() if share} == {scarce}
    assert demand.missing == {"A01": 20_000, "A02": 20_000}


def test_nothing_asked_is_nothing_scarce() -> None:
    served = person(credited={"open_practice": 8.0, "institution": 2.0}, months_done=10)
    assert not any(scarcest(make(served)).missing.values())


def test_what_else_holds_up_is_asked_of_the_candidate() -> None:
    """A running block has three months left: the ward from 2027-04, through in 2027-05 instead of 2027-02."""
    current = {"rotation": "clinic", "since": "2026-12"}
    instance = make(
        person(start="2026-12", credited={"open_practice": 10.0}, months_done=1, current=current),
        rotations={"clinic": {"min_months": 4}},
    )
    assert settled(instance).bounds[Target("delay")] == 3
    assert planned(instance).objectives[0].value == 3


def test_who_earns_institution_service_in_base_needs_no_block() -> None:
    """Months in a base with a share of the ward are no block that could be waited for."""
    blocks_alone, base_too = (
        make(LACKING_TWO),
        make(LACKING_TWO, rotations={"gp": {"mix": {"practice": 50, "ward": 50}}}),
    )
    assert CandidateSlots(blocks_alone, blocks_alone.candidates["A01"], scarcest(blocks_alone), 0).lacking > 0
    assert CandidateSlots(base_too, base_too.candidates["A01"], scarcest(base_too), 0).lacking == 0


def test_fixed_months_of_others_are_taken() -> None:
    """A02 is in the ward for four months of which two count, and so two months late; A01 waits the four of them."""
    fixed = months("2027-01", "2027-04", rotation="ward")
    instance = make(LACKING_TWO, person(fixed=[fixed]), arenas={"ward": {"places": [{"places": 1}]}})
    assert settled(instance).bounds[Target("delay")] == 2 + 4


def test_the_months_given_make_a_plan_without_more_delay() -> None:
    instance = make(*[LACKING_TWO] * 3, arenas={"ward": {"places": [{"places": 1}]}})
    own, found = alone(instance), settled(instance)
    grown = greedy_plan(instance, own, Occupancy(instance), Stop(60.0), Settings(workers=1), found.reserved(instance))
    assert grown is not None
    assert sum_of(grown, "delay") == found.bounds[Target("delay")] == 6


@pytest.mark.parametrize("seed", range(0, 60, 2))
def test_no_valid_plan_is_below_the_bound(seed: int) -> None:
    planted = plant(seed)
    hidden = levels(planted.instance, trajectories(planted.instance, planted.plan))["delay"].value
    own = alone(planted.instance)
    if level_first(planted.instance) and all(own_best.proved for own_best in own.values()):
        for found in solve_benders(planted.instance, own, ONE_WORKER, Stop(60.0)):
            assert found.bounds[Target("delay")] <= hidden


def level_first(instance: Instance) -> bool:
    return instance.objective_order[0] in ("changes", "delay")


IN_MAY = {"rotation": "ward", "from": "2027-05", "to": "2027-06", "weight": 2}


def test_wishes_for_the_same_place_are_counted() -> None:
    """One place in May and June, three who wish for it: two lose two each, and the worst off two."""
    instance = make(*[person(wishes=[IN_MAY])] * 3, arenas={"ward": {"places": [{"places": 1}]}})
    assert settled(instance).bounds == {
        Target("delay"): 0,
        Target("delay", worst=True): 0,
        Target("wishes"): 4,
        Target("wishes", worst=True): 2,
    }
    assert planned(instance).objectives[1].value == 4


def test_a_wish_out_of_reach_of_other_blocks_weighs_what_it_weighs() -> None:
    """Two wish for the same two months in a second ward with one place; a block there is two months and no more."""
    there = {"rotation": "ward-b", "from": "2027-05", "to": "2027-06", "weight": 3}
    instance = make(
        *[person(wishes=[there])] * 2,
        arenas={"ward-b": {"service": "institution", "places": [{"places": 1}]}},
        rotations={"ward-b": {"mix": {"ward-b": 100}, "min_months": 2, "max_months": 2}},
    )
    assert settled(instance).bounds[Target("wishes")] == 3
    assert planned(instance).objectives[1].value == 3


def test_a_wish_that_two_blocks_may_meet_together_is_left_to_the_plan() -> None:
    """With two blocks of the ward, one may begin before the window and the other end after it."""
    instance = make(
        *[person(wishes=[IN_MAY])] * 3,
        arenas={"ward": {"places": [{"places": 1}]}},
        rotations={"ward": {"max_blocks": 2}},
    )
    assert settled(instance).bounds[Target("wishes")] <= planned(instance).objectives[1].value


def test_who_is_away_from_the_same_unit_waits() -> None:
    """Room in the ward for both, but only one of the office's two may be away: one waits two months."""
    arenas = {"office-01": {"max_away": 1}}
    instance = make(*[LACKING_TWO] * 2, arenas=arenas)
    assert settled(instance).bounds[Target("delay")] == 2
    assert planned(instance).objectives[0].value == 2


def test_a_start_window_is_in_the_contest_too() -> None:
    """Two with two months left to serve and one place: one waits, whichever month they begin in."""
    window = person(start={"earliest": "2027-01", "latest": "2027-02"}, credited={"open_practice": 10.0})
    instance = make(LACKING_TWO, window, arenas={"ward": {"places": [{"places": 1}]}})
    bound = settled(instance).bounds[Target("delay")]
    assert bound == planned(instance).objectives[0].value


@pytest.mark.parametrize(("at_hand", "looked_at"), [(0, ["wishes"]), (1, ["delay", "wishes"])])
def test_where_a_plan_at_hand_has_the_least_delay_only_wishes_are_looked_at(at_hand: int, looked_at: list[str]) -> None:
    """Three wish for one place in May and June. Nobody need be late; a plan in which somebody is says nothing."""
    instance = make(*[person(wishes=[IN_MAY])] * 3, arenas={"ward": {"places": [{"places": 1}]}})
    of_plan = {Target("delay"): at_hand, Target("delay", worst=True): at_hand, Target("wishes"): 6}
    found = [*solve_benders(instance, alone(instance), ONE_WORKER, Stop(60.0), at_hand=of_plan)]
    assert [[*each.bounds][-1].level for each in found] == looked_at
    assert found[-1].bounds == settled(instance).bounds


@pytest.mark.parametrize("seed", [1, 3, 7, 10, 12, 16, 21, 25, 27, 33, 38, 41])
def test_no_step_s_bound_is_above_the_optimum(seed: int) -> None:
    """Step by step, as long as the best plan has just what the Benders search says is the least."""
    instance = plant(seed).instance
    own = alone(instance)
    found = next(reversed([*solve_benders(instance, own, ONE_WORKER, Stop(60.0))]), BendersResult())
    best = {objective.id: objective for objective in planned(instance).objectives}
    for target, bound in found.bounds.items():
        level = best[target.level]
        value = level.worst.value if target.worst and level.worst is not None else level.value
        assert bound <= value, target.name
        if bound < value:
            return


@pytest.mark.parametrize(
    ("n", "strategy", "first"),
    [(2, Strategy.EXACT, False), (3, Strategy.EXACT, True), (2, Strategy.DECOMPOSED, True)],
)
def test_places_are_given_out_first_where_greedy_loses_more_than_a_month_each(
    n: int, strategy: Strategy, first: bool
) -> None:
    """Two come to two months, three to six; in parts any loss is enough. The plan is the best one all the same."""
    instance = make(*[LACKING_TWO] * n, arenas={"ward": {"places": [{"places": 1}]}})
    events: list[str] = []
    plan = solve(instance, Options(workers=1, strategy=strategy), lambda progress: events.append(progress.event))
    assert ("contest" in events) is first
    assert plan.objectives[0].value == n * (n - 1)
    assert plan.objectives[0].proved


WARD_B = {"ward-b": {"service": "institution"}}


@pytest.mark.parametrize(("shortest", "in_one"), [(2, True), (1, False)])
def test_who_cannot_divide_the_service_has_one_block(shortest: int, in_one: bool) -> None:
    """Two months lack and each ward takes nobody for less than two: there are no halves. With one month there are."""
    rotations = {
        "ward": {"min_months": shortest, "max_blocks": 1},
        "ward-b": {"mix": {"ward-b": 100}, "min_months": shortest, "max_blocks": 1},
    }
    instance = make(LACKING_TWO, arenas=WARD_B, rotations=rotations)
    candidate_slots = CandidateSlots(instance, instance.candidates["A01"], scarcest(instance), 0)
    Subproblems(instance, ONE_WORKER, Stop(60.0)).settle_in_one([candidate_slots])
    assert candidate_slots.in_one is in_one
    assert any(slot.more for slot in candidate_slots.first_blocks()) is not in_one


def test_who_is_later_than_expected_goes_first_the_next_time() -> None:
    """A01 has longer to go and chooses first, A02 has only the ward left to serve: alone nobody of them is late."""
    instance = make(
        person(credited={"open_practice": 4.0}, months_done=4),
        LACKING_TWO,
        arenas={"ward": {"places": [{"places": 1}]}},
    )
    own = alone(instance)
    in_the_way = plan_beside_nobody(instance, "A01", in_ward_from="2027-01")
    own["A01"] = replace(own["A01"], assignment=in_the_way)
    once = greedy_plan(instance, own, Occupancy(instance), Stop(60.0), Settings(workers=1))
    again = greedy_plan(
        instance, own, Occupancy(instance), Stop(60.0), Settings(workers=1), expected={"A01": 0, "A02": 0}
    )
    assert once is not None
    assert again is not None
    assert sum_of(once, "delay") == 2
    assert sum_of(again, "delay") == 0


def plan_beside_nobody(instance: Instance, candidate: str, in_ward_from: str) -> Assignment | None:
    """The candidate's plan with a block of the ward in that month."""
    ward = months(in_ward_from, in_ward_from, rotation="ward")
    row = {"fixed": [ward], "credited": {"open_practice": 4.0}, "months_done": 4}
    return alone(make(person(**row)))[candidate].assignment
