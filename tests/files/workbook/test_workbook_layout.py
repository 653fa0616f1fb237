"""The sheets and columns follow the schema: nothing in it can be forgotten, and everything has its words."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from pydantic import BaseModel, Field, TypeAdapter, ValidationError

from scheduler.files import values
from scheduler.files.schema import FileInstance, FileTable, table_at
from scheduler.files.workbook.kinds import KIND_BY_ALIAS, Type, shapes
from scheduler.files.workbook.layout import REFERENCES, WORDS, Role, Sheet, layout
from scheduler.files.workbook.titles import (
    column_hint,
    column_title,
    columns_by_title,
    is_note,
    plain,
    sheet_title,
    sheets_by_title,
    words,
)
from scheduler.texts import LANGUAGES

SHEETS = pytest.mark.parametrize("sheet", layout().sheets, ids=lambda sheet: sheet.key)


def fields_of_the_schema(
    table: type[BaseModel] = FileInstance, path: tuple[str, ...] = ()
) -> Iterator[tuple[str, ...]]:
    """Every field that holds a value, by its keys from the top, found without the workbook's help."""
    for name, field in table.model_fields.items():
        here = (*path, field.alias or name)
        inner = table_at(here)
        if inner is not None:
            yield from fields_of_the_schema(inner, here)
        if inner is None or "Annotated" in str(field.annotation):  # a bare value may stand there too
            yield here


def places(sheet: Sheet) -> Iterator[tuple[str, ...]]:
    """The fields of the schema that a sheet has a column for."""
    above = () if sheet.is_form else (sheet.table or sheet.parent or "",)
    for column in sheet.columns:
        if column.role in (Role.OWNER, Role.TABLE):
            continue
        for key in sheet.lists if column.path[0] in ("from", "to") and sheet.parent else [None]:
            yield (*above, *((key,) if key else ()), *column.path)
        if column.alone:
            yield (*above, column.path[0])


def test_every_field_of_the_schema_has_its_column() -> None:
    there = {place for sheet in layout().sheets for place in places(sheet)}
    needed = set(fields_of_the_schema())
    assert needed - there == set()
    assert there - needed == set()
    assert len(needed) > 100


def test_a_new_field_of_a_known_kind_gets_a_column_and_one_of_an_unknown_kind_is_refused() -> None:
    class Wider(FileTable):
        id: values.Id
        colour: values.Name | None = None
        late: values.Count = Field(default=0, alias="max_late")

    assert list(shapes(Wider)) == ["id", "colour", "max_late"]
    assert shapes(Wider)["colour"].kind == KIND_BY_ALIAS["Name"]

    class Odd(FileTable):
        when: complex

    with pytest.raises(TypeError):
        shapes(Odd)


@pytest.mark.parametrize("alias", KIND_BY_ALIAS)
def test_bounds_are_those_of_the_schema(alias: str) -> None:
    kind = KIND_BY_ALIAS[alias]
    if not kind.is_number:
        return
    reads: TypeAdapter[Any] = TypeAdapter(getattr(values, alias))
    assert [reads.validate_python(bound) for bound in (kind.low, kind.high)] == [kind.low, kind.high]
    for beyond in (kind.low - 1, kind.high + 1):
        with pytest.raises(ValidationError):
            reads.validate_python(beyond)


def test_every_kind_of_the_schema_is_known() -> None:
    ours = {name for name in vars(values) if name[0].isupper() and hasattr(getattr(values, name), "__metadata__")}
    assert ours == set(KIND_BY_ALIAS)


@SHEETS
def test_every_id_says_what_it_is_an_id_of(sheet: Sheet) -> None:
    elsewhere = {("id",), ("formerly",), ("of",)}  # ids of files before this one; of an arena, a limit or a group
    for column in sheet.columns:
        if column.kind.type is Type.ID and column.path not in elsewhere:
            assert column.refers is not None, column.key


def test_no_reference_is_left_over() -> None:
    texts = {column.text.removesuffix(".key") for sheet in layout().sheets for column in sheet.columns}
    assert set(REFERENCES) <= texts
    assert set(WORDS) <= texts


@SHEETS
def test_titles_are_unique_and_understood_in_both_languages(sheet: Sheet) -> None:
    for lang in LANGUAGES:
        titles = [column_title(column, lang) for column in sheet.columns]
        assert len({plain(title) for title in titles}) == len(titles)
        for column, title in zip(sheet.columns, titles, strict=True):
            for spelling in (title, f" {title.upper()} *", title.replace(" ", "\xa0"), column.key):
                found = columns_by_title(sheet.key)[plain(spelling)]
                assert found is not None
                assert found.key == column.key
            assert not is_note(title)
            assert 0 < len(column_hint(column, lang)) <= 255


def test_sheet_titles_are_unique_and_short_enough() -> None:
    keys = [sheet.key for sheet in layout().sheets]
    for lang in LANGUAGES:
        titles = [sheet_title(key, lang) for key in [*keys, "readme", "lists"]]
        assert len({plain(title) for title in titles}) == len(titles)
        assert all(len(title) <= 31 and not set(title) & set("[]:*?/\\") for title in titles)
        for key, title in zip(keys, titles, strict=False):
            assert sheets_by_title()[plain(title)] is layout().by_key[key]


def test_words_are_told_apart() -> None:
    choices = [column.kind.choices for sheet in layout().sheets for column in sheet.columns if column.kind.choices]
    for together in [*WORDS.values(), *choices, ("yes", "no")]:
        for lang in LANGUAGES:
            assert len({plain(words(key)[lang]) for key in together}) == len(together)


def test_nobody_is_led_to_write_a_reason_for_a_leave() -> None:
    titles = {title for sheet in layout().sheets if sheet.key.startswith("candidates") for title in titles_of(sheet)}
    assert not {title for title in titles if is_note(title) or "årsak" in title.casefold()}


def titles_of(sheet: Sheet) -> list[str]:
    return [column_title(column, lang) for column in sheet.columns for lang in LANGUAGES]
