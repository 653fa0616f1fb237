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
EFFORT_PER_LABEL = 1e-6
"""Trying whether a block may follow, where a path is made of blocks (measured: 1.0 and 1.5 million in a second)."""
EFFORT_PER_ROW = 1e-5
"""Building a model's row in Python: as long as solving it, where models are small."""

ADDITIONS_PER_EFFORT = 20e6 / 1.4
"""Of integers in CPython: what a unit of effort is."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Of every search. ``*_effort`` in units of effort (see above), ``*_s`` in seconds, ``*_share`` of what there is of
    either; the others count what their name says. Behind each number stands what set it: a measurement and where it
    is told, or "by judgement", which means that it was not measured.
    """

    # --- how long, where nobody says ---
    plan_s: float = 300.0
    """Seconds for a plan from the command line, and for each plan of an intake (by judgement: the bundled
    example is proved in about a minute, decision 0020)."""
    explain_s: float = 120.0
    """Seconds to say what stands against a plan, or why not there, from the command line (by judgement)."""
    whatif_s: float = 60.0
    """Seconds for all versions of a what-if question together (by judgement)."""
    paths_s: float = 120.0
    """Seconds for all the different paths of a candidate together (by judgement)."""
    paths: int = 3
    paths_apart: int = 12
    """How many paths, and the months in which two of them differ at least (by judgement)."""
    longest_s: float = 604_800.0
    """Seconds that may be asked for at most: a week (by judgement)."""
    workers: int = 4
    """Searches side by side: they search in different ways, and on two processors four prove sooner than two
    (by judgement: no figures were kept)."""
    without_plan_s: float = 60.0
    """Where a plan was asked for and there is none: seconds for what stands against one (by judgement)."""
    version_without_plan_s: float = 10.0
    version_without_plan_share: float = 0.5
    """The same for a version of a what-if question, and the most of that version's time (by judgement)."""
    yardstick_s: float = 60.0
    yardstick_share: float = 1 / 3
    """Why not there: seconds without a time limit, or the share of it, for the plan that is compared with where none is
    given (by judgement)."""
    price_s: float = 60.0
    price_share: float = 0.15
    """On top of a published plan: seconds without a time limit, or the share of it, that are kept for what could be won
    if more published months moved, which is asked where the repair costs delay or service (by judgement)."""
    keeping_s: float = 60.0
    keeping_share: float = 0.1
    """The same for what keeping the published months costs each of those who are late, all of them together: each has
    an equal part of what those before have left (by judgement, decision 0027)."""

    end_effort: float = 0.2
    end_effort_each: float = 0.033
    """Kept of a time limit, in all and for each candidate, for what comes after the search: shifts, supervisors, the
    check (measured: 0.5 units with 18 candidates, 4 with 120, decision 0028)."""
    reasons_share: float = 0.05
    """And for the reasons of what the plan does not have (by judgement)."""
    writing_effort: float = 1.0
    writing_effort_each: float = 0.06
    """Kept by the command line for the chart, the page and the workbook (measured: 2 units with 18 candidates, 8 with
    120, decision 0028)."""
    least_share: float = 0.1
    """Of a time limit, what a search has even where loading and reading have taken nearly all of it (by judgement)."""
    end_share: float = 0.4
    """Of the time that is left, no more than this is kept for either (by judgement: a plan has to be found first)."""

    delay_explained_share: float = 0.5
    """Why a delay: the share of the time in which is looked for what stands against an earlier finish, before the rest
    goes to what such a finish would cost (by judgement)."""

    # --- hearing and telling ---
    look_s: float = 0.05
    """Seconds between two looks at whether somebody wants the search to end, or a part of it is done (by judgement: no
    wait that anybody feels, and no work to speak of)."""
    progress_s: float = 0.5
    """Seconds between two lines of progress at least (by judgement: people read no faster)."""
    sign_of_life_s: float = 10.0
    """Seconds of silence after which a line says that the search goes on (by judgement)."""
    connect_s: float = 20.0
    """Seconds to reach a cluster, or it is told as not there (by judgement)."""
    processes: int = 61
    """Processes at the same time at most: what Windows can wait for."""
    version_least_s: float = 1.0
    """Seconds that each version of a what-if question has, however many share the time (by judgement)."""
    version_tries: int = 3
    """Times that a version is begun whose process dies (by judgement; decision 0007)."""

    # --- alone and one after another ---
    first_fit_effort: float = 1.5
    """For one candidate while a first plan grows: one in a thousand would hold up all the others for a minute (by
    judgement)."""
    greedy_rounds: int = 8
    """Orders in which candidates are placed, whoever did not fit in front of the next one (by judgement)."""
    sooner_rounds: int = 4
    """Orders tried to bring forward those who are later than expected (by judgement)."""
    kept_alone_effort: float = 20.0
    """For everybody's own best in a repair: somebody whose months are hard to keep is not to take all of it (by
    judgement)."""
    sharpen_effort: float = 5.0
    """To bring what only a level asks for to its best in the plan at hand (by judgement)."""

    # --- places given out first ---
    benders_share: float = 0.6
    """Of the time there is: the rest is for a plan that comes near its bounds (by judgement)."""
    hurried_s: float = 30.0
    """With a shorter time limit than this, in seconds, places are given out once, after the last level (by
    judgement)."""
    benders_rounds: int = 20
    """Times that places are given out before a level is left with its bound (by judgement)."""
    benders_round_effort: float = 40.0
    """For giving places out once (measured: searched as one model the first round took 4 to over 20 seconds, from below
    all of them 3 to 12, decision 0009)."""
    benders_question_effort: float = 0.5
    """For what a choice costs one candidate; without an answer it counts as costing nothing more (measured: 10 to 50
    milliseconds each, docs/benchmarks.md, and minutes for a hard one, decision 0009)."""
    benders_easy_effort: float = 4.0
    """For a solution at the bound before a second seed is tried beside the first (by judgement)."""
    benders_easy_workers: int = 2
    """For that search, beside the one for a proof (measured: a round with two is no slower than with one, and with four
    three times as slow, docs/benchmarks.md)."""
    benders_small_choices: int = 4000
    """So many are soonest given out in one search, and best where they are known already (decision 0009; the number by
    judgement)."""
    careful_steps: int = 4
    """From below: so many steps of one before they grow (by judgement)."""
    linear_iterations: int = 200_000
    """Of the linear relaxation; without its optimum there is no bound from it (by judgement)."""

    # --- those in each other's way ---
    one_model_members: int = 60
    """For a model of everybody: beyond it no first plan is found (decision 0005; the number by judgement)."""
    small_model_members: int = 4
    """So many are soonest planned by one worker without presolve (measured: three to ten times quicker than by four
    workers, decision 0005)."""
    cluster_members: int = 8
    """Beyond that a cluster's model is no smaller than that of everybody (by judgement)."""
    freed_members: int = 12
    """Moved at the same time to make room for one (by judgement)."""
    kept_models: int = 16
    """Models of the same people kept to be asked about again (by judgement; that it pays to keep them is measured,
    decision 0005)."""
    deciding_levels: int = 2
    """On which a large plan is judged (by judgement)."""
    deciding_effort_each: float = 1.0
    later_effort_each: float = 0.05
    """For a level of a large plan, times the number of candidates: with no model of everybody to come, most is for the
    levels that matter most (by judgement)."""
    patience_effort: float = 5.0
    """To give every cluster its least where the sum is proved already: they keep better bounds of later levels
    (measured: delay proved after 13 seconds instead of 44, wishes after 19 instead of 84, decision 0005)."""
    figures_effort: float = 8.0
    """For a level that only counts what the blocks come to (uncounted service, breadth), in clusters and again in the
    model of everybody: people wait for it, and nothing that they would move hangs on it (by judgement)."""
    least_of_all_effort: float = 40.0
    """Before that, for such a level's least of all together, where every cluster is held to what is settled (measured:
    proved for the bundled example in 7 to 9 seconds, in clusters not in 90, decision 0020)."""
    without_linear_share: float = 0.5
    """Of the effort for such a least, or a cluster's, spent without linear programs before the solver chooses as it
    likes: where months decide they only slow it down, where a place is wanted by too many they count better
    (decision 0020; the number by judgement)."""
    query_effort: float = 5.0
    cluster_effort: float = 20.0
    """For one question about clusters; for a cluster's least (by judgement)."""
    blocker_effort: float = 3.0
    core_effort: float = 3.0
    """To make a set of blockers, or of those who cannot all have their least, the smallest: then any will do (by
    judgement)."""

    # --- after the rotations ---
    supervision_effort: float = 5.0
    """For supervisors with as few changes as possible (by judgement)."""
    office_changes_effort: float = 10.0
    """For another plan that is as good and in which fewer offices change (by judgement: rarely do any)."""
    office_tries: int = 20_000
    """Offices tried in the order of the file before those that a plan has are kept (by judgement: the room is rarely so
    knotted)."""
    wish_effort: float = 5.0
    """For one question about why a wish is lost (by judgement)."""
    reasons_effort: float = 30.0
    """For the reasons of all lost wishes together, after the search (measured: 0.3 seconds for the bundled example, 8
    for a region, 14 for a country, docs/benchmarks.md)."""

    # --- why there is no plan ---
    draft_reasons: int = 4
    draft_named: int = 6
    """What is too full for somebody who is not in a draft, and who is there, told at most (by judgement)."""
    first_question_effort: float = 1.0
    question_effort: float = 4.0
    confirm_effort: float = 60.0
    """With one settings alone; with two side by side; for a second opinion (by judgement)."""
    whole_effort: float = 600.0
    """As much as there is: nothing smaller has been found to be impossible (by judgement)."""
    refute_effort: float = 3.0
    """For a plan after all, once conflicts have been found (by judgement)."""
    more_conflicts_effort: float = 10.0
    """For further conflicts: one stands against the plan already (by judgement)."""
    conflicts: int = 6
    conflicts_of_one: int = 3
    """Told at most, and of one candidate alone (by judgement)."""
    told_instances: int = 40
    """A further conflict of more rule instances than this, perhaps not the smallest, tells nobody anything (by
    judgement)."""
    narrowed_members: int = 6
    """Candidates of a conflict for whom the shortest time is looked for, where none lies fast (by judgement)."""
    remedies: int = 4
    remedies_tried: int = 8
    """Verified ones that end the search, and changes tried at most (by judgement)."""
    longer_lists_tried: int = 12
    """Rotations tried, one at a time, on candidates' own lists: each of them is a small search (by judgement)."""
    remedy_chain: int = 4
    """Changes that belong together (by judgement)."""
    remedy_whole_members: int = 6
    """Candidates of a conflict who are looked at with all their rules; of more, with those of the conflict (by
    judgement)."""
    remedy_effort: float = 20.0
    """For the question whether there is a plan with the change (by judgement)."""

    # --- how many more ---
    newcomers: int = 60
    """New candidates, at most, that room is looked for (by judgement)."""
    headroom_each_effort: float = 20.0
    """For one newcomer beside the published plan (by judgement)."""
    headroom_whole_effort: float = 60.0
    """For one model of all newcomers, where neither a plan nor a proof was found more simply (by judgement)."""
    many_members: int = 25
    """Free candidates from which on a plan is looked for before each is looked at alone (by judgement: that takes half
    a second each, more where months away are hard to prove)."""
    several_members: int = 8
    """Free candidates from which on they are placed by prices where one after another has led to no plan (measured: of
    18 with one limit scarce a plan after 4 to 7 processor seconds, and none within 20 otherwise; the number by
    judgement)."""
    path_effort: float = 2.0
    """For one candidate's best path under prices (measured: proved best after
    0.02 to 0.1 seconds, decision 0024)."""
    path_labels: int = 40
    """Of the ways to have served as long by a month, at most so many go on where a path is made of blocks of one
    length (by judgement: measured: 20 to 50 milliseconds for two dozen disciplines in 24 and 48 months)."""
    reaches_together: int = 8
    """Places with other supervisors each of which it is asked how many need what some reach together; of more, only
    each by itself and all of them (by judgement: there are 2 to the power of it)."""
    choice_effort: float = 4.0
    """For the best choice among the paths seen (by judgement)."""
    early_effort_each: float = 2.0
    """For an early plan by prices, of each candidate (by judgement: some 25 paths each)."""
    prices_effort_each: float = 4.0
    """For a plan by prices, of each candidate (by judgement)."""
    month_model_effort: float = 60.0
    """For whether everybody could be somewhere month by month (measured: one too many for the bundled example is
    refuted in 9 seconds, decision 0010)."""
    shrink_effort: float = 40.0
    """To make the window and the ceilings that stand in the way the smallest (by judgement)."""


LIMITS = Limits()
"""Every number of the search has one place, and what may be spent is counted, not timed."""
