"""A public benchmark near to ours: Medical Student Scheduling (D. Akbarzadeh & B. Maenhout, 2021).

``read_case`` reads a ``.dzn`` file of it, ``instance_tree`` says it as an instance of ours, ``rotas_of`` takes a plan
back, and ``score`` judges it by the benchmark's own definition. The files belong to others and are no part of this
project; their path is an argument (docs/benchmarks.md).
"""

from benchmarks.mss.convert import instance_tree, rotas_of
from benchmarks.mss.read import MssCase, read_case
from benchmarks.mss.score import Clerkship, Score, score

__all__ = ["Clerkship", "MssCase", "Score", "instance_tree", "read_case", "rotas_of", "score"]
