"""A course as it is lived: a file, the plan published of it, and what happens, month by month.

The file is rolled on and the plan mended as a coordinator does it. Whatever happens, the new plan passes the check,
keeps what has been served, and has moved no more than is proved to be needed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from scheduler import api
from scheduler.changes import apply, parse_change
from scheduler.month import Month, format_month, parse_month
from scheduler.plan import Plan, PlanObjective

Tree = dict[str, Any]
ALL = api.Allowed(1.0, 1.0)


class Course:
    """``tree`` is the file of today, ``plan`` what is published, ``now`` the month that it is: it stays as it is.

    ``before``: the file and the plan before what has happened last. ``done``: who has finished.
    """

    def __init__(self, tree: Mapping[str, Any], plan: Plan, **search: Any) -> None:
        self.tree: Tree = dict(tree)
        self.plan = plan
        self.now: Month = api.load(tree).start
        self.before: tuple[Tree, Plan] = (self.tree, plan)
        self.done: list[str] = []
        self.search = search

    def rolled_on(self, to: str) -> None:
        """Time passes, and the file with it; planned again on the same plan nothing moves."""
        found = api.advance(self.tree, self.plan, to)
        self.done += [] if found.finished is None else [entry.id for entry in found.finished.candidates]
        self.tree, self.now = dict(found.instance.source or {}), parse_month(to)
        again = self._mended()
        assert level(again, "changes").value == 0, told(again)
        self._as_before(again)
        self.plan = again

    def _as_before(self, again: Plan) -> None:
        """Everybody who is still there has the finish, the delay and the service that they had."""
        before = {entry.id: entry for entry in self.plan.candidates}
        for entry in again.candidates:
            was = before[entry.id]
            assert (entry.finish, entry.delay, entry.unfinished) == (was.finish, was.delay, was.unfinished), entry.id
            assert entry.service == was.service, entry.id

    def happens(self, *changes: str, by_hand: Callable[[Tree], None] | None = None) -> Plan:
        """Changes as what-if has them, or to the file itself; the plan is mended with as few months moved as can be."""
        tree = apply(self.tree, [parse_change(change) for change in changes])
        if by_hand is not None:
            by_hand(tree)
        self.before, self.tree = (self.tree, self.plan), tree
        return self._published(self._mended())

    def swapped(self, candidate: str, other: str, rotation: str) -> Plan:
        """Two have each other's blocks; the file does not say so, the plan does."""
        options: Any = {"freeze_to": format_month(self.now), **self.search}
        made = api.swap(self.tree, self.plan, candidate, other, rotation, **options)
        self.before = (dict(made.instance.source or {}), self.plan)
        return self._published(made)

    def _mended(self) -> Plan:
        return api.replan(self.tree, self.plan, freeze_to=format_month(self.now), allowed=ALL, **self.search)

    def _published(self, made: Plan) -> Plan:
        assert made.status.has_plan, made.explanation
        assert level(made, "changes").proved, level(made, "changes")
        self._served_stays(made)
        self.plan = made
        return made

    def _served_stays(self, made: Plan) -> None:
        """No month up to now is another than was published."""
        for entry in made.candidates:
            for was in (one for one in self.plan.candidates if one.id == entry.id):
                months = {row.month: row.rotation for row in was.months if row.month <= self.now}
                assert {row.month: row.rotation for row in entry.months if row.month in months} == months, entry.id


def level(plan: Plan, level_id: str) -> PlanObjective:
    """A level of the plan's objective."""
    return next(objective for objective in plan.objectives if objective.id == level_id)


def told(plan: Plan) -> list[str]:
    """What the plan's messages say."""
    return [message.said("en") for message in plan.messages]


def row_of(tree: Tree, candidate: str) -> Tree:
    """A candidate's row."""
    row: Tree = next(row for row in tree["candidates"] if row["id"] == candidate)
    return row
