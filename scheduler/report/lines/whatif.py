"""The what-if table in words: a line a version, how full the arenas are, who finishes at another time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from scheduler.changes import Change
from scheduler.changes.words import by_id, called_in, change_phrase, sentence
from scheduler.instance.problems import Problem, shown
from scheduler.instance.types import Instance
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

    def __init__(self, lang: Language, rows: Sequence[Row] = (), instance: Instance | None = None) -> None:
        """``rows``: of municipalities only what there is is told; ``instance``: whose names things are called by."""
        self.lang = lang
        self.called = by_id if instance is None else called_in(instance)
        fair = any(row.fairness is not None for row in rows)
        self.columns = tuple(column for column in COLUMNS if fair or column != "fairness")

    def lines(self, rows: Sequence[Row]) -> Iterator[str]:
        """Everything there is to say, the table first."""
        shown = [row for row in rows if row.kind is not CaseKind.WORTH]
        marked = [(_mark(number), row) for number, row in enumerate(shown, start=1)]
        yield from self._aligned(
            [self.head(), *([f"{mark} {_short(self.name(row))}", *self.cells(row)[1:]] for mark, row in marked)]
        )
        yield from (f"{GAP}{mark} {self.name(row)}" for mark, row in marked if len(self.name(row)) > LONGEST_NAME)
        yield from self.remarks(rows)
        yield from self._finishes(shown)
        yield from self._use(shown)
        yield from self._worth(rows)

    def outcome(self, row: Row) -> str:
        """How a row ended, in a few words."""
        delay = self.none if row.delay is None else self._figure(row.delay)
        return self.say(f"outcome-{row.verdict}", delay=delay)

    def name(self, row: Row) -> str:
        """A row's name, or what was typed where that cannot be made; else what it changes, in words."""
        if row.kind is CaseKind.BASE:
            return self.say("base")
        typed = "; ".join(change.inline() for change in row.changes)
        if row.name != typed or row.verdict is Verdict.REFUSED:
            return row.name
        said = "; ".join(change_phrase(change, self.called).said(self.lang) for change in row.changes)
        return said[:1].upper() + said[1:]

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
            else self.say("shortage", month=format_month(shortage.month), arena=self.called("arena", shortage.arena)),
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

    def _place(self, subject: str) -> str:
        """An arena, or a limit over several."""
        name = self.called("arena", subject)
        return self.called("limit", subject) if name == subject else name

    # --- below the table ---------------------------------------------------------------------------------------------

    def remarks(self, rows: Sequence[Row]) -> Iterator[str]:
        """What else had to change, why there is no plan, and what was taken over from another row."""
        names = {row.key: self.name(row) for row in rows}
        for row in rows:
            name = names[row.key]
            if row.following:
                changes = "; ".join(sentence(change, self.lang, self.called) for change in row.following)
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
        short = [_mark(number) for number, row in enumerate(rows, start=1) if row.use]
        table = [["", *short]]
        for arena in arenas:
            shares = [{fill.arena: fill.share for fill in row.use}.get(arena) for row in shown]
            label = self.say("offices") if arena == OFFICES else self._place(arena)
            table.append([label, *(self.none if share is None else str(round(100 * share)) for share in shares)])
        yield from (GAP + line for line in self._aligned(table))

    def _worth(self, rows: Sequence[Row]) -> Iterator[str]:
        found = worths(rows)
        if found:
            yield self.say("head-worth")
        for worth in found:
            yield GAP + self.worth(worth)

    def worth(self, worth: Worth) -> str:
        """What one more place in an arena saves."""
        if worth.found is None or worth.least is None or worth.most is None:
            return self.say("worth-unknown", arena=self.called("arena", worth.arena))
        if worth.proved:
            return self.say("worth-proved", arena=self.called("arena", worth.arena), months=self._months(worth.found))
        least, most = self._months(worth.least), self._months(worth.most)
        arena = self.called("arena", worth.arena)
        return self.say(
            "worth-between",
            arena=arena,
            least=least,
            most=most,
            found=self._months(worth.found),
        )

    def _months(self, number: float) -> str:
        return self.say("months", number=self._number(number))


def changes_told(row: Row, instance: Instance) -> list[Phrase]:
    """What a version changes, to be told in any language."""
    return [change_phrase(change, called_in(instance)) for change in row.changes]


def _mark(number: int) -> str:
    """What stands for a version where its name has no room."""
    return f"({number})"


def _short(name: str) -> str:
    return name if len(name) <= LONGEST_NAME else name[: LONGEST_NAME - 1] + "…"


def told_of(problem: Problem, changes: Sequence[Change], lang: Language) -> str:
    """Why a version could not be made; with the place, unless that is the change itself."""
    own = problem.path in {(shown(change.inline()),) for change in changes}
    return problem.sentence(lang) if own else problem.line(lang)
