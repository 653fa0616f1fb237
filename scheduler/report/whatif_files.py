"""The outcome as files that programs read: whatif.json with everything, whatif.csv with a line a row."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from scheduler import __version__
from scheduler.changes.words import called_in, sentence
from scheduler.month import Month, format_month
from scheduler.plan import PlanBound
from scheduler.report.csv_text import csv_text
from scheduler.report.lines.whatif import told_of
from scheduler.texts import Language
from scheduler.whatif.cases import WhatIf
from scheduler.whatif.rows import Row, worths

SCHEMA = 1


def to_json(question: WhatIf, rows: Sequence[Row], lang: Language, with_plans: bool = True) -> str:
    """Everything: rows with their changes, figures, finishes, use by arena and month, and the plans themselves."""
    tree = {
        "schema": SCHEMA,
        "tool": {"name": "alis-scheduler", "version": __version__},
        "instance": {"name": question.base.instance.name, "sha256": question.base.instance.sha256},
        "sweeps": [{"id": str(number), "text": sweep.text} for number, sweep in enumerate(question.sweeps, start=1)],
        "grid": None if question.grid is None else [sweep.text for sweep in question.grid],
        "rows": [_row(row, question, lang, with_plans) for row in rows],
        "worth": [
            {
                "arena": worth.arena,
                "found": worth.found,
                "least": worth.least,
                "most": worth.most,
                "proved": worth.proved,
            }
            for worth in worths(rows)
        ],
    }
    return json.dumps(tree, ensure_ascii=False, indent=1) + "\n"


def _row(row: Row, question: WhatIf, lang: Language, with_plans: bool) -> dict[str, Any]:
    start, called = question.base.instance.start, called_in(question.base.instance)
    plan = json.loads(row.plan.to_json()) if row.plan is not None and with_plans else None
    return {
        "id": row.key,
        "kind": row.kind.value,
        "name": row.name,
        "group": row.group or None,
        "values": list(row.at),
        "changes": [change.mapping() for change in row.changes],
        "text": "; ".join(sentence(change, lang, called) for change in (*row.changes, *row.following)),
        "verdict": row.verdict.value,
        "why": [reason.said(lang) for reason in row.why]
        + [told_of(problem, row.changes, lang) for problem in row.problems],
        "remedies": [remedy.said(lang) for remedy in row.remedies],
        "violations": list(row.violations),
        "delay": _figure(row.delay),
        "worst_delay": _figure(row.worst),
        "fairness": _figure(row.fairness),
        "wishes_lost": _figure(row.wishes_lost),
        "wishes_met": row.wishes_met,
        "wishes": row.wishes,
        "away": _figure(row.away),
        "locum_weeks": row.locum,
        "longest_away": None if row.away is None else _figure(row.away.worst),
        "finishes": [
            {
                "candidate": finish.candidate,
                "finish": _month(finish.month),
                "delay": finish.delay,
                "later_than_base": finish.later,
            }
            for finish in row.finishes
        ],
        "moved": list(row.moved),
        "told": [told.said(lang) for told in row.told],
        "use": [
            {
                "arena": fill.arena,
                "share": _rounded(fill.share),
                "by_month": {format_month(start + n): _rounded(share) for n, share in enumerate(fill.by_month)},
            }
            for fill in row.use
        ],
        "first_shortage": None
        if row.shortage is None
        else {
            "month": format_month(row.shortage.month),
            "arena": row.shortage.arena,
            "candidates": list(row.shortage.candidates),
        },
        "plan_taken_from": row.plan_of,
        "proof_taken_from": row.proof_of,
        "seconds": row.seconds,
        "tries": row.tries,
        "plan": plan,
    }


def _figure(figure: PlanBound | None) -> dict[str, Any] | None:
    return None if figure is None else {"value": figure.value, "bound": figure.bound, "proved": figure.proved}


def _month(month: Month | None) -> str | None:
    return None if month is None else format_month(month)


def _rounded(share: float | None) -> float | None:
    return None if share is None else round(share, 4)


def to_csv(question: WhatIf, rows: Sequence[Row], lang: Language) -> str:
    """A line a row, a column an arena's use and a candidate's finish."""
    arenas = list(dict.fromkeys(fill.arena for row in rows for fill in row.use))
    candidates = list(dict.fromkeys(each_finish.candidate for row in rows for each_finish in row.finishes))
    worth = {each_worth.arena: each_worth for each_worth in worths(rows)}
    head = [*_COLUMNS, *(f"use {arena}" for arena in arenas), *(f"finish {candidate}" for candidate in candidates)]
    lines: list[list[Any]] = []
    for row in rows:
        use = {fill.arena: fill.share for fill in row.use}
        finish = {each_finish.candidate: each_finish.month for each_finish in row.finishes}
        saved = worth[row.arena].found if row.arena in worth else None
        cells = [
            *_cells(row, lang),
            saved,
            *(_rounded(use.get(arena_id)) for arena_id in arenas),
            *(_month(finish.get(candidate_id)) for candidate_id in candidates),
        ]
        lines.append(cells)
    return csv_text([head, *lines], lang)


_COLUMNS = (
    "id", "kind", "name", "verdict", "delay", "delay at best", "worst delay", "fairness", "wishes lost", "wishes met",
    "wishes", "months away", "longest away", "locum weeks", "finish at another time", "moved", "first shortage",
    "short of", "why", "worth of the place",
)  # fmt: skip


def _cells(row: Row, lang: Language) -> list[Any]:
    has = row.delay is not None
    return [
        row.key,
        row.kind.value,
        row.name,
        row.verdict.value,
        _value(row.delay),
        None if row.delay is None else _whole(row.delay.bound),
        _value(row.worst),
        _value(row.fairness),
        _value(row.wishes_lost),
        row.wishes_met if has else None,
        row.wishes if has else None,
        _value(row.away),
        None if row.away is None else _value(row.away.worst),
        row.locum,
        len(row.later) if has else None,
        len(row.moved) if has else None,
        None if row.shortage is None else format_month(row.shortage.month),
        None if row.shortage is None else row.shortage.arena,
        " ".join(reason.said(lang) for reason in row.why) or None,
    ]


def _value(figure: PlanBound | None) -> float | int | None:
    return None if figure is None else _whole(figure.value)


def _whole(value: float) -> float | int:
    return int(value) if float(value).is_integer() else value
