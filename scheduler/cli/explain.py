"""``alis explain``: what stands against a plan, what would make one, and why a candidate is not in a rotation."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from scheduler.cli.console import Command, CommandError, Console, ExitCode, interrupts_wait
from scheduler.cli.files import PATH, meant, named, open_for, read_source
from scheduler.cli.searching import time_limit_option
from scheduler.cli.summary import tell_explanation
from scheduler.constraints.rule import format_span, localised
from scheduler.explanation.sentences import clauses_of, conflict_entry
from scheduler.files import InputError, Problem
from scheduler.instance.problems import shown
from scheduler.instance.spelling import nearest
from scheduler.instance.types import Instance, Span
from scheduler.month import Month, format_month, parse_month
from scheduler.plan import Plan, Status
from scheduler.texts import text

if TYPE_CHECKING:
    from scheduler.explanation.why_not import Cost, Question, WhyNot
    from scheduler.solver.engine import Stop


class _MonthType(click.ParamType):  # type: ignore[type-arg]
    name = "month"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Month:
        if isinstance(value, int):
            return value
        try:
            return parse_month(value)
        except ValueError as error:
            self.fail(str(error), param, ctx)


@click.command(
    cls=Command,
    short_help="Why there is no plan, and what would make one.",
    examples=[
        "alis explain my-municipality.toml",
        "alis explain my-municipality.toml --json > why.json",
        "alis explain my.toml --candidate A07 --rotation hospital --from 2027-03",
        "alis explain my.toml --candidate A07 --rotation kad4 --from 2028-01 --json",
    ],
)
@click.argument("instance", type=PATH)
@click.option("--candidate", metavar="ID", help="Why is this candidate (id or name) not ...")
@click.option("--rotation", metavar="ID", help="... in this rotation ...")
@click.option("--from", "start", metavar="MONTH", type=_MonthType(), help="... from this month ...")
@click.option(
    "--to", "end", metavar="MONTH", type=_MonthType(), help="... to this month  [default: its shortest block]"
)
@click.option("--plan", "plan_path", metavar="PLAN", type=PATH, help="Compare with this plan  [default: make one]")
@time_limit_option(120, "Seconds to search at most; what is not known by then is told as not known.", least=1)
@click.option("--json", "as_json", is_flag=True, help="Write the explanation to stdout as JSON.")
@click.pass_obj
def explain(
    console: Console,
    instance: Path,
    candidate: str | None,
    rotation: str | None,
    start: Month | None,
    end: Month | None,
    plan_path: Path | None,
    time_limit: float,
    as_json: bool,
) -> None:
    """Say what stands against a plan for INSTANCE, and which changes would make one.

    The causes are the smallest sets of rules that cannot hold together, with names, months and numbers. Each change
    is tried out before it is told, and is written so that `alis whatif` takes it. The law is never changed.

    With --candidate, --rotation and --from: why the candidate is not there then. Which rules forbid it, or whom it
    would cost how much.

    Exit code 0: there is a plan. 4: proved impossible, explained. 5: not known in the time given.
    """
    asked = [candidate, rotation, start]
    if any(one is not None for one in [*asked, end, plan_path]) and None in asked:
        raise click.UsageError("--candidate, --rotation and --from go together.")
    basis, source = read_source(instance)
    with interrupts_wait():
        from scheduler.solver.engine import Stop
    stop = Stop(time_limit)
    with stop.on_interrupt():
        if candidate is None or rotation is None or start is None:
            _explain_all(console, basis, source, instance, stop, as_json)
        else:
            candidate = meant(candidate, named(basis.candidates.values())) or candidate
            rotation = meant(rotation, named(basis.rotations.values())) or rotation
            span = _span(basis, rotation, start, end)
            _answer(console, basis, candidate, rotation, span, plan_path, stop, as_json)


# --- why there is no plan --------------------------------------------------------------------------------------------


def _explain_all(
    console: Console, instance: Instance, source: dict[str, Any], path: Path, stop: Stop, as_json: bool
) -> None:
    with interrupts_wait():
        from scheduler.explanation.explain import explain as find_out
        from scheduler.solve import Options
        from scheduler.solver.engine import Settings
    findings, explanation = find_out(instance, Settings(Options().workers), stop, console.lang, source)
    if explanation is not None:
        tell_explanation(console, explanation)
        _tell_how(console, explanation, path)
    if as_json:
        status = Status.UNKNOWN if findings.impossible is None else Status.INFEASIBLE
        status = Status.FEASIBLE if findings.impossible is False else status
        entry = {"status": status.value, "explanation": explanation}
        console.result(json.dumps(entry, ensure_ascii=False, indent=1) + "\n")
    if findings.impossible is False:
        console.line(text("explain.plan-exists", console.lang))
    elif explanation is not None and explanation["certainty"] == "proved":
        raise CommandError(ExitCode.IMPOSSIBLE, "impossible")
    elif explanation is not None:
        raise CommandError(ExitCode.NO_PLAN_IN_TIME, "likely-impossible")
    else:
        _not_known(console, stop)


def _not_known(console: Console, stop: Stop) -> None:
    if stop.asked:
        raise CommandError(ExitCode.STOPPED, "stopped")
    raise CommandError(ExitCode.NO_PLAN_IN_TIME, "not-known-in-time")


def _tell_how(console: Console, explanation: dict[str, Any], path: Path) -> None:
    """The command that tries the first remedy out."""
    verified = [remedy["inline"] for remedy in explanation["remedies"] if remedy["verified"]]
    first = next((changes for changes in verified if all('"' not in change for change in changes)), None)
    if first is not None:
        changes = " ".join(f'"{change}"' for change in first)
        console.line(text("explain.try-it", console.lang, path=path, changes=changes))


# --- why not ---------------------------------------------------------------------------------------------------------


def _span(instance: Instance, rotation: str, start: Month, end: Month | None) -> Span:
    """The months asked about; without an end as many as the rotation's shortest block has."""
    known = instance.rotations.get(rotation)
    length = 1 if known is None else max(known.min_months, 1)
    return Span(start, start + length if end is None else end + 1)


def _answer(
    console: Console,
    instance: Instance,
    candidate: str,
    rotation: str,
    span: Span,
    plan_path: Path | None,
    stop: Stop,
    as_json: bool,
) -> None:
    _require_known(instance, candidate, rotation, span)
    with interrupts_wait():
        from scheduler.explanation.why_not import Question, why_not
        from scheduler.solve import Options
        from scheduler.solver.engine import Settings
    question = Question(candidate, rotation, span)
    base = _base(instance, plan_path, stop, console)
    answer = why_not(instance, question, base, stop, Settings(Options().workers))
    lines = _lines(console, instance, question, answer)
    for line in lines:
        console.insist(line)
    if as_json:
        console.result(
            json.dumps(_entry(console, instance, question, answer, lines), ensure_ascii=False, indent=1) + "\n"
        )
    if answer.possible is None:
        _not_known(console, stop)


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
    if span.start >= span.end or span.start < first or span.end > instance.end:
        fields = {"first": format_month(first), "last": format_month(instance.end - 1)}
        problems.append(
            Problem("question-months", found=format_span(span.start, max(span.end, span.start + 1)), fields=fields)
        )
    if not problems and rotation not in instance.candidates[candidate].allowed:
        allowed = ", ".join(instance.candidates[candidate].allowed)
        problems.append(Problem("question-not-allowed", found=rotation, fields={"who": candidate, "allowed": allowed}))
    if problems:
        raise InputError(problems)


def _base(instance: Instance, path: Path | None, stop: Stop, console: Console) -> Plan | None:
    """The plan to compare with: the one given, or the best found in a third of the time."""
    if path is not None:
        opened = open_for(instance, path)
        opened.warn(console)
        return opened.plan
    with interrupts_wait():
        from scheduler.solve import Options, solve
    left = stop.seconds_left
    share = None if left is None else left / 3
    plan = solve(instance, Options(time_limit_s=share, lang=console.lang), stop=stop.within(share or 60.0))
    return plan if plan.candidates else None


def _lines(console: Console, instance: Instance, question: Question, answer: WhyNot) -> list[str]:
    fields = {
        "who": question.candidate,
        "rotation": instance.rotations[question.rotation].name,
        "months": format_span(question.span.start, question.span.end),
    }

    def say(key: str, **more: object) -> str:
        return text(f"explain.{key}", console.lang, **{**fields, **more})

    if answer.there:
        return [say("why-there")]
    if answer.conflict is not None:
        clauses = clauses_of(instance, answer.conflict, console.lang)
        return [say("why-never" if answer.alone else "why-together", clauses=clauses)]
    lines = [say("why-held", who=", ".join(answer.movers))] if answer.movers else []
    if answer.possible:
        lines += _price_lines(console, instance, answer, say)
    return lines


def _price_lines(console: Console, instance: Instance, answer: WhyNot, say: Callable[..., str]) -> list[str]:
    """What it costs, if that is proved; else at most, if there is a way that moves nobody else; and at least."""
    costs = [line for cost in answer.costs or () for line in _cost_lines(console, instance, cost)]
    if answer.proved:
        return [say("why-costs"), *(f"  {line}" for line in costs)] if costs else [say("why-free")]
    lines = []
    if answer.costs is not None:
        lines = [say("why-at-most"), *(f"  {line}" for line in costs)] if costs else [say("why-free")]
    known = [say(f"why-at-least-{level}", number=localised(value, console.lang)) for level, value in _by_level(answer)]
    return [*lines, *known] if known or answer.costs is not None else [say("why-price-unknown")]


def _by_level(answer: WhyNot) -> list[tuple[str, float]]:
    return [(level, value) for level, value in answer.at_least.items() if level in ("delay", "wishes")]


def _cost_lines(console: Console, instance: Instance, cost: Cost) -> list[str]:
    def say(key: str, **fields: object) -> str:
        return text(f"explain.{key}", console.lang, who=cost.candidate, **fields)

    lines = []
    if cost.before != cost.after:
        lines.append(say("cost-delay", before=format_month(cost.before), after=format_month(cost.after)))
    lines += [say("cost-wish", rotation=instance.rotations[rotation_id].name) for rotation_id in cost.lost]
    lines += [say("gain-wish", rotation=instance.rotations[rotation_id].name) for rotation_id in cost.won]
    return lines


def _entry(
    console: Console, instance: Instance, question: Question, answer: WhyNot, lines: list[str]
) -> dict[str, Any]:
    """The answer for a program."""
    return {
        "question": {
            "candidate": question.candidate,
            "rotation": question.rotation,
            "from": format_month(question.span.start),
            "to": format_month(question.span.end - 1),
        },
        "possible": answer.possible,
        "there": answer.there,
        "text": lines,
        "conflict": None if answer.conflict is None else conflict_entry(instance, answer.conflict, console.lang),
        "must_move": list(answer.movers),
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
