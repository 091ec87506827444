"""What the phrases of one language are in the parser's words: `data/lexicon/<language>.yaml`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import yaml

from core.errors import ConfigError
from core.language.lexicon import read_yaml
from core.language.normalise import tokenise
from core.language.rendering.order import Rule, read_rule
from core.language.rendering.syllables import plain

#: Stands for a number in a phrase, and in what it is said as.
NUMBER = "#"
#: Ends a phrase that must be typed with its marks.
_MARKED = "!"


@dataclass(frozen=True, slots=True)
class Entry:
    """A phrase of the language. words: as written with all marks, `#` for a number; kind: the
    group it is of, which the rules of order speak of; say: the parser's words for it; needs_marks:
    it is not meant where it is typed without them."""

    words: tuple[str, ...]
    kind: str
    say: tuple[str, ...]
    needs_marks: bool = False

    @property
    def letters(self) -> tuple[str, ...]:
        return tuple(plain(w) for w in self.words)

    @property
    def text(self) -> str:
        return " ".join(self.words)


@dataclass(frozen=True, slots=True)
class Wordbook:
    """One language's phrases by their letters without marks, and its rules of order. syllable:
    the shape of its own words, as a whole and without marks."""

    language: str
    phrases: Mapping[tuple[str, ...], tuple[Entry, ...]]
    rules: tuple[Rule, ...]
    syllable: re.Pattern[str]
    longest: int
    letters: frozenset[str]

    def with_entries(self, entries: Iterable[Entry]) -> Wordbook:
        """The book with more phrases, such as those of a model. Of one that both hold with the
        same marks, the added one counts."""
        found = {key: list(value) for key, value in self.phrases.items()}
        for entry in entries:
            same = [e for e in found.get(entry.letters, []) if e.words != entry.words]
            found[entry.letters] = [*same, entry]
        return _book(self.language, found, self.rules, self.syllable)


#: No language at all.
EMPTY = Wordbook("", {}, (), re.compile("(?!)"), 0, frozenset())


def words_of(text: str) -> tuple[str, ...]:
    """The case-folded words of a phrase, as they would stand in a question."""
    return tuple(t.norm for t in tokenise(text))


@lru_cache(maxsize=8)
def load_wordbook(path: Path) -> Wordbook:
    """Read a language's file. Raises ConfigError when it is missing or malformed."""
    try:
        raw = read_yaml(path.read_text("utf-8"))
        found: dict[tuple[str, ...], list[Entry]] = {}
        for kind, group in raw["words"].items():
            for say, texts in group.items():
                for entry in _entries(kind, str(say), texts):
                    entries = found.setdefault(entry.letters, [])
                    if all(e.words != entry.words for e in entries):
                        entries.append(entry)
        rules = tuple(read_rule(line) for line in raw["order"])
        return _book(str(raw["language"]), found, rules, re.compile(raw["syllable"]))
    except FileNotFoundError:
        raise ConfigError(f"The lexicon {path.name} is missing from {path.parent}.") from None
    except (yaml.YAMLError, KeyError, TypeError, AttributeError, ValueError, re.error) as error:
        raise ConfigError(f"The lexicon {path.name} is not as it should be: {error}") from error


def _book(
    language: str,
    found: Mapping[tuple[str, ...], list[Entry]],
    rules: tuple[Rule, ...],
    syllable: re.Pattern[str],
) -> Wordbook:
    phrases = {key: tuple(entries) for key, entries in found.items()}
    letters = frozenset(w for key in phrases for w in key if syllable.fullmatch(w))
    longest = max((len(key) for key in phrases), default=0)
    return Wordbook(language, phrases, rules, syllable, longest, letters)


def _entries(kind: str, say: str, texts: Iterable[object]) -> Iterable[Entry]:
    said = _said(say)
    for text in texts:
        phrase = str(text)
        words = words_of(phrase.removesuffix(_MARKED))
        if words:
            yield Entry(words, kind, said, phrase.endswith(_MARKED))


def _said(say: str) -> tuple[str, ...]:
    """An underscore says nothing."""
    return () if say == "_" else words_of(say)
