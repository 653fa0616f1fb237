"""What outputs make of a plan in which an office becomes another one: documents, page, chart, workbook, differences."""

from __future__ import annotations

import io
from functools import cache
from pathlib import Path

import docx

from scheduler.accounting import trajectory_of
from scheduler.instance.types import Instance
from scheduler.month import parse_month
from scheduler.plan import Plan
from scheduler.replanning.diff import diff
from scheduler.report.documents.education_plan import education_plan
from scheduler.report.documents.service_periods import service_periods
from scheduler.report.facts import periods_served
from scheduler.report.html.page import page_of
from scheduler.report.lines.difference import diff_lines
from scheduler.report.words import Words
from scheduler.report.workbook.changes import changes
from scheduler.report.workbook.read import read_workbook
from tests.helpers.plan_books import written
from tests.helpers.tiny import Row, make, person, planned


@cache
def town(closes: bool = True) -> tuple[Instance, Plan]:
    places = {"places": [{"places": 1, "to": "2027-06"}]} if closes else {}
    arenas: dict[str, Row | None] = {
        "office-01": {"name": "Torget", **places},
        "office-02": {"name": "Havna", "service": "open_practice"},
    }
    instance = make(person(), arenas=arenas, rules={"open_practice_min": 10}, rotations={"clinic": None})
    plan = planned(instance)
    source = plan.instance.model_copy(update={"source": instance.source})
    return instance, plan.model_copy(update={"instance": source})


def words_of(content: bytes) -> str:
    document = docx.Document(io.BytesIO(content))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(paragraph.text for paragraph in document.paragraphs), *cells])


def test_periods_of_service_end_where_the_office_does() -> None:
    instance, plan = town()
    periods = periods_served(trajectory_of(instance, plan.candidates[0]))
    assert [(row.arena, row.span.start, row.span.end) for row in periods if row.arena.startswith("office")] == [
        ("office-01", parse_month("2027-01"), parse_month("2027-07")),
        ("office-02", parse_month("2027-07"), parse_month("2027-11")),
    ]


def test_documents_and_page_name_both_with_their_months() -> None:
    instance, plan = town()
    trajectory = trajectory_of(instance, plan.candidates[0])
    for content in (education_plan, service_periods):
        told = words_of(content(Words(instance, "en"), plan, trajectory))
        assert "Torget" in told
        assert "Havna" in told
    (told_plan,) = [words_of(education_plan(Words(instance, "en"), plan, trajectory))]
    both = Words(instance, "en").practices(plan.candidates[0])
    assert both in told_plan
    assert both.startswith("Torget (")
    assert both in str(page_of(instance, plan, "en", None))


def test_differences_tell_the_month_of_the_change() -> None:
    (_, new), (_, old) = town(), town(closes=False)
    found = diff(old, new)
    assert found.candidates[0].other == ["practice"]
    names = {"arena:office-01": "Torget", "arena:office-02": "Havna"}
    assert any("Torget → Torget, Havna from July 2027" in line for line in diff_lines(found, names, "en"))
    tree = found.as_tree()["candidates"][0]
    assert (tree["before"]["practice"], tree["after"]["practice"]) == ("office-01", "office-01, 2027-07: office-02")
    (row,) = changes(old.candidates, new)
    assert (row.what, row.was, row.now, row.start, row.to) == (
        "practice", "office-01", "office-02", parse_month("2027-07"), parse_month("2027-12"),
    )  # fmt: skip


def test_an_unedited_workbook_is_the_plan_and_an_edit_is_that_edit(tmp_path: Path) -> None:
    instance, plan = town()
    path = written(tmp_path, instance, plan)
    assert read_workbook(path) == plan


def test_a_plan_file_without_the_field_has_one_office_throughout() -> None:
    _, plan = town(closes=False)
    tree = plan.model_dump(mode="json", by_alias=True)
    del tree["candidates"][0]["practices"]
    old = Plan.model_validate(tree)
    assert old.candidates[0].practice_at(parse_month("2027-09")) == "office-01"
    assert diff(plan, old).same
