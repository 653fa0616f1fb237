"""The plan workbook: what stands in it, that it counts right, and that no text of a user harms it."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from scheduler.accounting import goals_by_arena, missing_goals, service_sums, trajectories, use_by_arena
from scheduler.files import bundled_instance_path, load_instance, read_instance
from scheduler.files.schema import FileInstance
from scheduler.instance.types import Instance
from scheduler.month import calendar_month, parse_month
from scheduler.plan import Plan, PlanBaseline, PlanBlock, PlanPublished, Sentence
from scheduler.report.away import who_is_away
from scheduler.report.workbook import write_workbook
from scheduler.report.workbook.changes import changes
from scheduler.report.workbook.counters import PERCENT, PLACES, counters
from scheduler.report.workbook.layout import (
    FIRST_ROW,
    HEAD_ROW,
    HIDDEN_SHEETS,
    SHEETS,
    head_titles,
    rotation_codes,
    service_heads,
    sheet_title,
)
from scheduler.report.workbook.lists import pack, unpack
from scheduler.texts import LANGUAGES, localised
from tests.helpers.plan_books import MADE, column_of, planted, row_of, sarpsborg, written

NASTY = ["=cmd|'/c calc'!A1", "<script>alert(1)</script>", "N" * 200, "+1-1", "@SUM(A1)", "http://example.org", "&P&D"]


def values(path: Path) -> Any:
    return load_workbook(path, data_only=True)


def test_every_sheet_is_there_in_order(tmp_path: Path) -> None:
    instance, plan = planted(1)
    for lang in LANGUAGES:
        book = load_workbook(written(tmp_path, instance, plan, lang))
        assert book.sheetnames == [sheet_title(key, lang) for key in (*SHEETS, *HIDDEN_SHEETS)]
        states = [sheet.sheet_state for sheet in book.worksheets]
        assert states == ["visible"] * len(SHEETS) + ["hidden", "hidden", "veryHidden"]
        assert book.active.title == sheet_title("plan", lang)


def test_the_grid_says_who_is_where(tmp_path: Path) -> None:
    instance, plan = sarpsborg()
    sheet = values(written(tmp_path, instance, plan))["Plan"]
    codes = rotation_codes(instance)
    for entry in plan.candidates:
        row = row_of(plan, entry.id)
        assert sheet.cell(row, 1).value == entry.id
        for month in range(instance.start, instance.end):
            planned = {each_month.month: each_month.rotation for each_month in entry.months}
            expected = None if month not in planned else "–" if planned[month] is None else codes[planned[month] or ""]
            assert sheet.cell(row, column_of(instance, month)).value == expected


def test_months_are_dates_shown_in_the_workbooks_language(tmp_path: Path) -> None:
    instance, plan = planted(1)
    for lang, code in (("nb", "414"), ("en", "409")):
        sheet = values(written(tmp_path, instance, plan, lang))["Plan"]  # type: ignore[arg-type]
        cell = sheet.cell(HEAD_ROW + 1, column_of(instance, instance.start + 3))
        assert (cell.value.year * 12 + cell.value.month - 1, cell.value.day) == (instance.start + 3, 1)
        assert cell.number_format == f"[$-{code}]mmm"


def test_it_prints_on_a3_with_heads_on_every_page(tmp_path: Path) -> None:
    instance, plan = sarpsborg()
    book = load_workbook(written(tmp_path, instance, plan))
    for sheet in book.worksheets[: len(SHEETS)]:
        assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 8)
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert plan.instance.name in sheet.oddFooter.left.text
    plan_sheet = book["Plan"]
    assert (plan_sheet.print_title_rows, plan_sheet.print_title_cols) == ("$5:$6", "$A:$F")
    assert (plan_sheet.page_setup.fitToWidth, plan_sheet.page_setup.fitToHeight) == (2, 0)
    assert plan_sheet.freeze_panes == "G7"


def test_drop_downs_offer_what_each_candidate_may_take(tmp_path: Path) -> None:
    instance, plan = sarpsborg()
    few = dataclasses.replace(instance.candidates["A08"], allowed=instance.candidates["A08"].allowed[:3])
    instance = dataclasses.replace(instance, candidates={**instance.candidates, "A08": few})
    path = tmp_path / "plan.xlsx"
    write_workbook(instance, plan, path, made=MADE)
    book = load_workbook(path)
    codes = rotation_codes(instance)
    for candidate in ("A07", "A08"):
        begins = f"G{row_of(plan, candidate)}:"
        rules = book["Plan"].data_validations.dataValidation
        (name,) = [rule.formula1 for rule in rules if str(rule.sqref).startswith(begins)]
        sheet, _, area = book.defined_names[name.lstrip("=")].value.partition("!")
        offered = [cell[0].value for cell in book[sheet.strip("'")][area.replace("$", "")]]
        assert offered == [codes[one] for one in instance.candidates[candidate].allowed]


# --- counters


def test_counters_hold_what_the_ledger_counts(tmp_path: Path) -> None:
    instance, plan = sarpsborg()
    sheet = values(written(tmp_path, instance, plan))["Plan"]
    use = use_by_arena(trajectories(instance, plan))
    rows = counter_rows(sheet)
    shown = list(counters(instance))
    assert len(rows) == len(shown)
    for row, counter in zip(rows, shown, strict=True):
        for number, month in enumerate(range(instance.start, instance.end)):
            takes = [use.get(arena, {}).get(month) for arena in counter.arenas]
            heads = {who for each_use in takes if each_use is not None for who in each_use.heads}
            percent = sum(each_use.credit for each_use in takes if each_use is not None) / 100
            have = sheet.cell(row, column_of(instance, month)).value
            assert have == (len(heads) if counter.kind == PLACES else percent)
            room = counter.room[number]
            assert room is None or have <= room  # the plan is valid


def counter_rows(sheet: Any) -> list[int]:
    """The rows under the head of the counters."""
    first = next(row for row in range(1, 200) if sheet.cell(row, 1).value in head_titles("arena"))
    return [row for row in range(first + 1, sheet.max_row + 1) if sheet.cell(row, 1).value]


def test_reservations_come_off_the_room() -> None:
    instance = load_instance(bundled_instance_path())
    room = {(counter.id, counter.kind): counter.room for counter in counters(instance)}
    assert room["borgen", PERCENT][0] == 120 - 20
    assert room["sykehjemmene", PERCENT][0] == 280 - 80
    assert room["familiesentrene", PERCENT][0] == 280 - 80
    assert room["familiesentrene", PLACES][0] == 2
    assert room["kontor-18", PLACES][0] == 4 - 2


def test_service_sums_are_the_ledgers(tmp_path: Path) -> None:
    instance, plan = sarpsborg()
    sheet = values(written(tmp_path, instance, plan))["Tjeneste"]
    for row, trajectory in enumerate(trajectories(instance, plan), start=FIRST_ROW + 1):
        have = {key: sheet.cell(row, number).value for number, key in enumerate(service_heads(instance), start=1)}
        sums = [value / 10_000 for value in service_sums(trajectory).values()]
        assert [have["sum_open_practice"], have["sum_other_general"], have["sum_institution"]] == sums
        assert (have["counted"], have["delay"]) == (trajectory.entry.service.counted, trajectory.entry.delay)
        assert (have["need_total"], have["need_open_practice"], have["need_institution"]) == (60, 24, 6)
        assert (have["cap_other_general"], have["cap_general"]) == (30, 54)
        assert have["lack_total"] == have["lack_open_practice"] == have["lack_institution"] == 0
        assert have["shifts_total"] >= have["shifts_needed"] == 40
        finish = have["finish"]
        assert finish.year * 12 + finish.month - 1 == trajectory.entry.finish


def test_much_leave_in_a_group_is_told_beside_the_reason(tmp_path: Path) -> None:
    """A06 is away for nine months of the second group year, A07 for none."""
    instance, plan = sarpsborg()
    reasons = {row[0].value: row[6].value for row in values(written(tmp_path, instance, plan))["Grupper"].iter_rows()}
    told = "9 permisjonsmåneder i gruppeår 2 (feb. 2027 – okt. 2027), høyst 2."
    why = {entry.id: entry.group_reason.said("nb") for entry in plan.candidates if entry.group_reason is not None}
    assert reasons["A06"] == f"{why['A06']} {told}"
    assert reasons["A07"] == why["A07"]


@pytest.mark.parametrize("seed", range(4))
def test_goals_stand_with_the_arena_that_gives_them(tmp_path: Path, seed: int) -> None:
    instance, plan = planted(seed)
    sheet = values(written(tmp_path, instance, plan))["Læringsmål"]
    rows = {sheet.cell(row, 1).value: row for row in range(FIRST_ROW + 1, sheet.max_row + 1)}
    for column, trajectory in enumerate(trajectories(instance, plan), start=3):
        candidate = trajectory.candidate
        by_arena = goals_by_arena(trajectory)
        for goal in candidate.rules.goals:
            said = sheet.cell(rows[f"{goal:03d}"], column).value
            if goal in candidate.goals_done:
                assert said == "før"
            elif goal in missing_goals(trajectory):
                assert said == ("senere" if trajectory.unfinished else "mangler")
            else:
                arena = said.rpartition(" ")[0].replace("praksis", trajectory.entry.practice or "")
                assert any(one.startswith(arena) and goal in goals for one, goals in by_arena.items())


def test_changes_since_an_earlier_plan(tmp_path: Path) -> None:
    instance, plan = sarpsborg()
    entries = [entry.model_copy(deep=True) for entry in plan.candidates if entry.id != "A18"]
    for month in entries[0].months[:2]:
        month.rotation = "fastlege"
    entries[1].practice = "kontor-09"
    before = plan.model_copy(update={"candidates": entries})
    found = [(change.candidate, change.what, change.was, change.now) for change in changes(before.candidates, plan)]
    assert found == [
        ("A01", "rotation", "fastlege", "kad4a"),
        ("A02", "practice", "kontor-09", "kontor-02"),
        ("A18", "joined", None, None),
    ]
    path = tmp_path / "plan.xlsx"
    write_workbook(instance, plan, path, baseline=before, made=MADE)
    sheet = values(path)["Endringer"]
    assert [sheet.cell(row, 1).value for row in range(FIRST_ROW + 1, FIRST_ROW + 4)] == ["A01", "A02", "A18"]
    assert (sheet.cell(FIRST_ROW + 1, 6).value, sheet.cell(FIRST_ROW + 1, 7).value) == (
        "Fastlege",
        "Helsehuset, institusjonstjeneste",
    )


def test_a_plan_made_from_another_compares_with_it(tmp_path: Path) -> None:
    instance, plan = planted(1)
    first = plan.candidates[0]
    runs = [PlanBlock.model_validate({"rotation": first.months[-1].rotation, "from": first.first, "to": first.last})]
    published = PlanPublished(id=first.id, start=first.start, practice=first.practice, group=first.group, runs=runs)
    path = tmp_path / "plan.xlsx"
    carried = plan.model_copy(update={"baseline": PlanBaseline(candidates=[published])})
    write_workbook(instance, carried, path, "en", made=MADE)
    sheet = values(path)["Changes"]
    told = [(sheet.cell(row, 1).value, sheet.cell(row, 3).value) for row in range(FIRST_ROW + 1, sheet.max_row + 1)]
    moved = {month.rotation for month in first.months} - {first.months[-1].rotation, None}
    assert (first.id, "rotation") in told if moved else (first.id, "rotation") not in told
    assert [one for one in told if one[0] != first.id] == [
        (entry.id, "new in the plan") for entry in plan.candidates[1:]
    ]


def test_who_is_away_stands_below_the_levels(tmp_path: Path) -> None:
    instance, plan = planted(1)
    sheet = values(written(tmp_path, instance, plan))[sheet_title("levels", "nb")]
    rows = list(sheet.iter_rows(min_row=HEAD_ROW + 2, max_col=5, values_only=True))
    head = rows.index(("Borte fra egen stilling", "Måneder", "I strekk", "Nødvendig", "Egen stilling"))
    told = [(row[0].split()[0], *row[1:]) for row in rows[head + 1 :] if row[0]]
    listed = who_is_away(trajectories(instance, plan))
    posts = [instance.arenas[each.post].name if each.post else "egen liste" for each in listed]
    assert told == [
        (each.candidate, each.months, each.row, "ikke kjent", post) for each, post in zip(listed, posts, strict=True)
    ]
    assert told


def test_where_the_plan_comes_from(tmp_path: Path) -> None:
    instance, plan = sarpsborg()
    sheet = values(written(tmp_path, instance, plan))["Opphav"]
    told = {sheet.cell(row, 1).value: sheet.cell(row, 2).value for row in range(1, 25)}
    assert told["Kontrollsum for grunnlaget"] == instance.sha256
    assert (told["Status"], told["Starttall"]) == ("bevist best mulig", "0")
    assert told["Arbeidsboken er skrevet"] == "1.8.2026"
    assert told["Planperiode"] == "sep. 2026 – aug. 2034"
    assert told["Sekunder"] == localised(round(plan.run.seconds, 1), "nb")
    assert told["Framgangsmåte"] == plan.run.strategy.said("nb")


# --- codes and texts


def test_codes_are_short_and_tell_rotations_apart() -> None:
    assert rotation_codes(load_instance(bundled_instance_path())) == {
        "fastlege": "fast", "fastlege80-sykehjem20": "fa+s", "fastlege80-helsestasjon20": "fa+h",
        "fastlege80-hannestad20": "fa+ha", "fastlege80-fengsel20": "fa+f", "fastlege80-flyktning20": "fa+fl",
        "fastlege80-administrasjon20": "fa+a", "borgen": "borg", "kurland": "kurl", "haugvoll": "haug", "kad4": "kad4",
        "kad4a": "kad4a", "hannestad": "hann", "skjeberg": "skje", "sykehus": "syke", "administrasjon": "admi",
    }  # fmt: skip


@pytest.mark.parametrize(
    "ids",
    [
        ["nurs", "nursing-home", "nursing-ward", "nursing-x"],
        ["1", "2", "3-4", "007"],
        ["true", "mar-1", "mar1", "jan27", "1e5", "=A1", "*", "?", "~", ">5", "<>"],
        ["hosp", "hospital", "HOSPITA", "hospitals"],
        ["æ", "ø", "å", "ææææææ"],
    ],
)
def test_codes_are_safe_whatever_the_ids(ids: list[str]) -> None:
    instance, _ = sarpsborg()
    rotation = instance.rotations["sykehus"]
    rotations = {name: dataclasses.replace(rotation, id=name) for name in ids}
    codes = rotation_codes(dataclasses.replace(instance, rotations=rotations))
    spelled = [code.casefold() for code in codes.values()]
    assert len(set(spelled)) == len(ids)
    for rotation_id, code in codes.items():
        assert len(code) <= 5
        assert code[0].isalpha()
        assert not set(code) & set("*?~<>=\"'-.,: ")
        assert code == rotation_id or code.casefold() not in {other.casefold() for other in ids} - {
            rotation_id.casefold()
        }
        assert code.casefold() not in {"true", "mar1", "jan27"}


def nasty() -> tuple[Instance, Plan]:
    """Sarpsborg with names that mean harm."""
    _, plan = sarpsborg()
    assert plan.instance.source is not None
    tree = FileInstance.model_validate(plan.instance.source).tree()
    for table in ("candidates", "arenas", "rotations", "supervisors"):
        for number, row in enumerate(tree[table]):
            row["name"] = NASTY[number % len(NASTY)]
    tree["name"] = "&P " + NASTY[0]
    instance = read_instance(tree)
    told = plan.instance.model_copy(update={"name": tree["name"], "sha256": instance.sha256, "source": tree})
    entries = [entry.model_copy(update={"group_reason": Sentence(text="=1+1")}) for entry in plan.candidates]
    return instance, plan.model_copy(
        update={"instance": told, "candidates": entries, "messages": [Sentence(text="=1+1")]}
    )


def test_no_text_of_a_user_becomes_a_formula_or_a_link(tmp_path: Path) -> None:
    instance, plan = nasty()
    book = load_workbook(written(tmp_path, instance, plan))
    seen = 0
    for sheet in book.worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                assert cell.hyperlink is None
                if isinstance(cell.value, str) and cell.value in NASTY:
                    seen += 1
                    assert cell.data_type == "s"
                elif cell.data_type == "f":
                    assert "cmd" not in cell.value
    assert seen > 10
    assert "&&P" in book["Plan"].oddFooter.left.text


def test_the_packed_plan_comes_back_whole_or_not_at_all() -> None:
    content = '{"a": "ø _x0041_ 🙂"}'
    assert unpack(pack(content), 100) == '{"a":"ø _x0041_ 🙂"}'
    for damaged in (pack(content)[:-4], "x" + pack(content), "", "ø"):
        with pytest.raises(ValueError):  # noqa: PT011 - whatever the library says of it
            unpack(damaged, 100)
    with pytest.raises(ValueError, match="too long"):
        unpack(pack('{"a": "' + "b" * 200 + '"}'), 100)


def test_heads_of_a_sheet_differ() -> None:
    """They are how columns are found again."""
    instance, _ = sarpsborg()
    for lang in LANGUAGES:
        heads = [head_titles(key)[LANGUAGES.index(lang)] for key in service_heads(instance)]
        assert len(set(heads)) == len(heads)


def test_years_stand_over_their_january(tmp_path: Path) -> None:
    instance, plan = planted(1)
    sheet = values(written(tmp_path, instance, plan))["Plan"]
    for month in range(instance.start, instance.end):
        shown = sheet.cell(HEAD_ROW, column_of(instance, month)).value
        first = month == instance.start or calendar_month(month) == 1
        assert shown == (str(month // 12) if first else None)
    assert parse_month("2027-01") in range(instance.start, instance.end)
