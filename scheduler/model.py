"""Instance and rules into a solver model: the table of contents of what a plan must satisfy."""

from __future__ import annotations

from scheduler.constraints import RULES
from scheduler.variables import Scope, Variables

MAX_SUM_OF_COEFFICIENTS = 2**31  # beyond it the solver has given wrong optima without a word (or-tools #5293)


def build_model(scope: Scope) -> Variables:
    """The model of a scope: each rule states itself; those that settle what others read come first."""
    variables = Variables(scope)
    for rule in sorted(RULES, key=lambda rule: not rule.builds_first):
        if scope.states_rule(rule.id):
            rule.build(variables)
    for rule in RULES:
        if scope.states_rule(rule.id):
            rule.build_last(variables)
    variables.close()
    return variables


def assert_small_numbers(variables: Variables) -> None:
    """Raise AssertionError if any linear row or the objective has coefficients that the solver may get wrong."""
    proto = variables.model.proto
    rows = [row.linear.coeffs for row in proto.constraints if row.has_linear()]
    for coefficients in [*rows, proto.objective.coeffs]:
        assert sum(abs(coefficient) for coefficient in coefficients) < MAX_SUM_OF_COEFFICIENTS
