"""Two people's blocks in each other's place: just these months, the rest repaired with the least change, and told."""

from __future__ import annotations

import json
from typing import Any

import pytest

from scheduler import api
from scheduler.changes import Action, Change
from scheduler.changes.words import sentence
from scheduler.files import read_instance
from scheduler.instance.types import Instance
from scheduler.month import format_month, parse_month
from scheduler.plan import Plan, Status
from scheduler.replanning.on_top import OnTop
from scheduler.whatif.asking import jobs_of, question_of
from scheduler.whatif.dominance import Merged
from scheduler.whatif.jobs import run_job
from scheduler.whatif.rows import Row as Line
from scheduler.whatif.rows import Verdict, make_rows
from scheduler.whatif.runner import Answered
from tests.helpers.tiny import Row, faults, make, months, months_in, objective, path, person, planned
from tests.oracle import answer

ONE_BED: dict[str, Row | None] = {"ward": {"places": [{"places": 1}]}}
SPRING, SUMMER = months("2027-03", "2027-04", rotation="ward"), months("2027-07", "2027-08", rotation="ward")
LONG_SUMMER = months("2027-07", "2027-09", rotation="ward")


def published(*people: Row, **tables: Any) -> tuple[Instance, Plan]:
    """A file, and the plan of it in which everybody's ``had`` were fixed, which the file itself does not say."""
    tables = {"arenas": ONE_BED, **tables}
    bare = [{key: value for key, value in row.items() if key != "had"} for row in people]
    fixed = [{**row, "fixed": [*row.get("fixed", []), *given["had"]]} for row, given in zip(bare, people, strict=True)]
    return make(*bare, **tables), planned(make(*fixed, **tables))


def two(first: Row | None = None, second: Row | None = None, **tables: Any) -> tuple[Instance, Plan]:
    """A01 in the one bed in spring, A02 in summer."""
    return published(person(had=[SPRING], **(first or {})), person(had=[SUMMER], **(second or {})), **tables)


def swapped(instance: Instance, plan: Plan, **options: Any) -> Plan:
    made = api.swap(instance, plan, "A01", "A02", "ward", workers=1, **options)
    if made.status.has_plan:
        assert made.status is Status.OPTIMAL
        assert faults(read_instance(made.instance.source or {}), made) == []
    return made


def least_changes(made: Plan, plan: Plan) -> float:
    """What the brute force says of the same file on top of the same plan."""
    found = answer(made.instance.source or {}, published=json.loads(plan.to_json()), freeze_to="2026-12")
    assert found.feasible
    return found.values["changes"][0]


def refused(instance: Instance, plan: Plan | None, words: str, **options: Any) -> str:
    base, row = api.whatif(instance, words, plan=plan, **options).rows
    assert (base.verdict, row.verdict) == (Verdict.NOT_RUN, Verdict.REFUSED)
    (problem,) = row.problems
    assert all(problem.line(lang) for lang in ("nb", "en"))
    return f"{problem.code} {problem.line('en')}"


# --- the months ------------------------------------------------------------------------------------------------------


def test_each_has_the_months_of_the_other_and_nobody_else_moves() -> None:
    instance, plan = published(
        person(had=[SPRING]), person(had=[SUMMER]), person(had=[months("2027-01", "2027-02", rotation="ward")])
    )
    made = swapped(instance, plan)
    assert (path(made), path(made, "A02"), path(made, "A03")) == (
        "gp*6 ward*2 gp*4",
        "gp*2 ward*2 gp*8",
        path(plan, "A03"),
    )
    assert objective(made, "delay") == 0
    assert "A01: 4 of 12 published months have moved (33.3 %)." in [told.said("en") for told in made.messages]
    assert objective(made, "changes") == least_changes(made, plan)


def test_blocks_of_other_lengths_change_places_too() -> None:
    """Two months for three: A01 has three, one of them above the cap, and A02 just the two."""
    instance, plan = published(person(had=[SPRING]), person(had=[LONG_SUMMER]))
    made = swapped(instance, plan)
    assert months_in(made, "ward") == ["2027-07", "2027-08", "2027-09"]
    assert months_in(made, "ward", "A02") == ["2027-03", "2027-04"]


def test_neighbouring_blocks_are_swapped_and_not_made_one() -> None:
    """A01 in March and April, A02 in May and June: nobody has all four, though there are beds and it moves least."""
    late = months("2027-05", "2027-06", rotation="ward")
    instance, plan = published(person(had=[SPRING]), person(had=[late]), arenas={"ward": {"places": [{"places": 2}]}})
    made = swapped(instance, plan)
    assert (path(made), path(made, "A02")) == (path(plan, "A02"), path(plan))


def test_what_is_in_the_way_is_repaired_with_the_least_change() -> None:
    """A01 was to be in the clinic in A02's summer: the clinic moves, by as few months as the brute force finds."""
    clinic = [{"id": "clinic", "rotations": ["clinic"], "min_months": 2, "candidates": ["A01"]}]
    away = months("2027-07", "2027-08", rotation="clinic")
    instance, plan = published(
        person(had=[SPRING, away]), person(had=[SUMMER]), requirements=clinic, n_months=16,
    )  # fmt: skip
    made = swapped(instance, plan)
    assert months_in(made, "ward") == ["2027-07", "2027-08"]
    assert len(months_in(made, "clinic")) == 2
    assert objective(made, "changes") == least_changes(made, plan)


def test_only_blocks_ahead_change_places() -> None:
    """A01 was in the ward in January, which is frozen, and is again in spring: January stays."""
    wards = {"ward": {"max_blocks": 2, "min_months": 1}}
    first = months("2027-01", "2027-01", rotation="ward")
    instance, plan = published(person(had=[first, SPRING]), person(had=[SUMMER]), rotations=wards)
    made = swapped(instance, plan, freeze_to="2027-02")
    assert months_in(made, "ward") == ["2027-01", "2027-07", "2027-08"]
    assert months_in(made, "ward", "A02") == ["2027-03", "2027-04"]


def test_months_that_the_file_fixes_are_swapped_with_the_block() -> None:
    instance, plan = published(person(fixed=[SPRING], had=[]), person(had=[SUMMER]))
    made = swapped(instance, plan)
    assert months_in(made, "ward", "A02") == ["2027-03", "2027-04"]
    assert months_in(made, "ward") == ["2027-07", "2027-08"]


# --- the rules hold --------------------------------------------------------------------------------------------------


def test_there_is_no_plan_where_somebody_needs_the_longer_block() -> None:
    three = [{"id": "three", "rotations": ["ward"], "min_months": 3, "candidates": ["A02"]}]
    instance, plan = published(person(had=[SPRING]), person(had=[LONG_SUMMER]), requirements=three)
    made = swapped(instance, plan)
    assert made.status is Status.INFEASIBLE
    assert made.explanation is not None
    assert made.explanation["certainty"] == "proved"
    assert not answer(swapped_tree(instance, plan), published=json.loads(plan.to_json()), freeze_to="2026-12").feasible


def swapped_tree(instance: Instance, plan: Plan) -> dict[str, Any]:
    case = question_of(instance, ["swap A01 A02 ward"], [], None, [], on_top=OnTop(plan.to_json())).cases[1]
    return dict(case.tree)


@pytest.mark.parametrize(("needed", "possible"), [(2, True), (3, False)])
def test_a_block_begins_only_when_it_may(needed: int, possible: bool) -> None:
    """A01 has five months behind them; A02 has two by March, where three are needed. Fixed by hand it could begin."""
    rotations = {"ward": {"not_before": needed}}
    instance, plan = two({"months_done": 5}, rotations=rotations)
    assert swapped(instance, plan).status.has_plan == possible
    tree = dict(instance.source or {})
    rows = [{**row, "fixed": [SPRING]} if row["id"] == "A02" else row for row in tree["candidates"]]
    assert planned(read_instance({**tree, "candidates": rows})).status.has_plan
    bound = [
        {**row, "fixed": [{**SPRING, "exempt": False}]} if row["id"] == "A02" else row for row in tree["candidates"]
    ]
    assert answer({**tree, "candidates": bound}).feasible == possible


# --- what is asked ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        ("swap A01 A2 ward", "unknown-candidate", "Did you mean “A02”?"),
        ("swap A01 A02 wrad", "unknown-rotation", "Did you mean “ward”?"),
        ("swap A01 A01 ward", "swap-oneself", "A01"),
        ("swap A01 A02 gp", "swap-base", "gp"),
        ("swap A01 A02 clinic", "swap-no-block", "ward in March–April 2027"),
        ("swap A01 N01 ward", "swap-not-in-plan", "N01"),
    ],
)
def test_what_cannot_be_swapped_is_told(words: str, code: str, told: str) -> None:
    instance, plan = two()
    tree = dict(instance.source or {})
    more = read_instance({**tree, "candidates": [*tree["candidates"], {**person(), "id": "N01"}]})
    problem = refused(more, plan, words)
    assert problem.startswith(f"{code} ")
    assert told in problem


@pytest.mark.parametrize("freeze_to", ["2027-03", "2027-05"])
def test_what_has_begun_or_is_over_cannot_be_swapped(freeze_to: str) -> None:
    problem = refused(*two(), "swap A01 A02 ward", freeze_to=freeze_to)
    assert problem.startswith("swap-frozen ")
    assert "March–April 2027" in problem


def test_up_to_the_month_before_it_can() -> None:
    assert swapped(*two(), freeze_to="2027-02").status.has_plan


def test_leave_in_the_other_s_months_is_told_with_its_place() -> None:
    instance, plan = two()
    tree = dict(instance.source or {})
    rows = [
        {**row, "leave": [months("2027-07", "2027-07")]} if row["id"] == "A01" else row for row in tree["candidates"]
    ]
    assert refused(read_instance({**tree, "candidates": rows}), plan, "swap A01 A02 ward").startswith("fixed-on-leave ")


def test_the_same_months_and_no_plan() -> None:
    instance, plan = published(person(had=[SPRING]), person(had=[SPRING]), arenas={"ward": {"places": [{"places": 2}]}})
    assert refused(instance, plan, "swap A01 A02 ward").startswith("swap-same ")
    assert "needs a plan" in refused(instance, None, "swap A01 A02 ward")


def test_a_swap_in_words() -> None:
    change = Change(Action.SWAP, "candidate", "A01", "A02", "ward")
    assert sentence(change, "en") == "“A01” and “A02” have each other's blocks of ward"


# --- beside other versions -------------------------------------------------------------------------------------------


def lines(instance: Instance, plan: Plan, *scenarios: str, freeze_to: str | None = None) -> list[Line]:
    on_top = OnTop(plan.to_json(), None if freeze_to is None else parse_month(freeze_to))
    question = question_of(instance, scenarios, [], None, [], on_top=on_top)
    taken = {}
    for job in jobs_of(question, 30.0, 0, "en", thorough=False):
        found = run_job(job)
        answered = Answered(job.key, Plan.from_json(found["plan"]), tuple(found["violations"]))
        taken[job.key] = Merged(answered)
    return make_rows(question, taken)


def test_versions_are_planned_on_top_of_the_plan_and_say_what_they_move() -> None:
    instance, plan = two()
    base, swap, less = lines(instance, plan, "swap A01 A02 ward", "candidate.A02.percent=50@2027-10..")
    assert (base.moved, swap.moved) == ((), ("A01", "A02"))
    assert less.moved == ()  # A02 goes on for longer, and is in no month elsewhere
    told = [each.said("en") for each in swap.told]
    assert told[0] == "The published plan no longer holds for: A01, A02."
    assert "8 of 24 published months have moved (33.3 %)." in told
    assert swap.plan is not None
    assert objective(swap.plan, "changes") == least_changes(swap.plan, plan)
    assert api.check(swap.plan.instance.source or {}, swap.plan).violations == []


def test_who_withdraws_is_told_with_the_places_that_become_free() -> None:
    _, gone = lines(*two(), "remove candidate.A02")
    told = " ".join(each.said("en") for each in gone.told)
    assert "Left out of the published plan on purpose: A02." in told
    assert "ward in July–August 2027" in told


def test_a_swap_beside_other_changes_comes_last() -> None:
    """The summer's bed is closed for others by a leave that A02 gets; then the two swap what is left of the plan."""
    _, both = lines(*two(), "swap A01 A02 ward; candidate.A02.percent=50@2027-10..")
    assert both.plan is not None
    assert months_in(both.plan, "ward") == ["2027-07", "2027-08"]
    assert both.plan.candidate("A02").finish is not None


def test_a_supervisor_who_is_removed_has_the_frozen_months_and_none_after() -> None:
    """V01 is fixed to A01. Without the frozen months nobody has V01 at all."""
    supervisors = [{"id": name, "places": 2} for name in ("V01", "V02")]
    instance, plan = two(first={"supervisor": "V01"}, supervisors=supervisors)
    for freeze_to, spans in (("2027-03", [("V01", "2027-01", "2027-03")]), (None, [])):
        base, less = lines(instance, plan, "remove supervisor.V01", freeze_to=freeze_to)
        assert base.plan is not None
        assert less.plan is not None
        assert [row.id for row in base.plan.candidate("A01").supervisors] == ["V01"]
        told = [
            (row.id, format_month(row.from_), format_month(row.to)) for row in less.plan.candidate("A01").supervisors
        ]
        assert told[: len(spans)] == spans
        assert [row[0] for row in told[len(spans) :]] == ["V02"]
        assert (less.verdict, less.moved, less.violations) == (Verdict.POSSIBLE, (), ())


def test_who_is_taken_out_beside_a_removal_is_left_out_on_purpose() -> None:
    """The supervisor that the plan names, and one that it does not: neither is an id that is missing."""
    supervisors = [{"id": name, "places": 2} for name in ("V01", "V02")]
    instance, plan = two(supervisors=supervisors)
    used = {row.id for entry in plan.candidates for row in entry.supervisors}
    for name in ("V01", "V02"):
        _, less = lines(instance, plan, f"remove supervisor.{name}")
        assert less.plan is not None
        assert name not in {row.id for entry in less.plan.candidates for row in entry.supervisors}
        assert any(name in each.said("en") for each in less.told) == (name in used)


GROUPS = [
    {"id": name, "start": start, "months": 6, "places": 1} for name, start in (("G1", "2027-05"), ("G2", "2027-07"))
]


def grouped() -> tuple[Instance, Plan]:
    """A01 joins G1 and A02 none; the plan with its instance, as it stands in a file."""
    instance, plan = two({}, {"group": "done"}, groups=GROUPS, rules={"group_required": True})
    about = plan.instance.model_copy(update={"source": instance.source})
    return instance, plan.model_copy(update={"instance": about})


def test_a_group_that_has_not_begun_is_removed_and_its_members_join_another() -> None:
    """A02 is in no group, and nothing is said of that."""
    instance, plan = grouped()
    assert (plan.candidate("A01").group, plan.candidate("A02").group) == ("G1", None)
    _, less = lines(instance, plan, "remove group.G1", freeze_to="2027-03")
    assert less.plan is not None
    assert (less.plan.candidate("A01").group, less.moved, less.violations) == ("G2", (), ())
    assert "A01 changes guidance group: G1 → G2." in [each.said("en") for each in less.told]
    assert api.check(less.plan.instance.source or {}, less.plan).violations == []


def test_a_group_that_has_begun_keeps_its_members() -> None:
    instance, plan = grouped()
    said = refused(instance, plan, "remove group.G1", freeze_to="2027-05")
    assert said.startswith("plan-group-begun ")
    assert "(A01)" in said


def test_that_the_months_hold_is_not_said_where_some_have_moved() -> None:
    """V02 comes in March, so that without V01 the start moves, though no rule for the months is broken."""
    supervisors = [{"id": "V01", "places": 1}, {"id": "V02", "places": 1, "from": "2027-03"}]
    window = {"earliest": "2027-01", "latest": "2027-04"}
    instance, plan = published(person(had=[SPRING], start=window), supervisors=supervisors)
    _, less = lines(instance, plan, "remove supervisor.V01")
    told = [each.said("en") for each in less.told]
    assert any("published months have moved" in each for each in told)
    assert "The new data break nobody's months of the published plan." in told
    assert not any("without moving a month" in each for each in told)
