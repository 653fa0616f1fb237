"""The archive of those who are done: their plans, each with the instance it was made for, one after another."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from scheduler.check import FIGURES, check_plan
from scheduler.files.load import read_tree
from scheduler.instance.problems import InputError, Problem, shown
from scheduler.instance.types import Instance
from scheduler.plan import Plan
from scheduler.replanning.advance import plan_of
from scheduler.report.plan_file import own_instance
from scheduler.report.standing import PlanStanding

ARCHIVE = "archive"
SCHEMA = 1
OF_EVERYBODY = ("capacity", FIGURES)
"""What cannot be asked of some by themselves: places that need somebody, and the levels of all."""


def is_archive(path: Path) -> bool:
    """Whether a file is an archive."""
    return path.suffix.lower() == ".json" and path.is_file() and isinstance(read_tree(path).get(ARCHIVE), list)


def read_archive(path: Path) -> list[Plan]:
    """The plans of an archive, in the order in which they were added; none if there is no such file yet."""
    if not path.exists():
        return []
    read_tree(path)  # whatever is wrong with the file as such
    tree = json.loads(path.read_text(encoding="utf-8-sig"))
    try:
        return [Plan.model_validate(row) for row in tree[ARCHIVE]]
    except (KeyError, TypeError, ValidationError):
        raise InputError([Problem("archive-unreadable", found=shown(path.name))], str(path)) from None


@dataclass(frozen=True, slots=True)
class Archived:
    """A plan of those who are done, with its instance, and how it stands."""

    plan: Plan
    instance: Instance
    standing: PlanStanding


def open_archive(path: Path) -> list[Archived]:
    """The plans of an archive, each checked for what can be asked of those who are done by themselves."""
    found = ((plan, own_instance(plan, path)) for plan in read_archive(path))
    return [
        Archived(plan, own, PlanStanding.after_check(plan, check_plan(own, plan, OF_EVERYBODY)))
        for plan, own in found
        if own is not None
    ]


def with_finished(plans: Sequence[Plan], finished: Plan) -> str:
    """The text of an archive with those who are done now at its end; who is in it with the same months stays once."""
    there = {(entry.id, entry.finish, entry.last) for plan in plans for entry in plan.candidates}
    new = [entry for entry in finished.candidates if (entry.id, entry.finish, entry.last) not in there]
    own = own_instance(finished)
    if own is not None and 0 < len(new) < len(finished.candidates):
        finished = plan_of(own, finished, new)
    rows = [*plans, *([finished] if new else [])]
    tree = {"schema": SCHEMA, ARCHIVE: [row.model_dump(mode="json", by_alias=True) for row in rows]}
    return json.dumps(tree, ensure_ascii=False, indent=1) + "\n"
