"""How many can begin every half-year for ever: what counting proves from above, and what was planned for years."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from scheduler.files import read_instance
from scheduler.instance.types import HALF_YEAR, Instance
from scheduler.intake.headroom import attempt_all_free
from scheduler.intake.newcomers import with_newcomers
from scheduler.intake.room import Steady
from scheduler.planning.flow import Room, fits, rooms
from scheduler.planning.over import without_over
from scheduler.solver.engine import Settings, Stop
from scheduler.solver.shrink import shrunk, smallest
from scheduler.texts import Phrase

Tree = dict[str, Any]


def steady(instance: Instance, template: Mapping[str, Any] | None, settings: Settings, stop: Stop) -> Steady:
    """The number from above by counting, then the largest of which a plan of the whole horizon is found in time."""
    at_most, limits = most_by_counting(instance, template, settings, stop)
    most = settings.limits.newcomers if at_most is None else at_most
    return Steady(at_most, limits, _planned(instance, template, most, settings, stop), instance.end - instance.start)


def most_by_counting(
    instance: Instance, template: Mapping[str, Any] | None, settings: Settings, stop: Stop
) -> tuple[int | None, tuple[Phrase | str, ...]]:
    """The number that no more can be than (None: none tried is too many), and the ceilings that do not hold one more.

    Each of these by itself, or where none does, a smallest set that together does not.
    """
    one = _every_half_year(instance, 1, template)
    like = next(iter(one.candidates.values()))
    all_rooms = rooms(one, like)

    def holds(number: int, among: list[Room]) -> bool | None:
        return fits(one, like, number, among, settings, stop)

    most = settings.limits.newcomers
    if holds(most, all_rooms) is not False:
        return None, ()
    too_many = smallest(range(1, most + 1), lambda number: holds(number, all_rooms) is False)
    limits = [room for room in all_rooms if holds(too_many, [room]) is False]
    if not limits:
        limits, _ = shrunk(all_rooms, lambda rest: _refuted(holds(too_many, rest)))
    return too_many - 1, tuple(dict.fromkeys(room.name for room in limits))


def _refuted(found: bool | None) -> bool | None:
    return None if found is None else not found


def _planned(instance: Instance, template: Mapping[str, Any] | None, most: int, settings: Settings, stop: Stop) -> int:
    """The largest number, from one up, of which a plan is found before time runs out."""
    planned = 0
    for number in range(1, most + 1):
        grown = without_over(_every_half_year(instance, number, template))
        if stop.over or not attempt_all_free(grown, settings, stop):
            break
        planned = number
    return planned


def _every_half_year(instance: Instance, number: int, template: Mapping[str, Any] | None) -> Instance:
    """The instance with nobody in it but so many newcomers in every half-year from the horizon's start on."""
    tree: Tree = {**(instance.source or {}), "candidates": []}
    tree["requirements"] = [row for row in tree.get("requirements", []) if not row.get("candidates")]
    for start in range(instance.start, instance.end, HALF_YEAR):
        tree = with_newcomers(tree, number, start, template)
    return read_instance(tree, instance.name)
