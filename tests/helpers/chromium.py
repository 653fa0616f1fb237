"""A real browser on real pages: a server on a free port in a thread, and the machine's own Chromium."""

from __future__ import annotations

import os
import shutil
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import uvicorn
from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

from scheduler.web.app import make_app
from scheduler.web.desk import Desk
from scheduler.web.rendering import STATIC
from scheduler.web.security import HOST

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
REQUIRED = "ALIS_NEEDS_PAGES"
"""Set where what is built may not be missing, and tests in a browser may not be left out."""
WIDE: ViewportSize = {"width": 1280, "height": 800}
NARROW: ViewportSize = {"width": 400, "height": 800}
PATIENCE_MS = 15_000
AXE = Path(__file__).parents[2] / "web" / "node_modules" / "axe-core" / "axe.min.js"


def chromium(own: str) -> str:
    """The browser's program: the machine's, or Playwright's own; without one the test is left out."""
    found = next((path for name in NAMES if (path := shutil.which(name))), None)
    if found is None and Path(own).exists():
        return own
    if found is None:
        leave_out(f"none of {', '.join(NAMES)} is here")
    assert found is not None
    return found


def leave_out(why: str) -> None:
    """Leave the test out; where that may not be, it has failed."""
    (pytest.fail if os.environ.get(REQUIRED) else pytest.skip)(why)


@contextmanager
def serving(folder: Path) -> Iterator[Desk]:
    """The pages of a folder, as long as the block lasts."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as listening:
        listening.bind((HOST, 0))
        listening.listen(16)
        desk = Desk.at(folder, listening.getsockname()[1])
        server = uvicorn.Server(uvicorn.Config(make_app(desk), log_config=None, ws="none", lifespan="off"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
        thread.start()
        try:
            yield desk
        finally:
            server.should_exit = True
            thread.join(timeout=10)
            desk.runner.end()
            desk.store.close_server(desk.server)


@contextmanager
def a_browser() -> Iterator[Browser]:
    """Chromium without a window; without what is built there is nothing to look at."""
    if not (STATIC / "built" / "timeline.js").exists():
        leave_out("the scripts of the pages are not built: python web/build.py")
    with sync_playwright() as playwright:
        program = chromium(playwright.chromium.executable_path)
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        try:
            yield browser
        finally:
            browser.close()


@dataclass
class Tab:
    """A page that came in by the link; ``wrong``: errors of scripts, and what the policy forbids."""

    page: Page
    origin: str
    wrong: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    def assert_well(self) -> None:
        """No script failed, and nothing was asked for anywhere else."""
        assert not self.wrong, "\n".join(self.wrong)
        assert [address for address in self.asked if not address.startswith((self.origin, "data:", "blob:"))] == []

    def broken_rules_of_access(self) -> list[str]:
        """What axe finds serious."""
        self.page.evaluate(AXE.read_text(encoding="utf-8"))
        found = self.page.evaluate("() => axe.run()")["violations"]
        return [f"{row['id']}: {row['nodes'][0]['html']}" for row in found if row["impact"] in ("serious", "critical")]


def tab_of(browser: Browser, desk: Desk, size: ViewportSize | None = None) -> Tab:
    """A new window with its own cookies."""
    page = browser.new_context(viewport=size or WIDE).new_page()
    page.set_default_timeout(PATIENCE_MS)
    tab = Tab(page, desk.door.origin)
    page.on("pageerror", lambda error: tab.wrong.append(str(error)))
    page.on("console", lambda said: tab.wrong.append(f"{said.text} {said.location}") if said.type == "error" else None)
    page.on("request", lambda request: tab.asked.append(request.url))
    page.goto(desk.link())
    page.wait_for_url(f"{desk.door.origin}/")
    return tab
