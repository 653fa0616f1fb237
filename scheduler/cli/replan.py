"""The options of commands that plan on top of a published plan."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click

from scheduler.api import Allowed

Function = TypeVar("Function", bound=Callable[..., Any])


def gone_option(command: Function) -> Function:
    """The option that names what the file leaves out of the published plan on purpose."""
    option = click.option(
        "--gone", metavar="ID", multiple=True,
        help="An id of the published plan that the file leaves out on purpose; repeat it.",
    )  # fmt: skip
    return option(command)


def prefer_option(command: Function) -> Function:
    """The option that says what comes before the published months."""
    option = click.option(
        "--prefer", metavar="LEVEL", type=click.Choice(["delay"]),
        help="With --baseline: `delay` lets more published months move where somebody is done earlier by it.",
    )  # fmt: skip
    return option(command)


def guard_options(command: Function) -> Function:
    """The options that say how much of the published plan may move."""
    share = click.FloatRange(0, 1)
    for option in (
        click.option("--allow-all", is_flag=True, help="Let as much move as it takes."),
        click.option(
            "--max-moved-one", metavar="SHARE", type=share, default=Allowed().of_one, show_default=True,
            help="Share of one candidate's published months that may move.",
        ),
        click.option(
            "--max-moved", metavar="SHARE", type=share, default=Allowed().of_all, show_default=True,
            help="Share of all published months after the freeze that may move.",
        ),
    ):  # fmt: skip
        command = option(command)
    return command


def allowed(max_moved: float, max_moved_one: float, allow_all: bool) -> Allowed:
    """What the guard's options say."""
    return Allowed(1.0, 1.0) if allow_all else Allowed(max_moved, max_moved_one)
