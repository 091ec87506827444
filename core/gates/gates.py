"""The gate before the store: checks batches, holds back what fails, and lets an admin decide."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import duckdb

from core import monitoring
from core.alerting.data_alerts import QUARANTINE, DataAlerts
from core.errors import Refused, Unavailable, UserFixable
from core.execution.additions import KEY_TABLE, Additions
from core.execution.loads import has_load, has_table, is_loaded, note_load
from core.execution.swap import NotNeeded, changed
from core.gates.check import Source, check
from core.gates.quarantine import Batches, CheckedBatch, Mode, batch_id
from core.gates.report import GateReport, outcome, title
from core.gates.rows import quoted, text
from core.semantic.model import SemanticModel
from core.translation import CODE, speaking
from core.translation import gettext as _
from core.types import User

_LOG: Final = logging.getLogger(__name__)
#: Loads the rows of a batch into the store of a model once: label, model, table, the batch's file.
Load = Callable[[str, SemanticModel, str, Path], None]


class Gates:
    """Of one installation. Thread-safe.

    batches: the record. alerts: raised for what is held back. record: writes the audit. store_of:
    the DuckDB file that a model is read from; None where it is read from a server. load: brings
    released rows to such a server. may: whether a person decides.
    """

    def __init__(
        self,
        batches: Batches,
        alerts: DataAlerts,
        record: Callable[..., Any],
        store_of: Callable[[SemanticModel], Path | None],
        *,
        load: Load | None = None,
        may: Callable[[User], bool] = lambda _user: False,
    ) -> None:
        self.batches, self._alerts, self._record = batches, alerts, record
        self._store_of, self._load, self._may = store_of, load, may

    def admit(
        self,
        batch: Source,
        model: SemanticModel,
        table: str,
        *,
        label: str,
        source: str,
        mode: Mode = "append",
    ) -> GateReport:
        """Check a batch, write down what came of it and, where it fails, hold it back: the one call
        for whoever loads. What `passed` may go to the store. label: names the batch; the same
        label is decided on once, however often it is asked. Raises Unavailable: then nothing may
        be loaded."""
        known = self.batches.find(batch_id(label))
        if known is not None:
            return known.report
        store = self._store_of(model)
        report = check(
            batch, model.tables[table], model, source=source, store=store,
            appends=mode != "replace",
        )  # fmt: skip
        monitoring.GATE_BATCHES.labels(table, "passed" if report.passed else "held").inc()
        if report.passed:
            self.batches.keep(batch_id(label), report, mode, "passed")
        else:
            self.hold(batch, model, report, label=label, mode=mode)
        return report

    def check(
        self,
        batch: Source,
        model: SemanticModel,
        table: str,
        *,
        source: str,
        whole: Path | None = None,
    ) -> GateReport:
        """What the checks say of a batch; nothing is kept. whole: as of `check`. Raises
        Unavailable."""
        store = self._store_of(model)
        return check(batch, model.tables[table], model, source=source, store=store, whole=whole)

    def hold(
        self, batch: Source, model: SemanticModel, report: GateReport, *, label: str, mode: Mode
    ) -> CheckedBatch:
        """Put a batch aside, with its report and an alert. Its rows first: what is written down as
        held back is there."""
        self.batches.put_aside(batch_id(label), batch, report.table)
        kept = self.batches.keep(batch_id(label), report, mode, "held")
        with speaking(CODE):
            found = "; ".join(
                f"{title(one, model, report.table)}: {outcome(one)}" for one in report.failed
            )
        _LOG.warning("gates: %s of %s is held back: %s", report.source, report.table, found)
        self._alert(model.name, report.table, found)
        return kept

    # -- who administers decides ---------------------------------------------------------------

    def release(self, batch: str, model: SemanticModel, user: User, why: str) -> CheckedBatch:
        """Let the rows of a batch into the store as they are, once. Raises Refused, UserFixable and
        Unavailable; then it is held back as before."""
        found = self._decided(batch, model, user, why)
        self._audit("gate_release", found, user, why)
        label = f"gate_{batch}"
        store = self._store_of(model)
        if store is not None:
            _into_store(store, self.batches.file(batch), found, label)
        elif self._load is not None:
            self._load(label, model, found.report.table, self.batches.file(batch))
        else:
            raise UserFixable(
                _(
                    "The store is a server that this installation may not write to: set {name}."
                ).format(name="GEMBA_STREAM_LOAD_URL")
            )
        return self._done(found, "released", user, why)

    def discard(self, batch: str, model: SemanticModel, user: User, why: str) -> CheckedBatch:
        """Delete the rows of a batch for good; its report stays. Raises as `release` does."""
        found = self._decided(batch, model, user, why)
        self._audit("gate_discard", found, user, why)
        return self._done(found, "discarded", user, why)

    def _decided(self, batch: str, model: SemanticModel, user: User, why: str) -> CheckedBatch:
        if not self._may(user):
            raise Refused(_("Data that are held back are for administrators."), rule="ROLE")
        if not why.strip():
            raise UserFixable(_("Say why: a reason is kept with it."))
        found = self.batches.find(batch)
        if found is None or found.report.model != model.name or found.state != "held":
            raise UserFixable(_("This batch is not held back any more."))
        if not self.batches.file(batch).exists():
            raise Unavailable(_("The rows of this batch are gone from the data folder."))
        return found

    def _audit(self, event: str, found: CheckedBatch, user: User, why: str) -> None:
        self._record(
            event, user=user.name, tenant=user.tenant, batch=found.id, model=found.report.model,
            table=found.report.table, rows=found.report.rows, source=found.report.source,
            failed=[f"{one.kind}:{','.join(one.columns)}" for one in found.report.failed],
            reason=why.strip(),
        )  # fmt: skip

    def _done(self, found: CheckedBatch, state: Any, user: User, why: str) -> CheckedBatch:
        now = dt.datetime.now(dt.UTC).replace(tzinfo=None)
        self.batches.decide(found.id, state, user.name, why.strip(), now)
        self.batches.remove(found.id)
        monitoring.GATE_BATCHES.labels(found.report.table, state).inc()
        self._alert(found.report.model, found.report.table, "")
        after = self.batches.find(found.id)
        assert after is not None
        return after

    def _alert(self, model: str, table: str, found: str) -> None:
        """One alert for all that is held back of a table. That nobody could be told holds nothing
        up."""
        held = self.batches.held(model, table)
        try:
            if not held:
                self._alerts.end(QUARANTINE, model, table)
            elif found:
                plants = sorted({plant for one in held for plant in one.report.plants})
                rows = sum(one.report.rows for one in held)
                self._alerts.raise_(QUARANTINE, model, table, plants, rows=rows, note=found)
        except Unavailable as error:
            _LOG.warning("gates: the alert on %s was not written: %s", table, error)


def _into_store(store: Path, rows: Path, found: CheckedBatch, label: str) -> None:
    """Bring released rows in, in a change of the store that is whole or not made at all. With
    `replace`, tables of the batch stand in the place of the store's own."""
    if has_load(store, label):
        return

    def bring(connection: duckdb.DuckDBPyConnection) -> None:
        if is_loaded(connection, label):
            raise NotNeeded
        name = quoted(found.report.table)
        connection.execute("COMMIT")
        connection.execute(f"ATTACH {text(str(rows))} AS held (READ_ONLY)")
        connection.execute("BEGIN")
        if found.mode == "replace" or not has_table(connection, found.report.table):
            connection.execute(f"CREATE OR REPLACE TABLE {name} AS FROM held.{name}")
        elif found.mode == "merge":
            _merge(connection, found)
        else:
            connection.execute(f"INSERT INTO {name} BY NAME SELECT * FROM held.{name}")
        note_load(connection, label, found.report.table, found.report.rows)

    try:
        changed(store, bring)
    except NotNeeded:
        return
    except duckdb.Error as error:
        raise Unavailable(
            _("The store did not take the rows: {why} They are held back as before.").format(
                why=str(error).splitlines()[0]
            )
        ) from error


def _merge(connection: duckdb.DuckDBPyConnection, found: CheckedBatch) -> None:
    """Take in the rows of files that were held back, without those that came otherwise meanwhile.
    Raises UserFixable where some are there by now with other values."""
    name = quoted(found.report.table)
    rows = connection.execute(f"SELECT name FROM held.{KEY_TABLE}").fetchall()
    came = Additions(connection, f"held.{name}", name, [str(row[0]) for row in rows])
    counts = came.compare()
    if counts.conflicts:
        raise UserFixable(
            _(
                "{n} of these rows are in the store by now with other values. Discard this batch, "
                "or import its files again and say which of them count."
            ).format(n=counts.conflicts)
        )
    came.fresh("temp.additions_taken", takes_new=False)
    connection.execute(f"INSERT INTO {name} BY NAME SELECT * FROM temp.additions_taken")
    connection.execute("DROP TABLE temp.additions_taken")
    came.close()
