"""Who is let in: by the one-time link only, addressed by our name only, and with changes from our pages only."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from scheduler.web.desk import Desk
from scheduler.web.security import HOST, MOST_UPLOADED
from tests.helpers.browsing import PORT, Browser, desk_in, stranger_at


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return desk_in(tmp_path)


@pytest.fixture
def browser(desk: Desk) -> Browser:
    return Browser(desk)


def test_the_link_opens_the_pages_once(desk: Desk) -> None:
    link = desk.link()
    first = stranger_at(desk)
    assert first.get("/").status_code == 403
    came = first.get(link)
    assert came.status_code == 200
    cookie = came.headers["set-cookie"]
    assert cookie.startswith(f"alis-{PORT}={desk.door.secret};")
    assert {"HttpOnly", "SameSite=strict", "Path=/"} <= set(cookie.split("; "))
    assert 'content="0; url=/"' in came.text
    assert first.get("/").status_code == 200
    second = stranger_at(desk)
    assert second.get(link).status_code == 403
    assert second.get("/").status_code == 403


@pytest.mark.parametrize("token", ["", "x", "é", "' OR 1=1 --"])
def test_a_guessed_link_opens_nothing(desk: Desk, token: str) -> None:
    desk.link()
    answer = stranger_at(desk).get("/enter", params={"token": token})
    assert answer.status_code == 403
    assert "set-cookie" not in answer.headers


def test_the_link_of_another_server_on_the_folder_opens_nothing(tmp_path: Path, desk: Desk) -> None:
    other = Desk.at(tmp_path, PORT + 1)
    token = other.link().partition("token=")[2]
    assert stranger_at(desk).get("/enter", params={"token": token}).status_code == 403


@pytest.mark.parametrize("host", ["localhost:50123", "evil.example", "127.0.0.1", f"127.0.0.1:{PORT}.evil.example", ""])
def test_a_name_that_is_not_ours_is_refused(browser: Browser, host: str) -> None:
    """A page whose name leads to this machine reads nothing, though the browser would send its cookies."""
    assert browser.get("/", headers={"Host": host}).status_code == 403
    assert browser.get("/enter", headers={"Host": host}).status_code == 403


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Origin": f"http://{HOST}:{PORT + 1}"},
        {"Origin": f"https://{HOST}:{PORT}"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
def test_another_page_is_refused(browser: Browser, headers: dict[str, str]) -> None:
    for method in ("GET", "POST"):
        assert browser.request(method, "/author", headers=headers, data={"name": "X"}).status_code == 403
    assert browser.desk.store.setting("author") is None


def test_a_change_must_name_its_origin(browser: Browser) -> None:
    del browser.headers["origin"]
    assert browser.get("/").status_code == 200
    assert browser.post("/author", data={"name": "X"}).status_code == 403


@pytest.mark.parametrize("place", ["/", "/author", "/static/alis.css", "/p/1/data", "/nothing"])
def test_without_the_cookie_nothing_is_told(desk: Desk, place: str) -> None:
    answer = stranger_at(desk).get(place)
    assert answer.status_code == 403
    assert "Start" in answer.text
    assert str(desk.folder) not in answer.text


def test_every_answer_is_guarded(browser: Browser) -> None:
    """Only what comes from here is loaded, nothing inline; nobody may frame it; nothing is kept by the browser."""
    answers = [
        browser.get("/"),
        browser.get("/static/alis.css"),
        browser.get("/no"),
        stranger_at(browser.desk).get("/"),
    ]
    assert [answer.status_code for answer in answers] == [200, 200, 404, 403]
    for answer in answers:
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy
        assert "http" not in policy
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["cache-control"] in ("no-store", "no-cache")


def test_what_is_sent_has_a_limit(browser: Browser) -> None:
    said = browser.post("/author", content=b"", headers={"Content-Length": str(MOST_UPLOADED + 1)})
    assert said.status_code == 413
    assert '<a href="/">' in said.text

    def parts() -> object:  # without saying how long it is
        yield b"name="
        for _ in range(MOST_UPLOADED // 1_000_000 + 1):
            yield b"x" * 1_000_000

    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    assert browser.post("/author", content=parts(), headers=kind).status_code == 413
    assert browser.desk.store.setting("author") is None


def test_who_one_is_and_the_language_are_kept(browser: Browser) -> None:
    assert "Hvem er du?" in browser.get("/").text
    page = browser.post("/author", data={"name": " Kari  <b>Lege</b> ", "back": "/"})
    assert page.url.path == "/"
    assert "Kari &lt;b&gt;Lege&lt;/b&gt;" in page.text
    english = browser.post("/language", data={"lang": "en", "back": "/"})
    assert '<html lang="en">' in english.text
    assert browser.post("/language", data={"lang": "xx", "back": "/"}).text.count('<html lang="en">') == 1


@pytest.mark.parametrize("back", ["//evil.example/", "http://evil.example", "/\\evil.example", "javascript:alert(1)"])
def test_nobody_is_sent_elsewhere(browser: Browser, back: str) -> None:
    answer = browser.post("/author", data={"name": "X", "back": back}, follow_redirects=False)
    assert answer.headers["location"] == "/"


def test_pages_bring_nothing_inline_and_nothing_from_elsewhere(browser: Browser) -> None:
    page = browser.get("/").text
    assert not re.search(r"\son\w+=|style=|<style|<script(?![^>]* src=\"/static/)", page)
    assert set(re.findall(r"(?:src|href|action)=\"([^\"]*)\"", page)) <= {
        *("#main", "/", "/author", "/language", "/stop", "/static/alis.css", "/static/alis.svg", "/static/alis.js"),
        *("/new", "/projects/file", "/projects/example", "/work/import"),
    }


def test_stop_asks_the_server_to_end(browser: Browser) -> None:
    asked: list[bool] = []
    browser.desk.stop = lambda: asked.append(True)
    assert "ALIS er avsluttet" in browser.post("/stop").text
    assert asked == [True]
