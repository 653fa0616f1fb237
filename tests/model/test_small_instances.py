"""The small instances: each is solved and is what its first comment says by hand (grammar in instances/README.md)."""

from collections.abc import Callable
from pathlib import Path

import pytest

from scheduler.constraints import RULES
from scheduler.explanation.reasons import Telling
from scheduler.files import load_instance
from scheduler.month import format_month
from scheduler.plan import Plan, PlanCandidate, Status
from scheduler.solve import Options, solve
from tests.helpers.tiny import TIME_LIMIT_S, faults, plan_and_reasons

FOLDER = Path(__file__).parents[2] / "instances" / "small"
FILES = sorted(FOLDER.glob("*.toml"))
LEVELS = {"delay", "wishes", "away", "moves", "uncounted", "breadth"}
FIELDS: dict[str, Callable[[PlanCandidate], str]] = {
    "finish": lambda entry: "-" if entry.finish is None else format_month(entry.finish),
    "projected": lambda entry: "-" if entry.projected_finish is None else format_month(entry.projected_finish),
    "practice": lambda entry: str(entry.practice),
    "group": lambda entry: str(entry.group),
    "unfinished": lambda entry: str(entry.unfinished).lower(),
}


def expected(path: Path) -> dict[str, str]:
    """``# expect: delay=0 finish.A01=2031-08`` as a dict; ``infeasible`` stands with an empty value."""
    lines = [line for line in path.read_text(encoding="utf-8").splitlines() if line.startswith("# expect: ")]
    assert len(lines) == 1, "one expect line"
    return dict(word.partition("=")[::2] for word in lines[0].removeprefix("# expect: ").split())


def told(plan: Plan, key: str) -> float | str:
    """What the plan says of ``delay`` or ``finish.A01``."""
    if key in LEVELS:
        return next(objective.value for objective in plan.objectives if objective.id == key)
    field, _, candidate = key.partition(".")
    return FIELDS[field](plan.candidate(candidate))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_small_instance_is_what_its_comment_says(path: Path) -> None:
    wanted, instance = expected(path), load_instance(path)
    plan = solve(instance, Options(workers=1, time_limit_s=TIME_LIMIT_S))
    if "infeasible" in wanted:
        assert plan.status is Status.INFEASIBLE
        assert plan.explanation is not None
        assert plan.explanation["certainty"] == "proved"
        assert set(wanted["rules"].split(",")) <= {rule.id for rule in RULES}
        return
    assert plan.status is Status.OPTIMAL
    assert faults(instance, plan) == []
    for key, value in wanted.items():
        assert told(plan, key) == (float(value) if key in LEVELS else value), key


def test_there_are_small_instances() -> None:
    assert len(FILES) >= 16


def test_the_plan_says_why_that_group() -> None:
    """60 %, ten months of leave: two groups have too much of it in their first year, and the plan says how much."""
    instance = load_instance(FOLDER / "19-part-time-and-leave-in-the-group.toml")
    (entry,) = plan_and_reasons(instance, Telling("en")).candidates
    assert entry.group_reason is not None
    why = entry.group_reason.text
    assert why.startswith("G2027H (September 2027 to August 2029) fits: 2 leave months in its years")
    assert "G2026H has 8 leave months in group year 1 (at most 2)" in why
    assert "G2027V has 9 leave months in group year 1 (at most 2)" in why


def test_each_scheme_has_its_own_numbers_in_one_plan() -> None:
    instance = load_instance(FOLDER / "17-old-scheme.toml")
    old, new = (instance.candidates[one].rules for one in ("A01", "A02"))
    assert (old.ruleset, new.ruleset) == ("ordning-2017", "forskrift-2019")
    assert (old.category("institution").minimum, new.category("institution").minimum) == (120_000, 60_000)
    plan = solve(instance, Options(workers=1, time_limit_s=TIME_LIMIT_S))
    service = plan.candidate("A01").service
    assert (service.by_category["open_practice"], service.by_category["institution"], service.counted) == (
        48.0,
        12.0,
        60.0,
    )
