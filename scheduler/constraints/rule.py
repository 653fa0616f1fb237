"""What a rule is: one id, three duties (build, check, sentence)."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar

from scheduler.instance.types import Instance
from scheduler.month import Month
from scheduler.month import format_span as format_span
from scheduler.plan import Plan
from scheduler.texts import Language, catalogue, text
from scheduler.texts import localised as localised

if TYPE_CHECKING:
    from scheduler.variables import Variables
Keys = frozenset[str]
EVERYBODY = "*"  # the supervisors all together


def figure_name(figure: str, lang: Language) -> str:
    """What people call a figure of the plan file: ``level-delay.worst`` is ``forsinkelse (mest for én)`` in nb."""
    parts = figure.split(".")
    first, *others = (text(f"figures.{part}", lang) if f"figures.{part}" in catalogue() else part for part in parts)
    return f"{first} ({', '.join(others)})" if others else first


@dataclass(frozen=True, slots=True)
class Violation:
    """A place where a plan breaks a rule.

    ``text_key`` names the sentence in the catalogue, ``fields`` fill it. ``candidate``, ``arena`` (or the id of a
    limit, group, supervisor, requirement) and the months (``end`` exclusive) say where.
    """

    rule: str
    text_key: str
    fields: Mapping[str, object] = field(default_factory=dict)
    candidate: str | None = None
    subject: str | None = None
    start: Month | None = None
    end: Month | None = None

    def sentence(self, lang: Language = "nb") -> str:
        """The violation in the coordinator's words; every text may use ``candidate``, ``subject`` and ``months``."""
        fields = {"candidate": self.candidate, "subject": self.subject, "months": self.months(), **self.fields}
        for name, prefix in (("figure", ""), ("level", "level-")):
            if name in fields:
                fields[name] = figure_name(f"{prefix}{fields[name]}", lang)
        return text(self.text_key, lang, **{name: localised(value, lang) for name, value in fields.items()})

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
    """One rule of the contract's section 3.

    Subclasses set ``id`` and write ``build`` (adds the rule to a model) and ``check`` (plain arithmetic on a plan,
    written from the contract's sentence, without the solver).
    """

    id: ClassVar[str]
    builds_first: ClassVar[bool] = False  # for rules that settle what other rules read

    @abstractmethod
    def build(self, variables: Variables) -> None:
        """State the rule in the model, for the free candidates, beside whatever the held ones already use."""

    def build_last(self, variables: Variables) -> None:  # noqa: B027 - most rules have nothing to add
        """State what can only be stated when every rule has built; nothing for most."""

    @abstractmethod
    def check(self, instance: Instance, plan: Plan) -> Iterator[Violation]:
        """Yield every place where the plan breaks the rule."""

    def report(self, instance: Instance, plan: Plan) -> Iterator[Violation]:
        """Yield what is told of a plan and not held against it, since others have settled it; for most nothing."""
        yield from ()

    def sentence(self, lang: Language = "nb") -> str:
        """The rule in the coordinator's words."""
        return text(f"rules.{self.id}", lang)
