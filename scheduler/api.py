"""The face of the program: one function for each question, from what is read to what can be printed.

``import scheduler`` offers the most used of these names (docs/library.md). Whatever takes an instance takes a file of
one, too, or its tree; whatever takes a plan takes a plan.json or plan.xlsx. Months are ``"2027-03"`` or numbers
(``scheduler.month``). The solver is loaded when a question needs it, and not before.

What goes wrong is an exception that carries data: ``InputError`` the problems of an input, ``TooMuchMovedError`` what
would have to move, ``RejectedError`` a plan that the independent check did not pass.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypedDict, Unpack, get_args

from scheduler.accounting.economy import Accounts, accounts
from scheduler.accounting.served import with_served
from scheduler.alternatives.cost import Paths, priced
from scheduler.changes import Action, AScenario, Change, apply, changes_of
from scheduler.check import FIGURES, Findings, check_draft, check_plan, examine
from scheduler.constraints.rule import Violation
from scheduler.editing import SETTLED_ANEW, Edge, Edit, Edited, Pin, held_months, mended, with_own_data, with_pins
from scheduler.editing import allowed_spans as spans_allowed
from scheduler.editing import edited as with_edits
from scheduler.explanation.asked import asked_of
from scheduler.files import load_instance, read_instance
from scheduler.instance.named import meant, named
from scheduler.instance.problems import InputError, Problem, shown
from scheduler.instance.spelling import nearest
from scheduler.instance.types import Instance, Span
from scheduler.intake.newcomers import grown_by, template_for
from scheduler.intake.room import Room, Steady
from scheduler.month import Month, parse_month
from scheduler.plan import Plan, Status
from scheduler.replanning.advance import Advanced
from scheduler.replanning.advance import advance as advanced
from scheduler.replanning.diff import PlanDiff
from scheduler.replanning.diff import diff as differences
from scheduler.replanning.guard import Allowed, TooMuchMovedError
from scheduler.replanning.matching import Matched, matched
from scheduler.replanning.on_top import AS_MUCH_AS_IT_TAKES, OnTop
from scheduler.replanning.price import costs, without_sparing
from scheduler.replanning.seen import seen_from_start
from scheduler.replanning.successor import Preferred, Replanning, with_told
from scheduler.replanning.swap import with_swaps
from scheduler.report.plan_file import OpenedPlan, no_plan, open_plan, opened, own_instance, read_plan, require_same
from scheduler.solver.limits import LIMITS, Limits
from scheduler.solver.pace import kept_for_the_end, kept_for_writing
from scheduler.texts import LANGUAGES, Language, Phrase
from scheduler.whatif.asking import Answer, Listener, answer, jobs_of, question_of
from scheduler.whatif.cases import WhatIf, one_more_place
from scheduler.whatif.engines import EngineError
from scheduler.whatif.rows import Row, Verdict

if TYPE_CHECKING:
    from scheduler.explanation.why_not import WhyNot
    from scheduler.solve import OnProgress
    from scheduler.solver.engine import Settings, Stop

AnInstance = Instance | Mapping[str, Any] | Path | str
"""An instance, its tree, or a file of one (.toml, .json, .xlsx)."""
APlan = Plan | OpenedPlan | Path | str
"""A plan, or a file of one (plan.json, plan.xlsx)."""
AMonth = Month | str

StrategyName = Literal["auto", "exact", "decomposed"]
STRATEGIES: tuple[StrategyName, ...] = get_args(StrategyName)


class Search(TypedDict, total=False):
    """How to search; every question that plans takes these by name.

    ``time_limit_s``: seconds at most, None: until proved. ``workers``: searches side by side; with 1, and a search that
    is not cut short, the same ``seed`` gives the same plan. ``strategy``: ``"exact"`` ends in one model of everybody,
    ``"decomposed"`` never does, ``"auto"`` decides by size. ``limits``: how far each search goes. ``explain_s``:
    seconds to find out, where there is no plan, what stands against one. ``lang``: of the reasons in words.
    ``cluster``: the address of a Dask cluster on which ``plan`` has parts planned that share nothing.
    """

    time_limit_s: float | None
    workers: int
    seed: int
    strategy: StrategyName
    limits: Limits
    explain_s: float
    lang: Language
    cluster: str | None


class RejectedError(Exception):
    """The independent check did not pass what was found: a fault of the program.

    ``plan`` carries its instance; ``version`` is what a what-if question calls it.
    """

    def __init__(self, plan: Plan, violations: Sequence[Violation], version: str | None = None) -> None:
        super().__init__(plan.instance.name, len(violations))
        self.plan = plan
        self.violations = tuple(violations)
        self.version = version


# --- reading ---------------------------------------------------------------------------------------------------------


def load(source: AnInstance, *, may_be_empty: bool = False) -> Instance:
    """Read, check and resolve an instance; what is worth knowing of it is in its ``remarks``.

    ``source``: a file (.toml, .json or .xlsx), or its tree as ``tomllib`` or ``json`` read it; an Instance stays it.
    ``may_be_empty``: candidates are still to come, so that there need be none.
    Raises InputError with every problem, in the order of the file.
    """
    match source:
        case Instance():
            return source
        case Mapping():
            return read_instance(source, may_be_empty=may_be_empty)
    return load_instance(Path(source), may_be_empty=may_be_empty)


# --- planning --------------------------------------------------------------------------------------------------------


def plan(
    instance: AnInstance,
    *,
    on_progress: OnProgress | None = None,
    stop: Stop | None = None,
    **search: Unpack[Search],
) -> Plan:
    """Make a plan. It carries its instance with it, and has passed the independent check of all rules.

    ``on_progress`` is told of every step; ``stop.ask()`` ends the search, and the best plan so far is kept.
    ``plan.status`` says how sure it is; without a plan it is ``INFEASIBLE`` or ``UNKNOWN``, there are no candidates,
    and ``plan.explanation`` tells what stands against one. With ``UNKNOWN``, ``plan.draft`` says who had been placed
    when time ran out, and what stands in the way of each of the others. Delays are in months, service in FTE-months.
    Raises InputError for an instance with problems, RejectedError if the check finds anything, EngineError where the
    ``cluster`` cannot be had.
    """
    basis = load(instance)
    return _checked(basis, _with_reasons(basis, on_progress, stop, search))


def replan(
    instance: AnInstance,
    published: APlan,
    *,
    freeze_to: AMonth | None = None,
    gone: Collection[str] = (),
    allowed: Allowed = Allowed(),  # noqa: B008 - frozen
    prefer: Preferred | None = None,
    on_progress: OnProgress | None = None,
    stop: Stop | None = None,
    **search: Unpack[Search],
) -> Plan:
    """Plan on top of a published plan, of this instance or of an earlier state of it, with the fewest changes.

    ``freeze_to``: the last month that stays as published; None: all may move. ``gone``: ids of the published plan that
    the instance leaves out on purpose. ``allowed``: the shares of the published months that may move, of all and of one
    candidate's. ``prefer``: ``"delay"`` lets more move where that brings anybody's finish forward; None: the fewest
    changes come first, and where these cost delay the plan's ``messages`` say what could be won, in all and by each who
    is late. What moved is there, too, and what was published in its ``baseline``. Without a plan: as ``plan``. Raises
    TooMuchMovedError, RejectedError, and InputError also for an id of the published plan that the instance has neither
    by ``id`` nor by ``formerly``.
    """
    basis, frozen = load(instance), _month(freeze_to)
    on_top_of = _matched(basis, published, frozen, gone)
    return _replanned(basis, on_top_of, frozen, allowed, on_progress, stop, search, prefer)


def _replanned(
    basis: Instance,
    published: Matched,
    freeze_to: Month | None,
    allowed: Allowed,
    on_progress: OnProgress | None,
    stop: Stop | None,
    search: Search,
    prefer: Preferred | None = None,
) -> Plan:
    replanning = Replanning.of(basis, published, freeze_to, allowed, prefer)
    stop, limits, lang = _stop(stop, search), _limits(search), search.get("lang", "nb")
    left = stop.seconds_left
    kept_s = limits.price_s if left is None else limits.price_share * left
    each_s = limits.keeping_s if left is None else limits.keeping_share * left
    repairing = stop if left is None or prefer is not None else stop.within(left - kept_s - each_s)
    made = _with_reasons(replanning.instance, on_progress, repairing, search)
    if repairing.asked:
        stop.ask()
    if made.status.has_plan:
        made = replanning.accepted(made, lang)
        if prefer is None and costs(published.plan, made) and not stop.asked:
            other = _checked_for_a_price(without_sparing(replanning.instance), stop.within(kept_s), search)
            made = replanning.with_price(made, other, lang)
        if prefer is None and not stop.asked:
            keeping = _keeping(replanning.instance, published.plan, made, stop.within(each_s), search)
            made = with_told(made, keeping, lang)
    return _checked(basis, made)


def _checked_for_a_price(instance: Instance, stop: Stop, search: Search) -> Plan:
    """A plan that tells what could be had if more moved, and has passed the check."""
    with stop.on_interrupt():
        made = _solved(instance, None, stop, search)
    if made.status.has_plan and (violations := check_plan(instance, made, without={FIGURES})):
        raise RejectedError(_carrying(made, instance), violations)
    return made


def _keeping(instance: Instance, published: Plan, made: Plan, stop: Stop, search: Search) -> Iterator[Phrase]:
    """What keeping the published months costs each of those who are late in a repair."""
    from scheduler.explanation.keeping import keeping

    def planner(asked: Instance, share: Stop) -> Plan:
        return _checked_for_a_price(asked, share, search)

    with stop.on_interrupt():
        for found in keeping(instance, published, made, planner, _settings(search), stop):
            yield found.phrase(instance, made)


def check(
    instance: AnInstance, plan: APlan, *, freeze_to: AMonth | None = None, gone: Collection[str] = ()
) -> Findings:
    """Hold a plan against an instance, by plain arithmetic and without the solver.

    ``violations`` are the places where the plan breaks a rule. For a plan that was made for other data its figures are
    reckoned again first: ``recounted`` are those that are different with these, and who is in a group that has begun
    by ``freeze_to`` (None: before the horizon) stays there. ``reported`` breaks no rule, and is worth telling; so is
    what ``matching`` says of who and what is who. Of a draft only those placed are looked at. ``gone``: ids of the plan
    that the instance leaves out on purpose.
    Raises InputError for a file that cannot be read, and for ids of the plan that the instance does not have.
    """
    basis, given, frozen = load(instance), _plan_of(plan), _month(freeze_to)
    if given.draft is not None:
        return Findings(check_draft(basis, given), [], [], other_data=given.instance.sha256 != basis.sha256)
    if given.instance.sha256 == basis.sha256:
        return examine(basis, given, frozen)
    found = _matched(basis, plan, frozen, gone)
    seen = seen_from_start(basis, given, found)
    return replace(examine(with_served(basis, found.carried), seen, frozen), matching=found.told)


def edit(instance: AnInstance, plan: APlan, edits: Sequence[Edit]) -> Edited:
    """Move blocks of a plan by hand, reckon it again, and say what that breaks: plain arithmetic, without the solver.

    An edit taken back is one left out. ``edited.broken`` is what the edits break and the plan did not, ``before`` what
    it broke already, ``settled`` what shifts and supervisors given out anew would mend. Who asks often opens the plan
    once (``open_plan``): it has been checked then. Raises InputError for a plan of other data, LookupError for an id
    there is not, and ValueError for months outside a candidate's plan.
    """
    basis = load(instance)
    given = _for(basis, plan)
    known = [violation for violation in given.standing.violations if violation.rule != FIGURES]
    return with_edits(basis, given.plan, edits, known, given.readings)


def settled_anew(violations: Sequence[Violation]) -> list[Violation]:
    """Those that shifts and supervisors given out anew would mend, which moves nobody."""
    return [violation for violation in violations if violation.rule in SETTLED_ANEW]


def edit_data(instance: AnInstance, plan: APlan, who: str, changes: Sequence[str | Mapping[str, Any]]) -> Plan:
    """Give one candidate of a plan other leave or percents, and keep everybody's rotations: the plan for those data.

    ``changes`` as ``changed`` takes them; the data that they make are the plan's own (``instance_of``). What it breaks
    ``check`` says. Raises InputError for what cannot be made, and for a candidate whom the plan does not have.
    """
    basis, given = load(instance), _made(plan)
    require_same(basis, given)
    if who not in {entry.id for entry in given.candidates}:
        raise InputError([Problem("unknown-candidate", found=shown(who))])
    return with_own_data(changed(basis, changes), given, who)


def allowed_spans(
    instance: AnInstance, plan: APlan, moved: Edit, edge: Edge | None = None
) -> Iterator[tuple[Span, bool]]:
    """Say of each place whether a block moved there would break nothing more than is broken now.

    ``edge`` None: the block is as long as the edit has it, wherever it begins; ``"start"`` or ``"end"``: only that end
    moves. The nearest places come first, each as soon as it is known. Raises as ``edit``.
    """
    basis, given = load(instance), _made(plan)
    require_same(basis, given)
    return spans_allowed(basis, given, moved, edge)


def mend(
    instance: AnInstance,
    plan: APlan,
    pins: Sequence[Pin] = (),
    *,
    freeze_to: AMonth | None = None,
    on_progress: OnProgress | None = None,
    stop: Stop | None = None,
    **search: Unpack[Search],
) -> Plan:
    """Make a plan that keeps every rule out of one that was edited by hand, with the fewest changes.

    ``pins``: blocks that stay where they are. ``freeze_to``: the last month in which nothing moves. What moved is in
    the plan's ``messages``. Without a plan: as ``plan``. Raises InputError, RejectedError.
    """
    basis, given = load(instance), _plan_of(plan)
    held, frozen = with_pins(basis, pins), _month(freeze_to)
    on_top_of = _matched(held, given, frozen, ())
    made = _replanned(held, on_top_of, frozen, Allowed(1.0, 1.0), on_progress, stop, search)
    return _checked(basis, mended(basis, given, made)) if made.status.has_plan else made


# --- why, and what if ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Explanation:
    """``status``: feasible, infeasible or unknown; ``told``: what stands against a plan, as a plan file has it."""

    status: Status
    told: Mapping[str, Any] | None = None


def explain(instance: AnInstance, *, stop: Stop | None = None, **search: Unpack[Search]) -> Explanation:
    """Say what stands against a plan, and which small changes would make one, each of them tried out.

    ``told["conflicts"]`` are the smallest sets of rules that cannot hold together, ``told["counts"]`` what counting
    says, ``told["remedies"]`` the changes, as ``whatif`` takes them; ``told["certainty"]`` is proved or likely.
    Raises InputError.
    """
    from scheduler.explanation.explain import explain as find_out

    basis = load(instance)
    findings, told = find_out(basis, _settings(search), _stop(stop, search), search.get("lang", "nb"), basis.source)
    if findings.impossible is None:
        return Explanation(Status.UNKNOWN, told)
    return Explanation(Status.INFEASIBLE if findings.impossible else Status.FEASIBLE, told)


def why_not(
    instance: AnInstance,
    candidate: str,
    rotation: str,
    start: AMonth,
    end: AMonth | None = None,
    *,
    plan: APlan | None = None,
    stop: Stop | None = None,
    **search: Unpack[Search],
) -> WhyNot:
    """Say why a candidate is not in a rotation in some months: which rules forbid it, or whom it would cost what.

    ``candidate`` and ``rotation``: ids or names. ``end``: the last month; None: as many as its shortest block has.
    ``plan``: what to compare with; without one, the best found in a third of the time. ``answer.possible`` None: not
    known in the time given. Costs are in months of delay and weights of wishes. ``answer.no_plan``: what stands against
    any plan at all, as ``explain`` tells it. Raises InputError.
    """
    from scheduler.explanation.why_not import Question, WhyNot
    from scheduler.explanation.why_not import why_not as find_out

    basis, stop = load(instance), _stop(stop, search)
    question = Question(*asked_of(basis, candidate, rotation, _needed(start), _month(end)))
    given = None if plan is None else _for(basis, plan)
    stands = given is not None and not given.standing.broken
    made = given.plan if given is not None and stands else _in_part_of_the_time(basis, stop, search)
    base = given.plan if given is not None else made if made.status.has_plan else None
    against = explain(basis, stop=stop, **search) if made.status is Status.INFEASIBLE else Explanation(made.status)
    if against.status is Status.INFEASIBLE and not basis.has_floors:  # nor with more asked of it
        return WhyNot(False, question=question, no_plan=against.told)
    answer = find_out(basis, question, base, stop, _settings(search))
    if answer.possible is False and against.status is Status.UNKNOWN:
        against = explain(basis, stop=stop, **search)
    no_plan = against.told if against.status is Status.INFEASIBLE else None
    return replace(answer, no_plan=no_plan, given=given is not None)


def whatif(
    instance: AnInstance,
    scenarios: str | Sequence[AScenario] = (),
    *,
    sweeps: Sequence[str] = (),
    grid: tuple[str, str] | None = None,
    worth: Sequence[str] = (),
    readings: bool = False,
    plan: APlan | None = None,
    freeze_to: AMonth | None = None,
    gone: Collection[str] = (),
    time_limit_s: float = LIMITS.whatif_s,
    workers: int | None = None,
    seed: int = 0,
    thorough: bool = False,
    cluster: str | None = None,
    lang: Language = "nb",
    listener: Listener | None = None,
    asked: Callable[[], bool] = lambda: False,
) -> Answer:
    """Plan the instance as it is and with each scenario, and lay the results side by side: ``answer.rows``.

    A scenario is a file, or changes parted by ``;`` (``"arena.kad4a.places+1@2027-09.."``), or a list of changes as
    ``changed`` takes them, of which none is read as a file; a sweep and a ``grid`` vary values
    (``"arena.kad4a.places=1..5"``); ``worth``: arenas (``"all"``) where one more place is tried. ``readings``: what the
    ruleset assumes where its sources do not say is read the other way (docs/readings.md), a version each.
    ``plan``: a published plan that every version is planned on top of, with the fewest changes and as many as it takes
    (``freeze_to``, ``gone``: as for ``replan``); two then may have each other's blocks, ``"swap A05 A09 sykehus"``.
    ``time_limit_s``: seconds for all versions together. ``workers``: versions planned at the same time; None: as many
    as there are processors. ``thorough``: improve every level, not only delay and wishes. ``asked``: looked at now and
    then, and true ends it. Raises InputError, RejectedError, and EngineError where the Dask ``cluster`` cannot be had.
    """
    scenarios = [scenarios] if isinstance(scenarios, str) else scenarios
    on_top = None if plan is None else OnTop(_made(plan).to_json(), _month(freeze_to), tuple(gone))
    question = question_of(load(instance), scenarios, sweeps, grid, worth, lang if readings else None, on_top)
    jobs = jobs_of(question, time_limit_s, seed, lang, thorough)
    found = answer(question, jobs, workers, cluster, listener, asked)
    for row, case in found.rejected():
        plan = found.plan_of(row)
        assert plan is not None
        raise RejectedError(_carrying(plan, case.instance), check_plan(case.instance, plan), row.name)
    return found


def swap(
    instance: AnInstance,
    published: APlan,
    candidate: str,
    other: str,
    rotation: str,
    *,
    freeze_to: AMonth | None = None,
    gone: Collection[str] = (),
    on_progress: OnProgress | None = None,
    stop: Stop | None = None,
    **search: Unpack[Search],
) -> Plan:
    """Plan on top of a published plan with the blocks of a rotation that two candidates have in each other's place.

    Ids or names. Each has just the months that the other had; whatever else has to move is as little as it can be,
    however much that is, and the plan's ``messages`` tell it. The plan carries an instance in which these months are
    ``fixed``. Otherwise as ``replan``; raises InputError also for blocks that have begun by ``freeze_to``, and for
    somebody who has none.
    """
    basis, frozen = load(instance), _month(freeze_to)
    change = Change(Action.SWAP, "candidate", candidate, other, rotation)
    on_top = OnTop(_made(published).to_json(), frozen, tuple(gone))
    tree = with_swaps(basis.source or {}, lambda _: on_top.replanning(basis).instance, [change])
    swapped = read_instance(tree, basis.name)
    on_top_of = _matched(swapped, published, frozen, gone)
    return _replanned(swapped, on_top_of, frozen, AS_MUCH_AS_IT_TAKES, on_progress, stop, search)


def changed(instance: AnInstance, changes: Sequence[str | Mapping[str, Any]]) -> Instance:
    """The instance with changes made, one after another; its tree, as files spell it, is ``changed.source``.

    A change is a line as ``whatif`` takes it (``"arena.kad4a.places+1@2027-09.."``), or a table that says the same, as
    ``explain`` tells a remedy (``{"arena": "kad4a", "places": 1, "from": "2027-09"}``). Raises InputError with what
    cannot be made, or what is wrong with the instance that it makes.
    """
    basis = load(instance, may_be_empty=True)
    return read_instance(apply(basis.source or {}, changes_of(changes)), basis.name, may_be_empty=True)


def places_added(
    instance: AnInstance, arena: str, number: float, start: AMonth | None = None
) -> list[Mapping[str, Any]]:
    """The changes, as ``changed`` takes them, that give an arena (its id) so many places more, or with -1 one fewer.

    So many heads, as many full posts where its posts are limited, shifts of a roster; ``start`` None: throughout.
    """
    basis = load(instance, may_be_empty=True)
    made = one_more_place(basis.source or {}, arena, number, _month(start))
    return [change.mapping() for change in made]


# --- on top of a plan ------------------------------------------------------------------------------------------------


def intake(
    instance: AnInstance,
    published: APlan,
    count: int,
    start: AMonth,
    *,
    template: str | Mapping[str, Any] | None = None,
    freeze_to: AMonth | None = None,
    gone: Collection[str] = (),
    allowed: Allowed = Allowed(),  # noqa: B008 - frozen
    on_progress: OnProgress | None = None,
    stop: Stop | None = None,
    **search: Unpack[Search],
) -> Plan:
    """Plan ``count`` new candidates who start in a month on top of a published plan, with the fewest changes.

    ``template``: whom they are like (a candidate's id or name, a file with a row, or a row); None: full time, nothing
    behind them. ``freeze_to``: the last month that stays as published; None: the month before they start. The plan
    carries the instance with the new ones in it (``load(plan.instance.source)``). Otherwise as ``replan``.
    """
    _require_some("count", count)
    basis, first = load(instance, may_be_empty=True), _needed(start)
    held = _plan_of(published)
    grown = _grown_by(basis, held, count, first, template_for(basis, template), search)
    frozen = first - 1 if freeze_to is None else _month(freeze_to)
    on_top_of = _matched(basis, published, frozen, gone)
    return _replanned(grown, on_top_of, frozen, allowed, on_progress, stop, search)


def headroom(
    instance: AnInstance,
    published: APlan,
    start: AMonth,
    *,
    template: str | Mapping[str, Any] | None = None,
    freeze_to: AMonth | None = None,
    gone: Collection[str] = (),
    all_free: bool = False,
    stop: Stop | None = None,
    **search: Unpack[Search],
) -> Room:
    """Say how many new candidates there is room for from a month on, and what is proved of one more.

    Those published stay as they are, or with ``all_free`` move after ``freeze_to``. Otherwise as ``intake``.
    """
    from scheduler.intake.headroom import headroom as find_out
    from scheduler.intake.room import reasons

    basis, first, lang = load(instance, may_be_empty=True), _needed(start), search.get("lang", "nb")
    row, held = template_for(basis, template), _plan_of(published)
    frozen = first - 1 if freeze_to is None else _month(freeze_to)
    on_top_of = _matched(basis, published, frozen, gone)

    settings = _settings(search)

    def instance_with(number: int) -> Instance:
        grown = _grown_by(basis, held, number, first, row, search)
        return Replanning.of(grown, on_top_of, frozen, Allowed()).instance

    found = find_out(instance_with, settings.limits.newcomers, settings, _stop(stop, search), all_free)
    room = Room(first, found.most, found.at_most, found.confirmed)
    if found.at_most is None:
        return room
    beyond = found.at_most + 1
    grown = instance_with(beyond)
    said = {each: reasons(found, beyond, grown, each) for each in LANGUAGES}
    return replace(room, reasons=said[lang], said=said)


def advance(instance: AnInstance, published: APlan, to: AMonth) -> Advanced:
    """Roll an instance on to a month: what a published plan says of the months before it has been served.

    ``rolled.instance`` begins in the month, with these months as rows of ``served`` (``rolled.instance.source`` is its
    tree); planned again on the same plan nothing moves. ``rolled.finished``: a plan of those who were done before, with
    their own instance, from which documents can be written; None if nobody was. ``rolled.told``: what is to be looked
    at. Raises InputError for a month outside the horizon, and for ids of the plan that the instance does not have.
    """
    return advanced(load(instance), _made(published), _needed(to))


def steady(
    instance: AnInstance,
    *,
    template: str | Mapping[str, Any] | None = None,
    stop: Stop | None = None,
    **search: Unpack[Search],
) -> Steady:
    """Say how many can begin every half-year for ever, and what limits it.

    ``found.at_most`` is proved by counting what there is in the last year of the horizon; ``found.planned`` begin every
    half-year in a plan of the whole horizon with nobody else in it. ``template`` as for ``intake``. Raises InputError.
    """
    from scheduler.intake.steady import steady as find_out

    basis, stop = load(instance, may_be_empty=True), _stop(stop, search)
    with stop.on_interrupt():
        return find_out(basis, template_for(basis, template), _settings(search), stop)


def alternatives(
    instance: AnInstance,
    candidate: str,
    *,
    plan: APlan,
    number: int = LIMITS.paths,
    apart: int = LIMITS.paths_apart,
    free: bool = False,
    pins: Sequence[Pin] = (),
    freeze_to: AMonth | None = None,
    stop: Stop | None = None,
    **search: Unpack[Search],
) -> Paths:
    """Find clearly different paths for one candidate (id or name): the plan's own, and the best far enough from it.

    ``apart``: months in which two paths differ at least. The others stay as they are in the plan, or with ``free`` make
    way. Each path says what it costs and for whom, and has everybody's ``plan`` with it. ``pins``: blocks that stay
    where they are; ``freeze_to``: the last month in which nothing moves. Raises InputError also for a plan that breaks
    rules, RejectedError.
    """
    from scheduler.alternatives.search import find_alternatives

    _require_some("number", number)
    basis = load(instance)
    who, given = candidate_id(basis, candidate), _for(basis, plan)
    if given.standing.broken:
        fields = {"label": {lang: given.standing.label(lang) for lang in LANGUAGES}}
        raise InputError([Problem("plan-breaks-rules", fields=fields)], str(given.path))
    stop = _stop(stop, search)
    with stop.on_interrupt():
        held = held_months(given.plan, pins, _month(freeze_to))
        found = find_alternatives(basis, given.plan, who, number, apart, free, _settings(search), stop, held)
    costs = tuple(priced(basis, given.plan, who, found.found))
    for cost in costs[1:]:
        if violations := check_plan(basis, cost.plan):
            raise RejectedError(_carrying(cost.plan, basis), violations)
    return Paths(costs, found.no_more)


def diff(old: APlan, new: APlan, *, gone: Collection[str] = ()) -> PlanDiff:
    """Say what is different between two plans: candidate by candidate, and each level of the objective.

    Months without a rotation are told apart, leave from gaps, where a plan carries its instance; and so are former ids
    understood. What lies before the later plan's first month has been served, and is left alone. ``alike``: who is only
    in the old plan, and who only in the new one, and may be the same, but for those who are ``gone`` on purpose.
    Raises InputError for a file that cannot be read.
    """
    found = differences(_made(old), _made(new), (instance_of(old), instance_of(new)))
    return replace(found, alike=tuple(pair for pair in found.alike if pair[0] not in gone))


# --- the coordinator's desk -------------------------------------------------------------------------------------------


def grant(plan: APlan, start: AMonth, end: AMonth, *, instance: AnInstance | None = None) -> Accounts:
    """Count what to apply for in the months ``start`` to ``end``, both included: FTE-months under a signed agreement.

    ``instance``: the file of today, with agreements and rates since; None: the plan's own. ``accounts.lines`` are the
    grant and the shares of it that are kept, by the file's own rates (kroner; none without a rate); ``months`` is what
    they rest on, ``unsigned`` the months without an agreement. Raises InputError.
    """
    basis, given = _whole(plan, instance)
    return accounts(basis, given, Span(_needed(start), _needed(end) + 1), ("grant",))


def economy(plan: APlan, year: int, *, instance: AnInstance | None = None) -> Accounts:
    """Reckon costs and income of each candidate in a calendar year, by the file's own rates. As ``grant`` otherwise."""
    basis, given = _whole(plan, instance)
    return accounts(basis, given, Span(12 * year, 12 * year + 12))


# --- what these share ------------------------------------------------------------------------------------------------


def _with_reasons(instance: Instance, on_progress: OnProgress | None, stop: Stop | None, search: Search) -> Plan:
    """A plan, and then what is to be said of it."""
    from scheduler.explanation.reasons import Telling, with_reasons

    stop = _stop(stop, search)
    telling = Telling(search.get("lang", "nb"), search.get("explain_s", _limits(search).without_plan_s))
    searching = _before_the_end(stop, instance, search)
    with stop.on_interrupt():
        made = _solved(instance, on_progress, searching, search)
        if searching.asked:
            stop.ask()
        return with_reasons(instance, made, telling, _settings(search), stop)


def _before_the_end(stop: Stop, instance: Instance, search: Search) -> Stop:
    """The same stop, so much earlier as what comes after the search will take."""
    left = stop.seconds_left
    if left is None:
        return stop
    return stop.within(left - kept_for_the_end(left, len(instance.candidates), _limits(search)))


def _solved(instance: Instance, on_progress: OnProgress | None, stop: Stop, search: Search) -> Plan:
    from scheduler.solve import Options, solve  # takes a second to load
    from scheduler.solver.strategy import Strategy

    settings, strategy = _settings(search), Strategy(search.get("strategy", "auto"))
    time_limit_s, cluster = search.get("time_limit_s"), search.get("cluster")
    options = Options(time_limit_s, settings.workers, settings.seed, strategy, settings.limits, cluster)
    return solve(instance, options, on_progress, stop)


def _checked(instance: Instance, made: Plan) -> Plan:
    """The plan as a reader of its file will see it, once the independent check has passed that; a draft as it is."""
    if not made.status.has_plan:
        return made if made.draft is None else _carrying(made, instance)
    carrying = _carrying(made, instance)
    seen = Plan.from_json(carrying.to_json())
    violations = check_plan(instance, seen)
    if violations:
        raise RejectedError(carrying, violations)
    return seen


def _carrying(plan: Plan, instance: Instance) -> Plan:
    """The plan with its instance inside, so that it needs no other."""
    return plan.model_copy(update={"instance": plan.instance.model_copy(update={"source": instance.source})})


def _in_part_of_the_time(instance: Instance, stop: Stop, search: Search) -> Plan:
    """The best plan found in a part of the time, if there is any."""
    left, limits = stop.seconds_left, _limits(search)
    share = stop.within(limits.yardstick_s if left is None else limits.yardstick_share * left)
    return _solved(instance, None, share, search)


def _settings(search: Search) -> Settings:
    from scheduler.solver.engine import Settings

    limits = _limits(search)
    return Settings(search.get("workers", limits.workers), search.get("seed", 0), limits=limits)


def _limits(search: Search) -> Limits:
    return search.get("limits", LIMITS)


def _stop(stop: Stop | None, search: Search) -> Stop:
    """Ends when somebody asks, and at the time limit, whichever comes first."""
    from scheduler.solver.engine import Stop

    _require_understood(search)
    limit = search.get("time_limit_s")
    if stop is None:
        return Stop(limit)
    left = stop.seconds_left
    return stop if limit is None or (left is not None and left <= limit) else stop.within(limit)


def _require_understood(search: Search) -> None:
    """TypeError for a word that says nothing here (``workerz``), ValueError for a language there is not."""
    unknown = search.keys() - Search.__annotations__.keys()
    if unknown:
        raise TypeError(f"no such option of a search: {', '.join(sorted(unknown))}")
    if search.get("lang", "nb") not in LANGUAGES:
        raise ValueError(f"lang is one of {', '.join(LANGUAGES)}")


def _require_some(what: str, number: int) -> None:
    if number < 1:
        raise ValueError(f"{what} is at least 1")


def instance_of(plan: APlan) -> Instance | None:
    """The instance that a plan was made for, if it carries it."""
    return plan.instance if isinstance(plan, OpenedPlan) else own_instance(_plan_of(plan))


def candidate_id(instance: AnInstance, word: str) -> str:
    """The id of the candidate that an id or a name means; InputError with the one that it looks most like."""
    known = named(load(instance).candidates.values())
    found = meant(word, known)
    if found is None:
        raise InputError([Problem("unknown-candidate", found=shown(word), nearest=nearest(word, known))])
    return found


def _for(instance: Instance, plan: APlan) -> OpenedPlan:
    """A plan that must have been made for the instance, and how it stands."""
    match plan:
        case OpenedPlan() if plan.plan.instance.sha256 == instance.sha256:
            return plan
        case Plan() | OpenedPlan():
            return opened(_made(plan), instance)
    return open_plan(Path(plan), instance)


def _whole(plan: APlan, instance: AnInstance | None) -> tuple[Instance, Plan]:
    """A plan with the instance it was made for: the one given, which may know more of the desk, else its own."""
    given = plan.instance if isinstance(plan, OpenedPlan) and instance is None else None
    if given is not None:
        return given, _plan_of(plan)
    basis = instance_of(plan) if instance is None else load(instance)
    if basis is None:
        raise InputError([Problem("plan-without-instance")])
    return basis, _for(basis, _plan_of(plan)).plan


def _matched(instance: Instance, published: APlan, freeze_to: Month | None, gone: Collection[str]) -> Matched:
    """A published plan in the words of the instance; InputError for what of it the instance does not have."""
    plan = _made(published)
    source = published.path if isinstance(published, OpenedPlan) else published
    try:
        return matched(instance, plan, freeze_to, gone)
    except InputError as error:
        raise InputError(error.problems, None if isinstance(source, Plan) else str(source)) from None


def _grown_by(
    instance: Instance, published: Plan, count: int, start: Month, row: Mapping[str, Any] | None, search: Search
) -> Instance:
    """The instance with new candidates, none of whom is called what somebody of the published plan is."""
    taken = {entry.id for entry in published.candidates}
    return grown_by(instance, count, start, row, search.get("lang", "nb"), taken)


def _made(given: APlan) -> Plan:
    """A plan that something is to be made of; InputError for the outcome of a run that has none, and for a draft."""
    plan = _plan_of(given)
    if not plan.status.has_plan:
        raise InputError([no_plan(plan)])
    return plan


def _plan_of(given: APlan) -> Plan:
    match given:
        case Plan():
            return given
        case OpenedPlan():
            return given.plan
    return read_plan(Path(given))


def _needed(given: AMonth) -> Month:
    """A month's number; ValueError for what is none."""
    return parse_month(given) if isinstance(given, str) else given


def _month(given: AMonth | None) -> Month | None:
    return None if given is None else _needed(given)


__all__ = [
    "LIMITS",
    "STRATEGIES",
    "AMonth",
    "APlan",
    "Accounts",
    "Advanced",
    "Allowed",
    "AnInstance",
    "Answer",
    "Edge",
    "Edit",
    "Edited",
    "EngineError",
    "Explanation",
    "Findings",
    "InputError",
    "Instance",
    "Limits",
    "OpenedPlan",
    "Paths",
    "Pin",
    "Plan",
    "PlanDiff",
    "Problem",
    "RejectedError",
    "Room",
    "Row",
    "Search",
    "Span",
    "Status",
    "Steady",
    "StrategyName",
    "TooMuchMovedError",
    "Verdict",
    "Violation",
    "WhatIf",
    "advance",
    "allowed_spans",
    "alternatives",
    "candidate_id",
    "changed",
    "check",
    "diff",
    "economy",
    "edit",
    "edit_data",
    "explain",
    "grant",
    "headroom",
    "instance_of",
    "intake",
    "kept_for_writing",
    "load",
    "mend",
    "open_plan",
    "plan",
    "read_plan",
    "replan",
    "settled_anew",
    "steady",
    "template_for",
    "whatif",
    "why_not",
]
