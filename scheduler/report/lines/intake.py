"""How many more there is room for, in lines."""

from __future__ import annotations

from collections.abc import Iterator

from scheduler.intake.room import Room, Steady
from scheduler.month import MONTHS_PER_YEAR, format_month
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


def steady_lines(found: Steady, lang: Language) -> list[str]:
    """What is proved, what limits it, what was planned, and how many specialists a year it comes to."""
    said = []
    if found.at_most is None:
        said.append(text("intake.steady-open", lang))
    else:
        said.append(text("intake.steady-at-most", lang, most=found.at_most, year=2 * found.at_most))
        names = [limit if isinstance(limit, str) else limit.said(lang) for limit in found.limits]
        if names:
            what = (
                names[0] if len(names) == 1 else text("intake.and", lang, first=", ".join(names[:-1]), last=names[-1])
            )
            said.append(text("intake.steady-limits", lang, next=found.at_most + 1, what=what))
    years = found.months // MONTHS_PER_YEAR
    if found.planned:
        said.append(
            text("intake.steady-planned", lang, planned=found.planned, years=years, specialists=2 * found.planned)
        )
    key = "settled" if found.settled and found.planned else "unsettled" if found.planned else "none"
    said.append(text(f"intake.steady-{key}", lang))
    return said
