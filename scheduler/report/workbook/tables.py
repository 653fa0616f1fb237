"""Three plain tables: wishes, the levels of the objective, and where the plan comes from."""

from __future__ import annotations

from scheduler.changes.readings import readings_of
from scheduler.month import Month
from scheduler.plan import PlanBound, PlanWish
from scheduler.report.away import who_is_away
from scheduler.report.workbook.book import RED, RED_TINT, Book, Sheet
from scheduler.report.workbook.layout import FIRST_ROW, date_of
from scheduler.texts import localised, month_in_words, text

_WISH_HEADS = ("id", "name", "rotation", "weight", "from", "to", "met", "reason")
_WISH_WIDTHS = (9, 26, 40, 8, 12, 12, 9, 90)
_READING_HEADS = ("reading", "assumed", "against", "sources", "keys", "other", "change")
_READING_WIDTHS = (30, 50, 70, 18, 34, 30, 30)
_LEVEL_HEADS = ("level", "value", "bound", "proof", "worst")
_AWAY_HEADS = ("away", "away-months", "away-row", "away-needed", "away-post")
_LEVEL_WIDTHS = (44, 12, 14, 28, 20)


def write_wishes(book: Book) -> None:
    """Every wish, whether it was met, and what stood against it if not."""
    sheet = book.titled_sheet("wishes", "note-wishes")
    book.heads(sheet, _WISH_HEADS, _WISH_WIDTHS)
    sheet.freeze_panes(FIRST_ROW, 0)
    sheet.repeat_rows(5)
    row = FIRST_ROW
    for entry in book.entries:
        for wish in entry.wishes:
            sheet.write_string(row, 0, entry.id, book.cell(bold=True))
            sheet.write_string(row, 1, book.name_of(entry), book.cell(shrink=True))
            _write_wish(book, sheet, row, wish)
            row += 1


def _write_wish(book: Book, sheet: Sheet, row: int, wish: PlanWish) -> None:
    sheet.write_string(row, 2, book.rotation_name(wish.rotation), book.cell())
    sheet.write_number(row, 3, wish.weight, book.cell(align="center"))
    _write_month(book, sheet, row, 4, wish.from_)
    _write_month(book, sheet, row, 5, wish.to)
    colours = {} if wish.met else {"font_color": RED, "bg_color": RED_TINT, "bold": True}
    sheet.write_string(row, 6, book.say("yes" if wish.met else "no"), book.cell(align="center", **colours))
    reason = "" if wish.reason is None else wish.reason.said(book.lang)
    sheet.write_string(row, 7, reason, book.cell(text_wrap=True))
    sheet.set_row(row, max(16, 14 * -(-len(reason) // 95)))


def _write_month(book: Book, sheet: Sheet, row: int, column: int, month: Month | None) -> None:
    look = book.cell(num_format=book.date_format(), align="right")
    if month is None:
        sheet.write_blank(row, column, None, look)
    else:
        sheet.write_datetime(row, column, date_of(month), look)


def write_levels(book: Book) -> None:
    """What the plan was judged by, most important first, and what is proved of it."""
    sheet = book.titled_sheet("levels", "note-levels")
    book.heads(sheet, _LEVEL_HEADS, _LEVEL_WIDTHS)
    number = book.cell(num_format=book.decimal_format("0.##"), align="center")
    figure = book.cell(num_format="General", align="center")
    for row, level in enumerate(book.plan.objectives, start=FIRST_ROW):
        sheet.write_string(row, 0, text(f"cli.level-{level.id}", book.lang), book.cell(bold=True))
        shown = [level.value, level.bound] if book.standing.tells_proofs else [level.value]
        for column, value in enumerate(shown, start=1):
            sheet.write_number(row, column, value, figure if float(value).is_integer() else number)
        sheet.write_string(row, 3, _proof(book, level), book.cell())
        worst = "" if level.worst is None else localised(level.worst.value, book.lang)
        if level.id == "away" and worst:
            worst = book.say("worst-away", value=worst)
        sheet.write_string(row, 4, worst, book.cell(align="center"))
    _write_away(book, sheet, FIRST_ROW + len(book.plan.objectives) + 1)


def _write_away(book: Book, sheet: Sheet, first: int) -> None:
    """Who is away from the own post: how many months, how many in a row, and how many of them are needed."""
    rows = who_is_away(book.trajectories)
    for column, key in enumerate(_AWAY_HEADS if rows else ()):
        sheet.write_string(first, column, book.say(f"head-{key}"), book.head())
    entries = {entry.id: entry for entry in book.plan.candidates}
    for row, each in enumerate(rows, start=first + 1):
        name = book.name_of(entries[each.candidate])
        sheet.write_string(
            row, 0, each.candidate if name == each.candidate else f"{each.candidate} {name}", book.cell()
        )
        for column, months in enumerate((each.months, each.row, each.needed), start=1):
            if months is None:
                sheet.write_string(row, column, book.say("not-known"), book.cell(align="center"))
            else:
                sheet.write_number(row, column, months, book.cell(align="center"))
        post = book.say("own-list") if each.post is None else book.instance.arenas[each.post].name
        sheet.write_string(row, 4, post, book.cell())


def _proof(book: Book, level: PlanBound) -> str:
    if not book.standing.tells_proofs:
        return book.say("no-proof")
    return book.say("proved" if level.proved else "not-proved")


def write_readings(book: Book) -> None:
    """What is assumed where the sources say nothing or disagree, and where it is changed."""
    sheet = book.titled_sheet("readings", "note-readings")
    book.heads(sheet, _READING_HEADS, _READING_WIDTHS)
    sheet.freeze_panes(FIRST_ROW, 0)
    sheet.repeat_rows(5)
    for row, here in enumerate(readings_of(book.instance), start=FIRST_ROW):
        words = (
            here.title(book.lang),
            here.assumed(book.lang),
            " ".join(part for part in (here.against(book.lang), here.how(book.lang)) if part),
            here.reading.sources,
            ", ".join(here.reading.keys),
            "" if here.change is None else here.other(book.lang),
            "" if here.change is None else here.change.inline(),
        )
        for column, cell in enumerate(words):
            sheet.write_string(row, column, cell, book.cell(text_wrap=True, valign="top", bold=column == 0))
        lines = (-(-len(cell) // width) for cell, width in zip(words, _READING_WIDTHS, strict=True))
        sheet.set_row(row, max(16, 14 * max(lines)))


def write_about(book: Book) -> None:
    """Where the plan comes from: tool, input, search, day."""
    sheet = book.titled_sheet("about", "note-about")
    sheet.set_column(0, 0, 30)
    sheet.set_column(1, 1, 90)
    plan, run = book.plan, book.plan.run
    last = book.instance.end - 1
    rows = {
        "name": plan.instance.name,
        "status": book.standing.label(book.lang),
        "candidates": str(len(plan.candidates)),
        "horizon": f"{month_in_words(book.instance.start, book.lang)} – {month_in_words(last, book.lang)}",
        "hash": plan.instance.sha256,
        "ruleset": book.instance.rules.ruleset,
        "tool": f"{plan.tool.name} {plan.tool.version}",
        "ortools": plan.tool.ortools,
        "made": f"{book.made.day}.{book.made.month}.{book.made.year}" if book.lang == "nb" else book.made.isoformat(),
        "seed": str(run.seed),
        "workers": str(run.workers),
        "seconds": str(localised(round(run.seconds, 1), book.lang)),
        "strategy": run.strategy.said(book.lang),
    }
    for row, (key, words) in enumerate(rows.items(), start=3):
        sheet.write_string(row, 0, book.say(f"about-{key}"), book.head())
        alarm = {"font_color": RED, "bold": True} if key == "status" and book.standing.broken else {}
        sheet.write_string(row, 1, words, book.cell(text_wrap=True, **alarm))
    row = 3 + len(rows) + 1
    for number, message in enumerate(plan.messages):
        sheet.write_string(row + number, 1, message.said(book.lang), book.format(text_wrap=True))
    sheet.write_string(row + len(plan.messages) + 1, 0, book.say("privacy"), book.format(bold=True))
