"""Files of several tables: all of them in one store with one model, or none."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

import duckdb

from core.errors import UserFixable
from core.ingest.adding import Adding, merged, weigh
from core.ingest.arranged import Arranged
from core.ingest.finding import Source, check_kind
from core.ingest.fitting import There, check_keys, fitted, said_keys, tables_there
from core.ingest.grouping import Grouped, grouped, of_files
from core.ingest.load import (
    Goal,
    Opened,
    built_table,
    check_needs,
    drafted_of,
    looked_at,
    put_in_place,
)
from core.ingest.proposed import proposed
from core.ingest.ready import Limits, Ready, made_ready
from core.ingest.recognised import Choices, Question
from core.ingest.report import LoadReport
from core.ingest.staging import stage
from core.ingest.tables import Table, TablesFound, TablesReport, added_tables, recognised_tables
from core.ingest.trouble import told_plainly
from core.ingest.workspace import Progress, Workspace, publish, silent
from core.translation import told, told_by

#: Files up to that size are looked at row by row at once, to say how they go together.
SOON_BYTES: Final = 32_000_000
#: What is done with one table -> where that begins and ends within its part of the whole.
_STAGES: Final[Mapping[str, tuple[float, float]]] = {
    "rows": (0.0, 0.5), "readings": (0.5, 0.6), "check": (0.6, 0.7), "table": (0.7, 0.9),
    "gaps": (0.9, 1.0),
}  # fmt: skip


@contextlib.contextmanager
def opened_tables(
    sources: Sequence[Source],
    target: Path,
    choices: Choices,
    limits: Limits,
    progress: Progress = silent,
    *,
    arranged: Arranged | None = None,
    adds: bool = False,
    is_name: Callable[[str], bool] = bool,
) -> Iterator[Opened | OpenedTables]:
    """Files made ready in a workspace beside the target, and recognised: those of the same columns
    are one table, as far as nobody arranged them otherwise. All of it is gone at the end. adds: to
    what is there; where that is several tables, each file to the one that it fits. is_name: whether
    a model can name a table so.

    Raises UserFixable with what is wrong and what to do; then nothing was changed."""
    said = arranged or Arranged()
    taken = [source for source in sources if source.key not in said.left_out]
    if not taken:
        raise UserFixable(told("All files are left out. Take one at least."))
    with made_ready(
        taken, target, choices, limits, progress,
        encoding_of=lambda source: said.choices_of(source, choices).encoding, all_sheets=True,
    ) as ready:  # fmt: skip
        said.check([file.source for file in ready.files], is_name)
        there = tables_there(target, target.stem) if adds else {}
        if adds and set(there) != {target.stem}:
            yield _adding(ready, target.stem, there, choices, said, is_name, limits)
            return
        if len(ready.files) == 1 and not said.patterns:
            found = Grouped(())
        else:
            found = grouped(ready, choices, said)
        files = found.files or ready.files
        if len(found.groups) < 2:
            alone = [file.source for file in files]
            check_kind(alone)
            own = said.choices_of(alone[0], choices)
            opened = looked_at(
                replace(ready, files=files), target, own, limits, adds=adds, is_name=is_name
            )
            notes = (*found.notes, *opened.found.notes)
            yield replace(opened, found=replace(opened.found, notes=notes))
            return
        if adds:
            yield _adding(ready, target.stem, there, choices, said, is_name, limits)
            return
        tables = recognised_tables(ready.con, found.groups, choices, said, is_name)
        yield OpenedTables(
            ready.place, ready.con, tables, found.left_out, found.notes,
            any(group.by_columns for group in found.groups),
        )  # fmt: skip


def _adding(
    ready: Ready,
    name: str,
    there: There,
    choices: Choices,
    said: Arranged,
    is_name: Callable[[str], bool],
    limits: Limits,
) -> OpenedTables:
    """Files whose rows come to the tables of the data of that name."""
    fits, notes, out = fitted(ready, there, choices, said, is_name)
    tables = added_tables(ready.con, fits, there, is_name)
    return OpenedTables(
        ready.place, ready.con, tables, tuple(out), tuple(notes), adds_to=name, there=there,
        memory_mb=limits.memory_mb,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class OpenedTables:
    """Files of several tables that are ready to be loaded. con: to the store that is built.
    left_out: files and sheets that are none of them; notes: on these. is_alike: whether files have
    the same columns, so that they may be one table or several. adds_to: the name of the data whose
    tables, there, their rows come to; empty where they take the place of what is there. memory_mb:
    of the engine that adds them."""

    place: Workspace
    con: duckdb.DuckDBPyConnection = field(repr=False)
    tables: tuple[Table, ...]
    left_out: tuple[Source, ...] = ()
    notes: tuple[str, ...] = ()
    is_alike: bool = False
    adds_to: str = ""
    there: There = field(default_factory=dict)
    memory_mb: int = 1024

    @property
    def size(self) -> int:
        """Bytes of all that is read."""
        return sum(file.prepared.size for table in self.tables for file in table.found.files)

    @property
    def questions(self) -> tuple[Question, ...]:
        """What is to be answered before anything is written."""
        return tuple(question for table in self.tables for question in table.found.questions)

    def look(self, goal: Goal, progress: Progress = silent) -> TablesFound:
        """What they are, with the joins and times of the model that would be drafted."""
        found = TablesFound(
            self.tables, self.left_out, self.notes, self.is_alike, adds_to=self.adds_to,
            there=tuple(self.there),
        )  # fmt: skip
        if self.questions or self.size > SOON_BYTES:
            return found
        try:
            return replace(found, report=self.load(goal, progress, write=False))
        except UserFixable as error:
            return replace(found, problem=told_by(error))

    def load(self, goal: Goal, progress: Progress = silent, *, write: bool = True) -> TablesReport:
        """Check all rows of all tables, and put the store and its model in their places; without
        `write` only check. Raises UserFixable; then nothing was changed."""
        started = time.perf_counter()
        self._check_answered()
        sizes = [sum(file.prepared.size for file in t.found.files) for t in self.tables]
        self.place.need(sum(sizes), told("This import"))
        addings = self._addings(goal)
        with told_plainly(goal.target):
            reports = []
            for number, table in enumerate(self.tables):
                share = (sum(sizes[:number]) / sum(sizes), sizes[number] / sum(sizes))
                report = self._built(table, goal, _part(progress, *share))
                if adding := addings.get(table.name):
                    with of_files([file.prepared.source for file in table.found.files]):
                        added = weigh(self.con, table.name, goal.target, table.found, adding)
                    report = replace(report, added=added, stored=added.after)
                reports.append(report)
            for table in self.tables:
                for file in table.found.files:
                    file.prepared.source.check_unchanged()
            if not self.adds_to:
                check_needs(self.con, goal, {table.name: table.found for table in self.tables})
            told_of = TablesReport(goal.name, tuple(reports))
            progress(*(("write", 0.0) if write else ("join", 1.0)))
            self.con.execute("DETACH work")
            self.con.execute("CHECKPOINT")
            self.con.close()
            if self.adds_to:
                if write:
                    self._add(told_of, addings, goal, progress)
                    told_of = replace(told_of, target=goal.target)
                return replace(told_of, elapsed_s=time.perf_counter() - started)
            if not write:
                drafted = drafted_of(self.place.store, goal)
                if drafted is not None:
                    told_of = replace(
                        told_of,
                        confirm=tuple(drafted.notes),
                        proposal=proposed(drafted.text, self.place.folder),
                    )
                return replace(told_of, elapsed_s=time.perf_counter() - started)
            if goal.admit is not None:
                goal.admit(self.place.store, "replace")
            drafted = put_in_place(self.place.store, goal, progress)
            model = proposed(drafted.text, self.place.folder) if drafted is not None else None
        return replace(
            told_of,
            elapsed_s=time.perf_counter() - started,
            target=goal.target,
            model=goal.name if drafted is not None else "",
            confirm=tuple(drafted.notes) if drafted is not None else (),
            proposal=model,
        )

    def _addings(self, goal: Goal) -> dict[str, Adding]:
        """Table -> how its rows are added; none where they take the place of what is there. Raises
        UserFixable for a key that no table has."""
        if not self.adds_to:
            return {}
        said = goal.adding or Adding()
        check_keys(said, {table.name: table.found for table in self.tables}, self.there)
        return {
            table.name: said_keys(
                replace(goal.of_tables.get(table.name) or said, key=said.key),
                table.name,
                table.found,
                list(self.there[table.name]),
            )
            for table in self.tables
        }

    def _add(
        self, report: TablesReport, addings: Mapping[str, Adding], goal: Goal, progress: Progress
    ) -> None:
        """Bring the new rows of all tables into the store, in one change of it."""
        if not any(table.added and table.added.changes for table in report.tables):
            return
        built = self.place.store
        self.place.need(goal.target.stat().st_size + built.stat().st_size, told("This import"))
        whole = merged(built, goal.target, self.place.folder, addings, self.memory_mb)
        if goal.admit is not None:
            goal.admit(built, "extend", whole)
        progress("write", 0.9)
        publish(whole, goal.target)

    def _check_answered(self) -> None:
        asked = [
            told("{table}: {question}", table=table.name, question=question.text)
            for table in self.tables
            for question in table.found.questions
        ]
        if asked:
            raise UserFixable(
                told(
                    "Some of the files can be read in two ways: {questions} Say which is meant, "
                    "then import again.",
                    questions=" ".join(asked),
                )
            )

    def _built(self, table: Table, goal: Goal, progress: Progress) -> LoadReport:
        started = time.perf_counter()
        with of_files([file.prepared.source for file in table.found.files]):
            staged = stage(self.con, table.found, progress)
            report = built_table(self.con, staged, Goal(table.name, goal.target), progress)
        notes = (*table.notes, *report.notes)
        return replace(report, notes=notes, elapsed_s=time.perf_counter() - started)


def _part(progress: Progress, start: float, share: float) -> Progress:
    """Tells the progress of one table as a part of all."""

    def tell(what: str, done: float) -> None:
        begin, end = _STAGES.get(what, (0.0, 1.0))
        progress(what, start + share * (begin + (end - begin) * done))

    return tell
