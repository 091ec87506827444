"""The rows and the things of the answer before: listed, by their time, the others of them, all of
them together, and what none of them has."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from core.dialogue.changes import changes
from core.dialogue.edits import (
    All,
    Anywhere,
    AsRows,
    AsThings,
    Edit,
    Ground,
    Measured,
    Ranked,
    Split,
    Unsplit,
    Where,
)
from core.dialogue.other_figures import OtherFigures
from core.dialogue.references import found_reference
from core.dialogue.removal import everywhere
from core.language.assembling.questions import kinds
from core.language.fragment import Fragment
from core.language.normalise import Token, singular, tokenise
from core.language.reading import Ask, Reading
from core.semantic.conditions import condition_filter
from core.semantic.model import Column, Metric
from core.semantic.phrases import small
from core.semantic.query import Agg, Dimension, Filter, Op, Order, SemanticQuery
from core.semantic.said import label_of, said
from core.translation import gettext as _
from core.types import Clarification, Option

_ALL: Final = Token("all", "all", "word", 0, 3)


class NotOfIt(Ask):
    """Raised for a figure that what was shown cannot have."""


@dataclass(frozen=True, slots=True)
class ShownRows(OtherFigures):
    """One question, and the answer that it goes on from."""

    def _listed(self) -> tuple[list[Edit], Reading] | None:
        """`list them for both plants`, of events that were counted: their rows, and the rest."""
        tokens = self.said.tokens
        found = self.words["whole"].match(tokens, 0) if tokens and self.is_of_events() else None
        if found is None or found[0] != "list" or found[1] == len(tokens):
            return None
        if self.parser.lexicon.has("which", tokens, 0):
            return None
        rest = tokens[found[1] :]
        both = next((t for t in rest if self.words.is_small("both", t)), None)
        if both is not None:  # "both" are all that were named
            rest = tuple(t for t in rest if t is not both)
            left = [t for t in rest if not self.words.is_small("of_them", t)]
            if not left:
                return None
            try:
                gone = everywhere([_ALL, *left], self.base, self.words, self.parser) or []
            except Ask:
                gone = []  # of all that there is already
            return [*(e for e in gone if isinstance(e, Anywhere)), AsRows()], Reading()
        edits, reading = self._and_the_rest([], rest)
        told = [d.column for e in edits if isinstance(e, Split) for d in e.dimensions if d.column]
        told += [m.column for e in edits if isinstance(e, Measured) for m in e.measures if m.column]
        told += self._called_after(rest)
        return [*edits, AsRows(fields=tuple(told))], reading

    def _called_after(self, tokens: Sequence[Token]) -> list[str]:
        """The columns of the rows whose name ends with a word that says nothing by itself ("value",
        of an alarm's value and its limit's)."""
        spare = {singular(t.norm) for t in tokens if self.parser.lexicon.has("ignored", [t], 0)}
        columns = self.parser.model.tables[self.base.table].columns
        return [n for n, c in columns.items() if singular(c.label.casefold().split()[-1]) in spare]

    def _listed_things(self) -> tuple[list[Edit], Reading] | None:
        """`list the ones in Hamburg with their manufacturers`, of a number of things: which they
        are, under the conditions said, with what is named beside them."""
        base, tokens, entity = self.base, self.said.tokens, self.parser.model.entity
        counted = {(m.agg, m.column) for m in base.measures}
        if entity is None or counted != {(Agg.COUNT_DISTINCT, entity)} or not tokens:
            return None
        phrase = self.words["whole"].match(tokens, 0)
        size = phrase[1] if phrase is not None and phrase[0] == "list" else 0
        size = max(size, self.parser.lexicon.has("records", tokens, 0))
        if not size:
            return None
        things = AsThings(entity)
        rest = tuple(t for t in tokens[size:] if not self.words.is_small("of_each", t))
        rest = self.words.marked(rest)[1] if rest else ()
        if not [t for t in rest if t.kind != "symbol"]:
            return [things], Reading()
        fragment = self._fragment(rest, self.said.marks.with_("also"))
        if not fragment.named <= {"filters", "splits", "rows"}:
            return None
        told = [d for d in fragment.query.dimensions if d not in base.dimensions]
        own = [e for e in changes(base, fragment, self.said.marks) if isinstance(e, Where)]
        only = {f.column for e in own for f in e.filters}
        gone = tuple(d for d in base.dimensions if d.column in only)
        beside = [Split(tuple(d for d in told if d.column != entity), "add")] if told else []
        return [*own, *([Unsplit(gone)] if gone else []), things, *beside], self._reading(fragment)

    def _the_others(self) -> list[Edit] | None:
        """`and the other lines?`, of one line: each of those that were not asked about. `how does
        that compare to the other lines`: it among them."""
        tokens = [t for t in self.said.rest or self.said.tokens if t.kind != "symbol"]
        against = self.parser.lexicon.has("versus", tokens, 0) if tokens else 0
        tokens = tokens[against:]
        norms = self._beside_others(tokens)
        if norms is None or self.base.kind != "aggregate":
            return None
        if against and self.base.limit == 1 and self._is_of_split(norms):
            return [All()]  # of the one that came first
        one = [f for f in self.base.filters if f.op is Op.EQ and f.phrase]
        levels = [level for h in self.parser.model.hierarchies for level in h.levels]
        places = sorted(
            (f for f in one if f.column in levels), key=lambda f: levels.index(f.column)
        )
        names = {f.column for f in (places or one)[-1:]}
        if norms:
            matches = [m for m in self.parser.vocabulary.match(norms, 0) if m.length == len(norms)]
            names = {t.name for m in matches for t in m.targets if t.kind == "column"}
        chosen = [f for f in one if f.column in names]
        if len(chosen) != 1:
            return None
        left = {v.text for v in self.parser.facts.values if v.column == chosen[0].column}
        is_one = bool(norms) and singular(norms[-1]) == norms[-1]
        if is_one and len(left - set(map(str, chosen[0].values))) != 1:
            return None  # "the other plant", of three
        gone = replace(chosen[0], op=Op.NE)
        return [
            Anywhere((gone.column,), exact=True),
            *([] if against else [Where((gone,))]),
            Split((Dimension(gone.column),), "add"),
        ]

    def _beside_others(self, tokens: Sequence[Token]) -> list[str] | None:
        """The noun after "the other", or before "other" as in Vietnamese; None without them."""
        found = self.words["others"].match(tokens, 0) if tokens else None
        if found is not None:
            return [t.norm for t in tokens[found[1] :]]
        behind = self.words["others"].match(tokens, len(tokens) - 1) if len(tokens) > 1 else None
        return [t.norm for t in tokens[:-1]] if behind is not None else None

    def _is_of_split(self, norms: Sequence[str]) -> bool:
        """Whether words name what the answer is split by, or nothing."""
        names = {d.column for d in self.base.dimensions}
        matches = [m for m in self.parser.vocabulary.match(norms, 0) if m.length == len(norms)]
        named = {t.name for m in matches for t in m.targets if t.kind == "column"}
        return len(names) == 1 and (not norms or bool(names & named))

    def _side_by_side(self, edits: list[Edit]) -> list[Edit]:
        """`all three shifts side by side`: without the condition on them, and one of each."""
        tokens = tokenise(self.said.text)
        says_so = any(self.words["beside_each"].match(tokens, at) for at in range(len(tokens)))
        columns = [c for e in edits if isinstance(e, Anywhere) for c in e.columns]
        split = {d.column for d in self.base.dimensions}
        if not says_so or not columns or split & set(columns):
            return edits
        return [*edits, Split((Dimension(columns[0]),), "add")]

    def _over_groups(self, fragment: Fragment, edits: list[Edit]) -> list[Edit]:
        """The changes, without the groups where they are of all of them: "what share of it is
        Setup", by reason; "how many did it have in total", by month."""
        gone = self._all_together()
        if gone:  # "what did all machines together use in that shift"
            uncut = [Ranked((), None)] if self.base.limit is not None else []
            return [*(e for e in edits if not isinstance(e, Split)), *uncut, Unsplit(gone)]
        split = {d.column for d in self.base.dimensions if d.column is not None}
        if "splits" in fragment.named or not self.base.dimensions:
            return edits
        counted = {m.column for m in fragment.query.measures if m.agg is Agg.COUNT_DISTINCT}
        if "measures" in fragment.named and counted & split:
            # "how many of them are presses", by machine: each of them would be one
            return [*edits, Unsplit(tuple(d for d in self.base.dimensions if d.column in counted))]
        wheres = [f.column for e in edits if isinstance(e, Where) for f in e.filters]
        is_share = "share" in fragment.named and "measures" not in fragment.named
        if is_share and set(wheres) & split:
            # one part of the whole: "the share of Austin", by plant and class
            gone = tuple(d for d in self.base.dimensions if d.column is not None)
            ground = Ground(self.parser.model, self.parser.facts, self.parser.clock)
            whole = replace(self, base=Unsplit(gone).of(self.base, ground))
            again = whole._fragment(self.said.rest, self.said.marks)
            return [Unsplit(gone), *changes(whole.base, again, self.said.marks)]
        is_split = any(isinstance(edit, Split) for edit in edits)
        in_total = bool(fragment.named & {"measures", "time"}) and self._says_in_total()
        if (in_total or self._says_total_before(fragment)) and not is_split:
            return [*edits, Unsplit()]
        return edits

    def _says_total_before(self, fragment: Fragment) -> bool:
        """Whether a whole question wants one number: "the total energy in March". A name that holds
        the word itself ("total units") says nothing of it."""
        if not fragment.named >= {"measures", "time"} or fragment.named & {"rank", "limits"}:
            return False
        tokens = [t for t in tokenise(self.said.text) if t.kind != "symbol"]
        norms = [t.norm for t in tokens]
        vocabulary, held = self.parser.vocabulary, set[int]()
        for at in range(len(norms)):
            sizes = [match.length for match in vocabulary.match(norms, at)]
            held |= set(range(at, at + size)) if (size := max(sizes, default=0)) > 1 else set()
        return any(
            self.words.is_small("of_all", token)
            and at not in held
            and any(
                target.kind == "metric"
                or (
                    target.kind == "column" and vocabulary.columns[target.name][0].role == "measure"
                )
                for match in vocabulary.match(norms, at + 1)
                for target in match.targets
            )
            for at, token in enumerate(tokens[:-1])
        )

    def _all_together(self) -> tuple[Dimension, ...]:
        """What "all machines together" takes together, of an answer by machine."""
        tokens = [t for t in tokenise(self.said.text) if t.kind != "symbol"]
        norms = [t.norm for t in tokens]
        for at in range(len(tokens)):
            every = self.words["every"].match(tokens, at)
            noun = at + every[1] if every is not None else len(tokens)
            for match in self.parser.vocabulary.match(norms, noun) if noun < len(tokens) else ():
                total = self.words["whole"].match(tokens, noun + match.length)
                names = {t.name for t in match.targets if t.kind == "column"}
                gone = tuple(d for d in self.base.dimensions if d.column in names)
                if gone and total is not None and total[0] == "total":
                    return gone
        return ()

    def _says_in_total(self) -> bool:
        """Whether one number is wanted: "in total" at the end, or before a time or a place."""
        tokens = [t for t in tokenise(self.said.text) if t.kind != "symbol"]
        for at in range(1, len(tokens)):
            found = self.words["in_total"].match(tokens, at)
            if found is None:
                continue
            end = at + found[1]
            if end == len(tokens) or self.words["return_with"].match(tokens, end) is not None:
                return True
        return False

    def _ranked_rows(self, alone: Reading) -> SemanticQuery | None:
        """`which order was the most expensive`, `list the last 3 orders`, of work orders by plant
        in June: rows of those; None for other words. alone: the question on its own."""
        rows, base = alone.query, self.base
        if rows is None or rows.kind != "records":
            return None
        time = self.parser.model.tables[rows.table].time
        is_ranked = any(o.column != (time.timestamp if time else None) for o in rows.order)
        vocabulary, entity = self.parser.vocabulary, self.parser.model.entity
        points = found_reference(self.said.rest, self.words, vocabulary, entity)[0] is not None
        if not is_ranked and (rows.limit is None or points):
            return None
        if rows.anchor or base.anchor:
            return None
        own = {f.column for f in rows.filters}
        there = self.parser.model.tables[rows.table].columns.keys() - own
        kept = tuple(f for f in base.filters if f.column in there or f.column.startswith("@"))
        when = rows.time if "time" in alone.named else base.time
        return rows.with_(filters=(*kept, *rows.filters), time=when)

    def _refuse_rows(self, fragment: Fragment) -> None:
        """Raises Ask for `which alarm came most?`, of alarms by hour: that is no hour."""
        if fragment.named & {"splits", "rows"} or "rank" not in fragment.named:
            return
        tokens, model, base = self.said.tokens, self.parser.model, self.base
        norms = [t.norm for t in tokens]
        for at in range(len(tokens)):
            begins = self.parser.lexicon.has("which", tokens, at - 1) if at else 0
            leads = self.parser.lexicon["superlatives"].match(tokens, at - 1) if at else None
            is_led = bool(begins) or leads is not None
            found = next(iter(self.parser.vocabulary.match(norms, at)), None) if is_led else None
            if found is None or found.is_plural or not base.dimensions:
                continue
            if all(t.kind != "table" or t.name != base.table for t in found.targets):
                continue
            start, end = tokens[at].start, tokens[at + found.length - 1].end
            front, back = self.said.text[:start], self.said.text[end:]
            raise NotOfIt(
                Clarification(
                    _("What are the {things} told apart by?").format(
                        things=said(model).tables[base.table].label.lower()
                    ),
                    tuple(
                        Option(
                            _("By {label}").format(label=small(label_of(column, model))),
                            f"{front}{column.label.lower()}{back}",
                        )
                        for column in kinds(model, base.table)
                    ),
                )
            )

    def _refuse_foreign_it(self, fragment: Fragment) -> None:
        """Raises Ask for "what does that cost", of an amount: "that" is no thing that has another
        figure, and the figure of the plant's things is none of that amount."""
        base = self.base
        points = "this" in self.said.marks.kinds or bool({"this", "deed"} & self.said.edge)
        says_it = any(self.words.is_small("it", t) for t in tokenise(self.said.text)[1:])
        is_measure = {"measures"} <= fragment.named <= {"measures", "unit"}
        is_foreign = is_measure and fragment.query.table != base.table
        is_amount = base.kind == "aggregate" and not self.is_of_events()
        has_thing = any(
            f.op is Op.EQ and f.column == self.parser.model.entity for f in base.filters
        )
        if is_foreign and is_amount and not has_thing and (points or says_it):
            name = label_of(self._measure_column(fragment), self.parser.model)
            asked = _(
                "Gemba does not know what “that” comes to in {name}. Do you mean {name} itself?"
            )
            option = Option(_("Yes, {name}").format(name=small(name)), f"what about {small(name)}")
            raise NotOfIt(Clarification(asked.format(name=small(name)), (option,)))

    def _measure_column(self, fragment: Fragment) -> Column | Metric:
        model, measure = self.parser.model, fragment.query.measures[0]
        if measure.metric is not None:
            return model.metrics[measure.metric]
        return model.tables[fragment.query.table].columns[measure.column or ""]

    def _rows_by_time(self) -> list[Edit] | None:
        """`the oldest one`, `the last 10 of them`, `newest first`: of rows, or of events that were
        counted, listed by their time."""
        base = self.base
        typed = self.words.bare(tokenise(self.said.text), "polite")  # "first" counts at its end
        tokens = [t for t in self.words.marked(typed)[1] if t.kind != "symbol"]
        tokens = [t for t in tokens if not self.words.is_small("shown", t)]
        found = self.words["edges"].match(tokens, 0) if tokens else None
        count = None
        if found is None and len(tokens) > 1:  # "3 newest"
            count, found = tokens[0].number, self.words["edges"].match(tokens, 1)
            tokens = tokens[1:] if count is not None else []
        time = self.parser.model.tables[base.table].time
        is_listed = base.kind == "records"
        if found is None or not tokens or time is None or not (is_listed or self.is_of_events()):
            return None
        rest = tokens[found[1] :]
        said = self.parser.lexicon["cardinals"].match(rest, 0) if rest else None
        number = float(said[0]) if said and rest[0].norm != "one" else None
        if rest and rest[0].number is not None:
            number = rest[0].number
        if count is None and number is not None:
            count, rest = number, rest[1:]
        noun = self.words["place_nouns"].match(rest, 0) if rest else None
        is_order = self.words.whole("on_top", rest) is not None and count is None
        is_all = noun is not None and noun[1] == len(rest)
        if not (is_order or is_all or (not rest and (count is not None or is_listed))):
            return None
        order = (Order("column", 0, descending=found[0] == "newest", column=time.timestamp),)
        limit = None if is_order else int(count or 1)
        return [*([] if is_listed else [AsRows()]), Ranked(order, limit)]

    def _sorted_by(self) -> list[Edit] | None:
        """`sort them by machine name`, `sort by downtime`: the groups in the order of those names,
        or from the highest figure down. Raises Ask for what the answer does not show; None for
        other words."""
        found = self.words.sorts_by(self.said.tokens)
        if found is None:
            return None
        is_up, tokens = found
        rest = [t.norm for t in tokens]
        named = {
            one
            for match in self.parser.vocabulary.match(rest, 0)
            for one in match.targets
            if match.length == len(rest)
        }
        for at, measure in enumerate(self.base.measures):
            if any(one.name in (measure.metric, measure.column) for one in named):
                order = Order("measure", at, descending=not is_up)
                return [Ranked((order,), self.base.limit, self.base.per_group, self.base.skip)]
        model = self.parser.model
        columns = model.tables[self.base.table].columns
        names = {one.name for one in named if one.kind == "column" and one.name in columns}
        labels = [label_of(columns[n], model) for n in names if columns[n].role == "dimension"]
        for at, split in enumerate(self.base.dimensions):
            own = label_of(columns[split.column], model) if split.column else ""
            if split.column in names or any(own and label.startswith(own) for label in labels):
                by_name = (Order("dimension", at, descending=False),)
                return [Ranked(by_name, self.base.limit, self.base.per_group, self.base.skip)]
        if not named:
            return None
        asked = _("The answer before does not show “{text}”, so it cannot be sorted by it.")
        raise Ask(Clarification(asked.format(text=" ".join(t.text for t in tokens))))

    def _counted_rows(self, fragment: Fragment) -> list[Edit]:
        """The condition of the figure before, where another one is asked "of those": the parts cost
        of breakdowns is that of corrective orders alone."""
        base, model = self.base, self.parser.model
        is_other = "measures" in fragment.named and fragment.query.kind == "aggregate"
        if not is_other or len(base.measures) != 1 or base.measures[0].metric is None:
            return []
        metric = model.metrics[base.measures[0].metric]
        own = condition_filter(metric)
        is_same = own is not None and any(
            own == condition_filter(model.metrics[m.metric])
            for m in fragment.query.measures
            if m.metric is not None
        )
        if own is None or is_same or fragment.query.table != metric.table:
            return []
        return [Where((own,))]

    def _less_own_condition(self, edits: Sequence[Edit]) -> list[Edit]:
        """The changes less a condition that the figure itself has: of the share of bad readings,
        the bad ones are what is asked. Raises Ask for another one on the same: only the uncertain
        ones are no such share."""
        model = self.parser.model
        metrics = [model.metrics[m.metric] for m in self.base.measures if m.metric is not None]
        text = " ".join(f"{m.expression or ''} {m.condition or ''}" for m in metrics)
        left: list[Edit] = []
        is_other = any(isinstance(edit, Measured) for edit in edits)  # "how many bad ones"
        for edit in edits:
            own: list[Filter] = []
            for one in edit.filters if isinstance(edit, Where) else ():
                if f"'{one.values[0]}'" in text if one.values else False:
                    own += [one] if one.op is Op.EQ and not is_other else []
                    continue
                if one.op in (Op.EQ, Op.IN) and re.search(rf"\b{one.column}\s*(=|IN\b)", text):
                    label = label_of(model.tables[self.base.table].columns[one.column], model)
                    asked = _("“{figure}” is itself about the {label}. Which figure do you want?")
                    figure = label_of(metrics[0], model)
                    raise Ask(Clarification(asked.format(figure=figure, label=small(label))))
            if own and isinstance(edit, Where):
                kept = tuple(f for f in edit.filters if f not in own)
                left += [replace(edit, filters=kept)] if kept else []
            else:
                left.append(edit)
        return left

    def _and_the_rest(self, edits: list[Edit], rest: Sequence[Token]) -> tuple[list[Edit], Reading]:
        """The changes, and those of the other words."""
        left = [t for t in rest if t.kind != "symbol"]
        left = list(self.words.marked(self.words.bare(left))[1]) if left else []
        # "show me the worst one", "which one is the top one"
        only_asks = all(
            any(self.words.is_small(kind, t) for kind in ("shown", "are", "asks_which"))
            for t in left
        )
        if only_asks:
            return edits, Reading()
        fragment = self._fragment(left, self.said.marks)
        own = changes(self.base, fragment, self.said.marks.with_("only"))
        return [*edits, *own], self._reading(fragment)
