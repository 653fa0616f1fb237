"""A time limit is for all of it: what has gone before the search, the search, and what comes after it."""

from __future__ import annotations

import signal
import time
from dataclasses import dataclass, replace
from typing import Any

import pytest
from click.testing import CliRunner

import scheduler.api
import scheduler.planning.alone
import scheduler.planning.greedy
import scheduler.planning.prices.path
import scheduler.solver.pace
from scheduler import api
from scheduler.cli import main
from scheduler.explanation.reasons import Telling, with_reasons
from scheduler.files import load_instance
from scheduler.instance.occupancy import Occupancy
from scheduler.instance.types import Instance
from scheduler.plan import Plan
from scheduler.planning.alone import plan_each_alone
from scheduler.planning.greedy import greedy_plan
from scheduler.planning.own_best import BestAlone
from scheduler.planning.prices.resources import Load, Takings
from scheduler.planning.prices.search import PriceSearch
from scheduler.planning.procedure import Budget, Finishing, follow
from scheduler.planning.state import State, Task, begun
from scheduler.solve import Options, solve
from scheduler.solver.engine import Settings, Stop
from scheduler.solver.limits import LIMITS
from scheduler.solver.pace import kept_for_the_end, kept_for_writing, seconds_per_effort
from tests.helpers.command_line import ORDER, PLAIN
from tests.helpers.tiny import make, person

SETTINGS = Settings(workers=1)
LATE = 1000.0


def over() -> Stop:
    return Stop(0.0)


@dataclass
class Step:
    """A step that notes that it was taken."""

    taken: list[str]
    name: str

    def applies(self, state: State) -> bool:
        return True

    def improve(self, state: State, budget: Budget) -> State:
        self.taken.append(self.name)
        return state


class LastStep(Step, Finishing):
    pass


@pytest.fixture
def no_model(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody builds a model, nor asks for anybody's plan."""
    for module, name in (
        (scheduler.planning.alone, "plan_alone"),
        (scheduler.planning.greedy, "plan_alone"),
        (scheduler.planning.prices.path, "build_model"),
    ):
        monkeypatch.setattr(module, name, lambda *_, **__: pytest.fail("built"))


# --- the search ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("stop", "taken"), [(Stop(), ["one", "last"]), (Stop(0.0), ["last"])])
def test_when_the_time_is_over_only_what_finishes_a_plan_is_done(stop: Stop, taken: list[str]) -> None:
    noted: list[str] = []
    follow([Step(noted, "one"), LastStep(noted, "last")], begun(Task(make())), Budget(SETTINGS, stop))
    assert noted == taken


@pytest.mark.usefixtures("no_model")
def test_nobody_is_asked_about_when_the_time_is_over() -> None:
    instance = make(person(), person())
    free, held = list(instance.candidates.values()), Occupancy(instance)
    alone = plan_each_alone(instance, free, held, over(), SETTINGS)
    assert list(alone.values()) == [BestAlone.unknown("A01"), BestAlone.unknown("A02")]
    assert greedy_plan(instance, alone, held, over(), SETTINGS) is None
    search = PriceSearch(instance, free, held, SETTINGS, over(), lambda _: True)
    search.run({}, None)
    assert (search.best, search.nearest) == (None, {})


def test_what_is_taken_in_a_place_is_looked_at_once_for_all_who_may_be_there() -> None:
    asked: list[Any] = []
    instance = make(*[person(practice=None)] * 5, arenas={"ward": {"places": [{"places": 1}]}})
    people = list(instance.candidates.values())
    load = Load(instance, people)
    (row,) = (row for row in load.rows if row.name == "ward heads")
    takings = Takings(instance, people)
    takings.rows = [replace(row, share=lambda *of: asked.append(of[:2]) or 1.0)]
    for candidate in people:
        for place in load.table(candidate):
            takings.of(candidate.post, place)
    assert len(asked) == len(set(asked)) == len(load.table(people[0]))


# --- what comes after it -------------------------------------------------------------------------------------------


def test_reasons_end_with_the_time() -> None:
    instance = load_instance(ORDER)
    plan = solve(instance, Options(workers=1, time_limit_s=60.0))
    told = with_reasons(instance, plan, Telling(), SETTINGS, over())
    reasons = [wish.reason for entry in told.candidates for wish in entry.wishes if not wish.met]
    assert [reason.key for reason in reasons if reason is not None] == ["reasons.wish-unknown"]


@pytest.mark.parametrize(("left", "kept"), [(100.0, 2.0 + 40.0 * 0.1 + 5.0), (10.0, 4.0)])
def test_what_comes_after_the_search_is_kept_for_it_as_long_as_it_takes_now(
    left: float, kept: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Twice as long on a machine half as fast; at most so large a share that there is time to search."""
    limits = replace(
        LIMITS, end_effort=1.0, end_effort_each=0.1, reasons_share=0.05, end_share=0.4, writing_effort=0.5,
        writing_effort_each=0.1,
    )  # fmt: skip
    monkeypatch.setattr(scheduler.solver.pace, "seconds_per_effort", lambda: 2.0)
    assert kept_for_the_end(left, 20, limits) == pytest.approx(kept)
    assert kept_for_writing(left, 20, limits) == pytest.approx(min(1.0 + 4.0, 0.4 * left))


def test_a_machine_that_is_slower_takes_longer_for_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    ticks = iter([0.0, 0.021, 0.0, 0.084])
    monkeypatch.setattr(scheduler.solver.pace.time, "perf_counter", lambda: next(ticks))
    assert seconds_per_effort() == pytest.approx(1.0)
    assert seconds_per_effort() == pytest.approx(4.0)


@pytest.mark.parametrize("limit", [None, 100.0])
def test_the_search_ends_before_the_limit(limit: float | None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scheduler.api, "kept_for_the_end", lambda left, n, _: 30.0 + n)
    given: list[float | None] = []

    def solved(instance: Instance, on_progress: Any, stop: Stop, search: Any) -> Plan:
        given.append(stop.seconds_left)
        return solve(instance, Options(workers=1), None, stop)

    monkeypatch.setattr(scheduler.api, "_solved", solved)
    api.plan(make(person(), person()), time_limit_s=limit, workers=1)
    (left,) = given
    assert left is None if limit is None else left == pytest.approx(68.0, abs=5.0)


def test_whoever_stops_a_part_of_the_time_stops_all_of_it() -> None:
    stop = Stop(60.0)
    with stop.on_interrupt(), stop.within(30.0).on_interrupt():
        signal.raise_signal(signal.SIGINT)
    assert stop.asked


# --- what has gone before it ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(("gone", "least", "most"), [(0.0, 50.0, 58.0), (40.0, 10.0, 18.0), (LATE, 5.9, 6.0)])
def test_loading_and_reading_are_part_of_a_limit(
    gone: float, least: float, most: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A search has a tenth of the limit even where nothing is left of it."""
    given: list[float | None] = []

    def plan(*_: object, stop: Stop, **__: object) -> Plan:
        given.append(stop.seconds_left)
        raise KeyboardInterrupt

    monkeypatch.setattr(api, "plan", plan)
    monkeypatch.setattr(scheduler.api, "kept_for_writing", lambda *_: 2.0)
    CliRunner().invoke(main, ["plan", str(PLAIN), "--time-limit", "60"], obj=time.monotonic() - gone)
    (left,) = given
    assert left is not None
    assert least <= left <= most
