import pytest

from scheduler.instance.types import FixedBlock, GroupChoice, Requirement
from tests.helpers.categories import with_category
from tests.helpers.world import (
    END,
    INSTITUTION,
    RULES_HERE,
    STANDARD,
    START,
    candidate,
    edited,
    entry,
    group,
    keys,
    m,
    months_of,
    only,
    passes,
    plan,
    plan_of,
    rows_of,
    span,
    violations,
    with_rotation,
    with_rows,
    world,
)

LONGER = "gp*7 ward*2 gp*4"  # one month in gp more than needed, so that one may be spoilt
RULE = "one-rotation"


def spoilt(number, **fields):
    """The thirteen-month plan with one row changed."""
    instance = world()
    subject = plan(instance, LONGER)
    rows = rows_of(subject)
    rows[number].update(fields)
    return instance, with_rows(instance, subject, rows)


def test_a_plan_of_twelve_months_passes():
    assert passes(world(), plan(world(), STANDARD))


@pytest.mark.parametrize(("number", "month"), [(0, "2026-09"), (3, "2026-12")])
def test_a_service_month_without_rotation(number, month):
    found = only(*spoilt(number, rotation=None), RULE, "month-idle")
    assert (found.candidate, months_of(found)) == ("A01", month)


def test_an_unknown_rotation():
    found = only(*spoilt(2, rotation="moon"), RULE, "rotation-unknown")
    assert (found.subject, months_of(found)) == ("moon", "2026-11")


def test_neighbouring_faults_are_one_violation():
    instance = world()
    subject = plan(instance, "gp*8 ward*2 gp*4")
    rows = rows_of(subject)
    rows[1]["rotation"] = rows[2]["rotation"] = "moon"
    assert months_of(only(instance, with_rows(instance, subject, rows), RULE, "rotation-unknown")) == "2026-10..2026-11"


def test_a_rotation_that_the_candidate_may_not_take():
    path = "gp*6 ward*2 clinic gp*3"
    assert passes(world(), plan(world(), path))
    instance = world(candidate("A01", allowed=("gp", "ward")))
    assert months_of(only(instance, plan(instance, path), RULE, "rotation-not-allowed")) == "2027-05"


@pytest.mark.parametrize(("number", "month"), [(0, "2026-09"), (5, "2027-02")])
def test_a_month_left_out(number, month):
    instance = world()
    subject = plan(instance, LONGER)
    rows = rows_of(subject)
    del rows[number]
    found = only(instance, with_rows(instance, subject, rows), RULE, "month-missing")
    assert months_of(found) == month


def test_a_month_listed_twice():
    instance = world()
    rows = rows_of(plan(instance, STANDARD))
    subject = with_rows(instance, plan(instance, STANDARD), [*rows[:4], rows[3], *rows[4:]])
    assert months_of(only(instance, subject, RULE, "month-twice")) == "2026-12"


def test_months_out_of_order():
    instance = world()
    rows = rows_of(plan(instance, STANDARD))
    subject = with_rows(instance, plan(instance, STANDARD), [rows[1], rows[0], *rows[2:]])
    assert only(instance, subject, RULE, "months-order").candidate == "A01"


def test_months_before_the_horizon():
    instance = world(candidate("A01", start_earliest=START - 3, start_latest=START - 3))
    assert passes(instance, plan(instance, STANDARD))
    rows = rows_of(plan(instance, STANDARD))
    early = {"month": START - 1, "rotation": "clinic", "percent": 100}
    found = violations(instance, with_rows(instance, plan(instance, STANDARD), [early, *rows]))
    assert (RULE, "months-before-start") in keys(found)
    assert [months_of(row) for row in found if row.text_key.endswith("before-start")] == ["2026-08"]


def test_no_months_at_all():
    found = violations(world(), plan(world(), ""))
    assert (RULE, "months-none") in keys(found)


@pytest.mark.parametrize(("start", "right"), [(START - 1, False), (START, True), (START + 2, True), (START + 3, False)])
def test_the_start_lies_in_its_window(start, right):
    instance = world(candidate("A01", start_earliest=START, start_latest=START + 2))
    subject = plan(instance, STANDARD, start=start)
    if right:
        assert passes(instance, subject)
    else:
        assert months_of(only(instance, subject, RULE, "start")) == ("2026-08" if start < START else "2026-12")


def test_every_candidate_is_there_once():
    instance = world(candidate("A01"), candidate("A02"))
    first = entry(instance, "A01", STANDARD)
    assert only(instance, plan_of(instance, first), RULE, "candidate-missing").candidate == "A02"
    second = entry(instance, "A02", STANDARD)
    assert only(instance, plan_of(instance, first, second, first), RULE, "candidate-twice").candidate == "A01"


def test_a_stranger_in_the_plan():
    instance = world()
    subject = plan(instance, STANDARD)
    tree = subject.model_dump(by_alias=True)
    tree["candidates"].append({**tree["candidates"][0], "id": "B99"})
    assert only(instance, type(subject).model_validate(tree), RULE, "candidate-unknown").candidate == "B99"


class TestFinish:
    """The finish is the first month at whose end everything holds."""

    LATE = "gp*6 ward*2 gp*5"  # service is complete after twelve of the thirteen months

    def test_a_month_too_many(self):
        found = only(world(), plan(world(), self.LATE), RULE, "after-finish")
        assert (found.fields["complete"], months_of(found)) == ("2027-08", "2027-09")

    def test_a_month_of_leave_too_many(self):
        instance = world(candidate("A01", leave=(span("2027-09", "2027-10"),)))
        found = only(instance, plan(instance, f"{STANDARD} -*2"), RULE, "after-finish")
        assert months_of(found) == "2027-09..2027-10"

    @pytest.mark.parametrize(("month", "right"), [("2027-09", True), ("2027-08", False)])
    def test_the_last_shift_decides(self, month, right):
        instance = world(candidate("A01", shifts_done=1))
        subject = plan(instance, self.LATE, shifts=[{"month": m(month), "shifts": 1}])
        assert passes(instance, subject) if right else only(instance, subject, RULE, "after-finish")

    @pytest.mark.parametrize(("start", "right"), [("2027-10", True), ("2027-09", False)])
    def test_the_end_of_the_group_decides(self, start, right):
        instance = world(candidate("A01", group=GroupChoice()), groups=group(start=start, months=2))
        path = f"{self.LATE} gp*2"
        subject = plan(instance, path, group="G1")
        if right:
            assert passes(instance, subject)
        else:
            assert months_of(only(instance, subject, RULE, "after-finish")) == "2027-11"

    def test_a_block_is_not_broken_off(self):
        path = "gp*10 ward*3"
        assert only(world(), plan(world(), path), RULE, "after-finish")
        instance = with_rotation(world(), "ward", min_months=3)
        assert passes(instance, plan(instance, path))

    def test_a_fixed_month_ahead(self):
        instance = world(candidate("A01", fixed=(FixedBlock("gp", span("2027-09", "2027-09")),)))
        assert passes(instance, plan(instance, self.LATE))

    def test_a_fixed_month_ahead_that_is_leave_does_not_hold_anybody(self):
        fixed, leave = (FixedBlock("gp", span("2027-09", "2027-09")),), (span("2027-09", "2027-09"),)
        instance = world(candidate("A01", fixed=fixed, leave=leave))
        assert passes(instance, plan(instance, STANDARD))

    def test_a_requirement_decides(self):
        row = Requirement("clinic", ("clinic",), 10_000, None, None, None, frozenset())
        instance = world(requirements=(row,))
        assert passes(instance, plan(instance, f"{STANDARD} clinic"))

    @pytest.mark.parametrize(
        ("work", "blocks", "end", "right"),
        [(1, 1, "", True), (1, 1, " gp", False), (2, 1, " clinic", True), (1, 2, " clinic", True)],
    )
    def test_work_and_blocks_of_a_requirement(self, work, blocks, end, right):
        row = Requirement("clinic", ("clinic",), work * 10_000, None, blocks, None, frozenset())
        instance = world(requirements=(row,))
        subject = plan(instance, f"clinic gp*5 ward*2 gp*4{end}")
        assert passes(instance, subject) if right else only(instance, subject, RULE, "after-finish")

    def test_open_practice_decides(self):
        """Clinic 6 + ward 3 + gp 3 are 12 in all, but open practice is 6 only three months later."""
        assert passes(world(), plan(world(), "ward*3 clinic*6 gp*6"))
        assert only(world(), plan(world(), "ward*3 clinic*6 gp*7"), RULE, "after-finish")

    def test_institution_decides(self):
        instance = world(candidate("A01", rules=with_category(RULES_HERE, "institution", minimum=30_000)))
        assert passes(instance, plan(instance, "gp*10 ward*3"))
        assert only(instance, plan(instance, "gp*10 ward*3 gp"), RULE, "after-finish")

    def test_the_group_at_its_limits_is_a_good_one(self):
        """Two months of leave, and a start in the candidate's first month: all there is to have by the group's end."""
        instance = world(
            candidate("A01", group=GroupChoice(), leave=(span("2026-10", "2026-11"),)), groups=group(months=15)
        )
        path = "gp -*2 gp*9 ward*2 gp"
        assert violations(instance, plan(instance, path, group="G1")) == []
        found = only(instance, plan(instance, f"{path} gp", group="G1"), RULE, "after-finish")
        assert months_of(found) == "2027-12"

    def test_a_group_that_is_no_good_completes_nobody(self):
        early = candidate("A01", group=GroupChoice())
        instance = world(early, groups=group(start="2026-08", months=13))
        found = violations(instance, plan(instance, self.LATE, group="G1"))
        assert {row.rule for row in found} == {"group"}

    def test_a_goal_decides(self):
        instance = world(candidate("A01", credited={INSTITUTION: 20_000}))
        assert passes(instance, plan(instance, "gp*10 ward*2"))
        instance = world(candidate("A01", credited={INSTITUTION: 20_000}, goals_done=frozenset({4})))
        assert only(instance, plan(instance, "gp*10 ward*2"), RULE, "after-finish")

    def test_one_month_is_always_planned(self):
        done = {INSTITUTION: 20_000}
        done = dict.fromkeys(world().rotations["gp"].share_by_service, 100000) | done
        instance = world(candidate("A01", credited=done, goals_done=frozenset({1, 2, 3, 4})))
        subject = plan(instance, "gp")
        assert passes(instance, subject)
        assert subject.candidates[0].delay == 0
        assert only(instance, plan(instance, "gp*2"), RULE, "after-finish")


def test_a_candidate_who_begins_after_the_horizon_has_no_months():
    instance = world(candidate("A01", start_earliest=END, start_latest=END))
    assert passes(instance, plan(instance, ""))


def test_the_start_in_the_file_is_not_the_first_row():
    instance = world()
    subject = edited(plan(instance, STANDARD), {"start": START + 1})
    assert (RULE, "start-on") in keys(violations(instance, subject))
