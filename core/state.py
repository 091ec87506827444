"""The application's state database: SQLite in the state folder, through SQLAlchemy."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import sqlalchemy as sa

from core.errors import Unavailable


def open_state(folder: Path, tables: sa.MetaData) -> sa.Engine:
    """The database with these tables made. Raises Unavailable when the folder cannot be written."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        engine = sa.create_engine(f"sqlite:///{folder / 'gemba.db'}")
        sa.event.listen(engine, "connect", _patient)
        with engine.connect() as connection:
            # Looking and making are one step: another process may begin at the same time.
            connection.exec_driver_sql("BEGIN IMMEDIATE")
            tables.create_all(connection)
            _add_columns(connection, tables)
            connection.commit()
    except (OSError, sa.exc.SQLAlchemyError) as error:
        raise Unavailable(
            f"The state folder {str(folder)!r} cannot be written: {reason(error)}. Check its "
            "rights and the free space, or set GEMBA_DATA_DIR to another one."
        ) from error
    return engine


def _add_columns(connection: sa.Connection, tables: sa.MetaData) -> None:
    """Columns that tables of an older version lack, of those that have a server's default."""
    there = sa.inspect(connection)
    for table in tables.sorted_tables:
        known = {one["name"] for one in there.get_columns(table.name)}
        for column in table.columns:
            if column.name not in known and column.server_default is not None:
                said = sa.schema.CreateColumn(column).compile(dialect=connection.dialect)
                connection.exec_driver_sql(f"ALTER TABLE {table.name} ADD COLUMN {said}")


def reason(error: OSError | sa.exc.SQLAlchemyError) -> str:
    """What the system or the database said, without the statement."""
    if isinstance(error, OSError):
        return error.strerror or type(error).__name__
    return str(getattr(error, "orig", None) or type(error).__name__)


def _patient(connection: Any, _: Any) -> None:
    """Readers beside a writer, and writers that wait for one another; what is deleted is
    overwritten."""
    connection.execute("PRAGMA busy_timeout = 5000")
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = NORMAL")
    connection.execute("PRAGMA secure_delete = ON")
