"""Blocks in the model: their length, their start, their number, and what is required of them."""

from dataclasses import replace

import pytest

from scheduler.instance.types import Instance
from tests.helpers.tiny import (
    Row,
    bites,
    every_month,
    finish,
    is_impossible,
    make,
    months,
    months_in,
    objective,
    path,
    person,
    planned,
)


def ward_open(first: str, last: str, **fields: object) -> Instance:
    return make(person(), arenas={"ward": {"places": [months(first, last, places=1)]}}, rotations={"ward": fields})


# --- block-length --------------------------------------------------------------------------------------------------


def test_a_block_as_short_as_allowed() -> None:
    plan = planned(ward_open("2027-04", "2027-06", min_months=3))
    assert months_in(plan, "ward") == every_month("2027-04", "2027-06")


def test_a_block_one_month_too_short() -> None:
    assert len(months_in(bites(ward_open("2027-04", "2027-05", min_months=3), "block-length"), "ward")) == 2


def clinic_for(n_months: int, **fields: object) -> Instance:
    row = {"id": "clinic", "rotations": ["clinic"], "min_months": float(n_months)}
    return make(requirements=[row], rotations={"clinic": fields})


def test_a_block_as_long_as_allowed() -> None:
    assert len(months_in(planned(clinic_for(4, max_months=4)), "clinic")) == 4


def test_a_block_one_month_too_long() -> None:
    bites(clinic_for(5, max_months=4), "block-length")


def test_the_first_and_the_last_months_of_the_horizon_hold_blocks() -> None:
    """Ward open in the first two months only, clinic in the last two: 24 months in all."""
    row = {"id": "clinic", "rotations": ["clinic"], "min_months": 2.0}
    arenas = {
        "ward": {"places": [months("2027-01", "2027-02", places=1)]},
        "clinic": {"places": [months("2028-11", "2028-12", places=1)]},
    }
    plan = planned(make(arenas=arenas, requirements=[row]))
    assert path(plan) == "ward*2 gp*20 clinic*2"


def base_of(n_months: int, least: int) -> Instance:
    """Clinic is open, and given, in 2027-01 and again n months later: a base block of n months lies between."""
    second = every_month("2027-02", "2028-12")[n_months]
    fixed = [months(month, month, rotation="clinic") for month in ("2027-01", second)]
    clinic = {"places": [months(month, month, places=1) for month in ("2027-01", second)]}
    ward = {"places": [months("2028-01", "2028-12", places=1)]}
    rotations = {"gp": {"min_months": least}, "clinic": {"max_blocks": 2}}
    return make(person(fixed=fixed), arenas={"clinic": clinic, "ward": ward}, rotations=rotations)


def test_a_base_block_as_short_as_allowed() -> None:
    assert path(planned(base_of(3, least=3))).startswith("clinic gp*3 clinic gp")


def test_a_base_block_too_short_between_two_others() -> None:
    bites(base_of(2, least=3), "block-length")


def test_a_base_block_may_be_cut_short_by_the_finish() -> None:
    """Ward until 2027-11 because it opens in 2027-10, so the last base block has one month of its five."""
    instance = make(
        person(allowed=["gp", "ward"]),
        arenas={"ward": {"places": [months("2027-10", "2027-11", places=1)]}},
        rotations={"gp": {"min_months": 5}},
    )
    assert path(planned(instance)) == "gp*9 ward*2 gp"


def test_a_base_block_as_long_as_allowed() -> None:
    """At most five months of office in a row: ward and clinic in between. 10 office need two breaks with ward and none
    more than five: gp 5, ward 2, gp 5."""
    assert path(planned(make(rotations={"gp": {"max_months": 5}, "clinic": None}, arenas={"clinic": None}))) == (
        "gp*5 ward*2 gp*5"
    )


def test_a_base_block_too_long() -> None:
    """With four in a row 4 + 2 + 4 is all there is room for, two short of the total."""
    instance = make(rotations={"gp": {"max_months": 4}, "clinic": None}, arenas={"clinic": None})
    bites(instance, "block-length")


def running(rotation: str, since: str, rotations: dict[str, Row], **fields: object) -> Instance:
    row = person(start="2026-01", current={"rotation": rotation, "since": since}, **fields)
    return make(row, rotations=rotations)


def test_a_running_block_counts_from_since() -> None:
    """Four of the ward's six months are done: two are left, and they are the first."""
    plan = planned(running("ward", "2026-09", {"ward": {"min_months": 6}}))
    assert path(plan) == "ward*2 gp*10"


def test_a_running_block_leaves_at_most_the_rest() -> None:
    """Four of five months are done, so one is left, where two are needed."""
    five = {"ward": {"min_months": 5, "max_months": 5}}
    bites(running("ward", "2026-09", five), "block-length")


def test_leave_before_the_horizon_does_not_count_towards_the_running_block() -> None:
    """Since 2026-09 with leave in 2026-10..11: two of six months are done, four are left."""
    row = person(
        start="2026-01",
        current={"rotation": "ward", "since": "2026-09"},
        leave=[months("2026-10", "2026-11")],
    )
    assert path(planned(make(row, rotations={"ward": {"min_months": 6}}))) == "ward*4 gp*10"


def test_a_running_base_block_counts_from_since() -> None:
    """Five months of office, four of them before the horizon, so ward may begin in the second month."""
    row = person(start="2026-01", current={"rotation": "gp", "since": "2026-09"})
    ward = {"places": [months("2027-02", "2027-03", places=1)]}
    plan = planned(make(row, arenas={"ward": ward}, rotations={"gp": {"min_months": 5}}))
    assert path(plan) == "gp ward*2 gp*9"
    bites(make(row, arenas={"ward": ward}, rotations={"gp": {"min_months": 6}}), "block-length")


def test_the_last_block_of_an_unfinished_candidate_may_be_cut_by_the_horizon() -> None:
    """Eight months of horizon, ward open from the seventh on, a block of six: two of them are planned."""
    wish = {"rotation": "ward", **months("2027-07", "2027-08")}
    instance = make(
        person(wishes=[wish]),
        n_months=8,
        arenas={"ward": {"places": [months("2027-07", "2028-12", places=1)]}},
        rotations={"ward": {"min_months": 6}},
    )
    plan = planned(instance)
    assert path(plan) == "gp*6 ward*2"
    assert objective(plan, "wishes") == 0


def test_the_last_block_of_who_finishes_may_not() -> None:
    """12 months of horizon and 12 to work: a block of three months that could begin in 2027-11 has no room."""
    ward = {"places": [months("2027-11", "2027-12", places=1)]}
    bites(make(n_months=12, arenas={"ward": ward}, rotations={"ward": {"min_months": 3}}), "block-length")


# --- block-start ---------------------------------------------------------------------------------------------------


def test_a_block_begins_in_its_months_only() -> None:
    plan = planned(make(rotations={"ward": {"starts": [11]}}))
    assert months_in(plan, "ward") == ["2027-11", "2027-12"]


@pytest.mark.parametrize(("starts", "possible"), [([2, 3], True), ([2, 4], False)])
def test_the_ward_opens_in_march(starts: list[int], possible: bool) -> None:
    instance = ward_open("2027-03", "2027-04", starts=starts)
    if possible:
        assert months_in(planned(instance), "ward") == ["2027-03", "2027-04"]
    else:
        bites(instance, "block-start")


def test_a_block_may_begin_in_the_first_month() -> None:
    assert path(planned(ward_open("2027-01", "2027-02", starts=[1]))) == "ward*2 gp*10"


def test_not_before_counts_service_months_at_the_limit() -> None:
    """Two months before 2027-03; leave is no service, so with leave in 2027-02 there is one."""
    assert planned(ward_open("2027-03", "2027-04", not_before=2))
    bites(ward_open("2027-03", "2027-04", not_before=3), "block-start")
    ward = {"places": [months("2027-03", "2027-04", places=1)]}
    on_leave = person(leave=[months("2027-02", "2027-02")])
    bites(make(on_leave, arenas={"ward": ward}, rotations={"ward": {"not_before": 2}}), "block-start")


def test_months_done_count_for_not_before() -> None:
    """Nine before and two in the plan are eleven."""
    ward = {"places": [months("2027-03", "2027-04", places=1)]}
    row = person(months_done=9)
    assert planned(make(row, arenas={"ward": ward}, rotations={"ward": {"not_before": 11}}))
    bites(make(row, arenas={"ward": ward}, rotations={"ward": {"not_before": 12}}), "block-start")


def test_not_before_follows_the_start_chosen_in_a_window() -> None:
    """Two service months before 2027-04: start 2027-02 at the latest."""
    ward = {"places": [months("2027-04", "2027-05", places=1)]}
    row = person(start={"earliest": "2027-01", "latest": "2027-06"})
    plan = planned(make(row, arenas={"ward": ward}, rotations={"ward": {"not_before": 2}}))
    assert plan.candidates[0].first <= plan.candidates[0].months[0].month
    assert months_in(plan, "ward") == ["2027-04", "2027-05"]
    late = person(start={"earliest": "2027-03", "latest": "2027-06"})
    bites(make(late, arenas={"ward": ward}, rotations={"ward": {"not_before": 2}}), "block-start")


def clinic_then_ward(clinic: tuple[str, str], ward: tuple[str, str], **fields: object) -> Instance:
    arenas = {"clinic": {"places": [months(*clinic, places=1)]}, "ward": {"places": [months(*ward, places=1)]}}
    return make(person(**fields), arenas=arenas, rotations={"ward": {"after": ["clinic"]}})


def test_after_a_block_that_has_ended_the_month_before() -> None:
    plan = planned(clinic_then_ward(("2027-02", "2027-02"), ("2027-03", "2027-04")))
    assert path(plan).startswith("gp clinic ward*2")


def test_not_after_a_block_that_comes_later() -> None:
    bites(clinic_then_ward(("2027-05", "2027-06"), ("2027-03", "2027-04")), "block-start")


def test_a_block_that_ended_with_the_horizon_is_behind() -> None:
    """Clinic at its longest in 2026-12 has ended; two months of eight would still be running."""
    closed, ward = ("2028-12", "2028-12"), ("2027-01", "2027-02")
    ended = clinic_then_ward(closed, ward, start="2026-01", current={"rotation": "clinic", "since": "2026-05"})
    assert path(planned(ended)).startswith("ward*2")


def test_after_the_base() -> None:
    """The ward is open in the first two months only, and something else must have ended before."""
    arenas = {"ward": {"places": [months("2027-01", "2027-02", places=1)]}}
    bites(make(arenas=arenas, rotations={"ward": {"after": ["gp"]}}), "block-start")
    arenas = {"ward": {"places": [months("2027-02", "2027-03", places=1)]}}
    assert path(planned(make(arenas=arenas, rotations={"ward": {"after": ["gp"]}}))).startswith("gp ward*2")


def after_one_of(clinic: tuple[str, str], office: tuple[str, str]) -> Instance:
    """The ward in March and April, after the clinic or the mixed week, each open in some months only."""
    arenas = {
        "clinic": {"places": [months(*clinic, places=1)]},
        "office-01": {"places": [months(*office, places=1)]},
        "ward": {"places": [months("2027-03", "2027-04", places=1)]},
    }
    return make(person(), arenas=arenas, rotations={"ward": {"after": [["clinic", "gp"]]}})


def test_after_either_of_two() -> None:
    """The office opens after the ward: the clinic in February is enough; the clinic never: the office is."""
    always, never = ("2027-01", "2028-12"), ("2028-12", "2028-12")
    assert path(planned(after_one_of(("2027-01", "2027-02"), ("2027-05", "2028-12")))).startswith("clinic*2 ward*2")
    assert path(planned(after_one_of(never, always))).startswith("gp*2 ward*2")


def test_after_neither_of_two() -> None:
    """The near miss: with the ward a month earlier, nothing can have ended before."""
    instance = make(
        person(),
        arenas={"ward": {"places": [months("2027-01", "2027-02", places=1)]}},
        rotations={"ward": {"after": [["clinic", "gp"]]}},
    )
    bites(instance, "block-start")


def test_fixed_and_running_blocks_are_exempt() -> None:
    never = {"ward": {"starts": [6], "not_before": 99, "after": ["clinic"]}}
    fixed = make(person(fixed=[months("2027-03", "2027-04", rotation="ward")]), rotations=never)
    assert months_in(planned(fixed), "ward") == ["2027-03", "2027-04"]
    assert path(planned(running("ward", "2026-12", never))).startswith("ward*2")


def test_a_fixed_row_in_the_middle_of_a_block_does_not_exempt_its_start() -> None:
    """2027-04 is given in a block of two months. Begun with the row it is exempt, begun in 2027-03 it is not."""
    never = {"ward": {"starts": [6]}}
    fixed = [months("2027-04", "2027-04", rotation="ward")]
    assert months_in(planned(make(person(fixed=fixed), rotations=never)), "ward") == ["2027-04", "2027-05"]
    closed_in_may = {"ward": {"places": [months("2027-03", "2027-04", places=1)]}}
    bites(make(person(fixed=fixed), rotations=never, arenas=closed_in_may), "block-start")


# --- block-count ---------------------------------------------------------------------------------------------------


def blocks_of_one(max_blocks: int) -> Instance:
    """Two months of ward at one month a block."""
    return make(rotations={"ward": {"min_months": 1, "max_months": 1, "max_blocks": max_blocks}})


def test_as_many_blocks_as_allowed() -> None:
    plan = planned(blocks_of_one(2))
    ward = [block for block in plan.candidates[0].blocks if block.rotation == "ward"]
    assert len(ward) == 2
    assert ward[0].to + 1 < ward[1].from_  # side by side they would be one block of two months


def test_one_block_too_many() -> None:
    bites(blocks_of_one(1), "block-count")


def test_a_block_that_ended_with_the_horizon_is_one_of_them() -> None:
    """Ward has run its four months by the horizon: a second block is the second."""
    row = person(start="2026-01", current={"rotation": "ward", "since": "2026-09"})
    assert months_in(planned(make(row, rotations={"ward": {"max_months": 4, "max_blocks": 2}})), "ward")
    bites(make(row, rotations={"ward": {"max_months": 4, "max_blocks": 1}}), "block-count")


def test_leave_at_the_horizon_ends_the_running_block() -> None:
    row = person(
        start="2026-01", current={"rotation": "ward", "since": "2026-12"}, leave=[months("2027-01", "2027-01")]
    )
    assert months_in(planned(make(row, rotations={"ward": {"max_blocks": 2}})), "ward")
    bites(make(row), "block-count")


def test_base_blocks_are_counted_where_a_number_is_given() -> None:
    """Ward in the middle of the year makes two base blocks."""
    ward = {"places": [months("2027-05", "2027-06", places=1)]}
    assert path(planned(make(arenas={"ward": ward}, rotations={"gp": {"max_blocks": 2}}))) == "gp*4 ward*2 gp*6"
    instance = make(arenas={"ward": ward, "clinic": None}, rotations={"gp": {"max_blocks": 1}, "clinic": None})
    bites(instance, "block-count")


# --- requirement ---------------------------------------------------------------------------------------------------


def required(**row: object) -> Instance:
    """Clinic has one place, for four months."""
    clinic = {"places": [months("2027-03", "2027-06", places=1)]}
    return make(arenas={"clinic": clinic}, requirements=[{"id": "row", "rotations": ["clinic"], **row}])


def test_as_many_months_as_there_are() -> None:
    assert len(months_in(planned(required(min_months=4.0)), "clinic")) == 4


def test_a_little_more_than_there_are() -> None:
    bites(required(min_months=4.01), "requirement")


def test_part_time_counts_as_what_it_is() -> None:
    """Four months at 50 % are 2.0."""
    clinic = {"places": [months("2027-03", "2027-06", places=1)]}
    row = person(percent=[{"percent": 100}, months("2027-03", "2027-06", percent=50)])
    for least, possible in ((2.0, True), (2.1, False)):
        wanted = {"id": "row", "rotations": ["clinic"], "min_months": least}
        instance = make(row, arenas={"clinic": clinic}, requirements=[wanted])
        assert is_impossible(instance) is not possible


def test_no_more_months_than_allowed() -> None:
    """Three months of clinic are given."""
    fixed = person(fixed=[months("2027-03", "2027-05", rotation="clinic")])
    row = {"id": "row", "rotations": ["clinic"]}
    assert len(months_in(planned(make(fixed, requirements=[row | {"max_months": 3.0}])), "clinic")) == 3
    bites(make(fixed, requirements=[row | {"max_months": 2.9}]), "requirement")


@pytest.mark.parametrize("n_blocks", [1, 2, 3])
def test_so_many_blocks(n_blocks: int) -> None:
    row = {"id": "row", "rotations": ["clinic", "ward"], "min_blocks": n_blocks}
    plan = planned(make(requirements=[row], rotations={"clinic": {"max_blocks": 2}}))
    assert sum(block.rotation != "gp" for block in plan.candidates[0].blocks) == n_blocks


def test_more_blocks_than_there_can_be() -> None:
    bites(make(requirements=[{"id": "row", "rotations": ["clinic"], "min_blocks": 2}]), "requirement")


def test_no_more_blocks_than_allowed() -> None:
    """Ward in the middle makes two blocks of office; one is allowed."""
    ward = {"places": [months("2027-05", "2027-06", places=1)]}
    row = {"id": "row", "rotations": ["gp"], "max_blocks": 2}
    assert path(planned(make(arenas={"ward": ward}, requirements=[row]))) == "gp*4 ward*2 gp*6"
    instance = make(
        arenas={"ward": ward, "clinic": None},
        rotations={"clinic": None},
        requirements=[row | {"max_blocks": 1}],
    )
    bites(instance, "requirement")


def test_only_those_named() -> None:
    closed = {"clinic": {"places": [{"places": 0}]}}
    row = {"id": "row", "rotations": ["clinic"], "min_months": 1.0}
    instance = make(person(), person(), arenas=closed, requirements=[row | {"candidates": ["A02"]}])
    bites(instance, "requirement")
    clinic = {"clinic": {"places": [months("2027-03", "2027-03", places=1)]}}
    plan = planned(make(person(), person(), arenas=clinic, requirements=[row | {"candidates": ["A02"]}]))
    assert (months_in(plan, "clinic", "A01"), months_in(plan, "clinic", "A02")) == ([], ["2027-03"])


def test_a_requirement_can_decide_the_finish() -> None:
    """Clinic opens in 2028-03, three months after everything else is done."""
    clinic = {"clinic": {"places": [months("2028-03", "2028-03", places=1)]}}
    row = {"id": "row", "rotations": ["clinic"], "min_months": 1.0}
    plan = planned(make(arenas=clinic, requirements=[row]))
    assert (finish(plan), objective(plan, "delay")) == ("2028-03", 3)


def test_a_running_block_of_a_rotation_that_nobody_may_take() -> None:
    """The input check tells it; a model that is asked all the same must not lose the block."""
    instance = make(person(current={"rotation": "ward", "since": "2026-12"}))
    ward = replace(instance.rotations["ward"], max_blocks=0)
    closed = replace(instance, rotations={**instance.rotations, "ward": ward})
    assert is_impossible(closed)
