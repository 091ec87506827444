"""Files of several tables: all of them in one store with one model, or none."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

import duckdb

from core.errors import UserFixable, did_you_mean
from core.ingest.arranged import Arranged
from core.ingest.columns import Sampled
from core.ingest.finding import Source, check_kind, names_of
from core.ingest.grouping import Group, Grouped, grouped, of_files, table_name
from core.ingest.load import (
    Goal,
    Opened,
    built_table,
    check_needs,
    drafted_of,
    looked_at,
    put_in_place,
)
from core.ingest.proposed import Proposal, proposed
from core.ingest.ready import Limits, made_ready
from core.ingest.recognise import named_plainly, recognise
from core.ingest.recognised import Choices, Question, Recognised
from core.ingest.report import LoadReport
from core.ingest.staging import stage
from core.ingest.trouble import told_plainly
from core.ingest.workspace import Progress, Workspace, silent
from core.translation import told, told_by

#: Files up to that size are looked at row by row at once, to say how they go together.
SOON_BYTES: Final = 32_000_000
#: What is done with one table -> where that begins and ends within its part of the whole.
_STAGES: Final[Mapping[str, tuple[float, float]]] = {
    "rows": (0.0, 0.6), "check": (0.6, 0.7), "table": (0.7, 0.9), "gaps": (0.9, 1.0),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Table:
    """One of the tables. notes: what is worth knowing of how it came together."""

    name: str
    found: Recognised
    notes: tuple[str, ...] = ()

    @property
    def keys(self) -> tuple[str, ...]:
        """What tells its files from others."""
        return tuple(file.prepared.source.key for file in self.found.files)


@dataclass(frozen=True, slots=True)
class TablesReport:
    """What an import of several tables found. confirm: what the drafted model wants somebody to
    confirm; proposal: its joins and times, None where the model is there already. target: the
    store, None when nothing was written. model: the drafted model's name, empty without one."""

    name: str
    tables: tuple[LoadReport, ...]
    confirm: tuple[str, ...] = ()
    proposal: Proposal | None = None
    elapsed_s: float = 0.0
    target: Path | None = None
    model: str = ""


@dataclass(frozen=True, slots=True)
class TablesFound:
    """What files of several tables are, to be shown. left_out, notes, is_alike: as of
    `OpenedTables`. report: what a look at all rows found, None where the files are large, ask
    something or hold what is wrong; problem: what that is, empty without any."""

    tables: tuple[Table, ...]
    left_out: tuple[Source, ...] = ()
    notes: tuple[str, ...] = ()
    is_alike: bool = False
    report: TablesReport | None = None
    problem: str = ""

    @property
    def questions(self) -> tuple[Question, ...]:
        """What is to be answered before anything is written."""
        return tuple(question for table in self.tables for question in table.found.questions)


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
    what is there, which only one table can. is_name: whether a model can name a table so.

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
            raise _one_only(found.groups, told("rows can be added to one table at a time"))
        tables = _recognised(ready.con, found.groups, choices, said, is_name)
        yield OpenedTables(
            ready.place, ready.con, tables, found.left_out, found.notes,
            any(group.by_columns for group in found.groups),
        )  # fmt: skip


def _recognised(
    con: duckdb.DuckDBPyConnection,
    groups: Sequence[Group],
    choices: Choices,
    arranged: Arranged,
    is_name: Callable[[str], bool],
) -> tuple[Table, ...]:
    _check_shape(groups, choices)
    _check_named(groups, choices)
    said = {group.said for group in groups if group.said}
    tables: list[Table] = []
    for group in groups:
        sources = group.sources
        check_kind(sources)
        taken = frozenset({*said, *(table.name for table in tables)})
        name = group.said or table_name(group, taken, is_name)
        own = arranged.choices_of(sources[0], choices)
        with of_files(sources):
            found = recognise(
                [one.prepared for one in group.files], _choices_for(group.files[0], own), con
            )
        found = named_plainly(found, is_name)
        if found.shape != "table":
            found = replace(found, questions=(*found.questions, _ask_shape(sources)))
        notes = list(group.notes)
        if len(sources) > 1:
            notes.append(
                told(
                    "{names} have the same columns and are one table, {table}.",
                    names=names_of(sources),
                    table=repr(name),
                )
            )
        tables.append(Table(name, found, tuple(notes)))
    return tuple(tables)


def _ask_shape(sources: Sequence[Source]) -> Question:
    """What an export of tags among other tables is."""
    text = told(
        "{names} looks like an export of tags, which is imported on its own. Import it without the "
        "others, or say that it is a plain table.",
        names=names_of(sources),
    )
    return Question("shape", text, (("table", told("a plain table")),))


def _check_shape(groups: Sequence[Group], choices: Choices) -> None:
    if choices.shape not in (None, "table") or choices.mapping is not None:
        raise _one_only(groups, told("an export of tags is imported on its own"))


def _one_only(groups: Sequence[Group], why: str) -> UserFixable:
    """What to say of several tables where there may be only one."""
    return UserFixable(
        told(
            "These files are {n} tables ({names}), and {why}. Name the files of one table, and "
            "the sheet of a workbook.",
            n=len(groups),
            names=names_of([group.sources[0] for group in groups]),
            why=why,
        )
    )


def _named(choices: Choices, headers: Sequence[str]) -> list[str]:
    """The headers that the choices name."""
    said = [choices.time, choices.tag, choices.value, choices.quality, choices.unit]
    clock = choices.time_of_day
    day, mark, hours = clock.partition("=")
    if clock == "none":
        clock = ""
    elif mark and clock not in headers:
        said += [day, hours]
        clock = ""
    return [one for one in (*said, clock, *choices.types) if one]


def _check_named(groups: Sequence[Group], choices: Choices) -> None:
    """Raises UserFixable for a column that no table has."""
    headers = list(dict.fromkeys(cell for group in groups for cell in group.files[0].header))
    for named in _named(choices, headers):
        if named not in headers:
            raise UserFixable(
                told(
                    "There is no column {column}.{hint} Columns: {names}.",
                    column=repr(named),
                    hint=did_you_mean(named, headers),
                    names=", ".join(headers[:40]),
                )
            )


def _choices_for(table: Sampled, choices: Choices) -> Choices:
    """The choices without those that name columns of other tables."""
    header = table.header

    def own(name: str) -> str:
        return name if name in header else ""

    clock = choices.time_of_day
    day, _, hours = clock.partition("=")
    if clock != "none" and clock not in header and not (day in header and hours in header):
        clock = ""
    return replace(
        choices,
        types={name: kind for name, kind in choices.types.items() if name in header},
        time_of_day=clock,
        time=own(choices.time),
        tag=own(choices.tag),
        value=own(choices.value),
        quality=own(choices.quality),
        unit=own(choices.unit),
    )


@dataclass(frozen=True, slots=True)
class OpenedTables:
    """Files of several tables that are ready to be loaded. con: to the store that is built.
    left_out: files and sheets that are none of them; notes: on these. is_alike: whether files have
    the same columns, so that they may be one table or several."""

    place: Workspace
    con: duckdb.DuckDBPyConnection = field(repr=False)
    tables: tuple[Table, ...]
    left_out: tuple[Source, ...] = ()
    notes: tuple[str, ...] = ()
    is_alike: bool = False

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
        found = TablesFound(self.tables, self.left_out, self.notes, self.is_alike)
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
        with told_plainly(goal.target):
            reports = []
            for number, table in enumerate(self.tables):
                share = (sum(sizes[:number]) / sum(sizes), sizes[number] / sum(sizes))
                reports.append(self._built(table, goal, _part(progress, *share)))
            for table in self.tables:
                for file in table.found.files:
                    file.prepared.source.check_unchanged()
            check_needs(self.con, goal, {table.name: table.found for table in self.tables})
            report = TablesReport(goal.name, tuple(reports))
            progress(*(("write", 0.0) if write else ("join", 1.0)))
            self.con.execute("DETACH work")
            self.con.execute("CHECKPOINT")
            self.con.close()
            if not write:
                drafted = drafted_of(self.place.store, goal)
                if drafted is not None:
                    report = replace(
                        report,
                        confirm=tuple(drafted.notes),
                        proposal=proposed(drafted.text, self.place.folder),
                    )
                return replace(report, elapsed_s=time.perf_counter() - started)
            if goal.admit is not None:
                # Held back is one table alone, and these belong together: they are only checked.
                goal.admit(self.place.store, "mend")
            drafted = put_in_place(self.place.store, goal, progress)
            model = proposed(drafted.text, self.place.folder) if drafted is not None else None
        return replace(
            report,
            elapsed_s=time.perf_counter() - started,
            target=goal.target,
            model=goal.name if drafted is not None else "",
            confirm=tuple(drafted.notes) if drafted is not None else (),
            proposal=model,
        )

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
