"""From a file to an instance, or to every problem that stands in the way, in one pass."""

from __future__ import annotations

import dataclasses
import json
import re
import tomllib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from scheduler.fields import without_schema_key
from scheduler.files.check_candidates import check_candidates, nobody
from scheduler.files.check_region import check_region
from scheduler.files.check_tables import check_tables
from scheduler.files.missing import with_missing_tables
from scheduler.files.never_done import never_done
from scheduler.files.remarks import remarks
from scheduler.files.resolve import resolve
from scheduler.files.rows import ReadableRows
from scheduler.files.ruleset import require_sound
from scheduler.files.schema import FileInstance, FileRules, keys_of, table_at
from scheduler.files.syntax import syntax_reason
from scheduler.files.workbook import SheetTree, read_workbook
from scheduler.instance.problems import InputError, Problem, in_file_order, shown
from scheduler.instance.problems import Path as TreePath
from scheduler.instance.spelling import nearest
from scheduler.instance.types import Instance
from scheduler.rulesets import IN_FORCE
from scheduler.texts.refused import reasons

LARGEST_FILE = 20_000_000
LONGEST_TOML_LINE = 200_000
MOST_ROWS = 10_000
DEEPEST = 32
_TOML_PLACE = re.compile(r" \(at (?:line (\d+), column \d+|end of document)\)$")
_BUILTIN_CODES = {
    "missing": "missing-key",
    "extra_forbidden": "unknown-key",
    "enum": "not-one-of",
    "literal_error": "not-one-of",
    "list_type": "not-a-list",
    "dict_type": "not-a-table",
    "model_type": "not-a-table",
    "model_attributes_type": "not-a-table",
}

Tree = dict[str, Any]


def load_instance(path: Path, *, may_be_empty: bool = False) -> Instance:
    """Read, check and resolve an instance file (.toml, .json or .xlsx); raise InputError with every problem."""
    return read_instance(read_tree(path), path.stem, source=str(path), may_be_empty=may_be_empty)


def load_tree(path: Path) -> FileInstance:
    """Read an instance file as it is spelled, its form checked but not its meaning; raise InputError."""
    tree = read_tree(path)
    file, found = _parse(tree)
    problems, _ = _told(found, tree)
    if file is None or problems:
        raise InputError(problems, str(path))
    return file


def read_instance(
    tree: Mapping[str, Any], name: str = "instance", *, source: str | None = None, may_be_empty: bool = False
) -> Instance:
    """Check and resolve a tree; ``name`` is used when the tree gives none. Raise InputError with every problem.

    ``may_be_empty``: candidates are still to come, so that there need be none.
    """
    problems = list(_shape(tree))
    if problems:  # of a tree that may be nested without end: told as found
        raise InputError(_told(problems, tree)[0] if isinstance(tree, SheetTree) else problems, source)
    given = without_schema_key(without_nulls(tree))
    require_sound(_rulesets_named(given))
    file, problems = _parse(given)
    readable = ReadableRows.of(given)
    problems += [
        *check_tables(readable),
        *check_candidates(readable),
        *check_region(readable),
        *(() if may_be_empty else nobody(readable)),
    ]
    problems, _ = _told(_once(with_missing_tables(problems, tree)), tree)
    if file is None or problems:
        raise InputError(problems, source)
    instance = resolve(file, name)
    never, worth_knowing = _told([*never_done(instance), *remarks(instance, file)], tree)
    if never:
        raise InputError(never, source)
    return dataclasses.replace(instance, remarks=tuple(worth_knowing), source=file.tree())


def _rulesets_named(tree: Tree) -> Iterator[object]:
    """What the file, and each candidate, calls the ruleset; whatever stands there."""
    rules, candidates = tree.get("rules"), tree.get("candidates")
    for table in (rules, *(candidates if isinstance(candidates, list) else [])):
        if isinstance(table, Mapping):
            yield table.get("ruleset", IN_FORCE)


def _told(found: Iterable[Problem], tree: Mapping[str, Any]) -> tuple[list[Problem], list[Problem]]:
    """Problems, and what is only worth knowing, in the order of the file; those of a workbook with their cells."""
    if isinstance(tree, SheetTree):
        together = tree.placed(in_file_order(tree.together(found), tree))
    else:
        together = in_file_order(found, without_nulls(tree))
    return [problem for problem in together if not problem.is_remark], [
        problem for problem in together if problem.is_remark
    ]


def read_tree(path: Path) -> Tree:
    """The bare tree of a .toml, .json or .xlsx file, its size and nesting within bounds; raise InputError."""
    if _is_folder(path):
        raise InputError([Problem("file-directory", found=shown(str(path)))], str(path))
    parse = _PARSERS.get(path.suffix.lower())
    if parse is None:
        code = "workbook-old-format" if path.suffix.lower() in _OTHER_WORKBOOKS else "file-suffix"
        problem = Problem(code, found=shown(path.suffix or path.name), fields={"allowed": ", ".join(_PARSERS)})
        raise InputError([problem], str(path))
    try:
        tree = parse(read_bytes(path))
        if not isinstance(tree, SheetTree):
            _fail_if(_shape(tree))
            return without_schema_key(without_nulls(tree))
    except InputError as error:
        raise InputError(error.problems, str(path)) from None
    return tree


def without_nulls(tree: Mapping[str, Any]) -> Tree:
    """The tree without keys whose value is null: JSON's way of saying what TOML says by leaving a key out."""
    return {key: _without_nulls(value) for key, value in tree.items() if value is not None}


def _without_nulls(value: Any) -> Any:
    if isinstance(value, Mapping):
        return without_nulls(value)
    return [_without_nulls(item) for item in value] if isinstance(value, list) else value


def _fail_if(problems: Iterable[Problem]) -> None:
    if found := list(problems):
        raise InputError(found)


# --- bytes to text to tree


def read_bytes(path: Path) -> bytes:
    """What is in a file of reasonable size; raise InputError if it cannot be read."""
    try:
        with path.open("rb") as file:
            data = file.read(LARGEST_FILE + 1)
    except FileNotFoundError:
        raise InputError([Problem("file-missing", found=shown(str(path)), nearest=_sibling(path))]) from None
    except (OSError, ValueError) as error:  # ValueError: a path with a NUL in it
        why = {lang: shown(said) for lang, said in reasons(error).items()}
        raise InputError([Problem("file-unreadable", found=shown(str(path)), fields={"reason": why})]) from None
    if len(data) > LARGEST_FILE:
        raise InputError([Problem("file-too-big", fields={"most": LARGEST_FILE // 1_000_000})])
    return data


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except OSError:  # a name longer than the file system takes
        return False


def _sibling(path: Path) -> str | None:
    try:
        return nearest(path.name, sorted(other.name for other in path.parent.iterdir()))
    except OSError:
        return None


def _decode(data: bytes) -> str:
    """UTF-8 with or without a byte order mark."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")) or data[:400].count(0) > 40:
        raise InputError([Problem("file-encoding", found="UTF-16")])
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        found = f"0x{data[error.start]:02X}"
        raise InputError([Problem("file-encoding", found=found, at_line=line)]) from None
    if not text.strip():
        raise InputError([Problem("file-empty")])
    return text


def _syntax(line: int | None, reason: str) -> InputError:
    return InputError([Problem("file-syntax", fields={"reason": syntax_reason(reason)}, at_line=line)])


def _parse_toml(data: bytes) -> Tree:
    text = _decode(data)
    for number, line in enumerate(text.split("\n"), start=1):
        if len(line) > LONGEST_TOML_LINE:  # the parser of the standard library would take minutes over it
            fields = {"length": len(line), "most": LONGEST_TOML_LINE}
            raise InputError([Problem("line-too-long", fields=fields, at_line=number)])
    try:
        return tomllib.loads(text)
    except RecursionError:
        raise InputError([Problem("too-deep", fields={"most": DEEPEST})]) from None
    except tomllib.TOMLDecodeError as error:
        raise _toml_error(str(error), text) from None
    except ValueError as error:  # a whole number of more than 4,300 digits, a date that does not exist
        raise _syntax(None, str(error)) from None


def _toml_error(message: str, text: str) -> InputError:
    match = _TOML_PLACE.search(message)
    line = int(match[1]) if match and match[1] else text.count("\n") + 1
    reason = _TOML_PLACE.sub("", message)
    if reason in {"Cannot overwrite a value"} or reason.endswith("twice"):
        found = shown(text.split("\n")[line - 1].split("=")[0].strip())
        return InputError([Problem("duplicate-key", found=found, at_line=line)])
    return _syntax(line, reason)


def _parse_json(data: bytes) -> Tree:
    text = _decode(data)
    repeated: list[str] = []

    def table(pairs: list[tuple[str, Any]]) -> Tree:
        tree = dict(pairs)
        if len(tree) < len(pairs):
            times = Counter(key for key, _ in pairs)
            repeated.extend(key for key, number in times.items() if number > 1)
        return tree

    try:
        tree = json.loads(text, object_pairs_hook=table)
    except RecursionError:
        raise InputError([Problem("too-deep", fields={"most": DEEPEST})]) from None
    except json.JSONDecodeError as error:
        raise _syntax(error.lineno, error.msg) from None
    except ValueError as error:
        raise _syntax(None, str(error)) from None
    _fail_if(Problem("duplicate-key", found=shown(key)) for key in repeated)
    if not isinstance(tree, dict):
        raise InputError([Problem("file-not-a-table", found=shown(tree))])
    return tree


_PARSERS: dict[str, Callable[[bytes], Tree]] = {".toml": _parse_toml, ".json": _parse_json, ".xlsx": read_workbook}
_OTHER_WORKBOOKS = {".xls", ".xlsm", ".xlsb", ".ods", ".fods", ".numbers", ".csv"}


# --- tree to tables


def _shape(tree: Mapping[str, Any]) -> Iterator[Problem]:
    """Trees too big or too deep to be looked at row by row."""
    if not tree:
        yield Problem("file-empty")
    waiting: list[tuple[TreePath, Any]] = [((), tree)]
    while waiting:
        path, value = waiting.pop()
        if not isinstance(value, Mapping | list):
            continue
        if len(path) > DEEPEST:
            yield Problem("too-deep", path[:4], fields={"most": DEEPEST})
            return
        if len(value) > MOST_ROWS:
            yield Problem("too-many-rows", path, str(len(value)), fields={"most": MOST_ROWS})
            continue
        pairs = value.items() if isinstance(value, Mapping) else enumerate(value)
        waiting.extend(((*path, key), inner) for key, inner in pairs)


def _parse(tree: Tree) -> tuple[FileInstance | None, list[Problem]]:
    """The tables, or what is wrong with their form."""
    try:
        return FileInstance.model_validate(tree), []
    except ValidationError as error:
        return None, [_problem(detail) for detail in error.errors(include_url=False)]


def _once(problems: Iterable[Problem]) -> list[Problem]:
    """Without what a check of form and a check of meaning both say of one place."""
    seen: dict[tuple[str, TreePath], Problem] = {}
    for problem in problems:
        seen.setdefault((problem.code, problem.path), problem)
    return list(seen.values())


def _problem(detail: ErrorDetails) -> Problem:
    """A problem of ours from an error of pydantic's."""
    code = _BUILTIN_CODES.get(detail["type"], detail["type"])
    known = code != detail["type"] or "-" in code
    path = _tree_path(detail["loc"], keep_last=code == "unknown-key")
    fields = dict(detail.get("ctx", {}))
    suggestion = fields.pop("nearest", None)
    found = None if code == "missing-key" else shown(detail["input"])
    if code == "missing-key":
        fields["name"] = str(path[-1])
    elif code == "unknown-key":
        return _unknown_key(path)
    elif code == "not-one-of":
        allowed = re.findall(r"'([^']*)'", str(fields.pop("expected", "")))
        fields["allowed"] = ", ".join(allowed)
        return Problem(code, path, found, fields=fields, choices=allowed)
    return Problem(code if known else "bad-value", path, found, suggestion, fields)


def _tree_path(loc: tuple[int | str, ...], *, keep_last: bool) -> TreePath:
    """The path without the marks of unions (``<text>``) and of keys of a mapping (``[key]``)."""
    marks = {"<text>", "<table>", "<number>", "<list>", "[key]"}
    return tuple(
        part for position, part in enumerate(loc) if part not in marks or (keep_last and position == len(loc) - 1)
    )


def _unknown_key(path: TreePath) -> Problem:
    """An unknown key, with the keys that the table has; one of ``[rules]`` has a sentence of its own."""
    key = str(path[-1])
    table = table_at(tuple(part for part in path[:-1] if isinstance(part, str)))
    keys = [] if table is None else keys_of(table)
    code = "unknown-rule" if table is FileRules else "unknown-key"
    return Problem(code, path, shown(key), fields={"allowed": ", ".join(keys)}, choices=keys)
