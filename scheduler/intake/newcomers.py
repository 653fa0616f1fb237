"""The next intake: new candidates, made from a template row, added to an instance's tree.

How many there is room for is asked in ``scheduler.intake.headroom``; here nothing is solved.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from copy import deepcopy
from pathlib import Path
from typing import Any

from scheduler.files import read_instance
from scheduler.files.load import read_tree
from scheduler.files.templates import known_rows
from scheduler.instance.named import meant
from scheduler.instance.problems import InputError, Problem, shown
from scheduler.instance.spelling import nearest
from scheduler.instance.types import Instance
from scheduler.month import Month, format_month
from scheduler.texts import Language, text

Tree = dict[str, Any]
PERSONAL = frozenset(
    {"id", "name", "formerly", "start", "leave", "fixed", "current"}
    | {"supervisor", "practice", "post", "group", "finish_by", "lost_before"}
)
DATED = ("percent", "wishes")
INSTANCE_FILE = "instance"  # what its problems are told of


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


def template_for(instance: Instance, given: str | Mapping[str, Any] | None) -> Mapping[str, Any] | None:
    """The row that new ones are made from: a candidate's (by id or name), the first of a file, or the one given."""
    if not isinstance(given, str):
        return given
    tree = instance.source or {}
    known = known_rows("candidates", tree.get("candidates", []))
    found = meant(given, known)
    if found is not None:
        return template_of(tree, found)
    if not Path(given).suffix:
        raise InputError([Problem("intake-template", found=shown(given), nearest=nearest(given, known))])
    read = read_tree(Path(given))
    rows = read.get("candidates")
    row = rows[0] if isinstance(rows, list) and rows and isinstance(rows[0], dict) else read
    return {key: value for key, value in row.items() if key not in ("id", "name", "start", "schema")}


def grown_by(
    instance: Instance,
    count: int,
    start: Month,
    template: Mapping[str, Any] | None = None,
    lang: Language = "nb",
    taken: Collection[str] = (),
) -> Instance:
    """The instance with ``count`` more candidates who start in a month; InputError for months outside the horizon.

    ``taken``: ids that others have had.
    """
    if not instance.start <= start < instance.end:
        months = {"first": format_month(instance.start), "last": format_month(instance.end - 1)}
        raise InputError([Problem("intake-outside", fields=months)])
    tree = with_newcomers(instance.source or {}, count, start, template, lang, taken)
    return read_instance(tree, instance.name, source=INSTANCE_FILE)


def with_newcomers(
    tree: Mapping[str, Any],
    count: int,
    start: Month,
    template: Mapping[str, Any] | None = None,
    lang: Language = "nb",
    others: Collection[str] = (),
) -> Tree:
    """The tree with ``count`` more candidates who start in a month: N01, N02 … (numbers already taken are passed over).

    Without a template they are at 100 %, with nothing behind them, and the plan chooses office and group.
    """
    grown = dict(tree)
    rows = list(tree.get("candidates", []))
    taken = {*(row["id"] for row in rows), *(former for row in rows for former in row.get("formerly", ())), *others}
    number = 0
    for _ in range(count):
        number = next(n for n in range(number + 1, number + len(taken) + 2) if f"N{n:02d}" not in taken)
        identity = {"id": f"N{number:02d}", "name": text("intake.name", lang, number=number)}
        rows.append({**deepcopy(dict(template or {})), **identity, "start": format_month(start)})
    grown["candidates"] = rows
    return grown
