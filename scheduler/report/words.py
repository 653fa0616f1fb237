"""How pages and documents speak: months, dates, numbers and people in the reader's language."""

from __future__ import annotations

import datetime
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, lru_cache

from scheduler.accounting import fte_months, shifts_asked
from scheduler.exact import Exact
from scheduler.explanation.groups import group_remark_text
from scheduler.files.goals import format_goals
from scheduler.instance.types import PRACTICE, Instance, Rotation, Rules
from scheduler.month import Month
from scheduler.plan import PlanCandidate, PlanGroupRemark
from scheduler.texts import (
    OWN,
    Language,
    Phrase,
    category_name,
    localised,
    month_in_words,
    month_names,
    text,
)

_LINE_BREAKS = re.compile(r"[\r\n\t\v\f\u0085\u2028\u2029]+")
_UNWANTED = ("Cc", "Cs", "Co", "Cn")  # control characters, halves of a pair, and what no font has


@lru_cache(10_000)
def _written(value: float, lang: Language) -> str:
    """A page asks for the same few numbers a hundred thousand times."""
    return str(localised(round(value, 2) + 0.0, lang))


def tidy(words: str) -> str:
    """A user's text on one line, fit for any file: no control characters, nothing that turns the reading direction.

    >>> tidy("Kari\\tNordmann\\x00")
    'Kari Nordmann?'
    """
    if words.isprintable():  # nearly all are, and a page asks for a hundred thousand of them
        return words
    kept: list[str] = []
    for character in _LINE_BREAKS.sub(" ", words):
        category = unicodedata.category(character)
        if category in _UNWANTED:
            kept.append("?")
        elif category != "Cf":
            kept.append(character)
    return "".join(kept)


def site_name(site: str) -> str:
    """A site as a place: one that is spelled as an id is begins with a capital."""
    return tidy(site[:1].upper() + site[1:])


@cache
def _category(category_id: str, lang: Language) -> str:
    """What a ruleset calls one of its categories; part of nearly every text."""
    return category_name(category_id).said(lang)


@dataclass(frozen=True, slots=True)
class Words:
    """The texts of one language; ``anonymise`` leaves names out and keeps ids."""

    instance: Instance
    lang: Language
    anonymise: bool = False

    def say(self, key: str, **fields: object) -> str:
        """A text of the chapter *report*."""
        return text(f"report.{key}", self.lang, **{OWN: self.own_practice, **fields})

    @property
    def own_practice(self) -> str:
        """What the ruleset calls the category of one's own practice."""
        return _category(self.instance.rules.own_practice, self.lang)

    def count(self, key: str, number: float, **fields: object) -> str:
        """A text with a number, at most two decimals."""
        return self.say(key, number=self.number(number), **fields)

    def number(self, value: float | Exact) -> str:
        """A number as the language writes it, at most two decimals: 6.5 is ``6,5`` in nb."""
        return _written(float(value), self.lang)

    def percent(self, value: float | Exact) -> str:
        """``80 %``."""
        return self.say("percent", number=self.number(value))

    def month(self, month: Month) -> str:
        """``sep. 2026``."""
        return month_in_words(month, self.lang)

    @property
    def month_letters(self) -> str:
        """The twelve months by their first letters."""
        return text("months.letters", self.lang)

    def period(self, start: Month, end: Month) -> str:
        """Months up to, not including, ``end``: ``sep. 2026 – feb. 2027``."""
        last = end - 1
        if last <= start:
            return self.month(start)
        return f"{self.month(start)} – {self.month(last)}"

    def date(self, day: datetime.date) -> str:
        """``22.11.2026`` in nb, ``22 Nov 2026`` in en."""
        if self.lang == "nb":
            return f"{day:%d.%m.%Y}"
        return f"{day.day} {month_names(self.lang)[day.month - 1]} {day.year}"

    def months(self, number: int) -> str:
        """``1 måned``, ``3 måneder``."""
        return self.count("months", number)

    def group_remark(self, remark: PlanGroupRemark) -> str:
        """``5 permisjonsmåneder i gruppeår 1 (feb. 2027 – juni 2027), høyst 2.``"""
        said = group_remark_text(remark, self.lang, self.period)
        return f"{said[0].upper()}{said[1:]}."

    def goals(self, goals: Iterable[int]) -> str:
        """``001–054, 056``."""
        return format_goals(goals).replace("-", "–")

    def goal(self, goal: int, rules: Rules) -> str:
        """``ALM 055``, with what the rules put before the number."""
        return f"{rules.goal_prefix} {goal:03d}".strip()

    def shifts_asked(self, rules: Rules) -> str:
        """How many shifts there are to be: ``40 (planleggingstall)`` in nb, where the scheme gives no number."""
        asked = shifts_asked(rules)
        return asked.said(self.lang) if isinstance(asked, Phrase) else self.number(asked)

    def bounds(self, least: int, most: int | None) -> str:
        """What is required of some service and how much of it counts (in credit): ``minst 24, høyst 54 teller``."""
        if not least and most is None:
            return ""
        key = "rule-both" if least and most is not None else "rule-least" if least else "rule-most"
        return self.say(key, least=self.number(fte_months(least)), most=self.number(fte_months(most or 0)))

    def out_of(self, least: int, most: int | None) -> str:
        """The same after a figure: ``av minst 24, høyst 54 teller``; ``(høyst 30 teller)`` where nothing is asked."""
        rule = self.bounds(least, most)
        return self.say("rule-of" if least else "rule-beside", rule=rule) if rule else ""

    # --- who and where

    def name(self, candidate_id: str) -> str:
        """The candidate's name where it says more than the id, else the id."""
        candidate = self.instance.candidates.get(candidate_id)
        return tidy(candidate_id if candidate is None or self.anonymise else candidate.name or candidate_id)

    def candidate(self, candidate_id: str) -> str:
        """``A01 Kandidat 1``, or the id alone."""
        name, shown = self.name(candidate_id), tidy(candidate_id)
        return shown if name == shown else f"{shown} {name}"

    def supervisor(self, supervisor_id: str) -> str:
        """``V01 Veileder 1``, or the id alone."""
        supervisor = self.instance.supervisors.get(supervisor_id)
        shown = tidy(supervisor_id)
        if supervisor is None or self.anonymise or supervisor.name in ("", supervisor_id):
            return shown
        return f"{shown} {tidy(supervisor.name)}"

    def practices(self, entry: PlanCandidate) -> str:
        """The name of the office; with their months where there are several. Nothing where there is none."""
        rows = entry.practices if len(entry.practices) > 1 else []
        if rows:
            return ", ".join(f"{self.arena(row.practice)} ({self.period(row.from_, row.to + 1)})" for row in rows)
        return "" if entry.practice is None else self.arena(entry.practice)

    def arena(self, arena_id: str) -> str:
        """The arena's name; own practice where no office is chosen."""
        if arena_id == PRACTICE:
            return self.say("own-practice")
        arena = self.instance.arenas.get(arena_id)
        return tidy(arena.name if arena is not None and arena.name else arena_id)

    def rotation(self, rotation: Rotation | str) -> str:
        """The rotation's name."""
        known = self.instance.rotations.get(rotation) if isinstance(rotation, str) else rotation
        return tidy(str(rotation) if known is None else known.name or known.id)
