"""From nothing: the answers to five questions become an instance that can be planned, and edited from there.

What a place of learning teaches, and how long one is there, is the bundled example's: it is the only source there is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from scheduler.files import bundled_instance_path, load_tree
from scheduler.month import Month, calendar_month, format_month
from scheduler.texts import Language, text
from scheduler.web.arriving import Arrived
from scheduler.web.data import content_of
from scheduler.web.typed import month_typed

Row = dict[str, Any]

YEARS = 8
GROUP_MONTHS = 24
GROUP_STARTS = (2, 9)
GROUP_PLACES = 8
SHIFTS_EACH = 2
MOST_CANDIDATES = 100
MOST_PLACES = 50
LONGEST_NAME = 60


@dataclass(frozen=True, slots=True)
class Place:
    """A kind of place that one may have: the example's arenas of which it is made, and its rotations.

    ``usual``: as many places are there unless told otherwise. ``needed``: of these there must be one, for service that
    is done nowhere else.
    """

    arenas: tuple[str, ...]
    rotations: tuple[str, ...]
    usual: int
    needed: bool = False


PLACES: Mapping[str, Place] = {
    "nursing-home": Place(("borgen",), ("borgen",), 2),
    "kad": Place(("kad4", "kad4a"), ("kad4", "kad4a"), 2, needed=True),
    "clinic": Place(("hannestad",), ("hannestad", "fastlege80-hannestad20"), 1),
    "hospital": Place(("sykehus",), ("sykehus",), 2, needed=True),
    "prison": Place(("fengsel",), ("fastlege80-fengsel20",), 0),
    "refugee": Place(("flyktninghelse",), ("fastlege80-flyktning20",), 0),
    "administration": Place(("administrasjon",), ("administrasjon", "fastlege80-administrasjon20"), 1),
}
NAMED_ANEW = {
    "borgen": "sykehjem",
    "hannestad": "helsestasjon",
    "fastlege80-hannestad20": "fastlege80-helsestasjon20",
}
"""What bears a name of Sarpsborg's, and what it is called elsewhere."""


@dataclass(frozen=True, slots=True)
class Answers:
    """What was answered, as it was typed; ``places`` by kind."""

    name: str
    start: str
    offices: str
    places: Mapping[str, int]
    count: int
    first: str

    def named_offices(self) -> list[tuple[str, int]]:
        """The offices with their places, one a line: ``Torget legekontor, 2``."""
        found = [re.fullmatch(r"(.*?)[,;:]?\s*(\d+)?", line.strip()) for line in self.offices.splitlines()]
        return [
            (match[1][:LONGEST_NAME], min(int(match[2] or 1), MOST_PLACES)) for match in found if match and match[1]
        ]


def wrong_with(answers: Answers, lang: Language) -> dict[str, str]:
    """What has to be answered otherwise, by the question."""
    return {question: text(f"web.guide-{key}", lang, **fields) for question, key, fields in _wrong(answers)}


def _wrong(answers: Answers) -> Iterator[tuple[str, str, dict[str, object]]]:
    if not answers.name:
        yield "name", "no-name", {}
    start, first = month_typed(answers.start), month_typed(answers.first or answers.start)
    if start is None:
        yield "start", "no-month", {}
    elif first is None or not start <= first < start + 12 * YEARS:
        yield "first", "no-first", {"last": format_month(start + 12 * YEARS - 1)}
    places = sum(number for _, number in answers.named_offices())
    if not places:
        yield "offices", "no-office", {}
    elif places < answers.count:
        yield "offices", "few-places", {"places": places, "count": answers.count}
    if not any(PLACES[kind].needed for kind, number in answers.places.items() if number):
        yield "places", "none-needed", {}


def begun_with(answers: Answers, lang: Language) -> Arrived:
    """The instance that the answers make; they must have nothing wrong with them."""
    return Arrived(answers.name, content_of(tree_of(answers, lang), lang))


def tree_of(answers: Answers, lang: Language) -> Row:
    """The instance that the answers make, as a file has it."""
    start = month_typed(answers.start)
    first = month_typed(answers.first or answers.start)
    assert start is not None
    assert first is not None
    there = {kind: number for kind, number in answers.places.items() if number}
    return {
        "schema": 1,
        "name": answers.name,
        "horizon": {"start": format_month(start), "months": 12 * YEARS},
        "rules": _example()["rules"],
        "arenas": [*_offices(answers), *_legevakt(answers, lang), *_arenas(there, lang)],
        "rotations": [_rotation("fastlege", lang), *_rotations(there, lang)],
        "groups": list(_groups(start, answers.count)),
        "candidates": [
            {"id": f"A{number:02d}", "start": format_month(first)} for number in range(1, answers.count + 1)
        ],
    }


@cache
def _example() -> Row:
    return load_tree(bundled_instance_path()).tree()


def _row(table: str, row_id: str) -> Row:
    """A row of the example, with what it takes from its template."""
    row = next(dict(row) for row in _example()[table] if row["id"] == row_id)
    like = row.pop("like", None)
    return row if like is None else {**_row(table, like), "abstract": False, **row}


def _offices(answers: Answers) -> Iterator[Row]:
    yield {key: value for key, value in _row("arenas", "fastlegekontor").items() if key != "places"}
    for number, (name, places) in enumerate(answers.named_offices(), start=1):
        yield {"id": f"kontor-{number:02d}", "like": "fastlegekontor", "name": name, "places": [{"places": places}]}


def _legevakt(answers: Answers, lang: Language) -> Iterator[Row]:
    shifts = [{"shifts": SHIFTS_EACH * answers.count}]
    yield {**_row("arenas", "legevakt"), "name": text("web.guide-legevakt", lang), "shifts": shifts}


def _arenas(there: Mapping[str, int], lang: Language) -> Iterator[Row]:
    for kind, number in there.items():
        for arena_id in PLACES[kind].arenas:
            row = {key: value for key, value in _row("arenas", arena_id).items() if key not in ("percent", "approved")}
            name = text(f"web.place-{arena_id if arena_id in ('kad4', 'kad4a') else kind}", lang)
            yield {**row, "id": NAMED_ANEW.get(arena_id, arena_id), "name": name, "places": [{"places": number}]}


def _rotations(there: Mapping[str, int], lang: Language) -> Iterator[Row]:
    for kind in there:
        for rotation_id in PLACES[kind].rotations:
            yield _rotation(rotation_id, lang)


def _rotation(rotation_id: str, lang: Language) -> Row:
    row = _row("rotations", rotation_id)
    new_id = NAMED_ANEW.get(rotation_id, rotation_id)
    mix = {NAMED_ANEW.get(place, place): percent for place, percent in row["mix"].items()}
    return {**row, "id": new_id, "name": text(f"web.rotation-{new_id}", lang), "mix": mix}


def _groups(start: Month, count: int) -> Iterator[Row]:
    """One each half-year, as long as it ends within the horizon."""
    for month in range(start, start + 12 * YEARS - GROUP_MONTHS + 1):
        if month == start or calendar_month(month) in GROUP_STARTS:
            yield {
                "id": f"G{format_month(month)}",
                "start": format_month(month),
                "months": GROUP_MONTHS,
                "places": max(GROUP_PLACES, count),
            }
