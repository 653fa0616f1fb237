"""Counting before searching: sums that show, without a solver, that there can be no plan.

Each check compares the least that is needed with the most that there is, so it never speaks of an instance that has a
plan. It comes with its witness: the keys of the rule instances whose numbers it adds up.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field

from scheduler.accounting import ceiling, spans
from scheduler.accounting.baseline import most_shifts
from scheduler.instance.categories import amounts, counted
from scheduler.instance.membership import begins_in_time, longest_leave, too_much_leave
from scheduler.instance.rule_key import Keys, RuleKey
from scheduler.instance.timeline import Timeline, surely_in_service, timeline_of
from scheduler.instance.types import PRACTICE, Candidate, Group, Instance, Rotation
from scheduler.month import Month


@dataclass(frozen=True, slots=True)
class Count:
    """Needed more than there is. ``text_key`` and ``fields`` make the sentence, ``keys`` is the witness.

    ``have`` and ``need`` are in the unit of the sentence; months ``start`` up to, not including, ``end``.
    """

    rule: str
    text_key: str
    have: float
    need: float
    start: Month
    end: Month
    candidates: tuple[str, ...]
    subjects: tuple[str, ...] = ()
    fields: Mapping[str, object] = field(default_factory=dict)
    keys: Keys = frozenset()


@dataclass(frozen=True, slots=True)
class _Person:
    """A candidate with the months in which service is possible at all: ``[first, end)``, months since the horizon."""

    candidate: Candidate
    timeline: Timeline
    end: int
    dated: bool

    @property
    def id(self) -> str:
        return self.candidate.id

    @property
    def first(self) -> int:
        return self.timeline.first

    def keys(self, *rules: str) -> Keys:
        """The keys of the candidate's instances of rules; the date's among them where it ends the window."""
        dated = ("finish-by",) if self.dated else ()
        return frozenset(RuleKey(rule, self.id) for rule in (*rules, *dated))


def count(instance: Instance) -> list[Count]:
    """Everything that sums alone show to be impossible; an empty list proves nothing."""
    people = [_person(instance, candidate) for candidate in instance.candidates.values()]
    finishing = [person for person in people if not person.timeline.unfinished]
    found = [shortfall for person in finishing for shortfall in _alone(instance, person)]
    found += _stays(instance, finishing)
    found += _groups(instance, finishing)
    found += _rosters(instance, finishing)
    found += _supervisors(instance, people)
    return found


def _person(instance: Instance, candidate: Candidate) -> _Person:
    timeline = timeline_of(instance, candidate)
    n = instance.end - instance.start
    latest = n if candidate.finish_by is None else min(candidate.finish_by + 1 - instance.start, n)
    return _Person(candidate, timeline, max(latest, 0), latest < n)


# --- one candidate ---------------------------------------------------------------------------------------------------


def _alone(instance: Instance, person: _Person) -> Iterator[Count]:
    yield from _too_late(instance, person)
    yield from _cap(instance, person)
    yield from _shifts(instance, person)
    yield from _no_group(instance, person)


def _too_late(instance: Instance, person: _Person) -> Iterator[Count]:
    """The earliest finish, whatever the rotations, is after the date."""
    earliest = min(person.timeline.earliest_end.values())
    if person.dated and earliest > person.end:
        yield Count(
            "finish-by",
            "count-finish",
            person.end,
            earliest,
            instance.start + person.end - 1,
            instance.start + earliest,
            (person.id,),
            keys=person.keys("service-total", "one-rotation", "part-time", "leave"),
        )


def _cap(instance: Instance, person: _Person) -> Iterator[Count]:
    """Counted service cannot reach the total: the caps of what the candidate may still serve in."""
    rules, credited = person.candidate.rules, person.candidate.credited
    work = 100 * (person.timeline.work[person.end] - person.timeline.work[person.first])
    most = {}
    for service in rules.services:
        share = max((r.share_by_service.get(service, 0) for r in instance.rotations_of(person.candidate)), default=0)
        most[service] = credited.get(service, 0) + work * share // 100
    reach = counted(most, rules)
    if reach < rules.total and work >= rules.total - reach and not person.dated:
        yield Count(
            "service-total",
            "count-cap",
            reach / 10_000,
            rules.total / 10_000,
            instance.start + person.first,
            instance.start + person.end,
            (person.id,),
            keys=person.keys("service-total", "one-rotation", "part-time", "leave"),
        )


def _shifts(instance: Instance, person: _Person) -> Iterator[Count]:
    """The months from the course on have too few shifts in them."""
    candidate = person.candidate
    missing = candidate.shifts_missing
    if not missing:
        return
    most = sum(_most_shifts(instance, person, t) for t in range(person.first, person.end))
    if most < missing:
        first = max(candidate.legevakt_from or 0, instance.start + person.first)
        keys = person.keys("legevakt", "leave", "one-rotation", "service-total")
        keys |= {RuleKey("legevakt", arena=candidate.legevakt_arena)}
        subjects = () if candidate.legevakt_arena is None else (candidate.legevakt_arena,)
        yield Count(
            "legevakt",
            "count-shifts",
            most,
            missing,
            first,
            instance.start + person.end,
            (person.id,),
            subjects,
            keys=keys,
        )


def _most_shifts(instance: Instance, person: _Person, t: int) -> int:
    candidate, month = person.candidate, instance.start + t
    most = most_shifts(instance, candidate, month)
    steps = None if candidate.legevakt_arena is None else instance.arenas[candidate.legevakt_arena].shifts
    return most if steps is None else max(min(most, steps.at(month)), 0)


# --- groups ----------------------------------------------------------------------------------------------------------


def _open_groups(instance: Instance, person: _Person) -> list[Group]:
    """The groups a candidate could be in as far as start, end and leave tell."""
    candidate = person.candidate
    if candidate.group.group_id is not None:
        return [instance.groups[candidate.group.group_id]]
    return [group for group in _groups_in_time(instance, person) if not too_much_leave(candidate, group)]


def _groups_in_time(instance: Instance, person: _Person) -> list[Group]:
    return [
        group
        for group in instance.groups.values()
        if begins_in_time(instance, person.candidate, group) and group.span.end <= instance.start + person.end
    ]


def _needs_group(person: _Person) -> bool:
    choice = person.candidate.group
    return not choice.done and (choice.group_id is not None or person.candidate.rules.group_required)


def _no_group(instance: Instance, person: _Person) -> Iterator[Count]:
    """No group begins after the candidate and ends in time; or each that does has too much leave in it."""
    if not _needs_group(person) or _open_groups(instance, person):
        return
    in_time, most = _groups_in_time(instance, person), person.candidate.rules.group_leave_months_max
    leave = min((longest_leave(person.candidate, group) for group in in_time), default=0)
    yield Count(
        "group",
        "count-group-leave" if in_time else "count-no-group",
        most if in_time else 0,
        leave if in_time else 1,
        instance.start + person.first,
        instance.start + person.end,
        (person.id,),
        tuple(group.id for group in in_time),
        keys=person.keys("group"),
    )


def _groups(instance: Instance, people: list[_Person]) -> Iterator[Count]:
    """More candidates than places in the groups they could be in: seat one after the other, moving others on."""
    able = {
        person.id: [each_group.id for each_group in _open_groups(instance, person)]
        for person in people
        if _needs_group(person)
    }
    seated: dict[str, list[str]] = defaultdict(list)
    for candidate_id, group_ids in able.items():
        if not group_ids:
            continue
        seen: dict[str, None] = {}
        if not _seat(instance, able, seated, candidate_id, seen):
            who = sorted({candidate_id, *(each_candidate_id for group in seen for each_candidate_id in seated[group])})
            places = sum(instance.groups[group_id].places for group_id in seen)
            spans = [instance.groups[group_id].span for group_id in seen]
            persons = {person.id: person for person in people}
            yield Count(
                "group",
                "count-groups",
                places,
                len(who),
                min(span.start for span in spans),
                max(span.end for span in spans),
                tuple(who),
                tuple(seen),
                keys=frozenset(RuleKey("group", group=group_id) for group_id in seen).union(
                    *(persons[each_candidate_id].keys("group") for each_candidate_id in who)
                ),
            )
            return


def _seat(
    instance: Instance,
    able: Mapping[str, list[str]],
    seated: dict[str, list[str]],
    candidate_id: str,
    seen: dict[str, None],
) -> bool:
    """Give the candidate a place, if need be by moving somebody to another group (augmenting path)."""
    for group_id in able[candidate_id]:
        if group_id in seen:
            continue
        seen[group_id] = None
        if len(seated[group_id]) < instance.groups[group_id].places:
            seated[group_id].append(candidate_id)
            return True
        for other in list(seated[group_id]):
            if _seat(instance, able, seated, other, seen):
                seated[group_id].remove(other)
                seated[group_id].append(candidate_id)
                return True
    return False


# --- stays in arenas -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Stay:
    """A candidate must serve at least ``months`` in rotations that all touch one of ``arenas``, inside the window."""

    person: _Person
    rule: str
    key: RuleKey
    arenas: frozenset[str]
    months: int
    first: int


def _stays(instance: Instance, people: list[_Person]) -> Iterator[Count]:
    """The stays that must lie in a window against the head-months that the arenas have in it."""
    by_arenas: dict[tuple[str, frozenset[str]], list[_Stay]] = defaultdict(list)
    for person in people:
        for stay in _needed(instance, person):
            by_arenas[stay.rule, stay.arenas].append(stay)
    for (rule, arenas), stays in by_arenas.items():
        if all(instance.arenas[arena_id].places is not None for arena_id in arenas):
            yield from _fullest(instance, rule, arenas, stays)


def _needed(instance: Instance, person: _Person) -> Iterator[_Stay]:
    """The minima of categories and of requirements, as months in the arenas that can give it."""
    candidate = person.candidate
    percent = max(person.timeline.percent[person.first : person.end], default=0)
    rotations = instance.rotations_of(candidate)
    before = amounts(candidate.credited, candidate.rules)
    for category in candidate.rules.minima:
        rule, inside = str(category.rule), candidate.rules.within(category)
        shares = {rotation.id: sum(rotation.share_by_service.get(one, 0) for one in inside) for rotation in rotations}
        giving = [rotation for rotation in rotations if shares[rotation.id]]
        missing, most = category.minimum - before[category.id], percent * max(shares.values(), default=0)
        yield from _stay(person, rule, RuleKey(rule, person.id), giving, missing, most, inside, instance)
    for row in instance.requirements:
        if row.names(person.id) and row.min_work:
            named = [rotation for rotation in rotations if rotation.id in row.rotations]
            key = RuleKey("requirement", person.id, requirement=row.id)
            yield from _stay(person, "requirement", key, named, row.min_work, percent * 100, None, instance)


def _stay(
    person: _Person,
    rule: str,
    key: RuleKey,
    rotations: list[Rotation],
    missing: int,
    most_a_month: int,
    services: Collection[str] | None,
    instance: Instance,
) -> Iterator[_Stay]:
    touched = [_touched(instance, rotation, services) for rotation in rotations]
    if missing <= 0 or not most_a_month or not rotations or not all(touched):
        return
    months = -(-missing // most_a_month)
    running = person.candidate.current is not None
    if not running:
        months = max(months, min(rotation.min_months for rotation in rotations))
    late = min(max(rotation.not_before - person.candidate.months_done, 0) for rotation in rotations)
    first = person.first if running or person.candidate.fixed else person.first + late
    yield _Stay(person, rule, key, frozenset().union(*touched), months, first)


def _touched(instance: Instance, rotation: Rotation, services: Collection[str] | None) -> frozenset[str]:
    """The arenas of the rotation that give such service (any, where none is named); empty if an office is among."""
    arenas = frozenset(
        arena_id
        for arena_id in rotation.mix
        if arena_id == PRACTICE or services is None or instance.arenas[arena_id].service in services
    )
    return frozenset() if PRACTICE in arenas else arenas


def _fullest(instance: Instance, rule: str, arenas: frozenset[str], stays: list[_Stay]) -> Iterator[Count]:
    """The first window, of those from somebody's first month to somebody's last, that is too full."""
    ceilings = [ceiling(instance, instance.arenas[arena_id]) for arena_id in arenas]
    room = [sum(top.places_at(month) or 0 for top in ceilings) for month in range(instance.start, instance.end)]
    for end in sorted({stay.person.end for stay in stays}):
        for begin in sorted({stay.first for stay in stays}, reverse=True):
            inside = [stay for stay in stays if begin <= stay.first and stay.person.end <= end]
            supply = sum(room[begin:end])
            if sum(stay.months for stay in inside) > supply:
                chosen = _fewest(inside, supply)
                keys = frozenset(RuleKey("capacity", arena=arena_id) for arena_id in arenas)
                for stay in chosen:
                    keys |= stay.person.keys("one-rotation", "part-time", "leave") | {stay.key} | _block_keys(stay)
                need = sum(stay.months for stay in chosen)
                who = tuple(sorted(stay.person.id for stay in chosen))
                start, over = instance.start + begin, instance.start + end
                yield Count(rule, "count-stays", supply, need, start, over, who, tuple(sorted(arenas)), keys=keys)
                return


def _block_keys(stay: _Stay) -> Keys:
    allowed = stay.person.candidate.allowed
    rules = ("block-length", "block-start", "block-count")
    return frozenset(RuleKey(rule, stay.person.id, rotation=rotation) for rule in rules for rotation in allowed)


def _fewest(stays: list[_Stay], supply: int) -> list[_Stay]:
    """The longest stays until they are too many."""
    chosen: list[_Stay] = []
    for stay in sorted(stays, key=lambda each_stay: -each_stay.months):
        chosen.append(stay)
        if sum(each_stay.months for each_stay in chosen) > supply:
            break
    return chosen


# --- shifts and supervisors for all together -------------------------------------------------------------------------


def _rosters(instance: Instance, people: list[_Person]) -> Iterator[Count]:
    """All shifts still missing against those of the roster until the last of them must be done."""
    for roster in instance.parallel_arenas:
        if roster.shifts is None:
            continue
        mine = [
            (person, person.candidate.shifts_missing)
            for person in people
            if person.candidate.legevakt_arena == roster.id
        ]
        for end in sorted({person.end for person, missing in mine if missing > 0}):
            inside = [(person, missing) for person, missing in mine if missing > 0 and person.end <= end]
            begin = min(person.first for person, _ in inside)
            supply = sum(max(roster.shifts.at(instance.start + t), 0) for t in range(begin, end))
            need = sum(missing for _, missing in inside)
            if need > supply:
                keys = frozenset([RuleKey("legevakt", arena=roster.id)]).union(*(p.keys("legevakt") for p, _ in inside))
                start, over = instance.start + begin, instance.start + end
                who = tuple(person.id for person, _ in inside)
                yield Count("legevakt", "count-roster", supply, need, start, over, who, (roster.id,), keys=keys)
                break


def _supervisors(instance: Instance, people: list[_Person]) -> Iterator[Count]:
    """Months in which more candidates are surely in service than all supervisors together have places."""
    if not instance.supervisors:
        return
    short: dict[tuple[int, tuple[str, ...]], list[int]] = defaultdict(list)
    for t in range(instance.end - instance.start):
        month = instance.start + t
        places = sum(
            max(supervisor.places.at(month), 0) for supervisor in instance.supervisors.values() if supervisor.specialist
        )
        there = tuple(person.id for person in people if surely_in_service(person.timeline, t))
        if len(there) > places:
            short[places, there].append(t)
    for (places, there), months in short.items():
        for span in spans(months):
            keys = frozenset(
                {RuleKey("supervision")}
                | {
                    RuleKey(rule, candidate_id)
                    for candidate_id in there
                    for rule in ("one-rotation", "service-total", "part-time", "leave", "horizon")
                }
            )
            start, end = instance.start + span.start, instance.start + span.end
            yield Count("supervision", "count-supervisors", places, len(there), start, end, there, keys=keys)
            return
