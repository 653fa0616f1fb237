"""A candidate's clock is tabulated once for an instance."""

from dataclasses import replace

from scheduler.instance.timeline import timeline_of
from tests.helpers.tiny import make, months, person


def test_a_clock_is_remembered_for_its_candidate() -> None:
    instance = make(person())
    candidate = instance.candidates["A01"]
    assert timeline_of(instance, candidate) is timeline_of(instance, candidate)


def test_whoever_has_changed_has_another_clock() -> None:
    instance = make(person(leave=[months("2027-01", "2027-02")]))
    candidate = instance.candidates["A01"]
    assert timeline_of(instance, candidate).service[2] == 0
    assert timeline_of(instance, replace(candidate, leave=())).service[2] == 2
    assert timeline_of(instance, candidate).service[2] == 0


def test_an_instance_with_another_horizon_has_clocks_of_its_own() -> None:
    instance = make(person())
    candidate = instance.candidates["A01"]
    assert timeline_of(instance, candidate).n_months == 24
    assert timeline_of(replace(instance, end=instance.end - 12), candidate).n_months == 12
