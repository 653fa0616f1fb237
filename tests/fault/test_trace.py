"""Exceptions as data: types, messages and the way there, without values and without paths of anybody's machine."""

from __future__ import annotations

import pickle
import re
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import pytest
from pydantic import ValidationError

from scheduler.fault.trace import ELSEWHERE, FIRST_FRAMES, LAST_FRAMES, familiar_words, raised
from scheduler.files import read_instance
from scheduler.month import parse_month
from scheduler.plan import Plan
from scheduler.solver.processes import WorkerError, errors_travel


def caught(function: object, *arguments: object) -> BaseException:
    try:
        function(*arguments)  # type: ignore[operator]
    except BaseException as error:
        return error
    raise AssertionError("nothing was raised")


def test_frames_are_files_of_the_program_and_its_libraries() -> None:
    (each_raised,) = raised(caught(parse_month, "kjersti"))
    assert each_raised.type == "ValueError"
    assert each_raised.frames[0] == ELSEWHERE  # this test's own folder is nobody's business
    assert re.fullmatch(r"scheduler/month\.py:\d+ in parse_month: raise ValueError\(.*", each_raised.frames[-1])
    (two,) = raised(caught(Path("nowhere").read_text))
    assert re.match(r"pathlib(/\w+)?\.py:\d+ in ", two.frames[1])
    assert all(str(Path.cwd()) not in frame and str(Path.home()) not in frame for frame in two.frames)


def test_causes_follow() -> None:
    def fail() -> None:
        try:
            raise KeyError("first")
        except KeyError as error:
            raise RuntimeError("then") from error

    assert [(each_raised.type, each_raised.message) for each_raised in raised(caught(fail))] == [
        ("RuntimeError", "then"),
        ("KeyError", "'first'"),
    ]


def test_an_exception_that_leads_to_itself_ends() -> None:
    error = ValueError("round")
    error.__cause__ = KeyError("and round")
    error.__cause__.__context__ = error
    assert [each_raised.type for each_raised in raised(error)] == ["ValueError", "KeyError"]


def test_a_group_tells_each() -> None:
    group = ExceptionGroup("several", [KeyError("a"), ValueError("b")])
    assert [each_raised.type for each_raised in raised(group)] == ["ExceptionGroup", "KeyError", "ValueError"]


def test_a_failed_validation_says_where_and_not_what() -> None:
    error = caught(Plan.from_json, '{"schema": "Kjersti Øvrebø-Lunde", "tool": 3}')
    assert isinstance(error, ValidationError)
    (each_raised,) = raised(error)
    assert "schema: int_parsing" in each_raised.message
    assert "Kjersti" not in each_raised.message


def test_endless_recursion_is_cut_short() -> None:
    def deeper() -> None:
        deeper()

    (each_raised,) = raised(caught(deeper))
    assert each_raised.type == "RecursionError"
    assert len(each_raised.frames) == FIRST_FRAMES + LAST_FRAMES + 1


def test_names_in_the_code_are_familiar() -> None:
    words = familiar_words(caught(read_instance, {"schema": 1}))
    assert {"read_instance", "NoneType", "int", "InputError"} <= words
    assert "Kjersti" not in words


class TwoWordsError(Exception):
    """Cannot be put together again from what it keeps."""

    def __init__(self, one: str, two: str) -> None:
        super().__init__(one + two)


def breaks(how: str) -> None:
    """A job of another process."""
    with errors_travel():
        if how == "plain":
            parse_month("kjersti")
        raise TwoWordsError("a", "b")


@pytest.fixture(scope="module")
def pool() -> Iterator[ProcessPoolExecutor]:
    with ProcessPoolExecutor(1, get_context("spawn")) as pool:
        yield pool


def test_an_exception_of_another_process_comes_with_the_way_there(pool: ProcessPoolExecutor) -> None:
    error = pool.submit(breaks, "plain").exception(timeout=60)
    assert error is not None
    first, there = raised(error)
    assert first.type == "ValueError"
    assert there.message == ""  # it would say everything again
    assert any(frame.startswith("concurrent/futures/process.py") for frame in there.frames)
    assert re.match(r"scheduler/month\.py:\d+ in parse_month: raise ValueError", there.frames[-1])


def test_one_that_cannot_be_sent_comes_in_words(pool: ProcessPoolExecutor) -> None:
    error = pool.submit(breaks, "odd").exception(timeout=60)
    assert isinstance(error, WorkerError)
    first = raised(error)[0]
    assert (first.type, first.message, first.frames[-1]) == ("TwoWordsError", "ab", ELSEWHERE)
    assert str(error) == "TwoWordsError: ab"
    assert pool.submit(len, "abc").result(timeout=60) == 3  # the pool is not broken
    assert str(pickle.loads(pickle.dumps(error))) == str(error)
