"""The words of one language, read from `data/lexicon/<language>.yaml`.

A lexicon holds grammar words only ("above", "per", "last week"); what a plant is called and what
it measures is in the semantic model.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from core.errors import ConfigError
from core.language.normalise import Token, tokenise

Phrase = tuple[str, ...]


def phrase_of(text: str) -> Phrase:
    """The normalised tokens of a phrase, as they would stand in a question."""
    return tuple(t.norm for t in tokenise(text))


@dataclass(frozen=True, slots=True)
class PhraseSet:
    """Phrases with a payload each, found longest first."""

    phrases: Mapping[Phrase, str]
    longest: int
    begun: Mapping[str, int]  # first word -> how many words the longest phrase has that begins so

    @classmethod
    def of(cls, groups: Mapping[str, Iterable[str]]) -> PhraseSet:
        """payload -> texts; of two groups that hold the same phrase the first one wins."""
        found: dict[Phrase, str] = {}
        for payload, texts in groups.items():
            for text in texts:
                found.setdefault(phrase_of(text), payload)
        found.pop((), None)
        begun: dict[str, int] = {}
        for phrase in found:
            begun[phrase[0]] = max(begun.get(phrase[0], 0), len(phrase))
        return cls(found, max(begun.values(), default=0), begun)

    def match(self, tokens: Sequence[Token], at: int) -> tuple[str, int] | None:
        """(payload, number of tokens) of the longest phrase that begins at `at`, or None."""
        found = self.matches(tokens, at)
        return found[0] if found else None

    def matches(self, tokens: Sequence[Token], at: int) -> list[tuple[str, int]]:
        """Every phrase that begins at `at`, longest first."""
        # asked of each group at each word, most have nothing that begins so
        if at >= len(tokens) or tokens[at].norm not in self.begun:
            return []
        found = []
        norms = tuple(t.norm for t in tokens[at : at + self.begun[tokens[at].norm]])
        for length in range(len(norms), 0, -1):
            payload = self.phrases.get(norms[:length])
            if payload is not None:
                found.append((payload, length))
        return found


@dataclass(frozen=True, slots=True)
class Senses:
    """Words that turn the sense of a phrase: name -> words, as they stand in an item's norm."""

    words: Mapping[str, frozenset[str]]
    kinds: Mapping[str, Mapping[str, tuple[str, ...]]]

    def __getitem__(self, name: str) -> frozenset[str]:
        return self.words[name]

    def kind(self, name: str, text: str) -> str | None:
        """The first kind under `name` of which a stem stands in the text; None for none."""
        for kind, stems in self.kinds[name].items():
            if any(stem in text for stem in stems):
                return kind
        return None

    def without(self, name: str, text: str) -> str:
        """The text less these words."""
        return " ".join(w for w in text.split() if w.casefold() not in self.words[name])


@dataclass(frozen=True)
class Lexicon:
    """One language's words, each group as a PhraseSet (`group` for flat lists, whose payload is
    the group's own name). version: a hash of its file."""

    language: str
    groups: Mapping[str, PhraseSet]
    words: frozenset[str]
    senses: Senses
    meaningful: frozenset[str]  # the words that are not only passed over
    version: str

    def __getitem__(self, group: str) -> PhraseSet:
        return self.groups[group]

    def has(self, group: str, tokens: Sequence[Token], at: int) -> int:
        """Number of tokens of the longest phrase of `group` at `at`; 0 when there is none."""
        if not 0 <= at < len(tokens):
            return 0
        found = self.groups[group].match(tokens, at)
        return found[1] if found else 0


@lru_cache(maxsize=8)
def load_lexicon(path: Path) -> Lexicon:
    """Read a lexicon file. Raises ConfigError when it is missing or malformed."""
    try:
        text = path.read_text("utf-8")
        raw = read_yaml(text)
    except FileNotFoundError:
        raise ConfigError(f"The lexicon {path.name} is missing from {path.parent}.") from None
    except yaml.YAMLError as error:
        raise ConfigError(f"The lexicon {path.name} is not valid YAML: {error}") from error
    groups: dict[str, PhraseSet] = {}
    words: set[str] = set()
    meaning: set[str] = set()
    senses = _senses(raw.pop("senses", {}))
    for name, content in _flatten(raw):
        split = {key: list(_texts(texts)) for key, texts in content.items()}
        groups[name] = PhraseSet.of(split)
        for phrase in groups[name].phrases:
            words.update(w for w in phrase if w.isalpha())
            if name != "ignored":
                meaning.update(w for w in phrase if w.isalpha())
    return Lexicon(
        str(raw.get("language", path.stem)),
        groups,
        frozenset(words),
        senses,
        frozenset(meaning),
        hashlib.sha256(text.encode()).hexdigest(),
    )


def read_yaml(text: str) -> Any:
    """The content of a YAML text, by the fast reader where there is one. Raises YAMLError."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return loader(text).get_single_data()


def _senses(raw: Mapping[str, object]) -> Senses:
    words = {k: frozenset(_texts(v)) for k, v in raw.items() if isinstance(v, list)}
    kinds = {
        name: {str(kind): tuple(_texts(stems)) for kind, stems in content.items()}
        for name, content in raw.items()
        if isinstance(content, dict)
    }
    return Senses(words, kinds)


def _flatten(raw: Mapping[str, object]) -> Iterable[tuple[str, dict[str, object]]]:
    for name, content in raw.items():
        if isinstance(content, list):
            yield name, {name: content}
        elif isinstance(content, dict):
            yield name, {str(key): texts for key, texts in content.items()}
            if name in ("time", "unsupported"):
                for key, texts in content.items():
                    yield f"{name}.{key}", {str(key): texts}


def _texts(entries: object) -> Iterable[str]:
    """A YAML list whose items are words, comma lists in one string, or booleans and numbers that
    YAML made of plain words."""
    for entry in entries if isinstance(entries, list) else [entries]:
        if isinstance(entry, bool):
            yield "on" if entry else "no"
        elif isinstance(entry, str) and "," in entry and len(entry) > 1:
            yield from (part.strip() for part in entry.split(","))
        else:
            yield str(entry)
