"""What the oracle makes of the past (decision 0019), row by row of its table, each worked out by hand in the docstring.

The horizon begins in January 2027; four months of service in all are asked for, nothing else.
"""

from typing import Any

from oracle import answer, judge, values
from oracle.by_hand import (
    CLINIC,
    GP,
    OFFICE,
    TO_CLINIC,
    TO_WARD,
    WARD,
    Tree,
    comes_to,
    impossible,
    published,
    tree,
    whole_plan,
)
from oracle.world import UNIT, world_of


def row(rotation: str, first: str, last: str, **more: Any) -> Tree:
    """Service in 2026, from month to month: `row("gp", "11", "12")` is November and December."""
    return {"rotation": rotation, "from": f"2026-{first}", "to": f"2026-{last}", **more}


def did(*rows: Tree, **more: Any) -> Tree:
    return {"start": "2026-01", "practice": "office", "served": list(rows), **more}


# credit, and the earliest finish


def test_what_was_served_is_credit() -> None:
    """Two months at half time are one, so three are left, which end in March. With `counted = false` four are."""
    half = row("gp", "11", "12", percent=50)
    comes_to(tree(did(half)), delay=0, moves=1, A01="gp gp gp")
    comes_to(tree(did({**half, "counted": False})), delay=0, moves=1, A01="gp gp gp gp")


def test_percent_left_out_is_the_candidate_s_own_and_leave_holds_in_a_row() -> None:
    """October and December at 50 %, November leave: 1 of 4, so three months at 100 % from January."""
    percent = [{"percent": 50, "to": "2026-12"}]
    leave = [{"from": "2026-11", "to": "2026-11"}]
    comes_to(tree(did(row("gp", "10", "12"), percent=percent, leave=leave)), delay=0, A01="gp gp gp")
    comes_to(tree(did(row("gp", "10", "12"), leave=leave)), delay=0, A01="gp gp")


def test_what_is_above_a_cap_is_time_served_and_not_counted() -> None:
    """Three months of ward, of which two count. The earliest finish has all three: January. 2 + 2 of gp: February."""
    capped = tree(did(row("ward", "10", "12")), rules={"institution_cap": 2}, rotations=[GP, TO_WARD])
    comes_to(capped, delay=1, uncounted=1, moves=2, A01="gp gp")


def test_a_minimum_is_met_in_the_past() -> None:
    """One month of ward asked for, and done in the year before, once for all."""
    once = {"institution_min": 1}
    comes_to(tree(did(row("ward", "05", "05")), rules=once), delay=0, A01="gp gp gp")
    impossible(tree(did(row("ward", "05", "05", counted=False)), rules=once))


def test_elsewhere_is_credit_without_a_month() -> None:
    """1.5 of other practice: 2.5 are left, three months. Institution up to 1: of 2.5 one counts, three months again;
    what is above the cap does not bring the earliest finish nearer.
    """
    comes_to(tree(did({"category": "other_general", "months": 1.5, "what": "locum"})), delay=0, A01="gp gp gp")
    much = {"category": "institution", "months": 2.5}
    comes_to(tree(did(much), rules={"institution_cap": 1}), delay=0, uncounted=1.5, A01="gp gp gp")


def test_rows_and_credited_add_up() -> None:
    """1 credited, 1 elsewhere, 1 served: one month is left."""
    person = did(row("gp", "12", "12"), {"category": "open_practice", "months": 1}, credited={"other_general": 1.0})
    comes_to(tree(person), delay=0, A01="gp")


# service months


def test_not_before_reads_months_that_earn() -> None:
    """The ward after three months of service; two at half time are two. Three FTE-months, one of ward: gp ward ends in
    February. Not counted they are none: gp gp gp, and the ward in April, a month late. With `months_done` one more.
    """
    rotations = [GP, {**TO_WARD, "not_before": 3}]
    rules = {"total": 3, "institution_min": 1}
    half = row("gp", "11", "12", percent=50)
    comes_to(tree(did(half), rules=rules, rotations=rotations), delay=0, A01="gp ward")
    late = tree(did({**half, "counted": False}), rules=rules, rotations=rotations)
    comes_to(late, delay=1, A01="gp gp gp ward")
    known = did({**half, "counted": False}, months_done=1)
    comes_to(tree(known, rules=rules, rotations=rotations), delay=0, A01="gp gp ward")


def test_months_elsewhere_are_rounded_up_row_by_row() -> None:
    """Twice 0.5 months are two months of service: the third is January, and the ward in February."""
    rotations = [GP, {**TO_WARD, "not_before": 3}]
    halves = [{"category": "other_general", "months": 0.5}] * 2
    comes_to(tree(did(*halves), rules={"total": 3, "institution_min": 1}, rotations=rotations), A01="gp ward")


# exposure, goals, breadth


def test_exposure_reads_the_past_at_the_practice_of_then() -> None:
    """Goal 1 at the office after two FTE-months. December was there: one more, then the ward, February. In an office
    nobody knows of, or not counted, it exposes nothing: two of gp and one of ward, March.
    """
    arenas = [{**OFFICE, "goals": "001", "exposure": 2.0}, {**OFFICE, "id": "o2"}, WARD]
    rules = {"goals": "001", "total": 3, "institution_min": 1}
    told: Tree = {"rules": rules, "arenas": arenas}
    comes_to(tree(did(row("gp", "12", "12")), **told), delay=0, moves=2)
    comes_to(tree(did(row("gp", "12", "12", practice="o2")), **told), delay=1)
    unknown = did(row("gp", "12", "12"))
    del unknown["practice"]
    comes_to(tree(unknown, **told), delay=1)
    unknown["served"][0]["practice"] = "office"
    comes_to(tree(unknown, **told), delay=0)
    comes_to(tree(did(row("gp", "12", "12", counted=False)), **told), delay=0, A01="gp gp ward")


def test_breadth_reads_the_past_and_goals_elsewhere_are_of_no_arena() -> None:
    """Goal 1 in the clinic (before) and the office: one goal in two arenas. Done elsewhere, it is met in one."""
    arenas = [{**OFFICE, "goals": "001"}, {**CLINIC, "goals": "001"}, WARD]
    told: Tree = {"rules": {"goals": "001"}, "arenas": arenas, "rotations": [GP, TO_CLINIC]}
    comes_to(tree(did(row("clinic", "12", "12")), **told), delay=0, breadth=1)
    elsewhere = {"category": "other_general", "months": 1, "goals": "001"}
    comes_to(tree(did(elsewhere), **told), delay=0, moves=1, breadth=0)
    nowhere: Tree = {**told, "arenas": [OFFICE, CLINIC, WARD]}
    comes_to(tree(did(elsewhere), **nowhere), delay=0)
    impossible(tree(did(row("clinic", "12", "12")), **nowhere))


# blocks


def test_a_block_goes_on_through_the_horizon_s_door() -> None:
    """The ward takes three months, not more, and begins in November only. November and December were there: January is
    its third. Where January is leave it has ended as it is, and may not be taken again.
    """
    rotations = [GP, {**TO_WARD, "min_months": 3, "max_months": 3, "starts": [11]}]
    comes_to(tree(did(row("ward", "11", "12")), rotations=rotations), moves=2, A01="ward gp")
    leave = [{"from": "2027-01", "to": "2027-01"}]
    comes_to(tree(did(row("ward", "11", "12"), leave=leave), rotations=rotations), moves=2, A01="- gp gp")
    short = did(row("ward", "11", "12"), leave=leave)
    impossible(tree(short, rotations=rotations, rules={"institution_min": 3}))


def test_it_goes_on_or_ends_as_the_plan_likes() -> None:
    """Three months in the ward at most, one done in December: with three of institution asked for it goes on, with one
    it does not, and with `current` it holds January.
    """
    rotations = [GP, {**TO_WARD, "max_months": 3}]
    december = row("ward", "12", "12")
    comes_to(tree(did(december), rotations=rotations, rules={"institution_min": 3}), moves=2, A01="ward ward gp")
    comes_to(tree(did(december), rotations=rotations, rules={"institution_min": 1}), moves=2, A01="gp gp gp")
    running = did(december, current={"rotation": "ward", "since": "2026-12"})
    comes_to(tree(running, rotations=rotations), moves=2, A01="ward gp gp")


def test_a_block_at_its_longest_has_ended() -> None:
    """October to December is all the ward lets: January is gp, and a second block is one too many."""
    rotations = [GP, {**TO_WARD, "max_months": 3}]
    comes_to(tree(did(row("ward", "10", "12")), rotations=rotations), A01="gp")
    impossible(tree(did(row("ward", "10", "12")), rotations=rotations, rules={"institution_min": 4}))


def test_a_month_that_was_not_served_ends_a_block_that_is_not_base() -> None:
    """The ward in October and in December, twice at most: a third block is not, and December's goes on."""
    rows = row("ward", "10", "10"), row("ward", "12", "12")
    twice = [GP, {**TO_WARD, "max_blocks": 2}]
    comes_to(tree(did(*rows), rotations=twice, rules={"institution_min": 4}), moves=2, A01="ward ward")
    comes_to(tree(did(*rows), rotations=twice, rules={"institution_min": 2}), moves=3, A01="gp gp")
    gap = row("ward", "09", "09"), row("ward", "11", "11")
    impossible(tree(did(*gap), rotations=twice, rules={"institution_min": 3}))


def test_base_runs_on_across_months_that_were_not_served() -> None:
    """gp takes three months at least and had one in October: two more before the ward, which begins in January only.
    Without that month the ward may come first.
    """
    rotations = [{**GP, "min_months": 3}, {**TO_WARD, "starts": [1]}]
    rules = {"institution_min": 1}
    impossible(tree(did(row("gp", "10", "10")), rotations=rotations, rules=rules))
    comes_to(tree(did(), rotations=rotations, rules=rules), A01="ward gp gp gp")
    leave = [{"from": "2027-01", "to": "2027-01"}]
    february = [{**GP, "min_months": 3}, {**TO_WARD, "starts": [2]}]
    impossible(tree(did(row("gp", "10", "10"), leave=leave), rotations=february, rules=rules))


def test_what_the_past_has_above_a_ceiling_stands() -> None:
    """Two blocks of the ward where one is let: gp from now on. A block that goes on is no new one, even where there
    may be none any more; one that has ended is not begun again.
    """
    twice = did(row("ward", "08", "08"), row("ward", "10", "10"))
    comes_to(tree(twice), delay=0, moves=3, A01="gp gp")
    impossible(tree(twice, rules={"institution_min": 3}))
    closed = [GP, {**TO_WARD, "max_blocks": 0}]
    two = {"institution_min": 2}
    comes_to(tree(did(row("ward", "12", "12")), rotations=closed, rules=two), A01="ward gp gp")
    impossible(tree(did(row("ward", "11", "11")), rotations=closed, rules=two))


def test_nobody_must_go_on_where_they_are_no_longer_let() -> None:
    """The ward takes three months, December was one of them; who may not be there any more ends it."""
    rotations = [GP, {**TO_WARD, "min_months": 3}]
    comes_to(tree(did(row("ward", "12", "12")), rotations=rotations), moves=2, A01="ward ward gp")
    comes_to(tree(did(row("ward", "12", "12"), allowed=["gp"]), rotations=rotations), moves=2, A01="gp gp gp")


def test_after_reads_every_block_that_has_ended() -> None:
    """The ward after the clinic: it was there in May, too short and not counted, and has ended. In December it has not
    ended yet, so it goes on or ends first; the ward is next in any case.
    """
    rotations = [GP, {**TO_WARD, "after": ["clinic"]}, {**TO_CLINIC, "min_months": 2}]
    rules = {"institution_min": 1, "total": 1}
    ended = did(row("clinic", "05", "05", counted=False))
    comes_to(tree(ended, rotations=rotations, rules=rules), delay=0, A01="ward")
    comes_to(tree(did(row("clinic", "12", "12", counted=False)), rotations=rotations, rules=rules), A01="clinic ward")
    comes_to(tree(did(), rotations=rotations, rules=rules), A01="clinic clinic ward")


# requirements


def test_a_requirement_reads_work_and_blocks() -> None:
    """1.5 months of ward asked for, December at half time was 0.5: it goes on for one. Not counted it is no work. One
    block asked for is December's, counted or not.
    """
    work = {"requirements": [{"id": "w", "rotations": ["ward"], "min_months": 1.5}]}
    half = row("ward", "12", "12", percent=50)
    comes_to(tree(did(half), **work), moves=2, away=2, delay=0)
    comes_to(tree(did({**half, "counted": False}), **work), moves=2, away=3, delay=0)
    once = {"requirements": [{"id": "w", "rotations": ["ward"], "min_blocks": 1}]}
    comes_to(tree(did({**half, "counted": False}), **once), away=1, delay=0, A01="gp gp gp gp")


def test_a_requirement_s_ceiling_is_used_up_by_the_past() -> None:
    """At most two months of ward, and three were served: no more, and they stand. Of two blocks one is left, or none,
    where there were three.
    """
    most = {"requirements": [{"id": "w", "rotations": ["ward"], "max_months": 2}], "rules": {"institution_min": 4}}
    comes_to(tree(did(row("ward", "08", "10")), requirements=most["requirements"]), A01="gp")
    impossible(tree(did(row("ward", "10", "12")), **most))
    often = [GP, {**TO_WARD, "max_blocks": 5, "max_months": 1}]
    blocks = {"requirements": [{"id": "w", "rotations": ["ward"], "max_blocks": 2}], "rotations": often}
    comes_to(tree(did(row("ward", "08", "08")), **blocks, rules={"institution_min": 2}), moves=3)
    impossible(tree(did(row("ward", "08", "08")), **blocks, rules={"institution_min": 3}))
    thrice = [row("ward", month, month) for month in ("06", "08", "10")]
    comes_to(tree(did(*thrice), **blocks), moves=4, A01="gp")


# the group year


def test_the_open_year_reads_the_past() -> None:
    """A group from October to January. October and December were gp, November was not served, so leave: open. The ward
    in October: not open. Nothing before December: October and November say nothing, not open.
    """
    told: Tree = {
        "groups": [{"id": "G0", "start": "2026-10", "months": 4, "places": 1}],
        "rules": {"group_required": True, "total": 3},
    }
    gaps = did(row("gp", "10", "10"), row("gp", "12", "12", counted=False), group="G0")
    comes_to(tree(gaps, **told), delay=0, A01="gp gp")
    impossible(tree(did(row("ward", "10", "10"), row("gp", "11", "12"), group="G0"), **told))
    impossible(tree(did(row("gp", "12", "12"), group="G0"), **told))
    comes_to(tree(did(row("ward", "09", "09"), row("gp", "12", "12"), group="G0"), **told), delay=0, A01="gp")


# wishes, away, moves


def test_a_wish_is_met_in_the_past() -> None:
    """The ward takes two months and was had in May and June, counted or not: that meets the wish without a window, and
    one from May on; not one from June on, which needs two, nor one from January on.
    """
    told: Tree = {"rotations": [GP, {**TO_WARD, "min_months": 2}], "objective": {"order": ["delay", "wishes"]}}

    def wish(**window: str) -> Tree:
        wished = {"wishes": [{"rotation": "ward", "weight": 3, **window}], "allowed": ["gp"]}
        return tree(did(row("ward", "05", "06", counted=False), **wished), **told)

    comes_to(wish(), wishes=(0, 0))
    comes_to(wish(**{"from": "2026-05"}), wishes=(0, 0))
    comes_to(wish(**{"from": "2026-06"}), wishes=(3, 3))
    comes_to(wish(**{"from": "2026-06", "to": "2026-06"}), wishes=(0, 0))
    comes_to(wish(**{"from": "2027-01"}), wishes=(3, 3))


def test_a_wish_without_a_beginning_begins_with_the_past() -> None:
    """Three months of ward by January: with a past since December the window has two months, and December and January
    are enough. Without a past it has one.
    """
    told: Tree = {"rotations": [GP, {**TO_WARD, "min_months": 3}], "objective": {"order": ["delay", "wishes"]}}
    wish = {"wishes": [{"rotation": "ward", "to": "2027-01"}]}
    comes_to(tree(did(row("ward", "12", "12"), **wish), **told), wishes=0)
    comes_to(tree(did(row("ward", "12", "12"), **wish, leave=[{"from": "2027-01", "to": "2027-01"}]), **told), wishes=1)
    comes_to(tree(did(**wish), **told), wishes=0)


def test_a_row_away_begins_in_the_past() -> None:
    """Two months of ward before, one more asked for (twice at most): three away. In January they would be three in a
    row; after a month of gp, two. A month of leave between does not break a row.
    """
    twice: Tree = {"rotations": [GP, {**TO_WARD, "max_blocks": 2}], "rules": {"institution_min": 3}}
    comes_to(tree(did(row("ward", "11", "12")), **twice), away=(3, 2), moves=3, A01="gp ward")
    comes_to(tree(did(row("ward", "10", "11")), **twice), away=(3, 2), moves=3, A01="gp ward")
    leave = {"leave": [{"from": "2027-01", "to": "2027-01"}], "finish_by": "2027-02"}
    three: Tree = {**twice, "rules": {"institution_min": 3, "total": 3}}
    comes_to(tree(did(row("ward", "11", "12"), **leave), **three), away=(3, 3), A01="- ward")


def test_away_from_the_post_of_then() -> None:
    """In December they were in o2's practice, or in the ward, from where o2 was theirs; the post of now is the office.
    A post that is named is the post at all times.
    """
    arenas = [OFFICE, {**OFFICE, "id": "o2"}, WARD]
    comes_to(tree(did(row("gp", "12", "12", practice="o2")), arenas=arenas), away=0)
    comes_to(tree(did(row("gp", "12", "12", practice="o2"), post="office"), arenas=arenas), away=1)
    unknown = did(row("ward", "12", "12"))
    comes_to(tree(unknown, arenas=arenas), away=1)
    del unknown["practice"]
    comes_to(tree(unknown, arenas=arenas), away=0)


def test_moves_are_all_blocks() -> None:
    """Ward, clinic and gp before, and gp goes on: three. After a gap in gp still three, since base runs on."""
    rotations = [GP, TO_WARD, TO_CLINIC]
    rows = row("ward", "10", "10"), row("clinic", "11", "11"), row("gp", "12", "12")
    comes_to(tree(did(*rows), rotations=rotations), moves=3, A01="gp")
    gap = row("ward", "07", "07"), row("clinic", "08", "08"), row("gp", "10", "10")
    comes_to(tree(did(*gap), rotations=rotations), moves=3, A01="gp")


# current


def test_the_months_of_current_are_read_but_earn_nothing() -> None:
    """The ward since November: two months of it expose goal 2 (two are needed), are a requirement's work, meet a wish
    (two), are away, in a row of three with January's, and one block with it. They are no credit and no service months:
    four are left, the clinic comes after three of them.
    """
    running = {"start": "2026-01", "practice": "office", "current": {"rotation": "ward", "since": "2026-11"}}
    person = {**running, "wishes": [{"rotation": "ward"}]}
    told: Tree = {
        "arenas": [OFFICE, {**WARD, "goals": "002", "exposure": 2.0}, CLINIC],
        "rotations": [GP, {**TO_WARD, "min_months": 2}, {**TO_CLINIC, "not_before": 3}],
        "requirements": [
            {"id": "w", "rotations": ["ward"], "min_months": 3},
            {"id": "c", "rotations": ["clinic"], "min_blocks": 1},
        ],
        "rules": {"goals": "002"},
    }
    comes_to(tree(person, **told), delay=0, wishes=0, away=(4, 3), moves=3, A01="ward gp gp clinic")


def test_a_row_holds_where_current_tells_the_same_month() -> None:
    """gp since November, December in a row at half time: 0.5 of credit, and 3.5 are left, four months. Not counted it
    exposes nothing: with goal 1 at 5.5 FTE-months, November's and the plan's five are less, six are enough.
    """
    running = {"current": {"rotation": "gp", "since": "2026-11"}}
    comes_to(tree(did(row("gp", "12", "12", percent=50), **running)), moves=1, delay=0, A01="gp gp gp gp")
    arenas = [{**OFFICE, "goals": "001", "exposure": 5.5}, WARD]
    told: Tree = {"arenas": arenas, "rules": {"goals": "001"}}
    comes_to(tree(did(row("gp", "12", "12", counted=False), **running), **told), delay=1)
    comes_to(tree(did(**running), **told), delay=0)


def test_leave_does_not_end_the_running_block() -> None:
    """The ward since October, November leave: one block of two months, whose third is January; once is all it is. A
    month of it in September, in a row, is of that block; in August, or with October leave, it is another.
    """
    person = did(current={"rotation": "ward", "since": "2026-10"}, leave=[{"from": "2026-11", "to": "2026-11"}])
    rotations = [GP, {**TO_WARD, "min_months": 3, "max_months": 3}]
    comes_to(tree(person, rotations=rotations), moves=2, A01="ward gp gp gp")
    twice: Tree = {"rotations": [GP, {**TO_WARD, "max_blocks": 2}]}
    comes_to(tree({**person, "served": [row("ward", "09", "09")]}, **twice), moves=2, A01="ward gp gp")
    comes_to(tree({**person, "served": [row("ward", "08", "08")]}, **twice), moves=3, A01="ward gp gp")
    october = {**person, "leave": [{"from": "2026-10", "to": "2026-10"}]}
    comes_to(tree({**october, "served": [row("ward", "09", "09")]}, **twice), moves=3, A01="ward gp gp")


# a published plan


def test_the_published_plan_ends_a_block_of_the_past() -> None:
    """gp since December, three months at least by today's file; published was the ward in January, when one was enough.
    It stays where it was published; without a published plan gp must go on, and the ward begins in January only.
    """
    rules = {"institution_min": 1}
    person, to_ward = did(row("gp", "12", "12")), {**TO_WARD, "starts": [1]}
    before = tree(person, rules=rules, rotations=[GP, to_ward])
    after = tree(person, rules=rules, rotations=[{**GP, "min_months": 3}, to_ward])
    found = answer(after, published=published(before), freeze_to="2026-12")
    assert found.values["changes"] == (0, None)
    impossible(after)


# starts


def test_who_has_served_has_begun() -> None:
    """Three months are left and the ward must not be empty in April, so the start is in February, a month late. Who
    served in December, in a window that had begun by then, cannot start so late.
    """
    floor = [OFFICE, {**WARD, "min_places": [{"places": 1, "from": "2027-04", "to": "2027-04"}]}]
    december = did(row("gp", "12", "12"))
    window = {"earliest": "2027-01", "latest": "2027-03"}
    comes_to(tree({**december, "start": window}, arenas=floor), delay=1)
    impossible(tree({**december, "start": {**window, "earliest": "2026-12"}}, arenas=floor))


def test_a_gap_before_a_later_start_is_like_leave() -> None:
    """The ward in December, the start in February: the block has ended, short as it was."""
    rotations = [GP, {**TO_WARD, "min_months": 2}]
    later = {**did(row("ward", "12", "12")), "start": "2027-02"}
    comes_to(tree(later, rotations=rotations), moves=2, A01="gp gp gp")
    impossible(tree(later, rotations=rotations, rules={"institution_min": 2}))


# the judge


def test_the_judge_reads_the_past_too() -> None:
    """The best plan of somebody with a past passes, and comes to what the search says; spoilt, it does not."""
    rotations = [GP, {**TO_WARD, "min_months": 3, "max_blocks": 1}]
    instance = tree(did(row("gp", "10", "10", percent=50), row("ward", "11", "12")), rotations=rotations)
    plan = whole_plan(instance)
    assert judge(instance, plan) == []
    assert plan["candidates"][0]["service"]["institution"] == 3
    assert values(instance, plan)["moves"] == (3, None)
    plan["candidates"][0]["months"][0]["rotation"] = "gp"
    assert any(told.startswith("block-length") for told in judge(instance, plan))


def test_the_past_is_what_the_rows_say() -> None:
    """3 rows: two months of gp, 37.5 %, and 1.25 elsewhere, which is two months."""
    world = world_of(tree(did(row("gp", "11", "12", percent=37.5), {"category": "institution", "months": 1.25})))
    (person,) = world.candidates
    assert [done.percent for done in person.past.values()] == [3750, 3750]
    assert person.credited["institution"] == 5 * UNIT // 4
    assert person.months_served == 4
