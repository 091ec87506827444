"""Microsoft Teams: the notice as an Adaptive Card, posted to the URL of a room's workflow.

Plant data stands in text runs, which Teams shows as they are; in its text blocks and fact sets an
asset's name could be read as a link or as bold type.
"""

from __future__ import annotations

import json
import re
from typing import Any, Final

from core.delivery.message import Message
from core.delivery.outcome import Outcome, never
from core.delivery.post import Answer
from core.delivery.posting import Posting
from core.delivery.signing import KEY
from core.delivery.wording import Words, said
from core.translation import gettext as _

CARD: Final = "application/vnd.microsoft.card.adaptive"
_COLOURS: Final = {"critical": "attention", "warning": "warning", "caution": "accent"}
#: A connector answers 200 and says in its text what really came of it.
_HIDDEN: Final = re.compile(rb"HTTP error ([1-5][0-9]{2})\b")


class Teams(Posting):
    """Rooms by name."""

    def send(self, message: Message) -> Outcome:
        """Try once. Raises Unavailable at the deadline."""
        endpoint = self._endpoints.get(message.to)
        if endpoint is None:
            return never(_("GEMBA_TEAMS names no {name!r}.").format(name=message.to))
        headers = {
            "Content-Type": "application/json; charset=utf-8",
            "User-Agent": "Gemba",
            KEY: message.key,
        }
        return self._post.send(endpoint, body_of(message), headers, _status)


def body_of(message: Message) -> bytes:
    """The JSON of a message: a Teams message that holds one card."""
    card = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.4",
        "lang": message.language,
        "msteams": {"width": "Full"},
        **_content(said(message.notice, message.language)),
    }
    attachment = {"contentType": CARD, "contentUrl": None, "content": card}
    content = {"type": "message", "attachments": [attachment]}
    return json.dumps(content, ensure_ascii=False, allow_nan=False).encode("utf-8", "replace")


def _content(words: Words) -> dict[str, Any]:
    colour = _COLOURS.get(words.severity, "default")
    body = [_block(_run(words.heading, weight="bolder", size="medium", color=colour))]
    body += [_block(_run(f"{name}: ", weight="bolder"), _run(value)) for name, value in words.facts]
    body += [_block(_run(f"• {item}")) for item in words.items]
    body += [_block(_run(note, isSubtle=True, size="small")) for note in words.notes]
    if not words.link:
        return {"body": body}
    return {"body": body, "actions": [
        {"type": "Action.OpenUrl", "title": words.link_label, "url": words.link}
    ]}  # fmt: skip


def _block(*runs: dict[str, Any]) -> dict[str, Any]:
    return {"type": "RichTextBlock", "inlines": list(runs)}


def _run(text: str, **style: object) -> dict[str, Any]:
    return {"type": "TextRun", "text": text, **style}


def _status(answer: Answer) -> int:
    hidden = _HIDDEN.search(answer.text) if 200 <= answer.status < 300 else None
    return int(hidden[1]) if hidden is not None else answer.status
