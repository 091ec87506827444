"""An object's fields, read strictly: everything that is not as it should be is ModelFixable with a
hint that begins with the field's place (`measures[0].metric: ...`)."""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Mapping

from core.errors import ModelFixable, did_you_mean
from core.semantic.written.bounds import NUMBER, SMALLEST, TEXT

_MESSAGE = "The query that was written for this question does not fit the data. Ask in other words."
#: Characters that no stored value has: those that control, are unseen, or are half of one.
_UNFIT = re.compile(
    r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]"
)
_SHOWN = 60
_FEW = 16


def unfit(path: str, problem: str) -> ModelFixable:
    """The error of a field; `path` is empty for the whole query."""
    return ModelFixable(_MESSAGE, hint=f"{path}: {problem}" if path else problem)


def shown(value: object) -> str:
    """A value in a hint, short whatever it is."""
    match value:
        case bool():
            return "true" if value else "false"
        case str():
            return repr(value if len(value) <= _SHOWN else value[:_SHOWN] + "…")
        case int() if value.bit_length() > 64:
            return "a number of too many digits"
        case int() | float():
            return repr(value)
        case None:
            return "null"
        case list() | tuple():
            return "a list"
        case _:
            return "an object"


def chosen(value: object, known: Collection[str], path: str, what: str = "value") -> str:
    """The value, when it is one of those known; else the hint names the nearest, or all if few."""
    if isinstance(value, str) and value in known:
        return value
    near = did_you_mean(value[:_SHOWN].casefold(), known) if isinstance(value, str) else ""
    few = f" Known: {', '.join(map(repr, known))}." if not near and len(known) <= _FEW else ""
    raise unfit(path, f"{shown(value)} is no {what}.{near}{few}")


def number(value: object, path: str) -> int | float:
    """A finite number of a size that SQL writes in full."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise unfit(path, f"{shown(value)} is no number.")
    if not math.isfinite(value) if isinstance(value, float) else value.bit_length() > 64:
        raise unfit(path, f"{shown(value)} is too large.")
    if abs(value) > NUMBER:
        raise unfit(path, f"{shown(value)} is too large.")
    if value and abs(value) < SMALLEST:
        raise unfit(path, f"{shown(value)} is too small.")
    return value


def whole(value: object, path: str, low: int, high: int) -> int:
    """A whole number from `low` to `high`."""
    found = number(value, path)
    if not isinstance(found, int) or not low <= found <= high:
        raise unfit(path, f"{shown(value)} must be a whole number from {low} to {high}.")
    return found


def text(value: object, path: str) -> str:
    """A text that is not empty, of a length and characters that a stored value may have."""
    if not isinstance(value, str):
        raise unfit(path, f"{shown(value)} must be a text in quotes.")
    if not value.strip() or len(value) > TEXT or _UNFIT.search(value):
        raise unfit(path, f"{shown(value)} must be a plain text of 1 to {TEXT} characters.")
    return value


def items(value: object, path: str, low: int, high: int) -> list[tuple[str, object]]:
    """The items of a list with their places."""
    if not isinstance(value, list):
        raise unfit(path, f"{shown(value)} must be a list.")
    if not low <= len(value) <= high:
        raise unfit(path, f"it must have {low} to {high} items, not {len(value)}.")
    return [(f"{path}[{k}]", item) for k, item in enumerate(value)]


class Fields:
    """The fields of one object. A field that is null counts as left out."""

    def __init__(self, value: object, path: str, known: Collection[str]) -> None:
        if not isinstance(value, Mapping):
            raise unfit(path, f"{shown(value)} must be an object with the fields {_listed(known)}.")
        for name in value:
            if name not in known:
                near = did_you_mean(name[:_SHOWN], known) if isinstance(name, str) else ""
                raise unfit(
                    path, f"there is no field {shown(name)}.{near} Fields: {_listed(known)}."
                )
        self._values = {name: item for name, item in value.items() if item is not None}
        self.path = path

    def at(self, name: str) -> str:
        """The field's place."""
        return f"{self.path}.{name}" if self.path else name

    def has(self, name: str) -> bool:
        """Whether the field is given."""
        return name in self._values

    def get(self, name: str) -> object:
        """The field's value; ModelFixable where it is left out."""
        if name not in self._values:
            raise unfit(self.path, f"the field {name!r} is missing.")
        return self._values[name]

    def choice(self, name: str, known: Collection[str], default: str | None = None) -> str:
        """One of `known`, or the default where it is left out."""
        if default is not None and not self.has(name):
            return default
        return chosen(self.get(name), known, self.at(name), f"{name} that is known")

    def items(self, name: str, low: int, high: int) -> list[tuple[str, object]]:
        """The items of a list with their places; none where it is left out."""
        if not self.has(name):
            return []
        return items(self.get(name), self.at(name), low, high)

    def without(self, names: Collection[str], why: str) -> None:
        """ModelFixable where one of these is given."""
        for name in names:
            if self.has(name):
                raise unfit(self.at(name), why)


def _listed(known: Collection[str]) -> str:
    return ", ".join(known)
