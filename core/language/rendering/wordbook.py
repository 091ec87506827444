"""What the phrases of one language are in the parser's words: `data/lexicon/<language>.yaml`."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from core.errors import ConfigError
from core.language.lexicon import read_yaml
from core.language.normalise import tokenise
from core.language.rendering.forms import forms_of, plural_of
from core.language.rendering.order import Rule, read_rule
from core.language.rendering.syllables import parted, plain

#: Stands for a number in a phrase, and in what it is said as.
NUMBER = "#"
#: What a number is said as that is an hour of the clock.
HOUR = "#:00"
#: The same of an hour after noon, which is counted from there ("2" for 14:00).
HOUR_PM = "#pm:00"
#: The kind of phrases that no group holds.
SPOKEN = "spoken"
#: Ends a phrase that must be typed with its marks.
_MARKED = "!"
_SAID = re.compile(rf"{HOUR_PM}|{HOUR}|\S+")


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
    def text(self) -> str:
        return " ".join(self.words)


@dataclass(frozen=True, slots=True)
class Manner:
    """How a language is written. syllable: the shape of its own words, as a whole and without
    marks, where they have one; marks: those on its letters; endings: what `~` stands for behind a
    word; spelled: letters that may be typed as others ("ü" as "ue"); before_date: words behind
    which `25.6` is a date; splits_before_date: kinds of words that split by what follows, where a
    value's name could take the first word of a date; links: letters between two words that are
    typed as one; joins: kinds of which words are typed as one, each with the kinds that may
    follow."""

    syllable: re.Pattern[str] | None = None
    marks: frozenset[str] = frozenset()
    endings: tuple[str, ...] = ()
    spelled: tuple[tuple[str, str], ...] = ()
    before_date: frozenset[str] = frozenset()
    splits_before_date: frozenset[str] = frozenset()
    links: tuple[str, ...] = ()
    joins: Mapping[str, frozenset[str]] | None = None

    def has_shape(self, letters: str) -> bool:
        """Whether letters without marks have the shape of a word; no where there is none."""
        return self.syllable is not None and self.syllable.fullmatch(letters) is not None

    def spelled_out(self, word: str) -> str:
        """A word with its letters typed as others."""
        for letter, other in self.spelled:
            word = word.replace(letter, other)
        return word

    def typed_as(self, words: Sequence[str]) -> Iterator[tuple[str, ...]]:
        """The ways in which words are typed without marks."""
        ways = ({plain(word): None, plain(self.spelled_out(word)): None} for word in words)
        return itertools.product(*ways)


@dataclass(frozen=True, slots=True)
class Wordbook:
    """One language's phrases by their letters without marks, and its rules of order. letters: its
    own words that have the shape of its words; single: all words of its phrases."""

    language: str
    phrases: Mapping[tuple[str, ...], tuple[Entry, ...]]
    rules: tuple[Rule, ...]
    manner: Manner
    longest: int
    letters: frozenset[str]
    single: frozenset[str]

    def with_entries(self, entries: Iterable[Entry]) -> Wordbook:
        """The book with more phrases, such as those of a model. Of one that both hold with the
        same marks, the added one counts."""
        found = {key: list(value) for key, value in self.phrases.items()}
        for entry in entries:
            for key in self.manner.typed_as(entry.words):
                same = [e for e in found.get(key, []) if e.words != entry.words]
                found[key] = [*same, entry]
        return _book(self.language, found, self.rules, self.manner)

    def with_phrases(self, phrases: Mapping[str, Iterable[str]]) -> Wordbook:
        """The book with more phrases of its own language: what is said -> the phrases for it."""
        return self.with_entries(
            entry_of(form, SPOKEN, _said(say), is_plural=is_plural)
            for say, texts in phrases.items()
            for text in texts
            for form, is_plural in forms_of(text, self.manner.endings)
        )

    def has_mark(self, word: str) -> bool:
        """Whether a word is typed with marks, only with such as this language has, and has the
        shape of its words."""
        letters, marks = parted(word)
        return (
            bool(marks)
            and self.manner.marks.issuperset(marks)
            and (self.manner.syllable is None or self.manner.has_shape(letters))
        )


#: No language at all.
EMPTY = Wordbook("", {}, (), Manner(), 0, frozenset(), frozenset())


def words_of(text: str) -> tuple[str, ...]:
    """The case-folded words of a phrase, as they would stand in a question."""
    return tuple(t.norm for t in tokenise(text))


def entry_of(form: str, kind: str, say: tuple[str, ...], *, is_plural: bool) -> Entry:
    """The entry of one form of a phrase; what is plural is said in the plural."""
    said = (*say[:-1], plural_of(say[-1])) if is_plural and say else say
    return Entry(words_of(form.removesuffix(_MARKED)), kind, said, form.endswith(_MARKED))


@lru_cache(maxsize=8)
def load_wordbook(path: Path) -> Wordbook:
    """Read a language's file. Raises ConfigError when it is missing or malformed."""
    try:
        raw = read_yaml(path.read_text("utf-8"))
        manner = _manner(raw)
        found: dict[tuple[str, ...], list[Entry]] = {}
        for kind, group in raw["words"].items():
            for say, texts in group.items():
                for text in texts:
                    for form, is_plural in forms_of(str(text), manner.endings):
                        entry = entry_of(form, kind, _said(str(say)), is_plural=is_plural)
                        _add(found, entry, manner)
        rules = tuple(read_rule(line) for line in raw["order"])
        return _book(str(raw["language"]), found, rules, manner)
    except FileNotFoundError:
        raise ConfigError(f"The lexicon {path.name} is missing from {path.parent}.") from None
    except (yaml.YAMLError, KeyError, TypeError, AttributeError, ValueError, re.error) as error:
        raise ConfigError(f"The lexicon {path.name} is not as it should be: {error}") from error


def _manner(raw: Mapping[str, Any]) -> Manner:
    joins = {first: frozenset(then) for first, then in (raw.get("joins") or {}).items()}
    return Manner(
        re.compile(raw["syllable"]) if "syllable" in raw else None,
        frozenset(parted(str(raw.get("marks", "")))[1]),
        tuple(raw.get("endings", ())),
        tuple((a, other) for other, letters in raw.get("spelled", {}).items() for a in letters),
        frozenset(raw.get("before_date", ())),
        frozenset(raw.get("splits_before_date", ())),
        tuple(raw.get("links", ())),
        joins,
    )


def _add(found: dict[tuple[str, ...], list[Entry]], entry: Entry, manner: Manner) -> None:
    for key in manner.typed_as(entry.words) if entry.words else ():
        entries = found.setdefault(key, [])
        if all(e.words != entry.words for e in entries):
            entries.append(entry)


def _book(
    language: str,
    found: Mapping[tuple[str, ...], list[Entry]],
    rules: tuple[Rule, ...],
    manner: Manner,
) -> Wordbook:
    phrases = {key: tuple(entries) for key, entries in found.items()}
    single = frozenset(w for key in phrases for w in key)
    letters = frozenset(w for w in single if manner.has_shape(w))
    longest = max((len(key) for key in phrases), default=0)
    return Wordbook(language, phrases, rules, manner, longest, letters, single)


def _said(say: str) -> tuple[str, ...]:
    """An underscore says nothing."""
    if say == "_":
        return ()
    parts = _SAID.findall(say)
    return tuple(
        w for part in parts for w in ((part,) if part in (HOUR, HOUR_PM) else words_of(part))
    )
