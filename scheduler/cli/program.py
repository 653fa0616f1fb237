"""The group of all commands: each is loaded when it is asked for, so that help and version wait for nothing."""

from __future__ import annotations

import errno
import sys
import time
from collections.abc import Iterator, Mapping, MutableMapping
from importlib import import_module
from typing import Any

import click

from scheduler.cli.saying import Telling, frame, help_told, said_in, told
from scheduler.cli.shared import shared_options

STOPPED = 130
BEGAN = "alis.began"
"""In the ``meta`` of a context, when the program began (``time.monotonic``): loading it is part of a time limit."""

_NO_FAULT = (click.ClickException, click.exceptions.Exit, click.Abort, SystemExit, GeneratorExit)


class Commands(MutableMapping[str, click.Command]):
    """The commands by name, each in the module of its name; ``short`` says what each is for in the list of all."""

    def __init__(self, short: Mapping[str, str]) -> None:
        self.short = dict(short)
        self._loaded: dict[str, click.Command] = {}

    def __getitem__(self, name: str) -> click.Command:
        if name not in self.short:
            raise KeyError(name)
        if name not in self._loaded:
            self._loaded[name] = command = _load(name)
            command.short_help = self.short[name]
        return self._loaded[name]

    def __setitem__(self, name: str, command: click.Command) -> None:
        self._loaded[name] = command
        self.short.setdefault(name, command.get_short_help_str())

    def __delitem__(self, name: str) -> None:
        del self.short[name]
        self._loaded.pop(name, None)

    def __iter__(self) -> Iterator[str]:
        return iter(self.short)

    def __len__(self) -> int:
        return len(self.short)


def _load(name: str) -> click.Command:
    """A command; what it needs and cannot be had, and a Ctrl-C meanwhile, end the program as they do before it."""
    try:
        command: click.Command = getattr(import_module(f"scheduler.cli.{name}"), name)
    except (ImportError, SyntaxError) as error:
        from scheduler.__main__ import cannot_start

        sys.exit(cannot_start(error))
    except KeyboardInterrupt:
        sys.exit(STOPPED)
    return command


class Program(click.Group, Telling):
    """The group of all commands; nothing that they raise gets past it."""

    commands: Commands

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.params += shared_options()

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list of commands, none of them loaded for it."""
        lang = said_in(ctx)
        with formatter.section(frame("commands", lang)):
            short = self.commands.short
            formatter.write_dl([(name, help_told(short[name], lang)) for name in self.list_commands(ctx)])

    def make_context(self, *args: Any, **kwargs: Any) -> click.Context:
        """Read the command line as far as the command."""
        with told():
            return super().make_context(*args, **kwargs)

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command; whatever stops it becomes its exit code and a message, never a traceback."""
        ctx.meta[BEGAN] = ctx.obj if isinstance(ctx.obj, float) else time.monotonic()
        try:
            with told():
                return super().invoke(ctx)
        except _NO_FAULT:
            raise
        except BaseException as error:  # a library may raise what is no Exception, such as a panic of its own
            if isinstance(error, OSError) and error.errno == errno.EPIPE:
                raise  # click ends quietly when nobody reads its help
            from scheduler.cli.edge import end  # takes half a second to load

            ctx.exit(end(error, ctx.meta))
