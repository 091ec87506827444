"""The turn of a language model: it writes, we govern, run and look, and say what was wrong; again.

    request -> reply -> statement -> governed, run (as every other) -> our checks -> its own verdict
       ^____________________________ what was wrong with it _______________________________|

Nothing that a model writes is shown as an answer while our checks find a fault in it. Every attempt
is kept with the answer.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass, replace
from typing import Final

from core import monitoring
from core.assistant.boundary import Clock
from core.assistant.by_model.difficulty import difficulty
from core.assistant.by_model.prompting import Columns
from core.assistant.by_model.reflection import look, rows_seen
from core.assistant.by_model.replies import Replies
from core.assistant.by_model.requests import Requests, names_something
from core.assistant.by_model.tries import Try, attempts_of, chosen_of, why_none
from core.assistant.by_model.writing import Unread, Written, read_reply
from core.assistant.nearby import Search
from core.assistant.parts import ModelParts
from core.assistant.queries import Errand, Queries
from core.assistant.statements import statement_of
from core.dialogue.past import PastTurn
from core.errors import (
    GembaError,
    ModelFixable,
    QueryCancelled,
    QueryTimeout,
    Refused,
    Unavailable,
)
from core.generation.constraints import Constraints
from core.generation.intent import intent_request, read_intent
from core.generation.port import Exchange, LanguageModel, ModelTrouble, Reply, Role
from core.generation.verdict import PROBLEMS, Verdict, read_verdict, verdict_request
from core.language import Reading
from core.semantic.compile import compile_query
from core.semantic.said import with_labels
from core.translation import gettext as _
from core.translation import retold
from core.types import Answer, Difficulty, Made, Output, Progress, Sorting
from core.verified.dictionary import Dictionary

_LOG = logging.getLogger(__name__)
#: Seconds under which no further attempt is begun.
_LEAST_S: Final = 2.0
_MOST_HINT: Final = 600

#: Governs and runs what was written; the answer of it. Raises what governance and the engine raise.
Run = Callable[[Written], Iterator[Progress | Answer]]


@dataclass(frozen=True, slots=True)
class ModelOptions:
    """output: what the model is made to write. is_first: it is asked before the parser's reading is
    used. candidates: replies an attempt, of which the majority by rows is taken. hard_from: score
    from which the stronger model is asked, where there is one."""

    output: Output = "grammar"
    is_first: bool = False
    candidates: int = 1
    hard_from: float = 0.6


@dataclass(frozen=True, slots=True)
class Standing:
    """How a question stands in its conversation. before: turns that it goes on from, oldest first.
    sorting: what a model took it for already."""

    before: tuple[PastTurn, ...] = ()
    sorting: Sorting | None = None


@dataclass(frozen=True, slots=True)
class NotAnswered:
    """why: for people, with what to do. refused: where governance refused all that was written.
    trouble: the server gave no reply."""

    why: str
    made: Made
    refused: Refused | None = None
    trouble: ModelTrouble | None = None


class ModelTurns:
    """Has questions answered by a language model. Thread-safe."""

    def __init__(
        self,
        queries: Queries,
        model: LanguageModel,
        options: ModelOptions,
        constraints: Constraints,
        search: Search | None = None,
    ) -> None:
        """constraints: hold replies to their form. search: finds examples and notes."""
        self.options = options
        self.language_model = model
        self.requests = Requests(queries, model, constraints, options.output, search)
        self._queries = queries
        self._words: dict[str, tuple[ModelParts, Dictionary]] = {}

    def answer(
        self,
        draft: Answer,
        reading: Reading,
        parts: ModelParts,
        clock: Clock,
        errand: Errand,
        run: Run,
        standing: Standing,
    ) -> Generator[Progress | Answer, None, NotAnswered | None]:
        """Progress events and then one Answer; or, without an Answer, what is returned says why.
        Raises Unavailable when the store is, and QueryCancelled."""
        turn = _Turn(self, draft, reading, parts, clock, errand, run, standing)
        return (yield from turn.stages())

    def reflections(self, errand: Errand) -> int:
        """How often a statement of this person's turn may be sent back."""
        return self._queries.reflections(errand.user)

    def words_of(self, parts: ModelParts) -> Dictionary:
        """The dictionary of a model's data, made once."""
        known = self._words.get(parts.model.name)
        if known is None or known[0] is not parts:
            known = self._words[parts.model.name] = parts, Dictionary.of(parts.model, parts.facts)
        return known[1]


class _Turn:
    """One turn: what was tried, and what came of it."""

    def __init__(
        self,
        turns: ModelTurns,
        draft: Answer,
        reading: Reading,
        parts: ModelParts,
        clock: Clock,
        errand: Errand,
        run: Run,
        standing: Standing,
    ) -> None:
        self.standing = standing
        self.turns = turns
        self.model = turns.language_model
        self.draft = draft
        self.parts = parts
        self.clock = clock
        self.errand = errand
        self.run = run
        asked = reading.clarification
        self.unknown = asked.unknown_words if asked is not None else ()
        self.reading = reading
        self.replies = Replies(self.model, clock, errand)
        self.tries: list[Try] = []
        self.hard = Difficulty(0.0)
        self.columns: Columns = {}

    def stages(self) -> Generator[Progress | Answer, None, NotAnswered | None]:
        options, draft, parts = self.turns.options, self.draft, self.parts
        self.hard = difficulty(draft.question, parts.parser)
        is_hard = self.model.has("hard") and self.hard.score >= options.hard_from
        role: Role = "hard" if is_hard else "sql"
        if not self._is_about_data():
            return self._not(_("This does not look like a question about the plant's data."))
        yield Progress("retrieve", _("Looking for examples"), self.clock.elapsed_ms)
        asked = self.turns.requests.first(draft, role, parts, self.standing.before)
        self.clock.lap("retrieve")
        if asked is None:
            return self._not(_("The model's context is too short for this plant's tables."))
        request, self.columns = asked
        best: Try | None = None
        for number in range(1 + self.turns.reflections(self.errand)):
            if number and self.clock.left_s < _LEAST_S:
                break
            try:
                replies = yield from self.replies.several(
                    request,
                    options.candidates,
                    label=_("Writing the query again") if number else _("Writing the query"),
                )
            except ModelTrouble as trouble:
                self.clock.lap("generate")
                if best is not None:
                    break
                return self._not(str(trouble), trouble=trouble)
            self.clock.lap("generate")
            chosen = yield from self._chosen(replies)
            if chosen.outcome == "declined":
                break
            if chosen.is_sound and (yield from self._passes(chosen)):
                best = chosen
                break
            if chosen.is_sound and (best is None or chosen.doubts <= best.doubts):
                best = chosen
            if any(chosen.reply.text == e.reply for e in request.earlier):
                break  # it says the same again
            told = " ".join(chosen.told)[:_MOST_HINT]
            request = replace(
                request, earlier=(*request.earlier, Exchange(chosen.reply.text, told))
            )
        if best is None:
            return self._not(*why_none(self.tries))
        yield self._answer(best)
        return None

    def _is_about_data(self) -> bool:
        """Whether there is something to ask the tables for. A question that names a time or a thing
        of the model is about them; of any other the model says what it is, and where it does not,
        the question is taken for one."""
        sorting = self.standing.sorting
        if self.standing.before or names_something(self.draft.question, self.parts.parser):
            return True
        if sorting is not None:
            return read_intent(sorting.said) not in ("CLARIFY", "RESET")
        request = intent_request(self.draft.question, tenant=self.errand.user.tenant)
        try:
            intent = read_intent(self.replies.one(request).text)
        except ModelTrouble as trouble:
            _LOG.warning("what kind of question it is was not said: %s", trouble)
            return True
        finally:
            self.clock.lap("intent")
        monitoring.INTENTS.labels(intent or "invalid").inc()
        return intent not in ("CLARIFY", "RESET")

    # -- what is made of them ----------------------------------------------------------------

    def _chosen(self, replies: list[Reply]) -> Generator[Progress | Answer, None, Try]:
        """Each reply tried, one text once; of the sound ones, that whose rows most of them have."""
        tried: list[Try] = []
        for reply in replies:
            same = next((t for t in tried if t.reply.text == reply.text), None)
            tried += [replace(same, reply=reply) if same else (yield from self._tried(reply))]
        self.tries += tried
        return chosen_of(tried)

    def _tried(self, reply: Reply) -> Generator[Progress | Answer, None, Try]:
        found = Try(reply)
        try:
            written = read_reply(
                reply.text, self.turns.options.output, self.parts.model, self.columns
            )
            if written is None:
                found.outcome = "declined"
                return found
            found.outcome = "failed"
            for event in self.run(written):
                if isinstance(event, Answer):
                    found.answer = event
                else:
                    yield event
        except (QueryCancelled, ModelTrouble):
            raise
        except Unread as error:
            cut = " It was cut at the limit of its length." if reply.finish == "length" else ""
            found.told = (f"{error}{cut}",)
            return found
        except Refused as error:
            found.outcome, found.refused = "refused", error
            found.told = (str(error),)
            return found
        except QueryTimeout:
            found.told = ("The statement took too long. Read less: a shorter time or fewer rows.",)
            return found
        except Unavailable:
            raise
        except GembaError as error:
            found.told = (_hint_of(error),)
            return found
        if found.answer is not None:
            self._look(found, written)
        return found

    def _look(self, found: Try, written: Written) -> None:
        answer, parts = found.answer, self.parts
        assert answer is not None
        plan = answer.plan
        is_said = plan is not None and plan.anchor is None
        sql = compile_query(plan, parts.model) if plan is not None and is_said else written.sql
        words = self.turns.words_of(parts)
        found.looked = look(
            answer, sql, parts.parser, words, self.errand.user, self.unknown, self._changed()
        )
        found.told = found.looked.hints
        found.outcome = "implausible" if found.looked.faults else "used"
        self.clock.lap("reflect")

    def _changed(self) -> str:
        """The statement that the question changes; empty where it goes on from none."""
        statements = (statement_of(t.answer, self.parts.model) for t in self.standing.before)
        return next((s for s in reversed(tuple(statements)) if s), "")

    def _passes(self, chosen: Try) -> Generator[Progress | Answer, None, bool]:
        """Whether neither we nor the model have a doubt in it. A verdict that does not come is
        none."""
        if self.clock.left_s >= _LEAST_S:
            yield Progress("explain", _("Checking the answer"), self.clock.elapsed_ms)
            verdict = self._verdict(chosen)
            self.clock.lap("reflect")
            if verdict is not None and not verdict.answers:
                problem = PROBLEMS[verdict.problem] or PROBLEMS["other"]
                doubt = _(problem)
                said = _("The model checked this answer and is not sure of it: {doubt}.").format(
                    doubt=doubt
                )
                looked = chosen.looked
                chosen.looked = replace(looked, doubts=(*looked.doubts, said))
                chosen.told = (*chosen.told, verdict.hint or said)
        if chosen.looked.doubts:
            chosen.outcome = "doubted"
        return not chosen.looked.doubts

    def _verdict(self, chosen: Try) -> Verdict | None:
        answer = chosen.answer
        if answer is None or answer.result is None:
            return None
        request = verdict_request(
            self.draft.question,
            answer.sql or "",
            rows_seen(answer.result, answer.columns),
            unknown=self.unknown,
            before=self.turns.requests.before(self.standing.before, self.errand.user, self.parts),
            tenant=self.errand.user.tenant,
        )
        try:
            return read_verdict(self.replies.one(request).text)
        except ModelTrouble as trouble:
            _LOG.warning("no verdict on answer %s: %s", answer.id, trouble)
            return None

    # -- the end -----------------------------------------------------------------------------

    def _answer(self, best: Try) -> Answer:
        assert best.answer is not None
        best.outcome = "used"
        answer = best.answer
        said = (retold(with_labels(d, self.parts.model)) for d in best.looked.doubts)
        doubts = tuple(d for d in said if d not in answer.notes)
        if answer.status == "empty":
            doubts = ()
        return replace(
            answer,
            made=self._made(best.votes, is_used=True),
            doubts=tuple(dict.fromkeys((*answer.doubts, *doubts))),
            notes=(*answer.notes, *doubts),
            timings_ms=self.clock.total(),
        )

    def _made(self, votes: tuple[int, int] | None = None, *, is_used: bool = False) -> Made:
        attempts = attempts_of(self.tries, self.turns.options.output)
        name = attempts[-1].model if attempts else self.model.state("sql").model
        why = _why(self.reading, is_first=self.turns.options.is_first, is_used=is_used)
        return Made(why, name, self.hard, attempts, votes)

    def _not(
        self, why: str, refused: Refused | None = None, trouble: ModelTrouble | None = None
    ) -> NotAnswered:
        return NotAnswered(why, self._made(), refused, trouble)


def _why(reading: Reading, *, is_first: bool, is_used: bool) -> str:
    """Why a model is asked, for people."""
    asked = reading.clarification
    if reading.query is not None or asked is None:
        return _("The settings put the model first.") if is_first else ""
    end = _("; the model's reading is used.") if is_used else "."
    if asked.unknown_words:
        words = ", ".join(f"“{w}”" for w in asked.unknown_words)
        return _("Gemba's own vocabulary does not hold {words}{end}").format(words=words, end=end)
    return _("Gemba's own parser does not read this question whole{end}").format(end=end)


def _hint_of(error: GembaError) -> str:
    """What the engine said, for whoever writes the statement again."""
    for found in (error, error.__cause__):
        if isinstance(found, ModelFixable):
            return found.hint or str(found)
    return str(error)
