"""A conflict about a quota names the municipality, and a remedy for it has been tried."""

from scheduler import api
from tests.helpers.tiny import make, person


def test_a_quota_of_no_place_names_the_municipality_and_a_tried_remedy() -> None:
    """One of Ås has to be in the ward for two months, and Ås has no place there: one more for two months is enough."""
    instance = make(
        person(municipality="a"),
        person(municipality="b"),
        municipalities=[{"id": "a", "name": "Ås"}, {"id": "b", "name": "Bø"}],
        quotas=[{"of": "ward", "municipality": "a", "places": [{"places": 0}]}],
    )
    told = api.explain(instance, workers=1, time_limit_s=60.0, lang="en").told
    (conflict,) = told["conflicts"]
    assert "Ås has 0 places in “ward”" in conflict["text"]
    assert "Bø" not in conflict["text"]
    rule = next(rule for rule in conflict["rules"] if rule["id"] == "quota")
    assert (rule["municipality"], rule["of"], rule["have"]) == ("a", "ward", 0)
    tried = [remedy for remedy in told["remedies"] if remedy["verified"]]
    assert [remedy["change"]["quota"] for remedy in tried] == ["ward-a"]
    (line,) = tried[0]["inline"]
    mended = api.changed(instance, [line])
    assert api.plan(mended, workers=1, time_limit_s=60.0).status.has_plan
