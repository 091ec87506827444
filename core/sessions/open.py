"""The parts that share one Redis, or its stand-in in this process."""

from __future__ import annotations

from dataclasses import dataclass

from core.sessions.address import read_address
from core.sessions.leases import Leases
from core.sessions.link import Link
from core.sessions.rates import Rates
from core.sessions.room import Room
from core.sessions.sessions import Sessions
from core.sessions.sql_cache import SqlCache, VersionsOf
from core.settings import Settings


@dataclass(frozen=True, slots=True)
class SessionParts:
    """cache: None where it is switched off. leases: None without a server, where one process is
    all there is."""

    link: Link
    sessions: Sessions
    rates: Rates
    cache: SqlCache | None
    leases: Leases | None

    def close(self) -> None:
        """End the connections."""
        if self.cache is not None:
            self.cache.close()
        self.link.close()


def open_sessions(settings: Settings, versions: VersionsOf, rules: str) -> SessionParts:
    """The parts that the settings name; nothing is asked of the Redis yet. rules: the version of
    what decides who may see what. Raises SettingsError for an address, a file or a limit that is
    none."""
    link = Link(
        read_address(settings.redis_url, settings.redis_ca),
        timeout_s=settings.redis_timeout_s,
        connections=settings.redis_connections,
    )
    room = Room(settings.session_memory_mb * 2**20) if link.is_embedded else None
    ttl_s = settings.sql_cache_s
    return SessionParts(
        link,
        Sessions(link, room, rules=rules),
        Rates(link, user=settings.rate_user, tenant=settings.rate_tenant),
        SqlCache(link, versions, ttl_s=ttl_s, room=room) if ttl_s > 0 else None,
        None if link.is_embedded else Leases(link),
    )
