"""A shift's sheet on paper."""

from __future__ import annotations

from collections.abc import Sequence

from reportlab.platypus import Flowable, KeepTogether, Spacer

from core.handover.notes import Note, Signed
from core.handover.sheet import Sheet
from core.handover.tables import TextTable, quality_of, subtitle_of, tables_of, words_of
from core.handover.words import Words
from core.printing.pages import PageText, grid, heading, pdf_of, text
from core.semantic.model import SemanticModel


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
    story += _notes(notes, signed, words)
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
    widths = [1.5, *[1.0] * (len(table.header) - 1)]
    drawn = grid(table.header, table.rows, widths, right=table.right, strong=table.strong)
    parts: list[Flowable] = [heading(table.title), drawn]
    if table.more:
        parts.append(text(table.more, 8, quiet=True))
    return [KeepTogether(parts)]


def _notes(notes: Sequence[Note], signed: Signed | None, words: Words) -> list[Flowable]:
    parts: list[Flowable] = [heading(words.say("notes"))]
    for note in notes:
        parts.append(text(note.text, 9.5))
        parts.append(text(note_line(note, words), 7.5, quiet=True))
    if not notes:
        parts.append(text(words.say("no_notes"), 9, quiet=True))
    parts += [Spacer(1, 8), text(signed_line(signed, words), 9, bold=signed is not None)]
    return [KeepTogether(parts)] if len(notes) < 8 else parts


def note_line(note: Note, words: Words) -> str:
    """Who wrote a note, and when."""
    when = words.say("time", moment=words.moment(note.at))
    line = words.say("note_by", name=note.author_name, moment=when)
    if note.changed is None:
        return line
    changed = words.say("time", moment=words.moment(note.changed))
    return f"{line} · {words.say('changed', moment=changed)}"


def signed_line(signed: Signed | None, words: Words) -> str:
    """Who signed the sheet."""
    if signed is None:
        return words.say("unsigned")
    when = words.say("time", moment=words.moment(signed.at))
    return words.say("signed", name=signed.by_name, moment=when)
