"""What each municipality of a region gets out of the plan: the table of the page, with figures to reckon with."""

from __future__ import annotations

from scheduler.accounting.municipalities import municipal_standings
from scheduler.report.municipalities import municipal_rows, municipal_titles
from scheduler.report.words import Words
from scheduler.report.workbook.book import Book
from scheduler.report.workbook.layout import FIRST_ROW, HEAD_ROW, MUNICIPALITIES

_WIDTHS = (30, 9, 14, 12, 14, 9, 9, 60)
_MEAN = 2


def write_municipalities(book: Book) -> None:
    """The sheet, where there are municipalities."""
    if not book.instance.municipalities:
        return
    words = Words(book.instance, book.lang)
    sheet = book.titled_sheet(MUNICIPALITIES, "note-municipalities", what=words.say("municipal-hint"))
    for column, (title, width) in enumerate(zip(municipal_titles(words), _WIDTHS, strict=True)):
        sheet.write_string(HEAD_ROW, column, title, book.head())
        sheet.set_column(column, column, width)
    sheet.freeze_panes(FIRST_ROW, 1)
    middle = book.cell(align="center")
    mean = book.cell(align="center", num_format=book.decimal_format())
    rows = zip(
        municipal_rows(words, book.trajectories), municipal_standings(book.instance, book.trajectories), strict=True
    )
    for row, (said, each) in enumerate(rows, start=FIRST_ROW):
        sheet.write_string(row, 0, said.name, book.cell(bold=True))
        figures = (each.candidates, float(each.mean_delay), each.worst_delay, None, each.gives, each.takes)
        for column, (figure, in_words) in enumerate(zip(figures, said.cells, strict=False), start=1):
            if figure is None:
                sheet.write_string(row, column, in_words, middle)
            else:
                sheet.write_number(row, column, figure, mean if column == _MEAN else middle)
        sheet.write_string(row, len(figures) + 1, said.cells[-1], book.cell(text_wrap=True))
