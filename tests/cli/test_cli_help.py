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
from scheduler.cli.saying import plain, usage_told
from scheduler.report import gantt, style
from scheduler.texts import LANGUAGES, catalogue
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
        *("grant", "intake", "join", "locum", "needs", "new", "paths", "plan", "report", "serve", "whatif"),
    ] == COMMANDS


@pytest.mark.parametrize("option", ["-h", "--help"])
@pytest.mark.parametrize("name", COMMANDS)
def test_help_has_a_description_shared_options_and_examples(name: str, option: str) -> None:
    for lang, examples in (("nb", "Eksempler:"), ("en", "Examples:")):
        result = alis(name, option, "--lang", lang)
        assert result.exit_code == 0
        assert result.stderr == ""
        for word in ("--lang [nb|en]", "--quiet", "--debug", "-h, --help", examples, f"  alis {name} "):
            assert word in result.stdout
        assert all(len(line) <= 80 for line in result.stdout.splitlines())


def test_help_is_in_norwegian_unless_english_is_asked_for_wherever_that_stands() -> None:
    norwegian = alis("plan", "-h").stdout
    assert norwegian.startswith("Bruk: alis plan [VALG] [GRUNNLAG]\n\n  Lag en plan for GRUNNLAG")
    assert "--freeze-to MÅNED" in norwegian
    english = alis("plan", "-h", "--lang", "en").stdout
    assert english.startswith("Usage: alis plan [OPTIONS] [INSTANCE]\n\n  Make a plan for INSTANCE")
    for words in (("--lang=en", "plan", "-h"), ("--lang", "nb", "plan", "--lang", "en", "-h")):
        assert alis(*words).stdout == english
    assert alis("plan", "-h", "--lang", "sv").stdout == norwegian


def helps() -> dict[str, str]:
    """Every text of the help pages as the commands have it, and whose it is."""
    found = {plain(main.help or ""): "alis", **{plain(short): name for name, short in main.commands.short.items()}}
    for name in COMMANDS:
        command = command_of(name)
        found[plain(command.help or "")] = name
        options = command.get_params(command.make_context(name, [], resilient_parsing=True))
        found |= {plain(each.help or ""): name for each in options if isinstance(each, click.Option)}
    found |= {plain(each.help or ""): "alis" for each in main.params if isinstance(each, click.Option)}
    return found


def test_every_help_text_is_in_the_catalogue_and_every_one_there_is_a_command_s() -> None:
    """One that is missing has to be written into texts/help.toml in Norwegian, beside its English."""
    there = {plain(said["en"]) for key, said in catalogue().items() if key.startswith("help.")}
    assert {words: whose for words, whose in helps().items() if words not in there} == {}
    assert there - helps().keys() == set()


@pytest.mark.parametrize("name", ["plan", "whatif"])
def test_a_text_that_the_catalogue_lacks_is_said_in_english(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    command = command_of(name)
    monkeypatch.setattr(command, "help", "What nobody has translated.")
    assert "  What nobody has translated.\n" in alis(name, "-h").stdout


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["rubbish"], "Kommandoen 'rubbish' finnes ikke."),
        (["plan", "--rubbish"], "Valget '--rubbish' finnes ikke."),
        (["plan", "--time-limt", "3"], "Valget '--time-limt' finnes ikke. Mente du '--time-limit'?"),
        (["plan", "--lang", "sv"], "Ugyldig verdi for '--lang': 'sv' er ikke en av disse: 'nb', 'en'."),
        (["plan", "--workers", "0"], "Ugyldig verdi for '--workers': 0 er ikke i området 1<=x<=64."),
        (["plan", "--workers", "x"], "Ugyldig verdi for '--workers': 'x' er ikke et helt tall."),
        (["plan", "--time-limit", "x"], "Ugyldig verdi for '--time-limit': 'x' er ikke et tall."),
        (["plan", "--time-limit", "nan"], "Ugyldig verdi for '--time-limit': det er ikke et antall sekunder."),
        (["plan", "a.toml", "b.toml"], "Det står for mye på kommandolinjen (b.toml)."),
        (["check"], "Det mangler 'GRUNNLAG'."),
        (["plan", "--seed"], "Valget '--seed' må ha en verdi."),
        (["plan", "--json=3"], "Valget '--json' tar ingen verdi."),
        (["gantt", "plan.json", "--by", "moon"],
         "Ugyldig verdi for '--by': 'moon' er ikke en av disse: 'candidate', 'arena', 'group'."),
        (["gantt", "plan.json", "--from", "2027-13"],
         "Ugyldig verdi for '--from': '2027-13' er ikke en måned (en måned skrives 2027-03)."),
        (["grant", "x"], "Valget '--from' må oppgis."),
        (["intake", "x", "--start", "2027-03"], "Oppgi enten hvor mange (--count N) eller --max."),
        (["whatif", "x", "--json", "--csv"], "--json og --csv vil begge skrive til standard ut; velg én av dem."),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_command_line_is_said_in_its_language(arguments: list[str], said: str) -> None:
    norwegian, english = alis(*arguments), alis("--lang=en", *arguments)
    assert norwegian.exit_code == 2
    assert norwegian.stderr.endswith(f"\n\nFeil: {said}\n")
    assert norwegian.stderr.startswith("Bruk: alis ")
    if arguments != ["plan", "--lang", "sv"]:  # mended by the second --lang
        assert english.exit_code == 2
        assert english.stderr.startswith("Usage: alis ")
        assert "\nError: " in english.stderr
        assert usage_told(english.stderr.partition("Error: ")[2].strip(), "nb") == said


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
    result = alis("-h", "--lang", "en")
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
    assert "Bruk: alis" in result.stderr


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
    assert ours == {"scheduler", *(f"scheduler.cli{part}" for part in ("", ".program", ".saying", ".shared"))}
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
