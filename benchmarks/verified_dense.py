"""Whether nearness in meaning could find verified pairs that words and plans do not find.

    python -m benchmarks.verified --dense

For each labelled question that finds no pair and that the parser does not read, two rules are
tried over the configured embedding model: `near`, the pair with the nearest wording whose SQL can
hold the question's slots; and `added`, the same where the question has the words of the wording in
their order and only unknown words beside them. A rule would answer from some similarity on. The
lowest one that makes no false match in the tuning half is then looked at in the other half, and
among questions in which one word is changed or added.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from core.entries import Entry
from core.errors import UserFixable
from core.language.parser import QuestionParser
from core.retrieval.embeddings.port import Embedder
from core.verified.binding import Binding
from core.verified.dictionary import Dictionary
from core.verified.filling import fill
from core.verified.pairs import Pair, open_pair
from core.verified.template import Template, template_of

RULES = ("near", "added")


@dataclass(frozen=True, slots=True)
class Guess:
    """The nearest pair under a rule for one question: is it the one that is wanted?"""

    question: str
    got: str
    similarity: float
    is_right: bool


class Nearest:
    """The wordings of all pairs with their vectors."""

    def __init__(
        self, entries: Sequence[Entry], parser: QuestionParser, embedder: Embedder
    ) -> None:
        self.parser = parser
        self.embedder = embedder
        self.words = Dictionary.of(parser.model, parser.facts)
        opened = [open_pair(entry, parser, self.words).pair for entry in entries]
        self.wordings = [(p, b) for p in opened if p is not None for b in p.wordings]
        self.vectors = embedder.questions([b.template.text for _, b in self.wordings])

    def guess(self, row: Mapping[str, Any], rule: str) -> Guess | None:
        """The nearest wording that the rule allows."""
        try:
            template = template_of(row["question"], self.parser)
        except UserFixable:
            return None
        near = self.vectors @ self.embedder.questions([row["question"]])[0]
        for at in np.argsort(-near):
            pair, binding = self.wordings[at]
            if self._allows(rule, template, pair, binding):
                got = pair.entry.text
                return Guess(row["question"], got, float(near[at]), got == row["match"])
        return None

    def _allows(self, rule: str, template: Template, pair: Pair, binding: Binding) -> bool:
        own = binding.template
        if [s.type for s in own.slots] != [s.type for s in template.slots]:
            return False
        if rule == "added" and not _adds(own.words, template.words):
            return False
        clock = self.parser.clock
        return fill(binding, pair.body, template.slots, self.words, clock) is not None


def _adds(own: Sequence[str], other: Sequence[str]) -> bool:
    """Whether `other` is `own` with unknown words between."""
    rest = iter(own)
    wanted = next(rest, None)
    for word in other:
        if word == wanted:
            wanted = next(rest, None)
        elif not word.startswith("w:"):
            return False
    return wanted is None


def report(nearest: Nearest, unread: Mapping[str, Sequence[Mapping[str, Any]]]) -> list[str]:
    """Lines on each rule. unread: labelled questions that nothing answers, by half: `tune`,
    `hold`, `swaps`."""
    lines = []
    for rule in RULES:
        guesses = {
            half: [g for row in rows if (g := nearest.guess(row, rule)) is not None]
            for half, rows in unread.items()
        }
        false = [g.similarity for g in guesses["tune"] if not g.is_right]
        lowest = max(false, default=0.0)
        said = [
            f"{half} {sum(g.is_right for g in above)} right and "
            f"{sum(not g.is_right for g in above)} false"
            for half, found in guesses.items()
            for above in [[g for g in found if g.similarity > lowest]]
        ]
        lines.append(f"dense, {rule}, above {lowest:.3f}: {'; '.join(said)}")
        for g in sorted(
            (g for found in guesses.values() for g in found if g.similarity > lowest),
            key=lambda g: -g.similarity,
        ):
            mark = "right" if g.is_right else "FALSE"
            lines.append(f"  {mark} {g.similarity:.3f} {g.question!r} -> {g.got!r}")
    return lines
