"""Rotation plans for doctors training to be specialists in general practice (ALIS).

Data flows one way: instance -> model -> solve -> plan -> check -> report.
"""

from importlib.metadata import PackageNotFoundError, version

try:
    __version__ = version("alis-scheduler")
except PackageNotFoundError:  # a checkout that was never installed
    __version__ = "0.0.0"
