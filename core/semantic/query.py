"""SemanticQuery: a question as a value, over one semantic model.

The parser makes it, `compile` turns it into StarRocks SQL, `recognise` reads it back out of SQL.
Chips, follow-up edits, chart choice, explanation and insight read this value and never text.
Equality ignores the words that led to it (`phrase`), so that recognise(compile(q)) == q.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Literal

Scalar = str | int | float | bool | dt.date | dt.datetime


class Op(StrEnum):
    """Comparison of a column (or time part) with literal values."""

    EQ = "="
    NE = "!="
    LT = "<"
    LE = "<="
    GT = ">"
    GE = ">="
    IN = "in"
    NOT_IN = "not in"
    BETWEEN = "between"  # both ends included
    CONTAINS = "contains"  # text column holds the value, any position
    IS_NULL = "is null"
    NOT_NULL = "is not null"


class Agg(StrEnum):
    """How a column becomes one figure a group."""

    SUM = "sum"
    AVG = "avg"
    MIN = "min"
    MAX = "max"
    COUNT = "count"  # rows, or non-null values of `column`
    COUNT_DISTINCT = "count_distinct"
    PERCENTILE = "percentile"  # continuous; `Measure.percentile` in 0..1
    STDDEV = "stddev"  # sample
    LATEST = "latest"  # value of the newest row that has one
    FIRST_TIME = "first_time"  # first moment at which `where` holds
    LAST_TIME = "last_time"
    DURATION = (
        "duration"  # hours in which `where` holds: rows x interval, or end - start of an event
    )


class Transform(StrEnum):
    """What is done to a measure after it is aggregated."""

    NONE = "none"
    SHARE = "share"  # part of the total over all groups before any limit, 0..1
    SHARE_WITHIN = "share_within"  # part of the total of the first dimension's group
    RUNNING = "running"  # cumulative from the window's start
    MOVING = "moving"  # over `Measure.window` grains, numerators and denominators summed
    CHANGE = "change"  # difference from the previous grain


class Grain(StrEnum):
    """A step of the time axis, or a recurring part of it."""

    INTERVAL = "interval"  # the table's own step (10 or 15 minutes)
    HOUR = "hour"
    SHIFT = "shift"  # production day + shift name
    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"
    HOUR_OF_DAY = "hour_of_day"  # 0..23
    DAY_OF_WEEK = "day_of_week"  # 1 Monday .. 7 Sunday
    MONTH_OF_YEAR = "month_of_year"  # 1..12

    @property
    def is_recurring(self) -> bool:
        return self in (Grain.HOUR_OF_DAY, Grain.DAY_OF_WEEK, Grain.MONTH_OF_YEAR)


#: Time parts that a Filter may name instead of a column.
TIME_PARTS = ("@hour", "@weekday", "@month", "@minute_of_day")


@dataclass(frozen=True, slots=True)
class Filter:
    """A condition on one column of the query's table, or on a time part (`@weekday` 1..7 from
    Monday, `@hour` 0..23, `@month` 1..12, `@minute_of_day` 0..1439).

    values: one for EQ..GE and CONTAINS, two for BETWEEN, any number for IN / NOT_IN, none for
    the null tests; numbers in the column's own unit. `negated` CONTAINS is not offered.
    """

    column: str
    op: Op
    values: tuple[Scalar, ...] = ()
    phrase: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class TimeWindow:
    """Half-open [start, end) in plant-local time.

    axis: `clock` filters the table's own time; `production` filters the production day, which a
    night shift belongs to as a whole; then start and end are midnights.
    """

    start: dt.datetime | None
    end: dt.datetime | None
    axis: Literal["clock", "production"] = "clock"
    phrase: str = field(default="", compare=False)
    grain: Grain | None = field(default=None, compare=False)  # calendar unit the phrase named

    @property
    def is_whole_days(self) -> bool:
        midnight = dt.time(0)
        return all(edge is None or edge.time() == midnight for edge in (self.start, self.end))

    @property
    def length(self) -> dt.timedelta | None:
        return self.end - self.start if self.start and self.end else None


@dataclass(frozen=True, slots=True)
class Measure:
    """One figure: a metric of the model by name, or an aggregate of a column.

    metric: name in the model; then agg/column/percentile are None.
    column: None with COUNT (rows), DURATION, FIRST_TIME and LAST_TIME.
    where: conditions inside the aggregate ("hours above 4.5"), all of which must hold.
    table: where the column lives when it is not the query's main table.
    per: an additive figure divided by the number of such calendar units ("average per day").
    over: another amount or count that it is divided by, in each group ("scrap per good unit",
    "energy per hour of run time", in its `unit`); that has no transform, `per` or `over`.
    unit: UCUM unit that the figure is shown in, when it is not its own; rows are converted.
    """

    metric: str | None = None
    agg: Agg | None = None
    column: str | None = None
    percentile: float | None = None
    where: tuple[Filter, ...] = ()
    transform: Transform = Transform.NONE
    window: int | None = None
    table: str | None = None
    per: Grain | None = None
    over: Measure | None = None
    unit: str | None = field(default=None, compare=False)

    @property
    def parts(self) -> tuple[Measure, ...]:
        """The figure, or, of a ratio, the two that it is of; each as if it stood alone."""
        if self.over is None:
            return (self,)
        return replace(self, over=None, unit=None), self.over


@dataclass(frozen=True, slots=True)
class Dimension:
    """What a result is split by: a column, or the time axis at a grain, or another time of the
    rows, a column, at a grain, or a column cut into equal bins of `bin_width` (in the column's
    unit; for histograms)."""

    column: str | None = None
    grain: Grain | None = None
    bin_width: float | None = None


#: Bin width of a dimension whose width the turn finds from the data before it compiles.
AUTO_WIDTH = -1.0


@dataclass(frozen=True, slots=True)
class Comparison:
    """Against what each figure is set.

    window: the same figures in another time window (previous period, last year, May).
    reference: the same figures over everything, without the filters on `drop` columns
    ("against the plant average"); window is None then.
    """

    kind: Literal["window", "reference"]
    window: TimeWindow | None = None
    drop: tuple[str, ...] = ()
    phrase: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class Having:
    """Keeps groups whose measure (by position) compares so with a value in the measure's unit;
    `on` change: its difference from what a comparison sets it against ("which lines got worse");
    change_pct: that difference as a fraction of what it was ("rose by more than 10 %")."""

    measure: int
    op: Op
    values: tuple[float, ...]
    on: Literal["value", "change", "change_pct"] = "value"


@dataclass(frozen=True, slots=True)
class Order:
    """Sort by a measure or a dimension (by position), or by the change of a comparison."""

    by: Literal["measure", "dimension", "change", "column"]
    index: int = 0
    descending: bool = True
    column: str | None = None  # for records


@dataclass(frozen=True, slots=True)
class Anchor:
    """A window edge that only the data knows ("before the last work order"); resolved by a
    governed query before the main one runs.

    edge: first or last event of `table` under `filters`; relation: which side of it; span: how
    much time on that side, None for all.
    """

    table: str
    edge: Literal["first", "last"]
    relation: Literal["before", "after"]
    filters: tuple[Filter, ...] = ()
    span: dt.timedelta | None = None
    phrase: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class SemanticQuery:
    """A whole question.

    kind: `aggregate` (measures by dimensions; no measures = distinct values) or `records`
    (rows of the table with `fields`).
    readings: `good` takes only good-quality readings for measures that ask for it; `all` takes
    every reading; `bad` only those that are not good.
    per_group: with a limit, the limit holds within each value of the first dimension.
    every: the table whose rows, of any time, tell which groups there are: one without a row of the
    figures stands there too, with a count of 0. None: groups are those of the figures' own rows.
    skip: with a limit, so many at the top of the order are left out: limit 1 and skip 1 is the
    second.
    """

    model: str
    table: str
    kind: Literal["aggregate", "records"] = "aggregate"
    measures: tuple[Measure, ...] = ()
    dimensions: tuple[Dimension, ...] = ()
    fields: tuple[str, ...] = ()
    filters: tuple[Filter, ...] = ()
    time: TimeWindow | None = None
    comparison: Comparison | None = None
    having: tuple[Having, ...] = ()
    order: tuple[Order, ...] = ()
    limit: int | None = None
    per_group: bool = False
    readings: Literal["good", "all", "bad"] = "good"
    anchor: Anchor | None = None
    skip: int = 0
    every: str | None = None

    def with_(self, **changes: object) -> SemanticQuery:
        """A copy with some fields changed; another limit counts from the top again, and without
        a condition on figures the groups are those of their own rows."""
        if changes.get("limit", self.limit) != self.limit:
            changes.setdefault("skip", 0)
        if not changes.get("having", self.having):
            changes.setdefault("every", None)
        return replace(self, **changes)  # type: ignore[arg-type]
