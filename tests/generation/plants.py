"""Models, data and people for the tests of the grammar."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import duckdb

from core.execution.engine import DuckDBEngine
from core.generation.grammar import sql_rules, values_for
from core.generation.grammar.nodes import Rules
from core.governance.policy import Account, Mask, Policy, load_policy
from core.models import model_file
from core.semantic.facts import DataFacts, load_facts
from core.semantic.load import load_model
from core.semantic.model import Column, SemanticModel
from core.types import User

ROW_CAP = 10_000
HIDDEN = ("vibration_mm_s", "work_orders.parts_cost_eur", "downtime_reason", "tag", "product_code")

#: A role that does not see some columns and sees others under every kind of mask.
TRAINEE = {
    "asset_name": Mask("hash"),
    "manufacturer": Mask("partial"),
    "crew": Mask("null"),
    "energy_kwh": Mask("bucket", 10.0),
    "installed_on": Mask("bucket", 1.0),
    "acknowledged_ts": Mask("bucket", 1.0),
    "labour_hours": Mask("null"),
}


def policy() -> Policy:
    """The product's own policy with one more role and person."""
    known = load_policy()
    trainee = replace(known.roles["viewer"], name="trainee", hidden=HIDDEN, masks=TRAINEE)
    return replace(
        known,
        roles={**known.roles, "trainee": trainee},
        accounts={**known.accounts, "trainee": Account("trainee", "trainee", ("HAM",))},
    )


POLICY = policy()


@dataclass(frozen=True, slots=True)
class World:
    """A model, its data, and what the grammar is made from for one person."""

    model: SemanticModel
    facts: DataFacts
    engine: DuckDBEngine

    def visible(self, user: User) -> dict[str, frozenset[str]]:
        """The columns that exist for a person."""
        role = POLICY.roles[user.role]
        return {
            table.name: frozenset(c for c in table.columns if role.may_see(table.name, c))
            for table in self.model.tables.values()
        }

    def masked(self, user: User) -> frozenset[tuple[str, str]]:
        """The columns that a person sees under a mask."""
        role = POLICY.roles[user.role]
        return frozenset(
            (table.name, column.name)
            for table in self.model.tables.values()
            for column in table.columns.values()
            if role.mask(table.name, column.name, personal=column.personal).kind != "show"
        )

    def values(self, user: User) -> Mapping[tuple[str, str], tuple[str, ...]]:
        """The stored values that a person may name."""
        return values_for(self.facts, user.plants, self.masked(user))

    def rules(self, user: User) -> Rules:
        """The grammar for a person."""
        return sql_rules(self.model, self.visible(user), self.values(user), row_cap=ROW_CAP)


def plant_world(file: Path) -> World:
    """The demo plant."""
    return _world("plant", file)


def steel_world(folder: Path) -> World:
    """The steel works' table with two days of made-up readings; its texts are the model's."""
    file = folder / "steel.duckdb"
    model = load_model(model_file("steel"))
    with duckdb.connect(str(file)) as connection:
        for table in model.tables.values():
            columns = ", ".join(f'{_made_up(c)} AS "{c.name}"' for c in table.columns.values())
            connection.execute(
                f'CREATE TABLE "{table.name}" AS SELECT {columns} FROM range(192) n(i)'
            )
    return _world("steel", file)


def _made_up(column: Column) -> str:
    if column.type != "string":
        return _SQL[column.type]
    texts = ["it's high", *column.value_synonyms]
    listed = ", ".join("'" + text.replace("'", "''") + "'" for text in texts)
    return f"[{listed}][1 + i % {len(texts)}]"


_SQL = {
    "date": "CAST(TIMESTAMP '2018-06-01' + i * INTERVAL 15 MINUTE AS DATE)",
    "datetime": "TIMESTAMP '2018-06-01' + i * INTERVAL 15 MINUTE",
    "double": "CASE WHEN i % 17 = 0 THEN NULL ELSE CAST(i % 13 AS DOUBLE) END",
    "integer": "CAST(i % 7 AS BIGINT)",
    "boolean": "i % 3 = 0",
}


def _world(name: str, file: Path) -> World:
    model = load_model(model_file(name))
    engine = DuckDBEngine(file, memory_mb=512, threads=1, children=1)
    return World(model, load_facts(model, engine.fetch), engine)
