"""A plan on top of a published one: what is to be planned, and what is told of the plan that came of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Literal

from scheduler.accounting import added_months, spans, trajectories
from scheduler.accounting.baseline import with_published
from scheduler.accounting.served import with_served
from scheduler.instance.types import Instance
from scheduler.month import Month, format_month, format_span
from scheduler.plan import Plan, PlanBaseline, Sentence
from scheduler.replanning.affected import Standing, standing
from scheduler.replanning.diff import diff, told_offices
from scheduler.replanning.guard import Allowed, TooMuchMovedError, moved, moved_fields, too_much
from scheduler.replanning.matching import Matched
from scheduler.replanning.price import price
from scheduler.texts import Language, Phrase, phrase

Preferred = Literal["delay"]
"""What may come before the months that move."""
MOST_ANEW = 5  # broken rules told of that no month moves for


@dataclass(frozen=True, slots=True)
class Replanning:
    """A published plan with what it means for an instance; ``instance`` is the one to plan."""

    matched: Matched
    carried: PlanBaseline
    instance: Instance
    allowed: Allowed
    standing: Standing

    @classmethod
    def of(
        cls,
        instance: Instance,
        published: Matched,
        freeze_to: Month | None,
        allowed: Allowed,
        prefer: Preferred | None = None,
    ) -> Replanning:
        """Hold an instance to a published plan that has been matched with it."""
        found = standing(with_served(instance, published.carried), published.plan, freeze_to)
        planned = {entry.id for entry in published.carried.candidates} & instance.candidates.keys()
        own = planned & (allowed.only or frozenset())  # their months weigh less than those of all who are to stay
        carried = published.carried.model_copy(update={"affected": sorted(found.affected | own), "prefer": prefer})
        return cls(published, carried, with_published(instance, carried), allowed, found)

    def accepted(self, made: Plan, lang: Language) -> Plan:
        """The plan with its basis inside and messages on what moved; TooMuchMovedError if that is more than allowed."""
        excess = too_much(self.instance, made, self.allowed)
        if excess:
            raise TooMuchMovedError(excess, self.allowed)
        new = [Sentence.of(told, lang) for told in (*self._basis(made), *self.matched.told, *self._moved(made))]
        return made.model_copy(update={"messages": [*made.messages, *new], "baseline": self.carried})

    def with_price(self, made: Plan, other: Plan, lang: Language) -> Plan:
        """The plan with what could be won if more moved, which the other one shows."""
        return with_told(made, [price(self.instance, made, other)], lang)

    def _basis(self, made: Plan) -> Iterator[Phrase]:
        """What is frozen, and whom the new data concern; that all holds is said only where no month has moved."""
        frozen = self.instance.baseline is not None and self.instance.baseline.frozen_before > self.instance.start
        if frozen and self.carried.freeze_to is not None:
            yield phrase("replan.basis", month=format_month(self.carried.freeze_to))
        else:
            yield phrase("replan.basis-open")
        anew = [violation.phrase() for violation in self.standing.settled_anew]
        have_moved = moved(self.instance, made)[0].months > 0
        if self.standing.affected:
            yield phrase("replan.concerned", who=sorted(self.standing.affected))
        elif have_moved:
            yield phrase("replan.nobody-broken")
        else:
            yield phrase(f"replan.{'months-hold' if anew else 'nobody-concerned'}")
        if anew:
            more = [phrase("replan.and-more")] if len(anew) > MOST_ANEW else []
            yield phrase(f"replan.{'settled-too' if have_moved else 'settled-anew'}", what=[*anew[:MOST_ANEW], *more])

    def _moved(self, made: Plan) -> Iterator[Phrase]:
        total, *each = moved(self.instance, made)
        if not total.months:
            yield phrase("replan.nothing-moved")
        else:
            yield phrase("replan.moved", **moved_fields(total))
        for each_moved in each:
            yield phrase("replan.moved-one", **moved_fields(each_moved))
        yield from self._added(made)
        for entry in diff(self.matched.plan, made).candidates:
            if "finish" in entry.other:
                yield _finish(entry.id, entry.before["finish"], entry.after["finish"])
            for what in [name for name in ("practice", "group") if name in entry.other]:
                before, after = (self._called(what, facts[what]) for facts in (entry.before, entry.after))
                yield phrase(f"replan.{what}", who=entry.id, before=before, after=after)

    def _called(self, what: str, value: Any) -> object:
        """The offices by name, with the months from which they are another; a group as it is called."""
        if what != "practice":
            return value or "–"
        return told_offices(value, {f"arena:{arena.id}": arena.name for arena in self.instance.arenas.values()}) or "–"

    def _added(self, made: Plan) -> Iterator[Phrase]:
        """Months before the published start or after its end: none has moved, and yet each is a change."""
        for trajectory in trajectories(self.instance, made):
            months = [format_span(span.start, span.end) for span in spans(added_months(trajectory))]
            if months:
                yield phrase("replan.added", who=trajectory.candidate.id, months=months)


def with_told(made: Plan, told: Iterable[Phrase], lang: Language) -> Plan:
    """The plan with these after its other messages."""
    new = [Sentence.of(each_told, lang) for each_told in told]
    return made.model_copy(update={"messages": [*made.messages, *new]})


def _finish(who: str, before: Month | None, after: Month | None) -> Phrase:
    """Another finish than the published one, a first one, or none: of who leaves, or goes on after the plan."""
    months = {name: format_month(month) for name, month in (("before", before), ("after", after)) if month is not None}
    key = "replan.finish" if len(months) == 2 else f"replan.finish-only-{next(iter(months))}"
    return phrase(key, who=who, **months)
