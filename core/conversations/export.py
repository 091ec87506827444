"""A conversation as a document: in Markdown for people, as JSON for programs."""

from __future__ import annotations

import json
import re
from typing import Any, Final

from core.conversations.store import Kept, KeptTurn
from core.translation import gettext as _
from core.translation import marked

#: What Markdown and what reads it beside (formulas, tags, links) would take for their own.
_MARKS: Final = frozenset("\\`*_{}[]<>#|!~$&@^")
#: What makes a list, a heading or a quotation of a line that begins with it.
_LEAD: Final = re.compile(r"^(?:(\d{1,9})(?=[.)])|(?=[-+=:]))")
_NO_ANSWER: Final = marked("No answer.")
#: Why a turn without an answer has none.
_STATES: Final = {"stopped": marked("Stopped."), "running": marked("Not answered yet.")}
_LINK: Final = re.compile(r"(?<=[A-Za-z])(?=://)|(?<=[Ww])(?=\.)")


def as_document(kept: Kept) -> str:
    """Title, and each turn with its answer's sentence, how it was understood, and its SQL."""
    parts = [f"# {_plain(kept.title)}", *(_turn(turn) for turn in kept.turns)]
    return "\n\n".join(parts) + "\n"


def as_data(kept: Kept) -> str:
    """The same as JSON, one object; asked_at is UTC."""
    data = {"title": kept.title, "turns": [_fields(turn) for turn in kept.turns]}
    return json.dumps(data, ensure_ascii=False, indent=1) + "\n"


def _fields(turn: KeptTurn) -> dict[str, Any]:
    answer = turn.answer
    return {
        "question": turn.question,
        "asked_at": turn.started.isoformat() + "Z" if turn.started else None,
        "status": answer.status if answer is not None else turn.state,
        "said": turn.said or turn.gone,
        "understood": [chip.label for chip in answer.chips] if answer is not None else [],
        "notes": list(answer.notes) if answer is not None else [],
        "sql": answer.sql if answer is not None else None,
    }


def _turn(turn: KeptTurn) -> str:
    when = f" ({turn.started:%Y-%m-%d %H:%M} UTC)" if turn.started else ""
    lines = [f"## {_plain(turn.question)}{when}"]
    answer = turn.answer
    if answer is None:
        lines.append(_plain(turn.said or _without(turn)))
        return "\n\n".join(lines)
    lines.append(_plain(answer.headline or answer.message))
    if answer.chips:
        chips = " · ".join(_plain(c.label) for c in answer.chips)
        lines.append(_("Understood: {chips}").format(chips=chips))
    if answer.quality is not None and answer.quality.data_to is not None:
        moment = f"{answer.quality.data_to:%Y-%m-%d %H:%M}"
        lines.append(_("Data to {moment}").format(moment=moment))
    lines += [_plain(note) for note in answer.notes]
    if answer.sql:
        # longer than any fence in it
        inside = max((len(run) for run in re.findall(r"`+", answer.sql)), default=0)
        fence = "`" * max(3, inside + 1)
        lines.append(f"{fence}sql\n{answer.sql}\n{fence}")
    return "\n\n".join(lines)


def _without(turn: KeptTurn) -> str:
    """Why there is no answer."""
    if turn.gone:
        return turn.gone
    return _(_STATES.get(turn.state, _NO_ANSWER))


def _plain(text: str) -> str:
    """Text of data and people on one line, without what Markdown would take for its own."""
    one_line = "".join(c for c in " ".join(text.split()) if c.isprintable())
    marked = "".join(f"\\{c}" if c in _MARKS else c for c in one_line)
    marked = _LINK.sub("\\\\", marked)
    return _LEAD.sub(lambda found: f"{found[1] or ''}\\", marked)
