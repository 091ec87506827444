"""Quality gates: what a batch of rows must hold before questions may see it.

A semantic model declares `checks` for a table (docs/gates.md). Whoever loads rows calls

    report = gates.admit(batch, model, "readings", label=..., source="week 12.csv", mode="append")
    if report.passed: load it

where `batch` is a DuckDB file that holds the table and is not the store yet, or the rows as an
Arrow table; `label` names the batch, so that the same one is decided on once; `source` says for
people where it came from; `mode` is `append`, or `replace` where the batch takes the place of the
table. A batch that does not pass is held back by that call: its rows in a file of their own below
the data folder that no engine opens, its report on the page Data quality, an alert raised.
`gates.release` brings it to the store, once, and `gates.discard` deletes it: for who administers,
with a reason, audited.

A file with the rows of several tables goes through `gates.deliver`: all of it comes in or none, and
what fails holds back the rest.

`check` alone gives the report and keeps nothing, such as for a preview.
"""

from core.gates.check import Source, check
from core.gates.gates import Gates
from core.gates.quarantine import Batches, CheckedBatch
from core.gates.report import CheckResult, GateReport

__all__ = ["Batches", "CheckResult", "CheckedBatch", "GateReport", "Gates", "Source", "check"]
