"""A text file written back: what somebody wrote beside the values stays, and the values are those asked for."""

from __future__ import annotations

import copy
import tomllib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.files import bundled_instance_path
from scheduler.files.comments import rewritten

TOWN = """# Town, from the agreement of 2026.
schema = 1

[horizon]
start = "2026-09"  # the intake
months = 96        # until the last one is done

# Wards
[[arenas]]
id = "ward"        # the hospital's letter of May
places = [ {places = 2, from = "2026-09"}, {places = 3} ]
[[arenas]]
id = "clinic"
shifts = {} # none yet

# People, in the order of the list.
[[candidates]]
id = "A01"   # first
percent = 80

# Supervisors
[[supervisors]]
id = "V01"
"""


def test_the_line_that_names_the_schema_stays() -> None:
    original = '"$schema" = "instance.schema.json"\nschema = 1\nname = "Town"  # ours\n'
    assert rewritten(original, {"schema": 1, "name": "Village"}) == original.replace("Town", "Village")


def tree() -> dict[str, Any]:
    return tomllib.loads(TOWN)


def comments(text: str) -> list[str]:
    return [line[line.index("#") :].strip() for line in text.splitlines() if "#" in line]


def test_a_file_that_says_it_already_is_not_touched() -> None:
    for text in (TOWN, bundled_instance_path().read_text(encoding="utf-8")):
        assert rewritten(text, tomllib.loads(text)) == text


def test_new_rows_come_after_the_old_ones_and_before_what_is_said_of_the_next_table() -> None:
    wanted = tree()
    wanted["candidates"] += [{"id": "N01", "wishes": [{"rotation": "ward", "weight": 2}]}, {"id": "N02"}]
    expected = TOWN.replace(
        "percent = 80\n",
        """percent = 80

[[candidates]]
id = "N01"
wishes = [{rotation = "ward", weight = 2}]

[[candidates]]
id = "N02"
""",
    )
    assert rewritten(TOWN, wanted) == expected


def test_a_new_value_keeps_the_remark_beside_it_and_a_new_key_stands_with_its_row() -> None:
    wanted = tree()
    wanted["horizon"]["months"] = 120
    wanted["arenas"][1]["places"] = [{"places": 1}]
    made = rewritten(TOWN, wanted)
    assert "months = 120        # until the last one is done\n" in made
    assert "shifts = {} # none yet\nplaces = [{places = 1}]\n\n# People" in made
    assert comments(made) == comments(TOWN)


ON_ONE_LINE = """horizon = { start = "2026-09", months = 96 }  # the intake
[[candidates]]
id = "A01"
served = [
    # confirmed by the hospital
    { rotation = "ward", from = "2025-03", to = "2025-08" },  # the letter of May
    { rotation = "gp", from = "2025-09", to = "2026-08" },  # not confirmed yet
]  # all of it
leave = [
    { from = "2026-01" },  # the first
    { from = "2027-01" },  # the second
    { from = "2028-01" },  # the third
]
"""


def test_what_is_said_of_a_table_on_one_line_stays() -> None:
    wanted = tomllib.loads(ON_ONE_LINE)
    wanted["horizon"] = {"start": "2027-03", "months": 90}
    made = rewritten(ON_ONE_LINE, wanted)
    assert made == ON_ONE_LINE.replace('{ start = "2026-09", months = 96 }', '{start = "2027-03", months = 90}')


@pytest.mark.parametrize("more", [0, 1, 2])
def test_what_is_said_inside_a_list_stays_when_rows_are_added(more: int) -> None:
    wanted = tomllib.loads(ON_ONE_LINE)
    served = wanted["candidates"][0]["served"]
    served[1]["to"] = "2027-02"
    served.extend({"rotation": "ward", "from": f"2027-0{3 + n}", "to": f"2027-0{3 + n}"} for n in range(more))
    made = rewritten(ON_ONE_LINE, wanted)
    assert tomllib.loads(made) == wanted
    assert comments(made) == comments(ON_ONE_LINE)
    beside = next(line for line in made.splitlines() if "2027-02" in line)
    assert beside.endswith("# not confirmed yet")


def test_rows_are_added_after_a_last_one_that_has_a_comment_and_no_comma() -> None:
    text = ON_ONE_LINE.replace("},  # not confirmed", "}  # not confirmed")
    wanted = tomllib.loads(text)
    wanted["candidates"][0]["served"].append({"rotation": "ward", "from": "2026-09"})
    made = rewritten(text, wanted)
    assert tomllib.loads(made) == wanted
    assert comments(made) == comments(text)


LISTS = st.lists(st.integers(0, 5), max_size=5)


@given(LISTS, LISTS, st.booleans())
def test_whatever_a_list_with_comments_is_to_say_the_others_keep_theirs(
    before: list[int], after: list[int], comma: bool
) -> None:
    rows = [f"{value}, # beside {place}" for place, value in enumerate(before)]
    if rows and not comma:
        rows[-1] = rows[-1].replace(",", "", 1)
    text = "# top\n[t]\nnumbers = [\n" + "\n".join([*rows, "# last"]) + "\n] # end\nother = [\n1, # one\n]\n"
    made = rewritten(text, {"t": {"numbers": after, "other": [1]}})
    assert tomllib.loads(made) == {"t": {"numbers": after, "other": [1]}}
    assert all(comment in made for comment in ("# top", "# end", "# one"))


@pytest.mark.parametrize("gone", [0, 1, 2])
def test_a_row_of_a_list_that_goes_leaves_what_is_said_of_the_others(gone: int) -> None:
    wanted = tomllib.loads(ON_ONE_LINE)
    rows = wanted["candidates"][0]["leave"]
    left = [row["from"] for row in rows if row is not rows[gone]]
    del rows[gone]
    made = rewritten(ON_ONE_LINE, wanted)
    assert tomllib.loads(made) == wanted
    said = {"2026-01": "# the first", "2027-01": "# the second", "2028-01": "# the third"}
    for month in left:
        assert next(line for line in made.splitlines() if f'from = "{month}"' in line).endswith(said[month])


def test_rows_that_go_leave_what_is_said_of_their_neighbours() -> None:
    wanted = tree()
    del wanted["arenas"][1]
    made = rewritten(TOWN, wanted)
    assert tomllib.loads(made) == wanted
    assert comments(made) == [one for one in comments(TOWN) if one != "# none yet"]


def test_where_the_first_rows_go_what_is_said_of_the_next_one_stays() -> None:
    """It stands at the end of the row that goes, and nobody but the table before is left to keep it."""
    people = "".join(f"# about {who}\n[[people]]\nid = '{who}'  # beside {who}\n\n" for who in "abc")
    text = f"[deep.in]\nx = 1\n\n[[deep.in.rows]]\ny = 2\n\n{people}"
    wanted = tomllib.loads(text)
    del wanted["people"][:2]
    made = rewritten(text, wanted)
    assert tomllib.loads(made) == wanted
    assert comments(made)[-2:] == ["# about c", "# beside c"]
    assert made.index("# about c") < made.index("[[people]]") < made.index("# beside c")


@pytest.mark.parametrize("text", ["a = 1\n[[b]]\nid = 1\n[c]\nx = 1\n[[b]]\nid = 2\n", "a.b = 1\na.c = 2\n"])
def test_files_laid_out_in_another_way_say_what_is_wanted(text: str) -> None:
    wanted = tomllib.loads(text) | {"new": [{"id": "x"}], "a": 7}
    assert tomllib.loads(rewritten(text, wanted)) == wanted


values = st.one_of(st.integers(-9, 9), st.booleans(), st.text("aæ\"\\#' =[", max_size=4))
inside = st.recursive(
    values,
    lambda part: st.one_of(st.lists(part, max_size=3), st.dictionaries(st.sampled_from("xyz"), part, max_size=3)),
    max_leaves=5,
)
rows = st.lists(st.fixed_dictionaries({"id": st.sampled_from("ABCD")}, optional={"v": inside}), max_size=4)


@given(st.fixed_dictionaries({}, optional={"candidates": rows, "arenas": rows, "horizon": inside, "name": inside}))
def test_whatever_is_wanted_is_what_the_file_says(changes: dict[str, Any]) -> None:
    wanted = copy.deepcopy({**tree(), **changes})
    assert tomllib.loads(rewritten(TOWN, wanted)) == wanted
