"""What a question asks of a drift, as a value."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from core.semantic.query import Grain, SemanticQuery

#: Whether it drifts, when its level changed, or which control rules are broken.
DriftAsks = Literal["drift", "level", "rules"]


@dataclass(frozen=True, slots=True)
class DriftQuestion:
    """Whether a figure drifts.

    query: the figure, its filters and its time, without a split; a time that is None was not said.
    has_measure: whether a figure is named; else that of the query stands for none. grain: the step
    of time that was asked for, None for none. named: the columns that the words filter by. out_of_
    scope: values named that the person may not see. each: whether it is asked which of several.
    """

    query: SemanticQuery
    asks: DriftAsks = "drift"
    has_measure: bool = True
    grain: Grain | None = None
    named: frozenset[str] = frozenset()
    out_of_scope: tuple[str, ...] = ()
    each: bool = False
