"""A document of pages: title, what stands on each page's foot, paragraphs and tables."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.platypus import Flowable, Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle

from core.printing.fonts import BOLD, REGULAR, fitted, markup, printable, ready

MARGIN: Final = 40.0
WIDTH: Final = A4[0] - 2 * MARGIN
INK, QUIET, LINE = HexColor("#1B2A33"), HexColor("#5B6B75"), HexColor("#D9DEE2")
_FILL = HexColor("#F6F7F8")
_FOOT_SIZE: Final = 7.5


@dataclass(frozen=True, slots=True)
class PageText:
    """What stands around the pages. page: with a field for the number, in the page's language.
    language: BCP 47, for readers that speak."""

    title: str
    subtitle: str
    foot: str
    page: str = "Page {n}"
    language: str = "en"


def style(
    size: float, *, bold: bool = False, quiet: bool = False, after: float = 2
) -> ParagraphStyle:
    """A paragraph's look."""
    ready()
    return ParagraphStyle(
        f"s{size}{bold}{quiet}{after}",
        fontName=BOLD if bold else REGULAR,
        fontSize=size,
        leading=size * 1.32,
        textColor=QUIET if quiet else INK,
        spaceAfter=after,
    )


def text(words: object, size: float = 9, *, bold: bool = False, quiet: bool = False) -> Paragraph:
    """A paragraph in which nothing is markup."""
    return Paragraph(markup(words), style(size, bold=bold, quiet=quiet))


def heading(words: object) -> Paragraph:
    """A section's name."""
    made = style(11.5, bold=True, after=4)
    made.spaceBefore = 10
    return Paragraph(markup(words), made)


def grid(
    header: Sequence[object],
    rows: Sequence[Sequence[object]],
    widths: Sequence[float],
    *,
    right: Sequence[int] = (),
    strong: Sequence[int] = (),
    size: float = 8.5,
) -> Table:
    """A table that goes on over pages with its header. widths: parts of the page's width. right:
    columns of figures; strong: rows, counted from 0, that stand out."""
    ready()
    cells = [[_cell(c, size, bold=True, right=i in right) for i, c in enumerate(header)]]
    for number, row in enumerate(rows):
        bold = number in strong
        cells.append([_cell(c, size, bold=bold, right=i in right) for i, c in enumerate(row)])
    whole = sum(widths)
    made = Table(cells, colWidths=[WIDTH * w / whole for w in widths], repeatRows=1)
    made.setStyle(
        TableStyle(
            [
                ("LINEBELOW", (0, 0), (-1, -1), 0.4, LINE),
                ("BACKGROUND", (0, 0), (-1, 0), _FILL),
                ("VALIGN", (0, 0), (-1, -1), "TOP"),
                ("TOPPADDING", (0, 0), (-1, -1), 2.5),
                ("BOTTOMPADDING", (0, 0), (-1, -1), 2.5),
                ("LEFTPADDING", (0, 0), (-1, -1), 4),
                ("RIGHTPADDING", (0, 0), (-1, -1), 4),
            ]
        )
    )
    return made


def _cell(words: object, size: float, *, bold: bool, right: bool) -> Paragraph:
    look = style(size, bold=bold, after=0)
    look.alignment = 2 if right else 0
    return Paragraph(markup(words), look)


def pdf_of(story: Sequence[Flowable], around: PageText) -> bytes:
    """The document as a PDF with its own fonts and text that can be selected."""
    ready()
    target = io.BytesIO()
    document = SimpleDocTemplate(
        target,
        pagesize=A4,
        leftMargin=MARGIN,
        rightMargin=MARGIN,
        topMargin=MARGIN,
        bottomMargin=MARGIN + 8,
        title=printable(around.title),
        author="Gemba",
        lang=around.language,
    )

    def foot(canvas: Any, _document: Any) -> None:
        canvas.saveState()
        canvas.setFont(REGULAR, _FOOT_SIZE)
        canvas.setFillColor(QUIET)
        number = printable(around.page.format(n=canvas.getPageNumber()))
        canvas.drawString(MARGIN, 26, fitted(around.foot, WIDTH - 70, _FOOT_SIZE))
        canvas.drawRightString(A4[0] - MARGIN, 26, number)
        canvas.restoreState()

    head = [Paragraph(markup(around.title), style(17, bold=True, after=2))]
    if around.subtitle:
        head.append(text(around.subtitle, 9, quiet=True))
    document.build([*head, Spacer(1, 6), *story], onFirstPage=foot, onLaterPages=foot)
    return target.getvalue()
