"""What was shown before: its steps of time ("that day by hour"), the best or the worst of it ("the
worst of those by line"), the period around it, its splits that fall away."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from core.dialogue.changes import pin
from core.dialogue.edits import (
    Edit,
    Ranked,
    Unsplit,
    When,
)
from core.dialogue.references import values_of
from core.dialogue.shown_rows import ShownRows
from core.dialogue.whole_phrases import joined
from core.errors import UserFixable
from core.language.fragment import Fragment
from core.language.normalise import Token, singular, tokenise
from core.language.reading import Ask, Reading
from core.language.when.calendar_math import period_start, shift_moment
from core.semantic.query import Dimension, Filter, Grain, Op, TimeWindow
from core.semantic.wording import grain_words
from core.translation import gettext as _
from core.types import Clarification

_STEPS: Final = frozenset(
    {Grain.HOUR, Grain.DAY, Grain.WEEK, Grain.MONTH, Grain.QUARTER, Grain.YEAR}
)
#: What says something of steps has so many tokens.
_LEAST_BESIDE_NOUN: Final = 3
#: Ties the best one to what is asked of it.
_OF_ONE: Final = frozenset({"of", "for", "on", "with", "from"})
#: What may follow a unit of time that is meant whole.
_OF_IT: Final = frozenset({"of", "it", "that", "this", "there", "instead", "then"})


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

    def _at_shown_step(self, step: Dimension, edits: Sequence[Edit], said: str = "") -> list[Edit]:
        """The changes, of the one step that was shown. said: what it is called."""
        assert step.grain is not None
        window = self._shown_window(step.grain, said)
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
        left = [t for t in tokens if t.norm not in _OF_IT]
        if len(left) != 1:
            return None
        return next((g for g in _STEPS if g.value == singular(left[0].norm)), None)

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
        if time is None or place is None or place[1] != len(tokens):
            return None
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

    def _without_step(self) -> list[Edit] | None:
        """`no months`, `without the hours`: the split by that step falls away."""
        tokens = [t for t in self.said.tokens if t.kind != "symbol"]
        gone = [self.words[name].match(tokens, 0) for name in ("absence", "remove")]
        size = max((found[1] for found in gone if found), default=0) if tokens else 0
        unit = self._unit_said(tokens[size:]) if size else None
        steps = tuple(d for d in self.base.dimensions if d.grain is not None and d.grain is unit)
        return [Unsplit(steps)] if steps else None

    def _step(self) -> Dimension | None:
        """The one step of time by which the answer before is split."""
        steps = [d for d in self.base.dimensions if d.grain in _STEPS]
        is_one = self.base.kind == "aggregate" and len(steps) == 1
        return steps[0] if is_one else None

    def _shown_window(self, grain: Grain, said: str) -> TimeWindow:
        """The step that was shown, as far as the answer's own time goes."""
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
        found = {v for v in table.column(names[0]).to_pylist() if isinstance(v, dt.date)}
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
        """`the worst of those by line`, `weekly trend of the best one`, of ranked things: the first
        or the last of them, and what else is said. None where the words do not ask for one."""
        base, tokens = self.base, [t for t in self.said.tokens if t.kind != "symbol"]
        split = [d.column for d in base.dimensions if d.column is not None]
        is_ranked = len(base.order) == 1 and base.order[0].by == "measure"
        if not is_ranked or len(split) != 1 or len(base.dimensions) != 1:
            return None
        for at in range(len(tokens)):
            found = self.parser.lexicon["superlatives"].match(tokens, at)
            end = at + found[1] if found is not None else 0
            stands_for = self.words["shown_one"].match(tokens, end) if end < len(tokens) else None
            if found is None or stands_for is None:
                continue
            the = int(at > 0 and self.parser.lexicon.has("the", tokens, at - 1) > 0)
            start = at - the - int(at > the and tokens[at - the - 1].norm in _OF_ONE)
            rest = (*tokens[:start], *tokens[end + stands_for[1] :])
            ranked = self._rank(tokens[at:end])
            values = values_of(self.rows(), self.turn, split[0])
            if not rest or not values or ranked is None:
                return None
            value = values[0] if ranked == base.order[0].descending else values[-1]
            one = Filter(split[0], Op.EQ, (value,), phrase=value)
            limit = [Ranked(base.order, None)] if base.limit is not None else []
            return self._and_the_rest([*limit, *pin(base, one, is_one=True)], rest)
        return None

    def _rank(self, tokens: Sequence[Token]) -> bool | None:
        """Whether words that rank do so from the highest down; None where they do not rank."""
        try:
            found = self.parser.fragment(joined(tokens), self.base, self.scopes)
        except UserFixable:
            return None
        if not isinstance(found, Fragment) or found.named != {"rank"} or not found.query.order:
            return None
        return found.query.order[0].descending
