"""Service sums as bars against what is required and what counts at most."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from scheduler.accounting import Trajectory, counted, fte_months, service_sums
from scheduler.instance.types import Service
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
    """The three categories, general service together, and what counts in all; one scale for all of them."""
    rules, sums, before = trajectory.candidate.rules, service_sums(trajectory), credited(trajectory.candidate)
    longest = max(fte_months(rules.total), fte_months(sum(sums.values())))
    rows = (
        (Service.OPEN_PRACTICE, rules.open_practice_min, rules.open_practice_cap),
        (Service.OTHER_GENERAL, 0, rules.other_general_cap),
        (Service.INSTITUTION, rules.institution_min, rules.institution_cap),
    )
    for service, least, most in rows:
        label = words.say(f"service-{service.value}")
        yield _gauge(words, label, sums[service], before[service], least, most, longest)
    general = sums[Service.OPEN_PRACTICE] + sums[Service.OTHER_GENERAL]
    earlier = before[Service.OPEN_PRACTICE] + before[Service.OTHER_GENERAL]
    yield _gauge(words, words.say("service-general"), general, earlier, 0, rules.general_cap, longest)
    done, earlier = counted(sums, rules), fte_months(counted(trajectory.candidate.credited, rules))
    yield _gauge(words, words.say("service-counted"), done, earlier, rules.total, None, longest)


def _gauge(words: Words, label: str, have: int, before: float, least: int, most: int | None, longest: float) -> Gauge:
    done = fte_months(have)
    cap = done if most is None else min(done, fte_months(most))
    early = min(before, cap)
    limits = {"least": words.number(fte_months(least)), "most": words.number(fte_months(most or 0))}
    key = "rule-least" if most is None else "rule-both" if least else "rule-most"
    return Gauge(
        label=label,
        before=_share(early, longest),
        planned=_share(cap - early, longest),
        over=_share(done - cap, longest),
        need=_share(fte_months(least), longest) if least else None,
        value=words.number(done),
        rule=words.say(key, **limits),
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
