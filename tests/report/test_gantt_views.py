"""Highlighting, comparing two plans, paths of one candidate, what is free, and what is said of a plan's worth."""

from __future__ import annotations

import datetime
import itertools
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from matplotlib.lines import Line2D

from scheduler.instance.types import Limit, Step, Steps
from scheduler.plan import PlanCandidate, Status
from scheduler.report import style
from scheduler.report.gantt import By, Chart, draw_pages, draw_paths
from scheduler.report.gantt.before import change_of, changed_people, gone
from scheduler.report.gantt.free_places import FreePlaces
from scheduler.report.sheet import Sheet
from tests.helpers.gantt_town import (
    DPI,
    START,
    Town,
    assert_tidy,
    chart_of,
    pages,
    shifted,
    town,
    with_candidate,
    words,
)


def colour_of(sheet: Sheet, word: str) -> Any:
    return next(text.get_color() for text, _ in sheet.written if text.get_text() == word)


def heavy_lines(sheet: Sheet) -> int:
    return sum(isinstance(each, Line2D) and each.get_linewidth() == 2.0 for each in sheet.figure.get_children())


# --- highlight -------------------------------------------------------------------------------------------------------


def test_a_highlighted_candidate_stands_out_and_the_others_stand_back() -> None:
    (plain,), (sheet,) = pages(town(4)), pages(town(4), highlight=["A02"])
    assert colour_of(sheet, "A02") == style.INK
    assert colour_of(sheet, "A03") == style.QUIET
    assert colour_of(plain, "A03") == style.INK
    assert "Uthevet" in words([sheet])
    assert "Uthevet" not in words([plain])


def test_a_highlighted_arena() -> None:
    which = town()
    (sheet,) = pages(which, by="arena", highlight=["hospital"])
    inside = next(
        entry.id for entry in which.plan.candidates if any(month.rotation == "hospital" for month in entry.months)
    )
    tones = {
        text.get_color()
        for text, _ in sheet.written
        if text.get_text().startswith(inside) and float(text.get_fontsize()) < 9
    }
    assert style.QUIET in tones  # in other arenas
    assert tones - {style.QUIET}  # in the hospital


# --- before and after ------------------------------------------------------------------------------------------------


def compared(which: Town, before: Town, **options: Any) -> Chart:
    return chart_of(which, before=before.plan, **options)


def test_the_same_plan_twice_has_no_changes() -> None:
    chart = compared(town(), town())
    assert changed_people(chart) == 0
    (sheet,) = draw_pages(chart, DPI)
    assert heavy_lines(sheet) == 1  # the legend's
    assert any("0 av 18 er endret" in word for word in words([sheet]))


def test_months_that_moved_are_those_in_which_the_plans_differ() -> None:
    which = town(1)
    entry = which.plan.candidates[0]
    at = next(at for at, month in enumerate(entry.months) if month.rotation == "gp")
    months = list(entry.months)
    months[at] = months[at].model_copy(update={"rotation": "clinic"})
    chart = compared(which, with_candidate(which, 0, months=months))
    change = change_of(chart, entry)
    assert change is not None
    assert (change.kind, change.moved) == ("moved", (months[at].month,))
    (sheet,) = draw_pages(chart, DPI)
    assert heavy_lines(sheet) == 2
    assert any("1 md. endret" in word for word in words([sheet]))


def test_another_finish_group_or_office_is_told() -> None:
    which = town(1)
    entry = which.plan.candidates[0]
    assert entry.finish is not None
    before = with_candidate(which, 0, finish=entry.finish - 2, group="G2029H", practice="office-99")
    said = words(pages(which, before=before.plan))
    assert "før: " + chart_of(which).month(entry.finish - 2) in said
    assert any(f"G2029H → {entry.group}" in word for word in said)
    assert any("nytt legekontor" in word for word in said)


def test_former_ids_of_the_plan_before_are_those_of_today() -> None:
    """Everybody, the ward and an office were called otherwise in the plan before: nothing has changed."""
    now = town(2)
    first = now.plan.candidates[0]
    before = with_candidate(now, 0, id="K-OLD", practice="office-old" if first.practice else None)
    formerly = {"candidates": {"K-OLD": first.id}, "arenas": {"office-old": first.practice or ""}}
    before = with_candidate(before, 0, practices=[])
    same = with_candidate(now, 0, practices=[])
    assert [entry.id for entry in gone(compared(same, before))] == ["K-OLD"]
    told = replace(same, instance=replace(same.instance, formerly=formerly))
    assert changed_people(compared(told, before)) == 0


def test_who_came_and_who_left() -> None:
    now, before = town(), shifted(town())
    chart = compared(now, before)
    assert [entry.id for entry in gone(chart)] == ["OLD1"]
    new = change_of(chart, now.plan.candidates[4])
    assert new is not None
    assert new.kind == "new"
    said = words(draw_pages(chart, DPI))
    assert "ikke med nå" in said
    assert "OLD1" in said


def test_anonymous_comparisons_name_nobody() -> None:
    now, before = town(), shifted(town())
    for by in ("candidate", "arena", "group"):
        said = " ".join(words(pages(now, by=by, before=before.plan, anonymise=True)))
        assert "K19" in said
        assert [key for key in [*now.instance.candidates, "OLD1", "Nordmann"] if key in said] == []


def test_a_rotation_that_only_the_plan_before_knows_is_grey_and_named() -> None:
    which = town(1)
    months = [month.model_copy(update={"rotation": "moon"}) for month in which.plan.candidates[0].months]
    by: By
    for by in ("candidate", "arena"):
        (sheet,) = pages(which, by=by, before=with_candidate(which, 0, months=months).plan)
        assert_tidy(sheet)
        assert ("moon" in words([sheet])) == (by == "candidate")


def test_a_plan_before_without_end_does_not_stretch_the_chart() -> None:
    which = town(1)
    months = [*which.plan.candidates[0].months]
    months[-1] = months[-1].model_copy(update={"month": 12 * 9999})
    chart = compared(which, with_candidate(which, 0, months=months))
    assert chart.end == which.instance.end


def test_an_arena_shows_who_was_there_before() -> None:
    said = words(pages(town(), by="arena", before=shifted(town()).plan))
    assert any(word.startswith("før: OLD1") for word in said)


# --- paths of one candidate ------------------------------------------------------------------------------------------


def paths() -> list[PlanCandidate]:
    which = town(3)
    return [entry.model_copy(update={"id": "A01"}) for entry in which.plan.candidates]


def test_paths_of_a_candidate_stand_under_each_other(tmp_path: Path) -> None:
    instance = town(3).instance
    (path,) = draw_paths(instance, paths(), tmp_path / "paths.svg", "en", ["Hospital first", "<late>", "Long " * 60])
    drawn = path.read_text(encoding="utf-8")
    assert "Hospital first" in drawn
    assert "3 possible paths for A01 Kari Nordmann" in drawn
    assert "<late>" not in drawn
    (sheet,) = draw_pages(Chart.of_paths(instance, paths(), lang="nb"), DPI)
    assert_tidy(sheet)
    assert {"Løp 1", "Løp 2", "Løp 3"} <= set(words([sheet]))
    assert not any(word.startswith("Planen er") for word in words([sheet]))


def test_every_path_has_a_title_or_none_has(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="1 titles for 3 paths"):
        draw_paths(town(3).instance, paths(), tmp_path / "paths.png", titles=["one"])


# --- free places -----------------------------------------------------------------------------------------------------


def room(which: Town) -> FreePlaces:
    return FreePlaces.of(chart_of(which, by="arena"))


def with_prison(which: Town, **changes: Any) -> Town:
    arenas = {**which.instance.arenas, "prison": replace(which.instance.arenas["prison"], **changes)}
    return Town(replace(which.instance, arenas=arenas), which.plan)


def test_what_is_free_is_what_others_leave() -> None:
    which = town(1)  # nobody in prison; its rotation takes 30 % of a week

    def free(**changes: Any) -> int:
        changed = with_prison(which, **changes)
        return room(changed).free_heads(changed.instance.arenas["prison"], START)

    assert free() == 1
    assert free(places=Steps((Step(4),))) == 4
    assert free(places=Steps((Step(4),)), percent=Steps((Step(70),))) == 2  # 30 + 30 of 70
    assert free(places=Steps((Step(4),)), percent=Steps((Step(20),))) == 0


def test_a_joint_ceiling_leaves_less() -> None:
    which = town(1)
    limit = Limit("both", ("prison", "kad4"), None, Steps((Step(40),)))
    instance = replace(which.instance, limits={"both": limit})
    limited = with_prison(Town(instance, which.plan), places=Steps((Step(4),)))
    assert room(limited).free_heads(limited.instance.arenas["prison"], START) == 1
    assert "Plass som et tak på stillinger sperrer" in words(pages(limited, by="arena"))


def test_free_posts_are_told_where_posts_are_the_only_ceiling() -> None:
    which = with_prison(town(1), places=None, percent=Steps((Step(90),)))
    assert "90 % ledig" in words(pages(which, by="arena"))


def test_free_places_say_so() -> None:
    assert "ledig" in words(pages(town(), by="arena"))
    assert "free" in words(pages(town(), by="arena", lang="en"))


# --- labels that give way ---------------------------------------------------------------------------------------------


def test_a_long_name_of_an_arena_loses_its_parentheses_which_the_legend_keeps() -> None:
    name = "Fengsel (Ravneberget, og alle de andre avdelingene som det går an å komme til, også om vinteren)"
    said = words(pages(with_prison(town(), name=name), by="arena", paper="a4"))
    assert {"Fengsel", name} <= set(said)


def test_the_last_parts_of_a_quiet_line_go_first() -> None:
    which = town(1)
    supervisors = {key: replace(each, name="Veileder " * 12) for key, each in which.instance.supervisors.items()}
    entry = which.plan.candidates[0]
    tree = {"id": "V01", "from": entry.first, "to": entry.last}
    guided = PlanCandidate.model_validate({**entry.model_dump(by_alias=True), "supervisors": [tree]})
    plan = which.plan.model_copy(update={"candidates": [guided]})
    said = words(pages(Town(replace(which.instance, supervisors=supervisors), plan)))
    assert str(entry.group) in said
    assert not any(word.startswith("Veileder") or "· Veileder" in word for word in said)


# --- how good the plan is, and from when -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "bound", "nb", "en"),
    [
        (
            5,
            2,
            "forsinkelsen er høyst 3 måneder fra best mulig",
            "the delay is at most 3 months from the best possible",
        ),
        (3, 2, "forsinkelsen er høyst 1 måned fra best mulig", "the delay is at most 1 month from the best possible"),
        (3, 3, "men forsinkelsen er bevist minst mulig", "but the delay is proved least possible"),
    ],
)
def test_an_unproved_plan_says_how_far_from_the_best_it_may_be(value: int, bound: int, nb: str, en: str) -> None:
    which = town(1)
    delay = which.plan.objectives[0].model_copy(update={"value": value, "bound": bound, "proved": value == bound})
    plan = which.plan.model_copy(update={"status": Status.FEASIBLE, "objectives": [delay]})
    for lang, sentence in (("nb", nb), ("en", en)):
        assert any(sentence in word for word in words(pages(Town(which.instance, plan), lang=lang)))


def test_decimals_are_norwegian_in_norwegian() -> None:
    which = town(1)
    uncounted = which.plan.objectives[0].model_copy(update={"id": "uncounted", "value": 13.3, "bound": 13.3})
    plan = which.plan.model_copy(update={"objectives": [uncounted]})
    assert any("md. over tak 13,3 (bevist)" in word for word in words(pages(Town(which.instance, plan))))
    assert any("13.3 (proved)" in word for word in words(pages(Town(which.instance, plan), lang="en")))


def test_the_day_of_drawing_is_told_and_marked() -> None:
    day = datetime.date(2026, 11, 22)
    said = words(pages(town(1), today=day))
    assert any("tegnet 22. nov. 2026" in word for word in said)
    assert "I dag" in said
    assert any("drawn 22 Nov 2026" in word for word in words(pages(town(1), today=day, lang="en")))
    assert not any("tegnet" in word for word in words(pages(town(1), today=START + 2)))


# --- colours for everybody -------------------------------------------------------------------------------------------

_BLIND = {  # Viénot, Brettel and Mollon 1999, on linear light
    "protanopia": ((0.11238, 0.88762, 0.0), (0.11238, 0.88762, 0.0), (0.00401, -0.00401, 1.0)),
    "deuteranopia": ((0.29275, 0.70725, 0.0), (0.29275, 0.70725, 0.0), (-0.02234, 0.02234, 1.0)),
}


def seen(colour: str, kind: str) -> tuple[float, ...]:
    linear = [(int(colour[at : at + 2], 16) / 255) ** 2.2 for at in (1, 3, 5)]
    mixed = [sum(factor * light for factor, light in zip(row, linear, strict=True)) for row in _BLIND[kind]]
    return tuple(255 * max(0.0, light) ** (1 / 2.2) for light in mixed)


@pytest.mark.parametrize("kind", list(_BLIND))
def test_families_differ_for_the_colour_blind(kind: str) -> None:
    colours = [seen(family.colour, kind) for family in style.families(town(1).instance).values()]
    for combination, other in itertools.combinations(colours, 2):
        assert sum((a - b) ** 2 for a, b in zip(combination, other, strict=True)) ** 0.5 >= 25
