""" "Impossible" is said for certain only when a search with other settings has found the same."""

import pytest

import scheduler.solve
from scheduler.plan import Plan, Status
from scheduler.planning import second_opinion as asking
from scheduler.planning.second_opinion import second_opinion
from scheduler.planning.state import Impossible
from scheduler.solve import Options, solve
from scheduler.solver.engine import Run, Settings, Stop
from scheduler.variables import Variables
from tests.helpers.tiny import make, months, person

ONE_WORKER = Settings(workers=1)
IN_MAY = person(fixed=[months("2027-05", "2027-06", rotation="ward")])
ONE_PLACE = {"ward": {"places": [{"places": 1}]}}
FREE, TOGETHER = make(IN_MAY, person(), arenas=ONE_PLACE), make(IN_MAY, IN_MAY, arenas=ONE_PLACE)
ALONE = make(person(), person(finish_by="2027-02"), arenas=ONE_PLACE)


def asked(monkeypatch: pytest.MonkeyPatch, found: Impossible) -> tuple[bool, Settings, int]:
    """The answer, how it was looked for, and for how many candidates."""
    heard: list[tuple[Settings, int]] = []
    search, build = asking.run, asking.build_model

    def listening(model: object, settings: Settings, *rest: object) -> Run:
        heard.append((settings, len(built[-1].candidates)))
        return search(model, settings, *rest)  # type: ignore[arg-type]

    def building(scope: object) -> Variables:
        built.append(build(scope))  # type: ignore[arg-type]
        return built[-1]

    built: list[Variables] = []
    monkeypatch.setattr(asking, "run", listening)
    monkeypatch.setattr(asking, "build_model", building)
    answer = second_opinion(found, ONE_WORKER, Stop(60.0))
    ((settings, n_candidates),) = heard
    return answer, settings, n_candidates


def test_of_one_who_cannot_be_planned_even_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    answer, settings, n_candidates = asked(monkeypatch, Impossible(ALONE, ["A02"]))
    assert (answer, n_candidates) == (True, 1)
    assert settings.presolve != ONE_WORKER.for_few.presolve
    assert settings.seed != ONE_WORKER.seed
    assert not second_opinion(Impossible(ALONE, ["A01"]), ONE_WORKER, Stop(60.0))


def test_of_all(monkeypatch: pytest.MonkeyPatch) -> None:
    answer, settings, n_candidates = asked(monkeypatch, Impossible(TOGETHER))
    assert (answer, n_candidates) == (True, 2)
    assert settings.presolve != ONE_WORKER.presolve
    assert not second_opinion(Impossible(TOGETHER, ["A01"]), ONE_WORKER, Stop(60.0))
    assert not second_opinion(Impossible(FREE), ONE_WORKER, Stop(60.0))


@pytest.mark.parametrize(("confirmed", "certainty"), [(True, "proved"), (False, "likely")])
def test_what_is_not_confirmed_is_likely(confirmed: bool, certainty: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scheduler.solve, "second_opinion", lambda *_: confirmed)
    plan: Plan = solve(ALONE, Options(workers=1, time_limit_s=60.0))
    assert plan.status is Status.INFEASIBLE
    assert plan.explanation is not None
    assert plan.explanation["certainty"] == certainty
