"""The first sheet: what to fill in, in which order, and what the colours mean."""

from __future__ import annotations

from collections.abc import Sequence

from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from scheduler.files.workbook.layout import Sheet
from scheduler.files.workbook.looks import Looks
from scheduler.files.workbook.titles import says, sheet_title
from scheduler.texts import Language

STEPS = ("step-1", "step-2", "step-3", "step-4", "step-5", "step-6")
GOOD_TO_KNOW = ("months", "ids", "dash", "own", "order-free", "privacy")
_WIDE = 112


def write_readme(book: Workbook, looks: Looks, sheets: Sequence[Sheet], lang: Language) -> None:
    """The read-me sheet, with links to the others."""
    page = book.add_worksheet(sheet_title("readme", lang))
    page.hide_gridlines(2)
    page.set_column(0, 0, 4)
    page.set_column(1, 1, 36)
    page.set_column(2, 2, _WIDE - 36)
    page.set_landscape()
    page.set_paper(9)
    page.fit_to_pages(1, 0)
    page.write_string(0, 1, says("readme.title", lang), looks.heading)
    page.set_row(0, 28)
    row = _paragraphs(page, looks, 1, [("", says("readme.intro", lang))]) + 1
    row = _section(page, looks, row, "order", lang)
    row = _paragraphs(page, looks, row, [(str(n), says(f"readme.{key}", lang)) for n, key in enumerate(STEPS, 1)])
    page.write_string(row, 1, says("readme.then", lang), looks.paragraph)
    for offset, key in enumerate(("check", "plan"), start=1):
        page.merge_range(row + offset, 1, row + offset, 2, says(f"readme.{key}", lang), looks.code)
    row = _section(page, looks, row + 4, "colours", lang)
    row = _colours(page, looks, row, lang) + 1
    row = _section(page, looks, row, "good", lang)
    row = _paragraphs(page, looks, row, [("•", says(f"readme.{key}", lang)) for key in GOOD_TO_KNOW]) + 1
    row = _section(page, looks, row, "sheets", lang)
    for offset, sheet in enumerate(sheets):
        title = sheet_title(sheet.key, lang)
        page.write_url(row + offset, 1, f"internal:'{title}'!A1", looks.link, title)
        page.write_string(row + offset, 2, says(f"about.{sheet.key}", lang), looks.paragraph)
        _height(page, row + offset, says(f"about.{sheet.key}", lang), _WIDE - 36)
    page.activate()


def _section(page: Worksheet, looks: Looks, row: int, key: str, lang: Language) -> int:
    page.write_string(row, 1, says(f"readme.{key}", lang), looks.section)
    page.set_row(row, 22)
    return row + 1


def _paragraphs(page: Worksheet, looks: Looks, row: int, paragraphs: list[tuple[str, str]]) -> int:
    for mark, said in paragraphs:
        page.write_string(row, 0, mark, looks.bullet)
        page.merge_range(row, 1, row, 2, said, looks.paragraph)
        _height(page, row, said, _WIDE)
        row += 1
    return row


def _height(page: Worksheet, row: int, said: str, wide: int) -> None:
    """Merged cells do not grow by themselves."""
    page.set_row(row, 16 * (1 + len(said) // wide))


def _colours(page: Worksheet, looks: Looks, row: int, lang: Language) -> int:
    swatches = (
        (looks.must, "must"),
        (looks.may, "may"),
        (looks.note, "note"),
        (looks.swatch_missing, "missing"),
        (looks.swatch_twice, "twice"),
    )
    for offset, (look, key) in enumerate(swatches):
        page.write_string(row + offset, 1, says(f"readme.{key}", lang), look)
        page.set_row(row + offset, 20)
    return row + len(swatches)
