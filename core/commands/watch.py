"""The command `watch`: hold thresholds against what is new, once or again and again."""

from __future__ import annotations

import argparse
import dataclasses
import datetime as dt
import json
import sys
import threading
from pathlib import Path
from typing import Any, Final, TextIO

from core.alerting.alert import Alert
from core.alerting.lifecycle import Event
from core.errors import GembaError
from core.execution.engine import DuckDBEngine
from core.governance.policy import load_policy
from core.semantic.model import SemanticModel
from core.services import Services
from core.settings import Settings
from core.thresholds.store import ThresholdStore
from core.watch.assets import extents
from core.watch.run import WatchRun
from core.watch.starting import publish_starter
from core.watch.watched import moment, watched_of

_LEAST_S: Final = 1.0


def run_watch(
    arguments: argparse.Namespace,
    services: Services,
    out: TextIO | None = None,
    stop: threading.Event | None = None,
) -> int:
    """Run it; 1 when the last run ended early. Without `once` it goes on until `stop` is set."""
    out = sys.stdout if out is None else out
    stop = stop or threading.Event()
    watching = services.watching
    if arguments.install_starter:
        user = services.policy.user(arguments.user or services.policy.default_user)
        names = watching.publish_starter(user)
        if not arguments.json:
            print(f"{len(names)} thresholds were put in force.", file=out)
    while True:
        run = watching.watch.run_once(stop=stop)
        if not run.is_elsewhere:
            watching.tell()
        text = json.dumps(as_json(run), ensure_ascii=False) if arguments.json else as_text(run)
        print(text, file=out, flush=True)
        if arguments.once or stop.wait(max(services.settings.watch_seconds, _LEAST_S)):
            return 1 if run.error else 0


def as_json(run: WatchRun) -> dict[str, Any]:
    """The run's record, with the alerts that it raised and that returned in it."""
    plain = {
        field.name: _plain(getattr(run, field.name))
        for field in dataclasses.fields(run)
        if field.name != "changes"
    }
    return {
        **plain,
        "alerts_raised": _alerts(run, Event.RAISE),
        "alerts_returned": _alerts(run, Event.RETURN, Event.LATCH),
    }


def as_text(run: WatchRun) -> str:
    """A run in a line or a few."""
    if run.is_elsewhere:
        return f"Another process watches the model {run.model}: {run.holder}. Nothing was done."
    if run.until is None:
        what = "nothing is new"
    else:
        what = (
            f"{run.steps} steps to {run.until:%Y-%m-%d %H:%M} UTC, {run.raised} raised, "
            f"{run.returned} returned"
        )
    late = f", {run.late} rows came late" if run.late else ""
    lines = [f"{run.model}: {what}{late}, {run.seconds:.1f} s"]
    if run.is_behind:
        lines.append("There is more to catch up with.")
    lines += [f"not watched: {note}" for note in run.notes]
    if run.error:
        lines.append(f"It ended early: {run.error}")
    return "\n".join(lines)


def demo_thresholds(settings: Settings, path: Path, model: SemanticModel) -> int:
    """Put the starter sets in force for sample data without any thresholds, from their first row
    on; how many. Where that fails, the data are there all the same."""
    engine = DuckDBEngine(path, children=1)
    try:
        store = ThresholdStore(settings.state_dir, four_eyes=settings.thresholds_four_eyes)
        try:
            found = extents(watched_of(model, engine.fetch))
            first = min((one.first_s for one in found.values()), default=0)
            policy = load_policy()
            by = policy.user(policy.default_user)
            done = publish_starter(store, model, engine.fetch, by, moment(first), only_first=True)
        finally:
            store.close()
    except GembaError as error:
        print(f"No thresholds were put in force: {error}", file=sys.stderr)
        return 0
    finally:
        engine.close()
    return len(done)


def _plain(value: object) -> object:
    if isinstance(value, dt.datetime):
        return value.isoformat(sep=" ", timespec="seconds")
    return list(value) if isinstance(value, tuple) else value


def _alerts(run: WatchRun, *events: Event) -> list[dict[str, Any]]:
    """Alerts to which one of these happened, each once, as they are after the run."""
    which = {c.after.id for c in run.changes if any(event in events for event in c.events)}
    newest = {change.after.id: change.after for change in run.changes}
    return [_alert(alert) for alert_id, alert in newest.items() if alert_id in which]


def _alert(alert: Alert) -> dict[str, Any]:
    plain = {
        name: _plain(getattr(alert, name))
        for name in (
            "id", "threshold_id", "threshold_version", "asset", "plant", "measure", "kind",
            "severity", "value", "limit", "unit", "raised_at", "returned_at", "count",
        )
    }  # fmt: skip
    return {**plain, "state": alert.state.value}
