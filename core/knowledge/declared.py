"""Entries that files declare: pairs and notes of `data/corpus/MODEL`, and what the model says."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

from core.entries import Entry, entry_id
from core.errors import ConfigError, UserFixable, did_you_mean
from core.retrieval.ddl import ddl_entries
from core.retrieval.notes import note_entries
from core.semantic.facts import DataFacts
from core.semantic.model import SemanticModel

PAIRS: Final = "pairs.jsonl"
NOTES: Final = "notes"
#: Who stands as author and verifier of what came with the files.
AUTHOR: Final = "Gemba"
_KEYS: Final = frozenset({"question", "sql", "paraphrases", "plants", "language"})
_MOST_BYTES: Final = 10_000_000


def declared_entries(
    model: SemanticModel, facts: DataFacts, folder: Path, *, tenant: str = "default"
) -> tuple[Entry, ...]:
    """The model's own entries, then the pairs (verified) and notes of a folder, which may be
    missing. Raises ConfigError naming the file and line of what is not as it should be."""
    entries = list(ddl_entries(model, facts, tenant=tenant))
    if (folder / PAIRS).is_file():
        entries += _pairs(folder / PAIRS, model.name, tenant)
    try:
        for file in sorted((folder / NOTES).glob("*.md")):
            entries += note_entries(file, tenant=tenant, model=model.name, author=AUTHOR)
    except UserFixable as error:
        raise ConfigError(f"The notes of model {model.name!r}: {error}") from error
    return tuple(entries)


def _pairs(file: Path, model: str, tenant: str) -> list[Entry]:
    try:
        if file.stat().st_size > _MOST_BYTES:
            raise ConfigError(f"{file.name} is larger than {_MOST_BYTES:,} bytes.")
        lines = file.read_text("utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{file} cannot be read: {error}.") from error
    entries: dict[str, Entry] = {}
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        entry = _pair(line, f"{file.name}:{number}", model, tenant)
        if entry.id in entries:
            raise ConfigError(f"{file.name}:{number}: {entry.text!r} stands there twice.")
        entries[entry.id] = entry
    return list(entries.values())


def _pair(line: str, where: str, model: str, tenant: str) -> Entry:
    try:
        raw: Any = json.loads(line)
    except json.JSONDecodeError as error:
        raise ConfigError(f"{where}: this is not JSON: {error}.") from error
    if not isinstance(raw, dict):
        raise ConfigError(f"{where}: a line holds one object.")
    for key in raw:
        if key not in _KEYS:
            raise ConfigError(f"{where}: unknown key {key!r}.{did_you_mean(str(key), _KEYS)}")
    question = _text(raw, "question", where)
    return Entry(
        id=entry_id(tenant, model, "qa", question),
        tenant=tenant,
        model=model,
        kind="qa",
        text=question,
        sql=_text(raw, "sql", where),
        paraphrases=_texts(raw, "paraphrases", where),
        plants=_texts(raw, "plants", where),
        language=_text(raw, "language", where, default="en"),
        author=AUTHOR,
        status="verified",
        verified_by=AUTHOR,
        source="seed",
    )


def _text(raw: dict[str, Any], key: str, where: str, default: str = "") -> str:
    value = raw.get(key, default)
    if not isinstance(value, str) or not value.strip():
        raise ConfigError(f"{where}: {key!r} is a text that is not empty.")
    return value


def _texts(raw: dict[str, Any], key: str, where: str) -> tuple[str, ...]:
    value = raw.get(key, [])
    if not isinstance(value, list) or not all(isinstance(v, str) and v.strip() for v in value):
        raise ConfigError(f"{where}: {key!r} is a list of texts.")
    return tuple(value)
