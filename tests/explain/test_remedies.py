"""How much of a change it takes: the months of a block, not only the month in which it shows."""

from tiny import months

from scheduler.explain.counting import count
from scheduler.instance import read_instance
from scheduler.search.conflicts import find_conflicts
from scheduler.search.engine import Stop
from scheduler.search.remedies import find_remedies

WARD = months("2027-03", "2027-06", rotation="ward")


def both_fixed() -> dict[str, object]:
    """Two who must be in the ward in the same four months, one place."""
    return {
        "schema": 1,
        "horizon": {"start": "2027-01", "months": 24},
        "rules": {
            **{"total": 12, "open_practice_min": 6, "institution_min": 2, "open_practice_cap": 10},
            **{"other_general_cap": 6, "general_cap": 10, "institution_cap": 2},
            **{"goals": "", "legevakt_shifts": 0, "group_required": False},
        },
        "arenas": [
            {"id": "office-01", "service": "open_practice"},
            {"id": "ward", "service": "institution", "places": [{"places": 1}]},
        ],
        "rotations": [
            {"id": "gp", "mix": {"practice": 100}, "base": True},
            {"id": "ward", "mix": {"ward": 100}, "min_months": 2, "max_months": 8},
        ],
        "candidates": [
            {"id": one, "start": "2027-01", "practice": "office-01", "fixed": [WARD]} for one in ("A01", "A02")
        ],
    }


def test_a_place_more_for_all_the_months_of_the_block() -> None:
    tree = both_fixed()
    instance = read_instance(tree)
    found = find_conflicts(instance, Stop(60.0), [one.keys for one in count(instance)])
    assert found.impossible
    remedies = find_remedies(tree, instance, found.conflicts, Stop(60.0))
    told = {" ".join(change.inline() for change in one.changes): one.verified for one in remedies}
    assert told["arena.ward.places+1@2027-03..2027-06"]
    assert told["candidate.A01.unfix=ward@2027-03..2027-06"]
