"""A ruleset's numbers with what an instance overrides of them, resolved; and what is wrong with a ruleset's file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from importlib.resources import files
from typing import Any

from pydantic import ValidationError

from scheduler.files.goals import parse_goals
from scheduler.files.schema import FileRules
from scheduler.instance.problems import InputError, Problem, in_file_order, shown
from scheduler.instance.types import CREDIT_PER_FTE_MONTH, Category, Rules
from scheduler.rulesets import CategoryRow, Ruleset, faults_in, load_ruleset, minimum_rules, number_keys, ruleset_ids
from scheduler.rulesets.faults import Fault

_FTE_KEYS = ("total", "goal_exposure")


def values_of(ruleset: Ruleset) -> FileRules:
    """The numbers of a ruleset in the form of an instance's ``[rules]``."""
    tree = {key: number.value for key, number in ruleset.numbers.items() if number.value is not None}
    return FileRules.model_validate({"ruleset": ruleset.id, **tree})


def rules_of(ruleset_id: str, overrides: FileRules | None = None) -> Rules:
    """The numbers of a ruleset with an instance's overrides, resolved: FTE-months become credit.

    >>> rules_of("forskrift-2019").total
    600000
    """
    ruleset = load_ruleset(ruleset_id)
    given = {} if overrides is None else {key: getattr(overrides, key) for key in overrides.model_fields_set}
    merged = dict(values_of(ruleset)) | {key: value for key, value in given.items() if value is not None}
    merged |= {key: credit(merged[key]) for key in _FTE_KEYS}
    merged |= {
        "ruleset": ruleset_id,
        "goals": parse_goals(merged["goals"]),
        "goal_prefix": ruleset.learning_goals.prefix,
        "planning": frozenset(key for key, number in ruleset.numbers.items() if number.planning),
    }
    categories = tuple(_category(row, merged) for row in ruleset.categories)
    return Rules(categories=categories, **{key: value for key, value in merged.items() if key not in number_keys()})


def _category(row: CategoryRow, values: Mapping[str, Any]) -> Category:
    return Category(
        id=row.id,
        minimum=0 if row.minimum is None else credit(values[row.minimum]),
        rule=row.rule,
        cap=None if row.cap is None else credit(values[row.cap]),
        counts_into=row.counts_into,
        served=row.served,
        own_practice=row.own_practice,
    )


def with_extra(rules: Rules, extra: int) -> Rules:
    """The rules of one who must serve so much credit more in own practice, beyond all that they ask of everybody.

    With 4 FTE-months more than 60, of which 24 to 54 in own practice: 64, of which 28 to 58, and with what counts into
    the same category 58 instead of 54.
    """
    if not extra:
        return rules
    raised = {rules.own_practice: rules.category(rules.own_practice)}
    while (above := next(reversed(raised.values())).counts_into) is not None:
        raised[above] = rules.category(above)
    rows = tuple(_raised(row, extra) if row.id in raised else row for row in rules.categories)
    return replace(rules, total=rules.total + extra, categories=rows)


def _raised(row: Category, extra: int) -> Category:
    least = row.minimum + extra if row.own_practice or row.rule is not None else row.minimum
    rule = minimum_rules(own_practice=True)[0] if row.own_practice and row.rule is None else row.rule
    return replace(row, minimum=least, rule=rule, cap=None if row.cap is None else row.cap + extra)


def credit(fte_months: float) -> int:
    """FTE-months as credit: 6.0 gives 60,000."""
    return round(fte_months * CREDIT_PER_FTE_MONTH)


def require_sound(ruleset_ids_named: Iterable[object]) -> None:
    """InputError with all that is wrong with a ruleset's file, if any of these has such a file and it is not in order.

    Names that no ruleset has are not its business.
    """
    for name in dict.fromkeys(each for each in ruleset_ids_named if isinstance(each, str)):
        if problems := ruleset_problems(name):
            raise InputError(problems, str(files("scheduler.rulesets") / f"{name}.toml"))


def ruleset_problems(ruleset_id: str) -> list[Problem]:
    """What is wrong with the file of a ruleset, in the order of the file."""
    broken = faults_in(ruleset_id)
    if broken is not None:
        return in_file_order(as_problems(broken.faults), broken.tree)
    return list(_values_out_of_range(ruleset_id)) if ruleset_id in ruleset_ids() else []


def as_problems(faults: Iterable[Fault]) -> Iterator[Problem]:
    """Faults of a ruleset's file as problems, which have words."""
    for fault in faults:
        found = None if fault.found is None else shown(fault.found)
        yield Problem(fault.code, fault.path, found, fields=fault.about, choices=fault.choices)


def _values_out_of_range(ruleset_id: str) -> Iterator[Problem]:
    """Numbers that are no such numbers as an instance's ``[rules]`` may have."""
    try:
        values_of(load_ruleset(ruleset_id))
    except ValidationError as error:
        for detail in error.errors(include_url=False):
            code = detail["type"] if "-" in detail["type"] else "bad-value"
            fields = {name: value for name, value in detail.get("ctx", {}).items() if name != "nearest"}
            yield Problem(code, (str(detail["loc"][0]), "value"), shown(detail["input"]), fields=fields)
