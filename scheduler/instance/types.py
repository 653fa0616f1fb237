"""The instance as the rest of the program sees it: resolved, immutable, nothing left to parse.

Units: **credit** is percent of a post x percent of the mix, so one FTE-month is ``CREDIT_PER_FTE_MONTH`` = 10,000 and
a month at 80 % in a mix with 20 % health clinic gives that arena 1,600. **Work** is the same unit for the whole month
(80 % -> 8,000). Percents are exact (:mod:`scheduler.exact`), whole numbers or with two decimals, and so is what is
earned of them. Months are integers (:mod:`scheduler.month`); ends are exclusive.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, Generic, TypeAlias, TypeVar

from scheduler.exact import Exact
from scheduler.fields import SPLIT
from scheduler.instance.absence import COURSE, EXCESS, Absence, FreeAbsence, absent_shares, earned
from scheduler.instance.economy import Agreement, GoalStatus, Rate
from scheduler.instance.past import Frozen, PastMonth, Told
from scheduler.instance.problems import Problem
from scheduler.instance.published import Baseline
from scheduler.month import Month

S = TypeVar("S")
T = TypeVar("T")
N = TypeVar("N", int, Exact)

CREDIT_PER_FTE_MONTH = 10_000
PRACTICE = "practice"
HALF_YEAR = 6  # months
ROOM_FOR_ALL = 1_000  # places where there is no ceiling, beside months in which there are none: as good as without
PARALLEL = "parallel"  # the service of an arena with shifts beside a rotation; else it is a category's id


@dataclass(frozen=True, slots=True)
class Span:
    """Months ``start`` up to, not including, ``end``."""

    start: Month
    end: Month

    def __contains__(self, month: object) -> bool:
        return isinstance(month, int) and self.start <= month < self.end

    def months(self) -> range:
        """Every month of the span."""
        return range(self.start, self.end)


@dataclass(frozen=True)  # no slots: Python cannot make a frozen generic of them
class StepOf(Generic[N]):
    """One row of a step list: ``value`` from ``start`` (None: always) up to ``end``, exclusive (None: for good)."""

    value: N
    start: Month | None = None
    end: Month | None = None

    def covers(self, month: Month) -> bool:
        """Whether the row says anything about the month."""
        return (self.start is None or self.start <= month) and (self.end is None or month < self.end)


Step: TypeAlias = StepOf[int]


@dataclass(frozen=True)  # no slots: Python cannot make a frozen generic of them
class StepsOf(Generic[N]):
    """A function of time: of the rows that cover a month the last one wins; ``default`` where none does.

    ``reserved``: what others have of it (value, and the months); it comes off, down to nothing.
    """

    rows: tuple[StepOf[N], ...]
    default: N = 0
    reserved: tuple[StepOf[N], ...] = ()

    def at(self, month: Month) -> N:
        """The value in a month: ``[2; from 2028-01: 3]`` is 2 in 2027-12 and 3 in 2028-01; less what is reserved."""
        value = next((row.value for row in reversed(self.rows) if row.covers(month)), self.default)
        if not self.reserved:
            return value
        return max(value - self.reserved_at(month), 0)

    def reserved_at(self, month: Month) -> N:
        """What others have of it in a month."""
        return sum(row.value for row in self.reserved if row.covers(month))


Steps: TypeAlias = StepsOf[int]
PercentSteps: TypeAlias = StepsOf[Exact]


@dataclass(frozen=True, slots=True)
class NamedStep:
    """One row that names somebody or some place: ``name`` from ``start`` (None: always) up to ``end``, exclusive."""

    name: str
    start: Month | None = None
    end: Month | None = None

    def covers(self, month: Month) -> bool:
        """Whether the row says anything about the month."""
        return (self.start is None or self.start <= month) and (self.end is None or month < self.end)


@dataclass(frozen=True, slots=True)
class Named:
    """Who or what is named, as a function of time: of the rows that cover a month the last one wins; else nobody is."""

    rows: tuple[NamedStep, ...] = ()

    @classmethod
    def always(cls, name: str | None) -> Named:
        """The same in every month; None: nobody in any."""
        return cls() if name is None else cls((NamedStep(name),))

    def __bool__(self) -> bool:
        return bool(self.rows)

    def at(self, month: Month) -> str | None:
        """The name in a month: ``[a, to 2028-05; b]`` is b in 2028-05, for b's row comes later and covers it."""
        return next((row.name for row in reversed(self.rows) if row.covers(month)), None)

    @property
    def names(self) -> tuple[str, ...]:
        """All that are named in some row."""
        return tuple(dict.fromkeys(row.name for row in self.rows))

    def edges(self) -> frozenset[Month]:
        """The months in which another row may begin to hold."""
        return frozenset(edge for row in self.rows for edge in (row.start, row.end) if edge is not None)


NOBODY_NAMED = Named()


@dataclass(frozen=True, slots=True)
class Category:
    """A kind of service that is counted by itself; ``minimum`` and ``cap`` (None: all of it counts) in credit.

    ``rule``: the id of the rule that the minimum is; None: there is none. ``counts_into``: the category that what
    counts of it goes into; None: the total. ``served``: arenas may be of it; else it only adds up.
    """

    id: str
    minimum: int = 0
    rule: str | None = None
    cap: int | None = None
    counts_into: str | None = None
    served: bool = True
    own_practice: bool = False


@dataclass(frozen=True, slots=True)
class Rules:
    """The numbers of a ruleset after overrides. Service times in credit (10,000 = one FTE-month).

    ``categories`` in the order of the ruleset; ``from_below`` each before the one it counts into; ``services`` the ids
    of those that arenas may be of; ``minima`` those of which there must be so much. ``goal_prefix`` stands before the
    number of a goal. ``goals_shifts``: from so many shifts on do goals count that are bound to them; None: from all.
    ``planning``: the keys of numbers that the scheme itself does not give, and that are figures to plan by.
    """

    ruleset: str
    total: int
    categories: tuple[Category, ...]
    goals: frozenset[int]
    goal_exposure: int
    legevakt_shifts: int
    legevakt_max_per_month: int
    group_required: bool
    group_leave_months_max: int
    group_open_share_min: Exact
    finish_by: Month | None
    leave_credited_share: Exact
    guidance_hours_per_year: float
    preparation_hours_per_year: float
    absence_free_share: Exact = 0
    absence_counts: str = EXCESS
    absence_window: str = COURSE
    goals_shifts: int | None = None
    guidance_hours_first_half_year: float | None = None
    goal_prefix: str = ""
    planning: frozenset[str] = frozenset()
    from_below: tuple[Category, ...] = field(init=False, compare=False, repr=False)
    services: tuple[str, ...] = field(init=False, compare=False, repr=False)
    minima: tuple[Category, ...] = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        rows = self.categories
        object.__setattr__(self, "from_below", tuple(sorted(rows, key=lambda row: (-self._depth(row), not row.served))))
        object.__setattr__(self, "services", tuple(row.id for row in rows if row.served))
        object.__setattr__(self, "minima", tuple(row for row in rows if row.rule is not None))

    @property
    def shifts_for_goals(self) -> int:
        """From how many shifts on goals count that are bound to shifts: never more than all."""
        return self.legevakt_shifts if self.goals_shifts is None else min(self.goals_shifts, self.legevakt_shifts)

    def _depth(self, category: Category) -> int:
        """How many categories it counts into, one after the other."""
        return 0 if category.counts_into is None else 1 + self._depth(self.category(category.counts_into))

    def category(self, category_id: str) -> Category:
        """A category by its id."""
        return next(row for row in self.categories if row.id == category_id)

    def minimum_of(self, rule: str) -> Category | None:
        """The category whose minimum is the rule; None if these rules ask for no such minimum."""
        return next((row for row in self.minima if row.rule == rule), None)

    def within(self, category: Category) -> tuple[str, ...]:
        """The services that a category is made of: its own, and those of the categories that count into it."""
        below = (name for row in self.categories if row.counts_into == category.id for name in self.within(row))
        return (*((category.id,) if category.served else ()), *below)

    def guidance_hours_after(self, n_months: int) -> float:
        """Hours in a service month that comes after so many: another number in the first half-year, if there is one."""
        first = self.guidance_hours_first_half_year
        if first is not None and n_months < HALF_YEAR:
            return first / HALF_YEAR
        return self.guidance_hours_per_year / (2 * HALF_YEAR)

    @property
    def own_practice(self) -> str:
        """The category of service in one's own practice."""
        return next(row.id for row in self.categories if row.own_practice and row.served)


@dataclass(frozen=True, slots=True)
class Arena:
    """A place of learning. ``None`` for a step list means: no ceiling.

    ``service``: the id of its category, or ``parallel``. ``is_office``: a candidate may have it as practice.
    ``own_supervisor``: who serves there, half the mix or more, is supervised by one attached to it. ``approved``: the
    months in which it meets what is asked of its category (none: all); in others it has no places, which ``places``
    and ``shifts`` already say.
    ``template``: the arena that it is like.
    """

    id: str
    name: str
    service: str
    is_office: bool
    site: str | None
    goals: frozenset[int]
    goals_partial: frozenset[int]
    goals_with_shifts: frozenset[int]
    exposure: int
    places: Steps | None
    percent: PercentSteps | None
    min_places: Steps | None
    shifts: Steps | None
    max_away: int | None
    own_supervisor: bool = False
    approved: tuple[Step, ...] = ()
    template: str | None = None
    municipality: str | None = None

    @property
    def is_parallel(self) -> bool:
        """Whether its service is shifts beside a rotation."""
        return self.service == PARALLEL

    def approved_in(self, month: Month) -> bool:
        """Whether it meets in the month what is asked of its category."""
        return not self.approved or any(row.covers(month) for row in self.approved)


@dataclass(frozen=True, slots=True)
class Limit:
    """One ceiling over several arenas; ``title`` is its name, None where it has none."""

    id: str
    arenas: tuple[str, ...]
    places: Steps | None
    percent: PercentSteps | None
    title: str | None = None

    @property
    def name(self) -> str:
        """What people call it: its name, or its id."""
        return self.title or self.id


@dataclass(frozen=True, slots=True)
class Reservation:
    """Others who use what an arena has (``percent`` of its FTE ceiling, ``places``, ``shifts``), or a supervisor.

    Shifts and supervisors' places have come off those steps already (``Steps.reserved``).
    """

    arena: str | None
    who: str
    span: Span
    percent: Exact = 0
    places: int = 0
    shifts: int = 0
    supervisor: str | None = None


@dataclass(frozen=True, slots=True)
class Rotation:
    """What a candidate is placed in for a month. ``mix`` maps arena ids (or ``practice``) to percent; sum 100.

    ``share_by_service``: percent by category; ``open_share``: percent in the category of one's own practice.
    ``starts``: the calendar months in which a block may begin; empty: in any. ``after``: of one of each of these must a
    block have ended before.
    """

    id: str
    name: str
    mix: Mapping[str, Exact]
    share_by_service: Mapping[str, Exact]
    open_share: Exact
    base: bool
    min_months: int
    max_months: int | None
    max_blocks: int | None
    starts: frozenset[int]
    not_before: int
    legevakt: bool
    after: tuple[tuple[str, ...], ...]

    @property
    def uses_practice(self) -> bool:
        """Whether the candidate's own office is part of the mix."""
        return PRACTICE in self.mix


@dataclass(frozen=True, slots=True)
class Requirement:
    """A row of ``[[requirements]]``; FTE-months as work (10,000 = one). ``title`` is its name, None: it has none."""

    id: str
    rotations: tuple[str, ...]
    min_work: int | None
    max_work: int | None
    min_blocks: int | None
    max_blocks: int | None
    candidates: frozenset[str]
    title: str | None = None

    @property
    def name(self) -> str:
        """What people call it: its name, or its id."""
        return self.title or self.id

    def names(self, candidate_id: str) -> bool:
        """Whether the row speaks of the candidate (an empty list means all)."""
        return not self.candidates or candidate_id in self.candidates


@dataclass(frozen=True, slots=True)
class Group:
    """A guidance group: its months and places; or a year in each of two groups (``parts``), as if it were one."""

    id: str
    span: Span
    places: int
    parts: tuple[Group, ...] = ()
    municipality: str | None = None

    def years(self) -> list[Span]:
        """The group's years of twelve months, the last one shorter if the group's length is no multiple of twelve.

        Of a split one the first year of the one group and the second of the other.
        """
        if self.parts:
            return [part.years()[number] for number, part in enumerate(self.parts)]
        return [Span(start, min(start + 12, self.span.end)) for start in range(self.span.start, self.span.end, 12)]

    def attended(self) -> list[tuple[str, int]]:
        """The groups and numbers of their years that a member attends: ``[("G1", 1), ("G2", 2)]`` of a split one."""
        if self.parts:
            return [(part.id, number) for number, part in enumerate(self.parts, start=1)]
        return [(self.id, number) for number in range(1, len(self.years()) + 1)]


def split_group(first: Group, second: Group) -> Group | None:
    """The first year in one group and the second in another, after it; None where that cannot be."""
    if first.id == second.id or len(second.years()) < 2 or second.years()[1].start < first.years()[0].end:
        return None
    span = Span(first.span.start, second.years()[1].end)
    return Group(first.id + SPLIT + second.id, span, min(first.places, second.places), (first, second))


@dataclass(frozen=True, slots=True)
class Supervisor:
    """A supervisor: places over time (0 when away); ``arenas`` non-empty: only for candidates serving in one.

    ``exempt_end``: until that month one who is no specialist counts as one.
    """

    id: str
    name: str
    places: Steps
    specialist: bool
    arenas: frozenset[str]
    exempt_end: Month | None = None
    municipality: str | None = None

    def counts_in(self, month: Month) -> bool:
        """Whether a specialist, or exempted from being one in that month."""
        return self.specialist or (self.exempt_end is not None and month < self.exempt_end)

    def places_at(self, month: Month) -> int:
        """Candidates who may be supervised in a month: none while neither a specialist nor exempted."""
        return max(self.places.at(month), 0) if self.counts_in(month) else 0

    def is_at(self, arenas: Iterable[str]) -> bool:
        """Whether one who serves in these arenas may be supervised: always, but for one attached to others only."""
        return not self.arenas or not self.arenas.isdisjoint(arenas)


@dataclass(frozen=True, slots=True)
class Municipality:
    """A municipality of a region; ``n_candidates``: how many in the whole file are its own."""

    id: str
    name: str
    n_candidates: int = 0


@dataclass(frozen=True, slots=True)
class Quota:
    """At most so many heads (None: no bound) of a municipality's candidates in what ``of`` names.

    ``arenas``: the arenas whose heads it bounds, those of a limit or one; none where it is of the group ``group``.
    ``standing``: how many of the municipality stay in that group whatever the file says now.
    """

    id: str
    of: str
    municipality: str
    places: Steps | None
    arenas: tuple[str, ...] = ()
    group: str | None = None
    standing: int = 0

    def is_for(self, candidate: Candidate) -> bool:
        """Whether the candidate is one of those whose heads it bounds."""
        return candidate.municipality == self.municipality


@dataclass(frozen=True, slots=True)
class GroupChoice:
    """A candidate's group: ``done``, settled as ``group_id``, or free (neither).

    Settled by the coordinator, or ``kept``: from a published plan, because the group has begun. ``split``: one that is
    free may be for a year each in two groups.
    """

    done: bool = False
    group_id: str | None = None
    open_year_done: bool = False
    kept: bool = False
    split: bool = False

    @property
    def free(self) -> bool:
        """Whether the plan chooses the group."""
        return not self.done and self.group_id is None


@dataclass(frozen=True, slots=True)
class FixedBlock:
    """Months in which the rotation is given by the coordinator.

    ``exempt``: a block that begins with it begins whenever that is (not where a question only asks what if).
    ``awaited``: a finish waits for it (not where a question asks what there may be without such a row).
    """

    rotation: str
    span: Span
    exempt: bool = True
    awaited: bool = True


@dataclass(frozen=True, slots=True)
class Current:
    """The block that was running when the horizon began, as the file tells it."""

    rotation: str
    since: Month


@dataclass(frozen=True, slots=True)
class Wish:
    """A wished rotation, anywhere in the plan or inside a window."""

    rotation: str
    weight: int
    span: Span | None

    def met_by(self, served: Iterable[Month], rotation: Rotation) -> bool:
        """Whether months in the wished rotation are enough: 6 of a hospital's shortest 6, or all of a window of 4."""
        wanted = rotation.min_months if self.span is None else min(rotation.min_months, len(self.span.months()))
        return sum(self.span is None or month in self.span for month in served) >= max(1, wanted)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A doctor in training. ``credited`` and all service in credit units; percent 0 or a leave span: full leave.

    ``agreement`` and ``goals_status`` (by goal) are of the desk, and no plan depends on them.

    ``lost_before``: the weight of the wishes that others' places cost the candidate in the plan before this one.

    ``past``: the months that have been served, in order; their credit, ``past_credit`` by category, is in ``credited``,
    and those that earn are in ``months_done``. ``shifts_served``: of ``shifts_done`` those taken in these months.
    They lie before the horizon, or are ``frozen`` in it. ``released``: the published plan ends the last block of them.

    ``absences``: days absent, of which a month absent as a whole is in ``leave`` as well. ``planned_from``: where the
    horizon begins; of the months before it the past tells.

    ``window_from`` is the earliest month of the start window in the file: the earliest finish counts from there, also
    where a published start has narrowed the window. ``practice`` names the office by months; where it names none the
    plan chooses; ``supervisor`` likewise. ``until``: the last month of the contract, if it ends. ``rules`` are the
    candidate's own: with the time asked for beyond those of everybody (``extra``).

    ``judged``: where frozen months are shown as months of the plan, the candidate of whom they are past.
    """

    id: str
    name: str
    start_earliest: Month
    start_latest: Month
    window_from: Month
    practice: Named
    post: str | None
    percent: PercentSteps
    leave: tuple[Span, ...]
    credited: Mapping[str, Exact]
    months_done: int
    goals_done: frozenset[int]
    group: GroupChoice
    shifts_done: int
    legevakt_arena: str | None
    legevakt_from: Month | None
    supervisor: Named
    current: Current | None
    fixed: tuple[FixedBlock, ...]
    wishes: tuple[Wish, ...]
    allowed: tuple[str, ...]
    finish_by: Month | None
    rules: Rules
    until: Month | None = None
    extra: int = 0
    past: tuple[PastMonth, ...] = ()
    past_credit: Mapping[str, Exact] = field(default_factory=dict)
    shifts_served: int = 0
    absences: tuple[Absence, ...] = ()
    planned_from: Month = 0
    frozen: Frozen | None = None
    released: bool = False
    lost_before: int = 0
    agreement: Agreement | None = field(default=None, compare=False)
    goals_status: Mapping[int, GoalStatus] = field(default_factory=dict, compare=False)
    judged: Candidate | None = None
    municipality: str | None = None
    _percents: dict[Month, Exact] = field(
        default_factory=dict, init=False, compare=False, repr=False
    )  # asked for often
    _deducted: list[Mapping[Month, Exact]] = field(default_factory=list, init=False, compare=False, repr=False)

    def percent_at(self, month: Month) -> Exact:
        """Percent of a post worked in the month; 0 on full leave. Says nothing of start or finish.

        In a frozen month it is what it was.
        """
        if month not in self._percents:
            self._percents[month] = self._percent_in(month)
        return self._percents[month]

    def _percent_in(self, month: Month) -> Exact:
        if self.frozen is not None and month in self.frozen.rows:
            return self.frozen.percent_at(month)
        return 0 if any(month in span for span in self.leave) else self.percent.at(month)

    def on_leave(self, month: Month) -> bool:
        """Whether the month is one of full leave."""
        return self.percent_at(month) == 0

    def earned_at(self, month: Month) -> Exact:
        """Percent that the month counts as: that of the post, less what days absent take off (decision 0022)."""
        return earned(self.percent_at(month), self.deducted_at(month))

    def deducted_at(self, month: Month) -> Exact:
        """What days absent take off the percent of a month."""
        if not self.absences:
            return 0
        if not self._deducted:
            self._deducted.append(self._deductions())
        return self._deducted[0].get(month, 0)

    def _deductions(self) -> Mapping[Month, Exact]:
        shares = {month: share for month, share in absent_shares(self.absences).items() if share < 1}
        months = {*shares, *(12 * (month // 12) + t for month in shares for t in range(12))}
        posts = {month: post for month in sorted(months) if (post := self._post_at(month))}
        absent = {month: share * posts[month] for month, share in shares.items() if month in posts}
        reading = FreeAbsence(self.rules.absence_free_share, self.rules.absence_counts, self.rules.absence_window)
        return reading.deducted(absent, posts, Fraction(self.rules.total, CREDIT_PER_FTE_MONTH // 100))

    def _post_at(self, month: Month) -> Exact:
        """The percent of a post that the candidate has in a month of the training, as far as it was approved."""
        told = {row.month: row.percent if row.told is not Told.NOT_COUNTED else 0 for row in self.past}
        first = min([self.window_from, *told])
        if month < first or (self.until is not None and month > self.until):
            return 0
        if month in told:
            return told[month]
        not_served = bool(told) and min(told) < month < self.planned_from
        return 0 if not_served else self.percent_at(month)

    @property
    def done(self) -> bool:
        """Whether the training has ended within the frozen months."""
        frozen = self.as_judged.frozen
        return frozen is not None and frozen.finish is not None

    @property
    def as_judged(self) -> Candidate:
        """By whom finishes are judged: with frozen months in the past, also where they are shown in the plan."""
        return self if self.judged is None else self.judged

    @property
    def shifts_missing(self) -> int:
        """Duty shifts still to be planned: 30 where 10 of 40 are done."""
        return max(self.rules.legevakt_shifts - self.shifts_done, 0)

    def most_shifts(self, month: Month) -> int:
        """The most shifts that may be planned in the month, the roster's room aside: 4, or 0 where it may have none."""
        return self.rules.legevakt_max_per_month if self.may_take_shifts(month) else 0

    def may_take_shifts(self, month: Month) -> bool:
        """Whether shifts are possible in the month, wherever it is served: a roster, the course done, no leave."""
        early = self.legevakt_from is not None and month < self.legevakt_from
        return self.legevakt_arena is not None and not early and not self.on_leave(month)


@dataclass(frozen=True, slots=True)
class Instance:
    """A whole planning problem. Dicts keep the order of the file.

    ``baseline`` is the published plan that is to change as little as possible, if there is one. ``source`` is the tree
    that the instance was read from, as files spell it: what a plan carries with it, and what changes are tried on.
    ``formerly`` maps, table by table, the ids that published plans may still use to the rows' ids of today.
    ``ended``: those of whom nothing is to be planned any more, left out of ``candidates``.
    ``offices_change``: there is no plan as long as everybody keeps the office who can (``instance.offices``).
    """

    name: str
    start: Month
    end: Month
    rules: Rules
    arenas: Mapping[str, Arena]
    limits: Mapping[str, Limit]
    reservations: tuple[Reservation, ...]
    rotations: Mapping[str, Rotation]
    requirements: tuple[Requirement, ...]
    groups: Mapping[str, Group]
    supervisors: Mapping[str, Supervisor]
    candidates: Mapping[str, Candidate]
    objective_order: tuple[str, ...]
    sha256: str
    remarks: tuple[Problem, ...] = field(default=())
    baseline: Baseline | None = None
    source: Mapping[str, Any] | None = field(default=None, compare=False, repr=False)
    formerly: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    offices_change: bool = False
    ended: tuple[Candidate, ...] = ()
    economy: tuple[Rate, ...] = field(default=(), compare=False)
    municipalities: Mapping[str, Municipality] = field(default_factory=dict)
    quotas: Mapping[str, Quota] = field(default_factory=dict)
    _clocks: dict[Any, tuple[Candidate, Any]] = field(default_factory=dict, init=False, compare=False, repr=False)
    _tables: dict[Any, Any] = field(default_factory=dict, init=False, compare=False, repr=False)

    def remembered(self, candidate: Candidate, tabulate: Callable[[Instance, Candidate], T]) -> T:
        """What was tabulated of the candidate before; of one who has changed, tabulated anew."""
        key = tabulate, candidate.id
        known = self._clocks.get(key)
        if known is None or known[0] is not candidate:
            known = self._clocks[key] = candidate, tabulate(self, candidate)
        table: T = known[1]
        return table

    def once(self, tabulate: Callable[[Instance], T]) -> T:
        """What is tabulated of the whole instance, once."""
        if tabulate not in self._tables:
            self._tables[tabulate] = tabulate(self)
        table: T = self._tables[tabulate]
        return table

    def once_of(self, thing: S, make: Callable[[Instance, S], T]) -> T:
        """What is made of the instance and a thing, once as long as it is asked of the same thing."""
        known = self._tables.get(make)
        if known is None or known[0] is not thing:
            known = self._tables[make] = thing, make(self, thing)
        made: T = known[1]
        return made

    @property
    def offices(self) -> list[Arena]:
        """The arenas that may be somebody's practice."""
        return [arena for arena in self.arenas.values() if arena.is_office]

    def offices_for(self, candidate: Candidate) -> list[Arena]:
        """The offices that a plan may choose for the candidate: those of the own municipality, if there is one.

        And those that the candidate's rows name: who is in one elsewhere may stay.
        """
        own, named = candidate.municipality, candidate.practice.names
        if own is None:
            return self.offices
        return [office for office in self.offices if office.municipality == own or office.id in named]

    @property
    def parallel_arenas(self) -> list[Arena]:
        """The arenas whose service is shifts beside a rotation."""
        return [arena for arena in self.arenas.values() if arena.is_parallel]

    @property
    def has_floors(self) -> bool:
        """Whether an arena needs somebody at some time, which all hold up together; a row of 0 asks nothing."""
        return self.once(_asks_for_somebody)

    def rotations_of(self, candidate: Candidate) -> list[Rotation]:
        """The rotations the candidate may take, in file order."""
        return [self.rotations[rotation_id] for rotation_id in candidate.allowed]

    def base_of(self, candidate: Candidate) -> Rotation:
        """The one base rotation of the candidate (the input check sees to it that there is exactly one)."""
        return next(rotation for rotation in self.rotations_of(candidate) if rotation.base)

    def door(self, candidate: Candidate) -> Month:
        """The month before which everything is the candidate's past: the horizon's first, or that after the frozen."""
        return self.start if candidate.frozen is None else candidate.frozen.end

    def first_month(self, candidate: Candidate) -> Month:
        """The first month that can be planned for the candidate: the later of start and door."""
        return max(candidate.start_earliest, self.door(candidate))

    def group_named(self, group_id: str | None) -> Group | None:
        """The group with that id, or the split one of two ids (``G1 + G2``); None where there is no such group."""
        if group_id is None or group_id in self.groups:
            return self.groups.get(group_id or "")
        first, _, second = group_id.partition(SPLIT)
        known = first in self.groups and second in self.groups
        return split_group(self.groups[first], self.groups[second]) if known else None

    @property
    def groups_split(self) -> bool:
        """Whether somebody may be for a year each in two groups."""
        return any(self._may_split(candidate.group) for candidate in self.candidates.values())

    def _may_split(self, choice: GroupChoice) -> bool:
        return choice.split or (choice.group_id is not None and choice.group_id not in self.groups)

    def end_for(self, candidate: Candidate) -> Month:
        """The month before which the candidate's plan ends: with the horizon, or with the contract.

        No sooner than the frozen months.
        """
        return self.end if candidate.until is None else min(self.end, max(candidate.until + 1, self.door(candidate)))

    def may_leave(self, candidate: Candidate) -> bool:
        """Whether the contract ends within the horizon; a date to finish by before it holds all the same."""
        until, by = candidate.until, candidate.finish_by
        return until is not None and until < self.end and (by is None or by >= until)

    def counted_from(self, candidate: Candidate) -> Month:
        """The month from which the earliest finish counts: the window's first, no sooner than the door."""
        return max(candidate.window_from, self.door(candidate))


def _asks_for_somebody(instance: Instance) -> bool:
    least = [arena.min_places for arena in instance.arenas.values() if arena.min_places is not None]
    return any(steps.at(month) > 0 for steps in least for month in range(instance.start, instance.end))
