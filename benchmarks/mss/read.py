"""MiniZinc data (``.dzn``) of the benchmark, as published; indices from 0 here, from 1 there."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

Table = npt.NDArray[np.int64]

_COMMENT = re.compile(r"%[^\n]*")
_ITEM = re.compile(r"(\w+)\s*=\s*([^;]*);")
_RANGES = re.compile(r"array\dd\s*\([^\[]*\[")  # the sizes that a table is given with, which are known
_NUMBER = re.compile(r"-?\d+")


@dataclass(frozen=True)
class MssCase:
    """One instance. A discipline takes ``duration`` periods in a row, in one hospital, at most once.

    Tables are by student, hospital, discipline, period or group, in the order that the field's comment says.
    """

    name: str
    students: int
    disciplines: int
    hospitals: int
    periods: int
    duration: int
    groups: int
    most_in_one_hospital: int
    group_of: Table  # discipline
    asked: Table  # student, group: how many disciplines of it, exactly
    allowed: Table  # student, discipline
    after: Table  # discipline, discipline: only after this one
    present: Table  # student, period
    able: Table  # student, hospital, discipline
    most: Table  # hospital, discipline, period
    least: Table  # hospital, discipline, period
    weights: Table  # student: of disciplines, hospitals, changes of hospital, waiting (the last two negative)
    likes_discipline: Table  # student, discipline
    likes_hospital: Table  # student, hospital
    school_likes: Table  # discipline

    def may(self, student: int, hospital: int, discipline: int) -> bool:
        """Whether the student may do the discipline there: allowed, able, and asked for something of its kind."""
        asked = self.asked[student, self.group_of[discipline]]
        return bool(asked and self.allowed[student, discipline] and self.able[student, hospital, discipline])

    def periods_asked(self, student: int) -> int:
        """Periods that all of the student's disciplines take."""
        return int(self.asked[student].sum()) * self.duration


def read_case(path: Path) -> MssCase:
    """Read a file; ValueError where something is missing or has another size than the file says."""
    items = dict(_ITEM.findall(_COMMENT.sub("", path.read_text(encoding="utf-8"))))

    def number(name: str) -> int:
        return int(_found(items, name, path).strip())

    students, disciplines, hospitals = number("Students"), number("Disciplines"), number("Hospitals")
    periods, groups = number("Horizon"), number("Groups")

    def table(name: str, *sizes: int) -> Table:
        given = [int(word) for word in _NUMBER.findall(_RANGES.sub("[", _found(items, name, path)))]
        if len(given) != int(np.prod(sizes)):
            raise ValueError(f"{path.name}: {name} has {len(given)} numbers, not {_product(sizes)}")
        return np.array(given, dtype=np.int64).reshape(sizes)

    return MssCase(
        name=path.stem,
        students=students,
        disciplines=disciplines,
        hospitals=hospitals,
        periods=periods,
        duration=number("Duration"),
        groups=groups,
        most_in_one_hospital=number("MaxDiscPerHosp"),
        group_of=table("DiscGroup", disciplines) - 1,
        asked=table("StudDiscGroup", students, groups),
        allowed=table("AllowedDisc", students, disciplines),
        after=table("Precededby", disciplines, disciplines),
        present=table("Availability", students, periods),
        able=table("Ability", students, hospitals, disciplines),
        most=table("MaxPosHosp", hospitals, disciplines, periods),
        least=table("MinPosHosp", hospitals, disciplines, periods),
        weights=table("WeightPref", students, 4),
        likes_discipline=table("PrefStudDisc", students, disciplines),
        likes_hospital=table("PrefStudHosp", students, hospitals),
        school_likes=table("ManPref", disciplines),
    )


def _found(items: dict[str, str], name: str, path: Path) -> str:
    if name not in items:
        raise ValueError(f"{path.name}: {name} is missing")
    return items[name]


def _product(sizes: Sequence[int]) -> str:
    return " x ".join(map(str, sizes))
