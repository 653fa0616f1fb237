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
    """How to search, when to stop, and who hears of what has been reached."""

    settings: Settings
    stop: Stop
    tell: Tell = _nobody

    @property
    def limits(self) -> Limits:
        """How far each search goes."""
        return self.settings.limits

    def worth(self, effort: float) -> Budget:
        """The same, and no more than so much effort."""
        return replace(self, stop=self.stop.worth(effort))

    def heard(self, level: str, value: int, bound: int) -> None:
        """Tell of a level."""
        self.tell("level", level, value, bound)

    def happened(self, event: str) -> None:
        """Tell of anything else."""
        self.tell(event, None, None, None)


class Procedure(Protocol):
    """One way to get further. The plan at hand never gets worse by it; what it calls proved holds for every plan."""

    def applies(self, state: State) -> bool:
        """Whether there is something in it for this state."""

    def improve(self, state: State, budget: Budget) -> State:
        """The state after it: the same one where nothing came of it."""


def follow(recipe: Iterable[Procedure], state: State, budget: Budget) -> State:
    """One procedure after another, those that apply, until nothing more can come of it."""
    for procedure in recipe:
        if state.ended:
            break
        if procedure.applies(state):
            state = procedure.improve(state, budget)
    return state
