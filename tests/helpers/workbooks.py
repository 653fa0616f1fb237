"""A small workbook to take apart, and short ways of looking at what is read from one."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from openpyxl import Workbook, load_workbook
from openpyxl.formatting.formatting import ConditionalFormattingList

from scheduler.files import InputError, Problem
from scheduler.files.load import read_instance
from scheduler.files.schema import FileInstance
from scheduler.files.workbook import read_workbook
from scheduler.files.workbook.write import to_workbook
from tests.helpers.input_tree import base

Edit = Mapping[str, Mapping[str, Any]] | Callable[[Workbook], None]

FULL: dict[str, Any] = base()
FULL["candidates"][0] |= {
    "name": "Kandidat 1",
    "percent": [{"percent": 80}, {"percent": 50, "from": "2028-01", "to": "2028-12"}],
    "leave": [{"from": "2027-01", "to": "2027-02"}],
    "credited": {"open_practice": 9.6, "institution": 6.0},
    "goals_done": "001, 055",
    "group": {"id": "G27", "open_year_done": True},
    "legevakt_from": "2026-11",
    "supervisor": "V01",
    "current": {"rotation": "gp", "since": "2025-03"},
    "fixed": [{"rotation": "hospital", "from": "2027-03", "to": "2027-08"}],
    "wishes": [{"rotation": "gp80", "from": "2029-01", "to": "2029-12", "weight": 2}],
    "allowed": ["gp", "gp80", "hospital"],
    "finish_by": "2034-01",
}
FULL["rules"] = {"ruleset": "forskrift-2019", "legevakt_shifts": 30}
FULL["objective"] = {"order": ["delay", "wishes"]}


@cache
def good() -> bytes:
    """A valid workbook with something on nearly every sheet, in Norwegian."""
    return to_workbook(FileInstance.model_validate(FULL))


@cache
def lean() -> bytes:
    """The same without drop-downs and colours, which take most of the time and say nothing."""
    book = load_workbook(io.BytesIO(good()))
    del book["Lister"], book["Les meg"]
    for sheet in book.worksheets:
        sheet.data_validations.dataValidation.clear()
        sheet.conditional_formatting = ConditionalFormattingList()
    return saved(book)


def saved(book: Workbook) -> bytes:
    """The file of a workbook."""
    memory = io.BytesIO()
    book.save(memory)
    return memory.getvalue()


def edited(edit: Edit) -> bytes:
    """The valid workbook with cells changed: ``{"ALIS": {"C4": "2027-13"}}``, or by a function."""
    book = load_workbook(io.BytesIO(lean()))
    if callable(edit):
        edit(book)
    else:
        for title, cells in edit.items():
            for cell, value in cells.items():
                book[title][cell] = value
    return saved(book)


def problems_of(data: bytes) -> tuple[Problem, ...]:
    """Every problem of a workbook; none if it is valid."""
    try:
        read_instance(read_workbook(data))
    except InputError as error:
        return error.problems
    return ()


def tree_of(data: bytes) -> dict[str, Any]:
    """The tree of a workbook whose form is right."""
    tree = read_workbook(data)
    assert [problem.line() for problem in tree.problems if not problem.is_remark] == []
    return FileInstance.model_validate(tree).tree()
