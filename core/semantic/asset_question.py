"""A question about assets that no one query of the data answers, such as that of the risk score.

It is a value as a SemanticQuery is: kept with its answer, on a board and in a passport, changed by
what goes on from it, and answered again by what knows its topic.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Final, Literal

from core.errors import UserFixable
from core.semantic.model import SemanticModel
from core.semantic.query import Agg, Dimension, Filter, Measure, Op, Order, SemanticQuery
from core.translation import gettext as _

#: Assets that are listed where no number is said, and the most that are.
USUAL: Final = 10
MOST: Final = 100


@dataclass(frozen=True, slots=True)
class AssetQuestion:
    """What is asked of the assets of a model.

    topic: what is asked of them, such as `risk`. where: column of a place and the values that are
    meant, all of the columns at once. most: assets that are listed, from the end that `order` says.
    why: of what the figure of the one asset is made. said: the figure that the question says it
    has. is_named: the question names its topic. by: column of a place whose values are set against
    one another, empty where assets are listed. out_of_scope: values named that the person may not
    see.
    """

    topic: str
    where: tuple[tuple[str, tuple[str, ...]], ...] = ()
    most: int = USUAL
    order: Literal["high", "low"] = "high"
    why: bool = False
    said: float | None = None
    is_named: bool = True
    by: str = ""
    out_of_scope: tuple[str, ...] = ()

    def values(self, column: str) -> tuple[str, ...]:
        """The values of a column that are meant; none where it is not spoken of."""
        return dict(self.where).get(column, ())

    def with_(self, **changes: Any) -> AssetQuestion:
        """The same with other fields."""
        return replace(self, **changes)


def as_query(asked: AssetQuestion, model: SemanticModel) -> SemanticQuery:
    """The assets that a question is about, as a query that counts the rows of each. It is never
    run: it is what words change that go on from the question, and by which it is seen whether its
    places are still there. Raises UserFixable for a model that watches no assets."""
    if model.watch is None:
        raise UserFixable(_("There are no assets in this data that are watched."))
    return SemanticQuery(
        model.name,
        model.watch.table,
        measures=(Measure(agg=Agg.COUNT),),
        dimensions=(Dimension(asked.by or model.watch.asset),),
        filters=tuple(place_filter(column, values) for column, values in asked.where),
        order=(Order("measure", 0, descending=asked.order == "high"),),
        limit=None if asked.by else asked.most,
    )


def place_filter(column: str, values: tuple[str, ...]) -> Filter:
    """The condition that a place is one of these."""
    op = Op.EQ if len(values) == 1 else Op.IN
    return Filter(column, op, values, phrase=", ".join(values))
