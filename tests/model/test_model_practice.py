"""The rule `practice`: one office at a time, another one only for a cause, and as few changes as can be."""

import pytest

from scheduler.accounting.baseline import with_published
from scheduler.check import check_plan
from scheduler.instance.types import Instance
from scheduler.month import format_month, parse_month
from scheduler.plan import Plan
from scheduler.replanning.affected import baseline_for
from tests.helpers.tiny import Row, faults, finish, is_impossible, make, path, person, plan_without, planned

OPEN: Row = {"service": "open_practice"}
LONG_PRACTICE: Row = {"rules": {"open_practice_min": 10}, "rotations": {"clinic": None}}
"""Ten months in practice and two in the ward, from 2027-01 on: nowhere else to be."""


def closing(last: str, first: str, places: int = 1, then: int = 0) -> dict[str, Row | None]:
    """office-01 has a place up to a month, office-02 one from a month on."""
    return {
        "office-01": {"places": [{"places": places, "to": last}, *([{"places": then}][: then > 0])][::-1]},
        "office-02": {**OPEN, "places": [{"places": 1, "from": first}]},
    }


def offices(plan: Plan, candidate: str = "A01") -> list[tuple[str, str, str]]:
    rows = plan.candidate(candidate).practices
    return [(row.practice, format_month(row.from_), format_month(row.to)) for row in rows]


def reasons(plan: Plan) -> list[str]:
    return [message.key for message in plan.messages if message.key.startswith("reported.practice")]


# --- rows say so -----------------------------------------------------------------------------------------------------


def test_rows_name_one_office_after_the_other() -> None:
    rows = [{"practice": "office-01", "to": "2027-05"}, {"practice": "office-02", "from": "2027-06"}]
    plan = planned(make(person(practice=rows), arenas={"office-02": OPEN}, **LONG_PRACTICE))
    assert offices(plan) == [("office-01", "2027-01", "2027-05"), ("office-02", "2027-06", "2027-12")]
    assert plan.candidates[0].practice == "office-01"
    assert reasons(plan) == ["reported.practice-row"]


@pytest.mark.parametrize("month", ["2027-02", "2027-12"])
def test_a_row_that_begins_in_the_second_or_the_last_month(month: str) -> None:
    rows = [{"practice": "office-01"}, {"practice": "office-02", "from": month}]
    plan = planned(make(person(practice=rows), arenas={"office-02": OPEN}, **LONG_PRACTICE))
    assert offices(plan)[1] == ("office-02", month, "2027-12")


def test_rows_that_name_none_before_or_after_change_nothing_that_need_not_change() -> None:
    after = [{"practice": "office-02", "to": "2027-05"}]
    before = [{"practice": "office-02", "from": "2027-05"}]
    for rows in (after, before):
        plan = planned(make(person(practice=rows), arenas={"office-02": OPEN}, **LONG_PRACTICE))
        assert offices(plan) == [("office-02", "2027-01", "2027-12")]


def test_a_row_binds_from_its_month_on_even_where_there_is_no_place_for_long() -> None:
    """office-02 has its place from 2027-06; the row asks for it from 2027-05: the ward is served first, or nothing."""
    rows = [{"practice": "office-01"}, {"practice": "office-02", "from": "2027-05"}]
    none_yet = {"office-02": {**OPEN, "places": [{"places": 1, "from": "2027-06"}]}}
    plan = planned(make(person(practice=rows), arenas=none_yet, **LONG_PRACTICE))
    assert path(plan).startswith("gp*4 ward*2 gp") or path(plan).startswith("gp*3 ward*2 gp")
    never = {"office-02": {**OPEN, "places": [{"places": 0}]}}
    assert is_impossible(make(person(practice=rows), arenas=never, **LONG_PRACTICE))


# --- no place any more -----------------------------------------------------------------------------------------------


def test_who_is_named_to_an_office_that_closes_goes_to_another() -> None:
    instance = make(person(), arenas=closing("2027-06", "2027-04"), **LONG_PRACTICE)
    plan = planned(instance)
    assert offices(plan) == [("office-01", "2027-01", "2027-06"), ("office-02", "2027-07", "2027-12")]
    assert (finish(plan), reasons(plan)) == ("2027-12", ["reported.practice-closes"])


@pytest.mark.parametrize(("last", "told"), [("2027-01", 2), ("2027-11", 2), ("2027-12", 1)])
def test_it_closes_after_the_first_month_or_before_the_last(last: str, told: int) -> None:
    """Closed from 2027-12 on the ward may still come last, but the published order has it so: gp to the end."""
    fixed = [{"rotation": "ward", "from": "2027-02", "to": "2027-03"}]
    plan = planned(make(person(fixed=fixed), arenas=closing(last, "2027-01"), **LONG_PRACTICE))
    assert (path(plan), len(offices(plan))) == ("gp ward*2 gp*9", told)


def test_without_a_place_elsewhere_from_then_on_there_is_no_plan() -> None:
    """Exactly: office-02 opens in the month in which office-01 has closed, or a month too late and the ward between."""
    assert not is_impossible(make(person(), arenas=closing("2027-06", "2027-07"), **LONG_PRACTICE))
    never: dict[str, Row | None] = {**closing("2027-06", "2027-07"), "office-02": {**OPEN, "places": [{"places": 0}]}}
    assert is_impossible(make(person(), arenas=never, **LONG_PRACTICE))


def test_who_begins_in_an_office_that_has_closed_has_no_place() -> None:
    assert is_impossible(make(person(start="2027-08"), arenas=closing("2027-06", "2027-04"), **LONG_PRACTICE))


def test_who_began_before_the_horizon_need_not_be_in_one_that_has_closed_by_then() -> None:
    plan = planned(make(person(start="2026-06"), arenas=closing("2026-12", "2026-04"), **LONG_PRACTICE))
    assert offices(plan) == [("office-02", "2027-01", "2027-12")]


def test_of_two_in_an_office_that_shrinks_one_goes() -> None:
    arenas: dict[str, Row | None] = {
        "office-01": {"places": [{"places": 2}, {"places": 1, "from": "2027-06"}]},
        "office-02": OPEN,
    }
    plan = planned(make(person(), person(), arenas=arenas, **LONG_PRACTICE))
    assert offices(plan) == [("office-01", "2027-01", "2027-12")]
    assert offices(plan, "A02") == [("office-01", "2027-01", "2027-05"), ("office-02", "2027-06", "2027-12")]
    assert reasons(plan) == ["reported.practice-full"]


def test_one_alone_stays_where_one_place_of_two_is_left() -> None:
    arenas: dict[str, Row | None] = {
        "office-01": {"places": [{"places": 2}, {"places": 1, "from": "2027-06"}]},
        "office-02": OPEN,
    }
    assert offices(planned(make(person(), arenas=arenas, **LONG_PRACTICE))) == [("office-01", "2027-01", "2027-12")]


def test_places_under_a_limit_and_those_that_others_come_to_use_are_places() -> None:
    under = {"limits": [{"id": "both", "arenas": ["office-01"], "places": [{"places": 1, "to": "2027-06"}]}]}
    used = {"reservations": [{"arena": "office-01", "who": "LIS1", "from": "2027-07", "places": 1}]}
    for tables, places in ((under, None), (used, [{"places": 1}])):
        arenas: dict[str, Row | None] = {"office-01": {} if places is None else {"places": places}, "office-02": OPEN}
        plan = planned(make(person(), arenas=arenas, **LONG_PRACTICE, **tables))
        assert offices(plan)[1] == ("office-02", "2027-07", "2027-12")


def test_it_stays_the_other_office_when_the_first_opens_again() -> None:
    places = [{"places": 1}, {"places": 0, "from": "2027-05", "to": "2027-06"}]
    arenas: dict[str, Row | None] = {"office-01": {"places": places}, "office-02": OPEN}
    fixed = [{"rotation": "ward", "from": "2027-11", "to": "2027-12"}]
    plan = planned(make(person(fixed=fixed), arenas=arenas, **LONG_PRACTICE))
    assert offices(plan) == [("office-01", "2027-01", "2027-04"), ("office-02", "2027-05", "2027-12")]


def test_who_is_elsewhere_while_it_is_closed_keeps_it() -> None:
    places = [{"places": 1}, {"places": 0, "from": "2027-05", "to": "2027-06"}]
    arenas: dict[str, Row | None] = {"office-01": {"places": places}, "office-02": OPEN}
    fixed = [{"rotation": "ward", "from": "2027-05", "to": "2027-06"}]
    plan = planned(make(person(fixed=fixed), arenas=arenas, **LONG_PRACTICE))
    assert offices(plan) == [("office-01", "2027-01", "2027-12")]


# --- chosen ones -----------------------------------------------------------------------------------------------------


def test_a_chosen_office_is_one_if_that_is_possible_at_all() -> None:
    """office-02 alone makes the plan a month longer, and yet it is one office."""
    plan = planned(make(person(practice=None), arenas=closing("2027-06", "2027-04"), **LONG_PRACTICE))
    assert (offices(plan), finish(plan)) == ([("office-02", "2027-01", "2028-01")], "2028-01")


def test_where_it_is_not_it_changes_as_seldom_as_can_be() -> None:
    by = {"finish_by": "2027-12"}
    plan = planned(make(person(practice=None, **by), arenas=closing("2027-06", "2027-04"), **LONG_PRACTICE))
    assert offices(plan) == [("office-01", "2027-01", "2027-06"), ("office-02", "2027-07", "2027-12")]


def test_only_the_office_with_less_room_is_left_not_one_that_somebody_else_needs() -> None:
    """office-01 opens in July, when A02 comes to office-02 and A03's full office-03 has less room: A01 stays in 02."""
    arenas: dict[str, Row | None] = {
        "office-01": {"places": [{"places": 1, "from": "2027-07"}]},
        "office-02": {**OPEN, "places": [{"places": 1}]},
        "office-03": {
            **OPEN,
            "places": [{"places": 1}],
            "percent": [{"percent": 150}, {"percent": 100, "from": "2027-07"}],
        },
    }
    people = [
        person(practice=None, finish_by="2027-12"),
        person(practice="office-02", start="2027-07", finish_by="2028-06"),
        person(practice="office-03", finish_by="2027-12"),
    ]
    assert is_impossible(make(*people, arenas=arenas, **LONG_PRACTICE))


# --- what follows the office of the month -----------------------------------------------------------------------------


def test_goals_ask_for_exposure_in_each_office_by_itself() -> None:
    """Four months in office-01 where its goal asks for five: no plan; with five it is met."""
    goals: Row = {"goals": "001", "open_practice_min": 10}

    def town(last: str) -> Instance:
        arenas = closing(last, "2027-01")
        arenas["office-01"] = {**(arenas["office-01"] or {}), "goals": "001", "exposure": 5}
        fixed = [{"rotation": "ward", "from": "2027-11", "to": "2027-12"}]
        return make(person(fixed=fixed), arenas=arenas, rules=goals, rotations={"clinic": None})

    assert is_impossible(town("2027-04"))
    assert path(planned(town("2027-05"))) == "gp*10 ward*2"


def test_months_away_are_counted_from_the_post_of_the_month() -> None:
    """Two days a week in office-02 by rotation: away from office-01, at home when office-02 is the own one."""
    rows = [{"practice": "office-01"}, {"practice": "office-02", "from": "2027-03"}]
    rotations: dict[str, Row | None] = {"clinic": None, "visit": {"mix": {"office-02": 100}, "max_months": 8}}
    fixed = [
        {"rotation": "visit", "from": "2027-02", "to": "2027-03"},
        {"rotation": "ward", "from": "2027-04", "to": "2027-05"},
    ]
    instance = make(person(practice=rows, fixed=fixed), arenas={"office-02": OPEN}, rotations=rotations)
    plan = planned(instance)
    assert path(plan).startswith("gp visit*2 ward*2 gp")
    assert (plan.candidates[0].away, plan.candidates[0].away_row) == (3, 2)  # 2027-02, then the ward


def test_two_offices_are_one_arena_for_breadth() -> None:
    arenas = closing("2027-06", "2027-01")
    for office in ("office-01", "office-02"):
        arenas[office] = {**(arenas[office] or {}), "goals": "001"}
    plan = planned(
        make(person(), arenas=arenas, **{**LONG_PRACTICE, "rules": {"open_practice_min": 10, "goals": "001"}})
    )
    assert len(offices(plan)) == 2
    assert next(level.value for level in plan.objectives if level.id == "breadth") == 0


# --- the checker -----------------------------------------------------------------------------------------------------


def told(instance: Instance, plan: Plan, *rows: tuple[str, str, str]) -> list[tuple[str, str]]:
    """What the checker says of the plan with these offices."""
    spelled = [{"practice": office, "from": first, "to": last} for office, first, last in rows]
    tree = plan.candidates[0].model_dump(by_alias=True) | {"practice": rows[0][0], "practices": spelled}
    edited = plan.model_copy(update={"candidates": [type(plan.candidates[0]).model_validate(tree)]})
    return [
        (violation.text_key.removeprefix("violations."), violation.months())
        for violation in check_plan(instance, edited)
        if violation.rule == "practice"
    ]


def test_the_checker_finds_a_change_without_a_cause_and_a_row_that_is_not_kept() -> None:
    rows = [{"practice": "office-01"}, {"practice": "office-02", "from": "2027-06"}]
    by_rows = make(person(practice=rows), arenas={"office-02": OPEN}, **LONG_PRACTICE)
    plan = planned(by_rows)
    late = [("office-01", "2027-01", "2027-06"), ("office-02", "2027-07", "2027-12")]
    early = [("office-01", "2027-01", "2027-04"), ("office-02", "2027-05", "2027-12")]
    assert told(by_rows, plan, *late) == [("practice-other", "2027-06"), ("practice-moved", "2027-07")]
    assert told(by_rows, plan, *early) == [("practice-moved", "2027-05")]
    closes = make(person(), arenas=closing("2027-06", "2027-01"), **LONG_PRACTICE)
    plan = planned(closes)
    assert told(closes, plan, *offices(plan)) == []
    assert told(closes, plan, *early) == [("practice-moved", "2027-05")]
    assert told(closes, plan, ("office-02", "2027-01", "2027-12")) == [("practice-other", "2027-01..2027-12")]


def test_without_the_rule_the_office_may_be_any_in_any_month() -> None:
    instance = make(person(), arenas=closing("2027-06", "2027-04"), **LONG_PRACTICE)
    plan = plan_without(instance, "practice")
    assert plan is not None


# --- on top of a published plan --------------------------------------------------------------------------------------


def again(published: Plan, instance: Instance, freeze_to: str) -> Plan:
    freeze = parse_month(freeze_to)
    replanned = with_published(instance, baseline_for(instance, published, freeze))
    plan = planned(replanned)
    assert faults(replanned, plan) == []
    return plan


def test_frozen_months_keep_the_office_whatever_the_file_names_now() -> None:
    arenas: dict[str, Row | None] = {"office-02": OPEN}
    published = planned(make(person(), arenas=arenas, **LONG_PRACTICE))
    plan = again(published, make(person(practice="office-02"), arenas=arenas, **LONG_PRACTICE), "2027-04")
    assert offices(plan) == [("office-01", "2027-01", "2027-04"), ("office-02", "2027-05", "2027-12")]


def test_a_chosen_office_that_closes_is_left_when_it_does() -> None:
    arenas: dict[str, Row | None] = {"office-02": OPEN}
    published = planned(make(person(practice=None), arenas=arenas, **LONG_PRACTICE))
    assert offices(published) == [("office-01", "2027-01", "2027-12")]
    closed = make(person(practice=None), arenas=closing("2027-06", "2027-04"), **LONG_PRACTICE)
    plan = again(published, closed, "2027-04")
    assert offices(plan) == [("office-01", "2027-01", "2027-06"), ("office-02", "2027-07", "2027-12")]
    assert path(plan) == path(published)
    assert offices(again(plan, closed, "2027-09")) == offices(plan)  # and nobody goes back, or anywhere else


def test_somebody_whom_a_row_sends_there_takes_the_place_from_then_on() -> None:
    """A01 sits in office-01, the only one in it; A02 is sent there from 2027-06: A01 leaves then, not before."""
    arenas: dict[str, Row | None] = {"office-01": {"places": [{"places": 1}]}, "office-02": OPEN, "office-03": OPEN}
    fixed = [{"rotation": "ward", "from": "2027-11", "to": "2027-12"}]
    before = make(person(practice=None, fixed=fixed), person(practice="office-02"), arenas=arenas, **LONG_PRACTICE)
    published = planned(before)
    assert offices(published) == [("office-01", "2027-01", "2027-12")]
    rows = [{"practice": "office-02"}, {"practice": "office-01", "from": "2027-06"}]
    after = make(person(practice=None, fixed=fixed), person(practice=rows), arenas=arenas, **LONG_PRACTICE)
    plan = again(published, after, "2027-03")
    assert offices(plan) == [("office-01", "2027-01", "2027-05"), ("office-02", "2027-06", "2027-12")]
