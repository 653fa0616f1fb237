"""`alis plan --baseline`, `diff`, `intake` and `paths`: what they write and say, and their exit codes."""

from __future__ import annotations

import importlib
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from scheduler.instance.types import Instance
from scheduler.intake.headroom import Headroom
from scheduler.month import format_month, parse_month
from scheduler.plan import Plan
from scheduler.texts import months_in_words
from tests.helpers.command_line import ORDER, PLAIN, SMALL, WAIT, alis

ILL = '\nleave = [ {from = "2027-03", to = "2027-05"} ]\n'


@pytest.fixture(autouse=True)
def _in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.chdir(tmp_path)
    return


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A published plan of the plain instance."""
    folder = tmp_path_factory.mktemp("published")
    result = alis("plan", PLAIN, "-o", folder, "--quiet")
    assert result.exit_code == 0, result.stderr
    return folder / "plan.json"


@pytest.fixture
def ill(tmp_path: Path) -> Path:
    """The plain instance with three months of leave entered for its first candidate."""
    text = PLAIN.read_text(encoding="utf-8")
    head, sep, tail = text.partition("[[candidates]]\n")
    first, _, rest = tail.partition("\n")
    path = tmp_path / "ill.toml"
    path.write_text(head + sep + first + ILL + rest, encoding="utf-8")
    return path


def test_a_plan_on_top_of_another_says_what_is_frozen_and_what_moved(published: Path, ill: Path) -> None:
    result = alis("plan", ill, "--baseline", published, "--freeze-to", "2027-02", "-o", "new", "--lang", "en")
    assert result.exit_code == 0, result.stderr
    plan = Plan.from_json(Path("new/plan.json").read_text(encoding="utf-8"))
    assert plan.baseline is not None
    assert plan.objectives[0].id == "changes"
    assert "Builds on a published plan; months up to and including February 2027 are frozen." in [
        message.text for message in plan.messages
    ]
    assert alis("check", ill, "new/plan.json").exit_code == 0


def test_a_published_plan_that_still_holds_stays(published: Path) -> None:
    assert alis("plan", PLAIN, "--baseline", published, "--freeze-to", "2026-09", "-o", "new").exit_code == 0
    result = alis("diff", published, "new/plan.json", "--json", "--exit-code")
    assert json.loads(result.stdout)["months"] == {"moved": 0, "leave": 0, "back": 0, "dropped": 0, "added": 0}


def test_the_guard_refuses_and_nothing_is_written(published: Path, tmp_path: Path) -> None:
    """Published: office, and some months of kad4a. With the office in these, kad4a takes as many others."""
    moved = tmp_path / "moved.toml"
    head, sep, tail = PLAIN.read_text(encoding="utf-8").partition("[[candidates]]\n")
    (entry,) = Plan.from_json(published.read_text(encoding="utf-8")).candidates
    away = [format_month(row.month) for row in entry.months if row.rotation == "kad4a"]
    fixed = f'fixed = [ {{rotation = "gp", from = "{away[0]}", to = "{away[-1]}"}} ]\n'
    moved.write_text(head + sep + fixed + tail, encoding="utf-8")
    arguments = ("plan", moved, "--baseline", published, "--freeze-to", "2026-08", "-o", "new", "--lang", "en")
    refused = alis(*arguments, "--max-moved", "0.1")
    assert refused.exit_code == 3
    assert "of 60 published months would have to move" in refused.stderr
    assert "at most 10 % is allowed." in refused.stderr
    assert not Path("new").exists()
    assert alis(*arguments, "--max-moved", "0.1", "--allow-all").exit_code == 0


# --- what `check` and `plan --baseline` say of the same published plan ------------------------------------------------

GROUP = SMALL / "10-group-decides.toml"


@pytest.fixture(scope="module")
def waiting(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The published plan of two who wait for one hospital place: A01 in 2027-03..08, A02 in 2027-09..2028-02."""
    folder = tmp_path_factory.mktemp("waiting")
    assert alis("plan", WAIT, "-o", folder, "--quiet").exit_code == 0
    return folder / "plan.json"


@pytest.fixture(scope="module")
def grouped(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The published plan of one who has chosen the group G2027V: 2027-02 to 2029-01."""
    folder = tmp_path_factory.mktemp("grouped")
    assert alis("plan", GROUP, "-o", folder, "--quiet").exit_code == 0
    return folder / "plan.json"


def changed(instance: Path, target: Path, before: str, after: str) -> Path:
    text = instance.read_text(encoding="utf-8")
    assert before in text
    target.write_text(text.replace(before, after), encoding="utf-8")
    return target


def looked_at(instance: Path, published: Path, freeze: str) -> tuple[int, dict[str, list[dict[str, str]]], str]:
    """Exit code of `check` on a published plan, what it found, and what it said."""
    result = alis("check", instance, published, "--freeze-to", freeze, "--json", "--lang", "en")
    return result.exit_code, json.loads(result.stdout), result.stderr


def replanned(instance: Path, published: Path, freeze: str) -> tuple[Plan, str]:
    """The plan on top of a published one, which must pass its check, and what was said."""
    arguments = ("plan", instance, "--baseline", published, "--freeze-to", freeze, "-o", "new", "--allow-all")
    result = alis(*arguments, "--lang", "en")
    assert result.exit_code == 0, result.stderr
    assert alis("check", instance, "new/plan.json").exit_code == 0
    return Plan.from_json(Path("new/plan.json").read_text(encoding="utf-8")), result.stderr


HOLDS = "The published plan still holds for everybody."


def test_one_place_more_breaks_nothing(waiting: Path, tmp_path: Path) -> None:
    more = changed(WAIT, tmp_path / "more.toml", 'exposure = 6.0\nplaces = [ {places = 1} ]',
                   'exposure = 6.0\nplaces = [ {places = 2} ]')  # fmt: skip
    code, found, said = looked_at(more, waiting, "2027-03")
    assert (code, found["violations"], found["recounted"]) == (0, [], [])
    assert "The plan was made for another state of the data. All its figures agree with this one, too." in said
    assert HOLDS in replanned(more, waiting, "2027-03")[1]


def test_no_place_from_september_breaks_the_ceiling_and_no_figure(waiting: Path, tmp_path: Path) -> None:
    """The ward closes when A02 was to begin, and opens again in March."""
    less = changed(WAIT, tmp_path / "less.toml", 'exposure = 6.0\nplaces = [ {places = 1} ]',
                   'exposure = 6.0\nplaces = [ {places = 1}, {from = "2027-09", to = "2028-02", places = 0} ]',
                   )  # fmt: skip
    code, found, _ = looked_at(less, waiting, "2027-03")
    assert (code, {violation["rule"] for violation in found["violations"]}, found["recounted"]) == (3, {"capacity"}, [])
    assert "The published plan no longer holds for: A02." in replanned(less, waiting, "2027-03")[1]


def test_figures_that_follow_from_the_data_are_reckoned_again(waiting: Path, tmp_path: Path) -> None:
    """A02 has 53 of the 54 credited: a month more to the earliest finish, and a month less of a delay."""
    row = 'start = "2027-05"\npractice = "office-01"\ncredited = { open_practice = '
    other = changed(WAIT, tmp_path / "other.toml", f"{row}54.0", f"{row}53.0")
    code, found, said = looked_at(other, waiting, "2027-03")
    assert (code, found["violations"]) == (0, [])
    assert "A02: delay 4 → 3" in [one["text"] for one in found["recounted"]]
    assert "figures were reckoned again with this one; that breaks no rule:" in said
    assert HOLDS in replanned(other, waiting, "2027-03")[1]


def test_leave_in_published_months_is_a_broken_rule_and_no_delay_is_negative(waiting: Path, tmp_path: Path) -> None:
    away = changed(WAIT, tmp_path / "away.toml", 'id = "A02"\n',
                   'id = "A02"\nleave = [ {from = "2027-11", to = "2028-02"} ]\n')  # fmt: skip
    code, found, said = looked_at(away, waiting, "2027-03")
    assert code == 3
    assert [
        (violation["candidate"], violation["from"], violation["to"])
        for violation in found["violations"]
        if violation["rule"] == "leave"
    ] == [("A02", "2027-11", "2028-02")]
    assert not {"figures", "part-time"} & {violation["rule"] for violation in found["violations"]}
    assert not re.search(r"(= |→ )-\d", said)
    assert "The published plan no longer holds for: A02." in replanned(away, waiting, "2027-03")[1]


@pytest.mark.parametrize(("last", "months"), [("2027-04", 2), ("2027-07", 5)])
def test_leave_in_the_years_of_a_group_that_has_begun(grouped: Path, tmp_path: Path, last: str, months: int) -> None:
    """Two months are as they should be; five are told of by both, and break no rule: the group has begun."""
    away = changed(GROUP, tmp_path / "away.toml", 'id = "A01"\n',
                   f'id = "A01"\nleave = [ {{from = "2027-03", to = "{last}"}} ]\n')  # fmt: skip
    remark = f"5 leave months in group year 1 ({months_in_words(f'2027-03..{last}', 'en')}), at most 2"
    code, found, _ = looked_at(away, grouped, "2027-02")
    assert (code, {violation["rule"] for violation in found["violations"]}) == (3, {"leave"})
    assert [(one["rule"], one["candidate"], one["subject"]) for one in found["reported"]] == (
        [("group", "A01", "G2027V")] if months > 2 else []
    )
    plan, said = replanned(away, grouped, "2027-02")
    (entry,) = plan.candidates
    assert (entry.group, entry.finish) == ("G2027V", parse_month("2029-01"))
    assert entry.group_reason is not None
    assert entry.group_reason.text == "G2027V is kept from the published plan: the group has begun."
    assert [plan_group_remark.months for plan_group_remark in entry.group_remarks or ()] == ([5] if months > 2 else [])
    assert (remark in said) == (months > 2)
    assert ("5 leave months in group year 1 (Mar 2027 – July 2027), at most 2." in Path("new/report.html").read_text(
        encoding="utf-8")) == (months > 2)  # fmt: skip
    assert alis("check", away, "new/plan.json", "--lang", "en", "--json").exit_code == 0
    reported = json.loads(alis("check", away, "new/plan.json", "--json").stdout)["reported"]
    assert [one["rule"] for one in reported] == (["group"] if months > 2 else [])


def test_leave_in_the_years_of_a_group_that_has_not_begun_breaks_the_rule(grouped: Path, tmp_path: Path) -> None:
    """A month earlier the group may still be changed: both say that the rule is broken, and another is chosen."""
    away = changed(GROUP, tmp_path / "away.toml", 'id = "A01"\n',
                   'id = "A01"\nleave = [ {from = "2027-03", to = "2027-07"} ]\n')  # fmt: skip
    code, found, _ = looked_at(away, grouped, "2027-01")
    assert (code, {violation["rule"] for violation in found["violations"]}) == (3, {"leave", "group"})
    assert found["reported"] == []
    plan, said = replanned(away, grouped, "2027-01")
    assert plan.candidates[0].group == "G2027H"
    assert "leave months in group year" not in said.replace("G2027V has 5 leave months in group year 1", "")


def test_a_stricter_rule_does_not_undo_a_group_that_has_begun(grouped: Path, tmp_path: Path) -> None:
    """Two months of leave were allowed when it was chosen; now one is. Begun: a remark, and the plan holds."""
    leave = 'id = "A01"\nleave = [ {from = "2027-03", to = "2027-04"} ]\n'
    before = changed(GROUP, tmp_path / "before.toml", 'id = "A01"\n', leave)
    assert alis("plan", before, "-o", "old", "--quiet").exit_code == 0
    stricter = changed(
        before, tmp_path / "stricter.toml", "[horizon]", "[rules]\ngroup_leave_months_max = 1\n[horizon]"
    )
    code, found, said = looked_at(stricter, Path("old/plan.json"), "2027-02")
    assert (code, found["violations"], len(found["reported"])) == (0, [], 1)
    assert "1 remark:" in said
    plan, said = replanned(stricter, Path("old/plan.json"), "2027-02")
    assert HOLDS in said
    assert plan.candidates[0].group == "G2027V"
    code, found, _ = looked_at(stricter, Path("old/plan.json"), "2027-01")
    assert (code, {violation["rule"] for violation in found["violations"]}) == (3, {"group"})
    assert "The published plan no longer holds for: A01." in replanned(stricter, Path("old/plan.json"), "2027-01")[1]


def test_a_supervisor_who_has_left_is_settled_anew_and_no_month_moves(tmp_path: Path) -> None:
    """`check` says that the rule is broken, and the new plan does not say that everything holds."""
    rows = '\n[[supervisors]]\nid = "V01"\nplaces = 1\nspecialist = true\n'
    first = tmp_path / "first.toml"
    first.write_text(PLAIN.read_text(encoding="utf-8") + rows, encoding="utf-8")
    assert alis("plan", first, "-o", "old", "--quiet").exit_code == 0
    left = 'places = 1\nto = "2026-08"\nspecialist = true\n' + rows.replace("V01", "V02")
    other = changed(first, tmp_path / "other.toml", "places = 1\nspecialist = true\n", left)
    code, found, _ = looked_at(other, Path("old/plan.json"), "2026-08")
    assert (code, {violation["rule"] for violation in found["violations"]}) == (3, {"supervision"})
    plan, said = replanned(other, Path("old/plan.json"), "2026-08")
    assert HOLDS not in said
    assert "The months of the published plan still hold for everybody." in said
    assert f"This was settled anew without moving a month: {found['violations'][0]['text']}." in [
        message.text for message in plan.messages
    ]


def test_diff_in_words_and_as_an_exit_code(published: Path, ill: Path) -> None:
    assert alis("plan", ill, "--baseline", published, "--freeze-to", "2027-02", "-o", "new", "--quiet").exit_code == 0
    same = alis("diff", published, published, "--exit-code", "--lang", "en")
    assert (same.exit_code, same.stderr) == (0, "The plans are the same.\n")
    other = alis("diff", published, "new/plan.json", "--exit-code")
    assert other.exit_code == 1
    assert "mars–mai 2027: " in other.stderr
    assert "permisjon" in other.stderr
    assert alis("diff", published, "new/plan.json").exit_code == 0


def test_intake_asks_for_a_number_or_for_the_most(published: Path) -> None:
    for more in ((), ("--count", "1", "--max")):
        assert alis("intake", PLAIN, "--plan", published, "--start", "2027-03", *more).exit_code == 2
    outside = alis("intake", PLAIN, "--plan", published, "--start", "2020-03", "--count", "1")
    assert outside.exit_code == 2
    unknown = alis("intake", PLAIN, "--plan", published, "--start", "2027-03", "--count", "1", "--template", "Z99")
    assert unknown.exit_code == 3
    assert "Z99" in unknown.stderr
    near = alis("intake", PLAIN, "--plan", published, "--start", "2027-03", "--count", "1", "--template", "Kandidat 11")
    assert (near.exit_code, near.stderr) == (
        3,
        "Ingen ALIS heter «Kandidat 11», og det er ikke en fil. Mente du «A01»?\n",
    )


def test_intake_writes_the_plan_and_the_instance_it_is_for(tmp_path: Path) -> None:
    assert alis("plan", ORDER, "-o", "old", "--quiet").exit_code == 0
    text = ORDER.read_text(encoding="utf-8")
    result = alis(
        "intake", ORDER, "--plan", "old/plan.json", "--count", "1", "--start", "2027-03", "--template", "kandidat 1",
        "-o", "new", "--json", "--time-limit", "60",
    )  # fmt: skip
    assert result.exit_code == 0, result.stderr
    assert ORDER.read_text(encoding="utf-8") == text
    told = json.loads(result.stdout)
    assert [candidate["id"] for candidate in told["diff"]["candidates"] if candidate["status"] == "new"] == ["N01"]
    assert told["diff"]["months"]["moved"] == 0
    assert alis("check", "new/instance.toml", "new/plan.json").exit_code == 0
    grown = Path("new/instance.toml").read_text(encoding="utf-8")
    assert grown.startswith(text)  # what is written beside the values, too
    assert grown.removeprefix(text).startswith('\n[[candidates]]\nid = "N01"\n')


def test_a_file_without_candidates_is_planned_only_with_those_of_the_first_intake(tmp_path: Path) -> None:
    empty = tmp_path / "empty.toml"
    empty.write_text(PLAIN.read_text(encoding="utf-8").partition("[[candidates]]")[0], encoding="utf-8")
    for command in (("check",), ("plan", "-o", "none"), ("explain",)):
        result = alis(*command, empty)
        assert result.exit_code == 3
        assert "candidates: Det er ingen ALIS å planlegge." in result.stderr
    assert not Path("none").exists()
    book = tmp_path / "empty.xlsx"
    assert alis("convert", empty, book).exit_code == 0
    first = alis("intake", book, "--count", "1", "--start", "2026-10", "-o", "new", "--quiet")
    assert first.exit_code == 0, first.stderr
    assert not Path("new/instance.toml").exists()  # a workbook stays one
    assert alis("check", "new/instance.xlsx", "new/plan.json").exit_code == 0


def test_of_several_months_the_one_with_most_room_is_planned(monkeypatch: pytest.MonkeyPatch) -> None:
    """One fits in September and none in March."""

    all_free = []

    def room_for(instance_with: Callable[[int], Instance], *others: object) -> Headroom:
        all_free.append(others[-1])
        newcomer = instance_with(1).candidates["N01"]
        most = int(newcomer.start_earliest == parse_month("2027-09"))
        return Headroom(most, None)

    monkeypatch.setattr(importlib.import_module("scheduler.intake.headroom"), "headroom", room_for)
    assert alis("plan", ORDER, "-o", "old", "--quiet").exit_code == 0
    first = json.loads(Path("old/plan.json").read_text(encoding="utf-8"))["candidates"][0]["id"]
    asked = ["intake", ORDER, "--plan", "old/plan.json", "--template", first, "-o", "new", "--json"]
    result = alis(*asked, "--max", "--start", "2027-09", "--start", "2027-03", "--time-limit", "60")
    assert result.exit_code == 0, result.stderr
    told = json.loads(result.stdout)
    assert (told["start"], told["count"]) == ("2027-09", 1)
    assert [(start["start"], start["most"]) for start in told["starts"]] == [("2027-03", 0), ("2027-09", 1)]
    assert all_free == [False, False]
    assert alis(*asked, "--count", "1", "--start", "2027-03", "--start", "2027-09").exit_code == 2
    assert alis(*asked, "--max", "--start", "2027-09", "--allow-all", "--time-limit", "60").exit_code == 0
    assert all_free == [False, False, True]


def test_the_largest_intake_is_told_with_what_stands_in_the_way(tmp_path: Path) -> None:
    """So many fit, one more is proved not to, and why is told, in the JSON as well."""
    assert alis("plan", ORDER, "-o", "old", "--quiet").exit_code == 0
    result = alis(
        "intake", ORDER, "--plan", "old/plan.json", "--max", "--start", "2027-03", "-o", "new", "--json",
        "--lang", "en", "--time-limit", "120",
    )  # fmt: skip
    assert result.exit_code == 0, result.stderr
    told = json.loads(result.stdout)
    assert told["proved"]
    assert told["most"] == told["at_most"] == told["count"]
    assert len(told["why"]) == 1
    assert told["why"][0] in result.stderr
    assert "The published plans stay as they are." in result.stderr
    if told["count"]:
        assert alis("check", "new/instance.toml", "new/plan.json").exit_code == 0


def test_paths_are_told_and_drawn(published: Path) -> None:
    who = Plan.from_json(published.read_text(encoding="utf-8")).candidates[0].id
    result = alis("paths", PLAIN, who, "-n", "2", "--plan", published, "--json", "-o", "two.png", "--lang", "en")
    assert result.exit_code == 0, result.stderr
    told = json.loads(result.stdout)["paths"]
    assert told[0]["months_from_plan"] == 0
    assert all(one["months_from_plan"] >= 12 for one in told[1:])
    entry = Plan.from_json(published.read_text(encoding="utf-8")).candidate(who)
    assert (told[0]["away"], told[0]["longest_away"]) == (entry.away, entry.away_row)
    assert Path("two.png").stat().st_size > 1000
    assert alis("paths", PLAIN, "nobody", "--plan", published).exit_code == 3
    by_name = alis("paths", PLAIN, "kandidat 1", "-n", "1", "--plan", published, "--json")
    assert json.loads(by_name.stdout)["candidate"] == "A01"
    assert Path("paths-A01.png").exists()
