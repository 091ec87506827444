"""One model's watch, tenant by tenant: what is new since the last time, step by step, whatever
happened to the process meanwhile."""

from __future__ import annotations

import datetime as dt
import logging
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, partial
from pathlib import Path
from typing import Final

from core.alerting.store import AlertStore, Outbox
from core.alerting.tables import utc_now
from core.errors import GembaError
from core.semantic.facts import Fetch
from core.semantic.model import SemanticModel
from core.state import open_state
from core.thresholds.store import ThresholdStore
from core.types import DEFAULT_TENANT
from core.watch.again import stood
from core.watch.assets import Extent, extents
from core.watch.history import Batch, Reader
from core.watch.inforce import InForce
from core.watch.lanes import Parted, lane_of, lanes_in, reached, tables_of
from core.watch.late import LOOKED_FOR_S, Counts, Late, counted, keep_seen, late_rows
from core.watch.lease import LEASE_S, Lease
from core.watch.plant import Beside, OvertakenError, PlantWatch, Tally
from core.watch.run import Runs, WatchRun, together
from core.watch.tables import META
from core.watch.watched import DAY_S, Watched, moment, seconds, watched_of

_LOG: Final = logging.getLogger(__name__)
#: Steps that ended longer ago than this are history, of which nobody is told as they are kept.
_FRESH_S: Final = 3_600
#: Longest delay that is followed back where rows came late.
_MOST_DELAY_S: Final = 7 * DAY_S


@dataclass(frozen=True, slots=True)
class Source:
    """What is watched: a model, and StarRocks SQL of ours over its store."""

    model: SemanticModel
    fetch: Fetch


@dataclass(frozen=True, slots=True)
class Options:
    """days: how long before the newest data a first watch begins. late_min: minutes that readings
    may come late, where the model's clock is the wall's. look_back_min: how long ago a step may be
    for rows that came later to be held against thresholds. lease_s: see `Lease`."""

    days: float = 30.0
    late_min: float = 10.0
    look_back_min: float = 120.0
    lease_s: float = LEASE_S


@dataclass(slots=True)
class _Round:
    """One run while it goes on."""

    watched: Watched
    lease: Lease
    number: int
    run: WatchRun
    began: float
    tally: Tally
    stop: threading.Event
    until: dict[str, dt.datetime]
    #: What figures of slower tables wait for, a sentence each.
    waits: tuple[str, ...] = ()

    def so_far(self) -> WatchRun:
        """The run up to now."""
        return replace(
            self.run,
            seconds=time.monotonic() - self.began,
            until=min(self.until.values(), default=None),
            steps=self.tally.steps,
            raised=self.tally.raised,
            returned=self.tally.returned,
            notes=(*self.run.notes, *self.waits, *_said(self.tally.held, self.tally.late_raised)),
        )


def _lease_name(run: WatchRun) -> str:
    return f"watch:{run.model}" + (f":{run.tenant}" if run.tenant != DEFAULT_TENANT else "")


def _said(held: Mapping[str, int], late: int) -> Iterator[str]:
    if late:
        yield f"Raised from rows that came late: {late}."
    for asset, n in sorted(held.items()):
        yield f"{asset} is out of service: not raised there were {n}."


def _waits(lane: str, ends: Mapping[str, int], until: Mapping[str, int]) -> tuple[str, ...]:
    """At which plants figures wait for a slower table."""
    return tuple(
        f"Figures that need {lane} wait for it at {plant or 'the plant'}: "
        + (f"it goes to {moment(until[plant])} UTC." if plant in until else "it has no rows.")
        for plant, end_s in sorted(ends.items())
        if until.get(plant, 0) < end_s
    )


class Watch:
    """Holds thresholds against what is new. Thread-safe, and safe with several processes on one
    state folder. source: called at the start of each run."""

    def __init__(
        self,
        folder: Path,
        source: Callable[[], Source],
        alerts: AlertStore,
        thresholds: ThresholdStore,
        *,
        tenants: Mapping[str, frozenset[str] | None] | None = None,
        options: Options | None = None,
        outbox: Iterable[Outbox] = (),
    ) -> None:
        """tenants: each with its plants, None for all of the data; the default one where none is
        said. outbox: writes messages in the transaction of a step that is fresh."""
        self._engine = open_state(folder, META)
        self._source = source
        self._alerts, self._thresholds = alerts, thresholds
        self._tenants = tenants or {DEFAULT_TENANT: None}
        self._options = options or Options()
        self._outbox = tuple(outbox)
        self._busy = threading.Lock()
        self._readers: dict[tuple[str, str], Reader] = {}
        self._parted: dict[str, Parted] = {}
        self._in_force: dict[str, InForce] = {}
        self.runs = Runs(self._engine)
        #: The newest run of this process, also while it goes on; None before the first.
        self.newest: WatchRun | None = None

    def run_once(
        self, now: dt.datetime | None = None, stop: threading.Event | None = None
    ) -> WatchRun:
        """Watch what is new since the last run, until there is no more or `stop` is set. now: UTC,
        naive, in place of the machine's. A store that is away, or data that cannot be read, are in
        the run's `error`; what was kept until then is kept, and the next run goes on from there."""
        with self._busy:
            source, stop = self._source(), stop or threading.Event()
            watched = watched_of(source.model, source.fetch)
            look = cache(partial(extents, watched))
            runs: list[WatchRun] = []
            for tenant in self._tenants:
                runs.append(self._once(watched, tenant, look, now or utc_now(), stop))
                self.newest = together(runs) if not runs[-1].is_elsewhere else self.newest
            return together(runs)

    def _once(
        self,
        watched: Watched,
        tenant: str,
        look: Callable[[], Mapping[str, Extent]],
        now: dt.datetime,
        stop: threading.Event,
    ) -> WatchRun:
        """A tenant's run, under its own lease and with its own record. look: how far each plant's
        rows go, read once for all tenants."""
        run = WatchRun(watched.model.name, utc_now(), is_over=False, tenant=tenant)
        lease = Lease(self._engine, _lease_name(run), self._options.lease_s)
        other = lease.take()
        if other:
            _LOG.info("model %s is watched by another process: %s", run.model, other)
            return replace(run, holder=other, is_elsewhere=True, is_over=True)
        run = replace(run, holder=lease.holder)
        number = self.runs.begin(run)
        going = _Round(watched, lease, number, run, time.monotonic(), Tally(), stop, {})
        try:
            self._all(going, look, now)
        except OvertakenError:
            why = "Another process was further; nothing was kept twice."
            going.run = replace(going.run, error=why)
        except GembaError as error:
            going.run = replace(going.run, error=str(error))
        except BaseException as error:
            going.run = replace(going.run, error=type(error).__name__)
            raise
        finally:
            done = self._end(going)
        return done

    def _end(self, going: _Round) -> WatchRun:
        run = replace(going.so_far(), is_over=True)
        if run.error:
            _LOG.warning("model %s: the watch ended early: %s", run.model, run.error)
        self.newest = replace(run, changes=tuple(going.tally.changes))
        self.runs.change(going.number, run)
        going.lease.give_back()
        return self.newest

    def wait(self, seconds: float) -> bool:
        """Wait for a run that goes on; whether none does now."""
        if self._busy.acquire(timeout=seconds):
            self._busy.release()
            return True
        return False

    def close(self) -> None:
        """Close the file."""
        self._engine.dispose()

    # -- one run -----------------------------------------------------------------------------

    def _all(
        self, going: _Round, look: Callable[[], Mapping[str, Extent]], now: dt.datetime
    ) -> None:
        tenant, model = going.run.tenant, going.run.model
        in_force = self._in_force.setdefault(tenant, InForce(self._thresholds, model, tenant))
        if not in_force.look():
            return
        mine = self._tenants[tenant]
        found = {plant: one for plant, one in look().items() if mine is None or plant in mine}
        ends = self._ends(going.watched, found, now)
        now_in_force, _until = in_force.at(max(ends.values(), default=0) - going.watched.step_s)
        lanes = {lane_of(one.measure, going.watched) for one in now_in_force}
        lanes |= lanes_in(self._alerts.watermarks(tenant, model))
        self._tenant(going, tenant, in_force, found, ends, "")
        for lane in sorted(lanes - {""}):
            reach = reached(going.watched, lane)
            until = {
                p: min(e, going.watched.floor(reach[p])) for p, e in ends.items() if p in reach
            }
            going.waits += _waits(lane, ends, until)
            here = {plant: found[plant] for plant in until}
            self._tenant(going, tenant, in_force, here, until, lane)

    def _reader(self, watched: Watched, tenant: str, lane: str) -> Reader:
        """Rules and pairs are kept from run to run as long as the model is the same."""
        reader = self._readers.get((tenant, lane))
        if reader is None or reader.watched.model is not watched.model:
            reader = self._readers[tenant, lane] = Reader(watched)
        else:
            reader.begin_again(watched)
        return reader

    def _ends(
        self, watched: Watched, found: Mapping[str, Extent], now: dt.datetime
    ) -> dict[str, int]:
        """Up to when each plant is watched: as far as its rows go, or, by the wall's clock, as far
        as none may come late any more."""
        if watched.model.clock == "wall":
            end_s = watched.floor(seconds(now) - self._options.late_min * 60)
            return dict.fromkeys(found, end_s)
        return {plant: watched.floor(one.end_s) for plant, one in found.items()}

    def _tenant(
        self,
        going: _Round,
        tenant: str,
        in_force: InForce,
        found: Mapping[str, Extent],
        ends: Mapping[str, int],
        lane: str,
    ) -> None:
        """A lane of a tenant's watch, at all of its plants."""
        watched = going.watched
        reader, parted = (
            self._reader(watched, tenant, lane),
            self._parted.setdefault(tenant, Parted()),
        )
        plants = {
            plant: self._plant(watched, tenant, plant, extent, ends[plant], lane)
            for plant, extent in found.items()
        }
        upto = {plant: one.upto_s for plant, one in plants.items()}
        late = late_rows(self._engine, watched, tenant, upto, lane)
        going.run = replace(going.run, late=going.run.late + sum(x.rows for x in late.values()))
        for plant, rows in late.items():
            if plants[plant].upto_s < ends[plant]:
                self._look_back(going, reader, tenant, in_force, plants[plant], plant, rows, lane)
        behind = [one.upto_s for plant, one in plants.items() if one.upto_s < ends[plant]]
        if behind and (going.run.began is None or moment(min(behind)) < going.run.began):
            going.run = replace(going.run, began=moment(min(behind)))
        last_s = max(ends.values(), default=0)
        while behind := [one.upto_s for p, one in plants.items() if one.upto_s < ends[p]]:
            if going.stop.is_set():
                going.run = replace(going.run, is_behind=True)
                return
            if other := going.lease.take():
                raise OvertakenError(other)
            start_s = min(behind)
            every, until_s = in_force.at(start_s)
            thresholds = parted.of(every, watched).get(lane, ())
            others = tables_of(thresholds, watched)
            until_s = -(-until_s // watched.step_s) * watched.step_s
            counts = self._counts(watched, start_s, min(last_s, start_s + DAY_S), last_s, others)
            batch = reader.batch(thresholds, start_s, min(last_s, until_s), last_s)
            going.run = replace(
                going.run, notes=tuple(dict.fromkeys((*going.run.notes, *batch.notes)))
            )
            for plant, one in plants.items():
                end_s = min(batch.end_s, ends[plant])
                if batch.start_s <= one.upto_s < end_s:
                    beside = self._beside(
                        watched, tenant, plant, batch, counts, late.pop(plant, None),
                        ends[plant], others, lane,
                    )  # fmt: skip
                    one.go(batch, end_s, beside, going.tally)
                    if not lane:
                        going.until[f"{tenant}/{plant}"] = moment(end_s)
            self.newest = going.so_far()
            self.runs.change(going.number, self.newest)

    def _look_back(
        self,
        going: _Round,
        reader: Reader,
        tenant: str,
        in_force: InForce,
        one: PlantWatch,
        plant: str,
        rows: Late,
        lane: str,
    ) -> None:
        """Hold what came late of the newest steps against the thresholds that are in force now."""
        watched, upto_s = going.watched, one.upto_s
        least_s = upto_s - self._options.look_back_min * 60
        first_s = min((at for _t, at in rows.steps if at >= least_s), default=upto_s)
        last_s = upto_s - watched.step_s
        first_s = max(first_s, in_force.since(last_s))
        if first_s >= upto_s:
            return
        every, _until = in_force.at(last_s)
        thresholds = self._parted[tenant].of(every, watched).get(lane, ())
        before_s = min(reader.longest_delay_s(thresholds), _MOST_DELAY_S)
        begin_s = watched.floor(max(first_s - before_s - watched.step_s, in_force.since(last_s)))
        real = stood(self._engine, tenant, going.run.model, plant, begin_s)
        batches = reader.batches(thresholds, begin_s, upto_s)
        going.tally.late_raised += one.look_back(batches, first_s, real)

    def _plant(
        self, watched: Watched, tenant: str, plant: str, extent: Extent, end_s: int, lane: str
    ) -> PlantWatch:
        """A plant as its watch stands; one that was never watched begins some days before now."""
        begin_s = watched.floor(end_s - self._options.days * DAY_S)
        begin_s = min(end_s, max(begin_s, watched.floor(extent.first_s)))
        return PlantWatch(watched, self._alerts, tenant, plant, begin_s, lane=lane)

    def _counts(
        self, watched: Watched, start_s: int, end_s: int, last_s: int, others: Sequence[str]
    ) -> Counts:
        """Rows that there are before readings are taken: what comes in between is late. Of old
        steps nobody asks."""
        if end_s < last_s - 2 * LOOKED_FOR_S:
            return {}
        return counted(watched, start_s, end_s, others)

    def _beside(
        self,
        watched: Watched,
        tenant: str,
        plant: str,
        batch: Batch,
        counts: Counts,
        late: Late | None,
        end_s: int,
        others: Sequence[str],
        lane: str,
    ) -> Beside:
        left = [late]

        def beside(from_s: int, upto_s: int) -> Iterator[Outbox]:
            steps = range(max(from_s, batch.start_s), upto_s, watched.step_s)
            if counts or left[0]:
                came = left.pop() if left else None
                yield keep_seen(watched, tenant, plant, counts, steps, came, others, lane)
                left.append(None)
            if upto_s >= end_s - _FRESH_S:
                yield from self._outbox

        return beside
