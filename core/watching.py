"""Puts together what is behind thresholds and alerts: their stores, the watch, what is sent.

The desks of the pages are built over these by `Services`, one line each.
"""

from __future__ import annotations

from collections.abc import Callable

from core.alerting.store import AlertStore
from core.assistant.parts import ModelParts
from core.delivery.outbox import Outbox
from core.settings import Settings
from core.thresholds.store import ThresholdStore
from core.watch.watch import Options, Source, Watch


class Watching:
    """Stores of thresholds, alerts and messages, and the watch of the default model. parts: a
    model's parts by name, None for the default one."""

    def __init__(self, settings: Settings, parts: Callable[[str | None], ModelParts]) -> None:
        folder = settings.state_dir
        self._settings = settings
        self._parts = parts
        self.alert_store = AlertStore(folder)
        self.threshold_store = ThresholdStore(folder, four_eyes=settings.thresholds_four_eyes)
        self.outbox = Outbox(folder)
        options = Options(settings.watch_days, settings.watch_late_min)
        self.watch = Watch(
            folder, self._source, self.alert_store, self.threshold_store, options=options
        )

    def start(self) -> None:
        """Watch from now on, beside the answers."""

    def close(self) -> None:
        """End the watch and close files."""
        self.watch.close()
        self.alert_store.close()
        self.threshold_store.close()
        self.outbox.close()

    def _source(self) -> Source:
        parts = self._parts(None)
        return Source(parts.model, parts.engine.fetch)
