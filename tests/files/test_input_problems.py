"""Every problem code of a tree, each in its place; all of them in one pass."""

from typing import Any

import pytest

from scheduler.files import read_instance
from scheduler.instance.problems import REMARKS, codes
from scheduler.texts import LANGUAGES
from tests.helpers.input_tree import REMOVED, base, codes_and_places, edited, problems_of

C = "candidates.0."
FIXED = {"rotation": "hospital", "from": "2027-03", "to": "2027-08"}
RATE = {"side": "cost", "what": "Veileder", "amount": 5, "per": "guidance-hour"}
SECOND_ROSTER = ("arenas.+", {"id": "duty-2", "service": "parallel"})
SECOND_BASE = ("rotations.+", {"id": "ward", "mix": {"hospital": 100}, "base": True})
TOWN = ("municipalities", [{"id": "town"}])
QUOTA = {"of": "hospital", "municipality": "town", "places": [{"places": 1}]}
QUOTA_OF_NOTHING = ("quotas", [{"of": "hospital", "municipality": "town"}])


def nested(levels: int) -> list[Any]:
    """A list in a list in a list …"""
    inner: list[Any] = []
    for _ in range(levels - 1):
        inner = [inner]
    return inner


CASES: list[tuple[str, str, list[tuple[str, Any]]]] = [
    # values
    ("schema-version", "schema", [("schema", 2)]),
    ("schema-version", "schema", [("schema", True)]),
    ("unknown-key", "candidates[0].precent", [(C + "precent", [])]),
    (
        "unknown-key",
        "candidates[0].leave[0].reason",
        [(C + "leave", [{"from": "2027-01", "to": "2027-02", "reason": 1}])],
    ),
    ("unknown-key", "candidates[0].credited.parallel", [(C + "credited", {"parallel": 3.0})]),
    ("unknown-key", "candidates[0].rules", [(C + "rules", {})]),
    ("missing-key", "candidates[0].start", [(C + "start", REMOVED)]),
    ("missing-key", "horizon", [("horizon", REMOVED)]),
    ("missing-key", "arenas[3].service", [("arenas.3.service", REMOVED)]),
    ("missing-key", "candidates[0].leave[0].to", [(C + "leave", [{"from": "2027-01"}])]),
    ("not-text", "candidates[0].id", [(C + "id", 3)]),
    ("not-a-list", "arenas[3].places", [("arenas.3.places", 2)]),
    ("not-a-table", "candidates[1]", [("candidates.1", "A02")]),
    ("not-a-table", "rotations[0].mix", [("rotations.0.mix", 100)]),
    ("not-true-false", "rotations[0].base", [("rotations.0.base", 1)]),
    ("not-one-of", "arenas[3].service", [("arenas.3.service", "other-general")]),
    ("number-as-text", "candidates[0].percent[0].percent", [(C + "percent", [{"percent": "100"}])]),
    ("not-a-number", "candidates[0].percent[0].percent", [(C + "percent", [{"percent": True}])]),
    ("not-a-number", "candidates[0].credited.institution", [(C + "credited", {"institution": float("nan")})]),
    ("not-a-whole-number", "arenas[3].places[0].places", [("arenas.3.places", [{"places": 1.5}])]),
    ("percent-decimals", "candidates[0].percent[0].percent", [(C + "percent", [{"percent": 33.333}])]),
    ("grant-of-itself", "economy[0].per", [("economy", [RATE | {"side": "grant", "per": "percent-of-grant"}])]),
    ("number-range", "economy[0].amount", [("economy", [RATE | {"per": "percent-of-grant", "amount": 101}])]),
    ("percent-decimals", "economy[0].amount", [("economy", [RATE | {"amount": 0.125}])]),
    ("from-after-to", "economy[0].from", [("economy", [RATE | {"from": "2027-02", "to": "2027-01"}])]),
    ("percent-decimals", "rotations[1].mix.clinic", [("rotations.1.mix.clinic", 20.001)]),
    ("percent-as-fraction", "candidates[0].percent[0].percent", [(C + "percent", [{"percent": 0.8}])]),
    ("percent-as-fraction", "reservations[0].percent", [("reservations.0.percent", 0.2)]),
    ("not-a-whole-number", "horizon.months", [("horizon.months", float("inf"))]),
    ("number-range", "candidates[0].percent[0].percent", [(C + "percent", [{"percent": 101}])]),
    ("number-range", "horizon.months", [("horizon.months", 0)]),
    ("number-range", "horizon.months", [("horizon.months", 16**50_000)]),
    ("number-range", "rotations[2].starts[1]", [("rotations.2.starts", [3, 13])]),
    ("number-range", "rotations[1].mix.clinic", [("rotations.1.mix.clinic", 0)]),
    ("number-range", "candidates[0].credited.institution", [(C + "credited", {"institution": -1})]),
    ("number-range", "supervisors[0].places", [("supervisors.0.places", -1)]),
    ("too-many-decimals", "requirements[0].min_months", [("requirements.0.min_months", 1.00001)]),
    ("bad-month", "horizon.start", [("horizon.start", "2027-13")]),
    ("bad-month", "candidates[0].start", [(C + "start", 202703)]),
    ("bad-month", "candidates[1].start.latest", [("candidates.1.start.latest", "2027-3")]),
    ("month-range", "candidates[0].start", [(C + "start", "2201-01")]),
    ("month-range", "candidates[0].start", [(C + "start", "1989-12")]),
    ("empty-text", "candidates[0].name", [(C + "name", " ")]),
    ("text-too-long", "candidates[0].name", [(C + "name", "x" * 201)]),
    ("control-character", "candidates[0].name", [(C + "name", "A\x00")]),
    ("control-character", "candidates[0].id", [(C + "id", "A\u200b01")]),
    ("id-with-spaces", "candidates[0].id", [(C + "id", "A01 ")]),
    ("bad-goals", "candidates[0].goals_done", [(C + "goals_done", "001, x")]),
    ("goals-reversed", "arenas[3].goals", [("arenas.3.goals", "054-001")]),
    ("unknown-goal", "arenas[3].goals_partial", [("arenas.3.goals_partial", "001-089")]),
    ("unknown-goal", "arenas[3].goals_with_shifts", [("arenas.3.goals_with_shifts", "000")]),
    ("too-deep", "name[0][0][0]", [("name", nested(40))]),
    ("too-many-rows", "candidates", [("candidates", [{}] * 10_001)]),
    # ids and references
    ("duplicate-id", "candidates[1].id", [("candidates.1.id", "A01")]),
    ("duplicate-id", "arenas[2].id", [("arenas.2.id", "office-1")]),
    ("duplicate-id", "groups[1].id", [("groups.+", {"id": "G27", "start": "2028-02", "places": 1})]),
    ("reserved-id", "arenas[6].id", [("arenas.+", {"id": "practice", "service": "open_practice"})]),
    ("reserved-id", "groups[1].id", [("groups.+", {"id": "free", "start": "2028-02", "places": 1})]),
    ("unknown-arena", "candidates[0].practice", [(C + "practice", "office-9")]),
    ("unknown-arena", "candidates[0].post", [(C + "post", "office-9")]),
    ("unknown-arena", "candidates[0].legevakt", [(C + "legevakt", "dutty")]),
    ("unknown-arena", "rotations[2].mix.ward", [("rotations.2.mix", {"ward": 100})]),
    ("unknown-arena", "arenas[1].like", [("arenas.1.like", "pg")]),
    ("unknown-arena", "limits[0].arenas[1]", [("limits.0.arenas", ["clinic", "hopsital"])]),
    ("unknown-arena", "reservations[0].arena", [("reservations.0.arena", "x")]),
    ("unknown-arena", "supervisors[0].arenas[0]", [("supervisors.0.arenas", ["x"])]),
    # regions
    ("unknown-municipality", "candidates[0].municipality", [(C + "municipality", "x"), TOWN]),
    ("unknown-municipality", "arenas[4].municipality", [("arenas.4.municipality", "x"), TOWN]),
    ("unknown-municipality", "groups[0].municipality", [("groups.0.municipality", "x"), TOWN]),
    ("unknown-municipality", "supervisors[0].municipality", [("supervisors.0.municipality", "x"), TOWN]),
    ("unknown-municipality", "quotas[0].municipality", [TOWN, ("quotas", [{**QUOTA, "municipality": "x"}])]),
    ("unknown-quota", "quotas[0].of", [TOWN, ("quotas", [{**QUOTA, "of": "hopsital"}])]),
    ("quota-of-several", "quotas[0].of", [TOWN, ("limits.0.id", "hospital"), ("quotas", [QUOTA])]),
    ("quota-of-shifts", "quotas[0].of", [TOWN, ("quotas", [{**QUOTA, "of": "duty"}])]),
    ("abstract-arena", "quotas[0].of", [TOWN, ("quotas", [{**QUOTA, "of": "gp"}])]),
    ("quota-repeated", "quotas[1].of", [TOWN, ("quotas", [QUOTA, {**QUOTA, "id": "again"}])]),
    ("no-own-office", "candidates[1].practice", [TOWN, ("candidates.1.municipality", "town")]),
    ("unknown-rotation", "candidates[0].allowed[1]", [(C + "allowed", ["gp", "hopsital"])]),
    ("unknown-rotation", "candidates[0].wishes[0].rotation", [(C + "wishes", [{"rotation": "x"}])]),
    ("unknown-rotation", "candidates[0].fixed[0].rotation", [(C + "fixed", [{**FIXED, "rotation": "x"}])]),
    ("unknown-rotation", "candidates[0].current.rotation", [(C + "current", {"rotation": "x", "since": "2026-01"})]),
    ("unknown-rotation", "rotations[2].after[0]", [("rotations.2.after", ["x"])]),
    ("unknown-rotation", "rotations[2].after[0][1]", [("rotations.2.after", [["gp", "x"]])]),
    ("after-nothing", "rotations[2].after[0]", [("rotations.2.after", [[]])]),
    ("unknown-rotation", "requirements[0].rotations[0]", [("requirements.0.rotations", ["x"])]),
    ("unknown-group", "candidates[0].group", [(C + "group", "G28")]),
    ("unknown-group", "candidates[0].group.id", [(C + "group", {"id": "G28"})]),
    ("unknown-supervisor", "candidates[0].supervisor", [(C + "supervisor", "V1")]),
    ("unknown-candidate", "requirements[0].candidates[0]", [("requirements.0.candidates", ["A1"])]),
    (
        "name-of-several",
        "candidates[0].wishes[0].rotation",
        [
            ("rotations.1.name", "Sykehus"),
            ("rotations.2.name", "Sykehus"),
            (C + "wishes", [{"rotation": "sykehus"}]),
        ],
    ),
    ("unknown-ruleset", "rules.ruleset", [("rules.ruleset", "forskrift-2091")]),
    ("unknown-ruleset", "candidates[0].ruleset", [(C + "ruleset", "x")]),
    ("unknown-rule", "rules.legevakt_shift", [("rules.legevakt_shift", 30)]),
    ("fixed-rule", "rules.leave_credited_share", [("rules.leave_credited_share", 50)]),
    ("caps-below-total", "rules", [("rules.institution_cap", 3)]),
    ("never-done", "candidates[0].percent", [(C + "percent", [{"percent": 1}])]),
    ("unknown-objective", "objective.order[0]", [("objective.order", ["delays"])]),
    ("repeated-objective", "objective.order[1]", [("objective.order", ["delay", "delay"])]),
    # tables
    ("abstract-arena", "candidates[0].post", [(C + "post", "gp")]),
    ("abstract-arena", "rotations[0].mix.gp", [("rotations.0.mix", {"gp": 100})]),
    ("parallel-in-mix", "rotations[2].mix.duty", [("rotations.2.mix", {"duty": 100})]),
    ("mix-sum", "rotations[1].mix", [("rotations.1.mix.clinic", 30)]),
    ("mix-sum", "rotations[2].mix", [("rotations.2.mix", {})]),
    ("like-cycle", "arenas[0].like", [("arenas.0.like", "office-1")]),
    ("like-cycle", "arenas[3].like", [("arenas.3.like", "clinic")]),
    ("after-cycle", "rotations[1].after", [("rotations.1.after", ["hospital"]), ("rotations.2.after", ["gp80"])]),
    ("after-cycle", "rotations[2].after", [("rotations.2.after", ["hospital"])]),
    (
        "after-cycle",
        "rotations[1].after",
        [("rotations.1.after", [["hospital", "gp80"]]), ("rotations.2.after", [["gp80", "hospital"]])],
    ),
    ("base-start-rule", "rotations[0].starts", [("rotations.0.starts", [3, 9])]),
    ("min-over-max", "rotations[2].min_months", [("rotations.2.min_months", 13)]),
    ("min-over-max", "requirements[0].min_months", [("requirements.0.max_months", 5.5)]),
    (
        "min-over-max",
        "requirements[0].min_blocks",
        [("requirements.0.min_blocks", 2), ("requirements.0.max_blocks", 1)],
    ),
    ("from-after-to", "candidates[0].leave[0].from", [(C + "leave", [{"from": "2028-02", "to": "2028-01"}])]),
    ("from-after-to", "candidates[0].fixed[0].from", [(C + "fixed", [{**FIXED, "to": "2027-01"}])]),
    ("from-after-to", "reservations[0].from", [("reservations.0.from", "2027-03")]),
    (
        "from-after-to",
        "arenas[4].places[0].from",
        [("arenas.4.places.0", {"places": 1, "from": "2028-01", "to": "2027-01"})],
    ),
    ("reservation-empty", "reservations[0]", [("reservations.0.percent", REMOVED)]),
    ("reservation-of-one", "reservations[0]", [("reservations.0.arena", REMOVED)]),
    ("reservation-of-one", "reservations[0]", [("reservations.0.supervisor", "V01")]),
    # candidates
    ("no-base", "rotations", [("rotations.0.base", False)]),
    ("no-base", "candidates[0].allowed", [(C + "allowed", ["hospital"])]),
    (
        "several-bases",
        "candidates[0].allowed",
        [SECOND_BASE, (C + "allowed", ["gp", "ward"]), ("candidates.1.allowed", ["gp"])],
    ),
    ("several-bases", "rotations", [SECOND_BASE]),
    ("practice-not-office", "candidates[0].practice", [(C + "practice", "hospital")]),
    ("practice-not-office", "candidates[0].practice", [(C + "practice", "gp")]),
    ("not-a-roster", "candidates[0].legevakt", [(C + "legevakt", "clinic")]),
    ("roster-not-named", "candidates[0].legevakt", [SECOND_ROSTER, ("candidates.1.legevakt", "duty")]),
    ("supervisor-not-specialist", "candidates[0].supervisor", [(C + "supervisor", "V02")]),
    (
        "specialist-exempted",
        "supervisors[1].exempt_to",
        [("supervisors.1", {"id": "V02", "places": 1, "specialist": True, "exempt_to": "2028-06"})],
    ),
    ("formerly-taken", "candidates[0].formerly[0]", [(C + "formerly", ["A02"])]),
    ("formerly-taken", "rotations[1].formerly[1]", [("rotations.1.formerly", ["old", "gp"])]),
    ("formerly-taken", "arenas[4].formerly[0]", [("arenas.3.formerly", ["old"]), ("arenas.4.formerly", ["old"])]),
    ("rotation-not-allowed", "candidates[0].fixed[0].rotation", [(C + "allowed", ["gp"]), (C + "fixed", [FIXED])]),
    (
        "rotation-not-allowed",
        "candidates[0].wishes[0].rotation",
        [(C + "allowed", ["gp"]), (C + "wishes", [{"rotation": "hospital"}])],
    ),
    (
        "rotation-not-allowed",
        "candidates[0].current.rotation",
        [(C + "allowed", ["gp"]), (C + "current", {"rotation": "hospital", "since": "2026-09"})],
    ),
    ("start-after-horizon", "candidates[0].start", [(C + "start", "2034-09")]),
    ("start-after-horizon", "candidates[1].start.latest", [("candidates.1.start.latest", "2034-09")]),
    ("window-order", "candidates[1].start.earliest", [("candidates.1.start.latest", "2026-12")]),
    ("finish-by-too-early", "candidates[0].finish_by", [(C + "finish_by", "2026-08")]),
    ("until-too-early", "candidates[0].until", [(C + "until", "2026-08")]),
    ("group-years", "candidates[0].group", [(C + "group", [{"id": "G27", "year": 1}])]),
    (
        "group-years-order",
        "candidates[0].group",
        [("groups.+", {"id": "G26", "start": "2026-02", "places": 8}), (C + "group", {"id": "G27", "second": "G26"})],
    ),
    ("split-settled", "candidates[0].group.split", [(C + "group", {"id": "G27", "split": True})]),
    (
        "rotation-not-recognised",
        "candidates[0].fixed[0].rotation",
        [
            (C + "ruleset", "ordning-2017"),
            (C + "fixed", [{"rotation": "hospital", "from": "2026-10", "to": "2026-12"}]),
        ],
    ),
    ("ruleset-closed", "candidates[1].ruleset", [("candidates.1.ruleset", "ordning-2017")]),
    ("bad-day", "candidates[0].absence[0].from", [(C + "absence", [{"from": "15.03.2027", "to": "2027-03-20"}])]),
    ("bad-day", "candidates[0].absence[0].to", [(C + "absence", [{"from": "2027-02-15", "to": "2027-02-29"}])]),
    ("bad-day", "candidates[0].absence[0].to", [(C + "absence", [{"from": "2027-02-15", "to": "2027-02"}])]),
    ("month-range", "candidates[0].absence[0].to", [(C + "absence", [{"from": "2027-02-15", "to": "9999-01-01"}])]),
    ("from-after-to", "candidates[0].absence[0].from", [(C + "absence", [{"from": "2027-03-16", "to": "2027-03-15"}])]),
    (
        "number-range",
        "candidates[0].absence[0].percent",
        [(C + "absence", [{"from": "2027-03-15", "to": "2027-03-20", "percent": 101}])],
    ),
    (
        "number-range",
        "candidates[0].absence[0].percent",
        [(C + "absence", [{"from": "2027-03-15", "to": "2027-03-20", "percent": 0}])],
    ),
    (
        "absence-overlap",
        "candidates[0].absence[1]",
        [(C + "absence", [{"from": "2027-03-15", "to": "2027-03-20"}, {"from": "2027-03-01", "to": "2027-03-15"}])],
    ),
    (
        "absence-before-start",
        "candidates[1].absence[0].from",
        [("candidates.1.absence", [{"from": "2026-12-31", "to": "2027-01-04"}])],
    ),
    (
        "absence-after-until",
        "candidates[0].absence[0].to",
        [(C + "until", "2028-02"), (C + "absence", [{"from": "2028-02-01", "to": "2028-03-01"}])],
    ),
    ("leave-before-start", "candidates[1].leave[0]", [("candidates.1.leave", [{"from": "2026-10", "to": "2026-12"}])]),
    ("no-work-ahead", "candidates[0].percent", [(C + "percent", [{"percent": 0, "from": "2030-01"}])]),
    ("current-after-horizon", "candidates[0].current.since", [(C + "current", {"rotation": "gp", "since": "2026-10"})]),
    (
        "current-before-start",
        "candidates[1].current",
        [("candidates.1.current", {"rotation": "gp", "since": "2026-01"})],
    ),
    (
        "current-no-blocks",
        "candidates[0].current.rotation",
        [("rotations.2.max_blocks", 0), (C + "current", {"rotation": "hospital", "since": "2026-08"})],
    ),
    (  # that the block has reached its longest changes nothing: it counts
        "current-no-blocks",
        "candidates[0].current.rotation",
        [("rotations.2.max_blocks", 0), (C + "current", {"rotation": "hospital", "since": "2025-09"})],
    ),
    (
        "current-no-blocks",
        "candidates[0].current.rotation",
        [("rotations.0.max_blocks", 0), (C + "current", {"rotation": "gp", "since": "2026-01"})],
    ),
    (
        "fixed-overlap",
        "candidates[0].fixed[1]",
        [(C + "fixed", [FIXED, {"rotation": "gp", "from": "2027-08", "to": "2027-09"}])],
    ),
    (
        "fixed-on-leave",
        "candidates[0].fixed[0]",
        [(C + "fixed", [FIXED]), (C + "leave", [{"from": "2027-08", "to": "2027-09"}])],
    ),
    (
        "fixed-on-leave",
        "candidates[0].fixed[0]",
        [(C + "fixed", [FIXED]), (C + "percent", [{"percent": 0, "from": "2027-03", "to": "2027-03"}])],
    ),
    (
        "fixed-before-start",
        "candidates[1].fixed[0].from",
        [("candidates.1.fixed", [{"rotation": "gp", "from": "2026-12", "to": "2027-03"}])],
    ),
    (
        "fixed-against-current",
        "candidates[0].fixed[0]",
        [(C + "current", {"rotation": "gp", "since": "2026-01"}), (C + "fixed", [{**FIXED, "from": "2026-09"}])],
    ),
]


def test_base_is_valid() -> None:
    assert problems_of(base()) == ()
    assert read_instance(base()).remarks == ()


@pytest.mark.parametrize(("code", "place", "edits"), CASES, ids=[f"{case[0]}@{case[1]}" for case in CASES])
def test_one_defect_gives_one_problem_in_its_place(code: str, place: str, edits: list[tuple[str, Any]]) -> None:
    assert codes_and_places(*edits) == [(code, place)]


def test_no_office() -> None:
    tree = base()
    tree["arenas"] = tree["arenas"][3:]
    del tree["candidates"][0]["practice"]
    assert [(p.code, p.place) for p in problems_of(tree)] == [("no-office", "arenas")]


LOST = [
    # the table that is gone, the fields that refer to it
    ("candidates", [("requirements.0.candidates", ["A01", "A02"])], "requirements.candidates"),
    ("supervisors", [(C + "supervisor", "V01"), ("candidates.1.supervisor", "V02")], "candidates.supervisor"),
    ("groups", [(C + "group", "G27"), ("candidates.1.group", {"id": "G27"})], "candidates.group"),
    (
        "rotations",
        [(C + "wishes", [{"rotation": "gp80"}]), (C + "current", {"rotation": "gp", "since": "2026-01"})],
        "requirements.rotations, candidates.current, candidates.wishes",
    ),
    (
        "arenas",
        [("supervisors.0.arenas", ["hospital"]), (C + "post", "clinic"), (C + "legevakt", "duty")],
        "rotations.mix, limits.arenas, reservations.arena, supervisors.arenas, candidates.practice, candidates.post,"
        " candidates.legevakt",
    ),
]


@pytest.mark.parametrize("empty", [REMOVED, [], None])
@pytest.mark.parametrize(("table", "edits", "fields"), LOST, ids=[one[0] for one in LOST])
def test_a_table_that_is_gone_is_told_once(
    table: str, edits: list[tuple[str, Any]], fields: str, empty: object
) -> None:
    """Instead of every reference to it, and of there being no candidates, no base rotation or no office."""
    (problem,) = problems_of(edited(*edits, (table, empty)))
    assert (problem.code, problem.place) == ("table-missing", table)
    assert problem.fields == {"table": table, "fields": fields}
    assert f"[[{table}]]" in problem.sentence()


@pytest.mark.parametrize("empty", [REMOVED, [], None])
def test_nobody_to_plan(empty: object) -> None:
    assert codes_and_places(("candidates", empty)) == [("no-candidates", "candidates")]
    assert read_instance(edited(("candidates", empty)), may_be_empty=True).candidates == {}


def test_a_table_that_nobody_refers_to_may_be_missing() -> None:
    for table in ("groups", "supervisors", "limits", "reservations", "requirements"):
        assert codes_and_places((table, REMOVED)) == []


def test_a_table_with_rows_that_cannot_be_read_is_not_missing() -> None:
    assert codes_and_places(("supervisors", [3]), (C + "supervisor", "V01")) == [
        ("not-a-table", "supervisors[0]"),
        ("unknown-supervisor", "candidates[0].supervisor"),
    ]
    assert codes_and_places(("groups", {}), (C + "group", "G27"))[0] == ("not-a-list", "groups")
    assert codes_and_places(("candidates", ["A01"])) == [("not-a-table", "candidates[0]")]


def test_a_misspelt_word_is_no_reference_to_a_table() -> None:
    (problem,) = problems_of(edited(("groups", REMOVED), (C + "group", "fre")))
    assert (problem.code, problem.nearest) == ("unknown-group", "free")


def test_every_code_is_tried() -> None:
    files = ("file-", "line-", "planbook-", "plan-", "workbook-")
    asked = ("change-", "sweep-", "scenario-", "question-", "intake-", "advance-", "archive-", "swap-", "join-")
    beginnings = (*files, *asked, "ruleset-", "served-")
    elsewhere = {code for code in codes() if code.startswith(beginnings)} | {"duplicate-key"}
    tried = {case[0] for case in CASES} | {"no-office", "no-candidates", "table-missing"}
    assert set(codes()) - elsewhere - REMARKS - tried == {"bad-value"}  # bad-value: an error nobody foresaw


def test_every_problem_speaks_both_languages() -> None:
    for _, _, edits in CASES:
        for problem in problems_of(edited(*edits)):
            for lang in LANGUAGES:
                assert problem.line(lang).startswith(problem.place)
                assert "{" not in problem.sentence(lang).replace('{from = "2027-01"', "").replace("{places = 2}", "")
                assert len(problem.line(lang)) < 1000
            assert problem.as_dict()["place"] == problem.place


def test_many_problems_come_at_once_in_file_order() -> None:
    tree = edited(
        ("horizon.months", 0),
        ("arenas.3.servce", "x"),
        ("rotations.1.mix.clinic", 30),
        ("rotations.2.after", ["nowhere"]),
        (C + "percent", [{"percent": 100}, {"from": "2028-13", "percent": 60}]),
        (C + "practice", "office-9"),
        ("candidates.1.id", "A01"),
        ("candidates.1.supervisor", "V02"),
    )
    assert [(p.code, p.place) for p in problems_of(tree)] == [
        ("number-range", "horizon.months"),
        ("unknown-key", "arenas[3].servce"),
        ("mix-sum", "rotations[1].mix"),
        ("unknown-rotation", "rotations[2].after[0]"),
        ("unknown-arena", "candidates[0].practice"),
        ("bad-month", "candidates[0].percent[1].from"),
        ("duplicate-id", "candidates[1].id"),
        ("supervisor-not-specialist", "candidates[1].supervisor"),
    ]


def test_a_problem_says_row_found_and_nearest() -> None:
    (problem,) = problems_of(edited((C + "percent", [{"percent": 100, "from": "2028/1"}])))
    assert (problem.row, problem.found, problem.nearest) == ("A01", "2028/1", "2028-01")
    assert problem.line("en") == (
        'candidates[0].percent[0].from (A01): “2028/1” is not a month. A month is written "2027-03". '
        "Did you mean “2028-01”?"
    )


@pytest.mark.parametrize(
    ("edits", "nearest"),
    [
        ([(C + "precent", [])], "percent"),
        ([("rules.legevakt_shift", 30)], "legevakt_shifts"),
        ([(C + "practice", "Office-1")], "office-1"),
        ([("rules.ruleset", "forskrift2019")], "forskrift-2019"),
        ([("arenas.3.service", "open practice")], "open_practice"),
        ([("objective.order", ["delays"])], "delay"),
        ([("arenas.3.goals", "054-001")], "001-054"),
        ([("horizon.start", "03.2027")], "2027-03"),
        ([("horizon.start", "2027-03-01")], "2027-03"),
        ([(C + "group", "fre")], "free"),
        ([(C + "practise", "office-1")], "practice"),
        ([("rotations.0.mix", {"practise": 100})], "practice"),
        ([("rotations.2.mix", {"hospita\u0301l": 100})], "hospital"),
    ],
)
def test_nearest_spelling(edits: list[tuple[str, Any]], nearest: str) -> None:
    assert [problem.nearest for problem in problems_of(edited(*edits))] == [nearest]


NAMES: list[tuple[str, Any]] = [
    ("arenas.1.name", "Storgata legekontor"),
    ("arenas.3.name", "Helsestasjonen"),
    ("arenas.4.name", "Sykehuset"),
    ("arenas.5.name", "Legevakta"),
    ("rotations.1.name", "Fastlege og helsestasjon"),
    ("rotations.2.name", "Sykehus"),
    ("supervisors.0.name", "Kari Nordmann"),
    (C + "name", "Lars Holm"),
]


@pytest.mark.parametrize(
    ("edit", "place", "nearest"),
    [
        (("requirements.0.candidates", ["Lars Holm"]), "requirements[0].candidates[0]", "A01"),
        (("requirements.0.candidates", ["lars  holm"]), "requirements[0].candidates[0]", "A01"),
        ((C + "practice", "Storgata Legekontor"), "candidates[0].practice", "office-1"),
        ((C + "post", "Sykehuset"), "candidates[0].post", "hospital"),
        ((C + "legevakt", "Legevakta"), "candidates[0].legevakt", "duty"),
        ((C + "supervisor", "Kari Normann"), "candidates[0].supervisor", "V01"),
        ((C + "wishes", [{"rotation": "sykehus"}]), "candidates[0].wishes[0].rotation", "hospital"),
        ((C + "allowed", ["gp", "Sykehus"]), "candidates[0].allowed[1]", "hospital"),
        ((C + "current", {"rotation": "Sykehus", "since": "2026-08"}), "candidates[0].current.rotation", "hospital"),
        (("rotations.2.after", ["Fastlege og helsestasjon"]), "rotations[2].after[0]", "gp80"),
        (("rotations.2.mix", {"Sykehuset": 100}), "rotations[2].mix.Sykehuset", "hospital"),
        (("limits.0.arenas", ["Helsestasjonen"]), "limits[0].arenas[0]", "clinic"),
        (("reservations.0.arena", "Sykehuset"), "reservations[0].arena", "hospital"),
        (("supervisors.0.arenas", ["Sykehuset"]), "supervisors[0].arenas[0]", "hospital"),
        (("arenas.2.like", "Office"), "arenas[2].like", "gp"),
        ((C + "group", "g 27"), "candidates[0].group", "G27"),
        ((C + "practice", "Office"), "candidates[0].practice", "office-2"),  # by its template's name
    ],
)
def test_a_name_where_an_id_is_asked_leads_to_the_id(edit: tuple[str, Any], place: str, nearest: str) -> None:
    (problem,) = problems_of(edited(*NAMES, edit))
    assert (problem.place, problem.nearest) == (place, nearest)
    assert problem.code.startswith("unknown-")
    assert problem.sentence().endswith(f"Mente du «{nearest}»?")


def test_a_broken_row_is_not_called_unknown() -> None:
    assert codes_and_places(("arenas.4.service", "instution")) == [("not-one-of", "arenas[4].service")]
    assert codes_and_places(("groups.0.start", "x"), (C + "group", "G27")) == [("bad-month", "groups[0].start")]
    assert codes_and_places(("rotations.0.base", "yes")) == [("not-true-false", "rotations[0].base")]


@pytest.mark.parametrize(
    "edits",
    [
        [(C + "leave", [{"from": "2024-01", "to": "2024-06"}])],  # history
        [("candidates.1.leave", [{"from": "2026-12", "to": "2027-02"}])],  # reaches past the start
        [(C + "fixed", [{**FIXED, "rotation": "gp"}]), (C + "leave", [{"from": "2027-04", "to": "2027-05"}])],
        [(C + "current", {"rotation": "gp", "since": "2025-03"})],
        [("rotations.2.max_blocks", 1), (C + "current", {"rotation": "hospital", "since": "2026-08"})],
        [("rotations.2.max_blocks", 0), (C + "current", {"rotation": "gp", "since": "2026-08"})],  # closed to all
        [("rotations.2.max_blocks", 0), (C + "fixed", [FIXED])],  # for the search to tell
        [(C + "percent", [{"percent": 80.0}])],
        [(C + "name", None)],
        [SECOND_ROSTER, (C + "shifts_done", 40), ("candidates.1.legevakt", "duty-2")],
        [SECOND_BASE, (C + "allowed", ["gp"]), ("candidates.1.allowed", ["ward", "hospital"])],
        # twelve months of hospital are done when the horizon begins: the block has ended
        [
            (C + "current", {"rotation": "hospital", "since": "2025-09"}),
            (C + "fixed", [{**FIXED, "rotation": "gp", "from": "2026-09"}]),
        ],
    ],
)
def test_what_is_fine(edits: list[tuple[str, Any]]) -> None:
    assert codes_and_places(*edits) == []


@pytest.mark.parametrize(
    ("code", "place", "edits"),
    [
        ("reservation-no-ceiling", "reservations[0].percent", [("reservations.0.arena", "office-2")]),
        (
            "reservation-no-ceiling",
            "reservations[0].places",
            [("reservations.0.arena", "clinic"), ("reservations.0.places", 1)],
        ),
        ("fairness-unused", "objective.order", [("objective", {"order": ["delay", "fairness"]})]),
        ("no-municipality", "candidates[1]", [TOWN, (C + "municipality", "town")]),
        (
            "quota-without-places",
            "quotas[0]",
            [TOWN, ("arenas.1.municipality", "town"), ("candidates.1.municipality", "town"), QUOTA_OF_NOTHING],
        ),
        ("limit-without-ceiling", "limits[1]", [("limits.+", {"id": "none", "arenas": ["clinic"]})]),
        ("requirement-empty", "requirements[0]", [("requirements.0.min_months", REMOVED)]),
        ("shift-goals-not-listed", "arenas", [("arenas.3.goals_with_shifts", "040")]),
        (
            "low-percent",
            "candidates[0].percent",
            [(C + "percent", [{"percent": 40, "from": "2028-01", "to": "2028-04"}])],
        ),
        (
            "percent-nought",
            "candidates[0].percent[0]",
            [(C + "percent", [{"percent": 0, "from": "2028-01", "to": "2028-04"}])],
        ),
        ("wish-out-of-reach", "candidates[0].wishes[0]", [(C + "wishes", [{"rotation": "hospital", "to": "2026-08"}])]),
        (
            "wish-out-of-reach",
            "candidates[0].wishes[0]",
            [(C + "wishes", [{"rotation": "hospital"}]), ("arenas.4.places.0.places", 0)],
        ),
        (
            "wish-out-of-reach",
            "candidates[0].wishes[0]",
            [
                (C + "wishes", [{"rotation": "hospital"}]),
                ("rotations.2.after", ["gp80"]),
                (C + "allowed", ["gp", "hospital"]),
            ],
        ),
    ],
)
def test_remarks_stop_nothing(code: str, place: str, edits: list[tuple[str, Any]]) -> None:
    remarks = read_instance(edited(*edits)).remarks
    assert [(remark.code, remark.place) for remark in remarks] == [(code, place)]
    assert all(remark.is_remark and remark.line(lang) for remark in remarks for lang in LANGUAGES)


LATE = [{"from": "2028-01", "places": 2}]
BEGINS_LATE: list[tuple[str, list[tuple[str, Any]]]] = [
    ("arenas[4].places[0]", [("arenas.4.places", LATE)]),
    ("arenas[4].places[1]", [("arenas.4.places", [{"from": "2029-01", "places": 2}, *LATE])]),
    ("arenas[4].places[1]", [("arenas.4.places", [{"to": "2026-08", "places": 2}, *LATE])]),
    ("arenas[4].percent[0]", [("arenas.4.percent", [{"from": "2028-01", "percent": 200}])]),
    ("arenas[5].shifts[0]", [("arenas.5.shifts", [{"from": "2028-01", "shifts": 24}])]),
    ("limits[0].percent[0]", [("limits.0.percent", [{"from": "2028-01", "percent": 300}])]),
    ("supervisors[0].places[0]", [("supervisors.0.places", LATE)]),
    ("arenas[2].places[0]", [("arenas.2.places", LATE)]),  # the template has no rows
    # a template's row is told once, where it stands, however many have it
    ("arenas[0].places[0]", [("arenas.0.places", LATE), ("arenas.+", {"id": "office-3", "like": "gp"})]),
]


@pytest.mark.parametrize(("place", "edits"), BEGINS_LATE)
def test_room_that_begins_after_the_plan_is_remarked_upon(place: str, edits: list[tuple[str, Any]]) -> None:
    (remark,) = (remark for remark in read_instance(edited(*edits)).remarks if not remark.code.startswith("row-"))
    assert (remark.code, remark.place) == ("begins-late", place)
    assert (remark.found, remark.fields) == ("2028-01", {"first": "2026-09", "last": "2027-12"})
    assert "september 2026 til desember 2027" in remark.sentence()


@pytest.mark.parametrize(
    "edits",
    [
        [("arenas.4.places", [{"places": 0, "to": "2027-12"}, *LATE])],  # said in so many words
        [("arenas.4.places", [{"places": 2, "from": "2026-09"}])],  # as the plan begins
        [("arenas.4.places", [{"places": 2, "to": "2027-12"}, {"places": 2, "from": "2029-01"}])],  # said: until then
        [("arenas.0.places", [{"places": 1}]), ("arenas.2.places", LATE)],  # the template's until then
        [("arenas.4.min_places", LATE)],  # nobody is needed before: that takes nothing away
        [(C + "percent", [{"percent": 60, "from": "2028-01"}])],  # 100 where no row says otherwise
        [("supervisors.0", {"id": "V01", "from": "2028-01", "places": LATE})],
    ],
)
def test_what_is_said_of_the_first_months_is_not_remarked_upon(edits: list[tuple[str, Any]]) -> None:
    assert read_instance(edited(*edits)).remarks == ()


def test_three_months_below_half_are_not_remarked_upon() -> None:
    tree = edited((C + "percent", [{"percent": 40, "from": "2028-01", "to": "2028-03"}]))
    assert read_instance(tree).remarks == ()


def test_no_roster_is_remarked_upon() -> None:
    tree = base()
    del tree["arenas"][5]
    assert [remark.code for remark in read_instance(tree).remarks] == ["no-roster"]
