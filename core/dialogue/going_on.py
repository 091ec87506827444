"""What words make of the answer that they go on from."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from core.dialogue.alongside import Alongside
from core.dialogue.changes import Marks, changes, pin, shut_out
from core.dialogue.drill import reasons_of
from core.dialogue.edits import (
    Against,
    Anywhere,
    AsRows,
    Edit,
    Ground,
    Limited,
    Measured,
    Ranked,
    Reversed,
    Split,
    Told,
    Unsplit,
    When,
    Where,
    edited,
)
from core.dialogue.intents import Intent
from core.dialogue.move import Action, Move
from core.dialogue.new_limit import moved_limit
from core.dialogue.past import PastTurn
from core.dialogue.ranked_place import ranked_place
from core.dialogue.references import Reference, found_reference, pinned, values_of
from core.dialogue.removal import everywhere, removals
from core.dialogue.settle import is_same
from core.dialogue.surface import Surface, surface
from core.dialogue.whole_phrases import joined
from core.dialogue.whole_questions import points_there
from core.language.fragment import Fragment
from core.language.normalise import Token, tokenise
from core.language.reading import Ask, Reading, Understood
from core.semantic.query import (
    Dimension,
    Filter,
    Having,
    Op,
    SemanticQuery,
)
from core.translation import gettext as _
from core.types import ChartType, Clarification

#: A question for what lies behind a figure has no more words.
_MOST_WHY: Final = 6
#: Kinds of phrases that may be one of several changes.
_APART: Final = frozenset(
    {
        "absolute",
        "before",
        "after",
        "each",
        "earlier",
        "everything",
        "by_name",
        "reverse",
        "rise",
        "fall",
        "total",
    }
)


class Unchanged(Ask):
    """Raised for words that would change nothing."""


@dataclass(frozen=True, slots=True)
class GoingOn(Alongside):
    """One question, and the answer that it goes on from."""

    def move(self, alone: Reading, before: PastTurn | None) -> Move:
        """What the words do. alone: the question on its own. before: the answer before the last.
        Raises Ask where they cannot be taken so."""
        said, base = self.said, self.base
        is_number = base.kind == "aggregate" and not base.dimensions and self.is_of_events()
        if said.chart == "table" and is_number:  # "as a list", of a number of alarms
            ground = Ground(self.parser.model, self.parser.facts, self.parser.clock)
            return self._move("edit", edited(base, [AsRows()], ground))
        if said.chart is not None:
            return self._redraw("table" if said.chart == "table" else None)
        reasons = self._by_reason()
        if reasons is not None:
            return self._move("edit", reasons)
        behind = self._asked_why(alone)
        if behind is not None:
            return self._move("why", behind)
        shown = self._then_shown(alone, before)
        if shown is not None:
            return shown
        if said.whole == "count" and base.kind == "aggregate" and base.dimensions:
            if self._counts_events() and self._says_in_total():
                ground = Ground(self.parser.model, self.parser.facts, self.parser.clock)
                return self._move("edit", edited(base, [Unsplit()], ground))
            return self._move("count", base)
        if self._counts_groups():
            return self._move("count", base)
        ranked = self._ranked_rows(alone)
        if ranked is not None:
            return replace(self._move("edit", ranked), reading=replace(alone, query=None))
        counted = self._counts_under_limit()
        if counted is not None:
            return self._move("count", counted)
        things = self._listed_things()
        if things is not None:
            ground = Ground(self.parser.model, self.parser.facts, self.parser.clock)
            found = self._move("edit", edited(base, self._within(things[0]), ground))
            return replace(found, reading=things[1])
        is_of_groups = bool(base.dimensions and base.having)  # "which ones are they?"
        if said.whole == "list" and (is_of_groups or not self.is_of_events()):
            return self._redraw("table")
        reading = Reading()
        edits = self.whole(before) or self.under_limit() or self._by_itself(before)
        if edits is None:
            edits, reading = self._in_clauses(before)
        is_compared = any(isinstance(edit, Against) for edit in edits)
        if is_compared and self.turn.answer.status == "empty" and before and before.plan:
            # "compare it with May", where the year before has no data: the answer that has some
            return replace(self, turn=before, base=before.plan, rows=_no_rows).move(alone, None)
        if not edits and reading.chart is not None:
            return self._redraw(reading.chart, reading)
        edits = self._less_own_condition(edits)
        self._refuse_all_again(edits)
        ground = Ground(self.parser.model, self.parser.facts, self.parser.clock)
        query = edited(base, self._within(edits), ground)
        if is_same(query, base) and not any(
            isinstance(e, (Where, When, Split, Ranked, Told)) for e in edits
        ):
            raise Unchanged(
                Clarification(
                    _("That would change nothing in the answer before. What should be different?")
                )
            )
        notes = [
            _("Read “{typed}” as “{word}”.").format(typed=typed, word=word)
            for typed, word in said.mended.items()
        ]
        notes += reading.notes
        told = [] if any(isinstance(e, Split) for e in edits) else self._pooled(base)
        notes += [note for note in self._pooled(query) if note not in told]
        reading = replace(reading, notes=tuple(notes))
        is_order = bool(edits) and all(isinstance(e, (Ranked, Reversed)) for e in edits)
        return replace(self._move("edit", query), reading=reading, is_order=is_order)

    def _then_shown(self, alone: Reading, before: PastTurn | None) -> Move | None:
        """`was a work order opened on it that day? show it`: the events themselves, where what
        stands before would only count them; None where nothing is to be shown."""
        tokens = tokenise(self.said.text)
        at = next((i for i, t in enumerate(tokens) if t.text == "?" and i), len(tokens))
        last = [t for t in tokens[at + 1 :] if t.kind != "symbol"]
        mark = self.words["marks"].match(last, 0) if last else None
        is_it = mark is not None and mark == ("this", len(last))
        if not last or not (is_it or self.words.whole("whole", last) == "list"):
            return None
        asked = surface(joined(tokens[:at]), self.words, self.parser, self.said.language)
        found = replace(self, said=asked).move(alone, before)
        query = found.query
        if found.action != "edit" or query is None or query.dimensions or query.kind == "records":
            return None
        events = replace(self, base=query)
        if not events.is_of_events():
            return None
        ground = Ground(self.parser.model, self.parser.facts, self.parser.clock)
        return replace(found, query=edited(query, [AsRows()], ground))

    def _by_reason(self) -> SemanticQuery | None:
        """`reason?`, of a figure of which the data keep the reasons: the figure by them; None where
        they keep none, or where it is split by them already."""
        base, tokens = self.base, [t for t in self.said.tokens if t.kind != "symbol"]
        asks = self.said.whole == "why" and self.words.whole("reason_alone", tokens) is not None
        if not asks or base.kind != "aggregate" or not base.measures:
            return None
        known = {
            *(d.column for d in base.dimensions),
            *(f.column for f in base.filters if f.phrase),
        }
        found = [c for c in reasons_of(base, self.parser.model) if c not in known]
        if not found:
            return None
        ground = Ground(self.parser.model, self.parser.facts, self.parser.clock)
        return edited(base, self._within([Split((Dimension(found[0]),), "set")]), ground)

    def _asked_why(self, alone: Reading) -> SemanticQuery | None:
        """The answer whose figure is asked about: all of it ("why?"), or one thing of it ("why did
        the night shift get worse?"); None for other words. Raises Ask where it has no such thing.
        """
        tokens, base = self.said.tokens, self.base
        if self.said.whole == "why":
            return base
        found = self.words["whole"].match(tokens, 0) if tokens and alone.query is None else None
        if found is None or found[0] != "why":
            return None
        if base.kind != "aggregate":
            return base  # which says that there is no figure
        named = self._values_named(tokens[found[1] :])
        if not named:
            is_bare = len(tokens) <= _MOST_WHY and not self._says_when(tokens[found[1] :])
            return base if is_bare else None
        fragment = self._fragment(named, Marks())
        only = [e for e in changes(base, fragment, Marks().with_("only")) if isinstance(e, Where)]
        if fragment.named != {"filters"} or not only:
            return None
        columns = {f.column for e in only for f in e.filters}
        gone = tuple(d for d in base.dimensions if d.column in columns)
        ground = Ground(self.parser.model, self.parser.facts, self.parser.clock)
        bare = base.with_(having=(), limit=None, per_group=False)
        return edited(bare, [*([Unsplit(gone)] if gone else []), *only], ground)

    def _refuse_two_lists(self, named: Reference) -> None:
        """Raises Ask for "and on the third?", where the answer before was about the first one of
        a list before it: that list's third may be meant, or that of the rows that are shown."""
        if named.kind != "place" or named.column:
            return
        asked = surface(self.turn.answer.question, self.words, self.parser).reference
        columns = {d.column for d in self.base.dimensions}
        picked = {f.column for f in self.base.filters if f.op is Op.EQ} - columns
        if asked is not None and asked.kind == "place" and picked and columns - {None}:
            raise Ask(Clarification(_("Which one do you mean? Please name it.")))

    def _says_when(self, tokens: Sequence[Token]) -> bool:
        """Whether words name a time ("what happened on the 24th")."""
        return any(
            self.parser.time.parse(tokens, at) is not None or tokens[at].number is not None
            for at in range(len(tokens))
        )

    def _values_named(self, tokens: Sequence[Token]) -> tuple[Token, ...]:
        """The tokens that name values of the data ("night shift", of "did the night shift get
        worse")."""
        norms, at = [t.norm for t in tokens], 0
        found: list[Token] = []
        while at < len(norms):
            sizes = [
                match.length
                for match in self.parser.vocabulary.match(norms, at)
                if any(t.kind == "value" and not t.is_partial for t in match.targets)
            ]
            size = max(sizes, default=0)
            found += tokens[at : at + size]
            at += max(size, 1)
        return tuple(found)

    def _move(self, action: Action, query: SemanticQuery) -> Move:
        return Move(Intent.DATA_FILTER, action, self.question, Reading(), self.turn, query)

    def _redraw(self, wish: ChartType | None, reading: Reading | None = None) -> Move:
        found = replace(reading or Reading(), chart=wish)
        return Move(Intent.VISUAL_UPDATE, "redraw", self.question, found, self.turn, self.base)

    def _pooled(self, query: SemanticQuery) -> list[str]:
        return self.parser.pooled(query, self.scopes)

    # -- several changes in one turn -----------------------------------------------------------

    def _by_itself(self, before: PastTurn | None = None) -> list[Edit] | None:
        """What is taken away, opened up, or shown in another unit; None for anything else."""
        said, base = self.said, self.base
        former = before.plan if before is not None else None
        edits = removals(said.tokens, base, self.words, self.parser, former)
        if edits is None:
            edits = self._together() or self._whole_period() or self._without_step()
            edits = edits or self._not_running() or self._moved_limit()
            edits = edits or self._rows_by_time() or self._the_others() or self._other_ordinal()
            edits = edits or self._factors() or self._sorted_by()
            edits = edits or self._when_highest() or self._all_steps() or self._set_against_it()
            edits = edits or self._other_place()
        if edits is None:
            edits = everywhere(said.rest or said.tokens, base, self.words, self.parser)
        return self.in_unit() if edits is None else edits

    def _refuse_all_again(self, edits: Sequence[Edit]) -> None:
        """Raises Ask for another figure or split of things that had none ("and work orders?", after
        those without alarms), which would be of all things again."""
        columns = {d.column for d in self.base.dimensions}
        is_other = any(
            isinstance(e, Split) or (isinstance(e, Measured) and not e.also) for e in edits
        )
        named = {f.column for e in edits if isinstance(e, Where) for f in e.filters}
        if self.base.every is not None and is_other and not columns & named:
            raise Ask(
                Clarification(
                    _(
                        "That would be of all of them again, and not of those that had none. "
                        "Please ask the whole question."
                    )
                )
            )

    def _other_place(self) -> list[Edit] | None:
        """`and the second?`, after the one with the most: the next place of the ranking."""
        found = ranked_place(self.said.tokens, self.base, self.words)
        return [*found] if found is not None else None

    def _moved_limit(self) -> list[Edit] | None:
        """`raise the limit to 2.8`."""

        def limits_of(text: str) -> tuple[Having, ...]:
            query = self._fragment(tokenise(text), self.said.marks).query
            is_same = query.measures == self.base.measures  # and no limit of another figure
            return query.having if is_same else ()

        return moved_limit(
            self.said.tokens, self.base, self.words, self.parser.model, limits_of
        ) or moved_limit(
            tokenise(self.said.text), self.base, self.words, self.parser.model, limits_of
        )

    def _in_clauses(self, before: PastTurn | None) -> tuple[list[Edit], Reading]:
        """The changes of words that may hold several. Clauses that the parser does not read
        ("..., the week before", "... and all products") are taken out of the others, which are read
        together; where they cannot be, each by itself, if no two say something of the same kind."""
        first, second = self._parted(self.said.rest)
        if second and second[0] in self.said.rest[:2]:  # "not yesterday, last week" is one change
            return self._instead(first, second)
        clauses = [replace(self, said=said) for said in self._clauses()]
        if len(clauses) < 2:
            return self._named()
        apart = [one._apart(before) for one in clauses]
        if any(isinstance(edit, Split) for edits in apart for edit in edits or []):
            # "the other two plants, separately": they are already
            is_each = [one.said.whole == "each" for one in clauses]
            if sum(is_each) < sum(any(isinstance(e, Split) for e in a or []) for a in apart):
                apart = [[] if each else a for each, a in zip(is_each, apart, strict=True)]
        if any(edits is not None for edits in apart):
            others = [one for one, edits in zip(clauses, apart, strict=True) if edits is None]
            own = [edit for edits in apart for edit in edits or []]
            if not others:
                return own, Reading()
            text = " and ".join(one.said.text for one in others)
            rest = replace(self, said=surface(text, self.words, self.parser, self.said.language))
            edits, reading = rest._named()
            # a place that is opened up comes last, a split that falls away first, and so does a
            # condition in whose place another one is named
            set_anew = {f.column for e in edits if isinstance(e, Where) for f in e.filters}
            wider = [e for e in own if isinstance(e, Anywhere) and _outlasts(e, set_anew)]
            return [*(e for e in own if e not in wider), *edits, *wider], reading
        try:
            return self._named()
        except Ask as ask:
            found = None if isinstance(ask, Understood) else self._each(clauses)
            if found is None:
                raise ask from None
            return found

    def _clauses(self) -> list[Surface]:
        """The parts of the question between commas, "and" and the like."""
        tokens = self.said.tokens
        joins = [i for i, t in enumerate(tokens) if self.words["parts_with"].match([t], 0)]
        edges = [-1, *joins, len(tokens)]
        spans = [tokens[a + 1 : b] for a, b in itertools.pairwise(edges)]
        return [
            surface(joined(span), self.words, self.parser, self.said.language)
            for span in spans
            if span
        ]

    def _apart(self, before: PastTurn | None) -> list[Edit] | None:
        """The changes of a clause that stands for itself; None where the parser is to read it."""
        try:
            if self.said.whole in _APART:
                return self.whole(before)
            return self._by_itself()
        except Ask:
            return None

    def _each(self, clauses: Sequence[GoingOn]) -> tuple[list[Edit], Reading] | None:
        """The changes of clauses read one by one; None where one cannot be, or two of them would
        change the same."""
        edits: list[Edit] = []
        seen: set[str] = set()
        readings: list[Reading] = []
        for one in clauses:
            try:
                found, reading = one._named()
            except Ask:
                return None
            kinds = {_kind_of(edit) for edit in found}
            if not found or kinds & seen:
                return None
            seen |= kinds
            edits += found
            readings.append(reading)
        whole = Reading(
            words=tuple(w for r in readings for w in r.words),
            mended={k: v for r in readings for k, v in r.mended.items()},
            out_of_scope=tuple(n for r in readings for n in r.out_of_scope),
            chart=next((r.chart for r in readings if r.chart is not None), None),
            notes=tuple(n for r in readings for n in r.notes),
        )
        return edits, whole

    # -- words that the parser reads ---------------------------------------------------------

    def _named(self) -> tuple[list[Edit], Reading]:
        """The changes of words that the parser reads, and what it made of each of them."""
        said = self.said
        self._refuse_judgement()
        first, second = self._parted(said.rest)
        if second:
            return self._instead(first, second)
        model = self.parser.model
        vocabulary = self.parser.vocabulary
        step = self._of_shown_step() or self._best_of_shown()
        step = step or self._listed() or self._counts_of()
        if step is not None:
            return step
        reference, bare = found_reference(said.rest, self.words, vocabulary, model.entity)
        if "part" in said.marks.kinds:
            reference = None
        elif reference is not None and self._is_of_rows(reference):
            bare = self._uncounted(bare)
            part = replace(said, rest=bare, marks=said.marks.with_("part"), reference=None)
            return replace(self, said=part)._named()
        if reference is None:
            figure = self._other_figure() or self._other_extreme() or self._steps()
            if figure is not None:
                return figure
            try:
                fragment = self._fragment(said.rest, said.marks)
            except Ask as ask:
                return self._otherwise(ask)
            fragment = self._of_the_same(fragment)
            self._refuse_rows(fragment)
            figure = None if fragment.named else self._completed()
            if figure is not None:
                return figure  # "cumulative"
            changed = self._which_changed(fragment, None)
            if changed is not None:
                return changed, self._reading(fragment)
            opened = self._opened_by_all(fragment)
            if opened is not None:
                return self._side_by_side(opened), self._reading(fragment)
            marks = said.marks
            if said.adds and fragment.named == {"measures"} and len(self.base.measures) > 1:
                marks = marks.with_("also")  # "and scrap", of several figures
                fragment = self._fragment(said.rest, marks)
            if said.adds and fragment.named == {"splits"} and not self._says("which"):
                marks = marks.with_("also")
            if self._is_against(fragment):
                marks = marks.with_("also")
            elif said.corrects:
                marks = marks.with_("corrects")
            edits = [] if fragment.named == {"chart"} else changes(self.base, fragment, marks)
            if "part" in marks.kinds:
                edits += self._counted_rows(fragment)
            edits = [self._that_day(edit) for edit in self._only_ordered(edits)]
            edits = [self._without_their_number(edit) for edit in edits]
            edits = self._over_groups(fragment, edits)
            self._refuse_foreign_it(fragment)
            if self._lists(fragment):
                edits.append(AsRows())
            edits += () if self._all_together() else self._opened_up()
            edits += self._beside(edits, marks)
            if said.joins and not marks.kinds:
                self._refuse_both_ways(edits)
            return edits, self._reading(fragment)
        if self._takes_away(bare):  # "exclude the first one"
            one = pinned(reference, self.turn, self.base, self.rows, model, goes=True)
            return [Where((shut_out(one),))], Reading()
        if not [t for t in bare if t.kind != "symbol"]:
            # "the top one": its row, with the name that it is about
            self._refuse_two_lists(reference)
            one = pinned(reference, self.turn, self.base, self.rows, model)
            return pin(self.base, one, is_one=False), Reading()
        fragment = self._fragment(bare, said.marks)
        if reference.is_loose and fragment.named == {"chart"}:
            return [], self._reading(fragment)  # "see it as a bar chart"
        if not fragment.named & {"measures", "rows"} and fragment.named & {"limits", "rank"}:
            # "those above 4.5": the groups as they are
            return changes(self.base, fragment, said.marks), self._reading(fragment)
        changed = self._which_changed(fragment, reference)
        if changed is not None:
            return changed, self._reading(fragment)
        each = self._each_counted(fragment, reference)
        if (
            each and fragment.query.table == self.base.table
        ):  # "their downtime", of all that stopped
            return [*changes(self.base, fragment, said.marks.with_("only")), *each], self._reading(
                fragment
            )
        one = pinned(reference, self.turn, self.base, self.rows, model)
        if self._adds_to_the_same(fragment, reference, one.column):
            own = changes(self.base, fragment, said.marks)
            return [*own, *self._counted_rows(fragment)], self._reading(fragment)
        listed = self._listed_of(fragment, one, bare)
        if listed:
            return listed, self._reading(fragment)
        edits = pin(self.base, one, is_one=reference.is_one)
        edits += self._foreign_splits(fragment, one) or self._without_the_causes(fragment, one)
        own = changes(self.base, fragment, said.marks.with_("only"))
        edits += own if reference.is_one else [_beside_groups(edit) for edit in own]
        edits += each
        edits += self._counted_rows(fragment)
        edits = self._over_groups(fragment, edits)
        return edits, self._reading(fragment)

    def _listed_of(self, fragment: Fragment, one: Filter, bare: Sequence[Token]) -> list[Edit]:
        """`list the corrective orders on those`, of groups of orders: orders of their own, of the
        same things; what the groups were of is none of it. bare: the words without "those"."""
        is_list = "rows" in fragment.named and self.base.kind != "records"
        if not is_list or fragment.query.table != self.base.table:
            return []
        left = {t.start for t in bare}
        front = list(itertools.takewhile(lambda t: t.start in left, self.said.rest))
        if len(front) < 2 or front[-1].norm not in self.parser.lexicon.senses["of_events"]:
            return []
        try:
            named = self._fragment(tuple(front[:-1]), self.said.marks).named
        except Ask:
            return []
        if not named & {"filters", "measures"}:
            return []  # "list those since June"
        own = changes(self.base, fragment, self.said.marks.with_("only"))
        return [Anywhere(()), Unsplit(()), Where((one,), "only"), *own, AsRows()]

    def _refuse_judgement(self) -> None:
        """Raises Ask for "is that normal?"."""
        tokens = [t for t in self.said.tokens if t.kind != "symbol"]
        judged = [t for t in tokens if self.words.is_small("judged", t)]
        around = (self.words.is_small("around_judged", t) for t in tokens if t not in judged)
        if self.said.asks_whether and judged and all(around):
            raise Ask(
                Clarification(
                    _(
                        "Gemba does not judge figures by itself. Set it against another time, a "
                        "place or a limit."
                    )
                )
            )

    def _otherwise(self, ask: Ask) -> tuple[list[Edit], Reading]:
        """What the parser does not read as it stands: "B, not A", and a word in front that says
        nothing ("as ..."). Raises the Ask where neither is there."""
        if isinstance(ask, Understood):
            raise ask
        rest = self.said.rest
        for at in range(1, len(rest) - 1):
            found = self.words["not_this"].match(rest, at)
            if found is not None and at + found[1] < len(rest):
                figure = replace(self, said=replace(self.said, rest=rest[:at]))._completed()
                return figure or self._instead(rest[:at], rest[at + found[1] :])
        gone = self._without_a_figure(rest)
        if gone is not None:
            return gone, Reading()
        further = self._compared_figure(rest)
        if further is not None:
            return further
        bare = self._without_steps_noun(rest)
        if bare is not None:  # "only the days above 365", of figures by day
            return replace(self, said=replace(self.said, rest=bare))._named()
        figure = self._completed()
        if figure is not None:
            return figure
        bare = self._without_comparison_noun(rest) or self._without_figure_noun(rest)
        if bare is not None:  # "the comparison by line", of what is compared
            return replace(self, said=replace(self.said, rest=bare))._named()
        spare = self.words["spare"].match(rest, 0) if rest else None
        is_place = spare is not None and self.words["places"].match(rest, spare[1]) is not None
        if spare is not None and not is_place and spare[1] < len(rest):
            said = replace(self.said, rest=rest[spare[1] :])
            return replace(self, said=said)._named()
        raise ask

    def _within(self, edits: list[Edit]) -> list[Edit]:
        """A change that keeps the groups of a "top 5" and would lose which five they are first pins
        them down; so does another split of the one thing that was found."""
        base = self.base
        split = [d.column for d in base.dimensions if d.column is not None]
        is_cut = base.limit is not None or bool(base.having)
        is_top = is_cut and not base.per_group and base.kind == "aggregate"
        if base.limit is None and _is_of_other_change(base, edits):
            return edits  # "which fell by 5 %", after those that rose by 10
        is_part = "part" in self.said.marks.kinds
        if base.limit is not None and not is_part and _is_turned(base, edits):
            return [Ranked(base.order, None), *edits]  # after the three that rose most
        if base.limit is None and all(isinstance(e, (Ranked, Reversed)) for e in edits):
            return edits  # "by name", of those above a limit: they are the same ones
        step = self._step()
        if step is not None and base.dimensions == (step,) and base.limit == 1:
            # "which day was the worst", and then "by reason": of that day
            is_time = any(isinstance(edit, (When, Ranked)) for edit in edits)
            is_split = any(isinstance(edit, Split) for edit in edits)
            return self._at_shown_step(step, edits) if is_split and not is_time else edits
        if not is_top or len(split) != 1 or len(base.dimensions) != 1:
            return edits
        # "which line had the most", and then "by shift": of that line
        if any(f.column == split[0] for e in edits if isinstance(e, Where) for f in e.filters):
            return edits  # pinned already
        is_split = any(isinstance(edit, Split) for edit in edits)
        # "and the MTTR there", of the one place that was found
        is_there = points_there(self.said.tokens, self.words)
        is_figure = any(isinstance(edit, Measured) for edit in edits)
        is_of_one = base.limit == 1 and (is_split or (is_there and is_figure))
        # "what were the reasons", of the machines above a limit: of those machines; and "by line"
        # says only by what
        tokens, lexicon = self.said.tokens, self.parser.lexicon
        says_by = any(lexicon.has("by", tokens, at) for at in range(len(tokens)))
        is_total = self.said.whole == "total" and base.limit != 1  # of those that are shown
        is_of_these = is_total or (bool(base.having) and is_split and not says_by)
        if not (is_of_one or is_of_these or any(_keeps_groups(edit) for edit in edits)):
            return edits
        values = values_of(self.rows(), self.turn, split[0])
        if not values:
            return edits
        op = Op.EQ if len(values) == 1 else Op.IN
        these = Filter(split[0], op, tuple(values), phrase=", ".join(values[:3]))
        one = [Unsplit((Dimension(split[0]),))] if is_of_one else []
        return [Where((these,), "only"), Ranked(base.order, None), *one, *edits]


def _is_of_other_change(base: SemanticQuery, edits: Sequence[Edit]) -> bool:
    """Whether groups that changed so much give way to those that changed otherwise."""
    said = [h for edit in edits if isinstance(edit, Limited) for h in edit.having]
    return bool(said) and all(h.on != "value" for h in (*said, *base.having))


def _is_turned(base: SemanticQuery, edits: Sequence[Edit]) -> bool:
    """Whether groups that rose give way to those that fell, or the other way round."""
    said = [h for edit in edits if isinstance(edit, Limited) for h in edit.having]
    if not said or any(h.on == "value" for h in (*said, *base.having)):
        return False
    falls, fell = ({h.op in (Op.LT, Op.LE) for h in limits} for limits in (said, base.having))
    return len(falls) == len(fell) == 1 and falls != fell


def _beside_groups(edit: Edit) -> Edit:
    """`their vibration, monthly`: a course of each of them."""
    is_step = isinstance(edit, Split) and all(d.grain is not None for d in edit.dimensions)
    return replace(edit, mode="add") if isinstance(edit, Split) and is_step else edit


def _kind_of(edit: Edit) -> str:
    """What a change is a change of; two of one kind would undo each other."""
    if isinstance(edit, Where):
        return "where " + " ".join(sorted(f.column for f in edit.filters))
    return type(edit).__name__


def _keeps_groups(edit: Edit) -> bool:
    """Whether a change keeps the groups there are and would lose which of them count."""
    if isinstance(edit, Split):
        is_step = all(d.grain is not None for d in edit.dimensions)
        return edit.mode == "add" or (edit.mode == "swap" and is_step)
    if isinstance(edit, Ranked):
        return edit.limit is None and bool(edit.order)
    return False


def _no_rows() -> None:
    """The rows of an answer further up, which are not at hand."""


def _outlasts(edit: Anywhere, set_anew: set[str]) -> bool:
    """Whether conditions may be taken away after others are set on these columns."""
    return not set_anew or bool(edit.columns and not set_anew & set(edit.columns))
