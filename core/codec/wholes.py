"""Forms of values with parts, and the form of a type."""

from __future__ import annotations

import dataclasses
import functools
import types
from collections.abc import Hashable, Iterator, Mapping
from enum import Enum
from typing import Any, Literal, NoReturn, Union, get_args, get_origin, get_type_hints

from core.codec.form import Form, Misfit, Step, brief, quote
from core.codec.scalars import STANDARD, Choice, Text


class Many:
    """A tuple or list of one type, of any length; or a tuple of a type for each place."""

    exact = 0
    shape = "list"

    def __init__(self, kind: type, arguments: tuple[Any, ...]) -> None:
        self._kind = kind
        is_open = kind is list or (len(arguments) == 2 and arguments[1] is ...)
        self._each = form_of(arguments[0]) if is_open else None
        self._places = () if is_open else tuple(form_of(argument) for argument in arguments)

    def holds(self, value: Any) -> bool:
        return type(value) is self._kind

    def meets(self, piece: Any) -> bool:
        return isinstance(piece, list)

    def write(self, value: Any) -> list[Any]:
        if type(value) is not self._kind:
            raise Misfit(f"{quote(value)} is no {self._kind.__name__}")
        return list(self._all(value, "write"))

    def read(self, piece: Any) -> Any:
        if not isinstance(piece, list):
            raise Misfit(f"{quote(piece)} is no list")
        return self._kind(self._all(piece, "read"))

    def _all(self, items: Any, do: Literal["write", "read"]) -> Iterator[Any]:
        if self._each is None and len(items) != len(self._places):
            raise Misfit(f"{len(items)} values stand where {len(self._places)} belong")
        for at, item in enumerate(items):
            form = self._each or self._places[at]
            with Step(f"[{at}]"):
                yield form.write(item) if do == "write" else form.read(item)


class Table:
    """A mapping from text."""

    exact = 0
    shape = "object"

    def __init__(self, arguments: tuple[Any, ...]) -> None:
        if not arguments or arguments[0] is not str:
            raise TypeError("only a mapping from str has a form as JSON")
        self._each = form_of(arguments[1])
        self._key = Text()

    def holds(self, value: Any) -> bool:
        return isinstance(value, Mapping)

    def meets(self, piece: Any) -> bool:
        return isinstance(piece, dict)

    def write(self, value: Any) -> dict[str, Any]:
        if not isinstance(value, Mapping):
            raise Misfit(f"{quote(value)} is no mapping")
        found = {}
        for key, item in value.items():
            with Step(f"[{quote(key)}]"):
                name = self._key.write(key)
                if not isinstance(name, str):
                    raise Misfit("a key has half a character")
                found[name] = self._each.write(item)
        return found

    def read(self, piece: Any) -> dict[str, Any]:
        if not isinstance(piece, dict):
            raise Misfit(f"{quote(piece)} is no object")
        found = {}
        for key, item in piece.items():
            with Step(f"[{quote(key)}]"):
                found[key] = self._each.read(item)
        return found


class Record:
    """A dataclass by its fields; each is written, defaults too. Fields are looked at on first use,
    so that a dataclass may hold itself."""

    exact = 0
    shape = "object"

    def __init__(self, kind: type) -> None:
        self._kind = kind

    @functools.cached_property
    def _fields(self) -> Mapping[str, tuple[Form, bool]]:
        """Name -> form, and whether it may be missing."""
        hints = get_type_hints(self._kind)
        found = {}
        for item in dataclasses.fields(self._kind):
            missing = dataclasses.MISSING
            is_free = item.default is not missing or item.default_factory is not missing
            found[item.name] = (form_of(hints[item.name]), is_free)
        return found

    def holds(self, value: Any) -> bool:
        return type(value) is self._kind

    def meets(self, piece: Any) -> bool:
        return isinstance(piece, dict)

    def write(self, value: Any) -> dict[str, Any]:
        if type(value) is not self._kind:
            raise Misfit(f"{quote(value)} is no {self._kind.__name__}")
        found = {}
        for name, (form, _) in self._fields.items():
            with Step(f".{name}"):
                found[name] = form.write(getattr(value, name))
        return found

    def read(self, piece: Any) -> Any:
        if not isinstance(piece, dict):
            raise Misfit(f"{quote(piece)} is no object")
        found = {}
        for name, item in piece.items():
            if name not in self._fields:
                raise Misfit(f"there is no field {quote(name)}")
            with Step(f".{name}"):
                found[name] = self._fields[name][0].read(item)
        for name, (_, is_free) in self._fields.items():
            if name not in found and not is_free:
                raise Misfit(f"the field {name!r} is missing")
        try:
            return self._kind(**found)
        except (ValueError, TypeError) as error:
            raise Misfit(brief(error)) from None


class Either:
    """A union, whose members tell themselves apart by the shape of what is written."""

    exact = 0
    shape = "union"

    def __init__(self, members: tuple[Any, ...]) -> None:
        self._forms = sorted((form_of(member) for member in members), key=lambda form: form.exact)
        shapes = [form.shape for form in self._forms]
        if len(set(shapes)) < len(shapes):
            raise TypeError(f"{members} would look the same as JSON")

    def holds(self, value: Any) -> bool:
        return any(form.holds(value) for form in self._forms)

    def meets(self, piece: Any) -> bool:
        return any(form.meets(piece) for form in self._forms)

    def write(self, value: Any) -> Any:
        form = next((form for form in self._forms if form.holds(value)), None)
        if form is None:
            raise Misfit(f"{quote(value)} is none of its types")
        return form.write(value)

    def read(self, piece: Any) -> Any:
        form = next((form for form in self._forms if form.meets(piece)), None)
        if form is None:
            raise Misfit(f"{quote(piece)} is none of its types")
        return form.read(piece)


class Formless:
    """A type without a form, such as a table of rows: a field may declare it, and hold None."""

    exact = 3

    def __init__(self, kind: Any) -> None:
        self.shape = self._name = getattr(kind, "__name__", str(kind))

    def holds(self, _: Any) -> bool:
        return True

    meets = holds

    def write(self, _: Any) -> NoReturn:
        raise Misfit(f"a {self._name} has no form as text")

    read = write


@functools.cache
def form_of(kind: Hashable) -> Form:
    """How values of a declared type are written and read. Raises TypeError for a union whose
    members would look the same."""
    if kind in STANDARD:
        return STANDARD[kind]
    origin, arguments = get_origin(kind), get_args(kind)
    if origin in (Union, types.UnionType):
        return Either(arguments)
    if origin is Literal:
        return Choice({argument: argument for argument in arguments})
    if origin in (tuple, list):
        return Many(origin, arguments)
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return Table(arguments)
    if isinstance(kind, type) and issubclass(kind, Enum):
        return Choice({member.value: member for member in kind})
    if dataclasses.is_dataclass(kind) and isinstance(kind, type):
        return Record(kind)
    return Formless(kind)
