"""What is proved of a plan: a value and a bound for every target, in the objective's order.

A plan is judged target by target: a level's sum over candidates, then (where it counts) the largest share of one of
them, then the next level. So a bound of a later target only means something together with the targets before it. That
condition is kept here, and nowhere else.

Values and bounds are whole numbers in the solver's units, smaller is better (``objective.figure`` gives what people
read). This module knows nothing of the solver.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import Enum


@dataclass(frozen=True, slots=True)
class Target:
    """What is made small at a time: the sum of a level over candidates, or (``worst``) the largest share of one."""

    level: str
    worst: bool = False

    @property
    def name(self) -> str:
        """``delay`` or ``delay-worst``."""
        return f"{self.level}-worst" if self.worst else self.level


class Given(Enum):
    """Which plans a bound speaks of: not all plans, but those that are good enough at the targets before it."""

    LEAST = "plans that have the least there is at every target before"
    NO_MORE = "plans that have no more than the plan in hand at every target before"


@dataclass(frozen=True, slots=True)
class Proof:
    """``bound``: no plan that it speaks of has less. ``value``: of the plan in hand; None without a plan."""

    target: Target
    bound: int
    value: int | None = None
    given: Given = Given.LEAST

    @property
    def closed(self) -> bool:
        """Whether the plan in hand has the least."""
        return self.value is not None and self.value <= self.bound


@dataclass(frozen=True, slots=True)
class Proofs:
    """A chain of proofs in the objective's order, as far as it was looked at.

    ``several``: whether more than one candidate shares in the values, so that a largest share could be traded for later
    targets.
    """

    chain: tuple[Proof, ...] = ()
    several: bool = True

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
        """Those that bound the best plan and may be compared with the plan in hand.

        A bound given the least at the targets before says nothing beside a plan that does not have the least there: so
        the chain goes up to the first that is open, and beyond it only what holds for all that is no worse than that.
        """
        kept: list[Proof] = []
        closed = True
        for proof in self.chain:
            if not closed and proof.given is Given.LEAST:
                break
            kept.append(proof)
            closed = closed and proof.closed
        return replace(self, chain=tuple(kept))

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

    @classmethod
    def beside(cls, parts: Iterable[Proofs]) -> Proofs:
        """Parts that share nothing, together: sums add up, and of largest shares the largest counts.

        The whole has the least exactly if every part has it; so nothing is proved after the first target that is open
        in a part. A part of several whose own largest share is below that of the whole has settled its later targets
        within less than it may have; so nothing is proved after that, either.
        """
        parts = [part.valid() for part in parts]
        together: list[Proof] = []
        for proofs in zip(*parts, strict=False):
            target = proofs[0].target
            assert all(proof.target == target for proof in proofs), target.name
            total = max if target.worst else sum
            values = [proof.value for proof in proofs]
            value = None if None in values else total(value for value in values if value is not None)
            together.append(Proof(target, total(proof.bound for proof in proofs), value))
            narrower = target.worst and any(
                part.several and proof.value != value and proof.value != 0
                for part, proof in zip(parts, proofs, strict=True)
            )
            if narrower or not all(proof.closed for proof in proofs):
                break
        return cls(tuple(together))


def closed_at(values: Mapping[Target, int], several: bool = True) -> Proofs:
    """Of a plan in which nothing can be otherwise: what it has is the least."""
    return Proofs(tuple(Proof(target, value, value) for target, value in values.items()), several)
