"""The program against the brute force: is "impossible" impossible, is "proved" the best there is, is every plan a plan?

The program is asked through its own doors (reading, planning, the independent check), in this process and with one
worker, just as its commands do; the brute force answers for the same tree. Every difference is a ``Finding``.
"""

from __future__ import annotations

import traceback
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

import tomli_w

from scheduler.accounting.baseline import with_published
from scheduler.changes import apply, change_from
from scheduler.check import check_plan
from scheduler.explanation.reasons import Telling
from scheduler.files import read_instance
from scheduler.instance.problems import InputError
from scheduler.instance.types import Instance
from scheduler.month import format_month, parse_month
from scheduler.plan import Plan, PlanBaseline, PlanBound, PlanObjective, Status
from scheduler.replanning.affected import baseline_for
from scheduler.solver.strategy import Strategy
from tests.helpers.tiny import plan_and_reasons

from . import Answer, TooLarge, answer, judge, office_changes, values
from .random_instances import Case, Tree

TIME_LIMIT_S = 60.0
TOLERANCE = 1e-4  # figures of a plan file are rounded
UPWARDS = frozenset({"breadth"})  # levels of which more is better


class Fault(StrEnum):
    """How the program may be wrong."""

    IMPOSSIBLE = "says impossible, and there is a plan"
    LIKELY = "says likely impossible, and there is a plan"
    MISSED = "has a plan for what is impossible"
    REJECTED = "its own check rejects its plan"
    JUDGED = "its plan breaks a rule that its own check lets pass"
    FIGURES = "tells a figure that its plan does not come to"
    PROVED = "calls a figure proved that is not the best"
    OFFICES = "changes an office although a plan as good changes fewer"
    BOUND = "tells a bound that a plan betters"
    CONFLICT = "blames rules that can all hold together"
    MINIMAL = "calls a conflict the smallest of which a part is impossible already"
    REMEDY = "calls a remedy verified with which there is no plan"
    CRASH = "ends in an exception"


class Verdict(StrEnum):
    """How a comparison ended."""

    PLAN = "agree: a plan, all proved"
    UNPROVED = "agree: a plan, not all proved"
    IMPOSSIBLE = "agree: impossible"
    INPUT = "input problem"
    UNKNOWN = "unknown within the time"
    TOO_LARGE = "too large for the brute force"
    UNPUBLISHED = "nothing to plan on top of"
    FINDING = "finding"


@dataclass(frozen=True)
class Manner:
    """How the program is asked; ``without_plan_s``: seconds for reasons and remedies where there is no plan."""

    name: str
    time_limit_s: float = TIME_LIMIT_S
    seed: int = 0
    strategy: Strategy = Strategy.AUTO
    without_plan_s: float = 0.0

    def plan(self, instance: Instance) -> Plan:
        """What the program makes of it; one worker, so that what is found is found again."""
        telling = Telling("en", self.without_plan_s)
        return plan_and_reasons(
            instance, telling, time_limit_s=self.time_limit_s, seed=self.seed, strategy=self.strategy
        )


USUAL = Manner("usual")
MANNERS = (
    USUAL,
    Manner("explained", without_plan_s=60.0),
    Manner("decomposed", strategy=Strategy.DECOMPOSED),
    Manner("another seed", seed=7, strategy=Strategy.EXACT),
    Manner("hurried", time_limit_s=0.05),
)


@dataclass(frozen=True)
class Finding:
    """A difference: what kind of fault, where it was found, and the tree (and what was planned before it)."""

    fault: Fault
    case: Case
    seed: int | None
    text: str

    def write(self, folder: Path, number: int) -> list[Path]:
        """The trees as TOML and what was seen as text, so that the finding stands by itself."""
        stem = f"{number:03d}-{self.case.kind}-{'drawn' if self.seed is None else self.seed}-{self.fault.name.lower()}"
        folder.mkdir(parents=True, exist_ok=True)
        trees = {"": self.case.tree} if self.case.before is None else {"-old": self.case.before, "-new": self.case.tree}
        written = []
        for suffix, tree in trees.items():
            path = folder / f"{stem}{suffix}.toml"
            path.write_text(self._heading() + tomli_w.dumps(tree), encoding="utf-8")
            written.append(path)
        path = folder / f"{stem}.txt"
        path.write_text(f"{self}\n", encoding="utf-8")
        return [*written, path]

    def _heading(self) -> str:
        freeze = "" if self.case.freeze_to is None else f", planned with --freeze-to {self.case.freeze_to}"
        return f"# The program {self.fault}: kind {self.case.kind}, seed {self.seed}{freeze}.\n"

    def __str__(self) -> str:
        return f"{self._heading()[2:]}{self.text}"


@dataclass
class Outcome:
    """What came of a comparison."""

    verdict: Verdict
    findings: list[Finding] = field(default_factory=list)


@dataclass(frozen=True)
class Asked:
    """What the program made of a tree; ``instance`` is what it planned for, ``published`` what it planned on top of."""

    instance: Instance
    plan: Plan
    tree: Tree
    published: Tree | None = None
    freeze_to: str | None = None

    @property
    def has_plan(self) -> bool:
        """Whether there is a plan at all."""
        return self.plan.status in (Status.OPTIMAL, Status.FEASIBLE)

    @property
    def content(self) -> Tree:
        """The plan as its file spells it."""
        return self.plan.model_dump(mode="json", by_alias=True)

    @property
    def order(self) -> list[str]:
        """The levels in their order."""
        return [objective.id for objective in self.plan.objectives]

    def told_by(self, oracle: Callable[..., Any], *plan: Any, **more: Any) -> Any:
        """What the brute force says of the same tree on top of the same published plan."""
        return oracle(self.tree, *plan, published=self.published, freeze_to=self.freeze_to, **more)


def compare(case: Case, seed: int | None = None, manner: Manner = USUAL, budget: int | None = None) -> Outcome:
    """Plan an instance, on top of what was planned before if there is such, and hold every word of it to the truth."""
    comparison = _Comparison(case, seed, manner, budget)
    try:
        verdict = comparison.verdict()
    except InputError:
        verdict = Verdict.INPUT
    except TooLarge:
        verdict = Verdict.TOO_LARGE
    return Outcome(Verdict.FINDING if comparison.findings else verdict, comparison.findings)


@dataclass
class _Comparison:
    case: Case
    seed: int | None
    manner: Manner
    budget: int | None
    findings: list[Finding] = field(default_factory=list)

    def verdict(self) -> Verdict:
        """What both agree on; differences go among the findings."""
        if self.case.before is None:
            asked = self._ask(self.case.tree)
        else:
            first = self._ask(self.case.before)
            if first is None or not first.has_plan:
                return Verdict.UNPUBLISHED
            if self._check(first):
                return Verdict.FINDING
            asked = self._ask(self.case.tree, first.plan)
        if asked is None:
            return Verdict.FINDING
        if self._check(asked):
            return Verdict.FINDING
        return self._held(asked)

    def _found(self, fault: Fault, text: str) -> None:
        self.findings.append(Finding(fault, self.case, self.seed, f"asked: {self.manner.name}\n{text}"))

    # --- the program ---------------------------------------------------------------------------------------------

    def _ask(self, tree: Tree, published: Plan | None = None) -> Asked | None:
        """The program's plan; None if it ended in an exception."""
        basis = read_instance(tree)
        carried: PlanBaseline | None = None
        target = basis
        try:
            if published is not None:
                freeze = None if self.case.freeze_to is None else parse_month(self.case.freeze_to)
                carried = baseline_for(basis, published, freeze)
                target = with_published(basis, carried)
            plan = self.manner.plan(target)
        except Exception as error:
            self._found(Fault.CRASH, "".join(traceback.format_exception(error)[-3:]))
            return None
        plan = plan.model_copy(update={"baseline": carried})
        if published is None:
            return Asked(basis, plan, tree)
        return Asked(basis, plan, tree, published.model_dump(mode="json", by_alias=True), self.case.freeze_to)

    def _check(self, asked: Asked) -> bool:
        """Whether the program's own check rejects its plan."""
        if not asked.has_plan:
            return False
        violations = check_plan(asked.instance, Plan.from_json(asked.plan.to_json()))
        if violations:
            lines = "\n".join(f"{violation.rule}: {violation.sentence('en')}" for violation in violations)
            self._found(Fault.REJECTED, f"{lines}\n{told(asked.plan)}")
        return bool(violations)

    # --- against the truth -----------------------------------------------------------------------------------------

    def _held(self, asked: Asked) -> Verdict:
        if asked.plan.status is Status.UNKNOWN:
            return Verdict.UNKNOWN
        truth: Answer = asked.told_by(answer, order=asked.order or None, budget=self.budget)
        if not asked.has_plan:
            return self._no_plan(asked, truth)
        faults = asked.told_by(judge, asked.content)
        if not truth.feasible:
            self._found(Fault.MISSED, "\n".join([*faults, told(asked.plan)]))
        elif faults:
            self._found(Fault.JUDGED, "\n".join([*faults, told(asked.plan)]))
        else:
            counted = asked.told_by(values, asked.content)
            for fault, text in (*figures_wrong(asked.plan, counted), *proofs_wrong(asked.plan, truth.values)):
                self._found(fault, f"{text}\nthe best there is: {truth.values}\n{told(asked.plan)}")
            self._offices_held(asked, truth)
        return Verdict.PLAN if asked.plan.status is Status.OPTIMAL else Verdict.UNPROVED

    def _offices_held(self, asked: Asked, truth: Answer) -> None:
        """Whether a plan that is proved best changes offices as seldom as any other that is."""
        if asked.plan.status is Status.OPTIMAL and truth.office_changes is not None:
            changed = asked.told_by(office_changes, asked.content)
            if changed > truth.office_changes:
                text = f"{changed} changes, {truth.office_changes} would do\n{truth.witness}"
                self._found(Fault.OFFICES, f"{text}\n{told(asked.plan)}")

    def _no_plan(self, asked: Asked, truth: Answer) -> Verdict:
        if truth.feasible:
            proved = (asked.plan.explanation or {}).get("certainty") == "proved"
            text = f"a plan comes to {truth.values}\n{truth.witness}"
            self._found(Fault.IMPOSSIBLE if proved else Fault.LIKELY, text)
        else:
            self._explained(asked)
        return Verdict.IMPOSSIBLE

    def _explained(self, asked: Asked) -> None:
        """Whether each conflict by itself leaves no plan, and each remedy leads to one."""
        explanation = asked.plan.explanation or {}
        for conflict in explanation.get("conflicts", []):
            rules = conflict["rules"]
            said = f"{conflict['text']}\n" + "\n".join(map(str, rules))
            if not self._impossible(asked, rules):
                self._found(Fault.CONFLICT, said)
            elif conflict["minimal"]:
                for rule in rules:
                    if self._impossible(asked, without(rules, rule)):
                        self._found(Fault.MINIMAL, f"{said}\nnot needed: {rule}")
        for remedy in explanation.get("remedies", []):
            if remedy["verified"] and not self._helps(asked, remedy["change"]):
                self._found(Fault.REMEDY, f"{remedy['text']}\n{remedy['change']}")

    def _impossible(self, asked: Asked, rules: list[Any]) -> bool:
        """Whether there is no plan that keeps these rule instances, whatever becomes of all others."""
        truth: Answer = asked.told_by(answer, rules=rules, budget=self.budget)
        return not truth.feasible

    def _helps(self, asked: Asked, change: Any) -> bool:
        """Whether there is a plan with a remedy's change, or its changes."""
        mappings = change if isinstance(change, list) else [change]
        tree = apply(asked.tree, [change_from(mapping) for mapping in mappings])
        read_instance(tree)
        truth: Answer = answer(tree, published=asked.published, freeze_to=asked.freeze_to, budget=self.budget)
        return truth.feasible


def without(rules: list[Tree], tree: Tree) -> list[Tree]:
    """The rule instances but one; a candidate none of whose own are left takes no part any more."""
    rest = [other for other in rules if other is not tree]
    present = {other["candidate"] for other in rest if "candidate" in other}

    def among_present(other: Tree) -> Tree:
        return {**other, "candidates": [who for who in other["candidates"] if who in present]}

    return [among_present(other) if "candidates" in other else other for other in rest]


Values = Mapping[str, tuple[float, float | None]]


def figures_wrong(plan: Plan, counted: Values) -> Iterator[tuple[Fault, str]]:
    """Where a plan tells other figures than it comes to."""
    for level in plan.objectives:
        value, worst = counted[level.id]
        if not _same(level.value, value):
            yield Fault.FIGURES, f"{level.id} is told as {level.value} and comes to {value}"
        if level.worst is not None and worst is not None and not _same(level.worst.value, worst):
            yield Fault.FIGURES, f"the worst of {level.id} is told as {level.worst.value} and comes to {worst}"


def proofs_wrong(plan: Plan, best: Values) -> Iterator[tuple[Fault, str]]:
    """Where a proof does not hold; a level's bound holds given that every level before is at its best."""
    for name, figure, truth in _rows(plan.objectives, best):
        better = name.partition(" ")[0] in UPWARDS
        if figure.proved and not _same(figure.value, truth):
            yield Fault.PROVED, f"{name}: {figure.value} is called proved, the best is {truth}"
        elif _beyond(figure.bound, truth, better):
            yield Fault.BOUND, f"{name}: the bound is told as {figure.bound}, and a plan has {truth}"
        elif _beyond(truth, figure.value, better):
            yield Fault.FIGURES, f"{name}: {figure.value} is better than the best, {truth}"
        if not _same(figure.value, truth):
            return


def _rows(objectives: list[PlanObjective], best: Values) -> Iterator[tuple[str, PlanBound, float]]:
    """Each figure with its bound and the best there is, in the order in which they are decided."""
    for level in objectives:
        value, worst = best[level.id]
        yield level.id, level, value
        if level.worst is not None and worst is not None:
            yield f"{level.id} (worst)", level.worst, worst


def _same(one: float, other: float) -> bool:
    return abs(one - other) <= TOLERANCE


def _beyond(bound: float, value: float, more_is_better: bool) -> bool:
    """Whether a bound leaves no room for a value."""
    return bound < value - TOLERANCE if more_is_better else bound > value + TOLERANCE


def told(plan: Plan) -> str:
    """A plan in a few lines: everybody's months, and what is said of the levels."""
    lines = []
    for entry in plan.candidates:
        months = " ".join(row.rotation or "-" for row in entry.months)
        first = format_month(entry.months[0].month) if entry.months else "-"
        lines.append(f"{entry.id} from {first}: {months} (offices {entry.offices}, group {entry.group})")
    lines += [
        f"{objective.id}: {objective.value} >= {objective.bound}{' proved' if objective.proved else ''}"
        + ("" if objective.worst is None else f", worst {objective.worst.value} >= {objective.worst.bound}")
        for objective in plan.objectives
    ]
    return "\n".join(lines)
