"""What an import found and wrote."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from core.ingest.recognised import Shape


@dataclass(frozen=True, slots=True)
class BadCell:
    """A cell that its column's type cannot hold. row: as a spreadsheet counts, the header is 1."""

    file: str
    row: int
    column: str
    text: str


@dataclass(frozen=True, slots=True)
class TimeGap:
    """A stretch without a row. asset: whose; empty for all. start: of the last row before it; end:
    of the first one after it. missing: rows that a steady interval would have there."""

    asset: str
    start: dt.datetime
    end: dt.datetime
    missing: int


@dataclass(frozen=True, slots=True)
class Added:
    """What came of rows that were added to data that are there.

    before, after: rows of the table. new: rows that were not. there: rows that were there already,
    wholly alike. conflicts: keys that are there with other values; taken: whose counted, `old` or
    `new`, empty without any. key: columns that say what one row is; empty where only rows that are
    wholly alike are the same. examples: the first conflicts, in words. notes: what else to tell of
    the key.
    """

    before: int
    after: int
    new: int
    there: int
    conflicts: int = 0
    taken: str = ""
    key: tuple[str, ...] = ()
    examples: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def changes(self) -> bool:
        """Whether the data are others with it."""
        return bool(self.new or (self.conflicts and self.taken == "new"))


@dataclass(frozen=True, slots=True)
class LoadReport:
    """What an import found.

    read: rows in the files; stored: rows in the table. alike: rows that stand more than once with
    the same values; of readings they count once. repeats: further readings of one tag and time
    that differ. unordered: rows that are older than the row before them (of their tag). interval_s:
    usual step between rows in seconds, None where there is no steady one; gaps: the longest
    stretches without rows, gap_count of all. bad: column -> cells that its type cannot hold;
    bad_cells: the first of them. untimed: rows without a time, which are left out. qualities: grade
    -> readings. notes: what else is worth knowing, units that were turned into others among it.
    added: where the rows were added to others, what came of them; the rest is of these files alone,
    but for `stored`. confirm: what the drafted model wants somebody to confirm. target: the store,
    None when nothing was written. model: the drafted model's name, empty without one.
    """

    name: str
    shape: Shape
    files: tuple[str, ...]
    columns: tuple[tuple[str, str], ...]
    read: int
    stored: int
    first: dt.datetime | None = None
    last: dt.datetime | None = None
    alike: int = 0
    repeats: int = 0
    unordered: int = 0
    interval_s: float | None = None
    gap_count: int = 0
    gaps: tuple[TimeGap, ...] = ()
    bad: Mapping[str, int] = field(default_factory=dict)
    bad_cells: tuple[BadCell, ...] = ()
    untimed: int = 0
    qualities: Mapping[str, int] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    confirm: tuple[str, ...] = ()
    added: Added | None = None
    elapsed_s: float = 0.0
    target: Path | None = None
    model: str = ""

    @property
    def adds(self) -> bool:
        """Whether rows were added to those that are there."""
        return self.added is not None

    @property
    def changes(self) -> bool:
        """Whether the data are others with it."""
        return self.added is None or self.added.changes


def as_json(report: LoadReport) -> dict[str, Any]:
    """The report as values that JSON has."""
    from dataclasses import asdict

    told = asdict(report)
    told["columns"] = [{"name": name, "type": kind} for name, kind in report.columns]
    told["target"] = str(report.target) if report.target else None
    return told
