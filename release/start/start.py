"""What the release starts with, on a Python that is there: install beside itself the first time, then open the pages.

It speaks to people before the package is there, so its texts are here. Any Python may be asked whether it fits
(``start.py --fits``), so nothing here is newer than Python 3.6.
"""

import json
import os
import platform
import shutil
import signal
import subprocess
import sys
import sysconfig
from pathlib import Path

HERE = Path(__file__).resolve().parent
FOLDER = HERE.parent
ENVIRONMENT = FOLDER / "program"
STAMP = ENVIRONMENT / "release.txt"
DATA = FOLDER / "ALIS-data"
ABOUT = json.loads((HERE / "about.json").read_text(encoding="utf-8"))

FIRST = "Gjør klar programmet. Det skjer bare første gang og tar et par minutter. Ingenting hentes fra nettet."
NEWER = "Gjør klar den nye versjonen. Dataene i mappen ALIS-data blir ikke rørt."
FAILED = "Programmet kunne ikke gjøres klart. Lukk andre vinduer med ALIS, og prøv igjen. Dette ble sagt:"


def fits():
    """Whether there are wheels for this Python on this machine."""
    # An x64 Python on Windows for ARM is one to us, and one of 32 bits is none, whatever the machine is.
    machine = sysconfig.get_platform().replace("win-", "") if os.name == "nt" else platform.machine()
    key = f"{platform.system()}-{machine}".lower()
    python = "{}.{}".format(*sys.version_info[:2])
    try:
        import ensurepip  # noqa: F401  some Linuxes leave it out, and no environment can be made without
    except ImportError:
        return False
    return python in ABOUT["pythons"].get(key, [])


def python_of(environment):
    """The Python in an environment."""
    return environment / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def ready():
    """Whether what is installed is this release, and still runs."""
    try:
        installed = STAMP.read_text(encoding="utf-8").strip() == ABOUT["release"]
        return installed and not subprocess.call([str(python_of(ENVIRONMENT)), "-c", ""])
    except OSError:
        return False


def install():
    """A new environment from the wheels beside it. The stamp comes last: without it, it is made anew."""
    print(NEWER if STAMP.exists() else FIRST, flush=True)
    if ENVIRONMENT.exists():
        shutil.rmtree(str(ENVIRONMENT))
    _run([sys.executable, "-m", "venv", str(ENVIRONMENT)])
    wanted = "alis-scheduler[web]=={}".format(ABOUT["version"])
    wheels = str(FOLDER / "wheels")
    _run([str(python_of(ENVIRONMENT)), "-m", "pip", "--isolated", "install", "--quiet", "--disable-pip-version-check",
          "--no-index", "--find-links", wheels, "--constraint", str(HERE / "constraints.txt"), wanted])  # fmt: skip
    STAMP.write_text(ABOUT["release"] + "\n", encoding="utf-8")


def _run(command):
    # The machine's own settings of pip may name servers; none is asked.
    done = subprocess.run(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        universal_newlines=True,  # noqa: UP021  what Python 3.6 knows
        errors="replace",
        env=dict(os.environ, PIP_CONFIG_FILE=os.devnull),
    )
    if done.returncode:
        raise OSError(done.stdout.strip())


def main(arguments):
    """The exit code of the pages, or 1 where they could not be installed."""
    if arguments == ["--fits"]:
        return 0 if fits() else 1
    if not ready():
        try:
            install()
        except OSError as error:
            print(f"{FAILED}\n{error}", file=sys.stderr)
            return 1
    command = [str(python_of(ENVIRONMENT)), "-m", "scheduler", "serve", str(DATA), *arguments]
    if os.name != "nt":
        os.execv(command[0], command)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the pages, which end by themselves
    return subprocess.call(command)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
