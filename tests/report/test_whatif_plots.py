"""The plots say what the rows say, and no text lies over another or beyond the page."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path

import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.text import Text
from matplotlib.transforms import Bbox

from scheduler.changes import parse_sweep, scenario_of
from scheduler.plan import PlanBound
from scheduler.report.sheet import Sheet
from scheduler.report.whatif_plots import draw_whatif, sheets
from scheduler.texts import LANGUAGES, Language
from scheduler.whatif.cases import CaseKind, WhatIf
from scheduler.whatif.rows import Row, Verdict
from scheduler.whatif.use import Fill
from tests.helpers.waiting import asked


def question(high: int = 5) -> WhatIf:
    return asked(
        scenarios=[scenario_of("arena.ward.places+1@2027-03..2027-08; remove candidate.A03")],
        sweeps=[parse_sweep(f"arena.ward.places=0..{high}")],
        grid=(parse_sweep("arena.ward.places=1..3"), parse_sweep("rules.total=10..12")),
    )


def rows(asked_for: WhatIf, delays: list[float | None], bound: float | None = None) -> list[Row]:
    """Rows with these delays in turn (None: impossible), made up and not solved for."""
    made = []
    for number, case in enumerate(asked_for.cases):
        delay = delays[number % len(delays)]
        fill = Fill("ward", tuple(share / 24 if share % 7 else None for share in range(24)), 0.5)
        given = {"at": case.at, "group": case.group}
        if delay is None:
            made.append(Row(case.key, case.kind, case.name, case.changes, Verdict.IMPOSSIBLE, **given))  # type: ignore[arg-type]
            continue
        least = delay if bound is None else min(bound, delay)
        total = PlanBound(value=delay, bound=least, proved=delay == least)
        more = {
            "delay": total,
            "worst": PlanBound(value=delay // 2, bound=delay // 2, proved=True),
            "use": (fill, Fill("clinic", fill.by_month, None)),
        }
        made.append(Row(case.key, case.kind, case.name, case.changes, Verdict.POSSIBLE, **given, **more))  # type: ignore[arg-type]
    return made


def inked(sheet: Sheet) -> list[tuple[str, Bbox]]:
    """Every text with where its ink is, those at the axes among them."""
    canvas = FigureCanvasAgg(sheet.figure)
    canvas.draw()
    renderer = canvas.get_renderer()
    found = (text for text in sheet.figure.findobj(Text) if isinstance(text, Text))
    texts = [text for text in found if text.get_visible() and text.get_text()]
    return [(text.get_text(), Text.get_window_extent(text, renderer)) for text in texts]


def overlapping(sheet: Sheet) -> list[tuple[str, str]]:
    """Pairs of texts whose ink meets."""
    boxes = [(text, box.padded(-1)) for text, box in inked(sheet)]
    return [(combination, two) for (combination, a), (two, b) in combinations(boxes, 2) if a.overlaps(b)]


DELAYS: list[list[float | None]] = [
    [None, 12, 7, 3, 1, 0],
    [1],
    [0],
    [240, 239, 1, None],
    [2, None, 1],
]


@pytest.mark.parametrize("delays", DELAYS, ids=str)
@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_text_lies_over_another_or_beyond_the_page(delays: list[float | None], lang: Language) -> None:
    asked_for = question()
    for bound in (None, 0.0):
        for name, sheet in sheets(asked_for, rows(asked_for, delays, bound), lang):
            assert overlapping(sheet) == [], name
            page = sheet.figure.bbox
            for text, box in inked(sheet):
                assert page.x0 <= box.x0 <= box.x1 <= page.x1, text
                assert page.y0 <= box.y0 <= box.y1 <= page.y1, text


def words(sheet: Sheet) -> list[str]:
    return [text for text, _ in inked(sheet)]


def test_the_sweep_shows_every_delay_and_what_is_impossible() -> None:
    asked_for = question()
    by_place = {0: None, 1: 60.0, 2: 41.0, 3: 23.0, 4: 17.0, 5: 0.0}
    made = [row for row in rows(asked_for, [5]) if row.kind is not CaseKind.SWEEP]
    made += [each_row for row in rows(asked_for, [5]) if row.kind is CaseKind.SWEEP
             for each_row in rows(asked_for, [by_place[row.at[0]]]) if each_row.key == row.key]  # fmt: skip
    sweep = dict(sheets(asked_for, made, "nb"))["whatif-sweep-1.png"]
    assert {"60", "41", "23", "17", "0", "umulig", "Slik det er"} <= set(words(sweep))


def test_files_are_written_and_those_of_a_longer_run_go(tmp_path: Path) -> None:
    asked_for = question()
    (tmp_path / "whatif-use-7.png").write_bytes(b"old")
    written = draw_whatif(asked_for, rows(asked_for, [3.0]), tmp_path)
    names = sorted(path.name for path in tmp_path.iterdir())
    assert names == sorted(path.name for path in written)
    assert {"whatif-sweep-1.png", "whatif-grid.png", "whatif-use.png"} <= set(names)
    assert all(path.read_bytes().startswith(b"\x89PNG") for path in written)


def test_many_values_still_fit() -> None:
    asked_for = asked(sweeps=[parse_sweep("arena.ward.places=1..60")])
    for _, sheet in sheets(asked_for, rows(asked_for, [4.0, 3.0]), "en"):
        assert overlapping(sheet) == []
