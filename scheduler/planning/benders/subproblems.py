"""What a slot costs one candidate in truth, asked of the candidate's own model as if nobody else existed."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from typing import TypeVar

from scheduler.instance.types import Instance
from scheduler.model import build_model
from scheduler.objective import delay_of, wishes_of
from scheduler.planning.benders.slots import CandidateSlots, Key
from scheduler.solver.engine import Run, Settings, Stop, rounded_up, run
from scheduler.variables import CandidateVariables, Linear, Scope

T = TypeVar("T")
A = TypeVar("A")
Keys = tuple[Key, ...]


@dataclass(frozen=True, slots=True)
class First:
    """The first block of a rotation begins in one of these months (of the horizon, both inclusive)."""

    rotation: str
    earliest: int
    latest: int


def exactly(key: Key) -> First:
    """The first block begins just then."""
    _, rotation, start = key
    return First(rotation, start, start)


@dataclass(frozen=True, slots=True)
class Subproblem:
    """A question about one candidate: the least months of delay with such a first block (or blocks), or, with ``most``
    given, the least weight of wishes lost with no more months of delay than that.
    """

    candidate: str
    most: int | None
    first: First | None = None
    others: Keys = ()

    @property
    def of_delay(self) -> bool:
        """Whether the question is about delay, not about wishes."""
        return self.most is None

    def has(self, key: Key) -> bool:
        """Whether the question allows a first block like this."""
        _, rotation, start = key
        first = self.first
        return first is not None and rotation == first.rotation and first.earliest <= start <= first.latest

    def wider(self, months: int, earlier: bool) -> Subproblem:
        """The same question with so many more months in which the first block may begin, before or after."""
        assert self.first is not None
        if earlier:
            return replace(self, first=replace(self.first, earliest=self.first.earliest - months))
        return replace(self, first=replace(self.first, latest=self.first.latest + months))


class Subproblems:
    """Asks each candidate's own model, and keeps the answers in ``known``.

    An answer is a lower bound, exact unless time ran out; it is the horizon's number of months where no such plan
    exists.
    """

    def __init__(self, instance: Instance, settings: Settings, stop: Stop) -> None:
        self._instance = instance
        self._horizon = instance.end - instance.start
        self._settings = settings
        self._n_threads = min(settings.workers, os.cpu_count() or 1)
        self._stop = stop
        self.known: dict[Subproblem, int] = {}

    def about(self, candidate: str, of_delay: bool) -> dict[Subproblem, int]:
        """The answers so far about a candidate's delay, or about the candidate's wishes."""
        return {
            question: least
            for question, least in self.known.items()
            if question.candidate == candidate and question.of_delay == of_delay
        }

    def ask(self, questions: Iterable[Subproblem]) -> None:
        """Answer every question that has not been answered yet, several side by side."""
        asked = [question for question in dict.fromkeys(questions) if question not in self.known]
        self.known.update(zip(asked, self._each(self._answer, asked), strict=True))

    def settle_in_one(self, competing: Iterable[CandidateSlots]) -> None:
        """Find out which candidates cannot divide the scarce service between blocks (goals may ask for all of it in one
        place), and set their ``in_one``.
        """
        asked = [slots for slots in competing if slots.may_divide]
        for slots, in_one in zip(asked, self._each(self._cannot_divide, asked), strict=True):
            slots.in_one = in_one

    def dearer(self, thought: Mapping[Subproblem, int]) -> list[Subproblem]:
        """The questions whose answer is higher than what the master assumed.

        For wishes, the months around such a block are asked about at once: one answer then covers many similar blocks,
        so that later rounds do not try them in turn. (For delays this took longer than it saved.)
        """
        self.ask(thought)
        dearer = [question for question, least in thought.items() if self.known[question] > least]
        of_wishes = [question for question in dearer if not question.of_delay]
        for found in self._each(partial(self._around, thought=thought), of_wishes):
            self.known.update(found)
        return dearer

    def _around(self, question: Subproblem, thought: Mapping[Subproblem, int]) -> dict[Subproblem, int]:
        """Wider and wider, as long as all of it costs more than was thought."""
        found: dict[Subproblem, int] = {}
        least, widest = thought[question], question
        for earlier in (True, False):
            months = 1
            while months < self._horizon:
                wider = widest.wider(months, earlier)
                answer = self._answer(wider)
                if answer <= least:
                    break
                found[wider], widest, months = answer, wider, 2 * months
        return found

    def _each(self, ask: Callable[[T], A], asked: list[T]) -> list[A]:
        with ThreadPoolExecutor(max_workers=self._n_threads) as pool:
            return list(pool.map(ask, asked))

    def _cannot_divide(self, slots: CandidateSlots) -> bool:
        """Whether there is no plan in which every block earns less than what is lacking."""
        person = self._person(Subproblem(slots.id, None))
        for rotation in slots.rotations:
            weight = person.grain.weight(slots.share(rotation))
            for block in person.blocks_of(rotation.id):
                person.model.add(weight * block.over(person.work_table) <= person.grain.credit(slots.lacking) - 1)
        return self._run(person).infeasible

    def _answer(self, question: Subproblem) -> int:
        person = self._person(question)
        if question.most is None:
            return self._least(person, delay_of(person))
        person.model.add(delay_of(person) <= question.most)
        return self._least(person, wishes_of(person))

    def _person(self, question: Subproblem) -> CandidateVariables:
        variables = build_model(Scope(self._instance, [self._instance.candidates[question.candidate]]))
        (person,) = variables.candidates
        if question.first is not None:
            _hold_first(person, question.first)
        for key in question.others:
            if len(person.blocks_of(key[1])) == 1:  # of several, which one it is cannot be said
                _hold_first(person, exactly(key))
        return person

    def _least(self, person: CandidateVariables, target: Linear) -> int:
        """The target's least; that of the horizon if there is none, 0 if time ran out."""
        person.model.minimize(target)
        outcome = self._run(person)
        if outcome.infeasible:
            return self._horizon
        return max(rounded_up(outcome.bound), 0) if outcome.values is not None else 0

    def _run(self, person: CandidateVariables) -> Run:
        return run(person.model, self._settings.for_few, self._stop, self._settings.limits.benders_question_effort)


def _hold_first(person: CandidateVariables, first: First) -> None:
    block = person.blocks_of(first.rotation)[0]
    person.model.add(block.present == 1)
    person.model.add(block.start >= first.earliest)
    person.model.add(block.start <= first.latest)
