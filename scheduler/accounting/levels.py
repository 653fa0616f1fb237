"""Wishes, and the levels of the objective."""

from __future__ import annotations

from dataclasses import dataclass

from scheduler.accounting.away import all_away, longest_away
from scheduler.accounting.blocks import ended_before_plan
from scheduler.accounting.credit import fte_months
from scheduler.accounting.fairness import PARTS_OF_A_MONTH, largest_mean, municipal_delays
from scheduler.accounting.finish import delay
from scheduler.accounting.goals import breadth
from scheduler.accounting.moved import changes
from scheduler.accounting.service import uncounted
from scheduler.accounting.trajectory import Trajectory, reckoned_once
from scheduler.instance.types import Instance, Wish

MORE_IS_BETTER = frozenset({"breadth"})
"""Levels that people count upwards."""


def wish_met(trajectory: Trajectory, wish: Wish) -> bool:
    """Whether enough service months in the window: 6 of a hospital's shortest 6, or all of a window of 4."""
    rotation = trajectory.instance.rotations.get(wish.rotation)
    if rotation is None:
        return False
    served = (month.month for month in trajectory.whole_service if month.rotation.id == wish.rotation)
    return wish.met_by(served, rotation)


def wishes_lost(trajectory: Trajectory) -> int:
    """Weight of the candidate's unmet wishes."""
    return sum(wish.weight for wish in trajectory.candidate.wishes if not wish_met(trajectory, wish))


@dataclass(frozen=True, slots=True)
class Level:
    """The value of a level of the objective, and what the worst-off candidate has where that counts next.

    That is the largest share of the value; of ``away`` it is the longest row of months.
    """

    value: float
    worst: float | None = None


@dataclass(frozen=True, slots=True)
class _Share:
    """What one candidate adds to the levels."""

    delay: int
    lost: int
    away: int
    longest_away: int
    blocks: int
    uncounted: int
    breadth: int


@reckoned_once
def _share(trajectory: Trajectory) -> _Share:
    return _Share(
        delay=delay(trajectory),
        lost=wishes_lost(trajectory),
        away=len(all_away(trajectory)),
        longest_away=longest_away(trajectory),
        blocks=len(ended_before_plan(trajectory)) + len(trajectory.blocks),
        uncounted=uncounted(trajectory),
        breadth=breadth(trajectory),
    )


def levels(instance: Instance, plan_trajectories: list[Trajectory]) -> dict[str, Level]:
    """Every level; ``changes`` only on top of a published plan, ``fairness`` only with municipalities, ``history`` only
    where somebody lost wishes before."""
    shares = [_share(trajectory) for trajectory in plan_trajectories]
    delays = [share.delay for share in shares]
    lost = [share.lost for share in shares]
    people = [trajectory.candidate for trajectory in plan_trajectories]
    history = sum(person.lost_before * weight for person, weight in zip(people, lost, strict=True))
    moved = (
        {}
        if instance.baseline is None
        else {"changes": Level(sum(changes(each_trajectory) for each_trajectory in plan_trajectories))}
    )
    return {
        **moved,
        "delay": Level(sum(delays), max(delays, default=0)),
        **({"fairness": Level(_largest_mean(instance, plan_trajectories))} if instance.municipalities else {}),
        "wishes": Level(sum(lost), max(lost, default=0)),
        **({"history": Level(history)} if "history" in instance.objective_order else {}),
        "away": Level(
            sum(share.away for share in shares),
            max((share.longest_away for share in shares), default=0),
        ),
        "moves": Level(sum(share.blocks for share in shares)),
        "uncounted": Level(fte_months(sum(share.uncounted for share in shares))),
        "breadth": Level(sum(share.breadth for share in shares)),
    }


def _largest_mean(instance: Instance, people: list[Trajectory]) -> float:
    """In months, of the municipality that waits longest."""
    return largest_mean(instance, municipal_delays(people)) / PARTS_OF_A_MONTH
