"""A sketch: where everybody could be, month by month.

Kept are the ceilings, who may be away, the supervisors, and of a candidate's own rules which rotations there are, how
their blocks begin and how long they last. Left out is what a candidate still lacks (service, goals, shifts, a group).
Only months in which a candidate is in service whatever the plan are looked at. So whatever has a plan has a sketch:
where there is none, there is no plan; and one that was found is what to begin from.
"""

from scheduler.search.sketch.person import Sketch, Window
from scheduler.search.sketch.place import place_after_sketch
from scheduler.search.sketch.seats import Seats

__all__ = ["Seats", "Sketch", "Window", "place_after_sketch"]
