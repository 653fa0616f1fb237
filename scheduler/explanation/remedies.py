"""Changes that make a plan possible, each tried out: how much of it it takes, and whether there is a plan with it.

The ruleset says which rules may give way (``may_give``); what a rule offers to change is its own to say.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from scheduler.accounting.baseline import with_baseline_of
from scheduler.changes import Action, Change, apply
from scheduler.constraints import rule_of
from scheduler.constraints.conflict import Conflict
from scheduler.constraints.proposal import Proposal
from scheduler.explanation.conflicts import find_conflicts
from scheduler.explanation.counting import count
from scheduler.explanation.oracle import FeasibilityOracle
from scheduler.files import InputError, read_instance
from scheduler.instance.types import Instance
from scheduler.month import Month
from scheduler.rulesets import load_ruleset
from scheduler.solver.engine import Settings, Stop
from scheduler.solver.shrink import smallest

Tree = Mapping[str, Any]
Read = Callable[[Tree], Instance]
WIDER = (0, 6, 24, 10_000)  # months added at both ends of a window that is too short


@dataclass(frozen=True, slots=True)
class Remedy:
    """Changes that belong together; ``verified``: a plan was found with them; ``cost`` ranks by how small they are."""

    changes: tuple[Change, ...]
    cost: float
    verified: bool


def find_remedies(
    tree: Tree,
    instance: Instance,
    conflicts: Sequence[Conflict],
    settings: Settings,
    stop: Stop,
    enough: int | None = None,
) -> list[Remedy]:
    """The smallest changes with which there is a plan, the smallest first; ``enough`` verified ones end the search.

    ``instance`` is the tree read, on top of a published plan if there is one: so is every changed tree that is tried.
    """
    return _Search(tree, partial(_read, of=instance), settings, stop, enough or settings.limits.remedies).find(
        conflicts
    )


def _read(tree: Tree, of: Instance) -> Instance:
    return with_baseline_of(read_instance(tree), of)


class _Search:
    def __init__(self, tree: Tree, read: Read, settings: Settings, stop: Stop, enough: int) -> None:
        self.tree = tree
        self.read = read
        self.settings = settings
        self.stop = stop
        self.enough = enough

    def find(self, conflicts: Sequence[Conflict]) -> list[Remedy]:
        """Try what takes the first conflict away, then whatever else is needed beside it."""
        if not conflicts:
            return []
        found: list[Remedy] = []
        first = self._effective(self.tree, conflicts[0])
        for remedy in first[: self.settings.limits.remedies_tried]:
            if self.stop.over or sum(each_remedy.verified for each_remedy in found) >= self.enough:
                break
            whole = self._completed(remedy, list(conflicts[1:]))
            if whole is not None and whole.changes not in [each_remedy.changes for each_remedy in found]:
                found.append(whole)
        return sorted(
            found, key=lambda each_remedy: (not each_remedy.verified, len(each_remedy.changes), each_remedy.cost)
        )

    def _completed(self, remedy: Remedy, others: list[Conflict]) -> Remedy | None:
        """The remedy with the smallest ones for what is still in the way; None if something cannot be taken away."""
        while len(remedy.changes) <= self.settings.limits.remedy_chain:
            tree = apply(self.tree, remedy.changes)
            instance = self.read(tree)
            standing = next(
                (conflict for conflict in others if _stands(instance, conflict, self.settings, self.stop)), None
            )
            if standing is None:
                patience = self.stop.worth(self.settings.limits.remedy_effort)
                findings = find_conflicts(
                    instance, self.settings, patience, [shortfall.keys for shortfall in count(instance)], 1
                )
                if findings.impossible is False:
                    return Remedy(remedy.changes, remedy.cost, verified=True)
                if findings.impossible is None:
                    return remedy
                standing = findings.conflicts[0] if findings.conflicts else None
            more = self._effective(tree, standing)[:1] if standing is not None and not self.stop.over else []
            if not more:
                return None
            remedy = Remedy(_merged(remedy.changes, more[0].changes), remedy.cost + more[0].cost, verified=False)
        return None

    def _effective(self, tree: Tree, conflict: Conflict) -> list[Remedy]:
        """Changes that take this conflict away, the smallest first, each as small as it can be."""
        instance = self.read(tree)
        found = [
            _Sizing(tree, self.read, conflict, proposal, self.settings, self.stop).smallest()
            for proposal in _proposals(instance, conflict)
        ]
        return sorted((remedy for remedy in found if remedy is not None), key=lambda remedy: remedy.cost)


def may_give(instance: Instance) -> frozenset[str]:
    """The rules that people have set."""
    return load_ruleset(instance.rules.ruleset).may_give


def _proposals(instance: Instance, conflict: Conflict) -> Iterator[Proposal]:
    """What might be tried against the conflict; none of it touches the law."""
    allowed = may_give(instance)
    for key in conflict.instances:
        if key.rule in allowed:
            yield from rule_of(key).remedies(instance, conflict, key)


def _merged(changes: tuple[Change, ...], more: tuple[Change, ...]) -> tuple[Change, ...]:
    """Changes one after another; of two that set the same field the later."""
    same = {(change.table, change.row, change.field) for change in more if change.action is Action.SET}
    merged = [
        change
        for change in changes
        if change.action is not Action.SET or (change.table, change.row, change.field) not in same
    ]
    for change in more:
        twin = next((other for other in merged if _touching(other, change)), None)
        if twin is None:
            merged.append(change)
        else:
            start, to = min(twin.start or 0, change.start or 0), max(twin.to or 0, change.to or 0)
            merged[merged.index(twin)] = replace(twin, start=start, to=to)
    return tuple(merged)


def _touching(change: Change, other: Change) -> bool:
    """Whether they add the same to the same in windows without a month between them or in common."""
    if change.action is not Action.ADD or None in (change.start, change.to, other.start, other.to):
        return False
    if replace(change, start=None, to=None) != replace(other, start=None, to=None):
        return False
    return (change.to or 0) + 1 == other.start or (other.to or 0) + 1 == change.start


def _stands(instance: Instance, conflict: Conflict, settings: Settings, stop: Stop) -> bool:
    """Whether the conflict is still one; an answer that does not come counts as yes."""
    oracle = FeasibilityOracle(instance, settings, stop, conflict.explicit_shifts)
    return oracle.impossible(conflict.keys & oracle.everything) is not False


class _Sizing:
    """How much of one proposal it takes: for the candidates of the conflict with all their rules, if there are few."""

    def __init__(
        self, tree: Tree, read: Read, conflict: Conflict, proposal: Proposal, settings: Settings, stop: Stop
    ) -> None:
        self.tree = tree
        self.read = read
        self.conflict = conflict
        self.proposal = proposal
        self.settings = settings
        self.stop = stop
        self.alone = len(conflict.candidates) > settings.limits.remedy_whole_members
        instance = read(tree)
        self.horizon = (instance.start, instance.end)

    def smallest(self) -> Remedy | None:
        """The least amount first, then the shortest window; None if even the most does not help."""
        window = self._wide_enough()
        if window is None:
            self.alone = True  # the candidates have other troubles besides
            window = self._wide_enough()
        if window is None:
            return None
        start, end = window
        amount = smallest(range(1, self.proposal.most + 1), lambda n: self._helps(n, start, end))
        if start is not None and end is not None:
            start, end = self._shortest(amount, start, end)
        months = 0 if start is None or end is None else end - start
        changes = self.proposal.make(amount, start, end)
        return Remedy(tuple(changes), self.proposal.cost(amount, months), verified=False)

    def _wide_enough(self) -> tuple[Month | None, Month | None] | None:
        """The window of the conflict, or a wider one: a month too few stands for a block of six."""
        if self.proposal.window is None:
            return (None, None) if self._helps(self.proposal.most, None, None) else None
        start, end = self.proposal.window
        first, last = self.horizon
        for more in WIDER:
            wider = (max(start - more, first), min(end + more, last))
            if self._helps(self.proposal.most, *wider):
                return wider
        return None

    def _shortest(self, amount: int, start: Month, end: Month) -> tuple[Month, Month]:
        over = smallest(range(start + 1, end + 1), lambda month: self._helps(amount, start, month))
        begin = over - smallest(range(1, over - start + 1), lambda months: self._helps(amount, over - months, over))
        return begin, over

    def _helps(self, amount: int, start: Month | None, end: Month | None) -> bool:
        if self.stop.over:
            return False
        try:
            instance = self.read(apply(self.tree, self.proposal.make(amount, start, end)))
        except InputError:
            return False
        if self.alone:
            return not _stands(instance, self.conflict, self.settings, self.stop)
        oracle = FeasibilityOracle(instance, self.settings, self.stop, self.conflict.explicit_shifts)
        rules = [key for key in oracle.instances if key.candidate in (None, *self.conflict.candidates)]
        return oracle.impossible(rules) is False
