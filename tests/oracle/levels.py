"""The levels of the objective: what a path comes to by itself, and how a plan's paths are put together.

A new level is one entry in `LEVELS`. Readings of our own:

- The order is `[objective] order`, levels that it does not name are left out. Without one: changes (with a baseline
  only), delay, fairness (with municipalities only), wishes, history, away, moves, uncounted, breadth.
- A municipality's mean delay is over all its candidates in the file, those whose contract ends (no delay) and those who
  are done as well; a candidate of no municipality is in none.
- What was lost before is a level (`history`) where anybody has lost, right after wishes unless the order names it: the
  weight of each one's lost wishes times what they lost before.
- Leave neither counts as a month away nor breaks a row of them, nor do months before the plan that were not served.
- After all levels offices change as seldom as can be: in months of the plan, frozen ones among them, and at its first
  month for who was in training before and named to an office.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import Enum
from fractions import Fraction
from functools import total_ordering
from itertools import pairwise
from typing import Any

from .paths import Path, blocks_of, breadth, earliest_finish, ends, open_years, service_of, wishes_lost
from .published import Baseline, changed
from .world import UNIT, World

NEVER = 10**6
"""The delay of somebody who will never finish."""


@total_ordering
class Waiting:
    """Mean delays of municipalities, of which only the largest counts: two are equal that have the same largest."""

    def __init__(self, means: dict[str, Fraction] | None = None) -> None:
        self.means = means or {}

    @property
    def largest(self) -> Fraction:
        return max(self.means.values(), default=Fraction(0))

    def __add__(self, other: Waiting) -> Waiting:
        towns = self.means.keys() | other.means.keys()
        return Waiting({town: self.means.get(town, Fraction(0)) + other.means.get(town, Fraction(0)) for town in towns})

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Waiting) and self.largest == other.largest

    def __lt__(self, other: Waiting) -> bool:
        return self.largest < other.largest

    def __hash__(self) -> int:
        return hash(self.largest)


Own = int | Waiting
"""What one candidate has: a number to be added up, or the part of a municipality's mean."""


@dataclass(frozen=True)
class Level:
    """`own`: one candidate's share, less is better; `sign` and `unit` turn the sum into the number of a plan file.

    `worst`: the largest share counts next; `row`: the largest of something else does. `means`: shares are parts of
    municipalities' means, of which the largest counts.
    """

    own: Callable[[World, Baseline | None, Path], Own]
    worst: bool = False
    row: Callable[[World, Path], int] | None = None
    sign: int = 1
    unit: int = 1
    means: bool = False


def changes(world: World, baseline: Baseline | None, path: Path) -> int:
    return changed(world, baseline, path.candidate, path) if baseline else 0


def delay(world: World, baseline: Baseline | None, path: Path) -> int:
    if path.leaving:
        return 0
    end, earliest = ends(world, path), earliest_finish(world, path.candidate)
    if end is None or earliest is None:
        return NEVER
    frozen = path.candidate.frozen
    done = frozen is not None and frozen.finish is not None
    return max(end - earliest, 0) if done else end - earliest


def waiting(world: World, baseline: Baseline | None, path: Path) -> Waiting:
    own = world.municipality(path.candidate)
    if own is None:
        return Waiting()
    return Waiting({own: Fraction(delay(world, baseline, path), world.n_candidates_of(own))})


def wishes(world: World, baseline: Baseline | None, path: Path) -> int:
    return wishes_lost(world, path)


def history(world: World, baseline: Baseline | None, path: Path) -> int:
    return path.candidate.lost_before * wishes_lost(world, path)


def away_months(world: World, path: Path) -> list[bool]:
    """For each month of service, past and planned, whether it is spent where the own post is not part of the mix."""
    past = [(done.rotation, done.practice) for done in path.candidate.past.values()]
    planned = [(rotation, path.offices.at(month)) for month, rotation in path.items() if rotation is not None]
    return [is_away(world, path.candidate.post or office, rotation, office) for rotation, office in [*past, *planned]]


def is_away(world: World, post: str | None, rotation: str, office: str | None) -> bool:
    return post is not None and post not in world.mix(rotation, office)


def away(world: World, baseline: Baseline | None, path: Path) -> int:
    return sum(away_months(world, path))


def away_row(world: World, path: Path) -> int:
    longest = row = 0
    for gone in away_months(world, path):
        row = row + 1 if gone else 0
        longest = max(longest, row)
    return longest


def moves(world: World, baseline: Baseline | None, path: Path) -> int:
    return sum(block.is_told for block in blocks_of(world, path))


def uncounted(world: World, baseline: Baseline | None, path: Path) -> int:
    return service_of(world, path.candidate, path.percent).uncounted


def narrowness(world: World, baseline: Baseline | None, path: Path) -> int:
    return -breadth(world, path, shifts_planned=world.shifts_in_plan(path.candidate))


LEVELS = {
    "changes": Level(changes),
    "delay": Level(delay, worst=True),
    "fairness": Level(waiting, means=True),
    "wishes": Level(wishes, worst=True),
    "history": Level(history),
    "away": Level(away, row=away_row),
    "moves": Level(moves),
    "uncounted": Level(uncounted, unit=UNIT),
    "breadth": Level(narrowness, sign=-1),
}


def office_changes(world: World, baseline: Baseline | None, path: Path) -> int:
    candidate, seats = path.candidate, [path.offices.at(month) for month in office_months(world, path)]
    if candidate.frozen is None and seats and max(candidate.starts) < world.first == path.first:
        seats.insert(0, candidate.practice.at(world.first))
    return sum(before != after and None not in (before, after) for before, after in pairwise(seats))


def office_months(world: World, path: Path) -> range:
    return range(path.first if path.candidate.frozen is None else path.candidate.frozen.start, path.last + 1)


SETTLED = {"office changes": Level(office_changes)}
"""What no level decides and is made small all the same, after all levels."""


def order_of(world: World, order: Sequence[str] | None, with_baseline: bool) -> tuple[str, ...]:
    named = tuple(order or world.order or LEVELS)
    lost = any(candidate.lost_before for candidate in world.candidates)
    if lost and "wishes" in named and "history" not in named:
        at = named.index("wishes") + 1
        named = (*named[:at], "history", *named[at:])
    told = {"changes": with_baseline, "history": lost, "fairness": bool(world.municipalities)}
    return tuple(name for name in named if told.get(name, True))


def own_values(world: World, baseline: Baseline | None, path: Path, order: Iterable[str]) -> tuple[Own, ...]:
    """One number a level, and after one with rows the longest row."""
    found: list[Own] = []
    for name in order:
        level = (LEVELS | SETTLED)[name]
        found.append(level.own(world, baseline, path))
        if level.row is not None:
            found.append(level.row(world, path))
    return tuple(found)


def of_others(value: Sequence[Own], order: Iterable[str]) -> tuple[Own, ...]:
    """What somebody may have more of than need be and win by it on a later level, for others have as much anyway."""
    named = zip(value, columns(order), strict=False)
    return tuple(number for number, (_, column) in named if column in (Column.WORST, Column.MEANS))


class Column(Enum):
    """What becomes of the numbers of several candidates: the sum, the sum and then the largest, or the largest; of
    parts of means the largest mean, which may follow a sum of the same delays (`HELD`) or not.
    """

    SUM = "sum"
    SUM_AND_WORST = "sum and worst"
    WORST = "worst"
    MEANS = "largest mean"
    HELD = "largest mean of what has been added up"


def columns(order: Iterable[str]) -> list[tuple[str, Column]]:
    """The numbers of `own_values`, each with its level."""
    found: list[tuple[str, Column]] = []
    for name in order:
        level = (LEVELS | SETTLED)[name]
        if level.means:
            found.append((name, Column.HELD if ("delay", Column.SUM_AND_WORST) in found else Column.MEANS))
            continue
        found.append((name, Column.SUM_AND_WORST if level.worst else Column.SUM))
        if level.row is not None:
            found.append((name, Column.WORST))
    return found


def together(shares: Sequence[Sequence[Any]], order: Sequence[str]) -> dict[str, tuple[float, float | None]]:
    """The sum, and the worst where the level has one, as a plan file tells them."""
    found: dict[str, tuple[float, float | None]] = {}
    for number, (name, column) in enumerate(columns(order)):
        level, own = (LEVELS | SETTLED)[name], [share[number] for share in shares]
        if column is Column.WORST:
            found[name] = (found[name][0], max(own, default=0))
            continue
        if level.means:
            found[name] = (float(sum(own, Waiting()).largest), None)
            continue
        worst = max(own, default=0) / level.unit if column is Column.SUM_AND_WORST else None
        found[name] = (level.sign * sum(own) / level.unit, worst)
    return found


def membership_holds(world: World, path: Path) -> bool:
    """The open year of an unfinished candidate's group."""
    if path.group is None or (path.candidate.open_year_done and path.candidate.group == path.group):
        return True
    return bool(open_years(world, path, world.joined(path.group)))
