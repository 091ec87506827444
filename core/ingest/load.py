"""An import from its files to a store in its place: look, check, build, publish."""

from __future__ import annotations

import contextlib
import re
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final, Literal, Protocol

import duckdb

from core.errors import UserFixable
from core.ingest import checks, reshape
from core.ingest.adding import Adding, as_there, merged, types_there, weigh
from core.ingest.arranged import MOST_NAME, TAKEN
from core.ingest.cell_sql import literal, quoted
from core.ingest.finding import Source
from core.ingest.mapping import TIME, column_name
from core.ingest.ready import Limits, Ready, made_ready
from core.ingest.recognise import named_plainly, recognise
from core.ingest.recognised import Choices, Question, Recognised
from core.ingest.report import LoadReport, TimeGap
from core.ingest.staging import STAGING, Staged, bad_cells, fetch_one, refuse_bad, stage
from core.ingest.trouble import told_plainly
from core.ingest.workspace import (
    Progress,
    Workspace,
    publish,
    silent,
    written_beside,
)
from core.semantic.units import display_unit
from core.translation import told

STORES: Final = "stores"
_NAME: Final = re.compile(r"[a-z][a-z0-9_]{0,39}")


class Drafted(Protocol):
    """A semantic model that was drafted from a store. text: YAML; notes: what to confirm; seen: the
    text of the file beside it on what its columns hold, empty for none."""

    @property
    def text(self) -> str: ...

    @property
    def notes(self) -> Sequence[str]: ...

    @property
    def seen(self) -> str: ...


#: How a file's rows come: in the place of a table's, beside them, beside them and in the place of
#: some, or to several tables at once.
Mode = Literal["replace", "merge", "mend", "extend"]


class Admit(Protocol):
    """Is given the file that is to take the store's place, or the new rows alone and then, of
    several tables, the store as it will be; raises UserFixable where it may not."""

    def __call__(self, built: Path, mode: Mode, whole: Path | None = None, /) -> None: ...


#: Drafts a model of that name from a store's file.
Draft = Callable[[Path, str], Drafted]


@dataclass(frozen=True, slots=True)
class Goal:
    """Where an import leads. target: the store's file. model_file: where a drafted model is
    written; None where there is one already, or none is wanted. needs: table -> columns that the
    model which is there names. admit: lets what was built in. adding: how rows are added to those
    that are there, None where they take their place; of_tables: the same of a model's tables."""

    name: str
    target: Path
    model_file: Path | None = None
    draft: Draft | None = None
    needs: dict[str, tuple[str, ...]] | None = None
    admit: Admit | None = None
    adding: Adding | None = None
    of_tables: Mapping[str, Adding | None] = field(default_factory=dict)


def name_of(
    sources: Sequence[Source], given: Sequence[Path], is_name: Callable[[str], bool] = bool
) -> str:
    """A name for the data by the file or folder that was given. is_name: whether a model can name
    a table so."""
    first = given[0] if given else sources[0].path
    stem = first.name if first.is_dir() else sources[0].name.split(".")[0]
    name = column_name(stem, None, set())[:MOST_NAME].strip("_")
    return name if is_name(name) and name not in TAKEN else f"{name}_rows"


def check_name(name: str, is_name: Callable[[str], bool] = bool) -> str:
    """The name, where it is one for a store and for its table. Raises UserFixable."""
    if not _NAME.fullmatch(name):
        raise UserFixable(
            told(
                "{name} is no name for data. Use lower case letters, digits and _, up to 40.",
                name=repr(name),
            )
        )
    if not is_name(name) or name in TAKEN:
        raise UserFixable(
            told(
                "{name} is a word of SQL or of the import's own and no name for data. Call them "
                "{other} or otherwise.",
                name=repr(name),
                other=f"{name}_rows",
            )
        )
    return name


@contextlib.contextmanager
def opened(
    sources: Sequence[Source],
    target: Path,
    choices: Choices,
    limits: Limits,
    progress: Progress = silent,
    *,
    adds: bool = False,
) -> Iterator[Opened]:
    """Files made ready in a workspace beside the target, and recognised; all of it is gone at the
    end. adds: to what is there, whose types they are read as.

    Raises UserFixable with what is wrong and what to do; then nothing was changed."""
    with made_ready(sources, target, choices, limits, progress) as ready:
        yield looked_at(ready, target, choices, limits, adds=adds)


def looked_at(
    ready: Ready,
    target: Path,
    choices: Choices,
    limits: Limits,
    *,
    adds: bool = False,
    is_name: Callable[[str], bool] = bool,
) -> Opened:
    """Files of one table, recognised. adds: as in `opened`. is_name: whether a model can name a
    column so."""
    there = types_there(target, target.stem) if adds else {}
    found = named_plainly(recognise(ready.files, choices, ready.con), is_name, there)
    if adds:
        types = as_there(found, there)
        if types:
            types = {**choices.types, **types}
            found = recognise(ready.files, replace(choices, types=types), ready.con)
            found = named_plainly(found, is_name, there)
    return Opened(ready.place, ready.con, found, limits)


@dataclass(frozen=True, slots=True)
class Opened:
    """Files that are ready to be loaded."""

    place: Workspace
    con: duckdb.DuckDBPyConnection
    found: Recognised
    limits: Limits

    @property
    def questions(self) -> tuple[Question, ...]:
        """What is to be answered before anything is written."""
        return self.found.questions

    def load(self, goal: Goal, progress: Progress = silent, *, write: bool = True) -> LoadReport:
        """Check all rows, and put the store in its place; without `write` only check."""
        started = time.perf_counter()
        found, con = self.found, self.con
        if found.questions:
            raise UserFixable(
                told(
                    "Some of the files can be read in two ways: {questions} Say which is meant, "
                    "then import again.",
                    questions=" ".join(question.text for question in found.questions),
                )
            )
        self.place.need(sum(file.prepared.size for file in found.files), told("This import"))
        with told_plainly(goal.target):
            staged = stage(con, found, progress)
            report = built_table(con, staged, goal, progress)
            for file in found.files:
                file.prepared.source.check_unchanged()
            check_needs(con, goal, {goal.name: found})
            if goal.adding is not None:
                progress("add", 0.0)
                report = self._weighed(report, goal, goal.adding)
            if not write:
                return replace(report, elapsed_s=time.perf_counter() - started)
            progress("write", 0.0)
            con.execute("DETACH work")
            con.execute("CHECKPOINT")
            con.close()
            drafted = self._published(report, goal, progress)
        return replace(
            report,
            elapsed_s=time.perf_counter() - started,
            target=goal.target,
            model=goal.name if drafted is not None else "",
            confirm=tuple(drafted.notes) if drafted is not None else (),
        )

    def _weighed(self, report: LoadReport, goal: Goal, adding: Adding) -> LoadReport:
        """The report, with what is new; the store that is built then holds that alone."""
        added = weigh(self.con, goal.name, goal.target, self.found, adding)
        return replace(report, added=added, stored=added.after)

    def _published(self, report: LoadReport, goal: Goal, progress: Progress) -> Drafted | None:
        """Put what was built in its place; the model that was drafted of it."""
        built, added = self.place.store, report.added
        if added is not None and not added.changes:
            return None
        if goal.admit is not None:
            mends = added is not None and added.taken == "new"
            goal.admit(built, "replace" if added is None else "mend" if mends else "merge")
        if added is not None:
            self.place.need(goal.target.stat().st_size + built.stat().st_size, told("This import"))
            tables = {goal.name: goal.adding or Adding()}
            built = merged(built, goal.target, self.place.folder, tables, self.limits.memory_mb)
            progress("write", 0.9)
            publish(built, goal.target)
            return None
        return put_in_place(built, goal, progress)


def put_in_place(built: Path, goal: Goal, progress: Progress) -> Drafted | None:
    """Put a complete store in its place with the model that is drafted of it, both or neither; the
    model, where one was wanted."""
    drafted = drafted_of(built, goal)
    progress("write", 0.9)
    if drafted is None or goal.model_file is None:
        publish(built, goal.target)
    else:
        with written_beside(goal.model_file, drafted.text) as model:
            publish(built, goal.target)
            publish(model, goal.model_file)
        if drafted.seen:
            seen = goal.model_file.parent / "seen" / f"{goal.model_file.stem}.json"
            with contextlib.suppress(OSError), written_beside(seen, drafted.seen) as beside:
                publish(beside, seen)  # nothing rests on it
    return drafted


def drafted_of(built: Path, goal: Goal) -> Drafted | None:
    """The model that is drafted of a complete store; None where none is wanted."""
    return goal.draft(built, goal.name) if goal.draft and goal.model_file else None


def built_table(
    con: duckdb.DuckDBPyConnection, staged: Staged, goal: Goal, progress: Progress
) -> LoadReport:
    """The table in the store that is being built, and what there is to tell of it."""
    found, name = staged.found, goal.name
    if not staged.rows:
        raise UserFixable(
            told(
                "{names} has no rows below its header. Get the file again.",
                names=", ".join(found.names),
            )
        )
    counts, cells = bad_cells(con, staged)
    if counts and found.choices.bad_cells == "refuse":
        raise refuse_bad(counts, cells)
    notes = [*found.notes, *_without_sums(con, staged)]
    progress("check", 0.0)
    untimed = _untimed(con, staged)
    repeats = alike = 0
    if found.shape == "long":
        reshape.readings(con, staged, progress)
        alike, repeats = checks.repeated_readings(con, staged)
        notes += reshape.unit_mixes(con)
    elif found.shape == "wide":
        alike, repeats = checks.repeated_times(con, staged)
    else:
        alike = checks.alike_rows(con, staged)
    progress("check", 0.3)
    disorder = checks.unordered(con, staged)
    {"table": reshape.table, "wide": reshape.wide, "long": reshape.long}[found.shape](
        con, staged, name, progress
    )
    con.execute("DROP TABLE IF EXISTS work.readings")
    con.execute(f"DROP TABLE {STAGING}")
    if found.shape == "table":
        _comment(con, found, name)
    con.execute(
        f"COMMENT ON TABLE {quoted(name)} IS "
        + literal("Imported from " + ", ".join(found.names)[:500])
    )
    time_column = _time_column(found)
    step, many, first, last = None, 0, None, None
    longest: tuple[TimeGap, ...] = ()
    if time_column is not None:
        step, many, longest = checks.gaps(
            con, name, time_column, progress, by_asset=found.shape != "table"
        )
        first, last = checks.span(con, name, time_column)
    columns = con.execute(f"DESCRIBE {quoted(name)}").fetchall()
    return LoadReport(
        name=name,
        shape=found.shape,
        files=found.names,
        columns=tuple((str(row[0]), str(row[1]).lower()) for row in columns),
        read=staged.rows,
        stored=int(fetch_one(con, f"SELECT count(*) FROM {quoted(name)}")[0]),
        first=first,
        last=last,
        alike=alike,
        repeats=repeats,
        unordered=disorder,
        interval_s=step,
        gap_count=many,
        gaps=longest,
        bad=counts,
        bad_cells=cells,
        untimed=untimed,
        qualities=checks.grades(con, name) if found.shape != "table" else {},
        notes=tuple(notes),
    )


def _time_column(found: Recognised) -> str | None:
    if found.shape != "table":
        return TIME
    return found.columns[found.axes.time].name if found.axes.time is not None else None


def _without_sums(con: duckdb.DuckDBPyConnection, staged: Staged) -> list[str]:
    """Takes rows that sum up others out of the staging table, and tells of them."""
    count, first = fetch_one(con, f"SELECT count(*), min(rowid) FROM {STAGING} WHERE is_sum")
    if not count:
        return []
    file, row = staged.place(int(first))
    con.execute(f"DELETE FROM {STAGING} WHERE is_sum")
    if int(count) == 1:
        return [told("{file} row {row} sums up others and is left out.", file=file, row=f"{row:,}")]
    return [
        told(
            "{n} rows that sum up others, the first in {file} row {row}, are left out.",
            n=f"{count:,}",
            file=file,
            row=f"{row:,}",
        )
    ]


def _untimed(con: duckdb.DuckDBPyConnection, staged: Staged) -> int:
    """Rows of an export without a time or, of a long one, without a tag: they have no place."""
    axes = staged.found.axes
    if staged.found.shape == "table":
        return 0
    missing = f"c{axes.time} IS NULL"
    if staged.found.shape == "long":
        missing += f" OR c{axes.tag} IS NULL"
    count = int(fetch_one(con, f"SELECT count(*) FROM {STAGING} WHERE {missing}")[0])
    if count and staged.found.choices.bad_cells == "refuse":
        row = fetch_one(con, f"SELECT min(rowid) FROM {STAGING} WHERE {missing}")[0]
        file, number = staged.place(int(row))
        raise UserFixable(
            told(
                "{n} rows have no time or no tag, such as {file} row {row}. Nothing was imported. "
                "Mend them, or take bad cells as empty to leave such rows out.",
                n=f"{count:,}",
                file=file,
                row=f"{number:,}",
            )
        )
    return count


def _comment(con: duckdb.DuckDBPyConnection, found: Recognised, name: str) -> None:
    """Each column with its header and unit as its comment."""
    for column in (found.columns[place] for place in found.stored):
        unit = display_unit(column.unit)
        said = f"{column.label} [{unit}]" if unit else column.label
        con.execute(f"COMMENT ON COLUMN {quoted(name)}.{quoted(column.name)} IS {literal(said)}")


def check_needs(
    con: duckdb.DuckDBPyConnection, goal: Goal, tables: Mapping[str, Recognised]
) -> None:
    """Raises UserFixable where the model that is there names a table or a column that these files
    lack. tables: that were built, by name."""
    for table, columns in (goal.needs or {}).items():
        has: set[str] = set()
        if table in tables:
            rows = con.execute(f"DESCRIBE {quoted(table)}").fetchall()
            has = {str(row[0]) for row in rows}
        missing = [column for column in columns if column not in has]
        if table not in tables or missing:
            what = f"{table}.{missing[0]}" if missing else table
            parts = tables[table].columns if table in tables else ()
            if any(column.part_of and column.name in missing for column in parts):
                raise UserFixable(
                    told(
                        "The model {model} names {what}, and these files' date and time of day "
                        "were put together into one time. Nothing was changed. Import them with "
                        "date and time kept apart (time of day: none), or under another name.",
                        model=repr(goal.name),
                        what=repr(what),
                    )
                )
            raise UserFixable(
                told(
                    "The model {model} names {what}, which these files do not have. Nothing was "
                    "changed. Import them under another name, or change the model first.",
                    model=repr(goal.name),
                    what=repr(what),
                )
            )
