"""The documents per candidate: their fields, their figures, the same bytes each time, and any text of a user."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import replace
from pathlib import Path

import docx
import pytest
from docx.document import Document

from scheduler.accounting import trajectory_of
from scheduler.instance.types import Instance, Span
from scheduler.month import parse_month
from scheduler.plan import Plan
from scheduler.report.documents import write_documents
from scheduler.report.documents.education_plan import education_plan
from scheduler.report.documents.file_names import Stems
from scheduler.report.documents.paper import fitting
from scheduler.report.documents.service_periods import service_periods
from scheduler.report.words import Words
from scheduler.rulesets import load_ruleset, ruleset_ids
from scheduler.texts import Language, catalogue
from tests.helpers import pages

HEADINGS = [
    "1. Identitet",
    "2. Roller",
    "3. Tjenesteplan",
    "4. Læringsmål",
    "5. Gruppeveiledning",
    "6. Individuell veiledning",
    "7. Legevakt",
    "8. Kurs og praksisbesøk",
    "9. Fravær og deltid",
    "10. Halvårlige møter",
    "11. Signatur",
]


def plan_file(instance: Instance, plan: Plan, candidate_id: str, lang: Language = "nb") -> bytes:
    trajectory = trajectory_of(instance, plan.candidate(candidate_id))
    return education_plan(Words(instance, lang), plan, trajectory)


def read(content: bytes) -> Document:
    return docx.Document(io.BytesIO(content))


def rows(document: Document, number: int) -> list[list[str]]:
    """The texts of a table's cells."""
    return [[cell.text for cell in row.cells] for row in document.tables[number].rows]


def facts(document: Document, number: int) -> dict[str, str]:
    return dict(rows(document, number))


def everything(document: Document) -> str:
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([paragraph.text for paragraph in document.paragraphs] + cells)


# --- education plan --------------------------------------------------------------------------------------------------


def test_the_draft_has_the_fields_of_an_education_plan(instance: Instance, plan: Plan) -> None:
    document = read(plan_file(instance, plan, "A02"))
    assert [paragraph.text for paragraph in document.paragraphs if paragraph.style.name == "Heading 1"] == HEADINGS  # type: ignore[union-attr]
    assert "Utkast. Feltene følger kommunens plan." in document.paragraphs[1].text
    assert "Utkast · Lilleby · bevist best mulig" in document.sections[0].footer.paragraphs[0].text
    who = facts(document, 0)
    assert (who["Navn"], who["ALIS i planen"], who["HPR-nummer"]) == ("Kandidat 2", "A02", "")
    assert (who["Stillingsprosent"], who["Oppstart"]) == ("80 % – 100 %", "01.03.2026")
    assert who["Planlagt ferdig"] == "30.04.2029"
    roles = facts(document, 1)
    assert roles["Individuell veileder"] == "V01 Veileder 1 · 01.09.2026 – 30.04.2029 · spesialist"
    assert roles["Leder (godkjenner)"] == ""
    assert roles["Veileder under institusjonstjenesten, Sykehuset"] == ""


def test_service_goals_absence_and_meetings_of_the_draft(instance: Instance, plan: Plan) -> None:
    document = read(plan_file(instance, plan, "A02"))
    service = rows(document, 2)
    assert service[1][:5] == ["Godkjent før planen", "Åpen uselektert praksis", "", "", "6"]
    assert service[3][:6] == ["Sykehuset", "Institusjonstjeneste", "01.11.2027 – 30.06.2028", "80 %", "6,4", "004"]
    sums = {row[0]: row[1:] for row in rows(document, 3)}
    assert sums["Åpen uselektert praksis"] == ["18", "minst 12, høyst 18 teller", "oppfylt"]
    assert sums["Tellende i alt"] == ["24,4", "minst 24", "oppfylt"]
    goals = {row[0]: row[1:] for row in rows(document, 4)}
    assert goals["ALM 001"] == ["", "før planen", "oppnådd"]
    assert goals["ALM 004"] == ["Sykehuset", "juni 2028", ""]
    assert len(rows(document, 5)) == 15  # fourteen common goals and the head
    guidance = rows(document, 6)
    assert guidance[2] == ["2027", "V01 Veileder 1", "2", "7", ""]
    assert guidance[-1] == ["Sum", "", "22", "77", ""]
    text = everything(document)
    assert "Permisjonen flytter tidligst mulig ferdigdato med 13 måneder." in text
    assert "Gjennomført før planen." in text
    meetings = rows(document, len(document.tables) - 2)
    assert meetings[2][:3] == ["2", "mars 2027", "utgår, permisjon"]
    assert [row[0] for row in rows(document, len(document.tables) - 1)] == ["Rolle", "ALIS", "Veileder", "Leder"]


def test_group_of_the_draft_and_english(instance: Instance, plan: Plan) -> None:
    document = read(plan_file(instance, plan, "A01", "en"))
    assert facts(document, 6) == {
        "Group": "G1",
        "Start": "Sept 2026",
        "End": "Aug 2028",
        "Hours in all": "120",
        "The year in open practice": "group year 1, Sept 2026 – Aug 2027",
    }
    assert document.paragraphs[0].text == "Individual education plan"
    assert not re.search(r"\b(ALIS i planen|Læringsmål|Utkast|måned)\b", everything(document))


@pytest.mark.parametrize(("last", "told"), [("2026-11", None), ("2026-12", "3 permisjonsmåneder i gruppeår 1")])
def test_much_leave_in_a_group_is_told_in_the_draft(
    instance: Instance, plan: Plan, last: str, told: str | None
) -> None:
    """Two months in a group year are as they should be; three are told, with which they are."""
    leave = (Span(parse_month("2026-10"), parse_month(last) + 1),)
    away = replace(instance.candidates["A01"], leave=leave)
    changed = replace(instance, candidates={**instance.candidates, "A01": away})
    group = facts(read(plan_file(changed, plan, "A01")), 6)
    expected = None if told is None else f"{told} (okt. 2026 – des. 2026), høyst 2."
    assert group.get("Merknad") == expected


def test_no_reason_for_leave_is_asked_for(instance: Instance, plan: Plan) -> None:
    document = read(plan_file(instance, plan, "A02"))
    absence = next(rows(document, at) for at, _ in enumerate(document.tables) if rows(document, at)[0][0] == "Type")
    assert absence == [
        ["Type", "Fra – til", "Lengde"],
        ["Permisjon", "01.01.2027 – 31.10.2027", "10 måneder"],
        ["Deltid 80 %", "01.11.2027 – 30.04.2029", "18 måneder"],
    ]


# --- service periods -------------------------------------------------------------------------------------------------


def test_service_periods_one_line_for_each_arena_share_and_period(instance: Instance, plan: Plan) -> None:
    words, trajectory = Words(instance, "nb"), trajectory_of(instance, plan.candidate("A01"))
    document = read(service_periods(words, plan, trajectory))
    assert [row[:5] + row[6:7] for row in rows(document, 1)[1:]] == [
        ["Kontor 1", "Åpen uselektert praksis", "01.09.2026", "31.08.2027", "100 %", "12"],
        ["Sykehuset", "Institusjonstjeneste", "01.09.2027", "29.02.2028", "100 %", "6"],
        ["Kontor 1", "Åpen uselektert praksis", "01.03.2028", "31.08.2028", "80 %", "4,8"],
        ["Helsestasjonen", "Annen allmennmedisinsk tjeneste", "01.03.2028", "31.08.2028", "20 %", "1,2"],
    ]
    assert rows(document, 2)[1] == ["Åpen uselektert praksis", "0", "16,8", "16,8"]
    assert rows(document, 2)[-1] == ["Tellende i alt", "", "", "24"]


def test_leave_stands_among_the_periods_and_earns_nothing(instance: Instance, plan: Plan) -> None:
    words, trajectory = Words(instance, "nb"), trajectory_of(instance, plan.candidate("A02"))
    lines = rows(read(service_periods(words, plan, trajectory)), 1)
    assert lines[1][6] == "i godkjent"  # since before the plan: what `credited` tells
    assert lines[3] == ["Permisjon", "", "01.01.2027", "31.10.2027", "0 %", "", "0", ""]


# --- files -----------------------------------------------------------------------------------------------------------


def test_three_files_for_each_candidate_and_the_same_bytes_each_time(plan: Plan, tmp_path: Path) -> None:
    write_document = write_documents(pages.town(), plan, tmp_path / "one", "nb", ["A03"])
    other = write_documents(pages.town(), pages.plan_of(pages.town()), tmp_path / "other", "nb", ["A03"])
    assert [path.name for path in write_document] == [
        "A03-utdanningsplan.docx",
        "A03-tjenesteperioder.docx",
        "A03-kalender.ics",
    ]
    assert [path.read_bytes() for path in write_document] == [path.read_bytes() for path in other]
    assert sorted(path.name for path in (tmp_path / "one").iterdir()) == sorted(path.name for path in write_document)


def test_nothing_in_a_document_is_from_the_clock_or_the_machine(instance: Instance, plan: Plan) -> None:
    content = plan_file(instance, plan, "A01")
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    core = read(content).core_properties
    assert (core.author, core.last_modified_by) == ("", "")
    assert core.created == core.modified
    assert core.created is not None
    assert core.created.isoformat().startswith("2026-09-01")


def test_a_users_text_harms_no_document(tmp_path: Path) -> None:
    evil = "=cmd|'/c calc'!A1 <w:t>&amp; \x00\x0b\ud800 " + "W" * 200
    instance = pages.with_every_name(pages.town(), evil)
    plan_, periods, calendar = write_documents(instance, pages.plan_of(instance), tmp_path, "nb", ["A02"])
    for path in (plan_, periods):
        text = everything(docx.Document(str(path)))
        assert "=cmd|'/c calc'!A1 <w:t>&amp; ? ? " in text
        assert "W" * 200 in text
    calendar.read_bytes().decode("utf-8")


def test_a_candidate_without_anything_has_documents(instance: Instance) -> None:
    bare = pages.entry(instance, "A01", "gp").model_copy(
        update={"months": [], "supervisors": [], "shifts": [], "group": None, "practice": None, "wishes": []}
    )
    plan = pages.plan_of(instance, bare)
    for lang in ("nb", "en"):
        read(plan_file(instance, plan, "A01", lang))
        read(service_periods(Words(instance, lang), plan, trajectory_of(instance, bare)))


def test_file_names_are_safe_and_never_alike() -> None:
    stems = Stems(["A01", "a01", "=cmd|'/c calc'!A1", "../../etc", "CON", "", "***", "W" * 300, "Åse Ø"])
    found = list(stems.values())
    assert found[:5] == ["A01", "a01-2", "cmd-c-calc-A1", "etc", "id-CON"]
    assert found[-1] == "Åse-Ø"
    assert len({stem.casefold() for stem in found}) == len(found)
    assert all(re.fullmatch(r"[\w-]{1,45}", stem) for stem in found)


def test_every_text_of_the_documents_is_used() -> None:
    folder = Path(write_documents.__code__.co_filename).parent
    code = "".join(path.read_text(encoding="utf-8") for path in folder.glob("*.py"))
    said = set(re.findall(r"""["'](?:documents\.)?([a-z-]+)["']""", code))
    said |= {name.replace("_", "-") for name in re.findall(r"^def _(\w+)\(", code, flags=re.MULTILINE)}
    said |= {f"supervisor-{row.id}" for one in ruleset_ids() for row in load_ruleset(one).categories}
    known = {key.removeprefix("documents.") for key in catalogue() if key.startswith("documents.")}
    assert {key for key in known - said if not key.startswith("file-")} == set()


def test_a_supervisor_who_is_no_specialist_is_marked(instance: Instance, plan: Plan) -> None:
    exempt = replace(instance.supervisors["V01"], specialist=False)
    other = replace(instance, supervisors={**instance.supervisors, "V01": exempt})
    assert facts(read(plan_file(other, plan, "A01")), 1)["Individuell veileder"].endswith(
        "ikke spesialist, fritak til:"
    )


def test_columns_are_wide_enough_for_their_longest_word() -> None:
    """What one lacks is taken from those with room to spare; the sum stays, and what cannot be had is shared."""
    rows = [["Læringsarena", "Månedsverk"], ["Kontor", "4"]]
    widths = fitting(rows, (8.0, 1.0), 9)
    assert sum(widths) == pytest.approx(9.0)
    assert widths[1] > 1.8  # ten letters of 9 points
    assert fitting(rows, (4.0, 4.0), 9) == [4.0, 4.0]
    crowded = fitting([["Institusjonstjeneste"] * 2], (2.0, 2.5), 9)
    assert sum(crowded) == pytest.approx(4.5)
