"""Having many jobs done within one time limit: a few at a time, the lost ones again, each answer once."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from concurrent.futures import CancelledError, Future
from dataclasses import dataclass, replace

from scheduler.plan import Plan
from scheduler.solver.limits import LIMITS
from scheduler.solver.processes import as_they_end
from scheduler.whatif.engines import Engine, Sooner
from scheduler.whatif.jobs import Job


@dataclass(frozen=True, slots=True)
class Answered:
    """What became of a job: a plan file's content (which may hold no plan), or nothing where its worker kept dying.

    ``violations`` is what the independent check said; a plan with any is never shown.
    """

    key: str
    plan: Plan | None
    violations: tuple[str, ...] = ()
    tries: int = 1

    @property
    def has_plan(self) -> bool:
        """Whether there is a plan that passed the check."""
        return self.plan is not None and self.plan.status.has_plan and not self.violations


@dataclass(frozen=True, slots=True)
class SharedTime:
    """Seconds for all jobs together, shared so that a job that ends early leaves its time to the others."""

    total_s: float

    def share(self, seconds_gone: float, jobs_left: int, slots: int) -> float:
        """What the next of ``jobs_left`` jobs may take: 60 s, 6 jobs, 2 at a time -> 20 s."""
        rounds = -(-jobs_left // slots)
        return max(LIMITS.version_least_s, (self.total_s - seconds_gone) / max(rounds, 1))


OnAnswer = Callable[[Answered], None]
Asked = Callable[[], bool]


def run_jobs(
    jobs: Sequence[Job], engine: Engine, budget: SharedTime, on_answer: OnAnswer, asked: Asked = lambda: False
) -> dict[str, Answered]:
    """Every job's answer by its key, in the order of the jobs; those not begun when somebody asks to stop are left out.

    A job's ``time_limit_s`` is the most it gets; what the budget has left may be less.
    """
    return _Run(jobs, engine, budget, on_answer, asked).all()


class _Run:
    def __init__(
        self, jobs: Sequence[Job], engine: Engine, budget: SharedTime, on_answer: OnAnswer, asked: Asked
    ) -> None:
        self.jobs = jobs
        self.waiting = list(jobs)
        self.engine = engine
        self.budget = budget
        self.on_answer = on_answer
        self.asked = asked
        self.slots = engine.slots
        self.stopping = False
        self.tries: dict[str, int] = {}
        self.answers: dict[str, Answered] = {}
        self.began = time.monotonic()

    def all(self) -> dict[str, Answered]:
        for job, future in as_they_end(self.waiting, self.slots, self._begin, self._look):
            self._hear(job, future)
        return {job.key: self.answers[job.key] for job in self.jobs if job.key in self.answers}

    def _look(self) -> None:
        if self.asked() and not self.stopping:
            self.stopping = True
            self.waiting.clear()
            self.engine.ask_to_stop()

    def _begin(self, job: Job, others: Sequence[Job]) -> Sooner:
        share = self.budget.share(time.monotonic() - self.began, len(others) + 1, self.slots)
        self.tries[job.key] = self.tries.get(job.key, 0) + 1
        return self.engine.submit(replace(job, time_limit_s=min(job.time_limit_s, share)))

    def _hear(self, job: Job, future: Future[dict[str, object]]) -> None:
        error = future.exception()
        if error is not None and self.stopping and isinstance(error, CancelledError):
            return  # given up, as the user asked
        if error is not None and not self.engine.lost(error):
            raise error
        tries = self.tries[job.key]
        if error is not None and tries < LIMITS.version_tries and not self.stopping:
            self.waiting.insert(0, job)
            return
        answer = Answered(job.key, None, (), tries) if error is not None else _answer(future.result(), tries)
        self.answers[job.key] = answer
        self.on_answer(answer)


def _answer(found: dict[str, object], tries: int) -> Answered:
    violations = found["violations"]
    assert isinstance(violations, list)
    return Answered(str(found["key"]), Plan.from_json(str(found["plan"])), tuple(map(str, violations)), tries)
