"""Drafts of models, what is in force, and what was: written whole or not at all, each publishing
under a number and in the audit log."""

from __future__ import annotations

import datetime as dt
import fcntl
import json
import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final, Literal

from core.drafting.seen import seen_file
from core.errors import ConfigError, Unavailable, UserFixable
from core.model_files import ModelFiles
from core.semantic.load import check_model
from core.translation import gettext as _
from core.types import User

#: Records what happened: kind, then named values.
Record = Callable[..., object]
_INDEX: Final = "versions.jsonl"

State = Literal["published", "draft", "broken"]


@dataclass(frozen=True, slots=True)
class Version:
    """A text that was put in force. at: UTC. back_to: the version that it repeats, 0 for none."""

    number: int
    by: str
    at: str
    back_to: int = 0


@dataclass(frozen=True, slots=True)
class Shelf:
    """The model files that people may change."""

    files: ModelFiles
    record: Record

    def names(self) -> tuple[str, ...]:
        """Models with a draft or in force, people's own and those that ship; sorted."""
        return tuple(sorted({*self.files.names(), *self.drafts()}))

    def drafts(self) -> tuple[str, ...]:
        folder = self.files.drafts
        return tuple(sorted(p.stem for p in folder.glob("*.yaml"))) if folder.is_dir() else ()

    def text(self, name: str, *, of_draft: bool) -> str:
        """The draft's text, or that of what is in force; empty where there is none."""
        if not of_draft and name not in self.files.names():
            return ""
        path = self._draft(name) if of_draft else self.files.path(name)
        try:
            return path.read_text("utf-8", errors="replace")
        except FileNotFoundError:
            return ""
        except OSError as error:
            raise ConfigError(f"The file {path.name} cannot be read: {error.strerror}.") from error

    def seen(self, name: str) -> str:
        """The text on what the columns of a drafted model hold; empty where there is none."""
        try:
            return seen_file(self.files.own, name).read_text("utf-8", errors="replace")
        except OSError:
            return ""

    def problems(self, text: str, name: str) -> tuple[str, ...]:
        """What is wrong with a text, as `file:line: text`."""
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / f"{name}.yaml"
            path.write_text(text, "utf-8")
            return check_model(path)

    def save_draft(self, name: str, text: str, user: User, *, expected: str | None = None) -> None:
        """Keep a draft, with what is wrong in it too. expected: the text that was edited; another
        one there now is another person's, and is not written over."""
        self.files.may_write(name)
        with self._alone(name):
            if expected is not None and self.text(name, of_draft=True) not in (expected, ""):
                raise UserFixable(
                    _(
                        "Somebody else changed this draft meanwhile. Open it again and make your "
                        "change there."
                    )
                )
            write_text(self._draft(name), text)
        self._note("model_draft", name, user)

    def drop_draft(self, name: str, user: User) -> None:
        """Throw a draft away; what is in force stays."""
        with self._alone(name):
            self._draft(name).unlink(missing_ok=True)
        self._note("model_drop", name, user)

    def publish(self, name: str, user: User) -> Version:
        """Put a draft in force. Raises UserFixable where there is none or it has problems."""
        self.files.may_write(name)
        with self._alone(name):
            text = self.text(name, of_draft=True)
            if not text:
                raise UserFixable(
                    _("There is no draft of {name}. Edit the model first.").format(name=repr(name))
                )
            version = self._put(name, text, user)
            self._draft(name).unlink(missing_ok=True)
        return version

    def roll_back(self, name: str, number: int, user: User) -> Version:
        """Put an earlier version in force again, under a number of its own."""
        self.files.may_write(name)
        with self._alone(name):
            path = self._folder(name) / f"{number:04}.yaml"
            if not path.is_file():
                raise UserFixable(
                    _("{name} has no version {number}.").format(name=repr(name), number=number)
                )
            return self._put(name, path.read_text("utf-8"), user, back_to=number)

    def versions(self, name: str) -> tuple[Version, ...]:
        """The newest first."""
        try:
            lines = (self._folder(name) / _INDEX).read_text("utf-8").splitlines()
        except OSError:
            return ()
        found = []
        for line in lines:
            with suppress(ValueError, TypeError):
                found.append(Version(**json.loads(line)))
        return tuple(reversed(found))

    def version_text(self, name: str, number: int) -> str:
        try:
            return (self._folder(name) / f"{number:04}.yaml").read_text("utf-8")
        except OSError:
            return ""

    def _put(self, name: str, text: str, user: User, back_to: int = 0) -> Version:
        problems = self.problems(text, name)
        if problems:
            raise UserFixable(
                _("{name} has problems and cannot be put in force: {problem}").format(
                    name=repr(name), problem=problems[0]
                )
            )
        earlier = self.versions(name)
        version = Version(
            earlier[0].number + 1 if earlier else 1,
            user.name,
            dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
            back_to,
        )
        folder = self._folder(name)
        write_text(folder / f"{version.number:04}.yaml", text)
        # Audited before it is in force: an answer by a model that nobody is known to have put there
        # must not be.
        self._note("model_publish", name, user, version=version.number, back_to=back_to)
        write_text(self.files.own / f"{name}.yaml", text)
        index = folder / _INDEX
        known = index.read_text("utf-8") if index.exists() else ""
        write_text(index, known + json.dumps(asdict(version)) + "\n")
        return version

    def _note(self, kind: str, name: str, user: User, **more: object) -> None:
        self.record(kind, user=user.name, tenant=user.tenant, model=name, **more)

    def _draft(self, name: str) -> Path:
        return self.files.drafts / f"{name}.yaml"

    def _folder(self, name: str) -> Path:
        return self.files.versions / name

    @contextmanager
    def _alone(self, name: str) -> Iterator[None]:
        """One writer at a time, in all processes."""
        folder = self.files.drafts
        try:
            folder.mkdir(parents=True, exist_ok=True)
            with (folder / f".{name}.lock").open("w") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX)
                yield
        except OSError as error:
            raise Unavailable(
                f"The folder of models cannot be written: {error.strerror}. Nothing was changed."
            ) from error


def write_text(path: Path, text: str) -> None:
    """The whole text or what was there before. Raises Unavailable where it cannot be written."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        half = path.with_name(f".{path.name}.{os.getpid()}.half")
        with half.open("w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        half.replace(path)
    except OSError as error:
        raise Unavailable(
            f"The file {path.name} cannot be written: {error.strerror}. Nothing was changed."
        ) from error
