"""The options that every command has, which may stand before the command or after it."""

from __future__ import annotations

import click
from click.core import ParameterSource

SHARED = ("lang", "quiet", "debug")
LANGUAGES = ("nb", "en")  # those of ``scheduler.texts``, which help and version do not wait for


def shared_options() -> list[click.Parameter]:
    """New ones, for a command or for the group of all."""
    return [
        click.Option(
            ["--lang"],
            type=click.Choice(LANGUAGES),
            default=LANGUAGES[0],
            show_default=True,
            help="Language of messages and charts: Norwegian or English.",
        ),
        click.Option(["--quiet"], is_flag=True, help="Say only what is wrong."),
        click.Option(["--debug"], is_flag=True, help="Show the whole trace of an unexpected error."),
    ]


def take_from_group(ctx: click.Context) -> None:
    """Let an option that stands before the command be the command's; what stands after the command goes first."""
    group = ctx.parent
    for name in SHARED:
        own, given = ctx.get_parameter_source(name), group and group.get_parameter_source(name)
        if group is not None and given is ParameterSource.COMMANDLINE and own is ParameterSource.DEFAULT:
            ctx.params[name] = group.params[name]
            ctx.set_parameter_source(name, given)
