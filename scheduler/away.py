"""Terms of the model about months away from one's own post: how many there are, and the longest row of them.

Both are made small, so what stands here holds them from below: a row is at least as long as it says.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import permutations
from typing import TYPE_CHECKING

from scheduler.instance.types import Rotation

if TYPE_CHECKING:
    from scheduler.variables import BlockVariables, CandidateVariables, IntVar, Linear, Literal


@dataclass(frozen=True, slots=True)
class _Post:
    """A unit that is the candidate's post if ``chosen``: whether the candidate is away from it in a rotation."""

    chosen: Literal
    away: Callable[[Rotation], int]


def away_of(candidate: CandidateVariables) -> Linear:
    """Service months in rotations whose mix does not contain the candidate's own post."""
    service = candidate.timeline.service
    posts = _posts(candidate)
    if len(posts) == 1:
        return candidate.weighted(posts[0].away, service)
    total: Linear = 0
    for post in posts:
        months = candidate.weighted(post.away, service)
        total += candidate.variables.only_if(post.chosen, months, service[-1])
    return total


def longest_away_of(candidate: CandidateVariables) -> Linear:
    """The most service months away in a row; leave neither counts nor breaks a row."""
    posts = _posts(candidate)
    if not posts:
        return 0
    longest = candidate.model.new_int_var(0, candidate.timeline.service[-1], f"{candidate.id}.longest-away")
    for post in posts:
        if post.away(candidate.base):
            _bound_by_months(candidate, post, longest)
        else:
            _bound_by_blocks(candidate, post, longest)
    return longest


def _posts(candidate: CandidateVariables) -> list[_Post]:
    """The units that may be the candidate's post, those in which the same rotations are away taken together."""
    rotations = candidate.variables.instance.rotations_of(candidate.candidate)
    chosen_by_away: dict[frozenset[str], list[Literal]] = {}
    for unit, office, chosen in _units(candidate):
        away = frozenset(
            rotation.id
            for rotation in rotations
            if unit not in rotation.mix and not (rotation.uses_practice and unit == office)
        )
        chosen_by_away.setdefault(away, []).append(chosen)
    if len(chosen_by_away) == 1:
        (away,) = chosen_by_away
        return [_Post(candidate.variables.true, _in(away))]
    return [_Post(_any(candidate, chosen), _in(away)) for away, chosen in chosen_by_away.items()]


def _units(candidate: CandidateVariables) -> Iterator[tuple[str, str | None, Literal]]:
    """Each pair of own post and office that there may be, with the literal of that choice."""
    post, true = candidate.candidate.post, candidate.variables.true
    offices = candidate.practices or {office.id: true for office in candidate.any_office[:1]}
    for office, chosen in offices.items():
        yield post or office, office, chosen
    if post is not None and not offices:
        yield post, None, true


def _in(rotations: frozenset[str]) -> Callable[[Rotation], int]:
    return lambda rotation: int(rotation.id in rotations)


def _any(candidate: CandidateVariables, literals: list[Literal]) -> Literal:
    """One of several choices of which just one is made."""
    if len(literals) == 1:
        return literals[0]
    either = candidate.model.new_bool_var("")
    candidate.model.add(sum(literals) == either)
    return either


def _bound_by_blocks(candidate: CandidateVariables, post: _Post, longest: IntVar) -> None:
    """Where base months are at the post: blocks away that follow each other without a base month are one row."""
    model = candidate.model
    blocks = [block for block in candidate.blocks if post.away(block.rotation)]
    begins = {block: model.new_int_var(0, candidate.timeline.service[-1], "") for block in blocks}
    ends = {block: candidate.service_before(block.end) for block in blocks}
    for block in blocks:
        start = candidate.service_before(block.start)
        model.add(begins[block] <= start)
        model.add(longest >= ends[block] - begins[block]).only_enforce_if(block.present, post.chosen)
    for before, after in permutations(blocks, 2):
        _join(before, after, ends, begins)


def _join(
    before: BlockVariables,
    after: BlockVariables,
    ends: dict[BlockVariables, Linear],
    begins: dict[BlockVariables, IntVar],
) -> None:
    """The row of a block begins with the row of the one that ends just where it starts."""
    model = before.owner.model
    gap, other_way, joined = (model.new_bool_var("") for _ in range(3))
    model.add(ends[before] <= after.lead_start - 1).only_enforce_if(gap)
    model.add(ends[after] <= before.lead_start).only_enforce_if(other_way)
    model.add(begins[after] <= begins[before]).only_enforce_if(joined)
    model.add_bool_or(~before.present, ~after.present, after.has_lead, gap, other_way, joined)


def _bound_by_months(candidate: CandidateVariables, post: _Post, longest: IntVar) -> None:
    """Where base months are away as well: counted month by month."""
    model, timeline = candidate.model, candidate.timeline
    row: Linear = 0
    for t in range(timeline.first, timeline.end):
        if not timeline.works(t):
            continue
        away = candidate.month_sum(t, post.away)
        here = candidate.month_sum(t, lambda rotation: 1 - post.away(rotation))
        so_far = model.new_int_var(0, timeline.service[-1], "")
        model.add(so_far >= row + away - timeline.service[-1] * here)
        model.add(longest >= so_far).only_enforce_if(post.chosen)
        row = so_far
