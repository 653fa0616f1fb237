"""What can be changed: the tables by their word in a change, and the fields of each."""

from __future__ import annotations

from collections.abc import Mapping

from scheduler.files.schema import FileTable, table_at

TABLES: Mapping[str, str] = {
    "arena": "arenas",
    "limit": "limits",
    "rotation": "rotations",
    "requirement": "requirements",
    "group": "groups",
    "supervisor": "supervisors",
    "municipality": "municipalities",
    "quota": "quotas",
    "candidate": "candidates",
}
"""The word in a change, and the instance's table."""

RESERVED = "reserved_"
"""Before the name of an amount: what others use of it, which is in rows of ``reservations``."""

STEP_FIELDS: Mapping[str, tuple[str, ...]] = {
    "arena": (
        "places",
        "percent",
        "shifts",
        "min_places",
        *(f"{RESERVED}{amount}" for amount in ("places", "percent", "shifts")),
    ),
    "limit": ("places", "percent"),
    "supervisor": ("places", f"{RESERVED}places"),
    "quota": ("places",),
    "candidate": ("percent", "practice", "supervisor"),
}
"""Functions of time."""

NAMES: Mapping[str, tuple[str, ...]] = {"candidate": ("practice", "supervisor")}
"""Those of them whose value is an id: none in months in which nothing is named."""

ADDABLE: Mapping[str, tuple[str, ...]] = {
    "arena": STEP_FIELDS["arena"],
    "limit": STEP_FIELDS["limit"],
    "supervisor": STEP_FIELDS["supervisor"],
    "quota": STEP_FIELDS["quota"],
    "group": ("places",),
}
"""Fields of which a mapping's number is what is added; with ``set = true`` it is the new value."""

REMOVABLE = ("limit", "requirement", "group", "supervisor", "quota", "candidate")
OWN_WORDS: Mapping[str, tuple[str, ...]] = {"candidate": ("leave", "fixed")}
"""Lists of rows that have changes of their own (leave, unfix)."""

MOST = 10_000
"""The largest number of places or shifts that an instance may give."""

MOST_PERCENT = 100_000


def model_of(table: str) -> type[FileTable]:
    """The file model of a table's rows."""
    model = table_at((TABLES[table],))
    assert model is not None
    return model


def step_key(field: str) -> str:
    """The key that holds the number in a row of a step list."""
    return "places" if field == "min_places" else field


def plain_fields(table: str) -> tuple[str, ...]:
    """The fields of a table's rows that are set as a whole."""
    without = {"id", "from", "to", *STEP_FIELDS.get(table, ()), *OWN_WORDS.get(table, ())}
    names = [field.alias or name for name, field in model_of(table).model_fields.items()]
    return tuple(name for name in names if name not in without)


def most_of(table: str, field: str) -> int:
    """The largest value that a numeric field may have."""
    if field.removeprefix(RESERVED) != "percent":
        return MOST
    return 100 if table == "candidate" else MOST_PERCENT
