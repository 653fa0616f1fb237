"""The way of an instance through the files of the program while it runs (docs/decisions/0017).

A function is on the way once it has been called with an instance among its arguments; each counts the first time. The
rules are one room, and ``instance/`` is what an instance says of itself. A file's floor is one more than that of the
highest file that it imports; a climb is a step of the way to a file on a higher floor.

``python tests/helpers/way.py FILE scheduler.api:plan`` tells it of ``alis plan FILE``, from the call of that function
to its return; with an earlier state of the program in PYTHONPATH, of that.
"""

from __future__ import annotations

import ast
import importlib
import runpy
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache, wraps
from itertools import pairwise
from pathlib import Path
from types import CodeType, FrameType
from typing import Any

import scheduler
from scheduler.instance.types import Instance

PACKAGE = Path(scheduler.__file__).parent
RULES, ITSELF = "constraints", "instance"


@dataclass
class Way:
    """``steps``: the files entered one after another, as many times as another one came between."""

    steps: list[str] = field(default_factory=list)

    @property
    def files(self) -> set[str]:
        """The files that are handed the instance."""
        return set(self.steps)

    @property
    def climbs(self) -> list[tuple[str, str]]:
        """The steps to a higher floor: from which file to which."""
        return [(before, after) for before, after in pairwise(self.steps) if floor(after) > floor(before)]

    def enter(self, file: str) -> None:
        """A function of the file is called."""
        room = file.split("/")[0]
        if room != ITSELF and (not self.steps or self.steps[-1] != (RULES if room == RULES else file)):
            self.steps.append(RULES if room == RULES else file)


@contextmanager
def walked(way: Way) -> Iterator[Way]:
    """While inside, every function that is handed an instance is noted."""
    seen: set[CodeType] = set()

    def note(frame: FrameType, event: str, _: object) -> None:
        code = frame.f_code
        if event != "call" or code in seen or not code.co_filename.startswith(str(PACKAGE)):
            return
        given = code.co_varnames[: code.co_argcount + code.co_kwonlyargcount]
        if any(isinstance(frame.f_locals.get(name), Instance) for name in given):
            seen.add(code)
            way.enter(Path(code.co_filename).relative_to(PACKAGE).as_posix())

    before = sys.getprofile()
    sys.setprofile(note)
    try:
        yield way
    finally:
        sys.setprofile(before)


@cache
def floor(file: str) -> int:
    """One more than the highest file of the program that it imports as it runs."""
    if file == RULES:
        return max(floor(path.relative_to(PACKAGE).as_posix()) for path in (PACKAGE / RULES).glob("*.py"))
    return _floor(file, ())


_FLOORS: dict[str, int] = {}


def _floor(file: str, above: tuple[str, ...]) -> int:
    """What imports what lies above it (as once some files did, in a circle) does not stand on that."""
    if file not in _FLOORS:
        below = sorted(_imports(file) - {file, *above})
        _FLOORS[file] = 1 + max((_floor(imported, (*above, file)) for imported in below), default=-1)
    return _FLOORS[file]


def _imports(file: str) -> set[str]:
    tree = ast.parse((PACKAGE / file).read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            node.body = []
    names = [
        name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "scheduler"
        for name in _named(node.module or "", [alias.name for alias in node.names])
    ]
    return {name for name in names if name != file}


def _named(module: str, names: list[str]) -> Iterator[str]:
    """The files of ``from module import names``: each name is a file, or is in the module's own."""
    base = PACKAGE.parent.joinpath(*module.split("."))
    for name in names:
        options = [base / f"{name}.py", base / name / "__init__.py", base.with_suffix(".py"), base / "__init__.py"]
        yield next(path for path in options if path.exists()).relative_to(PACKAGE).as_posix()


# --- told of a command -----------------------------------------------------------------------------------------------


def _tell(file: str, function: str) -> None:
    module, name = importlib.import_module(function.split(":")[0]), function.split(":")[1]
    way, whole = Way(), getattr(module, name)

    @wraps(whole)
    def traced(*args: Any, **kwargs: Any) -> Any:
        with walked(way):
            return whole(*args, **kwargs)

    setattr(module, name, traced)
    with tempfile.TemporaryDirectory() as folder:
        sys.argv = ["alis", "plan", file, "--workers", "1", "-o", str(Path(folder) / "out")]
        try:
            runpy.run_module("scheduler", run_name="__main__")
        except SystemExit as ended:
            if ended.code:
                raise
    higher = [False, *(floor(after) > floor(before) for before, after in pairwise(way.steps))]
    for step, climbs in zip(way.steps, higher, strict=True):
        print(f"{'^' if climbs else ' '} {floor(step):3} {step}")
    print(f"{len(way.files)} files, {len(way.climbs)} climbs")


if __name__ == "__main__":
    _tell(sys.argv[1], sys.argv[2])
