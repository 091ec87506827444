"""The second wall: views and accounts for each scope, written from the policy and the model.

StarRocks has no row policy of its own in its open edition. A scope is therefore a database that
holds one view for each table, under the table's own name and with the plants in its WHERE, and an
account that may SELECT those views and nothing else. The same SQL text runs in every scope, and
what governance might let through by mistake meets an account that cannot see other rows.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from core.governance.policy import Policy
from core.semantic.model import SemanticModel, Table
from data.starrocks.names import BadNameError, identifier, literal, part_of_name, plant_literal
from data.starrocks.tables import STORE

LOADER: Final = "gemba_loader"
GROUP: Final = "gemba_readers"
_CONNECTIONS: Final = 32
_CONCURRENT: Final = 16
_MEGABYTE: Final = 1024 * 1024

_VIEWS_HEAD: Final = """\
-- What readers see: one database for all plants, and one for each set of plants that the policy
-- knows. Written by `python -m data.starrocks --write` from data/policy/policy.yaml and
-- data/models/plant.yaml; written again when an account gets other plants.
--
-- A view names each column: a column that is added to a table later is not seen until it is named
-- here. Views are checked with the reader's right on the view alone (StarRocks 3.4.1 or later;
-- docs/starrocks.md says what to do on an older one).
"""

_ACCOUNTS_HEAD: Final = """\
-- Accounts: readers who may SELECT the views of one scope and nothing else, and a loader who may
-- INSERT into the tables and read nothing. Written by `python -m data.starrocks --write`.
--
-- No account has a password yet. Each REPLACE_HASH_OF_... is a place for the hash of a password of
-- your own, which this prints after asking for it:  python -m data.starrocks password-hash
-- StarRocks refuses a statement whose place was left as it is, because that is no hash. Leave out
-- the scopes you do not use. '%' lets an account in from anywhere: put Gemba's address there.
-- User properties need StarRocks 3.3.3. They are what a session starts with, not a wall: any
-- account may set its own session variables. The wall is the resource group (05).
"""

_GROUP_HEAD: Final = """\
-- What all readers together may take, on each back end. A query that passes a big_query limit is
-- ended. Written by `python -m data.starrocks --write`; the rows are the policy's largest scan
-- budget. cpu_weight is called cpu_core_limit before StarRocks 3.3.5 and may not be more than a
-- back end has cores.
"""


@dataclass(frozen=True, slots=True)
class Scope:
    """A set of plants with a database and an account of its own; plants None: all of them."""

    database: str
    account: str
    plants: tuple[str, ...] | None

    @property
    def role(self) -> str:
        """The role that holds the scope's rights."""
        return f"{self.account}_role"


def scopes_of(policy: Policy, model: str = "") -> tuple[Scope, ...]:
    """Of a model's scope values: all plants, then each plant, then each set of several plants that
    an account has.

    Raises BadNameError for a plant code that is no plain code, and for two sets whose names would
    be the same.
    """
    sets: set[tuple[str, ...]] = {(plant,) for plant in policy.scope_values(model)}
    sets |= {tuple(sorted(set(account.plants_in(model)))) for account in policy.accounts.values()}
    sets -= {(), policy.scope_values(model)} if len(policy.scope_values(model)) > 1 else {()}
    found = [Scope("gemba", "gemba_reader", None)]
    taken: dict[str, tuple[str, ...]] = {}
    for plants in sorted(sets, key=lambda plants: (len(plants), plants)):
        for plant in plants:
            plant_literal(plant)
        part = "_".join(part_of_name(plant) for plant in plants)
        if part in taken:
            raise BadNameError(
                f"The plants {', '.join(taken[part])} and {', '.join(plants)} would both be called "
                f"{part!r}: rename one of them."
            )
        taken[part] = plants
        if part == STORE.removeprefix("gemba_"):
            raise BadNameError(f"A scope cannot be called {part!r}: the tables' database is.")
        identifier(f"gemba_reader_{part}_role")
        found.append(Scope(f"gemba_{part}", f"gemba_reader_{part}", plants))
    return tuple(found)


def readable(model: SemanticModel, policy: Policy) -> tuple[tuple[Table, tuple[str, ...]], ...]:
    """Tables that some role may read, each with the columns that some role may see."""
    found = []
    for table in model.tables.values():
        roles = [r for r in policy.roles.values() if r.may_read(model.name, table.name)]
        if not roles:
            continue
        columns = tuple(
            name for name in table.columns if any(role.may_see(table.name, name) for role in roles)
        )
        found.append((table, columns))
    return tuple(found)


def create_view(scope: Scope, table: Table, columns: Iterable[str]) -> str:
    """CREATE VIEW of one table in one scope. Raises BadNameError for a table without a scope
    column in a scope of some plants: nothing would say whose rows they are."""
    where = ""
    if scope.plants is not None:
        if table.scope is None:
            raise BadNameError(
                f"The table {table.name!r} has no scope column in the model, so it has no view "
                f"for {', '.join(scope.plants)}: give it one, or take it from the roles."
            )
        values = ", ".join(plant_literal(plant) for plant in scope.plants)
        where = f"\nWHERE {identifier(table.scope)} IN ({values})"
    listed = ",\n    ".join(identifier(column) for column in columns)
    return (
        f"CREATE OR REPLACE VIEW {identifier(f'{scope.database}.{table.name}')} AS\n"
        f"SELECT\n    {listed}\n"
        f"FROM {identifier(f'{STORE}.{table.name}')}{where};\n"
    )


def views_sql(model: SemanticModel, policy: Policy) -> str:
    """02_views.sql."""
    parts = [_VIEWS_HEAD]
    for scope in scopes_of(policy, model.name):
        plants = "all plants" if scope.plants is None else ", ".join(scope.plants)
        parts.append(f"-- {plants}\nCREATE DATABASE IF NOT EXISTS {identifier(scope.database)};\n")
        parts += [create_view(scope, table, names) for table, names in readable(model, policy)]
    return "\n".join(parts)


def _account(name: str, role: str, database: str, timeout_s: int) -> list[str]:
    """CREATE USER and what its sessions start with."""
    create = (
        f"CREATE USER IF NOT EXISTS {literal(name)}@'%' IDENTIFIED WITH mysql_native_password "
        f"AS 'REPLACE_HASH_OF_{name}' DEFAULT ROLE {identifier(role)};\n"
    )
    properties = (
        f"ALTER USER {literal(name)} SET PROPERTIES (\n"
        f'    "max_user_connections" = "{_CONNECTIONS}",\n'
        f'    "catalog" = "default_catalog",\n    "database" = "{database}",\n'
        f'    "session.query_timeout" = "{timeout_s}"\n);\n'
    )
    return [create, properties]


def accounts_sql(model: SemanticModel, policy: Policy) -> str:
    """04_accounts.sql."""
    tables = [table.name for table, _ in readable(model, policy)]
    timeout_s = math.ceil(max(role.time_budget_s for role in policy.roles.values()))
    parts = [_ACCOUNTS_HEAD]
    for scope in scopes_of(policy, model.name):
        plants = "all plants" if scope.plants is None else ", ".join(scope.plants)
        parts.append(f"-- reader: {plants}\nCREATE ROLE IF NOT EXISTS {identifier(scope.role)};\n")
        parts += [
            f"GRANT SELECT ON VIEW {identifier(f'{scope.database}.{table}')} "
            f"TO ROLE {identifier(scope.role)};\n"
            for table in tables
        ]
        parts += _account(scope.account, scope.role, scope.database, timeout_s)
    role = f"{LOADER}_role"
    parts.append(f"-- loader\nCREATE ROLE IF NOT EXISTS {identifier(role)};\n")
    parts += [
        f"GRANT INSERT ON TABLE {identifier(f'{STORE}.{table}')} TO ROLE {identifier(role)};\n"
        for table in tables
    ]
    parts.append(_account(LOADER, role, STORE, timeout_s)[0])
    return "\n".join(parts)


def resource_group_sql(policy: Policy) -> str:
    """05_resource_group.sql."""
    readers = ",\n    ".join(
        f"(user = {literal(scope.account)}, query_type IN ('select'))"
        for scope in scopes_of(policy)
    )
    rows = max(role.scan_budget_rows for role in policy.roles.values())
    seconds = math.ceil(max(role.time_budget_s for role in policy.roles.values()))
    limits = {
        "cpu_weight": "4",
        "mem_limit": "30%",
        "concurrency_limit": str(_CONCURRENT),
        "big_query_cpu_second_limit": str(seconds * 4),
        "big_query_scan_rows_limit": str(rows),
        "big_query_mem_limit": str(4096 * _MEGABYTE),
    }
    listed = ",\n    ".join(f"'{name}' = '{value}'" for name, value in limits.items())
    return (
        f"{_GROUP_HEAD}\nCREATE RESOURCE GROUP IF NOT EXISTS {identifier(GROUP)}\n"
        f"TO\n    {readers}\nWITH (\n    {listed}\n);\n"
    )
