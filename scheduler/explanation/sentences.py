"""Conflicts and counts in the coordinator's words, and the explanation as the plan file has it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from scheduler.constraints.rule import format_span, localised
from scheduler.explanation.clauses import Facts
from scheduler.explanation.conflict import Conflict
from scheduler.explanation.counting import Count
from scheduler.explanation.rule_instances import RuleInstance
from scheduler.instance.timeline import timeline_of
from scheduler.instance.types import Instance
from scheduler.month import MONTHS_PER_YEAR, format_month
from scheduler.texts import Language, text

MOST_NAMES = 12
NEEDS = ("institution", "open-practice", "goals", "requirement", "service-total", "fixed")
UNSAID = ("one-rotation",)  # true of everybody, and so said only where there is little else to say


def conflict_entry(instance: Instance, conflict: Conflict, lang: Language) -> dict[str, Any]:
    """A conflict as the plan file's explanation lists it."""
    facts = Facts(instance, conflict, lang)
    entry: dict[str, Any] = {
        "text": conflict_text(instance, conflict, lang),
        "rules": [facts.entry(rule_instance) for rule_instance in conflict.instances],
        "minimal": conflict.minimal,
        "proved": conflict.proved,
    }
    if conflict.also:
        entry["also"] = list(conflict.also)
    return entry


def conflict_text(instance: Instance, conflict: Conflict, lang: Language) -> str:
    """A conflict in one sentence or two."""
    said = _Teller(instance, conflict, lang).tell()
    if conflict.also:
        said += text("explain.also", lang, who=", ".join(conflict.also))
    return said if conflict.minimal else said + text("explain.not-smallest", lang)


def clauses_of(instance: Instance, conflict: Conflict, lang: Language) -> str:
    """What does not go together, one clause after the other."""
    return _Teller(instance, conflict, lang).clauses()


class _Teller:
    def __init__(self, instance: Instance, conflict: Conflict, lang: Language) -> None:
        self.instance = instance
        self.conflict = conflict
        self.facts = Facts(instance, conflict, lang)
        self.rules = {rule_instance.rule for rule_instance in conflict.instances}
        self.who = _names(conflict.candidates, lang)

    def tell(self) -> str:
        """The sentence of a shape that coordinators know, if it is one; else everything that does not go together."""
        shared = [rule_instance for rule_instance in self.conflict.instances if rule_instance.candidate is None]
        kinds = {(rule_instance.rule, rule_instance.kind) for rule_instance in shared}
        if kinds and kinds <= {("capacity", "arena"), ("capacity", "limit")} and self._needs():
            return self._stays(shared)
        if kinds == {("group", "group")} and len(self.conflict.candidates) > 1:
            return self._groups(shared)
        if kinds == {("supervision", "supervisor")} and len(shared) == 1 and not self._telling(shared):
            numbers = self.facts.numbers(shared[0])
            return self._all() if numbers is None else self._heads(shared[0], numbers[0])
        late = {"finish-by", "service-total"}
        if late <= self.rules <= late | {"one-rotation", "part-time", "leave"} and len(self.conflict.candidates) == 1:
            return self._late()
        return self._all()

    def _telling(self, but: Sequence[RuleInstance]) -> list[RuleInstance]:
        return [
            rule_instance
            for rule_instance in self.conflict.instances
            if rule_instance not in but and rule_instance.rule not in UNSAID
        ]

    def _more(self, but: Sequence[RuleInstance]) -> str:
        clauses = self._clauses(self._telling(but))
        return self.facts.say("more", clauses=clauses) if clauses else ""

    def _clauses(self, instances: Iterable[RuleInstance]) -> str:
        """Clauses, each once; with the candidate's id before it where there are several."""
        by_clause: dict[str, list[str]] = {}
        for rule_instance in instances:
            owners = by_clause.setdefault(self.facts.clause(rule_instance), [])
            if rule_instance.candidate is not None:
                owners.append(rule_instance.candidate)
        several = len(self.conflict.candidates) > 1
        return "; ".join(
            f"{', '.join(dict.fromkeys(owners))}: {clause}" if several and owners else clause
            for clause, owners in by_clause.items()
        )

    # --- shapes ------------------------------------------------------------------------------------------------------

    def _needs(self) -> list[RuleInstance]:
        """The instances that make the candidates need the arenas: of the most telling rule there is."""
        for rule in NEEDS:
            found = [
                rule_instance
                for rule_instance in self.conflict.instances
                if rule_instance.rule == rule and rule_instance.candidate is not None
            ]
            if {rule_instance.candidate for rule_instance in found} == set(self.conflict.candidates):
                return found
        return []

    def _stays(self, shared: list[RuleInstance]) -> str:
        needs = self._needs()
        dated = [rule_instance for rule_instance in self.conflict.instances if rule_instance.rule == "finish-by"]
        all_dated = len(dated) == len(self.conflict.candidates)
        fields = {
            "places": ", ".join(dict.fromkeys(self.facts.arena(rule_instance) for rule_instance in shared)),
            "who": self.who,
            "needs": " / ".join(dict.fromkeys(map(self._need, needs))),
            "before": self._before(dated if all_dated else []),
            "more": self._more([*shared, *needs, *(dated if all_dated else [])]),
        }
        number = len(self.conflict.candidates)
        if number == 1:
            rooms = "; ".join(self.facts.clause(rule_instance) for rule_instance in shared)
            return self.facts.say("stay-one", rooms=rooms, **fields)
        return self.facts.say("stays", number=number, have=number - 1, **fields)

    def _need(self, rule_instance: RuleInstance) -> str:
        match rule_instance.rule:
            case "goals":
                entry = self.facts.entry(rule_instance)
                return self.facts.say("need-goals", goals=entry["goals"])
            case "requirement":
                return self.facts.say(
                    "need-requirement", row=rule_instance.subject, least=self.facts.least(rule_instance)
                )
            case "fixed":
                row = self.facts.fixed_row(rule_instance)
                if row is None:
                    return self.facts.clause(rule_instance)
                months = format_span(row.span.start, row.span.end)
                return self.facts.say("need-fixed", rotation=self.facts.rotation(row.rotation), months=months)
        return self.facts.say(
            f"need-{rule_instance.rule}", months=self.facts.months(max(self.facts.remaining(rule_instance), 0))
        )

    def _before(self, dated: list[RuleInstance]) -> str:
        latest = max((self.facts.person(rule_instance).finish_by or 0 for rule_instance in dated), default=None)
        return "" if latest is None else self.facts.say("before", month=format_month(latest + 1))

    def _groups(self, shared: list[RuleInstance]) -> str:
        own = [rule_instance for rule_instance in self.conflict.instances if rule_instance.rule == "group"]
        number = len(self.conflict.candidates)
        return self.facts.say(
            "groups-full",
            groups=", ".join(str(rule_instance.subject) for rule_instance in shared),
            number=number,
            who=self.who,
            before="",
            have=number - 1,
            more=self._more([*shared, *own]),
        )

    def _heads(self, rule_instance: RuleInstance, have: float) -> str:
        number = len(self.conflict.candidates)
        return self.facts.say(
            "heads", number=number, who=self.who, months=self.facts.span(rule_instance), have=have, more=""
        )

    def _late(self) -> str:
        (candidate_id,) = self.conflict.candidates
        candidate = self.instance.candidates[candidate_id]
        earliest = self.instance.start + min(timeline_of(self.instance, candidate).earliest_end.values()) - 1
        said = [
            rule_instance
            for rule_instance in self.conflict.instances
            if rule_instance.rule in ("finish-by", "service-total")
        ]
        return self.facts.say(
            "too-late",
            who=candidate_id,
            latest=format_month(candidate.finish_by or 0),
            earliest=format_month(earliest),
            more=self._more(said),
        )

    def clauses(self) -> str:
        """Everything that takes part; what is true of everybody only where there is nothing else."""
        telling = self._telling([])
        return self._clauses(telling or self.conflict.instances)

    def _all(self) -> str:
        telling = self._telling([])
        clauses = self._clauses(telling if len(telling) > 1 else self.conflict.instances)
        alone = len(self.conflict.instances) == 1
        if not self.conflict.candidates:
            return self.facts.say("nobody-alone" if alone else "nobody", clauses=clauses)
        return self.facts.say("alone" if alone else "together", who=self.who, clauses=clauses)


def count_text(instance: Instance, shortfall: Count, lang: Language) -> str:
    """A count in one sentence."""
    names = {arena.id: arena.name for arena in instance.arenas.values()}
    key = shortfall.text_key
    if key == "count-stays" and len(shortfall.candidates) == 1:
        key = "count-stays-one"
    if key == "count-stays" and shortfall.end == instance.end and len(_years(instance, shortfall)) > 1:
        key = "count-intake"
    fields: dict[str, object] = {
        "who": _names(shortfall.candidates, lang),
        "number": len(shortfall.candidates),
        "have": shortfall.have,
        "need": shortfall.need,
        "subjects": ", ".join(names.get(one_id, one_id) for one_id in shortfall.subjects),
        "start": format_month(shortfall.start),
        "end": format_month(shortfall.end - 1),
        "over": format_month(shortfall.end),
        "months": format_span(shortfall.start, shortfall.end),
        "latest": format_month(shortfall.start),
        "earliest": format_month(shortfall.end - 1),
        "per_year": round(shortfall.have * MONTHS_PER_YEAR / max(shortfall.end - shortfall.start, 1), 1),
    }
    return text(f"explain.{key}", lang, **{name: localised(value, lang) for name, value in fields.items()})


def _years(instance: Instance, shortfall: Count) -> set[int]:
    return {instance.candidates[who].start_earliest // MONTHS_PER_YEAR for who in shortfall.candidates}


def count_entry(instance: Instance, shortfall: Count, lang: Language) -> dict[str, Any]:
    """A count as the explanation lists it."""
    return {
        "text": count_text(instance, shortfall, lang),
        "id": shortfall.rule,
        "have": shortfall.have,
        "need": shortfall.need,
        "from": format_month(shortfall.start),
        "to": format_month(shortfall.end - 1),
        "candidates": list(shortfall.candidates),
        "subjects": list(shortfall.subjects),
    }


def _names(ids: Sequence[str], lang: Language) -> str:
    if len(ids) <= MOST_NAMES:
        return ", ".join(ids)
    return text("explain.and-others", lang, who=", ".join(ids[:MOST_NAMES]), number=len(ids) - MOST_NAMES)
