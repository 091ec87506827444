"""Figures that take the place of others, and whether they go with the rest of the question."""

from __future__ import annotations

from dataclasses import replace

from core.language.reading import Ask
from core.semantic.model import SemanticModel
from core.semantic.phrases import small
from core.semantic.query import Agg, Measure, Op, SemanticQuery, Transform
from core.semantic.said import label_of
from core.translation import gettext as _
from core.types import Clarification


def like(was: tuple[Measure, ...], now: Measure, table: str, model: SemanticModel) -> Measure:
    """A figure taken as the one before it: as its maximum, its share, an average a day; where that
    makes sense for it."""
    if len(was) != 1 or now.where or now.transform is not Transform.NONE or now.over is not None:
        return now
    old = was[0]
    if now.metric is not None:
        additive = model.metrics[now.metric].additive
    elif now.column is not None:
        additive = model.tables[now.table or table].columns[now.column].additive
    else:
        additive = True
    if additive:
        per = now.per or old.per
        keeps = old.transform in (Transform.SHARE, Transform.SHARE_WITHIN, Transform.RUNNING)
        return replace(now, per=per, transform=old.transform if keeps else now.transform)
    column = now.column and model.tables[now.table or table].columns[now.column]
    is_usual = column and now.agg is Agg(column.default_agg)
    if is_usual and old.agg in (Agg.MAX, Agg.MIN, Agg.PERCENTILE, Agg.STDDEV, Agg.LATEST):
        return replace(now, agg=old.agg, percentile=old.percentile)
    return now


def refuse_foreign(query: SemanticQuery, table: str, model: SemanticModel) -> None:
    """A figure of another table is not shown under a condition or split that this table lacks."""
    if table == query.table:
        return
    there = model.tables[table].columns
    used = [d.column for d in query.dimensions if d.column]
    own = (f for f in query.filters if f.phrase or f.op is not Op.NOT_NULL)
    used += [f.column for f in own if not f.column.startswith("@")]
    missing = [name for name in dict.fromkeys(used) if name not in there]
    if missing:
        here = model.tables[query.table].columns
        labels = ", ".join(small(label_of(here[n], model)) if n in here else n for n in missing)
        raise Ask(
            Clarification(
                _(
                    "{label} know nothing of {labels}, which the question before was about. "
                    "Please ask for it in a question of its own."
                ).format(label=label_of(model.tables[table], model), labels=labels)
            )
        )


def of_table(query: SemanticQuery, table: str, model: SemanticModel) -> SemanticQuery:
    """The query without conditions that only left out rows with no value in a split, where the
    table does not have that column."""
    there = model.tables[table].columns
    kept = (f for f in query.filters if f.phrase or f.op is not Op.NOT_NULL or f.column in there)
    return query.with_(filters=tuple(kept))


def refuse_missing(name: str, query: SemanticQuery, model: SemanticModel) -> None:
    """Raises Ask for a column that the question's table does not have."""
    if name.startswith("@") or name in model.tables[query.table].columns:
        return
    columns = (t.columns[name] for t in model.tables.values() if name in t.columns)
    column = next(columns, None)
    label = label_of(column, model) if column is not None else name
    raise Ask(
        Clarification(
            _("{label} know nothing of {what}. Please ask for it in a question of its own.").format(
                label=label_of(model.tables[query.table], model), what=small(label)
            )
        )
    )
