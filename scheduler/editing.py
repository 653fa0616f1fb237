"""A plan edited by hand: blocks moved, lengthened or taken away, and what that breaks. No solver is asked.

An edit is a value, and an edited plan is the plan it began with and the edits in their order. So taking one back is
leaving it out, any number of times and after any restart, and nothing has to be undone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Literal

from scheduler.accounting import Readings, reading_once, trajectories, trajectory_of, with_figures
from scheduler.accounting.guidance import guidance
from scheduler.accounting.proof import Proofs
from scheduler.check import FIGURES, check_plan
from scheduler.constraints import RULES
from scheduler.constraints.complete import complete
from scheduler.constraints.rule import Rule, Violation
from scheduler.instance.types import Candidate, FixedBlock, Instance, Span
from scheduler.month import Month
from scheduler.plan import Plan, PlanCandidate, PlanMonth, Status
from scheduler.planning.assemble import as_left, objectives_of, objectives_of_edited, without_tail

SETTLED_ANEW = frozenset(rule.id for rule in RULES if rule.settled_anew)
_SHARED = frozenset(rule.id for rule in RULES if type(rule).shared is not Rule.shared)
_OWN = frozenset(rule.id for rule in RULES) - _SHARED
_NOT_OWN = _SHARED | SETTLED_ANEW | {FIGURES}
_NOT_SHARED = _OWN | SETTLED_ANEW | {FIGURES}
_ORDER = {rule.id: number for number, rule in enumerate(RULES)}


_Touched = tuple[PlanCandidate, tuple[Violation, ...]]
"""The entry of somebody who is edited, and what of it breaks a rule whoever else there is."""

Edge = Literal["start", "end"]
"""What of a block is dragged, where it is not the whole of it."""


@dataclass(frozen=True, slots=True)
class Edit:
    """A candidate is in a rotation in the months ``to``, and no longer in that of the months ``of``.

    ``of`` None: a new block, which leaves no months behind. The months left behind are in the base rotation, and so is
    what has to be added until everything is done; what lies after that is cut.
    """

    candidate: str
    rotation: str
    to: Span
    of: Span | None = None


@dataclass(frozen=True, slots=True)
class Pin:
    """A candidate stays in a rotation in these months, whatever else moves."""

    candidate: str
    rotation: str
    span: Span


@dataclass(frozen=True, slots=True)
class Edited:
    """The plan with the edits, and what the independent check says of it.

    ``broken``: the rules it breaks that it did not break before the edits, or breaks elsewhere. ``before``: those that
    it broke already. ``settled``: shifts and supervisors to be given out anew, which moves nobody.
    """

    plan: Plan
    broken: tuple[Violation, ...]
    before: tuple[Violation, ...]
    settled: tuple[Violation, ...]


def edited(
    instance: Instance,
    plan: Plan,
    edits: Sequence[Edit],
    known: Sequence[Violation] | None = None,
    readings: Readings | None = None,
) -> Edited:
    """Carry out edits in their order, reckon the figures again, and look at every rule.

    ``known``: what the plan breaks without them, where that has been asked already (``before``, asked with no edits).
    ``readings``: what has been read of the plan, and of its edits, before: nobody's months are reckoned twice.
    LookupError for a candidate or rotation there is not, ValueError for months that cannot be the candidate's.
    """
    readings = Readings(plan) if readings is None else readings
    with reading_once(readings):
        known = check_plan(instance, plan, without={FIGURES}) if known is None else known
        touched = _touched(instance, plan, edits, readings)
        after = _with_edits(instance, plan, touched)
        found = _found(instance, after, known, touched) if edits else known
    new = [violation for violation in found if violation not in known]
    return Edited(
        after,
        broken=tuple(violation for violation in new if violation.rule not in SETTLED_ANEW),
        before=tuple(violation for violation in found if violation in known),
        settled=tuple(violation for violation in new if violation.rule in SETTLED_ANEW),
    )


def _touched(instance: Instance, plan: Plan, edits: Sequence[Edit], readings: Readings) -> dict[str, _Touched]:
    """The entry of everybody who is edited, and the rules broken by it whoever else there is."""
    by_candidate: dict[str, list[Edit]] = {}
    for edit in edits:
        by_candidate.setdefault(edit.candidate, []).append(edit)
    entries = {entry.id: entry for entry in plan.candidates}

    def looked_at(entry: PlanCandidate, own: Sequence[Edit]) -> _Touched:
        for edit in own:
            entry = _with_edit(instance, entry, edit)
        entry = _ended_when_done(instance, entry)
        alone = plan.model_copy(update={"status": Status.FEASIBLE, "candidates": [entry]})
        found = check_plan(instance, alone, _SHARED | {FIGURES})  # that the others are not there is no fault
        return entry, tuple(violation for violation in found if violation.candidate in {None, entry.id})

    return {who: readings.once((who, *own), partial(looked_at, entries[who], own)) for who, own in by_candidate.items()}


def _found(
    instance: Instance, after: Plan, known: Iterable[Violation], touched: Mapping[str, _Touched]
) -> list[Violation]:
    """Every place where the plan breaks a rule: rules that concern nobody else are asked of those edited only."""
    own: list[Violation] = []
    for entry in after.candidates:
        if entry.id in touched:
            own += [violation for violation in touched[entry.id][1] if violation not in own]
    found = [
        *(violation for violation in known if violation.rule in _OWN and violation.candidate not in {None, *touched}),
        *own,
        *check_plan(instance, after, _OWN | {FIGURES}),
    ]
    return sorted(found, key=lambda violation: _ORDER[violation.rule])


def allowed_spans(instance: Instance, plan: Plan, moved: Edit, edge: Edge | None = None) -> Iterator[tuple[Span, bool]]:
    """Every place that the block of an edit could have, the nearest first, and whether that breaks nothing more.

    ``edge`` None: as long as the edit has it, wherever it begins; else the other end stays where it is. It is what
    ``edited`` says of each, in less time: rules that concern nobody else are asked of the candidate alone.
    """
    entry = plan.candidate(moved.candidate)
    known = _Known.of(instance, plan, entry)
    for span in _places(entry, instance.end_for(instance.candidates[entry.id]), moved, edge):
        there = replace(moved, to=span)
        yield span, known.allows(_ended_when_done(instance, _with_edit(instance, entry, there)))


def _places(entry: PlanCandidate, last: Month, moved: Edit, edge: Edge | None) -> list[Span]:
    start, end = moved.to.start, moved.to.end
    match edge:
        case "start":
            spans = [Span(month, end) for month in range(entry.first, end)]
        case "end":
            spans = [Span(start, month) for month in range(start + 1, last + 1)]
        case None:
            spans = [Span(month, month + end - start) for month in range(entry.first, last - (end - start) + 1)]
    return sorted(spans, key=lambda span: (abs(span.start - start) + abs(span.end - end), span.start, span.end))


@dataclass(frozen=True, slots=True)
class _Known:
    """What a plan breaks already: of one candidate's own rules, and of those that several share."""

    instance: Instance
    plan: Plan
    own: tuple[Violation, ...]
    shared: tuple[Violation, ...]
    readings: Readings

    @classmethod
    def of(cls, instance: Instance, plan: Plan, entry: PlanCandidate) -> _Known:
        readings = Readings(plan)
        alone = plan.model_copy(update={"candidates": [entry]})
        with reading_once(readings):
            own, shared = check_plan(instance, alone, _NOT_OWN), check_plan(instance, plan, _NOT_SHARED)
        return cls(instance, plan, tuple(own), tuple(shared), readings)

    def allows(self, entry: PlanCandidate) -> bool:
        """Whether the plan with this entry breaks nothing more."""
        with reading_once(self.readings):
            return self._allows(entry)

    def _allows(self, entry: PlanCandidate) -> bool:
        alone = self.plan.model_copy(update={"candidates": [entry]})
        if any(violation not in self.own for violation in check_plan(self.instance, alone, _NOT_OWN)):
            return False
        rows = [entry if other.id == entry.id else other for other in self.plan.candidates]
        whole = self.plan.model_copy(update={"candidates": rows})
        return all(violation in self.shared for violation in check_plan(self.instance, whole, _NOT_SHARED))


def with_pins(instance: Instance, pins: Iterable[Pin]) -> Instance:
    """The instance in which these blocks stay; a plan of it is one of the instance itself.

    No file spells it, so that no changes of a file are tried where it has no plan.
    """
    candidates = dict(instance.candidates)
    for pin in pins:
        candidate = candidates[pin.candidate]
        row = FixedBlock(pin.rotation, pin.span, exempt=False, awaited=False)
        candidates[pin.candidate] = replace(candidate, fixed=(*candidate.fixed, row))
    return replace(instance, candidates=candidates, source=None)


def held_months(plan: Plan, pins: Iterable[Pin], freeze_to: Month | None) -> dict[str, set[Month]]:
    """The months of each candidate in which nothing moves: those of the pins, and all up to ``freeze_to``."""
    frozen = -1 if freeze_to is None else freeze_to
    held = {entry.id: {row.month for row in entry.months if row.month <= frozen} for entry in plan.candidates}
    for pin in pins:
        held[pin.candidate].update(pin.span.months())
    return held


def mended(instance: Instance, broken: Plan, made: Plan) -> Plan:
    """An edited plan with the months of one that a search has made of it, and what the search says of them."""
    update = {"candidates": made.candidates, "guidance": made.guidance, "messages": made.messages, "run": made.run}
    after = broken.model_copy(update={**update, "status": Status.FEASIBLE})
    return after.model_copy(update={"objectives": objectives_of_edited(instance, after, broken.objectives)})


def with_own_data(instance: Instance, plan: Plan, who: str) -> Plan:
    """The plan for data in which one candidate has other leave or other percents: nobody's rotations are others.

    What was leave and is none is served in the base rotation; months are added until everything is done, as for an
    edit. Nothing of it is called proved. KeyError for a candidate whom the plan has not.
    """
    entry, candidate = plan.candidate(who), instance.candidates[who]
    base = instance.base_of(candidate).id
    months = _rows(candidate, ((row.month, row.rotation or base) for row in entry.months))
    fresh = _ended_when_done(instance, entry.model_copy(update={"months": list(months)}))
    rows = [fresh if other.id == who else other for other in plan.candidates]
    about = plan.instance.model_copy(update={"sha256": instance.sha256, "source": instance.source})
    update = {
        "status": Status.FEASIBLE,
        "instance": about,
        "candidates": rows,
        "guidance": guidance(instance, rows) if plan.guidance else [],
        "messages": [],
    }
    after = plan.model_copy(update=update)
    known = {level.id for level in plan.objectives}
    made = objectives_of(instance, trajectories(instance, after), Proofs())
    return after.model_copy(update={"objectives": [level for level in made if level.id in known]})


def _with_edits(instance: Instance, plan: Plan, touched: Mapping[str, _Touched]) -> Plan:
    """The plan with its edits; nothing of it is called proved, and nothing is said of how it was found."""
    if not touched:
        return plan
    rows = [touched[entry.id][0] if entry.id in touched else entry for entry in plan.candidates]
    update = {
        "status": Status.FEASIBLE,
        "candidates": rows,
        "guidance": guidance(instance, rows) if plan.guidance else [],
        "messages": [],
    }
    after = plan.model_copy(update=update)
    return after.model_copy(update={"objectives": objectives_of_edited(instance, after, plan.objectives)})


def _with_edit(instance: Instance, entry: PlanCandidate, edit: Edit) -> PlanCandidate:
    """The months of the edit put in; leave stays leave, and figures are not looked at yet."""
    candidate, rotation = instance.candidates[entry.id], instance.rotations[edit.rotation].id
    last = instance.end_for(candidate)
    if not edit.to.months() or edit.to.start < entry.first or edit.to.end > last:
        raise ValueError(f"{entry.id}: {edit.to} is not within {Span(entry.first, last)}")
    base = instance.base_of(candidate).id
    rotations = {row.month: row.rotation for row in entry.months}
    rotations |= dict.fromkeys(range(entry.last + 1, edit.to.end), base)
    left_behind = edit.of.months() if edit.of else ()
    rotations |= {month: base for month in left_behind if month in rotations}
    rotations |= dict.fromkeys(edit.to.months(), rotation)
    return entry.model_copy(update={"months": list(_rows(candidate, rotations.items()))})


def _rows(candidate: Candidate, rotations: Iterable[tuple[Month, str | None]]) -> Iterator[PlanMonth]:
    """The months at the candidate's percent; one of leave stays it, whatever it is to be."""
    for month, rotation in rotations:
        works = rotation is not None and not candidate.on_leave(month)
        percent = candidate.percent_at(month) if works else 0
        yield PlanMonth(month=month, rotation=rotation if works else None, percent=percent)


def _ended_when_done(instance: Instance, entry: PlanCandidate) -> PlanCandidate:
    """The plan up to the month at whose end everything is done: cut there, or gone on with in the base rotation.

    Where that is not within the horizon by base months alone, it stays as long as it is, and the rules say what lacks.
    """
    candidate = instance.candidates[entry.id]
    fresh = with_figures(instance, entry)
    if not fresh.unfinished and not complete(RULES, trajectory_of(instance, fresh)):
        for end in range(entry.last + 2, instance.end_for(candidate) + 1):
            longer = _gone_on(instance, entry, end)
            if complete(RULES, trajectory_of(instance, longer)):
                fresh = with_figures(instance, longer)
                break
    return as_left(instance, without_tail(instance, fresh)) if candidate.until else without_tail(instance, fresh)


def _gone_on(instance: Instance, entry: PlanCandidate, end: Month) -> PlanCandidate:
    """The plan up to ``end`` in the base rotation, at the last office and with the last supervisor."""
    candidate = instance.candidates[entry.id]
    base = instance.base_of(candidate).id
    added = _rows(candidate, ((month, base) for month in range(entry.last + 1, end)))
    supervisors = [
        span.model_copy(update={"to": end - 1}) if span.to == entry.last else span for span in entry.supervisors
    ]
    return entry.model_copy(update={"months": [*entry.months, *added], "supervisors": supervisors})


__all__ = ["Edge", "Edit", "Edited", "Pin", "allowed_spans", "edited", "mended", "with_own_data", "with_pins"]
