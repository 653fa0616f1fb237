"""Three candidates who lack two months in the ward each and nothing else, solved in the head.

They begin together in 2027-01. With one place they follow each other and finish in 2027-02, -04 and -06: delays 0, 2
and 4. With two places the third waits for two months: delay 2. With three nobody waits. With none there is no plan.
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any

from scheduler.plan import Plan
from scheduler.whatif.cases import WhatIf, ask
from scheduler.whatif.jobs import Job, run_job
from scheduler.whatif.runner import Answered
from tests.helpers.tiny import ARENAS, ROTATIONS, RULES, Row, person

TOTAL_DELAY = {1: 6, 2: 2, 3: 0}
WORST_DELAY = {1: 4, 2: 2, 3: 0}


def tree(places: int = 1, candidates: int = 3, **tables: Any) -> Row:
    """The instance as a tree."""
    arenas = copy.deepcopy({**ARENAS, "ward": {**ARENAS["ward"], "places": [{"places": places}]}})
    return {
        "schema": 1,
        "name": "queue",
        "horizon": {"start": "2027-01", "months": 24},
        "rules": dict(RULES),
        "arenas": [{"id": row_id, **row} for row_id, row in arenas.items()],
        "rotations": [{"id": row_id, **row} for row_id, row in copy.deepcopy(ROTATIONS).items() if row_id != "clinic"],
        "candidates": [
            {"id": f"A{number:02d}", **person(credited={"open_practice": 10.0})} for number in range(1, candidates + 1)
        ],
        **tables,
    }


def solved(question: WhatIf, **options: Any) -> dict[str, Answered]:
    """Every case's answer, solved here and one after another."""
    answers = {}
    for case in question.cases:
        found = run_job(Job(case.key, case.tree, **{"time_limit_s": 30.0, **options}))
        answers[case.key] = Answered(case.key, Plan.from_json(found["plan"]), tuple(found["violations"]))
    return answers


def asked(places: int = 1, **more: Any) -> WhatIf:
    """A question about the queue."""
    return ask(tree(places), "queue", **more)


class Here:
    """An engine that does a job when it is told to, and loses those it is told to lose."""

    def __init__(self, work: Callable[[Job], dict[str, Any]] = run_job, slots: int = 2, lose: int = 0) -> None:
        self.work = work
        self.slots = slots
        self.to_lose = lose
        self.begun: list[Job] = []
        self.open = 0
        self.most_open = 0
        self.told_to_stop = False

    def submit(self, job: Job) -> Future[dict[str, Any]]:
        """Do the job at once; the runner may still think it runs."""
        self.begun.append(job)
        future: Future[dict[str, Any]] = Future()
        if self.to_lose:
            self.to_lose -= 1
            future.set_exception(ConnectionError("the worker died"))
        else:
            try:
                future.set_result(self.work(job))
            except ValueError as error:
                future.set_exception(error)
        return future

    def lost(self, error: BaseException) -> bool:
        """Whether the worker died."""
        return isinstance(error, ConnectionError)

    def ask_to_stop(self) -> None:
        """Remember it."""
        self.told_to_stop = True

    def close(self) -> None:
        """Nothing to end."""
