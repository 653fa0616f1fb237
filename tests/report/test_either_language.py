"""A plan made in one language and shown in the other: every reason and message in the reader's words."""

from __future__ import annotations

import datetime
import html
import json
from collections.abc import Iterator
from pathlib import Path

import docx
import pytest
from openpyxl import load_workbook
from pydantic import ValidationError

from scheduler import api
from scheduler.instance.types import Instance
from scheduler.plan import FoundBy, Plan, Sentence
from scheduler.report.documents import write_documents
from scheduler.report.html import write_report
from scheduler.report.lines.summary import explanation_lines, plan_lines
from scheduler.report.standing import standing_of
from scheduler.report.workbook import write_workbook
from scheduler.texts import LANGUAGES, Language, Phrase, chained, phrase
from tests.helpers.command_line import IMPOSSIBLE, ORDER, SMALL

IN_GROUP = SMALL / "19-part-time-and-leave-in-the-group.toml"
TODAY = datetime.date(2026, 11, 22)
"""One has a lost wish and no supervisors, the other a group that was chosen and earlier ones that did not fit."""


def made(path: Path, lang: Language) -> tuple[Instance, Plan]:
    """The plan as it is after its file has been written and read."""
    plan = api.plan(path, workers=1, time_limit_s=60, lang=lang)
    return api.load(path), Plan.from_json(plan.to_json())


def sentences(plan: Plan) -> Iterator[Sentence]:
    yield from plan.messages
    for entry in plan.candidates:
        yield from [] if entry.group_reason is None else [entry.group_reason]
        yield from (wish.reason for wish in entry.wishes if wish.reason is not None)


def page(instance: Instance, plan: Plan, lang: Language, folder: Path) -> str:
    path = folder / "report.html"
    write_report(instance, plan, path, lang, TODAY)
    return html.unescape(path.read_text(encoding="utf-8"))


def workbook(instance: Instance, plan: Plan, lang: Language, folder: Path) -> str:
    """All but the sheets that hold the plan itself."""
    path = folder / "plan.xlsx"
    write_workbook(instance, plan, path, lang, made=TODAY)
    shown = [sheet for sheet in load_workbook(path).worksheets if sheet.sheet_state == "visible"]
    return "\n".join(str(cell) for sheet in shown for row in sheet.iter_rows(values_only=True) for cell in row)


def documents(instance: Instance, plan: Plan, lang: Language, folder: Path) -> str:
    write_documents(instance, plan, folder, lang)
    files = [docx.Document(str(path)) for path in folder.rglob("*.docx")]
    assert files
    return "\n".join(cell.text for file in files for table in file.tables for row in table.rows for cell in row.cells)


def screen(instance: Instance, plan: Plan, lang: Language, _folder: Path) -> str:
    return "\n".join(plan_lines(instance, plan, standing_of(instance, plan), lang))


@pytest.mark.parametrize("writer", LANGUAGES)
@pytest.mark.parametrize("path", [ORDER, IN_GROUP], ids=lambda path: path.stem)
def test_every_reason_is_in_the_readers_language(path: Path, writer: Language, tmp_path: Path) -> None:
    instance, plan = made(path, writer)
    reader: Language = "en" if writer == "nb" else "nb"
    told = list(sentences(plan))
    assert len(told) >= 2
    for sentence in told:
        assert sentence.text == sentence.said(writer) != sentence.said(reader)
    outputs = {"page": page, "workbook": workbook, "documents": documents, "screen": screen}
    shown = {name: output(instance, plan, reader, tmp_path) for name, output in outputs.items()}
    for sentence in told:
        assert [name for name, words in shown.items() if sentence.text in words] == []
        there = {name for name, words in shown.items() if sentence.said(reader) in words}
        assert {"page", "workbook"} <= there
    assert plan.messages[0].said(reader) in shown["screen"]


@pytest.mark.parametrize("writer", LANGUAGES)
def test_what_stands_against_a_plan_is_in_the_readers_language(writer: Language) -> None:
    """One institution place, and it is taken: a conflict, a count, and one place more as a remedy."""
    plan = Plan.from_json(api.plan(IMPOSSIBLE, workers=1, explain_s=60.0, lang=writer).to_json())
    reader: Language = "en" if writer == "nb" else "nb"
    assert plan.explanation is not None
    told = [Sentence.inside(row) for part in ("conflicts", "counts", "remedies") for row in plan.explanation[part]]
    assert plan.explanation["conflicts"]
    assert plan.explanation["remedies"]
    for sentence in told:
        assert sentence.text == sentence.said(writer) != sentence.said(reader)
    shown = "\n".join(explanation_lines(plan.explanation, reader))
    assert [sentence.text for sentence in told if sentence.text in shown] == []
    remedy = Sentence.inside(plan.explanation["remedies"][0])
    assert remedy.said("nb").startswith("én plass mer på «Helsehuset, institusjonstjeneste» fra ")
    assert remedy.said("en").startswith("one more place at “Helsehuset, institusjonstjeneste” from ")
    assert all(sentence.said(reader) in shown for sentence in told[:1])


def test_a_file_with_plain_sentences_is_read_and_shows_them_as_they_are(tmp_path: Path) -> None:
    instance, plan = made(ORDER, "nb")
    tree = plan.model_dump(mode="json", by_alias=True)
    tree["messages"] = ["Ingen veiledere er lagt inn, så veiledning er ikke planlagt."]
    (wish,) = tree["candidates"][1]["wishes"]
    wish["reason"] = wish["reason"]["text"]
    old = Plan.model_validate(tree)
    assert old.messages[0].said("en") == tree["messages"][0]
    assert "plassene er gitt til A01" in page(instance, old, "en", tmp_path)


def test_a_key_or_field_of_another_version_shows_the_sentence_as_it_was_written() -> None:
    for key, fields in (("reasons.never-heard-of", {}), ("reasons.group-full", {"group": "G1"})):
        assert Sentence(key=key, fields=fields, text="som det ble sagt").said("en") == "som det ble sagt"


def test_phrases_inside_phrases_are_said_in_one_language() -> None:
    """Decimals as the language has them; commas between words, semicolons between phrases; rules without full stop."""
    rules = phrase("reasons.wish-rules", rules=[phrase("rules.capacity"), phrase("rules.away")])
    told = chained("reasons.then", [phrase("reasons.group-possible", groups=["G1", "G2"]), rules])
    for lang in LANGUAGES:
        capacity, away = (phrase(f"rules.{rule}").said(lang).rstrip(".") for rule in ("capacity", "away"))
        assert f"{capacity}; {away})" in told.said(lang)
        assert "G1, G2." in told.said(lang)
    moved = phrase("replan.moved", number=1, of=8, share=12.5)
    assert ("12,5 %" in moved.said("nb"), "12.5 %" in moved.said("en")) == (True, True)
    for each in (told, moved):
        tree = each.tree()
        assert Phrase.from_tree(str(tree["key"]), dict(tree["fields"])).said("en") == each.said("en")  # type: ignore[call-overload]


# --- how it was found ------------------------------------------------------------------------------------------------


def test_how_a_plan_was_found_is_said_in_the_readers_language(tmp_path: Path) -> None:
    instance, plan = made(ORDER, "nb")
    assert plan.run.strategy in FoundBy
    assert plan.run.strategy.said("en") in workbook(instance, plan, "en", tmp_path)
    assert plan.run.strategy.said("nb") in workbook(instance, plan, "nb", tmp_path)
    for lang in LANGUAGES:
        assert len({how.said(lang) for how in FoundBy}) == len(FoundBy)


@pytest.mark.parametrize(
    ("told", "meant"),
    [
        ("one exact model, started from a plan grown one at a time", FoundBy.ONE_MODEL),
        ("each at their own best, those in each other's way together", FoundBy.CLUSTERS),
        ("clusters", FoundBy.CLUSTERS),
        ("by hand", FoundBy.OTHERWISE),
    ],
)
def test_a_file_that_told_it_as_a_sentence_is_read(told: str, meant: FoundBy) -> None:
    _, plan = made(ORDER, "nb")
    tree = json.loads(plan.to_json())
    tree["run"]["strategy"] = told
    assert Plan.from_json(json.dumps(tree)).run.strategy is meant
    with pytest.raises(ValidationError):
        Plan.from_json(json.dumps({**tree, "run": {**tree["run"], "strategy": 5}}))
