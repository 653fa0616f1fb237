"""The half-yearly package by hand: the town of ``helpers.pages``, and the bundled example for who meets when."""

from __future__ import annotations

import datetime
import io
import json
from itertools import islice
from pathlib import Path

import docx
import pytest
from icalendar import Calendar

from scheduler import api
from scheduler.accounting import trajectories
from scheduler.instance.types import Instance
from scheduler.month import parse_month
from scheduler.plan import Plan
from scheduler.report.documents import write_meetings
from scheduler.report.documents.half_yearly import (
    HalfYearly,
    goals_so_far,
    half_yearly,
    half_yearly_sheets,
    recommendations,
    served_in,
    what_is_behind,
)
from scheduler.report.meetings import group_meetings, holidays, slots
from scheduler.report.standing import standing_of
from scheduler.report.words import Words
from tests.helpers import pages

REPO = Path(__file__).parents[3]
MARCH = parse_month("2027-03")
STATUS = [{"goals": "001", "status": "approved", "month": "2027-01"}, {"goals": "002", "status": "sent"}]


@pytest.fixture(scope="module")
def town() -> tuple[Instance, Plan]:
    """A01 with an agreement and two goals on their way."""
    tree = pages.tree()
    tree["candidates"][0] |= {"goals_status": STATUS, "agreement": {"kind": "salaried", "signed": "2026-09"}}
    return api.load(tree), pages.plan_of(pages.town())


def of(town: tuple[Instance, Plan], month: str = "2027-03") -> dict[str, HalfYearly]:
    return {one.trajectory.candidate.id: one for one in half_yearly(*town, parse_month(month))}


def test_who_meets_when(town: tuple[Instance, Plan]) -> None:
    """A02 is on leave from January to October 2027; the second Monday of March 2027 is the 8th."""
    found = of(town)
    assert {who: (one.day, one.begins) for who, one in found.items()} == {
        "A01": (datetime.date(2027, 3, 8), datetime.time(9)),
        "A02": (None, None),
        "A03": (datetime.date(2027, 3, 8), datetime.time(10)),
    }
    assert of(town, "2026-09").keys() == {"A02"}  # the others begin in that month
    assert of(town, "2028-11").keys() == {"A02", "A03"}  # A03 is done with October, and has a last meeting


def test_served_since_and_ahead(town: tuple[Instance, Plan]) -> None:
    september = of(town, "2027-09")["A01"]
    told = [
        [
            (period.arena, period.span.start, period.span.end, period.credit)
            for period in served_in(september.trajectory, span)
        ]
        for span in (september.since, september.ahead)
    ]
    since, ahead = parse_month("2027-03"), parse_month("2027-09")
    assert told == [[("office-1", since, ahead, 6.0)], [("hospital", ahead, ahead + 6, 6.0)]]


def test_what_is_to_be_collected_before_an_arena_is_left(town: tuple[Instance, Plan]) -> None:
    """A01 leaves the office with August 2027 (001 is approved), and the hospital with February 2028."""
    words = Words(town[0], "nb")
    assert recommendations(words, of(town)["A01"]) == [(parse_month("2027-09"), "Kontor 1", "002–003")]
    assert recommendations(words, of(town, "2027-09")["A01"]) == [(parse_month("2028-03"), "Sykehuset", "004")]
    assert recommendations(words, of(town)["A03"]) == []  # in the office until April 2028


def test_what_is_behind(town: tuple[Instance, Plan]) -> None:
    """Goal 3 needs all four shifts, the last of them in January 2027; A03 has its four in October 2027 only."""
    words = Words(town[0], "nb")
    assert list(what_is_behind(words, of(town)["A01"])) == [
        "Læringsmål som etter planen skulle vært nådd, men ikke er sendt eller godkjent: 003."
    ]
    assert list(what_is_behind(words, of(town)["A03"])) == [
        "Læringsmål som etter planen skulle vært nådd, men ikke er sendt eller godkjent: 001–002.",
        "Ferdig 2 måneder senere enn tidligst mulig.",
        "ALIS-avtalen er ikke underskrevet.",
    ]
    assert [goals_so_far(one.trajectory) for one in of(town).values()] == [(1, 1, 4), (1, 0, 4), (0, 0, 4)]


def test_ten_group_meetings_a_year(town: tuple[Instance, Plan]) -> None:
    """G1 is 24 months from September 2026: twenty meetings, none in July or December."""
    a01 = next(one for one in trajectories(*town) if one.candidate.id == "A01")
    months = [row.month for row in group_meetings(a01)]
    assert len(months) == 20
    assert {month % 12 + 1 for month in months} == set(range(1, 13)) - {7, 12}


def test_meetings_lie_on_working_days() -> None:
    """17 May 2027 is the Monday after a week of 25 meetings."""
    times = list(islice(slots(parse_month("2027-05")), 26))
    assert times[0] == (datetime.date(2027, 5, 10), datetime.time(9))
    assert times[25] == (datetime.date(2027, 5, 18), datetime.time(9))
    assert datetime.date(2024, 5, 9) in holidays(2024)  # Ascension Day, Easter being 31 March
    assert datetime.date(2038, 4, 25) in holidays(2038)  # as late as Easter can be
    assert (len(holidays(2026)), len(holidays(2027))) == (12, 11)  # in 2027 Whit Monday is the 17th of May


def test_no_two_meetings_of_anybody_at_the_same_time(tmp_path: Path) -> None:
    raw = json.loads((REPO / "reports" / "sarpsborg" / "plan.json").read_text(encoding="utf-8"))
    plan, instance = Plan.from_json(json.dumps(raw)), api.load(raw["instance"]["source"])
    standing = standing_of(None, plan)
    written = write_meetings(instance, plan, tmp_path, MARCH, standing=standing)
    calendars = {path.name: Calendar.from_ical(path.read_bytes()) for path in written if path.suffix == ".ics"}
    times = {name: [event.decoded("DTSTART") for event in one.walk("VEVENT")] for name, one in calendars.items()}
    leader = times.pop("leder-møter-2027-03.ics")
    on_leave = [
        row["id"]
        for row in raw["candidates"]
        if any(m["month"] == "2027-03" and m["rotation"] is None for m in row["months"])
    ]
    assert len(leader) == len(set(leader)) == 18 - len(on_leave)
    assert sorted(leader) == sorted(time for theirs in times.values() for time in theirs)
    supervisors = {
        row["id"]: next(s["id"] for s in row["supervisors"] if s["from"] <= "2027-03" <= s["to"])
        for row in raw["candidates"]
        if row["id"] not in on_leave
    }
    for name, theirs in times.items():
        assert len(theirs) == list(supervisors.values()).count(name.partition("-")[0])
    again = write_meetings(instance, plan, tmp_path, MARCH, standing=standing)
    assert {path: path.read_bytes() for path in again if path.suffix == ".ics"} == {
        tmp_path / name: calendar.to_ical() for name, calendar in calendars.items()
    }


def test_the_sheets(town: tuple[Instance, Plan]) -> None:
    words, plan = Words(town[0], "nb"), town[1]
    content = half_yearly_sheets(words, plan, MARCH, list(of(town).values()), standing_of(*town))
    paper = docx.Document(io.BytesIO(content))
    headings = [line.text for line in paper.paragraphs if str(line.style.name) == "Heading 1"]  # type: ignore[union-attr]
    assert headings[2:] == [f"Halvårsmøte mars 2027: {who} Kandidat {who[-1]}" for who in ("A01", "A02", "A03")]
    cells = [[cell.text for cell in row.cells] for table in paper.tables for row in table.rows]
    assert ["08.03.2027 09.00", "A01 Kandidat 1", "V01 Veileder 1"] in cells
    assert ["Godkjent", "001", "1", "jan. 2027"] in cells
    assert ["Sendt til vurdering", "002", "1", ""] in cells
    assert ["Vakter etter planen til nå / i alt", "4 / 4 (planleggingstall)"] in cells
    assert ["Individuell veiledning siden sist", "21 timer"] in cells  # six months of 3.5 hours
    april_to_june = "mars 2027 (G1), april 2027 (G1), mai 2027 (G1), juni 2027 (G1), aug. 2027 (G1)"
    assert ["Gruppesamlinger de neste seks månedene", april_to_june] in cells
    assert ["Permisjon", "", "mars 2027 – aug. 2027", "", ""] in cells  # A02
