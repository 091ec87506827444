"""The places of a model's data, as a tree of levels, cut to a person's plants."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from threading import Lock

from sqlglot import exp

from core.assistant.parts import ModelParts
from core.errors import UserFixable
from core.semantic.facts import DataFacts
from core.semantic.model import SemanticModel, Watch
from core.thresholds.grounds import Grounds, grounds
from core.thresholds.record import Scope
from core.thresholds.whole import keys_of
from core.translation import gettext as _
from core.types import User

#: The clock where a table has no rows.
_EPOCH = dt.datetime(1970, 1, 1)
#: Names no place: all that are a person's.
EVERYWHERE = Scope()


@dataclass(frozen=True, slots=True)
class Known:
    """What thresholds of a model are put on. scope: the level whose values are plants, None where
    rows are for everybody. first, last: the first and the end of the last interval, UTC, naive;
    ends: the end of the last interval by plant, as far as its data go."""

    grounds: Grounds
    scope: str | None
    first: dt.datetime
    last: dt.datetime
    ends: Mapping[str, dt.datetime] = field(default_factory=dict)

    @property
    def watch(self) -> Watch:
        return self.grounds.watch

    @property
    def model(self) -> SemanticModel:
        return self.grounds.model

    def assets(self, user: User, at: Scope = EVERYWHERE) -> tuple[Mapping[str, str], ...]:
        """A person's assets at a place, in the order of their names."""
        mine = set(user.plants)
        found = [
            place
            for place in self.grounds.places.assets
            if (self.scope is None or place[self.scope] in mine) and at.holds_for(place)
        ]
        return tuple(sorted(found, key=lambda place: place[self.watch.asset]))

    def wholes(self, user: User, per: str, at: Scope = EVERYWHERE) -> tuple[Mapping[str, str], ...]:
        """The places of a level that hold one of a person's assets at a place, in their order."""
        keys = keys_of(per, self.model, self.watch)
        named = {tuple(one[key] for key in keys) for one in self.assets(user, at)}
        return tuple(dict(zip(keys, one, strict=True)) for one in sorted(named) if all(one))

    def plants_of(self, scope: Scope) -> frozenset[str]:
        """The plants for which a threshold of this scope holds, or may hold once there are more
        assets: the one that it names, that of the asset which it names, else all."""
        if self.scope is None:
            return frozenset()
        named = dict(scope.at)
        if self.scope in named:
            return frozenset((named[self.scope],))
        everywhere = frozenset(place[self.scope] for place in self.grounds.places.assets)
        asset = named.get(self.watch.asset)
        if asset is None:
            return everywhere
        own = frozenset(
            place[self.scope]
            for place in self.grounds.places.assets
            if place[self.watch.asset] == asset
        )
        return own or everywhere

    def node(self, path: Scope) -> Scope:
        """The scope of a threshold that is put on a node of the tree: an asset is named alone."""
        asset = dict(path.at).get(self.watch.asset)
        return Scope(((self.watch.asset, asset),)) if asset is not None else path


@dataclass(frozen=True, slots=True)
class Branch:
    """A child in the tree. path: level and value of each step from the root. assets: of the
    person's, under it. is_leaf: it is an asset."""

    path: Scope
    assets: int
    is_leaf: bool

    @property
    def value(self) -> str:
        return self.path.at[-1][1]


def branches(known: Known, user: User, view: str, path: Scope) -> tuple[Branch, ...]:
    """The children of a node. view: the level at which the tree begins; further ones follow in the
    model's order. Raises UserFixable for a level that there is not."""
    levels = known.grounds.levels
    if view not in levels:
        raise UserFixable(_("There is no level {level!r} here.").format(level=view))
    steps = levels[levels.index(view) :]
    if len(path.at) >= len(steps):
        return ()
    level = steps[len(path.at)]
    counts = Counter(place[level] for place in known.assets(user, path) if place[level])
    return tuple(
        Branch(Scope((*path.at, (level, value))), counts[value], level == known.watch.asset)
        for value in sorted(counts)
    )


class Plants:
    """What is known of each model's places; read again when the data are other ones."""

    def __init__(self) -> None:
        self._kept: dict[str, tuple[DataFacts, Known]] = {}
        self._lock = Lock()

    def of(self, parts: ModelParts) -> Known:
        """Raises ConfigError for a model that is not watched."""
        name = parts.model.name
        with self._lock:
            kept = self._kept.get(name)
        if kept is not None and kept[0] is parts.facts and kept[1].model is parts.model:
            return kept[1]
        found = _read(parts)
        with self._lock:
            self._kept[name] = (parts.facts, found)
        return found


def _read(parts: ModelParts) -> Known:
    model, watch = parts.model, parts.model.watch
    if watch is None:
        return _known(model, (), _EPOCH, {})
    table = model.tables[watch.table]
    axis = table.time
    assert axis is not None, "only tables of intervals are watched"
    moment = exp.column(axis.utc or axis.timestamp, quoted=True)
    columns = [exp.column(level, quoted=True) for level in watch.levels]
    query = (
        exp.select(*columns)
        .select(exp.alias_(exp.Min(this=moment.copy()), "first_at"))
        .select(exp.alias_(exp.Max(this=moment.copy()), "last_at"))
        .from_(exp.to_table(table.name, dialect="starrocks"))
        .group_by(*(column.copy() for column in columns))
    )
    rows = parts.engine.fetch(query.sql(dialect="starrocks")).to_pylist()
    step = dt.timedelta(minutes=watch.interval_min)
    places = [{level: str(row[level] or "") for level in watch.levels} for row in rows]
    first = min((row["first_at"] for row in rows), default=_EPOCH)
    ends: dict[str, dt.datetime] = {}
    for row in rows:
        plant = str(row[table.scope] or "") if table.scope else ""
        ends[plant] = max(ends.get(plant, _EPOCH), row["last_at"] + step)
    return _known(model, places, first, ends)


def _known(
    model: SemanticModel,
    places: Sequence[Mapping[str, str]],
    first: dt.datetime,
    ends: Mapping[str, dt.datetime],
) -> Known:
    made = grounds(model, places)  # raises for a model that is not watched
    return Known(
        made, model.tables[made.watch.table].scope, first, max(ends.values(), default=_EPOCH), ends
    )
