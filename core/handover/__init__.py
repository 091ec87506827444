"""What one shift hands to the next: the sheet, the notes on it, and the page it is printed on."""

from core.handover.desk import HandoverDesk
from core.handover.notes import Note, NoteStore, SheetKey
from core.handover.page import sheet_pdf
from core.handover.sheet import Figures, LineRow, Ranked, Sheet

__all__ = [
    "Figures",
    "HandoverDesk",
    "LineRow",
    "Note",
    "NoteStore",
    "Ranked",
    "Sheet",
    "SheetKey",
    "sheet_pdf",
]
