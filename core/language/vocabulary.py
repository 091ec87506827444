"""What may be named in a question: metrics, columns, tables and values of one model.

Built once for a model and its data; read by every question. Matching ignores case and plural;
typing errors are mended word by word (`core.language.speller`) before phrases are looked up, so
that a mended word takes part in phrases like any other.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final, Literal

from core.language.lexicon import Lexicon, Phrase, phrase_of
from core.language.normalise import singular
from core.semantic.facts import DataFacts
from core.semantic.model import Column, SemanticModel, Table

TargetKind = Literal["metric", "column", "table", "value", "state"]

_CODE = re.compile(r"^([^\W\d_]+)[-_ ]?0*(\d+)$")


#: Letters of the shortest value that may be said as what was done.
LEAST_DEED: Final = 4


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
    """Phrase index over one model and the values of its data. values_of: how many different values
    of a column can be named."""

    def __init__(self, model: SemanticModel, facts: DataFacts, lexicon: Lexicon) -> None:
        self.model = model
        self._phrases: dict[Phrase, dict[Target, None]] = defaultdict(dict)
        self._codes: dict[tuple[str, int], dict[Target, None]] = defaultdict(dict)
        self._parts: dict[str, dict[Target, None]] = defaultdict(dict)
        self._guarded: dict[str, dict[Target, None]] = defaultdict(dict)
        self.columns: dict[str, tuple[Column, frozenset[str]]] = {}
        self.values_of: Counter[str] = Counter()
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
        for table in self.model.tables.values():
            self._add_of_rows(table)

    def _add_of_rows(self, table: Table) -> None:
        """A table's own columns by what a row is: `vehicle type`, `fuel cost`."""
        for column in table.own.values():
            if column.role not in ("measure", "dimension"):
                continue
            held = {
                t.name
                for t in self.model.tables.values()
                if (found := t.columns.get(column.name)) is not None
                and (t is table or (found.via is not None and found.via.table == table.name))
            }
            target = Target("column", column.name, frozenset(held))
            for one in (table.entity, *table.synonyms):
                phrase = _forms(f"{one} {column.label}")
                if phrase not in self._phrases:
                    self._put_phrase(phrase, target)

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
        self.values_of.update(column for column, _ in merged)
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
        """Single words that mean figures, states or what was done at a time, and nothing else;
        their other forms ("consume" for "consumed") are understood too."""
        for phrase, targets in self._phrases.items():
            if len(phrase) == 1 and all(self._has_forms(t) for t in targets):
                yield phrase[0]

    def deeds(self) -> Iterable[str]:
        """Single words that mean values of no place, and nothing else: "failed" is "fail"."""
        places = {level for h in self.model.hierarchies for level in h.levels}
        for phrase, targets in self._phrases.items():
            is_value = all(t.kind == "value" and t.name not in places for t in targets)
            if len(phrase) == 1 and len(phrase[0]) >= LEAST_DEED and is_value:
                yield phrase[0]

    def _has_forms(self, target: Target) -> bool:
        if target.kind in ("metric", "state"):
            return True
        return target.kind == "column" and self.columns[target.name][0].role in ("measure", "time")

    def words(self) -> Iterable[str]:
        """Every single word of every phrase, in the form that people type."""
        for phrase in self._phrases:
            yield from (w for w in phrase if w.isalpha())
        yield from self._parts
