"""What a machine says in English when it will not read or write is said in the coordinator's language."""

import errno
from pathlib import Path

import pytest

from scheduler.files.load import read_tree
from scheduler.instance.problems import InputError
from scheduler.texts import catalogue
from scheduler.texts.refused import reason, reasons
from tests.helpers.command_line import alis


@pytest.mark.parametrize("key", [key for key in catalogue() if key.startswith("system.e")])
def test_the_common_ones_have_words_of_their_own(key: str) -> None:
    number = getattr(errno, key.removeprefix("system.").upper())
    error = OSError(number, "said by the machine")
    assert reasons(error) == catalogue()[key]


def test_an_error_that_is_none_of_them_says_what_the_machine_says() -> None:
    assert reason(OSError(errno.ELOOP, "Too many levels"), "nb") == "Too many levels"
    assert reason(ValueError("embedded null byte"), "nb") == "embedded null byte"


@pytest.mark.parametrize("number", [32, 33])
def test_a_file_that_is_open_in_excel_is_told_so(number: int) -> None:
    error = PermissionError(errno.EACCES, "The process cannot access the file")
    error.winerror = number  # type: ignore[attr-defined]
    assert reason(error, "nb").startswith("den er åpen i et annet program")
    error.winerror = 5  # type: ignore[attr-defined]
    assert reason(error, "nb") == "du har ikke tilgang til den"


def test_reading_and_writing_say_it(tmp_path: Path) -> None:
    with pytest.raises(InputError) as raised:
        read_tree(tmp_path / ("a" * 300 + ".toml"))
    assert "navnet er for langt" in raised.value.problems[0].sentence("nb")
    assert "the name is too long" in raised.value.problems[0].sentence("en")
    (tmp_path / "file").write_text("")
    result = alis("new", tmp_path / "file" / "new.toml")
    assert "det ligger allerede en fil med det navnet" in result.stderr
    assert "a file of that name is there already" in alis("new", tmp_path / "file" / "new.toml", "--lang", "en").stderr
