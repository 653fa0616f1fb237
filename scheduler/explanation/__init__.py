"""Why: why there is no plan and what would make one, why not there, why a wish was lost, why this group.

Counting, conflicts in words and proposals need no solver; what asks it is beside them.
"""
