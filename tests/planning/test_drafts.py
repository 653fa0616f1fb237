"""Where time runs out before everybody is placed, as many as are placed are a draft, and never a plan."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from scheduler import api
from scheduler.api import InputError, Instance, Plan, Status
from scheduler.check import check_draft
from scheduler.files.written import keeping, write_file
from scheduler.instance.assignment import Assignment
from scheduler.instance.occupancy import Occupancy, TooFull
from scheduler.month import parse_month
from scheduler.planning import parallel, recipe
from scheduler.planning.alone import Alone
from scheduler.planning.greedy import Greedy, placed_more
from scheduler.planning.placed import more_of, packed
from scheduler.planning.prices.procedure import ByPrices, Turn
from scheduler.planning.procedure import Budget
from scheduler.planning.settle import Settle
from scheduler.planning.state import Outcome, Task, Unknown, begun
from scheduler.report.lines.draft import draft_heading, draft_lines
from scheduler.report.standing import PlanStanding, StandingKind
from scheduler.solver.engine import Settings, Stop
from scheduler.solver.strategy import Strategy
from scheduler.texts import LANGUAGES
from tests.helpers.command_line import alis, files_in
from tests.helpers.tiny import make, person

SETTINGS = Settings(workers=1)
MONTH = parse_month("2027-01")


def crowded() -> Instance:
    """Three who need two months each on a ward that has one place for four months."""
    places = [{"places": 1, "from": "2027-01", "to": "2027-04"}]
    return make(person(), person(), person(), arenas={"ward": {"places": places}})


@pytest.fixture
def _out_of_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if time were out before anything is asked of all together."""
    monkeypatch.setattr(recipe, "RECIPE", (Alone(), Greedy()))


@pytest.fixture
def made(_out_of_time: None) -> Plan:
    return api.plan(crowded(), workers=1, lang="en")


def test_the_most_who_were_placed_are_kept_and_keep_every_rule_among_themselves(made: Plan) -> None:
    assert (made.status, made.candidates) == (Status.UNKNOWN, [])
    assert made.draft is not None
    assert [entry.id for entry in made.draft.candidates] == ["A01", "A02"]
    assert made.draft.broken == []
    assert check_draft(crowded(), made) == []
    (missing,) = made.draft.not_placed
    assert missing.id == "A03"
    assert [told.text for told in missing.in_the_way] == ["ward is full in January–February 2027 (A01)"]


def test_without_any_time_everybody_is_named() -> None:
    made = api.plan(crowded(), workers=1, time_limit_s=0.0)
    assert made.draft is not None
    assert [row.id for row in made.draft.not_placed] == ["A01", "A02", "A03"]
    assert {told.key for row in made.draft.not_placed for told in row.in_the_way} == {"draft.not-looked-at"}


def test_the_file_of_a_draft_is_read_as_it_was_written_and_says_that_it_is_none(made: Plan) -> None:
    read = Plan.from_json(made.to_json())
    assert read.draft == made.draft
    assert "candidates" not in json.loads(made.to_json())
    standing = PlanStanding.after_check(read, ())
    assert (standing.kind, standing.alarming, standing.tells_proofs) == (StandingKind.DRAFT, True, False)
    assert standing.label("nb") == "UTKAST, ikke en plan: 2 av 3 er plassert"
    assert standing.sentence("en") == "DRAFT, not a plan: 2 of 3 are placed. Not placed: A03"


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_draft_is_told_in_both_languages(made: Plan, lang: str) -> None:
    assert made.draft is not None
    told = list(draft_lines(made.draft, lang))  # type: ignore[arg-type]
    assert told[0] == draft_heading(made.draft, lang)  # type: ignore[arg-type]
    assert ("A03 er ikke plassert: ward er fullt" if lang == "nb" else "A03 is not placed: ward is full") in told[1]


def test_what_is_wrong_even_of_those_placed_is_told(made: Plan) -> None:
    assert made.draft is not None
    (entry, _) = made.draft.candidates
    twice = [entry.model_copy(update={"id": who}) for who in ("A01", "A02")]
    both = made.model_copy(update={"draft": made.draft.model_copy(update={"candidates": twice})})
    assert {violation.rule for violation in check_draft(crowded(), both)} == {"capacity"}
    assert {violation.rule for violation in api.check(crowded(), both).violations} == {"capacity"}


def test_where_there_is_no_more_time_those_whose_own_best_plans_go_together_are_placed() -> None:
    state = Alone().improve(begun(Task(crowded())), Budget(SETTINGS, Stop()))
    assert list(placed_more(state, Budget(SETTINGS, Stop(0.0))).placed) == ["A01"]
    assert list(placed_more(state, Budget(SETTINGS, Stop())).placed) == ["A01", "A02"]


def test_prices_keep_the_paths_of_whom_there_was_time_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Task, "is_many", True)
    task = Task(crowded())
    state = ByPrices(Turn.FIRST).improve(begun(task), Budget(SETTINGS, Stop(effort=0.01)))
    assert state.plan is None
    assert len(state.placed) == 2
    assert Occupancy(task.instance).fits(next(iter(state.placed.values())))


def paths() -> dict[str, Assignment]:
    """Two have the same two months on the ward, the third the two after."""
    first, last = ("ward",) * 2 + ("gp",) * 10, ("gp",) * 2 + ("ward",) * 2 + ("gp",) * 9
    rows = {"A01": first, "A02": first, "A03": last}
    return {who: Assignment(who, MONTH, row, "office-01", None) for who, row in rows.items()}


def test_who_fits_beside_those_before_is_packed_and_what_is_too_full_is_named() -> None:
    held = Occupancy(crowded())
    assert list(packed(held, paths().values())) == ["A01", "A03"]
    assert held.assignments == {}
    held.add(paths()["A01"])
    too_full = [TooFull("places", "ward", MONTH), TooFull("places", "ward", MONTH + 1)]
    assert list(held.too_full_for(paths()["A02"])) == too_full
    assert held.fits(paths()["A03"])
    assert held.heads["ward", MONTH] == 1  # nobody has been left in it


def test_more_is_better_and_of_as_many_those_with_less_delay() -> None:
    instance, (one, two, late) = crowded(), paths().values()
    sooner, later = {"A01": one, "A02": two}, {"A01": one, "A03": late}
    assert more_of(instance, later, sooner) == sooner
    assert more_of(instance, sooner, later) == sooner
    assert more_of(instance, sooner, paths()) == paths()


def test_of_a_repair_and_a_plan_anew_the_one_with_more_is_kept() -> None:
    instance = crowded()
    fewer, more = Unknown(instance, {}), Unknown(instance, paths())
    assert fewer.or_else(more).placed == more.or_else(fewer).placed == more.or_else(None).placed == paths()


def test_parts_of_which_one_has_no_plan_are_a_draft_together(monkeypatch: pytest.MonkeyPatch) -> None:
    """What share nothing is planned apart; who has a plan in one part is placed."""
    monkeypatch.setattr(recipe, "RECIPE", (Alone(), Greedy(), Settle()))
    alone_in = [person(practice="office-02", allowed=["gp", "yard"])]
    instance = make(
        *[person(allowed=["gp", "ward"])] * 3,
        *alone_in,
        arenas={
            "office-02": {"service": "open_practice"},
            "yard": {"service": "institution"},
            "ward": {"places": [{"places": 1, "to": "2027-04"}]},
        },
        rotations={"yard": {"mix": {"yard": 100}, "min_months": 2}},
    )
    usual = parallel.plan_by_recipe

    def of_parts(part: Instance, *rest: Any) -> Outcome:
        return Unknown(part) if len(part.candidates) == 4 else usual(part, *rest)

    monkeypatch.setattr(parallel, "plan_by_recipe", of_parts)
    found = parallel.find(instance, SETTINGS, Strategy.DECOMPOSED, Stop(), lambda *_: None)
    assert isinstance(found, Unknown)
    assert list(found.placed) == ["A01", "A02", "A04"]


# --- on the command line -------------------------------------------------------------------------------------------


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "crowded.json").write_text(json.dumps(crowded().source), encoding="utf-8")
    return tmp_path


@pytest.mark.usefixtures("_out_of_time")
def test_a_draft_is_written_under_names_of_its_own_and_no_command_takes_it_for_a_plan(folder: Path) -> None:
    result = alis("plan", "crowded.json", "-o", "out", "--workers", "1", "--lang", "en")
    assert result.exit_code == 5
    assert files_in(folder / "out") == ["draft.json", "draft.png"]
    assert "A draft, not a plan: time ran out when 2 of 3 had been placed. 1 is not." in result.stderr
    assert "A03 is not placed: ward is full in January–February 2027 (A01)" in result.stderr
    checked = alis("check", "crowded.json", "out/draft.json", "--lang", "en")
    assert checked.exit_code == 3
    assert "A draft, not a plan" in checked.stderr
    for refusing in (
        ("report", "out/draft.json"),
        ("gantt", "out/draft.json"),
        ("documents", "out/draft.json"),
        ("diff", "out/draft.json", "out/draft.json"),
        ("plan", "crowded.json", "--baseline", "out/draft.json"),
    ):
        refused = alis(*refusing, "--lang", "en")
        assert refused.exit_code == 3, refusing
        assert "The file is a draft, not a plan: 2 of 3 candidates are placed." in refused.stderr, refusing


def test_once_there_is_a_plan_the_draft_of_before_is_gone(folder: Path) -> None:
    with keeping():  # as the program's own
        for name in ("draft.json", "draft.png", "draft-2.png", "draft of a letter.txt"):
            write_file(folder / "out" / name, "")
    (folder / "wide.json").write_text(json.dumps(make().source), encoding="utf-8")
    assert alis("plan", "wide.json", "-o", "out", "--workers", "1").exit_code == 0
    left = [name for name in files_in(folder / "out") if name.startswith("draft")]
    assert left == ["draft of a letter.txt"]


def test_the_face_refuses_a_draft_as_well(made: Plan) -> None:
    asking: list[Callable[[], object]] = [
        lambda: api.replan(crowded(), made),
        lambda: api.mend(crowded(), made),
        lambda: api.diff(made, made),
        lambda: api.advance(crowded(), made, "2027-03"),
        lambda: api.whatif(crowded(), plan=made),
        lambda: api.alternatives(crowded(), "A01", plan=made),
        lambda: api.edit(crowded(), made, []),
    ]
    for ask in asking:
        with pytest.raises(InputError) as caught:
            ask()
        assert caught.value.problems[0].code == "plan-is-draft"
