"""Rows of `practice` and `supervisor`: every spelling keeps them, and what is wrong in one is told at its place."""

from pathlib import Path
from typing import Any

import pytest

from scheduler.files import InputError, load_tree
from scheduler.files.schema import FileInstance
from scheduler.files.workbook.write import to_workbook
from scheduler.files.write import to_json, to_toml
from tests.helpers.tiny import make, person

ROWS: dict[str, Any] = {
    "practice": [{"practice": "office-01", "to": "2027-05"}, {"practice": "office-02", "from": "2027-06"}],
    "supervisor": [{"supervisor": "V01", "to": "2027-05"}],
}
TABLES: dict[str, Any] = {
    "arenas": {"office-02": {"service": "open_practice"}},
    "supervisors": [{"id": "V01", "places": 1}, {"id": "V02", "places": 1}],
}


@pytest.mark.parametrize("kind", ["toml", "json", "xlsx"])
def test_every_spelling_keeps_them(tmp_path: Path, kind: str) -> None:
    file = FileInstance.model_validate(make(person(**ROWS), person(), **TABLES).source)
    path = tmp_path / f"town.{kind}"
    if kind == "xlsx":
        path.write_bytes(to_workbook(file))
    else:
        path.write_text(to_json(file) if kind == "json" else to_toml(file), encoding="utf-8")
    read = load_tree(path).tree()
    assert [row.get("practice") for row in read["candidates"]] == [ROWS["practice"], "office-01"]
    assert [row.get("supervisor") for row in read["candidates"]] == [ROWS["supervisor"], None]


def test_what_is_wrong_in_a_row_is_told_there() -> None:
    wrong = person(practice=[{"practice": "office-09"}], supervisor=[{"supervisor": "V09"}])
    with pytest.raises(InputError) as caught:
        make(wrong, **TABLES)
    told = {(problem.code, problem.place) for problem in caught.value.problems}
    assert told == {
        ("unknown-arena", "candidates[0].practice[0].practice"),
        ("unknown-supervisor", "candidates[0].supervisor[0].supervisor"),
    }
