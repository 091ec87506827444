"""Before the first question: a write and a foreign read go through the real guard and engine."""

from __future__ import annotations

from core.errors import ConfigError, GembaError, ModelFixable, Refused, Unavailable
from core.governance.decisions import RULES_VERSION
from core.governance.govern import govern
from core.governance.policy import Policy
from core.governance.scan import identifier
from core.semantic.model import SemanticModel, Table
from core.types import Engine, Governed, User

_TIMEOUT_S = 20.0
_WRITES = (
    "DELETE FROM {table}",
    "DROP TABLE {table}",
    "CREATE TABLE gemba_self_test AS SELECT 1 AS a",
    "WITH x AS (DELETE FROM {table} RETURNING *) SELECT * FROM x",
    "SELECT * INTO gemba_self_test FROM {table}",
    "SELECT 1; DROP TABLE {table}",
)


def self_test(engine: Engine, policy: Policy, model: SemanticModel) -> None:
    """Raises ConfigError when a write is accepted or a foreign row comes back; the app then must
    not start. Raises what the engine raises when the store cannot be read at all."""
    user = policy.user(policy.default_user)
    table = model.tables[model.default_table]
    name = identifier(table.name).sql("starrocks")
    for write in _WRITES:
        _expect_refusal(write.format(table=name), user, policy, model)
    _expect_read_only(engine, name)
    for each in model.tables.values():
        if each.scope is not None:
            _expect_own_rows(engine, policy, model, each)


def _expect_refusal(sql: str, user: User, policy: Policy, model: SemanticModel) -> None:
    try:
        govern(sql, user, policy, model)
    except Refused:
        return
    raise ConfigError(f"The self-test failed: governance accepted {sql!r}. Gemba does not start.")


def _expect_read_only(engine: Engine, table: str) -> None:
    """The second wall: the engine itself turns a write down."""
    write = Governed(
        sql=f"CREATE TABLE gemba_self_test AS SELECT * FROM {table} LIMIT 0",
        tables=(), predicates=(), masked=(), limit=2, rules_version=RULES_VERSION,
    )  # fmt: skip
    try:
        engine.run(write, timeout_s=_TIMEOUT_S)
    except ModelFixable:
        return
    except (Unavailable, ConfigError):
        raise
    except GembaError:
        return
    raise ConfigError("The self-test failed: the store can be written. Gemba does not start.")


def _expect_own_rows(engine: Engine, policy: Policy, model: SemanticModel, table: Table) -> None:
    """A user of one plant asks for every plant's rows by every way that once leaked."""
    values = policy.scope_values(model.name)
    if len(values) < 2:
        return
    own, foreign = values[0], values[1]
    role = policy.accounts[policy.default_user].role
    user = User(name="self-test", role=role, plants=(own,))
    assert table.scope is not None
    name, scope = identifier(table.name).sql("starrocks"), identifier(table.scope).sql("starrocks")
    attempts = (
        f"SELECT DISTINCT {scope} AS p FROM {name}",
        f"SELECT DISTINCT {scope} AS p FROM {name} WHERE {scope} = '{foreign}' OR 1 = 1",
        f"WITH x AS (SELECT * FROM {name}) SELECT DISTINCT {scope} AS p FROM x",
        f"SELECT p FROM (SELECT {scope} AS p FROM {name} UNION SELECT {scope} FROM {name}) AS u",
    )
    for sql in attempts:
        governed = govern(sql, user, policy, model)
        found = engine.run(governed, timeout_s=_TIMEOUT_S).table.column("p").to_pylist()
        if set(found) - {own}:
            raise ConfigError(
                f"The self-test failed: a user of {own!r} read rows of another plant from "
                f"{table.name!r}. Gemba does not start."
            )
