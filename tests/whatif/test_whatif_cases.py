"""The queue's figures, row by row, against the head's."""

from __future__ import annotations

import csv
import io
import json
from functools import cache

import pytest

from scheduler.changes import parse_change, parse_sweep, scenario_of
from scheduler.files import read_instance
from scheduler.month import format_month
from scheduler.plan import Plan, PlanBound, Status
from scheduler.report.whatif_files import to_csv, to_json
from scheduler.solve import Options, solve
from scheduler.whatif.asking import jobs_of
from scheduler.whatif.cases import BASE, CaseKind, ask, one_more_place, with_a_ceiling
from scheduler.whatif.dominance import compare, covers, figures_of, is_monotone
from scheduler.whatif.rows import Row, Verdict, make_rows, worth_of, worths
from scheduler.whatif.runner import Answered
from tests.helpers.waiting import TOTAL_DELAY, WORST_DELAY, asked, solved, tree

SWEEP = parse_sweep("arena.ward.places=0..3")


@cache
def queue_rows() -> tuple[Row, ...]:
    question = asked(sweeps=[SWEEP], scenarios=[scenario_of("remove candidate.A03")], worth=["ward"])
    answers = solved(question)
    return tuple(make_rows(question, compare(answers, {case.key: case.instance for case in question.cases})))


def row(key: str) -> Row:
    return next(row for row in queue_rows() if row.key == key)


def test_the_sweep_is_what_the_head_says() -> None:
    for places, total in TOTAL_DELAY.items():
        found = row(f"sweep-1-{places}")
        assert found.delay is not None
        assert found.worst is not None
        assert (found.delay.value, found.worst.value) == (total, WORST_DELAY[places])
        assert found.delay.proved
    assert row("sweep-1-0").verdict is Verdict.IMPOSSIBLE
    assert "ward" in row("sweep-1-0").why[0].text


def test_a_row_is_compared_with_the_base() -> None:
    three = row("sweep-1-3")
    assert sorted(finish.delay for finish in three.finishes) == [0, 0, 0]
    assert sorted(-(finish.later or 0) for finish in three.finishes) == [0, 2, 4]
    assert (len(three.later), len(three.moved)) == (2, 2)
    assert row(BASE).later == []
    assert {finish.candidate for finish in row("scenario-1").finishes} == {"A01", "A02"}


def test_the_first_shortage_is_where_somebody_waits() -> None:
    shortage = row("sweep-1-1").shortage
    assert shortage is not None
    assert (format_month(shortage.month), shortage.arena, len(shortage.candidates)) == ("2027-01", "ward", 2)
    assert row("sweep-1-3").shortage is None


def test_who_is_there_does_not_wait() -> None:
    """One place, one candidate, kept in the office for two months: delayed, and in the full ward, but never waiting."""
    alone = tree(places=1, candidates=1)
    alone["candidates"][0]["fixed"] = [{"rotation": "gp", "from": "2027-01", "to": "2027-02"}]
    question = ask(alone, "alone")
    (base,) = make_rows(question, compare(solved(question), {BASE: question.base.instance}))
    assert base.delay is not None
    assert (base.delay.value, base.shortage) == (2, None)
    assert dict.fromkeys(fill.by_month[2] for fill in base.use) == {1.0: None}


def test_use_counts_taken_months_over_room() -> None:
    """Until the last finish of all, 2027-06: three candidates take two months each; the room is six months a place."""
    shares = {places: {fill.arena: fill.share for fill in row(f"sweep-1-{places}").use} for places in (1, 2, 3)}
    assert {places: use["ward"] for places, use in shares.items()} == pytest.approx({1: 1.0, 2: 0.5, 3: 6 / 18})
    assert row("sweep-1-2").use[0].by_month == (1.0, 1.0, 0.5, 0.5, 0.0, 0.0)


def test_the_worth_of_a_place_is_the_difference_of_two_solves() -> None:
    """One place 6, two places 2; both solved here, apart from everything else."""
    apart = []
    for places in (1, 2):
        plan = solve(read_instance(tree(places)), Options(workers=1, time_limit_s=30))
        apart.append(plan.objectives[0].value)
    (worth,) = worths(queue_rows())
    assert (worth.arena, worth.found, worth.proved) == ("ward", apart[0] - apart[1], True)
    assert worth.found == 4


def test_an_unproved_worth_is_a_range() -> None:
    base, more = row(BASE), row("worth-ward")
    assert base.plan is not None
    question = asked(worth=["ward"])
    loose = base.plan.objectives[0].model_copy(update={"bound": 3.0, "proved": False})
    plan = base.plan.model_copy(update={"objectives": [loose, *base.plan.objectives[1:]], "status": Status.FEASIBLE})
    assert more.plan is not None
    instances = {case.key: case.instance for case in question.cases}
    taken = compare({BASE: Answered(BASE, plan), "worth-ward": Answered("worth-ward", more.plan)}, instances)
    worth = worth_of(*make_rows(question, taken))
    assert (worth.found, worth.least, worth.most, worth.proved) == (4, 1, 4, False)


# --- looser and tighter ----------------------------------------------------------------------------------


def test_more_room_covers_less_and_nothing_else_does() -> None:
    base = tree(2)
    tighter = read_instance(base)
    for line, looser in [
        ("arena.ward.places+1", True),
        ("arena.ward.places+1@2027-03..2027-04", True),
        ("arena.ward.places-1@2028-03..2028-03", False),
        ("rules.total=11", False),
        ("remove candidate.A03", False),
        ("candidate.A01.leave@2027-01..2027-02", False),
    ]:
        case = ask(base, "queue", [scenario_of(line)]).cases[1]
        assert covers(case.instance, tighter) is looser, line
    assert covers(tighter, tighter)
    more = ask(base, "queue", [scenario_of("arena.ward.places+1")]).cases[1].instance
    assert not covers(tighter, more)


def test_a_sweep_upwards_rises() -> None:
    question = asked(sweeps=[SWEEP])
    keys = [case.key for case in question.of_kind(CaseKind.SWEEP)]
    instances = {case.key: case.instance for case in question.cases}
    assert is_monotone(keys, instances)
    assert not is_monotone(keys[::-1], instances)


def without_plan(plan: Plan, status: Status = Status.UNKNOWN) -> Plan:
    return plan.model_copy(update={"status": status, "candidates": [], "objectives": []})


def test_a_row_without_a_plan_has_that_of_a_tighter_one() -> None:
    question = asked(sweeps=[parse_sweep("arena.ward.places=2..3")])
    answers = solved(question)
    two, three = answers["sweep-1-2"].plan, answers["sweep-1-3"].plan
    assert two is not None
    assert three is not None
    instances = {case.key: case.instance for case in question.cases}
    taken = compare({**answers, "sweep-1-3": Answered("sweep-1-3", without_plan(three))}, instances)
    found = taken["sweep-1-3"]
    assert found.plan_of == "sweep-1-2"
    assert found.answer.plan is not None
    assert found.answer.plan.instance.sha256 == instances["sweep-1-3"].sha256
    assert figures_of(found.answer.plan) == figures_of(two)
    assert not found.answer.plan.objectives[0].proved


def test_a_worse_plan_gives_way_and_bounds_stay_honest() -> None:
    """Three places with the plan of one (6) beside two places with theirs (2): three takes 2, its bound stays 0."""
    question = asked(sweeps=[SWEEP])
    answers = solved(question)
    instances = {case.key: case.instance for case in question.cases}
    only_one = {key: answers[key] for key in ("sweep-1-1", "sweep-1-3")}
    three = answers["sweep-1-3"].plan
    assert three is not None
    blank = {**only_one, "sweep-1-3": Answered("sweep-1-3", without_plan(three))}
    poor = compare(blank, instances)["sweep-1-3"].answer.plan
    assert poor is not None
    assert poor.objectives[0].value == 6
    taken = compare({**answers, "sweep-1-3": Answered("sweep-1-3", poor)}, instances)
    better = taken["sweep-1-3"].answer.plan
    assert better is not None
    assert (better.objectives[0].value, better.objectives[0].bound) == (2, 0)
    delays = [taken[f"sweep-1-{n}"].answer.plan.objectives[0].value for n in (1, 2, 3)]  # type: ignore[union-attr]
    assert delays == sorted(delays, reverse=True)


def test_a_proof_goes_to_the_tighter_row() -> None:
    question = asked(
        places=0, sweeps=[parse_sweep("arena.ward.places=0..2")], scenarios=[scenario_of("rules.total=12")]
    )
    answers = solved(question)
    instances = {case.key: case.instance for case in question.cases}
    zero, two = answers["sweep-1-0"].plan, answers["sweep-1-2"].plan
    assert zero is not None
    assert two is not None
    assert zero.status is Status.INFEASIBLE
    # as if two places were proved impossible: one place is then impossible too
    taken = compare(
        {"sweep-1-2": Answered("sweep-1-2", zero), "sweep-1-1": Answered("sweep-1-1", without_plan(two))}, instances
    )
    assert taken["sweep-1-1"].answer.plan is not None
    assert (taken["sweep-1-1"].answer.plan.status, taken["sweep-1-1"].proof_of) == (Status.INFEASIBLE, "sweep-1-2")


def test_a_bound_goes_to_the_tighter_row() -> None:
    question = asked(sweeps=[parse_sweep("arena.ward.places=1..2")])
    answers = solved(question)
    instances = {case.key: case.instance for case in question.cases}
    each_plan = answers["sweep-1-1"].plan
    assert each_plan is not None
    blurred = each_plan.objectives[0].model_copy(update=PlanBound(value=6, bound=0, proved=False).model_dump())
    plan = each_plan.model_copy(update={"objectives": [blurred, *each_plan.objectives[1:]]})
    pair = {"sweep-1-1": Answered("sweep-1-1", plan), "sweep-1-2": answers["sweep-1-2"]}
    found = compare(pair, instances)["sweep-1-1"]
    assert found.answer.plan is not None
    assert (found.answer.plan.objectives[0].bound, found.proof_of) == (2, "sweep-1-2")


# --- asking ----------------------------------------------------------------------------------------------


def test_one_more_place_is_a_head_and_a_post_where_posts_are_limited() -> None:
    both = {"id": "both", "service": "institution", "places": [{"places": 1}], "percent": [{"percent": 30}]}
    base = tree()
    base["arenas"] += [
        both,
        {"id": "like-both", "like": "both"},
        {"id": "like-heads", "like": "both", "percent": []},
        {"id": "duty", "service": "parallel", "shifts": [{"shifts": 9}]},
    ]
    lines = {
        arena: [change.inline() for change in one_more_place(base, arena)]
        for arena in ("ward", "like-both", "like-heads", "duty")
    }
    assert lines == {
        "ward": ["arena.ward.places+1"],
        "like-both": ["arena.like-both.places+1", "arena.like-both.percent+100"],
        "like-heads": ["arena.like-heads.places+1"],
        "duty": ["arena.duty.shifts+1"],
    }
    assert with_a_ceiling(read_instance(base)) == ["ward", "both", "like-both", "like-heads", "duty"]


def test_what_is_wrong_in_any_row_is_told_before_anything_runs() -> None:
    question = asked(
        scenarios=[scenario_of("arena.wrd.places+1"), scenario_of("candidate.A01.finish_by=2034-2")],
        sweeps=[parse_sweep("arena.office-01.places+1..2")],
        worth=["nowhere"],
    )
    assert question.none_made
    assert [problem.code for refused in question.refused for problem in refused.problems] == [
        "unknown-arena", "bad-month", "change-no-ceiling", "change-no-ceiling", "unknown-arena",
    ]  # fmt: skip
    assert jobs_of(question, 60.0, 0, "nb", thorough=False) == []
    assert not asked(scenarios=[scenario_of("arena.wrd.places+1"), scenario_of("arena.ward.places+1")]).none_made


def test_a_grid_has_every_pair() -> None:
    question = asked(grid=(parse_sweep("arena.ward.places=1..2"), parse_sweep("rules.total=10..12")))
    assert [case.at for case in question.of_kind(CaseKind.GRID)] == [
        (1, 10),
        (1, 11),
        (1, 12),
        (2, 10),
        (2, 11),
        (2, 12),
    ]


# --- files -----------------------------------------------------------------------------------------------


def test_json_says_everything_and_its_changes_can_be_read_back() -> None:
    question = asked(sweeps=[SWEEP], scenarios=[scenario_of("remove candidate.A03")], worth=["ward"])
    rows = queue_rows()
    told = json.loads(to_json(question, rows, "nb"))
    assert [row["id"] for row in told["rows"]] == [row.key for row in rows]
    two = next(row for row in told["rows"] if row["id"] == "sweep-1-2")
    assert two["delay"] == {"value": 2.0, "bound": 2.0, "proved": True}
    assert two["away"]["value"] == sum(entry["away"] for entry in two["plan"]["candidates"])
    assert two["longest_away"]["value"] == max(entry["away_row"] for entry in two["plan"]["candidates"])
    assert two["changes"] == [parse_change("arena.ward.places=2").mapping()]
    assert two["use"][0]["by_month"]["2027-03"] == 0.5
    assert Plan.model_validate(two["plan"]).status is not Status.INFEASIBLE
    assert told["worth"] == [{"arena": "ward", "found": 4.0, "least": 4.0, "most": 4.0, "proved": True}]


def test_csv_has_a_line_a_row_and_no_formula() -> None:
    question = asked(sweeps=[SWEEP], worth=["ward"])
    lines = list(csv.DictReader(io.StringIO(to_csv(question, queue_rows(), "nb")), delimiter=";"))
    assert [line["delay"] for line in lines if line["kind"] == "sweep"] == ["", "6", "2", "0"]
    two = next(line for line in lines if line["id"] == "sweep-1-2")
    assert (two["use ward"], two["finish A01"][:5], two["first shortage"]) == ("0,5", "2027-", "2027-01")
    assert next(line for line in lines if line["id"] == "worth-ward")["worth of the place"] == "4"
    odd = [Row("x", CaseKind.SCENARIO, "=1+1", (), Verdict.NOT_RUN)]
    assert "'=1+1" in to_csv(question, odd, "en")
