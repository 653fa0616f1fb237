"""What a fault of the program leaves behind: one small file that reproduces it, in which nobody can be recognised.

A **fault** is the program's own, never the user's: what is wrong with an input is a ``Problem``. The file holds the
versions, the command, the way to the place where it broke (no values of variables), and the instance and the published
plan with every id, name and free text replaced by invented ones, the same one everywhere, so that the same run breaks
again. ``python -m scheduler.fault FILE`` unpacks it.

Nothing is sent anywhere; whether the file is passed on is the user's choice.
"""

from scheduler.fault.documents import Document, plan_document, read_document
from scheduler.fault.names import Names
from scheduler.fault.record import Situation, bare_record, leave, record_of

__all__ = ["Document", "Names", "Situation", "bare_record", "leave", "plan_document", "read_document", "record_of"]
