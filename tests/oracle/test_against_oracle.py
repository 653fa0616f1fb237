"""Every word of the program against a brute force: a few hundred tiny instances here, thousands with ``-m slow``.

Hypothesis draws the instances, so that what fails is shrunk to what the failure needs; the failure shows the trees.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
import tomli_w
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scheduler.files import read_instance
from scheduler.plan import Plan, Status

from . import compare as comparison
from .campaign import DIED, How, Task, Worker, run
from .compare import MANNERS, USUAL, Fault, Outcome, Verdict, compare, proofs_wrong
from .minimise import minimised
from .random_instances import KINDS, Case, case_of

N_DRAWN = 25
N_SEEDS, N_TOGETHER = 300, 50  # of each kind, and in one test
BUDGET = 100_000  # what the brute force may look at for one instance
LONG_BUDGET = 3_000_000


class Drawn:
    """Numbers from hypothesis, which makes them small when something fails."""

    def __init__(self, draw: Callable[[st.SearchStrategy[int]], int]) -> None:
        self._draw = draw

    def integer(self, low: int, high: int) -> int:
        """A whole number, both ends included."""
        return self._draw(st.integers(low, high))


def cases(kind: str) -> st.SearchStrategy[Case]:
    """Instances of a kind, drawn number by number."""

    @st.composite
    def drawn(draw: Any) -> Case:
        return KINDS[kind](Drawn(draw))

    return drawn()


def agrees(outcome: Outcome) -> None:
    """Nothing was found; otherwise everything that was, with the trees to try it on."""
    told = []
    for finding in outcome.findings:
        trees = [tree for tree in (finding.case.before, finding.case.tree) if tree is not None]
        told.append("\n".join([str(finding), *map(tomli_w.dumps, trees)]))
    assert not told, "\n\n".join(told)


@pytest.mark.parametrize("kind", KINDS)
def test_the_brute_force_agrees(kind: str) -> None:
    @settings(
        max_examples=N_DRAWN,
        derandomize=True,
        database=None,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example],
    )
    @given(cases(kind))
    def holds(case: Case) -> None:
        agrees(compare(case, budget=BUDGET))

    holds()


DECOMPOSED = next(manner for manner in MANNERS if manner.name == "decomposed")
FOUND = {
    "a best plan that the solver's probing cut off": ("supervised", 1536),
    "two wishes that one block meets, planned in parts": ("unfinished", 1126),
    "a shift taken in a frozen month keeps no finish waiting": ("replanning", 948),
    "three grown beside each other where supervisors can take two": ("intake", 792),
    "a fixed supervisor beside those who are held": ("unfinished", 570),
    "institution service earned in the base rotation, planned in parts": ("orders", 307),
    "a published plan that is leave throughout, and its group": ("intake", 20011),
    "a frozen start settles who is unfinished": ("replanning", 20005),
    "a wish of somebody whose horizon is frozen": ("replanning", 50098),
    "a frozen office that had closed by the first month": ("reseated", 50241),
    "a floor concerns nobody who is there": ("reseated", 97),
    "base that runs and is too short, with leave first": ("history", 400644),
    "nothing left to plan after the frozen months of who was late": ("replanning", 400559),
    "minima of more than the total, at one percent": ("ends", 400312),
    "nobody moves a month before the published start": ("reseated", 100524),
    "who had left an office before it lost its room is not concerned": ("reseated", 100186),
    "a month before the published start is a change": ("quotas", 600541),
    "base that runs has no month yet, with leave first": ("absent", 600347),
    "no group to join, and nothing left to plan": ("ill", 600393),
    "an office is not left for those who are done by now": ("reseated", 800187),
    "who become one cluster do not wait beside themselves": ("quotas", 800288),
    "an office that was left in months of leave": ("reseated", 900111),
    "who has served before the horizon may find the office closed": ("served", 900105),
    "who keeps the months goes to the office that is named by now": ("reseated", 950357),
    "who leaves lacks just the shifts": ("leaving", 50303),
    "who leaves has not taken the last shift, and stays for a floor": ("leaving", 600087),
    "what else is missing than service takes a month": ("ill", 50085),
    "days absent in a frozen month of leave": ("ill", 50363),
    "the running block has no month, and base before it goes on after it": ("ill", 1000011),
    "who has served in the start window has not waited, whatever start was published": ("ill", 1000230),
    "an office served in before is not like the others": ("absent", 50559),
    "an office that needs somebody is not exchanged": ("offices", 50587),
    "a date that the frozen months do not keep": ("replanning", 50695),
    "shifts that come sooner than published": ("ill", 60200),
    "months between the past and a frozen start": ("ill", 60461),
    "days absent in frozen leave use up nothing that is free": ("ill", 70880),
    "an office that was left, as the past tells it": ("resumed", 70586),
    "an office with less room by the first month, left for its goals": ("absent", 90193),
    "an office that asks for nobody is left for one that has room": ("offices", 8),
    "an office is left by somebody whose months could be others": ("offices", 310),
    "an office is left where a plan as good keeps it": ("offices", 691),
}


@pytest.mark.parametrize(("kind", "seed"), FOUND.values())
def test_found(kind: str, seed: int) -> None:
    for manner in (USUAL, DECOMPOSED):
        outcome = compare(case_of(kind, seed), seed, manner, BUDGET)
        agrees(outcome)
        assert outcome.verdict in (Verdict.PLAN, Verdict.IMPOSSIBLE)


@pytest.mark.slow
@pytest.mark.parametrize("first", range(0, N_SEEDS, N_TOGETHER))
@pytest.mark.parametrize("kind", KINDS)
def test_the_brute_force_agrees_on_many(kind: str, first: int) -> None:
    """A failure tells its seed: ``python -m tests.oracle --kind KIND --seeds SEED --out FOLDER`` writes the trees."""
    for seed in range(first, first + N_TOGETHER):
        agrees(compare(case_of(kind, seed), seed, budget=LONG_BUDGET))


# --- the net itself -------------------------------------------------------------------------------------------------


def test_the_same_seed_gives_the_same_instance() -> None:
    assert case_of("plain", 7) == case_of("plain", 7) != case_of("plain", 8)


@pytest.mark.parametrize("kind", KINDS)
def test_most_instances_are_compared_and_of_both_sorts(kind: str) -> None:
    """The generator has not grown lazy: few are refused or too large, and there are plans as well as none."""
    verdicts = Counter(compare(case_of(kind, seed), seed, budget=BUDGET).verdict for seed in range(14))
    compared = verdicts[Verdict.PLAN] + verdicts[Verdict.UNPROVED] + verdicts[Verdict.IMPOSSIBLE]
    assert verdicts[Verdict.PLAN] >= 2
    assert compared >= 6, verdicts


def test_the_seeds_together_use_every_table_and_field() -> None:
    trees = [case_of(kind, seed).tree for kind in KINDS for seed in range(40)]
    tables = {table for tree in trees for table in tree}
    assert {"objective", "limits", "reservations", "requirements", "groups", "supervisors"} <= tables
    fields = {f"{table}.{field}" for tree in trees for table in TABLES for row in tree.get(table, []) for field in row}
    assert fields >= FIELDS, FIELDS - fields


TABLES = ("arenas", "rotations", "supervisors", "candidates", "requirements", "groups")
FIELDS = {
    *(f"arenas.{one}" for one in ("places", "percent", "min_places", "max_away", "shifts", "exposure")),
    *(f"arenas.{one}" for one in ("own_supervisor", "approved")),
    *(f"arenas.{one}" for one in ("goals", "goals_partial", "goals_with_shifts")),
    *(f"rotations.{one}" for one in ("min_months", "max_months", "max_blocks", "starts", "not_before", "after")),
    "rotations.legevakt",
    *(f"supervisors.{one}" for one in ("arenas", "from", "to", "specialist", "exempt_to")),
    *(f"requirements.{one}" for one in ("min_months", "max_months", "min_blocks", "max_blocks", "candidates")),
    *(f"candidates.{one}" for one in ("practice", "post", "percent", "leave", "credited", "months_done", "goals_done")),
    *(f"candidates.{one}" for one in ("group", "shifts_done", "legevakt_from", "supervisor", "current", "fixed")),
    *(f"candidates.{one}" for one in ("wishes", "allowed", "finish_by", "served", "absence", "lost_before")),
}


def nine_late(plan: Plan) -> Plan:
    """The same plan, said to be late."""
    return with_delay(plan, value=9.0, bound=9.0)


def with_delay(plan: Plan, **told: Any) -> Plan:
    """The same plan with something else told of the delay."""
    delay, *rest = plan.objectives
    return plan.model_copy(update={"objectives": [delay.model_copy(update=told), *rest]})


def none(plan: Plan) -> Plan:
    """No plan, and that is said to be proved."""
    nothing = {"status": Status.INFEASIBLE, "candidates": [], "objectives": [], "explanation": {"certainty": "proved"}}
    return plan.model_copy(update=nothing)


def shorter(plan: Plan) -> Plan:
    """The same plan without its last month."""
    entry = plan.candidates[0]
    return plan.model_copy(update={"candidates": [entry.model_copy(update={"months": entry.months[:-1]})]})


EASY: dict[str, Any] = {
    "schema": 1,
    "horizon": {"start": "2027-01", "months": 4},
    "rules": {"total": 2, "open_practice_min": 0, "institution_min": 0, "goals": "", "group_required": False}
    | {"legevakt_shifts": 0},
    "arenas": [{"id": "o1", "service": "open_practice"}],
    "rotations": [{"id": "gp", "mix": {"practice": 100}, "base": True}],
    "candidates": [{"id": "A1", "start": "2027-01"}],
}


@pytest.mark.parametrize(
    ("spoil", "fault"),
    [(none, Fault.IMPOSSIBLE), (shorter, Fault.REJECTED), (nine_late, Fault.REJECTED)],
)
def test_what_is_wrong_is_found(monkeypatch: pytest.MonkeyPatch, spoil: Callable[[Plan], Plan], fault: Fault) -> None:
    right = comparison.plan_and_reasons
    assert compare(Case("easy", EASY)).verdict is Verdict.PLAN
    monkeypatch.setattr(comparison, "plan_and_reasons", lambda *given, **more: spoil(right(*given, **more)))
    assert [finding.fault for finding in compare(Case("easy", EASY)).findings] == [fault]


def test_a_finding_is_made_small() -> None:
    """What the fault does not need goes, in both trees; what it needs stays, and the trees stay readable."""
    case = case_of("replanning", 3)
    rotations = len(case.tree["rotations"])

    def still(smaller: Case) -> bool:
        return len(smaller.tree.get("rotations", [])) == rotations and bool(smaller.tree.get("candidates"))

    small = minimised(case, still)
    assert set(small.tree) == {"schema", "horizon", "rotations", "candidates"}
    assert small.tree["horizon"]["months"] == 1
    assert small.before is not None
    assert "arenas" not in small.before
    assert case == case_of("replanning", 3)


def test_a_process_that_dies_costs_its_case_only() -> None:
    """There is no such kind, so the process ends; the next one answers."""
    worker = Worker(How((USUAL,), BUDGET, small=False), patience_s=120.0)
    try:
        ended = dict(run([Task("no such kind", 0), Task("plain", 7)], [worker]))
    finally:
        worker.end()
    died, done = ended[Task("no such kind", 0)], ended[Task("plain", 7)]
    assert died == DIED
    assert isinstance(done, Outcome)
    assert done.verdict in (Verdict.PLAN, Verdict.IMPOSSIBLE)


def test_a_bound_that_a_plan_betters_is_found() -> None:
    plan = comparison.USUAL.plan(read_instance(EASY))
    late = with_delay(plan, value=9.0, bound=8.0, proved=False)
    best = {objective.id: (objective.value, objective.worst and objective.worst.value) for objective in plan.objectives}
    assert list(proofs_wrong(plan, best)) == []
    assert [fault for fault, _ in proofs_wrong(late, best)] == [Fault.BOUND]
