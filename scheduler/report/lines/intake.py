"""How many more there is room for, in lines."""

from __future__ import annotations

from collections.abc import Iterator

from scheduler.intake.room import Room
from scheduler.month import format_month
from scheduler.texts import Language, text


def room_lines(room: Room, lang: Language) -> Iterator[str]:
    """What is known of the number, and what stands in the way of one more."""
    key = "room-proved" if room.confirmed else "room-once"
    if room.at_most is None:
        key = "room-more"
    elif not room.settled:
        key = "room-between"
    at_most = room.most if room.at_most is None else room.at_most
    fields = {"start": format_month(room.start), "most": room.most, "next": room.most + 1, "at_most": at_most}
    yield text(f"intake.{key}", lang, **fields)
    if room.at_most is not None and room.reasons:
        yield text("intake.why", lang, next=room.at_most + 1)
        for reason in room.said.get(lang, room.reasons):
            yield f"  {reason}"
