"""No arena holds more than it has room for, nor fewer than it needs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from scheduler.accounting import FULL_POST, Ceiling, PlanRead, Use, ceiling, joint_use, spans_by_key, use_by_arena
from scheduler.constraints.ceilings import ceilings, state_floor
from scheduler.constraints.conflict import Conflict
from scheduler.constraints.facts import ConflictTeller, Facts, Numbers
from scheduler.constraints.proposal import MOST_PLACES, Proposal, added, each_month
from scheduler.constraints.rule import Rule, Violation
from scheduler.exact import Exact, plain
from scheduler.instance.rule_key import Keys, RuleKey, arena_of
from scheduler.instance.types import Arena, Instance, Limit, Steps
from scheduler.month import Month, format_month
from scheduler.texts import Phrase, chained, phrase

if TYPE_CHECKING:
    from scheduler.variables import Variables


MOST_PERCENT_MORE = 200
FLOOR = "floor"  # the least places of an arena, beside its most
TOO_FEW = "violations.min-places"


class Capacity(Rule):
    """In every month: heads in an arena <= places, and the sum of percent x share <= percent, after reservations.

    Same for each ``[[limits]]``; ``min_places`` from below. Nobody is in an arena while it is not approved.
    """

    id = "capacity"
    telling = 95
    blamed = 65
    by_month = True

    def build(self, variables: Variables) -> None:
        """Keep heads and percent in each arena and under each limit within what is left, month by month."""
        for each_ceiling in ceilings(variables):
            if variables.states(each_ceiling.key):
                each_ceiling.state(variables)
        for arena in variables.instance.arenas.values():
            key = RuleKey(self.id, arena=arena.id, part=FLOOR)
            if arena.min_places is not None and variables.scope.floors and variables.states(key):
                state_floor(variables, key, arena.id, arena.min_places)

    def check(self, read: PlanRead) -> Iterator[Violation]:
        """Add up every arena (offices included) and every limit, month by month."""
        use = use_by_arena(read.trajectories)
        for arena in read.instance.arenas.values():
            taken = use.get(arena.id, {})
            room = ceiling(read.instance, arena)
            yield from self._check_approved(arena, taken)
            in_force = {month: use for month, use in taken.items() if arena.approved_in(month)}
            yield from self._check_ceiling(arena.id, arena.name, in_force, room)
            if arena.min_places is not None:
                yield from self._check_least(read.instance, arena, arena.min_places, taken)
        for limit in read.instance.limits.values():
            months = {month for arena_id in limit.arenas for month in use.get(arena_id, {})}
            joint = {month: joint_use(use, limit.arenas, month) for month in sorted(months)}
            room = ceiling(read.instance, limit)
            yield from self._check_ceiling(limit.id, limit.name, joint, room)

    def _check_approved(self, arena: Arena, taken: Mapping[Month, Use]) -> Iterator[Violation]:
        """Nobody is there while it does not meet what is asked of its category."""
        there = ((tuple(use.heads), month) for month, use in taken.items() if not arena.approved_in(month))
        for who, span in spans_by_key(there):
            fields: dict[str, object] = {"arena": arena.name}
            yield Violation(self.id, "violations.not-approved", fields, None, arena.id, span.start, span.end, who)

    def _check_ceiling(self, subject: str, name: str, taken: Mapping[Month, Use], room: Ceiling) -> Iterator[Violation]:
        for (have, places, who), span in spans_by_key(_too_many(taken, room)):
            fields: dict[str, object] = {"arena": name, "have": have, "places": places}
            yield Violation(self.id, "violations.places", fields, None, subject, span.start, span.end, who)
        for (credit, percent, who), span in spans_by_key(_too_much(taken, room)):
            fields = {"arena": name, "have": float(credit / FULL_POST), "percent": percent}
            yield Violation(self.id, "violations.percent-ceiling", fields, None, subject, span.start, span.end, who)

    def _check_least(
        self, instance: Instance, arena: Arena, least: Steps, taken: Mapping[Month, Use]
    ) -> Iterator[Violation]:
        heads = {month: len(use.heads) for month, use in taken.items()}
        short = (
            ((heads.get(month, 0), least.at(month)), month)
            for month in range(instance.start, instance.end)
            if heads.get(month, 0) < least.at(month)
        )
        for (have, need), span in spans_by_key(short):
            fields = {"arena": arena.name, "have": have, "need": need}
            yield Violation(self.id, TOO_FEW, fields, None, arena.id, span.start, span.end)

    # --- where it stands against a plan ---

    def shared(self, instance: Instance) -> Iterator[RuleKey]:
        """The places of each arena, its least ones, and the places under each limit."""
        for arena in instance.arenas.values():
            if not arena.is_parallel:
                yield from self._of_arena(arena)
        yield from (RuleKey(self.id, limit=limit) for limit in instance.limits)

    def _of_arena(self, arena: Arena) -> Iterator[RuleKey]:
        if arena.places is not None or arena.percent is not None:
            yield RuleKey(self.id, arena=arena.id)
        if arena.min_places is not None:
            yield RuleKey(self.id, arena=arena.id, part=FLOOR)

    def lies_fast(self, key: RuleKey) -> bool:
        """A floor is asked for month by month."""
        return key.part == FLOOR

    def clause(self, facts: Facts, key: RuleKey) -> Phrase:
        """What there is room for, or the least there must be, and when."""
        if key.part == FLOOR:
            least = facts.values(arena_of(facts.instance, key).min_places, key)
            return facts.say("floor", arena=facts.place(key), places=facts.places(least), months=facts.span(key))
        room, unit = _room(facts, key)
        return facts.say(self.id, arena=facts.place(key), places=facts.places(room, unit), months=facts.span(key))

    def details(self, facts: Facts, key: RuleKey) -> dict[str, Any]:
        """Whether it is the least places."""
        return {"floor": True} if key.part == FLOOR else {}

    def numbers(self, facts: Facts, key: RuleKey) -> Numbers | None:
        """Of n candidates who do not all fit, any n - 1 do: that is what a smallest conflict says."""
        if key.part == FLOOR:
            need = max(facts.values(arena_of(facts.instance, key).min_places, key), default=0)
            return max(need - 1, 0), need
        room, unit = _room(facts, key)
        n = len(facts.conflict.candidates)
        alone = sum(other.rule == self.id for other in facts.conflict.instances) == 1
        if n > 1 and alone and facts.conflict.minimal:
            return n - 1, n
        return plain(min(room, default=0)), (max(n, 1) if unit == "places" else 0)

    def shape(self, telling: ConflictTeller, shared: Sequence[RuleKey]) -> Phrase | None:
        """More candidates need certain places than there are: what makes them need these, and by when."""
        needs = telling.needs()
        if not shared or not needs or any(key.part == FLOOR for key in shared):
            return None
        facts, dated = telling.facts, telling.dated()
        number = len(facts.conflict.candidates)
        all_dated = dated if len(dated) == number else []
        latest = [facts.candidate(key).finish_by or 0 for key in all_dated]
        fields = {
            "places": list(dict.fromkeys(map(facts.place, shared))),
            "who": telling.who,
            "needs": chained("explain.or", list(dict.fromkeys(map(telling.need, needs)))),
            "before": facts.say("before", month=format_month(max(latest) + 1)) if latest else "",
            "more": telling.more([*shared, *needs, *all_dated]),
        }
        if number == 1:
            return facts.say("stay-one", rooms=list(map(telling.clause, shared)), **fields)
        return facts.say("stays", number=number, have=number - 1, **fields)

    def names(self, instance: Instance, keys: Keys) -> Iterator[Phrase | str]:
        """Arenas in the file's order by name, all offices as one; then limits."""
        for arena in instance.arenas.values():
            if RuleKey(self.id, arena=arena.id) in keys:
                yield phrase("intake.offices") if arena.is_office else arena.name
        for limit in instance.limits.values():
            if RuleKey(self.id, limit=limit.id) in keys:
                yield phrase("intake.together", names=", ".join(instance.arenas[arena].name for arena in limit.arenas))

    def remedies(self, instance: Instance, conflict: Conflict, key: RuleKey) -> Iterator[Proposal]:
        """More places or percent, or fewer least places."""
        start, end = window = conflict.window(instance, key)
        if key.part == FLOOR:
            arena = arena_of(instance, key)
            steps = arena.min_places
            least = 0 if steps is None else min((steps.at(month) for month in range(start, end)), default=0)
            if least:
                yield Proposal(added("arena", arena.id, "min_places", -1), each_month(), least, window)
            return
        table, subject = _subject(instance, key)
        if subject.places is not None:
            yield Proposal(added(table, subject.id, "places"), each_month(), MOST_PLACES, window)
        if subject.percent is not None:
            yield Proposal(added(table, subject.id, "percent"), each_month(0.01), MOST_PERCENT_MORE, window)


def _subject(instance: Instance, key: RuleKey) -> tuple[str, Arena | Limit]:
    """The arena or limit it speaks of, and what its table is called."""
    return ("limit", instance.limits[key.limit]) if key.limit else ("arena", arena_of(instance, key))


def _room(facts: Facts, key: RuleKey) -> tuple[list[Exact], str]:
    """What an arena or limit has month by month after reservations, and its unit: places or percent."""
    _, subject = _subject(facts.instance, key)
    room = ceiling(facts.instance, subject)
    months, of_places = range(*facts.window(key)), room.places is not None
    left = [(room.places_at(month) if of_places else room.percent_at(month)) or 0 for month in months]
    return left, "places" if of_places else "percent"


def _too_many(taken: Mapping[Month, Use], room: Ceiling) -> Iterator[tuple[tuple[int, int, tuple[str, ...]], Month]]:
    """Months with more heads than places: three candidates where there is room for two."""
    for month, use in taken.items():
        places = room.places_at(month)
        if places is not None and len(use.heads) > places:
            yield (len(use.heads), places, tuple(use.heads)), month


def _too_much(
    taken: Mapping[Month, Use], room: Ceiling
) -> Iterator[tuple[tuple[Exact, Exact, tuple[str, ...]], Month]]:
    """Months with more percent x share than there is: 2 x 20 % where 30 % is left."""
    for month, use in taken.items():
        percent = room.percent_at(month)
        if percent is not None and use.credit > percent * FULL_POST:
            yield (use.credit, percent, tuple(use.heads)), month
