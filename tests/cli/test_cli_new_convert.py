"""`alis new` and `alis convert`."""

from __future__ import annotations

from pathlib import Path

import pytest

from scheduler.files import bundled_instance_path, load_instance, load_tree
from tests.helpers.command_line import BROKEN, ORDER, REPO, alis

BUNDLED = REPO / "instances" / "sarpsborg.toml"


def test_new_is_the_bundled_instance_with_its_comments(tmp_path: Path) -> None:
    path = tmp_path / "a folder" / "Østre kommune.toml"
    result = alis("new", path)
    assert (result.exit_code, result.stdout) == (0, "")
    assert f"alis check {path}" in result.stderr
    assert load_tree(path) == load_tree(bundled_instance_path())
    assert "# forslag: " in path.read_text(encoding="utf-8")
    assert alis("new", path, "--lang", "en", "--force").exit_code == 0
    assert path.read_bytes() == bundled_instance_path().read_bytes() == BUNDLED.read_bytes()
    assert "# default to edit: " in path.read_text(encoding="utf-8")
    assert alis("check", path).exit_code == 0


def test_new_overwrites_only_when_told(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text("mine", encoding="utf-8")
    refused = alis("new", path)
    assert refused.exit_code == 2
    assert "--force" in refused.stderr
    assert path.read_text(encoding="utf-8") == "mine"
    assert alis("new", path, "--force", "--lang", "en").exit_code == 0
    assert path.read_bytes() == BUNDLED.read_bytes()


@pytest.mark.parametrize("lang", ["nb", "en"])
def test_new_workbook_is_the_bundled_instance(tmp_path: Path, lang: str) -> None:
    path = tmp_path / "mine.xlsx"
    result = alis("new", "--lang", lang, path)
    assert (result.exit_code, result.stdout) == (0, "")
    assert f"alis check {path}" in result.stderr
    assert alis("check", path).exit_code == 0
    assert load_instance(path).sha256 == load_instance(BUNDLED).sha256
    assert alis("new", path).exit_code == 2


@pytest.mark.parametrize("lang", ["nb", "en"])
def test_new_empty_has_every_table_and_nobody(tmp_path: Path, lang: str) -> None:
    for name in ("mine.toml", "mine.xlsx"):
        assert alis("new", "--empty", "--lang", lang, tmp_path / name).exit_code == 0
        tree = load_tree(tmp_path / name).tree()
        assert tree["horizon"] == load_tree(BUNDLED).tree()["horizon"]
        assert not any(isinstance(value, list) for value in tree.values())
        problems = alis("check", tmp_path / name).stderr.splitlines()[1:]
        assert len(problems) == 1  # only that there is nobody
    text = (tmp_path / "mine.toml").read_text(encoding="utf-8")
    assert [f"# [[{name}]]" in text for name in ("candidates", "arenas", "rotations", "quotas", "economy")] == [
        True
    ] * 5
    assert "# [[candidates]]\n# id =\n# start =\n" in text


@pytest.mark.parametrize("name", ["mine.xls", "mine", "mine.json"])
def test_new_writes_workbooks_and_toml(tmp_path: Path, name: str) -> None:
    result = alis("new", tmp_path / name)
    assert result.exit_code == 2
    assert ".toml" in result.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("way", ["json", "xlsx"])
@pytest.mark.parametrize("source", [BUNDLED, ORDER])
def test_convert_there_and_back_loses_nothing(tmp_path: Path, source: Path, way: str) -> None:
    there, back = tmp_path / f"there.{way}", tmp_path / "back.toml"
    assert alis("convert", source, there).exit_code == 0
    assert alis("convert", there, back).exit_code == 0
    assert load_instance(there) == load_instance(back) == load_instance(source)


def test_convert_through_a_workbook_gives_the_same_json_byte_for_byte(tmp_path: Path) -> None:
    for a, b in ((BUNDLED, "a.xlsx"), (tmp_path / "a.xlsx", "through.json"), (BUNDLED, "straight.json")):
        assert alis("convert", a, tmp_path / b).exit_code == 0
    assert (tmp_path / "through.json").read_bytes() == (tmp_path / "straight.json").read_bytes()


@pytest.mark.parametrize("source", [BUNDLED, ORDER])
def test_convert_from_text_to_text_keeps_every_word(tmp_path: Path, source: Path) -> None:
    assert alis("convert", source, tmp_path / "again.toml").exit_code == 0
    assert (tmp_path / "again.toml").read_text(encoding="utf-8") == source.read_text(encoding="utf-8")


def test_convert_overwrites_only_when_told(tmp_path: Path) -> None:
    target = tmp_path / "mine.toml"
    target.write_text("mine", encoding="utf-8")
    assert alis("convert", ORDER, target).exit_code == 2
    assert target.read_text(encoding="utf-8") == "mine"
    assert alis("convert", "--force", ORDER, target).exit_code == 0
    assert load_instance(target).sha256 == load_instance(ORDER).sha256


def test_convert_says_what_is_wrong(tmp_path: Path) -> None:
    target = tmp_path / "out.json"
    broken = alis("convert", BROKEN, target)
    assert (broken.exit_code, "precent" in broken.stderr) == (3, True)
    assert alis("convert", tmp_path / "no.toml", target).exit_code == 3
    assert alis("convert", ORDER, tmp_path / "out.docx").exit_code == 2
    assert list(tmp_path.iterdir()) == []
