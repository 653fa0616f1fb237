"""The chart: what is on it, that nothing overlaps or is cut, and that no text of a user breaks it."""

from __future__ import annotations

import itertools
import random
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import matplotlib as mpl
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.image import imread
from matplotlib.patches import Rectangle

from scheduler.instance.types import (
    PRACTICE,
    Arena,
    Candidate,
    Group,
    GroupChoice,
    Instance,
    Reservation,
    Rotation,
    Rules,
    Service,
    Span,
    Step,
    Steps,
    Supervisor,
)
from scheduler.month import Month, parse_month
from scheduler.plan import Plan, PlanCandidate, PlanMonth, Status
from scheduler.report import style
from scheduler.report.gantt import By, Chart, _lanes, _stays, draw_gantt, draw_pages
from scheduler.report.style import PaperName, Sheet, clean

START = parse_month("2026-09")
END = START + 96
DPI = 100
O, G, I = Service.OPEN_PRACTICE, Service.OTHER_GENERAL, Service.INSTITUTION  # noqa: E741

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


def arena(id_: str, name: str, service: Service, places: Sequence[Step] | None) -> Arena:
    steps = Steps(tuple(places)) if places is not None else None
    empty: frozenset[int] = frozenset()
    return Arena(id_, name, service, None, empty, empty, empty, 10_000, steps, None, None, None, None)


def rotation(id_: str, name: str, mix: dict[str, int], services: dict[str, Service]) -> Rotation:
    shares: dict[Service, int] = {}
    for key, share in mix.items():
        shares[services[key]] = shares.get(services[key], 0) + share
    starts = frozenset(range(1, 13))
    return Rotation(id_, name, mix, shares, id_ == "gp", 6, None, 1, starts, 0, True, ())


RULES = Rules(
    "forskrift-2019", 600_000, 240_000, 60_000, 540_000, 300_000, 540_000, 120_000, frozenset(), 10_000, 40, 4, True,
    2, 50, None, 0, 42.0, 15.75,
)  # fmt: skip


def candidate(number: int, name: str) -> Candidate:
    return Candidate(
        id=f"A{number:02d}", name=name, start_earliest=START, start_latest=START, practice=None, post=None,
        percent=Steps((), 100), leave=(), credited={}, months_done=0, goals_done=frozenset(), group=GroupChoice(),
        shifts_done=0, legevakt_arena=None, legevakt_from=None, supervisor=None, current=None, fixed=(), wishes=(),
        allowed=tuple(ROTATIONS), finish_by=None, rules=RULES,
    )  # fmt: skip


@dataclass
class Town:
    """An instance and a plan that look real: rotations within places, part-time, leave, groups, delays."""

    instance: Instance
    plan: Plan

    @classmethod
    def of(cls, n: int = 18, seed: int = 4) -> Town:
        people = [candidate(number, NAMES[(number - 1) % len(NAMES)]) for number in range(1, n + 1)]
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


def _plan(instance: Instance, candidates: list[PlanCandidate]) -> Plan:
    tree: dict[str, Any] = {
        "schema": 1,
        "tool": {"name": "alis-scheduler", "version": "0.1.0", "ortools": "9.15.6755"},
        "instance": {"name": instance.name, "sha256": instance.sha256},
        "status": "optimal",
        "objectives": [
            {"id": "delay", "value": 5, "bound": 5, "proved": True},
            {"id": "wishes", "value": 2, "bound": 2, "proved": True},
            {"id": "moves", "value": 71, "bound": 68, "proved": False},
        ],
        "run": {"seconds": 1.0, "seed": 0, "workers": 1, "strategy": "test"},
    }
    return Plan.model_validate(tree).model_copy(update={"candidates": candidates})


class _Planner:
    """Places candidates one at a time, each rotation where it still has room."""

    def __init__(self, instance: Instance, offices: list[str], chance: random.Random) -> None:
        self.instance, self.offices, self.chance = instance, offices, chance
        self.heads: dict[tuple[str, Month], int] = {}

    def candidate(self, id_: str, at: int) -> PlanCandidate:
        first = START + 6 * (at % 4) * (at % 3 > 0)
        percent = {2: 60, 5: 80, 11: 80}.get(at % 18, 100)
        length = round(6000 / percent) if at % 18 != 4 else 70
        away = set(range(first + 20, first + 30)) if at % 18 in (4, 9) else set()
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


def pages(which: Town, **options: Any) -> list[Sheet]:
    return draw_pages(Chart.of(which.instance, which.plan, **options), DPI)


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


@pytest.mark.parametrize("paper", ["a3", "a4", "screen"])
@pytest.mark.parametrize("n", [1, 18, 60])
def test_no_text_overlaps_or_is_cut(n: int, paper: PaperName) -> None:
    for sheet in pages(town(n), paper=paper, today=START + 7):
        assert_tidy(sheet)


@pytest.mark.parametrize("paper", ["a3", "a4", "screen"])
@pytest.mark.parametrize("by", ["arena", "group"])
def test_no_text_overlaps_in_the_other_views(by: By, paper: PaperName) -> None:
    for sheet in pages(town(24), by=by, paper=paper, today=START + 20, lang="en"):
        assert_tidy(sheet)


@pytest.mark.parametrize(("first", "months"), [(0, 1), (4, 14), (0, 240)])
def test_no_text_overlaps_in_short_and_long_ranges(first: int, months: int) -> None:
    for sheet in pages(town(4), paper="a4", start=START + first, end=START + first + months):
        assert_tidy(sheet)


@pytest.mark.parametrize(("paper", "n_pages"), [("a3", 1), ("a4", 1), ("screen", 1)])
def test_eighteen_candidates_fit_on_one_page(paper: PaperName, n_pages: int) -> None:
    assert len(pages(town(18), paper=paper)) == n_pages


def test_every_candidate_is_on_exactly_one_page_and_pages_are_even() -> None:
    which = town(60)
    ids = list(which.instance.candidates)
    rows = [[word for word in words([sheet]) if word in ids] for sheet in pages(which, paper="a4")]
    assert list(itertools.chain(*rows)) == ids
    assert max(map(len, rows)) - min(map(len, rows)) <= len(rows)


# --- what is said ----------------------------------------------------------------------------------------------------


def test_a_row_says_who_group_guide_finish_and_delay() -> None:
    said = words(pages(town()))
    assert {"A04", "Bjørn Aas", "G2028V · Legekontor 4", "aug. 2031", "+3 md."} <= set(said)


def test_an_unfinished_candidate_has_a_projected_month() -> None:
    said = words(pages(town()))
    assert "→ jan. 2036" in said
    assert "ikke ferdig" in said


def test_part_time_is_told_where_it_changes() -> None:
    said = words(pages(town()))
    assert "Fastlege 60 %" in said  # A03, from the start
    assert "Fastlege 100 %" in said  # A05, back from 80 %


def test_part_time_bars_are_lower() -> None:
    small = town(1)
    first = small.plan.candidates[0].first
    months = [PlanMonth(month=first + at, rotation="gp", percent=100 if at < 20 else 60) for at in range(40)]
    sheet = pages(with_candidate(small, 0, months=months, group=None))[0]
    wide = [each for each in rectangles(sheet) if each.get_width() > 150 and each.get_linewidth() > 0]
    assert len(wide) == 2
    line = 0.5  # the edge is drawn inside
    assert (wide[1].get_height() + line) / (wide[0].get_height() + line) == pytest.approx(0.6, abs=0.001)


def test_hatching_is_for_leave_only() -> None:
    which = town()
    leave = [part for one in which.plan.candidates for part in chart_of(which).segments(one) if part.rotation is None]
    hatched = [each for each in rectangles(pages(which)[0]) if each.get_hatch()]
    assert len(leave) == 2
    assert len(hatched) == len(leave) + 1  # and the legend's


def chart_of(which: Town, **options: Any) -> Chart:
    return Chart.of(which.instance, which.plan, **options)


def test_ambiguous_short_names_give_way_to_ids_and_the_legend_says_which() -> None:
    said = words(pages(town()))
    assert "kad4a" in said
    assert "KAD/ØHD" not in said
    assert "kad4a: KAD/ØHD (institusjonstjeneste)" in said


def test_a_shared_week_is_coloured_by_its_share_outside_the_practice() -> None:
    chart = chart_of(town())
    assert "Helsestasjon 20 %" in chart.forms["gp80-clinic20"]
    assert style.family_arena(chart.instance.rotations["gp80-clinic20"]) == "family-centre"


def test_the_footer_says_how_good_the_plan_is() -> None:
    which = town(1)
    (status,) = [word for word in words(pages(which)) if word.startswith("Planen er")]
    assert status == (
        "Planen er bevist optimal  ·  utsettelse i md. 5 (bevist)  ·  tapte ønsker 2 (bevist)  ·  "
        "blokker 71 (best mulig: 68)"
    )
    feasible = Town(which.instance, which.plan.model_copy(update={"status": Status.FEASIBLE, "objectives": []}))
    assert "Planen er gjennomførbar, ikke bevist optimal" in words(pages(feasible))
    assert "The plan is feasible, not proved optimal" in words(pages(feasible, lang="en"))
    assert "inndata 1a2b3c4d  ·  alis-scheduler 0.1.0" in words(pages(which))


def test_a_long_footer_keeps_the_delay() -> None:
    which = town(1)
    many = which.plan.objectives + [which.plan.objectives[2].model_copy(update={"id": f"own-{at}"}) for at in range(12)]
    said = words(pages(Town(which.instance, which.plan.model_copy(update={"objectives": many})), paper="a4"))
    assert "Planen er bevist optimal  ·  utsettelse i md. 5 (bevist)" in said


def test_today_is_marked_only_when_it_is_in_the_chart() -> None:
    assert "I dag" in words(pages(town(1), today=START + 3))
    assert "I dag" not in words(pages(town(1), today=START - 1))


def test_without_a_plan_the_page_says_so() -> None:
    which = town(1)
    empty = Town(which.instance, which.plan.model_copy(update={"candidates": [], "status": Status.INFEASIBLE}))
    assert "Det er ingen plan å vise: bevist umulig." in words(pages(empty))


# --- arenas and groups -----------------------------------------------------------------------------------------------


def test_an_arena_tells_how_much_of_its_places_is_used() -> None:
    which = town()
    heads = sum(month.rotation == "hospital" for one in which.plan.candidates for month in one.months)
    there = 24 * 1 + 72 * 2
    assert f"{100 * heads // there} %" in words(pages(which, by="arena"))
    assert "1–2 plasser" in words(pages(which, by="arena"))


def test_others_who_use_a_place_are_shown() -> None:
    assert "LIS1" in words(pages(town(), by="arena"))


def test_every_stay_is_in_exactly_one_lane_and_lanes_do_not_overlap() -> None:
    chart = chart_of(town(40), by="arena")
    for key, stays in _stays(chart).items():
        lanes = _lanes(chart, chart.instance.arenas[key], stays)
        assert sorted(map(repr, itertools.chain(*lanes))) == sorted(map(repr, stays))
        for lane in lanes:
            assert all(one.end <= other.start for one, other in itertools.pairwise(lane))


def test_a_group_lists_its_members() -> None:
    which = town()
    members = sum(one.group == "G2027H" for one in which.plan.candidates)
    said = words(pages(which, by="group"))
    assert f"{members} av 8 plasser" in said
    assert said[said.index("G2027H") :].index("A01") < said[said.index("G2027H") :].index("G2028V")
    assert "Uten gruppe i planen" in said


# --- text of users is data -------------------------------------------------------------------------------------------

NASTY = (
    "$x^2$ and $", "Kari\x00\x07\nNordmann", "🙂 Ola 👩‍⚕️", "", " ", "محمد", "名前", "\ud800", "{id} %s \\frac",
    "Å" * 3000, "<b>&amp;", "e\u0301\u200b\u202e",
)  # fmt: skip


@pytest.mark.parametrize("by", ["candidate", "arena", "group"])
def test_no_text_of_a_user_breaks_the_chart(by: By, tmp_path: Path) -> None:
    which = town(len(NASTY))
    people = {
        key: replace(person, name=name)
        for (key, person), name in zip(which.instance.candidates.items(), NASTY, strict=True)
    }
    rotations = {
        key: replace(each, name=NASTY[at % 12]) for at, (key, each) in enumerate(which.instance.rotations.items())
    }
    arenas = {
        key: replace(each, name=NASTY[(at + 3) % 12]) for at, (key, each) in enumerate(which.instance.arenas.items())
    }
    instance = replace(which.instance, candidates=people, rotations=rotations, arenas=arenas)
    named = which.plan.instance.model_copy(update={"name": NASTY[0] + NASTY[2]})
    nasty = Town(instance, which.plan.model_copy(update={"instance": named}))
    for sheet in pages(nasty, by=by, paper="a4"):
        assert_tidy(sheet)
    (path,) = draw_gantt(nasty.instance, nasty.plan, tmp_path / "nasty.svg", by=by, dpi=DPI)
    ElementTree.parse(path)


def test_dollars_are_dollars() -> None:
    which = town(1)
    people = {key: replace(person, name="$x^2$") for key, person in which.instance.candidates.items()}
    (sheet,) = pages(Town(replace(which.instance, candidates=people), which.plan))
    assert all(not text.get_parse_math() for text, _ in sheet.written)
    assert "$x^2$" in words([sheet])


@pytest.mark.parametrize(
    ("given", "drawn"),
    [
        ("Kari\tNord\r\nmann", "Kari Nord mann"),
        ("🙂", "?"),
        ("a\x00b", "a?b"),
        ("", ""),
        ("e\u0301", "é"),
        ("a\u200bb", "ab"),
    ],
)
def test_clean(given: str, drawn: str) -> None:
    assert clean(given) == drawn


@pytest.mark.parametrize("by", ["candidate", "arena", "group"])
def test_anonymous_charts_name_nobody(by: By) -> None:
    which = town()
    said = " ".join(words(pages(which, by=by, anonymise=True)))
    assert "K1" in said
    secrets = [*which.instance.candidates, *which.instance.supervisors, "Legekontor", "LIS1"]
    secrets += [part for name in NAMES for part in name.split() if len(part) > 2]
    assert [secret for secret in secrets if secret in said] == []


# --- colours ---------------------------------------------------------------------------------------------------------


def grey(colour: str) -> float:
    red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    return 0.299 * red + 0.587 * green + 0.114 * blue


def test_no_two_families_have_the_same_grey() -> None:
    colours = [family.colour for family in style.families(town().instance).values()]
    greys = sorted(map(grey, colours))
    assert len(colours) == 9
    assert min(high - low for low, high in itertools.pairwise(greys)) >= 12


def test_text_on_every_colour_is_readable() -> None:
    for family in style.families(town().instance).values():
        one, other = sorted([style.luminance(family.colour), style.luminance(style.ink_on(family.colour))])
        assert (other + 0.05) / (one + 0.05) >= 4.5


def test_families_are_in_a_fixed_order_whatever_the_plan_uses() -> None:
    order = list(style.families(town(1).instance))
    assert order == list(style.families(town(40).instance))
    assert order[:3] == [PRACTICE, "hospital", "kad4a"]


# --- files -----------------------------------------------------------------------------------------------------------


def test_a_picture_has_the_size_of_the_paper(tmp_path: Path) -> None:
    which = town(2)
    (path,) = draw_gantt(which.instance, which.plan, tmp_path / "deep" / "gantt.png", dpi=40)
    height, width, _ = imread(path).shape
    assert (width, height) == pytest.approx((420 / 25.4 * 40, 297 / 25.4 * 40), abs=1)


def test_pages_are_numbered_files_or_one_pdf(tmp_path: Path) -> None:
    which = town(40)
    paths = draw_gantt(which.instance, which.plan, tmp_path / "gantt.png", paper="a4", dpi=30)
    assert [path.name for path in paths] == ["gantt.png", "gantt-2.png"]
    (pdf,) = draw_gantt(which.instance, which.plan, tmp_path / "gantt.pdf", paper="a4", dpi=30)
    assert pdf.read_bytes().count(b"/Type /Page ") == 2
    assert sorted(path.name for path in tmp_path.iterdir()) == ["gantt-2.png", "gantt.pdf", "gantt.png"]


@pytest.mark.parametrize("suffix", [".png", ".svg", ".pdf"])
def test_the_same_plan_gives_the_same_bytes(suffix: str, tmp_path: Path) -> None:
    which = town(2)
    files = [draw_gantt(which.instance, which.plan, tmp_path / f"{at}{suffix}", dpi=40)[0] for at in range(2)]
    assert files[0].read_bytes() == files[1].read_bytes()


def test_wrong_files_and_ranges_are_refused(tmp_path: Path) -> None:
    which = town(1)
    with pytest.raises(ValueError, match="jpg"):
        draw_gantt(which.instance, which.plan, tmp_path / "gantt.jpg")
    with pytest.raises(ValueError, match="before its first"):
        draw_gantt(which.instance, which.plan, tmp_path / "gantt.png", start=START, end=START)
    other = replace(which.instance, rotations={"gp": which.instance.rotations["gp"]})
    with pytest.raises(ValueError, match="hospital"):
        draw_gantt(other, which.plan, tmp_path / "gantt.png")
    assert list(tmp_path.iterdir()) == []


def test_a_users_matplotlib_settings_neither_matter_nor_change(tmp_path: Path) -> None:
    which = town(1)
    (plain,) = draw_gantt(which.instance, which.plan, tmp_path / "plain.png", dpi=40)
    with mpl.rc_context({"font.size": 30, "text.color": "red", "lines.linewidth": 9, "savefig.bbox": "tight"}):
        before = dict(mpl.rcParams)
        (odd,) = draw_gantt(which.instance, which.plan, tmp_path / "odd.png", dpi=40)
        assert dict(mpl.rcParams) == before
    assert plain.read_bytes() == odd.read_bytes()


def test_no_window_system_is_touched() -> None:
    program = "import scheduler.report.gantt, sys; sys.exit('matplotlib.pyplot' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
