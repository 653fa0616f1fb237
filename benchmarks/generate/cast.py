"""Candidates drawn with the rhythms of the field: starts, part-time, leave, credit, groups and shifts.

The numbers and what they amount to (sources in the project's domain notes, part D; assumptions are marked there):

- *Start*: 1 March and 1 September, a half-year's intake every time. 18 candidates / 6.5 calendar years = 2.8 a year, so
  in a steady state the half-years since the start are even over 0..12; whoever would be done by now is drawn anew.
- *Percent*: 60 % of candidates at 100, 25 % at 80, 10 % at 60, 5 % at 50 for twelve months and otherwise full. Mean
  0.60 x 100 + 0.25 x 80 + 0.10 x 60 + 0.05 x 90 = 90.5; a course at 80 % is 75 months and one at 60 % is 100, which
  a new starter cannot finish within a horizon of 84 or 96: those are `unfinished`.
- *Leave*: 45 % one parental leave in the course, 15 % two, of 4 or 8-11 months; 10 % one spell of 2-4 months. Mean
  (0.45 + 2 x 0.15) x 8 + 0.10 x 3 = 6.3 months = 0.5 years, near the 0.6 of the source.
- *Past*: whoever has had time for it has mostly done the institution service or is about to; of pasts with little else
  to go, or with more than six uncounted months, about one in seven is kept.
- *Credit*: 20 % bring six months of hospital, 15 % bring 6-24 months of other general service.
- *Group*: about half are done or under way.
- *Shifts*: 0-10 for each year elapsed, and no more than two a month left to do.
- *Posts*: one in three of a town large enough for municipal posts works in a ward or clinic, the others in an office.

Time is in months since the start of the horizon, negative before it; credit is percent x share (10,000 = one month).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise
from math import ceil
from random import Random

from benchmarks.generate.places import BASE, HOSPITAL, KAD4A, Row, Town, sarpsborg
from scheduler.files.goals import parse_goals
from scheduler.instance.types import CREDIT_PER_FTE_MONTH
from scheduler.month import format_month

FTE = CREDIT_PER_FTE_MONTH
OPEN, OTHER, INSTITUTION = "open_practice", "other_general", "institution"
TOTAL, OPEN_MIN, INSTITUTION_MIN, SHIFTS = 60 * FTE, 24 * FTE, 6 * FTE, 40
FAR = 300  # months ahead in which percent is tabulated
LONGEST_RUNNING = {"nursing-home": 30, "kad4": 20, "clinic": 40, "gp80-nursing20": 40, "gp80-clinic20": 40}
GP_SHARE = {"gp": 100, "gp80-nursing20": 80, "gp80-clinic20": 80}


@dataclass
class Group:
    """A guidance group of 24 months from ``start`` (months since the horizon's start)."""

    id: str
    start: int
    region: str

    @property
    def end(self) -> int:
        """The month after its last."""
        return self.start + 24


@dataclass
class Person:
    """One candidate: the row of the file, and the same as tables."""

    id: str
    town: Town
    start: int
    percent_rows: list[tuple[int, int | None, int | None]] = field(default_factory=list)  # percent, from, end
    leave: list[tuple[int, int]] = field(default_factory=list)  # half-open
    credit: dict[str, int] = field(default_factory=lambda: dict.fromkeys((OPEN, OTHER, INSTITUTION), 0))
    months_done: int = 0
    current: tuple[str, int] | None = None  # Sarpsborg's rotation id, since
    group: str = "free"
    group_year_done: bool = False
    shifts_done: int = 0
    legevakt_from: int | None = None
    practice: str | None = None  # where the plan may choose, still the seat held for the candidate
    post: str | None = None
    names_practice: bool = True
    wants_beds: bool = False
    fixed_at: int | None = None  # a hospital post agreed from this month
    has_deadline: bool = False
    start_window: int = 0
    wishes: list[Row] = field(default_factory=list)

    @property
    def first(self) -> int:
        """The first planned month."""
        return max(self.start, 0)

    def percent(self, t: int) -> int:
        """Percent worked in a month; 0 on leave."""
        if any(begin <= t < end for begin, end in self.leave):
            return 0
        value = 100
        for percent, begin, end in self.percent_rows:
            if (begin is None or begin <= t) and (end is None or t < end):
                value = percent
        return value

    @property
    def missing(self) -> int:
        """Credit still to work under the caps: 54 general + 12 institution at most."""
        return TOTAL - counted(self.credit)

    @property
    def needs_institution(self) -> bool:
        """Whether the institution block is still to come."""
        return self.credit[INSTITUTION] < INSTITUTION_MIN

    def earliest_end(self) -> int:
        """The month after the earliest finish."""
        left, t = self.missing, self.first
        while left > 0 and t < FAR:
            left -= self.percent(t) * 100
            t += 1
        return max(t, self.first + 1)

    def office_unit(self) -> str | None:
        """The office that counts the candidate as away while elsewhere."""
        return self.post if self.post is not None else self.practice


def counted(credit: dict[str, int]) -> int:
    """What counts under the caps of the regulation: 54 open, 30 other, 54 together, 12 institution."""
    general = min(54 * FTE, credit[OPEN]) + min(30 * FTE, credit[OTHER])
    return min(54 * FTE, general) + min(12 * FTE, credit[INSTITUTION])


def draw_person(person_id: str, town: Town, municipal: bool, n_months: int, rng: Random) -> Person:
    """A candidate who has at least six FTE-months to go and, unless unfinished, can be done within the horizon."""
    while True:
        person = _draw(person_id, town, municipal, rng)
        if person is not None and person.missing >= 6 * FTE and rng.random() < _likely(person):
            break
    _draw_group(person, rng)
    elapsed_years = max(-person.start, 0) / 12
    if person.start > -6:
        person.legevakt_from = person.start + 3
    on_duty = person.earliest_end() - max(person.first, person.legevakt_from or 0) - 8
    person.shifts_done = max(min(round(rng.uniform(0, 10) * elapsed_years), SHIFTS), SHIFTS - 2 * max(on_duty, 0), 0)
    _draw_rare(person, n_months, rng)
    return person


def _likely(person: Person) -> float:
    """How often such a past is kept: those with only institution service to go, or much uncounted, are few."""
    uncounted = sum(person.credit.values()) - counted(person.credit)
    late = person.needs_institution and person.missing <= 15 * FTE
    return 0.15 if late or uncounted > 6 * FTE else 1.0


def _draw(person_id: str, town: Town, municipal: bool, rng: Random) -> Person | None:
    person = Person(person_id, town, start=-6 * rng.choice(range(-1, 13)))
    _draw_percent(person, rng)
    if not _draw_leave(person, rng):
        return None
    _serve_until_now(person, municipal, rng)
    if rng.random() < 0.20 and person.needs_institution:
        person.credit[INSTITUTION] += 6 * FTE
    if rng.random() < 0.15:
        person.credit[OTHER] += rng.randint(6, 24) * FTE
    return person


def _draw_percent(person: Person, rng: Random) -> None:
    kind = rng.random()
    if kind < 0.25:
        person.percent_rows = [(80, None, None)]
    elif kind < 0.35:
        person.percent_rows = [(60, None, None)]
    elif kind < 0.40:
        begin = person.start + rng.randrange(6, 48)
        person.percent_rows = [(50, begin, begin + 12)]


def _draw_leave(person: Person, rng: Random) -> bool:
    """Leaves anywhere in the course; False where two of them would touch, or one lies in the first two months."""
    lengths = [rng.choice([4, 8, 9, 10, 11]) for _ in range(rng.choices([0, 1, 2], [40, 45, 15])[0])]
    if rng.random() < 0.10:
        lengths.append(rng.randint(2, 4))
    spans = sorted((begin, begin + n) for n in lengths for begin in [person.start + rng.randrange(3, 72)])
    person.leave = spans
    apart = all(earlier[1] + 3 <= later[0] for earlier, later in pairwise(spans))
    return apart and not any(begin <= 4 and end > 0 for begin, end in spans if begin > 0)


def _serve_until_now(person: Person, municipal: bool, rng: Random) -> None:
    """Service months before the horizon: one rotation, with office before it where it would be too long."""
    municipal = municipal and person.start < 0  # a post needs a past; who begins now begins in an office
    rotation = _draw_rotation(person.town, municipal, rng)
    past = range(person.start, 0)
    if municipal:
        person.post = person.town.id({"clinic": "family-centre"}.get(rotation, rotation))
    since = max([person.start, -LONGEST_RUNNING.get(rotation, 999), *(e for _, e in person.leave if e <= 0)])
    institution = _past_institution(person, rotation, rng)
    for t in past:
        work = person.percent(t) * 100
        person.months_done += work > 0
        now = HOSPITAL if t in institution else rotation if rotation == BASE or t >= since or municipal else BASE
        open_share = GP_SHARE.get(now, 0)
        person.credit[OPEN] += work * open_share // 100
        person.credit[INSTITUTION if now == HOSPITAL else OTHER] += work * (100 - open_share) // 100
    if not past or (rotation != BASE and person.percent(0) == 0):
        return  # not begun, or the block ended with the leave that the horizon begins in
    if not (institution and institution[-1] == -1):
        person.current = (rotation, institution[-1] + 1 if institution else since if rotation != BASE else person.start)


def _draw_rotation(town: Town, municipal: bool, rng: Random) -> str:
    if municipal:
        return rng.choice(["nursing-home", "kad4", "clinic"] if "kad4" in town.arenas else ["nursing-home", "clinic"])
    return rng.choices([BASE, "gp80-nursing20", "gp80-clinic20"], [75, 12, 13])[0]


def _past_institution(person: Person, rotation: str, rng: Random) -> range:
    """A hospital block of the past for one doctor in three who has had time for it: six FTE-months without leave."""
    if rotation != BASE or person.start > -30 or rng.random() > 0.35:
        return range(0)
    begin = person.start + 6 * rng.randrange(2, -person.start // 6)
    work, end = 0, begin
    while end < 0 and work < INSTITUTION_MIN:
        if person.percent(end) == 0:
            return range(0)
        work += person.percent(end) * 100
        end += 1
    return range(begin, end) if work >= INSTITUTION_MIN else range(0)


def _draw_group(person: Person, rng: Random) -> None:
    """Done after three years as a rule; between one and three, half are in a group under way (see ``join_running``).

    A group takes two years, so nearly everybody with less than two and a half to go has theirs behind them.
    """
    elapsed = -person.start
    done = 0.97 if person.earliest_end() - person.first < 30 else 0.85 if elapsed >= 36 else 0.0
    if rng.random() < done:
        person.group = "done"
    elif 6 <= elapsed < 36 and rng.random() < 0.5:
        person.group = "running"


def join_running(person: Person, groups: list[Group], rng: Random) -> None:
    """A group of the region that began between the candidate's start and the horizon and is not over.

    The open year counts as done where the first year is over and was spent in an office; otherwise the candidate must
    be in an office now, so that a year in open practice can still be completed.
    """
    if person.group != "running":
        return
    person.group = "free"
    in_office = person.current is not None and person.current[0] in GP_SHARE
    running = [g for g in groups if g.region == person.town.region and person.start <= g.start < 0]
    if not running or not in_office:
        return
    group = rng.choice(running)
    if person.current is not None and person.current[1] <= group.start:
        person.group, person.group_year_done = group.id, group.start <= -12


def _draw_rare(person: Person, n_months: int, rng: Random) -> None:
    """A fixed post, a deadline, a start window, a requirement: a few of each."""
    in_office = person.current is not None and person.current[0] == BASE
    person.wants_beds = -6 <= person.start <= 0 and (in_office or not person.current) and rng.random() < 0.25
    person.has_deadline = rng.random() < 0.03
    if person.start == 0 and rng.random() < 0.5:
        person.start_window = 3
    whole = all(person.percent(t) == 100 for t in range(6, 12))
    if in_office and whole and person.needs_institution and person.months_done >= 12 and rng.random() < 0.06:
        person.fixed_at = 6


# --- wishes ---------------------------------------------------------------------------------------------------------


def draw_wishes(person: Person, rotations: list[str], n_months: int, rng: Random) -> None:
    """Half of the candidates have a wish or two, mostly with a window inside the time they have left."""
    if rng.random() >= 0.5:
        return
    for _ in range(rng.choice([1, 1, 2])):
        choices = [rotation_id for rotation_id in rotations if _may_wish(person, rotation_id)]
        kind = rng.choice(choices)
        end = min(person.earliest_end(), n_months)
        row: Row = {"rotation": kind, "weight": rng.choice([1, 1, 2, 3])}
        low = max(person.first + max(12 - person.months_done, 2), 2)
        if low + 12 < end and rng.random() < 0.8:
            begin = rng.randrange(low, end - 11)
            row |= {"from": begin, "to": min(begin + rng.choice([5, 11, 17, 23]), end - 1)}
            if any(not person.percent(t) for t in range(row["from"], row["to"] + 1)):
                continue  # nobody wishes for something in the middle of their leave
        if all(kind != other["rotation"] for other in person.wishes):
            person.wishes.append(row)


def _may_wish(person: Person, rotation: str) -> bool:
    institution = rotation.startswith(HOSPITAL) or rotation.endswith(KAD4A)
    running = person.current is not None and rotation == person.town.id(person.current[0])
    return not running and (person.needs_institution or not institution)


# --- the row of the file --------------------------------------------------------------------------------------------


def candidate_row(person: Person, number: int, start: int, allowed: list[str], roster: str | None) -> Row:
    """The candidate as the file has it; ``start`` is the horizon's first month, ``number`` the name's."""

    def at(t: int) -> str:
        return format_month(start + t)

    row: Row = {
        "id": person.id,
        "name": f"Kandidat {number}",
        "start": at(person.start),
        "credited": {service: credit / FTE for service, credit in person.credit.items() if credit},
        "months_done": _months_done(person),
        "goals_done": goals_done(person),
        "group": _group(person),
        "shifts_done": person.shifts_done,
    }
    if person.start_window:
        row["start"] = {"earliest": at(person.start), "latest": at(person.start + person.start_window)}
    if person.names_practice:
        row["practice"] = person.practice
    if person.post is not None:
        row["post"] = person.post
    row |= {"percent": [_percent_row(step, at) for step in person.percent_rows]} if person.percent_rows else {}
    leave = _leave_told(person)
    row |= {"leave": [{"from": at(b), "to": at(e - 1)} for b, e in leave]} if leave else {}
    if person.legevakt_from is not None:
        row["legevakt_from"] = at(person.legevakt_from)
    if person.current is not None:
        rotation, since = person.current
        row["current"] = {"rotation": _local(person, rotation), "since": at(since)}
    if person.wishes:
        row["wishes"] = [{**w, **{key: at(w[key]) for key in ("from", "to") if key in w}} for w in person.wishes]
    row |= {"allowed": allowed} if allowed else {}
    row |= {"legevakt": roster} if roster else {}
    return row


def _leave_told(person: Person) -> list[tuple[int, int]]:
    """The leave that the file tells: what credit and months leave out already only in the years of a group."""
    since = 0 if person.current is None else person.current[1]
    in_a_group = person.group not in ("done", "free")
    return [(begin, end) for begin, end in person.leave if end > since or in_a_group]


def _months_done(person: Person) -> int:
    """At least what the credit took, service elsewhere included, of those whose training has begun."""
    credited = ceil(sum(person.credit.values()) / FTE) if person.start < 0 else 0
    return max(person.months_done, credited)


def _local(person: Person, rotation: str) -> str:
    return BASE if rotation == BASE else person.town.id(rotation)


def _group(person: Person) -> str | Row:
    return {"id": person.group, "open_year_done": True} if person.group_year_done else person.group


def _percent_row(step: tuple[int, int | None, int | None], at: object) -> Row:
    percent, begin, end = step
    assert callable(at)
    row: Row = {"percent": percent}
    row |= {} if begin is None else {"from": at(begin)}
    return row | ({} if end is None else {"to": at(end - 1)})


def goals_done(person: Person) -> str:
    """Goals that the service so far has given: the wards' lists after three FTE-months, the office's bit by bit.

    Whoever is nearly done has all of the office's; 055 and 085 come with six institution months, the shift-bound ones
    only with the full number of shifts.
    """
    lists = {row["id"]: row for row in sarpsborg()["arenas"]}
    office = parse_goals(lists["gp"]["goals"])
    bound = parse_goals(lists["gp"]["goals_with_shifts"])
    done: set[int] = set()
    by_service = sorted(office - bound)
    share = 1.0 if person.missing < 12 * FTE else min(person.credit[OPEN] / (40 * FTE), 1.0)
    done.update(by_service[: round(share * len(by_service))])
    if person.current is not None and person.current[0] in ("nursing-home", "kad4") and person.credit[OTHER] >= 3 * FTE:
        done |= parse_goals(lists[person.current[0]]["goals"])
    if not person.needs_institution:
        done |= {55, 85}
    if person.shifts_done >= SHIFTS:
        done |= parse_goals(lists["legevakt"]["goals"]) | (bound if share == 1.0 else set())
    return ", ".join(f"{goal:03d}" for goal in sorted(done))
