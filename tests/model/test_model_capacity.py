"""Room in the model: places and percent of arenas and limits, reservations, floors, offices, and who is away."""

import pytest

from scheduler.instance.types import Instance
from scheduler.month import format_month
from tests.helpers.tiny import (
    Row,
    bites,
    every_month,
    finish,
    is_impossible,
    make,
    months,
    months_in,
    objective,
    path,
    person,
    planned,
)

NO_CLINIC: dict[str, Row | None] = {"clinic": None}


def ward(*people: Row, **fields: object) -> Instance:
    """Who is asked for two months of ward, and what room it has; no clinic to turn to."""
    return make(*people, arenas={"ward": fields, "clinic": None}, rotations=NO_CLINIC)


def two_people(**fields: object) -> list[Row]:
    return [person(finish_by="2027-12", **fields), person(finish_by="2027-12", **fields)]


# --- approved months -------------------------------------------------------------------------------------------------


def test_two_approved_months_are_just_enough() -> None:
    """Places are given for all months; the first and the last approved one are used, and no other."""
    approved = [months("2027-05", "2027-06")]
    plan = planned(ward(*two_people(), places=[{"places": 2}], approved=approved))
    assert months_in(plan, "ward", "A01") == months_in(plan, "ward", "A02") == ["2027-05", "2027-06"]


def test_one_approved_month_is_too_few() -> None:
    bites(
        ward(person(finish_by="2027-12"), places=[{"places": 2}], approved=[months("2027-05", "2027-05")]), "capacity"
    )


def test_without_places_there_is_no_ceiling_in_approved_months() -> None:
    two = [months("2027-05", "2027-05"), {"from": "2027-07"}]
    plan = planned(ward(*two_people(), approved=two))
    assert min(months_in(plan, "ward", "A01")) >= "2027-07"
    bites(ward(person(finish_by="2027-12"), approved=[{"to": "2027-01"}]), "capacity")
    assert planned(ward(person(finish_by="2027-12"), approved=[]))


def test_a_roster_that_is_not_approved_has_no_shifts() -> None:
    def roster(last: str) -> Instance:
        duty = {"service": "parallel", "shifts": [{"shifts": 9}], "approved": [{"to": last}]}
        return make(person(), arenas={"duty": duty}, rules={"legevakt_shifts": 8})

    plan = planned(roster("2027-02"))
    assert [(format_month(row.month), row.shifts) for row in plan.candidates[0].shifts] == [
        ("2027-01", 4),
        ("2027-02", 4),
    ]
    bites(roster("2027-01"), "legevakt")


# --- places ----------------------------------------------------------------------------------------------------------


def test_two_places_for_two_in_the_same_months() -> None:
    plan = planned(ward(*two_people(), places=[months("2027-05", "2027-06", places=2)]))
    assert months_in(plan, "ward", "A01") == months_in(plan, "ward", "A02") == ["2027-05", "2027-06"]


def test_one_place_for_two_in_the_same_months() -> None:
    bites(ward(*two_people(), places=[months("2027-05", "2027-06", places=1)]), "capacity")


def test_one_place_for_two_one_after_the_other() -> None:
    plan = planned(ward(*two_people(), places=[months("2027-05", "2027-08", places=1)]))
    taken = months_in(plan, "ward", "A01") + months_in(plan, "ward", "A02")
    assert sorted(taken) == every_month("2027-05", "2027-08")


def test_one_month_short_for_two_one_after_the_other() -> None:
    bites(ward(*two_people(), places=[months("2027-05", "2027-07", places=1)]), "capacity")


@pytest.mark.parametrize(("first", "last"), [("2027-01", "2027-02"), ("2027-11", "2027-12")])
def test_places_in_the_first_and_in_the_last_months(first: str, last: str) -> None:
    plan = planned(ward(person(finish_by="2027-12"), places=[months(first, last, places=1)]))
    assert months_in(plan, "ward") == [first, last]


def test_of_the_rows_that_cover_a_month_the_last_one_wins() -> None:
    """One place always, none in 2027: ward in 2028, when nothing else is left to do."""
    plan = planned(ward(places=[{"places": 1}, months("2027-01", "2027-12", places=0)]))
    assert months_in(plan, "ward") == ["2028-01", "2028-02"]
    assert objective(plan, "delay") == 2


def test_an_arena_has_nothing_in_a_month_that_no_row_covers() -> None:
    bites(ward(person(finish_by="2028-05"), places=[months("2028-05", "2028-12", places=9)]), "capacity")


# --- percent ---------------------------------------------------------------------------------------------------------


def test_a_mix_takes_its_share_of_the_percent() -> None:
    """Twenty percent of clinic each: two of them need 40."""
    mix = {"gp80": {"mix": {"practice": 80, "clinic": 20}}, "clinic": None}
    fixed = [months("2027-03", "2027-04", rotation="gp80")]
    people = [person(fixed=fixed), person(fixed=fixed)]
    enough = make(*people, arenas={"clinic": {"percent": [{"percent": 40}]}}, rotations=mix)
    assert {"2027-03", "2027-04"} <= set(months_in(planned(enough), "gp80"))
    bites(make(*people, arenas={"clinic": {"percent": [{"percent": 39}]}}, rotations=mix), "capacity")


def percent_that_changes(ceiling: list[Row]) -> Instance:
    """A block of four months of clinic at 100, 100, 50, 50 %, given."""
    row = person(
        percent=[{"percent": 100}, months("2027-05", "2027-06", percent=50)],
        fixed=[months("2027-03", "2027-06", rotation="clinic")],
    )
    return make(row, arenas={"clinic": {"percent": ceiling}})


def test_a_percent_that_falls_inside_a_block_fits_a_ceiling_that_falls_with_it() -> None:
    falling = [months("2027-03", "2027-04", percent=100), months("2027-05", "2027-06", percent=50)]
    assert len(months_in(planned(percent_that_changes(falling)), "clinic")) == 4


def test_a_percent_that_falls_too_late_for_the_ceiling() -> None:
    early = [months("2027-03", "2027-03", percent=100), months("2027-04", "2027-06", percent=50)]
    bites(percent_that_changes(early), "capacity")


def test_two_with_changing_percents_share_one_post() -> None:
    """100 + 0, 60 + 40, 40 + 60: A02 may come in when A01 goes down to 60 %, not before."""
    down = [{"percent": 100}, months("2027-05", "2027-08", percent=60)]
    one = person(percent=down, fixed=[months("2027-03", "2027-06", rotation="clinic")])
    two = person(percent=[{"percent": 100}, months("2027-05", "2027-06", percent=40)])
    later, earlier = (
        two | {"fixed": [months(first, "2027-06", rotation="clinic")]} for first in ("2027-05", "2027-04")
    )
    arenas = {"clinic": {"percent": [{"percent": 100}]}}
    assert months_in(planned(make(one, later, arenas=arenas)), "clinic", "A02")[:2] == ["2027-05", "2027-06"]
    bites(make(one, earlier, arenas=arenas), "capacity")


# --- reservations ----------------------------------------------------------------------------------------------------


def reserved(n_places: int, **row: object) -> Instance:
    rows = [months("2027-01", "2028-12", arena="ward", who="LIS1", **row)]
    return make(arenas={"ward": {"places": [{"places": n_places}], "percent": [{"percent": 100}]}}, reservations=rows)


def test_a_place_beside_the_reserved_one() -> None:
    assert months_in(planned(reserved(2, places=1)), "ward")


def test_the_only_place_is_reserved() -> None:
    bites(reserved(1, places=1), "capacity")


def test_a_reservation_takes_its_percent_and_leaves_the_rest() -> None:
    bites(reserved(2, percent=1), "capacity")  # 100 % is needed, 99 is left
    half = person(percent=[{"percent": 50}])
    rows = [months("2027-01", "2028-12", arena="ward", percent=50)]
    arenas = {"ward": {"percent": [{"percent": 100}]}}
    assert planned(make(half, arenas=arenas, reservations=rows))


def test_a_reservation_holds_for_its_months_only() -> None:
    """Reserved up to 2027-10: ward in 2027-11..12."""
    rows = [months("2027-01", "2027-10", arena="ward", places=1)]
    plan = planned(make(person(finish_by="2027-12"), arenas={"ward": {"places": [{"places": 1}]}}, reservations=rows))
    assert months_in(plan, "ward") == ["2027-11", "2027-12"]


# --- limits ----------------------------------------------------------------------------------------------------------


def two_under_a_limit(**limit: object) -> Instance:
    """A01 is in the ward and A02 in the clinic in 2027-03..04."""
    one = person(fixed=[months("2027-03", "2027-04", rotation="ward")])
    two = person(fixed=[months("2027-03", "2027-04", rotation="clinic")])
    return make(one, two, limits=[{"id": "house", "arenas": ["ward", "clinic"], **limit}])


@pytest.mark.parametrize(
    ("enough", "too_little"),
    [
        ({"places": [{"places": 2}]}, {"places": [{"places": 1}]}),
        ({"percent": [{"percent": 200}]}, {"percent": [{"percent": 199}]}),
    ],
)
def test_a_limit_over_two_arenas(enough: Row, too_little: Row) -> None:
    assert planned(two_under_a_limit(**enough))
    bites(two_under_a_limit(**too_little), "capacity")


def test_a_head_in_two_arenas_of_a_limit_is_one_head() -> None:
    both = {"both": {"mix": {"ward": 50, "clinic": 50}}}
    row = person(fixed=[months("2027-03", "2027-04", rotation="both")])
    house = {"id": "house", "arenas": ["ward", "clinic"]}
    assert planned(make(row, rotations=both, limits=[house | {"places": [{"places": 1}]}]))
    assert planned(make(row, rotations=both, limits=[house | {"percent": [{"percent": 100}]}]))
    bites(make(row, rotations=both, limits=[house | {"percent": [{"percent": 99}]}]), "capacity")


def test_a_reservation_in_one_arena_comes_off_the_limit() -> None:
    house = {"id": "house", "arenas": ["ward", "clinic"], "places": [{"places": 1}]}
    rows = [months("2027-01", "2028-12", arena="clinic", places=1)]
    bites(make(limits=[house], reservations=rows, rotations=NO_CLINIC), "capacity")


def test_a_limit_over_an_office_counts_those_who_sit_there() -> None:
    """Office and ward together take one: A01 and A02 cannot both serve in any month."""
    house = {"id": "house", "arenas": ["office-01", "ward"], "places": [{"places": 1}]}
    people = two_people()
    bites(make(*people, limits=[house], arenas=NO_CLINIC, rotations=NO_CLINIC), "capacity")
    house = {**house, "places": [{"places": 2}]}
    assert planned(make(*people, limits=[house], arenas=NO_CLINIC, rotations=NO_CLINIC))


# --- min_places ------------------------------------------------------------------------------------------------------


def test_a_floor_is_filled_by_somebody() -> None:
    plan = planned(make(arenas={"ward": {"min_places": [months("2027-04", "2027-05", places=1)]}}))
    assert months_in(plan, "ward") == ["2027-04", "2027-05"]


def test_a_floor_of_two_is_filled_by_two() -> None:
    plan = planned(make(person(), person(), arenas={"ward": {"min_places": [months("2027-04", "2027-05", places=2)]}}))
    assert months_in(plan, "ward", "A01") == months_in(plan, "ward", "A02") == ["2027-04", "2027-05"]


def test_a_floor_that_two_fill_in_turns() -> None:
    """Four months of ward, two each at most."""
    ward_of_two = {"ward": {"max_months": 2}}
    floor = {"ward": {"min_places": [months("2027-03", "2027-06", places=1)]}}
    plan = planned(make(person(), person(), arenas=floor, rotations=ward_of_two))
    taken = months_in(plan, "ward", "A01") + months_in(plan, "ward", "A02")
    assert sorted(taken) == every_month("2027-03", "2027-06")


def test_a_floor_too_long_for_the_one_there_is() -> None:
    floor = {"ward": {"min_places": [months("2027-03", "2027-05", places=1)]}}
    bites(make(arenas=floor, rotations={"ward": {"max_months": 2}}), "capacity")


def test_a_floor_before_anybody_has_come_is_impossible() -> None:
    floor = {"ward": {"min_places": [months("2027-01", "2027-01", places=1)]}}
    assert is_impossible(make(person(start="2027-02"), arenas=floor))


def test_a_floor_after_everybody_has_finished_is_impossible() -> None:
    """A01 lacks one month of general service, office or clinic, and is done at the end of 2027-01 whatever happens."""
    nearly = person(credited={"open_practice": 9.0, "institution": 2.0}, allowed=["gp", "clinic"])
    first, second = ({"clinic": {"min_places": [months(m, m, places=1)]}} for m in ("2027-01", "2027-02"))
    assert path(planned(make(nearly, arenas=first))) == "clinic"
    assert is_impossible(make(nearly, arenas=second))


def test_a_floor_may_put_off_a_finish() -> None:
    """The floor holds A01 in the ward in 2028-03..04, two months that may as well be the two that were missing."""
    plan = planned(make(arenas={"ward": {"min_places": [months("2028-03", "2028-04", places=1)]}}))
    assert (finish(plan), objective(plan, "delay")) == ("2028-04", 4)


def test_a_floor_of_an_office() -> None:
    """Somebody in office-01 in every month of 2027, so they take turns in the ward."""
    office = {"min_places": [months("2027-01", "2027-12", places=1)]}
    one_at_a_time = {"places": [{"places": 1}]}
    plan = planned(make(person(), person(), arenas={"office-01": office, "ward": one_at_a_time}))
    for month in every_month("2027-01", "2027-12"):
        assert any(month in months_in(plan, "gp", one) for one in ("A01", "A02"))
    at_once = {"places": [months("2027-03", "2027-04", places=2)]}
    bites(make(person(), person(), arenas={"office-01": office, "ward": at_once}), "capacity")


# --- practice --------------------------------------------------------------------------------------------------------


def offices(*people: Row, first: Row | None = None, second: Row | None = None, **tables: object) -> Instance:
    """Two offices with a place each; ward from 2027-03 to 2027-08."""
    place = {"places": [{"places": 1}]}
    arenas = {
        "office-01": first or place,
        "office-02": {"service": "open_practice", **(second or place)},
        "ward": {"places": [{"places": 2}]},
        "clinic": None,
    }
    return make(*people, arenas=arenas, rotations=NO_CLINIC, **tables)


CHOOSER = person(practice=None, finish_by="2027-12")


def test_two_choose_different_offices() -> None:
    plan = planned(offices(CHOOSER, CHOOSER))
    assert {entry.practice for entry in plan.candidates} == {"office-01", "office-02"}


def test_three_do_not_fit_in_two_offices() -> None:
    bites(offices(CHOOSER, CHOOSER, CHOOSER), "capacity")


def test_who_chooses_takes_what_the_others_leave() -> None:
    plan = planned(offices(person(practice="office-02"), CHOOSER))
    assert plan.candidate("A02").practice == "office-01"


def test_an_office_is_one_for_the_whole_plan() -> None:
    """office-01 opens in 2027-07, when A02 comes to office-02: A01 cannot move, for office-02 has the place it had."""
    later = person(practice="office-02", start="2027-07", finish_by="2028-06", allowed=["gp", "ward"])
    opens = {"places": [{"places": 1, "from": "2027-07"}]}
    bites(offices(CHOOSER, later, first=opens), "practice")
    plan = planned(offices(CHOOSER, later, first={"places": [{"places": 1, "from": "2027-03"}]}))
    assert (plan.candidates[0].offices, path(plan)) == (["office-01"], "ward*2 gp*10")


def test_a_seat_is_free_while_its_doctor_is_in_the_ward() -> None:
    """A02 comes in 2027-11, when A01 has had ten months in the only seat and goes to the ward for the last two."""
    ward = {"places": [months("2027-11", "2027-12", places=1), months("2028-09", "2028-10", places=1)]}
    instance = make(
        person(allowed=["gp", "ward"], finish_by="2027-12"),
        person(allowed=["gp", "ward"], start="2027-11"),
        arenas={"office-01": {"places": [{"places": 1}]}, "ward": ward},
    )
    plan = planned(instance)
    assert months_in(plan, "gp", "A01") == every_month("2027-01", "2027-10")
    assert path(plan, "A02") == "gp*10 ward*2"


def test_an_office_without_a_ceiling_takes_everybody() -> None:
    plan = planned(make(person(practice=None), person(practice=None), person(practice=None)))
    assert {entry.practice for entry in plan.candidates} == {"office-01"}


def test_the_office_with_the_goals_is_chosen() -> None:
    instance = make(
        person(practice=None),
        rules={"goals": "001"},
        arenas={"office-02": {"service": "open_practice", "goals": "001"}},
    )
    assert planned(instance).candidates[0].practice == "office-02"


def test_one_office_gives_the_goals_of_one_office() -> None:
    """Goal 001 is learned in one office and 002 in the other, and nobody has both."""
    arenas: dict[str, Row | None] = {
        "office-01": {"goals": "001"},
        "office-02": {"service": "open_practice", "goals": "002"},
    }
    assert is_impossible(make(person(practice=None), rules={"goals": "001-002"}, arenas=arenas))
    arenas["clinic"] = {"goals": "002"}
    assert planned(make(person(practice=None), rules={"goals": "001-002"}, arenas=arenas))


# --- away ------------------------------------------------------------------------------------------------------------


def away(
    max_away: int, *people: Row, ward_months: tuple[str, str] = ("2027-03", "2027-04"), **office: object
) -> Instance:
    arenas = {
        "office-01": {"max_away": max_away, **office},
        "ward": {"places": [months(*ward_months, places=2)]},
        "clinic": None,
    }
    return make(*(people or two_people()), arenas=arenas, rotations=NO_CLINIC)


def test_both_may_be_away_where_two_may() -> None:
    assert months_in(planned(away(2)), "ward", "A02") == ["2027-03", "2027-04"]


def test_only_one_may_be_away() -> None:
    bites(away(1), "away")


def test_one_after_the_other_may_be_away() -> None:
    plan = planned(away(1, ward_months=("2027-03", "2027-06")))
    assert not set(months_in(plan, "ward", "A01")) & set(months_in(plan, "ward", "A02"))


def test_nobody_may_be_away() -> None:
    bites(away(0, person()), "away")


def test_leave_is_not_away() -> None:
    """A02 is on leave while A01 is in the ward, and in the ward afterwards."""
    one, two = person(), person(leave=[months("2027-03", "2027-04")])
    plan = planned(away(1, one, two, ward_months=("2027-03", "2027-06")))
    assert months_in(plan, "ward", "A01") == ["2027-03", "2027-04"]
    assert months_in(plan, "ward", "A02") == ["2027-05", "2027-06"]


def test_a_post_elsewhere_counts_there() -> None:
    """A02's post is the clinic: with both in the ward only A01 is away from the office. The clinic spares nobody."""
    people = [person(finish_by="2027-12"), person(finish_by="2027-12", post="clinic")]
    arenas: dict[str, Row] = {
        "office-01": {"max_away": 1},
        "ward": {"places": [months("2027-03", "2027-04", places=2)]},
    }
    assert planned(make(*people, arenas=arenas, rotations=NO_CLINIC))
    spared = {**arenas, "clinic": {"max_away": 0}}
    bites(make(*people, arenas=spared, rotations=NO_CLINIC), "away")


def test_a_mix_that_holds_the_unit_is_not_away() -> None:
    mix = {"gp80": {"mix": {"practice": 80, "clinic": 20}}, "clinic": None}
    fixed = person(fixed=[months("2027-06", "2027-07", rotation="gp80")])
    arenas = {"office-01": {"max_away": 1}, "ward": {"places": [{"places": 1}]}}
    assert planned(make(fixed, fixed, arenas=arenas, rotations=mix))


def test_away_from_an_office_that_the_plan_chooses() -> None:
    """Two choosers and two offices: they may not both be in the ward at once from the same one, so each has one."""
    office = {"max_away": 1, "places": [{"places": 2}]}
    arenas = {
        "office-01": office,
        "office-02": {"service": "open_practice", **office},
        "ward": {"places": [months("2027-03", "2027-04", places=2)]},
        "clinic": None,
    }
    plan = planned(make(CHOOSER, CHOOSER, arenas=arenas, rotations=NO_CLINIC))
    assert {entry.practice for entry in plan.candidates} == {"office-01", "office-02"}
    assert finish(plan, "A02") == "2027-12"


def test_others_with_more_places_in_an_office_than_there_are_do_not_hurt_who_is_never_there() -> None:
    """50 for LIS1 where there are 3; the candidate has the office for practice, and no rotation with practice."""
    office = {
        "id": "office",
        "service": "open_practice",
        "places": [{"places": 3}, months("2027-02", "2027-03", places=2)],
    }
    rows = [months("2027-02", "2027-03", arena="office", who="LIS1", places=50)]
    base = {"gp": {"mix": {"list": 100}}, "clinic": None}
    arenas: dict[str, Row | None] = {"office": office, "list": {"service": "open_practice", "goals": "001"}}
    assert planned(make(person(practice="office"), arenas=arenas, rotations=base, reservations=rows))
