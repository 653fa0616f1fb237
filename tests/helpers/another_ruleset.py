"""The program with one more ruleset in its folder, and nothing else changed."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

REPO = Path(__file__).parents[2]

Alis = Callable[..., subprocess.CompletedProcess[str]]


def program_with(rulesets: Mapping[str, str], home: Path) -> Alis:
    """``alis`` as a function, run from a copy of the package in ``home``; the rulesets are texts by id."""
    shutil.copytree(REPO / "scheduler", home / "scheduler", ignore=shutil.ignore_patterns("__pycache__"))
    for ruleset_id, text in rulesets.items():
        (home / "scheduler" / "rulesets" / f"{ruleset_id}.toml").write_text(text, encoding="utf-8")

    def run(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
        program = [sys.executable, "-m", "scheduler", *map(str, arguments)]
        environment = {**os.environ, "PYTHONPATH": str(home), "PYTHONUTF8": "1"}
        return subprocess.run(program, cwd=home, env=environment, text=True, capture_output=True, timeout=120)

    return run
