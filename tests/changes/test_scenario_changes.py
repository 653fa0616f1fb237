"""A change has three spellings; the two that are read back mean the same."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scheduler.changes import Action, Change, apply, change_from, parse_change, parse_sweep
from scheduler.changes.vocabulary import ADDABLE, NAMES, REMOVABLE, STEP_FIELDS, TABLES, plain_fields
from scheduler.changes.words import called_in, sentence
from scheduler.files import InputError
from scheduler.instance.problems import codes
from scheduler.texts import LANGUAGES
from tests.helpers.input_tree import base, edited
from tests.helpers.tiny import make

SPELLINGS = [
    ("arena.kad4a.places+1@2027-09..2029-08", {"arena": "kad4a", "places": 1, "from": "2027-09", "to": "2029-08"}),
    ("arena.kad4a.places=3", {"arena": "kad4a", "places": 3, "set": True}),
    ("arena.hospital.percent-50@2028-01..", {"arena": "hospital", "percent": -50, "from": "2028-01"}),
    ("limit.all.percent+100@..2028-12", {"limit": "all", "percent": 100, "to": "2028-12"}),
    ("candidate.A03.percent=60@2027-01..", {"candidate": "A03", "percent": 60, "from": "2027-01"}),
    ("candidate.A05.leave@2027-01..2027-10", {"candidate": "A05", "leave": {"from": "2027-01", "to": "2027-10"}}),
    ("candidate.A04.finish_by=2034-02", {"candidate": "A04", "finish_by": "2034-02"}),
    ("candidate.A04.finish_by=none", {"candidate": "A04", "finish_by": None}),
    ("candidate.A04.group=free", {"candidate": "A04", "group": "free"}),
    (
        "candidate.A04.unfix=hospital@2027-03..2027-08",
        {"candidate": "A04", "unfix": {"rotation": "hospital", "from": "2027-03", "to": "2027-08"}},
    ),
    ("group.G27.places+2", {"group": "G27", "places": 2}),
    (
        "supervisor.V01.places-1@2027-01..2027-03",
        {"supervisor": "V01", "places": -1, "from": "2027-01", "to": "2027-03"},
    ),
    ("close arena.prison from 2028-01", {"arena": "prison", "close": True, "from": "2028-01"}),
    ("remove candidate.A05", {"candidate": "A05", "remove": True}),
    ('remove candidate."A 5"', {"candidate": "A 5", "remove": True}),
    ("swap A05 A09 hospital", {"swap": ["A05", "A09"], "rotation": "hospital"}),
    ('swap "Lars Holm" A09 "KAD 4"', {"swap": ["Lars Holm", "A09"], "rotation": "KAD 4"}),
    ('add supervisor {"id": "V9", "places": 2}', {"supervisor": {"id": "V9", "places": 2}}),
    ("rules.legevakt_shifts=30", {"rules": {"legevakt_shifts": 30}}),
    ('rules {"legevakt_shifts": 30, "goals": "001-012"}', {"rules": {"legevakt_shifts": 30, "goals": "001-012"}}),
    ('overlay {"groups": [{"id": "G27", "places": 1}]}', {"overlay": {"groups": [{"id": "G27", "places": 1}]}}),
]


@pytest.mark.parametrize(("line", "mapping"), SPELLINGS, ids=[line for line, _ in SPELLINGS])
def test_a_line_and_a_mapping_are_one_change(line: str, mapping: dict[str, Any]) -> None:
    change = parse_change(line)
    assert change.mapping() == mapping
    assert change_from(mapping) == change
    assert change.inline() == line


def test_other_ways_to_write_a_line() -> None:
    assert parse_change("close arena.prison fra 2028-01 til 2028-06") == parse_change(
        "close arena.prison@2028-01..2028-06"
    )
    assert parse_change("arena.a.places+1@2027-03") == parse_change("arena.a.places+1@2027-03..2027-03")
    assert parse_change(" arena.a.places= 3 ").value == 3


# --- any change ------------------------------------------------------------------------------------------------------

IDS = st.one_of(
    st.sampled_from(["A01", "kad4a", "none", "123", "true"]), st.text(min_size=1, max_size=8).filter(str.strip)
)
MONTHS = st.integers(2020 * 12, 2050 * 12)
VALUES = st.one_of(
    st.none(), st.booleans(), st.integers(-99, 9999), IDS, st.sampled_from(["2027-03", "001-054, 056", "x@..2027-01"]),
    st.lists(st.integers(1, 12), max_size=3), st.dictionaries(IDS, st.integers(), min_size=1, max_size=2),
)  # fmt: skip


@st.composite
def windows(draw: Callable[..., Any], whole: bool = False) -> dict[str, int | None]:
    start, to = sorted((draw(MONTHS), draw(MONTHS)))
    return {
        "start": start if whole or draw(st.booleans()) else None,
        "to": to if whole or draw(st.booleans()) else None,
    }


@st.composite
def changes(draw: Callable[..., Any]) -> Change:
    row = draw(IDS)
    match draw(st.sampled_from(Action)):
        case Action.ADD:
            table = draw(st.sampled_from(sorted(ADDABLE)))
            window = {} if table == "group" else draw(windows())
            amount = draw(st.integers(-500, 500).filter(bool))
            return Change(Action.ADD, table, row, draw(st.sampled_from(ADDABLE[table])), amount, **window)
        case Action.SET if draw(st.booleans()):
            table = draw(st.sampled_from(sorted(STEP_FIELDS)))
            field = draw(st.sampled_from(STEP_FIELDS[table]))
            value = draw(IDS | st.none()) if field in NAMES.get(table, ()) else draw(st.integers(0, 100))
            return Change(Action.SET, table, row, field, value, **draw(windows()))
        case Action.SET:
            table = draw(st.sampled_from(sorted(TABLES)))
            field = draw(st.sampled_from(plain_fields(table)))
            value = draw(st.integers(0, 100)) if field in ADDABLE.get(table, ()) else draw(VALUES)
            return Change(Action.SET, table, row, field, value)
        case (Action.CLOSE | Action.LEAVE) as action:
            leave = action is Action.LEAVE
            return Change(action, "candidate" if leave else "arena", row, **draw(windows(whole=leave)))
        case Action.UNFIX:
            return Change(Action.UNFIX, "candidate", row, value=draw(IDS), **draw(windows(whole=True)))
        case Action.REMOVE:
            return Change(Action.REMOVE, draw(st.sampled_from(REMOVABLE)), row)
        case Action.SWAP:
            return Change(Action.SWAP, "candidate", row, draw(IDS), draw(IDS))
        case Action.NEW:
            return Change(Action.NEW, draw(st.sampled_from(sorted(TABLES))), row, value={"id": row, "name": draw(IDS)})
        case (Action.RULES | Action.OVERLAY) as action:
            return Change(action, value=draw(st.dictionaries(IDS, VALUES, min_size=1, max_size=3)))
    raise AssertionError


@settings(max_examples=400, deadline=None)
@given(changes())
def test_both_readers_undo_their_writers(change: Change) -> None:
    assert change_from(change.mapping()) == change
    assert parse_change(change.inline()) == change
    for lang in LANGUAGES:
        said = sentence(change, lang)
        assert said
        assert "{" not in said or "{" in change.inline() or "{" in change.row or "{" in str(change.value)


# --- what is no change -----------------------------------------------------------------------------------------------


def problem_of(attempt: Callable[[], object]) -> tuple[str, str | None]:
    with pytest.raises(InputError) as caught:
        attempt()
    problem = caught.value.problems[0]
    for lang in LANGUAGES:
        assert problem.line(lang)
    return problem.code, problem.nearest


LINES = [
    ("arna.kad4a.places+1", "change-unknown-table", "arena"),
    ("arena.kad4a.placs+1", "change-unknown-field", "places"),
    ("arena.kad4a.places+0", "change-zero", None),
    ("arena.kad4a.places", "change-syntax", None),
    ("clse arena.prison", "change-syntax", "close"),
    ("close arena.prison from", "change-syntax", None),
    ("", "change-syntax", None),
    ("add candidate A01", "change-syntax", None),
    ("candidate.A03.percent+5", "change-not-added", None),
    ("candidate.A03.percent=140", "number-range", None),
    ("candidate.A03.percent=sixty", "number-as-text", None),
    ("candidate.A03.leave", "change-needs-window", None),
    ("candidate.A03.leave@2027-01..", "change-needs-window", None),
    ("arena.x.places+1@2027-13..", "bad-month", None),
    ("arena.x.places+1@2028-03..2027-03", "from-after-to", None),
    ("group.G27.places+1@2027-01..", "change-no-window", None),
    ("remove arena.x", "change-unknown-field", None),
]  # fmt: skip
MAPPINGS: list[tuple[Any, str, str | None]] = [
    ({}, "change-unknown-table", None),
    ("x", "not-a-table", None),
    ({"arena": "a", "limit": "b", "places": 1}, "change-unknown-table", None),
    ({"arena": "a"}, "change-one-field", None),
    ({"arena": "a", "places": 1, "percent": 2}, "change-one-field", None),
    ({"arena": "a", "places": 1.5}, "not-a-whole-number", None),
    ({"arena": "a", "places": True}, "not-a-number", None),
    ({"arena": "a", "close": 1}, "change-only-true", None),
    ({"arena": "a", "close": True, "places": 1}, "unknown-key", None),
    ({"arena": 3, "places": 1}, "not-text", None),
    ({"candidate": "a", "percent": 60, "set": True}, "change-set", None),
    ({"candidate": "a", "leave": {"form": "2027-01", "to": "2027-02"}}, "unknown-key", "from"),
    ({"candidate": {"name": "x"}}, "missing-key", None),
    ({"rules": {}}, "not-a-table", None),
]


@pytest.mark.parametrize(("line", "code", "near"), LINES, ids=[line[0] for line in LINES])
def test_nonsense_in_a_line_is_named(line: str, code: str, near: str | None) -> None:
    assert problem_of(lambda: parse_change(line)) == (code, near)


@pytest.mark.parametrize(("mapping", "code", "near"), MAPPINGS, ids=str)
def test_nonsense_in_a_mapping_is_named(mapping: Any, code: str, near: str | None) -> None:
    assert problem_of(lambda: change_from(mapping)) == (code, near)


def test_a_month_of_no_field_is_named() -> None:
    with pytest.raises(InputError) as refused:
        change_from({"supervisor": "V1", "to": "2027-05"})
    (problem,) = refused.value.problems
    assert (problem.code, problem.found) == ("change-one-field", "to")


@settings(max_examples=300, deadline=None)
@given(
    st.one_of(st.text(max_size=40), st.from_regex(r"(close|add|arena|rules)[. ][a-z\"{.=+@0-9]{0,20}", fullmatch=True))
)
def test_no_line_breaks_the_reader(line: str) -> None:
    with contextlib.suppress(InputError):
        parse_change(line)


SWEEPS = ["arena.kad4a.places", "arena.kad4a.places=5..1", "arena.kad4a.places=1..999", "x"]


@pytest.mark.parametrize("line", SWEEPS)
def test_nonsense_in_a_sweep_is_named(line: str) -> None:
    assert problem_of(lambda: parse_sweep(line))[0] == "sweep-syntax"


def test_a_sweep_is_its_changes_in_rising_order() -> None:
    assert [each_change.inline() for each_change in parse_sweep("arena.kad4a.places=1..3@2027-01..").changes] == [
        "arena.kad4a.places=1@2027-01..",
        "arena.kad4a.places=2@2027-01..",
        "arena.kad4a.places=3@2027-01..",
    ]
    assert parse_sweep("arena.kad4a.places=1..9/3").values == (1, 4, 7)
    assert parse_sweep("arena.kad4a.places+0..2").values == (1, 2)
    less = parse_sweep("arena.kad4a.places-1..2")
    assert (less.values, [change.value for change in less.changes]) == ((-2, -1), [-2, -1])
    assert parse_sweep("rules.legevakt_shifts=20..40/10").subject == "rules.legevakt_shifts"


APPLIED = [
    ("arena.hospitl.places+1", "unknown-arena", "hospital"),
    ("limit.al.places+1", "change-unknown-row", "all"),
    ("arena.clinic.places+1", "change-no-ceiling", None),
    ("arena.hospital.places-3", "change-below-zero", None),
    ("group.G27.places-9", "change-below-zero", None),
    ("arena.hospital.places+1@2050-01..", "change-beside-horizon", None),
    ("arena.hospital.places+1@..2020-01", "change-beside-horizon", None),
    ("arena.hospital.places+9999", "number-range", None),
    ("candidate.A01.unfix=gp@2027-01..2027-02", "change-not-fixed", None),
    ('add candidate {"id": "A01"}', "duplicate-id", None),
    ('overlay {"arnas": []}', "unknown-key", "arenas"),
    ('overlay {"arenas": [1]}', "not-a-table", None),
]  # fmt: skip


@pytest.mark.parametrize(("line", "code", "near"), APPLIED, ids=[line[0] for line in APPLIED])
def test_nonsense_for_an_instance_is_named(line: str, code: str, near: str | None) -> None:
    assert problem_of(lambda: apply(base(), [parse_change(line)])) == (code, near)


NAMED = edited(
    ("arenas.3.name", "Helsestasjon (St. Marie)"),
    ("arenas.4.name", "Sykehuset, avd. 2/3"),
    ("arenas.5.name", "Legevakta i byen"),
    ("rotations.2.name", "Sykehus"),
    ("supervisors.0.name", "Kari Nordmann"),
    ("candidates.0.name", "Lars Holm"),
    ("candidates.0.fixed", [{"rotation": "hospital", "from": "2027-03", "to": "2027-08"}]),
    ("candidates.1.name", "Åse Lie"),
    ("candidates.+", {"id": "A03", "name": "Åse Lie", "start": "2027-01"}),
    ("requirements.0.candidates", ["A01", "A02"]),
)


@pytest.mark.parametrize(
    ("named", "by_id"),
    [
        ("candidate.Lars Holm.percent=60@2027-01..", "candidate.A01.percent=60@2027-01.."),
        ('candidate."lars holm".percent=60@2027-01..', "candidate.A01.percent=60@2027-01.."),
        ("candidate.a01.percent=60@2027-01..", "candidate.A01.percent=60@2027-01.."),
        ("remove candidate.Lars Holm", "remove candidate.A01"),
        ("candidate.A02.supervisor=Kari Nordmann", "candidate.A02.supervisor=V01"),
        ("candidate.Lars Holm.unfix=Sykehus@2027-03..2027-04", "candidate.A01.unfix=hospital@2027-03..2027-04"),
        ("candidate.A01.group=free", "candidate.A01.group=free"),
        ('candidate.A01.allowed=["gp", "sykehus"]', 'candidate.A01.allowed=["gp", "hospital"]'),
        ('arena."Helsestasjon (St. Marie)".places=2', "arena.clinic.places=2"),
        ("close arena.Legevakta i byen fra 2028-01 til 2028-03", "close arena.duty from 2028-01 to 2028-03"),
        ("close arena.Legevakta i byen", "close arena.duty"),
        ("close arena.Legevakta i byen@2028-01..", "close arena.duty from 2028-01"),
    ],
)
def test_a_name_that_one_row_bears_is_understood(named: str, by_id: str) -> None:
    assert apply(NAMED, [parse_change(named)]) == apply(NAMED, [parse_change(by_id)]) != NAMED


@pytest.mark.parametrize(
    ("line", "code", "near"),
    [
        ("candidate.Åse Lie.percent=60", "name-of-several", None),
        ("remove candidate.åselie", "name-of-several", None),
        ("candidate.Lars Holmen.percent=60", "unknown-candidate", "A01"),
        ("arena.Legevakten i byen.shifts+1", "unknown-arena", "duty"),
        ("close arena.sykehuset fra 2028-01", "unknown-arena", "hospital"),
    ],
)
def test_a_name_that_nobody_or_several_bear_is_not_guessed_at(line: str, code: str, near: str | None) -> None:
    assert problem_of(lambda: apply(NAMED, [parse_change(line)])) == (code, near)


def test_all_problems_come_at_once_and_the_tree_is_as_it_was() -> None:
    tree = base()
    with pytest.raises(InputError) as caught:
        apply(
            tree, [parse_change(line) for line in ("arena.x.places+1", "remove group.G27", "candidate.A9.percent=50")]
        )
    assert [problem.code for problem in caught.value.problems] == ["unknown-arena", "unknown-candidate"]
    assert tree == base()


def test_every_code_is_tried() -> None:
    tried = {code for _, code, _ in [*LINES, *MAPPINGS, *APPLIED]} | {"sweep-syntax", "scenario-empty"}
    assert {code for code in codes() if code.startswith(("change-", "sweep-", "scenario-"))} - tried == set()


def test_rows_are_told_by_their_names_where_they_have_one() -> None:
    """What a change names, and what it sets a field to; candidates by their ids, and what there is not yet."""
    instance = make(
        arenas={"ward": {"name": "Sengepost"}, "office-01": {"name": "Torget"}},
        rotations={"ward": {"name": "På post"}},
        limits=[{"id": "under", "name": "Felles", "arenas": ["ward"], "places": [{"places": 1}]}],
        supervisors=[{"id": "V01", "name": "Ask", "places": 1}],
    )
    told = {
        "arena.ward.places+1@2027-03..2027-08": "én plass mer på «Sengepost» fra mars 2027 til og med august 2027",
        "limit.under.places=2": "2 plasser under det felles taket «Felles»",
        "candidate.A01.practice=office-01": "«A01» har fastlegekontoret Torget",
        "candidate.A01.supervisor=V01": "«A01» har veilederen Ask",
        "candidate.A01.allowed=ward": "«A01» kan ta På post",
        "candidate.A01.unfix=ward@2027-03..2027-04": (
            "«A01» er ikke lenger låst til På post fra mars 2027 til og med april 2027"
        ),
        "remove supervisor.V01": "uten veilederen «Ask»",
        "close arena.havna": "«havna» er stengt",
    }
    assert {words: sentence(parse_change(words), "nb", called_in(instance)) for words in told} == told
