"""Help pages: there for every command, with examples that the command would take."""

import shlex
from typing import get_args

import click
import pytest

from scheduler.cli import main
from scheduler.cli.console import Command
from scheduler.cli.gantt import PAPERS, ROWS, SUFFIXES
from scheduler.report import gantt, style
from tests.helpers.command_line import alis

COMMANDS = sorted(main.commands)


def command_of(name: str) -> Command:
    command = main.commands[name]
    assert isinstance(command, Command)
    return command


def test_the_commands_there_are() -> None:
    assert [
        *("advance", "check", "convert", "diff", "documents", "explain", "export", "gantt"),
        *("intake", "new", "paths", "plan", "report", "whatif"),
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
