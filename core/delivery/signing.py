"""Signatures of webhooks: HMAC-SHA256 over the time and the body, with a key both sides know.

    Gemba-Timestamp: 1790000000
    Gemba-Signature: v1=<64 hexadecimal digits>

The signature is of the timestamp's digits, a full stop and the body's bytes. A receiver computes it
anew, and refuses a timestamp that lies too far from its own clock: who has overheard a call cannot
send it again later. `verify` does all of this and is free to be copied.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable, Mapping
from typing import Final

TIMESTAMP: Final = "Gemba-Timestamp"
SIGNATURE: Final = "Gemba-Signature"
#: The message's key: the same for each try to send it, so that a receiver can drop repeats.
KEY: Final = "Gemba-Message"
#: Seconds that a timestamp may lie from the receiver's clock, to either side.
WINDOW_S: Final = 300
#: Characters of a signing key at least.
LEAST_KEY: Final = 16
_SCHEME: Final = "v1="


class SignatureRefused(ValueError):
    """A call that is not to be trusted; the text says why."""


def sign(body: bytes, timestamp: int, key: str) -> dict[str, str]:
    """The two headers for a body. timestamp: seconds since 1970, of this try."""
    return {TIMESTAMP: str(timestamp), SIGNATURE: _SCHEME + _digest(body, str(timestamp), key)}


def verify(
    body: bytes,
    headers: Mapping[str, str],
    keys: Iterable[str],
    now: float,
    window_s: float = WINDOW_S,
) -> None:
    """Return when one of the keys has signed this body within the window; two keys are for the time
    in which one takes the other's place. headers: their names in any case. now: seconds since 1970.

    Raises SignatureRefused otherwise.
    """
    found = {name.casefold(): value for name, value in headers.items()}
    timestamp = found.get(TIMESTAMP.casefold(), "")
    signature = found.get(SIGNATURE.casefold(), "")
    if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= 12):
        raise SignatureRefused(f"It has no {TIMESTAMP} that is a time.")
    if not signature.startswith(_SCHEME):
        raise SignatureRefused(f"It has no {SIGNATURE} of the form {_SCHEME}DIGITS.")
    claimed = signature.removeprefix(_SCHEME).encode("utf-8", "replace")
    # All keys are tried, each in the same time, so that nothing is told by how long it takes.
    right = [
        hmac.compare_digest(_digest(body, timestamp, key).encode(), claimed) for key in keys if key
    ]
    if not any(right):
        raise SignatureRefused("It was not signed with a key that is known, or was changed.")
    if not abs(now - int(timestamp)) <= window_s:
        raise SignatureRefused(f"It was signed more than {window_s:g} s from now.")


def _digest(body: bytes, timestamp: str, key: str) -> str:
    text = timestamp.encode("ascii") + b"." + body
    return hmac.new(key.encode("utf-8"), text, hashlib.sha256).hexdigest()
