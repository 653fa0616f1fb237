"""How a model is solved: the solver's door, the levels one after another, and what is settled after the rotations."""
