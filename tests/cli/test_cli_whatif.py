"""``alis whatif`` from the command line to the files."""

from __future__ import annotations

import csv
import io
import json
import os
import signal
import time
from pathlib import Path

import pytest
import tomli_w

from scheduler.changes import apply, change_from
from scheduler.check import check_plan
from scheduler.files import read_instance
from scheduler.plan import Plan
from tests.helpers.command_line import BROKEN, WAIT, alis, files_in, run, start
from tests.helpers.waiting import TOTAL_DELAY, tree

posix = pytest.mark.skipif(os.name != "posix", reason="needs signals that this system does not have")


@pytest.fixture
def queue(tmp_path: Path) -> Path:
    path = tmp_path / "queue.toml"
    path.write_text(tomli_w.dumps(tree()), encoding="utf-8")
    return path


def test_a_sweep_a_scenario_and_a_worth(queue: Path) -> None:
    """Everything at once: each plan in the file is one of the changed instance that the row names, and passes."""
    code, out, err = run(
        "whatif", queue, "remove candidate.A03", "--sweep", "arena.ward.places=0..3", "--worth", "all", "--json",
        "-o", "out", cwd=queue.parent,
    )  # fmt: skip
    assert (code, "Traceback" in err) == (0, False)
    told = json.loads(out)
    rows = {row["id"]: row for row in told["rows"]}
    assert {places: rows[f"sweep-1-{places}"]["delay"]["value"] for places in TOTAL_DELAY} == TOTAL_DELAY
    assert rows["sweep-1-0"]["verdict"] == "impossible"
    assert told["worth"][0]["found"] == 4
    for row in rows.values():
        if row["plan"] is not None:
            instance = read_instance(apply(tree(), [change_from(change) for change in row["changes"]]))
            assert check_plan(instance, Plan.model_validate(row["plan"])) == [], row["id"]
    assert files_in(queue.parent / "out") == ["whatif-sweep-1.png", "whatif-use.png", "whatif.csv", "whatif.json"]
    assert (queue.parent / "out" / "whatif.json").read_text(encoding="utf-8") == out
    for words in ("Slik det er", "ward: 4 md. mindre forsinkelse (bevist)", "jan. 2027 ward", "nei"):
        assert words in err


def test_csv_in_english(queue: Path) -> None:
    code, out, err = run(
        "whatif", queue, "arena.ward.places+1", "--csv", "--lang", "en", "--workers", "1", cwd=queue.parent
    )
    assert code == 0
    lines = list(csv.DictReader(io.StringIO(out)))
    assert [line["delay"] for line in lines] == ["6", "2"]
    written = next((queue.parent / "reports").rglob("whatif.csv")).read_bytes()
    assert written.decode("utf-8-sig") == out
    assert written.startswith(b"\xef\xbb\xbf")  # or Excel reads the letters wrongly
    assert "As it is" in err
    assert "1 month earlier" in err or "months earlier" in err


def test_where_nothing_is_possible(queue: Path) -> None:
    closed = tree(places=0)
    queue.write_text(tomli_w.dumps(closed), encoding="utf-8")
    code, _, err = run("whatif", queue, "remove candidate.A01", "--workers", "1", cwd=queue.parent)
    assert code == 4
    assert "bevist umulig" in err


def test_two_have_each_other_s_blocks_of_a_plan(queue: Path) -> None:
    """Three follow each other in the one bed: A01 and A03 change places, and the plan is a file of its own."""
    assert run("plan", queue, "--workers", "1", "-o", "old", cwd=queue.parent)[0] == 0
    old = queue.parent / "old" / "plan.json"
    code, out, err = run(
        "whatif", queue, "swap A01 A03 ward", "--plan", old, "--freeze-to", "2026-12", "--json", "-o", "out",
        "--workers", "1", "--lang", "en", cwd=queue.parent,
    )  # fmt: skip
    assert code == 0, err
    told = json.loads(out)["rows"][1]
    assert (told["verdict"], told["moved"]) == ("possible", ["A01", "A03"])
    assert "published months have moved" in err
    before, after = (
        Plan.from_json(path.read_text(encoding="utf-8"))
        for path in (old, queue.parent / "out" / "plan-scenario-1.json")
    )

    def months_of(plan: Plan, candidate: str) -> list[int]:
        return [row.month for row in plan.candidate(candidate).months if row.rotation == "ward"]

    assert months_of(after, "A01") == months_of(before, "A03")
    assert months_of(after, "A03") == months_of(before, "A01")
    assert months_of(after, "A02") == months_of(before, "A02")
    assert run("check", queue, queue.parent / "out" / "plan-scenario-1.json", cwd=queue.parent)[0] == 0


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        ([WAIT], 2, "scenario"),
        ([WAIT, "remove candidate.A01", "--json", "--csv"], 2, "standard ut"),
        ([WAIT, "remove candidat.A01"], 3, "candidate"),
        ([WAIT, "arena.hospitl.places+1"], 3, "hospital"),
        ([WAIT, "--sweep", "arena.hospital.places"], 3, "1..5"),
        ([WAIT, "swap A01 A02 hospital"], 3, "--plan"),
        ([WAIT, "swap A01 A02"], 3, "swap A01 A02"),
        ([WAIT, "swap A01 A02 hospital", "--plan", "no-such-plan.json"], 3, "no-such-plan.json"),
        ([WAIT, "--worth", "nowhere"], 3, "nowhere"),
        ([WAIT, "arena.Sykehuss.places+1"], 3, "Mente du «hospital»?"),
        ([WAIT, "no-such-file.toml"], 3, "no-such-file.toml"),
        ([BROKEN, "remove candidate.A01"], 3, "misspelt-key"),
    ],
)
def test_what_is_wrong_is_said_before_anything_runs(arguments: list[str | Path], code: int, words: str) -> None:
    result = alis("whatif", *arguments)
    assert (result.exit_code, words in result.stderr) == (code, True), result.stderr
    assert result.stdout == ""


def test_problems_of_several_scenarios_come_at_once(tmp_path: Path) -> None:
    bad = tmp_path / "bad.toml"
    bad.write_text('changes = ["arena.x.plces+1"]\n', encoding="utf-8")
    result = alis("whatif", WAIT, str(bad), "clse arena.hospital", "--sweep", "x")
    assert result.exit_code == 3
    assert all(words in result.stderr for words in ("bad.toml", "«places»", "«close»", "x"))


def test_one_that_cannot_be_made_is_told_in_its_row_and_the_others_run(queue: Path) -> None:
    wrong = ("remove supervisor.V09", "arena.wrd.places+1", "candidate.A01.percent=60; remove group.G9")
    code, out, err = run(
        "whatif", queue, wrong[0], "arena.ward.places=2", *wrong[1:], "--json", "--lang", "en", cwd=queue.parent
    )
    assert code == 0
    rows = json.loads(out)["rows"]
    assert [row["verdict"] for row in rows] == ["possible", "refused", "possible", "refused", "refused"]
    assert [row["delay"] and row["delay"]["value"] for row in rows] == [
        TOTAL_DELAY[1],
        None,
        TOTAL_DELAY[2],
        None,
        None,
    ]
    for line, words in zip(
        wrong, ("no supervisor “V09”", "Did you mean “ward”?", "no guidance group “G9”"), strict=True
    ):
        assert any(told.startswith(f"{line}: ") and words in told for told in err.splitlines()), err


def test_where_none_can_be_made_the_table_has_the_reasons_and_nothing_runs(queue: Path) -> None:
    wrong = ("remove supervisor.V09", "remove group.G9")
    code, out, err = run("whatif", queue, *wrong, "--json", "-o", "out", "--lang", "en", cwd=queue.parent)
    assert code == 3
    rows = json.loads(out)["rows"]
    assert [row["verdict"] for row in rows] == ["not-run", "refused", "refused"]
    told = err.splitlines()
    for line, words in zip(wrong, ("no supervisor “V09”", "no guidance group “G9”"), strict=True):
        assert any(f") {line} " in each and "cannot be made" in each for each in told), err
        assert any(each.startswith(f"{line}: ") and words in each for each in told), err
    assert told[-1].startswith("None of the versions can be made")
    assert not (queue.parent / "out").exists()


@posix
def test_ctrl_c_keeps_what_is_done(queue: Path) -> None:
    """Interrupted after the first version: the rest is not run, files are written, no trace."""
    sweep = ["--sweep", "rules.total=2..12", "--sweep", "arena.ward.places=1..40"]
    with start("whatif", queue, *sweep, "--workers", "1", "-o", "out", cwd=queue.parent) as process:
        assert process.stderr is not None
        heard = ""
        while "1 av " not in heard:
            line = process.stderr.readline().decode()
            assert line, heard
            heard += line
        time.sleep(0.1)
        process.send_signal(signal.SIGINT)
        heard += process.stderr.read().decode()
    assert process.returncode == 0, heard
    assert "Traceback" not in heard
    told = json.loads((queue.parent / "out" / "whatif.json").read_text(encoding="utf-8"))
    verdicts = [row["verdict"] for row in told["rows"]]
    assert verdicts[0] == "possible"
    assert "not-run" in verdicts
