"""Random tiny instances, as trees: small enough that a brute force can look at every plan there is.

Each kind of instance is a function of a ``Source`` of numbers. From ``Random`` a seed gives the same instance every
time; from hypothesis the same code shrinks. The first choice of everything is the plain one, so that what is left
of a shrunk instance is what the failure needs. Most instances have a plan, and many are tight.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from copy import deepcopy
from dataclasses import dataclass, field, replace
from datetime import timedelta
from random import Random
from typing import Any, Protocol, TypeVar

from scheduler.month import first_day, format_month, parse_month

Tree = dict[str, Any]
Row = dict[str, Any]
T = TypeVar("T")

LEVELS = ("delay", "wishes", "away", "moves", "uncounted", "breadth")
OPEN, OTHER, INSTITUTION = "open_practice", "other_general", "institution"
PLENTY = 60  # a cap that no tiny instance reaches
FIRST_YEAR = 2027


class Source(Protocol):
    """Where the numbers come from."""

    def integer(self, low: int, high: int) -> int:
        """A whole number, both ends included."""
        ...


@dataclass(frozen=True)
class Seeded:
    """The same numbers every time."""

    rng: Random

    def integer(self, low: int, high: int) -> int:
        """A whole number, both ends included."""
        return self.rng.randint(low, high)


@dataclass(frozen=True)
class Case:
    """An instance; with ``before``, to be planned on top of that one's plan, nothing up to ``freeze_to`` moved."""

    kind: str
    tree: Tree
    before: Tree | None = None
    freeze_to: str | None = None


@dataclass(frozen=True)
class Flavour:
    """What a kind of instance is rich in; chances in percent."""

    floors: int = 0
    order: int = 0
    unfinished: int = 4
    groups: int = 12
    shifts: int = 25
    supervisors: int = 25
    goals: int = 35
    at_the_ends: bool = False
    candidates: tuple[int, ...] = (1, 1, 2, 2, 2, 3)
    most_months: int = 9
    tightness: tuple[int, ...] = (50, 100, 25)  # one is drawn: so many percent of the chances of what narrows


@dataclass
class Draw:
    """An instance in the making: the numbers drawn, and what is settled so far."""

    source: Source
    flavour: Flavour
    start: int = 0
    n: int = 0
    offices: list[str] = field(default_factory=list)
    arenas: list[str] = field(default_factory=list)  # besides offices and the roster
    rotations: list[Row] = field(default_factory=list)
    goals: list[int] = field(default_factory=list)
    rules: Row = field(default_factory=dict)
    groups: list[Row] = field(default_factory=list)
    supervisors: list[Row] = field(default_factory=list)
    roster: bool = False
    tightness: int = 100

    # --- numbers ---------------------------------------------------------------------------------------------------

    def chance(self, percent: int) -> bool:
        """True in so many of a hundred; what shrinks is False."""
        return percent > 0 and self.source.integer(0, 99) >= 100 - percent

    def narrows(self, percent: int) -> bool:
        """The same for what makes plans fewer, in an instance drawn to be tight or loose."""
        return self.chance(percent * self.tightness // 100)

    def choice(self, items: Sequence[T]) -> T:
        """One of them; what shrinks is the first."""
        return items[self.source.integer(0, len(items) - 1)]

    def some(self, items: Sequence[T], percent: int = 50) -> list[T]:
        """Each with the same chance, at least one."""
        return [item for item in items if self.chance(percent)] or [self.choice(items)]

    def number(self, low: int, high: int) -> int:
        """A number between these; where the flavour has numbers at their ends, one of 0, 1 and the horizon."""
        if self.flavour.at_the_ends:
            return self.choice([0, 1, self.n])
        return self.source.integer(low, high)

    def at_least_one(self, low: int, high: int) -> int:
        """The same where 0 is not allowed."""
        return max(1, self.number(low, high))

    def month(self, first: int = 0, last: int | None = None) -> int:
        """A month counted from the horizon's first; by default any of the horizon."""
        return self.source.integer(first, self.n - 1 if last is None else max(first, last))

    def text(self, month: int) -> str:
        """The month as files spell it."""
        return format_month(self.start + month)

    def window(self, longest: int | None = None) -> Row:
        """``from`` and ``to`` somewhere in the horizon, often at one of its ends."""
        first = self.choice([self.month(), 0, self.n - 1])
        last = min(self.n - 1 + self.choice([0, 0, 3]), first + self.source.integer(0, (longest or self.n) - 1))
        return {"from": self.text(first), "to": self.text(max(first, last))}

    def half_open(self) -> Row:
        """A window of which either side may be left out."""
        row = self.window()
        return {key: value for key, value in row.items() if self.chance(65)}

    def steps(self, key: str, value: Callable[[], int]) -> list[Row]:
        """A function of time: mostly one number for good, sometimes with a window of another."""
        rows: list[Row] = [{key: value()}]
        if self.chance(35):
            rows.append({key: value(), **self.half_open()})
        return rows[1:] if len(rows) > 1 and self.chance(15) else rows


# --- the tables -----------------------------------------------------------------------------------------------------


def instance(source: Source, flavour: Flavour) -> Tree:
    """An instance of a flavour."""
    draw = Draw(source, flavour)
    draw.tightness = draw.choice(flavour.tightness)
    n_candidates = draw.choice(flavour.candidates)
    long_one = flavour.groups and draw.chance(flavour.groups // 4)  # a whole group of 24 months
    most = min(flavour.most_months, 9 if n_candidates < 3 else 6 if n_candidates < 4 else 5)
    draw.n = source.integer(24, 28) if long_one else source.integer(2, most)
    n_candidates = 1 if long_one else n_candidates
    draw.start = FIRST_YEAR * 12 + source.integer(0, 11)
    draw.offices = ["o1", "o2"][: draw.choice([1, 1, 2])]
    draw.arenas = ["w", "k"][: draw.choice([1, 2, 2])]
    draw.goals = list(range(1, source.integer(1, 4) + 1)) if draw.chance(flavour.goals) else []
    draw.roster = draw.chance(flavour.shifts)
    draw.rotations = _rotations(draw, few=bool(long_one))
    draw.rules = _rules(draw)
    draw.groups = _groups(draw, bool(long_one))
    draw.supervisors = _supervisors(draw)
    tree: Tree = {
        "schema": 1,
        "name": "random",
        "horizon": {"start": draw.text(0), "months": draw.n},
        "rules": draw.rules,
        "objective": {"order": _order(draw)} if draw.chance(flavour.order) else None,
        "arenas": _arenas(draw),
        "rotations": draw.rotations,
        "limits": _limits(draw),
        "reservations": _reservations(draw),
        "requirements": [],
        "groups": draw.groups,
        "supervisors": draw.supervisors,
        "candidates": [_candidate(draw, f"A{number}") for number in range(1, n_candidates + 1)],
    }
    tree["requirements"] = _requirements(draw, [row["id"] for row in tree["candidates"]])
    return {key: value for key, value in tree.items() if value not in (None, [])}


def _rules(draw: Draw) -> Row:
    source, flavour, n = draw.source, draw.flavour, draw.n
    total: float = draw.number(1, max(1, draw.choice([n // 2, n // 3, n * 2 // 3])))
    wards = any("w" in row["mix"] for row in draw.rotations)
    if draw.chance(flavour.unfinished):
        total = n + source.integer(0, n)
    elif draw.chance(15) and not flavour.at_the_ends:
        total += 0.5
    rules: Row = {
        "total": total,
        "open_practice_min": min(draw.number(0, int(total) // 2), int(total)),
        "institution_min": min(draw.number(0, int(total) // 2), int(total)) if wards or draw.chance(5) else 0,
        "open_practice_cap": PLENTY,
        "other_general_cap": PLENTY,
        "general_cap": PLENTY,
        "institution_cap": PLENTY,
        "goals": _goal_text(draw.goals),
        "legevakt_shifts": draw.number(0, 4) if draw.roster else 0,
        "group_required": False,
    }
    if draw.narrows(25):
        rules[draw.choice(["open_practice_cap", "other_general_cap"])] = draw.number(0, int(total))
    if draw.narrows(15):
        rules[draw.choice(["general_cap", "institution_cap"])] = draw.number(0, int(total))
    if draw.goals and draw.chance(40):
        rules["goal_exposure"] = draw.choice([0, 0.5, 1, 0.2, 2])
    if draw.roster and draw.narrows(50):
        rules["legevakt_max_per_month"] = draw.number(0, 3)
    if draw.roster and draw.goals and draw.chance(25):
        rules["goals_shifts"] = draw.number(0, 5)
    if draw.narrows(4):
        rules["finish_by"] = draw.text(draw.month(draw.n // 2))
    return rules


def _goal_text(numbers: Iterable[int]) -> str:
    return ", ".join(f"{number:03d}" for number in numbers)


def _arenas(draw: Draw) -> list[Row]:
    rows = [_arena(draw, arena, OPEN) for arena in draw.offices]
    rows += [_arena(draw, arena, INSTITUTION if arena == "w" else OTHER) for arena in draw.arenas]
    _cover_goals(draw, rows)
    if draw.roster:
        roster: Row = {"id": "duty", "service": "parallel"}
        if draw.narrows(60):
            roster["shifts"] = draw.steps("shifts", lambda: draw.number(0, 4))
        if draw.goals and draw.chance(50):
            roster["goals"] = _goal_text(draw.some(draw.goals))
        rows.append(roster)
    return rows


def _arena(draw: Draw, arena: str, service: str) -> Row:
    row: Row = {"id": arena, "service": service}
    if draw.narrows(30):
        usual = [2, 3, 1] if service == OPEN else [1, 1, 2]
        row["places"] = draw.steps("places", lambda: draw.choice([*usual, draw.number(0, 3)]))
    if draw.narrows(12):
        row["percent"] = draw.steps("percent", lambda: draw.choice([100, 200, 150, 50, 0]))
    if draw.chance(draw.flavour.floors) or (draw.flavour.floors and draw.chance(10)):
        row["min_places"] = _floor(draw)
    if draw.narrows(6):
        row["max_away"] = draw.number(0, 2)
    return row


def _floor(draw: Draw) -> list[Row]:
    """Mostly one head in a few months; sometimes no demand at all, which must change nothing."""
    if draw.narrows(20):
        return [{"places": 0}]
    places = draw.choice([1, 1, 1, 1, 0, 2])
    first = draw.month(0, draw.choice([draw.n // 2, draw.n // 3, draw.n - 1]))
    last = min(draw.n - 1 + draw.choice([0, 0, 3]), first + draw.source.integer(0, draw.choice([0, 1, draw.n // 2])))
    return [{"places": places, "from": draw.text(first), "to": draw.text(max(first, last))}]


def _cover_goals(draw: Draw, rows: list[Row]) -> None:
    """Every goal is listed somewhere, mostly in every office; some elsewhere too, some only partly or with shifts."""
    listed: dict[str, dict[str, list[int]]] = {}
    offices = [row for row in rows if row["service"] == OPEN]
    for goal in draw.goals:
        places = draw.choice([offices, offices, offices[:1], draw.some(rows, 35)])
        for row in [*places, *(row for row in rows if row not in places and draw.chance(15))]:
            kinds = ["goals"] * 5 + ["goals_partial"]
            if row["service"] == OPEN and draw.roster:
                kinds.append("goals_with_shifts")
            listed.setdefault(row["id"], {}).setdefault(draw.choice(kinds), []).append(goal)
    for row in rows:
        for key, goals in listed.get(row["id"], {}).items():
            row[key] = _goal_text(goals)
            if key == "goals_with_shifts":  # these are goals of the office as well
                own = listed[row["id"]].get("goals", [])
                row["goals"] = _goal_text(sorted({*own, *goals}))
        if draw.goals and draw.narrows(15):
            row["exposure"] = draw.choice([0.5, 0, 1, 0.3, 2])


def _rotations(draw: Draw, few: bool) -> list[Row]:
    base: Row = {"id": "gp", "mix": {"practice": 100}, "base": True}
    if draw.narrows(20):
        base["mix"] = draw.choice([{"practice": 80, "k": 20}, {"practice": 50, "w": 50}, {"w": 100}, {"o1": 100}])
        base["mix"] = _known(draw, base["mix"])
    if draw.narrows(15):
        base["min_months"] = draw.number(1, 3)
    if draw.narrows(8):
        base["max_months"] = max(draw.at_least_one(2, 6), base.get("min_months", 1))
    if draw.narrows(8):
        base["max_blocks"] = draw.number(0, 3)
    n_others = 1 if few else draw.choice([1, 1, 2, 2, 3][: 5 if max(draw.flavour.candidates) < 4 else 2])
    rows = [base]
    for number in range(n_others):
        rows.append(_rotation(draw, f"r{number}", [row["id"] for row in rows]))
    return rows


def _known(draw: Draw, mix: dict[str, int]) -> dict[str, int]:
    """The mix with arenas that do not exist replaced by the institution."""
    known = {"practice", *draw.offices, *draw.arenas}
    found: dict[str, int] = {}
    for arena, share in mix.items():
        name = arena if arena in known else "w"
        found[name] = found.get(name, 0) + share
    return found


def _rotation(draw: Draw, rotation: str, earlier: list[str]) -> Row:
    mixes: list[dict[str, int]] = [
        {"w": 100},
        {"k": 100},
        {"practice": 50, "w": 50},
        {"w": 40, "k": 60},
        {"practice": 70, "w": 30},
        {"o1": 50, "practice": 50},
        {"o2": 100},
        {"practice": 100},
    ]
    row: Row = {"id": rotation, "mix": _known(draw, draw.choice(mixes))}
    if draw.narrows(45):
        row["min_months"] = draw.number(1, 3)
    if draw.narrows(30):
        row["max_months"] = max(draw.at_least_one(1, 5), row.get("min_months", 1))
    if draw.narrows(30):
        row["max_blocks"] = draw.number(0, 3)
    if draw.narrows(15):
        first = (draw.start + draw.month()) % 12 + 1
        row["starts"] = sorted({first, (draw.start + draw.month()) % 12 + 1})
    if draw.narrows(20):
        row["not_before"] = draw.number(0, 4)
    if draw.roster and draw.narrows(30):
        row["legevakt"] = False
    if draw.narrows(20):
        some = draw.some(earlier)
        row["after"] = [some if len(some) > 1 else some[0]]
    return row


def _limits(draw: Draw) -> list[Row]:
    if not draw.narrows(12):
        return []
    row: Row = {"id": "L", "arenas": draw.some([*draw.arenas, *draw.offices])}
    if draw.narrows(50):
        row["percent"] = draw.steps("percent", lambda: draw.choice([100, 150, 200, 50]))
    else:
        row["places"] = draw.steps("places", lambda: draw.number(1, 3))
    return [row]


def _reservations(draw: Draw) -> list[Row]:
    rows: list[Row] = []
    if draw.narrows(10):
        row: Row = {"arena": draw.choice([*draw.arenas, *draw.offices]), "who": "LIS1", **draw.half_open()}
        row["percent" if draw.chance(50) else "places"] = draw.choice([1, 0, 2, 20, 50])
        rows.append(row)
    if draw.roster and draw.narrows(15):
        rows.append({"arena": "duty", "who": "LIS1", "shifts": draw.number(0, 3), **draw.half_open()})
    if draw.supervisors and draw.narrows(15):
        guide = draw.choice([supervisor["id"] for supervisor in draw.supervisors])
        rows.append({"supervisor": guide, "who": "LIS1", "places": draw.number(0, 2), **draw.half_open()})
    return rows


def _requirements(draw: Draw, people: list[str]) -> list[Row]:
    if not draw.narrows(25):
        return []
    rows = []
    for number in range(draw.choice([1, 1, 2])):
        row: Row = {"id": f"q{number}", "rotations": draw.some([rotation["id"] for rotation in draw.rotations[1:]])}
        if draw.narrows(20):
            row["rotations"] = ["gp"]
        for kind in draw.some(["min_months", "min_blocks", "max_months", "max_blocks"], 25):
            low = 0 if kind.startswith("min") else row.get(kind.replace("max", "min"), 0)
            row[kind] = max(low, draw.number(0, 3))
        if draw.chance(30):
            row["candidates"] = draw.some(people)
        rows.append(row)
    return rows


def _groups(draw: Draw, long_one: bool) -> list[Row]:
    if not (long_one or draw.chance(draw.flavour.groups)):
        return []
    draw.rules["group_required"] = draw.chance(75)
    if draw.narrows(20):
        draw.rules["group_leave_months_max"] = draw.number(0, 3)
    if draw.narrows(20):
        draw.rules["group_open_share_min"] = draw.choice([50, 0, 100, 80])
    rows = []
    for number in range(draw.choice([1, 2])):
        row: Row = {"id": f"G{number}", "start": draw.text(draw.choice([0, draw.month(-3, 3)])), "places": 2}
        if not long_one or draw.narrows(30):
            row["months"] = draw.at_least_one(1, draw.choice([max(1, draw.n // 2), draw.n]))
        if draw.narrows(40):
            row["places"] = draw.number(0, 2)
        rows.append(row)
    return rows


def _supervisors(draw: Draw) -> list[Row]:
    if not draw.chance(draw.flavour.supervisors):
        return []
    rows = []
    for number in range(draw.choice([1, 2])):
        row: Row = {"id": f"V{number}", "places": draw.choice([3, 2, 1, draw.number(0, 3)]), "specialist": True}
        if draw.chance(25):
            row |= draw.half_open()
        if draw.narrows(15):
            row["places"] = draw.steps("places", lambda: draw.choice([2, 1, draw.number(0, 2)]))
        if number and draw.narrows(25):
            row["arenas"] = draw.some([*draw.arenas, *draw.offices])
        if draw.narrows(8):
            row["specialist"] = False
        rows.append(row)
    return rows


def _order(draw: Draw, levels: Sequence[str] = LEVELS) -> list[str]:
    """Any order of any of the levels."""
    left = list(levels)
    order = []
    for _ in range(draw.source.integer(1, len(levels))):
        order.append(left.pop(draw.source.integer(0, len(left) - 1)))
    return order


# --- candidates -----------------------------------------------------------------------------------------------------


def _candidate(draw: Draw, name: str) -> Row:
    row: Row = {"id": name, "start": draw.text(0)}
    _start(draw, row)
    if draw.chance(40):
        row["practice"] = draw.choice(draw.offices)
    if draw.chance(8):
        row["post"] = draw.choice([*draw.offices, *draw.arenas])
    _work(draw, row)
    if draw.goals and draw.narrows(20):
        row["goals_done"] = _goal_text(draw.some(draw.goals))
    _group_choice(draw, row)
    if draw.roster:
        _duty(draw, row)
    if draw.supervisors and draw.narrows(12):
        row["supervisor"] = draw.choice(
            [supervisor["id"] for supervisor in draw.supervisors if supervisor["specialist"]] or ["V0"]
        )
    allowed = _allowed(draw, row)
    _given(draw, row, allowed)
    if draw.chance(25):
        row["wishes"] = [_wish(draw, allowed) for _ in range(draw.choice([1, 1, 2]))]
    if draw.narrows(8):
        row["finish_by"] = draw.text(draw.choice([draw.month(draw.n // 2), draw.month()]))
    return row


def _start(draw: Draw, row: Row) -> None:
    """In the first month; or later, before the horizon with a past, or in a window."""
    kind = draw.choice(["first", "first", "first", "later", "before", "before", "window"])
    if kind == "later":
        row["start"] = draw.text(draw.month(0, draw.n // 2))
    elif kind == "window":
        earliest = draw.month(-1, draw.n // 2)
        row["start"] = {"earliest": draw.text(earliest), "latest": draw.text(draw.month(max(earliest, 0), draw.n - 1))}
    elif kind == "before":
        row["start"] = draw.text(-draw.source.integer(1, 8))
        if draw.chance(60):
            row["months_done"] = draw.number(0, 6)
    if kind in ("before", "later", "first") and draw.chance(60 if kind == "before" else 12):
        kinds = [OPEN, OTHER, INSTITUTION]
        row["credited"] = {service: float(draw.number(0, 3)) for service in draw.some(kinds, 30)}
        if draw.chance(8):  # everything is done when the horizon begins
            row["credited"] = {OPEN: 30.0, INSTITUTION: 30.0}


def _work(draw: Draw, row: Row) -> None:
    if draw.narrows(20):
        row["percent"] = draw.steps("percent", lambda: draw.choice([50, 80, 60, 100, 1 if draw.chance(10) else 40]))
        if draw.narrows(10):
            row["percent"].append({"percent": 0, **draw.window(2)})
    if draw.narrows(30):
        first = parse_month(row["start"] if isinstance(row["start"], str) else row["start"]["earliest"]) - draw.start
        row["leave"] = [_leave(draw, max(first, 0)) for _ in range(draw.choice([1, 1, 2]))]


def _leave(draw: Draw, first: int) -> Row:
    """A month or some; often the first or the last of the horizon, and beyond it."""
    begin = min(draw.choice([draw.month(first), first, draw.n - 1]), draw.n - 1)
    end = begin + draw.choice([0, draw.source.integer(0, 2), 0, 4])
    return {"from": draw.text(begin), "to": draw.text(end)}


def _group_choice(draw: Draw, row: Row) -> None:
    if not draw.groups or not draw.narrows(40):
        return
    named = draw.choice(draw.groups)["id"]
    row["group"] = draw.choice([named, "done", {"id": named, "open_year_done": True}, "free"])


def _duty(draw: Draw, row: Row) -> None:
    if draw.chance(35):
        row["shifts_done"] = draw.number(0, 4)
    if draw.narrows(25):
        row["legevakt_from"] = draw.text(draw.month(-1, draw.n - 1))


def _allowed(draw: Draw, row: Row) -> list[str]:
    every = [rotation["id"] for rotation in draw.rotations]
    if not draw.narrows(10):
        return every
    row["allowed"] = ["gp", *draw.some(every[1:])]
    return list(row["allowed"])


def _given(draw: Draw, row: Row, allowed: list[str]) -> None:
    """The block that is running, and months in which the rotation is given."""
    start = row["start"] if isinstance(row["start"], str) else row["start"]["earliest"]
    begun = parse_month(start) <= draw.start
    likely = 45 if parse_month(start) < draw.start and row["start"] == start else 6
    if begun and draw.narrows(likely):
        since = max(parse_month(start), draw.start - draw.source.integer(0, 5))
        row["current"] = {"rotation": draw.choice(allowed[::-1]), "since": format_month(since)}
    if draw.narrows(12):
        first = draw.month(max(0, parse_month(start) - draw.start))
        last = min(draw.n - 1, first + draw.source.integer(0, 2))
        row["fixed"] = [{"rotation": draw.choice(allowed[::-1]), "from": draw.text(first), "to": draw.text(last)}]


def _wish(draw: Draw, allowed: list[str]) -> Row:
    row: Row = {"rotation": draw.choice(allowed[::-1])}
    if draw.chance(50):
        row |= draw.half_open()
    if draw.chance(50):
        row["weight"] = draw.at_least_one(1, 3)
    return row


# --- changes to an instance that has been planned ------------------------------------------------------------------


def _more_leave(draw: Draw, tree: Tree) -> None:
    row = draw.choice(tree["candidates"])
    start = row["start"] if isinstance(row["start"], str) else row["start"]["earliest"]
    first = max(0, parse_month(start) - draw.start)
    row.setdefault("leave", []).append(_leave(draw, first))


def _other_places(draw: Draw, tree: Tree) -> None:
    row = draw.choice([arena for arena in tree["arenas"] if arena["service"] != "parallel"])
    row["places"] = [*row.get("places", [{"places": 3}]), {"places": draw.choice([1, 0, 2]), **draw.half_open()}]


def _other_percent(draw: Draw, tree: Tree) -> None:
    row = draw.choice(tree["candidates"])
    row.setdefault("percent", []).append({"percent": draw.choice([50, 80, 100]), **draw.half_open()})


def _rotation_closed(draw: Draw, tree: Tree) -> None:
    draw.choice(tree["rotations"])["max_blocks"] = 0


def _other_lengths(draw: Draw, tree: Tree) -> None:
    row = draw.choice(tree["rotations"])
    row["min_months"] = draw.source.integer(1, 3)
    row["max_months"] = row["min_months"] + draw.source.integer(0, 3)


def _other_starts(draw: Draw, tree: Tree) -> None:
    row = draw.choice(tree["rotations"][1:])
    row["starts"] = [(draw.start + draw.month()) % 12 + 1]
    row["not_before"] = draw.source.integer(0, 4)


def _new_floor(draw: Draw, tree: Tree) -> None:
    draw.choice([arena for arena in tree["arenas"] if arena["service"] != "parallel"])["min_places"] = _floor(draw)


def _new_wish(draw: Draw, tree: Tree) -> None:
    row = draw.choice(tree["candidates"])
    wish = _wish(draw, row.get("allowed") or [rotation["id"] for rotation in tree["rotations"]])
    row.setdefault("wishes", []).append(wish)


def _new_deadline(draw: Draw, tree: Tree) -> None:
    draw.choice(tree["candidates"])["finish_by"] = draw.text(draw.month())


def _other_total(draw: Draw, tree: Tree) -> None:
    tree["rules"]["total"] += draw.choice([1, -1, 2])
    tree["rules"]["total"] = max(tree["rules"]["total"], 0)


def _new_requirement(draw: Draw, tree: Tree) -> None:
    rows = tree.setdefault("requirements", [])
    rotations = draw.some([rotation["id"] for rotation in tree["rotations"]])
    rows.append({"id": f"q{len(rows)}", "rotations": rotations, draw.choice(["min_blocks", "max_months"]): 1})


def _other_practice(draw: Draw, tree: Tree) -> None:
    draw.choice(tree["candidates"])["practice"] = draw.choice(draw.offices[::-1])


def _supervisor_gone(draw: Draw, tree: Tree) -> None:
    if tree.get("supervisors"):
        draw.choice(tree["supervisors"])["to"] = draw.text(draw.month(-1, draw.n - 1))
        _ordered(tree["supervisors"])


def _nothing(_draw: Draw, _tree: Tree) -> None:
    """Planned again, nothing may move."""


def _ordered(rows: list[Row]) -> None:
    """Rows whose months have been turned round lose their first one."""
    for row in rows:
        if row.get("from", "") > row.get("to", "9999"):
            del row["from"]


ALTERATIONS: tuple[Callable[[Draw, Tree], None], ...] = (
    _nothing,
    _more_leave,
    _more_leave,
    _other_places,
    _other_percent,
    _rotation_closed,
    _other_lengths,
    _other_starts,
    _new_floor,
    _new_wish,
    _new_deadline,
    _other_total,
    _new_requirement,
    _other_practice,
    _supervisor_gone,
)


def _drawer_of(source: Source, flavour: Flavour, tree: Tree) -> Draw:
    """What alterations need to know of an instance that is there."""
    draw = Draw(source, flavour, parse_month(tree["horizon"]["start"]), tree["horizon"]["months"])
    draw.offices = [row["id"] for row in tree["arenas"] if row["service"] == OPEN]
    draw.arenas = [row["id"] for row in tree["arenas"] if row["service"] in (OTHER, INSTITUTION)]
    draw.rotations = tree["rotations"]
    return draw


# --- the kinds ------------------------------------------------------------------------------------------------------

REPLANNED = Flavour(
    floors=8,
    groups=8,
    shifts=15,
    supervisors=20,
    goals=20,
    candidates=(1, 1, 2, 2),
    most_months=8,
    tightness=(25, 25, 60),
)


def plain(source: Source) -> Case:
    """A bit of everything, the levels in their usual order, no floors."""
    return Case("plain", instance(source, Flavour()))


def orders(source: Source) -> Case:
    """The levels in any order, some of them left out."""
    return Case("orders", instance(source, Flavour(order=100)))


def floors(source: Source) -> Case:
    """Arenas that need at least so many, rows of none among them."""
    flavour = Flavour(floors=25, order=15, groups=4, shifts=8, candidates=(2, 1, 2, 3), tightness=(25, 25, 60))
    return Case("floors", instance(source, flavour))


def unfinished(source: Source) -> Case:
    """Horizons too short for the training."""
    return Case("unfinished", instance(source, Flavour(unfinished=85, order=15, floors=8, groups=20)))


def ends(source: Source) -> Case:
    """Every number 0, 1 or as long as the horizon."""
    return Case("ends", instance(source, Flavour(at_the_ends=True, order=20, floors=15, groups=15)))


def guidance(source: Source) -> Case:
    """Guidance groups, whole ones of 24 months and short ones."""
    return Case("guidance", instance(source, Flavour(groups=100, order=15, shifts=10, candidates=(1, 1, 2))))


def duty(source: Source) -> Case:
    """Shifts, and goals that wait for them."""
    return Case("duty", instance(source, Flavour(shifts=100, goals=70, order=15, groups=4, candidates=(1, 2, 2))))


def supervised(source: Source) -> Case:
    """Supervisors with few places, for some arenas or some months only."""
    return Case("supervised", instance(source, Flavour(supervisors=100, order=15, floors=5, groups=4)))


def attached(source: Source) -> Case:
    """Arenas with supervisors of their own, exemptions, fixed supervisors, and arenas approved in some months only."""
    flavour = Flavour(supervisors=100, order=15, groups=4, shifts=10, candidates=(1, 2, 2, 2, 3))
    tree = instance(source, flavour)
    draw = _drawer_of(source, flavour, tree)
    for row in tree["arenas"]:
        shifts = row["service"] not in (OPEN, OTHER, INSTITUTION)
        if not shifts and draw.chance(35):
            row["own_supervisor"] = True
            if draw.chance(90):
                _supervisor_of(draw, tree, row["id"])
        if draw.chance(12):
            row["approved"] = [draw.half_open() for _ in range(draw.choice([1, 1, 2]))]
    for row in tree["supervisors"]:
        if draw.chance(20):
            row["specialist"] = False
            row["exempt_to"] = draw.text(draw.month(-1))
            if draw.chance(50):
                del row["specialist"]
    possible = [row["id"] for row in tree["supervisors"] if row.get("specialist", True) or row.get("exempt_to")]
    for row in tree["candidates"] if possible else ():
        if draw.chance(40):
            row["supervisor"] = draw.choice(possible)
    return Case("attached", tree)


def _supervisor_of(draw: Draw, tree: Tree, arena: str) -> None:
    """One attached to the arena, and perhaps to others as well."""
    row: Row = {"id": f"W{len(tree['supervisors'])}", "places": draw.choice([1, 1, 2])}
    row["arenas"] = sorted({arena, *(draw.some(draw.arenas) if draw.chance(30) else [])})
    if draw.chance(20):
        row |= draw.half_open()
    tree["supervisors"].append(row)


def crowd(source: Source) -> Case:
    """Four to six in each other's way: few rotations, short horizons, scarce places."""
    flavour = Flavour(
        order=10,
        floors=3,
        groups=3,
        shifts=8,
        supervisors=15,
        goals=10,
        candidates=(4, 4, 5, 6),
        tightness=(25, 60),
    )
    return Case("crowd", instance(source, flavour))


ODD_PERCENTS = {20: 12.25, 40: 62.5, 50: 37.5, 60: 66.67, 80: 53.33, 150: 137.5}


def quotas(source: Source) -> Case:
    """Two or three municipalities with offices of their own, and quotas of what they share; some planned again."""
    again = Draw(source, Flavour()).chance(30)
    flavour = replace(REPLANNED, groups=25) if again else QUOTAS
    tree = instance(source, flavour)
    draw = _drawer_of(source, flavour, tree)
    if not again:
        return Case("quotas", _with_municipalities(draw, tree))
    before = deepcopy(tree) if draw.chance(50) else _with_municipalities(draw, deepcopy(tree))
    return Case("quotas", _with_municipalities(draw, tree), before, draw.text(draw.month(-1, draw.n - 1)))


QUOTAS = Flavour(order=10, floors=3, groups=30, shifts=5, supervisors=8, goals=12, candidates=(2, 2, 3, 3, 4))


def fairness(source: Source) -> Case:
    """Candidates of two or three municipalities who delay each other; the levels in any order that has fairness."""
    again = Draw(source, Flavour()).chance(20)
    flavour = REPLANNED if again else WAITING
    tree = instance(source, flavour)
    draw = _drawer_of(source, flavour, tree)
    before = deepcopy(tree)
    for each in (tree, before):
        _with_municipalities(draw, each)
    if draw.chance(80):
        del tree["quotas"]
    if draw.chance(50):
        order = _order(draw, (*LEVELS, "fairness"))
        order = order if "fairness" in order else ["fairness", *order]
        tree["objective"] = {"order": ["changes", *order] if again else order}
    return Case("fairness", tree, before, draw.text(draw.month(-1, draw.n - 1))) if again else Case("fairness", tree)


WAITING = Flavour(
    order=0, floors=4, groups=10, shifts=5, supervisors=8, goals=12, candidates=(3, 2, 3, 4), tightness=(60,)
)


def _with_municipalities(draw: Draw, tree: Row) -> Row:
    towns = ["m1", "m2", "m3"][: draw.choice([2, 1, 3])]
    tree["municipalities"] = [{"id": town} for town in towns]
    offices = [row for row in tree["arenas"] if row["id"] in draw.offices]
    for number, row in enumerate(offices):
        row["municipality"] = towns[number % len(towns)]
    having = {row["municipality"] for row in offices}
    for row in tree["candidates"]:
        if draw.chance(80) and (town := draw.choice(towns)) in having | ({town} if row.get("practice") else set()):
            row["municipality"] = town
    shared = [
        *draw.arenas,
        *draw.offices[:1],
        *(row["id"] for table in ("limits", "groups") for row in tree.get(table, ())),
    ]
    tree["quotas"] = [
        {"of": of, "municipality": town, "places": _quota_places(draw)}
        for of in draw.some(shared)
        for town in draw.some(towns)
    ]
    return tree


def _quota_places(draw: Draw) -> list[Row]:
    steps: list[Row] = [{"places": draw.choice([1, 1, 1, 2, 0])}]
    if draw.chance(40):
        steps.append({**draw.window(), "places": draw.choice([0, 1, 2])})
    return steps if draw.chance(85) else steps[1:]


def decimals(source: Source) -> Case:
    """Percents with decimals: of posts, of ceilings, of what others use, and of shared weeks."""
    tree = instance(source, Flavour(order=15, groups=4))
    draw = _drawer_of(source, Flavour(), tree)
    for row in (*tree["arenas"], *tree.get("limits", ()), *tree["candidates"]):
        for step in row.get("percent", ()):
            step["percent"] = ODD_PERCENTS.get(step["percent"], step["percent"])
    for row in tree.get("reservations", ()):
        if "percent" in row:
            row["percent"] = ODD_PERCENTS.get(row["percent"], row["percent"])
    for row in tree["rotations"] if draw.chance(50) else ():
        if len(row["mix"]) == 2:
            less, more = sorted(row["mix"], key=lambda arena: row["mix"][arena])
            row["mix"] |= {less: 33.33, more: 66.67}
    return Case("decimals", tree)


def leaving(source: Source) -> Case:
    """Contracts that end, in all months from the first to after the horizon, and time asked for beyond the total."""
    flavour = Flavour(order=15, floors=4, groups=20, shifts=30, supervisors=15, unfinished=25)
    tree = instance(source, flavour)
    _contracts(_drawer_of(source, flavour, tree), tree, 70)
    return Case("leaving", tree)


def halves(source: Source) -> Case:
    """A year each in two guidance groups: settled, or for the plan to choose. Most is leave: few paths."""
    draw = Draw(source, Flavour())
    draw.start, draw.n = FIRST_YEAR * 12 + source.integer(0, 11), 44
    people = [_half(draw, f"A{number}") for number in range(1, draw.choice([1, 2, 2, 3]) + 1)]
    groups = [
        {"id": f"G{number}", "start": draw.text(draw.choice([0, 1, 6, 12, -6, 13])), "places": draw.choice([1, 1, 2])}
        for number in range(draw.choice([2, 3]))
    ]
    rules = {
        "total": draw.choice([2, 3, 4]), "open_practice_min": 0, "institution_min": draw.choice([0, 1]), "goals": "",
        "legevakt_shifts": 0, "group_required": True, "group_leave_months_max": draw.choice([11, 11, 12, 10]),
    }  # fmt: skip
    tree: Tree = {
        "schema": 1,
        "name": "random",
        "horizon": {"start": draw.text(0), "months": draw.n},
        "rules": rules,
        "arenas": [{"id": "o1", "service": OPEN}, {"id": "w", "service": INSTITUTION, "places": [{"places": 1}]}],
        "rotations": [
            {"id": "gp", "mix": {"practice": 100}, "base": True},
            {"id": "r0", "mix": {"w": 100}, "max_blocks": 2, "min_months": draw.choice([1, 2])},
        ],
        "groups": groups,
        "candidates": people,
    }
    for row in people:
        _in_halves(draw, row, [group["id"] for group in groups])
    return Case("halves", tree)


def _half(draw: Draw, name: str) -> Row:
    """Leave but for a few months here and there."""
    served = sorted({draw.month(0, 40) for _ in range(draw.choice([4, 5, 6, 7]))} | {43})
    row: Row = {"id": name, "start": draw.text(draw.choice([0, 0, 1, 12])), "leave": []}
    first = 0
    for month in served:
        if month > first:
            row["leave"].append({"from": draw.text(first), "to": draw.text(month - 1)})
        first = month + 1
    start = parse_month(row["start"])
    row["leave"] = [leave for leave in row["leave"] if parse_month(leave["to"]) >= start]
    return row


def _in_halves(draw: Draw, row: Row, groups: list[str]) -> None:
    kind = draw.choice(["split", "split", "two", "free", "two", "done"])
    if kind == "split":
        row["group"] = {"split": True}
    elif kind == "two":
        first, second = draw.choice(groups), draw.choice(groups)
        row["group"] = [{"id": first, "year": 1}, {"id": second, "year": 2}]
    else:
        row["group"] = kind


def _contracts(draw: Draw, tree: Tree, percent: int) -> None:
    for row in tree["candidates"]:
        start = row["start"] if isinstance(row["start"], str) else row["start"]["earliest"]
        first = max(0, parse_month(start) - draw.start)
        if draw.chance(percent):
            row["until"] = draw.text(draw.choice([draw.month(first), draw.month(first), draw.n - 1, draw.n + 2, first]))
        for step in row.get("percent", ()):  # at 1 % nobody is done within the years that the program looks ahead
            step["percent"] = max(step["percent"], 40) if step["percent"] else 0
        if draw.chance(percent // 2):
            row["extra_months"] = draw.choice([1, 2, 0.5, 0, 3, draw.n])


def _new_contract(draw: Draw, tree: Tree) -> None:
    _contracts(draw, tree, 60)


OFFICES = Flavour(
    order=15,
    floors=3,
    groups=4,
    shifts=6,
    supervisors=15,
    goals=45,
    candidates=(1, 2, 2, 3),
    most_months=8,
    tightness=(25, 60),
)
RESEATED = replace(OFFICES, order=0, tightness=(25,), goals=25)


def offices(source: Source) -> Case:
    """Offices that close, open and shrink, and candidates whose rows name one after the other."""
    return Case("offices", _with_changing_offices(source, OFFICES))


def reseated(source: Source) -> Case:
    """Such offices, planned, altered a little (an office that closes, another one named), and planned again."""
    before = _with_changing_offices(source, RESEATED)
    draw = _drawer_of(source, RESEATED, before)
    tree = deepcopy(before)
    for _ in range(draw.choice([1, 1, 2])):
        draw.choice([_other_office_rows, _other_office_rows, _other_practice, *ALTERATIONS])(draw, tree)
    return Case("reseated", tree, before, draw.text(draw.month(-1, draw.n - 1)))


def _with_changing_offices(source: Source, flavour: Flavour) -> Tree:
    tree = instance(source, flavour)
    draw = _drawer_of(source, flavour, tree)
    if len(draw.offices) == 1:
        extra = {**tree["arenas"][0], "id": "o2"}
        draw.offices.append("o2")
        tree["arenas"].insert(1, extra)
    for row in tree["arenas"]:
        if row["id"] in draw.offices and draw.chance(60):
            row["places"] = _shrinking(draw)
    if draw.chance(12):
        limit: Row = {"id": "all-offices", "arenas": list(draw.offices)}
        tree.setdefault("limits", []).append({**limit, "places": _shrinking(draw)})
    if draw.chance(15):
        reserved: Row = {"arena": draw.choice(draw.offices), "who": "X", "places": 1, "from": draw.text(draw.month(1))}
        tree.setdefault("reservations", []).append(reserved)
    for row in tree["candidates"]:
        if draw.chance(45):
            row["practice"] = _office_rows(draw)
    return tree


def _shrinking(draw: Draw) -> list[Row]:
    """Places that become fewer, or none, in some month, the first and the last of the horizon often among them."""
    month = draw.choice([draw.month(0), draw.month(1), 0, draw.n - 1])
    first, then = draw.choice([(1, 0), (2, 0), (2, 1), (1, 0), (3, 1), (0, 1)])
    rows: list[Row] = [{"places": first}, {"places": then, "from": draw.text(month)}]
    if draw.chance(20):
        rows.append({"places": draw.choice([1, 2]), "from": draw.text(draw.month(month))})
    return rows


def _office_rows(draw: Draw) -> Any:
    """One office throughout, or one after the other, perhaps none named before or after."""
    month = draw.month(0, draw.n - 1)
    first, then = draw.choice(draw.offices), draw.choice(draw.offices[::-1])
    return draw.choice(
        [
            [{"practice": first, "to": draw.text(month - 1)}, {"practice": then, "from": draw.text(month)}],
            [{"practice": first}, {"practice": then, "from": draw.text(month)}],
            [{"practice": first, "to": draw.text(month)}],
            [{"practice": then, "from": draw.text(month)}],
            first,
        ]
    )


def _other_office_rows(draw: Draw, tree: Tree) -> None:
    row = draw.choice([row for row in tree["arenas"] if row["id"] in draw.offices])
    row["places"] = _shrinking(draw)


def replanning(source: Source) -> Case:
    """An instance that is planned, altered a little, and planned again."""
    before = instance(source, REPLANNED)
    draw = _drawer_of(source, REPLANNED, before)
    tree = deepcopy(before)
    for _ in range(draw.choice([1, 1, 2])):
        draw.choice(ALTERATIONS)(draw, tree)
    return Case("replanning", tree, before, draw.text(draw.month(-1, draw.n - 1)))


def intake(source: Source) -> Case:
    """New candidates on top of a published plan."""
    before = instance(source, REPLANNED)
    draw = _drawer_of(source, REPLANNED, before)
    tree = deepcopy(before)
    start = draw.month(0, draw.n - 1)
    for number in range(1, draw.choice([1, 1, 2]) + 1):
        tree["candidates"].append({"id": f"N{number:02d}", "start": draw.text(start)})
    return Case("intake", tree, before, draw.text(start - 1))


def served(source: Source) -> Case:
    """Candidates with a past in rows: blocks ended and running, gaps, part of the time, another office, elsewhere."""
    flavour = Flavour(
        floors=4,
        order=20,
        groups=25,
        shifts=10,
        supervisors=8,
        goals=60,
        candidates=(1, 1, 2, 2),
        tightness=(25, 25, 60),
    )
    return Case("served", _with_past(source, flavour, leaning=100))


def resumed(source: Source) -> Case:
    """Candidates with a past, planned, altered a little, and planned again."""
    before = _with_past(source, REPLANNED, leaning=25)
    draw = _drawer_of(source, REPLANNED, before)
    tree = deepcopy(before)
    for _ in range(draw.choice([1, 1, 2])):
        draw.choice(ALTERATIONS)(draw, tree)
    return Case("resumed", tree, before, draw.text(draw.month(-1, draw.n - 1)))


ABSENT = Flavour(groups=8, supervisors=10, shifts=15)


def absent(source: Source) -> Case:
    """Days absent by date, with the readings of how much of it is free; some with a past."""
    return Case("absent", _with_absence(source, ABSENT))


def ill(source: Source) -> Case:
    """Somebody is absent, and planned again on top of a published plan that did not know, or not all of it."""
    before = _with_absence(source, replace(REPLANNED, groups=8, supervisors=10))
    draw = _drawer_of(source, REPLANNED, before)
    tree = deepcopy(before)
    for row in draw.some(tree["candidates"]):
        _absences(draw, row)
    return Case("ill", tree, before, draw.text(draw.month(-1, draw.n - 1)))


def _with_absence(source: Source, flavour: Flavour) -> Tree:
    tree = _with_past(source, flavour, leaning=25) if source.integer(0, 2) == 2 else instance(source, flavour)
    draw = _drawer_of(source, flavour, tree)
    if draw.chance(70):
        tree["rules"]["absence_free_share"] = draw.choice([10, 5, 20, 37.5, 3])
        tree["rules"]["absence_counts"] = draw.choice(["excess", "all"])
        tree["rules"]["absence_window"] = draw.choice(["course", "year"])
    for row in tree["candidates"]:
        if draw.chance(90):
            _absences(draw, row)
    return tree


def _absences(draw: Draw, row: Row) -> None:
    """One row after the other, from the month in which the candidate may begin on."""
    window = row["start"] if isinstance(row["start"], dict) else {"earliest": row["start"]}
    served = [each["from"] for each in row.get("served", ()) if "rotation" in each]
    first = min(map(parse_month, [window["earliest"], *served]))
    day = first_day(max(first, draw.start - draw.choice([0, 0, 6])))
    end = first_day(draw.start + draw.n + 2) if "until" not in row else first_day(parse_month(row["until"]) + 1)
    row["absence"] = []
    for _ in range(draw.choice([1, 2, 3, 4])):
        begin = day + timedelta(days=draw.source.integer(0, 45))
        last = begin + timedelta(days=draw.choice([4, 0, 13, 30, 62, draw.source.integer(1, 25)]))
        if last >= end:
            break
        found = {"from": begin.isoformat(), "to": last.isoformat()}
        row["absence"].append(found | ({"percent": draw.choice([50, 20, 66.67])} if draw.chance(40) else {}))
        day = last + timedelta(days=1)


def _with_past(source: Source, flavour: Flavour, leaning: int) -> Tree:
    tree = instance(source, flavour)
    draw = _drawer_of(source, flavour, tree)
    if tree.get("groups") and draw.chance(60):
        _begun(draw, tree)
    for row in tree["candidates"]:
        if draw.chance(85):
            _past(draw, tree, row)
    if draw.chance(leaning):
        _more_asked(draw, tree)
        _leaning(draw, tree)
    return tree


def _begun(draw: Draw, tree: Tree) -> None:
    """A group that began before the horizon, and who is in it."""
    group = tree["groups"][0]
    before = draw.source.integer(1, 5)
    group |= {"start": draw.text(-before), "months": before + draw.source.integer(1, max(1, draw.n // 2)), "places": 2}
    for row in tree["candidates"]:
        if draw.chance(70):
            row["group"] = group["id"]


def _past(draw: Draw, tree: Tree, row: Row) -> None:
    """Rows of what was served, from the latest on; the start is before them, but where it lies in the horizon."""
    if "current" in row and draw.chance(40):
        del row["current"]
    first = _months_served(draw, row)
    row["served"].sort(key=lambda served_row: str(served_row["from"]))
    if draw.chance(25):
        row["served"] += [_elsewhere(draw, tree) for _ in range(draw.choice([1, 1, 2]))]
    if isinstance(row["start"], str) and row["start"] <= draw.text(0):
        row["start"] = draw.text(first - 12)
    elif isinstance(row["start"], dict) and draw.chance(50):
        row["start"]["earliest"] = draw.text(-draw.source.integer(1, 3))
    if draw.chance(60 if "current" in row else 20):
        begin = draw.source.integer(first, -1)
        row.setdefault("leave", []).append({"from": draw.text(begin), "to": draw.text(begin + draw.choice([0, 1]))})
    if draw.chance(25):
        row.setdefault("wishes", []).append(_wish_of_the_past(draw, row))
    if "current" not in row and draw.chance(10):
        row["allowed"] = ["gp", *draw.some([rotation["id"] for rotation in draw.rotations[1:]])]


def _months_served(draw: Draw, row: Row) -> int:
    """The rows with months, before those of `current` or, now and then, of the same; their first month."""
    row["served"] = []
    first = 0
    if "current" in row:
        first = parse_month(row["current"]["since"]) - draw.start
        if first < 0 and draw.chance(30):
            again = next(rotation for rotation in draw.rotations if rotation["id"] == row["current"]["rotation"])
            row["served"].append(_served_row(draw, again, first, draw.source.integer(first, -1)))
    for _ in range(draw.choice([1, 1, 2, 3])):
        last = first - 1 - draw.choice([0, 0, 0, 1, 2])
        first = last - draw.source.integer(0, 3)
        row["served"].append(_served_row(draw, draw.choice(draw.rotations[::-1]), first, last))
    return first


def _served_row(draw: Draw, rotation: Row, first: int, last: int) -> Row:
    row: Row = {"rotation": rotation["id"], "from": draw.text(first), "to": draw.text(last)}
    if draw.chance(50):
        row["percent"] = draw.choice([100, 50, 80, 37.5])
    if "practice" in rotation["mix"] and draw.chance(60):
        row["practice"] = draw.choice(draw.offices)
    if draw.chance(18):
        row["counted"] = False
    return row


def _elsewhere(draw: Draw, tree: Tree) -> Row:
    row: Row = {"category": draw.choice([OPEN, OTHER, INSTITUTION]), "months": draw.choice([1.0, 0.5, 2.0, 1.5])}
    if tree["rules"]["goals"] and draw.chance(50):
        row["goals"] = tree["rules"]["goals"].split(", ")[0]
    return {**row, "what": "locum"}


def _wish_of_the_past(draw: Draw, row: Row) -> Row:
    """For what was served, mostly; in a window that begins or ends before the horizon, or in none."""
    wish = _wish(draw, [served_row["rotation"] for served_row in row["served"] if "rotation" in served_row])
    for side, month in (("from", draw.month(-5, 0)), ("to", draw.month(-2, 3))):
        wish.pop(side, None)
        if draw.chance(50):
            wish[side] = draw.text(month)
    if draw.chance(25):
        wish["rotation"] = draw.choice(draw.rotations)["id"]
    return wish


def _more_asked(draw: Draw, tree: Tree) -> None:
    """What has been served is not all that is asked for."""
    done = max(sum(1 for row in one.get("served", ()) if "rotation" in row) for one in tree["candidates"])
    tree["rules"]["total"] += draw.source.integer(0, 2 * done)
    tree["rules"]["institution_min"] += draw.choice([0, 0, 1])


def _leaning(draw: Draw, tree: Tree) -> None:
    """Rules that the past has a say in: what comes after what, and how much of it is asked for or let."""
    names = [row["id"] for row in tree["rotations"]]
    if draw.chance(35):
        draw.choice(tree["rotations"][1:])["not_before"] = draw.source.integer(1, 7)
    if draw.chance(35):
        row = draw.choice(tree["rotations"][1:])
        row["after"] = [draw.choice([name for name in names if name != row["id"]])]
    if draw.chance(25):
        row = draw.choice(tree["rotations"][1:])
        row["min_months"] = draw.choice([2, 3])
        row["max_months"] = max(row["min_months"], row.get("max_months", 4))
    if draw.chance(50):
        kind = draw.choice(["min_months", "max_months", "max_blocks", "min_blocks"])
        asked = {"id": "past", "rotations": draw.some(names[1:]), kind: draw.source.integer(0, 4)}
        tree["requirements"] = [*tree.get("requirements", []), asked]


CONTESTED = Flavour(order=10, floors=0, candidates=(2, 2, 3), tightness=(60,))


def history(source: Source) -> Case:
    """Wishes of much the same weight, by people who lost more or less before; fixed rows that exempt from nothing."""
    tree = instance(source, CONTESTED)
    draw = _drawer_of(source, CONTESTED, tree)
    for row in tree["candidates"]:
        if "wishes" not in row:
            row["wishes"] = [_wish(draw, row.get("allowed") or [one["id"] for one in tree["rotations"]])]
        if draw.chance(75):
            row["lost_before"] = draw.choice([1, 0, 2, 5])
        for block in row.get("fixed", ()):
            block["exempt"] = draw.chance(30)
    return Case("history", tree)


KINDS: dict[str, Callable[[Source], Case]] = {
    kind.__name__: kind
    for kind in (
        plain,
        orders,
        floors,
        unfinished,
        ends,
        guidance,
        duty,
        supervised,
        attached,
        leaving,
        halves,
        crowd,
        quotas,
        fairness,
        decimals,
        offices,
        reseated,
        served,
        absent,
        ill,
        replanning,
        intake,
        resumed,
        history,
    )
}


def case_of(kind: str, seed: int) -> Case:
    """The instance that a seed gives."""
    return KINDS[kind](Seeded(Random(f"{kind} {seed}")))
