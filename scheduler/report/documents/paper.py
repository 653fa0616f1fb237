"""A word-processor document on A4: headings, tables and blanks to fill in; the same content gives the same bytes."""

from __future__ import annotations

import datetime
import io
import zipfile
from collections.abc import Iterable, Sequence
from typing import Any

import docx
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Length, Pt, RGBColor
from docx.table import Table
from docx.text.paragraph import Paragraph

from scheduler.report.standing import PlanStanding
from scheduler.report.words import Words, tidy
from scheduler.texts import OWN, text

BLANK = ""
TEXT_WIDTH_CM = 17.4
_INK = RGBColor(0x1B, 0x24, 0x30)
_QUIET = RGBColor(0x56, 0x61, 0x71)
_ALARM = RGBColor(0xB3, 0x26, 0x1E)
_BLUE = RGBColor(0x1D, 0x5A, 0x86)
_HEAD_FILL, _LABEL_FILL, _LINE = "E6ECF2", "F4F6F8", "B9C1CB"
_CM_PER_POINT = 2.54 / 72
_CELL_MARGINS_CM = 0.52
_NARROW, _WIDE = frozenset("ijltfrsI.,:;()-–/' "), frozenset("mwMWÅÆØOQ%")
_ZIP_DATE = (1980, 1, 1, 0, 0, 0)


class Paper:
    """A document being written; ``say`` gives texts of the chapter *documents*."""

    def __init__(self, words: Words, title: str, made: datetime.datetime, standing: PlanStanding) -> None:
        self.words, self.standing = words, standing
        self._document = docx.Document()
        self._gap: Length | None = None
        self._set_up(title, made)

    def say(self, key: str, **fields: object) -> str:
        """A text of the chapter *documents*."""
        return text(f"documents.{key}", self.words.lang, **{OWN: self.words.own_practice, **fields})

    def close_up(self) -> None:
        """Less air, for sheets of which each is to fit on a page with its signatures; before anything is written."""
        section = self._document.sections[0]
        section.top_margin, section.bottom_margin = Cm(1.0), Cm(1.0)
        self._gap = Pt(2)
        for name in ("Heading 1", "Heading 2"):
            self._document.styles[name].paragraph_format.space_before = Pt(4)

    def _set_up(self, title: str, made: datetime.datetime) -> None:
        core = self._document.core_properties
        core.title, core.author, core.comments, core.last_modified_by = tidy(title)[:200], "", "", ""
        core.created = core.modified = made
        core.revision = 1
        core.language = "nb-NO" if self.words.lang == "nb" else "en-GB"
        section = self._document.sections[0]
        section.page_width, section.page_height = Cm(21), Cm(29.7)
        section.left_margin = section.right_margin = Cm(1.8)
        section.top_margin, section.bottom_margin = Cm(1.7), Cm(1.6)
        style = self._document.styles["Normal"]
        style.font.name, style.font.size, style.font.color.rgb = "Calibri", Pt(10), _INK
        style.paragraph_format.space_after = Pt(3)
        for name, size, colour in (("Title", 20, _INK), ("Heading 1", 13, _BLUE), ("Heading 2", 11, _INK)):
            heading = self._document.styles[name]
            font, shape = heading.font, heading.paragraph_format
            font.name, font.size, font.bold, font.color.rgb = "Calibri", Pt(size), True, colour
            shape.space_before, shape.space_after = Pt(0 if name == "Title" else 11), Pt(3)
            shape.keep_with_next = True
            properties = heading.element.get_or_add_rPr()
            fonts = properties.find(qn("w:rFonts"))
            if fonts is not None:  # the template's theme fonts would win over the name
                for attribute in list(fonts.attrib):
                    if "heme" in str(attribute):
                        del fonts.attrib[attribute]
        border = self._document.styles["Title"].element.find(qn("w:pPr")).find(qn("w:pBdr"))
        if border is not None:
            border.getparent().remove(border)

    def footer(self, words: str, *, alarm: bool = False) -> None:
        """A line at the foot of every page, with the number of the page; red if it says that something is wrong."""
        line = self._document.sections[0].footer.paragraphs[0]
        self._quiet(line, f"{tidy(words)} · {self.say('page')} ")
        _field(line, "PAGE")
        self._quiet(line, f" {self.say('of')} ")
        _field(line, "NUMPAGES")
        for run in line.runs:
            run.font.size, run.font.color.rgb = Pt(8), _ALARM if alarm else _QUIET

    def alarm(self, words: str) -> None:
        """A paragraph in bold red."""
        run = self._document.add_paragraph().add_run(tidy(words))
        run.font.bold, run.font.color.rgb = True, _ALARM

    def title(self, words: str, below: str) -> None:
        """The document's title and a quiet line below it."""
        self._document.add_paragraph(tidy(words), style="Title")
        self.hint(below)

    def heading(self, words: str, level: int = 1, *, new_page: bool = False) -> None:
        """A heading that stays with what follows; with ``new_page`` at the top of one."""
        self._document.add_heading(tidy(words), level).paragraph_format.page_break_before = new_page or None

    def text(self, words: str) -> None:
        """A paragraph."""
        self._document.add_paragraph(tidy(words))

    def hint(self, words: str) -> None:
        """A paragraph in a quiet tone."""
        self._quiet(self._document.add_paragraph(), tidy(words))

    def _quiet(self, line: Paragraph, words: str) -> None:
        run = line.add_run(words)
        run.font.size, run.font.color.rgb = Pt(9), _QUIET

    def facts(self, rows: Iterable[tuple[str, str]]) -> None:
        """Labels and values; a blank value is a field to fill in."""
        self._table([list(row) for row in rows], (5.4, TEXT_WIDTH_CM - 5.4), 9.5, label_column=True)

    def table(
        self, head: Sequence[str], rows: Iterable[Sequence[str]], widths_cm: Sequence[float], size: float = 9
    ) -> None:
        """A table whose head is repeated on every page; rows are never split."""
        self._table([list(head), *map(list, rows)], widths_cm, size, head=True)

    def _table(
        self, rows: list[list[str]], widths_cm: Sequence[float], size: float, *, head: bool = False,
        label_column: bool = False,
    ) -> None:  # fmt: skip
        widths_cm = fitting(rows, widths_cm, size)
        table = self._document.add_table(len(rows), len(widths_cm))
        table.autofit = False
        _frame(table)
        for column, width in zip(table.columns, widths_cm, strict=True):
            column.width = Cm(width)
        for number, (line, values) in enumerate(zip(table._tbl.tr_lst, rows, strict=True)):
            properties = line.get_or_add_trPr()
            properties.append(OxmlElement("w:cantSplit"))
            if head and number == 0:
                properties.append(OxmlElement("w:tblHeader"))
            for at, (cell, value, width) in enumerate(zip(line.tc_lst, values, widths_cm, strict=True)):
                cell.width = Cm(width)
                strong = (head and number == 0) or (label_column and at == 0)
                if strong:
                    _fill(cell, _HEAD_FILL if head else _LABEL_FILL)
                paragraph = Paragraph(cell.p_lst[0], table)
                paragraph.paragraph_format.space_after = Pt(1)
                paragraph.paragraph_format.space_before = Pt(1)
                run = paragraph.add_run(tidy(value))
                run.font.size, run.font.bold = Pt(size), strong
        after = self._document.add_paragraph()
        after.paragraph_format.space_after = Pt(0)
        if self._gap is not None:
            after.paragraph_format.line_spacing = self._gap

    def signatures(self, who: Sequence[str]) -> None:
        """Lines to sign on: place and date, and name."""
        head = (self.say("sign-role"), self.say("sign-date"), self.say("sign-name"))
        self._table(
            [list(head), *([candidate_id, BLANK, BLANK] for candidate_id in who)],
            (4.4, 4.5, TEXT_WIDTH_CM - 8.9),
            9.5,
            head=True,
        )
        table = self._document.tables[-1]
        for row in list(table.rows)[1:]:
            row.height = Cm(1.0)

    def content(self) -> bytes:
        """The file; dates inside are fixed."""
        raw = io.BytesIO()
        self._document.save(raw)
        fixed = io.BytesIO()
        with zipfile.ZipFile(raw) as source, zipfile.ZipFile(fixed, "w", zipfile.ZIP_DEFLATED) as target:
            for name in source.namelist():
                entry = zipfile.ZipInfo(name, _ZIP_DATE)
                entry.compress_type = zipfile.ZIP_DEFLATED
                target.writestr(entry, source.read(name))
        return fixed.getvalue()


def fitting(rows: Sequence[Sequence[str]], widths_cm: Sequence[float], size: float) -> list[float]:
    """The widths, with what columns lack for their longest word taken from those that have more than they need."""
    longest = [
        max(map(_ems, {word for row in rows for word in row[at].split()}), default=0) for at in range(len(widths_cm))
    ]
    needed = [ems * size * _CM_PER_POINT + _CELL_MARGINS_CM for ems in longest]
    lacking = sum(max(need - width, 0) for need, width in zip(needed, widths_cm, strict=True))
    spare = sum(max(width - need, 0) for need, width in zip(needed, widths_cm, strict=True))
    if not lacking or not spare:
        return list(widths_cm)
    given, taken = min(spare / lacking, 1), min(lacking / spare, 1)
    return [
        width + (need - width) * (given if need > width else taken)
        for need, width in zip(needed, widths_cm, strict=True)
    ]


def _ems(word: str) -> float:
    """How wide a word is in bold letters, for each point of their size, also where a wider font must do for ours."""
    return sum(0.45 if letter in _NARROW else 0.95 if letter in _WIDE else 0.69 for letter in word)


def _field(line: Paragraph, code: str) -> None:
    """A number that the word processor fills in."""
    for tag, kind, content in (("fldChar", "begin", None), ("instrText", None, code), ("fldChar", "end", None)):
        element = OxmlElement(f"w:{tag}")
        if kind is not None:
            element.set(qn("w:fldCharType"), kind)
        element.text = content
        line.add_run()._r.append(element)


def _frame(table: Table) -> None:
    """Fine lines around and between the cells."""
    borders = OxmlElement("w:tblBorders")
    for side in ("top", "left", "bottom", "right", "insideH", "insideV"):
        line = OxmlElement(f"w:{side}")
        for name, value in (("val", "single"), ("sz", "4"), ("space", "0"), ("color", _LINE)):
            line.set(qn(f"w:{name}"), value)
        borders.append(line)
    table._tbl.tblPr.append(borders)


def _fill(cell: Any, colour: str) -> None:
    shade = OxmlElement("w:shd")
    for name, value in (("val", "clear"), ("color", "auto"), ("fill", colour)):
        shade.set(qn(f"w:{name}"), value)
    cell.get_or_add_tcPr().append(shade)
