"""A plan after a sketch: the months of all are held for them until it is their turn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from scheduler.draft import Draft
from scheduler.instance.types import Candidate, Instance
from scheduler.occupancy import Occupancy
from scheduler.search.construct import commitment, plan_single
from scheduler.search.engine import Settings, Stop
from scheduler.search.sketch.person import Sketch
from scheduler.search.sketch.seats import Seats


def place_after_sketch(
    instance: Instance, free: Sequence[Candidate], held: Occupancy, settings: Settings, stop: Stop
) -> dict[str, Draft] | None:
    """Drafts of the free beside the held, after a sketch in which nobody is late; None if it leads nowhere."""
    seats = Seats(instance, free, held, on_time=True)
    values = seats.search(settings, stop, settings.limits.sketch_effort).values
    if values is None:
        return None
    sketches = seats.sketches(values)
    occupancy = held.copy()
    for one in free:
        occupancy.add(_as_sketched(instance, one, sketches[one.id]))
    drafts: dict[str, Draft] = {}
    for _ in range(2):  # whoever finds no way may find one beside what the others have really taken
        for one in free:
            if one.id in drafts:
                continue
            sketched = occupancy.remove(one.id)
            single = plan_single(instance, one, occupancy, stop.worth(settings.limits.headroom_each_effort), settings)
            occupancy.add(single.draft or sketched)
            if single.draft is not None:
                drafts[one.id] = single.draft
    return {one.id: drafts[one.id] for one in free} if len(drafts) == len(free) else None


def _as_sketched(instance: Instance, candidate: Candidate, sketch: Sketch) -> Draft:
    draft = commitment(instance, candidate, sketch.blocks)
    return replace(draft, practice=candidate.practice or sketch.practice)
