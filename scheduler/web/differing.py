"""What is different between two versions of the data, in words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from scheduler.files.table_edits import CellChange, RowChange, as_shown, differences
from scheduler.files.tables import Tables
from scheduler.files.workbook.titles import column_phrase, sheet_phrase
from scheduler.texts import Language, Phrase, chained, phrase

_MOST_SHEETS = 6
_LONGEST = 60


def edited(old: Tables, new: Tables) -> Phrase | None:
    """What somebody has changed, in a line of the history; None if nothing."""
    found = differences(old, new)
    told = [_of_sheet(sheet, changes) for sheet, changes in found.items()]
    if not told:
        return None
    more = len(told) - _MOST_SHEETS
    if more > 0:
        told = [*told[:_MOST_SHEETS], phrase("web.did-more", number=more)]
    return chained("web.then", told)


def _of_sheet(sheet: str, changes: Sequence[RowChange]) -> Phrase:
    table = sheet_phrase(sheet)
    if len(changes) == 1 and changes[0].before and changes[0].after and len(changes[0].cells) == 1:
        [cell] = changes[0].cells
        said = phrase(
            "web.did-cell", column=column_phrase(cell.column), before=_told(cell.before), after=_told(cell.after)
        )
        whose = changes[0].called
        return (
            phrase("web.did-in-row", table=table, who=whose, said=said)
            if whose
            else phrase("web.did-in", table=table, said=said)
        )
    numbers = {
        "changed": sum(1 for change in changes if change.before is not None and change.after is not None),
        "new": sum(1 for change in changes if change.before is None),
        "gone": sum(1 for change in changes if change.after is None),
    }
    parts = [phrase(f"web.rows-{kind}", number=number) for kind, number in numbers.items() if number]
    return phrase("web.did-in", table=table, said=chained("web.comma", parts))


def _told(content: str | int | float | None) -> str:
    said = as_shown(content, "en")
    return (said if len(said) <= _LONGEST else said[: _LONGEST - 1] + "…") or "–"


def difference_lines(old: Tables, new: Tables, lang: Language) -> Iterator[tuple[str, list[str]]]:
    """What is different, sheet by sheet: its title, and a line for each row."""
    for sheet, changes in differences(old, new).items():
        yield sheet_phrase(sheet).said(lang), [row_phrase(change).said(lang) for change in changes]


def row_phrase(change: RowChange) -> Phrase:
    """What is different in a row."""
    who = change.called or phrase("web.diff-a-row")
    if change.before is None or change.after is None:
        cells = chained("web.comma", [_content(cell, change.before is None) for cell in change.cells])
        return phrase("web.diff-new" if change.before is None else "web.diff-gone", who=who, cells=cells)
    return phrase("web.diff-row", who=who, cells=chained("web.then", [_cell(cell) for cell in change.cells]))


def _content(cell: CellChange, is_new: bool) -> Phrase:
    return phrase(
        "web.diff-content", column=column_phrase(cell.column), content=_told(cell.after if is_new else cell.before)
    )


def _cell(cell: CellChange) -> Phrase:
    return phrase("web.did-cell", column=column_phrase(cell.column), before=_told(cell.before), after=_told(cell.after))
