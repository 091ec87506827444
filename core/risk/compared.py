"""Risk scores of places set against one another: of each, how many assets, and their mean score."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pyarrow as pa

from core.risk.desk import Assessment
from core.risk.words import part_name
from core.semantic.display import format_number
from core.semantic.model import RISK_PARTS, SemanticModel
from core.semantic.said import said, value_label
from core.translation import gettext as _
from core.types import ChartSpec, Fact, ResultColumn

#: Places that the first sentence names.
_NAMED: Final = 3
_DECIMALS: Final = 1


@dataclass(frozen=True, slots=True)
class Group:
    """The assets of one place. mean, parts: of their scores and of the parts of these, before they
    are rounded to whole points. highest: the asset with the highest score."""

    name: str
    assets: int
    mean: float
    parts: tuple[float, ...]
    highest: int


def groups_of(
    found: Assessment, wanted: Sequence[int], by: str, model: SemanticModel, *, is_low: bool
) -> tuple[Group, ...]:
    """The groups by the values of a column of a place, the highest mean first, or the lowest.
    wanted: places of the assets that are meant."""
    assert model.watch is not None
    column = said(model).tables[model.watch.table].columns[by]
    values: dict[str, list[int]] = {}
    for at in sorted(wanted, key=lambda one: int(np.flatnonzero(found.scores.order == one)[0])):
        values.setdefault(found.parts.inputs.places[at].get(by, ""), []).append(at)
    groups = []
    for value, members in values.items():
        means = found.scores.points[members].mean(axis=0)
        parts = tuple(float(one) for one in means)
        name = value_label(value, column)
        groups.append(Group(name, len(members), sum(parts), parts, members[0]))
    return tuple(sorted(groups, key=lambda g: ((g.mean if is_low else -g.mean), g.name)))


def columns_of(by: str, label: str) -> tuple[ResultColumn, ...]:
    """The columns of the table."""
    parts = [
        ResultColumn(part, part_name(part), "double", "measure", decimals=_DECIMALS)
        for part in RISK_PARTS
    ]
    return (
        ResultColumn("place", label, "string", "dimension", model_column=by),
        ResultColumn("score", _("Mean risk score"), "double", "measure", decimals=_DECIMALS),
        *parts,
        ResultColumn("assets", _("Assets"), "integer", "field", decimals=0),
        ResultColumn("highest", _("Highest score"), "integer", "field", decimals=0),
        ResultColumn("asset", _("Riskiest asset"), "string", "field"),
    )


def table_of(groups: Sequence[Group], highest: Mapping[int, tuple[str, int]]) -> pa.Table:
    """A row a place. highest: name and score of an asset, by its place."""
    data: dict[str, pa.Array] = {
        "place": pa.array([g.name for g in groups], pa.string()),
        "score": pa.array([g.mean for g in groups], pa.float64()),
    }
    for place, part in enumerate(RISK_PARTS):
        data[part] = pa.array([g.parts[place] for g in groups], pa.float64())
    data["assets"] = pa.array([g.assets for g in groups], pa.int64())
    data["highest"] = pa.array([highest[g.highest][1] for g in groups], pa.int64())
    data["asset"] = pa.array([highest[g.highest][0] for g in groups], pa.string())
    return pa.table(data)


def chart_of() -> ChartSpec:
    """The means by their parts."""
    return ChartSpec(
        "stacked_bar", _("Mean risk score by its parts"), x="place", y=RISK_PARTS,
        horizontal=True, y_title=_("points of 100"),
    )  # fmt: skip


def facts_of(groups: Sequence[Group], highest: Mapping[int, tuple[str, int]]) -> tuple[Fact, ...]:
    """A sentence a place."""
    text = _("{place}: mean risk score {mean} of {n} assets, the highest {asset} at {score}.")
    found = []
    for one in groups:
        asset, score = highest[one.highest]
        said_so = text.format(
            place=one.name,
            mean=format_number(one.mean, _DECIMALS),
            n=format_number(one.assets, 0),
            asset=asset,
            score=score,
        )
        numbers = (round(one.mean, _DECIMALS), float(one.assets), float(score))
        found.append(Fact("rank", said_so, numbers))
    return tuple(found)


def headline_of(facts: Sequence[Fact]) -> str:
    """The first places in one paragraph."""
    return " ".join(fact.text for fact in facts[:_NAMED])
