"""Whoever does what docs/contributing.md says, word by word, has a rule: built, biting, checked and told."""

from __future__ import annotations

import inspect
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from scheduler.constraints import Rule

REPO = Path(__file__).parents[2]
PAGE = (REPO / "docs" / "contributing.md").read_text(encoding="utf-8")
NEEDED = ("scheduler", "tests", "docs", "instances", "pyproject.toml", "README.md", "CHANGELOG.md")
STEP = re.compile(
    r"(?P<what>Make|Add to the end of|[Cc]hange)\s`(?P<path>[^`]+)`:|^```(?P<kind>\w+)\n(?P<block>.*?)^```", re.M | re.S
)
TOY = "first-in-office"


def follow(page: str, root: Path) -> set[str]:
    """Do what the page says in a copy of the house; the files that it touches."""
    what, path, touched = "", "", set()
    for step in STEP.finditer(page):
        if step["what"]:
            what, path = step["what"], step["path"]
            continue
        file, block = root / path, step["block"]
        touched.add(path)
        if what == "Make":
            assert not file.exists()
            file.write_text(block, encoding="utf-8")
        elif what.startswith("Add"):
            file.write_text(f"{file.read_text(encoding='utf-8').rstrip()}\n\n\n{block}", encoding="utf-8")
        else:
            assert step["kind"] == "diff"
            file.write_text(changed(file.read_text(encoding="utf-8"), block), encoding="utf-8")
    return touched


def changed(text: str, diff: str) -> str:
    """The text with the lines of a diff that begin with a plus between those that do not."""
    lines = diff.splitlines(keepends=True)
    before = "".join(line[1:] for line in lines if not line.startswith("+"))
    assert text.count(before) == 1, before
    return text.replace(before, "".join(line[1:] for line in lines))


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy in which the page has been followed."""
    root = tmp_path_factory.mktemp("house")
    for name in NEEDED:
        source = REPO / name
        if source.is_dir():
            shutil.copytree(source, root / name, ignore=shutil.ignore_patterns("__pycache__", "test_contributing.py"))
        else:
            shutil.copy(source, root)
    touched = follow(PAGE, root)
    assert {path for path in touched if path.startswith("scheduler/") and path.endswith(".py")} == {
        "scheduler/constraints/__init__.py",
        "scheduler/constraints/first_in_office.py",
    }
    assert run(root, "docs/generate.py").returncode == 0
    return root


def run(root: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(root)}
    command = [sys.executable, *arguments]
    return subprocess.run(command, cwd=root, env=environment, check=False, timeout=300, capture_output=True, text=True)


SAYS = {
    "it bites and is checked": ["test_every_rule_has_a_witness", f"a_forbidden_plan_comes_through[{TOY}]"],
    "it is named in an explanation, and nothing else is": [
        f"{test}[first_in_office_{plant}]"
        for test in ("rule_instances_are_named", "there_is_a_plan", "wherever_a_rule_may_give")
        for plant in ("before_it_opens", "but_fixed_elsewhere")
    ],
    "it has instances that can be left out": [f"every_rule_has_instances[{TOY}]", f"asks_for_every_instance[{TOY}]"],
    "it is law": ["the_law_never_gives[forskrift-2019]", "the_law_never_gives[ordning-2017]"],
    "it has its file, its words and its place on the page": [
        "test_one_rule_one_file_one_id",
        "test_every_rule_and_every_violation_has_its_words",
        "test_the_page_of_rules_is_up_to_date",
    ],
}


@pytest.fixture(scope="module")
def passed(house: Path) -> str:
    """What passes in the house with the new rule, of the tests that speak of it."""
    files = [
        "model/test_every_rule_bites.py",
        "explanation/test_conflicts.py",
        "explanation/test_rule_instances.py",
        "explanation/test_never_wrong.py",
        "test_architecture.py",
        "docs/test_docs.py",
    ]
    asked = f"{TOY} or first_in_office or law_never or a_witness or one_id or its_words or page_of_rules"
    paths = [f"tests/{name}" for name in files]
    outcome = run(house, "-m", "pytest", *paths, "-k", asked, "-rA", "-p", "no:cacheprovider")
    assert outcome.returncode == 0, outcome.stdout
    return outcome.stdout


@pytest.mark.parametrize("claim", SAYS)
def test_the_new_rule(passed: str, claim: str) -> None:
    for name in SAYS[claim]:
        assert re.search(rf"^PASSED \S*{re.escape(name)}$", passed, flags=re.M), name


@pytest.mark.slow
@pytest.mark.parametrize(
    "tool",
    [["ruff", "check", "scheduler"], ["ruff", "format", "--check", "scheduler", "tests"], ["mypy"]],
    ids=" ".join,
)
def test_the_new_rule_is_in_style_and_typed(house: Path, tool: list[str]) -> None:
    outcome = run(house, "-m", *tool)
    assert outcome.returncode == 0, outcome.stdout


def test_the_new_rule_is_told_in_words(house: Path) -> None:
    program = """
from scheduler.explanation.conflicts import find_conflicts
from scheduler.explanation.sentences import conflict_phrase
from scheduler.solver.engine import Settings, Stop
from tests.helpers.planted import planted
_, instance, _ = planted("first_in_office_before_it_opens")
(conflict,) = find_conflicts(instance, Settings(workers=1), Stop(60.0)).conflicts
print(conflict_phrase(instance, conflict).said("en"))
"""
    outcome = run(house, "-c", program)
    assert "the first service month is in gp" in outcome.stdout, outcome.stderr


def test_the_page_names_all_that_a_rule_may_say() -> None:
    own = {name for name in vars(Rule) if not name.startswith("_")}
    said = {name for row in re.findall(r"^\| (`.*?) \|", PAGE, flags=re.M) for name in re.findall(r"`(\w+)`", row)}
    assert said == own - {"build", "check", "sentence"}
    assert inspect.isabstract(Rule)
    assert own >= {"build", "check", "sentence"}


def test_every_file_that_the_page_points_to_is_there() -> None:
    for row in re.findall(r"^\| `.*\| (`[^|]*) \|$", PAGE, flags=re.M):
        for name in re.findall(r"`(\w+)`", row):
            assert (REPO / "scheduler" / "constraints" / f"{name}.py").exists(), name
