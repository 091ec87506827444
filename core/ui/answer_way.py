"""Which way an answer came, and why; what a language model tried on it."""

from __future__ import annotations

import streamlit as st

from core.types import Attempt, Made
from core.ui import code
from core.ui.text import number, paragraphs, plain, seconds

#: What became of an attempt, in words, with its icon.
_OUTCOMES = {
    "used": ("check", "Used for the answer"),
    "declined": ("help", "Said that the data does not hold the answer"),
    "unread": ("close", "Not of the form asked for"),
    "refused": ("block", "Refused before it ran"),
    "failed": ("error", "Could not be run"),
    "implausible": ("close", "Does not fit the question"),
    "doubted": ("help", "Doubted, and written again"),
    "outvoted": ("how_to_vote", "Other candidates agreed on other rows"),
}
_OUTPUTS = {
    "grammar": "SQL of your own tables and columns alone",
    "query": "a query as JSON",
    "sql": "SQL",
}


def draw(made: Made) -> None:
    """The reason, then, for a model, what it was asked for, what it cost, and each attempt."""
    if made.why:
        st.markdown(plain(made.why))
    if not made.model:
        return
    st.markdown("\n".join(f"- {line}" for line in facts(made)))
    for attempt in made.attempts:
        _attempt(attempt)


def facts(made: Made) -> list[str]:
    """Lines of Markdown about the model's part."""
    attempts = made.attempts
    written = f", which wrote {_OUTPUTS[attempts[0].output]}" if attempts else ""
    lines = [f"Model **{plain(made.model)}**{written}"]
    if made.difficulty is not None:
        reasons = ", ".join(made.difficulty.reasons)
        because = f": {plain(reasons)}" if reasons else ""
        lines.append(f"Difficulty {number(made.difficulty.score)} of 1{because}")
    if made.agreed is not None:
        lines.append(f"{made.agreed[0]} of {made.agreed[1]} candidates gave these rows")
    if attempts:
        lines.append(_cost(attempts))
    return lines


def _cost(attempts: tuple[Attempt, ...]) -> str:
    told = sum(a.prompt_tokens for a in attempts)
    cached = sum(a.cached_tokens for a in attempts)
    said = sum(a.reply_tokens for a in attempts)
    known = f" ({number(cached, 0)} of them known to it)" if cached else ""
    took = seconds(sum(a.total_ms for a in attempts))
    return f"{number(told, 0)} tokens read{known}, {number(said, 0)} written, in {took}"


def _attempt(attempt: Attempt) -> None:
    icon, outcome = _OUTCOMES[attempt.outcome]
    rows = "" if attempt.rows is None else f" · {number(attempt.rows, 0)} rows"
    with st.expander(
        f"Attempt {attempt.number}: {outcome.lower()}{rows}", icon=f":material/{icon}:"
    ):
        if attempt.why:
            st.markdown(paragraphs(attempt.why))
        if attempt.text:
            code.sql(attempt.text, wrap_lines=True)
        else:
            st.caption("It wrote nothing.")
