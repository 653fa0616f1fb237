"""What is different between two plans, in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from scheduler.accounting import spans_by_key
from scheduler.instance.types import Instance
from scheduler.month import Month, format_month, format_span
from scheduler.replanning.diff import OF_FINISHES, CandidateDiff, ChangedSpan, ChangeKind, PlanDiff, told_offices
from scheduler.report.lines.summary import amount
from scheduler.report.standing import PlanStanding
from scheduler.texts import Language, localised, said_in, text

NONE = "–"


def names_of(*instances: Instance | None) -> dict[str, str]:
    """What people call rotations, offices, supervisors and candidates; ids where an instance is not known."""
    names: dict[str, str] = {}
    for instance in instances:
        if instance is not None:
            names.update({f"rotation:{rotation.id}": rotation.name for rotation in instance.rotations.values()})
            names.update({f"candidate:{candidate.id}": candidate.name for candidate in instance.candidates.values()})
            names.update({f"arena:{arena.id}": arena.name for arena in instance.arenas.values()})
            names.update({f"supervisor:{each.id}": each.name for each in instance.supervisors.values()})
    return names


def diff_lines(
    found: PlanDiff, names: Mapping[str, str], lang: Language, standings: Sequence[PlanStanding] = ()
) -> Iterator[str]:
    """The differences in words: candidate by candidate, then in all, then standing and levels before and after."""
    if found.since is not None:
        yield text("diff.since", lang, month=format_month(found.since))
    if found.same:
        yield text("diff.same", lang)
        return
    for difference in found.candidates:
        yield from _candidate_lines(difference, names, lang)
    for before, after in found.alike:
        yield text("diff.alike", lang, before=before, after=after)
    yield _total(found, lang)
    if gaps := found.months(ChangeKind.GAP):
        yield text("diff.total-gaps", lang, number=gaps)
    yield text("diff.before-after", lang)
    if standings:
        before, after = (plan_standing.label(lang) for plan_standing in standings)
        yield f"  {text('diff.standing', lang, before=before, after=after)}"
    for level, values in found.figures.items():
        shown = [_level(level, value, bool(who), lang) for value, who in zip(values, found.not_done, strict=True)]
        heading = text("diff.heading", lang, before=shown[0], after=shown[1])
        yield f"  {text(f'cli.level-{level}', lang)}: {heading}"


def _level(level: str, value: float | None, some_not_done: bool, lang: Language) -> str:
    """A level's value; that it is not known, where somebody is not done; a dash for a plan that has no such level."""
    if value is not None:
        return amount(level, value, lang)
    return text("diff.not-known", lang) if some_not_done and level in OF_FINISHES else NONE


def _total(found: PlanDiff, lang: Language) -> str:
    return text(
        "diff.total",
        lang,
        moved=found.months(ChangeKind.MOVED),
        leave=found.months(ChangeKind.LEAVE),
        dropped=found.months(ChangeKind.DROPPED),
        added=found.months(ChangeKind.ADDED),
        people=sum(bool(difference.runs) for difference in found.candidates),
        new=sum(difference.is_new for difference in found.candidates),
        gone=sum(difference.is_gone for difference in found.candidates),
    )


def _candidate_lines(difference: CandidateDiff, names: Mapping[str, str], lang: Language) -> Iterator[str]:
    name = names.get(f"candidate:{difference.id}", difference.id)
    who = difference.id if name == difference.id else f"{difference.id} {name}"
    if difference.is_new:
        yield text(
            "diff.new",
            lang,
            who=who,
            start=_month(difference.after["start"]),
            finish=_finish(difference.after, lang),
        )
        return
    if difference.is_gone:
        yield text("diff.gone", lang, who=who)
        return
    yield text("diff.changed", lang, who=who)
    for run in difference.runs:
        yield f"  {_run_line(run, names, lang)}"
    costs = [_other_line(difference, what, names, lang) for what in difference.other if _is_told(difference, what)]
    if costs:
        yield f"  {'; '.join(costs)}"


def _is_told(difference: CandidateDiff, what: str) -> bool:
    """A delay that is not known goes without saying beside the finish that is not."""
    return what != "delay" or None not in (difference.before[what], difference.after[what])


def _run_line(run: ChangedSpan, names: Mapping[str, str], lang: Language) -> str:
    before, after = (
        names.get(f"rotation:{candidate_id}", candidate_id or NONE) for candidate_id in (run.before, run.after)
    )
    months = format_span(run.start, run.to + 1)
    return text(f"diff.{run.kind.value}", lang, months=months, before=before, after=after)


def _other_line(difference: CandidateDiff, what: str, names: Mapping[str, str], lang: Language) -> str:
    before, after = difference.before[what], difference.after[what]
    if what == "supervisors":
        return text("diff.supervisors", lang, changes=", ".join(_supervisors(before, after, names, lang)))
    if what == "shifts":
        number = sum(before.get(month) != after.get(month) for month in {*before, *after})
        return text("diff.shifts", lang, number=number)
    if what == "finish":
        shown = [_finish(facts, lang) for facts in (difference.before, difference.after)]
    else:
        shown = [_shown(what, value, names, lang) for value in (before, after)]
    return text(f"diff.{what}", lang, before=shown[0], after=shown[1])


def _supervisors(
    before: Mapping[Month, str], after: Mapping[Month, str], names: Mapping[str, str], lang: Language
) -> Iterator[str]:
    """From whom to whom, and when, in the order of the months."""
    changed = [(month, (before.get(month), after.get(month))) for month in sorted({*before, *after})]
    found = spans_by_key((pair, month) for month, pair in changed if pair[0] != pair[1])
    for pair, span in sorted(found, key=lambda one: one[1].start):
        old, new = (NONE if who is None else names.get(f"supervisor:{who}", who) for who in pair)
        yield text("diff.moved", lang, months=format_span(span.start, span.end), before=old, after=new)


def _finish(facts: Mapping[str, Any], lang: Language) -> object:
    """The finish. There is none where the contract ends first; it is not known, nor a delay, where rules are broken."""
    if facts["finish"] is None:
        return text("diff.not-known" if facts["delay"] is None else "diff.no-finish", lang)
    return _shown("start", facts["finish"], {}, lang)


def _shown(what: str, value: Any, names: Mapping[str, str], lang: Language) -> object:
    if what == "practice":
        return ", ".join(str(said_in(part, lang)) for part in told_offices(value, names)) or NONE
    if value is None:
        return NONE
    if what == "start":
        return format_month(value)
    return localised(value, lang)


def _month(value: int | None) -> str:
    return NONE if value is None else format_month(value)
