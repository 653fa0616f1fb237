"""Seeded instances of three sizes, from slack to just feasible: ``generate("region", seed=1, tightness=0.5)``.

``generate`` gives the tree of an instance file; ``planted`` also the two plans made by hand that prove it feasible.
"""

from benchmarks.generate.tree import Planted, generate, planted
from benchmarks.generate.world import KINDS

__all__ = ["KINDS", "Planted", "generate", "planted"]
