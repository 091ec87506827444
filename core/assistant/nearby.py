"""What the corpus has near a question that Gemba does not understand: pairs to choose from, a note.

Nothing here answers. A verified question is offered with the asker's own times and places in it
where they fit, so that choosing it asks what the asker may have meant; a note is quoted.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from core.assistant.parts import ModelParts
from core.assistant.verified import VerifiedAnswers
from core.entries import Entry
from core.errors import GembaError, UserFixable
from core.language.normalise import place_of, singular, tokenise
from core.retrieval.retriever import Found, Hit
from core.types import Option, User
from core.verified.template import Slot, template_of

#: Entries that fit a question, for who asks it. Raises Unavailable.
Search = Callable[[str, User, str], Found]

#: Cosine from which an entry is worth offering. A wrong offer costs a glance and no wrong number.
PAIRS_FROM: Final = 0.45
NOTES_FROM: Final = 0.35
_MOST_PAIRS: Final = 3
_MOST_NOTE: Final = 400


@dataclass(frozen=True, slots=True)
class Nearby:
    """options: verified questions, nearest first. note: a note's heading and text; empty where
    none is near."""

    options: tuple[Option, ...] = ()
    note: str = ""


def nearby(
    question: str,
    about: Sequence[str],
    user: User,
    parts: ModelParts,
    verified: VerifiedAnswers,
    search: Search,
) -> Nearby:
    """The help for a question; none when the corpus cannot be searched. about: words that a
    note must all have in its heading to be quoted; without any, one of the question's is enough.
    """
    try:
        found = search(question, user, parts.model.name)
    except GembaError:
        return Nearby()
    texts = dict.fromkeys(
        _in_your_words(hit.entry, question, user, parts, verified)
        for hit in found.of("qa")
        if hit.entry.status == "verified" and _is_near(hit, PAIRS_FROM)
    )
    options = tuple(Option(text, text) for text in texts if text)[:_MOST_PAIRS]
    wanted, asked = _words(" ".join(about)), _words(question)
    note = next(
        (
            _quoted(hit.entry)
            for hit in found.of("doc")
            if _is_near(hit, NOTES_FROM) and _is_about(hit.entry, wanted, asked)
        ),
        "",
    )
    return Nearby(options, note)


def _is_about(note: Entry, wanted: frozenset[str], asked: frozenset[str]) -> bool:
    heading = _words(_heading(note))
    return wanted <= heading if wanted else bool(asked & heading)


def _words(text: str) -> frozenset[str]:
    """The words of a text that can tell what it is about, in one form."""
    words = (singular(t.norm) for t in tokenise(text) if t.kind == "word")
    return frozenset(w for w in words if len(w) > 2)


def _heading(entry: Entry) -> str:
    return entry.title.partition("#")[2] or entry.title


def _is_near(hit: Hit, least: float) -> bool:
    """Found by its words and near in meaning, or, without an embedding model, first by words."""
    if hit.dense is None:
        return hit.sparse is not None and hit.sparse.rank == 1
    return hit.dense.score >= least


def _in_your_words(
    entry: Entry, question: str, user: User, parts: ModelParts, verified: VerifiedAnswers
) -> str:
    """The pair's question with what the asker named in place of its own, where that matches the
    pair; else as it stands, and empty where it does not answer this person at all."""
    try:
        own = template_of(entry.text, parts.parser)
        asked = template_of(question, parts.parser)
    except UserFixable:
        return ""
    text = entry.text
    for slot in reversed(own.slots):
        same = [s for s in asked.slots if _fits(s, slot)]
        if len(same) == 1 and sum(_fits(same[0], s) for s in own.slots) == 1:
            start, end = place_of(slot.tokens)
            text = text[:start] + same[0].phrase + text[end:]
    opened = verified.opened(user.tenant, parts)
    for candidate in dict.fromkeys((text, entry.text)):
        reading = parts.parser.parse(candidate, user.plants)
        if reading.out_of_scope:
            continue
        match, _ = opened.match(candidate, reading, user.plants)
        if match is not None and match.entry.id == entry.id:
            return candidate
    return ""


def _fits(new: Slot, own: Slot) -> bool:
    """Whether what was asked can stand where the pair has its own."""
    if new.type != own.type or new.negated != own.negated:
        return False
    return own.kind != "value" or bool(new.columns & own.columns)


def _quoted(entry: Entry) -> str:
    text = " ".join(entry.text.split())
    if len(text) > _MOST_NOTE:
        text = text[:_MOST_NOTE].rsplit(" ", 1)[0] + " …"
    return f"{_heading(entry)}: {text}"
