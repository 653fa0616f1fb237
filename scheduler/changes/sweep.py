"""A sweep: one change over a range of values, ``arena.kad4a.places=1..5``."""

from __future__ import annotations

import re
from dataclasses import dataclass

from scheduler.changes.change import Action, Change
from scheduler.changes.inline import parse_change
from scheduler.instance.problems import InputError, Problem, shown

EXAMPLE = "arena.kad4a.places=1..5"
MOST_VALUES = 100
_RANGE = re.compile(
    r"(?P<place>[^=@]+?)(?P<sign>=|\+|-)(?P<low>\d{1,6})\.\.(?P<high>\d{1,6})(?:/(?P<by>\d{1,6}))?(?P<window>@.*)?"
)


@dataclass(frozen=True, slots=True)
class Sweep:
    """Changes that differ in one number, in rising order of it."""

    text: str
    values: tuple[int, ...]
    changes: tuple[Change, ...]

    @property
    def subject(self) -> str:
        """What is swept, without its values: ``arena.kad4a.places``."""
        change = self.changes[0]
        place = f"rules.{next(iter(change.value))}" if change.action is Action.RULES else None
        return place or f"{change.table}.{change.row}.{change.field}"


def parse_sweep(text: str) -> Sweep:
    """The changes of a sweep; ``=1..9/2`` goes by twos, ``+0..3`` adds. InputError where it is none.

    >>> [change.inline() for change in parse_sweep("arena.kad4a.places=1..2").changes]
    ['arena.kad4a.places=1', 'arena.kad4a.places=2']
    """
    match = _RANGE.fullmatch(text.strip())
    values = (
        [] if match is None else list(range(int(match["low"]), int(match["high"]) + 1, max(int(match["by"] or 1), 1)))
    )
    if match is None or not 1 <= len(values) <= MOST_VALUES:
        fields = {"example": EXAMPLE, "most": MOST_VALUES}
        raise InputError([Problem("sweep-syntax", (shown(text),), shown(text), fields=fields)])
    sign = match["sign"]
    if sign != "=":
        values = [value for value in values if value]  # adding nothing is the base
    place, window = match["place"], match["window"] or ""
    changes = tuple(parse_change(f"{place}{sign}{value}{window}", (shown(text),)) for value in values)
    signed = [-value for value in values] if sign == "-" else values
    pairs = sorted(zip(signed, changes, strict=True), key=lambda pair: pair[0])
    return Sweep(text.strip(), tuple(value for value, _ in pairs), tuple(change for _, change in pairs))
