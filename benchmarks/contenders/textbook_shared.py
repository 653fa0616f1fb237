"""The textbook formulation, second half: offices, goals, groups, shifts, delay, and what candidates share."""

from __future__ import annotations

from itertools import pairwise

from benchmarks.contenders.rows import Sum, number, one, total
from benchmarks.contenders.textbook_variables import Person, Textbook, counted, in_mix, service
from scheduler.accounting import GROUP_MONTHS_AHEAD, arenas_under, ceiling
from scheduler.instance.types import Arena, Group, Limit

LONGEST_AHEAD = 240


def offices(book: Textbook, person: Person) -> None:
    """One office for the whole plan, where none is named."""
    if person.office is None and any(rotation.uses_practice for rotation in person.rotations):
        person.offices = {office.id: book.model.boolean() for office in book.instance.offices}
        book.model.equal(total(one(v) for v in person.offices.values()), 1)


def goals(book: Textbook, person: Person) -> None:
    """Every goal not done is given by an arena served in long enough; the roster gives its own with the shifts."""
    if not person.finishes:
        return
    candidate, instance = person.candidate, book.instance
    missing = candidate.rules.goals - candidate.goals_done
    if candidate.legevakt_arena is not None:
        missing = missing - instance.arenas[candidate.legevakt_arena].goals
    if not missing:
        return
    served: dict[str, Sum] = {}
    for arena in instance.arenas.values():
        if arena.goals & missing and (credit := _exposure(person, arena.id)) is not None:
            enough = book.model.boolean()
            book.model.at_least(credit.add(enough, -max(arena.exposure, 1)), 0)
            if arena.id in person.offices:
                book.model.at_most(one(enough).add(person.offices[arena.id], -1), 0)
            served[arena.id] = one(enough)
    for goal in missing:
        book.model.at_least(total(s for a, s in served.items() if goal in instance.arenas[a].goals), 1)


def _exposure(person: Person, arena: str) -> Sum | None:
    """Credit in the arena, as own office too; None if the candidate cannot serve there."""
    practice = arena if arena in person.offices else person.office
    share = {rotation.id: in_mix(rotation, arena, practice) for rotation in person.rotations}
    return person.credit(share) if any(share.values()) else None


# --- groups ---------------------------------------------------------------------------------------------------------


def groups(book: Textbook, person: Person) -> None:
    """One group, of those that a candidate may join; one of its years in open practice."""
    choice = person.candidate.group
    if choice.done:
        return
    for group in book.instance.groups.values():
        if choice.group_id == group.id or (choice.free and _may_join(book, person, group)):
            person.groups[group.id] = book.model.boolean()
            _join(book, person, group)
    joined = total(one(v) for v in person.groups.values())
    if choice.group_id is not None or (person.finishes and person.candidate.rules.group_required):
        book.model.equal(joined, 1)
    else:
        book.model.at_most(joined, 1)


def _may_join(book: Textbook, person: Person, group: Group) -> bool:
    candidate = person.candidate
    if group.span.start < max(candidate.start_earliest, book.instance.start):
        return False
    most = candidate.rules.group_leave_months_max
    return all(sum(candidate.on_leave(month) for month in year.months()) <= most for year in group.years())


def _join(book: Textbook, person: Person, group: Group) -> None:
    model, origin, member = book.model, book.instance.start, person.groups[group.id]
    if person.finishes:
        last = group.span.end - 1 - origin
        if last >= person.timeline.n_months:
            model.fix(member, 0)
        elif last in person.ended:
            model.at_most(one(member).add(person.ended[last]), 1)
    if person.candidate.group.free and group.span.start - origin in person.begun:
        model.at_most(one(member).add(person.begun[group.span.start - origin], -1), 0)
    if person.candidate.group.open_year_done:
        return
    years = []
    for year in group.years():
        held = model.boolean()
        years.append(held)
        for month in year.months():
            _open(book, person, month, held)
    model.at_most(one(member).plus(total(one(v) for v in years), -1), 0)


def _open(book: Textbook, person: Person, month: int, held: int) -> None:
    """The year is held only if the month is leave or mostly open practice."""
    candidate, instance, model = person.candidate, book.instance, book.model
    t, needed = month - instance.start, candidate.rules.group_open_share_min
    if t < 0:
        current = candidate.current
        leave = month >= candidate.start_earliest and candidate.on_leave(month)
        open_block = (
            current is not None and current.since <= month and instance.rotations[current.rotation].open_share >= needed
        )
        if not (leave or open_block):
            model.fix(held, 0)
    elif t >= person.timeline.n_months:
        if person.finishes:
            model.fix(held, 0)
    elif t in person.months:
        rotations = [rotation for rotation in person.rotations if rotation.open_share >= needed]
        model.at_most(one(held).plus(person.serving(t, rotations), -1), 0)
    else:
        model.at_most(one(held).plus(person.active(t), -1), 0)


def members(book: Textbook) -> None:
    """No group has more members than places."""
    for group in book.instance.groups.values():
        joined = [person.groups[group.id] for person in book.people.values() if group.id in person.groups]
        if len(joined) > group.places:
            book.model.at_most(total(one(v) for v in joined), group.places)


# --- shifts ---------------------------------------------------------------------------------------------------------


def shifts(book: Textbook, person: Person) -> None:
    """The missing shifts, so many a month at most, where there may be any."""
    candidate, model = person.candidate, book.model
    missing = candidate.shifts_missing
    if not missing:
        return
    on_duty = [rotation for rotation in person.rotations if rotation.legevakt]
    most = candidate.rules.legevakt_max_per_month
    for t in person.months if candidate.legevakt_arena is not None else []:
        if candidate.legevakt_from is None or book.instance.start + t >= candidate.legevakt_from:
            person.shifts[t] = model.integer(0, most)
            model.at_most(one(person.shifts[t]).plus(person.serving(t, on_duty), -most), 0)
    planned = total(one(v) for v in person.shifts.values())
    if person.finishes:
        model.equal(planned, missing)
    else:
        model.at_most(planned, missing)


def rosters(book: Textbook) -> None:
    """A roster's shifts in a month are shared."""
    for arena in book.instance.parallel_arenas:
        if arena.shifts is None:
            continue
        for t in range(book.n):
            wanted = [
                person.shifts[t]
                for person in book.people.values()
                if t in person.shifts and person.candidate.legevakt_arena == arena.id
            ]
            if wanted:
                book.model.at_most(total(one(v) for v in wanted), arena.shifts.at(book.instance.start + t))


# --- delay ----------------------------------------------------------------------------------------------------------


def delay(book: Textbook, person: Person) -> None:
    """The end less the earliest end from the start chosen; the deadline."""
    line = person.timeline
    if not person.finishes:
        end = _projected_end(book, person)
    else:
        end = number(line.n_months)
        for variable in person.ended.values():
            end.add(variable, -1)
    starts = sorted(line.earliest_end)
    earliest = number(line.earliest_end[starts[-1]])
    for t, variable in person.begun.items():  # begun[t] = 1: the start is t or earlier
        later = min(start for start in starts if start > t)
        sooner = max(start for start in starts if start <= t)
        earliest.add(variable, line.earliest_end[sooner] - line.earliest_end[later] if sooner == t else 0)
    person.delay = end.plus(earliest, -1)
    if person.candidate.finish_by is not None:
        end_only = Sum(dict(person.delay.terms), person.delay.constant).plus(earliest)
        book.model.at_most(end_only, person.candidate.finish_by + 1 - book.instance.start)


def _projected_end(book: Textbook, person: Person) -> Sum:
    """Of an unfinished candidate: months after the horizon until what is missing is worked and the group is over."""
    model, rules, n = book.model, person.candidate.rules, book.n
    ahead = [model.boolean() for _ in range(LONGEST_AHEAD)]
    model.fix(ahead[0], 1)
    for earlier, later in pairwise(ahead):
        model.at_most(one(later).add(earlier, -1), 0)
    work = [person.candidate.percent_at(book.instance.end + k) * 100 for k in range(LONGEST_AHEAD)]
    worked = total(one(v, amount) for v, amount in zip(ahead, work, strict=True))
    below = []
    for category in rules.minima:
        short = model.integer(0, category.minimum)
        model.at_least(service(person, category.id).add(short), category.minimum)
        below.append(one(short))
    model.at_least(total([worked]).plus(counted(book, person)), rules.total)
    model.at_least(total([worked]).plus(total(below), -1), 0)
    for group_id, member in person.groups.items():
        past = book.instance.groups[group_id].span.end - book.instance.end
        for variable in ahead[: max(past, 0)]:
            model.at_most(one(member).add(variable, -1), 0)
    if person.candidate.group.free and rules.group_required:
        joined = total(one(v) for v in person.groups.values())
        for variable in ahead[:GROUP_MONTHS_AHEAD]:
            model.at_least(one(variable).plus(joined), 1)
    return number(n).plus(total(one(v) for v in ahead))


# --- ceilings -------------------------------------------------------------------------------------------------------


def ceilings(book: Textbook) -> None:
    """Heads and percent in arenas and limits, month by month; floors."""
    instance = book.instance
    for arena in instance.arenas.values():
        _ceiling(book, arena)
        if arena.min_places is not None:
            for t in range(book.n):
                book.model.at_least(_use(book, [arena.id], t, heads=True), arena.min_places.at(instance.start + t))
    for limit in instance.limits.values():
        _ceiling(book, limit)


def _ceiling(book: Textbook, subject: Arena | Limit) -> None:
    room, arenas = ceiling(book.instance, subject), list(arenas_under(subject))
    for t in range(book.n):
        month = book.instance.start + t
        if (most := room.places_at(month)) is not None:
            _at_most(book, _use(book, arenas, t, heads=True), most)
        if (much := room.percent_at(month)) is not None:
            _at_most(book, _use(book, arenas, t, heads=False), 100 * much)


def _at_most(book: Textbook, used: Sum, most: int) -> None:
    if sum(coefficient for coefficient in used.terms.values() if coefficient > 0) > most:
        book.model.at_most(used, most)


def _use(book: Textbook, arenas: list[str], t: int, *, heads: bool) -> Sum:
    used = Sum()
    for person in book.people.values():
        if t < person.timeline.first or not person.timeline.percent[t]:
            continue
        for rotation in person.rotations:
            share = sum(in_mix(rotation, arena, person.office) for arena in arenas)
            if share:
                used.add(person.x[rotation.id, t], 1 if heads else person.timeline.percent[t] * share)
        for arena in arenas:
            if arena in person.offices:
                _use_chosen(book, person, arena, t, heads, used)
    return used


def _use_chosen(book: Textbook, person: Person, office: str, t: int, heads: bool, used: Sum) -> None:
    """What the candidate takes of an office if it is the one chosen."""
    for rotation in person.rotations:
        if rotation.uses_practice:
            both = book.model.boolean()
            book.model.at_least(one(both).add(person.x[rotation.id, t], -1).add(person.offices[office], -1), -1)
            book.model.at_most(one(both).add(person.x[rotation.id, t], -1), 0)
            book.model.at_most(one(both).add(person.offices[office], -1), 0)
            share = rotation.mix["practice"]
            used.add(both, 1 if heads else person.timeline.percent[t] * share)


def away(book: Textbook) -> None:
    """At most so many of an arena's own candidates serve elsewhere."""
    for arena in book.instance.arenas.values():
        if arena.max_away is None:
            continue
        own = [person for person in book.people.values() if _belongs(person, arena.id)]
        if len(own) > arena.max_away:
            for t in range(book.n):
                _at_most(book, total(_elsewhere(book, person, arena.id, t) for person in own), arena.max_away)


def _belongs(person: Person, arena: str) -> bool:
    unit = person.candidate.post or person.office
    return unit == arena or (unit is None and arena in person.offices)


def _elsewhere(book: Textbook, person: Person, arena: str, t: int) -> Sum:
    """1 if the candidate serves in month t where the arena is not in the mix."""
    if t not in person.months:
        return Sum()
    if arena not in person.offices:
        practice = person.office
        return person.serving(t, [r for r in person.rotations if not in_mix(r, arena, practice)])
    chosen = person.offices[arena]
    both = book.model.boolean()
    if person.candidate.post != arena:  # the unit is whatever office is chosen
        gone = person.serving(t, [r for r in person.rotations if not in_mix(r, arena, arena)])
        book.model.at_least(one(both).plus(gone, -1).add(chosen, -1), -1)
        return one(both)
    named = [r for r in person.rotations if arena not in r.mix]
    at_home = person.serving(t, [r for r in named if r.uses_practice])
    book.model.at_most(one(both).add(chosen, -1), 0)
    book.model.at_most(one(both).plus(at_home, -1), 0)
    return person.serving(t, named).add(both, -1)
