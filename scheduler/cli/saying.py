"""Help pages, and what is said of a wrong command line, in the language that the command line asks for.

English stands in the commands and in the library click; the catalogue's chapters ``help`` and ``usage`` have both
languages, and what is said is looked up there by its English. Help waits for nothing: the two chapters are read as
files, without the other texts.
"""

from __future__ import annotations

import inspect
import re
import tomllib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import IO, Any

import click

from scheduler.cli.shared import LANGUAGES

ENGLISH = "en"
LANG = "alis.language"
_TEXTS = Path(__file__).parents[1] / "texts"
_CAPITALS = re.compile(r"\b[A-Z][A-Z_]+\b")
_FIELD = re.compile(r"\\\{(\w+)\\\}")


@cache
def _chapter(name: str) -> dict[str, dict[str, str]]:
    return tomllib.loads((_TEXTS / f"{name}.toml").read_text(encoding="utf-8"))


def plain(words: str) -> str:
    """A text without its line ends, which are the code's."""
    return " ".join(words.replace("\b", "").split())


@cache
def _help(lang: str) -> dict[str, str]:
    return {plain(said[ENGLISH]): said[lang] for said in _chapter("help").values()}


@cache
def _patterns() -> list[tuple[re.Pattern[str], str]]:
    """What an English message looks like, those with most words of their own first, and its key."""
    whole = {key: said[ENGLISH] for key, said in _chapter("usage").items() if not key.startswith("word-")}
    by_own = sorted(whole, key=lambda key: -len(re.sub(r"\{\w+\}", "", whole[key])))
    return [(re.compile(_FIELD.sub(r"(?P<\1>.+?)", re.escape(whole[key])), re.DOTALL), key) for key in by_own]


def help_told(english: str, lang: str) -> str:
    """A text of a help page; English where the catalogue has nothing."""
    return english if lang == ENGLISH else _help(lang).get(plain(english), english)


def usage_told(english: str, lang: str) -> str:
    """What is said of a command line, with what is said inside it; English where the catalogue has nothing."""
    if lang == ENGLISH:
        return english
    for pattern, key in _patterns():
        if found := pattern.fullmatch(english):
            fields = {name: usage_told(value, lang) for name, value in found.groupdict().items()}
            return _chapter("usage")[key][lang].format(**fields)
    return words_told(english, lang)


def words_told(english: str, lang: str) -> str:
    """Words in capitals, which stand for values: ``INSTANCE`` is ``GRUNNLAG``."""
    words = _chapter("usage")
    return _CAPITALS.sub(lambda word: words.get(f"word-{word[0]}", {}).get(lang, word[0]), english)


def frame(key: str, lang: str) -> str:
    """A word of the frame of help pages: ``Valg``."""
    return _chapter("usage")[key][lang]


def language_of(args: Sequence[str], before: str) -> str:
    """The language that a command line asks for, right or wrong as it may be: the last one that is named and known."""
    named = [word.partition("=")[2] for word in args if word.startswith("--lang=")]
    named += [value for word, value in pairwise(args) if word == "--lang"]
    return next((lang for lang in reversed(named) if lang in LANGUAGES), before)


class Telling(click.Command):
    """A command whose help is in the language of ``--lang``, wherever that stands on the command line."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Read the command line; which language it asks for is known before anything can be wrong with it."""
        ctx.meta[LANG] = language_of(args, ctx.meta.get(LANG, LANGUAGES[0]))
        try:
            return super().parse_args(ctx, args)
        except click.UsageError as error:
            error.ctx = error.ctx or ctx  # not all that click raises say where
            raise

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """How the command is typed."""
        lang = said_in(ctx)
        pieces = words_told(" ".join(self.collect_usage_pieces(ctx)), lang)
        formatter.write_usage(ctx.command_path, pieces, f"{frame('usage', lang)} ")

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """What the command is for."""
        formatter.write_paragraph()
        with formatter.indentation():
            formatter.write_text(help_told(inspect.cleandoc(self.help or ""), said_in(ctx)).replace("\\b\n", "\b\n"))

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The options, each with what it is for and what holds without it."""
        lang = said_in(ctx)
        with formatter.section(frame("options", lang)):
            formatter.write_dl(list(self._options(ctx, lang)))

    def _options(self, ctx: click.Context, lang: str) -> Iterator[tuple[str, str]]:
        for param in self.get_params(ctx):
            record = param.get_help_record(ctx)
            if record is not None and isinstance(param, click.Option):
                names, said = record
                english = param.help or ""
                yield words_told(names, lang), help_told(english, lang) + _more(said.removeprefix(english), lang)


def _more(extra: str, lang: str) -> str:
    """What click adds to the help of an option: ``  [default: 4; 1<=x<=64]``."""
    parts = extra.strip().removeprefix("[").removesuffix("]")
    return f"  [{'; '.join(usage_told(part, lang) for part in parts.split('; '))}]" if parts else ""


def said_in(ctx: click.Context | None) -> str:
    """The language of a context."""
    return LANGUAGES[0] if ctx is None else ctx.meta.get(LANG, LANGUAGES[0])


class ToldError(click.UsageError):
    """What is wrong with a command line, in the language that it asks for."""

    def __init__(self, error: click.UsageError) -> None:
        self.lang = said_in(error.ctx)
        super().__init__(usage_told(error.format_message(), self.lang), error.ctx)

    def show(self, file: IO[Any] | None = None) -> None:
        """How the command is typed, where its help is, and what is wrong."""
        lines = [frame("error", self.lang).format(message=self.message)]
        if self.ctx is not None:
            hint = frame("try", self.lang).format(command=self.ctx.command_path, option="--help")
            lines = [self.ctx.get_usage(), hint, "", *lines]
        for line in lines:
            click.echo(line, file=file, err=True)


@contextmanager
def told() -> Iterator[None]:
    """While inside, what is wrong with a command line is said in its language."""
    try:
        yield
    except click.exceptions.NoArgsIsHelpError:
        raise
    except click.UsageError as error:
        raise (error if isinstance(error, ToldError) else ToldError(error)) from error
