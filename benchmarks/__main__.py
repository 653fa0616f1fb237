"""Honest instances, and side-by-side runs on them.

python -m benchmarks generate region --seed 1 --tightness 0.5 -o region.json
python -m benchmarks generate region --municipalities -o region.json
python -m benchmarks generate municipality --candidates 40 --scarce clinic -o clinic.json
python -m benchmarks run                       everything: sizes and tightnesses, all contenders; hours
python -m benchmarks run --quick               a smoke run of seconds
python -m benchmarks run --only municipality-30 --contenders ours greedy --time-limit 60
python -m benchmarks run --only scarcity       each resource made scarce in turn, 18, 40 and 100 candidates, three seeds
python -m benchmarks scarcity ROWS.csv         the same, a row at a time: what a file has already is not run again
python -m benchmarks mss FOLDER                Medical Student Scheduling, a public benchmark, of the files in a folder
python -m benchmarks report                    tables and plots anew from the last results
"""

from __future__ import annotations

import argparse
import json
import sys
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks.generate import KINDS, RESOURCES, generate, plant_scarce
from benchmarks.measure import NAMES, QUICK, ROOT, SIZES, TIGHTNESSES, Case, measure, run_contender
from benchmarks.scarcity import KIND, SCARCITY, ScarceCase
from scheduler.files.schema import FileInstance
from scheduler.files.write import to_toml

ABOUT_OSTFOLD = """\
# A region like Østfold: twelve municipalities and Vestby, which the hospital serves too. Nobody in it is real, and no
# number of places is any municipality's own: all of them are defaults to edit.
#
# general knowledge: the municipalities, and which of them share an emergency clinic.
# in proportion: candidates by inhabitants, 18 for Sarpsborg's 60,000 and 84 here; offices, wards, groups and
#   supervisors as Sarpsborg's (sarpsborg.toml) for as many. Only large municipalities have institution service.
# drawn: who began when, part-time, leave, what has been served, wishes (benchmarks/generate/cast.py has the shares).
# reckoned: places for institution service, a quarter of the way from slack to as few as a plan by hand manages with;
#   quotas, what a municipality uses of them in such plans; they add up to more than there are (generate/region.py).
#
# python -m benchmarks generate ostfold --municipalities --tightness 0.25 --seed 3 -o instances/region-ostfold.toml

"""
SOLVED_HERE = ("ours", "textbook-cpsat", "greedy")  # HiGHS does not hear of the processor's time
RESULTS = ROOT / "docs" / "benchmarks" / "results.json"


def main(arguments: list[str] | None = None) -> int:
    """Run one command; the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    commands = parser.add_subparsers(dest="command", required=True)
    _add_generate(commands.add_parser("generate", help="write an instance of an honest size"))
    _add_run(commands.add_parser("run", help="run the contenders side by side and write docs/benchmarks.md"))
    _add_mss(commands.add_parser("mss", help="run the contenders on a public benchmark and print a table"))
    _add_scarcity(commands.add_parser("scarcity", help="the table of scarcity, a row at a time, and print it"))
    _add_report(commands.add_parser("report", help="write tables and plots anew from results"))
    _add_contender(commands.add_parser("contender", help="one contender on one instance (what run starts)"))
    options = parser.parse_args(arguments)
    return int(options.do(options))


def _say(line: str) -> None:
    sys.stderr.write(line + "\n")
    sys.stderr.flush()


def _add_generate(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("kind", choices=list(KINDS))
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--tightness",
        type=float,
        default=None,
        help="from 0 (nobody waits) to 1 (just feasible), 0.5 if not given; with --scarce the share of the room that"
        " the planted plan uses, 1 if not given",
    )
    parser.add_argument(
        "--scarce",
        nargs="+",
        choices=RESOURCES,
        metavar="RESOURCE",
        help=f"an instance around a planted plan without delay, in which these are scarce: {', '.join(RESOURCES)}",
    )
    parser.add_argument(
        "--municipalities",
        action="store_true",
        help="towns are the municipalities of a region, with places of their own and quotas of what they share",
    )
    parser.add_argument("--candidates", type=int, default=None, help="another number of candidates than the kind's own")
    parser.add_argument("-o", "--output", type=Path, required=True, help="the .json or .toml file to write")
    parser.set_defaults(do=_generate)


def _generate(options: argparse.Namespace) -> int:
    tightness = options.tightness
    if options.scarce:
        n_candidates = options.candidates or KINDS[options.kind]
        tree = plant_scarce(options.scarce, n_candidates, options.seed, 1 if tightness is None else tightness).tree
    else:
        share = 0.5 if tightness is None else tightness
        tree = generate(options.kind, options.seed, share, options.candidates, municipalities=options.municipalities)
    options.output.write_text(spelled(tree, options.output.suffix), encoding="utf-8")
    _say(f"{options.output}: {len(tree['candidates'])} candidates")
    return 0


def spelled(tree: dict[str, Any], suffix: str) -> str:
    """A generated tree as a file has it: JSON, or TOML with what is to be known of it at the top."""
    if suffix != ".toml":
        return json.dumps(tree, ensure_ascii=False, indent=1) + "\n"
    about = ABOUT_OSTFOLD if tree["name"].startswith("Østfold") else ""
    return about + to_toml(FileInstance.model_validate(tree))


def _add_run(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--quick", action="store_true", help="one case of six candidates, a few seconds each")
    parser.add_argument("--time-limit", type=float, default=None, help="seconds a contender (default 600, quick 20)")
    parser.add_argument("--workers", type=int, default=4, help="our solver's workers")
    parser.add_argument("--contenders", nargs="+", choices=NAMES, default=list(NAMES))
    parser.add_argument(
        "--only", nargs="+", default=None, metavar="PART", help="only cases whose id holds one of these ($: its end)"
    )
    parser.add_argument("--add", action="store_true", help="keep what the results already hold of other runs")
    parser.add_argument("-o", "--output", type=Path, default=RESULTS, help="the results (default %(default)s)")
    parser.set_defaults(do=_run)


def _run(options: argparse.Namespace) -> int:
    cases: tuple[Case | ScarceCase, ...] = QUICK if options.quick else (*SIZES, *TIGHTNESSES)
    if options.only:
        if any(part.startswith(KIND) for part in options.only):  # days of running: only when asked for by name
            cases = (*cases, *SCARCITY)
        cases = tuple(case for case in cases if any(part in f"{case.id}$" for part in options.only))
    limit = options.time_limit or (20.0 if options.quick else 600.0)
    earlier = json.loads(options.output.read_text("utf-8"))["runs"] if options.add and options.output.exists() else []
    results = measure(cases, options.contenders, limit, options.workers, _say, earlier)
    options.output.parent.mkdir(parents=True, exist_ok=True)
    options.output.write_text(json.dumps(results, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    if options.output == RESULTS:
        return _report(options)
    _say(f"{options.output} written; `report {options.output}` makes the page of it")
    return 0


def _add_scarcity(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("rows", type=Path, help="a .csv file to which each run adds a row")
    parser.add_argument("--time-limit", type=float, default=60.0, help="seconds a contender (default %(default)s)")
    parser.add_argument("--workers", type=int, default=4, help="our solver's workers")
    parser.add_argument("--contenders", nargs="+", choices=SOLVED_HERE, default=["ours", "textbook-cpsat"])
    parser.add_argument(
        "--only", nargs="+", default=[KIND], metavar="PART", help="only cells whose id holds one of these ($: its end)"
    )
    parser.add_argument(
        "--processor-time",
        action="store_true",
        help="the limit and all seconds told are of the processor's time: where the machine does something else",
    )
    parser.add_argument("--table", action="store_true", help="run nothing; print the table of what there is")
    parser.set_defaults(do=_scarcity)


def _scarcity(options: argparse.Namespace) -> int:
    from benchmarks import scarcity_rows

    if not options.table:
        cells = [case for case in SCARCITY if any(part in f"{case.id}$" for part in options.only)]
        run = partial(run_contender, of_processor=options.processor_time)
        limit, workers = options.time_limit, options.workers
        scarcity_rows.add_missing(options.rows, cells, options.contenders, limit, workers, _say, run)
    sys.stdout.write("\n".join(scarcity_rows.table(scarcity_rows.read(options.rows))) + "\n")
    return 0


def _add_mss(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("folder", type=Path, help="where the .dzn files lie")
    parser.add_argument(
        "--only", nargs="+", default=None, metavar="PART", help="only files whose name holds one of these"
    )
    parser.add_argument("--time-limit", type=float, default=60.0, help="seconds a contender (default %(default)s)")
    parser.add_argument("--workers", type=int, default=4, help="our solver's workers")
    parser.add_argument("--contenders", nargs="+", choices=NAMES, default=list(NAMES))
    parser.add_argument("-o", "--output", type=Path, default=None, help="a .json file for the results")
    parser.set_defaults(do=_mss)


def _mss(options: argparse.Namespace) -> int:
    from benchmarks.mss import run as mss

    found = mss.files_in(options.folder, options.only)
    if not found:
        _say(f"no such .dzn files in {options.folder}")
        return 1
    results = mss.measure(found, options.contenders, options.time_limit, options.workers, _say)
    if options.output is not None:
        options.output.write_text(json.dumps(results, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    sys.stdout.write("\n".join(mss.table(results["runs"])) + "\n")
    return 0


def _add_report(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("output", type=Path, nargs="?", default=RESULTS, help="the results")
    parser.add_argument("--page", type=Path, default=ROOT / "docs" / "benchmarks.md")
    parser.set_defaults(do=_report)


def _report(options: argparse.Namespace) -> int:
    from benchmarks.report import write_report

    page = getattr(options, "page", ROOT / "docs" / "benchmarks.md")
    for path in write_report(json.loads(options.output.read_text("utf-8")), page):
        _say(f"{path} written")
    return 0


def _add_contender(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("name", choices=NAMES)
    parser.add_argument("instance", type=Path)
    parser.add_argument("--time-limit", type=float, default=600.0)
    parser.add_argument("--workers", type=int, default=4)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--plan", type=Path, default=None, help="where to write the plan")
    parser.add_argument("--processor-time", action="store_true", help="the limit is one of the processor's time")
    parser.set_defaults(do=_contender)


def _contender(options: argparse.Namespace) -> int:
    from benchmarks.contenders.run_one import run_one

    limit, plan = options.time_limit, options.plan
    run_one(options.name, options.instance, limit, options.workers, options.seed, plan, options.processor_time)
    return 0


if __name__ == "__main__":
    sys.exit(main())
