"""What "why not there?" asks of, once every word of it is known to the instance."""

from __future__ import annotations

from scheduler.instance.named import meant, named
from scheduler.instance.problems import InputError, Problem, shown
from scheduler.instance.spelling import nearest
from scheduler.instance.types import Instance, Span
from scheduler.month import Month, format_month, format_span


def asked_of(
    instance: Instance, candidate: str, rotation: str, start: Month, end: Month | None
) -> tuple[str, str, Span]:
    """The ids and the months; without an end (the last month) as many as the rotation's shortest block has.

    InputError with everything in the question that the instance does not know.
    """
    candidate = meant(candidate, named(instance.candidates.values())) or candidate
    rotation = meant(rotation, named(instance.rotations.values())) or rotation
    known = instance.rotations.get(rotation)
    length = 1 if known is None else max(known.min_months, 1)
    span = Span(start, start + length if end is None else end + 1)
    _require_known(instance, candidate, rotation, span)
    return candidate, rotation, span


def _require_known(instance: Instance, candidate: str, rotation: str, span: Span) -> None:
    """InputError with everything in the question that the instance does not know."""
    problems = []
    for code, word, known in (
        ("unknown-candidate", candidate, named(instance.candidates.values())),
        ("unknown-rotation", rotation, named(instance.rotations.values())),
    ):
        if word not in known:
            problems.append(Problem(code, found=shown(word), nearest=nearest(word, known)))
    first = (
        instance.start if candidate not in instance.candidates else instance.first_month(instance.candidates[candidate])
    )
    if span.start >= span.end:
        fields = {"start": format_month(span.start), "end": format_month(span.end - 1)}
        problems.append(Problem("question-order", fields=fields))
    elif span.start < first or span.end > instance.end:
        fields = {"first": format_month(first), "last": format_month(instance.end - 1)}
        problems.append(Problem("question-months", found=format_span(span.start, span.end), fields=fields))
    if not problems and rotation not in instance.candidates[candidate].allowed:
        allowed = ", ".join(instance.candidates[candidate].allowed)
        problems.append(Problem("question-not-allowed", found=rotation, fields={"who": candidate, "allowed": allowed}))
    if not problems and all(instance.candidates[candidate].on_leave(month) for month in span.months()):
        problems.append(Problem("question-leave", found=format_span(span.start, span.end), fields={"who": candidate}))
    if problems:
        raise InputError(problems)
