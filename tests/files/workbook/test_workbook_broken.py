"""Fifty and more broken workbooks, each with one defect: the right code, in the right cell, and exit code 3."""

from __future__ import annotations

import datetime
import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from openpyxl import Workbook, load_workbook

from scheduler.cli import main
from scheduler.files.schema import FileInstance
from scheduler.files.workbook.write import to_workbook
from scheduler.instance.problems import REMARKS, codes
from scheduler.report.workbook import write_workbook
from scheduler.texts import LANGUAGES
from tests.helpers.tiny import make, planned
from tests.helpers.workbooks import FULL, Edit, edited, good, problems_of, saved

K = "ALIS"
DATE = datetime.datetime(2027, 3, 1)


def cells(sheet: str, **values: Any) -> Edit:
    return {sheet: values}


def copied(book: Workbook) -> None:
    book.copy_worksheet(book[K]).title = "ALIS (2)"


def english_twin(book: Workbook) -> None:
    book.copy_worksheet(book[K]).title = "Candidates"


def misspelt_sheet(book: Workbook) -> None:
    book["Ønsker"].title = "Ønskr"


def merged(book: Workbook) -> None:
    book["Permisjon"]["A5"] = "A02"
    book["Permisjon"]["B5"] = "2028-01"
    book["Permisjon"]["C5"] = "2028-02"
    book["Permisjon"].merge_cells("A4:A5")


def no_start_column(book: Workbook) -> None:
    book[K].delete_cols(3)


def no_titles(book: Workbook) -> None:
    book["Rotasjoner"].delete_rows(3)


def strict(data: bytes) -> bytes:
    """The workbook as Excel saves it under its other file type that ends in .xlsx."""
    memory = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(memory, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            for usual, other in STRICT_NAMES.items():
                content = content.replace(usual, other)
            new.writestr(name, content)
    return memory.getvalue()


STRICT_NAMES = {
    b"http://schemas.openxmlformats.org/spreadsheetml/2006/main": b"http://purl.oclc.org/ooxml/spreadsheetml/main",
    b"http://schemas.openxmlformats.org/officeDocument/2006/": b"http://purl.oclc.org/ooxml/officeDocument/",
}


def no_sheets(book: Workbook) -> None:
    for number, sheet in enumerate(book.worksheets):
        sheet.title = f"Budsjett 20{number:02d}"


def finished_plan(book: Workbook) -> None:
    """A workbook with a grid on the sheet Plan, and sheets that are called the same as some of ours."""
    for title in ("ALIS", "Læringsarenaer"):
        del book[title]
    book["Plan"].delete_rows(3)
    book["Plan"]["A3"] = "2026-09"


def without(*titles: str) -> Edit:
    def edit(book: Workbook) -> None:
        for title in titles:
            del book[title]

    return edit


def emptied(title: str) -> Edit:
    """A sheet of which only the titles are left."""

    def edit(book: Workbook) -> None:
        book[title].delete_rows(4, 50)

    return edit


def renamed(title: str, to: str) -> Edit:
    def edit(book: Workbook) -> None:
        book[title].title = to

    return edit


def no_horizon(book: Workbook) -> None:
    book["Plan"]["B5"] = None


def hidden_row(book: Workbook) -> None:
    book[K]["C5"] = "snart"
    book[K].row_dimensions[5].hidden = True


def formatted(sheet: str, cell: str, value: Any, number_format: str) -> Edit:
    def edit(book: Workbook) -> None:
        book[sheet][cell] = value
        book[sheet][cell].number_format = number_format

    return edit


SIXTH = datetime.datetime(2027, 9, 6)
TWICE_ABSENT = {
    **{"A4": "A01", "C4": "2028-02-15", "D4": "2028-02-16"},
    **{"A5": "A01", "C5": "2028-02-16", "D5": "2028-02-20"},
}
BROKEN: list[tuple[str, str, Edit]] = [
    # months
    ("workbook-not-a-month", "ALIS!C4", cells(K, C4="snart")),
    ("workbook-not-a-month", "ALIS!C4", cells(K, C4="2027-13")),
    ("workbook-not-a-month", "ALIS!D5", cells(K, D5=17)),
    ("workbook-not-a-month", "Permisjon!B4", cells("Permisjon", B4="13.2027")),
    ("workbook-not-a-day", "Fravær!C4", cells("Fravær", A4="A01", C4="snart", D4="2027-03-20")),
    ("workbook-not-a-day", "Fravær!D4", cells("Fravær", A4="A01", C4="2027-02-15", D4="31.02.2027")),
    ("workbook-became-a-date", "Fravær!B4", cells("Fravær", A4="A01", B4=SIXTH, C4="2027-02-15", D4="2027-02-16")),
    ("absence-overlap", "Fravær!A5", cells("Fravær", **TWICE_ABSENT)),
    ("month-range", "ALIS!Y4", cells(K, Y4="2201-01")),
    ("from-after-to", "Permisjon!B4", cells("Permisjon", B4="mars 2027")),
    ("missing-key", "Permisjon!C4", cells("Permisjon", C4=None)),
    ("missing-key", "ALIS!C4", cells(K, C4=None)),
    ("missing-key", "Plan!B5", no_horizon),
    # numbers
    ("workbook-not-a-number", "ALIS!H4", cells(K, H4="åtti")),
    ("workbook-not-a-number", "ALIS!I4", cells(K, I4="1.000")),
    ("number-range", "ALIS!H4", cells(K, H4=101)),
    ("number-range", "Rotasjoner!F5", cells("Rotasjoner", F5=0)),
    ("not-a-whole-number", "Læringsarenaer!J8", cells("Læringsarenaer", J8="1,5")),
    ("too-many-decimals", "Krav!D4", cells("Krav", D4=1.00001)),
    ("workbook-not-a-number", "Plan!B6", cells("Plan", B6="mange")),
    ("schema-version", "Plan!B8", cells("Plan", B8=2)),
    # words
    ("workbook-not-yes-no", "Rotasjoner!I4", cells("Rotasjoner", I4="kanskje")),
    ("workbook-not-a-choice", "Læringsarenaer!D7", cells("Læringsarenaer", D7="annen allmentjeneste")),
    ("unknown-objective", "Plan!B7", cells("Plan", B7="forsinkelse, ønske")),
    ("bad-goals", "ALIS!M4", cells(K, M4="001, x")),
    ("unknown-goal", "Læringsarenaer!F7", cells("Læringsarenaer", F7="001-089")),
    ("text-too-long", "ALIS!B4", cells(K, B4="x" * 201)),
    ("control-character", "ALIS!A5", cells(K, A5="A\u200b02")),
    # text that the spreadsheet made something else of
    ("workbook-id-number", "ALIS!A5", formatted(K, "A5", 7, "General")),
    ("workbook-became-a-date", "ALIS!M4", formatted(K, "M4", DATE, "d.m")),
    ("workbook-not-text", "ALIS!M4", formatted(K, "M4", 55.085, "General")),
    ("workbook-became-a-date", "ALIS!B4", formatted(K, "B4", DATE, "dd.mm.yyyy")),
    ("workbook-formula", "ALIS!H4", cells(K, H4="=40+40")),
    ("workbook-formula", "Veiledningsgrupper!D4", cells("Veiledningsgrupper", D4="=SUM(A1:A9)")),
    ("workbook-cell-error", "ALIS!E4", cells(K, E4="#REF!")),
    # ids and references
    ("duplicate-id", "ALIS!A5", cells(K, A5="A01")),
    ("unknown-arena", "ALIS!E4", cells(K, E4="office-9")),
    ("unknown-group", "ALIS!N4", cells(K, N4="G28")),
    ("unknown-supervisor", "ALIS!U4", cells(K, U4="V1")),
    ("unknown-rotation", "ALIS!X4", cells(K, X4="gp; gp80; hospitl; hospital")),
    ("unknown-rotation", "Ønsker!B4", cells("Ønsker", B4="gp90")),
    ("unknown-arena", "Rotasjoner!E5", cells("Rotasjoner", E5="klinikk")),
    ("unknown-arena", "'Felles tak'!C4", cells("Felles tak", C4="clinic, hopsital")),
    ("unknown-ruleset", "Regler!B4", cells("Regler", B4="forskrift-2091")),
    ("fixed-rule", "Regler!B21", cells("Regler", B21=50)),
    ("mix-sum", "Rotasjoner!D5", cells("Rotasjoner", D5=70)),
    ("missing-key", "Rotasjoner!C7", cells("Rotasjoner", A7="ward")),
    ("fixed-on-leave", "'Låste perioder'!A4", cells("Permisjon", C4="2027-03")),
    ("finish-by-too-early", "ALIS!Y4", cells(K, Y4="2026-08")),
    ("supervisor-not-specialist", "ALIS!U4", cells(K, U4="V02")),
    ("window-order", "ALIS!C5", cells(K, D5="2026-12")),
    # rows
    ("workbook-owner-missing", "Ønsker!A5", cells("Ønsker", B5="hospital")),
    ("workbook-owner-unknown", "Ønsker!A4", cells("Ønsker", A4="A10")),
    ("workbook-step-empty", "Stillingsprosent!D5", cells("Stillingsprosent", A5="A01", B5="2029-01")),
    ("workbook-pair-half", "Rotasjoner!F5", cells("Rotasjoner", F5=None)),
    ("workbook-pair-half", "Rotasjoner!E6", cells("Rotasjoner", F6=20)),
    ("workbook-pair-twice", "Rotasjoner!E5", cells("Rotasjoner", E5="practice")),
    ("workbook-field-unknown", "Regler!A14", cells("Regler", A14="Legevakter ialt ialt")),
    ("workbook-field-untitled", "Regler!A14", cells("Regler", A14=None)),
    ("workbook-field-twice", "Regler!A15", cells("Regler", A15="Legevakter i alt", B15=3)),
    # columns and sheets
    ("workbook-column-unknown", "ALIS!X3", cells(K, X3="Stilingsprosent")),
    ("workbook-column-twice", "ALIS!X3", cells(K, X3="start")),
    ("workbook-column-untitled", "ALIS!AG5", cells(K, AG5="ring henne")),
    ("workbook-column-missing", "ALIS!A3", no_start_column),
    ("workbook-merged", "Permisjon!A4", merged),
    ("workbook-no-titles", "Rotasjoner", no_titles),
    ("workbook-sheet-unknown", "Ønskr", misspelt_sheet),
    ("workbook-sheet-unknown", "Kandidatr", renamed(K, "Kandidatr")),
    ("workbook-sheet-missing", "Stillingsprosent!A4", without(K)),
    ("workbook-sheet-twice", "'ALIS (2)'", copied),
    ("workbook-sheet-twice", "Candidates", english_twin),
]
SEVERAL = {"workbook-merged": 2}
"""Defects of which more follows: an owner that a merged cell swallowed."""


@pytest.mark.parametrize(("code", "cell", "edit"), BROKEN, ids=[f"{code}@{cell}" for code, cell, _ in BROKEN])
def test_one_defect_is_told_with_its_cell(code: str, cell: str, edit: Edit) -> None:
    problems = problems_of(edited(edit))
    assert (code, cell) in [(problem.code, problem.cell) for problem in problems]
    assert len(problems) <= SEVERAL.get(code, 1), [problem.line() for problem in problems]
    for problem in problems:
        for lang in LANGUAGES:
            line = problem.line(lang)
            assert len(line) < 1200
            assert problem.code == "not-a-list" or not {"{", "}"} & set(line.replace('{from = "2027-01"', ""))
        assert problem.as_dict()["cell"] == problem.cell


@pytest.mark.parametrize("away", [without, emptied])
@pytest.mark.parametrize(
    ("title", "sheets"),
    [
        (K, "Stillingsprosent, Permisjon, Låste perioder, Ønsker"),
        ("Rotasjoner", "Krav, ALIS, Låste perioder, Ønsker"),
        ("Læringsarenaer", "Rotasjoner, Felles tak, Reservasjoner, ALIS, Arenaer over tid"),
        ("Veiledningsgrupper", "ALIS"),
        ("Veiledere", "ALIS"),
        ("Felles tak", "Felles tak over tid"),
    ],
)
def test_a_sheet_that_is_gone_is_told_once_with_those_that_refer_to_it(
    title: str, sheets: str, away: Callable[[str], Edit]
) -> None:
    over_time = load_workbook(io.BytesIO(edited({
        "Arenaer over tid": {"A4": "hospital", "B4": "2028-01", "D4": 2},
        "Felles tak over tid": {"A4": "all", "B4": "2028-01", "D4": 2},
    })))  # fmt: skip
    edit = away(title)
    assert callable(edit)
    edit(over_time)
    (problem,) = problems_of(saved(over_time))
    assert problem.code == "workbook-sheet-missing"
    assert (problem.fields["sheet"], problem.fields["sheets"]) == (title, sheets)
    assert problem.sentence() == f"Arket «{title}» mangler eller er tomt, men {sheets} viser til det."


def in_english(edit: Callable[[Workbook], None]) -> bytes:
    """The good workbook written in English, and edited."""
    book = load_workbook(io.BytesIO(to_workbook(FileInstance.model_validate(FULL), "en")))
    edit(book)
    return saved(book)


def cleared_titles(book: Workbook) -> None:
    book["Rotations"].delete_rows(3)


def other_column(book: Workbook) -> None:
    book["Candidates"]["C3"] = "Begins"


def test_what_is_missing_is_named_in_the_language_of_the_workbook_whoever_reads_the_message() -> None:
    """An English workbook read with Norwegian messages, and the other way round."""

    def gone(book: Workbook) -> None:
        del book["Candidates"]

    (problem,) = problems_of(in_english(gone))
    assert problem.sentence("nb").startswith("Arket «Candidates» mangler eller er tomt, men Percent")
    (problem,) = problems_of(edited(without(K)))
    assert problem.sentence("en").startswith("The sheet “ALIS” is missing or empty, but it is referred to by")


@pytest.mark.parametrize(
    ("edit", "code", "said"),
    [
        (cleared_titles, "workbook-no-titles", "Arket «Rotations» mangler raden med kolonnetitler (Id"),
        (other_column, "workbook-column-unknown", "Kolonnen «Begins» er ukjent. Kolonnene er: Id, Name, Start,"),
        (other_column, "workbook-column-missing", "Kolonnen «Start» mangler"),
    ],
)
def test_columns_are_named_in_the_language_of_the_workbook(
    edit: Callable[[Workbook], None], code: str, said: str
) -> None:
    found = {problem.code: problem.sentence("nb") for problem in problems_of(in_english(edit))}
    assert found[code].startswith(said), found[code]


def test_nobody_to_plan() -> None:
    lists = ("Stillingsprosent", "Permisjon", "Låste perioder", "Ønsker")
    for edit in (without(K, *lists), emptied(K)):
        book = load_workbook(io.BytesIO(edited(edit)))
        for title in set(lists) & set(book.sheetnames):
            del book[title]
        (problem,) = problems_of(saved(book))
        assert (problem.code, problem.place) == ("no-candidates", "candidates")


@pytest.mark.parametrize("title", ["Stillingsprosent", "Permisjon", "Ønsker", "Felles tak", "Reservasjoner", "Krav"])
def test_a_sheet_that_nobody_refers_to_may_be_missing(title: str) -> None:
    assert problems_of(edited(without(title))) == ()


def test_there_are_fifty() -> None:
    assert len(BROKEN) >= 50


@pytest.mark.parametrize("number", range(0, len(BROKEN), 9))
def test_the_command_says_so_and_ends_with_three(tmp_path: Path, number: int) -> None:
    code, cell, edit = BROKEN[number]
    path = tmp_path / "inn.xlsx"
    data = edited(edit)
    path.write_bytes(data)
    result = CliRunner().invoke(main, ["check", "--json", str(path)])
    assert result.exit_code == 3
    found = [(problem["code"], problem["cell"]) for problem in json.loads(result.stdout)["problems"]]
    assert (code, cell) in found
    assert f"  {cell}" in result.stderr
    assert CliRunner().invoke(main, ["plan", str(path), "-o", str(tmp_path / "ut")]).exit_code == 3
    assert CliRunner().invoke(main, ["convert", str(path), str(tmp_path / "b.json")]).exit_code in (0, 3)
    assert path.read_bytes() == data
    assert not (tmp_path / "ut").exists()


def test_several_defects_come_at_once() -> None:
    edit = {K: {"C4": "snart", "E5": "office-9", "X3": "Telefon"}, "Ønsker": {"A4": "A10"}, "Plan": {"B6": 0}}
    found = {(problem.code, problem.cell) for problem in problems_of(edited(edit))}
    assert found == {
        ("workbook-not-a-month", "ALIS!C4"),
        ("unknown-arena", "ALIS!E5"),
        ("workbook-column-unknown", "ALIS!X3"),
        ("workbook-owner-unknown", "Ønsker!A4"),
        ("number-range", "Plan!B6"),
    }


@pytest.mark.parametrize(
    ("edit", "nearest"),
    [
        (cells(K, X3="Stilingsprosent"), "Stillingsprosent"),
        (cells("Læringsarenaer", D7="instusjon"), "institusjon"),
        (cells(K, E4="ofice-1"), "office-1"),
        (cells("Ønsker", A4="A1"), "A01"),
        (cells("Ønsker", A4="kandidat 1"), "A01"),
        (cells("Permisjon", A4="Kandidat  1"), "A01"),
        (cells("Stillingsprosent", A4="Kandidat 1"), "A01"),
        ({"Læringsarenaer": {"C7": "Klinikken"}, **cells("Arenaer over tid", A4="klinikken", D4=1)}, "clinic"),
        (cells("Regler", A14="Legevakter ialt ialt"), "Legevakter i alt"),
        (misspelt_sheet, "Ønsker"),
    ],
)
def test_the_nearest_spelling_is_suggested(edit: Edit, nearest: str) -> None:
    assert [problem.nearest for problem in problems_of(edited(edit))] == [nearest]


def test_a_name_that_two_bear_is_told_with_both() -> None:
    problem, *_ = problems_of(edited({K: {"B5": "Kandidat 1"}, "Ønsker": {"A4": "Kandidat 1"}}))
    assert (problem.code, problem.cell, problem.nearest) == ("name-of-several", "Ønsker!A4", None)
    assert "A01, A02" in problem.sentence()
    (problem,) = problems_of(edited(cells("Arenaer over tid", A4="Office", B4="2028-01", D4=1)))
    assert (problem.code, problem.fields["allowed"]) == ("name-of-several", "office-1, office-2")  # by their template


def test_a_missing_value_is_called_what_the_sheet_calls_it() -> None:
    (problem,) = problems_of(edited(cells(K, C4=None)))
    assert problem.line("nb") == "ALIS!C4 (A01): Feltet «Start» mangler."


def test_the_other_row_is_named_by_its_cell() -> None:
    (problem,) = problems_of(edited(cells(K, A5="A01")))
    assert problem.fields["first"] == "ALIS!A4"


def test_a_problem_nobody_sees_is_said_to_be_hidden() -> None:
    (problem,) = problems_of(edited(hidden_row))
    assert problem.cell == "ALIS!C5"
    assert problem.line("nb").startswith("ALIS!C5 (A02), skjult i arbeidsboken: ")


# --- files that are no workbooks of ours


def zipped(**parts: bytes) -> bytes:
    memory = io.BytesIO()
    with zipfile.ZipFile(memory, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in parts.items():
            package.writestr(name.replace("__", "/").replace("_xml", ".xml"), content)
    return memory.getvalue()


def with_part(pattern: bytes, by: bytes, part: str = "xl/worksheets/sheet3.xml") -> bytes:
    """The good workbook with one of its parts changed."""
    memory = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(good())) as old, zipfile.ZipFile(memory, "w", zipfile.ZIP_DEFLATED) as new:
        for info in old.infolist():
            content = old.read(info)
            if info.filename == part:
                assert pattern in content
                content = content.replace(pattern, by, 1)
            new.writestr(info.filename, content)
    return memory.getvalue()


def with_garbled(part: str = "xl/worksheets/sheet3.xml") -> bytes:
    """The good workbook with one of its parts packed in a way that cannot be unpacked."""
    data = bytearray(good())
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        info = package.getinfo(part)
    begin = info.header_offset + 30 + len(part)
    data[begin : begin + 8] = b"\xff" * 8
    return bytes(data)


LAUGHS = b"<!DOCTYPE a [<!ENTITY b 'x'>" + b"".join(
    f"<!ENTITY b{n} '{f'&b{n - 1};' * 20}'>".encode() for n in range(1, 12)
).replace(b"&b0;", b"&b;")
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600

FILES = [
    ("a.xlsx", b"", "file-empty"),
    ("a.xlsx", b"not a workbook", "workbook-damaged"),
    ("a.xlsx", b"PK\x03\x04", "workbook-damaged"),
    ("a.xlsx", lambda: good()[:5_000], "workbook-damaged"),
    ("a.xlsx", with_garbled, "workbook-damaged"),
    ("a.xlsx", OLE + "EncryptedPackage".encode("utf-16-le"), "workbook-encrypted"),
    ("a.xlsx", OLE, "workbook-old-format"),
    ("a.xls", OLE, "workbook-old-format"),
    ("a.ods", b"", "workbook-old-format"),
    ("a.xlsm", b"", "workbook-old-format"),
    ("a.xlsx", zipped(mimetype=b"application/vnd.oasis.opendocument.spreadsheet"), "workbook-old-format"),
    ("a.xlsx", zipped(word__document_xml=b"<a/>"), "workbook-damaged"),
    ("a.xlsx", zipped(**{"xl__worksheets__sheet1_xml": b" " * 61_000_000}), "workbook-too-big"),
    ("a.xlsx", lambda: with_part(b"</sheetData>", b"</sheetDat>"), "workbook-damaged"),
    ("a.xlsx", lambda: with_part(b"<worksheet", LAUGHS + b"]><worksheet"), "workbook-damaged"),
    (
        "a.xlsx",
        lambda: with_part(b"</sheetData>", b'</sheetData><mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>'),
        "workbook-merged-columns",
    ),
    ("a.xlsx", lambda: strict(good()), "workbook-strict"),
    ("a.xlsx", lambda: edited(no_sheets), "workbook-not-instance"),
    ("a.xlsx", lambda: edited(finished_plan), "workbook-not-instance"),
]


@pytest.mark.parametrize(("name", "content", "code"), FILES, ids=[f"{name}-{code}" for name, _, code in FILES])
def test_a_file_that_is_no_workbook_of_ours(tmp_path: Path, name: str, content: Any, code: str) -> None:
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content())
    result = CliRunner().invoke(main, ["check", "--json", str(path)])
    assert result.exit_code == 3
    assert [problem["code"] for problem in json.loads(result.stdout)["problems"]][-1:] == [code]
    assert "Traceback" not in result.output


@pytest.mark.parametrize("asked", [["check"], ["plan"], ["explain"], ["gantt"]])
def test_what_excel_saves_as_strict_is_told_whoever_reads_it(tmp_path: Path, asked: list[str]) -> None:
    """An instance, or the plan that the chart is to be drawn of."""
    path = tmp_path / "a.xlsx"
    data = good()
    if asked == ["gantt"]:
        instance = make()
        plan = planned(instance)
        source = plan.instance.model_copy(update={"source": instance.source})
        write_workbook(instance, plan.model_copy(update={"instance": source}), path)
        data = path.read_bytes()
    path.write_bytes(strict(data))
    result = CliRunner().invoke(main, [*asked, str(path), "--lang", "en"])
    assert result.exit_code == 3
    assert "strict" in result.output.lower()


def test_a_lone_cell_far_away_does_not_take_forever() -> None:
    data = with_part(b"</sheetData>", b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>')
    (problem,) = problems_of(data)
    assert (problem.code, problem.cell) == ("workbook-column-untitled", "Plan!XFD1048576") or problem.cell is not None


def test_every_code_is_tried() -> None:
    tried = {code for code, _, _ in BROKEN} | {code for _, _, code in FILES}
    when_writing = {"workbook-cell-too-long", "workbook-cannot-hold"}
    known = {code for code in codes() if code.startswith("workbook-")}
    assert known - tried - when_writing - REMARKS == set()
