"""How far each search goes: every limit and threshold in one place, with its unit and what set it.

*Effort* is measured by the solver's own count of its steps and by the size of the models built, not by the clock, so
that a slower machine makes the same plan, only later. One unit is about a second on a machine on which CPython adds
20 million integers in 1.4 s. The clock counts only for what a user asks for in seconds (``--time-limit``).
"""

from __future__ import annotations

from dataclasses import dataclass

STEPS_PER_EFFORT = 0.25
"""Deterministic time of the solver per unit of effort: 166 searches of the bundled example took 4.2 and 3.4 seconds of
processor time for each unit of it (without presolve, with and without linear programs)."""
EFFORT_PER_ROW = 1e-5
"""Building a model's row in Python: as long as solving it, where models are small."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Of every search. ``*_effort`` in units of effort (see above), ``*_share`` of the time or effort there is."""

    # --- alone and one after another ---
    first_fit_effort: float = 5.0
    """For one candidate while a first plan grows: one in a thousand would hold up all the others for a minute."""
    greedy_rounds: int = 8
    """Orders in which candidates are placed, whoever did not fit in front of the next one."""
    sooner_rounds: int = 4
    """Orders tried to bring forward those who are later than expected."""
    kept_alone_effort: float = 20.0
    """For everybody's own best in a repair: somebody whose months are hard to keep is not to take all of it."""
    sharpen_effort: float = 5.0
    """To bring what only a level asks for to its best in the plan at hand."""

    # --- places given out first ---
    benders_share: float = 0.6
    """Of the time there is: the rest is for a plan that comes near its bounds."""
    hurried_s: float = 30.0
    """With a shorter time limit than this places are given out once, after the last level."""
    benders_rounds: int = 20
    """Times that places are given out before a level is left with its bound."""
    benders_round_effort: float = 40.0
    """For giving places out once."""
    benders_question_effort: float = 0.5
    """For what a choice costs one candidate; without an answer it counts as costing nothing more."""
    benders_easy_effort: float = 4.0
    """For a solution at the bound before a second seed is tried beside the first."""
    benders_small_choices: int = 4000
    """So many are soonest given out in one search, and best where they are known already."""
    careful_steps: int = 4
    """From below: so many steps of one before they grow."""
    linear_iterations: int = 200_000
    """Of the linear relaxation; without its optimum there is no bound from it."""

    # --- those in each other's way ---
    one_model_members: int = 60
    """For a model of everybody: beyond it no first plan is found."""
    small_model_members: int = 4
    """So many are soonest planned by one worker without presolve."""
    cluster_members: int = 8
    """Beyond that a cluster's model is no smaller than that of everybody."""
    freed_members: int = 12
    """Moved at the same time to make room for one."""
    kept_models: int = 16
    """Models of the same people kept to be asked about again."""
    deciding_levels: int = 2
    """On which a large plan is judged."""
    deciding_effort_each: float = 1.0
    later_effort_each: float = 0.05
    """For a level of a large plan, times the number of candidates: with no model of everybody to come, most is for the
    levels that matter most."""
    patience_effort: float = 5.0
    """To give every cluster its least where the sum is proved already: they keep better bounds of later levels."""
    query_effort: float = 5.0
    cluster_effort: float = 20.0
    """For one question about clusters; for a cluster's least."""
    blocker_effort: float = 3.0
    core_effort: float = 3.0
    """To make a set of blockers, or of those who cannot all have their least, the smallest: then any will do."""

    # --- after the rotations ---
    supervision_effort: float = 5.0
    """For supervisors with as few changes as possible."""
    groups_effort: float = 20.0
    """For places in groups, where parts were planned without each other's members."""
    wish_effort: float = 5.0
    """For one question about why a wish is lost."""
    reasons_effort: float = 30.0
    """For the reasons of all lost wishes together, after the search."""

    # --- why there is no plan ---
    first_question_effort: float = 1.0
    question_effort: float = 4.0
    confirm_effort: float = 60.0
    """With one settings alone; with two side by side; for a second opinion."""
    whole_effort: float = 600.0
    """As much as there is: nothing smaller has been found to be impossible."""
    refute_effort: float = 3.0
    """For a plan after all, once conflicts have been found."""
    more_conflicts_effort: float = 10.0
    """For further conflicts: one stands against the plan already."""
    conflicts: int = 6
    conflicts_of_one: int = 3
    """Told at most, and of one candidate alone."""
    told_instances: int = 40
    """A further conflict of more rule instances than this, perhaps not the smallest, tells nobody anything."""
    remedies: int = 4
    remedies_tried: int = 8
    """Verified ones that end the search, and changes tried at most."""
    remedy_chain: int = 4
    """Changes that belong together."""
    remedy_whole_members: int = 6
    """Candidates of a conflict who are looked at with all their rules; of more, with those of the conflict."""
    remedy_effort: float = 20.0
    """For the question whether there is a plan with the change."""

    # --- how many more ---
    headroom_each_effort: float = 20.0
    """For one newcomer beside the published plan."""
    month_model_effort: float = 60.0
    """For whether everybody could be somewhere month by month."""
    shrink_effort: float = 40.0
    """To make the window and the ceilings that stand in the way the smallest."""

    # --- other paths ---
    paths_s: float = 60.0
    """Seconds for all of them where the user has set no limit."""


LIMITS = Limits()
