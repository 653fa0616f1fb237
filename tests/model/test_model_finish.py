"""The finish is the first month at whose end everything holds, whatever is made small first or has to be kept up.

With delay first and no floors nothing has to be said of it. These tests are about the other cases: another order of
the levels, a floor under an arena (also one of 0), a published plan that was longer.
"""

from collections.abc import Mapping, Sequence

import pytest

from scheduler.accounting.baseline import with_published
from scheduler.instance.types import Instance
from scheduler.plan import Plan
from scheduler.replanning.affected import baseline_for
from tests.helpers.tiny import Row, finish, is_impossible, make, months, objective, path, person, planned

LAST_FIRST = {"objective": {"order": ["wishes", "delay"]}}
FLOOR_OF_NOBODY = {"arenas": {"clinic": {"min_places": [{"places": 0}]}}}
LATE: Sequence[Mapping[str, object]] = (LAST_FIRST, FLOOR_OF_NOBODY)


@pytest.mark.parametrize("late", LATE)
def test_somebody_who_has_everything_is_planned_for_one_month(late: Mapping[str, Row]) -> None:
    complete = person(credited={"open_practice": 10.0, "institution": 2.0}, allowed=["gp", "ward"])
    assert path(planned(make(complete, **late))) == "gp"


@pytest.mark.parametrize("late", LATE)
def test_one_month_of_leave_is_a_plan_too(late: Mapping[str, Row]) -> None:
    """Everything is done; the one month that is always planned is one of leave."""
    complete = person(credited={"open_practice": 10.0, "institution": 2.0}, leave=[months("2027-01", "2027-02")])
    assert path(planned(make(complete, **late))) == "-"


ALL_BUT = {
    "service-total": ({"open_practice": 8.0, "institution": 2.0}, {}, "gp*2"),
    "open-practice": ({"open_practice": 4.0, "other_general": 6.0, "institution": 2.0}, {}, "gp*2"),
    "institution": ({"open_practice": 12.0}, {"rules": {"open_practice_cap": 12, "general_cap": 12}}, "ward*2"),
    "group": (
        {"open_practice": 10.0, "institution": 2.0},
        {"rules": {"group_required": True}, "groups": [{"id": "G1", "start": "2027-01", "months": 12, "places": 1}]},
        "gp*12",
    ),
}


@pytest.mark.parametrize("late", LATE)
@pytest.mark.parametrize("rule", ALL_BUT)
def test_a_finish_waits_for_what_is_missing_and_no_longer(rule: str, late: Mapping[str, Row]) -> None:
    """Everything is done but what one rule asks for."""
    credited, world, expected = ALL_BUT[rule]
    allowed = ["gp", "ward"] if rule == "institution" else ["gp"]
    assert path(planned(make(person(credited=credited, allowed=allowed), **{**world, **late}))) == expected


@pytest.mark.parametrize("late", LATE)
def test_a_finish_waits_for_the_months_that_are_fixed(late: Mapping[str, Row]) -> None:
    """Everything is done, and the third month is fixed."""
    credited = {"open_practice": 10.0, "institution": 2.0}
    fixed = [months("2027-03", "2027-03", rotation="gp")]
    assert path(planned(make(person(credited=credited, fixed=fixed, allowed=["gp"]), **late))) == "gp*3"


def test_a_floor_is_held_up_by_staying_only_as_long_as_something_is_missing() -> None:
    """Somebody must be in the clinic in 2027-01 and 2027-02; A01 has everything but a month."""
    rotations = {"clinic": {"min_months": 1}}
    nearly = person(credited={"open_practice": 9.0, "institution": 2.0})
    one = {"clinic": {"min_places": [months("2027-01", "2027-01", places=1)]}}
    two = {"clinic": {"min_places": [months("2027-01", "2027-02", places=1)]}}
    assert path(planned(make(nearly, rotations=rotations, arenas=one))) == "clinic"
    assert is_impossible(make(nearly, rotations=rotations, arenas=two))


# --- blocks that are asked for ---------------------------------------------------------------------------------------

VISIT = {"id": "visit", "rotations": ["ward"], "min_blocks": 1}


@pytest.mark.parametrize("late", LATE)
def test_the_last_block_may_be_the_one_that_a_requirement_waits_for(late: Mapping[str, Row]) -> None:
    """All months are done in 2027-02; the ward may be begun after three: gp gp gp ward ward."""
    rules = {"total": 2, "open_practice_min": 0, "institution_min": 0}
    ward_or_gp = person(allowed=["gp", "ward"])
    plan = planned(make(ward_or_gp, rules=rules, rotations={"ward": {"not_before": 3}}, requirements=[VISIT], **late))
    assert path(plan) == "gp*3 ward*2"


@pytest.mark.parametrize(("blocks", "expected"), [(1, "ward*2"), (2, "ward*2 clinic ward*2")])
def test_as_many_blocks_as_asked_for_and_then_no_more(blocks: int, expected: str) -> None:
    """Clinic is the base here: a second block of the ward needs a month of it between."""
    rules = {"total": 2, "open_practice_min": 0, "institution_min": 0, "other_general_cap": 10}
    rotations = {"ward": {"max_blocks": 2}, "gp": None, "clinic": {"base": True, "max_months": None}}
    asked = [{**VISIT, "min_blocks": blocks}]
    wish = [{"rotation": "ward", **months("2027-01", "2027-02")}]
    plan = planned(make(person(wishes=wish), rules=rules, rotations=rotations, requirements=asked, **LAST_FIRST))
    assert path(plan) == expected


def test_a_base_block_of_one_month_may_be_the_last_that_is_asked_for() -> None:
    """Two blocks of gp are asked for and one of the ward: gp ward ward gp, where total and ward hold before."""
    rules = {"total": 3, "open_practice_min": 0, "institution_min": 2}
    asked = [{"id": "both", "rotations": ["gp"], "min_blocks": 2}]
    assert path(planned(make(rules=rules, requirements=asked, **LAST_FIRST))) == "gp ward*2 gp"


def test_a_wish_is_not_met_by_a_base_block_that_nobody_asks_for() -> None:
    """One block of gp is enough: nothing is planned after gp gp, though the clinic of 2027-03 is wished for."""
    rules = {"total": 2, "open_practice_min": 0, "institution_min": 0}
    asked = [{"id": "once", "rotations": ["gp"], "min_blocks": 1}]
    wish = [{"rotation": "clinic", **months("2027-03", "2027-03")}]
    bound = person(wishes=wish, fixed=[months("2027-01", "2027-02", rotation="gp")])
    plan = planned(make(bound, rules=rules, requirements=asked, **LAST_FIRST))
    assert (finish(plan), objective(plan, "wishes")) == ("2027-02", 1)


# --- goals of an office that the plan chooses ------------------------------------------------------------------------

OFFICES: dict[str, Row] = {"office-01": {"goals": "001"}, "office-02": {"service": "open_practice"}}


@pytest.mark.parametrize("order", [["wishes", "delay"], ["breadth", "delay"], ["moves"]])
def test_the_office_that_gives_the_goals_is_chosen_whatever_comes_first(order: list[str]) -> None:
    rules = {"goals": "001", "total": 1, "open_practice_min": 0, "institution_min": 0}
    plan = planned(make(person(practice=None), rules=rules, arenas=OFFICES, objective={"order": order}))
    assert (plan.candidates[0].practice, path(plan)) == ("office-01", "gp")


def test_with_a_floor_the_goals_may_be_what_is_waited_for() -> None:
    """Somebody must be in the clinic in 2027-01 and 2027-02, which does for all but the goal: gp at the end."""
    floor = {"min_places": [months("2027-01", "2027-02", places=1)]}
    rules = {"goals": "001", "total": 2, "open_practice_min": 0, "institution_min": 0}
    arenas = {**OFFICES, "clinic": floor}
    assert path(planned(make(person(practice=None), rules=rules, arenas=arenas))) == "clinic*2 gp"
    elsewhere = {**arenas, "clinic": {**floor, "goals": "001"}}
    assert path(planned(make(person(practice=None), rules=rules, arenas=elsewhere))) == "clinic*2"


# --- shifts ----------------------------------------------------------------------------------------------------------


def on_duty(n_shifts: int, places: int, **fields: object) -> dict[str, object]:
    roster = {"service": "parallel", "shifts": [{"shifts": places}]}
    rules = {"legevakt_shifts": n_shifts, "total": 1, "open_practice_min": 0, "institution_min": 0}
    return {"rules": rules, "arenas": {"roster": roster}, **fields}


def test_two_who_take_turns_on_a_roster_of_one_shift_a_month() -> None:
    """Each has everything in 2027-01 but two shifts: four months for both, so one of them is there to the end."""
    plan = planned(make(person(), person(), **on_duty(2, 1), **LAST_FIRST))
    assert sorted([finish(plan), finish(plan, "A02")])[1] == "2027-04"


def test_the_shift_that_a_finish_waits_for_is_taken_last() -> None:
    """A wish for the clinic in 2027-03 comes first; the plan may go on to it with a shift that is still missing."""
    wish = [{"rotation": "clinic", **months("2027-03", "2027-03")}]
    plan = planned(make(person(wishes=wish), **on_duty(1, 1), **LAST_FIRST))
    assert (objective(plan, "wishes"), finish(plan)) == (0, "2027-03")
    assert [row.month for row in plan.candidates[0].shifts] == [plan.candidates[0].finish]


# --- clusters do not know of floors ----------------------------------------------------------------------------------


def test_a_floor_that_all_hold_up_together_beside_a_ceiling() -> None:
    """Each needs a month of ward, best in 2027-01; somebody has to be there in 2027-04, and there is one place."""
    rules = {"total": 3, "open_practice_min": 0, "institution_min": 1}
    ward = {"places": [{"places": 1}], "min_places": [months("2027-04", "2027-04", places=1)]}
    world: dict[str, object] = {"rules": rules, "arenas": {"ward": ward}, "rotations": {"ward": {"min_months": 1}}}
    plan = planned(make(person(), person(), person(), **world))
    assert objective(plan, "delay") == 1


# --- on top of a published plan --------------------------------------------------------------------------------------


def on_top(instance: Instance, published: Plan) -> Instance:
    return with_published(instance, baseline_for(instance, published, instance.start - 1))


def test_a_published_plan_that_ends_later_than_the_earliest_finish() -> None:
    """gp gp gp ward ward was published; leave in 2027-02 makes it a month later, and the ward is what is waited for."""
    world: dict[str, object] = {
        "rules": {"total": 2, "open_practice_min": 0, "institution_min": 0},
        "rotations": {"ward": {"not_before": 3}},
        "requirements": [VISIT],
    }
    ward_or_gp = person(allowed=["gp", "ward"])
    published = planned(make(ward_or_gp, **world))
    again = planned(on_top(make({**ward_or_gp, "leave": [months("2027-02", "2027-02")]}, **world), published))
    assert path(again) == "gp - gp*2 ward*2"


@pytest.mark.parametrize("last", ["2028-12", "2028-10"])
def test_a_plan_whose_last_months_are_leave_stands_as_it_is(last: str) -> None:
    """Not through within the horizon, and on leave when it ends."""
    rules = {"total": 40, "open_practice_cap": 40, "general_cap": 40}
    instance = make(person(leave=[months(last, "2029-03")]), rules=rules)
    published = planned(instance)
    again = planned(on_top(instance, published))
    assert (path(again), objective(again, "changes")) == (path(published), 0)


def test_a_goal_is_missing_as_long_as_it_is_not_the_chosen_office_that_gives_it() -> None:
    """The second office has to be kept up for three months; only the first gives the goal, and so does the clinic."""
    rules = {"total": 2, "open_practice_min": 0, "institution_min": 0, "goals": "001"}
    arenas = {
        "office-01": {"goals": "001"},
        "office-02": {"service": "open_practice", "min_places": [months("2027-01", "2027-03", places=1)]},
        "clinic": {"goals": "001"},
    }
    chooses = person(practice=None)
    plan = planned(make(chooses, rules=rules, arenas=arenas))
    assert path(plan) == "gp*3 clinic"
    assert plan.candidates[0].practice == "office-02"
    of_both = {**arenas, "office-02": {**arenas["office-02"], "goals": "001"}}
    assert is_impossible(make(chooses, rules=rules, arenas=of_both))
