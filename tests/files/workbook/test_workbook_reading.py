"""What people do to workbooks and what is made of it: pasted text, 007, decimal commas, dates, formulas, notes."""

from __future__ import annotations

import datetime
import io
import re
import zipfile
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from openpyxl import Workbook, load_workbook
from openpyxl.workbook.protection import WorkbookProtection
from openpyxl.worksheet.datavalidation import DataValidation

from scheduler.cli import main
from scheduler.files import bundled_instance_path, load_tree
from scheduler.files.load import read_instance
from scheduler.files.schema import FileInstance
from scheduler.files.workbook import read_workbook
from scheduler.files.workbook.months import month_from_text
from scheduler.files.workbook.write import to_workbook
from scheduler.instance.problems import InputError
from scheduler.month import parse_month
from scheduler.texts import Language
from tests.helpers.workbooks import FULL, Edit, edited, good, problems_of, saved, tree_of

K = "ALIS"


def shown_as(sheet: str, cell: str, value: Any, number_format: str) -> Edit:
    def edit(book: Workbook) -> None:
        book[sheet][cell] = value
        book[sheet][cell].number_format = number_format

    return edit


@pytest.mark.parametrize(
    ("edit", "path", "value"),
    [
        ({K: {"C4": datetime.datetime(2027, 3, 15)}}, ("candidates", 0, "start"), "2027-03"),
        ({K: {"C4": datetime.date(2027, 3, 1)}}, ("candidates", 0, "start"), "2027-03"),
        (shown_as(K, "C4", 46447, "@"), ("candidates", 0, "start"), "2027-03"),
        (shown_as(K, "C4", 3.2027, "General"), ("candidates", 0, "start"), "2027-03"),
        (shown_as(K, "C4", 10.203, "General"), ("candidates", 0, "start"), "2030-10"),
        ({K: {"C4": 202703}}, ("candidates", 0, "start"), "2027-03"),
        ({K: {"C4": " mars\xa02027 "}}, ("candidates", 0, "start"), "2027-03"),
        ({K: {"C4": "03.2027"}}, ("candidates", 0, "start"), "2027-03"),
        ({K: {"E4": " office-1\xa0"}}, ("candidates", 0, "practice"), "office-1"),
        ({K: {"B4": "\xa0 Kandidat  1\r\n"}}, ("candidates", 0, "name"), "Kandidat  1"),
        ({K: {"B4": 2026}}, ("candidates", 0, "name"), "2026"),
        ({K: {"I4": "9,6"}}, ("candidates", 0, "credited", "open_practice"), 9.6),
        ({K: {"I4": " 12,5 "}}, ("candidates", 0, "credited", "open_practice"), 12.5),
        ({K: {"H4": "80 %"}}, ("candidates", 0, "percent", 0, "percent"), 80),
        (shown_as(K, "H4", 0.29, "0%"), ("candidates", 0, "percent", 0, "percent"), 29),
        (shown_as(K, "H4", 0.600000024, "0%"), ("candidates", 0, "percent", 0, "percent"), 60),
        (shown_as(K, "H4", 0.375, "0.0%"), ("candidates", 0, "percent", 0, "percent"), 37.5),
        ({K: {"H4": "53,33"}}, ("candidates", 0, "percent", 0, "percent"), 53.33),
        ({"Felles tak": {"E4": "1\xa0000"}}, ("limits", 0, "percent", 0, "percent"), 1000),
        ({"Rotasjoner": {"I4": "X"}}, ("rotations", 0, "base"), True),
        ({"Rotasjoner": {"I4": True}}, ("rotations", 0, "base"), True),
        ({"Rotasjoner": {"I5": 0}}, ("rotations", 1, "base"), False),
        ({"Rotasjoner": {"M6": "mars; sept."}}, ("rotations", 2, "starts"), [3, 9]),
        ({"Rotasjoner": {"M6": 3}}, ("rotations", 2, "starts"), [3]),
        ({"Rotasjoner": {"C5": "Egen Praksis"}}, ("rotations", 1, "mix"), {"practice": 80, "clinic": 20}),
        ({"Læringsarenaer": {"D7": "Institution"}}, ("arenas", 3, "service"), "institution"),
        ({K: {"N5": "Ferdig "}}, ("candidates", 1, "group"), "done"),
        ({K: {"M4": 55}}, ("candidates", 0, "goals_done"), "055"),
        ({K: {"M4": "-"}}, ("candidates", 0, "goals_done"), ""),
        ({K: {"X4": "gp\ngp80;hospital,"}}, ("candidates", 0, "allowed"), ["gp", "gp80", "hospital"]),
        (shown_as(K, "A5", 7, "000"), ("candidates", 1, "id"), "007"),
        (shown_as(K, "A5", 7, "@"), ("candidates", 1, "id"), "7"),
        ({K: {"A5": "007"}}, ("candidates", 1, "id"), "007"),
        ({K: {"B4": "=cmd|'/c calc'!A1"}}, ("candidates", 0, "name"), None),
    ],
)
def test_what_is_understood(edit: Edit, path: tuple[str | int, ...], value: Any) -> None:
    if value is None:  # typed into a spreadsheet it is a formula, and one that has no value
        assert [problem.code for problem in problems_of(edited(edit))] == ["workbook-formula"]
        return
    node: Any = tree_of(edited(edit))
    for part in path:
        node = node[part]
    assert node == value
    assert type(node) is type(value)


@pytest.mark.parametrize(
    ("text", "month"),
    [
        ("2027-3", "2027-03"),
        ("2027/03", "2027-03"),
        ("2027.03", "2027-03"),
        ("2027-03-15", "2027-03"),
        ("2027-03-15 00:00:00", "2027-03"),
        ("1.3.2027", "2027-03"),
        ("3/2027", "2027-03"),
        ("mar. 2027", "2027-03"),
        ("March 2027", "2027-03"),
        ("1. mars 2027", "2027-03"),
        ("desember 2027", "2027-12"),
        ("okt 2027", "2027-10"),
        ("2027 mai", "2027-05"),
        ("ju 2027", None),
        ("jun 2027", "2027-06"),
        ("2027-13", None),
        ("mars 27", None),
        ("2027", None),
        ("x" * 100, None),
    ],
)
def test_months_in_many_spellings(text: str, month: str | None) -> None:
    assert month_from_text(text) == month


def test_notes_of_all_kinds_are_left_alone() -> None:
    def edit(book: Workbook) -> None:
        book[K]["AD3"], book[K]["AD4"] = "# telefon", "ring henne"
        book[K]["AD3"], book[K]["AD5"] = "Merknad 2", "=1+1"
        book["Rotasjoner"]["R4"] = "vår egen"
        book["Rotasjoner"]["R40"] = "bare en merknad"
        book.create_sheet("# Kladd")["A1"] = "hva som helst"
        book.create_sheet("Notater")["A1"] = "hva som helst"
        book.create_sheet("Ark1")

    data = edited(edit)
    assert problems_of(data) == ()
    assert read_workbook(data).problems == ()
    assert tree_of(data) == FileInstance.model_validate(FULL).tree()


def test_columns_may_be_moved_rows_left_out_and_titles_changed_to_english_or_keys() -> None:
    def edit(book: Workbook) -> None:
        sheet = book[K]
        sheet.move_range("C3:C5", cols=40)
        sheet["A3"], sheet["B3"], sheet["E3"] = "ID", "name", " Practice:"
        sheet.move_range("A5:AQ5", rows=4)
        sheet.insert_rows(1, 5)
        book["Permisjon"].title = "leave"
        book.move_sheet("Veiledere", offset=-9)

    assert tree_of(edited(edit)) == FileInstance.model_validate(FULL).tree()


def test_hidden_rows_columns_and_sheets_are_read_and_remarked_upon() -> None:
    def edit(book: Workbook) -> None:
        book[K].row_dimensions[5].hidden = True
        book[K].column_dimensions["I"].hidden = True
        book["Ønsker"].sheet_state = "hidden"

    instance = read_instance(read_workbook(edited(edit)))
    assert list(instance.candidates) == ["A01", "A02"]
    assert [(remark.code, remark.cell) for remark in instance.remarks] == [
        ("workbook-hidden-rows", "ALIS!A5"),
        ("workbook-hidden-columns", "ALIS!I3"),
        ("workbook-hidden-sheet", "Ønsker"),
    ]


def test_a_strange_sheet_is_remarked_upon() -> None:
    def edit(book: Workbook) -> None:
        book.create_sheet("Budsjett")["A1"] = 1

    remarks = read_instance(read_workbook(edited(edit))).remarks
    assert [(remark.code, remark.cell) for remark in remarks] == [("workbook-sheet-ignored", "Budsjett")]


def test_a_formula_with_a_stored_value_counts_as_its_value() -> None:
    memory = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(good())) as old, zipfile.ZipFile(memory, "w") as new:
        for info in old.infolist():
            content = old.read(info)
            if info.filename == "xl/worksheets/sheet3.xml":
                content, n = re.subn(rb'(<c r="H4"[^>]*>)<v>80</v>', rb"\1<f>40+30</f><v>70</v>", content)
                assert n == 1
            new.writestr(info.filename, content)
    assert tree_of(memory.getvalue())["candidates"][0]["percent"][0] == {"percent": 70}


def test_protected_sheets_are_read() -> None:
    def edit(book: Workbook) -> None:
        book[K].protection.sheet = True
        book[K].protection.password = "hemmelig"
        book.security = WorkbookProtection(lockStructure=True)

    assert tree_of(edited(edit)) == FileInstance.model_validate(FULL).tree()


@pytest.mark.parametrize(
    "name", ["=cmd|'/c calc'!A1", "<script>alert(1)</script>", "Å" * 200, "+1", "@a", "http://a.no"]
)
def test_dangerous_names_are_plain_text(name: str) -> None:
    tree = {**FULL, "candidates": [{**FULL["candidates"][0], "name": name}, FULL["candidates"][1]]}
    data = to_workbook(FileInstance.model_validate(tree))
    cell = load_workbook(io.BytesIO(data))[K]["B4"]
    assert (cell.value, cell.data_type, cell.hyperlink) == (name, "s", None)
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        people = package.read("xl/worksheets/sheet3.xml")
    assert b"<f>" not in people.split(b"<dataValidations")[0].split(b"<conditionalFormatting")[0]
    assert tree_of(data)["candidates"][0]["name"] == name


def test_the_commands_take_a_workbook(tmp_path: Path) -> None:
    path = tmp_path / "inn.xlsx"
    path.write_bytes(good())
    result = CliRunner().invoke(main, ["check", str(path)])
    assert (result.exit_code, result.stdout) == (0, "")
    assert path.read_bytes() == good()


# --- the template


@cache
def template_bytes() -> bytes:
    return to_workbook(load_tree(bundled_instance_path()))


@cache
def template() -> Workbook:
    return load_workbook(io.BytesIO(template_bytes()))


def test_one_row_over_time_leaves_the_template_s_places_in_the_months_before() -> None:
    """Læringsarenaer row 4 is the template, office-2 has no places of its own; from 2028-01 it has none."""
    book = edited({"Læringsarenaer": {"J4": 1}, "Arenaer over tid": {"A4": "office-2", "B4": "2028-01", "D4": 0}})
    tree = read_workbook(book)
    instance = read_instance(tree)
    steps = instance.arenas["office-2"].places
    assert steps is not None
    assert [steps.at(parse_month(month)) for month in ("2026-09", "2027-12", "2028-01")] == [1, 1, 0]
    assert instance.remarks == ()
    again = to_workbook(FileInstance.model_validate(tree))
    assert tree_of(again) == tree_of(book)


def test_room_that_begins_late_is_remarked_upon_with_its_cell() -> None:
    edit = {"Læringsarenaer": {"J8": None}, "Arenaer over tid": {"A4": "hospital", "B4": "2028-01", "D4": 2}}
    (remark,) = read_instance(read_workbook(edited(edit))).remarks
    assert (remark.code, remark.cell, remark.row) == ("begins-late", "'Arenaer over tid'!D4", "hospital")


def test_the_template_guides_the_hand() -> None:
    book = template()
    assert book.sheetnames[:3] == ["Les meg", "Plan", "ALIS"]
    assert book["Lister"].sheet_state == "hidden"
    names = set(book.defined_names)
    assert {
        "choices_rotations",
        "choices_arenas",
        "choices_supervisors",
        "choices_arenas_service",
        "choices_months",
    } <= names
    assert {"choices_groups_or_free", "choices_arenas_or_practice", "choices_yes_no"} <= names
    for sheet in book.worksheets:
        if sheet.title not in ("Les meg", "Lister"):
            assert sheet.freeze_panes in {"B4", "C4"}, sheet.title
            assert sheet.page_setup.orientation == "landscape"


def validation(book: Workbook, sheet: str, cell: str) -> DataValidation:
    (found,) = (one for one in book[sheet].data_validations.dataValidation if cell in one.sqref)
    return found


def test_every_cell_has_its_drop_down_or_limit_and_a_hint() -> None:
    book = template()
    percent = validation(book, K, "H30")
    assert (percent.type, percent.formula1, percent.formula2) == ("decimal", "0", "100")
    assert percent.showErrorMessage
    assert validation(book, K, "N4").formula1 == "choices_groups_or_free"
    assert validation(book, "Ønsker", "B100").formula1 == "choices_rotations"
    assert validation(book, "Rotasjoner", "C4").formula1 == "choices_arenas_or_practice"
    assert validation(book, "Læringsarenaer", "D9").formula1 == "choices_arenas_service"
    month = validation(book, "Permisjon", "B4")
    assert (month.formula1, month.showErrorMessage) == ("choices_months", False)  # mars 2027 is welcome too
    for sheet in book.worksheets:
        for one in sheet.data_validations.dataValidation:
            assert one.prompt
            assert one.promptTitle
            assert len(one.prompt) <= 255


def test_months_and_ids_are_text_cells() -> None:
    book = template()
    for sheet, cell in ((K, "A4"), (K, "C4"), ("Permisjon", "B4"), ("Plan", "B5"), ("Veiledningsgrupper", "B4")):
        assert book[sheet][cell].number_format == "@"
    assert book[K].column_dimensions["C"].number_format == "@"


def test_the_months_of_the_drop_down_surround_the_horizon() -> None:
    lists = load_workbook(io.BytesIO(template_bytes()), data_only=True)["Lister"]
    column = next(column for column in lists.iter_cols(values_only=True) if column[0] == "choices_months")
    months = [value for value in column[1:] if value]
    assert (months[0], months[48], months[-1]) == ("2022-09", "2026-09", "2036-08")


@pytest.mark.parametrize(
    ("lang", "title", "said"),
    [
        ("nb", "Permisjon", "Arket «Permisjon» mangler."),
        ("nb", "Ønsker", "Arket «Ønsker» mangler."),
        ("nb", "Regler", "Arket «Regler» mangler."),
        ("en", "Leave", "The sheet “Leave” is missing."),
    ],
)
def test_a_sheet_that_somebody_has_deleted_is_remarked_upon(lang: Language, title: str, said: str) -> None:
    """The workbook was written with it, and says so in its read-me; one that its owner has put together does not."""
    book = load_workbook(io.BytesIO(to_workbook(FileInstance.model_validate(FULL), lang)))
    assert read_instance(read_workbook(saved(book))).remarks == ()
    del book[title]
    (remark,) = read_instance(read_workbook(saved(book))).remarks
    assert remark.code == "workbook-sheet-deleted"
    assert remark.sentence(lang).startswith(said)
    del book["Les meg" if lang == "nb" else "Read me"]
    assert read_instance(read_workbook(saved(book))).remarks == ()


def test_a_sheet_that_cannot_be_read_is_not_called_missing_as_well() -> None:
    book = load_workbook(io.BytesIO(good()))
    book["Permisjon"].title = "Permisjn"
    with pytest.raises(InputError) as caught:
        read_instance(read_workbook(saved(book)))
    assert [problem.code for problem in caught.value.problems] == ["workbook-sheet-unknown"]
    assert "workbook-sheet-deleted" not in [problem.code for problem in read_workbook(saved(book)).problems]


@pytest.mark.parametrize(
    ("cell", "date", "number_format", "meant"),
    [
        ("I4", datetime.datetime(2026, 6, 9), "dd\\.mmm", "9,6"),
        ("I4", datetime.datetime(2026, 6, 9), "yyyy\\-mm\\-dd", "9,6"),
        ("I4", datetime.datetime(2026, 6, 9), "m/d/yyyy", "6,9"),
        ("I4", datetime.datetime(1985, 1, 1), "[$-414]mmm\\.yy;@", "1,85"),
        ("I4", datetime.time(9, 6), "hh:mm", "9,06"),
        ("H4", datetime.datetime(2026, 5, 12), "d.m", "12,5"),
        ("M4", datetime.datetime(2026, 8, 1), "d.m", "1-8"),
        ("A4", datetime.datetime(2026, 4, 3), "dd.mm.yyyy", "3-4"),
    ],
)
def test_what_a_spreadsheet_made_a_date_of_is_told(cell: str, date: Any, number_format: str, meant: str) -> None:
    """With what was typed, as the language of the file writes it."""
    told = [problem for problem in problems_of(edited(shown_as(K, cell, date, number_format))) if problem.cell]
    (problem,) = (one for one in told if one.code == "workbook-became-a-date")
    assert problem.cell == f"{K}!{cell}"
    assert f"trolig {meant}." in problem.sentence("nb")
    assert "00:00" not in problem.sentence("nb")


def test_what_was_meant_stands_as_a_list_where_a_list_belongs() -> None:
    """Calendar months 3 and 9, typed with a point between them."""
    book = load_workbook(io.BytesIO(good()))
    (column,) = (cell.column_letter for cell in book["Rotasjoner"][3] if cell.value == "Startmåneder")
    edit = shown_as("Rotasjoner", f"{column}5", datetime.datetime(2026, 9, 3), "d.m")
    assert [problem.sentence("nb") for problem in problems_of(edited(edit)) if "trolig 3, 9." in problem.sentence("nb")]


@pytest.mark.parametrize(
    ("cell", "content", "told"),
    [
        ("D4", datetime.datetime(2027, 1, 15), True),
        ("D4", datetime.datetime(2027, 1, 1), False),
        ("D4", "15.01.2027", True),
        ("D4", "januar 2027", False),
        ("E4", datetime.datetime(2027, 2, 14), True),
        ("E4", datetime.datetime(2027, 2, 28), False),
        ("E4", "2027-02-28", False),
        ("E4", "2027-02-27", True),
        ("D4", "1. januar 2027", False),
        ("D4", "2. januar 2027", True),
    ],
)
def test_a_day_that_is_not_read_is_remarked_upon(cell: str, content: Any, told: bool) -> None:
    """A wish from mid-month holds for all of it; the first day of it, or the last at its end, says no more."""
    months = {"D4": "2027-01", "E4": "2027-02", cell: content}
    instance = read_instance(read_workbook(edited({"Ønsker": months})))
    remarks = [one for one in instance.remarks if one.code == "workbook-day-dropped"]
    assert [one.cell for one in remarks] == ([f"Ønsker!{cell}"] if told else [])
    month = "januar 2027" if cell == "D4" else "februar 2027"
    assert all(month in one.sentence("nb") for one in remarks)


def test_a_workbook_with_the_former_words_is_read_as_before() -> None:
    """Sheets, columns and words in cells that are called something else today."""

    def former(book: Workbook) -> None:
        sheet = book[K]
        sheet.title = "Kandidater"
        (credited,) = (cell for cell in sheet[3] if cell.value == "Fra før: åpen praksis")
        credited.value = "Godskrevet åpen praksis"
        sheet.cell(4, credited.column, 12)
        book["Plan"]["B7"] = "utsettelse, ønsker"

    tree = tree_of(edited(former))
    assert tree["candidates"][0]["credited"]["open_practice"] == 12
    assert tree["objective"]["order"] == ["delay", "wishes"]
