"""Notes on a plant's terms, written in Markdown: one entry a `##` heading."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from core.entries import Entry, entry_id
from core.errors import UserFixable

MOST_BYTES: Final = 1_000_000
MOST_NOTE_CHARACTERS: Final = 8_000
MOST_HEADING_CHARACTERS: Final = 200
_HEADING: Final = re.compile(r"^(#{1,6})\s+(.*?)\s*#*\s*$")
_FENCE: Final = re.compile(r"^\s*(```|~~~)")
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


def note_entries(
    file: Path,
    *,
    tenant: str = "default",
    model: str,
    author: str = "",
    plants: tuple[str, ...] = (),
    source: str = "seed",
) -> tuple[Entry, ...]:
    """The file's entries, approved, in its order. Title: `<file's name without .md>#<heading>`.

    A heading of level 1 names the file; text before the first `##` must not be longer than a line
    or two of introduction, and is left out. Raises UserFixable naming the file and line: not a
    text in UTF-8, too big, no `##` heading, a heading without text or used twice, a note that is
    too long.
    """
    text = _read(file)
    entries: list[Entry] = []
    first_line: dict[str, int] = {}
    for line, heading, body in _sections(text):
        where = f"{file.name}:{line}"
        if not heading or len(heading) > MOST_HEADING_CHARACTERS:
            raise UserFixable(
                f"{where}: a heading has from 1 to {MOST_HEADING_CHARACTERS} characters."
            )
        if heading in first_line:
            raise UserFixable(
                f"{where}: the heading {heading!r} stands on line {first_line[heading]} already. "
                "Give each note a heading of its own."
            )
        if not body:
            raise UserFixable(f"{where}: there is no text under {heading!r}.")
        if len(body) > MOST_NOTE_CHARACTERS:
            raise UserFixable(
                f"{where}: the note {heading!r} has {len(body)} characters; at most "
                f"{MOST_NOTE_CHARACTERS} are found well. Part it by further `##` headings."
            )
        first_line[heading] = line
        title = f"{file.stem}#{heading}"
        entries.append(
            Entry(
                id=entry_id(tenant, model, "doc", title),
                tenant=tenant,
                model=model,
                kind="doc",
                title=title,
                text=body,
                plants=plants,
                author=author,
                status="approved",
                source=source,
            )
        )
    if not entries:
        raise UserFixable(
            f"{file.name}:1: there is no `## Heading` in it, so there is no note to find."
        )
    return tuple(entries)


def _read(file: Path) -> str:
    try:
        raw = file.read_bytes()
    except OSError as error:
        raise UserFixable(
            f"{file.name} cannot be read: {error.strerror or type(error).__name__}."
        ) from error
    if len(raw) > MOST_BYTES:
        raise UserFixable(
            f"{file.name}: {len(raw)} bytes are too many for a file of notes; at most {MOST_BYTES}."
        )
    try:
        text = raw.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise UserFixable(f"{file.name}:{line}: this is not text in UTF-8.") from error
    control = _CONTROL.search(text)
    if control:
        line = text.count("\n", 0, control.start()) + 1
        raise UserFixable(
            f"{file.name}:{line}: there is a control character; is it a text file at all?"
        )
    return text


def _sections(text: str) -> list[tuple[int, str, str]]:
    """(line, heading, body) of each `##`, from 1. A `#` inside a code block is no heading; deeper
    headings belong to the note above them, a heading of level 1 ends it."""
    found: list[tuple[int, str, list[str]]] = []
    body: list[str] = []  # what stands before the first heading belongs to no note
    fence = ""
    for number, line in enumerate(text.split("\n"), 1):
        mark = _FENCE.match(line)
        if mark and not fence:
            fence = mark[1]
        elif mark and mark[1] == fence:
            fence = ""
        heading = None if fence or mark else _HEADING.match(line)
        if heading is None and not fence and line.strip() == "##":
            heading = re.match(r"(##)()", line.strip())
        if heading is None or len(heading[1]) > 2:
            body.append(line)
        elif len(heading[1]) == 1:
            body = []
        else:
            body = []
            found.append((number, heading[2], body))
    return [(number, heading, "\n".join(body).strip()) for number, heading, body in found]
