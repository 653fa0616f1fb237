"""Seeded instances of three sizes, from slack to just feasible: ``generate("region", seed=1, tightness=0.5)``.

``generate`` gives the tree of an instance file; ``planted`` also the two plans made by hand that prove it feasible.
``plant_scarce(["clinic"], 40, seed=1)`` makes what is named scarce around one plan without delay.
"""

from benchmarks.generate.scarce import RESOURCES
from benchmarks.generate.scarce_tree import Scarce, plant_scarce
from benchmarks.generate.tree import Planted, generate, planted
from benchmarks.generate.world import KINDS

__all__ = ["KINDS", "RESOURCES", "Planted", "Scarce", "generate", "plant_scarce", "planted"]
