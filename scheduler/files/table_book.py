"""Tables as a workbook: what could be an instance as the workbook of it, what cannot with its cells as they are."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from scheduler.files.schema import FileInstance
from scheduler.files.tables import Tables, tree_of
from scheduler.files.workbook.fill import Filled
from scheduler.files.workbook.write import book_of, to_workbook
from scheduler.instance.problems import InputError
from scheduler.month import format_month, parse_month, this_month
from scheduler.texts import Language

_USUAL_MONTHS = 60


def workbook_of(tables: Tables, lang: Language = "nb") -> bytes:
    """The workbook from which the same tables would be read."""
    tree = tree_of(tables, lang)
    if all(problem.is_remark for problem in tree.problems):
        try:
            return to_workbook(FileInstance.model_validate(tree), lang)
        except (ValidationError, InputError):  # told where the tables are shown
            pass
    filled = [Filled(table.sheet, table.columns, table.rows) for table in tables.values()]
    return book_of(filled, _readable(tree), lang)


def _readable(tree: Mapping[str, Any]) -> dict[str, Any]:
    """What a workbook asks of its instance, as far as it can be read."""
    name, horizon, rules = tree.get("name"), tree.get("horizon"), tree.get("rules")
    horizon = horizon if isinstance(horizon, Mapping) else {}
    ruleset = rules.get("ruleset") if isinstance(rules, Mapping) else None
    months = horizon.get("months")
    return {
        "name": name if isinstance(name, str) else "",
        "horizon": {
            "start": _month(horizon.get("start")),
            "months": months if isinstance(months, int) and months > 0 else _USUAL_MONTHS,
        },
        "rules": {"ruleset": ruleset} if isinstance(ruleset, str) else {},
    }


def _month(said: object) -> str:
    try:
        return format_month(parse_month(str(said)))
    except ValueError:
        return format_month(this_month())
