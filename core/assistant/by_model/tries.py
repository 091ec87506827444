"""What a language model tried on a question, and what became of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from core.assistant.by_model.reflection import Looked
from core.assistant.by_model.same_rows import rows_key
from core.errors import Refused
from core.generation.port import Reply
from core.translation import gettext as _
from core.translation import retold
from core.types import Answer, Attempt, AttemptOutcome, Output, Result


@dataclass(slots=True)
class Try:
    """A reply on its way to an answer. told: what was wrong with it, as it goes back. votes: where
    it was chosen, how many of how many candidates gave its rows."""

    reply: Reply
    outcome: AttemptOutcome = "unread"
    told: tuple[str, ...] = ()
    answer: Answer | None = None
    looked: Looked = field(default_factory=Looked)
    refused: Refused | None = None
    votes: tuple[int, int] | None = None

    @property
    def result(self) -> Result | None:
        return self.answer.result if self.answer is not None else None

    @property
    def is_sound(self) -> bool:
        """It gave an answer in which our checks find no fault."""
        return self.answer is not None and not self.looked.faults

    @property
    def doubts(self) -> int:
        return len(self.looked.doubts)


def chosen_of(tried: Sequence[Try]) -> Try:
    """Of the sound candidates the first with the rows that most of them have, the others marked as
    agreeing or outvoted; where none is sound, the first that says anything."""
    sound = [t for t in tried if t.is_sound]
    if len(tried) == 1 or not sound:
        return next((t for t in tried if t.outcome != "declined"), tried[0])
    keys = [rows_key(t.result) for t in sound]
    best = max(keys, key=keys.count)
    chosen = sound[keys.index(best)]
    chosen.votes = keys.count(best), len(tried)
    for other, key in zip(sound, keys, strict=True):
        if other is not chosen:
            other.outcome = "agreed" if key == best else "outvoted"
    return chosen


def attempts_of(tries: Sequence[Try], output: Output) -> tuple[Attempt, ...]:
    """The record of them, in their order."""
    return tuple(
        Attempt(
            number,
            tried.reply.model,
            output,
            tried.reply.text,
            tried.outcome,
            why=" ".join(tried.told) if tried.outcome not in ("used", "agreed") else "",
            rows=tried.result.row_count if tried.result is not None else None,
            prompt_tokens=tried.reply.usage.prompt,
            cached_tokens=tried.reply.usage.cached,
            reply_tokens=tried.reply.usage.reply,
            first_ms=tried.reply.first_ms,
            total_ms=tried.reply.total_ms,
        )
        for number, tried in enumerate(tries, 1)
    )


def why_none(tries: Sequence[Try]) -> tuple[str, Refused | None]:
    """Why none of them answers, for people; with the refusal where all were refused."""
    last = tries[-1]
    refusals = [t.refused for t in tries if t.refused is not None]
    if len(refusals) == len(tries):
        return _("What the model wrote may not be run."), refusals[-1]
    if last.outcome == "declined":
        return _("The model found no answer to this in the plant's tables."), None
    if last.looked.faults:
        said = retold(last.looked.faults[0])
        return _("The model wrote a query that does not answer this. {said}").format(
            said=said
        ), None
    if last.outcome == "unread":
        return _("What the model wrote is no query."), None
    return _("What the model wrote could not be run."), None
