"""Where imported data and their drafted models stand below the data folder."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Final

from core.errors import UserFixable
from core.ingest.adding import Adding, hiding
from core.ingest.load import STORES, Draft, Goal, Mode
from core.semantic.load import load_model
from core.semantic.model import SemanticModel
from core.translation import told

MODELS: Final = "models"


#: Lets a store's new file in, of a model, by what it came from and how its rows come, and the store
#: as it will be, where it is given the new rows alone; raises UserFixable where its checks do not
#: hold.
Gate = Callable[[Path, SemanticModel, str, Mode, Path | None], None]


def goal_of(
    name: str,
    data_dir: Path,
    draft: Draft | None,
    model_file: Path | None,
    gate: Gate | None = None,
    source: str = "",
    adding: Adding | None = None,
) -> Goal:
    """Where data of that name go. model_file: of the model that has the name already; it is kept
    as it is, and the data must have what it names and hold its checks. source: what they come from,
    for people; the name without one. adding: how rows are added to those that are there; the key
    that the model's checks declare is theirs unless another was said.

    Raises UserFixable for a name of a model whose data come from elsewhere.
    """
    target = data_dir / STORES / f"{name}.duckdb"
    if model_file is None:
        own = data_dir / MODELS / f"{name}.yaml"
        return Goal(
            name, target, model_file=own if draft else None, draft=draft, adding=adding
        )  # fmt: skip
    model = load_model(model_file)
    if model.store != f"{STORES}/{name}.duckdb":
        raise UserFixable(
            told(
                "There is a model {name} already, and its data come from elsewhere. Import under "
                "another name.",
                name=repr(name),
            )
        )
    needs = {table.name: tuple(table.own) for table in model.tables.values()}

    def admit(built: Path, mode: Mode, whole: Path | None = None) -> None:
        if gate is not None:
            gate(built, model, source or name, mode, whole)

    return Goal(
        name, target, needs=needs, admit=admit, adding=_of_model(adding, model, name),
        of_tables={table: _of_model(adding, model, table) for table in model.tables},
    )  # fmt: skip


def _of_model(adding: Adding | None, model: SemanticModel, name: str) -> Adding | None:
    """How rows are added, with what the model says of its table."""
    table = model.tables.get(name)
    if adding is None or table is None:
        return adding
    personal = [column.name for column in table.columns.values() if column.personal]
    named_by = tuple(
        tuple(right for _left, right in relation.pairs)
        for relation in model.relations
        if relation.kind == "many_to_one" and relation.right == name
    )
    supposed = () if any(name not in table.own for name in table.key) else table.key
    unique = table.checks.unique if table.checks is not None else ()
    declared = (*unique, *named_by)[:1]
    return replace(
        hiding(adding, personal), named_by=tuple(dict.fromkeys(named_by)),
        declared=declared[0] if declared else (), supposed=supposed,
    )  # fmt: skip
