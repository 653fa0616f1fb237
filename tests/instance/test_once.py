"""What hangs on the instance alone is tabulated once, however many plans are tried; and says the same."""

from __future__ import annotations

import pickle

import pytest

from scheduler.instance.occupancy import Ceilings, Occupancy
from scheduler.instance.pools import own_arenas, resolved_mix, who_may_supervise
from scheduler.instance.types import StepsOf
from scheduler.planning.assign.offices import offices_in_file_order
from scheduler.solver.limits import LIMITS
from tests.helpers.tiny import make, person


def test_ceilings_and_pools_are_tabulated_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who gives offices out asks for each of them what is left: with a hundred, it was a hundred times everything."""
    instance = make(person(), person(), arenas={"ward": {"places": [{"places": 1}]}})
    first = Occupancy(instance)
    assert first.ceilings.arena_places["ward"]
    assert first.pools.supervisors is not None
    monkeypatch.setattr(StepsOf, "at", lambda *_: pytest.fail("tabulated anew"))
    assert Occupancy(instance).ceilings is first.ceilings
    assert Occupancy(instance).pools is first.pools
    assert offices_in_file_order(instance, {}, LIMITS) == {}


def test_another_instance_has_its_own() -> None:
    """Nothing is kept beyond what it was tabulated of, and what is kept goes along to another process."""
    one, other = (make(person(), arenas={"ward": {"places": [{"places": n}]}}) for n in (1, 2))
    rooms = [instance.once(Ceilings).arena_places["ward"][instance.start] for instance in (one, other)]
    assert rooms == [1, 2]
    assert pickle.loads(pickle.dumps(one)).once(Ceilings).arena_places == one.once(Ceilings).arena_places


def test_who_may_supervise_is_as_the_rows_say() -> None:
    """A place in the month, attached to nothing or to where one serves, and to whatever asks for its own."""
    rows = [
        {"id": "S1", "specialist": True, "places": [{"places": 1, "to": "2027-06"}]},
        {"id": "S2", "specialist": True, "places": [{"places": 1}], "arenas": ["ward"]},
        {"id": "S3", "specialist": False, "places": [{"places": 1}]},
    ]
    instance = make(person(), supervisors=rows)
    for month in range(instance.start, instance.end):
        for rotation in instance.rotations.values():
            mix = resolved_mix(rotation, "office-01")
            expected = [
                each
                for each in instance.supervisors.values()
                if each.places_at(month) > 0 and each.is_at(mix) and own_arenas(instance, mix) <= each.arenas
            ]
            assert who_may_supervise(instance, mix, month) == expected
    base, ward = ({"office-01": 100}, {"ward": 100})
    assert [each.id for each in who_may_supervise(instance, ward, instance.start)] == ["S1", "S2"]
    assert [each.id for each in who_may_supervise(instance, base, instance.start + 11)] == []
