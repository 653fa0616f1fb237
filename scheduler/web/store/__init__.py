"""The folder's memory, in one SQLite file."""

from scheduler.web.store.jobs import Job, JobState
from scheduler.web.store.store import STORE_FILE, Store, now
from scheduler.web.store.tables import NotOursError
from scheduler.web.store.versions import KINDS, Kind, Project, StaleError, Steps, Version

__all__ = [
    "KINDS",
    "STORE_FILE",
    "Job",
    "JobState",
    "Kind",
    "NotOursError",
    "Project",
    "StaleError",
    "Steps",
    "Store",
    "Version",
    "now",
]
