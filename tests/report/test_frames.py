"""A plan as tables: every row of the file is in one of them, and the figures can be added up."""

from __future__ import annotations

import csv
from pathlib import Path

import pandas as pd
import pytest

from scheduler.plan import FoundBy, Plan, PlanRun, Status
from tests.helpers import pages
from tests.helpers.command_line import alis

TABLES = ["months", "blocks", "service", "shifts", "supervisors"]


@pytest.fixture(scope="module")
def plan() -> Plan:
    return pages.plan_of(pages.town(), source=pages.tree())


@pytest.fixture(scope="module")
def frames(plan: Plan) -> dict[str, pd.DataFrame]:
    return plan.to_frames()


def test_every_row_of_the_file_has_one_in_a_table(plan: Plan, frames: dict[str, pd.DataFrame]) -> None:
    assert list(frames) == TABLES
    entries = plan.candidates
    for name in ("months", "blocks", "shifts", "supervisors"):
        assert len(frames[name]) == sum(len(getattr(entry, name)) for entry in entries) > 0, name
    assert list(frames["service"]["candidate"]) == [entry.id for entry in entries]


def test_months_are_periods_that_pandas_counts_by(frames: dict[str, pd.DataFrame]) -> None:
    """A02 is on leave 2027-01 .. 2027-10, ten months, and works 80 % from 2027-11."""
    months = frames["months"].set_index(["candidate", "month"]).loc["A02"]
    assert months.index.dtype == "period[M]"
    leave = months[months["rotation"].isna()]
    assert (leave.index.min(), leave.index.max(), len(leave)) == (pd.Period("2027-01"), pd.Period("2027-10"), 10)
    assert set(months.loc[pd.Period("2027-11") :, "percent"]) == {80}
    assert set(leave["percent"]) == {0}


def test_blocks_end_with_their_last_month(frames: dict[str, pd.DataFrame]) -> None:
    """A01: gp*12 hospital*6 mixed*6 from 2026-09."""
    blocks = frames["blocks"].query("candidate == 'A01'")
    assert list(zip(blocks["rotation"], blocks["months"], strict=True)) == [("gp", 12), ("hospital", 6), ("mixed", 6)]
    assert [f"{month}" for month in blocks["to"]] == ["2027-08", "2028-02", "2028-08"]


def test_service_is_in_fte_months(frames: dict[str, pd.DataFrame]) -> None:
    """A01: open 12 + 4.8, other 1.2, institution 6 = 24, all of it counted."""
    (row,) = frames["service"].query("candidate == 'A01'").to_dict("records")
    figures = ("open_practice", "other_general", "institution", "counted", "uncounted")
    assert [round(row[figure], 4) for figure in figures] == [16.8, 1.2, 6.0, 24.0, 0.0]


def test_without_a_plan_the_tables_are_empty_and_have_their_columns(plan: Plan) -> None:
    run = PlanRun(seconds=0.0, seed=0, workers=1, strategy=FoundBy.OTHERWISE)
    none = Plan(tool=plan.tool, instance=plan.instance, status=Status.UNKNOWN, run=run).to_frames()
    assert all(frame.empty for frame in none.values())
    assert list(none["months"].columns) == ["candidate", "month", "rotation", "percent"]


@pytest.mark.parametrize(("lang", "separator", "open_practice"), [("nb", ";", "16,8"), ("en", ",", "16.8")])
def test_export_writes_them_for_spreadsheets(
    plan: Plan, tmp_path: Path, lang: str, separator: str, open_practice: str
) -> None:
    path = tmp_path / "plan.json"
    path.write_text(plan.to_json(), encoding="utf-8")
    result = alis("export", path, "--lang", lang)
    assert result.exit_code == 0, result.stderr
    folder = tmp_path / "tables"
    assert sorted(found.name for found in folder.glob("*.csv")) == sorted(f"{name}.csv" for name in TABLES)
    lines = {name: (folder / f"{name}.csv").read_text(encoding="utf-8-sig").splitlines() for name in TABLES}
    rows = {name: list(csv.DictReader(lines[name], delimiter=separator)) for name in TABLES}
    assert rows["service"][0]["open_practice"] == open_practice
    assert rows["months"][0] == {"candidate": "A01", "month": "2026-09", "rotation": "gp", "percent": "100"}
    assert [row["rotation"] for row in rows["months"] if row["candidate"] == "A02"][4:14] == [""] * 10
    (folder / "months.csv").write_text("mine", encoding="utf-8")
    again = alis("export", path, "--lang", lang)
    assert "months.csv" in again.stderr
    assert len(list(folder.glob("months *.csv"))) == 1  # what somebody wrote there is kept
