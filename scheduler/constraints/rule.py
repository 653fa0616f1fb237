"""What a rule is: one id, three duties (build, check, sentence), and what is told of it where it is in the way."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar

from scheduler.accounting import PlanRead, Trajectory
from scheduler.constraints.lack import Lack
from scheduler.instance.rule_key import Keys, RuleKey
from scheduler.instance.timeline import Timeline
from scheduler.instance.types import Candidate, Instance, Rotation
from scheduler.month import Month, format_span
from scheduler.texts import Language, Phrase, catalogue, phrase, text

if TYPE_CHECKING:
    from scheduler.constraints.conflict import Conflict
    from scheduler.constraints.count import Count, CountedPerson, Stay
    from scheduler.constraints.facts import ConflictTeller, Facts, Numbers
    from scheduler.constraints.finishing import Cut
    from scheduler.constraints.proposal import Proposal
    from scheduler.variables import CandidateVariables, Literal, Variables


def figure_name(figure: str) -> Phrase | str:
    """What people call a figure of the plan file: ``level-delay.worst`` is ``forsinkelse (mest for én)`` in nb."""
    whole, _, part = figure.partition(".")
    name = phrase(f"figures.{whole}") if f"figures.{whole}" in catalogue() else whole
    return phrase("figures.part-of", figure=name, part=figure_name(part)) if part else name


@dataclass(frozen=True, slots=True)
class Violation:
    """A place where a plan breaks a rule.

    ``text_key`` names the sentence in the catalogue, ``fields`` fill it. ``candidate``, ``arena`` (or the id of a
    limit, group, supervisor, requirement) and the months (``end`` exclusive) say where. ``people``: who are too many
    together, where it is nobody's alone.
    """

    rule: str
    text_key: str
    fields: Mapping[str, object] = field(default_factory=dict)
    candidate: str | None = None
    subject: str | None = None
    start: Month | None = None
    end: Month | None = None
    people: tuple[str, ...] = ()

    def served_in(self, instance: Instance, key: RuleKey) -> Iterable[Rotation]:
        """The rotations in which what the candidate's instance asks for can be served; none: it asks for no service."""
        return ()

    def sentence(self, lang: Language = "nb") -> str:
        """The violation in the coordinator's words."""
        return self.phrase().said(lang)

    def phrase(self) -> Phrase:
        """The violation as data; every text may use ``candidate``, ``subject`` and ``months``."""
        fields = {"candidate": self.candidate, "subject": self.subject, "months": self.months(), **self.fields}
        if self.people:
            fields["who"] = ", ".join(self.people)
        for name, prefix in (("figure", ""), ("level", "level-")):
            if name in fields:
                fields[name] = figure_name(f"{prefix}{fields[name]}")
        return Phrase(self.text_key, fields)

    def months(self) -> str:
        """The months as people read them: ``2027-03`` or ``2027-03..2027-08``; empty without any."""
        if self.start is None:
            return ""
        return format_span(self.start, self.start + 1 if self.end is None else self.end)

    def place(self) -> str:
        """Where it is, for the start of a line: ``A01 · hospital · 2027-03..2027-08``."""
        parts = [part for part in (self.candidate, self.subject) if part is not None]
        if self.start is not None:
            parts.append(self.months())
        return " · ".join(parts)


class Rule(ABC):
    """One rule of the contract's section 3, and everything there is to say of it.

    Subclasses set ``id`` and write ``build`` (adds the rule to a model) and ``check`` (plain arithmetic on a plan,
    written from the contract's sentence, without the solver). A rule that can stand against a plan says of what it has
    instances (``shared``, ``own``), so that a model can leave out one of them.
    """

    id: str
    builds_first: ClassVar[bool] = False  # for rules that settle what other rules read
    telling: int = 50  # of conflicts equally small, that of the rules with the highest numbers is told
    awaited: ClassVar[bool] = False  # whether the finish waits for it, or for something measured by it
    blamed: ClassVar[int | None] = 50  # which one by itself stands against a wish is asked in this order; None: never
    goes_without_saying: ClassVar[bool] = False  # said only where there is little else to say
    by_month: ClassVar[bool] = False  # whether what is shared is asked for month by month (``Variables.states_in``)
    needed: int | None = None  # why all need the same places is told by the rule with the highest number; None: never
    presence: ClassVar[bool] = False  # whether it is that somebody is in training at all
    settled_anew: ClassVar[bool] = False  # whether what is broken of it is mended without moving a month
    tells_figures: ClassVar[bool] = False  # whether it looks at figures of the plan file, beside the months
    judges_the_done: ClassVar[bool] = False  # whether it looks at those, too, who were done within the frozen months
    bounds_blocks: ClassVar[bool] = False  # whether it bounds how many blocks there are (``Scope.any_number``)

    @abstractmethod
    def build(self, variables: Variables) -> None:
        """State the rule in the model, for the free candidates, beside whatever the held ones already use."""

    def build_last(self, variables: Variables) -> None:  # noqa: B027 - most rules have nothing to add
        """State what can only be stated when every rule has built; nothing for most."""

    @abstractmethod
    def check(self, read: PlanRead) -> Iterator[Violation]:
        """Yield every place where the plan breaks the rule."""

    def report(self, read: PlanRead) -> Iterator[Violation]:
        """Yield what is told of a plan and not held against it, since others have settled it; for most nothing."""
        yield from ()

    def open_at(self, cut: Cut) -> Iterator[Literal]:
        """Yield literals, each of which implies that something the finish waits for is missing at the cut."""
        yield from ()

    def lacks(self, trajectory: Trajectory) -> Iterator[Lack]:
        """Yield what the finish waits for and is not there at the trajectory's end, by plain arithmetic."""
        yield from ()

    def met(self, trajectory: Trajectory) -> bool:
        """Whether nothing is lacking that the finish waits for."""
        return next(self.lacks(trajectory), None) is None

    def stands(self, candidate: CandidateVariables) -> bool:
        """Whether nothing is left out for the candidate without which it is not said what the finish waits for."""
        keys = self.own(candidate.variables.instance, candidate.candidate, candidate.timeline)
        return all(candidate.variables.states(key) for key in keys)

    def shared(self, instance: Instance) -> Iterator[RuleKey]:
        """Yield the rule's instances that nobody owns, such as the places of each arena."""
        yield from ()

    def own(self, instance: Instance, candidate: Candidate, timeline: Timeline) -> Iterator[RuleKey]:
        """Yield the candidate's own instances, where they ask for anything; ``timeline`` is the candidate's clock."""
        yield from ()

    def deadline(self, candidate: Candidate) -> Month | None:
        """The last month in which the candidate's instance lets the training end; None: it says nothing of that."""
        return None

    def parts(self, instance: Instance, candidate: Candidate) -> Iterator[frozenset[int]]:
        """Yield the goals that the candidate's instance is about, those together that stay or go together."""
        yield from ()

    def lies_fast(self, key: RuleKey) -> bool:
        """Whether the instance holds somebody to certain months, so that a conflict with it is about a time."""
        return False

    def clause(self, facts: Facts, key: RuleKey) -> Phrase:
        """An instance as part of the sentence that tells a conflict: the text ``explain.<id>``, with its numbers."""
        return facts.say(self.id)

    def details(self, facts: Facts, key: RuleKey) -> dict[str, Any]:
        """What an instance's entry in a plan file's explanation has beside the key's fields, months and numbers."""
        return {}

    def numbers(self, facts: Facts, key: RuleKey) -> Numbers | None:
        """What there is and what is needed; told where it alone shows that it does not go."""
        return None

    def need(self, facts: Facts, key: RuleKey) -> Phrase:
        """What it makes a candidate need, as part of a sentence about places: ``6 months in hospitals``."""
        return self.clause(facts, key)

    def counts(self, instance: Instance, people: Sequence[CountedPerson]) -> Iterator[Count]:
        """Yield what sums alone show to be impossible by the rule, without a solver; never of what has a plan."""
        yield from ()

    def stays(self, instance: Instance, person: CountedPerson) -> Iterator[Stay]:
        """Yield what the candidate must serve in certain arenas, to be counted against their places."""
        yield from ()

    def shape(self, telling: ConflictTeller, shared: Sequence[RuleKey]) -> Phrase | None:
        """The sentence of a conflict of a kind that coordinators know by this rule; None: it is not of that kind.

        ``shared``: the conflict's instances that nobody owns, if all of them are of this rule; else none.
        """
        return None

    def names(self, instance: Instance, keys: Keys) -> Iterator[Phrase | str]:
        """Yield what there is not enough of, where these shared instances leave no room for more candidates."""
        yield from ()

    def remedies(self, instance: Instance, conflict: Conflict, key: RuleKey) -> Iterator[Proposal]:
        """Yield what might be changed about an instance so that a conflict is gone; asked where the rule may give."""
        yield from ()

    def served_in(self, instance: Instance, key: RuleKey) -> Iterable[Rotation]:
        """The rotations in which what the candidate's instance asks for can be served; none: it asks for no service."""
        return ()

    def sentence(self, lang: Language = "nb") -> str:
        """The rule in the coordinator's words."""
        return text(f"rules.{self.id}", lang)
