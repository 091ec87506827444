"""Other figures in a few words, of that at hand: "cumulative", "the good ones", "the lowest"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from core.dialogue.changes import Marks, changes
from core.dialogue.edits import Edit, Measured, Split, Unsplit
from core.dialogue.whole_phrases import WholePhrases, joined
from core.errors import UserFixable
from core.language.assembling.lookups import is_plain_count
from core.language.fragment import Fragment
from core.language.normalise import Token, singular
from core.language.reading import Ask, NotRead, Reading, Understood
from core.semantic.columns import describe
from core.semantic.query import Agg
from core.translation import gettext as _
from core.translation import retold
from core.types import Clarification, WordUse

#: Leaves values out, in the parser's words.
_SHUTS_OUT: Final = "excluding"
#: What completes the name of a figure has no more.
_MOST_COMPLETED: Final = 3


@dataclass(frozen=True, slots=True)
class OtherFigures(WholePhrases):
    """One question, and the answer that it goes on from."""

    def _fragment(
        self, tokens: Sequence[Token], marks: Marks, *, is_swap: bool = False
    ) -> Fragment:
        """The words as a fragment. is_swap: they are one side of "B instead of A". Raises Ask where
        they cannot be read."""
        text = self.words.restated(joined(tokens))
        if is_swap and len(tokens) == 1 and self.parser.lexicon["grains"].match(tokens, 0):
            text = f"by {singular(tokens[0].norm)}"  # "quarters instead of months"
        none = self.words["absence"].match(tokens, 0) if tokens else None
        if none is not None and none[1] < len(tokens) and self.is_of_events():
            # "without low priority", of alarms: those with another one
            text = f"{_SHUTS_OUT} {self.words.restated(joined(tokens[none[1] :]))}"
        try:
            found = self.parser.fragment(
                text,
                self.base,
                self.scopes,
                also=marks.also,
                narrows=marks.narrows,
                language=self.said.language,
            )
        except UserFixable as error:
            raise Ask(Clarification(retold(error))) from error
        if isinstance(found, Reading):
            asked = found.clarification or Clarification(_("Please say it another way."))
            if found.is_settled:
                raise Understood(asked)
            raise NotRead(asked) if found.is_unread and asked.unknown_words else Ask(asked)
        return found

    def _other_figure(self) -> tuple[list[Edit], Reading] | None:
        """`only the good ones`, of units: another figure of the model, whose name ends as that of
        the figure at hand does, by its label or its column (scrap_units)."""
        rest, label = self.words.marked(self.said.tokens)[1], [*self._column(), *self._label()]
        ones = next((i for i, t in enumerate(rest) if self.words["ones"].match([t], 0)), None)
        if ones is None or ones == 0 or ones + 1 < len(rest) or not label:
            return None
        said = joined(rest[:ones])
        found = (self._as_figure(f"{said} {word}") for word in reversed(label))
        return next((figure for figure in found if figure is not None), None)

    def _other_extreme(self) -> tuple[list[Edit], Reading] | None:
        """`and the lowest?`, of the highest reading: the other end of the same figure."""
        base, rest = self.base, [t for t in self.said.rest if t.kind != "symbol"]
        if base.dimensions or len(base.measures) != 1 or not rest:
            return None
        measure, lexicon = base.measures[0], self.parser.lexicon
        if measure.agg not in (Agg.MAX, Agg.MIN):
            return None
        if lexicon.has("the", rest, 0) and len(rest) > 1:
            rest = rest[1:]
        found = lexicon["superlatives"].match(rest, 0)
        if found is None or found[1] != len(rest):
            return None
        wanted = {"high": Agg.MAX, "low": Agg.MIN}.get(found[0], measure.agg)
        if wanted is measure.agg:
            return None
        return [Measured((replace(measure, agg=wanted),), base.table, exact=True)], Reading()

    def _completed(self) -> tuple[list[Edit], Reading] | None:
        """`per good unit`, of energy; `cumulative`; `the rate`, of scrap: words that name another
        figure once that at hand is said with them."""
        rest = [t for t in self.said.rest if t.kind != "symbol"]
        if rest and self.parser.lexicon.has("the", rest, 0):
            rest = rest[1:]
        label = self._label()
        if not rest or len(rest) > _MOST_COMPLETED or not label:
            return None
        said, name = joined(rest), " ".join(label)
        for words in (f"{name} {said}", f"{said} {name}", f"{label[0]} {said}"):
            found = self._as_figure(words)
            if found is not None:
                return found
        return None

    def _as_figure(self, words: str) -> tuple[list[Edit], Reading] | None:
        """The change to the figure of that name; None where the model has none."""
        try:
            found = self.parser.fragment(words, self.base, self.scopes)
        except UserFixable:
            return None
        if isinstance(found, Reading) or not {"measures"} <= found.named <= {"measures", "trend"}:
            return None
        if found.query.measures == self.base.measures:
            return None
        figures = {(m.metric, m.column) for m in found.query.measures}
        if len(figures) > 1:
            return None  # "quality OEE" is no name of one
        return changes(self.base, found, Marks()), self._reading(found)

    def _label(self) -> list[str]:
        """The words of the name of the one figure at hand."""
        model = self.parser.model
        measure = self.base.measures[0] if len(self.base.measures) == 1 else None
        if measure is None:
            return []
        if measure.metric is not None and measure.metric in model.metrics:
            return model.metrics[measure.metric].label.lower().split()
        columns = model.tables[self.base.table].columns
        is_column = measure.column is not None and measure.column in columns
        return columns[measure.column or ""].label.lower().split() if is_column else []

    def _column(self) -> list[str]:
        """The words of the column that the one figure at hand is of."""
        measure = self.base.measures[0] if len(self.base.measures) == 1 else None
        return (measure.column or "").split("_") if measure is not None else []

    def _steps(self) -> tuple[list[Edit], Reading] | None:
        """`quarters`, `days instead`: another step of time, by its noun alone."""
        rest = [t for t in self.said.rest if t.kind != "symbol"]
        step = self.parser.lexicon["grains"].match(rest, 0) if len(rest) == 1 else None
        if step is None:
            return None
        if not any(d.grain is not None for d in self.base.dimensions) and (
            "instead" not in self.said.edge
        ):
            return None
        try:
            found = self.parser.fragment(f"by {step[0]}", self.base, self.scopes)
        except UserFixable:
            return None
        if isinstance(found, Reading) or found.named != {"splits"}:
            return None
        steps = tuple(d for d in found.query.dimensions if d.grain is not None)
        if steps and not any(d.grain is not None for d in self.base.dimensions):
            groups = [Unsplit()] if self.base.dimensions else []
            return [*groups, Split(steps, "add")], self._reading(found)  # in place of the groups
        return changes(self.base, found, self.said.marks), self._reading(found)

    def _lists(self, fragment: Fragment) -> bool:
        """Whether single rows are wanted ("list the ones in Hamburg", of a number of them)."""
        begins = self.parser.lexicon.has("records", self.said.rest, 0)
        is_narrowed = fragment.named <= {"filters", "time", "rows"}
        return bool(begins) and is_narrowed and self.is_of_events()

    def _of_the_same(self, fragment: Fragment) -> Fragment:
        """`which machine made most of it`, of scrap: of the figure at hand, whatever the verb
        before "most" may mean alone. Other words stay as they were read."""
        is_other = fragment.query.measures != self.base.measures
        is_ranked = {"measures", "rank"} <= fragment.named and "part" in self.said.marks.kinds
        if not is_other or not is_ranked:
            return fragment
        rest, ranks = self.said.rest, self.parser.lexicon["superlatives"]
        for at in range(1, len(rest)):
            found = ranks.match(rest, at)
            if found is None or at + found[1] < len(rest):
                continue
            begin = at - int(self.parser.lexicon.has("the", rest, at - 1) > 0)
            again = self._fragment((*rest[: begin - 1], *rest[begin:]), self.said.marks)
            if "measures" not in again.named:
                return again
        return fragment

    def _counts_events(self) -> bool:
        """Whether the answer before is the number of events in groups, all of them: "how many in
        total" is of the events, and not of the days."""
        base, metrics = self.base, self.parser.model.metrics
        one = base.measures[0] if len(base.measures) == 1 else None
        if one is None or not self.is_of_events() or base.limit is not None or base.having:
            return False
        is_rows = one.agg is Agg.COUNT and one.column is None and one.metric is None
        metric = metrics.get(one.metric or "")
        return is_rows or (metric is not None and is_plain_count(metric))

    def _uncounted(self, tokens: tuple[Token, ...]) -> tuple[Token, ...]:
        """Without "how many", where what was counted is counted still ("how many of them were on
        Line 1")."""
        columns = [c for c in describe(self.base, self.parser.model) if c.role == "measure"]
        is_count = len(columns) == 1 and columns[0].type == "integer" and not columns[0].unit
        found = self.parser.lexicon["aggregates"].match(tokens, 0) if tokens else None
        if not is_count or found is None or found[0] != "count":
            return tokens
        left = tokens[found[1] :]
        while left and self.words["asserts"].match(left[:1], 0):
            left = left[1:]
        return left or tokens

    def _reading(self, fragment: Fragment) -> Reading:
        """What was made of a fragment's words, at their places in the whole question."""
        words = []
        text, at = self.said.text, 0
        for use in fragment.words:
            found = text.find(use.text, at)
            if found < 0:
                continue
            at = found + len(use.text)
            words.append(WordUse(found, at, use.text, use.meaning, use.used))
        return Reading(
            words=tuple(words),
            mended=dict(fragment.mended),
            out_of_scope=fragment.out_of_scope,
            chart=fragment.chart,
            notes=fragment.notes,
            named=frozenset(fragment.named),
        )
