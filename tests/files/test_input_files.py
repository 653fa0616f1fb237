"""From bytes to a tree: whatever the file holds, a problem and never a traceback."""

import json
import time
from pathlib import Path
from typing import Any

import pytest
import tomli_w

from scheduler.files import InputError, Problem, bundled_instance_path, load_instance, load_tree
from scheduler.files.load import read_tree
from scheduler.files.schema import FileInstance
from scheduler.files.write import to_json, to_toml
from tests.helpers.input_tree import base

SMALL = 'schema = 1\n[horizon]\nstart = "2026-09"\nmonths = 12\n'
ALONE: Any = {
    "arenas": [{"id": "office", "service": "open_practice"}],
    "rotations": [{"id": "gp", "mix": {"practice": 100}, "base": True}],
    "candidates": [{"id": "A", "start": "2026-09"}],
}
"""As little as makes an instance of a horizon."""
WHOLE = tomli_w.dumps(ALONE) + SMALL.removeprefix("schema = 1\n")
JSON_START = json.dumps(ALONE).encode()[:-1] + b', "horizon": {"start": "2026-09", "months": '
REPO = Path(__file__).parents[2]


def problem_of(path: Path) -> Problem:
    """The only problem of a file."""
    with pytest.raises(InputError) as caught:
        load_instance(path)
    (problem,) = caught.value.problems
    assert problem.line("nb") != problem.line("en")
    assert caught.value.source == str(path)
    return problem


@pytest.mark.parametrize(
    ("name", "content", "code", "line"),
    [
        ("utf16.toml", SMALL.encode("utf-16"), "file-encoding", None),
        ("utf16-no-mark.toml", SMALL.encode("utf-16-le"), "file-encoding", None),
        ("latin1.toml", (SMALL + "# æ").encode("latin-1"), "file-encoding", 5),
        ("empty.toml", b"", "file-empty", None),
        ("blank.json", b" \n", "file-empty", None),
        ("comment.toml", b"# nothing\n", "file-empty", None),
        ("braces.json", b"{}", "file-empty", None),
        ("syntax.toml", b"a = 1\nb = = 2\n", "file-syntax", 2),
        ("cut.toml", b'a = 1\nb = "x', "file-syntax", 2),
        ("syntax.json", b'{"a":\n1 2}', "file-syntax", 2),
        ("digits.toml", b"a = " + b"9" * 5_000, "file-syntax", None),
        ("digits.json", JSON_START + b"9" * 5_000 + b"}}", "file-syntax", None),
        ("twice.toml", b"name = 'a'\nname = 'b'\n", "duplicate-key", 2),
        ("table-twice.toml", b"[horizon]\n\n[horizon]\n", "duplicate-key", 3),
        ("twice.json", b'{"name": "a", "name": "b"}', "duplicate-key", None),
        ("deep.toml", b"a = " + b"[" * 50_000, "too-deep", None),
        ("deep.json", b'{"a":' * 100_000, "too-deep", None),
        ("list.json", b"[1]", "file-not-a-table", None),
        ("null.json", b"null", "file-not-a-table", None),
        ("plan.txt", b"", "file-suffix", None),
        ("nosuffix", b"", "file-suffix", None),
        ("large.json", b" " * 20_000_001, "file-too-big", None),
    ],
)
def test_bad_file(tmp_path: Path, name: str, content: bytes, code: str, line: int | None) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    problem = problem_of(path)
    assert (problem.code, problem.at_line) == (code, line)


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("line.toml", b'name = "' + b"x" * 10_000_000 + b'"\n', "line-too-long"),
        ("line.json", JSON_START + b'3}, "name": "' + b"x" * 10_000_000 + b'"}', "text-too-long"),
        ("key.json", JSON_START + b'3}, "' + b"x" * 10_000_000 + b'": 1}', "unknown-key"),
        ("list.json", JSON_START + b'3}, "limits": [' + b"1," * 5_000_000 + b"1]}", "too-many-rows"),
        ("number.toml", WHOLE.replace("12", "0x" + "f" * 190_000).encode(), "number-range"),
    ],
)
def test_ten_megabytes_on_a_line_are_refused_at_once(tmp_path: Path, name: str, content: bytes, code: str) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    began = time.perf_counter()
    problem = problem_of(path)
    assert time.perf_counter() - began < 2
    assert problem.code == code
    assert len(problem.line("nb")) < 500


def test_not_a_number(tmp_path: Path) -> None:
    path = tmp_path / "nan.json"
    path.write_bytes(JSON_START + b"NaN}}")
    assert problem_of(path).place == "horizon.months"


def test_missing_file_names_the_nearest(tmp_path: Path) -> None:
    (tmp_path / "sarpsborg.toml").write_text(SMALL)
    problem = problem_of(tmp_path / "sarpsborgh.toml")
    assert (problem.code, problem.nearest) == ("file-missing", "sarpsborg.toml")


def test_folders_and_names_that_cannot_be(tmp_path: Path) -> None:
    assert problem_of(tmp_path).code == "file-directory"
    assert problem_of(tmp_path / ("a" * 300 + ".toml")).code == "file-unreadable"
    assert problem_of(tmp_path / "a\0b.toml").code == "file-unreadable"


def test_byte_order_mark_is_accepted(tmp_path: Path) -> None:
    path = tmp_path / "marked.toml"
    path.write_bytes(b"\xef\xbb\xbf" + WHOLE.encode())
    assert load_instance(path).name == "marked"


def test_toml_and_json_are_one_instance(tmp_path: Path) -> None:
    toml, as_json = tmp_path / "a.toml", tmp_path / "b.json"
    toml.write_text(tomli_w.dumps(base()))
    as_json.write_text(json.dumps({**base(), "limits": [{**base()["limits"][0], "places": None}]}))
    assert load_instance(toml) == load_instance(as_json)


@pytest.mark.parametrize(
    "path", [bundled_instance_path(), *sorted((REPO / "instances" / "small").glob("*.toml"))], ids=str
)
def test_round_trip(tmp_path: Path, path: Path) -> None:
    file = load_tree(path)
    (tmp_path / "a.json").write_text(to_json(file), encoding="utf-8")
    from_json = load_tree(tmp_path / "a.json")
    (tmp_path / "a.toml").write_text(to_toml(from_json), encoding="utf-8")
    again = load_tree(tmp_path / "a.toml")
    assert again == from_json == file
    assert again.tree() == file.tree() == FileInstance.model_validate(read_tree(path)).tree()
    assert load_instance(tmp_path / "a.toml").sha256 == load_instance(path).sha256


def test_form_is_enough_for_a_tree(tmp_path: Path) -> None:
    path = tmp_path / "a.toml"
    path.write_text(SMALL + "[[candidates]]\nid = 'A'\nstart = '2026-09'\npractice = 'nowhere'\n")
    assert load_tree(path).candidates[0].practice == "nowhere"
    path.write_text(SMALL + "[[candidates]]\nid = 'A'\n")
    with pytest.raises(InputError):
        load_tree(path)


BROKEN = sorted((REPO / "instances" / "broken").glob("*"))


@pytest.mark.parametrize("path", BROKEN, ids=lambda path: path.name)
def test_broken_instance_is_refused_for_its_reason(path: Path) -> None:
    """The first line of each file says its codes: ``# mix-sum, unknown-arena``."""
    with pytest.raises(InputError) as caught:
        load_instance(path)
    first = path.read_text(encoding="utf-8").split("\n")[0]
    assert [problem.code for problem in caught.value.problems] == first.removeprefix("# ").split(", ")


def test_there_are_broken_instances() -> None:
    assert len(BROKEN) >= 8


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.toml", b"a = snart", "linje 1: Filen kan ikke tolkes: verdien kan ikke leses; tekst"),
        ("a.toml", b'a = "x\nb = 1', "linje 1: Filen kan ikke tolkes: et anførselstegn mangler."),
        ("a.toml", b"a = 1\nb", "linje 2: Filen kan ikke tolkes: her ventes et navn med en verdi"),
        ("a.toml", b"a = 1 2", "linje 1: Filen kan ikke tolkes: det står mer her"),
        ("a.toml", b"a = [1, 2", "linje 1: Filen kan ikke tolkes: et komma eller en parentes mangler."),
        ("a.toml", b'a = "C:\\planer"', "linje 1: Filen kan ikke tolkes: omvendt skråstrek"),
        ("a.toml", b"[a]\n[a.b]\n[a.b.c]\n[a]\n", "linje 4: «[a]» er oppgitt to ganger."),
        ("a.toml", b"a = 2027-02-31", "linje 1: Filen kan ikke tolkes: datoen finnes ikke."),
        ("a.toml", b"a = " + b"9" * 5_000, "Filen kan ikke tolkes: et tall er for langt."),
        ("a.json", b'{"a": 1,\n "b" 2}', "linje 2: Filen kan ikke tolkes: et komma eller en parentes mangler."),
        ("a.json", b"{a: 1}", "linje 1: Filen kan ikke tolkes: her ventes et navn med en verdi"),
        ("a.json", b'{"a": }', "linje 1: Filen kan ikke tolkes: verdien kan ikke leses; tekst"),
    ],
)
def test_why_a_text_file_cannot_be_parsed_is_told_in_norwegian(
    tmp_path: Path, name: str, content: bytes, said: str
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    assert problem_of(path).line("nb").startswith(said)
