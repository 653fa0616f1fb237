"""From an instance to a plan with what is proved of it: alone, greedy, Benders, clusters, everybody, in parallel."""
