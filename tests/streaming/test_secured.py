"""An encrypted connection to a real OPC UA server that takes no other, and trusts whom it knows."""

from __future__ import annotations

import asyncio
import io
import shlex
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import pytest
from asyncua import Server, ua
from asyncua.crypto.cert_gen import (
    dump_private_key_as_pem,
    generate_private_key,
    generate_self_signed_app_certificate,
)
from asyncua.crypto.permission_rules import User, UserRole
from asyncua.crypto.truststore import TrustStore
from asyncua.crypto.validator import CertificateValidator, CertificateValidatorOptions
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID

from core.commands.stream import _save_certificate
from core.errors import ConfigError, GembaError, Unavailable, UserFixable
from core.streaming.buffer import Buffer
from core.streaming.mapping import Security, StreamMapping
from core.streaming.session import Login, Session
from core.streaming.sinks import DuckDBSink
from core.streaming.stream import Stream, check_login
from tests.side_loop import SideLoop
from tests.streaming.small import Plc, small_mapping, small_model

LOGIN = Login("gemba", "s3cret")
ONE_ONLY = [ua.SecurityPolicyType.Basic256Sha256_SignAndEncrypt]


def identity(folder: Path, name: str, uri: str, *, alternative: bool = True) -> None:
    """NAME.pem, a key, and NAME.der, its certificate for an application."""
    key = generate_private_key()
    named: list[x509.GeneralName] = [x509.DNSName("localhost")]
    if alternative:
        named.insert(0, x509.UniformResourceIdentifier(uri))
    uses = [ExtendedKeyUsageOID.CLIENT_AUTH, ExtendedKeyUsageOID.SERVER_AUTH]
    made = generate_self_signed_app_certificate(key, name, {}, named, uses)
    (folder / f"{name}.pem").write_bytes(dump_private_key_as_pem(key))
    (folder / f"{name}.der").write_bytes(made.public_bytes(Encoding.DER))


class Guard:
    """Lets one account in, and notes what passwords it was shown."""

    def __init__(self) -> None:
        self.shown: list[Any] = []

    def get_user(
        self, iserver: Any, username: Any = None, password: Any = None, certificate: Any = None
    ) -> User | None:
        self.shown.append(password)
        is_known = (username, password) == (LOGIN.user, LOGIN.password)
        return User(role=UserRole.User, name=username) if is_known else None


class SafePlc(Plc):
    """It takes signed and encrypted connections alone, of applications whose certificates it knows,
    and one account."""

    def __init__(self, keys: Path) -> None:
        super().__init__()
        self.keys, self.guard = keys, Guard()
        self.server = Server(user_manager=self.guard)

    async def begin(self) -> None:
        await self.server.init()
        await self.trust()
        await self.server.load_certificate(str(self.keys / "server.der"))
        await self.server.load_private_key(str(self.keys / "server.pem"))
        await self.server.set_application_uri("urn:works:plc")
        self.server.set_endpoint(f"opc.tcp://127.0.0.1:{self.port}")
        self.server.set_security_policy(ONE_ONLY)
        self.server.set_identity_tokens([ua.UserNameIdentityToken])
        await self.fill()

    async def trust(self) -> None:
        """Reads anew whom it knows."""
        store = TrustStore([self.keys / "trusted"], [])
        await store.load()
        known = CertificateValidator(
            CertificateValidatorOptions.TRUSTED_VALIDATION
            | CertificateValidatorOptions.PEER_CLIENT,
            store,
        )
        self.server.set_certificate_validator(known.validate)


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("keys")
    identity(folder, "server", "urn:works:plc")
    identity(folder, "gemba", "urn:works:gemba")
    identity(folder, "stranger", "urn:works:stranger")
    identity(folder, "nameless", "urn:works:gemba", alternative=False)
    (folder / "trusted").mkdir()
    (folder / "trusted" / "gemba.der").write_bytes((folder / "gemba.der").read_bytes())
    return folder


@pytest.fixture(scope="module")
def loop() -> Iterator[SideLoop]:
    with SideLoop() as made:
        yield made


@pytest.fixture(scope="module")
def plc(loop: SideLoop, keys: Path) -> Iterator[SafePlc]:
    made = SafePlc(keys)
    loop.run(made.begin())
    yield made
    loop.run(made.stop())


def secured(folder: Path, plc: SafePlc, **fields: Any) -> StreamMapping:
    keys = plc.keys
    right = Security(
        "Basic256Sha256", "SignAndEncrypt", keys / "gemba.der", keys / "gemba.pem",
        keys / "server.der",
    )  # fmt: skip
    mapping = small_mapping(folder, small_model(folder), plc.port)
    return replace(mapping, security=replace(right, **fields))


def test_values_come_encrypted_with_an_account(
    tmp_path: Path, plc: SafePlc, loop: SideLoop
) -> None:
    mapping = secured(tmp_path, plc)
    check_login(mapping, LOGIN)
    model = small_model(tmp_path)
    store = tmp_path / "works.duckdb"

    async def scene() -> None:
        stop = asyncio.Event()
        sink = DuckDBSink(store, model.tables)
        with closing(Buffer(tmp_path / "line.db", 1 << 22)) as buffer:
            stream = Stream(
                mapping, model.tables["minutes"], buffer, sink, login=LOGIN, batch_s=0.1,
                limit_bytes=1 << 22,
            )  # fmt: skip
            running = asyncio.create_task(stream.run(stop))
            await asyncio.sleep(1.5)
            stop.set()
            state = await running
            assert state.trouble == ""
        sink.close()

    loop.run(scene())
    with closing(duckdb.connect(str(store), read_only=True)) as connection:
        found = connection.sql("SELECT DISTINCT temperature, grade FROM minutes").fetchall()
    assert (100.0, "GOOD") in found
    assert plc.guard.shown[-1] == LOGIN.password


def refused(plc: SafePlc, loop: SideLoop, mapping: StreamMapping, login: Login = LOGIN) -> str:
    """What is said of a connection that does not come about."""
    before = len(plc.guard.shown)
    with pytest.raises(GembaError) as error:
        loop.run(Session(mapping, login).look())
    if login is LOGIN:
        assert plc.guard.shown[before:] in ([], [None])
    return str(error.value)


def test_a_wrong_password_is_told(tmp_path: Path, plc: SafePlc, loop: SideLoop) -> None:
    text = refused(plc, loop, secured(tmp_path, plc), Login("gemba", "wrong"))
    assert "does not take the connection" in text
    assert "GEMBA_STREAM_PASSWORD" in text
    assert "wrong" not in text


def test_a_server_with_another_certificate_gets_no_password(
    tmp_path: Path, plc: SafePlc, loop: SideLoop
) -> None:
    mapping = secured(tmp_path, plc, server_certificate=plc.keys / "stranger.der")
    assert "shows another certificate than" in refused(plc, loop, mapping)


def test_a_certificate_that_the_server_does_not_know_is_told(
    tmp_path: Path, plc: SafePlc, loop: SideLoop
) -> None:
    keys = plc.keys
    mapping = secured(tmp_path, plc, certificate=keys / "stranger.der", key=keys / "stranger.pem")
    text = refused(plc, loop, mapping)
    assert "does not take the connection" in text


def test_without_security_nothing_is_read(tmp_path: Path, plc: SafePlc, loop: SideLoop) -> None:
    refused(plc, loop, replace(secured(tmp_path, plc), security=None), Login())


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"certificate": "none.der"}, "is not there"),
        ({"key": "none.pem"}, "is not there"),
        ({"server_certificate": "none.der"}, "is not there"),
        ({"certificate": "broken.der"}, "is no certificate"),
        ({"key": "broken.der"}, "is no private key"),
        ({"server_certificate": "broken.der"}, "is no certificate"),
        ({"key": "stranger.pem"}, "is not that of the certificate"),
        ({"certificate": "nameless.der", "key": "nameless.pem"}, "names no application"),
    ],
)
def test_files_that_are_none_are_told(
    tmp_path: Path, plc: SafePlc, loop: SideLoop, fields: dict[str, str], said: str
) -> None:
    (plc.keys / "broken.der").write_bytes(b"0\x82\x01 not a certificate")
    mapping = secured(tmp_path, plc, **{name: plc.keys / file for name, file in fields.items()})
    with pytest.raises(ConfigError, match=said):
        loop.run(Session(mapping, LOGIN).look())


def test_the_certificate_of_the_docs_is_taken(tmp_path: Path, plc: SafePlc, loop: SideLoop) -> None:
    if shutil.which("openssl") is None:
        pytest.skip("needs openssl")
    docs = (Path(__file__).parents[2] / "docs" / "streaming.md").read_text("utf-8")
    (command,) = (line.strip() for line in docs.splitlines() if "openssl req" in line)
    subprocess.run(shlex.split(command), cwd=tmp_path, check=True, capture_output=True)
    trusted = plc.keys / "trusted" / "docs.der"
    trusted.write_bytes((tmp_path / "gemba.der").read_bytes())
    loop.run(plc.trust())
    mapping = secured(tmp_path, plc, certificate=tmp_path / "gemba.der", key=tmp_path / "gemba.pem")
    found = loop.run(Session(mapping, LOGIN).look())
    assert {type(one).__name__ for one in found.values()} == {"Reading"}


def test_a_password_goes_to_a_known_server_alone(tmp_path: Path, plc: SafePlc) -> None:
    mapping = secured(tmp_path, plc, server_certificate=None)
    with pytest.raises(ConfigError, match="--save-certificate"):
        check_login(mapping, LOGIN)
    check_login(mapping, Login())


def test_the_servers_certificate_is_saved_to_be_compared(
    tmp_path: Path, plc: SafePlc, loop: SideLoop
) -> None:
    mapping = secured(tmp_path, plc, server_certificate=None)
    path, out = tmp_path / "server.der", io.StringIO()
    shown = len(plc.guard.shown)
    assert loop.run(_save_certificate(mapping, path, out)) == 0
    assert path.read_bytes() == (plc.keys / "server.der").read_bytes()
    assert "Thumbprint (SHA-1): " in out.getvalue()
    assert plc.guard.shown[shown:] == []
    with pytest.raises(UserFixable, match="is there already"):
        loop.run(_save_certificate(mapping, path, out))
    other = replace(mapping, security=replace(mapping.security, mode="Sign"))  # type: ignore[type-var]
    with pytest.raises(ConfigError, match="offers no Basic256Sha256 with Sign"):
        loop.run(_save_certificate(other, tmp_path / "o.der", out))
    gone = replace(mapping, server="opc.tcp://127.0.0.1:9")
    with pytest.raises(Unavailable, match="shows no certificate"):
        loop.run(_save_certificate(gone, tmp_path / "g.der", out))
    assert sorted(one.name for one in tmp_path.glob("*.der")) == ["server.der"]
