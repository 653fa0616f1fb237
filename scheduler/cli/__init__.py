"""The command line: ``alis`` and its commands, one file each. Nothing below imports this package."""

import click

from scheduler import __version__
from scheduler.cli.program import Commands, Program

COMMANDS = Commands(
    {
        "plan": "Make a plan, and its chart.",
        "check": "List what is wrong with an instance or a plan.",
        "explain": "Why there is no plan, and what would make one.",
        "gantt": "Draw a plan as a chart.",
        "new": "Write a filled-in instance to edit.",
        "convert": "Write an instance in another format.",
        "documents": "Write each candidate's documents and calendar.",
        "report": "Write a plan as a page for a browser.",
        "export": "Write a plan's tables as CSV files.",
        "whatif": "What changes would bring, side by side.",
        "diff": "Tell what is different between two plans.",
        "intake": "Plan the next intake on top of a published plan.",
        "advance": "Roll an instance on to a later month.",
        "paths": "Find different paths for one candidate.",
        "grant": "Write the grant worksheet of some months.",
        "economy": "Write costs and income per candidate and year.",
        "locum": "Write what units lack while their doctors are elsewhere.",
        "needs": "Write the places needed outside the municipality.",
        "join": "Join municipalities' files into one region's.",
        "serve": "Open the pages: the whole job in a browser.",
    }
)
"""Every command, in the module of its name, and what it is for."""


@click.group(
    cls=Program, commands=COMMANDS, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100}
)
@click.version_option(__version__, prog_name="alis")
def main(**shared: object) -> None:
    """Rotation plans for doctors training to be specialists in general practice (ALIS).

    A plan says, month by month, where each candidate serves until everything that the specialist regulation asks for
    is done. Start with `alis plan`: without a file it plans the bundled example of Sarpsborg.
    The options stand before the command or after it.

    \b
    Exit codes:
      0  done, and checked            4  proved impossible
      1  internal error               5  time ran out without a plan
      2  wrong command line           6  the checker rejected the plan (a bug here)
      3  the input has problems     130  stopped without a plan
    """


__all__ = ["main"]
