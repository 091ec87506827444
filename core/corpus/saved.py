"""Questions that were saved before there were cases, taken over into the review queue."""

from __future__ import annotations

import sqlalchemy as sa

from core.corpus import reports
from core.corpus import text as texts
from core.corpus.case import Told
from core.corpus.ledger import Ledger
from core.errors import Unavailable, UserFixable
from core.translation import told

_TABLE = "saved_questions"


def take_over(ledger: Ledger) -> int:
    """Make a case of each row of the table that once kept them, and drop it; how many there were.

    Does nothing where the table is not there. Raises Unavailable.
    """
    try:
        if not sa.inspect(ledger.engine).has_table(_TABLE):
            return 0
        table = sa.Table(_TABLE, sa.MetaData(), autoload_with=ledger.engine)
        with ledger.engine.connect() as connection:
            rows = connection.execute(sa.select(table).order_by(table.c.id)).mappings().all()
        for row in rows:
            with ledger.counting(row["tenant"]) as connection:
                # Gone when another process took it over.
                if connection.execute(sa.delete(table).where(table.c.id == row["id"])).rowcount:
                    _take(connection, row)
        table.drop(ledger.engine, checkfirst=True)
    except sa.exc.SQLAlchemyError as error:
        raise Unavailable(told("The saved questions could not be taken over.")) from error
    return len(rows)


def _take(connection: sa.Connection, row: sa.RowMapping) -> None:
    try:
        question = texts.line(row["question"], texts.MAX_QUESTION, "question")
        sql = texts.lines(row["sql"], texts.MAX_SQL, "SQL")
    except UserFixable:
        return  # nobody could review it: it was longer than a question or its SQL may be
    if texts.question_key(question):
        told = Told("saved", row["model"], question, sql)
        reports.put(connection, told, row["author"], row["tenant"], row["at"])
