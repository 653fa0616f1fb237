"""Progress and summary in words."""

from __future__ import annotations

import sys
import time
from dataclasses import replace

import pytest

from scheduler.cli.console import Console
from scheduler.cli.progress import Teller
from scheduler.files import load_instance
from scheduler.report.lines.summary import amount, distance
from scheduler.solve import EVENTS, Progress
from scheduler.solver.engine import Stop
from scheduler.solver.limits import LIMITS
from scheduler.texts import catalogue
from tests.helpers.command_line import ORDER


@pytest.fixture
def teller() -> Teller:
    return Teller(Console(), load_instance(ORDER), Stop(), replace(LIMITS, progress_s=0.0))


def level(name: str, value: int, bound: int) -> Progress:
    return Progress("level", 0.0, name, value, bound)


@pytest.mark.parametrize(
    ("event", "words"),
    [
        (level("delay", 3, 1), "Forsinkelse: 3 måneder, høyst 2 måneder fra det beste mulige"),
        (level("delay", 2, 1), "Forsinkelse: 2 måneder, høyst 1 måned fra det beste mulige"),
        (level("delay", 3, -(2**40)), "Forsinkelse: 3 måneder, høyst 3 måneder fra det beste mulige"),
        (level("delay", 1, 1), "Forsinkelse: 1 måned, bevist best mulig"),
        (level("delay-worst", 3, 2), "Forsinkelse, mest for én ALIS: 3 måneder, høyst 1 måned fra"),
        (level("wishes", 5, 2), "Tapte ønsker: vekt 5, høyst vekt 3 fra"),
        (level("moves", 9, 0), "Perioder: 9, ikke bevist best mulig"),
        (level("moves", 9, 8), "Perioder: 9, høyst 1 fra"),
        (level("uncounted", 134_000, 10_000), "Ikke tellende tjeneste: 13,4 månedsverk, høyst 12,4 månedsverk fra"),
        (level("breadth", -7, -9), "Læringsmål i flere arenaer: 7 mål til sammen, høyst 2 mål til sammen fra"),
        (Progress("alone", 0.0), "Beste plan for hver ALIS alene"),
        (Progress("grown", 0.0), "én etter én"),
        (Progress("settle", 0.0), "legevakter og veiledere"),
    ],
)
def test_words(teller: Teller, capsys: pytest.CaptureFixture[str], event: Progress, words: str) -> None:
    teller.instance = load_instance(ORDER.parent / "01-plain-sixty.toml")  # it has goals to be met twice
    teller.tell(event)
    out, err = capsys.readouterr()
    assert out == ""
    assert words in err
    assert err.startswith("  0:00  ")


def test_figures_that_follow_closely_are_not_all_told(capsys: pytest.CaptureFixture[str]) -> None:
    teller = Teller(Console(lang="en"), load_instance(ORDER), Stop())
    teller._told -= 1
    for value in range(50, 0, -1):
        teller.tell(level("delay", value, 0))
    assert capsys.readouterr().err.splitlines() == [
        "  0:00  Delay: 50 months, at most 50 months from the best possible"
    ]


def test_the_same_is_not_told_twice(teller: Teller, capsys: pytest.CaptureFixture[str]) -> None:
    for _ in range(5):
        teller.tell(level("delay", 3, 1))
    assert len(capsys.readouterr().err.splitlines()) == 1


def test_silence_is_broken_by_a_sign_of_life(capsys: pytest.CaptureFixture[str]) -> None:
    with Teller(Console(lang="en"), load_instance(ORDER), Stop(), replace(LIMITS, look_s=0.01, sign_of_life_s=0.05)):
        time.sleep(0.5)
    assert "Still searching" in capsys.readouterr().err


def test_signs_of_life_come_ever_more_seldom_and_tell_the_time_left(capsys: pytest.CaptureFixture[str]) -> None:
    """After 0.05 s, then 0.1, 0.2 and 0.4 more: of half a second's silence at most three lines, not ten."""
    with Teller(Console(), load_instance(ORDER), Stop(125), replace(LIMITS, look_s=0.01, sign_of_life_s=0.05)):
        time.sleep(0.5)
    told = capsys.readouterr().err.splitlines()
    assert 1 <= len(told) <= 3
    assert told[0] == "  0:00  Leter fortsatt, høyst 2:04 igjen. Ctrl-C stopper og beholder den beste planen så langt."


def test_on_a_screen_the_sign_of_life_is_one_line_that_is_kept_up(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    limits = replace(LIMITS, look_s=0.01, sign_of_life_s=0.02, progress_s=0.0)
    with Teller(Console(), load_instance(ORDER), Stop(125), limits) as teller:
        time.sleep(0.2)
        teller.tell(level("delay", 3, 1))
    told = capsys.readouterr().err
    assert told.count("\rLeter") + told.count("Leter fortsatt") >= 2
    assert told.count("\n") == 1
    before, _, news = told.rpartition("\r")
    assert before.rpartition("\r")[2].strip() == ""  # wiped before what is new
    assert news == "  0:00  Forsinkelse: 3 måneder, høyst 2 måneder fra det beste mulige\n"


def test_a_stop_is_acknowledged(capsys: pytest.CaptureFixture[str]) -> None:
    stop = Stop()
    with Teller(Console(lang="en"), load_instance(ORDER), stop):
        stop.ask()
        time.sleep(0.3)
    assert "Stopping the search" in capsys.readouterr().err


def test_quiet_tells_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    with Teller(
        Console(quiet=True), load_instance(ORDER), Stop(), replace(LIMITS, look_s=0.01, sign_of_life_s=0.02)
    ) as teller:
        teller.tell(level("delay", 3, 1))
        time.sleep(0.1)
    assert capsys.readouterr().err == ""


def test_units() -> None:
    assert amount("delay", 1.0, "nb") == "1 måned"
    assert amount("uncounted", 13.4, "en") == "13.4 FTE-months"
    assert distance("moves", 9, 0, "en", ideal=0) == "not proved best possible"
    assert distance("delay", 9, 0, "en", ideal=0) == "at most 9 months from the best possible"


def test_there_are_words_for_every_event() -> None:
    assert {f"cli.progress-{event}" for event in EVENTS} <= catalogue().keys()
