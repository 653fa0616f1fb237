"""Calendar months as plain integers, so that arithmetic is arithmetic.

A month is its number since year 0: ``2027-03`` is ``2027 * 12 + 2``. Ranges are half-open inside the code
(``range(start, end)``) and inclusive in files (``from`` .. ``to``).
"""

import datetime
import re
from collections.abc import Iterable, Iterator
from typing import TypeVar

T = TypeVar("T")
Month = int

MONTHS_PER_YEAR = 12
PATTERN = "[0-9]{4}-(0[1-9]|1[0-2])"
"""How files spell a month, as a regular expression of any language."""
_SPELLING = re.compile(PATTERN)


def parse_month(text: str) -> Month:
    """Read ``"2027-03"``; raise ValueError for anything else (``"2027-13"``, ``"2027-3"``, ``" 2027-03"``).

    >>> parse_month("2027-03")
    24326
    """
    if _SPELLING.fullmatch(text) is None:
        raise ValueError(f"not a month: {text!r} (a month is written 2027-03)")
    year, month = map(int, text.split("-"))
    return year * MONTHS_PER_YEAR + month - 1


def format_month(month: Month) -> str:
    """Write a month as files spell it.

    >>> format_month(24326)
    '2027-03'
    """
    return f"{month // MONTHS_PER_YEAR:04d}-{month % MONTHS_PER_YEAR + 1:02d}"


def format_span(start: Month, end: Month) -> str:
    """Months up to, not including, ``end`` as files spell them: ``2027-03`` or ``2027-03..2027-08``."""
    if end - start <= 1:
        return format_month(start)
    return f"{format_month(start)}..{format_month(end - 1)}"


def this_month() -> Month:
    """The calendar month that it is."""
    today = datetime.date.today()
    return today.year * MONTHS_PER_YEAR + today.month - 1


def calendar_month(month: Month) -> int:
    """The month of the year, 1 to 12: ``2027-03`` gives 3."""
    return month % MONTHS_PER_YEAR + 1


def year(month: Month) -> int:
    """The calendar year: ``2027-03`` gives 2027."""
    return month // MONTHS_PER_YEAR


def month_of(day: datetime.date) -> Month:
    """The month that a day lies in."""
    return day.year * MONTHS_PER_YEAR + day.month - 1


def first_day(month: Month) -> datetime.date:
    """The first day of a month."""
    return datetime.date(year(month), calendar_month(month), 1)


def last_day(month: Month) -> datetime.date:
    """The last day of a month: 29 February in a leap year."""
    return first_day(month + 1) - datetime.timedelta(days=1)


def runs(values: Iterable[tuple[Month, T]]) -> Iterator[tuple[Month, Month, T]]:
    """Unbroken runs of months in order with the same value, as start, end and value.

    >>> list(runs([(3, "gp"), (4, "gp"), (5, "ward"), (9, "ward")]))
    [(3, 5, 'gp'), (5, 6, 'ward'), (9, 10, 'ward')]
    """
    run: tuple[Month, Month, T] | None = None
    for month, value in values:
        if run is not None and (run[1], run[2]) == (month, value):
            run = (run[0], month + 1, value)
            continue
        if run is not None:
            yield run
        run = (month, month + 1, value)
    if run is not None:
        yield run
