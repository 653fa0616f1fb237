"""Supervisors for one candidate after the other: what each needs, and how often whom they are with changes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise, takewhile

from scheduler.instance.types import NOBODY_NAMED, Named, Supervisor
from scheduler.month import Month

Supervision = dict[str, dict[Month, str]]
Supervisors = Mapping[str, Supervisor]
_Place = tuple[str, Month]  # a supervisor's, in a month


@dataclass(frozen=True)
class Need:
    """A candidate's service months and who may supervise in each; ``given`` is the fixed one.

    ``visits``: the months with an arena's own supervisor. ``last``: who supervised the month before the first one, and
    ``former`` the last month before it that was no visit.
    """

    candidate: str
    able: Mapping[Month, tuple[str, ...]]
    given: Named = NOBODY_NAMED
    visits: frozenset[Month] = frozenset()
    last: str | None = None
    former: str | None = None

    @cached_property
    def months(self) -> list[Month]:
        """All of them, in order."""
        return list(self.able)

    @cached_property
    def at_home(self) -> list[Month]:
        """Those that are no visit."""
        return [month for month in self.able if month not in self.visits]

    @property
    def alone(self) -> set[_Place]:
        """Places of those who alone may supervise in a month."""
        return {(able[0], month) for month, able in self.able.items() if len(able) == 1}

    def least(self) -> tuple[int, int]:
        """Changes that the availability of supervisors alone forces, as ``changes`` counts them."""
        return self._forced(self.months, self.last), self._forced(self.at_home, self.former)

    def _forced(self, months: Iterable[Month], before: str | None) -> int:
        """Each stays as long as possible."""
        changes, current = 0, None if before is None else frozenset({before})
        for month in months:
            able = frozenset(self.able[month])
            kept = able if current is None else current & able
            changes += not kept
            current = kept or able
        return changes

    def changes(self, mine: Mapping[Month, str]) -> tuple[int, int]:
        """How often the supervisor is another one; and how often where visits are left out.

        Whoever comes back to the former one after a visit has two changes by the first count and none by the second.
        """
        return _n_changes(self.last, map(mine.get, self.months)), _n_changes(self.former, map(mine.get, self.at_home))

    def with_given(self, month: Month) -> bool:
        """Whether the fixed one may supervise in the month."""
        return self.given.at(month) in self.able.get(month, ())

    def held_to(self, kept: Mapping[Month, tuple[str, ...]]) -> Need:
        """The need with nobody else for some months."""
        return replace(self, able={**self.able, **kept})


def _n_changes(before: str | None, supervisors: Iterable[str | None]) -> int:
    row = [*([] if before is None else [before]), *supervisors]
    return sum(one != other for one, other in pairwise(row))


def without_the_full(supervisors: Supervisors, needs: list[Need]) -> list[Need]:
    """The needs without supervisors whose places are all taken, in a month, by those whom nobody else may supervise."""
    alone = Counter(place for need in needs for place in need.alone)
    full = {place for place, taken in alone.items() if taken >= supervisors[place[0]].places_at(place[1])}
    return [
        need.held_to(
            {
                month: tuple(who for who in able if (who, month) not in full)
                for month, able in need.able.items()
                if len(able) > 1 and any((who, month) in full for who in able)
            }
        )
        for need in needs
    ]


def in_file_order(supervisors: Supervisors, needs: list[Need]) -> Supervision | None:
    """Everybody in turn as the file has them, each with a place set aside for as long as they come back to it.

    So who supervises whom hangs on when the candidates before have begun and finish, and not on when they are away.
    """
    return _in_turn(supervisors, needs, set_aside=True)


def scarcest_first(supervisors: Supervisors, needs: list[Need]) -> Supervision | None:
    """Those with the least choice first, then the longest."""
    order = sorted(needs, key=lambda need: (min(map(len, need.able.values()), default=0), -len(need.able)))
    return _in_turn(supervisors, order, set_aside=False)


def _in_turn(supervisors: Supervisors, needs: list[Need], *, set_aside: bool) -> Supervision | None:
    """Everybody in turn; None if somebody is left without."""
    turns = [_Turn(supervisors, need, set_aside) for need in needs]
    used = Counter(place for turn in turns for place in turn.held)
    chosen = {turn.need.candidate: turn.chosen(used) for turn in turns}
    return None if None in chosen.values() else {name: mine for name, mine in chosen.items() if mine is not None}


class _Turn:
    """One candidate's turn. ``held``: places that are counted as used for the candidate, at first those in months in
    which nobody else may supervise.
    """

    def __init__(self, supervisors: Supervisors, need: Need, set_aside: bool) -> None:
        self.need = need
        self._supervisors, self._set_aside = supervisors, set_aside
        self.held = need.alone

    def chosen(self, used: Counter[_Place]) -> dict[Month, str] | None:
        """The longest from the first month on, and again from the first without; None if there is nobody for one."""
        mine: dict[Month, str] = {}
        while len(mine) < len(self.need.months):
            months = self.need.months[len(mine) :]
            best, stays = self._best(used, months, mine)
            if not stays:
                return None
            mine.update(dict.fromkeys(months[:stays], best))
        used.subtract(self.held)
        used.update(_places_of(self.need, mine, set_aside=self._set_aside))
        return mine

    def _best(self, used: Counter[_Place], months: list[Month], mine: dict[Month, str]) -> tuple[str, int]:
        """Who supervises from the first of the months on, and for how many of them.

        The fixed one; else who can stay longest, then the former one, then who can be with the candidate longest
        before and after visits, then the first of the file.
        """
        given = self.need.given.at(months[0])
        at_home = (mine[month] for month in reversed(mine) if month not in self.need.visits)
        former = next(at_home, self.need.former)
        best, most = "", (0, False, 0)
        for supervisor_id in self.need.able[months[0]]:
            stays, with_them = self._reach(used, supervisor_id, months)
            if stays and supervisor_id == given:
                fixed = (self.need.given.at(month) == supervisor_id for month in months[:stays])
                return supervisor_id, sum(takewhile(bool, fixed))
            rank = (stays, supervisor_id == former, with_them)
            if rank > most:
                best, most = supervisor_id, rank
        return best, most[0]

    def _reach(self, used: Counter[_Place], supervisor_id: str, months: list[Month]) -> tuple[int, int]:
        """In how many of the months the supervisor can be with the candidate: at a stretch, and in all until there is
        no place.
        """
        stays, with_them, away = 0, 0, False
        for month in months:
            able, has_room = supervisor_id in self.need.able[month], self._has_room(used, (supervisor_id, month))
            visiting = not able and month in self.need.visits
            if not (has_room or (visiting and not self._set_aside)) or not (able or visiting):
                break
            away = away or visiting
            with_them, stays = with_them + able, stays + (not away)
        return stays, with_them

    def _has_room(self, used: Counter[_Place], place: _Place) -> bool:
        supervisor_id, month = place
        return used[place] - (place in self.held) < self._supervisors[supervisor_id].places_at(month)


def _places_of(need: Need, mine: Mapping[Month, str], *, set_aside: bool) -> set[_Place]:
    """The candidate's places, and perhaps those during visits after which the former one goes on."""
    places = {(who, month) for month, who in mine.items()}
    former, away = need.former, list[Month]()
    for month in need.months if set_aside else ():
        if month in need.visits:
            away.append(month)
            continue
        if mine[month] == former:
            places.update((mine[month], each) for each in away)
        former = mine[month]
        away.clear()
    return places


def changes_of(needs: Iterable[Need], chosen: Supervision) -> tuple[int, int]:
    """The changes of all together, by both counts."""
    return _added(need.changes(chosen[need.candidate]) for need in needs)


def least_changes(needs: Iterable[Need]) -> tuple[int, int]:
    """The fewest there could be."""
    return _added(need.least() for need in needs)


def _added(counts: Iterable[tuple[int, int]]) -> tuple[int, int]:
    rows = list(counts)
    return sum(one for one, _ in rows), sum(other for _, other in rows)
