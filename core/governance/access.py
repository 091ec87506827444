"""What a person may see, as a value for the page that shows it: the policy over the models."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from core.governance.policy import Account, Policy, Role
from core.semantic.model import SemanticModel, Table


@dataclass(frozen=True, slots=True)
class ColumnAccess:
    """shown: `as stored`, `hidden`, or the mask in words."""

    name: str
    label: str
    personal: bool
    shown: str


@dataclass(frozen=True, slots=True)
class TableAccess:
    """One table of a model. readable: whether the role may read it at all; scope: the column that
    limits rows to the person's plants, "" for a table that belongs to none; plants: the values of
    it that the person sees."""

    model: str
    name: str
    label: str
    readable: bool
    scope: str
    columns: tuple[ColumnAccess, ...]
    plants: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Access:
    """All that one account may see and use."""

    account: str
    display_name: str
    role: Role
    plants: tuple[str, ...]
    tables: tuple[TableAccess, ...]


def access_of(account: Account, policy: Policy, models: Iterable[SemanticModel]) -> Access:
    """What this account may see of these models."""
    role = policy.roles[account.role]
    return Access(
        account.name,
        account.display_name or account.name,
        role,
        account.plants,
        tuple(
            _table(role, model, t, account.plants_in(model.name))
            for model in models
            for t in model.tables.values()
        ),
    )


def unknown_names(policy: Policy, models: Iterable[SemanticModel]) -> tuple[str, ...]:
    """Tables and columns that a role names and no model has, as sentences; a name that is wrong
    hides or masks nothing."""
    known = {model.name: model for model in models}
    columns: set[str] = set()
    for model in known.values():
        for table in model.tables.values():
            columns |= {*table.columns, *(f"{table.name}.{name}" for name in table.columns)}
    found: list[str] = []
    for role in policy.roles.values():
        who = f"role {role.name!r} names"
        wrong = [n for n in (*role.hidden, *role.masks) if n not in columns]
        found += [f"{who} the column {n!r}, which no model has" for n in wrong]
        gone = [n for n in (*(role.models or ()), *role.tables) if n not in known]
        found += [f"{who} the model {n!r}, which is not there" for n in gone]
        for name, tables in role.tables.items():
            lacking = [t for t in tables if name in known and t not in known[name].tables]
            found += [f"{who} the table {t!r}, which model {name!r} lacks" for t in lacking]
    return tuple(found)


def unknown_scopes(policy: Policy, models: Collection[str]) -> tuple[str, ...]:
    """Models for which an account has scope values and that are not there, as sentences: it may
    have been misspelt, and then the account sees no rows of the one that was meant."""
    return tuple(
        f"account {account.name!r} names the model {name!r}, which is not there"
        for account in policy.accounts.values()
        for name in account.scopes
        if name not in models
    )


def _table(role: Role, model: SemanticModel, table: Table, plants: tuple[str, ...]) -> TableAccess:
    return TableAccess(
        model.name,
        table.name,
        table.label,
        role.may_read(model.name, table.name),
        table.scope or "",
        tuple(
            ColumnAccess(c.name, c.label, c.personal, _shown(role, table, c.name, c.personal))
            for c in table.own.values()
        ),
        plants,
    )


def _shown(role: Role, table: Table, name: str, personal: bool) -> str:
    if not role.may_see(table.name, name):
        return "hidden"
    mask = role.mask(table.name, name, personal=personal)
    words = {
        "show": "as stored",
        "null": "never",
        "hash": "as a pseudonym",
        "partial": "first letter",
        "bucket": f"in steps of {mask.width:g}",
    }
    return words[mask.kind]
