"""A plan that breaks rules, on every output: said in red, nothing called proved, and gaps told as gaps.

The town of ``pages`` with three months of A01's cleared (2027-03 .. 2027-05), as somebody does in the workbook. The
file still says of itself that it is proved on every level.
"""

from __future__ import annotations

import datetime
import io
import re
from pathlib import Path
from typing import Any

import docx
import pytest
from matplotlib.patches import Polygon, Rectangle
from openpyxl import load_workbook

from scheduler.accounting import trajectory_of
from scheduler.check import check_plan
from scheduler.instance.types import Instance
from scheduler.month import format_month, parse_month
from scheduler.plan import Plan, PlanMonth, Sentence, Status
from scheduler.replanning.diff import ChangeKind, diff
from scheduler.report import style
from scheduler.report.documents.calendar_file import calendar_of
from scheduler.report.documents.education_plan import education_plan
from scheduler.report.documents.service_periods import service_periods
from scheduler.report.facts import gap_spans, leave_spans
from scheduler.report.gantt import By, Chart, draw_gantt, draw_pages
from scheduler.report.html.page import Page, page_of
from scheduler.report.html.render import render
from scheduler.report.lines.difference import diff_lines, names_of
from scheduler.report.sheet import Sheet
from scheduler.report.standing import standing_of
from scheduler.report.words import Words
from scheduler.report.workbook import write_workbook
from scheduler.report.workbook.layout import FIRST_ROW, month_column
from scheduler.report.workbook.read import read_workbook
from scheduler.texts import Language
from tests.helpers import pages

GAP = [parse_month(f"2027-0{month}") for month in (3, 4, 5)]
WITH_A_GAP = "gp*6 -*3 gp*3 hospital*6 mixed*6"
VIEWS: list[By] = ["candidate", "arena", "group"]
CLAIMS = re.compile(r"bevist best|best mulig|\(bevist|proved best|best possible|\(proved|gyldig plan|valid plan", re.I)


@pytest.fixture(scope="module")
def whole(instance: Instance) -> Plan:
    return pages.plan_of(instance, source=pages.tree())


@pytest.fixture(scope="module")
def plan(instance: Instance) -> Plan:
    """Broken, and proved on every level if one believes the file."""
    entries = [pages.entry(instance, "A01", WITH_A_GAP), *(pages.entry(instance, one) for one in ("A02", "A03"))]
    made = pages.plan_of(instance, *entries, source=pages.tree())
    assert made.status is Status.OPTIMAL
    assert all(level.proved for level in made.objectives)
    return made


@pytest.fixture(scope="module")
def number(instance: Instance, plan: Plan) -> int:
    found = check_plan(instance, plan)
    assert {"one-rotation", "service-total"} <= {violation.rule for violation in found}
    return len(found)


def test_gaps_are_what_is_neither_service_nor_leave(instance: Instance, plan: Plan) -> None:
    first, second = (trajectory_of(instance, plan.candidate(one)) for one in ("A01", "A02"))
    assert [month for span in gap_spans(first) for month in span.months()] == GAP
    assert leave_spans(first) == []
    assert gap_spans(second) == []
    assert leave_spans(second) != []


def test_months_that_the_file_leaves_out_are_gaps_too(instance: Instance, plan: Plan) -> None:
    listed = [row for row in plan.candidate("A01").months if row.month not in GAP]
    trajectory = trajectory_of(instance, plan.candidate("A01").model_copy(update={"months": listed}))
    assert [month for span in gap_spans(trajectory) for month in span.months()] == GAP


# --- charts ----------------------------------------------------------------------------------------------------------


def drawn(instance: Instance, plan: Plan, by: By = "candidate", **options: Any) -> Sheet:
    (sheet,) = draw_pages(Chart.of(instance, plan, by=by, **options), 100)
    return sheet


def colours(sheet: Sheet) -> dict[str, str]:
    return {text.get_text(): str(text.get_color()) for text, _ in sheet.written}


def _diamonds(sheet: Sheet) -> int:
    """Filled diamonds: the finishes, and the legend's."""
    found = [one for one in sheet.figure.get_children() if isinstance(one, Polygon)]
    return sum(tuple(round(part * 255) for part in one.get_facecolor()[:3]) == _rgb(style.INK) for one in found)


def boxes(sheet: Sheet, face: str) -> list[Rectangle]:
    found = [one for one in sheet.figure.get_children() if isinstance(one, Rectangle)]
    return [one for one in found if tuple(round(part * 255) for part in one.get_facecolor()[:3]) == _rgb(face)]


def _rgb(colour: str) -> tuple[int, ...]:
    return tuple(int(colour[at : at + 2], 16) for at in (1, 3, 5))


@pytest.mark.parametrize("by", VIEWS)
@pytest.mark.parametrize(("lang", "sentence"), [("nb", "Planen bryter {} regler"), ("en", "The plan breaks {} rules")])
def test_every_view_says_so_in_red_above_and_below(
    instance: Instance, plan: Plan, number: int, by: By, lang: Language, sentence: str
) -> None:
    said = colours(drawn(instance, plan, by, lang=lang))
    told = {words: colour for words, colour in said.items() if words.startswith(sentence.format(number))}
    assert set(told.values()) == {style.ALARM}
    assert len(told) == 2, said
    gaps = "3 måneder uten rotasjon" if lang == "nb" else "3 months without a rotation"
    assert any(words.endswith(gaps) for words in told)
    assert not [words for words in said if CLAIMS.search(words)]


@pytest.mark.parametrize("by", VIEWS)
@pytest.mark.parametrize("paper", ["a3", "a4", "screen"])
def test_the_sentence_stands_whole_on_every_paper(
    instance: Instance, plan: Plan, number: int, by: By, paper: Any
) -> None:
    said = colours(drawn(instance, plan, by, paper=paper, anonymise=True))
    assert f"Planen bryter {number} regler." in said


@pytest.mark.parametrize("suffix", [".svg", ".pdf", ".png"])
def test_the_standing_is_drawn_into_every_kind_of_file(
    instance: Instance, plan: Plan, whole: Plan, number: int, suffix: str, tmp_path: Path
) -> None:
    (broken,) = draw_gantt(instance, plan, tmp_path / f"broken{suffix}", dpi=40)
    (told,) = draw_gantt(instance, plan, tmp_path / f"told{suffix}", dpi=40, standing=standing_of(instance, whole))
    assert broken.read_bytes() != told.read_bytes()  # what is drawn rests on the standing
    if suffix == ".svg":
        assert f"Planen bryter {number} regler." in broken.read_text(encoding="utf-8")
        assert "Bevist best mulig" in told.read_text(encoding="utf-8")


@pytest.mark.parametrize("by", ["candidate", "group"])
def test_a_gap_is_drawn_red_and_leave_is_hatched(instance: Instance, plan: Plan, by: By) -> None:
    sheet = drawn(instance, plan, by)
    (bar, _legend) = boxes(sheet, style.ALARM_TINT)
    hatched = [one for one in sheet.figure.get_children() if isinstance(one, Rectangle) and one.get_hatch()]
    assert len(hatched) == 2  # A02's ten months, and the legend's
    assert bar.get_width() / hatched[0].get_width() == pytest.approx(3 / 10, abs=0.02)
    assert "Måneder uten rotasjon" in colours(sheet)
    assert boxes(drawn(instance, pages.plan_of(instance), by), style.ALARM_TINT) == []


def test_who_is_not_done_has_no_finish_and_is_told_in_red(instance: Instance, plan: Plan, number: int) -> None:
    sheet = drawn(instance, plan)
    said = colours(sheet)
    assert "ikke ferdig" in said
    assert said[f"bryter {number} regler"] == style.ALARM
    assert "sep. 2028" not in said  # where A01's months end
    assert "april 2029" in said  # A02 is done
    everybody_done = pages.plan_of(instance)
    assert _diamonds(sheet) == _diamonds(drawn(instance, everybody_done)) - 1


def test_of_two_plans_the_one_before_may_be_the_broken_one(instance: Instance, plan: Plan, whole: Plan) -> None:
    sheet = drawn(instance, whole, before=plan)
    said = colours(sheet)
    (alarm,) = [words for words in said if words.startswith("Planen før bryter")]
    assert said[alarm] == style.ALARM
    assert len(boxes(sheet, style.ALARM_TINT)) == 1  # the gap of the plan before
    assert "Planen bryter" not in "".join(said)


def test_leave_of_the_plan_before_is_told_by_its_own_instance(instance: Instance, whole: Plan) -> None:
    """A02's leave was taken out of the file since: in the plan before it is still leave, and no gap."""
    tree = pages.tree()
    del tree["candidates"][1]["leave"]
    now = pages.town(candidates=tree["candidates"])
    sheet = drawn(now, pages.plan_of(now, pages.entry(now, "A02", "gp*30")), before=whole)
    assert boxes(sheet, style.ALARM_TINT) == []
    assert [one for one in sheet.figure.get_children() if isinstance(one, Rectangle) and one.get_hatch()]


# --- the page --------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def page(instance: Instance, plan: Plan) -> Page:
    return page_of(instance, plan, "nb", datetime.date(2026, 11, 27))


def test_the_page_says_so_at_its_head_with_every_rule(page: Page, number: int) -> None:
    content = render(page)
    assert f'<section class="status broken" id="broken" aria-labelledby="broken-h">\n<p><b id="broken-h">Planen bryter {number} regler.</b>' in content  # fmt: skip  # noqa: E501
    assert len(page.violations) == number
    assert "A01: har ingen rotasjon i mars–mai 2027, men er ikke i permisjon" in page.violations
    assert f"<em>Planen bryter {number} regler.</em>" in content  # the foot
    assert not CLAIMS.search(re.sub(r"<style>.*?</style>|<script>.*?</script>", "", content, flags=re.S))
    assert (page.proved, page.levels) == (False, ())


def test_the_page_does_not_say_that_all_is_well(page: Page, plan: Plan, instance: Instance) -> None:
    content = render(page)
    for praise in ("alle blir ferdige", "Alle blir ferdige", "uten avvik"):
        assert praise not in content
    assert "alle blir ferdige" in render(page_of(instance, pages.plan_of(instance), "nb", None))


def test_the_page_tells_gaps_as_gaps(page: Page) -> None:
    person, two, _ = page.people
    (gap,) = [bar for bar in person.timeline.bars if bar.css == "gap"]
    assert gap.tip == "A01 Kandidat 1: Mangler rotasjon, mars 2027 – mai 2027 (3 måneder)"
    assert [bar.css for bar in two.timeline.bars].count("leave") == 1
    assert "leave" not in [bar.css for bar in person.timeline.bars]
    assert ("Mangler rotasjon", "mars 2027 – mai 2027") in [(chip.label, chip.period) for chip in person.chips]
    assert ("Uten rotasjon", "mars 2027 – mai 2027") in [(fact.label, fact.value) for fact in person.facts]
    assert "Måneder uten rotasjon" in render(page)


def test_the_page_says_who_is_not_done(page: Page, number: int) -> None:
    person, two, _ = page.people
    assert (person.finish, person.alarm, person.timeline.marks) == ("ikke ferdig", f"bryter {number} regler", ())
    assert person.warnings == page.violations
    assert (two.finish, two.alarm) == ("april 2029", "")
    assert (page.figures[1].label, page.figures[1].value) == ("Forsinkelse i alt", "ikke kjent")
    assert page.figures[1].note == "A01: ikke ferdig når månedene slutter"
    assert page.figures[3].label == "Neste som blir ferdig: A03"
    assert page.figures[3].note == "deretter A02 april 2029"


# --- documents -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("make", [education_plan, service_periods])
def test_a_document_says_so_at_its_head_and_on_every_page(
    instance: Instance, plan: Plan, number: int, make: Any
) -> None:
    words = Words(instance, "nb")
    for who, own in (("A01", number), ("A02", 0)):
        document = docx.Document(io.BytesIO(make(words, plan, trajectory_of(instance, plan.candidate(who)))))
        red = [paragraph.text for paragraph in document.paragraphs if any(_is_red(run) for run in paragraph.runs)]
        assert red[0].startswith(f"Planen bryter {number} regler.")
        assert len(red) == 1 + own
        foot = document.sections[0].footer.paragraphs[0]
        assert f"bryter {number} regler" in foot.text
        assert _is_red(foot.runs[0])
        everything = "\n".join([foot.text, *(paragraph.text for paragraph in document.paragraphs), *_cells(document)])
        assert not CLAIMS.search(everything)
        assert ("Mangler rotasjon" in everything) is (who == "A01")
        assert ("ikke ferdig" in everything) is (who == "A01" and make is education_plan)


def _is_red(run: Any) -> bool:
    return str(run.font.color.rgb) == style.ALARM.removeprefix("#")


def _cells(document: Any) -> list[str]:
    return [cell.text for table in document.tables for row in table.rows for cell in row.cells]


def test_a_document_of_a_plan_that_holds_is_not_red(instance: Instance, whole: Plan) -> None:
    content = education_plan(Words(instance, "nb"), whole, trajectory_of(instance, whole.candidate("A01")))
    document = docx.Document(io.BytesIO(content))
    assert not [paragraph for paragraph in document.paragraphs if any(_is_red(run) for run in paragraph.runs)]
    assert "bevist best mulig" in document.sections[0].footer.paragraphs[0].text


def test_a_calendar_says_so_in_its_description(instance: Instance, plan: Plan, whole: Plan, number: int) -> None:
    words = Words(instance, "nb")
    broken, fine = (
        calendar_of(words, each_plan, trajectory_of(instance, each_plan.candidate("A02")))
        for each_plan in (plan, whole)
    )
    assert f"X-WR-CALDESC:Planen bryter {number} regler.".encode() in broken
    assert b"X-WR-CALDESC" not in fine


# --- the workbook ----------------------------------------------------------------------------------------------------


def test_the_workbook_says_so_on_every_sheet(instance: Instance, plan: Plan, number: int, tmp_path: Path) -> None:
    write_workbook(instance, plan, tmp_path / "plan.xlsx", "nb")
    book = load_workbook(tmp_path / "plan.xlsx", rich_text=True)
    for sheet in (worksheet for worksheet in book.worksheets if worksheet.sheet_state == "visible"):
        told = sheet.cell(2, 1).value
        assert str(told).startswith(f"Planen bryter {number} regler."), sheet.title
        assert told[0].font.color.rgb.endswith("C00000"), sheet.title
        foot = "".join(str(part.text) for part in (sheet.oddFooter.left, sheet.oddFooter.center))
        assert f"bryter {number} regler da arbeidsboken ble skrevet" in foot
        for row in sheet.iter_rows(values_only=True):
            said = [value for value in row if isinstance(value, str) and value != "Best mulig"]  # a column's head
            assert not [value for value in said if CLAIMS.search(value)], sheet.title
    levels = book["Måltall"]
    assert levels.cell(FIRST_ROW + 1, 3).value is None  # a bound is of plans that hold
    assert levels.cell(FIRST_ROW + 1, 4).value == "ingenting er bevist"
    about = {str(row[0]): row[1] for row in book["Opphav"].iter_rows(values_only=True)}
    assert about["Status"] == f"bryter {number} regler"


def test_a_gap_is_an_empty_cell_and_comes_back_as_a_gap(instance: Instance, plan: Plan, tmp_path: Path) -> None:
    path = tmp_path / "plan.xlsx"
    write_workbook(instance, plan, path, "nb")
    grid = load_workbook(path)["Plan"]
    assert [grid.cell(FIRST_ROW + 1, month_column(instance, month) + 1).value for month in GAP] == [None] * 3
    leave = month_column(instance, parse_month("2027-01")) + 1
    assert grid.cell(FIRST_ROW + 2, leave).value == "–"
    for entry in plan.candidates:
        read = read_workbook(path).candidate(entry.id)
        assert [(row.month, row.rotation) for row in read.months] == [(row.month, row.rotation) for row in entry.months]
    assert gap_spans(trajectory_of(instance, read_workbook(path).candidate("A01"))) != []


def test_a_foot_of_a_plan_that_holds_says_when_it_did(instance: Instance, whole: Plan, tmp_path: Path) -> None:
    """The foot stays when somebody edits the grid: it must be true then, too."""
    write_workbook(instance, whole, tmp_path / "plan.xlsx", "nb")
    foot = load_workbook(tmp_path / "plan.xlsx")["Plan"].oddFooter.left.text
    assert foot == "Lilleby · bevist best mulig da arbeidsboken ble skrevet"


def edited(instance: Instance, plan: Plan, folder: Path, edit: Any) -> Plan:
    path = folder / "plan.xlsx"
    write_workbook(instance, plan, path, "nb")
    book = load_workbook(path)
    edit(book)
    book.save(path)
    return read_workbook(path)


def test_nothing_is_proved_of_an_edited_workbook_even_if_it_is_as_good(
    instance: Instance, whole: Plan, tmp_path: Path
) -> None:
    """Another supervisor for A03: every figure is as it was, and the plan is valid; but nobody has proved it."""

    def other_supervisor(book: Any) -> None:
        book["Veiledere"].cell(FIRST_ROW + 3, 3).value = "V02"

    messages = [Sentence(text="Ingen av de publiserte månedene er flyttet.")]
    told = whole.model_copy(update={"messages": messages})
    read = edited(instance, told, tmp_path, other_supervisor)
    assert read.candidates != whole.candidates
    assert [(objective.id, objective.value) for objective in read.objectives] == [
        (objective.id, objective.value) for objective in whole.objectives
    ]
    assert not [
        objective
        for objective in read.objectives
        if objective.proved or (objective.worst is not None and objective.worst.proved)
    ]
    assert (read.status, read.messages) == (Status.FEASIBLE, [])
    assert standing_of(instance, read).label("nb") == "gyldig plan, ikke bevist best mulig"
    page = page_of(instance, read, "nb", None)
    assert page.status_note == "Det er ikke bevist at det ikke finnes en bedre plan."
    assert not [level for level in page.levels if level.proved or level.verdict == "bevist best mulig"]
    assert not [words for words in colours(drawn(instance, read)) if "(bevist)" in words]


def test_an_unedited_workbook_is_still_proved(instance: Instance, whole: Plan, tmp_path: Path) -> None:
    read = edited(instance, whole, tmp_path, lambda book: None)
    assert standing_of(instance, read).proved


# --- two plans -------------------------------------------------------------------------------------------------------


def test_a_difference_tells_no_finish_and_no_delay_of_who_is_not_done(
    instance: Instance, plan: Plan, whole: Plan
) -> None:
    """A01 was done in 2028-08; with three months cleared the plan ends there, and nobody knows when A01 is done."""
    made_for = (instance, instance)
    there, back = diff(whole, plan, made_for), diff(plan, whole, made_for)
    assert (there.not_done, back.not_done) == (((), ("A01",)), (("A01",), ()))
    (difference,) = there.candidates
    assert (difference.before["finish"], difference.after["finish"]) == (parse_month("2028-08"), None)
    assert (difference.before["delay"], difference.after["delay"]) == (0, None)
    assert there.figures["delay"] == (2.0, None)
    said = list(diff_lines(there, names_of(instance), "nb"))
    assert any("ferdig august 2028 → ikke kjent (planen bryter regler)" in line for line in said)
    assert "  Forsinkelse: 2 måneder → ikke kjent (planen bryter regler)" in said
    assert not any("forsinkelse 0" in line for line in said)
    tree = there.as_tree()
    assert tree["not_done"] == {"before": [], "after": ["A01"]}
    assert tree["candidates"][0]["after"]["finish"] is None
    assert any("finish not known (the plan" in line for line in diff_lines(back, names_of(instance), "en"))


def test_a_new_candidate_who_is_not_done_has_no_finish_in_the_difference(instance: Instance, plan: Plan) -> None:
    without = plan.model_copy(update={"candidates": plan.candidates[1:]})
    said = list(diff_lines(diff(without, plan, (instance, instance)), {}, "en"))
    assert "A01: new in the plan, from September 2026 to not known (the plan breaks rules)" in said


def test_a_plan_that_is_cut_off_has_no_sum_of_delays(instance: Instance) -> None:
    """A01 ends two months before the earliest finish: a projected finish, of a plan that breaks rules."""
    entries = [
        pages.entry(instance, "A01", "gp*12 hospital*6 mixed*4"),
        *(pages.entry(instance, one) for one in ("A02", "A03")),
    ]
    cut_off = pages.plan_of(instance, *entries, source=pages.tree())
    page = page_of(instance, cut_off, "en", None)
    assert (page.figures[1].value, page.figures[1].note) == ("not known", "A01: not done when the months end")
    whole = page_of(instance, pages.plan_of(instance), "en", None)
    assert whole.figures[1].value == "2 months"


def test_a_difference_tells_gaps_as_gaps_and_how_both_plans_stand(
    instance: Instance, plan: Plan, whole: Plan, number: int
) -> None:
    standings = [standing_of(instance, each_plan) for each_plan in (whole, plan)]
    there = diff(whole, plan, (instance, instance))
    back = diff(plan, whole, (instance, instance))
    assert [there.months(kind) for kind in (ChangeKind.GAP, ChangeKind.LEAVE)] == [3, 0]
    assert [back.months(kind) for kind in (ChangeKind.FILLED, ChangeKind.BACK)] == [3, 0]
    lines = list(diff_lines(there, names_of(instance), "nb", standings))
    assert "  mars–mai 2027: Fastlege → mangler rotasjon" in lines
    assert "3 måneder mangler nå rotasjon." in lines
    assert f"  Planen: bevist best mulig → bryter {number} regler" in lines
    assert not [line for line in lines if "→ permisjon" in line]
    assert "  mars–mai 2027: manglet rotasjon → Fastlege" in list(diff_lines(back, names_of(instance), "nb"))


def test_leave_and_gap_are_told_apart_where_one_becomes_the_other(instance: Instance, whole: Plan) -> None:
    tree = pages.tree()
    del tree["candidates"][1]["leave"]
    now = pages.town(candidates=tree["candidates"])
    found = diff(whole, whole, (instance, now))
    (difference,) = found.candidates
    assert [(run.kind, format_month(run.start), format_month(run.to)) for run in difference.runs] == [
        (ChangeKind.GAP, "2027-01", "2027-10")
    ]


def test_kinds_that_only_broken_plans_have_are_told_only_then(instance: Instance, plan: Plan, whole: Plan) -> None:
    assert set(diff(whole, whole).as_tree()["months"]) == {"moved", "leave", "back", "dropped", "added"}
    assert diff(whole, plan, (instance, instance)).as_tree()["months"]["gap"] == 3


def test_a_plan_with_months_nobody_knows_is_drawn(instance: Instance, whole: Plan) -> None:
    """A candidate the instance does not have: what has no rotation is taken for leave, since nobody can tell."""
    stranger = whole.candidate("A02").model_copy(update={"id": "X99"})
    empty = [PlanMonth(month=row.month, rotation=None, percent=0) for row in stranger.months]
    odd = whole.model_copy(update={"candidates": [stranger.model_copy(update={"months": empty})]})
    assert boxes(drawn(instance, odd), style.ALARM_TINT) == []
