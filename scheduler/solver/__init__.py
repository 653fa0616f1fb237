"""How a model is solved: the solver's door, the levels one after another, leaving out, processes."""
