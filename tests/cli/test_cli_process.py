"""Commands as people run them: a process of its own, real streams, real signals."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import tomllib
from pathlib import Path

import pytest
import tomli_w

from scheduler.check import check_plan
from scheduler.files import load_instance
from scheduler.plan import Plan
from tests.helpers.command_line import BROKEN, IMPOSSIBLE, PLAIN, REPO, WAIT, files_in, run, start

posix = pytest.mark.skipif(os.name == "nt", reason="POSIX signals and pipes")


def test_a_plan_in_an_empty_folder(tmp_path: Path) -> None:
    code, out, err = run("plan", PLAIN, cwd=tmp_path)
    assert (code, out) == (0, ""), err
    made = ["gantt.png", "plan.json", "plan.xlsx", "report.html"]
    assert files_in(tmp_path) == [f"reports/sixty-plain-months/{name}" for name in made]


def test_exit_codes_and_streams(tmp_path: Path) -> None:
    assert run("plan", "--nonsense", cwd=tmp_path)[0] == 2
    assert run("check", BROKEN, cwd=tmp_path)[0] == 3
    code, out, err = run("plan", IMPOSSIBLE, "--json", cwd=tmp_path)
    assert (code, json.loads(out)["status"]) == (4, "infeasible")
    assert "bevist" in err
    assert files_in(tmp_path) == []


def test_letters_that_a_console_lacks_stop_nothing(tmp_path: Path) -> None:
    source = tmp_path / "blåbær – 日本.toml"
    source.write_bytes(WAIT.read_bytes().replace(b"Kandidat 2", "Æsop Ødegård".encode()))
    for encoding in ("ascii", "cp1252", "cp850"):
        process = start("plan", source, "-o", "å", "--json", cwd=tmp_path, PYTHONIOENCODING=encoding)
        out, err = process.communicate(timeout=60)
        assert process.returncode == 0, err
        assert b"Traceback" not in err
        assert "Æsop Ødegård" in out.decode("utf-8")  # results are UTF-8 whatever the console is
        assert b"4 m" in err


@posix
def test_a_reader_that_has_gone_away(tmp_path: Path) -> None:
    with start("plan", PLAIN, "-o", "out", "--json", cwd=tmp_path) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        err = process.stderr.read().decode()
    assert process.returncode == 0
    assert "Traceback" not in err
    assert "BrokenPipe" not in err
    assert files_in(tmp_path) == ["out/gantt.png", "out/plan.json", "out/plan.xlsx", "out/report.html"]


@posix
def test_a_listener_that_has_gone_away(tmp_path: Path) -> None:
    with start("check", BROKEN, "--json", cwd=tmp_path) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stderr.close()
        out = process.stdout.read()
    assert process.returncode == 3
    assert json.loads(out)["problems"]


@posix
@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_a_full_disk_behind_stdout(unbuffered: str, tmp_path: Path) -> None:
    with Path("/dev/full").open("wb") as full:
        result = subprocess.run(
            [sys.executable, "-m", "scheduler", "check", str(PLAIN), "--json"],
            cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": str(REPO), "PYTHONUNBUFFERED": unbuffered},
            stdout=full,
            stderr=subprocess.PIPE,
            check=False,
            timeout=60,
        )
    assert result.returncode == 1
    assert "stdout" in result.stderr.decode()
    assert b"Traceback" not in result.stderr


def test_a_folder_where_the_file_should_be(tmp_path: Path) -> None:
    (tmp_path / "out" / "plan.json").mkdir(parents=True)
    code, out, err = run("plan", PLAIN, "-o", "out", cwd=tmp_path)
    assert (code, out) == (2, "")
    assert "er en mappe" in err
    assert "Traceback" not in err
    assert files_in(tmp_path) == []


@pytest.fixture
def four(tmp_path: Path) -> Path:
    """Four of Sarpsborg's candidates: a plan within seconds, a proof that takes long."""
    tree = tomllib.loads((REPO / "instances" / "sarpsborg.toml").read_text(encoding="utf-8"))
    kept = {"A13", "A15", "A17", "A18"}
    tree["candidates"] = [row for row in tree["candidates"] if row["id"] in kept]
    for row in tree["requirements"]:
        row["candidates"] = [who for who in row.get("candidates", []) if who in kept]
    tree["requirements"] = [row for row in tree["requirements"] if row["candidates"]]
    path = tmp_path / "four.toml"
    path.write_text(tomli_w.dumps(tree), encoding="utf-8")
    return path


def interrupted(instance: Path, wait_for: str) -> tuple[int, str]:
    """Exit code and stderr of `alis plan`, interrupted just after it said a word."""
    with start("plan", instance, "-o", "out", "--time-limit", "60", cwd=instance.parent) as process:
        assert process.stderr is not None
        heard = ""
        while wait_for not in heard:
            line = process.stderr.readline().decode()
            assert line, heard
            heard += line
        time.sleep(0.2)
        process.send_signal(signal.SIGINT)
        heard += process.stderr.read().decode()
    return process.returncode, heard


@posix
def test_ctrl_c_keeps_the_best_plan(four: Path) -> None:
    code, heard = interrupted(four, "én etter én")
    assert code == 0, heard
    assert "Traceback" not in heard
    assert files_in(four.parent / "out") == ["gantt.png", "plan.json", "plan.xlsx", "report.html"]
    plan = Plan.from_json((four.parent / "out" / "plan.json").read_bytes())
    assert check_plan(load_instance(four), plan) == []


@posix
def test_ctrl_c_before_there_is_a_plan(four: Path) -> None:
    """A checked plan and 0, or no file at all and 130; never a trace."""
    code, heard = interrupted(four, "ALIS")
    assert "Traceback" not in heard
    assert code in (0, 130), heard
    expected = (
        ["four.toml"] if code else ["four.toml", "out/gantt.png", "out/plan.json", "out/plan.xlsx", "out/report.html"]
    )
    assert files_in(four.parent) == expected


@posix
def test_ctrl_c_while_the_program_is_loading(tmp_path: Path) -> None:
    for delay in (0.05, 0.15, 0.25):
        process = start("plan", "-o", "out", "--time-limit", "60", cwd=tmp_path)
        time.sleep(delay)
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=60)
        if b"Traceback" not in err or b"__main__.py" in err:  # else the interpreter itself was not up yet
            assert process.returncode in (0, 130, -signal.SIGINT), err
            assert b"Traceback" not in err
