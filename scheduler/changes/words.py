"""A change in the coordinator's words, from the catalogue's chapter ``scenario``."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from scheduler.changes.change import Action, Change, spell_value
from scheduler.month import format_month
from scheduler.texts import Language, Phrase, catalogue, chained, phrase

_FIELDS_WITH_WORDS = {
    "candidate": ("allowed", "finish_by", "until", "extra_months", "group", "practice", "supervisor", "start"),
    "supervisor": ("exempt_to",),
}


def sentence(change: Change, lang: Language = "nb") -> str:
    """What the change is, in words."""
    return change_phrase(change).said(lang)


def change_phrase(change: Change) -> Phrase:
    """What the change is, and in which months."""
    return chained("scenario.then", [_what(change), *_when(change)])


def _what(change: Change) -> Phrase:
    row = phrase("scenario.row", row=change.row)
    match change.action:
        case Action.ADD:
            direction = "more" if change.value > 0 else "fewer"
            amount = _amount(change.field, abs(change.value), f"-{direction}")
            return phrase("scenario.added", amount=amount, where=_where(change, row))
        case Action.SET if change.is_name:
            return _field_set(change, row)
        case Action.SET if change.is_step or (change.table, change.field) == ("group", "places"):
            return _value_set(change, row)
        case Action.SET:
            return _field_set(change, row)
        case Action.NEW | Action.REMOVE:
            return phrase(f"scenario.{change.action}-{change.table}", row=row)
        case Action.CLOSE | Action.LEAVE:
            return phrase(f"scenario.{change.action}", row=row)
        case Action.UNFIX | Action.SWAP:
            other = {"other": phrase("scenario.row", row=change.field)} if change.field else {}
            return phrase(f"scenario.{change.action}", row=row, rotation=change.value, **other)
        case Action.RULES:
            return phrase("scenario.rules", values=[f"{name} = {spell_value(v)}" for name, v in change.value.items()])
        case Action.OVERLAY:
            return phrase("scenario.overlay", tables=list(change.value))


def _when(change: Change) -> Iterator[Phrase]:
    """From March 2027, and through August 2027; nothing for always."""
    if change.start is not None:
        yield phrase("scenario.from", month=format_month(change.start))
    if change.to is not None:
        yield phrase("scenario.to", month=format_month(change.to))


def _amount(field: str, number: int, direction: str = "") -> Phrase:
    return phrase(f"scenario.{field}{direction}", number=number)


def _where(change: Change, row: Phrase) -> Phrase:
    return phrase(f"scenario.at-{change.table}", row=row)


def _value_set(change: Change, row: Phrase) -> Phrase:
    if change.table == "candidate":
        return phrase("scenario.candidate-percent", row=row, number=change.value)
    return phrase("scenario.value-set", amount=_amount(change.field, change.value), where=_where(change, row))


def _group_set(value: dict[str, Any] | list[dict[str, Any]], row: Phrase) -> Phrase:
    """That the plan may choose two groups, or which ones they are."""
    if isinstance(value, dict) and value.get("split"):
        return phrase("scenario.field-group-split", row=row)
    two = [value.get("id"), value.get("second")] if isinstance(value, dict) else [one.get("id") for one in value]
    named = [str(group) for group in two if group is not None]
    key = "field-group-two" if len(named) > 1 else "field-group"
    return phrase(f"scenario.{key}", row=row, value=" + ".join(named))


def _field_set(change: Change, row: Phrase) -> Phrase:
    value = change.value
    base = f"scenario.field-{change.field}"
    if change.field == "group" and isinstance(value, dict | list):
        return _group_set(value, row)
    if (change.table, change.field) == ("rotation", "starts") and isinstance(value, list) and value:
        return phrase("scenario.field-starts", row=row, starts=value)
    for key in (f"{base}-none",) if value in (None, []) else (f"{base}-{value}", base):
        if change.field in _FIELDS_WITH_WORDS.get(change.table, ()) and key in catalogue():
            return phrase(key, row=row, value=value if isinstance(value, list) else spell_value(value))
    return phrase("scenario.field", row=row, field=change.field, value=spell_value(value))
