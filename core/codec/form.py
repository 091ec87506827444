"""What a form is, and how a value that does not fit is told."""

from __future__ import annotations

from typing import Any, Protocol

#: Characters of a message's quotation.
_QUOTED = 60


class Misfit(Exception):
    """A value that is not as declared. The way to it is put together on the way out."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.way = ""

    def __str__(self) -> str:
        return f"{self.way}: {self.args[0]}."


class Step:
    """Puts a step before the way of a misfit that comes from within."""

    __slots__ = ("_name",)

    def __init__(self, name: str) -> None:
        self._name = name

    def __enter__(self) -> None:
        pass

    def __exit__(self, _: object, error: object, __: object) -> None:
        if isinstance(error, Misfit):
            error.way = self._name + error.way


def brief(error: Exception) -> str:
    """What a library's error says, short and without its full stop."""
    if isinstance(error, RecursionError):
        return "it is nested too deeply"
    return str(error)[: 2 * _QUOTED].rstrip(".")


def quote(value: object) -> str:
    """A value as plain ASCII for a message, cut where it is long."""
    try:
        shown = ascii(value)
    except (ValueError, RecursionError):  # an int of more digits than Python prints
        return f"a very long {type(value).__name__}"
    return shown if len(shown) <= _QUOTED else f"{shown[:_QUOTED]}…"


class Form(Protocol):
    """How values of one declared type are written and read; both raise Misfit.

    holds: whether a value may be written so; meets: whether a piece of JSON may be one. exact:
    lower is tried first where several would do. shape: what pieces look like; forms of one shape
    cannot stand beside one another in a union.
    """

    exact: int
    shape: str

    def holds(self, value: Any) -> bool: ...
    def meets(self, piece: Any) -> bool: ...
    def write(self, value: Any) -> Any: ...
    def read(self, piece: Any) -> Any: ...
