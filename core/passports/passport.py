"""The passport of an answer, and what running it again finds."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import Literal

from core.semantic.query import SemanticQuery
from core.semantic.result import ResultColumn
from core.types import Beside, ScopePredicate, Source, Status


@dataclass(frozen=True, slots=True)
class Versions:
    """What made an answer. semantic_model, policy: hashes of their files. corpus: number of its
    last publish. rules: of governance. prompt, language_model: where a model wrote the query."""

    semantic_model: str
    policy: str
    corpus: int
    rules: str
    gemba: str
    prompt: str = ""
    language_model: str = ""


@dataclass(frozen=True, slots=True)
class Scope:
    """What its asker might see. predicates, masked: as governance added them, at each read."""

    role: str
    plants: tuple[str, ...]
    predicates: tuple[ScopePredicate, ...] = ()
    masked: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Watermark:
    """How the data stood when its rows were read. stamp: another one when stored data may have
    changed; empty where that is not known. newest: plant-local time of the newest row that the
    asker might see."""

    stamp: str
    newest: dt.datetime | None = None


@dataclass(frozen=True, slots=True)
class RowPrint:
    """The rows in short. content: hashes of the rows in an order of our own; order: of the rows as
    they came, none where the query does not order them; of each two, which round doubles at other
    places (core/passports/canonical.py). columns: their names in the rows. is_kept: whether the
    rows themselves are kept."""

    count: int
    is_cut: bool
    content: tuple[str, ...]
    order: tuple[str, ...]
    columns: tuple[str, ...]
    is_kept: bool


@dataclass(frozen=True, slots=True)
class Passport:
    """What is kept of one answer.

    at: UTC, naive. sql: before governance, governed: as it ran; both StarRocks, empty where there
    was none. columns: of the answer. rows: None where the query was not run, and until a large
    result is printed. headline: the answer in one sentence. follows: id of the answer that it goes
    on from. beside: of an answer that no one query gives, in place of plan and SQL.
    """

    id: str
    user: str
    session: str
    at: dt.datetime
    kind: Literal["question", "sql"]
    question: str
    model: str
    status: Status
    source: Source | None
    plan: SemanticQuery | None
    sql: str
    governed: str
    scope: Scope
    versions: Versions
    watermark: Watermark
    columns: tuple[ResultColumn, ...] = ()
    rows: RowPrint | None = None
    headline: str = ""
    follows: str = ""
    beside: Beside | None = None

    def without_figures(self) -> Passport:
        """For somebody who may not see what its asker saw."""
        return replace(self, headline="", rows=None)


@dataclass(frozen=True, slots=True)
class Change:
    """One circumstance that is another now. before, after: in words."""

    what: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class RowChange:
    """One row that is another now. key: cells that name it. cells: of each column that differs,
    its label with the cell before and after; of a row that came or went, all its other cells."""

    kind: Literal["changed", "came", "went"]
    key: tuple[str, ...]
    cells: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True, slots=True)
class Sum:
    """The total over all rows of a column whose figures may be added."""

    label: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Difference:
    """What differs between the rows then and now. rows: the first of the `changed` + `came` +
    `went` ones. keys: labels of the columns that name a row; empty where none does."""

    keys: tuple[str, ...]
    changed: int
    came: int
    went: int
    rows: tuple[RowChange, ...]
    sums: tuple[Sum, ...] = ()


#: same; the same rows in another order; other rows; it ran, and nothing is kept to set it against;
#: it cannot run any more.
Verdict = Literal["same", "reordered", "differ", "unknown", "cannot"]


@dataclass(frozen=True, slots=True)
class Rerun:
    """An answer's query run again by somebody, under his own rights.

    at: UTC, naive. why, rule: of `cannot`, what stands in its way. changes: of versions, scope,
    watermark and SQL. governed: the SQL as it ran. count: rows now. difference: None where there
    is none, or the rows of then are not at hand. notes: what limits the comparison.
    """

    passport: Passport
    verdict: Verdict
    at: dt.datetime
    why: str = ""
    rule: str = ""
    changes: tuple[Change, ...] = ()
    governed: str = ""
    count: int | None = None
    difference: Difference | None = None
    notes: tuple[str, ...] = ()
    elapsed_ms: float = 0.0
