"""Instances: files in and out, input problems as data, and the resolved form that everything else works on."""

from importlib.resources import files
from pathlib import Path

from scheduler.files.load import load_instance, load_tree, read_instance
from scheduler.instance.problems import InputError, Problem

__all__ = ["InputError", "Problem", "bundled_instance_path", "load_instance", "load_tree", "read_instance"]


def bundled_instance_path() -> Path:
    """The Sarpsborg instance: inside the package when installed from a wheel, else the checkout's own."""
    package = Path(str(files("scheduler")))
    installed = package / "bundled" / "sarpsborg.toml"
    return installed if installed.exists() else package.parent / "instances" / "sarpsborg.toml"
