"""Who supervises whom once the rotations are settled, with as few changes as possible."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from itertools import takewhile

from ortools.sat.python import cp_model

from scheduler.instance.assignment import Assignment
from scheduler.instance.pools import resolved_mix, who_may_supervise
from scheduler.instance.types import NOBODY_NAMED, Instance, Named
from scheduler.month import Month
from scheduler.solver.engine import Settings, Stop, evaluate, run

Supervision = dict[str, dict[Month, str]]
_Key = tuple[str, Month]  # a candidate's month
_Has = tuple[str, Month, str]  # and the supervisor in it


@dataclass(frozen=True, slots=True)
class _Need:
    """A candidate's service months and who may supervise in each; ``given`` is the fixed one."""

    candidate: str
    able: Mapping[Month, tuple[str, ...]]
    given: Named = NOBODY_NAMED

    def fewest_changes(self) -> int:
        """Changes that the availability of supervisors alone forces: each stays as long as possible."""
        changes, current = -1, frozenset[str]()
        for able in self.able.values():
            kept = current & frozenset(able)
            changes += not kept
            current = kept or frozenset(able)
        return max(changes, 0)

    def with_given(self, month: Month) -> bool:
        """Whether the fixed one may supervise in the month."""
        return self.given.at(month) in self.able.get(month, ())

    def held_to(self, kept: Mapping[Month, tuple[str, ...]]) -> _Need:
        """The need with nobody else for some months."""
        return replace(self, able={**self.able, **kept})


def assign_supervisors(
    instance: Instance, assignments: Mapping[str, Assignment], settings: Settings
) -> Supervision | None:
    """A supervisor for every service month of every candidate, with as few changes as possible.

    Empty without supervisors in the instance; None if there are too few. A fixed one has the candidate wherever there
    is a place. Published supervisors stay where everybody still gets one; otherwise those of as many candidates as
    possible, or none.
    """
    if not instance.supervisors:
        return {}
    needs = [_need(instance, assignment) for assignment in assignments.values()]
    for these in (_firm(instance, needs), needs):
        for kept in _attempts(instance, these, settings):
            chosen = _assigned(instance, [need.held_to(kept(need)) for need in these], settings)
            if chosen is not None:
                return _brought_back(instance, needs, chosen)
    return None


def _firm(instance: Instance, needs: list[_Need]) -> list[_Need]:
    """The needs with only the fixed supervisor where everybody whose fixed one that is has a place."""
    claims = Counter((need.given.at(month), month) for need in needs for month in need.able if need.with_given(month))
    firm = []
    for need in needs:
        kept = {
            month: (given,)
            for month in need.able
            if (given := need.given.at(month)) is not None
            and need.with_given(month)
            and claims[given, month] <= instance.supervisors[given].places_at(month)
        }
        firm.append(need.held_to(kept))
    return firm


def _brought_back(instance: Instance, needs: list[_Need], chosen: Supervision) -> Supervision:
    """Everybody with the fixed supervisor wherever a place is free, or held by one who may as well be with another.

    Each turn brings one candidate back for a month and takes nobody from a fixed one, so there is an end to it; a place
    that becomes free may be somebody's who has been asked before.
    """
    by_id = {need.candidate: need for need in needs}
    with_supervisor: defaultdict[tuple[str, Month], list[str]] = defaultdict(list)
    for candidate_id, months in chosen.items():
        for month, supervisor_id in months.items():
            with_supervisor[supervisor_id, month].append(candidate_id)

    def turn(need: _Need, month: Month) -> bool:
        given, other = need.given.at(month), chosen[need.candidate][month]
        if given is None or given == other or not need.with_given(month):
            return False
        there = with_supervisor[given, month]
        if len(there) >= instance.supervisors[given].places_at(month):
            willing = (who for who in there if by_id[who].given.at(month) != given and other in by_id[who].able[month])
            leaving = next(willing, None)
            if leaving is None:
                return False
            there.remove(leaving)
            with_supervisor[other, month].append(leaving)
            chosen[leaving][month] = other
        with_supervisor[other, month].remove(need.candidate)
        there.append(need.candidate)
        chosen[need.candidate][month] = given
        return True

    while sum(turn(need, month) for need in needs for month in need.able):
        pass
    return chosen


Kept = Callable[[_Need], Mapping[Month, tuple[str, ...]]]


def _attempts(instance: Instance, needs: list[_Need], settings: Settings) -> Iterator[Kept]:
    """What to hold to the published supervisors: all that can be, then as many candidates as can be, then nothing."""
    baseline = instance.baseline
    if baseline is not None:
        able = {(need.candidate, month): who for need in needs for month, who in need.able.items()}
        published = {
            (each_published.candidate, month): who
            for each_published in baseline.published.values()
            for month, who in each_published.supervisors.items()
            if who in able.get((each_published.candidate, month), ())
        }
        heads = Counter((who, month) for (_, month), who in published.items())
        published = {
            (candidate, month): who
            for (candidate, month), who in published.items()
            if heads[who, month] <= instance.supervisors[who].places_at(month)
        }
        yield partial(_held, published)
        keeping = _who_keep_theirs(instance, needs, published, settings)
        yield partial(_held, {key: who for key, who in published.items() if key[0] in keeping})
    yield lambda _need: {}


def _who_keep_theirs(
    instance: Instance,
    needs: list[_Need],
    published: Mapping[_Key, str],
    settings: Settings,
) -> frozenset[str]:
    """As many candidates as can keep all their published supervisors while there is one for everybody."""
    model = cp_model.CpModel()
    has = _places_held(model, instance, needs)
    keeps = {candidate: model.new_bool_var("") for candidate, _ in published}
    for (candidate, month), who in published.items():
        model.add_implication(keeps[candidate], has[candidate, month, who])
    model.maximize(sum(keeps.values()))
    outcome = run(model, settings.for_choices, Stop(), settings.limits.supervision_effort)
    values = outcome.values
    return (
        frozenset()
        if values is None
        else frozenset(candidate_id for candidate_id, kept in keeps.items() if evaluate(kept, values))
    )


def _held(supervisors: Mapping[tuple[str, Month], str], need: _Need) -> Mapping[Month, tuple[str, ...]]:
    return {
        month: (supervisors[need.candidate, month],) for month in need.able if (need.candidate, month) in supervisors
    }


def _assigned(instance: Instance, needs: list[_Need], settings: Settings) -> Supervision | None:
    """One candidate at a time first, each supervisor as long as possible.

    Only if somebody is left out, or changes more often than availability forces, an exact search.
    """
    chosen = _one_by_one(instance, needs)
    if chosen is not None and _n_changes(chosen) <= sum(need.fewest_changes() for need in needs):
        return chosen
    return _exactly(instance, needs, settings) or chosen


def _need(instance: Instance, assignment: Assignment) -> _Need:
    candidate = instance.candidates[assignment.candidate]
    able = {}
    for month in range(assignment.first, assignment.end):
        rotation_id = assignment.rotation_at(month)
        if rotation_id is not None:
            mix = resolved_mix(instance.rotations[rotation_id], assignment.practice_at(month))
            able[month] = tuple(supervisor.id for supervisor in who_may_supervise(instance, mix, month))
    return _Need(assignment.candidate, able, candidate.supervisor)


def _one_by_one(instance: Instance, needs: list[_Need]) -> Supervision | None:
    """Those with the least choice first, then the longest; among equals the supervisor with most candidates already."""
    used: Counter[tuple[str, Month]] = Counter()
    chosen: Supervision = {}
    for need in sorted(needs, key=lambda need: (min(map(len, need.able.values()), default=0), -len(need.able))):
        months = list(need.able)
        mine: dict[Month, str] = {}
        position = 0
        while position < len(months):
            best, reach = _longest(instance, need, months, position, used)
            if not reach:
                return None
            for month in months[position : position + reach]:
                mine[month] = best
                used[best, month] += 1
            position += reach
        chosen[need.candidate] = mine
    return chosen


def _longest(
    instance: Instance, need: _Need, months: list[Month], position: int, used: Counter[tuple[str, Month]]
) -> tuple[str, int]:
    """The fixed one, else who can stay longest from a month on, and for how many service months."""
    best, reach, company = "", 0, -1
    for supervisor_id in need.able[months[position]]:
        places_at = instance.supervisors[supervisor_id].places_at
        n = 0
        for month in months[position:]:
            if supervisor_id not in need.able[month] or used[supervisor_id, month] >= places_at(month):
                break
            n += 1
        if n and supervisor_id == need.given.at(months[position]):
            stays = (need.given.at(month) == supervisor_id for month in months[position : position + n])
            return supervisor_id, sum(takewhile(bool, stays))
        others = sum(used[supervisor_id, month] for month in months[position : position + n])
        if (n, others) > (reach, company):
            best, reach, company = supervisor_id, n, others
    return best, reach


def _n_changes(chosen: Supervision) -> int:
    return sum(
        before != after
        for months in chosen.values()
        for before, after in zip(list(months.values()), list(months.values())[1:], strict=False)
    )


def _exactly(instance: Instance, needs: list[_Need], settings: Settings) -> Supervision | None:
    """Most with fixed ones, then the fewest changes, by search; None if there are too few, or its few seconds ran out.

    Its time is its own: a plan whose rotations are settled is not to be lost because the clock or the user said stop.
    """
    model = cp_model.CpModel()
    has = _places_held(model, instance, needs)
    changes = []
    for need in needs:
        before: Month | None = None
        for month, able in need.able.items():
            for each_supervisor_id in able:
                changes += _change(model, has, need, before, month, each_supervisor_id)
            before = month
    given = [
        has[need.candidate, month, given]
        for need in needs
        for month in need.able
        if (given := need.given.at(month)) is not None and need.with_given(month)
    ]
    model.minimize(sum(changes) - (1 + len(changes)) * sum(given))
    outcome = run(model, settings.for_choices, Stop(), settings.limits.supervision_effort)
    if outcome.values is None:
        return None
    chosen: Supervision = {need.candidate: {} for need in needs}
    for (candidate_id, month, supervisor_id), variable in has.items():
        if evaluate(variable, outcome.values):
            chosen[candidate_id][month] = supervisor_id
    return chosen


def _places_held(model: cp_model.CpModel, instance: Instance, needs: list[_Need]) -> dict[_Has, cp_model.IntVar]:
    """Who supervises whom when: one for everybody in every month, and nobody more than there are places."""
    has: dict[_Has, cp_model.IntVar] = {}
    by_place: dict[tuple[str, Month], list[cp_model.IntVar]] = {}
    for need in needs:
        for month, able in need.able.items():
            mine = {each_supervisor_id: model.new_bool_var("") for each_supervisor_id in able}
            model.add_exactly_one(mine.values())
            for supervisor_id, literal in mine.items():
                has[need.candidate, month, supervisor_id] = literal
                by_place.setdefault((supervisor_id, month), []).append(literal)
    for (supervisor_id, month), taken in by_place.items():
        model.add(sum(taken) <= instance.supervisors[supervisor_id].places_at(month))
    return has


def _change(
    model: cp_model.CpModel,
    has: Mapping[_Has, cp_model.IntVar],
    need: _Need,
    before: Month | None,
    month: Month,
    supervisor_id: str,
) -> list[cp_model.IntVar]:
    """A variable that is 1 when the supervisor is new in the month."""
    if before is None:
        return []
    new = model.new_bool_var("")
    earlier = has.get((need.candidate, before, supervisor_id))
    model.add(new >= has[need.candidate, month, supervisor_id] - (0 if earlier is None else earlier))
    return [new]
