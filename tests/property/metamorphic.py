"""What must hold between the plans of an instance and of a changed one, where the right answer of neither is known.

A relation changes the *tree* of an instance, and carries every plan of the one over to the other. From that follows
all that is asked here:

- ``LIKE``: nothing that matters has changed (rows in another order, other ids, everything twelve months away). Plans
  carry over both ways with the same figures: same status, same value of every level that is proved.
- ``LOOSER``: nothing has got harder (one more place, a longer horizon, one candidate fewer). Plans carry over one way.
  What was possible stays so, and nothing gets worse.

"Worse" is meant as levels are: **a proved bound may not lie above the figure of a plan that carries over**. So it is
for the first level always, and for a later one where the levels before it are proved and the plan carried over has
just those figures (a bound holds for plans that are best in all levels before). Where both plans are proved, that says:
the same, or never worse, up to the first level that differs. It also refutes a false bound under a plan that is not
proved at all.

A relation that does not hold of every instance says of which it does, and gives ``None`` for the others. Some need a
plan of the instance: what it does anyway may be asked of it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from random import Random
from typing import Any, TypeVar, get_args

from pydantic import BaseModel

from scheduler.accounting import Level, levels, trajectories, use_by_arena
from scheduler.files import read_instance
from scheduler.files.schema import FileInstance, FileTable
from scheduler.instance.timeline import timeline_of
from scheduler.instance.types import Instance
from scheduler.month import Month, format_month, parse_month
from scheduler.plan import Plan, PlanCandidate, PlanObjective, Status
from scheduler.replanning.affected import with_baseline
from tests.helpers.tiny import faults, plan_of

Row = dict[str, Any]
Walk = Callable[[Any], Any]  # of an instance's tree or a plan's
Part = TypeVar("Part", bound=BaseModel)  # of a plan
TOLERANCE = 1e-4  # figures of a plan file are rounded
LEVELS = ("delay", "wishes", "away", "moves", "uncounted", "breadth")
MORE_IS_BETTER = frozenset({"breadth"})
WITH_A_PLAN = frozenset({Status.OPTIMAL, Status.FEASIBLE})


@dataclass(frozen=True)
class Case:
    """An instance as its file's tree; planned on top of ``published`` if there is such a plan."""

    name: str
    tree: Row
    published: Plan | None = None
    freeze_to: Month | None = None

    def instance(self) -> Instance:
        instance = read_instance(self.tree)
        return instance if self.published is None else with_baseline(instance, self.published, self.freeze_to)


@dataclass(frozen=True)
class Changed:
    """The changed instance, and a candidate's part of a plan as it is there (None: not there)."""

    case: Case
    carry: Callable[[PlanCandidate], PlanCandidate | None]


@dataclass(frozen=True)
class Relation:
    """How an instance is changed; ``alike``: whether plans carry over both ways."""

    name: str
    change: Callable[[Case, Plan, Random], Changed | None]
    alike: bool


# --- what must hold --------------------------------------------------------------------------------------------------


def contradictions(relation: Relation, before: Case, changed: Changed, plan: Plan, plan_after: Plan) -> Iterator[str]:
    """Everything in which the plans of an instance and of the changed one cannot both be right."""
    after = changed.case.instance()
    if plan.status in WITH_A_PLAN:
        figures, wrong = carried_over(changed, after, plan)
        yield from wrong
        if relation.alike and figures != _figures(before.instance(), plan):
            yield f"the figures are others: {_figures(before.instance(), plan)}, and then {figures}"
        yield from _refuted(plan_after, figures, "carried over")
    if relation.alike and plan_after.status in WITH_A_PLAN:
        yield from _refuted(plan, _figures(after, plan_after), "of the changed instance")


def carried_over(changed: Changed, after: Instance, plan: Plan) -> tuple[Mapping[str, Level], list[str]]:
    """The figures of the plan as one of the changed instance, and what the checker has against it there."""
    entries = [changed.carry(entry) for entry in plan.candidates]
    carried = plan_of(after, [entry for entry in entries if entry is not None])
    return _figures(after, carried), [f"the plan does not carry over: {fault}" for fault in faults(after, carried)]


def _figures(instance: Instance, plan: Plan) -> dict[str, Level]:
    return levels(instance, trajectories(instance, plan))


def _refuted(plan: Plan, witness: Mapping[str, Level], whose: str) -> Iterator[str]:
    """What a plan file says of the best there is, against a plan that there is."""
    if plan.status is Status.INFEASIBLE:
        yield f"impossible, in spite of the plan {whose}"
    if plan.status not in WITH_A_PLAN:
        return
    for name, bound, proved, value in _told(plan.objectives, witness):
        if bound > value + TOLERANCE:
            yield f"{name} is proved to be {bound:g} at least, and is {value:g} in the plan {whose}"
        if not proved or value > bound + TOLERANCE:
            return  # the bounds of later levels are for plans that are best in this one


def _told(objectives: list[PlanObjective], witness: Mapping[str, Level]) -> Iterator[tuple[str, float, bool, float]]:
    """Level by level, each made to be small: name, bound, whether it is reached, and the figure of the witness."""
    for objective in objectives:
        sign, level = (-1 if objective.id in MORE_IS_BETTER else 1), witness[objective.id]
        yield objective.id, sign * objective.bound, objective.proved, sign * level.value
        if objective.worst is not None and level.worst is not None:
            yield (
                f"{objective.id} of the worst-off",
                sign * objective.worst.bound,
                objective.worst.proved,
                sign * level.worst,
            )


# --- alike: rows in another order ------------------------------------------------------------------------------------


def _tables(table: type[FileTable]) -> Iterator[type[FileTable]]:
    """A table of the file and all below it."""
    yield table
    for field in table.model_fields.values():
        for inner in _classes(field.annotation):
            yield from _tables(inner)


def _classes(annotation: Any) -> Iterator[type[FileTable]]:
    if isinstance(annotation, type) and issubclass(annotation, FileTable):
        yield annotation
    for inner in get_args(annotation):
        yield from _classes(inner)


def _in_order() -> frozenset[str]:
    """The lists of a file whose order means something: steps, of which the last wins, and the order of the levels."""
    steps = {
        field.alias or name
        for table in _tables(FileInstance)
        for name, field in table.model_fields.items()
        if any(each_class.__name__.endswith("Step") for each_class in _classes(field.annotation))
    }
    return frozenset({"order", *steps})


IN_ORDER = _in_order()


def permuted(case: Case, plan: Plan, rng: Random) -> Changed:
    """Rows, and whatever else is a set and no sequence, in another order; so are the candidates of a published plan."""

    def shuffle(value: Any, key: str = "") -> Any:
        if isinstance(value, dict):
            keys = list(value)
            if key == "mix":
                rng.shuffle(keys)
            return {each_key: shuffle(value[each_key], each_key) for each_key in keys}
        if isinstance(value, list):
            rows = [shuffle(one) for one in value]
            if key not in IN_ORDER:
                rng.shuffle(rows)
            return rows
        return value

    published = case.published
    if published is not None:
        entries = rng.sample(published.candidates, len(published.candidates))
        published = published.model_copy(update={"candidates": entries})
    tree = shuffle(case.tree)
    return Changed(Case(f"{case.name}, permuted", tree, published, case.freeze_to), lambda entry: entry)


# --- alike: other names, other years ---------------------------------------------------------------------------------


def _everywhere(text: Walk, key: Callable[[str, str], str] = lambda one, _: one) -> Walk:
    """A walk over a tree that changes every text, and the keys of tables: ``key`` hears of the key above, too."""

    def walk(value: Any, above: str = "") -> Any:
        if isinstance(value, dict):
            return {key(name, above): walk(inner, name) for name, inner in value.items()}
        if isinstance(value, list):
            return [walk(inner, above) for inner in value]
        return text(value) if isinstance(value, str) else value

    return walk


def _walked(case: Case, how: str, walk: Walk, freeze_to: Month | None) -> Changed:
    def of_plan(part: Part) -> Part:
        return type(part).model_validate(walk(part.model_dump(mode="json", by_alias=True)))

    published = None if case.published is None else of_plan(case.published)
    return Changed(Case(f"{case.name}, {how}", walk(case.tree), published, freeze_to), of_plan)


def renamed(case: Case, plan: Plan, rng: Random) -> Changed:
    """Every id another one, in another alphabetical order."""
    ids = sorted({row["id"] for rows in case.tree.values() if isinstance(rows, list) for row in rows if "id" in row})
    new = dict(zip(ids, rng.sample([f"x{number:03d}" for number in range(len(ids))], len(ids)), strict=True))
    walk = _everywhere(lambda one: new.get(one, one), lambda one, above: new.get(one, one) if above == "mix" else one)
    return _walked(case, "renamed", walk, case.freeze_to)


def twelve_months_on(case: Case, plan: Plan, rng: Random) -> Changed | None:
    """Every date twelve months later, or some other years away; calendar months stay.

    Not where the ruleset itself has a date (the old scheme ends in 2026), nor where something has a day (a month of
    another year has other weekdays).
    """
    if _has_dates_of_its_own(case) or any(re.fullmatch(r"\d{4}-\d\d-\d\d", text) for text in _texts(case.tree)):
        return None
    n_months = 12 * rng.choice([1, 1, -1, 2])

    def move(one: str) -> str:
        return format_month(parse_month(one) + n_months) if re.fullmatch(r"\d{4}-\d\d", one) else one

    freeze_to = None if case.freeze_to is None else case.freeze_to + n_months
    return _walked(case, f"{n_months} months later", _everywhere(move), freeze_to)


def _has_dates_of_its_own(case: Case) -> bool:
    """Whether somebody's ruleset says by when, and the file does not."""
    rules = [candidate.rules for candidate in case.instance().candidates.values()]
    return any(each_rules.finish_by is not None for each_rules in rules) and "finish_by" not in case.tree.get(
        "rules", {}
    )


def _texts(value: Any) -> Iterator[str]:
    for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _texts(inner)
    if isinstance(value, str):
        yield value


def all_at_once(case: Case, plan: Plan, rng: Random) -> Changed | None:
    """In another order, renamed and moved."""
    first = permuted(case, plan, rng)
    second = renamed(first.case, plan, rng)
    third = twelve_months_on(second.case, plan, rng)
    if third is None:
        return None

    def carry(entry: PlanCandidate) -> PlanCandidate | None:
        half_way = second.carry(entry)
        return None if half_way is None else third.carry(half_way)

    return Changed(third.case, carry)


def as_it_is(case: Case, plan: Plan, rng: Random) -> Changed:
    """The same instance: for other seeds and workers."""
    return Changed(case, lambda entry: entry)


# --- looser ----------------------------------------------------------------------------------------------------------

CEILINGS = {
    "arenas": ("places", "percent", "shifts", "max_away"),
    "limits": ("places", "percent"),
    "groups": ("places",),
    "supervisors": ("places",),
}
ONE_MORE = {"percent": 100}  # one more post
MOST_LATER = 4  # months that a start left open may wait


def one_more_place(case: Case, plan: Plan, rng: Random) -> Changed | None:
    """One more place (post, shift, candidate away) under one ceiling or under all, in every month that has a row.

    Not on top of a published plan: whether an office is full decides who stays there.
    """
    if case.published is not None:
        return None
    tree = deepcopy(case.tree)
    all_of_them = list(ceilings(tree))
    if not all_of_them:
        return None
    chosen = all_of_them if rng.random() < 0.3 else [rng.choice(all_of_them)]
    for row, key in chosen:
        raise_ceiling(row, key)
    where = "everywhere" if len(chosen) > 1 else f"in {chosen[0][0]['id']}.{chosen[0][1]}"
    return Changed(Case(f"{case.name}, one more {where}", tree), lambda entry: entry)


def ceilings(tree: Row) -> Iterator[tuple[Row, str]]:
    """Every ceiling of a file: its row and the key it has there."""
    for table, keys in CEILINGS.items():
        for row in tree.get(table, []):
            yield from ((row, key) for key in keys if row.get(key) is not None)


def raise_ceiling(row: Row, key: str) -> None:
    """One more in every month that has a row; a month that has none still has none."""
    more = ONE_MORE.get(key, 1)
    if isinstance(row[key], list):
        row[key] = [{**step, key: step[key] + more} for step in row[key]]
    else:
        row[key] += more


def _has_floors(tree: Row) -> bool:
    return any(row.get("min_places") for row in tree["arenas"])


def one_candidate_fewer(case: Case, plan: Plan, rng: Random) -> Changed | None:
    """Somebody left out, with the requirements that name nobody else.

    Not where an arena needs so many at least: those left may be too few. Not on top of a published plan, where the
    weights of the months moved depend on who else is there. Goals met twice (``breadth``) are fewer, of course: what
    is asked is that the others' plan, as it is carried over, is not refuted.
    """
    people = [row["id"] for row in case.tree["candidates"]]
    if len(people) < 2 or _has_floors(case.tree) or case.published is not None:
        return None
    gone = rng.choice(people)
    tree = {
        **case.tree,
        "candidates": [row for row in case.tree["candidates"] if row["id"] != gone],
        "requirements": [one for row in case.tree.get("requirements", []) for one in _without(row, gone)],
    }

    def carry(entry: PlanCandidate) -> PlanCandidate | None:
        return None if entry.id == gone else entry

    return Changed(Case(f"{case.name}, without {gone}", tree), carry)


def _without(requirement: Row, gone: str) -> Iterator[Row]:
    """A requirement that names nobody is asked of everybody, so one that named only this candidate goes as well."""
    named = requirement.get("candidates", [])
    left = [one for one in named if one != gone]
    if left or not named:
        yield {**requirement, "candidates": left} if named else requirement


def longer_horizon(case: Case, plan: Plan, rng: Random) -> Changed | None:
    """Some months more at the end.

    Only where they are nobody's business: nobody is unfinished (who now could, or would be planned further), and no
    ``fixed`` row, no floor and no open-ended window of a wish (which is as long as the horizon) reaches into them.
    """
    instance, n_months = case.instance(), rng.choice([1, 5, 12, 24])
    unfinished = any(timeline_of(instance, candidate).unfinished for candidate in instance.candidates.values())
    if unfinished or case.published is not None or _reaches_out(case.tree, instance.end):
        return None
    horizon = {**case.tree["horizon"], "months": case.tree["horizon"]["months"] + n_months}
    tree = {**case.tree, "horizon": horizon}
    return Changed(Case(f"{case.name}, horizon {n_months} months longer", tree), lambda entry: entry)


def _reaches_out(tree: Row, end: Month) -> bool:
    last = format_month(end - 1)
    floors = [step for row in tree["arenas"] for step in row.get("min_places", [])]
    fixed = [step for row in tree["candidates"] for step in row.get("fixed", [])]
    wishes = [
        wish for row in tree["candidates"] for wish in row.get("wishes", []) if "from" in wish and "to" not in wish
    ]
    return bool(wishes) or any(step.get("to", "9999") > last for step in [*floors, *fixed])


def wider_choice(case: Case, plan: Plan, rng: Random) -> Changed | None:
    """Something that was settled for a candidate is left to the plan: office, rotations, supervisor, deadline, start.

    Not on top of a published plan, which settles again what the file leaves open. A start is left open only where it
    lies in the horizon: what came before it has been served.
    """
    tree = deepcopy(case.tree)
    settled = [
        (row, key)
        for row in tree["candidates"]
        for key in ("practice", "allowed", "supervisor", "finish_by", "start")
        if row.get(key)
        and (key != "start" or _may_begin_later(tree, row))
        and (key != "practice" or not _has_past(row))
    ]
    if case.published is not None or not settled:
        return None
    row, key = rng.choice(settled)
    given = row.pop(key)
    if key == "start":
        row["start"] = {"earliest": given, "latest": format_month(parse_month(given) + rng.randint(1, MOST_LATER))}
    return Changed(Case(f"{case.name}, {row['id']}.{key} left open", tree), lambda entry: entry)


def _has_past(row: Row) -> bool:
    """Whether months before the horizon are told, whose office is the one that the file names."""
    return bool(row.get("current") or row.get("served"))


def _may_begin_later(tree: Row, row: Row) -> bool:
    """Whether the start is one month of the horizon, not near its end, and nothing is given in the months after it."""
    given = bool(row.get("fixed") or row.get("leave") or row.get("current") or row.get("group") not in (None, "free"))
    begins = parse_month(tree["horizon"]["start"])
    within = range(begins, begins + tree["horizon"]["months"] - MOST_LATER)
    return not given and isinstance(row["start"], str) and parse_month(row["start"]) in within


def as_planned(case: Case, plan: Plan, rng: Random) -> Changed | None:
    """Some of what the plan does anyway is asked of it: blocks, office, group, start, deadline, a floor.

    So there still is a plan, and the same one is among the best. Nothing is said the other way round: whoever has a
    fixed block before them is planned until it is over, and so may be planned longer.
    """
    if case.published is not None or not plan.candidates:
        return None
    tree, instance = deepcopy(case.tree), case.instance()
    for row in tree["candidates"]:
        _ask_of(row, plan.candidate(row["id"]), rng)
    if rng.random() < 0.5:
        _floor_under(tree, instance, plan, rng)
    return Changed(Case(f"{case.name}, some of it as planned", tree), lambda entry: entry)


def _ask_of(row: Row, entry: PlanCandidate, rng: Random) -> None:
    if rng.random() < 0.5 and entry.practice is not None and not row.get("practice"):
        named = [{"practice": entry.practice, "from": format_month(entry.first)}]
        row["practice"] = named if _has_past(row) else entry.practice
    if rng.random() < 0.5 and row.get("group", "free") == "free" and entry.group is not None:
        row["group"] = entry.group
    if rng.random() < 0.5:
        row["start"] = format_month(entry.start)
    if rng.random() < 0.5 and not entry.unfinished and entry.finish is not None:
        row["finish_by"] = format_month(entry.finish)
    if not row.get("fixed"):
        on_leave = {month.month for month in entry.months if month.rotation is None}
        whole = [block for block in entry.blocks if on_leave.isdisjoint(range(block.from_, block.to + 1))]
        row["fixed"] = [
            {"rotation": block.rotation, "from": format_month(block.from_), "to": format_month(block.to)}
            for block in rng.sample(whole, min(rng.randint(0, 2), len(whole)))
        ]


def _floor_under(tree: Row, instance: Instance, plan: Plan, rng: Random) -> None:
    """An arena needs as many as are there anyway, in a month."""
    use = use_by_arena(trajectories(instance, plan))
    free = [row for row in tree["arenas"] if row["id"] in use and not row.get("min_places")]
    if free:
        row = rng.choice(free)
        month = rng.choice(sorted(use[row["id"]]))
        text = format_month(month)
        row["min_places"] = [{"places": len(use[row["id"]][month].heads), "from": text, "to": text}]


def another_order(case: Case, plan: Plan, rng: Random) -> Changed:
    """The levels in another order: the same plans are valid, with the same figures; only another one may be best."""
    order = rng.sample(LEVELS, rng.randint(2, len(LEVELS)))
    tree = {**case.tree, "objective": {"order": order}}
    name = f"{case.name}, in the order {', '.join(order)}"
    return Changed(Case(name, tree, case.published, case.freeze_to), lambda entry: entry)


LIKE = tuple(Relation(change.__name__, change, alike=True) for change in (permuted, renamed, twelve_months_on))
TOGETHER = Relation("all_at_once", all_at_once, alike=True)
AGAIN = Relation("as_it_is", as_it_is, alike=True)
ANOTHER_ORDER = Relation("another_order", another_order, alike=True)
LOOSER = tuple(
    Relation(change.__name__, change, alike=False) for change in (one_more_place, one_candidate_fewer, longer_horizon)
)
CHOICES = tuple(Relation(change.__name__, change, alike=False) for change in (wider_choice, as_planned))
