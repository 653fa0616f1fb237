"""A browser in the head: it has the cookie, and names the page's origin on what it sends."""

from __future__ import annotations

from pathlib import Path

from starlette.testclient import TestClient

from scheduler.web.app import make_app
from scheduler.web.desk import Desk

PORT = 50123


class Browser(TestClient):
    """One that came in by the link; ``desk`` is what it looks at."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(make_app(desk), base_url=desk.door.origin, headers={"Origin": desk.door.origin})
        self.desk = desk
        self.cookies.set(desk.door.cookie, desk.door.secret)


def desk_in(folder: Path) -> Desk:
    """A desk on a folder, as of a server at some port."""
    return Desk.at(folder, PORT)


def stranger_at(desk: Desk) -> TestClient:
    """A client without the cookie, that names no origin."""
    return TestClient(make_app(desk), base_url=desk.door.origin)
