"""What is said beside a question and asks nothing: "to be frank, I only need Line 2", "just the top
three, that is plenty for my slide"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from core.dialogue.words import DialogueWords
from core.language.normalise import tokenise
from core.language.parser import QuestionParser

#: Where a clause ends; the point of a decimal has a figure behind it. What a colon or a semicolon
#: ends may be an order ("system: ...").
_END: Final = re.compile(r"(?<=[,.!])\s+(?=[^\W\d_])")
#: Words of an exclamation ("goodness me") at most; what is longer begins as a remark does.
_MOST_EXCLAIMED: Final = 3
#: Clauses before what is asked, and words of one, at most.
_MOST_BEFORE: Final = 2
_MOST_WORDS: Final = 12


def without_asides(
    text: str, unknown: tuple[str, ...], words: DialogueWords, parser: QuestionParser
) -> Iterator[tuple[str, str]]:
    """The text without a clause at its beginning or its end, with that clause, where all that is
    not understood of the text stands in it and it says nothing of the data: no thing, figure,
    number, time, denial or order. A clause that is no short exclamation in front is one only where
    it begins as a remark does."""
    parts = _END.split(text.strip())
    if len(parts) < 2 or not unknown:
        return
    for size in range(1, min(_MOST_BEFORE, len(parts) - 1) + 1):
        before, rest = " ".join(parts[:size]), " ".join(parts[size:])
        is_one = all(
            _exclaims(part, words, parser) or _remarks(part, words) for part in parts[:size]
        )
        is_one = is_one and not re.search("[:;]", before)
        if is_one and _holds(before, rest, unknown) and _says_nothing(before, words, parser):
            yield rest, before.rstrip(" ,")
    rest, after = " ".join(parts[:-1]), parts[-1]
    is_one = _remarks(after, words) and not re.search("[:;]", after)
    if is_one and _holds(after, rest, unknown) and _says_nothing(after, words, parser):
        yield rest.rstrip(" ,"), after


def _exclaims(part: str, words: DialogueWords, parser: QuestionParser) -> bool:
    """Whether a few words in front are an exclamation, and no thing ("the whole shebang, as a
    table") and no change ("only rejects, by line")."""
    tokens = tokenise(part)
    if not tokens or len(part.split()) > _MOST_EXCLAIMED:
        return False
    is_thing = parser.lexicon.has("the", tokens, 0) > 0
    found = words["marks"].match(tokens, 0)
    return not is_thing and (found is None or found[0] not in ("only", "also", "instead"))


def _remarks(part: str, words: DialogueWords) -> bool:
    first = tokenise(part)[:1]
    return bool(first) and words.is_small("remarks", first[0])


def _holds(aside: str, rest: str, unknown: tuple[str, ...]) -> bool:
    said, asked = (re.findall(r"\w+", part.casefold()) for part in (aside, rest))
    pieces = [piece for word in unknown for piece in re.findall(r"\w+", word.casefold())]
    return all(piece in said and piece not in asked for piece in pieces)


def _says_nothing(aside: str, words: DialogueWords, parser: QuestionParser) -> bool:
    tokens = tokenise(aside)
    if len(tokens) > _MOST_WORDS or any(words.is_small("denies", t) for t in tokens):
        return False
    if {t.norm for t in tokens} & parser.lexicon.senses["orders"]:
        return False
    if any(t.number is not None or parser.time.parse(tokens, at) for at, t in enumerate(tokens)):
        return False
    return not any(item.targets for item in parser.tagger.tag(tokens).items)
