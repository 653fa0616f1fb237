"""Changes to an instance: what if there were one place more, one candidate fewer, another percent.

A :class:`Change` is one edit of an instance's tree. It has three spellings that say the same: a mapping (JSON, the
contract's ``change`` of a remedy), one line of text (``arena.kad4a.places+1@2027-09..2029-08``), and a sentence.
"""

from scheduler.changes.change import Action, Change
from scheduler.changes.edit import applied, apply
from scheduler.changes.file import AScenario, Scenario, changes_of, read_scenario, scenario_of
from scheduler.changes.inline import parse_change
from scheduler.changes.mapping import change_from
from scheduler.changes.sweep import Sweep, parse_sweep

__all__ = [
    "AScenario",
    "Action",
    "Change",
    "Scenario",
    "Sweep",
    "applied",
    "apply",
    "change_from",
    "changes_of",
    "parse_change",
    "parse_sweep",
    "read_scenario",
    "scenario_of",
]
