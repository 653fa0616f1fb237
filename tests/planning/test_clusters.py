"""Clusters: who is planned together, and that what they prove is what the model of everybody proves."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import combinations

import pytest

from scheduler.accounting.proof import Proof, Proofs, Target
from scheduler.instance.occupancy import Occupancy
from scheduler.instance.types import Instance
from scheduler.model import build_model
from scheduler.objective import make_levels, targets_of
from scheduler.plan import Status
from scheduler.planning.alone import Alone
from scheduler.planning.clusters.models import CachedModel, CachedModels, Cluster, ClusterModel
from scheduler.planning.clusters.search import ClusterSearch
from scheduler.planning.greedy import Greedy
from scheduler.planning.procedure import Budget, follow
from scheduler.planning.state import State, Task
from scheduler.solve import Options, solve
from scheduler.solver.engine import Settings, Stop
from scheduler.solver.lexicographic import LevelSearch
from scheduler.solver.limits import LIMITS
from scheduler.variables import Scope
from tests.helpers.planting import plant
from tests.helpers.tiny import faults, make, months, person

ONE_WORKER = Settings(workers=1)
IN_MAY = months("2027-05", "2027-06", rotation="ward", weight=2)
IN_AUTUMN = months("2027-09", "2027-10", rotation="ward", weight=2)
PAIRS = [*combinations([f"A0{number}" for number in range(1, 8)], 2)]
SEEDS = (1, 3, 7, 10, 12, 16, 21, 25, 27, 33, 38, 41)  # small ones; 7: shifts do not fit beside the least delay


def grown(instance: Instance) -> State:
    """With what each has alone, and a plan of all."""
    state = follow([Alone(), Greedy()], State(Task(instance)), Budget(ONE_WORKER, Stop(60.0)))
    assert state.plan is not None
    return state


def settled(instance: Instance) -> ClusterSearch:
    clusters = ClusterSearch(grown(instance), ONE_WORKER, Stop(60.0))
    clusters.settle(targets_of(instance))
    return clusters


def together(clusters: ClusterSearch) -> set[frozenset[str]]:
    return {frozenset(cluster.members) for cluster in clusters.clusters if len(cluster.members) > 1}


def test_only_those_who_want_the_same_months_are_a_cluster() -> None:
    """A01 and A03 want the one place in May, A02 wants it in autumn, A04 wants nothing."""
    people = [person(wishes=[IN_MAY]), person(wishes=[IN_AUTUMN]), person(wishes=[IN_MAY]), person()]
    instance = make(*people, arenas={"ward": {"places": [{"places": 1}]}})
    clusters = settled(instance)
    assert clusters.proved
    assert together(clusters) == {frozenset({"A01", "A03"})}
    assert clusters.proofs.bound_of(Target("wishes")) == 2
    assert list(clusters.together["wishes"].values()) == [2]


@pytest.mark.parametrize("workers", [1, 2])
def test_more_than_a_few_who_want_the_same_place(workers: int) -> None:
    """Five want May, of whom the place takes one; A03 wants nothing."""
    people = [person(wishes=[IN_MAY]) for _ in range(6)]
    people[2] = person()
    instance = make(*people, arenas={"ward": {"places": [{"places": 1}]}})
    clusters = ClusterSearch(grown(instance), Settings(workers=workers), Stop(60.0))
    clusters.settle(targets_of(instance)[:4])
    assert clusters.proved
    assert clusters.proofs.bound_of(Target("wishes")) == 8
    assert together(clusters) == {frozenset({"A01", "A02", "A04", "A05", "A06"})}


@pytest.mark.parametrize("assuming", [True, False])
@pytest.mark.parametrize("workers", [1, 2])
@pytest.mark.parametrize("n_others", [1, 4])
def test_who_is_to_blame_is_told_where_it_is_asked(assuming: bool, workers: int, n_others: int) -> None:
    """A01 and A02 cannot both have May; the others, who could be anywhere, are not named."""
    people = [person(wishes=[IN_MAY]), person(wishes=[IN_MAY]), *(person() for _ in range(n_others))]
    instance = make(*people, arenas={"ward": {"places": [{"places": 1}]}})
    clusters = [Cluster((candidate_id,)) for candidate_id in instance.candidates]
    cached = CachedModel(instance, instance.candidates, Occupancy(instance))
    settings = Settings(workers=workers)
    model = ClusterModel(cached, clusters, assuming)
    for cluster in clusters:
        model.hold(cluster, Target("wishes"), 0)
    outcome, assignments = model.run(settings, Stop(60.0), 60.0)
    assert outcome.infeasible
    assert assignments == {}
    assert model.blamed(outcome) == (clusters[:2] if assuming else [])
    again = ClusterModel(cached, clusters, assuming)  # the cached model is as it was
    for cluster in clusters[1:]:
        again.hold(cluster, Target("wishes"), 0)
    assert set(again.run(settings, Stop(60.0), 60.0)[1]) == set(instance.candidates)


def test_a_cached_is_made_once_and_the_last_few_are_kept() -> None:
    instance = make(*(person() for _ in range(7)), arenas={"ward": {"places": [{"places": 1}]}})
    cached_models = CachedModels(instance, Occupancy(instance), LIMITS.kept_models)
    first = cached_models.of(["A01", "A02"])
    assert cached_models.of(["A02", "A01"]) is first
    assert cached_models.of(["A01"]) is not first
    made = [cached_models.of(two) for two in PAIRS]
    assert all(
        cached_models.of(two) is cached for two, cached in [*zip(PAIRS, made, strict=True)][-LIMITS.kept_models :]
    )
    assert cached_models.of(["A01", "A02"]) is not first


def in_two_arenas(
    n_people: int, n_months: int, other_general_cap: int = 6, order: Sequence[str] = ("delay", "breadth")
) -> Instance:
    """A goal that office and clinic give; the clinic takes one, and only for so many months, two being what it asks."""
    last = f"2027-{n_months:02d}"
    clinic = {"goals": "001", "exposure": 2, "places": [{"places": 0}, months("2027-01", last, places=1)]}
    return make(
        *(person() for _ in range(n_people)),
        rules={"goals": "001", "other_general_cap": other_general_cap},
        arenas={"office-01": {"goals": "001"}, "clinic": clinic},
        objective={"order": list(order)},
    )


@pytest.mark.parametrize("kind", ["together", "from the clusters"])
def test_goals_met_twice_are_proved_by_all_together(kind: str) -> None:
    """Five months of the clinic are enough for two of three; no cluster may have more than one of them."""
    limits = replace(LIMITS, cluster_members=1, least_of_all_effort=40.0 if kind == "together" else 0.0)
    instance = in_two_arenas(3, 5)
    clusters = ClusterSearch(grown(instance), Settings(workers=1, limits=limits), Stop(60.0))
    clusters.settle(targets_of(instance))
    breadth = clusters.proofs.of(Target("breadth"))
    assert breadth is not None
    assert (breadth.value, breadth.bound) == (-2, -2 if kind == "together" else -3)
    assert breadth.closed == (kind == "together")
    assert together(clusters) == set()


def test_what_all_together_have_is_kept_whoever_has_it() -> None:
    """Months in the clinic count nothing here: two each for the two goals that all have, and none for a third."""
    limits = replace(LIMITS, cluster_members=1)
    instance = in_two_arenas(3, 5, other_general_cap=0, order=["breadth", "uncounted"])
    clusters = ClusterSearch(grown(instance), Settings(workers=1, limits=limits), Stop(60.0))
    clusters.settle(targets_of(instance))
    assert [(proof.value, proof.bound) for proof in clusters.proofs] == [(-2, -2), (40_000, 40_000)]


def test_nobody_is_joined_where_there_is_room() -> None:
    people = [person(wishes=[IN_MAY]), person(wishes=[IN_MAY])]
    clusters = settled(make(*people, arenas={"ward": {"places": [{"places": 2}]}}))
    assert clusters.proved
    assert together(clusters) == set()


def test_a_clock_that_has_run_out_leaves_a_plan_and_a_bound() -> None:
    instance = make(person(wishes=[IN_MAY]), person(wishes=[IN_MAY]), arenas={"ward": {"places": [{"places": 1}]}})
    state = grown(instance)
    assert state.plan is not None
    clusters = ClusterSearch(state, ONE_WORKER, Stop(0.0))
    clusters.settle(targets_of(instance))
    assert clusters.assignments == state.plan.assignments
    assert clusters.proofs.bound_of(Target("delay")) == 0
    assert not clusters.proved


@pytest.mark.parametrize("seed", SEEDS)
def test_what_is_proved_is_what_the_model_of_everybody_proves(seed: int) -> None:
    instance = plant(seed).instance
    plan = solve(instance, Options(workers=1, time_limit_s=60.0))
    assert plan.status is Status.OPTIMAL
    assert faults(instance, plan) == []
    variables = build_model(Scope(instance, explicit_shifts=True))
    search = LevelSearch(variables, make_levels(variables), ONE_WORKER, Stop(60.0), lambda *_: None)
    proofs = search.optimise({})
    assert proofs.closed
    exact = {proof.target.level: proof.value for proof in proofs if not proof.target.worst}
    signs = {"breadth": -1, "uncounted": 10_000}
    assert {objective.id: round(objective.value * signs.get(objective.id, 1)) for objective in plan.objectives} == exact


def test_what_is_known_of_a_level_goes_with_the_least_on_those_before_it() -> None:
    """Two months late instead of the none that was thought possible: nothing is known of the wishes then."""
    lacking = person(credited={"open_practice": 10.0}, months_done=10)
    instance = make(lacking, lacking, arenas={"ward": {"places": [{"places": 1}]}})
    variables = build_model(Scope(instance))
    search = LevelSearch(variables, make_levels(variables), ONE_WORKER, Stop(60.0), lambda *_: None)
    known = Proofs(tuple(Proof(Target(level), bound) for level, bound in (("delay", 0), ("wishes", 0), ("moves", 9))))
    proofs = search.optimise({}, known=known)
    found = {proof.target.name: proof.value for proof in proofs}
    assert (found["delay"], found["moves"]) == (2, 3)
    assert proofs.closed


@pytest.mark.parametrize("settings", [ONE_WORKER, Settings(workers=2)])
def test_what_a_settled_row_costs_one_alone_is_proved(settings: Settings) -> None:
    """Two months at 80 % in wards, away first: a month at home between them makes the longest row 1, and costs a month.

    The own best has no delay, but a row of 2; so the least delay within a row of 1 is to be asked for, again and again
    until it is right.
    """
    instance = make(
        person(percent=[{"percent": 80}]),
        n_months=6,
        rules={"total": 1, "open_practice_min": 0, "institution_min": 0, "open_practice_cap": 0},
        arenas={"clinic": None},
        rotations={
            "ward": {"min_months": 1, "max_months": 2},
            "clinic": {"mix": {"ward": 100}, "max_months": 2},
        },
        objective={"order": ["away", "delay"]},
    )
    state = follow([Alone(), Greedy()], State(Task(instance)), Budget(settings, Stop(60.0)))
    clusters = ClusterSearch(state, settings, Stop(60.0, effort=5.0))
    clusters.settle(targets_of(instance))
    assert clusters.proved
    assert [(proof.target.name, proof.value, proof.bound) for proof in clusters.proofs] == [
        ("away", 2, 2),
        ("away-worst", 1, 1),
        ("delay", 1, 1),
        ("delay-worst", 1, 1),
    ]
