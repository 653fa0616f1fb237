"""Frozen months have been served: no rule of today's file judges them, and every count reads them (decision 0008).

Each by hand in the tiny world: gp*10 and ward*2 are all that is asked for, from 2027-01.
"""

from __future__ import annotations

from typing import Any

import pytest

from scheduler.accounting.baseline import with_baseline_of
from scheduler.changes import apply, change_from
from scheduler.check import check_plan
from scheduler.explanation.explain import explain
from scheduler.files import read_instance
from scheduler.instance.types import Instance
from scheduler.month import parse_month
from scheduler.plan import Plan
from scheduler.planning.over import over
from scheduler.replanning.affected import baseline_for, standing, with_baseline
from scheduler.solver.engine import Settings, Stop
from tests.helpers.tiny import Row, faults, finish, is_impossible, make, months, path, person, planned

WARD_FIRST = person(fixed=[months("2027-01", "2027-02", rotation="ward")])
OFFICES: dict[str, Row] = {"office-02": {"service": "open_practice"}}


def again(before: Instance, after: Instance, freeze: str) -> Plan:
    """A plan of the one on top of a plan of the other, frozen up to that month."""
    return on_top(planned(before), after, freeze)


def on_top(published: Plan, after: Instance, freeze: str) -> Plan:
    based = with_baseline(after, published, parse_month(freeze))
    plan = planned(based)
    assert faults(based, plan) == []
    return plan


def blocks(plan: Plan) -> list[tuple[str, int]]:
    return [(block.rotation, block.to - block.from_ + 1) for block in plan.candidate("A01").blocks]


def test_a_ceiling_lowered_in_frozen_months_judges_nobody() -> None:
    """No place in the ward any more: the two months that are frozen stand and count, and nobody is concerned."""
    closed = make(person(), arenas={"ward": {"places": [{"places": 0}]}})
    published = planned(make(WARD_FIRST))
    plan = on_top(published, closed, "2027-02")
    assert (path(plan), finish(plan)) == ("ward*2 gp*10", "2027-12")
    assert plan.candidate("A01").service.by_category["institution"] == 2.0
    assert standing(closed, published, parse_month("2027-02")).affected == set()
    assert standing(closed, published, parse_month("2027-01")).affected == {"A01"}


def test_a_block_that_was_published_shorter_ends_with_the_freeze() -> None:
    """Two months of ward, four at least by now: they end where they were published to. One of them frozen: four."""
    longer = make(person(), rotations={"ward": {"min_months": 4}}, rules={"institution_cap": 4})
    assert path(again(make(WARD_FIRST), longer, "2027-02")) == "ward*2 gp*10"
    assert path(again(make(WARD_FIRST), longer, "2027-01")).startswith("ward*4 gp")


def test_a_running_block_across_the_freeze_is_one_block() -> None:
    """Three months of ward, two of them frozen. At most four by now, two still asked for: it may go on to four."""
    rules = {"institution_min": 4, "institution_cap": 4, "general_cap": 8}
    before = make(person(fixed=[months("2027-01", "2027-03", rotation="ward")]), rules={**rules, "institution_min": 3})
    four = again(before, make(person(), rules=rules, rotations={"ward": {"max_months": 4}}), "2027-02")
    assert blocks(four)[0] == ("ward", 4)
    three = make(person(), rules=rules, rotations={"ward": {"max_months": 3}})
    assert is_impossible(with_baseline(three, planned(before), parse_month("2027-02")))


def test_a_frozen_block_uses_up_max_blocks() -> None:
    """Ward in the first two months, four asked for by now, two in a block: a second block, if there may be two."""
    asked = [{"id": "w", "rotations": ["ward"], "min_months": 4}]
    once: dict[str, Row | None] = {"ward": {"max_months": 2, "max_blocks": 1}}
    after = make(person(), rotations=once, requirements=asked)
    assert is_impossible(with_baseline(after, planned(make(WARD_FIRST)), parse_month("2027-02")))
    twice: dict[str, Row | None] = {"ward": {"max_months": 2, "max_blocks": 2}}
    plan = again(make(WARD_FIRST), make(person(), rotations=twice, requirements=asked), "2027-02")
    assert path(plan).count("ward*2") == 2


def test_after_and_not_before_read_frozen_months() -> None:
    """The clinic is to come after the ward and two months of service, and is asked for: it may begin in month 3."""
    rotations: dict[str, Row | None] = {"clinic": {"after": ["ward"], "not_before": 2, "min_months": 1}}
    asked = [{"id": "c", "rotations": ["clinic"], "min_months": 2}, {"id": "w", "rotations": ["ward"], "min_months": 2}]
    fixed = person(fixed=[months("2027-03", "2027-04", rotation="clinic")])
    plan = again(make(WARD_FIRST), make(fixed, rotations=rotations, requirements=asked), "2027-02")
    assert path(plan).startswith("ward*2 clinic*2")
    early: dict[str, Row | None] = {"clinic": {"after": ["ward"], "not_before": 3, "min_months": 1}}
    wished = person(wishes=[months("2027-03", "2027-03", rotation="clinic", weight=9)])
    assert path(again(make(WARD_FIRST), make(wished, rotations=early), "2027-02")).startswith("ward*2 gp")


def test_goals_read_frozen_months() -> None:
    """Goal 55 is the ward's after two months there, which are frozen; there is no place in it any more."""
    ward: Row = {"ward": {"goals": "055", "exposure": 2.0, "places": [{"places": 0, "from": "2027-03"}]}}
    after = make(person(), arenas=ward, rules={"goals": "055"})
    assert path(again(make(WARD_FIRST), after, "2027-02")) == "ward*2 gp*10"
    assert is_impossible(with_baseline(after, planned(make(person())), parse_month("2027-02")))


def test_the_group_year_reads_frozen_months() -> None:
    """G1 is 2027-02 to 2027-05, and its one year is not open where the ward of 2027-02 is frozen."""
    groups = [{"id": "G1", "start": "2027-02", "months": 4, "places": 1}]
    after = make(person(group="G1"), groups=groups)
    assert is_impossible(with_baseline(after, planned(make(WARD_FIRST)), parse_month("2027-02")))
    late = make(person(fixed=[months("2027-11", "2027-12", rotation="ward")]))
    assert again(late, after, "2027-02").candidate("A01").open_group_year == 1


def test_office_and_supervisor_of_frozen_months_stay() -> None:
    """office-01 has closed and V1 has left, both from the plan's first month: up to the freeze they stand."""
    guides = [{"id": who, "places": 2, "specialist": True} for who in ("V1", "V2")]
    before = make(person(supervisor="V1"), arenas=OFFICES, supervisors=guides)
    closed = {**OFFICES, "office-01": {"places": [{"places": 0}]}}
    gone = [{**guides[0], "from": "2028-12"}, guides[1]]
    plan = again(before, make(person(practice="office-02"), arenas=closed, supervisors=gone), "2027-04")
    entry = plan.candidate("A01")
    assert [row.practice for row in entry.practices] == ["office-01", "office-02"]
    assert entry.practices[0].to == parse_month("2027-04")
    assert [(row.id, row.from_) for row in entry.supervisors] == [
        ("V1", parse_month("2027-01")),
        ("V2", parse_month("2027-05")),
    ]


def test_shifts_of_frozen_months_stand_above_the_cap_of_today() -> None:
    """Four shifts in January, none allowed there any more, one a month at most: one is left of five."""
    roster: dict[str, Row] = {"roster": {"service": "parallel", "shifts": [{"shifts": 4}]}}
    before = make(person(legevakt_from="2027-01"), arenas=roster, rules={"legevakt_shifts": 5})
    published = planned(before)
    shifts = [{"month": "2027-01", "shifts": 4}, {"month": "2027-06", "shifts": 1}]
    tree = published.model_dump(mode="json", by_alias=True)
    tree["candidates"][0]["shifts"] = shifts
    none = {
        "roster": {"service": "parallel", "shifts": [{"shifts": 0, "to": "2027-02"}, {"shifts": 1, "from": "2027-03"}]}
    }
    plan = on_top(Plan.model_validate(tree), make(person(), arenas=none, rules={"legevakt_shifts": 5}), "2027-02")
    taken = {row.month: row.shifts for row in plan.candidate("A01").shifts}
    assert (taken[parse_month("2027-01")], sum(taken.values())) == (4, 5)


def test_who_was_done_in_a_frozen_month_is_done() -> None:
    """Done in 2027-12, frozen to then: more that is asked for by now is asked of A02 only."""
    before = make(person(), person(start="2027-06"), arenas={"office-01": {"places": [{"places": 2}]}})
    more = make(person(), person(start="2027-06"), rules={"total": 13, "institution_cap": 3, "institution_min": 3})
    plan = again(before, more, "2027-12")
    assert (finish(plan, "A01"), finish(plan, "A02")) == ("2027-12", "2028-06")
    assert plan.candidate("A01").delay == 0
    based = with_baseline(more, planned(before), parse_month("2027-12"))
    assert list(over(based)) == ["A01"]


def test_who_has_all_with_the_frozen_months_is_done_with_them() -> None:
    """Twelve months were asked for, ten are by now, and ten are frozen: nothing is planned any more."""
    less = make(person(), rules={"total": 10, "institution_min": 0})
    plan = again(make(WARD_FIRST), less, "2027-10")
    assert (path(plan), finish(plan)) == ("ward*2 gp*8", "2027-10")


def test_leave_that_breaks_off_a_frozen_block_leaves_it_short() -> None:
    """Four months of ward, two frozen; ill from month 4: three months stand, less than the four that it asks."""
    rotations: dict[str, Row | None] = {"ward": {"min_months": 4}}
    before = make(person(fixed=[months("2027-01", "2027-04", rotation="ward")]), rotations=rotations)
    plan = again(before, make(person(leave=[months("2027-04", "2027-05")]), rotations=rotations), "2027-02")
    assert path(plan).startswith("ward*3 -*2 gp")


@pytest.mark.parametrize(
    "change",
    [{"rotation": "gp"}, {"percent": 50}, {"rotation": None, "percent": 0}],
    ids=["rotation", "percent", "leave"],
)
def test_check_names_a_frozen_month_that_was_changed(change: dict[str, Any]) -> None:
    after, published = make(person()), planned(make(WARD_FIRST))
    carried = baseline_for(after, published, parse_month("2027-03"))
    plan = on_top(published, after, "2027-03").model_copy(update={"baseline": carried})
    assert check_plan(after, plan) == []
    entry = plan.candidate("A01")
    rows = [row.model_copy(update=change if number == 1 else {}) for number, row in enumerate(entry.months)]
    other = plan.model_copy(update={"candidates": [entry.model_copy(update={"months": rows})]})
    found = [violation for violation in check_plan(after, other) if violation.text_key == "violations.frozen"]
    assert [violation.months() for violation in found] == ["2027-02"]


def test_newcomers_have_what_frozen_months_leave() -> None:
    """One place in the ward, A01's in months 1 and 2: A02, who begins then, comes after. No place is asked back."""
    one = {"ward": {"places": [{"places": 1}]}, "office-01": {"places": [{"places": 2}]}}
    early = person(wishes=[months("2027-01", "2027-02", rotation="ward", weight=5)])
    plan = again(make(WARD_FIRST, arenas=one), make(person(), early, arenas=one), "2027-03")
    assert path(plan, "A01") == "ward*2 gp*10"
    assert not path(plan, "A02").startswith("ward")


def test_remedies_are_tried_on_top_of_the_frozen_months() -> None:
    """Ward in months 1 and 2 frozen, four asked for in one block of four at most; it has no place from month 3 on."""
    rules = {"institution_min": 4, "institution_cap": 4, "general_cap": 8}
    after = make(person(), rules=rules, arenas={"ward": {"places": [{"places": 0, "from": "2027-03"}]}})
    based = with_baseline(after, planned(make(WARD_FIRST)), parse_month("2027-02"))
    findings, told = explain(based, Settings(1, 0), Stop(30.0), "en", after.source)
    assert findings.impossible
    assert told is not None
    assert told["remedies"]
    for remedy in told["remedies"]:
        assert remedy["verified"]
        change = remedy["change"]
        tree = apply(after.source or {}, map(change_from, change if isinstance(change, list) else [change]))
        assert path(planned(with_baseline_of(read_instance(tree), based))).startswith("ward")


def asked_in_the_ward(month: str) -> Instance:
    return make(person(), arenas={"ward": {"min_places": [{"places": 1, "from": month, "to": month}]}})


def test_no_floor_is_asked_for_in_frozen_months() -> None:
    """The floor of a frozen month in which nobody was there: nobody is there. One month later it has to be met."""
    published = planned(make(person(fixed=[months("2027-11", "2027-12", rotation="ward")])))
    assert path(on_top(published, asked_in_the_ward("2027-01"), "2027-01")) == "gp*10 ward*2"
    assert path(on_top(published, asked_in_the_ward("2027-02"), "2027-01")) == "gp ward*2 gp*9"


def test_a_floor_after_all_were_done_cannot_be_met() -> None:
    """Done in the last frozen month, 2027-12: no floor of that month is asked for, and none after it can be met."""
    published = planned(make(WARD_FIRST))
    assert path(on_top(published, asked_in_the_ward("2027-12"), "2027-12")) == "ward*2 gp*10"
    late = with_baseline(asked_in_the_ward("2028-01"), published, parse_month("2027-12"))
    assert is_impossible(late)
    found, told = explain(late, Settings(workers=1), Stop(), "nb")
    assert found.impossible
    assert told is not None
    assert [[(row["id"], row["floor"]) for row in each["rules"]] for each in told["conflicts"]] == [
        [("capacity", True)]
    ]


def test_who_has_nothing_left_to_be_planned_is_told_so_of_a_lost_wish() -> None:
    """All months are frozen, and today's file wishes for another rotation and asks for more than they bring."""
    published = planned(make(WARD_FIRST, n_months=12))
    wishing = person(wishes=[{"rotation": "clinic", "weight": 1}])
    plan = on_top(
        published,
        make(wishing, rules={"total": 14, "open_practice_cap": 12, "institution_cap": 4}, n_months=12),
        "2027-12",
    )
    (wish,) = plan.candidate("A01").wishes
    assert wish.reason is not None
    assert wish.reason.key == "reasons.wish-over"


def test_a_floor_concerns_nobody_who_is_there() -> None:
    """Two are asked for in the ward where A01 is: it is A02 who has to come, and neither is called concerned."""
    two = [WARD_FIRST, {**person(), "id": "A02"}]
    asks = make(
        *two,
        arenas={"ward": {"min_places": [{"places": 2, "from": "2027-02", "to": "2027-02"}], "places": [{"places": 2}]}},
    )
    assert standing(asks, planned(make(*two)), None).affected == frozenset()
