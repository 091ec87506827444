"""Where imported data and their drafted models stand below the data folder."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final

from core.errors import UserFixable
from core.ingest.load import STORES, Draft, Goal
from core.semantic.load import load_model
from core.semantic.model import SemanticModel
from core.translation import told

MODELS: Final = "models"


#: Lets a store's new file in, of a model; raises UserFixable where its checks do not hold.
Gate = Callable[[Path, SemanticModel, str], None]


def goal_of(
    name: str,
    data_dir: Path,
    draft: Draft | None,
    model_file: Path | None,
    gate: Gate | None = None,
    source: str = "",
) -> Goal:
    """Where data of that name go. model_file: of the model that has the name already; it is kept
    as it is, and the data must have what it names and hold its checks. source: what they come from,
    for people; the name without one.

    Raises UserFixable for a name of a model whose data come from elsewhere.
    """
    target = data_dir / STORES / f"{name}.duckdb"
    if model_file is None:
        own = data_dir / MODELS / f"{name}.yaml"
        return Goal(name, target, model_file=own if draft else None, draft=draft)
    model = load_model(model_file)
    if model.store != f"{STORES}/{name}.duckdb":
        raise UserFixable(
            told(
                "There is a model {name} already, and its data come from elsewhere. Import under "
                "another name.",
                name=repr(name),
            )
        )
    needs = {table.name: tuple(table.columns) for table in model.tables.values()}
    admit = (lambda built: gate(built, model, source or name)) if gate is not None else None
    return Goal(name, target, needs=needs, admit=admit)
