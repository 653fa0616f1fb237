"""The plan as a timeline: one row a candidate, positions in percent of the months shown."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from scheduler.accounting import Trajectory, delay, finish_of, group_of, has_finish, open_group_years
from scheduler.exact import Exact, plain
from scheduler.instance.types import Rotation, Span
from scheduler.month import MONTHS_PER_YEAR, Month, calendar_month, runs, year
from scheduler.report.facts import gap_spans, leave_spans
from scheduler.report.html.palette import Palette, away_share
from scheduler.report.words import Words

WIDTH_PX = 850  # of the months on a screen of 1280; what a label may take is reckoned from it
LETTER_PX = 6.8
PADDING_PX = 8
TIP_TURNS_AT = 55.0  # percent from the left; to the right of it a tip opens to the left


@dataclass(frozen=True, slots=True)
class Bar:
    """A piece of a row; ``left`` and ``width`` in percent. ``share``: percent of the week outside the practice."""

    css: str
    left: float
    width: float
    label: str
    tip: str
    share: float = 100
    percent: float = 100
    turned: bool = False


@dataclass(frozen=True, slots=True)
class Mark:
    """A point on a row."""

    css: str
    left: float
    tip: str


@dataclass(frozen=True, slots=True)
class Tick:
    """A line or a word of the calendar."""

    left: float
    width: float
    label: str
    css: str = ""


@dataclass(frozen=True, slots=True)
class TimelineRow:
    """One candidate's row."""

    bars: tuple[Bar, ...]
    bands: tuple[Bar, ...]
    marks: tuple[Mark, ...]


@dataclass(frozen=True, slots=True)
class Scale:
    """Months into percent."""

    start: Month
    end: Month

    def at(self, month: Month) -> float:
        """Where a month begins."""
        return round(100 * (month - self.start) / (self.end - self.start), 3)

    def width(self, span: Span) -> float:
        """How wide the months are."""
        return round(100 * (span.end - span.start) / (self.end - self.start), 3)

    def clip(self, span: Span) -> Span:
        """The part of the months that is shown."""
        return Span(max(span.start, self.start), max(self.start, min(span.end, self.end)))

    def years(self) -> list[Tick]:
        """The calendar years, each with its number."""
        first, last = year(self.start), year(self.end - 1)
        spans = [
            self.clip(Span(number * MONTHS_PER_YEAR, (number + 1) * MONTHS_PER_YEAR))
            for number in range(first, last + 1)
        ]
        return [
            Tick(self.at(span.start), self.width(span), str(year(span.start)) if span.end - span.start >= 3 else "")
            for span in spans
        ]

    def halves(self) -> list[Tick]:
        """A fine line at each half-year."""
        return [
            Tick(self.at(month), 0, "", "year" if calendar_month(month) == 1 else "half")
            for month in range(self.start + 1, self.end)
            if calendar_month(month) in (1, 7)
        ]


def scale_of(words: Words, trajectories: Sequence[Trajectory]) -> Scale:
    """From the start of the horizon to a little after the last finish."""
    start = words.instance.start
    last = max([trajectory.end for trajectory in trajectories], default=start + MONTHS_PER_YEAR)
    return Scale(start, max(start + MONTHS_PER_YEAR, min(last, words.instance.end) + 1))


def row_of(words: Words, palette: Palette, scale: Scale, trajectory: Trajectory, done: bool = True) -> TimelineRow:
    """Bars, group band and marks of one candidate; who is not ``done`` at the end has no mark of a finish."""
    return TimelineRow(
        bars=tuple(sorted(_bars(words, palette, scale, trajectory), key=lambda bar: bar.left)),
        bands=tuple(_bands(words, scale, trajectory)),
        marks=tuple(_marks(words, scale, trajectory)) if done else (),
    )


def pieces(trajectory: Trajectory) -> Iterator[tuple[Rotation, Exact, Span]]:
    """Runs of months in the same rotation at the same percent."""
    work = ((month.month, (month.rotation, month.percent)) for month in trajectory.service)
    for start, end, (rotation, percent) in runs(work):
        yield rotation, percent, Span(start, end)


def _bars(words: Words, palette: Palette, scale: Scale, trajectory: Trajectory) -> Iterator[Bar]:
    for rotation, percent, whole in pieces(trajectory):
        span = scale.clip(whole)
        if span.end <= span.start:
            continue
        name = words.rotation(rotation)
        tip = words.say("tip-bar", what=name, period=words.period(whole.start, whole.end), **_length(words, whole))
        if percent < 100:
            tip += words.say("tip-percent", percent=words.percent(percent))
        width = scale.width(span)
        yield Bar(
            css=palette.of(rotation).css,
            left=scale.at(span.start),
            width=width,
            label=label_for(name, width * WIDTH_PX / 100, mixed=len(rotation.mix) > 1),
            tip=f"{words.candidate(trajectory.candidate.id)}: {tip}",
            share=away_share(rotation),
            percent=plain(percent),
            turned=scale.at(span.start) > TIP_TURNS_AT,
        )
    for whole in leave_spans(trajectory):
        yield from _empty_bar(words, scale, trajectory, whole, "leave", "")
    for whole in gap_spans(trajectory):
        yield from _empty_bar(words, scale, trajectory, whole, "gap", words.say("gap"))


def _empty_bar(words: Words, scale: Scale, trajectory: Trajectory, whole: Span, kind: str, label: str) -> Iterator[Bar]:
    """Months without a rotation: ``leave``, or a ``gap`` in the plan."""
    span = scale.clip(whole)
    if span.end <= span.start:
        return
    what, width = words.say(kind), scale.width(span)
    tip = words.say("tip-bar", what=what, period=words.period(whole.start, whole.end), **_length(words, whole))
    yield Bar(
        kind, scale.at(span.start), width, label_for(label, width * WIDTH_PX / 100, mixed=False),
        f"{words.candidate(trajectory.candidate.id)}: {tip}", turned=scale.at(span.start) > TIP_TURNS_AT,
    )  # fmt: skip


def _length(words: Words, span: Span) -> dict[str, str]:
    return {"length": words.months(span.end - span.start)}


def label_for(name: str, width_px: float, mixed: bool) -> str:
    """The name if there is room, else the part that tells most, else a first word, else nothing.

    Of ``Fastlege 80 %, sykehjem 20 %`` the last part tells most, and then its first word.
    """
    last = name.split(", ")[-1]
    parts = (name, last, (last if mixed else name).split(" ")[0].rstrip(","))
    fitting = (part for part in parts if part and len(part) * LETTER_PX + PADDING_PX <= width_px)
    chosen = next(fitting, "")
    return chosen[:1].upper() + chosen[1:]


def _bands(words: Words, scale: Scale, trajectory: Trajectory) -> Iterator[Bar]:
    """The guidance group as a thin band, darker in the year that is in open practice."""
    group = group_of(trajectory)
    if group is None:
        return
    open_years = open_group_years(trajectory)
    told = trajectory.entry.open_group_year if trajectory.entry.open_group_year in open_years else None
    for number, whole in enumerate(group.years(), start=1):
        span = scale.clip(whole)
        if span.end > span.start:
            is_open = number == (told or (open_years[0] if open_years else None))
            key = "tip-group-open" if is_open else "tip-group"
            tip = words.say(key, group=group.id, number=number, period=words.period(whole.start, whole.end))
            yield Bar("open" if is_open else "", scale.at(span.start), scale.width(span), "", tip)


def _marks(words: Words, scale: Scale, trajectory: Trajectory) -> Iterator[Mark]:
    finish, earliest = finish_of(trajectory), trajectory.earliest_finish
    if trajectory.leaves:
        yield Mark("leaves", scale.at(trajectory.end), words.say("tip-leaves", month=words.month(trajectory.end - 1)))
        return
    if trajectory.unfinished:
        yield Mark("beyond", scale.at(scale.end), words.say("tip-unfinished", month=words.month(finish)))
        return
    if delay(trajectory) > 0 and scale.start <= earliest + 1 <= scale.end:
        yield Mark("earliest", scale.at(earliest + 1), words.say("tip-earliest", month=words.month(earliest)))
    if has_finish(trajectory) and finish + 1 <= scale.end:
        yield Mark("finish", scale.at(finish + 1), words.say("tip-finish", month=words.month(finish)))
