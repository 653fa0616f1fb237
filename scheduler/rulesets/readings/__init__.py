"""Readings: what a ruleset assumes where its sources give no number or say different things, one TOML file each."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files

Words = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Reading:
    """One of them; its texts by language, with names of numbers in braces for the values in use.

    ``assumed``: what the program does; ``against``: what the sources say, also against each other; ``how``: what to
    know when it is changed. ``keys``: where it stands in an instance's file (``rules.total``, ``arenas.places``).
    ``otherwise``: the numbers of ``[rules]`` that read it the other way, which ``other`` names; none: no number does.
    """

    id: str
    title: Words
    assumed: Words
    against: Words
    sources: str
    keys: tuple[str, ...]
    how: Words = field(default_factory=dict)
    other: Words = field(default_factory=dict)
    otherwise: Mapping[str, object] = field(default_factory=dict)


@cache
def load_readings(ruleset_id: str) -> tuple[Reading, ...]:
    """The readings of a ruleset, in the order of its file; none where it has no such file."""
    file = files(__package__) / f"{ruleset_id}.toml"
    if not file.is_file():
        return ()
    rows = tomllib.loads(file.read_text(encoding="utf-8"))["readings"]
    return tuple(Reading(**{**row, "keys": tuple(row["keys"])}) for row in rows)
