"""The documents say what the program does."""

from __future__ import annotations

import importlib.util
import inspect
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import fastjsonschema  # type: ignore[import-untyped]
import pytest

import scheduler
from scheduler.api import Search
from scheduler.check import check_plan
from scheduler.cli import main
from scheduler.constraints import RULES
from scheduler.files import InputError, bundled_instance_path, load_tree, read_instance
from scheduler.files.schema import FileInstance, FileTable, _models_in, keys_of
from scheduler.instance.problems import codes
from scheduler.plan import Plan, Status
from scheduler.report.plan_file import read_plan
from scheduler.solve import Options, solve
from tests.helpers import pages

REPO = Path(__file__).parents[2]
PAGES = sorted(
    [REPO / "README.md", REPO / "CHANGELOG.md", *(REPO / "docs").rglob("*.md"), *REPO.glob("instances/*.md")]
)
README = (REPO / "README.md").read_text(encoding="utf-8")
LIBRARY = (REPO / "docs" / "library.md").read_text(encoding="utf-8")
GUIDE = (REPO / "docs" / "user-guide.md").read_text(encoding="utf-8")
VEILEDNING = (REPO / "docs" / "no" / "brukerveiledning.md").read_text(encoding="utf-8")


def blocks(page: str, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", page, flags=re.MULTILINE | re.DOTALL)


@pytest.fixture(scope="module")
def generate() -> Any:
    """The module that writes the pages."""
    spec = importlib.util.spec_from_file_location("generate", REPO / "docs" / "generate.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_page_of_rules_is_up_to_date(generate: Any) -> None:
    written = (REPO / "docs" / "rules.md").read_text(encoding="utf-8")
    assert written == generate.page(), "run: python docs/generate.py"
    assert all(f"### `{rule.id}`" in written for rule in RULES)
    assert (REPO / "docs" / "readings.md").read_text(encoding="utf-8") == generate.readings_page(), "make docs"
    problems = (REPO / "docs" / "problems.md").read_text(encoding="utf-8")
    assert problems == generate.problems_page(), "run: python docs/generate.py"
    assert all(f"## `{code}`" in problems for code in codes())


def test_the_norwegian_pages_are_up_to_date(generate: Any) -> None:
    for name, page in generate.NORWEGIAN.items():
        assert (REPO / "docs" / "no" / name).read_text(encoding="utf-8") == page(), "run: python docs/generate.py"
    assert "{found:" not in generate.problems_in_norwegian()


@pytest.mark.parametrize("name", ["instance.schema.json", "plan.schema.json"])
def test_the_schemas_are_up_to_date(generate: Any, name: str) -> None:
    assert set(generate.SCHEMAS) == {path.name for path in (REPO / "docs").glob("*.schema.json")}
    assert (REPO / "docs" / name).read_text(encoding="utf-8") == generate.schema(name), "run: python docs/generate.py"


def validator(name: str) -> Callable[[Any], Any]:
    tree = json.loads((REPO / "docs" / name).read_text(encoding="utf-8"))
    return fastjsonschema.compile(tree, use_default=False)  # type: ignore[no-any-return]


@pytest.mark.parametrize("path", [*sorted((REPO / "instances").rglob("*.toml"))], ids=lambda path: path.stem)
def test_the_schema_of_instances_takes_what_the_program_takes(path: Path) -> None:
    """A file whose form the program refuses is refused; one whose form it takes may still mean nothing."""
    valid = validator("instance.schema.json")
    try:
        tree = load_tree(path).tree()
    except InputError as error:
        if path.parent.name == "broken":
            return
        raise AssertionError(path) from error
    valid(tree)


@pytest.mark.parametrize(
    ("place", "value"),
    [
        (("horizon", "start"), "2027-13"),
        (("horizon", "start"), 202703),
        (("horizon", "months"), 0),
        (("horizon", "end"), "2030-01"),
        (("candidates", 0, "percent"), [{"percent": 101}]),
        (("candidates", 0, "start"), {"earliest": "2027-01"}),
        (("arenas", 0, "service"), "surgery"),
        (("rotations", 0, "base"), "yes"),
        (("schema",), 2),
    ],
)
def test_the_schema_of_instances_refuses_what_the_program_refuses(place: tuple[str | int, ...], value: Any) -> None:
    tree = load_tree(bundled_instance_path()).tree()
    valid = validator("instance.schema.json")
    valid(tree)
    inner = tree
    for part in place[:-1]:
        inner = inner[part]  # type: ignore[index]
    inner[place[-1]] = value  # type: ignore[index]
    with pytest.raises(fastjsonschema.JsonSchemaValueException):
        valid(tree)
    with pytest.raises(InputError):
        read_instance(tree)


@pytest.mark.parametrize("name", ["instance.schema.json", "plan.schema.json"])
def test_a_schema_says_what_it_is_and_names_no_host(name: str) -> None:
    tree = json.loads((REPO / "docs" / name).read_text(encoding="utf-8"))
    assert tree["$id"] == name
    assert tree["title"]
    assert tree["description"]
    assert all(table.get("description") or "enum" in table for table in tree["$defs"].values())
    assert "://" not in json.dumps({key: value for key, value in tree.items() if key != "$schema"})


def test_a_file_may_name_its_schema(tmp_path: Path) -> None:
    """For an editor; the program looks past it, and what is written back of a text file keeps it."""
    tree = load_tree(bundled_instance_path()).tree()
    named = {"$schema": "docs/instance.schema.json", **tree}
    validator("instance.schema.json")(named)
    assert read_instance(named).sha256 == read_instance(tree).sha256
    path = tmp_path / "town.json"
    path.write_text(json.dumps(named), encoding="utf-8")
    assert load_tree(path).tree() == tree
    with pytest.raises(InputError):
        read_instance({"$shema": "docs/instance.schema.json", **tree})
    plan = pages.plan_of(pages.town(), source=pages.tree())
    told = {"$schema": "plan.schema.json", **json.loads(plan.to_json())}
    validator("plan.schema.json")(told)
    path.write_text(json.dumps(told), encoding="utf-8")
    assert read_plan(path) == plan == Plan.from_json(json.dumps(told))


def test_the_schema_of_plans_takes_plans() -> None:
    valid = validator("plan.schema.json")
    made = json.loads(pages.plan_of(pages.town(), source=pages.tree()).to_json())
    valid(made)
    made["candidates"][0]["months"][0]["month"] = 24321
    with pytest.raises(fastjsonschema.JsonSchemaValueException):
        valid(made)


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


@pytest.mark.parametrize("page", [README, GUIDE, VEILEDNING], ids=["README", "user-guide", "no"])
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


# --- from Python -----------------------------------------------------------------------------------------------------


def test_every_name_of_the_face_and_every_parameter_of_a_question_is_documented() -> None:
    prose = re.sub(r"^```.*?^```", "", LIBRARY, flags=re.MULTILINE | re.DOTALL)
    named = set(re.findall(r"\w+", " ".join(re.findall(r"`([^`]+)`", prose))))
    assert set(scheduler.__all__) - named == set()
    questions = [getattr(scheduler, name) for name in scheduler.__all__ if inspect.isfunction(getattr(scheduler, name))]
    assert len(questions) == 10
    asked = {name for question in questions for name in inspect.signature(question).parameters} - {"search"}
    assert (asked | set(Search.__annotations__)) - named == set()


@pytest.mark.parametrize("example", blocks(LIBRARY, "python"), ids=["plan", "problems"])
def test_the_examples_from_python_do_what_they_say(
    example: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    shutil.copytree(REPO / "instances", tmp_path / "instances")
    path = os.pathsep.join([str(REPO), os.environ.get("PYTHONPATH", "")])
    sooner = example.replace("time_limit_s=60", "time_limit_s=40")  # long enough for what is said of delay
    program = [sys.executable, "-W", "error", "-c", sooner]
    done = subprocess.run(program, cwd=tmp_path, env={**os.environ, "PYTHONPATH": path}, check=False, timeout=120)
    out, err = capfd.readouterr()
    assert (done.returncode, err) == (0, ""), err
    assert out.startswith(("delay 1.0\n['delay'", "horizon.start: “2027-13”")), out
