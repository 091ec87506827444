"""The thresholds that were in force for the rows of an answer, at the time that it shows."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from threading import Lock
from typing import Any, Final

from core.assistant.evidence import RunQuery
from core.assistant.parts import ModelParts
from core.errors import GembaError, QueryCancelled, Unavailable
from core.governance.policy import Policy
from core.semantic.held import Held
from core.semantic.limits import Known, limited_names, unit_of_limit
from core.semantic.model import SemanticModel, Table, Watch
from core.semantic.query import Dimension, SemanticQuery
from core.thresholds.over import Rows, held_over, touches
from core.thresholds.record import Threshold
from core.thresholds.resolve import model_limits
from core.thresholds.store import ThresholdStore
from core.thresholds.timeline import Span
from core.thresholds.whole import keys_of
from core.types import User

_LOG = logging.getLogger(__name__)
#: Assets of one answer, above which it is not told what they share.
_MOST_PLACES: Final = 2_000
#: Measures whose thresholds are kept in memory, over all tenants and models.
_MOST_KEPT: Final = 500
_DAY: Final = dt.timedelta(days=1)


class LimitsThen:
    """Looks up what counted at the time of an answer. Thread-safe."""

    def __init__(self, store: Callable[[], ThresholdStore], policy: Policy) -> None:
        self._store = store
        self._policy = policy
        self._kept: dict[tuple[str, str, str], tuple[int, tuple[Span, ...]]] = {}
        self._lock = Lock()

    def known(self, query: SemanticQuery, parts: ModelParts, user: User, run: RunQuery) -> Known:
        """The limits of a query's figures over its rows, for those for which thresholds were in
        force; and what its assets have in common that the model's limits ask for.

        run: runs a query of ours under the person's own scope; it is asked for the assets of the
        rows only where a threshold may count. Where that is not to be had, or the thresholds are
        not, it is not known which limits there were, and none is told.
        """
        model, watch = parts.model, parts.model.watch
        asked = _measures(query, model, watch) if watch is not None else {}
        window = _window(query, parts, user) if asked else None
        if watch is None or window is None:
            return Known()
        try:
            versions = self._spans(model.name, asked, user.tenant)
        except Unavailable as error:
            _LOG.warning("limits of an answer: %s", error)
            return Known(held=tuple(Held(name, is_unknown=True) for name in asked))
        found = {name: spans for name, spans in versions.items() if touches(spans, *window)}
        lines = model_limits(model.name, model.limits, watch.levels)
        held: list[Held] = []
        values: dict[str, frozenset[str]] = {}
        for name in list(found):
            own, wholes = _parted(found[name])
            one = self._of_wholes(query, parts, user, run, name, asked[name], wholes, window)
            if one is not None:
                held.append(one)
            if one is not None or not touches(own, *window):
                del found[name]
            else:
                found[name] = own
        for table in dict.fromkeys(asked[name] for name in found):
            names = [name for name in found if asked[name] == table]
            columns = _told_by(model.tables[table], names, found, lines)
            if watch.asset not in model.tables[table].columns:
                continue
            is_shown = self._shows(user, model.tables[table], columns)
            places = _places(query, table, columns, run) if is_shown else None
            if places is None:
                held += (Held(name, is_unknown=True) for name in names)
                continue
            rows = Rows(places, _zones(places, model, table), *window)
            for name in names:
                unit = unit_of_limit(name, table, model)
                one = held_over(name, unit, found[name], lines, watch.levels, rows)
                held += [one] if one is not None else []
            if table == query.table:
                values = _common(rows, names, model)
        return Known(values, tuple(held))

    def _of_wholes(
        self,
        query: SemanticQuery,
        parts: ModelParts,
        user: User,
        run: RunQuery,
        name: str,
        table: str,
        wholes: Mapping[str, tuple[Span, ...]],
        window: tuple[dt.datetime, dt.datetime],
    ) -> Held | None:
        """The limits of a figure of whole places, where each group of the rows is such a place, all
        of it; None where they are not, or no such limit was in force. wholes: by level."""
        model, watch = parts.model, parts.model.watch
        assert watch is not None
        for per, spans in sorted(wholes.items(), key=lambda one: -watch.levels.index(one[0])):
            keys = keys_of(per, model, watch)
            columns = _columns_of(query, keys, model.tables[table], watch.asset)
            if not touches(spans, *window) or not columns:
                continue
            if not self._shows(user, model.tables[table], columns):
                return Held(name, is_unknown=True)
            places = whole_places(query, table, keys, watch.asset, columns, run)
            if places:
                rows = Rows(places, _zones(places, model, table), *window)
                unit = unit_of_limit(name, table, model)
                return held_over(name, unit, spans, (), watch.levels, rows)
        return None

    def _shows(self, user: User, table: Table, columns: Iterable[str]) -> bool:
        """Whether somebody sees these columns as they are."""
        role = self._policy.role(user)
        return role is not None and all(
            name in table.columns
            and role.may_see(table.name, name)
            and role.mask(table.name, name, personal=table.columns[name].personal).kind == "show"
            for name in columns
        )

    def _spans(
        self, model: str, measures: Iterable[str], tenant: str
    ) -> dict[str, tuple[Span, ...]]:
        """By measure, when its thresholds are in force; read again once a version is published."""
        store = self._store()
        stamp = store.published(model, tenant)
        found = {}
        for measure in measures if stamp else ():
            key = (tenant, model, measure)
            with self._lock:
                kept = self._kept.get(key)
            if kept is None or kept[0] != stamp:
                kept = (stamp, store.spans(model, measure, tenant))
                with self._lock:
                    self._kept.pop(key, None)
                    self._kept[key] = kept
                    while len(self._kept) > _MOST_KEPT:
                        del self._kept[next(iter(self._kept))]
            if kept[1]:
                found[measure] = kept[1]
        return found


def _measures(query: SemanticQuery, model: SemanticModel, watch: Watch) -> dict[str, str]:
    """What thresholds may be put on among a query's figures -> the table that has its rows."""
    found: dict[str, str] = {}
    for measure in query.measures:
        metric = model.metrics.get(measure.metric or "")
        table = metric.table if metric is not None else measure.table or query.table
        if table not in model.tables or not set(watch.levels) & set(model.tables[table].columns):
            continue
        for name in limited_names(measure, model):
            if name in model.metrics or table == watch.table:
                found.setdefault(name, table)
    return found


def _parted(spans: Iterable[Span]) -> tuple[tuple[Span, ...], dict[str, tuple[Span, ...]]]:
    """Those of each asset, and by level those of whole places."""
    own: list[Span] = []
    wholes: dict[str, list[Span]] = {}
    for span in spans:
        (wholes.setdefault(span[0].per, []) if span[0].per else own).append(span)
    return tuple(own), {per: tuple(found) for per, found in wholes.items()}


def _columns_of(
    query: SemanticQuery, keys: Sequence[str], table: Table, asset: str
) -> tuple[str, ...]:
    """The columns that tell whether rows are of whole places; none where that cannot be told."""
    split = [d.column for d in query.dimensions if d.grain is None]
    known = [name for name in (asset,) if name in table.columns]
    if any(name is None or name not in table.columns for name in (*split, *keys)):
        return ()
    return tuple(dict.fromkeys([*(name for name in split if name), *keys, *known]))


def whole_places(
    query: SemanticQuery,
    table: str,
    keys: Sequence[str],
    asset: str,
    columns: Sequence[str],
    run: RunQuery,
) -> tuple[Mapping[str, str], ...]:
    """The places of which the groups of a query's rows are, one each and all of its assets; empty
    where they are something else."""
    here = _places(query, table, columns, run)
    all_of = (*keys, *((asset,) if asset in columns and asset not in keys else ()))
    every = _places(query.with_(filters=()), table, all_of, run)
    if not here or not every:
        return ()
    split = [d.column for d in query.dimensions if d.column is not None]

    def by(rows: Iterable[Mapping[str, str]], names: Sequence[str]) -> dict[Any, set[Any]]:
        found: dict[Any, set[Any]] = {}
        for row in rows:
            key = tuple(row[name] for name in names)
            found.setdefault(key, set()).add((tuple(row[k] for k in keys), row.get(asset, "")))
        return found

    groups, wholes = by(here, split), by(every, keys)
    places = [next(iter(those))[0] for those in groups.values()]
    is_each = all(
        those == wholes.get(key) for those, key in zip(groups.values(), places, strict=True)
    )
    if not is_each or len(set(places)) < len(places):
        return ()
    return tuple(dict(zip(keys, place, strict=True)) for place in places)


def _window(
    query: SemanticQuery, parts: ModelParts, user: User
) -> tuple[dt.datetime, dt.datetime] | None:
    """The time of which a query shows rows, on the plants' clocks, as far as there are data; with
    the time that it is compared with where the chart has no axis of time. Of production days, which
    begin and end at another hour than days, a day more on either side. None without rows."""
    facts = parts.facts.tables.get(query.table)
    extent = facts.within(user.plants) if facts is not None else None
    if extent is None or extent.first is None or extent.last is None:
        return None
    axis = parts.model.tables[query.table].time
    step = dt.timedelta(minutes=(axis.interval_min if axis is not None else None) or 1)
    start, end = extent.first, extent.last + step
    windows = [query.time] if query.time is not None else []
    compared = query.comparison.window if query.comparison is not None else None
    is_along = any(d.grain is not None and not d.grain.is_recurring for d in query.dimensions)
    if windows and compared is not None and not is_along:
        windows.append(compared)
    if windows:
        beyond = _DAY if any(one.axis == "production" for one in windows) else dt.timedelta()
        start = max(start, min(one.start - beyond if one.start else start for one in windows))
        end = min(end, max(one.end + beyond if one.end else end for one in windows))
    return (start, end) if start < end else None


def _told_by(
    table: Table,
    measures: Iterable[str],
    versions: Mapping[str, Iterable[Span]],
    lines: Iterable[Threshold],
) -> tuple[str, ...]:
    """The columns that tell which thresholds and limits of these measures an asset has, and on
    which clock: the levels that they name, and the table's scope."""
    names = set(measures)
    scopes = [version[0].scope for name in names for version in versions[name]]
    scopes += [one.scope for one in lines if one.measure in names]
    found = {level for scope in scopes for level in scope.names}
    return tuple(sorted(found | ({table.scope} if table.scope else set())))


def _places(
    query: SemanticQuery, table: str, columns: Sequence[str], run: RunQuery
) -> tuple[Mapping[str, str], ...] | None:
    """What the assets of a query's rows have in these columns, or of more rows than those where the
    query narrows them by what is not looked at here; None where it cannot be told."""
    if not columns:
        return ({},)
    narrowed = tuple(f for f in query.filters if not f.column.startswith("@"))
    lookup = SemanticQuery(
        model=query.model,
        table=table,
        dimensions=tuple(Dimension(column=name) for name in columns),
        filters=narrowed if table == query.table else (),
        time=query.time,
        readings="all",
        limit=_MOST_PLACES + 1,
    )
    try:
        found = run(lookup).table
    except QueryCancelled:
        raise
    except GembaError as error:
        _LOG.info("limits of an answer: its assets cannot be told: %s", error)
        return None
    if not 0 < found.num_rows <= _MOST_PLACES or found.num_columns != len(columns):
        return None
    cells = [[str(v) if v is not None else "" for v in c.to_pylist()] for c in found.columns]
    return tuple(dict(zip(columns, values, strict=True)) for values in zip(*cells, strict=True))


def _zones(
    places: Iterable[Mapping[str, str]], model: SemanticModel, table: str
) -> tuple[str, ...]:
    """The zone of each place, UTC where the model says none."""
    scope = model.tables[table].scope or ""
    return tuple(model.timezones.get(place.get(scope, ""), "UTC") for place in places)


def _common(rows: Rows, measures: Iterable[str], model: SemanticModel) -> dict[str, frozenset[str]]:
    """The values of the rows in the columns that the model's limits of these measures ask about."""
    asked = {c for limit in model.limits if limit.column in measures for c in limit.applies}
    have = asked & set(rows.places[0])
    return {name: frozenset(place[name] for place in rows.places) for name in sorted(have)}
