"""Jobs a few at a time: how many are at work, in which order they begin, what is put back and what is taken out."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Future

from scheduler.solver.processes import as_they_end


class Elsewhere:
    """Does jobs at once, and keeps in mind with which others still to be done each was begun."""

    def __init__(self) -> None:
        self.begun: list[tuple[str, list[str]]] = []

    def begin(self, job: str, others: Sequence[str]) -> Future[str]:
        self.begun.append((job, sorted(others)))
        future: Future[str] = Future()
        future.set_result(job.upper())
        return future


def test_jobs_begin_in_order_with_as_many_at_a_time_as_there_are_slots() -> None:
    elsewhere = Elsewhere()
    ended = list(as_they_end(["a", "b", "c"], 2, elsewhere.begin, lambda: None))
    assert sorted((job, future.result()) for job, future in ended) == [("a", "A"), ("b", "B"), ("c", "C")]
    assert elsewhere.begun[:2] == [("a", ["b", "c"]), ("b", ["a", "c"])]  # both before the third
    assert elsewhere.begun[2] == ("c", [])


def test_a_job_put_back_is_begun_again() -> None:
    elsewhere, todo, tries = Elsewhere(), ["a", "b"], 0
    for job, _ in as_they_end(todo, 1, elsewhere.begin, lambda: None):
        if job == "a" and tries == 0:
            tries += 1
            todo.insert(0, "a")
    assert [job for job, _ in elsewhere.begun] == ["a", "a", "b"]


def test_what_is_taken_out_is_not_begun_and_what_is_at_work_is_waited_for() -> None:
    elsewhere, todo = Elsewhere(), ["a", "b", "c"]
    looks = iter([lambda: None, todo.clear])
    ended = [job for job, _ in as_they_end(todo, 1, elsewhere.begin, lambda: next(looks)())]
    assert ended == ["a"]
    assert [job for job, _ in elsewhere.begun] == ["a"]
