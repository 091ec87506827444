"""One figure within another ("energy during downtime"): a part that no reading of ours can take.

Both named side by side would be answered as two figures, which is not what was asked; so it is
asked back, with the two as a choice.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from core.language.lexicon import Senses
from core.language.normalise import place_of
from core.language.tagger import Item
from core.language.vocabulary import Vocabulary
from core.semantic import units
from core.translation import gettext as _
from core.types import Clarification, Option

_TIME: Final = "min"


def overlap(
    text: str, items: Sequence[Item], words: Vocabulary, senses: Senses
) -> Clarification | None:
    """The question back for a question in which a figure stands within another one; None for any
    other. items: as they were read, in order."""
    last: Item | None = None
    between: list[Item] = []
    for item in items:
        if item.use == "figure":
            if last is not None and _is_within(last, between, item, words, senses):
                return _asked(text, last, item)
            last, between = item, []
        else:
            between.append(item)
    return None


def _is_within(
    first: Item,
    between: Sequence[Item],
    second: Item,
    words: Vocabulary,
    senses: Senses,
) -> bool:
    """Joined by "during" and the like, or a time of a state right before what it may hold
    ("downtime energy")."""
    if any(item.use or not item.is_ignorable for item in between):
        return False
    if between:
        return any(item.norm in senses["within"] for item in between)
    first_unit, second_unit = _unit(first, words), _unit(second, words)
    if first_unit is None or second_unit is None:
        return False
    is_time = units.dimension(first_unit) == units.dimension(_TIME)
    return is_time and units.dimension(second_unit) != units.dimension(_TIME)


def _unit(item: Item, words: Vocabulary) -> str | None:
    """The unit of a column's figure; None for what is no column, or has none."""
    names = {t.name for t in item.targets if t.kind == "column"}
    if len(names) != 1 or any(t.kind == "metric" for t in item.targets):
        return None
    column, _tables = words.columns[names.pop()]
    return column.unit


def _asked(text: str, first: Item, second: Item) -> Clarification:
    start, end = place_of(first.tokens)[1], place_of(second.tokens)[0]
    whole = slice(*place_of((*first.tokens, *second.tokens)))
    both = f"{text[:start]} and {text[end:]}"
    return Clarification(
        _(
            "I cannot tell which part of “{text}” and “{text2}” fall together. Ask "
            "for each by itself."
        ).format(text=first.text, text2=second.text),
        (Option(_("Both: {text} and {text2}").format(text=first.text, text2=second.text), both),),
        (text[whole],),
    )
