"""How many can begin every half-year for ever: rooms small enough to be counted in the head.

In the tiny world (``helpers.tiny``) everybody needs 12 FTE-months, 6 or more of them in an office, 2 or more on the
ward. With ``number`` beginning every half-year, each month holds number x months / 6 of them.
"""

from __future__ import annotations

from typing import Any

import pytest

from scheduler import api
from scheduler.intake.room import Steady
from scheduler.intake.steady import most_by_counting
from scheduler.report.lines.intake import steady_lines
from scheduler.solver.engine import Settings, Stop
from scheduler.texts import Phrase, phrase
from tests.helpers.tiny import make, person

LONG = 36


def counted(
    arenas: dict[str, Any] | None = None, row: dict[str, Any] | None = None, **tables: Any
) -> tuple[int | None, tuple[Phrase | str, ...]]:
    return most_by_counting(make(person(), arenas=arenas, n_months=LONG, **tables), row, Settings(1), Stop(20))


def places(number: int, *others: dict[str, Any]) -> dict[str, Any]:
    return {"places": [{"places": number}, *others]}


@pytest.fixture(scope="module")
def offices() -> Steady:
    """Two places in the office, one on the ward, none in the clinic."""
    arenas = {"office-01": places(2), "ward": places(1), "clinic": places(0)}
    return api.steady(make(person(), arenas=arenas, n_months=LONG), workers=1, time_limit_s=20)


def test_offices_and_ward_together(offices: Steady) -> None:
    """12 months each, 2 of them counted on the ward: 10 in the office. 2 places have 12 months in half a year: one."""
    assert offices.at_most == 1
    assert offices.limits == (phrase("intake.offices"), "clinic")  # with a clinic fewer months would do in the office
    assert (offices.planned, offices.settled) == (1, True)


def test_a_ward_with_one_place_has_room_for_three() -> None:
    """6 months of the ward in half a year, 2 each."""
    assert counted({"office-01": places(100), "ward": places(1)}) == (3, ("ward",))


def test_half_a_post_takes_twice_as_long() -> None:
    """At 50 % the two FTE-months on the ward take four months: one place has room for one, and not for two."""
    assert counted({"office-01": places(100), "ward": places(1)}, {"percent": [{"percent": 50}]}) == (1, ("ward",))


def test_what_others_have_is_not_there() -> None:
    lis1 = {"arena": "ward", "who": "LIS1", "places": 1}
    assert counted({"office-01": places(100), "ward": places(2)}, reservations=[lis1])[0] == 3


def test_it_is_the_last_year_that_counts() -> None:
    """Two places on the ward in the last twelve of the 36 months."""
    grows = places(1, {"places": 2, "from": "2029-01"})
    assert counted({"office-01": places(100), "ward": grows})[0] == 6


def test_shifts_and_groups() -> None:
    """Four shifts each, two a month are twelve in half a year: three. Groups with 2 places a year: one."""
    roster = {"legevakt": {"service": "parallel", "shifts": [{"shifts": 2}]}}
    rooms = {"office-01": places(100), "ward": places(100), "clinic": places(100)}
    asked = {"legevakt_shifts": 4}
    assert counted(rooms | roster, rules=asked) == (3, (phrase("intake.steady-shifts"),))
    groups = [{"id": f"G{year}", "start": f"{year}-01", "months": 12, "places": 2} for year in (2027, 2028)]
    given = counted(rooms, rules={"group_required": True}, groups=groups)
    assert given == (1, (phrase("intake.steady-groups"),))


def test_supervisors() -> None:
    """Four places are 24 months in half a year, 12 each: two."""
    guides = [{"id": "V1", "places": 3}, {"id": "V2", "places": 1}]
    assert counted({"office-01": places(100)}, supervisors=guides) == (2, (phrase("intake.supervisors"),))


def test_told_in_norwegian(offices: Steady) -> None:
    assert steady_lines(offices, "nb") == [
        "Høyst 1 kan begynne hvert halvår i lengden, og det gir høyst 2 nye spesialister i året."
        " Det er bevist ved å telle plassene.",
        "Det er ikke nok av dette til 2 hvert halvår: plasser på legekontorene og clinic.",
        "1 hvert halvår er planlagt gjennom hele planperioden (3 år): 2 spesialister i året.",
        "Flere går ikke. At det går også etter planperioden, er ikke bevist.",
    ]


def test_without_ceilings_nothing_limits() -> None:
    assert counted() == (None, ())
    told = steady_lines(Steady(None, (), 0, LONG), "en")
    assert told[0] == "Counting places sets no limit to how many can begin every half-year."
