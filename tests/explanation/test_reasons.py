"""Reasons are asked of a plan that is finished: the search gives none, and what it found stays as it is."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace

from scheduler.explanation.reasons import Telling, with_reasons
from scheduler.files import load_instance
from scheduler.plan import FoundBy, Plan, Status
from scheduler.solve import Options, solve
from scheduler.solver.engine import Settings, Stop
from scheduler.solver.limits import LIMITS
from tests.helpers.command_line import IMPOSSIBLE, ORDER
from tests.helpers.tiny import make, person

SETTINGS = Settings(workers=1)
GROUP = {"id": "G1", "start": "2027-01", "months": 12, "places": 1}
ASKED = Options(workers=1, time_limit_s=60.0)


def bare(plan: Plan) -> Plan:
    """Without what is said in words."""
    entries = [
        entry.model_copy(
            update={
                "group_reason": None,
                "wishes": [wish.model_copy(update={"reason": None}) for wish in entry.wishes],
            }
        )
        for entry in plan.candidates
    ]
    return plan.model_copy(update={"candidates": entries, "messages": []})


def test_the_search_gives_none_and_what_it_found_stays() -> None:
    instance = load_instance(ORDER)
    plan = solve(instance, ASKED)
    told = with_reasons(instance, plan, Telling("en"), SETTINGS, Stop(60.0))
    assert plan == bare(plan) == bare(told)
    lost = [wish for entry in told.candidates for wish in entry.wishes if not wish.met]
    assert [None if wish.reason is None else wish.reason.key for wish in lost] == ["reasons.wish-others"]
    assert [message.key for message in told.messages] == ["reasons.no-supervisors"]


def test_beside_the_same_people_whether_planned_in_parts_or_together() -> None:
    instance = load_instance(ORDER)
    plan = solve(instance, ASKED)
    in_parts = plan.model_copy(update={"run": plan.run.model_copy(update={"strategy": FoundBy.PARTS})})
    told = [with_reasons(instance, made, Telling(), SETTINGS, Stop(60.0)) for made in (plan, in_parts)]
    assert told[0].candidates == told[1].candidates


def test_a_group_is_told_with_its_reason() -> None:
    instance = make(person(), rules={"group_required": True}, groups=[GROUP])
    plan = solve(instance, ASKED)
    (entry,) = with_reasons(instance, plan, Telling(), SETTINGS, Stop(60.0)).candidates
    assert entry.group is not None
    assert entry.group_reason is not None
    assert plan.candidates[0].group_reason is None


def test_no_effort_no_answer() -> None:
    """The effort for all wishes together is counted anew after the search."""
    instance = load_instance(ORDER)
    hurried = replace(SETTINGS, limits=replace(LIMITS, reasons_effort=0.0))
    told = with_reasons(instance, solve(instance, ASKED), Telling(), hurried, Stop(60.0))
    reasons = [wish.reason for entry in told.candidates for wish in entry.wishes if not wish.met]
    assert [reason.key for reason in reasons if reason is not None] == ["reasons.wish-unknown"]


def test_what_stands_against_a_plan_is_told_when_there_is_time_for_it() -> None:
    instance = load_instance(IMPOSSIBLE)
    plan = solve(instance, ASKED)
    assert plan.status is Status.INFEASIBLE
    assert plan.explanation == {"certainty": "proved", "conflicts": [], "remedies": []}
    assert with_reasons(instance, plan, Telling(), SETTINGS, Stop(60.0)) == plan
    told = with_reasons(instance, plan, Telling(without_plan_s=60.0), SETTINGS, Stop(60.0)).explanation
    assert told is not None
    assert (told["certainty"], bool(told["conflicts"]), bool(told["remedies"])) == ("proved", True, True)
    short = Telling(without_plan_s=60.0, remedies=False)
    told = with_reasons(instance, plan, short, SETTINGS, Stop(60.0)).explanation
    assert told is not None
    assert (bool(told["conflicts"]), told["remedies"]) == (True, [])


def test_the_search_loads_nothing_of_the_reasons() -> None:
    script = "import scheduler.solve, sys; print(*sorted(sys.modules))"
    found = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    loaded = [name for name in found.stdout.split() if name.startswith(("scheduler.explanation.", "scheduler.report"))]
    assert loaded == []
