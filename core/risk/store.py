"""Weights of plants in the state database, by version; the newest counts, and none is changed.

A change that somebody else has to approve waits as a proposal, one at most of each plant; what was
decided of it stays beside it.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, Literal

import sqlalchemy as sa

from core.errors import Unavailable, UserFixable
from core.risk.weights import Weights, wrong
from core.state import open_state
from core.translation import gettext as _
from core.translation import told
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
_PROPOSALS = sa.Table(
    "risk_weight_proposals",
    _META,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("tenant", sa.String(64), nullable=False),
    sa.Column("model", sa.String(64), nullable=False),
    sa.Column("plant", sa.String(64), nullable=False),
    sa.Column("seen", sa.Integer, nullable=False),
    sa.Column("weights", sa.Text, nullable=False),
    sa.Column("by", sa.String(128), nullable=False),
    sa.Column("at", sa.DateTime, nullable=False),
    sa.Column("note", sa.Text, nullable=False),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("decided_by", sa.String(128), nullable=False),
    sa.Column("decided_at", sa.DateTime, nullable=True),
    sa.Column("version", sa.Integer, nullable=True),
    sa.Index("risk_weight_proposals_of", "tenant", "model", "plant"),
)
MOST_NOTE = 500
_WAITS: Final = told("A change of these weights waits for approval. Decide on that one first.")


@dataclass(frozen=True, slots=True)
class PlantWeights:
    """A version of a plant's weights. plant: scope value. weights: None for back to those of the
    model. by: who wrote it; approver: who else approved it, empty where nobody had to. at: UTC,
    naive; None for what was never changed."""

    plant: str
    version: int
    weights: Weights | None
    by: str = ""
    at: dt.datetime | None = None
    note: str = ""
    approver: str = ""


#: What became of a proposal: it waits, it counts now, its author or an approver took it back.
ProposalState = Literal["open", "approved", "dismissed"]


@dataclass(frozen=True, slots=True)
class Proposal:
    """Weights that are to count once somebody else approves them. seen: the version that its author
    saw. decided_at: UTC, naive. version: as which it counts."""

    id: int
    plant: str
    seen: int
    weights: Weights | None
    by: str
    at: dt.datetime
    note: str
    state: ProposalState = "open"
    decided_by: str = ""
    decided_at: dt.datetime | None = None
    version: int | None = None


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
        approved = sa.select(_PROPOSALS).where(
            *_asked(model, plant, tenant), _PROPOSALS.c.state == "approved"
        )
        approvers = {row["version"]: row["decided_by"] for row in self._read(approved)}
        kept = map(_kept, self._read(query))
        return tuple(replace(one, approver=approvers.get(one.version, "")) for one in kept)

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
        _check(weights, note)
        kept = PlantWeights(plant, seen + 1, weights, by.name, at or _now(), note.strip())
        with self._writing() as connection:
            if _open(connection, model, plant, by.tenant) is not None:
                raise UserFixable(_WAITS)
            _put(connection, model, by.tenant, kept, seen)
        return kept

    # -- proposals ---------------------------------------------------------------------------

    def open_proposals(self, model: str, tenant: str) -> Mapping[str, Proposal]:
        """Plant -> what waits for approval."""
        query = sa.select(_PROPOSALS).where(
            _PROPOSALS.c.tenant == tenant, _PROPOSALS.c.model == model,
            _PROPOSALS.c.state == "open",
        )  # fmt: skip
        return {row["plant"]: _proposal(row) for row in self._read(query)}

    def propose(
        self,
        model: str,
        plant: str,
        weights: Weights | None,
        by: User,
        *,
        seen: int,
        note: str = "",
        at: dt.datetime | None = None,
    ) -> Proposal:
        """Have weights wait for approval. Raises UserFixable as `save` does, and where something
        waits already."""
        _check(weights, note)
        values = {
            "tenant": by.tenant, "model": model, "plant": plant, "seen": seen,
            "weights": _text(weights), "by": by.name, "at": at or _now(), "note": note.strip(),
            "state": "open", "decided_by": "", "decided_at": None, "version": None,
        }  # fmt: skip
        with self._writing() as connection:
            if _open(connection, model, plant, by.tenant) is not None:
                raise UserFixable(_WAITS)
            if _newest(connection, model, plant, by.tenant) != seen:
                raise _was_quicker()
            connection.execute(sa.insert(_PROPOSALS).values(**values))
            waits = _open(connection, model, plant, by.tenant)
            found = connection.execute(sa.select(_PROPOSALS).where(_PROPOSALS.c.id == waits))
            return _proposal(found.mappings().one())

    def decide(
        self,
        model: str,
        proposal: Proposal,
        by: User,
        *,
        is_approved: bool,
        at: dt.datetime | None = None,
    ) -> PlantWeights | None:
        """Let a proposal count from now on, or take it back; the version that counts. Raises
        UserFixable where it does not wait any more, or the weights are others by now."""
        moment = at or _now()
        kept = PlantWeights(
            proposal.plant, proposal.seen + 1, proposal.weights, proposal.by, moment,
            proposal.note, by.name,
        )  # fmt: skip
        with self._writing() as connection:
            waits = _open(connection, model, proposal.plant, by.tenant)
            if waits is None or waits != proposal.id:
                raise UserFixable(_("This does not wait for approval any more."))
            if is_approved:
                _put(connection, model, by.tenant, kept, proposal.seen)
            values = {
                "state": "approved" if is_approved else "dismissed", "decided_by": by.name,
                "decided_at": moment, "version": kept.version if is_approved else None,
            }  # fmt: skip
            connection.execute(
                sa.update(_PROPOSALS).where(_PROPOSALS.c.id == proposal.id).values(**values)
            )
        return kept if is_approved else None

    def proposals(self, model: str, plant: str, tenant: str) -> tuple[Proposal, ...]:
        """All of a plant, the newest first."""
        query = (
            sa.select(_PROPOSALS)
            .where(*_asked(model, plant, tenant))
            .order_by(_PROPOSALS.c.id.desc())
        )
        return tuple(map(_proposal, self._read(query)))

    def close(self) -> None:
        """Close the file."""
        self._engine.dispose()

    @contextmanager
    def _writing(self) -> Iterator[sa.Connection]:
        """One transaction, whose looks nobody's write comes between."""
        try:
            with self._engine.connect() as connection:
                connection.exec_driver_sql("BEGIN IMMEDIATE")
                yield connection
                connection.commit()
        except sa.exc.IntegrityError as error:
            raise _was_quicker() from error
        except sa.exc.SQLAlchemyError as error:
            raise _away() from error

    def _read(self, query: sa.Select[tuple[object, ...]]) -> list[sa.RowMapping]:
        try:
            with self._engine.connect() as connection:
                return list(connection.execute(query).mappings())
        except sa.exc.SQLAlchemyError as error:
            raise _away() from error


def _of(model: str, tenant: str) -> tuple[sa.ColumnElement[bool], ...]:
    return _WEIGHTS.c.tenant == tenant, _WEIGHTS.c.model == model


def _asked(model: str, plant: str, tenant: str) -> tuple[sa.ColumnElement[bool], ...]:
    return (
        _PROPOSALS.c.tenant == tenant, _PROPOSALS.c.model == model, _PROPOSALS.c.plant == plant,
    )  # fmt: skip


def _open(connection: sa.Connection, model: str, plant: str, tenant: str) -> int | None:
    """Id of what waits of a plant."""
    query = sa.select(_PROPOSALS.c.id).where(
        *_asked(model, plant, tenant), _PROPOSALS.c.state == "open"
    )
    return connection.execute(query).scalar()


def _newest(connection: sa.Connection, model: str, plant: str, tenant: str) -> int:
    query = sa.select(sa.func.max(_WEIGHTS.c.version)).where(
        *_of(model, tenant), _WEIGHTS.c.plant == plant
    )
    return connection.execute(query).scalar() or 0


def _put(connection: sa.Connection, model: str, tenant: str, kept: PlantWeights, seen: int) -> None:
    """Write a version. Raises UserFixable where another one is the newest by now."""
    if _newest(connection, model, kept.plant, tenant) != seen:
        raise _was_quicker()
    row = {
        "tenant": tenant, "model": model, "plant": kept.plant, "version": kept.version,
        "weights": _text(kept.weights), "by": kept.by, "at": kept.at, "note": kept.note,
    }  # fmt: skip
    connection.execute(sa.insert(_WEIGHTS).values(**row))


def _check(weights: Weights | None, note: str) -> None:
    found = wrong(weights) if weights is not None else {}
    if found:
        raise UserFixable(" ".join(dict.fromkeys(found.values())))
    if len(note) > MOST_NOTE:
        raise UserFixable(_("A note has at most {n} characters.").format(n=MOST_NOTE))


def _kept(row: sa.RowMapping) -> PlantWeights:
    weights = _weights(row["weights"])
    return PlantWeights(row["plant"], row["version"], weights, row["by"], row["at"], row["note"])


def _proposal(row: sa.RowMapping) -> Proposal:
    plain = {name: row[name] for name in Proposal.__slots__ if name != "weights"}
    return Proposal(**plain, weights=_weights(row["weights"]))


def _text(weights: Weights | None) -> str:
    return json.dumps(weights.as_dict() if weights is not None else None)


def _weights(text: str) -> Weights | None:
    values = json.loads(text)
    return Weights.of(values) if values is not None else None


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC).replace(tzinfo=None)


def _was_quicker() -> UserFixable:
    return UserFixable(
        _("Somebody else changed these weights meanwhile. Look at them again before you save.")
    )


def _away() -> Unavailable:
    return Unavailable(_("The weights cannot be reached now. Please try again in a minute."))
