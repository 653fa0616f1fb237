"""The table of a region: what each municipality gets out of a plan."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from scheduler.accounting import Trajectory, trajectories
from scheduler.accounting.municipalities import MunicipalStanding, QuotaUse, municipal_standings
from scheduler.plan import Plan
from scheduler.report.words import Words

COLUMNS = ("candidates", "mean-delay", "worst-delay", "wishes", "gives", "takes", "quotas")


@dataclass(frozen=True, slots=True)
class MunicipalRow:
    """A municipality's name, and its cells in words, under ``COLUMNS``."""

    name: str
    cells: tuple[str, ...]


def municipal_rows(words: Words, people: Sequence[Trajectory]) -> list[MunicipalRow]:
    """A row for each municipality; none where there are none."""
    return [_row(words, each) for each in municipal_standings(words.instance, people)]


def municipal_table(words: Words, plan: Plan) -> dict[str, MunicipalRow]:
    """The same of a plan, by the municipality's id."""
    standings = municipal_standings(words.instance, trajectories(words.instance, plan))
    return {each.municipality.id: _row(words, each) for each in standings}


def municipal_titles(words: Words) -> list[str]:
    """What the columns are called, the municipality's first."""
    return [words.say(f"municipal-{column}") for column in ("name", *COLUMNS)]


def municipal_lines(words: Words, people: Sequence[Trajectory]) -> Iterator[str]:
    """The same as lines of text, figures under each other."""
    rows = [(row.name, *row.cells) for row in municipal_rows(words, people)]
    if not rows:
        return
    table = [tuple(municipal_titles(words)), *rows]
    widths = [max(len(line[column]) for line in table) for column in range(len(table[0]))]
    for line in table:
        yield "  ".join(f"{cell:<{width}}" for cell, width in zip(line, widths, strict=True)).rstrip()


def _row(words: Words, standing: MunicipalStanding) -> MunicipalRow:
    quotas = "; ".join(_quotas(words, standing.quotas))
    cells = (
        str(standing.candidates),
        words.number(round(float(standing.mean_delay), 1)),
        words.number(standing.worst_delay),
        words.say("of", have=standing.wishes_met, all=standing.wishes),
        words.number(standing.gives),
        words.number(standing.takes),
        quotas or "–",
    )
    return MunicipalRow(standing.municipality.name, cells)


def _quotas(words: Words, uses: Sequence[QuotaUse]) -> Iterator[str]:
    """Each quota; those in guidance groups together where there are several: a region has a group each half-year."""
    groups = [use for use in uses if use.quota.group is not None]
    together = groups if len(groups) > 1 else []
    yield from (_quota(words, use) for use in uses if use not in together)
    if together:
        what = words.say("municipal-quota-groups")
        used, room = sum(use.used for use in together), sum(use.room for use in together)
        yield words.say("municipal-quota", what=what, used=words.number(used), room=words.number(room))


def _quota(words: Words, use: QuotaUse) -> str:
    """``Sykehus 12 of 24``: place-months used, and those that there are."""
    of = use.quota.of
    name = words.arena(of) if use.quota.group is None and of in words.instance.arenas else of
    return words.say("municipal-quota", what=name, used=words.number(use.used), room=words.number(use.room))
