"""A published plan as it looks from a later month: its figures are those of the months from there on.

A plan's hours, blocks and levels are of all its months. Held against a file that has been rolled on, what lies before
the new horizon would look like something that has changed: hours of guidance that nobody gives any more, fewer months
away. So they are reckoned from that month on first, with the data that the plan was made for; what then is different
with the file of today is different because of the file.
"""

from __future__ import annotations

from scheduler.accounting import recounted
from scheduler.accounting.served import with_served
from scheduler.instance.problems import InputError
from scheduler.instance.types import Instance
from scheduler.plan import Plan
from scheduler.replanning.advance import advance
from scheduler.replanning.matching import Matched, matched, own_instance_of
from scheduler.replanning.renaming import renamed


def seen_from_start(instance: Instance, published: Plan, held: Matched) -> Plan:
    """The plan that is held against the file, with its figures reckoned from the file's first month on.

    As it is where the file begins with the plan, or the plan does not carry the instance that it was made for.
    """
    own = own_instance_of(published)
    if own is None or not own.start < instance.start < own.end:
        return held.plan
    try:
        rolled = advance(own, published, instance.start).instance
        then = matched(rolled, published, instance.start - 1)
    except InputError:  # of a version that knew other rules of what may stand in a file
        return held.plan
    seen = renamed(recounted(with_served(rolled, then.carried), then.plan), instance.formerly)
    entries = {entry.id: entry for entry in seen.candidates}
    return held.plan.model_copy(
        update={
            "objectives": seen.objectives,
            "guidance": seen.guidance,
            "candidates": [entries.get(entry.id, entry) for entry in held.plan.candidates],
        }
    )
