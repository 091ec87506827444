"""The question parser: from a question in words to a Reading.

Deterministic: the same words over the same model and data give the same reading. A question is
read only when every content word of it was used; else it is asked back.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from core.errors import UserFixable
from core.language.afterthoughts import average_last, moved_up, span_before, without_count
from core.language.assemble import assemble
from core.language.assembling.context import Context
from core.language.assembling.done import is_of_own_time
from core.language.assembling.notes import of_reasons, pooled, single_readings
from core.language.assembling.shifts import shift_told
from core.language.background import without_background
from core.language.choose import Chooser, put_in_place
from core.language.definitions import explained, subject_of, unexplained
from core.language.draft import Draft
from core.language.drift_questions import anything, drift_words, read_drift
from core.language.fragment import (
    Fragment,
    about_limited,
    as_values,
    named_parts,
    rank_as_before,
    stand_in,
    turned_peak,
    values_alone,
)
from core.language.interpret import interpret
from core.language.lexicon import Lexicon
from core.language.normalise import Token, clean, tokenise
from core.language.overlaps import overlap
from core.language.reading import Ask, Reading, Understood
from core.language.rendering.wordbook import Wordbook
from core.language.risk_questions import TOPIC, read_risk
from core.language.tagger import QUIET_GROUPS, Item, Tagged, Tagger, compounds
from core.language.this_shift import this_shift
from core.language.time_phrases import ClockTime, TimeParser
from core.language.times import TimeReader
from core.language.unanswerable import asks_for_limits, unanswerable
from core.language.vocabulary import Vocabulary
from core.language.wording import quoted, say
from core.language.words_used import word_of_drift, words_used
from core.semantic.asset_question import AssetQuestion
from core.semantic.facts import DataFacts
from core.semantic.model import SemanticModel
from core.semantic.query import Op, SemanticQuery, TimeWindow
from core.translation import gettext as _
from core.translation import language as spoken
from core.translation import speaking
from core.types import Clarification, Option, WordUse

#: Words that must not be offered for leaving out: without them another question is answered.
_MEANINGFUL = frozenset(
    {"not", "comparators", "superlatives", "aggregates", "but", "limit_words", "places"}
)

#: What reads questions of assets that no one query answers, one for each topic.
_OF_ASSETS = {TOPIC: read_risk}


class QuestionParser:
    """Parser over one model, its data and one language. Safe to share between threads."""

    def __init__(
        self,
        model: SemanticModel,
        facts: DataFacts,
        lexicon: Lexicon,
        read_books: Sequence[Callable[[Vocabulary], Wordbook]] = (),
    ) -> None:
        """read_books: give the wordbooks of further languages, when a question may be in one."""
        self.model = model
        self.facts = facts
        self.lexicon = lexicon
        self.vocabulary = Vocabulary(model, facts, lexicon)
        self.clock = ClockTime(facts.today, facts.now, model.week_start)
        self.time = TimeParser(lexicon, self.clock)
        self.tagger = Tagger(lexicon, self.vocabulary, self.time, read_books)
        self.tagger.speller.is_ordinary("the")  # loads the word list before the first question

    def parse(self, question: str, scopes: tuple[str, ...] = ()) -> Reading:
        """Read a question for a user who may see `scopes` (empty: the model has no scope).

        When it is asked back, only readings that are themselves understood are offered.
        Raises UserFixable for text that is no question at all (empty, too long).
        """
        reading = self._parse(question, scopes)
        if reading.query is None and reading.is_unread:
            reading = self._without_background(question, scopes) or reading
        asked = reading.clarification
        if asked is None or not asked.options:
            return reading
        offered = tuple(o for o in asked.options if self._is_understood(o.question, scopes))
        return replace(reading, clarification=replace(asked, options=offered))

    def _without_background(self, question: str, scopes: tuple[str, ...]) -> Reading | None:
        def items(text: str) -> Sequence[Item]:
            return self.tagger.tag(tokenise(text)).items

        return without_background(
            clean(question),
            lambda text: self._parse(text, scopes),
            items,
            self.model,
            self.lexicon.senses,
        )

    def language_of(self, question: str) -> str:
        """The language that a question is told to be in; empty for that of the parser, and where
        its words do not tell."""
        try:
            tagged = self.tagger.tag(tokenise(clean(question)))
        except UserFixable:
            return ""
        return tagged.language if tagged.language != self.lexicon.language else ""

    def has_unknown(self, text: str) -> bool:
        """Whether a word of a text is not known. Raises UserFixable as `parse` does."""
        said = clean(text)
        return bool(self._unknown(said, self.tagger.tag(tokenise(said))))

    def _typed(self, text: str) -> tuple[Token, ...]:
        tokens = tokenise(self.of_today(text))
        return without_count(tokens, self.lexicon, self.vocabulary, self.facts)

    def of_today(self, text: str, *, is_told: bool = False) -> str:
        """As `this_shift`, in the parser's words."""
        return this_shift(
            text, self.lexicon, self.vocabulary, self.model, self.clock, is_told=is_told
        )

    def _is_understood(self, question: str, scopes: tuple[str, ...]) -> bool:
        try:
            found = self._parse(question, scopes)
            return found.query is not None or found.drift is not None
        except UserFixable:
            return False

    def _parse(self, question: str, scopes: tuple[str, ...]) -> Reading:
        text = self.of_today(clean(question))
        tagged = self.tagger.tag(moved_up(self._typed(text), self.lexicon))
        is_rendered = tagged.language != self.lexicon.language
        said = " ".join(t.text for t in tagged.tokens) if is_rendered else text
        with speaking(tagged.language if is_rendered else spoken()):
            return self._read(text, said, tagged, scopes)

    def _read(self, text: str, said: str, tagged: Tagged, scopes: tuple[str, ...]) -> Reading:
        """The reading of a question. said: its words as the parser reads them."""
        definition = self._definition(said)
        if definition is not None:
            return definition
        problem = self._problem(text, tagged)
        if problem is None or problem.problem == "cause":
            of_assets = self._of_assets(text, tagged, frozenset(scopes))
            if of_assets is not None:
                return of_assets
        if problem is not None:
            return problem
        drift = self._drift(text, tagged, scopes)
        if drift is not None:
            return drift
        try:
            ctx = self._drafted(text, tagged, frozenset(scopes))
            named = frozenset(named_parts(ctx.draft) | about_limited(ctx.draft))
            query = self._assembled(ctx, tagged)
        except Ask as ask:
            return self._asked(ask, text, tagged)
        return Reading(
            query=query,
            words=self._words(text, tagged),
            mended=tagged.mended,
            out_of_scope=tuple(ctx.out_of_scope),
            chart=ctx.draft.chart,
            notes=self._notes(tagged, ctx.draft),
            named=named,
        )

    def fragment(
        self,
        text: str,
        base: SemanticQuery,
        scopes: tuple[str, ...] = (),
        *,
        also: bool = False,
        narrows: bool = False,
        language: str = "",
    ) -> Fragment | Reading:
        """Read words that go on from a question that was answered; a Reading with what is asked
        back where they cannot be read. also: a figure that they name comes beside that of `base`.
        narrows: they pick some of its rows, so that what may be a figure and a value is a value.
        language: the one that is asked back in, where the words were typed in another one.
        Raises UserFixable as `parse` does."""
        text = clean(text)
        typed = average_last(self._typed(text), self.lexicon)
        tagged = self.tagger.tag(span_before(typed, self.lexicon))
        tagged = replace(tagged, language=language or tagged.language)
        return self._fragment(text, tagged, base, scopes, also=also, narrows=narrows)

    def _fragment(
        self,
        text: str,
        tagged: Tagged,
        base: SemanticQuery,
        scopes: tuple[str, ...],
        *,
        also: bool = False,
        narrows: bool = False,
    ) -> Fragment | Reading:
        problem = self._problem(text, tagged)
        if problem is not None:
            return problem
        try:
            values_alone(tagged.items, self.vocabulary, self.facts, base.table)
            ctx = self._drafted(text, tagged, frozenset(scopes))
            # "breakdowns", of changeovers: another value of what the question is limited to
            limited = frozenset(f.column for f in base.filters if f.op in (Op.EQ, Op.IN))
            as_values(ctx.draft, base.table, None if narrows else limited)
            rank_as_before(ctx.draft, base)
            named = named_parts(ctx.draft)
            side_by_side = any(ctx.draft.has(g) is not None for g in ("versus", "compare"))
            stand_in(ctx.draft, base, named, self.model, self.vocabulary, also=also)
            of_moment = ctx.draft.asks_when is not None and "measures" not in named
            query = self._assembled(ctx, tagged, base.time)
        except Ask as ask:
            return self._asked(ask, text, tagged)
        shift = shift_told(ctx)
        if shift:
            named.add("time")
        query = turned_peak(query, base, named)
        if of_moment and [m.agg for m in query.measures] != [m.agg for m in base.measures]:
            named.add("aggregate")  # "when was it highest", of the mean of readings
        if any(m.per is not None for m in ctx.draft.measures) and any(
            d.grain is not None for d in query.dimensions
        ):
            named.add("splits")  # "daily average vibration": what adds up to nothing, for each day
        if query.comparison is not None:
            named.add("comparison")
            named -= {"time"} if query.time == base.time else set()
        together = self.pooled(query, scopes)  # which hangs on the query before, too
        return Fragment(
            query,
            frozenset(named),
            unit=ctx.draft.display_unit,
            chart=ctx.draft.chart,
            words=self._words(text, tagged),
            mended=tagged.mended,
            out_of_scope=tuple(ctx.out_of_scope),
            notes=tuple(n for n in self._notes(tagged, ctx.draft) if n not in together),
            side_by_side=side_by_side,
            says_how=any(m.agg is not None for m in ctx.draft.measures) and "measures" in named,
            of_own_time=is_of_own_time(ctx),
            shift=shift,
        )

    def pooled(self, query: SemanticQuery, scopes: tuple[str, ...] = ()) -> list[str]:
        """What a query takes together that a reader might take for one thing."""
        of_any = single_readings(query, self.model)
        rates = of_reasons(query, self.model)
        return of_any + pooled(query, self.model, self.facts, frozenset(scopes)) + rates

    def topic_of(self, text: str) -> str:
        """The topic of a question of assets that names it; empty for another question. Raises
        UserFixable as `parse` does."""
        tagged = self.tagger.tag(self._typed(clean(text)))
        senses = self.lexicon.senses
        found = (
            topic
            for topic, read in _OF_ASSETS.items()
            if read(tagged.items, self.model, senses, self.clock, frozenset()) is not None
        )
        return next(found, "")

    def of_assets(self, text: str, topic: str, scopes: tuple[str, ...] = ()) -> Reading:
        """Words that go on from a question of assets, as a question of its topic that need not say
        so; else what is asked back. Raises UserFixable as `parse` does."""
        text = clean(text)
        tagged, allowed = self.tagger.tag(self._typed(text)), frozenset(scopes)
        problem = self._problem(text, tagged)
        read = _OF_ASSETS.get(topic)
        if problem is not None and problem.problem != "cause":
            return problem
        if read is None:
            return Reading(clarification=Clarification(_("Please say it another way.")))
        senses = self.lexicon.senses
        found = read(tagged.items, self.model, senses, self.clock, allowed, is_about=True)
        assert found is not None
        return self._asked_of_assets(found, text, tagged, allowed)

    def _drafted(self, text: str, tagged: Tagged, allowed: frozenset[str]) -> Context:
        """The draft of a question's items. Raises Ask, also for a word that is not known."""
        senses = self.lexicon.senses
        draft = interpret(self.model, self.vocabulary, senses, tagged.items, allowed)
        unknown = self._unknown(text, tagged)
        if unknown:
            raise self._ask_unknown(text, tagged, unknown, allowed)
        chooser = Chooser(self.model, self.vocabulary, draft, text, allowed)
        return Context(
            self.model, self.facts, self.vocabulary, senses, draft, self.clock, text, allowed,
            chooser,
        )  # fmt: skip

    def _assembled(
        self, ctx: Context, tagged: Tagged, base: TimeWindow | None = None
    ) -> SemanticQuery:
        """The draft's query. base: the window that it goes on from. Raises Ask, also for a word
        that was not used."""
        ctx.base_time = base
        query = assemble(ctx, TimeReader(ctx.draft, self.clock, self.time, ctx.question, base))
        leftover = self._leftover(ctx.draft)
        if leftover:
            raise self._ask_leftover(ctx.question, leftover)
        within = overlap(ctx.question, tagged.items, self.vocabulary, self.lexicon.senses)
        if within is not None:
            raise Ask(within)
        return query

    def _asked(self, ask: Ask, text: str, tagged: Tagged) -> Reading:
        words = self._words(text, tagged)
        return Reading(
            clarification=ask.clarification,
            words=words,
            mended=tagged.mended,
            is_settled=isinstance(ask, Understood),
        )

    @staticmethod
    def _mended(tagged: Tagged) -> tuple[str, ...]:
        return tuple(
            _("Read “{typed}” as “{word}”.").format(typed=typed, word=word)
            for typed, word in tagged.mended.items()
        )

    def _notes(self, tagged: Tagged, draft: Draft) -> tuple[str, ...]:
        return (*self._mended(tagged), *draft.notes)

    # -- questions that no data can answer ---------------------------------------------------

    def _definition(self, text: str) -> Reading | None:
        """What the model says of a term, for a question that asks for it."""
        term, is_sure = subject_of(text, self.lexicon.senses)
        if not term:
            return None
        tagged = self.tagger.tag(tokenise(term))
        said = explained(tagged.items, self.model, self.vocabulary)
        if said is None and is_sure:
            said = unexplained(term)
        if said is None:
            return None
        return Reading(problem="meaning", clarification=said, mended=tagged.mended)

    def _problem(self, text: str, tagged: Tagged) -> Reading | None:
        found = unanswerable(text, tagged, self.model, self.lexicon.senses)
        if found is None:
            return None
        words = self._words(text, tagged)
        return Reading(problem=found.problem, clarification=found.said, words=words)

    # -- questions of assets that no one query answers ----------------------------------------

    def _of_assets(self, text: str, tagged: Tagged, allowed: frozenset[str]) -> Reading | None:
        """Such a question, or what is asked back of it; None for another one."""
        for read in _OF_ASSETS.values():
            senses = self.lexicon.senses
            found = read(tagged.items, self.model, senses, self.clock, allowed)
            if found is not None:
                return self._asked_of_assets(found, text, tagged, allowed)
            for item in tagged.items:
                item.use = ""
        return None

    def _asked_of_assets(
        self,
        found: AssetQuestion | Clarification,
        text: str,
        tagged: Tagged,
        allowed: frozenset[str],
    ) -> Reading:
        unknown = self._unknown(text, tagged)
        if unknown:
            try:
                ask = self._ask_unknown(text, tagged, unknown, allowed)
            except Ask as absent:
                ask = absent
            return replace(self._asked(ask, text, tagged), problem="asked")
        words = self._words(text, tagged)
        if isinstance(found, Clarification):
            return Reading(clarification=found, problem="asked", words=words, mended=tagged.mended)
        mended = self._mended(tagged)
        return Reading(asked=found, words=words, mended=tagged.mended, notes=mended)

    # -- whether something drifts ------------------------------------------------------------

    def _drift(self, text: str, tagged: Tagged, scopes: tuple[str, ...]) -> Reading | None:
        """A question whether something drifts, or what is asked back of it; None for another."""
        said = drift_words(tagged.tokens, self.lexicon["drift"])
        if said is None:
            return None
        rest = replace(self.tagger.tag(said.rest), language=tagged.language, mended=tagged.mended)
        found = self._fragment(text, rest, anything(self.model), scopes) if said.rest else None
        reading = read_drift(said, found, self.model, self._mended(tagged))
        asked = reading.clarification
        if asked is not None and not asked.unknown_words:
            typed = tuple(token.text for token in said.tokens)
            reading = replace(reading, clarification=replace(asked, unknown_words=typed))
        words = (*reading.words, *(word_of_drift(text, token) for token in said.tokens))
        return replace(reading, words=tuple(sorted(words, key=lambda use: use.start)))

    # -- words that were not used ------------------------------------------------------------

    def _unknown(self, text: str, tagged: Tagged) -> list[Item]:
        """Items that are not known, and those that mean more than the small words which they are
        made of ("on-time trips")."""
        alone = [i for i in tagged.items if i.is_unknown and not i.use]
        if tagged.language != self.lexicon.language:
            return alone
        return alone or list(compounds(text, tagged.items, self.lexicon.senses["means_more"]))

    def _leftover(self, draft: Draft) -> list[Item]:
        left = [
            i
            for i in draft.items
            if not i.use and not (set(i.tags) & QUIET_GROUPS and not i.targets)
        ]
        return left or self._deeds(draft)

    def _deeds(self, draft: Draft) -> list[Item]:
        """Verbs that ask for something where they begin a question ("return the alarms"), and are
        what somebody did after "did the plant"."""
        found = []
        asked, did = False, False
        for item in draft.items:
            if did and asked and not item.use and item.norm in self.lexicon.senses["deeds"]:
                found.append(item)
            asked = asked or (did and item.use in ("filter", "split"))
            did = did or item.norm in self.lexicon.senses["did"]
        return found

    def _ask_unknown(
        self, text: str, tagged: Tagged, unknown: list[Item], scopes: frozenset[str]
    ) -> Ask:
        self._ask_code(text, unknown, scopes)
        is_compared = any("comparators" in item.tags for item in tagged.items)
        of_limits = None if is_compared else asks_for_limits(tagged.items, self.model)
        if of_limits is not None:
            return Ask(of_limits)
        words = tuple(i.text for i in unknown)
        options: list[Option] = []
        for item in unknown[:2]:
            near = tagged.doubtful.get(item.text) or self.tagger.speller.near(item.norm)
            options += [
                Option(
                    say("means", word=item.text, other=word), put_in_place(text, item.text, word)
                )
                for word in near[:3]
            ]
        key = "unknown" if len(words) == 1 else "unknown_many"
        return Ask(
            Clarification(
                say(key, words=quoted(words)),
                tuple(options[:4]),
                words,
            )
        )

    def _ask_code(self, text: str, unknown: list[Item], scopes: frozenset[str]) -> None:
        """A number that does not exist: name those that do ("PMP-99")."""
        for item in unknown:
            letters = item.norm.rstrip("0123456789").rstrip("-_ ")
            known = self.vocabulary.of_letters(letters, scopes) if letters != item.norm else ()
            names = list(dict.fromkeys(t.value or "" for t in known))
            if names:
                key = "absent_more" if len(names) > 6 else "absent"
                raise Ask(
                    Clarification(
                        say(key, word=item.text, names=", ".join(names[:6])),
                        tuple(Option(n, put_in_place(text, item.text, n)) for n in names[:4]),
                        (item.text,),
                        is_absent=True,
                    )
                )

    def _ask_leftover(self, text: str, leftover: list[Item]) -> Ask:
        words = tuple(i.text for i in leftover)
        of_limits = asks_for_limits(leftover, self.model)
        if of_limits is not None:
            return Ask(of_limits)
        return Ask(
            Clarification(
                say("leftover", words=quoted(words)),
                tuple(
                    Option(
                        say("without", word=i.text),
                        " ".join(put_in_place(text, i.text, " ").split()),
                    )
                    for i in leftover[:3]
                    if not (_MEANINGFUL & set(i.tags)) and len(leftover) == 1
                ),
                words,
            )
        )

    def _words(self, text: str, tagged: Tagged) -> tuple[WordUse, ...]:
        return words_used(text, tagged, self.model, self.vocabulary)


__all__ = ["QuestionParser", "UserFixable"]
