"""Who has paths that are made of blocks: every block has one length, and months in base count for nothing.

Then what is still asked depends on which blocks there have been, and not on when: ``block_paths`` has the search.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from scheduler.exact import Exact
from scheduler.instance.categories import counted, shortfalls
from scheduler.instance.offices import offices_of
from scheduler.instance.timeline import Timeline, timeline_of
from scheduler.instance.types import Candidate, Instance, Requirement, Rotation

FULL_TIME = 100


def is_by_blocks(instance: Instance, candidate: Candidate) -> bool:
    """Whether the candidate's rules are those that are known here, and no other."""
    return instance.remembered(candidate, _is_by_blocks)


def _is_by_blocks(instance: Instance, candidate: Candidate) -> bool:
    return (
        _is_plain(candidate)
        and len(offices_of(instance, candidate)) == 1
        and _has_time(timeline_of(instance, candidate))
        and _counts_alike(instance, candidate)
        and all(_is_known(row) for row in rows_of(instance, candidate))
    )


def _is_plain(candidate: Candidate) -> bool:
    """New, at full time, with one start and nothing fixed, no group, shift or goal to come, and wishes for any time."""
    rules = candidate.rules
    settled = candidate.fixed or candidate.current or candidate.past or candidate.frozen or candidate.released
    ends = candidate.until or candidate.finish_by or rules.finish_by
    return not (
        settled
        or ends
        or candidate.absences
        or candidate.start_earliest != candidate.start_latest
        or not candidate.group.done
        or candidate.shifts_done < rules.legevakt_shifts
        or rules.goals - candidate.goals_done
        or rules.leave_credited_share
        or any(shortfalls(candidate.credited, rules).values())
        or any(wish.span is not None for wish in candidate.wishes)
    )


def _has_time(timeline: Timeline) -> bool:
    horizon = range(timeline.first, timeline.end)
    at_full_time = all(timeline.percent[t] in (0, FULL_TIME) for t in horizon)
    return at_full_time and not (timeline.unfinished or timeline.leaving or timeline.may_leave)


def _counts_alike(instance: Instance, candidate: Candidate) -> bool:
    """Whether months in base count for nothing, and those of every block in full, as far as the training goes."""
    rules, base = candidate.rules, instance.base_of(candidate)
    blocks = [rotation for rotation in instance.rotations_of(candidate) if not rotation.base]
    left = rules.total - counted(candidate.credited, rules)
    kinds = {tuple(rotation.share_by_service.items()) for rotation in blocks}
    whole = all(_has_one_length(rotation) for rotation in blocks) and not _is_bounded(base)
    if len(kinds) != 1 or left <= 0 or not whole:
        return False
    return _gain(candidate, dict(kinds.pop()), left) == left and not _gain(candidate, base.share_by_service, left)


def _gain(candidate: Candidate, shares: Mapping[str, Exact], amount: Exact) -> Exact:
    """What counts more when so much is served in a mix."""
    have = candidate.credited
    more = {each: have.get(each, 0) + Fraction(amount * share, FULL_TIME) for each, share in shares.items()}
    return counted({**have, **more}, candidate.rules) - counted(have, candidate.rules)


def _has_one_length(rotation: Rotation) -> bool:
    return rotation.min_months == rotation.max_months and rotation.max_blocks == 1


def _is_bounded(base: Rotation) -> bool:
    bounds = base.min_months > 1 or base.max_months is not None or base.max_blocks is not None
    return bounds or bool(base.starts or base.not_before or base.after)


def rows_of(instance: Instance, candidate: Candidate) -> list[Requirement]:
    """The requirements that speak of the candidate."""
    return [row for row in instance.requirements if row.names(candidate.id)]


def _is_known(row: Requirement) -> bool:
    return row.min_work is None and row.max_work is None
