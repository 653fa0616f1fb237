"""What a published plan holds the new one to (decision 0008), month by month.

Readings of our own, where 0008 is silent:

- The freeze month must be given: the oracle knows no today.
- A published start is frozen when it lies in the frozen months and the new window still has it; one that lies later
  does not move into them, where nobody served.
- A group has begun when its first month is frozen.
- In a month whose rotation is frozen, exactly the published shifts are taken, unless the month no longer allows any;
  in a frozen month that gave way the plan is free.
- A supervisor is "there" in a month when the new data still let them take that candidate, and as long as they have
  places for all who had them in that frozen month.
- A published practice has room when the published plan's people there, in every month, are within the places and
  percent left.
- A frozen month that gave way is no change (the weights begin after the freeze).
- Months before the published start count as worked outside it, and so do those after the published finish, but only
  of somebody who finished.
- Where frozen months are served (`readings.frozen_is_served`): the freeze reaches to the last published month at most;
  the published start holds, whatever window the file has now; what an office has room for in frozen months lets people
  leave it, too, from then on; a block that the published plan ends with the frozen months needs no longer, one that it
  goes on with must reach today's shortest length; a block that leave cuts short counts towards `max_blocks` like any
  other, and it may be short; who has all by the end of the frozen months is done with them; who was done is never
  early, whatever is asked for by now; whose horizon they fill is unfinished; a newcomer in a frozen month has what the
  others leave of today's places; no floor is asked for up to the freeze; who was done by then keeps the place in the
  group.
- The earliest finish takes the published percent of frozen months, and of months before a published start today's.
- "All that the affected could move" is every month after the freeze to the end of the horizon, and the group: a
  bystander's weight is multiplied by one more than that.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from .paths import door_block, runs_on
from .readings import TODAY
from .world import Candidate, Done, Frozen, Reservation, World, counted, hundredths, month_number

GROUP_WEIGHT = 4


@dataclass(frozen=True)
class Entry:
    """One candidate's published plan."""

    start: int
    finish: int | None
    practice: str | None
    group: str | None
    rotations: dict[int, str]
    offices: dict[int, str]
    shifts: dict[int, int]
    supervisors: dict[int, str]
    months: dict[int, tuple[str | None, int]] = field(default_factory=dict)


@dataclass(frozen=True)
class Held:
    """What one candidate is held to; empty without a published plan."""

    rotations: dict[int, str] = field(default_factory=dict)
    shifts: dict[int, int] = field(default_factory=dict)
    supervisors: dict[int, str] = field(default_factory=dict)
    starts: tuple[int, ...] | None = None
    practices: dict[int, str | None] | None = None
    group: str | None = None


@dataclass(frozen=True)
class Baseline:
    freeze_to: int
    entries: dict[str, Entry]
    held: dict[str, Held]
    affected: frozenset[str] = frozenset()
    bystander: int = 1

    def weight(self, month: int) -> int:
        """4 in the first six months after the freeze, 3 up to a year, 2 up to two years, then 1."""
        after = month - self.freeze_to
        if after <= 0 and not TODAY.frozen_months_weigh:
            return 0
        return 4 if after <= 6 else 3 if after <= 12 else 2 if after <= 24 else 1


def entries_of(plan: Mapping[str, Any]) -> dict[str, Entry]:
    return {row["id"]: entry(row) for row in plan.get("candidates", [])}


def entry(row: Mapping[str, Any]) -> Entry:
    return Entry(
        start=month_number(row["start"]),
        finish=month_number(row["finish"]) if row.get("finish") else None,
        practice=row.get("practice"),
        offices=offices_in(row),
        group=row.get("group") if row.get("second_group") is None else f"{row['group']} + {row['second_group']}",
        rotations={month_number(m["month"]): m["rotation"] for m in row["months"] if m["rotation"] is not None},
        shifts={month_number(s["month"]): s["shifts"] for s in row.get("shifts", ())},
        supervisors={
            month: s["id"]
            for s in row.get("supervisors", ())
            for month in range(month_number(s["from"]), month_number(s["to"]) + 1)
        },
        months={month_number(m["month"]): worked_in(m) for m in row["months"]},
    )


def worked_in(row: Mapping[str, Any]) -> tuple[str | None, int]:
    return (None, 0) if row["rotation"] is None else (row["rotation"], hundredths(row["percent"]))


# frozen months that are served


def as_served(world: World, baseline: Baseline | None) -> World:
    """The instance with what a published plan says of the past: which blocks it ends there, and, where frozen months
    are served, these as months of the past with what they take of everything shared.
    """
    if baseline is None:
        return world
    candidates = [with_frozen(world, c, baseline.entries.get(c.id), baseline.freeze_to) for c in world.candidates]
    taken = [row for c in candidates if c.frozen is not None for row in taken_by(world, c, c.frozen)]
    return replace(world, candidates=candidates, reservations=[*world.reservations, *taken])


def with_frozen(world: World, candidate: Candidate, own: Entry | None, freeze_to: int) -> Candidate:
    if own is None:
        return candidate
    frozen = frozen_of(world, own, freeze_to) if TODAY.frozen_is_served else None
    if frozen is None:
        return replace(candidate, released=ends_its_block(world, candidate, own, world.first))
    off = candidate.off if candidate.off_with is None else candidate.off_with(frozen)
    counts = {m: counted(percent, off.get(m)) for m, (_, percent) in frozen.months.items()}
    served = {m: Done(r, counts[m], frozen.offices.get(m)) for m, (r, _) in frozen.months.items() if r is not None}
    later = replace(candidate, past=dict(sorted({**candidate.past, **served}.items())), frozen=frozen, off=off)
    return replace(later, released=ends_its_block(world, later, own, frozen.door))


def frozen_of(world: World, own: Entry, freeze_to: int) -> Frozen | None:
    months = {month: row for month, row in own.months.items() if world.first <= month <= min(freeze_to, world.last)}
    if not months:
        return None
    door = max(months) + 1
    return Frozen(
        start=own.start,
        months=months,
        finish=own.finish if own.finish is not None and own.finish < door else None,
        offices={month: own.offices.get(month) for month in months},
        group=own.group,
        shifts={month: n for month, n in own.shifts.items() if month in months},
        supervisors={month: name for month, name in own.supervisors.items() if month in months},
    )


def ends_its_block(world: World, candidate: Candidate, own: Entry, door: int) -> bool:
    """Whether the block at the door does not go on in the published plan; a base block may, after leave."""
    block = door_block(world, candidate, door)
    later = [month for month in own.rotations if month >= door]
    if block is None or not later:
        return False
    following = min(later) if world.rotations[block.rotation].base else door
    return own.rotations.get(following) != block.rotation


def taken_by(world: World, candidate: Candidate, frozen: Frozen) -> list[Reservation]:
    """Of duty rosters and of supervisors; arenas' places come off in `shared.py`, a head once in a limit."""
    roster = world.roster_of(candidate)
    shifts = [] if roster is None else frozen.shifts.items()
    return [
        *(Reservation(roster.id, None, (month, month), 0, 0, n) for month, n in shifts if roster is not None),
        *(Reservation(None, name, (month, month), 1, 0, 0) for month, name in frozen.supervisors.items()),
    ]


def holds(world: World, entries: Mapping[str, Entry], freeze_to: int) -> dict[str, Held]:
    """What is frozen for each candidate, after all that gives way."""
    rotations = {
        c.id: frozen_rotations(world, c, entries[c.id], freeze_to) for c in world.candidates if c.id in entries
    }
    judged = freeze_to + 1 if TODAY.frozen_is_served else world.first
    practices = {
        c.id: {
            m: kept_practice(world, c, entries, freeze_to, judged, m) for m in range(months_from(c, world), world.end)
        }
        for c in world.candidates
        if c.id in entries
    }
    found = {}
    for candidate in world.candidates:
        if candidate.id not in entries:
            continue
        own = entries[candidate.id]
        found[candidate.id] = Held(
            rotations=rotations[candidate.id],
            shifts={m: frozen_shifts(world, candidate, m, r, own) for m, r in rotations[candidate.id].items()},
            supervisors=frozen_supervisors(world, candidate, rotations, practices, entries),
            starts=kept_starts(candidate, own, freeze_to),
            practices=practices[candidate.id],
            group=frozen_group(world, candidate, own, freeze_to),
        )
    return found


def kept_starts(candidate: Candidate, own: Entry, freeze_to: int) -> tuple[int, ...] | None:
    """The starts that the frozen months leave; None: all of the window."""
    if TODAY.frozen_is_served and own.start <= freeze_to and any(month <= freeze_to for month in own.months):
        return (own.start,)
    if own.start not in candidate.starts:
        return None
    if own.start <= freeze_to:
        return (own.start,)
    return tuple(start for start in candidate.starts if start > freeze_to)


def frozen_rotations(world: World, candidate: Candidate, own: Entry, freeze_to: int) -> dict[int, str]:
    if TODAY.frozen_is_served:
        return {}
    return {
        month: rotation
        for month, rotation in own.rotations.items()
        if world.first <= month < min(freeze_to + 1, world.end_for(candidate))
        and stands(world, candidate, month, rotation)
    }


def stands(world: World, candidate: Candidate, month: int, rotation: str) -> bool:
    """It gives way where the data make the month leave, start later, no longer allow it, or fix something else."""
    return (
        not candidate.on_leave(month)
        and month >= min(candidate.starts)
        and rotation in world.rotations
        and rotation in candidate.allowed
        and candidate.fixed_in(month) in (None, rotation)
        and not runs_otherwise(world, candidate, month, rotation)
    )


def runs_otherwise(world: World, candidate: Candidate, month: int, rotation: str) -> bool:
    """The file says that another block is running in the first month."""
    running = candidate.current is not None and month == world.first
    block = door_block(world, candidate, month) if running else None
    return block is not None and block.rotation != rotation and runs_on(world, block, candidate, month)


def frozen_shifts(world: World, candidate: Candidate, month: int, rotation: str, own: Entry) -> int:
    taken = own.shifts.get(month, 0)
    may = world.rotations[rotation].shifts and month >= (candidate.legevakt_from or month)
    return taken if may else 0


def frozen_group(world: World, candidate: Candidate, own: Entry, freeze_to: int) -> str | None:
    group = world.group(own.group)
    if candidate.group != "free" or group is None:
        return None
    return own.group if group.start <= freeze_to else None


def months_from(candidate: Candidate, world: World) -> int:
    return min(world.first, *candidate.starts)


def offices_in(row: Mapping[str, Any]) -> dict[int, str]:
    """The office of each month of the plan, leave and service elsewhere among them; `practice` alone is for all."""
    months = [month_number(m["month"]) for m in row["months"]]
    found = {month: row["practice"] for month in months if row.get("practice")}
    for part in row.get("practices", ())[1:]:
        found.update({month: part["practice"] for month in months if month_number(part["from"]) <= month})
    return found


def published_office(own: Entry, month: int) -> str | None:
    """The published office; before the plan's first month that of the first, after its last that of the last."""
    if not own.offices:
        return None
    return own.offices[min(max(month, min(own.offices)), max(own.offices))]


def kept_practice(
    world: World, candidate: Candidate, entries: Mapping[str, Entry], freeze_to: int, judged: int, month: int
) -> str | None:
    """The office that somebody is named to in a month.

    Frozen: the published one. Later: what the steps name, unless that office was left in the frozen months, and holds
    on until the steps change; else the published one, until there is no room in it for all who were to be there.
    """
    own = entries[candidate.id]
    office = published_office(own, month)
    office = office if office in world.offices else None
    if month <= freeze_to:
        return office or candidate.practice.at(month)
    if candidate.practice.at(month) is not None and not has_left(world, candidate, own, freeze_to, month):
        return candidate.practice.at(month)
    if office is None:
        return None
    crowded = any(
        not has_room(world, entries, office, m)
        for m in range(max(judged, world.first, freeze_to + 1), month + 1)
        if m < world.end
    )
    return None if crowded else office


def has_left(world: World, candidate: Candidate, own: Entry, freeze_to: int, month: int) -> bool:
    """Whether the steps say what they said when the freeze ended, and the office was left by then."""
    named = candidate.practice.at(freeze_to + 1)
    if named is None or any(candidate.practice.at(m) != named for m in range(freeze_to + 1, month + 1)):
        return False
    was = {m: done.practice for m, done in candidate.past.items() if done.practice is not None}
    was |= {m: office for m, office in own.offices.items() if m <= freeze_to}
    return was.get(freeze_to, named) != named and named in was.values()


def has_room(world: World, entries: Mapping[str, Entry], office: str, month: int) -> bool:
    heads, percent = 0, 0
    for candidate in world.candidates:
        own = entries.get(candidate.id)
        if own is None or candidate.on_leave(month):
            continue
        if (candidate.practice.at(month) or published_office(own, month)) != office:
            continue
        rotation = own.rotations.get(month)
        if rotation in world.rotations and office in world.mix(rotation, office):
            heads += 1
            percent += candidate.worked(month) * world.mix(rotation, office)[office]
    places, ceiling = places_left(world, office, month), percent_left(world, office, month)
    return (places is None or heads <= places) and (ceiling is None or percent <= ceiling)


def places_left(world: World, arena: str, month: int) -> int | None:
    """Heads after reservations, None without a ceiling; none while the arena is not approved."""
    if not world.arenas[arena].approved_in(month):
        return 0
    places = world.arenas[arena].places.ceiling(month)
    return None if places is None else max(0, places - sum(r.places for r in reserved(world, {arena}, month)))


def percent_left(world: World, arena: str, month: int) -> int | None:
    """Hundredths x hundredths after reservations, None without a ceiling."""
    percent = world.arenas[arena].percent.ceiling(month)
    return (
        None if percent is None else max(0, percent - sum(r.percent for r in reserved(world, {arena}, month))) * 10_000
    )


def reserved(world: World, arenas: Any, month: int) -> list[Any]:
    return [
        r
        for r in world.reservations
        if r.arena in arenas and (r.span[0] is None or r.span[0] <= month) and (r.span[1] is None or month <= r.span[1])
    ]


def frozen_supervisors(
    world: World,
    candidate: Candidate,
    rotations: Mapping[str, Mapping[int, str]],
    practices: Mapping[str, Mapping[int, str | None]],
    entries: Mapping[str, Entry],
) -> dict[int, str]:
    found = {}
    for month, rotation in rotations[candidate.id].items():
        name = entries[candidate.id].supervisors.get(month)
        if name is None:
            continue
        office = practices[candidate.id].get(month)
        had = sum(
            1
            for other, frozen in rotations.items()
            if month in frozen and entries[other].supervisors.get(month) == name
        )
        if takes(world, name, rotation, office, month) and had <= world.guided_at_most(name, month):
            found[month] = name
    return found


def takes(
    world: World, name: str, rotation: str, office: str | None, month: int, own: frozenset[str] | None = None
) -> bool:
    """Whether a supervisor is there for somebody in that rotation; `own`: arenas that ask for one of theirs."""
    supervisor = world.supervisors.get(name)
    if supervisor is None or not supervisor.counts_in(month) or not world.guided_at_most(name, month):
        return False
    within = (supervisor.span[0] is None or supervisor.span[0] <= month) and (
        supervisor.span[1] is None or month <= supervisor.span[1]
    )
    serves = not supervisor.arenas or bool(supervisor.arenas & set(world.mix(rotation, office)))
    asking = with_own(world, rotation, office) if own is None else own
    return within and serves and asking <= supervisor.arenas


def with_own(world: World, rotation: str, office: str | None) -> frozenset[str]:
    """The arenas of half the mix or more whose supervisor is one attached to them."""
    mix = world.mix(rotation, office)
    return frozenset(a for a, share in mix.items() if 2 * share >= 10_000 and world.arenas[a].own_supervisor)


def changed(world: World, baseline: Baseline, candidate: Candidate, path: Any) -> int:
    """The weight of one candidate's published months that moved, bystanders' multiplied."""
    own = baseline.entries.get(candidate.id)
    if own is None:
        return 0
    weight = 0
    for month, rotation in own.rotations.items():
        if (
            world.first <= month < world.end_for(candidate)
            and not candidate.on_leave(month)
            and moved(path, month, rotation)
        ):
            weight += baseline.weight(month)
    outside = [*range(world.first, own.start)]
    outside += [] if own.finish is None else range(max(own.finish + 1, world.first), world.end)
    weight += sum(baseline.weight(month) for month in outside if path.at(month) is not None)
    if candidate.group == "free" and own.group is not None and path.group != own.group:
        weight += GROUP_WEIGHT
    return weight * (1 if candidate.id in baseline.affected else baseline.bystander)


def moved(path: Any, month: int, rotation: str) -> bool:
    now = path.at(month)
    if now is None and not TODAY.early_finish_moves and path.last < month:
        return False
    return bool(now != rotation)


def bystander_factor(world: World, affected: frozenset[str], baseline: Baseline) -> int:
    everything = sum(baseline.weight(month) for month in range(world.first, world.end)) + GROUP_WEIGHT
    return 1 + everything * len(affected)
