"""Months as people and spreadsheets write them: 2027-03, 03.2027, mars 2027, a date, a serial number."""

from __future__ import annotations

import datetime
import re

from scheduler.files.values import FIRST_YEAR, LAST_YEAR
from scheduler.month import MONTHS_PER_YEAR
from scheduler.texts import LANGUAGES, month_names

_YEAR_FIRST = re.compile(r"(\d{4})\s*[-./ ]\s*(\d{1,2})(?:\s*[-./ ]\s*\d{1,2}(?:[ T][0-9:.]+)?)?", re.ASCII)
_YEAR_LAST = re.compile(r"(?:\d{1,2}\s*[-./ ]\s*)?(\d{1,2})\s*[-./ ]\s*(\d{4})", re.ASCII)
_NAMED = re.compile(r"(?:\d{1,2}\.?\s*)?([a-zæøå]+)\.?,?\s*[-./ ]?\s*(\d{4})", re.ASCII | re.IGNORECASE)
_NAMED_BACKWARDS = re.compile(r"(\d{4})\s*[-./ ]?\s*([a-zæøå]+)\.?", re.ASCII | re.IGNORECASE)
_TOGETHER = re.compile(r"((?:19|20|21)\d{2})(0[1-9]|1[0-2])", re.ASCII)
_DAY = re.compile(
    r"^(\d{1,2})(?:\s*[-./ ]\s*\d{1,2}\s*[-./ ]|\.?\s*[^\W\d])|^\d{4}\s*[-./ ]\s*\d{1,2}\s*[-./ ]\s*(\d{1,2})"
)
_LONGEST = 40
EPOCH = datetime.datetime(1899, 12, 30)


def month_from_date(date: datetime.date) -> str:
    """The month that a date lies in: 2027-03-15 gives ``2027-03``."""
    return f"{date.year:04d}-{date.month:02d}"


def month_from_text(text: str) -> str | None:
    """The month that a text means, None if it means none.

    >>> [month_from_text(text) for text in ("2027-3", "03.2027", "mars 2027", "1. mars 2027", "snart")]
    ['2027-03', '2027-03', '2027-03', '2027-03', None]
    """
    text = text.strip()
    if len(text) > _LONGEST:
        return None
    if match := _YEAR_FIRST.fullmatch(text) or _TOGETHER.fullmatch(text):
        return _spelled(match[1], int(match[2]))
    if match := _YEAR_LAST.fullmatch(text):
        return _spelled(match[2], int(match[1]))
    if match := _NAMED.fullmatch(text):
        return _spelled(match[2], _named(match[1]))
    match = _NAMED_BACKWARDS.fullmatch(text)
    return _spelled(match[1], _named(match[2])) if match else None


def month_from_number(number: float, epoch: datetime.datetime) -> str | None:
    """The month that a bare number means: a date's serial number, 202703, or 3.2027 (which is 03.2027 typed).

    >>> [month_from_number(number, datetime.datetime(1899, 12, 30)) for number in (46447, 3.2027)]
    ['2027-03', '2027-03']
    """
    if float(number).is_integer() and _TOGETHER.fullmatch(str(int(number))):
        return month_from_text(str(int(number)))
    if 1 <= number < MONTHS_PER_YEAR + 1 and not float(number).is_integer():
        return month_from_text(f"{number:.4f}")
    low, high = ((datetime.datetime(year, 1, 1) - epoch).days for year in (FIRST_YEAR, LAST_YEAR + 1))
    if not low <= number < high:
        return None
    date = _from_excel(number, epoch)
    return month_from_date(date) if isinstance(date, datetime.date) else None


def _from_excel(number: float, epoch: datetime.datetime) -> object:
    from openpyxl.utils.datetime import from_excel  # a third of a second to load, and few files are workbooks

    return from_excel(number, epoch)


def drops_a_day(content: object, epoch: datetime.datetime, *, is_end: bool) -> bool:
    """Whether a date says more than its month: a day that is not the first; where something ends, nor the last.

    >>> [drops_a_day(text, EPOCH, is_end=True) for text in ("14.09.2027", "30.9.2027", "2027-09-01", "sept. 2027")]
    [True, False, False, False]
    """
    date = date_in(content, epoch)
    if date is None or date.day == 1:
        return False
    return not is_end or (date + datetime.timedelta(days=1)).day != 1


def names_a_month(content: object) -> bool:
    """Whether a month stands in a cell without any day; 31.02.2027 has one, though there is no such date."""
    return not isinstance(content, str) or _DAY.match(content.strip()) is None


def date_in(content: object, epoch: datetime.datetime) -> datetime.date | None:
    """The date that stands in a cell of months, if one does."""
    match content:
        case datetime.datetime():
            return content.date()
        case datetime.date():
            return content
        case int() | float() if not isinstance(content, bool) and content >= 1000:
            found = None if _TOGETHER.fullmatch(str(int(content))) else _from_excel(content, epoch)
            return found.date() if isinstance(found, datetime.datetime) else None
        case str() if (month := month_from_text(content)) and (day := _DAY.match(content.strip())):
            year, number = map(int, month.split("-"))
            try:
                return datetime.date(year, number, int(day[1] or day[2]))
            except ValueError:
                return None
    return None


def calendar_month_from_text(text: str) -> int | None:
    """The number of a month's name: ``mars`` and ``mar.`` give 3."""
    return _named(text.strip().rstrip("."))


def _named(word: str) -> int | None:
    """The number of a month's name or of the first three letters or more of it."""
    word = word.casefold()
    if len(word) < 3:
        return None
    names = [(number, name) for lang in LANGUAGES for number, name in enumerate(month_names(lang, "long"), 1)]
    found = {number for number, name in names if name.casefold().startswith(word)}
    return found.pop() if len(found) == 1 else None


def _spelled(year: str, month: int | None) -> str | None:
    return f"{year}-{month:02d}" if month is not None and 1 <= month <= MONTHS_PER_YEAR else None
