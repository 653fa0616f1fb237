"""Terms of the model about months away from one's own post: how many there are, and the longest row of them.

Both are made small, so what stands here holds them from below: a row is at least as long as it says.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby, permutations
from typing import TYPE_CHECKING

from scheduler.instance.types import Rotation

if TYPE_CHECKING:
    from scheduler.variables import BlockVariables, CandidateVariables, IntVar, Linear, Literal, Seat


@dataclass(frozen=True, slots=True)
class _Post:
    """A unit that is the candidate's post if ``chosen``: whether the candidate is away from it in a rotation.

    ``past``: the same of each service month before the horizon. ``seat``: the months in which it may be the post; None:
    the choice is one for all months.
    """

    chosen: Literal
    away: Callable[[Rotation], int]
    past: tuple[bool, ...]
    seat: Seat | None = None

    @property
    def longest_before(self) -> int:
        """The longest row before the horizon."""
        return max((sum(1 for _ in row) for gone, row in groupby(self.past) if gone), default=0)

    @property
    def row_before(self) -> int:
        """Months of the row that the past ends in."""
        return next((i for i, gone in enumerate(reversed(self.past)) if not gone), len(self.past))

    def holds_in(self, t: int) -> bool:
        """Whether it may be the post in month t."""
        return self.seat is None or self.seat.start <= t < self.seat.end


def away_of(candidate: CandidateVariables) -> Linear:
    """Service months in rotations whose mix does not contain the candidate's own post."""
    service = candidate.timeline.service
    posts = _posts(candidate)
    if len(posts) == 1:
        return candidate.weighted(posts[0].away, service) + sum(posts[0].past)
    total: Linear = 0
    for post in posts:
        before = sum(post.past) if post.seat in (None, candidate.seats[0]) else 0
        table = service if post.seat is None else candidate.within(service, post.seat)
        months = candidate.weighted(post.away, table)
        total += candidate.variables.only_if(post.chosen, months + before, service[-1] + before)
    return total


def longest_away_of(candidate: CandidateVariables) -> Linear:
    """The most service months away in a row; leave neither counts nor breaks a row."""
    posts = _posts(candidate)
    if not posts:
        return 0
    most = candidate.timeline.service[-1] + len(candidate.candidate.past)
    longest = candidate.model.new_int_var(0, most, f"{candidate.id}.longest-away")
    if posts[0].seat is not None:
        candidate.model.add(longest >= posts[0].longest_before)
        _bound_from_post_to_post(candidate, posts, longest)
        return longest
    for post in posts:
        if post.longest_before:
            candidate.model.add(longest >= post.longest_before).only_enforce_if(post.chosen)
        if post.away(candidate.base):
            _bound_by_months(candidate, post, longest)
        else:
            _bound_by_blocks(candidate, post, longest)
    return longest


def _posts(candidate: CandidateVariables) -> list[_Post]:
    """The units that may be the candidate's post, those in which the same rotations are away taken together."""
    seats = [_by_away(candidate, seat.chosen) for seat in candidate.seats] or [_by_away(candidate, {})]
    past = _past(candidate)
    ever = {away for chosen_by_away in seats for away in chosen_by_away}
    if len(ever) == 1:
        (away,) = ever
        return [_Post(candidate.variables.true, _in(away), past)]
    if len(seats) == 1:
        return [_Post(_any(candidate, chosen), _in(away), past) for away, chosen in seats[0].items()]
    return [
        _Post(_any(candidate, chosen), _in(away), past, seat)
        for seat, chosen_by_away in zip(candidate.seats, seats, strict=True)
        for away, chosen in chosen_by_away.items()
    ]


def _by_away(candidate: CandidateVariables, offices: Mapping[str, Literal]) -> dict[frozenset[str], list[Literal]]:
    """The choices of office by the rotations in which one is then away from the post."""
    rotations = candidate.variables.instance.rotations_of(candidate.candidate)
    chosen_by_away: dict[frozenset[str], list[Literal]] = {}
    for unit, office, chosen in _units(candidate, offices):
        away = frozenset(rotation.id for rotation in rotations if _is_away(rotation, unit, office))
        chosen_by_away.setdefault(away, []).append(chosen)
    return chosen_by_away


def _is_away(rotation: Rotation, unit: str | None, office: str | None) -> bool:
    return unit is not None and unit not in rotation.mix and not (rotation.uses_practice and unit == office)


def _past(candidate: CandidateVariables) -> tuple[bool, ...]:
    """Of each month before the horizon, whether it was away from the post of that month."""
    person, rotations = candidate.candidate, candidate.variables.instance.rotations
    return tuple(
        _is_away(rotations[month.rotation], person.post or month.practice, month.practice) for month in person.past
    )


def _units(
    candidate: CandidateVariables, offices: Mapping[str, Literal]
) -> Iterator[tuple[str | None, str | None, Literal]]:
    """Each pair of own post and office that there may be, with the literal of that choice."""
    post, true = candidate.candidate.post, candidate.variables.true
    offices = offices or {office.id: true for office in candidate.any_office[:1]}
    for office, chosen in offices.items():
        yield post or office, office, chosen
    if not offices and (post is not None or candidate.candidate.past):
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
    begins = {block: model.new_int_var(-post.row_before, candidate.timeline.service[-1], "") for block in blocks}
    ends = {block: candidate.service_before(block.end) for block in blocks}
    first = candidate.service_before(candidate.start)
    for block in blocks:
        start = candidate.service_before(block.start)
        model.add(begins[block] <= start)
        if post.row_before:
            at_once = model.new_bool_var("")
            model.add(start >= first + 1).only_enforce_if(block.present, ~at_once)
            model.add(begins[block] <= first - post.row_before).only_enforce_if(at_once)
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
    row: Linear = post.row_before
    most = timeline.service[-1] + len(post.past)
    for t in range(timeline.first, timeline.end):
        if not timeline.works(t):
            continue
        away = candidate.month_sum(t, post.away)
        here = candidate.month_sum(t, lambda rotation: 1 - post.away(rotation))
        so_far = model.new_int_var(0, most, "")
        model.add(so_far >= row + away - most * here)
        model.add(longest >= so_far).only_enforce_if(post.chosen)
        row = so_far


def _bound_from_post_to_post(candidate: CandidateVariables, posts: Sequence[_Post], longest: IntVar) -> None:
    """Where the post may become another one: counted month by month, each at the post of the month."""
    model, timeline = candidate.model, candidate.timeline
    row: Linear = posts[0].row_before
    most = timeline.service[-1] + len(posts[0].past)
    for t in range(timeline.first, timeline.end):
        if not timeline.works(t):
            continue
        served = candidate.month_sum(t, lambda _: 1)
        away = sum(
            candidate.variables.only_if(post.chosen, candidate.month_sum(t, post.away), 1)
            for post in posts
            if post.holds_in(t)
        )
        so_far = model.new_int_var(0, most, "")
        model.add(so_far >= row + away - most * (served - away))
        model.add(longest >= so_far)
        row = so_far
