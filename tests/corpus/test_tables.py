"""The tables are those of any database that SQLAlchemy speaks to."""

import pytest
import sqlalchemy as sa
from sqlalchemy.dialects import mysql, postgresql, sqlite

from core.corpus.tables import META


@pytest.mark.parametrize("dialect", [sqlite, postgresql, mysql], ids=lambda d: d.__name__)
def test_each_database_has_words_for_the_tables(dialect: object) -> None:
    spoken = dialect.dialect()  # type: ignore[attr-defined]
    for table in META.sorted_tables:
        assert str(sa.schema.CreateTable(table).compile(dialect=spoken))
        for index in table.indexes:
            assert str(sa.schema.CreateIndex(index).compile(dialect=spoken))


def test_keys_fit_into_mysqls_indexes() -> None:
    for table in META.sorted_tables:
        for columns in (table.primary_key.columns, *(i.columns for i in table.indexes)):
            chars = sum(getattr(c.type, "length", None) or 2 for c in columns)
            assert chars * 4 <= 3_072, (table.name, chars)


def test_every_table_and_index_begins_with_the_tenant() -> None:
    for table in META.sorted_tables:
        for columns in (table.primary_key.columns, *(i.columns for i in table.indexes)):
            assert next(iter(columns)).name == "tenant", table.name
