"""When a question matches a verified pair.

Three tiers, the surest first; a lower one is asked only when the higher ones are silent:

    words     the same words in the same order, slots by what they are
    wording   the same words in another order, and the parser reads both to one plan, up to slots
    plan      the parser reads the question to the plan of the pair's SQL, up to slots

A match is used only when its SQL can hold what the question names, and when no other pair of the
same tier would answer otherwise. Whatever else stands in a question keeps it from matching, and
so does a parser that reads the question whole and otherwise than the pair's own words.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal

from core.entries import Entry
from core.errors import UserFixable
from core.language.reading import Reading
from core.semantic.compile import canonical
from core.semantic.model import SemanticModel
from core.semantic.query import SemanticQuery
from core.verified.binding import Binding, tie
from core.verified.filling import fill, read_back
from core.verified.keys import Keys, KnownKeys, key_of
from core.verified.pairs import Opened, Pair, open_pair
from core.verified.plan_body import PlanBody
from core.verified.plans import one_form, shape_of
from core.verified.spots import Filled
from core.verified.template import Slot, Template, template_of
from core.verified.tree_body import TreeBody

Tier = Literal["words", "wording", "plan"]
TIERS: Final[tuple[Tier, ...]] = ("words", "wording", "plan")


@dataclass(frozen=True, slots=True)
class Hit:
    """A pair that answers, by which wording, with which slots and SQL."""

    pair: Pair
    binding: Binding
    slots: tuple[Slot, ...]
    filled: Filled
    tier: Tier


@dataclass(frozen=True, slots=True)
class Found:
    """hit: None where no pair matches. conflicts: pairs that match equally and answer otherwise;
    then none of them is used."""

    hit: Hit | None = None
    conflicts: tuple[Entry, ...] = ()


class PairIndex:
    """The verified pairs of one model, by their words and by their plans: by keys, so that a pair
    is opened when a question may match it. Safe to share between threads."""

    def __init__(
        self, entries: Iterable[Entry], keys: KnownKeys, known: PairIndex | None = None
    ) -> None:
        """The index over the entries that are verified. known: an index over the same parser
        whose pairs are taken over where they have not changed."""
        self.parser = keys.parser
        self.words = keys.words
        self.entries: list[Entry] = []
        self._opened: dict[Entry, Opened] = {}
        self._with_words: dict[str, list[Entry]] = {}
        self._with_bag: dict[str, list[Entry]] = {}
        self._of_shape: dict[str, list[Entry]] = {}
        self._readings: dict[str, tuple[PlanBody, Binding] | None] = {}
        for found in entries:
            if found.status != "verified" or found.model != self.parser.model.name:
                continue
            entry = replace(found, hits=0)  # use does not change a pair
            self.entries.append(entry)
            opened = known._opened.get(entry) if known is not None else None
            if opened is not None:
                self._opened[entry] = opened
            if entry.kind == "qa" and entry.sql.strip():
                self._add(entry, keys.of(entry))
        keys.save(self.entries)

    def _add(self, entry: Entry, keys: Keys) -> None:
        for key in dict.fromkeys(keys.words):
            self._with_words.setdefault(key, []).append(entry)
        for key in dict.fromkeys(keys.bags):
            self._with_bag.setdefault(key, []).append(entry)
        if keys.shape:
            self._of_shape.setdefault(keys.shape, []).append(entry)

    def opened(self, entry: Entry) -> Opened:
        """The entry, opened when first asked for."""
        found = self._opened.get(entry)
        if found is None:
            # Two threads may open one pair; both get the same.
            found = self._opened.setdefault(entry, open_pair(entry, self.parser, self.words))
        return found

    def _pairs(self, entries: Iterable[Entry]) -> Iterator[Pair]:
        """Those that can answer."""
        for entry in entries:
            pair = self.opened(entry).pair
            if pair is not None:
                yield pair

    def _own_reading(self, binding: Binding) -> tuple[PlanBody, Binding] | None:
        """What the parser makes of a pair's own words, tied to them; None where it does not read
        them whole. Read when first asked for."""
        text = binding.template.text
        if text not in self._readings:
            query = self._read(text)
            found = None
            if query is not None:
                body = PlanBody.of(query, self.parser.model)
                template = template_of(text, self.parser)
                tied = tie(template, body, self.parser.clock, self.words).binding
                found = (body, tied) if tied is not None else None
            self._readings[text] = found
        return self._readings[text]

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
    ) -> Found:
        """The pair that the question matches, for somebody who may see the plants `scopes`.

        reading: what the parser made of the question. Only pairs that may be seen are asked.
        """
        try:
            template = template_of(question, self.parser)
        except UserFixable:
            return Found()
        plan = None if reading is None else _plan_of(reading, self.parser.model)
        for tier in TIERS:
            hits = [hit for hit in self._tier(tier, template, plan) if _is_seen(hit, scopes)]
            if hits:
                return _decided(hits)
        return Found()

    def _tier(
        self,
        tier: Tier,
        template: Template,
        plan: SemanticQuery | None,
    ) -> list[Hit]:
        if tier == "words":
            return self._by_words(template, plan)
        if plan is None:
            return []
        by_bag = tier == "wording"
        return self._by_bag(template, plan) if by_bag else self._by_plan(template, plan)

    def _by_words(self, template: Template, plan: SemanticQuery | None) -> list[Hit]:
        found = []
        one = tuple(w.replace(" and>", ">").replace(" or>", ">") for w in template.words)
        for words in dict.fromkeys((template.words, one)):
            for pair in self._pairs(self._with_words.get(key_of(words), ())):
                for binding in pair.wordings:
                    if binding.template.words != words:
                        continue
                    hit = self._hit(pair, binding, template.slots, plan, "words")
                    if hit is not None and self._reads_alike(binding, template.slots, plan):
                        found.append(hit)
        return found

    def _reads_alike(
        self, binding: Binding, slots: tuple[Slot, ...], plan: SemanticQuery | None
    ) -> bool:
        """Whether the parser, where it reads both, reads the question as the pair's own words with
        these slots: it tells one thing from several, which the template does not."""
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
        return Hit(pair, binding, slots, filled, tier)

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
        shape = shape_of(plan, self.words)
        for pair in self._pairs(self._of_shape.get(key_of(shape), ())):
            body = pair.plan
            if body is None or shape_of(body.query, self.words) != shape:
                continue
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
        bag = template.bag
        for pair in self._pairs(self._with_bag.get(key_of(bag), ())):
            for binding in pair.wordings:
                if binding.template.bag != bag:
                    continue
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
        return units[0] == units[1] and one_form(one, model, words) == one_form(other, model, words)


def _plan_of(reading: Reading, model: SemanticModel) -> SemanticQuery | None:
    """The reading's query in its canonical form; None where the parser did not read it whole."""
    query = reading.query
    if query is None or query.anchor is not None or reading.out_of_scope:
        return None
    try:
        return canonical(query, model)
    except (UserFixable, ValueError):
        return None


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
