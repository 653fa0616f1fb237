"""Municipalities' files as one: what is shared, what is called otherwise, and what goes without saying in one file."""

import json
from pathlib import Path
from typing import Any

import pytest

from scheduler.files import read_instance
from scheduler.files.join import Joined, Part, joined
from scheduler.instance.problems import InputError
from tests.helpers.command_line import alis
from tests.helpers.tiny import Row, make, person, planned


def part(name: str, *people: Row, **tables: Any) -> Part:
    hospital = {"kind": "hospital", "name": "Sykehuset", "places": [{"places": 2}]}
    arenas = {"ward": {**hospital, **tables.pop("ward", {})}, **tables.pop("arenas", {})}
    source = make(*people, arenas=arenas, **tables).source
    assert source is not None
    return Part(name, name.title(), dict(source))


def told(region: Joined) -> list[str]:
    return [phrase.said("en") for phrase in region.told]


def codes(*parts: Part, **how: Any) -> list[tuple[str, str | None]]:
    with pytest.raises(InputError) as raised:
        joined(parts, "region", **how)
    return [(problem.code, problem.found) for problem in raised.value.problems]


def test_same_ids_are_told_and_prefixed_on_request() -> None:
    """Office, clinic and A01 are each municipality's own; the hospital is one, and rotations that say the same are."""
    parts = part("a", person()), part("b", person(wishes=[{"rotation": "clinic"}]))
    assert codes(*parts) == [("join-same-id", f"{row}") for row in ("office-01", "clinic", "A01")]
    region = joined(parts, "region", prefix=True)
    instance = read_instance(region.tree)
    assert list(instance.candidates) == ["A01", "b-A01"]
    assert {row.id: row.municipality for row in instance.arenas.values()} == {
        "office-01": "a", "ward": None, "clinic": "a", "b-office-01": "b", "b-clinic": "b",
    }  # fmt: skip
    other = instance.candidates["b-A01"]
    assert (other.municipality, other.practice.at(instance.start)) == ("b", "b-office-01")
    assert other.allowed == ("gp", "ward", "b-clinic")
    assert [wish.rotation for wish in other.wishes] == ["b-clinic"]
    assert instance.candidates["A01"].allowed == ("gp", "ward", "clinic")
    assert instance.rotations["b-clinic"].mix == {"b-clinic": 100}
    assert "“ward” of B is the same as the region's." in told(region)


def test_each_part_of_the_joint_plan_is_its_own_plan_where_nothing_is_scarce() -> None:
    parts = part("a", person(), person()), part("b", person())
    plan = planned(read_instance(joined(parts, "region", prefix=True).tree))
    assert [entry.delay for entry in plan.candidates] == [0, 0, 0]
    assert [entry.practice for entry in plan.candidates] == ["office-01", "office-01", "b-office-01"]


def test_what_is_shared_is_matched_by_name_and_compared() -> None:
    """The hospital of b is called otherwise and says that it has one place: a's row holds."""
    two = part("b", person(), ward={"places": [{"places": 1}]})
    for table in ("arenas", "rotations"):
        two.tree[table] = [{**row, "id": "hosp"} if row["id"] == "ward" else row for row in two.tree[table]]
    for row in two.tree["rotations"]:
        row["mix"] = {{"ward": "hosp"}.get(arena, arena): share for arena, share in row["mix"].items()}
    region = joined([part("a", person()), two], "region", prefix=True)
    unlike = "the files do not say the same (places). The first file holds."
    assert f"“ward” of B is the same as the region's, but {unlike}" in told(region)
    instance = read_instance(region.tree)
    assert instance.rotations["hosp"].mix == {"ward": 100}
    assert instance.arenas["ward"].places is not None
    assert instance.arenas["ward"].places.at(instance.start) == 2


def test_what_is_everybodys_in_a_file_is_its_own_candidates_in_a_region() -> None:
    least = {"id": "two-of-clinic", "rotations": ["clinic"], "min_months": 2.0}
    roster = {"arenas": {"duty": {"service": "parallel"}}}
    parts = part("a", person(), requirements=[least], **roster), part("b", person(), **roster)
    instance = read_instance(joined(parts, "region", prefix=True).tree)
    assert [sorted(row.candidates) for row in instance.requirements] == [["A01"]]
    assert [row.legevakt_arena for row in instance.candidates.values()] == ["duty", "b-duty"]


def test_shared_groups_and_arenas_are_named() -> None:
    group = {"groups": [{"id": "G1", "start": "2027-01", "places": 8}]}
    parts = part("a", person(), **group), part("b", person(), **group)
    instance = read_instance(joined(parts, "region", shared=("G1", "clinic"), prefix=True).tree)
    assert {row.id: row.municipality for row in instance.groups.values()} == {"G1": None}
    assert "b-clinic" not in instance.arenas


def test_what_does_not_go_together_is_told() -> None:
    later = part("b", person(start="2027-02"), start="2027-02")
    assert ("join-start", "2027-02") in codes(part("a", person()), later, prefix=True)
    assert ("join-same-municipality", "a") in codes(part("a", person()), part("a", person()), prefix=True)
    others = part("b", person(), rules={"total": 11})
    assert "join-unlike" in {code for code, _ in codes(part("a", person()), others, prefix=True)}


def test_the_command_writes_a_region_that_passes_its_check(tmp_path: Path) -> None:
    paths = [tmp_path / f"{name}.json" for name in ("a", "b")]
    for path in paths:
        path.write_text(json.dumps(part(path.stem, person()).tree), encoding="utf-8")
    region = tmp_path / "region.toml"
    refused = alis("join", *paths, "-o", region, "--lang", "en")
    assert (refused.exit_code, region.exists()) == (3, False)
    assert "--prefix" in refused.stderr
    done = alis("join", *paths, "-o", region, "--prefix", "--lang", "en")
    assert done.exit_code == 0, done.stderr
    assert "have their municipality before them" in done.stderr
    assert alis("check", region).exit_code == 0
