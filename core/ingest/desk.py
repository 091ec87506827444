"""Imports for people at the page: which files they may name, and what is kept of each act."""

from __future__ import annotations

import re
import secrets
import shutil
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Final, Protocol

from core.errors import Refused, UserFixable
from core.ingest.adding import Adding
from core.ingest.arranged import Arranged
from core.ingest.finding import Source, find, listed, names_of
from core.ingest.fitting import tables_there
from core.ingest.load import STORES, Draft, Drafted, Goal, Opened, check_name, name_of
from core.ingest.places import Gate, goal_of
from core.ingest.ready import Limits
from core.ingest.recognised import Choices, Recognised
from core.ingest.report import LoadReport
from core.ingest.several import OpenedTables, opened_tables
from core.ingest.tables import TablesFound, TablesReport
from core.ingest.workspace import Progress, free_bytes, size_text
from core.settings import Settings
from core.translation import told
from core.types import User

#: How long files that were dropped are kept when nobody imports them.
_KEEP_S: Final = 86_400.0
Record = Callable[..., object]


class Drafts(Protocol):
    """Drafts a model of that name from a store's file, with values of its rows in it or without."""

    def __call__(self, path: Path, name: str, /, *, has_samples: bool = ...) -> Drafted: ...


@dataclass(frozen=True, slots=True)
class Job:
    """What somebody wants to import. by_path: the paths are of the server, and must stand in the
    allowed folder; else they are files that were dropped. choices: how all files are read;
    arranged: which of them are which table, and how one is read. adding: how rows are added to the
    data of that name; None where they take their place. has_samples: whether values of rows may
    stand in the model that is drafted, as far as the settings let them."""

    paths: tuple[Path, ...]
    name: str = ""
    by_path: bool = False
    choices: Choices = field(default_factory=Choices)
    arranged: Arranged = field(default_factory=Arranged)
    adding: Adding | None = None
    has_samples: bool = True


class ImportDesk:
    """The imports of one person who administers. Safe to use from any thread."""

    def __init__(
        self,
        settings: Settings,
        user: User,
        record: Record,
        model_file: Callable[[str], Path | None],
        draft: Drafts | None = None,
        gate: Gate | None = None,
        is_name: Callable[[str], bool] = bool,
    ) -> None:
        self._settings = settings
        self._user = user
        self._record = record
        self._model_file = model_file
        self._draft = draft
        self._gate = gate
        self._is_name = is_name
        self._dropped = settings.state_dir / "imports"

    @property
    def folder(self) -> Path | None:
        """The folder whose files may be named by path; None where none may."""
        return Path(self._settings.import_dir) if self._settings.import_dir else None

    @property
    def most_mb(self) -> int:
        """Size of a file that may be dropped, in MB."""
        return self._settings.import_upload_mb

    def keep(self, files: Sequence[tuple[str, bytes]]) -> tuple[Path, ...]:
        """Put dropped files where an import can read them. Raises UserFixable for one that is too
        large, and where the disk has no room."""
        self._sweep()
        folder = self._dropped / secrets.token_hex(8)
        folder.mkdir(parents=True, mode=0o700)
        size = sum(len(content) for _, content in files)
        if free_bytes(folder) < 2 * size:
            raise UserFixable(
                told(
                    "There is no room for {size} on the server's disk. Free some space first.",
                    size=size_text(size),
                )
            )
        found = []
        for number, (name, content) in enumerate(files):
            if len(content) > self.most_mb * 1_000_000:
                raise UserFixable(
                    told(
                        "{name} is over {most} MB. Put it into the folder for imports on the "
                        "server, or raise GEMBA_IMPORT_UPLOAD_MB.",
                        name=name,
                        most=self.most_mb,
                    )
                )
            path = _free(folder / _safe_name(name, number))
            path.write_bytes(content)
            found.append(path)
        return tuple(found)

    def path(self, text: str) -> Path:
        """A path on the server, of the allowed folder. Raises Refused for any other."""
        if self.folder is None:
            raise Refused(
                told("No folder for imports is set (GEMBA_IMPORT_DIR). Drop the files instead."),
                rule="IMPORT",
            )
        base = self.folder.resolve()
        found = (base / text.strip()).resolve()
        if not found.is_relative_to(base):
            raise Refused(
                told(
                    "Only files in the folder {folder} may be imported by their path.",
                    folder=repr(str(base)),
                ),
                rule="IMPORT",
            )
        return found

    def name(self, job: Job) -> str:
        """The name that the data get. Raises UserFixable for one that is none."""
        sources = self._sources(job)
        return check_name(job.name or name_of(sources, job.paths, self._is_name), self._is_name)

    def files(self, job: Job) -> dict[str, str]:
        """Key -> name of all its files, those too that are left out or cannot be read."""
        return listed(job.paths)

    def _sources(self, job: Job) -> tuple[Source, ...]:
        without = job.arranged.left_out
        return find(job.paths, within=self._within(job), of_one=False, without=without)

    def _goal(self, name: str, sources: Sequence[Source], job: Job) -> Goal:
        file, source = self._model_file(name), names_of(sources)
        return goal_of(
            name, self._settings.data_dir, self._drafts(job), file, self._gate, source, job.adding
        )  # fmt: skip

    def _drafts(self, job: Job) -> Draft | None:
        if self._draft is None:
            return None
        return partial(self._draft, has_samples=job.has_samples and self.may_keep_samples)

    @property
    def may_keep_samples(self) -> bool:
        """Whether values of rows may stand in a drafted model at all."""
        return self._settings.draft_samples

    def is_drafted(self, name: str) -> bool:
        """Whether an import by that name drafts a model."""
        return self._draft is not None and self._model_file(name) is None

    def is_there(self, name: str) -> bool:
        """Whether data of that name would be replaced."""
        return (self._settings.data_dir / STORES / f"{name}.duckdb").exists()

    def tables(self, name: str) -> tuple[str, ...]:
        """The tables of the data of that name; none where there are no such data."""
        target = self._settings.data_dir / STORES / f"{name}.duckdb"
        return tuple(tables_there(target, name)) if target.exists() else ()

    def look(self, job: Job, progress: Progress) -> Recognised | TablesFound:
        """What the files are; nothing is written that stays."""
        name = self.name(job)
        target = self._settings.data_dir / STORES / f"{name}.duckdb"
        sources = self._sources(job)
        if job.adding is not None:
            goal = self._goal(name, sources, job)
        else:
            # The name is not decided yet, so that nothing is held against what may have it.
            draft = None if job.name and self._model_file(name) else self._drafts(job)
            goal = Goal(name, target, target if draft else None, draft)
        with self._opened(job, goal, sources, progress) as ready:
            return ready.look(goal, progress) if isinstance(ready, OpenedTables) else ready.found

    def load(self, job: Job, progress: Progress, *, write: bool) -> LoadReport | TablesReport:
        """Check all rows, and load them with `write`. Each try and its end are in the audit."""
        name = self.name(job)
        sources = self._sources(job)
        goal = self._goal(name, sources, job)
        if write:
            files = [source.name for source in sources]
            self._audit("import", name, files=files, adds=job.adding is not None)
        with self._opened(job, goal, sources, progress) as ready:
            report = ready.load(goal, progress, write=write)
        if write:
            self._audit("imported", name, **_summary(report))
            self.forget(job)
        return report

    def _opened(
        self, job: Job, goal: Goal, sources: Sequence[Source], progress: Progress
    ) -> AbstractContextManager[Opened | OpenedTables]:
        return opened_tables(
            sources, goal.target, job.choices, self._limits, progress, arranged=job.arranged,
            adds=job.adding is not None, is_name=self._is_name,
        )  # fmt: skip

    def forget(self, job: Job) -> None:
        """Delete files that were dropped for this import."""
        for path in job.paths:
            if path.is_relative_to(self._dropped):
                shutil.rmtree(path.parent, ignore_errors=True)

    @property
    def _limits(self) -> Limits:
        settings = self._settings
        return Limits(settings.import_memory_mb, settings.query_threads, settings.unpacked_bytes)

    def _within(self, job: Job) -> Path:
        if not job.by_path:
            return self._dropped
        self.path("")
        assert self.folder is not None
        return self.folder

    def _audit(self, event: str, name: str, **body: object) -> None:
        self._record(event, user=self._user.name, tenant=self._user.tenant, name=name, **body)

    def _sweep(self) -> None:
        """Delete what was dropped long ago and never imported."""
        if not self._dropped.is_dir():
            return
        for folder in self._dropped.iterdir():
            if time.time() - folder.stat().st_mtime > _KEEP_S:
                shutil.rmtree(folder, ignore_errors=True)


def _summary(report: LoadReport | TablesReport) -> dict[str, object]:
    """What the audit keeps of an import."""
    if isinstance(report, TablesReport):
        rows = sum(table.stored for table in report.tables)
        new = sum(t.stored if t.added is None else t.added.new for t in report.tables)
        return {"rows": rows, "new": new, "tables": [table.name for table in report.tables]}
    new = report.added.new if report.added is not None else report.stored
    return {"rows": report.stored, "new": new, "shape": report.shape}


def _free(path: Path) -> Path:
    """The path, with a number where there is such a file: two may be dropped by one name."""
    found, number = path, 1
    while found.exists():
        number += 1
        found = path.with_name(f"{path.stem} ({number}){path.suffix}")
    return found


def _safe_name(name: str, number: int) -> str:
    """A name for a file of ours: no folders, no leading point."""
    plain = re.sub(r"[^\w. ()\[\]-]", "_", Path(name).name)[-120:].lstrip(".")
    return plain or f"file{number}.csv"
