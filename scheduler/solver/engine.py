"""One door to the solver: parameters, time, Ctrl-C, and values that exist only when there is a solution."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, replace

from ortools.sat.python import cp_model
from ortools.sat.python.cp_model_helper import FlatIntExpr

from scheduler.interrupts import on_interrupt
from scheduler.solver.limits import EFFORT_PER_ROW, LIMITS, STEPS_PER_EFFORT, Limits

Values = tuple[int, ...]
OnSolution = Callable[[float, float], None]


class Stop:
    """Somebody's wish to stop, which every running search hears; ``deadline`` is in ``time.monotonic`` seconds.

    ``effort`` (see ``limits``) is what may be spent besides, counted in steps and not by the clock.
    """

    def __init__(
        self, time_limit_s: float | None = None, parent: Stop | None = None, effort: float | None = None
    ) -> None:
        self.time_limit_s = time_limit_s
        self.deadline = None if time_limit_s is None else time.monotonic() + time_limit_s
        self._effort = effort
        self._parent = parent
        self._listening = False
        self._asked = threading.Event()
        self._running: set[cp_model.CpSolver] = set()
        self._lock = threading.Lock()

    @property
    def asked(self) -> bool:
        """Whether the user has asked to stop."""
        return self._asked.is_set() or (self._parent is not None and self._parent.asked)

    def within(self, seconds: float) -> Stop:
        """A stop with at most so many seconds of this one's time; asking either to stop ends both."""
        left = self.seconds_left
        return Stop(seconds if left is None else min(seconds, left), parent=self)

    def worth(self, effort: float) -> Stop:
        """A stop with the same deadline and at most so much effort."""
        return Stop(self.seconds_left, parent=self, effort=effort)

    def spend(self, effort: float) -> None:
        """Count effort as used, here and in every stop that this one is inside of."""
        with self._lock:
            if self._effort is not None:
                self._effort -= effort
        if self._parent is not None:
            self._parent.spend(effort)

    @property
    def effort_left(self) -> float | None:
        """Effort that may still be spent; None without a limit."""
        return _shortest(self._effort, None if self._parent is None else self._parent.effort_left)

    @property
    def seconds_left(self) -> float | None:
        """Seconds to the deadline; None without one."""
        return None if self.deadline is None else max(self.deadline - time.monotonic(), 0.0)

    @property
    def over(self) -> bool:
        """Whether no further search should begin."""
        return self.asked or any(left is not None and left <= 0 for left in (self.seconds_left, self.effort_left))

    def ask(self) -> None:
        """Stop every running search and keep the best found."""
        self._asked.set()
        with self._lock:
            for solver in self._running:
                solver.stop_search()

    @contextmanager
    def hearing(self, solver: cp_model.CpSolver) -> Iterator[None]:
        """While inside, the solver is stopped when somebody asks."""
        with self._lock:
            self._running.add(solver)
        try:
            with self._parent.hearing(solver) if self._parent is not None else nullcontext():
                yield
        finally:
            with self._lock:
                self._running.discard(solver)

    @property
    def _is_heard(self) -> bool:
        return self._listening or (self._parent is not None and self._parent._is_heard)

    @contextmanager
    def on_interrupt(self) -> Iterator[None]:
        """Ctrl-C once asks to stop; a second time it interrupts as usual.

        Inside itself, or that of a stop that this one is part of, it changes nothing.
        """
        if self._is_heard:
            yield
            return
        self._listening = True
        try:
            with on_interrupt(self.ask):
                yield
        finally:
            self._listening = False


@dataclass(frozen=True, slots=True)
class Settings:
    """How a model is searched: threads, seed, and how far each search of the program goes (``limits``).

    With one worker the same seed gives the same plan. ``linearization``: 0 leaves out linear programs, 1 is the
    solver's own choice.
    """

    workers: int
    seed: int = 0
    presolve: bool = True
    linearization: int = 1
    limits: Limits = LIMITS

    @property
    def for_few(self) -> Settings:
        """The settings for a model of a few candidates, which is solved before presolve is through (measured: 3x
        quicker).
        """
        return replace(self, workers=1, presolve=False)

    @property
    def for_choices(self) -> Settings:
        """The settings for what no level decides: it is the same whatever seed and workers somebody asks for."""
        return replace(self, workers=1, seed=0)

    @property
    def for_a_second_look(self) -> Settings:
        """As different as can be from those for a few candidates."""
        return replace(self, workers=1, seed=self.seed + 1, presolve=True, linearization=2)


@dataclass(frozen=True, slots=True)
class Run:
    """The outcome of a search: ``values`` is None without a solution, ``bound`` is proved for the minimised objective.

    ``core``: indices of assumed literals that cannot all hold, of an infeasible model; perhaps not the fewest.
    """

    infeasible: bool
    optimal: bool
    values: Values | None
    bound: float
    core: tuple[int, ...] = ()

    @property
    def through(self) -> bool:
        """Whether the search came to its end: optimal or infeasible."""
        return self.infeasible or self.optimal


def run(
    model: cp_model.CpModel,
    settings: Settings,
    stop: Stop,
    effort: float | None = None,
    on_solution: OnSolution | None = None,
    seconds: float | None = None,
) -> Run:
    """Solve the model until it is optimal or infeasible, effort or time runs out, or somebody asks to stop.

    ``effort`` and ``seconds`` are limits besides those of ``stop``, whose effort is spent. ``on_solution`` hears the
    value and bound of each solution. The search runs in a thread of its own so that Ctrl-C is heard at once.
    AssertionError if the solver calls the model invalid, which is a bug of this program.
    """
    solver = _solver(settings, _shortest(seconds, stop.seconds_left), _shortest(effort, stop.effort_left))
    callback = None if on_solution is None else _Callback(on_solution)
    with stop.hearing(solver):
        if threading.current_thread() is threading.main_thread():
            status = _solve_interruptibly(solver, model, callback, stop, settings.limits)
        else:
            status = solver.solve(model, callback)
    assert status != cp_model.MODEL_INVALID, model.validate()
    steps = solver.response_proto.deterministic_time / settings.workers  # it is a sum over them, a limit is for each
    stop.spend(steps / STEPS_PER_EFFORT + len(model.proto.constraints) * EFFORT_PER_ROW)
    found = status == cp_model.OPTIMAL or status == cp_model.FEASIBLE
    return Run(
        infeasible=status == cp_model.INFEASIBLE,
        optimal=status == cp_model.OPTIMAL,
        values=tuple(solver.response_proto.solution) if found else None,
        bound=solver.best_objective_bound if found else float("-inf"),
        core=tuple(solver.sufficient_assumptions_for_infeasibility()) if status == cp_model.INFEASIBLE else (),
    )


def race(entrants: Iterable[tuple[cp_model.CpModel, Settings]], stop: Stop) -> Run:
    """Run several searches side by side, each on a model of its own; the first that is through stops the others.

    If none is, return one that has a solution, if there is any. Which search wins may differ from run to run.
    """
    enough = Stop(stop.seconds_left, parent=stop)
    outcomes: list[Run] = []
    errors: list[BaseException] = []

    def search(model: cp_model.CpModel, settings: Settings) -> None:
        try:
            outcome = run(model, settings, enough)
        except BaseException as error:  # handed to the caller's thread
            errors.append(error)
            enough.ask()
            return
        outcomes.append(outcome)
        if outcome.through:
            enough.ask()

    threads = [threading.Thread(target=search, args=entrant, daemon=True) for entrant in entrants]
    for thread in threads:
        thread.start()
    for thread in threads:
        while thread.is_alive():
            thread.join(LIMITS.look_s)
    if errors:
        raise errors[0]
    return min(outcomes, key=lambda each_run: (not each_run.through, each_run.values is None))


def rounded_up(bound: float) -> int:
    """A bound of whole numbers: 2.0000001 is 2, 2.1 is 3."""
    return math.ceil(bound - 1e-6)


def evaluate(expression: cp_model.LinearExpr | int, values: Values) -> int:
    """The value of a linear expression in a solution."""
    if isinstance(expression, int):
        return expression
    flat = FlatIntExpr(expression)
    total = flat.offset
    for variable, coefficient in zip(flat.vars, flat.coeffs, strict=True):
        total += coefficient * values[variable.index]
    return int(total)


class _Callback(cp_model.CpSolverSolutionCallback):
    def __init__(self, on_solution: OnSolution) -> None:
        super().__init__()
        self._on_solution = on_solution

    def on_solution_callback(self) -> None:
        self._on_solution(self.objective_value, self.best_objective_bound)


def _solver(settings: Settings, time_limit_s: float | None, effort: float | None) -> cp_model.CpSolver:
    solver = cp_model.CpSolver()
    parameters = solver.parameters
    parameters.catch_sigint_signal = False  # the solver would leave Ctrl-C broken for the rest of the process
    parameters.presolve_inclusion_work_limit = 0  # both guard against wrong optima (or-tools #5293, decision 0015)
    parameters.cp_model_probing_level = 0
    parameters.num_workers = settings.workers
    parameters.random_seed = settings.seed
    parameters.cp_model_presolve = settings.presolve
    parameters.linearization_level = settings.linearization
    if not settings.presolve:
        parameters.symmetry_level = 0  # looking for symmetry takes a tenth of a model of one candidate
    if time_limit_s is not None:
        parameters.max_time_in_seconds = time_limit_s
    if effort is not None:
        parameters.max_deterministic_time = max(effort, 0.0) * STEPS_PER_EFFORT
    return solver


def _shortest(*limits: float | None) -> float | None:
    given = [limit for limit in limits if limit is not None]
    return min(given) if given else None


def _solve_interruptibly(
    solver: cp_model.CpSolver, model: cp_model.CpModel, callback: _Callback | None, stop: Stop, limits: Limits
) -> cp_model.CpSolverStatus:
    """Solve in a thread and wait on an event (an interrupted ``join`` aborts the process on CPython 3.11)."""
    done = threading.Event()
    results: list[cp_model.CpSolverStatus] = []
    errors: list[BaseException] = []

    def work() -> None:
        try:
            results.append(solver.solve(model, callback))
        except BaseException as error:  # handed to the caller's thread
            errors.append(error)
        finally:
            done.set()

    threading.Thread(target=work, daemon=True).start()
    while not done.wait(limits.look_s):
        if stop.asked:  # again and again: before the search exists a request is lost
            solver.stop_search()
    if errors:
        raise errors[0]
    return results[0]
