"""The ten questions asked from Python: what each gives, and what it raises, on towns that are solved in the head."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

import scheduler
from scheduler import InputError, Plan, Progress, RejectedError, Status, Stop, TooMuchMovedError, api
from scheduler.api import Allowed
from scheduler.constraints.rule import Violation
from scheduler.instance.types import Span
from scheduler.month import format_month, parse_month
from scheduler.report.lines.why_not import why_not_lines
from scheduler.texts import months_in_words
from tests.helpers.command_line import ORDER, PLAIN, WAIT
from tests.helpers.tiny import make, months, person

DATE = WAIT.with_name("09-one-hospital-place-date.toml")
Tree = dict[str, Any]


def tree_of(*people: Mapping[str, Any], **changes: Any) -> Tree:
    """The tree of the tiny world: 12 FTE-months, gp 10 and ward 2 are enough."""
    return json.loads(json.dumps(make(*people, **changes).source))  # type: ignore[no-any-return]


@pytest.fixture(scope="module")
def published() -> Plan:
    """A01 and A02, both in the ward in 2027-03 .. 2027-04, which is where they have to be."""
    return scheduler.plan(tree_of(*[person(fixed=[months("2027-03", "2027-04", rotation="ward")])] * 2), workers=1)


# --- reading


def test_an_instance_is_read_from_a_file_from_a_tree_and_from_itself() -> None:
    instance = scheduler.load(PLAIN)
    assert scheduler.load(str(PLAIN)) == instance
    assert scheduler.load(instance.source or {}).sha256 == instance.sha256
    assert scheduler.load(instance) is instance


def test_every_problem_is_told_as_data() -> None:
    tree = tree_of()
    tree["horizon"]["start"] = "2027-13"
    tree["candidates"][0]["practice"] = "ofice-01"
    with pytest.raises(InputError) as caught:
        scheduler.load(tree)
    assert [problem.code for problem in caught.value.problems] == ["bad-month", "unknown-arena"]
    assert caught.value.problems[1].nearest == "office-01"


# --- planning


def test_a_plan_carries_its_instance_and_is_what_its_file_says(published: Plan) -> None:
    assert published.status is Status.OPTIMAL
    assert published.instance.source is not None
    instance = scheduler.load(published.instance.source)
    assert instance.sha256 == published.instance.sha256
    assert scheduler.check(instance, published).violations == []
    assert Plan.from_json(published.to_json()) == published


def test_progress_is_told_and_the_search_hears_that_somebody_wants_it_to_stop() -> None:
    told: list[Progress] = []
    stop = Stop()
    stop.ask()
    made = scheduler.plan(WAIT, on_progress=told.append, workers=1)
    assert {progress.event for progress in told} >= {"alone"}
    assert made.status is Status.OPTIMAL
    assert scheduler.plan(WAIT, stop=stop, workers=1).status is not Status.OPTIMAL


def test_a_time_limit_holds_beside_a_stop_that_has_none() -> None:
    stop = Stop()
    assert scheduler.plan(WAIT, stop=stop, time_limit_s=0.001, workers=1).status is not Status.OPTIMAL
    assert not stop.asked
    assert scheduler.plan(WAIT, stop=Stop(0.001), time_limit_s=60, workers=1).status is not Status.OPTIMAL


def test_without_a_plan_there_is_an_explanation() -> None:
    made = scheduler.plan(DATE, workers=1, lang="en")
    assert (made.status, made.candidates) == (Status.INFEASIBLE, [])
    assert made.explanation is not None
    assert made.explanation["remedies"]
    found = scheduler.explain(DATE, workers=1, lang="en")
    assert (found.status, scheduler.explain(PLAIN).status) == (Status.INFEASIBLE, Status.FEASIBLE)
    assert found.told is not None
    assert found.told["conflicts"] == made.explanation["conflicts"]


def test_a_plan_that_the_check_does_not_pass_does_not_come_out(monkeypatch: pytest.MonkeyPatch) -> None:
    violation = Violation("capacity", "violations.status", {"status": "odd"})
    monkeypatch.setattr(api, "check_plan", lambda *_, **__: [violation])
    with pytest.raises(RejectedError) as caught:
        scheduler.plan(PLAIN, workers=1)
    assert caught.value.violations == (violation,)
    assert caught.value.plan.instance.source == scheduler.load(PLAIN).source


def test_an_option_that_there_is_not_is_refused() -> None:
    with pytest.raises(TypeError, match="worker"):
        scheduler.plan(PLAIN, worker=1)  # type: ignore[call-arg]
    with pytest.raises(ValueError, match="best"):
        scheduler.plan(PLAIN, strategy="best")  # type: ignore[arg-type]


def test_the_names_of_the_strategies_are_those_there_are() -> None:
    from scheduler.solver.strategy import Strategy

    assert [strategy.value for strategy in Strategy] == list(api.STRATEGIES)


# --- on top of a plan


def test_check_reckons_again_what_was_made_for_other_data(published: Plan, tmp_path: Path) -> None:
    path = tmp_path / "plan.json"
    path.write_text(published.to_json(), encoding="utf-8")
    tree = json.loads(json.dumps(published.instance.source))
    assert scheduler.check(tree, path).violations == []
    tree["candidates"][0]["leave"] = [months("2027-06", "2027-06")]
    found = scheduler.check(tree, str(path))
    assert found.other_data
    assert {violation.candidate for violation in found.violations} == {"A01"}
    assert {violation.candidate for violation in found.recounted} <= {"A01", None}


def test_a_published_plan_is_changed_as_little_as_possible_and_no_more_than_allowed(published: Plan) -> None:
    """A01 is ill in a month of the ward that is asked for no more: something of A01's moves, and nothing of A02's."""
    tree = json.loads(json.dumps(published.instance.source))
    for row in tree["candidates"]:
        del row["fixed"]
    tree["candidates"][0]["leave"] = [months("2027-03", "2027-03")]
    made = scheduler.replan(tree, published, freeze_to="2027-01", workers=1, lang="en")
    assert made.baseline is not None
    assert made.baseline.affected == ["A01"]
    found = scheduler.diff(published, made)
    assert [difference.id for difference in found.candidates] == ["A01"]
    assert any("A01" in message.text for message in made.messages)
    with pytest.raises(TooMuchMovedError) as caught:
        scheduler.replan(tree, published, freeze_to="2027-01", allowed=Allowed(0.0, 0.0), workers=1)
    assert {moved.candidate for moved in caught.value.moved} == {None, "A01"}
    assert all("%" in line for line in caught.value.lines("en"))
    assert str(caught.value) == "\n".join(caught.value.lines("en"))


def test_new_ones_are_planned_on_top_and_the_plan_carries_the_instance_with_them(published: Plan) -> None:
    source = published.instance.source or {}
    made = scheduler.intake(source, published, 1, "2027-05", template="A01", workers=1)
    grown = scheduler.load(made.instance.source or {})
    assert list(grown.candidates) == ["A01", "A02", "N01"]
    assert made.candidate("N01").start == parse_month("2027-05")
    assert [difference.id for difference in scheduler.diff(published, made).candidates] == ["N01"]
    for start, template, code in (("2040-01", None, "intake-outside"), ("2027-05", "A09", "intake-template")):
        with pytest.raises(InputError) as caught:
            scheduler.intake(source, published, 1, start, template=template)
        assert [problem.code for problem in caught.value.problems] == [code]


def test_how_many_fit_is_told_with_what_stands_in_the_way() -> None:
    made = scheduler.plan(ORDER, workers=1)
    room = api.headroom(ORDER, made, "2027-03", workers=1, time_limit_s=120, lang="en")
    assert (room.start, room.settled, room.confirmed) == (parse_month("2027-03"), True, True)
    assert room.as_tree() == {"most": room.most, "at_most": room.most, "proved": True, "why": list(room.reasons)}
    assert len(room.reasons) == 1


def test_other_paths_leave_the_months_that_are_frozen() -> None:
    instance = make(person())
    made = scheduler.plan(instance, workers=1)
    frozen = made.candidate("A01").first + 3

    def served(plan: Plan) -> list[str | None]:
        return [row.rotation for row in plan.candidate("A01").months if row.month <= frozen]

    found = api.alternatives(instance, "A01", plan=made, number=3, apart=2, freeze_to=frozen, workers=1)
    assert [served(cost.plan) == served(made) for cost in found.costs] == [True] * 3
    free = api.alternatives(instance, "A01", plan=made, number=3, apart=2, workers=1)
    assert [served(cost.plan) == served(made) for cost in free.costs] != [True] * 3


def test_other_paths_have_a_price_and_need_a_plan_that_holds(published: Plan) -> None:
    tree = json.loads(json.dumps(make(person()).source))
    made = scheduler.plan(tree, workers=1)
    found = scheduler.alternatives(tree, "A01", plan=made, number=2, apart=2, workers=1)
    assert [cost.number for cost in found.costs] == [1, 2]
    assert found.costs[0].entry == made.candidate("A01")
    assert found.costs[1].apart >= 2
    (own, other) = (cost.plan for cost in found.costs)
    assert own == made
    assert api.check(tree, other).violations == []
    assert other.candidate("A01") == found.costs[1].entry
    assert [level.id for level in other.objectives] == [level.id for level in made.objectives]
    broken = made.model_copy(deep=True)
    broken.candidates[0].months[0].percent = 50
    with pytest.raises(InputError) as caught:
        scheduler.alternatives(tree, "A01", plan=broken)
    assert [problem.code for problem in caught.value.problems] == ["plan-breaks-rules"]
    with pytest.raises(InputError) as caught:
        scheduler.alternatives(tree, "A01", plan=published)
    assert [problem.code for problem in caught.value.problems] == ["plan-of-other-instance"]
    with pytest.raises(InputError) as caught:
        scheduler.alternatives(tree, "A1", plan=made)
    assert [(problem.code, problem.nearest) for problem in caught.value.problems] == [("unknown-candidate", "A01")]


def test_why_not_is_answered_with_the_rule_that_forbids_it() -> None:
    """Two months in the ward at least: not in the last one."""
    answer = scheduler.why_not(make(person()), "A01", "ward", "2027-01", "2027-01", workers=1, time_limit_s=60)
    assert answer.question is not None
    assert (answer.question.candidate, format_month(answer.question.span.start)) == ("A01", "2027-01")
    assert answer.possible is True
    with pytest.raises(InputError) as caught:
        scheduler.why_not(make(person()), "A01", "wart", "2027-01")
    assert [(problem.code, problem.nearest) for problem in caught.value.problems] == [("unknown-rotation", "ward")]


def test_months_after_the_finish_put_it_off() -> None:
    """A01 is done in 2027-12; to be in gp in 2028-03 as well costs three months, and with a date it cannot be."""
    answer = scheduler.why_not(make(person()), "A01", "gp", "2028-03", "2028-03", workers=1, time_limit_s=60)
    assert answer.proved
    assert answer.costs is not None
    assert [(format_month(cost.before), format_month(cost.after)) for cost in answer.costs] == [("2027-12", "2028-03")]
    by_then = make(person(finish_by="2027-12"))
    assert scheduler.why_not(by_then, "A01", "gp", "2028-03", "2028-03", workers=1, time_limit_s=60).possible is False


ONLY_WARD = {
    "arenas": {"clinic": None},
    "rotations": {"clinic": None, "ward": {"max_months": 2}},
}


@pytest.mark.parametrize(
    ("months_cap", "asked", "as_fixed", "only", "finish", "says"),
    [
        # whatever is served counts, so nobody is in training after twelve months
        (60, ("ward", "2028-03"), True, True, "2028-03", "only as a fixed block (fixed): without it A01 is done"),
        # ten months of gp count: after 15 of them the ward comes in 2028-04, two months after the fixed month is over
        (10, ("gp", "2028-03"), True, False, "2028-03", "as a fixed block (fixed): the training then lasts until"),
        # gp for 13 months and then the ward: nothing but what is asked holds it up
        (10, ("ward", "2028-03"), False, False, "2028-03", "A01 can be in ward in March 2028, but it costs:"),
    ],
)
def test_months_after_the_finish_are_told_as_a_fixed_block_where_nothing_else_makes_it_last(
    months_cap: int, asked: tuple[str, str], as_fixed: bool, only: bool, finish: str, says: str
) -> None:
    caps = {"open_practice_cap": months_cap, "general_cap": months_cap, "institution_min": 2 if months_cap == 10 else 0}
    instance = make(person(), rules=caps, **ONLY_WARD)  # type: ignore[arg-type]
    answer = scheduler.why_not(instance, "A01", asked[0], asked[1], asked[1], workers=1, time_limit_s=60)
    assert (answer.possible, answer.proved, answer.as_fixed, answer.only_as_fixed) == (True, True, as_fixed, only)
    assert [format_month(cost.after) for cost in answer.costs or ()] == [finish]
    lines = why_not_lines(instance, answer, "en")
    assert says in lines[0]
    assert lines[-1] == f"  A01: finishes in {months_in_words(finish, 'en')} instead of December 2027"


def held_up_late() -> scheduler.Instance:
    """Somebody must be in the office in 2028-03, and the only candidate, in the ward at first, is done in 2027-12."""
    floor, early = months("2028-03", "2028-03", places=1), months("2027-03", "2027-04", rotation="ward")
    row = person(fixed=[early], allowed=["gp", "ward"])
    arenas = {"office-01": {"min_places": [floor]}}
    return make(row, arenas=arenas, rotations={"ward": {"max_months": 2}})


def test_no_plan_at_all_is_told_with_the_answer() -> None:
    answer = scheduler.why_not(held_up_late(), "A01", "gp", "2027-05", "2027-05", workers=1, time_limit_s=60)
    assert answer.possible is False
    assert answer.no_plan is not None
    assert answer.no_plan["certainty"] == "proved"
    assert {rule["id"] for rule in answer.no_plan["conflicts"][0]["rules"]} >= {"capacity"}


def test_what_is_asked_may_be_what_a_floor_lacks() -> None:
    """To stay until 2028-03 is what there is no other reason for."""
    instance = held_up_late()
    answer = scheduler.why_not(instance, "A01", "gp", "2028-03", "2028-03", workers=1, time_limit_s=60)
    assert answer.possible is True
    assert answer.no_plan is not None
    assert why_not_lines(instance, answer, "en") == [
        "As the data are, there is no plan. With A01 in gp in March 2028 there is one."
    ]


def test_a_broken_plan_does_not_hide_that_there_is_none() -> None:
    instance = held_up_late()
    plan = scheduler.plan(make(person()), workers=1)
    told = plan.instance.model_copy(update={"source": instance.source, "sha256": instance.sha256})
    broken = plan.model_copy(update={"instance": told})
    asked = ("A01", "gp", "2027-05", "2027-05")
    assert scheduler.why_not(instance, *asked, plan=broken, workers=1, time_limit_s=60).no_plan is not None


@pytest.mark.parametrize(
    ("months_asked", "code"), [(("2027-04", "2027-02"), "question-order"), (("2027-05", "2027-06"), "question-leave")]
)
def test_a_question_that_asks_for_nothing_is_a_problem(months_asked: tuple[str, str], code: str) -> None:
    away = make(person(leave=[{"from": "2027-05", "to": "2027-06"}]))
    with pytest.raises(InputError) as caught:
        scheduler.why_not(away, "A01", "gp", *months_asked, workers=1, time_limit_s=60)
    assert [problem.code for problem in caught.value.problems] == [code]


def test_the_price_is_that_of_a_block_which_begins_when_it_may() -> None:
    """The ward in April began in March, for which gp is wished for: a block begun in April would cost nothing."""
    instance = make(
        person(wishes=[{"rotation": "gp", "from": "2027-03", "to": "2027-03"}]),
        rotations={"ward": {"starts": [3, 11], "max_months": 2}},
    )
    answer = scheduler.why_not(instance, "A01", "ward", "2027-04", "2027-04", workers=1, time_limit_s=60)
    assert answer.proved
    assert answer.costs is not None
    assert [cost.lost for cost in answer.costs] == [("gp",)]


def test_a_version_each_the_instance_as_it_is_first() -> None:
    found = scheduler.whatif(WAIT, ["remove candidate.A02"], time_limit_s=60, workers=1)
    assert [(row.name, row.verdict.value) for row in found.rows] == [
        ("base", "possible"),
        ("remove candidate.A02", "possible"),
    ]
    delays = [row.delay.value for row in found.rows if row.delay is not None]
    assert delays[0] > delays[1] == 0


# --- plan files


@pytest.mark.parametrize(
    ("changes", "code"),
    [({"status": "unknown"}, "plan-empty"), ({"sha256": "0" * 64}, "plan-of-other-instance"), ({}, None)],
)
def test_what_is_wrong_with_a_plan_file(published: Plan, tmp_path: Path, changes: Tree, code: str | None) -> None:
    tree = json.loads(published.to_json())
    tree["instance"].update({key: value for key, value in changes.items() if key in tree["instance"]})
    tree.update({key: value for key, value in changes.items() if key in tree})
    path = tmp_path / "plan.json"
    path.write_text(json.dumps(tree), encoding="utf-8")
    if code is None:
        assert api.open_plan(path).standing.proved
        return
    with pytest.raises(InputError) as caught:
        api.open_plan(path)
    assert [problem.code for problem in caught.value.problems] == [code]
    assert caught.value.source == str(path)


def test_a_plan_without_its_instance_is_told_so(published: Plan, tmp_path: Path) -> None:
    from scheduler.report.plan_file import open_whole

    bare = published.model_copy(update={"instance": published.instance.model_copy(update={"source": None})})
    path = tmp_path / "plan.json"
    path.write_text(bare.to_json(), encoding="utf-8")
    with pytest.raises(InputError) as caught:
        open_whole(path)
    assert [problem.code for problem in caught.value.problems] == ["plan-without-instance"]
    opened, instance = open_whole(path, scheduler.load(published.instance.source or {}))
    assert (opened.standing.proved, len(instance.candidates)) == (True, 2)


def test_versions_with_a_floor_are_planned_like_any_other() -> None:
    """Somebody must be in the ward in 2027-05: A01 is, and no later for it."""
    floor = make(person(), arenas={"ward": {"min_places": [{"places": 1, "from": "2027-05", "to": "2027-05"}]}})
    found = scheduler.whatif(floor, "arena.ward.places=1", time_limit_s=60, workers=1)
    assert [row.verdict.value for row in found.rows] == ["possible", "possible"]
    assert [row.delay.value for row in found.rows if row.delay is not None] == [0, 0]


@pytest.mark.parametrize(("change", "told"), [("supervisor.V1.places=0@2027-07..", 1), ("supervisor.V2.places=2", 0)])
def test_a_version_tells_who_takes_over_from_a_fixed_supervisor(change: str, told: int) -> None:
    guided = make(person(supervisor="V1"), supervisors=[{"id": "V1", "places": 1}, {"id": "V2", "places": 1}])
    base, version = scheduler.whatif(guided, change, time_limit_s=60, workers=1, lang="en").rows
    assert base.told == ()
    sentences = [sentence.text for sentence in version.told]
    assert len(sentences) == told
    assert all(said.startswith("A01: V2 supervises instead of V1 in July") for said in sentences), sentences


# --- what is not understood


def test_a_plan_file_without_a_plan_is_nothing_to_build_on() -> None:
    impossible = make(person(finish_by="2027-02"))
    nothing = scheduler.plan(impossible, workers=1, time_limit_s=60, explain_s=0.0)
    with pytest.raises(InputError) as caught:
        scheduler.replan(impossible, nothing)
    assert [problem.code for problem in caught.value.problems] == ["plan-empty"]


def test_a_misspelt_option_is_told_by_every_question() -> None:
    for ask in (scheduler.plan, scheduler.explain):
        with pytest.raises(TypeError, match="workerz"):
            ask(make(person()), workerz=1)  # type: ignore[call-arg, call-overload]
    with pytest.raises(ValueError, match="nb, en"):
        scheduler.plan(make(person()), lang="de")  # type: ignore[arg-type]


def test_one_at_least() -> None:
    plan = scheduler.plan(make(person()), workers=1)
    with pytest.raises(ValueError, match="count"):
        scheduler.intake(make(person()), plan, 0, "2027-03")
    with pytest.raises(ValueError, match="number"):
        scheduler.alternatives(make(person()), "A01", plan=plan, number=0)


def test_one_scenario_may_stand_by_itself() -> None:
    found = scheduler.whatif(WAIT, "remove candidate.A02", time_limit_s=60, workers=1)
    assert [row.name for row in found.rows] == ["base", "remove candidate.A02"]


def test_a_block_moved_by_hand_is_checked_without_a_solver(published: Plan) -> None:
    instance = api.instance_of(published)
    assert instance is not None
    first, last = parse_month("2027-03"), parse_month("2027-05")
    found = api.edit(instance, published, [api.Edit("A01", "clinic", Span(first, last))])
    assert {(violation.rule, violation.candidate) for violation in found.broken} >= {("fixed", "A01")}
    assert found.before == ()
    assert api.edit(instance, published, []).plan == published


def test_an_edited_plan_is_mended_with_the_edit_in_it() -> None:
    """Two who share the only place of the ward: one is dragged onto the other's months, and the other makes way."""
    instance = make(person(), person(), arenas={"ward": {"places": [{"places": 1}]}})
    plan = scheduler.plan(instance, workers=1)
    blocks = {entry.id: next(row for row in entry.blocks if row.rotation == "ward") for entry in plan.candidates}
    mine, taken = (api.Span(row.from_, row.to + 1) for row in (blocks["A01"], blocks["A02"]))
    broken = api.edit(instance, plan, [api.Edit("A01", "ward", taken, mine)])
    assert [violation.rule for violation in broken.broken] == ["capacity"]
    made = api.mend(instance, broken.plan, [api.Pin("A01", "ward", taken)], workers=1)
    assert made.status is Status.FEASIBLE
    assert not any(level.proved for level in made.objectives)
    assert api.check(instance, made).violations == []
    assert [row.month for row in made.candidate("A01").months if row.rotation == "ward"] == list(taken.months())
    assert made.candidate("A02").blocks != plan.candidate("A02").blocks
    assert made.instance.source == plan.instance.source


def test_what_is_pinned_against_the_rules_is_not_mended() -> None:
    instance = make(person(), person(), arenas={"ward": {"places": [{"places": 1}]}})
    plan = scheduler.plan(instance, workers=1)
    taken = api.Span(parse_month("2027-03"), parse_month("2027-05"))
    pins = [api.Pin(who, "ward", taken) for who in ("A01", "A02")]
    assert api.mend(instance, plan, pins, workers=1).status is Status.INFEASIBLE


def test_changes_are_made_and_what_they_break_is_told() -> None:
    tree = tree_of(person(), person(), arenas={"ward": {"places": [{"places": 1}]}})
    line, table = "arena.ward.places+1", {"candidate": "A01", "finish_by": "2027-12"}
    found = api.changed(tree, [line, table])
    assert found.source is not None
    assert found.source["candidates"][0]["finish_by"] == "2027-12"
    assert found.sha256 == api.changed(scheduler.load(tree), [table, line]).sha256
    assert "finish_by" not in tree["candidates"][0]
    with pytest.raises(InputError, match="A09"):
        api.changed(tree, ["remove candidate.A09"])
    with pytest.raises(InputError, match="2027-13"):
        api.changed(tree, [{"candidate": "A01", "finish_by": "2027-13"}])
    assert not api.changed(tree_of(), ["remove candidate.A01"]).candidates


def test_a_remedy_is_made_real() -> None:
    ward = months("2027-03", "2027-06", rotation="ward")
    tree = tree_of(*[person(fixed=[ward])] * 2, arenas={"ward": {"places": [{"places": 1}]}})
    told = api.explain(tree, workers=1, time_limit_s=60).told
    assert told is not None
    for remedy in told["remedies"]:
        change = remedy["change"]
        by_table = api.changed(tree, change if isinstance(change, list) else [change])
        assert by_table.sha256 == api.changed(tree, remedy["inline"]).sha256
        assert scheduler.plan(by_table, workers=1).status.has_plan
