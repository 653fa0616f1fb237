"""Changes that make a plan possible, each tried out: how much of it it takes, and whether there is a plan with it.

The ruleset says which rules may give way (``may_give``); what a rule offers to change is its own to say.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from itertools import islice
from typing import Any

from scheduler.accounting.baseline import with_baseline_of
from scheduler.changes import Action, Change, apply
from scheduler.constraints import rule_of
from scheduler.constraints.conflict import Conflict
from scheduler.constraints.proposal import Proposal, at_once, set_to
from scheduler.explanation.conflicts import ConflictFindings, find_conflicts, has_plan
from scheduler.explanation.counting import count
from scheduler.explanation.oracle import FeasibilityOracle
from scheduler.files import InputError, read_instance
from scheduler.instance.offices import with_offices_changing
from scheduler.instance.types import Instance
from scheduler.month import Month, runs
from scheduler.planning.over import without_over
from scheduler.rulesets import load_ruleset
from scheduler.solver.engine import Settings, Stop
from scheduler.solver.limits import Limits
from scheduler.solver.shrink import shrunk, smallest

Tree = Mapping[str, Any]
Read = Callable[[Tree], Instance]
Enough = Callable[[Sequence["Part"]], bool]
COST_OF_A_LIST = 2  # as much as two months of one place
WIDER = (0, 6, 24, 10_000)  # months added at both ends of a window that is too short


@dataclass(frozen=True, slots=True)
class Part:
    """One proposal with its amount, in these months (None, None where it has no window)."""

    proposal: Proposal
    amount: int
    start: Month | None = None
    end: Month | None = None

    @property
    def changes(self) -> tuple[Change, ...]:
        """What is done."""
        return tuple(self.proposal.make(self.amount, self.start, self.end))

    @property
    def cost(self) -> float:
        """How large the change is; remedies are ranked by it."""
        return self.proposal.cost(self.amount, 0 if self.start is None or self.end is None else self.end - self.start)


@dataclass(frozen=True, slots=True)
class Remedy:
    """Changes that belong together. ``verified``: a plan was found with them; ``cost``: how large they are."""

    parts: tuple[Part, ...]
    verified: bool = False

    @property
    def changes(self) -> tuple[Change, ...]:
        """All changes, in order."""
        return tuple(change for part in self.parts for change in part.changes)

    @property
    def words(self) -> frozenset[str]:
        """Its changes as the command line spells them, in whatever order they were found."""
        return frozenset(change.inline() for change in self.changes)

    @property
    def subjects(self) -> frozenset[tuple[object, ...]]:
        """What it changes, by however much."""
        return frozenset(map(_subject, self.parts))

    @property
    def cost(self) -> float:
        """The sum of its parts' costs."""
        return sum(part.cost for part in self.parts)


def find_remedies(
    tree: Tree,
    instance: Instance,
    conflicts: Sequence[Conflict],
    settings: Settings,
    stop: Stop,
    enough: int | None = None,
) -> list[Remedy]:
    """The smallest changes of the instance with which there is a plan, the smallest first.

    ``tree``: the instance as files spell it, on which changes are tried; ``instance``: the same, read, on top of a
    published plan if there is one. The search ends with ``enough`` verified remedies (None: as the limits say).
    """
    return _Search(tree, partial(_read, of=instance), settings, stop, enough or settings.limits.remedies).find(
        conflicts
    )


def _read(tree: Tree, of: Instance) -> Instance:
    return with_offices_changing(without_over(with_baseline_of(read_instance(tree), of)))


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
            whole = self._completed(remedy, conflicts)
            if whole is not None and whole.words not in [each_remedy.words for each_remedy in found]:
                found.append(whole)
        return sorted(_without_more(found), key=lambda remedy: (not remedy.verified, len(remedy.parts), remedy.cost))

    def _completed(self, remedy: Remedy, conflicts: Sequence[Conflict]) -> Remedy | None:
        """The remedy of the first conflict with the smallest ones for what is still in the way; None if something
        cannot be taken away.
        """
        seen = list(conflicts)
        while len(remedy.parts) <= self.settings.limits.remedy_chain:
            tree = apply(self.tree, remedy.changes)
            instance = self.read(tree)
            standing = next((conflict for conflict in conflicts[1:] if self._stands(instance, conflict)), None)
            if standing is None:
                findings = self._findings(instance, self._patience())
                if findings.impossible is False:
                    return self._trimmed(replace(remedy, verified=True), seen)
                if findings.impossible is None:
                    return remedy
                standing = findings.conflicts[0] if findings.conflicts else None
            if standing is None or self.stop.over:
                return None
            seen.append(standing)
            enough = self._enough_of(remedy.parts, seen) if len(remedy.parts) == 1 else None
            if enough is not None:
                return enough
            more = self._effective(tree, standing)[:1]
            if not more:
                return None
            remedy = Remedy(_joined((*remedy.parts, *more[0].parts)))
        return None

    def _findings(self, instance: Instance, patience: Stop) -> ConflictFindings:
        return find_conflicts(instance, self.settings, patience, [shortfall.keys for shortfall in count(instance)], 1)

    def _stands(self, instance: Instance, conflict: Conflict) -> bool:
        return _stands(instance, conflict, self.settings, self.stop)

    # --- no larger than needed ---

    def _trimmed(self, remedy: Remedy, seen: Sequence[Conflict]) -> Remedy:
        """Of what was put together for one conflict after another: no part, amount or month more than makes a plan.

        Fewer changes come before smaller ones: a later date alone before a date a little earlier and a place. ``seen``:
        conflicts that have stood in the way, and are asked about first.
        """
        if len(remedy.parts) == 1:
            return remedy
        fewer = self._enough_of(remedy.parts, seen)
        if fewer is not None and len(fewer.parts) < len(remedy.parts):
            return fewer
        return self._smallest(remedy.parts, self._enough(seen, self._patience()))

    def _enough_of(self, parts: Sequence[Part], seen: Sequence[Conflict]) -> Remedy | None:
        """As few of the changes as make a plan if each may be larger, each as small as it then can be; None if even all
        of them, as large as they may be, are not known to make one, or there was no time to make them small.
        """
        patience = self._patience()
        enough = self._enough(seen, patience)
        largest = list({_subject(part): self._largest(part) for part in parts}.values())
        alone = next(([part] for part in largest if enough([part])), None)
        if alone is None and (len(largest) == 1 or not enough(largest)):
            return None
        found = self._smallest(alone or largest, enough)
        return None if patience.over else found

    def _largest(self, part: Part) -> Part:
        """The change as large as it may be, in all months if that can be."""
        if part.start is None or part.end is None:
            return replace(part, amount=part.proposal.most)
        instance = self.read(self.tree)
        everywhere = replace(part, amount=part.proposal.most, start=instance.start, end=instance.end)
        with suppress(InputError):  # fewer least places than none
            self.read(apply(self.tree, everywhere.changes))
            return everywhere
        return part

    def _smallest(self, parts: Sequence[Part], enough: Enough) -> Remedy:
        """As few of the changes as suffice, tried first without the largest, each as small as it can be; in order."""
        kept, _ = shrunk(sorted(parts, key=lambda part: -part.cost), enough)
        needed = [part for part in parts if part in kept]
        for place in range(len(needed)):
            part = needed.pop(place)
            needed.insert(place, _less_of(part, _beside(list(needed), place, enough)))
        return Remedy(_joined(needed), verified=True)

    def _patience(self) -> Stop:
        return self.stop.worth(self.settings.limits.remedy_effort)

    def _enough(self, seen: Sequence[Conflict], patience: Stop) -> Enough:
        """Whether changes are known to make a plan; once it has taken too long nothing more is."""
        return lambda parts: not patience.over and self._makes_a_plan(parts, seen, patience)

    def _makes_a_plan(self, parts: Sequence[Part], seen: Sequence[Conflict], patience: Stop) -> bool:
        try:
            instance = self.read(apply(self.tree, Remedy(tuple(parts)).changes))
        except InputError:
            return False
        if any(_stands(instance, conflict, self.settings, patience) for conflict in seen):
            return False
        return has_plan(instance, self.settings, patience) is True

    def _effective(self, tree: Tree, conflict: Conflict) -> list[Remedy]:
        """Changes that take this conflict away, the smallest first, each as small as it can be."""
        instance = self.read(tree)
        found = [
            _Sizing(tree, self.read, conflict, proposal, self.settings, self.stop).smallest()
            for proposal in _proposals(instance, conflict, self.settings.limits)
        ]
        return sorted((remedy for remedy in found if remedy is not None), key=lambda remedy: remedy.cost)


def may_give(instance: Instance) -> frozenset[str]:
    """The ids of the rules that people, not the law, have set, and whose numbers may change."""
    return load_ruleset(instance.rules.ruleset).may_give


def _proposals(instance: Instance, conflict: Conflict, limits: Limits) -> Iterator[Proposal]:
    """What might be tried against the conflict; none of it touches the law."""
    allowed = may_give(instance)
    for key in conflict.instances:
        if key.rule in allowed:
            yield from rule_of(key).remedies(instance, conflict, key)
    yield from islice(_longer_lists(instance, conflict), limits.longer_lists_tried)


def _longer_lists(instance: Instance, conflict: Conflict) -> Iterator[Proposal]:
    """For those with a list of their own: one rotation more, of those in which they could serve what they lack."""
    rows = {row["id"]: row for row in (instance.source or {}).get("candidates", ())}
    wanted = dict.fromkeys(
        (key.candidate, rotation.id)
        for key in conflict.instances
        if key.candidate is not None and rows.get(key.candidate, {}).get("allowed")
        for rotation in rule_of(key).served_in(instance, key)
        if not rotation.base and rotation.id not in rows[key.candidate]["allowed"]
    )
    for candidate, rotation in wanted:
        longer = [*rows[candidate]["allowed"], rotation]
        yield Proposal(set_to("candidate", candidate, "allowed", partial(_always, longer)), at_once(COST_OF_A_LIST))


def _always(value: object, _amount: int) -> object:
    return value


def _without_more(found: Sequence[Remedy]) -> Iterator[Remedy]:
    """The remedies but for those that change more things than another one of which it is known that it suffices."""
    known = [remedy for remedy in found if remedy.verified]
    return (remedy for remedy in found if not any(other.subjects < remedy.subjects for other in known))


def _beside(others: Sequence[Part], place: int, enough: Enough) -> Callable[[Part], bool]:
    return lambda part: enough([*others[:place], part, *others[place:]])


def _less_of(part: Part, enough: Callable[[Part], bool]) -> Part:
    """The least amount, then the last month and the first, with which there still is enough."""
    part = replace(
        part, amount=smallest(range(1, part.amount + 1), lambda amount: enough(replace(part, amount=amount)))
    )
    if part.start is None or part.end is None:
        return part
    start, end = part.start, part.end
    end = smallest(range(start + 1, end + 1), lambda month: enough(replace(part, end=month)))
    months = smallest(range(1, end - start + 1), lambda n: enough(replace(part, start=end - n, end=end)))
    return replace(part, start=end - months, end=end)


def _joined(parts: Iterable[Part]) -> tuple[Part, ...]:
    """The same with nothing named twice: neither a field that is set nor a month in which something is added."""
    alike: dict[tuple[object, ...], list[Part]] = {}
    for part in parts:
        alike.setdefault(_subject(part), []).append(part)
    return tuple(part for same in alike.values() for part in _as_one(same))


def _subject(part: Part) -> tuple[object, ...]:
    """What it changes, be it by how much and when it may."""
    change = part.changes[0]
    if change.action in (Action.ADD, Action.SET):
        return change.action, change.table, change.row, change.field
    return (change.inline(),)


def _as_one(same: Sequence[Part]) -> Iterable[Part]:
    """Of what is set the last; what is added in all, in months each of which is named once."""
    last = same[-1]
    if len(same) == 1 or last.changes[0].action is not Action.ADD:
        return [last]
    if last.start is None:
        return [replace(last, amount=sum(part.amount for part in same))]
    added: Counter[Month] = Counter()
    for part in same:
        for month in range(part.start or 0, part.end or 0):
            added[month] += part.amount
    return [Part(last.proposal, amount, start, end) for start, end, amount in runs(sorted(added.items()))]


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
        return Remedy((Part(self.proposal, amount, start, end),))

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
