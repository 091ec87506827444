"""Weights of plants in the state database, by version; the newest counts, and none is changed."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa

from core.errors import Unavailable, UserFixable
from core.risk.weights import Weights, wrong
from core.state import open_state
from core.translation import gettext as _
from core.types import User

_META = sa.MetaData()
_WEIGHTS = sa.Table(
    "risk_weights",
    _META,
    sa.Column("tenant", sa.String(64), primary_key=True),
    sa.Column("model", sa.String(64), primary_key=True),
    sa.Column("plant", sa.String(64), primary_key=True),
    sa.Column("version", sa.Integer, primary_key=True),
    sa.Column("weights", sa.Text, nullable=False),
    sa.Column("by", sa.String(128), nullable=False),
    sa.Column("at", sa.DateTime, nullable=False),
    sa.Column("note", sa.Text, nullable=False),
)
MOST_NOTE = 500


@dataclass(frozen=True, slots=True)
class PlantWeights:
    """A version of a plant's weights. plant: scope value. weights: None for back to those of the
    model. at: UTC, naive; None for what was never changed."""

    plant: str
    version: int
    weights: Weights | None
    by: str = ""
    at: dt.datetime | None = None
    note: str = ""


class WeightStore:
    """Weights of one installation. Thread-safe. Raises Unavailable."""

    def __init__(self, folder: Path) -> None:
        self._engine = open_state(folder, _META)

    def current(self, model: str, tenant: str) -> Mapping[str, PlantWeights]:
        """Plant -> its newest version."""
        found: dict[str, PlantWeights] = {}
        query = sa.select(_WEIGHTS).where(*_of(model, tenant)).order_by(_WEIGHTS.c.version)
        for row in self._read(query):
            found[row["plant"]] = _kept(row)
        return found

    def history(self, model: str, plant: str, tenant: str) -> tuple[PlantWeights, ...]:
        """All versions, the newest first."""
        query = (
            sa.select(_WEIGHTS)
            .where(*_of(model, tenant), _WEIGHTS.c.plant == plant)
            .order_by(_WEIGHTS.c.version.desc())
        )
        return tuple(map(_kept, self._read(query)))

    def save(
        self,
        model: str,
        plant: str,
        weights: Weights | None,
        by: User,
        *,
        seen: int,
        note: str = "",
        at: dt.datetime | None = None,
    ) -> PlantWeights:
        """Keep another version. seen: the newest version that the person saw, 0 for none. Raises
        UserFixable for weights that are none, a note that is too long, and where somebody was
        quicker; then nothing is written."""
        found = wrong(weights) if weights is not None else {}
        if found:
            raise UserFixable(" ".join(dict.fromkeys(found.values())))
        if len(note) > MOST_NOTE:
            raise UserFixable(_("A note has at most {n} characters.").format(n=MOST_NOTE))
        moment = at or dt.datetime.now(dt.UTC).replace(tzinfo=None)
        kept = PlantWeights(plant, seen + 1, weights, by.name, moment, note.strip())
        row = {
            "tenant": by.tenant, "model": model, "plant": plant, "version": kept.version,
            "weights": json.dumps(weights.as_dict() if weights is not None else None),
            "by": kept.by, "at": kept.at, "note": kept.note,
        }  # fmt: skip
        newest = sa.select(sa.func.max(_WEIGHTS.c.version)).where(
            *_of(model, by.tenant), _WEIGHTS.c.plant == plant
        )
        try:
            with self._engine.begin() as connection:
                if (connection.execute(newest).scalar() or 0) != seen:
                    raise _was_quicker()
                connection.execute(sa.insert(_WEIGHTS).values(**row))
        except sa.exc.IntegrityError as error:
            raise _was_quicker() from error
        except sa.exc.SQLAlchemyError as error:
            raise _away() from error
        return kept

    def close(self) -> None:
        """Close the file."""
        self._engine.dispose()

    def _read(self, query: sa.Select[tuple[object, ...]]) -> list[sa.RowMapping]:
        try:
            with self._engine.connect() as connection:
                return list(connection.execute(query).mappings())
        except sa.exc.SQLAlchemyError as error:
            raise _away() from error


def _of(model: str, tenant: str) -> tuple[sa.ColumnElement[bool], ...]:
    return _WEIGHTS.c.tenant == tenant, _WEIGHTS.c.model == model


def _kept(row: sa.RowMapping) -> PlantWeights:
    values = json.loads(row["weights"])
    weights = Weights.of(values) if values is not None else None
    return PlantWeights(row["plant"], row["version"], weights, row["by"], row["at"], row["note"])


def _was_quicker() -> UserFixable:
    return UserFixable(
        _("Somebody else changed these weights meanwhile. Look at them again before you save.")
    )


def _away() -> Unavailable:
    return Unavailable(_("The weights cannot be reached now. Please try again in a minute."))
