"""The textbook formulation: one Boolean for each candidate, rotation and month, and linear rows over them.

It holds every rule of the contract's section 3 but two, both left out in its favour: `supervision` (who supervises whom
is not decided) and the levels `uncounted` and `breadth`. Legevakt shifts are whole numbers month by month.

Time ``t`` is in months since the start of the horizon. ``x[r, t]`` serves in r; ``starts[r, t]`` a block of r begins;
``ended[t]`` the plan has ended by the start of month t; ``begun[t]`` it has begun.
"""

from __future__ import annotations

from benchmarks.contenders import textbook_shared as shared
from benchmarks.contenders.rows import Model, Sum, number, one, total
from benchmarks.contenders.textbook_variables import Person, Textbook, counted, service
from scheduler.accounting import current_applies
from scheduler.instance.timeline import timeline_of
from scheduler.instance.types import Instance, Rotation, Wish


def build(instance: Instance) -> Textbook:
    """The whole model, one idea after another."""
    book = Textbook(instance)
    for candidate in instance.candidates.values():
        person = Person(
            candidate, timeline_of(instance, candidate), instance.rotations_of(candidate), instance.base_of(candidate)
        )
        book.people[candidate.id] = person
        _months(book, person)
        _blocks(book, person)
        _block_starts(book, person)
        _fixed(book, person)
        _minima(book, person)
        _requirements(book, person)
        _wishes(book, person)
        shared.offices(book, person)
        shared.goals(book, person)
        shared.groups(book, person)
        shared.shifts(book, person)
        shared.delay(book, person)
    shared.ceilings(book)
    shared.away(book)
    shared.rosters(book)
    shared.members(book)
    book.state_levels()
    return book


# --- months and blocks ----------------------------------------------------------------------------------------------


def _months(book: Textbook, person: Person) -> None:
    """One rotation in each service month between start and end."""
    model, line = book.model, person.timeline
    _begin(model, person)
    if person.finishes:
        for t in range(line.first + 1, line.n_months):
            person.ended[t] = model.boolean()
            if t < min(line.earliest_end.values()):  # nobody can be early
                model.fix(person.ended[t], 0)
            if t - 1 in person.ended:
                model.at_most(one(person.ended[t - 1]).add(person.ended[t], -1), 0)
            if t - 1 in person.begun:  # at least one month is planned
                model.at_most(one(person.ended[t]).add(person.begun[t - 1], -1), 0)
    for t in person.months:
        for rotation in person.rotations:
            person.x[rotation.id, t] = model.boolean()
        model.equal(person.serving(t, person.rotations).plus(person.active(t), -1), 0)


def _begin(model: Model, person: Person) -> None:
    """Inside a start window, begun once is begun for good, in one of the months allowed."""
    starts = sorted(person.timeline.earliest_end)
    for t in range(starts[0], starts[-1]):
        person.begun[t] = model.boolean()
        if t == starts[0]:
            continue
        begins = one(person.begun[t]).add(person.begun[t - 1], -1)
        model.between(begins, 0, int(t in person.timeline.earliest_end))


def _before(book: Textbook, person: Person, rotation: Rotation, t: int) -> Sum:
    """1 if month t would carry on a block of the rotation rather than begin one."""
    current, months = person.candidate.current, person.months
    runs = current is not None and current.rotation == rotation.id
    if rotation.base:
        position = months.index(t)
        return one(person.x[rotation.id, months[position - 1]]) if position else number(int(runs))
    if t == 0:
        return number(int(runs))
    return one(person.x[rotation.id, t - 1]) if (rotation.id, t - 1) in person.x else number(0)


def _blocks(book: Textbook, person: Person) -> None:
    """Where blocks begin, how long they last, how many there are; the number of moves."""
    model, months = book.model, person.months
    current = person.candidate.current
    for rotation in person.rotations:
        for t in months:
            variable = person.starts[rotation.id, t] = model.boolean()
            carried = _before(book, person, rotation, t)
            now = one(person.x[rotation.id, t])
            model.at_least(one(variable).plus(now, -1).plus(carried), 0)
            model.at_most(one(variable).plus(now, -1), 0)
            model.at_most(one(variable).plus(carried), 1)
            _long_enough(book, person, rotation, t, one(variable), rotation.min_months)
        _not_too_long(book, person, rotation)
        if rotation.max_blocks is not None:
            had = int(current is not None and current.rotation == rotation.id)
            blocks = total(one(person.starts[rotation.id, t]) for t in months)
            model.at_most(blocks, rotation.max_blocks - had)
    person.moves = total(one(v) for v in person.starts.values()).plus(_running(book, person))
    if current is not None and current.rotation in {r.id for r in person.rotations}:
        rotation = book.instance.rotations[current.rotation]
        left = rotation.min_months - person.timeline.elapsed
        if months and left > 0 and (rotation.base or months[0] == 0):
            _long_enough(book, person, rotation, months[0], one(person.x[rotation.id, months[0]]), left)


def _running(book: Textbook, person: Person) -> Sum:
    """1 if the first planned block is the one that was running."""
    current, months = person.candidate.current, person.months
    if current is None or not months or (current.rotation, months[0]) not in person.x:
        return Sum()
    base = book.instance.rotations[current.rotation].base
    return one(person.x[current.rotation, months[0]]) if base or months[0] == 0 else Sum()


def _long_enough(book: Textbook, person: Person, rotation: Rotation, t: int, if_so: Sum, least: int) -> None:
    """A block from t on has its shortest length; base may be cut by the end, an unfinished one's by the horizon."""
    line = person.timeline
    if rotation.base:
        for later in [m for m in person.months if m >= t][:least]:
            row = one(person.x[rotation.id, later]).plus(if_so, -1)
            book.model.at_least(row.plus(one(person.ended[later])) if later in person.ended else row, 0)
        return
    for later in range(t, t + least):
        if later >= line.n_months and not person.finishes:
            return
        if (rotation.id, later) not in person.x:  # leave or the horizon: it would be broken off
            book.model.at_most(if_so, 0)
            return
        book.model.at_least(one(person.x[rotation.id, later]).plus(if_so, -1), 0)


def _not_too_long(book: Textbook, person: Person, rotation: Rotation) -> None:
    longest, current = rotation.max_months, person.candidate.current
    if longest is None:
        return
    months = person.months if rotation.base else list(range(person.timeline.first, person.timeline.n_months))
    for index in range(len(months) - longest):
        window = months[index : index + longest + 1]
        served = total(one(person.x[rotation.id, t]) for t in window if (rotation.id, t) in person.x)
        book.model.at_most(served, longest)
    if current is not None and current.rotation == rotation.id and (rotation.base or (months and months[0] == 0)):
        left = max(longest - person.timeline.elapsed, 0)
        window = months[: left + 1]
        served = total(one(person.x[rotation.id, t]) for t in window if (rotation.id, t) in person.x)
        if len(window) == left + 1:
            book.model.at_most(served, left)


def _block_starts(book: Textbook, person: Person) -> None:
    """Season, months of training behind, and other rotations behind; fixed blocks are exempt."""
    candidate, origin, model = person.candidate, book.instance.start, book.model
    for rotation in person.rotations:
        exempt = _fixed_starts(book, person, rotation)
        for t in person.months:
            variable = person.starts[rotation.id, t]
            if t in exempt:
                continue
            if rotation.starts and (origin + t) % 12 + 1 not in rotation.starts:
                model.fix(variable, 0)
                continue
            if rotation.not_before > candidate.months_done:
                needed = rotation.not_before - candidate.months_done
                _after_so_many(book, person, t, one(variable), needed)
            for some in rotation.after:
                earlier = [(other, m) for other in some for m in person.months if m < t and (other, m) in person.x]
                behind = [person.x[key] for key in earlier]
                had = int(candidate.current is not None and candidate.current.rotation in some)
                model.at_most(one(variable).plus(total(one(v) for v in behind), -1), had)


def _after_so_many(book: Textbook, person: Person, t: int, starts: Sum, needed: int) -> None:
    """A block may start in month t only with so many service months planned before."""
    before = [m for m in person.months if m < t]
    if person.begun:
        book.model.at_least(total(person.active(m) for m in before).plus(starts, -needed), 0)
    elif len(before) < needed:
        book.model.at_most(starts, 0)


def _fixed_starts(book: Textbook, person: Person, rotation: Rotation) -> set[int]:
    """The first service month of each fixed row of the rotation."""
    found = set()
    for row in person.candidate.fixed:
        if row.rotation == rotation.id:
            inside = [t for t in person.months if book.instance.start + t in row.span]
            found.update(inside[:1])
    return found


def _fixed(book: Textbook, person: Person) -> None:
    """Fixed months, and the running block in the first one."""
    instance, candidate = book.instance, person.candidate
    for row in candidate.fixed:
        for t in person.months:
            if instance.start + t in row.span:
                book.model.fix(person.x[row.rotation, t], 1)
    if candidate.current is not None and current_applies(instance, candidate):
        book.model.fix(person.x[candidate.current.rotation, 0], 1)


# --- one candidate's sums -------------------------------------------------------------------------------------------


def _minima(book: Textbook, person: Person) -> None:
    """Total under the caps, and the least of each category."""
    if not person.finishes:
        return  # what is missing at the horizon is part of the delay
    rules = person.candidate.rules
    for category in rules.minima:
        book.model.at_least(service(person, category.id), category.minimum)
    book.model.at_least(counted(book, person), rules.total)


def _requirements(book: Textbook, person: Person) -> None:
    """Least and most work and blocks in some rotations; of an unfinished candidate only the most."""
    for row in book.instance.requirements:
        if not row.names(person.candidate.id):
            continue
        work = person.credit(dict.fromkeys(row.rotations, 100))
        blocks = total(one(v) for (r, _), v in person.starts.items() if r in row.rotations)
        current = person.candidate.current
        if current is not None and current.rotation in row.rotations:
            blocks.plus(_running(book, person))
        if row.max_work is not None:
            book.model.at_most(work, row.max_work)
        if row.max_blocks is not None:
            book.model.at_most(blocks, row.max_blocks)
        if person.finishes:
            book.model.at_least(work, row.min_work or 0)
            book.model.at_least(blocks, row.min_blocks or 0)


def _wishes(book: Textbook, person: Person) -> None:
    """A wish is met by enough months in its window."""
    for wish in person.candidate.wishes:
        met = book.model.boolean()
        served = total(one(v) for (r, t), v in person.x.items() if r == wish.rotation and _within(book, wish, t))
        book.model.at_least(served.add(met, -_wanted(book, wish)), 0)
        person.lost.plus(number(wish.weight)).add(met, -wish.weight)


def _within(book: Textbook, wish: Wish, t: int) -> bool:
    return wish.span is None or book.instance.start + t in wish.span


def _wanted(book: Textbook, wish: Wish) -> int:
    least = book.instance.rotations[wish.rotation].min_months
    return max(1, least if wish.span is None else min(least, len(wish.span.months())))
