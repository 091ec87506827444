"""A YAML file as mappings that know their lines, and the list of what is wrong with it.

Only the node tree is read: no tag makes an object, and anchors are refused, so a file cannot
unfold into more than its own text.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import Any

import yaml

from core.errors import did_you_mean

MAX_BYTES = 4_000_000
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_INSTEAD = "Use 'like: TABLE' to take over a column."
_TAG = "tag:yaml.org,2002:"
_KINDS = {
    "str": "text",
    "int": "a number",
    "float": "a number",
    "bool": "true or false",
    "null": "empty",
    "timestamp": "a date",
}

Plain = str | int | float | bool | list["Plain"] | dict[str, "Plain"] | None


@dataclass(slots=True)
class Problems:
    """What is wrong with one file, with the line of each; a name for the file begins each."""

    file: str
    found: list[tuple[int, str]] = field(default_factory=list)

    def add(self, line: int, text: str) -> None:
        if (line, text) not in self.found:
            self.found.append((line, text))

    def lines(self) -> tuple[str, ...]:
        """`file:line: text`, in the order of the lines."""
        ordered = sorted(self.found, key=lambda problem: problem[0])
        return tuple(f"{self.file}:{line}: {text}" for line, text in ordered)


def listed(names: Iterable[str]) -> str:
    """`'a', 'b' or 'c'`."""
    quoted = [repr(name) for name in names]
    return quoted[0] if len(quoted) == 1 else f"{', '.join(quoted[:-1])} or {quoted[-1]}"


@dataclass(slots=True)
class Section:
    """One mapping of the file.

    what: how messages call it (`column 'speed'`). Each reading method notes a problem and returns
    its default when the value has the wrong type, so that one pass finds all problems.
    """

    what: str
    line: int
    nodes: dict[str, Any]
    key_lines: dict[str, int]
    problems: Problems

    def __contains__(self, key: str) -> bool:
        return key in self.nodes

    def names(self) -> tuple[str, ...]:
        return tuple(self.nodes)

    def line_of(self, key: str) -> int:
        """The line of a key, or of the whole section where it has none."""
        return self.key_lines.get(key, self.line)

    def problem(self, key: str, text: str) -> None:
        self.problems.add(self.line_of(key), text)

    def allow(self, known: Collection[str]) -> None:
        """Note each key that is not known."""
        for key in self.nodes:
            if key not in known:
                self.problem(key, f"unknown key {key!r} in {self.what}.{did_you_mean(key, known)}")

    def require(self, *keys: str) -> bool:
        missing = [key for key in keys if key not in self.nodes]
        for key in missing:
            self.problem(key, f"{self.what} needs the key {key!r}.")
        return not missing

    def text(self, key: str, default: str = "") -> str:
        if key not in self.nodes:
            return default
        value = self._scalar(key, self.nodes[key], "text")
        return value if isinstance(value, str) else default

    def text_or_none(self, key: str) -> str | None:
        if key not in self.nodes or self.is_null(key):
            return None
        return self.text(key) or None

    def is_null(self, key: str) -> bool:
        return key in self.nodes and _kind(self.nodes[key]) == "null"

    def flag(self, key: str, default: bool = False) -> bool:
        if key not in self.nodes:
            return default
        value = self._scalar(key, self.nodes[key], "true or false")
        return value if isinstance(value, bool) else default

    def number(self, key: str) -> float | None:
        if key not in self.nodes:
            return None
        value = self._scalar(key, self.nodes[key], "a number")
        return float(value) if isinstance(value, int | float) else None

    def integer(self, key: str, default: int, low: int, high: int) -> int:
        """A whole number within [low, high]."""
        value = self.number(key)
        if value is None:
            return default
        if not value.is_integer() or not low <= value <= high:
            self.problem(
                key, f"{key!r} in {self.what} must be a whole number from {low} to {high}."
            )
            return default
        return int(value)

    def choice(self, key: str, allowed: Collection[str], default: str) -> str:
        value = self.text(key, default)
        if key in self.nodes and value not in allowed:
            if _kind(self.nodes[key]) == "str":
                self.problem(
                    key,
                    f"{key!r} in {self.what} must be {listed(allowed)}, not {value!r}."
                    + did_you_mean(value, allowed),
                )
            return default
        return value

    def words(self, key: str) -> tuple[str, ...]:
        """A list of texts, each once."""
        if key not in self.nodes:
            return ()
        node = self.nodes[key]
        if not isinstance(node, yaml.SequenceNode):
            self.problem(key, f"{key!r} in {self.what} must be a list, such as [one, two].")
            return ()
        found: dict[str, str] = {}
        for item in node.value:
            value = self._scalar(key, item, "a list of texts")
            if not isinstance(value, str):
                continue
            if not value.strip():
                self.problems.add(_line(item), f"{key!r} in {self.what} has an empty text.")
            elif value.casefold() in found:
                self.problems.add(_line(item), f"{key!r} in {self.what} lists {value!r} twice.")
            else:
                found[value.casefold()] = value
        return tuple(found.values())

    def section(self, key: str, what: str = "") -> Section | None:
        """The mapping under a key; None when there is none."""
        if key not in self.nodes:
            return None
        return section_of(self.nodes[key], what or f"{key!r} of {self.what}", self.problems)

    def sections(self, key: str, what: str) -> list[Section]:
        """A list of mappings under a key, called `what` with their number."""
        if key not in self.nodes:
            return []
        node = self.nodes[key]
        if not isinstance(node, yaml.SequenceNode):
            self.problem(key, f"{key!r} must be a list of entries that begin with '- '.")
            return []
        made = [
            section_of(item, f"{what} {number}", self.problems)
            for number, item in enumerate(node.value, start=1)
        ]
        return [part for part in made if part is not None]

    def plain(self, key: str) -> Plain:
        """The value under a key as plain lists, dictionaries and scalars."""
        return _plain(self.nodes[key], self.problems) if key in self.nodes else None

    def _scalar(self, key: str, node: Any, wanted: str) -> str | int | float | bool | None:
        """The value of a scalar node, or None after noting that it is not what is wanted."""
        kind = _kind(node)
        matches = _KINDS.get(kind) == wanted or (wanted == "a list of texts" and kind == "str")
        if matches:
            value = _value(node)
            if isinstance(value, float) and not math.isfinite(value):
                matches = False
            else:
                return value
        hint = ""
        if wanted in ("text", "a list of texts") and kind in ("int", "float", "bool", "timestamp"):
            hint = f" {node.value!r} is read as {_KINDS[kind]}: put it in quotes."
        self.problems.add(_line(node), f"{key!r} in {self.what} must be {wanted}.{hint}")
        return None


def read_source(
    data: bytes, problems: Problems, what: str = "the model", instead: str = _INSTEAD
) -> Section | None:
    """The file's outermost mapping, or None after noting why there is none. what: how messages call
    it. instead: what to write where somebody wrote an alias."""
    if len(data) > MAX_BYTES:
        problems.add(1, f"the file is larger than {MAX_BYTES // 1_000_000} MB.")
        return None
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        problems.add(line, "the file is not UTF-8 text. Save it as UTF-8.")
        return None
    try:
        for event in yaml.parse(text, Loader=_LOADER):
            if isinstance(event, yaml.AliasEvent):
                problems.add(
                    _line(event),
                    f"the alias '*{event.anchor}' is not allowed here. {instead}",
                )
                return None
        root = yaml.compose(text, Loader=_LOADER)
    except yaml.YAMLError as error:
        problems.add(*_syntax(error, text))
        return None
    except RecursionError:
        problems.add(1, "the file is nested too deeply.")
        return None
    if root is None:
        problems.add(1, "the file is empty.")
        return None
    return section_of(root, what, problems)


def section_of(node: Any, what: str, problems: Problems) -> Section | None:
    """A mapping node as a Section; keys must be texts, each once."""
    if not isinstance(node, yaml.MappingNode):
        problems.add(_line(node), f"{what} must be made of 'key: value' lines.")
        return None
    nodes: dict[str, Any] = {}
    key_lines: dict[str, int] = {}
    for key_node, value_node in node.value:
        line = _line(key_node)
        if _kind(key_node) != "str":
            problems.add(
                line, f"the key {key_node.value!r} in {what} is not text: put it in quotes."
            )
            continue
        key = key_node.value
        if key in nodes:
            problems.add(
                line, f"the key {key!r} in {what} stands twice; first on line {key_lines[key]}."
            )
            continue
        nodes[key] = value_node
        key_lines[key] = line
    return Section(what, _line(node), nodes, key_lines, problems)


def _plain(node: Any, problems: Problems) -> Plain:
    if isinstance(node, yaml.MappingNode):
        section = section_of(node, "this part", problems)
        if section is None:
            return None
        return {key: _plain(value, problems) for key, value in section.nodes.items()}
    if isinstance(node, yaml.SequenceNode):
        return [_plain(item, problems) for item in node.value]
    if _kind(node) not in _KINDS or _kind(node) == "timestamp":
        problems.add(_line(node), f"{node.value!r} must be text, a number, or true or false.")
        return None
    return _value(node)


def _value(node: Any) -> str | int | float | bool | None:
    kind = _kind(node)
    raw: str = node.value
    if kind == "bool":
        return raw.casefold() in ("true", "yes", "on")
    if kind == "null":
        return None
    if kind in ("int", "float"):
        try:
            return int(raw) if kind == "int" else float(raw.replace("_", ""))
        except ValueError:
            return math.nan  # .inf, 0x1F and 1:30 are no numbers of a model
    return raw


def _kind(node: Any) -> str:
    tag: str = node.tag or ""
    return tag.removeprefix(_TAG) if isinstance(node, yaml.ScalarNode) else ""


def _line(node: Any) -> int:
    return int(node.start_mark.line) + 1


def _syntax(error: yaml.YAMLError, text: str) -> tuple[int, str]:
    """Line and message of a YAML syntax error."""
    mark = getattr(error, "problem_mark", None)
    if mark is not None:
        reason = getattr(error, "problem", None) or "cannot be read"
        hint = ""
        if "cannot start any token" in reason:
            hint = " Indent with spaces, and put a value that begins with a sign in quotes."
        return int(mark.line) + 1, f"this is not valid YAML: {reason}.{hint}"
    position = getattr(error, "position", None)
    line = text[:position].count("\n") + 1 if isinstance(position, int) else 1
    return line, "this is not valid YAML: it holds a control character."
