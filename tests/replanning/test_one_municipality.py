"""One municipality of a region planned anew beside the published plan: nobody of the others moves."""

from pathlib import Path

import pytest
import tomli_w

from scheduler import api
from scheduler.instance.types import Instance
from scheduler.month import format_month
from scheduler.plan import Plan
from scheduler.replanning.guard import Allowed, TooMuchMovedError
from tests.helpers.command_line import alis
from tests.helpers.tiny import Row, make, months, person, planned

ONLY_B = Allowed(1.0, 1.0, only=frozenset({"A02"}))


def region(*people: Row) -> Instance:
    """The municipalities a and b share the ward's one place, which everybody needs for two months."""
    ward = {"ward": {"places": [{"places": 1}]}}
    return make(*people, municipalities=[{"id": "a"}, {"id": "b"}], arenas=ward)


def in_ward(plan: Plan, who: str) -> tuple[str, str]:
    there = [row.month for row in plan.candidate(who).months if row.rotation == "ward"]
    return format_month(there[0]), format_month(there[-1])


def ill(published: Plan) -> Instance:
    """b's candidate is on leave when the ward was to be."""
    first, last = in_ward(published, "A02")
    return region(person(municipality="a"), person(municipality="b", leave=[months(first, last)]))


def test_only_its_own_move() -> None:
    published = planned(region(person(municipality="a"), person(municipality="b")))
    made = api.replan(ill(published), published, allowed=ONLY_B, workers=1)
    assert made.candidate("A01").months == published.candidate("A01").months
    assert made.candidate("A02").months != published.candidate("A02").months


def test_where_somebody_else_would_have_to_move_it_is_told_who() -> None:
    """b's new one must be in the ward while a's is; without the option a's gives way."""
    published = planned(region(person(municipality="a")))
    taken = person(municipality="b", fixed=[months(*in_ward(published, "A01"), rotation="ward")])
    new = region(person(municipality="a"), taken)
    with pytest.raises(TooMuchMovedError) as refused:
        api.replan(new, published, allowed=ONLY_B, workers=1)
    assert [each.candidate for each in refused.value.moved] == ["A01"]
    assert "A01" in next(refused.value.lines("en"))
    made = api.replan(new, published, allowed=Allowed(1.0, 1.0), workers=1)
    assert in_ward(made, "A01") != in_ward(published, "A01")


def test_the_command_needs_a_published_plan_and_a_municipality_that_there_is(tmp_path: Path) -> None:
    published = planned(region(person(municipality="a"), person(municipality="b")))
    file, plan = tmp_path / "region.toml", tmp_path / "plan.json"
    new = ill(published)
    assert new.source is not None
    file.write_text(tomli_w.dumps(new.source), encoding="utf-8")
    plan.write_text(published.to_json(), encoding="utf-8")
    asked = ["plan", str(file), "-o", str(tmp_path / "out"), "--workers", "1", "--municipality"]
    assert alis(*asked, "b").exit_code == 2
    freeze = ["--baseline", str(plan), "--freeze-to", "2026-12"]
    assert alis(*asked, "c", *freeze).exit_code == 2
    assert alis(*asked, "b", *freeze, "--allow-all").exit_code == 0
    made = Plan.from_json((tmp_path / "out" / "plan.json").read_text(encoding="utf-8"))
    assert made.candidate("A01").months == published.candidate("A01").months
