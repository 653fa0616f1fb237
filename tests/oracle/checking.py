"""A plan file held against the instance: every rule on the finished path, every figure reckoned anew.

It shares the reckoning of a path (`paths.py`) with the search, but none of the search's own steps: it looks at whole
paths and whole prefixes. Readings of our own:

- Shifts taken by hand may be more than are needed, and a finish may wait for them (0001).
- `open_group_year` may name either year that is open, or none where the coordinator says that it is done.
- The value of `changes` is compared like any other figure, bystanders' months multiplied.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from . import levels
from .paths import (
    Block,
    Path,
    asked_of,
    blocks_of,
    breadth,
    door_block,
    earliest_finish,
    ends,
    first_planned,
    first_seated,
    goals_met,
    had_all,
    is_leaving,
    is_unfinished,
    leave_fits,
    leaves,
    may_leave,
    must_go_on,
    open_years,
    past_blocks,
    past_work,
    runs_on,
    served_in,
    service_of,
    shown_months,
    wish_met,
)
from .published import Baseline, as_served, bystander_factor, entries_of, holds, offices_in, takes, worked_in
from .scope import Scope
from .shared import Shared
from .stays import stay_of
from .world import CATEGORIES, UNIT, Candidate, World, month_number, month_text, world_of


@dataclass(frozen=True)
class Breach:
    """A rule broken, and by whom."""

    rule: str
    text: str
    candidates: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{self.rule} {' '.join(self.candidates)}: {self.text}"


@dataclass(frozen=True)
class Planned:
    """One candidate's path as a file tells it, with shifts and supervisors."""

    path: Path
    shifts: dict[int, int]
    supervisors: dict[int, str]
    before: dict[int, tuple[str | None, int]] = field(default_factory=dict)
    """Its frozen months, as the file tells them."""

    @property
    def planned_shifts(self) -> dict[int, int]:
        """Those that are not frozen."""
        return {month: n for month, n in self.shifts.items() if not self.candidate.is_frozen(month)}

    @property
    def candidate(self) -> Candidate:
        return self.path.candidate

    def taken(self, last: int | None = None) -> int:
        return sum(n for month, n in self.shifts.items() if last is None or month <= last)


def judged(tree: Mapping[str, Any], plan: Mapping[str, Any], baseline: Baseline | None) -> list[str]:
    world = as_served(world_of(tree), baseline)
    try:
        planned = planned_of(world, plan)
    except (KeyError, ValueError) as error:
        return [f"plan cannot be read: {error!r}"]
    found = [*breaches(world, planned, baseline), *figures(world, plan, planned, baseline)]
    return [str(breach) for breach in found]


def plan_values(
    tree: Mapping[str, Any], plan: Mapping[str, Any], baseline: Baseline | None
) -> dict[str, tuple[float, float | None]]:
    world = as_served(world_of(tree), baseline)
    order = levels.order_of(world, None, baseline is not None)
    planned = planned_of(world, plan)
    return levels.together([own_values(world, baseline, each_planned, order) for each_planned in planned], order)


def office_changes(tree: Mapping[str, Any], plan: Mapping[str, Any], baseline: Baseline | None) -> int:
    world = as_served(world_of(tree), baseline)
    return sum(levels.office_changes(world, baseline, planned.path) for planned in planned_of(world, plan))


def own_values(
    world: World, baseline: Baseline | None, planned: Planned, order: Sequence[str]
) -> tuple[levels.Own, ...]:
    """As the search's, but that breadth looks at the shifts planned."""
    values = levels.own_values(world, baseline, planned.path, order)
    full = planned.taken() + planned.candidate.shifts_done >= world.shifts_for_goals
    narrowness = -breadth(world, planned.path, shifts_planned=planned.taken() > 0, full_shifts=full)
    named = zip(levels.columns(order), values, strict=True)
    return tuple(narrowness if name == "breadth" else value for (name, _), value in named)


def planned_of(world: World, plan: Mapping[str, Any]) -> list[Planned]:
    rows = {row["id"]: row for row in plan.get("candidates", [])}
    return [planned_one(world, candidate, rows[candidate.id]) for candidate in world.candidates if candidate.id in rows]


def group_of(row: Mapping[str, Any]) -> str | None:
    """The group, or the two of which a year each is attended."""
    first, second = row.get("group"), row.get("second_group")
    return first if second is None else f"{first} + {second}"


def planned_one(world: World, candidate: Candidate, row: Mapping[str, Any]) -> Planned:
    months = [month_number(month["month"]) for month in row["months"]]
    if months != list(range(months[0], months[0] + len(months))):
        raise ValueError(f"{candidate.id}: months out of order")
    door = months[0] if candidate.frozen is None else candidate.frozen.door
    rotations = tuple(m["rotation"] for number, m in zip(months, row["months"], strict=True) if number >= door)
    before = {number: worked_in(m) for number, m in zip(months, row["months"], strict=True) if number < door}
    start, first = month_number(row["start"]), max(door, months[0])
    unfinished, leaving = bool(row["unfinished"]), is_leaving(world, candidate, start)
    offices = stay_of(dict(offices_in(row)) if row.get("practice") else {})
    path = Path(candidate, start, first, rotations, offices, group_of(row), unfinished, leaving)
    supervisors = {
        month: s["id"]
        for s in row.get("supervisors", ())
        for month in range(month_number(s["from"]), month_number(s["to"]) + 1)
    }
    shifts = {month_number(s["month"]): s["shifts"] for s in row.get("shifts", ())}
    return Planned(path, shifts, supervisors, before)


# the published plan


def baseline_of(tree: Mapping[str, Any], published: Mapping[str, Any] | None, freeze_to: str | None) -> Baseline | None:
    """What the published plan holds the new one to, and whose months are weighed how."""
    if published is None:
        return None
    if freeze_to is None:
        raise ValueError("the oracle knows no today: give freeze_to")
    world, entries, freeze = world_of(tree), entries_of(published), month_number(freeze_to)
    baseline = Baseline(freeze, entries, holds(world, entries, freeze))
    world = as_served(world, baseline)
    affected = affected_by(world, planned_of(world, known(world, published)))
    return Baseline(freeze, entries, baseline.held, affected, bystander_factor(world, affected, baseline))


def known(world: World, published: Mapping[str, Any]) -> dict[str, Any]:
    """The published plan within today's horizon, without the candidates that are gone."""
    rows = [row for row in published.get("candidates", []) if row["months"]]
    return {"candidates": [row for row in rows if row["id"] in {candidate.id for candidate in world.candidates}]}


def affected_by(world: World, planned: Sequence[Planned]) -> frozenset[str]:
    """Those whose published plan does not hold any more, and everybody in a place that has become too small."""
    found: set[str] = set()
    for breach in breaches(world, planned, None):
        found |= set(breach.candidates)
    return frozenset(found)


# rules

Told = Iterable[tuple[str, str]]


def breaches(world: World, planned: Sequence[Planned], baseline: Baseline | None) -> list[Breach]:
    shared = Shared(world, world.candidates, Scope(), baseline)
    found: list[Breach] = []
    readable: list[Planned] = []
    for each_planned in planned:
        own = list(as_published(each_planned))
        if had_all(world, each_planned.candidate) is None:
            own += shape(world, shared, each_planned)
        elif each_planned.path != had_all(world, each_planned.candidate):
            own.append(("fixed", "was done within the frozen months, and is planned otherwise"))
            continue
        if not any(rule == "unknown" for rule, _ in own):
            readable.append(each_planned)
            rules = ALONE if had_all(world, each_planned.candidate) is None else ()
            own += [told for rule in rules for told in rule(world, shared, each_planned)]
        found += [Breach(rule, text, (each_planned.candidate.id,)) for rule, text in own]
    return found + together(world, shared, readable)


def as_published(planned: Planned) -> Told:
    """Frozen months: rotation, percent, shifts, supervisors."""
    frozen, candidate = planned.candidate.frozen, planned.candidate
    if frozen is None:
        return
    told: list[tuple[str, Mapping[int, Any], Mapping[int, Any]]] = [
        ("fixed", planned.before, frozen.months),
        ("legevakt", {m: n for m, n in planned.shifts.items() if n}, {m: n for m, n in frozen.shifts.items() if n}),
        ("supervision", planned.supervisors, frozen.supervisors),
    ]
    for rule, has, published in told:
        now = {month: value for month, value in has.items() if candidate.is_frozen(month) or rule == "fixed"}
        if now != published:
            yield rule, f"{now} in frozen months, {published} was published"


def shape(world: World, shared: Shared, planned: Planned) -> Told:
    """`one-rotation`, `leave`, `horizon`: which months there are, and that each is a rotation or leave."""
    path, candidate = planned.path, planned.candidate
    begun = None if candidate.frozen is None else (candidate.frozen.start,)
    if path.start not in (begun or shared.held(candidate).starts or candidate.starts):
        yield "one-rotation", f"does not start {month_text(path.start)}"
    if candidate.has_begun and begun is None and path.start > world.first:
        yield "fixed", f"had begun, so {month_text(path.start)} is no start"
    if path.first != first_planned(world, candidate, path.start):
        yield "one-rotation", f"the first month is {month_text(path.first)}"
    if path.last > world.last:
        yield "horizon", f"planned to {month_text(path.last)}"
    if candidate.until is not None and path.last > candidate.until:
        yield "until", f"planned to {month_text(path.last)}"
    for month, rotation in path.items():
        yield from placed(world, candidate, month, rotation)
    for office in path.offices.offices:
        if office not in world.offices:
            yield "unknown", f"no office {office}"
    if path.group is not None and world.group(path.group) is None:
        yield "unknown", f"no group {path.group}"


def placed(world: World, candidate: Candidate, month: int, rotation: str | None) -> Told:
    if rotation is None:
        if not candidate.on_leave(month):
            yield "one-rotation", f"nowhere in {month_text(month)}"
        return
    if candidate.on_leave(month):
        yield "leave", f"{rotation} in {month_text(month)}, which is leave"
    if rotation not in world.rotations:
        yield "unknown", f"no rotation {rotation}"
    elif rotation not in candidate.allowed:
        yield "one-rotation", f"{rotation} is not allowed"


def extent(world: World, shared: Shared, planned: Planned) -> Told:
    """The finish is the first month at whose end the candidate is complete; who cannot finish is planned to the end."""
    path, candidate, end = planned.path, planned.candidate, world.end_for(planned.candidate) - 1
    unfinished = is_unfinished(world, candidate, path.start, shared.held(candidate).starts)
    unfinished = unfinished or (path.first == world.end and any(lacks(world, shared, planned, path.last)))
    left = path.unfinished and not unfinished and may_leave(world, candidate)
    if path.unfinished != unfinished and not left:
        yield "horizon", f"unfinished should be {unfinished}"
    if (unfinished or left) and path.last != end:
        yield "until" if left else "horizon", f"should have been planned to {month_text(end)}"
    if unfinished:
        return
    lacking = list(lacks(world, shared, planned, path.last))
    if left and not lacking:
        yield "until", "said to be unfinished, and complete"
    yield from () if left else lacking
    for last in range(path.first - (candidate.frozen is not None), path.last):
        if not list(lacks(world, shared, planned, last)):
            yield "one-rotation", f"complete by {month_text(last)} already"


def lacks(world: World, shared: Shared, planned: Planned, last: int) -> Told:
    """What is missing at the end of that month for the candidate to be complete."""
    path, candidate = planned.path.until(last), planned.candidate
    service = service_of(world, candidate, path.percent)
    if service.counted < asked_of(world, candidate, "total"):
        yield "service-total", f"{service.counted / UNIT} counted"
    if service.open_practice < asked_of(world, candidate, "open_practice_min"):
        yield "open-practice", f"{service.open_practice / UNIT}"
    if service.institution < asked_of(world, candidate, "institution_min"):
        yield "institution", f"{service.institution / UNIT}"
    yield from requirements_lack(world, path)
    yield from membership_lacks(world, shared, path)
    if planned.taken(last) + candidate.shifts_done < world.rules["legevakt_shifts"]:
        yield "legevakt", f"{planned.taken(last) + candidate.shifts_done} shifts"
    enough = planned.taken(last) + candidate.shifts_done >= world.shifts_for_goals
    missing = world.goals - goals_met(world, candidate, served_in(path), enough)
    if missing:
        yield "goals", f"{sorted(missing)} not covered"
    block = blocks_of(world, path)[-1:]
    if block and block[0].last == last and broken_off(world, block[0], path):
        yield "block-length", f"{block[0].rotation} broken off by the finish"
    if any(fixed_in(shared, candidate, month) is not None for month in range(last + 1, world.end_for(candidate))):
        yield "fixed", "fixed months lie ahead"
    whole = world.end_for(candidate) == world.end
    if whole and any(until is not None and until > world.last for _, _, until in candidate.fixed):
        yield "fixed", "fixed months lie beyond the horizon"


def broken_off(world: World, block: Block, path: Path) -> bool:
    rotation = world.rotations[block.rotation]
    asked = block.in_plan or must_go_on(world, block, path.candidate, path.first)
    return asked and not rotation.base and block.served < rotation.min_months


def requirements_lack(world: World, path: Path) -> Told:
    for row in world.requirements:
        if row.concerns(path.candidate.id):
            months, blocks = visits(world, path, row.rotations)
            if row.min_months is not None and months < row.min_months:
                yield "requirement", f"{row.id}: {months / UNIT} FTE-months"
            if row.min_blocks is not None and blocks < row.min_blocks:
                yield "requirement", f"{row.id}: {blocks} blocks"


def visits(world: World, path: Path, rotations: frozenset[str]) -> tuple[int, int]:
    """FTE-months (in units) and blocks of these rotations, in the past and in the plan."""
    months = sum(percent for rotation, percent in path.percent.items() if rotation in rotations) * 10_000
    blocks = sum(1 for block in blocks_of(world, path) if block.is_told and block.rotation in rotations)
    return months + past_work(path.candidate, rotations), blocks


def past_visits(world: World, path: Path, rotations: frozenset[str]) -> tuple[int, int]:
    """The same of the past alone."""
    blocks = [b for b in past_blocks(world, path.candidate, path.first) if b.is_told and b.rotation in rotations]
    return past_work(path.candidate, rotations), len(blocks)


def requirement_ceilings(world: World, shared: Shared, planned: Planned) -> Told:
    for row in world.requirements:
        if row.concerns(planned.candidate.id):
            months, blocks = visits(world, planned.path, row.rotations)
            had_months, had_blocks = past_visits(world, planned.path, row.rotations)
            if row.max_months is not None and months > max(row.max_months, had_months):
                yield "requirement", f"{row.id}: {months / UNIT} FTE-months"
            if row.max_blocks is not None and blocks > max(row.max_blocks, had_blocks):
                yield "requirement", f"{row.id}: {blocks} blocks"


def fixed_in(shared: Shared, candidate: Candidate, month: int) -> str | None:
    return candidate.fixed_in(month) or shared.held(candidate).rotations.get(month)


def as_given(world: World, shared: Shared, planned: Planned) -> Told:
    """`fixed` and `current`."""
    path, candidate = planned.path, planned.candidate
    for month in range(world.first if candidate.frozen is None else path.first, world.end_for(candidate)):
        given = fixed_in(shared, candidate, month)
        if given is not None and path.at(month) != given and not (path.unfinished and month > path.last):
            yield "fixed", f"{month_text(month)} should be {given}"
    runs = candidate.current is not None and candidate.frozen is None
    block = door_block(world, candidate, path.first) if runs else None
    held = block is not None and runs_on(world, block, candidate, path.first) and not candidate.on_leave(path.first)
    if block is not None and held and path.at(path.first) != block.rotation:
        yield "fixed", f"{block.rotation} is running in {month_text(path.first)}"


def block_rules(world: World, shared: Shared, planned: Planned) -> Told:
    blocks = blocks_of(world, planned.path)
    counts: dict[str, int] = {}
    had = Counter(block.rotation for block in blocks if block.before)
    for index, block in enumerate(blocks):
        short = too_short(world, shared, planned, blocks, index)
        forgiven = short and block.ended_by_leave and planned.candidate.frozen is not None and block.before > 0
        if short and not forgiven:
            yield "block-length", f"{block.rotation} for {block.served} months"
        most = world.rotations[block.rotation].max_months
        if most is not None and block.served > most and block.in_plan:
            yield "block-length", f"{block.rotation} for {block.served} months"
        counts[block.rotation] = counts.get(block.rotation, 0) + block.is_told
        yield from begins(world, shared, planned, blocks, index)
    for rotation, count in counts.items():
        most = world.rotations[rotation].max_blocks
        closed = most == 0 and any(block.running and block.rotation == rotation for block in blocks)
        if most is not None and count > most and (count > had[rotation] or closed):
            yield "block-count", f"{count} blocks of {rotation}"


def too_short(world: World, shared: Shared, planned: Planned, blocks: Sequence[Block], index: int) -> bool:
    """Below its shortest length, where neither finish (a base block) nor horizon may have cut it, nor the past."""
    block, path = blocks[index], planned.path
    rotation = world.rotations[block.rotation]
    if not block.in_plan and not must_go_on(world, block, planned.candidate, path.first):
        return False
    last = index == len(blocks) - 1 and not block.ended_by_leave
    return 0 < block.served < rotation.min_months and not (last and (rotation.base or path.unfinished))


def begins(world: World, shared: Shared, planned: Planned, blocks: Sequence[Block], index: int) -> Told:
    block, candidate = blocks[index], planned.candidate
    rotation, month = world.rotations[block.rotation], block.first
    given = month is not None and fixed_in(shared, candidate, month) == block.rotation and candidate.exempt_in(month)
    if block.is_old or month is None or given:
        return
    if rotation.starts and month % 12 + 1 not in rotation.starts:
        yield "block-start", f"{block.rotation} begins {month_text(month)}"
    served = candidate.months_served + sum(1 for m, r in planned.path.items() if m < month and r is not None)
    if served < rotation.not_before:
        yield "block-start", f"{block.rotation} begins after {served} service months"
    done = {earlier.rotation for earlier in blocks[:index] if earlier.is_told}
    for some in rotation.after:
        if not done & set(some):
            yield "block-start", f"{block.rotation} begins before {' or '.join(some)} has ended"


def office_rule(world: World, shared: Shared, planned: Planned) -> Told:
    path, months = planned.path, range(planned.path.first, planned.path.last + 1)
    needless = not any(world.rotations[name].in_practice for name in planned.candidate.allowed)
    ways = shared.stays(planned.candidate, first_seated(world, planned.candidate, path.first))
    fits = any(all(stay.at(month) == path.offices.at(month) for month in months) for stay in ways)
    if not fits and not (needless and not path.offices.offices):
        yield "practice", f"{path.offices.rows} is none of the ways to have offices"


def membership(world: World, shared: Shared, planned: Planned) -> Told:
    """Which group it may be; the end and the open year are asked of a finish, and the open year of the unfinished."""
    path, candidate = planned.path, planned.candidate
    if candidate.group == "done":
        if path.group is not None:
            yield "group", "done, and yet in one"
        return
    held = candidate.group if candidate.group_fixed else shared.held(candidate).group
    if held is not None:
        if path.group != held:
            yield "group", f"{path.group} instead of {held}"
    elif path.group is not None:
        group = world.joined(path.group)
        if group.two and not candidate.may_split:
            yield "group", f"in two groups, {path.group}"
        if group.start < max(path.start, world.first):
            yield "group", f"{path.group} starts too early"
        if not leave_fits(world, candidate, group):
            yield "group", f"too much leave in {path.group}"
    if path.unfinished and not leaves(world, path) and not levels.membership_holds(world, path):
        yield "group", f"no open year in {path.group}"


def membership_lacks(world: World, shared: Shared, path: Path) -> Told:
    candidate = path.candidate
    if candidate.group == "done":
        return
    if path.group is None:
        if world.rules["group_required"] or candidate.group_fixed or shared.held(candidate).group is not None:
            yield "group", "none"
        return
    group = world.joined(path.group)
    if group.end > path.last:
        yield "group", f"{path.group} ends {month_text(group.end)}"
    if not (candidate.open_year_done and candidate.group == path.group) and not open_years(world, path, group):
        yield "group", f"no open year in {path.group}"


def shift_rules(world: World, shared: Shared, planned: Planned) -> Told:
    candidate, roster = planned.candidate, world.roster_of(planned.candidate)
    for month, number in planned.planned_shifts.items():
        rotation = planned.path.at(month)
        if number and (roster is None or rotation is None or not world.rotations[rotation].shifts):
            yield "legevakt", f"shifts in {month_text(month)}"
        if number > world.rules["legevakt_max_per_month"]:
            yield "legevakt", f"{number} shifts in {month_text(month)}"
        if number and month < (candidate.legevakt_from or month):
            yield "legevakt", f"shifts in {month_text(month)}, before {month_text(candidate.legevakt_from or month)}"
    for month, number in shared.held(candidate).shifts.items():
        if planned.shifts.get(month, 0) != number and planned.path.at(month) == shared.held(candidate).rotations[month]:
            yield "legevakt", f"{planned.shifts.get(month, 0)} shifts in {month_text(month)}, {number} were published"


def supervised(world: World, shared: Shared, planned: Planned) -> Told:
    if not world.supervisors:
        return
    for month, rotation in planned.path.items():
        name = planned.supervisors.get(month)
        if rotation is None:
            continue
        may = shared.supervisors(planned.candidate, month, rotation, planned.path.offices.at(month)) or ()
        if name is None or name not in may or not takes(world, name, rotation, planned.path.offices.at(month), month):
            yield "supervision", f"{name} in {month_text(month)}"


def date(world: World, shared: Shared, planned: Planned) -> Told:
    end, by = ends(world, planned.path), planned.candidate.finish_by
    if by is not None and not leaves(world, planned.path) and (end is None or end > by):
        yield "finish-by", f"finish after {month_text(by)}"


ALONE = (
    extent,
    requirement_ceilings,
    as_given,
    block_rules,
    office_rule,
    membership,
    shift_rules,
    supervised,
    date,
)


def together(world: World, shared: Shared, planned: Sequence[Planned]) -> list[Breach]:
    """Everything shared."""
    taken, who = usage(shared, planned)
    found = []
    for key, cap in shared.caps.items():
        if taken.get(key, 0) > cap:
            rule = {"group": "group", "away": "away", "quota": "quota"}.get(key[0], "capacity")
            found.append(Breach(rule, f"{told(key)}: {taken[key]} of {cap}", tuple(who[key])))
    for key, floor in shared.floors.items():
        if taken.get(key, 0) < floor:
            found.append(Breach("capacity", f"{told(key)}: {taken.get(key, 0)}, at least {floor}", ()))
    return found + supervisors_full(world, planned) + left(world, shared, planned) + roster_full(world, shared, planned)


def usage(shared: Shared, planned: Sequence[Planned]) -> tuple[dict[Any, int], dict[Any, list[str]]]:
    taken: dict[Any, int] = {}
    who: dict[Any, list[str]] = {}

    def add(key: Any, amount: int, name: str) -> None:
        taken[key] = taken.get(key, 0) + amount
        who.setdefault(key, []).append(name)

    for each_planned in planned:
        for month, rotation in each_planned.path.items():
            if rotation is not None and not each_planned.candidate.on_leave(month):
                for key, amount in shared.uses(
                    each_planned.candidate, month, rotation, each_planned.path.offices.at(month)
                ).items():
                    add(key, amount, each_planned.candidate.id)
        if each_planned.path.group is not None:
            for name, year in shared.world.joined(each_planned.path.group).attended:
                add(("group", name, year), 1, each_planned.candidate.id)
            for key in shared.member_uses(each_planned.candidate, each_planned.path.group):
                add(key, 1, each_planned.candidate.id)
    return taken, who


def told(key: tuple[Any, ...]) -> str:
    return " ".join(month_text(part) if isinstance(part, int) else str(part) for part in key)


def supervisors_full(world: World, planned: Sequence[Planned]) -> list[Breach]:
    found = []
    for month in range(world.first, world.end):
        for name in world.supervisors:
            theirs = [
                o.candidate.id for o in planned if o.path.at(month) is not None and o.supervisors.get(month) == name
            ]
            if len(theirs) > world.guided_at_most(name, month):
                found.append(Breach("supervision", f"{name} has {len(theirs)} in {month_text(month)}", tuple(theirs)))
    return found


def left(world: World, shared: Shared, planned: Sequence[Planned]) -> list[Breach]:
    """Months with another than the fixed supervisor although that one has a place left; frozen ones stand."""
    found = []
    for each_planned in planned:
        named, held = each_planned.candidate.supervisor, shared.held(each_planned.candidate)
        for month, rotation in each_planned.path.items():
            given = named.at(month)
            if (
                rotation is None
                or given is None
                or month in held.rotations
                or each_planned.supervisors.get(month) == given
            ):
                continue
            there = sum(other.path.at(month) is not None and other.supervisors.get(month) == given for other in planned)
            if there < world.guided_at_most(given, month) and takes(
                world, given, rotation, each_planned.path.offices.at(month), month
            ):
                found.append(Breach("supervision", f"not {given} in {month_text(month)}", (each_planned.candidate.id,)))
    return found


def roster_full(world: World, shared: Shared, planned: Sequence[Planned]) -> list[Breach]:
    found = []
    for arena in world.arenas.values():
        if arena.service != "parallel" or arena.abstract:
            continue
        theirs = [
            each_planned
            for each_planned in planned
            if (roster := world.roster_of(each_planned.candidate)) is not None and roster.id == arena.id
        ]
        for month in range(world.first, world.end):
            ceiling, taken = (
                world.shifts_left(arena.id, month),
                sum(each_planned.planned_shifts.get(month, 0) for each_planned in theirs),
            )
            if ceiling is not None and taken > ceiling:
                names = tuple(each_planned.candidate.id for each_planned in theirs if each_planned.shifts.get(month, 0))
                found.append(Breach("legevakt", f"{taken} shifts of {ceiling} in {month_text(month)}", names))
    return found


# figures


def figures(
    world: World, plan: Mapping[str, Any], planned: Sequence[Planned], baseline: Baseline | None
) -> list[Breach]:
    """Every number of the file that can be reckoned from its months."""
    rows = {row["id"]: row for row in plan.get("candidates", [])}
    missing = [c.id for c in world.candidates if c.id not in rows]
    extra = [name for name in rows if name not in {c.id for c in world.candidates}]
    found = [Breach("figures", "not in the plan", (name,)) for name in missing]
    found += [Breach("figures", "not in the instance", (name,)) for name in extra]
    for each_planned in planned:
        if all(rotation is None or rotation in world.rotations for _, rotation in each_planned.path.items()):
            wrong = differences(expected(world, each_planned), rows[each_planned.candidate.id])
            found += [Breach("figures", text, (each_planned.candidate.id,)) for text in wrong]
            found += [
                Breach("figures", text, (each_planned.candidate.id,))
                for text in year_named(world, each_planned, rows[each_planned.candidate.id])
            ]
    if not found:
        found += objective_figures(world, plan, planned, baseline)
    return found


def expected(world: World, planned: Planned) -> dict[str, Any]:
    path, candidate = planned.path, planned.candidate
    service = service_of(world, candidate, path.percent)
    earliest, late = earliest_finish(world, candidate), levels.delay(world, None, path)
    return {
        "finish": text_or_none(path.finish),
        "earliest_finish": text_or_none(earliest),
        "delay": None if late == levels.NEVER else late,
        "projected_finish": None if leaves(world, path) or not path.unfinished else text_or_none(ends(world, path)),
        "months": [(month_text(m), r, candidate.worked(m) / 100) for m, r in shown_months(path)],
        "absence": [
            (month_text(m), candidate.counts(m) / 100)
            for m, rotation in shown_months(path)
            if rotation is not None and candidate.off.get(m)
        ],
        "blocks": [
            (b.rotation, month_text(b.shown), month_text(b.last)) for b in blocks_of(world, path) if b.shown is not None
        ],
        "service": {name: getattr(service, name) / UNIT for name in (*CATEGORIES, "counted", "uncounted")},
        "wishes": [(w.rotation, w.weight, wish_met(world, path, w)) for w in candidate.wishes],
    }


def text_or_none(month: int | None) -> str | None:
    return None if month is None else month_text(month)


def stated(row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "finish": row.get("finish"),
        "earliest_finish": row.get("earliest_finish"),
        "delay": row.get("delay"),
        "projected_finish": row.get("projected_finish"),
        "months": [(m["month"], m["rotation"], float(m["percent"])) for m in row["months"]],
        "absence": [(m["month"], float(m["earned"])) for m in row.get("absence", ())],
        "blocks": [(b["rotation"], b["from"], b["to"]) for b in row["blocks"]],
        "service": dict(row["service"]),
        "wishes": [(w["rotation"], w["weight"], w["met"]) for w in row.get("wishes", ())],
    }


def differences(expects: Mapping[str, Any], row: Mapping[str, Any]) -> list[str]:
    says = stated(row)
    return [
        f"{name} is {says[name]!r}, reckoned {value!r}"
        for name, value in expects.items()
        if not alike(says[name], value)
    ]


def alike(each_any: Any, other: Any) -> bool:
    if isinstance(each_any, Mapping) and isinstance(other, Mapping):
        return each_any.keys() == other.keys() and all(alike(each_any[key], other[key]) for key in each_any)
    if isinstance(each_any, (int, float)) and isinstance(other, (int, float)):
        return abs(each_any - other) < 1e-6
    return bool(each_any == other)


def year_named(world: World, planned: Planned, row: Mapping[str, Any]) -> Iterable[str]:
    year, path = row.get("open_group_year"), planned.path
    if path.group is None or (planned.candidate.open_year_done and planned.candidate.group == path.group):
        return
    years = open_years(world, path, world.joined(path.group))
    if (year is None and years) or (year is not None and year not in years):
        yield f"open_group_year is {year}, open are {years}"


def objective_figures(
    world: World, plan: Mapping[str, Any], planned: Sequence[Planned], baseline: Baseline | None
) -> Iterable[Breach]:
    order = levels.order_of(world, None, baseline is not None)
    reckoned = levels.together([own_values(world, baseline, each_planned, order) for each_planned in planned], order)
    rows = {row["id"]: row for row in plan.get("objectives", ())}
    for name, (value, worst) in reckoned.items():
        row = rows.get(name)
        if row is None:
            yield Breach("figures", f"no objective {name}")
        elif not alike(row["value"], value):
            yield Breach("figures", f"{name} is {row['value']}, reckoned {value}")
        elif worst is not None and not alike((row.get("worst") or {}).get("value"), worst):
            yield Breach("figures", f"worst {name} is {row.get('worst')}, reckoned {worst}")
