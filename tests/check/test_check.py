"""The check as a whole: figures, `without`, odd plans, texts, no solver, speed."""

import json
import random
import string
import subprocess
import sys
import time
from typing import Any

import pytest

from scheduler.accounting import PlanRead
from scheduler.check import check_plan
from scheduler.constraints import RULES
from scheduler.instance.types import GroupChoice, Wish
from scheduler.plan import Plan
from scheduler.texts import catalogue, text
from tests.helpers.world import (
    STANDARD,
    START,
    candidate,
    edited,
    group,
    keys,
    m,
    only,
    passes,
    plan,
    span,
    steps,
    violations,
    with_arena,
    world,
)

IDS = [
    "one-rotation",
    "service-total",
    "open-practice",
    "institution",
    "part-time",
    "leave",
    "block-length",
    "block-start",
    "block-count",
    "requirement",
    "capacity",
    "practice",
    "away",
    "group",
    "quota",
    "goals",
    "legevakt",
    "supervision",
    "fixed",
    "finish-by",
    "until",
    "horizon",
]


def test_the_rules_are_the_contracts_in_its_order():
    assert [rule.id for rule in RULES] == IDS


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_every_rule_passes_a_right_plan(rule):
    assert list(rule.check(PlanRead(world(), plan(world(), STANDARD)))) == []


@pytest.mark.parametrize("left_out", [*IDS, "figures"])
def test_a_rule_can_be_left_out(left_out):
    broken = plan(world(), "gp*12")  # service-total, institution and goals
    told = {violation.rule for violation in check_plan(world(), broken, without=[left_out])}
    assert told == {"service-total", "institution", "goals"} - {left_out}


class TestFigures:
    @pytest.mark.parametrize(
        ("name", "wrong"),
        [
            ("finish", m("2027-09")),
            ("finish", None),
            ("earliest_finish", m("2027-07")),
            ("delay", 1),
            ("projected_finish", m("2027-08")),
            ("open_group_year", 1),
        ],
    )
    def test_a_wrong_figure(self, name, wrong):
        subject = edited(plan(world(), STANDARD), {name: wrong})
        found = only(world(), subject, "figures", "figure")
        assert (found.candidate, found.fields["figure"]) == ("A01", name)

    def test_blocks(self):
        subject = plan(world(), STANDARD)
        blocks = [block.model_dump(by_alias=True) for block in subject.candidates[0].blocks]
        absent = only(world(), edited(subject, {"blocks": blocks[:2]}), "figures", "block-absent")
        assert (absent.subject, absent.months()) == ("gp", "2027-05..2027-08")
        assert only(world(), edited(subject, {"blocks": [*blocks, blocks[1]]}), "figures", "block-extra")
        assert only(world(), edited(subject, {"blocks": blocks[::-1]}), "figures", "block-order")

    @pytest.mark.parametrize(("told", "key"), [(False, "wish-met"), (True, None)])
    def test_wishes(self, told, key):
        instance = world(candidate("A01", wishes=(Wish("ward", 3, span("2027-03", "2027-12")),)))
        subject = plan(instance, STANDARD)
        wish = subject.candidates[0].wishes[0].model_dump(by_alias=True)
        subject = edited(subject, {"wishes": [{**wish, "met": told}]})
        assert passes(instance, subject) if key is None else only(instance, subject, "figures", key)
        assert only(instance, edited(subject, {"wishes": []}), "figures", "figure").fields["figure"] == "wishes"

    @pytest.mark.parametrize("number", range(5))
    def test_levels_of_the_objective(self, number):
        subject = plan(world(), STANDARD)
        subject.objectives[number].value += 1
        subject.objectives[number].bound += 1
        assert only(world(), subject, "figures", "objective").subject == subject.objectives[number].id

    def test_the_worst_case(self):
        subject = plan(world(), STANDARD)
        worst = subject.objectives[0].worst
        assert worst is not None
        worst.value = worst.bound = 2
        assert only(world(), subject, "figures", "objective").subject == "delay.worst"

    def test_a_level_twice_or_unknown(self):
        subject = plan(world(), STANDARD)
        changes = subject.objectives[0].model_copy(update={"id": "changes"})
        assert passes(world(), subject.model_copy(update={"objectives": [changes, *subject.objectives]}))
        for wrong in (subject.objectives[0], changes.model_copy(update={"id": "beauty"})):
            doubled = subject.model_copy(update={"objectives": [*subject.objectives, wrong]})
            assert only(world(), doubled, "figures", "objective-unknown").subject == wrong.id

    def test_a_bound_that_is_not_proved(self):
        subject = plan(world(), "gp*6 ward*2 gp*5")
        subject.objectives[0].bound = 0
        assert ("figures", "objective") in keys(violations(world(), subject))
        subject.objectives[0].proved = False
        assert ("figures", "objective") not in keys(violations(world(), subject))

    def test_another_instance(self):
        subject = plan(world(), STANDARD)
        subject.instance.sha256 = "1" * 64
        assert only(world(), subject, "figures", "instance")

    def test_a_plan_without_a_plan(self):
        tree = plan(world(), STANDARD).model_dump(by_alias=True)
        found = violations(world(), Plan.model_validate({**tree, "status": "unknown", "candidates": []}))
        assert ("figures", "status") in keys(found)
        assert ("one-rotation", "candidate-missing") in keys(found)


class TestOddPlans:
    NAMES = ("gp", "ward", "mixed", "clinic", "hospital", "moon", None)

    @pytest.mark.parametrize("seed", range(60))
    def test_nothing_is_raised(self, seed):
        """Rows at random: unknown rotations, gaps, repeats, months far away, strangers, twins."""
        dice = random.Random(seed)
        leave = (span("2026-11", "2027-01"),)
        people = [candidate("A01", group=GroupChoice(), leave=leave), candidate("A02", practice=None)]
        instance = with_arena(world(*people, groups=group()), "ward", places=steps(1))
        tree = plan(instance, STANDARD, STANDARD).model_dump(by_alias=True)
        for row in tree["candidates"]:
            row["months"] = [self._month(dice) for _ in range(dice.randrange(30))]
            row["shifts"] = [
                {"month": START + dice.randrange(-3, 40), "shifts": dice.randrange(1, 9)} for _ in range(3)
            ]
            row["practice"] = dice.choice(["office1", "ward", "nowhere", None])
            row["group"] = dice.choice(["G1", "G9", None])
            row["start"] = START + dice.randrange(-5, 30)
            row["id"] = dice.choice(["A01", "A02", "B99"])
        assert violations(instance, Plan.model_validate(tree))

    def _month(self, dice):
        month, percent = START + dice.randrange(-5, 40), dice.choice([0, 50, 100])
        return {"month": month, "rotation": dice.choice(self.NAMES), "percent": percent}

    def test_a_check_that_cannot_run_is_a_violation(self):
        broken = plan(world(), STANDARD).model_copy(update={"candidates": [None]})
        found = check_plan(world(), broken)
        assert {violation.text_key for violation in found} >= {"violations.unreadable"}


class TestTexts:
    CHAPTERS = ("rules", "violations")

    def test_both_languages_with_the_same_fields(self):
        for key, entry in catalogue().items():
            if key.partition(".")[0] in self.CHAPTERS:
                assert _fields(entry["nb"]) == _fields(entry["en"]), key
                assert entry["nb"] != entry["en"], key

    def test_every_rule_has_a_sentence(self):
        rules = {key.partition(".")[2] for key in catalogue() if key.startswith("rules.")}
        assert rules == {*IDS, "figures"}
        for rule in RULES:
            assert rule.sentence("nb") != rule.sentence("en")

    def test_decimals_as_the_language_writes_them(self):
        found = violations(world(), plan(world(), "gp*6 ward*2 gp*3"))[0]
        assert found.sentence("nb") == "A01: 11 tellende månedsverk, trenger 12"
        half = type(found)("service-total", "violations.service-total", {"have": 11.5, "need": 12.0}, "A01")
        assert half.sentence("nb").startswith("A01: 11,5 ")
        assert half.sentence("en").startswith("A01: 11.5 ")

    def test_an_unknown_key(self):
        with pytest.raises(KeyError):
            text("violations.no-such-thing")


def _fields(template):
    return {name for _, name, _, _ in string.Formatter().parse(template) if name}


def test_the_check_never_imports_the_solver():
    code = "import sys, scheduler.check; print([name for name in sys.modules if name.startswith('ortools')])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_a_large_plan_is_checked_in_good_time():
    """200 candidates x 24 months; the bound is generous, 1,800 x 96 take a few seconds."""
    people = [candidate(f"A{number:04d}") for number in range(200)]
    instance = with_arena(world(*people), "ward", places=steps(200))
    subject = plan(instance, *["gp*6 ward*2 gp*4"] * 200)
    begun = time.perf_counter()
    assert check_plan(instance, subject) == []
    assert time.perf_counter() - begun < 3


@pytest.mark.parametrize(
    "changes",
    [
        {"id": "X9"},
        {"practice": "X9"},
        {"group": "X9"},
        {"supervisors": [{"id": "X9", "from": "2026-09", "to": "2026-10"}]},
        {"months": [{"month": "2026-09", "rotation": "X9", "percent": 100}]},
    ],
    ids=["candidate", "office", "group", "supervisor", "rotation"],
)
def test_an_id_that_the_instance_does_not_have_is_told(changes: dict[str, Any]) -> None:
    """Whatever it is the id of, and though nothing is asked of groups and supervisors here."""
    instance = world()
    tree = json.loads(plan(instance, STANDARD).to_json())
    tree["candidates"][0].update(changes)
    found = check_plan(instance, Plan.from_json(json.dumps(tree)))
    assert "X9" in {name for violation in found for name in (violation.subject, violation.candidate)}
