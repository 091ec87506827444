"""When things are done beside the answers: by APScheduler, one run of each at a time."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from apscheduler.events import EVENT_JOB_ERROR, EVENT_JOB_EXECUTED
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler

_THREADS = 3


@dataclass(slots=True)
class Schedule:
    """Jobs that come again and again. A job that fails is in `troubles` until it succeeds, and
    comes again; the process goes on. One that is late is done once, however often it was missed."""

    troubles: dict[str, str] = field(default_factory=dict)
    stop: threading.Event = field(default_factory=threading.Event)
    _scheduler: Any = None

    def every(self, seconds: float, name: str, job: Callable[[], object]) -> None:
        """Do it now and then every so many seconds."""
        if self._scheduler is None:
            self._scheduler = BackgroundScheduler(
                timezone=dt.UTC,
                executors={"default": ThreadPoolExecutor(_THREADS)},
                job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
                daemon=True,
            )
            self._scheduler.add_listener(self._heard, EVENT_JOB_ERROR | EVENT_JOB_EXECUTED)
            self._scheduler.start()
        now = dt.datetime.now(dt.UTC)
        self._scheduler.add_job(job, "interval", seconds=seconds, id=name, next_run_time=now)

    def close(self) -> None:
        """No more of it; what runs is told to stop by `stop`."""
        self.stop.set()
        if self._scheduler is not None:
            self._scheduler.shutdown(wait=False)
            self._scheduler = None

    def _heard(self, event: Any) -> None:
        error = getattr(event, "exception", None)
        if error is None:
            self.troubles.pop(event.job_id, None)
        else:
            self.troubles[event.job_id] = str(error) or type(error).__name__
