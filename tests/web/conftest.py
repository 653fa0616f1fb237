"""A project with a plan of two who share the only place of a ward, in a folder of its own."""

from __future__ import annotations

from pathlib import Path

import pytest

import scheduler
from scheduler import Plan
from scheduler.texts import phrase
from scheduler.web.store import Store
from tests.helpers.tiny import make, person


@pytest.fixture(scope="session")
def two_in_one_ward() -> Plan:
    """A01 is in the ward first, A02 after that."""
    instance = make(
        person(name="Kari <b>Nord</b>"), person(wishes=[{"rotation": "ward", "from": "2027-05", "to": "2027-06"}]),
        arenas={"ward": {"places": [{"places": 1}]}},
    )  # fmt: skip
    return scheduler.plan(instance, workers=1)


@pytest.fixture
def folder(tmp_path: Path, two_in_one_ward: Plan) -> Path:
    """A folder with a project 1 whose plan it is."""
    store = Store(tmp_path)
    project = store.add_project("Lillevik", {}, author="Ada", what=phrase("web.did-kept", number=0))
    store.save_plan(
        project.id, two_in_one_ward, expected=None, author="Ada", what=phrase("web.did-mended"), data=project.data
    )
    return tmp_path
