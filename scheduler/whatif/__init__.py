"""What if: an instance and its changed versions planned side by side, and what the changes bring.

``cases`` says what is planned, ``runner`` has it done by an engine (``engines``), ``monotone`` makes looser instances
profit from the plans of tighter ones, ``rows`` and ``worth`` say what came out, ``result`` writes it down.
"""
