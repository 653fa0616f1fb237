"""`alis plan`: what it writes and says, and its exit codes."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import scheduler.files.written
import scheduler.solve
from scheduler import api
from scheduler.check import check_plan
from scheduler.cli.files import slug
from scheduler.constraints.rule import Violation
from scheduler.explanation import reasons
from scheduler.files import load_instance, read_instance
from scheduler.files.written import keeping, write_file
from scheduler.instance.types import Instance
from scheduler.plan import FoundBy, Plan, PlanRun, Status, write_atomically
from tests.helpers.command_line import BEYOND, BROKEN, IMPOSSIBLE, ORDER, PLAIN, WAIT, alis, files_in


@pytest.fixture(autouse=True)
def _in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.chdir(tmp_path)
    return


def outcome(status: Status, **more: Any) -> Any:
    """A solver that ends at once with this outcome; it asks to stop if ``asked``."""
    asked = more.pop("asked", False)

    def solve(instance: Instance, options: Any, on_progress: Any, stop: Any) -> Plan:
        if asked:
            stop.ask()
        return Plan(
            tool={"name": "t", "version": "0", "ortools": "0"},
            instance={"name": instance.name, "sha256": instance.sha256},
            status=status,
            run=PlanRun(seconds=0, seed=options.seed, workers=options.workers, strategy=FoundBy.NOT_FOUND),
            **more,
        )

    return solve


# --- a plan


@pytest.mark.parametrize("strategy", ["exact", "decomposed"])
def test_either_strategy_makes_a_plan(strategy: str) -> None:
    made = json.loads(alis("plan", ORDER, "--strategy", strategy, "--workers", "1", "--json").stdout)
    delay = next(objective for objective in made["objectives"] if objective["id"] == "delay")
    assert made["status"] in ("optimal", "feasible")
    assert delay["proved"]


def test_another_strategy_is_a_wrong_command_line() -> None:
    result = alis("plan", ORDER, "--strategy", "quick")
    assert result.exit_code == 2
    assert "decomposed" in result.stderr


def test_a_cluster_and_a_published_plan_are_not_asked_for_together(tmp_path: Path) -> None:
    """It said nothing, and left one of them out."""
    (tmp_path / "plan.json").write_text("{}", encoding="utf-8")
    result = alis("plan", PLAIN, "--cluster", "local", "--baseline", tmp_path / "plan.json")
    assert result.exit_code == 2
    assert "--cluster og --baseline går ikke sammen" in result.stderr
    assert not list(tmp_path.rglob("report.html"))


def test_parts_are_counted_aloud(monkeypatch: pytest.MonkeyPatch) -> None:
    def solve(instance: Instance, options: Any, on_progress: Any, stop: Any) -> Plan:
        on_progress(scheduler.solve.Progress("part", 1.0, None, 2, 3))
        return outcome(Status.UNKNOWN)(instance, options, on_progress, stop)

    monkeypatch.setattr(scheduler.solve, "solve", solve)
    assert "Del 2 av 3" in alis("plan", ORDER).stderr


def test_writes_a_checked_plan_that_carries_its_instance(tmp_path: Path) -> None:
    result = alis("plan", PLAIN, "-o", "out")
    assert result.exit_code == 0, result.stderr
    assert result.stdout == ""
    assert files_in(tmp_path) == ["out/gantt.png", "out/plan.json", "out/plan.xlsx", "out/report.html"]
    made = Plan.from_json(Path("out/plan.json").read_text(encoding="utf-8"))
    assert made.instance.source is not None
    instance = read_instance(made.instance.source, made.instance.name)
    assert instance.sha256 == made.instance.sha256 == load_instance(PLAIN).sha256
    assert check_plan(instance, made) == []
    assert Path("out/gantt.png").read_bytes().startswith(b"\x89PNG")


def test_says_how_good_the_plan_is_in_both_languages() -> None:
    norwegian, english = (alis("plan", WAIT, "-o", "out", "--lang", lang).stderr for lang in ("nb", "en"))
    for words in (
        "bevist best mulig",
        "Forsinkelse",
        "4 måneder",
        "A02 Kandidat 2: ferdig i februar 2028, 4 måneder senere",
    ):
        assert words in norwegian
    for words in (
        "proved best possible",
        "Delay",
        "4 months",
        "A02 Kandidat 2: finishes in February 2028, 4 months after",
    ):
        assert words in english
    assert f"Skrev {Path('out/plan.json')}" in norwegian
    assert f"Wrote {Path('out/gantt.png')}" in english


def test_says_who_is_unfinished_and_which_wish_is_lost() -> None:
    assert "A01 Kandidat 1: ikke ferdig i planperioden, beregnet ferdig i " in alis("plan", BEYOND).stderr
    assert "A02 Kandidat 2: ønsket om Sykehus er ikke oppfylt: plassene er gitt til A01" in alis("plan", ORDER).stderr


def test_reasons_inside_the_plan_are_in_the_language_asked_for() -> None:
    for lang, words in (("nb", "plassene er gitt til A01"), ("en", "the places have gone to A01")):
        plan = json.loads(alis("plan", ORDER, "--lang", lang, "--json").stdout)
        assert [wish["reason"]["text"] for wish in plan["candidates"][1]["wishes"]] == [words]


def test_quiet_is_quiet() -> None:
    result = alis("plan", PLAIN, "-o", "out", "--quiet")
    assert (result.exit_code, result.stdout, result.stderr) == (0, "", "")


def test_json_goes_to_stdout_and_is_the_file() -> None:
    result = alis("plan", PLAIN, "-o", "out", "--json")
    assert result.stdout == Path("out/plan.json").read_text(encoding="utf-8")
    assert "bevist" in result.stderr


def test_one_worker_and_a_seed_give_the_same_plan_every_time() -> None:
    made = [json.loads(alis("plan", ORDER, "--workers", "1", "--seed", "7", "--json").stdout) for _ in range(2)]
    assert made[0]["run"].pop("seconds") >= 0
    assert made[1]["run"].pop("seconds") >= 0
    assert made[0] == made[1]
    assert (made[0]["run"]["seed"], made[0]["run"]["workers"]) == (7, 1)


def test_without_a_folder_it_is_named_after_the_plan(tmp_path: Path) -> None:
    alis("plan", PLAIN)
    made = ["gantt.png", "plan.json", "plan.xlsx", "report.html"]
    assert files_in(tmp_path) == [f"reports/sixty-plain-months/{name}" for name in made]


def test_without_an_instance_it_is_the_bundled_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scheduler.solve, "solve", outcome(Status.UNKNOWN))
    result = alis("plan", "--json")
    assert json.loads(result.stdout)["instance"]["name"] == "Sarpsborg 2026"


def test_paths_with_spaces_and_other_letters(tmp_path: Path) -> None:
    source = tmp_path / "årets plan (utkast) 日本.toml"
    source.write_bytes(PLAIN.read_bytes())
    assert alis("plan", source, "-o", tmp_path / "måned 1" / "å").exit_code == 0
    assert files_in(tmp_path / "måned 1") == ["å/gantt.png", "å/plan.json", "å/plan.xlsx", "å/report.html"]


def test_further_pages_of_an_earlier_chart_do_not_stay() -> None:
    folder = Path("out")
    with keeping():  # as the program wrote them
        for name in ("gantt-2.png", "gantt-17.png", "gantt-arena.png", "gantt-2.pdf"):
            write_file(folder / name, b"")
    assert alis("plan", PLAIN, "-o", folder).exit_code == 0
    assert files_in(folder) == ["gantt-2.pdf", "gantt-arena.png", "gantt.png", "plan.json", "plan.xlsx", "report.html"]


@pytest.mark.parametrize(
    ("name", "folder"),
    [
        ("Sarpsborg 2026", "sarpsborg-2026"),
        ("  Æres/plan: «Østfold»? ", "æres-plan-østfold"),
        ("../../etc/passwd", "etc-passwd"),
        ("CON", "plan-con"),
        ("Lpt1", "plan-lpt1"),
        ("console", "console"),
        ("...", "plan"),
        ("___", "plan"),
        ("日本", "日本"),
        ("x" * 300, "x" * 60),
        ("A" * 59 + " b", "a" * 59),
    ],
)
def test_a_folder_from_a_name(name: str, folder: str) -> None:
    assert slug(name) == folder


# --- no plan


def test_problems_of_the_input_are_exit_code_3(tmp_path: Path) -> None:
    result = alis("plan", BROKEN)
    assert result.exit_code == 3
    assert "candidates[0].precent (A01)" in result.stderr
    assert "Mente du «percent»?" in result.stderr
    assert files_in(tmp_path) == []


def test_impossible_is_exit_code_4_and_leaves_an_earlier_plan_alone() -> None:
    assert alis("plan", PLAIN, "-o", "out").exit_code == 0
    before = Path("out/plan.json").read_bytes()
    result = alis("plan", IMPOSSIBLE, "-o", "out")
    assert (result.exit_code, result.stdout) == (4, "")
    assert "bevist" in result.stderr
    assert "fra en tidligere kjøring" in result.stderr
    assert Path("out/plan.json").read_bytes() == before


def test_impossible_makes_no_folder_and_says_so_in_json(tmp_path: Path) -> None:
    result = alis("plan", IMPOSSIBLE, "-o", "out", "--json")
    assert result.exit_code == 4
    told = json.loads(result.stdout)
    assert (told["status"], told["explanation"]["certainty"]) == ("infeasible", "proved")
    assert "candidates" not in told
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("solver", "code", "words"),
    [
        (outcome(Status.UNKNOWN), 5, "Tiden gikk ut"),
        (outcome(Status.UNKNOWN, asked=True), 130, "Stoppet, uten plan"),
        (outcome(Status.INFEASIBLE, explanation={"certainty": "likely"}), 5, "Trolig"),
        (outcome(Status.INFEASIBLE, explanation={"certainty": "likely"}, asked=True), 130, "Stoppet, uten plan"),
        (
            outcome(
                Status.INFEASIBLE,
                explanation={"certainty": "proved", "conflicts": [{"text": "for få plasser", "rules": []}]},
            ),
            4,
            "for få plasser",
        ),
    ],
)
def test_how_a_run_without_a_plan_ends(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, solver: Any, code: int, words: str
) -> None:
    monkeypatch.setattr(scheduler.solve, "solve", solver)
    monkeypatch.setattr(reasons, "with_reasons", lambda _instance, plan, *_: plan)
    result = alis("plan", PLAIN, "--quiet")
    assert (result.exit_code, result.stdout) == (code, "")
    assert words in result.stderr
    assert files_in(tmp_path) == []


def test_a_plan_that_the_checker_rejects_is_not_written(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    violation = Violation("capacity", "violations.status", {"status": "odd"})
    monkeypatch.setattr(api, "check_plan", lambda instance, plan: [violation])
    result = alis("plan", PLAIN, "-o", "out", "--json")
    assert (result.exit_code, result.stdout) == (6, "")
    assert "capacity: " in result.stderr
    (left,) = files_in(tmp_path)
    assert left.startswith("alis-feil-")  # tests/cli/test_cli_fault.py


def test_what_is_checked_is_what_is_written(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[Plan] = []

    def checked(instance: Instance, plan: Plan) -> list[Violation]:
        seen.append(plan)
        return check_plan(instance, plan)

    monkeypatch.setattr(api, "check_plan", checked)
    alis("plan", PLAIN, "-o", "out")
    assert [plan.to_json() for plan in seen] == [Path("out/plan.json").read_text(encoding="utf-8")]


# --- things that go wrong


@pytest.mark.parametrize("debug", [False, True])
def test_an_unexpected_error_is_one_line_unless_debugging(monkeypatch: pytest.MonkeyPatch, debug: bool) -> None:
    def solve(*_: object) -> Plan:
        raise RuntimeError("a wheel\ncame off")

    monkeypatch.setattr(scheduler.solve, "solve", solve)
    result = alis("plan", PLAIN, *(["--debug"] if debug else []))
    assert (result.exit_code, result.stdout) == (1, "")
    assert "RuntimeError: a wheel" in result.stderr
    assert ("Traceback" in result.stderr) is debug
    assert result.stderr.splitlines()[-1].startswith("Send filen ")


def test_an_interrupt_is_exit_code_130(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def solve(*_: object) -> Plan:
        raise KeyboardInterrupt

    monkeypatch.setattr(scheduler.solve, "solve", solve)
    result = alis("plan", PLAIN)
    assert result.exit_code == 130
    assert "Traceback" not in result.stderr
    assert files_in(tmp_path) == []


def test_a_folder_that_is_a_file_is_told_before_planning(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scheduler.solve, "solve", None)  # would fail if it came that far
    Path("out").write_text("mine", encoding="utf-8")
    for folder in ("out", "out/deeper", "x" * 300):
        result = alis("plan", PLAIN, "-o", folder)
        assert result.exit_code == 2, result.stderr
        assert folder in result.stderr
    assert Path("out").read_text(encoding="utf-8") == "mine"


def test_a_disk_that_fails_leaves_the_old_plan_whole(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert alis("plan", PLAIN, "-o", "out").exit_code == 0
    before = files_in(tmp_path), Path("out/plan.json").read_bytes()

    def full(path: Path, content: str | bytes, make_way: Callable[[], None] | None = None) -> None:
        def replace(_self: Path, _target: Path) -> None:
            raise OSError(28, "No space left on device")

        with monkeypatch.context() as patched:
            patched.setattr(Path, "replace", replace)
            write_atomically(path, content, make_way)

    monkeypatch.setattr(scheduler.files.written, "write_atomically", full)
    result = alis("plan", PLAIN, "-o", "out", "--seed", "3")
    assert result.exit_code == 1
    assert "disken er full" in result.stderr
    assert (files_in(tmp_path), Path("out/plan.json").read_bytes()) == before


@pytest.mark.parametrize("seconds", ["0.05", "0.4", "1.2"])
def test_any_short_time_ends_with_a_checked_plan_or_says_that_time_ran_out(tmp_path: Path, seconds: str) -> None:
    """Wherever in the search the clock stops it: never an error of the program's own."""
    result = alis("plan", "-o", tmp_path, "--time-limit", seconds, "--workers", "1")
    assert result.exit_code in (0, 5), result.stderr


@pytest.mark.parametrize("name", ["plan.json", "plan.xlsx", "gantt.png", "report.html"])
def test_a_folder_where_a_file_is_to_be_written_is_told_before_the_search(
    monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    Path("out", name).mkdir(parents=True)
    monkeypatch.setattr(scheduler.solve, "solve", None)  # nothing is searched for
    result = alis("plan", PLAIN, "-o", "out")
    assert result.exit_code == 2
    assert f"{Path('out', name)} er en mappe, og skulle vært en fil." in result.stderr


@pytest.mark.parametrize(
    "command",
    [
        ("gantt", "p/plan.json", "-o", "there.png"),
        ("report", "p/plan.json", "-o", "there.html"),
        ("new", "there.toml"),
        ("convert", PLAIN, "there.json", "--force"),
    ],
)
def test_a_file_that_is_a_folder_is_told_in_a_sentence(command: tuple[Any, ...]) -> None:
    for suffix in ("png", "html", "toml", "json"):
        Path(f"there.{suffix}").mkdir()
    result = alis(*command, "--lang", "en")
    assert result.exit_code == 2
    assert "is a folder and should be a file" in result.stderr
