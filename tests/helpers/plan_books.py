"""Plan workbooks for the tests: written, edited as people do, read back."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from openpyxl import load_workbook

from scheduler.accounting import levels, trajectories, with_figures
from scheduler.accounting.guidance import guidance
from scheduler.accounting.levels import MORE_IS_BETTER
from scheduler.check import check_plan
from scheduler.constraints.rule import Violation
from scheduler.files import read_instance
from scheduler.files.schema import FileInstance
from scheduler.instance.types import Instance
from scheduler.month import Month
from scheduler.plan import Plan, PlanCandidate, PlanObjective, Status
from scheduler.report.workbook import write_workbook
from scheduler.report.workbook.layout import FIRST_ROW, month_column
from scheduler.texts import Language
from tests.helpers.planting import plant

REPO = Path(__file__).parents[2]
SARPSBORG = REPO / "reports" / "sarpsborg" / "plan.json"
_WRITTEN: dict[tuple[str, str], bytes] = {}
MADE = datetime.date(2026, 8, 1)


@cache
def sarpsborg() -> tuple[Instance, Plan]:
    """The published example."""
    plan = Plan.from_json(SARPSBORG.read_bytes())
    assert plan.instance.source is not None
    return read_instance(plan.instance.source, plan.instance.name), plan


@cache
def planted(seed: int) -> tuple[Instance, Plan]:
    """A planted instance with its plan, the instance inside as in a published one."""
    planted = plant(seed)
    source = FileInstance.model_validate(planted.tree).tree()
    return planted.instance, planted.plan.model_copy(
        update={"instance": planted.plan.instance.model_copy(update={"source": source})}
    )


def written(folder: Path, instance: Instance, plan: Plan, lang: Language = "nb") -> Path:
    """The plan's workbook in a folder; written once, copied afterwards."""
    path = folder / "plan.xlsx"
    key = (instance.sha256, lang)
    if key not in _WRITTEN:
        write_workbook(instance, plan, path, lang, made=MADE)
        _WRITTEN[key] = path.read_bytes()
    path.write_bytes(_WRITTEN[key])
    return path


def edited(path: Path, edit: Callable[[Any], None]) -> Path:
    """A copy in which somebody has changed something and saved."""
    workbook = load_workbook(path)
    edit(workbook)
    copy = path.with_name("edited.xlsx")
    workbook.save(copy)
    return copy


def row_of(plan: Plan, candidate_id: str) -> int:
    """A candidate's row on the sheets, counted from 1."""
    return FIRST_ROW + 1 + [entry.id for entry in plan.candidates].index(candidate_id)


def column_of(instance: Instance, month: Month) -> int:
    """A month's column on sheets with a calendar, counted from 1."""
    return month_column(instance, month) + 1


def same_edit(instance: Instance, plan: Plan, candidate_id: str, month: Month, rotation: str | None) -> Plan:
    """The plan file with one month changed by hand and all figures put right."""
    entries = [
        with_figures(instance, _changed(instance, entry, month, rotation)) if entry.id == candidate_id else entry
        for entry in plan.candidates
    ]
    changed = plan.model_copy(
        update={
            "status": Status.FEASIBLE,
            "candidates": entries,
            "guidance": guidance(instance, entries) if plan.guidance else [],
        }
    )
    right = levels(instance, trajectories(instance, changed))
    objectives = [
        PlanObjective(id=level.id, value=value, bound=value if level.id in MORE_IS_BETTER else 0, proved=False)
        for level in plan.objectives
        for value in [right[level.id].value]
    ]
    return changed.model_copy(update={"objectives": objectives})


def _changed(instance: Instance, entry: PlanCandidate, month: Month, rotation: str | None) -> PlanCandidate:
    percent = 0 if rotation is None else instance.candidates[entry.id].percent_at(month)
    rows = {row.month: row.model_dump() for row in entry.months}
    rows[month] = {"month": month, "rotation": rotation, "percent": percent}
    tree = entry.model_dump(by_alias=True)
    return PlanCandidate.model_validate({**tree, "months": [rows[each_row] for each_row in sorted(rows)]})


def told(instance: Instance, plan: Plan) -> list[str]:
    """Every violation of a plan in words."""
    return sorted(f"{violation.rule}: {violation.sentence('en')}" for violation in violations(instance, plan))


def violations(instance: Instance, plan: Plan) -> list[Violation]:
    return check_plan(instance, plan)
