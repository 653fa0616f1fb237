"""Service sums as bars against what is required and what counts at most."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from scheduler.accounting import Trajectory, counted, fte_months, service_sums
from scheduler.exact import Exact
from scheduler.report.facts import credited
from scheduler.report.words import Words


@dataclass(frozen=True, slots=True)
class Gauge:
    """A service sum as a bar; all parts in percent of the bar's length."""

    label: str
    before: float
    planned: float
    over: float
    need: float | None
    value: str
    rule: str
    good: bool


def gauges(words: Words, trajectory: Trajectory) -> Iterator[Gauge]:
    """Each category, those that only add up after the others, and what counts in all; one scale for all of them."""
    rules, sums, before = trajectory.candidate.rules, service_sums(trajectory), credited(trajectory.candidate)
    longest = max(fte_months(rules.total), fte_months(sum(sums.values())))
    for category in sorted(rules.categories, key=lambda row: not row.served):
        inside, label = rules.within(category), words.say(f"service-{category.id}")
        have, early = sum(sums[service] for service in inside), sum(before[service] for service in inside)
        yield _gauge(words, label, have, early, category.minimum, category.cap, longest)
    done, earlier = counted(sums, rules), fte_months(counted(trajectory.candidate.credited, rules))
    yield _gauge(words, words.say("service-counted"), done, earlier, rules.total, None, longest)


def _gauge(words: Words, label: str, have: Exact, before: float, least: int, most: int | None, longest: float) -> Gauge:
    done = fte_months(have)
    cap = done if most is None else min(done, fte_months(most))
    early = min(before, cap)
    return Gauge(
        label=label,
        before=_share(early, longest),
        planned=_share(cap - early, longest),
        over=_share(done - cap, longest),
        need=_share(fte_months(least), longest) if least else None,
        value=words.number(done),
        rule=words.out_of(least, most),
        good=have >= least,
    )


def _share(part: float, whole: float) -> float:
    """Percent of the bar's length."""
    return round(100 * part / whole, 2) if whole else 0.0


def uncounted_text(words: Words, trajectory: Trajectory) -> str:
    """How much is above a cap; empty if nothing is."""
    sums = service_sums(trajectory)
    over = fte_months(sum(sums.values()) - counted(sums, trajectory.candidate.rules))
    return words.say("uncounted", number=words.number(over)) if over else ""
