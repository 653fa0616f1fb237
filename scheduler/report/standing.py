"""What may be said of a plan: proved best, valid, breaking rules, or not checked. Every output asks here.

A standing is worked out once, from the independent check, and goes along with the plan as a value. What a plan file
says of itself counts only as long as the check finds nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from scheduler.check import check_plan
from scheduler.constraints.rule import Violation
from scheduler.instance.types import Instance
from scheduler.plan import Plan, Status
from scheduler.planning.assemble import is_proved
from scheduler.texts import Language, text

MOST_NAMED = 8


class StandingKind(StrEnum):
    """The standings there are; the last five are of files that hold no plan."""

    PROVED = "proved"
    VALID = "valid"
    BROKEN = "broken"
    UNCHECKED = "unchecked"
    IMPOSSIBLE = "impossible"
    PERHAPS_IMPOSSIBLE = "perhaps-impossible"
    NOT_FOUND = "not-found"
    INVALID = "invalid"
    DRAFT = "draft"


@dataclass(frozen=True, slots=True)
class PlanStanding:
    """A plan's standing, with every place where it breaks a rule; of a draft how many are placed, and who is not."""

    kind: StandingKind
    violations: tuple[Violation, ...] = ()
    placed: int = 0
    not_placed: tuple[str, ...] = ()

    @classmethod
    def after_check(cls, plan: Plan, violations: Sequence[Violation]) -> PlanStanding:
        """The standing of a plan that has been checked."""
        if plan.draft is not None:
            others = tuple(row.id for row in plan.draft.not_placed)
            return cls(StandingKind.DRAFT, placed=len(plan.draft.candidates), not_placed=others)
        if not plan.status.has_plan:
            return cls(_without_plan(plan))
        if violations:
            return cls(StandingKind.BROKEN, tuple(violations))
        proved = plan.status is Status.OPTIMAL and all(map(is_proved, plan.objectives))
        return cls(StandingKind.PROVED if proved else StandingKind.VALID)

    @property
    def proved(self) -> bool:
        """Whether the whole plan may be called proved best."""
        return self.kind is StandingKind.PROVED

    @property
    def broken(self) -> bool:
        """Whether the plan breaks rules."""
        return self.kind is StandingKind.BROKEN

    @property
    def alarming(self) -> bool:
        """Whether every output says first of all how it stands: it breaks rules, or is no plan at all."""
        return self.broken or self.kind is StandingKind.DRAFT

    @property
    def tells_proofs(self) -> bool:
        """Whether bounds and proofs of single levels may be told: they are about plans that hold every rule."""
        return self.kind in (StandingKind.PROVED, StandingKind.VALID)

    def label(self, lang: Language) -> str:
        """Without a subject, for lists and footers: ``bevist best mulig``, ``bryter 4 regler``."""
        return self._say("label", lang)

    def sentence(self, lang: Language) -> str:
        """As a sentence: ``Bevist best mulig.``, ``Planen bryter 4 regler.``"""
        return self._say("sentence", lang)

    def about(self, candidate_id: str) -> tuple[Violation, ...]:
        """The violations that are one candidate's."""
        return tuple(violation for violation in self.violations if violation.candidate == candidate_id)

    def _say(self, form: str, lang: Language) -> str:
        if self.broken:
            return broken(form, len(self.violations), lang)
        if self.kind is StandingKind.DRAFT:
            return self._say_draft(form, lang)
        return text(f"standing.{form}-{self.kind.value}", lang)

    def _say_draft(self, form: str, lang: Language) -> str:
        number, n_all = len(self.not_placed), self.placed + len(self.not_placed)
        who = ", ".join(self.not_placed[:MOST_NAMED]) + (" …" if number > MOST_NAMED else "")
        key = f"standing.{form}-draft" if number else f"standing.{form}-draft-all"
        return text(key, lang, placed=self.placed, all=n_all, who=who)


def standing_of(instance: Instance | None, plan: Plan) -> PlanStanding:
    """Check a plan against its instance; without one nothing can be said of it."""
    if not plan.status.has_plan:
        return PlanStanding.after_check(plan, ())
    if instance is None:
        return PlanStanding(StandingKind.UNCHECKED)
    return PlanStanding.after_check(plan, check_plan(instance, plan))


def broken(form: str, number: int, lang: Language) -> str:
    """That so many rules are broken, in singular or plural: ``bryter 1 regel``, ``bryter 4 regler``."""
    return text(f"standing.{form}-broken", lang, number=number)


def _without_plan(plan: Plan) -> StandingKind:
    """Why a file holds no plan; impossible only where that is proved."""
    match plan.status:
        case Status.INFEASIBLE:
            proved = (plan.explanation or {}).get("certainty") == "proved"
            return StandingKind.IMPOSSIBLE if proved else StandingKind.PERHAPS_IMPOSSIBLE
        case Status.UNKNOWN:
            return StandingKind.NOT_FOUND
        case _:
            return StandingKind.INVALID
