"""The documents say what the program does."""

from __future__ import annotations

import importlib.util
import re
import shlex
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from scheduler.check import check_plan
from scheduler.cli import main
from scheduler.constraints import RULES
from scheduler.files import read_instance
from scheduler.files.schema import FileInstance, FileTable, _models_in, keys_of
from scheduler.instance.problems import codes
from scheduler.plan import Status
from scheduler.solve import Options, solve

REPO = Path(__file__).parents[2]
PAGES = sorted(
    [REPO / "README.md", REPO / "CHANGELOG.md", *(REPO / "docs").rglob("*.md"), *REPO.glob("instances/*.md")]
)
README = (REPO / "README.md").read_text(encoding="utf-8")
GUIDE = (REPO / "docs" / "user-guide.md").read_text(encoding="utf-8")


def blocks(page: str, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", page, flags=re.MULTILINE | re.DOTALL)


def test_the_page_of_rules_is_up_to_date() -> None:
    spec = importlib.util.spec_from_file_location("generate", REPO / "docs" / "generate.py")
    assert spec is not None
    assert spec.loader is not None
    generate = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(generate)
    written = (REPO / "docs" / "rules.md").read_text(encoding="utf-8")
    assert written == generate.page(), "run: python docs/generate.py"
    assert all(f"### `{rule.id}`" in written for rule in RULES)
    problems = (REPO / "docs" / "problems.md").read_text(encoding="utf-8")
    assert problems == generate.problems_page(), "run: python docs/generate.py"
    assert all(f"## `{code}`" in problems for code in codes())


def tables(model: type[FileTable]) -> Iterator[type[FileTable]]:
    yield model
    for field in model.model_fields.values():
        for inner in _models_in(field.annotation):
            yield from tables(inner)


def test_the_guide_names_every_field_of_an_instance() -> None:
    words = set(re.findall(r"\w+", GUIDE.partition("## 7.")[2]))
    missing = {key for table in tables(FileInstance) for key in keys_of(table)} - words
    assert missing == set()


def test_the_readme_example_is_a_whole_instance_with_a_best_plan() -> None:
    (example,) = blocks(README, "toml")
    instance = read_instance(tomllib.loads(example))
    assert instance.remarks == ()
    plan = solve(instance, Options(time_limit_s=30, workers=1))
    assert plan.status is Status.OPTIMAL
    assert check_plan(instance, plan) == []
    assert [(level.value, level.proved) for level in plan.objectives[:2]] == [(0, True), (0, True)]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    made = {REPO / "reports" / "sarpsborg" / "gantt.png"}  # by `make reports`
    for link in re.findall(r"\]\(([^)#]+)[^)]*\)", page.read_text(encoding="utf-8")):
        target = (page.parent / link).resolve()
        assert link.startswith("https://") or target.exists() or target in made, link


@pytest.mark.parametrize("page", [README, GUIDE], ids=["README", "user-guide"])
def test_commands_in_the_documents_are_commands_of_the_program(page: str) -> None:
    lines = [line for block in blocks(page, "(?:sh|bat)") for line in block.splitlines()]
    commands = [line for line in lines if re.match(r"(?:\.venv[/\\](?:bin|Scripts)[/\\])?alis ", line)]
    assert len(commands) >= 5
    for line in commands:
        words = shlex.split(line.partition("#")[0].replace("\\", "/"))
        main.commands[words[1]].make_context(words[1], words[2:])


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_no_path_of_anybodys_machine(page: Path) -> None:
    assert not re.search(r"(?:^|[\s`(])(?:/(?:home|Users|tmp|root|work)/|C:\\)", page.read_text(encoding="utf-8"))
