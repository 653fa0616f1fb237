"""Write docs/rules.md, readings.md, problems.md and the two JSON Schemas from the code: `python docs/generate.py`.

A test fails when a page is older than the code.
"""

from __future__ import annotations

import inspect
import json
import re
import tomllib
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from scheduler.changes.readings import readings_in
from scheduler.check import FIGURES
from scheduler.constraints import RULES
from scheduler.fields import SCHEMA_KEY
from scheduler.files.schema import FileInstance
from scheduler.instance.problems import REMARKS, codes
from scheduler.plan import Plan
from scheduler.texts import LANGUAGES, catalogue, text

PAGE = Path(__file__).parent / "rules.md"
READINGS_PAGE = Path(__file__).parent / "readings.md"
PROBLEMS_PAGE = Path(__file__).parent / "problems.md"
SCHEMAS: dict[str, type[BaseModel]] = {"instance.schema.json": FileInstance, "plan.schema.json": Plan}
TITLES = {"instance.schema.json": "Instance of alis-scheduler", "plan.schema.json": "Plan of alis-scheduler"}
ABOUT_SCHEMA_KEY = "Where an editor finds this schema; the program does not look at it."
DIALECT = "https://json-schema.org/draft/2020-12/schema"
RULESETS = ("forskrift-2019", "ordning-2017")
LANGUAGE_NAMES = {"nb": "Norsk", "en": "English"}


def page() -> str:
    """The whole page of rules and numbers."""
    parts = [_heading(), *_rules(), *map(_ruleset, RULESETS)]
    return "\n\n".join(parts) + "\n"


def _heading() -> str:
    return (
        "# Rules and numbers\n\n"
        "Generated from the code by `python docs/generate.py`; do not edit.\n\n"
        "What a valid plan satisfies, rule by rule. The id is what messages, JSON and tests call the rule; each is\n"
        "one file. What can be wrong with an input stands in [problems.md](problems.md).\n"
        "How the rules are read where a sentence leaves room stands in\n"
        "[decisions/0001](decisions/0001-readings-of-the-contract.md).\n\n"
        "## Rules"
    )


def _rules() -> Iterator[str]:
    for rule in RULES:
        module = inspect.getmodule(type(rule))
        assert module is not None
        file = "/".join(module.__name__.split(".")) + ".py"
        yield f"### `{rule.id}`\n\n{_sentences(rule.id)}\n\n{_docstring(type(rule))}\n\n[{file}](../{file})"
    yield f"### `{FIGURES}`\n\n{_sentences(FIGURES)}\n\nThe checker's own: it recomputes every figure of a plan file."


def _sentences(rule_id: str) -> str:
    return "\n".join(f"- {LANGUAGE_NAMES[lang]}: {text(f'rules.{rule_id}', lang)}" for lang in LANGUAGES)


def _docstring(cls: type) -> str:
    return inspect.cleandoc(cls.__doc__ or "")


def _ruleset(ruleset: str) -> str:
    """The numbers of a ruleset, each with its source."""
    content: dict[str, Any] = tomllib.loads(
        files("scheduler.rulesets").joinpath(f"{ruleset}.toml").read_text(encoding="utf-8")
    )
    title = content["title"]
    lines = [
        f"## Numbers of `{ruleset}`",
        "",
        f"{title['nb']} / {title['en']}.",
        "",
        "A number that may be changed is changed in an instance's `[rules]`, by its name. Abbreviations of sources are",
        f"explained at the top of [{ruleset}.toml](../scheduler/rulesets/{ruleset}.toml).",
        "",
        "| name | value | unit | may be changed | source |",
        "|---|---|---|---|---|",
    ]
    for name, row in content.items():
        if isinstance(row, dict) and "unit" in row:
            source = ". ".join(part for part in (row["source"], row.get("note")) if part)
            changed = "yes" if row["may_override"] else "no"
            lines.append(
                f"| `{name}` | {_value(row.get('value'))} | {_cell(row['unit'])} | {changed} | {_cell(source)} |"
            )
    return "\n".join([*lines, "", *_categories(content["categories"]), *_placements(content)])


def _categories(rows: list[dict[str, Any]]) -> Iterator[str]:
    """The tree of categories: what each is called, its minimum and cap by their names, and what it counts into."""
    yield "| category | called | at least | counted at most | counts into |"
    yield "|---|---|---|---|---|"
    for row in rows:
        called = f"{row['title']['nb']} / {row['title']['en']}"
        bounds = [f"`{row[key]}`" if key in row else "–" for key in ("minimum", "cap")]
        into = f"`{row['counts_into']}`" if "counts_into" in row else "the total"
        yield f"| `{row['id']}` | {called} | {' | '.join(bounds)} | {into} |"


def _placements(content: dict[str, Any]) -> Iterator[str]:
    """What a ruleset asks of kinds of places, if it asks anything."""
    told = [
        f"- `{row['id']}` is served only in arenas of `kind` {' or '.join(f'`{kind}`' for kind in row['kinds'])}."
        for row in content["categories"]
        if "kinds" in row
    ]
    for row in content.get("placements", []):
        alone = f", or alone from {row['alone_from']} % of a post on" if "alone_from" in row else ""
        told.append(f"- Service in a `{row['kind']}` counts beside one's own practice{alone}. {row['source']}.")
    if told:
        yield from ("", *told)


def _value(value: object) -> str:
    return "–" if value is None else str(value).lower() if isinstance(value, bool) else str(value)


def readings_page() -> str:
    """What each ruleset assumes where its sources say nothing or disagree, with the ruleset's own numbers."""
    lines = [
        "# Readings",
        "",
        "Generated from the code by `python docs/generate.py`; do not edit.",
        "",
        "What the program assumes where the sources give no number or contradict each other. What it costs *your* plan",
        "to read one of them the other way is told by `alis whatif INSTANCE --readings`, a version each; it is read",
        "that way for good by the same number in the file's `[rules]`. The page and the workbook of a plan list the",
        "readings with the numbers in use. What the abbreviations of sources mean stands at the top of the files in",
        "`scheduler/rulesets/readings/`.",
    ]
    for ruleset in RULESETS:
        lines += ["", f"## `{ruleset}`"]
        for here in readings_in(ruleset):
            lines += ["", f"### {here.title('en')}", ""]
            for lang in LANGUAGES:
                said = (here.assumed(lang), here.against(lang), here.how(lang))
                name = "" if lang == "en" else f"*{here.title(lang)}.* "
                lines.append(f"- {LANGUAGE_NAMES[lang]}: {name}{' '.join(part for part in said if part)}")
            keys = ", ".join(f"`{key}`" for key in here.reading.keys)
            lines.append(f"- Sources: {here.reading.sources}. In the file: {keys}.")
            if here.change is not None:
                lines.append(f"- Read otherwise: {here.other('nb')} / {here.other('en')}, `{here.change.inline()}`.")
    return "\n".join(lines) + "\n"


def problems_page() -> str:
    """The catalogue of what can be wrong with an input: for each code what is said, and what to do."""
    lines = [
        "# Input problems",
        "",
        "Generated from the code by `python docs/generate.py`; do not edit.",
        "",
        "What `alis check` may say of an instance, a scenario or a plan file: all of it in one pass, in the order of",
        "the file, and with exit code 3. A problem has a **code**; a **place** such as `candidates[3].percent[1]`,",
        "counted from 0, with the row's id beside it, or a line of the file; what was **found** there; a sentence that",
        "says what is **allowed**; and the **nearest** valid spelling where a word comes close to one.",
        "",
        "`alis check --json` lists them as data under these names. In the sentences `{found}` is what stood in the",
        "file; the other words in braces are numbers, months and ids of it. Those marked *remark* are worth knowing",
        "and stop nothing.",
    ]
    for code in codes():
        remark = " (*remark*)" if code in REMARKS else ""
        lines += ["", f"## `{code}`", "", f"{text(f'problems.{code}.title', 'en')}{remark}.", ""]
        for lang in LANGUAGES:
            said = _one_line(_of_many(catalogue()[f"problems.{code}"][lang]))
            todo = _one_line(text(f"problems.{code}.help", lang))
            lines.append(f"- {LANGUAGE_NAMES[lang]}: {said} *{todo}*")
    return "\n".join(lines) + "\n"


def rules_in_norwegian() -> str:
    """What a valid plan satisfies, in Norwegian alone."""
    lines = [
        "# Reglene",
        "",
        "Laget av koden med `python docs/generate.py`; endres ikke for hånd.",
        "",
        "Det en gyldig plan oppfyller, regel for regel. Id-en er det meldinger og JSON kaller regelen. Tallene med",
        "kilder står i [rules.md](../rules.md), det som kan være galt i et grunnlag, i [problemer.md](problemer.md).",
        "",
        "| regel | det den sier |",
        "|---|---|",
    ]
    ids = [*(rule.id for rule in RULES), FIGURES]
    return "\n".join([*lines, *(f"| `{rule_id}` | {_cell(text(f'rules.{rule_id}'))} |" for rule_id in ids)]) + "\n"


def problems_in_norwegian() -> str:
    """What can be wrong with an input, in Norwegian alone."""
    lines = [
        "# Problemer i et grunnlag",
        "",
        "Laget av koden med `python docs/generate.py`; endres ikke for hånd.",
        "",
        "Det `alis check` kan si om et grunnlag, et scenario eller en plan. Alt sies i én omgang, i filens rekkefølge.",
        "Det som er merket *merknad*, er verdt å vite og stopper ingenting. Ord i krøllparenteser er det som sto i",
        "filen, og tall, måneder og id-er fra den.",
    ]
    for code in codes():
        remark = " (*merknad*)" if code in REMARKS else ""
        said = _one_line(_of_many(catalogue()[f"problems.{code}"]["nb"]))
        todo = _one_line(text(f"problems.{code}.help"))
        lines += ["", f"## {text(f'problems.{code}.title')}{remark}", "", f"`{code}`: {said} *{todo}*"]
    return "\n".join(lines) + "\n"


def schema(name: str) -> str:
    """The JSON Schema of a file, by the schema's own file name: its form; what it may mean is `alis check`'s to say."""
    model = SCHEMAS[name]
    tree = _untitled(model.model_json_schema(by_alias=True, mode="serialization"))
    tree["properties"] = {SCHEMA_KEY: {"type": "string", "description": ABOUT_SCHEMA_KEY}, **tree["properties"]}
    head = {"$schema": DIALECT, "$id": name, "title": TITLES[name], "description": _one_line(model.__doc__ or "")}
    return json.dumps({**head, **tree, **head}, ensure_ascii=False, indent=1) + "\n"


def _untitled(tree: Any) -> Any:
    """Without titles made from the names of fields, which say nothing more."""
    if isinstance(tree, dict):
        fields = {key: _untitled(value) for key, value in tree.items()}
        return {key: value for key, value in fields.items() if key != "title" or not isinstance(value, str)}
    return [_untitled(item) for item in tree] if isinstance(tree, list) else tree


def _of_many(words: str) -> str:
    """A text as it is said of several: ``{found} {found:rad|rader}`` is ``{found} rader``."""
    return re.sub(r"\{\w+:[^{}|]*\|([^{}]*)\}", r"\1", words)


def _one_line(words: str) -> str:
    return " ".join(words.split())


def _cell(words: str) -> str:
    return words.replace("|", "\\|").replace("\n", " ")


NORWEGIAN = {
    "regler.md": rules_in_norwegian,
    "problemer.md": problems_in_norwegian,
}
"""The pages that are in Norwegian alone, beside those in English; the guide is written by hand."""


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8", newline="\n")
    READINGS_PAGE.write_text(readings_page(), encoding="utf-8", newline="\n")
    PROBLEMS_PAGE.write_text(problems_page(), encoding="utf-8", newline="\n")
    for name, norwegian in NORWEGIAN.items():
        (PAGE.parent / "no" / name).write_text(norwegian(), encoding="utf-8", newline="\n")
    for name in SCHEMAS:
        (PAGE.parent / name).write_text(schema(name), encoding="utf-8", newline="\n")
