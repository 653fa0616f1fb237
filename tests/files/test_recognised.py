"""What ordning-2017 recognises: hospital in hospital, a clinic beside practice, beds and homes from half a post on.

Sixty months are asked for, and the scheme ends with 2026: the candidate has four months left, 2026-09 to 2026-12.
"""

from __future__ import annotations

import tomllib
from typing import Any

import pytest

from scheduler.check import check_plan
from scheduler.files import InputError, read_instance
from scheduler.plan import Plan, Status
from scheduler.solve import Options, solve
from tests.helpers.command_line import SMALL
from tests.helpers.tiny import TIME_LIMIT_S

OLD = tomllib.loads((SMALL / "17-old-scheme.toml").read_text(encoding="utf-8"))
KINDS = {"home-a": "nursing-home", "home-b": "nursing-home", "beds": "kad", "clinic": "health-clinic", "desk": None}


def town(kind: str | None = "hospital", mix: dict[str, int] | None = None, **person: Any) -> dict[str, Any]:
    """The old scheme's last candidate alone, the hospital of a kind, and a rotation beside the two there are."""
    arenas = [dict(row) for row in OLD["arenas"]]
    arenas[1] = {key: value for key, value in (arenas[1] | {"kind": kind}).items() if value is not None}
    for arena, which in KINDS.items():
        arenas.append({"id": arena, "service": "other_general"} | ({} if which is None else {"kind": which}))
    rotations = [dict(row) for row in OLD["rotations"]]
    if mix is not None:
        rotations.append({"id": "other", "mix": mix})
    return {**OLD, "arenas": arenas, "rotations": rotations, "candidates": [{**OLD["candidates"][0], **person}]}


def planned(tree: dict[str, Any]) -> Plan:
    return solve(read_instance(tree), Options(workers=1, time_limit_s=TIME_LIMIT_S))


def takes(mix: dict[str, int], **person: Any) -> bool:
    """Whether the candidate may take a rotation of this mix."""
    return "other" in read_instance(town(mix=mix, **person)).candidates["A01"].allowed


def fallen_away(tree: dict[str, Any]) -> list[tuple[str, str | None]]:
    """Who loses rotations, and which; the arenas of the town that no rotation has are remarked upon beside it."""
    remarks = read_instance(tree).remarks
    return [(remark.place, remark.found) for remark in remarks if remark.code == "rotations-fall-away"]


def test_the_hospital_year_is_served_in_hospital() -> None:
    """The same place of another kind, or of none, is no hospital: three months of the year are then not to be had."""
    assert planned(town()).status is Status.OPTIMAL
    for kind in ("kad", None):
        assert planned(town(kind)).status is Status.INFEASIBLE
    assert planned(town(None, credited={"open_practice": 47.0, "institution": 12.0})).status is Status.OPTIMAL


@pytest.mark.parametrize(
    ("mix", "may"),
    [
        ({"clinic": 100}, False),
        ({"clinic": 60, "desk": 40}, False),
        ({"clinic": 20, "practice": 80}, True),
        ({"clinic": 99, "practice": 1}, True),
        ({"home-a": 100}, True),
        ({"home-a": 50, "desk": 50}, True),
        ({"home-a": 49, "desk": 51}, False),
        ({"home-a": 25, "home-b": 25, "desk": 50}, True),
        ({"home-a": 25, "beds": 25, "desk": 50}, False),
        ({"beds": 50, "desk": 50}, True),
        ({"beds": 49, "desk": 51}, False),
        ({"beds": 49, "practice": 51}, True),
        ({"beds": 49, "office-01": 51}, True),
        ({"desk": 100}, True),
    ],
)
def test_which_mixes_are_recognised(mix: dict[str, int], may: bool) -> None:
    assert takes(mix) is may
    assert takes(mix, ruleset="forskrift-2019")


FULL, LESS = {"percent": 100}, {"percent": 49}
LAST_MONTH_AWAY = [{"from": "2026-12", "to": "2026-12"}]


@pytest.mark.parametrize(
    ("percent", "more", "may"),
    [
        ([{"percent": 50}], {}, True),
        ([LESS], {}, False),
        ([FULL, {**LESS, "to": "2026-09"}], {}, False),  # the first month
        ([FULL, {**LESS, "to": "2026-08"}], {}, True),
        ([FULL, {**LESS, "from": "2026-12"}], {}, False),  # the last one
        ([FULL, {**LESS, "from": "2027-01"}], {}, True),
        ([FULL, {**LESS, "from": "2026-12"}], {"finish_by": "2026-11"}, True),
        ([FULL, {**LESS, "from": "2026-12"}], {"leave": LAST_MONTH_AWAY}, True),
    ],
)
def test_the_share_of_a_post_hangs_on_the_percent(percent: list[Any], more: dict[str, Any], may: bool) -> None:
    assert takes({"beds": 100}, percent=percent, **more) is may
    assert takes({"beds": 49, "practice": 51}, percent=percent, **more)


def test_the_model_and_the_checker_keep_to_it() -> None:
    """The month that is left in the office is not planned in the clinic; a plan that has it there is turned down."""
    tree = town(mix={"clinic": 100})
    instance, plan = read_instance(tree), planned(tree)
    assert check_plan(instance, plan) == []
    (entry,) = plan.candidates
    assert {month.rotation for month in entry.months} == {"gp", "hospital"}
    months = [
        month.model_copy(update={"rotation": "other"}) if month.rotation == "gp" else month for month in entry.months
    ]
    moved = plan.model_copy(update={"candidates": [entry.model_copy(update={"months": months})]})
    assert "violations.rotation-not-allowed" in {violation.text_key for violation in check_plan(instance, moved)}
    recognised = read_instance(town(mix={"clinic": 20, "practice": 80}))
    assert "violations.rotation-not-allowed" not in {one.text_key for one in check_plan(recognised, moved)}


def test_what_falls_away_is_remarked_upon() -> None:
    """A hospital without its kind would otherwise only be missing."""
    assert fallen_away(town(None, mix={"clinic": 100})) == [("candidates[0]", "hospital, other")]
    assert fallen_away(town(mix={"clinic": 20, "practice": 80})) == []
    assert fallen_away(town(None, mix={"clinic": 100}, allowed=["gp"])) == []


@pytest.mark.parametrize(
    ("person", "place"),
    [
        ({"fixed": [{"rotation": "other", "from": "2026-10", "to": "2026-10"}]}, "candidates[0].fixed[0].rotation"),
        ({"current": {"rotation": "other", "since": "2026-03"}}, "candidates[0].current.rotation"),
        ({"wishes": [{"rotation": "other"}]}, "candidates[0].wishes[0].rotation"),
        ({"allowed": ["gp", "hospital", "other"]}, "candidates[0].allowed[2]"),
    ],
)
def test_who_names_such_a_rotation_is_told(person: dict[str, Any], place: str) -> None:
    with pytest.raises(InputError) as told:
        read_instance(town(mix={"clinic": 100}, **person))
    assert [(problem.code, problem.place) for problem in told.value.problems] == [("rotation-not-recognised", place)]
    read_instance(town(mix={"clinic": 20, "practice": 80}, **person))


def test_a_base_that_is_not_recognised_is_told() -> None:
    tree = town()
    tree["rotations"][0] = {**tree["rotations"][0], "mix": {"beds": 40, "desk": 60}}
    with pytest.raises(InputError) as told:
        read_instance(tree)
    assert ("rotation-not-recognised", "candidates[0]") in {(one.code, one.place) for one in told.value.problems}
