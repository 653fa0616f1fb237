"""The table of scarcity: a cell that runs, and what is made of the results."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from benchmarks.measure import TITLES, measure
from benchmarks.report import write_report
from benchmarks.scarcity import SCARCITY, ScarceCase, area, lines
from benchmarks.scarcity_rows import add_missing, read, table

Row = dict[str, Any]


def run(seed: int = 1, **fields: Any) -> Row:
    """A run of ten seconds: a plan after 2 s at half the planted months, at the planted delay after 6 s."""
    course = [(1.0, "wishes", 0, 0), (2.0, "delay", 60, 0), (6.0, "delay", 0, 0)]
    keys = ("seconds", "level", "value", "bound")
    row = {
        **{"case": f"scarcity-clinic-18-s{seed}", "kind": "scarcity", "resource": "clinic", "candidates": 18},
        **{"seed": seed, "contender": "ours", "tightness": 1.0, "limit_s": 10.0, "first_plan_s": 2.0},
        **{"planted_delay": 0, "planted_months": 120, "n_violations": 0, "figures": {"delay": 0.0}},
        **{"bounds": {"delay": 0}, "proved_s": {"delay": 6.0}},
        "course": [dict(zip(keys, point, strict=True)) for point in course],
    }
    return row | fields


def test_the_area_under_the_gap() -> None:
    """2 s of 1 and 4 s of a half, of ten; without a plan, or with one that breaks a rule, all of it."""
    assert area(run()) == pytest.approx(0.4)
    assert area(run(figures={}, course=[])) == 1
    assert area(run(n_violations=3)) == 1


def test_a_line_for_each_resource_size_and_contender() -> None:
    """Seeds side by side in their order; a delay is told above the planted one, and a bad plan not at all."""
    runs = [run(2, figures={"delay": 5.0}, proved_s={}), run(1), run(3, n_violations=1), run(1, contender="greedy")]
    table = lines([*runs, {"kind": "region"}], TITLES)
    rows = [line for line in table if line.startswith("| clinic")]
    assert rows[0].split(" | ")[1:6] == ["18", "alis", "0 · 5 · –", "0 · 0 · 0", "2 of 3"]
    assert len(rows) == 2
    assert lines([{"kind": "region"}], TITLES) == []


def test_the_cells_there_are() -> None:
    assert len(SCARCITY) == 9 * 3 * 3
    assert len({case.id for case in SCARCITY}) == len(SCARCITY)


def test_a_cell_runs_and_gives_a_page(tmp_path: Path) -> None:
    """The quickest contender on six candidates; the page has the table."""
    said: list[str] = []
    results = measure([ScarceCase("groups", 6)], ["greedy"], 10.0, 1, said.append)
    (found,) = results["runs"]
    assert (found["resource"], found["planted_delay"], found["ending"]) == ("groups", 0, "finished")
    assert found["planted_months"] > 6 * 24
    page, *_ = write_report(results, tmp_path / "benchmarks.md")
    assert "| groups | 6 | greedy by start date |" in page.read_text("utf-8")


def test_a_row_at_a_time_and_nothing_twice(tmp_path: Path) -> None:
    """What stops half-way goes on with what is missing; a plan that breaks something is told as none."""
    path, ran = tmp_path / "rows.csv", list[str]()
    cells = [ScarceCase("clinic", 6), ScarceCase("groups", 6)]

    def told(name: str, cell: ScarceCase, instance: Path, limit_s: float, workers: int) -> Row:
        assert instance.exists()
        if len(ran) == 3:
            raise KeyboardInterrupt
        ran.append(f"{cell.resource} {name}")
        bad = {"n_violations": 2, "violations": ["A01 is nowhere"]} if name == "greedy" else {"violations": []}
        times = {"first_plan_processor_s": 1.5, "processor_s": 8.0, "ending": "finished", "limit_s": limit_s}
        return run(**{"contender": name, **times, **bad})

    with pytest.raises(KeyboardInterrupt):
        add_missing(path, cells, ["ours", "greedy"], 10.0, 4, lambda _: None, told)
    assert ran == ["clinic ours", "clinic greedy", "groups ours"]
    ran.clear()
    add_missing(path, cells, ["ours", "greedy"], 10.0, 4, lambda _: None, told)
    assert ran == ["groups greedy"]
    rows = read(path)
    assert [row["delay"] for row in rows] == ["0.0", "", "0.0", ""]
    assert list(table(rows))[2:4] == [
        "| clinic | 6 | 1 | alis | 0 | 0 | 1.5 | 8 | 0.400 |",
        "| clinic | 6 | 1 | greedy by start date | no plan | 0 | – | 8 | 1.000 |",
    ]
