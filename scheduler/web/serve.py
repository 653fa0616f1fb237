"""A server on a folder: 127.0.0.1 only, at whatever port is free, until it is told to stop."""

from __future__ import annotations

import gc
import http.client
import socket
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import uvicorn

from scheduler.texts import Language
from scheduler.web.app import make_app
from scheduler.web.desk import Desk, new_link
from scheduler.web.security import HOST, Door
from scheduler.web.store import Store

_ANSWERS_WITHIN_S = 2.0
_NEW_OBJECTS = 10_000
"""How many, before Python looks for what nobody holds any more; a drop on the timeline of a hundred makes and leaves
fifty thousand, and with Python's own 700 every other one waited for a look at everything, which took half its time."""


def link_to_running(folder: Path) -> str | None:
    """A new link to a server that is on the folder already; None if there is none that answers."""
    store = Store(folder)
    for server, port in store.servers().items():
        if _answers(port):
            return new_link(store, server, Door(port))
        store.close_server(server)
    return None


def _answers(port: int) -> bool:
    """Whether something of ours listens at the port: without a cookie it refuses, with our headers."""
    connection = http.client.HTTPConnection(HOST, port, timeout=_ANSWERS_WITHIN_S)
    with suppress(OSError, http.client.HTTPException):
        connection.request("GET", "/")
        answer = connection.getresponse()
        return answer.status == 403 and answer.getheader("X-Frame-Options") == "DENY"
    return False


def serve(folder: Path, lang: Language, ready: Callable[[str], None]) -> None:
    """Answer until a Ctrl-C, or until a page says that it is over; ``ready`` is told the link when anybody may come."""
    gc.set_threshold(_NEW_OBJECTS)
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as listening:
        listening.bind((HOST, 0))
        listening.listen(128)
        desk = Desk.at(folder, listening.getsockname()[1], lang)
        config = uvicorn.Config(
            make_app(desk), log_config=None, access_log=False, server_header=False, ws="none", lifespan="off"
        )
        server = uvicorn.Server(config)
        desk.stop = lambda: setattr(server, "should_exit", True)
        try:
            ready(desk.link())
            server.run(sockets=[listening])
        finally:
            desk.runner.end()
            desk.store.close_server(desk.server)
