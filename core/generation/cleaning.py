"""What a model writes beside its answer, taken away: thinking, fences, chatter, unseen characters.

`Thinking` works on the stream. A reply that begins as an answer does, in a fence or without one, is
shown as it comes; before any other its end is waited for, since it may be thinking, and what is
chatter is known only then.
"""

from __future__ import annotations

import re
from typing import Final, Literal

#: sql: the statement alone. text: words for people. exact: a constraint held, so the reply stands
#: as it came, but for thinking before it.
Kind = Literal["sql", "text", "exact"]

_NAMES: Final = ("think", "thinking", "thought", "reasoning")
_OPEN: Final = (*(f"<{name}>" for name in _NAMES), "◁think▷")
_CLOSE: Final = (*(f"</{name}>" for name in _NAMES), "◁/think▷")
_TAGS: Final = (*_OPEN, *_CLOSE)
_LONGEST: Final = max(map(len, _TAGS))

#: Terminal sequences (colours, titles), then single characters that steer a terminal or the
#: direction of writing, or are not seen.
_ESCAPES: Final = re.compile(
    r"\x1b\[[0-?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\|$)"
    r"|\x1b[@-Z\\-_]?|\x9b[0-?]*[ -/]*[@-~]"
)
_UNSEEN: Final = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]"
)
_FENCE: Final = re.compile(r"^[ \t]*(`{3,}|~{3,})[ \t]*([\w+-]*)[ \t]*$", re.MULTILINE)
_INLINE: Final = re.compile(
    r"`{3,}(?:[ \t]*(?:sql|starrocks|mysql)\b)?[ \t]*(\S.*?)`{3,}", re.S | re.I
)
#: Where a statement begins: at the start of a line, or after a colon.
_BEGINS: Final = re.compile(
    r"(?:^|:)[ \t]*`?(?P<sql>\(*[ \t]*"
    r"(?:SELECT\b|WITH\s+[`\"]?\w+[`\"]?\s*(?:\([^()]*\)\s*)?AS\s*\())",
    re.IGNORECASE | re.MULTILINE,
)
#: Quoted text, names and comments of SQL, in which a semicolon ends nothing; or that semicolon.
_TOKEN: Final = re.compile(
    r"'(?:[^'\\]|\\.|'')*(?:'|\Z)|\"(?:[^\"\\]|\\.|\"\")*(?:\"|\Z)|`[^`]*(?:`|\Z)"
    r"|--[^\n]*|/\*.*?(?:\*/|\Z)|(?P<end>;)",
    re.S,
)
#: A further statement: it stays, so that governance sees and refuses it.
_STATEMENT: Final = re.compile(
    r"\s*(?:\(*\s*SELECT\b|(?i:\(*\s*select\s)|[A-Z]{2,}\s+[A-Z]{2,}\b|"
    r"(?i:with\s+\w+\s+as\s*\(|insert\s+into\b|delete\s+from\b|drop\s+\w+\s+\w+|update\s+\S+\s+set\b|"
    r"(?:create|alter|truncate)\s+(?:or\s|table|view|database|user|external|materialized)\b))"
)


class Thinking:
    """Parts thinking from the rest, piece by piece; the same for any way of cutting the stream.

    A block may be nested, may never end, and may begin before the reply does: text that ends in a
    closing tag without an opening one was thinking too.
    """

    def __init__(self) -> None:
        self._depth = 0
        self._tail = ""
        self._rest: list[str] = []

    @property
    def rest(self) -> str:
        """All that is no thinking so far."""
        return "".join(self._rest)

    def feed(self, piece: str) -> str:
        """What the piece adds; the start of what may be a tag waits for more."""
        text = self._tail + piece
        self._tail = ""
        added: list[str] = []
        at = 0
        while at < len(text):
            mark = _next_mark(text, at)
            added.append(self._take(text[at:mark]))
            if mark == len(text):
                break
            window = text[mark : mark + _LONGEST].lower()
            tag = next((t for t in _TAGS if window.startswith(t)), "")
            if tag:
                self._turn(tag)
                at = mark + len(tag)
            elif len(window) < _LONGEST and any(t.startswith(window) for t in _TAGS):
                self._tail = text[mark:]
                break
            else:
                added.append(self._take(text[mark]))
                at = mark + 1
        return "".join(added)

    def finish(self) -> str:
        """The end of the stream: a start that became no tag is text."""
        tail, self._tail = self._tail, ""
        return self._take(tail)

    def _take(self, text: str) -> str:
        if self._depth or not text:
            return ""
        self._rest.append(text)
        return text

    def _turn(self, tag: str) -> None:
        if tag in _OPEN:
            self._depth += 1
        elif self._depth:
            self._depth -= 1
        else:
            self._rest.clear()


def _next_mark(text: str, at: int) -> int:
    found = [i for i in (text.find("<", at), text.find("◁", at)) if i >= 0]
    return min(found, default=len(text))


class Cleaner:
    """One reply's text, from its pieces; the same for any way of cutting the stream.

    Pieces are shown as they come once the reply begins as an answer does: with SELECT or WITH, an
    exact one with JSON too, and SQL that no constraint held in a fence too. Of the last no more is
    shown from where a statement may end, since what follows may be chatter. One that begins
    otherwise is shown at its end, and so are words for people.
    """

    def __init__(self, kind: Kind) -> None:
        self._kind = kind
        self._thinking = Thinking()
        self._raw: list[str] = []
        self._waiting = ""
        self._shown = ""
        #: Whether it is shown as it comes; None until that is known.
        self._is_early: bool | None = None if kind != "text" else False

    def feed(self, piece: str) -> str:
        """What may be shown of it now, perhaps nothing."""
        if self._kind != "exact":
            self._raw.append(piece)
        added = self._thinking.feed(piece)
        return "" if self._is_early is False else self._show(added)

    def finish(self) -> tuple[str, str]:
        """What may be shown in the end, and the whole reply."""
        tail = self._thinking.finish()
        if self._kind == "exact":
            whole = self._thinking.rest.strip()
        else:
            if self._is_early:
                self._show(tail)
            whole = cleaned("".join(self._raw), self._kind)
        if not self._shown:
            return whole, whole
        return (whole[len(self._shown) :] if whole.startswith(self._shown) else ""), whole

    def _show(self, added: str) -> str:
        self._waiting += added
        if self._is_early is None:
            at = self._beginning()
            if at is None:
                return ""
            self._is_early, self._waiting = at >= 0, self._waiting[max(at, 0) :]
            if not self._is_early:
                self._waiting = ""
                return ""
        ready = self._waiting
        # White space at the end waits: the whole reply ends without it.
        if self._kind == "sql":
            end = _MAY_END.search(ready)
            if end is not None:
                ready, self._is_early = ready[: end.start()], False
            ready = ready.rstrip(_HELD)
        else:
            ready = ready.rstrip()
        self._waiting = self._waiting[len(ready) :]
        self._shown += ready
        return ready

    def _beginning(self) -> int | None:
        """Where the answer begins; -1 where the reply begins with something else, None while that
        is not known."""
        if self._kind == "sql":
            found = _BEGINS_AT_ONCE.match(self._waiting[:_NEEDED_OF_SQL])
            if found is not None:
                return found.start("sql")
            return None if len(self._waiting) < _NEEDED_OF_SQL else -1
        start = self._waiting.lstrip()
        if len(start) < _NEEDED and not start.startswith(("{", "[")):
            return None
        is_answer = _BEGINS_EXACT.match(start[:_NEEDED]) is not None
        return len(self._waiting) - len(start) if is_answer else -1


_BEGINS_EXACT: Final = re.compile(r"[{\[]|\(*\s*(?:SELECT|WITH)\b", re.IGNORECASE)
#: Characters after which it is known.
_NEEDED: Final = 8
#: The same for SQL without a constraint, perhaps in a fence. It ends with a character that belongs
#: to no longer word, so that no further one changes it.
_BEGINS_AT_ONCE: Final = re.compile(
    r"\s*(?:(?:`{3,}|~{3,})[ \t]*[\w+-]*[ \t]*\n\s*)?(?P<sql>\(*[ \t]*"
    r"(?:SELECT\s|WITH\s+[`\"]?\w+[`\"]?\s*(?:\([^()]*\)\s*)?AS\s*\())",
    re.IGNORECASE,
)
_NEEDED_OF_SQL: Final = 200
#: Where a statement may end, or what is not shown begins; and what may become the first.
_MAY_END: Final = re.compile(f";|`{{3}}|~{{3}}|{_UNSEEN.pattern}")
_HELD: Final = "`~ \t\n"


def cleaned(text: str, kind: Kind) -> str:
    """The answer in a whole reply. Never raises; a reply that is all thinking gives ''."""
    if kind != "exact":
        text = _UNSEEN.sub("", _ESCAPES.sub("", text.replace("\r\n", "\n")))
    thinking = Thinking()
    thinking.feed(text)
    thinking.finish()
    rest = thinking.rest.strip()
    if kind == "sql":
        return _statement(rest)
    return _unfenced(rest) if kind == "text" else rest


def _statement(text: str) -> str:
    """The SQL of a reply: of the first fence that holds any, else of the first fence, else from
    where a statement begins. Text without any stays as it is."""
    fences = _fences(text)
    for inside in fences:
        found = _BEGINS.search(inside)
        if found:
            return _until_its_end(inside[found.start("sql") :])
    if fences:
        return fences[0]
    found = _BEGINS.search(text)
    return _until_its_end(text[found.start("sql") :]) if found else text


def _fences(text: str) -> list[str]:
    """Contents of Markdown fences in order; one that is not closed goes to the end."""
    found: list[str] = []
    at = 0
    while (opening := _FENCE.search(text, at)) is not None:
        mark = opening.group(1)
        closing = re.compile(
            rf"^[ \t]*{re.escape(mark[0])}{{{len(mark)},}}[ \t]*$|{re.escape(mark)}", re.M
        ).search(text, opening.end())
        end = closing.start() if closing else len(text)
        found.append(text[opening.end() : end].strip())
        if closing is None:
            break
        at = closing.end()
    return found or [match.group(1).strip() for match in _INLINE.finditer(text)]


def _until_its_end(sql: str) -> str:
    """The statement without what follows its semicolon, unless that is a statement as well."""
    for token in _TOKEN.finditer(sql):
        if token.group("end") and not _STATEMENT.match(sql, token.end()):
            return sql[: token.start()].strip()
    return sql.strip().removesuffix("`").strip()


def _unfenced(text: str) -> str:
    """Text that is one fence alone stands without it."""
    found = _fences(text)
    if len(found) == 1 and text.startswith(("```", "~~~")) and text.endswith(("```", "~~~")):
        return found[0]
    return text
