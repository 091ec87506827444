"""EBNF read back, so that its text can be held against the values that it was written from."""

from __future__ import annotations

from core.generation.grammar.nodes import Chars, Choice, Node, Repeat, Rule, Sequence, Text


def read_ebnf(text: str) -> dict[str, Node]:
    """The rules of a text, one a line."""
    found = {}
    for line in text.splitlines():
        name, _, body = line.partition(" ::= ")
        reader = _Reader(body)
        found[name] = reader.choice()
        assert reader.at == len(body), f"{name}: {body[reader.at :]!r} is left over"
    return found


class _Reader:
    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0

    def choice(self) -> Node:
        options = [self.sequence()]
        while self.text.startswith(" | ", self.at):
            self.at += 3
            options.append(self.sequence())
        return options[0] if len(options) == 1 else Choice(tuple(options))

    def sequence(self) -> Node:
        parts = [self.repeated()]
        while self.text.startswith(" ", self.at) and not self.text.startswith(" | ", self.at):
            self.at += 1
            parts.append(self.repeated())
        return parts[0] if len(parts) == 1 else Sequence(tuple(parts))

    def repeated(self) -> Node:
        node = self.atom()
        if self.text.startswith("?", self.at):
            self.at += 1
            low, high = 0, 1
        elif self.text.startswith("{", self.at):
            end = self.text.index("}", self.at)
            low, high = map(int, self.text[self.at + 1 : end].split(","))
            self.at = end + 1
        else:
            return node
        return Chars(node.ranges, low, high) if isinstance(node, Chars) else Repeat(node, low, high)

    def atom(self) -> Node:
        sign = self.text[self.at]
        if sign == "(":
            self.at += 1
            node = self.choice()
            assert self.text[self.at] == ")"
            self.at += 1
            return node
        if sign == '"':
            return Text(self.until('"'))
        if sign == "[":
            return self.ranges()
        start = self.at
        while self.at < len(self.text) and (
            self.text[self.at].isalnum() or self.text[self.at] == "_"
        ):
            self.at += 1
        assert self.at > start, self.text[start:]
        return Rule(self.text[start : self.at])

    def until(self, end: str) -> str:
        found = ""
        self.at += 1
        while self.text[self.at] != end:
            found += self.sign()
        self.at += 1
        return found

    def ranges(self) -> Node:
        found = []
        self.at += 1
        while self.text[self.at] != "]":
            low = high = self.sign()
            if self.text[self.at] == "-":
                self.at += 1
                high = self.sign()
            found.append((low, high))
        self.at += 1
        return Chars(tuple(found))

    def sign(self) -> str:
        if self.text[self.at] == "\\":
            self.at += 1
        self.at += 1
        return self.text[self.at - 1]
