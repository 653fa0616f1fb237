"""What is to be planned: the instance as it is, and its changed versions, each read before anything runs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import product
from typing import Any

from scheduler.changes import Action, Change, Scenario, Sweep, applied
from scheduler.changes.file import same_names
from scheduler.changes.sweep import MOST_VALUES
from scheduler.files import read_instance
from scheduler.files.schema import FileInstance
from scheduler.files.templates import said_of
from scheduler.instance.problems import InputError, Problem
from scheduler.instance.types import ROOM_FOR_ALL, Arena, Instance
from scheduler.month import Month
from scheduler.replanning.on_top import OnTop
from scheduler.replanning.swap import with_swaps

BASE = "base"
PERCENT_OF_A_PLACE = 100

Tree = dict[str, Any]


class CaseKind(StrEnum):
    """Why a case is there."""

    BASE = "base"
    SCENARIO = "scenario"
    SWEEP = "sweep"
    GRID = "grid"
    WORTH = "worth"


@dataclass(frozen=True)
class Case:
    """A version of the instance. ``at``: its values in its sweep or grid; ``arena``: whose worth it is.

    ``following``: changes that nobody asked for and that follow from those that were. ``on_top``: the published plan
    that the version is planned on top of, if there is one, with whom it leaves out.
    """

    key: str
    kind: CaseKind
    name: str
    changes: tuple[Change, ...]
    tree: Tree
    instance: Instance
    group: str = ""
    at: tuple[int, ...] = ()
    arena: str = ""
    following: tuple[Change, ...] = ()
    on_top: OnTop | None = None


@dataclass(frozen=True)
class Refused:
    """A version that cannot be made, with what is wrong with it; the others are planned all the same."""

    key: str
    kind: CaseKind
    name: str
    changes: tuple[Change, ...]
    problems: tuple[Problem, ...]
    group: str = ""
    at: tuple[int, ...] = ()
    arena: str = ""


@dataclass(frozen=True)
class WhatIf:
    """Everything one call of ``alis whatif`` asks, the base first.

    ``keys``: of the cases and of those that are ``refused``, in the order in which they were asked.
    """

    cases: tuple[Case, ...]
    refused: tuple[Refused, ...]
    keys: tuple[str, ...]
    sweeps: tuple[Sweep, ...] = ()
    grid: tuple[Sweep, Sweep] | None = None
    left_out: tuple[str, ...] = ()
    """Readings, by name, that the instance cannot be read by."""

    @property
    def none_made(self) -> bool:
        """Whether versions are asked for, and none of them can be made."""
        return bool(self.refused) and len(self.cases) == 1

    @property
    def base(self) -> Case:
        """The instance as it is."""
        return self.cases[0]

    def of_kind(self, *kinds: CaseKind) -> list[Case]:
        """The cases that are there for one of these reasons."""
        return [case for case in self.cases if case.kind in kinds]


class _Maker:
    """Makes cases of one tree, and collects what is wrong with any of them."""

    def __init__(self, tree: Mapping[str, Any], name: str, on_top: OnTop | None) -> None:
        self.tree = tree
        self.on_top = on_top
        self.instance_name = name
        self.problems: list[Problem] = []
        self.refused: list[Refused] = []
        self.keys: list[str] = []

    def make(self, kind: CaseKind, key: str, scenario: Scenario, **more: Any) -> Case | None:
        self.keys.append(key)
        try:
            changed, following = applied(self.tree, self._but_swaps(scenario.changes))
            changed = changed if self.on_top is None else self.on_top.with_the_served(self.tree, changed)
            on_top = None if self.on_top is None else self.on_top.leaving_out(self.tree, changed)
            if on_top is not None:  # swaps come last: of the plan as it is then
                changed = with_swaps(changed, lambda tree: self._read(tree, on_top), scenario.changes)
            instance = self._read(changed, on_top)
        except InputError as error:
            self._refuse(Refused(key, kind, scenario.name, scenario.changes, tuple(error.problems), **more))
            return None
        tree = FileInstance.model_validate(changed).tree()
        told: dict[str, Any] = {"following": following, "on_top": on_top, **more}
        return Case(key, kind, scenario.name, scenario.changes, tree, instance, **told)

    def _refuse(self, refused: Refused) -> None:
        if refused.kind is CaseKind.BASE:
            self.problems += refused.problems
        self.refused.append(refused)

    def every_problem(self) -> list[Problem]:
        """What is wrong with any version, each once."""
        found = [*self.problems, *(problem for refused in self.refused for problem in refused.problems)]
        return [problem for number, problem in enumerate(found) if problem not in found[:number]]

    def _but_swaps(self, changes: Sequence[Change]) -> list[Change]:
        """The changes of the tree itself; without a plan a swap is none, and is told so."""
        return [change for change in changes if self.on_top is None or change.action is not Action.SWAP]

    def _read(self, tree: Mapping[str, Any], on_top: OnTop | None) -> Instance:
        instance = read_instance(tree, self.instance_name)
        return instance if on_top is None else on_top.replanning(instance).instance


def ask(
    tree: Mapping[str, Any],
    name: str,
    scenarios: Sequence[Scenario] = (),
    sweeps: Sequence[Sweep] = (),
    grid: tuple[Sweep, Sweep] | None = None,
    worth: Sequence[str] = (),
    on_top: OnTop | None = None,
) -> WhatIf:
    """The cases of scenarios, sweeps, the grid and the arenas whose worth is asked.

    A version that cannot be made is ``refused``. InputError with every problem where the instance itself has some.
    """
    maker = _Maker(tree, name, on_top)
    made = [maker.make(CaseKind.BASE, BASE, Scenario(BASE, ()))]
    for number, (title, scenario) in enumerate(zip(same_names(scenarios), scenarios, strict=True), start=1):
        made.append(maker.make(CaseKind.SCENARIO, f"scenario-{number}", Scenario(title, scenario.changes)))
    for number, sweep in enumerate(sweeps, start=1):
        for value, change in zip(sweep.values, sweep.changes, strict=True):
            scenario = Scenario(change.inline(), (change,))
            made.append(maker.make(CaseKind.SWEEP, f"sweep-{number}-{value}", scenario, group=str(number), at=(value,)))
    made += _grid(maker, grid)
    for arena in worth:
        changes = one_more_place(maker.tree, arena)
        scenario = Scenario("; ".join(change.inline() for change in changes), changes)
        made.append(maker.make(CaseKind.WORTH, f"worth-{arena}", scenario, arena=arena))
    cases = tuple(case for case in made if case is not None)
    if maker.problems:
        raise InputError(maker.every_problem())
    return WhatIf(cases, tuple(maker.refused), tuple(maker.keys), tuple(sweeps), grid)


def _grid(maker: _Maker, grid: tuple[Sweep, Sweep] | None) -> Iterable[Case | None]:
    if grid is None:
        return
    sweep, two = grid
    if len(sweep.values) * len(two.values) > MOST_VALUES:
        found = f"{sweep.text} × {two.text}"
        maker.problems.append(Problem("sweep-syntax", (), found, fields={"example": found, "most": MOST_VALUES}))
        return
    pairs = product(zip(sweep.values, sweep.changes, strict=True), zip(two.values, two.changes, strict=True))
    for (value_1, change_1), (value_2, change_2) in pairs:
        scenario = Scenario(f"{change_1.inline()}; {change_2.inline()}", (change_1, change_2))
        yield maker.make(CaseKind.GRID, f"grid-{value_1}-{value_2}", scenario, group="grid", at=(value_1, value_2))


# --- one more place --------------------------------------------------------------------------------------------------


def with_a_ceiling(instance: Instance) -> list[str]:
    """The arenas that one more place may help: those with a ceiling, GP offices left out."""
    return [arena.id for arena in instance.arenas.values() if not arena.is_office and has_a_ceiling(arena)]


def has_a_ceiling(arena: Arena) -> bool:
    """Whether the arena's room is limited; places for everybody beside a closing are no limit."""
    heads = arena.places is not None and all(row.value < ROOM_FOR_ALL for row in arena.places.rows)
    return heads or arena.percent is not None or arena.shifts is not None


def one_more_place(
    tree: Mapping[str, Any], arena_id: str, number: float = 1, start: Month | None = None
) -> tuple[Change, ...]:
    """One more head, or so many, and as many full posts where the arena's posts are limited; a shift for a roster.

    ``start``: from that month on; None: throughout.
    """
    rows = tree.get("arenas", [])
    arena: Mapping[str, Any] = next((row for row in rows if row["id"] == arena_id), {})
    amounts = {"places": 1, "percent": PERCENT_OF_A_PLACE, "shifts": 1}
    given = [field for field in amounts if said_of(rows, arena, field)] or ["places"]  # no ceiling: told as a problem
    return tuple(Change(Action.ADD, "arena", arena_id, field, number * amounts[field], start) for field in given)
