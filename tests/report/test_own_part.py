"""``--municipality``: in no output of one municipality is a name or an id of another."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from openpyxl import load_workbook

from scheduler.instance.types import Instance
from scheduler.plan import Plan, Sentence
from scheduler.report.own_part import OwnPart
from scheduler.report.plan_file import read_plan
from scheduler.report.standing import standing_of
from scheduler.report.workbook.layout import FIRST_ROW
from tests.helpers.command_line import alis
from tests.helpers.tiny import make, months, person, planned

PLANTED = (
    *("zq-town", "Zqtown", "Qxa01", "Qxavier", "zq-office", "Zqgata", "zq-home", "Zqheim", "zq-group", "zq-super"),
    *("Qxolga", "zq-rotation", "Zqrunde", "zq-limit", "zq-asks", "zq-quota", "Zqvikar", "zq-was", "Zqsite", "zq-gone"),
)
"""What the other municipality's rows are called, in ids, names, and words about them."""
SHOWN = ("Kari Nordmann", "Fjell legekontor", "Per Veileder")


def region() -> Instance:
    """Two municipalities with a ward in common, and a word about the other one in a row of the first."""
    own, other = {"municipality": "fjell"}, {"municipality": "zq-town"}
    served = {"category": "other_general", "months": 1, "what": "Zqvikar hos Qxavier"}
    group = {"start": "2027-01", "months": 24, "places": 2}
    return make(
        person(id="A01", name="Kari Nordmann", group="G1", supervisor="V1", **own,
               served=[{**served, "what": "vikar i Zqtown"}]),
        person(id="Qxa01", name="Qxavier", practice="zq-office", group="zq-group", supervisor="zq-super", **other,
               formerly=["zq-was"], served=[served], allowed=["gp", "ward", "zq-rotation"],
               wishes=[months("2027-01", "2027-01", rotation="zq-rotation")]),
        rules={"group_required": True, "group_open_share_min": 0},
        arenas={
            "office-01": {"name": "Fjell legekontor", **own},
            "zq-office": {"service": "open_practice", "name": "Zqgata", "site": "Zqsite", **other},
            "zq-home": {"service": "other_general", "name": "Zqheim", "places": [{"places": 1}], **other},
        },
        rotations={"zq-rotation": {"mix": {"zq-home": 100}, "name": "Zqrunde", "max_months": 8}},
        groups=[{"id": "G1", **group, **own}, {"id": "zq-group", **group, **other}],
        supervisors=[
            {"id": "V1", "name": "Per Veileder", "places": 2, **own},
            {"id": "zq-super", "name": "Qxolga", "places": 2, **other},
        ],
        municipalities=[{"id": "fjell", "name": "Fjell"}, {"id": "zq-town", "name": "Zqtown"}],
        quotas=[{"id": "zq-quota", "of": "ward", "municipality": "zq-town", "places": [{"places": 1}]}],
        limits=[{"id": "zq-limit", "arenas": ["zq-home"], "places": [{"places": 1}]}],
        requirements=[{"id": "zq-asks", "rotations": ["zq-rotation"], "max_blocks": 2, "candidates": ["Qxa01"]}],
        reservations=[{"arena": "zq-home", "who": "Zqvikar", "places": 0}],
    )  # fmt: skip


@pytest.fixture(scope="module")
def planned_region() -> tuple[Instance, Plan]:
    """The region, and its plan with messages that name the other municipality's people, as data and in words."""
    instance = region()
    plan = planned(instance)
    said = Sentence(key="advance.lost-before", fields={"who": "Qxavier, Qxa01"}, text="Qxaviers møte i Zqtown: zq-was.")
    source = plan.instance.model_copy(update={"source": instance.source})
    return instance, plan.model_copy(update={"instance": source, "messages": [*plan.messages, said]})


@pytest.fixture
def plan_path(planned_region: tuple[Instance, Plan], tmp_path: Path) -> Path:
    path = tmp_path / "plan.json"
    path.write_text(planned_region[1].to_json(), encoding="utf-8")
    return path


def contents(data: bytes) -> Iterator[bytes]:
    """The bytes of a file, those of files in it, and what is packed in a picture or PDF."""
    yield data
    if data.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            for name in packed.namelist():
                yield name.encode()
                yield from contents(packed.read(name))
    for start in (found.end() for found in re.finditer(rb"stream\r?\n|zTXt[^\0]*\0\0", data)):
        try:
            yield zlib.decompressobj().decompress(data[start:])
        except zlib.error:
            continue


def found_in(folder: Path) -> dict[str, set[str]]:
    """Of the planted words, those in each file's name and bytes; and that there are files."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    assert files
    return {path.name: _planted(path) for path in files if _planted(path)}


def _planted(path: Path) -> set[str]:
    everything = [path.name.encode(), *contents(path.read_bytes())]
    if path.suffix == ".xlsx":  # its own instance is packed on a hidden sheet
        everything.append(read_plan(path).to_json().encode())
    spelled = {word: {word.encode(code) for code in ("utf-8", "utf-16-le", "utf-16-be")} for word in PLANTED}
    return {word for word, forms in spelled.items() if any(form in part for form in forms for part in everything)}


COMMANDS = (
    ("report", "-o", "{}/page.html"),
    ("report", "-o", "{}/anonymous.html", "--anonymise"),
    ("report", "-o", "{}/plan.xlsx"),
    *(("gantt", "-o", f"{{}}/{by}.svg", "--by", by) for by in ("candidate", "arena", "group")),
    ("gantt", "-o", "{}/before.svg", "--before", "{plan}"),
    ("gantt", "-o", "{}/chart.png", "--paper", "a4"),
    ("gantt", "-o", "{}/chart.pdf", "--paper", "a4"),
    ("documents", "-o", "{}", "--transfer"),
    ("documents", "-o", "{}", "--meetings", "2027-03"),
    ("documents", "-o", "{}", "--general"),
)


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: " ".join(command[:1] + command[2:]))
def test_nothing_of_another_municipality_is_in_any_output(plan_path: Path, command: tuple[str, ...]) -> None:
    folder = plan_path.parent / "out"
    name, *options = (word.format(folder, plan=plan_path) for word in command)
    result = alis(name, plan_path, *options, "--municipality", "fjell")
    assert result.exit_code == 0, result.stderr
    assert found_in(folder) == {}
    assert not any(word in result.stderr for word in PLANTED)


def test_the_search_finds_them_where_everybody_is_shown(plan_path: Path) -> None:
    """So that the test above can fail: in the page, the workbook and the documents of all."""
    folder = plan_path.parent / "out"
    for name, *options in (("report", "-o", folder / "a.html"), ("report", "-o", folder / "a.xlsx"),
                           ("gantt", "-o", folder / "a.svg"), ("documents", "-o", folder / "all")):  # fmt: skip
        assert alis(name, plan_path, *options).exit_code == 0
    found = found_in(folder)
    assert {"a.html", "a.xlsx", "a.svg"} <= found.keys()
    assert any(path.startswith("Qxa01") for path in found)


def test_the_municipality_s_own_are_shown_and_others_have_numbers(plan_path: Path) -> None:
    page = plan_path.parent / "page.html"
    assert alis("report", plan_path, "-o", page, "--municipality", "Fjell").exit_code == 0
    text = page.read_text(encoding="utf-8")
    for word in (*SHOWN, "annen ALIS 1", "annen kommune 1", "annen veileder 1"):
        assert word in text, word
    assert alis("documents", plan_path, "--municipality", "fjell").exit_code == 0
    written = {path.name[:3] for path in (plan_path.parent / "documents-fjell").iterdir() if path.name[0] != "."}
    assert written == {"A01"}


def test_the_part_is_the_same_plan(planned_region: tuple[Instance, Plan]) -> None:
    """Labels change no figure and break no rule; what others have gone by before has its label, too."""
    instance, plan = planned_region
    part = OwnPart(instance, plan, "fjell", "en")
    seen = part.of_plan(plan)
    assert standing_of(part.instance, seen).kind is standing_of(instance, plan).kind
    assert [entry.months[0].percent for entry in seen.candidates] == [100, 100]
    assert [(entry.id, entry.delay) for entry in seen.candidates] == [
        (label, entry.delay) for label, entry in zip(("A01", "other candidate 1"), plan.candidates, strict=True)
    ]
    assert [row.municipality for row in part.instance.quotas.values()] == ["other municipality 1"]
    gone = plan.candidates[1].model_copy(update={"id": "zq-gone"})
    earlier = plan.model_copy(update={"candidates": [plan.candidates[0], gone]})
    assert "zq-gone" not in part.of_plan(earlier).to_json()


def test_the_workbook_has_the_table_of_municipalities(plan_path: Path) -> None:
    """As figures: ALIS, mean and worst delay, given and taken; of others with the label for a name."""
    delay = Plan.from_json(plan_path.read_text(encoding="utf-8")).candidates[0].delay
    path = plan_path.parent / "own.xlsx"
    assert alis("report", plan_path, "-o", path, "--municipality", "fjell", "--lang", "en").exit_code == 0
    rows = list(load_workbook(path)["Municipalities"].iter_rows(min_row=FIRST_ROW, values_only=True))
    heads, own, other = rows
    assert heads[:3] == ("Municipality", "ALIS", "Mean delay")
    assert own[:4] == ("Fjell", 1, delay, delay)
    assert other[0] == "other municipality 1"
    assert other[4] == "1 of 1"
    assert other[7].startswith("ward ")


@pytest.mark.parametrize(
    ("word", "lang", "said"),
    [
        ("halden", "nb", "Regionen har ingen kommune halden. Den har fjell, zq-town."),
        ("halden", "en", "The region has no municipality halden. It has fjell, zq-town."),
    ],
)
@pytest.mark.parametrize("command", ["report", "gantt", "documents"])
def test_an_unknown_municipality_is_told_with_those_there_are(
    plan_path: Path, command: str, word: str, lang: str, said: str
) -> None:
    result = alis(command, plan_path, "--municipality", word, "--lang", lang)
    assert result.exit_code == 2
    assert said in " ".join(result.stderr.split())


def test_others_candidates_cannot_be_asked_for(plan_path: Path) -> None:
    result = alis("documents", plan_path, "--municipality", "fjell", "--candidate", "Qxa01")
    assert result.exit_code == 2
    assert "Mente du A01?" in result.stderr
