"""What is particular to a server that speaks the MySQL protocol: session settings and EXPLAIN."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from core.execution.starrocks.explain import read_plan
from core.types import Estimate


@dataclass(frozen=True, slots=True)
class SessionLimits:
    """What a session may take. memory_mb: of one query, on each backend."""

    memory_mb: int
    rows: int


@dataclass(frozen=True, slots=True)
class Server:
    """session: statements for each new connection. timeout: the statement that bounds the queries
    after it, in seconds. explain: what to put before a query; read_plan: its lines to an estimate.
    role_grants: shows what `{role}` may do."""

    session: Callable[[SessionLimits], Sequence[str]]
    timeout: Callable[[float], str]
    explain: str
    read_plan: Callable[[Sequence[str]], Estimate]
    role_grants: str = "SHOW GRANTS FOR ROLE {role}"


def _session(limits: SessionLimits) -> Sequence[str]:
    return (
        "SET time_zone = 'UTC'",
        # The default. A server-wide one may sort NULLs last, let `||` join texts or read 1.5 as a
        # double: other answers than governance and the dialect suite know, without a word.
        "SET sql_mode = 'ONLY_FULL_GROUP_BY'",
        f"SET query_mem_limit = {limits.memory_mb * 1024 * 1024}",
        f"SET sql_select_limit = {limits.rows}",
    )


def _timeout(seconds: float) -> str:
    # Whole seconds from 1 on; the engine's own deadline is the exact one.
    return f"SET query_timeout = {max(1, int(seconds + 0.999))}"


#: Variables and forms from StarRocks' documentation (System_variable.md, EXPLAIN.md).
STARROCKS = Server(_session, _timeout, "EXPLAIN VERBOSE", read_plan)
