"""`alis check`: everything that is wrong, for people and for programs."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.helpers.command_line import BROKEN, ORDER, PLAIN, REPO, WAIT, alis

BUNDLED = REPO / "instances" / "sarpsborg.toml"


@pytest.fixture(scope="module")
def plan_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("plan")
    assert alis("plan", WAIT, "-o", folder, "--quiet").exit_code == 0
    return folder / "plan.json"


def edited(plan_path: Path, target: Path, edit: Any) -> Path:
    tree = json.loads(plan_path.read_text(encoding="utf-8"))
    edit(tree)
    target.write_text(json.dumps(tree), encoding="utf-8")
    return target


def test_a_good_instance() -> None:
    result = alis("check", BUNDLED)
    assert (result.exit_code, result.stdout) == (0, "")
    assert "ingen problemer (18 ALIS)" in result.stderr
    assert "no problems (1 candidate)" in alis("check", PLAIN, "--lang", "en").stderr


@pytest.mark.parametrize("path", sorted(BROKEN.parent.glob("*.toml")), ids=lambda path: path.stem)
def test_every_broken_instance_is_exit_code_3(path: Path) -> None:
    result = alis("check", path)
    assert (result.exit_code, result.stdout) == (3, "")
    assert f"i {path}:" in result.stderr.splitlines()[0]
    assert len(result.stderr.splitlines()) >= 2


def test_all_problems_in_one_pass_and_in_both_languages(tmp_path: Path) -> None:
    path = tmp_path / "two.toml"
    path.write_text(PLAIN.read_text(encoding="utf-8").replace("2026-09", "2026-13"), encoding="utf-8")
    norwegian, english = (alis("check", path, "--lang", lang).stderr.splitlines() for lang in ("nb", "en"))
    assert norwegian[0] == f"2 problemer i {path}:"
    assert english[0] == f"2 problems in {path}:"
    assert len(norwegian) == len(english) == 3
    assert "er ikke en måned" in norwegian[1]
    assert "is not a month" in english[1]


def test_problems_as_json() -> None:
    result = alis("check", BROKEN, "--json", "--lang", "en")
    assert result.exit_code == 3
    (problem,) = json.loads(result.stdout)["problems"]
    assert (problem["code"], problem["place"], problem["nearest"]) == (
        "unknown-key",
        "candidates[0].precent",
        "percent",
    )


def test_remarks_stop_nothing(tmp_path: Path) -> None:
    path = tmp_path / "remark.toml"
    path.write_text(
        PLAIN.read_text(encoding="utf-8") + '\n[[limits]]\nid = "odd"\narenas = ["kad4a"]\n', encoding="utf-8"
    )
    result = alis("check", path, "--json")
    assert result.exit_code == 0
    assert [remark["code"] for remark in json.loads(result.stdout)["remarks"]] == ["limit-without-ceiling"]
    assert "1 merknad:" in result.stderr
    assert alis("check", path, "--quiet").stderr == ""


def test_a_good_plan(plan_path: Path) -> None:
    result = alis("check", WAIT, plan_path, "--json")
    assert result.exit_code == 0
    empty = {"problems": [], "remarks": [], "matching": [], "violations": [], "reported": [], "recounted": []}
    assert json.loads(result.stdout) == empty
    assert "ingen regelbrudd (2 ALIS)" in result.stderr


def test_a_plan_that_breaks_rules(plan_path: Path, tmp_path: Path) -> None:
    def edit(tree: Any) -> None:
        for month in tree["candidates"][1]["months"][:7]:
            month["rotation"] = "hospital"

    path = edited(plan_path, tmp_path / "edited.json", edit)
    result = alis("check", WAIT, path, "--json")
    assert result.exit_code == 3
    violations = json.loads(result.stdout)["violations"]
    (capacity,) = [violation for violation in violations if violation["rule"] == "capacity"]
    assert (capacity["subject"], capacity["from"][:4]) == ("hospital", "2027")
    assert f"  capacity: {capacity['text']}" in result.stderr.splitlines()
    assert len(result.stderr.splitlines()) == len(violations) + 1


def test_the_plan_of_another_instance(plan_path: Path) -> None:
    """Its rules are broken there; that its figures are other ones is told apart from that."""
    result = alis("check", ORDER, plan_path, "--json")
    assert result.exit_code == 3
    assert "Planen er laget for en annen utgave av dataene." in result.stderr
    told = json.loads(result.stdout)
    assert {violation["rule"] for violation in told["violations"]} == {"one-rotation", "service-total", "open-practice"}
    assert "A01: tidligst ferdig august 2027 → februar 2028" in [one["text"] for one in told["recounted"]]


def test_a_figure_changed_by_hand_is_exit_code_3(plan_path: Path, tmp_path: Path) -> None:
    def later(tree: Any) -> None:
        tree["candidates"][1]["delay"] = 5

    result = alis("check", WAIT, edited(plan_path, tmp_path / "edited.json", later), "--lang", "en")
    assert result.exit_code == 3
    assert "figures: A02: the plan says delay = 5, but its months give 4" in result.stderr


def drop_candidates(tree: Any) -> None:
    tree["candidates"] = 3


def other_schema(tree: Any) -> None:
    tree["schema"] = 2


def no_schema(tree: Any) -> None:
    del tree["schema"]


def odd_fields(tree: Any) -> None:
    tree["candidates"][0]["months"][0]["month"] = "2027-13"
    tree["candidates"][0]["months"][1]["percent"] = 101
    tree["candidates"][1]["colour"] = "red"
    del tree["candidates"][1]["delay"]


def forged_source(tree: Any) -> None:
    tree["instance"]["source"]["candidates"][0]["start"] = "2027-01"


def broken_source(tree: Any) -> None:
    tree["instance"]["source"]["horizon"]["months"] = "many"


@pytest.mark.parametrize(
    ("edit", "words"),
    [
        (drop_candidates, ["1 problem i", "candidates: «3»"]),
        (other_schema, ["schema: ", "skjemaversjon 2"]),
        (no_schema, ["schema: ", "mangler"]),
        (
            odd_fields,
            [
                "4 problemer i",
                "candidates[0].months[0].month: «2027-13»",
                "candidates[0].months[1].percent: «101»",
                "candidates[1].colour: «colour»",
                "candidates[1].delay: Feltet «delay» mangler",
            ],
        ),
        (forged_source, ["et annet grunnlag"]),
        (broken_source, ["(instance.source):", "horizon.months"]),
    ],
)
def test_a_plan_file_that_is_wrong(plan_path: Path, tmp_path: Path, edit: Any, words: list[str]) -> None:
    path = edited(plan_path, tmp_path / "wrong.json", edit)
    for command in (["check", WAIT, path], ["gantt", path]):
        result = alis(*command)
        assert (result.exit_code, result.stdout) == (3, ""), result.stderr
        assert all(word in result.stderr for word in words), result.stderr
    assert sorted(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("empty.json", b""),
        ("blank.json", b"\n \n"),
        ("cut.json", b'{"schema": 1, "tool": {'),
        ("latin1.json", '{"schema": 1, "name": "å"}'.encode("latin-1")),
        ("utf16.json", '{"schema": 1}'.encode("utf-16")),
        ("list.json", b"[1, 2]"),
        ("deep.json", b'{"schema":' * 50_000),
        ("zeros.json", bytes(10_000_000)),
        ("noise.json", b"\x93\x11rubbish" * 1_100_000),
        ("brackets.json", b"[" * 10_000_000),
        ("rows.json", b'{"schema": 1, "candidates": [' + b"{}," * 3_000_000 + b"{}]}"),
        ("long.json", b'{"schema": 1, "tool": "' + b"x" * 10_000_000 + b'"}'),
        ("large.json", b" " * 20_000_001),
        ("plan.toml", b"schema = 1\n"),
        ("plan.xyz", b"{}"),
    ],
)
def test_garbage_for_a_plan(tmp_path: Path, name: str, content: bytes) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    for command in (["check", PLAIN, path], ["gantt", path]):
        result = alis(*command)
        assert (result.exit_code, result.stdout) == (3, ""), result.stderr[:500]
        assert f"i {path}:" in result.stderr
        assert len(result.stderr) < 2_000


def test_a_plan_that_is_not_there_or_a_folder(tmp_path: Path) -> None:
    missing, folder = alis("check", PLAIN, tmp_path / "no.json"), alis("check", PLAIN, tmp_path)
    assert (missing.exit_code, folder.exit_code) == (3, 3)
    assert "finnes ikke" in missing.stderr
    assert "er en mappe" in folder.stderr
