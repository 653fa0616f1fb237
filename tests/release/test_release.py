"""The zip that starts without network: what is in it, for whom, and that it starts."""

from __future__ import annotations

import ast
import importlib.util
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import urllib.request
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType

import pytest

from tests.cli.test_setup import PYTHONS

ROOT = Path(__file__).parents[2]
REACH = {"windows-amd64": ["3.11", "3.13"], "linux-x86_64": ["3.11", "3.12"]}
LINK = re.compile(r"http://127\.0\.0\.1:\d+/\S+")


def module_of(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"release_{path.stem}", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # dataclasses look themselves up
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def build() -> ModuleType:
    return module_of(ROOT / "release" / "build.py")


def a_wheel(folder: Path, name: str, *needs: str, version: str = "1.0") -> Path:
    path = folder / f"{name}-{version}-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as packed:
        lines = ["Metadata-Version: 2.1", f"Name: {name}", *(f"Requires-Dist: {need}" for need in needs)]
        packed.writestr(f"{name}-{version}.dist-info/METADATA", "\n".join(lines) + "\n\n")
    return path


def kind(build: ModuleType, title: str) -> object:
    return next(kind for kind in build.PLATFORMS if kind.title == title)


@pytest.fixture
def beside(build: ModuleType, tmp_path: Path) -> dict[str, bytes]:
    """What lies beside the wheels."""
    wheels = [a_wheel(tmp_path, "alis_scheduler", version="1.2.3")]
    made: dict[str, bytes] = build.texts(REACH, "1.2.3", wheels, ["click==8.5.1"], "<figure></figure>")
    return made


# --- for whom ---


def test_the_pythons_are_those_of_the_project(build: ModuleType) -> None:
    found = build.pythons((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert (found[0], found[-1]) == PYTHONS
    assert build.pythons('[project]\nrequires-python = ">=3.9,<3.12"') == ["3.9", "3.10", "3.11"]
    with pytest.raises(build.CannotReleaseError, match="requires-python"):
        build.pythons('[project]\nrequires-python = ">=3.9"')


def test_pins_are_the_lines_with_a_version(build: ModuleType) -> None:
    told = "# a==1\n--only-binary :all:\nPy_Thing.x==2.0  # why\n\nb==3\n"
    assert build.pins(told) == {"py-thing-x": "Py_Thing.x==2.0", "b": "b==3"}


def test_what_is_needed_hangs_on_the_machine_and_on_the_python(build: ModuleType, tmp_path: Path) -> None:
    a_wheel(tmp_path, "own", "Click", "served; extra == 'web'", "tried; extra == 'dev'")
    a_wheel(
        tmp_path,
        "click",
        "colorama; platform_system == 'Windows'",
        "old; python_version < '3.13'",
        "no; extra == 'web'",
    )
    a_wheel(tmp_path, "served", "click[nice]")
    a_wheel(tmp_path, "old", "own")
    windows, linux = (
        build.closure("own", tmp_path, kind(build, title).environment(python))  # type: ignore[attr-defined]
        for title, python in (("Windows", "3.13"), ("Linux", "3.12"))
    )
    assert windows == {"own", "click", "served", "colorama"}
    assert linux == {"own", "click", "served", "old"}


def test_what_is_not_to_be_had_leaves_nothing_behind(
    build: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = a_wheel(tmp_path, "own", "click", "loose")
    linux = kind(build, "Linux")
    assert (
        build.gather(tmp_path, own, linux, "3.11", {"click": "click==1"}) == "constraints.txt does not say which loose"
    )

    def half(wheels: Path, wanted: Iterator[str], kind: object, python: str) -> str | None:
        for pin in sorted(wanted):
            a_wheel(wheels, pin.partition("==")[0], *(["more"] if pin.startswith("click") else []))
            if pin.startswith("more"):
                return "no more"
        return None

    monkeypatch.setattr(build, "download", half)
    pinned = {name: f"{name}==1.0" for name in ("click", "loose", "more")}
    assert build.gather(tmp_path, own, linux, "3.11", pinned) == "no more"
    assert list(tmp_path.iterdir()) == [own]


def test_a_platform_without_any_python_is_an_error(
    build: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    missing = {("Linux", "3.11"): "none of x", ("Windows", "3.11"): None, ("Windows", "3.12"): "none of y"}
    monkeypatch.setattr(build, "own_wheel", lambda wheels: a_wheel(wheels, "alis_scheduler", version="1.2.3"))
    monkeypatch.setattr(build, "gather", lambda wheels, own, kind, python, pinned: missing[kind.title, python])
    made = build.release(tmp_path, [kind(build, "Windows")], ["3.11", "3.12"], with_pictures=False)
    with zipfile.ZipFile(made) as packed:
        about = json.loads(packed.read("ALIS/start/about.json"))
    assert about["pythons"] == {"windows-amd64": ["3.11"]}
    assert "Windows, Python 3.12: none of y" in capsys.readouterr().out
    with pytest.raises(build.CannotReleaseError, match="Linux"):
        build.release(tmp_path, [kind(build, "Windows"), kind(build, "Linux")], ["3.11"], with_pictures=False)


# --- what is in it ---


def test_what_lies_beside_the_wheels(beside: dict[str, bytes]) -> None:
    assert set(beside) == {
        "Start ALIS.cmd", "start-alis.sh", "Les meg først.html",
        "start/start.py", "start/constraints.txt", "start/about.json",
    }  # fmt: skip
    assert beside["start/constraints.txt"] == b"click==8.5.1\n"
    page = beside["Les meg først.html"].decode()
    assert '<html lang="nb">' in page
    assert "<figure></figure>" in page
    assert "Python 3.11 til 3.13" in page


def test_only_windows_has_its_line_ends(beside: dict[str, bytes]) -> None:
    batch = beside.pop("Start ALIS.cmd")
    assert batch.count(b"\r\n") == batch.count(b"\n") > 20
    assert "på Windows" in batch.decode("cp850")
    assert b"chcp 850" in batch
    assert not [name for name, content in beside.items() if b"\r" in content]


def test_there_is_no_address_and_nothing_left_to_fill_in(beside: dict[str, bytes]) -> None:
    for name, content in beside.items():
        text = content.decode("cp850" if name.endswith(".cmd") else "utf-8")
        assert not re.search(r"://|www\.", text), name
        assert not re.search(r"@[A-Z]+@", text), name


def test_the_newest_python_is_looked_for_first(beside: dict[str, bytes]) -> None:
    assert b"for %%V in (3.13 3.12 3.11) do" in beside["Start ALIS.cmd"]
    assert b"for version in 3.13 3.12 3.11; do" in beside["start-alis.sh"]


def test_a_release_is_told_from_another_of_the_same_version(build: ModuleType, tmp_path: Path) -> None:
    first = build.identity("1.0", [a_wheel(tmp_path, "one")])
    assert first == build.identity("1.0", [tmp_path / "one-1.0-py3-none-any.whl"])
    assert first != build.identity("1.0", [a_wheel(tmp_path, "one", "two")])
    assert first.startswith("1.0-")


def test_the_zip_is_one_folder_and_its_script_may_be_run(
    build: ModuleType, beside: dict[str, bytes], tmp_path: Path
) -> None:
    build.pack(tmp_path / "made.zip", beside, [tmp_path / "alis_scheduler-1.2.3-py3-none-any.whl"])
    with zipfile.ZipFile(tmp_path / "made.zip") as packed:
        modes = {entry.filename: entry.external_attr >> 16 & 0o777 for entry in packed.infolist()}
    assert set(modes) == {
        *(f"ALIS/{name}" for name in beside), "ALIS/wheels/alis_scheduler-1.2.3-py3-none-any.whl",
    }  # fmt: skip
    assert {name for name, mode in modes.items() if mode & 0o100} == {"ALIS/start-alis.sh"}


# --- how it starts ---


@pytest.fixture
def start(beside: dict[str, bytes], tmp_path: Path) -> ModuleType:
    """``start.py`` where it was unpacked."""
    for name, content in beside.items():
        (tmp_path / "ALIS" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "ALIS" / name).write_bytes(content)
    return module_of(tmp_path / "ALIS" / "start" / "start.py")


def test_any_python_can_be_asked_whether_it_fits(beside: dict[str, bytes]) -> None:
    ast.parse(beside["start/start.py"], feature_version=(3, 6))


@pytest.mark.parametrize(
    ("machine", "python", "fits"),
    [
        (("Linux", "x86_64"), (3, 12), True),
        (("Linux", "x86_64"), (3, 13), False),
        (("Linux", "aarch64"), (3, 12), False),
        (("Darwin", "x86_64"), (3, 12), False),
    ],
)
def test_only_a_python_with_wheels_fits(
    start: ModuleType,
    monkeypatch: pytest.MonkeyPatch,
    machine: tuple[str, str],
    python: tuple[int, int],
    fits: bool,
) -> None:
    monkeypatch.setattr(start.platform, "system", lambda: machine[0])
    monkeypatch.setattr(start.platform, "machine", lambda: machine[1])
    monkeypatch.setattr(start.sys, "version_info", (*python, 1))
    assert start.fits() is fits
    assert start.main(["--fits"]) == (0 if fits else 1)


def test_a_newer_release_is_installed_anew_and_the_data_stay(
    start: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    ran: list[list[str]] = []
    monkeypatch.setattr(start, "_run", lambda command: (ran.append(command), start.ENVIRONMENT.mkdir(exist_ok=True)))
    kept = start.DATA / "alis.sqlite3"
    kept.parent.mkdir()
    kept.write_text("all of it", encoding="utf-8")
    start.install()
    assert start.FIRST in capsys.readouterr().out
    assert {"--no-index", "--isolated", "alis-scheduler[web]==1.2.3"} <= set(ran[-1])
    monkeypatch.setattr(start, "python_of", lambda environment: Path(sys.executable))
    assert start.ready()
    (start.ENVIRONMENT / "of the old one").touch()
    start.ABOUT["release"] = "1.2.4-0"
    assert not start.ready()
    start.install()
    assert start.NEWER in capsys.readouterr().out
    assert start.ready()
    assert [path.name for path in start.ENVIRONMENT.iterdir()] == ["release.txt"]
    assert kept.read_text(encoding="utf-8") == "all of it"


def test_what_could_not_be_installed_is_tried_again(
    start: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fails(command: list[str]) -> None:
        start.ENVIRONMENT.mkdir(exist_ok=True)
        raise OSError("no room")

    monkeypatch.setattr(start, "_run", fails)
    assert start.main([]) == 1
    assert capsys.readouterr().err == f"{start.FAILED}\nno room\n"
    assert not start.ready()


@pytest.mark.skipif(os.name == "nt", reason="needs sh")
def test_without_a_python_that_fits_a_sentence_says_which(start: ModuleType, tmp_path: Path) -> None:
    nothing = tmp_path / "nothing"
    nothing.mkdir()
    (nothing / "dirname").symlink_to(str(shutil.which("dirname")))
    done = subprocess.run(
        [str(shutil.which("sh")), str(start.FOLDER / "start-alis.sh")],
        env={"PATH": str(nothing)}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 1
    assert "ALIS trenger Python 3.11 til 3.13 (64-bit), og fant ingen." in done.stderr


@contextmanager
def started(folder: Path) -> Iterator[tuple[str, str]]:
    """What it says until its page is there, and the page; every way out of the machine leads nowhere."""
    nowhere = dict.fromkeys(("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"), "http://127.0.0.1:9")
    running = subprocess.Popen(
        ["sh", "start-alis.sh", "--no-browser"], cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        encoding="utf-8",
        env={**os.environ, **nowhere, "PATH": f"{Path(sys.base_prefix, 'bin')}{os.pathsep}{os.environ['PATH']}"},
    )  # fmt: skip
    assert running.stdout is not None
    said = ""
    try:
        for line in running.stdout:
            said += line
            if found := LINK.search(line):
                come_in = urllib.request.build_opener(
                    urllib.request.ProxyHandler({}), urllib.request.HTTPCookieProcessor()
                )
                come_in.open(found[0], timeout=30).close()
                with come_in.open(found[0].partition("/enter")[0], timeout=30) as answer:
                    yield said, answer.read().decode()
                return
        pytest.fail(f"it ended: {said}")
    finally:
        running.send_signal(signal.SIGINT)
        running.wait(30)
        running.stdout.close()


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="needs sh")
def test_from_the_zip_without_network_to_the_page(build: ModuleType, tmp_path: Path) -> None:
    assert build.main(["--here", "--no-pictures", "--output", str(tmp_path)]) == 0
    (made,) = tmp_path.glob("ALIS-*.zip")
    shutil.unpack_archive(made, tmp_path)
    folder = tmp_path / "ALIS"
    start = module_of(folder / "start" / "start.py")
    with started(folder) as (said, page):
        assert start.FIRST in said
        assert "<h1" in page
    kept = (folder / "ALIS-data" / "alis.sqlite3").stat().st_ino
    with started(folder) as (said, page):
        assert start.FIRST not in said
        assert "<h1" in page
    about = folder / "start" / "about.json"
    about.write_text(json.dumps({**start.ABOUT, "release": "another"}), encoding="utf-8")
    with started(folder) as (said, page):
        assert start.NEWER in said
        assert "<h1" in page
    assert (folder / "ALIS-data" / "alis.sqlite3").stat().st_ino == kept
