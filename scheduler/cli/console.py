"""What all commands share: exit codes, the shared options, and how they speak to people and to programs.

Everything for people goes to stderr in the coordinator's language, results go to stdout as UTF-8.
"""

from __future__ import annotations

import errno
import io
import os
import re
import signal
import sys
import threading
import time
import traceback
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

import click

from scheduler.cli.program import BEGAN
from scheduler.cli.saying import Telling, frame, said_in
from scheduler.cli.shared import SHARED, shared_options, take_from_group
from scheduler.texts import Language, text
from scheduler.texts.refused import reasons

if TYPE_CHECKING:
    from scheduler import Stop
    from scheduler.api import Problem, Violation

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
CONTEXT, ARGUMENTS, VALUES, CONSOLE = "alis.context", "alis.arguments", "alis.values", "alis.console"
"""What a command tells the edge on the way, in the ``meta`` of its context."""

_GONE = {errno.EPIPE, errno.EINVAL, errno.ESHUTDOWN}  # nobody reads any more; EINVAL is how Windows says it


class ExitCode(IntEnum):
    """The contract's exit codes (section 5)."""

    DONE = 0
    INTERNAL = 1
    USAGE = 2
    INPUT = 3
    IMPOSSIBLE = 4
    NO_PLAN_IN_TIME = 5
    REJECTED = 6
    STOPPED = 130


class CommandError(Exception):
    """A command cannot go on, for a reason that is no bug: an exit code and a sentence of ``texts/cli.toml``."""

    def __init__(self, code: ExitCode, key: str, **fields: object) -> None:
        super().__init__(code, key, fields)
        self.code = code
        self.key = key
        self.fields = fields


@dataclass(frozen=True, slots=True)
class Console:
    """How a command speaks: ``quiet`` leaves only what is wrong."""

    lang: Language = "nb"
    quiet: bool = False
    debug: bool = False

    def text(self, key: str, **fields: object) -> str:
        """A sentence of the command line's chapter; a field with a word for each language has this one's."""
        said = {name: value[self.lang] if isinstance(value, Mapping) else value for name, value in fields.items()}
        return text(f"cli.{key}", self.lang, **said)

    def say(self, key: str, **fields: object) -> None:
        """A sentence for people, unless they asked for quiet."""
        self.line(self.text(key, **fields))

    def line(self, line: str) -> None:
        """A line for people, unless they asked for quiet."""
        if not self.quiet:
            self.insist(line)

    def insist(self, line: str) -> None:
        """A line that people get even if they asked for quiet."""
        with _unless_gone(sys.stderr):
            click.echo(_CONTROL.sub("?", line), err=True)

    def alarm(self, line: str) -> None:
        """A line that says that something is wrong, in red on a screen."""
        with _unless_gone(sys.stderr):
            plain = _CONTROL.sub("?", line)
            click.echo(plain if "NO_COLOR" in os.environ else click.style(plain, fg="red"), err=True)

    def result(self, content: str) -> None:
        """What a program may read, to stdout."""
        with writing("stdout"), _unless_gone(sys.stdout):
            sys.stdout.write(content)
            sys.stdout.flush()

    def problems(self, problems: Sequence[Problem], source: str | None) -> None:
        """Every problem of an input, one a line, under a heading with the file if they are those of one."""
        if source is not None:
            self.insist(self.text("problems", number=len(problems), source=source))
        for problem in problems:
            self.insist(problem.line(self.lang) if source is None else f"  {problem.line(self.lang)}")

    def remarks(self, remarks: Sequence[Problem]) -> None:
        """What is worth knowing about a valid input."""
        if remarks:
            self.line(self.text("remarks", number=len(remarks)))
        for remark in remarks:
            self.line(f"  {remark.line(self.lang)}")

    def violations(self, violations: Sequence[Violation]) -> None:
        """Every place where a plan breaks a rule, one a line, the rule's id first."""
        from scheduler.report.standing import broken  # takes half a second to load

        sentence = broken("sentence", len(violations), self.lang)
        self.alarm(f"{sentence.rstrip('.')}:")
        for violation in violations:
            self.insist(f"  {violation.rule}: {violation.sentence(self.lang)}")

    def unexpected(self, error: BaseException) -> None:
        """A bug: one line, and before it the whole trace with --debug."""
        if self.debug:
            with _unless_gone(sys.stderr):
                traceback.print_exception(error)
        first_line = str(error).partition("\n")[0][:200]
        self.insist(self.text("unexpected", error=f"{type(error).__name__}: {first_line}".removesuffix(": ")))


HELP_OPTIONS: dict[str, Any] = {"help_option_names": ["-h", "--help"]}  # on each command, whoever makes its context


class Command(Telling):
    """A command with the shared options, examples in its help, and an exit code for whatever happens."""

    def __init__(self, *args: Any, examples: Sequence[str], **kwargs: Any) -> None:
        kwargs.setdefault("context_settings", HELP_OPTIONS)
        super().__init__(*args, **kwargs)
        self.examples = tuple(examples)
        self.params += shared_options()

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The examples, after the options."""
        with formatter.section(frame("examples", said_in(ctx))):
            for example in self.examples:
                formatter.write(f"{'':>{formatter.current_indent}}{example}\n")

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Read the command line, with the context where the edge finds it if that goes wrong."""
        ctx.meta[CONTEXT], ctx.meta[ARGUMENTS] = ctx, tuple(args)
        rest = super().parse_args(ctx, args)
        take_from_group(ctx)
        return rest

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; what it raises is the edge's to tell (``cli.edge``)."""
        ctx.meta[VALUES] = dict(ctx.params)
        ctx.obj = ctx.meta[CONSOLE] = Console(*(ctx.params.pop(name) for name in SHARED))
        make_streams_safe()
        return super().invoke(ctx)


def make_streams_safe() -> None:
    """Let no letter stop a message: results are UTF-8 everywhere, and a console shows ``?`` for what it lacks."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8", errors="replace")
    if isinstance(sys.stderr, io.TextIOWrapper):
        sys.stderr.reconfigure(errors="replace")


@contextmanager
def interrupts_wait() -> Iterator[None]:
    """While inside, Ctrl-C waits: a library interrupted halfway through loading ends in an error of its own."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    heard: list[int] = []
    previous = signal.signal(signal.SIGINT, lambda number, _frame: heard.append(number))
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, previous)
    if heard:
        signal.raise_signal(signal.SIGINT)


def begin(time_limit_s: float, to_write: int = 0) -> Stop:
    """A search's time: the limit without what has gone since the program began, and what writing a plan will take.

    ``to_write``: candidates of the plan that is written afterwards. Loading what plans takes a second, and a Ctrl-C
    meanwhile waits.
    """
    with interrupts_wait():
        from scheduler import Stop  # nothing before this needs the solver
        from scheduler.api import LIMITS, kept_for_writing
    began = click.get_current_context().meta.get(BEGAN, time.monotonic())
    left = time_limit_s - (time.monotonic() - began)
    if to_write:
        left -= kept_for_writing(left, to_write, LIMITS)
    return Stop(max(left, LIMITS.least_share * time_limit_s))


@contextmanager
def writing(place: Path | str) -> Iterator[None]:
    """While inside, an error of the file system is a message that names the file and the reason."""
    try:
        yield
    except OSError as error:
        raise CommandError(ExitCode.INTERNAL, "write-failed", path=place, reason=reasons(error)) from error


def abandon_broken_streams() -> None:
    """Let what cannot be written to stdout or stderr go: else it would be tried again, and fail, at the very end."""
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError), _unless_gone(stream):
            stream.flush()


@contextmanager
def _unless_gone(stream: TextIO) -> Iterator[None]:
    """While inside, nothing happens if nobody reads the stream any more.

    From any error on the stream leads nowhere: what it still holds would be tried, and fail, again at the very end.
    """
    try:
        yield
    except OSError as error:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())
        os.close(nowhere)
        if error.errno not in _GONE:
            raise
