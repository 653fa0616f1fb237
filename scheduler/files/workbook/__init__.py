"""The instance as a workbook: a sheet for each table, read cell by cell and written so that nothing is lost."""

from scheduler.files.workbook.places import SheetTree
from scheduler.files.workbook.read import read_workbook

__all__ = ["SheetTree", "read_workbook"]
