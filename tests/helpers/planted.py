"""Conflicts planted one beside the other: each with candidates, arenas and rotations of its own, and known in advance.

The world is like that of ``tests/helpers/tiny.py``: 24 months from 2027-01, 12 counted FTE-months of which at least 6
open practice (which counts 12, other general 6) and 2 institution. Nobody lacks goals, shifts or a group unless a plant
says so. ``plant(tag)`` gives tables to add, and the keys of the rule instances that cannot hold together.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from scheduler.files import read_instance
from scheduler.instance.rule_key import RuleKey
from scheduler.instance.types import Instance

Row = dict[str, Any]
CLOSED = [{"places": 0}]
NEVER_IN_THE_WAY = {"until"}  # who cannot complete the training by then leaves without
RULES: Row = {
    "total": 12,
    "open_practice_min": 6,
    "institution_min": 2,
    "open_practice_cap": 12,
    "other_general_cap": 6,
    "general_cap": 12,
    "institution_cap": 2,
    "goals": "001-003",
    "legevakt_shifts": 2,
    "group_required": True,
}


@dataclass
class Plant:
    """Rows to add, and what must be found."""

    expected: set[RuleKey]
    tables: dict[str, list[Row]]
    rules: set[str] = field(default_factory=set)
    gives: bool = True  # whether a rule of it may give way


def months(first: str, last: str, **fields: Any) -> Row:
    return {"from": first, "to": last, **fields}


def only_open(first: str, last: str, places: int = 1) -> list[Row]:
    return [months(first, last, places=places)]


class Site:
    """What one plant has for itself: an office, a ward, a clinic and the candidates who may only go there."""

    def __init__(self, tag: str) -> None:
        self.tag = tag
        self.office: Row = {"id": f"office-{tag}", "service": "open_practice"}
        self.ward: Row = {"id": f"ward-{tag}", "service": "institution"}
        self.clinic: Row = {"id": f"clinic-{tag}", "service": "other_general"}
        self.in_ward: Row = {"id": f"ward-{tag}", "mix": {f"ward-{tag}": 100}, "min_months": 2, "max_months": 8}
        self.in_clinic: Row = {"id": f"clinic-{tag}", "mix": {f"clinic-{tag}": 100}, "max_months": 8}
        self.more: dict[str, list[Row]] = {}
        self.people: list[Row] = []

    def person(self, number: int = 1, **fields: Any) -> str:
        row = {
            "id": f"A{self.tag}{number}",
            "start": "2027-01",
            "practice": f"office-{self.tag}",
            "allowed": ["gp", f"ward-{self.tag}", f"clinic-{self.tag}"],
            "goals_done": "001-003",
            "shifts_done": 2,
            "group": "done",
        }
        merged = {**row, **fields}
        self.people.append({key: value for key, value in merged.items() if value is not None})
        return str(row["id"])

    def require(self, name: str, rotation: str, who: str, **fields: Any) -> RuleKey:
        row = {"id": f"{name}-{self.tag}", "rotations": [f"{rotation}-{self.tag}"], "candidates": [who], **fields}
        self.more.setdefault("requirements", []).append(row)
        return RuleKey("requirement", who, requirement=str(row["id"]))

    def quota(self, of: str, *places: Row) -> RuleKey:
        row: Row = {"id": f"quota-{self.tag}", "of": of, "municipality": f"town-{self.tag}", "places": list(places)}
        self.more |= {"quotas": [row], "municipalities": [{"id": f"town-{self.tag}"}]}
        return RuleKey("quota", quota=str(row["id"]))

    def plant(self, *expected: RuleKey, gives: bool = True, **tables: list[Row]) -> Plant:
        rows = {
            "arenas": [self.office, self.ward, self.clinic, *tables.pop("arenas", [])],
            "rotations": [self.in_ward, self.in_clinic],
            "candidates": self.people,
            **self.more,
            **tables,
        }
        return Plant(set(expected), rows, gives=gives)


Planter = Callable[[Site], Plant]
PLANTS: dict[str, Planter] = {}
ALONE: set[str] = set()  # plants that would touch others' candidates, or be helped by what others have


def planter(make: Planter) -> Planter:
    PLANTS[make.__name__] = make
    return make


def alone(make: Planter) -> Planter:
    ALONE.add(make.__name__)
    return planter(make)


@planter
def one_rotation_before_the_office_opens(site: Site) -> Plant:
    """In training from January, with nowhere to be until March."""
    who = site.person(allowed=["gp"], credited={"institution": 2.0})
    site.office["places"] = only_open("2027-03", "2028-12")
    return site.plant(RuleKey("capacity", arena=f"office-{site.tag}"), RuleKey("one-rotation", who))


@planter
def one_rotation_of_two_in_one_seat(site: Site) -> Plant:
    """Both begin in January in an office that seats one."""
    row: Row = {"allowed": ["gp"], "credited": {"institution": 2.0}}
    one, other = site.person(1, **row), site.person(2, **row)
    site.office["places"] = [{"places": 1}]
    return site.plant(
        RuleKey("capacity", arena=f"office-{site.tag}"), RuleKey("one-rotation", one), RuleKey("one-rotation", other)
    )


@planter
def institution_beside_the_clinic(site: Site) -> Plant:
    """Six months of clinic in the six it is open, two of ward in two of the same."""
    who = site.person()
    site.ward["places"], site.clinic["places"] = only_open("2027-03", "2027-04"), only_open("2027-01", "2027-06")
    six = site.require("six", "clinic", who, min_months=6.0)
    return site.plant(
        RuleKey("capacity", arena=f"ward-{site.tag}"),
        RuleKey("capacity", arena=f"clinic-{site.tag}"),
        six,
        RuleKey("institution", who),
    )


@planter
def requirement_beside_another(site: Site) -> Plant:
    """The same with a requirement for the ward: institution service is done."""
    who = site.person(credited={"institution": 2.0})
    site.ward["places"], site.clinic["places"] = only_open("2027-05", "2027-06"), only_open("2027-03", "2027-08")
    six = site.require("six", "clinic", who, min_months=6.0)
    two = site.require("two", "ward", who, min_months=2.0)
    return site.plant(
        RuleKey("capacity", arena=f"ward-{site.tag}"), RuleKey("capacity", arena=f"clinic-{site.tag}"), six, two
    )


@planter
def service_total_too_late(site: Site) -> Plant:
    """Twelve months from 2027-02 end in 2028-01."""
    who = site.person(start="2027-02", finish_by="2027-12")
    return site.plant(RuleKey("finish-by", who), RuleKey("service-total", who))


@planter
def service_total_after_leave(site: Site) -> Plant:
    """Twelve months and three of leave end in 2028-03."""
    who = site.person(leave=[months("2027-04", "2027-06")], finish_by="2028-02")
    return site.plant(RuleKey("finish-by", who), RuleKey("service-total", who))


@planter
def open_practice_beside_clinic_and_ward(site: Site) -> Plant:
    """Clinic 6 + ward 2 leave 4 of the 12 months for the office, and 6 are asked for."""
    who = site.person(finish_by="2027-12")
    six = site.require("six", "clinic", who, min_months=6.0)
    return site.plant(RuleKey("finish-by", who), six, RuleKey("institution", who), RuleKey("open-practice", who))


@planter
def open_practice_beside_clinic(site: Site) -> Plant:
    """Institution done: ten months are left, six of them in the clinic."""
    who = site.person(finish_by="2027-10", credited={"institution": 2.0})
    six = site.require("six", "clinic", who, min_months=6.0)
    return site.plant(RuleKey("finish-by", who), six, RuleKey("open-practice", who))


@planter
def institution_without_a_ward(site: Site) -> Plant:
    who = site.person()
    site.ward["places"] = CLOSED
    return site.plant(RuleKey("capacity", arena=f"ward-{site.tag}"), RuleKey("institution", who))


@planter
def institution_for_two_in_one_place(site: Site) -> Plant:
    """One place for two months, and both need two."""
    one, other = site.person(1), site.person(2)
    site.ward["places"] = only_open("2027-03", "2027-04")
    return site.plant(
        RuleKey("capacity", arena=f"ward-{site.tag}"), RuleKey("institution", one), RuleKey("institution", other)
    )


@planter
def part_time_until_the_date(site: Site) -> Plant:
    """Half time makes 24 months of 12."""
    who = site.person(percent=[{"percent": 50}], finish_by="2028-06")
    return site.plant(RuleKey("finish-by", who), RuleKey("service-total", who), RuleKey("part-time", who))


@planter
def part_time_in_the_ward(site: Site) -> Plant:
    """Two months of ward at 50 % are one, there is no other time, and nobody is there twice in a month."""
    half = [{"percent": 100}, months("2027-03", "2027-04", percent=50)]
    who = site.person(percent=half)
    site.ward["places"] = only_open("2027-03", "2027-04")
    site.in_ward["max_blocks"] = 9
    return site.plant(
        RuleKey("capacity", arena=f"ward-{site.tag}"), RuleKey("institution", who), RuleKey("part-time", who)
    )


@planter
def leave_in_the_middle_of_the_ward(site: Site) -> Plant:
    """Three months in one block, open for three, and leave in the second."""
    who = site.person(leave=[months("2027-04", "2027-04")])
    site.ward["places"] = only_open("2027-03", "2027-05")
    site.in_ward |= {"min_months": 3, "max_blocks": 9}
    ward = f"ward-{site.tag}"
    return site.plant(
        RuleKey("capacity", arena=ward),
        RuleKey("institution", who),
        RuleKey("leave", who),
        RuleKey("block-length", who, rotation=ward),
    )


@planter
def leave_in_the_middle_of_the_clinic(site: Site) -> Plant:
    who = site.person(leave=[months("2027-09", "2027-09")])
    site.clinic["places"] = only_open("2027-08", "2027-10")
    site.in_clinic |= {"min_months": 3, "max_blocks": 9}
    clinic, two = f"clinic-{site.tag}", site.require("two", "clinic", who, min_months=2.0)
    return site.plant(
        RuleKey("capacity", arena=clinic), two, RuleKey("leave", who), RuleKey("block-length", who, rotation=clinic)
    )


@planter
def block_length_in_the_ward(site: Site) -> Plant:
    """Blocks of three months, and the ward is open for two."""
    who = site.person()
    site.ward["places"], site.in_ward["min_months"] = only_open("2027-03", "2027-04"), 3
    ward = f"ward-{site.tag}"
    return site.plant(
        RuleKey("capacity", arena=ward), RuleKey("institution", who), RuleKey("block-length", who, rotation=ward)
    )


@planter
def block_length_in_the_clinic(site: Site) -> Plant:
    who = site.person()
    site.clinic["places"], site.in_clinic["min_months"] = only_open("2027-03", "2027-05"), 4
    clinic, two = f"clinic-{site.tag}", site.require("two", "clinic", who, min_months=2.0)
    return site.plant(RuleKey("capacity", arena=clinic), two, RuleKey("block-length", who, rotation=clinic))


@planter
def block_start_in_june(site: Site) -> Plant:
    """The ward is open in March and April, and its blocks begin in June."""
    who = site.person()
    site.ward["places"], site.in_ward["starts"] = only_open("2027-03", "2027-04"), [6]
    ward = f"ward-{site.tag}"
    return site.plant(
        RuleKey("capacity", arena=ward), RuleKey("institution", who), RuleKey("block-start", who, rotation=ward)
    )


@planter
def block_start_in_the_second_year(site: Site) -> Plant:
    who = site.person()
    site.ward["places"], site.in_ward["not_before"] = only_open("2027-03", "2027-06"), 12
    ward = f"ward-{site.tag}"
    return site.plant(
        RuleKey("capacity", arena=ward), RuleKey("institution", who), RuleKey("block-start", who, rotation=ward)
    )


@planter
def block_count_in_the_ward(site: Site) -> Plant:
    """Two months at one month a block are two blocks."""
    who = site.person()
    site.in_ward |= {"min_months": 1, "max_months": 1}
    ward = f"ward-{site.tag}"
    return site.plant(
        RuleKey("institution", who),
        RuleKey("block-length", who, rotation=ward),
        RuleKey("block-count", who, rotation=ward),
    )


@planter
def block_count_in_the_clinic(site: Site) -> Plant:
    who = site.person()
    site.in_clinic |= {"max_months": 2}
    clinic, three = f"clinic-{site.tag}", site.require("three", "clinic", who, min_months=3.0)
    return site.plant(
        three, RuleKey("block-length", who, rotation=clinic), RuleKey("block-count", who, rotation=clinic)
    )


@planter
def requirement_in_a_closed_clinic(site: Site) -> Plant:
    who = site.person()
    site.clinic["places"] = CLOSED
    one = site.require("one", "clinic", who, min_months=1.0)
    return site.plant(RuleKey("capacity", arena=f"clinic-{site.tag}"), one)


@planter
def requirement_against_requirement(site: Site) -> Plant:
    who = site.person()
    least = site.require("least", "clinic", who, min_months=5.0)
    most = site.require("most", "clinic", who, max_months=4.0)
    return site.plant(least, most)


@planter
def capacity_of_a_limit(site: Site) -> Plant:
    """The ward has places, but nobody may be there under the limit."""
    who = site.person()
    limit = {"id": f"limit-{site.tag}", "arenas": [f"ward-{site.tag}"], "percent": [{"percent": 50}]}
    return site.plant(RuleKey("capacity", limit=f"limit-{site.tag}"), RuleKey("institution", who), limits=[limit])


@planter
def capacity_after_a_reservation(site: Site) -> Plant:
    who = site.person()
    site.ward["places"] = [{"places": 1}]
    others = {"arena": f"ward-{site.tag}", "who": "LIS1", "places": 1, **months("2027-01", "2028-12")}
    return site.plant(RuleKey("capacity", arena=f"ward-{site.tag}"), RuleKey("institution", who), reservations=[others])


@alone
def capacity_from_below(site: Site) -> Plant:
    """Two are needed in the ward in March, and there is one candidate, who cannot be there twice."""
    site.person()
    site.in_ward["max_blocks"] = 9
    site.ward["min_places"] = only_open("2027-03", "2027-03", 2)
    return site.plant(RuleKey("capacity", arena=f"ward-{site.tag}", part="floor"))


@alone
def practice_in_three_parts(site: Site) -> Plant:
    """The seat in each of three offices is free for four months, one after the other, and six are asked for.

    In the first two others are in their seats: the offices have the room they had, so that nobody may leave them.
    """
    row: Row = {"allowed": ["gp", f"ward-{site.tag}"], "credited": {"institution": 2.0, "other_general": 6.0}}
    who = site.person(practice=None, **row)
    first, second, third = (f"office-{site.tag}{end}" for end in ("", "-b", "-c"))
    site.office["places"] = [{"places": 1}]
    one = _seated(site, 2, first, months("2027-05", "2028-12"))
    other = _seated(site, 3, second, months("2027-01", "2027-04"), months("2027-09", "2028-12"))
    offices = [RuleKey("capacity", arena=office) for office in (first, second, third)]
    taken = [RuleKey("fixed", one, row=0), RuleKey("fixed", other, row=0), RuleKey("fixed", other, row=1)]
    arenas: list[Row] = [
        {"id": second, "service": "open_practice", "places": [{"places": 1}]},
        {"id": third, "service": "open_practice", "places": only_open("2027-09", "2027-12")},
    ]
    return site.plant(*offices, *taken, RuleKey("practice", who), RuleKey("open-practice", who), arenas=arenas)


@alone
def practice_in_two_halves(site: Site) -> Plant:
    """In each office the seat is free for six months, one after the other, and ten of them count.

    From July on another has the seat in the first: it has the room it had, so that nobody may leave it.
    """
    who = site.person(practice=None, allowed=["gp", f"ward-{site.tag}"])
    first, second = f"office-{site.tag}", f"office-{site.tag}-b"
    site.office["places"] = [{"places": 1}]
    other = _seated(site, 2, first, months("2027-07", "2028-12"))
    own = [RuleKey(rule, who) for rule in ("practice", "service-total")]
    offices = [RuleKey("capacity", arena=office) for office in (first, second)]
    arena = {"id": second, "service": "open_practice", "places": only_open("2027-07", "2027-12")}
    return site.plant(*offices, *own, RuleKey("fixed", other, row=0), arenas=[arena])


def _seated(site: Site, number: int, office: str, *when: Row) -> str:
    """One who is in the office in these months from the first on, and could be done after a month."""
    fixed = [{**row, "rotation": "gp"} for row in when]
    credited = {"open_practice": 9.0, "institution": 2.0}
    return site.person(number, practice=office, start=when[0]["from"], credited=credited, fixed=fixed)


@planter
def away_in_the_same_ward(site: Site) -> Plant:
    """The ward takes both in the same two months only, and the office spares one at a time."""
    one, other = site.person(1), site.person(2)
    site.office["max_away"], site.ward["places"] = 1, only_open("2027-03", "2027-04", 2)
    ward, office = RuleKey("capacity", arena=f"ward-{site.tag}"), RuleKey("away", arena=f"office-{site.tag}")
    return site.plant(ward, office, RuleKey("institution", one), RuleKey("institution", other))


@planter
def away_in_fixed_months(site: Site) -> Plant:
    fixed = [months("2027-03", "2027-04", rotation=f"clinic-{site.tag}")]
    one, other = site.person(1, fixed=fixed), site.person(2, fixed=fixed)
    site.office["max_away"] = 1
    return site.plant(
        RuleKey("away", arena=f"office-{site.tag}"), RuleKey("fixed", one, row=0), RuleKey("fixed", other, row=0)
    )


@alone
def group_without_places(site: Site) -> Plant:
    who = site.person(group="free")
    group = {"id": f"G{site.tag}", "start": "2027-01", "months": 12, "places": 0}
    return site.plant(RuleKey("group", group=f"G{site.tag}"), RuleKey("group", who), groups=[group])


@planter
def group_beyond_the_date(site: Site) -> Plant:
    who = site.person(group=f"G{site.tag}", finish_by="2028-03")
    group = {"id": f"G{site.tag}", "start": "2027-06", "months": 12, "places": 1}
    return site.plant(RuleKey("group", who), RuleKey("finish-by", who), groups=[group])


@planter
def goals_of_a_closed_clinic(site: Site) -> Plant:
    who = site.person(goals_done="001-002")
    site.clinic |= {"places": CLOSED, "goals": "003"}
    return site.plant(RuleKey("capacity", arena=f"clinic-{site.tag}"), RuleKey("goals", who))


@planter
def goals_of_a_clinic_for_later(site: Site) -> Plant:
    who = site.person(goals_done="001-002")
    site.clinic["goals"], site.in_clinic["not_before"] = "003", 30
    return site.plant(RuleKey("goals", who), RuleKey("block-start", who, rotation=f"clinic-{site.tag}"))


@planter
def legevakt_without_shifts(site: Site) -> Plant:
    who = site.person(shifts_done=0, legevakt=f"roster-{site.tag}")
    roster = {"id": f"roster-{site.tag}", "service": "parallel", "shifts": [{"shifts": 0}]}
    return site.plant(RuleKey("legevakt", arena=f"roster-{site.tag}"), RuleKey("legevakt", who), arenas=[roster])


@planter
def legevakt_after_the_date(site: Site) -> Plant:
    who = site.person(shifts_done=0, legevakt=f"roster-{site.tag}", legevakt_from="2028-06", finish_by="2028-05")
    roster = {"id": f"roster-{site.tag}", "service": "parallel", "shifts": [{"shifts": 9}]}
    return site.plant(RuleKey("legevakt", who), RuleKey("finish-by", who), arenas=[roster])


@planter
def legevakt_of_two_in_one_month(site: Site) -> Plant:
    """Two shifts in all, and both candidates need two."""
    people = [site.person(n, shifts_done=0, legevakt=f"roster-{site.tag}") for n in (1, 2)]
    shifts = [months("2027-03", "2027-04", shifts=1)]
    roster = {"id": f"roster-{site.tag}", "service": "parallel", "shifts": shifts}
    return site.plant(
        RuleKey("legevakt", arena=f"roster-{site.tag}"), *(RuleKey("legevakt", who) for who in people), arenas=[roster]
    )


@alone
def supervision_of_two_by_one(site: Site) -> Plant:
    people = [site.person(1), site.person(2)]
    supervisor = {"id": "V01", "places": 1}
    return site.plant(
        RuleKey("supervision"), *(RuleKey("one-rotation", who) for who in people), supervisors=[supervisor]
    )


@alone
def supervision_by_one_whose_exemption_ends(site: Site) -> Plant:
    """Exempted to December 2026, and training begins in January."""
    who = site.person(supervisor="V01")
    supervisors = [{"id": "V01", "places": 5, "exempt_to": "2026-12"}]
    return site.plant(RuleKey("supervision"), RuleKey("one-rotation", who), supervisors=supervisors)


@alone
def supervision_in_a_ward_of_its_own(site: Site) -> Plant:
    """Institution service is in the ward, and nobody is attached to it."""
    who = site.person()
    site.ward["own_supervisor"] = True
    supervisors = [{"id": "V01", "places": 5}]
    own = RuleKey("supervision", arena=f"ward-{site.tag}")
    return site.plant(own, RuleKey("institution", who), supervisors=supervisors)


@planter
def fixed_in_a_closed_clinic(site: Site) -> Plant:
    who = site.person(fixed=[months("2027-03", "2027-03", rotation=f"clinic-{site.tag}")])
    site.clinic["places"] = CLOSED
    return site.plant(RuleKey("capacity", arena=f"clinic-{site.tag}"), RuleKey("fixed", who, row=0))


@planter
def fixed_beyond_the_date(site: Site) -> Plant:
    who = site.person(fixed=[months("2028-06", "2028-06", rotation="gp")], finish_by="2028-03")
    return site.plant(RuleKey("fixed", who, row=0), RuleKey("finish-by", who))


@alone  # another plant's office may be gone to then
def horizon_and_an_office_that_closes(site: Site) -> Plant:
    """Not finished by the end of the horizon, so planned to it, and there is nowhere to be in the last months."""
    who = site.person(start="2028-03", allowed=["gp"])
    site.office["places"] = [{"places": 1}, months("2028-10", "2028-12", places=0)]
    return site.plant(RuleKey("capacity", arena=f"office-{site.tag}"), RuleKey("horizon", who))


@alone  # another plant's office may be gone to meanwhile
def horizon_and_an_office_that_pauses(site: Site) -> Plant:
    who = site.person(start="2028-02", allowed=["gp"])
    site.office["places"] = [{"places": 1}, months("2028-06", "2028-07", places=0)]
    return site.plant(RuleKey("capacity", arena=f"office-{site.tag}"), RuleKey("horizon", who))


@planter
def quota_of_the_ward_for_two(site: Site) -> Plant:
    """Two places in the two months that the ward is open, and one of them for the town of both."""
    one, other = (site.person(number, municipality=f"town-{site.tag}") for number in (1, 2))
    site.ward["places"] = only_open("2027-03", "2027-04", places=2)
    keys = (RuleKey("capacity", arena=f"ward-{site.tag}"), site.quota(f"ward-{site.tag}", {"places": 1}))
    return site.plant(*keys, RuleKey("institution", one), RuleKey("institution", other))


@planter
def quota_of_no_place_in_the_ward(site: Site) -> Plant:
    who = site.person(municipality=f"town-{site.tag}")
    return site.plant(site.quota(f"ward-{site.tag}", {"places": 0}), RuleKey("institution", who))


def world(plants: Iterable[Plant]) -> Row:
    """One instance's tree with all of them side by side."""
    tree: Row = {
        "schema": 1,
        "name": "planted",
        "horizon": {"start": "2027-01", "months": 24},
        "rules": dict(RULES),
        "rotations": [{"id": "gp", "mix": {"practice": 100}, "base": True}],
    }
    for plant in plants:
        for table, rows in plant.tables.items():
            tree.setdefault(table, []).extend(rows)
    return tree


def planted(*names: str) -> tuple[Row, Instance, list[Plant]]:
    """Plants by name, side by side."""
    plants = [PLANTS[name](Site(tag)) for name, tag in zip(names, "BCDE", strict=False)]
    tree = world(plants)
    return tree, read_instance(tree), plants
