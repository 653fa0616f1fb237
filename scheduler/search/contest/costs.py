"""What a choice costs one candidate in truth, asked of the candidate's own model as if nobody else existed."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import TypeVar

from scheduler.instance.types import Instance
from scheduler.model import build_model
from scheduler.objective import delay_of, wishes_of
from scheduler.search.construct import SINGLE
from scheduler.search.contest.choices import Key
from scheduler.search.engine import Settings, Stop, run
from scheduler.search.party import rounded_up
from scheduler.variables import CandidateVariables, Linear, Scope

T = TypeVar("T")
A = TypeVar("A")
Keys = tuple[Key, ...]
QUESTION_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class First:
    """The first block of a rotation begins in one of these months (of the horizon, both inclusive)."""

    rotation: str
    earliest: int
    latest: int

    def has(self, key: Key) -> bool:
        """Whether a block begins like that."""
        _, rotation, start = key
        return rotation == self.rotation and self.earliest <= start <= self.latest


def exactly(key: Key) -> First:
    """The first block begins just then."""
    _, rotation, start = key
    return First(rotation, start, start)


@dataclass(frozen=True, slots=True)
class Question:
    """What a candidate loses of the wishes at least, with certain blocks and a delay of no more than ``most``."""

    candidate: str
    most: int
    first: First | None = None
    extra: Keys = ()


class Costs:
    """Asks, and keeps the answers: bounds, exact unless time ran out."""

    def __init__(self, instance: Instance, settings: Settings, stop: Stop) -> None:
        self._instance = instance
        self._horizon = instance.end - instance.start
        self._n_threads = min(settings.workers, os.cpu_count() or 1)
        self._stop = stop
        self.delays: dict[Keys, int] = {}
        self.wishes: dict[Question, int] = {}

    def ask_delays(self, asked: Iterable[Keys]) -> None:
        """The least delay with each block, or with two; that of the horizon where they cannot be."""
        asked = [keys for keys in asked if keys not in self.delays]
        answers = self._each(self._delay, asked)
        self.delays.update(zip(asked, answers, strict=True))

    def ask_wishes(self, questions: Iterable[Question]) -> None:
        """The least weight of wishes lost."""
        asked = [question for question in questions if question not in self.wishes]
        answers = self._each(self._lost, asked)
        self.wishes.update(zip(asked, answers, strict=True))

    def widen(self, questions: Iterable[tuple[Question, int]]) -> None:
        """The same of the months around, as far as more is lost there, too, than was ``thought``.

        One answer then speaks of many blocks, and the next round does not come to each of them in turn.
        """
        for answers in self._each(self._around, list(questions)):
            self.wishes.update(answers)

    def _around(self, asked: tuple[Question, int]) -> dict[Question, int]:
        question, thought = asked
        found: dict[Question, int] = {}
        for earlier in (True, False):
            months = 1
            while question.first is not None and months < self._horizon:
                wider = replace(question, first=_wider(question.first, months, earlier))
                lost = self._lost(wider)
                if lost <= thought:
                    break
                question, months = wider, 2 * months
                found[question] = lost
        return found

    def _each(self, ask: Callable[[T], A], asked: list[T]) -> list[A]:
        with ThreadPoolExecutor(max_workers=self._n_threads) as pool:
            return list(pool.map(ask, asked))

    def _delay(self, keys: Keys) -> int:
        first, *others = keys
        person = self._person(first[0], exactly(first), others)
        return self._least(person, delay_of(person))

    def _lost(self, question: Question) -> int:
        person = self._person(question.candidate, question.first, question.extra)
        person.model.add(delay_of(person) <= question.most)
        return self._least(person, wishes_of(person))

    def _person(self, candidate: str, first: First | None, others: Sequence[Key]) -> CandidateVariables:
        variables = build_model(Scope(self._instance, [self._instance.candidates[candidate]]))
        (person,) = variables.candidates
        if first is not None:
            _hold_first(person, first)
        for key in others:
            if len(person.blocks_of(key[1])) == 1:  # of several, which one it is cannot be said
                _hold_first(person, exactly(key))
        return person

    def _least(self, person: CandidateVariables, target: Linear) -> int:
        """The target's least; that of the horizon if there is none, 0 if time ran out."""
        person.model.minimize(target)
        outcome = run(person.model, SINGLE, self._stop, QUESTION_SECONDS)
        if outcome.infeasible:
            return self._horizon
        return max(rounded_up(outcome.bound), 0) if outcome.values is not None else 0


def _hold_first(person: CandidateVariables, first: First) -> None:
    block = person.blocks_of(first.rotation)[0]
    person.model.add(block.present == 1)
    person.model.add(block.start >= first.earliest)
    person.model.add(block.start <= first.latest)


def _wider(first: First, months: int, earlier: bool) -> First:
    if earlier:
        return replace(first, earliest=first.earliest - months)
    return replace(first, latest=first.latest + months)
