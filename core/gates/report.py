"""What a gate found: one result for each declared check, and whether the batch may pass."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final, Literal

from core.semantic.model import Column, SemanticModel
from core.semantic.said import said
from core.translation import gettext as _
from core.translation import marked

Kind = Literal[
    "columns", "not_null", "range", "values", "unique", "reference", "age", "ahead", "rows",
    "quality",
]  # fmt: skip
Verdict = Literal["passed", "failed", "skipped"]

_TITLES: Final[dict[str, str]] = {
    "columns": marked("Columns"),
    "not_null": marked("{columns} filled"),
    "range": marked("{columns} in its range"),
    "values": marked("{columns} one of its values"),
    "unique": marked("{columns} once"),
    "reference": marked("{columns} known"),
    "age": marked("Newest row"),
    "ahead": marked("No row from the future"),
    "rows": marked("Number of rows"),
    "quality": marked("Quality of readings"),
}
_FAILED: Final[dict[str, str]] = {
    "columns": marked("Columns are missing or of another type: {found}"),
    "not_null": marked("Rows without a value: {n}"),
    "range": marked("Rows outside {limit}: {n}"),
    "values": marked("Rows with another value than {limit}: {n}"),
    "unique": marked("Rows that stand there already: {n}"),
    "reference": marked("Rows that name what {limit} does not have: {n}"),
    "age": marked("The newest row is of {found}; the oldest that may be is {limit}"),
    "ahead": marked("Rows later than {limit}: {n}"),
    "rows": marked("Rows: {found}; expected: {limit}"),
    "quality": marked("{found}; expected: {limit}"),
}


@dataclass(frozen=True, slots=True)
class CheckResult:
    """One check. columns: what it is of. rows: that failed; of: that were looked at. found, limit:
    as text, empty where a check has none. samples: some rows that failed, column -> text; personal
    data is not in them."""

    kind: Kind
    verdict: Verdict
    columns: tuple[str, ...] = ()
    rows: int = 0
    of: int = 0
    found: str = ""
    limit: str = ""
    samples: tuple[Mapping[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class GateReport:
    """Of one batch. source: what it came from, for people. at: when it was checked, UTC, ISO text.
    first, last: its times, as the table holds them, ISO texts; empty where it has none."""

    model: str
    table: str
    source: str
    rows: int
    at: str
    results: tuple[CheckResult, ...]
    plants: tuple[str, ...] = ()
    first: str = ""
    last: str = ""

    @property
    def passed(self) -> bool:
        """Whether the batch may go to the store."""
        return not self.failed

    @property
    def failed(self) -> tuple[CheckResult, ...]:
        """The checks that it does not hold."""
        return tuple(one for one in self.results if one.verdict == "failed")

    def as_json(self) -> str:
        """As text that `from_json` reads."""
        return json.dumps(asdict(self), ensure_ascii=False)


def from_json(text: str) -> GateReport:
    """A report from its text."""
    plain: dict[str, Any] = json.loads(text)
    results = tuple(
        CheckResult(**{**one, "columns": tuple(one["columns"]), "samples": tuple(one["samples"])})
        for one in plain.pop("results")
    )
    return GateReport(**{**plain, "results": results, "plants": tuple(plain["plants"])})


def title(result: CheckResult, model: SemanticModel, table: str) -> str:
    """What is checked, in the language at hand: `Vibration in its range`."""
    known: Mapping[str, Column] = {}
    if table in model.tables:
        known = said(model).tables[table].columns
    labels = [known[name].label if name in known else name for name in result.columns]
    return _(_TITLES[result.kind]).format(columns=", ".join(labels))


def outcome(result: CheckResult) -> str:
    """What came of it, in words; empty for what passed."""
    if result.verdict == "skipped":
        return _("Not checked: {reason}").format(reason=result.found)
    if result.verdict == "passed":
        return ""
    return _(_FAILED[result.kind]).format(n=result.rows, found=result.found, limit=result.limit)
