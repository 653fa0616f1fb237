"""What all pages of a running server share."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from scheduler.texts import Language
from scheduler.web.jobs.runner import Runner
from scheduler.web.security import Door, digest
from scheduler.web.store import Store


@dataclass(slots=True)
class Desk:
    """A server on a folder: its memory, and the door that is its own. ``lang``: of whoever has not chosen one."""

    folder: Path
    store: Store
    door: Door
    server: int
    runner: Runner
    lang: Language = "nb"
    stop: Callable[[], None] = lambda: None
    """Ends the server, where there is one around the pages."""

    @classmethod
    def at(cls, folder: Path, port: int, lang: Language = "nb") -> Desk:
        """A desk for a server that listens at the port."""
        store = Store(folder)
        return cls(folder, store, Door(port), store.open_server(port), Runner(folder, store), lang)

    def link(self) -> str:
        """A new address that opens the pages once."""
        return new_link(self.store, self.server, self.door)


def new_link(store: Store, server: int, door: Door) -> str:
    """An address that opens a server's pages once; whoever may write the folder's memory may have one."""
    token = secrets.token_urlsafe(32)
    store.add_link(digest(token), server)
    return door.link(token)
