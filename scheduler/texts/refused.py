"""Why the machine would not read or write a file, in the coordinator's words: its own are English on every machine."""

from __future__ import annotations

import errno

from scheduler.texts import LANGUAGES, Language, catalogue, text

IN_USE = {32, 33}
"""What Windows calls a file that another program, such as Excel, has open; its errno says no more than no access."""


def reason(error: BaseException, lang: Language) -> str:
    """Why, on the inside of a sentence; what the machine says itself where that is none of the common ones.

    >>> reason(FileNotFoundError(errno.ENOENT, "No such file or directory"), "nb")
    'mappen eller filen finnes ikke'
    """
    key = _key(error)
    if key is not None and key in catalogue():
        return text(key, lang)
    return getattr(error, "strerror", None) or str(error)


def reasons(error: BaseException) -> dict[Language, str]:
    """The same in every language."""
    return {lang: reason(error, lang) for lang in LANGUAGES}


def _key(error: BaseException) -> str | None:
    if getattr(error, "winerror", None) in IN_USE or getattr(error, "errno", None) == errno.ETXTBSY:
        return "system.in-use"
    name = errno.errorcode.get(getattr(error, "errno", None) or 0)
    return None if name is None else f"system.{name.lower()}"
