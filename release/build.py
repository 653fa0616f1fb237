"""One zip to start from without network: ``python release/build.py``; ``make release`` calls it.

In it are the project's own wheel with its pages, every wheel that ``alis-scheduler[web]`` needs, what starts it, and a
Norwegian page with pictures. What there is no wheel of is told, and that Python left out; a platform without any Python
is an error.
"""

from __future__ import annotations

import argparse
import email
import hashlib
import json
import os
import platform
import re
import subprocess
import sys
import tempfile
import tomllib
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
TOP = "ALIS"  # the folder in the zip: unpacked in the same place, a newer one lies over an older one
EXTRA = "web"
MACOS = "13_0"  # the oldest macOS that wheels are taken for
GLIBC = (*(f"manylinux_2_{minor}" for minor in range(28, 4, -1)), "manylinux2014", "manylinux2010", "manylinux1")


class CannotReleaseError(Exception):
    """What is missing, as a sentence."""


@dataclass(frozen=True)
class Platform:
    """A kind of machine: what pip calls it, and what Python says of itself there."""

    title: str
    tags: tuple[str, ...]
    system: str
    machine: str
    sys_platform: str

    @property
    def key(self) -> str:
        """As ``start.py`` makes it of the machine that it is on."""
        return f"{self.system}-{self.machine}".lower()

    def environment(self, python: str) -> dict[str, str]:
        """What the markers of requirements are read with."""
        return {
            "implementation_name": "cpython",
            "os_name": "nt" if self.system == "Windows" else "posix",
            "platform_machine": self.machine,
            "platform_python_implementation": "CPython",
            "platform_system": self.system,
            "python_full_version": f"{python}.0",
            "python_version": python,
            "sys_platform": self.sys_platform,
        }


PLATFORMS = (
    Platform("Windows", ("win_amd64",), "Windows", "AMD64", "win32"),
    Platform("macOS, Apple", (f"macosx_{MACOS}_arm64",), "Darwin", "arm64", "darwin"),
    Platform("macOS, Intel", (f"macosx_{MACOS}_x86_64",), "Darwin", "x86_64", "darwin"),
    Platform("Linux", tuple(f"{glibc}_x86_64" for glibc in GLIBC), "Linux", "x86_64", "linux"),
)


def pythons(project: str) -> list[str]:
    """The Pythons of ``requires-python`` in the text of a pyproject.toml, the oldest first."""
    told = tomllib.loads(project)["project"]["requires-python"]
    found = re.fullmatch(r">=3\.(\d+),<3\.(\d+)", told)
    if found is None:
        raise CannotReleaseError(f"requires-python is to be of the form >=3.X,<3.Y, not {told}")
    return [f"3.{minor}" for minor in range(int(found[1]), int(found[2]))]


def pins(constraints: str) -> dict[str, str]:
    """``name==version`` by name, of the text of a constraints.txt."""
    lines = (line.partition("#")[0].strip() for line in constraints.splitlines())
    return {str(canonicalize_name(line.partition("==")[0])): line for line in lines if "==" in line}


# --- wheels ---


def requirements(wheel: Path) -> list[Requirement]:
    """What a wheel says that it needs."""
    with zipfile.ZipFile(wheel) as packed:
        (name,) = (name for name in packed.namelist() if re.fullmatch(r"[^/]+\.dist-info/METADATA", name))
        told = email.message_from_bytes(packed.read(name))
    return [Requirement(line) for line in told.get_all("Requires-Dist", [])]


def by_name(wheels: Path) -> dict[str, Path]:
    """A wheel of each name in a folder."""
    return {str(canonicalize_name(wheel.name.partition("-")[0])): wheel for wheel in sorted(wheels.glob("*.whl"))}


def closure(root: str, wheels: Path, environment: dict[str, str]) -> set[str]:
    """The names that ``root`` with its extra needs there, as far as the wheels in the folder tell."""
    there = by_name(wheels)
    seen: set[tuple[str, str]] = set()
    ahead = [(root, ""), (root, EXTRA)]
    while ahead:
        name, extra = ahead.pop()
        if (name, extra) in seen:
            continue
        seen.add((name, extra))
        for needed in requirements(there[name]) if name in there else []:
            if needed.marker is None or needed.marker.evaluate({**environment, "extra": extra}):
                ahead += [(str(canonicalize_name(needed.name)), more) for more in ("", *sorted(needed.extras))]
    return {name for name, _ in seen}


def download(wheels: Path, wanted: Iterable[str], kind: Platform, python: str) -> str | None:
    """Wheels of exactly what is wanted, into the folder; what pip says of it where one is not to be had."""
    tags = [f"--platform={tag}" for tag in kind.tags]
    abis = [f"--abi={abi}" for abi in (f"cp{python.replace('.', '')}", "abi3", "none")]
    options = ["--quiet", "--no-deps", "--only-binary=:all:", "--implementation=cp", f"--python-version={python}"]
    done = run("-m", "pip", "download", *options, *tags, *abis, f"--dest={wheels}", *sorted(wanted), check=False)
    return None if not done.returncode else (done.stderr.strip().splitlines() or ["pip says nothing"])[-1]


def gather(wheels: Path, own: Path, kind: Platform, python: str, pinned: dict[str, str]) -> str | None:
    """All wheels for one Python on one kind of machine, one wave after another; what is missing, if anything is."""
    before = set(wheels.iterdir())
    root = str(canonicalize_name(own.name.partition("-")[0]))
    here = {root}
    missing = None
    while missing is None and (new := closure(root, wheels, kind.environment(python)) - here):
        if loose := sorted(new - set(pinned)):
            missing = f"constraints.txt does not say which {', '.join(loose)}"
        else:
            missing = download(wheels, (pinned[name] for name in new), kind, python)
        here |= new
    if missing is not None:
        for useless in set(wheels.iterdir()) - before:
            useless.unlink()
    return missing


def own_wheel(wheels: Path) -> Path:
    """The project's own wheel, with the pages in it."""
    run(
        "-m", "pip", "wheel", "--quiet", "--no-deps", f"--wheel-dir={wheels}", str(ROOT),
        environment={"ALIS_NEEDS_PAGES": "1"},
    )  # fmt: skip
    (wheel,) = wheels.glob("alis_scheduler-*.whl")
    with zipfile.ZipFile(wheel) as packed:
        if "scheduler/web/static/built/timeline.js" not in packed.namelist():
            raise CannotReleaseError(f"{wheel.name} is without the pages")
    return wheel


def run(
    *arguments: str, check: bool = True, environment: dict[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """This Python with arguments."""
    done = subprocess.run(
        [sys.executable, *arguments], capture_output=True, text=True, encoding="utf-8", check=False,
        env={**os.environ, **(environment or {})},
    )  # fmt: skip
    if check and done.returncode:
        raise CannotReleaseError(f"{' '.join(arguments)}\n{(done.stdout + done.stderr).strip()}")
    return done


# --- what lies beside the wheels ---


def texts(
    reach: dict[str, list[str]], version: str, wheels: Sequence[Path], pinned: Iterable[str], pictures: str = ""
) -> dict[str, bytes]:
    """The files beside the wheels, by their names in the zip. ``reach``: the Pythons of each kind of machine."""
    every = sorted({python for found in reach.values() for python in found}, key=_minor)
    words = {
        "@PYTHONS@": " ".join(reversed(every)),
        "@OLDEST@": every[0],
        "@NEWEST@": every[-1],
        "@VERSION@": version,
        "@PICTURES@": pictures,
    }
    about = {"release": identity(version, wheels), "version": version, "pythons": reach}
    return {
        # One byte a letter: cmd reads a batch file by bytes, and loses its place where a letter has several.
        "Start ALIS.cmd": filled("start.cmd", words).replace("\n", "\r\n").encode("cp850"),
        "start-alis.sh": filled("start.sh", words).encode(),
        "Les meg først.html": filled("read-me.html", words).encode(),
        "start/start.py": filled("start.py", {}).encode(),
        "start/constraints.txt": "".join(f"{pin}\n" for pin in sorted(pinned)).encode(),
        "start/about.json": (json.dumps(about, indent=2) + "\n").encode(),
    }


def identity(version: str, wheels: Sequence[Path]) -> str:
    """What tells one release from another, also two of the same version: the sum of all wheels."""
    summed = hashlib.sha256()
    for wheel in sorted(wheels):
        summed.update(f"{wheel.name} {hashlib.sha256(wheel.read_bytes()).hexdigest()}\n".encode())
    return f"{version}-{summed.hexdigest()[:12]}"


def filled(template: str, words: dict[str, str]) -> str:
    """A file of ``start/`` with words put in."""
    text = (HERE / "start" / template).read_text(encoding="utf-8")
    for word, meant in words.items():
        text = text.replace(word, meant)
    return text


def _minor(python: str) -> int:
    return int(python.partition(".")[2])


def pack(target: Path, beside: dict[str, bytes], wheels: Sequence[Path]) -> None:
    """The zip. Wheels are packed already; what ends in .sh may be run."""
    with zipfile.ZipFile(target, "w") as packed:
        for name, content in beside.items():
            entry = zipfile.ZipInfo(f"{TOP}/{name}", date_time=(2026, 1, 1, 0, 0, 0))
            entry.create_system = 3  # Unix, which is where the next line means something
            entry.external_attr = (0o755 if name.endswith(".sh") else 0o644) << 16
            packed.writestr(entry, content, zipfile.ZIP_DEFLATED)
        for wheel in sorted(wheels):
            packed.write(wheel, f"{TOP}/wheels/{wheel.name}", zipfile.ZIP_STORED)


# --- all of it ---


def release(target: Path, kinds: Sequence[Platform], wanted: Sequence[str], with_pictures: bool) -> Path:
    """Make the zip in the folder, and tell what is in it."""
    pinned = pins((ROOT / "constraints.txt").read_text(encoding="utf-8"))
    target.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as made:
        wheels = Path(made)
        own = own_wheel(wheels)
        version = own.name.split("-")[1]
        reach: dict[str, list[str]] = {kind.key: [] for kind in kinds}
        for kind in kinds:
            for python in wanted:
                missing = gather(wheels, own, kind, python, pinned)
                print(f"{kind.title}, Python {python}: {missing or 'all wheels'}", flush=True)
                if missing is None:
                    reach[kind.key].append(python)
            if not reach[kind.key]:
                raise CannotReleaseError(f"There are not all wheels for any Python on {kind.title}.")
        packed = sorted(wheels.glob("*.whl"))
        beside = texts(reach, version, packed, pinned.values(), drawn() if with_pictures else "")
        result = target / f"ALIS-{version}.zip"
        pack(result, beside, packed)
    print(f"{result}: {len(packed)} wheels, {result.stat().st_size / 1e6:.0f} MB")
    return result


def drawn() -> str:
    """The pictures of the page, as HTML; nothing where no browser is found, and the log says so."""
    done = run(str(HERE / "pictures.py"), check=False)
    if done.returncode:
        print(f"without pictures: {(done.stderr.strip().splitlines() or ['nothing is said'])[-1]}")
        return ""
    return done.stdout


def this_kind() -> Platform:
    """The kind of machine that this one is."""
    key = f"{platform.system()}-{platform.machine()}".lower()
    found = next((kind for kind in PLATFORMS if kind.key == key), None)
    if found is None:
        raise CannotReleaseError(f"No release is made for a machine such as this ({key}).")
    return found


def main(arguments: list[str]) -> int:
    """0; 1 where there is no release, with a sentence why."""
    parser = argparse.ArgumentParser(description="One zip that starts without network, in dist/.")
    parser.add_argument("--output", type=Path, default=ROOT / "dist", help="the folder that it is written to")
    parser.add_argument("--here", action="store_true", help="for this kind of machine and this Python only")
    parser.add_argument("--no-pictures", action="store_true", help="leave the pictures out")
    told = parser.parse_args(arguments)
    try:
        every = pythons((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
        kinds = [this_kind()] if told.here else PLATFORMS
        wanted = [f"3.{sys.version_info.minor}"] if told.here else every
        release(told.output, kinds, wanted, not told.no_pictures)
    except CannotReleaseError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
