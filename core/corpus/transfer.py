"""Entries as files and back: JSON lines and CSV; a file is taken in whole or not at all.

A row is an entry's contents. Where it was used, its version and where it came from stay behind:
they are of the place that it leaves. Tables and columns are of the model's file and do not travel.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from core.corpus import rows, twins
from core.corpus.store import Corpus
from core.corpus.values import Batch, Duplicate, New, Search
from core.entries import KINDS, STATUSES, Entry, new_id
from core.errors import GembaError, UserFixable, did_you_mean
from core.types import User

Format = Literal["jsonl", "csv"]
#: Bytes and entries of a file, and lines of a report.
MAX_BYTES = 20_000_000
MAX_ENTRIES = 20_000
MAX_PROBLEMS = 200

_LISTS = ("paraphrases", "plants")
_TIMES = ("created", "verified_at")
_KEYS = (
    "id", "kind", "status", "title", "text", "sql", "paraphrases", "plants", "language", "author",
    "created", "verified_by", "verified_at", "plan_key",
)  # fmt: skip
#: What an entry says; who said it and when may be told anew.
_SAID = ("kind", "status", "title", "text", "sql", "paraphrases", "plants", "language")
#: What a spreadsheet would run, with or without apostrophes before it.
_RISKY = re.compile(r"'*[=+\-@\t\r\n]")
_BOM = "\ufeff"


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with a line of a file (its first is 1), and what to do."""

    line: int
    what: str
    todo: str


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import found. entries: those to take in. known: lines that say just what the corpus
    has, which are passed over. batch: None when nothing was taken in: there is a problem, nothing
    is new, or it was only a trial."""

    entries: int
    problems: tuple[Problem, ...] = ()
    batch: Batch | None = None
    known: int = 0


# -- out -------------------------------------------------------------------------------------------


def export_file(corpus: Corpus, search: Search, tenant: str, fmt: Format) -> bytes:
    """The questions and notes that a search finds, all pages of it."""
    found = [s for s in corpus.browse.all(search, tenant) if s.entry.kind != "ddl"]
    table = [_row(s.entry, s.plan_key) for s in found]
    if fmt == "jsonl":
        return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in table).encode()
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, quoting=csv.QUOTE_ALL)
    writer.writerow(_KEYS)
    writer.writerows([[_cell(row.get(key, "")) for key in _KEYS] for row in table])
    return (_BOM + buffer.getvalue()).encode()


def _row(entry: Entry, plan_key: str) -> dict[str, Any]:
    """An entry without what is empty."""
    values: dict[str, Any] = {key: getattr(entry, key, None) for key in _KEYS}
    values["plan_key"] = plan_key
    for key in _TIMES:
        values[key] = values[key].isoformat() if values[key] else ""
    return {k: list(v) if k in _LISTS else v for k, v in values.items() if v}


def _cell(value: Any) -> str:
    text = "\n".join(value) if isinstance(value, list) else str(value)
    return "'" + text if _RISKY.match(text) else text


# -- in --------------------------------------------------------------------------------------------


def import_file(
    corpus: Corpus,
    content: bytes,
    fmt: Format,
    model: str,
    by: User,
    at: dt.datetime | None = None,
    *,
    check: Callable[[Entry], str] | None = None,
    plan_key: Callable[[Entry], str] | None = None,
    trial: bool = False,
) -> Imported:
    """Take a file's entries in as staged work, all in one batch, or none when there is a problem.

    check: what is wrong with an entry that could be kept, for instance that its SQL does not run;
    empty when nothing is. plan_key: the caller's text for its meaning, in place of the file's.
    trial: only look. Raises UserFixable when nobody may have meant this to be such a file.
    """
    problems: list[Problem] = []
    found: list[tuple[int, New]] = []
    for line, values in _read(content, fmt, problems):
        try:
            found.append((line, _entry(values, model, by.tenant)))
        except GembaError as error:
            problems.append(_problem(line, error))
    is_there = _unchanged(corpus, found, model, by.tenant)
    known = sum(is_there)
    found = [one for one, there in zip(found, is_there, strict=True) if not there]
    problems += _twice(found)
    problems += _there(corpus, found, model, by.tenant)
    bad = {p.line for p in problems}
    for place, (line, new) in enumerate(found):
        if line in bad or len(problems) >= MAX_PROBLEMS:
            continue
        if check is not None and (what := check(new.entry)):
            problems.append(Problem(line, what, "Correct the entry."))
        elif plan_key is not None:
            found[place] = (line, New(new.entry, plan_key(new.entry)))
    if not found and not problems and not known:
        raise UserFixable("The file has no entries.")
    problems = sorted(problems, key=lambda p: p.line)[:MAX_PROBLEMS]
    if problems or trial or not found:
        return Imported(len(found), tuple(problems), known=known)
    batch = corpus.editing.bring_in([new for _, new in found], by, at)
    return Imported(len(found), (), batch, known)


def _read(
    content: bytes, fmt: Format, problems: list[Problem]
) -> Iterable[tuple[int, dict[str, Any]]]:
    if len(content) > MAX_BYTES:
        raise UserFixable(f"The file is over {MAX_BYTES // 1_000_000} MB. Part it into several.")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UserFixable(
            f"The file is not UTF-8 (byte {error.start + 1}). Save it as UTF-8; in Excel as "
            "“CSV UTF-8”."
        ) from None
    parse = _json_rows if fmt == "jsonl" else _csv_rows
    found: list[tuple[int, dict[str, Any]]] = []
    for line, values in parse(text, problems):
        if len(found) >= MAX_ENTRIES:
            raise UserFixable(
                f"The file has more than {MAX_ENTRIES:,} entries. Part it into several."
            )
        if unknown := [key for key in values if key not in _KEYS]:
            known = did_you_mean(unknown[0], _KEYS)
            problems.append(
                Problem(
                    line, f"There is no field {unknown[0]!r}.{known}", f"Use: {', '.join(_KEYS)}."
                )
            )
            continue
        found.append((line, values))
    return found


def _json_rows(text: str, problems: list[Problem]) -> Iterable[tuple[int, dict[str, Any]]]:
    for line, row in enumerate(text.split("\n"), start=1):
        if not row.strip():
            continue
        try:
            values = json.loads(row, object_pairs_hook=_once)
        except (ValueError, RecursionError) as error:
            said = getattr(error, "msg", None) or str(error)
            problems.append(Problem(line, f"This is not JSON: {said}.", "Write one object a line."))
            continue
        if not isinstance(values, dict):
            problems.append(Problem(line, "This is no object.", "Write one object a line."))
            continue
        yield line, values


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    values = dict(pairs)
    if len(values) < len(pairs):
        raise ValueError("a field stands twice")
    return values


def _csv_rows(text: str, problems: list[Problem]) -> Iterable[tuple[int, dict[str, Any]]]:
    first = text.split("\n", 1)[0]
    # A spreadsheet writes what its country parts cells with.
    mark = max(",;\t", key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=mark, strict=True)
    begin = 1
    header: list[str] = []
    try:
        for cells in reader:
            line, begin = begin, reader.line_num + 1
            if not any(cells):
                continue
            if not header:
                header = [c.strip().casefold() for c in cells]
                _check_header(header)
            elif len(cells) != len(header):
                problems.append(
                    Problem(
                        line,
                        f"There are {len(cells)} cells, and {len(header)} columns.",
                        "Put texts with separators or line ends in quotes.",
                    )
                )
            else:
                yield line, {k: _uncell(k, v) for k, v in zip(header, cells, strict=True) if v}
    except csv.Error as error:
        problems.append(
            Problem(begin, f"This is not CSV: {error}.", "Save the file as CSV UTF-8 again.")
        )


def _check_header(header: list[str]) -> None:
    for name in header:
        if name not in _KEYS:
            raise UserFixable(
                f"There is no column {name!r}.{did_you_mean(name, _KEYS)} Columns: "
                f"{', '.join(_KEYS)}."
            )
    if len(set(header)) < len(header):
        raise UserFixable("A column stands twice in the first line. Leave one out.")


def _uncell(key: str, text: str) -> Any:
    plain = text[1:] if text.startswith("'") and _RISKY.match(text) else text
    return [p for p in plain.split("\n") if p.strip()] if key in _LISTS else plain


def _entry(values: Mapping[str, Any], model: str, tenant: str) -> New:
    """The entry of a row. Raises UserFixable."""
    for key, value in values.items():
        if key in _LISTS:
            if not isinstance(value, list) or not all(isinstance(v, str) for v in value):
                raise UserFixable(f"The field {key!r} must be a list of texts.")
        elif not isinstance(value, str):
            raise UserFixable(f"The field {key!r} must be a text.")
    kind = values.get("kind") or ("qa" if values.get("sql") else "doc")
    if kind not in KINDS or kind == "ddl":
        raise UserFixable(f"There is no kind {kind!r} to import. It is qa or doc.")
    status = values.get("status") or "candidate"
    if status not in STATUSES:
        raise UserFixable(f"There is no status {status!r}.{did_you_mean(status, STATUSES)}")
    entry = Entry(
        id=_id(values.get("id") or new_id()),
        tenant=tenant,
        model=model,
        kind=kind,
        text=values.get("text", ""),
        title=values.get("title", ""),
        sql=values.get("sql", ""),
        paraphrases=tuple(values.get("paraphrases", ())),
        plants=tuple(values.get("plants", ())),
        language=values.get("language") or "en",
        author=values.get("author", ""),
        status=status,
        created=_time(values, "created"),
        verified_by=values.get("verified_by", ""),
        verified_at=_time(values, "verified_at"),
        source="import",
    )
    return New(rows.cleaned(entry, tenant), values.get("plan_key", ""))


def _id(text: str) -> str:
    if not re.fullmatch(r"[0-9A-Za-z-]{1,36}", text):
        raise UserFixable(f"{text[:40]!r} is no identifier. Leave it out to get a new one.")
    return text


def _time(values: Mapping[str, Any], key: str) -> dt.datetime | None:
    text = values.get(key, "")
    if not text:
        return None
    try:
        moment = dt.datetime.fromisoformat(text)
    except ValueError:
        raise UserFixable(
            f"{text[:40]!r} is no time for {key!r}. Write it like 2026-06-30T14:05:00."
        ) from None
    return moment.astimezone(dt.UTC).replace(tzinfo=None) if moment.tzinfo else moment


def _problem(line: int, error: GembaError) -> Problem:
    """An error's first sentence is what is wrong, the rest what to do."""
    what, _, todo = str(error).partition(". ")
    return Problem(line, what.rstrip(".") + ".", todo or "Correct it.")


def _twice(found: list[tuple[int, New]]) -> list[Problem]:
    """Lines that say again what an earlier line says."""
    problems = []
    ids: dict[str, int] = {}
    notes: dict[tuple[str, str], int] = {}
    index = twins.Index(())
    lines: dict[str, int] = {}
    for line, new in found:
        entry = new.entry
        if entry.id in ids:
            problems.append(_again(line, ids[entry.id], "has the same identifier"))
            continue
        ids[entry.id] = line
        if entry.kind == "doc":
            first = notes.setdefault((entry.title, entry.text), line)
            if first != line:
                problems.append(_again(line, first, "says the same"))
            continue
        questions = twins.ready(entry, new.plan_key)
        same = [t for t in index.twins(questions[0]) if t.is_exact]
        if same:
            problems.append(_again(line, lines[same[0].id], "asks and answers the same"))
            continue
        lines[entry.id] = line
        for question in questions:
            index.add(question)
    return problems


def _again(line: int, first: int, how: str) -> Problem:
    return Problem(line, f"Line {first} {how}.", "Leave one of them out.")


def _unchanged(corpus: Corpus, found: list[tuple[int, New]], model: str, tenant: str) -> list[bool]:
    """For each line, whether the corpus has that entry with the same contents."""
    named = {new.entry.id for _, new in found} & corpus.browse.known(tenant, model).ids
    if not named:
        return [False] * len(found)
    stored = {s.entry.id: _contents(s.entry) for s in corpus.browse.all(Search(model), tenant)}
    return [stored.get(new.entry.id) == _contents(new.entry) for _, new in found]


def _contents(entry: Entry) -> dict[str, Any]:
    row = _row(entry, "")
    return {key: row[key] for key in _SAID if key in row}


def _there(corpus: Corpus, found: list[tuple[int, New]], model: str, tenant: str) -> list[Problem]:
    """Lines that say what the corpus has."""
    known = corpus.browse.known(tenant, model)
    problems = []
    for line, new in found:
        if new.entry.id in known.ids:
            problems.append(
                Problem(
                    line,
                    "The corpus has an entry with this identifier, perhaps deleted.",
                    "Change it there, or leave its identifier out.",
                )
            )
            continue
        try:
            known.refuse(new.entry, new.plan_key)
        except Duplicate as error:
            problems.append(_problem(line, error))
    return problems
