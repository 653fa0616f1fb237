"""The process of one job: ``python -m scheduler.web.jobs FOLDER JOB``; whoever starts it is ``jobs.runner``."""

import sys
from pathlib import Path

from scheduler.web.jobs.child import run

if __name__ == "__main__":
    run(Path(sys.argv[1]), int(sys.argv[2]))
