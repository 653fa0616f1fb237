"""The chart: what is on it, that nothing overlaps or is cut, and that no text of a user breaks it."""

from __future__ import annotations

import itertools
import re
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from dataclasses import replace
from pathlib import Path

import matplotlib as mpl
import pytest
from matplotlib.image import imread

from scheduler.files import bundled_instance_path, load_instance
from scheduler.instance.types import PRACTICE
from scheduler.plan import PlanMonth, Status
from scheduler.report import style
from scheduler.report.gantt import By, draw_gantt
from scheduler.report.gantt.placements import lanes_of, placements_by_arena
from scheduler.report.sheet import clean
from tests.helpers.gantt_town import (
    DPI,
    NAMES,
    START,
    Town,
    assert_tidy,
    chart_of,
    pages,
    rectangles,
    shifted,
    town,
    with_candidate,
    words,
)

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
    assert "Fastlege, 60 % stilling" in said  # A03, from the start
    assert "Fastlege, 100 % stilling" in said  # A05, back from 80 %


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
    leave = [
        part for entry in which.plan.candidates for part in chart_of(which).segments(entry) if part.rotation is None
    ]
    hatched = [each for each in rectangles(pages(which)[0]) if each.get_hatch()]
    assert len(leave) == 2
    assert len(hatched) == len(leave) + 1  # and the legend's


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
    (status,) = [word for word in words(pages(which)) if word.startswith("Bevist")]
    assert status == (
        "Bevist best mulig  ·  forsinkelse i md. 5 (bevist)  ·  tapte ønsker 2 (bevist)  ·  perioder 71 (bevist)"
    )
    moves = which.plan.objectives[2].model_copy(update={"bound": 68, "proved": False})
    half = Town(which.instance, which.plan.model_copy(update={"objectives": [*which.plan.objectives[:2], moves]}))
    (status,) = [word for word in words(pages(half)) if word.startswith("Gyldig")]
    assert status.endswith("perioder 71 (best mulig: 68)")  # whatever the file says of itself
    feasible = Town(which.instance, which.plan.model_copy(update={"status": Status.FEASIBLE, "objectives": []}))
    assert "Gyldig plan, ikke bevist best mulig" in words(pages(feasible))
    assert "Valid plan, not proved best possible" in words(pages(feasible, lang="en"))
    assert "grunnlag 1a2b3c4d  ·  alis-scheduler 0.1.0" in words(pages(which))


def test_a_long_footer_keeps_the_delay() -> None:
    which = town(1)
    many = which.plan.objectives + [which.plan.objectives[2].model_copy(update={"id": f"own-{at}"}) for at in range(12)]
    said = words(pages(Town(which.instance, which.plan.model_copy(update={"objectives": many})), paper="a4"))
    assert "Bevist best mulig  ·  forsinkelse i md. 5 (bevist)" in said


def test_today_is_marked_only_when_it_is_in_the_chart() -> None:
    assert "I dag" in words(pages(town(1), today=START + 3))
    assert "I dag" not in words(pages(town(1), today=START - 1))


def test_without_a_plan_the_page_says_so() -> None:
    which = town(1)
    empty = which.plan.model_copy(update={"candidates": [], "status": Status.INFEASIBLE})
    assert "Det er ingen plan å vise: trolig umulig." in words(pages(Town(which.instance, empty)))
    proved = empty.model_copy(update={"explanation": {"certainty": "proved"}})
    assert "Det er ingen plan å vise: bevist umulig." in words(pages(Town(which.instance, proved)))


# --- arenas and groups -----------------------------------------------------------------------------------------------


def test_an_arena_tells_how_much_of_its_places_is_used() -> None:
    which = town()
    heads = sum(month.rotation == "hospital" for entry in which.plan.candidates for month in entry.months)
    there = 24 * 1 + 72 * 2
    assert f"{100 * heads // there} %" in words(pages(which, by="arena"))
    assert "1–2 plasser" in words(pages(which, by="arena"))


def test_others_who_use_a_place_are_shown() -> None:
    assert "LIS1" in words(pages(town(), by="arena"))


def test_every_placement_is_in_exactly_one_lane_and_lanes_do_not_overlap() -> None:
    chart = chart_of(town(40), by="arena")
    for key, placements in placements_by_arena(chart).items():
        lanes = lanes_of(chart, chart.instance.arenas[key], placements)
        assert sorted(map(repr, itertools.chain(*lanes))) == sorted(map(repr, placements))
        for lane in lanes:
            assert all(placement.end <= other.start for placement, other in itertools.pairwise(lane))


def test_a_group_lists_its_members() -> None:
    which = town()
    members = sum(entry.group == "G2027H" for entry in which.plan.candidates)
    said = words(pages(which, by="group"))
    assert f"{members} av 8 plasser" in said
    assert said[said.index("G2027H") :].index("A01") < said[said.index("G2027H") :].index("G2028V")
    assert "Uten gruppe i planen" in said


# --- text of users is data -------------------------------------------------------------------------------------------

NASTY = (
    "$x^2$ and $", "Kari\x00\x07\nNordmann", "🙂 Ola 👩‍⚕️", "", " ", "محمد", "名前", "\ud800", "{id} %s \\frac",
    "Å" * 3000, "<b>&amp;", "e\u0301\u200b\u202e", "=cmd|'/c calc'!A1", "<script>alert(1)</script>", "Ola " * 50,
    "--><script>", "A" * 200,
)  # fmt: skip


SVG_TAGS = {"svg", "metadata", "RDF", "Work", "type", "format", "creator", "Agent", "title"}
SVG_TAGS |= {"defs", "style", "g", "path", "use", "clipPath", "rect", "pattern"}


def nasty_town() -> Town:
    """Every name of a user is a nasty one."""
    which = town(len(NASTY))
    source = which.instance
    people = {key: replace(each, name=name) for (key, each), name in zip(source.candidates.items(), NASTY, strict=True)}
    names = itertools.cycle(NASTY)
    rotations = {key: replace(each, name=next(names)) for key, each in source.rotations.items()}
    arenas = {key: replace(each, name=next(names)) for key, each in source.arenas.items()}
    named = which.plan.instance.model_copy(update={"name": NASTY[0] + NASTY[2]})
    return Town(
        replace(source, candidates=people, rotations=rotations, arenas=arenas),
        which.plan.model_copy(update={"instance": named}),
    )


@pytest.mark.parametrize("by", ["candidate", "arena", "group"])
def test_no_text_of_a_user_breaks_the_chart(by: By, tmp_path: Path) -> None:
    nasty = nasty_town()
    before = shifted(nasty).plan
    for sheet in pages(nasty, by=by, paper="a4") + pages(nasty, by=by, paper="screen", before=before):
        assert_tidy(sheet)
    for path in draw_gantt(nasty.instance, nasty.plan, tmp_path / "nasty.svg", by=by, dpi=DPI):
        tags = {each.tag.rpartition("}")[2] for each in ElementTree.parse(path).iter() if isinstance(each.tag, str)}
        assert tags <= SVG_TAGS
        assert "<script" not in path.read_text(encoding="utf-8").lower()


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
    assert [secret for secret in secrets if re.search(rf"\b{re.escape(secret)}\b", said)] == []  # "der" is in periode


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


def test_arenas_of_one_template_have_one_colour() -> None:
    instance = load_instance(bundled_instance_path())
    colours = {arena: family.colour for arena, family in style.families(instance).items()}
    assert len({colours[home] for home in ("borgen", "kurland", "haugvoll", "valaskjold")}) == 1
    assert len({colours[centre] for centre in ("hannestad", "sentrum", "skjeberg")}) == 1
    others = ("borgen", "hannestad", "kad4", "fengsel", "flyktninghelse", "administrasjon")
    assert len({colours[arena] for arena in others}) == len(others)
