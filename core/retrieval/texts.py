"""What of an entry is embedded, and what its words are."""

from __future__ import annotations

import re
from typing import Final

from core.entries import Entry

#: An entry's vectors: its best one counts. More would make every search of a long note slower.
MOST_VECTORS: Final = 16
_PIECE_CHARACTERS: Final = 600
_MOST_WORDS_CHARACTERS: Final = 20_000
_SENTENCE_END: Final = re.compile(r"(?<=[.!?;])\s+|\n\s*\n")


def dense_texts(entry: Entry) -> tuple[str, ...]:
    """The texts that are embedded; a question is as near to the entry as to the nearest of them.

    A question and each accepted paraphrase; of a note its pieces, each under the heading; of a
    table, column or metric the whole description and its names.
    """
    if entry.kind == "qa":
        texts = [entry.text, *entry.paraphrases]
    elif entry.kind == "doc":
        heading = note_heading(entry)
        texts = [f"{heading}: {piece}" if heading else piece for piece in _pieces(entry.text)]
    else:
        texts = [entry.text, *entry.paraphrases]
    seen = dict.fromkeys(text.strip() for text in texts if text.strip())
    return tuple(seen)[:MOST_VECTORS] or (entry.title or entry.id,)


def sparse_text(entry: Entry) -> str:
    """All words by which the entry is found."""
    title = "" if entry.kind == "qa" else entry.title.replace("#", " ")
    return "\n".join((title, entry.text, *entry.paraphrases))[:_MOST_WORDS_CHARACTERS]


def note_heading(entry: Entry) -> str:
    """The heading of a note, whose title is `file#heading`."""
    return entry.title.partition("#")[2] or entry.title


def _pieces(text: str) -> list[str]:
    """Sentences joined up to a length, so that no part of a note is lost behind the model's
    longest text."""
    pieces: list[str] = []
    current = ""
    for sentence in (s for long in _SENTENCE_END.split(text) for s in _cut(long)):
        if current and len(current) + len(sentence) > _PIECE_CHARACTERS:
            pieces.append(current)
            current = ""
        current = f"{current} {sentence}".strip()
    return [*pieces, current] if current else pieces


def _cut(sentence: str) -> list[str]:
    """A sentence without an end, such as a table, in parts that are not too long."""
    size = _PIECE_CHARACTERS
    return [sentence[i : i + size] for i in range(0, len(sentence), size)]
