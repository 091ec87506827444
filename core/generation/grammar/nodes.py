"""A grammar as values: what a rule is made of, and how it is written for a server.

No rule reaches itself, so every sentence is finite, its nesting is bounded, and a grammar can be
sampled and matched by walking it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Text:
    """Exactly this text."""

    text: str


@dataclass(frozen=True, slots=True)
class Chars:
    """`low` to `high` characters out of some ranges, both ends of each included."""

    ranges: tuple[tuple[str, str], ...]
    low: int = 1
    high: int = 1


@dataclass(frozen=True, slots=True)
class Rule:
    """What the rule of that name says."""

    name: str


@dataclass(frozen=True, slots=True)
class Sequence:
    """One part after another."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """One of these."""

    options: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Repeat:
    """The part `low` to `high` times."""

    part: Node
    low: int
    high: int


Node = Text | Chars | Rule | Sequence | Choice | Repeat
Rules = Mapping[str, Node]

ROOT = "root"


def seq(*parts: Node | str) -> Node:
    """The parts in a row; a text stands for itself."""
    found: list[Node] = []
    for part in parts:
        node = Text(part) if isinstance(part, str) else part
        last = found[-1] if found else None
        if isinstance(node, Text) and isinstance(last, Text):
            found[-1] = Text(last.text + node.text)
        elif not (isinstance(node, Text) and not node.text):
            found.append(node)
    return found[0] if len(found) == 1 else Sequence(tuple(found))


def one_of(*options: Node | str) -> Node:
    """One of the options; ValueError when there is none."""
    nodes = tuple(dict.fromkeys(Text(o) if isinstance(o, str) else o for o in options))
    if not nodes:
        raise ValueError("a choice needs an option")
    return nodes[0] if len(nodes) == 1 else Choice(nodes)


def maybe(*parts: Node | str) -> Node:
    """The parts, or nothing."""
    return Repeat(seq(*parts), 0, 1)


def listed(part: Node | str, most: int, by: Node | str = ", ", least: int = 1) -> Node:
    """`least` to `most` times the part, with `by` between."""
    node = Text(part) if isinstance(part, str) else part
    if by == "":
        return Repeat(
            node, least, most
        )  # a server compiles one repetition faster than first and rest
    if most == least:
        return seq(node, *([by, node] * (most - 1)))
    return seq(node, Repeat(seq(by, node), least - 1, most - 1))


class Book:
    """Rules as they are made. A node said twice under one kind of name is one rule."""

    def __init__(self) -> None:
        self._rules: dict[str, Node] = {}
        self._known: dict[Node, Rule] = {}

    def finished(self) -> dict[str, Node]:
        """All rules that the root reaches, the root first. What is repeated is a rule of its own:
        a server unrolls a repetition, and a name is short."""
        found: dict[str, Node] = {}
        waiting = [ROOT]
        while waiting:
            name = waiting.pop()
            if name not in found:
                found[name] = self._named_repeats(self._rules[name])
                waiting += reversed(names_in(found[name]))
        return found

    def _named_repeats(self, node: Node) -> Node:
        match node:
            case Sequence():
                return Sequence(tuple(self._named_repeats(part) for part in node.parts))
            case Choice():
                return Choice(tuple(self._named_repeats(option) for option in node.options))
            case Repeat() if node.high > 1 and not isinstance(node.part, Rule):
                return Repeat(self.shared(node.part), node.low, node.high)
            case _:
                return node

    def rule(self, name: str, node: Node) -> Rule:
        """A rule of that name, or the one that says the same already."""
        known = self._known.get(node)
        if known is not None:
            return known
        if name in self._rules:
            raise ValueError(f"there is a rule {name!r} already")
        self._rules[name] = node
        self._known[node] = Rule(name)
        return self._known[node]

    def shared(self, *parts: Node | str) -> Rule:
        """A rule for what is said in several places, under a number for a name."""
        return self.rule(f"s{len(self._rules)}", seq(*parts))

    def root(self, node: Node) -> None:
        """Where every sentence starts."""
        self._rules[ROOT] = node


def names_in(node: Node) -> list[str]:
    """The rules that a node names, in its order."""
    match node:
        case Rule():
            return [node.name]
        case Sequence():
            return [name for part in node.parts for name in names_in(part)]
        case Choice():
            return [name for option in node.options for name in names_in(option)]
        case Repeat():
            return names_in(node.part)
        case _:
            return []


def ebnf(rules: Rules) -> str:
    """The rules as EBNF in xgrammar's form, one a line."""
    return "".join(f"{name} ::= {_written(node)}\n" for name, node in rules.items())


def _written(node: Node, *, inside: bool = False) -> str:
    found = ""
    match node:
        case Text():
            return f'"{_escaped(node.text)}"'
        case Chars():
            ranges = "".join(_range(low, high) for low, high in node.ranges)
            return f"[{ranges}]{_times(node.low, node.high)}"
        case Rule():
            return node.name
        case Sequence():
            found = " ".join(_written(part, inside=True) for part in node.parts)
        case Choice():
            found = " | ".join(_written(option, inside=True) for option in node.options)
        case Repeat():
            return f"{_written(node.part, inside=True)}{_times(node.low, node.high)}"
    return f"({found})" if inside else found


def _times(low: int, high: int) -> str:
    if (low, high) == (1, 1):
        return ""
    return "?" if (low, high) == (0, 1) else f"{{{low},{high}}}"


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')


def _range(low: str, high: str) -> str:
    def shown(sign: str) -> str:
        return f"\\{sign}" if sign in "\\]-^[" else sign

    return shown(low) if low == high else f"{shown(low)}-{shown(high)}"
