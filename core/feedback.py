"""Thumbs on answers, kept in the application's state database."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Literal

import sqlalchemy as sa

from core.errors import Unavailable, UserFixable
from core.state import open_state
from core.types import User

_META = sa.MetaData()
_FEEDBACK = sa.Table(
    "feedback",
    _META,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("answer_id", sa.String(32), nullable=False, index=True),
    sa.Column("tenant", sa.String(64), nullable=False),
    sa.Column("user", sa.String(128), nullable=False),
    sa.Column("verdict", sa.String(8), nullable=False),
    sa.Column("reason", sa.String(64), nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("question", sa.Text, nullable=False),
    sa.Column("sql", sa.Text, nullable=False),
    sa.Column("given_at", sa.DateTime, nullable=False),
    sa.UniqueConstraint("answer_id", "tenant", "user"),
)
MAX_TEXT = 2_000


class FeedbackStore:
    """One verdict a user and answer; a later one takes the place of the earlier."""

    def __init__(self, folder: Path) -> None:
        self._engine = open_state(folder, _META)

    def put(
        self,
        answer_id: str,
        user: User,
        verdict: Literal["up", "down"],
        *,
        reason: str = "",
        text: str = "",
        question: str = "",
        sql: str = "",
    ) -> None:
        """Keep a verdict. Raises UserFixable for a text over MAX_TEXT characters."""
        if len(text) > MAX_TEXT:
            raise UserFixable(f"Please keep the comment under {MAX_TEXT:,} characters.")
        same = sa.and_(
            _FEEDBACK.c.answer_id == answer_id,
            _FEEDBACK.c.tenant == user.tenant,
            _FEEDBACK.c.user == user.name,
        )
        try:
            with self._engine.begin() as connection:
                connection.execute(sa.delete(_FEEDBACK).where(same))
                connection.execute(
                    sa.insert(_FEEDBACK).values(
                        answer_id=answer_id,
                        tenant=user.tenant,
                        user=user.name,
                        verdict=verdict,
                        reason=reason,
                        text=text,
                        question=question,
                        sql=sql,
                        given_at=dt.datetime.now(dt.UTC).replace(tzinfo=None),
                    )
                )
        except sa.exc.SQLAlchemyError as error:
            raise Unavailable("The feedback could not be kept; please try again.") from error

    def all(self) -> list[dict[str, object]]:
        """Every verdict, newest first."""
        with self._engine.connect() as connection:
            rows = connection.execute(sa.select(_FEEDBACK).order_by(_FEEDBACK.c.id.desc()))
            return [dict(row._mapping) for row in rows]

    def close(self) -> None:
        self._engine.dispose()
