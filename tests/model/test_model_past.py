"""What was served before the horizon: every count reads it and no rule judges it (decision 0019)."""

from __future__ import annotations

from typing import Any

import pytest

from scheduler.instance.problems import InputError
from scheduler.texts import LANGUAGES
from tests.helpers.tiny import (
    Row,
    bites,
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


def served(rotation: str, first: str, last: str, **fields: Any) -> Row:
    return {"rotation": rotation, "from": first, "to": last, **fields}


def before(*rows: Row, **fields: Any) -> Row:
    """A candidate with such a past, in training since its first month."""
    return person(**{"start": "2026-01", "served": list(rows), **fields})


# --- credit, service months, earliest finish -------------------------------------------------------------------------


def test_credit_and_the_earliest_finish_follow() -> None:
    """Four months of office and two of ward are behind: six of office are left."""
    plan = planned(make(before(served("gp", "2026-07", "2026-10"), served("ward", "2026-11", "2026-12"))))
    assert (path(plan), finish(plan), objective(plan, "delay")) == ("gp*6", "2027-06", 0)


def test_half_a_post_earns_half() -> None:
    rows = served("gp", "2026-07", "2026-10", percent=50), served("ward", "2026-11", "2026-12")
    assert finish(planned(make(before(*rows)))) == "2027-08"


def test_more_than_counts_is_a_delay() -> None:
    """Four months of ward, of which two count: two were for nothing, and the earliest finish does not know it."""
    plan = planned(make(before(served("ward", "2026-09", "2026-12"))))
    assert (finish(plan), objective(plan, "delay"), objective(plan, "uncounted")) == ("2027-10", 2, 2)


def test_not_approved_gives_nothing_but_a_block() -> None:
    """The one block of the ward has been, and its two months are still asked for."""
    rows = served("ward", "2026-07", "2026-08", counted=False), served("gp", "2026-09", "2026-12")
    bites(make(before(*rows)), "block-count")
    assert months_in(planned(make(before(*rows), rotations={"ward": {"max_blocks": 2}})), "ward") != []


def test_elsewhere_is_credit_and_service_months() -> None:
    """Two months of institution elsewhere: no ward, and a clinic after three service months begins in the second."""
    elsewhere = [{"category": "institution", "months": 2.0, "what": "sykehus"}]
    room = {"clinic": {"places": [months("2027-02", "2027-03", places=1)]}}
    late = {"clinic": {"not_before": 3, "min_months": 2}}
    plan = planned(make(person(served=elsewhere, wishes=[{"rotation": "clinic"}]), arenas=room, rotations=late))
    assert months_in(plan, "ward") == []
    assert months_in(plan, "clinic") == ["2027-02", "2027-03"]
    plan = planned(make(person(wishes=[{"rotation": "clinic"}]), arenas=room, rotations=late))
    assert objective(plan, "wishes") == 1


def test_service_months_behind_let_a_block_begin() -> None:
    """The ward takes somebody after six months; five are behind, so it is the second month."""
    room = {"ward": {"places": [months("2027-02", "2027-03", places=1)]}}
    plan = planned(make(before(served("gp", "2026-08", "2026-12")), arenas=room, rotations={"ward": {"not_before": 6}}))
    assert months_in(plan, "ward") == ["2027-02", "2027-03"]
    bites(
        make(before(served("gp", "2026-09", "2026-12")), arenas=room, rotations={"ward": {"not_before": 6}}),
        "block-start",
    )


# --- blocks ----------------------------------------------------------------------------------------------------------


def test_a_block_at_the_door_reaches_its_shortest_length() -> None:
    """Three of the ward's four months are behind: one is left, and it is the first."""
    plan = planned(make(before(served("ward", "2026-10", "2026-12")), rotations={"ward": {"min_months": 4}}))
    assert path(plan).startswith("ward gp")


def test_a_block_at_the_door_that_is_long_enough_may_end() -> None:
    plan = planned(make(before(served("ward", "2026-11", "2026-12"))))
    assert path(plan) == "gp*10"


def test_a_block_at_the_door_ends_with_leave() -> None:
    """Too short for good, and nobody is to blame: leave ended it. No second block may begin, so two are allowed."""
    row = before(served("ward", "2026-12", "2026-12"), leave=[months("2027-01", "2027-01")])
    plan = planned(make(row, rotations={"ward": {"max_blocks": 2}}))
    assert path(plan).startswith("- gp")
    assert months_in(plan, "ward") != []


def test_a_block_at_the_door_is_not_too_long() -> None:
    """Seven of eight months are behind: one may follow, and a fixed second one is one too many."""
    fixed = [served("ward", "2027-01", "2027-01")]
    row = before(served("ward", "2026-06", "2026-12"), fixed=fixed)
    assert path(planned(make(row))).startswith("ward gp")
    bites(make(row | {"fixed": [served("ward", "2027-01", "2027-02")]}), "block-length")


def test_the_past_uses_up_the_blocks() -> None:
    """A block of the ward that has ended is the one there may be, and it gave but one of the two months."""
    row = before(served("ward", "2026-10", "2026-10"), served("gp", "2026-11", "2026-12"))
    bites(make(row), "block-count")
    assert months_in(planned(make(row, rotations={"ward": {"max_blocks": 2}})), "ward") != []


def test_more_blocks_than_today_allows_are_not_judged() -> None:
    rows = (
        served("clinic", "2026-08", "2026-08"),
        served("gp", "2026-09", "2026-09"),
        served("clinic", "2026-10", "2026-10"),
    )
    assert months_in(planned(make(before(*rows))), "clinic") == []


def test_after_is_met_by_the_past() -> None:
    """The ward only after the clinic, which was in May: no second clinic."""
    after = {"ward": {"after": ["clinic"]}}
    plan = planned(
        make(before(served("clinic", "2026-05", "2026-06"), served("gp", "2026-07", "2026-12")), rotations=after)
    )
    assert months_in(plan, "clinic") == []
    assert months_in(plan, "ward") != []


def test_after_is_not_met_by_a_block_that_goes_on() -> None:
    """The clinic is at the door and too short to end: the ward comes after it."""
    rules = {"ward": {"after": ["clinic"]}, "clinic": {"min_months": 3}}
    plan = planned(make(before(served("clinic", "2026-12", "2026-12")), rotations=rules))
    assert path(plan).startswith("clinic*2 ")


def test_moves_count_every_block_since_the_start() -> None:
    """Office, clinic, office that goes on, ward, office: the plan's first block is the past's last."""
    rows = (
        served("gp", "2026-07", "2026-08"),
        served("clinic", "2026-09", "2026-10"),
        served("gp", "2026-11", "2026-12"),
    )
    plan = planned(make(before(*rows), arenas={"ward": {"places": [months("2027-02", "2027-03", places=1)]}}))
    assert path(plan).startswith("gp ward*2")
    assert objective(plan, "moves") == (5 if path(plan) != "gp ward*2" else 4)


# --- requirements, goals, groups, wishes, away -----------------------------------------------------------------------


def test_a_requirement_is_met_by_past_and_plan_together() -> None:
    """Four months of ward, three of them behind: one is left, one more than counts."""
    four = [{"id": "beds", "rotations": ["ward"], "min_months": 4.0}]
    row = before(served("ward", "2026-10", "2026-12"))
    assert months_in(planned(make(row, requirements=four)), "ward") == ["2027-01"]
    five = [{"id": "beds", "rotations": ["ward"], "min_months": 9.0}]
    bites(make(row, requirements=five), "requirement")


def test_a_ceiling_on_work_is_used_up_by_the_past() -> None:
    most = [{"id": "little", "rotations": ["ward"], "max_months": 2.0}]
    row = before(served("ward", "2026-11", "2026-12"))
    assert months_in(planned(make(row, requirements=most)), "ward") == []
    bites(make(row | {"fixed": [served("ward", "2027-01", "2027-01")]}, requirements=most), "requirement")


def test_a_goal_is_met_by_past_and_plan_together() -> None:
    """Goal 2 asks for three months of clinic; two are behind and the block goes on, one month."""
    goals = {"office-01": {"goals": "001"}, "clinic": {"goals": "002", "exposure": 3}}
    row = before(served("clinic", "2026-11", "2026-12"))
    assert months_in(planned(make(row, arenas=goals, rules={"goals": "001-002"})), "clinic") == ["2027-01"]
    gone = before(served("clinic", "2026-10", "2026-11"), served("gp", "2026-12", "2026-12"))
    bites(make(gone, arenas=goals, rules={"goals": "001-002"}), "goals")


def test_own_practice_exposes_the_office_it_was() -> None:
    goals: dict[str, Row | None] = {"office-02": {"service": "open_practice", "goals": "001"}}
    row = before(served("gp", "2026-11", "2026-12", practice="office-02"))
    assert finish(planned(make(row, arenas=goals, rules={"goals": "001"}))) == "2027-10"
    assert is_impossible(make(before(served("gp", "2026-11", "2026-12")), arenas=goals, rules={"goals": "001"}))


def test_a_group_year_in_the_past_is_open() -> None:
    """The group's first year was all office, its second begins in the ward."""
    group = [{"id": "G1", "start": "2026-01", "months": 24, "places": 2}]
    row = before(
        served("gp", "2026-01", "2026-12", percent=20), group="G1", fixed=[served("ward", "2027-01", "2027-02")]
    )
    assert months_in(planned(make(row, groups=group, rules={"open_practice_cap": 12, "general_cap": 12})), "ward") != []
    clinic = before(
        served("gp", "2026-01", "2026-11", percent=20),
        served("clinic", "2026-12", "2026-12"),
        group="G1",
        fixed=row["fixed"],
    )
    bites(make(clinic, groups=group), "group")


def test_a_wish_is_met_by_the_past() -> None:
    row = before(served("clinic", "2026-11", "2026-12"), wishes=[{"rotation": "clinic"}])
    plan = planned(make(row))
    assert objective(plan, "wishes") == 0
    assert months_in(plan, "clinic") == []


def test_a_row_of_months_away_crosses_the_door() -> None:
    """Two months of clinic and two of ward at once are a row of four; with a month of office between, two."""
    row = before(served("gp", "2026-09", "2026-10"), served("clinic", "2026-11", "2026-12"))
    at_once = {"ward": {"places": [months("2027-01", "2027-02", places=1)]}}
    plan = planned(make(row, arenas=at_once))
    level = next(each for each in plan.objectives if each.id == "away")
    assert (level.value, level.worst.value if level.worst else None) == (4, 4)
    level = next(each for each in planned(make(row)).objectives if each.id == "away")
    assert (level.value, level.worst.value if level.worst else None) == (4, 2)


# --- what is wrong with a row ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rows", "more", "code"),
    [
        ([{"from": "2026-10", "to": "2026-11"}], {}, "served-kind"),
        ([{"rotation": "gp", "category": "institution", "months": 1.0}], {}, "served-kind"),
        ([{"rotation": "gp", "from": "2026-10"}], {}, "served-incomplete"),
        ([{"category": "institution"}], {}, "served-incomplete"),
        ([{"category": "institution", "months": 1.0, "percent": 50}], {}, "served-out-of-place"),
        ([{"category": "institution", "months": 1.0, "from": "2026-01"}], {}, "served-out-of-place"),
        ([{"category": "institution", "months": 1.0, "practice": "office-01"}], {}, "served-out-of-place"),
        ([served("gp", "2026-12", "2027-01")], {}, "served-in-horizon"),
        ([served("gp", "2026-10", "2026-11"), served("ward", "2026-11", "2026-12")], {}, "served-overlap"),
        ([served("gpp", "2026-10", "2026-11")], {}, "unknown-rotation"),
        ([served("gp", "2026-10", "2026-11", practice="office-99")], {}, "unknown-arena"),
        ([served("gp", "2026-10", "2026-11", supervisor="V99")], {}, "table-missing"),
        (
            [served("ward", "2026-10", "2026-12")],
            {"current": {"rotation": "gp", "since": "2026-11"}},
            "served-against-current",
        ),
        ([served("gp", "2026-01", "2026-12")], {"months_done": 1}, "served-twice"),
        ([served("gp", "2026-12", "2026-11")], {}, "from-after-to"),
    ],
)
def test_a_row_that_cannot_be(rows: list[Row], more: Row, code: str) -> None:
    with pytest.raises(InputError) as caught:
        make(person(start="2026-01", served=rows, **more))
    assert code in {problem.code for problem in caught.value.problems}
    assert all(problem.line(lang) for problem in caught.value.problems for lang in LANGUAGES)


def test_a_row_beside_the_running_block_of_the_same_rotation_tells_its_months() -> None:
    """Since September by ``current``, of which a row tells October: that month earns, and none counts twice."""
    row = before(served("ward", "2026-10", "2026-10"), current={"rotation": "ward", "since": "2026-09"})
    instance = make(row, rotations={"ward": {"min_months": 6}})
    assert [month.earns for month in instance.candidates["A01"].past] == [False, True, False, False]
    assert path(planned(instance)).startswith("ward*2 gp")
