"""The folder's memory, in one SQLite file."""

from scheduler.web.store.jobs import Job, JobState
from scheduler.web.store.moving import NotWorkError
from scheduler.web.store.store import STORE_FILE, Store, now
from scheduler.web.store.tables import NotOursError
from scheduler.web.store.versions import KINDS, Kind, Project, Publication, StaleError, Steps, Version

__all__ = [
    "KINDS",
    "STORE_FILE",
    "Job",
    "JobState",
    "Kind",
    "NotOursError",
    "NotWorkError",
    "Project",
    "Publication",
    "StaleError",
    "Steps",
    "Store",
    "Version",
    "now",
]
