"""How to search: the options of commands that plan."""

from __future__ import annotations

import functools
import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

import click

from scheduler.api import LIMITS, STRATEGIES, Search, StrategyName
from scheduler.texts import Language

Function = TypeVar("Function", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Searching:
    """What the options say; ``time_limit`` in seconds."""

    time_limit: float
    workers: int
    seed: int
    strategy: StrategyName

    def search(self, lang: Language) -> Search:
        """The same, as questions take it."""
        return Search(
            time_limit_s=self.time_limit, workers=self.workers, seed=self.seed, strategy=self.strategy, lang=lang
        )


def _finite(_ctx: click.Context, _param: click.Parameter, value: float) -> float:
    if math.isnan(value):
        raise click.BadParameter("not a number of seconds.")
    return value


def time_limit_option(default: float, what: str, least: float = 0.0) -> Callable[[Function], Function]:
    """``--time-limit`` in seconds; ``what`` is its help."""
    return click.option(
        "--time-limit",
        metavar="S",
        type=click.FloatRange(min=least, min_open=not least, max=LIMITS.longest_s),
        default=default,
        show_default=f"{default:.0f}",
        callback=_finite,
        help=what,
    )


def seed_option(command: Function) -> Function:
    """``--seed``."""
    return click.option(
        "--seed",
        metavar="N",
        type=click.IntRange(0, 2**31 - 1),
        default=0,
        show_default=True,
        help="Where the random choices begin.",
    )(command)


def searching_options(
    time_limit: float, what: str, least: float = 0.0
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """All of them, handed to the command as one ``searching``; the time limit as in ``time_limit_option``."""

    def decorate(command: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(command)
        def with_searching(
            *args: Any, time_limit: float, workers: int, seed: int, strategy: StrategyName, **options: Any
        ) -> Any:
            return command(*args, searching=Searching(time_limit, workers, seed, strategy), **options)

        for option in (_strategy, seed_option, _workers, time_limit_option(time_limit, what, least)):
            with_searching = option(with_searching)
        return with_searching

    return decorate


def _workers(command: Function) -> Function:
    return click.option(
        "--workers",
        metavar="N",
        type=click.IntRange(1, 64),
        default=LIMITS.workers,
        show_default=True,
        help="Searches side by side. With 1, and a search that is not cut short, the same seed gives the same plan.",
    )(command)


def _strategy(command: Function) -> Function:
    return click.option(
        "--strategy",
        type=click.Choice(STRATEGIES),
        default="auto",
        show_default=True,
        help="exact: in the end one model of everybody. decomposed: only those in each other's way are planned "
        f"together, parts that share no places side by side. auto: exact up to {LIMITS.one_model_members} candidates.",
    )(command)
