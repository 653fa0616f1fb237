"""What a chart shows, whatever the page: whose months, from when to when, under which names."""

from __future__ import annotations

import datetime
import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal

from scheduler.accounting import trajectory_of
from scheduler.accounting.shown import as_shown
from scheduler.exact import Exact
from scheduler.files import read_instance
from scheduler.instance.types import PRACTICE, Group, Instance, Rotation, Span
from scheduler.month import MONTHS_PER_YEAR, Month, runs
from scheduler.plan import Plan, PlanCandidate
from scheduler.replanning.renaming import renamed
from scheduler.report import style
from scheduler.report.facts import is_done
from scheduler.report.sheet import clean
from scheduler.report.standing import PlanStanding, standing_of
from scheduler.report.style import PAPERS, Family, PaperName, PaperSize
from scheduler.texts import OWN, Language, category_name, month_in_words, month_names, text

By = Literal["candidate", "arena", "group"]
Today = Month | datetime.date
HALF_YEAR = 6
FULL = 100


@dataclass(frozen=True, slots=True)
class Segment:
    """Months in a row with one rotation and percent. Without a rotation they are leave, or a ``gap`` in the plan."""

    start: Month
    end: Month
    rotation: str | None
    percent: Exact
    gap: bool = False


@dataclass(frozen=True)
class Chart:
    """Everything about one chart that does not depend on the page.

    ``plan`` is None where ``people`` are alternative paths of one candidate; ``titles`` are those paths' names.
    ``before`` is the plan that this one is compared with, with the instance that it was made for, if known.
    """

    instance: Instance
    plan: Plan | None
    people: tuple[PlanCandidate, ...]
    by: By
    start: Month
    end: Month
    paper: PaperSize
    lang: Language
    anonymise: bool = False
    today: Today | None = None
    highlight: frozenset[str] = frozenset()
    before: Plan | None = None
    titles: tuple[str, ...] = ()
    standing: PlanStanding | None = None
    before_instance: Instance | None = None
    before_standing: PlanStanding | None = None

    @classmethod
    def of(
        cls, instance: Instance, plan: Plan, *, by: By = "candidate", start: Month | None = None,
        end: Month | None = None, paper: PaperName = "a3", lang: Language = "nb", anonymise: bool = False,
        today: Today | None = None, highlight: Collection[str] = (), before: Plan | None = None,
        standing: PlanStanding | None = None,
    ) -> Chart:  # fmt: skip
        """A chart of a plan, its months settled; without a standing the plan is checked."""
        people = tuple(plan.candidates)
        old = max((entry.last + 1 for entry in before.candidates if entry.months), default=0) if before else 0
        first, last = _months(instance, people, start, end, min(old, instance.end))
        _require_rotations(instance, people)
        earlier, of_today = _own_instance(before), instance.formerly
        known = as_shown(instance, plan)
        return cls(
            known, plan, people, by, first, last, PAPERS[paper], lang, anonymise, today, frozenset(highlight),
            before=None if before is None else renamed(before, of_today),
            standing=standing or standing_of(instance, plan),
            before_instance=_as_drawn(earlier, before, of_today.get("candidates", {})),
            before_standing=None if before is None else standing_of(earlier, before),
        )  # fmt: skip

    @classmethod
    def of_paths(
        cls, instance: Instance, paths: Sequence[PlanCandidate], *, titles: Sequence[str] = (),
        paper: PaperName = "a4", lang: Language = "nb", today: Today | None = None,
    ) -> Chart:  # fmt: skip
        """A chart of several paths of one candidate; without titles they are numbered."""
        if titles and len(titles) != len(paths):
            raise ValueError(f"{len(titles)} titles for {len(paths)} paths")
        people = tuple(paths)
        first, last = _months(instance, people, None, None)
        _require_rotations(instance, people)
        named = tuple(titles) or tuple(text("gantt.path", lang, number=at) for at in range(1, len(people) + 1))
        return cls(
            instance, None, people, "candidate", first, last, PAPERS[paper], lang, today=today, titles=named
        )  # fmt: skip

    @property
    def today_month(self) -> Month | None:
        """The month of the line of today."""
        if isinstance(self.today, datetime.date):
            return self.today.year * MONTHS_PER_YEAR + self.today.month - 1
        return self.today

    def say(self, key: str, **fields: object) -> str:
        """A text of the chart's chapter."""
        own = category_name(self.instance.rules.own_practice).said(self.lang)
        return text(f"gantt.{key}", self.lang, **{OWN: own, **fields})

    def month(self, month: Month) -> str:
        """A month for readers: ``juni 2032``."""
        return month_in_words(month, self.lang)

    @cached_property
    def families(self) -> dict[str, Family]:
        """Families by arena, in legend order."""
        return style.families(self.instance)

    def date(self, date: datetime.date) -> str:
        """A day for readers: ``22. nov. 2026``."""
        name = month_names(self.lang)[date.month - 1]
        return text("months.day", self.lang, day=date.day, name=name, year=date.year)

    @cached_property
    def names(self) -> dict[str, tuple[str, str]]:
        """Id and name of each candidate as shown; anonymised: ``K1`` and nothing, in row order."""
        ids = list(dict.fromkeys(entry.id for entry in (*self.people, *self.old.values())))
        if self.anonymise:
            return {key: (self.say("anonymous", number=number), "") for number, key in enumerate(ids, start=1)}
        known = self.instance.candidates
        return {key: (clean(key), clean(known[key].name) if key in known else "") for key in ids}

    @cached_property
    def ids(self) -> frozenset[str]:
        """The candidates of the plan that is shown."""
        return frozenset(entry.id for entry in self.people)

    @cached_property
    def old(self) -> dict[str, PlanCandidate]:
        """Each candidate's part of the plan before."""
        return {entry.id: entry for entry in self.before.candidates if entry.months} if self.before else {}

    def muted(self, *ids: str | None) -> bool:
        """Whether something else is highlighted, and none of these."""
        return bool(self.highlight) and not self.highlight & set(ids)

    @cached_property
    def forms(self) -> dict[str, tuple[str, ...]]:
        """For each rotation the ways to write it, longest first.

        A short form is not used if another rotation that somebody may be in as well has it too; the id then stands in
        for it. So a region's nursing homes may all be called that: nobody is in two of them.
        """
        forms = {rotation.id: _forms(self, rotation) for rotation in self.instance.rotations.values()}
        shared = {key: set[str]() for key in forms}
        for together in self._rotations_together():
            owners = Counter(form for key in together for form in forms[key])
            for key in together:
                shared[key].update(form for form in forms[key] if owners[form] > 1)
        return {
            key: (
                *(form for form in several if form not in shared[key]),
                *([clean(key)] if not several or several[-1] in shared[key] else []),
            )
            for key, several in forms.items()
        }

    def _rotations_together(self) -> set[frozenset[str]]:
        """The rotations that stand in one row, for each row: what the candidate may be in, and what the plan has."""
        known, rotations = self.instance.candidates, self.instance.rotations.keys()
        rows = {
            entry.id: {month.rotation for month in entry.months if month.rotation is not None} for entry in self.people
        }
        may = {key: {one.id for one in self.instance.rotations_of(known[key])} for key in rows if key in known}
        return {frozenset((may.get(key, set()) | planned) & rotations) for key, planned in rows.items()}

    def segments(self, candidate: PlanCandidate, span: Span | None = None, *, old: bool = False) -> list[Segment]:
        """The candidate's months as segments inside the chart's months (and ``span``).

        ``old``: the candidate's part of the plan before. What is leave and what a gap is told by that plan's instance.
        """
        low = self.start if span is None else max(self.start, span.start)
        high = self.end if span is None else min(self.end, span.end)
        instance = self.before_instance if old else self.instance
        months = _months_of(candidate, instance, low, high)
        alike = runs((part.start, replace(part, start=low, end=low)) for part in months)
        return [replace(part, start=start, end=end) for start, end, part in alike]

    def is_done(self, candidate: PlanCandidate) -> bool:
        """Whether the end of the candidate's months may be called a finish, now or after the horizon."""
        if self.standing is None or candidate.id not in self.instance.candidates:
            return True
        return is_done(trajectory_of(self.instance, candidate), self.standing)

    def gaps(self, candidate: PlanCandidate) -> int:
        """In how many of the chart's months the candidate should be in service and has no rotation."""
        return sum(part.end - part.start for part in self.segments(candidate) if part.gap)

    def group_of(self, candidate: PlanCandidate) -> Group | None:
        """The candidate's guidance group, if the instance knows it."""
        return self.instance.group_named(candidate.membership)

    @cached_property
    def used_rotations(self) -> set[str]:
        """The rotations that somebody is in within the chart's months."""
        return {part.rotation for entry in self.people for part in self.segments(entry) if part.rotation is not None}


def _own_instance(plan: Plan | None) -> Instance | None:
    """The instance that a plan carries with it."""
    if plan is None or plan.instance.source is None:
        return None
    return read_instance(plan.instance.source, plan.instance.name)


def _as_drawn(instance: Instance | None, plan: Plan | None, formerly: Mapping[str, str]) -> Instance | None:
    """An earlier plan's instance, as that is shown, with its candidates under the ids of today."""
    if instance is None or plan is None:
        return None
    instance = as_shown(instance, plan)
    candidates = {formerly.get(who, who): candidate for who, candidate in instance.candidates.items()}
    return replace(instance, candidates=candidates)


def _months_of(candidate: PlanCandidate, instance: Instance | None, low: Month, high: Month) -> Iterator[Segment]:
    """Each month of a candidate's plan from ``low`` up to ``high``; for one whom nobody knows, nothing is a gap."""
    known = None if instance is None else instance.candidates.get(candidate.id)
    listed: dict[Month, Segment] = {}
    for row in candidate.months:
        empty = row.rotation is None
        gap = empty and known is not None and not known.on_leave(row.month)
        listed.setdefault(row.month, Segment(row.month, row.month + 1, row.rotation, row.percent, gap))
    if not listed:
        return
    first = min(listed) if instance is None else min(max(candidate.start, instance.start), *listed)
    for month in range(max(low, first), min(high, max(listed) + 1)):
        if month in listed:
            yield listed[month]
        elif known is not None:
            yield Segment(month, month + 1, None, 0, gap=not known.on_leave(month))


def _months(
    instance: Instance, people: Sequence[PlanCandidate], start: Month | None, end: Month | None, least: Month = 0
) -> tuple[Month, Month]:
    """The chart's months: up to the first half-year line after ``least`` and everybody's last month.

    ValueError if there are none.
    """
    first = instance.start if start is None else start
    last = max((candidate.last + 1 for candidate in people if candidate.months), default=instance.end)
    last = max(last, least)
    half_year = -(-last // HALF_YEAR) * HALF_YEAR
    shown_end = min(half_year, max(last, instance.end)) if end is None else end
    if shown_end <= first:
        raise ValueError("the chart's last month must not lie before its first")
    return first, shown_end


def _require_rotations(instance: Instance, people: Sequence[PlanCandidate]) -> None:
    """Raise ValueError for a rotation that nobody could draw."""
    planned = {month.rotation for candidate in people for month in candidate.months} - {None}
    if not planned <= instance.rotations.keys():
        unknown = sorted(map(str, planned - instance.rotations.keys()))
        raise ValueError(f"the instance lacks the plan's rotations: {unknown}")


def _forms(chart: Chart, rotation: Rotation) -> list[str]:
    """``KAD/ØHD (døgn)``, ``KAD/ØHD``, ``KAD``; of a week shared with the practice its name and ``KAD/ØHD 20 %`` …"""
    names = _shorter(clean(rotation.name))
    if share := stripe(rotation):
        arena = chart.instance.arenas[style.family_arena(rotation)]
        percent = chart.say("percent", percent=share)
        names = [names[0], *(f"{name} {percent}" for name in _shorter(clean(arena.name)))]
    return list(dict.fromkeys(name for name in names if name))


def _shorter(name: str) -> list[str]:
    """A name, without what is in parentheses, and up to its first joint."""
    plain = style.without_parentheses(name)
    return [name, plain, re.split(r"\s*[/,+–]\s*|\s+og\s+|\s+and\s+", plain)[0].strip()]


def stripe(rotation: Rotation) -> Exact:
    """Percent outside the practice where most of the week is inside it; 0 for any other rotation."""
    share = rotation.mix.get(PRACTICE, 0)
    return FULL - share if FULL // 2 <= share < FULL else 0
