"""Three municipalities' files of 8, 12 and 18 as one region: planned, and shown to each without others' names."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from benchmarks.generate import generate
from scheduler import api
from scheduler.api import Instance, Plan
from scheduler.check import check_plan
from scheduler.files import read_instance
from scheduler.files.join import Part, joined
from scheduler.report.own_part import OwnPart
from tests.helpers.command_line import alis
from tests.report.test_own_part import COMMANDS, contents

pytestmark = pytest.mark.slow
SIZES = {"qalfa": 8, "qbeta": 12, "qgamma": 18}


@pytest.fixture(scope="module")
def region() -> tuple[Instance, Plan]:
    """Joined, with one place each at the hospital, and planned."""
    parts = []
    for number, (town, size) in enumerate(SIZES.items(), start=1):
        tree = generate("municipality", number, 0.25, size)
        for at, row in enumerate(tree["candidates"]):
            row["name"] = f"Navn{town}x{at}"
        parts.append(Part(town, town, tree))
    tree = joined(parts, "region", ["hospital"], prefix=True).tree
    tree["quotas"] = [{"of": "hospital", "municipality": town, "places": [{"places": 1}]} for town in SIZES]
    instance = read_instance(tree, "region")
    return instance, api.plan(instance, time_limit_s=150.0)


def test_quotas_hold_in_the_check_and_by_hand(region: tuple[Instance, Plan]) -> None:
    instance, plan = region
    assert plan.status.has_plan
    assert len(plan.candidates) == sum(SIZES.values())
    assert check_plan(instance, plan) == []
    heads = Counter(
        (instance.candidates[entry.id].municipality, month.month)
        for entry in plan.candidates
        for month in entry.months
        if month.rotation is not None and "hospital" in instance.rotations[month.rotation].mix and month.percent
    )
    assert heads, "somebody is there"
    assert max(heads.values()) == 1


@pytest.mark.parametrize("town", SIZES)
def test_each_has_the_joint_plan_s_months_and_no_name_of_another(
    region: tuple[Instance, Plan], town: str, tmp_path: Path
) -> None:
    instance, plan = region
    seen = OwnPart(instance, plan, town, "nb").of_plan(plan)
    own = {entry.id for entry in plan.candidates if instance.candidates[entry.id].municipality == town}
    assert len(own) == SIZES[town]
    whole = {entry.id: entry for entry in plan.candidates}
    for entry in seen.candidates:
        if entry.id in own:
            joint = whole[entry.id]
            assert (entry.months, entry.finish, entry.delay) == (joint.months, joint.finish, joint.delay)
    path = tmp_path / "plan.json"
    path.write_text(plan.to_json(), encoding="utf-8")
    folder = tmp_path / "out"
    folder.mkdir()
    for command in COMMANDS:
        name, *options = (word.format(folder, plan=path) for word in command)
        assert alis(name, path, "--municipality", town, *options).exit_code == 0
    others = [word for other in SIZES if other != town for word in (other.encode(), f"Navn{other}".encode())]
    files = [file for file in folder.rglob("*") if file.is_file()]
    assert len(files) > len(COMMANDS)
    for file in files:
        parts = [file.name.encode(), *contents(file.read_bytes())]
        assert [word for word in others if any(word in part for part in parts)] == [], file.name
    html = (folder / "page.html").read_text(encoding="utf-8")
    assert f"Navn{town}x0" in html
