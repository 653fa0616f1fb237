"""The house: what needs no solver does not load it, one rule a file, and every text is there in both languages."""

from __future__ import annotations

import ast
import re
import string
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from scheduler.constraints import RULES
from scheduler.constraints.category_minimum import CategoryMinimum
from scheduler.rulesets import load_ruleset, ruleset_ids
from scheduler.texts import LANGUAGES, catalogue

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "scheduler"
MODULES = sorted(PACKAGE.rglob("*.py"))
FREE_OF_THE_SOLVER = [
    "scheduler.month",
    "scheduler.check",
    "scheduler.plan",
    "scheduler.instance",
    "scheduler.files",
    "scheduler.replanning.diff",
    "scheduler.explanation.sentences",
    "scheduler.accounting",
    "scheduler.constraints",
    "scheduler.report.gantt",
    "scheduler.changes",
    "scheduler.editing",
    "scheduler.whatif.rows",
    "scheduler.report.workbook.read",
    "scheduler.report.html",
    "scheduler.report.documents",
    "scheduler.frames",
    "scheduler.api",
    "scheduler.cli",
    "scheduler.web.app",
]
CHAPTERS = sorted({key.partition(".")[0] for key in catalogue()})


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def imports(path: Path) -> Iterator[str]:
    """The modules a file imports, anywhere in it."""
    waiting: list[ast.AST] = [ast.parse(path.read_text(encoding="utf-8"))]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        waiting.extend(ast.iter_child_nodes(node))


# --- imports ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("module", FREE_OF_THE_SOLVER)
def test_reading_and_checking_need_no_solver(module: str) -> None:
    """Imported alone, in a fresh process, the module does not bring ortools along."""
    program = f"import sys, {module}; sys.exit(any(name.split('.')[0] == 'ortools' for name in sys.modules))"
    assert subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=False, timeout=60).returncode == 0


def test_a_command_and_a_page_ask_the_face_and_print() -> None:
    """Beside it: words, months, what draws and writes, the files' own forms, what a word means, the record, Ctrl-C."""
    allowed = ("api", "texts", "month", "report", "files", "instance.named", "instance.problems", "fault")
    known = tuple(
        f"scheduler.{name}"
        for name in (*allowed, "instance.spelling", "interrupts", "__version__", "__main__", "cli", "web")
    )
    asked = {
        (path.stem, module)
        for path in [*(PACKAGE / "cli").glob("*.py"), *(PACKAGE / "web").rglob("*.py")]
        for module in imports(path)
        if module.startswith("scheduler.")
        and not module.startswith("scheduler.web")
        and not any(f"{module}.".startswith(f"{name}.") for name in known)
    }
    assert {module for _, module in asked} == {"scheduler.Stop", "scheduler.Progress"}  # the face's own, loaded late


def test_one_rule_one_file_one_id() -> None:
    assert len({rule.id for rule in RULES}) == len(RULES)
    for rule in RULES:
        file = "category_minimum" if isinstance(rule, CategoryMinimum) else rule.id.replace("-", "_")
        assert type(rule).__module__ == f"scheduler.constraints.{file}"


def test_only_rulesets_name_categories() -> None:
    """What is counted by itself is said by the ruleset, what people call it by the catalogue; no code knows it."""
    rows = [row for ruleset_id in ruleset_ids() for row in load_ruleset(ruleset_id).categories if row.served]
    names = {row.id for row in rows} | {row.rule for row in rows if row.rule is not None}
    assert {"open_practice", "other_general", "institution", "open-practice"} <= names
    named = re.compile("|".join(sorted(names)), re.IGNORECASE)
    rooms = {"rulesets", "texts", "__pycache__", "bundled"}
    kept = (path for path in PACKAGE.rglob("*") if path.is_file() and not rooms & set(path.relative_to(PACKAGE).parts))
    found = {name_of(path): named.findall(path.read_text(encoding="utf-8")) for path in kept}
    assert {path: words for path, words in found.items() if words} == {}
    assert not [path for path in (PACKAGE / "texts").glob("*.py") if named.search(path.read_text(encoding="utf-8"))]


def calls(path: Path) -> set[str]:
    """The names of the functions that a file calls."""
    nodes = [node.func for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, ast.Call)]
    return {node.id for node in nodes if isinstance(node, ast.Name)}


def test_whatever_a_command_writes_goes_through_the_guard() -> None:
    """Only the guard writes files; and a command that makes any, by whatever function, does so under its eyes."""
    raw = {name_of(path) for path in MODULES if "scheduler.plan.write_atomically" in imports(path)}
    assert raw == {"scheduler/files/written.py"}
    makes = re.compile(r"(write|draw)_\w+")
    unguarded, guarded = set(), set()
    for path in (PACKAGE / "cli").glob("*.py"):
        called = calls(path)
        if any(makes.fullmatch(name) for name in called):
            (guarded if called & {"saving", "telling_kept"} else unguarded).add(path.stem)
    assert unguarded == set()
    assert {"plan", "intake", "whatif", "paths", "gantt", "report", "documents", "export", "new", "convert"} <= guarded


def test_only_one_place_says_how_a_plan_stands() -> None:
    """No output makes its own sentence of a plan's status: what the file says of itself is not enough."""
    asking = {
        name_of(path)
        for path in MODULES
        if name_of(path).startswith(("scheduler/report/", "scheduler/cli/"))
        and any(
            isinstance(node, ast.Attribute) and node.attr in ("OPTIMAL", "FEASIBLE")
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        )
    }
    # a workbook that was edited is at best feasible
    assert asking == {"scheduler/report/standing.py", "scheduler/report/workbook/read.py"}


# --- texts -----------------------------------------------------------------------------------------------------------


def fields(text: str) -> set[str]:
    """The fields of a text: ``{have} of {need:.1f}`` has have and need."""
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_every_text_is_there_in_both_languages_with_the_same_fields(chapter: str) -> None:
    for key, texts in catalogue().items():
        if key.startswith(f"{chapter}."):
            assert set(texts) == set(LANGUAGES), key
            assert all(text.strip() for text in texts.values()), key
            assert len({frozenset(fields(text)) for text in texts.values()}) == 1, key


@cache
def strings_in_code() -> frozenset[str]:
    """Every string of the package's code, the constant parts of f-strings among them."""
    return frozenset(
        node.value
        for path in MODULES
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    )


def test_every_key_used_in_code_exists() -> None:
    chapters = "|".join(CHAPTERS)
    looks_like_a_key = re.compile(rf"({chapters})\.(?!png|svg|pdf|json|xlsx|html|csv|toml)[a-z0-9][a-z0-9_.-]*[a-z0-9]")
    used = {one for one in strings_in_code() if looks_like_a_key.fullmatch(one)}
    assert used - set(catalogue()) == set()
    assert "violations.places" in used  # the test sees what it looks for


def test_every_rule_and_every_violation_has_its_words() -> None:
    assert {f"rules.{rule.id}" for rule in RULES} <= set(catalogue())
    known = {key.removeprefix("violations.") for key in catalogue() if key.startswith("violations.")}
    said = strings_in_code() | {rule.id for rule in RULES if isinstance(rule, CategoryMinimum)}
    unused = {key for key in known if key not in said and f"violations.{key}" not in said}
    assert unused == set()  # a text that nobody says is a text for a violation that nobody finds
