"""A change in the coordinator's words, from the catalogue's chapter ``scenario``."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from scheduler.changes.change import Action, Change, spell_value
from scheduler.changes.vocabulary import TABLES
from scheduler.instance.types import Instance
from scheduler.month import format_month
from scheduler.texts import Language, Phrase, catalogue, chained, phrase

_FIELDS_WITH_WORDS = {
    "candidate": ("allowed", "finish_by", "until", "extra_months", "group", "practice", "supervisor", "start"),
    "supervisor": ("exempt_to",),
}
_NAMING = {"allowed": "rotation", "practice": "arena", "supervisor": "supervisor"}
"""Fields whose values are rows of another table."""


Called = Callable[[str, str], str]
"""What people call a row of a table (``arena``, ``limit``), by its id."""


def by_id(table: str, row_id: str) -> str:
    """Nothing is known of the rows but their ids."""
    return row_id


def called_in(*instances: Instance) -> Called:
    """By the names in the first of the instances that has the row; candidates by their ids, as in lists of them."""

    def called(table: str, row_id: str) -> str:
        return next((found for one in instances if (found := _name(one, table, row_id)) is not None), row_id)

    return called


def _name(instance: Instance, table: str, row_id: str) -> str | None:
    rows: Iterable[Any]
    match table:
        case "arena":
            rows = instance.arenas.values()
        case "limit":
            rows = instance.limits.values()
        case "rotation":
            rows = instance.rotations.values()
        case "requirement":
            rows = instance.requirements
        case "supervisor":
            rows = instance.supervisors.values()
        case "municipality":
            rows = instance.municipalities.values()
        case _:
            return None
    return next((row.name or row_id for row in rows if row.id == row_id), None)


def sentence(change: Change, lang: Language = "nb", called: Called = by_id) -> str:
    """What the change is, in words."""
    return change_phrase(change, called).said(lang)


def change_phrase(change: Change, called: Called = by_id) -> Phrase:
    """What the change is, and in which months."""
    return chained("scenario.then", [_what(change, called), *_when(change)])


def _what(change: Change, called: Called) -> Phrase:
    row = phrase("scenario.row", row=called(change.table, change.row))
    match change.action:
        case Action.ADD:
            direction = "more" if change.value > 0 else "fewer"
            amount = _amount(change.field, abs(change.value), f"-{direction}")
            return phrase("scenario.added", amount=amount, where=_where(change, row))
        case Action.SET if change.is_name:
            return _field_set(change, row, called)
        case Action.SET if change.is_step or (change.table, change.field) == ("group", "places"):
            return _value_set(change, row)
        case Action.SET:
            return _field_set(change, row, called)
        case Action.NEW | Action.REMOVE:
            return phrase(f"scenario.{change.action}-{change.table}", row=row)
        case Action.CLOSE | Action.LEAVE:
            return phrase(f"scenario.{change.action}", row=row)
        case Action.UNFIX | Action.SWAP:
            other = {"other": phrase("scenario.row", row=change.field)} if change.field else {}
            return phrase(f"scenario.{change.action}", row=row, rotation=called("rotation", change.value), **other)
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


def _value_called(change: Change, called: Called) -> Any:
    """The value, or what the row is called that it names."""
    table = _NAMING.get(change.field)
    match change.value:
        case str() as row_id if table is not None:
            return called(table, row_id)
        case list() as ids if table is not None:
            return [called(table, one) if isinstance(one, str) else one for one in ids]
    return change.value


def _field_set(change: Change, row: Phrase, called: Called) -> Phrase:
    value = _value_called(change, called)
    base = f"scenario.field-{change.field}"
    if change.field == "group" and isinstance(value, dict | list):
        return _group_set(value, row)
    if (change.table, change.field) == ("rotation", "starts") and isinstance(value, list) and value:
        return phrase("scenario.field-starts", row=row, starts=value)
    for key in (f"{base}-none",) if value in (None, []) else (f"{base}-{value}", base):
        if change.field in _FIELDS_WITH_WORDS.get(change.table, ()) and key in catalogue():
            return phrase(key, row=row, value=value if isinstance(value, list | str) else spell_value(value))
    column = f"workbook_in.column.{TABLES.get(change.table, change.table)}.{change.field}"
    field = phrase(column) if column in catalogue() else change.field
    return phrase("scenario.field", row=row, field=field, value=spell_value(value))
