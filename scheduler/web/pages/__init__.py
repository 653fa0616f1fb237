"""The pages of a project, in the order of the navigation; a page's id is its address, and its words are ``page-<id>``
and ``help-<id>``."""

from collections.abc import Mapping

from fastapi import APIRouter

from scheduler.web.pages import data, history, intake, meeting, plan, region, timeline, whatif, why

PAGES: Mapping[str, APIRouter] = {
    "data": data.router,
    "plan": plan.router,
    "timeline": timeline.router,
    "why": why.router,
    "whatif": whatif.router,
    "region": region.router,
    "intake": intake.router,
    "meeting": meeting.router,
    "history": history.router,
}
ALWAYS = PAGES.keys() - {"region"}
"""Those that are in every project's navigation."""
