"""Supervisors once the months are settled: with the fewest changes, and always the same."""

from itertools import pairwise, permutations
from random import Random

import pytest

from scheduler.instance.assignment import Assignment
from scheduler.instance.types import Instance
from scheduler.planning.assign import supervisors
from scheduler.planning.assign.supervisors import Supervision, assign_supervisors
from scheduler.solver.engine import Settings
from tests.helpers.tiny import Row, make, person

N_MONTHS, N_PEOPLE, N_SUPERVISORS = 6, 3, 4
N_INSTANCES = 40


def drawn(seed: int) -> Instance:
    """Everybody is in the office for half a year; one place, or none, with each supervisor, month by month."""
    source = Random(seed)
    rows: list[Row] = [
        {
            "id": f"V{number}",
            "places": [
                {"from": f"2027-{month:02d}", "to": f"2027-{month:02d}", "places": int(source.random() < 0.85)}
                for month in range(1, N_MONTHS + 1)
            ],
        }
        for number in range(N_SUPERVISORS)
    ]
    return make(
        *[person() for _ in range(N_PEOPLE)],
        n_months=N_MONTHS,
        rules={"total": N_MONTHS, "institution_min": 0},
        rotations={"ward": None, "clinic": None},
        supervisors=rows,
    )


def in_the_office(instance: Instance) -> dict[str, Assignment]:
    return {
        candidate_id: Assignment(candidate_id, instance.start, ("gp",) * N_MONTHS, "office-01", None)
        for candidate_id in instance.candidates
    }


def fewest_by_hand(instance: Instance) -> int | None:
    """Month after month every way to give everybody somebody; None where there is none."""
    best: dict[tuple[str, ...], int] = {}
    for month in range(instance.start, instance.end):
        there = [row.id for row in instance.supervisors.values() if row.places_at(month)]
        ways = list(permutations(there, N_PEOPLE))
        if not ways:
            return None
        if month == instance.start:
            best = dict.fromkeys(ways, 0)
        else:
            best = {
                way: min(
                    cost + sum(one != other for one, other in zip(way, before, strict=True))
                    for before, cost in best.items()
                )
                for way in ways
            }
    return min(best.values())


def changes(chosen: Supervision) -> int:
    return sum(before != after for months in chosen.values() for before, after in pairwise(months.values()))


def test_the_fewest_changes_are_the_brute_force_s() -> None:
    n_with, n_without = 0, 0
    for seed in range(N_INSTANCES):
        instance = drawn(seed)
        chosen = assign_supervisors(instance, in_the_office(instance), Settings(workers=1))
        least = fewest_by_hand(instance)
        assert (chosen is None) == (least is None)
        if chosen is not None:
            assert changes(chosen) == least, seed
        n_with, n_without = n_with + (least is not None), n_without + (least is None)
    assert n_with > 5
    assert n_without > 5


def test_the_same_whatever_seed_and_workers(monkeypatch: pytest.MonkeyPatch) -> None:
    """In those of the instances in which one after the other is not enough, so that a search chooses."""
    asked: list[Settings] = []
    search = supervisors.run

    def heard(model: object, settings: Settings, *more: object) -> object:
        asked.append(settings)
        return search(model, settings, *more)  # type: ignore[arg-type]

    monkeypatch.setattr(supervisors, "run", heard)
    for seed in range(N_INSTANCES):
        instance = drawn(seed)
        mine, n_before = in_the_office(instance), len(asked)
        first = assign_supervisors(instance, mine, Settings(workers=1))
        if len(asked) > n_before:
            others = [assign_supervisors(instance, mine, Settings(workers=4, seed=other)) for other in range(1, 5)]
            assert all(other == first for other in others), seed
    assert len(asked) > 10
