"""Sketches: every plan has one, and where there is none each of the ceilings told is needed for that."""

import pytest

from scheduler.instance.occupancy import Occupancy
from scheduler.instance.rule_key import RuleKey
from scheduler.instance.types import Instance
from scheduler.intake.bottleneck import Bottleneck, bottleneck_text
from scheduler.planning.assemble import assignment_of
from scheduler.planning.month_model import MonthModel
from scheduler.planning.month_model.placing import AfterMonthModel
from scheduler.planning.procedure import Budget
from scheduler.planning.settle import settled
from scheduler.planning.state import State, Task
from scheduler.solve import Options, solve
from scheduler.solver.engine import Run, Settings, Stop
from tests.helpers.planting import Planted, plant
from tests.helpers.tiny import Row, faults, make, months, person

ONE_WORKER = Settings(workers=1)
ONE_PLACE = {"places": [{"places": 1}]}
LACKING = person(credited={"open_practice": 6.0}, months_done=6)
PLANTED = [*((seed, False) for seed in range(40)), *((seed, True) for seed in range(20))]


def month_model(instance: Instance, **more: object) -> MonthModel:
    return MonthModel(instance, list(instance.candidates.values()), Occupancy(instance), **more)  # type: ignore[arg-type]


def searched(instance: Instance, **more: object) -> Run:
    return month_model(instance, **more).search(ONE_WORKER, Stop(60.0), 60.0)


def hold(month_plan: MonthModel, planted: Planted) -> int:
    """State the planted plan month by month; how many months that are."""
    number = 0
    for each_person in month_plan.people:
        entry = planted.plan.candidate(each_person.candidate.id)
        served = {row.month - planted.instance.start: row.rotation for row in entry.months}
        for t, at in each_person.at.items():
            month_plan.model.add(at[served[t] or ""] == 1)
            number += 1
            practice = entry.practice_at(planted.instance.start + t)
            if practice is not None:
                month_plan.model.add(each_person.office_at(t)[practice] == 1)
    return number


@pytest.mark.parametrize(("seed", "every_table"), PLANTED)
def test_every_plan_is_a_month_plan(seed: int, every_table: bool) -> None:
    planted = plant(seed, every_table)
    month_plan = MonthModel(
        planted.instance,
        list(planted.instance.candidates.values()),
        Occupancy(planted.instance),
        in_order=False,
    )
    assert hold(month_plan, planted) > 0
    assert month_plan.search(ONE_WORKER, Stop(60.0), 60.0).values is not None


@pytest.mark.parametrize(
    ("places", "n_people", "fits"), [(3, 3, True), (2, 3, False), (2, 2, True)], ids=["room", "one-too-many", "just"]
)
def test_offices_are_for_so_many(places: int, n_people: int, fits: bool) -> None:
    """Nobody may be elsewhere, so all are in the one office at once."""
    arenas = {"office-01": {"places": [{"places": places}]}}
    instance = make(*[person(allowed=["gp"]) for _ in range(n_people)], arenas=arenas)
    outcome = searched(instance)
    assert (outcome.values is not None, outcome.infeasible) == (fits, not fits)


def test_who_may_be_away_is_bounded() -> None:
    """Two of one office for two; one must be in the ward in January, and then the other may not be."""
    fixed = [months("2027-01", "2027-02", rotation="ward")]
    arenas = {"office-01": {"max_away": 1}}
    assert searched(make(person(fixed=fixed), person(), arenas=arenas)).values is not None
    assert searched(make(person(fixed=fixed), person(fixed=fixed), arenas=arenas)).infeasible
    assert searched(make(person(fixed=fixed), person(fixed=fixed)), without=frozenset()).values is not None


def test_everybody_has_a_supervisor() -> None:
    two = [person(), person()]
    assert searched(make(*two, supervisors=[{"id": "V1", "places": 2}])).values is not None
    few = make(*two, supervisors=[{"id": "V1", "places": 1}, {"id": "V2", "places": 1, "arenas": ["ward"]}])
    assert searched(few).values is not None  # one of them at a time in the ward
    assert searched(make(*two, supervisors=[{"id": "V1", "places": 1}])).infeasible


def test_blocks_begin_when_they_may_and_last_as_long_as_they_must() -> None:
    """In an office for one, two take turns: the ward's blocks are two months and begin in January, at most once."""
    arenas = {"office-01": ONE_PLACE, "ward": ONE_PLACE, "clinic": {"places": [{"places": 0}]}}
    assert searched(make(person(), person(), arenas=arenas)).values is not None
    january = {"ward": {"starts": [1], "max_months": 2, "max_blocks": 1}}
    assert searched(make(person(), person(), arenas=arenas, rotations=january)).infeasible
    late = {"ward": {"not_before": 1}}
    assert searched(make(person(), person(), arenas=arenas, rotations=late)).infeasible
    credited = person(credited={"open_practice": 1.0}, months_done=1)
    assert searched(make(credited, credited, arenas=arenas, rotations=late)).values is not None


def in_turns(*people: Row, ward: Row, **arenas: Row) -> bool:
    """Whether those who share one office place and one in the ward can take turns."""
    instance = make(*people, arenas={"office-01": ONE_PLACE, "ward": ONE_PLACE, **arenas}, rotations={"ward": ward})
    outcome = searched(instance)
    assert outcome.infeasible == (outcome.values is None)
    return outcome.values is not None


def test_each_rule_of_blocks_alone() -> None:
    """Somebody must be in the ward in every month of the year."""
    none = {"places": [{"places": 0}]}
    two = [person(), person()]
    assert in_turns(*two, ward={"starts": [1, 7]}, clinic=none)
    assert not in_turns(*two, ward={"starts": [2, 7]}, clinic=none)
    assert in_turns(*two, ward={"max_months": 3, "max_blocks": 2}, clinic=none)
    assert not in_turns(*two, ward={"max_months": 3, "max_blocks": 1}, clinic=none)
    back = [
        person(fixed=[months("2027-01", "2027-01", rotation="gp")]),
        person(fixed=[months("2027-02", "2027-02", rotation="gp")]),
    ]
    assert in_turns(*back, ward={"min_months": 1, "max_blocks": 3}, clinic=none)
    assert not in_turns(*back, ward={"min_months": 2, "max_blocks": 3}, clinic=none)


@pytest.mark.parametrize(("kind", "enough", "too_little"), [("percent", 200, 100), ("places", 2, 1)])
def test_limits_and_percent(kind: str, enough: int, too_little: int) -> None:
    """One in the office, one in the ward, one in the clinic."""
    three = [person()] * 3
    arenas = {"office-01": ONE_PLACE, "ward": ONE_PLACE, "clinic": ONE_PLACE}

    def fits(room: int) -> bool:
        limit = {"id": "both", "arenas": ["ward", "clinic"], kind: [{kind: room}]}
        return searched(make(*three, arenas=arenas, limits=[limit])).values is not None

    assert fits(enough)
    assert not fits(too_little)
    assert in_turns(*three, ward={}, clinic={"percent": [{"percent": 100}]})
    assert not in_turns(*three, ward={}, clinic={"percent": [{"percent": 50}]})


def test_a_month_plan_becomes_a_plan() -> None:
    """Three people, one office place, one in the ward and one in the clinic: they take turns."""
    arenas = {"office-01": ONE_PLACE, "ward": ONE_PLACE, "clinic": ONE_PLACE}
    instance = make(person(), person(), arenas={**arenas, "office-01": {"places": [{"places": 2}]}})
    kept = solve(instance, Options(workers=1)).candidate("A01")
    task = Task(instance, {"A01": assignment_of(instance, kept)})
    placed = AfterMonthModel().improve(State(task), Budget(ONE_WORKER, Stop(60.0))).plan
    assert placed is not None
    assert settled(instance, {**task.kept, **placed.assignments}, ONE_WORKER) is not None
    assert faults(instance, solve(instance, Options(workers=1, time_limit_s=60.0))) == []


def test_in_words_offices_are_told_as_one() -> None:
    offices = {"office-01": ONE_PLACE, "office-02": {"service": "open_practice", **ONE_PLACE}}
    instance = make(person(), arenas=offices, supervisors=[{"id": "V1", "places": 1}])
    keys = frozenset(
        {
            RuleKey("capacity", arena="office-01"),
            RuleKey("capacity", arena="office-02"),
            RuleKey("capacity", arena="ward"),
            RuleKey("supervision"),
        }
    )
    said = bottleneck_text(instance, Bottleneck(keys, 2, 5, True), 4, "en")
    assert said.startswith("In March–May 2027 there is not enough of this for 4 new ones")
    assert said.count("places in the offices") == 1
    assert said.endswith("and supervisors.")
    assert "or of some of it" in bottleneck_text(instance, Bottleneck(keys, 2, 5, False), 4, "en")
