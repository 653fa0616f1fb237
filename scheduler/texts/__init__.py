"""Every text a coordinator reads, in Norwegian bokmål (default) and English, from one catalogue.

The catalogue is the TOML files of this folder, one chapter a file; each entry is ``key = {nb = "…", en = "…"}`` with
``str.format`` fields. A test shows that every key has both languages and that both use the same fields.
"""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import Literal

Language = Literal["nb", "en"]
LANGUAGES: tuple[Language, ...] = ("nb", "en")


@cache
def catalogue() -> dict[str, dict[str, str]]:
    """All texts as ``{"chapter.key": {"nb": …, "en": …}}``."""
    texts: dict[str, dict[str, str]] = {}
    for file in sorted(files(__package__).iterdir(), key=lambda entry: entry.name):
        if file.name.endswith(".toml"):
            chapter = file.name.removesuffix(".toml")
            for key, entry in tomllib.loads(file.read_text(encoding="utf-8")).items():
                texts[f"{chapter}.{key}"] = entry
    return texts


def localised(value: object, lang: Language) -> object:
    """Decimals as the language writes them, zeros at the end left out: 23.5 is ``23,5`` in nb, 24.0 is ``24``."""
    if not isinstance(value, float):
        return value
    number = f"{value:.4f}".rstrip("0").rstrip(".")
    return number.replace(".", ",") if lang == "nb" else number


def text(key: str, lang: Language = "nb", **fields: object) -> str:
    """The text of a key with its fields filled in; KeyError for an unknown key."""
    return catalogue()[key][lang].format(**fields)
