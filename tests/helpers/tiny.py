"""A tiny world for the model: solved in the head, and built from a file's tree so that nothing is skipped.

Horizon 2027-01 .. 2028-12 (24 months). 12 counted FTE-months, of them at least 6 open practice and 2 institution; open
practice and other general service together count 10 at most, other general 6, institution 2. So the standard plan is gp
10 + ward 2: 2027-01 .. 2027-12. No goals, shifts, groups or supervisors unless a test adds them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from scheduler.accounting import levels, trajectories, with_figures
from scheduler.check import check_plan
from scheduler.explanation.reasons import Telling, with_reasons
from scheduler.files import read_instance
from scheduler.instance.types import Instance
from scheduler.model import build_model
from scheduler.month import format_month, parse_month
from scheduler.plan import FoundBy, Plan, PlanCandidate, PlanMonth, PlanObjective, PlanRun, Status
from scheduler.planning.assemble import plan_candidate, plan_instance, plan_tool
from scheduler.planning.assign.supervisors import assign_supervisors
from scheduler.solve import Options, solve
from scheduler.solver.engine import Settings, Stop, Values, evaluate, run
from scheduler.variables import CandidateVariables, Scope, Variables

Row = dict[str, Any]
TIME_LIMIT_S = 60.0

RULES: Row = {
    "total": 12,
    "open_practice_min": 6,
    "institution_min": 2,
    "open_practice_cap": 10,
    "other_general_cap": 6,
    "general_cap": 10,
    "institution_cap": 2,
    "goals": "",
    "legevakt_shifts": 0,
    "group_required": False,
}
ARENAS: dict[str, Row] = {
    "office-01": {"service": "open_practice"},
    "ward": {"service": "institution"},
    "clinic": {"service": "other_general"},
}
ROTATIONS: dict[str, Row] = {
    "gp": {"mix": {"practice": 100}, "base": True},
    "ward": {"mix": {"ward": 100}, "min_months": 2, "max_months": 8},
    "clinic": {"mix": {"clinic": 100}, "max_months": 8},
}


def person(**fields: Any) -> Row:
    """A candidate's row: from 2027-01 in office-01 (``practice=None``: the plan chooses) unless told otherwise."""
    row = {"start": "2027-01", "practice": "office-01", **fields}
    return {key: value for key, value in row.items() if value is not None}


def months(first: str, last: str, **fields: Any) -> Row:
    """A row with months, both ends inclusive."""
    return {"from": first, "to": last, **fields}


def make(
    *people: Row,
    start: str = "2027-01",
    n_months: int = 24,
    rules: Row | None = None,
    arenas: Mapping[str, Row | None] | None = None,
    rotations: Mapping[str, Row | None] | None = None,
    **tables: Any,
) -> Instance:
    """The tiny world with these candidates (A01, A02 ...; one if none is given) and these changes.

    A row of ``arenas`` or ``rotations`` changes the fields it names, adds what is not there, and with None takes away.
    """
    rows = [{"id": f"A{number:02d}", **row} for number, row in enumerate(people or [person()], start=1)]
    return read_instance(
        {
            "schema": 1,
            "name": "tiny",
            "horizon": {"start": start, "months": n_months},
            "rules": {**RULES, **(rules or {})},
            "arenas": _changed(ARENAS, arenas),
            "rotations": _changed(ROTATIONS, rotations),
            "candidates": rows,
            **tables,
        }
    )


def _changed(base: Mapping[str, Row], changes: Mapping[str, Row | None] | None) -> list[Row]:
    given = changes or {}
    rows = {row_id: {**base.get(row_id, {}), **(given.get(row_id) or {})} for row_id in {**base, **given}}
    return [{"id": row_id, **row} for row_id, row in rows.items() if given.get(row_id, {}) is not None]


# --- what a test asserts -------------------------------------------------------------------------------------------


def plan_and_reasons(instance: Instance, telling: Telling | None = None, **options: Any) -> Plan:
    """The plan with its reasons, or what stands against one."""
    given = Options(**{"workers": 1, "time_limit_s": TIME_LIMIT_S, **options})
    settings, stop = Settings(given.workers, given.seed, limits=given.limits), Stop(given.time_limit_s)
    return with_reasons(instance, solve(instance, given, stop=stop), telling or Telling(), settings, stop)


def planned(instance: Instance, **options: Any) -> Plan:
    """The plan, which must be proved best and pass the checker."""
    plan = plan_and_reasons(instance, **options)
    assert plan.status is Status.OPTIMAL, plan.status
    assert faults(instance, plan) == []
    return plan


def is_impossible(instance: Instance) -> bool:
    """Whether the solver proves that there is no plan; running out of time is neither yes nor no."""
    plan = solve(instance, Options(workers=1, time_limit_s=TIME_LIMIT_S))
    assert plan.status in (Status.OPTIMAL, Status.INFEASIBLE), plan.status
    if plan.status is Status.OPTIMAL:
        assert faults(instance, plan) == []
        return False
    assert plan.explanation is not None
    return plan.explanation["certainty"] == "proved"


def bites(instance: Instance, rule: str) -> Plan:
    """No plan; one without the rule, and the checker then has that rule, and only that one, against it."""
    assert is_impossible(instance)
    plan = plan_without(instance, rule)
    assert plan is not None, f"{rule} is not what makes it impossible"
    assert rules_broken(instance, plan) == {rule}, faults(instance, plan)
    assert check_plan(instance, plan, without={rule}) == []
    return plan


def faults(instance: Instance, plan: Plan) -> list[str]:
    """What the checker says of a plan."""
    return [f"{violation.rule}: {violation.sentence('en')}" for violation in check_plan(instance, plan)]


def rules_broken(instance: Instance, plan: Plan) -> set[str]:
    """The ids of the rules that the checker finds broken."""
    return {violation.rule for violation in check_plan(instance, plan)}


def objective(plan: Plan, level: str) -> float:
    """The value of a level of the objective."""
    return next(objective.value for objective in plan.objectives if objective.id == level)


def path(plan: Plan, candidate: str = "A01") -> str:
    """A candidate's months as ``"gp*4 - ward*2"`` (``-`` is a month of leave)."""
    parts: list[tuple[str, int]] = []
    for row in plan.candidate(candidate).months:
        name = row.rotation or "-"
        if parts and parts[-1][0] == name:
            parts[-1] = (name, parts[-1][1] + 1)
        else:
            parts.append((name, 1))
    return " ".join(name if times == 1 else f"{name}*{times}" for name, times in parts)


def months_in(plan: Plan, rotation: str, candidate: str = "A01") -> list[str]:
    """The months a candidate spends in a rotation."""
    rows = plan.candidate(candidate).months
    return [format_month(row.month) for row in rows if row.rotation == rotation]


def finish(plan: Plan, candidate: str = "A01") -> str:
    """The candidate's last month."""
    last = plan.candidate(candidate).finish
    return "-" if last is None else format_month(last)


def every_month(first: str, last: str) -> list[str]:
    """All months of a range, both ends inclusive."""
    return [format_month(month) for month in range(parse_month(first), parse_month(last) + 1)]


# --- models with a rule left out -----------------------------------------------------------------------------------


def plan_without(instance: Instance, *rules: str) -> Plan | None:
    """The shortest plan of the model without some rules, written as the model sees it; None if there is none."""
    variables = build_model(Scope(instance, without_rules=rules, explicit_shifts=True))
    variables.model.minimize(sum(candidate.finish for candidate in variables.candidates))
    outcome = run(variables.model, Settings(workers=1), Stop(TIME_LIMIT_S))
    assert outcome.infeasible or outcome.optimal
    return None if outcome.values is None else _as_modelled(instance, variables, outcome.values)


def _as_modelled(instance: Instance, variables: Variables, values: Values) -> Plan:
    """Every block of the solution, even where two cover a month, at the percent that the model reckons with."""
    assignments = {
        assignment.candidate: assignment for assignment in variables.assignments(lambda one: evaluate(one, values))
    }
    supervision = assign_supervisors(instance, assignments, Settings(workers=1)) or {}
    entries = []
    for candidate in variables.candidates:
        entry = plan_candidate(instance, assignments[candidate.id], supervision.get(candidate.id, {}))
        rows = [row for month in entry.months for row in _rows_of(variables, candidate, values, month)]
        entries.append(with_figures(instance, entry.model_copy(update={"months": rows})))
    return plan_of(instance, entries)


def _rows_of(variables: Variables, candidate: CandidateVariables, values: Values, row: PlanMonth) -> list[PlanMonth]:
    t = row.month - variables.instance.start
    blocks = [
        block.rotation.id
        for block in candidate.blocks
        if evaluate(block.present, values) and evaluate(block.start, values) <= t < evaluate(block.end, values)
    ]
    percent = Fraction(candidate.work_table[t + 1] - candidate.work_table[t], candidate.grain.work)
    return [
        PlanMonth(month=row.month, rotation=candidate_id, percent=percent) for candidate_id in blocks or [row.rotation]
    ]


def plan_of(instance: Instance, entries: Sequence[PlanCandidate]) -> Plan:
    """A plan file for these entries, its levels added up."""
    plan = Plan(
        tool=plan_tool(),
        instance=plan_instance(instance),
        status=Status.FEASIBLE,
        run=PlanRun(seconds=0.0, seed=0, workers=1, strategy=FoundBy.OTHERWISE),
        candidates=list(entries),
    )
    figures = levels(instance, trajectories(instance, plan))
    objectives = [
        PlanObjective(id=level, value=figures[level].value, bound=figures[level].value, proved=False)
        for level in instance.objective_order
        if level in figures
    ]
    return plan.model_copy(update={"objectives": objectives})
