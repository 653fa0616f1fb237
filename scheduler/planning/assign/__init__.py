"""What is given out once the rotations are settled: shifts, supervisors, places in groups."""
