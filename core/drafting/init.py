"""Drafting as one step: read, name, copy where rows have to move, draft, and ask a language model
for words."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

import duckdb

from core.drafting.copying import Copied, copied
from core.drafting.difference import Difference, merged
from core.drafting.draft import Drafted, drafted
from core.drafting.proposing import with_proposals
from core.drafting.seen import seen_file, seen_of
from core.drafting.shelf import write_text
from core.drafting.sources import Where, open_source, parse_where
from core.drafting.survey import Progress, check_unchanged, survey, without_samples
from core.drafting.words import plain_name, table_label
from core.errors import Unavailable, UserFixable
from core.generation.port import LanguageModel
from core.model_files import ModelFiles
from core.semantic.load import load_model
from core.semantic.model import Origin, SemanticModel
from core.translation import marked, told

#: Checks a store before it takes the place of what is there: its file, the model, where it is from.
Gate = Callable[[Path, SemanticModel, str, Literal["replace"], None], None]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is drafted. tables: all where empty. has_samples: whether values of rows may stand in
    the draft. copies: whether rows are copied into a store of Gemba's own; None where that
    follows from the database: StarRocks and files in the data folder are read in place."""

    url: str
    name: str = ""
    tables: tuple[str, ...] = ()
    has_samples: bool = True
    copies: bool | None = None


@dataclass(frozen=True, slots=True)
class Made:
    """A draft that was written. difference: to what was there before, None for a first one. rows:
    copied, by table of the model."""

    drafted: Drafted
    file: Path
    difference: Difference | None
    rows: dict[str, int]


def draft_store(
    path: Path, name: str, *, tables: Sequence[str] = (), has_samples: bool = True
) -> Drafted:
    """A model of a DuckDB file that stands two levels below the data folder, as
    `stores/NAME.duckdb`. has_samples: as in `Wanted`. Raises UserFixable for one that nothing can
    be drafted from."""
    where = parse_where(f"duckdb:///{path}")
    with open_source(where) as source:
        found = survey(source, only=tables)
    seen = seen_of(found, has_values=has_samples)
    if not has_samples:
        found = without_samples(found)
    origin = Origin(where.label, tuple(found.names.tables.values()))
    store = f"{path.parent.name}/{path.name}"
    return replace(drafted(found, name, table_label(name), store, origin), seen=seen)


def init(
    wanted: Wanted,
    files: ModelFiles,
    data_dir: Path,
    model: LanguageModel | None = None,
    progress: Progress | None = None,
    gate: Gate | None = None,
) -> Made:
    """Draft a model into the folder of drafts. What people wrote in an earlier draft, or in the
    model in force, is kept. gate: checks copied rows by the model in force before answers come from
    them. Raises UserFixable or Unavailable; then nothing was written."""
    where = parse_where(wanted.url)
    name = wanted.name or plain_name(_default_name(where))
    if plain_name(name) != name.replace("-", "_").casefold() or name != name.casefold():
        raise UserFixable(
            told(
                "{name} cannot be a model's name. Use small letters, digits and '_'.",
                name=repr(name),
            )
        )
    files.may_write(name)
    copies = _copies(wanted, where, data_dir)
    target = data_dir / "stores" / f"{name}.duckdb"
    before = _before(files, name)
    if copies and target.exists() and not before:
        raise UserFixable(
            told(
                "The store {store} is there already, and no model of that name. Choose another "
                "name with --name, or draft from the store itself.",
                store=target.name,
            )
        )
    with ExitStack() as held:
        source = held.enter_context(open_source(where))
        source.hold()
        found = survey(source, only=wanted.tables, renames=copies, progress=progress)
        seen = seen_of(found, has_values=wanted.has_samples)
        if not wanted.has_samples:
            found = without_samples(found)
        copy = held.enter_context(copied(source, found, target, progress)) if copies else None
        check_unchanged(source, found)
        store = f"stores/{name}.duckdb"
        if not copies and where.file is not None and where.file.is_relative_to(data_dir.resolve()):
            store = where.file.relative_to(data_dir.resolve()).as_posix()
        origin = Origin(where.label, tuple(found.tables), copies)
        made = replace(drafted(found, name, table_label(name), store, origin), seen=seen)
        if model is not None:
            made = with_proposals(made, model)
        if not copies and where.file is None:
            made = replace(made, notes=(told(_SERVED), *made.notes))
        difference = None
        if before:
            text, difference = merged(before, made.text)
            made = replace(made, text=text)
        if copy is not None:
            _admit(copy, files.own / f"{name}.yaml", where.label, gate)
        file = files.drafts / f"{name}.yaml"
        _put(file, made.text, copy)
        with suppress(Unavailable):  # it is told, and nothing rests on it
            write_text(seen_file(files.own, name), made.seen)
    return Made(made, file, difference, copy.rows if copy is not None else {})


def _admit(copy: Copied, in_force: Path, source: str, gate: Gate | None) -> None:
    """Raises UserFixable where the model in force could not answer from the copied rows, for a
    column that it names is gone, and where they do not hold its checks."""
    if not in_force.is_file():
        return
    model = load_model(in_force)
    if model.store != f"{copy.target.parent.name}/{copy.target.name}":
        return
    with duckdb.connect(str(copy.file), read_only=True) as store:
        for table in model.tables.values():
            has = _columns_of(store, table.name)
            missing = [column for column in table.own if column not in has]
            if missing or not has:
                what = f"{table.name}.{missing[0]}" if has else table.name
                raise UserFixable(
                    told(
                        "The model {model} in force names {what}, which the database does not have "
                        "any more. Nothing was changed. Take it out of the model on the page "
                        "Models and publish that, then draft again; or draft under another name.",
                        model=repr(model.name),
                        what=repr(what),
                    )
                )
    if gate is not None:
        gate(copy.file, model, source, "replace", None)


def _columns_of(store: duckdb.DuckDBPyConnection, table: str) -> set[str]:
    rows = store.execute(
        "SELECT column_name FROM information_schema.columns WHERE table_name = ?", [table]
    ).fetchall()
    return {str(row[0]) for row in rows}


def _put(file: Path, text: str, copy: Copied | None) -> None:
    """The draft and the rows: both, or neither."""
    before = file.read_text("utf-8") if file.is_file() else None
    write_text(file, text)
    if copy is None:
        return
    try:
        copy.put()
    except Unavailable:
        if before is None:
            file.unlink(missing_ok=True)
        else:
            write_text(file, before)
        raise


_SERVED = marked(
    "The rows stay where they are: GEMBA_STORE_URL names the database, and GEMBA_MODEL this model."
)


def _default_name(where: Where) -> str:
    return where.file.stem if where.file is not None else where.database


def _copies(wanted: Wanted, where: Where, data_dir: Path) -> bool:
    """Whether rows have to be copied: only DuckDB files in the data folder and StarRocks are asked
    in place."""
    is_here = (
        where.kind == "duckdb"
        and where.file is not None
        and where.file.is_relative_to(data_dir.resolve())
    )
    if wanted.copies is not None:
        if not wanted.copies and not is_here and where.kind != "starrocks":
            # A draft alone: to be looked at, or for rows that are loaded another way.
            return False
        return wanted.copies
    return not is_here and where.kind != "starrocks"


def _before(files: ModelFiles, name: str) -> str:
    """The text that people may have written in: the draft's, else that of what is in force."""
    draft: Path = files.drafts / f"{name}.yaml"
    own: Path = files.own / f"{name}.yaml"
    for path in (draft, own):
        if path.is_file():
            return path.read_text("utf-8")
    return ""
