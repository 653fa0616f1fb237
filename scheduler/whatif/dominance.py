"""Looser instances and tighter ones: every plan of the tighter is a plan of the looser.

So the best delay of the looser is never worse. Searches that time cuts short may seem to say otherwise; then the looser
row takes over the tighter one's plan (valid there, and checked there), and the tighter row takes over what is proved
of the looser one (no plan can be better, or there is none at all).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TypeAlias

from scheduler.accounting import trajectories
from scheduler.instance.types import Arena, Instance, Limit, PercentSteps, Steps, Supervisor
from scheduler.objective import units
from scheduler.plan import Plan, PlanObjective, Status
from scheduler.planning.assemble import carried_over, is_proved, objectives_of, proofs_in
from scheduler.texts import Language
from scheduler.whatif.jobs import faults, last_deciding
from scheduler.whatif.runner import Answered

AnySteps: TypeAlias = Steps | PercentSteps | None


@dataclass(frozen=True, slots=True)
class Merged:
    """A row's answer after comparing: ``plan_of`` and ``proof_of`` name the rows it took them over from, if it did.

    ``gained``: whether the plan taken over is better in what decides, so that the row's own search fell short. If not,
    it is as good there and better in the levels after, and shows that the additional room needs no other plan.
    """

    answer: Answered
    plan_of: str | None = None
    gained: bool = False
    proof_of: str | None = None


def covers(looser: Instance, tighter: Instance) -> bool:
    """Whether the two are one but for places, and the looser has at least as many of each in every month."""
    months = range(looser.start, looser.end)
    return _without_room(looser) == _without_room(tighter) and all(
        _enough(looser, tighter, months) for _enough in (_arenas, _limits, _groups, _supervisors)
    )


def compare(
    answers: Mapping[str, Answered], instances: Mapping[str, Instance], lang: Language = "nb"
) -> dict[str, Merged]:
    """Looser rows take over the plans of tighter ones where these are better, tighter rows the looser ones' proofs."""
    taken = {key: Merged(answer) for key, answer in answers.items()}
    pairs = [
        (looser, tighter)
        for looser in answers
        for tighter in answers
        if looser != tighter and covers(instances[looser], instances[tighter])
    ]
    for _ in answers:  # what is taken over may be handed on
        changed = [_hand_on(taken, looser, tighter, instances, lang) for looser, tighter in pairs]
        if not any(changed):
            break
    return taken


def _hand_on(
    taken: dict[str, Merged], looser: str, tighter: str, instances: Mapping[str, Instance], lang: Language
) -> bool:
    """One pair: a plan upwards, a proof downwards. Whether anything was handed on."""
    above, below = taken[looser], taken[tighter]
    if below.answer.has_plan and _better(below.answer.plan, above.answer):
        assert below.answer.plan is not None
        carried = carry(below.answer.plan, instances[looser], above.answer.plan)
        if not faults(instances[looser], carried, lang):
            answer = Answered(looser, carried, (), above.answer.tries)
            gained = above.gained or _decides(above.answer, carried, instances[looser].objective_order)
            taken[looser] = replace(above, answer=answer, plan_of=below.plan_of or tighter, gained=gained)
            return True
    proved = _proof(above.answer.plan, below.answer, instances[tighter])
    if proved is not None:
        answer = replace(below.answer, plan=proved)
        taken[tighter] = replace(below, answer=answer, proof_of=above.proof_of or looser)
        return True
    return False


# --- looser or tighter -----------------------------------------------------------------------------------------------


def _without_room(instance: Instance) -> Instance:
    """The instance with nothing said of places, so that two can be compared beside them."""
    return replace(
        instance,
        name="",
        sha256="",
        remarks=(),
        arenas={arena.id: replace(arena, places=None, percent=None, shifts=None) for arena in instance.arenas.values()},
        limits={limit.id: replace(limit, places=None, percent=None) for limit in instance.limits.values()},
        groups={group.id: replace(group, places=0) for group in instance.groups.values()},
        supervisors={
            supervisor.id: replace(supervisor, places=Steps(())) for supervisor in instance.supervisors.values()
        },
    )


def _at_least(looser: AnySteps, tighter: AnySteps, months: range) -> bool:
    if looser is None:
        return True
    return tighter is not None and all(looser.at(month) >= tighter.at(month) for month in months)


def _arenas(looser: Instance, tighter: Instance, months: range) -> bool:
    def roomy(above: Arena, below: Arena) -> bool:
        pairs: list[tuple[AnySteps, AnySteps]] = [
            (above.places, below.places),
            (above.percent, below.percent),
            (above.shifts, below.shifts),
        ]
        return all(_at_least(*pair, months) for pair in pairs)

    return all(roomy(arena, tighter.arenas[arena.id]) for arena in looser.arenas.values())


def _limits(looser: Instance, tighter: Instance, months: range) -> bool:
    def roomy(above: Limit, below: Limit) -> bool:
        pairs: list[tuple[AnySteps, AnySteps]] = [(above.places, below.places), (above.percent, below.percent)]
        return all(_at_least(*pair, months) for pair in pairs)

    return all(roomy(limit, tighter.limits[limit.id]) for limit in looser.limits.values())


def _groups(looser: Instance, tighter: Instance, _months: range) -> bool:
    return all(group.places >= tighter.groups[group.id].places for group in looser.groups.values())


def _supervisors(looser: Instance, tighter: Instance, months: range) -> bool:
    def roomy(above: Supervisor, below: Supervisor) -> bool:
        return _at_least(above.places, below.places, months)

    return all(roomy(each, tighter.supervisors[each.id]) for each in looser.supervisors.values())


# --- plans upwards ---------------------------------------------------------------------------------------------------


def figures_of(plan: Plan) -> list[int]:
    """What plans are compared by, in the solver's units, smaller is better: each level's sum, then its worst share."""
    figures = ((level.id, told) for level in plan.objectives for told in (level, level.worst))
    return [units(level_id, told.value) for level_id, told in figures if told is not None]


def _better(plan: Plan | None, than: Answered) -> bool:
    """Whether the plan is better than the row's own, or the row has none."""
    if plan is None:
        return False
    if not than.has_plan or than.plan is None:
        return than.plan is None or than.plan.status is not Status.INFEASIBLE or not _is_proof(than.plan)
    return figures_of(plan) < figures_of(than.plan)


def _decides(own: Answered, carried: Plan, order: tuple[str, ...]) -> bool:
    """Whether the plans differ in a level that decides."""
    if not own.has_plan or own.plan is None:
        return True
    deciding = order[: last_deciding(order) + 1]
    mine, theirs = (
        [(level.value, level.worst and level.worst.value) for level in plan.objectives if level.id in deciding]
        for plan in (own.plan, carried)
    )
    return mine != theirs


def carry(plan: Plan, instance: Instance, own: Plan | None) -> Plan:
    """The plan as one of a looser instance: same months, the bounds of the instance's own search."""
    objectives = carried_over(instance, trajectories(instance, plan), [] if own is None else own.objectives)
    reference = plan.instance.model_copy(update={"sha256": instance.sha256, "name": instance.name, "source": None})
    return _proved_so_far(plan.model_copy(update={"instance": reference}), objectives)


def _proved_so_far(plan: Plan, objectives: list[PlanObjective]) -> Plan:
    status = Status.OPTIMAL if all(is_proved(objective) for objective in objectives) else Status.FEASIBLE
    return plan.model_copy(update={"objectives": objectives, "status": status})


# --- proofs downwards ------------------------------------------------------------------------------------------------


def _is_proof(plan: Plan) -> bool:
    return plan.status is Status.INFEASIBLE and (plan.explanation or {}).get("certainty") == "proved"


def _proof(above: Plan | None, below: Answered, instance: Instance) -> Plan | None:
    """The tighter row's plan with what the looser row proves of it; None where that is nothing new."""
    if above is None or below.plan is None:
        return None
    if _is_proof(above) and not below.has_plan and not _is_proof(below.plan):
        return below.plan.model_copy(update={"status": Status.INFEASIBLE, "explanation": above.explanation})
    if above.status.has_plan and below.has_plan:
        return _with_bound(above, below.plan, instance)
    return None


def _with_bound(above: Plan, below: Plan, instance: Instance) -> Plan | None:
    """The tighter row's plan with the looser row's bound of the first level, if that is higher than its own."""
    own = proofs_in(below.objectives)
    raised = own.raised(proofs_in(above.objectives))
    if raised == own:
        return None
    return _proved_so_far(below, objectives_of(instance, trajectories(instance, below), raised))


def is_monotone(keys: Sequence[str], instances: Mapping[str, Instance]) -> bool:
    """Whether each row of a sweep is looser than the one before it."""
    return all(covers(instances[after], instances[before]) for before, after in pairwise(keys))
