"""How much of a published plan has moved, and whether that is more than is allowed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from scheduler.accounting import added_months, movable_months, moved_months, trajectories
from scheduler.instance.types import Instance
from scheduler.plan import Plan
from scheduler.texts import Language, phrase


@dataclass(frozen=True, slots=True)
class Allowed:
    """The share of the published months after the freeze that may move: of all, and of one candidate's.

    ``only``: whose may move at all, those of one municipality; None: everybody's.
    """

    of_all: float = 0.2
    of_one: float = 0.5
    only: frozenset[str] | None = None

    def of(self, candidate: str | None) -> float:
        """The share of a candidate's months, or of everybody's (None)."""
        if candidate is None:
            return self.of_all
        return self.of_one if self.may_move(candidate) else 0.0

    def may_move(self, candidate: str) -> bool:
        """Whether the candidate is one of those who are planned."""
        return self.only is None or candidate in self.only


@dataclass(frozen=True, slots=True)
class Moved:
    """How many of how many published months have moved; ``candidate`` None: of everybody's."""

    candidate: str | None
    months: int
    of: int

    @property
    def share(self) -> float:
        """Between 0 and 1."""
        return self.months / self.of if self.of else 0.0


class TooMuchMovedError(Exception):
    """More of a published plan would have to move than is allowed; ``moved`` says of whom, ``allowed`` how much."""

    def __init__(self, moved: Sequence[Moved], allowed: Allowed) -> None:
        super().__init__(tuple(moved), allowed)
        self.moved = tuple(moved)
        self.allowed = allowed

    def __str__(self) -> str:
        return "\n".join(self.lines("en"))

    def lines(self, lang: Language) -> Iterator[str]:
        """Each share that is too large, in words."""
        for each_moved in self.moved:
            who, limit = each_moved.candidate, self.allowed.of(each_moved.candidate)
            own = who is not None and self.allowed.may_move(who)
            key = "too-much" if who is None else "too-much-one" if own else "too-much-other"
            yield phrase(f"replan.{key}", **moved_fields(each_moved), allowed=round(100 * limit, 1)).said(lang)


def moved_fields(each_moved: Moved) -> dict[str, object]:
    """What sentences of the chapter *replan* say of it."""
    share = round(100 * each_moved.share, 1)
    return {"who": each_moved.candidate or "", "number": each_moved.months, "of": each_moved.of, "share": share}


def moved(instance: Instance, plan: Plan) -> list[Moved]:
    """What has moved in a plan on top of a published one: first all together, then each candidate who has moved.

    Months that are leave by now are in neither number.
    """
    each = [
        Moved(
            trajectory.candidate.id,
            len(moved_months(trajectory)),
            sum(1 for _ in movable_months(instance, trajectory.candidate)),
        )
        for trajectory in trajectories(instance, plan)
    ]
    total = Moved(None, sum(moved.months for moved in each), sum(moved.of for moved in each))
    return [total, *(moved for moved in each if moved.months)]


def too_much(instance: Instance, plan: Plan, allowed: Allowed) -> list[Moved]:
    """Where more has moved than is allowed."""
    of_others = [] if allowed.only is None else _of_others(instance, plan, allowed.only)
    others = {each_moved.candidate for each_moved in of_others}
    found = [each_moved for each_moved in moved(instance, plan) if each_moved.share > allowed.of(each_moved.candidate)]
    return [*(each_moved for each_moved in found if each_moved.candidate not in others), *of_others]


def _of_others(instance: Instance, plan: Plan, own: frozenset[str]) -> list[Moved]:
    """Those who were to stay and have not: months in another rotation or office, and months added; leave by now is
    neither.
    """
    assert instance.baseline is not None
    found = []
    for trajectory in trajectories(instance, plan):
        who = trajectory.candidate.id
        published = instance.baseline.published.get(who)
        if published is None or who in own:
            continue
        movable = {month for month, _ in movable_months(instance, trajectory.candidate)}
        changed = {*moved_months(trajectory), *added_months(trajectory)}
        for month in trajectory.service:
            if month.month in movable and published.office_in(month.month) not in (
                None,
                trajectory.entry.practice_at(month.month),
            ):
                changed.add(month.month)
        if changed:
            found.append(Moved(who, len(changed), max(len(movable), len(changed))))
    return found
