"""The next intake: new candidates, made from a template row, added to an instance's tree.

How many there is room for is asked in ``scheduler.intake.headroom``; here nothing is solved.
"""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from typing import Any

from scheduler.month import Month, format_month
from scheduler.texts import Language, text

Tree = dict[str, Any]
PERSONAL = frozenset(
    {"id", "name", "start", "leave", "fixed", "current", "supervisor", "practice", "post", "group", "finish_by"}
)
DATED = ("percent", "wishes")


def template_of(tree: Mapping[str, Any], candidate_id: str) -> Tree:
    """A template from a candidate's row: what is that person's own (id, dates, leave, office, group …) left out.

    Credit, goals done, percent, wishes without months and allowed rotations stay: the new ones come with the same past.
    """
    row = next(row for row in tree["candidates"] if row["id"] == candidate_id)
    template = {key: deepcopy(value) for key, value in row.items() if key not in PERSONAL}
    for key in DATED:
        kept = [each_row for each_row in template.get(key, []) if "from" not in each_row and "to" not in each_row]
        template.pop(key, None)
        if kept:
            template[key] = kept
    return template


def with_newcomers(
    tree: Mapping[str, Any], count: int, start: Month, template: Mapping[str, Any] | None = None, lang: Language = "nb"
) -> Tree:
    """The tree with ``count`` more candidates who start in a month: N01, N02 … (numbers already taken are passed over).

    Without a template they are at 100 %, with nothing behind them, and the plan chooses office and group.
    """
    grown = dict(tree)
    rows = list(tree.get("candidates", []))
    taken = {row["id"] for row in rows}
    number = 0
    for _ in range(count):
        number = next(n for n in range(number + 1, number + len(taken) + 2) if f"N{n:02d}" not in taken)
        identity = {"id": f"N{number:02d}", "name": text("intake.name", lang, number=number)}
        rows.append({**deepcopy(dict(template or {})), **identity, "start": format_month(start)})
    grown["candidates"] = rows
    return grown
