"""Typing into the tables of an instance, and what is different between two versions of them."""

from __future__ import annotations

from typing import Any

import pytest

from scheduler.files.schema import FileInstance
from scheduler.files.table_book import workbook_of
from scheduler.files.table_edits import RowChange, as_shown, carried, differences, with_cells, without_blanks
from scheduler.files.tables import Tables, as_data, from_data, tables_of, tree_of
from scheduler.files.workbook import read_workbook
from tests.helpers.tiny import make, months, person


def tables(**fields: Any) -> Tables:
    people = [person(leave=[months("2027-05", "2027-06")]), person(leave=[months("2027-07", "2027-08")])]
    instance = make(*people, **fields)
    return tables_of(FileInstance.model_validate(instance.source))


def rows(given: Tables, sheet: str) -> list[dict[str, Any]]:
    return [dict(row) for row in given[sheet].rows]


@pytest.mark.parametrize(
    ("typed", "content"),
    [
        *(("80", 80), ("62,5", 62.5), ("62.5", 62.5), (" 7 ", 7), ("1.500", "1.500"), ("007", "007"), ("", None)),
        *(("åtti", "åtti"), ("80 %", "80 %"), ("-3", "-3"), ("1e3", "1e3")),
    ],
)
def test_what_is_typed_into_a_column_of_numbers(typed: str, content: object) -> None:
    edited = with_cells(tables(), "candidates", {(0, "percent.percent"): typed})
    assert rows(edited, "candidates")[0].get("percent.percent") == content


def test_an_id_that_looks_like_a_number_stays_text() -> None:
    edited = with_cells(tables(), "candidates", {(0, "id"): "7"})
    assert rows(edited, "candidates")[0]["id"] == "7"
    assert rows(edited, "candidates.leave")[0]["id"] == "7"


def test_a_cell_that_shows_what_it_showed_stays_as_it_is() -> None:
    before = tables()
    before["candidates"].rows[0]["allowed"] = "gp,\n ward"
    before["candidates"].rows[0]["percent.percent"] = 62.5
    shown = {(0, key): as_shown(content, "nb") for key, content in before["candidates"].rows[0].items()}
    assert shown[0, "allowed"] == "gp,, ward"
    assert shown[0, "percent.percent"] == "62,5"
    assert as_data(with_cells(before, "candidates", shown)) == as_data(before)


def test_the_tables_before_are_left_as_they_are() -> None:
    before = tables()
    kept = as_data(before)
    copied = {key: [*map(dict, one["rows"])] for key, one in kept.items()}
    with_cells(before, "candidates", {(0, "id"): "B01", (5, "id"): "B02"}, gone=[1])
    assert {key: rows(before, key) for key in before} == copied


def test_a_row_that_goes_is_blank_until_blanks_are_taken_away() -> None:
    edited = with_cells(tables(), "candidates", {}, gone=[0, 99])
    assert [row.get("id") for row in rows(edited, "candidates")] == [None, "A02"]
    assert [row["id"] for row in rows(edited, "candidates.leave")] == ["A02"]
    assert [row["id"] for row in rows(without_blanks(edited, "candidates"), "candidates")] == ["A02"]


def test_of_two_rows_with_an_id_one_that_goes_takes_nothing_along() -> None:
    twice = with_cells(tables(), "candidates", {(1, "id"): "A01"})
    assert [row["id"] for row in rows(twice, "candidates.leave")] == ["A01", "A01"]
    edited = with_cells(twice, "candidates", {}, gone=[1])
    assert len(rows(edited, "candidates.leave")) == 2


def test_of_two_rows_with_an_id_neither_is_followed() -> None:
    twice = with_cells(tables(), "candidates", {(1, "id"): "A01"})
    edited = with_cells(twice, "candidates", {(0, "id"): "B01", (1, "id"): "B02"})
    assert [row["id"] for row in rows(edited, "candidates.leave")] == ["A01", "A01"]


def test_ids_that_change_places_are_followed_by_nothing() -> None:
    """Whose leave it is cannot be told then; each keeps what stands at its id."""
    edited = with_cells(tables(), "candidates", {(0, "id"): "A02", (1, "id"): "A01"})
    assert rows(edited, "candidates.leave") == rows(tables(), "candidates.leave")


@pytest.mark.parametrize(
    ("said", "becomes"),
    [
        ("ward", "post"),
        ("gp, ward ;clinic", "gp, post ;clinic"),
        ('gp, "ward"', "gp, post"),
        ("ward-2, wards", "ward-2, wards"),
        ("ward, ward", "post, post"),
        ("–", "–"),
    ],
)
def test_an_id_in_a_list_is_followed(said: str, becomes: str) -> None:
    before = tables()
    before["candidates"].rows[0]["allowed"] = said
    edited = with_cells(before, "rotations", {(1, "id"): "post"})
    assert rows(edited, "candidates")[0]["allowed"] == becomes


def test_one_of_several_in_a_list_is_followed() -> None:
    before = tables()
    before["rotations"].rows[0]["after"] = "gp | ward, clinic"
    edited = with_cells(before, "rotations", {(1, "id"): "a|b"})
    assert rows(edited, "rotations")[0]["after"] == 'gp | "a|b", clinic'


def test_an_edited_instance_is_read_as_if_it_had_been_written_so() -> None:
    edited = with_cells(tables(), "candidates", {(0, "id"): "B01", (2, "id"): "A03", (2, "start.earliest"): "2027-03"})
    tree = tree_of(from_data(as_data(without_blanks(edited, "candidates"))))
    assert not tree.problems
    assert [row["id"] for row in tree["candidates"]] == ["B01", "A02", "A03"]
    assert tree["candidates"][0]["leave"] == [months("2027-05", "2027-06")]


def test_no_difference_where_rows_only_stand_elsewhere() -> None:
    before = tables()
    after = from_data(as_data(before))
    after["candidates"].rows.reverse()
    after["candidates.leave"].rows.reverse()
    assert differences(before, after) == {}


def test_no_difference_where_rows_of_an_owner_change_places() -> None:
    leave = {(2, "id"): "A01", (2, "leave.from"): "2028-01", (2, "leave.to"): "2028-02"}
    before = with_cells(tables(), "candidates.leave", leave)
    after = from_data(as_data(before))
    after["candidates.leave"].rows.reverse()
    assert differences(before, after) == {}


def test_differences_by_row_and_cell() -> None:
    before = tables()
    cells = {(0, "percent.percent"): "60", (2, "id"): "A03"}
    after = without_blanks(with_cells(before, "candidates", cells, gone=[1]), "candidates")
    found = differences(before, after)
    assert set(found) == {"candidates", "candidates.leave"}
    changed, new, gone = found["candidates"]
    assert (changed.called, [(cell.column.key, cell.before, cell.after) for cell in changed.cells]) == (
        "A01",
        [("percent.percent", None, 60)],
    )
    assert (new.called, new.before, gone.called, gone.after) == ("A03", None, "A02", None)
    assert [change.called for change in found["candidates.leave"]] == ["A02"]


def test_a_second_row_of_an_owner_is_a_new_one() -> None:
    before = tables()
    leave = {(2, "id"): "A01", (2, "leave.from"): "2028-01", (2, "leave.to"): "2028-02"}
    [change] = differences(before, with_cells(before, "candidates.leave", leave))["candidates.leave"]
    assert change.before is None
    assert change.called == "A01"


def typed(before: Tables, sheet: str, cells: Any, gone: Any = ()) -> list[RowChange]:
    after = without_blanks(with_cells(before, sheet, cells, gone), sheet)
    return differences(before, after)[sheet]


def test_changes_are_carried_to_where_their_rows_are_now() -> None:
    before = tables()
    changes = typed(before, "candidates", {(1, "name"): "Per", (2, "id"): "A03"}, gone=[0])
    other = with_cells(before, "candidates", {(1, "percent.percent"): "50"})
    other["candidates"].rows.reverse()
    found = carried(changes, other, "candidates")
    assert [(row["id"], row.get("name")) for row in rows(found.tables, "candidates")] == [
        ("A02", "Per"),
        ("A01", None),
        ("A03", None),
    ]
    assert rows(found.tables, "candidates")[0]["percent.percent"] == 50
    assert (found.gone, found.lost) == ((1,), ())


def test_changes_of_rows_that_are_gone_are_told() -> None:
    before = tables()
    changes = typed(before, "candidates", {(0, "name"): "Per"})
    other = without_blanks(with_cells(before, "candidates", {}, gone=[0]), "candidates")
    found = carried(changes, other, "candidates")
    assert found.tables["candidates"].rows == other["candidates"].rows
    assert [change.called for change in found.lost] == ["A01"]


def test_a_form_is_always_there() -> None:
    before = tables()
    changes = typed(before, "plan", {(0, "name"): "Ny"})
    found = carried(changes, with_cells(before, "plan", {(0, "horizon.months"): "36"}), "plan")
    assert rows(found.tables, "plan")[0]["name"] == "Ny"
    assert rows(found.tables, "plan")[0]["horizon.months"] == 36


def test_tables_that_are_no_instance_are_a_workbook_all_the_same() -> None:
    edited = with_cells(tables(), "plan", {(0, "horizon.months"): "mange", (0, "horizon.start"): ""})
    tree = read_workbook(workbook_of(edited))
    assert {problem.cell for problem in tree.problems} == {"Plan!B6"}
    assert len(tree["candidates"]) == 2
