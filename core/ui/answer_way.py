"""Which way an answer came, and why; what a language model tried on it."""

from __future__ import annotations

import streamlit as st

from core.types import Attempt, Made, Sorting
from core.ui import code
from core.ui.text import cut, number, plain, seconds

#: What became of an attempt, in words, with its icon.
OUTCOMES = {
    "used": ("check", "Used for the answer"),
    "declined": ("help", "Said that the data does not hold the answer"),
    "unread": ("close", "Not of the form asked for"),
    "refused": ("block", "Refused before it ran"),
    "failed": ("error", "Could not be run"),
    "implausible": ("close", "Does not fit the question"),
    "doubted": ("help", "Doubted, so it was written again"),
    "outvoted": ("how_to_vote", "Another candidate was used"),
    "agreed": ("done_all", "Gave the same rows as the candidate chosen"),
}
#: What a question was taken for.
INTENTS = {
    "NEW_QUERY": "taken for a new question",
    "DATA_FILTER": "taken for a change of the question before",
    "VISUAL_UPDATE": "taken for another picture of the answer before",
    "CLARIFY": "taken for a reply to what Gemba asked",
    "RESET": "taken for the wish to start over",
}
#: Why no word came.
NO_WORD = {
    "down": "it could not be reached",
    "late": "it did not answer in time",
    "busy": "it had too much to do",
    "resting": "it is left alone after failures",
    "wrong": "what came could not be used",
    "denied": "it takes no questions from Gemba",
}
_OUTPUTS = {
    "grammar": "as SQL that can name only what you may see",
    "query": "as a query of measures, groups and filters",
    "sql": "as SQL",
}
#: Characters of a reason that are shown; what was told back may list every column.
_MOST_WHY = 320
#: Lines of about this many characters, from so many on in a box that scrolls (pixels).
_LINE, _MOST_LINES, _HEIGHT = 90, 12, 280


def draw(made: Made) -> None:
    """The reason, then a model's part."""
    if made.why:
        st.markdown(plain(made.why))
    tried(made)


def tried(made: Made) -> None:
    """A language model's part: who wrote, what it cost, and each attempt with what became of it.
    Nothing where none was asked."""
    if made.sorting is not None:
        st.markdown(taken_for(made.sorting))
    if not made.model:
        return
    if not made.attempts:
        st.markdown(f"Nothing came from {_name(made)}{_fallback(made)}.")
        return
    st.markdown("\n".join(f"- {line}" for line in facts(made)))
    first: dict[str, Attempt] = {}
    for attempt in made.attempts:
        _attempt(attempt, first.setdefault(attempt.text.strip(), attempt))


def taken_for(sorting: Sorting) -> str:
    """What a language model took the question for, where rules were unsure."""
    name = f"the language model **{plain(sorting.model)}**"
    asked = f"Rules could not tell what this wants of the conversation, so {name} was asked"
    if not sorting.said:
        return f"{asked}; {NO_WORD.get(sorting.why, 'nothing came')}."
    said = f"{asked} and said **{plain(sorting.said)}**"
    took = seconds(sorting.total_ms)
    end = INTENTS.get(sorting.taken, "Gemba's own answer stands")
    return f"{said} ({took}): {end}."


def facts(made: Made) -> list[str]:
    """Lines of Markdown about a model's attempts, of which there is one at least."""
    attempts = made.attempts
    lines = [f"Written by {_name(made)}, {_OUTPUTS[attempts[0].output]}"]
    if made.by_fallback:
        lines.append(f"None of it could be used{_fallback(made)}")
    if made.difficulty is not None:
        reasons = ", ".join(made.difficulty.reasons)
        because = f": {plain(reasons)}" if reasons else ""
        score = number(made.difficulty.score)
        lines.append(f"Difficulty {score}, where 0 is plain and 1 is hard{because}")
    if made.agreed is not None:
        lines.append(f"{made.agreed[0]} of {made.agreed[1]} candidates gave the same rows")
    return [*lines, _cost(attempts)]


def _name(made: Made) -> str:
    return f"the language model **{plain(made.model)}**"


def _fallback(made: Made) -> str:
    return "; this is Gemba's own reading" if made.by_fallback else ""


def _cost(attempts: tuple[Attempt, ...]) -> str:
    """Tokens as the server counted them, where it did, and time."""
    told = sum(a.prompt_tokens for a in attempts)
    cached = sum(a.cached_tokens for a in attempts)
    said = sum(a.reply_tokens for a in attempts)
    took = f"{seconds(sum(a.total_ms for a in attempts))} for all replies together"
    if not told and not said:
        return took
    known = f" ({number(cached, 0)} from its cache)" if cached else ""
    return f"{number(told, 0)} tokens read{known}, {number(said, 0)} written, {took}"


def _attempt(attempt: Attempt, first: Attempt) -> None:
    """Outcome, reason and text, one under the other: no reason waits behind a click. first: the
    attempt with the same text that came first, itself or one whose reason and text stand there."""
    icon, outcome = OUTCOMES[attempt.outcome]
    is_again = first is not attempt
    again = f" · Attempt {first.number} again" if is_again else ""
    head = f":gray[:material/{icon}:] **Attempt {attempt.number}**{again}"
    lines = [f"{head} · {outcome}{_rows(attempt)}"]
    if attempt.why and not (is_again and attempt.why == first.why):
        lines.append(plain(cut(attempt.why, _MOST_WHY)))
    st.markdown("  \n".join(lines))
    if is_again:
        return
    if not attempt.text.strip():
        st.caption("It wrote nothing.")
    elif attempt.outcome != "declined":
        is_long = _lines(attempt.text) > _MOST_LINES
        code.sql(attempt.text, wrap_lines=True, height=_HEIGHT if is_long else "content")


def _rows(attempt: Attempt) -> str:
    if attempt.rows is None:
        return ""
    return f" · {number(attempt.rows, 0)} {'row' if attempt.rows == 1 else 'rows'}"


def _lines(text: str) -> int:
    """How many lines a text takes, about."""
    return sum(1 + len(line) // _LINE for line in text.splitlines())
