"""What is proved of a plan: a value and a bound for every target, in the objective's order.

A plan is judged target by target: a level's sum over candidates, then (where it counts) the largest share of one of
them, then the next level. So a bound of a later target only means something together with the targets before it. That
condition is kept here, and nowhere else.

Values and bounds are whole numbers in the solver's units, smaller is better (``objective.figure`` gives what people
read). This module knows nothing of the solver.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import Enum


@dataclass(frozen=True, slots=True)
class Target:
    """What is made small at a time: the sum of a level over candidates, or (``worst``) the largest share of one.

    ``apart``: that share is no part of the sum, but told by something else (of months away the longest row).
    ``joint``: there is no sum; what counts is the largest share of a municipality, which is of many candidates.
    """

    level: str
    worst: bool = False
    apart: bool = field(default=False, compare=False)
    joint: bool = field(default=False, compare=False)

    @property
    def name(self) -> str:
        """``delay`` or ``delay-worst``."""
        return f"{self.level}-worst" if self.worst else self.level

    @property
    def largest(self) -> bool:
        """Whether of several figures the largest counts, not their sum."""
        return self.worst or self.joint

    @property
    def share(self) -> str:
        """Under what a candidate's own figure is kept: the level's, or ``away-worst`` where that is another one."""
        return self.name if self.worst and self.apart else self.level


class Given(Enum):
    """Which plans a bound speaks of: not all plans, but those that are good enough at the targets before it."""

    LEAST = "plans that have the least there is at every target before"
    NO_MORE = "plans that have no more than the plan in hand at every target before"


@dataclass(frozen=True, slots=True)
class Proof:
    """``bound``: no plan that it speaks of has less. ``value``: of the plan in hand; None without a plan.

    ``elsewhere``: so much of a largest share somebody else is thought to have in the whole of which this is a part, so
    that nobody gains anything by less here. Whether it is so is for ``beside`` to say.
    """

    target: Target
    bound: int
    value: int | None = None
    given: Given = Given.LEAST
    elsewhere: int = 0

    @property
    def closed(self) -> bool:
        """Whether the plan in hand has the least, or no more than somebody elsewhere."""
        enough = max(self.bound, self.elsewhere) if self.target.largest else self.bound  # a sum may be below nothing
        return self.value is not None and self.value <= enough


@dataclass(frozen=True, slots=True)
class Proofs:
    """A chain of proofs in the objective's order, as far as it was looked at.

    ``n_movers``: how many candidates could be planned otherwise: with none the plan is what it is, and among several a
    largest share could be traded for later targets.
    """

    chain: tuple[Proof, ...] = ()
    n_movers: int = 2

    def and_then(self, proof: Proof) -> Proofs:
        """The chain with the next target's proof."""
        assert all(proof.target != earlier.target for earlier in self.chain), proof.target.name
        return replace(self, chain=(*self.chain, proof))

    def __iter__(self) -> Iterator[Proof]:
        return iter(self.chain)

    def __len__(self) -> int:
        return len(self.chain)

    def of(self, target: Target) -> Proof | None:
        """The proof of a target, whether or not it is valid; None if it was not looked at."""
        return next((proof for proof in self.chain if proof.target == target), None)

    @property
    def closed(self) -> bool:
        """Whether the plan in hand has the least at every target looked at."""
        return all(proof.closed for proof in self.chain)

    def valid(self) -> Proofs:
        """Those that bound the best plan of all.

        Up to the first target that is open, the best plan has what the plan in hand has. There it may have less; so a
        bound given the least before says nothing of the plan in hand any more, and one that speaks of all plans with no
        more than the plan in hand speaks of the best one for one target yet. Beyond that the best plan may have more
        somewhere, and nothing is proved of it.
        """
        n_kept, first_open = 0, len(self.chain)
        for number, proof in enumerate(self.chain):
            if number > first_open and (proof.given is Given.LEAST or number > first_open + 1):
                break
            n_kept = number + 1
            if not proof.closed:
                first_open = min(first_open, number)
        return replace(self, chain=self.chain[:n_kept])

    def bound_of(self, target: Target) -> int | None:
        """What is validly proved of a target; None if nothing is."""
        proof = self.valid().of(target)
        return None if proof is None else proof.bound

    def levels_closed(self) -> frozenset[str]:
        """The levels at which the plan in hand has the least, up to the first at which it has not."""
        found: dict[str, bool] = {}
        for proof in self.chain:
            found[proof.target.level] = found.get(proof.target.level, True) and proof.closed
            if not proof.closed:
                break
        return frozenset(level for level, closed in found.items() if closed)

    def for_plan(self, values: Mapping[Target, int]) -> Proofs:
        """The same bounds for another plan of the same instance, or of a tighter one.

        A bound that holds for all that have no more than the plan in hand holds beside a plan that has no more either.
        """
        carried: list[Proof] = []
        for proof in self.valid():
            if proof.target not in values:
                break
            value = values[proof.target]
            carried.append(replace(proof, value=value, bound=min(proof.bound, value)))
            if proof.value is None or value > proof.value:
                break
        return replace(self, chain=tuple(carried))

    def raised(self, looser: Proofs) -> Proofs:
        """The same with what is proved of a looser instance: what cannot be better there cannot be here.

        Of the first target only. Its bound speaks of all plans; those after it of plans that are good enough there, and
        these are others here.
        """
        if not self.chain or not looser.chain or self.chain[0].target != looser.chain[0].target:
            return self
        first, bound = self.chain[0], max(self.chain[0].bound, looser.chain[0].bound)
        raised = replace(first, bound=bound if first.value is None else min(bound, first.value))
        return replace(self, chain=(raised, *self.chain[1:]))

    @classmethod
    def beside(cls, parts: Iterable[Proofs]) -> Proofs:
        """Parts that share nothing, together: sums add up, and of largest shares the largest counts.

        The whole has the least exactly if every part has it, of largest shares if one part shows that it cannot be
        less; so nothing is proved after the first target that is open, unless all but one part are what they are. A
        part whose own largest share is below that of the whole has settled its later targets within less than it may
        have; so nothing is proved after that, either. (Unless it is a part of one whose share is the sum: that is held
        anyway.)
        """
        parts = [part.valid() for part in parts]
        n_movers = sum(part.n_movers for part in parts)
        one_moves = sum(part.n_movers > 0 for part in parts) <= 1
        together: list[Proof] = []
        for proofs in zip(*parts, strict=False):
            target = proofs[0].target
            assert all(proof.target == target for proof in proofs), target.name
            total = max if target.largest else sum
            values = [proof.value for proof in proofs]
            value = None if None in values else total(value for value in values if value is not None)
            given = Given.NO_MORE if one_moves and all(p.given is Given.NO_MORE for p in proofs) else Given.LEAST
            whole = Proof(target, total(proof.bound for proof in proofs), value, given)
            together.append(whole)
            held_by_the_sum = 0 if target.apart or target.joint else 1  # movers whose share is the sum
            narrower = target.largest and any(
                part.n_movers > held_by_the_sum and proof.value != value and (target.joint or proof.value != 0)
                for part, proof in zip(parts, proofs, strict=True)
            )
            closed = whole.closed if target.largest else all(proof.closed for proof in proofs)
            if narrower or not (closed or given is Given.NO_MORE):
                break
        return cls(tuple(together), n_movers)


def as_it_is(values: Mapping[Target, int]) -> Proofs:
    """Of a plan in which nothing can be otherwise: what it has is the least."""
    return Proofs(tuple(Proof(target, value, value, Given.NO_MORE) for target, value in values.items()), n_movers=0)
