"""The fonts of printed pages, and texts made fit for them."""

from __future__ import annotations

import threading
import unicodedata
from functools import cache
from pathlib import Path
from typing import Final
from xml.sax.saxutils import escape

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

REGULAR: Final = "GembaPrint"
BOLD: Final = "GembaPrint-Bold"
_FOLDER: Final = Path(__file__).parent / "fonts"
_FILES: Final = {REGULAR: "gemba-print-regular.ttf", BOLD: "gemba-print-bold.ttf"}
#: What the fonts do not have -> what stands for it.
_STAND_INS: Final = {
    "\u202f": "\u00a0", "\u2009": "\u00a0", "≤": "<=", "≥": ">=", "→": "->", "←": "<-", "↑": "+",
    "↓": "-", "●": "•", "Δ": "D", "Ω": "Ohm", "\u2011": "-",
}  # fmt: skip
_LOCK = threading.Lock()


def ready() -> None:
    """Have the fonts known to the PDF writer; does nothing the second time."""
    with _LOCK:
        known = pdfmetrics.getRegisteredFontNames()
        for name, file in _FILES.items():
            if name not in known:
                pdfmetrics.registerFont(TTFont(name, str(_FOLDER / file)))
        pdfmetrics.registerFontFamily(REGULAR, normal=REGULAR, bold=BOLD)


@cache
def _letters() -> frozenset[int]:
    """The letters of both fonts."""
    files = [TTFont(name, str(_FOLDER / file)) for name, file in _FILES.items()]
    return frozenset.intersection(*(frozenset(f.face.charToGlyph) for f in files))


def printable(text: object) -> str:
    """`text` in letters that the fonts have: accents put together, signs that lack replaced by what
    they mean, others by `?`; line ends are kept."""
    ready()
    have = _letters()
    out = []
    for letter in unicodedata.normalize("NFC", str(text)):
        if letter == "\n" or ord(letter) in have:
            out.append(letter)
        elif letter in _STAND_INS:
            out.append(_STAND_INS[letter])
        elif letter.isspace():
            out.append(" ")
        elif letter.isprintable():
            out.append("?")
    return "".join(out)


def markup(text: object) -> str:
    """The same for a paragraph: nothing in it is read as markup."""
    return escape(printable(text)).replace("\n", "<br/>")


def width_of(text: str, size: float, font: str = REGULAR) -> float:
    """How wide a printable text is, in points."""
    return float(pdfmetrics.stringWidth(text, font, size))


def fitted(text: object, width: float, size: float, font: str = REGULAR) -> str:
    """A printable text, cut with an ellipsis where it is wider than `width` points."""
    flat = " ".join(printable(text).split())
    if width_of(flat, size, font) <= width:
        return flat
    while flat and width_of(f"{flat}…", size, font) > width:
        flat = flat[:-1]
    return f"{flat.rstrip()}…" if flat else ""
