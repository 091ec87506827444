"""A question as a template: its words in a form on which synonyms agree, and its slots.

A slot is a place that may hold something else when the same question is asked again: a value of
the data's dictionary, a time, a number. Every other word stays: what the vocabulary or the lexicon
knows by its meaning, an unknown word by its stem. Only words that carry nothing are dropped.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final, Literal

from core.language.normalise import Token, clean, singular, tokenise
from core.language.parser import QuestionParser
from core.language.tagger import Item
from core.language.time_phrases import TimePhrase
from core.language.vocabulary import Target

SlotKind = Literal["value", "window", "number"]

#: Groups whose payload is all that their words say; of other groups the words themselves count.
_BY_PAYLOAD: Final = frozenset(
    {
        "aggregates", "comparators", "suffix_comparators", "exceed_verbs", "grains", "charts",
        "display_unit", "unit_word", "measured_by_unit", "by", "versus", "compare", "not", "or",
        "but", "running", "moving", "trend", "records", "now", "first_time", "last_time",
        "correlation", "between", "both", "average_reference",
    }
)  # fmt: skip
#: Groups that add nothing to a question beside what stands in it.
_SILENT: Final = frozenset(
    {"ignored", "and", "the", "which", "show", "cardinals", "count_of_rows", "range_to"}
)
#: Groups that say nothing where a word is also one that is passed over ("with").
_SILENT_IN_PASSING: Final = frozenset({"links", "only", "who"})
_PUNCTUATION: Final = frozenset(",.?!;:'\"()&-…[]")


@dataclass(frozen=True, slots=True)
class Slot:
    """A place of a question that may hold something else.

    values: for a value, what it may mean: column and values in the order typed. joined: how
    several values are tied, empty for one. negated: right after a word that leaves out. scopes:
    for each value named, the plants in which it occurs. at: its place in the template.
    """

    kind: SlotKind
    phrase: str
    at: int
    tokens: tuple[Token, ...]
    values: tuple[tuple[str, tuple[str, ...]], ...] = ()
    scopes: tuple[frozenset[str], ...] = ()
    joined: Literal["", "and", "or"] = ""
    negated: bool = False
    window: TimePhrase | None = None
    number: float | None = None
    unit: str | None = None

    @property
    def type(self) -> str:
        """What must agree for one slot to stand for another: not the column, which the pair's
        own SQL decides."""
        if self.kind == "number":
            return f"<number {self.unit or ''}>"
        return f"<{self.kind}{' ' + self.joined if self.joined else ''}>"

    @property
    def columns(self) -> frozenset[str]:
        """Columns whose values it may name."""
        return frozenset(column for column, _ in self.values)

    def of(self, column: str) -> tuple[str, ...]:
        """The values when it means that column; empty when it cannot."""
        return next((texts for name, texts in self.values if name == column), ())


@dataclass(frozen=True, slots=True)
class Template:
    """words: the tokens in order, a slot by its type."""

    text: str
    words: tuple[str, ...]
    slots: tuple[Slot, ...]

    @property
    def bag(self) -> tuple[str, ...]:
        """The words in no order."""
        return tuple(sorted(self.words))

    @property
    def manner(self) -> tuple[str, ...]:
        """The words that name nothing and are no slots, in no order; the kind of picture aside."""
        silent = ("t:", "<", "g:charts")
        return tuple(sorted(w for w in self.words if not w.startswith(silent)))


def template_of(question: str, parser: QuestionParser) -> Template:
    """The template of a question. Raises UserFixable for text that is no question."""
    text = clean(question)
    items = parser.tagger.tag(tokenise(text)).items
    return _Builder(text, parser).build(items)


@dataclass(slots=True)
class _Word:
    """A kept piece: its token, and the slot it is."""

    token: str
    slot: Slot | None = None
    is_joiner: Literal["", "and", "or"] = ""


class _Builder:
    def __init__(self, text: str, parser: QuestionParser) -> None:
        self.text = text
        self.senses = parser.lexicon.senses

    def build(self, items: list[Item]) -> Template:
        counts = any(item.tags.get("aggregates") == "count" for item in items)
        words = [w for item in items if (w := self._word(item, counts=counts)) is not None]
        words = _merged(words)
        is_wordless = not any(w.token.startswith("t:") for w in words)
        if is_wordless:
            # Nothing of the model is named: then every word is what the question says.
            every = [self._word(item) or _kept(item) for item in items]
            words = _merged([w for w in every if w is not None])
        columns = [c for w in words if w.slot for c in w.slot.columns]
        if len(columns) == len(set(columns)):
            words = [w for w in words if not w.token.startswith("d:")]
        slots: list[Slot] = []
        previous = ""
        for at, word in enumerate(words):
            if word.slot is not None:
                slots.append(replace(word.slot, at=at, negated=previous.startswith("g:not")))
            previous = word.token
        return Template(
            self.text,
            tuple(w.slot.type if w.slot else w.token for w in words),
            tuple(slots),
        )

    def _word(self, item: Item, *, counts: bool = False) -> _Word | None:
        """What is kept of an item; None when it says nothing. counts: a number is asked for, and
        with it "which" says that there is one for each ("which alarms and how often")."""
        if counts and "which" in item.tags and not item.targets:
            return _Word("g:which")
        tags = {g: p for g, p in item.tags.items() if g not in _SILENT}
        if "ignored" in item.tags:
            tags = {g: p for g, p in tags.items() if g not in _SILENT_IN_PASSING}
        targets = tuple(t for t in item.targets if not t.is_partial)
        if targets:
            return self._named(item, targets, tags)
        if item.time is not None:
            return self._time(item, item.time, tags)
        if item.number is not None and not tags:
            number = Slot("number", item.text, 0, item.tokens, number=item.number, unit=item.unit)
            return _Word("", number)
        if "or" in tags:
            return _Word("g:or:or", is_joiner="or")
        if tags:
            return _Word(self._tagged(item, tags))
        return self._untagged(item)

    def _named(self, item: Item, targets: tuple[Target, ...], tags: dict[str, str]) -> _Word:
        if all(t.kind == "value" for t in targets) and not tags and item.time is None:
            found: dict[str, tuple[str, ...]] = {}
            scopes: set[str] = set()
            for target in targets:
                if target.name in found:  # two values of one column: nothing tells which
                    return _Word(_names(targets))
                found[target.name] = (target.value or "",)
                scopes |= target.scopes
            values = tuple(sorted(found.items()))
            slot = Slot("value", item.text, 0, item.tokens, values, (frozenset(scopes),))
            return _Word("", slot)
        extra = self._tagged(item, tags) if tags else ""
        if item.time is not None:
            extra += f"|{item.norm}"
        return _Word(_names(targets) + extra)

    def _time(self, item: Item, time: TimePhrase, tags: dict[str, str]) -> _Word:
        is_plain = time.has_window and not (
            tags or time.problem or time.readings or time.weekdays or time.minutes
        )
        if is_plain:
            return _Word("", Slot("window", item.text, 0, item.tokens, window=time))
        said = (time.weekdays, time.minutes, time.is_all, time.is_each)
        is_set = not (time.has_window or time.problem or time.readings)
        extra = self._tagged(item, tags) if tags else ""
        return _Word(f"time:{said if is_set else item.norm}{extra}")

    def _tagged(self, item: Item, tags: dict[str, str]) -> str:
        found = []
        for group, payload in sorted(tags.items()):
            is_plain_extreme = (
                group == "superlatives" and item.norm in self.senses["plain_superlatives"]
            )
            by_payload = group in _BY_PAYLOAD or is_plain_extreme
            found.append(f"g:{group}:{payload if by_payload else item.norm}")
        return "|".join(found)

    def _untagged(self, item: Item) -> _Word | None:
        """A word that is passed over or unknown."""
        norm = item.norm
        if item.tokens[0].kind == "symbol":
            is_silent = all(c in _PUNCTUATION for t in item.tokens for c in t.text)
            if "and" in item.tags and norm == ",":
                return _Word("j:and", is_joiner="and")
            return None if is_silent else _Word(f"w:{norm}")
        if "and" in item.tags:
            return _Word("j:and", is_joiner="and")
        if norm in self.senses["directions"]:
            return _Word(f"d:{norm}")
        if item.is_unknown or any(t.is_partial for t in item.targets):
            stem = " ".join(singular(t.norm) for t in item.tokens)
            return _Word(f"w:{stem}")
        if norm in self.senses["weighty_fillers"]:
            return _Word(f"w:{norm}")
        return None


def _kept(item: Item) -> _Word | None:
    is_word = item.tokens[0].kind != "symbol"
    return _Word(f"w:{item.norm}") if is_word else None


def _names(targets: tuple[Target, ...]) -> str:
    found = {f"{t.kind}:{t.name}:{t.value or ''}" for t in targets}
    return "t:" + ",".join(sorted(found))


def _merged(words: list[_Word]) -> list[_Word]:
    """Values of one column in a row are one slot; other joining words say nothing, but `or`."""
    kept: list[_Word] = []
    at = 0
    while at < len(words):
        word = words[at]
        if word.slot is not None and word.slot.kind == "value":
            at, word = _list_from(words, at)
            kept.append(word)
            continue
        if word.is_joiner != "and":
            kept.append(word)
        at += 1
    return kept


def _list_from(words: list[_Word], at: int) -> tuple[int, _Word]:
    """The values that begin at `at`, joined, and the place after them."""
    slot = words[at].slot
    assert slot is not None
    joined: Literal["", "and", "or"] = ""
    here = at + 1
    while True:
        after, by = here, joined
        while after < len(words) and words[after].is_joiner:
            by = "or" if words[after].is_joiner == "or" or by == "or" else "and"
            after += 1
        other = words[after].slot if after < len(words) and after > here else None
        if other is None or other.kind != "value" or not (slot.columns & other.columns):
            return here, _Word("", slot)
        shared = sorted(slot.columns & other.columns)
        values = tuple((c, tuple(dict.fromkeys(slot.of(c) + other.of(c)))) for c in shared)
        joined = by
        slot = replace(
            slot,
            phrase=f"{slot.phrase}, {other.phrase}",
            tokens=slot.tokens + other.tokens,
            values=values,
            scopes=slot.scopes + other.scopes,
            joined=joined,
        )
        here = after + 1
