"""A draft in a few lines: that it is no plan, who is not placed and why not, and what is wrong with those placed."""

from __future__ import annotations

from collections.abc import Iterator

from scheduler.plan import PlanDraft
from scheduler.texts import Language, text

MOST_LINES = 30


def draft_heading(draft: PlanDraft, lang: Language) -> str:
    """``Utkast, ikke en plan: tiden gikk ut da 14 av 18 var plassert. 4 er ikke plassert.``"""
    placed, number = len(draft.candidates), len(draft.not_placed)
    key = "draft.what" if number else "draft.what-all"
    return text(key, lang, placed=placed, all=placed + number, number=number)


def draft_rows(draft: PlanDraft, lang: Language) -> Iterator[str]:
    """Each who is not placed with what stands in the way, then what is broken even so."""
    for row in draft.not_placed:
        why = "; ".join(sentence.said(lang) for sentence in row.in_the_way)
        yield text("draft.not-placed", lang, who=row.id, why=why)
    for sentence in draft.broken:
        yield text("draft.broken", lang, what=sentence.said(lang))


def draft_lines(draft: PlanDraft, lang: Language) -> Iterator[str]:
    """All of it for the command line, in no more lines than are read, and what can be done."""
    yield draft_heading(draft, lang)
    rows = list(draft_rows(draft, lang))
    for row in rows[:MOST_LINES]:
        yield f"  {row}"
    if len(rows) > MOST_LINES:
        yield text("draft.more", lang, number=len(rows) - MOST_LINES)
    yield text("draft.longer", lang)
