"""Whatever procedure is followed by whatever other: the plan at hand never gets worse, and no bound is above a plan."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cache
from random import Random

import pytest

from scheduler.accounting.proof import Proofs
from scheduler.instance.assignment import Assignment
from scheduler.plan import FoundBy
from scheduler.planning.alone import Alone
from scheduler.planning.assemble import assignment_of
from scheduler.planning.kept_offices import KeptOffices
from scheduler.planning.own_best import sum_of
from scheduler.planning.prices.procedure import ByPrices, Turn
from scheduler.planning.procedure import Budget, Procedure, follow
from scheduler.planning.recipe import RECIPE
from scheduler.planning.settle import Settle, SettleEarlier
from scheduler.planning.state import Found, State, Task, begun
from scheduler.solver.engine import Settings, Stop
from scheduler.solver.limits import LIMITS
from tests.helpers.planting import Planted, plant

SEEDS = (0, 1, 7, 10, 12, 16, 21, 38)  # small ones; 0: floors; 7: shifts do not fit the best plan
MANNERS = ("exact", "decomposed", "beside", "shuffled", "beside and shuffled")


OF_THE_PLANTED = [each for each in RECIPE if not isinstance(each, KeptOffices)]
"""In planted plans nobody changes an office (``test_settled_choices`` has plans in which somebody does)."""


@cache
def planted_plan(seed: int) -> tuple[Planted, Mapping[str, Assignment]]:
    planted = plant(seed)
    return planted, {entry.id: assignment_of(planted.instance, entry) for entry in planted.plan.candidates}


def task_of(seed: int, manner: str) -> tuple[Task, Found]:
    """Everybody, or every other candidate beside those who do as planted; and what is planted of those to plan."""
    planted, assignments = planted_plan(seed)
    kept = {} if "beside" not in manner else dict(list(assignments.items())[::2])
    task = Task(planted.instance, kept, exact=manner != "decomposed")
    return task, Found(
        {who: assignments[who] for who in assignments if who not in kept}, FoundBy.OTHERWISE, with_floors=True
    )


@pytest.fixture
def few_are_many(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that steps for many candidates take part."""
    monkeypatch.setattr(Task, "is_many", True)


def budget() -> Budget:
    few_paths = replace(LIMITS, early_effort_each=0.3, prices_effort_each=0.3)  # it goes on as long as it may
    return Budget(Settings(workers=1, limits=few_paths), Stop(60.0))


def steps(state: State, recipe: list[Procedure]) -> Iterator[tuple[Procedure, State, State]]:
    """Every procedure that applies, with the state before and after it."""
    for procedure in recipe:
        if not state.ended and procedure.applies(state):
            before, state = state, procedure.improve(state, budget())
            yield procedure, before, state


def rank(state: State, found: Found) -> tuple[bool, list[int]]:
    return not state.task.stands(found), state.task.values(found)


def first_bounds(state: State) -> Iterator[int]:
    """Everything that the state calls a bound of the first level."""
    first = state.task.targets[0]
    chains: list[Proofs] = [state.known, *(found.proofs for found in (state.plan, *state.earlier) if found is not None)]
    yield from (bound for bound in (proofs.bound_of(first) for proofs in chains) if bound is not None)
    if state.alone_proved:
        yield sum_of(state.alone, first.level)
        for members, least in state.together.get(first.level, {}).items():
            others = {who: own_best for who, own_best in state.alone.items() if who not in members}
            yield least + sum_of(others, first.level)


def hold(procedure: Procedure, before: State, after: State, planted: Found) -> None:
    """The two invariants, and that nobody who is kept is touched."""
    assert after.impossible is None, procedure
    assert after.task is before.task
    if before.plan is not None and not before.refused:
        assert after.plan is not None
        assert rank(after, after.plan) <= rank(before, before.plan), procedure
    assert all(bound <= after.task.values(planted)[0] for bound in first_bounds(after)), procedure
    told = None if after.result is None else after.result.proofs.bound_of(after.task.targets[0])
    everybody = Found({**after.task.kept, **planted.assignments}, FoundBy.OTHERWISE)
    assert told is None or told <= after.task.values(everybody)[0], procedure


@pytest.mark.parametrize("manner", MANNERS)
@pytest.mark.parametrize("seed", SEEDS)
def test_step_by_step(seed: int, manner: str, request: pytest.FixtureRequest) -> None:
    task, planted = task_of(seed, manner)
    if "shuffled" in manner:
        request.getfixturevalue("few_are_many")
    recipe = list(RECIPE)
    if "shuffled" in manner:
        Random(seed).shuffle(recipe)
        recipe *= 2  # most need to know what each has alone
    state = begun(task)
    for procedure, before, after in steps(state, recipe):
        hold(procedure, before, after, planted)
        state = after
    assert state.plan is not None
    if state.proved and task.stands(state.plan) and not state.refused:
        assert task.values(state.plan) <= task.values(planted)


@pytest.mark.usefixtures("few_are_many")
@pytest.mark.parametrize("procedure", [*dict.fromkeys(OF_THE_PLANTED)], ids=repr)
def test_each_by_itself(procedure: Procedure, monkeypatch: pytest.MonkeyPatch) -> None:
    """From nothing, from what each has alone, and from the planted plan, be it at hand, refused or given up."""
    if procedure == ByPrices(Turn.STUCK):  # which is for several who are not many
        monkeypatch.setattr(Task, "is_many", False)
        monkeypatch.setattr(Task, "is_several", True)
    n_times = 0
    seeds = SEEDS[: 2 if isinstance(procedure, ByPrices) else 4]
    for seed in (10, 16) if procedure == ByPrices(Turn.STUCK) else seeds:  # these two have no floors
        for manner in ("exact", "decomposed", "beside"):
            task, planted = task_of(seed, manner)
            known = follow([Alone()], begun(task), budget())
            at_hand = replace(known, plan=planted)
            for start in (begun(task), known, at_hand, replace(at_hand, refused=True, earlier=(planted,))):
                for _, before, after in steps(start, [procedure]):
                    hold(procedure, before, after, planted)
                    n_times += 1
    assert n_times > 0


@pytest.mark.parametrize("seed", SEEDS)
def test_a_plan_that_there_was_no_time_to_improve_keeps_what_is_known(seed: int) -> None:
    """What all have alone bounds every plan; told as 0, a delay that is proved best looked as if it were not."""
    task, planted = task_of(seed, "exact")
    known = follow([Alone()], begun(task), budget())
    result = follow([Settle()], replace(known, plan=planted), budget()).result
    assert result is not None
    proof, first = result.proofs.of(task.targets[0]), task.targets[0]
    assert proof is not None
    assert proof.value == task.sum_of(first.level, planted)
    assert proof.bound == sum_of(known.alone, first.level) <= proof.value


def test_for_want_of_shifts_or_supervisors_an_earlier_plan_is_the_result() -> None:
    """The last that was given up comes first, and what was kept stays."""
    task, planted = task_of(1, "beside")
    other = replace(planted, by="before that")
    state = replace(begun(task), plan=replace(planted, by="the best"), refused=True, earlier=(planted, other))
    assert not Settle().applies(state)
    result = follow([Settle(), SettleEarlier()], state, budget()).result
    assert result is not None
    assert {who: assignment.rotations for who, assignment in result.assignments.items()} == {
        who: assignment.rotations for who, assignment in planted_plan(1)[1].items()
    }
    assert not SettleEarlier().applies(replace(state, earlier=()))
