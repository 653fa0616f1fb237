"""A candidate's half-yearly meetings, group meetings and rotation periods as a calendar file (RFC 5545).

Ids are stable: the nth meeting of a candidate has the same id in every plan, and so has a period that begins in the
same month. A file that was written before is read, so that an event that has changed gets the next sequence number and
one that is gone is cancelled; calendars that go by ids then move or remove it. What lies before the plan's first month
stays as it was. Nothing is taken from the clock.
"""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, replace

from icalendar import Calendar, Event

from scheduler.accounting import Trajectory
from scheduler.month import first_day, format_month, last_day, runs
from scheduler.plan import Plan
from scheduler.report.meetings import group_meetings, half_yearly_meetings, suggested_day
from scheduler.report.standing import PlanStanding, standing_of
from scheduler.report.words import Words, tidy
from scheduler.texts import text

PRODUCT = "-//alis-scheduler//{lang}//"
UID_LENGTH = 32
ONE_DAY = datetime.timedelta(days=1)
MEETING = datetime.timedelta(hours=1)
CANCELLED, TENTATIVE = "CANCELLED", "TENTATIVE"


@dataclass(frozen=True, slots=True)
class Entry:
    """An event of a whole day, of all days to the ``last``, or of an hour by the clock of whoever reads it."""

    uid: str
    day: datetime.date
    summary: str
    description: str
    sequence: int = 0
    status: str = TENTATIVE
    begins: datetime.time | None = None
    last: datetime.date | None = None

    @property
    def content(self) -> tuple[object, ...]:
        """What a reader sees; a change of it raises the sequence number."""
        return (self.day, self.last, self.begins, self.summary, self.description, self.status)


def calendar_of(
    words: Words, plan: Plan, trajectory: Trajectory, earlier: bytes | None = None, standing: PlanStanding | None = None
) -> bytes:
    """The file's bytes; ``earlier`` is the file that was given out before, if any.

    Of a plan that breaks rules the calendar says so in its description; without a standing the plan is checked.
    """
    standing = standing or standing_of(words.instance, plan)
    name = _say(words, "calendar-name", who=words.candidate(trajectory.candidate.id))
    return calendar_with(words, name, list(_entries(words, trajectory)), earlier, standing)


def calendar_with(
    words: Words, name: str, entries: list[Entry], earlier: bytes | None, standing: PlanStanding
) -> bytes:
    """A calendar of this name with these entries, after the file of it that was given out before, if any."""
    if earlier is not None:
        entries = _after(read_entries(earlier), entries, first_day(words.instance.start))
    calendar = Calendar()
    calendar.add("prodid", PRODUCT.format(lang=words.lang.upper()))
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", name)
    if standing.broken:
        calendar.add("x-wr-caldesc", standing.sentence(words.lang))
    stamp = datetime.datetime.combine(first_day(words.instance.start), datetime.time(), datetime.UTC)
    for entry in sorted(entries, key=lambda each_entry: (each_entry.day, each_entry.uid)):
        calendar.add_component(_event(entry, stamp))
    return bytes(calendar.to_ical())


def _say(words: Words, key: str, **fields: object) -> str:
    return tidy(text(f"documents.{key}", words.lang, **fields))


def uid_of(trajectory: Trajectory, *kind: object) -> str:
    """An id that rests on the candidate's id and first possible start, and on what the event is; of all
    events only a rotation period has its first month in it.
    """
    parts = [trajectory.candidate.id, trajectory.candidate.start_earliest, *kind]
    known = hashlib.sha256("\x1f".join(map(str, parts)).encode("utf-8", "surrogatepass")).hexdigest()
    return f"{known[:UID_LENGTH]}@alis-scheduler"


def _entries(words: Words, trajectory: Trajectory) -> Iterator[Entry]:
    who = words.candidate(trajectory.candidate.id)
    for meeting in half_yearly_meetings(trajectory):
        if meeting.month is None:
            continue
        fields = {"number": meeting.number, "who": who, "month": format_month(meeting.month)}
        yield Entry(
            uid_of(trajectory, "meeting", meeting.number),
            suggested_day(meeting.month),
            _say(words, "event-meeting", **fields),
            _say(words, "event-meeting-note", **fields),
        )
    for month in group_meetings(trajectory):
        fields = {"group": month.group, "number": month.number, "year": month.group_year, "who": who}
        yield Entry(
            uid_of(trajectory, "group", month.group, month.number),
            first_day(month.month),
            _say(words, "event-group", **fields),
            _say(words, "event-group-note", **fields),
        )
    yield from _periods(words, trajectory)


def _periods(words: Words, trajectory: Trajectory) -> Iterator[Entry]:
    """The months in each rotation, months of leave left out."""
    who = words.candidate(trajectory.candidate.id)
    for start, end, rotation_id in runs((month.month, month.rotation.id) for month in trajectory.shown):
        yield Entry(
            uid_of(trajectory, "period", rotation_id, start),
            first_day(start),
            _say(words, "event-period", rotation=words.rotation(rotation_id), who=who),
            _say(words, "event-period-note", who=who),
            last=last_day(end - 1),
        )


def _after(earlier: dict[str, Entry], entries: list[Entry], first: datetime.date) -> list[Entry]:
    """The entries with the sequence numbers that follow from the file given out before; those gone are cancelled.

    What lies before the plan's ``first`` day has been, and stays as it was; a period that runs then is the one that it
    was, and ends when it does now.
    """
    running = {entry.summary: entry for entry in entries if entry.last is not None and entry.day <= first}
    been = {uid: before for uid, before in earlier.items() if before.day < first}
    found = []
    for before in been.values():
        if before.status == CANCELLED or before.last is None or before.last < first:
            found.append(before)
            continue
        now = running.pop(before.summary, None)
        last = first - ONE_DAY if now is None else now.last
        found.append(_following(before, replace(before, last=last)))
        entries = [entry for entry in entries if entry is not now]
    for entry in entries:
        if entry.uid not in been:
            found.append(_following(earlier.get(entry.uid), entry))
    kept = {entry.uid for entry in found}
    for uid, before in earlier.items():
        if uid not in kept:
            sequence = before.sequence + (before.status != CANCELLED)
            found.append(replace(before, sequence=sequence, status=CANCELLED))
    return found


def _following(before: Entry | None, entry: Entry) -> Entry:
    """The entry with the next sequence number if it is another than the one before."""
    return entry if before is None else replace(entry, sequence=before.sequence + (before.content != entry.content))


def read_entries(content: bytes) -> dict[str, Entry]:
    """The events of a file of ours by id; a file that cannot be read holds none."""
    try:
        events = list(Calendar.from_ical(content).walk("VEVENT"))
        return {entry.uid: entry for entry in map(_read, events)}
    except (ValueError, KeyError, AttributeError, TypeError):
        return {}


def _read(event: object) -> Entry:
    assert isinstance(event, Event)
    start = event.decoded("DTSTART")
    timed = isinstance(start, datetime.datetime)
    last = None if timed else event.decoded("DTEND") - ONE_DAY
    return Entry(
        uid=str(event["UID"]),
        day=start.date() if timed else start,
        begins=start.time() if timed else None,
        last=None if last == start else last,
        summary=str(event.get("SUMMARY", "")),
        description=str(event.get("DESCRIPTION", "")),
        sequence=int(event.get("SEQUENCE", 0)),
        status=str(event.get("STATUS", TENTATIVE)),
    )


def _event(entry: Entry, stamp: datetime.datetime) -> Event:
    event = Event()
    event.add("uid", entry.uid)
    event.add("dtstamp", stamp)
    if entry.begins is None:
        event.add("dtstart", entry.day)
        event.add("dtend", (entry.last or entry.day) + ONE_DAY)
    else:
        start = datetime.datetime.combine(entry.day, entry.begins)
        event.add("dtstart", start)
        event.add("dtend", start + MEETING)
    event.add("summary", entry.summary)
    event.add("description", entry.description)
    event.add("sequence", entry.sequence)
    event.add("status", entry.status)
    event.add("transp", "TRANSPARENT" if entry.begins is None else "OPAQUE")
    return event
