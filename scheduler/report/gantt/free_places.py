"""How much room there is in an arena: its places, what is used of them, and what is free."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

from scheduler.accounting import Use, arenas_under, ceiling, joint_use, trajectories, use_by_arena
from scheduler.exact import Exact, whole_if_it_is
from scheduler.instance.types import PRACTICE, Arena, Instance, Limit, N, PercentSteps, Steps
from scheduler.month import Month, runs
from scheduler.report.gantt.chart import FULL, Chart
from scheduler.texts import localised

_MUCH = 1_000


@dataclass(frozen=True)
class FreePlaces:
    """What the plan leaves of the instance's arenas."""

    instance: Instance
    use: dict[str, dict[Month, Use]]

    @classmethod
    def of(cls, chart: Chart) -> FreePlaces:
        """The room beside a chart's plan."""
        return cls(chart.instance, use_by_arena(trajectories(chart.instance, chart.plan)) if chart.plan else {})

    def free_heads(self, arena: Arena, month: Month) -> int:
        """How many more fit in, each with the least share of a week that a rotation gives the arena.

        2 places with 1 taken are 1, but 0 if the ceiling of 30 % of a post is used up.
        """
        share = _least_share(self.instance, arena)
        subjects: list[Arena | Limit] = [arena]
        subjects += [limit for limit in self.instance.limits.values() if arena.id in limit.arenas]
        return max(0, min(self._free(month, subject, share) for subject in subjects))

    def _free(self, month: Month, subject: Arena | Limit, share: Exact) -> int:
        top, used = ceiling(self.instance, subject), joint_use(self.use, arenas_under(subject), month)
        heads, posts = top.places_at(month), top.percent_at(month)
        by_heads = _MUCH if heads is None else heads - len(used.heads)
        by_posts = _MUCH if posts is None else int((posts * FULL - used.credit) // (share * FULL))
        return min(by_heads, by_posts)

    def free_percent(self, arena: Arena, month: Month) -> Exact:
        """Percent of a post that is free under the arena's own ceiling."""
        top = ceiling(self.instance, arena).percent_at(month) or 0
        return max(0, top - whole_if_it_is(Fraction(joint_use(self.use, (arena.id,), month).credit) / FULL))

    def used(self, chart: Chart, arena: Arena) -> str:
        """Place-months in use of those there are, 30 of 48 is ``62 %``; of posts if only those have a ceiling."""
        months = range(chart.start, chart.end)
        if arena.places is not None:
            there = sum(arena.places.at(month) for month in months)
            reserved = ceiling(self.instance, arena)
            taken = sum(arena.places.at(month) - (reserved.places_at(month) or 0) for month in months)
            taken += sum(len(joint_use(self.use, (arena.id,), month).heads) for month in months)
        elif arena.percent is not None:
            room = sum(arena.percent.at(month) for month in months)
            used = sum(arena.percent.at(month) - self.free_percent(arena, month) for month in months)
            return chart.say("percent", percent=int(FULL * used // room)) if room else ""
        else:
            return ""
        return chart.say("percent", percent=FULL * taken // there) if there else ""


def _least_share(instance: Instance, arena: Arena) -> Exact:
    """The least percent of a week that a rotation gives the arena."""
    key = PRACTICE if arena.is_office else arena.id
    return min((rotation.mix[key] for rotation in instance.rotations.values() if key in rotation.mix), default=FULL)


def heads(chart: Chart, arena: Arena, month: Month) -> int | None:
    """Places in a month; None without a ceiling."""
    return arena.places.at(month) if arena.places is not None else None


def place_levels(chart: Chart, arena: Arena) -> list[tuple[Month, Month, int]]:
    """Runs of months with the same number of places."""
    return levels_of(chart, lambda month: heads(chart, arena, month) or 0)


def levels_of(chart: Chart, value: Callable[[Month], N]) -> list[tuple[Month, Month, N]]:
    """Runs of the chart's months with the same value."""
    return list(runs((month, value(month)) for month in range(chart.start, chart.end)))


def places_words(chart: Chart, arena: Arena) -> str:
    """``2–3 plasser · tak 300 %``, or that there is no ceiling."""
    parts = []
    if (places := _range(chart, arena.places)) is not None:
        parts.append(chart.say("places", count=places))
    if (percent := _range(chart, arena.percent)) is not None:
        parts.append(chart.say("fte_ceiling", percent=percent))
    return " · ".join(parts) or chart.say("no_ceiling")


def _range(chart: Chart, steps: Steps | PercentSteps | None) -> str | None:
    """The least and the greatest value of a step list in the chart's months: ``2–3``, or ``2`` if they are the same."""
    if steps is None:
        return None
    values = {steps.at(month) for month in range(chart.start, chart.end)}
    least, most = (localised(value, chart.lang) for value in (min(values), max(values)))
    return str(least) if len(values) == 1 else f"{least}–{most}"
