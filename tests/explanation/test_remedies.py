"""How much of a change it takes: the months of a block, not only the month in which it shows."""

from copy import deepcopy
from dataclasses import replace

import pytest

from scheduler.accounting.baseline import with_baseline_of
from scheduler.changes import apply, parse_change
from scheduler.changes.words import sentence
from scheduler.constraints.count import Count
from scheduler.explanation.conflicts import find_conflicts
from scheduler.explanation.counting import count
from scheduler.explanation.explain import explain
from scheduler.explanation.reasons import Telling
from scheduler.explanation.remedies import find_remedies
from scheduler.explanation.sentences import count_phrase
from scheduler.files import read_instance
from scheduler.instance.types import Instance
from scheduler.month import parse_month
from scheduler.plan import Status
from scheduler.replanning.affected import with_baseline
from scheduler.solve import Options, solve
from scheduler.solver.engine import Settings, Stop
from scheduler.texts import LANGUAGES, Language, catalogue
from tests.helpers.tiny import make, months, person, plan_and_reasons

SETTINGS = Settings(workers=1)

WARD = months("2027-03", "2027-06", rotation="ward")


def both_fixed() -> dict[str, object]:
    """Two who must be in the ward in the same four months, one place."""
    return {
        "schema": 1,
        "horizon": {"start": "2027-01", "months": 24},
        "rules": {
            **{"total": 12, "open_practice_min": 6, "institution_min": 2, "open_practice_cap": 10},
            **{"other_general_cap": 6, "general_cap": 10, "institution_cap": 2},
            **{"goals": "", "legevakt_shifts": 0, "group_required": False},
        },
        "arenas": [
            {"id": "office-01", "service": "open_practice"},
            {"id": "ward", "service": "institution", "places": [{"places": 1}]},
        ],
        "rotations": [
            {"id": "gp", "mix": {"practice": 100}, "base": True},
            {"id": "ward", "mix": {"ward": 100}, "min_months": 2, "max_months": 8},
        ],
        "candidates": [
            {"id": one, "start": "2027-01", "practice": "office-01", "fixed": [WARD]} for one in ("A01", "A02")
        ],
    }


def test_a_place_more_for_all_the_months_of_the_block() -> None:
    tree = both_fixed()
    instance = read_instance(tree)
    found = find_conflicts(instance, SETTINGS, Stop(60.0), [shortfall.keys for shortfall in count(instance)])
    assert found.impossible
    remedies = find_remedies(tree, instance, found.conflicts, SETTINGS, Stop(60.0))
    told = {" ".join(change.inline() for change in remedy.changes): remedy.verified for remedy in remedies}
    assert told["arena.ward.places+1@2027-03..2027-06"]
    assert told["candidate.A01.unfix=ward@2027-03..2027-06"]


@pytest.mark.parametrize(
    ("half", "full", "room", "more"), [(50, 100, 100, "50"), (50, 75, 100, "25"), (60, 90, 120, "30")]
)
def test_as_many_percent_as_it_takes(half: int, full: int, room: int, more: str) -> None:
    """Two in the ward below a whole post until A02 works more from 2027-05 on: 150 % where there is 100 %."""
    tree = both_fixed()
    tree["arenas"][1] = {"id": "ward", "service": "institution", "percent": [{"percent": room}]}  # type: ignore[index]
    first, second = tree["candidates"]  # type: ignore[misc]
    first["percent"] = [{"percent": half}]
    second["percent"] = [{"percent": half}, {"from": "2027-05", "percent": full}]
    found = find_conflicts(read_instance(tree), SETTINGS, Stop(60.0))
    remedies = find_remedies(tree, read_instance(tree), found.conflicts, SETTINGS, Stop(60.0))
    assert [f"arena.ward.percent+{more}@2027-05..2027-06"] in [
        [change.inline() for change in remedy.changes] for remedy in remedies if remedy.verified
    ]


def test_too_much_leave_in_every_group_s_year_can_be_settled_by_the_coordinator() -> None:
    """Four months of leave in the only group's year, two at most; who is put in it by the coordinator is in it."""
    tree = both_fixed()
    tree["rules"]["group_required"] = True  # type: ignore[index]
    tree["horizon"]["months"] = 36  # type: ignore[index]
    tree["groups"] = [{"id": "G1", "start": "2027-02", "months": 12, "places": 2}]
    away = [months("2027-05", "2027-08")]
    tree["candidates"] = [{"id": "A01", "start": "2027-01", "practice": "office-01", "leave": away}]
    instance = read_instance(tree)
    remedies = find_remedies(
        tree, instance, find_conflicts(instance, SETTINGS, Stop(60.0)).conflicts, SETTINGS, Stop(60.0)
    )
    assert [([change.inline() for change in remedy.changes], remedy.verified) for remedy in remedies] == [
        (["candidate.A01.group=G1"], True)
    ]
    assert solve(read_instance(apply(tree, remedies[0].changes)), Options(workers=1)).status is Status.OPTIMAL


# --- as few changes as there can be ----------------------------------------------------------------------------------


def told_of(tree: dict[str, object]) -> list[tuple[list[str], bool]]:
    """The remedies as the command line spells them, and whether each was verified."""
    instance = read_instance(tree)
    conflicts = find_conflicts(instance, SETTINGS, Stop(60.0), [shortfall.keys for shortfall in count(instance)])
    remedies = find_remedies(tree, instance, conflicts.conflicts, SETTINGS, Stop(60.0))
    return [([change.inline() for change in remedy.changes], remedy.verified) for remedy in remedies]


def two_for_one_place() -> dict[str, object]:
    """A01 and A02 need a month of ward each, not as their first one; it has one place, in 2027-02 and 2027-03.

    A01 is to be done in 2027-01, and cannot be before 2027-02.
    """
    tree = both_fixed()
    tree["horizon"]["months"] = 4  # type: ignore[index]
    tree["rules"] |= {"total": 2, "open_practice_min": 0, "institution_min": 1}  # type: ignore[operator]
    tree["arenas"][1]["places"] = [{"from": "2027-02", "to": "2027-03", "places": 1}]  # type: ignore[index]
    tree["rotations"][1] |= {"min_months": 1, "not_before": 1}  # type: ignore[index]
    first, second = tree["candidates"]  # type: ignore[misc]
    first |= {"fixed": [], "finish_by": "2027-01"}
    second |= {"fixed": [], "finish_by": "2027-02"}
    return tree


def test_a_date_that_is_late_enough_is_told_without_a_place_beside_it() -> None:
    """With A01 done in 2027-02 both want the one place then, which takes a place more; a month later is enough."""
    assert told_of(two_for_one_place())[0] == (["candidate.A01.finish_by=2027-03"], True)


def test_no_remedy_is_told_with_more_than_another_one_takes_or_twice() -> None:
    """Nobody is where a floor asks for somebody, and there is no room where A01 must be: in whatever order."""
    tree = two_for_one_place()
    tree["arenas"][1]["min_places"] = [{"from": "2027-01", "to": "2027-01", "places": 1}]  # type: ignore[index]
    told = [(frozenset(changes), verified) for changes, verified in told_of(tree)]
    assert len(told) == len(set(told))
    verified = [{change.split("=")[0].split("@")[0] for change in changes} for changes, verified in told if verified]
    assert verified
    assert not [(one, other) for one in verified for other in verified if one < other]


# --- a list of one's own ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "tables",
    [
        {},
        {
            "rules": {"institution_min": 0},
            "requirements": [{"id": "beds", "rotations": ["ward", "new-ward"], "min_months": 2.0}],
        },
        {
            "rules": {"institution_min": 0, "total": 10, "goals": "055"},
            "arenas": {"ward": {"places": [{"places": 0}], "goals": "055"}, "new-ward": {"goals": "055"}},
        },
        {"rules": {"institution_min": 0}},
    ],
    ids=["a category", "a requirement", "a goal", "the total"],
)
def test_a_list_that_is_older_than_the_new_ward_may_be_longer(tables: dict[str, dict[str, object]]) -> None:
    """The ward has closed. A01 needs two months of what the new one gives, and may not take it."""
    arenas = {"ward": {"places": [{"places": 0}]}, "new-ward": {"service": "institution"}}
    changed = {row: {**fields, **tables.get("arenas", {}).get(row, {})} for row, fields in arenas.items()}  # type: ignore[dict-item]
    rotations = {"new-ward": {"mix": {"new-ward": 100}, "min_months": 2}}
    rest = {name: table for name, table in tables.items() if name != "arenas"}
    instance = make(person(allowed=["gp", "ward"]), arenas=changed, rotations=rotations, **rest)  # type: ignore[arg-type]
    told = told_of(dict(instance.source or {}))
    assert (['candidate.A01.allowed=["gp", "ward", "new-ward"]'], True) in told
    free = make(person(), arenas=changed, rotations=rotations, **rest)  # type: ignore[arg-type]
    assert solve(free, Options(workers=1)).status is Status.OPTIMAL


# --- numbers of 0 ----------------------------------------------------------------------------------------------------


def closed(n_needed: int) -> dict[str, object]:
    """Nobody may be in the ward, and everybody needs it."""
    tree = both_fixed()
    tree["rotations"][1]["max_blocks"] = 0  # type: ignore[index]
    people = [f"A{n:02d}" for n in range(1, 1 + n_needed)]
    tree["candidates"] = [{"id": candidate_id, "start": "2027-01", "practice": "office-01"} for candidate_id in people]
    return tree


@pytest.mark.parametrize("n_people", [1, 3])
def test_a_rotation_that_nobody_may_take_is_told_and_one_block_is_enough(n_people: int) -> None:
    """Nobody may be in the ward, and everybody needs it: with one block each there is a plan."""
    tree = closed(n_people)
    plan = plan_and_reasons(read_instance(tree), Telling(without_plan_s=60.0))
    assert plan.status is Status.INFEASIBLE
    assert plan.explanation is not None
    assert plan.explanation["certainty"] == "proved"
    rules = {rule["id"] for rule in plan.explanation["conflicts"][0]["rules"]}
    assert rules == {"institution", "block-count"}
    assert {"rotation": "ward", "max_blocks": 1} in [remedy["change"] for remedy in plan.explanation["remedies"]]


# --- on top of a published plan --------------------------------------------------------------------------------------


def frozen_ward() -> tuple[dict[str, object], Instance]:
    """A01 has been in the ward in 2027-01..2027-02, which is frozen; now it is also fixed for 2027-09..2027-10."""
    tree = both_fixed()
    tree["candidates"] = [{"id": "A01", "start": "2027-01", "practice": "office-01"}]
    early = deepcopy(tree)
    early["candidates"][0]["fixed"] = [months("2027-01", "2027-02", rotation="ward")]  # type: ignore[index]
    published = solve(read_instance(early), Options(workers=1))
    tree["candidates"][0]["fixed"] = [months("2027-09", "2027-10", rotation="ward")]  # type: ignore[index]
    return tree, with_baseline(read_instance(tree), published, parse_month("2027-04"))


def test_what_is_frozen_is_told_as_that_and_only_the_file_s_own_rows_may_give_way() -> None:
    _, instance = frozen_ward()
    plan = plan_and_reasons(instance, Telling(without_plan_s=60.0))
    assert plan.status is Status.INFEASIBLE
    assert plan.explanation is not None
    (conflict,) = plan.explanation["conflicts"]
    assert "fast i ward i september–oktober 2027" in conflict["text"]
    changes = [remedy["inline"] for remedy in plan.explanation["remedies"]]
    assert ["candidate.A01.unfix=ward@2027-09..2027-10"] in changes
    assert not [change for change in changes if "unfix=ward@2027-01" in change[0]]


@pytest.mark.parametrize("number", range(2))
def test_a_remedy_of_a_repair_makes_a_plan_on_top_of_what_is_frozen(number: int) -> None:
    """Without the frozen ward the file alone has a plan, and any change at all would look like a remedy."""
    tree, instance = frozen_ward()
    assert solve(read_instance(tree), Options(workers=1)).status is Status.OPTIMAL
    remedies = find_remedies(
        tree, instance, find_conflicts(instance, SETTINGS, Stop(60.0)).conflicts, SETTINGS, Stop(60.0)
    )
    changed = with_baseline_of(read_instance(apply(tree, remedies[number].changes)), instance)
    assert remedies[number].verified
    assert solve(changed, Options(workers=1)).status is Status.OPTIMAL


# --- words -----------------------------------------------------------------------------------------------------------


def test_a_rotation_that_begins_in_any_month_is_not_said_to_begin_in_some() -> None:
    """Twelve months named are as good as none: only what comes before the ward is told."""
    tree = closed(1)
    tree["rotations"][1] |= {"max_blocks": 1, "starts": list(range(1, 13)), "not_before": 23}  # type: ignore[index]
    told = explain(read_instance(tree), SETTINGS, Stop(60.0), "en", tree)[1]
    assert told is not None
    said = " ".join(conflict["text"] for conflict in told["conflicts"])
    assert "ward not before 23 service months" in said
    assert "begins in month" not in said


def test_between_a_month_and_the_same_month_is_in_that_month() -> None:
    stays = Count("capacity", "count-stays", have=1, need=2, start=24324, end=24325, candidates=("A01", "A02"))
    said = count_phrase(read_instance(both_fixed()), stays).said("en")
    assert "at least 2 months in January 2027;" in said
    assert "mellom" not in count_phrase(read_instance(both_fixed()), stays).said("nb")
    assert "between January 2027 and February 2027;" in count_phrase(
        read_instance(both_fixed()), replace(stays, end=24326)
    ).said("en")


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("key", sorted(key for key in catalogue() if key.startswith("explain.count-")))
def test_every_count_can_be_said(key: str, lang: Language) -> None:
    """Whatever its sentence names is there."""
    who, keyed = ("A01", "A02"), key.partition(".")[2]
    counted = Count("capacity", keyed, have=1, need=2, start=24324, end=24325, candidates=who)
    assert "{" not in count_phrase(read_instance(both_fixed()), counted).said(lang)


# --- a longer exemption ----------------------------------------------------------------------------------------------


def exempted(exempt_to: str, **more: object) -> dict[str, object]:
    """A01 needs a supervisor for four months; V01 is no specialist, and exempted for some of them."""
    tree = both_fixed()
    tree["rules"] |= {"total": 4, "open_practice_min": 0, "institution_min": 0}  # type: ignore[operator]
    tree["candidates"] = [{"id": "A01", "start": "2027-01", "practice": "office-01"}]
    tree["supervisors"] = [{"id": "V01", "places": 1, "specialist": False, "exempt_to": exempt_to, **more}]
    return tree


def test_a_longer_exemption_is_tried_and_no_longer_than_needed() -> None:
    found = told_of(exempted("2027-02"))
    assert (["supervisor.V01.exempt_to=2027-04"], True) in found


def test_who_has_left_is_not_exempted_longer() -> None:
    found = told_of(exempted("2027-02", to="2027-02"))
    assert found
    assert not [change for changes, _ in found for change in changes if "exempt_to" in change]


def test_a_longer_exemption_has_words() -> None:
    change = parse_change("supervisor.V01.exempt_to=2028-06")
    assert sentence(change, "en") == "“V01” is exempted from being a specialist up to and including June 2028"
