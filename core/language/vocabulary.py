"""What may be named in a question: metrics, columns, tables and values of one model.

Built once for a model and its data; read by every question. Matching ignores case and plural;
typing errors are mended word by word (`Speller`) before phrases are looked up, so that a mended
word takes part in phrases like any other.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Final, Literal

from rapidfuzz import process
from rapidfuzz.distance import OSA

from core.language.lexicon import Lexicon, Phrase, phrase_of
from core.language.normalise import singular
from core.semantic.facts import DataFacts
from core.semantic.model import Column, SemanticModel

if TYPE_CHECKING:  # the word list takes long to import
    from spellchecker.spellchecker import WordFrequency

TargetKind = Literal["metric", "column", "table", "value", "state"]

_CODE = re.compile(r"^([^\W\d_]+)[-_ ]?0*(\d+)$")


@dataclass(frozen=True, slots=True)
class Target:
    """One thing that words can mean.

    name: metric, column or table name; a column that several tables share is one target, in
    `tables`. value: the stored value for kind `value`; scopes: plants where it occurs.
    """

    kind: TargetKind
    name: str
    tables: frozenset[str]
    value: str | None = None
    scopes: frozenset[str] = field(default=frozenset(), compare=False)
    is_partial: bool = field(default=False, compare=False)


@dataclass(frozen=True, slots=True)
class Match:
    """Targets that `length` tokens may mean, and how well: 3 exact, 2 word form, 1 part."""

    length: int
    targets: tuple[Target, ...]
    is_plural: bool
    level: int = 3


@lru_cache(maxsize=1 << 15)
def _forms(text: str) -> Phrase:
    """The words of a text in the form that the index holds; kept, for each language and each change
    of the data makes an index of much the same texts."""
    return tuple(singular(w) for w in phrase_of(text))


class Vocabulary:
    """Phrase index over one model and the values of its data."""

    def __init__(self, model: SemanticModel, facts: DataFacts, lexicon: Lexicon) -> None:
        self.model = model
        self._phrases: dict[Phrase, dict[Target, None]] = defaultdict(dict)
        self._codes: dict[tuple[str, int], dict[Target, None]] = defaultdict(dict)
        self._parts: dict[str, dict[Target, None]] = defaultdict(dict)
        self._guarded: dict[str, dict[Target, None]] = defaultdict(dict)
        self.columns: dict[str, tuple[Column, frozenset[str]]] = {}
        self.lexicon = lexicon
        self._add_columns()
        self._add_metrics()
        self._add_tables()
        self._add_values(facts)
        self.longest = max((len(p) for p in self._phrases), default=1)
        self.code_letters = frozenset(letters for letters, _ in self._codes)

    # -- building ----------------------------------------------------------------------------

    def _put(self, text: str, target: Target) -> None:
        self._put_phrase(_forms(text), target)

    def _put_phrase(self, phrase: Phrase, target: Target) -> None:
        if phrase:
            self._phrases[phrase][target] = None

    def _add_columns(self) -> None:
        tables: dict[str, set[str]] = defaultdict(set)
        chosen: dict[str, Column] = {}
        for table in self.model.tables.values():
            for column in table.columns.values():
                tables[column.name].add(table.name)
                chosen.setdefault(column.name, column)
        for name, column in chosen.items():
            self.columns[name] = (column, frozenset(tables[name]))
            target = Target("column", name, frozenset(tables[name]))
            for text in (name, name.replace("_", " "), column.label, column.plural):
                self._put(text, target)
            for text in column.synonyms:
                self._put(text, target)

    def _add_metrics(self) -> None:
        for metric in self.model.metrics.values():
            target = Target("metric", metric.name, frozenset({metric.table}))
            for text in (metric.name, metric.name.replace("_", " "), metric.label):
                self._put(text, target)
            for text in metric.synonyms:
                self._put(text, target)

    def _add_tables(self) -> None:
        for table in self.model.tables.values():
            target = Target("table", table.name, frozenset({table.name}))
            for text in (table.name.replace("_", " "), table.label, table.entity, *table.synonyms):
                self._put(text, target)
            for state in table.states:
                found = Target("state", state.name, frozenset({table.name}))
                for text in (state.name, *state.synonyms):
                    self._put(text, found)

    def _add_values(self, facts: DataFacts) -> None:
        levels = {level for h in self.model.hierarchies for level in h.levels}
        merged: dict[tuple[str, str], tuple[set[str], set[str]]] = {}
        for entry in facts.values:
            tables, scopes = merged.setdefault((entry.column, entry.text), (set(), set()))
            tables.add(entry.table)
            scopes.update(entry.scopes)
        names = {
            name: [_forms(n) for n in (column.label, *column.synonyms)]
            for name, (column, _) in self.columns.items()
        }
        for (column_name, text), (tables, scopes) in merged.items():
            if column_name not in self.columns:
                continue
            column = self.columns[column_name][0]
            target = Target("value", column_name, frozenset(tables), text, frozenset(scopes))
            bare = self._may_stand_alone(text, column)
            for word in (text, *column.value_synonyms.get(text, ())):
                phrase = _forms(word)
                if bare or word != text:
                    self._put_phrase(phrase, target)
                else:
                    self._guarded[text.casefold()][target] = None
                for name in names[column_name]:
                    self._put_phrase(name + phrase, target)
                    self._put_phrase(phrase + name, target)
            if bare:
                self._add_code(text, target)
            for part in set(_forms(text)) if column_name in levels else ():
                if len(part) >= 3 and part.isalpha() and part not in self.lexicon.words:
                    self._parts[part][target] = None

    def _add_code(self, text: str, target: Target) -> None:
        code = _CODE.match(text.casefold())
        if code:
            self._codes[(code[1], int(code[2]))][target] = None

    @staticmethod
    def _may_stand_alone(text: str, column: Column) -> bool:
        """Whether a value is named by itself, without its column's name beside it."""
        return len(text) > 1 and not text.isdecimal() and not column.values_need_name

    # -- reading -----------------------------------------------------------------------------

    def match(self, words: Sequence[str], at: int) -> list[Match]:
        """Everything that phrases beginning at `at` may mean, longest first."""
        found: list[Match] = []
        forms = [singular(w) for w in words[at : at + self.longest]]
        for length in range(len(forms), 0, -1):
            exact = self._phrases.get(tuple(forms[:length]))
            if exact:
                # "reasons for downtime" are several, too
                ends = (words[at], words[at + length - 1])
                is_plural = any(word != singular(word) for word in ends)
                found.append(Match(length, tuple(exact), is_plural))
        if not any(m.length > 1 for m in found):
            code = self._match_code(words, at)
            if code:
                found.insert(0, code)
        return found

    def _match_code(self, words: Sequence[str], at: int) -> Match | None:
        """`pmp3`, `PMP 03`, `line-2` for a value that ends in a number."""
        for length in (2, 1):
            text = " ".join(words[at : at + length])
            code = _CODE.match(text)
            if code and len(words[at : at + length]) == length:
                targets = self._codes.get((code[1], int(code[2])))
                targets = targets or self._codes.get((singular(code[1]), int(code[2])))
                if targets:
                    return Match(length, tuple(targets), False)
        return None

    def of_letters(self, letters: str, scopes: frozenset[str]) -> tuple[Target, ...]:
        """Every value that is these letters and a number, by number, of what a user with these
        scopes may know of (all, when there are none)."""
        found = [
            (n, t)
            for (word, n), targets in self._codes.items()
            if word == letters
            for t in targets
            if not scopes or not t.scopes or t.scopes & scopes
        ]
        return tuple(t for _, t in sorted(found, key=lambda pair: pair[0]))

    def code(self, letters: str, number: int) -> tuple[Target, ...]:
        """Values such as `Line 3` by their word and number."""
        return tuple(self._codes.get((letters, number), ()))

    def guarded(self, word: str) -> tuple[Target, ...]:
        """Values that need a name beside them, by their bare text ("high")."""
        return tuple(self._guarded.get(word, ()))

    def parts(self, word: str) -> tuple[Target, ...]:
        """Values of several words that hold this word."""
        return tuple(self._parts.get(singular(word), ()))

    def measure_words(self) -> Iterable[str]:
        """Single words that mean figures or states and nothing else; their other forms ("consume"
        for "consumed") are understood too."""
        for phrase, targets in self._phrases.items():
            if len(phrase) == 1 and all(self._is_figure(t) for t in targets):
                yield phrase[0]

    def _is_figure(self, target: Target) -> bool:
        if target.kind in ("metric", "state"):
            return True
        return target.kind == "column" and self.columns[target.name][0].role == "measure"

    def words(self) -> Iterable[str]:
        """Every single word of every phrase, in the form that people type."""
        for phrase in self._phrases:
            yield from (w for w in phrase if w.isalpha())
        yield from self._parts


@lru_cache(maxsize=1)
def _real_words() -> WordFrequency:
    """English words and how often each is met; 0 for one that the list lacks."""
    from spellchecker import SpellChecker

    return SpellChecker(language="en", distance=1).word_frequency


#: Letters of the shortest word that may be another one cut short.
_LEAST_CUT_SHORT: Final = 5


class Speller:
    """Mends single words towards the words that mean something here.

    A word that is ordinary English stays as it is, however near it comes to a known one: it is
    asked about and never bent ("plans" is not "plants").
    """

    #: A word this frequent in the word list is meant as it stands; one that is hardly in it may
    #: be a typing error; between the two only the surest slips are mended ("lien" for "line").
    COMMON = 2_000
    RARE = 50

    def __init__(self, vocabulary: Vocabulary, lexicon: Lexicon) -> None:
        content = set(vocabulary.words())
        self._verbs = frozenset(vocabulary.measure_words())
        self._offered = tuple(sorted(w for w in content | set(lexicon.words) if len(w) >= 3))
        content |= {w + "s" for w in content if len(w) > 3 and not w.endswith("s")}
        known = content | set(lexicon.words)
        mendable = content | set(lexicon.meaningful)
        self._known = frozenset(known | {singular(w) for w in known})
        self._targets = tuple(
            sorted(w for w in mendable | {singular(w) for w in mendable} if len(w) >= 3)
        )

    def knows(self, word: str) -> bool:
        return word in self._known or singular(word) in self._known

    def is_ordinary(self, word: str) -> bool:
        """Whether an English word list holds the word as a frequent one."""
        frequency = _real_words()[word]
        return bool(frequency >= self.COMMON)

    def mend(self, word: str) -> tuple[str, ...]:
        """The known words that `word` may be a typing error of, all equally near; empty when it
        is known, ordinary, or far from everything.

        Of two words equally many strokes away the likelier slip wins: swapped letters, then a
        letter left out, then one too many, then a wrong one.
        """
        if len(word) < 3 or not word.isalpha() or self.knows(word):
            return ()
        is_ordinary = self.is_ordinary(word)
        forms = [w for w in _inflections(word) if w in self._verbs] if is_ordinary else []
        if forms:
            return (forms[0],)
        if is_ordinary:
            return ()
        limit = 1 if len(word) <= 5 else 2
        near = process.extract(
            word, self._targets, scorer=OSA.distance, score_cutoff=limit, limit=25
        )
        if not near:
            return self._mend_plural(word) or self._completed(word)
        best = min(score for _, score, _ in near)
        found = [w for w, score, _ in near if score == best and self._is_likely(word, w, int(best))]
        frequency = _real_words()[word]
        if frequency >= self.RARE:
            found = [w for w in found if self._is_sure(word, w, frequency)]
        if not found:
            return self._mend_plural(word)
        ranked = sorted((self._slip(word, w), w) for w in found)
        return tuple(w for rank, w in ranked if rank == ranked[0][0])

    def _completed(self, word: str) -> tuple[str, ...]:
        """The one known word that a longer one was cut short from ("avail"); none where several
        begin so."""
        if len(word) < _LEAST_CUT_SHORT:
            return ()
        whole = {singular(w) for w in self._targets if w.startswith(word)}
        return tuple(whole) if len(whole) == 1 else ()

    @staticmethod
    def _is_likely(word: str, known: str, distance: int) -> bool:
        """Far words must begin alike; of three letters two may be swapped or one left out in the
        middle."""
        if len(word) == 3:
            is_swap = sorted(word) == sorted(known)
            is_short = len(known) > 3 and known[-1] == word[-1]
            return (is_swap or is_short) and known[0] == word[0]
        if len(known) < 4 and len(word) > 4:
            return False
        return distance < 2 or known[0] == word[0]

    def _is_sure(self, word: str, known: str, frequency: int) -> bool:
        """Whether a word that the list does hold is surely a slip: swapped letters, or one left
        out of the middle of a word that is hardly ever written."""
        if sorted(word) == sorted(known):
            return True
        is_short = len(known) == len(word) + 1
        is_framed = word[0] == known[0] and word[-1] == known[-1]
        return is_short and is_framed and frequency <= self.RARE + 10

    @staticmethod
    def _slip(word: str, known: str) -> tuple[int, bool, bool]:
        """How unlikely it is to type `word` for `known`; lower is likelier."""
        if sorted(word) == sorted(known):
            kind = 0
        elif len(known) != len(word):
            kind = 1 if len(known) > len(word) else 2
        else:
            kind = 3
        return kind, word[0] != known[0], word[-1] != known[-1]

    def parted(self, word: str) -> tuple[str, str] | None:
        """Two known words typed as one ("loadfactor"); None when it is not just two."""
        if len(word) < 7 or not word.isalpha() or self.knows(word) or self.is_ordinary(word):
            return None
        found = [
            (word[:at], word[at:])
            for at in range(3, len(word) - 2)
            if self.knows(word[:at]) and self.knows(word[at:])
        ]
        return found[0] if len(found) == 1 else None

    def _mend_plural(self, word: str) -> tuple[str, ...]:
        return self.mend(word[:-1]) if word.endswith("s") and len(word) > 5 else ()

    def near(self, word: str, limit: int = 4) -> tuple[str, ...]:
        """Known words to offer for a word that is not understood."""
        if self.is_ordinary(word):
            return ()
        found = process.extract(word, self._offered, scorer=OSA.normalized_similarity, limit=limit)
        return tuple(w for w, score, _ in found if score >= 0.7 and w != word)


def _inflections(word: str) -> tuple[str, ...]:
    """Other forms of an English verb or noun: `consume` -> `consumed`, `consuming`, ..."""
    roots = [word]
    for ending in ("ing", "ed", "es", "s", "d"):
        if word.endswith(ending) and len(word) - len(ending) >= 4:
            root = word[: -len(ending)]
            roots += [root, root + "e"]
    found: dict[str, None] = {}
    for root in roots:
        stem = root[:-1] if root.endswith("e") else root
        for form in (root, root + "s", stem + "ed", stem + "ing", root + "d"):
            if form != word:
                found[form] = None
    return tuple(found)
