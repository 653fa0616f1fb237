"""What is read of the bundled example in Norwegian has no English word in it, and no id of what has a name."""

from __future__ import annotations

import html
import re
import zipfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import openpyxl
import pytest

from tests.helpers.command_line import WAIT, alis
from tests.helpers.plan_books import SARPSBORG, sarpsborg, written

WORDS = """
above after and are at-once before begins best-possible blocks block bound by-month candidate candidates
closed closes count counted credited delay delays done each employed error except exceeds feasible few finish
finished goal goals hospital hours infeasible kept lacking leaves least left less limit limits locum many
missing moved month months must needs nobody none not nursing of office offices only optimal others places
planned proved refugee requirement rotation rotations scheduled seed served service shift shifts should since
starts still supervised supervisors than that the their there these they this those unfinished unknown
unproved until warning week weeks what when where which whole whom with within without worst year years your
"""
ENGLISH = WORDS.split()
IN_FILES = re.compile(
    r"\b[a-z_]+\.[a-z_.]+\b|\b(?:rules|objective) \{.*?\}|for eksempel 20\d\d-\d\d"
    r"|^\s*(?:\d+ merknader: )?[a-z-]+: (?=\S)"
)
"""Keys of a file, the same in every language (``rules.absence_free_share``), and a rule's id before a line."""
COMMAND_WORDS = """
advance check convert diff documents economy explain export gantt grant intake join locum needs new paths plan
report serve whatif
"""


@cache
def ids() -> re.Pattern[str]:
    """Ids that are no Norwegian words by themselves, of rows that have a name."""
    instance, _ = sarpsborg()
    rows = [*instance.arenas.values(), *instance.rotations.values(), *instance.limits.values(), *instance.requirements]
    odd = {row.id for row in rows if row.name != row.id and re.search(r"[-\d]", row.id)} | {"sykehjemmene"}
    assert {"kontor-01", "fastlege80-fengsel20", "helsehuset-alis", "kad4a", "tre-maneder-sengepost"} <= odd
    return re.compile(rf"(?<![\w-])(?:{'|'.join(map(re.escape, sorted(odd)))})(?![\w-])")


ENGLISH_WORD = re.compile(rf"(?<![\w./-])(?:{'|'.join(ENGLISH)})(?![\w./-])", re.IGNORECASE)
SPELLED_MONTH = re.compile(r"(?<![\w@./-])20\d\d-(?:0[1-9]|1[0-2])(?![\w-])")


def wrong(said: Iterator[str] | list[str]) -> list[tuple[str, str]]:
    """Each English word, bare id or month as files spell it, with where it was said."""
    return _found(said, ENGLISH_WORD, ids(), SPELLED_MONTH)


def english_in(said: Iterator[str] | list[str]) -> list[tuple[str, str]]:
    """Each English word, with where it was said."""
    return _found(said, ENGLISH_WORD)


def _found(said: Iterator[str] | list[str], *rules: re.Pattern[str]) -> list[tuple[str, str]]:
    found = [(hit[0], line) for line in said for rule in rules for hit in rule.finditer(IN_FILES.sub(" ", line))]
    return sorted(set(found))


def page(path: Path) -> list[str]:
    return words_of(path.read_text(encoding="utf-8"))


def words_of(html_text: str) -> list[str]:
    """What is read on a page, and what is said of its parts to those who do not see them."""
    text = re.sub(r"<(script|style)\b.*?</\1>", " ", html_text, flags=re.DOTALL)
    spoken = re.findall(r'(?:title|alt|aria-label|placeholder)="([^"]*)"', text)
    return [html.unescape(words).strip() for words in [*re.split(r"<[^>]+>", text), *spoken]]


def chart(path: Path) -> list[str]:
    """Letters are drawn as outlines; what they say stands in a comment beside them."""
    return [html.unescape(words) for words in re.findall(r"<!-- (.*?) -->", path.read_text(encoding="utf-8"))]


def document(path: Path) -> list[str]:
    xml = zipfile.ZipFile(path).read("word/document.xml").decode()
    return [html.unescape(re.sub("<[^>]+>", "", row)) for row in re.findall(r"<w:p[ >].*?</w:p>", xml, re.DOTALL)]


def calendar(path: Path) -> list[str]:
    lines = path.read_text(encoding="utf-8").replace("\n ", "").splitlines()
    return [line.partition(":")[2] for line in lines if line.startswith(("SUMMARY", "DESCRIPTION", "X-WR-CALNAME"))]


def workbook(path: Path) -> Iterator[str]:
    """Every cell that people see; a cell that is an id by itself is an entry, to be edited as in the file."""
    for sheet in openpyxl.load_workbook(path):
        if sheet.sheet_state == "visible":
            yield sheet.title
            cells = [cell.value for row in sheet.iter_rows() for cell in row if isinstance(cell.value, str)]
            yield from (said for said in cells if not said.startswith("=") and not ids().fullmatch(said))


READ = {".html": page, ".svg": chart, ".docx": document, ".ics": calendar, ".xlsx": workbook}


def read(folder: Path) -> list[tuple[str, list[str]]]:
    return [(path.name, list(READ[path.suffix](path))) for path in sorted(folder.rglob("*")) if path.suffix in READ]


def test_the_list_finds_what_it_is_for() -> None:
    assert [word for word, _ in wrong(["Taket helsehuset-alis er nådd", "19 months left", "G2026V er full"])] == [
        "helsehuset-alis",
        "left",
        "months",
    ]


def test_the_page() -> None:
    said = page(SARPSBORG.parent / "report.html")
    assert len(said) > 500
    assert wrong(said) == []


def test_the_workbook(tmp_path: Path) -> None:
    said = list(workbook(written(tmp_path, *sarpsborg())))
    assert len(said) > 500
    assert wrong(said) == []


@pytest.mark.parametrize(
    "asked",
    [
        ["documents", SARPSBORG, "-o", ".", "--candidate", "A08", "--candidate", "A13"],
        ["documents", SARPSBORG, "-o", ".", "--general"],
        ["gantt", SARPSBORG, "-o", "chart.svg", "--by", "arena"],
        ["locum", SARPSBORG, "-o", "locum.xlsx"],
        ["needs", SARPSBORG, "--arena", "sykehus", "-o", "needs.xlsx"],
    ],
    ids=lambda asked: f"{asked[0]}-{asked[-1]}",
)
def test_what_is_written_and_what_is_said_of_it(
    asked: list[str | Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    result = alis(*asked)
    assert result.exit_code == 0, result.stderr
    found = read(tmp_path)
    assert found
    assert sum(len(said) for _, said in found) > 20
    console = re.sub(r"\S+\.(?:xlsx|svg|json|toml)", "", result.stdout + result.stderr)
    assert wrong(console.splitlines()) == []
    assert {name: wrong(said) for name, said in found if wrong(said)} == {}


def test_what_is_said_of_the_plan_itself() -> None:
    _, plan = sarpsborg()
    assert plan.messages
    assert wrong([message.said("nb") for message in plan.messages]) == []


@pytest.mark.parametrize("command", COMMAND_WORDS.split())
def test_the_help_of_each_command(command: str) -> None:
    """Examples and what stands in backquotes are typed as they are."""
    said = re.sub(r"`[^`]*`|\balis [^\n]*", " ", alis(command, "-h").stdout)
    assert len(said) > 200
    found = wrong(said.splitlines())
    assert [hit for hit in found if not re.search(r"--|\b[A-Z]{3,}\b|ellers: ", hit[1])] == []


IMPOSSIBLE_DATE = ('id = "A02"\n', 'id = "A02"\nfinish_by = "2027-12"\n')
ON_LEAVE = ('id = "A01"\n', 'id = "A01"\nleave = [ {from = "2027-05", to = "2027-06"} ]\n')
LATER = ('start = "2027-05"', 'start = "2027-06"')


def told_of(*asked: str | Path, code: int = 0) -> list[str]:
    """What a command says in Norwegian, without what is typed as it is: file names, and commands to be tried."""
    result = alis(*asked)
    assert result.exit_code == code, result.stderr
    said = re.sub(r"\S+\.(?:xlsx|toml|json|png|html|csv)|: alis [^\n]*|-{2}[a-z-]+|«One [^»]*»", "", result.stderr)
    assert said.strip()
    return said.splitlines()


@pytest.fixture
def hospital(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Path]:
    """Two who wait for one hospital place, in files whose ids are English words and whose names are not; and a plan."""
    monkeypatch.chdir(tmp_path)
    files = {}
    for name, change in (("none", ()), ("date", IMPOSSIBLE_DATE), ("leave", ON_LEAVE), ("later", LATER)):
        files[name] = tmp_path / f"{name}.toml"
        text = WAIT.read_text(encoding="utf-8")
        assert not change or change[0] in text
        files[name].write_text(text.replace(*change, 1) if change else text, encoding="utf-8")
    assert alis("plan", files["none"], "-o", "plan", "--quiet").exit_code == 0
    return files | {"plan": tmp_path / "plan" / "plan.json"}


def test_why_there_is_no_plan_and_why_somebody_is_not_there(hospital: dict[str, Path]) -> None:
    said = told_of("explain", hospital["date"], code=4)
    assert any("kontrollert" in line for line in said)
    assert wrong(said) == []
    asked = ["--candidate", "A02", "--rotation", "hospital", "--from", "2027-06"]
    assert wrong(told_of("explain", hospital["none"], *asked)) == []


def test_versions_side_by_side(hospital: dict[str, Path]) -> None:
    changes = [
        "arena.hospital.places+1@2027-05..2027-12",
        "close arena.hospital from 2028-01",
        "rotation.gp.min_months=4",
    ]
    said = told_of("whatif", hospital["none"], *changes, "--worth", "all", "-o", "out")
    assert any("Én plass mer på «Sykehus» fra mai 2027" in line for line in said)
    assert any("Minste måneder = 4" in line for line in said)
    assert wrong(said) == []


def test_the_next_intake_and_other_ways_through(hospital: dict[str, Path]) -> None:
    asked = ["intake", hospital["none"], "--plan", hospital["plan"], "--max", "--start", "2027-09", "-o", "out"]
    assert wrong(told_of(*asked)) == []
    assert wrong(told_of("paths", hospital["none"], "--plan", hospital["plan"], "A02", "-n", "2")) == []


def test_a_plan_held_against_the_data_and_a_file_rolled_on(hospital: dict[str, Path]) -> None:
    said = told_of("check", hospital["leave"], hospital["plan"], code=3)
    assert any("er satt i «Sykehus»" in line for line in said)
    assert wrong(said) == []
    assert wrong(told_of("advance", hospital["none"], hospital["plan"], "--to", "2027-10", "-o", "on.toml")) == []


def test_a_plan_on_top_of_another_and_what_is_different(hospital: dict[str, Path]) -> None:
    on_top = ["--baseline", hospital["plan"], "--freeze-to", "2027-04", "-o", "later"]
    assert wrong(told_of("plan", hospital["later"], *on_top)) == []
    assert wrong(told_of("diff", hospital["plan"], Path("later") / "plan.json")) == []


def test_a_bare_id_and_a_month_of_files_are_found() -> None:
    assert [word for word, _ in wrong(["er satt i «hospital»", "ferdig 2028-02"])] == ["2028-02", "hospital"]
