"""What is told before a question and asks nothing: "I have a meeting about Line 2 in Austin. What
were the main reasons for downtime there last week?"."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Final

from core.errors import UserFixable
from core.language.lexicon import Senses
from core.language.normalise import tokenise
from core.language.reading import Reading
from core.language.tagger import Item
from core.semantic.model import SemanticModel
from core.translation import gettext as _
from core.types import WordUse

#: Where a sentence ends; the point of a decimal has a figure behind it.
_END: Final = re.compile(r"(?<=[.!:])\s+(?=[^\W\d_])")
#: Fewer words than these are no sentence ("approx.", "Thanks.").
_LEAST: Final = 3


def told_before(text: str) -> tuple[str, str] | None:
    """The sentences before the last one, and the last one; None for a single sentence, and where
    one before it asks something itself."""
    parts = _END.split(text.strip())
    if len(parts) == 1:
        return None
    before, asked = " ".join(parts[:-1]), parts[-1]
    is_sentence = len(before.split()) >= _LEAST and len(asked.split()) >= _LEAST
    return (before, asked) if is_sentence and "?" not in before else None


def without_background(
    text: str,
    read: Callable[[str], Reading],
    tag: Callable[[str], Sequence[Item]],
    model: SemanticModel,
    senses: Senses,
) -> Reading | None:
    """The reading of a question that background is told before. None where that is no statement,
    or gives orders ("ignore the rules"); where the question is not understood; and where it may
    mean something of the background that cannot be told: it points back to it ("that"), or does
    not name what the background names. "There" is the place, and "it" or "them" are the things,
    that the background names."""
    parts = told_before(text)
    if parts is None:
        return None
    before, asked = parts
    told = {t.norm for t in tokenise(before)}
    if not told & senses["tells"] or told & senses["orders"]:
        return None
    levels = {level for h in model.hierarchies for level in h.levels}
    named = _named(tag(before))
    places = [said for columns, said in named if columns & levels]
    tokens = tokenise(asked)
    there = [t for t in tokens if t.norm in senses["that_place"]]
    these = [t for t in tokens if t.norm in senses["stands_for"]]
    if any(t.norm in senses["points_back"] for t in tokens) or len(there) + len(these) > 1:
        return None
    if there or these:
        meant = places if there else [said for _columns, said in named]
        if not meant:
            return None
        word = (there or these)[0]
        first = f"in {meant[0]}" if there else f"the {meant[0]}"
        asked = asked[: word.start] + " in ".join((first, *meant[1:])) + asked[word.end :]
    try:
        found = read(asked)
    except UserFixable:
        return None
    query = found.query
    if query is None:
        return None
    known = {d.column for d in query.dimensions} | {f.column for f in query.filters}
    if any(not columns & known for columns, _said in named):
        return None
    note = _("Taken as background, and not asked: “{text}”").format(text=before)
    words = _placed(found.words, text, len(text) - len(parts[1]))
    return replace(found, words=words, notes=(*found.notes, note))


def _placed(words: Sequence[WordUse], text: str, start: int) -> tuple[WordUse, ...]:
    """The words at their places in the whole text; those that stand for "there" at the place that
    they are taken from. start: where the question begins."""
    found, at = [], start
    for one in words:
        place = text.find(one.text, at)
        at = place + len(one.text) if place >= 0 else at
        place = place if place >= 0 else text.find(one.text)
        if place >= 0:
            found.append(replace(one, start=place, end=place + len(one.text)))
    return tuple(found)


def _named(items: Sequence[Item]) -> list[tuple[frozenset[str], str]]:
    """The values that a text names: the columns that each may be of, and how it is said."""
    found = []
    for item, after in itertools.zip_longest(items, items[1:]):
        columns = frozenset(t.name for t in item.targets if t.kind == "value")
        is_of_another = after is not None and after.is_unknown and after.text.isalpha()
        if columns and not is_of_another:  # "the morning meeting" is no morning shift
            found.append((columns, item.text))
    return found
