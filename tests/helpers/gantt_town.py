"""A town with a plan that looks real, drawn without solving; and what it takes for a page to be tidy."""

from __future__ import annotations

import itertools
import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.patches import Polygon, Rectangle

from scheduler.instance.types import (
    PRACTICE,
    Arena,
    Candidate,
    Group,
    GroupChoice,
    Instance,
    Named,
    Reservation,
    Rotation,
    Rules,
    Span,
    Step,
    Steps,
    Supervisor,
)
from scheduler.month import Month, parse_month
from scheduler.plan import Plan, PlanCandidate, PlanMonth
from scheduler.report.gantt import Chart, draw_pages
from scheduler.report.sheet import Sheet
from scheduler.report.standing import PlanStanding
from scheduler.report.style import ELLIPSIS
from tests.helpers.categories import INSTITUTION, OPEN, OTHER, categories

START = parse_month("2026-09")
END = START + 96
DPI = 100
O, G, I = OPEN, OTHER, INSTITUTION  # noqa: E741

# --- a town like Sarpsborg -------------------------------------------------------------------------------------------

ARENAS = (
    ("hospital", "Sykehus", I, [Step(1), Step(2, START + 24)]),
    ("kad4a", "KAD/ØHD (institusjonstjeneste)", I, [Step(2), Step(3, START + 16)]),
    ("kad4", "KAD/ØHD (allmenntjeneste)", G, [Step(2)]),
    ("nursing-home", "Sykehjem", G, [Step(2)]),
    ("family-centre", "Helsestasjon og skolehelsetjeneste", G, [Step(2), Step(3, START + 60)]),
    ("prison", "Fengselshelsetjeneste", G, [Step(1)]),
    ("admin", "Kommunal administrasjon", G, None),
    ("refugee", "Flyktninghelsetjeneste", G, [Step(1)]),
)
ROTATIONS: dict[str, tuple[str, dict[str, int]]] = {
    "gp": ("Fastlege", {PRACTICE: 100}),
    "hospital": ("Sykehus", {"hospital": 100}),
    "kad4a": ("KAD/ØHD (institusjonstjeneste)", {"kad4a": 100}),
    "kad4": ("KAD/ØHD (allmenntjeneste)", {"kad4": 100}),
    "nursing-home": ("Sykehjem", {"nursing-home": 100}),
    "gp80-clinic20": ("Fastlege 80 % + helsestasjon 20 %", {PRACTICE: 80, "family-centre": 20}),
    "clinic": ("Helsestasjon", {"family-centre": 100}),
    "gp70-prison30": ("Fastlege 70 % + fengsel 30 %", {PRACTICE: 70, "prison": 30}),
    "gp50-admin50": ("Fastlege 50 % + administrasjon 50 %", {PRACTICE: 50, "admin": 50}),
    "gp80-refugee20": ("Fastlege 80 % + flyktninghelse 20 %", {PRACTICE: 80, "refugee": 20}),
}
NAMES = (
    "Kari Nordmann", "Ola Hansen", "Ingrid Bergstrøm-Kristoffersen", "Bjørn Aas", "Åse Øvergård", "Mohammed Al-Rashid",
    "Guro Li", "Sindre Haugen", "Thea Solbakken", "Per-Kristian von der Lippe Haugland-Rasmussen", "Liv Moen",
    "Jonas Eide", "Anna Kowalska", "Nils Vik", "Hanne Dahl", "Erik Lund", "Siri Foss", "Tor Ruud",
)  # fmt: skip


def arena(id_: str, name: str, service: str, places: Sequence[Step] | None) -> Arena:
    steps = Steps(tuple(places)) if places is not None else None
    empty: frozenset[int] = frozenset()
    return Arena(id_, name, service, service == O, None, empty, empty, empty, 10_000, steps, None, None, None, None)


def rotation(id_: str, name: str, mix: dict[str, int], services: dict[str, str]) -> Rotation:
    shares: dict[str, int] = {}
    for key, share in mix.items():
        shares[services[key]] = shares.get(services[key], 0) + share
    starts = frozenset(range(1, 13))
    return Rotation(id_, name, mix, shares, shares.get(O, 0), id_ == "gp", 6, None, 1, starts, 0, True, ())


RULES = Rules(
    "forskrift-2019", 600_000, categories(
        open_practice_min=240_000, institution_min=60_000, open_practice_cap=540_000, other_general_cap=300_000,
        general_cap=540_000, institution_cap=120_000,
    ), frozenset(), 10_000, 40, 4, True, 2, 50, None, 0, 42.0, 15.75,
)  # fmt: skip


def candidate(number: int, name: str) -> Candidate:
    return Candidate(
        id=f"A{number:02d}", name=name, start_earliest=START, start_latest=START, window_from=START,
        practice=Named(), post=None,
        percent=Steps((), 100), leave=(), credited={}, months_done=0, goals_done=frozenset(), group=GroupChoice(),
        shifts_done=0, legevakt_arena=None, legevakt_from=None, supervisor=Named(), current=None, fixed=(), wishes=(),
        allowed=tuple(ROTATIONS), finish_by=None, rules=RULES,
    )  # fmt: skip


@dataclass
class Town:
    """An instance and a plan that look real: rotations within places, part-time, leave, groups, delays."""

    instance: Instance
    plan: Plan

    @classmethod
    def of(cls, n: int = 18, seed: int = 4) -> Town:
        people = [
            replace(candidate(number, NAMES[(number - 1) % len(NAMES)]), leave=_leave(number - 1))
            for number in range(1, n + 1)
        ]
        offices = [arena(f"office-{at:02d}", f"Legekontor {at}", O, [Step(2)]) for at in range(1, max(2, n // 2) + 1)]
        arenas = {each.id: each for each in [arena(*row) for row in ARENAS] + offices}
        services = {key: each.service for key, each in arenas.items()} | {PRACTICE: O}
        rotations = {key: rotation(key, *row, services) for key, row in ROTATIONS.items()}
        groups = {
            f"G{2026 + at // 2}{'VH'[at % 2]}": Group(f"G{2026 + at // 2}{'VH'[at % 2]}", Span(first, first + 24), 8)
            for at, first in enumerate(range(START - 7, START + 66, 6))
        }
        supervisors = {
            f"V{at:02d}": Supervisor(f"V{at:02d}", "", Steps((Step(3),)), True, frozenset()) for at in range(1, 9)
        }
        lis1 = Reservation("nursing-home", "LIS1", Span(START + 6, START + 12), 100, 1)
        instance = Instance(
            "Sarpsborg 2026", START, END, RULES, arenas, {}, (lis1,), rotations, (), groups, supervisors,
            {each.id: each for each in people}, (), "1a2b3c4d5e6f7890" * 4,
        )  # fmt: skip
        planner = _Planner(instance, [each.id for each in offices], random.Random(seed))
        return cls(instance, _plan(instance, [planner.candidate(each.id, at) for at, each in enumerate(people)]))


def _first(at: int) -> Month:
    """When the candidate in that place of the list starts."""
    return START + 6 * (at % 4) * (at % 3 > 0)


def _leave(at: int) -> tuple[Span, ...]:
    return (Span(_first(at) + 20, _first(at) + 30),) if at % 18 in (4, 9) else ()


def _plan(instance: Instance, candidates: list[PlanCandidate]) -> Plan:
    tree: dict[str, Any] = {
        "schema": 1,
        "tool": {"name": "alis-scheduler", "version": "0.1.0", "ortools": "9.15.6755"},
        "instance": {"name": instance.name, "sha256": instance.sha256},
        "status": "optimal",
        "objectives": [
            {"id": "delay", "value": 5, "bound": 5, "proved": True},
            {"id": "wishes", "value": 2, "bound": 2, "proved": True},
            {"id": "moves", "value": 71, "bound": 71, "proved": True},
        ],
        "run": {"seconds": 1.0, "seed": 0, "workers": 1, "strategy": "otherwise"},
    }
    return Plan.model_validate(tree).model_copy(update={"candidates": candidates})


class _Planner:
    """Places candidates one at a time, each rotation where it still has room."""

    def __init__(self, instance: Instance, offices: list[str], chance: random.Random) -> None:
        self.instance, self.offices, self.chance = instance, offices, chance
        self.heads: dict[tuple[str, Month], int] = {}

    def candidate(self, id_: str, at: int) -> PlanCandidate:
        first = _first(at)
        percent = {2: 60, 5: 80, 11: 80}.get(at % 18, 100)
        length = round(6000 / percent) if at % 18 != 4 else 70
        away = {month for span in _leave(at) for month in span.months()}
        reduced = range(first + 30, first + 42) if at % 18 in (4, 13) else range(0)
        end = min(first + length + len(away), END)
        rotations = self._rotations(first, end, away)
        months = [
            PlanMonth(month=month, rotation=None, percent=0)
            if month in away
            else PlanMonth(month=month, rotation=rotations[month], percent=80 if month in reduced else percent)
            for month in range(first, end)
        ]
        delay = {3: 3, 6: 1, 14: 1}.get(at % 18, 0)
        unfinished = first + length + len(away) > END
        group = None if at % 18 == 15 else list(self.instance.groups)[(first - START + 7) // 6 + 2 + at % 2]
        tree: dict[str, Any] = {
            "id": id_, "start": first, "finish": None if unfinished else end - 1, "earliest_finish": end - 1 - delay,
            "delay": delay, "unfinished": unfinished, "projected_finish": first + length if unfinished else None,
            "practice": self.offices[at % len(self.offices)], "group": group,
            "open_group_year": 1 + at % 2 if group else None,
            "months": months, "blocks": [], "supervisors": [],
            "service": {"open_practice": 48, "other_general": 6, "institution": 6, "counted": 60, "uncounted": 0},
        }  # fmt: skip
        if at % 3:
            tree["supervisors"] = [{"id": f"V{1 + at % 8:02d}", "from": first, "to": end - 1}]
        return PlanCandidate.model_validate(tree)

    def _rotations(self, first: Month, end: Month, away: set[Month]) -> dict[Month, str]:
        chosen = dict.fromkeys(range(first, end), "gp")
        wanted = [self.chance.choice(["hospital", "kad4a"]), self.chance.choice(["kad4", "nursing-home", "clinic"])]
        wanted += self.chance.sample(["gp80-clinic20", "gp70-prison30", "gp50-admin50", "gp80-refugee20"], 1)
        for name in wanted:
            length = {"gp80-clinic20": 12, "gp50-admin50": 3, "nursing-home": 4}.get(name, 6)
            for start in range(first + 12, end - length, 1):
                span = range(start, start + length)
                if all(chosen[month] == "gp" and month not in away and self._free(name, month) for month in span):
                    chosen.update(dict.fromkeys(span, name))
                    self._take(name, span)
                    break
        return chosen

    def _free(self, name: str, month: Month) -> bool:
        steps = [(key, self.instance.arenas[key].places) for key in ROTATIONS[name][1] if key != PRACTICE]
        return all(places is None or self.heads.get((key, month), 0) < places.at(month) for key, places in steps)

    def _take(self, name: str, span: range) -> None:
        for key, month in itertools.product(ROTATIONS[name][1], span):
            self.heads[key, month] = self.heads.get((key, month), 0) + 1


def town(n: int = 18) -> Town:
    return Town.of(n)


def chart_of(which: Town, **options: Any) -> Chart:
    """The town's chart. Its plan only looks real: unless a test asks, it is drawn as one that the check has passed."""
    return Chart.of(which.instance, which.plan, **{"standing": PlanStanding.after_check(which.plan, ()), **options})


def pages(which: Town, **options: Any) -> list[Sheet]:
    return draw_pages(chart_of(which, **options), DPI)


def words(sheets: Sequence[Sheet]) -> list[str]:
    return [text.get_text() for sheet in sheets for text, _ in sheet.written]


def rectangles(sheet: Sheet) -> list[Rectangle]:
    return [artist for artist in sheet.figure.get_children() if isinstance(artist, Rectangle)]


def with_candidate(which: Town, at: int, **changes: Any) -> Town:
    candidates = list(which.plan.candidates)
    candidates[at] = candidates[at].model_copy(update=changes)
    return Town(which.instance, which.plan.model_copy(update={"candidates": candidates}))


# --- nothing overlaps, nothing is cut --------------------------------------------------------------------------------

Extent = tuple[float, float, float, float]


def extents(sheet: Sheet) -> list[Extent]:
    """Left, top, right, bottom of every text as the renderer draws it, in points, y downward."""
    canvas = sheet.figure.canvas
    assert isinstance(canvas, FigureCanvasAgg)
    renderer = canvas.get_renderer()  # type: ignore[no-untyped-call]
    scale = 72 / DPI
    found = []
    for text, _ in sheet.written:
        box = text.get_window_extent(renderer)
        top, bottom = sheet.paper.height - box.y1 * scale, sheet.paper.height - box.y0 * scale
        found.append((box.x0 * scale, top, box.x1 * scale, bottom))
    return found


def assert_tidy(sheet: Sheet) -> None:
    slack = 0.9  # points; the renderer rounds to pixels
    drawn = extents(sheet)
    for (text, box), (left, top, right, bottom) in zip(sheet.written, drawn, strict=True):
        inside = left >= box.x - slack and right <= box.right + slack
        inside = inside and top >= box.y - slack and bottom <= box.bottom + slack
        assert inside, f"{text.get_text()!r} leaves its box"
        assert min(left, top) >= 0
        assert right <= sheet.paper.width
        assert bottom <= sheet.paper.height
    order = sorted(range(len(drawn)), key=lambda at: drawn[at][0])
    for position, one in enumerate(order):
        for other in order[position + 1 :]:
            if drawn[other][0] >= drawn[one][2] - slack:
                break
            apart = drawn[one][1] >= drawn[other][3] - slack or drawn[other][1] >= drawn[one][3] - slack
            assert apart, f"{sheet.written[one][0].get_text()!r} over {sheet.written[other][0].get_text()!r}"
    assert_marks_free(sheet, drawn)


def assert_marks_free(sheet: Sheet, drawn: Sequence[Extent]) -> None:
    """No word lies under the black diamond of a finish."""
    for patch in sheet.figure.get_children():
        if not isinstance(patch, Polygon) or len(patch.get_xy()) != 5:
            continue
        xs, ys = patch.get_xy().T
        if xs.max() - xs.min() < 5:  # the small one of the earliest finish sits on the bar's edge
            continue
        for at, (left, top, right, bottom) in enumerate(drawn):
            apart = right <= xs.min() + 0.5 or left >= xs.max() - 0.5 or bottom <= ys.min() or top >= ys.max()
            assert apart, f"{sheet.written[at][0].get_text()!r} under a finish"


def cut_words(sheets: Sequence[Sheet]) -> list[str]:
    return [word for word in words(sheets) if word.endswith(ELLIPSIS)]


def shifted(which: Town) -> Town:
    """The plan before: every third candidate's months two later, the fifth under another id, the eighth elsewhere."""
    candidates = []
    for at, entry in enumerate(which.plan.candidates):
        if at % 3 == 2:
            months = [each.model_copy(update={"month": each.month + 2}) for each in entry.months]
            finish = None if entry.finish is None else entry.finish + 2
            entry = entry.model_copy(update={"months": months, "finish": finish})
        if at == 4:
            entry = entry.model_copy(update={"id": "OLD1"})
        if at == 7:
            entry = entry.model_copy(update={"group": "G2029H", "practice": "office-01"})
        candidates.append(entry)
    return Town(which.instance, which.plan.model_copy(update={"candidates": candidates}))
