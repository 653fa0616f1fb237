"""Bounds for delay and wishes where the places for some service are scarce, and who best gets which of them.

Alone, everybody may have the best months of the same places. Here only that is looked at: each candidate who lacks
the service that is scarcest (``scarce``) begins it with one block somewhere, and no ceiling is broken. Everything else
that candidates could do to each other is left out, so the least found is a bound for every plan; and because little
else is scarce, the months given here are mostly those of a best plan (``planning.greedy`` holds them).

What a slot costs one candidate in truth (the running block, the group's year in practice, a wish in the same months)
is asked of the candidate's own model, for those slots only that are about to be made: a master problem with one
subproblem per candidate, as in logic-based Benders decomposition (J. Hooker & G. Ottosson, 2003).
"""

from scheduler.planning.benders.loop import solve_benders
from scheduler.planning.benders.result import BendersResult

__all__ = ["BendersResult", "solve_benders"]
