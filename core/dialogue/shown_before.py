"""What was shown before: its steps of time ("that day by hour"), the best or the worst of it ("the
worst of those by line"), the period around it, its splits that fall away."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from core.dialogue.changes import pin, shut_out
from core.dialogue.edits import (
    All,
    Edit,
    Measured,
    Ranked,
    Unsplit,
    When,
    Where,
)
from core.dialogue.places import below
from core.dialogue.references import values_of
from core.dialogue.shown_rows import ShownRows
from core.dialogue.whole_phrases import joined
from core.errors import UserFixable
from core.language.fragment import Fragment
from core.language.normalise import Token, singular, tokenise
from core.language.reading import Ask, Reading
from core.language.when.calendar_math import period_start, shift_moment
from core.semantic.query import Dimension, Filter, Grain, Op, Order, TimeWindow, Transform
from core.semantic.wording import grain_words
from core.translation import gettext as _
from core.types import Clarification

_STEPS: Final = frozenset(
    {Grain.HOUR, Grain.DAY, Grain.WEEK, Grain.MONTH, Grain.QUARTER, Grain.YEAR}
)
#: What says something of steps has so many tokens.
_LEAST_BESIDE_NOUN: Final = 3


@dataclass(frozen=True, slots=True)
class ShownBefore(ShownRows):
    """One question, and the answer that it goes on from."""

    def _of_shown_step(self) -> tuple[list[Edit], Reading] | None:
        """`that day by hour`, of figures by day: the one day that was shown, whatever else is
        said. Raises Ask where several were."""
        step = self._step()
        tokens = self.said.tokens
        if step is None or step.grain is None:
            return None
        for at in range(len(tokens) - 1):
            pointing = self.words["pointing"].match(tokens, at)
            noun = at + pointing[1] if pointing is not None else len(tokens)
            if noun >= len(tokens) or tokens[noun].norm != step.grain.value:
                continue
            edits = self._at_shown_step(step, [], joined(tokens[at : noun + 1]))
            return self._and_the_rest(edits, (*tokens[:at], *tokens[noun + 1 :]))
        return None

    def _at_shown_step(
        self,
        step: Dimension,
        edits: Sequence[Edit],
        said: str = "",
        *,
        row: int | None = None,
    ) -> list[Edit]:
        """The changes, of the one step that was shown, or of that in a row of several (-1 is the
        last). said: what it is called."""
        assert step.grain is not None
        window = self._shown_window(step.grain, said, row=row)
        ranked = [Ranked(self.base.order, None)] if self.base.limit is not None else []
        return [When(window), *ranked, Unsplit((step,)), *edits]

    def _whole_period(self) -> list[Edit] | None:
        """`the whole week`, of a day: the calendar week that the answer's time is in."""
        tokens, base = self.said.tokens, self.base
        pointing = self.words["pointing"].match(tokens, 0) if len(tokens) > 1 else None
        tokens = tokens[pointing[1] :] if pointing is not None else tokens
        whole = self.words["whole_of"].match(tokens, 0) if tokens else None
        grain = self._unit_said(tokens[whole[1] :]) if whole is not None else None
        time = base.time
        if grain is None or time is None or time.start is None or time.end is None:
            return None
        first = period_start(time.start.date(), grain.value, self.parser.clock.week_start)
        start = dt.datetime.combine(first, dt.time())
        end = shift_moment(start, grain.value, 1)
        if time.end > end or (time.start, time.end) == (start, end):
            return None
        return [When(replace(time, start=start, end=end, phrase=joined(tokens), grain=grain))]

    def _unit_said(self, tokens: Sequence[Token]) -> Grain | None:
        """The calendar unit that is all that is said, but for what it is of ("week of it")."""
        left = [t for t in tokens if not self.words.is_small("of_it", t)]
        if len(left) != 1:
            return None
        return next((g for g in _STEPS if g.value == singular(left[0].norm)), None)

    def _when_highest(self) -> list[Edit] | None:
        """`when was it highest?`, `when did it peak?`, of a course over time: that step."""
        tokens = [t for t in self.said.tokens if t.kind != "symbol"]
        steps = self.base.dimensions
        is_course = len(steps) == 1 and steps[0].grain is not None and len(self.base.measures) == 1
        if not tokens or not is_course:
            return None
        found = self.words["when_was"].match(tokens, 0)
        rest = tokens[found[1] :] if found is not None else self._after_which_step(tokens)
        if self.words.whole("when_peaked", tokens) or self.words.whole("peaks", rest):
            descending: bool | None = True
        elif self.words.whole("troughs", rest):
            descending = False
        else:
            descending = self._rank(rest) if rest else None
        if descending is None:
            return None
        return [Ranked((Order("measure", 0, descending=descending),), 1)]

    def _all_steps(self) -> list[Edit] | None:
        """`all weeks`, of those above a limit: all that there are."""
        grain = self.base.dimensions[0].grain if len(self.base.dimensions) == 1 else None
        tokens = [t for t in self.said.tokens if t.kind != "symbol"]
        tokens = tokens[int(bool(tokens) and self.words.is_small("shown", tokens[0])) :]
        found = self.words["every"].match(tokens, 0) if tokens else None
        if grain is None or found is None or not (self.base.having or self.base.limit):
            return None
        rest = tokens[found[1] :]
        return [All()] if [singular(t.norm) for t in rest] == [grain.value] else None

    def _after_which_step(self, tokens: Sequence[Token]) -> list[Token]:
        """What follows "which hour is the", by hour of day; nothing for other words."""
        lexicon, grain = self.parser.lexicon, self.base.dimensions[0].grain
        at = lexicon.has("which", tokens, 0)
        if grain is None or not at or len(tokens) < at + _LEAST_BESIDE_NOUN:
            return []
        is_step = singular(tokens[at].norm) in (grain.value, grain.value.split("_")[0])
        if not is_step or not self.words.is_small("are", tokens[at + 1]):
            return []
        rest = list(tokens[at + 2 :])
        return rest[1:] if lexicon.has("the", rest, 0) else rest

    def _together(self) -> list[Edit] | None:
        """`all sites together`, of a split by site: without it."""
        tokens = [t for t in tokenise(self.said.text) if t.kind != "symbol"]
        every = self.words["every"].match(tokens, 0) if tokens else None
        total = self.words["whole"].match(tokens[-1:], 0) if tokens else None
        if every is None or total is None or total[0] != "total":
            return None
        norms = [t.norm for t in tokens[every[1] : -1]]
        for match in self.parser.vocabulary.match(norms, 0) if norms else ():
            names = {t.name for t in match.targets if t.kind == "column"}
            gone = tuple(d for d in self.base.dimensions if d.column in names)
            if match.length == len(norms) and gone:
                return [Unsplit(gone)]
        return None

    def _other_ordinal(self) -> list[Edit] | None:
        """`and the second?`, of the first quarter: the second one."""
        time = self.base.time
        tokens = [t for t in self.said.tokens if t.kind != "symbol"]
        place = self.words["places"].match(tokens, 0) if tokens else None
        if time is None or place is None:
            return None
        # "the second one" is that of a list where it was ranked
        is_one = not self.base.limit and self.words.whole("ones", tokens[place[1] :]) is not None
        if place[1] != len(tokens) and not is_one:
            return None
        tokens = tokens[: place[1]]
        before = tokenise(time.phrase)
        for at in range(len(before) - 1):
            found = self.words["places"].match(before, at)
            if found is None or at + found[1] >= len(before):
                continue
            now = (*before[:at], *tokens, *before[at + found[1] :])
            try:
                fragment = self._fragment(now, self.said.marks)
            except Ask:
                continue
            if fragment.named == {"time"}:
                return [When(fragment.query.time)]
        return None

    def _without_steps_noun(self, rest: Sequence[Token]) -> tuple[Token, ...] | None:
        """The tokens without the noun of the steps that were shown ("days above 365", by day); None
        where it is not there, or all that is."""
        step = self._step()
        if step is None or step.grain is None or len(rest) < _LEAST_BESIDE_NOUN:
            return None
        at = next((i for i, t in enumerate(rest) if singular(t.norm) == step.grain.value), None)
        if at is None or (at and rest[at - 1].number is not None):
            return None
        return (*rest[:at], *rest[at + 1 :])

    def _without_comparison_noun(self, rest: Sequence[Token]) -> tuple[Token, ...] | None:
        """The tokens without the noun for the comparison that was shown; None where none was, or
        where it is all that is said."""
        if self.base.comparison is None:
            return None
        for at in range(len(rest)):
            noun = self.words["removed"].match(rest, at)
            if noun is not None and noun[0] == "comparison":
                left = (*rest[:at], *rest[at + noun[1] :])
                is_more = any(not self.parser.lexicon.has("the", [t], 0) for t in left)
                return left if is_more else None
        return None

    def _without_figure_noun(self, rest: Sequence[Token]) -> tuple[Token, ...] | None:
        """The tokens without the noun that the name of the figure at hand ends with ("the highest
        rate", of scrap rates); None where it is not there, or all that is said."""
        label = self._label()
        for at, token in enumerate(rest):
            is_noun = self.words["figure_nouns"].match([token], 0) is not None
            if is_noun and len(label) > 1 and singular(token.norm) == singular(label[-1]):
                left = (*rest[:at], *rest[at + 1 :])
                is_more = any(not self.parser.lexicon.has("the", [t], 0) for t in left)
                return left if is_more else None
        return None

    def _without_step(self) -> list[Edit] | None:
        """`no months`, `without the hours`: the split by that step falls away."""
        tokens = [t for t in self.said.tokens if t.kind != "symbol"]
        gone = [self.words[name].match(tokens, 0) for name in ("absence", "remove")]
        size = max((found[1] for found in gone if found), default=0) if tokens else 0
        unit = self._unit_said(tokens[size:]) if size else None
        steps = tuple(d for d in self.base.dimensions if d.grain is not None and d.grain is unit)
        return [Unsplit(steps)] if steps else None

    def _not_running(self) -> list[Edit] | None:
        """`not cumulative`, of running sums: the figures themselves."""
        tokens = [t for t in self.said.tokens if t.kind != "symbol"]
        gone = [self.words[name].match(tokens, 0) for name in ("absence", "remove")]
        size = max((found[1] for found in gone if found), default=0) if tokens else 0
        noun = self.words["removed"].match(tokens, size) if size and size < len(tokens) else None
        if noun is None or noun[0] != "running" or size + noun[1] < len(tokens):
            return None
        plain = [m for m in self.base.measures if m.transform is not Transform.RUNNING]
        if len(plain) == len(self.base.measures):
            raise Ask(Clarification(_("The answer before shows no running sum.")))
        own = plain or [replace(m, transform=Transform.NONE) for m in self.base.measures]
        return [Measured(tuple(own), self.base.table, exact=True)]

    def _step(self) -> Dimension | None:
        """The one step of time by which the answer before is split."""
        steps = [d for d in self.base.dimensions if d.grain in _STEPS]
        is_one = self.base.kind == "aggregate" and len(steps) == 1
        return steps[0] if is_one else None

    def _shown_window(self, grain: Grain, said: str, *, row: int | None = None) -> TimeWindow:
        """The step that was shown, or that of a row of several, as far as the answer's own time
        goes."""
        table = self.rows()
        names = [c.name for c in self.turn.answer.columns if c.role == "time"]
        if table is None or not names or names[0] not in table.column_names:
            raise Ask(
                Clarification(
                    _(
                        "The rows of the answer before are not kept any more. Please ask for it by "
                        "name."
                    )
                )
            )
        values = table.column(names[0]).to_pylist()
        shown = values if row is None else values[row:][:1]
        found = {v for v in shown if isinstance(v, dt.date)}
        if len(found) != 1:
            asked = _("Which {label} do you mean? Please name it.")
            raise Ask(Clarification(asked.format(label=grain_words(grain))))
        day = found.pop()
        start = day if isinstance(day, dt.datetime) else dt.datetime.combine(day, dt.time())
        end = shift_moment(start, grain.value, 1)
        own = self.base.time
        if own is None:
            return TimeWindow(start, end, phrase=said, grain=grain)
        start = max(start, own.start) if own.start is not None else start
        end = min(end, own.end) if own.end is not None else end
        return replace(own, start=start, end=end, phrase=said, grain=grain)

    def _best_of_shown(self) -> tuple[list[Edit], Reading] | None:
        """`the worst of those by line`, `weekly trend of the best one`, `split the worst plant by
        asset`, of ranked things or steps of time: the first or the last of them, and what else is
        said. None where the words do not ask for one."""
        base, tokens = self.base, [t for t in self.said.tokens if t.kind != "symbol"]
        is_ranked = len(base.order) == 1 and base.order[0].by == "measure"
        is_course = len(base.dimensions) == len(base.measures) == 1 and self._step() is not None
        if not (is_ranked or is_course) or len(base.dimensions) != 1:
            return None
        if any(self.words["on_top"].match(tokens, at) for at in range(1, len(tokens))):
            return None  # "put the lowest one at the top": an order
        for at in range(len(tokens)):
            found = self.parser.lexicon["superlatives"].match(tokens, at)
            self._refuse_each_step(tokens, at, found[1] if found is not None else 0)
            end = at + found[1] if found is not None else 0
            having = self._noun_with(tokens, at) if found is not None else None
            if having is not None:  # "the class with the most"
                rest = (*tokens[:having], *tokens[end:])
                return self._end_of_shown(tokens[at:end], tokens[having:end], rest)
            the = int(at > 0 and self.parser.lexicon.has("the", tokens, at - 1) > 0)
            size = self._stands_for_one(tokens, at - the, end) if found is not None else 0
            if found is not None and not size and self._takes_away(tokens[: at - the]):
                size = self._noun_of_split(tokens, end)  # "without the best", "... the worst line"
                if end + size < len(tokens):
                    continue
            elif not size and not (at == the and self._is_course(tokens, end)):
                continue  # "the biggest over time": the course of that one
            start = at - the - int(at > the and self.words.is_small("of_one", tokens[at - the - 1]))
            rest = (*tokens[:start], *tokens[end + size :])
            return self._end_of_shown(tokens[at:end], tokens[at : end + size], rest)
        return None

    def _refuse_each_step(self, tokens: Sequence[Token], at: int, size: int) -> None:
        """Raises Ask for "the biggest one per day", of several that were shown: the course of that
        one may be meant, or the biggest of each day."""
        end = at + size
        end += int(end < len(tokens) and self.words["ones"].match(tokens, end) is not None)
        by = self.parser.lexicon.has("by", tokens, end) if size and end < len(tokens) else 0
        is_step = by and self.parser.lexicon["grains"].match(tokens, end + by) is not None
        is_led = at == 0 or (at == 1 and self.parser.lexicon.has("the", tokens, 0) > 0)
        if not is_step or not is_led or self.base.limit == 1:
            return
        if self.base.dimensions[0].column is not None:
            raise Ask(
                Clarification(
                    _(
                        "Do you mean the one that comes first over the whole time, step by step, "
                        "or the one that comes first in each step? Please name the thing, or ask "
                        "the whole question."
                    )
                )
            )

    def _end_of_shown(
        self, rank: Sequence[Token], said: Sequence[Token], rest: Sequence[Token]
    ) -> tuple[list[Edit], Reading] | None:
        """The changes by which the first or the last of what was shown is meant, and those of the
        rest. rank: the superlative; said: all of what is meant by it."""
        ranked = self._rank(rank)
        if not rest or ranked is None:
            return None
        order = self.base.order[0] if self.base.order else None
        if order is None or order.by != "measure":
            one = self._at_extreme(joined(said), is_highest=ranked)
            return self._and_the_rest(one, rest) if one else None
        if self.base.limit == 1 and ranked != order.descending:
            return None  # "show me the highest one", of the lowest: that of all of them
        one = self._at_end(ranked == order.descending, joined(said))
        if self._takes_away(rest):  # "exclude the best one"
            of_it = [e for e in one if isinstance(e, Where)]
            conditions = [shut_out(f) for edit in of_it for f in edit.filters]
            return ([Where(tuple(conditions))], Reading()) if conditions else None
        return self._and_the_rest(one, rest) if one else None

    def _takes_away(self, tokens: Sequence[Token]) -> bool:
        """Whether words only say that what is meant beside them goes ("exclude", "without")."""
        rest = [t for t in tokens if t.kind != "symbol"]
        ways = (self.words["remove"], self.words["absence"], self.parser.lexicon["not"])
        found = [way.match(rest, 0) for way in ways] if rest else []
        return any(one is not None and one[1] == len(rest) for one in found)

    def _noun_with(self, tokens: Sequence[Token], at: int) -> int | None:
        """Where "the class with" begins before a superlative, of what was shown by class; None
        where it does not stand there."""
        lexicon, (split,) = self.parser.lexicon, self.base.dimensions
        end = at - int(at > 0 and lexicon.has("the", tokens, at - 1) > 0) - 1
        if end < 1 or not self.words.is_small("beside_noun", tokens[end]) or split.column is None:
            return None
        norms = [t.norm for t in tokens[:end]]
        for start in range(end):
            for match in self.parser.vocabulary.match(norms, start):
                names = {t.name for t in match.targets if t.kind == "column"}
                if split.column in names and start + match.length == end:
                    return start - int(start > 0 and lexicon.has("the", tokens, start - 1) > 0)
        return None

    def _stands_for_one(self, tokens: Sequence[Token], start: int, end: int) -> int:
        """How many tokens after the end of a superlative say that one of what was shown is meant:
        "of those"; the noun of what was shown, after "on", "of" or "split". 0 for none."""
        if end >= len(tokens):
            return 0
        stands_for = self.words["shown_one"].match(tokens, end)
        if stands_for is not None:
            return stands_for[1]
        before = tokens[start - 1] if start else None
        is_told = before is not None and any(
            self.words.is_small(kind, before) for kind in ("of_one", "takes_apart")
        )
        if not is_told and not (start == 0 and self._is_along_time(tokens[end:])):
            return 0
        return self._noun_of_split(tokens, end)

    def _is_course(self, tokens: Sequence[Token], end: int) -> bool:
        """Whether a course over the time is asked for behind a superlative."""
        is_split_by_thing = self.base.dimensions[0].column is not None
        return (
            end < len(tokens)
            and is_split_by_thing
            and bool(self.parser.lexicon.has("trend", tokens, end))
        )

    def _noun_of_split(self, tokens: Sequence[Token], end: int) -> int:
        """How many tokens at a place name what was shown is split by."""
        (split,) = self.base.dimensions
        if end >= len(tokens):
            return 0
        if split.grain is not None:
            return int(singular(tokens[end].norm) == split.grain.value)
        norms = [t.norm for t in tokens]
        sizes = [
            match.length
            for match in self.parser.vocabulary.match(norms, end)
            if any(t.kind == "column" and t.name == split.column for t in match.targets)
        ]
        return max(sizes, default=0)

    def _is_along_time(self, tokens: Sequence[Token]) -> bool:
        """Whether words behind "the worst" are one noun and a step of time ("machine month by
        month"), so that it is one of what was shown and not the worst of each step."""
        after = tokens[1:]
        if not after or after[0].norm in self.parser.lexicon.senses["each_group"]:
            return False
        try:
            found = self.parser.fragment(joined(after), self.base, self.scopes)
        except UserFixable:
            return False
        if not isinstance(found, Fragment) or found.named != {"splits"}:
            return False
        (split,) = self.base.dimensions
        lower = below(split.column, self.parser.model) if split.column is not None else set()
        # "the worst plant by machine": a machine is in one plant
        return any(d.grain is not None or d.column in lower for d in found.query.dimensions)

    def _at_extreme(self, said: str, *, is_highest: bool) -> list[Edit]:
        """The changes by which a question is about the step with the highest or the lowest figure
        of a course over time; none where the rows are not known, or several have it."""
        step, table = self._step(), self.rows()
        names = [c.name for c in self.turn.answer.columns if c.role == "measure"]
        if step is None or table is None or not names or names[0] not in table.column_names:
            return []
        found = [
            (v, at) for at, v in enumerate(table.column(names[0]).to_pylist()) if v is not None
        ]
        if not found:
            return []
        extreme = (max if is_highest else min)(v for v, _ in found)
        places = [at for v, at in found if v == extreme]
        return self._at_shown_step(step, [], said, row=places[0]) if len(places) == 1 else []

    def _at_end(self, is_first: bool, said: str) -> list[Edit]:
        """The changes by which a question is about the first or the last thing that was shown; none
        where the rows are not known."""
        base = self.base
        (split,) = base.dimensions
        limit = [Ranked(base.order, None)] if base.limit is not None else []
        if split.column is None:
            is_step = split.grain in _STEPS
            return (
                self._at_shown_step(split, [], said, row=0 if is_first else -1) if is_step else []
            )
        values = values_of(self.rows(), self.turn, split.column)
        if not values:
            return []
        value = values[0] if is_first else values[-1]
        one = Filter(split.column, Op.EQ, (value,), phrase=value)
        return [*limit, *pin(base, one, is_one=True)]

    def _rank(self, tokens: Sequence[Token]) -> bool | None:
        """Whether words that rank do so from the highest down; None where they do not rank."""
        try:
            found = self.parser.fragment(joined(tokens), self.base, self.scopes)
        except UserFixable:
            return None
        if not isinstance(found, Fragment) or found.named != {"rank"} or not found.query.order:
            return None
        return found.query.order[0].descending
