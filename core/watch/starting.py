"""Thresholds to begin with: a model's starter sets, published in one act."""

from __future__ import annotations

import datetime as dt

from core.semantic.facts import Fetch
from core.semantic.model import SemanticModel
from core.thresholds.acts import ref
from core.thresholds.grounds import Grounds, grounds
from core.thresholds.record import Threshold
from core.thresholds.starter import install, load_sets
from core.thresholds.store import ThresholdStore
from core.types import User
from core.watch.watched import watched_of


def grounds_of(model: SemanticModel, fetch: Fetch) -> Grounds:
    """What thresholds are checked against, with the assets that the data have. Raises ConfigError
    for a model that is not watched."""
    watched = watched_of(model, fetch)
    levels = ", ".join(watched.watch.levels)
    rows = fetch(f"SELECT {levels} FROM {watched.table.name} GROUP BY {levels}").to_pylist()
    return grounds(model, rows)


def publish_starter(
    store: ThresholdStore,
    model: SemanticModel,
    fetch: Fetch,
    by: User,
    valid_from: dt.datetime | None = None,
    *,
    only_first: bool = False,
) -> tuple[Threshold, ...]:
    """Put a model's starter sets in force, those that are not there yet, and return them.

    only_first: nothing where the model has thresholds of any kind, or had some. Where somebody else
    has to approve them they stay drafts, and none is returned. Raises UserFixable, Unavailable.
    """
    assert model.watch is not None
    at = dt.datetime.now(dt.UTC).replace(tzinfo=None)
    if only_first and store.current(model.name, at, by.tenant, ended=True):
        return ()
    known = grounds_of(model, fetch)
    made = install(store, load_sets(model.name, model.watch.levels), known, by)
    drafts = [ref(change.after) for change in made if change.after is not None]
    if not drafts or store.four_eyes:
        return ()
    done = store.publish(drafts, known, by, valid_from=valid_from)
    return tuple(change.after for change in done if change.after is not None)
