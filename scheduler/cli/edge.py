"""The edge of the command line: however a command ends, it ends with a sentence and an exit code.

What is wrong with an input, a reason to stop and a Ctrl-C are expected. Everything else is a fault of the program: it
leaves a file with what is needed to mend it, in which nobody can be recognised (``scheduler.fault``).
"""

from __future__ import annotations

import contextlib
import errno
import os
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import click

from scheduler.api import InputError, RejectedError, TooMuchMovedError, Violation
from scheduler.cli.console import (
    ARGUMENTS,
    CONSOLE,
    CONTEXT,
    VALUES,
    CommandError,
    Console,
    ExitCode,
    abandon_broken_streams,
    interrupts_wait,
)
from scheduler.cli.retold import Retold
from scheduler.fault import Names, Situation, bare_record, leave, plan_document, record_of
from scheduler.texts.refused import reason

REJECTED_FILE = "rejected.json"
DISK = {errno.ENOSPC, errno.EDQUOT, errno.EROFS}
"""Errors of a disk, not of the program; those that a command expects name the file (``console.writing``)."""


def end(error: BaseException, meta: Mapping[str, Any]) -> ExitCode:
    """Say how a command ended; ``meta`` is what it told its context on the way."""
    console: Console = meta.get(CONSOLE) or Console()
    match error:
        case KeyboardInterrupt():
            console.insist(console.text("interrupted"))
            return ExitCode.STOPPED
        case InputError():
            console.problems(error.problems, error.source)
            return ExitCode.INPUT
        case CommandError():
            console.insist(console.text(error.key, **error.fields))
            return error.code
        case TooMuchMovedError():
            for line in error.lines(console.lang):
                console.insist(line)
            console.insist(console.text("moved-too-much"))
            return ExitCode.INPUT
        case RejectedError():
            if error.version is not None:
                console.insist(f"{error.version}:")
            console.violations(error.violations)
            console.insist(console.text("rejected"))
            _leave(console, error, meta)
            return ExitCode.REJECTED
        case OSError() if error.errno in DISK:
            abandon_broken_streams()
            console.insist(console.text("write-failed", path=error.filename or "-", reason=reason(error, console.lang)))
            return ExitCode.INTERNAL
    console.unexpected(error)
    if isinstance(error, ImportError) and (error.name or "").partition(".")[0] != "scheduler":
        console.insist(console.text("not-installed", name=error.name or "-"))
    _leave(console, error, meta)
    return ExitCode.INTERNAL


def _leave(console: Console, error: BaseException, meta: Mapping[str, Any]) -> None:
    """Leave the file and say what to do with it; whatever goes wrong with that stays in the shadow of the error."""
    path, complete = None, True
    with interrupts_wait(), contextlib.suppress(Exception):
        path, complete = _left(error, meta)
    if path is None:
        console.insist(console.text("fault-not-left"))
    else:
        console.insist(console.text("fault-left", path=path))
        if not complete:
            console.insist(console.text("fault-without-input"))


def _left(error: BaseException, meta: Mapping[str, Any]) -> tuple[Path | None, bool]:
    """The file, and whether all that the command was given is in it."""
    context: click.Context | None = meta.get(CONTEXT)
    told = Retold(context, dict(meta.get(VALUES) or (context.params if context is not None else {})))
    complete = True
    try:
        unread = () if VALUES in meta else meta.get(ARGUMENTS, ())
        record = _record(error, told, [*_hidden(told.paths), *unread])
        complete = not record["left_out"]
    except Exception as failed:
        record = bare_record(error, failed)
    return leave(record, _folders(told)), complete


def _record(error: BaseException, told: Retold, hidden: Sequence[str]) -> dict[str, Any]:
    documents = dict(told.documents)
    violations: Sequence[Violation] = ()
    if isinstance(error, RejectedError):
        documents[REJECTED_FILE] = plan_document(error.plan)
        violations = error.violations
    names = Names(documents.values(), hidden)
    return record_of(error, Situation(told.words(names), told.options(), documents, violations), names)


def _folders(told: Retold) -> Iterator[Path]:
    """Where the file may lie: where the command was to write, else here, else where the system keeps such things."""
    for output in told.outputs:
        yield from (place for place in (output, output.parent) if place.is_dir())
    with contextlib.suppress(OSError):  # a folder that is gone
        yield Path.cwd()
    yield Path(tempfile.gettempdir())


def _hidden(paths: list[Path]) -> Iterator[str]:
    """The user and the folders, which a message may name."""
    yield from (os.environ.get(name, "") for name in ("USER", "USERNAME", "LOGNAME"))
    with contextlib.suppress(RuntimeError):  # no home
        yield from (str(Path.home()), Path.home().name)
    yield tempfile.gettempdir()
    with contextlib.suppress(OSError):
        yield str(Path.cwd())
    for path in paths:
        yield from (str(path), path.name, path.stem)
        with contextlib.suppress(OSError):
            yield str(path.absolute())
