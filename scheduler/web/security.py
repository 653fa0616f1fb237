"""Who may ask: the browser that was opened with the link, on this machine, from the pages themselves.

Other pages that are open in the same browser, and other people's programs on the same machine, can reach the port, too.
So every request must be addressed to the name we serve under (DNS rebinding), carry the cookie that the one-time link
became (other programs), and, where it changes anything, come from a page of ours (forged requests).
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import HTTPConnection
from starlette.responses import HTMLResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from scheduler.texts import LANGUAGES, text

HOST = "127.0.0.1"
ENTRANCE = "/enter"
MOST_UPLOADED = 25_000_000
"""Bytes of one request; the largest file that is read is smaller (``files.load.LARGEST_FILE``)."""
MOST_MOVED = 1_000_000_000
"""Bytes of a whole folder's work."""
MOVING = "/work/import"
"""Where that is sent to."""
_CHANGES_NOTHING = {"GET", "HEAD"}
_HERE = {"same-origin", "none"}

HEADERS: Mapping[str, str] = {
    "Content-Security-Policy": "; ".join(
        (
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            "img-src 'self' data: blob:",
            "font-src 'self'",
            "connect-src 'self'",
            "form-action 'self'",
            "base-uri 'none'",
            "frame-ancestors 'none'",
        )
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "same-origin",  # without any, browsers name no origin on forms
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cache-Control": "no-store",
}
"""On every answer: everything comes from here, nothing is inline, nobody frames it, nothing stays in a cache."""
_STATIC, _ASK_FIRST = "/static/", "no-cache"


def digest(secret: str) -> str:
    """What is kept of a secret."""
    return hashlib.sha256(secret.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Door:
    """Where the pages are, and the secret that the browser got for the link: ``cookie`` is its name."""

    port: int
    secret: str = field(default_factory=lambda: secrets.token_urlsafe(32))

    @property
    def host(self) -> str:
        """The name that every request must be addressed to."""
        return f"{HOST}:{self.port}"

    @property
    def origin(self) -> str:
        """The origin of the pages."""
        return f"http://{self.host}"

    @property
    def cookie(self) -> str:
        """Cookies know no ports: two servers side by side would take each other's."""
        return f"alis-{self.port}"

    def link(self, token: str) -> str:
        """The address that opens the pages once."""
        return f"{self.origin}{ENTRANCE}?token={token}"

    def let_in(self, response: Response) -> Response:
        """The answer with the cookie, which no script sees and no other page's request carries."""
        response.set_cookie(self.cookie, self.secret, httponly=True, samesite="strict", path="/")
        return response


class Guard:
    """Turns away whoever may not ask, limits what is sent, and puts the headers on every answer."""

    def __init__(self, app: ASGIApp, door: Door, most: int = MOST_UPLOADED) -> None:
        self.app = app
        self.door = door
        self.most = most

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request; anything but HTTP is not spoken here."""
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return
        if scope["type"] != "http":
            raise ValueError(f"no {scope['type']} here")
        most = MOST_MOVED if scope["path"] == MOVING else self.most
        refusal = self._refusal(scope, most)
        if refusal is not None:
            await refusal(scope, receive, _with_headers(send, scope))
            return
        await self.app(scope, _limited(receive, most), _with_headers(send, scope))

    def _refusal(self, scope: Scope, most: int) -> Response | None:
        headers = Headers(scope=scope)
        if headers.get("host") != self.door.host or not self._from_here(scope, headers):
            return refused("web.refused-foreign", HTTPStatus.FORBIDDEN)
        if scope["path"] != ENTRANCE and not self._known(scope):
            return refused("web.refused-unknown", HTTPStatus.FORBIDDEN)
        length = headers.get("content-length", "0")
        if not length.isdecimal() or int(length) > most:
            return refused("web.refused-big", HTTPStatus.REQUEST_ENTITY_TOO_LARGE, most=most // 1_000_000)
        return None

    def _from_here(self, scope: Scope, headers: Headers) -> bool:
        """Whether the browser says that a page of ours asks; of what changes something, it must say so."""
        origin, site = headers.get("origin"), headers.get("sec-fetch-site")
        if site is not None and site not in _HERE:
            return False
        if origin is None:
            return scope["method"] in _CHANGES_NOTHING
        return origin == self.door.origin

    def _known(self, scope: Scope) -> bool:
        given = HTTPConnection(scope).cookies.get(self.door.cookie, "")
        return hmac.compare_digest(given.encode(), self.door.secret.encode())


def _limited(receive: Receive, most: int) -> Receive:
    """The request, until there is more of it than there may be."""
    so_far = 0

    async def counted() -> Message:
        nonlocal so_far
        message = await receive()
        so_far += len(message.get("body", b""))
        if so_far > most:
            raise HTTPException(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        return message

    return counted


def _with_headers(send: Send, scope: Scope) -> Send:
    async def sent(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in HEADERS.items():
                headers[name] = value
            if scope["path"].startswith(_STATIC):
                headers["Cache-Control"] = _ASK_FIRST
        await send(message)

    return sent


def refused(key: str, status: HTTPStatus, **fields: object) -> HTMLResponse:
    """A bare page in both languages: whoever is not let in learns nothing of what is behind. One who is, gets back."""
    back = ' <a href="/">{}</a>' if status is HTTPStatus.REQUEST_ENTITY_TOO_LARGE else ""
    said = "".join(
        f'<p lang="{lang}">{text(key, lang, **fields)}{back.format(text("web.to-start", lang))}</p>'
        for lang in LANGUAGES
    )
    page = f'<!doctype html><html lang="{LANGUAGES[0]}"><meta charset="utf-8"><title>ALIS</title>{said}</html>'
    return HTMLResponse(page, status)
