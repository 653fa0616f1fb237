"""The face: at most twenty names, each one documented, whatever was imported before and without anything heavy."""

from __future__ import annotations

import importlib
import inspect
import subprocess
import sys
from pathlib import Path

import pytest

import scheduler
from scheduler import api

ROOT = Path(__file__).parents[2]
QUESTIONS = (
    "load", "plan", "check", "explain", "why_not", "replan", "intake", "whatif", "alternatives", "diff",
)  # fmt: skip
ROOMS = ("plan", "check", "intake", "whatif", "alternatives")
"""Names of a question that are names of a module, too."""


def succeeds(program: str) -> bool:
    """Whether a program ends well in a process of its own."""
    return subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=False, timeout=60).returncode == 0


def test_the_names_there_are() -> None:
    assert len(scheduler.__all__) <= 20
    assert set(QUESTIONS) <= set(scheduler.__all__)
    for name in scheduler.__all__:
        found = getattr(scheduler, name)
        assert inspect.getdoc(found), name
        assert found is getattr(importlib.import_module(found.__module__), name), name
    with pytest.raises(AttributeError, match="no attribute 'nonsense'"):
        _ = scheduler.nonsense  # type: ignore[attr-defined]


@pytest.mark.parametrize("question", QUESTIONS)
def test_every_question_says_what_can_go_wrong(question: str) -> None:
    assert getattr(scheduler, question) is getattr(api, question)
    said = inspect.getdoc(getattr(scheduler, question)) or ""
    assert "Error" in said or "Otherwise as" in said


@pytest.mark.parametrize("room", ROOMS)
def test_a_question_keeps_its_name_whoever_imports_the_module(room: str) -> None:
    for before in ("", f"scheduler.{room}; "):
        assert succeeds(
            f"import scheduler; {before}import scheduler.{room}; from importlib import import_module; "
            f"assert scheduler.{room} is scheduler.api.{room}; "
            f"assert import_module('scheduler.{room}').__name__ == 'scheduler.{room}'"
        ), before


def test_to_import_the_program_loads_nothing() -> None:
    assert succeeds(
        "import sys, scheduler; "
        "heavy = ('ortools', 'pandas', 'numpy', 'pydantic', 'click', 'matplotlib', 'scheduler.api'); "
        "sys.exit(any(name in sys.modules for name in heavy))"
    )


def test_reading_and_checking_load_no_solver_and_no_tables() -> None:
    assert succeeds(
        "import sys, scheduler; "
        "instance = scheduler.load('instances/small/01-plain-sixty.toml'); "
        "scheduler.check, scheduler.diff, scheduler.Limits, scheduler.whatif, scheduler.RejectedError; "
        "sys.exit(any(name.partition('.')[0] in ('ortools', 'pandas', 'matplotlib') for name in sys.modules))"
    )


def test_the_names_are_those_that_are_offered_for_completion() -> None:
    assert {*scheduler.__all__, "__version__"} == set(dir(scheduler))
