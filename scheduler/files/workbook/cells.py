"""One cell: from what stands in it to a value of the instance file, and back so that nothing is lost.

A text that would be read as something else than itself (an id ``fri``, a name with a space at its end) is written as a
JSON string in quotation marks, and a cell that holds one is read as just that text. An en dash stands for "given, but
empty", where that is different from not given.
"""

from __future__ import annotations

import datetime
import json
import math
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from scheduler.files.workbook.kinds import Type, ValueKind
from scheduler.files.workbook.layout import Column
from scheduler.files.workbook.months import (
    EPOCH,
    calendar_month_from_text,
    date_in,
    month_from_date,
    month_from_number,
    month_from_text,
    names_a_month,
)
from scheduler.files.workbook.titles import plain, spellings, words
from scheduler.month import first_day, last_day, parse_month
from scheduler.texts import LANGUAGES, Language

EMPTY: Final = "–"
OR: Final = "|"
"""Between the alternatives of an item of a list."""
LONGEST_CELL = 32_767

Content = str | int | float | bool | datetime.datetime | datetime.date | datetime.time | datetime.timedelta | None

DATES = (datetime.date, datetime.time, datetime.timedelta)
_NOT_LETTERS = re.compile(r"\[[^]]*\]|\"[^\"]*\"|\\.")  # in a number format: what is no letter of a date
_DASHES = {"–", "-", "—"}
_AROUND = " \t\r\n\xa0\u2007\u202f\u200b\ufeff"
_NUMBER = re.compile(r"[-−]?\d+(?:[.,]\d+)?(?:e-?\d+)?", re.ASCII)
_THOUSANDS = re.compile(r"\d+\.\d{3}", re.ASCII)
_ZEROS = re.compile(r"0+")
_YES = {plain(word) for word in ("ja", "yes", "true", "sann", "x", "✓", "1")} - {""}
_NO = {plain(word) for word in ("nei", "no", "false", "usann", "0")}
# what a spreadsheet file cannot hold as it is: its own escapes, control characters, non-characters, lone surrogates
_UNSAFE = re.compile(r"_x[0-9a-fA-F]{4}_|x005F_|[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff\u2028\u2029]")


class CellError(ValueError):
    """What stands in a cell is not what belongs there: a code of the catalogue and the fields of its sentence."""

    def __init__(self, code: str, choices: Collection[str] = (), **fields: object) -> None:
        super().__init__(code)
        self.code = code
        self.choices = choices
        self.fields = fields


@dataclass(frozen=True, slots=True)
class Cell:
    """What stands in a cell, and how it is shown (``format``), which tells 007 from 7 and 80 % from 0.8."""

    content: Content
    format: str = "General"
    epoch: datetime.datetime = EPOCH

    @property
    def blank(self) -> bool:
        """Whether there is nothing to see."""
        return self.content is None or (isinstance(self.content, str) and not self.content.strip(_AROUND))

    @property
    def is_dash(self) -> bool:
        """Whether it says "given, but empty"."""
        return isinstance(self.content, str) and self.content.strip(_AROUND) in _DASHES

    def literal(self) -> str | None:
        """The text of a JSON string in the cell; None if there is none."""
        said = self.content.strip(_AROUND) if isinstance(self.content, str) else ""
        if len(said) < 2 or said[0] != '"' or said[-1] != '"':
            return None
        try:
            found = json.loads(said, strict=False)
        except ValueError:
            return None
        return found if isinstance(found, str) else None


def parse(column: Column, cell: Cell, known: Collection[str] = ()) -> Any:
    """The value of a cell that is not blank; ``known`` are the ids that win over words. CellError if there is none."""
    kind = column.kind
    _refuse_date(kind, cell)
    if kind.many:
        return _list(column, cell, known)
    if kind.type is Type.GOALS and cell.is_dash:
        return ""
    if kind.type in (Type.ID, Type.NAME, Type.GOALS):
        literal = cell.literal()
        if literal is not None:
            return literal
    match kind.type:
        case Type.ID:
            return _word(column, _id(cell), known)
        case Type.NAME | Type.GOALS:
            return _text(kind, cell)
        case Type.MONTH | Type.DAY:
            return _month(cell) if kind.type is Type.MONTH else parse_day(column, cell)
        case Type.FLAG:
            return _flag(cell)
        case Type.CHOICE:
            return _choice(kind, cell)
    return _number(cell)


# --- single values


def _clean(said: str) -> str:
    """Without the spaces of all kinds that come along when one copies."""
    return said.strip(_AROUND).replace("\xa0", " ").replace("\u202f", " ")


def _id(cell: Cell) -> str:
    match cell.content:
        case str() as said:
            return _clean(said)
        case bool() | float() | int() as number if float(number).is_integer() and not isinstance(number, bool):
            if _ZEROS.fullmatch(cell.format):
                return str(int(number)).zfill(len(cell.format))
            if cell.format == "@":
                return str(int(number))
            raise CellError("workbook-id-number", number=f"{int(number)}")
    raise CellError("workbook-not-text")


def _word(column: Column, said: str, known: Collection[str]) -> str:
    """The word with a meaning of its own that is meant, unless there is such an id."""
    if said in known:
        return said
    for key in column.words:
        if plain(said) in spellings(key):
            return key
    return said


def _text(kind: ValueKind, cell: Cell) -> str:
    match cell.content:
        case str() as said:
            return _clean(said) if kind.type is Type.GOALS else said.strip(_AROUND)
        case int() | float() as number if float(number).is_integer() and not isinstance(number, bool):
            return f"{int(number):03d}" if kind.type is Type.GOALS else str(int(number))
    raise CellError("workbook-not-text")


def _month(cell: Cell) -> str:
    month: str | None = None
    match cell.content:
        case datetime.datetime() | datetime.date() as date:
            month = month_from_date(date)
        case str() as said:
            month = month_from_text(_clean(said))
        case int() | float() as number if not isinstance(number, bool):
            month = month_from_number(number, cell.epoch)
    if month is None:
        raise CellError("workbook-not-a-month")
    return month


def parse_day(column: Column, cell: Cell) -> str:
    """A date; where only a month is given, its first day, or its last for what ends with it."""
    content = _clean(cell.content) if isinstance(cell.content, str) else cell.content
    day = date_in(content, cell.epoch)
    if day is None:
        try:
            month = parse_month(_month(cell))
        except CellError:
            raise CellError("workbook-not-a-day") from None
        if not names_a_month(content):
            raise CellError("workbook-not-a-day")
        day = last_day(month) if column.path[-1] == "to" else first_day(month)
    return day.isoformat()


def _flag(cell: Cell) -> bool:
    content = cell.content
    said = str(int(content)) if isinstance(content, int | float) and content in (0, 1) else content
    if isinstance(said, str) and plain(said) in _YES | _NO:
        return plain(said) in _YES
    raise CellError("workbook-not-yes-no")


def _choice(kind: ValueKind, cell: Cell) -> str:
    said = _clean(cell.content) if isinstance(cell.content, str) else None
    for key in kind.choices:
        if said is not None and plain(said) in spellings(key):
            return key
    choices = [words(key)[lang] for key in kind.choices for lang in LANGUAGES]
    allowed = {lang: ", ".join(words(key)[lang] for key in kind.choices) for lang in LANGUAGES}
    raise CellError("workbook-not-a-choice", choices, allowed=allowed)


def _number(cell: Cell) -> int | float:
    match cell.content:
        case bool():
            pass
        case int() | float() as number:
            return _tidy(number * 100 if "%" in cell.format else number)
        case str() as said:
            digits = re.sub(r"[\s\xa0\u202f]", "", said).removesuffix("%").replace("−", "-")
            if _NUMBER.fullmatch(digits) and len(digits) <= 40 and not _THOUSANDS.fullmatch(digits):
                return _tidy(float(digits.replace(",", ".")))
    raise CellError("workbook-not-a-number")


def _tidy(number: int | float) -> int | float:
    """6.0 as 6, and 0.29 x 100 as 29."""
    if isinstance(number, float) and math.isfinite(number):
        near = round(number, 9)
        if near.is_integer() and abs(near - number) < 1e-9 and math.copysign(1, number) > 0:
            return int(near)
    return number


def _refuse_date(kind: ValueKind, cell: Cell) -> None:
    """Only months may stand as dates; anything else has been typed so that a spreadsheet took it for one."""
    if kind.type not in (Type.MONTH, Type.DAY) and isinstance(cell.content, DATES):
        raise CellError("workbook-became-a-date", meant=_meant(kind, cell))


def _meant(kind: ValueKind, cell: Cell) -> Mapping[Language, str]:
    """What was typed where a spreadsheet made a date of it: 9 June was 9.6; shown as Jun.85, it was 6.85."""
    letters = _NOT_LETTERS.sub("", cell.format).lower()
    match cell.content:
        case datetime.date(day=day, month=month) if letters.startswith("m") and "d" in letters:
            parts = f"{month}", f"{day}"
        case datetime.date(day=day, month=month) if "d" in letters or "m" not in letters:
            parts = f"{day}", f"{month}"
        case datetime.date(month=month, year=year):
            parts = f"{month}", f"{year % 100:02d}"
        case datetime.time(hour=hour, minute=minute):
            parts = f"{hour}", f"{minute:02d}"
        case _:
            parts = f"{cell.content}", ""
    if kind.many:
        return dict.fromkeys(LANGUAGES, ", ".join(filter(None, parts)))
    marks: Mapping[Language, str] = {"nb": ",", "en": "."} if kind.is_number else dict.fromkeys(LANGUAGES, "-")
    return {lang: mark.join(filter(None, parts)) for lang, mark in marks.items()}


# --- lists in a cell


def _list(column: Column, cell: Cell, known: Collection[str]) -> list[Any]:
    if cell.is_dash:
        return []
    single = Column(column.path, replace(column.kind, many=False), column.text)
    if not isinstance(cell.content, str):
        return [_id(cell) if column.kind.type is Type.ID else parse(single, cell)]
    if column.kind.either:
        return [_one_of(column, parts, known) for parts in _alternatives(cell.content)]
    parts = [Cell(part) for part in split(cell.content)]
    if column.kind.type is Type.ID:
        return [_item(column, part, known) for part in parts if not part.blank]
    return [_calendar(single, part) for part in parts if not part.blank]


def _one_of(column: Column, parts: list[Cell], known: Collection[str]) -> str | list[str]:
    """One id, or of several any."""
    ids = [_item(column, part, known) for part in parts]
    return ids[0] if len(ids) == 1 else ids


def _alternatives(said: str) -> Iterator[list[Cell]]:
    """The items of a list, each with its alternatives: ``a, b | c`` is a, and b or c."""
    among: list[Cell] = []
    for part, mark in pieces(said, ",;\n" + OR):
        among += [] if Cell(part).blank else [Cell(part)]
        if mark != OR and among:
            yield among
            among = []
    if among:
        yield among


def _item(column: Column, part: Cell, known: Collection[str]) -> str:
    literal = part.literal()
    return literal if literal is not None else _word(column, _id(part), known)


def _calendar(single: Column, part: Cell) -> Any:
    """A calendar month by number or by name, or one of some words."""
    named = calendar_month_from_text(str(part.content)) if single.kind.is_number else None
    return named if named is not None else parse(single, part)


def split(said: str) -> list[str]:
    """The parts of a list, between commas, semicolons or line ends; what stands in quotation marks is one part.

    >>> split('gp, "a, b"; ward')
    ['gp', ' "a, b"', ' ward']
    """
    return [part for part, _ in pieces(said, ",;\n")]


def pieces(said: str, marks: str) -> list[tuple[str, str]]:
    """The parts between marks, each with the mark after it; what stands in quotation marks is one part."""
    found = re.findall(rf'(\s*"(?:\\.|[^"\\])*"\s*(?=[{marks}]|$)|[^{marks}]*)([{marks}]|$)', said)
    return found[:-1] or found


# --- from a value to a cell


def spell(column: Column, value: Any, lang: Language, known: Collection[str] = ()) -> str | int | float:
    """What to write in a cell so that it is read as the value; CellError if there is no such thing."""
    kind = column.kind
    if kind.many:
        content: str | int | float = _spell_list(column, value, lang, known)
    elif isinstance(value, str):
        content = _spell_text(column, value, lang, known)
    elif isinstance(value, bool):
        content = words("yes" if value else "no")[lang]
    else:
        content = value if _exact(value) else repr(value)
    if isinstance(content, str) and len(content) > LONGEST_CELL:
        raise CellError("workbook-cell-too-long", length=len(content), most=LONGEST_CELL)
    return content


def _exact(number: int | float) -> bool:
    """Whether a number survives the sixteen digits of a spreadsheet."""
    return repr(float(f"{number:.16G}")) == repr(float(number)) and repr(number) != "-0.0"


def _spell_text(column: Column, value: str, lang: Language, known: Collection[str]) -> str:
    if column.kind.type is Type.GOALS and value == "":
        return EMPTY
    if column.kind.type is Type.CHOICE:
        return words(value)[lang]
    if value in column.words and words(value)[lang] not in known:
        return words(value)[lang]
    return value if _survives(column, value, known) else quoted(value)


def _survives(column: Column, value: str, known: Collection[str]) -> bool:
    """Whether a text is read as itself when it stands in a cell as it is."""
    if _UNSAFE.search(value) or (value in _DASHES and column.kind.type is Type.ID):
        return False
    cell = Cell(value)
    return not cell.blank and parse(column, cell, known) == value


def quoted(value: str) -> str:
    """A text as a JSON string without a character that a spreadsheet could lose."""
    said = json.dumps(value, ensure_ascii=False).replace("_x", "\\u005fx").replace("x005", "\\u0078005")
    return _UNSAFE.sub(lambda match: f"\\u{ord(match[0]):04x}" if len(match[0]) == 1 else match[0], said)


def _spell_list(column: Column, value: list[Any], lang: Language, known: Collection[str]) -> str | int:
    if not value:
        return EMPTY
    if column.kind.type is Type.CHOICE:
        return ", ".join(words(item)[lang] for item in value)
    if column.kind.type is not Type.ID:
        return value[0] if len(value) == 1 else ", ".join(map(str, value))
    items = [item if isinstance(item, list) else [item] for item in value]
    return ", ".join(f" {OR} ".join(_spell_item(column, one, lang, known) for one in item) for item in items)


def _spell_item(column: Column, item: str, lang: Language, known: Collection[str]) -> str:
    """An id so that it is read as itself in a list."""
    word = words(item)[lang] if item in column.words else item
    alone = '"' not in word and not _UNSAFE.search(word) and split(word) == [word] and not Cell(word).is_dash
    return word if alone and _list(column, Cell(word), known) == [item] else quoted(item)
