"""Names of the keys. A person's name, tenant or conversation can be any text, and none of them can
spell another's key: only letters, digits, `_` and `-` stand as they are, so what parts a key
(`:`), a pattern (`*`) and a place in a cluster (`{}`) comes from here alone.

    sess:TENANT:{USER:SESSION}          since when, last used, turns
    hist:TENANT:{USER:SESSION}          the newest turns
    df:TENANT:{USER:SESSION}            rows of its answers
    sql_cache:TENANT:HASH               rows of a governed statement
    rl:TENANT/...                       when somebody asked, written by the library `limits`
    run:TENANT:{USER}                   queries that run now

The braces put all of a conversation on one node of a cluster.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from core.types import User

#: Longer names are hashed.
_MOST = 48


@dataclass(frozen=True, slots=True)
class ConversationKeys:
    """The keys of one conversation of one person."""

    session: str
    turns: str
    rows: str

    @classmethod
    def of(cls, user: User, session: str) -> ConversationKeys:
        """Those of this person; another's are out of reach whatever the session is called."""
        place = f"{part(user.tenant)}:{{{part(user.name)}:{part(session)}}}"
        return cls(f"sess:{place}", f"hist:{place}", f"df:{place}")

    @property
    def every(self) -> tuple[str, str, str]:
        """All of them."""
        return self.session, self.turns, self.rows


def cached_rows(tenant: str, digest: str) -> str:
    """Of rows in the SQL cache. digest: hexadecimal."""
    return f"sql_cache:{part(tenant)}:{part(digest)}"


def running(user: User) -> str:
    """Of a person's running queries."""
    return f"run:{part(user.tenant)}:{{{part(user.name)}}}"


def part(text: str) -> str:
    """A piece of a key, other for each text: UTF-8 with %XX, or a hash where that is long."""
    data = text.encode("utf-8", "surrogatepass")
    written = "".join(chr(b) if _is_plain(b) else f"%{b:02X}" for b in data)
    # `~` stands in no written text, so that no name is another's hash; nor is any empty.
    return written if 0 < len(written) <= _MOST else f"~{hashlib.sha256(data).hexdigest()[:40]}"


def _is_plain(byte: int) -> bool:
    return byte < 128 and (chr(byte).isalnum() or byte in b"_-")
