"""What a column of a result is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal


@dataclass(frozen=True, slots=True)
class ResultColumn:
    """What a result's column is. role: what it does in the answer. unit: UCUM or None.

    type: `string | integer | double | date | datetime | boolean`. A `double` has digits after the
    point: the store may hold it as DOUBLE or as DECIMAL, and its cells are floats or Decimals. An
    `integer` beyond 64 bits has Decimals for cells. display: `percent` for a
    ratio 0..1 shown times 100. decimals: digits after the point for display. said_values: what
    stored values are called, where that is not themselves.
    """

    name: str
    label: str
    type: str
    role: Literal["dimension", "time", "measure", "previous", "change", "change_pct", "field"]
    unit: str | None = None
    display: Literal["number", "percent"] = "number"
    decimals: int = 2
    direction: Literal["higher", "lower", "none"] = "none"
    additive: bool = False
    model_column: str | None = None  # column or metric of the model behind it
    said_values: Mapping[str, str] = field(default_factory=dict, hash=False)
