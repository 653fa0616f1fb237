"""What if: an instance and its changed versions planned side by side, and what the changes bring.

``cases`` says what is planned, ``runner`` has it done by an engine (``engines``), ``dominance`` makes looser instances
profit from the plans of tighter ones, ``rows`` say what came out; ``asking`` goes through all of it.
"""
