"""Pages from templates: every text from the catalogue, everything of the user's escaped, nothing inline."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from scheduler import __version__
from scheduler.report.words import tidy
from scheduler.texts import LANGUAGES, catalogue

if TYPE_CHECKING:
    from scheduler.web.store import Store
    from scheduler.web.visit import Visit

HERE = Path(__file__).parent
STATIC = HERE / "static"


@cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(HERE / "templates", encoding="utf-8"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=lambda value: tidy(value) if type(value) is str else value,
    )


def _is_region(visit: Visit) -> bool:
    """Whether the project's data name municipalities: who plans one municipality has no use for a page of them."""
    project = visit.project
    return project is not None and project.data is not None and has_municipalities(visit.store, project.data)


@lru_cache(64)
def has_municipalities(store: Store, version: int) -> bool:
    """Whether a version of the data, which never changes, names municipalities."""
    table = store.data(version).get("municipalities")
    return bool(table and table["rows"])


def rendered(template: str, visit: Visit, values: Mapping[str, Any]) -> str:
    """A template with what it shows, and what every page has."""
    from scheduler.web.pages import ALWAYS, PAGES

    said = visit.request.query_params.get("said", "")
    shared = {
        "say": visit.say,
        "visit": visit,
        "lang": visit.lang,
        "languages": LANGUAGES,
        "project": visit.project,
        "pages": [page for page in PAGES if page in ALWAYS or page == values.get("page") or _is_region(visit)],
        "page": "",
        "under": "",
        "author": visit.author,
        "here": visit.request.url.path,
        "said": visit.say(f"said-{said}") if f"web.said-{said}" in catalogue() else "",
        "version": __version__,
    }
    return _environment().get_template(template).render({**shared, **values})
