"""The plan: what the solver found, in the words of the contract's section 4, and its JSON.

Months are integers here and ``"2027-03"`` in the file; a span of a plan is inclusive at both ends, as in the file.
"""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, model_serializer, model_validator

from scheduler.fields import SPLIT, MonthField, PercentField, without_schema_key
from scheduler.month import Month, runs
from scheduler.texts import Language, Phrase, text

if TYPE_CHECKING:
    import pandas as pd


TOLERANCE = 1e-4


def same_figure(figure: float, other: float) -> bool:
    """Whether two figures say the same, one of which may have been rounded in a file; NaN is like nothing."""
    return abs(figure - other) <= TOLERANCE


class Status(StrEnum):
    """How a run ended."""

    OPTIMAL = "optimal"
    FEASIBLE = "feasible"
    INFEASIBLE = "infeasible"
    UNKNOWN = "unknown"
    INVALID = "invalid"

    @property
    def has_plan(self) -> bool:
        """Whether a run that ended so has a plan."""
        return self in (Status.OPTIMAL, Status.FEASIBLE)


class FoundBy(StrEnum):
    """How a plan was found; the words are those of the chapter ``strategy``."""

    NOBODY = "nobody-to-plan"
    GROWN = "one-after-another"
    SCARCE_FIRST = "scarce-places-first"
    MONTHS_FIRST = "month-plan-first"
    PRICES = "prices"
    CLUSTERS = "clusters"
    ONE_MODEL = "one-model"
    BESIDE_PUBLISHED = "beside-published"
    PARTS = "parts"
    TWO_SEARCHES = "two-searches"
    NOT_FOUND = "not-found"
    OTHERWISE = "otherwise"

    @classmethod
    def _missing_(cls, value: object) -> FoundBy | None:
        """Files older than this told it as a sentence; of what is not known by name there is nothing to tell."""
        return cls(_OLDER.get(value, cls.OTHERWISE)) if isinstance(value, str) else None

    def said(self, lang: Language) -> str:
        """In words."""
        return text(f"strategy.{self.value}", lang)


_OLDER = {
    "nobody to plan": FoundBy.NOBODY,
    "one candidate after another": FoundBy.GROWN,
    "one after another, the scarce places given out first": FoundBy.SCARCE_FIRST,
    "one after another, after a month plan of all": FoundBy.MONTHS_FIRST,
    "each at their own best, those in each other's way together": FoundBy.CLUSTERS,
    "one exact model, started from a plan grown one at a time": FoundBy.ONE_MODEL,
    "those concerned by the change, beside the published plan of the others": FoundBy.BESIDE_PUBLISHED,
    "parts that share nothing side by side": FoundBy.PARTS,
    "two searches with different settings": FoundBy.TWO_SEARCHES,
    "one exact model": FoundBy.NOT_FOUND,
}


@dataclass(frozen=True)
class IdOf:
    """Marks a text of a plan as the id of a row of this table of the instance file (``replanning/renaming.py``)."""

    table: str


CandidateId = Annotated[str, IdOf("candidates")]
RotationId = Annotated[str, IdOf("rotations")]
ArenaId = Annotated[str, IdOf("arenas")]
GroupId = Annotated[str, IdOf("groups")]
SupervisorId = Annotated[str, IdOf("supervisors")]


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", populate_by_name=True)


class Sentence(_Model):
    """A reason or message: the phrase as data, for readers of either language, and the sentence it was when written.

    ``key`` None: of a file that had the sentence only.
    """

    key: str | None = None
    fields: dict[str, Any] = {}
    text: str

    @model_validator(mode="before")
    @classmethod
    def _of_older_file(cls, tree: object) -> object:
        return {"text": tree} if isinstance(tree, str) else tree

    @classmethod
    def of(cls, phrase: Phrase, lang: Language) -> Sentence:
        """A phrase with its words in one language."""
        return cls.model_validate({**phrase.tree(), "text": phrase.said(lang)})

    @classmethod
    def inside(cls, entry: Mapping[str, Any]) -> Sentence:
        """The sentence of an entry of the explanation, which has it among other things."""
        return cls.model_validate({name: entry[name] for name in cls.model_fields if name in entry})

    def said(self, lang: Language) -> str:
        """In the reader's language; as it was written where the program has no such phrase."""
        if self.key is None:
            return self.text
        try:
            return Phrase.from_tree(self.key, self.fields).said(lang)
        except (LookupError, TypeError, ValueError):  # of another version
            return self.text


class PlanMonth(_Model):
    """One calendar month of one candidate; ``rotation`` None and percent 0 on full leave."""

    month: MonthField
    rotation: RotationId | None
    percent: PercentField


class PlanAbsence(_Model):
    """A month of service with days absent that are taken off: the percent that it counts as."""

    month: MonthField
    earned: PercentField


class PlanBlock(_Model):
    """A block, both ends inclusive. A base block runs on across leave; any other block ends at it."""

    rotation: RotationId
    from_: MonthField = Field(alias="from")
    to: MonthField


class PlanService(_Model):
    """FTE-months at the finish, credited time included: worked per category, counted under the caps, and the rest.

    In the file the categories stand beside the other two, under their ids.
    """

    by_category: dict[str, float]
    counted: float
    uncounted: float

    @model_validator(mode="before")
    @classmethod
    def _apart(cls, given: object) -> object:
        if not isinstance(given, Mapping) or "by_category" in given:
            return given
        rest = {key: given[key] for key in ("counted", "uncounted") if key in given}
        return {"by_category": {key: value for key, value in given.items() if key not in rest}, **rest}

    @model_serializer
    def _together(self) -> dict[str, float]:
        return {**self.by_category, "counted": self.counted, "uncounted": self.uncounted}

    @classmethod
    def __get_pydantic_json_schema__(cls, _schema: object, _handler: object) -> dict[str, Any]:
        number = {"type": "number"}
        return {
            "description": " ".join((cls.__doc__ or "").split()),
            "type": "object",
            "properties": {"counted": number, "uncounted": number},
            "required": ["counted", "uncounted"],
            "additionalProperties": number,
        }

    @classmethod
    def none(cls) -> PlanService:
        """What stands in a plan until its figures have been worked out."""
        return cls(by_category={}, counted=0, uncounted=0)


class PlanShifts(_Model):
    """Legevakt shifts planned in a month."""

    month: MonthField
    shifts: int = Field(ge=1)


class PlanSupervision(_Model):
    """A supervisor's time with the candidate, both ends inclusive; leave months inside it need none."""

    id: SupervisorId
    from_: MonthField = Field(alias="from")
    to: MonthField


class PlanGuidanceYear(_Model):
    """What a supervisor gives in a calendar year: candidates guided, their service months, and hours."""

    year: int
    candidates: int
    months: int
    guidance_hours: float
    preparation_hours: float


class PlanGuidance(_Model):
    """A supervisor's hours, one row a calendar year."""

    id: SupervisorId
    years: list[PlanGuidanceYear]


class PlanWish(_Model):
    """A wish, whether it was met, and if not, what stood against it."""

    rotation: RotationId
    weight: int
    from_: MonthField | None = Field(default=None, alias="from")
    to: MonthField | None = None
    met: bool
    reason: Sentence | None = None


class PlanSpan(_Model):
    """Months, both ends inclusive."""

    from_: MonthField = Field(alias="from")
    to: MonthField


class PlanGroupRemark(_Model):
    """What must be told of a membership that is not questioned: months in which the group meets without the candidate.

    ``leave``: more leave months in the group year than ``max``; ``start``: the group began before the candidate.
    ``months`` is how many, ``spans`` are which.
    """

    kind: Literal["leave", "start"]
    year: int | None = None
    months: int
    max: int = 0
    spans: list[PlanSpan]


def membership(first: str | None, second: str | None) -> str | None:
    """The group, or the two of which a year each is attended, as one id."""
    return first if first is None or second is None else f"{first}{SPLIT}{second}"


def groups_in(group_id: str | None) -> tuple[str | None, str | None]:
    """The two ids of a split membership; the one, and None."""
    first, _, second = (group_id or "").partition(SPLIT)
    return first or None, second or None


class PlanPractice(_Model):
    """The months in which a candidate has an office."""

    practice: ArenaId
    from_: MonthField = Field(alias="from")
    to: MonthField


class PlanCandidate(_Model):
    """One candidate's plan, from the later of start and horizon start to the finish (or the end of the horizon).

    ``practice``: the office in the first month of these, ``practices`` all of them with their months, leave and service
    elsewhere among them (empty in a file that is older than the field, and then it is the one office throughout).
    ``second_group``: the group of the second year, where that is not ``group``.

    ``finish`` is None where there is only a projected one: beyond the horizon, or of a plan that stops short; and of
    who leaves: ``until`` is the last month of the contract, at which the training is not over.
    ``away``: service months away from the own post, ``away_row``: the most of them in a row, ``away_needed``: how many
    it takes if the candidate is planned alone, where that is known. These and ``group_remarks`` are None in a file that
    is older than the field.
    """

    id: CandidateId
    start: MonthField
    finish: MonthField | None
    earliest_finish: MonthField
    delay: int
    unfinished: bool = False
    until: MonthField | None = None
    projected_finish: MonthField | None = None
    practice: ArenaId | None
    practices: list[PlanPractice] = []
    group: GroupId | None
    second_group: GroupId | None = None
    group_reason: Sentence | None = None
    group_remarks: list[PlanGroupRemark] | None = None
    away: int | None = None
    away_row: int | None = None
    away_needed: int | None = None
    open_group_year: int | None = None
    months: list[PlanMonth]
    blocks: list[PlanBlock]
    service: PlanService
    absence: list[PlanAbsence] = []
    shifts: list[PlanShifts] = []
    supervisors: list[PlanSupervision] = []
    wishes: list[PlanWish] = []

    def practice_at(self, month: Month) -> str | None:
        """The office in a month: that of the last row which has begun."""
        return practice_in(self.practices, self.practice, month)

    def planned_from(self, month: Month) -> PlanCandidate:
        """The entry without the months before; its blocks, shifts, offices and supervisors begin with that one."""
        return self.model_copy(
            update={
                "months": [row for row in self.months if row.month >= month],
                "practice": self.practice_at(month),
                "practices": _begun(self.practices, month),
                "blocks": _begun(self.blocks, month),
                "shifts": [row for row in self.shifts if row.month >= month],
                "supervisors": _begun(self.supervisors, month),
            }
        )

    @property
    def offices(self) -> list[str]:
        """The offices, in the order in which they come."""
        first = [] if self.practice is None else [self.practice]
        return list(dict.fromkeys([*first, *(row.practice for row in self.practices)]))

    @property
    def membership(self) -> str | None:
        """The group, or the two of which a year each is attended: ``G1``, ``G1 + G2``."""
        return membership(self.group, self.second_group)

    @property
    def groups(self) -> list[str]:
        """The groups that are attended, for both years or for one."""
        return [group for group in (self.group, self.second_group) if group is not None]

    @property
    def first(self) -> Month:
        """The first planned month."""
        return self.months[0].month

    @property
    def last(self) -> Month:
        """The last planned month."""
        return self.months[-1].month

    @property
    def finish_or_projected(self) -> Month | None:
        """The finish, or when it is projected to be."""
        return self.projected_finish if self.finish is None else self.finish

    @property
    def service_months(self) -> list[PlanMonth]:
        """The months with work in them."""
        return [month for month in self.months if month.rotation is not None]


Spanning = TypeVar("Spanning", PlanBlock, PlanPractice, PlanSupervision)


def _begun(rows: Sequence[Spanning], month: Month) -> list[Spanning]:
    """The rows without what lies before a month."""
    return [row.model_copy(update={"from_": max(row.from_, month)}) for row in rows if row.to >= month]


def practice_rows(first: Month, end: Month, office_in: Callable[[Month], str | None]) -> list[PlanPractice]:
    """The offices of the months ``first`` up to ``end`` as a plan file has them."""
    return [
        PlanPractice.model_validate({"practice": office, "from": start, "to": run_end - 1})
        for start, run_end, office in runs((month, office_in(month)) for month in range(first, end))
        if office is not None
    ]


def practice_in(rows: Sequence[PlanPractice], first: str | None, month: Month) -> str | None:
    """The office in a month: ``first``, or that of the last later row which has begun."""
    return next((row.practice for row in reversed(rows[1:]) if row.from_ <= month), first)


class PlanBound(_Model):
    """A figure with the best that is proved possible."""

    value: float
    bound: float
    proved: bool


class PlanObjective(PlanBound):
    """One lexicographic level; ``worst`` is the worst-off candidate's share where the level has that second term."""

    id: str
    worst: PlanBound | None = None


class PlanTool(_Model):
    """What made the plan."""

    name: str
    version: str
    ortools: str


class PlanInstance(_Model):
    """Which instance the plan is for; ``source`` is that instance as a tree, so that the file needs no other."""

    name: str
    sha256: str
    source: dict[str, Any] | None = None


class PlanRun(_Model):
    """How the plan was found."""

    seconds: float
    seed: int
    workers: int
    strategy: FoundBy


class PlanPercent(PlanSpan):
    """Months at one percent of a post; 0 is leave."""

    percent: PercentField


class PlanServed(PlanSpan):
    """Months served before a plan's horizon; ``told``: how the file told them (``current``: by the running block)."""

    rotation: RotationId
    percent: PercentField
    practice: ArenaId | None = None
    supervisor: SupervisorId | None = None
    told: Literal["served", "current", "credited", "not-counted"] = "served"


class PlanPublished(_Model):
    """A candidate's plan as it had been published: runs of months in one rotation, leave left out.

    ``to`` is the plan's last month, which may be one of leave (absent in older files: that of the last run); ``finish``
    the same where the training ended with it.
    ``percents``: of every month of the plan, leave at 0. ``past``: what had been served before it; ``credited``
    (FTE-months by category), ``months_done`` and ``shifts_done``: what no month of these tells. Older files have none
    of these four.
    """

    id: CandidateId
    start: MonthField
    to: MonthField | None = None
    finish: MonthField | None = None
    practice: ArenaId | None = None
    practices: list[PlanPractice] = []
    group: GroupId | None = None
    second_group: GroupId | None = None
    runs: list[PlanBlock]
    percents: list[PlanPercent] = []
    shifts: list[PlanShifts] = []
    supervisors: list[PlanSupervision] = []
    past: list[PlanServed] = []
    credited: dict[str, float] | None = None
    months_done: int | None = None
    shifts_done: int | None = None


class PlanBaseline(_Model):
    """The published plan that this one changes; ``freeze_to`` is the last month that had to stay as it was.

    ``affected`` are those whose published plan the data no longer allowed. ``prefer``: what came before the months that
    move; None: nothing did.
    """

    freeze_to: MonthField | None = None
    prefer: Literal["delay"] | None = None
    affected: list[CandidateId] = []
    candidates: list[PlanPublished]


class PlanNotPlaced(_Model):
    """Somebody who is not in a draft, and what stands in the way of the best plan that there would be alone.

    ``finish``: when that would end; None: there was no time to look for one, or it has no finish.
    """

    id: CandidateId
    finish: MonthField | None = None
    in_the_way: list[Sentence] = []


class PlanDraft(_Model):
    """As many as were placed when time ran out before everybody was. It is no plan, and nothing is made of it.

    ``broken``: what is wrong even of those who are placed, where shifts or supervisors do not suffice for them.
    """

    candidates: list[PlanCandidate]
    not_placed: list[PlanNotPlaced]
    broken: list[Sentence] = []

    def in_words(self, lang: Language) -> PlanDraft:
        """The same, with its sentences in a language."""
        others = [row.model_copy(update={"in_the_way": _in_words(row.in_the_way, lang)}) for row in self.not_placed]
        return self.model_copy(update={"not_placed": others, "broken": _in_words(self.broken, lang)})


def _in_words(told: Iterable[Sentence], lang: Language) -> list[Sentence]:
    return [sentence.model_copy(update={"text": sentence.said(lang)}) for sentence in told]


class Plan(_Model):
    """A plan file. ``candidates`` is empty unless the status is optimal or feasible.

    ``draft``: with status unknown, how far the search had come; its candidates are placed, and not planned.
    ``guidance`` holds the yearly hours of each supervisor who guides anybody.
    """

    schema_: int = Field(default=1, alias="schema")
    tool: PlanTool
    instance: PlanInstance
    status: Status
    objectives: list[PlanObjective] = []
    run: PlanRun
    candidates: list[PlanCandidate] = []
    guidance: list[PlanGuidance] = []
    messages: list[Sentence] = []
    explanation: dict[str, Any] | None = None
    draft: PlanDraft | None = None
    baseline: PlanBaseline | None = None

    @model_validator(mode="before")
    @classmethod
    def _without_schema_key(cls, given: object) -> object:
        return without_schema_key(given) if isinstance(given, Mapping) else given

    def candidate(self, candidate_id: str) -> PlanCandidate:
        """The candidate's part of the plan; KeyError when there is none."""
        for candidate in self.candidates:
            if candidate.id == candidate_id:
                return candidate
        raise KeyError(candidate_id)

    def of_placed(self) -> Plan:
        """Those placed in the draft as if they were a plan, for what draws and checks plans; ValueError without one."""
        if self.draft is None:
            raise ValueError("there is no draft")
        return self.model_copy(
            update={"status": Status.FEASIBLE, "candidates": self.draft.candidates, "draft": None, "objectives": []}
        )

    def to_json(self, indent: int | None = 1) -> str:
        """The file's text: the contract's keys, months spelled out, one trailing newline.

        Without ``indent`` nobody likes to read it, and it is written in a quarter of the time.
        """
        silent = {part for part in ("explanation", "draft", "baseline") if getattr(self, part) is None}
        if not self.status.has_plan:
            silent |= {"candidates", "guidance"}
        if indent is None:
            return self.model_dump_json(by_alias=True, exclude=silent) + "\n"
        tree = self.model_dump(mode="json", by_alias=True, exclude=silent)
        return json.dumps(tree, ensure_ascii=False, indent=indent) + "\n"

    def to_frames(self) -> dict[str, pd.DataFrame]:
        """The plan as pandas tables: ``months``, ``blocks``, ``service``, ``shifts`` and ``supervisors``.

        ``months``: candidate, month, rotation (missing on full leave), percent of a post. ``blocks``: candidate,
        rotation, from, to (the last month), months. ``service``: candidate, and FTE-months at the finish, by category
        and as they count. ``shifts``: candidate, month, shifts. ``supervisors``: candidate, supervisor, from, to.
        Months are monthly periods. Without a plan the tables are empty.
        """
        from scheduler.frames import frames_of  # pandas takes half a second to load

        return frames_of(self)

    @classmethod
    def from_json(cls, text: str | bytes) -> Plan:
        """Read a plan file's text; raise pydantic's ValidationError with every problem at once."""
        return cls.model_validate_json(text)


def write_atomically(path: Path, content: str | bytes, make_way: Callable[[], None] | None = None) -> None:
    """Write a file under a temporary name beside it, then rename: the path holds the old file or the whole new one.

    ``make_way`` is called between the two, when the new file is whole; what it raises leaves everything as it was.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    data = content.encode("utf-8") if isinstance(content, str) else content
    handle, temporary = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        Path(temporary).chmod(0o644)
        if make_way is not None:
            make_way()
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
