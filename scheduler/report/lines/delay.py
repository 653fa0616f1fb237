"""Who is done later than the training could be over, and what was not done by then."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from scheduler.accounting import delay, finish_of, trajectories
from scheduler.accounting.shown import as_shown
from scheduler.constraints.lack import Lack
from scheduler.instance.types import Instance
from scheduler.month import Month
from scheduler.plan import Plan
from scheduler.report.facts import is_done, lacks_at_earliest
from scheduler.report.standing import PlanStanding
from scheduler.report.words import Words
from scheduler.texts import Language


@dataclass(frozen=True, slots=True)
class Delayed:
    """A candidate who is done ``months`` after the earliest finish; ``lacked``: what was not done then, in words."""

    id: str
    name: str
    finish: Month
    earliest: Month
    months: int
    lacked: tuple[str, ...]


def delayed(instance: Instance, plan: Plan, standing: PlanStanding, lang: Language) -> Iterator[Delayed]:
    """Those with a delay, in the order of the plan."""
    instance = as_shown(instance, plan)
    words, everybody = Words(instance, lang), trajectories(instance, plan)
    for trajectory in everybody:
        late = delay(trajectory)
        if late > 0 and is_done(trajectory, standing):
            lacked = lacks_at_earliest(trajectory, everybody)
            yield Delayed(
                trajectory.candidate.id,
                trajectory.candidate.name,
                finish_of(trajectory),
                trajectory.earliest_finish,
                late,
                tuple(lack_text(words, lack) for lack in lacked),
            )


def lack_text(words: Words, lack: Lack) -> str:
    """What was not done, in a sentence."""
    subject = words.rotation(lack.subject) if lack.key == "lack-block" else lack.subject
    return words.say(
        lack.key,
        have=words.number(lack.have),
        need=words.number(lack.need),
        subject=subject,
        goals=words.goals(lack.goals),
        month="" if lack.month is None else words.month(lack.month),
    )
