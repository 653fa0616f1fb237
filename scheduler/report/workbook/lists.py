"""The hidden sheets: lists that drop-downs and formulas read, percents month by month, and the plan file itself."""

from __future__ import annotations

import base64
import json
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from scheduler.exact import Exact, plain
from scheduler.instance.types import PRACTICE, Instance, Rotation
from scheduler.report.workbook.book import Book, Sheet
from scheduler.report.workbook.layout import CHUNK, EARNED, FIRST_ROW, OFFICES, services_of, spelled_offices


@dataclass
class Lists:
    """What has been put on the sheet of lists, each as an address such as ``'Lister'!$A$2:$A$13``."""

    codes: str
    practice: str
    services: Mapping[str, str]
    offices: str
    groups: str
    supervisors: str
    allowed: Mapping[tuple[str, ...], str]
    book: Book
    sheet: Sheet
    next_column: int

    def add(self, head: str, values: Sequence[str | float]) -> str:
        """One more list; its address."""
        column, self.next_column = self.next_column, self.next_column + 1
        self.sheet.write_string(0, column, head)
        for row, value in enumerate(values, start=1):
            if isinstance(value, str):
                self.sheet.write_string(row, column, value)
            else:
                self.sheet.write_number(row, column, value)
        return self.book.listed(column, len(values))

    def shares(self, head: str, rotations: Mapping[str, Exact]) -> str:
        """A number for each rotation, beside the codes."""
        return self.add(head, [plain(rotations.get(rotation_id, 0)) for rotation_id in self.book.codes])


def write_lists(book: Book) -> Lists:
    """The sheet of lists, hidden; and the names by which drop-downs find them."""
    sheet = book.sheet("lists")
    sheet.hide()
    instance = book.instance
    lists = Lists("", "", {}, "", "", "", {}, book, sheet, 0)
    lists.codes = lists.add("code", list(book.codes.values()))
    lists.add("id", list(book.codes))
    lists.practice = lists.shares(PRACTICE, _shares(instance, lambda rotation: rotation.mix.get(PRACTICE, 0)))
    lists.services = {
        service: lists.shares(service, _shares(instance, _share_in(service))) for service in services_of(instance)
    }
    lists.offices = lists.add("offices", [arena.id for arena in instance.offices])
    split = {entry.membership for entry in book.entries if entry.second_group is not None and entry.membership}
    lists.groups = lists.add("groups", [*instance.groups, *sorted(split)])
    lists.supervisors = lists.add("supervisors", list(instance.supervisors))
    lists.allowed = _write_allowed(book, lists)
    book.workbook.define_name("Koder", f"={lists.codes}")
    return lists


def _shares(instance: Instance, share: Callable[[Rotation], Exact]) -> dict[str, Exact]:
    return {rotation.id: share(rotation) for rotation in instance.rotations.values()}


def _share_in(service: str) -> Callable[[Rotation], Exact]:
    return lambda rotation: rotation.share_by_service.get(service, 0)


def _write_allowed(book: Book, lists: Lists) -> dict[tuple[str, ...], str]:
    """A named list of codes for each set of rotations that somebody may take."""
    names: dict[tuple[str, ...], str] = {}
    for candidate in book.instance.candidates.values():
        if candidate.allowed not in names:
            name = f"Tillatt_{len(names) + 1}"
            address = lists.add(
                name, [book.codes[rotation_id] for rotation_id in candidate.allowed if rotation_id in book.codes]
            )
            book.workbook.define_name(name, f"={address}")
            names[candidate.allowed] = name
    return names


def write_percents(book: Book) -> None:
    """Everybody's percent of a post in each month, in the cells where the plan has the rotation; hidden."""
    sheet = book.sheet("percent")
    sheet.hide()
    for row, trajectory in enumerate(book.trajectories, start=FIRST_ROW):
        sheet.write_string(row, 0, trajectory.candidate.id)
        for month in book.months:
            sheet.write_number(row, book.column(month), plain(trajectory.candidate.percent_at(month)))


def write_earned(book: Book) -> None:
    """What each month counts as, where days absent make that less than the percent of a post."""
    if not book.days_absent:
        return
    sheet = book.sheet(EARNED)
    sheet.hide()
    for row, trajectory in enumerate(book.trajectories, start=FIRST_ROW):
        sheet.write_string(row, 0, trajectory.candidate.id)
        for month in book.months:
            sheet.write_number(row, book.column(month), plain(trajectory.candidate.earned_at(month)))


def write_offices(book: Book) -> None:
    """Everybody's office in each month where somebody's changes: as planned, or the one that is chosen in the plan."""
    if not book.offices_change:
        return
    sheet = book.sheet(OFFICES)
    sheet.hide()
    for row, entry in enumerate(book.entries, start=FIRST_ROW):
        chosen = f"{book.ref('plan')}$C{row + 1}"
        for month in book.months:
            office = entry.practice_at(month) or ""
            planned, here = (text.replace('"', '""') for text in (spelled_offices(entry), office))
            formula = f'=IF({chosen}="{planned}","{here}",{chosen})'
            sheet.write_formula(row, book.column(month), formula, None, office)


def write_source(book: Book) -> None:
    """The plan file with the instance in it, packed; nobody sees the sheet, and reading back needs no other file."""
    sheet = book.sheet("source")
    sheet.very_hidden()
    packed = pack(book.plan.to_json())
    for row, start in enumerate(range(0, len(packed), CHUNK)):
        sheet.write_string(row, 0, packed[start : start + CHUNK])


def pack(content: str) -> str:
    """JSON as letters that survive every spreadsheet."""
    compact = json.dumps(json.loads(content), ensure_ascii=False, separators=(",", ":"))
    return base64.b64encode(zlib.compress(compact.encode("utf-8"), 9)).decode("ascii")


def unpack(packed: str, most: int) -> str:
    """What was packed; ValueError if it is damaged or unpacks to more than so many bytes."""
    try:
        unpacker = zlib.decompressobj()
        content = unpacker.decompress(base64.b64decode(packed, validate=True), most)
    except zlib.error as error:
        raise ValueError(str(error)) from None
    if not unpacker.eof:
        raise ValueError("cut short, or too long")
    return content.decode("utf-8")
