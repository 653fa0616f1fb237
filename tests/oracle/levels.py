"""The levels of the objective: what a path comes to by itself, and how a plan's paths are put together.

A new level is one entry in `LEVELS`. Readings of our own:

- The order is `[objective] order`, levels that it does not name are left out. Without one: changes (with a baseline
  only), delay, wishes, moves, uncounted, breadth.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from .paths import Path, blocks_of, breadth, earliest_finish, ends, open_years, service_of, wishes_lost
from .published import Baseline, changed
from .world import UNIT, World

NEVER = 10**6
"""The delay of somebody who will never finish."""


@dataclass(frozen=True)
class Level:
    """`own`: one candidate's share, less is better; `sign` and `unit` turn the sum into the number of a plan file."""

    own: Callable[[World, Baseline | None, Path], int]
    worst: bool = False
    sign: int = 1
    unit: int = 1


def changes(world: World, baseline: Baseline | None, path: Path) -> int:
    return changed(world, baseline, path.candidate, path) if baseline else 0


def delay(world: World, baseline: Baseline | None, path: Path) -> int:
    end, earliest = ends(world, path), earliest_finish(world, path.candidate, path.start)
    return NEVER if end is None or earliest is None else end - earliest


def wishes(world: World, baseline: Baseline | None, path: Path) -> int:
    return wishes_lost(world, path)


def moves(world: World, baseline: Baseline | None, path: Path) -> int:
    return sum(1 for block in blocks_of(world, path) if block.in_plan)


def uncounted(world: World, baseline: Baseline | None, path: Path) -> int:
    return service_of(world, path.candidate, path.percent).uncounted


def narrowness(world: World, baseline: Baseline | None, path: Path) -> int:
    return -breadth(world, path, shifts_planned=world.shifts_needed(path.candidate) > 0)


LEVELS = {
    "changes": Level(changes),
    "delay": Level(delay, worst=True),
    "wishes": Level(wishes, worst=True),
    "moves": Level(moves),
    "uncounted": Level(uncounted, unit=UNIT),
    "breadth": Level(narrowness, sign=-1),
}


def order_of(world: World, order: Sequence[str] | None, with_baseline: bool) -> tuple[str, ...]:
    named = tuple(order or world.order or LEVELS)
    return tuple(name for name in named if name != "changes" or with_baseline)


def own_values(world: World, baseline: Baseline | None, path: Path, order: Iterable[str]) -> tuple[int, ...]:
    return tuple(LEVELS[name].own(world, baseline, path) for name in order)


def together(shares: Sequence[Sequence[int]], order: Sequence[str]) -> dict[str, tuple[float, float | None]]:
    """The sum, and the worst where the level has one, as a plan file tells them."""
    found: dict[str, tuple[float, float | None]] = {}
    for column, name in enumerate(order):
        level, own = LEVELS[name], [share[column] for share in shares]
        worst = max(own, default=0) / level.unit if level.worst else None
        found[name] = (level.sign * sum(own) / level.unit, worst)
    return found


def membership_holds(world: World, path: Path) -> bool:
    """The open year of an unfinished candidate's group."""
    if path.group is None or (path.candidate.open_year_done and path.candidate.group == path.group):
        return True
    return bool(open_years(world, path, world.groups[path.group]))
