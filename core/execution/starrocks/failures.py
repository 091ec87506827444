"""What a server's or a connection's error means, by code and, for 1064, by its words."""

from __future__ import annotations

import re
import ssl
import struct

import pymysql

from core.errors import ConfigError, GembaError, ModelFixable, QueryTimeout, Unavailable
from core.execution.starrocks.address import Address
from core.translation import gettext as _

#: The connection is gone; a query that has given no row may be tried once more.
LOST = frozenset((0, 1053, 1927, 2006, 2013, 2014, 2055, 4031))
#: A KILL came when the connection was gone already.
GONE_THREAD = frozenset((1094,))
#: What PyMySQL's parsing stumbles with on bytes that are not the protocol, and on a socket that
#: another thread has shut.
BROKEN = (ValueError, LookupError, TypeError, AttributeError, AssertionError, struct.error)
_LOGIN = frozenset((1044, 1045, 1698, 1820, 1862))
_NO_DATABASE = frozenset((1046, 1049))
_BUSY = frozenset((1040, 1203, 1226))
_TOO_LONG = frozenset((3024, 1969, 5024))
_ENDED = 1317
_TLS = 2026
_MEMORY = re.compile(
    r"memory exceed limit|memory of \S+ exceed limit|out of memory|\bmem usage has exceed"
)
_DENIED = frozenset((1142, 1143, 1227, 1290, 5203))


def code_of(error: BaseException) -> int:
    """The server's or driver's number; 0 where there is none."""
    first = error.args[0] if error.args else 0
    return first if isinstance(first, int) else 0


def is_lost(error: BaseException) -> bool:
    """Whether the connection went away under the query."""
    if isinstance(error, (pymysql.err.InterfaceError, OSError, EOFError, *BROKEN)):
        return True
    return isinstance(error, pymysql.err.OperationalError | pymysql.err.InternalError) and (
        code_of(error) in LOST
    )


def connect_failure(error: BaseException, address: Address) -> GembaError:
    """Why there is no connection, and what to do; the password is in none of it."""
    code, text = code_of(error), words_of(error)
    where = f"the StarRocks server at {address.host}:{address.port}"
    if code in _LOGIN:
        return ConfigError(
            f"{_sentence(where)} did not accept the user {address.user!r}. Check name, password "
            "and rights in GEMBA_STORE_URL."
        )
    if code in _NO_DATABASE:
        return ConfigError(
            f"{_sentence(where)} has no database {address.database!r} for this user."
        )
    if _is_about_trust(error):
        return ConfigError(
            f"The TLS connection to {address.host}:{address.port} failed: {text}. Name the CA that "
            "signed the server's certificate with ?ca=FILE in GEMBA_STORE_URL."
        )
    if code in _BUSY:
        return Unavailable(f"{_sentence(where)} has no free connection. Try again in a moment.")
    return Unavailable(
        f"{_sentence(where)} cannot be reached: {text}. Check that it runs and that the network "
        "between lets Gemba through."
    )


def query_failure(error: BaseException, address: Address, timeout_s: float) -> GembaError:
    """What a query's error means."""
    code, text = code_of(error), words_of(error)
    folded = text.casefold()
    if code in _TOO_LONG or "reached its timeout" in folded or "query timeout" in folded:
        return QueryTimeout(
            _(
                "The query took longer than {timeout_s:g} s and was ended. Ask for a "
                "shorter time or fewer groups."
            ).format(timeout_s=timeout_s)
        )
    if code == _ENDED:
        return Unavailable(
            _(
                "The query was ended on the database server, by an administrator or a "
                "limit of its own. Try again, or ask for a shorter time."
            )
        )
    if _MEMORY.search(folded):
        return Unavailable(
            _(
                "The query needs more memory than one query may take. Ask for a shorter "
                "time or fewer groups."
            )
        )
    if "big query" in folded or "resource group" in folded:
        return Unavailable(
            f"The server's resource group ended the query: {text}. Ask for a shorter time."
        )
    if code in _DENIED:
        return ModelFixable(
            f"The database account {address.user!r} may not do that: {text}.", hint=text
        )
    if is_lost(error):
        return Unavailable(
            f"The connection to the StarRocks server at {address.host}:{address.port} was lost "
            "while the query ran. Try again."
        )
    if code in _BUSY or "concurrency limit" in folded:
        return Unavailable(
            _("The StarRocks server is busy with other questions. Try again in a moment.")
        )
    return ModelFixable(
        _("The query engine did not accept the query: {text}").format(text=text), hint=text[:1000]
    )


def words_of(error: BaseException) -> str:
    """What the server or the system said, on one line, without its number."""
    if isinstance(error, BROKEN):
        return "its answer is not the MySQL protocol"  # the error itself may quote what was sent
    said = error.args[1] if len(error.args) > 1 else (error.args[0] if error.args else error)
    return " ".join(str(said).split())[:300] or type(error).__name__


def _is_about_trust(error: BaseException) -> bool:
    """Whether TLS itself failed: no network trouble, and no better at the next attempt."""
    cause = getattr(error, "original_exception", error)
    if isinstance(cause, ssl.SSLEOFError | ssl.SSLZeroReturnError):
        return False
    return isinstance(cause, ssl.SSLError) or code_of(error) == _TLS


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]
