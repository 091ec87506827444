"""`orders`, after an answer about work orders: the rows at hand by the last word of their name."""

from __future__ import annotations

from collections.abc import Sequence

from core.dialogue.past import Past
from core.errors import UserFixable
from core.language.normalise import Token, clean, singular, tokenise
from core.language.parser import QuestionParser
from core.semantic.said import label_of
from core.translation import gettext as _


def rows_at_hand(question: str, past: Past, parser: QuestionParser) -> tuple[str, tuple[str, ...]]:
    """The question with the whole name of the rows that the answer before is about, where only its
    last word is said, and notes that tell so; the question as it is for other words."""
    stack = past.stack(parser.model.name)
    plan = stack[-1].plan if stack else None
    if plan is None:
        return question, ()
    table = parser.model.tables[plan.table]
    name = label_of(table, parser.model).casefold().split()
    if len(name) == 1:
        return question, ()
    try:
        text = clean(question)
    except UserFixable:
        return question, ()
    tokens = tokenise(text)
    for at, token in enumerate(tokens):
        if singular(token.norm) != singular(name[-1]) or _is_of_a_name(tokens, at, parser):
            continue
        whole = " ".join((*name[:-1], token.norm))
        note = _("Read “{typed}” as “{word}”.").format(typed=token.text, word=whole)
        return text[: token.start] + whole + text[token.end :], (note,)
    return question, ()


def _is_of_a_name(tokens: Sequence[Token], at: int, parser: QuestionParser) -> bool:
    """Whether the word is part of a longer name ("production orders", "order type")."""
    norms = [t.norm for t in tokens]
    return any(
        match.length > 1 and start <= at < start + match.length
        for start in range(max(0, at - 3), at + 1)
        for match in parser.vocabulary.match(norms, start)
    )
