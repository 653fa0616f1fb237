"""The transfer sheet: who has one, what stands in it, and from when."""

from __future__ import annotations

from pathlib import Path

import docx
import pytest

from scheduler.instance.types import Instance
from scheduler.month import parse_month
from scheduler.plan import Plan
from scheduler.report.documents import write_documents
from tests.helpers.tiny import make, months, person, planned

RULES = {"goals": "001-003", "legevakt_shifts": 4, "group_required": True}
ARENAS = {
    "office-01": {"goals": "001"},
    "ward": {"goals": "002"},
    "clinic": {"goals": "003"},
    "duty": {"service": "parallel", "shifts": [{"shifts": 1}]},
}
GROUP = {"id": "G1", "start": "2027-01", "months": 12, "places": 2}


@pytest.fixture(scope="module")
def town() -> tuple[Instance, Plan]:
    """A01 leaves after six months, two of them in the ward; A02 stays."""
    ward = [months("2027-02", "2027-03", rotation="ward")]
    leaver = person(until="2027-06", fixed=ward, group="G1", extra_months=1, credited={"open_practice": 1.5})
    clinic = [months("2027-04", "2027-04", rotation="clinic")]
    stays = person(fixed=clinic, group="done", shifts_done=4)
    instance = make(leaver, stays, rules=RULES, arenas=ARENAS, groups=[GROUP], supervisors=[{"id": "V1", "places": 2}])
    return instance, planned(instance)


def sheet(folder: Path, name: str) -> tuple[list[str], list[list[list[str]]]]:
    document = docx.Document(str(folder / name))
    tables = [[[cell.text for cell in row.cells] for row in table.rows] for table in document.tables]
    return [paragraph.text for paragraph in document.paragraphs], tables


def test_who_leaves_has_one_and_nobody_else(town: tuple[Instance, Plan], tmp_path: Path) -> None:
    written = write_documents(*town, tmp_path)
    assert [path.name for path in written if "overføring" in path.name] == ["A01-overføring.docx"]


def test_it_has_everything_that_has_been_done_and_all_that_is_missing(
    town: tuple[Instance, Plan], tmp_path: Path
) -> None:
    """1.5 + 4 in the office, 2 in the ward: 7.5 of 13 with the extra month, 5.5 of 7 in practice; goal 003 is left."""
    write_documents(*town, tmp_path, "en")
    said, (who, periods, sums, goals, shifts, group, guided, signed) = sheet(tmp_path, "A01-transfer.docx")
    assert dict(who)["Last day"] == "30 June 2027"
    taken = sum(row.shifts for row in town[1].candidate("A01").shifts)
    lacking = [line for line in said if line.startswith("– ")]
    assert lacking == [
        "– Counted service 7.5 of 13 FTE-months.",
        "– Open practice 5.5 of at least 7 FTE-months.",
        "– The guidance group “G1”, which goes on until December 2027.",
        "– Goals 003.",
        *([f"– Legevakt shifts {taken} of 4."] if taken < 4 else []),
    ]
    assert [row[:1] + row[2:3] for row in periods[1:]] == [
        ["Credited before the plan", ""],
        ["office-01", "1 Jan 2027 – 31 Jan 2027"],
        ["ward", "1 Feb 2027 – 31 Mar 2027"],
        ["office-01", "1 Apr 2027 – 30 June 2027"],
    ]
    assert [row[3] for row in sums[1:]] == ["1.5", "0", "0", "5.5"]
    assert goals[-1][2:] == ["003", "1"]
    assert dict(shifts)["Left"] == str(4 - taken)
    assert (dict(group)["Attended"], dict(group)["Left"]) == ("6 months", "6 months")
    assert guided[1] == ["V1", "1 Jan 2027 – 30 June 2027"]
    assert signed[-1][0] == "Received by"


def test_on_request_as_things_stand_at_the_end_of_a_month(town: tuple[Instance, Plan], tmp_path: Path) -> None:
    write_documents(*town, tmp_path, "en", ["A02"], transfer=parse_month("2027-04"))
    said, tables = sheet(tmp_path, "A02-transfer.docx")
    assert dict(tables[0])["Last day"] == "30 Apr 2027"
    assert "– Counted service 4 of 12 FTE-months." in said
    write_documents(*town, tmp_path / "end", "en", ["A02"], transfer=True)
    said, _ = sheet(tmp_path / "end", "A02-transfer.docx")
    assert "Nothing: all that is asked for is done by then." in said


@pytest.mark.parametrize("since", ["2026-01", "2026-06"])
def test_rows_and_sums_of_the_confirmation_agree_where_less_is_credited_than_was_served(
    since: str, tmp_path: Path
) -> None:
    """In the office since then, 5 credited: the row before the plan says that, and what the others earn adds up."""
    running = {"rotation": "gp", "since": since}
    row = person(start=since, current=running, credited={"open_practice": 5.0}, months_done=5)
    instance = make(row)
    write_documents(instance, planned(instance), tmp_path, "en")
    said, (_, periods, sums, _) = sheet(tmp_path, "A01-service-periods.docx")
    before, *planned_rows = periods[1:]
    assert (before[3], before[6]) == ("31 Dec 2026", "in credited")
    (practice,) = [line for line in sums if line[0] == "Open practice"]
    (ward,) = [line for line in sums if line[0].startswith("Institution")]
    assert practice[1] == "5"
    listed = sum(float(line[6]) for line in planned_rows)
    assert listed == float(practice[2]) + float(ward[2]) == 7
    assert any("in credited" in line and "5 FTE-months" in line for line in said)
    assert not any("above a cap" in line for line in said)


def test_what_is_above_a_cap_is_said_in_the_confirmation(tmp_path: Path) -> None:
    """Eleven credited of ten that count: two of ward make twelve, of thirteen in all."""
    instance = make(person(credited={"open_practice": 11.0}, months_done=11))
    write_documents(instance, planned(instance), tmp_path, "en")
    said, _ = sheet(tmp_path, "A01-service-periods.docx")
    assert "The sums are 13 FTE-months; 12 count, since the rest is above a cap." in said
