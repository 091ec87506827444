"""The gate before the store: checks batches, holds back what fails, and lets an admin decide."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from core import monitoring
from core.alerting.data_alerts import QUARANTINE, DataAlerts
from core.errors import Refused, Unavailable, UserFixable
from core.gates.check import Source, check
from core.gates.quarantine import Batches, CheckedBatch, Mode, batch_id, delivery_of, part_id
from core.gates.releasing import into_store, tables_of
from core.gates.report import GateReport, outcome, title
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

    def deliver(
        self,
        file: Path,
        model: SemanticModel,
        *,
        label: str,
        source: str,
        mode: Mode,
        whole: Path | None = None,
        appends: bool = False,
    ) -> tuple[GateReport, ...]:
        """Check a file with the rows of one table or of several, which come in together or not at
        all. What fails of it is held back with the rest: one report a table, one file, one
        decision. The reports on what fails; none where all may go to the store. label: as of
        `admit`. whole, appends: as of `check`. Raises Unavailable."""
        first = batch_id(label)
        if known := self.batches.together(first):
            return tuple(one.report for one in known)
        store = self._store_of(model)
        came = {
            name: check(
                file, model.tables[name], model, source=source, store=store, whole=whole,
                appends=appends,
            )
            for name in tables_of(file) if name in model.tables
        }  # fmt: skip
        reports = [one for name, one in came.items() if model.tables[name].checks is not None]
        failed = tuple(one for one in reports if not one.passed)
        for one in failed or reports:
            monitoring.GATE_BATCHES.labels(one.table, "held" if failed else "passed").inc()
        # Who decides on one of them decides on the rows of all.
        plants = tuple(sorted({plant for one in came.values() for plant in one.plants}))
        for number, one in enumerate(failed):
            part = replace(one, plants=plants)
            self._hold(file, model, part, part_id(first, number), mode)
        for number, one in enumerate(() if failed else reports):
            self.batches.keep(part_id(first, number), one, mode, "passed")
        return failed

    def hold(
        self, batch: Source, model: SemanticModel, report: GateReport, *, label: str, mode: Mode
    ) -> CheckedBatch:
        """Put a batch aside, with its report and an alert."""
        return self._hold(batch, model, report, batch_id(label), mode)

    def _hold(
        self, batch: Source, model: SemanticModel, report: GateReport, name: str, mode: Mode
    ) -> CheckedBatch:
        """Its rows first: what is written down as held back is there."""
        self.batches.put_aside(name, batch, report.table)
        kept = self.batches.keep(name, report, mode, "held")
        with speaking(CODE):
            found = "; ".join(
                f"{title(one, model, report.table)}: {outcome(one)}" for one in report.failed
            )
        _LOG.warning("gates: %s of %s is held back: %s", report.source, report.table, found)
        self._alert(model.name, report.table, found)
        return kept

    # -- who administers decides ---------------------------------------------------------------

    def release(self, batch: str, model: SemanticModel, user: User, why: str) -> CheckedBatch:
        """Let the rows of a batch into the store as they are, once, with all that came together
        with it. Raises Refused, UserFixable and Unavailable; then it is held back as before."""
        found = self._decided(batch, model, user, why)
        together = self.batches.together(batch)
        for one in together:
            self._audit("gate_release", one, user, why)
        label = f"gate_{delivery_of(batch)}"
        store = self._store_of(model)
        if store is not None:
            into_store(store, self.batches.file(batch), found, model, label)
        elif found.mode != "append":
            raise UserFixable(
                _(
                    "These rows came by files, and the store is a server: they would come beside "
                    "those that they replace or repeat. Load them there, and discard this batch."
                )
            )
        elif self._load is not None:
            self._load(label, model, found.report.table, self.batches.file(batch))
        else:
            raise UserFixable(
                _(
                    "The store is a server that this installation may not write to: set {name}."
                ).format(name="GEMBA_STREAM_LOAD_URL")
            )
        return self._done(together, batch, "released", user, why)

    def discard(self, batch: str, model: SemanticModel, user: User, why: str) -> CheckedBatch:
        """Delete the rows of a batch for good, with all that came together with it; the reports
        stay. Raises as `release` does."""
        self._decided(batch, model, user, why)
        together = self.batches.together(batch)
        for one in together:
            self._audit("gate_discard", one, user, why)
        return self._done(together, batch, "discarded", user, why)

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

    def _done(
        self, together: tuple[CheckedBatch, ...], batch: str, state: Any, user: User, why: str
    ) -> CheckedBatch:
        now = dt.datetime.now(dt.UTC).replace(tzinfo=None)
        for one in together:
            self.batches.decide(one.id, state, user.name, why.strip(), now)
        self.batches.remove(batch)
        for one in together:
            monitoring.GATE_BATCHES.labels(one.report.table, state).inc()
            self._alert(one.report.model, one.report.table, "")
        after = self.batches.find(batch)
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
