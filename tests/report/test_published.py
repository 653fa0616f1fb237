"""After the search: what is made once, what is made beside, and that it is the same as before."""

from __future__ import annotations

import datetime
import io
import multiprocessing
import os
from pathlib import Path

import matplotlib
import numpy as np
import openpyxl
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from PIL import Image
from xlsxwriter.worksheet import Worksheet

from scheduler.accounting import reading_once, trajectory_of
from scheduler.instance.types import Instance
from scheduler.plan import Plan
from scheduler.report import published
from scheduler.report.gantt import Chart, draw_pages
from scheduler.report.html import write_report
from scheduler.report.letters import Canvas
from scheduler.report.sheet import Sheet
from scheduler.report.standing import standing_of
from scheduler.report.workbook import workbook_file, write_workbook
from scheduler.solver.processes import beside

TODAY = datetime.date(2026, 11, 28)
DPI = 60


@pytest.fixture
def sheet(instance: Instance, plan: Plan) -> Sheet:
    """The first page of the chart."""
    return draw_pages(Chart.of(instance, plan), DPI)[0]


# --- pictures --------------------------------------------------------------------------------------------------------


def test_a_page_is_pixel_for_pixel_what_matplotlib_draws(sheet: Sheet) -> None:
    """Letter by letter, without measuring again, and without filters in the file."""
    ours = Image.open(io.BytesIO(sheet.picture()))
    own = io.BytesIO()
    FigureCanvasAgg(sheet.figure).print_figure(own, format="png", dpi=DPI)  # type: ignore[no-untyped-call]
    theirs = Image.open(own)
    assert len(set(ours.convert("L").get_flattened_data())) > 50  # letters have edges in many greys
    assert np.array_equal(np.asarray(ours), np.asarray(theirs.convert("RGB")))
    assert ours.info["dpi"] == theirs.info["dpi"]


def test_a_text_is_laid_out_once_on_all_pages(sheet: Sheet, monkeypatch: pytest.MonkeyPatch) -> None:
    """Drawn again, nothing is asked of the font but its letters."""
    sheet.picture()

    def laid_out(*_: object, **__: object) -> None:
        raise AssertionError("laid out again")

    canvas = sheet.figure.canvas
    assert isinstance(canvas, Canvas)
    monkeypatch.setattr(canvas.get_renderer(), "_prepare_font", laid_out)
    assert sheet.picture()


def test_turned_texts_and_formulas_are_left_to_matplotlib() -> None:
    """What the chart never has, and a plot may."""
    from matplotlib.figure import Figure

    from scheduler.report.letters import Texts, png

    with matplotlib.rc_context():
        matplotlib.rcdefaults()
        figure = Figure(figsize=(2, 1), dpi=DPI)
        figure.text(0.2, 0.2, "turned", rotation=30)
        figure.text(0.6, 0.5, "$x^2$")
        ours = Image.open(io.BytesIO(png(Canvas(figure, Texts()), DPI)))
        own = io.BytesIO()
        FigureCanvasAgg(figure).print_figure(own, format="png", dpi=DPI)  # type: ignore[no-untyped-call]
    assert np.array_equal(np.asarray(ours), np.asarray(Image.open(own).convert("RGB")))


# --- page and workbook -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("beside_from", [1, 1000])
def test_page_and_workbook_are_the_same_wherever_they_are_made(
    instance: Instance, plan: Plan, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, beside_from: int
) -> None:
    """By another process, or by this one."""
    monkeypatch.setattr(published, "BESIDE_FROM", beside_from)
    standing = standing_of(instance, plan)
    with published.page_and_workbook(instance, plan, "nb", TODAY, standing) as made:
        page, workbook = made()
    write_report(instance, plan, tmp_path / "report.html", "nb", TODAY, standing=standing)
    write_workbook(instance, plan, tmp_path / "plan.xlsx", "nb", made=TODAY, standing=standing)
    assert page == (tmp_path / "report.html").read_text("utf-8")
    assert workbook == (tmp_path / "plan.xlsx").read_bytes()


def test_the_second_workbook_of_a_process_is_the_first_again(instance: Instance, plan: Plan) -> None:
    """What the library is given for one is not there changed for the next."""
    one, other = (workbook_file(instance, plan, made=TODAY) for _ in range(2))
    assert one == other


def test_no_formula_of_the_workbook_is_one_that_xlsxwriter_would_have_to_spell_anew(
    instance: Instance, plan: Plan, tmp_path: Path
) -> None:
    """They go in as they are; one that is newer than Excel 2007 would need a prefix."""
    path = tmp_path / "plan.xlsx"
    write_workbook(instance, plan, path)
    book = openpyxl.load_workbook(path)
    cells = (cell.value for sheet in book.worksheets for row in sheet.iter_rows() for cell in row)
    formulas = [value[1:] for value in cells if isinstance(value, str) and value.startswith("=")]
    assert len(formulas) > 50
    assert [formula for formula in formulas if Worksheet()._prepare_formula(formula) != formula] == []


# --- what is done once, and by whom ----------------------------------------------------------------------------------


def test_months_are_read_once_as_long_as_that_is_asked_for(instance: Instance, plan: Plan) -> None:
    """A plan may be changed between two readings, but not within one."""
    entry = plan.candidates[0]
    with reading_once():
        first = trajectory_of(instance, entry)
        with reading_once():
            assert trajectory_of(instance, entry) is first
        assert trajectory_of(instance, entry) is first
        assert trajectory_of(instance, entry.model_copy()) is not first
    assert trajectory_of(instance, entry) is not first


def test_a_job_is_done_beside() -> None:
    """By another process."""
    with beside(os.getpid) as result:
        assert result() != os.getpid()


def test_a_job_whose_process_dies_is_done_here() -> None:
    """Nothing is lost but time."""
    with beside(_only_at_home) as result:
        assert result() == "done at home"


def _only_at_home() -> str:
    if multiprocessing.parent_process() is not None:
        os._exit(3)
    return "done at home"
