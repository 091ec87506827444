"""Text from people and files made fit to keep, and the forms in which it is compared."""

from __future__ import annotations

import re
import unicodedata

from core.errors import UserFixable
from core.language.normalise import singular, tokenise

MAX_QUESTION = 500
MAX_SQL = 20_000
MAX_NOTE = 20_000
MAX_TITLE = 200
MAX_NAME = 64
MAX_PARAPHRASES = 50
MAX_PLANTS = 100
MAX_COMMENT = 2_000
#: Characters of a normal form that are kept; longer ones are told apart by what comes first.
KEY_CHARS = 512

_ARTICLES = frozenset({"a", "an", "the", "please"})
_TELLING = frozenset({"<", ">", "<=", ">=", "=<", "=>", "=", "!=", "<>", "%"})
_QUOTED = re.compile(r"'(?:[^'\\]|\\.|'')*'|\"(?:[^\"\\]|\\.|\"\")*\"|`[^`]*`")


def lines(text: str, most: int, what: str) -> str:
    """Text of several lines, cleaned: no control characters, none that turn the direction of
    reading, no halves of characters. Raises UserFixable when it is longer than `most`."""
    if len(text) > most * 2:  # not worth cleaning
        raise _too_long(what, most)
    text = re.sub(r"\r\n?|[\x85\u2028\u2029]", "\n", text)
    kept = "".join(c for c in text if c in "\n\t" or not _is_odd(c))
    kept = unicodedata.normalize("NFC", kept).strip()
    if len(kept) > most:
        raise _too_long(what, most)
    return kept


def line(text: str, most: int, what: str) -> str:
    """The same on one line, with single spaces."""
    kept = " ".join(lines(re.sub(r"\s", " ", text), most * 2, what).split())
    if len(kept) > most:
        raise _too_long(what, most)
    return kept


def _too_long(what: str, most: int) -> UserFixable:
    return UserFixable(f"The {what} is too long: please keep it under {most:,} characters.")


def _is_odd(character: str) -> bool:
    # Cc controls, Cs halves of characters, Cf marks of format. Joiners shape letters in several
    # scripts and stay; what turns the direction of reading can make SQL look like other SQL.
    category = unicodedata.category(character)
    return category in ("Cc", "Cs") or (category == "Cf" and character not in "\u200c\u200d")


def question_key(text: str) -> str:
    """A question without case, punctuation, articles and plurals; signs of comparison, numbers
    and their signs stay, because they change what is asked."""
    words: list[str] = []
    end = -1
    sign = ""
    for token in tokenise(unicodedata.normalize("NFC", text)):
        if token.kind == "symbol":
            if token.norm in _TELLING:
                words.append(token.norm)
            # A minus before a number, and none between two.
            sign = "-" if token.norm in "-−" and token.start != end else ""
            end = token.end
            continue
        norm = singular(token.norm) if token.kind == "word" else token.norm
        if norm not in _ARTICLES:
            words.append(sign + norm if token.kind == "number" and token.start == end else norm)
        sign, end = "", token.end
    return " ".join(words)[:KEY_CHARS]


def sql_key(sql: str) -> str:
    """SQL without case and layout outside its quoted texts, for telling whether two are one."""
    parts: list[str] = []
    end = 0
    for quoted in _QUOTED.finditer(sql):
        parts += [_flat(sql[end : quoted.start()]), quoted.group()]
        end = quoted.end()
    parts.append(_flat(sql[end:]))
    return "".join(parts).strip(" ;")


def _flat(text: str) -> str:
    return re.sub(r"\s*([(),;=<>+*/])\s*", r"\1", re.sub(r"\s+", " ", text)).casefold()


def folded(text: str) -> str:
    """Text as a search compares it: any case, any way of writing the same letters."""
    return unicodedata.normalize("NFKC", text).casefold()
