"""What a candidate's past gives of learning goals, and which of them are left to be met."""

from __future__ import annotations

from collections import defaultdict

from scheduler.accounting.goals import roster_of
from scheduler.exact import Exact
from scheduler.instance.types import PRACTICE, Candidate, Instance


def past_exposure(instance: Instance, candidate: Candidate) -> dict[str, Exact]:
    """Credit per arena before the horizon; own practice by the office it was, if that is told."""
    found: defaultdict[str, Exact] = defaultdict(int)
    for month in candidate.past:
        if month.exposes:
            for arena_id, share in instance.rotations[month.rotation].mix.items():
                where = month.practice if arena_id == PRACTICE else arena_id
                if where is not None:
                    found[where] += month.earned * share
    return dict(found)


def remaining_goals(instance: Instance, candidate: Candidate) -> frozenset[int]:
    """Goals that the plan has yet to meet: neither done, nor met by what was served before the horizon, nor by shifts
    of which no more are asked.

    Those that wait for shifts remain as long as shifts do.
    """
    enough = candidate.shifts_done >= candidate.rules.shifts_for_goals
    met = set(candidate.goals_done)
    for arena_id, credit in past_exposure(instance, candidate).items():
        arena = instance.arenas.get(arena_id)
        if arena is not None and credit > 0 and credit >= arena.exposure:
            met |= arena.goals if enough else arena.goals - arena.goals_with_shifts
    roster = roster_of(instance, candidate)
    if enough and roster is not None:
        met |= roster.goals
    return candidate.rules.goals - met
