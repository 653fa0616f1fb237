"""The what-if table in words: a line a version, how full the arenas are, who finishes at another time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from scheduler.changes import Change
from scheduler.changes.words import change_phrase, sentence
from scheduler.instance.problems import Problem, shown
from scheduler.month import format_month
from scheduler.plan import PlanBound
from scheduler.texts import Language, Phrase, localised, text
from scheduler.whatif.cases import CaseKind
from scheduler.whatif.rows import Row, Verdict, Worth, worths
from scheduler.whatif.use import OFFICES

LONGEST_NAME = 48
MOST_FINISHES = 8
GAP = "  "
COLUMNS = ("name", "verdict", "delay", "worst", "fairness", "wishes", "away", "locum", "later", "moved", "shortage")


class TextTable:
    """Words for rows in one language."""

    def __init__(self, lang: Language, rows: Sequence[Row] = ()) -> None:
        """``rows``: what is told of municipalities only where something is to be told."""
        self.lang = lang
        fair = any(row.fairness is not None for row in rows)
        self.columns = tuple(column for column in COLUMNS if fair or column != "fairness")

    def lines(self, rows: Sequence[Row]) -> Iterator[str]:
        """Everything there is to say, the table first."""
        shown = [row for row in rows if row.kind is not CaseKind.WORTH]
        yield from self._aligned([self.head(), *map(self._line, shown)])
        yield from self.remarks(rows)
        yield from self._finishes(shown)
        yield from self._use(shown)
        yield from self._worth(rows)

    def outcome(self, row: Row) -> str:
        """How a row ended, in a few words."""
        delay = self.none if row.delay is None else self._figure(row.delay)
        return self.say(f"outcome-{row.verdict}", delay=delay)

    def name(self, row: Row) -> str:
        """A row's name, the base's in words."""
        return self.say("base") if row.kind is CaseKind.BASE else row.name

    def say(self, key: str, **fields: object) -> str:
        """A text of the chapter *whatif*."""
        return text(f"whatif.{key}", self.lang, **fields)

    @property
    def none(self) -> str:
        """What stands where there is nothing to say."""
        return self.say("none")

    # --- the table -------------------------------------------------------------------------------------------------

    def head(self) -> list[str]:
        """What the columns are called."""
        return [self.say(f"head-{column}") for column in self.columns]

    def _line(self, row: Row) -> list[str]:
        name, *cells = self.cells(row)
        return [_short(name), *cells]

    def cells(self, row: Row) -> list[str]:
        """A version's line of the table, a cell for each of the columns."""
        told = {"name": self.name(row), "verdict": self.say(f"verdict-{row.verdict}")}
        if row.delay is not None:
            told |= self._figures(row)
        return [told.get(column, self.none) for column in self.columns]

    def _figures(self, row: Row) -> dict[str, str]:
        base, shortage = row.kind is CaseKind.BASE, row.shortage
        bounded = {"delay": row.delay, "worst": row.worst, "fairness": row.fairness, "away": row.away}
        return {
            **{column: self._figure(figure) for column, figure in bounded.items() if figure is not None},
            "wishes": self.say("met", met=row.wishes_met, all=row.wishes),
            "locum": self.none if row.locum is None else self._number(row.locum),
            "later": self.none if base else str(len(row.later)),
            "moved": self.none if base else str(len(row.moved)),
            "shortage": self.none
            if shortage is None
            else self.say("shortage", month=format_month(shortage.month), arena=shortage.arena),
        }

    def _figure(self, figure: PlanBound) -> str:
        value = self._number(figure.value)
        return value if figure.proved else self.say("not-proved", value=value, bound=self._number(figure.bound))

    def _number(self, value: float) -> str:
        return str(localised(round(float(value), 2), self.lang))

    def _aligned(self, table: Sequence[Sequence[str]]) -> Iterator[str]:
        widths = [max(len(line[column]) for line in table) for column in range(len(table[0]))]
        for line in table:
            yield GAP.join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()

    # --- below the table ---------------------------------------------------------------------------------------------

    def remarks(self, rows: Sequence[Row]) -> Iterator[str]:
        """What else had to change, why there is no plan, and what was taken over from another row."""
        names = {row.key: self.name(row) for row in rows}
        for row in rows:
            name = names[row.key]
            if row.following:
                changes = "; ".join(sentence(change, self.lang) for change in row.following)
                yield self.say("following", name=name, changes=changes)
            for problem in row.problems:
                yield self.say("why", name=name, text=told_of(problem, row.changes, self.lang))
            for reason in (*row.why, *row.remedies, *row.told):
                yield self.say("why", name=name, text=reason.said(self.lang))
            if row.verdict is Verdict.IMPOSSIBLE and not row.why:
                yield self.say("no-reason", name=name)
            if row.plan_of is not None and row.gained:
                yield self.say("plan-taken", name=name, other=names[row.plan_of])
            if row.proof_of is not None:
                yield self.say("proof-taken", name=name, other=names[row.proof_of])

    def _finishes(self, rows: Sequence[Row]) -> Iterator[str]:
        changed = [row for row in rows if row.later]
        if changed:
            yield self.say("head-finishes", base=self.say("base"))
        for row in changed:
            said = self.finishes(row)
            more = [f"+ {len(said) - MOST_FINISHES}"] if len(said) > MOST_FINISHES else []
            yield f"{GAP}{_short(self.name(row))}: {', '.join(said[:MOST_FINISHES] + more)}"

    def finishes(self, row: Row) -> list[str]:
        """Who finishes at another time than in the base, when, and how much later or earlier."""
        said = []
        for finish in row.later:
            assert finish.later is not None
            assert finish.month is not None
            key = "finish-later" if finish.later > 0 else "finish-earlier"
            month = format_month(finish.month)
            said.append(self.say(key, who=finish.candidate, month=month, number=abs(finish.later)))
        return said

    def _use(self, rows: Sequence[Row]) -> Iterator[str]:
        """A line an arena, a column a version, so that versions can be compared along the line."""
        shown = [row for row in rows if row.use]
        arenas = list(dict.fromkeys(fill.arena for row in shown for fill in row.use))
        if not arenas:
            return
        yield self.say("head-use")
        short = [f"({number})" for number in range(1, len(shown) + 1)]
        table = [["", *short]]
        for arena in arenas:
            shares = [{fill.arena: fill.share for fill in row.use}.get(arena) for row in shown]
            label = self.say("offices") if arena == OFFICES else arena
            table.append([label, *(self.none if share is None else str(round(100 * share)) for share in shares)])
        yield from (GAP + line for line in self._aligned(table))
        yield GAP + "   ".join(f"{mark} {_short(self.name(row))}" for mark, row in zip(short, shown, strict=True))

    def _worth(self, rows: Sequence[Row]) -> Iterator[str]:
        found = worths(rows)
        if found:
            yield self.say("head-worth")
        for worth in found:
            yield GAP + self.worth(worth)

    def worth(self, worth: Worth) -> str:
        """What one more place in an arena saves."""
        if worth.found is None or worth.least is None or worth.most is None:
            return self.say("worth-unknown", arena=worth.arena)
        if worth.proved:
            return self.say("worth-proved", arena=worth.arena, months=self._months(worth.found))
        least, most = self._months(worth.least), self._months(worth.most)
        return self.say("worth-between", arena=worth.arena, least=least, most=most, found=self._months(worth.found))

    def _months(self, number: float) -> str:
        return self.say("months", number=self._number(number))


class InWords(TextTable):
    """The same table where a version is called what it changes, as a sentence."""

    def name(self, row: Row) -> str:
        """What a row changes, or that it is the base."""
        said = "; ".join(phrase.said(self.lang) for phrase in changes_told(row))
        return said[:1].upper() + said[1:] if said else super().name(row)


def changes_told(row: Row) -> list[Phrase]:
    """What a version changes, to be told in any language."""
    return list(map(change_phrase, row.changes))


def _short(name: str) -> str:
    return name if len(name) <= LONGEST_NAME else name[: LONGEST_NAME - 1] + "…"


def told_of(problem: Problem, changes: Sequence[Change], lang: Language) -> str:
    """Why a version could not be made; with the place, unless that is the change itself."""
    own = problem.path in {(shown(change.inline()),) for change in changes}
    return problem.sentence(lang) if own else problem.line(lang)
