"""Random sentences of a grammar."""

from __future__ import annotations

import random

from core.generation.grammar.nodes import (
    ROOT,
    Chars,
    Choice,
    Node,
    Repeat,
    Rule,
    Rules,
    Sequence,
    Text,
)


class Sampler:
    """Sentences, the same ones for the same seed. Each option of a choice is as likely as the
    others; a repetition goes on with the chance `more`, so that more of it makes long sentences."""

    def __init__(self, rules: Rules, seed: int, *, more: float = 0.35) -> None:
        self._more = more
        self._rules = rules
        self._random = random.Random(seed)

    def sentence(self) -> str:
        """One sentence."""
        found: list[str] = []
        self._add(Rule(ROOT), found)
        return "".join(found)

    def _add(self, node: Node, found: list[str]) -> None:
        match node:
            case Text():
                found.append(node.text)
            case Chars():
                for _ in range(self._times(node.low, node.high, 0.7)):
                    low, high = self._random.choice(node.ranges)
                    found.append(chr(self._random.randint(ord(low), ord(high))))
            case Rule():
                self._add(self._rules[node.name], found)
            case Sequence():
                for part in node.parts:
                    self._add(part, found)
            case Choice():
                self._add(self._random.choice(node.options), found)
            case Repeat():
                for _ in range(self._times(node.low, node.high, self._more)):
                    self._add(node.part, found)

    def _times(self, low: int, high: int, more: float) -> int:
        count = low
        while count < high and self._random.random() < more:
            count += 1
        return count
