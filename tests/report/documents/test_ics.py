"""The calendar file: valid, with stable ids, and telling calendars what has moved since it was given out before."""

from __future__ import annotations

import datetime
import itertools
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

PERIODS = 3
"""Of A01: office, hospital, and the shared week."""


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
    assert len(events) == 4 + 20 + PERIODS  # half-yearly meetings, the group's, and the periods in a rotation
    assert (calendar["VERSION"], calendar["METHOD"]) == ("2.0", "PUBLISH")
    assert all(event.errors == [] for event in events)
    assert {event.decoded("DTSTAMP") for event in events} == {datetime.datetime(2026, 9, 1, tzinfo=datetime.UTC)}
    lasting = [event.decoded("DTEND") - event.decoded("DTSTART") for event in events]
    assert sum(length > datetime.timedelta(days=1) for length in lasting) == PERIODS
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
    entries = read_entries(content).values()
    days = [each_entry.day for each_entry in entries]
    leave = (datetime.date(2027, 1, 1), datetime.date(2027, 10, 31))
    assert [day for day in days if leave[0] <= day <= leave[1]] == []
    group = [each_entry for each_entry in entries if each_entry.summary.startswith("Veiledningsgruppe")]
    assert len(group) == 24 - 10 - 3  # months of the group, and of those left two Decembers and one July
    lasting = [(each_entry.day, each_entry.last) for each_entry in entries if each_entry.last is not None]
    assert [span for span in lasting if span[0] <= leave[1] and span[1] >= leave[0]] == []
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
    assert len(Calendar.from_ical(content).walk("VEVENT")) == 4 + 20 + PERIODS
    assert all(len(line) <= 75 for line in content.split(b"\r\n"))


def test_english(instance: Instance) -> None:
    summaries = {entry.summary for entry in read_entries(made(instance, "A01", lang="en")).values()}
    assert "Half-yearly meeting 1: A01 Kandidat 1" in summaries
    assert "Guidance group G1, month 24: A01 Kandidat 1" in summaries


def moved_on(begins: str, path: str | None, before: bytes) -> bytes:
    """The calendar of A01 when the plan begins later."""
    later = pages.town(horizon={"start": begins, "months": 60})
    entry = pages.entry(later, "A01", path)
    return calendar_of(Words(later, "nb"), pages.plan_of(later, entry), trajectory_of(later, entry), before)


@pytest.mark.parametrize(
    ("begins", "path", "past"),
    [
        ("2027-05", "gp*4 hospital*6 mixed*6", 1 + 7 + 1),
        ("2028-01", "hospital*2 mixed*6", 2 + 13 + 2),
        ("2028-09", None, 4 + 20 + 3),
    ],
)
def test_what_has_been_stays_when_the_plan_begins_later(
    instance: Instance, begins: str, path: str | None, past: int
) -> None:
    """Start 2026-09: meetings in 2027-03, 2027-09, 2028-03 and a last one; 20 of the group; 3 periods. All stay."""
    before = made(instance, "A01")
    after = moved_on(begins, path, before)
    first = first_day(parse_month(begins))
    given = {uid: entry for uid, entry in read_entries(before).items() if entry.day < first}
    assert len(given) == past
    assert {uid: entry for uid, entry in read_entries(after).items() if entry.day < first} == given


@pytest.mark.parametrize(
    ("path", "last"),
    [("gp*2 hospital*6 mixed*8", datetime.date(2027, 6, 30)), ("hospital*6 mixed*10", datetime.date(2027, 4, 30))],
)
def test_the_period_that_runs_when_the_plan_begins_later_is_one_and_ends_as_it_does_now(
    instance: Instance, path: str, last: datetime.date
) -> None:
    """The office to 2027-08, and then a plan from 2027-05 on in which it ends in June, or has ended in April."""
    after = read_entries(moved_on("2027-05", path, made(instance, "A01")))
    office = [entry for entry in after.values() if entry.summary.startswith("Fastlege:") and entry.day.year < 2027]
    assert [(entry.day, entry.last, entry.sequence) for entry in office] == [(datetime.date(2026, 9, 1), last, 1)]
    periods = sorted(
        (entry.day, entry.last) for entry in after.values() if entry.last is not None and entry.status == "TENTATIVE"
    )
    assert all(earlier[1] < later[0] for earlier, later in itertools.pairwise(periods))  # nobody is in two at a time
