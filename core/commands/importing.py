"""The command `import`: say what files are, check them, and load them when told to."""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TextIO

from core.cells import TYPES, CellType
from core.errors import UserFixable, did_you_mean
from core.ingest.adding import Adding
from core.ingest.arranged import Arranged
from core.ingest.finding import find, names_of
from core.ingest.layout import DELIMITERS
from core.ingest.load import Draft, Opened, check_name, name_of
from core.ingest.mapping import TagRow, from_csv, to_csv
from core.ingest.places import Gate, goal_of
from core.ingest.ready import Limits
from core.ingest.recognised import Choices
from core.ingest.several import OpenedTables, opened_tables
from core.ingest.shown_tables import looked_at_as_json, looked_at_lines, said_as_json, said_lines
from core.ingest.workspace import Progress, silent
from core.settings import Settings

_TELL_EVERY_S = 0.2


def run_load(
    arguments: argparse.Namespace,
    settings: Settings,
    draft: Draft | None,
    *,
    model_files: Callable[[str], Path | None],
    gate: Gate | None = None,
    out: TextIO | None = None,
) -> int:
    """Import files without a `load` section. draft: drafts a model of what was loaded. model_files:
    name -> file of the model of that name, None where there is none. gate: of a model's checks.

    Exit status 0; raises GembaError with a message, and then nothing was changed.
    """
    from core.drafting.words import is_plain

    out = sys.stdout if out is None else out
    sources = find(arguments.paths, of_one=False)
    name = check_name(arguments.name or name_of(sources, arguments.paths, is_plain), is_plain)
    adding = Adding(tuple(arguments.key), arguments.conflicts) if arguments.append else None
    goal = goal_of(
        name, settings.data_dir, draft, model_files(name), gate, names_of(sources), adding
    )
    choices = choices_of(arguments)
    limits = Limits(settings.import_memory_mb, settings.query_threads, settings.unpacked_bytes)
    progress, end = _progress(is_shown=sys.stderr.isatty() and not arguments.json)
    try:
        with opened_tables(
            sources, goal.target, choices, limits, progress, arranged=arranged_of(arguments),
            adds=arguments.append, is_name=is_plain,
        ) as ready:  # fmt: skip
            end()
            _write_mapping(arguments.write_mapping, ready)
            if not arguments.json:
                out.write("\n".join(looked_at_lines(ready)) + "\n")
            told: dict[str, Any] = looked_at_as_json(ready)
            if ready.questions and not arguments.yes:
                if arguments.json:
                    out.write(json.dumps(told, ensure_ascii=False, default=str) + "\n")
                return 0
            report = ready.load(goal, progress, write=arguments.yes)
    finally:
        end()
    if arguments.json:
        told["report"] = said_as_json(report)
        out.write(json.dumps(told, ensure_ascii=False, default=str) + "\n")
        return 0
    out.write("\n" + "\n".join(said_lines(report)) + "\n")
    if report.target is None:
        state = "would be replaced" if goal.target.exists() else "would be made"
        if report.adds:
            state = "would get the new rows"
        out.write(f"Nothing is written yet: {goal.target} {state}. Add --yes to load.\n")
        return 0
    if not report.changes:
        out.write(f"Nothing is new: {report.target} is as it was.\n")
        return 0
    out.write(f"Loaded into {report.target}\n")
    if report.model:
        out.write(f'Drafted the model {name}; ask it: python -m core ask "..." --model {name}\n')
    return 0


def choices_of(arguments: argparse.Namespace) -> Choices:
    """The options as choices. Raises UserFixable for one that is none."""
    marks = {"none": "", "point": ".", "comma": ",", "blank": " ", "apostrophe": "'", None: None}
    return Choices(
        encoding=arguments.encoding,
        delimiter=_delimiter(arguments.delimiter),
        decimal="." if arguments.decimal == "point" else "," if arguments.decimal else "",
        thousands=marks[arguments.thousands],
        has_header=None if arguments.header is None else arguments.header == "yes",
        above=arguments.lines_above,
        sheet=arguments.sheet,
        dates=arguments.dates or "",
        time_of_day=arguments.time_of_day,
        hours=arguments.hours or "",
        zone=_zone(arguments.zone),
        types=_types(arguments.type),
        shape=arguments.shape,
        time=arguments.time,
        tag=arguments.tag,
        value=arguments.value,
        quality=arguments.quality,
        unit=arguments.unit,
        quality_codes=arguments.quality_codes,
        mapping=_mapping(arguments.mapping),
        bad_cells=arguments.bad_cells,
        repeats=arguments.repeats,
        totals=arguments.totals,
    )


def arranged_of(arguments: argparse.Namespace) -> Arranged:
    """The options on which files are which table. Raises UserFixable for one that is none."""
    patterns = [(pattern, "") for pattern in arguments.leave_out]
    for text in arguments.table:
        name, mark, pattern = text.partition("=")
        if not (name and mark and pattern):
            raise UserFixable(
                f"{text!r} is no NAME=FILES. Say which files or sheets are one table, such as "
                "sites=site*.csv."
            )
        patterns.append((pattern, name))
    return Arranged(patterns=tuple(patterns), same=arguments.same_columns or "")


def _delimiter(text: str | None) -> str | None:
    if text is None:
        return None
    named = {name: mark for mark, name in DELIMITERS.items()}
    mark = named.get(text, "\t" if text == "\\t" else text)
    if len(mark) != 1:
        known = ", ".join(named)
        raise UserFixable(f"The delimiter {text!r} is not one mark. Say {known}, or the mark.")
    return mark


def _zone(name: str) -> str:
    from zoneinfo import ZoneInfo

    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        raise UserFixable(
            f"There is no time zone {name!r}. Say one such as Europe/Berlin."
        ) from error
    return name


def _types(given: Sequence[str]) -> dict[str, CellType]:
    found: dict[str, CellType] = {}
    for text in given:
        column, _, kind = text.rpartition("=")
        if not column or kind not in TYPES:
            raise UserFixable(
                f"{text!r} is no COLUMN=TYPE.{did_you_mean(kind, TYPES)} Types: {', '.join(TYPES)}."
            )
        found[column] = kind
    return found


def _mapping(path: Path | None) -> tuple[TagRow, ...] | None:
    if path is None:
        return None
    try:
        return from_csv(path.read_text("utf-8-sig"))
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
        raise UserFixable(f"The table of tags {str(path)!r} cannot be read: {why}.") from error


def _write_mapping(path: Path | None, ready: Opened | OpenedTables) -> None:
    if path is None:
        return
    found = [table.found for table in ready.tables] if isinstance(ready, OpenedTables) else [
        ready.found
    ]  # fmt: skip
    rows = [row for one in found for row in one.mapping]
    if not rows:
        raise UserFixable("These files are no export of tags, so there is no table of tags.")
    try:
        path.write_text(to_csv(rows), "utf-8")
    except OSError as error:
        raise UserFixable(f"{str(path)!r} cannot be written: {error.strerror}.") from error


def _progress(*, is_shown: bool) -> tuple[Progress, Callable[[], None]]:
    """What draws a line on a terminal, and what takes it away."""
    if not is_shown:
        return silent, lambda: None
    last = 0.0

    def show(what: str, share: float) -> None:
        nonlocal last
        now = time.monotonic()
        if now - last < _TELL_EVERY_S:
            return
        last = now
        filled = round(30 * share)
        bar = "█" * filled + "░" * (30 - filled)
        sys.stderr.write(f"\r\033[K{bar} {share:4.0%} {what}")
        sys.stderr.flush()

    def end() -> None:
        sys.stderr.write("\r\033[K")
        sys.stderr.flush()

    return show, end
