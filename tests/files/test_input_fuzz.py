"""Whatever value stands wherever in a tree, reading it ends in an instance or in problems that can be said aloud."""

import contextlib
import copy
import re
import time
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from scheduler.cli import main
from scheduler.files.schema import FileCandidate, FileInstance, keys_of
from scheduler.texts import LANGUAGES
from tests.helpers.input_tree import base, problems_of

REPO = Path(__file__).parents[2]
FULL = base()
FULL["candidates"][0] |= {
    "percent": [{"percent": 80, "from": "2028-01", "to": "2028-12"}],
    "leave": [{"from": "2027-01", "to": "2027-02"}],
    "fixed": [{"rotation": "hospital", "from": "2027-03", "to": "2027-08", "exempt": False}],
    "wishes": [{"rotation": "gp80", "from": "2029-01", "to": "2029-12"}],
    "current": {"rotation": "gp", "since": "2025-03"},
    "group": {"id": "G27"},
    "supervisor": "V01",
    "finish_by": "2034-01",
    "until": "2033-12",
    "extra_months": 2.5,
    "lost_before": 2,
    "agreement": {"signed": "2026-08", "kind": "salaried"},
    "goals_status": [{"goals": "001-010", "status": "sent", "month": "2027-02"}],
}
FULL["economy"] = [{"side": "cost", "what": "Veileder", "for": ["salaried"], "amount": 600, "per": "guidance-hour"}]
FULL["rules"] = {"ruleset": "forskrift-2019", "total": 60, "legevakt_shifts": 30}
FULL["objective"] = {"order": ["delay"]}

VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=8),
    st.sampled_from(["gp", "office-1", "hospital", "duty", "A01", "V02", "free", "2026-09", "1990-01", "2200-12", "ø"]),
    st.just([]),
    st.just({}),
    st.lists(st.integers(0, 3), max_size=2),
    st.dictionaries(st.sampled_from(keys_of(FileCandidate) + keys_of(FileInstance)), st.integers(), max_size=2),
)


def places(node: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The path of everything in a tree."""
    pairs = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for key, value in pairs:
        yield (*path, key)
        yield from places(value, (*path, key))


PLACES = list(places(FULL))


def test_the_full_tree_is_valid() -> None:
    assert problems_of(FULL) == ()


@settings(max_examples=300, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(PLACES), VALUES), min_size=1, max_size=4))
def test_any_value_anywhere(edits: list[tuple[tuple[Any, ...], Any]]) -> None:
    tree = copy.deepcopy(FULL)
    for path, value in edits:
        node: Any = tree
        with contextlib.suppress(KeyError, IndexError, TypeError):  # an earlier edit has taken the place away
            for key in path[:-1]:
                node = node[key]
            node[path[-1]] = copy.deepcopy(value)  # one and the same table in two places would be no tree
    for problem in problems_of(tree):
        assert problem.code != "bad-value"
        assert all(problem.line(lang) for lang in LANGUAGES)


def test_a_tree_without_an_end_is_told() -> None:
    tree = copy.deepcopy(FULL)
    tree["rules"]["rules"] = tree["rules"]
    assert problems_of(tree)


# --- files ---------------------------------------------------------------------------------------------------------

BUNDLED = [*sorted((REPO / "instances" / "small").glob("*.toml")), REPO / "instances" / "sarpsborg.toml"]
N_FILES = 300


def mutated(text: str, rng: Random) -> str:
    """A file as people spoil it: a line gone, doubled or elsewhere, a word or number changed, the end cut off."""
    lines = text.splitlines()
    for _ in range(rng.randint(1, 3)):
        at = rng.randrange(len(lines))
        match rng.randrange(7):
            case 0:
                del lines[at]
            case 1:
                lines.insert(at, rng.choice(lines))
            case 2:
                lines[at] = re.sub(r"\d+", lambda _: str(rng.choice([0, 1, 7, 13, 99, 2050, -3])), lines[at], count=1)
            case 3:
                lines[at] = re.sub(r"[a-z]{3,}", lambda found: found[0][:-1], lines[at], count=1)
            case 4:
                lines[at] = lines[at].replace('"', rng.choice(["", "'", '""']), 1)
            case 5:
                lines = lines[: max(at, 1)]
            case _:
                lines[at] += rng.choice([" ]", " }", " = ", "ø", "\x00", " [[candidates]]"])
        lines = lines or [""]
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize("first", range(0, N_FILES, 50))
def test_a_spoilt_file_is_a_problem_or_an_instance(first: int, tmp_path: Path) -> None:
    """`alis check` says what is wrong (exit 3) or that nothing is (exit 0): never a traceback, never a hang."""
    for seed in range(first, first + 50):
        rng = Random(seed)
        path = tmp_path / f"{seed}.toml"
        path.write_text(mutated(rng.choice(BUNDLED).read_text(encoding="utf-8"), rng), encoding="utf-8")
        began = time.monotonic()
        result = CliRunner().invoke(main, ["check", str(path)])
        assert result.exit_code in (0, 3), (seed, result.stderr)
        assert result.exit_code == 0 or "problem" in result.stderr.splitlines()[0], seed
        assert "Traceback" not in result.stderr
        assert time.monotonic() - began < 10


@pytest.mark.parametrize("first", range(0, N_FILES, 50))
def test_a_spoilt_file_gives_exit_3_or_a_plan(first: int, tmp_path: Path) -> None:
    """The same through `alis plan`: a plan, a proof that there is none, or the end of the time."""
    for seed in range(first, first + 50):
        rng = Random(seed)
        path = tmp_path / f"{seed}.toml"
        path.write_text(mutated(rng.choice(BUNDLED[:-1]).read_text(encoding="utf-8"), rng), encoding="utf-8")
        arguments = [
            "plan",
            str(path),
            "-o",
            str(tmp_path / str(seed)),
            "--time-limit",
            "5",
            "--workers",
            "1",
            "--quiet",
        ]
        result = CliRunner().invoke(main, arguments)
        assert result.exit_code in (0, 3, 4, 5), (seed, result.stderr)
        assert "Traceback" not in result.stderr
