"""An answer that no one query gives, run again by its passport."""

from __future__ import annotations

from core.assistant import ModelParts, Queries
from core.assistant.beside import Besides, together
from core.assistant.boundary import Clock, blank_answer
from core.assistant.queries import Errand
from core.errors import UserFixable
from core.passports.passport import Change
from core.translation import speaking, told
from core.types import Answer, Beside, Governed, User

_NOT_ASKED = told("It asks something back now, so there are no rows.")


def governed_for(kept: Beside, user: User, parts: ModelParts, queries: Queries) -> Governed | None:
    """What was read for an answer, as this person may read it; None where nothing was. Raises
    Refused where they may not."""
    return together([queries.govern(sql, user, parts.model) for sql in kept.statements])


def run_again(
    kept: Beside, errand: Errand, parts: ModelParts, besides: Besides, queries: Queries
) -> Answer:
    """The answer as it is now, answered or empty, in the language of then. Raises UserFixable for
    one that is asked back, and what governance and the engine raise."""
    with speaking(kept.language):
        draft = blank_answer(errand.question, errand.user, parts.model.name, source="parser")
        events = besides.again(draft, kept.asked, parts, Clock.start(), errand, queries)
        answer = next(event for event in events if isinstance(event, Answer))
    if answer.status not in ("answered", "empty"):
        raise UserFixable(_NOT_ASKED)
    return answer


def changes_of(was: Beside, now: Beside | None) -> tuple[Change, ...]:
    """What it is made of beside data that is other now."""
    before = {(what, of): how for what, of, how in was.made_of}
    after = {(what, of): how for what, of, how in now.made_of} if now is not None else {}
    none = told("none")
    return tuple(
        Change(told(what, of=of), before.get((what, of), none), after.get((what, of), none))
        for what, of in dict.fromkeys((*before, *after))
        if before.get((what, of)) != after.get((what, of))
    )
