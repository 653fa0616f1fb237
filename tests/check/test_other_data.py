"""A plan held against other data than it was made for: figures are reckoned again and told, only rules can be broken.

The plan is ``STANDARD`` of the tiny world, made for it; each test changes the data (and so their hash) and looks again.
"""

import importlib
import random
from dataclasses import replace

import pytest
from test_check import TestOddPlans

from scheduler.accounting import delay, levels, recounted, trajectories
from scheduler.check import RECOUNTED, check_plan, examine
from scheduler.instance.types import GroupChoice, Step, Wish
from scheduler.plan import Plan
from scheduler.texts import catalogue
from tests.helpers.world import (
    END,
    STANDARD,
    START,
    candidate,
    edited,
    group,
    m,
    only,
    passes,
    plan,
    span,
    steps,
    with_arena,
    with_rotation,
    world,
)

OTHER = "1" * 64
TWO_YEARS = "gp*6 ward*2 gp*16"


def later(instance, **fields):
    """The same instance in a later state."""
    return replace(instance, sha256=OTHER, **fields)


def person_now(**fields):
    """The tiny world with other data of its one candidate."""
    return later(world(candidate("A01", **fields)))


def told(found):
    """What was reckoned again: the figures, or the kind of finding, with before and after."""
    return [
        (one.text_key.removeprefix("recounted."), *(one.fields.get(name) for name in ("figure", "have", "need")))
        for one in found.recounted
    ]


def rules(found):
    return [violation.rule for violation in found.violations]


def figures(found):
    return {one.fields["figure"]: (one.fields["have"], one.fields["need"]) for one in found.recounted}


class TestFigures:
    def test_other_data_that_change_nothing(self):
        found = examine(later(with_arena(world(), "ward", places=steps(3))), plan(world(), STANDARD))
        assert (found.violations, found.recounted, found.other_data) == ([], [], True)

    def test_other_levels_or_another_order_of_them(self):
        """What is best possible is another then; the figures are as they were."""
        subject = plan(world(), STANDARD)
        now = later(world(), objective_order=("wishes", "delay", "moves"))
        found = examine(now, subject)
        assert (found.violations, [one.text_key for one in found.recounted]) == ([], ["recounted.objectives-order"])
        assert "tapte ønsker, forsinkelse, perioder" in found.recounted[0].sentence("nb")
        order = [level.id for level in recounted(now, subject).objectives]
        assert order == ["wishes", "delay", "moves"]

    def test_levels_in_another_order_than_that_of_the_data_break_the_figures(self):
        subject = plan(world(), STANDARD)
        turned = subject.model_copy(update={"objectives": subject.objectives[::-1]})
        assert [one.text_key for one in check_plan(world(), turned)] == ["violations.objectives-order"]

    def test_the_data_it_was_made_for(self):
        found = examine(world(), plan(world(), STANDARD))
        assert (found.violations, found.recounted, found.other_data) == ([], [], False)

    def test_a_figure_changed_by_hand_is_a_violation_in_the_plan_of_these_data_only(self):
        subject = edited(plan(world(), STANDARD), {"delay": 3})
        found = examine(world(), subject)
        assert rules(found) == ["figures"]
        assert only(world(), subject, "figures", "figure").fields["need"] == 0
        found = examine(later(world()), subject)
        assert (rules(found), told(found)) == ([], [("figure", "delay", 3, 0)])

    def test_the_check_before_writing_does_not_forgive_other_data(self):
        assert [one.text_key for one in check_plan(later(world()), plan(world(), STANDARD))] == ["violations.instance"]

    def test_a_rule_is_a_rule(self):
        """The ward has no place any more: that is broken, and no figure is different."""
        found = examine(later(with_arena(world(), "ward", places=steps(0))), plan(world(), STANDARD))
        assert (set(rules(found)), found.recounted) == ({"capacity"}, [])

    def test_percents_are_the_datas(self):
        """At 50 % the twelve months give 6 of 12: the total is broken, the percent in the months is not a rule."""
        found = examine(person_now(percent=steps(50, 100)), plan(world(), STANDARD))
        assert set(rules(found)) == {"service-total", "open-practice", "institution"}
        assert ("percent", None, 100, 50) in told(found)
        assert figures_of(found, "earliest_finish") == ("2027-08", "2028-08")
        assert figures_of(found, "service.counted") == (12.0, 6.0)

    def test_wishes_blocks_levels_and_hours_are_reckoned_again(self):
        wish = Wish("ward", 3, None)
        found = examine(person_now(wishes=(wish,)), plan(world(), STANDARD))
        assert (rules(found), told(found)) == ([], [("figure", "wishes", "-", "ward")])
        subject = plan(world(candidate("A01", wishes=(Wish("ward", 3, span("2027-03", "2027-04")),))), STANDARD)
        now = person_now(wishes=(Wish("ward", 3, span("2027-05", "2027-06")),))
        found = examine(now, subject)
        assert rules(found) == []
        assert ("objective", None, 0.0, 3.0) in told(found)  # wishes lost, in all and of the one

    def test_the_horizon_of_these_data_says_who_is_unfinished(self):
        shorter = later(world(), end=START + 8)
        found = examine(shorter, plan(world(), "gp*6 ward*2 gp*4"))
        assert set(rules(found)) == {"horizon"}  # planned beyond its end
        assert "horizon-unfinished" in {one[0] for one in told(found)}

    def test_a_level_that_these_data_do_not_have_is_told(self):
        subject = plan(world(), STANDARD)
        fairness = subject.objectives[0].model_copy(update={"id": "beauty"})
        found = examine(later(world()), subject.model_copy(update={"objectives": [*subject.objectives, fairness]}))
        assert (rules(found), told(found)) == ([], [("objective-unknown", None, None, None)])


def figures_of(found, name):
    return next((one.fields["have"], one.fields["need"]) for one in found.recounted if one.fields.get("figure") == name)


class TestLeaveEnteredLater:
    def test_the_months_are_a_broken_rule_and_the_figures_say_so(self):
        """Two of four gp months become leave: 10 of 12, and nothing of it is called a delay of -2."""
        found = examine(person_now(leave=(span("2027-05", "2027-06"),)), plan(world(), STANDARD))
        assert [
            (violation.rule, violation.months()) for violation in found.violations if violation.rule == "leave"
        ] == [("leave", "2027-05..2027-06")]
        assert set(rules(found)) == {"leave", "service-total"}
        assert figures_of(found, "finish") == ("2027-08", "-")
        assert figures_of(found, "projected_finish") == ("-", "2027-10")
        assert figures_of(found, "earliest_finish") == ("2027-08", "2027-10")
        assert "delay" not in {one.fields.get("figure") for one in found.recounted}  # 0 before, 0 now

    def test_leave_that_the_plan_has_room_for(self):
        """A month more than needed: the leave takes it, and only its own month is wrong."""
        found = examine(person_now(leave=(span("2027-09", "2027-09"),)), plan(world(), "gp*6 ward*2 gp*5"))
        assert set(rules(found)) == {"leave", "one-rotation"}

    def test_leave_after_the_finish_is_nothing(self):
        found = examine(person_now(leave=(span("2027-09", "2027-10"),)), plan(world(), STANDARD))
        assert (rules(found), found.recounted) == ([], [])


class TestDelayIsNeverNegative:
    """Nobody is done before the earliest finish; a plan that ends before it has a projected finish."""

    @pytest.mark.parametrize("path", ["gp", "gp*6", "gp*6 ward*2", "gp*6 ward*2 gp*3", "ward*3", "hospital*12"])
    def test_a_plan_that_stops_short(self, path):
        entry = plan(world(), path).candidates[0]
        assert entry.delay >= 0
        assert entry.finish is None or entry.finish >= entry.earliest_finish
        assert (entry.finish is None) == (entry.projected_finish is not None)

    def test_what_is_missing_is_worked_after_the_plan(self):
        """11 months of gp: two of ward are missing, worked 2027-08 and 2027-09, a month after the earliest."""
        entry = plan(world(), "gp*11").candidates[0]
        assert (entry.finish, entry.projected_finish, entry.delay) == (None, m("2027-09"), 1)

    def test_the_last_month_that_can_be_the_finish(self):
        entry = plan(world(), STANDARD).candidates[0]
        assert (entry.finish, entry.projected_finish, entry.delay) == (m("2027-08"), None, 0)

    @pytest.mark.parametrize("seed", range(40))
    def test_whatever_has_become_of_the_data(self, seed):
        """Other percents and leave at random, under plans that claim full months."""
        dice = random.Random(seed)
        first = START + dice.randrange(20)
        row = Step(dice.choice([0, 20, 60]), START + dice.randrange(12), END)
        now = person_now(
            leave=(span("2026-10", "2026-11"), replace(span("2026-10", "2026-10"), start=first, end=first + 3)),
            percent=replace(steps(100, 100), rows=(row,)),
        )
        subject = plan(world(), dice.choice([STANDARD, "gp*24", "gp*9", "gp*12 ward*3"]))
        found = examine(now, subject)
        assert all(delay(trajectory) >= 0 for trajectory in trajectories(now, subject))
        assert levels(now, trajectories(now, subject))["delay"].value >= 0
        needs = [one.fields["need"] for one in found.recounted if one.fields.get("figure", "") == "delay"]
        assert all(need >= 0 for need in needs)


class TestGroups:
    """G1 runs from 2026-09, chosen by the plan. Two leave months in a year are allowed, and three are not."""

    @staticmethod
    def chosen(**fields):
        return world(candidate("A01", group=GroupChoice(), **fields), groups=group())

    @pytest.mark.parametrize(("last", "months"), [("2027-06", None), ("2027-07", 3), ("2027-08", 4)])
    def test_a_group_that_has_begun_stays_and_its_leave_is_reported(self, last, months):
        subject = plan(self.chosen(), TWO_YEARS, group="G1")
        now = later(self.chosen(leave=(span("2027-05", last),)))
        found = examine(now, subject, m("2027-01"))
        assert set(rules(found)) == {"leave"}
        assert [(one.rule, one.subject, one.fields["number"]) for one in found.reported] == (
            [] if months is None else [("group", "G1", months)]
        )

    @pytest.mark.parametrize(("start", "freeze", "stays"), [
        ("2026-09", "2026-09", True), ("2026-10", "2026-09", False), ("2026-10", "2026-10", True),
    ])  # fmt: skip
    def test_a_group_that_has_not_begun_is_held_to_the_rule(self, start, freeze, stays):
        leave = (span("2027-05", "2027-07"),)
        groups = group(start=start, months=23)
        subject = plan(world(candidate("A01", group=GroupChoice()), groups=groups), TWO_YEARS, group="G1")
        now = later(world(candidate("A01", group=GroupChoice(), leave=leave), groups=groups))
        found = examine(now, subject, m(freeze))
        assert ("group" in rules(found), bool(found.reported)) == (not stays, stays)

    @pytest.mark.parametrize(("last", "reported"), [("2026-11", False), ("2026-12", True)])
    def test_a_group_fixed_by_the_coordinator(self, last, reported):
        """Two months of leave in a group year are nothing to tell; three are told, and no rule is broken."""
        path = "gp -*2 gp*4 ward*2 gp*15" if last == "2026-11" else "gp -*3 gp*4 ward*2 gp*14"
        fixed = candidate("A01", group=GroupChoice(group_id="G1"), leave=(span("2026-10", last),))
        instance = world(fixed, groups=group())
        subject = plan(instance, path)
        assert passes(instance, subject)
        found = examine(instance, subject)
        assert [one.sentence("en") for one in found.reported] == [
            "A01: 3 leave months in year 1 of the guidance group “G1” (October–December 2026), at most 2; "
            "reported, not enforced"
        ] * reported
        remarks = subject.candidates[0].group_remarks
        assert remarks is not None
        assert [(remark.kind, remark.year, remark.months, remark.max) for remark in remarks] == [
            ("leave", 1, 3, 2)
        ] * reported

    @pytest.mark.parametrize(("start", "reported"), [("2026-09", []), ("2026-08", ["2026-08"])])
    def test_a_group_that_began_before_the_candidate(self, start, reported):
        fixed = candidate("A01", group=GroupChoice(group_id="G1"))
        instance = world(fixed, groups=group(start=start, months=24))
        found = examine(instance, plan(instance, "gp*6 ward*2 gp*16"))
        assert "group-start" not in {violation.text_key for violation in found.violations}
        assert [one.fields["months"] for one in found.reported] == reported

    def test_a_remark_changed_by_hand(self):
        fixed = candidate("A01", group=GroupChoice(group_id="G1"), leave=(span("2026-10", "2026-12"),))
        instance = world(fixed, groups=group())
        subject = plan(instance, "gp -*3 gp*4 ward*2 gp*14")
        assert only(instance, edited(subject, {"group_remarks": []}), "figures", "figure")
        assert passes(instance, edited(subject, {"group_remarks": None}))  # a file older than the field

    def test_leave_served_elsewhere_still_leaves_the_year_open(self):
        """The year is lost to the leave that is not taken: told once, by the rule for leave."""
        instance = self.chosen(leave=(span("2027-10", "2027-10"),))
        subject = plan(instance, "gp*6 ward*2 gp*5 hospital gp*10", group="G1")
        assert only(instance, subject, "leave", "leave-rotation")


class TestOdd:
    @pytest.mark.parametrize("seed", range(30))
    def test_nothing_is_raised(self, seed):
        dice = random.Random(seed)
        people = [candidate("A01", group=GroupChoice()), candidate("A02", practice=None)]
        instance = later(with_arena(world(*people, groups=group()), "ward", places=steps(1)))
        tree = plan(instance, STANDARD, STANDARD).model_dump(by_alias=True)
        tree["instance"]["sha256"] = "0" * 64
        for row in tree["candidates"]:
            row["months"] = [TestOddPlans()._month(dice) for _ in range(dice.randrange(30))]
            row["group"] = dice.choice(["G1", "G9", None])
            row["id"] = dice.choice(["A01", "A02", "B99"])
        found = examine(instance, Plan.model_validate(tree), START)
        assert found.violations
        assert "violations.unreadable" not in {violation.text_key for violation in found.violations}

    def test_what_cannot_be_reckoned_is_a_violation(self, monkeypatch):
        """The figures as the file has them, then, under every rule."""

        def fail(*_):
            raise ZeroDivisionError

        monkeypatch.setattr(importlib.import_module("scheduler.check"), "recounted", fail)
        found = examine(later(world()), edited(plan(world(), STANDARD), {"delay": 3}))
        assert [violation.text_key for violation in found.violations] == ["violations.figure"]

    def test_hours_of_a_plan_with_somebody_who_has_left(self):
        subject = plan(world(candidate("A01"), candidate("A02")), STANDARD, STANDARD)
        found = examine(later(with_rotation(world(), "ward", min_months=1)), subject)
        assert {violation.text_key for violation in found.violations} == {"violations.candidate-unknown"}


def test_everything_that_can_be_reckoned_again_has_its_words():
    texts = catalogue()
    for key in RECOUNTED:
        assert {f"violations.{key}", f"recounted.{key}"} <= set(texts), key
    assert {key.partition(".")[2] for key in texts if key.startswith("recounted.")} == RECOUNTED


def test_every_figure_has_a_name_in_both_languages():
    instance = world(candidate("A01"))
    subject = plan(instance, STANDARD)
    names = {"finish", "earliest_finish", "projected_finish", "delay", "open_group_year", "wishes", "group_remarks"}
    names |= {"service", *subject.candidates[0].service.model_dump(), "worst", "bound", "level-changes"}
    names |= {f"level-{level}" for level in levels(instance, trajectories(instance, subject))}
    assert {name for name in names if f"figures.{name}" not in catalogue()} == set()
    wrong = edited(subject, {"delay": 3})
    (found,) = check_plan(instance, wrong)
    assert found.sentence() == "A01: planen oppgir forsinkelse = 3, men månedene gir 0"
