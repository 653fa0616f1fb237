"""The locum need by hand: months, weekdays and shares counted in the head."""

from __future__ import annotations

import io
from fractions import Fraction
from typing import Any

import pytest
from openpyxl import load_workbook

from scheduler.accounting import trajectories
from scheduler.accounting.locum import Gap, by_unit, gaps, there, total_weeks
from scheduler.instance.types import Instance
from scheduler.month import format_month, parse_month
from scheduler.plan import Plan, PlanCandidate
from scheduler.report.desk.locum import locum_book, locum_notes
from scheduler.report.words import Words
from tests.helpers.tiny import make, person, plan_of

ROTATIONS: dict[str, Any] = {"mixed": {"mix": {"practice": 80, "clinic": 20}}}
LIS1 = {"arena": "office-01", "who": "LIS1", "from": "2027-02", "to": "2027-02", "places": 1}


def served(instance: Instance, who: str, path: str, **fields: Any) -> PlanCandidate:
    """One candidate's months from 2027-01 on, ``"gp - ward"``."""
    person = instance.candidates[who]
    months = [
        {"month": format_month(parse_month("2027-01") + at), "rotation": None if name == "-" else name}
        | {"percent": float(person.percent_at(parse_month("2027-01") + at))}
        for at, name in enumerate(path.split())
    ]
    bare = {"earliest_finish": "2028-03", "delay": 0, "finish": None, "blocks": [], "shifts": [], "supervisors": []}
    service = {"counted": 0.0, "uncounted": 0.0}
    row = {"id": who, "start": "2027-01", "group": None, "practice": "office-01", **bare, "service": service, **fields}
    return PlanCandidate.model_validate(row | {"months": months})


@pytest.fixture(scope="module")
def town() -> tuple[Instance, Plan]:
    """A01 in office-01: gp, mixed, ward, leave. A02, 60 %, employed at the clinic: clinic, ward, gp in office-01."""
    instance = make(
        person(leave=[{"from": "2027-04", "to": "2027-04"}]),
        person(percent=[{"percent": 60}], post="clinic"),
        rotations=ROTATIONS,
        reservations=[LIS1],
    )
    return instance, plan_of(
        instance, [served(instance, "A01", "gp mixed ward -"), served(instance, "A02", "clinic ward gp")]
    )


def found(town: tuple[Instance, Plan]) -> list[Gap]:
    return gaps(trajectories(*town))


def test_post_minus_present(town: tuple[Instance, Plan]) -> None:
    """February 2027 has 20 weekdays (4 weeks), March 23, April 22: 0.2 x 4 + 4.6 + 4.4, and 0.6 x 4 + 0.6 x 4.6."""
    lacking = {(gap.candidate, format_month(gap.month)): (gap.unit, gap.missing) for gap in found(town)}
    assert lacking == {
        ("A01", "2027-02"): ("office-01", Fraction(1, 5)),
        ("A01", "2027-03"): ("office-01", Fraction(1)),
        ("A01", "2027-04"): ("office-01", Fraction(1)),
        ("A02", "2027-02"): ("clinic", Fraction(3, 5)),
        ("A02", "2027-03"): ("clinic", Fraction(3, 5)),
    }
    by_hand = Fraction(2, 10) * 4 + Fraction(46, 10) + Fraction(44, 10) + Fraction(6, 10) * (4 + Fraction(46, 10))
    assert total_weeks(found(town)) == by_hand
    assert float(by_hand) == 14.96


def test_days_absent_are_missing() -> None:
    """Half of each day of March absent: half the post, 23 weekdays, is 2.3 weeks."""
    absence = [{"from": "2027-03-01", "to": "2027-03-31", "percent": 50}]
    instance = make(person(absence=absence))
    plan = plan_of(instance, [served(instance, "A01", "gp gp gp gp")])
    lacking = gaps(trajectories(instance, plan))
    assert [(gap.month, gap.weeks) for gap in lacking] == [(parse_month("2027-03"), Fraction(23, 10))]


def test_who_could_cover(town: tuple[Instance, Plan]) -> None:
    """In March A02 serves 60 % in the office that A01 has left, and 40 % of a full post is left."""
    instance, plan = town
    here = there(trajectories(instance, plan))["office-01", parse_month("2027-03")]
    assert [(each.candidate, each.present, each.spare) for each in here] == [("A02", Fraction(3, 5), Fraction(2, 5))]
    words = Words(instance, "nb")
    book = load_workbook(io.BytesIO(locum_book(words, plan)))
    rows = list(book["Måneder"].iter_rows(values_only=True))
    cover = {(str(row[0]), str(row[1])[:7]): row[5] for row in rows if row[0] in ("office-01", "clinic")}
    assert cover["office-01", "2027-03"] == "A02 (er her 60 %, 40 % ledig)"
    assert cover["office-01", "2027-02"] == "A01 (er her 80 %), LIS1"
    assert cover["office-01", "2027-04"] == "ingen i planen"


def test_the_workbook_adds_up(town: tuple[Instance, Plan]) -> None:
    instance, plan = town
    book = load_workbook(io.BytesIO(locum_book(Words(instance, "nb"), plan)))
    assert book.sheetnames == ["Enheter", "Diagram", "Måneder"]
    rows = {row[0]: row[1:] for row in book["Enheter"].iter_rows(values_only=True)}
    assert rows["Enhet"][:2] == ("våren 2027", "Sum")
    assert [round(float(rows[unit][1]), 4) for unit in ("office-01", "clinic", "Sum")] == [9.8, 5.16, 14.96]
    assert set(by_unit(found(town))) == {"office-01", "clinic"}


def test_told_in_a_sentence(town: tuple[Instance, Plan]) -> None:
    words = Words(town[0], "nb")
    assert list(locum_notes(words, found(town))) == [
        "Til sammen mangler 15 ukeverk i 2 enheter.",
        "Mest i office-01: 9,8 ukeverk.",
    ]
    assert list(locum_notes(words, [])) == ["Ingen enhet mangler noen: alle er ved egen enhet i alle måneder."]
