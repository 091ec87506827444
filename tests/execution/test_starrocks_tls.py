"""TLS and sign-in against a real server: what is trusted; no message holds the password."""

import logging
import traceback
from pathlib import Path

import pytest

from core.errors import ConfigError, GembaError, Unavailable
from core.execution.starrocks.address import parse_address
from tests.execution.mariadb import PASSWORD, MariaDB, raw


def refused(server: MariaDB, caplog: pytest.LogCaptureFixture, **changes: object) -> GembaError:
    """The error of a first query; nothing about it holds the password."""
    user = str(changes.pop("user", "r"))
    password = str(changes.get("password", PASSWORD))
    engine = server.engine(user, **changes)
    with caplog.at_level(logging.DEBUG), pytest.raises(GembaError) as caught:
        engine.fetch("SELECT 1 AS a", timeout_s=5)
    engine.close()
    error = caught.value
    said = "".join(traceback.format_exception(error)) + repr(error) + caplog.text + repr(engine)
    said += repr(server.address(user, **changes)) + server.address(user, **changes).label
    assert password not in said
    return error


def test_a_known_authority_is_trusted_and_the_line_is_encrypted(mariadb: MariaDB):
    engine = mariadb.engine("s", uses_tls=True, ca=mariadb.authority.path)
    cipher = engine.fetch("SHOW STATUS LIKE 'Ssl_cipher'").column("Value")[0].as_py()
    assert cipher.startswith("TLS_")
    engine.check()
    engine.close()


def test_another_authority_is_not_trusted(mariadb: MariaDB, caplog):
    error = refused(mariadb, caplog, uses_tls=True, ca=mariadb.stranger.path)
    assert isinstance(error, ConfigError)
    assert "?ca=FILE" in str(error)


def test_the_systems_authorities_do_not_know_the_plants(mariadb: MariaDB, caplog):
    assert isinstance(refused(mariadb, caplog, uses_tls=True), ConfigError)


def test_an_expired_certificate(mariadb: MariaDB, caplog):
    with mariadb.certificate(*mariadb.authority.issue("localhost", days=-1)):
        error = refused(mariadb, caplog, uses_tls=True, ca=mariadb.authority.path)
    assert isinstance(error, ConfigError)
    assert "expired" in str(error)


def test_a_certificate_of_another_host(mariadb: MariaDB, caplog):
    with mariadb.certificate(*mariadb.authority.issue("db.elsewhere.example")):
        error = refused(mariadb, caplog, uses_tls=True, ca=mariadb.authority.path)
    assert isinstance(error, ConfigError)
    assert "localhost" in str(error)


def test_an_account_that_must_use_tls(mariadb: MariaDB, caplog):
    error = refused(mariadb, caplog, user="s")
    assert isinstance(error, ConfigError)
    assert "did not accept the user 's'" in str(error)


def test_a_wrong_password(mariadb: MariaDB, caplog):
    error = refused(mariadb, caplog, password="falsch-ß-9")
    assert isinstance(error, ConfigError)
    assert "did not accept the user 'r'" in str(error)


def test_an_unknown_user(mariadb: MariaDB, caplog):
    assert isinstance(refused(mariadb, caplog, user="nobody"), ConfigError)


@pytest.mark.parametrize("name", ["nowhere", "mysql"])
def test_a_database_that_is_not_there_for_this_user(mariadb: MariaDB, caplog, name: str):
    error = refused(mariadb, caplog, database=name)
    assert isinstance(error, ConfigError)
    assert repr(name) in str(error) or "rights" in str(error)


def test_a_host_that_has_no_address(mariadb: MariaDB, caplog):
    error = refused(mariadb, caplog, host="db.nowhere.example")
    assert isinstance(error, Unavailable)
    assert "db.nowhere.example" in str(error)


def test_nothing_listens(mariadb: MariaDB, caplog):
    error = refused(mariadb, caplog, port=1)
    assert isinstance(error, Unavailable)
    assert "cannot be reached" in str(error)


def test_a_server_that_refuses_a_session_setting(mariadb: MariaDB):
    from core.execution.starrocks.engine import StarRocksEngine

    engine = StarRocksEngine(mariadb.address())  # StarRocks' own settings
    with pytest.raises(ConfigError, match="does not take"):
        engine.fetch("SELECT 1 AS a")


def test_a_ca_file_that_is_none(mariadb: MariaDB, tmp_path: Path):
    for name, text in (("gone.pem", None), ("junk.pem", "not a certificate")):
        if text is not None:
            (tmp_path / name).write_text(text)
        with pytest.raises(ConfigError, match=name):
            mariadb.engine(uses_tls=True, ca=tmp_path / name)


SECRET = "p%2Fw~41"
BROKEN_URLS = [
    f"starrocks://u:{SECRET}@host:port/db",
    f"starrocks://u:{SECRET}@host:99999/db",
    f"starrocks://u:{SECRET}/x@host:9030/db",
    f"starrocks://u:{SECRET}@/db",
    f"starrocks://u:{SECRET}@host:9030/",
    f"starrocks://u:{SECRET}@host:9030/a/b",
    f"starrocks://u:{SECRET}@host/db?tls=maybe",
    f"starrocks://u:{SECRET}@host/db?cert=x",
    f"starrocks://u:{SECRET}@[::1/db",
    f"starrocks://{SECRET}",
    f"starrocks://:{SECRET}@host/db",
]


@pytest.mark.parametrize("url", BROKEN_URLS)
def test_a_broken_address_is_told_without_its_password(url: str):
    with pytest.raises(ConfigError) as caught:
        parse_address(url)
    said = "".join(traceback.format_exception(caught.value))
    assert "GEMBA_STORE_URL" in str(caught.value)
    # The test's own source lines are part of a traceback; the values in it are not.
    assert SECRET not in said
    assert "p/w~41" not in said


@pytest.mark.parametrize(
    ("url", "uses_tls"),
    [
        ("starrocks://u:p@db.plant:9030/mill", True),
        ("starrocks://u:p@10.0.0.7/mill", True),
        ("starrocks://u:p@localhost/mill", False),
        ("starrocks://u:p@127.0.0.1/mill", False),
        ("starrocks://u:p@[::1]/mill", False),
        ("starrocks://u:p@localhost/mill?ca=/x.pem", True),
        ("starrocks://u:p@localhost/mill?tls=required", True),
        ("starrocks://u:p@db.plant/mill?tls=off", False),
        ("starrocks://u:p@db.plant/mill?tls=off&ca=/x.pem", False),
        ("starrocks://u:p@localhost.evil.example/mill", True),
    ],
)
def test_tls_is_on_unless_the_line_stays_on_this_machine(url: str, uses_tls: bool):
    assert parse_address(url).uses_tls is uses_tls


def test_an_address_is_read_whole():
    address = parse_address("starrocks://gemba%40plant:a%3Ab%2Fc@db.plant:9031/mill?ca=/etc/ca.pem")
    assert address.user == "gemba@plant"
    assert address.password == "a:b/c"
    assert (address.host, address.port, address.database) == ("db.plant", 9031, "mill")
    assert address.ca == Path("/etc/ca.pem")
    assert "a:b/c" not in repr(address) + str(address) + address.label


def test_a_query_over_tls_gives_the_rows_of_one_without(mariadb: MariaDB):
    secure = mariadb.engine(uses_tls=True, ca=mariadb.authority.path)
    plain = mariadb.engine()
    rows = [e.run(raw("SELECT * FROM readings"), timeout_s=5).table for e in (secure, plain)]
    assert rows[0].equals(rows[1])
    assert rows[0].num_rows == 2
