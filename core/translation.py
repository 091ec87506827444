"""Texts in the user's language, by GNU gettext's catalogues.

The code holds its texts in English; `data/locale/<language>/LC_MESSAGES/*.po` say them in another
one: `gemba.po` those of the pages, `answers.po` all others. A text that no catalogue holds stays
English. Fields (`{name}`) are filled in after the text was looked up, so what users and data say is
never looked up itself:

    _("{n} rows").format(n=n)

A text that is made before it is known who reads it, and that a rule, a log or a model reads too, is
`told("{n} rows", n=n)`: English as it stands, and said by `retold` where it is shown.

`make catalogues` brings the files up to the code; docs/languages.md says how to add a language.
"""

from __future__ import annotations

import gettext as gnu
import io
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeVar

if TYPE_CHECKING:
    from babel.messages.catalog import Catalog

#: Languages that texts can be in, each by its own name. The first is the code's.
LANGUAGES: Final = {"en": "English", "de": "Deutsch", "vi": "Tiếng Việt"}
CODE: Final = "en"
FOLDER: Final = Path(__file__).resolve().parents[1] / "data" / "locale"

T = TypeVar("T")

_spoken: ContextVar[str] = ContextVar("spoken", default="")
_sources: list[Callable[[], str]] = []


def language() -> str:
    """The language of texts here and now: one of LANGUAGES."""
    if spoken := _spoken.get():
        return spoken
    return next((found for source in _sources if (found := source()) in LANGUAGES), CODE)


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Texts are in that language within; in English for one that is not in LANGUAGES."""
    token = _spoken.set(language if language in LANGUAGES else CODE)
    try:
        yield
    finally:
        _spoken.reset(token)


def spoken(language: str, events: Iterator[T]) -> Iterator[T]:
    """The events, each made in that language, whoever asks for it and on whatever thread."""
    while True:
        with speaking(language):
            try:
                event = next(events)
            except StopIteration:
                return
        yield event


def listen_to(source: Callable[[], str]) -> None:
    """Ask `source` for the language wherever nobody is `speaking`; empty: it knows of none."""
    if source not in _sources:
        _sources.append(source)


def gettext(text: str) -> str:
    """That text in the language at hand."""
    return _catalogue(language()).gettext(text) if text else ""


def pgettext(context: str, text: str) -> str:
    """The same for a text that means several things: `context` tells them apart."""
    return _catalogue(language()).pgettext(context, text)


def ngettext(one: str, many: str, n: int) -> str:
    """`one` or `many`, as the language counts."""
    return _catalogue(language()).ngettext(one, many, n)


def marked(text: str) -> str:
    """The text as it is: one that stands in a table and is looked up when it is shown."""
    return text


class Told(str):
    """A text of the code with its values in it: English to rules, logs and a model that read it,
    and in the language at hand by `retold`."""

    __slots__ = ("text", "values")
    text: str
    values: Mapping[str, object]


def told(text: str, /, **values: object) -> Told:
    """The text with those values, which can be said in another language later. What was told
    already stays as it is; a value that was told is said in that language too."""
    if isinstance(text, Told):
        return text
    found = Told(text.format(**values) if values else text)
    found.text, found.values = text, values
    return found


def named(name: str, spoken: str) -> Told:
    """A name, with what it is called in the language at hand: a value of what is told."""
    found = Told(name)
    found.text, found.values = spoken, {}
    return found


def told_by(error: Exception) -> str:
    """The text that an error was raised with, which `retold` can still say."""
    return error.args[0] if error.args and isinstance(error.args[0], str) else str(error)


def retold(said: str | Exception) -> str:
    """What was told, or raised with such a text, in the language at hand; another text as it
    is."""
    if isinstance(said, Exception):
        said = told_by(said)
    if not isinstance(said, Told):
        return said
    values = {n: retold(v) if isinstance(v, Told) else v for n, v in said.values.items()}
    text = gettext(said.text)
    return text.format(**values) if values else text


@cache
def _catalogue(language: str) -> gnu.NullTranslations:
    from babel.messages.mofile import write_mo  # English needs none of it

    paths = sorted((FOLDER / language / "LC_MESSAGES").glob("*.po"))
    if language == CODE or not paths:
        return gnu.NullTranslations()
    found, *others = (_read(path, language) for path in paths)
    for other in others:
        for message in other:
            if message.id:
                found.add(message.id, message.string, flags=message.flags, context=message.context)
    compiled = io.BytesIO()
    write_mo(compiled, found)  # what is marked fuzzy is left out
    compiled.seek(0)
    return gnu.GNUTranslations(compiled)


def _read(path: Path, language: str) -> Catalog:
    from babel.messages.pofile import read_po

    with path.open("rb") as file:
        return read_po(file, locale=language, abort_invalid=True)
