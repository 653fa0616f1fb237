"""Months as options."""

from __future__ import annotations

import click

from scheduler.month import Month, parse_month


def month_option(_ctx: click.Context, _param: click.Parameter, value: str | None) -> Month | None:
    """A month of the command line; BadParameter with the right spelling."""
    try:
        return None if value is None else parse_month(value)
    except ValueError as error:
        raise click.BadParameter(f"{error}.") from None


def month_options(context: click.Context, parameter: click.Parameter, values: tuple[str, ...]) -> tuple[Month, ...]:
    """The months of an option that may be given several times, each once and in order."""
    months = (month_option(context, parameter, value) for value in values)
    return tuple(sorted({month for month in months if month is not None}))
