"""Frozen months that are served, with `readings.frozen_is_served`, each case worked out by hand in its docstring.

As in `test_oracle`: from January 2027, four months of service in all, nothing else asked. Published is the best plan.
"""

from dataclasses import replace
from typing import Any

import pytest

from oracle import Answer, answer, judge, readings, values
from oracle.blind import differences
from oracle.by_hand import GP, OFFICE, TO_CLINIC, TO_WARD, WARD, Tree, months_of, place, published, tree, whole_plan


@pytest.fixture(autouse=True)
def frozen_is_served(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("oracle.published.TODAY", replace(readings.TODAY, frozen_is_served=True))


def january(rotation: str, last: str = "2027-01", **more: Any) -> Tree:
    """Somebody fixed in that rotation from January on."""
    return {"fixed": [{"rotation": rotation, "from": "2027-01", "to": last}], **more}


def again(before: Tree, after: Tree, freeze: str) -> Answer:
    found = answer(after, published=published(before), freeze_to=freeze)
    assert found.feasible
    return found


def test_a_new_ceiling_does_not_judge_them() -> None:
    """Two months of ward, frozen, where there is no place any more: they stand and count. A third month is not."""
    closed = {"arenas": [OFFICE, place(WARD, places=[{"places": 0}])]}
    two = {"rules": {"institution_min": 2}}
    before = tree(january("ward", "2027-02"), **two)
    found = again(before, tree(**two, **closed), "2027-02")
    assert months_of(found, "A01") == "ward ward gp gp"
    assert found.values["changes"] == (0, None)
    assert not answer(
        tree(rules={"institution_min": 3}, **closed), published=published(before), freeze_to="2027-02"
    ).feasible


def test_they_stand_where_today_s_file_has_leave_or_another_percent() -> None:
    """Four months of gp, two of them frozen. Leave in February changes nothing. 50 % in all months: two are done, four
    more are two. Nobody could have been quicker.
    """
    leave = again(tree(), tree({"leave": [{"from": "2027-02", "to": "2027-02"}]}), "2027-02")
    assert (months_of(leave, "A01"), leave.values["delay"]) == ("gp gp gp gp", (0, 0))
    half = again(tree(), tree({"percent": [{"percent": 50}]}), "2027-02")
    assert (months_of(half, "A01"), half.values["delay"]) == ("gp gp gp gp gp gp", (0, 0))


def test_leave_that_was_published_was_leave() -> None:
    """January was leave, as published; today's file has none any more. Four months from February: May, no delay."""
    before = tree({"leave": [{"from": "2027-01", "to": "2027-01"}]})
    found = again(before, tree(), "2027-01")
    assert (months_of(found, "A01"), found.values["delay"]) == ("- gp gp gp gp", (0, 0))


def test_they_stand_where_the_rotation_is_no_longer_allowed() -> None:
    """The ward in January and February, three months at least; only gp is allowed from now on."""
    rotations = [GP, {**TO_WARD, "min_months": 3}]
    before = tree(january("ward", "2027-03"), rotations=rotations)
    found = again(before, tree({"allowed": ["gp"]}, rotations=rotations), "2027-02")
    assert months_of(found, "A01") == "ward ward gp gp"


def test_a_block_that_was_published_shorter_ends_there_and_only_there() -> None:
    """One month of ward in January, three at least by today's file: it ends where the published plan ends it. If that
    has it in February too, it must reach three.
    """
    longer = tree(rotations=[GP, {**TO_WARD, "min_months": 3}])
    assert months_of(again(tree(january("ward")), longer, "2027-01"), "A01") == "ward gp gp gp"
    assert months_of(again(tree(january("ward", "2027-02")), longer, "2027-01"), "A01") == "ward ward ward gp"


def test_who_was_done_is_done() -> None:
    """Finished in April, frozen to April: a fifth month that today's file asks for is not planned. Frozen to March, it
    is.
    """
    five = tree(rules={"total": 5})
    found = again(tree(), five, "2027-04")
    assert found.witness["A01"]["finish"] == "2027-04"
    assert found.values["changes"] == (0, None)
    assert again(tree(), five, "2027-03").witness["A01"]["finish"] == "2027-05"


def test_frozen_months_are_worked_even_where_less_would_have_done() -> None:
    """Two months are enough by now, three are frozen: done in March, a month later than need be."""
    found = again(tree(), tree(rules={"total": 2}), "2027-03")
    assert months_of(found, "A01") == "gp gp gp"
    assert found.values["delay"] == (1, 1)


def test_every_count_reads_them() -> None:
    """Ward in January and February. A new requirement of two months of it is met, `after` it the clinic may come, which
    begins after two months of service, and a second block of ward is one too many.
    """
    before = tree(january("ward", "2027-02"))
    told: Tree = {
        "rotations": [GP, TO_WARD, {**TO_CLINIC, "after": ["ward"], "not_before": 2}],
        "requirements": [
            {"id": "w", "rotations": ["ward"], "min_months": 2},
            {"id": "c", "rotations": ["clinic"], "min_months": 2},
        ],
    }
    found = again(before, tree(**told), "2027-02")
    assert months_of(found, "A01") == "ward ward clinic clinic"
    assert found.values["away"] == (4, 4)
    wish = {"wishes": [{"rotation": "ward", "from": "2027-03"}]}
    late = again(before, tree(wish, rotations=[GP, {**TO_WARD, "max_months": 2}]), "2027-02")
    assert late.values["wishes"] == (1, 1)


def test_a_block_that_leave_cuts_short_counts() -> None:
    """The ward takes three months, once, from January (frozen). With leave in February there is no second block; where
    two are let there is.
    """
    rules = {"institution_min": 3}
    once = [GP, {**TO_WARD, "min_months": 3, "max_months": 3}]
    twice = [GP, {**once[1], "max_blocks": 2}]
    before = tree(january("ward", "2027-03"), rules=rules, rotations=once)
    leave = {"leave": [{"from": "2027-02", "to": "2027-02"}]}
    after = tree(leave, rules=rules, rotations=once)
    assert not answer(after, published=published(before), freeze_to="2027-01").feasible
    found = again(before, tree(leave, rules=rules, rotations=twice), "2027-01")
    assert months_of(found, "A01") == "ward - ward ward ward"


def test_newcomers_have_what_is_left_of_frozen_months() -> None:
    """One place in the ward, which A01 had in January (frozen). A02 needs a month of it and starts then: February, at
    no loss; with one month of service in all a month late. That A01 holds more than there is now hinders nobody else.
    """
    rules = {"institution_min": 1, "total": 1}
    one = [OFFICE, place(WARD, places=[{"places": 1}])]
    before, after = tree(rules=rules, arenas=one), tree({}, {}, rules=rules, arenas=one)
    assert again(before, after, "2027-01").values["delay"] == (1, 1)
    none = [OFFICE, place(WARD, places=[{"places": 0, "to": "2027-01"}, {"places": 1, "from": "2027-02"}])]
    assert again(before, tree({}, {}, rules=rules, arenas=none), "2027-01").values["delay"] == (1, 1)
    floor = [OFFICE, place(WARD, min_places=[{"places": 2, "to": "2027-01"}])]
    assert again(before, tree({}, rules=rules, arenas=floor), "2027-01").values["delay"] == (0, 0)


def test_newcomers_have_the_supervisor_s_places_that_are_left() -> None:
    """V1 has one place and had A01 in January: A02 cannot start before February."""
    before = tree(rules={"total": 1}, supervisors=[{"id": "V1", "places": 1}])
    old = published(before)
    old["candidates"][0]["supervisors"] = [{"id": "V1", "from": "2027-01", "to": "2027-01"}]
    window = {"start": {"earliest": "2027-01", "latest": "2027-02"}}
    after = tree({}, window, rules={"total": 1}, supervisors=[{"id": "V1", "places": 1}])
    found = answer(after, published=old, freeze_to="2027-01")
    assert found.witness["A02"]["start"] == "2027-02"


def test_shifts_taken_are_taken() -> None:
    """Five shifts, four of them in January, and no shift allowed any more before March: one in March."""
    roster = {"id": "roster", "service": "parallel"}
    told: Tree = {"rules": {"legevakt_shifts": 5, "total": 2}, "arenas": [OFFICE, WARD, roster]}
    old = published(tree(**told))
    old["candidates"][0]["shifts"] = [{"month": "2027-01", "shifts": 4}, {"month": "2027-02", "shifts": 1}]
    found = answer(tree({"legevakt_from": "2027-03"}, **told), published=old, freeze_to="2027-01")
    assert (months_of(found, "A01"), found.values["delay"]) == ("gp gp gp", (1, 1))


def test_a_start_that_was_late_stays_late() -> None:
    """Started in February though January was open (a floor in May): four months end in May, one late, then and now. If
    six are asked for, that is July, beyond the horizon.
    """
    window = {"start": {"earliest": "2027-01", "latest": "2027-02"}}
    floor = [OFFICE, {**WARD, "min_places": [{"places": 1, "from": "2027-05", "to": "2027-05"}]}]
    before = tree(window, arenas=floor)
    found = again(before, tree(window), "2027-03")
    assert found.witness["A01"]["start"] == "2027-02"
    assert found.values["delay"] == (1, 1)
    assert again(before, tree(window, rules={"total": 6}), "2027-03").witness["A01"]["finish"] is None


def test_what_was_served_was_served_whatever_start_the_file_has_now() -> None:
    """Started in January, frozen to February; the file says March now. Two months are left: April."""
    found = again(tree(), tree({"start": "2027-03"}), "2027-02")
    assert (found.witness["A01"]["start"], found.witness["A01"]["finish"]) == ("2027-01", "2027-04")
    assert found.values["delay"] == (0, 0)


def test_a_group_under_way_keeps_its_members() -> None:
    """G1 from February to April has begun and has no place any more; who is in it stays, and nobody comes."""
    group = {"id": "G1", "start": "2027-02", "months": 3, "places": 1}
    rules = {"total": 2, "group_required": True}
    before = tree(rules=rules, groups=[group])
    full = {**group, "places": 0}
    assert again(before, tree(rules=rules, groups=[full]), "2027-02").values["delay"] == (2, 2)
    assert not answer(
        tree({}, {}, rules=rules, groups=[full]), published=published(before), freeze_to="2027-02"
    ).feasible


def test_the_open_year_reads_frozen_months() -> None:
    """Ward in March, which the file fixes no more: frozen, it leaves G1 (its only year) without an open one."""
    group = {"id": "G1", "start": "2027-03", "months": 2, "places": 1}
    after = tree({"group": "G1"}, groups=[group])
    ward = tree({"fixed": [{"rotation": "ward", "from": "2027-03", "to": "2027-03"}]})
    assert not answer(after, published=published(ward), freeze_to="2027-03").feasible
    assert again(tree(), after, "2027-03").values["delay"] == (0, 0)


def test_the_judge_holds_a_plan_to_them() -> None:
    """A plan of four months of gp, two of them frozen, passes after leave was put into February; not with another
    rotation, percent, or with the leave in it.
    """
    before = tree()
    plan = whole_plan(before)
    plan["objectives"].append({"id": "changes", "value": 0.0})
    after = tree({"leave": [{"from": "2027-02", "to": "2027-02"}]})
    told: Tree = {"published": published(before), "freeze_to": "2027-02"}
    assert judge(after, plan, **told) == []
    assert values(after, plan, **told)["delay"] == (0, 0)
    for change in ({"rotation": "ward"}, {"percent": 50.0}, {"rotation": None, "percent": 0.0}):
        other = {**plan, "candidates": [{**plan["candidates"][0]}]}
        months = [dict(month) for month in plan["candidates"][0]["months"]]
        months[1].update(change)
        other["candidates"][0]["months"] = months
        assert any(told_.startswith("fixed") for told_ in judge(after, other, **told))


@pytest.mark.parametrize(("kind", "n"), [("replanning", 40), ("intake", 150), ("resumed", 40)])
def test_the_search_finds_what_a_blind_one_finds(kind: str, n: int) -> None:
    assert differences(kind, range(n)) == []
