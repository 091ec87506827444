"""When a question matches a verified pair.

Four tiers, the surest first; a lower one is asked only when the higher ones are silent:

    words     the same words in the same order, slots by what they are
    wording   the same words in another order, and the parser reads both to one plan, up to slots
    plan      the parser reads the question to the plan of the pair's SQL, up to slots
    dense     near in meaning, every known word the same, plain words added; silent by default

A match is used only when its SQL can hold what the question names, and when no other pair of the
same tier would answer otherwise. Whatever else stands in a question keeps it from matching, and
so does a parser that reads the question whole and otherwise than the pair's own words.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final, Literal

from core.entries import Entry
from core.errors import UserFixable
from core.language.parser import QuestionParser
from core.language.reading import Reading
from core.semantic.compile import canonical
from core.semantic.model import SemanticModel
from core.semantic.query import Filter, Op, Scalar, SemanticQuery
from core.verified.binding import Binding, tie
from core.verified.dictionary import Dictionary
from core.verified.filling import fill, read_back
from core.verified.pairs import Opened, Pair, open_pair
from core.verified.plan_body import PlanBody
from core.verified.spots import Filled
from core.verified.template import Slot, Template, template_of
from core.verified.tree_body import TreeBody

Tier = Literal["words", "wording", "plan", "dense"]
TIERS: Final[tuple[Tier, ...]] = ("words", "wording", "plan", "dense")
#: The similarity from which plain words may be added; None: the tier is silent. On the labelled
#: questions it would find one more of 165, and a plain word ("save", "clear") may turn the sense
#: with the similarity hardly changed: see docs/verified-answers.md.
DENSE_FROM: Final[float | None] = None


@dataclass(frozen=True, slots=True)
class Hit:
    """A pair that answers, by which wording, with which slots and SQL."""

    pair: Pair
    binding: Binding
    slots: tuple[Slot, ...]
    filled: Filled
    tier: Tier
    similarity: float | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """hit: None where no pair matches. conflicts: pairs that match equally and answer otherwise;
    then none of them is used."""

    hit: Hit | None = None
    conflicts: tuple[Entry, ...] = ()


@dataclass
class PairIndex:
    """The verified pairs of one model, by their words and by their plans. Safe to share between
    threads once built."""

    parser: QuestionParser
    words: Dictionary
    opened: dict[Entry, Opened] = field(default_factory=dict)
    by_words: dict[tuple[str, ...], list[tuple[Pair, Binding]]] = field(default_factory=dict)
    by_meaning: dict[tuple[str, ...], list[tuple[Pair, Binding]]] = field(default_factory=dict)
    by_plan: dict[object, list[Pair]] = field(default_factory=dict)
    by_bag: dict[tuple[str, ...], list[tuple[Pair, Binding]]] = field(default_factory=dict)
    readings: dict[str, tuple[PlanBody, Binding] | None] = field(default_factory=dict)

    @classmethod
    def of(
        cls, entries: Iterable[Entry], parser: QuestionParser, known: PairIndex | None = None
    ) -> PairIndex:
        """The index over the entries that are verified. known: an index over the same parser
        whose pairs are taken over where they have not changed."""
        words = known.words if known is not None else Dictionary.of(parser.model, parser.facts)
        index = cls(parser, words)
        for entry in entries:
            if entry.status != "verified" or entry.model != parser.model.name:
                continue
            key = replace(entry, hits=0)  # use does not change a pair
            opened = known.opened.get(key) if known is not None else None
            index._add(key, opened or open_pair(key, parser, words))
        return index

    def _add(self, key: Entry, opened: Opened) -> None:
        self.opened[key] = opened
        pair = opened.pair
        if pair is None:
            return
        for binding in pair.wordings:
            self.by_words.setdefault(binding.template.words, []).append((pair, binding))
            self.by_meaning.setdefault(binding.template.meaning, []).append((pair, binding))
            self.by_bag.setdefault(binding.template.bag, []).append((pair, binding))
        if pair.plan is not None:
            key_of = _shape(pair.plan.query, self.words)
            self.by_plan.setdefault(key_of, []).append(pair)

    def _own_reading(self, binding: Binding) -> tuple[PlanBody, Binding] | None:
        """What the parser makes of a pair's own words, tied to them; None where it does not read
        them whole. Read when first asked for."""
        text = binding.template.text
        if text not in self.readings:
            query = self._read(text)
            found = None
            if query is not None:
                body = PlanBody.of(query, self.parser.model)
                template = template_of(text, self.parser)
                tied = tie(template, body, self.parser.clock, self.words).binding
                found = (body, tied) if tied is not None else None
            self.readings[text] = found
        return self.readings[text]

    def _read(self, text: str) -> SemanticQuery | None:
        try:
            return _plan_of(self.parser.parse(text), self.parser.model)
        except UserFixable:
            return None

    # -- matching ----------------------------------------------------------------------------

    def match(
        self,
        question: str,
        reading: Reading | None,
        scopes: tuple[str, ...] = (),
        similarities: Mapping[str, float] | None = None,
        *,
        dense_from: float | None = DENSE_FROM,
    ) -> Found:
        """The pair that the question matches, for somebody who may see the plants `scopes`.

        reading: what the parser made of the question. similarities: of the question to entries, by
        id, 0..1; without them the last tier is silent. Only pairs that may be seen are asked.
        """
        try:
            template = template_of(question, self.parser)
        except UserFixable:
            return Found()
        plan = None if reading is None else _plan_of(reading, self.parser.model)
        for tier in TIERS:
            hits = [
                hit
                for hit in self._tier(tier, template, plan, similarities or {}, dense_from)
                if _is_seen(hit, scopes)
            ]
            if hits:
                return _decided(hits)
        return Found()

    def _tier(
        self,
        tier: Tier,
        template: Template,
        plan: SemanticQuery | None,
        similarities: Mapping[str, float],
        dense_from: float | None,
    ) -> list[Hit]:
        if tier == "words":
            return self._by_words(template, plan)
        if tier == "dense":
            return (
                [] if dense_from is None else self._dense(template, plan, similarities, dense_from)
            )
        if plan is None:
            return []
        by_bag = tier == "wording"
        return self._by_bag(template, plan) if by_bag else self._by_plan(template, plan)

    def _by_words(self, template: Template, plan: SemanticQuery | None) -> list[Hit]:
        found = []
        candidates = list(self.by_words.get(template.words, ()))
        one = tuple(w.replace(" and>", ">").replace(" or>", ">") for w in template.words)
        if one != template.words:
            candidates += self.by_words.get(one, ())
        for pair, binding in candidates:
            hit = self._hit(pair, binding, template.slots, plan, "words")
            if hit is not None and self._reads_alike(binding, template.slots, plan):
                found.append(hit)
        return found

    def _reads_alike(
        self, binding: Binding, slots: tuple[Slot, ...], plan: SemanticQuery | None
    ) -> bool:
        """Whether the parser, where it reads both, reads the question as the pair's own words with
        these slots: it tells one pump from several, which the template does not."""
        own = self._own_reading(binding) if plan is not None else None
        if own is None or plan is None:
            return True
        body, tied = own
        filled = fill(tied, body, slots, self.words, self.parser.clock)
        return filled is not None and filled.plan is not None and self._equal(filled.plan, plan)

    def _hit(
        self,
        pair: Pair,
        binding: Binding,
        slots: tuple[Slot, ...],
        plan: SemanticQuery | None,
        tier: Tier,
        similarity: float | None = None,
    ) -> Hit | None:
        own = binding.template.slots
        if len(slots) != len(own):
            return None
        filled = fill(binding, pair.body, slots, self.words, self.parser.clock)
        if filled is None:
            return None
        is_longer = any(mine.joined != new.joined for mine, new in zip(own, slots, strict=True))
        if is_longer and not self._may_be_lists(pair, binding, slots, filled, plan):
            return None
        return Hit(pair, binding, slots, filled, tier, similarity)

    def _may_be_lists(
        self,
        pair: Pair,
        binding: Binding,
        slots: tuple[Slot, ...],
        filled: Filled,
        plan: SemanticQuery | None,
    ) -> bool:
        """Several places where the pair has one: "Hamburg and Austin" are one selection only
        where the parser reads it so too, or where it reads nothing and the SQL keeps groups."""
        if self._lengthened(binding, slots):
            return False
        if plan is not None:
            if self._own_reading(binding) is not None:
                return True  # compared with the question's reading by _reads_alike
            return filled.plan is not None and self._equal(filled.plan, plan)
        if isinstance(pair.body, TreeBody):
            return pair.body.tree.args.get("group") is not None
        return pair.plan is not None and bool(pair.plan.query.dimensions)

    def _lengthened(self, binding: Binding, slots: Sequence[Slot]) -> bool:
        """Whether several values that are no places stand where the pair has one."""
        return any(
            len(new.values[0][1]) > 1 == len(own.values[0][1])
            for own, new, column in zip(binding.template.slots, slots, binding.columns, strict=True)
            if own.kind == "value" and column not in self.words.places
        )

    def _by_plan(self, template: Template, plan: SemanticQuery) -> list[Hit]:
        """Pairs whose SQL says the question's plan; things may be called by other names, but the
        words that are no names must be those of one of the pair's wordings."""
        found = []
        for pair in self.by_plan.get(_shape(plan, self.words), ()):
            body = pair.plan
            assert body is not None
            alike = [b for b in pair.wordings if b.template.manner == template.manner]
            hit = self._of_plan(pair, alike, body, plan, "plan")
            if hit is not None:
                found.append(hit)
        return found

    def _of_plan(
        self,
        pair: Pair,
        bindings: Sequence[Binding],
        body: PlanBody,
        plan: SemanticQuery,
        tier: Tier,
    ) -> Hit | None:
        other = PlanBody.of(plan, self.parser.model)
        for binding in bindings:
            slots = read_back(binding, body, other, self.words)
            if slots is None or self._lengthened(binding, slots):
                continue
            filled = fill(binding, body, slots, self.words, self.parser.clock)
            if filled is not None and filled.plan is not None and self._equal(filled.plan, plan):
                return Hit(pair, binding, slots, filled, tier)
        return None

    def _by_bag(self, template: Template, plan: SemanticQuery) -> list[Hit]:
        """Pairs of the same words, whose own the parser reads to the question's plan."""
        found = []
        for pair, binding in self.by_bag.get(template.bag, ()):
            own = self._own_reading(binding)
            hit = own and self._of_plan(pair, (own[1],), own[0], plan, "wording")
            real = hit and self._hit(pair, binding, hit.slots, None, "wording")
            if real:
                found.append(real)
        return found

    def _equal(self, one: SemanticQuery, other: SemanticQuery) -> bool:
        """Whether both select and show the same; the units that they are shown in count too."""
        units = [tuple(m.unit for m in query.measures) for query in (one, other)]
        model, words = self.parser.model, self.words
        return units[0] == units[1] and _ordered(one, model, words) == _ordered(other, model, words)

    def _dense(
        self,
        template: Template,
        plan: SemanticQuery | None,
        similarities: Mapping[str, float],
        dense_from: float,
    ) -> list[Hit]:
        """Plain words may be added; nothing else may differ, and the parser must not read it
        otherwise."""
        found = []
        for pair, binding in self.by_meaning.get(template.meaning, ()):
            similarity = similarities.get(pair.entry.id, 0.0)
            own = binding.template
            if similarity < dense_from or not _differ_plainly(own, template):
                continue
            hit = self._hit(pair, binding, template.slots, plan, "dense", similarity)
            if hit is not None and self._reads_alike(binding, template.slots, plan):
                found.append(hit)
        best = max((h.similarity or 0.0 for h in found), default=0.0)
        return [h for h in found if h.similarity == best]


def _plan_of(reading: Reading, model: SemanticModel) -> SemanticQuery | None:
    """The reading's query in its canonical form; None where the parser did not read it whole."""
    query = reading.query
    if query is None or query.anchor is not None or reading.out_of_scope:
        return None
    try:
        return canonical(query, model)
    except (UserFixable, ValueError):
        return None


def _differ_plainly(own: Template, other: Template) -> bool:
    """Whether the other has all plain words of this one, and perhaps more: a word that is missing,
    or stands in another one's place, may be what the pair is about."""
    mine = {w for w in own.words if w in own.plain}
    return mine <= {w for w in other.words if w in other.plain}


def _decided(hits: list[Hit]) -> Found:
    """One of hits that all say the same SQL; else none of them."""
    if len({h.filled.sql for h in hits}) == 1:
        return Found(max(hits, key=lambda h: (h.pair.entry.version, h.pair.entry.id)))
    entries = {h.pair.entry.id: h.pair.entry for h in hits}
    if len(entries) == 1:
        return Found(hits[0])
    return Found(None, tuple(entries.values()))


def _is_seen(hit: Hit, scopes: tuple[str, ...]) -> bool:
    """Whether the pair, and every value that the question names, may be seen by these plants."""
    if not scopes:
        return True
    if not hit.pair.entry.seen_by(scopes):
        return False
    return all(not of or of & set(scopes) for slot in hit.slots for of in slot.scopes)


# -- plans as keys -------------------------------------------------------------------------------


def _shape(query: SemanticQuery, words: Dictionary) -> object:
    """What two queries have in common that differ in slots alone."""
    columns: dict[str, str] = {}

    def blank(condition: Filter) -> tuple[str, str, int]:
        column = columns.setdefault(condition.column, _representative(condition.column, words))
        is_list = condition.op in (Op.EQ, Op.IN, Op.NE, Op.NOT_IN)
        sign = {Op.IN: "=", Op.NOT_IN: "!="}.get(condition.op, condition.op.value)
        return column, sign, 1 if is_list else len(condition.values)

    return (
        query.table,
        query.kind,
        tuple(
            replace(m, where=(), metric=f"{m.metric}{sorted(map(blank, m.where))}")
            for m in query.measures
        ),
        query.dimensions,
        query.fields,
        tuple(sorted(map(blank, query.filters))),
        query.time is None,
        query.comparison and (query.comparison.kind, query.comparison.drop),
        tuple((h.measure, h.op, h.on) for h in query.having),
        query.order,
        query.limit is None,
        query.per_group,
        query.readings,
    )


def _representative(column: str, words: Dictionary) -> str:
    return min([column, *(other for one, other in words.twins if one == column)])


def _ordered(query: SemanticQuery, model: SemanticModel, words: Dictionary) -> SemanticQuery:
    """One form of queries that select the same: filters in one order, a place by one name."""

    def plain(condition: Filter) -> Filter:
        column = _representative(condition.column, words)
        if column == condition.column or column not in model.tables[query.table].columns:
            return replace(condition, values=_sorted(condition))
        texts = tuple(v for v in condition.values if isinstance(v, str))
        said = words.translated(texts, condition.column, column)
        if said is None or len(texts) != len(condition.values):
            return condition
        return replace(condition, column=column, values=tuple(sorted(said)))

    def _sorted(condition: Filter) -> tuple[Scalar, ...]:
        if condition.op in (Op.IN, Op.NOT_IN):
            return tuple(sorted(condition.values, key=str))
        return condition.values

    found = canonical(query, model)
    filters = tuple(
        sorted(map(plain, found.filters), key=lambda f: (f.column, f.op, str(f.values)))
    )
    return found.with_(filters=filters)
