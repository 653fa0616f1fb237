"""The levels of the objective: each as small as it goes, in their order, the sum before the worst case."""

import pytest

from scheduler.instance.types import Instance
from scheduler.plan import Plan
from tests.helpers.tiny import Row, finish, make, months, months_in, objective, path, person, planned

SHORT_CLINIC: dict[str, Row | None] = {"clinic": {"max_months": 1, "max_blocks": 2}}


def worst(plan: Plan, level: str) -> float | None:
    figure = next(each_objective for each_objective in plan.objectives if each_objective.id == level)
    return None if figure.worst is None else figure.worst.value


def test_delay_comes_first() -> None:
    """Clinic from 2028-01 would meet the wish and cost a month: the wish is lost."""
    row = person(wishes=[{"rotation": "clinic", "weight": 9}])
    plan = planned(make(row, arenas={"clinic": {"places": [months("2028-01", "2028-12", places=1)]}}))
    assert (objective(plan, "delay"), objective(plan, "wishes"), finish(plan)) == (0, 9, "2027-12")


def test_another_order_if_the_file_asks_for_it() -> None:
    """With wishes first A01 waits for the clinic, so long as something is left to do: ward 2028-01..02 and clinic."""
    row = person(wishes=[{"rotation": "clinic", "weight": 9}])
    arenas = {"clinic": {"places": [months("2028-01", "2028-12", places=1)]}}
    plan = planned(make(row, arenas=arenas, objective={"order": ["wishes", "delay"]}))
    assert (objective(plan, "wishes"), objective(plan, "delay")) == (0, 1)


def test_the_worst_off_counts_after_the_sum() -> None:
    """Two places in the clinic, 2027-03 and 2027-05, and both wish for both: 2 of 4 are lost, one each."""
    wishes = [{"rotation": "clinic", **months(month, month)} for month in ("2027-03", "2027-05")]
    clinic = {"places": [months(month, month, places=1) for month in ("2027-03", "2027-05")]}
    plan = planned(
        make(person(wishes=wishes), person(wishes=wishes), arenas={"clinic": clinic}, rotations=SHORT_CLINIC)
    )
    assert (objective(plan, "wishes"), worst(plan, "wishes")) == (2, 1)


def test_the_sum_comes_before_the_worst_off() -> None:
    """One place. A01's wish weighs 3, A02's two weigh 1 each and are met together: 2 lost by one is better than 3."""
    one = person(wishes=[{"rotation": "clinic", "weight": 3, **months("2027-03", "2027-04")}])
    two = person(wishes=[{"rotation": "clinic", "weight": 1, **months(m, m)} for m in ("2027-03", "2027-04")])
    clinic = {"places": [months("2027-03", "2027-04", places=1)]}
    plan = planned(make(one, two, arenas={"clinic": clinic}, rotations={"clinic": {"min_months": 2}}))
    assert months_in(plan, "clinic", "A01") == ["2027-03", "2027-04"]
    assert (objective(plan, "wishes"), worst(plan, "wishes")) == (2, 2)


def delayed(last_place: str) -> Instance:
    """The ward opens in 2028: two places in 2028-01..02, or one after the other."""
    ward = {"places": [months("2028-01", last_place, places=1)]}
    return make(person(), person(), arenas={"ward": ward})


def test_delays_add_up_and_the_worst_is_told() -> None:
    """2028-02 and 2028-04: delays 2 and 4."""
    plan = planned(delayed("2028-04"))
    assert (objective(plan, "delay"), worst(plan, "delay")) == (6, 4)


def test_fewest_blocks() -> None:
    assert objective(planned(make()), "moves") == 2
    ward = {"places": [months("2027-05", "2027-06", places=1)]}
    plan = planned(make(arenas={"ward": ward, "clinic": None}, rotations={"clinic": None}))
    assert (path(plan), objective(plan, "moves")) == ("gp*4 ward*2 gp*6", 3)


def test_as_little_as_possible_is_worked_for_nothing() -> None:
    """Two months of waiting for the ward: in office, at its cap with ten, or clinic. Uncounted 2 either way."""
    plan = planned(make(arenas={"ward": {"places": [months("2028-01", "2028-02", places=1)]}}))
    assert (finish(plan), objective(plan, "uncounted")) == ("2028-02", 2.0)


def test_goals_are_met_twice_where_it_costs_nothing() -> None:
    """Office and ward list goal 001, office and clinic goal 002: without clinic one goal is met twice, not two."""
    arenas = {"office-01": {"goals": "001-002"}, "ward": {"goals": "001"}, "clinic": {"goals": "002"}}
    plan = planned(make(rules={"goals": "001-002"}, arenas=arenas))
    assert (objective(plan, "moves"), objective(plan, "breadth")) == (2, 1)  # a block of clinic would be a third
    plan = planned(make(rules={"goals": "001-002"}, arenas=arenas, objective={"order": ["delay", "breadth"]}))
    assert objective(plan, "breadth") == 2


def test_the_rosters_goals_are_met_twice_with_a_shift_planned() -> None:
    arenas: dict[str, Row | None] = {"office-01": {"goals": "001"}, "legevakt": {"service": "parallel", "goals": "001"}}
    rules: Row = {"goals": "001", "legevakt_shifts": 1}
    assert objective(planned(make(rules=rules, arenas=arenas)), "breadth") == 1
    assert objective(planned(make(person(shifts_done=1), rules=rules, arenas=arenas)), "breadth") == 0


@pytest.mark.parametrize(("last", "lost"), [("2027-02", 1), ("2027-03", 0), ("2027-04", 0)])
def test_a_wish_asks_for_the_shortest_block_inside_its_window(last: str, lost: int) -> None:
    """The ward is fixed in 2027-02 and 2027-03; it takes two months, and with one of them in the window it is lost."""
    wish = {"rotation": "ward", **months("2027-01", last)}
    row = person(wishes=[wish], fixed=[months("2027-02", "2027-03", rotation="ward")])
    assert objective(planned(make(row)), "wishes") == lost
