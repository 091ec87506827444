"""How the tables of a drafted model go together: its joins, and whose time the rows have."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from core.semantic.load import load_model


@dataclass(frozen=True, slots=True)
class Joined:
    """Each row of `left` names one row of `right`. pairs: the columns that are equal."""

    left: str
    right: str
    pairs: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Proposal:
    """joins: as drafted. times: table -> the column that its rows go by, with its table where that
    is another one; empty for a table without any."""

    joins: tuple[Joined, ...]
    times: Mapping[str, str] = field(default_factory=dict)


def proposed(text: str, folder: Path) -> Proposal:
    """What a drafted model says. text: YAML; folder: for a file of it, which is gone afterwards."""
    file = folder / "drafted.yaml"
    file.write_text(text, encoding="utf-8")
    try:
        model = load_model(file)
    finally:
        file.unlink()
    times = {}
    for name, table in model.tables.items():
        axis = table.time
        if axis is None:
            times[name] = ""
        else:
            column = table.columns[axis.timestamp]
            place = f"{axis.via[-1].table}." if axis.via else ""
            times[name] = place + (column.via.column if column.via else axis.timestamp)
    joins = tuple(
        Joined(one.left, one.right, one.pairs)
        for one in model.relations
        if one.kind == "many_to_one"
    )
    return Proposal(joins, times)
