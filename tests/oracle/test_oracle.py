"""The oracle itself, on instances so small that their answer is worked out by hand, in the docstrings."""

import tomllib
from pathlib import Path as File
from typing import Any

import pytest

from oracle import TooLarge, answer, judge, values
from oracle.blind import differences
from oracle.by_hand import (
    GP,
    OFFICE,
    TO_CLINIC,
    TO_WARD,
    WARD,
    Tree,
    comes_to,
    impossible,
    months_of,
    place,
    published,
    tree,
    whole_plan,
)
from oracle.world import month_text, world_of

FOUND = File(__file__).parent / "found"

# one candidate


def test_four_months_full_time() -> None:
    """4 FTE-months at 100 % are four months, all in gp: one block, nothing late."""
    comes_to(tree(), delay=(0, 0), moves=1, uncounted=0, A01="gp gp gp gp")


def test_half_time_takes_twice_as_long() -> None:
    """4 / 0.5 = 8 months; with six in the horizon the earliest finish lies beyond it."""
    half = {"percent": [{"percent": 50}]}
    comes_to(tree(half, months=8), delay=0, A01="gp gp gp gp gp gp gp gp")
    assert answer(tree(half)).witness["A01"]["finish"] is None


def test_the_last_row_of_percent_wins() -> None:
    """Rows 100 % always, 50 % from March: 1 + 1 + 4 x 0.5 = 4 by June. The other way round the 50 % has no effect."""
    rows = [{"percent": 100}, {"percent": 50, "from": "2027-03"}]
    assert answer(tree({"percent": rows})).witness["A01"]["finish"] == "2027-06"
    assert answer(tree({"percent": rows[::-1]})).witness["A01"]["finish"] == "2027-04"


def test_a_base_block_runs_on_across_leave_and_others_end() -> None:
    """Leave in February. gp: one block (five months, no delay). Ward: January and March on are two, and max_blocks is
    1.
    """
    leave = {"leave": [{"from": "2027-02", "to": "2027-02"}]}
    comes_to(tree(leave), delay=0, moves=1, A01="gp - gp gp gp")
    impossible(tree({**leave, "allowed": ["gp", "ward"]}, rules={"institution_min": 4}, months=5))
    twice = [GP, {**TO_WARD, "max_blocks": 2}]
    comes_to(tree(leave, rules={"institution_min": 4}, months=5, rotations=twice), moves=2, A01="ward - ward ward ward")


def test_leave_may_not_cut_a_block_short() -> None:
    """Leave in February; the ward takes two months at least and two are asked for: not January, so March and April."""
    instance = tree(
        {"leave": [{"from": "2027-02", "to": "2027-02"}]},
        rules={"institution_min": 2, "total": 3},
        rotations=[GP, {**TO_WARD, "min_months": 2}],
    )
    comes_to(instance, delay=0, moves=2, A01="gp - ward ward")


def test_starts_in_march() -> None:
    """Three months in all, two in the ward, which begins in March: gp gp ward ward is April, one later than March."""
    rotations = [GP, {**TO_WARD, "min_months": 2, "starts": [3]}]
    comes_to(
        tree(rules={"total": 3, "institution_min": 2}, rotations=rotations), delay=1, moves=2, A01="gp gp ward ward"
    )


def test_not_before_counts_service_months() -> None:
    """The ward after three service months, one of them done before, and February is leave: January, March, then the
    ward.
    """
    person = {"months_done": 1, "leave": [{"from": "2027-02", "to": "2027-02"}]}
    rotations = [GP, {**TO_WARD, "not_before": 3}]
    comes_to(tree(person, rules={"institution_min": 1, "total": 3}, rotations=rotations), delay=0, A01="gp - gp ward")


def test_after_needs_a_block_that_has_ended() -> None:
    """The ward after the clinic; both asked for, the base not before: clinic, ward. `after` of one among two: gp is
    enough.
    """
    both = [{"id": "w", "rotations": ["ward"], "min_months": 1}, {"id": "c", "rotations": ["clinic"], "min_months": 1}]
    after = [GP, {**TO_WARD, "after": ["clinic"]}, TO_CLINIC]
    comes_to(tree(rules={"total": 2}, rotations=after, requirements=both), delay=0, A01="clinic ward")
    either = [GP, {**TO_WARD, "after": [["clinic", "gp"]]}, TO_CLINIC]
    comes_to(tree(rules={"total": 2}, rotations=either, requirements=both[:1]), delay=0, moves=2)


def test_a_base_block_is_cut_short_by_the_finish_only() -> None:
    """gp takes three months at least, the ward one is asked for: ward gp gp gp, or gp gp gp ward; never gp ward gp
    gp.
    """
    rotations = [{**GP, "min_months": 3}, {**TO_WARD, "max_months": 1}]
    comes_to(tree(rules={"institution_min": 1}, rotations=rotations), moves=2)
    comes_to(tree(rules={"institution_min": 1, "total": 2}, rotations=rotations), delay=0, A01="ward gp")


def test_max_months_of_the_base_sends_people_away() -> None:
    """gp at most two months at a time, the ward at most one and once: gp gp ward gp."""
    comes_to(tree(rotations=[{**GP, "max_months": 2}, {**TO_WARD, "max_months": 1}]), moves=3)


def test_a_requirement_s_ceiling() -> None:
    """At most 1 FTE-month of ward, two of institution asked for: impossible. At half time two months are 1."""
    most = [{"id": "few", "rotations": ["ward"], "max_months": 1.0}]
    impossible(tree(rules={"institution_min": 2}, requirements=most))
    half = {"percent": [{"percent": 50, "to": "2027-02"}]}
    comes_to(tree(half, rules={"institution_min": 1}, requirements=most), delay=0, moves=2)


def test_caps_and_what_is_uncounted() -> None:
    """Credited 3 open of which 2 count; total 4 = 2 + 2 of ward: two months, 1 uncounted.

    Credited 3 open (2 count), 4 other (3 count), together 5 of which 4 count, and 2 of ward: 6, so one month more is
    planned all the same. In the ward it counts: 9 + 1 worked, 4 + 3 counted, 3 uncounted. But that is away from the
    office, which comes first: there, 4 are uncounted.
    """
    instance = tree({"credited": {"open_practice": 3.0}}, rules={"open_practice_cap": 2})
    comes_to(instance, delay=0, uncounted=1, A01="ward ward")
    other = {"credited": {"open_practice": 3.0, "other_general": 4.0, "institution": 2.0}}
    capped = {"total": 6, "open_practice_cap": 2, "other_general_cap": 3, "general_cap": 4, "institution_cap": 60}
    comes_to(tree(other, rules=capped, objective={"order": ["delay", "uncounted"]}), uncounted=3, A01="ward")
    comes_to(tree(other, rules=capped), delay=(0, 0), away=(0, 0), uncounted=4, A01="gp")


def test_a_month_is_always_planned() -> None:
    """Everything credited: one month of gp. Earliest finish is that month; 5 - 5 = 0 uncounted without caps."""
    comes_to(tree({"credited": {"open_practice": 4.0}}), delay=0, uncounted=0, A01="gp")


def test_the_running_block() -> None:
    """The ward since November, three months at most: January is its third. Since October it has ended and counts as
    its one, and as a block beside that of gp.
    """
    rotations = [GP, {**TO_WARD, "min_months": 3, "max_months": 3, "starts": [11]}]
    comes_to(
        tree({"current": {"rotation": "ward", "since": "2026-11"}}, rotations=rotations), moves=2, A01="ward gp gp gp"
    )
    ended = {"current": {"rotation": "ward", "since": "2026-10"}}
    comes_to(tree(ended, rotations=rotations), moves=2, A01="gp gp gp gp")
    impossible(tree(ended, rotations=rotations, rules={"institution_min": 1}))


def test_fixed_months_lie_before_the_finish_and_may_begin_anywhen() -> None:
    """The ward begins in May only, but is fixed in February, and gp in June: four months are served by April, the
    finish is June.
    """
    fixed = {
        "fixed": [
            {"rotation": "ward", "from": "2027-02", "to": "2027-02"},
            {"rotation": "gp", "from": "2027-06", "to": "2027-06"},
        ]
    }
    comes_to(
        tree(fixed, rotations=[GP, {**TO_WARD, "starts": [5], "max_months": 1}]), delay=2, A01="gp ward gp gp gp gp"
    )


def test_a_date() -> None:
    """Four months end in April: by March is impossible."""
    impossible(tree({"finish_by": "2027-03"}))
    comes_to(tree({"finish_by": "2027-04"}), delay=0)


def test_unfinished() -> None:
    """Total 10, six months of horizon: 10 - 6 = 4 more, October. Four of institution are missing, which is no more.
    With 5 of institution missing it is November, one later than the earliest: so one ward month (no more is let)
    inside.
    """
    rotations = [GP, {**TO_WARD, "max_months": 1}]
    comes_to(tree(rules={"total": 10, "institution_min": 4}, rotations=rotations), delay=0, moves=1)
    comes_to(tree(rules={"total": 10, "institution_min": 5}, rotations=rotations), delay=0, moves=2)
    comes_to(tree({"allowed": ["gp"]}, rules={"total": 10, "institution_min": 5}), delay=1)


def test_wishes() -> None:
    """The ward takes two months at least; wished for in February to April it needs two there, in March alone one. Not
    at all: 3.
    """
    rotations = [GP, {**TO_WARD, "min_months": 2, "max_months": 2}]

    def wish(**window: str) -> Tree:
        return {"wishes": [{"rotation": "ward", "weight": 3, **window}]}

    comes_to(tree(wish(**{"from": "2027-02", "to": "2027-04"}), rotations=rotations), wishes=(0, 0), moves=2)
    comes_to(tree(wish(**{"from": "2027-03", "to": "2027-03"}), rotations=rotations), wishes=(0, 0), moves=2)
    comes_to(tree({**wish(), "allowed": ["gp"]}, rotations=rotations), wishes=(3, 3), moves=1)


def test_a_start_window_counts_from_its_first_month() -> None:
    """January to March, four months, horizon of six. The ward is wished for in June: a start in March costs two."""
    late = {
        "start": {"earliest": "2027-01", "latest": "2027-03"},
        "wishes": [{"rotation": "ward", "from": "2027-06", "to": "2027-06"}],
    }
    assert comes_to(tree(late), delay=0, wishes=1).witness["A01"]["start"] == "2027-01"
    wish_first = comes_to(tree(late, objective={"order": ["wishes", "delay"]}), wishes=0, delay=2)
    assert wish_first.witness["A01"]["start"] == "2027-03"


def test_a_window_does_not_make_anybody_unfinished() -> None:
    """Four months from January end in April, so A01 is to finish in the horizon: June at the latest, from March.
    With six months in all only January is left."""
    window = {"start": {"earliest": "2027-01", "latest": "2027-06"}}
    wish = {"wishes": [{"rotation": "ward", "from": "2027-06", "to": "2027-06"}]}
    found = comes_to(tree({**window, **wish}, objective={"order": ["wishes", "delay"]}), wishes=0)
    assert (found.witness["A01"]["start"], found.witness["A01"]["finish"]) == ("2027-03", "2027-06")
    assert answer(tree(window, rules={"total": 6})).witness["A01"]["start"] == "2027-01"


def test_who_has_a_running_block_has_begun() -> None:
    """gp since January; a start in February would leave it: the ward must be held in May, but the four months end in
    April. From February it costs a month, counted from January.
    """
    floor = [OFFICE, {**WARD, "min_places": [{"places": 1, "from": "2027-05", "to": "2027-05"}]}]
    window = {"start": {"earliest": "2027-01", "latest": "2027-02"}}
    comes_to(tree(window, arenas=floor), delay=1)
    impossible(tree({**window, "current": {"rotation": "gp", "since": "2027-01"}}, arenas=floor))


# goals, shifts, groups


def test_goals_need_exposure() -> None:
    """Goal 1 at the office after 1 FTE-month, goal 2 in the ward after 2: two months of ward, one of gp, and one
    more.
    """
    arenas = [{**OFFICE, "goals": "001"}, {**WARD, "goals": "002", "exposure": 2.0}]
    comes_to(
        tree(rules={"goals": "001-002", "total": 3}, arenas=arenas, rotations=[GP, TO_WARD]),
        delay=0,
        moves=2,
        breadth=0,
    )
    comes_to(tree(rules={"goals": "001-002", "total": 2}, arenas=arenas, rotations=[GP, TO_WARD]), delay=1)
    impossible(tree({"allowed": ["gp"]}, rules={"goals": "001-002"}, arenas=arenas, rotations=[GP, TO_WARD]))
    comes_to(
        tree(
            {"allowed": ["gp"], "goals_done": "002"}, rules={"goals": "001-002"}, arenas=arenas, rotations=[GP, TO_WARD]
        ),
        delay=0,
    )


def test_goals_given_in_part_never_suffice() -> None:
    """Goal 1 is only partly the office's."""
    impossible(tree(rules={"goals": "001"}, arenas=[{**OFFICE, "goals_partial": "001"}, WARD]))


def test_breadth_counts_goals_met_twice() -> None:
    """Goals 1 and 2 at the office, 2 in the ward, 1 month each at least: 1 goal in two arenas; last level, so two
    blocks only where `breadth` comes before `moves`.
    """
    arenas = [{**OFFICE, "goals": "001-002"}, {**WARD, "goals": "002"}]
    instance = tree(rules={"goals": "001-002"}, arenas=arenas)
    comes_to(instance, moves=1, breadth=0)
    assert answer(instance, order=["breadth", "moves"]).values == {"breadth": (1.0, None), "moves": (2.0, None)}


def test_the_office_is_chosen_for_its_goals() -> None:
    """Only o2 covers goal 1. A named o1 does not."""
    arenas = [{**OFFICE, "id": "o1"}, {**OFFICE, "id": "o2", "goals": "001"}, WARD]
    assert comes_to(tree(rules={"goals": "001"}, arenas=arenas)).witness["A01"]["practice"] == "o2"
    impossible(tree({"practice": "o1"}, rules={"goals": "001"}, arenas=arenas))


def test_a_template_is_handed_on_but_not_used() -> None:
    """o1 is like a template with one goal and no place; its own places come instead. The template itself is no
    office.
    """
    arenas = [
        {**OFFICE, "goals": "001", "abstract": True, "places": []},
        {"id": "o1", "like": "office", "places": [{"places": 1}]},
        WARD,
    ]
    assert comes_to(tree(rules={"goals": "001"}, arenas=arenas), delay=0).witness["A01"]["practice"] == "o1"


ROSTER = {"id": "roster", "service": "parallel", "goals": "009"}


def test_shifts_take_months() -> None:
    """Five shifts at four a month need two months; one month of service would do otherwise: delay 1. Two done before:
    none.
    """
    rules = {"legevakt_shifts": 5, "total": 1}
    comes_to(tree(rules=rules, arenas=[OFFICE, WARD, ROSTER]), delay=1, A01="gp gp")
    comes_to(tree({"shifts_done": 2}, rules=rules, arenas=[OFFICE, WARD, ROSTER]), delay=0)
    comes_to(tree({"legevakt_from": "2027-03"}, rules=rules, arenas=[OFFICE, WARD, ROSTER]), delay=3)
    impossible(tree(rules=rules))


def test_no_shifts_in_some_rotations() -> None:
    """The first two months are fixed in the ward, which allows no shifts: the four are taken in March, delay 1."""
    person = {"fixed": [{"rotation": "ward", "from": "2027-01", "to": "2027-02"}]}
    rotations = [GP, {**TO_WARD, "legevakt": False}]
    comes_to(
        tree(person, rules={"legevakt_shifts": 4, "total": 2}, arenas=[OFFICE, WARD, ROSTER], rotations=rotations),
        delay=1,
    )


def test_a_roster_is_shared() -> None:
    """Two shifts a month for two people who need two each and one month of service: one of them waits a month."""
    roster = {**ROSTER, "shifts": [{"shifts": 2}]}
    comes_to(tree({}, {}, rules={"legevakt_shifts": 2, "total": 1}, arenas=[OFFICE, WARD, roster]), delay=(1, 1))


def test_a_finish_may_wait_for_its_last_shift() -> None:
    """One shift a month, one is needed, one month of service; the ward must not be empty in February. A01 stays for it
    and takes the shift then: delay 1. Who has the shift done is complete in January and cannot stay.
    """
    arenas = [
        OFFICE,
        {**WARD, "min_places": [{"places": 1, "from": "2027-02", "to": "2027-02"}]},
        {**ROSTER, "shifts": [{"shifts": 1}]},
    ]
    rules = {"legevakt_shifts": 1, "total": 1}
    comes_to(tree(rules=rules, arenas=arenas, months=2), delay=1)
    impossible(tree({"shifts_done": 1}, rules=rules, arenas=arenas, months=2))
    impossible(tree({"legevakt_from": "2027-01"}, rules=rules, arenas=closed_in_february(arenas), months=2))


def closed_in_february(arenas: list[Tree]) -> list[Tree]:
    """The roster has its shift in January only."""
    return [*arenas[:2], {**arenas[2], "shifts": [{"shifts": 1, "to": "2027-01"}]}]


def test_goals_that_wait_for_shifts_and_a_roster_s_breadth() -> None:
    """Goal 9 at the office counts with all shifts only, and is the roster's, too: met twice if a shift is planned."""
    arenas = [{**OFFICE, "goals": "009", "goals_with_shifts": "009"}, WARD, ROSTER]
    comes_to(tree(rules={"goals": "009", "legevakt_shifts": 1}, arenas=arenas), delay=0, breadth=1)
    done = tree({"shifts_done": 1}, rules={"goals": "009", "legevakt_shifts": 1}, arenas=arenas)
    comes_to(done, delay=0, breadth=0)


GROUP = {"id": "G1", "start": "2027-02", "months": 3, "places": 1}


def test_a_group_holds_the_finish_back() -> None:
    """February to April, two months of service: finish April, earliest February. The second has the later group:
    June.
    """
    groups = [GROUP, {**GROUP, "id": "G2", "start": "2027-04"}]
    rules = {"total": 2, "group_required": True}
    comes_to(tree(rules=rules, groups=groups), delay=(2, 2))
    comes_to(tree({}, {}, rules=rules, groups=groups), delay=(6, 4))
    impossible(tree({}, {}, rules=rules, groups=groups[:1]))
    impossible(tree({"start": "2027-03"}, rules=rules, groups=groups[:1]))


def test_a_group_year_in_open_practice_or_leave() -> None:
    """Ward fixed in March, in the only year of G1: not open, so G2 (April to June). With three months of leave no
    group at all.
    """
    groups = [GROUP, {**GROUP, "id": "G2", "start": "2027-04"}]
    rules = {"total": 2, "group_required": True}
    fixed = {"fixed": [{"rotation": "ward", "from": "2027-03", "to": "2027-03"}]}
    assert comes_to(tree(fixed, rules=rules, groups=groups), delay=4).witness["A01"]["group"] == "G2"
    two = {"leave": [{"from": "2027-03", "to": "2027-04"}]}
    comes_to(tree(two, rules=rules, groups=groups[:1]), delay=2, A01="gp gp - -")
    impossible(tree({"leave": [{"from": "2027-02", "to": "2027-04"}]}, rules=rules, groups=groups[:1]))


def test_a_group_fixed_before_the_horizon() -> None:
    """G0 from December to February. December counts as open where gp was running or it is leave; otherwise it does
    not.
    """
    groups = [{**GROUP, "id": "G0", "start": "2026-12"}]
    rules = {"total": 1, "group_required": True}
    running = {"group": "G0", "current": {"rotation": "gp", "since": "2026-12"}}
    comes_to(tree(running, rules=rules, groups=groups), delay=1)
    impossible(tree({"group": "G0"}, rules=rules, groups=groups))
    away = {"leave": [{"from": "2026-12", "to": "2026-12"}]}
    comes_to(tree({"group": "G0", **away}, rules=rules, groups=groups), delay=1)
    comes_to(tree({"group": {"id": "G0", "open_year_done": True}}, rules=rules, groups=groups), delay=1)
    impossible(tree({"group": "free"}, rules=rules, groups=groups))
    comes_to(tree({"group": "done"}, rules=rules, groups=groups), delay=0)


def test_a_group_that_outlasts_the_horizon() -> None:
    """Total 10, six months of horizon: October. G1 ends in April. A group of 24 months from February ends in January
    2029, none at all 24 months after the horizon, in June 2029: 32 and 27 months after October 2027 are 20 and 15.
    With the ward fixed in March, the first year is not open; the second, after the horizon, may still be.
    """
    rules = {"total": 10, "group_required": True}
    long = {"id": "G2", "start": "2027-02", "places": 1}
    comes_to(tree(rules=rules, groups=[GROUP, long]), delay=0)
    comes_to(tree(rules=rules, groups=[long]), delay=15)
    comes_to(tree(rules=rules, groups=[]), delay=20)
    fixed = {"fixed": [{"rotation": "ward", "from": "2027-03", "to": "2027-03"}]}
    comes_to(tree(fixed, rules=rules, groups=[long]), delay=15)
    comes_to(tree(fixed, rules=rules, groups=[GROUP]), delay=20)


def test_a_named_group_holds_even_where_none_is_required() -> None:
    """G1 ends in April, two months of service in February; a free candidate need not join, and does not."""
    comes_to(tree({"group": "G1"}, rules={"total": 2}, groups=[GROUP]), delay=2)
    comes_to(tree({}, rules={"total": 2}, groups=[GROUP]), delay=0)
    impossible(tree({"group": "G1"}, {"group": "G1"}, rules={"total": 2}, groups=[GROUP]))


# what is shared


def test_one_place() -> None:
    """Two months of ward each, one place, nothing else needed: the second begins in March, two months late."""
    arenas = [OFFICE, place(WARD, places=[{"places": 1}])]
    comes_to(tree({}, {}, rules={"total": 2, "institution_min": 2}, arenas=arenas), delay=(2, 2), moves=3, uncounted=0)


def test_no_row_no_place() -> None:
    """The ward's places begin in March: two months of it end in April. No rows: no ceiling."""
    rows = [{"places": 1, "from": "2027-03"}]
    comes_to(tree(rules={"total": 2, "institution_min": 2}, arenas=[OFFICE, place(WARD, places=rows)]), delay=2)
    comes_to(tree(rules={"total": 2, "institution_min": 2}), delay=0)


def test_percent_limits_and_reservations() -> None:
    """150 % in the ward, 50 % reserved until February, so one at a time until then: one of two waits two months. The
    same as a limit over ward and clinic. A reservation larger than the ceiling leaves nothing, and hurts nobody who
    is not there.
    """
    rules = {"total": 2, "institution_min": 2}
    taken = [{"arena": "ward", "percent": 100, "to": "2027-02"}]
    both = [OFFICE, place(WARD, percent=[{"percent": 200}])]
    comes_to(tree({}, {}, rules=rules, arenas=both, reservations=taken), delay=2)
    limits = [{"id": "house", "arenas": ["ward", "clinic"], "percent": [{"percent": 200}]}]
    comes_to(tree({}, {}, rules=rules, limits=limits, reservations=taken), delay=2)
    comes_to(tree({}, {}, rules=rules, arenas=both), delay=0)
    comes_to(tree({}, rules={"total": 2}, limits=limits, reservations=[{**taken[0], "percent": 900}]), delay=0)


def test_a_head_counts_once_in_a_limit() -> None:
    """Half ward, half clinic, and a limit of one head over both: one candidate may, for the two months it takes."""
    half = {"id": "ward", "mix": {"ward": 50, "clinic": 50}}
    limits = [{"id": "house", "arenas": ["ward", "clinic"], "places": [{"places": 1}]}]
    comes_to(tree(rules={"institution_min": 1}, rotations=[GP, half], limits=limits), delay=0, away=2, moves=2)


def test_a_floor_costs_delay() -> None:
    """Somebody in the ward in April; A01 is done in February and would have to stay: ward is capped at 0, so gp is
    what counts, and with the second month of gp put off to June the ward can be held until then. Two months of gp,
    one of them last.
    """
    rules = {"total": 2, "institution_cap": 0, "open_practice_min": 2}
    arenas = [OFFICE, place(WARD, min_places=[{"places": 1, "from": "2027-04", "to": "2027-04"}])]
    comes_to(tree(rules=rules, arenas=arenas), delay=3, uncounted=3, A01="gp ward ward ward gp")
    impossible(
        tree(
            arenas=[OFFICE, place(WARD, min_places=[{"places": 1, "from": "2027-05", "to": "2027-05"}])],
            rules={"total": 2},
        )
    )


def test_an_office_has_places_too() -> None:
    """One place in the office; one of two must be elsewhere each month. Two months of gp each: two wait two months in
    the ward.
    """
    arenas = [place(OFFICE, places=[{"places": 1}]), WARD]
    comes_to(tree({}, {}, rules={"total": 2, "open_practice_min": 2}, arenas=arenas), delay=2)


def test_not_too_many_away() -> None:
    """One of the office's own may be away at a time; each needs two months of ward: one after the other."""
    arenas = [{**OFFICE, "max_away": 1}, WARD]
    comes_to(tree({}, {}, rules={"total": 2, "institution_min": 2}, arenas=arenas), delay=2)
    post = {"post": "ward"}
    comes_to(tree({}, post, rules={"total": 2, "institution_min": 2}, arenas=arenas), delay=0)


def test_supervisors_month_by_month() -> None:
    """V1 takes one, V2 one in the ward only. Two people, two months: one in the ward each month, and both may be
    there. Away two months in all, and nobody two in a row: they take turns.
    """
    first = {"id": "V1", "places": 1, "specialist": True}
    second = {"id": "V2", "places": 1, "specialist": True, "arenas": ["ward"]}
    rules = {"total": 2}
    impossible(tree({}, {}, rules=rules, supervisors=[first]))
    comes_to(tree({}, {}, rules=rules, supervisors=[first, second]), delay=0, away=(2, 1), moves=4)
    impossible(tree({"allowed": ["gp"]}, {"allowed": ["gp"]}, rules=rules, supervisors=[first, second]))
    comes_to(tree({"supervisor": "V2", "allowed": ["gp"]}, rules=rules, supervisors=[first, second]), delay=0)
    impossible(tree({}, {}, rules=rules, supervisors=[first, {**second, "to": "2027-01"}]))
    steps = [{"places": 1, "to": "2027-01"}, {"places": 2, "from": "2027-02"}]
    comes_to(tree({}, {}, rules=rules, supervisors=[{**first, "places": steps}, {**second, "to": "2027-01"}]), delay=0)


def test_an_arena_with_a_supervisor_of_its_own() -> None:
    """Institution is in the ward, where only V2 is, from February: one month of delay; with V2 elsewhere, nothing."""
    arenas = [OFFICE, {**WARD, "own_supervisor": True}]
    rules = {"total": 1, "institution_min": 1}
    first, second = {"id": "V1", "places": 2}, {"id": "V2", "places": 1, "arenas": ["ward"], "from": "2027-02"}
    comes_to(tree({}, arenas=[OFFICE, WARD], rules=rules, supervisors=[first, second]), delay=0)
    comes_to(tree({}, arenas=arenas, rules=rules, supervisors=[first, second]), delay=1)
    impossible(tree({}, arenas=arenas, rules=rules, supervisors=[first, {**second, "arenas": ["office"]}]))


def test_an_exemption_ends() -> None:
    """Two months: exempted to February there is a plan, to January there is none."""
    rules = {"total": 2}
    comes_to(tree({}, rules=rules, supervisors=[{"id": "V1", "places": 1, "exempt_to": "2027-02"}]), delay=0)
    impossible(tree({}, rules=rules, supervisors=[{"id": "V1", "places": 1, "exempt_to": "2027-01"}]))


def test_an_arena_that_is_not_always_approved() -> None:
    """The ward is approved from February on."""
    rules = {"total": 1, "institution_min": 1}
    arenas = [OFFICE, {**WARD, "approved": [{"from": "2027-02"}]}]
    comes_to(tree({}, arenas=arenas, rules=rules), delay=1)
    impossible(tree({}, arenas=[OFFICE, {**WARD, "approved": [{"to": "2026-12"}]}], rules=rules))


def test_the_order_of_the_levels() -> None:
    """The wish (ward in June) costs two months' delay. Delay first: lost. Wishes first: met."""
    person = {"wishes": [{"rotation": "ward", "weight": 2, "from": "2027-06", "to": "2027-06"}]}
    arenas = [OFFICE, place(WARD, min_places=[{"places": 1, "from": "2027-06", "to": "2027-06"}])]
    comes_to(tree(person), delay=0, wishes=2)
    rules = {"open_practice_cap": 3, "general_cap": 3}
    assert answer(tree(person, rules=rules), order=["wishes", "delay"]).values == {"wishes": (0, 0), "delay": (2, 2)}
    comes_to(tree(person, rules=rules, arenas=arenas), wishes=0, delay=2)


# a published plan


def test_nothing_changed_nothing_moves() -> None:
    found = answer(tree(), published=published(tree()), freeze_to="2026-12")
    assert found.values["changes"] == (0.0, None)
    assert list(found.values) == ["changes", "delay", "wishes", "away", "moves", "uncounted", "breadth"]


def test_leave_is_no_change_and_a_month_worked_later_is() -> None:
    """gp to April, frozen to January. Leave in February: not counted. May is worked, in the first six months: 4."""
    later = tree({"leave": [{"from": "2027-02", "to": "2027-02"}]})
    found = answer(later, published=published(tree()), freeze_to="2027-01")
    assert found.values["changes"] == (4.0, None)


def test_weights_by_distance() -> None:
    """15 months of gp, frozen to January; the last ten must be worked later, after leave from July on to April 2028.
    Moved: none. Worked after the published finish (March 2028): May 2028 to February 2029, months 16 to 25 after the
    freeze: 9 x 2 + 1.
    """
    leave = {"leave": [{"from": "2027-06", "to": "2028-04"}]}
    before = tree(months=30, rules={"total": 15}, rotations=[GP])
    after = tree(leave, months=30, rules={"total": 15}, rotations=[GP])
    assert answer(after, published=published(before), freeze_to="2027-01").values["changes"] == (9 * 2 + 1, None)


def test_frozen_months_stand() -> None:
    """ward gp gp gp is published (fixed then); now the ward is wished for in April, but January and February are
    frozen. Nothing frozen and wishes first: January and April move, 4 + 4.
    """
    some: Tree = {"rules": {"institution_min": 1}, "rotations": [GP, {**TO_WARD, "max_months": 1}]}
    before = tree({"fixed": [{"rotation": "ward", "from": "2027-01", "to": "2027-01"}]}, **some)
    after = tree({"wishes": [{"rotation": "ward", "from": "2027-04", "to": "2027-04"}]}, **some)
    old = published(before)
    frozen = answer(after, published=old, freeze_to="2027-02")
    assert months_of(frozen, "A01") == "ward gp gp gp"
    loose = answer(after, published=old, freeze_to="2026-12", order=["wishes", "changes"])
    assert loose.values == {"wishes": (0, 0), "changes": (8, None)}


def test_nobody_starts_in_the_frozen_past_or_after_a_fixed_month() -> None:
    """Fixed in the ward in March, A01 must have started by then, and is late. Published to start in March, A01 does not
    start in February any more once that month is frozen, though the wish would have it so.
    """
    window = {"start": {"earliest": "2027-01", "latest": "2027-04"}}
    march = {"fixed": [{"rotation": "ward", "from": "2027-03", "to": "2027-03"}]}
    assert months_of(answer(tree({**window, **march}, rules={"total": 1})), "A01").split()[-1] == "ward"
    impossible(tree({**window, **march, "finish_by": "2027-02"}, rules={"total": 1}))
    old = published(tree({"start": "2027-03"}, rules={"total": 1}))
    wish = {"wishes": [{"rotation": "gp", "from": "2027-02", "to": "2027-02"}]}
    order = ["wishes", "changes"]
    wished = tree({**window, **wish}, rules={"total": 1})
    assert answer(wished, published=old, freeze_to="2027-01", order=order).values["wishes"] == (0, 0)
    assert answer(wished, published=old, freeze_to="2027-02", order=order).values["wishes"] == (1, 1)


def test_leave_without_a_published_plan_leaves_no_block_short() -> None:
    """The ward takes three months, from January (fixed). With leave in February the fixed month is impossible."""
    rotations = [GP, {**TO_WARD, "min_months": 3, "max_months": 3}]
    rules = {"total": 4, "institution_min": 3}
    leave = {"leave": [{"from": "2027-02", "to": "2027-02"}]}
    only = {**leave, "fixed": [{"rotation": "ward", "from": "2027-01", "to": "2027-01"}]}
    impossible(tree(only, rules=rules, rotations=rotations))


def test_a_bystander_s_month_weighs_more_than_all_that_the_affected_could_move() -> None:
    """Two months of gp and two of ward each, one place. Published: A01 gp gp ward ward, A02 ward ward gp gp. A01 now
    has leave in April and must be done by May, so the ward in January and February or February and March: A02 must
    move. A01 could move six months at 4, two at 3 and a group at 4: 34, so A02's weigh 35 times. A01 gp ward ward -
    gp: February and May, 8. A02 gp gp gp ward ward: January, February, April and May, 16 x 35. 568.
    """
    arenas = [OFFICE, place(WARD, places=[{"places": 1}])]
    rotations = [GP, {**TO_WARD, "min_months": 2, "max_months": 2}]
    rules = {"open_practice_cap": 2, "general_cap": 2, "institution_cap": 2}
    wish = {"wishes": [{"rotation": "ward", "from": "2027-01", "to": "2027-02"}]}
    kwargs: Tree = {"rules": rules, "arenas": arenas, "rotations": rotations, "months": 8}
    before = tree({}, wish, **kwargs)
    after = tree({"finish_by": "2027-05", "leave": [{"from": "2027-04", "to": "2027-04"}]}, wish, **kwargs)
    found = answer(after, published=published(before), freeze_to="2026-12")
    assert found.values["changes"] == (8 + 35 * 16, None)
    assert months_of(found, "A01") == "gp ward ward - gp"


def test_a_published_practice_stays_while_there_is_room() -> None:
    """o1 was published. It stays though o2 would give the goal's breadth; with no place left in o1 it does not."""
    o1, o2 = {**OFFICE, "id": "o1", "goals": "001"}, {**OFFICE, "id": "o2", "goals": "001"}
    old = published(tree(arenas=[o1, WARD]))
    assert answer(tree(arenas=[o2, o1, WARD]), published=old, freeze_to="2026-12").witness["A01"]["practice"] == "o1"
    full = place(o1, places=[{"places": 0}])
    assert answer(tree(arenas=[o2, full, WARD]), published=old, freeze_to="2026-12").witness["A01"]["practice"] == "o2"


# found in the program


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("01", {"wishes": (0, 0), "delay": (0, 0)}),
        ("02", {"delay": (0, 0), "uncounted": (1, None)}),
        ("03", {"wishes": (0, 0), "delay": (1, 1)}),
        ("04-", {"delay": (1, 1)}),
        ("04b", None),
        ("05", None),
        ("07", {"delay": (0, 0), "moves": (1, None)}),
        ("08", {"delay": (4, 4)}),
        ("09-replan-old", {"delay": (2, 2)}),
        ("09-replan-new", {"delay": (2, 2)}),
    ],
)
def test_found(name: str, wanted: dict[str, tuple[float, float | None]] | None) -> None:
    """Inputs whose verdict was wrong once. 04: A1 and A2 r1 r1 and r1 or gp, A3 (from November) r0 four months for
    its floor, in which it needs one month more than three to get 1 of institution service at 30 % each: delay 1. 08:
    the office's goal comes last, after the floor's January and February: March, four months after November.
    """
    (file,) = FOUND.glob(f"{name}*.toml")
    found = answer(tomllib.loads(file.read_text("utf-8")))
    assert found.feasible == (wanted is not None)
    assert all(found.values[level] == value for level, value in (wanted or {}).items())


@pytest.mark.parametrize(
    ("old", "new", "freeze"), [("07", "07", "2027-02"), ("09-replan-old", "09-replan-new", "2026-12")]
)
def test_found_when_planned_again(old: str, new: str, freeze: str) -> None:
    """07: the same again, nothing moves. 09: gp gp gp ward was published; February is leave now. The ward comes after
    three months of service, so in May: April moves (gp instead of ward) and May is worked after the published finish,
    4 + 4.
    """
    before, after = (tomllib.loads(next(FOUND.glob(f"{name}*.toml")).read_text("utf-8")) for name in (old, new))
    found = answer(after, published=published(before), freeze_to=freeze)
    assert found.values["changes"] == ((0, None) if old == new else (8, None))


# the judge


def test_a_good_plan_passes_and_comes_to_what_it_says() -> None:
    instance = tree({}, {"percent": [{"percent": 80}]}, rules={"institution_min": 1})
    assert judge(instance, whole_plan(instance)) == []
    assert values(instance, whole_plan(instance)) == answer(instance).values


@pytest.mark.parametrize(
    ("where", "what", "rule"),
    [
        (("months", 0, "rotation"), "ward", "capacity"),
        (("months", 1, "rotation"), None, "one-rotation"),
        (("months", 2, "rotation"), "gp", "leave"),
        (("finish",), "2027-04", "figures"),
        (("delay",), 1, "figures"),
        (("earliest_finish",), "2027-04", "figures"),
        (("service",), {}, "figures"),
        (("blocks",), [], "figures"),
        (("practice",), "ward", "unknown"),
        (("start",), "2027-02", "one-rotation"),
        (("shifts",), [{"month": "2027-01", "shifts": 1}], "legevakt"),
        (("unfinished",), True, "horizon"),
    ],
)
def test_what_is_wrong_is_told(where: tuple[Any, ...], what: Any, rule: str) -> None:
    instance = tree(
        {"leave": [{"from": "2027-03", "to": "2027-03"}]},
        arenas=[OFFICE, place(WARD, places=[{"places": 0}])],
        rotations=[GP, TO_WARD],
    )
    plan = whole_plan(instance)
    assert judge(instance, plan) == []
    place_in: Any = plan["candidates"][0]
    for step in where[:-1]:
        place_in = place_in[step]
    place_in[where[-1]] = what
    assert any(told.startswith(rule) for told in judge(instance, plan))


def test_a_plan_that_goes_on_too_long_is_told() -> None:
    instance = tree()
    plan = whole_plan(tree(rules={"total": 5}))
    assert any("complete by 2027-04 already" in told for told in judge(instance, plan))


def test_objectives_are_reckoned_anew() -> None:
    instance = tree()
    plan = whole_plan(instance)
    next(level for level in plan["objectives"] if level["id"] == "moves")["value"] = 7
    assert judge(instance, plan) == ["figures : moves is 7, reckoned 1.0"]


# only some rules


def test_a_conflict_alone_and_its_parts() -> None:
    """One place, two months of ward each, both by February: impossible together; without any one of the rules it is
    not.
    """
    arenas = [OFFICE, place(WARD, places=[{"places": 1}])]
    instance = tree({"finish_by": "2027-02"}, {"finish_by": "2027-02"}, rules={"institution_min": 2}, arenas=arenas)
    rules: list[Tree] = [
        {"id": "capacity", "arena": "ward", "from": "2027-01", "to": "2027-02", "candidates": ["A01", "A02"]}
    ]
    rules += [{"id": rule, "candidate": name} for rule in ("finish-by", "institution") for name in ("A01", "A02")]
    assert not answer(instance, rules=rules).feasible
    for left_out in rules:
        assert answer(instance, rules=[rule for rule in rules if rule is not left_out]).feasible


def test_what_is_left_out_hinders_nothing() -> None:
    """Leave that ends the block, its shortest length, the institution service: each of the three is needed."""
    leave = {"leave": [{"from": f"2027-{month:02d}", "to": f"2027-{month:02d}"} for month in (2, 4, 6)]}
    instance = tree(leave, rules={"institution_min": 2, "total": 3}, rotations=[GP, {**TO_WARD, "min_months": 2}])
    rules: list[Tree] = [{"id": "institution", "candidate": "A01"}, {"id": "leave", "candidate": "A01"}]
    rules.append({"id": "block-length", "candidate": "A01", "rotation": "ward"})
    assert not answer(instance, rules=rules).feasible
    for left_out in rules:
        assert answer(instance, rules=[rule for rule in rules if rule is not left_out]).feasible


def test_fixed_months_are_as_given_even_where_nobody_need_be_anywhere() -> None:
    """January and March are fixed in the ward, which is taken once only, February in the office; or the block that runs
    when the horizon begins is there, and the ward has no place in that month.
    """
    rows_fixed = [("2027-01", "ward"), ("2027-02", "gp"), ("2027-03", "ward")]
    twice = tree({"fixed": [{"rotation": one, "from": month, "to": month} for month, one in rows_fixed]})
    fixed: list[Tree] = [{"id": "fixed", "candidate": "A01"}]
    count = {"id": "block-count", "candidate": "A01", "rotation": "ward"}
    assert not answer(twice, rules=[*fixed, count]).feasible
    assert answer(twice, rules=fixed).feasible
    running = {"start": "2026-12", "current": {"rotation": "ward", "since": "2026-12"}}
    full = tree(running, arenas=[OFFICE, place(WARD, places=[{"places": 0}])])
    rows: list[Tree] = [{"id": "fixed", "candidate": "A01", "rotation": "ward", "current": True}]
    rows.append({"id": "capacity", "arena": "ward", "from": "2027-01", "to": "2027-01", "candidates": ["A01"]})
    assert not answer(full, rules=rows).feasible
    assert answer(full, rules=rows[:1]).feasible


# the search itself


def test_too_large_is_said() -> None:
    with pytest.raises(TooLarge):
        answer(tree({}, {}, months=12, rules={"total": 12}), budget=100)


@pytest.mark.parametrize(
    "kind", ["plain", "orders", "floors", "ends", "guidance", "unfinished", "duty", "replanning", "served"]
)
def test_the_search_finds_what_a_blind_one_finds(kind: str) -> None:
    """On the smallest of the random instances, without supervisors."""
    assert differences(kind, range(40)) == []


def test_months_are_numbers() -> None:
    assert month_text(world_of(tree()).last) == "2027-06"
