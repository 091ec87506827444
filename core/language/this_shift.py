"""A shift that is told from now: "this morning", "this early shift" is the one of today, or of
yesterday where it began then and still runs; "this shift" is the one that runs."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

from core.language.lexicon import Lexicon
from core.language.normalise import Token, tokenise
from core.language.time_phrases import ClockTime
from core.language.vocabulary import Target, Vocabulary
from core.semantic.model import SemanticModel
from core.semantic.shifts import begun_shifts


def this_shift(
    text: str,
    lexicon: Lexicon,
    vocabulary: Vocabulary,
    model: SemanticModel,
    clock: ClockTime,
    *,
    is_told: bool = False,
) -> str:
    """The text with "today" or "yesterday" where "this" stands before a shift's name, and with
    "current" where it stands before the word for shifts: "this" points to no answer before, and
    passed over it would leave that shift of all days. is_told: an answer told a shift, and "this
    shift" is that one."""
    axes = {t.time.shift: t.time.shift_hours for t in model.tables.values() if t.time is not None}
    tokens = tokenise(text)
    norms = [t.norm for t in tokens]
    for at in range(len(norms) - 2, -1, -1):
        if not _points_to_now(norms, at, lexicon, vocabulary):
            continue
        targets = [t for m in vocabulary.match(norms, at + 1) for t in m.targets if t.name in axes]
        named = next((t for t in targets if t.value is not None), None)
        if named is not None and named.value is not None:
            day = _day_of(named.value, axes[named.name], clock)
            text = _put(text, tokens[at], min(lexicon.senses[day]))
        elif norms[at + 1] in lexicon.senses["shift"] and not is_told:
            text = _put(text, tokens[at], min(lexicon.senses["says_now"]))
    return text


def _points_to_now(norms: Sequence[str], at: int, lexicon: Lexicon, vocabulary: Vocabulary) -> bool:
    """Whether a word means the one that runs: `this`; `current`, where it is no figure that is
    named so ("the current night shift", and not "motor current night shift")."""
    senses = lexicon.senses
    if norms[at] in senses["this"]:
        return True
    if norms[at] not in senses["runs_now"]:
        return False
    is_figure = any(_is_figure(t) for m in vocabulary.match(norms, at) for t in m.targets)
    return not is_figure or (at > 0 and norms[at - 1] in senses["before_a_time"])


def _is_figure(target: Target) -> bool:
    return target.kind in ("column", "metric") and target.value is None


def _day_of(name: str, hours: Mapping[str, tuple[int, int]], clock: ClockTime) -> str:
    """The sense of the day on which the shift of that name began: yesterday's that still runs, and
    else today's."""
    if name not in hours:
        return "today"
    yesterday = clock.today - dt.timedelta(days=1)
    newest = begun_shifts(hours, clock.today, clock.now, (name,))[0]
    return "yesterday" if newest.day == yesterday and clock.now < newest.end else "today"


def _put(text: str, token: Token, said: str) -> str:
    return text[: token.start] + said + text[token.end :]
