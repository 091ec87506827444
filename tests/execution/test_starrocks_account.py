"""The account reads and no more: by its grants, and by what the server does with writes."""

import pytest

from core.errors import ConfigError, GembaError
from core.execution.starrocks.account import refuse_writer, writes_in
from tests.execution.mariadb import MariaDB, raw

# The forms of StarRocks' SHOW_GRANTS.md and GRANT.md.
READS = [
    "GRANT SELECT ON VIEW gemba.plant_obt TO USER 'gemba'@'%'",
    "GRANT SELECT ON TABLE db.* TO USER `user_g`@`%`;",
    "GRANT SELECT ON MATERIALIZED VIEW db2.mv TO USER `user_g`@`%`;",
    "GRANT USAGE ON CATALOG Hive_catalog TO USER `user_g`@`%`",
    "GRANT USAGE ON RESOURCE GROUP gemba TO USER 'gemba'@'%'",
    "GRANT SELECT ON *.* TO ROLE role_g;",
    "grant select on view a.b to user u@'%'",
    "GRANT SELECT (site, machine) ON TABLE db.t TO USER u@'%'",
]
WRITES = [
    "GRANT IMPERSONATE ON USER `user_a`@`%` TO USER `user_g`@`%`;",
    "GRANT CREATE_DATABASE ON CATALOG default_catalog TO USER `user_g`@`%`;",
    "GRANT ALTER, DROP, CREATE_TABLE ON DATABASE db1 TO USER `user_g`@`%`;",
    "GRANT CREATE_VIEW ON DATABASE db1 TO USER `user_g`@`%` WITH GRANT OPTION;",
    "GRANT ALTER, DROP, SELECT, INGEST, EXPORT, DELETE, UPDATE ON TABLE db.* TO USER u@`%`;",
    "GRANT ALTER, DROP, SELECT ON VIEW db2.view TO USER `user_g`@`%`;",
    "GRANT SELECT ON *.* TO ROLE role_g WITH GRANT OPTION;",
    "GRANT SELECT, INSERT ON TABLE db.t TO USER u@'%'",
    "GRANT ALL ON TABLE db.t TO USER u@'%'",
    "GRANT ALL PRIVILEGES ON *.* TO USER u@'%'",
    "GRANT SELECT(a), UPDATE(b) ON TABLE db.t TO USER u@'%'",
    "GRANT OPERATE ON SYSTEM TO USER u@'%'",
    "GRANT FILE ON SYSTEM TO USER u@'%'",
    "GRANT REPOSITORY, BLACKLIST ON SYSTEM TO ROLE r",
    "GRANT NODE ON SYSTEM TO ROLE r",
    "GRANT USAGE, CREATE ON STORAGE VOLUME v TO USER u@'%'",
    "GRANT EXPORT ON TABLE db.t TO USER u@'%'",
    "GRANT SELECT ON TABLE db.t TO USER u@'%' WITH  GRANT   OPTION",
    "GRANT reader TO u WITH ADMIN OPTION",
    "REVOKE INSERT ON TABLE db.t FROM USER u@'%'",
    "GRANT SELECT ON TABLE db.t",
    "SET DEFAULT ROLE readers FOR u@'%'",
    "something else entirely",
    "",
    "GRANT 'a role; with signs' TO USER u@'%'",
]


def no_roles(name: str) -> list[str]:
    raise AssertionError(f"no role {name!r} was granted")


@pytest.mark.parametrize("line", READS)
def test_a_grant_that_only_reads(line: str):
    assert writes_in([line], no_roles) == ()


@pytest.mark.parametrize("line", WRITES)
def test_a_grant_that_writes_or_cannot_be_read(line: str):
    assert len(writes_in(["GRANT SELECT ON TABLE db.t TO USER u@'%'", line], no_roles)) == 1


ROLES = {
    "readers": ["GRANT SELECT ON TABLE db.* TO ROLE readers"],
    "public": [],
    "writers": ["GRANT INSERT ON TABLE db.* TO ROLE writers"],
    "outer": ["GRANT 'readers', 'inner_role' TO ROLE outer"],
    "inner_role": ["GRANT writers TO ROLE inner_role"],
    "round": ["GRANT square TO ROLE round", "GRANT SELECT ON VIEW a.b TO ROLE round"],
    "square": ["GRANT round TO ROLE square"],
}


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("GRANT role_g, public to `user_g`@`%`;", None),
        ("GRANT 'readers', 'public' TO 'u'@'%'", 0),
        ("GRANT readers, public to `user_g`@`%`;", 0),
        ("GRANT `writers` TO `u`@`%`", 1),
        ("GRANT 'outer' TO USER 'u'@'%'", 1),
        ("GRANT round TO USER u", 0),
    ],
)
def test_roles_are_looked_through(line: str, found: int | None):
    if found is None:
        with pytest.raises(KeyError):
            writes_in([line], ROLES.__getitem__)
        return
    assert len(writes_in([line], ROLES.__getitem__)) == found


def test_roles_without_end_are_refused():
    endless = writes_in(["GRANT r0 TO u"], lambda name: [f"GRANT r{int(name[1:]) + 1} TO ROLE x"])
    assert endless
    assert "roles" in endless[-1]


def test_the_refusal_shows_no_secret_and_is_short():
    lines = [f"GRANT INSERT ON TABLE db.t{n} TO USER u IDENTIFIED BY 'hush'" for n in range(9)]
    with pytest.raises(ConfigError) as caught:
        refuse_writer(lines, no_roles, "u")
    assert "hush" not in str(caught.value)
    assert "and 6 more" in str(caught.value)


@pytest.mark.parametrize("user", ["r", "byrole"])
def test_the_server_says_read_only(mariadb: MariaDB, user: str):
    engine = mariadb.engine(user)
    engine.check()
    engine.warm()
    engine.close()


@pytest.mark.parametrize(
    ("user", "says"),
    [("w", "INSERT, DELETE"), ("rolewriter", "INSERT"), ("granter", "WITH GRANT OPTION")],
)
def test_the_server_says_more_than_read(mariadb: MariaDB, user: str, says: str):
    engine = mariadb.engine(user)
    with pytest.raises(ConfigError, match="may do more than read") as caught:
        engine.check()
    assert says in str(caught.value)
    assert "*B7" not in str(caught.value)  # the hash that MariaDB shows of a password
    with pytest.raises(ConfigError):
        engine.warm()
    engine.close()


def test_a_role_whose_rights_are_not_shown_counts_as_a_writer(mariadb: MariaDB):
    from core.execution.starrocks.engine import StarRocksEngine
    from core.execution.starrocks.server import Server
    from tests.execution.mariadb import MARIADB

    hidden = Server(MARIADB.session, MARIADB.timeout, "EXPLAIN", MARIADB.read_plan)
    engine = StarRocksEngine(mariadb.address("byrole"), server=hidden)
    with pytest.raises(ConfigError, match="role 'readers', whose rights the server does not show"):
        engine.check()
    engine.close()


# What governance never writes, sent past it.
FORBIDDEN = [
    "INSERT INTO readings VALUES ('X', 1, NOW())",
    "UPDATE readings SET heat = 0",
    "DELETE FROM readings",
    "REPLACE INTO readings VALUES ('X', 1, NOW())",
    "TRUNCATE TABLE readings",
    "DROP TABLE readings",
    "DROP DATABASE mill",
    "CREATE TABLE gemba_x (a INT)",
    "CREATE TABLE gemba_x AS SELECT * FROM readings",
    "CREATE VIEW gemba_v AS SELECT 1 AS a",
    "CREATE OR REPLACE VIEW readings AS SELECT 1 AS a",
    "ALTER TABLE readings ADD COLUMN x INT",
    "RENAME TABLE readings TO gone",
    "CREATE DATABASE gemba_x",
    "CREATE USER evil IDENTIFIED BY 'x'",
    "GRANT INSERT ON mill.* TO r",
    "SET PASSWORD FOR w = PASSWORD('x')",
    "CREATE FUNCTION gemba_f() RETURNS INT RETURN 1",
    "SELECT * FROM mysql.global_priv",
    "SELECT * FROM readings INTO OUTFILE '/tmp/gemba-x'",
    "SELECT LOAD_FILE('/etc/passwd') + 0 FROM mysql.user",
    "LOAD DATA LOCAL INFILE '/etc/hostname' INTO TABLE readings",
    "LOAD DATA INFILE '/etc/hostname' INTO TABLE readings",
    "SET GLOBAL max_connections = 1",
    "SHUTDOWN",
    "FLUSH TABLES",
    "INSTALL SONAME 'ha_federatedx'",
    "LOCK TABLES readings WRITE",
    "SELECT 1 AS a; DROP TABLE readings",
    "SELECT 1 AS a; SELECT 2 AS b",
]


@pytest.mark.parametrize("sql", FORBIDDEN)
def test_what_is_sent_past_the_guard_fails_at_the_server(mariadb: MariaDB, sql: str):
    engine = mariadb.engine()
    with pytest.raises(GembaError):
        engine.run(raw(sql), timeout_s=5)
    with mariadb.admin() as do:
        assert do("SELECT COUNT(*), COUNT(heat) FROM mill.readings") == [(2, 1)]
        assert not do("SHOW TABLES FROM mill LIKE 'gemba%'")
    assert engine.fetch("SELECT 1 AS a").num_rows == 1
    engine.close()


def test_a_server_that_asks_for_a_file_gets_none(mariadb: MariaDB):
    """Even an account that may insert: a file of Gemba's machine never leaves by LOAD DATA."""
    engine = mariadb.engine("w")
    with pytest.raises(GembaError):
        engine.run(raw("LOAD DATA LOCAL INFILE '/etc/hostname' INTO TABLE readings"), timeout_s=5)
    with mariadb.admin() as do:
        assert do("SELECT COUNT(*) FROM mill.readings") == [(2,)]
    engine.close()
