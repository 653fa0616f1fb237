"""What a changed instance says month by month: exactly the change, and nothing beside it."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scheduler.changes import applied, apply, parse_change, read_scenario, scenario_of
from scheduler.changes.file import same_names
from scheduler.changes.steps import edit_steps, value_at
from scheduler.files import InputError, read_instance
from scheduler.instance.types import Instance
from scheduler.month import format_month, parse_month
from tests.helpers.input_tree import Edit, base, edited

JAN28, DEC28 = parse_month("2028-01"), parse_month("2028-12")


def changed(*lines: str, edits: tuple[Edit, ...] = ()) -> Instance:
    return read_instance(apply(edited(*edits), [parse_change(line) for line in lines]))


def steps_of(instance: Instance, arena: str, field: str = "places") -> list[int]:
    """Values in December 2027, in 2028 (January, December) and in January 2029."""
    steps = getattr(instance.arenas[arena], field)
    return [steps.at(month) for month in (JAN28 - 1, JAN28, DEC28, DEC28 + 1)]


@pytest.mark.parametrize(
    ("line", "values"),
    [
        ("arena.hospital.places+1", [3, 3, 3, 3]),
        ("arena.hospital.places+1@2028-01..2028-12", [2, 3, 3, 2]),
        ("arena.hospital.places+1@2028-01..", [2, 3, 3, 3]),
        ("arena.hospital.places-2@..2028-12", [0, 0, 0, 2]),
        ("arena.hospital.places=5@2028-01..2028-12", [2, 5, 5, 2]),
        ("arena.hospital.places=5", [5, 5, 5, 5]),
        ("close arena.hospital from 2028-01 to 2028-12", [2, 0, 0, 2]),
        ("arena.office-1.places+1", [2, 2, 2, 2]),
    ],
)
def test_places_in_the_window_and_beside_it(line: str, values: list[int]) -> None:
    assert steps_of(changed(line), "office-1" if "office-1" in line else "hospital") == values


def test_every_step_keeps_its_own_value() -> None:
    steps = [{"places": 2}, {"from": "2028-06", "to": "2028-08", "places": 0}, {"from": "2028-10", "places": 4}]
    instance = changed("arena.hospital.places+1@2028-07..2028-10", edits=(("arenas.4.places", steps),))
    at = {month: instance.arenas["hospital"].places.at(parse_month(month)) for month in  # type: ignore[union-attr]
          ("2028-05", "2028-06", "2028-07", "2028-08", "2028-09", "2028-10", "2028-11")}  # fmt: skip
    assert at == {"2028-05": 2, "2028-06": 0, "2028-07": 1, "2028-08": 1, "2028-09": 3, "2028-10": 5, "2028-11": 4}


def test_a_template_s_places_become_the_arena_s_own() -> None:
    instance = changed("arena.office-2.places+1", edits=(("arenas.0.places", [{"places": 3}]),))
    assert (steps_of(instance, "office-2"), steps_of(instance, "office-1")) == ([4] * 4, [1] * 4)


@pytest.mark.parametrize(
    ("line", "values"),
    [
        ("arena.office-2.places+1", [4, 2, 2, 4]),
        ("arena.office-2.places-1@2028-01..", [3, 0, 0, 2]),
        ("arena.office-2.places=5@2028-12..2028-12", [3, 1, 5, 3]),
        ("close arena.office-2 from 2029-01", [3, 1, 1, 0]),
    ],
)
def test_what_is_changed_is_the_arena_s_own_rows_over_its_template_s(line: str, values: list[int]) -> None:
    """Three places by the template, one of its own in 2028."""
    own = [{"from": "2028-01", "to": "2028-12", "places": 1}]
    edits: tuple[Edit, ...] = (("arenas.0.places", [{"places": 3}]), ("arenas.2.places", own))
    assert steps_of(changed(line, edits=edits), "office-2") == values


def test_a_closed_arena_without_ceiling_is_open_beside_the_window() -> None:
    instance = changed("close arena.clinic from 2028-01 to 2028-12", "close arena.duty from 2028-01 to 2028-12")
    before, inside, *_, after = steps_of(instance, "clinic")
    assert (inside, before, after) == (0, 1000, 1000)
    assert steps_of(instance, "duty", "shifts") == [24, 0, 0, 24]


def test_a_closed_service_needs_nobody() -> None:
    instance = changed("close arena.hospital from 2028-01", edits=(("arenas.4.min_places", [{"places": 1}]),))
    assert steps_of(instance, "hospital", "min_places") == [1, 0, 0, 0]


def test_candidates() -> None:
    instance = changed("candidate.A01.percent=60@2028-01..2028-12", "candidate.A01.leave@2029-01..2029-03",
                       "candidate.A01.leave@2029-03..2029-05", "candidate.A02.finish_by=2034-02")  # fmt: skip
    candidate = instance.candidates["A01"]
    assert [candidate.percent_at(month) for month in (JAN28 - 1, JAN28, DEC28, DEC28 + 1)] == [100, 60, 60, 0]
    assert [(format_month(span.start), format_month(span.end)) for span in candidate.leave] == [("2029-01", "2029-06")]
    assert instance.candidates["A02"].finish_by == parse_month("2034-02")


def test_groups_supervisors_limits_and_rules() -> None:
    instance = changed("group.G27.places-3", "supervisor.V01.places+1", "supervisor.V02.places=0@2028-01..",
                       "limit.all.percent-100@2028-01..", "rules.legevakt_shifts=30")  # fmt: skip
    assert instance.groups["G27"].places == 5
    assert [instance.supervisors["V01"].places.at(JAN28), instance.supervisors["V02"].places.at(JAN28)] == [3, 0]
    limit = instance.limits["all"].percent
    assert limit is not None
    assert [limit.at(JAN28 - 1), limit.at(JAN28)] == [300, 200]
    assert instance.rules.legevakt_shifts == 30


def test_fixed_months_become_free_inside_the_window_alone() -> None:
    fixed = [{"rotation": "hospital", "from": "2028-03", "to": "2028-08"}]
    instance = changed("candidate.A01.unfix=hospital@2028-05..2028-06", edits=(("candidates.0.fixed", fixed),))
    spans = [
        (format_month(each_fixed.span.start), format_month(each_fixed.span.end - 1))
        for each_fixed in instance.candidates["A01"].fixed
    ]
    assert spans == [("2028-03", "2028-04"), ("2028-07", "2028-08")]


def test_who_is_removed_is_named_nowhere() -> None:
    instance = changed("remove candidate.A01", edits=(("requirements.0.candidates", ["A01"]),))
    assert (list(instance.candidates), instance.requirements) == (["A02"], ())


def test_who_named_a_supervisor_or_a_group_that_is_gone_may_have_any() -> None:
    named = (("candidates.0.supervisor", "V01"), ("candidates.1.group", {"id": "G27", "open_year_done": True}))
    places = [{"supervisor": "V01", "places": 1}, {"arena": "hospital", "places": 1}]
    group = {"id": "G27", "start": "2027-02", "places": 8}
    tree = edited(*named, ("reservations", places), ("groups", [group]))
    lines = [parse_change(line) for line in ("remove supervisor.V01", "remove group.G27", "remove supervisor.V02")]
    made, following = applied(tree, lines)
    assert [change.inline() for change in following] == ["candidate.A01.supervisor=none", "candidate.A02.group=free"]
    instance = read_instance(made)
    assert (bool(instance.candidates["A01"].supervisor), instance.candidates["A02"].group.free) == (False, True)
    assert [row.arena for row in instance.reservations] == ["hospital"]
    assert not instance.supervisors


def test_a_supervisor_of_months_before_the_horizon_is_gone_from_then_on() -> None:
    served = [{"rotation": "gp", "from": "2026-07", "to": "2026-08", "percent": 100, "supervisor": "V01"}]
    tree = edited(("candidates.0.served", served), ("candidates.0.start", "2026-07"))
    made = apply(tree, [parse_change("remove supervisor.V01"), parse_change("remove supervisor.V02")])
    assert [(row["id"], row["to"]) for row in made["supervisors"]] == [("V01", "2026-08")]
    read_instance(made)
    assert [row["id"] for row in tree["supervisors"]] == ["V01", "V02"]
    assert "to" not in tree["supervisors"][0]


def test_new_rows_and_overlays() -> None:
    instance = changed(
        'add candidate {"id": "A03", "start": "2027-01"}',
        'overlay {"arenas": [{"id": "hospital", "max_away": 1}, {"id": "ward", "service": "institution"}]}',
        'overlay {"horizon": {"months": 90}, "reservations": [{"arena": "hospital", "places": 1}]}',
    )
    assert list(instance.candidates) == ["A01", "A02", "A03"]
    assert (instance.arenas["hospital"].max_away, instance.arenas["hospital"].places is None) == (1, False)
    assert "ward" in instance.arenas
    assert (instance.end - instance.start, len(instance.reservations)) == (90, 2)


ROWS = st.lists(
    st.fixed_dictionaries(
        {"places": st.integers(0, 5)},
        optional={
            "from": st.integers(24300, 24330).map(format_month),
            "to": st.integers(24300, 24330).map(format_month),
        },
    ),
    max_size=4,
)
EDGE = st.one_of(st.none(), st.integers(24295, 24335))


@settings(max_examples=300, deadline=None)
@given(ROWS, EDGE, EDGE)
def test_adding_one_adds_one_inside_and_nothing_beside(
    rows: list[dict[str, Any]], start: int | None, to: int | None
) -> None:
    if start is not None and to is not None and start > to:
        return
    before = copy.deepcopy(rows)
    made = edit_steps(rows, "places", lambda value: (value or 0) + 1, start, to)
    assert rows == before
    for month in range(24290, 24340):
        inside = (start is None or start <= month) and (to is None or month <= to)
        old, new = value_at(rows, "places", month), value_at(made, "places", month)
        assert new == ((old or 0) + 1 if inside else old)


# --- scenario files --------------------------------------------------------------------------------------------------


def test_a_scenario_file_has_changes_and_an_overlay(tmp_path: Path) -> None:
    path = tmp_path / "ward.toml"
    path.write_text(
        'name = "Ny avdeling"\nchanges = ["arena.hospital.places+1", {candidate = "A01", percent = 60}]\n'
        '[[arenas]]\nid = "ward"\nservice = "institution"\n',
        encoding="utf-8",
    )
    scenario = read_scenario(path)
    assert scenario.name == "Ny avdeling"
    instance = read_instance(apply(base(), scenario.changes))
    assert ("ward" in instance.arenas, steps_of(instance, "hospital")) == (True, [3, 3, 3, 3])
    assert instance.candidates["A01"].percent_at(JAN28) == 60
    assert scenario_of(str(path)) == scenario


@pytest.mark.parametrize(
    ("content", "found"),
    [
        ('name = "x"', [("scenario-empty", "")]),
        ('changes = "arena.a.places+1"', [("not-a-list", "changes")]),
        ("name = 3\n", [("not-text", "name")]),
        ("[[arnas]]\nid = 1\n", [("unknown-key", "arnas")]),
        ('changes = ["x", {arna = "a"}]', [("change-syntax", "changes[0]"), ("change-unknown-table", "changes[1]")]),
    ],
)
def test_nonsense_in_a_file_is_named_with_its_place(tmp_path: Path, content: str, found: list[tuple[str, str]]) -> None:
    path = tmp_path / "bad.toml"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read_scenario(path)
    assert [(problem.code, problem.place) for problem in caught.value.problems] == found
    assert caught.value.source == str(path)


def test_several_changes_on_one_line() -> None:
    scenario = scenario_of('arena.a.places+1; overlay {"name": "a;b"}')
    assert len(scenario.changes) == 2
    assert same_names([scenario, scenario]) == [scenario.name, f"{scenario.name} (2)"]


def test_a_file_that_is_not_there_is_named() -> None:
    with pytest.raises(InputError) as caught:
        scenario_of("nothing.toml")
    assert caught.value.problems[0].code == "file-missing"
