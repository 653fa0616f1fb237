"""``alis serve``: the whole job on pages of one's own browser."""

from __future__ import annotations

import webbrowser
from pathlib import Path

import click

from scheduler.cli.console import Command, CommandError, Console, ExitCode, writing
from scheduler.cli.files import OUTPUT, require_folder

FOLDER = Path("ALIS")


@click.command(
    cls=Command,
    examples=[
        "alis serve",
        "alis serve our-plans",
        "alis serve our-plans --no-browser --lang en",
    ],
)
@click.argument("folder", type=OUTPUT, required=False)
@click.option("--no-browser", is_flag=True, help="Only tell the address; open nothing.")
@click.pass_obj
def serve(console: Console, folder: Path | None, no_browser: bool) -> None:
    """Open the pages of FOLDER in the browser: data, planning, timeline, what-if, the meeting [default: ALIS/].

    Everything is kept in the folder, in one file: every version of data and plans, who saved it and when. The pages are
    on this machine only (127.0.0.1) and open with a link that can be used once. If a server is on the folder already,
    its pages are opened again. Ctrl-C stops; nothing that was shown as saved is lost.
    """
    folder = folder or FOLDER
    require_folder(folder)
    with writing(folder):
        folder.mkdir(parents=True, exist_ok=True)
    try:
        from scheduler.web.serve import link_to_running
        from scheduler.web.serve import serve as answer
        from scheduler.web.store import STORE_FILE, NotOursError
    except ImportError as error:
        if (error.name or "").partition(".")[0] == "scheduler":
            raise
        raise CommandError(ExitCode.USAGE, "web-not-installed", name=error.name) from None

    def ready(link: str, key: str = "serving") -> None:
        console.insist(console.text(key))
        console.result(f"{link}\n")
        if not no_browser:
            webbrowser.open(link)

    try:
        running = link_to_running(folder)
        if running is not None:
            ready(running, "serving-already")
        else:
            answer(folder, console.lang, ready)
    except NotOursError:
        raise CommandError(ExitCode.USAGE, "not-a-store", path=folder / STORE_FILE) from None
