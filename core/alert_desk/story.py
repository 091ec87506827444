"""What led to an alert and what came of it: journal, threshold, curve, and what else happened to
the asset around that time. The data are read by governed queries of the person who looks."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from core.alert_desk.clocks import presents, to_local, zones_of
from core.alert_desk.course import course_of, is_over_window, rows_of, total_of
from core.alert_desk.curve import Curve, curve_query, limits_over, read_span
from core.alert_desk.question import question_about
from core.alerting.alert import Alert, Entry
from core.assistant import Queries
from core.assistant.parts import ModelParts
from core.assistant.queries import Errand
from core.errors import GembaError
from core.semantic.columns import describe
from core.semantic.model import Table, Watch
from core.semantic.query import Filter, Op, SemanticQuery, TimeWindow
from core.semantic.result import ResultColumn
from core.semantic.said import entities_of, said
from core.thresholds.record import Threshold
from core.thresholds.resolve import model_limits
from core.translation import gettext as _
from core.types import Clock, Result, User

#: How far around the curve is looked for what else happened, and how much of it is told, by table.
_AROUND: Final = dt.timedelta(days=3)
_MOST_EVENTS: Final = 6


@dataclass(frozen=True, slots=True)
class Moment:
    """One line of the story. at, until: plant-local. entry: of the alert's own journal; None for
    what else happened to the asset: then `table` has it, `what` is its kind and `text` says it."""

    at: dt.datetime
    entry: Entry | None = None
    table: str = ""
    what: str = ""
    text: str = ""
    until: dt.datetime | None = None


@dataclass(frozen=True, slots=True)
class Story:
    """All that is known of an alert.

    zone: IANA, of its times. now: of the plant's data, UTC. moments: in time order. threshold: the
    version that raised it; None where it stands for others. in_force: the version that counts now,
    where that is another one. curve: what was measured around it; None where nothing alone is.
    under: alerts that it stands for; parent: the alert that stands for it. left_out: of which
    tables there was more. lacks: why something could not be read. question: what can be asked in
    the chat, empty for nothing.
    """

    alert: Alert
    zone: str
    now: dt.datetime
    moments: tuple[Moment, ...]
    threshold: Threshold | None
    in_force: Threshold | None
    curve: Curve | None
    under: tuple[Alert, ...]
    parent: Alert | None
    left_out: tuple[str, ...]
    lacks: tuple[str, ...]
    question: str


class StoryTeller:
    """Tells stories to one person."""

    def __init__(
        self, parts: ModelParts, queries: Queries, user: User, clock: Clock | None = None
    ) -> None:
        self._parts = parts
        self._queries = queries
        self._user = user
        self._clock = clock
        self._errand = Errand(secrets.token_hex(6), user, "")
        self._lacks: list[str] = []
        self._left_out: list[str] = []

    def story(
        self,
        alert: Alert,
        entries: Sequence[Entry],
        versions: Sequence[Threshold],
        under: Sequence[Alert],
        parent: Alert | None,
    ) -> Story:
        """versions: of its threshold, the newest first."""
        model = self._parts.model
        zone = zones_of(self._parts, (alert.plant,))[alert.plant]
        now = presents(self._parts, (alert.plant,), self._clock)[alert.plant]
        self._errand = Errand(secrets.token_hex(6), self._user, f"alert {alert.id}")
        start, end = read_span(alert, to_local(now, zone), zone)
        curve = self._curve(alert, versions, zone, start, end)
        around = self._around(alert, start - _AROUND, end + _AROUND, zone)
        own = [Moment(to_local(entry.at, zone), entry) for entry in entries]
        known = versions or (
            model_limits(model.name, model.limits, model.watch.levels) if model.watch else ()
        )
        return Story(
            alert=alert,
            zone=zone,
            now=now,
            moments=tuple(sorted((*own, *around), key=lambda moment: moment.at)),
            threshold=_version(alert, known),
            in_force=_newest(alert, versions),
            curve=curve,
            under=tuple(under),
            parent=parent,
            left_out=tuple(self._left_out),
            lacks=tuple(dict.fromkeys(self._lacks)),
            question=question_about(alert, model, start, end),
        )

    # -- the curve ---------------------------------------------------------------------------

    def _curve(
        self,
        alert: Alert,
        versions: Sequence[Threshold],
        zone: str,
        start: dt.datetime,
        end: dt.datetime,
    ) -> Curve | None:
        model = self._parts.model
        query = curve_query(alert, model, start, end)
        if query is None:
            return None
        columns = describe(query, model)
        limits = limits_over(alert, model, versions, zone, start, end)
        version = _version(alert, versions)
        if version is not None and is_over_window(alert, model):
            found = self._course(alert, version, query, columns, (start, end), zone)
            label = _("{what} over {n} min").format(what=columns[-1].label, n=version.window_min)
            columns = (columns[0], replace(columns[-1], label=label))
            return None if found is None else Curve(found, None, columns, limits, start, end)
        result = self._read(query)
        if result is None:
            return None
        bad = None
        if columns[-1].name in result.table.column_names:
            bad = self._read(query.with_(readings="bad"))
        return Curve(result, bad, columns, limits, start, end)

    def _course(
        self,
        alert: Alert,
        version: Threshold,
        query: SemanticQuery,
        columns: tuple[ResultColumn, ...],
        span: tuple[dt.datetime, dt.datetime],
        zone: str,
    ) -> Result | None:
        """What was held against the limit, for a person who may read the figure there."""
        if self._read(total_of(query)) is None:
            return None
        fetch = self._parts.engine.fetch
        try:
            course, notes = course_of(alert, version, self._parts.model, fetch, span, zone)
        except GembaError as error:
            self._lacks.append(str(error))
            return None
        self._lacks += notes
        return None if course is None else rows_of(course, columns, zone)

    # -- what else happened ------------------------------------------------------------------

    def _around(
        self, alert: Alert, start: dt.datetime, end: dt.datetime, zone: str
    ) -> list[Moment]:
        watch = self._parts.model.watch
        if watch is None or not alert.asset or not alert.measure:
            return []
        visible = self._queries.visible(self._user, self._parts.model)
        raised = to_local(alert.raised_at, zone)
        found: list[Moment] = []
        for table in said(self._parts.model).tables.values():
            named = _named(alert, watch)
            is_readable = table.own_time is not None and named.keys() <= visible.get(
                table.name, set()
            )
            if table.name != watch.table and is_readable:
                found += self._events(table, watch, alert, visible[table.name], start, end, raised)
        return found

    def _events(
        self,
        table: Table,
        watch: Watch,
        alert: Alert,
        visible: frozenset[str],
        start: dt.datetime,
        end: dt.datetime,
        raised: dt.datetime,
    ) -> list[Moment]:
        time = table.own_time
        assert time is not None
        own = self._parts.model.tables[watch.table].columns
        telling = [
            name
            for name in table.default_fields
            if name in visible and name not in own and table.columns[name].type == "string"
        ]
        times = [name for name in (time.timestamp, time.end) if name and name in visible]
        if time.timestamp not in times:
            return []
        named = _named(alert, watch)
        if table.scope is not None:
            named[table.scope] = alert.plant
        filters = [Filter(column, Op.EQ, (value,)) for column, value in named.items()]
        query = SemanticQuery(
            self._parts.model.name,
            table.name,
            kind="records",
            fields=(*times, *telling),
            filters=tuple(filters),
            time=TimeWindow(start, end),
        )
        result = self._read(query)
        if result is None:
            return []
        rows = result.table.to_pylist()
        nearest = sorted(rows, key=lambda row: abs(row[time.timestamp] - raised))
        if len(rows) > _MOST_EVENTS or result.truncated:
            self._left_out.append(entities_of(table))
        what = table.entity[:1].upper() + table.entity[1:]
        return [
            Moment(
                row[time.timestamp], None, table.name, what,
                ", ".join(_cells(row, telling, table)), row.get(time.end or ""),
            )
            for row in nearest[:_MOST_EVENTS]
        ]  # fmt: skip

    def _read(self, query: SemanticQuery) -> Result | None:
        """Rows of a query under the person's rights; None, and said so, where it does not run."""
        parts = self._parts
        try:
            return self._queries.evidence(
                query, parts.model, parts.engine, self._errand, parts.facts
            )
        except GembaError as error:
            self._lacks.append(str(error))
            return None


def _named(alert: Alert, watch: Watch) -> dict[str, str]:
    """The columns that tell what an alert is of."""
    return dict(alert.place) if alert.is_of_place else {watch.asset: alert.asset}


def _cells(row: dict[str, Any], names: Sequence[str], table: Table) -> list[str]:
    """The texts of a row, with the names that values have in the language at hand."""
    found = []
    for name in names:
        value = row.get(name)
        if value not in (None, ""):
            column = table.columns[name]
            label = column.said_values.get(str(value))
            text = label.text if label is not None else str(value)
            # "low" alone says nothing: it is the column's name that makes it a word
            found.append(f"{column.label}: {text}" if column.values_need_name else text)
    return found


def _version(alert: Alert, versions: Sequence[Threshold]) -> Threshold | None:
    wanted = (alert.threshold_id, alert.threshold_version)
    return next((one for one in versions if (one.id, one.version) == wanted), None)


def _newest(alert: Alert, versions: Sequence[Threshold]) -> Threshold | None:
    """The newest published version, where the alert was raised by an older one."""
    newest = next((one for one in versions if one.status == "published"), None)
    is_other = newest is not None and newest.version != alert.threshold_version
    return newest if is_other else None


def why_gone(story: Story) -> str:
    """Why a story has no threshold; empty where it has one or needs none."""
    if story.threshold is not None or not story.alert.measure:
        return ""
    return _("The version of the threshold that raised it is not kept any more.")
