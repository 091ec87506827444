"""Accounts: who may sign in, with what password, until when.

One file, `accounts.yaml` in the state folder, readable by its owner alone and replaced as a whole.
It holds bcrypt hashes and the key that signs the cookies; names, roles and plants are the
policy's. Passwords are generated, shown once and never written down in clear.
"""

from __future__ import annotations

import hashlib
import hmac
import io
import os
import secrets
import tempfile
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import bcrypt
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from core.errors import ConfigError, UserFixable
from core.settings import Settings
from core.translation import gettext as _
from core.types import User

COOKIE_NAME = "gemba_session"
MIN_KEY_BYTES = 32
#: Keys printed in the documentation of sign-in libraries and of sample apps.
SAMPLE_KEYS = frozenset(
    {
        "abcdef",
        "change-me",
        "changeme",
        "random_key",
        "random_signature_key",
        "secret",
        "some_cookie_key",
        "some_key",
        "some_signature_key",
        "your_secret_key",
    }
)
#: Letters and digits that cannot be taken for one another on a printed sheet.
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
_BCRYPT_MAX_BYTES = 72  # bcrypt reads no further
_FREE_TRIES = 5
_FIRST_LOCK_S = 30.0
_LONGEST_LOCK_S = 900.0
_MOST_TRACKED_NAMES = 10_000


@dataclass(frozen=True, slots=True)
class NewPassword:
    """A password as it was generated; the only time that it exists in clear."""

    name: str
    password: str


@dataclass(slots=True)
class _Tries:
    """Failed sign-ins in a row of one name, and until when (seconds) the next is refused."""

    failed: int = 0
    locked_until: float = 0.0


@dataclass(frozen=True, slots=True)
class _Contents:
    key: str
    hashes: Mapping[str, str]


class Accounts:
    """The accounts file, read again whenever another process has replaced it.

    clock: seconds, monotonic within the process; for the lockout only.
    """

    def __init__(
        self, path: Path, *, clock: Callable[[], float] = time.monotonic, rounds: int = 12
    ) -> None:
        self.path = path
        self._clock = clock
        self._rounds = rounds
        self._lock = threading.RLock()
        self._tries: dict[str, _Tries] = {}
        self._read: tuple[tuple[int, int, int], _Contents] | None = None
        self._nobody = bcrypt.hashpw(secrets.token_bytes(16), bcrypt.gensalt(rounds))

    @classmethod
    def at(cls, settings: Settings) -> Accounts:
        """The accounts of this installation."""
        return cls(settings.state_dir / "accounts.yaml")

    @property
    def cookie_key(self) -> str:
        """What signs the cookies: at least 32 random bytes, as hexadecimal digits."""
        return self._contents().key

    def names(self) -> tuple[str, ...]:
        return tuple(self._contents().hashes)

    def ensure(self, names: Iterable[str]) -> tuple[NewPassword, ...]:
        """Give each of `names` that has none an account; return the passwords made for them.

        Makes the file, with a fresh cookie key, where there is none. Raises ConfigError when the
        file is damaged or its cookie key is a published or a short one.
        """
        with self._lock:
            contents = self._contents() if self.path.exists() else None
            hashes = dict(contents.hashes) if contents else {}
            made = [NewPassword(n, new_password()) for n in names if n not in hashes]
            if contents and not made:
                return ()
            hashes.update((new.name, self._hash(new.password)) for new in made)
            self._write(_Contents(contents.key if contents else secrets.token_hex(32), hashes))
            return tuple(made)

    def reset(self, name: str) -> NewPassword:
        """Give an account a new password, which ends all its sessions.

        Raises UserFixable for a name that has no account.
        """
        with self._lock:
            contents = self._contents()
            if name not in contents.hashes:
                known = ", ".join(sorted(contents.hashes)) or "none"
                raise UserFixable(f"There is no account {name!r}. Accounts: {known}.")
            new = NewPassword(name, new_password())
            self._write(
                _Contents(contents.key, {**contents.hashes, name: self._hash(new.password)})
            )
            self._tries.pop(name, None)
            return new

    def check(self, name: str, password: str) -> None:
        """Return when the password is right; else raise UserFixable with what to tell the person.

        The message is the same for a wrong password and an unknown name. After five failures in
        a row the name is locked for 30 s, doubling with each further one up to 15 minutes.
        """
        name = name.strip().casefold()
        with self._lock:
            wait = self._tries.get(name, _Tries()).locked_until - self._clock()
            if wait > 0:
                raise UserFixable(
                    _(
                        "Too many failed sign-ins. Wait {time}, then try again, or ask an admin to "
                        "reset the password."
                    ).format(time=_span(wait))
                )
            stored = self._contents().hashes.get(name)
        given = password.encode()
        usable = 0 < len(given) <= _BCRYPT_MAX_BYTES and b"\0" not in given
        against = stored.encode() if stored else self._nobody
        matches = bcrypt.checkpw(given if usable else b"-", against)
        if stored and usable and matches:
            with self._lock:
                self._tries.pop(name, None)
            return
        self._count_failure(name)
        raise UserFixable(
            _("Name and password do not match. Check both, or ask an admin to reset the password.")
        )

    def stamp(self, user: User) -> str | None:
        """What a session must carry to hold: another one after a change of password, role or
        plants; None where the account is gone."""
        contents = self._contents()
        stored = contents.hashes.get(user.name)
        if stored is None:
            return None
        base = user.of("")
        scopes = [f"{model}={','.join(values)}" for model, values in base.scopes]
        rights = [user.tenant, user.role, *sorted(base.plants), *scopes]
        text = "\0".join([stored, *rights])
        return hmac.new(contents.key.encode(), text.encode(), hashlib.sha256).hexdigest()[:32]

    def _hash(self, password: str) -> str:
        return bcrypt.hashpw(password.encode(), bcrypt.gensalt(self._rounds)).decode()

    def _count_failure(self, name: str) -> None:
        with self._lock:
            if len(self._tries) >= _MOST_TRACKED_NAMES and name not in self._tries:
                self._tries.pop(next(iter(self._tries)))
            tries = self._tries.setdefault(name, _Tries())
            tries.failed += 1
            over = tries.failed - _FREE_TRIES
            if over >= 0:
                lock_s = min(_FIRST_LOCK_S * 2.0 ** min(over, 10), _LONGEST_LOCK_S)
                tries.locked_until = self._clock() + lock_s

    def _contents(self) -> _Contents:
        with self._lock:
            try:
                stat = self.path.stat()
                version = (stat.st_mtime_ns, stat.st_ino, stat.st_size)
                if self._read and self._read[0] == version:
                    return self._read[1]
                if stat.st_mode & 0o077:
                    self.path.chmod(0o600)
                raw = YAML(typ="safe").load(self.path.read_text("utf-8"))
            except FileNotFoundError:
                raise ConfigError(
                    f"There is no accounts file {self.path}. Start the app once to make it."
                ) from None
            except (OSError, UnicodeDecodeError, YAMLError) as error:
                raise ConfigError(
                    f"The accounts file {self.path} cannot be read ({type(error).__name__}). "
                    "Restore it, or remove it to get new accounts on the next start."
                ) from error
            contents = _checked(raw, self.path)
            self._read = (version, contents)
            return contents

    def _write(self, contents: _Contents) -> None:
        text = io.StringIO()
        YAML(typ="safe").dump(
            {
                "cookie": {"name": COOKIE_NAME, "key": contents.key},
                "credentials": {
                    "usernames": {n: {"password": h} for n, h in contents.hashes.items()}
                },
            },
            text,
        )
        folder = self.path.parent
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            handle, temporary = tempfile.mkstemp(prefix=".accounts-", dir=folder)  # mode 0600
            try:
                with os.fdopen(handle, "w", encoding="utf-8") as file:
                    file.write(text.getvalue())
                    file.flush()
                    os.fsync(file.fileno())
                Path(temporary).replace(self.path)
            except BaseException:
                Path(temporary).unlink(missing_ok=True)
                raise
        except OSError as error:
            raise ConfigError(
                f"The accounts file {self.path} cannot be written ({error.strerror}). "
                "Free disk space or mend the folder's rights, then start again."
            ) from error
        self._read = None


def new_password() -> str:
    """Four groups of four characters, 79 random bits, easy to read from a screen."""
    groups = ("".join(secrets.choice(_ALPHABET) for _ in range(4)) for _ in range(4))
    return "-".join(groups)


def announcement(made: Iterable[NewPassword], path: Path) -> str:
    """What the terminal shows once for freshly made accounts; empty when there are none."""
    rows = [(new.name, new.password) for new in made]
    if not rows:
        return ""
    width = max(len(name) for name, _ in rows)
    lines = [f"    {name:<{width}}   {password}" for name, password in rows]
    return "\n".join(
        [
            "",
            "  New accounts. These passwords are shown only now; note them down.",
            "",
            *lines,
            "",
            f"  Only their hashes are kept, in {path}.",
            "  A lost one: python -m core accounts reset NAME",
            "",
            "",
        ]
    )


def _checked(raw: Any, path: Path) -> _Contents:
    try:
        key = raw["cookie"]["key"]
        hashes = {str(n): str(u["password"]) for n, u in raw["credentials"]["usernames"].items()}
    except (KeyError, TypeError, AttributeError):
        raise ConfigError(
            f"The accounts file {path} lacks the cookie key or the accounts. "
            "Restore it, or remove it to get new accounts on the next start."
        ) from None
    if not isinstance(key, str) or len(key.encode()) < MIN_KEY_BYTES or _is_sample(key):
        raise ConfigError(
            f"The cookie key in {path} is a published or a short one, so anyone could sign in. "
            f"Remove the file to get a new one, or put in {MIN_KEY_BYTES} random bytes or more."
        )
    damaged = [name for name, stored in hashes.items() if not stored.startswith("$2")]
    if damaged:
        raise ConfigError(
            f"The accounts file {path} holds something other than a bcrypt hash for "
            f"{', '.join(damaged)}. Remove the entry to get a new password on the next start."
        )
    return _Contents(key, hashes)


def _is_sample(key: str) -> bool:
    plain = key.strip().casefold()
    return plain in SAMPLE_KEYS or len(set(plain)) < 8


def _span(seconds: float) -> str:
    whole = max(1, round(seconds))
    return f"{whole} s" if whole < 90 else f"{round(whole / 60)} min"
