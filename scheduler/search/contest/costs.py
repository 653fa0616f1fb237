"""What a choice costs one candidate in truth, asked of the candidate's own model as if nobody else existed."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
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
Keys = tuple[Key, ...]
QUESTION_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class Question:
    """What a candidate loses at least, with certain blocks and a delay of no more than ``most``."""

    candidate: str
    blocks: Keys
    most: int


class Costs:
    """Asks, and keeps the answers: bounds, exact unless time ran out."""

    def __init__(self, instance: Instance, settings: Settings, stop: Stop) -> None:
        self._instance = instance
        self._n_threads = min(settings.workers, os.cpu_count() or 1)
        self._stop = stop
        self.delays: dict[Keys, int] = {}
        self.wishes: dict[Question, int] = {}

    def ask_delays(self, asked: Iterable[Keys]) -> None:
        """The least delay with each block, or with two; that of the horizon where they cannot be."""
        asked = [keys for keys in asked if keys not in self.delays]
        answers = self._each(lambda keys: max(self._least(keys[0][0], keys, None), 0), asked)
        self.delays.update(zip(asked, answers, strict=True))

    def ask_wishes(self, questions: Iterable[Question]) -> None:
        """The least weight of wishes lost."""
        asked = [question for question in questions if question not in self.wishes]
        answers = self._each(lambda one: max(self._least(one.candidate, one.blocks, one.most), 0), asked)
        self.wishes.update(dict(zip(asked, answers, strict=True)))

    def _each(self, ask: Callable[[T], int], asked: list[T]) -> list[int]:
        with ThreadPoolExecutor(max_workers=self._n_threads) as pool:
            return list(pool.map(ask, asked))

    def _least(self, candidate_id: str, blocks: Sequence[Key], most: int | None) -> int:
        """The least delay, or with a ``most`` for the delay the least weight lost; -1 if time ran out."""
        variables = build_model(Scope(self._instance, [self._instance.candidates[candidate_id]]))
        (person,) = variables.candidates
        for position, block in enumerate(blocks):
            if position == 0 or len(person.blocks_of(block[1])) == 1:  # of several, which one it is cannot be said
                _hold_first(person, block)
        variables.model.minimize(_target(person, most))
        outcome = run(variables.model, SINGLE, self._stop, QUESTION_SECONDS)
        if outcome.infeasible:
            return self._instance.end - self._instance.start
        return rounded_up(outcome.bound) if outcome.values is not None else -1


def _hold_first(person: CandidateVariables, block: Key) -> None:
    _, rotation, start = block
    first = person.blocks_of(rotation)[0]
    person.model.add(first.present == 1)
    person.model.add(first.start == start)


def _target(person: CandidateVariables, most: int | None) -> Linear:
    if most is None:
        return delay_of(person)
    person.model.add(delay_of(person) <= most)
    return wishes_of(person)
