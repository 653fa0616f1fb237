"""What there is to tell of one rule instance of a conflict: its entry in the explanation and its clause in words."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from scheduler.accounting import spans
from scheduler.constraints.goals import format_goals
from scheduler.constraints.rule import format_span, localised
from scheduler.explanation.conflict import Conflict
from scheduler.explanation.rule_instances import RuleInstance
from scheduler.instance.occupancy import counted_credit
from scheduler.instance.timeline import timeline_of
from scheduler.instance.types import COUNTED_SERVICES, Candidate, FixedBlock, Instance, Requirement, Service, Steps
from scheduler.month import Month, format_month
from scheduler.texts import Language, text

FTE = 10_000
Numbers = tuple[float, float]


class Facts:
    """The facts of one conflict's rule instances, in one language."""

    def __init__(self, instance: Instance, conflict: Conflict, lang: Language) -> None:
        self.instance = instance
        self.conflict = conflict
        self.lang = lang

    # --- as data -----------------------------------------------------------------------------------------------------

    def entry(self, rule_instance: RuleInstance) -> dict[str, Any]:
        """The rule instance as the plan file's explanation lists it."""
        entry: dict[str, Any] = {"id": rule_instance.rule}
        if rule_instance.candidate is not None:
            entry["candidate"] = rule_instance.candidate
        if (
            rule_instance.kind in ("arena", "limit", "group", "rotation", "requirement", "supervisor")
            and rule_instance.subject is not None
        ):
            entry[rule_instance.kind] = rule_instance.subject
        elif rule_instance.kind in ("floor", "roster"):
            entry["arena"] = rule_instance.subject
        if rule_instance.kind == "floor":
            entry["floor"] = True
        entry |= self._window_entry(rule_instance) | self._row_entry(rule_instance) | self._numbers(rule_instance)
        if rule_instance.candidate is None:
            entry["candidates"] = list(self.conflict.candidates)
        return entry

    def _window_entry(self, rule_instance: RuleInstance) -> dict[str, Any]:
        if not rule_instance.by_month:
            return {}
        start, end = self.window(rule_instance)
        return {"from": format_month(start), "to": format_month(end - 1)}

    def _row_entry(self, rule_instance: RuleInstance) -> dict[str, Any]:
        if rule_instance.rule == "fixed" and rule_instance.candidate is not None:
            row = self.fixed_row(rule_instance)
            if row is None:
                current = self.person(rule_instance).current
                assert current is not None
                return {"rotation": current.rotation, "current": True}
            return {"rotation": row.rotation} | _span(row.span.start, row.span.end)
        if rule_instance.rule == "finish-by":
            latest = self.person(rule_instance).finish_by
            return {} if latest is None else {"to": format_month(latest)}
        if rule_instance.rule == "goals" and rule_instance.candidate is not None:
            return {"goals": format_goals(self.goals(rule_instance))}
        return {}

    def _numbers(self, rule_instance: RuleInstance) -> dict[str, Any]:
        numbers = self.numbers(rule_instance)
        return {} if numbers is None else {"have": numbers[0], "need": numbers[1]}

    def numbers(self, rule_instance: RuleInstance) -> Numbers | None:
        """What there is and what is needed, where these numbers alone show that it does not go."""
        count = _NUMBERS.get((rule_instance.rule, rule_instance.kind))
        if count is None:
            return None
        have, need = count(self, rule_instance)
        return (have, need) if have < need else None

    # --- in words ----------------------------------------------------------------------------------------------------

    def clause(self, rule_instance: RuleInstance) -> str:
        """The rule instance with its numbers, as part of a sentence."""
        special = _CLAUSES.get((rule_instance.rule, rule_instance.kind)) or _CLAUSES.get((rule_instance.rule, None))
        return self.say(rule_instance.rule) if special is None else special(self, rule_instance)

    def say(self, key: str, **fields: object) -> str:
        """A text of the chapter."""
        return text(
            f"explain.{key}", self.lang, **{name: localised(value, self.lang) for name, value in fields.items()}
        )

    def months(self, credit: float) -> str:
        """Credit as months: 60,000 is 6, 55,000 is 5,5."""
        whole = credit / FTE
        return str(round(whole)) if abs(whole - round(whole)) < 1e-9 else str(localised(whole, self.lang))

    def places(self, numbers: Iterable[int], unit: str = "places") -> str:
        """``2 places``, or ``0–2 places`` where they change."""
        low, high = min(numbers, default=0), max(numbers, default=0)
        if unit == "percent":
            return self.say("percent-room", places=str(low) if low == high else f"{low}–{high}")
        if low != high:
            return self.say("places-range", low=low, high=high)
        return self.say("places-one") if low == 1 else self.say("places-many", places=low)

    def names(self, ids: Iterable[str]) -> str:
        """Ids one after the other."""
        return ", ".join(ids)

    # --- looking things up -------------------------------------------------------------------------------------------

    def person(self, rule_instance: RuleInstance) -> Candidate:
        """The candidate whose instance it is."""
        assert rule_instance.candidate is not None
        return self.instance.candidates[rule_instance.candidate]

    def window(self, rule_instance: RuleInstance) -> tuple[Month, Month]:
        """The months the instance is needed in."""
        start = self.instance.start
        begin, end = self.conflict.narrowing.windows.get(rule_instance.key, (0, self.instance.end - start))
        return start + begin, start + end

    def span(self, rule_instance: RuleInstance) -> str:
        """The same in words."""
        return format_span(*self.window(rule_instance))

    def goals(self, rule_instance: RuleInstance) -> frozenset[int]:
        """The goals it is about."""
        person = self.person(rule_instance)
        return self.conflict.narrowing.goals.get(person.id, person.rules.goals - person.goals_done)

    def fixed_row(self, rule_instance: RuleInstance) -> FixedBlock | None:
        """The fixed row; None for the block that runs when the horizon begins."""
        return (
            None
            if rule_instance.subject == "current"
            else self.person(rule_instance).fixed[int(rule_instance.subject or 0)]
        )

    def requirement(self, rule_instance: RuleInstance) -> Requirement:
        """The requirement's row."""
        return next(row for row in self.instance.requirements if row.id == rule_instance.subject)

    def rotation(self, rotation_id: str | None) -> str:
        """A rotation's name."""
        return self.instance.rotations[rotation_id or ""].name

    def arena(self, rule_instance: RuleInstance) -> str:
        """The name of an arena or limit."""
        found = self.instance.arenas.get(rule_instance.subject or "")
        return found.name if found is not None and rule_instance.kind != "limit" else str(rule_instance.subject)

    def room(self, rule_instance: RuleInstance) -> tuple[list[int], str]:
        """What an arena or limit has month by month after reservations, and its unit: places or percent."""
        subject = (self.instance.limits if rule_instance.kind == "limit" else self.instance.arenas)[
            rule_instance.subject or ""
        ]
        steps, unit = (subject.places, "places") if subject.places is not None else (subject.percent, "percent")
        inside = subject.arenas if rule_instance.kind == "limit" else (subject.id,)  # type: ignore[union-attr]
        rows = [row for row in self.instance.reservations if row.arena in inside]
        start, end = self.window(rule_instance)
        return [
            max(_at(steps, m) - sum(getattr(r, unit) for r in rows if m in r.span), 0) for m in range(start, end)
        ], unit

    def steps(self, steps: Steps | None, rule_instance: RuleInstance) -> list[int]:
        """The values of a step list in the instance's window."""
        return [_at(steps, month) for month in range(*self.window(rule_instance))]

    def remaining(self, rule_instance: RuleInstance) -> int:
        """Credit that a minimum still lacks."""
        person = self.person(rule_instance)
        if rule_instance.rule == "service-total":
            return person.rules.total - counted_credit(person, {s: person.credited.get(s, 0) for s in COUNTED_SERVICES})
        service = Service.INSTITUTION if rule_instance.rule == "institution" else Service.OPEN_PRACTICE
        least = person.rules.institution_min if rule_instance.rule == "institution" else person.rules.open_practice_min
        return least - person.credited.get(service, 0)

    def least(self, rule_instance: RuleInstance) -> str:
        """What a requirement's row asks for."""
        row = self.requirement(rule_instance)
        rotations = ", ".join(self.rotation(rotation) for rotation in row.rotations)
        parts = [
            self.say(key, number=self.months(value) if work else value, rotations=rotations)
            for key, value, work in (
                ("least-months", row.min_work, True),
                ("most-months", row.max_work, True),
                ("least-blocks", row.min_blocks, False),
                ("most-blocks", row.max_blocks, False),
            )
            if value is not None
        ]
        return ", ".join(parts)


def _at(steps: Steps | None, month: Month) -> int:
    return 0 if steps is None else steps.at(month)


def _span(start: Month, end: Month) -> dict[str, str]:
    return {"from": format_month(start), "to": format_month(end - 1)}


# --- numbers ---------------------------------------------------------------------------------------------------------


def _room_numbers(facts: Facts, rule_instance: RuleInstance) -> Numbers:
    """Of n candidates who do not all fit, any n - 1 do: that is what a smallest conflict says."""
    room, unit = facts.room(rule_instance)
    n = len(facts.conflict.candidates)
    alone = sum(other.rule == "capacity" for other in facts.conflict.instances) == 1
    if n > 1 and alone and facts.conflict.minimal:
        return n - 1, n
    return min(room, default=0), (max(n, 1) if unit == "places" else 0)


def _floor_numbers(facts: Facts, rule_instance: RuleInstance) -> Numbers:
    need = max(facts.steps(facts.instance.arenas[rule_instance.subject or ""].min_places, rule_instance), default=0)
    return max(need - 1, 0), need


def _group_numbers(facts: Facts, rule_instance: RuleInstance) -> Numbers:
    return facts.instance.groups[rule_instance.subject or ""].places, len(facts.conflict.candidates)


def _supervision_numbers(facts: Facts, rule_instance: RuleInstance) -> Numbers:
    return min(_supervisor_places(facts, rule_instance), default=0), len(facts.conflict.candidates)


def _supervisor_places(facts: Facts, rule_instance: RuleInstance) -> list[int]:
    chosen = [v for v in facts.instance.supervisors.values() if v.specialist and rule_instance.subject in (None, v.id)]
    return [sum(v.places.at(month) for v in chosen) for month in range(*facts.window(rule_instance))]


def _roster_numbers(facts: Facts, rule_instance: RuleInstance) -> Numbers:
    people = [facts.instance.candidates[who] for who in facts.conflict.candidates]
    have = sum(facts.steps(facts.instance.arenas[rule_instance.subject or ""].shifts, rule_instance))
    return have, sum(max(person.rules.legevakt_shifts - person.shifts_done, 0) for person in people)


def _minimum_numbers(facts: Facts, rule_instance: RuleInstance) -> Numbers:
    rules = facts.person(rule_instance).rules
    need = {"service-total": rules.total, "institution": rules.institution_min}.get(
        rule_instance.rule, rules.open_practice_min
    )
    return (need - max(facts.remaining(rule_instance), 0)) / FTE, need / FTE


def _shift_numbers(facts: Facts, rule_instance: RuleInstance) -> Numbers:
    person = facts.person(rule_instance)
    return person.shifts_done, person.rules.legevakt_shifts


def _away_numbers(facts: Facts, rule_instance: RuleInstance) -> Numbers:
    return facts.instance.arenas[rule_instance.subject or ""].max_away or 0, len(facts.conflict.candidates)


_NUMBERS: dict[tuple[str, str | None], Callable[[Facts, RuleInstance], Numbers]] = {
    ("capacity", "arena"): _room_numbers,
    ("capacity", "limit"): _room_numbers,
    ("capacity", "floor"): _floor_numbers,
    ("away", "arena"): _away_numbers,
    ("group", "group"): _group_numbers,
    ("supervision", "supervisor"): lambda facts, rule_instance: (
        _supervision_numbers(facts, rule_instance) if rule_instance.candidate is None else (0, 1)
    ),
    ("legevakt", "roster"): _roster_numbers,
    ("legevakt", None): _shift_numbers,
    ("service-total", None): _minimum_numbers,
    ("open-practice", None): _minimum_numbers,
    ("institution", None): _minimum_numbers,
}


# --- clauses ---------------------------------------------------------------------------------------------------------


def _minimum(facts: Facts, rule_instance: RuleInstance) -> str:
    left = facts.remaining(rule_instance)
    return facts.say(rule_instance.rule, months=facts.months(left)) if left > 0 else facts.say("service-done")


def _part_time(facts: Facts, rule_instance: RuleInstance) -> str:
    timeline = timeline_of(facts.instance, facts.person(rule_instance))
    percents = sorted({p for p in timeline.percent[timeline.first :] if 0 < p < 100})
    return facts.say("part-time", percents=", ".join(map(str, percents)))


def _leave(facts: Facts, rule_instance: RuleInstance) -> str:
    person, instance = facts.person(rule_instance), facts.instance
    away = spans(m for m in range(instance.first_month(person), instance.end) if person.on_leave(m))
    return facts.say("leave", months=", ".join(format_span(span.start, span.end) for span in away))


def _block_length(facts: Facts, rule_instance: RuleInstance) -> str:
    rotation = facts.instance.rotations[rule_instance.subject or ""]
    if rotation.max_months is None:
        return facts.say("block-length-open", rotation=rotation.name, min=rotation.min_months)
    if rotation.max_months == rotation.min_months:
        return facts.say("block-length-exact", rotation=rotation.name, max=rotation.max_months)
    return facts.say("block-length", rotation=rotation.name, min=rotation.min_months, max=rotation.max_months)


def _block_start(facts: Facts, rule_instance: RuleInstance) -> str:
    rotation = facts.instance.rotations[rule_instance.subject or ""]
    parts = []
    if rotation.starts:
        parts.append(
            facts.say("block-start-month", rotation=rotation.name, starts=", ".join(map(str, sorted(rotation.starts))))
        )
    if rotation.not_before:
        parts.append(facts.say("block-start-late", rotation=rotation.name, months=rotation.not_before))
    if rotation.after:
        after = ", ".join(facts.rotation(earlier) for earlier in rotation.after)
        parts.append(facts.say("block-start-after", rotation=rotation.name, after=after))
    return ", ".join(parts)


def _block_count(facts: Facts, rule_instance: RuleInstance) -> str:
    rotation = facts.instance.rotations[rule_instance.subject or ""]
    return facts.say("block-count", rotation=rotation.name, max=rotation.max_blocks)


def _capacity(facts: Facts, rule_instance: RuleInstance) -> str:
    room, unit = facts.room(rule_instance)
    return facts.say(
        "capacity", arena=facts.arena(rule_instance), places=facts.places(room, unit), months=facts.span(rule_instance)
    )


def _floor(facts: Facts, rule_instance: RuleInstance) -> str:
    least = facts.steps(facts.instance.arenas[rule_instance.subject or ""].min_places, rule_instance)
    return facts.say(
        "floor", arena=facts.arena(rule_instance), places=facts.places(least), months=facts.span(rule_instance)
    )


def _group(facts: Facts, rule_instance: RuleInstance) -> str:
    if rule_instance.kind == "group":
        group = facts.instance.groups[rule_instance.subject or ""]
        return facts.say("group-places", group=group.id, places=facts.places([group.places]))
    fixed = facts.person(rule_instance).group.group_id
    if fixed is None:
        return facts.say("group")
    span = facts.instance.groups[fixed].span
    return facts.say("group-fixed", group=fixed, months=format_span(span.start, span.end))


def _goals(facts: Facts, rule_instance: RuleInstance) -> str:
    goals = facts.goals(rule_instance)
    listing = [arena for arena in facts.instance.arenas.values() if goals & arena.goals]
    elsewhere = [arena for arena in listing if not arena.is_office]
    arenas = [arena.name for arena in elsewhere or listing]
    return facts.say("goals", goals=format_goals(goals), arenas=", ".join(arenas[:4]) or facts.say("nowhere"))


def _legevakt(facts: Facts, rule_instance: RuleInstance) -> str:
    if rule_instance.kind == "roster":
        shifts = facts.steps(facts.instance.arenas[rule_instance.subject or ""].shifts, rule_instance)
        low, high = min(shifts, default=0), max(shifts, default=0)
        number = str(low) if low == high else f"{low}–{high}"
        return facts.say("roster", arena=facts.arena(rule_instance), shifts=number, months=facts.span(rule_instance))
    person = facts.person(rule_instance)
    fields = {"shifts": person.rules.legevakt_shifts - person.shifts_done, "max": person.rules.legevakt_max_per_month}
    if person.legevakt_from is None:
        return facts.say("legevakt", **fields)
    return facts.say("legevakt-from", month=format_month(person.legevakt_from), **fields)


def _supervision(facts: Facts, rule_instance: RuleInstance) -> str:
    if rule_instance.candidate is not None:
        places = facts.places(_supervisor_places(facts, rule_instance))
        return facts.say("supervisor-fixed", supervisor=rule_instance.subject, places=places)
    places, months = facts.places(_supervisor_places(facts, rule_instance)), facts.span(rule_instance)
    if rule_instance.subject is None:
        return facts.say("supervision", places=places, months=months)
    return facts.say("supervisor", supervisor=rule_instance.subject, places=places, months=months)


def _fixed(facts: Facts, rule_instance: RuleInstance) -> str:
    row = facts.fixed_row(rule_instance)
    if row is not None:
        key = "fixed-frozen" if row.frozen else "fixed"
        return facts.say(key, rotation=facts.rotation(row.rotation), months=format_span(row.span.start, row.span.end))
    current = facts.person(rule_instance).current
    assert current is not None
    return facts.say("fixed-current", rotation=facts.rotation(current.rotation))


def _finish_by(facts: Facts, rule_instance: RuleInstance) -> str:
    return facts.say("finish-by", month=format_month(facts.person(rule_instance).finish_by or 0))


_CLAUSES: dict[tuple[str, str | None], Callable[[Facts, RuleInstance], str]] = {
    ("service-total", None): _minimum,
    ("open-practice", None): _minimum,
    ("institution", None): _minimum,
    ("part-time", None): _part_time,
    ("leave", None): _leave,
    ("block-length", None): _block_length,
    ("block-start", None): _block_start,
    ("block-count", None): _block_count,
    ("requirement", None): lambda facts, rule_instance: facts.say(
        "requirement", row=rule_instance.subject, least=facts.least(rule_instance)
    ),
    ("capacity", "floor"): _floor,
    ("capacity", None): _capacity,
    ("away", None): lambda facts, rule_instance: facts.say(
        "away", arena=facts.arena(rule_instance), max=facts.instance.arenas[rule_instance.subject or ""].max_away
    ),
    ("group", None): _group,
    ("goals", None): _goals,
    ("legevakt", None): _legevakt,
    ("supervision", None): _supervision,
    ("fixed", None): _fixed,
    ("finish-by", None): _finish_by,
    ("horizon", None): lambda facts, _: facts.say("horizon", month=format_month(facts.instance.end - 1)),
}
