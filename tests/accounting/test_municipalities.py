"""What each municipality gets out of a plan, on a plan that can be summed in the head."""

from fractions import Fraction
from pathlib import Path

from scheduler.accounting import trajectories
from scheduler.accounting.municipalities import municipal_standings
from scheduler.report.html import write_report
from scheduler.report.lines.summary import plan_lines
from scheduler.report.standing import PlanStanding
from tests.helpers.tiny import Row, make, months, person, planned

WISH: Row = {"wishes": [{"rotation": "clinic"}]}  # which is closed


def region(second_ward: str) -> Row:
    """Three municipalities; the ward is that of a, with one place from November 2027, and b's may have it all."""
    return {
        "municipalities": [{"id": "a", "name": "Ås"}, {"id": "b", "name": "Bø"}, {"id": "c"}],
        "arenas": {
            "clinic": {"places": [{"places": 0}]},
            "ward": {"municipality": "a", "places": [months("2027-11", second_ward, places=1)]},
        },
        "quotas": [{"of": "ward", "municipality": "b", "places": [{"places": 1}]}],
    }


def test_delays_wishes_quotas_and_what_is_given_and_taken(tmp_path: Path) -> None:
    """The ward is open from November to April: one is done in time, one two months later, one four."""
    late = [person(municipality="b", **WISH), person(municipality="b"), person(municipality="a")]
    instance = make(*late, **region("2028-04"))
    plan = planned(instance)
    assert sorted(entry.delay for entry in plan.candidates) == [0, 2, 4]
    a, b, c = municipal_standings(instance, trajectories(instance, plan))
    delays = {entry.id: entry.delay for entry in plan.candidates}
    assert (a.candidates, a.mean_delay, a.worst_delay) == (1, delays["A03"], delays["A03"])
    assert b.mean_delay == Fraction(delays["A01"] + delays["A02"], 2)
    assert b.worst_delay == max(delays["A01"], delays["A02"])
    assert (b.wishes, b.wishes_met, a.wishes) == (1, 0, 0)
    assert (a.gives, a.takes, b.gives, b.takes) == (4, 0, 0, 4)
    (use,) = b.quotas
    last = max(entry.last for entry in plan.candidates)
    assert (use.used, use.room) == (4, last + 1 - instance.start)
    assert (c.candidates, c.mean_delay, c.worst_delay, c.quotas) == (0, 0, 0, ())
    lines = list(plan_lines(instance, plan, PlanStanding.after_check(plan, ()), "nb"))
    assert any("Bø" in line and f"4 av {use.room}" in line for line in lines)
    write_report(instance, plan, tmp_path / "page.html", "en", None)
    assert 'id="municipalities"' in (tmp_path / "page.html").read_text(encoding="utf-8")


def test_without_municipalities_there_is_no_table(tmp_path: Path) -> None:
    instance = make()
    plan = planned(instance)
    assert municipal_standings(instance, trajectories(instance, plan)) == []
    lines = list(plan_lines(instance, plan, PlanStanding.after_check(plan, ()), "nb"))
    assert not any("Kommune" in line for line in lines)
    write_report(instance, plan, tmp_path / "page.html", "en", None)
    assert 'id="municipalities"' not in (tmp_path / "page.html").read_text(encoding="utf-8")


def test_quotas_in_several_groups_are_told_together() -> None:
    """A region has a group each half-year; here two, and nobody in either."""
    groups = [{"id": name, "start": "2027-01", "months": 24, "places": 4} for name in ("G1", "G2")]
    quotas = [{"of": name, "municipality": "a", "places": [{"places": 1}]} for name in ("G1", "G2")]
    instance = make(person(municipality="a"), municipalities=[{"id": "a"}], groups=groups, quotas=quotas)
    plan = planned(instance)
    lines = list(plan_lines(instance, plan, PlanStanding.after_check(plan, ()), "nb"))
    (told,) = [line for line in lines if "veiledningsgruppene" in line]
    assert "veiledningsgruppene 0 av " in told
    assert "G1" not in told
