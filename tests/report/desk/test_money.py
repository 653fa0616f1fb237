"""Grant and budget against a count by hand: from the plan file's raw rows, with decimal arithmetic of its own."""

from __future__ import annotations

import io
import json
from collections import defaultdict
from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from scheduler import api
from scheduler.accounting.economy import Accounts
from scheduler.month import parse_month
from scheduler.plan import Plan, PlanCandidate
from scheduler.report.desk.money import economy_book, economy_lines, grant_book, grant_notes
from scheduler.report.words import Words
from tests.helpers.tiny import make, person, plan_of

REPO = Path(__file__).parents[3]
FIRST, LAST = "2026-09", "2027-05"
KINDS = ("self-employed", "salaried", "municipal", "locum")
RATES = [
    {"side": "grant", "what": "Tilskudd", "for": ["self-employed"], "amount": 240_001, "per": "fte-year"},
    {"side": "grant", "what": "Tilskudd", "for": ["salaried"], "amount": 210_000, "per": "fte-year"},
    {"side": "grant", "what": "Tilskudd", "for": ["salaried"], "amount": 222_222.22, "per": "fte-year"}
    | {"from": "2027-01"},
    {"side": "grant", "what": "Veiledning", "amount": 333.33, "per": "guidance-hour"},
    {"side": "cost", "what": "Beholdt", "amount": 5, "per": "percent-of-grant"},
    {"side": "cost", "what": "Honorar", "amount": 1_000, "per": "guidance-hour"},
    {"side": "cost", "what": "Kursfond", "amount": 12_000, "per": "service-year"},
]  # fmt: skip


@pytest.fixture(scope="module")
def given() -> tuple[dict[str, Any], dict[str, Any]]:
    """The bundled example's plan, raw, and its instance with agreements for all but the last three of the 18."""
    raw = json.loads((REPO / "reports" / "sarpsborg" / "plan.json").read_text(encoding="utf-8"))
    tree = raw["instance"]["source"]
    for number, row in enumerate(tree["candidates"]):
        if number < 14:
            row["agreement"] = {"kind": KINDS[number % 4], "signed": "2026-11" if number % 5 == 0 else "2025-01"}
    tree["candidates"][14]["agreement"] = {"kind": "salaried"}  # not signed yet
    tree["economy"] = RATES
    return raw, tree


@pytest.fixture(scope="module")
def granted(given: tuple[dict[str, Any], dict[str, Any]]) -> Accounts:
    raw, tree = given
    return api.grant(Plan.from_json(json.dumps(raw)), FIRST, LAST, instance=tree)


def served(raw: dict[str, Any], first: str, last: str) -> Iterator[tuple[str, str, Decimal]]:
    """Each candidate's months of work in a window: months without a rotation are leave."""
    for entry in raw["candidates"]:
        for row in entry["months"]:
            if first <= row["month"] <= last and row["rotation"] is not None and row["percent"] > 0:
                yield entry["id"], row["month"], Decimal(str(row["percent"])) / 100


def krone(amount: Decimal) -> int:
    return int(amount.quantize(Decimal(1), ROUND_HALF_UP))


def by_hand(raw: dict[str, Any], tree: dict[str, Any], first: str, last: str) -> dict[tuple[str, str], int]:
    """Candidate and thing to kroner, with 3.5 hours of guidance a month of service (42 a year); in twelfths."""
    agreements = {row["id"]: row.get("agreement", {}) for row in tree["candidates"]}
    twelfths: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for who, month, share in served(raw, first, last):
        kind, signed = agreements[who].get("kind"), agreements[who].get("signed", "9999-12") <= month
        yearly = {
            "self-employed": Decimal(240_001),
            "salaried": Decimal("222222.22") if month >= "2027-01" else Decimal(210_000),
        }.get(kind or "", Decimal(0))
        granted = (yearly * share if signed else Decimal(0)), 42 * Decimal("333.33")
        twelfths[who, "Tilskudd"] += granted[0]
        twelfths[who, "Veiledning"] += granted[1]
        twelfths[who, "Beholdt"] += sum(granted) * 5 / 100
        twelfths[who, "Honorar"] += 42 * 1_000
        twelfths[who, "Kursfond"] += 12_000
    return {key: krone(amount / 12) for key, amount in twelfths.items() if amount}


def test_a_nine_month_window_of_eighteen_to_the_krone(
    given: tuple[dict[str, Any], dict[str, Any]], granted: Accounts
) -> None:
    raw, tree = given
    assert len(raw["candidates"]) == 18
    expected = {
        key: amount for key, amount in by_hand(raw, tree, FIRST, LAST).items() if key[1] not in ("Honorar", "Kursfond")
    }
    assert {(line.candidate, line.what): line.kroner for line in granted.lines} == expected
    assert len(expected) > 40
    whole = sum(amount for (_, what), amount in expected.items() if what != "Beholdt")
    assert granted.kroner("grant") == whole
    assert sum(line.kroner for line in granted.kept) == sum(a for (_, what), a in expected.items() if what == "Beholdt")
    months = list(served(raw, FIRST, LAST))
    assert float(granted.fte()) == pytest.approx(float(sum(share for *_, share in months)))
    assert float(granted.hours()) == 3.5 * len(months)


def test_who_lacks_an_agreement_is_named_with_the_months(
    given: tuple[dict[str, Any], dict[str, Any]], granted: Accounts
) -> None:
    raw, tree = given
    agreements = {row["id"]: row.get("agreement", {}) for row in tree["candidates"]}
    lacking = defaultdict(list)
    for who, month, _ in served(raw, FIRST, LAST):
        if agreements[who].get("signed", "9999-12") > month:
            lacking[who].append(parse_month(month))
    assert granted.unsigned == lacking
    assert lacking["A01"] == [parse_month("2026-09"), parse_month("2026-10")]  # signed in November
    assert {"A15", "A16", "A17", "A18"} <= lacking.keys()
    words = Words(api.load(tree), "nb")
    told = list(grant_notes(words, granted))
    assert any(
        line.startswith("A01") and line.endswith("mangler underskrevet ALIS-avtale i 2 måneder.") for line in told
    )


def test_a_year_of_costs_and_income(given: tuple[dict[str, Any], dict[str, Any]]) -> None:
    raw, tree = given
    plan = Plan.from_json(json.dumps(raw))
    found = api.economy(plan, 2027, instance=tree)
    expected = by_hand(raw, tree, "2027-01", "2027-12")
    assert {(line.candidate, line.what): line.kroner for line in found.lines} == expected
    income = sum(amount for (_, what), amount in expected.items() if what in ("Tilskudd", "Veiledning"))
    assert found.kroner("grant", "income") - found.kroner("cost") == 2 * income - sum(expected.values())


def test_every_sum_of_the_worksheet_is_that_of_its_months(
    given: tuple[dict[str, Any], dict[str, Any]], granted: Accounts
) -> None:
    raw, tree = given
    plan, words = Plan.from_json(json.dumps(raw)), Words(api.load(tree), "nb")
    content = grant_book(words, plan, granted)
    shown = load_workbook(io.BytesIO(content), data_only=True)
    formulas = load_workbook(io.BytesIO(content))["Per ALIS"]
    months, people = shown["Måneder"], shown["Per ALIS"]
    head = next(row for row in months.iter_rows(values_only=True) if row[0] == "Id")
    amounts: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))
    for row in months.iter_rows(values_only=True):
        if isinstance(row[0], str) and row[0].startswith("A") and len(row[0]) == 3:
            for column, name in enumerate(head[10:], start=10):
                amounts[row[0]][str(name)] += float(row[column])
    heads = next(row for row in people.iter_rows(values_only=True) if row[0] == "Id")
    seen = 0
    for row in people.iter_rows():
        if row[0].value in amounts:
            for cell, name in zip(row[8:], heads[8:], strict=True):
                assert abs(float(cell.value) - amounts[str(row[0].value)][str(name)]) <= 0.51
                formula = str(formulas[cell.coordinate].value)
                assert formula.startswith("=ROUND(SUMIFS('Måneder'!$")
                assert f"$A{cell.row}" in formula
                seen += 1
    assert seen == 18 * 3


def test_leave_is_left_out_and_days_absent_come_off() -> None:
    """80 % from 2027-01: leave in February; half of March's 23 weekdays absent is 0.8 x 1/2; April whole."""
    row = person(
        percent=[{"percent": 80}],
        leave=[{"from": "2027-02", "to": "2027-02"}],
        absence=[{"from": "2027-03-01", "to": "2027-03-31", "percent": 50}],
        agreement={"kind": "salaried", "signed": "2026-01"},
    )
    rate = {"side": "grant", "what": "Tilskudd", "amount": 1_000, "per": "fte-month"}
    tiny = make(row, economy=[rate])
    months = [
        {"month": f"2027-{number:02d}", "rotation": None if number == 2 else "gp", "percent": 0 if number == 2 else 80}
        for number in range(1, 5)
    ]
    entry = {
        **{"id": "A01", "start": "2027-01", "earliest_finish": "2028-03", "delay": 0, "practice": "office-01"},
        **{"finish": None, "months": months, "blocks": [], "shifts": [], "supervisors": [], "group": None},
        "service": {"counted": 0.0, "uncounted": 0.0},
    }
    plan = plan_of(tiny, [PlanCandidate.model_validate(entry)])
    found = api.grant(plan, "2027-01", "2027-04", instance=tiny)
    assert [(str(row.fte), str(row.hours)) for row in found.months] == [("4/5", "7/2"), ("2/5", "7/2"), ("4/5", "7/2")]
    assert [line.kroner for line in found.lines] == [2_000]


def test_nothing_is_said_without_a_rate(given: tuple[dict[str, Any], dict[str, Any]]) -> None:
    raw, tree = given
    without = {key: value for key, value in tree.items() if key != "economy"}
    plan, words = Plan.from_json(json.dumps(raw)), Words(api.load(without), "nb")
    found = api.economy(plan, 2027, instance=without)
    assert (found.lines, found.rates) == ((), ())
    assert list(economy_lines(words, {2027: found})) == [
        "Filen har ingen satser (tabellen economy), så det står ingen beløp: bare måneder og timer."
    ]
    book = load_workbook(io.BytesIO(economy_book(words, plan, {2027: found})))
    assert book.sheetnames == ["2027", "Måneder 2027", "Satser"]
    heads = next(row for row in book["2027"].iter_rows(values_only=True) if row[0] == "Id")
    assert heads[-1] == "Veiledning, timer"


def test_what_is_of_the_desk_does_not_make_it_another_instance(given: tuple[dict[str, Any], dict[str, Any]]) -> None:
    raw, tree = given
    assert api.load(tree).sha256 == raw["instance"]["sha256"]
    assert api.load({**tree, "name": "another"}).sha256 != raw["instance"]["sha256"]
