"""The page: whole, in both languages, safe against any name, self-contained, and right in its figures."""

from __future__ import annotations

import datetime
import itertools
import re
from dataclasses import replace
from html.parser import HTMLParser
from importlib.resources import files
from pathlib import Path

import pytest

from scheduler.instance.types import Instance, Span
from scheduler.month import parse_month
from scheduler.plan import Plan, PlanCandidate
from scheduler.report.html import write_report
from scheduler.report.html.page import Page, page_of
from scheduler.report.html.render import render
from scheduler.report.html.timeline import label_for
from scheduler.report.workbook.counters import counters
from scheduler.texts import LANGUAGES, Language, catalogue
from tests.helpers import pages

TODAY = datetime.date(2026, 11, 22)
TEMPLATES = files("scheduler.report.html") / "templates"
VOID = {"meta", "input", "br"}
HOSTILE = {
    "A01": "=cmd|'/c calc'!A1",
    "A02": '<script>alert(1)</script>"\' onfocus="alert(2)" {{ 7*7 }} </style></title>',
    "A03": "Å" * 100 + "W" * 100,
}


class Reader(HTMLParser):
    """Reads a page strictly: every tag closed in order; attributes, ids, texts and scripts kept."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self.scripts: list[str] = []
        self.feed(page)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert len({name for name, _ in attrs}) == len(attrs), (tag, attrs)
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open, tag
        assert self.open.pop() == tag, (tag, self.getpos())

    def handle_data(self, data: str) -> None:
        (self.scripts if self.open and self.open[-1] == "script" else self.texts).append(data)

    def every(self, name: str) -> list[str]:
        return [attributes[name] or "" for _, attributes in self.tags if name in attributes]

    @property
    def text(self) -> str:
        return re.sub(r"\s+", " ", " ".join(self.texts))


@pytest.fixture(scope="module")
def page(instance: Instance, plan: Plan) -> Page:
    return page_of(instance, plan, "nb", TODAY)


@pytest.fixture(scope="module")
def reader(page: Page) -> Reader:
    return Reader(render(page))


def hostile_page(lang: Language = "nb") -> str:
    """Every text that a user can write says the worst."""
    evil = HOSTILE["A02"]
    instance = pages.with_every_name(pages.town(HOSTILE), f"{evil}\x00")
    people = {
        candidate_id: replace(row, name=HOSTILE[candidate_id]) for candidate_id, row in instance.candidates.items()
    }
    instance = replace(instance, candidates=people)
    return render(page_of(instance, pages.plan_of(instance, messages=[evil, "a\x00b\ud800"]), lang, TODAY))


# --- self-contained, whole, usable -----------------------------------------------------------------------------------


def test_no_outside_address(page: Page) -> None:
    content = render(page)
    found = re.findall(
        r"https?:|\bsrc\b|url\(|@import|<link|<iframe|<img|<object|<embed|<base|fetch\(|//[a-z]", content
    )
    assert [one for one in found if not one.startswith("//")] == []
    assert re.findall(r"""["'(]//""", content) == []
    assert len(content) < 400_000


def test_the_page_is_whole(reader: Reader) -> None:
    ids = reader.every("id")
    assert len(ids) == len(set(ids))
    anchors = {href.removeprefix("#") for href in reader.every("href")}
    assert all(href.startswith("#") for href in reader.every("href"))
    named = [one for name in ("aria-controls", "aria-labelledby") for one in reader.every(name)]
    assert anchors | set(named) <= set(ids)
    assert [tag for tag, _ in reader.tags].count("h1") == 1
    assert [tag for tag, _ in reader.tags].count("main") == 1


def test_everything_is_there_without_the_script(reader: Reader) -> None:
    """Only what needs the script is hidden until it runs; nothing else ever is."""
    hidden = [attributes for _, attributes in reader.tags if "hidden" in attributes]
    assert len(hidden) >= 4
    assert all("needs-script" in (one["class"] or "") for one in hidden)
    for word in ("A01 Kandidat 1", "Helsestasjonen", "Halvårlige møter", "plassene er gitt til A01"):
        assert word in reader.text


def test_every_control_has_a_name_and_every_bar_can_be_reached_and_read(reader: Reader) -> None:
    in_labels = {"input", "select"}
    assert [tag for tag, _ in reader.tags].count("label") == sum(tag in in_labels for tag, _ in reader.tags) == 4
    bars = [
        each_tag for _, each_tag in reader.tags if "bar" in (each_tag.get("class") or "").split() and "role" in each_tag
    ]
    assert len(bars) == 3 + 4 + 2  # A02: two blocks in the office, leave, hospital
    assert all(bar["tabindex"] == "0" for bar in bars)
    assert "A02 Kandidat 2: Permisjon, jan. 2027 – okt. 2027 (10 måneder)" in [bar["aria-label"] for bar in bars]
    skip = next(attributes for tag, attributes in reader.tags if tag == "a")
    assert skip["href"] == "#main"


def test_the_same_input_gives_the_same_bytes(instance: Instance, plan: Plan, tmp_path: Path) -> None:
    first = write_report(instance, plan, tmp_path / "a.html", "nb", TODAY).read_bytes()
    again = write_report(pages.town(), pages.plan_of(pages.town()), tmp_path / "b.html", "nb", TODAY).read_bytes()
    assert first == again
    assert first.startswith(b"<!DOCTYPE html>")


# --- any text --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_users_text_stays_text(lang: Language) -> None:
    content = hostile_page(lang)
    content.encode("utf-8")
    read = Reader(content)
    assert [tag for tag, _ in read.tags].count("script") == 1
    assert "".join(read.scripts).strip() == (TEMPLATES / "script.js").read_text(encoding="utf-8").strip()
    assert [name for _, each_tag in read.tags for name in each_tag if name.startswith("on")] == []
    assert HOSTILE["A01"] in read.text
    assert "<script>alert(1)</script>" in read.text
    assert "{{ 7*7 }}" in read.text
    assert HOSTILE["A03"] in read.text
    assert "a?b?" in read.text
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f]", content)


# --- languages -------------------------------------------------------------------------------------------------------


def test_both_languages(instance: Instance, plan: Plan) -> None:
    nb, en = (Reader(render(page_of(instance, plan, lang, TODAY))) for lang in ("nb", "en"))
    assert (nb.every("lang"), en.every("lang")) == (["nb"], ["en"])
    assert "Bevist best mulig" in nb.text
    assert "22.11.2026" in nb.text
    assert "16,8 av minst 12" in nb.text
    assert "16.8 of at least 12" in en.text
    assert "22 Nov 2026" in en.text
    for word in ("Forsinkelse", "Legene", "Læringsmål", "måned", "ferdig"):
        assert word in nb.text
        assert word not in en.text


def keys_said() -> set[str]:
    """Keys of the templates, whole or as far as they are constant."""
    said = set()
    for entry in TEMPLATES.iterdir():
        if entry.name.endswith(".html"):
            said |= set(re.findall(r"""\bsay\(["']([a-z0-9_-]+)["']""", entry.read_text(encoding="utf-8")))
    return said


def test_every_key_of_the_templates_exists_and_every_text_is_used() -> None:
    known = {key.removeprefix("report.") for key in catalogue() if key.startswith("report.")}
    assert keys_said() - known == set()
    folder = Path(str(TEMPLATES)).parents[1]
    code = "".join(path.read_text(encoding="utf-8") for path in folder.rglob("*.py"))
    whole = set(re.findall(r'"([a-z0-9_-]+)"', code)) | keys_said()
    begun = tuple(set(re.findall(r'f"([a-z]+-)\{', code)) | {f"{one}-" for one in whole})
    unused = {key for key in known - whole if not key.startswith(begun)}
    assert unused == set()


# --- figures ---------------------------------------------------------------------------------------------------------


def test_key_figures(page: Page) -> None:
    assert [(figure.value, figure.note) for figure in page.figures] == [
        ("3", "alle blir ferdige i planperioden"),
        ("2 måneder", "mest for A03: 2 måneder"),
        ("1 av 2", "resten står med begrunnelse nedenfor"),
        ("aug. 2028", "deretter A03 okt. 2028, A02 april 2029"),
    ]
    assert page.checked == "Kontrollert mot alle regler uten avvik."


def test_gauges_against_the_sums_worked_out_by_hand(page: Page) -> None:
    """A03: 20 open months of which 18 count; all on the scale of 26 months worked."""
    third = page.people[2]
    assert [(gauge.value, gauge.good) for gauge in third.gauges] == [
        ("20", True), ("0", True), ("6", True), ("20", True), ("24", True),
    ]  # fmt: skip
    opened = third.gauges[0]
    assert (opened.before, opened.planned, opened.over) == (0, round(1800 / 26, 2), round(200 / 26, 2))
    assert opened.need == round(1200 / 26, 2)
    assert third.uncounted == "Ikke tellende: 2 månedsverk."
    second = page.people[1].gauges[0]
    assert second.before > 0  # six months from before the plan


def test_too_little_service_is_said(instance: Instance) -> None:
    short = pages.entry(instance, "A01", "gp*24")
    page = page_of(instance, pages.plan_of(instance, short), "nb", TODAY)
    assert [gauge.good for gauge in page.people[0].gauges] == [True, True, False, True, False]
    assert page.people[0].goals_missing
    assert "Mangler: 004" in page.people[0].goals_verdict
    assert page.broken
    assert any("i institusjon, trenger 6" in violation for violation in page.violations)
    assert "for lite" in Reader(render(page)).text


def test_goals_group_shifts_guidance_meetings(page: Page) -> None:
    first, second, _ = page.people
    assert [(goal_cell.number, goal_cell.state) for goal_cell in second.goal_cells] == [
        ("001", "done"), ("002", "by"), ("003", "by"), ("004", "by"),
    ]  # fmt: skip
    assert first.goal_rows[0] == ("Kontor 1", "sep. 2026", "001–002", "2")
    assert first.group_text.startswith("G1, sep. 2026 – aug. 2028: 2 av 2 plasser, 60 timer i året.")
    assert first.group_text.endswith("Gruppeår 1 er året i åpen praksis.")
    assert second.group_text == "Gjennomført før planen."
    assert first.shifts_verdict == "0 vakter gjennomført + 4 planlagt = 4 av 4 (planleggingstall)."
    assert [(shift_year.year, "|".join(shift_year.months), shift_year.sum) for shift_year in first.shifts] == [
        ("2026", "|||||||||1|1|1", "3"),
        ("2027", "1|||||||||||", "1"),
    ]
    assert second.guidance == (
        ("V01 Veileder 1", "sep. 2026 – april 2029", "2026: 14 t · 2027: 7 t · 2028: 42 t · 2029: 14 t", "77"),
    )
    assert second.meetings[1] == ("2", "mars 2027", "utgår, permisjon")
    assert first.meetings[-1] == ("4", "aug. 2028", "flyttet fra september 2028")


def test_delays_and_wishes_with_their_reasons(page: Page) -> None:
    (late,) = page.delays
    assert late.id == "A03"
    assert late.reasons[0].startswith("Tellende tjeneste: 22 av 24 månedsverk.")
    assert "Institusjonstjeneste: 4 av minst 6 månedsverk." in late.reasons
    assert "Perioden i Sykehus var ikke over; den er minst 6 måneder." in late.reasons
    assert [(wish_row.met, wish_row.verdict) for wish_row in page.wishes] == [
        (False, "plassene er gitt til A01"), (True, "oppfylt"),
    ]  # fmt: skip


def test_capacity_by_arena_and_month(page: Page) -> None:
    """Two tables: 2026-09 .. 2027-12 and 2028-01 .. 2029-04. A01 alone in hospital until A02 joins in 2027-11."""
    first, second = page.heat
    assert (len(first.months), len(second.months)) == (16, 16)
    arenas, offices = first.parts
    rows = {(row.label, row.unit): row.cells for row in arenas.rows}
    hospital = rows["Sykehuset", "plasser"]
    assert [cell.state for cell in hospital[:12]] == ["empty"] * 12
    assert [(cell.used, cell.room, cell.state) for cell in hospital[12:]] == [
        ("1", "2", "some"), ("1", "2", "some"), ("2", "2", "full"), ("2", "2", "full"),
    ]  # fmt: skip
    assert hospital[14].who == "A01, A02"
    runs = [n for row in arenas.rows if row.label == "Sykehuset" and row.unit == "plasser" for _, n in row.runs]
    assert runs == [12, 2, 2]
    assert first.names[14] == "nov. 2027"
    shifts = rows["Legevakten", "vakter"]
    assert [cell.used for cell in shifts[:6]] == ["", "2", "1", "1", "1", ""]
    office = {row.label: row.cells for row in offices.rows}
    assert office["Kontor 1"][0].state == "full"
    clinic = {row.label: row.cells for row in second.parts[0].rows}["Helsestasjonen"]
    assert [cell.used for cell in clinic[:8]] == ["", "", "20", "20", "20", "20", "20", "20"]
    assert clinic[2].state == "some"


def test_above_a_ceiling_is_marked(instance: Instance) -> None:
    crowded = pages.town(arenas=[
        {**row, "places": [{"places": 1}]} if row["id"] == "hospital" else row for row in pages.tree()["arenas"]
    ])  # fmt: skip
    cells = page_of(crowded, pages.plan_of(crowded), "nb", None).heat[0].parts[0].rows
    hospital = next(row for row in cells if row.label == "Sykehuset")
    assert [cell.state for cell in hospital.cells[12:]] == ["full", "full", "over", "over"]


def test_an_arena_without_a_ceiling_that_is_approved_for_some_months_has_no_number_in_them() -> None:
    """Nobody may be there before, and there is room for all then: a thousand places are nothing to be read."""
    town = pages.town(arenas=[
        {key: value for key, value in row.items() if key != "places"} | {"approved": [{"from": "2027-09"}]}
        if row["id"] == "hospital" else row
        for row in pages.tree()["arenas"]
    ])  # fmt: skip
    rows = page_of(town, pages.plan_of(town), "nb", None).heat[0].parts[0].rows
    hospital = next(row for row in rows if row.label == "Sykehuset")
    assert [cell.room for cell in hospital.cells] == ["0"] * 12 + [""] * 4
    counter = next(each for each in counters(town) if each.id == "hospital")
    assert counter.room[10:14] == (0, 0, None, None)


def test_groups_and_supervisors(page: Page) -> None:
    (group,) = page.groups
    assert (group.who, group.used, group.places, group.full) == ("A01 Kandidat 1, A03 Kandidat 3", 2, 2, True)
    (row,) = page.supervisors.rows
    assert (row.label, row.most) == ("V01 Veileder 1", "3/3")
    # 2026: three candidates, four months each: 12 * (3.5 + 1.3125) = 57.75
    assert row.hours[0] == "58"
    assert page.supervisors.idle == "V02 Veileder 2"


def test_the_timeline_lies_inside_its_row(page: Page) -> None:
    for person in page.people:
        bars = person.timeline.bars
        assert all(bar.left >= 0 and bar.left + bar.width <= 100.01 for bar in bars)
        for each_bar, other in itertools.pairwise(bars):
            assert each_bar.left + each_bar.width <= other.left + 0.01
    second = page.people[1].timeline
    assert [bar.css for bar in second.bars] == ["f0", "leave", "f1", "f0"]
    assert [bar.percent for bar in second.bars] == [100, 100, 80, 80]
    assert [mark.css for mark in page.people[2].timeline.marks] == ["earliest", "finish"]
    mixed = page.people[0].timeline.bars[-1]
    assert (mixed.css, mixed.share) == ("f2", 20)
    band = page.people[0].timeline.bands[0]
    assert (band.css, band.left) == ("open", 0)


@pytest.mark.parametrize(
    ("name", "width", "mixed", "label"),
    [
        ("Sykehus", 100, False, "Sykehus"),
        ("Fastlege 80 %, sykehjem 20 %", 120, True, "Sykehjem 20 %"),
        ("Fastlege 80 %, sykehjem 20 %", 70, True, "Sykehjem"),
        ("Helsehuset, institusjonstjeneste", 90, False, "Helsehuset"),
        ("Sykehus", 20, False, ""),
        ("W" * 200, 300, False, ""),
    ],
)
def test_labels_fit_or_are_left_out(name: str, width: float, mixed: bool, label: str) -> None:
    assert label_for(name, width, mixed) == label


def test_who_is_away_for_how_long_the_most_first(instance: Instance, plan: Plan) -> None:
    """A02 is in hospital for eight months, A01 and A03 for six. How many are needed only a search knows."""
    rows = page_of(instance, plan, "nb", None).away
    assert [(row.who[:3], row.post, row.months, row.row, row.needed) for row in rows] == [
        ("A02", "egen liste", "8", "8", "ikke kjent"),
        ("A01", "egen liste", "6", "6", "ikke kjent"),
        ("A03", "egen liste", "6", "6", "ikke kjent"),
    ]
    told = "Leger med egen liste er borte i til sammen 20 måneder."
    assert page_of(instance, plan, "nb", None).away_from_lists == told
    entries = [plan.candidates[0].model_copy(update={"away_needed": 5}), *plan.candidates[1:]]
    page = page_of(instance, plan.model_copy(update={"candidates": entries}), "nb", None)
    assert {row.who[:3]: row.needed for row in page.away}["A01"] == "5"


# --- honest words, odd plans -----------------------------------------------------------------------------------------


def test_status_in_honest_words(instance: Instance, plan: Plan) -> None:
    objectives = [objective.model_dump() for objective in plan.objectives]
    objectives[0].update(bound=1.0, proved=False)
    objectives[0]["worst"] = {"value": 2.0, "bound": 1.0, "proved": False}
    open_plan = Plan.model_validate({**plan.model_dump(by_alias=True), "status": "feasible", "objectives": objectives})
    page = page_of(instance, open_plan, "nb", None)
    assert not page.proved
    assert page.status == "Gyldig plan, ikke bevist best mulig."
    assert page.status_note == "Forsinkelse: planen har 2; ingen plan kan bli bedre enn 1."
    assert page.levels[0].verdict == "ikke bevist; ingen plan kan bli bedre enn 1"
    assert page.levels[0].worst == "2 (ikke bevist; ingen plan kan bli bedre enn 1)"
    assert page.levels[1].verdict == "bevist best mulig"
    assert page.date == ""


def test_who_does_not_finish_is_said() -> None:
    instance = pages.town(horizon={"start": "2026-09", "months": 12})
    person = pages.entry(instance, "A01", "gp*12")
    page = page_of(instance, pages.plan_of(instance, person), "nb", None)
    assert page.figures[0].note == "1 blir ikke ferdig i planperioden"
    assert page.people[0].warnings[0].startswith("Blir ikke ferdig i planperioden. Beregnet ferdig ")
    assert [mark.css for mark in page.people[0].timeline.marks] == ["beyond"]
    assert page.delays[0].reasons


def test_a_plan_that_stops_short_has_no_finish_and_no_negative_delay(instance: Instance) -> None:
    """A01 needs 24 months, and the plan ends after 20: the four are worked after it, and nothing is early."""
    short = pages.entry(instance, "A01", "gp*14 hospital*6")
    page = page_of(instance, pages.plan_of(instance, short), "nb", None)
    (person,) = page.people
    assert person.warnings[-1] == "Planen slutter før utdanningen kan være ferdig. Beregnet ferdig i august 2028."
    assert (person.delay, person.finish, person.delay_label) == (0, "aug. 2028", "anslag")
    assert ("Beregnet ferdig", "aug. 2028") in [(fact.label, fact.value) for fact in person.facts]
    assert person.timeline.marks == ()
    assert page.figures[0].note == "1 blir ikke ferdig i planperioden"


@pytest.mark.parametrize(("last", "told"), [("2026-11", ()), ("2026-12", ("3 permisjonsmåneder i gruppeår 1",))])
def test_much_leave_in_a_group_is_told(instance: Instance, last: str, told: tuple[str, ...]) -> None:
    """Two months in a group year are as they should be; three are told, whatever the plan file says of them."""
    leave = (Span(parse_month("2026-10"), parse_month(last) + 1),)
    away = replace(instance.candidates["A01"], leave=leave)
    changed = replace(instance, candidates={**instance.candidates, "A01": away})
    person = page_of(changed, pages.plan_of(instance, pages.entry(instance, "A01")), "nb", None).people[0]
    assert person.group_remarks == tuple(f"{one} (okt. 2026 – des. 2026), høyst 2." for one in told)


def test_a_plan_that_somebody_has_bent_is_still_shown(instance: Instance, plan: Plan) -> None:
    tree = plan.candidates[0].model_dump(by_alias=True)
    tree["months"][3]["rotation"] = "moon"
    tree["months"].append({"month": "2051-01", "rotation": "gp", "percent": 100})
    tree["wishes"][0]["rotation"] = "moon"
    tree["supervisors"][0]["id"] = "nobody"
    tree["group"], tree["practice"] = "G9", "nowhere"
    bent = PlanCandidate.model_validate(tree)
    page = page_of(instance, pages.plan_of(instance, bent), "nb", TODAY)
    assert page.broken
    Reader(render(page))


def test_a_plan_without_candidates_is_a_page(instance: Instance, plan: Plan) -> None:
    empty = plan.model_copy(update={"candidates": [], "objectives": []})
    assert "Ingen ønsker er lagt inn." in Reader(render(page_of(instance, empty, "nb", TODAY))).text


def test_anonymised_means_ids_without_names(instance: Instance, plan: Plan) -> None:
    content = render(page_of(instance, plan, "nb", TODAY, anonymise=True))
    assert "Kandidat 1" not in content
    assert "Veileder 1" not in content
    assert content.count("A01") > 5
    assert "V01" in content


def test_the_templates_travel_with_the_package() -> None:
    names = {entry.name for entry in TEMPLATES.iterdir()}
    assert {"report.html", "head.html", "plan.html", "people.html", "style.css", "script.js"} <= names
