"""What is given but has no effect, or not the one it seems to have, is remarked upon; and nothing beside it is.

The tiny world's horizon is 2027-01 .. 2028-12; twelve counted months are to be served.
"""

from __future__ import annotations

from typing import Any

import pytest

from scheduler.files import InputError, bundled_instance_path, load_instance
from scheduler.files.schema import EMPTY_IS_ALL, FileInstance, _models_in
from scheduler.files.values import in_favour
from scheduler.instance.types import Instance
from scheduler.texts import LANGUAGES
from tests.helpers.tiny import Row, make, months, person, planned

WAITING: dict[str, Row | None] = {"ward": {"not_before": 6}}
TWO_WARDS: dict[str, Any] = {
    "arenas": {"ward": {"places": [{"places": 0}]}, "new-ward": {"service": "institution"}},
    "rotations": {"new-ward": {"mix": {"new-ward": 100}, "min_months": 2}},
}


def told(instance: Instance) -> list[tuple[str, str]]:
    """The remarks with their places; each can be said in both languages."""
    assert all(remark.is_remark and remark.line(lang) for remark in instance.remarks for lang in LANGUAGES)
    return [(remark.code, remark.place) for remark in instance.remarks]


def test_nothing_is_said_of_the_tiny_world_nor_of_the_bundled_instance() -> None:
    assert told(make()) == []
    assert told(load_instance(bundled_instance_path())) == []


# --- lists given empty


@pytest.mark.parametrize(
    ("tables", "place"),
    [
        (
            {"requirements": [{"id": "r", "rotations": ["ward"], "min_months": 2.0, "candidates": []}]},
            "requirements[0]",
        ),
        ({"supervisors": [{"id": "V01", "places": 3, "arenas": []}]}, "supervisors[0]"),
        ({"rotations": {"ward": {"starts": []}}}, "rotations[1]"),
    ],
)
def test_a_list_that_is_given_and_empty(tables: dict[str, Any], place: str) -> None:
    """It means all of them; the same list left out, or with somebody in it, is not spoken of."""
    ((code, where),) = told(make(**tables))
    assert (code, where.rpartition(".")[0]) == ("empty-list", place)


def test_an_empty_list_of_rotations_means_all_of_them() -> None:
    assert told(make(person(allowed=[]))) == [("empty-list", "candidates[0].allowed")]
    assert told(make(person(allowed=["gp", "ward"]), person())) == []


def test_a_requirement_without_a_list_is_everybodys_and_that_is_usual() -> None:
    row = {"id": "r", "rotations": ["ward"], "min_months": 2.0}
    assert told(make(requirements=[row])) == []
    assert told(make(requirements=[row | {"candidates": ["A01"]}])) == []


def test_the_lists_that_mean_all_are_lists_of_tables() -> None:
    """Whatever is marked so exists, and is part of the file."""
    tables = {next(_models_in(field.annotation), None) for field in FileInstance.model_fields.values()}
    assert set(EMPTY_IS_ALL) <= tables
    for table, keys in EMPTY_IS_ALL.items():
        assert set(keys) <= set(table.model_fields)


# --- lists that are older than what there is


def test_a_closed_ward_in_a_list_and_what_there_is_instead() -> None:
    instance = make(person(allowed=["gp", "ward"]), person(), **TWO_WARDS)
    assert told(instance) == [("allowed-closed-others", "candidates[0].allowed[1]")]
    assert "new-ward" in instance.remarks[0].sentence("en")


def test_a_closed_ward_in_a_list_with_the_new_one() -> None:
    allowed = ["gp", "ward", "new-ward"]
    assert told(make(person(allowed=allowed), **TWO_WARDS)) == [
        ("rotation-in-no-list", "rotations[2]"),
        ("allowed-closed", "candidates[0].allowed[1]"),
    ]


def test_a_ward_that_is_open_in_a_single_month_is_not_closed() -> None:
    ward = {"ward": {"places": [{"places": 0}, months("2028-12", "2028-12", places=1)]}}
    assert told(make(person(allowed=["gp", "ward"]), person(), arenas=ward)) == []


def test_a_rotation_in_nobodys_list() -> None:
    assert told(make(person(allowed=["gp", "ward"]))) == [("rotation-in-no-list", "rotations[2]")]
    assert told(make(person(allowed=["gp", "ward"]), person())) == []


def test_an_arena_that_no_rotation_goes_to() -> None:
    assert told(make(arenas={"prison": {"service": "other_general"}})) == [("arena-in-no-rotation", "arenas[3]")]
    assert told(make(arenas={"office-02": {"service": "open_practice"}})) == []


# --- numbers beside each other


def test_a_deadline_after_all_that_is_planned() -> None:
    assert told(make(person(finish_by="2029-01"))) == [("finish-by-beyond", "candidates[0].finish_by")]
    assert told(make(person(finish_by="2028-12"))) == []
    early = person(finish_by="2028-02", until="2028-01")
    assert ("finish-by-beyond", "candidates[0].finish_by") in told(make(early))


@pytest.mark.parametrize(("places", "binds"), [(2, True), (3, False)])
def test_a_limit_that_never_binds(places: int, binds: bool) -> None:
    """One place and two: never more than three together."""
    arenas: dict[str, Row | None] = {"ward": {"places": [{"places": 1}]}, "clinic": {"places": [{"places": 2}]}}
    limit = {"id": "house", "arenas": ["ward", "clinic"], "places": [{"places": places}]}
    assert told(make(arenas=arenas, limits=[limit])) == ([] if binds else [("limit-never-binds", "limits[0]")])


@pytest.mark.parametrize(("percent", "binds"), [(249.99, True), (250, False)])
def test_a_limit_of_posts_that_never_binds(percent: float, binds: bool) -> None:
    """Half a post in the ward, and two places, which are two posts at most."""
    arenas: dict[str, Row | None] = {"ward": {"percent": [{"percent": 50}]}, "clinic": {"places": [{"places": 2}]}}
    limit = {"id": "house", "arenas": ["ward", "clinic"], "percent": [{"percent": percent}]}
    assert told(make(arenas=arenas, limits=[limit])) == ([] if binds else [("limit-never-binds", "limits[0]")])


SINCE_OCTOBER: Row = {"current": {"rotation": "gp", "since": "2026-10"}}
ROW_SINCE_OCTOBER: Row = {"served": [months("2026-10", "2026-12", rotation="gp", in_credited=True)]}


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ({"credited": {"open_practice": 4.5}}, "months-done-below-credit"),
        ({"credited": {"open_practice": 4.5}, "months_done": 4}, "months-done-below-credit"),
        ({"credited": {"open_practice": 4.5}, "months_done": 5}, None),
        ({**SINCE_OCTOBER, "credited": {"open_practice": 2.0}, "months_done": 2}, "months-done-below-current"),
        ({**SINCE_OCTOBER, "credited": {"open_practice": 2.0}, "months_done": 3}, None),
        ({"credited": {"open_practice": 9.0}, "months_done": 6}, None),
        # rolled on: the block is a row of which the sums tell, and asks for the same
        ({**ROW_SINCE_OCTOBER, "credited": {"open_practice": 2.0}, "months_done": 2}, "months-done-below-current"),
        ({**ROW_SINCE_OCTOBER, "credited": {"open_practice": 2.0}, "months_done": 3}, None),
    ],
)
def test_months_done_below_what_they_must_be(row: Row, code: str | None) -> None:
    """The ward waits for six service months; 4.5 credited took five at least, a block since October took three."""
    place = "candidates[0].months_done"
    assert told(make(person(**row) | {"start": "2026-01"}, rotations=WAITING)) == ([(code, place)] if code else [])


@pytest.mark.parametrize(
    ("start", "served", "done", "least"),
    [
        ("2026-10", ("2026-10", "2026-12"), 0, None),  # rows tell all of the time since: the credit was before it
        ("2026-10", ("2026-11", "2026-12"), 0, 1),
        ("2026-10", ("2026-11", "2026-12"), 1, None),
        ("2026-08", ("2026-11", "2026-12"), 0, 3),
        ("2026-05", ("2026-11", "2026-12"), 0, 5),  # of six months untold credit has taken five
    ],
)
def test_credit_from_before_the_training_asks_for_no_months(
    start: str, served: tuple[str, str], done: int, least: int | None
) -> None:
    """Four and a half months are credited, and rows tell some of the months since the start."""
    row = person(credited={"institution": 4.5}, months_done=done, served=[months(*served, rotation="gp")])
    found = make(row | {"start": start}, rotations=WAITING).remarks
    assert [each.fields["least"] for each in found if each.code.startswith("months-done")] == (
        [] if least is None else [least]
    )


def test_months_done_matter_only_where_something_waits_for_them() -> None:
    row = person(credited={"open_practice": 4.5}) | {"start": "2026-01"}
    assert told(make(row)) == []
    assert told(make(row | {"start": "2027-01"}, rotations=WAITING)) == []  # from before the training


# --- credit


@pytest.mark.parametrize(
    ("given", "counts"),
    [
        (1.6666, 1.6667),
        (0.3333, 0.3334),
        (0.33, 0.3334),
        (47.66, 47.6667),
        (5 / 3, 1.6667),
        (0.67, 0.67),
        (0.6667, 0.6667),
        (0.3, 0.3),
        (2.34, 2.34),
        (9.6, 9.6),
        (0.1 + 0.2, 0.3),
        (0.0, 0.0),
    ],
)
def test_credit_is_rounded_in_the_candidates_favour(given: float, counts: float) -> None:
    assert in_favour(given) == counts
    assert in_favour(counts) == counts  # and stays what it is


@pytest.mark.parametrize("thirds", [(1.6666, 0.3333), (1.66, 0.33), (5 / 3, 1 / 3), (1.6667, 0.3334)])
def test_thirds_of_months_cost_no_month(thirds: tuple[float, float]) -> None:
    """Two months are credited in all: the twelve are there after ten, in 2027-10."""
    credited = dict(zip(("open_practice", "other_general"), thirds, strict=True))
    instance = make(person(credited=credited))
    assert instance.candidates["A01"].credited == {"open_practice": 16_667, "other_general": 3_334, "institution": 0}
    rounded = thirds != (1.6667, 0.3334)
    assert [code for code, _ in told(instance)] == ["credit-rounded"] * (2 if rounded else 0)
    (candidate,) = planned(instance).candidates
    assert candidate.delay == 0
    assert len(candidate.months) == 10


def test_what_was_given_is_told_with_all_its_decimals() -> None:
    """To four of them it would look like what counts."""
    (remark,) = make(person(credited={"institution": 0.66667})).remarks
    assert "0,66667 månedsverk telles som 0,6667:" in remark.line("nb")
    assert "Credit of 0.66667 counts as 0.6667:" in remark.line("en")


def test_service_elsewhere_is_rounded_alike() -> None:
    row = {"category": "other_general", "months": 0.66, "what": "another municipality"}
    instance = make(person(served=[row]))
    assert instance.candidates["A01"].credited["other_general"] == 6_667
    assert told(instance) == [("credit-rounded", "candidates[0].served[0].months")]


def test_credit_that_is_almost_a_month_more() -> None:
    """Ten months and 0.004 are lacking: eleven months, for a tenth of a day."""
    instance = make(person(credited={"open_practice": 1.996}))
    assert told(instance) == [("credit-just-short", "candidates[0].credited")]
    said = instance.remarks[0].sentence("en")
    assert "0.004 FTE-months" in said
    assert "October 2027 instead of November 2027" in said
    assert told(make(person(credited={"open_practice": 1.98}))) == []
    assert told(make(person(credited={"open_practice": 2.0}))) == []


def test_credit_is_still_a_number_of_months() -> None:
    for wrong in (-0.1, 601, float("nan")):
        with pytest.raises(InputError):
            make(person(credited={"open_practice": wrong}))


@pytest.mark.parametrize(("percent", "nb", "en"), [(37.5, "37,5", "37.5"), (33.33, "33,33", "33.33"), (40, "40", "40")])
def test_a_low_percent_is_said_in_decimals(percent: float, nb: str, en: str) -> None:
    (remark,) = make(person(percent=[{"percent": percent}])).remarks
    assert f"Stillingsprosenten er {nb} i mer" in remark.sentence("nb")
    assert f"The percent is {en} for more" in remark.sentence("en")
    assert remark.found == en
