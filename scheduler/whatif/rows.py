"""What came out, one row a case: possible or not, the figures, and how they differ from the base."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from scheduler.accounting import trajectories
from scheduler.accounting.locum import gaps, total_weeks
from scheduler.changes import Change
from scheduler.instance.problems import Problem
from scheduler.instance.types import Instance
from scheduler.month import Month
from scheduler.plan import Plan, PlanBound, PlanCandidate, PlanObjective, Sentence, Status
from scheduler.replanning.diff import ChangeKind, diff
from scheduler.whatif.cases import Case, CaseKind, Refused, WhatIf
from scheduler.whatif.dominance import Merged
from scheduler.whatif.use import Fill, Shortage, fills, first_shortage, last_month


class Verdict(StrEnum):
    """Whether a case has a plan."""

    POSSIBLE = "possible"
    IMPOSSIBLE = "impossible"
    LIKELY_IMPOSSIBLE = "likely-impossible"
    NOT_FOUND = "not-found"
    NOT_RUN = "not-run"
    REJECTED = "rejected"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Finish:
    """When a candidate finishes (projected if after the horizon), and how much later than in the base."""

    candidate: str
    month: Month | None
    delay: int
    later: int | None


@dataclass(frozen=True, slots=True)
class Row:
    """One case's outcome. Without a plan all figures are None and the lists empty.

    ``fairness``: None where it is not looked at. ``locum``: weeks of a full post that units lack.
    ``told``: what the plan says (who takes over from a supervisor, what has become of the published plan that it is on
    top of) and the base's does not.
    ``problems``: why the version could not be made at all.
    """

    key: str
    kind: CaseKind
    name: str
    changes: tuple[Change, ...]
    verdict: Verdict
    at: tuple[int, ...] = ()
    group: str = ""
    arena: str = ""
    following: tuple[Change, ...] = ()
    why: tuple[Sentence, ...] = ()
    remedies: tuple[Sentence, ...] = ()
    delay: PlanBound | None = None
    worst: PlanBound | None = None
    fairness: PlanBound | None = None
    wishes_lost: PlanBound | None = None
    wishes_met: int = 0
    wishes: int = 0
    away: PlanObjective | None = None
    locum: float | None = None
    finishes: tuple[Finish, ...] = ()
    moved: tuple[str, ...] = ()
    use: tuple[Fill, ...] = ()
    shortage: Shortage | None = None
    plan_of: str | None = None
    gained: bool = False
    proof_of: str | None = None
    seconds: float | None = None
    tries: int = 1
    violations: tuple[str, ...] = ()
    told: tuple[Sentence, ...] = ()
    problems: tuple[Problem, ...] = ()
    plan: Plan | None = field(default=None, repr=False)

    @property
    def later(self) -> list[Finish]:
        """Who finishes at another time than in the base."""
        return [finish for finish in self.finishes if finish.later]


def make_rows(question: WhatIf, taken: Mapping[str, Merged]) -> list[Row]:
    """A row for every case, those that were not run, or could not be made, among them."""
    plans = [
        merged.answer.plan for merged in taken.values() if merged.answer.has_plan and merged.answer.plan is not None
    ]
    last = last_month(plans)
    end = question.base.instance.start if last is None else last + 1
    base = _plan_of(taken.get(question.base.key))
    rows = {case.key: _row(case, taken.get(case.key), base, end) for case in question.cases}
    rows |= {refused.key: _refused(refused) for refused in question.refused}
    return [rows[key] for key in question.keys]


def _refused(case: Refused) -> Row:
    verdict, about = Verdict.REFUSED, {"at": case.at, "group": case.group, "arena": case.arena}
    return Row(case.key, case.kind, case.name, case.changes, verdict, problems=case.problems, **about)  # type: ignore[arg-type]


def _plan_of(taken: Merged | None) -> Plan | None:
    return None if taken is None or not taken.answer.has_plan else taken.answer.plan


def _row(case: Case, taken: Merged | None, base: Plan | None, end: Month) -> Row:
    common = {"at": case.at, "group": case.group, "arena": case.arena, "following": case.following}
    first = (case.key, case.kind, case.name, case.changes)
    if taken is None:
        return Row(*first, Verdict.NOT_RUN, **common)  # type: ignore[arg-type]
    answer, plan = taken.answer, taken.answer.plan
    told = common | {
        "plan_of": taken.plan_of,
        "gained": taken.gained,
        "proof_of": taken.proof_of,
        "tries": answer.tries,
        "seconds": None if plan is None else plan.run.seconds,
    }
    if plan is None or not answer.has_plan:
        why, remedies = _explained(plan)
        verdict = _without_plan(plan, bool(answer.violations))
        return Row(*first, verdict, why=why, remedies=remedies, violations=answer.violations, **told)  # type: ignore[arg-type]
    wishes = [wish for entry in plan.candidates for wish in entry.wishes]
    delay, lost = _level(plan, "delay"), _level(plan, "wishes")
    return Row(
        *first,
        Verdict.POSSIBLE,
        delay=_total(delay, plan),
        worst=_worst(delay, plan),
        fairness=_level(plan, "fairness"),
        wishes_lost=lost,
        wishes_met=sum(wish.met for wish in wishes),
        wishes=len(wishes),
        away=_level(plan, "away"),
        locum=round(float(total_weeks(gaps(trajectories(case.instance, plan)))), 1),
        finishes=tuple(_finish(entry, base) for entry in plan.candidates),
        moved=() if base is None else tuple(moved_candidates(case.instance, base, plan)),
        use=tuple(fills(case.instance, plan, end)),
        shortage=first_shortage(case.instance, plan),
        told=() if base is None else tuple(_only_here(plan, base)),
        plan=plan,
        **told,  # type: ignore[arg-type]
    )


def _only_here(plan: Plan, base: Plan) -> Iterator[Sentence]:
    """The messages of the plan that the base does not have, too; of the base itself those on a published plan, all."""
    before = base.messages if plan is not base or plan.baseline is None else []
    return (told for told in plan.messages if told not in before)


def _without_plan(plan: Plan | None, rejected: bool) -> Verdict:
    if rejected:
        return Verdict.REJECTED
    if plan is None or plan.status is not Status.INFEASIBLE:
        return Verdict.NOT_FOUND
    proved = (plan.explanation or {}).get("certainty") == "proved"
    return Verdict.IMPOSSIBLE if proved else Verdict.LIKELY_IMPOSSIBLE


def _explained(plan: Plan | None) -> tuple[tuple[Sentence, ...], tuple[Sentence, ...]]:
    """The sentences of an explanation: what is against a plan, and what would make one."""
    explanation = {} if plan is None else plan.explanation or {}
    why, remedies = (tuple(map(Sentence.inside, explanation.get(part, []))) for part in ("conflicts", "remedies"))
    return why, remedies


def _level(plan: Plan, level_id: str) -> PlanObjective | None:
    return next((level for level in plan.objectives if level.id == level_id), None)


def _total(level: PlanObjective | None, plan: Plan) -> PlanBound:
    """The sum of delays; 0 is the best there is where the objective does not ask for it."""
    return _at_best_none(sum(entry.delay for entry in plan.candidates)) if level is None else level


def _worst(level: PlanObjective | None, plan: Plan) -> PlanBound:
    most = max((entry.delay for entry in plan.candidates), default=0)
    return _at_best_none(most) if level is None or level.worst is None else level.worst


def _at_best_none(months: int) -> PlanBound:
    return PlanBound(value=months, bound=0, proved=months == 0)


def _finish(entry: PlanCandidate, base: Plan | None) -> Finish:
    before = None
    if base is not None and any(each_entry.id == entry.id for each_entry in base.candidates):
        before = base.candidate(entry.id).finish_or_projected
    month = entry.finish_or_projected
    later = None if before is None or month is None else month - before
    return Finish(entry.id, month, entry.delay, later)


def moved_candidates(instance: Instance, base: Plan, plan: Plan) -> list[str]:
    """Candidates of both plans with a month in which they are elsewhere, as ``alis diff`` counts months that moved.

    Leave, and months that come or go because somebody begins or finishes at another time, move nobody.
    """
    found = diff(base, plan, (instance, instance)).candidates
    return [each.id for each in found if each.months(ChangeKind.MOVED)]


# --- what one more place is worth ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Worth:
    """Months of delay that one more place in an arena saves: a number when proved, else between two.

    ``least`` and ``most`` follow from what is proved of both plans; ``found`` is the difference of the two found.
    """

    arena: str
    found: float | None
    least: float | None = None
    most: float | None = None

    @property
    def proved(self) -> bool:
        """Whether both plans are proved best, so that the difference is the worth."""
        return self.found is not None and self.least == self.most


def worth_of(base: Row, more: Row) -> Worth:
    """Base 10 (at best 8), one more place 7 (at best 7): found 3, between 1 and 3."""
    if base.delay is None or more.delay is None:
        return Worth(more.arena, None)
    found = base.delay.value - more.delay.value
    least = max(0.0, base.delay.bound - more.delay.value)
    return Worth(more.arena, found, least, max(least, base.delay.value - more.delay.bound))


def worths(rows: Sequence[Row]) -> list[Worth]:
    """The worth of one more place in each arena it was asked of, the most valuable first."""
    found = [worth_of(rows[0], row) for row in rows if row.kind is CaseKind.WORTH]
    return sorted(found, key=lambda worth: -(worth.found if worth.found is not None else -1.0))
