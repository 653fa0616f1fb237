"""The contenders agree: a textbook model of the rules proves the same optimum as our solver, level by level."""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
from itertools import accumulate
from pathlib import Path
from typing import Any

import pytest

from benchmarks.__main__ import main
from benchmarks.contenders.clock import Clock, by_levels
from benchmarks.contenders.cpsat import CpSat
from benchmarks.contenders.greedy import plan_greedily
from benchmarks.contenders.textbook import build
from benchmarks.generate import generate, planted
from benchmarks.measure import digest, proofs
from benchmarks.plans import plan_of
from scheduler.accounting import delay, trajectories
from scheduler.check import check_plan
from scheduler.files import read_instance
from scheduler.plan import Status
from scheduler.solve import Options, solve
from tests.helpers.planting import plant

Row = dict[str, Any]
ORDER = ["delay", "wishes", "moves"]
NEEDS_HIGHS = pytest.mark.skipif(
    importlib.util.find_spec("highspy") is None, reason="the extra [benchmarks] is not there"
)


def same_rules(tree: Row) -> Row:
    """A planted tree with what all contenders decide: no supervisors, no floors, and no office that anybody leaves.

    Under a floor a plan may run on by holding a shift back until later, if the shifts actually planned are counted, as
    the checker and the textbook do; our model asks whether they could have been had before (`finishing`).
    """
    candidates = [{key: value for key, value in row.items() if key != "supervisor"} for row in tree["candidates"]]
    arenas = [
        {key: value for key, value in _keeping_room(row).items() if key != "min_places"} for row in tree["arenas"]
    ]
    changes = {"candidates": candidates, "arenas": arenas, "supervisors": [], "objective": {"order": ORDER}}
    return {**tree, **changes}


def _keeping_room(row: Row) -> Row:
    """An office with at least the room that it had the month before; any other arena as it is."""
    if row["service"] != "open_practice" or "places" not in row:
        return row
    most = accumulate((step["places"] for step in row["places"]), max)
    return {**row, "places": [{**step, "places": n} for step, n in zip(row["places"], most, strict=True)]}


def textbook_optimum(tree: Row, capsys: pytest.CaptureFixture[str]) -> dict[str, int]:
    """What the textbook model proves; its plan passes the checker."""
    instance = read_instance(tree)
    book = build(instance)
    capsys.readouterr()
    values = by_levels(CpSat(book.model, workers=4), book.levels, Clock(120))
    assert values is not None
    plan = plan_of(instance, book.assignments(values), {}, "textbook")
    assert [violation.sentence("en") for violation in check_plan(instance, plan)] == []
    events = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    return {event["level"]: event["value"] for event in events if event["event"] == "proved"}


def our_optimum(tree: Row) -> dict[str, int]:
    plan = solve(read_instance(tree), Options(workers=4, time_limit_s=120))
    assert plan.status is Status.OPTIMAL
    found = {objective.id: int(objective.value) for objective in plan.objectives}
    return found | {
        f"{objective.id}.worst": int(objective.worst.value)
        for objective in plan.objectives
        if objective.worst is not None
    }


# Planted instances of one to three candidates, horizons of 26 to 44 months; between them: start windows, leave, groups,
# unfinished candidates, fixed months, running blocks, requirements, limits, two rosters.
@pytest.mark.parametrize("seed", [0, 2, 5, 6, 12, 13])
def test_textbook_and_ours_prove_the_same_optimum(seed: int, capsys: pytest.CaptureFixture[str]) -> None:
    tree = same_rules(plant(seed).tree)
    assert our_optimum(tree) == textbook_optimum(tree, capsys)


@pytest.mark.slow
@pytest.mark.parametrize("seed", [seed for seed in range(130) if seed % 20 != 19 and seed % 10 != 4])
def test_so_they_do_on_a_hundred(seed: int, capsys: pytest.CaptureFixture[str]) -> None:
    tree = same_rules(plant(seed).tree)
    assert our_optimum(tree) == textbook_optimum(tree, capsys)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(5))
def test_and_on_a_small_municipality(seed: int, capsys: pytest.CaptureFixture[str]) -> None:
    tree = generate("municipality", seed, 1.0, 3) | {"objective": {"order": ORDER}, "supervisors": []}
    assert our_optimum(tree) == textbook_optimum(tree, capsys)


def test_a_wrong_rule_in_the_textbook_would_be_seen(capsys: pytest.CaptureFixture[str]) -> None:
    """The comparison bites: with its capacity rows taken away the textbook does better than any plan can."""
    tree = same_rules(plant(0).tree)
    loose = [{key: value for key, value in row.items() if key not in ("places", "percent")} for row in tree["arenas"]]
    assert textbook_optimum({**tree, "arenas": loose, "limits": []}, capsys) != our_optimum(tree)


@pytest.mark.parametrize(("kind", "n", "seed"), [("municipality", 18, 1), ("region", 20, 2)])
def test_the_textbook_takes_a_plan_made_by_hand(kind: str, n: int, seed: int) -> None:
    """At the real numbers and horizon: with every month given, the rows can be met, and the delay is the
    accounting's."""
    made = planted(kind, seed, 1.0, n)
    instance = read_instance(made.tree | {"objective": {"order": ["delay"]}})
    book = build(instance)
    for candidate, assignment in made.tight.items():
        for (rotation, t), variable in book.people[candidate].x.items():
            book.model.fix(variable, int(assignment.rotation_at(instance.start + t) == rotation))
    outcome = CpSat(book.model, workers=1).minimize(book.levels[0][1], None, Clock(60), lambda value, bound: None)
    assert outcome.values is not None
    ledger = sum(
        delay(trajectory) for trajectory in trajectories(instance, plan_of(instance, made.tight, {}, "by hand"))
    )
    assert book.levels[0][1].value(outcome.values) == ledger


@NEEDS_HIGHS
def test_highs_proves_the_same(tmp_path: Path) -> None:
    """In a process of its own, as in a benchmark."""
    tree = same_rules(plant(12).tree)
    path = tmp_path / "tree.json"
    path.write_text(json.dumps(tree), encoding="utf-8")
    command = [sys.executable, "-m", "benchmarks", "contender", "textbook-highs", str(path), "--time-limit", "60"]
    root = Path(__file__).resolve().parents[2]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=True, timeout=120)
    row = digest([json.loads(line) for line in done.stdout.splitlines()])
    assert {level: row["figures"][level] for level in ORDER} == {
        level: value for level, value in our_optimum(tree).items() if level in ORDER
    }
    assert set(row["proved_s"]) == set(ORDER)
    assert row["n_violations"] == 0


def test_the_planner_makes_a_valid_plan_that_is_not_the_best() -> None:
    """The pass leaves wishes unmet; nothing else is wrong with its plan but that nobody supervises."""
    instance = read_instance(generate("municipality", 1, 0.5, 6))
    plan, unplaced = plan_greedily(instance)
    assert plan is not None
    assert unplaced == 0
    assert check_plan(instance, plan, without={"supervision"}) == []


# --- what a run's events amount to ----------------------------------------------------------------------------------


def level(seconds: float, name: str, value: int | None, bound: int | None) -> Row:
    return {"event": "level", "seconds": seconds, "level": name, "value": value, "bound": bound}


def proved(seconds: float, name: str, value: int) -> Row:
    return {"event": "proved", "seconds": seconds, "level": name, "value": value}


def test_a_level_is_proved_when_its_bound_meets_its_value_and_its_worst_share_is_proved_too() -> None:
    """delay: value 5 at 1 s, bound 5 at 3 s; its worst share at 4 s. wishes told at 9 s only. moves never."""
    events = [
        level(1.0, "delay", 5, 2),
        level(3.0, "delay", None, 5),
        level(4.0, "delay.worst", 3, 3),
        level(5.0, "wishes", 7, 6),
        proved(9.0, "delay", 5),
        proved(9.0, "wishes", 7),
        level(9.5, "moves", 30, 20),
    ]
    assert proofs(events) == {"delay": 4.0, "wishes": 9.0}
    row = digest([*events, {"event": "finished", "seconds": 10.0}])
    assert (row["first_plan_s"], row["total_s"]) == (1.0, 10.0)
    assert row["bounds"]["moves"] == 20


@NEEDS_HIGHS
@pytest.mark.slow
def test_a_quick_run_from_end_to_end(tmp_path: Path) -> None:
    results, page = tmp_path / "results.json", tmp_path / "benchmarks.md"
    assert main(["run", "--quick", "--time-limit", "60", "-o", str(results)]) == 0
    tree = json.loads(results.read_text("utf-8"))
    assert [run["ending"] for run in tree["runs"]] == ["finished"] * 4
    assert [run["n_violations"] for run in tree["runs"]] == [0] * 4
    best = {run["contender"]: run["figures"] for run in tree["runs"]}
    assert best["ours"]["delay"] == best["textbook-cpsat"]["delay"] == best["textbook-highs"]["delay"]
    assert main(["report", str(results), "--page", str(page)]) == 0
    assert "| alis |" in page.read_text("utf-8")
    assert (tmp_path / "benchmarks" / "growth.png").stat().st_size > 5_000


def test_the_page_keeps_what_is_written_by_hand(tmp_path: Path) -> None:
    """Only what stands between the markers is renewed."""
    from benchmarks.report import BEGIN, END, write_report

    page = tmp_path / "page.md"
    page.write_text(f"# Ours\n\nBefore.\n\n{BEGIN}\nold\n{END}\n\nAfter.\n", encoding="utf-8")
    machine = {
        "cpu": "C",
        "cores": 2,
        "memory_gb": 8,
        "system": "S",
        "python": "3",
        "versions": {"ortools": "9"},
        "date": "D",
    }
    run = {"case": "m-6", "kind": "municipality", "candidates": 6, "tightness": 0.5, "seed": 1, "contender": "ours"}
    run |= {"ending": "finished", "limit_s": 10.0} | digest([level(1.0, "delay", 2, 2), proved(1.0, "delay", 2)])
    write_report({"machine": machine, "workers": 4, "runs": [run]}, page)
    text = page.read_text("utf-8")
    assert text.startswith("# Ours\n\nBefore.")
    assert text.endswith("After.\n")
    assert "old" not in text
    assert "| m-6 | alis | 1.00 | 1.00 |" in text


@pytest.mark.parametrize(
    ("proved", "said"),
    [
        ((5.0, 5.0 * 18**2), "to its first plan grows as n^1.00, to the proof of delay as n^2.00."),
        ((5.0, None), "to its first plan grows as n^1.00, to the proof of delay as no known power."),
    ],
)
def test_growth_is_of_times_that_no_limit_decides(proved: tuple[float, float | None], said: str) -> None:
    from benchmarks.report import _growth

    small, large = (
        {"candidates": n, "first_plan_s": n / 10, "total_s": 99.0, "proved_s": {} if time is None else {"delay": time}}
        for n, time in zip((100, 1800), proved, strict=True)
    )
    assert _growth([small]) == []
    (line, _) = _growth([large, small])
    assert line.endswith(said)
