"""The command line: ``alis`` and its commands, one file each. Nothing below imports this package."""

import click

from scheduler import __version__
from scheduler.cli.advance import advance
from scheduler.cli.check import check
from scheduler.cli.convert import convert
from scheduler.cli.diff import diff
from scheduler.cli.documents import documents
from scheduler.cli.edge import Program
from scheduler.cli.explain import explain
from scheduler.cli.export import export
from scheduler.cli.gantt import gantt
from scheduler.cli.intake import intake
from scheduler.cli.new import new
from scheduler.cli.paths import paths
from scheduler.cli.plan import plan
from scheduler.cli.report import report
from scheduler.cli.whatif import whatif


@click.group(cls=Program, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="alis")
def main() -> None:
    """Rotation plans for doctors training to be specialists in general practice (ALIS).

    A plan says, month by month, where each candidate serves until everything that the specialist regulation asks for
    is done. Start with `alis plan`: without a file it plans the bundled example of Sarpsborg.

    \b
    Exit codes:
      0  done, and checked            4  proved impossible
      1  internal error               5  time ran out without a plan
      2  wrong command line           6  the checker rejected the plan (a bug here)
      3  the input has problems     130  stopped without a plan
    """


for command in (
    plan, check, explain, gantt, new, convert, documents, report, export, whatif, diff, intake, advance, paths,
):  # fmt: skip
    main.add_command(command)

__all__ = ["main"]
