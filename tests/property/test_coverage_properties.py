"""Which arenas a training can do without: office, legevakt and one institution arena are needed, nothing else is.

Sarpsborg's arenas, rotations, groups and real numbers with fresh candidates only (domain notes, part C).
"""

import tomllib
from itertools import chain, combinations
from typing import Any

import pytest

from scheduler.files import bundled_instance_path, read_instance
from scheduler.instance.types import Instance
from scheduler.plan import Plan, Status
from scheduler.solve import Options, solve
from tests.helpers.tiny import faults

OPTIONAL = ("sykehjem", "kad4", "familiesenter", "fengsel", "flyktninghelse", "administrasjon")
INSTITUTIONS = ("kad4a", "sykehus")
OFFICES = ("kontor-01", "kontor-18")
SUBSETS = list(chain.from_iterable(combinations(OPTIONAL, size) for size in range(len(OPTIONAL) + 1)))


def sarpsborg(*closed: str, n_candidates: int = 1) -> Instance:
    """Two offices, all other arenas, fresh candidates; closed arenas have no places (a roster: no shifts).

    A template that is closed closes all that are like it: nursing homes, family centres.
    """
    tree = tomllib.loads(bundled_instance_path().read_text(encoding="utf-8"))
    arenas = [row for row in tree["arenas"] if not row["id"].startswith("kontor-") or row["id"] in OFFICES]
    start = tree["horizon"]["start"]
    fresh = [{"id": f"A{number:02d}", "start": start, "group": "free"} for number in range(1, n_candidates + 1)]
    return read_instance(
        {
            **tree,
            "horizon": {"start": start, "months": 72},
            "objective": {"order": ["delay"]},
            "arenas": [_closed(row) if row["id"] in closed else row for row in arenas],
            "reservations": [
                row for row in tree["reservations"] if row.get("arena") in {arena["id"] for arena in arenas}
            ],
            "requirements": [],
            "supervisors": [],
            "candidates": fresh,
        }
    )


def _closed(row: dict[str, Any]) -> dict[str, Any]:
    nothing = {"shifts": [{"shifts": 0}]} if row.get("service") == "parallel" else {"places": [{"places": 0}]}
    return {**row, **nothing}


def outcome(instance: Instance) -> Plan:
    plan = solve(instance, Options(workers=1, time_limit_s=60.0))
    assert plan.status in (Status.OPTIMAL, Status.INFEASIBLE), plan.status
    if plan.status is Status.OPTIMAL:
        assert faults(instance, plan) == []
    return plan


def test_all_arenas_give_sixty_months() -> None:
    plan = outcome(sarpsborg(n_candidates=2))
    assert [entry.delay for entry in plan.candidates] == [0, 0]


@pytest.mark.parametrize("n_candidates", [1, 2])
@pytest.mark.parametrize("closed", [OFFICES, ("legevakt",), INSTITUTIONS], ids=["offices", "legevakt", "institutions"])
def test_nobody_can_do_without(closed: tuple[str, ...], n_candidates: int) -> None:
    assert outcome(sarpsborg(*closed, n_candidates=n_candidates)).status is Status.INFEASIBLE


@pytest.mark.parametrize("closed", INSTITUTIONS)
def test_either_institution_is_enough(closed: str) -> None:
    assert outcome(sarpsborg(closed)).status is Status.OPTIMAL


@pytest.mark.parametrize("closed", OFFICES)
def test_either_office_is_enough(closed: str) -> None:
    assert outcome(sarpsborg(closed)).status is Status.OPTIMAL


@pytest.mark.parametrize("closed", SUBSETS, ids=lambda closed: "+".join(closed) or "none")
def test_everybody_can_do_without(closed: tuple[str, ...]) -> None:
    """Any of the 64 subsets of the six other arenas may be closed, and nobody is delayed by it."""
    instance = sarpsborg(*closed)
    plan = outcome(instance)
    assert plan.status is Status.OPTIMAL
    assert plan.candidates[0].delay == 0
    rotations = {month.rotation for month in plan.candidates[0].service_months}
    served_in = {arena for rotation in rotations for arena in instance.rotations[rotation or ""].mix}
    served_in |= {instance.arenas[arena].template for arena in served_in if arena in instance.arenas}
    assert not served_in & set(closed)


def test_office_legevakt_and_one_institution_are_enough() -> None:
    """The least there can be: with everything else closed two candidates still finish."""
    for institution in INSTITUTIONS:
        other = next(one for one in INSTITUTIONS if one != institution)
        assert outcome(sarpsborg(*OPTIONAL, other, n_candidates=2)).status is Status.OPTIMAL
