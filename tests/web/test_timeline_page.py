"""The timeline behind the script: what is drawn, what an edit breaks, and that it is all there after a restart."""

from __future__ import annotations

import json
import re
from http import HTTPStatus
from pathlib import Path
from typing import Any

import pytest

from scheduler import Plan
from scheduler.month import parse_month
from scheduler.texts import LANGUAGES, catalogue
from scheduler.web.drafts import looked_at
from scheduler.web.jobs.child import run
from scheduler.web.store import Store
from tests.helpers.browsing import Browser, desk_in, searches_here

AT = "/p/1/timeline"
WARD = {"A01": parse_month("2027-11"), "A02": parse_month("2027-05")}
SOURCES = Path(__file__).parents[2] / "web" / "src"


@pytest.fixture
def browser(folder: Path) -> Browser:
    return Browser(desk_in(folder))


def months(start: int, length: int = 2) -> dict[str, int]:
    return {"start": start, "end": start + length}


def ward(who: str, to: dict[str, int], of: dict[str, int] | None = None) -> dict[str, Any]:
    return {"candidate": who, "rotation": "ward", "to": to, "of": of or months(WARD[who])}


def shown(browser: Browser) -> dict[str, Any]:
    return dict(browser.get(f"{AT}/data").json())


def edit(browser: Browser, version: int, *edits: dict[str, Any]) -> dict[str, Any]:
    answer = browser.post(f"{AT}/edits", json={"expected": version, "sent": list(edits)})
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def places_of(data: dict[str, Any]) -> dict[str, list[tuple[str, int, int]]]:
    return {
        person["id"]: [
            (bar["rotation"], bar["start"], bar["end"]) for bar in data["board"]["bars"] if bar["who"] == person["id"]
        ]
        for person in data["board"]["people"]
    }


def test_what_is_drawn_is_the_plan(browser: Browser, two_in_one_ward: Plan) -> None:
    data = shown(browser)
    start = data["board"]["start"]
    assert places_of(data) == {
        "A01": [("gp", start, start + 10), ("ward", start + 10, start + 12)],
        "A02": [("gp", start, start + 4), ("ward", start + 4, start + 6), ("gp", start + 6, start + 12)],
    }
    assert [row["label"] for row in data["board"]["room"]] == ["ward"]
    states = [cell[0] for cell in data["board"]["room"][0]["cells"]]
    assert [states.index("full"), states.count("full"), states.count("over")] == [4, 4, 0]
    assert (data["faults"], data["edits"], data["steps"]) == ([], 0, {"back": 0, "forward": 0})


def test_a_drag_onto_anothers_place_is_saved_and_told_at_the_bars(browser: Browser) -> None:
    data = edit(browser, shown(browser)["version"], ward("A01", months(WARD["A02"])))
    (fault,) = data["faults"]
    assert set(fault["bars"]) == {f"{who}:{WARD['A02']}" for who in ("A01", "A02")}
    assert "2 " in fault["said"]
    assert fault["said"] in [violation["said"] for violation in shown(browser)["faults"]]
    assert "over" in [cell[0] for cell in data["board"]["room"][0]["cells"]]
    assert {bar["key"] for bar in data["board"]["bars"] if bar["moved"]} >= {f"A01:{WARD['A02']}"}


def test_edits_are_undone_and_redone_to_any_depth_by_another_server(folder: Path) -> None:
    first = Browser(desk_in(folder))
    states = [shown(first)]
    for to in (WARD["A02"], WARD["A02"] + 1, WARD["A01"]):
        before = next(bar for bar in states[-1]["board"]["bars"] if bar["rotation"] == "ward" and bar["who"] == "A01")
        of = {"start": before["start"], "end": before["end"]}
        states.append(edit(first, states[-1]["version"], ward("A01", months(to), of)))
    second = Browser(desk_in(folder))
    for at in (2, 1, 0, 1, 2, 3):
        here = shown(second)
        by = 1 if here["version"] < states[at]["version"] else -1
        answer = second.post(f"{AT}/step", json={"expected": here["version"], "by": by}).json()
        assert (places_of(answer), answer["faults"]) == (places_of(states[at]), states[at]["faults"])
        assert answer["steps"] == {"back": at, "forward": 3 - at}
    assert second.post(f"{AT}/step", json={"expected": states[3]["version"], "by": 1}).status_code == 400


def test_what_somebody_else_has_saved_is_not_overwritten(browser: Browser) -> None:
    version = shown(browser)["version"]
    after = edit(browser, version, ward("A01", months(WARD["A02"])))
    for what, sent in (
        ("edits", {"sent": [ward("A02", months(WARD["A01"]))]}),
        ("step", {"by": -1}),
        ("keep", {"faults": []}),
        ("pin", {"candidate": "A01", "rotation": "ward", "months": months(WARD["A02"]), "held": True}),
    ):
        assert browser.post(f"{AT}/{what}", json={"expected": version, **sent}).status_code == 409, what
    assert shown(browser)["version"] == after["version"]


def test_what_is_pinned_stays(browser: Browser) -> None:
    version = shown(browser)["version"]
    pin = {"candidate": "A01", "rotation": "ward", "months": months(WARD["A01"])}
    data = browser.post(f"{AT}/pin", json={"expected": version, "held": True, **pin}).json()
    assert data["pins"] == [{"who": "A01", "rotation": "ward", **months(WARD["A01"])}]
    moved = {"expected": data["version"], "sent": [ward("A01", months(WARD["A02"]))]}
    assert browser.post(f"{AT}/edits", json=moved).status_code == 400
    over = {"candidate": "A01", "rotation": "clinic", "to": months(WARD["A01"] - 1)}
    assert browser.post(f"{AT}/edits", json={"expected": data["version"], "sent": [over]}).status_code == 400
    data = browser.post(f"{AT}/pin", json={"expected": data["version"], "held": False, **pin}).json()
    assert data["pins"] == []
    assert edit(browser, data["version"], ward("A01", months(WARD["A02"])))["faults"]


def test_what_is_kept_broken_is_told_as_that_until_it_is_mended(browser: Browser) -> None:
    data = edit(browser, shown(browser)["version"], ward("A01", months(WARD["A02"])))
    fault = data["faults"][0]["id"]
    data = browser.post(f"{AT}/keep", json={"expected": data["version"], "faults": [fault, "no such"]}).json()
    assert [one["kept"] for one in data["faults"]] == [True]
    assert [one["kept"] for one in shown(browser)["faults"]] == [True]
    data = browser.post(f"{AT}/step", json={"expected": data["version"], "by": -1}).json()
    assert [one["kept"] for one in data["faults"]] == [False]


def test_two_who_swap_break_nothing(browser: Browser) -> None:
    data = edit(browser, shown(browser)["version"], ward("A01", months(WARD["A02"])), ward("A02", months(WARD["A01"])))
    assert data["faults"] == []
    assert ("ward", WARD["A01"], WARD["A01"] + 2) in places_of(data)["A02"]


def test_the_places_of_a_block_come_line_by_line_the_nearest_first(browser: Browser) -> None:
    asked = {"expected": shown(browser)["version"], "candidate": "A01", "rotation": "ward"}
    of = [WARD["A01"], WARD["A01"] + 2]
    lines = browser.get(f"{AT}/places", params={**asked, "of": of}).text.splitlines()
    found = {start: allowed for start, _, allowed in map(json.loads, lines)}
    assert next(iter(found)) == WARD["A01"]
    assert [found[WARD["A02"] + by] for by in (-3, -2, -1, 0, 1, 2)] == [1, 1, 0, 0, 0, 1]
    edges = browser.get(f"{AT}/places", params={**asked, "of": of, "edge": "end"}).text.splitlines()
    assert {json.loads(line)[0] for line in edges} == {WARD["A01"]}


@pytest.mark.parametrize(
    "sent",
    [
        [],
        [{"candidate": "A09", "rotation": "ward", "to": months(WARD["A01"])}],
        [{"candidate": "A01", "rotation": "word", "to": months(WARD["A01"])}],
        [{"candidate": "A01", "rotation": "ward", "to": months(5)}],
        [{"candidate": "A01", "rotation": "ward", "to": {"start": WARD["A01"], "end": WARD["A01"]}}],
        [{"candidate": "A01", "rotation": "ward", "to": {"start": -1, "end": 10**9}}],
        [{"candidate": "A01", "rotation": "ward", "to": months(WARD["A01"]), "more": 1}],
        "all",
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_saved(browser: Browser, sent: object) -> None:
    version = shown(browser)["version"]
    assert browser.post(f"{AT}/edits", json={"expected": version, "sent": sent}).status_code == 400
    assert shown(browser)["version"] == version


def test_a_version_of_another_project_is_not_edited(folder: Path, two_in_one_ward: Plan) -> None:
    store = Store(folder)
    what = store.versions(1)[0].what
    other = store.add_project("Storvik", {}, author="", what=what)
    foreign = store.save_plan(other.id, two_in_one_ward, expected=None, author="", what=what)
    sent = {"expected": foreign, "sent": [ward("A01", months(WARD["A02"]))]}
    assert Browser(desk_in(folder)).post(f"{AT}/edits", json=sent).status_code == 404


def test_without_a_plan_or_its_data_the_page_says_what_to_do(folder: Path, two_in_one_ward: Plan) -> None:
    store = Store(folder)
    what = store.versions(1)[0].what
    empty = store.add_project("Tomvik", {}, author="", what=what)
    bare = store.add_project("Barvik", {}, author="", what=what)
    without = two_in_one_ward.model_copy(
        update={"instance": two_in_one_ward.instance.model_copy(update={"source": None})}
    )
    store.save_plan(bare.id, without, expected=None, author="", what=what)
    browser = Browser(desk_in(folder))
    for project, key in ((empty, "no-plan"), (bare, "no-data")):
        page = browser.get(f"/p/{project.id}/timeline")
        assert page.status_code == 200
        assert catalogue()[f"web.timeline-{key}"]["nb"] in page.text
        assert "<script" not in page.text
        assert browser.get(f"/p/{project.id}/timeline/data").status_code == 404


def test_without_the_built_script_the_page_says_what_is_missing(
    browser: Browser, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("scheduler.web.pages.timeline.SCRIPT", tmp_path / "timeline.js")
    page = browser.get(AT).text
    assert "Node.js" in page
    assert "built/timeline" not in page


def test_the_script_says_what_the_catalogue_has_and_all_of_it() -> None:
    code = "\n".join(path.read_text(encoding="utf-8") for path in SOURCES.glob("*.ts"))
    told = {key.removeprefix("web.board-") for key in catalogue() if key.startswith("web.board-")}
    beginnings = set(re.findall(r"`([a-z-]+-)\$\{", code))
    unsaid = {key for key in told if f'"{key}"' not in code and not any(map(key.startswith, beginnings))}
    assert unsaid == set()
    assert set(re.findall(r'say\("([a-z-]+)"', code)) <= told
    assert {f"by-{view}" for view in ("candidate", "arena", "group")} <= told
    assert {f"mend-{outcome}" for outcome in ("done", "aside", "none", "unknown", "broke")} <= told
    assert set(LANGUAGES) == {"nb", "en"}


# --- leave and percent, which stand in the data


def absent(
    browser: Browser,
    version: int,
    start: str,
    end: str,
    percent: str | None = None,
    who: str = "A01",
    status: int = 200,
) -> dict[str, Any]:
    sent = {"candidate": who, "start": start, "end": end, "percent": percent}
    answer = browser.post(f"{AT}/absence", json={"expected": version, "sent": sent})
    assert answer.status_code == status, answer.text
    return dict(answer.json()) if status != HTTPStatus.CONFLICT else {}


def rows_of(browser: Browser, sheet: str) -> list[dict[str, Any]]:
    project = browser.desk.store.project(1)
    assert project.data is not None
    return list(browser.desk.store.data(project.data).get(sheet, {"rows": []})["rows"])


def leave_rows(browser: Browser) -> list[tuple[str, str, str]]:
    return [(row["id"], row["leave.from"], row["leave.to"]) for row in rows_of(browser, "candidates.leave")]


def counting(browser: Browser) -> tuple[int | None, int | None]:
    project = browser.desk.store.project(1)
    return project.data, project.plan


def test_leave_is_written_into_the_data_and_both_are_undone_and_redone(browser: Browser) -> None:
    before, data = counting(browser), shown(browser)
    after = absent(browser, data["version"], "2027-03", "2027-04", who="A02")
    leave = [(bar["start"], bar["end"]) for bar in after["board"]["bars"] if bar["kind"] == "leave"]
    assert leave == [(parse_month("2027-03"), parse_month("2027-05"))]
    assert max(end for _, _, end in places_of(after)["A02"]) == parse_month("2028-03")  # two months later than before
    assert after["faults"] == []
    assert leave_rows(browser) == [("A02", "2027-03", "2027-04")]
    assert "A02: fravær mars 2027 – april 2027" in after["what"]
    with_leave = counting(browser)
    back = browser.post(f"{AT}/step", json={"expected": after["version"], "by": -1}).json()
    assert (counting(browser), places_of(back)) == (before, places_of(data))
    again = browser.post(f"{AT}/step", json={"expected": back["version"], "by": 1}).json()
    assert (counting(browser), places_of(again)) == (with_leave, places_of(after))


def test_months_of_leave_may_be_words(browser: Browser) -> None:
    after = absent(browser, shown(browser)["version"], "mars 2027", "04.2027", who="A02")
    assert leave_rows(browser) == [("A02", "2027-03", "2027-04")]
    assert "A02: fravær mars 2027 – april 2027" in after["what"]


def test_what_leave_breaks_is_told_at_the_bars_and_mended_around_it(browser: Browser) -> None:
    data = absent(browser, shown(browser)["version"], "2027-11", "2027-11")
    assert f"A01:{WARD['A01'] + 1}" in {bar for fault in data["faults"] for bar in fault["bars"]}
    data = edit(browser, data["version"], ward("A02", months(WARD["A02"] - 2)))
    assert data["faults"], "an edit afterwards leaves them told"
    assert mend(browser, data["version"])["outcome"] == "done"
    mended = shown(browser)
    assert (mended["faults"], mended["known"]) == ([], [])
    assert parse_month("2027-11") in {bar["start"] for bar in mended["board"]["bars"] if bar["kind"] == "leave"}


def test_a_percent_is_written_until_a_month_or_for_good(browser: Browser) -> None:
    data = absent(browser, shown(browser)["version"], "2027-02", "2027-03", "50", who="A02")
    data = absent(browser, data["version"], "2027-07", "", "62,5", who="A02")
    found = [part for bar in data["board"]["bars"] if bar["who"] == "A02" for part in bar["percents"]]
    assert [parse_month("2027-02"), parse_month("2027-04"), 50] in found
    assert max(found)[2] == 62.5
    assert [(row["from"], row.get("to"), row["percent.percent"]) for row in rows_of(browser, "candidates.steps")] == [
        ("2027-02", "2027-03", 50), ("2027-07", None, 62.5),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("start", "end", "percent", "told"),
    [
        ("2027-05", "2027-03", None, "mars 2027"),
        ("mai", "2027-03", None, "mai"),
        ("2027-03", "", None, "«»"),
        ("2027-03", "2027-05", "mye", "«mye» er ikke et tall"),
        ("2027-03", "2027-05", "nan", "nan"),
        ("2027-03", "2027-05", "300", "300"),
        ("2027-03", "2027-05", "-1", "-1"),
    ],
)
def test_what_is_wrong_with_it_is_told_and_nothing_is_saved(
    browser: Browser, start: str, end: str, percent: str | None, told: str
) -> None:
    before = counting(browser)
    version = shown(browser)["version"]
    (said,) = absent(browser, version, start, end, percent, status=422)["problems"]
    assert told in said
    assert counting(browser) == before
    assert absent(browser, version, "2027-03", "2027-04", who="A09", status=422)["problems"]


def test_where_the_data_have_been_changed_since_they_get_the_row_and_the_plan_stays(browser: Browser) -> None:
    data = absent(browser, shown(browser)["version"], "2027-03", "2027-04", who="A02")
    back = browser.post(f"{AT}/step", json={"expected": data["version"], "by": -1}).json()
    store, project = browser.desk.store, browser.desk.store.project(1)
    content = store.data(browser.desk.store.versions(1, "data")[0].id)  # those with the leave, as if typed on the page
    other = store.save_data(1, content, expected=project.data, author="Ada", what=store.versions(1)[0].what)
    after = absent(browser, back["version"], "2027-06", "2027-06", who="A02")
    assert after["version"] == back["version"]
    assert "planlegg på nytt" in after["said"]
    assert leave_rows(browser) == [("A02", "2027-03", "2027-04"), ("A02", "2027-06", "2027-06")]
    assert store.project(1).data not in (other, project.data)


def test_leave_in_two_windows_is_never_overwritten_silently(browser: Browser) -> None:
    version = shown(browser)["version"]
    absent(browser, version, "2027-03", "2027-04", who="A02")
    absent(browser, version, "2027-06", "2027-07", who="A02", status=409)
    assert len(leave_rows(browser)) == 1


# --- mending the rest


def mend(browser: Browser, version: int) -> dict[str, Any]:
    """What comes of mending, once it is over."""
    with searches_here():
        begun = browser.post(f"{AT}/mend", json={"expected": version})
    assert begun.status_code == 200, begun.text
    job = browser.get(f"{AT}/mend/{begun.json()['id']}").json()
    assert job["over"]
    return dict(job)


def test_the_rest_is_mended_around_what_was_dragged(browser: Browser) -> None:
    broken = edit(browser, shown(browser)["version"], ward("A01", months(WARD["A02"])))
    job = mend(browser, broken["version"])
    assert job["outcome"] == "done"
    assert "A02 (" in job["said"]
    assert "A01" not in job["said"]
    data = shown(browser)
    assert data["faults"] == []
    assert ("ward", WARD["A02"], WARD["A02"] + 2) in places_of(data)["A01"]
    assert places_of(data)["A02"] != places_of(broken)["A02"]
    assert data["what"] == catalogue()["web.did-mended"]["nb"]
    back = browser.post(f"{AT}/step", json={"expected": data["version"], "by": -1}).json()
    assert back["faults"] == broken["faults"]


def test_edits_after_mending_begin_with_the_mended_plan_and_pins_stay(browser: Browser) -> None:
    data = edit(browser, shown(browser)["version"], ward("A01", months(WARD["A02"])))
    pin = {"candidate": "A01", "rotation": "ward", "months": months(WARD["A02"]), "held": True}
    data = browser.post(f"{AT}/pin", json={"expected": data["version"], **pin}).json()
    mend(browser, data["version"])
    data = shown(browser)
    assert (data["edits"], data["pins"]) == (0, [{"who": "A01", "rotation": "ward", **months(WARD["A02"])}])
    assert not any(bar["moved"] for bar in data["board"]["bars"])


def test_where_nothing_keeps_every_rule_the_plan_stays_and_that_is_said(browser: Browser) -> None:
    pin = {"candidate": "A02", "rotation": "ward", "months": months(WARD["A02"]), "held": True}
    data = browser.post(f"{AT}/pin", json={"expected": shown(browser)["version"], **pin}).json()
    data = edit(browser, data["version"], ward("A01", months(WARD["A02"])))
    assert mend(browser, data["version"])["outcome"] == "none"
    assert shown(browser)["version"] == data["version"]


def test_what_is_changed_during_the_search_is_not_overwritten(browser: Browser) -> None:
    data = edit(browser, shown(browser)["version"], ward("A01", months(WARD["A02"])))
    store, project = browser.desk.store, browser.desk.store.project(1)
    asked = {"plan": data["version"], "seconds": 60, "freeze_to": None}
    job = store.jobs.ask(
        1, "mend", asked, data=project.data, plan=project.plan, author="", lang="nb", created="2027-01-01"
    )
    assert browser.post(f"{AT}/mend", json={"expected": data["version"]}).json()["id"] == job  # not a second one
    assert shown(browser)["mending"]["id"] == job
    after = edit(browser, data["version"], ward("A02", months(WARD["A01"])))
    run(browser.desk.folder, job)
    assert browser.get(f"{AT}/mend/{job}").json()["outcome"] == "aside"
    assert shown(browser)["version"] == after["version"]
    assert browser.post(f"{AT}/mend", json={"expected": data["version"]}).status_code == 409


def test_a_search_of_another_kind_is_none_of_the_timelines(browser: Browser) -> None:
    job = browser.desk.store.jobs.ask(1, "plan", {}, data=None, plan=None, author="", lang="nb", created="2027-01-01")
    assert browser.get(f"{AT}/mend/{job}").status_code == 404
    assert browser.post(f"{AT}/mend/{job}/stop").status_code == 404


@pytest.mark.parametrize(("month", "last"), [("2027-03", "2027-03"), ("2027-09", "2027-04"), ("2026-12", None)])
def test_what_is_over_lies_fast_unless_it_was_edited(browser: Browser, month: str, last: str | None) -> None:
    data = edit(browser, shown(browser)["version"], ward("A01", months(WARD["A02"])))
    found = looked_at(browser.desk.store, data["version"]).lies_fast_to(parse_month(month))
    assert found == (None if last is None else parse_month(last))
