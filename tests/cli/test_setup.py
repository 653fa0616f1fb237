"""Setting the program up: the same range of Python everywhere, and a sentence where it does not fit."""

from __future__ import annotations

import ast
import os
import re
import shutil
import stat
import subprocess
import sys
import tomllib
from importlib.metadata import requires
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

import scheduler
from scheduler.__main__ import PYTHONS
from tests.helpers.command_line import REPO, run

FIRST, LAST = PYTHONS
RANGE = f"Python {FIRST} to {LAST}"


def read(name: str) -> str:
    return (REPO / name).read_text(encoding="utf-8")


def as_tuple(version: str) -> tuple[int, int]:
    major, minor = version.split(".")
    return int(major), int(minor)


def test_the_range_of_python_is_the_same_everywhere() -> None:
    major, minor = as_tuple(LAST)
    assert tomllib.loads(read("pyproject.toml"))["project"]["requires-python"] == f">={FIRST},<{major}.{minor + 1}"
    assert f"not {as_tuple(FIRST)} <= sys.version_info[:2] <= {as_tuple(LAST)}" in read("Makefile")
    for name in ("README.md", "Makefile", "constraints.txt"):
        assert RANGE in read(name), name
        told = re.findall(r"Python (3\.\d+) to (3\.\d+)", read(name))
        assert set(told) == {PYTHONS}, name
    assert f"**{FIRST} to {LAST}**" in read("docs/decisions/0011-which-python.md")
    assert as_tuple(FIRST) <= sys.version_info[:2] <= as_tuple(LAST)  # the one these tests run on


def test_the_readme_names_pythons_of_the_range() -> None:
    named = re.findall(r"(?:py -|python|py install )(3\.\d+)", read("README.md"))
    assert len(named) >= 4
    assert all(as_tuple(FIRST) <= as_tuple(one) <= as_tuple(LAST) for one in named)


def test_libraries_are_only_taken_ready_made() -> None:
    assert "--only-binary :all:" in read("constraints.txt").splitlines()
    for name in ("README.md", "Makefile", ".ci/run"):
        installs = re.findall(r"pip\"? install .*", read(name))
        assert installs, name
        assert all("-c constraints.txt" in install for install in installs), name


def test_every_library_has_its_version() -> None:
    """What a library needs in turn may not change from one day to the next, either."""
    pinned = {
        canonicalize_name(line.partition("==")[0]) for line in read("constraints.txt").splitlines() if "==" in line
    }
    project = tomllib.loads(read("pyproject.toml"))["project"]
    extras = project["optional-dependencies"]
    told = map(Requirement, [*project["dependencies"], *extras["web"], *extras["dev"]])
    ahead = [(canonicalize_name(one.name), more) for one in told for more in ("", *one.extras)]
    seen = {("alis-scheduler", extra) for extra in ("", "web")}  # told by the file, however old what is installed is
    while ahead:
        name, extra = ahead.pop()
        if (name, extra) not in seen:
            seen.add((name, extra))
            for needed in map(Requirement, requires(name) or []):
                if needed.marker is None or needed.marker.evaluate({"extra": extra}):
                    ahead += [(canonicalize_name(needed.name), more) for more in ("", *needed.extras)]
    assert len(seen) > 40
    assert {name for name, _ in seen} - {"alis-scheduler"} - pinned == set()


@pytest.mark.skipif(shutil.which("make") is None or sys.platform == "win32", reason="needs make")
@pytest.mark.parametrize(("version", "said"), [("3, 15", "is Python 3.15.0"), ("3, 10", "is Python 3.10.0")])
def test_make_says_which_python_it_needs(tmp_path: Path, version: str, said: str) -> None:
    for name in ("Makefile", "pyproject.toml", "constraints.txt"):
        shutil.copy(REPO / name, tmp_path)
    other = tmp_path / "other-python"
    other.write_text(
        "#!/bin/sh\n"
        f'case "$1" in --version) echo Python {version.replace(", ", ".")}.0 ;;\n'
        f'-c) exec {sys.executable} -c "import sys; sys.version_info = ({version}, 0); $2" ;;\n'
        "*) echo called >&2; exit 9 ;; esac\n",
        encoding="utf-8",
    )
    other.chmod(other.stat().st_mode | stat.S_IXUSR)
    wrong = make(tmp_path, "PYTHON=./other-python")
    assert wrong.returncode != 0
    assert f"{RANGE} is needed, and ./other-python {said}." in wrong.stderr
    assert "make PYTHON=python3.13 plan" in wrong.stderr
    assert "called" not in wrong.stderr
    assert not (tmp_path / ".venv").exists()
    missing = make(tmp_path, "PYTHON=no-such-python")
    assert f"{RANGE} is needed, and no-such-python is not there." in missing.stderr
    fits = make(tmp_path, "--dry-run", f"PYTHON={sys.executable}")
    assert f"{sys.executable} -m venv .venv" in fits.stdout


def make(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = ["make", *arguments, "plan"]
    return subprocess.run(command, cwd=folder, capture_output=True, check=False, text=True, timeout=60)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("raise ModuleNotFoundError(\"No module named 'click'\")", "No module named 'click'"),
        ("match = 1 1", "invalid syntax"),
    ],
)
def test_a_program_that_cannot_be_loaded_says_what_it_needs(tmp_path: Path, content: str, said: str) -> None:
    (tmp_path / "click.py").write_text(content, encoding="utf-8")
    path = os.pathsep.join([str(tmp_path), str(Path(scheduler.__file__).parents[1])])
    code, out, err = run("plan", cwd=tmp_path, PYTHONPATH=path)
    assert (code, out) == (1, "")
    assert "Traceback" not in err
    assert said in err
    assert f"Python {FIRST} til {LAST}" in err
    assert RANGE in err
    code, _, err = run("plan", "--debug", cwd=tmp_path, PYTHONPATH=path)
    assert code == 1
    assert "Traceback" in err


def test_the_file_that_says_so_is_read_by_old_pythons() -> None:
    """Nothing in it that came after Python 3.8."""
    ast.parse(read("scheduler/__main__.py"), feature_version=(3, 8))
    ast.parse(read("scheduler/__init__.py"), feature_version=(3, 8))
