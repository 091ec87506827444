"""Columns that several tables of the state database have: of whom and of what a row is."""

from __future__ import annotations

from typing import Any, Final

import sqlalchemy as sa

#: Widths of the names that things go by.
WIDTHS: Final = {"tenant": 64, "model": 64, "plant": 64, "threshold_id": 128, "asset": 128}
#: Whose watch: each plant of a tenant's model has one.
PLANT: Final = ("tenant", "model", "plant")
#: Which pair has at most one open alert.
PAIR: Final = ("tenant", "model", "threshold_id", "asset")


def whose(*names: str, is_key: bool = False, **more: Any) -> list[sa.Column[str]]:
    """Columns of these names (of `WIDTHS`), none of them without a value; more: for each."""
    return [
        sa.Column(name, sa.String(WIDTHS[name]), primary_key=is_key, nullable=False, **more)
        for name in names
    ]
