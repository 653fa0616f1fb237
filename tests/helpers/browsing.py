"""A browser in the head: it has the cookie, and names the page's origin on what it sends."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from html.parser import HTMLParser
from pathlib import Path
from unittest.mock import patch

from starlette.testclient import TestClient

from scheduler.api import Instance
from scheduler.texts import Phrase
from scheduler.web.app import make_app
from scheduler.web.data import content_of
from scheduler.web.desk import Desk
from scheduler.web.jobs.child import run
from scheduler.web.store import Project

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


def project_with(desk: Desk, instance: Instance, name: str = "tiny") -> Project:
    """A project with an instance as its data."""
    assert instance.source is not None
    content = content_of(instance.source, desk.lang)
    return desk.store.add_project(name, content, author="Kari", what=Phrase("web.did-example"))


class Cells(HTMLParser):
    """The cells of a table's page: what stands in each, and what is said beside it."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.values: dict[str, str] = {}
        self.hidden: dict[str, str] = {}
        self.beside: dict[str, str] = {}
        self.wrong: set[str] = set()
        self._select = self._place = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        name = given.get("name", "")
        if name.startswith("c."):
            self.values[name] = given.get("value", "")
            self._select = name if tag == "select" else ""
            if "aria-invalid" in given:
                self.wrong.add(name)
        elif tag == "input" and given.get("type") == "hidden":
            self.hidden[name] = given["value"]
        elif tag == "option" and "selected" in given:
            self.values[self._select] = given["value"]
        elif given.get("class") == "wrong":
            self._place = given["id"].removeprefix("w-")
        elif tag != "span":
            self._place = ""

    def handle_data(self, data: str) -> None:
        if self._place and data.strip():
            self.beside[self._place] = self.beside.get(self._place, "") + data

    def form(self, **typed: str) -> dict[str, str]:
        """What the page sends with these cells typed anew (``c.0.id``; a dot in a name is ``__``)."""
        changed = {name.replace("__", "."): value for name, value in typed.items()}
        assert changed.keys() <= self.values.keys(), changed.keys() - self.values.keys()
        return {**self.hidden, **self.values, **changed}


@contextmanager
def searches_here() -> Iterator[None]:
    """Searches are done at once, in this process, whoever asks for them."""

    class Done:
        def poll(self) -> int:
            return 0

    def process(folder: Path, job: int) -> Done:
        run(folder, job)
        return Done()

    with patch("scheduler.web.jobs.runner._process", process):
        yield
