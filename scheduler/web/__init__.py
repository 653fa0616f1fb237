"""``alis serve``: the coordinator's whole job on pages of their own machine (docs/decisions/0025).

Nothing here knows more of the program than a command does: the face, the texts, and what reads, draws and writes files.
"""
