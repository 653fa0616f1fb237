"""The horizon has moved on: the published plan tells what was served before, and what the file says else is told."""

from __future__ import annotations

from typing import Any

import pytest

from scheduler import api
from scheduler.accounting.baseline import with_published
from scheduler.accounting.served import with_served
from scheduler.instance.types import Instance
from scheduler.month import format_month, parse_month
from scheduler.plan import Plan, PlanBaseline
from scheduler.replanning.matching import matched
from scheduler.replanning.on_top import AS_MUCH_AS_IT_TAKES
from tests.helpers.tiny import Row, finish, make, months, path, person, planned

ONCE: Row = {"ward": {"min_months": 2, "max_months": 2, "max_blocks": 1}}
GP = [months("2027-01", "2027-04", rotation="gp")]
WARD = [months("2027-02", "2027-03", rotation="ward")]


def published(row: Row, **more: Any) -> Plan:
    """The plan of one, with its instance inside, as its file has it."""
    instance = make(row, **more)
    made = planned(instance)
    return made.model_copy(update={"instance": made.instance.model_copy(update={"source": instance.source})})


def on(plan: Plan, to: str, row: Row, *, freeze: str | None = None, **more: Any) -> Plan:
    """Planned on top of it with a file that begins later."""
    file = make(row, start=to, **more)
    return api.replan(file, plan, freeze_to=freeze or to, workers=1, time_limit_s=60)


def told(plan: Plan, to: str, row: Row, *, freeze: str | None = None, **more: Any) -> list[str]:
    found = matched(make(row, start=to, **more), plan, parse_month(freeze or to))
    return [each.said("en") for each in found.told]


# --- what was served counts, whatever was brought up to date ---------------------------------------------------------


@pytest.mark.parametrize(
    ("to", "credited", "done"),
    [
        ("2027-05", {}, 0),
        ("2027-05", {"open_practice": 4.0}, 4),
        ("2027-05", {"open_practice": 2.0}, 0),
        ("2027-03", {}, 0),
        ("2027-08", {}, 5),
    ],
)
def test_months_count_once_whatever_the_file_credits(to: str, credited: Row, done: int) -> None:
    plan = published(person())
    new = on(plan, to, person(credited=credited, months_done=done))
    entry = new.candidate("A01")
    assert (finish(new), entry.service.counted, entry.delay) == ("2027-12", 12.0, 0)
    assert [row.month for row in entry.months] == [
        row.month for row in plan.candidate("A01").months if row.month >= parse_month(to)
    ]


@pytest.mark.parametrize("percent", [50, 80, 37.5])
def test_the_percent_of_the_months_is_the_published_one(percent: float) -> None:
    """Two months at 50 % and the rest in full: 13 months, also where the file has forgotten the percent since."""
    plan = published(person(percent=[months("2027-01", "2027-02", percent=percent)]), n_months=30)
    assert plan.candidate("A01").service.counted == 12.0
    new = on(plan, "2027-04", person(), n_months=24)
    assert finish(new) == finish(plan)


@pytest.mark.parametrize("to", ["2027-03", "2027-04", "2027-06"])
def test_a_block_that_has_begun_or_been_is_not_begun_anew(to: str) -> None:
    fixed = [*WARD, months("2027-04", "2027-12", rotation="gp")]
    plan = published(person(fixed=fixed), rotations=ONCE)
    new = on(plan, to, person(), rotations=ONCE)
    assert finish(new) == "2027-12"
    assert sum(row.rotation == "ward" for row in new.candidate("A01").months) == (1 if to == "2027-03" else 0)


@pytest.mark.parametrize("credited", [{}, {"open_practice": 2.0, "institution": 2.0}])
def test_after_is_met_by_a_block_before_the_horizon(credited: Row) -> None:
    rotations: Row = {**ONCE, "clinic": {"max_months": 2, "min_months": 2, "after": ["ward"]}}
    clinic = {"requirements": [{"id": "clinic", "rotations": ["clinic"], "min_months": 2.0}]}
    fixed = [*WARD, months("2027-04", "2027-06", rotation="gp"), months("2027-07", "2027-08", rotation="clinic")]
    plan = published(person(fixed=fixed), rotations=rotations, **clinic)
    new = on(plan, "2027-05", person(credited=credited), rotations=rotations, **clinic)
    assert (finish(new), path(new)) == ("2027-12", "gp*2 clinic*2 gp*4")


def test_a_file_that_is_never_brought_up_to_date_loses_nothing_in_two_steps() -> None:
    first = published(person(fixed=WARD), rotations=ONCE)
    second = on(first, "2027-05", person(), rotations=ONCE)
    third = on(Plan.from_json(second.to_json()), "2027-09", person(), rotations=ONCE)
    assert (finish(third), path(third), third.candidate("A01").service.counted) == ("2027-12", "gp*4", 12.0)
    assert third.baseline is not None
    (carried,) = third.baseline.candidates
    assert [(row.rotation, format_month(row.from_), format_month(row.to)) for row in carried.past] == [
        ("gp", "2027-01", "2027-01"),
        ("ward", "2027-02", "2027-03"),
        ("gp", "2027-04", "2027-04"),
    ]


def test_credit_from_elsewhere_stays_beside_what_was_served() -> None:
    """Six months of open practice from before the plan are told as before; four of the plan's are served since."""
    plan = published(person(credited={"open_practice": 6.0}, months_done=6))
    new = on(plan, "2027-04", person(credited={"open_practice": 6.0}, months_done=6))
    assert finish(new) == finish(plan) == "2027-06"


# --- rows of the file hold -------------------------------------------------------------------------------------------


def test_rows_of_the_file_hold_and_what_they_say_otherwise_is_told() -> None:
    plan = published(person(fixed=WARD), rotations=ONCE)
    row = person(served=[months("2027-02", "2027-03", rotation="clinic", percent=80)])
    said = told(plan, "2027-05", row, rotations=ONCE)
    assert any(line.startswith("A01: the rows of served say clinic at 80 % in February–March 2027") for line in said)
    found = with_served(make(row, start="2027-05", rotations=ONCE), carried(plan, "2027-05", row, rotations=ONCE))
    assert [month.rotation for month in found.candidates["A01"].past] == ["clinic", "clinic", "gp"]


def test_leave_over_a_served_row_is_told_as_leave_and_not_as_what_the_row_says() -> None:
    """The row says gp from January to April, as the plan does; leave in March holds, and the row is not blamed."""
    row = person(served=[months("2027-01", "2027-04", rotation="gp")], leave=[months("2027-03", "2027-03")])
    (said, *_) = told(published(person(fixed=GP)), "2027-05", row)
    assert said.startswith(
        "A01: the file has leave (leave or absence) in March 2027, and the published plan gp at 100 %."
    )
    assert not [line for line in told(published(person(fixed=GP)), "2027-05", row) if "rows of served" in line]


def test_the_running_block_gives_way_to_the_plan_and_that_is_told() -> None:
    plan = published(person())
    row = person(current={"rotation": "clinic", "since": "2027-03"}, credited={"open_practice": 4.0}, months_done=4)
    assert told(plan, "2027-05", row) == [
        "A01: the running block (current) is another in the file in March–April 2027 (clinic at 100 %) "
        "than in the published plan (gp at 100 %); the plan holds."
    ]


def test_percents_are_said_as_the_language_writes_them() -> None:
    row = person(current={"rotation": "clinic", "since": "2027-03"}, percent=[{"percent": 37.5}], months_done=4)
    found = matched(make(row, start="2027-05"), published(person()), parse_month("2027-05")).told
    (said,) = (each for each in found if each.key == "replan.current-otherwise")
    assert "(clinic på 37,5 %)" in said.said("nb")
    assert "(clinic at 37.5 %)" in said.said("en")


def test_rows_that_say_the_same_are_nothing_to_tell() -> None:
    plan = published(person(fixed=WARD), rotations=ONCE)
    rows = [
        months("2027-01", "2027-01", rotation="gp"),
        months("2027-02", "2027-03", rotation="ward"),
        months("2027-04", "2027-04", rotation="gp"),
    ]
    assert told(plan, "2027-05", person(served=rows), rotations=ONCE) == []
    new = on(plan, "2027-05", person(served=rows), rotations=ONCE)
    assert finish(new) == "2027-12"


TWO_OFFICES: Row = {"office-02": {"service": "open_practice"}}
GUIDES: Row = {"supervisors": [{"id": "V01", "places": 3}, {"id": "V02", "places": 3}]}


@pytest.mark.parametrize("planned_since", [False, True])
@pytest.mark.parametrize(
    ("part", "said"),
    [
        ({"practice": "office-02"}, "say the office office-02 in {}, and the published plan the office office-01."),
        ({"supervisor": "V02"}, "say supervisor V02 in {}, and the published plan supervisor V01."),
        ({"supervisor": None}, "say no supervisor in {}, and the published plan supervisor V01."),
        ({"percent": 62.5}, "say ward at 62.5 % in {}, and the published plan ward at 100 %."),
        ({"rotation": "clinic"}, "say clinic at 100 % in {}, and the published plan ward at 100 %."),
        (
            {"rotation": "clinic", "practice": "office-02"},
            "say clinic at 100 %, the office office-02 in {}, "
            "and the published plan ward at 100 %, the office office-01.",
        ),
        ({"to": "2027-02"}, "say no service in March 2027, and the published plan ward at 100 %."),
        ({"from": "2027-03"}, "say no service in February 2027, and the published plan ward at 100 %."),
    ],
)
def test_whatever_a_row_says_otherwise_is_told(part: Row, said: str, planned_since: bool) -> None:
    """Ward in February and March; the same where the months were rows already when the plan was made."""
    world: Row = {"arenas": TWO_OFFICES, "rotations": {"ward": {"min_months": 1, "max_blocks": 3}}, **GUIDES}
    instance = make(person(fixed=WARD, supervisor="V01"), **world)
    plan = planned(instance)
    rolled = api.advance(instance, plan, "2027-05").instance
    if planned_since:
        plan = api.replan(rolled, plan, workers=1, time_limit_s=60)
    assert api.check(rolled, plan).matching == ()
    (row,) = rows = [dict(each) for each in (rolled.source or {})["candidates"]]
    served = [dict(each) for each in row["served"]]
    (ward,) = (each for each in served if each["rotation"] == "ward")
    ward |= part
    served = [{key: value for key, value in each.items() if value is not None} for each in served]
    changed = {**(rolled.source or {}), "candidates": [{**rows[0], "served": served}]}
    line = f"A01: the rows of served {said.format('February–March 2027')}"
    assert line in [told.said("en") for told in api.check(changed, plan).matching]
    new = api.replan(changed, plan, allowed=AS_MUCH_AS_IT_TAKES, workers=1, time_limit_s=60)
    assert line in [message.said("en") for message in new.messages]


def test_an_office_or_a_supervisor_that_the_plan_does_not_tell_is_nothing_to_compare() -> None:
    plan = published(person(fixed=GP))
    assert plan.candidate("A01").supervisors == []
    row = person(served=[{**GP[0], "supervisor": "V01"}])
    assert told(plan, "2027-05", row, **GUIDES) == []


# --- what is told of credit ------------------------------------------------------------------------------------------


def test_what_the_file_has_not_been_told_of_is_told() -> None:
    assert told(published(person()), "2027-05", person()) == [
        "A01: the file tells less than what was credited when the plan was published, and what has been served since "
        "(open practice: 0 against 4 FTE-months; service months (months_done): 0 against 4). "
        "The plan's months before May 2027 count all the same."
    ]


@pytest.mark.parametrize("more", [4.0, 1.5])
def test_credit_for_months_that_are_still_in_the_plan_is_told(more: float) -> None:
    (said,) = told(published(person()), "2027-01", person(credited={"open_practice": more}), freeze="2027-04")
    assert f"(open practice: {more:g} against 0 FTE-months)" in said
    assert said.endswith("If these are months from January 2027 on, they are still in the plan and count twice.")


@pytest.mark.parametrize(("category", "twice"), [("open_practice", True), ("institution", False)])
def test_credit_for_months_that_rows_tell_is_told_when_planned_on_top(category: str, twice: bool) -> None:
    """Four months in the office are a row, and 4 more are credited: of the office they may be the same."""
    row = person(served=GP, credited={category: 4.0})
    said = told(published(person(fixed=GP)), "2027-05", row, freeze="2027-04")
    end = "If these are months that the rows of served tell, they count twice."
    assert [line.endswith(end) for line in said] == ([True] if twice else [])


@pytest.mark.parametrize(("category", "freeze"), [("institution", "2027-04"), ("open_practice", "2026-12")])
def test_credit_that_no_frozen_month_can_be_is_nothing_to_tell(category: str, freeze: str) -> None:
    assert told(published(person()), "2027-01", person(credited={category: 2.0}), freeze=freeze) == []


def test_credit_that_has_fallen_is_told() -> None:
    plan = published(person(credited={"open_practice": 3.0}, months_done=3))
    (said,) = told(plan, "2027-01", person(credited={"open_practice": 1.0}, months_done=3))
    assert said.startswith(
        "A01: the file tells less than what was credited when the plan was published (open practice: 1"
    )


def test_shifts_that_were_taken_are_done() -> None:
    duty: Row = {
        "rules": {"legevakt_shifts": 8},
        "arenas": {"duty": {"service": "parallel", "shifts": [{"shifts": 4}]}},
    }
    plan = published(person(), **duty)
    taken = sum(row.shifts for row in plan.candidate("A01").shifts if row.month < parse_month("2027-05"))
    assert taken
    new = on(plan, "2027-05", person(), **duty)
    assert sum(row.shifts for row in new.candidate("A01").shifts) == 8 - taken
    assert any("shifts (shifts_done): 0 against" in line for line in told(plan, "2027-05", person(), **duty))
    rows = person(served=[months("2027-01", "2027-04", rotation="gp", shifts=taken - 1)])
    assert told(plan, "2027-05", rows, **duty) == [
        f"A01: the rows of served have {taken - 1} shifts up to and including April 2027, "
        f"and the published plan {taken}. The rows hold."
    ]
    more = person(served=[months("2027-01", "2027-04", rotation="gp", shifts=taken + 1)])
    assert told(plan, "2027-05", more, **duty) == [
        f"A01: the rows of served have {taken + 1} shifts up to and including April 2027, "
        f"and the published plan {taken}. The rows hold."
    ]
    held = with_served(make(rows, start="2027-05", **duty), carried(plan, "2027-05", rows, **duty))
    assert held.candidates["A01"].shifts_done == taken - 1
    assert told(plan, "2027-05", {**rows, "shifts_done": 1}, **duty) == []


@pytest.mark.parametrize(
    ("then", "now", "lost"),
    [
        ({"goals_done": "001-005"}, {"goals_done": "001-003"}, "004-005"),
        ({"goals_done": "001, 004, 055"}, {}, "001, 004"),  # two months of the ward since give 055
        ({"goals_done": "004"}, {"goals_done": "001-005"}, None),
        ({"goals_done": "004"}, {"served": [{"category": "institution", "months": 1, "goals": "004"}]}, None),
    ],
)
def test_goals_that_the_file_does_not_tell_any_more_are_told(then: Row, now: Row, lost: str | None) -> None:
    world: Row = {
        "rules": {"goals": "001-005, 055"},
        "rotations": {"clinic": {"max_months": 1}},
        "arenas": {"clinic": {"goals": "001-005"}, "ward": {"goals": "055"}},
    }
    plan = published(person(fixed=WARD, **then), **world)
    said = [line for line in told(plan, "2027-05", person(**now), **world) if "goals" in line]
    assert said == (
        []
        if lost is None
        else [
            f"A01: learning goals {lost} were met when the plan was published, and the file does not tell them any "
            "more (goals_done, or goals of a row of served)."
        ]
    )


# --- files -----------------------------------------------------------------------------------------------------------


def carried(plan: Plan, to: str, row: Row, **more: Any) -> PlanBaseline:
    return matched(make(row, start=to, **more), plan, parse_month(to)).carried


def test_a_plan_file_carries_percents_leave_and_what_was_before() -> None:
    row = person(percent=[months("2027-03", "2027-04", percent=60)], leave=[months("2027-06", "2027-06")])
    (entry,) = carried(published(row, n_months=30), "2027-01", row).candidates
    assert [(float(step.percent), format_month(step.from_)) for step in entry.percents] == [
        (100, "2027-01"),
        (60, "2027-03"),
        (100, "2027-05"),
        (0, "2027-06"),
        (100, "2027-07"),
    ]
    assert set((entry.credited or {}).values()) == {0.0}
    assert (entry.months_done, entry.shifts_done, entry.past) == (0, 0, [])


def test_a_file_from_before_it_had_these_is_read_and_compared_with_nothing() -> None:
    plan = published(person())
    bare = plan.model_copy(update={"instance": plan.instance.model_copy(update={"source": None})})
    assert told(bare, "2027-05", person()) == []
    tree = carried(plan, "2027-05", person()).model_dump(mode="json", by_alias=True)
    for entry in tree["candidates"]:
        for name in ("percents", "past", "credited", "months_done", "shifts_done"):
            del entry[name]
    older = with_published(make(person(), start="2027-05"), PlanBaseline.model_validate({**tree, "freeze_to": None}))
    assert credit_months(older) == (4, 4.0)


def credit_months(instance: Instance) -> tuple[int, float]:
    candidate = instance.candidates["A01"]
    return candidate.months_done, float(candidate.credited["open_practice"]) / 10_000


# --- months that were not approved, offices that were left ----------------------------------------------------------


def test_months_that_were_not_approved_are_told_so_and_do_not_count_all_the_same() -> None:
    """The ward of February and March is not approved: it is told once, as that, and done again in full."""
    plan = published(person(fixed=WARD))
    served = [
        months("2027-01", "2027-01", rotation="gp"),
        {**WARD[0], "counted": False},
        months("2027-04", "2027-04", rotation="gp"),
    ]
    row = person(served=served, start="2027-01")
    assert told(plan, "2027-05", row) == [
        "A01: the rows of served say ward at 100 % (not approved) in February–March 2027, "
        "and the published plan ward at 100 %."
    ]
    wards = {"ward": {"max_blocks": 2}}
    new = on(plan, "2027-05", row, rotations=wards)
    assert (finish(new), new.candidate("A01").service.counted) == ("2028-02", 12.0)
    assert told(plan, "2027-05", {**row, "served": [{**each, "counted": True} for each in served]}) == []


@pytest.mark.parametrize("freeze", ["2027-05", "2027-07"])
def test_who_left_an_office_before_the_horizon_does_not_go_back_to_it(freeze: str) -> None:
    """office-02 closes in May, when the file begins: of four months in it there are rows, and the file names it."""
    offices: dict[str, Row | None] = {
        "office-02": {
            "service": "open_practice",
            "places": [{"places": 1, "to": "2027-04"}, {"places": 0, "from": "2027-05"}],
        }
    }
    instance = make(person(practice="office-02"), arenas=offices)
    plan = planned(instance)
    rolled = api.advance(instance, plan, "2027-05").instance
    first = api.replan(rolled, plan, freeze_to="2027-05", workers=1)
    again = api.replan(rolled, first, freeze_to=freeze, workers=1)
    assert {again.candidate("A01").practice_at(row.month) for row in again.candidate("A01").months} == {"office-01"}
    assert path(again) == path(first)
