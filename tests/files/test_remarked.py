"""Comments of a text file: those of the bundled example in either language, and all of them as a workbook's notes."""

from __future__ import annotations

import io
import re
import tomllib
from pathlib import Path

import openpyxl

from scheduler import texts
from scheduler.files import bundled_instance_path, load_tree, remarked
from scheduler.files.remarked import example_in, notes_of
from scheduler.files.schema import FileInstance
from scheduler.files.workbook.read import read_workbook
from scheduler.files.write import spelled
from tests.texts.test_norwegian import english_in

BUNDLED = bundled_instance_path().read_text(encoding="utf-8")
MINE = """
schema = 1  # of the file
horizon = { start = "2026-09", months = 96 }

# about all wards, parted from the row by an empty line

# a ward of ours
[[arenas]]
id = "ward"            # its id
name = "Ward # 3"      # a name with a number sign
places = [
  {places = 2},        # beside no field of the row itself
]
max_away = 1           # asked in May
"""


def test_every_comment_of_the_example_has_its_norwegian_and_no_other_has() -> None:
    rows = tomllib.loads((Path(texts.__file__).parent / remarked.EXAMPLE).read_text(encoding="utf-8"))["comments"]
    there = [comment for _, comment in remarked._parted(BUNDLED) if comment is not None]
    assert {row["en"] for row in rows} == set(there)
    assert len({row["en"] for row in rows}) == len(rows) > 100
    assert english_in([row["nb"] for row in rows]) == []
    assert not any(re.search(r"20\d\d-[01]\d", row["nb"]) for row in rows)


def test_the_example_in_norwegian_differs_in_its_comments_alone() -> None:
    told = example_in(BUNDLED, "nb")
    assert tomllib.loads(told) == tomllib.loads(BUNDLED)
    assert example_in(BUNDLED, "en") == BUNDLED
    code = [[code.rstrip() for code, _ in remarked._parted(text) if code.strip()] for text in (told, BUNDLED)]
    assert code[0] == code[1]
    assert told.count("forslag") > 90
    assert "default to edit" not in told


def test_a_comment_is_told_at_its_row_and_field() -> None:
    tree = tomllib.loads(MINE)
    assert notes_of(MINE, tree) == {
        "arenas": {0: [(None, "a ward of ours"), ("id", "its id"), ("name", "a name with a number sign"),
                       ("max_away", "asked in May")]}
    }  # fmt: skip


def test_a_comment_goes_with_its_row_and_not_with_another_value() -> None:
    tree = tomllib.loads(MINE)
    ward = {**tree["arenas"][0], "max_away": 2}
    moved = {**tree, "arenas": [{"id": "office"}, ward]}
    assert notes_of(MINE, moved)["arenas"] == {
        1: [(None, "a ward of ours"), ("id", "its id"), ("name", "a name with a number sign")]
    }
    assert notes_of(MINE, {**tree, "arenas": []}) == {}


def test_a_text_with_strings_of_several_lines_is_left_alone() -> None:
    text = MINE + '\n[[limits]]\nid = "x"  # not told\nname = """a # b"""\n'
    assert notes_of(text, tomllib.loads(text)) == {}


def test_the_workbook_of_the_example_has_the_marks_and_sources_as_notes() -> None:
    data = spelled(load_tree(bundled_instance_path()), ".xlsx", bundled_instance_path(), "nb")
    assert isinstance(data, bytes)
    book = openpyxl.load_workbook(io.BytesIO(data))
    sheet = book["Læringsarenaer"]
    (column,) = [cell.column for cell in sheet[3] if cell.value == "Merknad"]
    noted = {sheet.cell(row, 1).value: sheet.cell(row, column).value for row in range(4, sheet.max_row + 1)}
    assert noted["sykehus"].splitlines()[-1] == (
        "Plasser: forslag: to stillinger på seks måneder til Sarpsborg; regionen deler dem"
    )
    assert noted["kontor-03"] is None
    assert "forslag: den lengste utdanningen her" in str([cell.value for row in book["Plan"] for cell in row])
    everywhere = [str(cell.value) for each in book for row in each.iter_rows() for cell in row if cell.value]
    assert sum("forslag" in said for said in everywhere) > 60
    assert not any("A06 · permisjon" in said for said in everywhere)  # nothing is said of persons
    assert FileInstance.model_validate(read_workbook(data)) == load_tree(bundled_instance_path())
