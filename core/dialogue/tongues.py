"""Follow-ups in another language, said in the words that are read.

A tongue's file tells what its phrases are in English. Those under `says` count only where they and
names of the model are all that is said; those under `within` stand anywhere in a text of that
language, beside the words of its book (`core.language.rendering`).
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import yaml

from core.errors import ConfigError
from core.language.lexicon import PhraseSet, read_yaml
from core.language.normalise import Token, tokenise
from core.language.vocabulary import Vocabulary

_STOPS = frozenset("?!.,;:…")


@dataclass(frozen=True, slots=True)
class Tongue:
    """One language's phrases; plain: the same without marks. within: what phrases that stand
    anywhere are in English -> phrases."""

    language: str
    phrases: PhraseSet
    plain: PhraseSet
    within: Mapping[str, Sequence[str]] = field(default_factory=dict)

    def said(self, tokens: Sequence[Token], vocabulary: Vocabulary) -> str | None:
        """The tokens in English; None where a word is neither a phrase nor a name."""
        for phrases in (self.phrases, self.plain):
            found = _said(tokens, phrases, vocabulary)
            if found is not None:
                return found
        return None


def load_tongues(folder: Path, read: str) -> tuple[Tongue, ...]:
    """The tongues of a folder, but for the language that is read. Raises ConfigError for a file
    that is malformed."""
    tongues = []
    for file in sorted(folder.glob("*.yaml")):
        if file.stem == read:
            continue
        try:
            raw = read_yaml(file.read_text("utf-8"))
            said, within = (
                {str(english): [str(p) for p in texts] for english, texts in found.items()}
                for found in (raw["says"], raw.get("within", {}))
            )
        except (yaml.YAMLError, KeyError, TypeError, AttributeError) as error:
            raise ConfigError(f"{file.name} does not say what its phrases mean: {error}") from error
        spelled = raw.get("spelled") or {}
        bare = {
            english: [way for p in texts for way in (unmarked(p), unmarked(_respelled(p, spelled)))]
            for english, texts in said.items()
        }
        tongues.append(Tongue(file.stem, PhraseSet.of(said), PhraseSet.of(bare), within))
    return tuple(tongues)


def _respelled(text: str, spelled: Mapping[str, Sequence[str]]) -> str:
    """The text with letters typed as others ("ü" as "ue"). spelled: others -> letters."""
    for other, letters in spelled.items():
        for letter in letters:
            text = text.replace(letter, other)
    return text


def unmarked(text: str) -> str:
    """The text without the marks on its letters."""
    split = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D"))
    return "".join(c for c in split if not unicodedata.combining(c))


def restated(
    text: str, tongues: Sequence[Tongue], vocabulary: Vocabulary
) -> tuple[str, str] | None:
    """The text in English, and the language of the tongue that says all of it; None where none
    does, or English has the very same words."""
    tokens = tokenise(text)
    for tongue in tongues:
        found = tongue.said(tokens, vocabulary)
        is_other = found is not None and found.casefold() != " ".join(t.norm for t in tokens)
        if found is not None and is_other:
            return found, tongue.language
    return None


def pieces_said(
    text: str, tongues: Sequence[Tongue], vocabulary: Vocabulary
) -> tuple[tuple[str, str], ...]:
    """(English, typed) of the pieces of a text that one tongue says all of; else nothing."""
    tokens = tokenise(text)
    for tongue in tongues:
        for phrases in (tongue.phrases, tongue.plain):
            found = _pieces(tokens, phrases, vocabulary)
            if found is not None:
                return found
    return ()


def _said(tokens: Sequence[Token], phrases: PhraseSet, vocabulary: Vocabulary) -> str | None:
    found = _pieces(tokens, phrases, vocabulary)
    return " ".join(said for said, _ in found) if found is not None else None


def _pieces(
    tokens: Sequence[Token], phrases: PhraseSet, vocabulary: Vocabulary
) -> tuple[tuple[str, str], ...] | None:
    """(English, typed) of phrases and of names; None where a word is neither, or all are names."""
    norms = [t.norm for t in tokens]
    words: list[tuple[str, str]] = []
    at, is_said = 0, False
    while at < len(tokens):
        found = phrases.match(tokens, at)
        if found is not None:
            typed = " ".join(t.text for t in tokens[at : at + found[1]])
            words.append((found[0], typed))
            at += found[1]
            is_said = True
            continue
        size = max((m.length for m in vocabulary.match(norms, at)), default=0)
        if size == 0 and (tokens[at].text in _STOPS or tokens[at].number is not None):
            size = 1
        if size == 0:
            return None
        words += [(t.text, t.text) for t in tokens[at : at + size]]
        at += size
    return tuple(words) if is_said else None
