"""The rules of the contract's section 3, in its reading order."""

from scheduler.constraints.away import Away
from scheduler.constraints.block_count import BlockCount
from scheduler.constraints.block_length import BlockLength
from scheduler.constraints.block_start import BlockStart
from scheduler.constraints.capacity import Capacity
from scheduler.constraints.finish_by import FinishBy
from scheduler.constraints.fixed import Fixed
from scheduler.constraints.goals import Goals
from scheduler.constraints.group import GroupRule
from scheduler.constraints.horizon import Horizon
from scheduler.constraints.institution import Institution
from scheduler.constraints.leave import Leave
from scheduler.constraints.legevakt import Legevakt
from scheduler.constraints.one_rotation import OneRotation
from scheduler.constraints.open_practice import OpenPractice
from scheduler.constraints.part_time import PartTime
from scheduler.constraints.practice import Practice
from scheduler.constraints.requirement import RequirementRule
from scheduler.constraints.rule import Rule
from scheduler.constraints.service_total import ServiceTotal
from scheduler.constraints.supervision import Supervision

RULES: tuple[Rule, ...] = (
    OneRotation(),
    ServiceTotal(),
    OpenPractice(),
    Institution(),
    PartTime(),
    Leave(),
    BlockLength(),
    BlockStart(),
    BlockCount(),
    RequirementRule(),
    Capacity(),
    Practice(),
    Away(),
    GroupRule(),
    Goals(),
    Legevakt(),
    Supervision(),
    Fixed(),
    FinishBy(),
    Horizon(),
)

__all__ = ["RULES", "Rule"]
