"""Planning on top of a published plan: frozen months stay, the others move as little as possible, and it is counted."""

from __future__ import annotations

import pytest

import scheduler
from scheduler.accounting import levels, moved_months, trajectories
from scheduler.instance.types import Instance
from scheduler.month import format_month, parse_month
from scheduler.plan import Plan
from scheduler.planning.assemble import assignment_of
from scheduler.planning.state import Task
from scheduler.replanning.affected import affected, baseline_for, with_baseline
from scheduler.replanning.guard import Allowed, moved, too_much
from scheduler.texts import Language
from tests.helpers.tiny import Row, finish, is_impossible, make, months, path, person, planned

TWO = {"office-01": {"places": [{"places": 2}]}}


def published(*people: Row, **more: object) -> tuple[Instance, Plan]:
    instance = make(*people, arenas={**TWO, "ward": {"places": [{"places": 1}]}}, **more)
    return instance, planned(instance)


def again(plan: Plan, *people: Row, freeze: str | None = None, **more: object) -> tuple[Instance, Plan]:
    """Re-planned on top of a plan with these rows instead."""
    arenas = more.pop("arenas", {"ward": {"places": [{"places": 1}]}})
    changed = make(*people, arenas={**TWO, **arenas}, **more)  # type: ignore[dict-item]
    based = with_baseline(changed, plan, None if freeze is None else parse_month(freeze))
    return based, planned(based)


def changes(plan: Plan) -> float:
    return next(objective.value for objective in plan.objectives if objective.id == "changes")


WARD_LAST = [months("2027-11", "2027-12", rotation="ward")]


def test_a_plan_whose_data_have_not_changed_stays_as_it_is() -> None:
    """Delay comes after changes: the ward stays last although nothing fixes it any more."""
    _, plan = published(person(fixed=WARD_LAST))
    based, new = again(plan, person())
    assert path(new) == path(plan) == "gp*10 ward*2"
    assert changes(new) == 0
    assert next(objective.id for objective in new.objectives) == "changes"
    assert affected(based, plan) == set()


def test_months_that_fall_away_are_not_moved() -> None:
    """Ward first, then gp*10. Two months of gp turn out to be served already: gp*8 are left, and nothing has moved."""
    ward_first = [months("2027-01", "2027-02", rotation="ward")]
    _, plan = published(person(fixed=ward_first))
    assert path(plan) == "ward*2 gp*10"
    based, new = again(plan, person(credited={"open_practice": 2}))
    assert path(new) == "ward*2 gp*8"
    assert changes(new) == 0
    assert moved_months(trajectories(based, new)[0]) == []


def test_a_level_before_changes_moves_whoever_gains_by_it() -> None:
    """The ward was fixed two months too late; with delay before changes A01 has not got to wait for it any more."""
    once: dict[str, Row] = {"ward": {"max_months": 2, "max_blocks": 1}}
    _, plan = published(person(fixed=[months("2028-01", "2028-02", rotation="ward")]), rotations=once)
    assert finish(plan) == "2028-02"
    based, new = again(plan, person(), rotations=once, objective={"order": ["delay", "changes"]})
    assert affected(based, plan) == set()
    assert finish(new) == "2027-12"
    assert changes(new) > 0


def test_leave_in_the_frozen_past_changes_nothing() -> None:
    """gp*10 ward*2 with leave in month 3, entered later: it was served, as published."""
    _, plan = published(person(fixed=WARD_LAST))
    _, new = again(plan, person(leave=[months("2027-03", "2027-03")]), freeze="2027-06")
    assert path(new) == path(plan) == "gp*10 ward*2"
    assert (finish(new), changes(new)) == (finish(plan), 0)


def test_what_moves_is_weighed_by_how_near_it_is() -> None:
    """The ward of months 11 and 12 closes in month 12; after a freeze to month 2 these weigh 3 each.

    A ward block of two must move: its months 11, 12 (3 each) become gp, and two gp months become ward. Far ones are
    the cheapest: months 9 and 10 (3 each), so 12 in all; 10 and 11 need only month 10 and 12: 3 + 3 = 6.
    """
    _, plan = published(person(fixed=WARD_LAST))
    closed = {"ward": {"places": [{"places": 1, "to": "2027-11"}]}}
    based, new = again(plan, person(), freeze="2027-02", arenas=closed)
    assert path(new) == "gp*9 ward*2 gp"
    assert changes(new) == 6
    trajectory = trajectories(based, new)[0]
    assert [format_month(month) for month in moved_months(trajectory)] == ["2027-10", "2027-12"]
    assert levels(based, [trajectory])["changes"].value == 6


def test_sick_leave_of_one_moves_nobody_else() -> None:
    """A01 in the ward 5-6, A02 in 7-8. A01 is ill in 5-7: A02 keeps 7-8 and A01 takes another time."""
    rows = [
        person(fixed=[months("2027-05", "2027-06", rotation="ward")]),
        person(fixed=[months("2027-07", "2027-08", rotation="ward")]),
    ]
    _, plan = published(*rows)
    based, new = again(plan, person(leave=[months("2027-05", "2027-07")]), person(), freeze="2027-04")
    assert based.baseline is not None
    assert based.baseline.affected == {"A01"}
    assert path(new, "A02") == path(plan, "A02")
    assert changes(new) == levels(based, trajectories(based, new))["changes"].value > 0
    assert moved_months(trajectories(based, new)[1]) == []


def test_a_bystander_weighs_more_than_everything_of_those_concerned() -> None:
    _, plan = published(person(), person())
    based, _ = again(plan, person(leave=[months("2027-05", "2027-05")]), person())
    assert based.baseline is not None
    assert based.baseline.factor("A02") > based.baseline.most_weight(based.end) * based.baseline.factor("A01")


def test_a_frozen_month_stays_even_where_another_order_would_be_better() -> None:
    """Ward in months 1-2 is frozen; without the freeze the wish for it in months 3-4 would be met."""
    _, plan = published(person(fixed=[months("2027-01", "2027-02", rotation="ward")]))
    _, new = again(plan, person(wishes=[months("2027-03", "2027-04", rotation="ward", weight=3)]), freeze="2027-02")
    assert path(new).startswith("ward*2 gp")


def test_the_new_one_takes_what_is_left() -> None:
    """One ward place: A01 keeps its months, A02 who is new gets others."""
    _, plan = published(person())
    based, new = again(plan, person(), person(start="2027-04"), freeze="2027-03")
    assert path(new, "A01") == path(plan, "A01")
    assert changes(new) == 0
    assert "A02" not in (based.baseline.published if based.baseline else {})


def test_the_published_practice_stays() -> None:
    instance = make(person(practice=None), arenas={"office-02": {"service": "open_practice"}})
    plan = planned(instance)
    other = "office-02" if plan.candidate("A01").practice == "office-01" else "office-01"
    entry = plan.candidate("A01").model_copy(update={"practice": other})
    new = planned(with_baseline(instance, plan.model_copy(update={"candidates": [entry]})))
    assert new.candidate("A01").practice == other


def test_an_office_without_room_is_left() -> None:
    instance = make(person(practice=None), arenas={"office-02": {"service": "open_practice"}})
    plan = planned(instance)
    taken = plan.candidate("A01").practice
    assert taken is not None
    closed = make(
        person(practice=None), arenas={"office-02": {"service": "open_practice"}, taken: {"places": [{"places": 0}]}}
    )
    new = planned(with_baseline(closed, plan))
    assert new.candidate("A01").practice not in (None, taken)


def test_the_plan_file_carries_its_basis_and_the_checker_holds_it_to_it() -> None:
    """Read back without anything else: the changes are recounted, and a frozen month that moved is found."""
    _, plan = published(person(fixed=WARD_LAST))
    closed = {"ward": {"places": [{"places": 1, "to": "2027-11"}]}}
    changed = make(person(), arenas={**TWO, **closed})
    carried = baseline_for(changed, plan, parse_month("2027-02"))
    new = planned(with_baseline(changed, plan, parse_month("2027-02"))).model_copy(update={"baseline": carried})
    from scheduler.check import check_plan

    read = Plan.from_json(new.to_json())
    assert check_plan(changed, read) == []
    wrong = [
        objective.model_copy(update={"value": 5.0, "bound": 5.0}) if objective.id == "changes" else objective
        for objective in read.objectives
    ]
    assert {violation.rule for violation in check_plan(changed, read.model_copy(update={"objectives": wrong}))} == {
        "figures"
    }
    frozen = read.model_copy(update={"baseline": carried.model_copy(update={"freeze_to": parse_month("2027-12")})})
    assert "fixed" in {violation.rule for violation in check_plan(changed, frozen)}


def test_the_guard_counts_shares() -> None:
    """2 of the 10 months after the freeze have moved: 20 % of all and of A01."""
    _, plan = published(person(fixed=WARD_LAST))
    closed = {"ward": {"places": [{"places": 1, "to": "2027-11"}]}}
    based, new = again(plan, person(), freeze="2027-02", arenas=closed)
    total, each_moved = moved(based, new)
    assert (total.months, total.of, each_moved.candidate, each_moved.months) == (2, 10, "A01", 2)
    assert too_much(based, new, Allowed(0.2, 0.5)) == []
    assert [each.candidate for each in too_much(based, new, Allowed(0.19, 0.1))] == [None, "A01"]


@pytest.mark.parametrize(
    ("month", "weight"), [("2027-02", 0), ("2027-03", 4), ("2027-09", 3), ("2028-03", 2), ("2029-03", 1)]
)
def test_weights(month: str, weight: int) -> None:
    _, plan = published(person())
    based = with_baseline(make(person(), n_months=48), plan, parse_month("2027-02"))
    assert based.baseline is not None
    assert based.baseline.weight(parse_month(month)) == weight


def test_a_block_that_leave_breaks_off_stands_and_counts() -> None:
    """Ward 3-6 (at least 4 months); ill from month 5. Months 3-4 stand. For more of it a second block must be let."""
    ward: dict[str, Row | None] = {"ward": {"min_months": 4}}
    _, plan = published(person(fixed=[months("2027-03", "2027-06", rotation="ward")]), rotations=ward)
    ill = person(leave=[months("2027-05", "2027-06")])
    past = [months("2027-01", "2027-02", rotation="gp"), months("2027-03", "2027-04", rotation="ward")]
    assert is_impossible(make(person(**{**ill, "fixed": past}), rotations=ward))
    _, new = again(plan, ill, freeze="2027-03", rotations=ward)
    assert path(new).startswith("gp*2 ward*2 -*2 ")
    assert path(new).count("ward") == 1
    more = {"institution_min": 4, "institution_cap": 4, "general_cap": 8}
    basis = with_baseline(make(ill, rotations=ward, rules=more), plan, parse_month("2027-03"))
    assert is_impossible(basis)
    twice: dict[str, Row | None] = {"ward": {"min_months": 4, "max_blocks": 2}}
    _, again_there = again(plan, ill, freeze="2027-03", rotations=twice, rules=more)
    assert path(again_there).startswith("gp*2 ward*2 -*2 ")
    assert path(again_there).count("ward") == 2


def test_published_supervisors_and_shifts_stay() -> None:
    """Two supervisors, either would do; two shifts, any month would do: what has been published is taken up again."""
    duty = {
        "arenas": {**TWO, "roster": {"service": "parallel", "shifts": [{"shifts": 4}]}},
        "rules": {"legevakt_shifts": 2},
        "supervisors": [{"id": one, "places": 2, "specialist": True} for one in ("V01", "V02")],
    }
    plan = planned(make(person(), **duty))
    entry = plan.candidate("A01")
    (span,) = entry.supervisors
    other = "V02" if span.id == "V01" else "V01"
    shifts = [entry.shifts[0].model_copy(update={"month": entry.first + number}) for number in (4, 5)]
    moved_there = {"supervisors": [span.model_copy(update={"id": other})], "shifts": shifts}
    changed = plan.model_copy(update={"candidates": [entry.model_copy(update=moved_there)]})
    for freeze in (None, parse_month("2027-06")):
        new = planned(with_baseline(make(person(), **duty), changed, freeze)).candidate("A01")
        assert [period.id for period in new.supervisors] == [other]
        assert new.shifts == shifts


def test_a_start_after_the_published_finish_adds_the_months_worked_and_no_others() -> None:
    """One month in 2027-01 was published; the office is taken until 2027-02 now, so it is 2027-03: 4 moved, 4 added."""
    rules = {"total": 1, "open_practice_min": 0, "institution_min": 0}
    window = {"earliest": "2027-01", "latest": "2027-03"}
    one, late = (
        {"office-01": {"places": [{"places": 1}]}},
        {"office-01": {"places": [months("2027-03", "2027-12", places=1)]}},
    )
    only_gp = {"clinic": None, "ward": None}
    plan = planned(
        make(
            person(start=window, fixed=[months("2027-01", "2027-01", rotation="gp")]),
            rules=rules,
            arenas=one,
            rotations=only_gp,
        )
    )
    based = with_baseline(
        make(person(start=window), rules=rules, arenas=late, rotations=only_gp), plan, parse_month("2026-12")
    )
    new = planned(based)
    assert (finish(new), changes(new)) == ("2027-03", 8)


@pytest.mark.parametrize(
    ("lang", "says"),
    [
        (
            "nb",
            [
                "Ingen publisert måned er flyttet.",
                "A01: januar–februar 2028 er kommet til utenfor de publiserte månedene",
            ],
        ),
        ("en", ["No published month has moved.", "A01: January–February 2028 is added outside the published months"]),
    ],
)
def test_months_after_the_published_end_are_told_where_they_count_as_changes(lang: Language, says: list[str]) -> None:
    """Two months of leave are worked at the end: nothing has moved, and yet two months weigh 3 each."""
    _, plan = published(person(fixed=WARD_LAST))
    ill = make(person(leave=[months("2027-03", "2027-04")], fixed=WARD_LAST), arenas=TWO)
    made = scheduler.replan(ill, plan, freeze_to="2027-02", workers=1, lang=lang)
    assert (finish(made), changes(made)) == ("2028-02", 6)
    told = [message.text for message in made.messages]
    assert all(any(line.startswith(said) for line in told) for said in says), told
    same = scheduler.replan(make(person(fixed=WARD_LAST), arenas=TWO), plan, workers=1, lang=lang)
    assert "replan.added" not in [message.key for message in same.messages]


def test_a_month_before_the_published_start_counts_as_a_change() -> None:
    """The office has room from March. Now it has from January: who was to begin in March still does."""
    window, ward = {"earliest": "2027-01", "latest": "2027-06"}, {"places": [months("2027-05", "2027-06", places=1)]}
    office = {"places": [months("2027-03", "2028-12", places=1)]}
    closed = {"office-01": office, "ward": ward, "clinic": None}
    plan = planned(make(person(start=window), arenas=closed, rotations={"clinic": None}))
    opened = {"ward": ward, "clinic": None}
    again, sooner = (
        planned(with_baseline(make(person(start=start), arenas=opened, rotations={"clinic": None}), plan))
        for start in (window, "2027-01")
    )
    assert [format_month(made.candidates[0].start) for made in (plan, again, sooner)] == [
        "2027-03",
        "2027-03",
        "2027-01",
    ]
    assert (changes(again), changes(sooner)) == (0, 8)


# --- start windows, and months away ----------------------------------------------------------------------------------


def test_a_published_start_is_late_from_the_first_month_of_its_window() -> None:
    """The office opens in 2027-03, so A01 starts two months late. Opened sooner after all, what is served stays."""
    row = person(start={"earliest": "2027-01", "latest": "2027-06"})
    ward = {"places": [months("2027-05", "2027-06", places=1)]}
    office = {"places": [months("2027-03", "2028-12", places=1)]}
    plan = planned(make(row, arenas={"office-01": office, "ward": ward, "clinic": None}, rotations={"clinic": None}))
    assert (format_month(plan.candidates[0].start), finish(plan), plan.candidates[0].delay) == ("2027-03", "2028-02", 2)
    opened = make(row, arenas={"ward": ward, "clinic": None}, rotations={"clinic": None})
    assert planned(opened).candidates[0].delay == 0
    based = with_baseline(opened, plan, parse_month("2027-06"))
    repaired = planned(based)
    assert (changes(repaired), finish(repaired), repaired.candidates[0].delay) == (0, "2028-02", 2)


def test_the_longest_row_of_those_who_stay_is_known_to_the_repair() -> None:
    """A01, kept, has four months of ward in a row; A02's own row matters only beyond that."""
    row = person(fixed=[months("2027-03", "2027-06", rotation="ward")])
    instance = make(row, person(), rules={"institution_min": 2, "institution_cap": 6})
    task = Task(instance, kept={"A01": assignment_of(instance, planned(instance).candidate("A01"))})
    assert task.kept_worst == {"delay": 0, "wishes": 0, "away-worst": 4}
    assert Task(instance).kept_worst == {}
