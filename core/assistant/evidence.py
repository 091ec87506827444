"""What an answer says of itself beside its number: quality of the readings, why it is empty."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable

import pyarrow as pa
import pyarrow.compute as pc

from core.assistant.wanted_units import in_wanted_units
from core.insights.reading import view_of
from core.semantic.columns import describe
from core.semantic.display import format_number
from core.semantic.facts import DataFacts
from core.semantic.lent import lent_times
from core.semantic.model import SemanticModel
from core.semantic.query import Agg, Dimension, Measure, Op, Order, SemanticQuery, TimeWindow
from core.semantic.said import label_of, said
from core.translation import gettext as _
from core.translation import ngettext
from core.types import DataQuality, EmptyReason, Result, ResultColumn, User

#: Runs a query of ours under the user's own scope.
RunQuery = Callable[[SemanticQuery], Result]


def data_to(facts: DataFacts, table: str, user: User) -> dt.datetime | None:
    """The newest moment that this user's rows of a table reach."""
    return facts.tables[table].within(user.plants).last


def is_not_loaded(query: SemanticQuery, facts: DataFacts, user: User) -> bool:
    """Whether the window lies wholly before the first or after the last row there is."""
    return is_outside(query.table, query.time, facts, user)


def is_outside(table: str, window: TimeWindow | None, facts: DataFacts, user: User) -> bool:
    """Whether a window lies wholly before the first or after the last row of a table."""
    extent = facts.tables[table].within(user.plants)
    if window is None or extent.first is None or extent.last is None:
        return extent.rows == 0  # a table may have rows and no times
    before = window.end is not None and window.end <= extent.first
    after = window.start is not None and window.start > extent.last
    return before or after


def measure_quality(
    query: SemanticQuery, model: SemanticModel, facts: DataFacts, user: User, run: RunQuery
) -> DataQuality:
    """Shares of readings by grade in the answer's window and filters, and the age of the data."""
    newest = data_to(facts, query.table, user)
    if model.tables[query.table].quality is None:
        return DataQuality(data_to=newest)
    return shares(grades(query, model, run), newest)


def grades(query: SemanticQuery, model: SemanticModel, run: RunQuery) -> Counter[str]:
    """How many readings there are of each grade in a query's window and filters: good, uncertain,
    bad, missing. Its table has a quality column."""
    quality = model.tables[query.table].quality
    assert quality is not None
    graded = SemanticQuery(
        model=query.model,
        table=query.table,
        measures=(Measure(agg=Agg.COUNT),),
        dimensions=(Dimension(column=quality.column),),
        filters=tuple(f for f in query.filters if f.column != quality.column),
        time=query.time,
        readings="all",
    )
    rows = run(graded).table
    of = dict.fromkeys(quality.good, "good")
    of |= dict.fromkeys(quality.uncertain, "uncertain")
    of |= dict.fromkeys(quality.bad, "bad")
    found: Counter[str] = Counter()
    for grade, count in zip(rows.column(0).to_pylist(), rows.column(1).to_pylist(), strict=True):
        found[of.get(grade, "missing")] += int(count)
    return found


def shares(counts: Counter[str], data_to: dt.datetime | None, note: str = "") -> DataQuality:
    """The grades' shares of all readings that were counted."""
    total = counts.total()
    if not total:
        return DataQuality(data_to=data_to, note=note)
    return DataQuality(
        good=counts["good"] / total,
        uncertain=counts["uncertain"] / total,
        bad=counts["bad"] / total,
        missing=counts["missing"] / total,
        readings=total,
        data_to=data_to,
        note=note,
    )


def is_empty(result: Result, columns: tuple[ResultColumn, ...]) -> bool:
    """No rows, or no row with any figure in it."""
    if result.row_count == 0:
        return True
    figures = [c.name for c in columns if c.role == "measure"]
    if not figures:
        return False
    table: pa.Table = result.table
    return all(pc.sum(pc.is_valid(table.column(name))).as_py() in (0, None) for name in figures)


def is_zero_count(result: Result, columns: tuple[ResultColumn, ...]) -> bool:
    """One row of counts that are all zero: nothing matched."""
    if result.row_count != 1:
        return False
    figures = [c for c in columns if c.role == "measure"]
    if not figures or any(c.type not in ("integer",) or c.unit for c in figures):
        return False
    return all(result.table.column(c.name)[0].as_py() == 0 for c in figures)


def why_empty(
    query: SemanticQuery,
    model: SemanticModel,
    facts: DataFacts,
    user: User,
    quality: DataQuality | None,
    run: RunQuery,
) -> EmptyReason:
    """Which of the honest empties it is."""
    if is_not_loaded(query, facts, user):
        return EmptyReason.NOT_LOADED
    if quality is None or not quality.readings:
        return EmptyReason.NO_ROWS
    if query.readings == "good" and needs_good(query, model):
        if not quality.good:
            return EmptyReason.SENSOR_BAD
        if query.having and _has_figure(query, run):
            return EmptyReason.NO_ROWS  # a threshold that no group met
        if _has_figure(query.with_(readings="all"), run):
            return EmptyReason.SENSOR_BAD
    elif query.having:
        return EmptyReason.NO_ROWS
    # The rows are there and the figure is not: there is no such sensor, or nothing to divide by.
    return EmptyReason.NOT_ANSWERABLE if query.measures else EmptyReason.NO_ROWS


def nearest(query: SemanticQuery, model: SemanticModel, run: RunQuery) -> tuple[str, str] | None:
    """Name and figure of the group that came nearest to the first threshold, which none met;
    None where the threshold is on a change, no bound, or there is no group at all."""
    if not query.having or not query.dimensions or query.kind == "records":
        return None
    having = query.having[0]
    if having.on != "value" or having.op not in (Op.LT, Op.LE, Op.GT, Op.GE):
        return None
    falling = having.op in (Op.GT, Op.GE)
    plain = query.with_(
        having=(),
        comparison=None,
        limit=1,
        per_group=False,
        order=(Order("measure", having.measure, descending=falling),),
    )
    result = run(plain)
    if not result.row_count:
        return None
    result, columns = in_wanted_units(plain, result, describe(plain, model))
    view = view_of(result, columns, plain, model)
    measure = plain.measures[having.measure]
    figure = next((f for f in view.figures if f.measure is measure), None)
    if figure is None or not len(figure.there):
        return None
    return view.name(0), figure.at(0)


def needs_good(query: SemanticQuery, model: SemanticModel) -> bool:
    """Whether any figure of the query counts good readings only."""
    for measure in (part for one in query.measures for part in one.parts):
        if measure.metric is not None and model.metrics[measure.metric].needs_good:
            return True
        names = [measure.column, *(f.column for f in measure.where)]
        table = model.tables[measure.table or query.table]
        for name in names:
            if name and name in table.columns and table.columns[name].needs_good:
                return True
    return False


def undated(
    query: SemanticQuery, model: SemanticModel, facts: DataFacts, user: User
) -> tuple[str, ...]:
    """How many rows are in no window, because they go with no row that would give them a time."""
    found = []
    for one in lent_times(query, model):
        rows = facts.tables[one.table.name].within(user.plants).undated
        if rows:
            found.append(
                ngettext(
                    "{rows} row of {table} goes with no row of {lender} that has a time, and is in "
                    "no window.",
                    "{rows} rows of {table} go with no row of {lender} that has a time, and are in "
                    "no window.",
                    rows,
                ).format(
                    rows=format_number(rows, 0), table=one.table.label, lender=one.lender.label
                )
            )
    return tuple(found)


def _has_figure(query: SemanticQuery, run: RunQuery) -> bool:
    """Whether the same question without its thresholds has a figure."""
    plain = query.with_(comparison=None, having=(), order=())
    table = run(plain).table
    return table.num_rows > 0 and any(
        column.null_count < len(column) for column in table.columns[len(query.dimensions) :]
    )


def doubts(
    result: Result, columns: tuple[ResultColumn, ...], model: SemanticModel
) -> tuple[str, ...]:
    """What is not plausible in the rows, and that they were cut."""
    notes = []
    for column in columns:
        metric = model.metrics.get(column.model_column or "")
        if column.role != "measure" or metric is None or metric.warn_above is None:
            continue
        if column.name not in result.table.column_names:
            continue
        top = pc.max(result.table.column(column.name)).as_py()
        if top is not None and top > metric.warn_above:
            notes.append(
                _(
                    "{label} is above {limit} somewhere: the ideal rate or the counts behind "
                    "it are probably wrong. It is shown as computed."
                ).format(label=label_of(metric, model), limit=f"{metric.warn_above:.0%}")
            )
    if result.truncated:
        notes.append(
            _("Only the first {row_count} rows are shown; there are more.").format(
                row_count=format_number(result.row_count, 0)
            )
        )
    return tuple(notes)


def unconfirmed(query: SemanticQuery, model: SemanticModel) -> tuple[str, ...]:
    """A note of what an answer rests on that was read from the data and confirmed by nobody."""
    spoken = said(model)
    found: dict[str, None] = {}
    figures = [part for one in query.measures for part in one.parts]
    for measure in figures:
        metric = spoken.metrics.get(measure.metric or "")
        if metric is not None and metric.drafted:
            found.setdefault(metric.label)
    names = [
        *((m.table or query.table, m.column) for m in figures),
        *((query.table, d.column) for d in query.dimensions),
        *((query.table, f.column) for f in query.filters),
    ]
    for table, name in names:
        column = spoken.tables[table].columns.get(name or "") if table in spoken.tables else None
        if column is not None and column.drafted:
            found.setdefault(column.label)
    if not found:
        return ()
    return (
        _("Drafted from the data and confirmed by nobody yet: {names}.").format(
            names=", ".join(found)
        ),
    )
