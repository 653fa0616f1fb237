"""The blocks of a candidate's past, and the one that the plan may go on with; what the past leaves to be earned."""

from __future__ import annotations

from dataclasses import dataclass, replace

from scheduler.exact import Exact
from scheduler.instance.categories import counted
from scheduler.instance.past import WHOLE_MIX, PastMonth, Told
from scheduler.instance.types import Candidate, Instance, Span
from scheduler.month import Month


@dataclass(frozen=True, slots=True)
class PastBlock:
    """A block before the horizon: up to, not including, ``end``; the number counts service months."""

    rotation: str
    start: Month
    end: Month
    service_months: int


@dataclass(frozen=True, slots=True)
class OpenBlock:
    """The block that the past ends in, with which the plan may go on, after ``elapsed`` service months.

    ``given``: the file says that it runs when the horizon begins, so it holds the first month.
    """

    rotation: str
    elapsed: int
    given: bool


def past_blocks(instance: Instance, candidate: Candidate) -> tuple[PastBlock, ...]:
    """The blocks of the past, in order.

    A base block runs on across months without service, and the running block that the file tells across leave. That
    one ends any other that was before it, even base and even where it has no month of its own.
    """
    return instance.remembered(candidate, _past_blocks)


def _past_blocks(instance: Instance, candidate: Candidate) -> tuple[PastBlock, ...]:
    blocks: list[PastBlock] = []
    before: PastMonth | None = None
    runs = _runs_across_leave(instance, candidate)
    for month in candidate.past:
        base = instance.rotations[month.rotation].base
        if before is not None and _continues(before, month, base, runs) and not _was_ended(candidate, before, month):
            last = blocks[-1]
            blocks[-1] = replace(last, end=month.month + 1, service_months=last.service_months + 1)
        else:
            blocks.append(PastBlock(month.rotation, month.month, month.month + 1, 1))
        before = month
    return tuple(blocks)


def _runs_across_leave(instance: Instance, candidate: Candidate) -> Span:
    """The months of the block that the file says runs into the horizon, which no leave between them ends."""
    told = candidate.current if candidate.frozen is None else candidate.frozen
    since = None if told is None else told.since
    return Span(instance.start if since is None else since, instance.start)


def _continues(before: PastMonth, month: PastMonth, base: bool, runs: Span) -> bool:
    adjoins = month.month == before.month + 1 or (runs.start <= before.month and month.month <= runs.end)
    return before.rotation == month.rotation and (base or adjoins)


def _was_ended(candidate: Candidate, before: PastMonth, month: PastMonth) -> bool:
    """Whether the file says that another block ran into the horizon, which lies between these two months."""
    frozen = candidate.frozen
    if frozen is None or frozen.running is None:
        return False
    return frozen.running != before.rotation and before.month < frozen.horizon <= month.month


def open_block(instance: Instance, candidate: Candidate) -> OpenBlock | None:
    """The running block that the file tells; else the last one, if it is base or served up to the horizon.

    A block that is not base goes on only if there is no month between, so that of one who begins later has ended.
    After frozen months it is the last of these.
    """
    blocks, current = past_blocks(instance, candidate), candidate.current
    last = blocks[-1] if blocks else None
    if current is not None:
        same = last is not None and last.rotation == current.rotation
        goes_on = same and last is not None and _runs_with(instance, candidate, last)
        return OpenBlock(current.rotation, last.service_months if last is not None and goes_on else 0, given=True)
    if last is None:
        return None
    touches = last.end == instance.door(candidate) == instance.first_month(candidate)
    if not instance.rotations[last.rotation].base and not touches:
        return None
    return OpenBlock(last.rotation, last.service_months, given=False)


def _runs_with(instance: Instance, candidate: Candidate, last: PastBlock) -> bool:
    """Whether the running block that the file tells is the last one of the past, with no month between them."""
    since = instance.start if candidate.current is None else candidate.current.since
    return instance.rotations[last.rotation].base or last.end > since or last.end == instance.start


def still_to_last(instance: Instance, candidate: Candidate, open_: OpenBlock) -> int:
    """Service months by which the open block is too short to end yet.

    0 where the published plan ended it there, or the rotation is no longer one that the candidate may take.
    """
    if open_.rotation not in candidate.allowed or candidate.released:
        return 0
    return max(instance.rotations[open_.rotation].min_months - open_.elapsed, 0)


def cut_short(instance: Instance, candidate: Candidate) -> Month | None:
    """The leave that ends the block at the door before it has its shortest length; None without such.

    The block stands as it is, through no fault of the plan: it goes on up to the leave, and is short. Base runs on.
    """
    going_on, first = open_block(instance, candidate), instance.first_month(candidate)
    if candidate.frozen is None or going_on is None or not going_on.elapsed:
        return None
    rotation, end = instance.rotations[going_on.rotation], instance.end_for(candidate)
    leave = next((month for month in range(first, end) if candidate.on_leave(month)), None)
    if rotation.base or leave is None or leave - first + going_on.elapsed >= rotation.min_months:
        return None
    return leave


def not_served(candidate: Candidate, start: Month) -> frozenset[Month]:
    """The months between the first that a row tells and the horizon in which nobody served: leave, for a group year."""
    told = {month.month: month.told for month in candidate.past}
    rows = [month for month, how in told.items() if how is not Told.CURRENT]
    return frozenset(range(min(rows), start)) - told.keys() if rows else frozenset()


def left_at_best(candidate: Candidate) -> Exact:
    """Credit still to be earned if all that was served were to count, whatever its rotations."""
    served = sum(month.work for month in candidate.past if month.earns)
    return _left_of_total(candidate) - served


def _left_of_total(candidate: Candidate) -> Exact:
    """What was left of the total before the first month of the past."""
    elsewhere = {
        service: amount - candidate.past_credit.get(service, 0) for service, amount in candidate.credited.items()
    }
    return candidate.rules.total - counted(elsewhere, candidate.rules)


def waited(candidate: Candidate, counted_from: Month) -> range:
    """Months of the start window that lie before the horizon and in which the candidate had not begun."""
    served = (month.month for month in candidate.past if month.month >= candidate.window_from)
    return range(candidate.window_from, min([candidate.start_earliest, counted_from, *served]))


def work_waited(candidate: Candidate, counted_from: Month) -> Exact:
    """What could have been served in these months."""
    return sum(candidate.earned_at(month) * WHOLE_MIX for month in waited(candidate, counted_from))


def reached_before(candidate: Candidate, counted_from: Month) -> Month | None:
    """The month before the door at whose end all could have been served; None if it is still to come.

    Nobody is done before the first month of the horizon, which may be frozen.
    """
    left = _left_of_total(candidate)
    before = {month: candidate.earned_at(month) * WHOLE_MIX for month in waited(candidate, counted_from)}
    before |= {month.month: month.work for month in candidate.past if month.earns}
    if left <= 0:
        return None if candidate.frozen is None else max(candidate.window_from, candidate.frozen.horizon)
    for month in sorted(before):
        left -= before[month]
        if left <= 0:
            return month
    return None
