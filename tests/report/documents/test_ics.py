"""The calendar file: valid, with stable ids, and telling calendars what has moved since it was given out before."""

from __future__ import annotations

import datetime
import re

import pytest
from icalendar import Calendar

from scheduler.accounting import trajectory_of
from scheduler.instance.types import Instance
from scheduler.month import first_day, parse_month
from scheduler.plan import Plan
from scheduler.report.documents.calendar_file import Entry, calendar_of, read_entries
from scheduler.report.words import Words
from scheduler.texts import Language
from tests.helpers import pages


def made(instance: Instance, candidate_id: str, path: str | None = None, earlier: bytes | None = None,
         lang: Language = "nb") -> bytes:  # fmt: skip
    entry = pages.entry(instance, candidate_id, path)
    plan: Plan = pages.plan_of(instance, entry)
    return calendar_of(Words(instance, lang), plan, trajectory_of(instance, entry), earlier)


def meetings(content: bytes) -> dict[str, Entry]:
    """Meetings by the first words of their summary."""
    found = {entry.summary.partition(":")[0]: entry for entry in read_entries(content).values()}
    return {name: entry for name, entry in found.items() if name.startswith("Halvårlig")}


def test_a_valid_file_that_says_what_the_plan_says(instance: Instance) -> None:
    content = made(instance, "A01")
    calendar = Calendar.from_ical(content)
    events = calendar.walk("VEVENT")
    assert len(events) == 4 + 24  # half-yearly meetings, and the months of the group
    assert (calendar["VERSION"], calendar["METHOD"]) == ("2.0", "PUBLISH")
    assert all(event.errors == [] for event in events)
    assert {event.decoded("DTSTAMP") for event in events} == {datetime.datetime(2026, 9, 1, tzinfo=datetime.UTC)}
    assert all(event.decoded("DTEND") - event.decoded("DTSTART") == datetime.timedelta(days=1) for event in events)
    assert {str(event["TRANSP"]) for event in events} == {"TRANSPARENT"}
    first = meetings(content)["Halvårlig møte 1"]
    assert first.summary == "Halvårlig møte 1: A01 Kandidat 1"
    assert first.day == datetime.date(2027, 3, 10)
    assert all(len(line) <= 75 for line in content.split(b"\r\n"))
    assert content.endswith(b"END:VCALENDAR\r\n")


def test_nothing_in_months_of_leave(instance: Instance) -> None:
    grouped = pages.town(candidates=[
        {**row, "group": "G1"} if row["id"] == "A02" else row for row in pages.tree()["candidates"]
    ])  # fmt: skip
    entry = pages.entry(grouped, "A02")
    content = calendar_of(Words(grouped, "nb"), pages.plan_of(grouped, entry), trajectory_of(grouped, entry))
    days = [each_entry.day for each_entry in read_entries(content).values()]
    leave = (datetime.date(2027, 1, 1), datetime.date(2027, 10, 31))
    assert [day for day in days if leave[0] <= day <= leave[1]] == []
    assert sum(day.day == 1 for day in days) == 24 - 10  # months of the group
    assert len(meetings(content)) == 4  # 1, 4, 5 and 6: 2 and 3 fall in leave


def test_the_same_plan_gives_the_same_file_also_after_itself(instance: Instance) -> None:
    content = made(instance, "A01")
    assert made(pages.town(), "A01") == content
    assert made(instance, "A01", earlier=content) == content


def test_ids_stay_and_a_changed_event_is_the_next_in_its_sequence(instance: Instance) -> None:
    """With leave in 2027-03 the first meeting moves to 2027-02: the same id, sequence 1; the others do not change."""
    before = made(instance, "A01")
    changed = pages.town(candidates=[
        {**row, "leave": [{"from": "2027-03", "to": "2027-03"}]} if row["id"] == "A01" else row
        for row in pages.tree()["candidates"]
    ])  # fmt: skip
    after = made(changed, "A01", "gp*6 - gp*6 hospital*6 mixed*6", earlier=before)
    old, new = meetings(before)["Halvårlig møte 1"], meetings(after)["Halvårlig møte 1"]
    assert (old.uid, old.sequence, old.day) == (new.uid, 0, datetime.date(2027, 3, 10))
    assert (new.sequence, new.day) == (1, datetime.date(2027, 2, 10))
    assert meetings(after)["Halvårlig møte 2"] == meetings(before)["Halvårlig møte 2"]
    back = made(instance, "A01", earlier=after)
    assert meetings(back)["Halvårlig møte 1"].sequence == 2


def test_what_is_gone_is_cancelled_once(instance: Instance) -> None:
    """Two months longer gives no fewer meetings; six months shorter loses the last one."""
    before = made(instance, "A01")
    after = made(instance, "A01", "gp*12 hospital*6", earlier=before)
    gone = meetings(after)["Halvårlig møte 4"]
    assert (gone.status, gone.sequence) == ("CANCELLED", 1)
    assert meetings(after)["Halvårlig møte 2"].status == "TENTATIVE"
    assert made(instance, "A01", "gp*12 hospital*6", earlier=after) == after
    returned = meetings(made(instance, "A01", earlier=after))["Halvårlig møte 4"]
    assert (returned.status, returned.sequence) == ("TENTATIVE", 2)


def test_ids_differ_between_candidates_and_do_not_tell_the_name(instance: Instance) -> None:
    first, third = read_entries(made(instance, "A01")), read_entries(made(instance, "A03"))
    assert not first.keys() & third.keys()
    renamed = pages.town({"A01": "Nytt Navn"})
    assert read_entries(made(renamed, "A01")).keys() == first.keys()
    assert all(re.fullmatch(r"[0-9a-f]{32}@alis-scheduler", uid) for uid in first)


@pytest.mark.parametrize(
    "earlier", [b"", b"rubbish", b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"]
)
def test_an_earlier_file_that_cannot_be_read_is_passed_over(instance: Instance, earlier: bytes) -> None:
    assert made(instance, "A01", earlier=earlier) == made(instance, "A01")


def test_a_name_cannot_add_lines_or_events() -> None:
    evil = "x\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nSUMMARY:y;=cmd,\\n \x00" + "Å" * 200
    content = made(pages.with_every_name(pages.town(), evil), "A01")
    assert len(Calendar.from_ical(content).walk("VEVENT")) == 28
    assert all(len(line) <= 75 for line in content.split(b"\r\n"))


def test_english(instance: Instance) -> None:
    summaries = {entry.summary for entry in read_entries(made(instance, "A01", lang="en")).values()}
    assert "Half-yearly meeting 1: A01 Kandidat 1" in summaries
    assert "Guidance group G1, month 24: A01 Kandidat 1" in summaries


@pytest.mark.parametrize(("begins", "past"), [("2027-05", 1 + 8), ("2028-01", 2 + 16), ("2028-09", 4 + 24)])
def test_what_has_been_stays_when_the_plan_begins_later(instance: Instance, begins: str, past: int) -> None:
    """Start 2026-09: meetings in 2027-03, 2027-09, 2028-03 and a last one; 24 months of group. None is cancelled."""
    before = made(instance, "A01")
    later = pages.town(horizon={"start": begins, "months": 60})
    entry = pages.entry(later, "A01")
    moved_on = entry.model_copy(update={"months": [row for row in entry.months if row.month >= parse_month(begins)]})
    plan = pages.plan_of(later, moved_on)
    after = calendar_of(Words(later, "nb"), plan, trajectory_of(later, moved_on), before)
    first = first_day(parse_month(begins))
    given = {uid: entry for uid, entry in read_entries(before).items() if entry.day < first}
    assert len(given) == past
    assert {uid: entry for uid, entry in read_entries(after).items() if entry.day < first} == given
