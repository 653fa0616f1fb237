"""No sequence of operations on proofs calls a bound valid that all plans, listed, refute."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product

import hypothesis.strategies as st
import pytest
from hypothesis import given, settings

from scheduler.accounting import trajectories
from scheduler.accounting.proof import Given, Proof, Proofs, Target, as_it_is
from scheduler.planning.assemble import objectives_of
from tests.helpers.tiny import make, person, planned

Shares = tuple[tuple[int, ...], ...]  # per level, the shares of a plan's candidates
TARGETS = (
    Target("delay"),
    Target("delay", worst=True),
    Target("wishes"),
    Target("wishes", worst=True),
    Target("moves"),
)
LEVELS = ("delay", "wishes", "moves")


def values_of(plan: Shares) -> dict[Target, int]:
    by_level = dict(zip(LEVELS, plan, strict=True))
    return {target: (max if target.worst else sum)(by_level[target.level]) for target in TARGETS}


def key(plan: Shares) -> list[int]:
    return [values_of(plan)[target] for target in TARGETS]


def true_bounds(plans: Sequence[Shares], hand: Shares, kinds: Sequence[Given], slack: Sequence[int]) -> Proofs:
    """Bounds as a search proves them: each the least of the plans that it speaks of, or ``slack`` below it."""
    proofs = Proofs(n_movers=len(hand[0]))
    left = list(plans)  # with the least so far
    for target, kind, below in zip(TARGETS, kinds, slack, strict=True):
        within = [p for p in plans if all(values_of(p)[t.target] <= values_of(hand)[t.target] for t in proofs)]
        spoken_of = left if kind is Given.LEAST else within
        bound = min(values_of(plan)[target] for plan in spoken_of) - below
        proofs = proofs.and_then(Proof(target, min(bound, values_of(hand)[target]), values_of(hand)[target], kind))
        least = min(values_of(plan)[target] for plan in left)
        left = [plan for plan in left if values_of(plan)[target] == least]
    return proofs


def assert_true(proofs: Proofs, plans: Sequence[Shares]) -> None:
    """No valid bound is above what the best plan of all has; what is called the least is the least."""
    best = min(plans, key=key)
    for proof in proofs.valid():
        assert proof.bound <= values_of(best)[proof.target], proof
    if len(proofs) == len(TARGETS) and proofs.closed and len(proofs.valid()) == len(TARGETS):
        assert [proof.value for proof in proofs] == key(best)
    for level in proofs.levels_closed():
        assert proofs.of(Target(level)).value == values_of(best)[Target(level)]  # type: ignore[union-attr]


def part(n: int) -> st.SearchStrategy[list[Shares]]:
    share = st.integers(0, 3)
    plan = st.tuples(*[st.tuples(*[share] * n)] * len(LEVELS))
    return st.lists(plan, min_size=1, max_size=5)


kinds_st = st.tuples(*[st.sampled_from(Given)] * len(TARGETS))
slack_st = st.tuples(*[st.sampled_from((0, 0, 0, 1))] * len(TARGETS))


@settings(max_examples=400)
@given(part(2), st.data())
def test_a_plan_beside_what_is_proved_of_it(plans: list[Shares], data: st.DataObject) -> None:
    hand = data.draw(st.sampled_from(plans))
    assert_true(true_bounds(plans, hand, data.draw(kinds_st), data.draw(slack_st)), plans)


@settings(max_examples=400)
@given(part(2), st.data())
def test_bounds_carried_over_to_another_plan(plans: list[Shares], data: st.DataObject) -> None:
    hand, other = data.draw(st.sampled_from(plans)), data.draw(st.sampled_from(plans))
    proofs = true_bounds(plans, hand, data.draw(kinds_st), data.draw(slack_st))
    carried = proofs.for_plan(values_of(other))
    assert_true(carried, plans)
    assert all(proof.value == values_of(other)[proof.target] for proof in carried)


@settings(max_examples=400)
@given(part(2), part(2), st.data())
def test_what_a_looser_instance_proves_of_a_tighter_one(
    plans: list[Shares], more: list[Shares], data: st.DataObject
) -> None:
    """Every plan of the tighter one is a plan of the looser one, which has more of them."""
    of_tighter, of_looser = (
        true_bounds(there, data.draw(st.sampled_from(there)), data.draw(kinds_st), data.draw(slack_st))
        for there in (plans, plans + more)
    )
    raised = of_tighter.raised(of_looser)
    assert_true(raised, plans)
    highest = max(proofs.chain[0].bound for proofs in (of_tighter, of_looser))
    assert raised.chain[0].bound == highest


@settings(max_examples=400)
@given(st.lists(st.integers(1, 2).flatmap(part), min_size=2, max_size=3), st.data())
def test_parts_that_share_nothing_together(parts: list[list[Shares]], data: st.DataObject) -> None:
    proofs = [
        true_bounds(plans, data.draw(st.sampled_from(plans)), data.draw(kinds_st), data.draw(slack_st))
        for plans in parts
    ]
    whole = [tuple(sum(level, ()) for level in zip(*chosen, strict=True)) for chosen in product(*parts)]
    assert_true(Proofs.beside(proofs), whole)


@settings(max_examples=400)
@given(part(1), part(2), st.data())
def test_a_part_that_is_settled_beside_one_that_is_not(
    held: list[Shares], free: list[Shares], data: st.DataObject
) -> None:
    """The held plan is the only one there is; then the whole is carried over to another plan of the free."""
    held = held[:1]
    hand, other = data.draw(st.sampled_from(free)), data.draw(st.sampled_from(free))
    proofs = Proofs.beside(
        [
            as_it_is(values_of(held[0])),
            true_bounds(free, hand, data.draw(kinds_st), data.draw(slack_st)),
        ]
    )
    whole = [tuple(a + b for a, b in zip(held[0], plan, strict=True)) for plan in free]
    assert_true(proofs, whole)
    assert_true(proofs.for_plan(values_of(tuple(a + b for a, b in zip(held[0], other, strict=True)))), whole)


# --- a largest share that is no part of the sum ----------------------------------------------------------------------

AWAY, ROW, MOVES = Target("away"), Target("away", worst=True, apart=True), Target("moves")
APART = (AWAY, ROW, MOVES)
People = tuple[tuple[int, int, int], ...]
"""Of each candidate the months away, the longest row of them, and the blocks."""


def comes_to(people: People, elsewhere: int = 0) -> dict[Target, int]:
    """What the plan is judged by; a row is no shorter than the one that somebody elsewhere is thought to have."""
    months, rows, blocks = zip(*people, strict=True)
    return {AWAY: sum(months), ROW: max([elsewhere, *rows]), MOVES: sum(blocks)}


def bounds_apart(plans: Sequence[People], hand: People, slack: Sequence[int], elsewhere: int) -> Proofs:
    """As a search of a part proves them: rows not below what is thought to be elsewhere are as good as each other."""
    proofs = Proofs(n_movers=len(hand))
    has = comes_to(hand, elsewhere)
    for target, below in zip(APART, slack, strict=True):
        within = [plan for plan in plans if all(comes_to(plan, elsewhere)[t.target] <= has[t.target] for t in proofs)]
        bound = min(comes_to(plan)[target] for plan in within) - below
        proofs = proofs.and_then(
            Proof(target, min(bound, has[target]), has[target], Given.NO_MORE, elsewhere if target == ROW else 0)
        )
    return proofs


def part_apart(n: int) -> st.SearchStrategy[list[People]]:
    """Nobody has a longer row than months away, or no row but some months."""
    one = st.integers(0, 3).flatmap(lambda n: st.tuples(st.just(n), st.integers(min(n, 1), n), st.integers(0, 3)))
    return st.lists(st.tuples(*[one] * n), min_size=1, max_size=5)


@settings(max_examples=600)
@given(st.lists(st.integers(1, 2).flatmap(part_apart), min_size=2, max_size=3), st.integers(0, 3), st.data())
def test_parts_whose_longest_row_somebody_elsewhere_may_have(
    parts: list[list[People]], elsewhere: int, data: st.DataObject
) -> None:
    """Each part was told of a row elsewhere, rightly or not: together nothing is proved that is not so."""
    slack = st.tuples(*[st.sampled_from((0, 0, 0, 1))] * len(APART))
    hands = [data.draw(st.sampled_from(plans)) for plans in parts]
    proofs = Proofs.beside(
        bounds_apart(plans, hand, data.draw(slack), elsewhere) for plans, hand in zip(parts, hands, strict=True)
    ).for_plan(comes_to(sum(hands, ())))
    whole = [comes_to(sum(chosen, ())) for chosen in product(*parts)]
    best = min(whole, key=lambda values: [values[target] for target in APART])
    for proof in proofs.valid():
        assert proof.bound <= best[proof.target], proof
    if proofs.closed and len(proofs.valid()) == len(APART):
        assert [proof.value for proof in proofs] == [best[target] for target in APART]


def test_a_row_that_nobody_has_is_not_proved() -> None:
    """Both parts kept to a row of 3, thought to be elsewhere; each has proved no more than 1. So the level is open."""
    part = Proofs((Proof(AWAY, 4, 4), Proof(ROW, 1, 3, Given.NO_MORE, 3), Proof(MOVES, 2, 2, Given.NO_MORE)))
    assert part.closed
    whole = Proofs.beside([part, part])
    assert [proof.target for proof in whole] == [AWAY, ROW]
    assert not whole.closed
    needs_it = Proofs((Proof(AWAY, 4, 4), Proof(ROW, 3, 3, Given.NO_MORE), Proof(MOVES, 2, 2, Given.NO_MORE)))
    assert [proof.bound for proof in Proofs.beside([part, needs_it])] == [8, 3, 4]
    assert Proofs.beside([part, needs_it]).closed


def test_under_what_a_share_is_kept() -> None:
    """Of a share apart from the sum under a name of its own; and the two are still one target."""
    assert (ROW.share, AWAY.share, WORST.share) == ("away-worst", "away", "delay")
    assert Target("away", worst=True) == ROW


# --- by hand ---------------------------------------------------------------------------------------------------------

DELAY, WORST, WISHES = TARGETS[0], TARGETS[1], TARGETS[2]


@pytest.mark.parametrize(("given_", "valid"), [(Given.LEAST, 1), (Given.NO_MORE, 2)])
def test_after_an_open_target_only_what_holds_for_no_more(given_: Given, valid: int) -> None:
    """Delay 3 with bound 2; wishes 1, of which nothing less is proved given the least delay, or given at most 3."""
    proofs = Proofs((Proof(DELAY, 2, 3), Proof(WISHES, 1, 1, given_)))
    assert len(proofs.valid()) == valid
    assert proofs.bound_of(WISHES) == (None if valid == 1 else 1)
    assert not proofs.closed


def test_a_sum_below_nothing_is_proved_by_its_bound_alone() -> None:
    """7 goals met twice where 9 are possible: of such a sum nobody elsewhere has anything, not even nothing."""
    breadth, moves = Target("breadth"), TARGETS[4]
    assert not Proof(breadth, -9, -7).closed
    assert Proof(breadth, -7, -7).closed
    assert Proofs((Proof(breadth, -9, -7), Proof(moves, 3, 3))).bound_of(moves) is None


def test_shares_below_the_largest_of_the_whole_prove_nothing_after_them() -> None:
    """One part must have a worst share of 3. Another keeps to 1 and loses 2 wishes by it; with 3 it might lose none."""
    narrow = Proofs((Proof(DELAY, 2, 2), Proof(WORST, 1, 1), Proof(WISHES, 2, 2)))
    wide = Proofs((Proof(DELAY, 3, 3), Proof(WORST, 3, 3), Proof(WISHES, 0, 0)))
    assert [proof.target for proof in Proofs.beside([narrow, wide])] == [DELAY, WORST]
    as_wide = Proofs((Proof(DELAY, 2, 2), Proof(WORST, 3, 3), Proof(WISHES, 2, 2)))
    assert [proof.bound for proof in Proofs.beside([as_wide, wide])] == [5, 3, 2]


def test_beyond_the_target_after_an_open_one_the_best_plan_may_have_more() -> None:
    """In hand: delay 1, wishes 0, moves 1. The best: delay 0, wishes 1, moves 0. With no more wishes, moves are 1."""
    moves = TARGETS[4]
    chain = (Proof(DELAY, 0, 1), Proof(WISHES, 0, 0, Given.NO_MORE), Proof(moves, 1, 1, Given.NO_MORE))
    assert Proofs(chain).bound_of(WISHES) == 0
    assert Proofs(chain).bound_of(moves) is None


def test_levels_are_closed_up_to_the_first_that_is_open() -> None:
    proofs = Proofs((Proof(DELAY, 2, 2), Proof(WORST, 1, 2), Proof(WISHES, 0, 0)))
    assert proofs.levels_closed() == frozenset()
    assert Proofs((Proof(DELAY, 2, 2), Proof(WISHES, 0, 1))).levels_closed() == {"delay"}


def test_without_goals_nothing_is_told_of_breadth_but_that_it_is_nothing() -> None:
    """Cut off before breadth was looked at: the bound is the trivial one, goals or not."""
    for goals in ("", "001-003"):
        instance = make(person(), rules={"goals": goals}, arenas={"office-01": {"goals": goals}})
        plan = planned(instance)
        (breadth,) = (
            objective
            for objective in objectives_of(instance, trajectories(instance, plan), Proofs())
            if objective.id == "breadth"
        )
        assert breadth.bound == (0 if goals == "" else 3)


def test_of_a_joint_target_the_largest_counts_and_a_fairer_part_says_nothing_of_later_targets() -> None:
    """Parts with means of 2 and 1 months: the whole has 2, and the second may have had less of what comes after."""
    fairness = Target("fairness", joint=True)

    def part(mean: int, moves: int) -> Proofs:
        return Proofs((Proof(fairness, mean, mean), Proof(Target("moves"), moves, moves)), n_movers=1)

    whole = Proofs.beside([part(2, 5), part(2, 4)])
    assert [(proof.bound, proof.value) for proof in whole] == [(2, 2), (9, 9)]
    assert [(proof.bound, proof.value) for proof in Proofs.beside([part(2, 5), part(1, 4)])] == [(2, 2)]
    assert [(proof.bound, proof.value) for proof in Proofs.beside([part(2, 5), part(0, 4)])] == [(2, 2)]
