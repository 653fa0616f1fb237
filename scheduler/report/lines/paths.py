"""Different paths for one candidate, in words."""

from __future__ import annotations

from collections.abc import Iterator

from scheduler.alternatives.cost import PathCost, Paths, away_more
from scheduler.month import format_month
from scheduler.texts import Language, text


def paths_lines(found: Paths, wanted: int, lang: Language) -> Iterator[str]:
    """Each path with its price, and whether there are more."""
    yield from (path_line(cost, lang) for cost in found.costs)
    if len(found.costs) < wanted:
        yield fewer_line(found, lang)


def path_line(cost: PathCost, lang: Language) -> str:
    """A path with its price."""
    finish = cost.entry.finish_or_projected
    said = text(
        "paths.line",
        lang,
        title=path_title(cost, lang),
        finish="–" if finish is None else format_month(finish),
        delay=cost.entry.delay,
        wishes=cost.wishes_lost,
        away=_away(cost, lang),
        blocks=len(cost.entry.blocks),
    )
    doubt = "" if cost.proved else f" {text('paths.not-proved', lang)}"
    return f"{said}; {_others(cost, lang)}{doubt}" if cost.number > 1 else said


def fewer_line(found: Paths, lang: Language) -> str:
    """Why there are no more paths than these."""
    return text("paths.fewer-proved" if found.no_more else "paths.fewer", lang)


def path_title(cost: PathCost, lang: Language) -> str:
    """What a path is called: ``2: 14 md. fra planen``."""
    key = "paths.own" if cost.number == 1 else "paths.title"
    return text(key, lang, number=cost.number, apart=cost.apart)


def _away(cost: PathCost, lang: Language) -> str:
    """Months away from the own post, and how many in a row; of an older plan file nothing is known of it."""
    if cost.entry.away is None:
        return "–"
    if not cost.entry.away:
        return "0"
    return text("paths.away", lang, number=cost.entry.away, row=cost.entry.away_row)


def _others(cost: PathCost, lang: Language) -> str:
    if not cost.others:
        return text("paths.others-none", lang)
    told = [
        text(
            "paths.other",
            lang,
            who=other.id,
            delay=f"{other.after['delay'] - other.before['delay']:+d}",
            wishes=f"{other.after['wishes_lost'] - other.before['wishes_lost']:+d}",
            away=f"{more:+d}" if (more := away_more(other)) is not None else "–",
        )
        for other in cost.others
    ]
    return text("paths.others", lang, who=", ".join(told))
