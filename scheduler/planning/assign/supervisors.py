"""Who supervises whom once the rotations are settled, with as few changes as possible."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from itertools import pairwise

from ortools.sat.python import cp_model

from scheduler.instance.assignment import Assignment
from scheduler.instance.pools import own_arenas, resolved_mix, who_may_supervise
from scheduler.instance.types import Candidate, Instance
from scheduler.month import Month
from scheduler.planning.assign.in_turn import (
    Need,
    Supervision,
    changes_of,
    in_file_order,
    least_changes,
    scarcest_first,
    without_the_full,
)
from scheduler.planning.assign.month_by_month import month_by_month
from scheduler.solver.engine import Settings, Stop, evaluate, run

_Key = tuple[str, Month]  # a candidate's month
_Has = tuple[str, Month, str]  # and the supervisor in it


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
    needs = [_need_of(instance, assignment) for assignment in assignments.values()]
    for these in (_firm(instance, needs), needs):
        for kept in _attempts(instance, these, settings):
            chosen = _assigned(instance, [need.held_to(kept(need)) for need in these], settings)
            if chosen is not None:
                return _brought_back(instance, needs, chosen)
    return None


def _need_of(instance: Instance, assignment: Assignment) -> Need:
    """What the candidate needs in the months of the assignment."""
    candidate = instance.candidates[assignment.candidate]
    able, visits = {}, set()
    for month in range(assignment.first, assignment.end):
        rotation_id = assignment.rotation_at(month)
        if rotation_id is not None:
            mix = resolved_mix(instance.rotations[rotation_id], assignment.practice_at(month))
            able[month] = tuple(supervisor.id for supervisor in who_may_supervise(instance, mix, month))
            if own_arenas(instance, mix):
                visits.add(month)
    last, former = _before(instance, candidate)
    return Need(candidate.id, able, candidate.supervisor, frozenset(visits), last, former)


def _before(instance: Instance, candidate: Candidate) -> tuple[str | None, str | None]:
    """Who supervised the last month served, if it is told, and the last one that was no visit."""
    last: str | None = None
    for number, month in enumerate(reversed(candidate.past)):
        if month.supervisor is not None:
            last = month.supervisor if number == 0 else last
            rotation = instance.rotations.get(month.rotation or "")
            if rotation is None or not own_arenas(instance, resolved_mix(rotation, month.practice)):
                return last, month.supervisor
    return last, None


def _firm(instance: Instance, needs: list[Need]) -> list[Need]:
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


def _brought_back(instance: Instance, needs: list[Need], chosen: Supervision) -> Supervision:
    """Everybody with the fixed supervisor wherever a place is free, or held by one who may as well be with another.

    Each turn brings one candidate back for a month and takes nobody from a fixed one, so there is an end to it; a place
    that becomes free may be somebody's who has been asked before.
    """
    by_id = {need.candidate: need for need in needs}
    with_supervisor: defaultdict[tuple[str, Month], list[str]] = defaultdict(list)
    for candidate_id, months in chosen.items():
        for month, supervisor_id in months.items():
            with_supervisor[supervisor_id, month].append(candidate_id)

    def turn(need: Need, month: Month) -> bool:
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


Kept = Callable[[Need], Mapping[Month, tuple[str, ...]]]


def _attempts(instance: Instance, needs: list[Need], settings: Settings) -> Iterator[Kept]:
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
    needs: list[Need],
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


def _held(supervisors: Mapping[tuple[str, Month], str], need: Need) -> Mapping[Month, tuple[str, ...]]:
    return {
        month: (supervisors[need.candidate, month],) for month in need.able if (need.candidate, month) in supervisors
    }


def _assigned(instance: Instance, needs: list[Need], settings: Settings) -> Supervision | None:
    """One candidate after the other, in one order or another, where nobody changes more often than availability forces.

    Else the best of these and of an exact search; and of one after the other again, with the fixed ones that it gave.
    Where none of them has come to an end, each month by itself.
    """
    needs = without_the_full(instance.supervisors, needs)
    least, in_turn = least_changes(needs), list[Supervision | None]()
    for one_by_one in (in_file_order, scarcest_first):
        in_turn.append(chosen := one_by_one(instance.supervisors, needs))
        if chosen is not None and changes_of(needs, chosen) == least:
            return chosen
    exact = _exactly(instance, needs, settings)
    again = None if exact is None else in_file_order(instance.supervisors, [_with_given(need, exact) for need in needs])
    found = [chosen for chosen in (again, *in_turn, exact) if chosen is not None]
    return min(found, key=partial(_rank, needs)) if found else month_by_month(instance.supervisors, needs)


def _with_given(need: Need, chosen: Supervision) -> Need:
    """The need with nobody but the fixed one where that one is chosen."""
    return need.held_to({month: (given,) for month, given in _given(need) if chosen[need.candidate][month] == given})


def _rank(needs: list[Need], chosen: Supervision) -> tuple[int, ...]:
    """Fewest months with another than the fixed one, then fewest changes."""
    others = sum(chosen[need.candidate][month] != given for need in needs for month, given in _given(need))
    return others, *changes_of(needs, chosen)


def _given(need: Need) -> list[tuple[Month, str]]:
    """The months in which the fixed one may supervise."""
    months = ((month, need.given.at(month)) for month in need.able if need.with_given(month))
    return [(month, given) for month, given in months if given is not None]


def _exactly(instance: Instance, needs: list[Need], settings: Settings) -> Supervision | None:
    """Most with fixed ones, then the fewest changes, by search; None if there are too few, or its effort ran out.

    Its time is its own: a plan whose rotations are settled is not to be lost because the clock or the user said stop.
    """
    model = cp_model.CpModel()
    has = _places_held(model, instance, needs)
    changes = {need.candidate: _changes(model, has, need) for need in needs}
    in_all = [new for mine, _ in changes.values() for new in mine]
    at_home = [new for _, mine in changes.values() for new in mine]
    given = [has[need.candidate, *held] for need in needs for held in _given(need)]
    one_change = 1 + len(at_home)
    one_given = 1 + len(in_all) * one_change + len(at_home)
    model.minimize(one_change * sum(in_all) + sum(at_home) - one_given * sum(given))
    outcome = run(model, settings.for_choices, Stop(), settings.limits.supervision_effort)
    if outcome.values is None:
        return None
    chosen: Supervision = {need.candidate: {} for need in needs}
    for (candidate_id, month, supervisor_id), variable in has.items():
        if evaluate(variable, outcome.values):
            chosen[candidate_id][month] = supervisor_id
    return chosen


def _places_held(model: cp_model.CpModel, instance: Instance, needs: list[Need]) -> dict[_Has, cp_model.IntVar]:
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


def _changes(
    model: cp_model.CpModel, has: Mapping[_Has, cp_model.IntVar], need: Need
) -> tuple[list[cp_model.IntVar], list[cp_model.IntVar]]:
    """Variables of which one is 1 for each change: of all months, and where visits are left out."""
    known: dict[tuple[Month, Month], list[cp_model.IntVar]] = {}

    def new_in(month: Month, before: Mapping[str, cp_model.IntVar | int]) -> list[cp_model.IntVar]:
        found = []
        for supervisor_id in need.able[month]:
            found.append(model.new_bool_var(""))
            there = has[need.candidate, month, supervisor_id]
            model.add(found[-1] >= (there - before[supervisor_id] if supervisor_id in before else there))
        return found

    def counted(months: list[Month], first: str | None) -> list[cp_model.IntVar]:
        found = [] if first is None or not months else new_in(months[0], {first: 1})
        for before, month in pairwise(months):
            if (before, month) not in known:
                there = {who: has[need.candidate, before, who] for who in need.able[before]}
                known[before, month] = new_in(month, there)
            found += known[before, month]
        return found

    return counted(need.months, need.last), counted(need.at_home, need.former)
