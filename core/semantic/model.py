"""The semantic model as frozen values: what a database's tables, columns and metrics mean.

Read from `data/models/*.yaml` by `core.semantic.load`; nothing here knows any plant.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

ColumnType = Literal["string", "integer", "double", "date", "datetime", "boolean"]
Role = Literal["dimension", "measure", "time", "text"]
Direction = Literal["higher", "lower", "none"]  # which way is better


@dataclass(frozen=True, slots=True)
class Label:
    """What something is called; plural: of several, empty where that is the same. note: of a
    metric, when it has no value; description: what it means."""

    text: str
    plural: str = ""
    note: str = ""
    description: str = ""


@dataclass(frozen=True, slots=True)
class Labels:
    """What a model's things are called in one language, by their names. rows: what one row of a
    table is. states: of tables, by table and name. values: by column. limits: by their own
    labels."""

    model: str = ""
    tables: Mapping[str, Label] = field(default_factory=dict)
    rows: Mapping[str, Label] = field(default_factory=dict)
    states: Mapping[tuple[str, str], Label] = field(default_factory=dict)
    columns: Mapping[str, Label] = field(default_factory=dict)
    metrics: Mapping[str, Label] = field(default_factory=dict)
    values: Mapping[str, Mapping[str, Label]] = field(default_factory=dict)
    limits: Mapping[str, Label] = field(default_factory=dict)

    def plain(self) -> dict[str, str]:
        """Name or value -> what it is called; of a column before a metric before a value."""
        found: dict[str, str] = {}
        for named in (*self.values.values(), self.metrics, self.columns):
            found |= {name: label.text for name, label in named.items()}
        return found


@dataclass(frozen=True, slots=True)
class Proposed:
    """What a language model proposes for something; in force only once somebody took it over."""

    description: str = ""
    synonyms: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Step:
    """From a table to the one row that each of its rows names. pairs: the columns that are equal,
    of the table that it leads from and of `table`."""

    table: str
    pairs: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Via:
    """The column of another table that one is. steps: the way there, one at least."""

    column: str
    steps: tuple[Step, ...]

    @property
    def table(self) -> str:
        """The table that holds it."""
        return self.steps[-1].table


@dataclass(frozen=True, slots=True)
class Column:
    """A column and what people call it.

    unit: UCUM code (`mm/s`, `Cel`, `kW.h`, `/min`, `%`), None where it has none.
    default_agg: what a bare mention means ("vibration" -> avg), an `Agg` value.
    needs_good: readings of this column count only when the table's quality column says good.
    linked: its values are put in the value dictionary and can be named in questions.
    values_need_name: a value's own text counts only beside the column's name ("priority high",
    "crew A"), because it is an everyday word or a letter; its synonyms count alone.
    value_synonyms: stored value -> other words for it.
    personal: personal data, masked unless the role may see it.
    drop_null: when a question groups by this column, rows without a value are left out (a reason
    that is NULL where nothing happened).
    default_measure: metric or column that questions about this column alone are about ("downtime
    reasons" -> downtime), empty for none.
    decimals: sensible digits after the point, for display.
    said_values: stored value -> what it is called, in a model said in another language.
    verbs: words that mean the figure where it is asked how long, how much or which the most, and
    nothing else is named ("how long did it run").
    drafted: read from the data and confirmed by nobody yet. via: of a column that the table has by
    a many-to-one relation alone; its store does not hold it there. expression: of a column that is
    reckoned from others of its row, SQL over the table's own; the store does not hold it either.
    """

    name: str
    type: ColumnType
    role: Role
    label: str
    plural: str = ""
    description: str = ""
    unit: str | None = None
    synonyms: tuple[str, ...] = ()
    default_agg: str = "avg"
    additive: bool = False
    direction: Direction = "none"
    needs_good: bool = False
    linked: bool = False
    values_need_name: bool = False
    value_synonyms: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    personal: bool = False
    drop_null: bool = False
    default_measure: str = ""
    decimals: int = 2
    said_values: Mapping[str, Label] = field(default_factory=dict)
    verbs: tuple[str, ...] = ()
    drafted: bool = False
    proposed: Proposed | None = None
    via: Via | None = None
    expression: str = ""


@dataclass(frozen=True, slots=True)
class Metric:
    """A named figure.

    expression: StarRocks SQL over one table's columns, every column inside an aggregate
    (`SUM(a) / SUM(b)`); it rolls up by construction. `None` for a metric over other metrics.
    formula: arithmetic over other metrics' names, which may live in other tables
    (`operating_hours / failures`); each part is aggregated in its own table first. `table` is
    then the table of its first part.
    condition: SQL predicate on the table that the whole metric is under, or None.
    zero_note: what to say when the denominator is zero ("no failure in the window").
    display: `number` or `percent` (value 0..1 shown times 100).
    verbs: as those of a column. drafted: likewise.
    """

    name: str
    label: str
    table: str
    expression: str | None = None
    formula: str | None = None
    condition: str | None = None
    unit: str | None = None
    synonyms: tuple[str, ...] = ()
    description: str = ""
    direction: Direction = "none"
    needs_good: bool = False
    additive: bool = False
    display: Literal["number", "percent"] = "number"
    decimals: int = 2
    zero_note: str = ""
    warn_above: float | None = None  # a value above this is not plausible; shown with a warning
    verbs: tuple[str, ...] = ()
    drafted: bool = False
    proposed: Proposed | None = None

    @property
    def counts_different(self) -> bool:
        """Whether it is a count of different things, and nothing else."""
        text = "".join((self.expression or "").split()).upper()
        return text.startswith("COUNT(DISTINCT") and text.index(")") == len(text) - 1


@dataclass(frozen=True, slots=True)
class Quality:
    """The column that grades each reading."""

    column: str
    good: tuple[str, ...]
    uncertain: tuple[str, ...] = ()
    bad: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TimeAxis:
    """Where a table's time lives.

    timestamp: plant-local moment (start of the interval, or the event); date: plant-local date
    used to prune partitions, None when there is none; production_date and shift: the production
    day and shift name, None where the table has none.
    interval_min: length of a row in minutes for a table of intervals, None for events.
    end: for events, the column that holds the moment it ended.
    shift_hours: shift name -> (start, end) in minutes of the day; an end at or before the start
    lies on the next day.
    via: the way to the table whose time it is, where the rows have none of their own; they are
    events then, whatever that table's rows are. Empty for a time of the table's own.
    """

    timestamp: str
    date: str | None = None
    utc: str | None = None
    production_date: str | None = None
    shift: str | None = None
    interval_min: int | None = None
    end: str | None = None
    shift_hours: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    via: tuple[Step, ...] = ()

    @property
    def lender(self) -> str | None:
        """The table whose time it is, None where that is the table's own."""
        return self.via[-1].table if self.via else None


@dataclass(frozen=True, slots=True)
class State:
    """An adjective for a table's rows ("open work orders"): the rows whose column has no value
    (`is_null` true), has one (`is_null` false), or holds one of `values`."""

    name: str
    column: str
    is_null: bool | None = None
    values: tuple[str, ...] = ()
    synonyms: tuple[str, ...] = ()
    label: str = ""  # what it is called, where that is not its name

    @property
    def words(self) -> str:
        """What it is called."""
        return self.label or self.name.replace("_", " ")


@dataclass(frozen=True, slots=True)
class Reference:
    """Columns whose values have to stand in those of another table; rows in which one of them is
    NULL are not asked."""

    columns: tuple[str, ...]
    table: str
    to: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Checks:
    """What a batch of a table's rows must hold before questions may see it (docs/gates.md).

    ranges: column -> (low, high), both allowed, in the column's unit; None for no end. values:
    column -> the texts that it may hold. unique: columns that name a row together. max_age_h: how
    old the newest row may be, by the model's clock; max_ahead_min: how far in the future a row may
    be. min_rows, max_rows: of a batch. min_good, max_bad: shares, 0 to 1, of rows graded so.
    tolerated: share of a batch's rows that may fail each of not_null, ranges and values.
    """

    not_null: tuple[str, ...] = ()
    ranges: Mapping[str, tuple[float | None, float | None]] = field(default_factory=dict)
    values: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    unique: tuple[tuple[str, ...], ...] = ()
    references: tuple[Reference, ...] = ()
    max_age_h: float | None = None
    max_ahead_min: float | None = None
    min_rows: int | None = None
    max_rows: int | None = None
    min_good: float | None = None
    max_bad: float | None = None
    tolerated: float = 0.0


@dataclass(frozen=True, slots=True)
class Table:
    """One table. entity: what one row is about, singular ("reading", "alarm", "work order");
    entities: several of them, empty where that is regular English.

    default_fields: columns shown for a list of records. checks: what a batch of rows must hold,
    None where nothing is asked of it. time: its own, or that of a table that it names one row of
    (`semantic.ways`). time_by: the tables by which the model says that it has its time, the last
    one holds it; empty for none, None where the model says nothing. times: those of which none is
    nearer than another, where it has none for that reason. key: columns that together say which
    row one is; empty where the model says nothing, and no promise that the rows keep to it.
    """

    name: str
    label: str
    entity: str
    columns: Mapping[str, Column]
    time: TimeAxis | None
    scope: str | None
    quality: Quality | None = None
    synonyms: tuple[str, ...] = ()
    description: str = ""
    default_fields: tuple[str, ...] = ()
    states: tuple[State, ...] = ()
    entities: str = ""
    checks: Checks | None = None
    drafted: bool = False
    proposed: Proposed | None = None
    time_by: tuple[str, ...] | None = None
    times: tuple[TimeAxis, ...] = ()
    key: tuple[str, ...] = ()

    @property
    def own_time(self) -> TimeAxis | None:
        """Its time where its store holds that, None where it has none or another table's."""
        return self.time if self.time is not None and not self.time.via else None

    @property
    def listing(self) -> tuple[str, ...]:
        """What a list of its rows shows: its default fields, after the time that they lack."""
        if self.time is None or not self.time.via:
            return self.default_fields
        return tuple(dict.fromkeys((self.time.timestamp, *self.default_fields)))

    @property
    def own(self) -> Mapping[str, Column]:
        """The columns that its store holds."""
        return {name: c for name, c in self.columns.items() if c.via is None and not c.expression}


@dataclass(frozen=True, slots=True)
class Limit:
    """A threshold line for charts and questions such as "above its limit".

    applies: column -> value that a row's entity must have (`{"asset_class": "pump"}`).
    """

    column: str
    value: float
    label: str
    source: str
    severity: Literal["caution", "warning", "critical"] = "warning"
    applies: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Hierarchy:
    """Columns from the general to the particular, for drill-down and for values of one level
    under another."""

    name: str
    levels: tuple[str, ...]
    drafted: bool = False


@dataclass(frozen=True, slots=True)
class Relation:
    """How two tables go together.

    `shared`: both have the keys, and many rows of each may go with many of the other.
    `many_to_one`: each row of `left` goes with one row of `right` at most.
    keys: columns of `left`. right_keys: those of `right`, in the same order; empty where they have
    the same names.
    """

    left: str
    right: str
    keys: tuple[str, ...]
    kind: Literal["shared", "many_to_one"] = "shared"
    right_keys: tuple[str, ...] = ()
    drafted: bool = False

    @property
    def pairs(self) -> tuple[tuple[str, str], ...]:
        """The columns that are equal, of `left` and of `right`."""
        return tuple(zip(self.keys, self.right_keys or self.keys, strict=True))


@dataclass(frozen=True, slots=True)
class FileTime:
    """The time column of a file. source: its header; format: strptime codes, local time.

    marks: whether a stamp is the start or the end of its interval. midnight: with `end`, a stamp
    of 00:00 is the end of its own date (`same_day`: what others write as 24:00) or the end of
    the date before it (`next_day`).
    """

    source: str
    format: str
    marks: Literal["start", "end"]
    midnight: Literal["same_day", "next_day"] = "next_day"


@dataclass(frozen=True, slots=True)
class FileColumn:
    """Where a column comes from in a file. source: the header; factor: what its number is
    multiplied by; values: text in the file -> text in the table, where only these are valid."""

    source: str
    factor: float = 1.0
    values: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class FileFormat:
    """How the rows of a CSV file become those of a table of intervals.

    columns: table column -> source; constants: table column -> text of every row; ignored:
    headers that are known and not used. Other headers are refused.
    """

    table: str
    time: FileTime
    columns: Mapping[str, FileColumn]
    constants: Mapping[str, str] = field(default_factory=dict)
    ignored: tuple[str, ...] = ()
    encoding: str = "utf-8"
    delimiter: str = ","

    @property
    def header(self) -> tuple[str, ...]:
        """Every header that a file has, each once."""
        used = [self.time.source, *(column.source for column in self.columns.values())]
        return tuple(dict.fromkeys([*used, *self.ignored]))


@dataclass(frozen=True, slots=True)
class Handover:
    """What one shift tells the next, by names of the model; all of the default table but alarms.

    plant: column that names a plant for people. line, asset, reason: columns. figure: the metric
    that the sheet is about; losses: metrics whose product it is, in the order in which they take
    from it. downtime: the metric by which reasons and assets are ranked. alarms: a table of events
    with an end, None for none; alarm_fields: its columns that are shown. languages: scope value ->
    language of that plant's sheet.
    """

    plant: str
    line: str
    asset: str
    figure: str
    losses: tuple[str, ...]
    downtime: str
    reason: str
    alarms: str | None = None
    alarm_fields: tuple[str, ...] = ()
    languages: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Running:
    """How a row tells that its asset ran through all of its interval: a column of at least that
    much, in the column's own unit."""

    column: str
    at_least: float


@dataclass(frozen=True, slots=True)
class Watch:
    """What thresholds are watched on.

    table: a table of intervals of `interval_min` minutes each; its time, scope and quality are its
    own. asset: the column that names the watched thing. levels: columns by which a threshold names
    where it holds, from the general to the particular; the asset is the last. alarms: the table of
    the plant's own activations, None where there is none. alarm_source: its columns that together
    name what raised one; alarm_priority: its column with high, medium or low, None for none.
    running: None where rows do not tell whether the asset ran.
    """

    table: str
    interval_min: int
    asset: str
    levels: tuple[str, ...]
    alarms: str | None = None
    alarm_source: tuple[str, ...] = ()
    alarm_priority: str | None = None
    running: Running | None = None


#: What an asset's risk score is made of, in the order in which it is shown.
RISK_PARTS: Final = ("threshold", "trend", "alarms", "maintenance", "criticality")


@dataclass(frozen=True, slots=True)
class Orders:
    """Where maintenance orders stand. table: of events with an end; type: its column that says what
    an order is for; failures: values of it that stand for a failure."""

    table: str
    type: str | None = None
    failures: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RiskScale:
    """What each part of a risk score is measured against (docs/risk.md). level_hours: an asset's
    level now is the mean of so many hours. trend_days: a trend runs over so many days, and is told
    as many ahead. reach_sigmas: within so many standard deviations before a limit it counts that a
    level is always near. alarm_days, failure_days: how far back these are counted. orders_full,
    age_full_days, failures_full: open orders, days that the oldest is open, and failures that count
    fully."""

    level_hours: float = 24.0
    trend_days: float = 28.0
    reach_sigmas: float = 3.0
    alarm_days: float = 30.0
    failure_days: float = 90.0
    orders_full: float = 3.0
    age_full_days: float = 14.0
    failures_full: float = 10.0


@dataclass(frozen=True, slots=True)
class Risk:
    """Of what an asset's risk score is made; what an asset is says `watch`.

    weights: of RISK_PARTS, each 0 to 100, where a plant has none of its own. criticality: column of
    the watched table; ranks: its values -> 0 .. 1. orders: None where there is no table of them.
    """

    weights: Mapping[str, float]
    criticality: str | None = None
    ranks: Mapping[str, float] = field(default_factory=dict)
    orders: Orders | None = None
    scale: RiskScale = RiskScale()


@dataclass(frozen=True, slots=True)
class Origin:
    """The database that a model was drafted from. database: its address without a password. tables:
    those that were read. is_copied: whether the rows were copied into the model's own store."""

    database: str
    tables: tuple[str, ...] = ()
    is_copied: bool = False


@dataclass(frozen=True, slots=True)
class SemanticModel:
    """A whole model. `version` is a hash of its file. `clock`: `watermark` (the newest row is
    now) or `wall`. `week_start`: 1 Monday .. 7 Sunday. `entity`: the column that names the thing
    questions are mostly about (an asset), used for "which ones" and "worst ones". `load`: how a
    file of records becomes a table, None when the store is filled otherwise. `handover`: of what a
    shift's sheet is made, None where there is none. `watch`: what thresholds are watched on, None
    where nothing is. `risk`: of what an asset's risk score is made, None where there is none.
    `origin`: from which database it was drafted, None for one that was not.
    """

    name: str
    label: str
    version: str
    tables: Mapping[str, Table]
    metrics: Mapping[str, Metric]
    default_table: str
    hierarchies: tuple[Hierarchy, ...] = ()
    relations: tuple[Relation, ...] = ()
    limits: tuple[Limit, ...] = ()
    clock: Literal["watermark", "wall"] = "watermark"
    week_start: int = 1
    timezones: Mapping[str, str] = field(default_factory=dict)  # scope value -> IANA zone
    entity: str | None = None
    suggestions: tuple[str, ...] = ()
    store: str = ""  # default store path under the data folder
    description: str = ""
    load: FileFormat | None = None
    handover: Handover | None = None
    watch: Watch | None = None
    risk: Risk | None = None
    origin: Origin | None = None
    labels: Mapping[str, Labels] = field(default_factory=dict)  # language -> what things are called
    plain: SemanticModel | None = None

    def column(self, table: str, name: str) -> Column:
        """The column; KeyError when the model has none of that name."""
        return self.tables[table].columns[name]
