"""Which way an answer came, and why; what a language model tried on it."""

from __future__ import annotations

import streamlit as st

from core.translation import gettext as _
from core.translation import marked, ngettext
from core.types import Attempt, Made, Sorting
from core.ui import code
from core.ui.text import cut, number, plain, seconds

#: What became of an attempt, in words, with its icon.
OUTCOMES = {
    "used": ("check", marked("Used for the answer")),
    "declined": ("help", marked("Said that the data does not hold the answer")),
    "unread": ("close", marked("Not of the form asked for")),
    "refused": ("block", marked("Refused before it ran")),
    "failed": ("error", marked("Could not be run")),
    "implausible": ("close", marked("Does not fit the question")),
    "doubted": ("help", marked("Doubted, so it was written again")),
    "outvoted": ("how_to_vote", marked("Another candidate was used")),
    "agreed": ("done_all", marked("Gave the same rows as the candidate chosen")),
}
#: What a question was taken for.
INTENTS = {
    "NEW_QUERY": marked("taken for a new question"),
    "DATA_FILTER": marked("taken for a change of the question before"),
    "VISUAL_UPDATE": marked("taken for another picture of the answer before"),
    "CLARIFY": marked("taken for a reply to what Gemba asked"),
    "RESET": marked("taken for the wish to start over"),
}
#: Why no word came.
NO_WORD = {
    "down": marked("it could not be reached"),
    "late": marked("it did not answer in time"),
    "busy": marked("it had too much to do"),
    "resting": marked("it is left alone after failures"),
    "wrong": marked("what came could not be used"),
    "denied": marked("it takes no questions from Gemba"),
}
_NOTHING_CAME, _STANDS = marked("nothing came"), marked("Gemba's own answer stands")
_OUTPUTS = {
    "grammar": marked(
        "Written by the language model {name}, as SQL that can name only what you may see"
    ),
    "query": marked(
        "Written by the language model {name}, as a query of measures, groups and filters"
    ),
    "sql": marked("Written by the language model {name}, as SQL"),
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
        said = (
            _("Nothing came from the language model {name}; this is Gemba's own reading.")
            if made.by_fallback
            else _("Nothing came from the language model {name}.")
        )
        st.markdown(said.format(name=_name(made)))
        return
    st.markdown("\n".join(f"- {line}" for line in facts(made)))
    first: dict[str, Attempt] = {}
    for attempt in made.attempts:
        _attempt(attempt, first.setdefault(attempt.text.strip(), attempt))


def taken_for(sorting: Sorting) -> str:
    """What a language model took the question for, where rules were unsure."""
    name = f"**{plain(sorting.model)}**"
    if not sorting.said:
        why = _(NO_WORD.get(sorting.why, _NOTHING_CAME))
        text = _(
            "Rules could not tell what this wants of the conversation, so the language model "
            "{name} was asked; {why}."
        )
        return text.format(name=name, why=why)
    text = _(
        "Rules could not tell what this wants of the conversation, so the language model {name} "
        "was asked and said {said} ({time}): {end}."
    )
    end = _(INTENTS.get(sorting.taken, _STANDS))
    said = f"**{plain(sorting.said)}**"
    return text.format(name=name, said=said, time=seconds(sorting.total_ms), end=end)


def facts(made: Made) -> list[str]:
    """Lines of Markdown about a model's attempts, of which there is one at least."""
    attempts = made.attempts
    lines = [_(_OUTPUTS[attempts[0].output]).format(name=_name(made))]
    if made.by_fallback:
        lines.append(_("None of it could be used; this is Gemba's own reading"))
    if made.difficulty is not None:
        reasons = ", ".join(made.difficulty.reasons)
        because = f": {plain(reasons)}" if reasons else ""
        said = _("Difficulty {score}, where 0 is plain and 1 is hard")
        lines.append(said.format(score=number(made.difficulty.score)) + because)
    if made.agreed is not None:
        same, all_of_them = made.agreed
        said = _("{n} of {all} candidates gave the same rows")
        lines.append(said.format(n=same, all=all_of_them))
    return [*lines, _cost(attempts)]


def _name(made: Made) -> str:
    return f"**{plain(made.model)}**"


def _cost(attempts: tuple[Attempt, ...]) -> str:
    """Tokens as the server counted them, where it did, and time."""
    told = sum(a.prompt_tokens for a in attempts)
    cached = sum(a.cached_tokens for a in attempts)
    said = sum(a.reply_tokens for a in attempts)
    took = _("{time} for all replies together").format(
        time=seconds(sum(a.total_ms for a in attempts))
    )
    if not told and not said:
        return took
    text = (
        _("{read} tokens read ({cached} from its cache), {written} written, {took}")
        if cached
        else _("{read} tokens read, {written} written, {took}")
    )
    return text.format(
        read=number(told, 0), cached=number(cached, 0), written=number(said, 0), took=took
    )


def _attempt(attempt: Attempt, first: Attempt) -> None:
    """Outcome, reason and text, one under the other: no reason waits behind a click. first: the
    attempt with the same text that came first, itself or one whose reason and text stand there."""
    icon, outcome = OUTCOMES[attempt.outcome]
    is_again = first is not attempt
    again = _("Attempt {n} again").format(n=first.number)
    number_of_it = _("Attempt {n}").format(n=attempt.number)
    said = [f":gray[:material/{icon}:] **{number_of_it}**", *[again] * is_again, _(outcome)]
    lines = [" · ".join([*said, *_rows(attempt)])]
    if attempt.why and not (is_again and attempt.why == first.why):
        lines.append(plain(cut(attempt.why, _MOST_WHY)))
    st.markdown("  \n".join(lines))
    if is_again:
        return
    if not attempt.text.strip():
        st.caption(_("It wrote nothing."))
    elif attempt.outcome != "declined":
        is_long = _lines(attempt.text) > _MOST_LINES
        code.sql(attempt.text, wrap_lines=True, height=_HEIGHT if is_long else "content")


def _rows(attempt: Attempt) -> list[str]:
    if attempt.rows is None:
        return []
    return [ngettext("{n} row", "{n} rows", attempt.rows).format(n=number(attempt.rows, 0))]


def _lines(text: str) -> int:
    """How many lines a text takes, about."""
    return sum(1 + len(line) // _LINE for line in text.splitlines())
