"""Contracts that end, and time asked for beyond everybody's total.

The standard plan is twelve months, 2027-01 .. 2027-12: ten in the office and two in the ward.
"""

from __future__ import annotations

import pytest

from scheduler.accounting import finish_of, trajectory_of
from scheduler.check import check_plan, examine
from scheduler.files import read_instance
from scheduler.instance.problems import InputError
from scheduler.instance.types import Instance
from scheduler.month import parse_month
from scheduler.plan import Plan
from tests.helpers.tiny import (
    Row,
    every_month,
    finish,
    is_impossible,
    make,
    months,
    months_in,
    path,
    person,
    planned,
    rules_broken,
)

WARD_LATE = {"ward": {"places": [months("2028-03", "2028-12", places=1)]}}


def told(instance: Instance, plan: Plan) -> list[str]:
    return [row.sentence("en") for row in examine(instance, plan).reported if row.rule == "until"]


@pytest.mark.parametrize(
    ("until", "expected"),
    [
        ("2027-01", ("2027-01", "-", 0, True)),  # the first month there is
        ("2027-11", ("2027-11", "-", 0, True)),  # one too few
        ("2027-12", ("2027-12", "2027-12", 0, False)),  # just enough
        ("2028-12", ("2027-12", "2027-12", 0, False)),  # the horizon's last month
        ("2029-06", ("2027-12", "2027-12", 0, False)),  # beyond the horizon
    ],
)
def test_planned_to_the_end_of_the_contract_and_no_further(until: str, expected: tuple[str, str, int, bool]) -> None:
    instance = make(person(until=until))
    plan = planned(instance)
    entry = plan.candidates[0]
    assert (entry.months[-1].month, finish(plan), entry.delay, entry.unfinished) == (
        parse_month(expected[0]),
        *expected[1:],
    )
    assert entry.until == (parse_month(until) if entry.unfinished else None)
    assert entry.projected_finish is None
    assert bool(told(instance, plan)) is entry.unfinished


def test_beyond_the_horizon_who_never_finishes_has_no_delay_and_who_will_is_projected() -> None:
    """Twelve months take to 2027-12 and the horizon ends in 2027-08: one contract ends before that, one with it."""
    leaves, stays = (planned(make(person(until=until), n_months=8)) for until in ("2027-11", "2027-12"))
    assert (leaves.candidates[0].projected_finish, leaves.candidates[0].delay) == (None, 0)
    assert stays.candidates[0].projected_finish == parse_month("2027-12")
    assert (leaves.candidates[0].until, stays.candidates[0].until) == (parse_month("2027-11"), None)


def test_what_is_missing_is_told() -> None:
    """Six months of gp: 6 of 12 in all, no ward, and no goal 001, which only the ward has."""
    instance = make(person(until="2027-06"), rules={"goals": "001"}, arenas={"ward": {"goals": "001"}})
    plan = planned(instance)
    months_served = len(months_in(plan, "ward"))
    assert months_served == 0
    assert told(instance, plan) == [
        "A01: the contract ends in June 2027. What is missing then: counted service 6 of 12 FTE-months; "
        "institution 0 of at least 2 FTE-months; goals 001; reported, not enforced"
    ]


@pytest.mark.parametrize(
    ("until", "last", "late", "done"), [("2028-03", "2028-03", 4, False), ("2028-04", "2028-04", 4, True)]
)
def test_who_could_be_done_by_then_is_to_be_but_need_not(until: str, last: str, late: int, done: bool) -> None:
    """The ward opens in 2028-03: done in 2028-04, four months late. A month before there is no way: left, as late."""
    plan = planned(make(person(until=until), arenas=WARD_LATE))
    entry = plan.candidates[0]
    assert (entry.months[-1].month, entry.delay, entry.finish is not None) == (parse_month(last), late, done)


def test_who_leaves_makes_room_for_others() -> None:
    """One place in the ward, in 2027-11 and 2027-12 only: A02 gets it, since A01 leaves before."""
    ward = {"ward": {"places": [months("2027-11", "2027-12", places=1)]}}
    rows = (person(), person())
    assert is_impossible(make(*rows, arenas=ward))
    plan = planned(make(person(until="2027-10"), person(), arenas=ward))
    assert months_in(plan, "ward", "A02") == every_month("2027-11", "2027-12")


def test_a_deadline_before_the_contract_holds_all_the_same() -> None:
    late = {"arenas": WARD_LATE}
    assert is_impossible(make(person(until="2028-06", finish_by="2028-03"), **late))
    assert finish(planned(make(person(until="2028-06", finish_by="2028-04"), **late))) == "2028-04"
    assert planned(make(person(until="2028-02", finish_by="2028-04"), **late)).candidates[0].unfinished


def test_the_last_block_may_be_cut_by_the_contract_and_no_other() -> None:
    """A block of the ward is four months: two before the contract ends will do, two and then the office will not."""
    ward = {"ward": {"min_months": 4}}
    row = person(until="2027-03", fixed=[months("2027-02", "2027-05", rotation="ward")])
    assert path(planned(make(row, rotations=ward))) == "gp ward*2"
    begun = {**row, "fixed": [months("2027-01", "2027-02", rotation="ward")]}
    assert is_impossible(
        make(begun, rotations=ward, arenas={"ward": {"places": [months("2027-01", "2027-02", places=1)]}})
    )


def test_floors_are_not_held_up_after_the_contract() -> None:
    """Somebody must be in the clinic in a month; nobody is whose contract has ended."""

    def clinic(month: str) -> Instance:
        arenas = {"clinic": {"min_places": [months(month, month, places=1)]}}
        return make(person(until="2027-06"), arenas=arenas, rotations={"clinic": {"min_months": 1}})

    assert months_in(planned(clinic("2027-06")), "clinic") == ["2027-06"]
    assert is_impossible(clinic("2027-07"))


def test_nobody_stays_who_has_everything_to_leave_without() -> None:
    """Complete in 2027-12: the floor of 2028-01 cannot be held up by calling A01 unfinished."""
    arenas = {"clinic": {"min_places": [months("2028-01", "2028-01", places=1)]}}
    done = person(until="2028-01", credited={"open_practice": 8.0, "institution": 2.0})
    assert is_impossible(make(done, arenas=arenas, rotations={"clinic": {"min_months": 1}}))


def test_a_start_window_ends_with_the_contract() -> None:
    window = person(start={"earliest": "2027-03", "latest": "2027-09"}, until="2027-06")
    assert planned(make(window)).candidates[0].months[-1].month == parse_month("2027-06")


def test_a_plan_that_stops_before_the_contract_or_says_otherwise_is_turned_down() -> None:
    instance = make(person(until="2027-06"))
    plan = planned(instance)
    entry = plan.candidates[0]
    for changed in ({"months": entry.months[:-1]}, {"unfinished": False}):
        other = plan.model_copy(update={"candidates": [entry.model_copy(update=changed)]})
        assert "until" in rules_broken(instance, other)


def test_unfinished_is_not_a_way_out_for_who_is_done() -> None:
    instance = make(person(until="2027-12"))
    plan = planned(instance)
    entry = plan.candidates[0].model_copy(update={"unfinished": True})
    found = check_plan(instance, plan.model_copy(update={"candidates": [entry]}))
    assert ("until", "violations.until-finished") in {(row.rule, row.text_key) for row in found}


def test_who_leaves_is_in_the_group_only_as_far_as_it_goes() -> None:
    """A settled group that goes on after the contract, and no open year in it: reported, not enforced."""
    group = {"id": "G1", "start": "2027-01", "months": 12, "places": 1}
    row = person(until="2027-06", group="G1", fixed=[months("2027-01", "2027-02", rotation="ward")])
    instance = make(row, rules={"group_required": True}, groups=[group])
    plan = planned(instance)
    assert "guidance group" in told(instance, plan)[0]


@pytest.mark.parametrize("until", ["2026-12", "2027-02"])
def test_a_contract_that_ends_before_the_start_is_a_problem(until: str) -> None:
    with pytest.raises(InputError) as found:
        make(person(start="2027-03", until=until))
    assert [problem.code for problem in found.value.problems] == ["until-too-early"]


def test_months_fixed_after_the_contract_are_told_to_have_no_effect() -> None:
    row = person(until="2027-06", fixed=[months("2027-06", "2027-07", rotation="gp")])
    assert "fixed-after-until" in {problem.code for problem in make(row).remarks}
    assert path(planned(make(row))) == "gp*6"


# --- extra time ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("extra", "percent", "last"), [(4, 100, "2028-04"), (0.5, 100, "2028-01"), (4, 50, "-"), (1, 80, "2028-05")]
)
def test_extra_time_moves_the_earliest_finish_and_is_no_delay(extra: float, percent: int, last: str) -> None:
    """12 + 4 months; 12.5 take thirteen; 16 at 50 % take 32 months, more than the horizon; 13 at 80 % take 17."""
    plan = planned(make(person(extra_months=extra, percent=[{"percent": percent}])))
    assert (finish(plan), plan.candidates[0].delay) == (last, 0)


def test_extra_time_is_served_in_open_practice() -> None:
    """6 + 3 in the office at least, where clinic and ward give all the rest: 2 + 4. Without extra time 6 + 4 + 2."""
    clinic = [{"id": "four", "rotations": ["clinic"], "min_months": 4.0}]
    plain, longer = (planned(make(person(extra_months=extra), requirements=clinic)) for extra in (0, 3))
    assert [len(months_in(plan, "gp")) for plan in (plain, longer)] == [6, 9]
    instance = make(person(extra_months=3), requirements=clinic)
    elsewhere = instance.candidates["A01"].rules.minimum_of("open-practice")
    assert elsewhere is not None
    assert elsewhere.minimum == 9 * 10_000


def test_extra_time_served_elsewhere_breaks_the_rule() -> None:
    """8 in the office, 6 in the clinic and 2 in the ward count 16 of 16; but 6 + 4 in the office are asked."""
    rules: Row = {"general_cap": 16}
    six = [{"id": "six", "rotations": ["clinic"], "min_months": 6.0}]
    instance = make(person(extra_months=4), rules=rules, requirements=six)
    assert len(months_in(planned(instance), "gp")) == 10
    bare = make(rules={**rules, "total": 16}, requirements=six)
    short = planned(bare)
    assert len(months_in(short, "gp")) == 8
    other = short.model_copy(update={"instance": short.instance.model_copy(update={"sha256": instance.sha256})})
    assert "open-practice" in rules_broken(instance, other)


def test_extra_time_of_the_unfinished_is_in_the_projection() -> None:
    """12 + 2 months and a horizon of 13, in which no ward is open: two months of it come after, 2028-02 and 2028-03."""
    arenas = {"ward": {"places": [{"places": 0}]}}
    plan = planned(make(person(extra_months=2), n_months=13, arenas=arenas))
    instance = make(person(extra_months=2), n_months=13, arenas=arenas)
    assert finish_of(trajectory_of(instance, plan.candidates[0])) == parse_month("2028-03")


def test_extra_time_and_a_contract() -> None:
    """Sixteen months end in 2028-04; a contract to 2028-03 ends before, though without the extra time it would not."""
    assert planned(make(person(extra_months=4, until="2028-03"))).candidates[0].unfinished
    assert finish(planned(make(person(extra_months=4, until="2028-04")))) == "2028-04"


def test_other_rulesets_have_extra_time_in_their_own_practice() -> None:
    tree = {
        "schema": 1,
        "horizon": {"start": "2024-01", "months": 36},
        "rules": {"ruleset": "ordning-2017"},
        "arenas": [{"id": "office", "service": "open_practice"}],
        "rotations": [{"id": "gp", "mix": {"practice": 100}, "base": True}],
        "candidates": [{"id": "A01", "start": "2024-01"}, {"id": "A02", "start": "2024-01", "extra_months": 2.5}],
    }
    plain, longer = (candidate.rules for candidate in read_instance(tree).candidates.values())
    assert longer.total - plain.total == 25_000
    assert longer.category(plain.own_practice).minimum - plain.category(plain.own_practice).minimum == 25_000


def test_an_office_that_comes_after_the_contract_is_none_of_its_months() -> None:
    """In office-01 to 2027-06, in office-02 from then on, and the contract ends in 2027-03, or in 2027-08."""
    steps = [{"practice": "office-01", "to": "2027-06"}, {"practice": "office-02", "from": "2027-07"}]
    arenas = {"office-01": {"goals": "001"}, "office-02": {"service": "open_practice", "goals": "002"}}
    before, after = (
        planned(make(person(practice=steps, until=until), arenas=arenas, rules={"goals": "001, 002"}))
        for until in ("2027-03", "2027-08")
    )
    assert [row.practice for row in before.candidates[0].practices] == ["office-01"]
    assert [row.practice for row in after.candidates[0].practices] == ["office-01", "office-02"]
