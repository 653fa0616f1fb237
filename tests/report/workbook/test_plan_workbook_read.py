"""A plan workbook read back: unedited it is the plan, an edit is that edit, a broken file is told by its cell."""

from __future__ import annotations

import datetime
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from openpyxl.utils import get_column_letter

from scheduler.accounting import with_figures
from scheduler.cli import main
from scheduler.files import InputError
from scheduler.instance.types import Instance
from scheduler.month import parse_month
from scheduler.plan import Plan, Status
from scheduler.report.workbook.layout import HEAD_ROW, rotation_codes
from scheduler.report.workbook.read import read_workbook
from tests.helpers.plan_books import column_of, edited, planted, row_of, same_edit, sarpsborg, told, written

HEADS = HEAD_ROW + 1
SMALL = 3


@pytest.mark.parametrize("lang", ["nb", "en"])
def test_an_unedited_workbook_is_the_plan(tmp_path: Path, lang: Any) -> None:
    instance, plan = sarpsborg()
    assert read_workbook(written(tmp_path, instance, plan, lang)) == plan


@pytest.mark.parametrize("seed", range(12))
def test_planted_plans_come_back(tmp_path: Path, seed: int) -> None:
    instance, plan = planted(seed)
    assert read_workbook(written(tmp_path, instance, plan)).candidates == plan.candidates


def test_saved_by_another_program_it_is_still_the_plan(tmp_path: Path) -> None:
    """Saving drops the values of all formulas; none of them is read."""
    instance, plan = planted(SMALL)
    copy = edited(written(tmp_path, instance, plan), lambda book: None)
    assert read_workbook(copy) == plan


# --- edits


EDITS = [
    ("A05", "2027-04", "fastlege"),  # a hospital block broken in two
    ("A06", "2027-02", "fastlege"),  # work in a month of leave
    ("A12", "2027-11", None),  # a month without a rotation
    ("A10", "2032-06", None),  # the last month gone
]


@pytest.mark.parametrize(("candidate", "spelled", "rotation"), EDITS)
def test_an_edited_cell_breaks_what_the_same_edit_of_the_json_breaks(
    tmp_path: Path, candidate: str, spelled: str, rotation: str | None
) -> None:
    instance, plan = sarpsborg()
    month = parse_month(spelled)
    code = None if rotation is None else rotation_codes(instance)[rotation]
    cell = (row_of(plan, candidate), column_of(instance, month))
    copy = edited(written(tmp_path, instance, plan), lambda book: set_cell(book, "Plan", cell, code))
    read = read_workbook(copy)
    by_hand = same_edit(instance, plan, candidate, month, rotation)
    expected = by_hand.candidate(candidate)
    if spelled == "2032-06":  # the last month cleared: the plan ends a month earlier
        expected = with_figures(instance, expected.model_copy(update={"months": expected.months[:-1]}))
    else:
        assert told(instance, read) == told(instance, by_hand)
    without_reasons = {"wishes": [], "group_reason": None}
    found = read.candidate(candidate)
    assert found.model_copy(update=without_reasons) == expected.model_copy(update=without_reasons)
    assert read.status is Status.FEASIBLE
    assert [entry for entry in read.candidates if entry.id != candidate] == [
        entry for entry in plan.candidates if entry.id != candidate
    ]


def set_cell(book: Any, sheet: str, cell: tuple[int, int], value: object) -> None:
    book[sheet].cell(*cell).value = value


def test_a_rotation_may_be_spelled_by_code_id_or_name(tmp_path: Path) -> None:
    instance, plan = sarpsborg()
    spellings = dict(
        zip(("A01", "A02", "A03", "A04", "A05"), ("syke", "SYKE ", "sykehus", "Sykehus", " sykehus"), strict=True)
    )

    def edit(book: Any) -> None:
        for candidate, spelling in spellings.items():
            finish = plan.candidate(candidate).last
            set_cell(book, "Plan", (row_of(plan, candidate), column_of(instance, finish + 1)), spelling)

    read = read_workbook(edited(written(tmp_path, instance, plan), edit))
    assert {read.candidate(candidate).months[-1].rotation for candidate in spellings} == {"sykehus"}


def test_the_other_sheets_are_read_too(tmp_path: Path) -> None:
    instance, plan = sarpsborg()

    def edit(book: Any) -> None:
        row = row_of(plan, "A04")
        book["Plan"].cell(row, 3).value = "Fastlegekontor 5"
        book["Plan"].cell(row, 4).value = "10.2022"
        book["Grupper"].cell(row, 3).value = "g2027v"
        book["Vakter"].cell(row, column_of(instance, parse_month("2026-09"))).value = "3"
        guided = book["Veiledere"]
        (told,) = (cell.row for cell in guided["A"] if cell.value == "A04")
        guided.cell(told, 3).value = "V14"
        guided.cell(told, 5).value = datetime.datetime(2027, 12, 1)
        for column, value in enumerate(("A04", None, "V14", "2028-01", "august 2028"), start=1):
            guided.cell(guided.max_row + (column == 1), column).value = value

    read = read_workbook(edited(written(tmp_path, instance, plan), edit))
    entry = read.candidate("A04")
    assert (entry.practice, entry.start, entry.group) == ("kontor-05", parse_month("2022-10"), "G2027V")
    assert entry.shifts[0].shifts == 3
    assert [(period.id, period.from_, period.to) for period in entry.supervisors] == [
        ("V14", parse_month("2026-09"), parse_month("2027-12")),
        ("V14", parse_month("2028-01"), parse_month("2028-08")),
    ]
    assert read.guidance == [] or read.guidance != plan.guidance


def test_bounds_and_reasons_hold_only_while_what_they_speak_of_is_as_it_was(tmp_path: Path) -> None:
    """One cell makes delay worse, so nothing is proved of the levels after it."""
    instance, plan = sarpsborg()
    cell = (row_of(plan, "A05"), column_of(instance, parse_month("2028-03")))
    copy = edited(written(tmp_path, instance, plan), lambda book: set_cell(book, "Plan", cell, "fastlege"))
    read = read_workbook(copy)
    before, after = plan.objectives[0], read.objectives[0]
    assert (after.id, after.value, after.bound, after.proved) == ("delay", before.value + 1, before.bound, False)
    assert not any(level.proved for level in read.objectives)
    assert read.candidate("A09") == plan.candidate("A09")  # with the reason why a wish was not met
    assert read.candidate("A05").group_reason is None  # it spoke of another plan


# --- what is wrong is told with its cell


def merge(book: Any) -> None:
    book["Plan"].merge_cells("H8:J8")


def rename(book: Any) -> None:
    book["Vakter"].title = "Vaktliste"


def tamper(book: Any) -> None:
    book["Kilde"]["A1"].value = "AAAA" + book["Kilde"]["A1"].value


def put(sheet: str, cell: str, value: object) -> Callable[[Any], None]:
    def edit(book: Any) -> None:
        book[sheet][cell].value = value

    return edit


def delete_column(book: Any) -> None:
    book["Plan"].delete_cols(10)


def double_row(book: Any) -> None:
    book["Plan"]["A8"].value = book["Plan"]["A7"].value


BROKEN: list[tuple[Callable[[Any], None], str, str | None]] = [
    (put("Plan", "I7", "sykhus"), "workbook-not-a-choice", "Plan!I7"),
    (put("Plan", "I7", 7), "workbook-not-a-choice", "Plan!I7"),
    (put("Plan", "I7", datetime.datetime(2027, 3, 1)), "workbook-not-a-choice", "Plan!I7"),
    (put("Plan", "I7", "=1+1"), "workbook-formula", "Plan!I7"),
    (put("Plan", "C7", "nowhere"), "workbook-not-a-choice", "Plan!C7"),
    (put("Plan", "D7", "soon"), "workbook-not-a-month", "Plan!D7"),
    (put("Plan", "D7", None), "workbook-not-a-month", "Plan!D7"),
    (put("Plan", "A7", "Nobody"), "workbook-not-a-choice", "Plan!A7"),
    (put("Plan", "A6", "Nummer"), "workbook-column-missing", "Plan!A1"),
    (put("Plan", "C6", "Kontor"), "workbook-column-missing", "Plan!A6"),
    (put("Plan", "J6", "her"), "planbook-month-missing", "Plan!J6"),
    (put("Plan", "J6", datetime.datetime(2027, 3, 1)), "planbook-month-twice", "Plan!J6"),
    (put("Plan", "J6", datetime.datetime(2050, 3, 1)), "planbook-month-outside", "Plan!J6"),
    (delete_column, "planbook-month-missing", "Plan!J6"),
    (double_row, "planbook-twice", "Plan!A8"),
    (merge, "workbook-merged", "Plan!H8"),
    (rename, "planbook-sheet", None),
    (tamper, "planbook-damaged", None),
    (put("Vakter", "I7", "to"), "planbook-number", "Vakter!I7"),
    (put("Vakter", "I7", -1), "planbook-number", "Vakter!I7"),
    (put("Vakter", "I7", 1.5), "planbook-number", "Vakter!I7"),
    (put("Grupper", "C7", "G9999"), "workbook-not-a-choice", "Grupper!C7"),
    (put("Veiledere", "C7", "nobody"), "workbook-not-a-choice", "Veiledere!C7"),
    (put("Veiledere", "C7", None), "workbook-not-a-choice", "Veiledere!C7"),
    (put("Veiledere", "D7", None), "workbook-not-a-month", "Veiledere!D7"),
]


def test_what_is_missing_is_named_as_the_workbook_names_it(tmp_path: Path) -> None:
    """An English workbook, Norwegian messages."""
    instance, plan = small_world()

    def gone(book: Any) -> None:
        del book["Groups"]

    for edit, said in (
        (gone, "Arket «Groups» finnes ikke"),
        (put("Plan", "C6", "Desk"), "Kolonnen «Practice» mangler"),
    ):
        with pytest.raises(InputError) as raised:
            read_workbook(edited(written(tmp_path, instance, plan, "en"), edit))
        assert raised.value.problems[0].sentence("nb").startswith(said)


@pytest.mark.parametrize(("edit", "code", "cell"), BROKEN)
def test_a_broken_workbook_is_told_by_its_cell(
    tmp_path: Path, edit: Callable[[Any], None], code: str, cell: str | None
) -> None:
    instance, plan = small_world()
    with pytest.raises(InputError) as raised:
        read_workbook(edited(written(tmp_path, instance, plan), edit))
    first = next(problem for problem in raised.value.problems if problem.code == code)
    assert first.cell == cell
    assert {problem.code for problem in raised.value.problems} <= {code, "planbook-month-missing"}
    for lang in ("nb", "en"):
        said = first.line(lang)  # type: ignore[arg-type]
        assert cell is None or said.startswith(cell)
        assert "{" not in said


def small_world() -> tuple[Instance, Plan]:
    """A planted instance with groups, supervisors and shifts, and a plan whose first row is long enough to edit."""
    for seed in range(SMALL, 200):
        instance, plan = planted(seed)
        there = bool(instance.groups and instance.supervisors and plan.candidates[0].supervisors)
        if there and len(plan.candidates) >= 2 and "hospital" in instance.rotations:
            return instance, plan
    raise AssertionError("no such seed")


def test_all_problems_come_at_once_with_the_nearest_spelling(tmp_path: Path) -> None:
    instance, plan = small_world()

    def edit(book: Any) -> None:
        book["Plan"]["I7"].value = "hospitl"
        book["Plan"]["K8"].value = "?"
        book["Vakter"]["H7"].value = "x"

    with pytest.raises(InputError) as raised:
        read_workbook(edited(written(tmp_path, instance, plan), edit))
    assert [problem.cell for problem in raised.value.problems] == ["Plan!I7", "Plan!K8", "Vakter!H7"]
    assert raised.value.problems[0].nearest in {"hospital", rotation_codes(instance)["hospital"]}


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 no workbook", b"id,month\nA01,2027-01\n"])
def test_no_workbook_at_all(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "plan.xlsx"
    path.write_bytes(content)
    with pytest.raises(InputError):
        read_workbook(path)
    result = CliRunner().invoke(main, ["gantt", str(path)])
    assert result.exit_code == 3


def test_a_workbook_cut_short(tmp_path: Path) -> None:
    instance, plan = planted(SMALL)
    path = written(tmp_path, instance, plan)
    path.write_bytes(path.read_bytes()[:-2000])
    with pytest.raises(InputError, match="workbook"):
        read_workbook(path)


def test_another_workbook_is_not_a_plan(tmp_path: Path) -> None:
    path = tmp_path / "other.xlsx"
    with zipfile.ZipFile(path, "w") as package:
        package.writestr("readme.txt", "nothing")
    with pytest.raises(InputError):
        read_workbook(path)


# --- commands


def test_check_takes_a_workbook(tmp_path: Path) -> None:
    instance, plan = planted(SMALL)
    path = written(tmp_path, instance, plan)
    source = tmp_path / "planted.json"
    source.write_text(json.dumps(plan.instance.source), encoding="utf-8")
    assert CliRunner().invoke(main, ["check", str(source), str(path)]).exit_code == 0
    cell = (row_of(plan, plan.candidates[0].id), column_of(instance, plan.candidates[0].first))
    copy = edited(path, lambda book: set_cell(book, "Plan", cell, "sykkel"))
    result = CliRunner().invoke(main, ["check", str(source), str(copy), "--json"])
    where = f"Plan!{get_column_letter(cell[1])}{cell[0]}"
    assert result.exit_code == 3
    assert [problem["cell"] for problem in json.loads(result.stdout)["problems"]] == [where]
    assert where in result.stderr
    copy = edited(path, lambda book: set_cell(book, "Plan", cell, None))
    result = CliRunner().invoke(main, ["check", str(source), str(copy), "--lang", "en"])
    assert result.exit_code == 3
    assert "one-rotation" in result.stderr


def test_gantt_takes_a_workbook(tmp_path: Path) -> None:
    instance, plan = planted(SMALL)
    path = written(tmp_path, instance, plan)
    assert CliRunner().invoke(main, ["gantt", str(path), "--paper", "a4"]).exit_code == 0
    assert (tmp_path / "gantt.png").exists()
