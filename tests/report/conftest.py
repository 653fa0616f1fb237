"""What most reports are made of here: the town of ``helpers.pages``, and its plan."""

from __future__ import annotations

import pytest

from scheduler.instance.types import Instance
from scheduler.plan import Plan
from tests.helpers import pages


@pytest.fixture(scope="module")
def instance() -> Instance:
    """Three candidates, solved in the head."""
    return pages.town()


@pytest.fixture(scope="module")
def plan(instance: Instance) -> Plan:
    """Valid, and proved on every level."""
    return pages.plan_of(instance)
