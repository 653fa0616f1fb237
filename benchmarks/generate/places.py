"""Where candidates serve: towns with offices, wards and rosters, and the hospitals that towns share.

Goals, rotations and ceilings are those of Sarpsborg, the one municipality whose plan is public, as they were when the
first benchmarks were run (``sarpsborg-2026.toml`` beside this file), so that figures can be compared; a town of another
size has Sarpsborg's places in proportion. Offices and the arenas of towns are written as ``like`` rows
of templates, so that the goals stand once.
"""

from __future__ import annotations

import math
import tomllib
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

Row = dict[str, Any]
SARPSBORG = Path(__file__).with_name("sarpsborg-2026.toml")
SARPSBORG_CANDIDATES = 18
LARGE_TOWN, MIDDLE_TOWN = 10, 4  # candidates from which a town has a KAD with institution service, and a KAD at all
BASE, HOSPITAL, KAD4A = "gp", "hospital", "kad4a"
TEMPLATE = "template-"
LARGE_ONLY = ("kad4a", "prison", "refugee", "administration")
MIDDLE_ONLY = ("kad4",)


@cache
def sarpsborg() -> Row:
    """The tree that towns are made from."""
    return tomllib.loads(SARPSBORG.read_text("utf-8"))


def in_proportion(of_sarpsborg: float, n_candidates: int, least: int = 1) -> int:
    """Sarpsborg's number for a town of another size, rounded up: 24 shifts for 18 are 8 for 6."""
    return max(least, math.ceil(of_sarpsborg * n_candidates / SARPSBORG_CANDIDATES - 1e-9))


@dataclass
class Town:
    """One municipality: ``prefix`` before its ids (empty where there is only one), and what it has."""

    name: str
    prefix: str
    n_candidates: int
    hospital: str
    roster: str
    region: str
    seats: list[str] = field(default_factory=list)  # office ids, one entry for each place
    free: list[str] = field(default_factory=list)  # those of them that nobody has yet

    @property
    def municipality(self) -> str:
        """Its id as a municipality of a region."""
        return self.prefix.removesuffix("-")

    @property
    def arenas(self) -> list[str]:
        """Sarpsborg's ids of the arenas that a town of this size has besides offices."""
        left_out: tuple[str, ...] = LARGE_ONLY + MIDDLE_ONLY if self.n_candidates < MIDDLE_TOWN else LARGE_ONLY
        if self.n_candidates >= LARGE_TOWN:
            left_out = ()
        return [one for one in ("nursing-home", "family-centre", *MIDDLE_ONLY, *LARGE_ONLY) if one not in left_out]

    @property
    def rotations(self) -> list[Row]:
        """Sarpsborg's rotations in this town's arenas, the base and the hospital's left out (they are shared)."""
        rows = []
        for row in sarpsborg()["rotations"]:
            local = [arena for arena in row["mix"] if arena != "practice"]
            if local and local != [HOSPITAL] and all(arena in self.arenas for arena in local):
                mix = {arena if arena == "practice" else self.id(arena): share for arena, share in row["mix"].items()}
                rows.append({**row, "id": self.id(row["id"]), "mix": mix})
        return rows

    def id(self, of_sarpsborg: str) -> str:
        """This town's arena or rotation: ``m03-kad4``."""
        return f"{self.prefix}{of_sarpsborg}"

    def take_seat(self, alone: bool) -> str:
        """A place in an office that has two, or in one of its own for who must be free to leave at any time.

        Where no such office is left, there is one more.
        """
        fitting = [seat for seat in self.free if (self.seats.count(seat) == 1) is alone]
        if alone and not fitting:
            self.seats.append(self.id(f"office-{len(set(self.seats)) + 1:02d}"))
            return self.seats[-1]
        seat = (fitting or self.free)[0]
        self.free.remove(seat)
        return seat


def make_town(name: str, prefix: str, n_candidates: int, hospital: str, roster: str, region: str, rng: Random) -> Town:
    """A town with Sarpsborg's 22 office places for 18 candidates in proportion; about a quarter of offices have two."""
    town = Town(name, prefix, n_candidates, hospital, roster, region)
    n_seats = in_proportion(22, n_candidates)
    number = 0
    while len(town.seats) < n_seats:
        number += 1
        office = town.id(f"office-{number:02d}")
        town.seats += [office] * (2 if n_seats - len(town.seats) >= 2 and rng.random() < 0.3 else 1)
    town.free = list(town.seats)
    return town


# --- rows of the instance -------------------------------------------------------------------------------------------


def templates() -> list[Row]:
    """Abstract arenas that hold what all towns have in common: names, goals, exposure; no ceilings."""
    rows = []
    for row in sarpsborg()["arenas"]:
        if "like" not in row:
            kept = {key: value for key, value in row.items() if key not in ("places", "percent", "shifts", "site")}
            rows.append({**kept, "id": TEMPLATE + row["id"], "abstract": True})
    return rows


def _office_name(town: Town, office: str) -> str:
    """``Legekontor 2, Halden`` of ``halden-office-02``."""
    return f"Legekontor {int(office.rpartition('-')[2])}, {town.name}"


def office_rows(town: Town) -> list[Row]:
    """The town's offices, each with as many places as it has seats."""
    return [
        {"id": office, "like": f"{TEMPLATE}gp", "name": _office_name(town, office), "places": [{"places": n}]}
        for office in dict.fromkeys(town.seats)
        if (n := town.seats.count(office))
    ]


def service_row(town: Town, arena: str, **ceilings: int) -> Row:
    """One of the town's other arenas with its ceilings (``places``, ``percent``) for the whole horizon."""
    rows = {kind: [{kind: value}] for kind, value in ceilings.items()}
    return {"id": town.id(arena), "like": TEMPLATE + arena, **rows}


def shared_row(arena_id: str, kind: str, **ceilings: int) -> Row:
    """A hospital or a roster, which several towns share."""
    rows = {name: [{name: value}] for name, value in ceilings.items()}
    return {"id": arena_id, "like": TEMPLATE + kind, "name": f"{kind} ({arena_id})", **rows}


def base_row() -> Row:
    """The base rotation, which all towns share: own practice."""
    return next(dict(row) for row in sarpsborg()["rotations"] if row.get("base"))


def hospital_rotation(hospital: str) -> Row:
    """The rotation of one hospital: blocks from March and September, six to twelve months."""
    row = next(row for row in sarpsborg()["rotations"] if row["id"] == HOSPITAL)
    return {**row, "id": hospital, "mix": {hospital: 100}}
