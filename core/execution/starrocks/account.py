"""The account may read and nothing more: what its grants say (SECURITY.md, C2).

A grant that cannot be read counts as one that may write. StarRocks writes one line a grant,
`GRANT SELECT ON VIEW gemba.plant_obt TO USER 'u'@'%'` or `GRANT 'role' TO USER 'u'@'%'`; a role's
own grants are asked for in turn.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from core.errors import ConfigError

_ON = re.compile(r"^GRANT\s+(?P<rights>.+?)\s+ON\s+.+?\s+TO\s+(?P<rest>.+)$", re.IGNORECASE)
_ROLE = re.compile(r"^GRANT\s+(?P<roles>[^()]+?)\s+TO\s+.+$", re.IGNORECASE)
_NAME = re.compile(r"^[`'\"]?([A-Za-z_][A-Za-z0-9_]*)[`'\"]?$")
_HARMLESS = frozenset(("SELECT", "USAGE"))
_COLUMNS = re.compile(r"\([^)]*\)")
_MOST_ROLES = 20

#: Grants of a role by its name.
RoleGrants = Callable[[str], Iterable[str]]


def writes_in(grants: Iterable[str], role_grants: RoleGrants) -> tuple[str, ...]:
    """The grants that go beyond reading, as the server wrote them; none means read-only."""
    found: list[str] = []
    todo, seen = list(grants), set[str]()
    while todo:
        line = " ".join(todo.pop(0).split()).rstrip(";")
        on = _ON.match(line)
        if on:
            rights = {r.strip().upper() for r in _COLUMNS.sub("", on["rights"]).split(",")}
            if not rights <= _HARMLESS or "GRANT OPTION" in on["rest"].upper():
                found.append(_without_secret(line))
            continue
        roles = _roles(line)
        if roles is None:
            found.append(_without_secret(line))
            continue
        for role in roles - seen:
            seen.add(role)
            if len(seen) > _MOST_ROLES:
                return (*found, "more roles than can be looked through")
            todo += list(role_grants(role))
    return tuple(found)


def refuse_writer(grants: Iterable[str], role_grants: RoleGrants, user: str) -> None:
    """Raises ConfigError when the account may do more than read."""
    writes = writes_in(grants, role_grants)
    if writes:
        shown = "; ".join(writes[:3])
        more = f" and {len(writes) - 3} more" if len(writes) > 3 else ""
        raise ConfigError(
            f"The database account {user!r} may do more than read, so Gemba does not use it: "
            f"{shown}{more}. Use an account that has SELECT on the plant's views alone "
            "(data/starrocks/04_accounts.sql makes one)."
        )


def _roles(line: str) -> set[str] | None:
    """Role names of `GRANT a, b TO ...`; None for a line of another form."""
    match = _ROLE.match(line)
    if match is None or "WITH ADMIN OPTION" in line.upper():
        return None
    names = [_NAME.match(part.strip()) for part in match["roles"].split(",")]
    return {n[1] for n in names if n} if all(names) else None


def _without_secret(line: str) -> str:
    return re.sub(r"\s+IDENTIFIED\s+(BY|VIA|WITH)\s+.*$", "", line, flags=re.IGNORECASE)[:160]
