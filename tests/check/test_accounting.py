"""The accounting's arithmetic, with every expected number worked out by hand."""

import pytest

from scheduler import accounting
from scheduler.instance.past_blocks import past_blocks
from scheduler.instance.types import Current, GroupChoice, Span, Step, Steps, Wish
from tests.helpers.categories import with_category
from tests.helpers.world import (
    FTE,
    INSTITUTION,
    OPEN,
    OTHER,
    RULES_HERE,
    STANDARD,
    START,
    candidate,
    entry,
    group,
    m,
    plan,
    span,
    steps,
    with_arena,
    with_rotation,
    world,
)


def trajectory(instance, path, **fields):
    return accounting.trajectory_of(instance, entry(instance, "A01", path, **fields))


class TestSpans:
    def test_neighbours_merge(self):
        assert list(accounting.spans([5, 3, 4, 9, 4])) == [Span(3, 6), Span(9, 10)]
        assert list(accounting.spans([])) == []

    def test_each_key_by_itself(self):
        pairs = [("a", 3), ("b", 4), ("a", 4)]
        assert list(accounting.spans_by_key(pairs)) == [("a", Span(3, 5)), ("b", Span(4, 5))]


class TestCounted:
    @pytest.mark.parametrize(
        ("open_practice", "other", "institution", "counted"),
        [
            (10, 0, 2, 12),
            (11, 0, 2, 12),  # open practice counts up to 10
            (2, 7, 0, 8),  # other general up to 6
            (6, 5, 0, 10),  # both together up to 10
            (4, 6, 4, 13),  # institution up to 3
            (0, 0, 0, 0),
        ],
    )
    def test_caps(self, open_practice, other, institution, counted):
        sums = {OPEN: open_practice * FTE, OTHER: other * FTE, INSTITUTION: institution * FTE}
        assert accounting.counted(sums, RULES_HERE) == counted * FTE

    def test_the_rulesets_sixty_months(self):
        """40 + 14 general and 6 institution months are the 60 of the regulation."""
        national = RULES_HERE
        for category, cap in ((OPEN, 54), (OTHER, 30), ("general", 54), (INSTITUTION, 12)):
            national = with_category(national, category, cap=cap * FTE)
        assert accounting.counted({OPEN: 40 * FTE, OTHER: 16 * FTE, INSTITUTION: 6 * FTE}, national) == 60 * FTE
        assert accounting.counted({OPEN: 50 * FTE, OTHER: 10 * FTE, INSTITUTION: 14 * FTE}, national) == 66 * FTE

    def test_uncounted(self):
        """gp 11 + ward 2: one month above the cap of 10."""
        assert accounting.uncounted(trajectory(world(), "gp*6 ward*2 gp*5")) == 1 * FTE

    def test_sums_of_a_mix(self):
        """Ten months at 80 % with 80/20: 6.4 in practice and 1.6 in the clinic, and 0.5 credited."""
        instance = world(candidate("A01", percent=steps(80, 100), credited={OTHER: 5_000}))
        sums = accounting.service_sums(trajectory(instance, "mixed*10"))
        assert sums == {OPEN: 64_000, OTHER: 21_000, INSTITUTION: 0}


class TestFinish:
    @pytest.mark.parametrize(
        ("fields", "month"),
        [
            ({}, "2027-08"),
            ({"percent": steps(80, 100)}, "2027-11"),  # 15 months
            ({"percent": steps(70, 100)}, "2028-02"),  # 17.14 -> 18 months
            ({"leave": (span("2026-10", "2026-12"),)}, "2027-11"),
            ({"credited": {INSTITUTION: 5 * FTE}}, "2027-05"),  # counts 3
            ({"credited": {OPEN: 10 * FTE, INSTITUTION: 2 * FTE}}, "2026-09"),  # one month is always planned
            ({"percent": Steps((Step(100), Step(50, m("2027-03"), None)), 100)}, "2028-02"),  # 6 + 12 at half
        ],
    )
    def test_earliest(self, fields, month):
        assert accounting.earliest_finish(candidate("A01", **fields), START) == m(month)

    def test_never(self):
        assert accounting.earliest_finish(candidate("A01", percent=steps(0, 100)), START) > START + 1000

    def test_projected_by_the_months_missing(self):
        """24 months at 40 % in gp: 9.6 counted; 2.4 missing at 40 % are 6 months after 2028-08."""
        instance = world(candidate("A01", percent=steps(40, 100)))
        row = entry(instance, "A01", "gp*24")
        assert row.projected_finish == m("2029-02")
        assert row.earliest_finish == m("2029-02")  # 30 months from 2026-09
        assert row.delay == 0

    def test_projected_by_the_minima(self):
        """24 months at 40 % in the clinic: 6 of 9.6 count; open 6 + institution 2 are missing, 8 / 0.4 = 20 months."""
        instance = world(candidate("A01", percent=steps(40, 100)))
        row = entry(instance, "A01", "clinic*24")
        assert row.projected_finish == m("2030-04")
        assert row.delay == 14

    def test_projected_by_the_group(self):
        person = candidate("A01", percent=steps(40, 100), group=GroupChoice())
        instance = world(person, groups=group(start="2027-09"))
        assert entry(instance, "A01", "gp*24").projected_finish == m("2030-08")  # 24 months after 2028-08
        assert entry(instance, "A01", "gp*24", group="G1").projected_finish == m("2029-08")  # its last month


class TestBlocks:
    def test_base_runs_across_leave_and_others_do_not(self):
        leave = (span("2026-11", "2026-11"), span("2027-02", "2027-02"))
        instance = world(candidate("A01", leave=leave))
        blocks = trajectory(instance, "gp*2 - gp ward - ward gp").blocks
        assert [(row.rotation.id, row.start - START, row.end - START, row.service_months) for row in blocks] == [
            ("gp", 0, 4, 3),
            ("ward", 4, 5, 1),
            ("ward", 6, 7, 1),
            ("gp", 7, 8, 1),
        ]

    def test_leave_before_another_rotation_is_in_no_block(self):
        instance = world(candidate("A01", leave=(span("2026-11", "2026-11"),)))
        assert trajectory(instance, "gp*2 - ward*2").blocks[0].end == START + 2

    def test_the_file_counts_both_ends(self):
        wish = Wish("ward", 1, span("2027-03", "2027-06"))
        row = entry(world(candidate("A01", wishes=(wish,))), "A01", STANDARD)
        assert [(block.from_ - START, block.to - START) for block in row.blocks] == [(0, 5), (6, 7), (8, 11)]
        assert (row.wishes[0].from_, row.wishes[0].to) == (m("2027-03"), m("2027-06"))

    def test_the_running_block(self):
        instance = world(candidate("A01", current=Current("ward", START - 4), leave=(span("2026-07", "2026-07"),)))
        assert len(past_blocks(instance, instance.candidates["A01"])) == 1
        assert past_blocks(instance, instance.candidates["A01"])[0].service_months == 3
        longer = with_rotation(instance, "ward", max_months=6)
        assert accounting.length(trajectory(longer, "ward*2 gp"), 0) == 5


class TestGoals:
    def test_exposure(self):
        """5 months at 60 % in 80/20 and 2 in the ward: 24,000 office, 6,000 clinic, 12,000 ward."""
        instance = world(candidate("A01", percent=steps(60, 100)))
        given = accounting.exposure(trajectory(instance, "mixed*5 ward*2", practice="office2"))
        assert given == {"office2": 24_000, "clinic": 6_000, "ward": 12_000}

    def test_breadth(self):
        """Office 1, 2, 3; clinic 2; so goal 2 twice. A shift planned makes the legevakt's 3 twice as well."""
        path = "clinic gp*5 ward*2 gp*4"
        assert accounting.breadth(trajectory(world(), path)) == 1
        assert accounting.breadth(trajectory(world(), path, shifts=[{"month": START, "shifts": 1}])) == 2

    def test_breadth_needs_exposure(self):
        instance = with_arena(world(), "clinic", exposure=FTE + 1)
        assert accounting.breadth(trajectory(instance, "clinic gp*5 ward*2 gp*4")) == 0


class TestWishes:
    @pytest.mark.parametrize(
        ("wish", "met"),
        [
            (Wish("ward", 1, None), True),
            (Wish("clinic", 1, None), False),
            (Wish("ward", 1, span("2027-03", "2027-04")), True),
            (Wish("ward", 1, span("2027-04", "2027-12")), False),  # one of its shortest two months
            (Wish("ward", 1, span("2027-04", "2027-04")), True),  # the whole of a shorter window
            (Wish("ward", 1, span("2027-05", "2027-05")), False),
            (Wish("moon", 1, None), False),
        ],
    )
    def test_the_ward_in_march_and_april(self, wish, met):
        assert accounting.wish_met(trajectory(world(), STANDARD), wish) is met

    def test_weight_lost(self):
        wishes = (Wish("clinic", 3, None), Wish("ward", 2, None), Wish("hospital", 4, None))
        instance = world(candidate("A01", wishes=wishes))
        assert accounting.wishes_lost(trajectory(instance, STANDARD)) == 7


def test_levels():
    """A01 as early as can be, A02 a month late with one month above a cap; the wish of A02 is lost. Both are in
    the ward for two months.
    """
    instance = world(candidate("A01"), candidate("A02", wishes=(Wish("clinic", 3, None),)))
    subject = plan(instance, STANDARD, "gp*6 ward*2 gp*5")
    levels = accounting.levels(instance, accounting.trajectories(instance, subject))
    assert {name: (level.value, level.worst) for name, level in levels.items()} == {
        "delay": (1, 1),
        "wishes": (3, 3),
        "away": (4, 2),
        "moves": (6, None),
        "uncounted": (1.0, None),
        "breadth": (0, None),
    }


def test_members():
    instance = world(candidate("A01", group=GroupChoice(group_id="G1")), groups=group())
    assert accounting.members([trajectory(instance, STANDARD)]) == {"G1": ["A01"]}


def test_use_of_an_arena():
    """Two half posts with 20 % in the clinic: 2 heads, 2 x 1,000 credit."""
    half = [candidate(name, percent=steps(50, 100)) for name in ("A01", "A02")]
    instance = world(*half)
    subject = plan(instance, "mixed*24", "mixed*24")
    use = accounting.use_by_arena(accounting.trajectories(instance, subject))["clinic"][START]
    assert (use.heads, use.credit) == (["A01", "A02"], 2_000)
