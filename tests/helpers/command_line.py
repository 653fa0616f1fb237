"""Short ways of running commands, in this process and in one of their own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from click.testing import CliRunner, Result

from scheduler.cli import main
from scheduler.files.written import NOTES_FILE

REPO = Path(__file__).parents[2]
SMALL = REPO / "instances" / "small"
PLAIN = SMALL / "01-plain-sixty.toml"
ORDER = SMALL / "07-one-hospital-place-order.toml"
WAIT = SMALL / "08-one-hospital-place-wait.toml"
IMPOSSIBLE = SMALL / "16-place-taken.toml"
BEYOND = SMALL / "14-beyond-the-horizon.toml"
BROKEN = REPO / "instances" / "broken" / "misspelt-key.toml"


def files_in(folder: Path) -> list[str]:
    """Every file below a folder, but for the program's notes of what it wrote last."""
    found = (path for path in folder.rglob("*") if path.is_file() and path.name != NOTES_FILE)
    return sorted(str(path.relative_to(folder)) for path in found)


def alis(*arguments: str | Path) -> Result:
    """A command in this process."""
    return CliRunner().invoke(main, [str(argument) for argument in arguments], prog_name="alis")


def start(*arguments: str | Path, cwd: Path, **environment: str) -> subprocess.Popen[bytes]:
    """A command in a process of its own, stdin closed; the package is the one that is being tested."""
    import scheduler

    package = Path(scheduler.__file__).parents[1]
    return subprocess.Popen(
        [sys.executable, "-m", "scheduler", *map(str, arguments)],
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": str(package), **environment},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


def run(*arguments: str | Path, cwd: Path, **environment: str) -> tuple[int, str, str]:
    """Exit code, stdout and stderr of a command in a process of its own."""
    process = start(*arguments, cwd=cwd, **environment)
    out, err = process.communicate(timeout=120)
    return process.returncode, out.decode("utf-8"), err.decode("utf-8", errors="strict")
