"""A value in its envelope: which form of text, which type."""

from __future__ import annotations

import dataclasses
import json
from typing import Any, NoReturn, TypeVar

from core.codec.form import Misfit, brief, quote
from core.codec.wholes import form_of
from core.errors import CodecError

T = TypeVar("T")
#: Of the form of the text, not of the dataclasses in it.
VERSION = 1


def to_json(value: object) -> str:
    """An instance of a dataclass as text; a time of a named zone has no form here.

    Raises CodecError for a value that is not of its declared type, or has no form.
    """
    kind = type(value)
    if not dataclasses.is_dataclass(kind):
        raise CodecError(f"{kind.__name__} is no dataclass, so it is not kept as text.")
    try:
        inner = form_of(kind).write(value)
        envelope = {"gemba": VERSION, "type": kind.__name__, "value": inner}
        return json.dumps(envelope, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    except Misfit as error:
        raise CodecError(f"{kind.__name__}{error} It is not kept.") from None
    except (ValueError, RecursionError) as error:
        raise CodecError(f"This {kind.__name__} has no form as text: {brief(error)}.") from error


def from_json(text: str, kind: type[T]) -> T:
    """The value that `to_json` wrote. Raises CodecError for any other text."""
    try:
        found = json.loads(text, object_pairs_hook=_object, parse_constant=_no_constant)
    except (ValueError, RecursionError, TypeError) as error:
        raise CodecError(f"This is no {kind.__name__} as text: {brief(error)}.") from error
    if not isinstance(found, dict) or found.keys() != {"gemba", "type", "value"}:
        raise CodecError(f"This is no {kind.__name__} as text: it does not say what it holds.")
    if type(found["gemba"]) is not int or found["gemba"] != VERSION:
        raise CodecError(f"This text is of version {quote(found['gemba'])}, not {VERSION}.")
    if found["type"] != kind.__name__:
        raise CodecError(f"This text holds a {quote(found['type'])}, not a {kind.__name__}.")
    declared: Any = kind
    try:
        value = form_of(declared).read(found["value"])
    except Misfit as error:
        raise CodecError(f"{kind.__name__}{error}") from None
    except RecursionError as error:
        raise CodecError(f"This is no {kind.__name__} as text: {brief(error)}.") from error
    assert isinstance(value, kind)
    return value


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a key stands twice")
    return found


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON")
