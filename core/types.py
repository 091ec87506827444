"""Frozen values that travel between the stages of a question."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Literal, Protocol

import pyarrow as pa

from core.semantic.asset_question import AssetQuestion
from core.semantic.held import Held
from core.semantic.query import SemanticQuery, TimeWindow
from core.semantic.result import ResultColumn as ResultColumn  # noqa: PLC0414 (exported here)

Status = Literal["answered", "clarify", "refused", "empty", "failed"]
Source = Literal["verified", "parser", "model", "cache", "sql"]
#: What a language model is made to write: SQL of a grammar, a SemanticQuery as JSON, any SQL.
Output = Literal["grammar", "query", "sql"]
AttemptOutcome = Literal[
    "used",
    "declined",
    "unread",
    "refused",
    "failed",
    "implausible",
    "doubted",
    "outvoted",
    "agreed",
]


#: The tenant of an installation that has one.
DEFAULT_TENANT = "default"


@dataclass(frozen=True, slots=True)
class User:
    """Who asks. plants: scope values that this person may see (all of them listed, never a
    wildcard) in the model at hand. tenant: the installation's client; keys of caches and corpora
    carry it. scopes: the values by model where models have their own; while `plants` are such ones,
    those of every other model stand under ""."""

    name: str
    role: str
    plants: tuple[str, ...]
    tenant: str = DEFAULT_TENANT
    language: str = "en"
    display_name: str = ""
    scopes: tuple[tuple[str, tuple[str, ...]], ...] = ()

    def of(self, model: str) -> User:
        """The same person over that model: `plants` are the values that hold there."""
        own = dict(self.scopes)
        base = own.pop("", self.plants)
        rest = tuple(sorted(own.items()))
        over = (("", base), *rest) if model in own else rest
        plants = own.get(model, base)
        is_same = (plants, over) == (self.plants, self.scopes)
        return self if is_same else replace(self, plants=plants, scopes=over)


@dataclass(frozen=True, slots=True)
class ScopePredicate:
    """One row filter that governance added: `column IN values`, at each read of `table`."""

    table: str
    column: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Governed:
    """SQL that governance wrote from a checked tree; the only text an engine may run.

    sql: StarRocks dialect. limit: rows asked for (cap + 1). masked: `table.column` of personal
    columns that were replaced by their mask. proof: the tables read, the predicates added.
    """

    sql: str
    tables: tuple[str, ...]
    predicates: tuple[ScopePredicate, ...]
    masked: tuple[str, ...]
    limit: int
    rules_version: str
    columns: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Result:
    """Rows of a query. table: Arrow, at most the cap; truncated: there were more. read_at: when
    they were read (UTC, naive), where that was for an earlier question; None for just now."""

    table: pa.Table
    truncated: bool
    elapsed_ms: float
    read_at: dt.datetime | None = None

    @property
    def row_count(self) -> int:
        return int(self.table.num_rows)


@dataclass(frozen=True, slots=True)
class Scan:
    """One read of a table in an engine's plan. rows: that would be read, after partitions were
    left out and before any other filter; parts of parts_total: partitions (StarRocks) or row
    groups (DuckDB) that would be read. rows is None where neither the plan nor the store says.
    basis: rows stored in the parts that are read; what the engine estimates for a scan without a
    filter; or all rows of the table, where the plan has no figure."""

    table: str
    rows: int | None
    parts: int
    parts_total: int
    basis: Literal["stored", "estimated", "table"] = "stored"


@dataclass(frozen=True, slots=True)
class Estimate:
    """What a query would read, from the engine's own EXPLAIN. plan: its text, for people."""

    scans: tuple[Scan, ...]
    plan: str

    @property
    def rows(self) -> int:
        """Rows of all scans together; a scan without a figure counts nothing."""
        return sum(scan.rows or 0 for scan in self.scans)

    @property
    def unknown(self) -> tuple[str, ...]:
        """Tables whose scans have no figure."""
        return tuple(dict.fromkeys(scan.table for scan in self.scans if scan.rows is None))


@dataclass(frozen=True, slots=True)
class DataQuality:
    """Shares 0..1 of readings in the answer's window and filters by grade, and how old the
    newest row is against the clock. None where the table has no quality column."""

    good: float | None = None
    uncertain: float | None = None
    bad: float | None = None
    missing: float | None = None
    readings: int = 0
    data_to: dt.datetime | None = None
    note: str = ""


class EmptyReason(StrEnum):
    """Why there is no number: five honest empties."""

    NO_ROWS = "no_rows"
    OUT_OF_SCOPE = "out_of_scope"
    NOT_LOADED = "not_loaded"
    SENSOR_BAD = "sensor_bad"
    NOT_ANSWERABLE = "not_answerable"


ChartType = Literal[
    "line",
    "bar",
    "grouped_bar",
    "stacked_bar",
    "pareto",
    "heatmap",
    "scatter",
    "histogram",
    "box",
    "pie",
    "kpi",
    "table",
]
#: Order of categories: as the rows come, by value from either end, by name.
ChartOrder = Literal["given", "highest", "lowest", "name"]
#: What a colour says. A line that is `mark`ed is no limit: a target, or a value to look at.
Severity = Literal["mark", "caution", "warning", "critical"]
Meaning = Literal["normal", "good", "caution", "warning", "critical"]
#: What becomes of categories that are not kept.
Rest = Literal["summed", "dropped"]


@dataclass(frozen=True, slots=True)
class ThresholdLine:
    """A dashed, named line. value: on the scale of the axis, so in per cent for a ratio. is_own:
    somebody drew it, and it is no limit of the plant.

    start, end: [start, end) of a chart along time, on the plant's clock, where the line stands;
    None for the chart's own edge. before: where the same limit stood until it moved here, None
    where it did not. more: what is said of it under the mouse beside its name.
    """

    value: float
    label: str
    severity: Severity = "warning"
    is_own: bool = False
    start: dt.datetime | None = None
    end: dt.datetime | None = None
    before: float | None = None
    more: str = ""


@dataclass(frozen=True, slots=True)
class CategoryColour:
    """A category of a column, by its name on the chart, and what its colour says; None for the
    colour that it has anyway."""

    column: str
    category: str
    meaning: Meaning | None


#: Whose rules mark readings of a control chart.
ControlRules = Literal["both", "nelson", "western_electric"]
ControlChange = Literal["both", "nelson", "western_electric", "none"]


@dataclass(frozen=True, slots=True)
class ControlLevel:
    """Readings around one mean, from the first to the last of them. mean: on the scale of the
    axis."""

    first: dt.datetime
    last: dt.datetime
    mean: float


@dataclass(frozen=True, slots=True)
class Control:
    """What a line over time is measured against: its mean, its control limits 3 sigma from it, and
    the rules that mark readings from `start` on. Which readings these are is told by the rows.

    mean, sigma: on the scale of the axis. first, last: of the readings that they come from.
    levels: where the level changed; empty where that is not drawn.
    """

    mean: float
    sigma: float
    first: dt.datetime
    last: dt.datetime
    start: dt.datetime
    rules: ControlRules = "both"
    levels: tuple[ControlLevel, ...] = ()


@dataclass(frozen=True, slots=True)
class ChartSpec:
    """The closed chart language: no code, only these fields.

    x, y, series: names of result columns; y may be several columns of one unit (another unit
    goes to y2 or to a table). horizontal: bars lie. top_n: keep so many categories or series and
    sum or drop the rest into `other_label`. summed: rows of one x and series are added up.
    has_own_title: somebody wrote the title. control: of one line over time.
    """

    type: ChartType
    title: str
    x: str | None = None
    y: tuple[str, ...] = ()
    y2: tuple[str, ...] = ()
    series: str | None = None
    horizontal: bool = False
    x_title: str = ""
    y_title: str = ""
    y2_title: str = ""
    lines: tuple[ThresholdLine, ...] = ()
    top_n: int | None = None
    other_label: str = "Other"
    note: str = ""
    order: ChartOrder = "given"
    summed: bool = False
    colours: tuple[CategoryColour, ...] = ()
    has_own_title: bool = False
    control: Control | None = None


@dataclass(frozen=True, slots=True)
class NewLine:
    """A line to draw. unit: as typed, or of UCUM; None for that of the axis."""

    value: float
    label: str = ""
    unit: str | None = None
    severity: Severity = "mark"


@dataclass(frozen=True, slots=True)
class Top:
    """How many categories or series are kept, None for as many as can be read; and whether the
    rest is summed or left out."""

    n: int | None
    rest: Rest = "summed"


@dataclass(frozen=True, slots=True)
class ChartEdit:
    """A change of a chart: what is not None changes, in the order of the fields.

    x, y, series: names of result columns; an empty series is none. joined: a series drawn each for
    itself, or added up. limits: whether the model's own limits are drawn. drop_line: one that the
    chart has. title: empty for the chart's own. control: whose rules mark readings beside mean and
    control limits; `none` takes them away.
    """

    type: ChartType | None = None
    x: str | None = None
    y: tuple[str, ...] | None = None
    series: str | None = None
    joined: Literal["each", "sum", "mean"] | None = None
    horizontal: bool | None = None
    order: ChartOrder | None = None
    top: Top | None = None
    colour: CategoryColour | None = None
    limits: bool | None = None
    drop_line: ThresholdLine | None = None
    add_line: NewLine | None = None
    title: str | None = None
    control: ControlChange | None = None


@dataclass(frozen=True, slots=True)
class Fact:
    """One computed finding: a sentence and the numbers in it, so that it can be checked."""

    kind: Literal[
        "headline", "change", "trend", "outlier", "rank", "share", "threshold", "range", "gap"
    ]
    text: str
    numbers: tuple[float, ...] = ()
    is_good: bool | None = None


@dataclass(frozen=True, slots=True)
class Chip:
    """A part of the interpretation, as shown under an answer."""

    kind: Literal["measure", "by", "where", "when", "compare", "top", "readings"]
    label: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class ReadWindow:
    """A time that an answer's SQL reads. window: None for no bound of its own; then the rows that
    there are go from `first` to `last`. of: what is read so, empty where everything is."""

    window: TimeWindow | None
    of: str = ""
    first: dt.datetime | None = None
    last: dt.datetime | None = None


@dataclass(frozen=True, slots=True)
class WordUse:
    """Which words of the question were used, and for what. start/end: character offsets."""

    start: int
    end: int
    text: str
    meaning: str
    used: bool


@dataclass(frozen=True, slots=True)
class Option:
    """One reading offered when Gemba asks back; `question` is what choosing it asks."""

    label: str
    question: str
    chips: tuple[Chip, ...] = ()


@dataclass(frozen=True, slots=True)
class Clarification:
    """A question back to the user, with the words that were not understood. is_absent: the words
    name a thing that there is not, so that no other reading could answer."""

    question: str
    options: tuple[Option, ...] = ()
    unknown_words: tuple[str, ...] = ()
    is_absent: bool = False


@dataclass(frozen=True, slots=True)
class Parameter:
    """A part of a question that may hold something else.

    column: of the model, empty for times and numbers. label: what it is called. phrase: the words
    of the question. values: texts of a value, [start, end) of a window (None for no edge), the
    number. role: `limit` for a number that caps rows. editable: whether the SQL can hold another
    content.
    """

    kind: Literal["value", "window", "number"]
    column: str
    label: str
    phrase: str
    values: tuple[str | float | dt.datetime | None, ...]
    editable: bool
    role: str = ""


@dataclass(frozen=True, slots=True)
class Verified:
    """The verified pair that an answer comes from. by, on: who verified it and when (UTC, naive).
    question: the pair's own. sql: what answers this question, before governance. parameters: in
    the order of the question."""

    entry: str
    question: str
    by: str
    on: dt.datetime | None
    sql: str
    parameters: tuple[Parameter, ...] = ()


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try of a language model at a question.

    model: its name. output: what it was made to write. text: that. outcome: `used` for the one
    that answers; `declined`: it said that the data cannot tell; `unread`: not of the form asked
    for; `refused` by governance; `failed` in the engine; `implausible`: rows or words that do not
    fit the question, by our checks; `doubted` by the model itself; `outvoted` by other tries;
    `agreed`: a candidate beside the chosen one, with its rows.
    why: the reason, as it was told back. rows: how many it gave, where it ran. first_ms, total_ms:
    of the reply alone.
    """

    number: int
    model: str
    output: Output
    text: str
    outcome: AttemptOutcome
    why: str = ""
    rows: int | None = None
    prompt_tokens: int = 0
    cached_tokens: int = 0
    reply_tokens: int = 0
    first_ms: float = 0.0
    total_ms: float = 0.0


@dataclass(frozen=True, slots=True)
class Difficulty:
    """How hard a question is to put into SQL: 0 plain .. 1; because of what."""

    score: float
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Sorting:
    """What a language model took a question of a conversation for, where rules were unsure.

    model: its name. said: its word as it came; empty where none came, and `why` says why. taken:
    the intent that this was taken for; empty where the rules' own answer stands.
    """

    model: str
    said: str = ""
    taken: str = ""
    why: str = ""
    prompt_tokens: int = 0
    reply_tokens: int = 0
    total_ms: float = 0.0


@dataclass(frozen=True, slots=True)
class Made:
    """Which way an answer came, and why. model, difficulty, attempts: where a language model was
    asked; in the order of its tries. agreed: how many of how many candidates gave these rows.
    by_fallback: the model gave no answer, and this is the parser's. sorting: where a model was
    asked what the question wants of its conversation."""

    why: str
    model: str = ""
    difficulty: Difficulty | None = None
    attempts: tuple[Attempt, ...] = ()
    agreed: tuple[int, int] | None = None
    by_fallback: bool = False
    sorting: Sorting | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found of how a figure behaves over time. what: a rule, a sum or a level by its name;
    says: what that means; first, last: of the readings that it is about; count: how many of them
    are marked, None where none are."""

    what: str
    says: str
    first: dt.datetime
    last: dt.datetime
    count: int | None = None


@dataclass(frozen=True, slots=True)
class DriftTold:
    """That an answer says whether its figure drifts. asks: what of it was asked, `drift`, `level`
    or `rules`. start: of the time that is looked at; what its plan reads before is the baseline.
    verdict: `moved`, `returned`, `steady`, or `untold` where it could not be told."""

    asks: Literal["drift", "level", "rules"]
    start: dt.datetime
    verdict: Literal["moved", "returned", "steady", "untold"]
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class Beside:
    """What there is of an answer that no one query of the data gives.

    asked: its question as a value. statements: what was read for it, before governance. shown:
    scope value and name of each asset in its rows, in their order; none where its rows are no
    assets. chart: its own picture. made_of: what it was made of beside data, such as the weights of
    a plant: what that is, with `{of}` in it, of what, and how it was. language: of the texts in its
    rows.
    """

    asked: AssetQuestion
    statements: tuple[str, ...] = ()
    shown: tuple[tuple[str, str], ...] = ()
    chart: ChartSpec | None = None
    made_of: tuple[tuple[str, str, str], ...] = ()
    language: str = "en"


@dataclass(frozen=True, slots=True)
class Answer:
    """All of an answer; what the page draws and `ask --json` prints. doubts: why its figures may
    not be plausible; they are among the notes too. windows: the times that its SQL reads, where
    there is no plan to say it. made: which way it came. narration: the facts in a model's words, as
    far as each sentence holds to one of them. follows: id of the answer that it goes on from.
    known: column -> values that all rows are known to have, so that limits can be drawn. held: the
    limits that counted for the rows at their time, so that they stay when thresholds change. drawn:
    changes of its chart that were said, and are in `chart` as far as they fit it. beside: of an
    answer that no plan and no SQL of its own says."""

    id: str
    question: str
    status: Status
    intent: str
    source: Source | None
    user: User
    model: str
    plan: SemanticQuery | None = None
    sql: str | None = None
    governed: Governed | None = None
    estimate: Estimate | None = None
    columns: tuple[ResultColumn, ...] = ()
    result: Result | None = None
    headline: str = ""
    message: str = ""
    empty: EmptyReason | None = None
    quality: DataQuality | None = None
    chart: ChartSpec | None = None
    facts: tuple[Fact, ...] = ()
    explanation: str = ""
    chips: tuple[Chip, ...] = ()
    windows: tuple[ReadWindow, ...] = ()
    words: tuple[WordUse, ...] = ()
    clarification: Clarification | None = None
    suggestions: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    doubts: tuple[str, ...] = ()
    rule: str = ""
    verified: Verified | None = None
    made: Made | None = None
    narration: tuple[str, ...] = ()
    timings_ms: Mapping[str, float] = field(default_factory=dict)
    asked_at: dt.datetime | None = None
    follows: str = ""
    known: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    drawn: tuple[ChartEdit, ...] = ()
    held: tuple[Held, ...] = ()
    drift: DriftTold | None = None
    beside: Beside | None = None


@dataclass(frozen=True, slots=True)
class Progress:
    """A stage of a turn has begun. text: what the model has written so far, where it writes; such
    events follow one another within the stage."""

    stage: Literal["understand", "retrieve", "generate", "govern", "execute", "explain"]
    label: str
    elapsed_ms: float = 0.0
    text: str = ""


class CancelToken(Protocol):
    """Set from outside to stop a turn."""

    def is_set(self) -> bool: ...


class Engine(Protocol):
    """An analytical store. Runs StarRocks SQL that governance wrote, and nothing else."""

    def run(
        self,
        governed: Governed,
        *,
        timeout_s: float,
        cancel: CancelToken | None = None,
    ) -> Result:
        """Rows, at most governed.limit - 1; `truncated` when there was one more.

        Raises QueryTimeout, QueryCancelled, ModelFixable (the engine rejects the SQL) or
        Unavailable.
        """
        ...

    def explain(
        self,
        governed: Governed,
        *,
        timeout_s: float,
        cancel: CancelToken | None = None,
    ) -> Estimate:
        """What `run` would read, without reading it. Raises as `run` does."""
        ...

    def fetch(self, sql: str, *, timeout_s: float = 30.0) -> pa.Table:
        """Rows of a trusted StarRocks SELECT of ours; never text from a user or a model."""
        ...

    def warm(self) -> None:
        """Make the first query quick; does nothing when the store is not there yet."""
        ...

    def stamp(self) -> str:
        """Changes when the stored data may have; part of cache keys. Raises Unavailable when the
        store is not there."""
        ...

    def close(self) -> None: ...


Clock = Callable[[], dt.datetime]
