"""The answer to "why not there?", in sentences and as JSON's tables."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from scheduler.explanation.sentences import clauses_of, conflict_entry
from scheduler.instance.types import Instance
from scheduler.month import format_month, format_span
from scheduler.texts import Language, localised, phrase, text

if TYPE_CHECKING:
    from scheduler.explanation.costs import Cost
    from scheduler.explanation.why_not import WhyNot


def why_not_lines(instance: Instance, answer: WhyNot, lang: Language) -> list[str]:
    """The answer in sentences; nothing where it is not known."""
    question = answer.question
    assert question is not None
    fields = {
        "who": question.candidate,
        "rotation": instance.rotations[question.rotation].name,
        "months": format_span(question.span.start, question.span.end),
    }

    def say(key: str, **more: object) -> str:
        return text(f"explain.{key}", lang, **{**fields, **more})

    if answer.no_plan is not None:
        return [] if answer.possible is None else [say("why-only" if answer.possible else "why-no-plan")]
    if answer.there:
        return [say("why-there")]
    if answer.conflict is not None:
        key = "why-never" if answer.alone else "why-together"
        clauses = clauses_of(instance, answer.conflict)
        return [phrase(f"explain.{key}", **fields, clauses=clauses).said(lang)]
    held = "why-held" if answer.given else "why-held-found"
    lines = [say(held, who=", ".join(answer.movers))] if answer.movers else []
    if answer.possible:
        lines += _lasting(answer, say) + _price_lines(instance, answer, lang, say)
    return lines


def _lasting(answer: WhyNot, say: Callable[..., str]) -> list[str]:
    """That the training lasts that long only because the months are held."""
    return [say("why-only-fixed" if answer.only_as_fixed else "why-fixed")] if answer.as_fixed else []


def _price_lines(instance: Instance, answer: WhyNot, lang: Language, say: Callable[..., str]) -> list[str]:
    """What it costs, if that is proved; else at most, if there is a way that moves nobody else; and at least."""
    costs = [line for cost in answer.costs or () for line in _cost_lines(instance, cost, lang)]
    if answer.proved and answer.as_fixed:
        return [say("why-fixed-costs"), *(f"  {line}" for line in costs)] if costs else []
    if answer.proved:
        return [say("why-costs"), *(f"  {line}" for line in costs)] if costs else [say("why-free")]
    lines = []
    if answer.costs is not None:
        lines = [say("why-at-most"), *(f"  {line}" for line in costs)] if costs else [say("why-free")]
    known = [say(f"why-at-least-{level}", number=localised(value, lang)) for level, value in _by_level(answer)]
    return [*lines, *known] if known or answer.costs is not None else [say("why-price-unknown")]


def _by_level(answer: WhyNot) -> list[tuple[str, float]]:
    return [(level, value) for level, value in answer.at_least.items() if level in ("delay", "wishes")]


def _cost_lines(instance: Instance, cost: Cost, lang: Language) -> list[str]:
    def say(key: str, **fields: object) -> str:
        return text(f"explain.{key}", lang, who=cost.candidate, **fields)

    lines = []
    if cost.before != cost.after:
        lines.append(say("cost-delay", before=format_month(cost.before), after=format_month(cost.after)))
    lines += [say("cost-wish", rotation=instance.rotations[rotation_id].name) for rotation_id in cost.lost]
    lines += [say("gain-wish", rotation=instance.rotations[rotation_id].name) for rotation_id in cost.won]
    return lines


def why_not_tree(instance: Instance, answer: WhyNot, lang: Language) -> dict[str, Any]:
    """The answer for a program."""
    question = answer.question
    assert question is not None
    return {
        "question": {
            "candidate": question.candidate,
            "rotation": question.rotation,
            "from": format_month(question.span.start),
            "to": format_month(question.span.end - 1),
        },
        "possible": answer.possible,
        "there": answer.there,
        "as_fixed": answer.as_fixed,
        "only_as_fixed": answer.only_as_fixed,
        "text": why_not_lines(instance, answer, lang),
        "conflict": None if answer.conflict is None else conflict_entry(instance, answer.conflict, lang),
        "must_move": list(answer.movers),
        "explanation": answer.no_plan,
        "proved": answer.proved,
        "at_least": dict(answer.at_least),
        "costs": [
            {
                "candidate": cost.candidate,
                "finish_before": format_month(cost.before),
                "finish_after": format_month(cost.after),
                "wishes_lost": list(cost.lost),
                "wishes_won": list(cost.won),
                "months_moved": cost.moved,
            }
            for cost in answer.costs or ()
        ],
    }
