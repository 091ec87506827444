"""Puts together what is behind the gates, and answers what the page of data asks."""

from __future__ import annotations

import datetime as dt
import logging
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal

from core.alerting.data_alerts import STREAM, DataAlerts
from core.alerting.store import AlertStore, Outbox
from core.assistant.parts import ModelParts
from core.audit import AuditLog
from core.delivery.channels import open_channels
from core.delivery.links import links_of
from core.errors import Refused, Unavailable, UserFixable
from core.execution.loads import tables_in
from core.execution.store import store_of
from core.gates import Batches, CheckedBatch, GateReport, Gates, check
from core.gates.quarantine import batch_id
from core.gates.releasing import tables_of
from core.gates.report import outcome
from core.governance.policy import Policy, load_policy
from core.ingest.load import Mode
from core.ingest.places import Gate as FileGate
from core.semantic.model import SemanticModel
from core.semantic.said import said
from core.settings import Settings
from core.streaming.batch import Batch, as_arrow, schema_of
from core.streaming.buffer import is_running, read_meta
from core.streaming.sinks import open_sink
from core.streaming.stream import Gate, StreamState
from core.translation import gettext as _
from core.translation import marked
from core.types import User
from core.watch.telling import Plans, Teller, times_of

_LOG: Final = logging.getLogger(__name__)
_ROWS_A_LOAD: Final = 20_000
#: Failed checks that a message names.
_MOST_TOLD: Final = 3
#: A store that is started anew, or loaded by others, is back within that.
_BLOCKED_S: Final = 300.0
_ALARMS: Final = {
    "full": marked("The buffer is full: new values are not kept. {why}"),
    "blocked": marked(
        "The store takes no batch: {n} wait on disk, the oldest first, and no newer value is in "
        "answers. {why}"
    ),
}


def open_gates(
    settings: Settings,
    policy: Policy,
    record: Callable[..., Any],
    alerts: AlertStore | None = None,
    outbox: tuple[Outbox, ...] = (),
) -> Gates:
    """The gates of an installation. record: writes the audit. alerts, outbox: where alerts are kept
    and who tells people of them, such as the app's own."""
    store = alerts or AlertStore(settings.state_dir)
    data_alerts = alerts_of(store, policy, outbox)

    def file_of(model: SemanticModel) -> Path | None:
        place = store_of(settings, model).place
        return place if isinstance(place, Path) else None

    def load(label: str, model: SemanticModel, table: str, rows: Path) -> None:
        sink = open_sink(settings, model)
        try:
            for number, batch in enumerate(_parts(rows, model, table)):
                sink.deliver([Batch(f"{label}_{number}", table, tuple(batch))])
        finally:
            sink.close()

    def may(user: User) -> bool:
        role = policy.role(user)
        return role is not None and role.administers

    return Gates(
        Batches(settings.state_dir, settings.data_dir / "quarantine"), data_alerts, record, file_of,
        load=load if settings.stream_load_url else None, may=may,
    )  # fmt: skip


def admit(
    settings: Settings,
    built: Path,
    model: SemanticModel,
    source: str,
    mode: Mode,
    whole: Path | None = None,
) -> None:
    """Checks a store from the command line as `import_gate` does, with gates of its own."""
    gates = open_gates(settings, load_policy(), AuditLog(settings.state_dir).record)
    try:
        import_gate(gates)(built, model, source, mode, whole)
    finally:
        gates.batches.close()


def import_gate(gates: Gates) -> FileGate:
    """Checks a store that files were loaded into before it takes the place of what is there, or the
    new rows of files before they come to what is there.

    Takes its file, the model, what it came from for people, how its rows come, and the store as it
    will be where the file has the new rows of several tables; raises UserFixable where a table does
    not hold its checks: all of the file is held back, and what is there stays.
    """

    def admit(
        built: Path, model: SemanticModel, source: str, mode: Mode, whole: Path | None
    ) -> None:
        failed = gates.deliver(
            built, model, label=_label(gates, built, model, mode), source=source,
            mode="replace" if mode == "replace" else "merge", whole=whole,
            appends=mode == "merge",
        )  # fmt: skip
        if not failed:
            return
        labels = said(model).tables
        held = [
            f"{labels[report.table].label}: "
            + "; ".join(outcome(one) for one in report.failed[:_MOST_TOLD])
            for report in failed
        ]
        text = _(
            "Held back, as checks do not hold. {what}. What was there stays as it is. See the "
            "page Data quality, where the rows can be released or discarded, or mend the files "
            "and import them again."
        )
        raise UserFixable(text.format(what=". ".join(held)))

    return admit


def _label(gates: Gates, built: Path, model: SemanticModel, mode: Mode) -> str:
    """Names an import. The same rows that are added again while they are held back are one."""
    at = dt.datetime.now(dt.UTC).isoformat()
    tables = tables_of(built)
    label = f"import {model.name}.{','.join(tables)}"
    if mode == "replace":
        return f"{label} {at}"
    import duckdb

    with duckdb.connect(str(built), read_only=True) as connection:
        # Of those too that say which rows these take the place of.
        for table in tables_in(connection):
            sql = f'SELECT count(*), sum(hash(t)::HUGEINT) FROM "{table}" t'
            (row,) = connection.execute(sql).fetchall()
            label += f" {row[0]} {row[1]}"
    known = gates.batches.find(batch_id(label))
    return label if known is None or known.state == "held" else f"{label} {at}"


def alerts_of(store: AlertStore, policy: Policy, outbox: tuple[Outbox, ...] = ()) -> DataAlerts:
    """Alerts about the data, for everybody whose plants they concern."""
    return DataAlerts(store, policy.tenants(), policy.scope_values(), outbox)


def _parts(file: Path, model: SemanticModel, table: str) -> Iterator[list[dict[str, Any]]]:
    """The rows of a batch that is held back, as loads of a server take them, in the file's order:
    the same parts each time, so that their labels are too."""
    import duckdb

    names = ", ".join(f'"{name}"' for name in model.tables[table].columns)
    with duckdb.connect(str(file), read_only=True) as connection:
        reader = connection.sql(f'SELECT {names} FROM "{table}"').to_arrow_reader(_ROWS_A_LOAD)
        for batch in reader:
            yield [{k: _json(v) for k, v in row.items()} for row in batch.to_pylist()]


def _json(value: Any) -> Any:
    if isinstance(value, dt.datetime):
        return value.isoformat(sep=" ")
    return value.isoformat() if isinstance(value, dt.date) else value


def teller_of(settings: Settings, policy: Policy, model: SemanticModel) -> Teller:
    """Tells people of alerts where no app runs that would, such as in a stream's own process."""
    tenants = tuple(policy.tenants())
    plans = Plans(settings.data_dir, times_of(model), tenants)
    channels = open_channels(settings)
    links = links_of(settings.public_url)
    return Teller(plans, lambda: model, channels, lambda *_: "", links=links)


def gate_of(gates: Gates, model: SemanticModel) -> Gate:
    """The gate that a stream's batches pass."""

    def passes(batch: Batch) -> bool:
        table = model.tables[batch.table]
        rows = as_arrow(batch.rows, schema_of(table))
        stream = batch.label.rsplit("_", 2)[0]
        report = gates.admit(
            rows, model, batch.table, label=batch.label, source=stream, mode="append"
        )
        return report.passed

    return passes


class StreamAlarm:
    """An alert while a stream has no room for what comes, or its store takes no batch for long;
    called with each of its states. clock: seconds; blocked_s: how long is long."""

    def __init__(
        self,
        alerts: DataAlerts,
        plants: tuple[str, ...],
        *,
        clock: Callable[[], float] = time.monotonic,
        blocked_s: float = _BLOCKED_S,
    ) -> None:
        self._alerts, self._plants = alerts, plants
        self._clock, self._blocked_s = clock, blocked_s
        self._since: float | None = None
        self._raised: Literal["full", "blocked", ""] | None = None

    def __call__(self, state: StreamState) -> None:
        wanted = self._wanted(state)
        if wanted is None or wanted == self._raised:
            return
        try:
            if self._raised or not wanted:
                # Of a stream that is blocked and then full, people are told both.
                self._alerts.end(STREAM, state.model, state.name)
            if wanted:
                rows = state.dropped if wanted == "full" else state.batches
                note = _(_ALARMS[wanted]).format(n=state.batches, why=state.store_trouble)
                self._alerts.raise_(
                    STREAM, state.model, state.name, self._plants, rows=rows, note=note
                )
        except Unavailable as error:
            _LOG.warning("stream %s: the alert was not written: %s", state.name, error)
            return
        self._raised = wanted

    def _wanted(self, state: StreamState) -> Literal["full", "blocked", ""] | None:
        """What is to be told; None while that cannot be said yet."""
        if not state.store_trouble:
            self._since = None
        elif self._since is None:
            self._since = self._clock()
        if state.is_full:
            return "full"
        if self._since is None:
            return ""
        return "blocked" if self._clock() - self._since >= self._blocked_s else None


@dataclass(frozen=True, slots=True)
class TableState:
    """What is in a table. newest: its newest row, plant-local; None without rows. last: the batch
    that was checked last. held: those that are held back, the oldest first. checks: whether any are
    declared."""

    name: str
    label: str
    rows: int
    newest: dt.datetime | None
    last: CheckedBatch | None
    held: tuple[CheckedBatch, ...]
    has_checks: bool


@dataclass(frozen=True, slots=True)
class StreamNow:
    """A stream and whether its process is there now."""

    state: StreamState
    is_running: bool


@dataclass(frozen=True, slots=True)
class DataDesk:
    """The page of data, for who administers; its calls raise Refused for others. parts: a model's
    parts for a person."""

    gates: Gates
    settings: Settings
    policy: Policy
    parts: Callable[[User, str | None], ModelParts]

    def tables(self, user: User, model: str | None = None) -> tuple[TableState, ...]:
        """Each table of a model, as far as the person's plants go."""
        self._must(user)
        parts = self.parts(user, model)
        labels = said(parts.model).tables
        found = []
        for name, table in parts.model.tables.items():
            facts = parts.facts.tables.get(name)
            extent = facts.within(user.plants) if facts is not None else None
            newest = self._mine(self.gates.batches.newest(parts.model.name, name), user)
            held = self._mine(self.gates.batches.held(parts.model.name, name), user)
            found.append(
                TableState(
                    name, labels[name].label, extent.rows if extent else 0,
                    extent.last if extent else None, newest[0] if newest else None, held,
                    table.checks is not None,
                )
            )  # fmt: skip
        return tuple(found)

    def held(self, user: User, model: str) -> int:
        """How many batches of a model are held back, of those that the person may decide on."""
        self._must(user)
        return len(self._mine(self.gates.batches.held(model), user.of(model)))

    def model(self, user: User, model: str | None = None) -> SemanticModel:
        """The model that the page is of."""
        self._must(user)
        return self.parts(user, model).model

    def check_now(self, user: User, table: str, model: str | None = None) -> GateReport:
        """What the checks say of a table as it stands in the store. Raises UserFixable where the
        store is a server, whose rows are checked as they come."""
        self._must(user)
        found = self.parts(user, model).model
        place = store_of(self.settings, found).place
        if not isinstance(place, Path):
            raise UserFixable(
                _("The store is a server: its rows are checked as they come, not afterwards.")
            )
        return check(place, found.tables[table], found, source=place.name)

    def beside(self, user: User, batch: CheckedBatch) -> tuple[str, ...]:
        """The other tables whose rows came with a batch that is held back, and are decided on with
        it."""
        self._must(user)
        file = self.gates.batches.file(batch.id)
        came = tables_of(file) if file.exists() else ()
        return tuple(name for name in came if name != batch.report.table)

    def release(self, user: User, batch: str, why: str, model: str | None = None) -> CheckedBatch:
        """See `Gates.release`."""
        return self.gates.release(self._known(user, batch), self.model(user, model), user, why)

    def discard(self, user: User, batch: str, why: str, model: str | None = None) -> CheckedBatch:
        """See `Gates.discard`."""
        return self.gates.discard(self._known(user, batch), self.model(user, model), user, why)

    def streams(self, user: User) -> tuple[StreamNow, ...]:
        """Live values, by name; those whose state cannot be read now are left out."""
        self._must(user)
        found = []
        for path in sorted((self.settings.state_dir / "streams").glob("*.db")):
            kept = (read_meta(path) or {}).get("state")
            if kept:
                known = {k: v for k, v in kept.items() if k in StreamState.__slots__}
                found.append(StreamNow(StreamState(**known), is_running(path)))
        return tuple(found)

    def _known(self, user: User, batch: str) -> str:
        """Raises UserFixable for a batch with rows of plants that are not the person's."""
        found = self.gates.batches.find(batch)
        if found is not None and not self._mine((found,), user):
            raise UserFixable(_("This batch is not held back any more."))
        return batch

    @staticmethod
    def _mine(batches: tuple[CheckedBatch, ...], user: User) -> tuple[CheckedBatch, ...]:
        return tuple(one for one in batches if set(one.report.plants) <= set(user.plants))

    def _must(self, user: User) -> None:
        role = self.policy.role(user)
        if role is None or not role.administers:
            raise Refused(_("This page is for administrators."), rule="ROLE")
