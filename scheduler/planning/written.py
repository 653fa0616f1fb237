"""What came of a search, written out as a plan: figures recomputed from the months, the bounds are the solver's."""

from __future__ import annotations

from scheduler.accounting import trajectory_of
from scheduler.accounting.guidance import guidance
from scheduler.instance.types import Instance
from scheduler.plan import FoundBy, Plan, PlanCandidate, PlanRun, Status
from scheduler.planning.assemble import ended, is_proved, objectives_of, plan_candidate, plan_instance, plan_tool
from scheduler.planning.drafted import drafted, with_broken
from scheduler.planning.state import Impossible, Outcome, Result, Unknown
from scheduler.solver.engine import Settings, Stop


def written(instance: Instance, outcome: Outcome, settings: Settings, seconds: float, stop: Stop) -> Plan:
    """The plan, or that there is none and how far the search came, which took ``seconds``. Nothing is explained yet."""
    match outcome:
        case Result():
            status, strategy, told = Status.FEASIBLE, outcome.strategy, _plan(instance, outcome)
        case Impossible():
            status, strategy, told = Status.INFEASIBLE, FoundBy.TWO_SEARCHES, {"explanation": _certainty(outcome)}
        case Unknown():
            draft = drafted(instance, outcome, settings, stop)
            status, strategy, told = Status.UNKNOWN, FoundBy.NOT_FOUND, {"draft": draft}
    run = PlanRun(seconds=round(seconds, 3), seed=settings.seed, workers=settings.workers, strategy=strategy)
    plan = Plan(tool=plan_tool(), instance=plan_instance(instance), status=status, run=run)
    return with_broken(instance, plan.model_copy(update=told))


def _plan(instance: Instance, found: Result) -> dict[str, object]:
    candidates = [_entry(instance, found, candidate_id) for candidate_id in found.assignments]
    objectives = objectives_of(instance, [trajectory_of(instance, entry) for entry in candidates], found.proofs)
    return {
        "status": Status.OPTIMAL if all(map(is_proved, objectives)) else Status.FEASIBLE,
        "objectives": objectives,
        "candidates": candidates,
        "guidance": guidance(instance, candidates),
    }


def _entry(instance: Instance, found: Result, candidate_id: str) -> PlanCandidate:
    supervision = found.supervision.get(candidate_id, {})
    entry = ended(instance, plan_candidate(instance, found.assignments[candidate_id], supervision))
    return entry.model_copy(update={"away_needed": found.needed(candidate_id, "away")})


def _certainty(found: Impossible) -> dict[str, object]:
    return {"certainty": "proved" if found.confirmed else "likely", "conflicts": [], "remedies": []}
