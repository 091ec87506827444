"""Text of people and of data in a prompt: a record of JSON a line, cut, and unable to end its
block.

So it cannot look like a part of the prompt. That a model obeys it nonetheless is what governance
is for.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

_FOLDER = Path(__file__).parent / "prompts"
#: Characters that steer a terminal, a parser or the direction of writing.
_UNSEEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]")


@lru_cache(maxsize=16)
def system_text(version: str) -> str:
    """The fixed text of a prompt; a new wording is a new file in `prompts/`."""
    return (_FOLDER / f"{version}.md").read_text("utf-8")


def record(fields: Mapping[str, Any]) -> str:
    """One line of JSON: line ends, quotes and angle brackets of the text are escaped in it, but for
    a query's signs of comparison."""
    text = json.dumps(fields, ensure_ascii=False, default=str)
    text = text.replace("<", "\\u003c").replace(">", "\\u003e")
    return text.replace('"op": "\\u003c', '"op": "<').replace('"op": "\\u003e', '"op": ">')


def cut(text: str, limit: int) -> str:
    """The text without unseen characters, at most so long; what is left out is said."""
    plain = _UNSEEN.sub("", text.encode("utf-8", "replace").decode())
    return plain if len(plain) <= limit else plain[: limit - 1] + "…"
