"""A month plan: where everybody could be, month by month.

Kept are the ceilings, who may be away, the supervisors, and of a candidate's own rules which rotations there are, how
their blocks begin and how long they last. Left out is what a candidate still lacks (service, goals, shifts, a group).
Only months in which a candidate is in service whatever the plan are looked at. So whatever has a plan has a month plan:
where there is none, there is no plan; and one that was found is what to begin from.
"""

from scheduler.planning.month_model.candidate import MonthPlan, Window
from scheduler.planning.month_model.joint import MonthModel

__all__ = ["MonthModel", "MonthPlan", "Window"]
