"""A shift that is told from now: "this morning", "this early shift" is the one of today."""

from __future__ import annotations

from core.language.lexicon import Lexicon
from core.language.normalise import tokenise
from core.language.vocabulary import Vocabulary
from core.semantic.model import SemanticModel


def this_shift(text: str, lexicon: Lexicon, vocabulary: Vocabulary, model: SemanticModel) -> str:
    """The text with "today" where "this" stands before a shift's name: the word points to no
    answer before, and passed over it would leave that shift of all days."""
    shifts = {t.time.shift for t in model.tables.values() if t.time is not None} - {None}
    tokens = tokenise(text)
    norms = [t.norm for t in tokens]
    for at in range(len(norms) - 2, -1, -1):
        if norms[at] not in lexicon.senses["this"]:
            continue
        values = [t for m in vocabulary.match(norms, at + 1) for t in m.targets]
        if any(t.value is not None and t.name in shifts for t in values):
            said = min(lexicon.senses["today"])
            text = text[: tokens[at].start] + said + text[tokens[at].end :]
    return text
