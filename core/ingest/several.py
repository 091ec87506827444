"""Files of several tables: which files are one table, and all tables in one store, or none."""

from __future__ import annotations

import contextlib
import re
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

import duckdb

from core.errors import UserFixable, did_you_mean
from core.ingest.columns import Sampled, check_header, labels_of, unlike
from core.ingest.finding import Source, check_kind, names_of
from core.ingest.load import Goal, Opened, built_table, check_needs, looked_at, put_in_place
from core.ingest.mapping import column_name
from core.ingest.ready import Limits, Ready, made_ready
from core.ingest.recognise import recognise, sampled
from core.ingest.recognised import Choices, Question, Recognised
from core.ingest.relations import REJECTS
from core.ingest.report import LoadReport
from core.ingest.staging import stage
from core.ingest.trouble import told_plainly
from core.ingest.workspace import Progress, Workspace, silent
from core.translation import told, told_by

#: Of more tables than that no model is drafted that somebody could look through.
MOST_TABLES: Final = 60
#: Files of that share of the same columns are one table of which one file is wrong.
_ALIKE: Final = 0.75
_MOST_NAME: Final = 40
#: Names of what stands beside the tables while they are built.
_TAKEN: Final = frozenset({REJECTS, "rejected_scans", "staging", "readings", "fresh", "work"})
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


@dataclass(frozen=True, slots=True)
class TablesReport:
    """What an import of several tables found. confirm: what the drafted model wants somebody to
    confirm. target: the store, None when nothing was written. model: the drafted model's name,
    empty without one."""

    name: str
    tables: tuple[LoadReport, ...]
    confirm: tuple[str, ...] = ()
    elapsed_s: float = 0.0
    target: Path | None = None
    model: str = ""


@contextlib.contextmanager
def opened_tables(
    sources: Sequence[Source],
    target: Path,
    choices: Choices,
    limits: Limits,
    progress: Progress = silent,
    *,
    adds: bool = False,
    is_name: Callable[[str], bool] = bool,
) -> Iterator[Opened | OpenedTables]:
    """Files made ready in a workspace beside the target, and recognised: those of the same columns
    are one table. All of it is gone at the end. adds: to what is there, which only one table can.
    is_name: whether a model can name a table so.

    Raises UserFixable with what is wrong and what to do; then nothing was changed."""
    with made_ready(sources, target, choices, limits, progress) as ready:
        groups = [] if len(sources) == 1 else _grouped(ready, choices)
        if len(groups) < 2:
            check_kind(sources)
            yield looked_at(ready, target, choices, limits, adds=adds)
            return
        if adds:
            raise _one_only(groups, told("rows can be added to one table at a time"))
        tables = _recognised(ready, groups, choices, is_name)
        yield OpenedTables(ready.place, ready.con, tables)


def _grouped(ready: Ready, choices: Choices) -> list[list[Sampled]]:
    """The files of each table. Raises UserFixable where two tables are nearly the same."""
    groups: list[list[Sampled]] = []
    for file in ready.files:
        with _of([file.source]):
            one = sampled(file, choices, ready.con)
            check_header(one)
            one = replace(one, rows=[])  # what may be many files is held at once
        fitting = next((group for group in groups if not unlike(one, group[0])), None)
        if fitting is None:
            groups.append([one])
        else:
            fitting.append(one)
    if len(groups) > MOST_TABLES:
        raise UserFixable(
            told(
                "These files are {n} tables; up to {most} can be imported at once.",
                n=len(groups),
                most=MOST_TABLES,
            )
        )
    for place, group in enumerate(groups):
        for other in groups[:place]:
            _check_apart(group[0], other[0])
    return groups


def _check_apart(one: Sampled, other: Sampled) -> None:
    """Raises UserFixable for a file that lacks a column or two of another one's table."""
    mine, others = set(labels_of(one)), set(labels_of(other))
    if len(mine & others) < _ALIKE * max(len(mine), len(others)):
        return
    raise UserFixable(
        told(
            "{name} has nearly the columns of {first}: {why}. Mend it where both are one table; "
            "where they are two, import it on its own.",
            name=one.prepared.source.name,
            first=other.prepared.source.name,
            why=unlike(one, other) or unlike(other, one),
        )
    )


def _recognised(
    ready: Ready,
    groups: Sequence[Sequence[Sampled]],
    choices: Choices,
    is_name: Callable[[str], bool],
) -> tuple[Table, ...]:
    _check_shape(groups, choices)
    _check_named(groups, choices)
    tables: list[Table] = []
    for group in groups:
        sources = [one.prepared.source for one in group]
        check_kind(sources)
        name = _table_name(sources, _TAKEN | {table.name for table in tables}, is_name)
        with _of(sources):
            found = recognise(
                [one.prepared for one in group], _choices_for(group[0], choices), ready.con
            )
        if found.shape != "table":
            raise UserFixable(
                told(
                    "{names} looks like an export of tags, which is imported on its own. Import "
                    "it without the others, or say --shape table where it is a plain table.",
                    names=names_of(sources),
                )
            )
        notes: tuple[str, ...] = ()
        if len(sources) > 1:
            notes = (
                told(
                    "{names} have the same columns and are one table, {table}.",
                    names=names_of(sources),
                    table=repr(name),
                ),
            )
        tables.append(Table(name, found, notes))
    return tuple(tables)


def _check_shape(groups: Sequence[Sequence[Sampled]], choices: Choices) -> None:
    if choices.shape not in (None, "table") or choices.mapping is not None:
        raise _one_only(groups, told("an export of tags is imported on its own"))


def _one_only(groups: Sequence[Sequence[Sampled]], why: str) -> UserFixable:
    """What to say of several tables where there may be only one."""
    return UserFixable(
        told(
            "These files are {n} tables ({names}), and {why}. Name the files of one table.",
            n=len(groups),
            names=names_of([group[0].prepared.source for group in groups]),
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


def _check_named(groups: Sequence[Sequence[Sampled]], choices: Choices) -> None:
    """Raises UserFixable for a column that no table has."""
    headers = list(dict.fromkeys(cell for group in groups for cell in group[0].header))
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


def _table_name(
    sources: Sequence[Source], taken: frozenset[str], is_name: Callable[[str], bool]
) -> str:
    """A name for the table of these files: what their names have in common, else the first's."""
    stems = [source.name.split(".")[0] for source in sources]
    base = _common([re.findall(r"[^\W\d_]+|\d+", stem) for stem in stems]) or stems[0]
    plain = column_name(base, None, frozenset())[:_MOST_NAME].strip("_")
    return column_name(plain if is_name(plain) else f"{plain} rows", None, taken)


def _common(stems: Sequence[Sequence[str]]) -> str:
    """The words that all begin or end with, without numbers at the ends; empty for one alone."""
    if len(stems) < 2:
        return ""
    found = []
    for way in (1, -1):
        words: list[str] = []
        for column in zip(*(stem[::way] for stem in stems), strict=False):
            if len({word.casefold() for word in column}) > 1:
                break
            words.append(column[0])
        words = words[::way]
        while words and words[-1].isdigit():
            words.pop()
        while words and words[0].isdigit():
            words.pop(0)
        found.append(" ".join(words))
    return max(found, key=len)


@contextlib.contextmanager
def _of(sources: Sequence[Source]) -> Iterator[None]:
    """What goes wrong with these files names them; one that is gone is told as such."""
    try:
        yield
    except UserFixable as error:
        if any(source.name in str(error) for source in sources):
            raise
        raise UserFixable(
            told("{names}: {problem}", names=names_of(sources), problem=told_by(error))
        ) from error
    except (OSError, duckdb.IOException):
        for source in sources:
            source.check_unchanged()
        raise


@dataclass(frozen=True, slots=True)
class OpenedTables:
    """Files of several tables that are ready to be loaded. con: to the store that is built."""

    place: Workspace
    con: duckdb.DuckDBPyConnection = field(repr=False)
    tables: tuple[Table, ...]

    @property
    def questions(self) -> tuple[Question, ...]:
        """What is to be answered before anything is written."""
        return tuple(question for table in self.tables for question in table.found.questions)

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
            if not write:
                return replace(report, elapsed_s=time.perf_counter() - started)
            progress("write", 0.0)
            self.con.execute("DETACH work")
            self.con.execute("CHECKPOINT")
            self.con.close()
            if goal.admit is not None:
                # Held back is one table alone, and these belong together: they are only checked.
                goal.admit(self.place.store, "mend")
            drafted = put_in_place(self.place.store, goal, progress)
        return replace(
            report,
            elapsed_s=time.perf_counter() - started,
            target=goal.target,
            model=goal.name if drafted is not None else "",
            confirm=tuple(drafted.notes) if drafted is not None else (),
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
        with _of([file.prepared.source for file in table.found.files]):
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
