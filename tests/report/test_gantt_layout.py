"""No text on a chart overlaps another, leaves its place or is cut: every view, paper, language and number of people."""

from __future__ import annotations

import itertools
from functools import cache
from typing import Any

import pytest

from scheduler.report.gantt import By
from scheduler.report.style import PaperName
from scheduler.texts import Language
from tests.helpers.gantt_town import NAMES, START, Town, assert_tidy, cut_words, pages, shifted, town, words

PAPERS: tuple[PaperName, ...] = ("a3", "a4", "screen")
LONG_NAMES = [name for name in NAMES if len(name) > 25]


@cache
def of(n: int) -> tuple[Town, Town]:
    """A town and its plan before; the same for all tests, which do not change it."""
    return town(n), shifted(town(n))


def assert_whole(sheets: list[Any]) -> None:
    """Nothing is cut but names that are longer than any column."""
    for word in cut_words(sheets):
        assert any(name.startswith(word[:-1]) for name in LONG_NAMES), f"{word!r} is cut"


@pytest.mark.parametrize("lang", ["nb", "en"])
@pytest.mark.parametrize("paper", PAPERS)
@pytest.mark.parametrize("by", ["candidate", "arena", "group"])
@pytest.mark.parametrize("n", [18, 60])
def test_no_text_overlaps_or_is_cut(n: int, by: By, paper: PaperName, lang: Language) -> None:
    sheets = pages(of(n)[0], by=by, paper=paper, lang=lang, today=START + 7)
    for sheet in sheets:
        assert_tidy(sheet)
    assert_whole(sheets)


@pytest.mark.parametrize("lang", ["nb", "en"])
@pytest.mark.parametrize("paper", PAPERS)
@pytest.mark.parametrize("by", ["candidate", "arena", "group"])
@pytest.mark.parametrize("n", [18, 60])
def test_no_text_overlaps_or_is_cut_where_two_plans_are_compared(
    n: int, by: By, paper: PaperName, lang: Language
) -> None:
    now, before = of(n)
    sheets = pages(now, by=by, paper=paper, lang=lang, today=START + 20, before=before.plan, highlight=["A03"])
    for sheet in sheets:
        assert_tidy(sheet)
    assert_whole(sheets)


@pytest.mark.parametrize("paper", PAPERS)
def test_one_candidate_alone(paper: PaperName) -> None:
    for sheet in pages(town(1), paper=paper, today=START + 7):
        assert_tidy(sheet)


@pytest.mark.parametrize(("first", "months"), [(0, 1), (4, 14), (0, 240)])
def test_no_text_overlaps_in_short_and_long_ranges(first: int, months: int) -> None:
    for sheet in pages(town(4), paper="a4", start=START + first, end=START + first + months):
        assert_tidy(sheet)


@pytest.mark.parametrize(("paper", "n_pages"), [("a3", 1), ("a4", 1), ("screen", 1)])
def test_eighteen_candidates_fit_on_one_page(paper: PaperName, n_pages: int) -> None:
    assert len(pages(town(18), paper=paper)) == n_pages


def test_every_candidate_is_on_exactly_one_page_and_pages_are_even() -> None:
    which = town(60)
    ids = list(which.instance.candidates)
    rows = [[word for word in words([sheet]) if word in ids] for sheet in pages(which, paper="a4")]
    assert list(itertools.chain(*rows)) == ids
    assert max(map(len, rows)) - min(map(len, rows)) <= len(rows)
