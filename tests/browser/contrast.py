"""How well the text inside an element can be read, as the browser draws it."""

from __future__ import annotations

import time
from dataclasses import dataclass

from playwright.sync_api import Locator

#: What WCAG 2.2 asks of text of this size (AA, 1.4.3).
AA = 4.5

# Every piece of text with its colour and the grounds behind it, from the page's up; a ground and a
# colour are [red, green, blue, opacity], which the canvas works out of any way to write them.
_PIECES = """
(root) => {
  const brush = document.createElement('canvas').getContext('2d', {willReadFrequently: true});
  const rgba = (colour) => {
    brush.clearRect(0, 0, 1, 1);
    brush.fillStyle = colour;
    brush.fillRect(0, 0, 1, 1);
    const [r, g, b, a] = brush.getImageData(0, 0, 1, 1).data;
    return [r, g, b, a / 255];
  };
  const pieces = [];
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const text = walker.currentNode.textContent.trim();
    const owner = walker.currentNode.parentElement;
    if (!text || owner.closest('button, style, script')) continue;
    const style = getComputedStyle(owner);
    if (style.visibility === 'hidden' || !owner.getClientRects().length) continue;
    const grounds = [];
    let opacity = 1;
    for (let at = owner; at; at = at.parentElement) {
      const one = getComputedStyle(at);
      opacity *= parseFloat(one.opacity);
      grounds.unshift(rgba(one.backgroundColor));
    }
    pieces.push({text, colour: rgba(style.color), grounds, opacity, kind: owner.className});
  }
  return pieces;
}
"""


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of text. kind: the classes of its element, which say what sort of word it is."""

    text: str
    kind: str
    contrast: float


def pieces(element: Locator) -> list[Piece]:
    """Each piece of text that is drawn inside an element, buttons left out."""
    return [
        Piece(one["text"], one["kind"], _contrast(one["colour"], one["grounds"], one["opacity"]))
        for one in element.evaluate(_PIECES)
    ]


def faint_pieces(element: Locator, settled_s: float = 10.0) -> list[Piece]:
    """What is too faint to be read, also once what is drawn anew has come in (Streamlit fades what
    it is about to replace)."""
    until = time.monotonic() + settled_s
    while True:
        faint = [piece for piece in pieces(element) if piece.contrast < AA]
        if not faint or time.monotonic() > until:
            return faint
        element.page.wait_for_timeout(100)


def _contrast(colour: list[float], grounds: list[list[float]], opacity: float) -> float:
    ground = [255.0, 255.0, 255.0]
    for layer in grounds:
        ground = _over(layer, ground, 1.0)
    high, low = sorted((_luminance(_over(colour, ground, opacity)), _luminance(ground)))[::-1]
    return (high + 0.05) / (low + 0.05)


def _over(layer: list[float], ground: list[float], opacity: float) -> list[float]:
    share = layer[3] * opacity
    return [share * c + (1 - share) * g for c, g in zip(layer, ground, strict=False)]


def _luminance(colour: list[float]) -> float:
    """The relative luminance of WCAG 2.2."""
    linear = [c / 255 / 12.92 if c <= 10.3 else ((c / 255 + 0.055) / 1.055) ** 2.4 for c in colour]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
