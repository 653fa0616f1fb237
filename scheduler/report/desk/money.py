"""The grant worksheet and the budget: a row each for a person's month, its amounts beside it, and sums that look them
up there, so that every figure can be followed back to its months.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction

from xlsxwriter.utility import xl_col_to_name

from scheduler.accounting.economy import Accounts, Line, PaidMonth
from scheduler.instance.economy import Rate
from scheduler.month import Month, format_month
from scheduler.plan import Plan
from scheduler.report.desk.sheets import Cell, Formula, Kroner, MonthCell, Sheets
from scheduler.report.standing import PlanStanding
from scheduler.report.words import Words
from scheduler.texts import text

Key = tuple[str, str]
_MONTH_COLUMNS = 10
_MISSING_HEADS = (("who", 30), ("kind", 20), ("months", 12), ("which", 60))


class _Money:
    """The texts, keys and places that both workbooks share."""

    def __init__(self, words: Words, accounts: Accounts) -> None:
        self.words, self.accounts = words, accounts
        self.keys: list[Key] = list(dict.fromkeys((rate.side, rate.what) for rate in accounts.rates))

    def say(self, key: str, **fields: object) -> str:
        return text(f"economy.{key}", self.words.lang, **fields)

    def kind(self, kind: str | None) -> str:
        return self.say("no-kind") if kind is None else text(f"workbook_in.word.{kind}", self.words.lang)

    def head(self, key: Key) -> str:
        side, what = key
        return f"{what} ({text(f'workbook_in.word.{side}', self.words.lang)})"

    def months_sheet(self, year: int | None) -> str:
        """What the sheet of months is called."""
        return self.say("sheet-months") if year is None else self.say("sheet-months-year", year=year)

    def lines(self, candidate: str) -> Mapping[Key, Line]:
        return {(line.side, line.what): line for line in self.accounts.lines if line.candidate == candidate}

    def sum_of(self, key: Key) -> int:
        return sum(line.kroner for line in self.accounts.lines if (line.side, line.what) == key)


def grant_book(words: Words, plan: Plan, accounts: Accounts, standing: PlanStanding | None = None) -> bytes:
    """The grant worksheet of a window: a sum per ALIS, the months behind it, the rates, and what is missing."""
    money = _Money(words, accounts)
    period = words.period(accounts.span.start, accounts.span.end)
    title = money.say("grant-title", period=period)
    sheets = Sheets(title, words.lang, words.instance.start, standing)
    notes = [money.say("source", plan=plan.instance.name), *grant_notes(words, accounts)]
    _person_sheet(sheets, money, title, notes)
    _months_sheet(sheets, money)
    _rates_sheet(sheets, money)
    sheets.sheet(
        money.say("sheet-missing"), money.say("missing-title"), [money.say("missing-note")],
        [(money.say(f"head-{key}"), width) for key, width in _MISSING_HEADS], _missing(money),
    )  # fmt: skip
    return sheets.content()


def economy_book(
    words: Words, plan: Plan, by_year: Mapping[int, Accounts], standing: PlanStanding | None = None
) -> bytes:
    """The budget: a sheet with costs and income per ALIS for each year, and the months behind them."""
    first = next(iter(by_year.values()))
    title = _Money(words, first).say("economy-title", name=plan.instance.name)
    sheets = Sheets(title, words.lang, words.instance.start, standing)
    for year, accounts in by_year.items():
        money = _Money(words, accounts)
        notes = [money.say("source", plan=plan.instance.name)]
        _person_sheet(sheets, money, money.say("year-title", year=year), notes, year)
    for year, accounts in by_year.items():
        _months_sheet(sheets, _Money(words, accounts), year)
    _rates_sheet(sheets, _Money(words, first))
    return sheets.content()


def grant_notes(words: Words, accounts: Accounts) -> Iterator[str]:
    """What the grant comes to, what the municipality keeps of it, and whose agreement is missing, a sentence each."""

    def say(key: str, **fields: object) -> str:
        return text(f"economy.{key}", words.lang, **fields)

    figures = {
        "fte": words.number(float(accounts.fte(signed=True))),
        "hours": words.number(float(accounts.hours())),
    }
    people = len(accounts.people)
    yield say("counted", number=people, **figures)
    if not any(rate.side == "grant" for rate in accounts.rates):
        yield say("no-grant-rates")
    else:
        whole, kept = accounts.kroner("grant"), sum(line.kroner for line in accounts.kept)
        yield say("granted", kroner=kroner(whole), kept=kroner(kept), left=kroner(whole - kept))
    for candidate, months in accounts.unsigned.items():
        yield say("unsigned", number=len(months), who=words.candidate(candidate))


def economy_lines(words: Words, by_year: Mapping[int, Accounts]) -> Iterator[str]:
    """What each year comes to in a line; or that there are no rates, and so no amounts."""
    for year, accounts in by_year.items():
        if not accounts.rates:
            yield text("economy.no-rates", words.lang)
            return
        income, cost = accounts.kroner("grant", "income"), accounts.kroner("cost")
        fields = {"income": kroner(income), "cost": kroner(cost), "net": kroner(income - cost)}
        yield text("economy.year", words.lang, number=len(accounts.people), year=year, **fields)


def kroner(amount: int) -> str:
    """Kroner as people write them: ``1 234 567``, parted by spaces that do not break."""
    return f"{amount:,}".replace(",", "\u00a0").replace("-", "−")


# --- sheets


def _person_sheet(sheets: Sheets, money: _Money, title: str, notes: Sequence[str], year: int | None = None) -> None:
    """A row for each ALIS: the kind of post, months and hours, and each line looked up in the sheet of months."""
    accounts = money.accounts
    keys = ("id", "who", "kind", "signed", "months", "fte", "fte-signed", "hours")
    heads = [
        *((money.say(f"head-{key}"), width) for key, width in zip(keys, (8, 22, 18, 13, 9, 11, 13, 12), strict=True)),
        *((money.head(key), 16) for key in money.keys),
    ]
    net = year is not None and bool(money.keys)
    if net:
        heads.append((money.say("head-net"), 16))
    lookup = _Lookup(money, sheets.first_row(1), year)
    rows: list[list[Cell]] = []
    for at, candidate in enumerate(accounts.people, start=sheets.first_row(len(notes))):
        row = [*_person(money, candidate), *lookup.amounts(candidate, at)]
        rows.append([*row, Kroner(_net(accounts, candidate))] if net else row)
    sums: list[Cell] = [
        money.say("sum"), None, None, None, len(accounts.months), accounts.fte(), accounts.fte(signed=True),
        accounts.hours(), *(Kroner(money.sum_of(key)) for key in money.keys),
    ]  # fmt: skip
    if net:
        sums.append(Kroner(_net(accounts)))
    sheets.sheet(money.say("sheet-people") if year is None else str(year), title, notes, heads, rows, sums)


def _net(accounts: Accounts, candidate: str | None = None) -> int:
    """Income less costs, of one or all."""
    return accounts.kroner("grant", "income", candidate=candidate) - accounts.kroner("cost", candidate=candidate)


def _person(money: _Money, candidate: str) -> list[Cell]:
    accounts = money.accounts
    of_it = [row for row in accounts.months if row.candidate.id == candidate]
    agreement = of_it[0].candidate.agreement
    signed = None if agreement is None or agreement.signed is None else MonthCell(agreement.signed)
    return [
        candidate, money.words.name(candidate), money.kind(of_it[0].kind), signed, len(of_it),
        accounts.fte(candidate), accounts.fte(candidate, signed=True), accounts.hours(candidate),
    ]  # fmt: skip


class _Lookup:
    """Sums of one's own months in the sheet of months, whose table begins in the row ``first``."""

    def __init__(self, money: _Money, first: int, year: int | None) -> None:
        self._money, self._first = money, first
        self._last = first + len(money.accounts.months) - 1
        self._sheet = f"'{money.months_sheet(year)}'!"

    def amounts(self, candidate: str, at: int) -> Iterator[Formula]:
        """A sum for each thing, of the one whose id stands in column A of the row ``at``."""
        lines = self._money.lines(candidate)
        for number, key in enumerate(self._money.keys, start=_MONTH_COLUMNS):
            cells = f"{self._down(xl_col_to_name(number))},{self._down('A')},$A{at}"
            yield Formula(f"=ROUND(SUMIFS({cells}),0)", Kroner(lines[key].kroner if key in lines else 0))

    def _down(self, column: str) -> str:
        return f"{self._sheet}${column}${self._first}:${column}${self._last}"


def _months_sheet(sheets: Sheets, money: _Money, year: int | None = None) -> None:
    """A row for each month of service, with what each rate comes to in it."""
    heads = [
        (money.say("head-id"), 8), (money.say("head-who"), 22), (money.say("head-month"), 11),
        (money.say("head-rotation"), 30), (money.say("head-percent"), 10), (money.say("head-present"), 11),
        (money.say("head-fte"), 11), (money.say("head-kind"), 18), (money.say("head-under"), 12),
        (money.say("head-hours"), 12), *((money.head(key), 16) for key in money.keys),
    ]  # fmt: skip
    amounts: dict[tuple[str, Month, Key], Fraction] = defaultdict(Fraction)
    for line in money.accounts.lines:
        for entry in line.entries:
            amounts[line.candidate, entry.month, (line.side, line.what)] += entry.amount
    rows = [_month_row(money, row, amounts) for row in money.accounts.months]
    sheets.sheet(money.months_sheet(year), money.say("months-title"), [money.say("months-note")], heads, rows)


def _month_row(money: _Money, row: PaidMonth, amounts: Mapping[tuple[str, Month, Key], Fraction]) -> list[Cell]:
    candidate = row.candidate.id
    return [
        candidate, money.words.name(candidate), MonthCell(row.month), row.rotation, Fraction(row.percent),
        row.present * 100, row.fte, money.kind(row.kind), money.say("yes" if row.signed else "no"), row.hours,
        *(Kroner(amounts.get((candidate, row.month, key), Fraction(0)), exact=True) for key in money.keys),
    ]  # fmt: skip


def _rates_sheet(sheets: Sheets, money: _Money) -> None:
    heads = [
        (money.say("head-side"), 12), (money.say("head-what"), 34), (money.say("head-for"), 34),
        (money.say("head-amount"), 14), (money.say("head-per"), 24), (money.say("head-from"), 11),
        (money.say("head-to"), 11), (money.say("head-source"), 50),
    ]  # fmt: skip
    rows = [_rate_row(money, rate) for rate in money.accounts.rates]
    sheets.sheet(money.say("sheet-rates"), money.say("rates-title"), [money.say("rates-note")], heads, rows)


def _rate_row(money: _Money, rate: Rate) -> list[Cell]:
    lang = money.words.lang
    kinds = ", ".join(sorted(money.kind(kind) for kind in rate.kinds)) or money.say("everybody")
    return [
        text(f"workbook_in.word.{rate.side}", lang), rate.what, kinds, Kroner(Fraction(rate.amount), exact=True),
        text(f"workbook_in.word.{rate.per}", lang), None if rate.start is None else MonthCell(rate.start),
        None if rate.end is None else MonthCell(rate.end - 1), rate.source or money.say("no-source"),
    ]  # fmt: skip


def _missing(money: _Money) -> Iterator[list[Cell]]:
    """Those with months without a signed agreement, and which months."""
    people = {row.candidate.id: row.candidate for row in money.accounts.months}
    for candidate, months in money.accounts.unsigned.items():
        agreement = people[candidate].agreement
        told = ", ".join(money.words.month(month) for month in months)
        kind = money.kind(None if agreement is None else agreement.kind)
        yield [money.words.candidate(candidate), kind, len(months), told]


def file_name(words: Words, key: str, *months: Month) -> str:
    """A file's name: ``tilskudd-2026-09-2027-05.xlsx``."""
    return "-".join([text(f"economy.file-{key}", words.lang), *map(format_month, months)]) + ".xlsx"
