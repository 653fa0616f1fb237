"""What is different between two plans; candidates made from a template; how many there is room for."""

from __future__ import annotations

from typing import Any

import pytest

from scheduler import api
from scheduler.alternatives.cost import PathCost, away_more, months_apart, others_who_pay, plan_with
from scheduler.alternatives.search import find_alternatives
from scheduler.files import read_instance
from scheduler.instance.rule_key import RuleKey
from scheduler.instance.types import Instance
from scheduler.intake.headroom import Headroom, _Attempt, headroom
from scheduler.intake.newcomers import template_of, with_newcomers
from scheduler.intake.room import Room
from scheduler.month import parse_month
from scheduler.plan import FoundBy, Plan
from scheduler.replanning.affected import with_baseline
from scheduler.replanning.diff import ChangeKind, diff
from scheduler.report.lines.difference import diff_lines, names_of
from scheduler.report.lines.intake import room_lines
from scheduler.report.lines.paths import path_line
from scheduler.solve import Options, solve
from scheduler.solver.engine import Settings, Stop
from tests.helpers.tiny import ARENAS, ROTATIONS, RULES, faults, finish, make, months, person, planned

FIRST = person(fixed=[months("2027-01", "2027-02", rotation="ward")])
LAST = person(fixed=[months("2027-11", "2027-12", rotation="ward")])


def test_a_plan_is_like_itself() -> None:
    plan = planned(make(LAST))
    assert diff(plan, plan).same
    assert diff(plan, plan).as_tree()["candidates"] == []


def test_moved_months_are_told_as_runs() -> None:
    """ward*2 gp*10 and gp*10 ward*2 differ in the first two months and in the last two."""
    (difference,) = diff(planned(make(FIRST)), planned(make(LAST))).candidates
    assert [(run.kind, run.before, run.after, run.n_months) for run in difference.runs] == [
        (ChangeKind.MOVED, "ward", "gp", 2),
        (ChangeKind.MOVED, "gp", "ward", 2),
    ]
    assert difference.other == []


def test_another_supervisor_is_told_with_the_months_and_from_whom_to_whom() -> None:
    """V1 leaves in July, and comes back for the last two months of the training."""
    rows = [{"id": "V1", "name": "Kari", "places": 1}, {"id": "V2", "name": "Ola", "places": 1}]
    away = [{"places": 1}, months("2027-07", "2027-10", places=0)]
    instance = make(person(supervisor="V1"), supervisors=rows)
    before = planned(instance)
    after = planned(make(person(supervisor="V1"), supervisors=[{**rows[0], "places": away}, rows[1]]))
    names = names_of(instance)
    assert "  supervisor July–October 2027: Kari → Ola" in diff_lines(diff(before, after), names, "en")
    assert "  veileder juli–oktober 2027: V1 → V2" in diff_lines(diff(before, after), {}, "nb")


def test_months_away_are_told_before_and_after() -> None:
    """Ward 2 months; with a wish for the clinic 3. A plan file that is older than the figure says nothing of it."""
    before, after = planned(make()), planned(make(person(wishes=[{"rotation": "clinic"}])))
    (difference,) = diff(before, after).candidates
    assert "away" in difference.other
    assert (difference.before["away"], difference.after["away"]) == (2, 3)
    assert "måneder borte fra egen stilling 2 → 3" in "\n".join(diff_lines(diff(before, after), {}, "nb"))
    older = before.model_copy(update={"candidates": [before.candidates[0].model_copy(update={"away": None})]})
    assert "away" not in diff(older, after).candidates[0].other
    assert diff(older, before).same


def test_leave_adds_months_and_costs_a_later_finish() -> None:
    """Leave in 3 and 4: two months become leave, two are added, and the finish is two months later; no delay."""
    found = diff(planned(make(LAST)), planned(make({**LAST, "leave": [months("2027-03", "2027-04")]})))
    (difference,) = found.candidates
    assert (found.months(ChangeKind.LEAVE), found.months(ChangeKind.ADDED), found.months(ChangeKind.MOVED)) == (2, 2, 0)
    assert "finish" in difference.other
    assert "delay" not in difference.other
    assert difference.after["finish"] - difference.before["finish"] == 2
    assert found.as_tree()["candidates"][0]["after"]["finish"] == "2028-02"


@pytest.mark.parametrize(
    ("lang", "said"), [("nb", "ingen (avtalen slutter før)"), ("en", "none (the contract ends before)")]
)
def test_a_contract_that_ends_first_leaves_no_finish_and_breaks_no_rule(lang: Any, said: str) -> None:
    old, new = make(person()), make(person(until="2027-09"))
    lines = diff_lines(diff(planned(old), planned(new), (old, new)), names_of(new), lang)
    assert any(said in line for line in lines)
    assert not [line for line in lines if "bryter regler" in line or "breaks rules" in line]


def test_who_is_new_and_who_is_gone() -> None:
    two = planned(make(LAST, person(start="2027-06"), arenas={"office-01": {"places": [{"places": 2}]}}))
    plan = planned(make(LAST))
    assert [(each.id, each.is_new) for each in diff(plan, two).candidates if each.is_new] == [("A02", True)]
    assert [each.id for each in diff(two, plan).candidates if each.is_gone] == ["A02"]


# --- intake


def tree(**arenas: Any) -> dict[str, Any]:
    rows = {**ARENAS, **{name: {**ARENAS[name], **fields} for name, fields in arenas.items()}}
    return {
        "schema": 1,
        "name": "tiny",
        "horizon": {"start": "2027-01", "months": 24},
        "rules": RULES,
        "arenas": [{"id": name, **row} for name, row in rows.items()],
        "rotations": [{"id": name, **row} for name, row in ROTATIONS.items()],
        "candidates": [{"id": "N01", **person(fixed=[months("2027-11", "2027-12", rotation="ward")])}],
    }


def test_new_ids_pass_over_those_taken() -> None:
    grown = with_newcomers(tree(), 2, parse_month("2027-03"), lang="en")
    assert [(row["id"], row.get("name"), row["start"]) for row in grown["candidates"][1:]] == [
        ("N02", "New candidate 2", "2027-03"),
        ("N03", "New candidate 3", "2027-03"),
    ]
    assert len(tree()["candidates"]) == 1


def test_a_template_leaves_out_what_is_a_persons_own() -> None:
    row = {
        **person(leave=[months("2027-03", "2027-04")], credited={"institution": 2.0}, goals_done="001"),
        "id": "A01",
        "percent": [{"percent": 80}, months("2028-01", "2028-02", percent=50)],
    }
    assert template_of({"candidates": [row]}, "A01") == {
        "credited": {"institution": 2.0},
        "goals_done": "001",
        "percent": [{"percent": 80}],
    }


def room(base: dict[str, Any], most: int) -> Headroom:
    plan = planned(read_instance(base))

    def instance_with(number: int) -> Instance:
        grown = with_newcomers(base, number, parse_month("2027-03"))
        return with_baseline(read_instance(grown), plan, parse_month("2027-02"))

    return headroom(instance_with, most, Settings(workers=1), Stop(60))


def test_the_largest_intake_is_found_and_one_more_is_proved_not_to_fit() -> None:
    """Two places in the office, one in the ward, none in the clinic: three at a time, one of them there already."""
    tight = {"office-01": {"places": [{"places": 2}]}, "ward": {"places": [{"places": 1}]}}
    found = room(tree(**tight, clinic={"places": [{"places": 0}]}), 6)
    assert (found.most, found.at_most, found.confirmed) == (2, 2, True)
    assert found.settled
    assert found.bottleneck is not None
    assert found.bottleneck.keys == {
        RuleKey("capacity", arena="office-01"),
        RuleKey("capacity", arena="ward"),
        RuleKey("capacity", arena="clinic"),
    }
    assert (found.bottleneck.start, found.bottleneck.minimal) == (2, True)


def test_where_one_after_another_finds_no_way_a_month_plan_does(monkeypatch: pytest.MonkeyPatch) -> None:
    base = tree(**{"office-01": {"places": [{"places": 2}]}, "ward": {"places": [{"places": 1}]}})
    plan = planned(read_instance(base))
    for otherwise in ("greedy.Greedy", "one_model.OneModel"):
        monkeypatch.setattr(f"scheduler.planning.{otherwise}.applies", lambda *_: False)
    grown = read_instance(with_newcomers(base, 2, parse_month("2027-03")))
    based = with_baseline(grown, plan, parse_month("2027-02"))
    found = solve(based, Options(workers=1, time_limit_s=60.0))
    assert faults(based, found) == []
    assert next(objective for objective in found.objectives if objective.id == "changes").value == 0
    assert found.run.strategy is FoundBy.BESIDE_PUBLISHED


def test_without_a_ceiling_nothing_is_said_of_more() -> None:
    assert room(tree(), 3) == Headroom(3, None)


FLOORS = [None, ("office-01", "2027-05", "2027-12"), ("ward", "2027-11", "2027-12")]


def with_a_floor(floor: tuple[str, str, str] | None) -> dict[str, Any]:
    """Two published; six places in the office, one in the ward and one in the clinic."""
    arenas: dict[str, dict[str, Any]] = {name: {"places": [{"places": 1}]} for name in ("ward", "clinic")}
    arenas["office-01"] = {"places": [{"places": 6}]}
    if floor is not None:
        arenas[floor[0]]["min_places"] = [months(*floor[1:], places=1)]
    base = tree(**arenas)
    base["horizon"]["months"] = 30
    base["candidates"] = [{"id": "N01", **person()}, {"id": "N02", **person(start="2027-03")}]
    return base


def grown_by(base: dict[str, Any], number: int) -> Instance:
    grown = with_newcomers(base, number, parse_month("2027-06"))
    return with_baseline(read_instance(grown), planned(read_instance(base)), parse_month("2027-05"))


@pytest.mark.parametrize(
    ("floor", "all_free"),
    [
        pytest.param(floor, all_free, marks=[] if all_free == (floor is not None) else [pytest.mark.slow])
        for floor in FLOORS
        for all_free in (False, True)
    ],
)
def test_where_neither_was_found_more_simply_one_model_settles_the_number(
    floor: tuple[str, str, str] | None, all_free: bool
) -> None:
    """It was between 5 and 6: a plan for six is there, and it keeps the floor."""
    base = with_a_floor(floor)
    found = headroom(lambda number: grown_by(base, number), 8, Settings(workers=1), Stop(120), all_free)
    assert (found.most, found.at_most, found.confirmed) == (6, 6, True)
    instance = grown_by(base, 6)
    made = solve(instance, Options(workers=1, time_limit_s=60.0))
    assert made.status.has_plan
    assert faults(instance, made) == []


def test_one_model_refutes_and_says_nothing_where_a_floor_may_wait_for_more() -> None:
    settings, stop = Settings(workers=1), Stop(60)
    base = with_a_floor(FLOORS[1])
    beside, free = (_Attempt(grown_by(base, 8), settings, stop, all_free=all_free) for all_free in (False, True))
    assert (beside.has_plan(), beside.has_plan(other=True)) == (False, False)
    assert free.has_plan() is None
    assert _Attempt(grown_by(with_a_floor(None), 8), settings, stop, all_free=True).has_plan() is False


def test_a_number_that_is_not_settled_is_told_as_a_range_and_why() -> None:
    between = Room(parse_month("2027-06"), 4, 6, confirmed=True)
    assert list(room_lines(between, "en")) == [
        "From June 2027 there is room for at least 4, and provably for no more than 6. The number is not settled: "
        "for 5 neither a plan was found nor a proof that there is none. More time may settle it."
    ]


def test_as_many_as_can_be_keep_their_published_supervisors() -> None:
    """A new one needs a supervisor in November: who is in the ward then gives theirs up, nobody else does."""
    general = [{"id": f"V{number}", "places": 1} for number in range(1, 5)]
    starting = person(start="2027-11")
    people, arenas = [LAST, starting, starting, starting], {"ward": {"places": [{"places": 1}]}}
    published = planned(make(*people, arenas=arenas, supervisors=general))
    in_the_ward = {"id": "V5", "places": 1, "arenas": ["ward"]}
    grown = make(*people, starting, arenas=arenas, supervisors=[*general, in_the_ward])
    found = planned(with_baseline(grown, published, parse_month("2027-10")))
    for one in ("A02", "A03", "A04"):
        assert found.candidate(one).supervisors == published.candidate(one).supervisors
    (own,) = published.candidate("A01").supervisors
    assert [(row.id, row.to - row.from_ + 1) for row in found.candidate("A01").supervisors] == [(own.id, 10), ("V5", 2)]


# --- paths


def test_paths_are_as_far_apart_as_asked_and_cost_no_more_than_they_must() -> None:
    """gp*10 ward*2: the ward can lie anywhere, so paths four months apart (two out, two in) cost no delay."""
    instance = make(person())
    plan = planned(instance)
    found = find_alternatives(instance, plan, "A01", 3, 4, False, Settings(workers=1), Stop(30))
    entries = [path.entries[0] for path in found.found]
    assert len(entries) == 3
    for number, entry in enumerate(entries):
        assert all(months_apart(entry, other) >= 4 for other in entries[:number])
        assert entry.delay == 0


def test_when_there_are_no_more_paths_it_is_proved() -> None:
    instance = make(person(allowed=["gp", "ward"], fixed=[months("2027-01", "2027-02", rotation="ward")]))
    plan = planned(instance)
    found = find_alternatives(instance, plan, "A01", 3, 12, False, Settings(workers=1), Stop(30))
    assert len(found.found) == 1 or all(path.entries[0].delay > 0 for path in found.found[1:])


@pytest.mark.parametrize("free", [False, True])
def test_a_held_ward_is_made_way_for_only_when_the_others_are_free(free: bool) -> None:
    """One ward place, A02 there in months 1-2 by choice: held, A01 cannot be there; free, A02 may move at no cost."""
    place = {"ward": {"places": [{"places": 1}]}, "office-01": {"places": [{"places": 2}]}}
    instance = make(person(), person(), arenas=place)
    plan = planned(instance)
    found = find_alternatives(instance, plan, "A01", 2, 4, free, Settings(workers=1), Stop(30))
    assert len(found.found) == 2
    whole = plan_with(instance, plan, found.found[1].entries)
    assert list(others_who_pay(plan, whole, "A01")) == []
    moved = [difference.id for difference in diff(plan, whole).candidates if difference.runs]
    assert "A01" in moved
    assert free or moved == ["A01"]


def test_months_away_are_told_of_a_path_and_of_those_who_pay_with_them() -> None:
    """A02's four months in the clinic instead of the office, and A01's two in the ward as they are."""
    clinic = [months("2027-03", "2027-06", rotation="clinic")]
    plan, other = planned(make(person(), person())), planned(make(person(), person(fixed=clinic)))
    whole = plan_with(make(person(), person()), plan, other.candidates)
    (pays,) = others_who_pay(plan, whole, "A01")
    assert (pays.id, away_more(pays)) == ("A02", 4)
    cost = PathCost(2, whole, whole.candidate("A01"), 0, True, (pays,))
    assert [
        path_line(cost, lang).rsplit("plan. ", 1)[-1].removeprefix("2: 0 md. fra planen. ") for lang in ("nb", "en")
    ] == [
        "Ferdig i desember 2027, forsinkelse 0, tapte ønsker 0, borte 2 md. (2 på rad), perioder 2; "
        "koster andre: A02 forsinkelse +0, ønsker +0, borte +4",
        "Finish in December 2027, delay 0, wishes lost 0, away 2 months (2 in a row), blocks 2; "
        "costs others: A02 delay +0, wishes +0, away +4",
    ]
    tree = cost.as_tree()
    assert (tree["away"], tree["longest_away"], tree["others"][0]["away"]) == (2, 2, 4)


def test_of_a_plan_older_than_months_away_nothing_is_said_of_them() -> None:
    plan = planned(make(person()))
    entry = plan.candidate("A01").model_copy(update={"away": None, "away_row": None})
    assert "away –" in path_line(PathCost(1, plan, entry, 0, True, ()), "en")


# --- a plan whose horizon has moved on -------------------------------------------------------------------------------


def moved_on(to: str, credited: dict[str, float], done: int, **more: Any) -> Plan:
    """Planned from a later month on, with what was served until then typed in, the months ahead as they were."""
    row = person(start="2027-01", credited=credited, months_done=done, **more)
    return planned(make(row, start=to, n_months=22))


@pytest.mark.parametrize(("to", "credited"), [("2027-03", {"open_practice": 2.0}), ("2027-07", {"open_practice": 6.0})])
def test_what_was_served_before_the_later_plan_is_no_difference(to: str, credited: dict[str, float]) -> None:
    """Published gp*10 ward*2; moved on, the same is gp*8 ward*2, then gp*4 ward*2."""
    old = planned(make(LAST))
    new = moved_on(to, credited, int(credited["open_practice"]), fixed=LAST["fixed"])
    for plans in ((old, new), (new, old)):
        found = diff(*plans)
        assert (found.same, found.since) == (True, parse_month(to))
    assert found.as_tree()["since"] == to


def test_a_real_change_after_the_later_plan_s_first_month_is_told_alone() -> None:
    old = planned(make(LAST))
    ward_now = {"fixed": [months("2027-03", "2027-04", rotation="ward")]}
    found = diff(old, moved_on("2027-03", {"open_practice": 2.0}, 2, **ward_now))
    (difference,) = found.candidates
    assert [(run.kind, run.n_months) for run in difference.runs] == [(ChangeKind.MOVED, 2), (ChangeKind.MOVED, 2)]
    assert "start" not in difference.other
    lines = list(diff_lines(found, {}, "en"))
    assert lines[0] == "Compared from March 2027 on; what lies before it has been served."


def test_who_was_done_before_the_later_plan_is_not_gone() -> None:
    old = planned(make(person(credited={"open_practice": 10.0}), LAST))
    assert finish(old, "A01") == "2027-02"
    row = person(id="A02", credited={"open_practice": 2.0}, months_done=2, fixed=LAST["fixed"])
    new = planned(make(row, start="2027-03", n_months=22))
    assert diff(old, new).same


# --- ids -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("now", "formerly"), [("kari", ["A01"]), ("a-1", ["A00", "A01"])])
def test_who_has_a_new_id_is_compared_with_the_former(now: str, formerly: list[str]) -> None:
    old, new = make(LAST), make({**LAST, "id": now, "formerly": formerly})
    plans = planned(old), planned(new)
    assert diff(*plans, (old, new)).same
    assert diff(*reversed(plans), (new, old)).same
    assert {each.id for each in diff(*plans).candidates} == {now, "A01"}


def test_a_rotation_with_a_new_id_is_the_same_rotation() -> None:
    beds = {"ward": None, "beds": {"mix": {"ward": 100}, "min_months": 2, "max_months": 8, "formerly": ["ward"]}}
    old, new = make(LAST), make(person(fixed=[months("2027-11", "2027-12", rotation="beds")]), rotations=beds)
    plans = planned(old), planned(new)
    assert diff(*plans, (old, new)).same
    assert diff(*plans).months(ChangeKind.MOVED) == 2


def test_who_may_be_the_same_is_told_unless_left_out_on_purpose() -> None:
    old, new = planned(make(LAST)), planned(make({**LAST, "id": "a1"}))
    assert diff(old, new).alike == (("A01", "a1"),)
    assert any(line.startswith("A01 is in the old plan only, and a1") for line in diff_lines(diff(old, new), {}, "en"))
    assert api.diff(old, new, gone=["A01"]).alike == ()
