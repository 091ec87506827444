"""By what a pair is looked up: digests of its words and of its plan, kept in a file.

A process that answers one question then reads the few pairs that the question may match, and not
all of them. Keys only name candidates: what matches is decided on the pair itself, so that a wrong
key can cost a match and never make one.
"""

from __future__ import annotations

import hashlib
import json
import logging
import tempfile
import threading
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, fields, is_dataclass
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

from core.entries import Entry
from core.errors import UserFixable
from core.language.parser import QuestionParser
from core.verified.dictionary import Dictionary
from core.verified.pairs import query_of, wordings_of
from core.verified.plans import shape_of
from core.verified.template import template_of

_LOG = logging.getLogger(__name__)
_CORE: Final = Path(__file__).resolve().parent.parent
#: What reads questions and SQL, ours and others'; other code there may make other keys.
_READERS: Final = ("language", "semantic", "verified")
_PACKAGES: Final = ("sqlglot", "pyspellchecker", "Pint")
#: Keys of pairs that are gone are kept, for drafts and other tenants, up to as many again and this.
_SPARE: Final = 1_000


@dataclass(frozen=True, slots=True)
class Keys:
    """words, bags: of each wording, its words in order and in none. shape: of the query that the
    SQL says, up to slots; empty where it says none."""

    words: tuple[str, ...]
    bags: tuple[str, ...]
    shape: str


def key_of(value: object) -> str:
    """A short digest: the same for equal words and for equal shapes, in every process."""
    return hashlib.blake2b(repr(_compared(value)).encode(), digest_size=9).hexdigest()


def _compared(value: object) -> object:
    """A value as plain tuples of what counts when it is compared."""
    if is_dataclass(value):
        named = [getattr(value, f.name) for f in fields(value) if f.compare]
        return type(value).__name__, *map(_compared, named)
    return tuple(map(_compared, value)) if isinstance(value, tuple) else value


def keys_of(entry: Entry, parser: QuestionParser, words: Dictionary) -> Keys:
    """The keys of a pair, whether or not it can answer."""
    templates = []
    for wording in wordings_of(entry):
        with suppress(UserFixable):
            templates.append(template_of(wording, parser))
    query = query_of(entry.sql, parser.model)
    return Keys(
        tuple(key_of(t.words) for t in templates),
        tuple(key_of(t.bag) for t in templates),
        key_of(shape_of(query, words)) if query is not None else "",
    )


class KnownKeys:
    """The keys of pairs over one parser, made once and kept in a file. Thread-safe.

    A file that is missing, damaged or made by other code, over another model, data or day, counts
    as empty; one that cannot be written only costs time.
    """

    def __init__(self, parser: QuestionParser, file: Path | None = None) -> None:
        """file: replaced as a whole with each `save`; without one nothing is kept."""
        self.parser = parser
        self.words = Dictionary.of(parser.model, parser.facts)
        self._file = file
        self._lock = threading.Lock()
        self._fingerprint = fingerprint_of(parser) if file is not None else ""
        self._known = _read(file, self._fingerprint) if file is not None else {}
        self._is_new = False

    def of(self, entry: Entry) -> Keys:
        """The keys of an entry with SQL."""
        content = content_of(entry)
        found = self._known.get(content)
        if found is None:
            found = keys_of(entry, self.parser, self.words)
            with self._lock:
                self._known[content] = found
                self._is_new = True
        return found

    def save(self, entries: Iterable[Entry]) -> None:
        """Write the file where there are new keys; of those that are not of these entries only so
        many are kept."""
        with self._lock:
            if self._file is None or not self._is_new:
                return
            self._is_new = False
            used = {content_of(entry) for entry in entries}
            spare = [content for content in self._known if content not in used]
            for content in spare[: max(0, len(spare) - len(used) - _SPARE)]:
                del self._known[content]
            kept = {c: [k.words, k.bags, k.shape] for c, k in self._known.items()}
        _write(self._file, {"fingerprint": self._fingerprint, "pairs": kept})


def content_of(entry: Entry) -> str:
    """What a pair's keys are made from, as a digest."""
    return key_of((entry.text, entry.paraphrases, entry.sql))


def fingerprint_of(parser: QuestionParser) -> str:
    """All else that keys are made from: model, lexicon, the data's values, day, and our code."""
    values = sorted((v.table, v.column, v.text, sorted(v.scopes)) for v in parser.facts.values)
    day = parser.clock.today.isoformat()
    parts = (parser.model.version, parser.lexicon.version, values, day, _readers())
    return hashlib.sha256(repr(parts).encode()).hexdigest()


@cache
def _readers() -> str:
    """A digest of the code that reads questions and SQL."""
    found = hashlib.sha256(repr([version(name) for name in _PACKAGES]).encode())
    for folder in _READERS:
        for file in sorted((_CORE / folder).rglob("*.py")):
            found.update(file.name.encode() + file.read_bytes())
    return found.hexdigest()


def _read(file: Path, fingerprint: str) -> dict[str, Keys]:
    try:
        raw: Any = json.loads(file.read_text("utf-8"))
        if raw["fingerprint"] != fingerprint:
            return {}
        return {
            content: Keys(_texts(words), _texts(bags), str(shape))
            for content, (words, bags, shape) in raw["pairs"].items()
        }
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        _LOG.warning("The keys of the verified pairs in %s are made anew: %s.", file, error)
        return {}


def _texts(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise ValueError("a list was expected")
    return tuple(str(text) for text in value)


def _write(file: Path, content: dict[str, object]) -> None:
    """Replace the file as a whole."""
    temporary = None
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(
            "w", encoding="utf-8", dir=file.parent, prefix=f".{file.name}-", delete=False
        ) as out:
            temporary = Path(out.name)
            json.dump(content, out, separators=(",", ":"))
        temporary.replace(file)
    except OSError as error:
        _LOG.warning("The keys of the verified pairs cannot be kept in %s: %s.", file, error)
        if temporary is not None:
            with suppress(OSError):
                temporary.unlink()
