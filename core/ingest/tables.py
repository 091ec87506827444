"""The tables that files are, and what an import of them found."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import duckdb

from core.errors import UserFixable, did_you_mean
from core.ingest.adding import as_there
from core.ingest.arranged import Arranged
from core.ingest.columns import own_choices
from core.ingest.finding import Source, check_kind, names_of
from core.ingest.fitting import Fitted, There
from core.ingest.grouping import Group, of_files, table_name
from core.ingest.proposed import Proposal
from core.ingest.recognise import named_plainly, recognise
from core.ingest.recognised import Choices, Question, Recognised
from core.ingest.report import LoadReport
from core.translation import told


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

    @property
    def adds(self) -> bool:
        """Whether rows were added to those that are there."""
        return any(table.added is not None for table in self.tables)

    @property
    def changes(self) -> bool:
        """Whether the data are others with it."""
        return any(table.added is None or table.added.changes for table in self.tables)


@dataclass(frozen=True, slots=True)
class TablesFound:
    """What files of several tables are, to be shown. left_out, notes, is_alike: as of
    `OpenedTables`. report: what a look at all rows found, None where the files are large, ask
    something or hold what is wrong; problem: what that is, empty without any. adds_to: the name of
    the data whose tables their rows come to, empty where they take the place of what is there;
    there: all its tables."""

    tables: tuple[Table, ...]
    left_out: tuple[Source, ...] = ()
    notes: tuple[str, ...] = ()
    is_alike: bool = False
    report: TablesReport | None = None
    problem: str = ""
    adds_to: str = ""
    there: tuple[str, ...] = ()

    @property
    def questions(self) -> tuple[Question, ...]:
        """What is to be answered before anything is written."""
        return tuple(question for table in self.tables for question in table.found.questions)


def recognised_tables(
    con: duckdb.DuckDBPyConnection,
    groups: Sequence[Group],
    choices: Choices,
    arranged: Arranged,
    is_name: Callable[[str], bool],
) -> tuple[Table, ...]:
    """The tables that groups of files are, each with a name. Raises UserFixable where they cannot
    be read."""
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
                [one.prepared for one in group.files], own_choices(group.files[0], own), con
            )
        found = named_plainly(found, is_name)
        notes = list(group.notes)
        if found.shape != "table":
            notes.append(_of_tags(sources, name))
        if len(sources) > 1:
            notes.append(
                told(
                    "{names} have the same columns and are one table, {table}.",
                    names=names_of(sources),
                    table=repr(name),
                )
            )
        tables.append(Table(name, found, tuple(notes)))
    if choices.mapping is not None and not any(table.found.mapping for table in tables):
        raise UserFixable(told("None of these files is an export of tags: leave its table out."))
    return tuple(tables)


def _of_tags(sources: Sequence[Source], table: str) -> str:
    """What becomes of an export of tags among other tables."""
    return told(
        "{names} is an export of tags: {table} has a row for each asset and time. Say its shape "
        "where it is a plain table.",
        names=names_of(sources),
        table=repr(table),
    )


def _check_shape(groups: Sequence[Group], choices: Choices) -> None:
    """Raises UserFixable for a shape that cannot be that of all tables."""
    if choices.shape not in (None, "table"):
        raise UserFixable(
            told(
                "These files are {n} tables ({names}), and not all of them are exports of tags. "
                "Leave the shape out: exports are found by their columns.",
                n=len(groups),
                names=names_of([group.sources[0] for group in groups]),
            )
        )


def added_tables(
    con: duckdb.DuckDBPyConnection,
    fits: Sequence[Fitted],
    there: There,
    is_name: Callable[[str], bool],
) -> tuple[Table, ...]:
    """Files whose rows come to tables that are there, read as what these hold."""
    tables: list[Table] = []
    for fit in fits:
        sources, kept = fit.group.sources, there.get(fit.group.said, {})
        check_kind(sources)
        files = [one.prepared for one in fit.group.files]
        with of_files(sources):
            found = named_plainly(recognise(files, fit.choices, con), is_name, kept)
            types = as_there(found, kept)
            if types:
                own = replace(fit.choices, types={**fit.choices.types, **types})
                found = named_plainly(recognise(files, own, con), is_name, kept)
        if fit.asked is not None:
            found = replace(found, questions=(fit.asked, *found.questions))
        tables.append(Table(fit.group.said or sources[0].stem, found, tuple(fit.group.notes)))
    return tuple(tables)


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
