"""What may be said of a plan: decided in one place, and what the file says of itself is not enough."""

from __future__ import annotations

from typing import Any

import pytest

from scheduler.check import check_plan
from scheduler.instance.types import Instance
from scheduler.plan import Plan, PlanBound, Status
from scheduler.report.standing import PlanStanding, StandingKind, standing_of
from scheduler.texts import LANGUAGES


def changed(plan: Plan, **fields: Any) -> Plan:
    return plan.model_copy(update=fields)


def with_level(plan: Plan, **fields: Any) -> Plan:
    first, *rest = plan.objectives
    return changed(plan, objectives=[first.model_copy(update=fields), *rest])


def broken_in(plan: Plan, places: int) -> Plan:
    """The delay of so many candidates told wrong: as many violations, and nothing else."""
    wrong = [entry.model_copy(update={"delay": 77}) for entry in plan.candidates[:places]]
    return changed(plan, candidates=[*wrong, *plan.candidates[places:]])


def test_proved_is_a_plan_that_the_check_passes_and_whose_every_level_is_proved(instance: Instance, plan: Plan) -> None:
    standing = standing_of(instance, plan)
    assert (standing.kind, standing.proved, standing.broken, standing.tells_proofs) == (
        StandingKind.PROVED,
        True,
        False,
        True,
    )
    assert standing.label("nb") == "bevist best mulig"
    assert standing.sentence("en") == "Proved best possible."


def test_a_level_that_is_open_is_enough_not_to_be_proved(instance: Instance, plan: Plan) -> None:
    worst = PlanBound(value=2, bound=1, proved=False)
    for open_plan in (
        changed(plan, status=Status.FEASIBLE),
        with_level(plan, bound=0, proved=False),
        with_level(plan, worst=worst),
    ):
        standing = standing_of(instance, open_plan)
        assert (standing.kind, standing.tells_proofs) == (StandingKind.VALID, True)
        assert standing.sentence("nb") == "Gyldig plan, ikke bevist best mulig."


@pytest.mark.parametrize(
    ("places", "nb", "en"),
    [(1, "bryter 1 regel", "breaks 1 rule"), (2, "bryter 2 regler", "breaks 2 rules")],
)
def test_a_plan_that_breaks_rules_is_not_proved_whatever_its_file_says(
    instance: Instance, plan: Plan, places: int, nb: str, en: str
) -> None:
    bent = broken_in(plan, places)
    assert bent.status is Status.OPTIMAL
    assert all(level.proved for level in bent.objectives)
    standing = standing_of(instance, bent)
    assert (standing.kind, standing.proved, standing.broken, standing.tells_proofs) == (
        StandingKind.BROKEN,
        False,
        True,
        False,
    )
    assert list(standing.violations) == check_plan(instance, bent)
    assert (standing.label("nb"), standing.label("en")) == (nb, en)
    assert (standing.sentence("nb"), standing.sentence("en")) == (f"Planen {nb}.", f"The plan {en}.")
    assert [len(standing.about(entry.id)) for entry in bent.candidates] == [1] * places + [0] * (3 - places)


def test_without_its_instance_nothing_can_be_said_of_a_plan(plan: Plan) -> None:
    standing = standing_of(None, plan)
    assert (standing.kind, standing.proved, standing.broken, standing.tells_proofs) == (
        StandingKind.UNCHECKED,
        False,
        False,
        False,
    )


@pytest.mark.parametrize(
    ("status", "explanation", "label"),
    [
        (Status.INFEASIBLE, {"certainty": "proved"}, "bevist umulig"),
        (Status.INFEASIBLE, {"certainty": "likely"}, "trolig umulig"),
        (Status.INFEASIBLE, None, "trolig umulig"),
        (Status.UNKNOWN, None, "ingen plan funnet i tide"),
        (Status.INVALID, None, "ugyldig"),
    ],
)
def test_a_file_without_a_plan_says_why(
    instance: Instance, plan: Plan, status: Status, explanation: dict[str, Any] | None, label: str
) -> None:
    none = changed(plan, status=status, explanation=explanation, candidates=[])
    assert standing_of(instance, none).label("nb") == label


def test_every_standing_has_its_words() -> None:
    for kind in StandingKind:
        for lang in LANGUAGES:
            assert PlanStanding(kind).label(lang)
            assert PlanStanding(kind).sentence(lang).endswith(".")
