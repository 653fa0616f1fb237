"""``alis diff``: what moved between two plans, for whom, and what it cost."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import click

from scheduler.cli.console import Command, Console
from scheduler.cli.files import PATH, open_plan
from scheduler.cli.summary import amount
from scheduler.constraints.rule import format_span, localised
from scheduler.instance.types import Instance
from scheduler.month import format_month
from scheduler.replanning.diff import CandidateDiff, ChangedSpan, ChangeKind, PlanDiff, as_tree
from scheduler.replanning.diff import diff as differences
from scheduler.report.standing import PlanStanding
from scheduler.texts import Language, text

DIFFERENT = 1
NONE = "–"


@click.command(
    cls=Command,
    short_help="Tell what is different between two plans.",
    examples=[
        "alis diff reports/spring/plan.json reports/autumn/plan.json",
        "alis diff old.json new.json --json > difference.json",
        "alis diff old.json new.json --exit-code --quiet",
    ],
)
@click.argument("old", type=PATH)
@click.argument("new", type=PATH)
@click.option("--json", "as_json", is_flag=True, help="Write the differences to stdout as JSON.")
@click.option("--exit-code", is_flag=True, help="End with 1 if anything is different.")
@click.pass_obj
@click.pass_context
def diff(ctx: click.Context, console: Console, old: Path, new: Path, as_json: bool, exit_code: bool) -> None:
    """List what moved from plan OLD to plan NEW, for whom, and what it cost.

    Exit code 0; with --exit-code 1 if the plans are different.
    """
    before, after = open_plan(old), open_plan(new)
    before.warn(console)
    after.warn(console)
    found = differences(before.plan, after.plan, (before.instance, after.instance))
    standings = (before.standing, after.standing)
    if as_json:
        standing = dict(zip(("before", "after"), map(_standing_tree, standings), strict=True))
        console.result(json.dumps({**as_tree(found), "standing": standing}, ensure_ascii=False, indent=1) + "\n")
    else:
        for line in diff_lines(found, names_of(before.instance, after.instance), console.lang, standings):
            console.line(line)
    ctx.exit(DIFFERENT if exit_code and not found.same else 0)


def _standing_tree(standing: PlanStanding) -> dict[str, Any]:
    return {"standing": standing.kind.value, "broken": len(standing.violations)}


def names_of(*instances: Instance | None) -> dict[str, str]:
    """What people call rotations, offices and candidates; ids where an instance is not known."""
    names: dict[str, str] = {}
    for instance in instances:
        if instance is not None:
            names.update({f"rotation:{rotation.id}": rotation.name for rotation in instance.rotations.values()})
            names.update({f"candidate:{candidate.id}": candidate.name for candidate in instance.candidates.values()})
            names.update({f"arena:{arena.id}": arena.name for arena in instance.arenas.values()})
    return names


def diff_lines(
    found: PlanDiff, names: Mapping[str, str], lang: Language, standings: Sequence[PlanStanding] = ()
) -> Iterator[str]:
    """The differences in words: candidate by candidate, then in all, then standing and levels before and after."""
    if found.same:
        yield text("diff.same", lang)
        return
    for difference in found.candidates:
        yield from _candidate_lines(difference, names, lang)
    yield _total(found, lang)
    if gaps := found.months(ChangeKind.GAP):
        yield text(f"diff.total-gaps-{'one' if gaps == 1 else 'many'}", lang, number=gaps)
    yield text("diff.before-after", lang)
    if standings:
        before, after = (plan_standing.label(lang) for plan_standing in standings)
        yield f"  {text('diff.standing', lang, before=before, after=after)}"
    for level, values in found.figures.items():
        shown = [NONE if value is None else amount(level, value, lang) for value in values]
        heading = text("diff.heading", lang, before=shown[0], after=shown[1])
        yield f"  {text(f'cli.level-{level}', lang)}: {heading}"


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
            finish=_month(difference.after["finish"]),
        )
        return
    if difference.is_gone:
        yield text("diff.gone", lang, who=who)
        return
    yield text("diff.changed", lang, who=who)
    for run in difference.runs:
        yield f"  {_run_line(run, names, lang)}"
    costs = [_other_line(difference, what, names, lang) for what in difference.other]
    if costs:
        yield f"  {'; '.join(costs)}"


def _run_line(run: ChangedSpan, names: Mapping[str, str], lang: Language) -> str:
    before, after = (
        names.get(f"rotation:{candidate_id}", candidate_id or NONE) for candidate_id in (run.before, run.after)
    )
    months = format_span(run.start, run.to + 1)
    return text(f"diff.{run.kind.value}", lang, months=months, before=before, after=after)


def _other_line(difference: CandidateDiff, what: str, names: Mapping[str, str], lang: Language) -> str:
    before, after = difference.before[what], difference.after[what]
    if what in ("supervisors", "shifts"):
        number = sum(before.get(month) != after.get(month) for month in {*before, *after})
        return text(f"diff.{what}", lang, number=number)
    shown = [_shown(what, value, names, lang) for value in (before, after)]
    return text(f"diff.{what}", lang, before=shown[0], after=shown[1])


def _shown(what: str, value: Any, names: Mapping[str, str], lang: Language) -> object:
    if value is None:
        return NONE
    if what in ("start", "finish"):
        return format_month(value)
    if what == "practice":
        return names.get(f"arena:{value}", value)
    return localised(value, lang)


def _month(value: int | None) -> str:
    return NONE if value is None else format_month(value)
