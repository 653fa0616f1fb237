from dataclasses import replace

import pytest

from scheduler.accounting import PlanRead
from scheduler.constraints.supervision import Supervision
from scheduler.plan import PlanSupervision
from tests.helpers.world import (
    STANDARD,
    START,
    Step,
    Steps,
    candidate,
    m,
    months_of,
    only,
    passes,
    plan,
    span,
    supervisor,
    world,
)

END = m("2027-08")
ALL = [{"id": "V01", "from": START, "to": END}]


def supervised(*people, **fields):
    return world(*people, supervisors={"V01": supervisor("V01", **fields), "V02": supervisor("V02")})


def two_spans(last, first):
    return [{"id": "V01", "from": START, "to": m(last)}, {"id": "V02", "from": m(first), "to": END}]


def test_nothing_is_asked_without_supervisors():
    assert passes(world(), plan(world(), STANDARD))


def test_one_for_the_whole_plan():
    assert passes(supervised(), plan(supervised(), STANDARD, supervisors=ALL))


@pytest.mark.parametrize(
    ("last", "first", "key", "months"),
    [
        ("2027-01", "2027-02", None, ""),
        ("2027-01", "2027-03", "supervisor-none", "2027-02"),
        ("2027-02", "2027-02", "supervisor-several", "2027-02"),
    ],
)
def test_exactly_one(last, first, key, months):
    subject = plan(supervised(), STANDARD, supervisors=two_spans(last, first))
    if key is None:
        assert passes(supervised(), subject)
    else:
        assert months_of(only(supervised(), subject, "supervision", key)) == months


@pytest.mark.parametrize(("start", "to", "month"), [(START + 1, END, "2026-09"), (START, END - 1, "2027-08")])
def test_first_and_last_month(start, to, month):
    rows = [{"id": "V01", "from": start, "to": to}]
    found = only(supervised(), plan(supervised(), STANDARD, supervisors=rows), "supervision", "supervisor-none")
    assert months_of(found) == month


def test_leave_needs_none():
    instance = supervised(candidate("A01", leave=(span("2026-11", "2026-11"),)))
    rows = [{"id": "V01", "from": START, "to": START + 1}, {"id": "V01", "from": START + 3, "to": END + 1}]
    assert passes(instance, plan(instance, "gp*2 - gp*4 ward*2 gp*4", supervisors=rows))


def test_a_specialist():
    instance = supervised(specialist=False)
    subject = plan(instance, STANDARD, supervisors=ALL)
    assert only(instance, subject, "supervision", "supervisor-not-specialist").subject == "V01"


def test_a_known_one():
    rows = [{"id": "V09", "from": START, "to": END}]
    subject = plan(supervised(), STANDARD, supervisors=rows)
    assert only(supervised(), subject, "supervision", "supervisor-unknown").subject == "V09"


def test_a_known_one_in_months_without_service_and_where_supervision_is_not_planned():
    before = [{"id": "V09", "from": START - 12, "to": START - 11}, *ALL]
    found = only(supervised(), plan(supervised(), STANDARD, supervisors=before), "supervision", "supervisor-unknown")
    assert (found.subject, months_of(found)) == ("V09", "2025-09..2025-10")
    nobody = world()
    named = plan(nobody, STANDARD, supervisors=[{"id": "V09", "from": START, "to": END}])
    assert only(nobody, named, "supervision", "supervisor-unknown").subject == "V09"


def test_the_fixed_one_stays():
    instance = supervised(candidate("A01", supervisor="V01"))
    assert passes(instance, plan(instance, STANDARD, supervisors=ALL))
    subject = plan(instance, STANDARD, supervisors=two_spans("2027-06", "2027-07"))
    assert months_of(only(instance, subject, "supervision", "supervisor-other")) == "2027-07..2027-08"


def test_the_fixed_one_may_be_without_a_place():
    """V01 is away from 2027-07 on, so that another has the last two months: reported, not held against the plan."""
    instance = supervised(candidate("A01", supervisor="V01"), places=Steps((Step(1, None, m("2027-07")),)))
    subject = plan(instance, STANDARD, supervisors=two_spans("2027-06", "2027-07"))
    assert passes(instance, subject)
    (told,) = Supervision().report(PlanRead(instance, subject))
    assert (told.text_key, months_of(told)) == ("reported.supervisor-away", "2027-07..2027-08")
    early = plan(instance, STANDARD, supervisors=two_spans("2027-05", "2027-06"))
    assert months_of(only(instance, early, "supervision", "supervisor-other")) == "2027-06"


def test_the_fixed_one_goes_before_who_is_not_fixed_to_them():
    """A02 has the one place with V01, and might as well have V02; fixed to V01 too, both are right."""
    first, second = {"id": "V01", "from": START, "to": END}, {"id": "V02", "from": START, "to": END}
    for fixed in (None, "V01"):
        instance = supervised(candidate("A01", supervisor="V01"), candidate("A02", supervisor=fixed))
        subject = plan(instance, STANDARD, STANDARD)
        entries = [
            entry.model_copy(update={"supervisors": [PlanSupervision.model_validate(row)]})
            for entry, row in zip(subject.candidates, (second, first), strict=True)
        ]
        subject = subject.model_copy(update={"candidates": entries})
        if fixed is None:
            assert only(instance, subject, "supervision", "supervisor-other").candidate == "A01"
        else:
            assert passes(instance, subject)
            assert [told.text_key for told in Supervision().report(PlanRead(instance, subject))] == [
                "reported.supervisor-full"
            ]


def test_an_exemption_ends():
    """Exempted up to and including 2027-08, the last month; then to the month before."""
    for last, months in (("2027-08", None), ("2027-07", "2027-08")):
        instance = supervised(specialist=False, exempt_end=m(last) + 1)
        subject = plan(instance, STANDARD, supervisors=ALL)
        if months is None:
            assert passes(instance, subject)
        else:
            found = only(instance, subject, "supervision", "supervisor-exempt-no-longer")
            assert (months_of(found), found.fields["to"]) == (months, last)


def test_an_arena_with_supervisors_of_its_own():
    """V01 without an arena everywhere; V02, attached, in the two months of ward; V02 a month too late."""
    instance = supervised()
    arenas = {**instance.arenas, "ward": replace(instance.arenas["ward"], own_supervisor=True)}
    instance = replace(instance, arenas=arenas)
    own = replace(instance.supervisors["V02"], arenas=frozenset({"ward"}))
    instance = replace(instance, supervisors={**instance.supervisors, "V02": own})
    found = only(instance, plan(instance, STANDARD, supervisors=ALL), "supervision", "supervisor-not-of-arena")
    assert months_of(found) == "2027-03..2027-04"
    assert passes(instance, plan(instance, STANDARD, supervisors=around("2027-03", "2027-04")))
    late = plan(instance, STANDARD, supervisors=around("2027-04", "2027-04"))
    assert months_of(only(instance, late, "supervision", "supervisor-not-of-arena")) == "2027-03"


def around(first, last):
    """V02 in those months, V01 before and after."""
    return [
        {"id": "V01", "from": START, "to": m(first) - 1},
        {"id": "V02", "from": m(first), "to": m(last)},
        {"id": "V01", "from": m(last) + 1, "to": END},
    ]


def test_only_where_the_supervisor_works():
    instance = supervised(arenas=frozenset({"office1"}))
    subject = plan(instance, STANDARD, supervisors=ALL)
    assert months_of(only(instance, subject, "supervision", "supervisor-elsewhere")) == "2027-03..2027-04"
    assert passes(instance, plan(instance, "mixed*10 ward*2", supervisors=two_spans("2027-06", "2027-07")))


def test_places():
    two = (candidate("A01"), candidate("A02"))
    instance = supervised(*two)
    subject = plan(instance, STANDARD, STANDARD, supervisors=ALL)
    assert months_of(only(instance, subject, "supervision", "supervisor-places")) == "2026-09..2027-08"
    roomy = supervised(*two, places=Steps((Step(2),)))
    assert passes(roomy, subject)


def test_away_from_a_month():
    instance = supervised(places=Steps((Step(1), Step(0, m("2027-08"), None))))
    subject = plan(instance, STANDARD, supervisors=ALL)
    assert months_of(only(instance, subject, "supervision", "supervisor-places")) == "2027-08"


def test_leave_takes_no_place():
    leave = (span("2026-09", "2027-08"),)
    instance = supervised(candidate("A01"), candidate("A02", leave=leave))
    rows = [{"id": "V01", "from": START, "to": END}, {"id": "V02", "from": END + 1, "to": END + 12}]
    assert passes(instance, plan(instance, STANDARD, f"-*12 {STANDARD}", supervisors=rows))
