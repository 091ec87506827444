"""Cuts a question into items: the segmentation of its tokens that explains most words.

An item keeps every meaning that its words can have (a time phrase, things of the model, grammar
words, a number with its unit); the interpreter chooses among them by context.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from itertools import pairwise

from core.language.lexicon import Lexicon
from core.language.normalise import Token, as_typed
from core.language.rendering.renderer import Renderer
from core.language.rendering.wordbook import Wordbook
from core.language.speller import Speller
from core.language.time_phrases import TimeParser, TimePhrase
from core.language.vocabulary import Match, Target, Vocabulary
from core.semantic import units

#: Lexicon groups that never stand for an item of their own (they are read inside time phrases).
_TIME_GROUPS = frozenset(
    {
        "months",
        "weekdays",
        "ordinals",
        "units_of_time",
        "language",
        "top",
        "period_to_date",
        "multipliers",
    }
)

#: Lexicon groups that are read before a question is cut into items.
_READ_BEFORE = frozenset({"drift"})

#: Lexicon groups whose words may be left over: they only join other words.
QUIET_GROUPS = frozenset({"ignored", "and", "or", "but", "the", "only", "which"})


@dataclass(slots=True)
class Item:
    """A run of tokens with all that it may mean.

    tags: lexicon group -> payload. use: what the interpreter took it for; empty while unused.
    """

    start: int
    length: int
    text: str
    tokens: tuple[Token, ...]
    time: TimePhrase | None = None
    targets: tuple[Target, ...] = ()
    tags: dict[str, str] = field(default_factory=dict)
    number: float | None = None
    unit: str | None = None
    is_plural: bool = False
    level: int = 3
    use: str = ""

    @property
    def norm(self) -> str:
        return " ".join(t.norm for t in self.tokens)

    @property
    def is_unknown(self) -> bool:
        return not (self.time or self.targets or self.tags or self.number is not None)

    @property
    def is_ignorable(self) -> bool:
        return "ignored" in self.tags and not self.targets

    def of_kind(self, kind: str) -> tuple[Target, ...]:
        return tuple(t for t in self.targets if t.kind == kind)


#: Questions of which the segmentation is kept.
_REMEMBERED = 64

#: Gives the item of a span of so many tokens, which has at least that score.
MakeItem = Callable[[int, float], Item]


@dataclass(frozen=True, slots=True)
class Tagged:
    """Items in order, the tokens, and the mended words (typed -> read as). language: what the
    question was typed in."""

    items: list[Item]
    tokens: tuple[Token, ...]
    mended: dict[str, str]
    doubtful: dict[str, tuple[str, ...]]
    language: str = "en"


def _score(base: float, length: int) -> float:
    """Points of a span: every word counts, and a longer phrase beats its parts."""
    return base * length + 4.0 * (length - 1)


class Tagger:
    """Segments questions of one language over one vocabulary."""

    def __init__(
        self,
        lexicon: Lexicon,
        vocabulary: Vocabulary,
        time: TimeParser,
        read_books: Sequence[Callable[[Vocabulary], Wordbook]] = (),
    ) -> None:
        self.lexicon = lexicon
        self.vocabulary = vocabulary
        self.time = time
        self.speller = Speller(vocabulary, lexicon)
        self.renderer = Renderer(
            lexicon,
            vocabulary,
            lambda: tuple(read_book(vocabulary) for read_book in read_books),
            self.speller.is_ordinary,
        )
        self._groups = tuple(
            g
            for g in lexicon.groups
            if g not in _TIME_GROUPS | _READ_BEFORE and not g.startswith("time")
        )
        # A turn asks several times: the parser, the verified pairs, the parts of an offer.
        self._remembered = lru_cache(maxsize=_REMEMBERED)(self._tag)

    def tag(self, tokens: tuple[Token, ...]) -> Tagged:
        """The best segmentation: fewest words unexplained, longest phrases first. The items are
        the caller's own."""
        found = self._remembered(tokens)
        items = [replace(item, tags=dict(item.tags)) for item in found.items]
        return replace(found, items=items, mended=dict(found.mended), doubtful=dict(found.doubtful))

    def _tag(self, tokens: tuple[Token, ...]) -> Tagged:
        rendered = self.renderer.render(tokens)
        if rendered.language != self.lexicon.language:
            items = self._segment(rendered.tokens)[1]
            return Tagged(items, rendered.tokens, {}, rendered.doubtful, rendered.language)
        tokens, mended, doubtful = self._mend(tokens)
        tokens = self._settle(tokens, mended, doubtful)
        items = self._segment(tokens)[1]
        dropped = {t for i in items if i.is_ignorable for t in i.tokens if t.text in mended}
        if dropped:
            # a word that is not known must not be mended into one that is passed over
            tokens = tuple(
                replace(t, norm=t.text.casefold()) if t in dropped else t for t in tokens
            )
            items = self._segment(tokens)[1]
            for token in dropped:
                mended.pop(token.text, None)
        return Tagged(items, tokens, mended, doubtful)

    def _settle(
        self,
        tokens: tuple[Token, ...],
        mended: dict[str, str],
        doubtful: dict[str, tuple[str, ...]],
    ) -> tuple[Token, ...]:
        """A typing error with several equally likely words is the one that the rest of the
        question fits best ("lst month"), when there is just one such."""
        for at, token in enumerate(tokens):
            if token.text not in doubtful:
                continue
            tried = []
            for word in doubtful[token.text]:
                changed = (*tokens[:at], replace(token, norm=word), *tokens[at + 1 :])
                tried.append((self._segment(changed)[0], word, changed))
            tried.sort(key=lambda t: -t[0])
            if len(tried) > 1 and tried[0][0] > tried[1][0] + 1:
                mended[token.text] = tried[0][1]
                del doubtful[token.text]
                tokens = tried[0][2]
        return tokens

    def _mend(
        self, tokens: tuple[Token, ...]
    ) -> tuple[tuple[Token, ...], dict[str, str], dict[str, tuple[str, ...]]]:
        result: list[Token] = []
        mended: dict[str, str] = {}
        doubtful: dict[str, tuple[str, ...]] = {}
        is_shouted = all(t.text.isupper() for t in tokens if t.kind == "word")
        for token in tokens:
            is_code = token.norm in self.vocabulary.code_letters
            is_unit = token.kind == "word" and units.parse_unit(token.text) is not None
            is_acronym = token.text.isupper() and len(token.text) <= 5 and not is_shouted
            if token.kind == "word" and not (is_code or is_unit or is_acronym):
                parts = self.speller.parted(token.norm)
                if parts is not None:
                    middle = token.start + len(parts[0])
                    result.append(replace(token, norm=parts[0], end=middle))
                    result.append(replace(token, norm=parts[1], start=middle))
                    mended[token.text] = " ".join(parts)
                    continue
                near = self.speller.mend(token.norm)
                if len(near) == 1:
                    mended[token.text] = near[0]
                    result.append(replace(token, norm=near[0]))
                    continue
                if near:
                    doubtful[token.text] = near
            result.append(token)
        return tuple(result), mended, doubtful

    def _segment(self, tokens: tuple[Token, ...]) -> tuple[float, list[Item]]:
        count = len(tokens)
        best: list[tuple[float, Item | None]] = [(0.0, None)] * (count + 1)
        words = [t.norm for t in tokens]
        for at in range(count - 1, -1, -1):
            choice: tuple[float, Item | None] = (-1e9, None)
            for score, item in self._candidates(tokens, words, at):
                total = score + best[at + item.length][0]
                if total > choice[0]:
                    choice = (total, item)
            best[at] = choice
        items: list[Item] = []
        at = 0
        while at < count:
            chosen = best[at][1]
            assert chosen is not None
            items.append(chosen)
            at += chosen.length
        return best[0][0], items

    def _candidates(
        self, tokens: tuple[Token, ...], words: Sequence[str], at: int
    ) -> list[tuple[float, Item]]:
        """(score, item) for each span that begins at `at`; spans of one length are merged."""
        by_length: dict[int, Item] = {}
        scores: dict[int, float] = {}

        def item(length: int, score: float) -> Item:
            found = by_length.get(length)
            if found is None:
                span = tokens[at : at + length]
                found = by_length[length] = Item(at, length, as_typed(span), tuple(span))
            scores[length] = max(scores.get(length, -1e9), score)
            return found

        phrase = self.time.parse(tokens, at)
        if phrase is not None and not self._ends_in_place(tokens, at + phrase.length):
            item(phrase.length, _score(10, phrase.length) + 0.5).time = phrase
        is_within = self._is_in_share(tokens, words, at)
        for match in self.vocabulary.match(words, at):
            if self._cuts(words, at, match):
                continue
            if is_within and match.length > 1:
                continue  # "as a share of good units" is no name in it
            found = item(match.length, _score(10, match.length) + 0.3)
            found.targets = tuple(dict.fromkeys(found.targets + match.targets))
            found.is_plural = match.is_plural
        for group in self._groups:
            found_here = self.lexicon[group].matches(tokens, at)
            if group == "share" and len(found_here) > 1:
                found_here = self._without_heads(found_here, words, at)
            if group == "share" and found_here:
                found_here = self._without_tails(found_here, words, at)
            for payload, length in found_here:
                found = item(length, _score(6.0 if group == "ignored" else 9.0, length))
                found.tags.setdefault(group, payload)
        self._add_number(tokens, at, item)
        self._add_display_unit(tokens, at, item)
        if 1 not in by_length:
            if tokens[at].kind == "symbol":
                item(1, 4.0).tags["ignored"] = "ignored"
            else:
                partial = self._partial(tokens[at])
                unit = units.parse_unit(tokens[at].text) if not partial else None
                found = item(1, 5.0 if partial or unit else 0.0)
                found.targets = partial
                found.level = 1
                if unit is not None:
                    found.tags["unit_word"] = unit
        return [(scores[length], found) for length, found in by_length.items()]

    def _ends_in_place(self, tokens: tuple[Token, ...], end: int) -> bool:
        """Whether what stands before `end` is a place, and no day: "the 2nd worst"."""
        sizes = range(1, min(end, self.lexicon["places"].longest) + 1)
        is_place = any(self.lexicon.has("places", tokens, end - n) == n for n in sizes)
        return is_place and self.lexicon.has("superlatives", tokens, end) > 0

    def _cuts(self, words: Sequence[str], at: int, match: Match) -> bool:
        """Whether a figure's name takes the head of a longer one: "scrap per line" of "scrap per
        line manager". What is asked is then the figure before "per", split by the longer name."""
        end = at + match.length
        if not any(target.kind == "metric" for target in match.targets):
            return False
        pers = [k for k in range(at + 1, end - 1) if words[k] in self.lexicon.senses["per"]]
        return any(
            other.length > end - (k + 1)
            and any(t.kind == "column" and not t.is_partial for t in other.targets)
            for k in pers
            for other in self.vocabulary.match(words, k + 1)
        )

    def _without_heads(
        self, phrases: list[tuple[str, int]], words: Sequence[str], at: int
    ) -> list[tuple[str, int]]:
        """The phrases of one group that begin here, the longest first, without those of which the
        last word begins a figure's name: "share of total", of "share of total units"."""

        def begins_name(last: int) -> bool:
            return any(
                match.length > 1 and any(t.kind in ("metric", "column") for t in match.targets)
                for match in self.vocabulary.match(words, last)
            )

        kept = [one for one in phrases[:-1] if not begins_name(at + one[1] - 1)]
        return [*kept, phrases[-1]]

    def _without_tails(
        self, phrases: list[tuple[str, int]], words: Sequence[str], at: int
    ) -> list[tuple[str, int]]:
        """The phrases that begin here without those of which the first word ends a rate's name and
        the rest stands behind it: "percent of", of "scrap percent of each line"."""
        ends_name = words[at] in self.lexicon.senses["rate_ends"] and any(
            match.length == at - begins + 1 and any(t.kind == "metric" for t in match.targets)
            for begins in range(max(at - 3, 0), at)
            for match in self.vocabulary.match(words, begins)
        )
        return [one for one in phrases if one[1] == 1] if ends_name else phrases

    def _is_in_share(self, tokens: tuple[Token, ...], words: Sequence[str], at: int) -> bool:
        """Whether words stand within those of a share that began before them ("as a share")."""
        share = self.lexicon["share"]
        for back in range(1, min(at, share.longest - 1) + 1):
            begins = at - back
            if tokens[begins].norm not in self.lexicon.senses["as_share"]:
                continue
            found = share.matches(tokens, begins)
            kept = self._without_heads(found, words, begins) if len(found) > 1 else found
            if any(length > back for _, length in kept):
                return True
        return False

    def _partial(self, token: Token) -> tuple[Target, ...]:
        """Values of several words of which only this one was typed."""
        if token.kind != "word" or len(token.norm) < 4:
            return ()
        return tuple(replace(t, is_partial=True) for t in self.vocabulary.parts(token.norm))

    def _add_number(self, tokens: tuple[Token, ...], at: int, item: MakeItem) -> None:
        value = tokens[at].number
        end = at + 1
        if value is None:
            found = self.lexicon["cardinals"].match(tokens, at)
            if found is None or tokens[at].norm in ("a", "an"):
                return
            value, end = float(found[0]), at + found[1]
        if at > 0 and tokens[at - 1].text == "-" and tokens[at - 1].end == tokens[at].start:
            value = -value if at == 1 or tokens[at - 2].number is None else value
        times = self.lexicon["multipliers"].match(tokens, end)
        # "5 K" is a temperature.
        if times is not None and tokens[end].text != tokens[end].text.upper():
            value, end = value * float(times[0]), end + times[1]
        plain = item(end - at, 8.0 * (end - at))
        plain.number = value
        for stop in range(min(len(tokens), end + 4), end, -1):
            text = _unit_text(tokens[end:stop])
            unit = units.parse_unit(text) if text else None
            if unit is not None:
                with_unit = item(stop - at, _score(9.5, stop - at))
                with_unit.number, with_unit.unit = value, unit
                return

    def _add_display_unit(self, tokens: tuple[Token, ...], at: int, item: MakeItem) -> None:
        """`in MWh`, `in °F`: the unit that the answer is wanted in."""
        if tokens[at].norm not in ("in", "as"):
            return
        for stop in range(min(len(tokens), at + 5), at + 1, -1):
            text = _unit_text(tokens[at + 1 : stop])
            unit = units.parse_unit(text) if text else None
            if unit is not None and (stop >= len(tokens) or tokens[stop].number is None):
                found = item(stop - at, _score(9.2, stop - at))
                found.tags["display_unit"] = unit
                return


def compounds(text: str, items: Sequence[Item], loaded: Collection[str]) -> Iterator[Item]:
    """Small words, each of which is passed over, that mean something together: typed with a hyphen
    ("in-house"), or one of the `loaded` phrases."""
    for first, second in pairwise(items):
        if not (first.is_ignorable and second.is_ignorable) or first.use or second.use:
            continue
        end, start = first.tokens[-1].end, second.tokens[0].start
        is_word = first.tokens[-1].kind == second.tokens[0].kind == "word"
        if is_word and (text[end:start] == "-" or f"{first.norm} {second.norm}" in loaded):
            whole = text[first.tokens[0].start : second.tokens[-1].end]
            yield Item(first.start, first.length + second.length, whole,
                       (*first.tokens, *second.tokens))  # fmt: skip


def _unit_text(tokens: Sequence[Token]) -> str:
    """The typed text of a run of tokens, with the spaces it was typed with."""
    text = ""
    for index, token in enumerate(tokens):
        gap = "" if index == 0 or tokens[index - 1].end == token.start else " "
        text += gap + token.text
    return text
