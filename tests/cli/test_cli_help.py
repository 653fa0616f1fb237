"""Help pages: there for every command, with examples that the command would take."""

import os
import shlex
import subprocess
import sys
from pathlib import Path
from typing import get_args

import click
import pytest

from scheduler.cli import main, shared
from scheduler.cli.console import Command
from scheduler.cli.gantt import PAPERS, ROWS, SUFFIXES
from scheduler.report import gantt, style
from scheduler.texts import LANGUAGES
from tests.helpers.command_line import BROKEN, PLAIN, alis

COMMANDS = sorted(main.commands)
REPO = Path(__file__).parents[2]


def command_of(name: str) -> Command:
    command = main.commands[name]
    assert isinstance(command, Command)
    return command


def test_the_commands_there_are() -> None:
    assert [
        *("advance", "check", "convert", "diff", "documents", "economy", "explain", "export", "gantt"),
        *("grant", "intake", "locum", "needs", "new", "paths", "plan", "report", "serve", "whatif"),
    ] == COMMANDS


@pytest.mark.parametrize("option", ["-h", "--help"])
@pytest.mark.parametrize("name", COMMANDS)
def test_help_has_a_description_shared_options_and_examples(name: str, option: str) -> None:
    result = alis(name, option)
    assert result.exit_code == 0
    assert result.stderr == ""
    for word in ("--lang [nb|en]", "--quiet", "--debug", "-h, --help", "Examples:", f"  alis {name} "):
        assert word in result.stdout
    assert all(len(line) <= 80 for line in result.stdout.splitlines())


@pytest.mark.parametrize("name", COMMANDS)
def test_every_option_says_what_it_is_for(name: str) -> None:
    options = [param for param in command_of(name).params if isinstance(param, click.Option)]
    assert all(option.help for option in options)
    assert command_of(name).short_help
    assert len(command_of(name).help or "") > 60


@pytest.mark.parametrize("name", COMMANDS)
def test_examples_are_commands_that_the_program_takes(name: str) -> None:
    examples = command_of(name).examples
    assert 2 <= len(examples) <= 4
    for example in examples:
        words = shlex.split(example.partition(" > ")[0])
        assert words[:2] == ["alis", name]
        command_of(name).make_context(name, words[2:])  # raises if an argument or option is not known


def test_help_of_the_program_lists_commands_and_exit_codes() -> None:
    result = alis("-h")
    assert result.exit_code == 0
    assert all(f"  {name} " in result.stdout for name in COMMANDS)
    assert "130  stopped without a plan" in result.stdout


def test_version() -> None:
    result = alis("--version")
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout.startswith("alis, version ")


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["rubbish"],
        ["plan", "--rubbish"],
        ["plan", "--lang", "sv"],
        ["plan", "--time-limit", "0"],
        ["plan", "--time-limit", "nan"],
        ["plan", "--time-limit", "inf"],
        ["plan", "--workers", "0"],
        ["plan", "--seed", "-1"],
        ["plan", "a.toml", "b.toml"],
        ["check"],
        ["gantt"],
        ["export"],
        ["gantt", "plan.json", "--by", "moon"],
        ["gantt", "plan.json", "--from", "2027-13"],
        ["convert", "a.toml"],
        ["new"],
    ],
)
def test_a_wrong_command_line_is_exit_code_2(arguments: list[str]) -> None:
    result = alis(*arguments)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert "Usage: alis" in result.stderr


def test_choices_are_those_of_the_chart() -> None:
    assert get_args(gantt.By) == ROWS
    assert get_args(style.PaperName) == PAPERS
    assert gantt.SUFFIXES == SUFFIXES


def loaded(*words: str) -> set[str]:
    """The modules that are there once the program has answered."""
    code = (
        "import sys; from scheduler.cli import main\n"
        f"main({list(words)!r}, prog_name='alis', standalone_mode=False)\n"
        "sys.stderr.write('\\n'.join(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return set(done.stderr.split())


@pytest.mark.parametrize("option", ["-h", "--version"])
def test_the_help_of_the_program_waits_for_nothing(option: str) -> None:
    """No command is loaded, nor what any of them needs: not the reader of files, no texts, no library but click."""
    there = loaded(option)
    assert "click" in there
    ours = {name for name in there if name.startswith("scheduler")}
    assert ours == {"scheduler", "scheduler.cli", "scheduler.cli.program", "scheduler.cli.shared"}
    assert not there & {"pydantic", "numpy", "openpyxl", "pandas", "matplotlib", "ortools", "xlsxwriter", "jinja2"}


def test_a_command_loads_no_other() -> None:
    there = {name.removeprefix("scheduler.cli.") for name in loaded("new", "-h") if name.startswith("scheduler.cli.")}
    assert there & set(COMMANDS) == {"new"}


def test_what_a_command_needs_and_cannot_be_had_is_told(tmp_path: Path) -> None:
    """As it is told of what the program itself needs: a sentence in both languages, and no trace."""
    (tmp_path / "pydantic.py").write_text("raise ImportError('No module named pydantic')\n")
    path = os.pathsep.join([str(tmp_path), str(REPO)])
    environment = {**os.environ, "PYTHONPATH": path}
    command = [sys.executable, "-m", "scheduler", "check", "-h"]
    done = subprocess.run(command, capture_output=True, text=True, env=environment, check=False, encoding="utf-8")
    assert done.returncode == 1
    assert "It needs Python" in done.stderr
    assert "Traceback" not in done.stderr


def test_shared_options_stand_before_the_command_or_after_it(tmp_path: Path) -> None:
    english, norwegian = (alis("check", BROKEN, "--lang", lang) for lang in ("en", "nb"))
    assert english.stderr != norwegian.stderr
    for words, same_as in [
        (("--lang", "en", "check", BROKEN), english),
        (("--quiet", "--lang=en", "check", BROKEN), alis("check", BROKEN, "--lang", "en", "--quiet")),
        (("--lang", "nb", "check", BROKEN, "--lang", "en"), english),
        (("--debug", "check", BROKEN), norwegian),
    ]:
        found = alis(*words)
        assert (found.exit_code, found.stderr, found.stdout) == (same_as.exit_code, same_as.stderr, same_as.stdout)
    assert alis("--lang", "sv", "check", BROKEN).exit_code == 2
    quiet, told = (alis(*words, "check", PLAIN) for words in (["--quiet"], []))
    assert quiet.stderr == ""
    assert told.stderr != ""


def test_the_program_speaks_the_languages_of_its_texts() -> None:
    assert shared.LANGUAGES == LANGUAGES
    assert {option.name for option in shared.shared_options()} == set(shared.SHARED)
