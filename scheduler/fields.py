"""Field types shared by the pydantic models of files: months spelled ``"2027-03"``, exact percents."""

from collections.abc import Mapping
from fractions import Fraction
from typing import Annotated, Any

from pydantic import BeforeValidator, PlainSerializer, ValidationInfo, WithJsonSchema

from scheduler.exact import Exact, exact_percent, plain
from scheduler.month import PATTERN, Month, format_month, parse_month

SPLIT = " + "  # between the ids of two groups of which somebody attends the first and the second year

SCHEMA_KEY = "$schema"
"""The key at the top of a file that tells an editor which JSON Schema it keeps to; it says nothing to the program."""


def without_schema_key(tree: Mapping[str, Any]) -> dict[str, Any]:
    """What a file says, as far as the program is concerned."""
    return {key: value for key, value in tree.items() if key != SCHEMA_KEY}


def _month(value: object, info: ValidationInfo) -> Month:
    in_code = info.mode == "python" and not isinstance(value, bool)
    if isinstance(value, int) and in_code:  # already parsed, when a model is built in code
        return value
    if isinstance(value, str):
        return parse_month(value)
    raise ValueError("not a month (a month is written 2027-03)")


SPELLED = WithJsonSchema(
    {"type": "string", "pattern": f"^{PATTERN}$", "description": "A calendar month, such as 2027-03."}
)
"""A month in the JSON Schema of a file."""

MonthField = Annotated[
    Month, BeforeValidator(_month), PlainSerializer(format_month, return_type=str, when_used="json"), SPELLED
]


def _percent(value: object) -> Exact:
    """A percent of a post: 37.5 in a file, exact in code."""
    if isinstance(value, bool) or not isinstance(value, int | float | Fraction):
        raise ValueError("not a number")
    number = exact_percent(value) if 0 <= value <= 100 else None
    if number is None:
        raise ValueError("not a percent from 0 to 100 with at most two decimals")
    return number


PercentField = Annotated[
    Exact,
    BeforeValidator(_percent),
    PlainSerializer(plain, when_used="json"),
    WithJsonSchema({"type": "number", "minimum": 0, "maximum": 100}),
]
