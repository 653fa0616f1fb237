"""Kinds of trouble that a course meets as it is lived, each in several variants."""

from __future__ import annotations

import pytest

from scheduler import api
from scheduler.month import format_month, parse_month
from scheduler.plan import Plan, Status
from tests.helpers.tiny import Row, finish, make, months, months_in, person, planned

EVER = api.Allowed(1.0, 1.0)
TWO_SUPERVISORS = [{"id": "V01", "places": 1}, {"id": "V02", "places": 1}]
WARD_SOON = person(fixed=[months("2027-02", "2027-03", rotation="ward")])


def repaired(instance: api.Instance, published: Plan, freeze_to: str) -> Plan:
    return api.replan(instance, published, freeze_to=freeze_to, allowed=EVER, workers=1, explain_s=20.0)


# --- in the middle of a block ----------------------------------------------------------------------------------------

CLINIC_OF_FOUR: dict[str, Row] = {
    "a requirement": {"requirements": [{"id": "R1", "rotations": ["clinic"], "min_months": 4}]},
    "a goal": {"rules": {"goals": "001"}, "arenas": {"clinic": {"goals": "001", "exposure": 4.0}}},
}


@pytest.mark.parametrize("number", [1, 2, 3])
@pytest.mark.parametrize("asked", CLINIC_OF_FOUR)
def test_four_months_are_asked_for_and_some_of_them_are_behind(asked: str, number: int) -> None:
    """In the clinic since so many months before the horizon: the others are left, and nobody is later for it."""
    since = format_month(parse_month("2027-01") - number)
    running = person(
        start=since,
        current={"rotation": "clinic", "since": since},
        credited={"other_general": float(number)},
        months_done=number,
    )
    plan = planned(make(running, **CLINIC_OF_FOUR[asked]))
    assert len(months_in(plan, "clinic")) == 4 - number
    assert (plan.candidates[0].delay, finish(plan)) == (0, format_month(parse_month("2027-12") - number))


# --- back early ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("saved", [1, 3, 5])
def test_who_is_back_early_is_done_as_much_earlier_or_told_what_it_takes(saved: int) -> None:
    """Leave from April to September, and ward at the end: so many months of the leave are not taken."""
    ward = [months("2028-05", "2028-06", rotation="ward")]
    published = api.plan(make(person(leave=[months("2027-04", "2027-09")], fixed=ward)), workers=1)
    last = format_month(parse_month("2027-09") - saved)
    made = repaired(make(person(leave=[months("2027-04", last)])), published, "2027-03")
    soonest = format_month(parse_month("2028-06") - saved)
    told = [message for message in made.messages if (message.key or "").startswith("replan.keeping")]
    assert finish(made) == soonest or [message.fields.get("month") for message in told] == [soonest]


# --- another supervisor in the file ----------------------------------------------------------------------------------


@pytest.mark.parametrize("freeze_to", ["2027-01", "2027-04", "2027-11"])
def test_another_supervisor_in_the_file_begins_after_the_frozen_months(freeze_to: str) -> None:
    published = api.plan(make(person(supervisor="V01"), supervisors=TWO_SUPERVISORS), workers=1)
    made = repaired(make(person(supervisor="V02"), supervisors=TWO_SUPERVISORS), published, freeze_to)
    after = format_month(parse_month(freeze_to) + 1)
    rows = [(row.id, format_month(row.from_), format_month(row.to)) for row in made.candidates[0].supervisors]
    assert rows == [("V01", "2027-01", freeze_to), ("V02", after, "2027-12")]


# --- what is asked contradicts what was ------------------------------------------------------------------------------

ONE_BLOCK = {"ward": {"max_blocks": 1}}
CONTRADICTED: dict[str, tuple[Row, dict[str, Row]]] = {
    "a second block": (person(fixed=[months("2027-08", "2027-09", rotation="ward")]), {"rotations": ONE_BLOCK}),
    "a date": (person(finish_by="2027-11"), {}),
    "more of the ward": (
        person(), {"rotations": ONE_BLOCK, "rules": {"institution_cap": 4, "institution_min": 4}},
    ),
    "a block and a date": (
        person(finish_by="2027-10", fixed=[months("2027-10", "2027-11", rotation="clinic")]), {},
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", CONTRADICTED)
def test_a_repair_that_cannot_be_is_explained(what: str) -> None:
    """The ward in February and March is frozen."""
    published = api.plan(make(WARD_SOON), workers=1)
    row, tables = CONTRADICTED[what]
    made = repaired(make(row, **tables), published, "2027-04")
    assert made.status is Status.INFEASIBLE
    conflicts = (made.explanation or {})["conflicts"]
    assert conflicts
    assert all(conflict["text"] for conflict in conflicts)


# --- another finish, or none -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        (
            {},
            {"until": "2027-09"},
            "A01 does not finish within the plan; in the published plan it was in December 2027.",
        ),
        ({"until": "2027-09"}, {}, "A01 finishes in December 2027; the published plan ended without that."),
        ({}, {"extra_months": 2}, "A01 finishes in February 2028, before that in December 2027."),
    ],
)
def test_another_finish_is_told_and_that_there_is_none(before: Row, after: Row, said: str) -> None:
    published = api.plan(make(person(**before)), workers=1)
    made = repaired(make(person(**after)), published, "2027-04")
    assert said in [message.said("en") for message in made.messages]
