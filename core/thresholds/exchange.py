"""Thresholds as a CSV file and back; what comes in is a draft, and every wrong row is told.

The file is UTF-8 with a mark at its beginning, so that a spreadsheet reads it right. A text that a
spreadsheet would run as a formula gets an apostrophe before it, and loses it on the way back.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal

from core.errors import UserFixable, did_you_mean
from core.thresholds.acts import Change, Current, chosen_moment, now, says_nothing_new
from core.thresholds.checks import check
from core.thresholds.csv_cells import COLUMNS, NUMERIC, Misread, cell_of, read_row
from core.thresholds.finding import Finding
from core.thresholds.grounds import Grounds
from core.thresholds.publishing import by_place
from core.thresholds.record import Place, Threshold
from core.thresholds.store import ThresholdStore
from core.translation import gettext as _
from core.types import User

Delimiter = Literal[",", ";"]
#: Bytes and rows of a file, and lines of a report.
MAX_BYTES: Final = 20_000_000
MAX_ROWS: Final = 20_000
MAX_PROBLEMS: Final = 1_000
_BOM: Final = "\ufeff"
_RISKY: Final = re.compile(r"'*[=+\-@\t\r\n＝＋－＠]")
_DELIMITERS: Final = ",;\t"


@dataclass(frozen=True, slots=True)
class RowProblem:
    """What a row's field has. line: in the file, whose first line is 1; field: a column's name,
    empty for the whole row."""

    line: int
    field: str
    text: str
    severity: Literal["error", "warning"] = "error"


@dataclass(frozen=True, slots=True)
class Row:
    """A row that could be read."""

    line: int
    threshold: Threshold


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import found and did. rows: in the file; wrong: with an error; same: that say what is
    there already; problems: at most MAX_PROBLEMS, `more` of them left out. changes: what was
    written; none when a row was wrong and all or none were wanted, or it was a trial."""

    rows: int
    wrong: int
    same: int
    problems: tuple[RowProblem, ...]
    more: int
    changes: tuple[Change, ...]


# -- out -------------------------------------------------------------------------------------------


def export_csv(
    thresholds: Iterable[Threshold], levels: Sequence[str], delimiter: Delimiter = ","
) -> bytes:
    """One row a threshold. delimiter: `;` writes numbers with a decimal comma, as spreadsheets of
    many countries expect."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, delimiter=delimiter, quoting=csv.QUOTE_ALL)
    names = header(levels)
    writer.writerow(names)
    for one in thresholds:
        cells = {name: cell_of(one, name, comma=delimiter == ";") for name in names}
        writer.writerow(
            [text if name in NUMERIC else neutral(text) for name, text in cells.items()]
        )
    return (_BOM + buffer.getvalue()).encode()


def header(levels: Sequence[str]) -> list[str]:
    """The columns of a file: those of COLUMNS, with one a level where the scope stands."""
    return [name for key in COLUMNS for name in (levels if key == "scope" else (key,))]


def neutral(text: str) -> str:
    """The text with an apostrophe before it where a spreadsheet would take it for a formula, or
    where it looks as if it had one."""
    return "'" + text if _RISKY.match(text) else text


def plain(text: str) -> str:
    """The text that `neutral` was given."""
    return text[1:] if text.startswith("'") and _RISKY.match(text) else text


# -- in --------------------------------------------------------------------------------------------


def read_csv(content: bytes, grounds: Grounds) -> tuple[list[Row], list[RowProblem]]:
    """The rows of a file as thresholds, and what could not be read. Raises UserFixable where nobody
    may have meant this to be such a file."""
    text = _decoded(content)
    rows: list[Row] = []
    problems: list[RowProblem] = []
    for line, cells, comma in _lines(text, grounds.levels, problems):
        try:
            threshold = read_row(cells, grounds, comma=comma)
            rows.append(Row(line, threshold))
        except Misread as error:
            problems += [RowProblem(line, one.field, one.text) for one in error.findings]
    if not rows and not problems:
        raise UserFixable(_("The file has a first line and no thresholds."))
    return rows, problems


def import_csv(
    store: ThresholdStore,
    content: bytes,
    grounds: Grounds,
    by: User,
    *,
    take: Literal["all", "right"] = "all",
    trial: bool = False,
    refused: Callable[[Threshold], str] | None = None,
) -> Imported:
    """Take a file's rows in as drafts. take: `all` or none of them, or those that are `right`.
    trial: only look. refused: why a threshold may not be written by this person, empty where it
    may; asked for a row, and for what it changes. A row with the id of a threshold changes it; its
    version and revision, where the file has them, must be the newest. Raises UserFixable as
    `read_csv` does."""
    at = now()
    model = grounds.model.name
    rows, problems = read_csv(content, grounds)
    known = {one.newest.id: one for one in store.current(model, at, by.tenant, ended=True)}
    rows = [Row(row.line, _upon(row.threshold, known, at)) for row in rows]
    problems += [*_doubled(rows), *_stale(rows, known)]
    if refused is not None:
        problems += _refused(rows, known, refused)
    same = {row.line for row in rows if _is_same(row.threshold, known)}
    bad = {one.line for one in problems} | same
    tested = [row for row in rows if row.line not in bad]
    checked = [(row.line, _told_apart(row)) for row in tested]
    beside = _beside(store.beside(model, at, by.tenant), [one for _line, one in checked])
    for line, one in checked:
        earlier = known[one.id].published if one.id in known else None
        found = check(one, grounds, at=at, beside=beside.get(one.place, ()), earlier=earlier)
        problems += [_row_problem(line, finding) for finding in found]
    wrong = {one.line for one in problems if one.severity == "error"}
    new = [row.threshold for row in tested if row.line not in wrong]
    problems.sort(key=lambda one: (one.line, one.severity))
    changes: tuple[Change, ...] = ()
    if not trial and new and (not wrong or take == "right"):
        changes = store.save(new, by)
    return Imported(
        rows=len({row.line for row in rows} | {one.line for one in problems}),
        wrong=len(wrong),
        same=len(same - wrong),
        problems=tuple(problems[:MAX_PROBLEMS]),
        more=max(0, len(problems) - MAX_PROBLEMS),
        changes=changes,
    )


# -- the file --------------------------------------------------------------------------------------


def _decoded(content: bytes) -> str:
    if len(content) > MAX_BYTES:
        text = _("The file is over {n} MB. Part it into several.")
        raise UserFixable(text.format(n=MAX_BYTES // 1_000_000))
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        text = _("The file is UTF-16. Save it as “CSV UTF-8”.")
        raise UserFixable(text)
    if content.startswith(b"PK\x03\x04"):
        raise UserFixable(_("This is a workbook. Save it as “CSV UTF-8”."))
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        said = _("The file is not UTF-8 (line {line}). Save it as “CSV UTF-8”.")
        raise UserFixable(said.format(line=line)) from None
    if not text.strip():
        raise UserFixable(_("The file is empty."))
    return text


def _lines(
    text: str, levels: Sequence[str], problems: list[RowProblem]
) -> Iterator[tuple[int, dict[str, str], bool]]:
    """Line, cells by column, and whether numbers may have a decimal comma."""
    first = text.lstrip("\r\n").split("\n", 1)[0]
    delimiter = max(_DELIMITERS, key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    begin, count = 1, 0
    names: list[str] = []
    try:
        for cells in reader:
            line, begin = begin, reader.line_num + 1
            if not any(cell.strip() for cell in cells):
                continue
            if not names:
                names = _header(cells, levels)
                continue
            count += 1
            if count > MAX_ROWS:
                said = _("The file has more than {n} rows. Part it into several.")
                raise UserFixable(said.format(n=MAX_ROWS))
            if len(cells) != len(names):
                said = _("The row has {n} cells, and there are {most} columns. Is a quote missing?")
                problems.append(RowProblem(line, "", said.format(n=len(cells), most=len(names))))
                continue
            yield line, {k: plain(v) for k, v in zip(names, cells, strict=True)}, delimiter != ","
    except csv.Error as error:
        said = _("From here on this is not CSV: {error}. Save the file as “CSV UTF-8” again.")
        problems.append(RowProblem(begin, "", said.format(error=error)))


def _header(cells: Sequence[str], levels: Sequence[str]) -> list[str]:
    known = header(levels)
    names = [cell.strip().casefold() for cell in cells]
    folded = {name.casefold(): name for name in known}
    for name in names:
        if name not in folded:
            text = _("There is no column {name!r}.{near} Columns: {known}.")
            near = did_you_mean(name, folded)
            raise UserFixable(text.format(name=name[:40], near=near, known=", ".join(known)))
        if names.count(name) > 1:
            raise UserFixable(
                _("The column {name!r} stands twice. Leave one out.").format(name=name)
            )
    for name in ("measure", "kind"):
        if name not in names:
            text = _("The column {name!r} is missing. Columns: {known}.")
            raise UserFixable(text.format(name=name, known=", ".join(known)))
    if not any(level.casefold() in names for level in levels):
        text = _("A column that says where is missing. Give one of: {known}.")
        raise UserFixable(text.format(known=", ".join(levels)))
    return [folded[name] for name in names]


# -- rows against one another and against what is there --------------------------------------------


def _doubled(rows: Sequence[Row]) -> list[RowProblem]:
    """Rows about the same threshold as an earlier one."""
    problems = []
    seen: dict[object, int] = {}
    for row in rows:
        one = row.threshold
        for about in [one.slot, *([one.id] if one.id else [])]:
            first = seen.setdefault(about, row.line)
            if first != row.line:
                text = _("Line {line} is about the same threshold. Leave one of them out.")
                problems.append(RowProblem(row.line, "", text.format(line=first)))
                break
    return problems


def _upon(one: Threshold, known: Mapping[str, Current], at: dt.datetime) -> Threshold:
    """A row as a change of the newest version, where the file does not name one."""
    if one.id not in known:
        return replace(one, version=0, revision=0)
    newest = known[one.id].newest
    if not one.version:
        one = replace(one, version=newest.version, revision=newest.revision)
    return replace(one, valid_from=chosen_moment(one, newest, at))


def _stale(rows: Sequence[Row], known: Mapping[str, Current]) -> list[RowProblem]:
    """Rows of versions that are not the newest."""
    problems = []
    for row in rows:
        one = row.threshold
        newest = known[one.id].newest if one.id in known else None
        if newest and (one.version, one.revision) != (newest.version, newest.revision):
            text = _(
                "It was changed by {who} after the file was written. Export again, or leave its "
                "version and revision empty."
            )
            problems.append(RowProblem(row.line, "version", text.format(who=newest.author)))
    return problems


def _refused(
    rows: Sequence[Row], known: Mapping[str, Current], why: Callable[[Threshold], str]
) -> list[RowProblem]:
    """Rows that the person may not write, or that change what is not theirs."""
    problems = []
    for row in rows:
        current = known.get(row.threshold.id)
        text = (why(current.newest) if current is not None else "") or why(row.threshold)
        if text:
            problems.append(RowProblem(row.line, "", text))
    return problems


def _told_apart(row: Row) -> Threshold:
    """A row without an id is told apart from the others by its line."""
    one = row.threshold
    return one if one.id else replace(one, id=_("line {line}").format(line=row.line))


def _beside(
    there: Mapping[Place, Sequence[Threshold]], rows: Sequence[Threshold]
) -> dict[Place, list[Threshold]]:
    """What rows are checked against, by place: one another, and what they do not change."""
    changed = {one.id for one in rows}
    beside = by_place(rows)
    for place, others in there.items():
        beside.setdefault(place, []).extend(one for one in others if one.id not in changed)
    return beside


def _is_same(one: Threshold, known: Mapping[str, Current]) -> bool:
    newest = known[one.id].newest if one.id in known else None
    return newest is not None and says_nothing_new(one, newest)


def _row_problem(line: int, finding: Finding) -> RowProblem:
    """A finding at its column."""
    field = finding.field.removeprefix("scope.")
    return RowProblem(line, field.replace("source.", "source_"), finding.text, finding.severity)
