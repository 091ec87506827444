"""A PDF's pages as one picture."""

from __future__ import annotations

import io
import threading
from typing import Final

import pypdfium2
from PIL import Image

from core.errors import UserFixable

#: Pages of one picture; a longer document is for the PDF.
MOST_PAGES: Final = 8
#: Dots for each point: 144 an inch.
_SCALE: Final = 2.0
#: PDFium serves one caller at a time.
_LOCK = threading.Lock()


def png_of(pdf: bytes) -> bytes:
    """The pages under one another. Raises UserFixable for more than `MOST_PAGES`."""
    with _LOCK:
        document = pypdfium2.PdfDocument(pdf)
        try:
            if len(document) > MOST_PAGES:
                raise UserFixable(
                    f"This has {len(document)} pages, and a picture holds {MOST_PAGES}. Take the "
                    "PDF, or fewer cards."
                )
            pages = [page.render(scale=_SCALE).to_pil().convert("RGB") for page in document]
        finally:
            document.close()
    whole = Image.new("RGB", (max(p.width for p in pages), sum(p.height for p in pages)), "white")
    top = 0
    for page in pages:
        whole.paste(page, (0, top))
        top += page.height
    target = io.BytesIO()
    whole.save(target, "PNG", optimize=True)
    return target.getvalue()
