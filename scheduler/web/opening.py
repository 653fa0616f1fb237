"""Plans of the store, opened: checked once, and remembered, since a version never changes."""

from __future__ import annotations

from functools import lru_cache

from scheduler.api import OpenedPlan, instance_of
from scheduler.report.plan_file import opened
from scheduler.web.store import Store

_REMEMBERED = 12


@lru_cache(_REMEMBERED)
def opened_plan(store: Store, version: int) -> OpenedPlan:
    """A version of the plan with its instance and how it stands; LookupError."""
    plan = store.plan(version)
    return opened(plan, instance_of(plan))
