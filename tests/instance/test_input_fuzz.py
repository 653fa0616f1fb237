"""Whatever value stands wherever in a tree, reading it ends in an instance or in problems that can be said aloud."""

import contextlib
import copy
from collections.abc import Iterator
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from input_tree import base, problems_of

from scheduler.instance.schema import FileCandidate, FileInstance, keys_of
from scheduler.texts import LANGUAGES

FULL = base()
FULL["candidates"][0] |= {
    "percent": [{"percent": 80, "from": "2028-01", "to": "2028-12"}],
    "leave": [{"from": "2027-01", "to": "2027-02"}],
    "fixed": [{"rotation": "hospital", "from": "2027-03", "to": "2027-08"}],
    "wishes": [{"rotation": "gp80", "from": "2029-01", "to": "2029-12"}],
    "current": {"rotation": "gp", "since": "2025-03"},
    "group": {"id": "G27"},
    "supervisor": "V01",
    "finish_by": "2034-01",
}
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
            node[path[-1]] = value
    for problem in problems_of(tree):
        assert problem.code != "bad-value"
        assert all(problem.line(lang) for lang in LANGUAGES)
