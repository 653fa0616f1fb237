"""Supervisors who can stand in for each other."""

from collections import Counter
from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from scheduler.instance.assignment import Assignment
from scheduler.instance.occupancy import Occupancy
from scheduler.instance.pools import Asked, Pools, Reach, joined, suffice
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


def test_an_arena_of_its_own_is_reached_by_those_attached_alone() -> None:
    supervisors = [{"id": "V1", "places": 1}, {"id": "V2", "places": 1, "arenas": ["ward"]}]
    pools = Pools(make(person(), supervisors=supervisors, arenas={"ward": {"own_supervisor": True}}))
    assert pools.places(pools.reach("ward", None), MONTH) == 1
    assert pools.reach_asked("ward", None, Asked(frozenset())) == pools.reach("gp", "office-01") | {1}
    assert pools.reach_asked("ward", None, Asked(frozenset(["ward"]), others=False)) == pools.reach("ward", None)
    assert pools.reach_asked("gp", "office-01", Asked(frozenset(["ward"]), others=False)) is None


def test_sets_that_share_a_pool_belong_together() -> None:
    one, both, three = frozenset({1}), frozenset({1, 2}), frozenset({3})
    assert sorted(map(set, joined([one, three, both]))) in ([{one, both}, {three}], [{three}, {one, both}])
    assert joined([]) == []


REACHES = st.frozensets(st.integers(0, 2), max_size=3)


@given(st.lists(REACHES, max_size=4), st.lists(st.integers(0, 3), min_size=3, max_size=3))
def test_pools_suffice_if_there_is_a_way_to_give_everybody_one(people: list[Reach], left: list[int]) -> None:
    ways = product(*people)
    given_out = any(all(way.count(pool) <= left[pool] for pool in range(3)) for way in ways)
    assert suffice(Counter(people), left) == given_out


def test_what_fits_has_a_supervisor() -> None:
    """One supervisor for everybody, who has one place: fixed for A01 or not, there is none left for A02."""
    for fixed in (None, "V1"):
        instance = make(person(supervisor=fixed), person(), supervisors=[{"id": "V1", "places": 1}])
        served = [Assignment(one, MONTH, ("gp",), "office-01", None) for one in instance.candidates]
        assert Occupancy(instance).fits(served[0])
        assert Occupancy(instance).fits(served[1])
        assert not Occupancy(instance, served[:1]).fits(served[1])
        assert not Occupancy(instance, served[1:]).fits(served[0])
        assert [Occupancy(instance).all_fit(some) for some in (served[:1], served[1:], served)] == [True, True, False]
