"""Which columns say where the watched thing stands."""

from __future__ import annotations

from core.semantic.model import SemanticModel, Watch


def place_columns(model: SemanticModel, watch: Watch) -> tuple[str, ...]:
    """Columns of the watched table that say where an asset stands or what it is: the levels of what
    is watched, and those of each hierarchy that ends at the asset. The asset is the last."""
    columns = model.tables[watch.table].columns
    found = dict.fromkeys(watch.levels)
    for hierarchy in model.hierarchies:
        if watch.asset in hierarchy.levels:
            found |= dict.fromkeys(level for level in hierarchy.levels if level in columns)
    found.pop(watch.asset, None)
    return (*found, watch.asset)
