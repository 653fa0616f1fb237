"""A plan that is being edited by hand: what its version's ``state`` keeps, and what the edits come to.

The state names the version that was there before the first edit, and all edits since. So the plan of a version is
reckoned from that one, and what was broken before it stays known as that.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from scheduler import api
from scheduler.api import Edit, Edited, Instance, OpenedPlan, Pin, Plan, Span
from scheduler.month import Month, format_month, parse_month
from scheduler.web.opening import opened_plan
from scheduler.web.store import Store, Version

STATE = "timeline"
_REMEMBERED = 24


@dataclass(frozen=True, slots=True)
class Draft:
    """``base``: the version that was edited; ``kept``: what is broken and is to stay so, by ``board.fault_id``.

    ``since``: where the base is an edited plan whose data have been changed from here, the version before that: what it
    broke before its edits is known, all else these have broken. ``from_month``: from when on the data are others.
    """

    base: int
    edits: tuple[Edit, ...] = ()
    pins: tuple[Pin, ...] = ()
    kept: tuple[str, ...] = ()
    since: int | None = None
    from_month: Month | None = None

    @classmethod
    def of(cls, version: Version) -> Draft:
        """What a version keeps; of one that nobody has edited, that it is the base."""
        state: Mapping[str, Any] = version.state.get(STATE, {})
        return cls(
            base=state.get("base") or version.id,
            edits=tuple(_edit(row) for row in state.get("edits", ())),
            pins=tuple(_pin(row) for row in state.get("pins", ())),
            kept=tuple(state.get("kept", ())),
            since=state.get("since"),
            from_month=None if state.get("from_month") is None else parse_month(state["from_month"]),
        )

    def state(self) -> dict[str, Any]:
        """What the store keeps with a version of these edits."""
        return {
            STATE: {
                "base": self.base,
                "edits": [_edit_row(edit) for edit in self.edits],
                "pins": [_pin_row(pin) for pin in self.pins],
                "kept": list(self.kept),
                **self._about_data(),
            }
        }

    def with_data_state(self, since: int, from_month: Month) -> dict[str, Any]:
        """What the store keeps with the plan of these edits for data that differ from a month on: edits begin anew."""
        first = from_month if self.from_month is None else min(from_month, self.from_month)
        about = replace(self, since=since, from_month=first)._about_data()
        return {STATE: {"pins": [_pin_row(pin) for pin in self.pins], "kept": list(self.kept), **about}}

    def _about_data(self) -> dict[str, Any]:
        if self.since is None or self.from_month is None:
            return {}
        return {"since": self.since, "from_month": format_month(self.from_month)}

    def mended_state(self) -> dict[str, Any]:
        """What the store keeps with a version that a search has made of these edits, the base of the next ones."""
        return {STATE: {"pins": [_pin_row(pin) for pin in self.pins]}}

    def with_edits(self, edits: Sequence[Edit]) -> Draft:
        """The draft with more edits; ValueError for one that takes away what is pinned."""
        for edit in edits:
            if any(_concerns(edit, pin) for pin in self.pins):
                raise ValueError(f"{edit.candidate}: pinned")
        return replace(self, edits=(*self.edits, *edits))

    def with_pin(self, pin: Pin, held: bool) -> Draft:
        """The draft with or without a pin."""
        others = tuple(other for other in self.pins if other != pin)
        return replace(self, pins=(*others, pin) if held else others)


def _concerns(edit: Edit, pin: Pin) -> bool:
    spans = (edit.to, edit.of) if edit.of else (edit.to,)
    return edit.candidate == pin.candidate and any(
        span.start < pin.span.end and pin.span.start < span.end for span in spans
    )


@dataclass(frozen=True, slots=True)
class Looked:
    """A version with its instance, the plan before the edits, and what the edits come to."""

    version: Version
    draft: Draft
    instance: Instance
    before: OpenedPlan
    edited: Edited

    @property
    def plan(self) -> Plan:
        """The plan as it is."""
        return self.edited.plan

    @property
    def pins(self) -> tuple[Pin, ...]:
        """What stays when the rest is mended: what is pinned, and each block that an edit has put where it is."""
        put = (
            Pin(edit.candidate, edit.rotation, edit.to)
            for edit in self.draft.edits
            if not self.instance.rotations[edit.rotation].base and _is_there(self.plan, edit)
        )
        return tuple(dict.fromkeys((*self.draft.pins, *put)))

    def lies_fast_to(self, month: Month) -> Month | None:
        """The last month, up to this one, in which mending moves nothing; None if it may move all.

        What an edit has changed lies not fast from there on, nor does a plan that broke rules before it was edited.
        """
        spans = [span for edit in self.draft.edits for span in (edit.to, edit.of) if span is not None]
        told = [] if self.draft.from_month is None else [self.draft.from_month]
        last = min([month, *(span.start - 1 for span in spans), *(first - 1 for first in told)])
        return None if self.edited.before or last < self.instance.start else last


def _is_there(plan: Plan, edit: Edit) -> bool:
    """Whether no later edit has put the candidate elsewhere in these months; leave is no other rotation."""
    months = edit.to.months()
    there = {row.rotation for row in plan.candidate(edit.candidate).months if row.month in months} - {None}
    return there == {edit.rotation}


def months_moved(before: Plan, after: Plan) -> dict[str, int]:
    """How many months of each candidate are in another rotation, of those who have any."""
    found: dict[str, int] = {}
    for entry in after.candidates:
        was, now = (
            {row.month: row.rotation for row in plan.candidate(entry.id).months if row.rotation}
            for plan in (before, after)
        )
        number = sum(was.get(month) != now.get(month) for month in was.keys() | now.keys())
        if number:
            found[entry.id] = number
    return found


@lru_cache(_REMEMBERED)
def looked_at(store: Store, version_id: int) -> Looked:
    """A version of the plan, looked at once, since a version never changes.

    LookupError; ValueError where nobody knows for what data the plan was made.
    """
    version = store.version(version_id)
    draft = Draft.of(version)
    base = opened_plan(store, draft.base)
    if base.instance is None:
        raise ValueError("a plan without its instance")
    return Looked(version, draft, base.instance, base, _judged(store, draft, tried(store, draft)))


def _judged(store: Store, draft: Draft, edited: Edited) -> Edited:
    """What is broken since data were changed from here is the edits', although the base breaks it, too."""
    if draft.since is None:
        return edited
    known = looked_at(store, draft.since).edited.before
    new = [violation for violation in edited.before if violation not in known]
    anew = api.settled_anew(new)
    return replace(
        edited,
        before=tuple(violation for violation in edited.before if violation in known),
        broken=(*(violation for violation in new if violation not in anew), *edited.broken),
        settled=(*anew, *edited.settled),
    )


def tried(store: Store, draft: Draft) -> Edited:
    """What the edits of a draft come to; LookupError and ValueError as ``api.edit``."""
    return _edited(store, draft.base, draft.edits)


@lru_cache(_REMEMBERED)
def _edited(store: Store, base: int, edits: tuple[Edit, ...]) -> Edited:
    before = opened_plan(store, base)
    assert before.instance is not None
    return api.edit(before.instance, before, edits)


# --- as JSON ---------------------------------------------------------------------------------------------------------


def _edit(row: Mapping[str, Any]) -> Edit:
    of = row.get("of")
    return Edit(row["candidate"], row["rotation"], _span(row["to"]), None if of is None else _span(of))


def _edit_row(edit: Edit) -> dict[str, Any]:
    of = None if edit.of is None else _months(edit.of)
    return {"candidate": edit.candidate, "rotation": edit.rotation, "to": _months(edit.to), "of": of}


def _pin(row: Mapping[str, Any]) -> Pin:
    return Pin(row["candidate"], row["rotation"], _span(row["months"]))


def _pin_row(pin: Pin) -> dict[str, Any]:
    return {"candidate": pin.candidate, "rotation": pin.rotation, "months": _months(pin.span)}


def _span(months: Sequence[str]) -> Span:
    first, last = (parse_month(month) for month in months)
    return Span(first, last + 1)


def _months(span: Span) -> list[str]:
    last: Month = span.end - 1
    return [format_month(span.start), format_month(last)]
