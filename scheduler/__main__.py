"""``python -m scheduler`` is ``alis``."""

import sys

STOPPED = 130


def run() -> None:
    """The command line; a Ctrl-C while the program is still being loaded ends it quietly too."""
    try:
        from scheduler.cli import main

        main(prog_name="alis")
    except KeyboardInterrupt:
        sys.exit(STOPPED)


if __name__ == "__main__":
    run()
