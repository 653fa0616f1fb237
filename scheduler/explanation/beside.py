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
    """Questions about one candidate of whom something is demanded; ``effort`` is the most for each question."""

    def __init__(
        self, instance: Instance, candidate: Candidate, demand: Demand, settings: Settings, stop: Stop, effort: float
    ) -> None:
        self._instance, self._candidate, self._demand = instance, candidate, demand
        self._settings, self._stop, self._effort = settings.for_few, stop, effort
        self._nobody = Occupancy(instance)

    def model(self, others: Iterable[Assignment] = (), without_rules: Collection[str] = ()) -> Variables:
        """The model of the candidate beside the others, with the demand and without the rules of these ids."""
        held = self._nobody.copy()
        for assignment in others:
            held.add(assignment)
        variables = build_model(Scope(self._instance, [self._candidate], held, without_rules=without_rules))
        self._demand(variables)
        return variables

    def ask(self, variables: Variables) -> Run:
        """Search the model for any plan."""
        return run(variables.model, self._settings, self._stop, self._effort)

    def impossible(self, others: Iterable[Assignment] = ()) -> bool:
        """Whether the demand is proved impossible beside these others; False also if time ran out."""
        return self.ask(self.model(others)).infeasible

    def in_the_way(self, others: Sequence[Assignment]) -> list[str]:
        """Ids of a smallest set of others beside whom the demand is impossible: without any one of them it is possible.

        It must be known to be impossible beside all of them. Empty if time ran out.
        """
        blocking, _ = shrunk(others, self.impossible, lambda _: self._stop.over)
        return [] if self._stop.over else [assignment.candidate for assignment in blocking]
