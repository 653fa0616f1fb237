"""Plain arithmetic on an instance and a plan: what a plan's months amount to, recomputed without trust or solver.

Of a plan only each candidate's ``months``, ``start``, ``practice``, ``group``, ``shifts`` and ``supervisors`` are read.
A **course** is one candidate's months in readable form; all else is computed from it. Service is in credit
(10,000 = one FTE-month), months are integers, ends are exclusive. ``docs/decisions/0001`` says how words are read.
"""

from scheduler.ledger.blocks import (
    block_count,
    current_applies,
    ended_before_horizon,
    length,
    months_since_current,
    runs_on,
)
from scheduler.ledger.changes import changes, group_moved, movable_months, moved_months, published_for
from scheduler.ledger.course import Block, Course, ServiceMonth, course_of, courses, cut, spans, spans_by_key
from scheduler.ledger.credit import FULL_POST, LATEST_LOOK_AHEAD, counted, earliest_finish, fte_months, month_worked_off
from scheduler.ledger.figures import open_group_years, plan_blocks, plan_service, plan_wishes, with_figures
from scheduler.ledger.finish import (
    GROUP_MONTHS_AHEAD,
    complete,
    complete_before,
    delay,
    finish_of,
    fixed_ahead,
    group_complete,
    last_block_whole,
    projected_finish,
    requirement_minima_hold,
    service_complete,
)
from scheduler.ledger.goals import (
    arena_shares,
    breadth,
    exposure,
    goals_by_arena,
    has_full_shifts,
    missing_goals,
    roster_of,
    shifts_by_month,
    shifts_planned,
)
from scheduler.ledger.groups import group_fits, group_needed, group_of, leave_months_in, members, open_years
from scheduler.ledger.levels import Level, levels, wish_met, wishes_lost
from scheduler.ledger.room import Ceiling, Use, away_by_unit, ceiling, joint_use, use_by_arena
from scheduler.ledger.service import blocks_in, service_sums, uncounted, work_in

__all__ = [
    "FULL_POST",
    "GROUP_MONTHS_AHEAD",
    "LATEST_LOOK_AHEAD",
    "Block",
    "Ceiling",
    "Course",
    "Level",
    "ServiceMonth",
    "Use",
    "arena_shares",
    "away_by_unit",
    "block_count",
    "blocks_in",
    "breadth",
    "ceiling",
    "changes",
    "complete",
    "complete_before",
    "counted",
    "course_of",
    "courses",
    "current_applies",
    "cut",
    "delay",
    "earliest_finish",
    "ended_before_horizon",
    "exposure",
    "finish_of",
    "fixed_ahead",
    "fte_months",
    "goals_by_arena",
    "group_complete",
    "group_fits",
    "group_moved",
    "group_needed",
    "group_of",
    "has_full_shifts",
    "joint_use",
    "last_block_whole",
    "leave_months_in",
    "length",
    "levels",
    "members",
    "missing_goals",
    "month_worked_off",
    "months_since_current",
    "movable_months",
    "moved_months",
    "open_group_years",
    "open_years",
    "plan_blocks",
    "plan_service",
    "plan_wishes",
    "projected_finish",
    "published_for",
    "requirement_minima_hold",
    "roster_of",
    "runs_on",
    "service_complete",
    "service_sums",
    "shifts_by_month",
    "shifts_planned",
    "spans",
    "spans_by_key",
    "uncounted",
    "use_by_arena",
    "wish_met",
    "wishes_lost",
    "with_figures",
    "work_in",
]
