"""Conflicts and counts in the coordinator's words, and the explanation as the plan file has it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from scheduler.constraints import RULES, rule_of, speaks_of_months
from scheduler.constraints.conflict import Conflict
from scheduler.constraints.count import Count
from scheduler.constraints.facts import Facts, Numbers
from scheduler.instance.rule_key import Keys, RuleKey
from scheduler.instance.types import Instance
from scheduler.month import MONTHS_PER_YEAR, format_month, format_span
from scheduler.plan import Sentence
from scheduler.texts import Language, Phrase, chained, phrase, phrase_of

MOST_NAMES = 12
SUBJECTS = ("arena", "limit", "group", "rotation", "requirement", "supervisor", "quota")


def conflict_entry(instance: Instance, conflict: Conflict, lang: Language) -> dict[str, Any]:
    """A conflict as the plan file's explanation lists it."""
    facts = Facts(instance, conflict)
    entry: dict[str, Any] = {
        **Sentence.of(conflict_phrase(instance, conflict), lang).model_dump(),
        "rules": [_rule_entry(facts, key) for key in conflict.instances],
        "minimal": conflict.minimal,
        "proved": conflict.proved,
    }
    if conflict.also:
        entry["also"] = list(conflict.also)
    return entry


def _rule_entry(facts: Facts, key: RuleKey) -> dict[str, Any]:
    """A rule instance as the explanation lists it."""
    entry: dict[str, Any] = {"id": key.rule}
    if key.candidate is not None:
        entry["candidate"] = key.candidate
    entry |= {kind: subject for kind in SUBJECTS if (subject := getattr(key, kind)) is not None}
    entry |= rule_of(key).details(facts, key)
    if speaks_of_months(key):
        start, end = facts.window(key)
        entry |= {"from": format_month(start), "to": format_month(end - 1)}
    numbers = _telling_numbers(facts, key)
    if numbers is not None:
        entry |= {"have": numbers[0], "need": numbers[1]}
    if key.candidate is None:
        entry["candidates"] = list(facts.conflict.candidates)
    return entry


def _telling_numbers(facts: Facts, key: RuleKey) -> Numbers | None:
    """What there is and what is needed, where these numbers alone show that it does not go."""
    numbers = rule_of(key).numbers(facts, key)
    return numbers if numbers is not None and numbers[0] < numbers[1] else None


def ceilings(instance: Instance, keys: Keys) -> Iterator[Phrase | str]:
    """What there is not enough of where these shared rule instances cannot hold, each once."""
    of_rule = {rule.id: frozenset(key for key in keys if key.rule == rule.id) for rule in RULES}
    yield from dict.fromkeys(name for rule in RULES for name in rule.names(instance, of_rule[rule.id]))


def enumerated(names: Sequence[Phrase | str]) -> Phrase | str:
    """Names with commas between them, and an *and* before the last."""
    *before, last = names
    if not before:
        return last
    first = chained("explain.list", [phrase("explain.name", name=name) for name in before])
    return phrase("intake.and", first=first, last=last)


def bottleneck_phrase(instance: Instance, conflict: Conflict) -> Phrase:
    """A conflict in one line: what there is not enough of and when, or else at whom it stops."""
    facts = Facts(instance, conflict)
    shared = [key for key in conflict.instances if key.candidate is None]
    names = list(ceilings(instance, frozenset(shared))) or [
        rule_of(key).clause(facts, key) for key in shared if not rule_of(key).goes_without_saying
    ]
    windows = [facts.window(key) for key in shared if speaks_of_months(key)]
    if not names and conflict.candidates:
        return phrase("explain.bottleneck-own", who=_names(conflict.candidates))
    if not names or not windows:
        return phrase("explain.bottleneck-always", what=enumerated(names or clauses_of(instance, conflict)))
    start, end = min(first for first, _ in windows), max(after for _, after in windows)
    key = "bottleneck" if end - start > 1 else "bottleneck-month"
    fields = {"start": format_month(start), "end": format_month(end - 1), "what": enumerated(names)}
    return phrase_of(f"explain.{key}", fields)


def conflict_phrase(instance: Instance, conflict: Conflict) -> Phrase:
    """A conflict in one sentence or two."""
    sentences = [_Teller(instance, conflict).tell()]
    if conflict.also:
        sentences.append(phrase("explain.also", who=conflict.also))
    if not conflict.minimal:
        sentences.append(phrase("explain.not-smallest"))
    return chained("explain.then", sentences)


def clauses_of(instance: Instance, conflict: Conflict) -> list[Phrase]:
    """What does not go together, one clause after the other."""
    return _Teller(instance, conflict).clauses()


class _Teller:
    """A conflict with what is said of it; ``ConflictTeller`` is what rules ask of this."""

    def __init__(self, instance: Instance, conflict: Conflict) -> None:
        self.conflict = conflict
        self.facts = Facts(instance, conflict)

    def tell(self) -> Phrase:
        """The sentence of a kind that coordinators know, if it is one; else everything that does not go together."""
        shared = [key for key in self.conflict.instances if key.candidate is None]
        for rule in RULES:
            of_rule = shared if {key.rule for key in shared} == {rule.id} else []
            told = rule.shape(self, of_rule) if any(key.rule == rule.id for key in self.conflict.instances) else None
            if told is not None:
                return told
        return self._all()

    @property
    def who(self) -> list[str] | Phrase:
        return _names(self.conflict.candidates)

    def untold(self, but: Sequence[RuleKey]) -> list[RuleKey]:
        return [key for key in self.conflict.instances if key not in but and not rule_of(key).goes_without_saying]

    def more(self, but: Sequence[RuleKey]) -> Phrase | str:
        clauses = self._clauses(self.untold(but))
        return self.facts.say("more", clauses=clauses) if clauses else ""

    def needs(self) -> list[RuleKey]:
        for rule in sorted((rule for rule in RULES if rule.needed is not None), key=lambda rule: -(rule.needed or 0)):
            found = [key for key in self.conflict.instances if key.rule == rule.id and key.candidate is not None]
            if {key.candidate for key in found} == set(self.conflict.candidates):
                return found
        return []

    def dated(self) -> list[RuleKey]:
        own = [key for key in self.conflict.instances if key.candidate is not None]
        return [key for key in own if rule_of(key).deadline(self.facts.candidate(key)) is not None]

    def clause(self, key: RuleKey) -> Phrase:
        return rule_of(key).clause(self.facts, key)

    def need(self, key: RuleKey) -> Phrase:
        return rule_of(key).need(self.facts, key)

    def numbers(self, key: RuleKey) -> Numbers | None:
        return _telling_numbers(self.facts, key)

    def _clauses(self, instances: Iterable[RuleKey]) -> list[Phrase]:
        """Clauses, each once; with the candidate's id before it where there are several."""
        by_clause: dict[Phrase, list[str]] = {}
        for key in instances:
            owners = by_clause.setdefault(self.clause(key), [])
            if key.candidate is not None:
                owners.append(key.candidate)
        several = len(self.conflict.candidates) > 1
        return [
            self.facts.say("whose", who=list(dict.fromkeys(owners)), clause=clause) if several and owners else clause
            for clause, owners in by_clause.items()
        ]

    def clauses(self) -> list[Phrase]:
        """Everything that takes part; what is true of everybody only where there is nothing else."""
        return self._clauses(self.untold([]) or self.conflict.instances)

    def _all(self) -> Phrase:
        telling = self.untold([])
        clauses = self._clauses(telling if len(telling) > 1 else self.conflict.instances)
        alone = len(self.conflict.instances) == 1
        if not self.conflict.candidates:
            return self.facts.say("nobody-alone" if alone else "nobody", clauses=clauses)
        return self.facts.say("alone" if alone else "together", who=self.who, clauses=clauses)


def _when(shortfall: Count) -> Phrase:
    """In one month, or between two."""
    start, last = format_month(shortfall.start), format_month(shortfall.end - 1)
    return phrase("explain.in", month=start) if start == last else phrase("explain.between", start=start, end=last)


def count_phrase(instance: Instance, shortfall: Count) -> Phrase:
    """A count in one sentence."""
    names = {arena.id: arena.name for arena in instance.arenas.values()}
    key = shortfall.text_key
    if key == "count-stays" and len(shortfall.candidates) == 1:
        key = "count-stays-one"
    if key == "count-stays" and shortfall.end == instance.end and len(_years(instance, shortfall)) > 1:
        key = "count-intake"
    fields: dict[str, object] = {
        "who": _names(shortfall.candidates),
        "number": len(shortfall.candidates),
        "have": shortfall.have,
        "need": shortfall.need,
        "subjects": [names.get(subject_id, subject_id) for subject_id in shortfall.subjects],
        "start": format_month(shortfall.start),
        "end": format_month(shortfall.end - 1),
        "when": _when(shortfall),
        "over": format_month(shortfall.end),
        "months": format_span(shortfall.start, shortfall.end),
        "latest": format_month(shortfall.start),
        "earliest": format_month(shortfall.end - 1),
        "per_year": round(shortfall.have * MONTHS_PER_YEAR / max(shortfall.end - shortfall.start, 1), 1),
    }
    return phrase_of(f"explain.{key}", fields)


def _years(instance: Instance, shortfall: Count) -> set[int]:
    return {instance.candidates[who].start_earliest // MONTHS_PER_YEAR for who in shortfall.candidates}


def count_entry(instance: Instance, shortfall: Count, lang: Language) -> dict[str, Any]:
    """A count as the explanation lists it."""
    return {
        **Sentence.of(count_phrase(instance, shortfall), lang).model_dump(),
        "id": shortfall.rule,
        "have": shortfall.have,
        "need": shortfall.need,
        "from": format_month(shortfall.start),
        "to": format_month(shortfall.end - 1),
        "candidates": list(shortfall.candidates),
        "subjects": list(shortfall.subjects),
    }


def _names(ids: Sequence[str]) -> list[str] | Phrase:
    if len(ids) <= MOST_NAMES:
        return list(ids)
    return phrase("explain.and-others", who=list(ids[:MOST_NAMES]), number=len(ids) - MOST_NAMES)
