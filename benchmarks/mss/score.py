"""The benchmark's own judgement of who does what where, written from its definition (decision 0029).

Nothing here knows instances or plans of ours.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from benchmarks.mss.read import MssCase


@dataclass(frozen=True, order=True)
class Clerkship:
    """A discipline that a student does: from which period on (for the case's duration), which, and where."""

    start: int
    discipline: int
    hospital: int


Rotas = Mapping[int, Sequence[Clerkship]]
"""By student; whoever is asked for nothing may be left out."""


@dataclass(frozen=True)
class Score:
    """The value (more is better), what it is made of, and what is broken, in words; ``wishes`` are the first three."""

    disciplines: int = 0
    hospitals: int = 0
    school: int = 0
    waiting: int = 0
    changes: int = 0
    least_satisfied: int = 0
    broken: list[str] = field(default_factory=list)

    @property
    def wishes(self) -> int:
        """What students and school have of disciplines and hospitals."""
        return self.disciplines + self.hospitals + self.school

    @property
    def value(self) -> int:
        """What the benchmark maximises."""
        return self.wishes + self.waiting + self.changes + self.least_satisfied


def score(case: MssCase, rotas: Rotas) -> Score:
    """Judge what everybody does."""
    told = {student: sorted(rotas.get(student, ())) for student in range(case.students)}
    shares = [_Share.of(case, student, rota) for student, rota in told.items()]
    broken = [fault for student, rota in told.items() for fault in _broken_by(case, student, rota)]
    return Score(
        disciplines=sum(share.disciplines for share in shares),
        hospitals=sum(share.hospitals for share in shares),
        school=sum(share.school for share in shares),
        waiting=sum(share.waiting for share in shares),
        changes=sum(share.changes for share in shares),
        least_satisfied=min((share.total for share in shares), default=0),
        broken=[*broken, *_broken_together(case, told)],
    )


@dataclass(frozen=True)
class _Share:
    """One student's part of the value. Waiting and changes count against it: their weights are negative."""

    disciplines: int
    hospitals: int
    school: int
    waiting: int
    changes: int

    @property
    def total(self) -> int:
        return self.disciplines + self.hospitals + self.school + self.waiting + self.changes

    @classmethod
    def of(cls, case: MssCase, student: int, rota: Sequence[Clerkship]) -> _Share:
        of_disciplines, of_hospitals, of_changes, of_waiting = map(int, case.weights[student])
        last = max((one.start + case.duration for one in rota), default=0)
        moves = sum(one.hospital != other.hospital for one, other in pairwise(rota))
        return cls(
            disciplines=of_disciplines * sum(int(case.likes_discipline[student, one.discipline]) for one in rota),
            hospitals=of_hospitals * sum(int(case.likes_hospital[student, one.hospital]) for one in rota),
            school=sum(int(case.school_likes[one.discipline]) for one in rota),
            waiting=of_waiting * (last - len(rota) * case.duration),  # every free period before the last discipline
            changes=of_changes * moves,
        )


def _broken_by(case: MssCase, student: int, rota: Sequence[Clerkship]) -> Iterator[str]:
    """What one student's own rota breaks."""
    who = f"student {student + 1}"
    yield from _wrong_numbers(case, student, rota, who)
    for one in rota:
        yield from (f"{who}, discipline {one.discipline + 1}: {fault}" for fault in _wrong_at(case, student, rota, one))
    for one, other in pairwise(rota):
        if other.start < one.start + case.duration:
            yield f"{who}: two disciplines in period {other.start + 1}"


def _wrong_numbers(case: MssCase, student: int, rota: Sequence[Clerkship], who: str) -> Iterator[str]:
    if len({one.discipline for one in rota}) < len(rota):
        yield f"{who} does a discipline twice"
    done = Counter(int(case.group_of[one.discipline]) for one in rota)
    for group in range(case.groups):
        if done[group] != case.asked[student, group]:
            yield f"{who} does {done[group]} of group {group + 1}, not {case.asked[student, group]}"
    for hospital, number in sorted(Counter(one.hospital for one in rota).items()):
        if number > case.most_in_one_hospital:
            yield f"{who} does {number} disciplines in hospital {hospital + 1}"


def _wrong_at(case: MssCase, student: int, rota: Sequence[Clerkship], one: Clerkship) -> Iterator[str]:
    """What stands against one discipline where and when it is done."""
    starts = {other.discipline: other.start for other in rota}
    if not case.allowed[student, one.discipline] or not case.able[student, one.hospital, one.discipline]:
        yield f"not allowed in hospital {one.hospital + 1}"
    if one.start < 0 or one.start + case.duration > case.periods:
        yield "outside the horizon"
    elif not case.present[student, one.start : one.start + case.duration].all():
        yield "while away"
    for before in range(case.disciplines):
        if case.after[one.discipline, before] and starts.get(before, case.periods) >= one.start:
            yield f"not after discipline {before + 1}"


def _broken_together(case: MssCase, rotas: Rotas) -> Iterator[str]:
    """Wards that have too many or too few students."""
    heads = Counter(
        (one.hospital, one.discipline, period)
        for rota in rotas.values()
        for one in rota
        for period in range(one.start, one.start + case.duration)
    )
    for hospital in range(case.hospitals):
        for discipline in range(case.disciplines):
            for period in range(case.periods):
                cell = hospital, discipline, period
                if not case.least[cell] <= heads[cell] <= case.most[cell]:
                    yield (
                        f"hospital {hospital + 1}, discipline {discipline + 1}, period {period + 1}: {heads[cell]}"
                        f" students, from {case.least[cell]} to {case.most[cell]}"
                    )
