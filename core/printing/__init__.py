"""Printed pages: answers and tables as PDF, and the same pages as a picture."""

from core.printing.answers import CardPrint, board_pdf
from core.printing.chart import ChartPicture, is_drawn
from core.printing.pages import PageText, pdf_of
from core.printing.picture import png_of

__all__ = [
    "CardPrint",
    "ChartPicture",
    "PageText",
    "board_pdf",
    "is_drawn",
    "pdf_of",
    "png_of",
]
