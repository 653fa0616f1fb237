"""Every number of the search has one place, and what may be spent is counted, not timed."""

import ast
import re
from dataclasses import fields, replace
from pathlib import Path

import pytest

from scheduler.instance.occupancy import Occupancy
from scheduler.planning.own_best import plan_alone
from scheduler.solver.engine import Settings, Stop
from scheduler.solver.limits import LIMITS, Limits
from tests.helpers.tiny import make, person

PACKAGE = Path(__file__).parents[2] / "scheduler"
LIMITS_FILE = PACKAGE / "solver" / "limits.py"
FILES = sorted(path for path in PACKAGE.rglob("*.py") if path != LIMITS_FILE)
SEARCH = ("alternatives", "api.py", "explanation", "intake", "planning", "solve.py", "solver", "whatif")
OF_TIME = re.compile(r"SECONDS|MINUTE|TIMEOUT|_S$|EFFORT|PATIENCE|WORKERS|PROCESSES", re.IGNORECASE)
LIMITING = re.compile(
    rf"{OF_TIME.pattern}|MOST|LEAST|LARGEST|SMALL|FEW|ROUNDS|TRIES|SHARE|ENOUGH|LONGEST", re.IGNORECASE
)
PAGES = "web"
NO_NAME = re.compile(r"(?!)")
SIZES = {"MOST", "MOST_WISHES", "LARGEST", "WORST_DELAY", "WORST_WISHES"}  # larger than what occurs; names of steps
SIZES |= {"MOST_NAMES"}  # in a sentence
SPENDING = {"within", "worth", "Stop", "run", "race", "wait", "sleep", "time_limit_option", "searching_options"}
NO_LIMIT = (0, 1)  # none at all; one at a time


@pytest.mark.parametrize("path", FILES, ids=lambda path: ".".join(path.relative_to(PACKAGE).with_suffix("").parts))
def test_no_other_file_has_a_limit(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    assert limits_in(tree, names_watched_in(path.relative_to(PACKAGE).parts[0])) == []


def names_watched_in(room: str) -> re.Pattern[str]:
    """Names that no number may have there; the clocks of the pages (cookies, sockets, locks) steer no search."""
    return NO_NAME if room == PAGES else LIMITING if room in SEARCH else OF_TIME


def limits_in(tree: ast.AST, names: re.Pattern[str] = LIMITING) -> list[str]:
    """Numbers with a limit's name, numbers spent without a name, and numbers that an option or a parameter begins
    with."""
    found = [node for node in ast.walk(tree) if _named_so(node, names) or _spends(node) or _is_default(node)]
    return [ast.unparse(node) for node in found]


def _named_so(node: ast.AST, names: re.Pattern[str]) -> bool:
    """``SECONDS = 5.0``, in a module or as a field of a class; ``def run(..., wait_s=5.0)``."""
    match node:
        case ast.Assign(targets=targets, value=value):
            pass
        case ast.AnnAssign(target=target, value=value) if value is not None:
            targets = [target]
        case _:
            return False
    named = [one.id for target in targets for one in ast.walk(target) if isinstance(one, ast.Name)]
    constant = [name for name in named if names.search(name) and name not in SIZES and (name.isupper() or _timed(name))]
    return bool(constant) and _numbers(value) != []


def _timed(name: str) -> bool:
    """``time_limit_s``: a field, or a variable, of seconds."""
    return name.endswith("_s") or name in ("workers", "processes", "timeout")


def _spends(node: ast.AST) -> bool:
    """``stop.within(5.0)``, ``Stop(left / 3)``, ``run(..., effort=5.0)``, ``now() - began < 0.5`` and the like."""
    match node:
        case ast.Call(func=ast.Attribute(attr=name)) | ast.Call(func=ast.Name(id=name)):
            given = [word.value for word in node.keywords if word.arg is not None and OF_TIME.search(word.arg)]
            return any(_numbers(each) for each in [*(node.args if name in SPENDING else ()), *given])
        case ast.Compare():
            return "monotonic()" in ast.unparse(node) and _numbers(node) != []
    return False


def _is_default(node: ast.AST) -> bool:
    """``def plan(workers=4)``, ``click.option("--workers", default=4)``."""
    match node:
        case ast.FunctionDef(args=args):
            named = [*args.posonlyargs, *args.args][-len(args.defaults) :] if args.defaults else []
            pairs = [*zip(named, args.defaults, strict=True), *zip(args.kwonlyargs, args.kw_defaults, strict=True)]
            return any(default is not None and _timed(arg.arg) and _numbers(default) for arg, default in pairs)
        case ast.Call(func=ast.Attribute(attr="option")):
            return any(word.arg == "default" and _numbers(word.value) for word in node.keywords)
    return False


def _numbers(node: ast.AST) -> list[float]:
    """The numbers in an expression that limit something; not places in a list or behind the point."""
    match node:
        case ast.Subscript(value=value) | ast.Call(func=ast.Name(id="round"), args=[value, _]):
            return _numbers(value)
    if isinstance(node, ast.Constant) and type(node.value) in (int, float) and node.value not in NO_LIMIT:
        return [node.value]  # type: ignore[list-item]
    return [number for child in ast.iter_child_nodes(node) for number in _numbers(child)]


@pytest.mark.parametrize(
    "line",
    [
        "stop.worth(5.0)",
        "stop.within((left or 60.0) / n)",
        "Stop(left / 3)",
        "done.wait(0.05)",
        "thread.join(timeout=2)",
        "Client(address, timeout=20)",
        "if time.monotonic() - self.told < 0.5: pass",
        "MOST_SECONDS = 7 * 24 * 3600",
        "class Job:\n    time_limit_s: float = 60.0",
        "def plan(*, workers: int = 4): pass",
        "@click.option('--apart', default=12)\ndef paths(): pass",
        "searching_options(300, 'Seconds.')",
    ],
)
def test_the_eye_sees_what_it_looks_for(line: str) -> None:
    assert limits_in(ast.parse(line)) != []


@pytest.mark.parametrize(
    "line",
    [
        "stop.worth(limits.query_effort)",
        "stop.within(found[-3].left)",
        "time_limit_s: float | None = None",
        "click.option('--seed', default=0)",
        "def plan(workers: int = LIMITS.workers): pass",
        "run(model, replace(settings, workers=1), stop)",
    ],
)
def test_the_eye_passes_over_what_is_no_limit(line: str) -> None:
    assert limits_in(ast.parse(line)) == []


def test_pages_may_name_their_clocks_and_give_no_search_a_number() -> None:
    named = ast.parse("A_YEAR_S = 31536000\nconnect(timeout=_PATIENCE_S)")
    assert limits_in(named, names_watched_in(PAGES)) == []
    given = ast.parse("api.plan(instance, time_limit_s=30)\nStop(30)")
    assert len(limits_in(given, names_watched_in(PAGES))) == 2


def test_every_limit_says_what_set_it() -> None:
    """A measurement and where it is told, or that it is a judgement; or what it is that Windows cannot do."""
    body = _fields_and_sentences()
    told = [one.value.value for one in body if isinstance(one, ast.Expr) and isinstance(one.value, ast.Constant)]
    sentences = [" ".join(sentence.split()) for sentence in map(str, told[1:])]
    set_by = re.compile(r"by judgement|\(measured: .*(decision \d{4}|docs/\w+\.md)|\(decision \d{4}|Windows")
    assert [sentence for sentence in sentences if not set_by.search(sentence)] == []
    cited = {number for sentence in sentences for number in re.findall(r"decision (\d{4})", sentence)}
    decisions = {path.name[:4] for path in (PACKAGE.parent / "docs" / "decisions").glob("*.md")}
    assert cited
    assert cited <= decisions


def test_every_limit_says_what_it_does() -> None:
    """A sentence stands below every field, or below the last of some that belong together."""
    body = _fields_and_sentences()
    assert {field.name for field in fields(Limits)} == {
        one.target.id for one in body if isinstance(one, ast.AnnAssign) and isinstance(one.target, ast.Name)
    }
    said = [isinstance(one, ast.Expr) for one in body]
    assert said[0]
    assert said[-1]
    longest = max(len(run) for run in "".join("d" if one else "f" for one in said).split("d"))
    assert longest <= 3


def _fields_and_sentences() -> list[ast.stmt]:
    tree = ast.parse(LIMITS_FILE.read_text(encoding="utf-8"))
    return next(node.body for node in tree.body if isinstance(node, ast.ClassDef))


# --- effort ----------------------------------------------------------------------------------------------------------


def test_what_is_inside_spends_of_what_is_around_it() -> None:
    outer = Stop(effort=3.0)
    inner = outer.worth(2.0)
    inner.spend(1.5)
    assert (inner.effort_left, outer.effort_left) == (0.5, 1.5)
    outer.spend(1.5)
    assert inner.effort_left == 0.0
    assert inner.over
    assert not Stop().over


def test_a_question_without_effort_is_not_answered_and_with_enough_it_is() -> None:
    instance = make(person())
    candidate, held = instance.candidates["A01"], Occupancy(instance)
    nothing = plan_alone(instance, candidate, held, Stop(effort=0.0), Settings(workers=1))
    assert (nothing.assignment, nothing.impossible) == (None, False)
    assert plan_alone(instance, candidate, held, Stop(effort=5.0), Settings(workers=1)).proved


def test_the_same_effort_buys_the_same_whatever_the_clock_says() -> None:
    """Cut off in the middle of a search, twice: the same bounds and the same plan."""
    instance = make(person(percent=[{"percent": 80}], goals_done="001"), rules={"goals": "001-004"}, n_months=24)
    candidate, held = instance.candidates["A01"], Occupancy(instance)
    settings = Settings(workers=1, limits=replace(LIMITS, sharpen_effort=0.001))
    found = [plan_alone(instance, candidate, held, Stop(effort=0.02), settings) for _ in range(2)]
    assert found[0] == found[1]
