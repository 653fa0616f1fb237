"""Exposure to arenas, learning goals, and the duty shifts that some goals ask for."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from scheduler.accounting.trajectory import ServiceMonth, Trajectory
from scheduler.exact import Exact
from scheduler.instance.types import PRACTICE, Arena, Candidate, Instance, Rules
from scheduler.month import Month
from scheduler.texts import Phrase, phrase


def office_in(trajectory: Trajectory, month: ServiceMonth) -> str | None:
    """The candidate's own office in a month; of one before the plan that in which it was served, if that is told."""
    return trajectory.entry.practice_at(month.month) if month.past is None else month.past.practice


def arena_shares(trajectory: Trajectory, month: ServiceMonth) -> dict[str, Exact]:
    """The mix with ``practice`` replaced by the candidate's own office of the month (left out if none is chosen)."""
    rotation, practice = month.rotation, office_in(trajectory, month)
    if not rotation.uses_practice:
        return dict(rotation.mix)
    shares: dict[str, Exact] = {}
    for name, share in rotation.mix.items():
        arena = practice if name == PRACTICE else name
        if arena is not None:
            shares[arena] = shares.get(arena, 0) + share
    return shares


def exposure(trajectory: Trajectory) -> dict[str, Exact]:
    """Credit per arena: five months at 60 % with a 20 % share give 6,000; before the plan, and in it."""
    work: dict[tuple[str, str | None], Exact] = defaultdict(int)
    served: dict[tuple[str, str | None], ServiceMonth] = {}
    for month in trajectory.service:
        place = month.rotation.id, office_in(trajectory, month)
        work[place] += month.earned
        served[place] = month
    total: dict[str, Exact] = defaultdict(int)
    for place, percent_months in work.items():
        for arena, share in arena_shares(trajectory, served[place]).items():
            total[arena] += percent_months * share
    for arena, before in _past_exposure(trajectory).items():
        total[arena] += before
    return dict(total)


def _past_exposure(trajectory: Trajectory) -> dict[str, Exact]:
    """Credit per arena before the plan."""
    total: dict[str, Exact] = defaultdict(int)
    for month in trajectory.past:
        if month.past is not None and month.past.exposes:
            for arena, share in arena_shares(trajectory, month).items():
                total[arena] += month.earned * share
    return dict(total)


def shifts_by_month(trajectory: Trajectory) -> dict[Month, int]:
    """Planned shifts per month, up to the trajectory's end if it is cut short."""
    shifts: dict[Month, int] = defaultdict(int)
    for row in trajectory.entry.shifts:
        shifts[row.month] += row.shifts
    return dict(shifts)


def shifts_planned(trajectory: Trajectory) -> int:
    """Shifts planned before the trajectory ends."""
    return sum(row.shifts for row in trajectory.entry.shifts if row.month < trajectory.end)


def has_full_shifts(trajectory: Trajectory) -> bool:
    """Whether shifts done and planned reach the full number: 10 done and 30 planned of 40 do."""
    return trajectory.candidate.shifts_done + shifts_planned(trajectory) >= trajectory.candidate.rules.legevakt_shifts


def shifts_asked(rules: Rules) -> Phrase | int:
    """How many shifts there are to be, as it is told: with a word where the scheme itself gives no such number."""
    number = rules.legevakt_shifts
    return phrase("figures.planning-figure", number=number) if "legevakt_shifts" in rules.planning else number


def has_shifts_for_goals(trajectory: Trajectory) -> bool:
    """Whether shifts done and planned are enough for the goals that are bound to shifts."""
    return trajectory.candidate.shifts_done + shifts_planned(trajectory) >= trajectory.candidate.rules.shifts_for_goals


def roster_of(instance: Instance, candidate: Candidate) -> Arena | None:
    """The candidate's duty roster: the one named, else the only one there is."""
    if candidate.legevakt_arena is not None:
        return instance.arenas.get(candidate.legevakt_arena)
    rosters = instance.parallel_arenas
    return rosters[0] if len(rosters) == 1 else None


def goals_by_arena(trajectory: Trajectory, *, roster_needs_shift: bool = False) -> dict[str, frozenset[int]]:
    """The goals each arena of the trajectory gives: served long enough, those bound to shifts only with enough."""
    return _given(trajectory, exposure(trajectory), roster_needs_shift)


def goals_after_each_month(trajectory: Trajectory) -> Iterator[tuple[Month, dict[str, frozenset[int]]]]:
    """Month by month the goals that each arena has given by its end, as if the plan stopped there."""
    past, total = _past_exposure(trajectory), defaultdict[str, Exact](int)
    service = {month.month: month for month in trajectory.service}
    for at in range(trajectory.first, trajectory.end):
        if at in service:
            month = service[at]
            for arena, share in arena_shares(trajectory, month).items():
                total[arena] += month.earned * share
        credit = dict(total)
        for arena, before in past.items():
            credit[arena] = credit.get(arena, 0) + before
        yield at, _given(replace(trajectory, end=at + 1), credit, False)


def _given(trajectory: Trajectory, served: Mapping[str, Exact], roster_needs_shift: bool) -> dict[str, frozenset[int]]:
    """What each arena gives by the credit served there."""
    enough = has_shifts_for_goals(trajectory)
    given: dict[str, frozenset[int]] = {}
    for arena_id, credit in served.items():
        arena = trajectory.instance.arenas.get(arena_id)
        if arena is not None and credit > 0 and credit >= arena.exposure:
            given[arena_id] = arena.goals if enough else arena.goals - arena.goals_with_shifts
    roster = roster_of(trajectory.instance, trajectory.candidate)
    taken = shifts_planned(trajectory) + trajectory.candidate.shifts_served
    if roster is not None and enough and (taken > 0 or not roster_needs_shift):
        given[roster.id] = roster.goals
    return given


def missing_goals(trajectory: Trajectory) -> frozenset[int]:
    """Goals neither done before nor given by an arena of the trajectory."""
    given = goals_by_arena(trajectory).values()
    return trajectory.candidate.rules.goals.difference(trajectory.candidate.goals_done, *given)


def own_practices(instance: Instance, candidate: Candidate, offices: Iterable[str]) -> frozenset[str]:
    """Those of the offices that are nothing but somebody's own practice: no rotation of the candidate names them."""
    named = {arena for rotation in instance.rotations_of(candidate) for arena in rotation.mix}
    return frozenset(offices) - named


def breadth(trajectory: Trajectory) -> int:
    """Number of the ruleset's goals that two arenas or more give a candidate who finishes.

    Own practice is one of them, in however many offices it was.
    """
    if trajectory.unfinished:
        return 0
    arenas: Counter[int] = Counter()
    own: frozenset[int] = frozenset()
    practices = own_practices(trajectory.instance, trajectory.candidate, trajectory.entry.offices)
    for arena, goals in goals_by_arena(trajectory, roster_needs_shift=True).items():
        if arena in practices:
            own |= goals
        else:
            arenas.update(goals & trajectory.candidate.rules.goals)
    arenas.update(own & trajectory.candidate.rules.goals)
    return sum(times >= 2 for times in arenas.values())
