"""A change in the coordinator's words, from the catalogue's chapter ``scenario``."""

from __future__ import annotations

from scheduler.changes.change import Action, Change, spell_value
from scheduler.month import Month, calendar_month, year
from scheduler.texts import Language, catalogue, text

_FIELDS_WITH_WORDS = ("finish_by", "group", "practice", "supervisor", "start")


def month_in_words(month: Month, lang: Language = "nb") -> str:
    """A month as people write it: ``mars 2027``."""
    return f"{text(f'scenario.month_{calendar_month(month)}', lang)} {year(month)}"


def sentence(change: Change, lang: Language = "nb") -> str:
    """What the change is, in words."""
    row = f"«{change.row}»" if lang == "nb" else f"“{change.row}”"
    match change.action:
        case Action.ADD:
            direction = "more" if change.value > 0 else "fewer"
            number = abs(change.value)
            amount = _amount(change.field, number, lang, f"-{direction}")
            said = text("scenario.added", lang, amount=amount, where=_where(change, row, lang))
        case Action.SET if change.is_step or (change.table, change.field) == ("group", "places"):
            said = _value_set(change, row, lang)
        case Action.SET:
            return _field_set(change, row, lang)
        case Action.NEW | Action.REMOVE:
            return text(f"scenario.{change.action}-{change.table}", lang, row=row)
        case Action.CLOSE | Action.LEAVE:
            said = text(f"scenario.{change.action}", lang, row=row)
        case Action.UNFIX:
            said = text("scenario.unfix", lang, row=row, rotation=change.value)
        case Action.RULES:
            values = ", ".join(f"{name} = {spell_value(value)}" for name, value in change.value.items())
            return text("scenario.rules", lang, values=values)
        case Action.OVERLAY:
            return text("scenario.overlay", lang, tables=", ".join(change.value))
    return said + window_in_words(change.start, change.to, lang)


def window_in_words(start: Month | None, to: Month | None, lang: Language = "nb") -> str:
    """`` fra mars 2027 til august 2027``; empty for always."""
    said = ""
    if start is not None:
        said += " " + text("scenario.from", lang, month=month_in_words(start, lang))
    if to is not None:
        said += " " + text("scenario.to", lang, month=month_in_words(to, lang))
    return said


def _amount(field: str, number: int, lang: Language, direction: str = "") -> str:
    count = "one" if number == 1 else "many"
    return text(f"scenario.{field}{direction}-{count}", lang, number=number)


def _where(change: Change, row: str, lang: Language) -> str:
    return text(f"scenario.at-{change.table}", lang, row=row)


def _value_set(change: Change, row: str, lang: Language) -> str:
    if change.table == "candidate":
        return text("scenario.candidate-percent", lang, row=row, number=change.value)
    amount = _amount(change.field, change.value, lang)
    return text("scenario.value-set", lang, amount=amount, where=_where(change, row, lang))


def _field_set(change: Change, row: str, lang: Language) -> str:
    value = change.value
    base = f"scenario.field-{change.field}"
    for key in (f"{base}-{value}", base) if value is not None else (f"{base}-none",):
        if change.table == "candidate" and change.field in _FIELDS_WITH_WORDS and key in catalogue():
            return text(key, lang, row=row, value=spell_value(value))
    return text("scenario.field", lang, row=row, field=change.field, value=spell_value(value))
