"""The explanation of an instance without a plan, from counting to remedies, as the plan file has it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from scheduler.changes.words import Called, by_id, called_in, change_phrase
from scheduler.constraints.conflict import Conflict
from scheduler.explanation.conflicts import ConflictFindings, find_conflicts
from scheduler.explanation.counting import count
from scheduler.explanation.remedies import Remedy, find_remedies
from scheduler.explanation.sentences import bottleneck_phrase, conflict_entry, count_entry
from scheduler.instance.offices import with_offices_changing
from scheduler.instance.types import Instance
from scheduler.plan import Sentence
from scheduler.planning.over import without_over
from scheduler.solver.engine import Settings, Stop
from scheduler.texts import Language, chained, phrase

Tree = Mapping[str, Any]


def explain(
    instance: Instance,
    settings: Settings,
    stop: Stop,
    lang: Language,
    tree: Tree | None = None,
    known: bool = False,
) -> tuple[ConflictFindings, dict[str, Any] | None]:
    """What was found of an instance, and the explanation as the plan file has it; None unless it is impossible.

    ``tree``: the instance as files spell it; with it the explanation has remedies. ``known``: a search has already
    shown that there is no plan. What is found holds however offices change.
    """
    instance = with_offices_changing(without_over(instance))
    counts = count(instance)
    findings = find_conflicts(instance, settings, stop, [shortfall.keys for shortfall in counts])
    if not (findings.impossible or counts or known):
        return findings, None
    findings = ConflictFindings(True, findings.conflicts)
    remedies = [] if tree is None else find_remedies(tree, instance, findings.conflicts, settings, stop)
    proved = bool(counts) or known or any(conflict.proved for conflict in findings.conflicts)
    against = findings.conflicts[:1]
    return findings, {
        "bottleneck": [Sentence.of(bottleneck_phrase(instance, first), lang).model_dump() for first in against],
        "certainty": "proved" if proved else "likely",
        "conflicts": [conflict_entry(instance, conflict, lang) for conflict in findings.conflicts],
        "counts": [count_entry(instance, shortfall, lang) for shortfall in counts],
        "remedies": [remedy_entry(remedy, lang, called_in(instance)) for remedy in remedies],
    }


def remedy_entry(remedy: Remedy, lang: Language, called: Called = by_id) -> dict[str, Any]:
    """A remedy as the explanation lists it; ``change`` is one mapping, or a list where several belong together."""
    *first, last = (change_phrase(change, called) for change in remedy.changes)
    words = phrase("explain.and", first=chained("explain.list", first), last=last) if first else last
    told = phrase("explain.remedy" if remedy.verified else "explain.remedy-unsure", changes=words)
    changes = [each_change.mapping() for each_change in remedy.changes]
    return {
        **Sentence.of(told, lang).model_dump(),
        "change": changes[0] if len(changes) == 1 else changes,
        "inline": [each_change.inline() for each_change in remedy.changes],
        "verified": remedy.verified,
    }


__all__ = ["Conflict", "explain", "remedy_entry"]
