"""Scenarios and sweeps of a command line with invented words in place of the user's own."""

from __future__ import annotations

import dataclasses
from typing import Any

from scheduler.changes import Action, Change, parse_sweep, scenario_of
from scheduler.changes.change import spell_id
from scheduler.changes.vocabulary import model_of
from scheduler.fault.trees import WordsFound, replaced, value_replaced
from scheduler.files import InputError
from scheduler.files.schema import FileInstance, FileRules


def scenario_replaced(text: str, words: WordsFound) -> str | None:
    """A scenario of the command line, a file's told as one line of changes; None if it is none."""
    try:
        changes = scenario_of(text).changes
    except InputError:
        return None
    return "; ".join(_replaced(change, words).inline() for change in changes)


def sweep_replaced(text: str, words: WordsFound) -> str | None:
    """A sweep of the command line; None if it is none."""
    try:
        change = parse_sweep(text).changes[0]
    except InputError:
        return None
    place = f"{change.table}.{spell_id(change.row)}."
    if not change.row:
        return text
    if not text.strip().startswith(place):
        return None
    return text.strip().replace(place, f"{change.table}.{spell_id(words.word(change.row))}.", 1)


def _replaced(change: Change, words: WordsFound) -> Change:
    row = words.word(change.row) if change.row else ""
    return dataclasses.replace(change, row=row, value=_value(change, words))


def _value(change: Change, words: WordsFound) -> Any:
    match change.action:
        case Action.NEW:
            return replaced(change.value, model_of(change.table), words)
        case Action.OVERLAY:
            return replaced(change.value, FileInstance, words)
        case Action.RULES:
            return replaced(change.value, FileRules, words)
        case Action.UNFIX:
            return words.word(change.value)
        case Action.SET if not change.is_step or change.is_name:
            fields = {field.alias or name: field for name, field in model_of(change.table).model_fields.items()}
            return value_replaced(change.value, fields[change.field], words)
    return change.value
