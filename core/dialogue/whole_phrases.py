"""Phrases that are all that is said ("the week before", "in °F"), and what they change."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from core.dialogue.changes import Marks, changes
from core.dialogue.edits import (
    Against,
    All,
    Anywhere,
    AsRows,
    Edit,
    InUnits,
    Measured,
    Ranked,
    Reversed,
    Split,
    Unsplit,
    When,
    Where,
)
from core.dialogue.past import PastTurn
from core.dialogue.periods import beside, earlier, neighbour, shift_beside
from core.dialogue.references import Rows, values_of
from core.dialogue.surface import Surface
from core.dialogue.words import DialogueWords
from core.errors import UserFixable
from core.language.normalise import Token, singular, tokenise
from core.language.parser import QuestionParser
from core.language.reading import Ask, Reading
from core.semantic import units
from core.semantic.columns import describe
from core.semantic.query import (
    Agg,
    Comparison,
    Dimension,
    Filter,
    Measure,
    Op,
    Order,
    SemanticQuery,
    TimeWindow,
    Transform,
)
from core.translation import gettext as _
from core.types import Clarification

#: What "in %" means of figures in another unit, in the parser's words.
_OF_TOTAL: Final = "as a share of the total"
#: A figure is made of so many others at least.
_LEAST_FACTORS: Final = 2
_RELATIONS: Final = frozenset("<>=≤≥≠")
_LIMITS: Final = (Op.GT, Op.GE, Op.LT, Op.LE, Op.BETWEEN)


@dataclass(frozen=True, slots=True)
class WholePhrases:
    """One question, and the answer that it goes on from."""

    parser: QuestionParser
    words: DialogueWords
    said: Surface
    question: str
    turn: PastTurn
    base: SemanticQuery
    rows: Rows
    scopes: tuple[str, ...]

    def whole(self, before: PastTurn | None) -> list[Edit] | None:
        said, base = self.said, self.base
        match said.whole:
            case "before" | "after":
                text = " ".join(t.norm for t in (said.rest or said.tokens))
                is_after = said.whole == "after"
                beside = shift_beside(base, self.parser.model, text, is_after=is_after)
                if beside is not None and not said.marks.also:
                    return [When(beside[0]), Where((beside[1],))]
                window = neighbour(base.time, self.parser.clock, text, is_after=is_after)
                return [self._added(window) if said.marks.also else When(window)]
            case "earlier":
                text = " ".join(t.norm for t in (said.rest or said.tokens))
                return [When(earlier(base.time, text))]
            case "everything":
                out = tuple(
                    f.column for f in base.filters if f.op in (Op.NE, Op.NOT_IN) and f.phrase
                )
                is_cut = base.limit is not None or bool(base.having)
                if not out and not is_cut and base.dimensions and self._says_together():
                    return [Unsplit()]
                # "all of them", after "without the best one": that one again
                return [Anywhere(out, exact=True)] if out and not is_cut else [All()]
            case "by_name":
                return [self._by_name()]
            case "by_value" | "by_value_up":
                return [_by_value(base, is_up=said.whole == "by_value_up")]
            case "reverse":
                return [Reversed()]
            case "rise" | "fall":
                return [_by_change(base, is_rise=said.whole == "rise")]
            case "total":
                return [Unsplit()] if base.dimensions else None
            case "absolute":
                return [without_share(base)]
            case "each":
                return [Split((_each_of(base, self.parser.model.entity),), "add")]
            case "both":
                return _both(base, before)
            case "gap":
                return _gap(base, before)
            case None if self._says_both():
                return _both(base, before)
            case "list":
                return [AsRows()]
            case "count" if base.kind == "records":
                return [Measured((Measure(agg=Agg.COUNT),), base.table)]
        return self._number()

    def _added(self, window: TimeWindow) -> Edit:
        """`add the day before`: both times along one course, or set against each other."""
        steps = any(d.grain is not None and not d.grain.is_recurring for d in self.base.dimensions)
        both = beside(self.base.time, window) if steps else None
        if both is not None:
            return When(both)
        return Against(Comparison("window", window, phrase=window.phrase))

    def _factors(self) -> list[Edit] | None:
        """`its factors`, of a figure that is made of others, by its formula or as the sheet of a
        shift has it."""
        metrics = self.parser.model.metrics
        tokens = [t for t in tokenise(self.said.text) if t.kind != "symbol"]
        at = next((i for i in range(len(tokens)) if self.words["factors"].match(tokens, i)), None)
        measure = self.base.measures[0] if len(self.base.measures) == 1 else None
        metric = metrics.get(measure.metric or "") if measure is not None else None
        if at is None or metric is None:
            return None
        found = self.words["factors"].match(tokens, at)
        left = [*tokens[:at], *tokens[at + (found[1] if found else 1) :]]
        names = [n for n in re.findall(r"[a-z_]\w*", metric.formula or "") if n in metrics]
        sheet = self.parser.model.handover  # which says what its figure is lost by
        if not names and sheet is not None and measure and sheet.figure == measure.metric:
            names = [*sheet.losses]
        if len(names) < _LEAST_FACTORS or any(t.norm not in self.words.single for t in left):
            return None
        own = tuple(Measure(metric=name) for name in dict.fromkeys(names))
        return [Measured(own, self.base.table, also=True)]

    def _says_both(self) -> bool:
        """`put the two months next to each other`: of both, with what they are and how they are to
        stand."""
        lexicon = self.parser.lexicon
        tokens = [t for t in tokenise(self.said.text) if t.kind != "symbol"]
        at = next((i for i, t in enumerate(tokens) if self.words.is_small("both_or_two", t)), None)
        if at is None:
            return False
        left = [*tokens[:at], *tokens[at + 1 :]]
        stands = False
        while left:
            part = self.words["both_parts"].match(left, 0)
            noun = max(
                (m.length for m in self.parser.vocabulary.match([t.norm for t in left], 0)
                 if any(t.kind == "column" for t in m.targets)), default=0,
            )  # fmt: skip
            step = lexicon["grains"].match(left, 0) or lexicon["grains"].match(_one(left), 0)
            size = max(part[1] if part else 0, noun, step[1] if step else 0)
            if not size:
                return False
            stands = stands or bool(part and part[1] > 1) or self.words.is_small("stands", left[0])
            left = left[size:]
        return stands or self.words.is_small("both", tokens[at])

    def _says_together(self) -> bool:
        """Whether the words end so that one number is wanted: "all of them together"."""
        tokens = [t for t in tokenise(self.said.text) if t.kind != "symbol"]
        return any(
            self.words.whole(name, tokens[-size:]) is not None
            for name in ("in_total", "jointly")
            for size in range(1, min(len(tokens), self.words[name].longest) + 1)
        )

    def _by_name(self) -> Ranked:
        """The groups in the order of their names; of a "top 5" the five that were shown."""
        base = self.base
        at = next((i for i, d in enumerate(base.dimensions) if d.column is not None), None)
        if at is None:
            raise Ask(Clarification(_("The answer before has no names to sort by.")))
        order = (Order("dimension", at, descending=False),)
        column = base.dimensions[at].column or ""
        is_pinned = len(base.dimensions) == 1 and base.limit is not None
        if is_pinned and values_of(self.rows(), self.turn, column):
            return Ranked(order, None)
        return Ranked(order, base.limit, base.per_group, base.skip)

    def _number(self) -> list[Edit] | None:
        """`5`, `only 3`: how many of the groups or rows are wanted."""
        rest = [t for t in self.said.rest if t.kind != "symbol" or t.text in _RELATIONS]
        if len(rest) > 1 and self.parser.lexicon.has("the", rest, 0):
            rest = rest[1:]
        is_by_time = len(rest) == 2 and self.words.whole("edges", rest[:1]) is not None
        if len(rest) == 2 and self.parser.lexicon.has("first", rest, 0) and not is_by_time:
            rest = rest[1:]  # "the oldest 3" are those of another order
        value = rest[0].number if len(rest) == 1 else None
        if len(rest) == 1 and value is None:
            said = self.parser.lexicon["cardinals"].match(rest, 0)
            value = float(said[0]) if said is not None else None
        if value is None or value != int(value) or value < 1 or not self.base.order:
            return None
        return [Ranked(self.base.order, int(value), self.base.per_group)]

    def under_limit(self) -> list[Edit] | None:
        """`above 3`, of the hours above 4.5: the limit that the figure itself has."""
        if len(self.base.measures) != 1:
            return None
        measure = self.base.measures[0]
        if measure.agg not in (Agg.DURATION, Agg.FIRST_TIME, Agg.LAST_TIME):
            return None
        columns = self.parser.model.tables[self.base.table].columns
        rows = [f for f in self.base.filters if f.op in _LIMITS and f.column in columns]
        limits = [f for f in measure.where if f.op in _LIMITS] or rows
        if len(limits) != 1:
            return None
        plain = Measure(agg=Agg.AVG, column=limits[0].column)
        groups = self.base.dimensions or (Dimension(self.parser.model.entity),)
        base = self.base.with_(measures=(plain,), dimensions=groups)
        try:
            found = self.parser.fragment(joined(self.said.rest), base, self.scopes)
        except UserFixable:
            return None
        if isinstance(found, Reading) or found.named != {"limits"} or not found.query.having:
            return None
        said = found.query.having[0]
        other = Filter(limits[0].column, said.op, said.values)
        if limits == rows:
            return [Where((other,))]
        where = tuple(other if f == limits[0] else f for f in measure.where)
        return [Measured((replace(measure, where=where),), self.base.table, exact=True)]

    def is_of_events(self) -> bool:
        time = self.parser.model.tables[self.base.table].time
        is_aggregate = self.base.kind == "aggregate"
        return is_aggregate and time is not None and time.interval_min is None

    def in_unit(self) -> list[Edit] | None:
        """`in °F`, `MWh please`, `back to kWh`: a unit alone, that a figure can be shown in."""
        rest = self.said.rest
        if self._is_step(rest):
            return None
        rest = self._how_many_of(rest)
        found = self.words["to_unit"].match(rest, 0)
        if found is not None and found[1] < len(rest):
            rest = rest[found[1] :]
        unit = units.parse_unit(joined(rest)) if rest else None
        if unit is None:
            return None
        wanted: list[str | None] = []
        is_shown = False
        columns = [c for c in describe(self.base, self.parser.model) if c.role == "measure"]
        for measure, column in zip(self.base.measures, columns, strict=False):
            own = column.unit or ""
            fits = bool(own) and units.same_dimension(own, unit)
            is_rate = self._is_rate(measure)
            fits = fits and (unit != "%" or is_rate)
            # a rate is shown in percent anyway
            wanted.append(unit if fits and not (unit == "%" and is_rate) else measure.unit)
            is_shown = is_shown or fits
        typed = [t for t in tokenise(self.said.text) if t.kind != "symbol"]
        words = self.words.bare(typed, "polite")
        is_last = words[-1:] == rest[-1:]  # no "percent of the total"
        if not is_shown and unit == "%" and is_last and self.base.comparison is not None:
            return _gap(self.base, None)  # a comparison says by how many percent
        if not is_shown and unit == "%" and self.base.dimensions:
            return self._in_shares()
        return [InUnits(tuple(wanted))] if is_shown else None

    def _is_rate(self, measure: Measure) -> bool:
        """Whether a figure is a part of something, and no number of its own."""
        metric = self.parser.model.metrics.get(measure.metric or "")
        is_part = measure.transform is not Transform.NONE or measure.over is not None
        return is_part or (metric is not None and metric.display == "percent")

    def _how_many_of(self, rest: tuple[Token, ...]) -> tuple[Token, ...]:
        """The unit alone, of "how many hours is that"; other words as they are."""
        tokens = [t for t in self.said.tokens if t.kind != "symbol"]
        found = self.parser.lexicon["aggregates"].match(tokens, 0) if tokens else None
        size = found[1] if found is not None and found[0] == "count" else 0
        is_that = len(tokens) > size + 1 and self.words.whole("how_many", tokens[size + 1 :])
        return tuple(tokens[size : size + 1]) if size and is_that else rest

    def _is_step(self, rest: Sequence[Token]) -> bool:
        """`days instead`, of figures in groups: a step of time and no unit; `hours` is one."""
        found = self.parser.lexicon["grains"].match(rest, 0) if len(rest) == 1 else None
        return found is not None and found[0] != "hour" and bool(self.base.dimensions)

    def _in_shares(self) -> list[Edit] | None:
        """`in %`, of figures that have another unit: the share of each group."""
        try:
            found = self.parser.fragment(_OF_TOTAL, self.base, self.scopes)
        except UserFixable:
            return None
        return None if isinstance(found, Reading) else changes(self.base, found, Marks())


def _one(tokens: Sequence[Token]) -> list[Token]:
    """The first token in the singular."""
    return [replace(t, norm=singular(t.norm)) for t in tokens[:1]]


def without_share(base: SemanticQuery) -> Edit:
    """The figures themselves, where shares of them were shown."""
    shares = (Transform.SHARE, Transform.SHARE_WITHIN)
    plain = [m for m in base.measures if m.transform not in shares]
    if len(plain) == len(base.measures):
        raise Ask(Clarification(_("The answer before shows no shares.")))
    own = plain or [replace(m, transform=Transform.NONE) for m in base.measures]
    return Measured(tuple(own), base.table, exact=True)


def _by_value(base: SemanticQuery, *, is_up: bool) -> Ranked:
    """The groups by their figure."""
    if not base.dimensions or not base.measures:
        raise Ask(Clarification(_("The answer before has nothing to sort.")))
    return Ranked(
        (Order("measure", 0, descending=not is_up),), base.limit, base.per_group, base.skip
    )


def _by_change(base: SemanticQuery, *, is_rise: bool) -> Ranked:
    """The groups by how much they changed."""
    if base.comparison is None or not base.dimensions:
        raise Ask(
            Clarification(_("The answer before compares nothing. What should it be compared with?"))
        )
    return Ranked((Order("change", 0, descending=is_rise),), base.limit, base.per_group, base.skip)


def _each_of(base: SemanticQuery, entity: str | None) -> Dimension:
    """What "each one" parts: the values that were named, else the single things."""
    several = [f.column for f in base.filters if f.op is Op.IN]
    column = several[-1] if several else entity
    if column is None or Dimension(column) in base.dimensions:
        raise Ask(Clarification(_("Each of what? Please name it.")))
    return Dimension(column)


def _both(base: SemanticQuery, before: PastTurn | None) -> list[Edit]:
    """What the last two answers were about, side by side: where they differ in the values of one
    column, or in their time."""
    old = before.plan if before is not None else None
    if old is None or old.measures != base.measures or old.table != base.table:
        raise Ask(Clarification(_("Both of what? Please name the two.")))
    mine = {f.column: f for f in base.filters if f.op in (Op.EQ, Op.IN)}
    theirs = {f.column: f for f in old.filters if f.op in (Op.EQ, Op.IN)}
    differ = [c for c in mine.keys() | theirs.keys() if mine.get(c) != theirs.get(c)]
    if not differ and old.time is not None and old.time != base.time:
        return [Against(Comparison("window", old.time, phrase=old.time.phrase))]
    if len(differ) != 1 or differ[0] not in mine or differ[0] not in theirs:
        raise Ask(Clarification(_("Both of what? Please name the two.")))
    one, other = theirs[differ[0]], mine[differ[0]]
    values = tuple(dict.fromkeys((*one.values, *other.values)))
    both = Filter(one.column, Op.IN, values, phrase=f"{one.phrase}, {other.phrase}")
    return [Where((both,)), Split((Dimension(one.column),), "add")]


def _gap(base: SemanticQuery, before: PastTurn | None) -> list[Edit]:
    """The last two answers set against each other; the answer as it is, where it does that."""
    if base.comparison is not None or _is_of_two(base):
        return [Ranked(base.order, base.limit, base.per_group)]
    try:
        return _both(base, before)
    except Ask:
        raise Ask(Clarification(_("The difference between what? Please name the two."))) from None


def _is_of_two(base: SemanticQuery) -> bool:
    """Whether one figure is told of two things that are named ("is Hamburg better than Austin")."""
    split = {d.column for d in base.dimensions}
    sets = [f for f in base.filters if f.op is Op.IN and {f.column} == split]
    return len(base.measures) == 1 and len(sets) == 1 and len(sets[0].values) == 2


def joined(tokens: Sequence[Token]) -> str:
    """The tokens as text, with the spaces they were typed with."""
    text = ""
    for index, token in enumerate(tokens):
        gap = "" if index == 0 or tokens[index - 1].end == token.start else " "
        text += gap + token.text
    return text
