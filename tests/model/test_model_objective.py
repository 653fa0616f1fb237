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


# --- away from the own post ------------------------------------------------------------------------------------------

TWO_WARDS: dict[str, Row | None] = {"ward": {"max_blocks": 2}}


def away(plan: Plan) -> tuple[float, float | None]:
    """The sum and the longest row."""
    return objective(plan, "away"), worst(plan, "away")


def test_nobody_is_away_for_longer_than_it_takes() -> None:
    """Ten months in the office count, so two are left, and the ward takes them; clinic would count as well."""
    assert away(planned(make(person()))) == (2, 2)
    plan = planned(make(person(), rules={"general_cap": 6, "open_practice_cap": 6, "institution_cap": 6}))
    assert (path(plan).count("gp*6"), away(plan)[0]) == (1, 6)


def test_a_row_is_broken_even_for_a_block_more() -> None:
    """Four months of ward: a row of four in one block; two of two, one at each end, are one block more."""
    rules = {"institution_min": 4, "institution_cap": 4, "open_practice_cap": 8, "general_cap": 8}
    plan = planned(make(rules=rules, rotations=TWO_WARDS))
    assert (away(plan), objective(plan, "moves")) == ((4, 2), 3)
    blocks_first = planned(make(rules=rules, rotations=TWO_WARDS, objective={"order": ["delay", "moves", "away"]}))
    assert (away(blocks_first), objective(blocks_first, "moves")) == ((4, 4), 2)


def test_two_blocks_side_by_side_are_one_row() -> None:
    """Ward 2027-03..04 and clinic 2027-05 are fixed: three in a row. With a month in the office between them, two."""
    fixed = [months("2027-03", "2027-04", rotation="ward"), months("2027-05", "2027-05", rotation="clinic")]
    assert away(planned(make(person(fixed=fixed)))) == (3, 3)
    apart = [fixed[0], months("2027-06", "2027-06", rotation="clinic")]
    assert away(planned(make(person(fixed=apart)))) == (3, 2)


def test_leave_neither_counts_nor_breaks_a_row() -> None:
    """Ward 2027-03..04, leave in 05, clinic in 06: three away, all in a row."""
    fixed = [months("2027-03", "2027-04", rotation="ward"), months("2027-06", "2027-06", rotation="clinic")]
    row = person(fixed=fixed, leave=[months("2027-05", "2027-05")])
    assert away(planned(make(row))) == (3, 3)


def test_who_is_employed_by_the_ward_is_away_in_the_office() -> None:
    """At least six in the office; the ward counts for two. Six of the office, four of the clinic or office: ten away.

    The ward's two months in their middle leave a row of five on each side.
    """
    assert away(planned(make(person(post="ward")))) == (10, 5)


def test_the_office_that_the_plan_chooses_decides_what_is_away() -> None:
    """Employed by office 2: the plan seats A01 there, though office 1 stands first. Seated in office 1, always away."""
    arenas: dict[str, Row | None] = {"office-02": {"service": "open_practice"}}
    plan = planned(make(person(practice=None, post="office-02"), arenas=arenas))
    assert (plan.candidates[0].practice, away(plan)) == ("office-02", (2, 2))
    taken = planned(make(person(practice="office-01", post="office-02"), arenas=arenas))
    assert away(taken) == (12, 12)


def test_a_longer_row_is_free_where_somebody_has_it_anyway() -> None:
    """A01's ward is fixed for four months. A02's need not be broken up then, and one block less is better."""
    rules = {"institution_min": 4, "institution_cap": 4, "open_practice_cap": 8, "general_cap": 8}
    fixed = person(fixed=[months("2027-03", "2027-06", rotation="ward")])
    plan = planned(make(fixed, person(), rules=rules, rotations=TWO_WARDS))
    assert away(plan) == (8, 4)
    assert objective(plan, "moves") == 5  # gp ward gp, gp ward


def test_wishes_come_before_months_away() -> None:
    plan = planned(make(person(wishes=[{"rotation": "clinic"}])))
    assert (objective(plan, "wishes"), objective(plan, "away")) == (0, 3)
    assert planned(make(person())).candidates[0].away_needed == 2


def test_what_is_needed_is_what_it_takes_alone() -> None:
    """One place in the ward, in which A02 is fixed: both need two months, whoever is there first."""
    ward = {"places": [{"places": 1}]}
    other = person(fixed=[months("2027-11", "2027-12", rotation="ward")])
    plan = planned(make(person(), other, arenas={"ward": ward}))
    assert [entry.away_needed for entry in plan.candidates] == [2, 2]


# --- blocks, what counts for nothing, breadth ------------------------------------------------------------------------


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
