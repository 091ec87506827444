"""The turn of a language model: it writes, we govern, run and look, and say what was wrong; again.

    request -> reply -> statement -> governed, run (as every other) -> our checks -> its own verdict
       ^____________________________ what was wrong with it _______________________________|

Nothing that a model writes is shown as an answer while our checks find a fault in it. Every attempt
is kept with the answer.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Generator, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Final

from core import monitoring
from core.assistant.boundary import Clock
from core.assistant.by_model.difficulty import difficulty
from core.assistant.by_model.majority import majority
from core.assistant.by_model.prompting import Columns
from core.assistant.by_model.reflection import Looked, look, rows_seen
from core.assistant.by_model.requests import Requests, names_something
from core.assistant.by_model.writing import Unread, Written, read_reply
from core.assistant.nearby import Search
from core.assistant.parts import ModelParts
from core.assistant.queries import Errand, Queries
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
from core.generation.port import (
    Exchange,
    LanguageModel,
    ModelTrouble,
    Reply,
    Request,
    Role,
    reply_of,
)
from core.generation.verdict import PROBLEMS, Verdict, read_verdict, verdict_request
from core.language import Reading
from core.semantic.compile import compile_query
from core.types import Answer, Attempt, AttemptOutcome, Difficulty, Made, Output, Progress
from core.verified.dictionary import Dictionary

_LOG = logging.getLogger(__name__)
#: Seconds under which no further attempt is begun.
_LEAST_S: Final = 2.0
#: Milliseconds between two looks at what is being written.
_SHOWN_EVERY_MS: Final = 100.0
#: Warmth and number of the further candidates.
_WARMTH: Final = 0.7
_MOST_CANDIDATES: Final = 8
_ROOM_FOR_HINTS: Final = 1_500
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
class NotAnswered:
    """why: for people, with what to do. refused: where governance refused all that was written.
    trouble: the server gave no reply."""

    why: str
    made: Made
    refused: Refused | None = None
    trouble: ModelTrouble | None = None


@dataclass(slots=True)
class _Try:
    """A reply on its way to an answer."""

    reply: Reply
    outcome: AttemptOutcome = "unread"
    told: tuple[str, ...] = ()
    answer: Answer | None = None
    looked: Looked = field(default_factory=Looked)
    refused: Refused | None = None

    @property
    def is_sound(self) -> bool:
        return self.answer is not None and not self.looked.faults


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
    ) -> Generator[Progress | Answer, None, NotAnswered | None]:
        """Progress events and then one Answer; or, without an Answer, what is returned says why.
        Raises Unavailable when the store is, and QueryCancelled."""
        turn = _Turn(self, draft, reading, parts, clock, errand, run)
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
    ) -> None:
        self.turns = turns
        self.model = turns.language_model
        self.draft = draft
        self.parts = parts
        self.clock = clock
        self.errand = errand
        self.run = run
        asked = reading.clarification
        self.unknown = asked.unknown_words if asked is not None else ()
        self.why = _why(reading, is_first=turns.options.is_first)
        self.tries: list[_Try] = []
        self.agreed: tuple[int, int] | None = None
        self.hard = Difficulty(0.0)
        self.columns: Columns = {}

    def stages(self) -> Generator[Progress | Answer, None, NotAnswered | None]:
        options, draft, parts = self.turns.options, self.draft, self.parts
        self.hard = difficulty(draft.question, parts.parser)
        is_hard = self.model.has("hard") and self.hard.score >= options.hard_from
        role: Role = "hard" if is_hard else "sql"
        if not self._is_about_data():
            return self._not("This does not look like a question about the plant's data.")
        yield Progress("retrieve", "Looking for examples", self.clock.elapsed_ms)
        asked = self.turns.requests.first(draft, role, parts)
        self.clock.lap("retrieve")
        if asked is None:
            return self._not("The model's context is too short for this plant's tables.")
        request, self.columns = asked
        best: _Try | None = None
        for number in range(1 + self.turns.reflections(self.errand)):
            if number and self.clock.left_s < _LEAST_S:
                break
            try:
                replies = yield from self._replies(request, again=number > 0)
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
            if chosen.is_sound and (best is None or _doubts(chosen) <= _doubts(best)):
                best = chosen
            if any(chosen.reply.text == e.reply for e in request.earlier):
                break  # it says the same again
            told = " ".join(chosen.told)[:_MOST_HINT]
            request = replace(
                request, earlier=(*request.earlier, Exchange(chosen.reply.text, told))
            )
        if best is None:
            return self._not(*self._why_not())
        yield self._answer(best)
        return None

    def _is_about_data(self) -> bool:
        """Whether there is something to ask the tables for. A question that names a time or a thing
        of the model is about them; of any other the model says what it is, and where it does not,
        the question is taken for one."""
        if names_something(self.draft.question, self.parts.parser):
            return True
        request = intent_request(self.draft.question, tenant=self.errand.user.tenant)
        try:
            intent = read_intent(self._reply(request).text)
        except ModelTrouble as trouble:
            _LOG.warning("what kind of question it is was not said: %s", trouble)
            return True
        finally:
            self.clock.lap("intent")
        monitoring.INTENTS.labels(intent or "invalid").inc()
        return intent not in ("CLARIFY", "RESET")

    # -- replies -----------------------------------------------------------------------------

    def _replies(
        self, request: Request, *, again: bool
    ) -> Generator[Progress | Answer, None, list[Reply]]:
        """One reply, shown as it is written, and the further candidates beside it."""
        label = "Writing the query again" if again else "Writing the query"
        more = max(1, min(self.turns.options.candidates, _MOST_CANDIDATES)) - 1
        others = [replace(request, temperature=_WARMTH, seed=i + 1) for i in range(more)]
        with ThreadPoolExecutor(max(1, more), thread_name_prefix="candidate") as pool:
            waiting = [pool.submit(partial(self._reply, other)) for other in others]
            first = yield from self._shown(request, label)
            found = [first]
            for future in waiting:
                try:
                    found.append(future.result())
                except ModelTrouble as trouble:
                    _LOG.warning("a candidate is missing: %s", trouble)
        return found

    def _reply(self, request: Request) -> Reply:
        return reply_of(self.model, request, timeout_s=self.clock.left_s, cancel=self.errand.cancel)

    def _shown(self, request: Request, label: str) -> Generator[Progress | Answer, None, Reply]:
        yield Progress("generate", label, self.clock.elapsed_ms)
        text, shown_at = "", 0.0
        pieces = self.model.stream(request, timeout_s=self.clock.left_s, cancel=self.errand.cancel)
        for event in pieces:
            if isinstance(event, Reply):
                if event.text:
                    yield Progress("generate", label, self.clock.elapsed_ms, event.text)
                return event
            text += event
            now = time.perf_counter() * 1000
            if now - shown_at >= _SHOWN_EVERY_MS:
                shown_at = now
                yield Progress("generate", label, self.clock.elapsed_ms, text)
        raise ModelTrouble("The model server ended without a reply.", kind="wrong", partial=text)

    # -- what is made of them ----------------------------------------------------------------

    def _chosen(self, replies: list[Reply]) -> Generator[Progress | Answer, None, _Try]:
        """Each reply tried; of the sound ones, that whose rows most of them have."""
        tried: list[_Try] = []
        for reply in replies:
            tried += [(yield from self._tried(reply))]
        self.tries += tried
        sound = [t for t in tried if t.is_sound]
        if len(replies) == 1 or not sound:
            return next((t for t in tried if t.outcome != "declined"), tried[0])
        results = [t.answer.result if t.answer is not None else None for t in sound]
        at, votes = majority(results)
        self.agreed = votes, len(replies)
        for other in sound:
            if other is not sound[at]:
                other.outcome = "outvoted"
        return sound[at]

    def _tried(self, reply: Reply) -> Generator[Progress | Answer, None, _Try]:
        found = _Try(reply)
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

    def _look(self, found: _Try, written: Written) -> None:
        answer, parts = found.answer, self.parts
        assert answer is not None
        plan = answer.plan
        is_said = plan is not None and plan.anchor is None
        sql = compile_query(plan, parts.model) if plan is not None and is_said else written.sql
        words = self.turns.words_of(parts)
        found.looked = look(answer, sql, parts.parser, words, self.errand.user, self.unknown)
        found.told = found.looked.hints
        found.outcome = "implausible" if found.looked.faults else "used"
        self.clock.lap("reflect")

    def _passes(self, chosen: _Try) -> Generator[Progress | Answer, None, bool]:
        """Whether neither we nor the model have a doubt in it. A verdict that does not come is
        none."""
        if self.clock.left_s >= _LEAST_S:
            yield Progress("explain", "Checking the answer", self.clock.elapsed_ms)
            verdict = self._verdict(chosen)
            self.clock.lap("reflect")
            if verdict is not None and not verdict.answers:
                doubt = PROBLEMS[verdict.problem] or PROBLEMS["other"]
                said = f"The model checked this answer and is not sure of it: {doubt}."
                looked = chosen.looked
                chosen.looked = replace(looked, doubts=(*looked.doubts, said))
                chosen.told = (*chosen.told, verdict.hint or said)
        if chosen.looked.doubts:
            chosen.outcome = "doubted"
        return not chosen.looked.doubts

    def _verdict(self, chosen: _Try) -> Verdict | None:
        answer = chosen.answer
        if answer is None or answer.result is None:
            return None
        request = verdict_request(
            self.draft.question,
            answer.sql or "",
            rows_seen(answer.result, answer.columns),
            unknown=self.unknown,
            tenant=self.errand.user.tenant,
        )
        try:
            return read_verdict(self._reply(request).text)
        except ModelTrouble as trouble:
            _LOG.warning("no verdict on answer %s: %s", answer.id, trouble)
            return None

    # -- the end -----------------------------------------------------------------------------

    def _answer(self, best: _Try) -> Answer:
        assert best.answer is not None
        best.outcome = "used"
        answer = best.answer
        doubts = tuple(d for d in best.looked.doubts if d not in answer.notes)
        if answer.status == "empty":
            doubts = ()
        return replace(
            answer,
            made=self._made(),
            doubts=tuple(dict.fromkeys((*answer.doubts, *doubts))),
            notes=(*answer.notes, *doubts),
            timings_ms=self.clock.total(),
        )

    def _made(self) -> Made:
        attempts = tuple(
            Attempt(
                number,
                tried.reply.model,
                self.turns.options.output,
                tried.reply.text,
                tried.outcome,
                why=" ".join(tried.told) if tried.outcome != "used" else "",
                rows=tried.answer.result.row_count
                if tried.answer is not None and tried.answer.result is not None
                else None,
                prompt_tokens=tried.reply.usage.prompt,
                cached_tokens=tried.reply.usage.cached,
                reply_tokens=tried.reply.usage.reply,
                first_ms=tried.reply.first_ms,
                total_ms=tried.reply.total_ms,
            )
            for number, tried in enumerate(self.tries, 1)
        )
        name = attempts[-1].model if attempts else self.model.state("sql").model
        return Made(self.why, name, self.hard, attempts, self.agreed)

    def _not(
        self, why: str, refused: Refused | None = None, trouble: ModelTrouble | None = None
    ) -> NotAnswered:
        return NotAnswered(why, self._made(), refused, trouble)

    def _why_not(self) -> tuple[str, Refused | None]:
        last = self.tries[-1]
        refusals = [t.refused for t in self.tries if t.refused is not None]
        if len(refusals) == len(self.tries):
            return "What the model wrote may not be run.", refusals[-1]
        if last.outcome == "declined":
            return "The model found no answer to this in the plant's tables.", None
        if last.looked.faults:
            said = last.looked.faults[0]
            return f"The model wrote a query that does not answer this. {said}", None
        if last.outcome == "unread":
            return "What the model wrote is no query.", None
        return "What the model wrote could not be run.", None


def _doubts(tried: _Try) -> int:
    return len(tried.looked.doubts)


def _why(reading: Reading, *, is_first: bool) -> str:
    """Why a model is asked, for people."""
    asked = reading.clarification
    if reading.query is not None or asked is None:
        return "The settings put the model first." if is_first else ""
    if asked.unknown_words:
        words = ", ".join(f"“{w}”" for w in asked.unknown_words)
        return f"Gemba's own vocabulary does not hold {words}; the model's reading is used."
    return "Gemba's own parser does not read this question whole; the model's reading is used."


def _hint_of(error: GembaError) -> str:
    """What the engine said, for whoever writes the statement again."""
    for found in (error, error.__cause__):
        if isinstance(found, ModelFixable):
            return found.hint or str(found)
    return str(error)
