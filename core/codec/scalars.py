"""Forms of values without parts: texts, numbers, moments and members of closed sets."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Mapping
from typing import Any

from core.codec.form import Form, Misfit, quote

_HALVES = ("\ud800", "\udfff")


class Plain:
    """None, bool and int: what JSON has itself, with no other type in its place."""

    exact = 0

    def __init__(self, kind: type) -> None:
        self._kind = kind
        self.shape = kind.__name__

    def holds(self, value: Any) -> bool:
        return type(value) is self._kind

    meets = holds

    def write(self, value: Any) -> Any:
        if type(value) is not self._kind:
            raise Misfit(f"{quote(value)} is no {self.shape}")
        return value

    read = write


class Text:
    """A str. One with half a character is written by its bytes: two halves that meet in JSON would
    be read as one whole character."""

    exact = 1
    shape = "str"

    def holds(self, value: Any) -> bool:
        return isinstance(value, str)

    def meets(self, piece: Any) -> bool:
        return isinstance(piece, str) or _tag(piece) == "$utf8"

    def write(self, value: Any) -> Any:
        if not isinstance(value, str):
            raise Misfit(f"{quote(value)} is no text")
        text = str.__str__(value)
        if text.isascii() or not any(_HALVES[0] <= c <= _HALVES[1] for c in text):
            return text
        return {"$utf8": text.encode("utf-8", "surrogatepass").hex(" ")}

    def read(self, piece: Any) -> str:
        if isinstance(piece, str):
            return piece
        if _tag(piece) != "$utf8":
            raise Misfit(f"{quote(piece)} is no text")
        text: str = _untagged(piece, "$utf8", _from_hex)
        return text


def _from_hex(digits: Any) -> str:
    return bytes.fromhex(digits).decode("utf-8", "surrogatepass")


class Number:
    """A float; an int stands for one, as Python's types have it, and stays an int."""

    exact = 2
    shape = "float"

    def holds(self, value: Any) -> bool:
        return isinstance(value, float) or type(value) is int

    def meets(self, piece: Any) -> bool:
        return type(piece) in (int, float) or _tag(piece) == "$float"

    def write(self, value: Any) -> Any:
        if not self.holds(value):
            raise Misfit(f"{quote(value)} is no number")
        if type(value) is int:
            return value
        plain = float(value)
        return plain if math.isfinite(plain) else {"$float": str(plain)}

    def read(self, piece: Any) -> int | float:
        if type(piece) is int:
            return piece
        if type(piece) is float:
            if math.isfinite(piece):
                return piece
            raise Misfit("a number is beyond what a float holds")
        odd: float = _untagged(piece, "$float", _ODD.__getitem__)
        return odd


_ODD = {name: float(name) for name in ("nan", "inf", "-inf")}


class Tagged:
    """A type of the standard library under a key of its own."""

    exact = 0

    def __init__(
        self, kind: type, key: str, out: Callable[[Any], Any], back: Callable[[Any], Any]
    ) -> None:
        self._kind, self._out, self._back = kind, out, back
        self.shape = key

    def holds(self, value: Any) -> bool:
        return type(value) is self._kind

    def meets(self, piece: Any) -> bool:
        return _tag(piece) == self.shape

    def write(self, value: Any) -> Any:
        if type(value) is not self._kind:
            raise Misfit(f"{quote(value)} is no {self._kind.__name__}")
        return {self.shape: self._out(value)}

    def read(self, piece: Any) -> Any:
        return _untagged(piece, self.shape, self._back)


def _moment_out(value: dt.datetime) -> str | list[Any]:
    if value.tzinfo is not None and type(value.tzinfo) is not dt.timezone:
        raise Misfit(f"{quote(value)} is in a named zone")
    offset = value.utcoffset()
    if offset is not None and offset.microseconds:
        # read back as UTC: datetime.fromisoformat drops what is below a second
        raise Misfit(f"{quote(value)} is in a zone of parts of a second")
    return [value.isoformat(), value.fold] if value.fold else value.isoformat()


def _moment_back(piece: Any) -> dt.datetime:
    if isinstance(piece, list):
        text, fold = piece
        return dt.datetime.fromisoformat(text).replace(fold=fold)
    return dt.datetime.fromisoformat(piece)


def _span_back(piece: Any) -> dt.timedelta:
    days, seconds, micros = piece
    if not all(type(part) is int for part in piece):
        raise TypeError("a part is no int")
    return dt.timedelta(days, seconds, micros)


def _tag(piece: Any) -> str:
    """The one key of a tagged piece; empty for every other piece."""
    key = next(iter(piece)) if isinstance(piece, dict) and len(piece) == 1 else ""
    return key if key.startswith("$") else ""


def _untagged(piece: Any, key: str, back: Callable[[Any], Any]) -> Any:
    if _tag(piece) != key:
        raise Misfit(f"{quote(piece)} is no {key[1:]}")
    try:
        return back(piece[key])
    except (ValueError, TypeError, KeyError, OverflowError):
        raise Misfit(f"{quote(piece[key])} is no {key[1:]}") from None


class Choice:
    """An Enum by its value, or a Literal; both are texts or ints."""

    exact = 0

    def __init__(self, members: Mapping[Any, Any]) -> None:
        self._of_piece = dict(members)  # what is written -> what it stands for
        self._kinds = {type(member) for member in members.values()}
        shapes = {type(piece).__name__ for piece in members}
        self.shape = shapes.pop() if len(shapes) == 1 else "choice"

    def holds(self, value: Any) -> bool:
        return type(value) in self._kinds

    def meets(self, piece: Any) -> bool:
        return type(piece) in (str, int, bool)

    def write(self, value: Any) -> Any:
        if self.holds(value):
            for piece, member in self._of_piece.items():
                if member == value and type(member) is type(value):
                    return piece
        raise Misfit(f"{quote(value)} is not among {self._names()}")

    def read(self, piece: Any) -> Any:
        if self.meets(piece):
            for known, member in self._of_piece.items():
                if known == piece and type(known) is type(piece):
                    return member
        raise Misfit(f"{quote(piece)} is not among {self._names()}")

    def _names(self) -> str:
        return quote(list(self._of_piece))


_TAGGED = (
    Tagged(dt.datetime, "$datetime", _moment_out, _moment_back),
    Tagged(dt.date, "$date", dt.date.isoformat, dt.date.fromisoformat),
    Tagged(
        dt.timedelta,
        "$seconds",
        lambda span: [span.days, span.seconds, span.microseconds],
        _span_back,
    ),
)
STANDARD: Mapping[Any, Form] = {
    **{kind: Plain(kind) for kind in (bool, int, type(None))},
    **dict(zip((dt.datetime, dt.date, dt.timedelta), _TAGGED, strict=True)),
    str: Text(),
    float: Number(),
    None: Plain(type(None)),
}
