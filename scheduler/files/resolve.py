"""From the file's tables to the resolved instance: units, half-open months, templates and defaults filled in.

Everything here assumes that the checks have passed.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from scheduler.exact import Exact
from scheduler.fields import SPLIT
from scheduler.files.goals import parse_goals
from scheduler.files.past import charged, credit_of, elsewhere, end_of, named_offices, past_months
from scheduler.files.recognised import least_percent, recognised, speaks_of_kinds
from scheduler.files.ruleset import credit, rules_of, with_extra
from scheduler.files.schema import (
    WITH_FORMER_IDS,
    CeilingStep,
    FileArena,
    FileCandidate,
    FileGoalStatus,
    FileGroup,
    FileGroupChoice,
    FileInstance,
    FileLimit,
    FileQuota,
    FileRange,
    FileRate,
    FileRequirement,
    FileReservation,
    FileRotation,
    FileSupervisor,
    FileWish,
    PercentStep,
    PlacesStep,
    ShiftsStep,
)
from scheduler.files.templates import merge_arenas
from scheduler.files.values import in_favour
from scheduler.instance.absence import Absence, months_absent
from scheduler.instance.economy import Agreement, GoalStatus, Rate
from scheduler.instance.past import PastMonth
from scheduler.instance.types import (
    PRACTICE,
    ROOM_FOR_ALL,
    Arena,
    Candidate,
    Current,
    FixedBlock,
    Group,
    GroupChoice,
    Instance,
    Limit,
    Municipality,
    N,
    Named,
    NamedStep,
    PercentSteps,
    Quota,
    Requirement,
    Reservation,
    Rotation,
    Rules,
    Span,
    Step,
    StepOf,
    Steps,
    Supervisor,
    Wish,
)
from scheduler.month import Month, runs
from scheduler.rulesets import load_ruleset

OBJECTIVES = ("changes", "delay", "fairness", "wishes", "history", "away", "moves", "uncounted", "breadth")
CALENDAR = frozenset(range(1, 13))


def sha256(file: FileInstance) -> str:
    """The hash of what the file says: the same for TOML, JSON and XLSX, blind to comments and the order of keys.

    And to what no plan depends on: agreements, the goals' status, rates (decision 0032).
    """
    canonical = json.dumps(_planned_by(file.tree()), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode("utf-8")).hexdigest()


def _planned_by(tree: dict[str, Any]) -> dict[str, Any]:
    """The tree without what is of the coordinator's desk only."""
    of_the_desk = {"agreement", "goals_status"}
    rows = [{key: row[key] for key in row.keys() - of_the_desk} for row in tree.get("candidates", [])]
    kept = {key: value for key, value in tree.items() if key != "economy"}
    return kept | ({"candidates": rows} if "candidates" in tree else {})


def resolve(file: FileInstance, name: str) -> Instance:
    """The resolved instance of a file that has passed the checks; ``name`` is used when the file gives none."""
    horizon = Span(file.horizon.start, file.horizon.start + file.horizon.months)
    rules = rules_of(file.rules.ruleset, file.rules)
    reservations = tuple(_reservation(row, horizon) for row in file.reservations)
    arenas = _arenas(file.arenas, rules, reservations)
    rotations = {row.id: _rotation(row, arenas, rules.own_practice) for row in file.rotations}
    rosters = [arena.id for arena in arenas.values() if arena.is_parallel]
    merged = merge_arenas({row.id: row for row in file.arenas})
    candidates = {row.id: _candidate(row, file, merged, rotations, rosters, horizon) for row in file.candidates}
    return Instance(
        name=file.name or name,
        start=horizon.start,
        end=horizon.end,
        rules=rules,
        arenas=arenas,
        limits={row.id: _limit(row) for row in file.limits},
        reservations=reservations,
        rotations=rotations,
        requirements=tuple(_requirement(row) for row in file.requirements),
        groups={row.id: _group(row) for row in file.groups},
        supervisors={row.id: _supervisor(row, reservations) for row in file.supervisors},
        candidates=candidates,
        objective_order=_order(file),
        sha256=sha256(file),
        economy=tuple(_rate(row) for row in file.economy),
        formerly={table: _former_ids(getattr(file, table)) for table in WITH_FORMER_IDS},
        municipalities=_municipalities(file, candidates.values()),
        quotas={row.id: _quota(row, file) for row in file.quotas},
    )


def _municipalities(file: FileInstance, candidates: Iterable[Candidate]) -> dict[str, Municipality]:
    n_candidates = Counter(candidate.municipality for candidate in candidates)
    return {row.id: Municipality(row.id, row.name or row.id, n_candidates[row.id]) for row in file.municipalities}


def _former_ids(
    rows: Iterable[FileArena | FileRotation | FileGroup | FileSupervisor | FileCandidate],
) -> dict[str, str]:
    """The id of today by each that a row had before."""
    return {former: row.id for row in rows for former in row.formerly}


def _order(file: FileInstance) -> tuple[str, ...]:
    order = objective_order(file.objective.order, any(row.lost_before for row in file.candidates))
    return order if file.municipalities else tuple(level for level in order if level != "fairness")


def objective_order(named: Sequence[str], lost_before: bool) -> tuple[str, ...]:
    """The levels named, in their order, and no others; all of them in the usual order where none is named.

    What was lost before goes with the wishes, right after them unless it is named, and is a level only if anybody lost.
    """
    order = tuple(named) or OBJECTIVES
    if not lost_before:
        return tuple(level for level in order if level != "history")
    if "history" in order or "wishes" not in order:
        return order
    at = order.index("wishes") + 1
    return (*order[:at], "history", *order[at:])


def _span(row: FileRange, horizon: Span) -> Span:
    """A row's months; an open side reaches to the side of the horizon."""
    start = horizon.start if row.from_ is None else row.from_
    return Span(start, max(start, horizon.end if row.to is None else row.to + 1))


def _step(value: N, row: FileRange) -> StepOf[N]:
    return StepOf(value, row.from_, None if row.to is None else row.to + 1)


def _places(rows: Iterable[PlacesStep]) -> Steps:
    return Steps(tuple(_step(row.places, row) for row in rows))


def _optional_places(rows: Sequence[PlacesStep] | None) -> Steps | None:
    """Steps of heads; None without rows, which is: no ceiling."""
    return _places(rows) if rows else None


def _percent(rows: Sequence[CeilingStep] | None) -> PercentSteps | None:
    return PercentSteps(tuple(_step(row.percent, row) for row in rows)) if rows else None


def _shifts(rows: Sequence[ShiftsStep] | None, others: Iterable[Reservation]) -> Steps | None:
    """A roster's shifts, less those of others."""
    if not rows:
        return None
    reserved = tuple(Step(row.shifts, row.span.start, row.span.end) for row in others if row.shifts)
    return Steps(tuple(_step(row.shifts, row) for row in rows), reserved=reserved)


def candidate_percent(rows: Iterable[PercentStep]) -> PercentSteps:
    """A candidate's percent of a post: 100 where no row says otherwise."""
    return PercentSteps(tuple(_step(row.percent, row) for row in rows), default=100)


def leave_spans(row: FileCandidate) -> tuple[Span, ...]:
    """A candidate's full leave: the rows of leave, and months that are absent as a whole."""
    rows = (Span(leave.from_, leave.to + 1) for leave in row.leave)
    return (*rows, *(Span(start, end) for start, end, _ in runs((m, None) for m in months_absent(absences(row)))))


def absences(row: FileCandidate) -> tuple[Absence, ...]:
    """A candidate's absence by date, in order of time."""
    found = (Absence(absence.from_, absence.to, absence.percent) for absence in row.absence)
    return tuple(sorted(found, key=lambda absence: absence.first))


def _arenas(rows: Sequence[FileArena], rules: Rules, reservations: Sequence[Reservation]) -> dict[str, Arena]:
    """The arenas that are used, templates left out."""
    merged, templates = merge_arenas({row.id: row for row in rows}), {row.id: row.like for row in rows}
    return {
        row.id: replace(
            _arena(row, rules, [other for other in reservations if other.arena == row.id]), template=templates[row.id]
        )
        for row in merged.values()
        if not row.abstract
    }


def _arena(row: FileArena, rules: Rules, others: Sequence[Reservation]) -> Arena:
    assert row.service is not None  # the checks ask for it
    approved = tuple(_step(0, stretch) for stretch in row.approved or ())
    places, shifts = _optional_places(row.places), _shifts(row.shifts, others)
    if approved:
        places, shifts = _only_in(approved, places), _only_in(approved, shifts)
    return Arena(
        id=row.id,
        name=row.name or row.id,
        service=row.service,
        is_office=row.service == rules.own_practice,
        site=row.site,
        goals=parse_goals(row.goals or ""),
        goals_partial=parse_goals(row.goals_partial or ""),
        goals_with_shifts=parse_goals(row.goals_with_shifts or ""),
        exposure=rules.goal_exposure if row.exposure is None else credit(row.exposure),
        places=places,
        percent=_percent(row.percent),
        min_places=_optional_places(row.min_places),
        shifts=shifts,
        max_away=row.max_away,
        own_supervisor=bool(row.own_supervisor),
        approved=approved,
        municipality=row.municipality,
    )


def _only_in(approved: Sequence[Step], steps: Steps | None) -> Steps:
    """A ceiling that is nought outside some months; without one, room for everybody inside them."""
    steps = Steps((Step(ROOM_FOR_ALL),)) if steps is None else steps
    parts = (_clipped(row, months) for row in steps.rows for months in approved)
    return replace(steps, rows=tuple(part for part in parts if part is not None))


def _limit(row: FileLimit) -> Limit:
    arenas = tuple(dict.fromkeys(row.arenas))
    return Limit(row.id, arenas, _optional_places(row.places), _percent(row.percent), row.name)


def _group(row: FileGroup) -> Group:
    return Group(row.id, Span(row.start, row.start + row.months), row.places, municipality=row.municipality)


def _quota(row: FileQuota, file: FileInstance) -> Quota:
    """A quota with the arenas, or the group, that it is of."""
    limits = {limit.id: tuple(dict.fromkeys(limit.arenas)) for limit in file.limits}
    is_group = any(group.id == row.of for group in file.groups)
    return Quota(
        id=row.id,
        of=row.of,
        municipality=row.municipality,
        places=_optional_places(row.places),
        arenas=() if is_group else limits.get(row.of, (row.of,)),
        group=row.of if is_group else None,
    )


def _reservation(row: FileReservation, horizon: Span) -> Reservation:
    return Reservation(
        arena=row.arena,
        supervisor=row.supervisor,
        who=row.who or "",
        span=_span(row, horizon),
        percent=row.percent or 0,
        places=row.places or 0,
        shifts=row.shifts or 0,
    )


def _rotation(row: FileRotation, arenas: Mapping[str, Arena], own_practice: str) -> Rotation:
    shares: dict[str, Exact] = {}
    for arena, share in row.mix.items():
        service = own_practice if arena == PRACTICE else arenas[arena].service
        shares[service] = shares.get(service, 0) + share
    return Rotation(
        id=row.id,
        name=row.name or row.id,
        mix=dict(row.mix),
        share_by_service=shares,
        open_share=shares.get(own_practice, 0),
        base=row.base,
        min_months=1 if row.min_months is None else max(1, row.min_months),
        max_months=row.max_months,
        max_blocks=row.max_blocks if row.max_blocks is not None or row.base else 1,
        starts=frozenset(row.starts) if CALENDAR - set(row.starts) else frozenset(),
        not_before=row.not_before,
        legevakt=row.legevakt,
        after=tuple(dict.fromkeys(row.after_one_of)),
    )


def _requirement(row: FileRequirement) -> Requirement:
    return Requirement(
        id=row.id,
        rotations=tuple(dict.fromkeys(row.rotations)),
        min_work=None if row.min_months is None else credit(row.min_months),
        max_work=None if row.max_months is None else credit(row.max_months),
        min_blocks=row.min_blocks,
        max_blocks=row.max_blocks,
        candidates=frozenset(row.candidates),
        title=row.name,
    )


def _supervisor(row: FileSupervisor, reservations: Iterable[Reservation]) -> Supervisor:
    """A supervisor with places only in the months between ``from`` and ``to``, less those of others."""
    rows = [PlacesStep(places=row.places)] if isinstance(row.places, int) else row.places
    steps = (_clipped(_step(step.places, step), _step(0, row)) for step in rows)
    others = (other for other in reservations if other.supervisor == row.id and other.places)
    reserved = tuple(Step(other.places, other.span.start, other.span.end) for other in others)
    places = Steps(tuple(step for step in steps if step is not None), reserved=reserved)
    return Supervisor(
        id=row.id,
        name=row.name or row.id,
        places=places,
        specialist=row.is_specialist,
        arenas=frozenset(row.arenas),
        exempt_end=None if row.exempt_to is None else row.exempt_to + 1,
        municipality=row.municipality,
    )


def _rate(row: FileRate) -> Rate:
    kinds, end = frozenset[str](row.for_), None if row.to is None else row.to + 1
    return Rate(row.side, row.what, kinds, row.amount, row.per, row.from_, end, row.source)


def _status_by_goal(rows: Iterable[FileGoalStatus]) -> dict[int, GoalStatus]:
    """How far each goal has come: as the last row says that names it."""
    return {goal: GoalStatus(row.status, row.month) for row in rows for goal in sorted(parse_goals(row.goals))}


def _clipped(step: Step, window: Step) -> Step | None:
    """The part of a step inside a window; None when nothing is left."""
    starts = [start for start in (step.start, window.start) if start is not None]
    ends = [end for end in (step.end, window.end) if end is not None]
    start, end = max(starts, default=None), min(ends, default=None)
    if start is not None and end is not None and start >= end:
        return None
    return Step(step.value, start, end)


def _candidate(
    row: FileCandidate,
    file: FileInstance,
    merged: Mapping[str, FileArena],
    rotations: Mapping[str, Rotation],
    rosters: Sequence[str],
    horizon: Span,
) -> Candidate:
    ruleset = row.ruleset or file.rules.ruleset
    extra = credit(row.extra_months)
    rules = with_extra(rules_of(ruleset, file.rules if ruleset == file.rules.ruleset else None), extra)
    finish_by = min((month for month in (row.finish_by, rules.finish_by) if month is not None), default=None)
    unfit = unfit_rotations(row, rules, file.rotations, merged, horizon)
    percent, leave = candidate_percent(row.percent), leave_spans(row)
    past, other = past_months(row, horizon.start, percent, leave), elsewhere(row.served)
    shifts = sum(served.shifts for served in row.served)
    earliest, latest = _start(row, past, horizon)
    from_first = Span(min([horizon.start, *(month.month for month in past)]), horizon.end)
    candidate = Candidate(
        id=row.id,
        name=row.name or row.id,
        start_earliest=earliest,
        window_from=row.earliest_start,
        start_latest=latest,
        practice=named_offices(row),
        post=row.post,
        percent=percent,
        leave=leave,
        credited={service: amount + other.credit.get(service, 0) for service, amount in _credited(row, rules).items()},
        months_done=row.months_done + other.months + sum(month.earns for month in past),
        goals_done=parse_goals(row.goals_done) | other.goals,
        group=_group_choice(row.group),
        shifts_done=row.shifts_done + shifts,
        legevakt_arena=row.legevakt or (rosters[0] if len(rosters) == 1 else None),
        legevakt_from=row.legevakt_from,
        supervisor=Named(tuple(NamedStep(each.supervisor, each.from_, end_of(each)) for each in row.supervisor_steps)),
        current=None if row.current is None else Current(row.current.rotation, row.current.since),
        fixed=tuple(
            FixedBlock(block.rotation, Span(block.from_, block.to + 1), exempt=block.exempt) for block in row.fixed
        ),
        wishes=tuple(_wish(wish, from_first) for wish in row.wishes),
        allowed=tuple(
            rotation for rotation in rotations if rotation not in unfit and (not row.allowed or rotation in row.allowed)
        ),
        finish_by=finish_by,
        rules=rules,
        until=row.until,
        extra=extra,
        past=past,
        shifts_served=shifts,
        absences=absences(row),
        planned_from=horizon.start,
        lost_before=row.lost_before,
        agreement=None if row.agreement is None else Agreement(row.agreement.kind, row.agreement.signed),
        goals_status=_status_by_goal(row.goals_status),
        municipality=municipality_of(row, merged),
    )
    return _with_earned(candidate, rotations)


def _with_earned(candidate: Candidate, rotations: Mapping[str, Rotation]) -> Candidate:
    """The candidate with what the months of the past earn."""
    past = charged(candidate)
    earned = credit_of(past, rotations)
    credited = {service: amount + earned.get(service, 0) for service, amount in candidate.credited.items()}
    return replace(candidate, past=past, past_credit=earned, credited=credited)


def _start(row: FileCandidate, past: Sequence[PastMonth], horizon: Span) -> tuple[Month, Month]:
    """The months between which the training begins: of a window what is left of it, one month for who has begun."""
    earliest, latest = row.earliest_start, row.latest_start if row.until is None else min(row.latest_start, row.until)
    begun = next((month.month for month in past if month.month >= earliest), None)
    if row.latest_start == earliest:
        return earliest, latest
    if begun is not None:
        return min(begun, latest), min(begun, latest)
    return min(max(earliest, horizon.start), latest), latest


def unfit_rotations(
    row: FileCandidate,
    rules: Rules,
    rotations: Iterable[FileRotation],
    arenas: Mapping[str, FileArena],
    horizon: Span,
) -> frozenset[str]:
    """The rotations that a candidate's ruleset does not recognise for them; ``arenas`` with their templates' fields."""
    ruleset = load_ruleset(rules.ruleset)
    if not speaks_of_kinds(ruleset):
        return frozenset()
    last = min(month for month in (row.finish_by, rules.finish_by, horizon.end - 1) if month is not None)
    ahead = range(max(horizon.start, row.earliest_start), last + 1)
    percent = least_percent(candidate_percent(row.percent), leave_spans(row), ahead)
    return frozenset(rotation.id for rotation in rotations if not recognised(rotation, arenas, ruleset, percent))


def municipality_of(row: FileCandidate, arenas: Mapping[str, FileArena]) -> str | None:
    """The municipality that is named; else that of the post, which is the office where none is named."""
    if row.municipality is not None:
        return row.municipality
    places = [row.post, *(step.practice for step in row.practice_steps)]
    post = next((place for place in places if place is not None), None)
    return arenas[post].municipality if post is not None and post in arenas else None


def _credited(row: FileCandidate, rules: Rules) -> dict[str, int]:
    given = row.credited
    return {service: 0 if given is None else credit(in_favour(getattr(given, service))) for service in rules.services}


def _membership(group: FileGroupChoice) -> str | None:
    return group.id if group.second in (None, group.id) else f"{group.id}{SPLIT}{group.second}"


def _group_choice(group: str | FileGroupChoice) -> GroupChoice:
    if isinstance(group, FileGroupChoice):
        if group.id is None:
            return GroupChoice(split=group.split)
        return GroupChoice(group_id=_membership(group), open_year_done=group.open_year_done)
    if group in {"free", "done"}:
        return GroupChoice(done=group == "done")
    return GroupChoice(group_id=group)


def _wish(row: FileWish, horizon: Span) -> Wish:
    window = None if row.from_ is None and row.to is None else _span(row, horizon)
    return Wish(row.rotation, row.weight, window)
