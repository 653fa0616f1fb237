"""What a fault of the program leaves behind: a file, a sentence, exit code 1 (or 6), and nothing of anybody's own.

The same command on the files of the record must break in the same way.
"""

from __future__ import annotations

import importlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest
from unmistakable import TOML, found_in

import scheduler.planning.parallel
import scheduler.solve
from scheduler import api
from scheduler.check import check_plan
from scheduler.cli import edge, main
from scheduler.cli.files import OutputPath
from scheduler.constraints.rule import Violation
from scheduler.fault.__main__ import unpacked
from scheduler.files import load_instance, read_instance
from scheduler.instance.types import Instance
from scheduler.plan import Plan
from tests.helpers.command_line import BROKEN, PLAIN, alis, files_in, run

PACKAGE = Path(scheduler.__file__).parents[1]
posix = pytest.mark.skipif(os.name == "nt", reason="POSIX devices")
command = {name: importlib.import_module(f"scheduler.cli.{name}") for name in main.commands}
Record = dict[str, Any]


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with an instance and a plan of it."""
    folder = tmp_path_factory.mktemp("Kjersti Øvrebø-Lunde")
    (folder / "fjordvik.toml").write_text(TOML, encoding="utf-8")
    made = alis("plan", folder / "fjordvik.toml", "-o", folder / "ut", "--workers", "1", "--quiet")
    assert made.exit_code == 0, made.stderr
    return folder


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    folder = tmp_path / "Åse Marit"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


def records_in(folder: Path) -> list[Path]:
    return sorted(folder.rglob("alis-feil-*"))


def record_in(folder: Path) -> Record:
    (path,) = records_in(folder)
    content = path.read_text(encoding="utf-8")
    assert found_in(content) == []
    record: Record = json.loads(content)
    return record


def where(record: Record) -> list[tuple[str, list[str]]]:
    """What broke and where: the frames below the command line's own."""
    return [(one["type"], [frame for frame in one["trace"] if "/cli/" not in frame]) for one in record["error"]]


def again(record: Record, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Record:
    """The record that the same command leaves on the files of a record."""
    words = unpacked(record, folder)
    monkeypatch.chdir(folder)
    result = alis(*words)
    assert result.exit_code == 1, result.stderr
    return record_in(folder)


def break_where_somebody_works_less(monkeypatch: pytest.MonkeyPatch) -> None:
    """A fault deep inside that only shows with somebody who works less than full time for a while."""
    plan = scheduler.planning.parallel.plan_by_recipe

    def broken(instance: Instance, *rest: Any) -> Any:
        for candidate in instance.candidates.values():
            if any(candidate.percent.at(month) == 80 for month in range(instance.start, instance.end)):
                office = candidate.practice.at(instance.start)
                raise LookupError(f"{candidate.name} ({candidate.id}) at {office}")
        return plan(instance, *rest)

    monkeypatch.setattr(scheduler.planning.parallel, "plan_by_recipe", broken)


# --- the same fault again


def test_the_record_reproduces_the_fault(
    published: Path, here: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    break_where_somebody_works_less(monkeypatch)
    result = alis("plan", published / "fjordvik.toml", "--seed", "7", "--workers", "1", "-o", "ut")
    assert (result.exit_code, result.stdout) == (1, "")
    assert "Traceback" not in result.stderr
    assert "LookupError" in result.stderr
    assert str(records_in(here)[0]) in result.stderr
    assert "Send filen" in result.stderr
    record = record_in(here)
    assert record["command"] == ["plan", "instance.json", "--output", "out", "--workers", "1", "--seed", "7"]
    assert record["options"]["strategy"] == "auto"
    assert record["error"][0]["message"] == "N-A01 (A01) at P08"
    assert record["left_out"] == {}
    assert {"alis", "python", "ortools", "pydantic", "platform"} <= record["versions"].keys()
    second = again(record, tmp_path / "again", monkeypatch)
    assert where(second) == where(record)
    assert second["error"][0]["message"] == "N-AX01 (AX01) at PX08"


def test_a_published_plan_goes_with_it(
    published: Path, here: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    break_where_somebody_works_less(monkeypatch)
    baseline = published / "ut" / "plan.json"
    alis("plan", published / "fjordvik.toml", "--baseline", baseline, "--freeze-to", "2027-12", "-o", "ut")
    record = record_in(here)
    assert record["command"][:6] == ["plan", "instance.json", "--output", "out", "--baseline", "baseline.json"]
    assert record["command"][6:] == ["--freeze-to", "2027-12"]
    plan = Plan.model_validate_json(json.dumps(record["files"]["baseline.json"]))
    assert plan.instance.sha256 == read_instance(record["files"]["instance.json"]).sha256
    second = again(record, tmp_path / "again", monkeypatch)
    assert where(second) == where(record)


def test_workbooks_are_told_as_what_is_in_them(published: Path, here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert alis("convert", published / "fjordvik.toml", "fjordvik.xlsx").exit_code == 0
    monkeypatch.setattr(api, "examine", None)
    assert alis("check", "fjordvik.xlsx", published / "ut" / "plan.xlsx").exit_code == 1
    record = record_in(here)
    assert record["command"] == ["check", "instance.json", "plan.json"]
    instance = read_instance(record["files"]["instance.json"])
    assert len(instance.candidates) == 2
    plan = Plan.model_validate_json(json.dumps(record["files"]["plan.json"]))
    assert check_plan(instance, plan) == []


def test_scenarios_and_sweeps_and_candidates_are_in_the_same_words(
    published: Path, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    town = published / "fjordvik.toml"
    scenario = here / "kjersti.toml"
    scenario.write_text('name = "Vågen"\nchanges = ["candidate.kjersti.percent=60@2029-01.."]', encoding="utf-8")
    monkeypatch.setattr(api, "whatif", None)
    alis(
        *("whatif", town, "close arena.tinghaug from 2030-01", scenario.name, "--sweep", "arena.tinghaug.places=1..2"),
        *("--grid", "arena.tinghaug.places=1..2", "group.gruppe-haust.places=3..4", "--worth", "all"),
    )
    assert record_in(here)["command"] == [
        *("whatif", "instance.json", "close arena.P08 from 2030-01", "candidate.A01.percent=60@2029-01.."),
        *("--sweep", "arena.P08.places=1..2", "--grid", "arena.P08.places=1..2", "group.G01.places=3..4"),
        *("--worth", "all"),
    ]


def test_a_candidate_on_the_command_line(published: Path, here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(api, "why_not", None)
    asked = ("--candidate", "kjersti", "--rotation", "sjukeheim-ost", "--from", "2027-09")
    assert alis("explain", published / "fjordvik.toml", *asked, "--debug").exit_code == 1
    told = ["explain", "instance.json", "--candidate", "A01", "--rotation", "P06", "--from", "2027-09", "--debug"]
    assert record_in(here)["command"] == told


def test_two_files_that_a_command_writes_stay_two(published: Path, here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(api, "advance", fail_on_the_archive)
    plan = published / "ut" / "plan.json"
    words = ("--to", "2027-12", "-o", "vågen.json", "--archive", "torvald-øst.json")
    assert alis("advance", published / "fjordvik.toml", plan, *words).exit_code == 1
    record = record_in(here)
    told = ["--to", "2027-12", "--output", "out.json", "--archive", "out-2.json"]
    assert record["command"] == ["advance", "instance.json", "plan.json", *told]
    assert "torvald" not in record["error"][0]["message"]


def fail_on_the_archive(*_: object) -> None:
    raise OSError("torvald-øst.json: no such thing")


# --- every command


def fail(*_: object, **__: object) -> None:
    raise RuntimeError("Kjersti Øvrebø-Lunde sa 'Torgeir'")


EVERY: list[tuple[list[str], str]] = [
    (["plan", "TOWN"], "api.plan"),
    (["check", "TOWN"], "load"),
    (["check", "TOWN", "PLAN"], "api.check"),
    (["explain", "TOWN"], "api.explain"),
    (["gantt", "PLAN", "-o", "x.png"], "open_with_instance"),
    (["new", "x.toml"], "bundled_instance_path"),
    (["convert", "TOWN", "x.json"], "load_tree"),
    (["documents", "PLAN", "--candidate", "kjersti"], "open_with_instance"),
    (["report", "PLAN", "-o", "x.html"], "open_with_instance"),
    (["export", "PLAN", "-o", "x"], "opened"),
    (["whatif", "TOWN", "arena.tinghaug.places+1"], "api.whatif"),
    (["diff", "PLAN", "PLAN"], "api.diff"),
    (["intake", "TOWN", "--plan", "PLAN", "--count", "1", "--start", "2027-09", "--template", "kjersti"], "api.intake"),
    (["paths", "TOWN", "kjersti", "--plan", "PLAN"], "api.alternatives"),
    (["advance", "TOWN", "PLAN", "--to", "2027-12"], "api.advance"),
    (["grant", "PLAN", "--from", "2027-01", "--to", "2027-09"], "api.grant"),
    (["economy", "PLAN", "--year", "2027"], "api.economy"),
    (["locum", "PLAN", "-o", "x.xlsx"], "open_with_instance"),
    (["needs", "PLAN", "--arena", "sykehus", "-o", "x.xlsx"], "open_with_instance"),
    (["join", "TOWN", "-o", "x.toml"], "joined"),
    (["serve", "ut", "--no-browser"], "require_folder"),
]


def test_every_command_is_broken_here() -> None:
    assert {words[0] for words, _ in EVERY} == set(main.commands)


@pytest.mark.parametrize(("words", "name"), EVERY, ids=[f"{words[0]} {name}" for words, name in EVERY])
def test_every_command_leaves_a_record(
    words: list[str], name: str, published: Path, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = {"TOWN": str(published / "fjordvik.toml"), "PLAN": str(published / "ut" / "plan.json")}
    place = api if name.startswith("api.") else command[words[0]]
    monkeypatch.setattr(place, name.removeprefix("api."), fail if files.keys() & set(words) else None)
    result = alis(*(files.get(word, word) for word in words))
    assert result.exit_code == 1, result.stderr
    record = record_in(here)
    assert record["command"][0] == words[0]
    assert len(record["files"]) == sum(word in files for word in words)
    assert record["left_out"] == {}
    (error,) = record["error"]
    if files.keys() & set(words):
        assert (error["type"], error["message"]) == ("RuntimeError", "N-A01 sa '…'")
    else:  # it was given nothing that anybody's name could be in
        assert (error["type"], error["message"]) == ("TypeError", "'NoneType' object is not callable")


def test_a_fault_while_reading_the_command_line(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    param = next(each_param for each_param in main.commands["explain"].params if each_param.name == "rotation")
    monkeypatch.setattr(param, "callback", fail)
    assert alis("explain", PLAIN, "--rotation", "Kjersti Øvrebø-Lunde", "--candidate", "Torgeir").exit_code == 1
    record = record_in(here)
    assert record["command"][0] == "explain"
    assert record["error"][0]["message"] == "… sa '…'"


def test_what_a_command_writes_to_is_marked_as_such() -> None:
    for name, command in main.commands.items():
        for param in command.params:
            writes = param.name in ("output", "folder", "target", "file", "archive")
            assert writes is isinstance(param.type, OutputPath), (name, param.name)
            assert isinstance(param.type, click.Path) or not writes


# --- the checker's rejection


def test_a_rejected_plan_leaves_the_plan(published: Path, here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    solve = scheduler.solve.solve

    def wrong(*arguments: Any) -> Plan:
        plan = solve(*arguments)
        months = plan.candidates[0].months
        first = next(number for number, month in enumerate(months) if month.rotation == "sjukeheim-ost")
        months[first + 1].rotation = "dagleg"
        return plan

    seen: list[Violation] = []

    def check(instance: Instance, plan: Plan) -> list[Violation]:
        seen[:] = check_plan(instance, plan)
        return seen

    monkeypatch.setattr(scheduler.solve, "solve", wrong)
    monkeypatch.setattr(api, "check_plan", check)
    result = alis("plan", published / "fjordvik.toml", "-o", "ut", "--workers", "1")
    assert (result.exit_code, result.stdout) == (6, "")
    assert "Send filen" in result.stderr
    assert not Path("ut").exists()
    record = record_in(here)
    instance = read_instance(record["files"]["instance.json"])
    plan = Plan.model_validate_json(json.dumps(record["files"]["rejected.json"]))
    found = check_plan(instance, plan)
    assert [(violation.rule, violation.text_key, violation.start, violation.end) for violation in found] == [
        (violation.rule, violation.text_key, violation.start, violation.end) for violation in seen
    ]
    assert [
        (violation["rule"], violation["candidate"], violation["subject"], violation["months"])
        for violation in record["violations"]
    ] == [(violation.rule, violation.candidate, violation.subject, violation.months()) for violation in found]
    assert "block-length" in {violation.rule for violation in found}


# --- what is no fault


def test_a_ctrl_c_leaves_nothing(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(command["check"], "load", stop)
    assert alis("check", PLAIN).exit_code == 130
    param = next(each_param for each_param in main.commands["plan"].params if each_param.name == "freeze_to")
    monkeypatch.setattr(param, "callback", stop)
    assert alis("plan", PLAIN, "--freeze-to", "2027-03").exit_code == 130
    assert records_in(here) == []


def test_problems_of_the_input_leave_nothing(here: Path) -> None:
    assert alis("plan", BROKEN).exit_code == 3
    assert alis("plan", "--nonsense").exit_code == 2
    assert records_in(here) == []


@posix
@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
@pytest.mark.parametrize("unbuffered", ["", "1"])
@pytest.mark.parametrize(
    ("words", "stream", "code"),
    [
        (["check", str(PLAIN), "--json"], "stdout", 1),
        (["check", str(PLAIN), "--json"], "stderr", 1),
        (["check", "nowhere.toml"], "stderr", 1),
        (["check", "-h"], "stdout", 1),
        (["-h"], "stdout", 1),
    ],
)
def test_a_full_disk_leaves_nothing(words: list[str], stream: str, code: int, unbuffered: str, here: Path) -> None:
    streams: dict[str, Any] = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [sys.executable, "-m", "scheduler", *words],
            cwd=here,
            env={**os.environ, "PYTHONPATH": str(PACKAGE), "PYTHONUNBUFFERED": unbuffered},
            check=False,
            timeout=60,
            **{**streams, stream: full},
        )
    said = b"" if done.stderr is None else done.stderr
    assert b"Traceback" not in said
    assert b"Exception ignored" not in said
    assert done.returncode == code
    assert records_in(here) == []


# --- when the record itself meets trouble


def test_files_that_cannot_be_read_again_are_left_out_and_take_the_message_with_them(
    published: Path, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail_on_reading(_data: bytes) -> None:
        raise IndexError("Kjersti Øvrebø-Lunde")

    monkeypatch.setitem(importlib.import_module("scheduler.files.load")._PARSERS, ".toml", fail_on_reading)
    result = alis("plan", published / "fjordvik.toml", "--lang", "en")
    assert result.exit_code == 1
    assert "those are not in it" in result.stderr
    record = record_in(here)
    assert record["left_out"] == {"instance.json": "could not be read"}
    assert record["error"][0]["type"] == "IndexError"
    assert record["error"][0]["message"].startswith("left out")


def test_a_record_that_cannot_be_made_hides_nothing(
    published: Path, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    break_where_somebody_works_less(monkeypatch)
    monkeypatch.setattr(edge, "Names", fail)
    result = alis("plan", published / "fjordvik.toml")
    assert result.exit_code == 1
    assert "LookupError" in result.stderr
    record = record_in(here)
    assert record["error"][0]["type"] == "LookupError"
    assert record["record_failed"][0]["type"] == "RuntimeError"
    assert "files" not in record


@pytest.mark.parametrize("broken", ["leave", "bare_record"])
def test_a_record_that_cannot_be_written_hides_nothing(
    broken: str, published: Path, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    break_where_somebody_works_less(monkeypatch)
    monkeypatch.setattr(edge, broken, fail)
    monkeypatch.setattr(edge, "Names", fail)
    result = alis("plan", published / "fjordvik.toml")
    assert result.exit_code == 1
    assert "LookupError" in result.stderr
    assert "--debug" in result.stderr
    assert records_in(here) == []


def test_it_lies_where_the_command_was_to_write_else_here_else_where_there_is_room(
    published: Path, here: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    break_where_somebody_works_less(monkeypatch)
    Path("ut").mkdir()
    alis("plan", published / "fjordvik.toml", "-o", "ut")
    assert [path.parent.name for path in records_in(here)] == ["ut"]
    room = tmp_path / "room"
    room.mkdir()
    monkeypatch.setattr(edge.tempfile, "gettempdir", lambda: str(room))
    monkeypatch.setattr(edge.Path, "cwd", lambda: tmp_path / "nowhere")
    alis("plan", published / "fjordvik.toml")
    assert len(records_in(room)) == 1
    monkeypatch.setattr(edge.Path, "cwd", gone)
    alis("plan", published / "fjordvik.toml")
    assert len(records_in(room)) == 2
    assert "record_failed" not in json.loads(records_in(room)[1].read_text(encoding="utf-8"))


def gone() -> Path:
    raise FileNotFoundError(2, "No such file or directory")


def test_earlier_files_are_whole(published: Path, here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    town = published / "fjordvik.toml"
    assert alis("plan", town, "-o", "ut", "--workers", "1").exit_code == 0
    names = ("plan.json", "gantt.png", "report.html", "plan.xlsx")
    before = {name: Path("ut", name).read_bytes() for name in names}
    html = importlib.import_module("scheduler.report.html")
    monkeypatch.setattr(html, "render", fail)
    assert alis("plan", town, "-o", "ut", "--workers", "1").exit_code == 1
    assert {name: Path("ut", name).read_bytes() for name in names[2:]} == {name: before[name] for name in names[2:]}
    assert check_plan(load_instance(town), Plan.from_json(Path("ut/plan.json").read_bytes())) == []
    assert [name for name in files_in(Path("ut")) if "feil" not in name] == sorted(names)
    assert len(records_in(here)) == 1


def test_a_library_that_cannot_be_loaded_is_told(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def load(*_: object) -> None:
        raise ImportError("DLL load failed while importing cp_model_helper", name="ortools.sat.python.cp_model_helper")

    monkeypatch.setattr(command["plan"], "load", load)
    result = alis("plan", PLAIN)
    assert result.exit_code == 1
    assert "Pakken ortools.sat.python.cp_model_helper kan ikke lastes" in result.stderr
    assert "README" in result.stderr
    assert len(records_in(here)) == 1


def test_what_is_no_exception_of_pythons_is_caught_too(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class PanicException(BaseException):
        pass

    def panic(*_: object) -> None:
        raise PanicException("index out of bounds")

    monkeypatch.setattr(command["plan"], "load", panic)
    assert alis("plan", PLAIN).exit_code == 1
    assert record_in(here)["error"][0]["type"].endswith("PanicException")


# --- processes

WORKERS_BREAK = """
import sys
if "--multiprocessing-fork" in sys.orig_argv:
    import scheduler.solve
    class TwoWordsError(Exception):
        def __init__(self, one, two):
            super().__init__(one + two)
    def solve(instance, *_):
        raise TwoWordsError(", ".join(one.name for one in instance.candidates.values()), "!")
    scheduler.solve.solve = solve
"""


def test_a_fault_in_another_process_arrives(published: Path, here: Path) -> None:
    (here / "sitecustomize.py").write_text(WORKERS_BREAK, encoding="utf-8")
    path = os.pathsep.join([str(here), str(PACKAGE)])
    words = ("whatif", published / "fjordvik.toml", "arena.tinghaug.places+1", "--workers", "2")
    code, out, err = run(*words, cwd=here, PYTHONPATH=path)
    assert (code, out) == (1, "")
    assert "Traceback" not in err
    record = record_in(here)
    assert record["error"][0]["type"] == "TwoWordsError"
    assert record["error"][0]["message"] == "N-A01, N-A02!"
    assert any(frame.startswith("scheduler/whatif/jobs.py") for frame in record["error"][0]["trace"])
    assert record["command"] == ["whatif", "instance.json", "arena.P08.places+1", "--workers", "2"]
