"""An instance as the oracle sees it: months as numbers, percent in hundredths, templates filled in, steps as functions.

Readings of our own, where the contract and decision 0001 are silent:

- A month at 0 percent is like full leave: no service month.
- A reservation larger than the ceiling leaves nothing; it never makes an empty arena overfull.
- A reservation of an arena that has a ceiling only in some months comes off there; elsewhere the ceiling is 0 already.
- `[rules] finish_by` and a candidate's own: the earlier one holds.
- A candidate's `group` is "free" if nothing is said.
- `exempt_to` is for one who is no specialist, so who has it and does not say is none.
- Both halves of a mix may ask for a supervisor of their own: then it is one attached to both.
- A start window ends with the contract, if that ends before.
- A wish without `from` begins with the past (with the horizon where there is none), one without `to` ends with the
  horizon.
- A month in which `leave` and a row of `served` meet is leave.

Readings of absence, as decision 0022 has them:

- A month absent on every weekday, wholly, is leave; it is no part of what is set off against the free share.
- The service time of the course is the total that is asked for, of a calendar year the percents of a post of its
  months.
- Months in which nobody served, before the start and after the contract, are not looked at; nor is what was not
  approved.
- A window of starts is looked at from its first month.
- A month counts as its percent less what is taken off, rounded up to hundredths of a percent.
"""

from __future__ import annotations

import tomllib
from calendar import monthcalendar
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from fractions import Fraction
from functools import cached_property
from math import ceil
from pathlib import Path
from typing import Any

CATEGORIES = ("open_practice", "other_general", "institution")
RULESET = Path(__file__).parents[2] / "scheduler" / "rulesets" / "forskrift-2019.toml"

UNIT = 10**8
"""One FTE-month: 100.00 % of a post in 100.00 % of the mix, both in hundredths of a percent."""


def month_number(text: str) -> int:
    """A month as a number, "2027-03" -> 24326; differences are months."""
    year, month = text.split("-")
    return int(year) * 12 + int(month) - 1


def month_text(number: int) -> str:
    return f"{number // 12:04d}-{number % 12 + 1:02d}"


def hundredths(percent: Any) -> int:
    """37.5 -> 3750."""
    return exact(percent, 100)


def units(fte_months: Any) -> int:
    """6.5 FTE-months -> 650 000 000."""
    return exact(fte_months, UNIT)


def exact(number: Any, scale: int) -> int:
    value = Fraction(str(number)) * scale
    if value.denominator != 1:
        raise ValueError(f"{number} has too many decimals")
    return value.numerator


def goals(text: str | None) -> frozenset[int]:
    """The numbers in "001-003, 056": {1, 2, 3, 56}."""
    found: set[int] = set()
    for part in (text or "").split(","):
        if part.strip():
            first, _, last = part.partition("-")
            found.update(range(int(first), int(last or first) + 1))
    return frozenset(found)


@dataclass(frozen=True)
class Steps:
    """A function of time: of the rows that cover a month the last one wins."""

    rows: tuple[tuple[int | None, int | None, Any], ...]

    def at(self, month: int) -> Any:
        """The value in that month, None if no row covers it."""
        for first, last, value in reversed(self.rows):
            if (first is None or month >= first) and (last is None or month <= last):
                return value
        return None

    def ceiling(self, month: int) -> Any:
        """None where there are no rows at all; 0 in a month that none of them covers."""
        return (self.at(month) or 0) if self.rows else None


def steps(given: Any, key: str, convert: Any = int) -> Steps:
    if given is None:
        return Steps(())
    if isinstance(given, (int, float)):
        return Steps(((None, None, convert(given)),))
    return Steps(tuple((*span(row), convert(row[key])) for row in given))


def span(row: Mapping[str, Any]) -> tuple[int | None, int | None]:
    return (
        month_number(row["from"]) if row.get("from") else None,
        month_number(row["to"]) if row.get("to") else None,
    )


def covers(row: tuple[int | None, int | None], month: int) -> bool:
    return (row[0] is None or row[0] <= month) and (row[1] is None or month <= row[1])


@dataclass(frozen=True)
class Arena:
    id: str
    service: str
    goals: frozenset[int]
    shift_goals: frozenset[int]
    exposure: int
    places: Steps
    percent: Steps
    min_places: Steps
    shifts: Steps
    max_away: Steps
    own_supervisor: bool
    approved: tuple[tuple[int | None, int | None], ...]
    abstract: bool
    municipality: str | None = None

    def approved_in(self, month: int) -> bool:
        """Whether it meets in that month what is asked of its category; no rows: always."""
        return not self.approved or any(covers(row, month) for row in self.approved)


@dataclass(frozen=True)
class Rotation:
    id: str
    mix: dict[str, int]
    base: bool
    min_months: int
    max_months: int | None
    max_blocks: int | None
    starts: tuple[int, ...]
    not_before: int
    after: tuple[tuple[str, ...], ...]
    shifts: bool

    @property
    def in_practice(self) -> bool:
        return "practice" in self.mix


@dataclass(frozen=True)
class Limit:
    id: str
    arenas: frozenset[str]
    places: Steps
    percent: Steps


@dataclass(frozen=True)
class Quota:
    """At most so many heads of a municipality in each month, in an arena, under a limit, or in a group."""

    id: str
    of: str
    municipality: str
    places: Steps


@dataclass(frozen=True)
class Reservation:
    """Of an arena or, where that is None, of a supervisor."""

    arena: str | None
    supervisor: str | None
    span: tuple[int | None, int | None]
    places: int
    percent: int
    shifts: int


@dataclass(frozen=True)
class Requirement:
    id: str
    rotations: frozenset[str]
    min_months: int | None
    max_months: int | None
    min_blocks: int | None
    max_blocks: int | None
    candidates: frozenset[str]

    def concerns(self, candidate: str) -> bool:
        return not self.candidates or candidate in self.candidates


@dataclass(frozen=True)
class Group:
    """A guidance group, or `two` of them: the first year of the one, the second of the other."""

    id: str
    start: int
    months: int
    places: int
    two: tuple[Group, ...] = ()

    @property
    def attended(self) -> list[tuple[str, int]]:
        """The years that a member attends, counted from 0, each with its group."""
        if self.two:
            return [(self.two[0].id, 0), (self.two[1].id, 1)]
        return [(self.id, number) for number in range(len(self.years))]

    @property
    def end(self) -> int:
        """Its last month."""
        return self.start + self.months - 1

    @property
    def years(self) -> list[range]:
        """Twelve months at a time; what is left over is a year of its own."""
        if self.two:
            return [self.two[0].years[0], self.two[1].years[1]]
        after = self.start + self.months
        return [range(year, min(year + 12, after)) for year in range(self.start, after, 12)]


@dataclass(frozen=True)
class Supervisor:
    id: str
    places: Steps
    span: tuple[int | None, int | None]
    specialist: bool
    exempt_to: int | None
    arenas: frozenset[str]

    def counts_in(self, month: int) -> bool:
        """A specialist, or one exempted in that month."""
        return self.specialist or (self.exempt_to is not None and month <= self.exempt_to)


@dataclass(frozen=True)
class Wish:
    rotation: str
    weight: int
    span: tuple[int | None, int | None]


@dataclass(frozen=True)
class Done:
    """A month of the past. `earns`: credit and a month of service; `works`: exposure, and the work of a requirement.

    Every other count reads it, whatever it is.
    """

    rotation: str
    percent: int
    practice: str | None
    earns: bool = True
    works: bool = True


@dataclass(frozen=True)
class Frozen:
    """What a published plan has already served of a candidate's months (`readings.frozen_is_served`).

    `months`: rotation (None: leave) and percent in hundredths.
    """

    start: int
    months: dict[int, tuple[str | None, int]]
    finish: int | None
    offices: dict[int, str | None]
    group: str | None
    shifts: dict[int, int]
    supervisors: dict[int, str]

    @property
    def door(self) -> int:
        """The first month that is not frozen."""
        return max(self.months) + 1


@dataclass(frozen=True)
class Candidate:
    """One candidate's row; `frozen` is what a published plan has served, `released`: it ends the block at the door."""

    id: str
    starts: tuple[int, ...]
    practice: Steps
    post: str | None
    percent: Steps
    leave: tuple[tuple[int | None, int | None], ...]
    credited: dict[str, int]
    months_done: int
    goals_done: frozenset[int]
    group: str
    group_fixed: bool
    open_year_done: bool
    shifts_done: int
    legevakt_from: int | None
    roster: str | None
    supervisor: Steps
    current: tuple[str, int] | None
    fixed: tuple[tuple[str, int | None, int | None], ...]
    wishes: tuple[Wish, ...]
    allowed: frozenset[str]
    finish_by: int | None
    past: dict[int, Done] = field(default_factory=dict)
    shifts_served: int = 0
    frozen: Frozen | None = None
    released: bool = False
    until: int | None = None
    extra: int = 0
    not_exempt: frozenset[int] = frozenset()
    lost_before: int = 0
    may_split: bool = False
    municipality: str | None = None
    gone: frozenset[int] = frozenset()
    off: dict[int, Fraction] = field(default_factory=dict)
    off_with: Callable[[Frozen], dict[int, Fraction]] | None = field(default=None, compare=False)
    """The same where these months are frozen: one that was leave uses up nothing of what is free."""

    def counts(self, month: int) -> int:
        """What the month counts as, in hundredths: what is worked, less days absent that are not free."""
        worked = self.worked(month)
        return counted(worked, self.off.get(month)) if worked else 0

    def worked(self, month: int) -> int:
        """Percent in hundredths, 0 on full leave; as published in a frozen month."""
        if self.is_frozen(month) and self.frozen is not None:
            return self.frozen.months[month][1]
        return 0 if self.in_leave(month) else self.usual(month)

    def in_leave(self, month: int) -> bool:
        return month in self.gone or any(covers(row, month) for row in self.leave)

    def usual(self, month: int) -> int:
        """Percent in hundredths, leave or not."""
        percent = self.percent.at(month)
        return 10_000 if percent is None else int(percent)

    def is_frozen(self, month: int) -> bool:
        return self.frozen is not None and month in self.frozen.months

    def on_leave(self, month: int) -> bool:
        return self.worked(month) == 0

    @cached_property
    def months_served(self) -> int:
        """Months of service before the plan."""
        return self.months_done + sum(done.earns for done in self.past.values())

    @property
    def has_begun(self) -> bool:
        """Whether no later start than the horizon's first month is left to choose."""
        return self.current is not None or any(month >= min(self.starts) for month in self.past)

    def fixed_in(self, month: int) -> str | None:
        """The rotation given; in a fixed row of the base rotation, which runs on, a month of leave binds nothing."""
        if self.on_leave(month):
            return None
        for rotation, first, last in reversed(self.fixed):
            if covers((first, last), month):
                return rotation
        return None

    def exempt_in(self, month: int) -> bool:
        """Whether a block of the rotation given in the month begins whatever it waits for."""
        rows = range(len(self.fixed) - 1, -1, -1)
        return next((row for row in rows if covers(self.fixed[row][1:], month)), -1) not in self.not_exempt


@dataclass(frozen=True)
class World:
    first: int
    months: int
    rules: dict[str, Any]
    arenas: dict[str, Arena]
    limits: list[Limit]
    reservations: list[Reservation]
    rotations: dict[str, Rotation]
    requirements: list[Requirement]
    groups: dict[str, Group]
    supervisors: dict[str, Supervisor]
    candidates: list[Candidate]
    order: tuple[str, ...] | None
    quotas: list[Quota] = field(default_factory=list)
    municipalities: tuple[str, ...] = ()

    @property
    def end(self) -> int:
        """The first month after the horizon."""
        return self.first + self.months

    @property
    def last(self) -> int:
        return self.first + self.months - 1

    def end_for(self, candidate: Candidate) -> int:
        """The first month that cannot be planned: after the horizon, or after the contract."""
        return self.end if candidate.until is None else min(self.end, candidate.until + 1)

    def municipality(self, candidate: Candidate) -> str | None:
        """The one named, else that of the post, which is the office where no post is named."""
        if candidate.municipality is not None:
            return candidate.municipality
        office = next((value for _, _, value in candidate.practice.rows), None)
        post = self.arenas.get(candidate.post or office or "")
        return None if post is None else post.municipality

    def n_candidates_of(self, municipality: str) -> int:
        return sum(self.municipality(candidate) == municipality for candidate in self.candidates)

    def offices_for(self, candidate: Candidate) -> list[str]:
        """An unnamed office is one of the candidate's own municipality."""
        own = self.municipality(candidate)
        return [office for office in self.offices if own is None or self.arenas[office].municipality == own]

    def group(self, name: str | None) -> Group | None:
        """The group of that name, or of two names with a plus between them the year in each."""
        if name is None or name in self.groups:
            return self.groups.get(name or "")
        first, _, second = name.partition(" + ")
        if first not in self.groups or second not in self.groups:
            return None
        one, other = self.groups[first], self.groups[second]
        if first == second or len(other.years) < 2 or other.years[1].start < one.years[0].stop:
            return None
        end = other.years[1].stop
        return Group(name, one.start, end - one.start, min(one.places, other.places), (one, other))

    def joined(self, name: str) -> Group:
        found = self.group(name)
        assert found is not None, name
        return found

    @cached_property
    def offices(self) -> list[str]:
        return [a.id for a in self.arenas.values() if a.service == "open_practice" and not a.abstract]

    @cached_property
    def goals(self) -> frozenset[int]:
        return goals(self.rules["goals"])

    def mix(self, rotation: str, office: str | None) -> dict[str, int]:
        """Arena -> share in hundredths, `practice` resolved."""
        shares: dict[str, int] = {}
        for place, share in self.rotations[rotation].mix.items():
            arena = office if place == "practice" else place
            if arena is not None:
                shares[arena] = shares.get(arena, 0) + share
        return shares

    def open_share(self, rotation: str) -> int:
        """The part of the mix in open practice, in hundredths of a percent."""
        return sum(
            share for place, share in self.rotations[rotation].mix.items() if self.category(place) == "open_practice"
        )

    def category(self, place: str) -> str:
        return "open_practice" if place == "practice" else self.arenas[place].service

    def roster_of(self, candidate: Candidate) -> Arena | None:
        """The duty roster: the one named, else the only one."""
        rosters = [a for a in self.arenas.values() if a.service == "parallel" and not a.abstract]
        if candidate.roster is not None:
            return self.arenas[candidate.roster]
        return rosters[0] if len(rosters) == 1 else None

    def shifts_left(self, roster: str, month: int) -> int | None:
        """A roster's shifts after those of others, None without a ceiling."""
        shifts = self.arenas[roster].shifts.ceiling(month)
        others = sum(r.shifts for r in self.reservations if r.arena == roster and covers(r.span, month))
        return None if shifts is None else max(0, shifts - others)

    def guided_at_most(self, supervisor: str, month: int) -> int:
        """A supervisor's places after those of others."""
        others = sum(r.places for r in self.reservations if r.supervisor == supervisor and covers(r.span, month))
        return max(0, (self.supervisors[supervisor].places.ceiling(month) or 0) - others)

    @property
    def shifts_for_goals(self) -> int:
        """With how many shifts goals count that are bound to them; all of them where nothing is said."""
        number = self.rules.get("goals_shifts")
        return int(self.rules["legevakt_shifts"] if number is None else min(number, self.rules["legevakt_shifts"]))

    def shifts_needed(self, candidate: Candidate) -> int:
        """Those that are left to plan."""
        taken = sum(candidate.frozen.shifts.values()) if candidate.frozen is not None else 0
        return max(0, self.rules["legevakt_shifts"] - candidate.shifts_done - taken)

    def shifts_in_plan(self, candidate: Candidate) -> bool:
        """Whether the full number has a shift in the plan, frozen or not."""
        taken = candidate.frozen is not None and any(candidate.frozen.shifts.values())
        return taken or candidate.shifts_served > 0 or self.shifts_needed(candidate) > 0


def world_of(tree: Mapping[str, Any]) -> World:
    rules = ruleset() | {key: value for key, value in tree.get("rules", {}).items() if key != "ruleset"}
    if tree.get("rules", {}).get("ruleset", "forskrift-2019") != "forskrift-2019":
        raise NotImplementedError("the oracle knows forskrift-2019 only")
    rotations = {row["id"]: rotation(row) for row in tree.get("rotations", [])}
    first = month_number(tree["horizon"]["start"])
    return World(
        first=first,
        months=tree["horizon"]["months"],
        rules=rules,
        arenas={row["id"]: arena(row, rules) for row in filled(tree.get("arenas", []))},
        limits=[
            Limit(row["id"], frozenset(row["arenas"]), steps(row.get("places"), "places"), percents(row))
            for row in tree.get("limits", [])
        ],
        reservations=[
            Reservation(
                row.get("arena"),
                row.get("supervisor"),
                span(row),
                row.get("places", 0),
                hundredths(row.get("percent", 0)),
                row.get("shifts", 0),
            )
            for row in tree.get("reservations", [])
        ],
        rotations=rotations,
        requirements=[requirement(row) for row in tree.get("requirements", [])],
        groups={
            row["id"]: Group(row["id"], month_number(row["start"]), row.get("months", 24), row["places"])
            for row in tree.get("groups", [])
        },
        supervisors={row["id"]: supervisor(row) for row in tree.get("supervisors", [])},
        candidates=[
            with_absence(with_past(candidate(row, rules, rotations), row, first), row, rules, first)
            for row in tree.get("candidates", [])
        ],
        order=tuple(tree["objective"]["order"]) if tree.get("objective", {}).get("order") else None,
        quotas=[
            Quota(
                row.get("id", f"{row['of']}-{row['municipality']}"),
                row["of"],
                row["municipality"],
                steps(row.get("places"), "places"),
            )
            for row in tree.get("quotas", [])
        ],
        municipalities=tuple(row["id"] for row in tree.get("municipalities", [])),
    )


def ruleset() -> dict[str, Any]:
    rows = tomllib.loads(RULESET.read_text("utf-8"))
    return {name: row.get("value") for name, row in rows.items() if isinstance(row, dict)}


def filled(rows: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Every field not given is the template's; being a template is not handed on."""
    by_id = {row["id"]: row for row in rows}

    def fill(row: Mapping[str, Any]) -> dict[str, Any]:
        if "like" not in row:
            return dict(row)
        template = fill(by_id[row["like"]])
        return {**template, "abstract": False, **row}

    return [fill(row) for row in by_id.values()]


def percents(row: Mapping[str, Any]) -> Steps:
    return steps(row.get("percent"), "percent", hundredths)


def arena(row: Mapping[str, Any], rules: Mapping[str, Any]) -> Arena:
    return Arena(
        id=row["id"],
        service=row["service"],
        goals=goals(row.get("goals")),
        shift_goals=goals(row.get("goals_with_shifts")),
        exposure=units(row.get("exposure", rules["goal_exposure"])),
        places=steps(row.get("places"), "places"),
        percent=percents(row),
        min_places=steps(row.get("min_places"), "places"),
        shifts=steps(row.get("shifts"), "shifts"),
        max_away=steps(row.get("max_away"), "max_away"),
        own_supervisor=row.get("own_supervisor", False),
        approved=tuple(span(entry) for entry in row.get("approved") or ()),
        abstract=row.get("abstract", False),
        municipality=row.get("municipality"),
    )


def rotation(row: Mapping[str, Any]) -> Rotation:
    base = row.get("base", False)
    return Rotation(
        id=row["id"],
        mix={place: hundredths(share) for place, share in row["mix"].items()},
        base=base,
        min_months=row.get("min_months", 1),
        max_months=row.get("max_months"),
        max_blocks=row.get("max_blocks", None if base else 1),
        starts=tuple(row.get("starts", ())),
        not_before=row.get("not_before", 0),
        after=tuple((entry,) if isinstance(entry, str) else tuple(entry) for entry in row.get("after", ())),
        shifts=row.get("legevakt", True),
    )


def requirement(row: Mapping[str, Any]) -> Requirement:
    def months(key: str) -> int | None:
        return None if row.get(key) is None else units(row[key])

    return Requirement(
        id=row["id"],
        rotations=frozenset(row["rotations"]),
        min_months=months("min_months"),
        max_months=months("max_months"),
        min_blocks=row.get("min_blocks"),
        max_blocks=row.get("max_blocks"),
        candidates=frozenset(row.get("candidates", ())),
    )


def supervisor(row: Mapping[str, Any]) -> Supervisor:
    return Supervisor(
        id=row["id"],
        places=steps(row["places"], "places"),
        span=span(row),
        specialist=row.get("specialist", row.get("exempt_to") is None),
        exempt_to=month_number(row["exempt_to"]) if row.get("exempt_to") else None,
        arenas=frozenset(row.get("arenas", ())),
    )


def candidate(row: Mapping[str, Any], rules: Mapping[str, Any], rotations: Mapping[str, Rotation]) -> Candidate:
    if row.get("ruleset", "forskrift-2019") != "forskrift-2019":
        raise NotImplementedError("the oracle knows forskrift-2019 only")
    group = row.get("group", "free")
    current = row.get("current")
    return Candidate(
        id=row["id"],
        starts=starts_of(row["start"], row.get("until")),
        practice=practice_of(row),
        post=row.get("post"),
        percent=percents(row),
        leave=tuple(span(entry) for entry in row.get("leave", ())),
        credited={key: units(row.get("credited", {}).get(key, 0)) for key in CATEGORIES},
        months_done=row.get("months_done", 0),
        goals_done=goals(row.get("goals_done")),
        group=named_group(group),
        group_fixed=named_group(group) not in ("free", "done"),
        open_year_done=isinstance(group, Mapping) and group.get("open_year_done", False),
        may_split=isinstance(group, Mapping) and group.get("split", False),
        municipality=row.get("municipality"),
        shifts_done=row.get("shifts_done", 0),
        legevakt_from=month_number(row["legevakt_from"]) if row.get("legevakt_from") else None,
        roster=row.get("legevakt"),
        supervisor=named_in(row, "supervisor"),
        current=(current["rotation"], month_number(current["since"])) if current else None,
        fixed=tuple((entry["rotation"], *span(entry)) for entry in row.get("fixed", ())),
        not_exempt=frozenset(n for n, entry in enumerate(row.get("fixed", ())) if not entry.get("exempt", True)),
        wishes=tuple(Wish(entry["rotation"], entry.get("weight", 1), span(entry)) for entry in row.get("wishes", ())),
        allowed=frozenset(row.get("allowed") or rotations),
        finish_by=earlier(row.get("finish_by"), rules.get("finish_by")),
        until=month_number(row["until"]) if row.get("until") else None,
        extra=units(row.get("extra_months", 0)),
        lost_before=row.get("lost_before", 0),
        gone=frozenset(month for month, share in absent_shares(row).items() if share == 1),
    )


def counted(percent: int, off: Fraction | None) -> int:
    """Hundredths of a percent, rounded up."""
    return percent if off is None else ceil(percent - off)


def absent_shares(row: Mapping[str, Any]) -> dict[int, Fraction]:
    """Month -> the part of its weekdays that is absent, day by day."""
    found: dict[int, Fraction] = {}
    for entry in row.get("absence", ()):
        day, last = date.fromisoformat(entry["from"]), date.fromisoformat(entry["to"])
        while day <= last:
            if day.weekday() < 5:
                month = day.year * 12 + day.month - 1
                part = Fraction(str(entry.get("percent", 100))) / 100 / n_weekdays(day.year, day.month)
                found[month] = found.get(month, Fraction(0)) + part
            day += timedelta(days=1)
    return found


def n_weekdays(year: int, month: int) -> int:
    return sum(1 for week in monthcalendar(year, month) for day in week[:5] if day)


def with_absence(candidate: Candidate, row: Mapping[str, Any], rules: Mapping[str, Any], first: int) -> Candidate:
    """The candidate with what days absent take off each month; of the past it is taken off at once."""
    posts = {month: post_in(candidate, month, first) for month in months_of_years(absent_shares(row))}
    absent = {m: posts[m] * s for m, s in sorted(absent_shares(row).items()) if s < 1 and posts[m]}
    share = Fraction(str(rules.get("absence_free_share") or 0)) / 100
    course = Fraction(units(rules["total"]) + candidate.extra, 10_000)
    off: dict[int, Fraction] = {}
    for window in {window_of(month, rules) for month in absent}:
        inside = {month: amount for month, amount in absent.items() if window_of(month, rules) == window}
        time = course if window is None else sum(post for month, post in posts.items() if month // 12 == window)
        free = share * time
        if rules["absence_counts"] == "all":
            off |= inside if sum(inside.values()) > free else {}
            continue
        for month, amount in inside.items():
            off[month] = amount - min(free, amount)
            free -= min(free, amount)
    past = {m: replace(done, percent=counted(done.percent, off.get(m))) for m, done in candidate.past.items()}
    off = {month: amount for month, amount in off.items() if amount}

    def off_with(frozen: Frozen) -> dict[int, Fraction]:
        return with_absence(replace(candidate, frozen=frozen), row, rules, first).off

    return replace(candidate, past=past, off=off, off_with=off_with)


def window_of(month: int, rules: Mapping[str, Any]) -> int | None:
    return month // 12 if rules["absence_window"] == "year" else None


def months_of_years(months: Iterable[int]) -> list[int]:
    return sorted({12 * (month // 12) + n for month in months for n in range(12)})


def post_in(candidate: Candidate, month: int, first: int) -> int:
    """Hundredths of a post in a month of the training that was not refused; the plan begins in the first."""
    told = candidate.past
    if month in told:
        return told[month].percent if told[month].works else 0
    between = bool(told) and min(told) < month < first
    began = min([*candidate.starts, *told])
    ended = candidate.until is not None and month > candidate.until
    return 0 if between or ended or month < began else candidate.worked(month)


def with_past(candidate: Candidate, row: Mapping[str, Any], first: int) -> Candidate:
    """The candidate with what was done before that month; what was done elsewhere is credit, months and goals."""
    rows = row.get("served", ())
    elsewhere = [entry for entry in rows if "rotation" not in entry]
    credited, shifts = dict(candidate.credited), sum(entry.get("shifts", 0) for entry in rows)
    for entry in elsewhere:
        credited[entry["category"]] += units(entry["months"])
    return replace(
        candidate,
        past=past_of(candidate, row, first),
        shifts_served=shifts,
        shifts_done=candidate.shifts_done + shifts,
        credited=credited,
        months_done=candidate.months_done + sum(ceil(Fraction(str(entry["months"]))) for entry in elsewhere),
        goals_done=candidate.goals_done.union(*(goals(entry.get("goals")) for entry in elsewhere)),
    )


def practice_of(row: Mapping[str, Any]) -> Steps:
    """The office named in each month."""
    return named_in(row, "practice")


def named_in(row: Mapping[str, Any], key: str) -> Steps:
    given = row.get(key)
    return steps([{key: given}] if isinstance(given, str) else given, key, str)


def past_of(candidate: Candidate, row: Mapping[str, Any], first: int) -> dict[int, Done]:
    """The months of `current` before that month, and those of the rows of `served`, which hold where both tell one."""
    office = practice_of(row)
    found: dict[int, Done] = {}
    if candidate.current is not None:
        rotation, since = candidate.current
        for month in range(since, first):
            found[month] = Done(rotation, candidate.worked(month), office.at(month), earns=False)
    for entry in row.get("served", ()):
        if "rotation" in entry:
            counts = entry.get("counted", True)
            for month in range(month_number(entry["from"]), month_number(entry["to"]) + 1):
                percent = hundredths(entry["percent"]) if "percent" in entry else candidate.usual(month)
                practice = entry.get("practice") or office.at(month)
                earns = counts and not entry.get("in_credited", False)
                found[month] = Done(entry["rotation"], percent, practice, earns, counts)
    served = {month: done for month, done in found.items() if done.percent and not candidate.in_leave(month)}
    return dict(sorted(served.items()))


def named_group(given: Any) -> str:
    """One name, or two with a plus between them."""
    if isinstance(given, list):
        by_year = {entry["year"]: entry["id"] for entry in given}
        return str(by_year[1]) if by_year[1] == by_year[2] else f"{by_year[1]} + {by_year[2]}"
    return str(given.get("id", "free")) if isinstance(given, Mapping) else str(given)


def starts_of(given: Any, until: str | None = None) -> tuple[int, ...]:
    if isinstance(given, str):
        return (month_number(given),)
    latest = month_number(given["latest"]) if until is None else min(month_number(given["latest"]), month_number(until))
    return tuple(range(month_number(given["earliest"]), latest + 1))


def earlier(*months: str | None) -> int | None:
    return min((month_number(month) for month in months if month), default=None)
