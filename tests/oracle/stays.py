"""In which office a candidate may be, month by month (rule `practice`), read from the rule's sentence.

"`practice` in a mix is one office; it is another office only from a month at which the candidate's steps say so, or at
which the office has no longer a place for the candidate; as few changes as possible." Readings of our own:

- The steps say so in a month in which another office is named than in the month before (then it is that one), or none
  any more (then it is any).
- There is no longer a place from a month on in which there is less room (places or percent after reservations, in the
  office or under a limit that it is under) than in the month before.
- Fewest changes: at first only who is named to an office may leave it, the first time that there is less room in it
  than for all who are named there, and then stays where they went until the steps say otherwise. Only where there is no
  plan like that may everybody leave (`wide`).
- Who was in training before the horizon, named to an office that had more room then, need not begin in it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from .world import Candidate, World

PLENTY = 10**9
Named = Callable[[Candidate, int], "str | None"]


@dataclass(frozen=True)
class Stay:
    """The offices of a path: from each of these months on that one; before the first the first."""

    rows: tuple[tuple[int, str | None], ...]

    def at(self, month: int) -> str | None:
        found = self.rows[0][1]
        for since, office in self.rows:
            if since <= month:
                found = office
        return found

    @property
    def offices(self) -> list[str]:
        return list(dict.fromkeys(office for _, office in self.rows if office is not None))


def stay_of(months: Mapping[int, str | None]) -> Stay:
    """The offices of each month as a stay."""
    rows: list[tuple[int, str | None]] = []
    for month, office in sorted(months.items()):
        if not rows or rows[-1][1] != office:
            rows.append((month, office))
    return Stay(tuple(rows) or ((0, None),))


@dataclass(frozen=True)
class Reading:
    """How offices may change: who is named where, and whether everybody may leave."""

    world: World
    named: Named
    wide: bool

    def stays(self, candidate: Candidate, first: int) -> Iterator[Stay]:
        """Every row of offices from that month to the end of the horizon."""
        for office in self._first(candidate, first):
            named = self.named(candidate, first)
            yield from self._on(candidate, first + 1, Stay(((first, office),)), named is not None and named == office)

    def _first(self, candidate: Candidate, first: int) -> list[str | None]:
        named = self.named(candidate, first)
        if named is None:
            ever = any(self.named(candidate, month) for month in range(first, self.world.end))
            needless = not ever and not any(self.world.rotations[name].in_practice for name in candidate.allowed)
            everywhere = self._choices(candidate)
            return [None] if needless or not everywhere else list(everywhere)
        in_training = max(candidate.starts) < first or any(month < first for month in candidate.past)
        if self.world.first == first and in_training and self._had_more(candidate, named, first):
            return list(self._choices(candidate))
        return [named]

    def _choices(self, candidate: Candidate) -> list[str]:
        """An unnamed office is one of the candidate's own municipality; who is named elsewhere may stay there."""
        named = {self.named(candidate, month) for month in range(self.world.first, self.world.end)}
        own = self.world.offices_for(candidate)
        return [office for office in self.world.offices if office in own or office in named]

    def _had_more(self, candidate: Candidate, office: str, first: int) -> bool:
        before = any(
            less(self.room(office, month), self.room(office, first)) for month in range(min(candidate.starts), first)
        )
        return before and (self.wide or not self._all_fit(office, first))

    def _on(self, candidate: Candidate, month: int, stay: Stay, bound: bool) -> Iterator[Stay]:
        """``bound``: whether nothing but the steps has been able to put the candidate where they are."""
        if month > self.world.last:
            yield stay
            return
        here, now, before = stay.at(month), self.named(candidate, month), self.named(candidate, month - 1)
        if now != before:
            for office in [now] if now is not None else self._choices(candidate):
                yield from self._on(candidate, month + 1, moved(stay, month, office), now is not None)
        elif here is not None and self._leaves(here, now, month, bound):
            for office in self._choices(candidate):
                yield from self._on(candidate, month + 1, moved(stay, month, office), False)
        else:
            yield from self._on(candidate, month + 1, stay, bound)

    def _leaves(self, office: str, named: str | None, month: int, bound: bool) -> bool:
        if not less(self.room(office, month - 1), self.room(office, month)):
            return False
        return self.wide or (bound and named == office and not self._all_fit(office, month))

    # room

    def room(self, office: str, month: int) -> list[int]:
        """What every ceiling over the office leaves in the month."""
        return [PLENTY if left is None else left for _, ceiling in self._ceilings(office, month) for left in ceiling]

    def _ceilings(self, office: str, month: int) -> Iterator[tuple[frozenset[str], tuple[int | None, int | None]]]:
        arena = self.world.arenas[office]
        approved = arena.approved_in(month)
        yield (
            frozenset({office}),
            (
                self._left(arena.places.ceiling(month), {office}, month, "places") if approved else 0,
                self._left(arena.percent.ceiling(month), {office}, month, "percent"),
            ),
        )
        for limit in self.world.limits:
            if office in limit.arenas:
                yield (
                    frozenset(limit.arenas),
                    (
                        self._left(limit.places.ceiling(month), limit.arenas, month, "places"),
                        self._left(limit.percent.ceiling(month), limit.arenas, month, "percent"),
                    ),
                )

    def _left(self, ceiling: int | None, arenas: object, month: int, what: str) -> int | None:
        if ceiling is None:
            return None
        rows = [
            row
            for row in self.world.reservations
            if row.arena is not None
            and row.arena in arenas  # type: ignore[operator]
            and (row.span[0] is None or row.span[0] <= month)
            and (row.span[1] is None or month <= row.span[1])
        ]
        return max(0, ceiling - sum(getattr(row, what) for row in rows))

    def _all_fit(self, office: str, month: int) -> bool:
        """Whether there is room for all who are named there, or to others under the same ceiling."""
        for arenas, (places, percent) in self._ceilings(office, month):
            there = [
                candidate.worked(month)
                for candidate in self.world.candidates
                if min(candidate.starts) <= month and self.named(candidate, month) in arenas and not was_done(candidate)
            ]
            if (places is not None and len(there) > places) or (percent is not None and sum(there) > percent):
                return False
        return True


def was_done(candidate: Candidate) -> bool:
    """Whether the candidate was done within the frozen months: nobody makes room for one who is not there any more."""
    frozen = candidate.frozen
    return frozen is not None and frozen.finish is not None and frozen.finish < frozen.door


def less(before: list[int], after: list[int]) -> bool:
    """Whether one of the ceilings is lower after than before."""
    return any(now < then for then, now in zip(before, after, strict=True))


def moved(stay: Stay, month: int, office: str | None) -> Stay:
    return stay if stay.at(month) == office else Stay((*stay.rows, (month, office)))
