"""A shift's sheet on paper."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from reportlab.platypus import Flowable, KeepTogether, Spacer

from core.handover.notes import Note, Signed
from core.handover.sheet import Sheet
from core.handover.tables import TextTable, quality_of, subtitle_of, tables_of, words_of
from core.handover.words import Words
from core.printing.pages import PageText, grid, heading, pdf_of, text
from core.semantic.model import SemanticModel

#: Columns from which on a table takes smaller letters.
_WIDE: Final = 6


def sheet_pdf(
    sheet: Sheet,
    notes: Sequence[Note],
    signed: Signed | None,
    model: SemanticModel,
    *,
    by: str,
    language: str = "",
) -> bytes:
    """The sheet in the plant's language, or another. by: who prints it."""
    words = words_of(sheet, model, language)
    title = words.say("title", plant=sheet.plant_name)
    story: list[Flowable] = [text(quality_of(sheet, words), 8, quiet=True)]
    for table in tables_of(sheet, model, words):
        story += _table(table)
    story += _notes(notes, signed, words, sheet.zone)
    around = PageText(
        title=title,
        subtitle=subtitle_of(sheet, words),
        foot=f"{title} · {words.say('made', moment=words.moment(sheet.until), name=by)}",
        page=words.say("page", n="{n}"),
        language=words.language,
    )
    return pdf_of(story, around)


def _table(table: TextTable) -> list[Flowable]:
    if not table.rows:
        return [KeepTogether([heading(table.title), text(table.empty, 9, quiet=True)])]
    wide = len(table.header) > _WIDE
    widths = [1.0 if wide else 1.5, *[1.0] * (len(table.header) - 1)]
    size = 7.5 if wide else 8.5
    drawn = grid(
        table.header, table.rows, widths, right=table.right, strong=table.strong, size=size
    )
    parts: list[Flowable] = [heading(table.title), drawn]
    if table.more:
        parts.append(text(table.more, 8, quiet=True))
    return [KeepTogether(parts)]


def _notes(notes: Sequence[Note], signed: Signed | None, words: Words, zone: str) -> list[Flowable]:
    parts: list[Flowable] = [heading(words.say("notes"))]
    for note in notes:
        parts.append(text(note.text, 9.5))
        parts.append(text(note_line(note, words, zone), 7.5, quiet=True))
    if not notes:
        parts.append(text(words.say("no_notes"), 9, quiet=True))
    parts += [Spacer(1, 8), text(signed_line(signed, words, zone), 9, bold=signed is not None)]
    return [KeepTogether(parts)] if len(notes) < 8 else parts


def note_line(note: Note, words: Words, zone: str) -> str:
    """Who wrote a note, and when on the plant's clock."""
    line = words.say("note_by", name=note.author_name, moment=words.local(note.at, zone))
    if note.changed is None:
        return line
    return f"{line} · {words.say('changed', moment=words.local(note.changed, zone))}"


def signed_line(signed: Signed | None, words: Words, zone: str) -> str:
    """Who signed the sheet, and when on the plant's clock."""
    if signed is None:
        return words.say("unsigned")
    return words.say("signed", name=signed.by_name, moment=words.local(signed.at, zone))
