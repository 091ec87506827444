"""Whether a text is a sentence of a grammar, without a model or a server."""

from __future__ import annotations

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


def matches(rules: Rules, text: str) -> bool:
    """Whether the root gives exactly this text."""
    return len(text) in _Matcher(rules, text).ends(Rule(ROOT), 0)


def reach(rules: Rules, text: str) -> int:
    """How many characters from the start some sentence shares with the text: where it leaves the
    grammar."""
    matcher = _Matcher(rules, text)
    matcher.ends(Rule(ROOT), 0)
    return matcher.furthest


class _Matcher:
    """Where each rule may end when it starts at a place; every answer is kept, so that a text of n
    characters costs at most n answers a rule."""

    def __init__(self, rules: Rules, text: str) -> None:
        self._rules, self._text = rules, text
        self._known: dict[tuple[str, int], frozenset[int]] = {}
        self.furthest = 0

    def ends(self, node: Node, start: int) -> frozenset[int]:
        match node:
            case Text():
                return self._literal(node.text, start)
            case Chars():
                return self._chars(node, start)
            case Rule():
                key = (node.name, start)
                found = self._known.get(key)
                if found is None:
                    found = self._known[key] = self.ends(self._rules[node.name], start)
                return found
            case Sequence():
                at = frozenset((start,))
                for part in node.parts:
                    at = frozenset(end for place in at for end in self.ends(part, place))
                    if not at:
                        break
                return at
            case Choice():
                return frozenset(e for option in node.options for e in self.ends(option, start))
            case Repeat():
                return self._repeated(node, start)

    def _literal(self, text: str, start: int) -> frozenset[int]:
        if self._text.startswith(text, start):
            self.furthest = max(self.furthest, start + len(text))
            return frozenset((start + len(text),))
        return frozenset()

    def _chars(self, node: Chars, start: int) -> frozenset[int]:
        found: set[int] = {start} if node.low == 0 else set()
        at = start
        while at < len(self._text) and at - start < node.high:
            sign = self._text[at]
            if not any(low <= sign <= high for low, high in node.ranges):
                break
            at += 1
            if at - start >= node.low:
                found.add(at)
        self.furthest = max(self.furthest, at)
        return frozenset(found)

    def _repeated(self, node: Repeat, start: int) -> frozenset[int]:
        at = frozenset((start,))
        found = set(at) if node.low == 0 else set()
        for count in range(1, node.high + 1):
            at = frozenset(end for place in at for end in self.ends(node.part, place)) - found
            if not at:
                break
            if count >= node.low:
                found |= at
        return frozenset(found)
