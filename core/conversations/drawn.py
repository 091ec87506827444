"""The changes of an answer's chart, as they are kept with its turn."""

from __future__ import annotations

import logging
from dataclasses import dataclass

from core.codec import from_json, to_json
from core.errors import CodecError
from core.types import ChartEdit

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Drawn:
    """edits: in the order in which they were made."""

    edits: tuple[ChartEdit, ...] = ()


def as_text(edits: tuple[ChartEdit, ...]) -> str:
    """The changes as they are kept; empty for none."""
    return to_json(Drawn(edits)) if edits else ""


def read_edits(text: str) -> tuple[ChartEdit, ...]:
    """The changes that were kept; none for a text that does not read any more."""
    if not text:
        return ()
    try:
        return from_json(text, Drawn).edits
    except CodecError as error:
        _LOG.warning("the changes of a chart are not used: %s", error)
        return ()
