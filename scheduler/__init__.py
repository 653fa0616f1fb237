"""Rotation plans for doctors training to be specialists in general practice (ALIS).

Data flows one way: instance -> model -> solve -> plan -> check -> report. ``docs/library.md`` shows how to ask from
Python; every name there is loaded when it is first used, so that nothing waits for the solver that does not need it.
"""

import sys
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from scheduler.api import (
        InputError,
        Instance,
        Limits,
        Plan,
        RejectedError,
        Status,
        TooMuchMovedError,
        Violation,
        alternatives,
        check,
        diff,
        explain,
        intake,
        load,
        plan,
        replan,
        whatif,
        why_not,
    )
    from scheduler.solve import Progress
    from scheduler.solver.engine import Stop

try:
    __version__ = version("alis-scheduler")
except PackageNotFoundError:  # a checkout that was never installed
    __version__ = "0.0.0"

__all__ = [
    "InputError",
    "Instance",
    "Limits",
    "Plan",
    "Progress",
    "RejectedError",
    "Status",
    "Stop",
    "TooMuchMovedError",
    "Violation",
    "alternatives",
    "check",
    "diff",
    "explain",
    "intake",
    "load",
    "plan",
    "replan",
    "whatif",
    "why_not",
]
_OF_THE_SOLVER = ("Progress", "Stop")  # from there, everything that plans is loaded with them


def __getattr__(name: str) -> Any:
    """A name of the face, from where it lives."""
    if name not in __all__:
        raise AttributeError("module 'scheduler' has no attribute " + repr(name))
    return getattr(import_module("scheduler.solve" if name in _OF_THE_SOLVER else "scheduler.api"), name)


def __dir__() -> list[str]:
    """What there is to ask."""
    return [*__all__, "__version__"]


class _Face(ModuleType):
    """``scheduler.plan`` is the question, and the module of that name is what ``from scheduler.plan import`` reads.

    Importing a module binds it in its package, whoever does it and whenever; here a question keeps its name.
    """

    def __setattr__(self, name: str, value: Any) -> None:
        if not (isinstance(value, ModuleType) and name in __all__):
            super().__setattr__(name, value)


sys.modules[__name__].__class__ = _Face
