"""Supervisors who can stand in for each other."""

from scheduler.instance.pools import Pools, joined
from scheduler.month import parse_month
from tests.helpers.tiny import make, person

MONTH = parse_month("2027-03")


def test_the_same_arenas_make_a_pool() -> None:
    supervisors = [
        {"id": "V1", "places": 2},
        {"id": "V2", "places": 1},
        {"id": "V3", "places": 1, "arenas": ["ward"]},
        {"id": "V4", "places": 3, "specialist": False},
    ]
    pools = Pools(make(person(), supervisors=supervisors))
    everywhere, attached = pools.reach("gp", "office-01"), pools.reach("ward", None)
    assert everywhere < attached
    assert pools.places(everywhere, MONTH) == 3
    assert pools.places(attached, MONTH) == 4


def test_an_office_is_reached_where_it_is_in_the_mix() -> None:
    pools = Pools(make(person(), supervisors=[{"id": "V1", "places": 1, "arenas": ["office-01"]}]))
    assert pools.reach("gp", "office-01")
    assert not pools.reach("gp", "office-02")
    assert not pools.reach("ward", "office-01")


def test_sets_that_share_a_pool_belong_together() -> None:
    one, both, three = frozenset({1}), frozenset({1, 2}), frozenset({3})
    assert sorted(map(set, joined([one, three, both]))) in ([{one, both}, {three}], [{three}, {one, both}])
    assert joined([]) == []
