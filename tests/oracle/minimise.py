"""A finding made small: whatever may be taken out of its tree without the fault going away is taken out.

Seeds do not shrink as hypothesis' drawings do, so that what a campaign finds is cut down here, edit by edit.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import replace
from typing import Any

from .random_instances import Case, Tree

Key = str | int
Edit = Callable[[Tree], bool]  # False: nothing there to change
NEEDED = frozenset({"schema", "horizon"})


def minimised(case: Case, still: Callable[[Case], bool]) -> Case:
    """The case with edit after edit for as long as the fault is ``still`` there."""
    shrinking = True
    while shrinking:
        shrinking = False
        for edit in list(_edits(case.tree, case.before)):
            smaller = _edited(case, edit)
            if smaller is not None and still(smaller):
                case, shrinking = smaller, True
    return case


def _edited(case: Case, edit: Edit) -> Case | None:
    """The case with an edit made in the tree and in what was planned before."""
    tree, before = deepcopy(case.tree), deepcopy(case.before)
    done = edit(tree)
    if before is not None:
        done = edit(before) or done
    return replace(case, tree=tree, before=before) if done else None


def _edits(tree: Tree, before: Tree | None) -> Iterator[Edit]:
    """Rows and keys to take out, the large ones first; then the horizon shorter."""
    paths = list(_paths(tree))
    paths += [path for path in _paths(before or {}) if path not in paths]
    for path in sorted(paths, key=len):
        if path[0] not in NEEDED:
            yield lambda one, path=path: _without(one, path)  # type: ignore[misc]
    yield _shorter


def _paths(node: Any, path: tuple[Key, ...] = ()) -> Iterator[tuple[Key, ...]]:
    pairs = (
        node.items() if isinstance(node, dict) else reversed(list(enumerate(node))) if isinstance(node, list) else ()
    )
    for key, value in pairs:
        yield (*path, key)
        yield from _paths(value, (*path, key))


def _without(tree: Tree, path: tuple[Key, ...]) -> bool:
    node: Any = tree
    try:
        for key in path[:-1]:
            node = node[key]
        del node[path[-1]]
    except (KeyError, IndexError, TypeError):
        return False
    return True


def _shorter(tree: Tree) -> bool:
    tree["horizon"]["months"] -= 1
    return bool(tree["horizon"]["months"] > 0)
