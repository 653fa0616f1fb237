"""The published plan held against today's file, before anything is built on it: who is who, and what is not told.

An id of the plan is in the file by ``id`` or ``formerly``, or it is a problem with the nearest spelling: months of
somebody who is spelt otherwise would be planned anew. A candidate whom nobody new in the file can be has withdrawn;
that is told, with the places that become free. Whatever else is left out on purpose is named (``gone``).
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from scheduler.accounting import spans, spans_by_key
from scheduler.accounting.baseline import carried_by_successor, with_own_baseline
from scheduler.exact import Exact, plain
from scheduler.files import read_instance
from scheduler.instance.problems import InputError, Problem, shown
from scheduler.instance.spelling import nearest
from scheduler.instance.spelling import plain as plain_word
from scheduler.instance.types import PRACTICE, Candidate, Instance, Named, Rotation
from scheduler.month import Month, format_month, format_span
from scheduler.plan import Plan, PlanBaseline, PlanCandidate, PlanPublished
from scheduler.replanning.before import differences, fewer_goals, planned_from, served_otherwise
from scheduler.replanning.renaming import ids_in, renamed
from scheduler.texts import LANGUAGES, Phrase, phrase, text

ALIKE = 0.75
_DIGITS = re.compile(r"\d+")


@dataclass(frozen=True, slots=True)
class Matched:
    """A published plan in the words of today's file, without those who are gone, and what is to be told of it.

    It begins with the file: what lies before has been served, and what the file says of that otherwise is told.
    ``carried``: as its successor carries it, with what had been served before.
    """

    plan: Plan
    carried: PlanBaseline
    told: tuple[Phrase, ...] = ()


def matched(instance: Instance, published: Plan, freeze_to: Month | None = None, gone: Collection[str] = ()) -> Matched:
    """Hold a published plan against the file; InputError with everything of it that is not there.

    ``gone``: ids of the plan that the file leaves out on purpose. ``freeze_to``: the last month that stays as it is.
    """
    frozen_before = instance.start if freeze_to is None else max(freeze_to + 1, instance.start)
    matching = _Matching(instance, published, frozen_before, gone)
    if problems := list(matching.problems()):
        raise InputError(problems)
    known = [entry for entry in matching.plan.candidates if entry.id in instance.candidates]
    held = matching.plan.model_copy(update={"candidates": known})
    carried = matching.carried.model_copy(update={"freeze_to": freeze_to, "candidates": matching.carried_entries()})
    return Matched(planned_from(held, instance.start), carried, tuple(matching.told()))


def same_word(word: str, other: str) -> bool:
    """Whether two ids may be one spelt in two ways: ``A01``, ``a1`` and ``A-01``; ``hansen`` and ``hanssen``.

    Other numbers are other people: ``A01`` is never ``A02``.
    """
    if _numbers(word) != _numbers(other):
        return False
    return difflib.SequenceMatcher(None, _letters(word), _letters(other)).ratio() >= ALIKE


def _numbers(word: str) -> list[int]:
    return [int(digits) for digits in _DIGITS.findall(word)]


def _letters(word: str) -> str:
    return "".join(filter(str.isalpha, plain_word(word)))


class _Matching:
    """A published plan, renamed, beside the file of today."""

    def __init__(self, instance: Instance, published: Plan, frozen_before: Month, gone: Collection[str]) -> None:
        self.instance = instance
        self.plan = renamed(published, instance.formerly)
        self.file_of_then = _file_of(published)
        self.own = None if self.file_of_then is None else with_own_baseline(self.file_of_then, published)
        self.carried = renamed(carried_by_successor(published, None, (), self.own), instance.formerly)
        self.frozen_before = frozen_before
        former = {old: new for ids in instance.formerly.values() for old, new in ids.items()}
        self.gone = {former.get(word, word) for word in gone}
        self.tables: Mapping[str, Mapping[str, Any]] = {
            table: getattr(instance, table) for table in ("candidates", "rotations", "arenas", "groups", "supervisors")
        }
        self.planned = {entry.id for entry in self.plan.candidates}
        self.strangers = [one for one in instance.candidates.values() if one.id not in self.planned]
        self.rows = _rows_of(self.plan, instance.formerly)

    # --- what stands in the way

    def problems(self) -> Iterator[Problem]:
        """Everything of the plan that the file does not have and does not leave out on purpose."""
        yield from self._twice()
        for entry in self._missing():
            if entry.id not in self.gone and (twin := self._twin(entry)) is not None:
                yield Problem("plan-candidate-missing", found=shown(entry.id), nearest=twin)
        missing = dict.fromkeys(pair for entry in self._kept() for pair in self._unknown_in(entry))
        for table, row_id in missing:
            yield from self._not_there(table, row_id)
        left_out = self.planned - self.instance.candidates.keys() | {row_id for _, row_id in missing}
        for word in sorted(self.gone - left_out):
            yield Problem("plan-gone", found=shown(word), nearest=self._called(word) or nearest(word, left_out))

    def carried_entries(self) -> list[PlanPublished]:
        """Of those whom the file has."""
        return [entry for entry in self.carried.candidates if entry.id in self.instance.candidates]

    def _called(self, name: str) -> str | None:
        """Whose name in the plan it is, of those whom the file does not have; None where it is not one's alone."""
        names = [(entry.id, self.rows.get(entry.id, {}).get("name")) for entry in self._missing()]
        ids = [one for one, known in names if known is not None and plain_word(known) == plain_word(name)]
        return ids[0] if len(ids) == 1 else None

    def _twice(self) -> Iterator[Problem]:
        """Two people of the plan who would be one in the file."""
        ids = [entry.id for entry in self.plan.candidates]
        for row_id in dict.fromkeys(ids):
            if ids.count(row_id) > 1:
                yield Problem("plan-candidate-twice", found=shown(row_id))

    def _missing(self) -> list[PlanCandidate]:
        """Those whom the file does not have, and whose plan was not over before it begins."""
        return [
            entry for entry in self.plan.candidates if not (entry.id in self.instance.candidates or self._over(entry))
        ]

    def _over(self, entry: PlanCandidate) -> bool:
        return bool(entry.months) and entry.last < self.instance.start

    def _kept(self) -> list[PlanCandidate]:
        return [entry for entry in self.plan.candidates if entry.id in self.instance.candidates]

    def _twin(self, entry: PlanCandidate) -> str | None:
        """Who of the file could be this one of the plan: spelt alike, called alike, or at work before the freeze."""
        name = self.rows.get(entry.id, {}).get("name")
        for one in self.strangers:
            if same_word(entry.id, one.id) or (name is not None and plain_word(name) == plain_word(one.name)):
                return one.id
        began = [one.id for one in self.strangers if entry.start < self.frozen_before > one.start_earliest]
        return nearest(entry.id, began) or next(iter(began), None)

    def _unknown_in(self, entry: PlanCandidate) -> Iterator[tuple[str, str]]:
        """The ids that a candidate's plan rests on and the file does not have."""
        done = self.instance.candidates[entry.id].group.done
        without: dict[str, object] = {"group": None, "second_group": None} if done else {}
        rests_on = entry.model_copy(update={"wishes": [], **without})
        for table, row_id in ids_in(rests_on):
            if row_id not in self.tables[table]:
                yield table, row_id

    def _not_there(self, table: str, row_id: str) -> Iterator[Problem]:
        """An id that the file does not have; left out on purpose, it still must not take served months with it."""
        where = [(entry, months) for entry in self._kept() if (months := _months_with(entry, table, row_id))]
        frozen = [(entry, [month for month in months if month < self.frozen_before]) for entry, months in where]
        what = {lang: text(f"replan.the-{table}", lang, what=shown(row_id)) for lang in LANGUAGES}
        if row_id not in self.gone:
            fields = {"what": what, "months": _in_months(where)}
            yield Problem("plan-id-missing", found=shown(row_id), nearest=self._nearest(table, row_id), fields=fields)
        elif table == "groups":
            if members := [entry.id for entry, _ in where if self._has_begun(entry, row_id)]:
                yield Problem("plan-group-begun", found=shown(row_id), fields={"what": what, "who": ", ".join(members)})
        elif any(months for _, months in frozen):
            fields = {"what": what, "months": _in_months(frozen)}
            yield Problem("plan-served-lost", found=shown(row_id), fields=fields)

    def _has_begun(self, entry: PlanCandidate, group_id: str) -> bool:
        """Whether a membership with a group has begun before the first month that may move; if unknown, it has.

        The group is not in the file, so the plan's own instance says when it begins. Of two groups either one counts:
        who attends the first one is promised the second.
        """
        if group_id not in entry.groups:
            return False
        former = {new: old for old, new in self.instance.formerly.get("groups", {}).items()}
        groups = {} if self.own is None else self.own.groups
        rows = [groups.get(one) or groups.get(former.get(one, one)) for one in entry.groups]
        return any(group is None or group.span.start < self.frozen_before for group in rows)

    def _nearest(self, table: str, row_id: str) -> str | None:
        """Of the rows that the plan does not know the one that is spelt most alike, else of all."""
        used = {known for entry in self.plan.candidates for name, known in ids_in(entry) if name == table}
        rows = self.tables[table]
        return nearest(row_id, [known for known in rows if known not in used]) or nearest(row_id, list(rows))

    # --- what is to be told

    def told(self) -> Iterator[Phrase]:
        """Who is gone and what becomes free; who is new in frozen months; what of those months is otherwise now."""
        for entry in self._missing():
            key = "left-out" if entry.id in self.gone else "withdrawn"
            free = self._free(entry)
            yield phrase(f"replan.{key}", who=entry.id)
            if free:
                yield phrase("replan.free", who=entry.id, what=free)
        for table, row_id in dict.fromkeys(pair for entry in self._kept() for pair in self._unknown_in(entry)):
            yield phrase("replan.left-out", who=phrase(f"replan.the-{table}", what=row_id))
        for one in self.strangers:
            if one.start_earliest < self.frozen_before:
                start = max(one.start_earliest, self.instance.start)
                yield phrase("replan.new-in-frozen", who=one.id, month=format_month(start))
        carried = {entry.id: entry for entry in self.carried_entries()}
        for entry in self._kept():
            candidate = self.instance.candidates[entry.id]
            yield from served_otherwise(self.instance, candidate, entry, carried[entry.id])
            yield from self._otherwise(entry, candidate)
            yield from self._named_otherwise(entry, candidate)
            yield from differences(self.instance, carried[entry.id], self.frozen_before)
            yield from fewer_goals(self.instance, carried[entry.id], self._as_it_was(entry.id))

    def _free(self, entry: PlanCandidate) -> list[Phrase]:
        """Places with a ceiling that a candidate who is gone would have taken, after the frozen months."""
        ahead = [row for row in entry.service_months if row.month >= self.frozen_before]
        rotations = self.instance.rotations
        taken = [
            (arena_id, row.month)
            for row in ahead
            if (rotation := rotations.get(row.rotation or "")) is not None
            for arena_id in self._arenas(entry.practice_at(row.month), rotation)
        ]
        names = {arena.id: arena.name for arena in self.instance.arenas.values()}
        found = [
            phrase("replan.free-place", what=names[arena_id], span=format_span(span.start, span.end))
            for arena_id, span in spans_by_key(taken)
        ]
        group = self.instance.group_named(entry.membership)
        if group is not None and ahead and group.span.end > self.frozen_before:
            found.append(phrase("replan.free-group", group=group.id))
        return found

    def _arenas(self, practice: str | None, rotation: Rotation) -> Iterator[str]:
        """The arenas with a ceiling in which a month of a rotation takes a place."""
        for name in rotation.mix:
            arena = self.instance.arenas.get((practice or "") if name == PRACTICE else name)
            if arena is not None and (arena.places is not None or arena.percent is not None):
                yield arena.id

    def _otherwise(self, entry: PlanCandidate, candidate: Candidate) -> Iterator[Phrase]:
        """What the file says of a candidate's frozen months that the plan says otherwise."""
        name = self.rows.get(entry.id, {}).get("name")
        if name is not None and candidate.name != candidate.id and plain_word(name) != plain_word(candidate.name):
            yield phrase("replan.other-name", who=entry.id)
        frozen = [row for row in entry.months if self.instance.start <= row.month < self.frozen_before]
        began = [row.month for row in frozen if row.rotation is not None and row.month < candidate.start_earliest]
        if began:
            yield phrase("replan.start-later", who=entry.id, months=_spans(began))
        leave = [row.month for row in frozen if row.rotation is not None and candidate.on_leave(row.month)]
        empty = [row.month for row in frozen if row.rotation is None and not candidate.on_leave(row.month)]
        own = self._as_it_was(entry.id)
        back = [month for month in empty if own is None or own.on_leave(month)]
        # A plan edited by hand can lack months that were no leave when it was made either.
        lacking = [month for month in empty if month not in back]
        for key, months in (("leave-since", leave), ("leave-no-more", back), ("lacking-in-frozen", lacking)):
            if months:
                yield phrase(f"replan.{key}", who=entry.id, months=_spans(months))
        working = [row for row in frozen if row.rotation is not None and not candidate.on_leave(row.month)]
        percents = [((row.percent, candidate.percent_at(row.month)), row.month) for row in working]
        for (before, after), span in spans_by_key(pair for pair in percents if pair[0][0] != pair[0][1]):
            told = format_span(span.start, span.end)
            yield phrase("replan.percent-since", who=entry.id, months=told, before=plain(before), after=plain(after))
        for (before, after), span in spans_by_key(_counting_otherwise(entry, candidate, self.frozen_before)):
            told = format_span(span.start, span.end)
            yield phrase("replan.absence-since", who=entry.id, months=told, before=plain(before), after=plain(after))

    def _named_otherwise(self, entry: PlanCandidate, candidate: Candidate) -> Iterator[Phrase]:
        """An office or a supervisor that the file names by now in frozen months that were with another one."""
        own = self._as_it_was(entry.id)
        if own is None:
            return
        guides = {month: row.id for row in entry.supervisors for month in range(row.from_, row.to + 1)}
        frozen = [each.month for each in entry.service_months if self.instance.start <= each.month < self.frozen_before]
        for part, table, was_in, now, then in (
            ("office", "arenas", entry.practice_at, candidate.practice, own.practice),
            ("supervisor", "supervisors", guides.get, candidate.supervisor, own.supervisor),
        ):
            former = self.instance.formerly.get(table, {})
            pairs = [((was_in(month), now.at(month)), month) for month in frozen]
            new = [
                ((was, named), month)
                for (was, named), month in pairs
                if None not in (was, named) and named not in (was, _today(former, then, month))
            ]
            for (was, named), span in spans_by_key(new):
                fields = {"months": format_span(span.start, span.end), "before": was, "after": named}
                yield phrase(f"replan.{part}-since", who=entry.id, **fields)

    def _as_it_was(self, row_id: str) -> Candidate | None:
        """A candidate as the file had it that the plan was made for, with its ids; None where there is none."""
        known: Mapping[str, Candidate] = {} if self.file_of_then is None else self.file_of_then.candidates
        former = self.instance.formerly.get("candidates", {}).items()
        return next(
            (known[one] for one in (row_id, *(old for old, new in former if new == row_id)) if one in known), None
        )


def _today(former: Mapping[str, str], named: Named, month: Month) -> str | None:
    """Whom or what the file of then named in a month, by today's id."""
    then = named.at(month)
    return None if then is None else former.get(then, then)


def _counting_otherwise(
    entry: PlanCandidate, candidate: Candidate, frozen_before: Month
) -> Iterator[tuple[tuple[Exact, Exact], Month]]:
    """Served and frozen months at the same percent that count otherwise by now, because of days absent."""
    told = {row.month: row.earned for row in entry.absence}
    served = {month.month: (month.percent, month.earned) for month in candidate.past}
    for row in entry.service_months:
        here = candidate.percent_at(row.month), candidate.earned_at(row.month)
        percent, after = served.get(row.month, here)
        before = told.get(row.month, row.percent)
        if row.month < frozen_before and percent == row.percent and before != after:
            yield (before, after), row.month


def own_instance_of(plan: Plan) -> Instance | None:
    """The instance that a plan was made for, on top of what it was made on; None of a file without one."""
    own = _file_of(plan)
    return None if own is None else with_own_baseline(own, plan)


def _file_of(plan: Plan) -> Instance | None:
    """The instance that a plan was made for, as its file had it; None where it is not told."""
    if plan.instance.source is None:
        return None
    try:
        return read_instance(plan.instance.source, plan.instance.name, may_be_empty=True)
    except InputError:  # of a version that knew other rules of what may stand in a file
        return None


def _rows_of(plan: Plan, formerly: Mapping[str, Mapping[str, str]]) -> dict[str, Mapping[str, Any]]:
    """The rows of the candidates in the plan's own instance, by today's ids; none of a file without its instance."""
    rows = (plan.instance.source or {}).get("candidates", [])
    ids = formerly.get("candidates", {})
    return {ids.get(row["id"], row["id"]): row for row in rows}


def _months_with(entry: PlanCandidate, table: str, row_id: str) -> list[Month]:
    """The service months in which a candidate is in a rotation, an office, a group, or with a supervisor."""
    match table:
        case "rotations":
            return [row.month for row in entry.service_months if row.rotation == row_id]
        case "arenas":
            return [row.month for row in entry.service_months if entry.practice_at(row.month) == row_id]
        case "supervisors":
            rows = [row for row in entry.supervisors if row.id == row_id]
            return [row.month for row in entry.service_months if any(one.from_ <= row.month <= one.to for one in rows)]
        case "groups" if row_id not in entry.groups:
            return []
    return [row.month for row in entry.service_months]


def _in_months(where: Sequence[tuple[PlanCandidate, Sequence[Month]]]) -> str:
    return "; ".join(f"{entry.id} {_spans(months)}" for entry, months in where if months)


def _spans(months: Sequence[Month]) -> str:
    return ", ".join(format_span(span.start, span.end) for span in spans(months))
