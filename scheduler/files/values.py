"""The kinds of value that instance files hold, strict and with our own problem codes instead of pydantic's."""

from __future__ import annotations

import datetime
import re
import unicodedata
from collections.abc import Callable
from contextlib import suppress
from fractions import Fraction
from typing import Annotated

from pydantic import BeforeValidator, PlainSerializer, WithJsonSchema
from pydantic_core import PydanticCustomError

from scheduler.exact import PERCENT_DECIMALS, Exact, exact_percent, plain, rounded_up
from scheduler.fields import SPELLED
from scheduler.files.goals import GoalsError, goals_there_are, parse_goals
from scheduler.month import Month, format_month, parse_month
from scheduler.rulesets import known_goals

SCHEMA = 1
CREDIT_DECIMALS = 4
LONGEST_TEXT = 200
MOST_FTE_MONTHS, MOST_HOURS = 600, 2_000
MOST_KRONER = 1_000_000_000
_FLOATING = Fraction(1, 10**6)  # what adding up numbers in a spreadsheet leaves, in ten-thousandths of a month
FIRST_YEAR, LAST_YEAR = 1990, 2200
DAY = re.compile("[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])")
"""How files spell a day."""
_NOT_IN_NAMES = {"Cc", "Cs", "Zl", "Zp"}
_NOT_IN_IDS = _NOT_IN_NAMES | {"Cf"}


def refuse(code: str, **fields: object) -> PydanticCustomError:
    """The error that pydantic carries out to :mod:`scheduler.files.load`, named by our problem code."""
    return PydanticCustomError(code, code, fields)


def _number(value: object) -> int | float:
    if isinstance(value, str):
        raise refuse("number-as-text")
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise refuse("not-a-number")
    return value


def _within(low: int, high: int) -> Callable[[object], int]:
    """A reader of whole numbers; 80.0 (as spreadsheets write it) is 80."""

    def read(value: object) -> int:
        number = _number(value)
        if isinstance(number, float) and not number.is_integer():
            raise refuse("not-a-whole-number")
        if not low <= number <= high:
            raise refuse("number-range", low=low, high=high)
        return int(number)

    return read


def _percent(low: int, high: int) -> Callable[[object], Exact]:
    """A reader of percents, exact, with at most two decimals; 0.6 is taken for the 60 % that it is in a spreadsheet."""

    def read(value: object) -> Exact:
        number = value if isinstance(value, Fraction) else _number(value)
        if number != number:
            raise refuse("not-a-number")
        if not 0 <= number <= high:
            raise refuse("number-range", low=low, high=high)
        percent = exact_percent(number)
        if 0 < number < 1:
            raise refuse("percent-as-fraction", meant=_meant_percent(number))
        if percent is None:
            raise refuse(
                "percent-decimals", decimals=PERCENT_DECIMALS, nearest=f"{round(float(number), PERCENT_DECIMALS)}"
            )
        if percent < low:
            raise refuse("number-range", low=low, high=high)
        return percent

    return read


def _meant_percent(fraction: float | Fraction) -> int | float:
    """60 for 0.6, and for 0.600000024."""
    percent = exact_percent(100 * fraction)
    return round(100 * float(fraction), PERCENT_DECIMALS) if percent is None else plain(percent)


def _fte_months(value: object) -> float:
    """FTE-months: at most four decimals, so that 10,000 parts of one are a whole number."""
    number = _number(value)
    if number != number:
        raise refuse("not-a-number")
    if not 0 <= number <= MOST_FTE_MONTHS:
        raise refuse("number-range", low=0, high=MOST_FTE_MONTHS)
    if abs(number * 10**CREDIT_DECIMALS - round(number * 10**CREDIT_DECIMALS)) > 1e-6:
        raise refuse("too-many-decimals", decimals=CREDIT_DECIMALS)
    return float(number)


def _served_months(value: object) -> float:
    """FTE-months that have been served, with as many decimals as they come with; ``in_favour`` says what they count."""
    number = _number(value)
    if number != number:
        raise refuse("not-a-number")
    if not 0 <= number <= MOST_FTE_MONTHS:
        raise refuse("number-range", low=0, high=MOST_FTE_MONTHS)
    return float(number)


def in_favour(fte_months: float) -> float:
    """Served time as it counts: rounded up at four decimals, and thirds of a month that were cut off at two or more.

    >>> [in_favour(served) for served in (1.6666, 0.33, 5 / 3, 0.67, 9.6)]
    [1.6667, 0.3334, 1.6667, 0.67, 9.6]
    """
    given = Fraction(repr(fte_months))
    decimals = max(len(repr(fte_months).partition(".")[2]), 2)
    thirds = Fraction(int(given * 3) + 1, 3)
    if given < thirds and int(thirds * 10**decimals) == given * 10**decimals:
        given = thirds
    parts = 10**CREDIT_DECIMALS
    return float(rounded_up(given * parts - _FLOATING) / parts)


def _amount(value: object) -> Exact:
    """Kroner, or a percent of kroner: exact, with at most two decimals."""
    number = value if isinstance(value, Fraction) else _number(value)
    if number != number:
        raise refuse("not-a-number")
    if not 0 <= number <= MOST_KRONER:
        raise refuse("number-range", low=0, high=MOST_KRONER)
    amount = exact_percent(number)
    if amount is None:
        raise refuse("percent-decimals", decimals=PERCENT_DECIMALS, nearest=f"{round(float(number), PERCENT_DECIMALS)}")
    return amount


def _hours(value: object) -> float:
    number = _number(value)
    if not 0 <= number <= MOST_HOURS:
        raise refuse("number-range", low=0, high=MOST_HOURS)
    return float(number)


def _text(value: object, forbidden: set[str]) -> str:
    if not isinstance(value, str):
        raise refuse("not-text")
    if len(value) > LONGEST_TEXT:
        raise refuse("text-too-long", length=len(value), longest=LONGEST_TEXT)
    if not value.strip():
        raise refuse("empty-text")
    for char in value:
        if unicodedata.category(char) in forbidden:
            raise refuse("control-character", char=f"U+{ord(char):04X}")
    return value


def _name(value: object) -> str:
    return _text(value, _NOT_IN_NAMES)


def _id(value: object) -> str:
    """An id; composed, so that the two ways of writing å in Unicode are one id."""
    text = _text(value, _NOT_IN_IDS)
    if text != text.strip():
        raise refuse("id-with-spaces")
    return unicodedata.normalize("NFC", text)


def _month(value: object) -> Month:
    if isinstance(value, datetime.date):
        raise refuse("bad-month", nearest=f"{value.year:04d}-{value.month:02d}")
    if not isinstance(value, str):
        raise refuse("bad-month")
    try:
        month = parse_month(value)
    except ValueError:
        raise refuse("bad-month", nearest=_likely_month(value)) from None
    if not FIRST_YEAR <= month // 12 <= LAST_YEAR:
        raise refuse("month-range", first=FIRST_YEAR, last=LAST_YEAR)
    return month


def _day(value: object) -> datetime.date:
    """A calendar day: text as 2027-03-15, or the date that TOML has of its own."""
    day = value if isinstance(value, datetime.date) and not isinstance(value, datetime.datetime) else None
    if isinstance(value, str) and DAY.fullmatch(value):
        with suppress(ValueError):  # 2027-02-30
            day = datetime.date.fromisoformat(value)
    if day is None:
        raise refuse("bad-day")
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise refuse("month-range", first=FIRST_YEAR, last=LAST_YEAR)
    return day


def _likely_month(text: str) -> str | None:
    """What ``2027-3``, ``2027/03``, ``03.2027`` or ``2027-03-01`` was probably meant to be."""
    text = text.strip()[:20]
    if match := re.match(r"(\d{4})\D(\d{1,2})(?!\d)", text, re.ASCII):
        year, month = match[1], int(match[2])
    elif match := re.fullmatch(r"(?:\d{1,2}\D)?(\d{1,2})\D(\d{4})", text, re.ASCII):
        year, month = match[2], int(match[1])
    else:
        return None
    return f"{year}-{month:02d}" if 1 <= month <= 12 else None


def _goals(value: object) -> str:
    if not isinstance(value, str):
        raise refuse("not-text")
    try:
        parse_goals(value)
    except GoalsError as error:
        allowed = goals_there_are(known_goals())
        raise refuse(error.code, part=error.part, nearest=error.suggestion, allowed=allowed) from None
    return value


def _flag(value: object) -> bool:
    if not isinstance(value, bool):
        raise refuse("not-true-false")
    return value


def _schema_version(value: object) -> int:
    if value != SCHEMA or isinstance(value, bool):
        raise refuse("schema-version", known=SCHEMA)
    return SCHEMA


def _schema(kind: str, low: int, high: int, what: str) -> WithJsonSchema:
    """A number between two in the JSON Schema of the file, and what it is."""
    return WithJsonSchema({"type": kind, "minimum": low, "maximum": high, "description": what})


def _words(what: str) -> WithJsonSchema:
    return WithJsonSchema({"type": "string", "minLength": 1, "maxLength": LONGEST_TEXT, "description": what})


_GOALS = WithJsonSchema({"type": "string", "description": "Learning goals by number, such as 001-054, 056."})

Id = Annotated[str, BeforeValidator(_id), _words("An id, short and the only one of its kind.")]
Name = Annotated[str, BeforeValidator(_name), _words("Words for people to read.")]
GoalText = Annotated[str, BeforeValidator(_goals), _GOALS]
FileMonth = Annotated[Month, BeforeValidator(_month), PlainSerializer(format_month, return_type=str), SPELLED]
FileDay = Annotated[
    datetime.date,
    BeforeValidator(_day),
    PlainSerializer(datetime.date.isoformat, return_type=str),
    WithJsonSchema({"type": "string", "pattern": f"^{DAY.pattern}$", "description": "A day, such as 2027-03-15."}),
]
Flag = Annotated[bool, BeforeValidator(_flag)]
_DECIMALS = "at most two decimals"
_PLAIN = PlainSerializer(plain, when_used="json")
Percent = Annotated[
    Exact,
    BeforeValidator(_percent(0, 100)),
    _PLAIN,
    _schema("number", 0, 100, f"Percent of a full post or of a week, {_DECIMALS}."),
]
Share = Annotated[
    Exact, BeforeValidator(_percent(1, 100)), _PLAIN, _schema("number", 1, 100, f"Percent of the week, {_DECIMALS}.")
]
PercentSum = Annotated[
    Exact,
    BeforeValidator(_percent(0, 100_000)),
    _PLAIN,
    _schema("number", 0, 100_000, f"Percent of one post, all together: 300 is three full posts; {_DECIMALS}."),
]
AbsentPercent = Annotated[
    Exact,
    BeforeValidator(_percent(1, 100)),
    _PLAIN,
    _schema("number", 1, 100, f"Percent of each working day that is absent, {_DECIMALS}."),
]
Count = Annotated[int, BeforeValidator(_within(0, 10_000)), _schema("integer", 0, 10_000, "How many.")]
Positive = Annotated[int, BeforeValidator(_within(1, 10_000)), _schema("integer", 1, 10_000, "How many, one or more.")]
MonthCount = Annotated[int, BeforeValidator(_within(0, 600)), _schema("integer", 0, 600, "How many months.")]
PositiveMonthCount = Annotated[
    int, BeforeValidator(_within(1, 600)), _schema("integer", 1, 600, "How many months, one or more.")
]
CalendarMonth = Annotated[
    int, BeforeValidator(_within(1, 12)), _schema("integer", 1, 12, "A month of the year, 3 for March.")
]
FteMonths = Annotated[
    float,
    BeforeValidator(_fte_months),
    _schema("number", 0, MOST_FTE_MONTHS, "FTE-months: one is a calendar month at 100 percent."),
]
ServedMonths = Annotated[
    float,
    BeforeValidator(_served_months),
    _schema("number", 0, MOST_FTE_MONTHS, "FTE-months served; counted with four decimals, rounded up."),
]
Hours = Annotated[float, BeforeValidator(_hours), _schema("number", 0, MOST_HOURS, "Hours.")]
Amount = Annotated[
    Exact,
    BeforeValidator(_amount),
    _PLAIN,
    _schema("number", 0, MOST_KRONER, f"Kroner, or a percent of them; {_DECIMALS}."),
]
SchemaVersion = Annotated[int, BeforeValidator(_schema_version), WithJsonSchema({"const": SCHEMA})]
