"""One thing instead of another: "B instead of A", "B, not A", "without the figure"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from core.dialogue.changes import Marks, changes, swapped
from core.dialogue.edits import (
    Against,
    Edit,
    Ground,
    Unmeasured,
    When,
)
from core.dialogue.removal import figures_of
from core.dialogue.shown_before import ShownBefore
from core.dialogue.whole_phrases import without_share
from core.language.fragment import Fragment
from core.language.normalise import Token, tokenise
from core.language.reading import Ask, Reading
from core.semantic.query import Comparison
from core.translation import gettext as _
from core.types import Clarification

#: Before what is not wanted any more, in the words that are read.
_NO: Final = "no"


@dataclass(frozen=True, slots=True)
class Swaps(ShownBefore):
    """One question, and the answer that it goes on from."""

    def _without_a_figure(self, rest: Sequence[Token]) -> list[Edit] | None:
        """`without OEE`, of several figures."""
        none = self.words["absence"].match(rest, 0) if rest else None
        if none is None or none[1] == len(rest):
            return None
        own = figures_of(rest[none[1] :], self.base, self.parser)
        return [Unmeasured(own)] if own and len(own) < len(self.base.measures) else None

    def _compared_figure(self, rest: Sequence[Token]) -> tuple[list[Edit], Reading] | None:
        """`compare with the parts cost`, `put it next to it`, of another figure: that one too."""
        lexicon = self.parser.lexicon
        size = max((lexicon.has(g, rest, 0) for g in ("compare", "versus") if rest), default=0)
        tied = self.words["to_compare"].match(rest, size) if 0 < size < len(rest) else None
        left = rest[size + (tied[1] if tied else 0) :] if size else ()
        if not left:
            return None
        try:
            fragment = self._fragment(left, self.said.marks.with_("also"))
        except Ask:
            return None
        if fragment.named != {"measures"}:
            return None
        return changes(self.base, fragment, self.said.marks.with_("also")), self._reading(fragment)

    def _says(self, group: str) -> bool:
        """Whether a word of the parser's lexicon is among what is said."""
        lexicon = self.parser.lexicon
        return any(lexicon.has(group, self.said.rest, at) for at in range(len(self.said.rest)))

    def _is_against(self, fragment: Fragment) -> bool:
        """`with May`, of what is compared already: another time to compare with."""
        is_time = fragment.named == {"time"} and self.base.comparison is not None
        return is_time and self.words["to_compare"].match(self.said.rest, 0) is not None

    def _set_against_it(self) -> list[Edit] | None:
        """`the second quarter against that`: that time, compared with the one at hand."""
        tokens = [t for t in tokenise(self.said.text) if t.kind != "symbol"]
        lexicon, time = self.parser.lexicon, self.base.time
        for at in range(1, len(tokens) - 1):
            size = lexicon.has("versus", tokens, at)
            is_last = size and at + size == len(tokens) - 1
            if not is_last or not self.words.is_small("it", tokens[-1]) or time is None:
                continue
            try:
                fragment = self._fragment(tokens[:at], Marks())
                if fragment.named != {"time"} or fragment.query.time is None:
                    against = self._fragment((*tokens[at : at + size], *tokens[:at]), Marks())
                    return changes(self.base, against, self.said.marks)
            except Ask:
                return None
            own = Against(Comparison("window", time, phrase=time.phrase))
            edits: list[Edit] = [When(fragment.query.time), own]
            return [Against(None), *edits] if self.base.comparison else edits
        return None

    def _parted(self, tokens: Sequence[Token]) -> tuple[tuple[Token, ...], tuple[Token, ...]]:
        """The words before and after "instead of"; "not A, B" is B instead of A."""
        for at in range(len(tokens)):
            found = self.words["instead_of"].match(tokens, at)
            if found is not None:
                return tuple(tokens[:at]), tuple(tokens[at + found[1] :])
        lexicon = self.parser.lexicon
        commas = [i for i, t in enumerate(tokens) if t.text == "," or lexicon.has("but", tokens, i)]
        shuts_out = lexicon.has("not", tokens, 0) if tokens else 0
        if shuts_out and len(commas) == 1 and 0 < commas[0] < len(tokens) - 1:
            return tuple(tokens[commas[0] + 1 :]), tuple(tokens[shuts_out : commas[0]])
        return tuple(tokens), ()

    def _instead(
        self, first: Sequence[Token], second: Sequence[Token]
    ) -> tuple[list[Edit], Reading]:
        """The changes of "B instead of A" and of "instead of A, B"."""
        figures = self._instead_of_shares(first, second)
        if figures is not None:
            return figures
        pairs = [(tuple(first), tuple(second))] if first else []
        pairs += [(tuple(second[at:]), tuple(second[:at])) for at in range(1, len(second))]
        asked: Ask | None = None
        plain = Marks()
        for wanted, gone in pairs:
            now = self.words.marked(self.words.bare(wanted))[1]
            try:
                named = self._fragment(now, plain, is_swap=True)
                if named.named == {"measures"} and self._is_the_figure(gone):
                    edits = changes(self.base, named, plain) + self._counted_rows(named)
                    return edits, self._reading(named)
                before = self._fragment(gone, plain, is_swap=True)
                if named.named & before.named and self._is_at_hand(before, named):
                    edits = swapped(self.base, before, changes(self.base, named, plain))
                    return edits, self._reading(named)
            except Ask as ask:
                asked = asked or ask
        raise asked or Ask(Clarification(_("What do you want instead of what? Please name both.")))

    def _is_at_hand(self, gone: Fragment, named: Fragment) -> bool:
        """Whether what is to give way is there, or of the kind of what takes its place: "critical
        ones and not closed today" leaves out what nobody spoke of before."""
        columns = {f.column for f in (*self.base.filters, *named.query.filters)}
        columns |= {d.column for d in self.base.dimensions if d.column is not None}
        is_there = all(f.column in columns for f in gone.query.filters)
        return is_there and ("time" not in gone.named or "time" in named.named)

    def _instead_of_shares(
        self, first: Sequence[Token], second: Sequence[Token]
    ) -> tuple[list[Edit], Reading] | None:
        """`in minutes instead of shares`: the figures themselves, in that unit."""
        none = next(iter(tokenise(_NO)))
        gone = [t for t in self.words.bare(second) if not self.parser.lexicon.has("the", [t], 0)]
        if not first or self.words.whole("whole", [none, *gone]) != "absolute":
            return None
        first = [t for t in first if not self.parser.lexicon.has("the", [t], 0)]
        plain = without_share(self.base)
        ground = Ground(self.parser.model, self.parser.facts, self.parser.clock)
        said = replace(self.said, rest=tuple(first))
        units = replace(self, said=said, base=plain.of(self.base, ground)).in_unit()
        return ([plain, *units], Reading()) if units is not None else None

    def _is_the_figure(self, tokens: Sequence[Token]) -> bool:
        """`the number`, `the amount`: the figure at hand, whatever it is called."""
        rest = [t for t in tokens if not self.parser.lexicon.has("the", [t], 0)]
        found = self.words["figure_nouns"].match(rest, 0) if rest else None
        return found is not None and found[1] == len(rest)
