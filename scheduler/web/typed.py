"""Months as people type them in a form: 2027-03, mars 2027 or 03.2027, as in the tables and in workbooks."""

from __future__ import annotations

from scheduler.files.workbook.months import month_from_text
from scheduler.month import Month, format_month, parse_month


def month_typed(said: str) -> Month | None:
    """The month that was typed; None for what is none.

    >>> [month_typed(said) for said in (" 2027-03", "mars 2027", "2027-13", "")]
    [24326, 24326, None, None]
    """
    spelled = month_from_text(said)
    return None if spelled is None else parse_month(spelled)


def spelled_month(said: str) -> str:
    """The month that was typed as files spell it; what is none as it is, to be told.

    >>> [spelled_month(said) for said in ("03.2027", "snart ")]
    ['2027-03', 'snart']
    """
    month = month_typed(said)
    return said.strip() if month is None else format_month(month)
