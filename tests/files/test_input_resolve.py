"""What the file says, resolved: units, half-open months, steps, templates and defaults."""

from typing import Any

import pytest

from scheduler.files import read_instance
from scheduler.files.load import without_nulls
from scheduler.files.ruleset import rules_of
from scheduler.files.schema import FileRules, keys_of
from scheduler.instance.types import GroupChoice, Instance, Span, Steps, Wish
from scheduler.month import parse_month
from scheduler.rulesets import load_ruleset, ruleset_ids
from tests.helpers.categories import categories
from tests.helpers.input_tree import base, edited

C = "candidates.0."


def month(text: str) -> int:
    return parse_month(text)


def instance(*edits: tuple[str, Any]) -> Instance:
    return read_instance(edited(*edits))


def test_horizon_is_half_open() -> None:
    resolved = instance()
    assert (resolved.start, resolved.end) == (month("2026-09"), month("2034-09"))


def test_ranges_include_both_ends() -> None:
    # January to October are ten months
    candidate = instance((C + "leave", [{"from": "2027-01", "to": "2027-10"}])).candidates["A01"]
    assert candidate.leave == (Span(month("2027-01"), month("2027-11")),)
    assert len(candidate.leave[0].months()) == 10
    assert candidate.percent_at(month("2027-10")) == 0
    assert candidate.percent_at(month("2027-11")) == 100


def test_the_last_row_that_covers_a_month_wins() -> None:
    rows = [{"places": 2}, {"from": "2028-01", "to": "2028-12", "places": 3}, {"from": "2028-06", "places": 1}]
    places = instance(("arenas.4.places", rows)).arenas["hospital"].places
    assert places is not None
    assert [places.at(month(text)) for text in ("2027-12", "2028-01", "2028-05", "2028-06", "2029-01")] == [
        2,
        3,
        3,
        1,
        1,
    ]


def test_a_month_no_row_covers_has_nothing_in_an_arena_and_all_of_a_candidate() -> None:
    rows = [{"from": "2027-01", "to": "2027-06", "places": 2}]
    resolved = instance(
        ("arenas.4.places", rows), (C + "percent", [{"from": "2027-01", "to": "2027-06", "percent": 60}])
    )
    places = resolved.arenas["hospital"].places
    assert places is not None
    assert [places.at(month(text)) for text in ("2026-12", "2027-06", "2027-07")] == [0, 2, 0]
    candidate = resolved.candidates["A01"]
    assert [candidate.percent_at(month(text)) for text in ("2026-12", "2027-06", "2027-07")] == [100, 60, 100]


def test_an_arena_without_rows_has_no_ceiling() -> None:
    clinic = instance(("arenas.3.percent", [])).arenas["clinic"]
    assert (clinic.places, clinic.percent, clinic.min_places, clinic.shifts) == (None, None, None, None)


def test_like_fills_in_what_is_not_given() -> None:
    deeper = {"id": "office-3", "like": "office-1", "goals": "", "exposure": 2.5}
    arenas = instance(("arenas.+", deeper)).arenas
    assert "gp" not in arenas  # only a template
    assert arenas["office-2"].service == "open_practice"
    assert arenas["office-2"].places is None
    assert 54 in arenas["office-1"].goals
    assert (arenas["office-3"].name, arenas["office-3"].goals) == ("Office", frozenset())
    assert arenas["office-3"].places == arenas["office-1"].places
    assert arenas["office-3"].exposure == 25_000
    assert arenas["clinic"].exposure == 10_000  # the ruleset's


STEPS = {"places": "places", "percent": "percent", "min_places": "places", "shifts": "shifts"}
"""Every list that ``like`` hands on, with the key of its value."""


def at(steps: Steps | None, *months: str) -> list[int]:
    assert steps is not None
    return [steps.at(month(text)) for text in months]


@pytest.mark.parametrize(("field", "key"), STEPS.items())
def test_own_rows_are_laid_over_the_template_s(field: str, key: str) -> None:
    """The template has 3 for good; the office has 1 in 2028, and in all other months what the template has."""
    own = {"id": "office-3", "like": "gp", field: [{"from": "2028-01", "to": "2028-12", key: 1}]}
    arenas = instance(("arenas.0." + field, [{key: 3}]), ("arenas.+", own)).arenas
    assert at(getattr(arenas["office-3"], field), "2027-12", "2028-01", "2028-12", "2029-01") == [3, 1, 1, 3]
    assert at(getattr(arenas["office-2"], field), "2027-12", "2028-06") == [3, 3]  # the template is as it was


def test_former_ids_are_a_row_s_own_and_not_its_template_s() -> None:
    tree = edited((C + "formerly", ["a1", "A-1"]), ("rotations.0.formerly", ["office"]))
    template = next(row for row in tree["arenas"] if row.get("abstract"))
    template["formerly"] = ["practice-template"]
    formerly = read_instance(tree).formerly
    assert formerly["candidates"] == {"a1": "A01", "A-1": "A01"}
    assert formerly["rotations"] == {"office": "gp"}
    assert formerly["arenas"] == {"practice-template": template["id"]}
    assert formerly["groups"] == formerly["supervisors"] == {}


def test_a_place_that_ends_is_there_until_then() -> None:
    closed = ("arenas.1", {"id": "office-1", "like": "gp", "places": [{"from": "2028-01", "places": 0}]})
    arenas = instance(("arenas.0.places", [{"places": 1}]), closed).arenas
    assert at(arenas["office-1"].places, "2026-09", "2027-12", "2028-01", "2034-08") == [1, 1, 0, 0]


def test_own_rows_that_cover_everything_are_all_there_is() -> None:
    arenas = instance(("arenas.0.places", [{"places": 5}, {"from": "2028-01", "places": 9}])).arenas
    assert at(arenas["office-1"].places, "2027-12", "2028-01") == [1, 1]


def test_an_empty_list_takes_the_template_s_rows_away() -> None:
    free = ("arenas.+", {"id": "office-3", "like": "gp", "places": []})
    late = ("arenas.+", {"id": "office-4", "like": "office-3", "places": [{"from": "2028-01", "places": 2}]})
    arenas = instance(("arenas.0.places", [{"places": 1}]), free, late).arenas
    assert arenas["office-3"].places is None  # no ceiling
    assert at(arenas["office-4"].places, "2027-12", "2028-01") == [0, 2]


def test_a_template_s_template_is_below_both() -> None:
    middle = {
        "id": "ward",
        "like": "gp",
        "abstract": True,
        "places": [{"from": "2027-01", "to": "2028-12", "places": 2}],
    }
    own = {"id": "office-3", "like": "ward", "places": [{"from": "2028-01", "to": "2028-06", "places": 3}]}
    arenas = instance(("arenas.0.places", [{"places": 1}]), ("arenas.+", own), ("arenas.+", middle)).arenas
    assert at(arenas["office-3"].places, "2026-12", "2027-01", "2028-01", "2028-07", "2029-01") == [1, 2, 3, 2, 1]


def test_rotations() -> None:
    rotations = instance(("rotations.2.legevakt", False)).rotations
    assert list(rotations) == ["gp", "gp80", "hospital"]
    assert (rotations["gp"].max_blocks, rotations["gp80"].max_blocks) == (None, 1)
    assert rotations["gp80"].share_by_service == {"open_practice": 80, "other_general": 20}
    assert rotations["hospital"].starts == {3, 9}
    assert rotations["gp"].starts == set()  # in any month
    assert (rotations["gp"].min_months, rotations["gp"].max_months) == (1, None)
    assert not rotations["hospital"].legevakt


def test_reservations_limits_requirements_and_groups() -> None:
    resolved = instance(("reservations.+", {"arena": "hospital", "places": 1}))
    assert resolved.reservations[0].span == Span(month("2026-09"), month("2027-03"))
    assert (resolved.reservations[1].span, resolved.reservations[1].places) == (Span(resolved.start, resolved.end), 1)
    assert resolved.limits["all"].places is None
    assert resolved.requirements[0].min_work == 60_000
    assert resolved.groups["G27"].span == Span(month("2027-02"), month("2029-02"))  # 24 months unless said


def test_municipalities_and_quotas() -> None:
    """A01's is that of the office named; a quota without an id is called after what it is of and whose it is."""
    places = [{"places": 1}, {"places": 2, "from": "2028-01", "to": "2028-12"}]
    resolved = instance(
        ("municipalities", [{"id": "a", "name": "Ås"}, {"id": "b"}]),
        ("arenas.0.municipality", "a"),
        ("arenas.2.municipality", "b"),
        ("candidates.1.municipality", "b"),
        ("quotas", [{"of": name, "municipality": "a", "places": places} for name in ("hospital", "all", "G27")]),
    )
    assert [row.name for row in resolved.municipalities.values()] == ["Ås", "b"]
    assert {row.id: row.municipality for row in resolved.candidates.values()} == {"A01": "a", "A02": "b"}
    assert [office.id for office in resolved.offices_for(resolved.candidates["A02"])] == ["office-2"]
    quotas = resolved.quotas
    assert {row.id: (row.arenas, row.group) for row in quotas.values()} == {
        "hospital-a": (("hospital",), None),
        "all-a": (("clinic", "hospital"), None),
        "G27-a": ((), "G27"),
    }
    steps = quotas["hospital-a"].places
    assert steps is not None
    assert [steps.at(month(text)) for text in ("2027-12", "2028-01", "2028-12", "2029-01")] == [1, 2, 2, 1]


def test_supervisors_have_places_only_between_from_and_to() -> None:
    supervisors = instance(
        ("supervisors.+", {"id": "V03", "places": 2, "from": "2027-01", "to": "2027-12"}),
        ("supervisors.+", {"id": "V04", "to": "2027-12", "places": [{"places": 1}, {"places": 3, "from": "2027-06"}]}),
        ("supervisors.+", {"id": "V05", "from": "2028-01", "places": [{"places": 1, "to": "2027-06"}]}),
    ).supervisors
    at = [month(text) for text in ("2026-12", "2027-01", "2027-12", "2028-01")]
    assert [supervisors["V01"].places.at(m) for m in at] == [2, 2, 2, 2]
    assert [supervisors["V03"].places.at(m) for m in at] == [0, 2, 2, 0]
    assert [supervisors["V04"].places.at(m) for m in at] == [1, 1, 3, 0]
    assert [supervisors["V05"].places.at(m) for m in at] == [0, 0, 0, 0]
    assert supervisors["V01"].name == "V01"


def test_candidate_defaults_and_start_window() -> None:
    candidates = instance().candidates
    assert (candidates["A02"].start_earliest, candidates["A02"].start_latest) == (month("2027-01"), month("2027-06"))
    assert candidates["A01"].allowed == ("gp", "gp80", "hospital")
    assert candidates["A01"].credited == {
        "open_practice": 0, "other_general": 0, "institution": 0,
    }  # fmt: skip
    assert candidates["A01"].legevakt_arena == "duty"  # the only roster is everybody's
    assert candidates["A01"].group.free


def test_allowed_follows_the_order_of_the_rotations() -> None:
    assert instance((C + "allowed", ["hospital", "gp"])).candidates["A01"].allowed == ("gp", "hospital")


def test_groups_wishes_and_credit() -> None:
    candidate = instance(
        (C + "group", {"id": "G27", "open_year_done": True}),
        (C + "wishes", [{"rotation": "hospital"}, {"rotation": "gp80", "from": "2029-01", "weight": 3}]),
        (C + "credited", {"institution": 6, "open_practice": 0.125}),
    ).candidates["A01"]
    assert candidate.group == GroupChoice(group_id="G27", open_year_done=True)
    assert candidate.wishes == (
        Wish("hospital", 1, None),
        Wish("gp80", 3, Span(month("2029-01"), month("2034-09"))),
    )
    assert candidate.credited["institution"] == 60_000
    assert candidate.credited["open_practice"] == 1_250


def test_an_order_says_which_levels_there_are() -> None:
    assert instance(("objective.order", ["wishes", "delay"])).objective_order == ("wishes", "delay")


def test_without_an_order_all_levels_come_in_the_usual_one() -> None:
    usual = ("changes", "delay", "wishes", "away", "moves", "uncounted", "breadth")
    assert instance(("objective.order", [])).objective_order == usual


def test_rules_of_a_candidate() -> None:
    resolved = instance(
        ("rules", {"legevakt_shifts": 30, "total": 66, "institution_cap": 12.5}),
        ("candidates.0.ruleset", "ordning-2017"),
        ("candidates.0.finish_by", "2026-10"),
    )
    assert (resolved.rules.legevakt_shifts, resolved.rules.total) == (30, 660_000)
    assert resolved.rules.category("institution").cap == 125_000
    assert resolved.candidates["A02"].rules == resolved.rules
    old = resolved.candidates["A01"]
    minimum = old.rules.category("institution").minimum
    assert (old.rules.legevakt_shifts, minimum, old.rules.goals) == (40, 120_000, frozenset())
    assert old.finish_by == month("2026-10")  # the earlier of the candidate's and the ruleset's


def test_the_rulesets_deadline_is_the_candidates() -> None:
    resolved = instance(("candidates.0.ruleset", "ordning-2017"))
    assert resolved.candidates["A01"].finish_by == month("2026-12")
    assert resolved.candidates["A02"].finish_by is None


@pytest.mark.parametrize("ruleset_id", ruleset_ids())
def test_every_number_of_a_ruleset_has_a_source(ruleset_id: str) -> None:
    ruleset = load_ruleset(ruleset_id)
    assert ruleset.id == ruleset_id
    assert set(ruleset.title) == {"nb", "en"}
    assert set(ruleset.numbers) == set(keys_of(FileRules)) - {"ruleset"}
    assert all(set(row.title) == set(row.short) == {"nb", "en"} for row in ruleset.categories)
    assert all(number.source and number.unit for number in ruleset.numbers.values())


def test_numbers_of_the_regulation() -> None:
    rules = rules_of("forskrift-2019")
    assert rules.categories == categories(
        open_practice_min=240_000,
        institution_min=60_000,
        open_practice_cap=540_000,
        other_general_cap=300_000,
        general_cap=540_000,
        institution_cap=120_000,
    )
    assert (rules.total, rules.goal_exposure, len(rules.goals)) == (600_000, 10_000, 88)
    assert (rules.legevakt_shifts, rules.legevakt_max_per_month, rules.finish_by) == (40, 4, None)


def test_hash_is_blind_to_order_and_nulls_and_sees_every_change() -> None:
    tree = base()
    turned = {key: tree[key] for key in reversed(tree)}
    turned["candidates"][0]["practice"], turned["objective"] = "office-1", None
    assert read_instance(turned).sha256 == read_instance(base()).sha256
    assert read_instance(edited((C + "shifts_done", 1))).sha256 != read_instance(base()).sha256
    assert without_nulls({"a": None, "b": [{"c": None, "d": 1}]}) == {"b": [{"d": 1}]}


def test_name_of_the_file_is_used_when_none_is_given() -> None:
    tree = base()
    del tree["name"]
    assert read_instance(tree, "sarpsborg").name == "sarpsborg"
