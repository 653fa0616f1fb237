"""The page's view into HTML: Jinja2 with autoescape everywhere; style and script are put in from the package."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from jinja2 import DictLoader, Environment, StrictUndefined
from markupsafe import Markup

from scheduler.report.html.page import Page
from scheduler.report.words import tidy

_TEMPLATES = files(__package__) / "templates"


def render(page: Page) -> str:
    """The whole file."""
    template = _environment().get_template("report.html")
    words = {"say": page.words.say, "month_letters": page.words.month_letters}
    return template.render(page=page, style=_part("style.css"), script=_part("script.js"), **words) + "\n"


@cache
def _environment() -> Environment:
    names = sorted(entry.name for entry in _TEMPLATES.iterdir() if entry.name.endswith(".html"))
    return Environment(
        loader=DictLoader({name: (_TEMPLATES / name).read_text(encoding="utf-8") for name in names}),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_fit,
    )


def _fit(value: object) -> object:
    """Every text on its way into the page, safe for any reader (markup is ours and stays)."""
    return tidy(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def _part(name: str) -> Markup:
    """A file of ours that goes in as it is."""
    return Markup((_TEMPLATES / name).read_text(encoding="utf-8"))
