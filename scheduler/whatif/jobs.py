"""One row's work, as any process on any machine can do it: a tree goes in, plain JSON comes out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from scheduler.check import check_plan
from scheduler.files import read_instance
from scheduler.instance.types import Instance
from scheduler.plan import Plan
from scheduler.replanning.on_top import OnTop
from scheduler.solver.limits import LIMITS
from scheduler.solver.processes import errors_travel, listening
from scheduler.texts import Language

if TYPE_CHECKING:
    from scheduler.solve import Progress
    from scheduler.solver.engine import Stop

DECIDE = ("changes", "delay", "fairness", "wishes", "history")
"""The levels that what-if questions are about; the search ends when they are proved, unless it is to be thorough."""

Asked = Callable[[], bool]


@dataclass(frozen=True, slots=True)
class Job:
    """One instance to plan, ``on_top`` of a published plan if there is one. ``workers`` are the solver's threads."""

    key: str
    tree: Mapping[str, Any]
    time_limit_s: float
    seed: int = 0
    workers: int = 1
    lang: Language = "nb"
    thorough: bool = False
    on_top: OnTop | None = None


def run_job(job: Job, asked: Asked | None = None) -> dict[str, Any]:
    """Plan the job's tree and check the plan: ``{"key", "plan", "violations"}``, all of it plain JSON."""
    with errors_travel():
        return _planned(job, asked)


def _planned(job: Job, asked: Asked | None) -> dict[str, Any]:
    from scheduler.explanation.reasons import Telling, with_reasons
    from scheduler.solve import Options, solve
    from scheduler.solver.engine import Settings, Stop  # takes a second to load; who only hands out jobs can do without

    instance = read_instance(job.tree)
    replanning = None if job.on_top is None else job.on_top.replanning(instance)
    if replanning is not None:
        instance = replanning.instance
    stop = Stop(job.time_limit_s)

    def is_over() -> bool:  # reasons told after a search would take longer
        return stop.seconds_left == 0 or (asked is not None and asked())

    share = LIMITS.version_without_plan_share * job.time_limit_s
    explain_s = min(LIMITS.version_without_plan_s, share)  # what stands against a plan; `alis explain` looks further
    telling, settings = Telling(job.lang, explain_s, remedies=False), Settings(job.workers, job.seed)
    options = Options(job.time_limit_s, job.workers, job.seed)
    with listening(is_over, stop.ask):
        made = solve(instance, options, None if job.thorough else _until_decided(instance, stop), stop)
        plan = with_reasons(instance, made, telling, settings, stop)
    if replanning is not None and plan.status.has_plan:
        plan = replanning.accepted(plan, job.lang)
        about = plan.instance.model_copy(update={"source": instance.source})  # it may be the next that is published
        plan = plan.model_copy(update={"instance": about})
    return {"key": job.key, "plan": plan.to_json(), "violations": faults(instance, plan, job.lang)}


def faults(instance: Instance, plan: Plan, lang: Language) -> list[str]:
    """What the independent check says against the plan as a reader of its file will see it."""
    if not plan.status.has_plan:
        return []
    return [
        f"{violation.rule}: {violation.sentence(lang)}"
        for violation in check_plan(instance, Plan.from_json(plan.to_json()))
    ]


def last_deciding(order: tuple[str, ...]) -> int:
    """The place in the objective's order of the last level that decides; the first if none does."""
    return max((place for place, level in enumerate(order) if level in DECIDE), default=0)


def _until_decided(instance: Instance, stop: Stop) -> Callable[[Progress], None]:
    """A listener that ends the search when it comes to the levels after those that decide."""
    order = instance.objective_order
    after = frozenset(order[last_deciding(order) + 1 :])

    def hear(progress: Progress) -> None:
        if progress.level is not None and progress.level.removesuffix("-worst") in after:
            stop.ask()

    return hear
