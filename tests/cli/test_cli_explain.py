"""`alis explain`: exit codes, what is said, what programs read; and the same text in `alis plan`."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from scheduler.changes import change_from, parse_change
from scheduler.cli.console import Console
from scheduler.cli.explain import tell_how
from tests.helpers.command_line import PLAIN, SMALL, WAIT, alis

DATE = SMALL / "09-one-hospital-place-date.toml"
SAYS = "Sykehus: 2 ALIS (A01, A02) må ha 6 måneder institusjonstjeneste før november 2027; det er plass til 1."


def test_why_there_is_no_plan_and_what_would_make_one() -> None:
    result = alis("explain", DATE)
    assert result.exit_code == 4
    assert result.stdout == ""
    assert result.stderr.startswith("Flaskehals fra mars 2027 til og med juli 2027: Sykehus.\n")  # before the details
    assert SAYS in result.stderr
    assert "«A01» må være ferdig innen februar 2028 (kontrollert: da finnes det en plan)" in result.stderr
    assert f'alis whatif {DATE} "candidate.A01.finish_by=2028-02"' in result.stderr


def test_why_not_of_data_without_any_plan_is_told_as_that() -> None:
    """Neither with A01 in gp nor without: the two still need the one place in the hospital at the same time."""
    result = alis("explain", DATE, "--candidate", "A01", "--rotation", "gp", "--from", "2027-03")
    assert result.exit_code == 4
    assert "Det finnes ingen plan i det hele tatt" in result.stderr
    assert SAYS in result.stderr
    assert f'alis whatif {DATE} "candidate.A01.finish_by=2028-02"' in result.stderr


def test_why_not_of_data_without_any_plan_for_programs() -> None:
    asked = ("--candidate", "A01", "--rotation", "gp", "--from", "2027-03")
    result = alis("explain", DATE, *asked, "--json", "--quiet")
    told = json.loads(result.stdout)
    assert (result.exit_code, told["possible"]) == (4, False)
    assert told["explanation"]["certainty"] == "proved"
    assert told["explanation"]["conflicts"]


def test_a_remedy_of_several_changes_is_tried_as_one_scenario(capsys: pytest.CaptureFixture[str]) -> None:
    changes = ["arena.hospital.places+1@2027-03..2027-08", "candidate.A01.finish_by=2028-02"]
    explanation = {"remedies": [{"verified": True, "inline": changes}]}
    tell_how(Console("en"), explanation, Path(DATE))
    assert f'alis whatif {DATE} "{changes[0]}; {changes[1]}"' in capsys.readouterr().err


def test_for_programs() -> None:
    result = alis("explain", DATE, "--json", "--quiet", "--lang", "en")
    found = json.loads(result.stdout)
    assert (result.exit_code, found["status"], found["explanation"]["certainty"]) == (4, "infeasible", "proved")
    (conflict,) = found["explanation"]["conflicts"]
    assert {"id": "capacity", "arena": "hospital", "have": 1, "need": 2}.items() <= conflict["rules"][0].items()
    assert [count["id"] for count in found["explanation"]["counts"]] == ["institution"]
    for remedy in found["explanation"]["remedies"]:
        assert remedy["verified"] is True
        assert change_from(remedy["change"]) == parse_change(remedy["inline"][0])


@pytest.mark.parametrize(
    "question", [[DATE], [WAIT, "--candidate", "A01", "--rotation", "hospital", "--from", "2027-04"]]
)
def test_workers_and_seed_reach_every_search(question: list[str | Path], monkeypatch: pytest.MonkeyPatch) -> None:
    """A second search with other settings has the next seed."""
    from scheduler.solver import engine

    seen = set()
    made = engine._solver

    def looked_at(settings: engine.Settings, *limits: float | None) -> object:
        seen.add((settings.workers, settings.seed))
        return made(settings, *limits)

    monkeypatch.setattr(engine, "_solver", looked_at)
    alis("explain", *question, "--workers", "1", "--seed", "7")
    assert (1, 7) in seen
    assert seen <= {(1, 7), (1, 8)}


def test_a_plan_exists() -> None:
    result = alis("explain", PLAIN)
    assert (result.exit_code, result.stderr) == (0, "Det finnes en plan: ingenting står i veien.\n")


def test_out_of_time_is_not_impossible(monkeypatch: pytest.MonkeyPatch) -> None:
    from scheduler.explanation import oracle
    from scheduler.solver import engine
    from scheduler.solver.engine import Run

    unknown = Run(infeasible=False, optimal=False, values=None, bound=0.0)
    for module in (engine, oracle):
        monkeypatch.setattr(module, "run", lambda *_, **__: unknown)
    result = alis("explain", WAIT)
    assert result.exit_code == 5
    assert "Tiden gikk ut" in result.stderr


def test_the_same_text_in_plan(tmp_path: Path) -> None:
    result = alis("plan", DATE, "-o", tmp_path, "--json", "--workers", "1")
    assert result.exit_code == 4
    assert SAYS in result.stderr
    assert "Dette ville gitt en plan, minste endring først:" in result.stderr
    explanation = json.loads(result.stdout)["explanation"]
    assert explanation["remedies"][0]["change"] == {"candidate": "A01", "finish_by": "2028-02"}
    assert list(tmp_path.iterdir()) == []


@pytest.fixture(scope="module")
def waiting(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The best plan of the instance in which one of two must wait for the hospital."""
    folder = tmp_path_factory.mktemp("waiting")
    assert alis("plan", WAIT, "-o", folder, "--workers", "1").exit_code == 0
    return folder / "plan.json"


def why(instance: Path, rotation: str, *more: str | Path) -> tuple[int, str, dict[str, object]]:
    result = alis("explain", instance, "--rotation", rotation, "--json", *more)
    return result.exit_code, result.stderr, json.loads(result.stdout)


def test_why_not_there_already(waiting: Path) -> None:
    plan = json.loads(waiting.read_text(encoding="utf-8"))
    block = next(each_block for each_block in plan["candidates"][0]["blocks"] if each_block["rotation"] == "hospital")
    code, said, found = why(WAIT, "hospital", "--plan", waiting, "--candidate", "A01", "--from", block["from"])
    assert (code, found["there"]) == (0, True)
    assert "er alt i" in said


def test_why_never(waiting: Path) -> None:
    """Before 2027-04..2027-09 there is one month: the office takes three at least, and the hospital six at most."""
    code, said, found = why(WAIT, "hospital", "--plan", waiting, "--candidate", "A01", "--from", "2027-04")
    assert (code, found["possible"]) == (0, False)
    assert "uansett hva de andre gjør" in said
    rules = {(rule["id"], rule["rotation"]) for rule in found["conflict"]["rules"]}  # type: ignore[index]
    assert rules == {("block-length", "gp"), ("block-length", "hospital")}


def test_whom_it_would_cost(waiting: Path) -> None:
    """A01 goes first and A02 half a year later. Were A01 to go when A02 does, A02 would wait once more."""
    plan = json.loads(waiting.read_text(encoding="utf-8"))
    first, second = plan["candidates"]
    block = next(each_block for each_block in second["blocks"] if each_block["rotation"] == "hospital")
    code, said, found = why(WAIT, "hospital", "--plan", waiting, "--candidate", "A01", "--from", block["from"])
    assert (code, found["possible"], found["must_move"], found["proved"]) == (0, True, ["A02"], True)
    assert "uten å flytte på A02" in said
    assert "A01: ferdig i februar 2028 i stedet for august 2027" in said
    finishes = {cost["candidate"]: cost["finish_after"] for cost in found["costs"]}  # type: ignore[attr-defined]
    assert finishes["A01"] > first["finish"]
    assert finishes["A02"] > second["finish"]


def test_what_is_not_proved_in_time_is_told_as_a_bound_and_blames_nobody(
    waiting: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A plan is found and nothing proved of it: who bears what in it is an accident of the search."""
    from scheduler.accounting.proof import Proof, Proofs, Target
    from scheduler.explanation import why_not

    plan = json.loads(waiting.read_text(encoding="utf-8"))
    block = next(each_block for each_block in plan["candidates"][1]["blocks"] if each_block["rotation"] == "hospital")
    found_in_time = why_not.find

    def hurried(*asked: object) -> object:
        found = found_in_time(*asked)  # type: ignore[arg-type]
        assert isinstance(found, why_not.Result)
        return replace(found, proofs=Proofs((Proof(Target("delay"), 8, 9),)))

    monkeypatch.setattr(why_not, "find", hurried)
    code, said, found = why(WAIT, "hospital", "--plan", waiting, "--candidate", "A01", "--from", block["from"])
    assert (code, found["possible"], found["proved"], found["costs"]) == (0, True, False, [])
    assert found["at_least"] == {"delay": 8.0 - sum(candidate["delay"] for candidate in plan["candidates"])}
    assert "Det koster minst 4 måneder forsinkelse til sammen" in said
    assert "ferdig" not in said


def test_the_question_may_be_asked_by_name(waiting: Path) -> None:
    by_id = why(WAIT, "hospital", "--plan", waiting, "--candidate", "A01", "--from", "2027-04")
    by_name = why(WAIT, "sykehus", "--plan", waiting, "--candidate", "kandidat 1", "--from", "2027-04")
    assert by_name == by_id
    assert by_name[2]["question"]["candidate"] == "A01"  # type: ignore[index]


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (["--candidate", "A1", "--rotation", "hospital", "--from", "2027-03"], 3, "Mente du «A01»?"),
        (["--candidate", "A01", "--rotation", "hospitl", "--from", "2027-03"], 3, "Mente du «hospital»?"),
        (["--candidate", "Kandidat 22", "--rotation", "Sykehus", "--from", "2027-03"], 3, "Mente du «A02»?"),
        (["--candidate", "A01", "--rotation", "hospital", "--from", "1999-03"], 3, "mars–august 1999"),
        (["--candidate", "A01"], 2, "hører sammen"),
        (["--candidate", "A01", "--rotation", "hospital", "--from", "2027-13"], 2, "2027-13"),
    ],
)
def test_a_question_that_makes_no_sense(arguments: list[str], code: int, says: str) -> None:
    result = alis("explain", WAIT, *arguments)
    assert result.exit_code == code
    assert says in result.stderr


def test_a_rotation_that_the_candidate_may_not_take(tmp_path: Path) -> None:
    text = WAIT.read_text(encoding="utf-8")
    path = tmp_path / "wait.toml"
    path.write_text(text.replace('id = "A01"', 'id = "A01"\nallowed = ["gp"]', 1), encoding="utf-8")
    result = alis("explain", path, "--candidate", "A01", "--rotation", "hospital", "--from", "2027-03")
    assert result.exit_code == 3
    assert "hospital" in result.stderr
    assert "A01" in result.stderr


def test_no_way_out_is_said_too() -> None:
    """The date of the old scheme is law."""
    result = alis("explain", SMALL / "18-old-scheme-too-late.toml")
    assert result.exit_code == 4
    assert "Ingen enkel endring" in result.stderr


def test_help_tells_the_exit_codes() -> None:
    assert "Kode 0: det finnes en plan." in alis("explain", "-h").stdout
    assert "Exit code 0: there is a plan." in alis("explain", "-h", "--lang", "en").stdout
