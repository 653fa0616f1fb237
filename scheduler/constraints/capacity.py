"""No arena holds more than it has room for, nor fewer than it needs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from scheduler.accounting import FULL_POST, Ceiling, Use, ceiling, joint_use, spans_by_key, trajectories, use_by_arena
from scheduler.constraints.ceilings import ceilings, state_floor
from scheduler.constraints.rule import Rule, Violation
from scheduler.instance.types import Arena, Instance, Steps
from scheduler.month import Month
from scheduler.plan import Plan

if TYPE_CHECKING:
    from scheduler.variables import Variables


class Capacity(Rule):
    """In every month: heads in an arena <= places, and the sum of percent x share <= percent, after reservations.

    Same for each ``[[limits]]``; ``min_places`` from below.
    """

    id = "capacity"

    def build(self, variables: Variables) -> None:
        """Keep heads and percent in each arena and under each limit within what is left, month by month."""
        for each_ceiling in ceilings(variables):
            if variables.states(self.id, each_ceiling.subject):
                each_ceiling.state(variables)
        for arena in variables.instance.arenas.values():
            floor = variables.scope.floors and variables.states("floor", arena.id)
            if floor and arena.min_places is not None:
                state_floor(variables, arena.id, arena.min_places)

    def check(self, instance: Instance, plan: Plan) -> Iterator[Violation]:
        """Add up every arena (offices included) and every limit, month by month."""
        use = use_by_arena(trajectories(instance, plan))
        for arena in instance.arenas.values():
            taken = use.get(arena.id, {})
            room = ceiling(instance, [arena.id], arena.places, arena.percent)
            yield from self._check_ceiling(arena.id, arena.name, taken, room)
            if arena.min_places is not None:
                yield from self._check_least(instance, arena, arena.min_places, taken)
        for limit in instance.limits.values():
            months = {month for arena_id in limit.arenas for month in use.get(arena_id, {})}
            joint = {month: joint_use(use, limit.arenas, month) for month in sorted(months)}
            room = ceiling(instance, limit.arenas, limit.places, limit.percent)
            yield from self._check_ceiling(limit.id, limit.id, joint, room)

    def _check_ceiling(self, subject: str, name: str, taken: Mapping[Month, Use], room: Ceiling) -> Iterator[Violation]:
        for (have, places, who), span in spans_by_key(_too_many(taken, room)):
            fields: dict[str, object] = {"arena": name, "have": have, "places": places, "who": ", ".join(who)}
            yield Violation(self.id, "violations.places", fields, None, subject, span.start, span.end)
        for (credit, percent, who), span in spans_by_key(_too_much(taken, room)):
            fields = {"arena": name, "have": credit / FULL_POST, "percent": percent, "who": ", ".join(who)}
            yield Violation(self.id, "violations.percent-ceiling", fields, None, subject, span.start, span.end)

    def _check_least(
        self, instance: Instance, arena: Arena, least: Steps, taken: Mapping[Month, Use]
    ) -> Iterator[Violation]:
        heads = {month: len(use.heads) for month, use in taken.items()}
        short = (
            ((heads.get(month, 0), least.at(month)), month)
            for month in range(instance.start, instance.end)
            if heads.get(month, 0) < least.at(month)
        )
        for (have, need), span in spans_by_key(short):
            fields = {"arena": arena.name, "have": have, "need": need}
            yield Violation(self.id, "violations.min-places", fields, None, arena.id, span.start, span.end)


def _too_many(taken: Mapping[Month, Use], room: Ceiling) -> Iterator[tuple[tuple[int, int, tuple[str, ...]], Month]]:
    """Months with more heads than places: three candidates where there is room for two."""
    for month, use in taken.items():
        places = room.places_at(month)
        if places is not None and len(use.heads) > places:
            yield (len(use.heads), places, tuple(use.heads)), month


def _too_much(taken: Mapping[Month, Use], room: Ceiling) -> Iterator[tuple[tuple[int, int, tuple[str, ...]], Month]]:
    """Months with more percent x share than there is: 2 x 20 % where 30 % is left."""
    for month, use in taken.items():
        percent = room.percent_at(month)
        if percent is not None and use.credit > percent * FULL_POST:
            yield (use.credit, percent, tuple(use.heads)), month
