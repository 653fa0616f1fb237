"""Hours of guidance per supervisor and year, added up by hand."""

from dataclasses import replace

from scheduler.accounting.guidance import guidance
from scheduler.plan import Plan
from tests.helpers.world import (
    RULES_HERE,
    STANDARD,
    START,
    candidate,
    m,
    plan,
    span,
    steps,
    supervisor,
    violations,
    world,
)

RULES = replace(RULES_HERE, guidance_hours_per_year=42.0, preparation_hours_per_year=15.75)
V01 = [{"id": "V01", "from": START, "to": m("2027-08")}]


def supervised(*people):
    chosen = [replace(person, rules=RULES) for person in people or (candidate("A01"),)]
    return world(*chosen, supervisors={"V01": supervisor("V01"), "V02": supervisor("V02")})


def hours(subject: Plan, instance) -> dict[tuple[str, int], tuple[int, int, float, float]]:
    return {
        (row.id, year.year): (year.candidates, year.months, year.guidance_hours, year.preparation_hours)
        for row in guidance(instance, subject.candidates)
        for year in row.years
    }


def test_a_month_is_a_twelfth_of_the_year() -> None:
    """2026-09..2027-08: four months of 2026 are 14 h + 5.25 h, eight of 2027 are 28 h + 10.5 h."""
    instance = supervised()
    assert hours(plan(instance, STANDARD, supervisors=V01), instance) == {
        ("V01", 2026): (1, 4, 14.0, 5.25),
        ("V01", 2027): (1, 8, 28.0, 10.5),
    }


def test_leave_asks_for_none_and_part_time_for_as_much() -> None:
    instance = supervised(candidate("A01", leave=(span("2026-11", "2026-11"),)))
    subject = plan(instance, "gp*2 - gp*4 ward*2 gp*3", supervisors=V01)
    assert hours(subject, instance)["V01", 2026] == (1, 3, 10.5, 3.9375)
    half = supervised(candidate("A01", percent=steps(50)))
    assert hours(plan(half, "gp*12", supervisors=V01), half)["V01", 2027] == (1, 8, 28.0, 10.5)


def test_more_in_the_first_half_year() -> None:
    """30 h in six months are 5 a month; who has done four of them before has two left, and then 3.5 a month."""
    more = replace(RULES, guidance_hours_first_half_year=30.0)
    for done, in_2026, in_2027 in ((0, 20.0, 2 * 5 + 6 * 3.5), (4, 2 * 5 + 2 * 3.5, 28.0), (6, 14.0, 28.0)):
        person = replace(candidate("A01"), months_done=done, rules=more)
        instance = world(person, supervisors={"V01": supervisor("V01")})
        found = hours(plan(instance, STANDARD, supervisors=V01), instance)
        assert (found["V01", 2026][2], found["V01", 2027][2]) == (in_2026, in_2027)
    leave = replace(candidate("A01", leave=(span("2026-11", "2026-11"),)), rules=more)
    instance = world(leave, supervisors={"V01": supervisor("V01")})
    found = hours(plan(instance, "gp*2 - gp*4 ward*2 gp*3", supervisors=V01), instance)
    assert found["V01", 2026] == (1, 3, 15.0, 3.9375)


def test_two_candidates_and_two_supervisors() -> None:
    instance = supervised(candidate("A01"), candidate("A02"))
    rows = [{"id": "V02", "from": START, "to": m("2026-10")}, {"id": "V01", "from": m("2026-11"), "to": m("2027-08")}]
    subject = plan(instance, STANDARD, STANDARD, supervisors=rows)
    found = hours(subject, instance)
    assert found["V02", 2026] == (2, 4, 14.0, 5.25)
    assert found["V01", 2027] == (2, 16, 56.0, 21.0)
    assert ("V02", 2027) not in found


def test_the_check_adds_them_up_again() -> None:
    instance = supervised()
    subject = plan(instance, STANDARD, supervisors=V01)
    right = subject.model_copy(update={"guidance": guidance(instance, subject.candidates)})
    assert violations(instance, right) == []
    first, second = right.guidance[0].years
    row = right.guidance[0].model_copy(update={"years": [first, second.model_copy(update={"guidance_hours": 27.0})]})
    (found,) = violations(instance, right.model_copy(update={"guidance": [row]}))
    assert found.sentence("en").startswith("V01: the plan says 37.5 hours of guidance")
    assert (found.fields["year"], found.fields["need"]) == (2027, 38.5)
