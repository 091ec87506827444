"""Statements of an SQL file, each with the comment lines above it."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

# A text, a quoted name, a comment, the end of a statement, or anything else.
_PIECES: Final = re.compile(
    r"'(?:\\.|''|[^'\\])*'|\"(?:\\.|\"\"|[^\"\\])*\"|`[^`]*`|--[^\n]*|;|[^'\"`;-]+|.", re.DOTALL
)
_NOTE: Final = re.compile(r"--\s*([a-z]+):\s*(.+)")


@dataclass(frozen=True, slots=True)
class Statement:
    """SQL without its semicolon and comments, and the `-- name: text` lines above it."""

    sql: str
    notes: dict[str, str]


def statements(text: str) -> tuple[Statement, ...]:
    """The statements of an SQL text, in order; a semicolon in a text or a comment ends none."""
    found: list[Statement] = []
    sql, notes = "", {}
    for piece in _PIECES.findall(text):
        if piece.startswith("--"):
            note = _NOTE.fullmatch(piece.strip())
            if note and not sql.strip():
                notes[note[1]] = note[2].strip()
        elif piece == ";":
            if sql.strip():
                found.append(Statement(sql.strip(), notes))
            sql, notes = "", {}
        else:
            sql += piece
    if sql.strip():
        found.append(Statement(sql.strip(), notes))
    return tuple(found)


def statements_in(path: Path) -> tuple[Statement, ...]:
    """The statements of a file."""
    return statements(path.read_text("utf-8"))
