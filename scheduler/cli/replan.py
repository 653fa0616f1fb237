"""What commands share that plan on top of a published plan: the options, the guard, and what is said of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import click

from scheduler.accounting.baseline import carried_by_successor, with_published
from scheduler.cli.console import CommandError, Console, ExitCode
from scheduler.cli.files import open_plan
from scheduler.cli.gantt import this_month
from scheduler.constraints.rule import localised
from scheduler.instance.types import Instance
from scheduler.month import Month, format_month, parse_month
from scheduler.plan import Plan, PlanBaseline
from scheduler.replanning.affected import Standing, standing
from scheduler.replanning.diff import diff
from scheduler.replanning.guard import Allowed, Moved, moved, too_much
from scheduler.texts import Language, text

MOST_ANEW = 5  # broken rules told of that no month moves for
Function = TypeVar("Function", bound=Callable[..., Any])


def month_option(_ctx: click.Context, _param: click.Parameter, value: str | None) -> Month | None:
    """A month of the command line; BadParameter with the right spelling."""
    try:
        return None if value is None else parse_month(value)
    except ValueError as error:
        raise click.BadParameter(f"{error}.") from None


def guard_options(command: Function) -> Function:
    """The options that say how much of the published plan may move."""
    share = click.FloatRange(0, 1)
    for option in (
        click.option("--allow-all", is_flag=True, help="Let as much move as it takes."),
        click.option(
            "--max-moved-one", metavar="SHARE", type=share, default=Allowed().of_one, show_default=True,
            help="Share of one candidate's published months that may move.",
        ),
        click.option(
            "--max-moved", metavar="SHARE", type=share, default=Allowed().of_all, show_default=True,
            help="Share of all published months after the freeze that may move.",
        ),
    ):  # fmt: skip
        command = option(command)
    return command


def allowed(max_moved: float, max_moved_one: float, allow_all: bool) -> Allowed:
    """What the guard's options say."""
    return Allowed(1.0, 1.0) if allow_all else Allowed(max_moved, max_moved_one)


@dataclass(frozen=True, slots=True)
class Replanning:
    """A published plan with what it means for an instance; ``instance`` is the one to plan."""

    published: Plan
    carried: PlanBaseline
    instance: Instance
    allowed: Allowed
    standing: Standing

    @classmethod
    def of(cls, instance: Instance, published: Plan, freeze_to: Month | None, limit: Allowed) -> Replanning:
        """Hold an instance to a published plan."""
        found = standing(instance, published, freeze_to)
        carried = carried_by_successor(published, freeze_to, found.affected)
        return cls(published, carried, with_published(instance, carried), limit, found)

    @classmethod
    def read(
        cls, console: Console, instance: Instance, path: Path, freeze_to: Month | None, limit: Allowed
    ) -> Replanning:
        """The same from a plan file; without a month to freeze to, what has begun by now is frozen."""
        published = open_plan(path)
        published.warn(console)
        return cls.of(instance, published.plan, this_month() if freeze_to is None else freeze_to, limit)

    def lines(self, lang: Language) -> Iterator[str]:
        """What is frozen, and whom the new data concern."""
        frozen = self.instance.baseline is not None and self.instance.baseline.frozen_before > self.instance.start
        if frozen and self.carried.freeze_to is not None:
            yield text("replan.basis", lang, month=format_month(self.carried.freeze_to))
        else:
            yield text("replan.basis-open", lang)
        anew = [violation.sentence(lang) for violation in self.standing.settled_anew]
        if self.carried.affected:
            yield text("replan.concerned", lang, who=", ".join(self.carried.affected))
        else:
            yield text(f"replan.{'months-hold' if anew else 'nobody-concerned'}", lang)
        if anew:
            more = "; …" if len(anew) > MOST_ANEW else ""
            yield text("replan.settled-anew", lang, what="; ".join(anew[:MOST_ANEW]) + more)

    def accepted(self, console: Console, made: Plan) -> Plan:
        """The plan with its basis inside and messages on what moved; CommandError if more moved than is allowed."""
        excess = too_much(self.instance, made, self.allowed)
        if excess:
            for each_moved in excess:
                limit = self.allowed.of_all if each_moved.candidate is None else self.allowed.of_one
                key = "too-much" if each_moved.candidate is None else "too-much-one"
                fields = {
                    **_fields(each_moved, console.lang),
                    "allowed": localised(round(100 * limit, 1), console.lang),
                }
                console.insist(text(f"replan.{key}", console.lang, **fields))
            raise CommandError(ExitCode.INPUT, "moved-too-much")
        told = [*made.messages, *self.lines(console.lang), *self._moved_lines(made, console.lang)]
        return made.model_copy(update={"messages": told, "baseline": self.carried})

    def _moved_lines(self, made: Plan, lang: Language) -> Iterator[str]:
        total, *each = moved(self.instance, made)
        if not total.months:
            yield text("replan.nothing-moved", lang)
        else:
            yield text("replan.moved", lang, **_fields(total, lang))
        for each_moved in each:
            yield text("replan.moved-one", lang, **_fields(each_moved, lang))
        for entry in diff(self.published, made).candidates:
            for what in [name for name in ("practice", "group") if name in entry.other]:
                before, after = entry.before[what] or "–", entry.after[what] or "–"
                yield text(f"replan.{what}", lang, who=entry.id, before=before, after=after)


def _fields(each_moved: Moved, lang: Language) -> dict[str, object]:
    share = localised(round(100 * each_moved.share, 1), lang)
    return {"who": each_moved.candidate or "", "number": each_moved.months, "of": each_moved.of, "share": share}
