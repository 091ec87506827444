"""A client of redis-py for an address, with a bound on everything.

redis-py of itself waits 5 s for each step and tries ten times; here a step has one short time, and
nothing is tried again below `core/sessions/link.py`. It speaks RESP2 and says nothing about
itself, so that the account needs the right to our commands alone.
"""

from __future__ import annotations

import ssl
from typing import Any, TypeAlias, cast

import redis
from redis.backoff import NoBackoff
from redis.cluster import ClusterNode, RedisCluster
from redis.retry import Retry
from redis.sentinel import Sentinel

from core.sessions.address import Address

#: A cluster's client takes the same commands as far as they are used here.
Client: TypeAlias = redis.Redis
# redis-py types neither of the two.
_Node: Any = ClusterNode
_Sentinel: Any = Sentinel


def connect(address: Address, *, timeout_s: float, connections: int) -> Client:
    """The client; of a cluster it asks for the nodes, else nothing is sent yet. Raises what
    redis-py raises."""
    if address.form == "embedded":
        import fakeredis

        # A server of its own: two installations in one process share nothing.
        return fakeredis.FakeRedis(server=fakeredis.FakeServer())
    common = _common(address, timeout_s)
    if address.form == "cluster":
        nodes = [_Node(host, port) for host, port in address.hosts]
        # One try more than none: it is what follows a slot to its new node.
        once = Retry(NoBackoff(), 1)
        more = {**common, **_account(address), "max_connections": connections}
        return cast(Client, RedisCluster(startup_nodes=nodes, retry=once, **more))
    retry = Retry(NoBackoff(), 0)
    more = {**common, **_account(address), "db": address.db, "max_connections": connections}
    if address.form == "sentinel":
        # Sentinels have accounts of their own, and TLS as the server has it.
        told = {
            **common,
            **_named(address.sentinel_user, address.sentinel_password),
            "retry": Retry(NoBackoff(), 0),
        }
        sentinel = _Sentinel(list(address.hosts), sentinel_kwargs=told, retry=retry, **more)
        client: redis.Redis = sentinel.master_for(address.service)
        return client
    (host, port) = address.hosts[0]
    return redis.Redis(host=host, port=port, retry=retry, **more)


def disconnect(client: Any) -> None:
    """End all connections, those in use too: what waits on them fails at once."""
    clients = [client]
    if isinstance(client, RedisCluster):
        nodes: Any = client.nodes_manager.nodes_cache
        clients = [node.redis_connection for node in nodes.values()]
    for one in filter(None, clients):
        one.connection_pool.disconnect()


def _common(address: Address, timeout_s: float) -> dict[str, Any]:
    made: dict[str, Any] = {
        "socket_timeout": timeout_s,
        "socket_connect_timeout": timeout_s,
        "protocol": 2,
        "driver_info": None,
    }
    if address.uses_tls:
        made |= {
            "ssl": True,
            "ssl_cert_reqs": "required",
            "ssl_check_hostname": True,
            "ssl_ca_certs": address.ca or None,
            "ssl_min_version": ssl.TLSVersion.TLSv1_2,
        }
    return made


def _account(address: Address) -> dict[str, str]:
    return _named(address.user, address.password)


def _named(user: str, password: str) -> dict[str, str]:
    """Without a name it is Redis' own account `default`."""
    words = {"username": user, "password": password}
    return {name: word for name, word in words.items() if word}
