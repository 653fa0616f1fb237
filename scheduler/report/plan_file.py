"""A plan file read with all its problems, with the instance it was made for, and how it stands."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from scheduler.accounting import Readings, reading_once
from scheduler.files import InputError, Problem, read_instance
from scheduler.files.load import read_tree
from scheduler.instance.problems import shown
from scheduler.instance.types import Instance
from scheduler.plan import Plan
from scheduler.report.standing import PlanStanding, standing_of

PLAN_SCHEMA = 1
WORKBOOK_SUFFIX = ".xlsx"
NO_FILE = Path("plan")
"""What messages call a plan that was not read from a file."""


@dataclass(frozen=True, slots=True)
class OpenedPlan:
    """A plan file that has been read and checked; ``instance`` is None if nobody knows what the plan was made for."""

    path: Path
    plan: Plan
    instance: Instance | None
    standing: PlanStanding
    readings: Readings = field(compare=False, repr=False)
    """What has been read of its months, for whoever edits it often: nobody changes a plan that has been opened."""


def read_plan(path: Path) -> Plan:
    """The plan of a file; InputError with every problem. Its own instance, if it carries one, is the one it names.

    A plan.xlsx may have been edited by hand: its figures are recomputed.
    """
    if path.suffix.lower() == WORKBOOK_SUFFIX:
        from scheduler.report.workbook.read import read_workbook  # half a second to load; most plans are JSON

        return read_workbook(path)
    tree = read_tree(path)  # whatever is wrong with the file as such
    if path.suffix.lower() != ".json":
        raise InputError([Problem("file-suffix", found=path.suffix, fields={"allowed": ".json, .xlsx"})], str(path))
    if tree.get("schema") != PLAN_SCHEMA:
        raise InputError([_schema_problem(tree)], str(path))
    try:
        plan = Plan.from_json(path.read_text(encoding="utf-8-sig"))
    except ValidationError as error:
        problems = [_plan_problem(detail) for detail in error.errors(include_url=False)]
        raise InputError(problems, str(path)) from None
    own_instance(plan, path)
    return plan


def open_plan(path: Path, instance: Instance | None = None) -> OpenedPlan:
    """A plan and its standing; InputError for a file without a plan.

    It must have been made for the instance; without one its own is taken, if it carries it.
    """
    plan = read_plan(path)
    require_candidates(plan, path)
    return opened(plan, own_instance(plan, path) if instance is None else instance, path)


def opened(plan: Plan, instance: Instance | None, path: Path = NO_FILE) -> OpenedPlan:
    """A plan with its standing; InputError if the instance is another than it was made for."""
    if instance is not None:
        require_same(instance, plan, str(path))
    readings = Readings(plan)
    with reading_once(readings):
        return OpenedPlan(path, plan, instance, standing_of(instance, plan), readings)


def opened_draft(plan: Plan, instance: Instance) -> OpenedPlan:
    """Those placed in a draft as if they were a plan, with the standing of a draft: for what draws plans."""
    placed = plan.of_placed()
    return OpenedPlan(NO_FILE, placed, instance, PlanStanding.after_check(plan, ()), Readings(placed))


def open_whole(path: Path, instance: Instance | None = None) -> tuple[OpenedPlan, Instance]:
    """A plan and the instance it was made for: the one given, else the plan's own; InputError if there is neither."""
    opened = open_plan(path, instance)
    if opened.instance is None:
        raise InputError([Problem("plan-without-instance")], str(path))
    return opened, opened.instance


def own_instance(plan: Plan, path: Path = NO_FILE) -> Instance | None:
    """The instance that the plan carries with it; InputError if it was changed since; None if there is none."""
    if plan.instance.source is None:
        return None
    source = f"{path} (instance.source)"
    instance = read_instance(plan.instance.source, plan.instance.name, source=source, may_be_empty=True)
    require_same(instance, plan, str(path))
    return instance


def require_candidates(plan: Plan, path: Path = NO_FILE) -> None:
    """Raise InputError if it is the outcome of a run that made no plan."""
    if not plan.status.has_plan or not plan.candidates:
        raise InputError([no_plan(plan)], str(path))


def no_plan(plan: Plan) -> Problem:
    """Why nothing can be made of a file of a run that has no plan."""
    if plan.draft is None:
        return Problem("plan-empty", found=plan.status.value)
    n_placed = len(plan.draft.candidates)
    return Problem("plan-is-draft", fields={"placed": n_placed, "all": n_placed + len(plan.draft.not_placed)})


def require_same(instance: Instance, plan: Plan, source: str = str(NO_FILE)) -> None:
    """Raise InputError unless the plan was made for this instance."""
    if instance.sha256 != plan.instance.sha256:
        hashes = {"have": plan.instance.sha256[:12], "need": instance.sha256[:12]}
        raise InputError([Problem("plan-of-other-instance", fields=hashes)], source)


def _schema_problem(tree: dict[str, Any]) -> Problem:
    if "schema" not in tree:
        return Problem("missing-key", ("schema",), fields={"name": "schema"})
    return Problem("schema-version", ("schema",), shown(tree["schema"]), fields={"known": PLAN_SCHEMA})


def _plan_problem(detail: ErrorDetails) -> Problem:
    """A problem of ours from an error of pydantic's."""
    path = detail["loc"]
    if detail["type"] == "missing":
        return Problem("missing-key", path, fields={"name": str(path[-1])})
    if detail["type"] == "extra_forbidden":
        return Problem("bad-value", path, shown(path[-1]))
    return Problem("bad-value", path, shown(detail["input"]))
