"""The instance file: its tables and fields as people write them (contract section 2), nothing resolved.

The models hold the whole tree, so that what was read can be written back. A field that the file leaves out is *unset*
and stays so in every spelling (TOML, JSON, XLSX); what it means then is decided in :mod:`scheduler.files.resolve`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import TYPE_CHECKING, Annotated, Any, Literal, get_args

from pydantic import BaseModel, BeforeValidator, ConfigDict, Discriminator, Field, Tag, create_model, model_validator

from scheduler.files.values import (
    AbsentPercent,
    Amount,
    CalendarMonth,
    Count,
    FileDay,
    FileMonth,
    Flag,
    FteMonths,
    GoalText,
    Hours,
    Id,
    MonthCount,
    Name,
    Percent,
    PercentSum,
    Positive,
    PositiveMonthCount,
    SchemaVersion,
    ServedMonths,
    Share,
    refuse,
)
from scheduler.instance.economy import AgreementKind, GoalState, RatePer, RateSide
from scheduler.instance.types import PARALLEL
from scheduler.rulesets import IN_FORCE, arena_kinds, number_keys, served_categories

RANGE = ("from", "to")
"""The keys of a row with months."""
WITH_FORMER_IDS = ("arenas", "rotations", "groups", "supervisors", "candidates")
"""The tables whose rows say under which ids published plans may still know them (``formerly``)."""


class FileTable(BaseModel):
    """What all tables share: no unknown keys; ``from`` is ``from_`` in code."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class FileRange(FileTable):
    """A row with months: no ``from`` means always, no ``to`` means until the end; both ends inclusive."""

    from_: FileMonth | None = Field(default=None, alias="from")
    to: FileMonth | None = None


class PlacesStep(FileRange):
    """Heads in some months."""

    places: Count


class PercentStep(FileRange):
    """A candidate's percent of a post in some months."""

    percent: Percent


class CeilingStep(FileRange):
    """An arena's or limit's ceiling in percent of one post (300 = three full posts) in some months."""

    percent: PercentSum


class ShiftsStep(FileRange):
    """Shifts per month for all candidates together, in some months."""

    shifts: Count


class PracticeStep(FileRange):
    """A candidate's office in some months."""

    practice: Id


class SupervisorStep(FileRange):
    """A candidate's supervisor in some months."""

    supervisor: Id


class FileHorizon(FileTable):
    """The months that are planned."""

    start: FileMonth
    months: PositiveMonthCount


class _Total(FileTable):
    ruleset: Id = IN_FORCE
    total: FteMonths | None = None


if TYPE_CHECKING:  # which fields these have is told by the rulesets
    ServiceId = str
    KindId = str

    class _CategoryNumbers(_Total):
        pass

    class FileCredited(FileTable):
        """FTE-months credited before the horizon, by category."""
else:
    ServiceId = Literal[(*served_categories(), PARALLEL)]
    KindId = Literal[arena_kinds()]
    _CategoryNumbers = create_model(
        "_CategoryNumbers", __base__=_Total, **dict.fromkeys(number_keys(), (FteMonths | None, None))
    )
    FileCredited = create_model(
        "FileCredited",
        __base__=FileTable,
        __doc__="FTE-months credited before the horizon, by category.",
        **dict.fromkeys(served_categories(), (ServedMonths, 0.0)),
    )


class FileRules(_CategoryNumbers):
    """The ruleset and the numbers of it that this instance overrides; those of categories after the total."""

    goals: GoalText | None = None
    goal_exposure: FteMonths | None = None
    legevakt_shifts: Count | None = None
    legevakt_max_per_month: Count | None = None
    goals_shifts: Count | None = None
    group_required: Flag | None = None
    group_leave_months_max: MonthCount | None = None
    group_open_share_min: Percent | None = None
    finish_by: FileMonth | None = None
    leave_credited_share: Percent | None = None
    absence_free_share: Percent | None = None
    absence_counts: Literal["excess", "all"] | None = None
    absence_window: Literal["course", "year"] | None = None
    guidance_hours_per_year: Hours | None = None
    guidance_hours_first_half_year: Hours | None = None
    preparation_hours_per_year: Hours | None = None


class FileObjective(FileTable):
    """The order of the objective's levels; levels not named are left out."""

    order: list[Id] = []


class FileArena(FileTable):
    """A place of learning; with ``like``, every field not given is the template's."""

    id: Id
    like: Id | None = None
    name: Name | None = None
    service: ServiceId | None = None
    site: Name | None = None
    goals: GoalText | None = None
    goals_partial: GoalText | None = None
    goals_with_shifts: GoalText | None = None
    exposure: FteMonths | None = None
    places: list[PlacesStep] | None = None
    percent: list[CeilingStep] | None = None
    min_places: list[PlacesStep] | None = None
    shifts: list[ShiftsStep] | None = None
    max_away: Count | None = None
    own_supervisor: Flag | None = None
    approved: list[FileRange] | None = None
    abstract: Flag = False
    kind: KindId | None = None
    municipality: Id | None = None
    formerly: list[Id] = []


class FileLimit(FileTable):
    """One ceiling over several arenas."""

    id: Id
    name: Name | None = None
    arenas: list[Id]
    places: list[PlacesStep] | None = None
    percent: list[CeilingStep] | None = None


class FileReservation(FileRange):
    """Others who use an arena's places or shifts, or a supervisor's places."""

    arena: Id | None = None
    supervisor: Id | None = None
    who: Name | None = None
    percent: PercentSum | None = None
    places: Count | None = None
    shifts: Count | None = None


def _number_or_list(value: object) -> str:
    return "<list>" if isinstance(value, list) else "<number>"


def _text_or_list(value: object) -> str:
    return "<list>" if isinstance(value, list) else "<text>"


def _text_or_table(value: object) -> str:
    return "<table>" if isinstance(value, dict | BaseModel) else "<text>"


def _one_of(value: object) -> object:
    """The alternatives of a list; one alone is no list, and none at all is nothing that can be met."""
    if not isinstance(value, list) or len(value) > 1:
        return value
    if not value:
        raise refuse("after-nothing")
    return value[0]


class FileRotation(FileTable):
    """What a candidate is placed in for a month; a list inside ``after`` is one of these."""

    id: Id
    name: Name | None = None
    mix: dict[Id, Share]
    base: Flag = False
    min_months: MonthCount | None = None
    max_months: PositiveMonthCount | None = None
    max_blocks: Count | None = None
    starts: list[CalendarMonth] = []
    not_before: MonthCount = 0
    legevakt: Flag = True
    after: list[
        Annotated[
            Annotated[Id, Tag("<text>")] | Annotated[list[Id], Tag("<list>")],
            Discriminator(_text_or_list),
            BeforeValidator(_one_of),
        ]
    ] = []
    formerly: list[Id] = []

    @property
    def after_one_of(self) -> list[tuple[str, ...]]:
        """Of one of each of these must a block have ended before: ``["a", ["b", "c"]]`` is a, and b or c."""
        return [(given,) if isinstance(given, str) else tuple(dict.fromkeys(given)) for given in self.after]


class FileRequirement(FileTable):
    """What every candidate named must (or must not) do, besides the ruleset."""

    id: Id
    name: Name | None = None
    rotations: list[Id]
    min_months: FteMonths | None = None
    max_months: FteMonths | None = None
    min_blocks: Count | None = None
    max_blocks: Count | None = None
    candidates: list[Id] = []


class FileGroup(FileTable):
    """A guidance group."""

    id: Id
    start: FileMonth
    months: PositiveMonthCount = 24
    places: Count
    municipality: Id | None = None
    formerly: list[Id] = []


class FileSupervisor(FileRange):
    """A supervisor, available from ``from`` to ``to``; ``arenas`` non-empty: only for candidates serving in one.

    ``exempt_to``: no specialist, but exempted from being one up to and including that month.
    """

    id: Id
    name: Name | None = None
    places: Annotated[
        Annotated[Count, Tag("<number>")] | Annotated[list[PlacesStep], Tag("<list>")], Discriminator(_number_or_list)
    ]
    specialist: Flag | None = None
    exempt_to: FileMonth | None = None
    arenas: list[Id] = []
    municipality: Id | None = None
    formerly: list[Id] = []

    @property
    def is_specialist(self) -> bool:
        """As the row says; where it does not, unless somebody is exempted from being one."""
        return self.exempt_to is None if self.specialist is None else self.specialist


class FileMunicipality(FileTable):
    """A municipality of a region; candidates, arenas, groups and supervisors may name one."""

    id: Id
    name: Name | None = None


def _named_by_what_it_is(value: object) -> object:
    """A quota without an id is called after what it is of, and whose it is."""
    if not isinstance(value, Mapping) or value.get("id") is not None:
        return value
    names = [value.get(key) for key in ("of", "municipality")]
    return {"id": "-".join(map(str, names)), **value} if all(isinstance(name, str) for name in names) else value


class FileQuota(FileTable):
    """At most so many heads of one municipality in an arena, under a limit or in a group."""

    id: Id
    of: Id
    municipality: Id
    places: list[PlacesStep] = []

    _called = model_validator(mode="before")(_named_by_what_it_is)


class FileStartWindow(FileTable):
    """Months between which the plan chooses a candidate's start."""

    earliest: FileMonth
    latest: FileMonth


class FileGroupChoice(FileTable):
    """A candidate's group when there is more to say than its id.

    ``second``: the group of the second year, if that is another; ``split``: the plan may choose two groups.
    """

    id: Id | None = None
    open_year_done: Flag = False
    second: Id | None = None
    split: Flag = False


class FileGroupYear(FileTable):
    """A year of the guidance in a group."""

    id: Id
    year: Annotated[int, Field(ge=1, le=2)]
    open_year_done: Flag = False


def _two_years(value: object) -> object:
    """A year each in two groups, as the table that says the same; anything else as it is."""
    if not isinstance(value, list):
        return value
    rows = [row for row in value if isinstance(row, Mapping) and row.keys() <= {"id", "year", "open_year_done"}]
    by_year = {row.get("year"): row for row in rows}
    if len(value) != 2 or by_year.keys() != {1, 2}:
        raise refuse("group-years")
    made = {"id": by_year[1].get("id"), "second": by_year[2].get("id")}
    done = [row["open_year_done"] for row in rows if "open_year_done" in row]
    return made | ({"open_year_done": any(done)} if done else {})


class FileLeave(FileTable):
    """Full leave, both ends given. No reason is stored."""

    from_: FileMonth = Field(alias="from")
    to: FileMonth


class FileAbsence(FileTable):
    """Days absent, both ends given and included; ``percent`` of each working day. No reason is stored."""

    from_: FileDay = Field(alias="from")
    to: FileDay
    percent: AbsentPercent = 100


class FileCurrent(FileTable):
    """The block running when the horizon begins."""

    rotation: Id
    since: FileMonth


class FileServed(FileTable):
    """What was served before the horizon: months in a rotation, or service elsewhere by its category.

    Of the first kind ``from`` and ``to`` are given; no percent is the candidate's own in those months. ``counted``
    false: it was not approved. ``in_credited``: ``credited`` and ``months_done`` have its credit and months already.
    ``shifts``: those taken in these months. Of the second ``months`` are FTE-months, and ``what`` says for people what
    it was.
    """

    rotation: Id | None = None
    from_: FileMonth | None = Field(default=None, alias="from")
    to: FileMonth | None = None
    percent: Percent | None = None
    practice: Id | None = None
    supervisor: Id | None = None
    shifts: Count = 0
    counted: Flag = True
    in_credited: Flag = False
    category: ServiceId | None = None
    months: ServedMonths | None = None
    goals: GoalText = ""
    what: Name | None = None


class FileFixed(FileTable):
    """Months in which the rotation is given; ``exempt``: a block of it may begin there whatever it waits for."""

    rotation: Id
    from_: FileMonth = Field(alias="from")
    to: FileMonth
    exempt: Flag = True


class FileWish(FileRange):
    """A wished rotation, inside a window if one is given."""

    rotation: Id
    weight: Positive = 1


class FileAgreement(FileTable):
    """The ALIS agreement of a candidate: the month in which it was signed (none: not yet), and the kind of post."""

    signed: FileMonth | None = None
    kind: AgreementKind


class FileGoalStatus(FileTable):
    """How far some goals have come in the competence portal, and since which month."""

    goals: GoalText
    status: GoalState
    month: FileMonth | None = None


class FileRate(FileRange):
    """A rate of the municipality's: what is paid or received, for which kinds of post (none: all), how much per what.

    Rows of one name are a function of time: of those that hold for a kind of post in a month the last one wins.
    """

    side: RateSide
    what: Name
    for_: list[AgreementKind] = Field(default=[], alias="for")
    amount: Amount
    per: RatePer
    source: Name | None = None


class FileCandidate(FileTable):
    """A doctor in training."""

    id: Id
    name: Name | None = None
    start: Annotated[
        Annotated[FileMonth, Tag("<text>")] | Annotated[FileStartWindow, Tag("<table>")], Discriminator(_text_or_table)
    ]
    practice: (
        Annotated[
            Annotated[Id, Tag("<text>")] | Annotated[list[PracticeStep], Tag("<list>")], Discriminator(_text_or_list)
        ]
        | None
    ) = None
    post: Id | None = None
    ruleset: Id | None = None
    percent: list[PercentStep] = []
    leave: list[FileLeave] = []
    served: list[FileServed] = []
    credited: FileCredited | None = None
    months_done: MonthCount = 0
    goals_done: GoalText = ""
    group: Annotated[
        Annotated[Id, Tag("<text>")] | Annotated[FileGroupChoice, Tag("<table>")],
        Discriminator(_text_or_table),
        BeforeValidator(_two_years, json_schema_input_type=str | FileGroupChoice | list[FileGroupYear]),
    ] = "free"
    shifts_done: Count = 0
    legevakt: Id | None = None
    legevakt_from: FileMonth | None = None
    supervisor: (
        Annotated[
            Annotated[Id, Tag("<text>")] | Annotated[list[SupervisorStep], Tag("<list>")], Discriminator(_text_or_list)
        ]
        | None
    ) = None
    current: FileCurrent | None = None
    fixed: list[FileFixed] = []
    wishes: list[FileWish] = []
    allowed: list[Id] = []
    finish_by: FileMonth | None = None
    until: FileMonth | None = None
    extra_months: FteMonths = 0.0
    lost_before: Count = 0
    absence: list[FileAbsence] = []
    agreement: FileAgreement | None = None
    goals_status: list[FileGoalStatus] = []
    municipality: Id | None = None
    formerly: list[Id] = []

    @property
    def practice_steps(self) -> list[PracticeStep]:
        """The offices with their months; one that holds always is one row without months."""
        given = self.practice
        return [PracticeStep(practice=given)] if isinstance(given, str) else given or []

    @property
    def supervisor_steps(self) -> list[SupervisorStep]:
        """The supervisors with their months; one who is fixed always is one row without months."""
        given = self.supervisor
        return [SupervisorStep(supervisor=given)] if isinstance(given, str) else given or []

    @property
    def earliest_start(self) -> int:
        """The first month in which the training may begin."""
        return self.start.earliest if isinstance(self.start, FileStartWindow) else self.start

    @property
    def latest_start(self) -> int:
        """The last month in which the training may begin."""
        return self.start.latest if isinstance(self.start, FileStartWindow) else self.start


class FileInstance(FileTable):
    """A whole instance file."""

    schema_: SchemaVersion = Field(default=1, alias="schema")
    name: Name | None = None
    horizon: FileHorizon
    rules: FileRules = FileRules()
    objective: FileObjective = FileObjective()
    arenas: list[FileArena] = []
    limits: list[FileLimit] = []
    reservations: list[FileReservation] = []
    rotations: list[FileRotation] = []
    requirements: list[FileRequirement] = []
    groups: list[FileGroup] = []
    supervisors: list[FileSupervisor] = []
    municipalities: list[FileMunicipality] = []
    quotas: list[FileQuota] = []
    candidates: list[FileCandidate] = []
    economy: list[FileRate] = []

    def tree(self) -> dict[str, Any]:
        """The tree as files spell it, fields that were not given left out."""
        return self.model_dump(mode="json", by_alias=True, exclude_unset=True, exclude_none=True)


EMPTY_IS_ALL: Mapping[type[FileTable], tuple[str, ...]] = {
    FileRotation: ("starts",),
    FileRequirement: ("candidates",),
    FileSupervisor: ("arenas",),
    FileCandidate: ("allowed",),
}
"""Lists that mean everybody, or everything, when there is nothing in them."""


def _models_in(annotation: Any) -> Iterator[type[FileTable]]:
    """The tables that an annotation such as ``list[FileArena] | None`` speaks of (never more than one here)."""
    if isinstance(annotation, type) and issubclass(annotation, FileTable):
        yield annotation
    for inner in get_args(annotation):
        yield from _models_in(inner)


@cache
def table_at(path: tuple[str, ...]) -> type[FileTable] | None:
    """The model of the table at a path of keys (list indices left out); None where there is no table."""
    table: type[FileTable] = FileInstance
    for key in path:
        fields = {field.alias or name: field.annotation for name, field in table.model_fields.items()}
        inner = next(_models_in(fields.get(key)), None)
        if inner is None:
            return None
        table = inner
    return table


def keys_of(table: type[FileTable]) -> list[str]:
    """The keys of a table as files spell them."""
    return [field.alias or name for name, field in table.model_fields.items()]


def step_value(table: type[FileTable]) -> str | None:
    """The one value of a step besides its months: ``places``; None for a table that is no step."""
    keys = [key for key in keys_of(table) if key not in RANGE]
    return keys[0] if issubclass(table, FileRange) and len(keys) == 1 else None


@cache
def step_fields(table: type[FileTable]) -> frozenset[str]:
    """The fields of a table's rows that are functions of time: ``places``, ``percent`` …"""
    rows = {field.alias or name: next(_models_in(field.annotation), None) for name, field in table.model_fields.items()}
    return frozenset(key for key, row in rows.items() if row is not None and step_value(row) is not None)
