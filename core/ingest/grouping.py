"""Which files are one table: those of the same columns, unless they hold other things by the same
keys; and which sheets of a workbook are none."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

import duckdb

from core.cells import date_form
from core.errors import UserFixable
from core.ingest.arranged import MOST_NAME, TAKEN, Arranged
from core.ingest.columns import Sampled, check_header, labels_of, unlike
from core.ingest.finding import Source, names_of
from core.ingest.mapping import column_name
from core.ingest.ready import Ready
from core.ingest.recognise import sampled
from core.ingest.recognised import Choices
from core.ingest.texts import Prepared
from core.translation import told, told_by

#: Of more tables than that no model is drafted that somebody could look through.
MOST_TABLES: Final = 50
#: Files of that share of the same columns are one table of which one file is wrong.
_ALIKE: Final = 0.75
#: What is kept of a file to compare it with others of its columns.
_KEPT_ROWS, _KEPT_CELLS = 40, 12
#: Rows above that share with the same key and other values: other things.
_OTHER: Final = 0.5
#: A sheet whose rows fill less of their cells is a page and no table.
_FILLED: Final = 0.5
_FRACTION: Final = re.compile(r"[-+]?\d+[.,]\d+")
_WORD: Final = re.compile(r"[^\W\d_]+|\d+")
_PART_WORDS: Final = """
part teil file datei export copy kopie page seite week woche kw day tag month monat year jahr
quarter quartal shift schicht to bis von from till until old new alt neu phan tuan ngay thang nam
quy jan january januar feb february februar mar march mär märz maerz apr april may mai jun june
juni jul july juli aug august sep sept september oct october okt oktober nov november dec december
dez dezember mon monday montag tue tuesday dienstag wed wednesday mittwoch thu thursday donnerstag
fri friday freitag sat saturday samstag sun sunday sonntag
"""
#: Words of names that say which part of one table a file is.
_PARTS: Final = frozenset(_PART_WORDS.split())
#: Names that a program gives to sheets.
_UNNAMED: Final = re.compile(
    r"(sheet|tabelle|blatt|feuil|hoja|foglio|planilha|trang tính|trang)\s*\d*", re.IGNORECASE
)


@dataclass(slots=True)
class Group:
    """Files of one table, with some rows of each. said: its name, empty where nobody said one.
    by_columns: whether files are in it, or apart from others, by their columns alone. notes: how it
    came together."""

    files: list[Sampled]
    said: str = ""
    by_columns: bool = False
    notes: list[str] = field(default_factory=list)

    @property
    def sources(self) -> list[Source]:
        """The files."""
        return [one.prepared.source for one in self.files]


@dataclass(frozen=True, slots=True)
class Grouped:
    """All tables. left_out: files and sheets that are none of them; notes: on these."""

    groups: tuple[Group, ...]
    left_out: tuple[Source, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def files(self) -> tuple[Prepared, ...]:
        """Those that are imported."""
        return tuple(one.prepared for group in self.groups for one in group.files)


def grouped(ready: Ready, choices: Choices, arranged: Arranged) -> Grouped:
    """The files of each table. Raises UserFixable where two tables are nearly the same, and where
    files that were said to be one table cannot be."""
    groups: list[Group] = []
    left_out: list[Source] = []
    notes: list[str] = []
    for file in ready.files:
        if not arranged.takes(file.source):
            left_out.append(file.source)
            continue
        one = looked_at(file, arranged, choices, ready.con)
        if one is None:
            left_out.append(file.source)
            notes.append(told("{name} looks like no table and is left out.", name=file.source.name))
            continue
        _put(one, groups, arranged)
    if not groups:
        raise UserFixable(
            told(
                "None of these is a table: {names}. Say which sheet or file it is.",
                names=names_of([file.source for file in ready.files]),
            )
        )
    _check(groups, arranged)
    return Grouped(tuple(groups), tuple(left_out), tuple(notes))


def looked_at(
    file: Prepared, arranged: Arranged, choices: Choices, con: duckdb.DuckDBPyConnection
) -> Sampled | None:
    """A file with some of its rows; None for a sheet that is no table."""
    source = file.source
    with of_files([source]):
        try:
            one = sampled(file, arranged.choices_of(source, choices), con)
            check_header(one)
        except UserFixable:
            if source.sheet and not arranged.names(source):
                return None
            raise
    if source.sheet and not arranged.names(source) and not _is_table(one):
        return None
    # What may be many files is held at once.
    rows = [row[:_KEPT_CELLS] for row in one.rows[:_KEPT_ROWS]]
    return replace(one, rows=rows)


def _is_table(sheet: Sampled) -> bool:
    """Whether a sheet is a table and no cover, note or form: it has a header of two cells or more,
    and its rows are filled."""
    layout = sheet.layout
    if layout is None or not layout.has_header or len(layout.header) < 2 or not sheet.rows:
        return False
    cells = [cell for row in sheet.rows for cell in row]
    return sum(bool(cell) for cell in cells) >= _FILLED * len(cells)


def _put(one: Sampled, groups: list[Group], arranged: Arranged) -> None:
    """Add a file to the table that it belongs to, or begin one with it."""
    source = one.prepared.source
    said = arranged.name_of(source)
    if said:
        named = next((group for group in groups if group.said == said), None)
        if named is None:
            groups.append(Group([one], said))
            return
        why = unlike(one, named.files[0])
        if why:
            raise UserFixable(
                told(
                    "{name} and {first} are both to be the table {table}, and have other columns: "
                    "{why}. Give one of them another name.",
                    name=source.name,
                    first=named.sources[0].name,
                    table=repr(said),
                    why=why,
                )
            )
        named.files.append(one)
        return
    alike = [g for g in groups if not g.said and not unlike(one, g.files[0])]
    if arranged.same == "apart" or not alike:
        groups.append(Group([one], by_columns=bool(alike)))
        return
    home = alike[0]
    if arranged.same != "one":
        found, column = _home(one, alike)
        if found is None:
            group = Group([one], by_columns=True)
            group.notes.append(
                told(
                    "{name} and {first} have the same columns and are two tables: the same "
                    "{column} is another row in each.",
                    name=source.name,
                    first=home.sources[0].name,
                    column=repr(column),
                )
            )
            groups.append(group)
            return
        home = found
    home.files.append(one)
    home.by_columns = True


def _home(one: Sampled, alike: Sequence[Group]) -> tuple[Group | None, str]:
    """The table that a file is a part of: by its name, else the first, unless the same keys stand
    for other rows there; then that key."""
    for group in alike:
        if any(_are_parts(one.prepared.source, other) for other in group.sources):
            return group, ""
    for group in alike:
        for other in group.files:
            if column := _conflict(one, other):
                return None, column
    return alike[0], ""


def _are_parts(one: Source, other: Source) -> bool:
    """Whether two names are those of parts of one table: `export_1` and `export_2`, `jan` and
    `feb`, `orders` and `orders north`; and not `sites` and `vendors`."""
    mine, theirs = words_of(one.stem), words_of(other.stem)
    short, long = sorted((mine, theirs), key=len)
    return long[: len(short)] == short or long[len(long) - len(short) :] == short


def words_of(stem: str) -> list[str]:
    """The words of a name, without those that say which part it is."""
    found = [word.casefold() for word in _WORD.findall(stem)]
    return [w for w in found if not w.isdigit() and len(w) > 1 and w not in _PARTS]


def _conflict(one: Sampled, other: Sampled) -> str:
    """The header of a column that names one row in each of two files, and other rows in the one
    than in the other; empty without such a column."""
    mine, theirs = labels_of(one), labels_of(other)
    for place, label in enumerate(mine[:_KEPT_CELLS]):
        at = theirs.index(label) if label in theirs else _KEPT_CELLS
        if at >= _KEPT_CELLS:
            continue
        left, right = _by_key(one, place, mine), _by_key(other, at, theirs)
        both = left.keys() & right.keys()
        changed = sum(left[key] != right[key] for key in both)
        if both and changed > _OTHER * len(both):
            return one.header[place]
    return ""


def _by_key(table: Sampled, place: int, labels: Sequence[str]) -> dict[str, dict[str, str | None]]:
    """Value of a column -> its row; empty where the column names no row."""
    found: dict[str, dict[str, str | None]] = {}
    for row in table.rows:
        key = row[place] if place < len(row) else None
        if not key or key in found or _FRACTION.fullmatch(key):
            return {}
        found[key] = dict(zip(labels, row, strict=False))
    return {} if date_form(list(found)) is not None else found


def _check(groups: Sequence[Group], arranged: Arranged) -> None:
    if len(groups) > MOST_TABLES:
        raise UserFixable(
            told(
                "These files are {n} tables; up to {most} can be imported at once.",
                n=len(groups),
                most=MOST_TABLES,
            )
        )
    if arranged.same == "apart":
        return
    for place, group in enumerate(groups):
        for other in groups[:place]:
            if not group.said and not other.said and not group.by_columns:
                _check_apart(group.files[0], other.files[0])


def _check_apart(one: Sampled, other: Sampled) -> None:
    """Raises UserFixable for a file that lacks a column or two of another one's table."""
    mine, others = set(labels_of(one)), set(labels_of(other))
    if len(mine & others) < _ALIKE * max(len(mine), len(others)):
        return
    if not unlike(one, other):
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


def table_name(group: Group, taken: frozenset[str], is_name: Callable[[str], bool]) -> str:
    """A name for a table that nobody named: what the names of its files have in common, else the
    first's; a workbook's where its sheets have none of their own."""
    sources = group.sources
    stems = [source.stem for source in sources]
    base = _common([_WORD.findall(stem) for stem in stems])
    if not base:
        base = stems[0]
        parts = len(sources) > 1 and not words_of(base)
        if sources[0].sheet and (parts or _UNNAMED.fullmatch(base)):
            base = sources[0].path.name.split(".")[0]
    plain = column_name(base, None, frozenset())[:MOST_NAME].strip("_")
    return column_name(plain if is_name(plain) else f"{plain} rows", None, TAKEN | taken)


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
        # "Reading 2025 Q" of quarters: the year and the letter say which part it is, too
        while len(words) > 1 and words_of(" ".join(words)) and not words_of(words[-1]):
            words.pop()
        found.append(" ".join(words))
    return max(found, key=len)


@contextlib.contextmanager
def of_files(sources: Sequence[Source]) -> Iterator[None]:
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
