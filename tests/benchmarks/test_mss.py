"""The public benchmark on a tiny instance of our own: reading, saying it as ours, and judging, all reckoned by hand."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from benchmarks.__main__ import main
from benchmarks.contenders.textbook import build
from benchmarks.mss import Clerkship, MssCase, instance_tree, read_case, rotas_of, score
from benchmarks.mss.run import MssRun, files_in, judged, table
from scheduler.check import check_plan
from scheduler.files import read_instance
from scheduler.instance.types import Instance
from scheduler.plan import Plan, Status
from scheduler.solve import Options, solve

TINY = """
%Scalars
Students=2;
Disciplines=2;
Hospitals=2;
Duration=2;
Horizon=5;
Groups=1;
MaxDiscPerHosp=2;
%Data structures
DiscGroup = [1,1];
StudDiscGroup =[|
2 |
1 |];
AllowedDisc =[| 1, 1 | 1, 1 |];
Precededby =[|
0, 0 |
1, 0 |];
Availability =[|
1, 1, 1, 1, 1 |
0, 1, 1, 1, 1 |];
Ability = array3d(1..Students,1..Hospitals,1..Disciplines,[
1, 0 ,
1, 1 ,
1, 1 ,
1, 1 ]);
MaxPosHosp = array3d(1..Hospitals, 1..Disciplines, 1..Horizon,[
1, 1, 1, 1, 1 ,
1, 1, 1, 1, 1 ,
1, 1, 1, 1, 1 ,
1, 1, 1, 1, 1 ]);
MinPosHosp = array3d(1..Hospitals, 1..Disciplines, 1..Horizon,[
0, 0, 0, 0, 0 ,
0, 0, 0, 0, 0 ,
0, 0, 0, 0, 0 ,
0, 0, 0, 1, 0 ]);
WeightPref=[|
2, 1, -1, -3 |
1, 2, -2, -1 |];
PrefStudDisc =[|
3, 4 |
5, 1 |];
PrefStudHosp =[|
1, 5 |
4, 2 |];
ManPref=[1,2];
"""

# The first student: discipline 1 in hospital 1 in periods 1-2, free in period 3, discipline 2 in hospital 2 in 4-5; the
# second, who is away in period 1: discipline 1 in hospital 1 in periods 3-4.
ROTAS = {0: (Clerkship(0, 0, 0), Clerkship(3, 1, 1)), 1: (Clerkship(2, 0, 0),)}


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file."""
    path = tmp_path_factory.mktemp("mss") / "tiny_2_2.dzn"
    path.write_text(TINY, encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def case(path: Path) -> MssCase:
    """What it says."""
    return read_case(path)


@pytest.fixture(scope="module")
def instance(case: MssCase) -> Instance:
    """The same as an instance of ours."""
    return read_instance(instance_tree(case))


@pytest.fixture(scope="module")
def plan(instance: Instance) -> Plan:
    """The best plan of it."""
    return solve(instance, Options(workers=1, time_limit_s=60))


# --- reading ---------------------------------------------------------------------------------------------------------


def test_a_file_is_read_by_what_it_says_of_its_sizes(case: MssCase) -> None:
    """Tables of three sides lie in the order student, hospital, discipline; indices begin with 0."""
    assert (case.name, case.students, case.periods, case.duration) == ("tiny_2_2", 2, 5, 2)
    assert case.group_of.tolist() == [0, 0]
    assert case.able.tolist() == [[[1, 0], [1, 1]], [[1, 1], [1, 1]]]
    assert case.least[1, 1].tolist() == [0, 0, 0, 1, 0]
    assert case.weights[1].tolist() == [1, 2, -2, -1]
    assert not case.may(0, 0, 1)
    assert case.may(0, 1, 1)


@pytest.mark.parametrize(
    ("found", "instead", "said"),
    [("ManPref=[1,2];", "", "ManPref is missing"), ("ManPref=[1,2];", "ManPref=[1];", "ManPref has 1 numbers, not 2")],
)
def test_a_file_that_is_not_whole_is_told(tmp_path: Path, found: str, instead: str, said: str) -> None:
    """Better than a table that is off by one."""
    path = tmp_path / "broken.dzn"
    path.write_text(TINY.replace(found, instead), encoding="utf-8")
    with pytest.raises(ValueError, match=said):
        read_case(path)


# --- judging ---------------------------------------------------------------------------------------------------------


def test_the_value_is_reckoned_as_the_benchmark_says(case: MssCase) -> None:
    """First: 2 (3 + 4) + 1 (1 + 5) + 1 + 2 - 3 for a free period - 1 for a change: 19. Second: 1 * 5 + 2 * 4 + 1 - 2
    for the two periods before the first discipline: 12. The least of them counts once more.
    """
    found = score(case, ROTAS)
    assert found.broken == []
    assert (found.disciplines, found.hospitals, found.school) == (14 + 5, 6 + 8, 3 + 1)
    assert (found.waiting, found.changes, found.least_satisfied) == (-3 - 2, -1, 12)
    assert (found.wishes, found.value) == (37, 19 + 12 + 12)


@pytest.mark.parametrize(
    ("student", "rota", "said"),
    [
        (0, [Clerkship(0, 0, 0)], "student 1 does 1 of group 1, not 2"),
        (0, [Clerkship(0, 0, 0), Clerkship(3, 0, 1)], "student 1 does a discipline twice"),
        (0, [Clerkship(0, 0, 0), Clerkship(3, 1, 0)], "student 1, discipline 2: not allowed in hospital 1"),
        (0, [Clerkship(0, 0, 0), Clerkship(4, 1, 1)], "student 1, discipline 2: outside the horizon"),
        (0, [Clerkship(0, 1, 1), Clerkship(3, 0, 0)], "student 1, discipline 2: not after discipline 1"),
        (0, [Clerkship(2, 0, 1), Clerkship(3, 1, 1)], "student 1: two disciplines in period 4"),
        (1, [Clerkship(0, 0, 1)], "student 2, discipline 1: while away"),
        (1, [Clerkship(1, 0, 0)], "hospital 1, discipline 1, period 2: 2 students, from 0 to 1"),
        (0, [Clerkship(0, 0, 0), Clerkship(2, 1, 1)], None),
        (0, [Clerkship(0, 0, 0)], "hospital 2, discipline 2, period 4: 0 students, from 1 to 1"),
    ],
)
def test_what_is_broken_is_told(case: MssCase, student: int, rota: Sequence[Clerkship], said: str | None) -> None:
    """One fault each; and a rota without a free period has none."""
    broken = score(case, {**ROTAS, student: rota}).broken
    assert said in broken if said is not None else broken == []


def test_at_most_so_many_disciplines_in_one_hospital(tmp_path: Path) -> None:
    """Two in hospital 2, where one is the most."""
    path = tmp_path / "strict.dzn"
    path.write_text(TINY.replace("MaxDiscPerHosp=2", "MaxDiscPerHosp=1"), encoding="utf-8")
    strict = read_case(path)
    both = (Clerkship(0, 0, 1), Clerkship(2, 1, 1))
    assert score(strict, {**ROTAS, 0: both}).broken == ["student 1 does 2 disciplines in hospital 2"]
    kept = solve(read_instance(instance_tree(strict)), Options(workers=1, time_limit_s=60))
    assert score(strict, rotas_of(strict, kept)).broken == []


# --- as an instance of ours ------------------------------------------------------------------------------------------


def test_the_best_plan_breaks_nothing_of_the_benchmark(case: MssCase, instance: Instance, plan: Plan) -> None:
    """The first has both disciplines in hospital 2, 14 + 10 + 3; the second has discipline 1 in hospital 1, 5 + 8 + 1,
    which is one period of waiting for who is away in the first.
    """
    assert plan.status is Status.OPTIMAL
    assert check_plan(instance, plan) == []
    found = score(case, rotas_of(case, plan))
    assert found.broken == []
    assert found.wishes == 27 + 14
    assert found.value == 27 + 13 + 13


def test_the_weight_of_lost_wishes_is_what_wishes_lack(instance: Instance, plan: Plan) -> None:
    """All wishes together weigh 8 + 12 + 15 (the first, to whom a ward is closed) and 14 + 11 + 10 + 7: 77 - 41."""
    weights = [wish.weight for candidate in instance.candidates.values() for wish in candidate.wishes]
    assert sorted(weights) == sorted([6 + 1 + 1, 6 + 5 + 1, 8 + 5 + 2, 5 + 8 + 1, 1 + 8 + 2, 5 + 4 + 1, 1 + 4 + 2])
    assert {level.id: level.value for level in plan.objectives} == {"wishes": 77 - 41, "delay": 0}


def test_the_textbook_model_holds_it_too(instance: Instance) -> None:
    """The other contenders read the same instance."""
    assert not build(instance).model.impossible


def test_nobody_is_planned_who_is_asked_for_nothing(tmp_path: Path) -> None:
    """There is no row for them, and the judge needs none."""
    path = tmp_path / "idle.dzn"
    path.write_text(TINY.replace("2 |\n1 |];", "2 |\n0 |];"), encoding="utf-8")
    idle = read_case(path)
    assert [row["id"] for row in instance_tree(idle)["candidates"]] == ["S001"]
    assert score(idle, {0: ROTAS[0]}).broken == []


# --- the run ---------------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_a_run_prints_what_the_benchmark_says(path: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The textbook model on the tiny instance, in a process of its own."""
    results = tmp_path / "results.json"
    arguments = ["mss", str(path.parent), "--contenders", "textbook-cpsat", "--time-limit", "20", "-o", str(results)]
    assert main(arguments) == 0
    (row,) = json.loads(results.read_text("utf-8"))["runs"]
    assert row["scored"]["wishes"] == 41
    assert row["scored"]["broken"] == []
    line = capsys.readouterr().out.splitlines()[-1]
    assert line.startswith("| tiny_2_2 | textbook, CP-SAT | yes |")
    assert "| 41 |" in line


def test_small_instances_are_run_first(path: Path) -> None:
    """And only those that are asked for."""
    assert [run.id for run in files_in(path.parent)] == ["tiny_2_2"]
    assert files_in(path.parent, ["I40"]) == []


def test_a_plan_that_breaks_something_is_none_in_the_table(case: MssCase, plan: Plan) -> None:
    """What it is worth is not told, but what it breaks."""
    without_first = plan.model_copy(update={"candidates": plan.candidates[1:]})
    row = {
        "case": "tiny", "contender": "ours", "first_plan_s": 1.0, "n_violations": 0, "violations": [], "unplaced": None,
        "ending": "finished", "published": 4127, "published_bound": None, **judged(case, without_first),
    }  # fmt: skip
    assert list(table([row]))[-1] == (
        "| tiny | alis | no | – | – | – | 4,127 | – | student 1 does 0 of group 1, not 2 |"
    )
    nothing: Mapping[str, object] = {**row, **judged(case, None)}
    assert list(table([dict(nothing)]))[-1] == "| tiny | alis | no | – | – | – | 4,127 | – |  |"


def test_the_kind_of_a_run_is_told(path: Path) -> None:
    """With what is published of it, which of ours is nothing."""
    run = MssRun(path)
    assert (run.kind, run.candidates, run.about()) == ("mss", 2, {"published": None, "published_bound": None})
