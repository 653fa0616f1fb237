"""Live formulas: LibreOffice works them out after an edit, and they are what the accounting says. Needs ``soffice``."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from scheduler.instance.types import Instance
from scheduler.month import parse_month
from scheduler.plan import Plan
from scheduler.report.workbook import write_workbook
from scheduler.report.workbook.layout import rotation_codes
from scheduler.report.workbook.read import read_workbook
from tests.helpers.plan_books import column_of, edited, planted, row_of, sarpsborg, written

pytestmark = pytest.mark.slow


def recalculated(path: Path) -> Any:
    """The workbook's values as LibreOffice works them out."""
    out = path.parent / "recalculated"
    profile = (path.parent / "profile").as_uri()
    subprocess.run(
        ["soffice", "--headless", f"-env:UserInstallation={profile}", "--convert-to", "xlsx", "--outdir", out, path],
        check=True,
        capture_output=True,
        timeout=180,
    )
    return load_workbook(out / path.name, data_only=True)


def assert_live(folder: Path, instance: Instance, plan: Plan, edit: Any) -> None:
    """After an edit, every formula gives what a workbook written from the edited plan holds."""
    copy = edited(written(folder, instance, plan), edit)
    live = recalculated(copy)
    right_path = folder / "right.xlsx"
    write_workbook(instance, read_workbook(copy), right_path)
    formulas, right = load_workbook(right_path), load_workbook(right_path, data_only=True)
    n_formulas = 0
    for sheet in formulas.worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                if cell.data_type == "f":
                    n_formulas += 1
                    have, need = live[sheet.title][cell.coordinate].value, right[sheet.title][cell.coordinate].value
                    assert same(have, need), (sheet.title, cell.coordinate, have, need, cell.value)
    assert n_formulas > 200


def same(have: Any, need: Any) -> bool:
    if isinstance(have, int | float) and isinstance(need, int | float):
        return abs(have - need) < 1e-9
    return (have or "") == (need or "")


def test_counters_follow_an_edit(tmp_path: Path) -> None:
    instance, plan = sarpsborg()
    codes = rotation_codes(instance)

    def edit(book: Any) -> None:
        grid = book["Plan"]
        for candidate, month, rotation in (
            ("A05", "2027-05", "fastlege80-fengsel20"),
            ("A08", "2026-12", "kad4"),  # part-time
            ("A10", "2030-01", "fastlege80-sykehjem20"),
            ("A01", "2027-04", "sykehus"),
            ("A12", "2027-11", None),
        ):
            code = None if rotation is None else codes[rotation]
            grid.cell(row_of(plan, candidate), column_of(instance, parse_month(month))).value = code
        grid.cell(row_of(plan, "A03"), 3).value = "kontor-01"
        book["Vakter"].cell(row_of(plan, "A02"), column_of(instance, instance.start)).value = 0
        book["Grupper"].cell(row_of(plan, "A08"), 3).value = "G2026H"

    assert_live(tmp_path, instance, plan, edit)


@pytest.mark.parametrize("seed", range(10))
def test_planted_plans_count_right(tmp_path: Path, seed: int) -> None:
    instance, plan = planted(seed)

    def edit(book: Any) -> None:
        entry = plan.candidates[0]
        other = next(one for one in instance.candidates[entry.id].allowed if one != entry.months[0].rotation)
        cell = book["Plan"].cell(row_of(plan, entry.id), column_of(instance, entry.months[0].month))
        cell.value = rotation_codes(instance)[other]

    assert_live(tmp_path, instance, plan, edit)
