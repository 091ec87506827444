"""What goes with a change of the answer before, and counts of its groups."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from core.dialogue.changes import Marks, changes
from core.dialogue.edits import (
    Against,
    All,
    Anywhere,
    Edit,
    Ground,
    Ranked,
    Split,
    Unsplit,
    When,
    Where,
    edited,
)
from core.dialogue.periods import weekday_within
from core.dialogue.references import Reference, found_reference
from core.dialogue.removal import everywhere
from core.dialogue.swaps import Swaps
from core.errors import UserFixable
from core.language.fragment import Fragment
from core.language.normalise import singular, tokenise
from core.language.reading import Ask, Reading
from core.semantic.query import Agg, Dimension, Filter, Op, SemanticQuery
from core.translation import gettext as _
from core.types import Clarification, Option


@dataclass(frozen=True, slots=True)
class Alongside(Swaps):
    """One question, and the answer that it goes on from."""

    def _counts_groups(self) -> bool:
        """`how many tags is that?`: the number of the groups that the answer before has."""
        base, tokens = self.base, self.said.tokens
        split = [d.column for d in base.dimensions if d.column is not None]
        if self._counts_steps():
            return True
        found = self.parser.lexicon["aggregates"].match(tokens, 0) if tokens else None
        if base.kind != "aggregate" or len(split) != 1 or found is None or found[0] != "count":
            return False
        rest = tokens[found[1] :]
        norms = [t.norm for t in rest]
        for match in self.parser.vocabulary.match(norms, 0) if norms else ():
            names = {t.name for t in match.targets if t.kind == "column"}
            left = rest[match.length :]
            is_bare = not left and base.every is not None  # "how many machines", of those without
            asks = is_bare or self.words.whole("how_many", left) is not None
            if split[0] in names and asks:
                return True
        return False

    def _counts_steps(self) -> bool:
        """`how many weeks are those?`, by week."""
        base, tokens = self.base, self.said.tokens
        found = self.parser.lexicon["aggregates"].match(tokens, 0) if tokens else None
        grain = base.dimensions[0].grain if len(base.dimensions) == 1 else None
        if grain is None or base.kind != "aggregate" or found is None or found[0] != "count":
            return False
        rest = tokens[found[1] :]
        is_step = bool(rest) and singular(rest[0].norm) == grain.value
        return is_step and self.words.whole("how_many", rest[1:]) is not None

    def _counts_under_limit(self) -> SemanticQuery | None:
        """`how many of those are above 1.3 hours?`: the groups before whose figure is so, which
        are to be counted."""
        base, tokens = self.base, self.said.tokens
        found = self.words["whole"].match(tokens, 0) if tokens else None
        if base.kind != "aggregate" or not base.dimensions or found is None:
            return None
        if found[0] != "count" or found[1] == len(tokens):
            return None
        rest = [t for t in tokens[found[1] :] if t.kind != "symbol"]
        try:
            fragment = self._fragment(
                [t for t in rest if not self.words.is_small("are", t)], Marks()
            )
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
        rest = [
            t
            for t in tokens[found[1] :]
            if t.kind != "symbol" and not self.words.is_small("are", t)
        ]
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
        """`PMP-01 too`, of one thing or place: a course or a figure for each of the two."""
        base = self.base
        fixed = {f.column for f in base.filters if f.op is Op.EQ}
        split = {d.column for d in base.dimensions}
        steps = any(d.grain is not None and not d.grain.is_recurring for d in base.dimensions)
        is_split = any(isinstance(e, Split) for e in edits)
        # of one number, the lowest of two machines is of neither, and their sum says less than both
        is_apart = steps or (not base.dimensions and not is_split and base.kind == "aggregate")
        if not marks.also or not is_apart:
            return []
        there = {(f.column, f.values) for f in base.filters}  # "add Austin's Line 4", of a Line 4
        named = [f for e in edits if isinstance(e, Where) for f in e.filters]
        own = [f.column for f in named if (f.column, f.values) not in there]
        columns = [c for c in own if c in fixed and c not in split and self._parts(c)]
        return [Split((Dimension(columns[0]),), "add")] if len(columns) == 1 else []

    def _without_their_number(self, edit: Edit) -> Edit:
        """`by line instead`, of what was asked as "top 3 reasons": all lines, as the number was
        said of reasons. One that was said alone ("top 3") stays."""
        limit = self.base.limit
        if not isinstance(edit, Split) or edit.mode == "add" or limit is None or limit == 1:
            return edit
        try:
            asked = self.parser.parse(self.turn.answer.question, self.scopes).query
        except UserFixable:
            return edit
        is_told = asked is not None and asked.limit == limit
        is_theirs = is_told and asked is not None and asked.dimensions == self.base.dimensions
        return replace(edit, keeps_number=False) if is_theirs else edit

    def _parts(self, column: str) -> bool:
        """Whether figures of several values of a column are told apart: those of things and places,
        and those that add up to nothing; minutes of two reasons are added."""
        model, base = self.parser.model, self.base
        levels = {level for h in model.hierarchies for level in h.levels}
        if column in levels | {model.entity}:
            return True
        columns = model.tables[base.table].columns
        return not all(
            (m.metric is not None and model.metrics[m.metric].additive)
            or (m.column is not None and m.column in columns and columns[m.column].additive)
            for m in base.measures
        )

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
        """`Monday`, `Monday and Tuesday`, of an answer over one week or over a day of it: those of
        that week."""
        other = edit.comparison if isinstance(edit, Against) else None
        window = edit.window if isinstance(edit, When) else other.window if other else None
        if window is None:
            return edit
        lexicon = self.parser.lexicon
        between = ("ignored", "and", "range_to", "versus", "compare")
        days = [
            lexicon.has("weekdays", [token], 0)
            for token in self.said.rest
            if lexicon.has("weekdays", [token], 0)
            or not any(lexicon.has(group, [token], 0) for group in between)
        ]
        is_days = bool(days) and all(days)
        clock = self.parser.clock
        found = weekday_within(self.base.time, window, clock) if is_days else None
        if found is None:
            return edit
        return Against(replace(other, window=found)) if other is not None else When(found)

    def _refuse_both_ways(self, edits: Sequence[Edit]) -> None:
        """Raises Ask for "and X", where other values of its column were left out before: X may be
        left out too, or be all that is wanted."""
        shut = {f.column for f in self.base.filters if f.op in (Op.NE, Op.NOT_IN)}
        words = [t for t in tokenise(self.said.text) if t.kind != "symbol"]
        if words and self.words["return_again"].match(words[-1:], 0) is not None:
            return  # "and OVN-03 again": it is let in once more
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
        has_rows = (is_one_figure and not self._counted()) or self.base.kind == "records"
        return reference.kind == "many" and not reference.column and has_rows

    def _adds_to_the_same(self, fragment: Fragment, reference: Reference, column: str) -> bool:
        """Whether a further figure is wanted of the very groups that are shown ("their mean speed
        too"): they stay what they are, and are not named one by one."""
        is_figure = {"measures"} <= fragment.named <= {"measures", "aggregate"}
        is_all = reference.kind == "many" and not reference.column and not reference.told
        is_here = fragment.query.table == self.base.table
        is_split = self.base.dimensions == (Dimension(column),)
        # "how many of those were scrap", of all groups there are: naming them would bind what is
        # asked next to groups that nobody chose
        is_whole = self.base.limit is None and not self.base.having
        return (self.said.marks.also or is_whole) and is_figure and is_all and is_here and is_split

    def _which_changed(self, fragment: Fragment, reference: Reference | None) -> list[Edit] | None:
        """`which of them got better?`, `which rose`: those of the groups that did. reference: None
        where nothing points to them."""
        rest, split = self.said.rest, self.base.dimensions
        size = self.parser.lexicon.has("which", rest, 0) if rest else 0
        is_of_them = (
            self.base.comparison is not None if reference is None else (reference.kind == "many")
        )
        if not is_of_them or fragment.named != {"comparison"} or not size:
            return None
        names = [d.column for d in split if d.column is not None]
        if len(names) != 1 or len(split) != 1:
            return None
        column = self.parser.model.tables[self.base.table].columns[names[0]]
        bare = found_reference(rest, self.words, self.parser.vocabulary, self.parser.model.entity)[
            1
        ]
        nouns = tokenise((column.plural or column.label).casefold())
        again = self._fragment((*bare[:size], *nouns, *bare[size:]), self.said.marks)
        if not any(h.on != "value" for h in again.query.having):
            return None
        return changes(self.base, again, self.said.marks)

    def _only_ordered(self, edits: list[Edit]) -> list[Edit]:
        """`most expensive class on top`: all that there is, in that order."""
        tokens = [t for t in self.said.tokens if t.kind != "symbol"]
        ends = (self.words["on_top"].match(tokens, at) for at in range(1, len(tokens)))
        if not any(f and at + f[1] == len(tokens) for at, f in enumerate(ends, start=1)):
            return edits
        return [replace(e, limit=self.base.limit) if isinstance(e, Ranked) else e for e in edits]

    def _opened_by_all(self, fragment: Fragment) -> list[Edit] | None:
        """`all priorities`, of one of them: without the condition, and not split by them."""
        tokens = self.said.rest
        if fragment.named != {"splits"} or not tokens or not self.words["every"].match(tokens, 0):
            return None
        names = {d.column for d in fragment.query.dimensions} - {
            d.column for d in self.base.dimensions
        }
        gone = tuple(f.column for f in self.base.filters if f.phrase and f.column in names)
        return [Anywhere(gone)] if gone else None

    def _each_counted(self, fragment: Fragment, reference: Reference) -> list[Edit]:
        """`list those with their scrap`, of things that were only counted: a figure for each."""
        is_all = reference.kind == "many" and "measures" in fragment.named
        if not is_all or self.base.dimensions or "splits" in fragment.named:
            return []
        return [Split((Dimension(column),), "add") for column in self._counted()]

    def _counted(self) -> list[str]:
        """The column whose things the answer before counts."""
        found = {m.column for m in self.base.measures if m.agg is Agg.COUNT_DISTINCT and m.column}
        return sorted(found) if len(found) == len(self.base.measures) == 1 else []

    def _without_the_causes(self, fragment: Fragment, pinned: Filter) -> list[Edit]:
        """Taking away the split and the comparison that "why?" brought, where another figure of the
        thing that it was about is asked for ("availability and quality of it")."""
        base = self.base
        is_drill = bool(base.order) and base.order[0].by == "change" and base.comparison is not None
        is_about = all(d.column != pinned.column for d in base.dimensions)
        if not (is_drill and is_about and {"measures"} <= fragment.named <= {"measures", "time"}):
            return []
        return [Unsplit(), Against(None)]

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
