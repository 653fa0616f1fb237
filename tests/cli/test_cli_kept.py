"""Nothing of anybody's is overwritten: what was edited, or was never ours, is moved to a dated copy and told."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import docx
import pytest
from openpyxl import load_workbook

import scheduler.files.written
from scheduler.cli.files import MOST_NAMED
from scheduler.files.written import NOTES_FILE, Kept, keeping, remove_file, write_file
from tests.helpers import pages
from tests.helpers.command_line import PLAIN, WAIT, alis, files_in

OUTPUTS = ["gantt.png", "plan.json", "plan.xlsx", "report.html"]
DATED = re.compile(r" \d{4}-\d\d-\d\d \d{4}( \(\d+\))?\.\w+$")


@pytest.fixture(autouse=True)
def _in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.chdir(tmp_path)
    return


def copies(folder: Path) -> list[str]:
    """The dated copies in a folder."""
    return [name for name in files_in(folder) if DATED.search(name)]


def edit(path: Path) -> bytes:
    """Save the workbook with one cell cleared; its bytes."""
    book = load_workbook(path)
    book["Plan"]["H7"].value = None
    book.save(path)
    return path.read_bytes()


# --- `alis plan` into the same folder --------------------------------------------------------------------------------


def test_planning_again_makes_no_copies_of_what_the_program_wrote() -> None:
    for seed in ("0", "1", "2"):
        result = alis("plan", PLAIN, "-o", "out", "--quiet", "--seed", seed)
        assert (result.exit_code, result.stderr) == (0, "")
    assert files_in(Path("out")) == OUTPUTS


@pytest.mark.parametrize("options", [[], ["--quiet"]])
def test_an_edited_workbook_is_kept_and_told_in_one_sentence(options: list[str]) -> None:
    assert alis("plan", PLAIN, "-o", "out").exit_code == 0
    mine = edit(Path("out/plan.xlsx"))
    result = alis("plan", PLAIN, "-o", "out", *options)
    assert result.exit_code == 0
    (copy,) = copies(Path("out"))
    assert re.fullmatch(r"plan \d{4}-\d\d-\d\d \d{4}\.xlsx", copy)
    assert Path("out", copy).read_bytes() == mine
    told = [line for line in result.stderr.splitlines() if "tatt vare på" in line]
    path = Path("out/plan.xlsx")
    assert told == [f"{path} fantes fra før og kan være endret for hånd; den er tatt vare på som «{copy}»."]
    assert path.read_bytes() != mine
    assert alis("check", PLAIN, path).exit_code == 0
    assert alis("check", PLAIN, Path("out", copy)).exit_code == 3
    assert alis("plan", PLAIN, "-o", "out", "--quiet").stderr == ""  # ours again
    assert copies(Path("out")) == [copy]


def test_saving_without_a_change_counts_as_somebodys(tmp_path: Path) -> None:
    """A spreadsheet writes other bytes than we do: better a copy too many."""
    assert alis("plan", PLAIN, "-o", "out").exit_code == 0
    load_workbook("out/plan.xlsx").save("out/plan.xlsx")
    assert alis("plan", PLAIN, "-o", "out").exit_code == 0
    assert len(copies(Path("out"))) == 1


def test_two_edits_in_one_minute_are_both_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    class Clock(scheduler.files.written.datetime.datetime):
        @classmethod
        def now(cls, tz: object = None) -> Clock:
            return cls(2026, 11, 27, 15, 30)

    monkeypatch.setattr(scheduler.files.written.datetime, "datetime", Clock)
    out, wanted = Path("out"), {}
    assert alis("plan", PLAIN, "-o", out).exit_code == 0
    for name in ("plan 2026-11-27 1530.xlsx", "plan 2026-11-27 1530 (2).xlsx", "plan 2026-11-27 1530 (3).xlsx"):
        (out / "plan.xlsx").write_bytes(name.encode())
        wanted[name] = name.encode()
        assert alis("plan", PLAIN, "-o", out).exit_code == 0
    assert {name: (out / name).read_bytes() for name in copies(out)} == wanted


def test_a_file_that_the_program_never_wrote_is_kept() -> None:
    out = Path("out")
    out.mkdir()
    for name in OUTPUTS:
        (out / name).write_bytes(b"mine")
    result = alis("plan", PLAIN, "-o", out, "--lang", "en")
    assert result.exit_code == 0
    kept = copies(out)
    assert [(out / name).read_bytes() for name in kept] == [b"mine"] * 4
    (told,) = [line for line in result.stderr.splitlines() if "kept as" in line]
    assert told.startswith("4 files were there already and may have been edited by hand; they are kept as “")
    assert all(f"“{name}”" in told for name in kept)


def test_without_its_notes_the_program_takes_everything_for_somebodys() -> None:
    out = Path("out")
    assert alis("plan", PLAIN, "-o", out).exit_code == 0
    for damage in (b"", b"[1]", b'{"sha256": 3}', None):
        before = len(copies(out))
        if damage is None:
            (out / NOTES_FILE).unlink()
        else:
            (out / NOTES_FILE).write_bytes(damage)
        assert alis("plan", WAIT, "-o", out).exit_code == 0
        assert alis("plan", PLAIN, "-o", out).exit_code == 0
        assert len(copies(out)) == before + len(OUTPUTS), damage


def test_the_notes_say_what_was_written_last() -> None:
    out = Path("out")
    assert alis("plan", PLAIN, "-o", out).exit_code == 0
    notes = json.loads((out / NOTES_FILE).read_text(encoding="utf-8"))
    assert sorted(notes["sha256"]) == OUTPUTS
    (out / "gantt.png").unlink()
    assert alis("report", out / "plan.json").exit_code == 0
    notes = json.loads((out / NOTES_FILE).read_text(encoding="utf-8"))
    assert sorted(notes["sha256"]) == ["plan.json", "plan.xlsx", "report.html"]  # of what is not there nothing is noted


def test_a_further_page_that_is_somebodys_own_does_not_go() -> None:
    out = Path("out")
    out.mkdir()
    (out / "gantt-2.png").write_bytes(b"mine")
    assert alis("plan", PLAIN, "-o", out).exit_code == 0
    (copy,) = copies(out)
    assert (out / copy).read_bytes() == b"mine"
    assert not (out / "gantt-2.png").exists()


def test_a_disk_that_fails_leaves_the_edited_file_where_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    assert alis("plan", PLAIN, "-o", "out").exit_code == 0
    mine = edit(Path("out/plan.xlsx"))
    before = files_in(Path("out"))
    moves = Path.replace

    def refuse(self: Path, target: Path) -> Path:
        if "plan.xlsx" in self.name:
            raise PermissionError(13, "in use")
        return moves(self, target)

    monkeypatch.setattr(Path, "replace", refuse)
    result = alis("plan", PLAIN, "-o", "out")
    assert result.exit_code == 1
    assert "Kunne ikke skrive" in result.stderr
    assert Path("out/plan.xlsx").read_bytes() == mine
    assert files_in(Path("out")) == before


# --- the other commands ----------------------------------------------------------------------------------------------


@pytest.fixture
def plan_path(tmp_path: Path) -> Path:
    path = tmp_path / "plan.json"
    path.write_text(pages.plan_of(pages.town(), source=pages.tree()).to_json(), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("arguments", "name"),
    [
        (["gantt", "plan.json", "-o", "chart.png"], "chart.png"),
        (["gantt", "plan.json", "-o", "chart.pdf", "--by", "arena"], "chart.pdf"),
        (["report", "plan.json"], "report.html"),
        (["documents", "plan.json", "-o", "."], "A01-utdanningsplan.docx"),
        (["documents", "plan.json", "-o", "."], "A01-kalender.ics"),
        (["new", "--force", "mine.toml"], "mine.toml"),
        (["new", "--force", "mine.xlsx"], "mine.xlsx"),
        (["convert", "--force", str(PLAIN), "mine.json"], "mine.json"),
    ],
)
def test_each_command_keeps_what_is_there(plan_path: Path, tmp_path: Path, arguments: list[str], name: str) -> None:
    Path(name).write_bytes(b"mine")
    result = alis(*arguments)
    assert result.exit_code == 0, result.stderr
    (copy,) = copies(tmp_path)
    assert Path(copy).read_bytes() == b"mine"
    assert copy.startswith(Path(name).stem + " ")
    assert result.stderr.count(f"{name} fantes fra før") == 1
    assert Path(name).read_bytes() != b"mine"
    again = alis(*arguments)
    assert again.exit_code == 0
    assert "tatt vare på" not in again.stderr
    assert copies(tmp_path) == [copy]


def test_drawn_otherwise_a_chart_of_ours_is_simply_replaced(plan_path: Path, tmp_path: Path) -> None:
    for lang in ("nb", "en", "nb"):
        assert alis("gantt", plan_path, "--lang", lang, "--quiet").stderr == ""
        assert alis("report", plan_path, "--lang", lang, "--quiet").stderr == ""
    assert copies(tmp_path) == []


def test_a_document_that_somebody_has_filled_in_is_kept(plan_path: Path) -> None:
    folder = plan_path.with_name("documents")
    assert alis("documents", plan_path).exit_code == 0
    path = folder / "A01-utdanningsplan.docx"
    document = docx.Document(str(path))
    document.paragraphs[0].text = "Filled in"
    document.save(str(path))
    assert alis("documents", plan_path).exit_code == 0
    (copy,) = copies(folder)
    assert docx.Document(str(folder / copy)).paragraphs[0].text == "Filled in"


def test_an_edited_calendar_keeps_counting(plan_path: Path) -> None:
    """The file given out before is read before it makes way: calendars move their events by its numbers."""
    folder = plan_path.with_name("documents")
    assert alis("documents", plan_path, "--candidate", "A01").exit_code == 0
    path = folder / "A01-kalender.ics"
    edited = path.read_bytes().replace(b"SEQUENCE:0", b"SEQUENCE:7")
    path.write_bytes(edited.replace("SUMMARY:Halvårlig".encode(), b"SUMMARY:Mitt", 1))
    assert alis("documents", plan_path, "--candidate", "A01").exit_code == 0
    assert path.read_bytes().count(b"SEQUENCE:8") == 1
    assert len(copies(folder)) == 1


def test_new_and_convert_refuse_until_forced_and_leave_no_notes(tmp_path: Path) -> None:
    """An instance is somebody's own from the moment it is written: it is never replaced without a copy."""
    assert alis("new", "mine.toml").exit_code == 0
    assert alis("new", "mine.toml").exit_code == 2
    assert alis("convert", PLAIN, "mine.json").exit_code == 0
    assert alis("convert", WAIT, "mine.json").exit_code == 2
    assert copies(tmp_path) == []
    assert alis("convert", "--force", WAIT, "mine.json").exit_code == 0
    assert len(copies(tmp_path)) == 1
    assert not (tmp_path / NOTES_FILE).exists()


def test_many_copies_are_told_in_one_sentence(plan_path: Path) -> None:
    folder = plan_path.with_name("documents")
    assert alis("documents", plan_path).exit_code == 0
    for path in folder.glob("A*"):
        path.write_bytes(b"mine")
    result = alis("documents", plan_path, "--quiet")
    assert result.stderr.count("\n") == 1
    assert result.stderr.startswith("9 filer fantes fra før")
    assert result.stderr.count("«") == MOST_NAMED
    assert len(copies(folder)) == 9


# --- the mechanism ---------------------------------------------------------------------------------------------------


def test_the_same_bytes_need_no_copy(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("the same", encoding="utf-8")
    with keeping() as kept:
        write_file(path, "the same")
    assert kept == []


def test_a_file_written_twice_in_one_piece_of_work_is_ours(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    with keeping() as kept:
        write_file(path, "one")
        write_file(path, "two")
    assert (kept, path.read_text(encoding="utf-8")) == ([], "two")


def test_outside_of_a_command_a_file_is_written_as_asked(tmp_path: Path) -> None:
    """A program that draws a chart gets the file that it named, and no other."""
    path = tmp_path / "a.txt"
    path.write_text("mine", encoding="utf-8")
    write_file(path, "new")
    assert files_in(tmp_path) == ["a.txt"]
    assert not (tmp_path / NOTES_FILE).exists()


def test_what_is_removed_is_ours(tmp_path: Path) -> None:
    mine, ours = tmp_path / "mine.txt", tmp_path / "ours.txt"
    mine.write_text("mine", encoding="utf-8")
    with keeping() as kept:
        write_file(ours, "ours")
        for path in (mine, ours, tmp_path / "nowhere.txt"):
            remove_file(path)
    assert not mine.exists()
    assert not ours.exists()
    assert [each_kept.copy.read_text(encoding="utf-8") for each_kept in kept] == ["mine"]


@pytest.mark.skipif(os.name == "nt", reason="links need rights there")
def test_a_link_is_moved_and_what_it_points_to_stays(tmp_path: Path) -> None:
    target, link, dangling = tmp_path / "target.txt", tmp_path / "link.txt", tmp_path / "dangling.txt"
    target.write_text("mine", encoding="utf-8")
    link.symlink_to(target)
    dangling.symlink_to(tmp_path / "nowhere")
    with keeping() as kept:
        write_file(link, "new")
        write_file(dangling, "new")
    assert [each_kept.copy.is_symlink() for each_kept in kept] == [True, True]
    assert (target.read_text(encoding="utf-8"), link.read_text(encoding="utf-8")) == ("mine", "new")


def test_a_folder_stays_where_it_is(tmp_path: Path) -> None:
    (tmp_path / "a.txt").mkdir()
    with keeping() as kept, pytest.raises(OSError):  # noqa: PT011 - which one, the system decides
        write_file(tmp_path / "a.txt", "new")
    assert kept == []
    assert [path.name for path in tmp_path.iterdir()] == ["a.txt"]


def test_notes_that_cannot_be_written_stop_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = scheduler.files.written.write_atomically

    def full(path: Path, content: str | bytes, make_way: Callable[[], None] | None = None) -> None:
        if path.name == NOTES_FILE:
            raise OSError(28, "No space left on device")
        whole(path, content, make_way)

    monkeypatch.setattr(scheduler.files.written, "write_atomically", full)
    with keeping() as first:
        write_file(tmp_path / "a.txt", "one")
    with keeping() as second:
        write_file(tmp_path / "a.txt", "two")
    assert first == []
    assert [kept.copy.read_text(encoding="utf-8") for kept in second] == ["one"]


def test_what_was_moved_is_known_even_if_the_work_fails(tmp_path: Path) -> None:
    def work() -> list[Kept]:
        told: list[Kept] = []
        try:
            with keeping() as told:
                write_file(tmp_path / "a.txt", "new")
                raise RuntimeError
        except RuntimeError:
            return told

    (tmp_path / "a.txt").write_text("mine", encoding="utf-8")
    (kept,) = work()
    assert kept.copy.read_text(encoding="utf-8") == "mine"
    with keeping() as again:
        write_file(tmp_path / "a.txt", "newer")
    assert again == []  # noted, though the work failed
