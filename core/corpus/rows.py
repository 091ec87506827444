"""Entries as rows and back, and the digest that says whether two contents are the same."""

from __future__ import annotations

import dataclasses
import datetime as dt
import hashlib
import json
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from core.corpus import text as texts
from core.corpus.values import FieldChange, Stored
from core.entries import KINDS, STATUSES, Entry
from core.errors import Refused, UserFixable, did_you_mean
from core.translation import told

#: A row as it was read, or as it was made.
Row = sa.RowMapping | Mapping[str, Any]
#: Fields whose change is a change of the contents; the date of a verification is not one.
CONTENTS = (
    "model", "kind", "title", "text", "sql", "paraphrases", "plants", "language", "status",
    "verified_by",
)  # fmt: skip
#: Columns that a head and a version share.
SHARED = (*CONTENTS, "author", "created", "verified_at", "source", "plan_key", "deleted", "digest")
SOURCES = ("model", "seed", "user", "feedback", "import")


def digest(entry: Entry, *, deleted: bool = False) -> str:
    """The same for the same contents; another when a field of CONTENTS differs."""
    parts = [getattr(entry, name) for name in CONTENTS]
    return hashlib.sha256(json.dumps([*parts, deleted]).encode()).hexdigest()


def cleaned(entry: Entry, tenant: str) -> Entry:
    """The entry with its texts cleaned. Raises UserFixable for one that cannot be kept as it is,
    Refused for one of another tenant."""
    if entry.tenant != tenant:
        raise Refused(told("This entry belongs to another tenant."), rule="TENANT")
    for value, known, what in (
        (entry.kind, KINDS, "kind"),
        (entry.status, STATUSES, "status"),
        (entry.source, SOURCES, "source"),
    ):
        if value not in known:
            hint = did_you_mean(str(value), known)
            raise UserFixable(f"There is no {what} {value!r}.{hint} It is {_one_of(known)}.")
    is_question = entry.kind == "qa"
    body = texts.line if is_question else texts.lines
    what = "question" if is_question else "text"
    text = body(entry.text, texts.MAX_QUESTION if is_question else texts.MAX_NOTE, what)
    if not text:
        raise UserFixable(f"The {what} is empty. Write one.")
    key = texts.question_key(text) if is_question else ""
    if is_question and not key:
        raise UserFixable(told("There are no words in the question. Write what it asks."))
    sql = texts.lines(entry.sql, texts.MAX_SQL, "SQL")
    if is_question != bool(sql):
        raise UserFixable(
            told("A question needs the SQL that answers it.")
            if is_question
            else told("Only questions have SQL.")
        )
    if len(entry.paraphrases) > texts.MAX_PARAPHRASES:
        raise UserFixable(f"Please keep to {texts.MAX_PARAPHRASES} paraphrases.")
    if entry.paraphrases and entry.kind == "doc":  # of a column, they are its other names
        raise UserFixable(told("A note has no paraphrases."))
    if len(entry.plants) > texts.MAX_PLANTS:
        raise UserFixable(f"Please keep to {texts.MAX_PLANTS} plants.")
    name = texts.MAX_NAME
    return dataclasses.replace(
        entry,
        model=texts.line(entry.model, name, "model's name"),
        text=text,
        title=texts.line(entry.title, texts.MAX_TITLE, "title"),
        sql=sql,
        paraphrases=_paraphrases(entry.paraphrases, key),
        plants=tuple(sorted({p for q in entry.plants if (p := texts.line(q, name, "plant"))})),
        language=texts.line(entry.language, 16, "language") or "en",
        author=texts.line(entry.author, 128, "author"),
        verified_by=texts.line(entry.verified_by, 128, "verifier"),
    )


def _paraphrases(given: tuple[str, ...], question: str) -> tuple[str, ...]:
    """Each wording once, and none that only repeats the question."""
    kept: dict[str, str] = {}
    for paraphrase in given:
        text = texts.line(paraphrase, texts.MAX_QUESTION, "paraphrase")
        key = texts.question_key(text)
        if key and key != question:
            kept.setdefault(key, text)
    return tuple(kept.values())


def _one_of(known: tuple[str, ...]) -> str:
    return f"{', '.join(known[:-1])} or {known[-1]}"


def contents(entry: Entry, plan_key: str, *, deleted: bool) -> dict[str, Any]:
    """The columns that a head and a version share."""
    values: dict[str, Any] = {name: getattr(entry, name) for name in CONTENTS}
    values["paraphrases"] = json.dumps(entry.paraphrases, ensure_ascii=False)
    values["plants"] = json.dumps(entry.plants, ensure_ascii=False)
    return {
        **values,
        "author": entry.author,
        "created": entry.created,
        "verified_at": entry.verified_at,
        "source": entry.source,
        "plan_key": plan_key,
        "deleted": deleted,
        "digest": digest(entry, deleted=deleted),
    }


def entry_of(row: Row, *, hits: int = 0) -> Entry:
    """The entry of a head's or a version's row."""
    return Entry(
        id=row["entry"],
        tenant=row["tenant"],
        model=row["model"],
        kind=row["kind"],
        text=row["text"],
        title=row["title"],
        sql=row["sql"],
        paraphrases=tuple(json.loads(row["paraphrases"])),
        plants=tuple(json.loads(row["plants"])),
        language=row["language"],
        author=row["author"],
        status=row["status"],
        created=row["created"],
        verified_by=row["verified_by"],
        verified_at=row["verified_at"],
        hits=hits,
        version=row["version"],
        source=row["source"],
    )


def stored_of(row: Row) -> Stored:
    """The working copy of a head's row."""
    return Stored(
        entry=entry_of(row, hits=row["hits"]),
        live_version=row["live_version"],
        is_staged=row["staged"],
        is_deleted=row["deleted"],
        seed_differs=_differs(row),
        plan_key=row["plan_key"],
        changed_by=row["changed_by"],
        changed_at=row["changed_at"],
        used_at=row["used_at"],
    )


def _differs(row: Row) -> bool:
    """Whether the files say otherwise; once they say nothing, whether an admin did."""
    said = row["file_digest"] or row["applied_digest"]
    return bool(said) and said != row["digest"]


def haystack(entry: Entry) -> str:
    """All that a search looks through."""
    parts = (entry.title, entry.text, entry.sql, *entry.paraphrases)
    return texts.folded(" \n".join(parts))


def sorted_as(entry: Entry) -> str:
    """What a list sorts an entry by."""
    return texts.folded(entry.title or entry.text)[:128]


def differences(before: Entry, after: Entry) -> tuple[FieldChange, ...]:
    """The fields of the contents that are not the same in both."""
    return tuple(
        FieldChange(name, getattr(before, name), getattr(after, name))
        for name in (*CONTENTS, "verified_at")
        if getattr(before, name) != getattr(after, name)
    )


def as_json(entry: Entry | None) -> dict[str, Any] | None:
    """An entry as the audit keeps it."""
    if entry is None:
        return None
    values = {field.name: getattr(entry, field.name) for field in dataclasses.fields(entry)}
    return {k: v.isoformat() if isinstance(v, dt.datetime) else v for k, v in values.items()}
