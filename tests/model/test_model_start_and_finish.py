"""Where a plan begins and ends: one rotation a month, start windows, fixed and running blocks, dates, the horizon."""

import pytest

from scheduler.constraints.fixed import Fixed
from scheduler.instance.rule_key import RuleKey
from scheduler.instance.types import Instance
from scheduler.month import format_month
from scheduler.plan import Plan
from scheduler.variables import Scope, Variables
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
    rules_broken,
)


def first_month(plan: Plan, candidate: str = "A01") -> str:
    return format_month(plan.candidate(candidate).first)


# --- one-rotation ----------------------------------------------------------------------------------------------------


def test_every_month_from_start_to_finish_and_no_other() -> None:
    plan = planned(make(person(start="2027-03", leave=[months("2027-06", "2027-06")])))
    rows = plan.candidates[0].months
    assert [format_month(row.month) for row in rows] == every_month("2027-03", "2028-03")
    assert [format_month(row.month) for row in rows if row.rotation is None] == ["2027-06"]


def test_only_allowed_rotations() -> None:
    wished = person(allowed=["gp", "ward"], wishes=[{"rotation": "ward"}])
    assert months_in(planned(make(wished)), "clinic") == []
    row = {"id": "clinic", "rotations": ["clinic"], "min_months": 1.0}
    assert is_impossible(make(person(allowed=["gp", "ward"]), requirements=[row]))
    assert planned(make(person(allowed=["gp", "ward", "clinic"]), requirements=[row]))


def test_each_has_the_base_that_is_allowed() -> None:
    """Two bases in the file, one for each."""
    rotations = {"clinic": {"base": True, "max_months": 24}}
    rules = {"other_general_cap": 12}
    one, two = person(allowed=["gp", "ward"]), person(allowed=["clinic", "ward"], credited={"open_practice": 6.0})
    plan = planned(make(one, two, rotations=rotations, rules=rules))
    assert (months_in(plan, "gp", "A02"), len(months_in(plan, "clinic", "A02"))) == ([], 4)


def test_somebody_who_has_everything_is_planned_for_one_month() -> None:
    plan = planned(make(person(credited={"open_practice": 10.0, "institution": 2.0})))
    assert (len(plan.candidates[0].months), objective(plan, "delay")) == (1, 0)


@pytest.mark.parametrize("level", ["wishes", "breadth", "moves", "uncounted"])
def test_nothing_is_planned_after_the_finish_whatever_comes_first(level: str) -> None:
    """One month of general service is missing. Clinic in 2027-06 would meet a wish; A01 is gone by then."""
    nearly = person(
        credited={"open_practice": 9.0, "institution": 2.0},
        allowed=["gp", "clinic"],
        wishes=[{"rotation": "clinic", "weight": 5, **months("2027-06", "2027-08")}],
    )
    clinic = {"goals": "001", "places": [months("2027-06", "2027-08", places=1)]}
    arenas = {"clinic": clinic, "office-01": {"goals": "001"}}
    plan = planned(make(nearly, rules={"goals": "001"}, arenas=arenas, objective={"order": [level]}))
    assert path(plan) == "gp"


# --- start windows ---------------------------------------------------------------------------------------------------


def window(earliest: str, latest: str, **fields: object) -> Row:
    return person(start={"earliest": earliest, "latest": latest}, **fields)


def test_the_plan_chooses_the_start_from_which_it_can_go_on() -> None:
    """The office has a place from 2027-04 on: begun then, and two months after the first of the window."""
    office = {"places": [months("2027-04", "2028-12", places=1)]}
    plan = planned(
        make(
            window("2027-02", "2027-04"),
            arenas={"office-01": office, "clinic": None, "ward": {"places": [months("2027-06", "2027-07", places=1)]}},
            rotations={"clinic": None},
        )
    )
    assert (first_month(plan), finish(plan), objective(plan, "delay")) == ("2027-04", "2028-03", 2)


def test_the_window_closes() -> None:
    office = {"places": [months("2027-05", "2028-12", places=1)]}
    late_ward = {"places": [months("2027-07", "2027-08", places=1)]}
    arenas = {"office-01": office, "clinic": None, "ward": late_ward}
    assert is_impossible(make(window("2027-02", "2027-04"), arenas=arenas, rotations={"clinic": None}))
    assert (
        first_month(planned(make(window("2027-02", "2027-05"), arenas=arenas, rotations={"clinic": None}))) == "2027-05"
    )


def test_a_window_over_the_beginning_of_the_horizon() -> None:
    assert first_month(planned(make(window("2026-11", "2027-03")))) in every_month("2027-01", "2027-03")


def test_two_windows_and_one_seat_at_a_time() -> None:
    """One seat, and A01 needs it for ten months of 2027: A02 has it for two, and for the other eight in 2028.

    So A02 finishes in 2028-08, seven months after 2028-01, whatever the start; and is not in the ward for longer than
    the two months asked for, so that four months of 2027 are enough.
    """
    arenas = {"office-01": {"places": [{"places": 1}]}, "clinic": None}
    first = person(finish_by="2027-12")
    late = make(first, window("2027-02", "2027-11"), arenas=arenas, rotations={"clinic": None})
    plan = planned(late)
    assert (objective(plan, "delay"), finish(plan, "A02"), objective(plan, "away")) == (7, "2028-08", 4)
    assert first_month(plan, "A02") == "2027-09"


# --- fixed and current -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("leave", [None, [months("2027-01", "2027-01")]])
def test_whoever_is_in_a_block_has_started(leave: list[Row] | None) -> None:
    """A window to 2027-03 beside a block that runs in 2027-01, where the only office has no place before 2027-03."""
    office = {"office-01": {"places": [months("2027-03", "2028-12", places=1)]}}
    running = window("2026-11", "2027-03", current={"rotation": "gp", "since": "2026-11"}, leave=leave)
    if leave is None:
        assert is_impossible(make(running, arenas=office))
    plan = planned(make(running))
    assert first_month(plan) == "2027-01"
    entry = plan.candidates[0]
    late = entry.model_copy(update={"start": entry.months[2].month, "months": entry.months[2:]})
    assert "fixed" in rules_broken(make(running), plan.model_copy(update={"candidates": [late]}))


def test_fixed_months_are_kept() -> None:
    plan = planned(make(person(fixed=[months("2027-03", "2027-05", rotation="clinic")])))
    assert set(every_month("2027-03", "2027-05")) <= set(months_in(plan, "clinic"))


def test_fixed_in_the_first_and_the_last_month() -> None:
    fixed = [months("2027-01", "2027-01", rotation="clinic"), months("2027-12", "2027-12", rotation="ward")]
    assert path(planned(make(person(fixed=fixed)))) == "clinic gp*9 ward*2"


def test_fixed_base_months_keep_blocks_out() -> None:
    """The ward is open in 2027-03..04 and the office is given in 2027-04."""
    ward = {"ward": {"places": [months("2027-03", "2027-04", places=1)]}}
    bites(make(person(fixed=[months("2027-04", "2027-04", rotation="gp")]), arenas=ward), "fixed")
    assert planned(make(person(fixed=[months("2027-05", "2027-05", rotation="gp")]), arenas=ward))


def test_two_fixed_rows_side_by_side_are_one_block() -> None:
    fixed = [months("2027-03", "2027-04", rotation="clinic"), months("2027-05", "2027-06", rotation="clinic")]
    plan = planned(make(person(fixed=fixed)))
    assert [block.rotation for block in plan.candidates[0].blocks].count("clinic") == 1


def test_fixed_months_put_the_finish_off() -> None:
    plan = planned(make(person(fixed=[months("2028-03", "2028-04", rotation="gp")])))
    assert (finish(plan), objective(plan, "delay")) == ("2028-04", 4)


def test_a_fixed_row_that_ends_in_leave_does_not_put_the_finish_off() -> None:
    """Fixed 2027-11 .. 2028-02, on leave from 2028-01: nothing is left to do after 2027-12."""
    row = person(leave=[months("2028-01", "2028-02")], fixed=[months("2027-11", "2028-02", rotation="gp")])
    assert finish(planned(make(row))) == "2027-12"


def test_fixed_months_outside_the_horizon_are_history_or_future() -> None:
    fixed = [months("2026-06", "2027-01", rotation="clinic"), months("2028-12", "2029-06", rotation="gp")]
    plan = planned(make(person(start="2026-01", fixed=fixed)))
    assert path(plan).startswith("clinic")
    assert finish(plan) == "2028-12"


def running(rotation: str, since: str, **fields: object) -> Row:
    return person(start="2026-01", current={"rotation": rotation, "since": since}, **fields)


def test_the_running_block_holds_the_first_month() -> None:
    assert path(planned(make(running("clinic", "2026-10")))).startswith("clinic")
    assert path(planned(make(running("gp", "2026-10"), arenas={"ward": {"places": [{"places": 1}]}}))).startswith("gp")


def test_the_running_block_against_the_only_months_of_the_ward() -> None:
    """The ward is open in 2027-01..02 only, and A01 is in the office in 2027-01."""
    ward = {"ward": {"places": [months("2027-01", "2027-02", places=1)]}}
    bites(make(running("gp", "2026-10"), arenas=ward), "fixed")
    ward = {"ward": {"places": [months("2027-02", "2027-03", places=1)]}}
    assert path(planned(make(running("gp", "2026-10"), arenas=ward))).startswith("gp ward*2")


def test_a_running_block_at_its_longest_has_ended() -> None:
    """Eight of eight months of clinic by 2026-12."""
    plan = planned(make(running("clinic", "2026-05")))
    assert months_in(plan, "clinic") == []
    assert objective(plan, "delay") == 0


def test_a_running_block_ended_by_leave() -> None:
    plan = planned(make(running("clinic", "2026-10", leave=[months("2027-01", "2027-01")])))
    assert path(plan).startswith("- ")
    assert months_in(plan, "clinic") == []


def test_a_base_block_ended_by_leave_counts_for_after() -> None:
    """Office until 2026-12, leave in 2027-01, ward from 2027-02: the office block is behind."""
    row = running("gp", "2026-10", leave=[months("2027-01", "2027-01")], credited={"open_practice": 10.0})
    plan = planned(make(row | {"finish_by": "2027-03"}, rotations={"ward": {"after": ["gp"]}}))
    assert path(plan) == "- ward*2"


# --- finish-by -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("latest", "possible"), [("2028-03", True), ("2028-02", False)])
def test_the_latest_finish(latest: str, possible: bool) -> None:
    """The ward opens in 2028-02: done in 2028-03."""
    instance = make(person(finish_by=latest), arenas={"ward": {"places": [months("2028-02", "2028-06", places=1)]}})
    if possible:
        assert finish(planned(instance)) == "2028-03"
    else:
        bites(instance, "finish-by")


def test_the_rulesets_date_is_everybodys() -> None:
    ward = {"ward": {"places": [months("2028-02", "2028-06", places=1)]}}
    bites(make(rules={"finish_by": "2028-02"}, arenas=ward), "finish-by")
    own = person(finish_by="2028-12")
    bites(make(own, rules={"finish_by": "2028-02"}, arenas=ward), "finish-by")
    assert planned(make(own, rules={"finish_by": "2028-03"}, arenas=ward))


# --- horizon ---------------------------------------------------------------------------------------------------------


def horizon(n_months: int, *people: Row, **changes: object) -> Instance:
    return make(*people, n_months=n_months, **changes)  # type: ignore[arg-type]


def test_twelve_months_fit_in_a_horizon_of_twelve() -> None:
    plan = planned(horizon(12))
    assert (finish(plan), plan.candidates[0].unfinished) == ("2027-12", False)


def test_twelve_months_do_not_fit_in_eleven_and_are_projected() -> None:
    """Nothing is lost by the end of 2027-11: one month is left, 2027-12."""
    entry = planned(horizon(11)).candidates[0]
    assert entry.unfinished
    assert (entry.finish, entry.delay) == (None, 0)
    assert format_month(entry.projected_finish or 0) == "2027-12"
    assert format_month(entry.last) == "2027-11"


def test_the_years_inside_the_horizon_are_well_used() -> None:
    """Eleven months, ward closed: two of ward are missing then, so 2028-01 and a delay of one."""
    plan = planned(horizon(11, arenas={"ward": {"places": [{"places": 0}]}}))
    assert objective(plan, "delay") == 1


def test_who_could_finish_but_for_the_others_is_not_unfinished() -> None:
    """Earliest 2027-12, inside the horizon of 12; one seat for two: infeasible, for no fault of the horizon."""
    arenas = {"office-01": {"places": [{"places": 1}]}, "clinic": None}
    assert is_impossible(horizon(12, person(), person(), arenas=arenas, rotations={"clinic": None}))


def test_one_finishes_and_one_does_not() -> None:
    plan = planned(horizon(12, person(), person(start="2027-02")))
    assert [entry.unfinished for entry in plan.candidates] == [False, True]


def test_a_window_is_unfinished_only_if_its_earliest_start_is() -> None:
    plan = planned(horizon(12, window("2027-01", "2027-06")))
    assert (first_month(plan), finish(plan)) == ("2027-01", "2027-12")


def test_percent_rows_go_on_after_the_horizon() -> None:
    """Six months at 100 % and from then on 50 %: 6 of 12 at the horizon, 12 more months: 2028-06."""
    row = person(percent=[{"percent": 100}, {"from": "2027-07", "percent": 50}])
    entry = planned(horizon(6, row)).candidates[0]
    assert format_month(entry.projected_finish or 0) == "2028-06"


def test_a_date_beyond_the_horizon_holds_for_the_projected_finish() -> None:
    """Projected to 2027-12 at the earliest; the horizon ends with 2027-08."""
    assert planned(horizon(8, person(finish_by="2027-12")))
    bites(horizon(8, person(finish_by="2027-11")), "finish-by")


@pytest.mark.parametrize(("last", "waits"), [("2027-03", False), ("2028-02", True)])
def test_a_finish_waits_for_fixed_months_that_come_after_anybody_could_be_done(last: str, waits: bool) -> None:
    """Done in 2027-12 at the earliest: without the row it is known when all else holds, if it ends before that."""
    instance = make(person(fixed=[months("2027-02", last, rotation="gp")]))
    scope = Scope(instance, without=[RuleKey("fixed", "A01", row=0)])
    assert Fixed().stands(Variables(scope).candidates[0]) is not waits
