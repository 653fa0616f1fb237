"""One candidate beside others who stay, with something demanded: whether that can be; if not, who is in the way."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from scheduler.instance.assignment import Assignment
from scheduler.instance.occupancy import Occupancy
from scheduler.instance.types import Candidate, Instance
from scheduler.model import build_model
from scheduler.planning.state import Demand
from scheduler.solver.engine import Run, Settings, Stop, run
from scheduler.solver.shrink import shrunk
from scheduler.variables import Scope, Variables


class Beside:
    """Questions about a candidate of whom something is demanded, no more than so much ``effort`` for each."""

    def __init__(
        self, instance: Instance, candidate: Candidate, demand: Demand, settings: Settings, stop: Stop, effort: float
    ) -> None:
        self._instance, self._candidate, self._demand = instance, candidate, demand
        self._settings, self._stop, self._effort = settings.for_few, stop, effort
        self._nobody = Occupancy(instance)

    def model(self, others: Iterable[Assignment] = (), without_rules: Collection[str] = ()) -> Variables:
        """The candidate beside the others, whole rules left out."""
        held = self._nobody.copy()
        for assignment in others:
            held.add(assignment)
        variables = build_model(Scope(self._instance, [self._candidate], held, without_rules=without_rules))
        self._demand(variables)
        return variables

    def ask(self, variables: Variables) -> Run:
        """Whether it can be."""
        return run(variables.model, self._settings, self._stop, self._effort)

    def impossible(self, others: Iterable[Assignment] = ()) -> bool:
        """Whether it cannot be beside these; False also if time ran out."""
        return self.ask(self.model(others)).infeasible

    def in_the_way(self, others: Sequence[Assignment]) -> list[str]:
        """A smallest set of others beside whom it cannot be: let any one of them go and it could; none if time ran out.

        It is known that it cannot be beside all of them.
        """
        blocking, _ = shrunk(others, self.impossible, lambda _: self._stop.over)
        return [] if self._stop.over else [assignment.candidate for assignment in blocking]
