"""What goes with a change of the answer before, and counts of its groups."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from core.dialogue.changes import Marks, changes
from core.dialogue.edits import (
    All,
    Anywhere,
    Edit,
    Ground,
    Split,
    Unsplit,
    When,
    Where,
    edited,
)
from core.dialogue.periods import weekday_within
from core.dialogue.references import Reference
from core.dialogue.removal import everywhere
from core.dialogue.swaps import Swaps
from core.language.fragment import Fragment
from core.language.reading import Ask, Reading
from core.semantic.query import Dimension, Filter, Op, SemanticQuery
from core.translation import gettext as _
from core.types import Clarification, Option

_ARE: Final = frozenset({"are", "is", "were", "was", "have", "has", "had"})


@dataclass(frozen=True, slots=True)
class Alongside(Swaps):
    """One question, and the answer that it goes on from."""

    def _counts_groups(self) -> bool:
        """`how many tags is that?`: the number of the groups that the answer before has."""
        base, tokens = self.base, self.said.tokens
        split = [d.column for d in base.dimensions if d.column is not None]
        found = self.parser.lexicon["aggregates"].match(tokens, 0) if tokens else None
        if base.kind != "aggregate" or len(split) != 1 or found is None or found[0] != "count":
            return False
        rest = tokens[found[1] :]
        norms = [t.norm for t in rest]
        for match in self.parser.vocabulary.match(norms, 0) if norms else ():
            names = {t.name for t in match.targets if t.kind == "column"}
            left = rest[match.length :]
            if split[0] in names and self.words.whole("how_many", left) is not None:
                return True
        return False

    def _counts_under_limit(self) -> SemanticQuery | None:
        """`how many of those are above 1.3 hours?`: the groups before whose figure is so."""
        base, tokens = self.base, self.said.tokens
        found = self.words["whole"].match(tokens, 0) if tokens else None
        if base.kind != "aggregate" or not base.dimensions or found is None:
            return None
        if found[0] != "count" or found[1] == len(tokens):
            return None
        rest = [t for t in tokens[found[1] :] if t.kind != "symbol"]
        try:
            fragment = self._fragment([t for t in rest if t.norm not in _ARE], Marks())
        except Ask:
            return None
        if fragment.named != {"limits"} or not fragment.query.having:
            return None
        ground = Ground(self.parser.model, self.parser.facts, self.parser.clock)
        return edited(base, changes(base, fragment, Marks()), ground)

    def _counts_of(self) -> tuple[list[Edit], Reading] | None:
        """`how many are closed`, of events that were counted: their number under that condition."""
        tokens = self.said.tokens
        found = self.words["whole"].match(tokens, 0) if tokens and self.is_of_events() else None
        if found is None or found[0] != "count" or found[1] == len(tokens):
            return None
        rest = [t for t in tokens[found[1] :] if t.kind != "symbol" and t.norm not in _ARE]
        if not rest:
            return None
        try:
            fragment = self._fragment(rest, self.said.marks)
        except Ask:
            return None
        if not fragment.named <= {"filters", "time"} or not fragment.named:
            return None
        return changes(self.base, fragment, self.said.marks), self._reading(fragment)

    def _beside(self, edits: Sequence[Edit], marks: Marks) -> list[Edit]:
        """`PMP-01 too`, of the days of one thing: a course for each, as they add up to nothing."""
        base = self.base
        fixed = {f.column for f in base.filters if f.op is Op.EQ}
        split = {d.column for d in base.dimensions}
        steps = any(d.grain is not None and not d.grain.is_recurring for d in base.dimensions)
        if not marks.also or not steps:
            return []
        own = [f.column for e in edits if isinstance(e, Where) for f in e.filters]
        columns = [c for c in own if c in fixed and c not in split]
        return [Split((Dimension(columns[0]),), "add")] if len(columns) == 1 else []

    def _opened_up(self) -> list[Edit]:
        """What "all plants" among other words takes away: the condition on one of them."""
        rest = self.said.rest
        for at in range(len(rest)):
            found = self.words["every"].match(rest, at)
            end = at + found[1] + 1 if found is not None else 0
            if found is None or (at == 0 and end >= len(rest)) or end > len(rest):
                continue
            try:
                edits = everywhere(rest[at:end], self.base, self.words, self.parser)
            except Ask:
                continue
            is_cut = self.base.limit is not None
            opens = (Anywhere, All) if is_cut else (Anywhere,)
            if edits and all(isinstance(edit, opens) for edit in edits):
                return edits
        return []

    def _that_day(self, edit: Edit) -> Edit:
        """`Monday`, of an answer over one week: the Monday of that week."""
        if not isinstance(edit, When) or edit.window is None:
            return edit
        words = [t for t in self.said.rest if t.norm != "on"]
        is_day = len(words) == 1 and self.parser.lexicon.has("weekdays", words, 0)
        found = weekday_within(self.base.time, edit.window) if is_day else None
        return edit if found is None else When(found)

    def _refuse_both_ways(self, edits: Sequence[Edit]) -> None:
        """Raises Ask for "and X", where other values of its column were left out before: X may be
        left out too, or be all that is wanted."""
        shut = {f.column for f in self.base.filters if f.op in (Op.NE, Op.NOT_IN)}
        for edit in edits:
            for one in edit.filters if isinstance(edit, Where) else ():
                if one.column in shut and one.op in (Op.EQ, Op.IN):
                    name = one.phrase or ", ".join(str(v) for v in one.values)
                    options = (
                        Option(_("Without {name} too").format(name=name), f"without {name}"),
                        Option(_("Only {name}").format(name=name), f"only {name}"),
                    )
                    raise Ask(
                        Clarification(
                            _("Without {name} too, or only {name}?").format(name=name), options
                        )
                    )

    def _is_of_rows(self, reference: Reference) -> bool:
        """Whether "them" are the rows that are listed, or that one figure counts: there is no group
        to mean."""
        is_one_figure = self.base.kind == "aggregate" and not self.base.dimensions
        has_rows = is_one_figure or self.base.kind == "records"
        return reference.kind == "many" and not reference.column and has_rows

    def _foreign_splits(self, fragment: Fragment, pinned: Filter) -> list[Edit]:
        """Taking away splits that another table does not have, where a thing that was found is
        asked about ("its work orders", of stops by reason)."""
        table = fragment.query.table
        if not fragment.named & {"measures", "rows"} or table == self.base.table:
            return []
        there = self.parser.model.tables[table].columns
        gone = tuple(
            d
            for d in self.base.dimensions
            if d.column is not None and d.column not in there and d.column != pinned.column
        )
        return [Unsplit(gone)] if gone else []
