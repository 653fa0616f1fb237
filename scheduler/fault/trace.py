"""An exception as data: what was raised and the way there, of each exception that led to the next.

No value of any variable is in it, and no path: a frame is a file of the program or of a library, a line and its code.
"""

from __future__ import annotations

import builtins
import re
import site
import sysconfig
import traceback
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from pydantic import ValidationError

import scheduler
from scheduler.solver.processes import WorkerError

FIRST_FRAMES, LAST_FRAMES = 20, 60
MOST_EXCEPTIONS = 8
ELSEWHERE = "…"
_REMOTE_FRAME = re.compile(
    r'^  File "(?P<file>[^"\n]+)", line (?P<line>\d+), in (?P<name>\S+)(?:\n    (?P<code>\S.*))?', re.MULTILINE
)
_IDENTIFIER = re.compile(r"[^\W\d]\w*")


@dataclass(frozen=True, slots=True)
class Raised:
    """One exception: its type, what it says (as it was said, nothing replaced), and the frames, the innermost last."""

    type: str
    message: str
    frames: tuple[str, ...]


def raised(error: BaseException) -> list[Raised]:
    """The exception, and those it came from, the first cause last."""
    found: list[Raised] = []
    seen: set[int] = set()
    waiting: list[BaseException | None] = [error]
    while waiting and len(found) < MOST_EXCEPTIONS:
        exception = waiting.pop(0)
        if exception is None or id(exception) in seen:
            continue
        seen.add(id(exception))
        found.append(Raised(_type_of(exception), _message(exception), _frames(exception)))
        waiting += exception.exceptions if isinstance(exception, BaseExceptionGroup) else ()
        waiting.append(exception.__cause__ or (None if exception.__suppress_context__ else exception.__context__))
    return found


def familiar_words(error: BaseException) -> frozenset[str]:
    """Names in the code on the way to the error, and those of Python itself: words that are nobody's."""
    lines = "\n".join(frame for each_raised in raised(error) for frame in each_raised.frames)
    return frozenset({*_IDENTIFIER.findall(lines), *dir(builtins), "NoneType"})


def _type_of(error: BaseException) -> str:
    if isinstance(error, WorkerError):
        return error.kind
    kind = type(error)
    return kind.__name__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__qualname__}"


def _message(error: BaseException) -> str:
    """What it says; of a failed validation only where and what kind of error, without what stood there."""
    if isinstance(error, ValidationError):
        each = error.errors(include_url=False, include_context=False, include_input=False)
        return "\n".join(f"{'.'.join(map(str, fault['loc']))}: {fault['type']}" for fault in each)
    if isinstance(error, WorkerError):
        return error.message
    if _is_remote(error):
        return ""
    try:
        return str(error)
    except Exception:
        return ""


def _is_remote(error: BaseException) -> bool:
    """Whether it only carries the trace of another process, as text; its last line repeats the message."""
    return type(error).__name__ == "_RemoteTraceback"


def _frames(error: BaseException) -> tuple[str, ...]:
    if isinstance(error, WorkerError) or _is_remote(error):
        told = error.trace if isinstance(error, WorkerError) else str(error)
        matches = _REMOTE_FRAME.finditer(told)
        frames = [_frame(match["file"], int(match["line"]), match["name"], match["code"]) for match in matches]
    else:
        stack = traceback.extract_tb(error.__traceback__)
        frames = [_frame(line.filename, line.lineno, line.name, line.line) for line in stack]
    if len(frames) > FIRST_FRAMES + LAST_FRAMES:
        left_out = len(frames) - FIRST_FRAMES - LAST_FRAMES
        frames = [*frames[:FIRST_FRAMES], f"({left_out} more)", *frames[-LAST_FRAMES:]]
    return tuple(frames)


def _frame(file: str, line: int | None, name: str, code: str | None) -> str:
    """``scheduler/plan.py:120 in to_json: return json.dumps(tree)``; of code that lies elsewhere, only that it does."""
    short = _short(file)
    return short if short == ELSEWHERE else f"{short}:{line} in {name}" + (f": {code}" if code else "")


def _short(file: str) -> str:
    if re.fullmatch(r"<[\w .]+>", file, re.ASCII):
        return file
    path = Path(file)
    for folder, prefix in _folders():
        if path.is_relative_to(folder):
            return (prefix / path.relative_to(folder)).as_posix()
    return ELSEWHERE


@cache
def _folders() -> list[tuple[Path, Path]]:
    """Where the program and its libraries lie, the deepest first, and how they are told."""
    package = Path(scheduler.__file__).parent
    libraries = {Path(sysconfig.get_path(kind)) for kind in ("stdlib", "platstdlib", "purelib", "platlib")}
    libraries |= {Path(getsitepackage) for getsitepackage in (*site.getsitepackages(), site.getusersitepackages())}
    deepest_first = sorted(libraries, key=lambda folder: -len(folder.parts))
    return [(package, Path(package.name)), *((folder, Path()) for folder in deepest_first)]
