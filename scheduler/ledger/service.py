"""Service in credit: per category, above the caps, in some rotations."""

from __future__ import annotations

from collections.abc import Iterable

from scheduler.instance.types import COUNTED_SERVICES, Service
from scheduler.ledger.course import Course
from scheduler.ledger.credit import counted


def service_sums(course: Course) -> dict[Service, int]:
    """Credit per category, credited time included: ten months at 80 % in gp80-clinic20 give 64,000 + 16,000."""
    sums = {service: course.candidate.credited.get(service, 0) for service in COUNTED_SERVICES}
    for month in course.service:
        for service, share in month.rotation.share_by_service.items():
            if service in sums:
                sums[service] += month.percent * share
    return sums


def uncounted(course: Course) -> int:
    """Service above a cap, in credit."""
    sums = service_sums(course)
    return sum(sums.values()) - counted(sums, course.candidate.rules)


def work_in(course: Course, rotations: Iterable[str]) -> int:
    """Work in these rotations, whole months regardless of the mix: six months at 50 % give 30,000."""
    wanted = set(rotations)
    return sum(month.work for month in course.service if month.rotation.id in wanted)


def blocks_in(course: Course, rotations: Iterable[str]) -> int:
    """Number of planned blocks in these rotations."""
    wanted = set(rotations)
    return sum(block.rotation.id in wanted for block in course.blocks)
