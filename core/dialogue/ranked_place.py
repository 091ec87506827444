"""Another place of the ranking that was shown ("and the second?", after the one with the most)."""

from __future__ import annotations

from collections.abc import Sequence

from core.dialogue.edits import Ranked
from core.dialogue.words import DialogueWords
from core.language.normalise import Token
from core.semantic.query import SemanticQuery


def ranked_place(
    tokens: Sequence[Token], base: SemanticQuery, words: DialogueWords
) -> list[Ranked] | None:
    """The change to the place that is all that is said; None for other words, where nothing was
    ranked, and for a place that is shown already, which stands for what is there."""
    said = [t for t in tokens if t.kind != "symbol"]
    place = words["places"].match(said, 0) if said else None
    if place is None or base.limit is None or not base.order:
        return None
    end = place[1]
    noun = words["place_nouns"].match(said, end) if end < len(said) else None
    end += noun[1] if noun is not None else 0
    at = int(place[0])
    is_ranked = base.kind == "aggregate" and base.order[0].by in ("measure", "change")
    is_shown = base.skip <= at < base.skip + base.limit
    is_known = base.limit == 1 or at >= base.skip + base.limit  # "the first", of the places 3 to 5
    if end < len(said) or at < 0 or not is_ranked or is_shown or not is_known:
        return None
    return [Ranked(base.order, 1, base.per_group, at)]
