"""The view by guidance group: each group with its years, and its members under it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from scheduler.instance.types import Group
from scheduler.plan import PlanCandidate
from scheduler.report import style
from scheduler.report.gantt.before import gone
from scheduler.report.gantt.candidates import candidate_rows
from scheduler.report.gantt.chart import Chart
from scheduler.report.gantt.page import INDENT, ChartPage, ChartRow, two_lines, write_in_bar
from scheduler.report.sheet import clean
from scheduler.report.style import Box


@dataclass(frozen=True)
class GroupHeading:
    """A group's name, places and years, above its members; ``group`` None: those without one."""

    chart: Chart
    group: Group | None
    members: int
    gone: bool = False
    muted: bool = False
    marked: bool = False

    @property
    def least(self) -> float:
        """One line of label."""
        return self.chart.paper.label * 1.75

    @property
    def most(self) -> float:
        """A little air."""
        return self.chart.paper.label * 2.3

    @property
    def left_texts(self) -> tuple[str, str, str]:
        """The group's id and how many of its places are taken."""
        if self.group is None:
            return self.chart.say("group_gone" if self.gone else "group_none"), "", ""
        taken = self.chart.say("group_members", members=self.members, places=self.group.places)
        return clean(self.group.id), taken, ""

    @property
    def right_texts(self) -> tuple[str, ...]:
        """Nothing."""
        return ()

    def draw(self, page: ChartPage, box: Box) -> None:
        """Name and places on the left, the group's years as a band."""
        page.sheet.rect(box.inset(0, 0.4), style.YEAR_TINT, z=0.5)
        two_lines(page, page.left(box), self.left_texts)
        height = min(box.height * 0.62, page.paper.bar * 1.9)
        for number, span in enumerate(self.group.years() if self.group else [], start=1):
            year_box = page.span(span.start, span.end, box.middle - height / 2, height)
            if year_box is None:
                continue
            page.sheet.rect(year_box, style.GROUP_BAND, "#FFFFFF")
            words = self.chart.say("group_year", number=number)
            for choice in (words, str(number)):
                room, size = year_box.inset(3), page.paper.bar
                if page.sheet.ruler.fits(choice, room.width, size):
                    write_in_bar(page, room, choice, size, style.INK, style.GROUP_BAND)
                    break


def group_rows(chart: Chart) -> Iterator[ChartRow]:
    """Each group that has members or meets in the chart's months, then its members; those without a group last."""
    members: dict[str | None, list[PlanCandidate]] = {}
    for candidate in chart.people:
        known: list[str | None] = [group for group in candidate.groups if group in chart.instance.groups]
        for group_id in known or [None]:
            members.setdefault(group_id, []).append(candidate)
    for group in chart.instance.groups.values():
        here = members.get(group.id, [])
        if here or (group.span.start < chart.end and group.span.end > chart.start):
            yield GroupHeading(chart, group, len(here))
            yield from candidate_rows(chart, here, INDENT)
    if None in members:
        yield GroupHeading(chart, None, len(members[None]))
        yield from candidate_rows(chart, members[None], INDENT)
    if left := gone(chart):
        yield GroupHeading(chart, None, len(left), gone=True)
        yield from candidate_rows(chart, left, INDENT)
