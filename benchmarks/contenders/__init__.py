"""Who is compared: ours, the textbook model in CP-SAT and in HiGHS, and a planner's greedy pass."""
