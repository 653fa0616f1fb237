"""Everything candidates share: heads, percent, floors, units' own people away, group places, supervisors, duty
rosters.

Readings of our own, where the contract and decision 0001 are silent:

- A candidate without a named practice who may take a rotation in own practice has one of the offices, whether they ever
  serve there or not, so it is their `post`; who may take none has none.
- A month's supervisors are found anew each month: continuity is no rule, only a last choice that no level sees.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from .published import Baseline, Held, percent_left, places_left, reserved, takes, with_own
from .readings import TODAY
from .scope import Scope
from .stays import Reading, Stay, was_done
from .world import Candidate, Quota, World

NOBODY = Held()


@dataclass(frozen=True)
class Need:
    """What a path asks of a duty roster: so many shifts, at most so many in each month (from the horizon's first)."""

    roster: str
    shifts: int
    most: tuple[int, ...]
    taken: tuple[int, ...]


class Shared:
    """The ceilings and floors of an instance that can matter with these candidates."""

    def __init__(
        self,
        world: World,
        candidates: Sequence[Candidate],
        scope: Scope,
        baseline: Baseline | None,
        offices_change: bool = True,
    ) -> None:
        self.world, self.scope, self.baseline = world, scope, baseline
        self.reading = Reading(world, self.named, offices_change)
        self._stays: dict[tuple[str, int], list[Stay]] = {}
        self.candidates = candidates
        self.caps: dict[tuple[Any, ...], int] = {}
        self.floors: dict[tuple[Any, ...], int] = {}
        for month in range(world.first, world.end):
            self._arenas(month)
            self._limits(month)
            self._quotas(month)
        self._groups()
        for candidate in world.candidates:
            self._frozen(candidate)
        if baseline is not None and TODAY.frozen_is_served:
            self.floors = {key: floor for key, floor in self.floors.items() if key[-1] > baseline.freeze_to}
        self.columns = self._relevant()
        self.index = {key: column for column, key in enumerate(self.columns)}
        self.supervised = [m for m in range(world.first, world.end) if self._supervision_matters(m)]

    def held(self, candidate: Candidate) -> Held:
        return self.baseline.held.get(candidate.id, NOBODY) if self.baseline else NOBODY

    def named(self, candidate: Candidate, month: int) -> str | None:
        """The office that the file names, or that is kept from the published plan."""
        practices = self.held(candidate).practices
        return candidate.practice.at(month) if practices is None else practices.get(month)

    def stays(self, candidate: Candidate, first: int | None = None) -> list[Stay]:
        """The offices month by month, in all ways that there are from that month on."""
        begin = max(min(self.held(candidate).starts or candidate.starts), self.world.first) if first is None else first
        key = (candidate.id, begin)
        if key not in self._stays:
            self._stays[key] = list(dict.fromkeys(self.reading.stays(candidate, begin)))
        return self._stays[key]

    def offices(self, candidate: Candidate, month: int | None = None) -> list[str | None]:
        """Those that may be the candidate's in the month, or at some time."""
        if month is not None:
            return list(dict.fromkeys(stay.at(month) for stay in self.stays(candidate)))
        return list(dict.fromkeys(office for stay in self.stays(candidate) for _, office in stay.rows))

    def is_settled(self, candidate: Candidate) -> bool:
        """Whether steps name the office, and it can be no other one."""
        ever = any(self.named(candidate, month) is not None for month in range(self.world.first, self.world.end))
        return ever and len(self.stays(candidate)) == 1

    def seats(self, candidate: Candidate, office: str | None, month: int | None = None) -> list[str | None]:
        """The offices for a month of a plan that has chosen one: that one, or where `practice` is left out any that
        may be the candidate's in that month, or in some month.
        """
        chosen = self.scope.own("practice", candidate.id) or self.is_settled(candidate)
        return [office] if chosen else self.offices(candidate, month)

    def unit(self, candidate: Candidate, office: str | None) -> str | None:
        """The office of somebody who is elsewhere: where `practice` is left out, none is theirs that is not named."""
        return office if self.scope.own("practice", candidate.id) or self.is_settled(candidate) else None

    # ceilings and floors

    def _arenas(self, month: int) -> None:
        for arena in self.world.arenas.values():
            if arena.abstract:
                continue
            if self.scope.of_place("capacity", "arena", arena.id, month):
                self._cap(("heads", arena.id, month), places_left(self.world, arena.id, month))
                self._cap(("percent", arena.id, month), percent_left(self.world, arena.id, month))
            floor = (arena.min_places.at(month) or 0) - self._absent_there(arena.id, month)
            if floor > 0 and self.scope.of_place("capacity", "arena", arena.id, month, floor=True):
                self.floors["heads", arena.id, month] = floor
        for arena in self.world.arenas.values():
            if not arena.abstract and arena.max_away.rows and self.scope.of_place("away", "arena", arena.id, month):
                self._cap(("away", arena.id, month), arena.max_away.ceiling(month))

    def _absent_there(self, arena: str, month: int) -> int:
        """How many of those whom no rule instance concerns might be there, as far as the data tell."""
        return sum(
            min(self.held(candidate).starts or candidate.starts) <= month < self.world.end_for(candidate)
            and not candidate.on_leave(month)
            and any(
                arena in self.world.mix(name, seat)
                for name in candidate.allowed
                for seat in self.offices(candidate, month)
            )
            for candidate in self.world.candidates
            if candidate not in self.candidates and not was_done(candidate)
        )

    def _limits(self, month: int) -> None:
        for limit in self.world.limits:
            if not self.scope.of_place("capacity", "limit", limit.id, month):
                continue
            taken = reserved(self.world, limit.arenas, month)
            places, percent = limit.places.ceiling(month), limit.percent.ceiling(month)
            self._cap(
                ("limit heads", limit.id, month),
                None if places is None else max(0, places - sum(r.places for r in taken)),
            )
            left = None if percent is None else max(0, percent - sum(r.percent for r in taken)) * 10_000
            self._cap(("limit percent", limit.id, month), left)

    def _quotas(self, month: int) -> None:
        """What is frozen is judged by no quota; a membership that stands has its place."""
        for quota in self.world.quotas:
            places = quota.places.ceiling(month)
            served = self.baseline is not None and TODAY.frozen_is_served and month <= self.baseline.freeze_to
            if places is None or not self.scope.of_place("quota", "quota", quota.id, month):
                continue
            if quota.of in self.world.groups:
                if served:
                    continue
                standing = [self._years(self._stays_in(c)) for c in self._own(quota)]
                years = {year for own in standing for year in own if year[0] == quota.of}
                here = max((sum(year in own for own in standing) for year in years), default=0)
                places = max(places, here)
            self._cap(("quota", quota.id, month), places)

    def _own(self, quota: Quota) -> list[Candidate]:
        return [c for c in self.world.candidates if self.world.municipality(c) == quota.municipality]

    def member_uses(self, candidate: Candidate, group: str | None) -> dict[tuple[Any, ...], int]:
        """What a membership takes of quotas of the group: a head in each month of the years attended."""
        found = {}
        for name, number in self._years(group):
            year = self.world.groups[name].years[number - 1]
            for quota in self.world.quotas:
                if quota.of == name and self.world.municipality(candidate) == quota.municipality:
                    found |= {
                        ("quota", quota.id, month): 1 for month in year if ("quota", quota.id, month) in self.caps
                    }
        return found

    def _groups(self) -> None:
        for group in self.world.groups.values():
            if self.scope.of_place("group", "group", group.id):
                for year in group.attended:
                    here = sum(1 for c in self.world.candidates if year in self._years(self._stays_in(c)))
                    self.caps["group", *year] = max(group.places, here)

    def _years(self, name: str | None) -> list[tuple[str, int]]:
        group = self.world.group(name)
        return [] if group is None else group.attended

    def _stays_in(self, candidate: Candidate) -> str | None:
        """The group of somebody whose membership is over or under way in the frozen months."""
        frozen = candidate.frozen
        if frozen is None or candidate.group != "free":
            return None
        return frozen.group if frozen.finish is not None else self.held(candidate).group

    def _frozen(self, candidate: Candidate) -> None:
        """What is served already is taken, and judged by no ceiling."""
        frozen = candidate.frozen
        if frozen is None:
            return
        for month, (rotation, _) in frozen.months.items():
            if rotation is not None:
                for key, amount in self.uses(candidate, month, rotation, frozen.offices.get(month)).items():
                    if key in self.caps:
                        self.caps[key] = max(0, self.caps[key] - amount)

    def _cap(self, key: tuple[Any, ...], cap: int | None) -> None:
        if cap is not None:
            self.caps[key] = cap

    def uses(self, candidate: Candidate, month: int, rotation: str, office: str | None) -> dict[tuple[Any, ...], int]:
        """What somebody in that rotation takes of everything with a ceiling or a floor."""
        world, mix = self.world, self.world.mix(rotation, office)
        worked = candidate.worked(month)
        taken: dict[tuple[Any, ...], int] = {}
        for arena, share in mix.items():
            taken["heads", arena, month] = 1
            taken["percent", arena, month] = worked * share
        for limit in world.limits:
            within = [share for arena, share in mix.items() if arena in limit.arenas]
            if within:
                taken["limit heads", limit.id, month] = 1
                taken["limit percent", limit.id, month] = worked * sum(within)
        for quota in world.quotas:
            limit = next((limit for limit in world.limits if limit.id == quota.of), None)
            under = {quota.of} if limit is None else limit.arenas
            own = world.municipality(candidate) == quota.municipality and quota.of not in world.groups
            if own and any(arena in under for arena in mix):
                taken["quota", quota.id, month] = 1
        post = candidate.post or office
        if post is not None and post not in mix:
            taken["away", post, month] = 1
        return {key: amount for key, amount in taken.items() if key in self.caps or key in self.floors}

    def fits_alone(self, uses: Mapping[tuple[Any, ...], int]) -> bool:
        return all(amount <= self.caps[key] for key, amount in uses.items() if key in self.caps)

    def _relevant(self) -> list[tuple[Any, ...]]:
        """The ceilings that all together could break, and every floor."""
        most: dict[tuple[Any, ...], int] = {}
        for candidate in self.candidates:
            own: dict[tuple[Any, ...], int] = {}
            for month in range(max(min(candidate.starts), self.world.first), self.world.end_for(candidate)):
                for rotation in candidate.allowed | set(self.held(candidate).rotations.values()):
                    for office in self.offices(candidate):
                        for key, amount in self.uses(candidate, month, rotation, office).items():
                            own[key] = max(own.get(key, 0), amount)
            for group in self.group_choices(candidate):
                for year in self._years(group):
                    own["group", *year] = 1
                own |= self.member_uses(candidate, group)
            for key, amount in own.items():
                most[key] = most.get(key, 0) + amount
        tight = {key for key, cap in self.caps.items() if most.get(key, 0) > cap}
        return sorted(tight | set(self.floors), key=str)

    def group_choices(self, candidate: Candidate) -> list[str]:
        if candidate.group_fixed:
            return [candidate.group]
        if self.held(candidate).group is not None:
            return [str(self.held(candidate).group)]
        if candidate.group != "free" or not self.world.rules["group_required"]:
            return []
        return [*self.world.groups, *(self.pairs() if candidate.may_split else [])]

    def pairs(self) -> list[str]:
        """Every two groups of which a year each may be attended."""
        names = [f"{one} + {other}" for one in self.world.groups for other in self.world.groups]
        return [name for name in names if self.world.group(name) is not None]

    def seat(self, candidate: Candidate, group: str | None) -> tuple[tuple[int, int], ...]:
        """What a membership takes."""
        keys = [("group", *year) for year in self._years(group)] + [*self.member_uses(candidate, group)]
        return tuple((self.index[key], 1) for key in keys if key in self.index)

    # supervisors

    def supervisors(self, candidate: Candidate, month: int, rotation: str, office: str | None) -> frozenset[str] | None:
        """Who may supervise that month; None: nobody is asked for.

        A candidate's own `supervisor` is no reason for there being no plan: without a place, another takes over.
        """
        if not self.world.supervisors:
            return None
        own = frozenset(a for a in with_own(self.world, rotation, office) if self.scope.own_supervisor(a, month))
        if not own and not self.scope.supervision(month):
            return None
        able = frozenset(
            name for name in self.world.supervisors if takes(self.world, name, rotation, office, month, own)
        )
        frozen = self.held(candidate).supervisors.get(month) if self.scope.everything else None
        kept = frozen is not None and self.held(candidate).rotations.get(month) == rotation
        return able & {frozen} if kept and frozen is not None else able

    def _supervision_matters(self, month: int) -> bool:
        places = [self.world.guided_at_most(name, month) for name in self.world.supervisors]
        return any(0 < n < len(self.candidates) for n in places)

    def supervisors_suffice(self, month: int, asked: Sequence[frozenset[str]]) -> bool:
        """Hall's condition: whoever we pick, those who may take them have places for them all."""
        for size in range(2, len(asked) + 1):
            for some in combinations(asked, size):
                names = frozenset().union(*some)
                if sum(self.world.guided_at_most(name, month) for name in names) < size:
                    return False
        return all(asked)

    # duty rosters

    def roster_tight(self, roster: str) -> bool:
        """Whether all candidates with their most in every month could ask for more than the roster has."""
        ceilings = [self.roster_ceiling(roster, month) for month in range(self.world.first, self.world.end)]
        most = self.world.rules["legevakt_max_per_month"] * len(self.candidates)
        return any(ceiling is not None and ceiling < most for ceiling in ceilings)

    def roster_ceiling(self, roster: str, month: int) -> int | None:
        if not self.scope.of_place("legevakt", "arena", roster, month):
            return None
        return self.world.shifts_left(roster, month) if self.world.arenas[roster].approved_in(month) else 0

    def shifts_suffice(self, needs: Sequence[Need]) -> bool:
        """Whether all needs fit together (the cut of a transport problem: every choice of people against their
        months).
        """
        return all(
            self._roster_suffices(roster, [n for n in needs if n.roster == roster])
            for roster in {n.roster for n in needs}
        )

    def _roster_suffices(self, roster: str, needs: Sequence[Need]) -> bool:
        left: list[int | None] = []
        for index in range(self.world.months):
            ceiling = self.roster_ceiling(roster, self.world.first + index)
            taken = sum(need.taken[index] for need in needs)
            if ceiling is not None and taken > ceiling:
                return False
            left.append(None if ceiling is None else ceiling - taken)
        for size in range(1, len(needs) + 1):
            for some in combinations(needs, size):
                wide = [sum(need.most[index] for need in some) for index in range(self.world.months)]
                if sum(w if c is None else min(w, c) for w, c in zip(wide, left, strict=True)) < sum(
                    n.shifts for n in some
                ):
                    return False
        return True
