"""The published plan held against today's file: who is who, what is gone, and what of frozen months is otherwise."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from scheduler import api
from scheduler.instance.problems import InputError, Problem
from scheduler.instance.types import Instance
from scheduler.month import parse_month
from scheduler.plan import Plan
from scheduler.replanning.matching import Matched, matched, same_word
from tests.helpers.tiny import Row, make, months, path, person, planned

WARD = {"ward": {"places": [{"places": 1}]}}
CLINIC_FIRST = [months("2027-01", "2027-02", rotation="clinic")]
WARD_LATER = [months("2027-09", "2027-10", rotation="ward")]
SUPERVISED: Row = {"supervisors": [{"id": "V01", "places": 3}]}
GROUPED: Row = {
    "groups": [{"id": "G1", "start": "2027-03", "months": 6, "places": 3}],
    "rules": {"group_required": True},
}


def published(*people: Row, **more: Any) -> Plan:
    """The plan of these people, with its instance inside, as its file has it."""
    instance = make(*people, **{"arenas": WARD, **more})
    made = planned(instance)
    return made.model_copy(update={"instance": made.instance.model_copy(update={"source": instance.source})})


def held(plan: Plan, *people: Row, gone: tuple[str, ...] = (), freeze: str = "2027-04", **more: Any) -> Matched:
    return matched(make(*people, **{"arenas": WARD, **more}), plan, parse_month(freeze), gone)


def refused(plan: Plan, *people: Row, **more: Any) -> list[Problem]:
    with pytest.raises(InputError) as caught:
        held(plan, *people, **more)
    return list(caught.value.problems)


def said(found: Matched) -> list[str]:
    return [told.said("en") for told in found.told]


def renamed_row(table: str, old: str, new: str, **fields: Any) -> Row:
    """The tiny world with a row of another id."""
    return {table: {old: None, new: fields}}


# --- candidates ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("now", ["a01", "A-1", "A 01"])
def test_who_is_spelt_otherwise_is_asked_for(now: str) -> None:
    plan = published(person(fixed=CLINIC_FIRST))
    (problem,) = refused(plan, person(id=now))
    assert (problem.code, problem.found, problem.nearest) == ("plan-candidate-missing", "A01", now)


def test_who_has_another_id_and_the_same_name_is_asked_for() -> None:
    plan = published(person(name="Kari Holm"))
    (problem,) = refused(plan, person(id="K7", name="kari holm", start="2027-09"))
    assert problem.nearest == "K7"


def test_who_is_new_in_the_frozen_months_when_somebody_is_gone_is_asked_for() -> None:
    plan = published(person(), person())
    (problem,) = refused(plan, person(), person(id="B07"))
    assert (problem.found, problem.nearest) == ("A02", "B07")


@pytest.mark.parametrize(("former", "now"), [("A01", "kari"), ("A01", "a01")])
def test_formerly_says_who_is_who(former: str, now: str) -> None:
    plan = published(person(fixed=CLINIC_FIRST))
    found = held(plan, person(id=now, formerly=[former]))
    assert [entry.id for entry in found.plan.candidates] == [now]
    assert said(found) == []


def test_the_months_of_who_has_a_new_id_stay() -> None:
    plan = published(person(fixed=CLINIC_FIRST))
    new = api.replan(make(person(id="kari", formerly=["A01"])), plan, freeze_to="2027-04", workers=1)
    assert path(new, "kari").startswith("clinic*2")
    assert path(new, "kari") == path(plan)


def test_who_has_withdrawn_is_told_with_the_places_that_become_free() -> None:
    plan = published(person(), person(fixed=WARD_LATER), **GROUPED)
    found = held(plan, person(), **GROUPED)
    assert [entry.id for entry in found.plan.candidates] == ["A01"]
    told = said(found)
    assert told[0].startswith("A02 of the published plan is not in the file any more")
    assert told[1] == "Free after A02: ward in September–October 2027; a place in the guidance group G1."


def test_who_was_left_out_on_purpose_is_told_so_even_if_somebody_is_new() -> None:
    plan = published(person(), person(fixed=WARD_LATER))
    found = held(plan, person(), person(id="B07"), gone=("A02",))
    assert said(found) == [
        "Left out of the published plan on purpose: A02.",
        "Free after A02: ward in September–October 2027.",
        "B07 is not in the published plan, and begins in January 2027, in frozen months.",
    ]


def test_a_new_one_after_the_freeze_is_nothing_to_tell() -> None:
    assert said(held(published(person()), person(), person(id="B07", start="2027-05"))) == []


@pytest.mark.parametrize("word", ["A01", "A09", "ward"])
def test_gone_is_only_what_the_plan_has_and_the_file_has_not(word: str) -> None:
    plan = published(person(), person())
    (problem,) = refused(plan, person(), gone=("A02", word))
    assert (problem.code, problem.found) == ("plan-gone", word)


def test_two_who_would_be_one_are_refused() -> None:
    plan = published(person(), person())
    (problem,) = refused(plan, person(formerly=["A02"]))
    assert (problem.code, problem.found) == ("plan-candidate-twice", "A01")


def test_a_newcomer_is_never_called_what_somebody_of_the_plan_was() -> None:
    plan = published(person(), person(id="N01", fixed=WARD_LATER))
    made = api.intake(make(person(), arenas=WARD), plan, 1, "2027-06", freeze_to="2027-04", workers=1)
    assert [entry.id for entry in made.candidates] == ["A01", "N02"]
    assert any(message.text.startswith("N01 ") for message in made.messages)


# --- rotations, offices, groups, supervisors -------------------------------------------------------------------------

ID_CASES: dict[str, tuple[Row, str, Row, Row]] = {
    # what the published plan has besides, the id it uses, the file of today, the file with that id in `formerly`
    "rotation": (
        {},
        "clinic",
        {"rotations": {"clinic": None, "day-clinic": {"mix": {"clinic": 100}, "max_months": 8}}},
        {"rotations": {"clinic": None, "day-clinic": {"mix": {"clinic": 100}, "formerly": ["clinic"]}}},
    ),
    "office": (
        {},
        "office-01",
        {"arenas": {**WARD, "office-01": None, "office-1": {"service": "open_practice"}}},
        {"arenas": {**WARD, "office-01": None, "office-1": {"service": "open_practice", "formerly": ["office-01"]}}},
    ),
    "supervisor": (
        SUPERVISED,
        "V01",
        {"supervisors": [{"id": "V-1", "places": 3}]},
        {"supervisors": [{"id": "V-1", "places": 3, "formerly": ["V01"]}]},
    ),
    "group": (
        GROUPED,
        "G1",
        {**GROUPED, "groups": [{**GROUPED["groups"][0], "id": "G-1"}]},
        {**GROUPED, "groups": [{**GROUPED["groups"][0], "id": "G-1", "formerly": ["G1"]}]},
    ),
}


def today(kind: str, row: Mapping[str, Any]) -> Row:
    """The candidate as the file of today has it."""
    office = "office-1" if kind == "office" else "office-01"
    return {**person(practice=office), **row}


@pytest.mark.parametrize("kind", ID_CASES)
def test_an_id_that_the_file_does_not_have_is_a_problem_with_the_nearest(kind: str) -> None:
    besides, used, file, formerly = ID_CASES[kind]
    plan = published(person(fixed=CLINIC_FIRST), **besides)
    (problem,) = refused(plan, today(kind, {}), **file)
    assert (problem.code, problem.found) == ("plan-id-missing", used)
    assert problem.nearest == {"clinic": "day-clinic", "office-01": "office-1", "V01": "V-1", "G1": "G-1"}[used]
    assert "A01 2027-01" in problem.sentence("en")
    assert said(held(plan, today(kind, {}), **formerly)) == []


@pytest.mark.parametrize("kind", ID_CASES)
def test_what_served_months_rest_on_cannot_be_left_out(kind: str) -> None:
    besides, used, file, _ = ID_CASES[kind]
    plan = published(person(fixed=CLINIC_FIRST), **besides)
    (problem,) = refused(plan, today(kind, {}), **file, gone=(used,))
    assert (problem.code, problem.found) == ("plan-group-begun" if kind == "group" else "plan-served-lost", used)


def test_what_only_later_months_use_may_be_left_out() -> None:
    plan = published(person(fixed=[months("2027-09", "2027-10", rotation="clinic")]))
    without = {"rotations": {"clinic": None}}
    assert refused(plan, person(), **without)[0].code == "plan-id-missing"
    found = held(plan, person(), **without, gone=("clinic",))
    assert said(found) == ["Left out of the published plan on purpose: the rotation clinic."]


def test_a_group_of_who_is_done_with_it_need_not_be_there() -> None:
    plan = published(person(), **GROUPED)
    assert said(held(plan, person(group="done"), rules=GROUPED["rules"])) == []


def test_ids_of_those_who_are_gone_need_not_be_there() -> None:
    plan = published(person(), person(fixed=[months("2027-09", "2027-10", rotation="clinic")]))
    found = held(plan, person(), rotations={"clinic": None})
    assert said(found)[0].startswith("A02 ")


def test_a_name_where_an_id_is_left_out_on_purpose_leads_to_the_id() -> None:
    plan = published(person(), person(id="A02", name="Lars Holm"))
    (problem,) = refused(plan, person(), gone=("Lars Holm",))
    assert (problem.code, problem.found, problem.nearest) == ("plan-gone", "Lars Holm", "A02")


# --- what the file says otherwise of frozen months -------------------------------------------------------------------

LEAVE = months("2027-02", "2027-03")


def test_frozen_months_that_were_cleared_by_hand_are_not_called_leave() -> None:
    plan = published(person())
    edited = plan.candidates[0]
    rows = [row.model_copy(update={"rotation": None}) if 1 <= i <= 2 else row for i, row in enumerate(edited.months)]
    cleared = plan.model_copy(update={"candidates": [edited.model_copy(update={"months": rows})]})
    told = said(held(cleared, person()))
    assert (
        "A01: the published plan lacks a rotation in frozen months that are no leave (February–March 2027); "
        "they stay without service."
    ) in told
    assert not any("no longer leave" in one for one in told)


@pytest.mark.parametrize(
    ("then", "now", "told"),
    [
        (
            {},
            {"leave": [LEAVE]},
            "A01: leave in frozen months that were service in the published plan (February–March 2027).",
        ),
        (
            {"leave": [LEAVE]},
            {},
            "A01: no longer leave in frozen months that were so in the published plan (February–March 2027).",
        ),
        (
            {},
            {"percent": [months("2027-02", "2027-03", percent=60)]},
            "A01: 60 % in frozen months that were at 100 % in the published plan (February–March 2027).",
        ),
        (
            {},
            {"absence": [{"from": "2027-02-15", "to": "2027-02-28"}]},
            "A01: counts 50 % after absence in frozen months that counted 100 % in the published plan (February 2027).",
        ),
        (
            {"absence": [{"from": "2027-02-15", "to": "2027-02-28"}]},
            {},
            "A01: counts 100 % after absence in frozen months that counted 50 % in the published plan (February 2027).",
        ),
        (
            {},
            {"start": "2027-03"},
            "A01: the file lets the candidate begin after frozen months of the published plan (January–February 2027).",
        ),
        (
            {"name": "Kari"},
            {"name": "Ola"},
            "A01 has another name in the file than in the published plan. "
            "If it is somebody else, give the row an id of its own.",
        ),
    ],
)
def test_what_the_file_says_otherwise_is_told(then: Row, now: Row, told: str) -> None:
    plan = published(person(**then))
    assert said(held(plan, person(**now))) == [told]


@pytest.mark.parametrize("now", [{"leave": [LEAVE]}, {"percent": [months("2027-02", "2027-03", percent=60)]}])
def test_what_lies_after_the_freeze_is_no_matter_of_matching(now: Row) -> None:
    assert said(held(published(person()), person(**now), freeze="2027-01")) == []


TWO: Row = {"arenas": {**WARD, "office-02": {"service": "open_practice"}}}
GUIDES: Row = {"supervisors": [{"id": "V01", "places": 3}, {"id": "V02", "places": 3}]}


@pytest.mark.parametrize(
    ("now", "told"),
    [
        ({"practice": "office-02"}, "the office office-02 in frozen months that were in office-01"),
        ({"supervisor": "V02"}, "the supervisor V02 in frozen months that were with V01"),
        (
            {"practice": [{"practice": "office-01", "to": "2027-02"}, {"practice": "office-02", "from": "2027-03"}]},
            "the office office-02 in frozen months that were in office-01",
        ),
        (
            {"practice": [{"practice": "office-01", "to": "2027-04"}, {"practice": "office-02", "from": "2027-05"}]},
            None,
        ),
        ({"supervisor": None}, None),
    ],
)
def test_an_office_or_a_supervisor_of_frozen_months_named_otherwise_is_told(now: Row, told: str | None) -> None:
    """Frozen to April: what the file names from May on is no matter of it, nor that it names nobody."""
    plan = published(person(supervisor="V01"), **TWO, **GUIDES)
    file = make(person(**{"supervisor": "V01", **now}), **TWO, **GUIDES)
    months_told = f"{'March' if 'from' in str(now) else 'January'}–April 2027"
    expected = [] if told is None else [f"A01: the file has {told} in the published plan ({months_told}); they stay."]
    assert said(matched(file, plan, parse_month("2027-04"))) == expected
    new = api.replan(file, plan, freeze_to="2027-04", workers=1, time_limit_s=60)
    new = new.model_copy(update={"instance": new.instance.model_copy(update={"source": file.source})})
    assert {new.candidate("A01").practice_at(month) for month in range(file.start, file.start + 4)} == {"office-01"}
    assert said(matched(file, new, parse_month("2027-04"))) == []


def test_a_name_that_the_plan_did_not_keep_to_is_told_of_when_it_was_given() -> None:
    """V01 has no place before March, so V02 guides; the file names V01 now as it did then."""
    guides: Row = {"supervisors": [{"id": "V01", "places": 1, "from": "2027-03"}, {"id": "V02", "places": 1}]}
    plan = published(person(supervisor="V01"), **guides)
    assert plan.candidate("A01").supervisors[0].id == "V02"
    assert said(matched(instance_of(plan), plan, parse_month("2027-04"))) == []


def test_a_changed_finish_is_told() -> None:
    plan = published(person())
    new = api.replan(make(person(leave=[months("2027-06", "2027-07")])), plan, freeze_to="2027-02", workers=1)
    assert "A01 finishes in February 2028, before that in December 2027." in [
        message.said("en") for message in new.messages
    ]


# --- words -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("word", "other", "same"),
    [
        ("A01", "a1", True),
        ("A01", "A-01", True),
        ("hansen", "hanssen", True),
        ("A01", "A02", False),
        ("A01", "V01", False),
        ("hansen", "olsen", False),
    ],
)
def test_which_ids_may_be_one(word: str, other: str, same: bool) -> None:
    assert same_word(word, other) is same


def test_check_tells_of_it_and_refuses_alike() -> None:
    plan = published(person(), person(fixed=WARD_LATER))
    found = api.check(make(person(), arenas=WARD), plan, freeze_to="2027-04")
    assert [told.key for told in found.matching] == ["replan.withdrawn", "replan.free"]
    with pytest.raises(InputError):
        api.check(make(person(), person(id="a02"), arenas=WARD), plan, freeze_to="2027-04")


def instance_of(plan: Plan) -> Instance:
    found = api.instance_of(plan)
    assert found is not None
    return found


def test_a_plan_of_the_very_file_is_matched_without_a_word() -> None:
    plan = published(person(), person(), **SUPERVISED)
    assert matched(instance_of(plan), plan, parse_month("2027-04")).told == ()
