"""An entry as a payload, and back."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Mapping
from dataclasses import fields
from typing import Any, Final

from core.entries import KINDS, STATUSES, Entry

#: Raised when the payload, the texts that are embedded or the words of the sparse leg change:
#: then every entry is indexed again.
SCHEMA_VERSION: Final = 1
_TUPLES: Final = ("paraphrases", "plants")
_TIMES: Final = ("created", "verified_at")


def payload_of(entry: Entry) -> dict[str, Any]:
    """All of the entry, as JSON values, with the digest that says whether it has changed."""
    payload: dict[str, Any] = {f.name: getattr(entry, f.name) for f in fields(entry)}
    for name in _TUPLES:
        payload[name] = list(payload[name])
    for name in _TIMES:
        payload[name] = payload[name].isoformat() if payload[name] else None
    return payload


def digest_of(entry: Entry, *, is_dense: bool) -> str:
    """The same for what is indexed the same. How often an entry was used is not part of it."""
    payload = payload_of(entry) | {"hits": 0, "schema": SCHEMA_VERSION, "dense": is_dense}
    return hashlib.sha256(json.dumps(payload, sort_keys=True).encode()).hexdigest()[:24]


def entry_of(payload: Mapping[str, Any]) -> Entry | None:
    """The entry of a payload; None when it is none of ours."""
    try:
        values = {f.name: payload[f.name] for f in fields(Entry)}
        for name in _TUPLES:
            values[name] = tuple(str(value) for value in values[name])
        for name in _TIMES:
            values[name] = dt.datetime.fromisoformat(values[name]) if values[name] else None
    except (KeyError, TypeError, ValueError):
        return None
    if values["kind"] not in KINDS or values["status"] not in STATUSES:
        return None
    return Entry(**values)
