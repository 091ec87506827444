"""A conversation as a document in Markdown."""

from __future__ import annotations

from core.conversations.store import Kept, KeptTurn

_FENCE = "```"


def as_document(kept: Kept) -> str:
    """Title, and each turn with its answer's sentence, how it was understood, and its SQL."""
    parts = [f"# {_plain(kept.title)}", *(_turn(turn) for turn in kept.turns)]
    return "\n\n".join(parts) + "\n"


def _turn(turn: KeptTurn) -> str:
    when = f" ({turn.started:%Y-%m-%d %H:%M} UTC)" if turn.started else ""
    lines = [f"## {_plain(turn.question)}{when}"]
    answer = turn.answer
    if answer is None:
        lines.append("Stopped." if turn.state == "stopped" else "No answer.")
        return "\n\n".join(lines)
    lines.append(_plain(answer.headline or answer.message))
    if answer.chips:
        lines.append("Understood: " + " · ".join(_plain(c.label) for c in answer.chips))
    if answer.quality is not None and answer.quality.data_to is not None:
        lines.append(f"Data to {answer.quality.data_to:%Y-%m-%d %H:%M}")
    lines += [_plain(note) for note in answer.notes]
    if answer.sql:
        lines.append(f"{_FENCE}sql\n{answer.sql.replace(_FENCE, '')}\n{_FENCE}")
    return "\n\n".join(lines)


def _plain(text: str) -> str:
    """Text of data and people on one line, without what Markdown would take for its own."""
    one_line = " ".join(text.split())
    return "".join(f"\\{c}" if c in "\\`*_{}[]<>#|!" else c for c in one_line)
