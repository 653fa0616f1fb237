"""``python -m scheduler`` is ``alis``.

What cannot be loaded is told in a sentence. Python 3.8 can read this file, whatever the rest needs; so its texts are
here, and not in the catalogue, which only a Python that fits can read.
"""

import sys
import time

BEGAN = time.monotonic() - time.process_time()  # Python has been loaded by now
STOPPED = 130
PYTHONS = "3.11", "3.14"  # the first and the last that all pinned packages are ready-made for (docs/decisions/0011)
CANNOT_START = (
    "alis kan ikke starte med Python {here}: {error}. "
    "Programmet trenger Python {first} til {last} og pakkene i constraints.txt; README.md viser hvordan.\n"
    "alis cannot start with Python {here}: {error}. "
    "It needs Python {first} to {last} and the packages in constraints.txt; README.md shows how."
)


def run() -> None:
    """The command line; a Ctrl-C while the program is still being loaded ends it quietly too."""
    try:
        try:
            from scheduler.cli import main
        except (ImportError, SyntaxError) as error:
            sys.exit(cannot_start(error))
        main(prog_name="alis", obj=BEGAN)
    except KeyboardInterrupt:
        sys.exit(STOPPED)
    except Exception as error:  # outside of any command
        from scheduler.cli.edge import end

        sys.exit(end(error, {}))


def cannot_start(error: Exception) -> str:
    """What to say where something cannot be loaded; with ``--debug`` the error itself."""
    if "--debug" in sys.argv:
        raise error
    here = ".".join(map(str, sys.version_info[:3]))
    return CANNOT_START.format(here=here, error=error, first=PYTHONS[0], last=PYTHONS[1])


if __name__ == "__main__":
    run()
