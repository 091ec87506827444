"""How a connection to an OPC UA server is secured, and whose certificate the server shows."""

from __future__ import annotations

import asyncio
import hashlib
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from core.errors import ConfigError
from core.streaming.mapping import Security

if TYPE_CHECKING:
    from asyncua.client.client import Client

#: Seconds that a server has to name its endpoints.
_TIMEOUT_S: Final = 10.0


async def secure(client: Client, security: Security) -> None:
    """Have a client that is not connected yet sign, or sign and encrypt, what it sends. Where the
    server's certificate is named it is the only one that can read it; else whatever one answers.
    Raises ConfigError for files that are none, and what asyncua does where the server has to be
    asked."""
    from asyncua import ua
    from asyncua.crypto import security_policies
    from asyncua.crypto.uacrypto import CertProperties

    own = await _certificate(security.certificate)
    await _key(security.key, own)
    server = security.server_certificate
    if server is not None:
        await _compare(await _certificate(server), client.server_url.geturl(), security)
    # servers compare it with the certificate's, and refuse what differs
    client.application_uri = _uri(own, security.certificate)
    policy: Any = getattr(security_policies, f"SecurityPolicy{security.policy}")
    await client.set_security(
        policy,
        str(security.certificate),
        str(security.key),
        server_certificate=CertProperties(str(server)) if server is not None else None,
        mode=ua.MessageSecurityMode[security.mode],
    )


async def shown_certificate(server: str, security: Security) -> bytes:
    """The certificate (DER) that a server shows for a policy and mode. Nothing but that is asked
    for, and no account is sent. Raises ConfigError where it has none, what asyncua and the network
    do."""
    from asyncua import ua
    from asyncua.client.client import Client
    from asyncua.crypto import security_policies

    policy: Any = getattr(security_policies, f"SecurityPolicy{security.policy}")
    client = Client(server, timeout=_TIMEOUT_S)
    endpoints = await asyncio.wait_for(client.connect_and_get_server_endpoints(), _TIMEOUT_S)
    mode = ua.MessageSecurityMode[security.mode]
    for one in endpoints:
        if one.SecurityPolicyUri == policy.URI and one.SecurityMode == mode:
            return _first(bytes(one.ServerCertificate or b""))
    raise ConfigError(
        f"{server} offers no {security.policy} with {security.mode}. Name one that it offers in "
        "'security' of the mapping."
    )


def thumbprints(certificate: bytes) -> dict[str, str]:
    """Digests of a certificate (DER), by which it is compared; SHA-1 is the one that OPC UA's part
    6 and tools of servers name it by. Raises ConfigError for what is none."""
    from cryptography import x509

    try:
        x509.load_der_x509_certificate(certificate)
    except ValueError as error:
        raise ConfigError("What the server shows is no certificate.") from error
    found = {
        "SHA-1": hashlib.sha1(certificate, usedforsecurity=False),
        "SHA-256": hashlib.sha256(certificate),
    }
    return {name: one.digest().hex(":").upper() for name, one in found.items()}


def _first(chain: bytes) -> bytes:
    """The server's own of the certificates (DER) that it shows, one behind the other."""
    if len(chain) < 2 or chain[1] < 0x80:
        return chain
    digits = chain[1] & 0x7F
    return chain[: 2 + digits + int.from_bytes(chain[2 : 2 + digits])]


async def _compare(named: Any, server: str, security: Security) -> None:
    """Raises ConfigError where the server shows another certificate than the one that is named: the
    connection would come to nothing, and not say why."""
    from cryptography.hazmat.primitives.serialization import Encoding

    shown = await shown_certificate(server, security)
    if shown != named.public_bytes(Encoding.DER):
        raise ConfigError(
            f"{server} shows another certificate than {str(security.server_certificate)!r}, which "
            f"the mapping names; SHA-1 {thumbprints(shown)['SHA-1']}. Where it was renewed, save "
            "it anew with `python -m core stream --save-certificate FILE` and compare it."
        )


async def _certificate(path: Path) -> Any:
    from asyncua.crypto.uacrypto import load_certificate

    try:
        return await load_certificate(str(path))
    except FileNotFoundError as error:
        raise ConfigError(f"{str(path)!r}, which the mapping names, is not there.") from error
    except (OSError, ValueError) as error:
        raise ConfigError(
            f"{str(path)!r}, which the mapping names, is no certificate (DER, or PEM with the "
            "ending .pem)."
        ) from error


async def _key(path: Path, certificate: Any) -> None:
    from asyncua.crypto.uacrypto import load_private_key

    try:
        key: Any = await load_private_key(str(path))
    except FileNotFoundError as error:
        raise ConfigError(f"{str(path)!r}, which the mapping names, is not there.") from error
    except (OSError, ValueError, TypeError) as error:
        raise ConfigError(
            f"{str(path)!r}, which the mapping names, is no private key without a password (DER, "
            "or PEM with the ending .pem)."
        ) from error
    if key.public_key().public_numbers() != certificate.public_key().public_numbers():
        raise ConfigError(f"The key {str(path)!r} is not that of the certificate beside it.")


def _uri(certificate: Any, path: Path) -> str:
    from cryptography import x509

    try:
        names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
        return str(names.get_values_for_type(x509.UniformResourceIdentifier)[0])
    except (x509.ExtensionNotFound, IndexError) as error:
        raise ConfigError(
            f"The certificate {str(path)!r} names no application (a URI among its alternative "
            "names), which OPC UA wants. Make another one; docs/streaming.md has the command."
        ) from error
