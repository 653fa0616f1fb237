from dataclasses import replace

import pytest

from scheduler.instance.types import Requirement
from tests.helpers.world import STANDARD, candidate, only, passes, plan, steps, world

FTE = 10_000


def required(*people, min_work=None, max_work=None, min_blocks=None, max_blocks=None, names=()):
    row = Requirement("R1", ("ward", "clinic"), min_work, max_work, min_blocks, max_blocks, frozenset(names))
    return world(*people, requirements=(row,))


@pytest.mark.parametrize(
    ("fields", "key"),
    [
        ({"min_work": 2 * FTE}, None),
        ({"min_work": 2 * FTE + 1}, "requirement-min-months"),
        ({"max_work": 2 * FTE}, None),
        ({"max_work": 2 * FTE - 1}, "requirement-max-months"),
        ({"min_blocks": 1}, None),
        ({"min_blocks": 2}, "requirement-min-blocks"),
        ({"max_blocks": 1}, None),
        ({"max_blocks": 0}, "requirement-max-blocks"),
    ],
)
def test_two_months_and_one_block_in_the_ward(fields, key):
    instance = required(**fields)
    subject = plan(instance, STANDARD)
    if key is None:
        assert passes(instance, subject)
    else:
        found = only(instance, subject, "requirement", key)
        assert (found.candidate, found.subject) == ("A01", "R1")


def test_rotations_count_together_and_whole_months():
    """Ward 2 + clinic 1 = 3, whatever the mix."""
    instance = required(min_work=3 * FTE, max_work=3 * FTE, min_blocks=2)
    assert passes(instance, plan(instance, "gp*6 ward*2 clinic gp*3"))


def test_only_those_it_names():
    instance = required(min_work=3 * FTE, names=["A02"])
    assert passes(instance, plan(instance, STANDARD))


def test_the_least_is_not_asked_of_the_unfinished():
    person = candidate("A01", percent=steps(40, 100))
    assert passes(required(person, min_work=3 * FTE), plan(required(person, min_work=3 * FTE), "gp*24"))
    instance = required(person, max_work=1)
    assert only(instance, plan(instance, "gp*20 ward*2 gp*2"), "requirement", "requirement-max-months")


def test_a_broken_row_is_told_by_its_name_and_the_names_of_its_rotations():
    (row,) = required(min_work=3 * FTE).requirements
    instance = world(requirements=(replace(row, title="Tre måneder med senger"),))
    found = only(instance, plan(instance, STANDARD), "requirement", "requirement-min-months")
    places = ", ".join(instance.rotations[rotation].name for rotation in row.rotations)
    assert found.sentence("nb") == f"A01: 2 månedsverk i {places}, kravet «Tre måneder med senger» er minst 3"
    assert found.subject == "R1"
