"""Every rule bites, in the model and in the checker: take it away and something forbidden comes through.

For each rule of the contract there is a witness, an instance that is impossible because of that rule alone. Without the
rule the model finds a plan; the checker turns it down for that rule and nothing else; and without the rule the checker
lets it pass. A rule without a witness fails here.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from scheduler.accounting import with_figures
from scheduler.check import check_plan
from scheduler.constraints import RULES
from scheduler.instance.types import Instance
from scheduler.month import parse_month
from scheduler.plan import Plan, PlanMonth
from tests.helpers.tiny import Row, bites, is_impossible, make, months, person, plan_without, planned, rules_broken

Witness = Callable[[], Instance]
WITNESSES: dict[str, Witness] = {}
TAKES_MONTHS_TWICE = "one-rotation"  # without it months are counted twice, so other rules fall with it
EASES = "horizon"  # a rule that makes things possible, as does the next
LETS_GO = "until"

CLOSED: Row = {"places": [{"places": 0}]}
ONE_PLACE: Row = {"places": [{"places": 1}]}
ROSTER = {"service": "parallel"}


def only_open(first: str, last: str, places: int = 1) -> Row:
    return {"places": [months(first, last, places=places)]}


def witness(rule: str) -> Callable[[Witness], Witness]:
    def register(make_instance: Witness) -> Witness:
        WITNESSES[rule] = make_instance
        return make_instance

    return register


@witness("one-rotation")
def clinic_and_ward_in_the_same_months() -> Instance:
    """Six months of clinic in the six it is open, and two of ward in two of the same: a doctor is in one place."""
    return make(
        rules={"open_practice_min": 4},
        arenas={"clinic": only_open("2027-01", "2027-06"), "ward": only_open("2027-03", "2027-04")},
        requirements=[{"id": "clinic-six", "rotations": ["clinic"], "min_months": 6.0}],
    )


@witness("service-total")
def eight_months_of_clinic_where_six_count() -> Instance:
    """8 clinic (6 count) + 2 ward + 2 office are the 12 months until the date, and count 10 of the 12 asked for."""
    row = person(fixed=[months("2027-01", "2027-08", rotation="clinic")], finish_by="2027-12")
    return make(row, rules={"open_practice_min": 2})


@witness("open-practice")
def twelve_months_without_six_in_the_office() -> Instance:
    """Clinic 6 + ward 2 leave 4 of the 12 months for the office; 4 + 6 + 2 count 12, but open practice asks 6."""
    six = {"id": "clinic-six", "rotations": ["clinic"], "min_months": 6.0}
    return make(person(finish_by="2027-12"), requirements=[six])


@witness("institution")
def no_ward() -> Instance:
    """Twelve months in the office would count (cap 12), but none of them is institution service."""
    return make(rules={"open_practice_cap": 12, "general_cap": 12}, arenas={"ward": CLOSED})


@witness("part-time")
def half_time_in_the_ward() -> Instance:
    """The ward is open for two months, worked at 50 %: 1.0 institution where 2 is asked. Planned to 2028-01."""
    half = [{"percent": 100}, months("2027-03", "2027-04", percent=50)]
    row = person(percent=half, fixed=[months("2028-01", "2028-01", rotation="gp")])
    return make(row, arenas={"ward": only_open("2027-03", "2027-04")})


@witness("leave")
def leave_in_the_middle_of_the_ward() -> Instance:
    """Three months of ward in one block, open 2027-03..05 only, and leave in 2027-04."""
    return make(
        person(leave=[months("2027-04", "2027-04")]),
        arenas={"ward": only_open("2027-03", "2027-05")},
        rotations={"ward": {"min_months": 3}},
    )


@witness("block-length")
def two_months_for_a_block_of_three() -> Instance:
    """A block in the ward is three months, and the ward is open for two, which would be enough service."""
    return make(arenas={"ward": only_open("2027-03", "2027-04")}, rotations={"ward": {"min_months": 3}})


@witness("block-start")
def the_ward_opens_in_march_and_blocks_begin_in_june() -> Instance:
    return make(arenas={"ward": only_open("2027-03", "2027-04")}, rotations={"ward": {"starts": [6]}})


@witness("block-count")
def two_months_in_blocks_of_one() -> Instance:
    """Two months of ward at one month a block are two blocks, and one is allowed."""
    return make(rotations={"ward": {"min_months": 1, "max_months": 1}})


@witness("requirement")
def a_clinic_that_is_closed() -> Instance:
    row = {"id": "clinic-one", "rotations": ["clinic"], "min_months": 1.0}
    return make(requirements=[row], arenas={"clinic": CLOSED})


@witness("capacity")
def a_ward_without_places() -> Instance:
    return make(arenas={"ward": CLOSED})


@witness("practice")
def one_office_after_the_other() -> Instance:
    """Ten months in the office are needed; office-01 opens in July, when A02 comes to office-02, which has one place.

    office-02 has the room it had, so that A01 may not leave it.
    """
    row = person(practice=None, finish_by="2027-12", allowed=["gp", "ward"])
    later = person(practice="office-02", start="2027-07", finish_by="2028-06", allowed=["gp", "ward"])
    other = {"service": "open_practice", "places": [{"places": 1}]}
    return make(row, later, arenas={"office-01": only_open("2027-07", "2028-12"), "office-02": other})


@witness("away")
def both_out_of_the_office_at_once() -> Instance:
    """The ward takes both, but in the same two months only, and the office spares one at a time."""
    ward = only_open("2027-03", "2027-04", places=2)
    return make(person(), person(), arenas={"office-01": {"max_away": 1}, "ward": ward})


@witness("group")
def a_group_without_places() -> Instance:
    row = {"id": "G2027", "start": "2027-01", "months": 12, "places": 0}
    return make(rules={"group_required": True}, groups=[row])


@witness("quota")
def two_of_one_town_in_a_ward_for_two() -> Instance:
    """The ward takes both in the only two months it is open, but the town of both has one place in it."""
    shared = {"municipalities": [{"id": "town"}], "quotas": [{"of": "ward", "municipality": "town", **ONE_PLACE}]}
    both = [person(municipality="town"), person(municipality="town")]
    return make(*both, arenas={"ward": only_open("2027-03", "2027-04", places=2)}, **shared)


@witness("goals")
def a_goal_of_a_closed_clinic() -> Instance:
    return make(rules={"goals": "001"}, arenas={"clinic": {**CLOSED, "goals": "001"}})


@witness("legevakt")
def a_roster_without_shifts() -> Instance:
    return make(rules={"legevakt_shifts": 2}, arenas={"legevakt": {**ROSTER, "shifts": [{"shifts": 0}]}})


@witness("supervision")
def one_supervisor_for_two() -> Instance:
    return make(person(), person(), supervisors=[{"id": "V01", "places": 1}])


@witness("fixed")
def fixed_in_a_closed_clinic() -> Instance:
    row = person(fixed=[months("2027-03", "2027-03", rotation="clinic")])
    return make(row, arenas={"clinic": CLOSED})


@witness("finish-by")
def a_month_too_early() -> Instance:
    """Twelve months from 2027-02 end in 2028-01."""
    return make(person(start="2027-02", finish_by="2027-12"))


@witness("horizon")
def twelve_months_in_a_horizon_of_eight() -> Instance:
    return make(n_months=8)


@witness("until")
def a_contract_that_ends_before_the_ward_opens() -> Instance:
    return make(person(until="2028-02"), arenas={"ward": only_open("2028-02", "2028-12")})


def test_every_rule_has_a_witness() -> None:
    assert sorted(WITNESSES) == sorted(rule.id for rule in RULES)


@pytest.mark.parametrize("rule", [rule.id for rule in RULES if rule.id not in (TAKES_MONTHS_TWICE, EASES, LETS_GO)])
def test_without_the_rule_a_forbidden_plan_comes_through(rule: str) -> None:
    bites(WITNESSES[rule](), rule)


def test_without_one_rotation_a_month_is_spent_twice() -> None:
    instance = WITNESSES[TAKES_MONTHS_TWICE]()
    assert is_impossible(instance)
    plan = plan_without(instance, TAKES_MONTHS_TWICE)
    assert plan is not None
    rows = plan.candidates[0].months
    assert len(rows) > len({row.month for row in rows})
    assert TAKES_MONTHS_TWICE in rules_broken(instance, plan)


def test_only_one_rotation_forbids_a_month_after_the_finish() -> None:
    instance = make()
    longer = _one_month_longer(instance, planned(instance))
    assert rules_broken(instance, longer) == {TAKES_MONTHS_TWICE}
    assert check_plan(instance, longer, without={TAKES_MONTHS_TWICE}) == []


def _one_month_longer(instance: Instance, plan: Plan) -> Plan:
    entry = plan.candidates[0]
    last = entry.last + 1
    more = [*entry.months, PlanMonth(month=last, rotation="gp", percent=100)]
    entry = with_figures(instance, entry.model_copy(update={"months": more}))
    return plan.model_copy(update={"candidates": [entry], "objectives": []})


def test_without_the_horizon_rule_eight_months_are_too_few() -> None:
    """The rule eases: with it A01 is planned to 2027-08 and unfinished, without it nothing is possible."""
    instance = WITNESSES[EASES]()
    plan = planned(instance)
    assert plan.candidates[0].unfinished
    assert plan.candidates[0].last == parse_month("2027-08")
    assert plan_without(instance, EASES) is None


def test_only_the_horizon_rule_forbids_to_call_the_unfinished_finished() -> None:
    instance = WITNESSES[EASES]()
    plan = planned(instance)
    entry = plan.candidates[0].model_copy(update={"unfinished": False})
    told = plan.model_copy(update={"candidates": [entry]})
    assert rules_broken(instance, told) == {EASES}
    assert check_plan(instance, told, without={EASES}) == []


def test_without_the_contract_rule_who_leaves_would_have_to_finish() -> None:
    """Two months of ward from 2028-02 end in 2028-03. With the rule A01 leaves without, in 2028-02."""
    instance = WITNESSES[LETS_GO]()
    plan = planned(instance)
    assert plan.candidates[0].unfinished
    assert plan.candidates[0].last == parse_month("2028-02")
    assert plan_without(instance, LETS_GO) is None


def test_only_the_contract_rule_forbids_a_month_after_it() -> None:
    instance = make(person(until="2027-06"))
    longer = _one_month_longer(instance, planned(instance))
    assert rules_broken(instance, longer) == {LETS_GO}
    assert check_plan(instance, longer, without={LETS_GO}) == []
