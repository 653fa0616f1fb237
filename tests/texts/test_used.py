"""No text that nobody says: each key of the catalogue stands in the code, or begins as one that is put together."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from scheduler.texts import LANGUAGES, catalogue

SCHEDULER = Path(__file__).parents[2] / "scheduler"
PUT_TOGETHER = {
    "documents.": "what a part of the education plan is called, by its function",
    "explain.institution": "a category of a ruleset",
    "explain.open-practice": "a category of a ruleset",
    "figures.": "a category of a ruleset",
    "help.": "found by its English text (tests/cli/test_cli_help.py)",
    "months.": "long and short, by number",
    "problems.": "a code's title and help",
    "rules.": "a category's rule",
    "scenario.": "fields and tables of an instance",
    "standing.": "what may be said of a plan",
    "system.": "errors by the system's name",
    "usage.": "the library click's own sentences, by their English",
    "violations.institution": "a category's rule",
    "violations.open-practice": "a category's rule",
    "web.board-": "all of them go to the timeline's script",
    "workbook_former.": "titles that workbooks of before may have",
    "workbook_in.": "tables and fields of an instance, and the parts of the read-me sheet",
}
"""What keys begin with that are put together from more than one word, and from what."""


def strings(tree: ast.AST) -> Iterator[str]:
    """Texts of the code as regular expressions: in one that is put together, anything may stand where a field is."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield re.escape(node.value)
        elif isinstance(node, ast.JoinedStr):
            said = [part.value for part in node.values if isinstance(part, ast.Constant)]
            if re.search("[a-z]{3}", "".join(map(str, said)).split(".", 1)[-1]):  # else it might be any key at all
                yield "".join(
                    re.escape(str(part.value)) if isinstance(part, ast.Constant) else r"[\w.-]+" for part in node.values
                )


def in_templates() -> Iterator[str]:
    for path in SCHEDULER.rglob("*.html"):
        page = path.read_text(encoding="utf-8")
        yield from (re.escape(word) for word in re.findall(r"['\"]([\w.-]+)['\"]", page))
        yield from (re.escape(begin) + r"[\w.-]+" for begin in re.findall(r"['\"]([\w.-]+-)['\"]\s*~", page))
        yield from (r"[\w.-]+" + re.escape(end) for end in re.findall(r"~\s*['\"](-[\w.-]{3,})['\"]", page))


def unused(keys: list[str]) -> list[str]:
    found = set(in_templates())
    for path in SCHEDULER.rglob("*.py"):
        found.update(strings(ast.parse(path.read_text(encoding="utf-8"))))
    some = re.compile("|".join(sorted(word for word in found if word)))
    return [key for key in keys if not some.fullmatch(key) and not some.fullmatch(key.partition(".")[2])]


def test_every_text_is_said_somewhere() -> None:
    never = unused(list(catalogue()))
    assert [key for key in never if not key.startswith(tuple(PUT_TOGETHER))] == []
    codes = [key for key in never if key.startswith("problems.") and not key.endswith((".title", ".help"))]
    assert codes == []
    idle = [begin for begin in PUT_TOGETHER if not any(key.startswith(begin) for key in never)]
    assert idle == []


def test_a_text_that_nobody_says_is_found() -> None:
    assert unused(["web.nobody-says-this", "problems.nobody-finds-this"]) != []


def test_every_text_has_both_languages_and_nothing_else() -> None:
    assert {key for key, said in catalogue().items() if said.keys() != set(LANGUAGES)} == set()
