"""Groups and offices once the months are settled: the user's own order, and always the same."""

from collections.abc import Mapping
from dataclasses import replace
from itertools import product
from random import Random

import pytest

from scheduler.instance.assignment import Assignment
from scheduler.instance.offices import n_changes
from scheduler.instance.types import Instance
from scheduler.plan import FoundBy, Plan
from scheduler.planning.assemble import assignment_of
from scheduler.planning.assign.groups import earliest_groups
from scheduler.planning.assign.offices import offices_in_file_order
from scheduler.planning.kept_offices import KeptOffices
from scheduler.planning.procedure import Budget
from scheduler.planning.state import Found, Task, begun
from scheduler.solver.engine import Settings, Stop
from scheduler.solver.limits import LIMITS, Limits
from tests.helpers.planting import plant
from tests.helpers.tiny import Row, faults, make, months, person, planned

ONE: Row = {"places": [{"places": 1}]}
IN_THE_WARD = [months("2027-11", "2027-12", rotation="ward")]


def groups(*rows: tuple[str, str, int]) -> list[Row]:
    return [{"id": name, "start": start, "months": 6, "places": places} for name, start, places in rows]


def grouped(*people: Row, rows: list[Row], **changes: object) -> Instance:
    """Ten months in the office and two in the ward each, all of them fixed; groups of half a year."""
    rules: Row = {"group_required": True}
    wide: dict[str, Row | None] = {"office-01": {"places": [{"places": 9}]}, "ward": {"places": [{"places": 9}]}}
    return make(*people, rules=rules, arenas=wide, rotations={"clinic": None}, groups=rows, **changes)  # type: ignore[arg-type]


def settled_person(**fields: object) -> Row:
    return person(fixed=IN_THE_WARD, finish_by="2027-12", **fields)


def groups_of(plan: Plan) -> dict[str, str | None]:
    return {entry.id: entry.group for entry in plan.candidates}


def offices_of(plan: Plan) -> dict[str, str | None]:
    return {entry.id: entry.practice for entry in plan.candidates}


def starts(instance: Instance, chosen: Mapping[str, Assignment]) -> int:
    return sum(instance.groups[assignment.group or ""].span.start for assignment in chosen.values())


# --- groups -----------------------------------------------------------------------------------------------------------

LATE_FIRST = groups(("G3", "2027-03", 2), ("G1", "2027-01", 1), ("G2", "2027-02", 1))


@pytest.mark.parametrize("seed", range(5))
def test_the_earliest_groups_whatever_their_order_in_the_file_and_whatever_the_seed(seed: int) -> None:
    instance = grouped(settled_person(), settled_person(), settled_person(), rows=LATE_FIRST)
    assert groups_of(planned(instance, seed=seed)) == {"A01": "G1", "A02": "G2", "A03": "G3"}


def test_together_and_not_first_come() -> None:
    """A02 is on leave from June: too much of it in all groups but the first, which A01 would have come to, and G4."""
    rows = groups(("G1", "2027-01", 1), ("G2", "2027-03", 1), ("G3", "2027-04", 1))
    rows.append({"id": "G4", "start": "2028-01", "months": 5, "places": 9})
    on_leave = person(leave=[months("2027-06", "2027-10")], finish_by="2028-05", fixed=IN_THE_WARD)
    instance = grouped(settled_person(), on_leave, settled_person(), rows=rows)
    assert groups_of(planned(instance)) == {"A01": "G2", "A02": "G1", "A03": "G3"}


def test_the_earliest_is_the_brute_force_s_and_the_order_found_in_does_not_matter() -> None:
    rows = groups(("G1", "2027-01", 1), ("G2", "2027-02", 2), ("G3", "2027-04", 2), ("G4", "2027-06", 3))
    instance = grouped(*(settled_person() for _ in range(4)), rows=rows)
    plan = planned(instance)
    names = list(instance.candidates)
    mine = {name: assignment_of(instance, plan.candidate(name)) for name in names}
    ways = [dict(zip(names, way, strict=True)) for way in product(instance.groups, repeat=4)]
    fitting = [w for w in ways if all(list(w.values()).count(g) <= instance.groups[g].places for g in instance.groups)]
    least = min(sum(instance.groups[group].span.start for group in way.values()) for way in fitting)
    first = earliest_groups(instance, mine)
    assert first is not None
    assert starts(instance, first) == least
    for seed in range(5):
        start = Random(seed).choice(fitting)
        from_there = {name: _in_group(mine[name], start[name]) for name in Random(seed).sample(names, 4)}
        found = earliest_groups(instance, from_there)
        assert found is not None
        assert {name: found[name].group for name in names} == {name: first[name].group for name in names}


def _in_group(assignment: Assignment, group: str) -> Assignment:
    return Assignment(assignment.candidate, assignment.first, assignment.rotations, assignment.practice, group)


def test_those_kept_stay_in_their_groups() -> None:
    instance = grouped(settled_person(), settled_person(), rows=groups(("G1", "2027-01", 1), ("G2", "2027-02", 2)))
    plan = planned(instance)
    mine = {name: _in_group(assignment_of(instance, plan.candidate(name)), "G2") for name in instance.candidates}
    chosen = earliest_groups(instance, mine, kept=["A01"])
    assert chosen is not None
    assert {name: row.group for name, row in chosen.items()} == {"A01": "G2", "A02": "G1"}


def test_more_members_than_places_anywhere() -> None:
    instance = grouped(settled_person(), rows=groups(("G1", "2027-01", 1)))
    one = assignment_of(instance, planned(instance).candidate("A01"))
    crowd = grouped(settled_person(), settled_person(), rows=groups(("G1", "2027-01", 1)))
    both = {name: Assignment(name, one.first, one.rotations, one.practice, "G1") for name in crowd.candidates}
    assert earliest_groups(crowd, both) is None


# --- offices ----------------------------------------------------------------------------------------------------------


def seated(*people: Row, **offices: Row) -> Instance:
    arenas: dict[str, Row | None] = {"office-01": ONE, "ward": {"places": [{"places": 9}]}}
    arenas |= {name.replace("_", "-"): {"service": "open_practice", **row} for name, row in offices.items()}
    return make(*people, arenas=arenas, rotations={"clinic": None})


def anywhere(**fields: object) -> Row:
    return person(practice=None, fixed=IN_THE_WARD, **fields)


@pytest.mark.parametrize("seed", range(5))
def test_offices_in_file_order_whatever_the_seed(seed: int) -> None:
    instance = seated(anywhere(), anywhere(), office_02={**ONE, "goals": ""}, office_03=ONE)
    assert offices_of(planned(instance, seed=seed)) == {"A01": "office-01", "A02": "office-02"}


@pytest.mark.parametrize("seed", range(5))
def test_an_office_that_is_full_in_a_month_is_left_to_who_can_use_it(seed: int) -> None:
    """Only A02 is on leave in June, when office-01 is closed."""
    closed: Row = {"places": [{"places": 1}, months("2027-06", "2027-06", places=0)]}
    later = [months("2027-12", "2028-01", rotation="ward")]
    on_leave = person(practice=None, leave=[months("2027-06", "2027-06")], fixed=later)
    instance = seated(anywhere(), on_leave, office_01=closed, office_02=ONE)
    assert offices_of(planned(instance, seed=seed)) == {"A01": "office-02", "A02": "office-01"}


def test_an_office_with_other_goals_is_another_office() -> None:
    """office-01 does not teach the goal, so nobody is moved there for its place in the file."""
    instance = make(
        anywhere(),
        arenas={"office-01": ONE, "office-02": {"service": "open_practice", "goals": "001", **ONE}},
        rules={"goals": "001", "goal_exposure": 1},
        rotations={"clinic": None},
    )
    assert offices_of(planned(instance)) == {"A01": "office-02"}


def test_from_any_choice_to_the_first_one() -> None:
    theirs = person(fixed=IN_THE_WARD, practice="office-02")
    instance = seated(anywhere(), anywhere(), theirs, office_02=ONE, office_03=ONE)
    plan = planned(instance)
    mine = {name: assignment_of(instance, plan.candidate(name)) for name in instance.candidates}
    for one, two in (("office-01", "office-03"), ("office-03", "office-01")):
        given = {"A01": one, "A02": two, "A03": "office-02"}
        turned = {
            name: Assignment(name, row.first, row.rotations, given[name], row.group) for name, row in mine.items()
        }
        chosen = offices_in_file_order(instance, turned, LIMITS)
        assert [row.practice for row in chosen.values()] == ["office-01", "office-03", "office-02"]
        kept = offices_in_file_order(instance, turned, LIMITS, kept=["A01"])
        assert kept["A01"].practice == one


@pytest.mark.parametrize("ward", [("2027-01", "2027-02"), ("2027-05", "2027-06"), ("2027-11", "2027-12")])
def test_a_place_that_is_nobody_s_comes_before_one_that_somebody_is_not_in(ward: tuple[str, str]) -> None:
    """A02 is in office-01, and away from it when A01 is not: whichever months these are, A01 is elsewhere."""
    theirs = person(fixed=[months(*ward, rotation="ward")])
    instance = seated(anywhere(), theirs, anywhere(), office_02=ONE, office_03=ONE)
    assert offices_of(planned(instance)) == {"A01": "office-02", "A02": "office-01", "A03": "office-03"}


@pytest.mark.parametrize(("places", "office"), [(1, "office-02"), (2, "office-01"), (3, "office-01")])
def test_a_place_beside_somebody_in_an_office_of_two_is_nobody_s(places: int, office: str) -> None:
    """A02 is in office-01, too."""
    instance = seated(anywhere(), person(), office_01={"places": [{"places": places}]}, office_02=ONE)
    assert offices_of(planned(instance)) == {"A01": office, "A02": "office-01"}


@pytest.mark.parametrize(("places", "office"), [(2, "office-02"), (3, "office-01")])
def test_a_post_and_a_practice_are_a_place_each(places: int, office: str) -> None:
    """office-01 is the office of A02, and the post of A03, who has another office."""
    theirs = person(post="office-01", practice="office-03")
    rows: dict[str, Row] = {"office_01": {"places": [{"places": places}]}, "office_02": ONE, "office_03": ONE}
    found = offices_of(planned(seated(anywhere(), person(), theirs, **rows)))
    assert found == {"A01": office, "A02": "office-01", "A03": "office-03"}


def test_and_not_where_it_has_no_place_in_some_month() -> None:
    """office-02 closes when A01 has long been done; office-01 is A02's, who begins after that."""
    theirs = person(start="2028-01")
    instance = seated(anywhere(), theirs, office_02={"places": [{"places": 1, "to": "2028-06"}]})
    assert offices_of(planned(instance)) == {"A01": "office-01", "A02": "office-01"}


# --- offices that change ----------------------------------------------------------------------------------------------

OTHERS: Row = {"service": "open_practice", "places": [{"places": 9}]}


def office_changes(plan: Plan) -> dict[str, int]:
    return {entry.id: len(entry.practices) - 1 for entry in plan.candidates}


def in_an_office_that_is_small(*wards: tuple[str, str], places: int, **ward: object) -> Instance:
    """All are named to office-01, which has one place from July to October; the ward of each is as fixed."""
    rows: list[Row] = [{"places": places}, months("2027-07", "2027-10", places=1)]
    people = [person(finish_by="2027-12", fixed=[months(*each, rotation="ward")] if each else []) for each in wards]
    arenas: dict[str, Row | None] = {"office-01": {"places": rows}, "office-02": OTHERS, "ward": {**ward}}
    return make(*people, arenas=arenas, rotations={"clinic": None})


@pytest.mark.parametrize("seed", range(5))
def test_one_goes_so_that_two_may_stay(seed: int) -> None:
    """A01 is in the office in all four months, A02 and A03 in two each: if A01 stayed, both would have to go."""
    wards = (("2027-11", "2027-12"), ("2027-09", "2027-10"), ("2027-07", "2027-08"))
    plan = planned(in_an_office_that_is_small(*wards, places=3), seed=seed)
    assert office_changes(plan) == {"A01": 1, "A02": 0, "A03": 0}


def test_of_one_who_goes_either_way_it_is_the_last_of_the_file() -> None:
    wards = (("2027-11", "2027-12"), ("2027-11", "2027-12"))
    assert office_changes(planned(in_an_office_that_is_small(*wards, places=2))) == {"A01": 0, "A02": 1}


def full_at_the_end(*wards: tuple[str, str], ward: Row | None = None) -> Instance:
    """Two are named to office-01, which has one place in November and December; who is in the ward then needs none."""
    rows: list[Row] = [{"places": 2}, months("2027-11", "2027-12", places=1)]
    people = [person(finish_by="2027-12", fixed=[months(*each, rotation="ward")]) for each in wards]
    arenas: dict[str, Row | None] = {"office-01": {"places": rows}, "office-02": OTHERS, "ward": ward or {}}
    people = people or [person(finish_by="2027-12"), person(finish_by="2027-12")]
    return make(*people, arenas=arenas, rotations={"clinic": None})


BOTH_FIRST = (("2027-01", "2027-02"), ("2027-01", "2027-02"))


def as_found(limits: Limits = LIMITS, ward: Row | None = None) -> tuple[Instance, Found, Found]:
    """A best plan in which both are in the ward first, so that one has to leave the office; and what comes of it."""
    instance, settled_months = full_at_the_end(ward=ward), full_at_the_end(*BOTH_FIRST)
    plan = planned(settled_months)
    found = Found({e.id: assignment_of(settled_months, e) for e in plan.candidates}, FoundBy.CLUSTERS)
    state = replace(begun(Task(instance)), plan=found)
    procedure = KeptOffices()
    assert procedure.applies(state)
    after = procedure.improve(state, Budget(Settings(1, 0, limits=limits), Stop(60.0))).plan
    assert after is not None
    assert Task(instance).values(after) == Task(instance).values(found)
    return instance, found, after


def changes_in(instance: Instance, found: Found) -> list[int]:
    return [n_changes(instance, assignment) for assignment in found.assignments.values()]


def test_the_months_are_others_where_that_keeps_an_office() -> None:
    for limits in (LIMITS, replace(LIMITS, one_model_members=1, freed_members=1)):
        instance, found, after = as_found(limits)
        assert (changes_in(instance, found), changes_in(instance, after)) == ([0, 1], [0, 0])


def test_and_not_where_nothing_else_is_as_good() -> None:
    """The ward takes both, but only up to October; in the middle it costs a block more."""
    instance, found, after = as_found(ward={"places": [{"places": 2, "to": "2027-10"}]})
    assert after is found
    assert changes_in(instance, after) == [0, 1]


@pytest.mark.parametrize("seed", range(5))
def test_nobody_leaves_an_office_for_a_plan_that_is_no_better(seed: int) -> None:
    assert office_changes(planned(full_at_the_end(), seed=seed)) == {"A01": 0, "A02": 0}
    assert office_changes(planned(full_at_the_end(*BOTH_FIRST), seed=seed)) == {"A01": 0, "A02": 1}


# --- whole plans ------------------------------------------------------------------------------------------------------


def test_with_the_same_months_planted_instances_have_the_same_choices_for_any_seed() -> None:
    """Where the months differ (levels that tie), so may the choices."""
    n_same = 0
    for number in (1, 3, 10, 12, 16, 21):
        instance = plant(number).instance
        first = planned(instance, seed=0)
        for seed in range(1, 5):
            plan = planned(instance, seed=seed)
            assert faults(instance, plan) == []
            if all(plan.candidate(name).months == first.candidate(name).months for name in instance.candidates):
                n_same += 1
                assert groups_of(plan) == groups_of(first), (number, seed)
                assert offices_of(plan) == offices_of(first), (number, seed)
                assert [e.shifts for e in plan.candidates] == [e.shifts for e in first.candidates], (number, seed)
    assert n_same, "no two plans to compare"
