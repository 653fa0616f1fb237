"""Whose training takes longer than a hundred years: mostly a percent that is meant as another number."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import accumulate

from scheduler.instance.past_blocks import left_at_best
from scheduler.instance.problems import Problem
from scheduler.instance.types import CREDIT_PER_FTE_MONTH, Candidate, Instance

A_HUNDRED_YEARS = 1200  # months; nothing reckons a finish further away


def never_done(instance: Instance) -> Iterator[Problem]:
    """A problem for each candidate who is not done in a hundred years, and whose contract does not end before."""
    for index, candidate in enumerate(instance.candidates.values()):
        if candidate.until is None and not _is_done_some_day(instance, candidate):
            yield Problem("never-done", ("candidates", index, "percent"), row=candidate.id)


def _is_done_some_day(instance: Instance, candidate: Candidate) -> bool:
    first, missing = instance.first_month(candidate), left_at_best(candidate)
    months = range(first, candidate.window_from + A_HUNDRED_YEARS)
    worked = accumulate((candidate.earned_at(month) * (CREDIT_PER_FTE_MONTH // 100) for month in months), initial=0)
    return any(credit >= missing for credit in worked)
