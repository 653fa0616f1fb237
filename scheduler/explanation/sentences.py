"""Conflicts and counts in the coordinator's words, and the explanation as the plan file has it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from scheduler.constraints import rule_of, speaks_of_months
from scheduler.constraints.conflict import Conflict
from scheduler.constraints.facts import Facts, Numbers
from scheduler.explanation.counting import Count
from scheduler.instance.rule_key import RuleKey
from scheduler.instance.timeline import timeline_of
from scheduler.instance.types import Instance
from scheduler.month import MONTHS_PER_YEAR, format_month, format_span
from scheduler.plan import Sentence
from scheduler.rulesets import minimum_rules
from scheduler.texts import Language, Phrase, chained, phrase, phrase_of

MOST_NAMES = 12
NEEDS = (
    *minimum_rules(own_practice=False),
    *minimum_rules(own_practice=True),
    "goals",
    "requirement",
    "service-total",
    "fixed",
)
SUBJECTS = ("arena", "limit", "group", "rotation", "requirement", "supervisor")


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
    def __init__(self, instance: Instance, conflict: Conflict) -> None:
        self.instance = instance
        self.conflict = conflict
        self.facts = Facts(instance, conflict)
        self.rules = {key.rule for key in conflict.instances}
        self.who = _names(conflict.candidates)

    def tell(self) -> Phrase:
        """The sentence of a shape that coordinators know, if it is one; else everything that does not go together."""
        shared = [key for key in self.conflict.instances if key.candidate is None]
        kinds = {(key.rule, key.part) for key in shared}
        if kinds == {("capacity", None)} and self._needs():
            return self._stays(shared)
        if kinds == {("group", None)} and len(self.conflict.candidates) > 1:
            return self._groups(shared)
        if kinds == {("supervision", None)} and len(shared) == 1 and not self._telling(shared):
            numbers = _telling_numbers(self.facts, shared[0])
            return self._all() if numbers is None else self._heads(shared[0], numbers[0])
        late = {"finish-by", "service-total"}
        if late <= self.rules <= late | {"one-rotation", "part-time", "leave"} and len(self.conflict.candidates) == 1:
            return self._late()
        return self._all()

    def _telling(self, but: Sequence[RuleKey]) -> list[RuleKey]:
        return [key for key in self.conflict.instances if key not in but and not rule_of(key).goes_without_saying]

    def _more(self, but: Sequence[RuleKey]) -> Phrase | str:
        clauses = self._clauses(self._telling(but))
        return self.facts.say("more", clauses=clauses) if clauses else ""

    def _clauses(self, instances: Iterable[RuleKey]) -> list[Phrase]:
        """Clauses, each once; with the candidate's id before it where there are several."""
        by_clause: dict[Phrase, list[str]] = {}
        for key in instances:
            owners = by_clause.setdefault(self._clause(key), [])
            if key.candidate is not None:
                owners.append(key.candidate)
        several = len(self.conflict.candidates) > 1
        return [
            self.facts.say("whose", who=list(dict.fromkeys(owners)), clause=clause) if several and owners else clause
            for clause, owners in by_clause.items()
        ]

    def _clause(self, key: RuleKey) -> Phrase:
        return rule_of(key).clause(self.facts, key)

    # --- shapes ------------------------------------------------------------------------------------------------------

    def _needs(self) -> list[RuleKey]:
        """The instances that make the candidates need the arenas: of the most telling rule there is."""
        for rule in NEEDS:
            found = [key for key in self.conflict.instances if key.rule == rule and key.candidate is not None]
            if {key.candidate for key in found} == set(self.conflict.candidates):
                return found
        return []

    def _stays(self, shared: list[RuleKey]) -> Phrase:
        needs = self._needs()
        dated = [key for key in self.conflict.instances if key.rule == "finish-by"]
        all_dated = len(dated) == len(self.conflict.candidates)
        fields = {
            "places": list(dict.fromkeys(map(self.facts.place, shared))),
            "who": self.who,
            "needs": chained("explain.or", list(dict.fromkeys(rule_of(key).need(self.facts, key) for key in needs))),
            "before": self._before(dated if all_dated else []),
            "more": self._more([*shared, *needs, *(dated if all_dated else [])]),
        }
        number = len(self.conflict.candidates)
        if number == 1:
            rooms = list(map(self._clause, shared))
            return self.facts.say("stay-one", rooms=rooms, **fields)
        return self.facts.say("stays", number=number, have=number - 1, **fields)

    def _before(self, dated: list[RuleKey]) -> Phrase | str:
        latest = max((self.facts.candidate(key).finish_by or 0 for key in dated), default=None)
        return "" if latest is None else self.facts.say("before", month=format_month(latest + 1))

    def _groups(self, shared: list[RuleKey]) -> Phrase:
        own = [key for key in self.conflict.instances if key.rule == "group"]
        number = len(self.conflict.candidates)
        return self.facts.say(
            "groups-full",
            groups=[key.group for key in shared],
            number=number,
            who=self.who,
            before="",
            have=number - 1,
            more=self._more([*shared, *own]),
        )

    def _heads(self, key: RuleKey, have: float) -> Phrase:
        number = len(self.conflict.candidates)
        return self.facts.say("heads", number=number, who=self.who, months=self.facts.span(key), have=have, more="")

    def _late(self) -> Phrase:
        (candidate_id,) = self.conflict.candidates
        candidate = self.instance.candidates[candidate_id]
        earliest = self.instance.start + min(timeline_of(self.instance, candidate).earliest_end.values()) - 1
        said = [key for key in self.conflict.instances if key.rule in ("finish-by", "service-total")]
        return self.facts.say(
            "too-late",
            who=candidate_id,
            latest=format_month(candidate.finish_by or 0),
            earliest=format_month(earliest),
            more=self._more(said),
        )

    def clauses(self) -> list[Phrase]:
        """Everything that takes part; what is true of everybody only where there is nothing else."""
        telling = self._telling([])
        return self._clauses(telling or self.conflict.instances)

    def _all(self) -> Phrase:
        telling = self._telling([])
        clauses = self._clauses(telling if len(telling) > 1 else self.conflict.instances)
        alone = len(self.conflict.instances) == 1
        if not self.conflict.candidates:
            return self.facts.say("nobody-alone" if alone else "nobody", clauses=clauses)
        return self.facts.say("alone" if alone else "together", who=self.who, clauses=clauses)


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
        "subjects": [names.get(one_id, one_id) for one_id in shortfall.subjects],
        "start": format_month(shortfall.start),
        "end": format_month(shortfall.end - 1),
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
