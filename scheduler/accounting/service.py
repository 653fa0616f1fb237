"""Service in credit: per category, above the caps, in some rotations."""

from __future__ import annotations

from collections.abc import Iterable

from scheduler.accounting.blocks import block_count
from scheduler.accounting.trajectory import Trajectory
from scheduler.exact import Exact, rounded_up
from scheduler.instance.categories import counted


def service_sums(trajectory: Trajectory) -> dict[str, Exact]:
    """Credit per category, credited time included: ten months at 80 % in gp80-clinic20 give 64,000 + 16,000."""
    candidate = trajectory.candidate
    sums: dict[str, Exact] = {service: candidate.credited.get(service, 0) for service in candidate.rules.services}
    for month in trajectory.service:
        for service, share in month.rotation.share_by_service.items():
            if service in sums:
                sums[service] += month.earned * share
    return sums


def uncounted(trajectory: Trajectory) -> int:
    """Service above a cap, in credit, parts of a unit rounded up."""
    sums = service_sums(trajectory)
    return rounded_up(sum(sums.values()) - counted(sums, trajectory.candidate.rules))


def work_in(trajectory: Trajectory, rotations: Iterable[str]) -> Exact:
    """Work in these rotations, whole months regardless of the mix: six months at 50 % give 30,000.

    What was served before the plan counts, unless it was not approved.
    """
    wanted = set(rotations)
    months = (month for month in trajectory.whole_service if month.past is None or month.past.exposes)
    return sum(month.work for month in months if month.rotation.id in wanted)


def blocks_in(trajectory: Trajectory, rotations: Iterable[str]) -> int:
    """Number of blocks in these rotations, those before the plan included."""
    return sum(block_count(trajectory, rotation_id) for rotation_id in set(rotations))
