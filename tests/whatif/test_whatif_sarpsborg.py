"""The bundled example, KAD places 1 to 5, as a coordinator would ask it."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path

import pytest

from scheduler.changes import apply, change_from
from scheduler.check import check_plan
from scheduler.files import bundled_instance_path, load_instance, read_instance
from scheduler.files.load import load_tree
from scheduler.plan import Plan
from tests.helpers.command_line import run

pytestmark = pytest.mark.slow
SECONDS = 60
START_AND_WRITE_SECONDS = 15


def test_delays_never_rise_and_every_plan_passes(tmp_path: Path) -> None:
    began, load = time.monotonic(), os.getloadavg()[0] if hasattr(os, "getloadavg") else 0.0
    sweep = ("--sweep", "arena.kad4a.places=1..5", "--worth", "kad4a")
    path = bundled_instance_path()
    code, out, err = run("whatif", path, *sweep, "--time-limit", str(SECONDS), "--json", "-o", "out", cwd=tmp_path)
    assert code == 0, err
    if load < 1:
        assert time.monotonic() - began < SECONDS + START_AND_WRITE_SECONDS
    told = json.loads(out)
    rows = [row for row in told["rows"] if row["kind"] == "sweep"]
    assert [row["verdict"] for row in rows] == ["possible"] * 5
    delays = [row["delay"]["value"] for row in rows]
    bounds = [row["delay"]["bound"] for row in rows]
    assert delays == sorted(delays, reverse=True)
    assert bounds == sorted(bounds, reverse=True)
    tree = load_tree(path).tree()
    for row in told["rows"]:
        instance = read_instance(
            apply(tree, [change_from(change) for change in row["changes"]]), load_instance(path).name
        )
        assert check_plan(instance, Plan.model_validate(row["plan"])) == [], row["id"]
    by_id = {row["id"]: row for row in told["rows"]}
    difference = by_id["base"]["delay"]["value"] - by_id["worth-kad4a"]["delay"]["value"]
    assert told["worth"][0]["found"] == difference
