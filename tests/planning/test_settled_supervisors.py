"""Supervisors once the months are settled: with the fewest changes, and always the same."""

from collections import Counter
from itertools import groupby, pairwise, permutations
from random import Random

import pytest

from scheduler.instance.assignment import Assignment
from scheduler.instance.types import Instance
from scheduler.planning.assign import supervisors
from scheduler.planning.assign.in_turn import Supervision
from scheduler.planning.assign.supervisors import assign_supervisors
from scheduler.solver import engine
from scheduler.solver.engine import Settings
from tests.helpers.tiny import Row, make, months, person

N_MONTHS, N_PEOPLE, N_SUPERVISORS = 6, 3, 4
N_INSTANCES = 40


def drawn(seed: int, own_supervisor: bool = False) -> Instance:
    """Everybody is in the office for half a year; one place, or none, with each supervisor, month by month.

    Where the ward has a supervisor of its own, that one is there always.
    """
    source = Random(seed)
    rows: list[Row] = [
        {
            "id": f"V{number}",
            "places": [
                {"from": f"2027-{month:02d}", "to": f"2027-{month:02d}", "places": int(source.random() < 0.85)}
                for month in range(1, N_MONTHS + 1)
            ],
        }
        for number in range(N_SUPERVISORS)
    ]
    rows += [{"id": "W", "places": 2, "arenas": ["ward"]}] if own_supervisor else []
    return make(
        *[person() for _ in range(N_PEOPLE)],
        n_months=N_MONTHS,
        rules={"total": N_MONTHS, "institution_min": 0},
        arenas={"ward": {"own_supervisor": own_supervisor}},
        rotations={"clinic": None},
        supervisors=rows,
    )


def in_the_office(instance: Instance) -> dict[str, Assignment]:
    return {
        candidate_id: Assignment(candidate_id, instance.start, ("gp",) * N_MONTHS, "office-01", None)
        for candidate_id in instance.candidates
    }


def with_visits(seed: int) -> tuple[Instance, dict[str, Assignment]]:
    """The same with a month or two of each in a ward, which has a supervisor of its own with two places."""
    source, instance = Random(seed), drawn(seed, own_supervisor=True)
    rows = {}
    for candidate_id in instance.candidates:
        first = source.randrange(1, N_MONTHS)
        last = min(first + source.randrange(1, 3), N_MONTHS)
        rotations = ("gp",) * first + ("ward",) * (last - first) + ("gp",) * (N_MONTHS - last)
        rows[candidate_id] = Assignment(candidate_id, instance.start, rotations, "office-01", None)
    return instance, rows


Counts = tuple[int, int]


def fewest_by_hand(instance: Instance, rows: dict[str, Assignment]) -> Counts | None:
    """Month after month every way to give everybody somebody: the fewest changes, then the fewest outside the ward.

    None where there is no way. Of each way it is remembered whom everybody had last, and last in the office.
    """
    best: dict[tuple[tuple[str, str | None], ...], Counts] = {}
    for month in range(instance.start, instance.end):
        there = [row for row in instance.supervisors.values() for _ in range(row.places_at(month))]
        in_ward = [row.rotation_at(month) == "ward" for row in rows.values()]
        ways = {
            tuple(row.id for row in way)
            for way in permutations(there, N_PEOPLE)
            if all(("ward" in row.arenas) == ward for row, ward in zip(way, in_ward, strict=True))
        }
        later: dict[tuple[tuple[str, str | None], ...], Counts] = {}
        for way in ways:
            for before, (n, n_home) in best.items() if month > instance.start else [((("", None),) * N_PEOPLE, (0, 0))]:
                last = [one for one, _ in before]
                home = [one for _, one in before]
                n += sum(one not in ("", now) for one, now in zip(last, way, strict=True))
                n_home += sum(
                    not ward and one not in (None, now) for one, now, ward in zip(home, way, in_ward, strict=True)
                )
                state = tuple((now, one if ward else now) for now, one, ward in zip(way, home, in_ward, strict=True))
                later[state] = min(later.get(state, (n, n_home)), (n, n_home))
        best = later
    return min(best.values(), default=None)


def changes(rows: dict[str, Assignment], chosen: Supervision) -> Counts:
    """Of all months, and of those in the office."""
    n, n_home = 0, 0
    for candidate_id, mine in chosen.items():
        home = [who for month, who in mine.items() if rows[candidate_id].rotation_at(month) == "gp"]
        n += sum(one != other for one, other in pairwise(mine.values()))
        n_home += sum(one != other for one, other in pairwise(home))
    return n, n_home


@pytest.mark.parametrize("visiting", [False, True])
def test_the_fewest_changes_are_the_brute_force_s(visiting: bool) -> None:
    """Of all months first, then without those in the ward: the former one goes on where there is room."""
    n_with, n_without, n_others = 0, 0, 0
    for seed in range(N_INSTANCES):
        instance = drawn(seed)
        rows = in_the_office(instance)
        if visiting:
            instance, rows = with_visits(seed)
        chosen = assign_supervisors(instance, rows, Settings(workers=1))
        least = fewest_by_hand(instance, rows)
        assert (chosen is None) == (least is None)
        if chosen is not None:
            assert changes(rows, chosen) == least, seed
        n_with, n_without = n_with + (least is not None), n_without + (least is None)
        n_others += least is not None and least[1] > 0
    assert n_with > 5
    assert n_without > 5
    assert n_others > 5


@pytest.mark.parametrize("visiting", [False, True])
def test_there_is_somebody_for_all_where_no_search_came_to_an_end(
    visiting: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Months that stand are not lost for want of time: each month by itself, which finds a way if there is one."""
    monkeypatch.setattr(supervisors, "_exactly", lambda *_: None)
    monkeypatch.setattr(supervisors, "in_file_order", lambda *_: None)
    monkeypatch.setattr(supervisors, "scarcest_first", lambda *_: None)
    n_with = 0
    for seed in range(N_INSTANCES):
        instance = drawn(seed)
        rows = in_the_office(instance)
        if visiting:
            instance, rows = with_visits(seed)
        chosen, least = assign_supervisors(instance, rows, Settings(workers=1)), fewest_by_hand(instance, rows)
        assert (chosen is None) == (least is None), seed
        if chosen is None:
            continue
        n_with += 1
        for month in range(instance.start, instance.end):
            there = Counter(mine[month] for mine in chosen.values())
            assert there.total() == N_PEOPLE
            assert all(n <= instance.supervisors[who].places_at(month) for who, n in there.items())
            assert all(
                ("ward" in instance.supervisors[mine[month]].arenas) == (rows[who].rotation_at(month) == "ward")
                for who, mine in chosen.items()
            )
    assert n_with > 5


def test_the_same_whatever_seed_and_workers(monkeypatch: pytest.MonkeyPatch) -> None:
    """In those of the instances in which one after the other is not enough, so that a search chooses."""
    asked: list[Settings] = []
    search = engine.run

    def heard(model: object, settings: Settings, *more: object) -> object:
        asked.append(settings)
        return search(model, settings, *more)  # type: ignore[arg-type]

    monkeypatch.setattr(supervisors, "run", heard)
    for seed in range(N_INSTANCES):
        instance = drawn(seed)
        mine, n_before = in_the_office(instance), len(asked)
        first = assign_supervisors(instance, mine, Settings(workers=1))
        if len(asked) > n_before:
            others = [assign_supervisors(instance, mine, Settings(workers=4, seed=other)) for other in range(1, 5)]
            assert all(other == first for other in others), seed
    assert len(asked) > 10


# --- who comes back from an arena's own supervisor --------------------------------------------------------------------


def visiting(*visits: tuple[int, int], supervisors: list[Row], people: list[Row] | None = None) -> dict[str, str]:
    """Whom each has, month after month: ``V1*2 W*2 V1*2``; each is in the ward from a month up to another."""
    instance = make(
        *(people or [person() for _ in visits]),
        n_months=N_MONTHS,
        rules={"total": N_MONTHS, "institution_min": 0},
        arenas={"ward": {"own_supervisor": True}},
        rotations={"clinic": None},
        supervisors=[*supervisors, {"id": "W", "places": 9, "arenas": ["ward"]}],
    )
    rows = {}
    for candidate, (first, last) in zip(instance.candidates.values(), visits, strict=True):
        rotations = ["ward" if first <= number < last else "gp" for number in range(N_MONTHS)]
        first_month = max(candidate.start_earliest, instance.start)
        there = tuple(rotations[first_month - instance.start :])
        rows[candidate.id] = Assignment(candidate.id, first_month, there, "office-01", None)
    chosen = assign_supervisors(instance, rows, Settings(workers=1))
    assert chosen is not None
    runs = {name: groupby(mine.values()) for name, mine in chosen.items()}
    return {name: " ".join(f"{who}*{len(list(run))}" for who, run in row) for name, row in runs.items()}


def one_place(*names: str) -> list[Row]:
    return [{"id": name, "places": 1} for name in names]


def test_the_former_supervisor_goes_on_after_the_arena_s_own() -> None:
    """A02 begins when V1 has a place, and has it only until A01 comes back."""
    people = [person(), person(start="2027-03")]
    assert visiting((2, 4), (9, 9), supervisors=one_place("V1", "V2"), people=people) == {
        "A01": "V1*2 W*2 V1*2",
        "A02": "V2*4",
    }


def test_another_takes_over_where_the_former_has_no_place_any_more() -> None:
    until_april: Row = {"id": "V1", "places": 1, "to": "2027-04"}
    assert visiting((2, 4), supervisors=[until_april, {"id": "V2", "places": 1, "from": "2027-05"}]) == {
        "A01": "V1*2 W*2 V2*2"
    }


def test_who_is_there_before_and_after_comes_before_who_is_not() -> None:
    """V1 and V2 can both stay until the ward; only V2 is there when A01 comes back."""
    assert visiting((2, 4), supervisors=[{"id": "V1", "places": 1, "to": "2027-02"}, *one_place("V2")]) == {
        "A01": "V2*2 W*2 V2*2"
    }


@pytest.mark.parametrize("visit", [(1, 3), (2, 4), (3, 5), (9, 9)])
def test_whose_own_months_are_the_same_has_the_same_whenever_others_are_away(visit: tuple[int, int]) -> None:
    found = visiting(visit, (2, 3), (3, 4), supervisors=one_place("V1", "V2", "V3"))
    assert (found["A02"], found["A03"]) == ("V2*2 W*1 V2*3", "V3*3 W*1 V3*2")
    people = [person(), person(start="2027-03")]  # A02 leaves for the ward when A01 may come back
    assert visiting(visit, (4, 6), supervisors=one_place("V1", "V2"), people=people)["A02"] == "V2*2 W*2"


def test_a_place_set_aside_does_not_leave_anybody_without() -> None:
    """V1 has the only place: A02 is in the ward when A01 is not, and both are with V1 in between."""
    assert visiting((0, 3), (3, 6), supervisors=one_place("V1")) == {"A01": "W*3 V1*3", "A02": "V1*3 W*3"}


def test_the_others_have_the_first_of_the_file_where_two_ask_for_one_place() -> None:
    """V1 is with A03, who can be there in all four months: a search finds that, and the rest is in the file's order."""
    later, fixed = person(start="2027-03"), person(start="2027-03", supervisor="V1")
    names = ("V1", "V2", "V3", "V4", "V5")
    found = visiting(
        (2, 4), (2, 3), (9, 9), (1, 3), supervisors=one_place(*names), people=[later, fixed, fixed, person()]
    )
    assert found == {"A01": "W*2 V2*2", "A02": "W*1 V3*3", "A03": "V1*4", "A04": "V4*1 W*2 V4*3"}


@pytest.mark.parametrize("last", ["gp", "ward"])
def test_who_supervised_before_the_plan_goes_on(last: str) -> None:
    """Served with V2 up to the plan, or with V2 before the ward's own."""
    served = [months("2026-10", "2026-11", rotation="gp", supervisor="V2")]
    own = {"gp": "V2", "ward": "W"}[last]
    served.append(months("2026-12", "2026-12", rotation=last, supervisor=own))
    people = [person(start="2026-10", served=served)]
    assert visiting((0, 1 if last == "ward" else 0), supervisors=one_place("V1", "V2"), people=people) == {
        "A01": "W*1 V2*5" if last == "ward" else "V2*6"
    }
