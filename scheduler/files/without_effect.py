"""What is given but has no effect, or another one than it seems: every list of rows, lists given empty, numbers that
others beside them make pointless.

One pass over all of it, so that whoever edits a file hears at once of what the plan will never see.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate
from math import ceil

from scheduler.exact import Exact
from scheduler.files.check_absence import absence_remarks
from scheduler.files.over_reserved import over_reserved
from scheduler.files.past_remarks import IN_SUMS, past_remarks
from scheduler.files.schema import EMPTY_IS_ALL, FileCandidate, FileInstance
from scheduler.files.unused_rows import unused_rows
from scheduler.files.values import in_favour
from scheduler.instance.offices import settled_office
from scheduler.instance.past_blocks import left_at_best
from scheduler.instance.problems import Path, Problem, shown
from scheduler.instance.types import (
    CREDIT_PER_FTE_MONTH,
    PRACTICE,
    Arena,
    Candidate,
    Instance,
    Limit,
    PercentSteps,
    Reservation,
    Rotation,
    Span,
    Steps,
    Wish,
)
from scheduler.month import Month, format_month, format_span
from scheduler.texts import LANGUAGES, text

FULL = 100  # percent of a post, and of a week
NEARLY = CREDIT_PER_FTE_MONTH // 100
"""Credit of which nobody means that it should cost a month: a third of a day."""
LOOK_AHEAD = 1200  # months in which somebody may become done


def without_effect(instance: Instance, file: FileInstance) -> Iterator[Problem]:
    """A remark for each thing that is given and has no effect, or not the one that it seems to have."""
    yield from unused_rows(file)
    yield from _empty_lists(file)
    yield from _ceilings(instance)
    yield from over_reserved(instance)
    yield from _requirements(instance)
    yield from _nobody_there(instance, file)
    for index, candidate in enumerate(instance.candidates.values()):
        row = file.candidates[index]
        yield from _wishes(instance, index, candidate)
        if candidate.lost_before and "history" not in instance.objective_order:
            yield Problem("lost-before-unused", ("candidates", index, "lost_before"), str(candidate.lost_before))
        yield from _closed_in_list(instance, index, candidate, row)
        yield from _deadline(instance, index, candidate, row)
        yield from _fixed_after_contract(index, candidate)
        yield from _months_done(instance, index, candidate, row)
        yield from _credit(index, row)
        yield from _nearly_there(instance, index, candidate)
        yield from absence_remarks(instance, index, candidate, row)
        yield from past_remarks(instance, index, candidate, row)


# --- lists ---------------------------------------------------------------------------------------------------------


def _empty_lists(file: FileInstance) -> Iterator[Problem]:
    """Lists that are given, have nothing in them, and therefore mean everybody or everything."""
    for field in type(file).model_fields:
        rows = getattr(file, field)
        for index, row in enumerate(rows if isinstance(rows, list) else ()):
            for key in EMPTY_IS_ALL.get(type(row), ()):
                if key in row.model_fields_set and not getattr(row, key):
                    meaning = {lang: text(f"problems.empty-list.{field}", lang) for lang in LANGUAGES}
                    yield Problem("empty-list", (field, index, key), fields={"meaning": meaning})


def _nobody_there(instance: Instance, file: FileInstance) -> Iterator[Problem]:
    """Rotations that are in nobody's list, and arenas that are in no rotation."""
    lists = [row.allowed for row in file.candidates]
    listed = {rotation for allowed in lists for rotation in allowed}
    for index, rotation in enumerate(file.rotations):
        if lists and all(lists) and rotation.id not in listed:
            yield Problem("rotation-in-no-list", ("rotations", index), shown(rotation.id))
    served = {arena for rotation in file.rotations for arena in rotation.mix}
    templates = {row.like for row in file.arenas}
    for index, row in enumerate(file.arenas):
        arena = instance.arenas.get(row.id)
        if arena is not None and _is_for_rotations(arena) and arena.id not in served | templates:
            yield Problem("arena-in-no-rotation", ("arenas", index), shown(arena.id))


def _is_for_rotations(arena: Arena) -> bool:
    return not arena.is_office and not arena.is_parallel


def _closed_in_list(instance: Instance, index: int, candidate: Candidate, row: FileCandidate) -> Iterator[Problem]:
    """Rotations of somebody's own list that have no place in any month, and what has one in their stead."""
    for number, rotation_id in enumerate(row.allowed):
        rotation = instance.rotations[rotation_id]
        if rotation.base or _is_open(instance, candidate, rotation):
            continue
        others = [
            shown(other.id)
            for other in instance.rotations.values()
            if other.id not in row.allowed and _alike(other, rotation) and _is_open(instance, candidate, other)
        ]
        path = ("candidates", index, "allowed", number)
        code = "allowed-closed-others" if others else "allowed-closed"
        yield Problem(code, path, shown(rotation_id), fields={"others": ", ".join(others[:8])})


def _alike(other: Rotation, rotation: Rotation) -> bool:
    """Whether both give service of the same categories."""
    return not other.base and other.share_by_service.keys() == rotation.share_by_service.keys()


def _is_open(instance: Instance, candidate: Candidate, rotation: Rotation) -> bool:
    return any(_open(instance, candidate, rotation, month) for month in _plannable(instance, candidate).months())


# --- ceilings and requirements -------------------------------------------------------------------------------------


def _ceilings(instance: Instance) -> Iterator[Problem]:
    for index, limit in enumerate(instance.limits.values()):
        if limit.places is None and limit.percent is None:
            yield Problem("limit-without-ceiling", ("limits", index))
        elif _never_binds(instance, limit):
            yield Problem("limit-never-binds", ("limits", index))
    for index, reservation in enumerate(instance.reservations):
        whose = reservation.arena or reservation.supervisor or ""
        for kind in ("percent", "places", "shifts"):
            if getattr(reservation, kind) and not _has_some(instance, reservation, kind):
                yield Problem(
                    "reservation-no-ceiling", ("reservations", index, kind), shown(whose), fields={"kind": kind}
                )


def _never_binds(instance: Instance, limit: Limit) -> bool:
    """Whether what its arenas have room for is never more than the limit."""
    arenas = [instance.arenas[arena] for arena in limit.arenas]
    months = range(instance.start, instance.end)
    if limit.places is not None and any(limit.places.at(month) < _room(arenas, month, 1) for month in months):
        return False
    return limit.percent is None or all(limit.percent.at(month) >= _room(arenas, month, FULL) for month in months)


def _room(arenas: Sequence[Arena], month: Month, each: int) -> Exact | float:
    """Places of the arenas together, or percent (``each`` 100: a place is a whole post); endless without a ceiling."""
    found: Exact | float = 0
    for arena in arenas:
        if each == FULL and arena.percent is not None:
            found += arena.percent.at(month)
        else:
            found += float("inf") if arena.places is None else each * arena.places.at(month)
    return found


def _has_some(instance: Instance, reservation: Reservation, kind: str) -> bool:
    """Whether there is anything of the kind for a reservation to come off."""
    if reservation.arena is None:
        return kind == "places"
    limits = [] if kind == "shifts" else [row for row in instance.limits.values() if reservation.arena in row.arenas]
    return any(getattr(row, kind) is not None for row in (instance.arenas[reservation.arena], *limits))


def _requirements(instance: Instance) -> Iterator[Problem]:
    for index, row in enumerate(instance.requirements):
        if (row.min_work, row.max_work, row.min_blocks, row.max_blocks) == (None,) * 4:
            yield Problem("requirement-empty", ("requirements", index))


# --- one candidate's row -------------------------------------------------------------------------------------------


def _wishes(instance: Instance, index: int, candidate: Candidate) -> Iterator[Problem]:
    for number, wish in enumerate(candidate.wishes):
        if not _within_reach(instance, candidate, wish):
            yield Problem("wish-out-of-reach", ("candidates", index, "wishes", number), shown(wish.rotation))


def _within_reach(instance: Instance, candidate: Candidate, wish: Wish) -> bool:
    """Whether the wish is met in months already served, or could be in any ahead, looking at this candidate alone."""
    rotation = instance.rotations[wish.rotation]
    if wish.met_by((month.month for month in candidate.past if month.rotation == rotation.id), rotation):
        return True
    started = candidate.current is not None and candidate.current.rotation == rotation.id
    known = {*candidate.allowed, *(month.rotation for month in candidate.past)}
    if not started and any(known.isdisjoint(some) for some in rotation.after):
        return False
    return any(
        not candidate.on_leave(month) and _open(instance, candidate, rotation, month)
        for month in _plannable(instance, candidate).months()
        if wish.span is None or month in wish.span
    )


def _plannable(instance: Instance, candidate: Candidate) -> Span:
    """The months in which the candidate may serve, if the data are all there is to it."""
    end = instance.end_for(candidate)
    end = end if candidate.finish_by is None else min(end, candidate.finish_by + 1)
    return Span(instance.first_month(candidate), end)


def _open(instance: Instance, candidate: Candidate, rotation: Rotation, month: int) -> bool:
    """Whether no ceiling of the rotation's arenas is nought in the month."""
    office = settled_office(instance, candidate, month)
    arenas = [office if arena == PRACTICE else arena for arena in rotation.mix]
    ceilings: list[Steps | PercentSteps | None] = []
    for arena in arenas:
        if arena is not None:
            ceilings += [instance.arenas[arena].places, instance.arenas[arena].percent]
    return all(steps is None or steps.at(month) > 0 for steps in ceilings)


def _fixed_after_contract(index: int, candidate: Candidate) -> Iterator[Problem]:
    for number, row in enumerate(candidate.fixed):
        if candidate.until is not None and row.span.end > candidate.until + 1:
            found, fields = format_span(row.span.start, row.span.end), {"until": format_month(candidate.until)}
            yield Problem("fixed-after-until", ("candidates", index, "fixed", number), found, fields=fields)


def _deadline(instance: Instance, index: int, candidate: Candidate, row: FileCandidate) -> Iterator[Problem]:
    """A date after everything that is planned of the candidate."""
    end = instance.end_for(candidate)
    if row.finish_by is not None and row.finish_by >= end:
        fields = {"last": format_month(end - 1)}
        path = ("candidates", index, "finish_by")
        yield Problem("finish-by-beyond", path, format_month(row.finish_by), fields=fields)


def _months_done(instance: Instance, index: int, candidate: Candidate, row: FileCandidate) -> Iterator[Problem]:
    """More service since the start than months are said to be done, where a rotation waits for them.

    Credit may have taken no more months than there have been since the start that no row tells: what is more, was
    before the training, where it is for the coordinator to say.
    """
    waits = max((rotation.not_before for rotation in instance.rotations_of(candidate)), default=0)
    if candidate.months_done >= waits or candidate.start_earliest >= instance.start:
        return
    by_rows = {month.month for month in candidate.past if month.told not in IN_SUMS}
    since = [month for month in range(candidate.start_earliest, instance.start) if not candidate.on_leave(month)]
    credited = min(ceil(sum(in_favour(given) for _, given in row.credited or ())), len({*since} - by_rows))
    told = sum(month.told in IN_SUMS for month in candidate.past)
    path = ("candidates", index, "months_done")
    for code, least in (("months-done-below-credit", credited), ("months-done-below-current", told)):
        if least > row.months_done:
            yield Problem(code, path, str(row.months_done), fields={"least": least})
            return


def _credit(index: int, row: FileCandidate) -> Iterator[Problem]:
    """Credit that is rounded in the candidate's favour."""
    given_at: dict[Path, float] = {("credited", category): given for category, given in row.credited or ()}
    given_at |= {("served", number, "months"): served.months or 0 for number, served in enumerate(row.served)}
    for place, given in given_at.items():
        if (counts := in_favour(given)) != given:
            path = ("candidates", index, *place)
            spelled = f"{given:.8g}"  # more decimals than others are shown with, which would look like what counts
            in_words = {lang: spelled.replace(".", ",") if lang == "nb" else spelled for lang in LANGUAGES}
            yield Problem("credit-rounded", path, shown(given), fields={"given": in_words, "counts": counts})


def _nearly_there(instance: Instance, index: int, candidate: Candidate) -> Iterator[Problem]:
    """Credit that is so little short that a whole month is needed for almost nothing."""
    missing = left_at_best(candidate)
    if not any(candidate.credited.values()) or missing <= NEARLY:
        return
    start = instance.counted_from(candidate)
    usual, nearly = (_worked_off(candidate, start, credit) for credit in (missing, missing - NEARLY))
    if nearly < usual:
        short = missing - sum(_credit_of(candidate, range(start, nearly + 1)))
        fields = {
            "short": float(short / CREDIT_PER_FTE_MONTH),
            "earlier": format_month(nearly),
            "later": format_month(usual),
        }
        yield Problem("credit-just-short", ("candidates", index, "credited"), fields=fields)


def _credit_of(candidate: Candidate, months: Iterable[Month]) -> Iterator[Exact]:
    return (FULL * candidate.earned_at(month) for month in months)


def _worked_off(candidate: Candidate, start: Month, missing: Exact) -> Month:
    """The month at whose end so much credit has been worked."""
    work = accumulate(_credit_of(candidate, range(start, start + LOOK_AHEAD)))
    return start + next((t for t, done in enumerate(work) if done >= missing), LOOK_AHEAD)
