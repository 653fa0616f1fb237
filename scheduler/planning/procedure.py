"""What planning is made of: procedures that each take a state and give one that is no worse."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Protocol

from scheduler.planning.state import State
from scheduler.solver.engine import Settings, Stop
from scheduler.solver.limits import Limits

Tell = Callable[[str, str | None, int | None, int | None], None]  # event, level, value, bound


def _nobody(*_: object) -> None:
    """Nobody wants to hear of it."""


@dataclass(frozen=True, slots=True)
class Budget:
    """The settings of every search, when to stop, and who is told what has been reached."""

    settings: Settings
    stop: Stop
    tell: Tell = _nobody

    @property
    def limits(self) -> Limits:
        """The limits and thresholds of the searches."""
        return self.settings.limits

    def worth(self, effort: float) -> Budget:
        """The same budget with no more than so much effort (see ``solver.limits``)."""
        return replace(self, stop=self.stop.worth(effort))

    def heard(self, level: str, value: int, bound: int) -> None:
        """Report a level's value and bound, in the solver's units."""
        self.tell("level", level, value, bound)

    def happened(self, event: str) -> None:
        """Report an event by its name."""
        self.tell(event, None, None, None)


class Procedure(Protocol):
    """One step of planning: it never makes the plan at hand worse, and what it calls proved holds for every plan."""

    def applies(self, state: State) -> bool:
        """Whether the step can gain anything from this state."""

    def improve(self, state: State, budget: Budget) -> State:
        """The state after the step; the same one where nothing came of it."""


class Finishing:
    """Of a step that is taken even when the time is over: without it a plan that was found would come to nothing."""

    __slots__ = ()


def follow(recipe: Iterable[Procedure], state: State, budget: Budget) -> State:
    """Run the procedures that apply, one after another, until the state has ended; return the last state.

    When the time is over, only those that finish what there is: the others would build models that nobody searches.
    """
    for procedure in recipe:
        if state.ended:
            break
        if budget.stop.over and not isinstance(procedure, Finishing):
            continue
        if procedure.applies(state):
            state = procedure.improve(state, budget)
    return state
