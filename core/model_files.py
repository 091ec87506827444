"""Where model files stand: those that ship with Gemba, and those that people made.

    data/models/NAME.yaml                      ship with it, and are changed with it
    $GEMBA_DATA_DIR/models/NAME.yaml           made by people, in force
    $GEMBA_DATA_DIR/models/drafts/NAME.yaml    not in force yet
    $GEMBA_DATA_DIR/models/versions/NAME/      what was in force

Both folders may be one, as they are where GEMBA_DATA_DIR is not set: a file that says its `origin`
is then one that people made. A name stands in one folder only, and the shipped one goes first.
"""

from __future__ import annotations

import re
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from core.errors import GembaError, UserFixable, did_you_mean
from core.semantic.load import available_models, load_model
from core.semantic.model import SemanticModel

_ORIGIN: Final = re.compile(rb"^origin:", re.MULTILINE)
#: What tells that a file is another one than it was: its inode, time and size.
Stamp = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class ModelFiles:
    """The files of all models. shipped: the folder of those that ship; own: of those that people
    made, which need not be there."""

    shipped: Path
    own: Path

    def names(self) -> tuple[str, ...]:
        """All that have a file, broken ones too; sorted."""
        return tuple(sorted({*available_models(self.shipped), *available_models(self.own)}))

    def path(self, name: str) -> Path:
        """The file of a model. Raises UserFixable with the names there are."""
        for folder in (self.shipped, self.own):
            if name in available_models(folder):
                return folder / f"{name}.yaml"
        names = self.names()
        raise UserFixable(
            f"There is no model {name!r}.{did_you_mean(name, names)} Models: {', '.join(names)}."
        )

    def is_own(self, name: str) -> bool:
        """Whether people made it, so that people may change it."""
        if name not in available_models(self.own):
            return False
        if self.shipped.resolve() == self.own.resolve():
            try:
                return _ORIGIN.search((self.own / f"{name}.yaml").read_bytes()) is not None
            except OSError:
                return False
        return name not in available_models(self.shipped)

    def may_write(self, name: str) -> None:
        """Raises UserFixable for a name that a shipped model has."""
        if name in self.names() and not self.is_own(name):
            raise UserFixable(
                f"The name {name!r} belongs to a model that ships with Gemba. Choose another name."
            )

    @property
    def drafts(self) -> Path:
        return self.own / "drafts"

    @property
    def versions(self) -> Path:
        return self.own / "versions"

    def stamp(self, name: str) -> Stamp | None:
        """Another value for another file; None where there is none."""
        for folder in (self.shipped, self.own):
            try:
                found = (folder / f"{name}.yaml").stat()
            except OSError:
                continue
            return found.st_ino, found.st_mtime_ns, found.st_size
        return None


class ReadModels:
    """Models as their files say, each read once for each state of its file. Thread-safe."""

    def __init__(self, files: ModelFiles) -> None:
        self.files = files
        self._read: dict[str, tuple[Stamp | None, SemanticModel | GembaError]] = {}
        self._lock = threading.Lock()

    def model(self, name: str) -> SemanticModel:
        """The model of that name. Raises UserFixable where there is none, ModelError for a broken
        file."""
        stamp = self.files.stamp(name)
        with self._lock:
            known = self._read.get(name)
        if known is None or known[0] != stamp:
            try:
                known = (stamp, load_model(self.files.path(name)))
            except GembaError as error:
                known = (stamp, error)
            with self._lock:
                self._read[name] = known
        if isinstance(known[1], GembaError):
            raise known[1]
        return known[1]

    def broken(self) -> dict[str, str]:
        """Name -> what is wrong, of files that people made: these take nothing else down."""
        found = {}
        for name in self.files.names():
            if self.files.is_own(name):
                try:
                    self.model(name)
                except GembaError as error:
                    found[name] = str(error)
        return found

    def sound(self) -> tuple[SemanticModel, ...]:
        """All but the broken ones that people made. Raises ModelError for a broken shipped one."""
        broken = self.broken()
        return tuple(self.model(name) for name in self.files.names() if name not in broken)
